package provider

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

// The block planned. What stands in its blocks are attributes of objects only where the official provider gives whole objects: roles and
// permission_policies. Every field of those is required, since the CLI drops a name that it does not know in an object: a mistyped name would
// otherwise leave out a condition, and with it widen a role.

var plannedFields = []attribute{
	{name: "client", kind: blockKind, description: "The OAuth client as it will be.", fields: []attribute{
		{name: "name", kind: textKind, texts: names,
			description: "Name of the client. Without `client_id` and `client_name` it also says which client is audited. A client that does not " +
				"exist yet needs it."},
		{name: "grant_type", kind: textKind, texts: []validator.String{isGrantType}, description: "Grant type, such as `CLIENT-CREDENTIALS`."},
		{name: "scopes", kind: textSetKind, texts: scopeNames, description: "All OAuth scopes that the client will have; `[]` for none."},
		{name: "state", kind: textKind, texts: []validator.String{oneOf(clientStates)}, description: "`active`, `disabled` or `inactive`."},
		{name: "token_validity_seconds", kind: numberKind, numbers: []validator.Int64{int64validator.AtLeast(1)},
			description: "Lifetime of the client's tokens in seconds."},
		{name: "roles", kind: objectListKind, description: "All roles that the client will have; `[]` for none.", fields: []attribute{
			{name: "role", kind: textKind, required: true, texts: names, description: "Role, by name or id; it may be a planned one."},
			{name: "division", kind: textKind, required: true, texts: names, description: "Division, by name or id, or `*` for all divisions."},
		}},
	}},
	{name: "role", kind: blockListKind, description: "A role as it will be, changed or new. The block may be repeated.", fields: []attribute{
		{name: "name", kind: textKind, required: true, texts: names, description: "Name of the role."},
		{name: "permissions", kind: textSetKind, texts: names, description: "All legacy flat permissions that the role will have; `[]` for none."},
		{name: "permission_policies", kind: objectListKind,
			description: "All permission policies that the role will have, as `genesyscloud_auth_role` has them.", fields: []attribute{
				{name: "domain", kind: textKind, required: true, texts: names, description: "Domain, or `*`."},
				{name: "entity_name", kind: textKind, required: true, texts: names, description: "Entity, or `*`."},
				{name: "action_set", kind: textSetKind, required: true, texts: names, description: "Actions, or `[\"*\"]`."},
				{name: "conditions", kind: anyListKind, required: true,
					description: "Conditions of the policy, whatever their fields; `[]` for none. A policy with any condition is a conditional one."},
			}},
	}},
}

// readPlanned reads the block planned. What Terraform does not know yet is left out and named as deferred.
func readPlanned(r *requirementReader, value attr.Value) {
	blocks := r.object(value)
	planned := &audit.Planned{}
	if client := blocks["client"]; client != nil && !client.IsNull() {
		planned.Client = r.plannedClient(client)
	}
	if roles := blocks["role"]; roles != nil && roles.IsUnknown() {
		r.deferValue()
		planned.Roles = []audit.PlannedRole{{NameDeferred: true}}
	} else if roles != nil {
		for _, role := range r.list(roles) {
			planned.Roles = append(planned.Roles, r.plannedRole(role))
		}
	}
	r.requirement.Planned = planned
}

func (r *requirementReader) plannedClient(value attr.Value) *audit.PlannedClient {
	client := &audit.PlannedClient{}
	fields := r.object(value)
	// partly reads a field and notes whether anything in it is deferred.
	partly := func(name audit.PlannedField, read func(attr.Value)) {
		field := fields[string(name)]
		switch {
		case value.IsUnknown():
		case field == nil || field.IsNull():
			return
		case !field.IsUnknown():
			if r.whole(func() { read(field) }) {
				return
			}
		}
		r.deferValue()
		client.Deferred = append(client.Deferred, name)
	}
	text := func(field **string) func(attr.Value) {
		return func(value attr.Value) {
			given := r.stringOf(value)
			*field = &given
		}
	}
	partly(audit.PlannedName, text(&client.Name))
	partly(audit.PlannedGrantType, func(value attr.Value) {
		grantType := currentGrantType(r.stringOf(value))
		client.GrantType = &grantType
	})
	partly(audit.PlannedState, text(&client.State))
	partly(audit.PlannedScopes, func(value attr.Value) { client.Scopes = r.elements(value) })
	partly(audit.PlannedTokenValidity, func(value attr.Value) {
		if number, ok := value.(types.Int64); ok {
			client.TokenValiditySeconds = number.ValueInt64Pointer()
		}
	})
	partly(audit.PlannedRoles, func(value attr.Value) {
		client.Roles = make([]audit.PlannedGrant, 0)
		for _, element := range r.list(value) {
			grant := arguments(r.object(element))
			role, division := grant.text("role"), grant.text("division")
			if element.IsUnknown() || role.IsUnknown() || division.IsUnknown() {
				r.deferValue()
				continue
			}
			client.Roles = append(client.Roles, audit.PlannedGrant{Role: role.ValueString(), Division: division.ValueString()})
		}
	})
	return client
}

