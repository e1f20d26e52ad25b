# The root of an OPA policy set, beside gate.rego and data.json (clients.json under the only name that HCP Terraform loads).
policy "access_validations" {
  query             = "data.main.deny"
  enforcement_level = "mandatory"
}
