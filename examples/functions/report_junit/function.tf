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
  description = "For the test reports of a pipeline: terraform output -raw report > access.xml"
  value = provider::genesysaudit::report_junit({
    dashboard = data.genesysaudit_access_validation.dashboard
    auditor   = data.genesysaudit_access_validation.auditor
  })
}
