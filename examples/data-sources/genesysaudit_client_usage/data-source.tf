data "genesysaudit_client_usage" "dashboard" {
  client_name = "Compliance Dashboard"
  days        = 28
}

output "dashboard_does_not_use" {
  description = "Access of the dashboard's client that it does not use; null where it is not fully known."
  value = {
    permissions = data.genesysaudit_client_usage.dashboard.unused_permissions
    roles       = data.genesysaudit_client_usage.dashboard.unused_roles
    scopes      = data.genesysaudit_client_usage.dashboard.unused_scopes
  }
}

output "dashboard_client_errors" {
  description = "Endpoints that answered the dashboard with a client error (4xx), and how often, rate limits aside."
  value = {
    for endpoint in data.genesysaudit_client_usage.dashboard.endpoints : endpoint.endpoint => endpoint.client_errors - endpoint.rate_limited
    if endpoint.client_errors > endpoint.rate_limited
  }
}
