package provider_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
)

// The official provider cannot be had here. These have the shapes of its resources: input is what is known when they are planned, and the id,
// which only an apply makes, is as unknown as theirs.
const (
	plannedRole = `
resource "terraform_data" "auth_role" {
  input = {
    name        = "Queue Reader"
    description = "Reads queues."
    permissions = toset([])
    permission_policies = toset([{
      domain      = "routing"
      entity_name = "queue"
      action_set  = toset(["view"])
      conditions  = toset([])
    }])
  }
}
`
	plannedCondition = `toset([{
        conjunction = "AND"
        terms = toset([{
          variable_name = "Conversation.queues"
          operator      = "EQ"
          operands      = toset([{ type = "QUEUE", queue_id = "", user_id = "", value = "x" }])
        }])
      }])`
	plannedOAuthClient = `
resource "terraform_data" "oauth_client" {
  input = {
    name                          = "Wallboard"
    description                   = "Shows queues."
    access_token_validity_seconds = 3600
    registered_redirect_uris      = toset(null)
    authorized_grant_type         = "CLIENT-CREDENTIALS"
    scopes                        = toset([])
    state                         = "active"
  }
}
`
	plannedBlock = `
    planned {
      client {
        name                   = terraform_data.oauth_client.input.name
        grant_type             = terraform_data.oauth_client.input.authorized_grant_type
        scopes                 = terraform_data.oauth_client.input.scopes
        state                  = terraform_data.oauth_client.input.state
        token_validity_seconds = terraform_data.oauth_client.input.access_token_validity_seconds
        roles                  = [{ role = terraform_data.auth_role.input.name, division = "*" }]
      }
      role {
        name                = terraform_data.auth_role.input.name
        permissions         = terraform_data.auth_role.input.permissions
        permission_policies = terraform_data.auth_role.input.permission_policies
      }
    }
`
	plannedDemands = `
  endpoints                  = ["GET /api/v2/routing/queues"]
  allowed_roles              = ["Queue Reader"]
  allowed_scopes             = []
  max_token_validity_seconds = 3600
  allowed_grant_types        = ["CLIENT-CREDENTIALS"]
`
)

// plannedGate is a validation in one of its forms, beside a resource that is made after it.
func plannedGate(form, arguments string) string {
	kind := "resource"
	switch form {
	case "data":
		kind = form
	case "ephemeral":
		kind = form
	}
	return fmt.Sprintf("\n%s \"genesysaudit_access_validation\" \"this\" {\n%s\n}\n", kind, arguments)
}

// A client and a role that do not exist yet are judged as they are planned, in every form, and again when they have been made.
func TestPlannedClientAndRole(t *testing.T) {
	t.Parallel()
	needsEphemeralResources(t)
	for _, form := range []string{"resource", "ephemeral", "data"} {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			p := startPlatform(t)
			main := requiredProviders + p.topLevel() + plannedRole + plannedOAuthClient + plannedGate(form, plannedDemands+plannedBlock)
			if form == "data" {
				main += "output \"verdict\" {\n  value = data.genesysaudit_access_validation.this.verdict\n}\n"
			}
			c := newCLI(t, "main.tf", main)
			c.run(0, "plan", "-no-color")
			c.run(0, "apply", "-no-color", "-auto-approve")
			c.run(0, "plan", "-no-color", "-detailed-exitcode")
			if form == "data" {
				assertShowsAll(t, c.run(0, "output", "-no-color"), `verdict = "compliant"`)
			}

			// A condition of the official provider's shape, an action less, and a role more than is allowed each change the verdict.
			c.write("main.tf", replaced(t, main, "conditions  = toset([])", "conditions = "+plannedCondition))
			if form == "data" {
				assertShowsAll(t, c.run(0, "apply", "-no-color", "-auto-approve"), `verdict = "undetermined"`)
				return
			}
			assertShowsAll(t, c.run(1, "plan", "-no-color"), "could not be audited completely",
				`routing:queue:view is granted by role "Queue Reader" only under a condition.`,
				`This describes the state after the planned change (a new OAuth client, the role "Queue Reader").`)
			c.write("main.tf", replaced(t, main, `action_set  = toset(["view"])`, `action_set  = toset(["add"])`))
			assertShowsAll(t, c.run(1, "plan", "-no-color"),
				`Acme US: "Wallboard" would be unable to call GET /api/v2/routing/queues after the planned change`,
				"routing:queue:view is not granted.",
				`This describes the state after the planned change (a new OAuth client, the role "Queue Reader").`,
				"Make the change in the configuration: an apply would undo a change made elsewhere.")
			c.write("main.tf", replaced(t, main, "division = \"*\" }]", "division = \"*\" }, { role = \"Supervisor\", division = \"Support\" }]"))
			assertShowsAll(t, c.run(1, "plan", "-no-color"), `"Wallboard" would not meet the requirements after the planned change`,
				`"Supervisor" is neither required nor among allowed_roles.`)
		})
	}
}

