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
  description = "Whether the client's roles permit to read the roles of the organization."
  value = provider::genesysaudit::permission_granted(
    data.genesysaudit_oauth_client.dashboard.permissions,
    "authorization:role:view",
  )
}

output "reads_conversations" {
  description = "The same of grants that are written down."
  value       = provider::genesysaudit::permission_granted(["analytics:*:view"], "analytics:conversationDetail:view") # true
}
