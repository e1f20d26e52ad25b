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
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

const clientsPath, rolesPath = "/api/v2/oauth/clients", "/api/v2/authorization/roles"

// needsTerraform skips a test, by name and with the reason, on an older Terraform and on OpenTofu, which does not have it.
func needsTerraform(t *testing.T, what, least string) {
	t.Helper()
	have, err := product()
	if err != nil {
		t.Fatal(err)
	}
	if have.Name != "Terraform" || !have.AtLeast(least, least) {
		t.Skipf("%s needs %s: Terraform %s or later, have %s %s", t.Name(), what, least, have.Name, have.Version)
	}
}

func needsListResources(t *testing.T) {
	t.Helper()
	needsTerraform(t, "list resources", "1.14.0")
}

// listBlock is the list block of a query file.
func listBlock(arguments ...string) string {
	return fmt.Sprintf("list \"genesysaudit_access_validation\" \"client\" {\n  provider = genesysaudit\n  %s\n}\n", strings.Join(arguments, "\n  "))
}

// newQuery is a working directory with a list block.
func newQuery(t *testing.T, block string, arguments ...string) cli {
	t.Helper()
	c := newCLI(t, "main.tf", requiredProviders+block)
	c.write("clients.tfquery.hcl", listBlock(arguments...))
	return c
}

// listed is what a query says of one client.
type listed struct {
	DisplayName string
	Identity    map[string]any
}

// query runs a query that must succeed; it returns what was listed and the warnings.
func (c cli) query() (results []listed, warnings string) {
	c.t.Helper()
	code, output, err := c.Output(c.t.Context(), "query", "-json")
	if err != nil || code != 0 {
		c.t.Fatalf("query: exit code %d, %v\n%s", code, err, output)
	}
	for line := range strings.Lines(output) {
		var message struct {
			Type  string `json:"type"`
			Found struct {
				DisplayName string         `json:"display_name"`
				Identity    map[string]any `json:"identity"`
			} `json:"list_resource_found"`
			Diagnostic struct {
				Detail string `json:"detail"`
			} `json:"diagnostic"`
		}
		if err := json.Unmarshal([]byte(line), &message); err != nil {
			c.t.Fatalf("%v: %s", err, line)
		}
		switch message.Type {
		case "list_resource_found":
			results = append(results, listed{message.Found.DisplayName, message.Found.Identity})
		case "diagnostic":
			warnings += message.Diagnostic.Detail
		}
	}
	return results, warnings
}

// generate writes the baseline of every client.
func (c cli) generate() string {
	c.t.Helper()
	const name = "baseline.tf"
	c.run(0, "query", "-no-color", "-generate-config-out="+name)
	content, err := os.ReadFile(filepath.Join(c.Dir, name))
	if err != nil {
		c.t.Fatal(err)
	}
	return string(content)
}

func withClients(clients ...genesyscloud.OAuthClient) func(*emulator.State) {
	return func(s *emulator.State) {
		o := organization(s, "Acme US")
		for _, c := range clients {
			o.Clients = append(o.Clients, emulator.Client{OAuthClient: c})
		}
	}
}

func manyClients(count int) func(*emulator.State) {
	clients := make([]genesyscloud.OAuthClient, count)
	for i := range clients {
		clients[i] = genesyscloud.OAuthClient{
			ID: fmt.Sprintf("00000000-0000-4000-8000-%012d", i), Name: fmt.Sprintf("Bot %03d", i), AuthorizedGrantType: "CLIENT-CREDENTIALS",
			State: "active", Scope: genesyscloud.List[string]{}, RoleDivisions: genesyscloud.List[genesyscloud.RoleDivision]{},
		}
	}
	return withClients(clients...)
}

func TestQueryListsEveryClient(t *testing.T) {
	t.Parallel()
	needsListResources(t)
	const first, second = "00000000-0000-4000-8000-0000000000c1", "00000000-0000-4000-8000-0000000000c2"
	twin := genesyscloud.OAuthClient{ID: second, Name: "Twin", AuthorizedGrantType: "CODE", State: "inactive"}
	older := twin
	older.ID = first
	p := startPlatform(t, withClients(twin, older))
	results, warnings := newQuery(t, p.topLevel()).query()
	want := []listed{
		{"Access Auditor", map[string]any{"organization": nil, "client_id": auditorUS}},
		{dashboardName, map[string]any{"organization": nil, "client_id": dashboardUS}},
		{"Twin (" + first + ")", map[string]any{"organization": nil, "client_id": first}},
		{"Twin (" + second + ")", map[string]any{"organization": nil, "client_id": second}},
	}
	if diff := cmp.Diff(want, results); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if warnings != "" {
		t.Errorf("warned: %s", warnings)
	}
	if got, want := strings.Join(p.paths(), " "), "/api/v2/oauth/clients /oauth/token"; got != want {
		t.Errorf("read %s, want %s", got, want)
	}
}

