# The verdict without the gate: a check block warns and does not stop the plan.
data "genesysaudit_access_validation" "dashboard" {
  client_name     = "Compliance Dashboard"
  endpoints       = ["GET /api/v2/analytics/events"]
  required_scopes = ["analytics:read", "analytics:export", "org:read"]
}

check "dashboard_access" {
  assert {
    condition     = data.genesysaudit_access_validation.dashboard.compliant
    error_message = join("\n", [for f in data.genesysaudit_access_validation.dashboard.findings : "${f.check}: ${f.message}"])
  }
}

output "dashboard_findings" {
  description = "What is wrong with the dashboard's access."
  value       = data.genesysaudit_access_validation.dashboard.findings
}
