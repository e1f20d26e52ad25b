# The id of the OAuth client, or organization/client_id for one of the provider's organizations.
terraform import genesysaudit_access_validation.dashboard 3fa27c91-64de-4b0a-8c15-e9d2704b6a38
