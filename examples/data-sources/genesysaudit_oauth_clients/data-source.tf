# Every active client with this scope.
data "genesysaudit_oauth_clients" "exporters" {
  state = "active"
  scope = "analytics:export"
}

output "exporters" {
  description = "Active clients with the scope analytics:export, and their roles."
  value       = { for client in data.genesysaudit_oauth_clients.exporters.clients : client.id => distinct(client.roles[*].role_name) }
}

# Integrations that act with a user's rights.
data "genesysaudit_oauth_clients" "dashboards" {
  name_regex = "(?i)dashboard$"
  grant_type = "CODE"
}

check "no_dashboard_with_a_users_rights" {
  assert {
    condition     = length(data.genesysaudit_oauth_clients.dashboards.clients) == 0
    error_message = join(", ", data.genesysaudit_oauth_clients.dashboards.clients[*].name)
  }
}
