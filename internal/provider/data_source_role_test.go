package provider_test

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

const (
	supervisorUS  = "1a7c1e05-4b2d-4e6f-8a15-5c9d7e31f105"
	masterAdminUS = "1a7c1e06-4b2d-4e6f-8a16-5c9d7e31f106"
)

// texts is a list of just these texts.
func texts(want ...string) knownvalue.Check { return knownvalue.ListExact(exactly(want)) }

// textSet is a set of just these texts.
func textSet(want ...string) knownvalue.Check { return knownvalue.SetExact(exactly(want)) }

func exactly(want []string) []knownvalue.Check {
	checks := make([]knownvalue.Check, len(want))
	for i, text := range want {
		checks[i] = knownvalue.StringExact(text)
	}
	return checks
}

// failsWith matches an error by its summary and what its detail says.
func failsWith(summary, detail string) *regexp.Regexp {
	return regexp.MustCompile("(?s)Error: " + says(summary).String() + ".*" + says(detail).String())
}

// stateChecks hold a data source's attributes to literal values.
func stateChecks(address string, want map[string]knownvalue.Check) []statecheck.StateCheck {
	var checks []statecheck.StateCheck
	for attribute, value := range want {
		checks = append(checks, statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), value))
	}
	return checks
}

func roleOf(arguments string) string {
	return fmt.Sprintf("\ndata \"genesysaudit_role\" \"this\" {\n  %s\n}\n", arguments)
}

func TestRoleDataSource(t *testing.T) {
	t.Parallel()
	const address = "data.genesysaudit_role.this"
	p := startPlatform(t)
	supervisor := stateChecks(address, map[string]knownvalue.Check{
		"id":              knownvalue.StringExact(supervisorUS),
		"name":            knownvalue.StringExact("Supervisor"),
		"description":     knownvalue.StringExact("Supervises queues."),
		"default_role_id": knownvalue.Null(),
		"default":         knownvalue.Bool(false),
		"base":            knownvalue.Bool(false),
		"user_count":      knownvalue.Int64Exact(0),
		"permissions":     texts("quality:evaluation:*", "routing:queue:edit", "routing:queue:view"),
		"conditions": knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{
			"domain":  knownvalue.StringExact("recording"),
			"entity":  knownvalue.StringExact("recording"),
			"actions": texts("view"),
			"condition": knownvalue.StringExact(`{"operands":[{"type":"QUEUE","value":"priority-support"}],"operator":"IN",` +
				`"variableName":"Conversation.queues"}`),
			"named_resources": texts(),
		})}),
	})
	inProcess(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{Config: p.topLevel() + roleOf(`name = "Supervisor"`), ConfigStateChecks: supervisor},
			{Config: p.topLevel() + roleOf(fmt.Sprintf("id = %q", supervisorUS)), ConfigStateChecks: supervisor},
			{
				Config: p.topLevel() + roleOf(`name = "Master Admin"`),
				ConfigStateChecks: stateChecks(address, map[string]knownvalue.Check{
					"id":              knownvalue.StringExact(masterAdminUS),
					"default_role_id": knownvalue.StringExact("admin"),
					"default":         knownvalue.Bool(true),
					"user_count":      knownvalue.Int64Exact(1),
					"permissions":     texts("*:*:*", "admin"),
					"conditions":      knownvalue.ListExact(nil),
				}),
			},
			{
				Config: p.topLevel() + roleOf(`name = "Analytics Export"`),
				ExpectError: failsWith("Role not found",
					`No role of the default organization has the name "Analytics Export". Did you mean "Analytics - Export"?`),
			},
			{
				Config:      p.topLevel() + roleOf(`name = "supervisor"`),
				ExpectError: says(`has the name "supervisor". Did you mean "Supervisor"?`),
			},
			{
				Config:      p.topLevel() + roleOf(`id = "1a7c1e05-4b2d-4e6f-8a15-5c9d7e31f106"`),
				ExpectError: says(`has the id "1a7c1e05-4b2d-4e6f-8a15-5c9d7e31f106". Did you mean "` + supervisorUS + `"`),
			},
			{
				Config:      p.topLevel() + roleOf(`name = "zzzzzzzz"`),
				ExpectError: says("has the name \"zzzzzzzz\". Correct `name`, or set `organization` to the organization that has the role."),
			},
			{
				Config:      p.topLevel() + roleOf(""),
				ExpectError: says(`one (and only one) of [id,name] is required`),
			},
			{
				PreConfig: p.change(func(s *emulator.State) {
					o := organization(s, "Acme US")
					o.Roles = append(o.Roles, genesyscloud.Role{ID: "00000000-0000-4000-8000-0000000000a1", Name: "Supervisor"})
				}),
				Config:      p.topLevel() + roleOf(`name = "Supervisor"`),
				ExpectError: says(`2 roles are named "Supervisor": 00000000-0000-4000-8000-0000000000a1, ` + supervisorUS),
			},
		},
	})
}

