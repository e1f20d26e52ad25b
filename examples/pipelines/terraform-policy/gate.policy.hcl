# NOT RUN by this project's tests: the policy was written from the published documentation of Terraform policy (Terraform 1.16 or later,
# tfpolicy 0.2 or later). Check it with "tfpolicy validate" and with a plan that must fail before you rely on it.
#
# A resource policy is evaluated for each validation in a plan. It cannot detect a missing validation, or ignore_changes. policy/gate.rego
# detects both.

policy {
  terraform_config {
    required_version = ">= 1.16.0"
  }

  required_providers {
    genesysaudit = {
      source = "genesysaudit/genesysaudit"
    }
  }
}

locals {
  organization_id = "1c8e4a7f-2b5d-4f39-9e61-7a3d5c08b214"
  endpoints = {
    "3fa27c91-64de-4b0a-8c15-e9d2704b6a38" = ["GET /api/v2/analytics/events"] # client id = the endpoints to demand
  }
  forbidden_permissions = ["authorization:grant:add"]  # to every client
  excluded              = ["Access Auditor"]
}

provider_policy "genesysaudit" "source_of_the_verdict" {
  enforcement_level = "mandatory"

  enforce {
    condition     = meta.source == "genesysaudit/genesysaudit"
    error_message = "The provider must come from genesysaudit/genesysaudit."
  }

  enforce {
    condition     = meta.alias == null
    error_message = "Only one provider block is allowed, without an alias."
  }

  enforce {
    condition     = core::try(attrs.organization_id, null) == local.organization_id
    error_message = "organization_id must be ${local.organization_id}."
  }

  enforce {
    condition     = core::try(attrs.enforcement, null) == "enforce"
    error_message = "enforcement must be \"enforce\" in the provider block: the environment could lower it."
  }

  enforce {
    condition     = core::try(attrs.api_url, null) == null && core::try(attrs.login_url, null) == null && core::try(attrs.organizations, null) == null
    error_message = "api_url, login_url and organizations are not allowed."
  }
}

resource_policy "genesysaudit_access_validation" "verdict" {
  enforcement_level = "mandatory"
  filter            = core::try(attrs.clients, null) == null

  # A verdict that is known only after apply is not "compliant". Under warn it is known only while nothing changes.
  enforce {
    condition     = core::try(attrs.verdict, "not known") == "compliant"
    error_message = "The verdict must be compliant, and known in the plan."
  }

  enforce {
    condition     = core::contains(core::keys(local.endpoints), core::try(attrs.client_id, "not known"))
    error_message = "client_id must name a client of this policy."
  }

  enforce {
    condition = core::length(core::setsubtract(
      core::try(local.endpoints[attrs.client_id], ["no such client"]),
      core::try(attrs.endpoints, []),
    )) == 0
    error_message = "The validation must demand every endpoint that this policy lists for the client."
  }

  enforce {
    condition = (
      core::length(core::keys(core::try(attrs.waivers, {}))) == 0 &&
      core::try(attrs.accept_conditional_grants, null) != true &&
      core::try(attrs.allow_cross_region, null) != true &&
      core::try(attrs.ignore_access_policies, null) != true &&
      core::try(attrs.planned, null) == null
    )
    error_message = "Waivers, planned, accept_conditional_grants, allow_cross_region and ignore_access_policies are not allowed."
  }
}

# A validation of every client, one with the block clients.
resource_policy "genesysaudit_access_validation" "every_client" {
  enforcement_level = "mandatory"
  filter            = core::try(attrs.clients, null) != null

  enforce {
    condition     = core::try(attrs.verdict, "not known") == "compliant"
    error_message = "The verdict must be compliant, and known in the plan."
  }

  enforce {
    condition     = core::length(core::setsubtract(local.forbidden_permissions, core::try(attrs.forbidden_permissions, []))) == 0
    error_message = "The validation must forbid every permission that this policy lists."
  }

  enforce {
    condition = (
      core::try(attrs.clients.name_regex, null) == null &&
      core::try(attrs.clients.grant_types, null) == null &&
      core::try(attrs.clients.states, null) == null &&
      core::length(core::setsubtract(core::try(attrs.clients.exclude, []), local.excluded)) == 0
    )
    error_message = "The validation must be of every client but those that this policy excludes."
  }

  enforce {
    condition = (
      core::length(core::keys(core::try(attrs.waivers, {}))) == 0 &&
      core::try(attrs.accept_conditional_grants, null) != true &&
      core::try(attrs.allow_cross_region, null) != true &&
      core::try(attrs.ignore_access_policies, null) != true
    )
    error_message = "Waivers, accept_conditional_grants, allow_cross_region and ignore_access_policies are not allowed."
  }
}
