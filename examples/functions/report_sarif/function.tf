terraform {
  required_providers {
    genesysaudit = {
      source = "genesysaudit/genesysaudit"
    }
  }
}

# A data source never fails because of its verdict, so there is a report even if a client is not compliant.
data "genesysaudit_access_validation" "client" {
  for_each = toset(["Compliance Dashboard", "Access Auditor"])

  client_name    = each.key
  endpoints      = ["GET /api/v2/authorization/roles"]
  allowed_scopes = []

  # A waived failure is reported as suppressed, with the reason.
  waivers = {
    "scope_excess/org:read" = {
      reason  = "The scope goes with the next release."
      owner   = "integration team"
      expires = "2030-12-31"
    }
  }
}

output "report" {
  description = "For code scanning: terraform output -raw report > access.sarif"
  value       = provider::genesysaudit::report_sarif(data.genesysaudit_access_validation.client, { file = "live/access.tf" })
}
