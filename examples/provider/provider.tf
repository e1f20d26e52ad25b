terraform {
  required_providers {
    genesysaudit = {
      source = "genesysaudit/genesysaudit"
    }
  }
}

variable "auditor_secret_emea" {
  description = "Secret of the auditing OAuth client in Acme EMEA."
  type        = string
  sensitive   = true
}

# The top-level organization: region, client id and secret come from GENESYSCLOUD_REGION, GENESYSCLOUD_OAUTHCLIENT_ID and
# GENESYSCLOUD_OAUTHCLIENT_SECRET, as for the official Genesys Cloud provider. Further organizations stand in `organizations`.
provider "genesysaudit" {
  organizations = {
    acme_emea = {
      aws_region         = "eu-west-1"
      oauthclient_id     = "4e3a4a7e-2f2b-4f0e-9f43-3f1f2d9a8c10"
      oauthclient_secret = var.auditor_secret_emea
    }
  }
}
