# "Compliance Dashboard" runs in us-east-1 and reads GET /api/v2/analytics/events of three organizations. This configuration fails the
# plan for every organization in which that call would be answered with a 403.

terraform {
  required_providers {
    genesysaudit = {
      source = "genesysaudit/genesysaudit"
    }
  }
}

provider "genesysaudit" {
  organizations = {
    for name, organization in var.organizations : name => {
      aws_region         = organization.aws_region
      oauthclient_id     = organization.auditor_id
      oauthclient_secret = var.auditor_secrets[name]
      # Only for a gateway or the emulator: without it the region decides.
      api_url   = var.base_url == null ? null : "${var.base_url}/${organization.aws_region}"
      login_url = var.base_url == null ? null : "${var.base_url}/${organization.aws_region}"
    }
  }
}

resource "genesysaudit_access_validation" "dashboard" {
  for_each = var.organizations

  organization        = each.key
  client_name         = "Compliance Dashboard"
  endpoints           = ["GET /api/v2/analytics/events"]
  required_scopes     = ["analytics:read", "analytics:export", "org:read"]
  required_roles      = ["Analytics - Export"]
  allowed_grant_types = ["CLIENT-CREDENTIALS"]
  application_region  = "us-east-1"
  allow_cross_region  = contains(var.cross_region_permitted, each.key)
}

output "verdicts" {
  description = "The verdict of each organization."
  value       = { for name, validation in genesysaudit_access_validation.dashboard : name => validation.verdict }
}
