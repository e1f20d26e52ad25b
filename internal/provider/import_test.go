package provider_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/provider"
)

func needsIdentity(t *testing.T) {
	t.Helper()
	needsTerraform(t, "identities of resources", "1.12.0")
}

// dashboardBaseline demands what the dashboard has in Acme US.
const dashboardBaseline = `client_id = "` + dashboardUS + `"
  required_scopes     = ["analytics:export", "analytics:read", "org:read"]
  allowed_scopes    = []
  required_roles      = ["Analytics - Export", "Analytics - Read", "employee"]
  allowed_roles     = []
  role_divisions = {
    "Analytics - Export" = ["*"]
    "Analytics - Read"   = ["*"]
    "employee"           = ["Home"]
  }
  required_permissions = [
    "analytics:conversationAggregate:view", "analytics:conversationDetail:view", "analytics:dataExport:add", "analytics:dataExport:view",
    "chat:chat:access", "directory:user:view",
  ]
  allowed_permissions = [
    "analytics:conversationAggregate:view", "analytics:conversationDetail:view", "analytics:dataExport:*", "chat:chat:access", "directory:user:view",
  ]
  ignore_access_policies = true
  allowed_grant_types = ["CLIENT-CREDENTIALS"]`

// stored is the validation in the state file.
type stored struct {
	Values   map[string]any `json:"attributes"`
	Identity map[string]any `json:"identity"`
}

func (c cli) stored() stored {
	c.t.Helper()
	instances := c.instances(validationOf, "this")
	if len(instances) != 1 {
		c.t.Fatalf("%d validations in state, want 1", len(instances))
	}
	var found stored
	if err := json.Unmarshal(instances[0], &found); err != nil {
		c.t.Fatal(err)
	}
	return found
}

// An import takes up the client as it is: a configuration that says the same has nothing to change.
func TestImportCommand(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		block        func(*platform) string
		organization string
		id           string
		want         any
	}{
		"client": {func(p *platform) string { return p.topLevel() }, "", dashboardUS, nil},
		"organization and client": {func(p *platform) string { return p.allOrganizations() },
			`organization = "acme_us"`, "acme_us/" + dashboardUS, "acme_us"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startPlatform(t)
			c := newCLI(t, "main.tf", requiredProviders+test.block(p)+validation(dashboardBaseline, test.organization))
			c.run(0, "import", "-no-color", gate, test.id)
			state := c.stored()
			for attribute, want := range map[string]any{
				"id": organizationUS + "/" + dashboardUS, "organization": test.want, "client_id": dashboardUS, "client_name": nil,
				"compliant": true, "verdict": "compliant", "allowed_roles": []any{},
				"required_scopes": []any{"analytics:export", "analytics:read", "org:read"}, "endpoints": nil, "waivers": nil,
			} {
				if diff := cmp.Diff(want, state.Values[attribute]); diff != "" {
					t.Errorf("%s (-want +got):\n%s", attribute, diff)
				}
			}
			assertShows(t, c.run(0, "plan", "-no-color", "-detailed-exitcode"), "No changes")
		})
	}
}

func TestImportBlock(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		target     string
		byIdentity bool
		arguments  string
		wantCode   int
		want       string
	}{
		"by id": {
			`id = "` + dashboardUS + `"`, false, dashboardBaseline, 0, "Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.",
		},
		"by id of another configuration": {
			`id = "` + dashboardUS + `"`, false, dashboardArguments, 0, "Plan: 1 to import, 0 to add, 1 to change, 0 to destroy.",
		},
		"by id against a violated configuration": {
			`id = "` + dashboardUS + `"`, false, dashboardBaseline + "\n  max_token_validity_seconds = 60", 1, "token_validity",
		},
		"by identity": {
			`identity = { client_id = "` + dashboardUS + `" }`, true, dashboardBaseline, 0,
			"Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.",
		},
		"by identity without a client": {
			`identity = { client_id = "" }`, true, dashboardBaseline, 1, "The id is the client's id",
		},
		"by identity of an organization without a name": {
			`identity = { organization = "", client_id = "` + dashboardUS + `" }`, true, dashboardBaseline, 1, "The id is the client's id",
		},
		"by identity of an organization that is not there": {
			`identity = { organization = "acme_uk", client_id = "` + dashboardUS + `" }`, true, dashboardBaseline, 1, `no organization "acme_uk"`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.byIdentity {
				needsIdentity(t)
			}
			p := startPlatform(t)
			c := newCLI(t, "main.tf", requiredProviders+p.topLevel()+validation(test.arguments)+
				fmt.Sprintf("import {\n  to = %s\n  %s\n}\n", gate, test.target))
			assertShows(t, c.run(test.wantCode, "plan", "-no-color"), test.want)
			if test.wantCode == 0 {
				assertShows(t, c.run(0, "apply", "-no-color", "-auto-approve"), "1 imported")
				c.run(0, "plan", "-no-color", "-detailed-exitcode")
			}
		})
	}
}

