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

  client_name = each.key
  endpoints   = ["GET /api/v2/authorization/roles"]
}

output "report" {
  description = "For a pull request comment or a job summary: terraform output -raw report >> \"$GITHUB_STEP_SUMMARY\""
  value       = provider::genesysaudit::report_markdown(data.genesysaudit_access_validation.client)
}
