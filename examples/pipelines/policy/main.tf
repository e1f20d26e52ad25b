# pipeline.sh plans this release, checks the plan against the policy in policy/, and applies the plan.

terraform {
  required_providers {
    genesysaudit = {
      source = "genesysaudit/genesysaudit"
    }
  }
}

# GENESYSCLOUD_REGION, GENESYSCLOUD_OAUTHCLIENT_ID and GENESYSCLOUD_OAUTHCLIENT_SECRET set the region and the credentials. The policy
# requires both arguments as constants, so that the environment cannot change them and the plan shows the verdict.
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
