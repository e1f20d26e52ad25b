data "genesysaudit_role" "export" {
  name = "Analytics - Export"
}

output "export_permissions" {
  description = "Permissions that the role grants without a condition."
  value       = data.genesysaudit_role.export.permissions
}

output "export_conditions" {
  description = "Permissions that the role grants only under a condition, and the condition."
  value = [
    for policy in data.genesysaudit_role.export.conditions : {
      permissions = [for action in policy.actions : "${policy.domain}:${policy.entity}:${action}"]
      condition   = policy.condition
    }
  ]
}
