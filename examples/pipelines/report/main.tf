# Reports the verdict of the gate in main.tf. A data source never fails because of its verdict, so there is a report even if the gate
# stops the plan.

terraform {
  required_providers {
    genesysaudit = {
      source = "genesysaudit/genesysaudit"
    }
  }
}

provider "genesysaudit" {
  organization_id = "1c8e4a7f-2b5d-4f39-9e61-7a3d5c08b214"
}

data "genesysaudit_access_validation" "dashboard" {
  client_id          = "3fa27c91-64de-4b0a-8c15-e9d2704b6a38" # Compliance Dashboard
  endpoints          = ["GET /api/v2/analytics/events"]
  required_scopes    = ["analytics:read", "analytics:export", "org:read"]
  application_region = "us-east-1"
}

locals {
  validations = { dashboard = data.genesysaudit_access_validation.dashboard }
}

# A sensitive output keeps the report out of the log.
output "markdown" {
  description = "For a comment on a pull request: terraform output -raw markdown"
  sensitive   = true
  value       = provider::genesysaudit::report_markdown(local.validations)
}

output "sarif" {
  description = "For code scanning: terraform output -raw sarif"
  sensitive   = true
  value       = provider::genesysaudit::report_sarif(local.validations, { file = "main.tf" })
}

output "junit" {
  description = "For GitLab and others that read JUnit: terraform output -raw junit"
  sensitive   = true
  value       = provider::genesysaudit::report_junit(local.validations)
}
