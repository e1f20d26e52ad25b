# Requires an access validation with the verdict "compliant" for every client in clients.json. The input is a plan as terraform show -json
# writes it. Everything that the plan does not show is denied.
package main

import rego.v1

# HCP Terraform passes the plan as one part of the input.
plan := object.get(input, "plan", input)

deny contains "the plan is incomplete" if not complete

complete if plan.errored == false

# An empty list of clients would permit every plan.
deny contains "clients.json must name the provider, the organization and at least one client" if {
	not usable
}

usable if {
	is_string(data.provider)
	is_string(data.organization_id)
	is_string(data.clients[0].client_id)
}

# ---- The provider block: it decides which platform gives the verdict.

# The plan also lists a provider that has no block. Only the blocks of the pinned provider count.
provider_blocks[key] := block if {
	some key, block in plan.configuration.provider_config
	block.full_name == data.provider
}

deny contains message if {
	count(provider_blocks) == 0
	message := sprintf("the plan does not use the provider %s", [data.provider])
}

deny contains message if {
	some key, block in provider_blocks
	not is_constant(block, "organization_id", data.organization_id)
	message := sprintf("provider %q: organization_id must be the constant %q", [key, data.organization_id])
}

# The environment can set the enforcement where the block does not, and a plan does not show the environment.
deny contains message if {
	some key, block in provider_blocks
	not is_constant(block, "enforcement", "enforce")
	message := sprintf("provider %q: enforcement must be the constant \"enforce\"", [key])
}

# A plan hides the entries of organizations as soon as one of them refers to a secret.
deny contains message if {
	some key, block in provider_blocks
	some argument in ["api_url", "login_url", "organizations"]
	argument in object.keys(object.get(block, "expressions", {}))
	message := sprintf("provider %q: %s is not allowed", [key, argument])
}

deny contains message if {
	some key, block in provider_blocks
	some property in ["alias", "module_address"]
	property in object.keys(block)
	message := sprintf("provider %q: only one provider block is allowed, in the root module and without an alias", [key])
}

is_constant(block, argument, value) if block.expressions[argument].constant_value == value

# ---- The validations in the plan.

validations contains resource if {
	some resource in plan.resource_changes
	resource.mode == "managed"
	resource.type == "genesysaudit_access_validation"
}

deny contains message if {
	some validation in validations
	validation.provider_name != data.provider
	message := sprintf("%s: the provider is %s, not %s", [validation.address, validation.provider_name, data.provider])
}

# The validations that this plan evaluated, unchanged ones included. A validation that is destroyed has no planned values, and a validation
# that -target left out is not in resource_changes.
gates contains validation if {
	some validation in validations
	validation.provider_name == data.provider
	is_object(validation.change.after)
}

# The verdict is absent where it is known only after apply.
deny contains message if {
	some gate in gates
	verdict := object.get(gate.change.after, "verdict", "not known in the plan")
	verdict != "compliant"
	message := sprintf("%s: the verdict is %s", [gate.address, verdict])
}

# ---- What the provider evaluated is what the configuration says. With ignore_changes it is not: Terraform then plans the old values.

results := {"id", "compliant", "verdict", "findings", "audited"}

deny contains message if {
	some gate in gates
	not configured[address(gate)]
	message := sprintf("%s: the plan does not show its configuration", [gate.address])
}

deny contains message if {
	some gate in gates
	some argument, planned in gate.change.after
	not argument in results
	differs(object.get(configured[address(gate)], "expressions", {}), argument, planned)
	message := sprintf("%s: the planned %s is not the configured one", [gate.address, argument])
}

deny contains message if {
	some gate in gates
	some field, planned in gate.change.after.clients
	differs(object.get(configured[address(gate)], ["expressions", "clients"], {}), field, planned)
	message := sprintf("%s: the planned clients is not the configured one", [gate.address])
}