func TestQueryOfANamedOrganization(t *testing.T) {
	t.Parallel()
	needsListResources(t)
	p := startPlatform(t)
	results, _ := newQuery(t, p.allOrganizations(), `config { organization = "acme_emea" }`).query()
	want := []listed{
		{"Access Auditor", map[string]any{"organization": "acme_emea", "client_id": "b7e352a9-1d6c-4f84-93ea-48c0d7f1562b"}},
		{dashboardName, map[string]any{"organization": "acme_emea", "client_id": dashboardEMEA}},
	}
	if diff := cmp.Diff(want, results); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Terraform stops at 100 by itself; what it leaves out is said.
func TestQueryBeyondTheLimit(t *testing.T) {
	t.Parallel()
	needsListResources(t)
	p := startPlatform(t, manyClients(120))
	c := newQuery(t, p.topLevel())
	results, warnings := c.query()
	if len(results) != 100 {
		t.Errorf("%d clients are listed without a limit, want 100", len(results))
	}
	assertShows(t, warnings, "100 of the organization's 122 OAuth clients are listed. Set limit in the list block to 122 or more.")

	c.write("clients.tfquery.hcl", listBlock(`limit = 1000`))
	results, warnings = c.query()
	if len(results) != 122 || warnings != "" {
		t.Errorf("%d clients are listed with a limit of 1000, want 122; warned: %q", len(results), warnings)
	}
}

func TestQueryThatCannotRead(t *testing.T) {
	t.Parallel()
	needsListResources(t)
	tests := map[string]struct {
		fault     emulator.Fault
		arguments []string
		wantCode  int
		want      string
	}{
		"clients forbidden":      {emulator.Fault{Path: clientsPath, Status: 403}, nil, 1, "Grant oauth:client:view to the auditing client"},
		"clients cut off":        {emulator.Fault{Path: clientsPath, Kind: emulator.FaultTruncate}, nil, 1, "GET /api/v2/oauth/clients"},
		"sign-in refused":        {emulator.Fault{Path: "/oauth/token", Status: 400}, nil, 1, "Cannot read the OAuth clients"},
		"roles not needed":       {emulator.Fault{Path: rolesPath, Status: 403}, nil, 0, dashboardName},
		"roles forbidden":        {emulator.Fault{Path: rolesPath, Status: 403}, []string{`include_resource = true`}, 1, "Grant authorization:role:view"},
		"organization not known": {emulator.Fault{Path: "/none"}, []string{`config { organization = "acme_uk" }`}, 1, `no organization "acme_uk"`},
		"organization empty":     {emulator.Fault{Path: "/none"}, []string{`config { organization = "" }`}, 1, "The value is empty"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startPlatform(t)
			p.AddFault(test.fault)
			c := newQuery(t, p.topLevel("request_timeout = 3"), test.arguments...)
			assertShows(t, c.run(test.wantCode, "query", "-no-color"), test.want)
		})
	}
}

func TestQueryOfAnEmptyOrganization(t *testing.T) {
	t.Parallel()
	needsListResources(t)
	p := startPlatform(t)
	p.AddFault(emulator.Fault{Path: clientsPath, Body: `{"entities":[],"pageSize":25,"pageNumber":1,"total":0,"pageCount":1}`})
	results, warnings := newQuery(t, p.topLevel(), `include_resource = true`).query()
	if len(results) != 0 || warnings != "" {
		t.Errorf("listed %v, warned %q", results, warnings)
	}
}

// What a query writes is compliant as it is written: it is imported, and nothing else changes. From then on every difference fails the
// plan of the client that differs, and of no other.
func TestQueryWritesAnExactBaseline(t *testing.T) {
	t.Parallel()
	needsListResources(t)
	p := startPlatform(t, withRoundsman)
	c := newQuery(t, p.topLevel())
	baseline := c.generate()
	want := "/api/v2/authorization/divisions /api/v2/authorization/permissions /api/v2/authorization/roles /api/v2/oauth/clients /api/v2/tokens/me /oauth/token"
	if got := strings.Join(p.paths(), " "); got != want {
		t.Errorf("the query read %s, want %s", got, want)
	}
	assertShows(t, c.run(0, "plan", "-no-color"), "Plan: 3 to import, 0 to add, 0 to change, 0 to destroy.")
	assertShows(t, c.run(0, "apply", "-no-color", "-auto-approve"), "3 imported, 0 added, 0 changed, 0 destroyed.")
	c.assertExact(p, baseline)
}

