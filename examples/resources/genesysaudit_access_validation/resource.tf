resource "genesysaudit_access_validation" "dashboard" {
  client_name    = "Compliance Dashboard"
  endpoints      = ["GET /api/v2/analytics/events"]
  required_roles = ["Analytics - Export"]
}
