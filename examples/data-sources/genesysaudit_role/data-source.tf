data "genesysaudit_role" "export" {
  name = "Analytics - Export"
}

output "export_permissions" {
  description = "What the role gives without a condition."
  value       = data.genesysaudit_role.export.permissions
}

output "export_conditions" {
  description = "What the role gives only under a condition, and the condition."
  value = [
    for policy in data.genesysaudit_role.export.conditions : {
      permissions = [for action in policy.actions : "${policy.domain}:${policy.entity}:${action}"]
      condition   = policy.condition
    }
  ]
}