// Clients that are out of the ordinary have a baseline too.
func TestBaselineOfUnusualClients(t *testing.T) {
	t.Parallel()
	needsListResources(t)
	const (
		everywhere = "*"
		unlisted   = "00000000-0000-4000-8000-0000000000e0"
		namesake   = "00000000-0000-4000-8000-0000000000e1"
		supervisor = "1a7c1e05-4b2d-4e6f-8a15-5c9d7e31f105"
		employee   = "1a7c1e01-4b2d-4e6f-8a11-5c9d7e31f101"
		home       = "1d4f8b21-6c3e-4a7d-9b11-2e8f6a15c101"
	)
	p := startPlatform(t, withClients(
		genesyscloud.OAuthClient{
			ID: "00000000-0000-4000-8000-0000000000d1", Name: "B user context", AuthorizedGrantType: "CODE", State: "active",
			Scope: genesyscloud.List[string]{"users", "users:readonly"},
		},
		genesyscloud.OAuthClient{
			ID: "00000000-0000-4000-8000-0000000000d2", Name: "B old spelling, ${odd} \"name\"", AuthorizedGrantType: "CLIENT_CREDENTIALS", State: "active",
			Scope: genesyscloud.List[string]{"users", "users"},
			RoleDivisions: genesyscloud.List[genesyscloud.RoleDivision]{
				{RoleID: employee, DivisionID: everywhere}, {RoleID: employee, DivisionID: home},
				{RoleID: supervisor, DivisionID: everywhere}, {RoleID: namesake, DivisionID: everywhere},
			},
		},
	), func(s *emulator.State) {
		o := organization(s, "Acme US")
		o.Roles = append(o.Roles, genesyscloud.Role{ID: namesake, Name: "Supervisor"})
	})
	// A role that the list does not name: a custom role of a product that was switched off.
	p.AddFault(emulator.Fault{Path: clientsPath, Kind: emulator.FaultMutate, Mutate: func(body []byte) []byte {
		return []byte(strings.Replace(string(body), `"roleId":"1a7c1e02-4b2d-4e6f-8a12-5c9d7e31f102"`, `"roleId":"`+unlisted+`"`, 1))
	}})
	c := newQuery(t, p.topLevel())
	baseline := folded(c.generate())
	for _, want := range []string{
		`required_roles = ["Analytics - Export", "employee"]`,
		`required_roles = ["` + namesake + `", "` + supervisor + `", "employee"]`,
		`required_scopes = ["users"]`,
		`allowed_grant_types = ["CODE"]`,
		`required_roles = null`,
		`allowed_roles = null`,
	} {
		assertShows(t, baseline, want)
	}
	// The grant of the role that is not listed cannot be codified: it fails until it is removed. Everything else passes.
	output := c.run(1, "plan", "-no-color")
	assertShows(t, output, "role_excess "+unlisted+" The role "+unlisted+" is granted, but the role list does not have it")
	if got := strings.Count(output, "Error:"); got != 1 {
		t.Errorf("%d errors, want one:\n%s", got, output)
	}
}

// A client that is not active is listed as it is; the plan says what is wrong with it.
func TestBaselineOfAnInactiveClient(t *testing.T) {
	t.Parallel()
	needsListResources(t)
	p := startPlatform(t, func(s *emulator.State) { dashboardOf(s, "Acme US").State = "inactive" })
	c := newQuery(t, p.topLevel())
	assertShows(t, folded(c.generate()), `required_scopes = ["analytics:export", "analytics:read", "org:read"]`)
	output := c.run(1, "plan", "-no-color")
	assertShows(t, output, "client_state The client is inactive")
	if got := strings.Count(output, "Error:"); got != 1 {
		t.Errorf("%d errors, want one:\n%s", got, output)
	}
}

// Off evaluates nothing, but a list is no evaluation.
func TestQueryWithEnforcementOff(t *testing.T) {
	t.Parallel()
	needsListResources(t)
	p := startPlatform(t)
	c := newQuery(t, p.topLevel(`enforcement = "off"`))
	assertShows(t, folded(c.generate()), `required_scopes = ["analytics:export", "analytics:read", "org:read"]`)
	assertShows(t, c.run(0, "plan", "-no-color"), "Plan: 2 to import, 0 to add, 2 to change, 0 to destroy.")
}