func (r *requirementReader) plannedRole(value attr.Value) audit.PlannedRole {
	fields := arguments(r.object(value))
	name := fields.text("name")
	if value.IsUnknown() || name.IsUnknown() {
		r.deferValue()
		return audit.PlannedRole{NameDeferred: true}
	}
	role := audit.PlannedRole{Name: name.ValueString()}
	role.Deferred = !r.whole(func() {
		if permissions := fields["permissions"]; permissions.IsUnknown() {
			r.deferValue()
		} else if !permissions.IsNull() {
			role.Permissions = r.elements(permissions)
		}
		policies := fields["permission_policies"]
		switch {
		case policies.IsUnknown():
			r.deferValue()
		case !policies.IsNull():
			role.Policies = make([]access.Policy, 0)
			for _, element := range r.list(policies) {
				if policy, known := r.plannedPolicy(element); known {
					role.Policies = append(role.Policies, policy)
				}
			}
		}
	})
	return role
}

// plannedPolicy is a policy of which everything is known.
func (r *requirementReader) plannedPolicy(value attr.Value) (policy access.Policy, known bool) {
	fields := arguments(r.object(value))
	known = r.whole(func() {
		domain, entity := fields.text("domain"), fields.text("entity_name")
		actions, conditions := fields["action_set"], fields["conditions"]
		if value.IsUnknown() || domain.IsUnknown() || entity.IsUnknown() || actions.IsUnknown() || conditions.IsUnknown() {
			r.deferValue()
			return
		}
		policy = access.Policy{Domain: domain.ValueString(), Entity: entity.ValueString(), Actions: r.elements(actions)}
		policy.Conditional = len(r.list(conditions)) > 0
	})
	return policy, known
}

// whole tells whether nothing was deferred by what read has read.
func (r *requirementReader) whole(read func()) bool {
	before := r.requirement.Deferred[r.name]
	delete(r.requirement.Deferred, r.name)
	read()
	deferred := r.requirement.Deferred[r.name]
	if before {
		r.deferValue()
	}
	return !deferred
}

// object are the attributes of an object or a block; none while it is unknown.
func (r *requirementReader) object(value attr.Value) map[string]attr.Value {
	object, ok := value.(types.Object)
	if !ok || object.IsNull() {
		r.invalid("One of the objects is null.")
		return nil
	}
	return object.Attributes()
}

// list are the elements of a list.
func (r *requirementReader) list(value attr.Value) []attr.Value {
	list, ok := value.(types.List)
	if !ok {
		r.invalid("The value is not a list.")
	}
	return list.Elements()
}

// plannedProblems are the contradictions in the block planned, and between it and the client that is named.
func (a arguments) plannedProblems() diag.Diagnostics {
	var diags diag.Diagnostics
	report := func(summary string, detail ...string) {
		diags.AddAttributeError(path.Root(string(audit.ArgPlanned)), summary, wrap(detail...))
	}
	planned, ok := a[string(audit.ArgPlanned)].(types.Object)
	if !ok || planned.IsNull() || planned.IsUnknown() {
		return nil
	}
	if client, ok := planned.Attributes()["client"].(types.Object); ok && !client.IsNull() && !client.IsUnknown() {
		name, meant := arguments(client.Attributes()).text("name"), a.text("client_name")
		isKnown := func(text types.String) bool { return !text.IsNull() && !text.IsUnknown() }
		if isKnown(name) && isKnown(meant) && !name.Equal(meant) {
			report("Two names for one client", fmt.Sprintf("client_name is %q, and the planned name is %q.", meant.ValueString(), name.ValueString()),
				"To rename a client, set `client_id`. Otherwise correct one of the names.")
		}
	}
	if roles, ok := planned.Attributes()["role"].(types.List); ok {
		seen := make(map[string]bool)
		for _, element := range roles.Elements() {
			role, ok := element.(types.Object)
			if !ok {
				continue
			}
			name := arguments(role.Attributes()).text("name").ValueString()
			if folded := strings.ToLower(name); name != "" && seen[folded] {
				report("A role is planned twice", "Two role blocks of planned have the name "+strconv.Quote(name)+
					", and the platform does not accept two roles whose names differ only in case.", "Merge the two blocks.")
			} else {
				seen[folded] = true
			}
		}
	}
	return diags
}
