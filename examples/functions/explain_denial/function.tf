terraform {
  required_providers {
    genesysaudit = {
      source = "genesysaudit/genesysaudit"
    }
  }
}

locals {
  # The body of a 403, from the log of an integration.
  body   = <<-JSON
    {
      "message": "Unable to perform the requested action. You must have at least one of the following permissions assigned: [journey:actionmap:view]",
      "code": "missing.any.permissions",
      "status": 403,
      "contextId": "7f0c0c4e-6f5f-4a86-9b2e-0a7d3c5e1b11"
    }
  JSON
  denial = provider::genesysaudit::explain_denial(local.body)
}

output "kind" {
  description = "Why the request was refused."
  value       = local.denial.kind # "missing_permissions"
}

output "permissions" {
  description = "The permissions that the platform names; one of them is enough."
  value       = local.denial.permissions # ["journey:actionmap:view"]
}

output "remediation" {
  description = "What to do about it."
  value       = local.denial.remediation
}
