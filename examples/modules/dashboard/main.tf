terraform {
  required_providers {
    genesysaudit = {
      source = "genesysaudit/genesysaudit"
    }
  }
}

variable "client_name" {
  description = "Name of the OAuth client with which the dashboard signs in."
  type        = string
  default     = "Compliance Dashboard"
}

data "genesysaudit_access_validation" "dashboard" {
  client_name     = var.client_name
  endpoints       = ["GET /api/v2/analytics/events"]
  required_scopes = ["analytics:read", "analytics:export"]
  required_roles  = ["Analytics - Export"]
}

# Replace this with the resources that deploy the dashboard.
resource "terraform_data" "dashboard" {
  input = data.genesysaudit_access_validation.dashboard.id

  lifecycle {
    precondition {
      condition = data.genesysaudit_access_validation.dashboard.compliant
      error_message = join("\n", concat(
        ["${var.client_name} does not have the access that the dashboard needs."],
        [for f in data.genesysaudit_access_validation.dashboard.findings : "${f.check}: ${f.message} ${f.remediation}"],
      ))
    }
  }
}

output "missing" {
  description = "What the client lacks: a map of check to the subjects of its findings."
  value = {
    for f in data.genesysaudit_access_validation.dashboard.findings : f.check => f.subject... if f.status == "fail"
  }
}