// Conditions come in a fixed order and a fixed form, whatever the platform's; a policy for named resources is one of them, one with an
// empty condition is not.
func TestRoleDataSourceConditions(t *testing.T) {
	t.Parallel()
	type list = genesyscloud.List[string]
	const id = "00000000-0000-4000-8000-0000000000a2"
	p := startPlatform(t, func(s *emulator.State) {
		o := organization(s, "Acme US")
		o.Roles = append(o.Roles, genesyscloud.Role{
			ID: id, Name: "Mixed", Base: true, UserCount: new(int64(42)), Permissions: list{"group_creation", "admin"},
			PermissionPolicies: genesyscloud.List[genesyscloud.PermissionPolicy]{
				{Domain: "routing", EntityName: "queue", ActionSet: list{"view", "edit"}},
				{Domain: "routing", EntityName: "queue", ActionSet: list{"view"}},
				{Domain: "routing", EntityName: "skill", ActionSet: list{"*"}, NamedResources: list{"b", "a"}},
				{Domain: "recording", EntityName: "*", ActionSet: list{"view", "delete"},
					ResourceConditionNode: []byte(`{"variableName": "Conversation.queues", "operator": "GE",
						"operands": [{"type": "SCALAR", "value": "<12345678901234567890>"}, {"value": 12345678901234567890}]}`)},
				{Domain: "recording", EntityName: "*", ActionSet: list{"view", "delete"},
					ResourceConditionNode: []byte(`{"terms": [{"variableName": "Conversation.queues", "operator": "EQ"}], "conjunction": "AND"}`)},
			},
		})
	})
	// The platform may show that there is no condition as an empty object.
	p.AddFault(emulator.Fault{Path: "/api/v2/authorization/roles/" + id, Mutate: func(body []byte) []byte {
		return bytes.Replace(body, []byte(`"actionSet":["view"],`), []byte(`"actionSet":["view"],"resourceConditionNode":{},`), 1)
	}})
	condition := func(domain, entity string, actions []string, condition knownvalue.Check, resources ...string) knownvalue.Check {
		return knownvalue.ObjectExact(map[string]knownvalue.Check{
			"domain":          knownvalue.StringExact(domain),
			"entity":          knownvalue.StringExact(entity),
			"actions":         texts(actions...),
			"condition":       condition,
			"named_resources": texts(resources...),
		})
	}
	c := newCLI(t, "main.tf", requiredProviders+p.topLevel()+roleOf(`name = "Mixed"`)+`
locals {
  condition = data.genesysaudit_role.this.conditions[1].condition
}

output "as_jsonencode" {
  value = jsonencode(jsondecode(local.condition)) == local.condition
}
`)
	c.run(0, "apply", "-no-color", "-auto-approve")
	c.assertState(append(stateChecks("data.genesysaudit_role.this", map[string]knownvalue.Check{
		"base":        knownvalue.Bool(true),
		"user_count":  knownvalue.Int64Exact(42),
		"permissions": texts("admin", "group_creation", "routing:queue:edit", "routing:queue:view"),
		"conditions": knownvalue.ListExact([]knownvalue.Check{
			condition("recording", "*", []string{"delete", "view"}, knownvalue.StringExact(
				`{"conjunction":"AND","terms":[{"operator":"EQ","variableName":"Conversation.queues"}]}`)),
			condition("recording", "*", []string{"delete", "view"}, knownvalue.StringExact(
				`{"operands":[{"type":"SCALAR","value":"\u003c12345678901234567890\u003e"},{"value":12345678901234567890}],`+
					`"operator":"GE","variableName":"Conversation.queues"}`)),
			condition("routing", "skill", []string{"*"}, knownvalue.Null(), "a", "b"),
		}),
	}), statecheck.ExpectKnownOutputValue("as_jsonencode", knownvalue.Bool(true)))...)
}

