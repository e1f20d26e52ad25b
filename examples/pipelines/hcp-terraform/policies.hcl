# Belongs into the root of an OPA policy set, next to gate.rego and data.json. data.json is clients.json under the only name that HCP
# Terraform loads.
policy "access_validations" {
  query             = "data.main.deny"
  enforcement_level = "mandatory"
}
