# A release that pipeline.sh plans, holds to the policy in policy/, and applies.

terraform {
  required_providers {
    genesysaudit = {
      source = "genesysaudit/genesysaudit"
    }
  }
}

# Region and credentials come from GENESYSCLOUD_REGION, GENESYSCLOUD_OAUTHCLIENT_ID and GENESYSCLOUD_OAUTHCLIENT_SECRET. Set here, the
# enforcement cannot be lowered by the environment of the apply, so that the plan knows the verdict.
provider "genesysaudit" {
  enforcement = "enforce"
}

variable "enforcement" {
  description = "The gate's enforcement. Whatever it says, the policy wants a compliant client."
  type        = string
  default     = "enforce"
}

resource "genesysaudit_access_validation" "dashboard" {
  client_name        = "Compliance Dashboard"
  endpoints          = ["GET /api/v2/analytics/events"]
  required_scopes    = ["analytics:read", "analytics:export", "org:read"]
  application_region = "us-east-1"
  enforcement        = var.enforcement
}

module "release" {
  source     = "./release"
  depends_on = [genesysaudit_access_validation.dashboard]
}
