# pipeline.sh plans this release, holds the plan to the policy in policy/, and applies it.

terraform {
  required_providers {
    genesysaudit = {
      source = "genesysaudit/genesysaudit"
    }
  }
}

# Region and credentials come from GENESYSCLOUD_REGION, GENESYSCLOUD_OAUTHCLIENT_ID and GENESYSCLOUD_OAUTHCLIENT_SECRET. The policy requires
# both arguments as constants: the environment then cannot change them, and the plan knows the verdict.
provider "genesysaudit" {
  organization_id = "1c8e4a7f-2b5d-4f39-9e61-7a3d5c08b214"
  enforcement     = "enforce"
}

variable "enforcement" {
  description = "Enforcement of the validation. The policy requires a compliant verdict in either case."
  type        = string
  default     = "enforce"
}

resource "genesysaudit_access_validation" "dashboard" {
  client_id          = "3fa27c91-64de-4b0a-8c15-e9d2704b6a38" # Compliance Dashboard
  endpoints          = ["GET /api/v2/analytics/events"]
  required_scopes    = ["analytics:read", "analytics:export", "org:read"]
  application_region = "us-east-1"
  enforcement        = var.enforcement
}

module "release" {
  source     = "./release"
  depends_on = [genesysaudit_access_validation.dashboard]
}