// An existing role that loses a policy, and an existing client that gains a role, are judged before either is done.
func TestPlannedChangeOfWhatExists(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	demands := fmt.Sprintf("client_id = %q\nrequired_permissions = [\"analytics:dataExport:view\"]\n", dashboardUS)
	c := newCLI(t, "main.tf", requiredProviders+p.topLevel()+validation(demands))
	c.run(0, "plan", "-no-color")

	c.write("main.tf", requiredProviders+p.topLevel()+validation(demands+`
  planned {
    role {
      name                = "Analytics - Export"
      permission_policies = []
    }
  }`))
	assertShowsAll(t, c.run(1, "plan", "-no-color"), `"Compliance Dashboard" would not meet the requirements after the planned change`,
		"analytics:dataExport:view is not granted", `This describes the state after the planned change (the role "Analytics - Export").`)

	c.write("main.tf", requiredProviders+p.topLevel()+validation(demands+`
  forbidden_permissions = ["*:*:delete"]
  planned {
    client {
      roles = [{ role = "Analytics - Export", division = "Home" }, { role = "Master Admin", division = "*" }]
    }
  }`))
	assertShowsAll(t, c.run(1, "plan", "-no-color"), `*:*:delete is forbidden`, "This describes the state after the planned change (the client's roles).")
}

// What only an apply makes known fails no plan. What is known is decided at once, and the rest when it is known.
func TestPlannedValuesThatAreNotKnownYet(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	main := requiredProviders + p.topLevel() + plannedRole + plannedOAuthClient
	byID := strings.NewReplacer(
		"role = terraform_data.auth_role.input.name, division", "role = terraform_data.auth_role.output.name, division",
		"permission_policies = terraform_data.auth_role.input", "permission_policies = terraform_data.auth_role.output",
		"scopes                 = terraform_data.oauth_client.input", "scopes = terraform_data.oauth_client.output",
	).Replace(plannedBlock)
	c := newCLI(t, "main.tf", main+validation(plannedDemands+byID))
	c.run(0, "plan", "-no-color", "-out=tfplan")
	c.run(0, "apply", "-no-color", "tfplan")

	// The token lives too long, whatever the rest turns out to be.
	c = newCLI(t, "main.tf", main+validation(replaced(t, plannedDemands, "seconds = 3600", "seconds = 600")+byID))
	assertShowsAll(t, c.run(1, "plan", "-no-color"), "The client's tokens live for 3600 seconds; at most 600 are allowed.",
		"The rest is decided at apply, when all values are known.")

	// The role lacks the permission, which shows at apply.
	c = newCLI(t, "main.tf", replaced(t, main, `toset(["view"])`, `toset(["add"])`)+validation(plannedDemands+byID))
	c.run(0, "plan", "-no-color")
	assertShowsAll(t, c.run(1, "apply", "-no-color", "-auto-approve"), "routing:queue:view is not granted.")

	// The id of a client that is to be made.
	c = newCLI(t, "main.tf", main+validation("client_id = terraform_data.oauth_client.id\n"+
		replaced(t, plannedDemands, "seconds = 3600", "seconds = 600")+plannedBlock))
	assertShowsAll(t, c.run(1, "plan", "-no-color"), "at most 600 are allowed", `"Wallboard" would not meet`)
}

// A plan of a client that does not exist yet and says too little is not decided.
func TestPlannedClientThatIsNotDescribed(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	c := newCLI(t, "main.tf", requiredProviders+p.topLevel()+validation(`allowed_scopes = []
  planned {
    client {
      name       = "Wallboard"
      grant_type = "CLIENT-CREDENTIALS"
      state      = "active"
    }
  }`))
	assertShowsAll(t, c.run(1, "plan", "-no-color"), "The planned client does not exist yet, and the planned block leaves out its scopes.",
		"Set scopes in the client block of planned.")
	c.write("main.tf", requiredProviders+p.topLevel()+validation(`client_name = "Walboard"
  allowed_scopes = []
  planned {
    client {
      scopes = []
    }
  }`))
	assertShowsAll(t, c.run(1, "plan", "-no-color"), `there is no OAuth client "Walboard"`)
	c.write("main.tf", requiredProviders+p.topLevel()+validation(`required_permissions = ["routing:queue:view"]
  planned {
    client {
      name       = "Wallboard"
      grant_type = "CLIENT-CREDENTIALS"
      state      = "active"
      roles      = [{ role = "Supervisr", division = "*" }]
    }
  }`))
	assertShowsAll(t, c.run(1, "plan", "-no-color"), `A planned grant names the role "Supervisr", which is neither planned nor in the organization.`,
		`Did you mean "Supervisor"?`)
}