// What the platform does not show is null, never an empty list.
func TestRoleDataSourcePoliciesNotShown(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	p.AddFault(emulator.Fault{
		Path: "/api/v2/authorization/roles/{roleId}",
		Body: `{"id":"` + supervisorUS + `","name":"Supervisor","userCount":3}`,
	})
	inProcess(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config: p.topLevel() + roleOf(`name = "Supervisor"`),
			ConfigStateChecks: stateChecks("data.genesysaudit_role.this", map[string]knownvalue.Check{
				"description": knownvalue.Null(),
				"user_count":  knownvalue.Int64Exact(3),
				"permissions": knownvalue.Null(),
				"conditions":  knownvalue.Null(),
			}),
		}},
	})
}

func TestRoleDataSourceOfAnOrganization(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	inProcess(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{
				Config: p.allOrganizations() + roleOf("organization = \"acme_emea\"\n  name = \"employee\""),
				ConfigStateChecks: stateChecks("data.genesysaudit_role.this", map[string]knownvalue.Check{
					"id":          knownvalue.StringExact("2a7c1e01-4b2d-4e6f-8a21-5c9d7e31f201"),
					"permissions": texts("chat:chat:access", "directory:user:view"),
				}),
			},
			{
				Config:      p.allOrganizations() + roleOf("organization = \"acme_eme\"\n  name = \"employee\""),
				ExpectError: says(`The provider block has no organization "acme_eme".`),
			},
		},
	})
}

func TestRoleDataSourceErrors(t *testing.T) {
	t.Parallel()
	const (
		ofRoles  = "Cannot read the roles of the default organization"
		ofRole   = "Cannot read the role of the default organization"
		rolePath = "/api/v2/authorization/roles/" + supervisorUS
	)
	tests := map[string]struct {
		fault           emulator.Fault
		summary, detail string
	}{
		"roles forbidden": {
			emulator.Fault{Path: "/api/v2/authorization/roles", Status: 403, Body: deniedRoles},
			ofRoles, "Grant authorization:role:view to the auditing client",
		},
		"roles broken": {
			emulator.Fault{Path: "/api/v2/authorization/roles", Status: 500},
			ofRoles, "GET /api/v2/authorization/roles answered 500 Internal Server Error",
		},
		"role forbidden": {
			emulator.Fault{Path: rolePath, Status: 403}, ofRole, "Grant authorization:role:view to the auditing client",
		},
		"role broken": {
			emulator.Fault{Path: rolePath, Status: 500}, ofRole, "GET " + rolePath + " answered 500 Internal Server Error",
		},
		"role gone meanwhile": {
			emulator.Fault{Path: rolePath, Status: 404}, ofRole, "GET " + rolePath + " answered 404 Not Found",
		},
		"another role": {
			emulator.Fault{Path: rolePath, Body: `{"id":"` + masterAdminUS + `","name":"Master Admin"}`},
			ofRole, "it is about the id \"" + masterAdminUS + "\", not the one asked for",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startPlatform(t)
			p.AddFault(test.fault)
			inProcess(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				Steps: []resource.TestStep{{
					Config:      p.topLevel() + roleOf(`name = "Supervisor"`),
					ExpectError: failsWith(test.summary, test.detail),
				}},
			})
		})
	}
}

// The list of roles is read once, without the counts that slow it down, and each role shown once.
func TestRoleDataSourceReadsLittle(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	c := newCLI(t, "main.tf", requiredProviders+p.topLevel()+`
data "genesysaudit_role" "this" {
  for_each = toset(["Supervisor", "employee", "Master Admin"])
  name     = each.key
}
`)
	p.ResetRequests()
	c.run(0, "plan", "-no-color")
	want := []string{
		"/api/v2/authorization/roles",
		"/api/v2/authorization/roles/1a7c1e01-4b2d-4e6f-8a11-5c9d7e31f101",
		"/api/v2/authorization/roles/" + supervisorUS,
		"/api/v2/authorization/roles/" + masterAdminUS,
		"/api/v2/tokens/me",
		"/oauth/token",
	}
	if got := p.paths(); !slices.Equal(got, want) {
		t.Errorf("requests %v, want %v", got, want)
	}
}
