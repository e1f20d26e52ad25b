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
    "PATCH /api/v2/users/{userId}#extension", # only the needs of this kind of call
  ]
  requirements = { for endpoint in local.endpoints : endpoint => provider::genesysaudit::endpoint_requirements(endpoint) }
}

output "permissions" {
  description = "The permissions that a role for the integration needs, by endpoint."
  value = {
    for endpoint, required in local.requirements : endpoint => {
      match       = required.match
      permissions = required.permissions
    }
  }
}

output "roles" {
  description = "Roles that the integration needs by name."
  value       = distinct(flatten([for required in values(local.requirements) : required.roles])) # ["Analytics - Export"]
}

output "conditions" {
  description = "Conditions that permissions alone do not decide."
  value       = { for endpoint, required in local.requirements : endpoint => required.conditions[*].description }
}
