terraform {
  required_providers {
    genesysaudit = {
      source = "genesysaudit/genesysaudit"
    }
  }
}

data "genesysaudit_access_validation" "dashboard" {
  client_name     = "Compliance Dashboard"
  endpoints       = ["GET /api/v2/analytics/events"]
  forbidden_roles = ["Master Admin"]
}

output "waivers" {
  description = "Today's failures, for the argument waivers of the gate: terraform output -json waivers > waivers.json"
  value = provider::genesysaudit::waive(data.genesysaudit_access_validation.dashboard, {
    reason  = "Older than the gate."
    owner   = "platform team"
    expires = "2030-12-31"
  })
}
