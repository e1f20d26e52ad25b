terraform {
  required_providers {
    genesysaudit = {
      source = "genesysaudit/genesysaudit"
    }
  }
}

# A data source never fails because of its verdict, so there is a report even if a client is not compliant.
data "genesysaudit_access_validation" "dashboard" {
  client_name     = "Compliance Dashboard"
  endpoints       = ["GET /api/v2/analytics/events"]
  required_scopes = ["analytics:read", "analytics:export"]
}

data "genesysaudit_access_validation" "auditor" {
  endpoints = ["GET /api/v2/oauth/clients", "GET /api/v2/authorization/roles"]
}

output "report" {
  description = "For a browser: terraform output -raw report > access.html"
  value = provider::genesysaudit::report_html({
    dashboard = data.genesysaudit_access_validation.dashboard
    auditor   = data.genesysaudit_access_validation.auditor
  }, { title = "Access of our integrations", as_of = plantimestamp() })

  # Without this, a plan prints the whole page.
  sensitive = true
}
