data "genesysaudit_access_policies" "this" {}

output "policies_for_clients" {
  description = "Access policies that the platform enforces for OAuth clients. A policy whose state the platform does not show counts as enforced."
  value = [
    for policy in data.genesysaudit_access_policies.this.policies : policy
    if coalesce(policy.active, true) && coalesce(policy.applies_to_clients, true)
  ]
}
