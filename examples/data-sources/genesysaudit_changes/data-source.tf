data "genesysaudit_oauth_client" "dashboard" {
  name = "Compliance Dashboard"
}

data "genesysaudit_changes" "dashboard" {
  client_id = data.genesysaudit_oauth_client.dashboard.id
  days      = 3
}

# A change of a role changes what each of its clients may do.
data "genesysaudit_changes" "roles" {
  for_each = toset(data.genesysaudit_oauth_client.dashboard.roles[*].role_id)
  role_id  = each.key
  days     = 3
}

output "who_changed_the_dashboard" {
  description = "Who changed the client, its grants or its roles in the last three days, and from where."
  value = [
    for change in distinct(concat(
      data.genesysaudit_changes.dashboard.changes,
      flatten(values(data.genesysaudit_changes.roles)[*].changes),
      )) : {
      time      = change.time
      who       = coalesce(change.actor_name, change.actor_id, "unknown")
      what      = "${change.action} ${change.entity_type}"
      addresses = change.remote_addresses
      values    = change.property_changes
    }
  ]
}
