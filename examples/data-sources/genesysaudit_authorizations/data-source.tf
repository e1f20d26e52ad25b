data "genesysaudit_authorizations" "this" {}

output "incomplete_consents" {
  description = "Clients of other organizations whose authorization is pending or was not given."
  value = [
    for authorization in data.genesysaudit_authorizations.this.authorizations : authorization.client_name
    if authorization.pending || authorization.state != "Authorized"
  ]
}

output "consented_scopes" {
  description = "The scopes for which each client of another organization was authorized."
  value       = { for authorization in data.genesysaudit_authorizations.this.authorizations : authorization.client_id => authorization.scopes }
}
