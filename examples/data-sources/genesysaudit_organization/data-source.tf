data "genesysaudit_organization" "this" {}

output "home_region" {
  description = "Where the organization's media is handled."
  value       = data.genesysaudit_organization.this.home_region
}

output "ip_address_allowlist" {
  description = "Addresses from which the organization accepts calls; null if the auditing client may not read them."
  value       = data.genesysaudit_organization.this.ip_address_allowlist
}
