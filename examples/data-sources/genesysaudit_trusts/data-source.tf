data "genesysaudit_trusts" "this" {}

# The lists are null when the auditor may not read them: that is not the same as none.
output "organizations_let_in" {
  description = "Organizations whose users this one lets in, and until when; null when the auditor may not read them."
  value = (
    data.genesysaudit_trusts.this.trustees == null
    ? null
    : { for trustee in data.genesysaudit_trusts.this.trustees : trustee.organization_id => trustee.date_expired if trustee.enabled }
  )
}
