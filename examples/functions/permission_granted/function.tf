terraform {
  required_providers {
    genesysaudit = {
      source = "genesysaudit/genesysaudit"
    }
  }
}

data "genesysaudit_oauth_client" "dashboard" {
  name = "Compliance Dashboard"
}

output "reads_roles" {
  description = "Whether the client's roles permit reading the roles of the organization."
  value = provider::genesysaudit::permission_granted(
    data.genesysaudit_oauth_client.dashboard.permissions,
    "authorization:role:view",
  )
}

output "reads_conversations" {
  description = "The same for a list of grants."
  value       = provider::genesysaudit::permission_granted(["analytics:*:view"], "analytics:conversationDetail:view") # true
}
