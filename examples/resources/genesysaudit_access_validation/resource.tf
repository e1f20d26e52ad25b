# Fails the plan while "Compliance Dashboard" could not call the endpoint. Whatever must not happen before the gate is open depends on it.
resource "genesysaudit_access_validation" "dashboard" {
  client_name         = "Compliance Dashboard"
  endpoints           = ["GET /api/v2/analytics/events"]
  required_scopes     = ["analytics:read", "analytics:export", "org:read"]
  required_roles      = ["Analytics - Export"]
  allowed_grant_types = ["CLIENT-CREDENTIALS"]
  application_region  = "us-east-1"
}

resource "terraform_data" "dashboard_release" {
  input      = "2.4.0"
  depends_on = [genesysaudit_access_validation.dashboard]
}
