# Evaluated at every plan and again at apply. While it fails, Terraform neither plans nor creates what depends on it.
ephemeral "genesysaudit_access_validation" "dashboard" {
  client_name        = "Compliance Dashboard"
  endpoints          = ["GET /api/v2/analytics/events"]
  required_scopes    = ["analytics:read", "analytics:export", "org:read"]
  application_region = "us-east-1"
}

resource "terraform_data" "dashboard_release" {
  input      = "2.4.0"
  depends_on = [ephemeral.genesysaudit_access_validation.dashboard]
}