// The CLI drops a name that it does not know in an object. None of them can be left out, so that each mistyped name is an error.
func TestMistypedNamesInPlannedAreErrors(t *testing.T) {
	t.Parallel()
	const policy = `{ domain = "routing", entity_name = "queue", action_set = ["view"], conditions = [{ conjunction = "AND" }] }`
	write := func(client, role string) string {
		return validation(`required_permissions = ["routing:queue:view"]
  planned {
    client {
      name = "Wallboard"
      ` + client + `
    }
    role {
      name = "Reader"
      ` + role + `
    }
  }`)
	}
	other := func(arguments string) string { return validation("required_roles = [\"A\"]\n" + arguments) }
	tests := map[string]struct{ config, says string }{
		"none":               {write(`roles = [{ role = "Reader", division = "*" }]`, "permission_policies = ["+policy+"]"), ""},
		"role":               {write(`roles = [{ rolle = "Reader", division = "*" }]`, ""), `"role" is required`},
		"division":           {write(`roles = [{ role = "Reader", divison = "*" }]`, ""), `"division" is required`},
		"conditions":         {write("", "permission_policies = ["+replaced(t, policy, "conditions", "condition")+"]"), `"conditions" is required`},
		"action set":         {write("", "permission_policies = ["+replaced(t, policy, "action_set", "actions")+"]"), `"action_set" is required`},
		"policies":           {write("", "permision_policies = ["+policy+"]"), `An argument named "permision_policies" is not expected here`},
		"scopes":             {write(`scope = []`, ""), `An argument named "scope" is not expected here`},
		"null conditions":    {write("", "permission_policies = ["+replaced(t, policy, `conditions = [{ conjunction = "AND" }]`, "conditions = null")+"]"), "conditions"},
		"beside clients":     {other("clients {}\nplanned {}"), "clients"},
		"two names":          {other("client_name = \"A\"\nplanned {\nclient {\nname = \"B\"\n}\n}"), "Two names for one client"},
		"a role twice":       {other("planned {\nrole {\nname = \"A\"\n}\nrole {\nname = \"a\"\n}\n}"), "A role is planned twice"},
		"unknown state":      {other("planned {\nclient {\nstate = \"activ\"\n}\n}"), "active"},
		"unknown grant type": {other("planned {\nclient {\ngrant_type = \"PKCE\"\n}\n}"), "CODE"},
	}
	configs := map[string]string{}
	for name, test := range tests {
		configs[name] = test.config
	}
	for name, said := range validatedTogether(t, "provider \"genesysaudit\" {}\n", configs) {
		if want := tests[name].says; (said == "") != (want == "") || !strings.Contains(said, want) {
			t.Errorf("%s: want %q in: %s", name, want, said)
		}
	}
}

// A planned role may have many policies, and a planned client needs no more requests than one that is there.
func TestPlannedRoleOfManyPolicies(t *testing.T) {
	t.Parallel()
	p := startPlatform(t, func(state *emulator.State) { slices.Reverse(organization(state, "Acme US").Roles) })
	var policies strings.Builder
	for i := range 100 {
		fmt.Fprintf(&policies, "{ domain = \"routing\", entity_name = \"thing%d\", action_set = [\"view\"], conditions = [] },\n", i)
	}
	c := newCLI(t, "main.tf", requiredProviders+p.topLevel()+validation(`required_permissions = ["routing:queue:view"]
  planned {
    client {
      name       = "Wallboard"
      grant_type = "CLIENT-CREDENTIALS"
      state      = "active"
      roles      = [{ role = "Reader", division = "*" }]
    }
    role {
      name                = "Reader"
      permissions         = []
      permission_policies = [
`+policies.String()+`{ domain = "routing", entity_name = "queue", action_set = ["view"], conditions = [] },
      ]
    }
  }`))
	c.run(0, "plan", "-no-color")
	if paths := p.paths(); len(paths) > 7 {
		t.Errorf("%d requests: %v", len(paths), paths)
	}
}