// Terraform 1.5 and later write a configuration for an import block by themselves; it is the baseline.
func TestImportBlockGeneratesTheBaseline(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	c := newCLI(t, "main.tf", requiredProviders+p.topLevel()+fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", gate, dashboardUS))
	const plan = "Plan: 1 to import, 0 to add, 0 to change, 0 to destroy."
	assertShows(t, c.run(0, "plan", "-no-color", "-generate-config-out=generated.tf"), plan)
	assertShows(t, c.run(0, "plan", "-no-color"), plan)
	p.change(withScope("Acme US", "users"))()
	assertShows(t, c.run(1, "plan", "-no-color"), "scope_excess")
}

func TestImportOfWhatNamesNoClient(t *testing.T) {
	t.Parallel()
	const form = "Give the client's id for the default organization, or organization/client_id for an entry of `organizations`"
	p := startPlatform(t)
	c := newCLI(t, "main.tf", requiredProviders+p.allOrganizations()+validation(dashboardBaseline))
	assertHides(t, c.run(1, "import", "-no-color", gate, " "), "an error in the provider")
	for id, want := range map[string]string{
		"": `id = "" does not say which OAuth client to import. ` + form, " ": form, "/": form, "/" + dashboardUS: form, "acme_us/": form, "acme_us/ ": form, " /" + dashboardUS: form,
		"acme_uk/" + dashboardUS: `no organization "acme_uk". It has "acme_apac", "acme_emea", "acme_us".`,
		"a/b/" + dashboardUS:     `no organization "a/b"`,
	} {
		if said := folded(importInProcess(t, p.allOrganizations(), id)); !strings.Contains(said, "Error: ") || !strings.Contains(said, want) {
			t.Errorf("%q: want %q in:\n%s", id, want, said)
		}
	}
	if len(p.Requests()) > 0 {
		t.Errorf("an import asked for %v", p.paths())
	}
}

func TestImportThatCannotRead(t *testing.T) {
	t.Parallel()
	for _, path := range []string{clientsPath, rolesPath, divisionsPath, permissionsPath} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			p := startPlatform(t)
			p.AddFault(emulator.Fault{Path: path, Status: 403})
			c := newCLI(t, "main.tf", requiredProviders+p.topLevel()+validation(dashboardBaseline))
			assertShowsAll(t, c.run(1, "import", "-no-color", gate, dashboardUS), "Cannot read the", "GET "+path+" answered 403")
		})
	}
}

// An import never fails because of a violation, not even that there is no such client; the plan does.
func TestImportOfAMissingClient(t *testing.T) {
	t.Parallel()
	const missing = "00000000-0000-4000-8000-0000000000ff"
	p := startPlatform(t)
	c := newCLI(t, "main.tf", requiredProviders+p.topLevel()+validation(`client_id = "`+missing+`"`, anyDemand))
	output := c.run(0, "import", "-no-color", gate, missing)
	assertShows(t, output, "The organization has no OAuth client of its own with the id "+missing+", so the import stored only the id.")
	if got := c.stored().Values["verdict"]; got != "noncompliant" {
		t.Errorf("verdict %v, want noncompliant", got)
	}
	assertShows(t, c.run(1, "plan", "-no-color"), "The organization has no OAuth client with the id "+missing)
}

func TestImportWithEnforcementOffReadsNothing(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	c := newCLI(t, "main.tf", requiredProviders+p.topLevel(`enforcement = "off"`)+validation(dashboardBaseline))
	c.run(0, "import", "-no-color", gate, dashboardUS)
	if got := c.stored().Values["compliant"]; got != nil {
		t.Errorf("compliant is %v, although nothing was evaluated", got)
	}
	if len(p.Requests()) > 0 {
		t.Errorf("enforcement is off, yet the platform was asked for %v", p.paths())
	}
	// What is not evaluated at import is evaluated later.
	c.write("main.tf", requiredProviders+p.topLevel()+validation(dashboardBaseline))
	assertShows(t, c.run(0, "apply", "-no-color", "-auto-approve"), "1 changed")
	c.run(0, "plan", "-no-color", "-detailed-exitcode")
}

