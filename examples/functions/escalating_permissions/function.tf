terraform {
  required_providers {
    genesysaudit = {
      source = "genesysaudit/genesysaudit"
    }
  }
}

locals {
  escalating = provider::genesysaudit::escalating_permissions()
}

data "genesysaudit_oauth_client" "dashboard" {
  name = "Compliance Dashboard"
}

output "escalating" {
  description = "The permissions with which the client can raise its rights."
  value = [
    for permission in local.escalating : permission
    if provider::genesysaudit::permission_granted(data.genesysaudit_oauth_client.dashboard.permissions, permission)
  ]
}

output "forbidden" {
  description = "The list for forbidden_permissions of a client that manages passwords."
  value       = setsubtract(local.escalating, ["directory:user:setPassword"])
}