func assertShowsAll(t *testing.T, output string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		assertShows(t, output, want)
	}
}

const plannedGuide = "templates/guides/judge-a-planned-change.md"

// The validation of the guide is judged as it stands there, with the values of its resources in their shapes.
func TestPlannedGuide(t *testing.T) {
	t.Parallel()
	content := readExample(t, filepath.Join(moduleDir, plannedGuide))
	blocks := terraformBlock.FindAllStringSubmatch(content, -1)
	if len(blocks) != 2 {
		t.Fatalf("%d configurations, want the resources and the validation", len(blocks))
	}
	for _, line := range []string{`name        = "Queue Reader"`, `domain      = "routing"`, `entity_name = "queue"`, `action_set  = ["view"]`,
		`name                          = "Wallboard"`, `authorized_grant_type         = "CLIENT-CREDENTIALS"`, `access_token_validity_seconds = 3600`} {
		if !strings.Contains(blocks[0][1], line) {
			t.Errorf("the resources of the guide have no line %q, so that those of the test are others", line)
		}
	}
	main := plannedRole + plannedOAuthClient + strings.NewReplacer(
		"genesyscloud_auth_role.queue_reader", "terraform_data.auth_role.input", "genesyscloud_oauth_client.wallboard", "terraform_data.oauth_client.input",
	).Replace(blocks[1][1])
	c := newExample(t, "versions.tf", requiredProviders, "main.tf", main)
	assertShows(t, c.run(0, "plan", "-no-color"), "3 to add")
	c.run(0, "apply", "-no-color", "-auto-approve")

	c.write("main.tf", replaced(t, main, `toset(["view"])`, `toset(["add"])`))
	output := c.run(1, "plan", "-no-color")
	shown := regexp.MustCompile("(?s)```text\n(.*?)```").FindStringSubmatch(content)
	for paragraph := range strings.SplitSeq(shown[1], "\n\n") {
		assertShows(t, output, paragraph)
	}
}

// The rules of the guide find what breaks them, and answer what they ask.
func TestOneRuleGuide(t *testing.T) {
	t.Parallel()
	needsEphemeralResources(t)
	content := readExample(t, filepath.Join(moduleDir, "templates", "guides", "one-rule-for-every-client.md"))
	blocks := make(map[string]string) // by the name of what they declare first
	for _, match := range terraformBlock.FindAllStringSubmatch(content, -1) {
		declared := regexp.MustCompile(`(?m)^(?:resource|data|ephemeral) "\w+" "(\w+)"`).FindStringSubmatch(match[1])
		blocks[declared[1]] = match[1]
	}
	for _, rule := range []struct {
		name   string
		breaks func(*emulator.State)
		says   string
	}{
		{"no_escalation", withRole("Acme US", "Master Admin"), "1 of 1 OAuth client"},
		{"token_lifetime", func(state *emulator.State) {
			client(organization(state, "Acme US"), dashboardName).AccessTokenValiditySeconds = new(int64(172800))
		}, "The client's tokens live for 172800 seconds; at most 86400 are allowed."},
		{"tokens", func(state *emulator.State) {
			client(organization(state, "Acme US"), dashboardName).AccessTokenValiditySeconds = new(int64(172800))
		}, "The client's tokens live for 172800 seconds; at most 86400 are allowed."},
		{"grant_types", func(state *emulator.State) {
			client(organization(state, "Acme US"), dashboardName).AuthorizedGrantType = "PASSWORD"
		}, "The grant type PASSWORD is not allowed"},
		{"all", func(state *emulator.State) { client(organization(state, "Acme US"), dashboardName).Name = "dashboard" },
			"The name of an OAuth client must have two or more words"},
	} {
		t.Run(rule.name, func(t *testing.T) {
			t.Parallel()
			p := startPlatform(t)
			c := newCLI(t, "main.tf", requiredProviders+p.topLevel()+blocks[rule.name])
			c.run(0, "plan", "-no-color")
			p.change(rule.breaks)()
			assertShows(t, c.run(1, "plan", "-no-color"), rule.says)
		})
	}
	c := newExample(t, "versions.tf", requiredProviders, "main.tf", blocks["export"])
	assertShowsAll(t, c.run(0, "plan", "-no-color"), `can_export = [ + "Compliance Dashboard"`, "not_decided = []")
	c = newExample(t, "main.tf", blocks["of"])
	assertShows(t, c.run(0, "plan", "-no-color"), "differences = [")
}