// The identity is there whatever happens to the client: without one, every run of the validation would be an error.
func TestIdentityThroughTheLifeOfAValidation(t *testing.T) {
	t.Parallel()
	have, err := product()
	if err != nil {
		t.Fatal(err)
	}
	// An older Terraform and OpenTofu keep no identity: there the steps must merely succeed.
	keepsIdentity := have.Name == "Terraform" && have.AtLeast("1.12.0", "1.12.0")
	const first, second = "00000000-0000-4000-8000-0000000000a1", "00000000-0000-4000-8000-0000000000a2"
	p := startPlatform(t)
	config := func(arguments ...string) string {
		return requiredProviders + p.topLevel() + validation(append(arguments, `enforcement = "warn"`, anyDemand)...)
	}
	named := func(id string) func(*emulator.State) {
		return func(s *emulator.State) {
			o := organization(s, "Acme US")
			o.Clients = slices.DeleteFunc(o.Clients, func(c emulator.Client) bool { return c.Name == "Nobody" })
			if id != "" {
				withClients(genesyscloud.OAuthClient{ID: id, Name: "Nobody", AuthorizedGrantType: "CLIENT-CREDENTIALS", State: "active"})(s)
			}
		}
	}
	c := newCLI(t, "main.tf", config(`client_name = "Nobody"`))
	assertIdentity := func(step, want string) {
		t.Helper()
		if !keepsIdentity {
			return
		}
		if diff := cmp.Diff(map[string]any{"organization": nil, "client_id": want}, c.stored().Identity); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step, diff)
		}
	}
	apply := func(arguments ...string) {
		t.Helper()
		c.run(0, append([]string{"apply", "-no-color", "-auto-approve"}, arguments...)...)
	}

	apply()
	assertIdentity("created without the client", "-")
	p.change(named(first))()
	apply()
	assertIdentity("the client is there", first)
	p.change(named(second))()
	apply("-refresh-only")
	assertIdentity("another client has the name", second)
	if !keepsIdentity && !provider.FullSize() {
		assertShows(t, c.run(0, "destroy", "-no-color", "-auto-approve"), "1 destroyed")
		return
	}
	p.change(named(""))()
	apply("-refresh-only")
	assertIdentity("the client is gone", second)
	c.Setenv("GENESYSAUDIT_ENFORCEMENT", "off")
	apply()
	assertIdentity("enforcement is off", second)
	c.Setenv("GENESYSAUDIT_ENFORCEMENT", "warn")
	c.write("main.tf", config(`client_id = "`+dashboardUS+`"`))
	apply()
	assertIdentity("turned to another client", dashboardUS)
	c.write("main.tf", config(`client_id = "`+first+`"`))
	apply()
	assertIdentity("turned to a client that is not there", first)
	c.write("main.tf", config(`client_name = "Nobody"`))
	apply()
	assertIdentity("turned to no client", "-")
	c.write("main.tf", config())
	apply()
	assertIdentity("turned to the provider's own client", auditorUS)
	withoutIdentity(c)
	c.run(0, "plan", "-no-color", "-detailed-exitcode")
	apply()
	assertShows(t, c.run(0, "destroy", "-no-color", "-auto-approve"), "1 destroyed")
}

// withoutIdentity makes the state what a CLI or a release without identities left behind.
func withoutIdentity(c cli) {
	c.t.Helper()
	name := filepath.Join(c.Dir, "terraform.tfstate")
	content, err := os.ReadFile(name)
	if err != nil {
		c.t.Fatal(err)
	}
	var state map[string]json.RawMessage
	var resources []map[string]json.RawMessage
	unmarshal := func(raw []byte, into any) {
		c.t.Helper()
		if err := json.Unmarshal(raw, into); err != nil {
			c.t.Fatal(err)
		}
	}
	unmarshal(content, &state)
	unmarshal(state["resources"], &resources)
	for _, resource := range resources {
		var instances []map[string]json.RawMessage
		unmarshal(resource["instances"], &instances)
		for _, instance := range instances {
			delete(instance, "identity")
			delete(instance, "identity_schema_version")
		}
		resource["instances"] = c.marshal(instances)
	}
	state["resources"] = c.marshal(resources)
	content = c.marshal(state)
	if strings.Contains(string(content), "identity") {
		c.t.Fatalf("an identity is left: %s", content)
	}
	c.write("terraform.tfstate", string(content))
}

func (c cli) marshal(value any) []byte {
	c.t.Helper()
	content, err := json.Marshal(value)
	if err != nil {
		c.t.Fatal(err)
	}
	return content
}
