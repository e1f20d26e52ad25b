terraform {
  required_providers {
    genesysaudit = {
      source = "genesysaudit/genesysaudit"
    }
  }
}

locals {
  endpoints = [
    "GET /api/v2/analytics/events",
    "GET /api/v2/authorization/roles",
    "POST /api/v2/analytics/conversations/details/query",
  ]
  requirements = { for endpoint in local.endpoints : endpoint => provider::genesysaudit::endpoint_requirements(endpoint) }
}

output "permissions" {
  description = "What a role for the integration has to permit, by endpoint."
  value = {
    for endpoint, wanted in local.requirements : endpoint => {
      match       = wanted.match
      permissions = wanted.permissions
    }
  }
}

output "roles" {
  description = "Roles that the integration has to be granted by name."
  value       = distinct(flatten([for wanted in values(local.requirements) : wanted.roles])) # ["Analytics - Export"]
}
