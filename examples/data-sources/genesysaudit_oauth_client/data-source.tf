data "genesysaudit_oauth_client" "dashboard" {
  name = "Compliance Dashboard"
}

output "dashboard_scopes" {
  description = "OAuth scopes of the dashboard's client."
  value       = data.genesysaudit_oauth_client.dashboard.scopes
}

output "dashboard_roles" {
  description = "Roles of the dashboard's client, and the divisions in which they hold."
  value       = [for role in data.genesysaudit_oauth_client.dashboard.roles : "${role.role_name} in ${coalesce(role.division_name, "all divisions")}"]
}
