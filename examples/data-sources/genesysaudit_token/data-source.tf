data "genesysaudit_token" "this" {}

# A trusted user's token acts in this organization, but belongs to another one.
check "own_token" {
  assert {
    condition     = data.genesysaudit_token.this.organization_id == data.genesysaudit_token.this.home_organization_id
    error_message = "The token's home is ${coalesce(data.genesysaudit_token.this.home_organization_name, "not shown")}."
  }
}

output "token_scopes" {
  description = "OAuth scopes that the token was issued with; null when the platform lists none."
  value       = data.genesysaudit_token.this.authorized_scopes
}