# The plan shows the value of an argument that refers to nothing, and the names that any other argument refers to. Waivers are an object:
# their keys are checked below.
differs(expressions, argument, planned) if {
	expression := expressions[argument]
	not is_object(expression.constant_value)
	comparable(expression.constant_value) != comparable(planned)
}

differs(expressions, argument, planned) if {
	not argument in object.keys(expressions)
	not planned in {null, []}
}

# Terraform writes a set in an order of its own.
comparable(value) := {element | some element in value} if is_array(value)

comparable(value) := value if not is_array(value)

# The resources of the configuration by address, those of modules included.
configured[concat(".", array.concat(modules, [resource.address]))] := resource if {
	walk(plan.configuration.root_module, [path, resource])
	resource.mode == "managed"
	resource.type == "genesysaudit_access_validation"
	modules := [sprintf("module.%s", [path[i + 1]]) | some i, "module_calls" in path; i % 3 == 0]
}

# The address without the keys of count and for_each.
address(gate) := regex.replace(gate.address, `\["(?:[^"\\]|\\.)*"\]|\[[0-9]+\]`, "")

# ---- Every client has a validation that demands enough and concedes nothing.

deny contains message if {
	some client in data.clients
	count(of(client)) == 0
	message := sprintf("no access validation has the client_id %q", [client.client_id])
}

# Further validations of a client do no harm: one that demands enough must also be compliant.
deny contains message if {
	some client in data.clients
	count([gate | some gate in of(client); count(faults(gate, client)) == 0]) == 0
	some gate in of(client)
	some message in faults(gate, client)
}

# "*" stands for a validation of every client, which has a block clients.
of(client) := [gate | some gate in gates; audited(gate.change.after) == client.client_id]

audited(planned) := planned.client_id if planned.clients == null

audited(planned) := "*" if is_object(planned.clients)

faults(gate, client) := {message |
	some argument, wanted in client.demands
	not demands(object.get(gate.change.after, argument, null), wanted, argument)
	message := sprintf("%s: clients.json demands %s %s", [gate.address, argument, json.marshal(wanted)])
} | {message |
	some concession in concessions(gate.change)
	not concession in client.accepts
	message := sprintf("%s: clients.json does not accept %s", [gate.address, concession])
}

# Of these arguments a validation may name more than clients.json does: each further element makes the validation stricter.
growing := {
	"divisions", "egress_addresses", "endpoints", "forbidden_permissions", "forbidden_roles", "forbidden_scopes",
	"notification_topics", "required_permissions", "required_roles", "required_scopes",
}

demands(planned, wanted, argument) if {
	argument in growing
	every element in wanted {
		element in planned
	}
}

demands(planned, wanted, argument) if {
	not argument in growing
	comparable(planned) == comparable(wanted)
}

# The arguments that let a validation pass which would fail without them, and the conditions that leave clients out. With planned, the
# validation judges the client as the configuration says it will be.
concessions(change) := ({argument |
	some argument in ["accept_conditional_grants", "allow_cross_region", "ignore_access_policies"]
	uncertain(change, argument, {null, false})
} | {"planned" |
	uncertain(change, "planned", {null, []})
}) | narrowed(change) | waived(change)

# The fields of the block clients that leave clients out.
narrowed(change) := {sprintf("clients/%s", [field]) |
	some field in ["grant_types", "name_regex", "states"]
	object.get(change.after, ["clients", field], null) != null
} | {sprintf("clients/exclude/%s", [client]) |
	some client in object.get(change.after, ["clients", "exclude"], [])
}

uncertain(change, argument, harmless) if not object.get(change.after, argument, null) in harmless

uncertain(change, argument, _) if not known(change, argument)

waived(change) := {sprintf("waivers/%s", [key]) | some key, _ in object.get(change.after, "waivers", null)} if known(change, "waivers")

waived(change) := {"waivers"} if not known(change, "waivers")

known(change, argument) if object.get(change, ["after_unknown", argument], false) != true
