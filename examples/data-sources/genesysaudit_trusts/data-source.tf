data "genesysaudit_trusts" "this" {}

# A list is null if the auditing client may not read it. That is not the same as an empty list.
output "organizations_let_in" {
  description = "Organizations whose users this one lets in, and until when; null if the auditing client may not read them."
  value = (
    data.genesysaudit_trusts.this.trustees == null
    ? null
    : { for trustee in data.genesysaudit_trusts.this.trustees : trustee.organization_id => trustee.date_expired if trustee.enabled }
  )
}
