# Holds a plan, as terraform show -json writes it, to the access validations that it must have. What the plan does not say is denied.
package main

import rego.v1

# The validations that this plan evaluated, unchanged ones included. One that is destroyed, or that -target left out, is none.
gates contains resource if {
	some resource in input.resource_changes
	resource.mode == "managed"
	resource.type == "genesysaudit_access_validation"
	is_object(resource.change.after)
}

# A verdict that is known only after apply is not in the plan.
verdict(gate) := object.get(gate.change.after, "verdict", "not known")

# An organization that is not known is none of those in clients.json, rather than the provider's own.
organization(gate) := object.get(gate.change.after, "organization", "not known")

validates(gate, client) if {
	organization(gate) == client.organization
	gate.change.after.client_name == client.name
	every endpoint in client.endpoints {
		endpoint in gate.change.after.endpoints
	}
}

deny contains message if {
	some gate in gates
	verdict(gate) != "compliant"
	message := sprintf("%s: the verdict is %s", [gate.address, verdict(gate)])
}

deny contains message if {
	some client in data.clients
	count([gate | some gate in gates; validates(gate, client)]) == 0
	message := sprintf("no access validation of %q in %s demands %s", [client.name, place(client), concat(", ", client.endpoints)])
}

place(client) := client.organization if client.organization != null

place(client) := "the provider's own organization" if client.organization == null

deny contains "the plan is incomplete" if object.get(input, "errored", true) != false

# Switched off, a validation evaluates nothing. The reason to deny is then this one, not only a verdict that nobody looked for.
deny contains message if {
	some name, block in input.configuration.provider_config
	endswith(block.full_name, "/genesysaudit/genesysaudit")
	enforcement := block.expressions.enforcement
	not enforcement.constant_value in {"enforce", "warn"}
	message := sprintf("provider %q: the enforcement must be \"enforce\" or \"warn\"", [name])
}

# No list of clients is no permission.
deny contains "clients.json names no client" if not data.clients[0]