// listInProcess calls the list resource as a CLI that has list resources would, whatever the CLI at hand.
func listInProcess(t *testing.T, p *platform, limit int64) []tfprotov6.ListResourceResult {
	t.Helper()
	server, err := factories["genesysaudit"]()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	configured, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		Config: objectOf(t, schemas.Provider, map[string]string{
			"aws_region": "us-east-1", "api_url": p.url + "/us-east-1", "login_url": p.url + "/us-east-1",
			"oauthclient_id": auditorUS, "oauthclient_secret": "demo-secret-acme-us-auditor",
		}),
	})
	if err != nil || len(configured.Diagnostics) > 0 {
		t.Fatalf("%v %v", err, configured)
	}
	lister, ok := server.(tfprotov6.ListResourceServer)
	if !ok {
		t.Fatalf("%T lists nothing", server)
	}
	const name = "genesysaudit_access_validation"
	stream, err := lister.ListResource(t.Context(), &tfprotov6.ListResourceRequest{
		TypeName: name, Limit: limit, IncludeResource: true, Config: objectOf(t, schemas.ListResourceSchemas[name], nil),
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.Collect(stream.Results)
}

// objectOf is a configuration with some texts set and everything else null.
func objectOf(t *testing.T, schema *tfprotov6.Schema, texts map[string]string) *tfprotov6.DynamicValue {
	t.Helper()
	objectType, ok := schema.ValueType().(tftypes.Object)
	if !ok {
		t.Fatalf("%T is no object", schema.ValueType())
	}
	values := make(map[string]tftypes.Value, len(objectType.AttributeTypes))
	for name, attributeType := range objectType.AttributeTypes {
		values[name] = tftypes.NewValue(attributeType, nil)
		if text, ok := texts[name]; ok {
			values[name] = tftypes.NewValue(attributeType, text)
		}
	}
	config, err := tfprotov6.NewDynamicValue(objectType, tftypes.NewValue(objectType, values))
	if err != nil {
		t.Fatal(err)
	}
	return &config
}

func TestListRespectsTheLimit(t *testing.T) {
	t.Parallel()
	p := startPlatform(t, manyClients(8))
	for limit, want := range map[int64][]string{
		2:  {"Access Auditor", "Bot 000"},
		9:  {"Access Auditor", "Bot 000", "Bot 001", "Bot 002", "Bot 003", "Bot 004", "Bot 005", "Bot 006", "Bot 007"},
		10: {"Access Auditor", "Bot 000", "Bot 001", "Bot 002", "Bot 003", "Bot 004", "Bot 005", "Bot 006", "Bot 007", dashboardName},
		11: {"Access Auditor", "Bot 000", "Bot 001", "Bot 002", "Bot 003", "Bot 004", "Bot 005", "Bot 006", "Bot 007", dashboardName},
	} {
		var names []string
		warnings := 0
		for _, result := range listInProcess(t, p, limit) {
			names = append(names, result.DisplayName)
			warnings += len(result.Diagnostics)
			if result.Identity == nil || result.Resource == nil {
				t.Errorf("limit %d: %s has no identity or no resource", limit, result.DisplayName)
			}
		}
		if diff := cmp.Diff(want, names); diff != "" {
			t.Errorf("limit %d (-want +got):\n%s", limit, diff)
		}
		if leftOut := limit < 10; (warnings == 1) != leftOut || warnings > 1 {
			t.Errorf("limit %d: %d warnings, although clients are left out is %t", limit, warnings, leftOut)
		}
	}
}

func TestListPushesItsErrors(t *testing.T) {
	t.Parallel()
	for _, path := range []string{clientsPath, rolesPath, divisionsPath, permissionsPath} {
		p := startPlatform(t)
		p.AddFault(emulator.Fault{Path: path, Status: 403})
		results := listInProcess(t, p, 100)
		if len(results) != 1 || len(results[0].Diagnostics) != 1 || results[0].Diagnostics[0].Severity != tfprotov6.DiagnosticSeverityError {
			t.Errorf("%s is forbidden, and the list is %v, want one error", path, results)
		}
	}
}

// What the list writes of a client is the whole of its access, and passes. A grant of a role that is not there any more is the exception: nothing can
// be demanded of it.
func TestListCodifiesTheWholeAccess(t *testing.T) {
	t.Parallel()
	const gone = "00000000-0000-4000-8000-0000000000e0"
	p := startPlatform(t, withRoundsman, withClients(genesyscloud.OAuthClient{
		ID: "00000000-0000-4000-8000-0000000000f1", Name: "Someone's", AuthorizedGrantType: "CODE", State: "active", Scope: genesyscloud.List[string]{"users"},
	}))
	p.AddFault(emulator.Fault{Path: clientsPath, Kind: emulator.FaultMutate, Mutate: func(body []byte) []byte { // Access Auditor's
		return []byte(strings.Replace(string(body), `"roleId":"1a7c1e04-4b2d-4e6f-8a14-5c9d7e31f104"`, `"roleId":"`+gone+`"`, 1))
	}})
	server, err := factories["genesysaudit"]()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	resourceType := schemas.ResourceSchemas["genesysaudit_access_validation"].ValueType()
	got := make(map[string]map[string]string)
	for _, result := range listInProcess(t, p, 100) {
		if len(result.Diagnostics) > 0 {
			t.Fatalf("%s: %v", result.DisplayName, result.Diagnostics[0])
		}
		value, err := result.Resource.Unmarshal(resourceType)
		if err != nil {
			t.Fatal(err)
		}
		got[result.DisplayName] = givenArguments(t, value)
	}
	want := map[string]map[string]string{
		roundsman: {
			"client_id": roundsmanUS, "verdict": "compliant", "allowed_grant_types": "CLIENT-CREDENTIALS",
			"required_scopes": "", "allowed_scopes": "", "required_roles": "Supervisor", "allowed_roles": "", "role_divisions": "Supervisor: Home",
			"allowed_permissions":       "group_creation quality:evaluation:* recording:recording:view routing:queue:edit routing:queue:view",
			"accept_conditional_grants": "true", "ignore_access_policies": "true",
			"required_permissions": "quality:evaluation:add quality:evaluation:assign quality:evaluation:delete quality:evaluation:edit " +
				"quality:evaluation:editAgentSignoff quality:evaluation:editScore quality:evaluation:release quality:evaluation:searchAny " +
				"quality:evaluation:view recording:recording:view routing:queue:edit routing:queue:view",
		},
		dashboardName: {
			"client_id": dashboardUS, "verdict": "compliant", "allowed_grant_types": "CLIENT-CREDENTIALS",
			"required_scopes": "analytics:export analytics:read org:read", "allowed_scopes": "",
			"required_roles": "Analytics - Export Analytics - Read employee", "allowed_roles": "",
			"role_divisions":         "Analytics - Export: * / Analytics - Read: * / employee: Home",
			"allowed_permissions":    "analytics:conversationAggregate:view analytics:conversationDetail:view analytics:dataExport:* chat:chat:access directory:user:view",
			"ignore_access_policies": "true",
			"required_permissions": "analytics:conversationAggregate:view analytics:conversationDetail:view analytics:dataExport:add analytics:dataExport:view " +
				"chat:chat:access directory:user:view",
		},
		"Someone's": {
			"client_id": "00000000-0000-4000-8000-0000000000f1", "verdict": "compliant", "allowed_grant_types": "CODE", "required_scopes": "users", "allowed_scopes": "",
		},
		"Access Auditor": {
			"client_id": auditorUS, "verdict": "undetermined", "allowed_grant_types": "CLIENT-CREDENTIALS", "required_scopes": "", "allowed_scopes": "",
			"required_roles": "", "allowed_roles": "", "allowed_permissions": "",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// givenArguments are the arguments of a validation that are not null, and its verdict, as one text each.
func givenArguments(t *testing.T, value tftypes.Value) map[string]string {
	t.Helper()
	var attributes map[string]tftypes.Value
	if err := value.As(&attributes); err != nil {
		t.Fatal(err)
	}
	given := make(map[string]string)
	for name, attribute := range attributes {
		if !attribute.IsNull() && !slices.Contains([]string{"id", "audited", "findings", "compliant"}, name) {
			given[name] = textOf(t, attribute)
		}
	}
	return given
}

func textOf(t *testing.T, value tftypes.Value) string {
	t.Helper()
	var (
		text    string
		flag    bool
		list    []tftypes.Value
		members map[string]tftypes.Value
		parts   []string
	)
	switch {
	case value.As(&text) == nil:
		return text
	case value.As(&flag) == nil:
		return fmt.Sprint(flag)
	case value.As(&list) == nil:
		for _, element := range list {
			parts = append(parts, textOf(t, element))
		}
		slices.Sort(parts)
		return strings.Join(parts, " ")
	case value.As(&members) == nil:
		for name, member := range members {
			parts = append(parts, name+": "+textOf(t, member))
		}
		slices.Sort(parts)
		return strings.Join(parts, " / ")
	}
	t.Fatalf("%s is no text", value)
	return ""
}
