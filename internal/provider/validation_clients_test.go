package provider

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// fleetSize is the number of OAuth clients that one validation has to bear.
const fleetSize = 10_000

// fleetOrganization has many clients with one of 60 roles each, and an auditor among them.
func fleetOrganization(size int) emulator.Organization {
	policy := func(domain, entity string, actions ...string) genesyscloud.PermissionPolicy {
		return genesyscloud.PermissionPolicy{Domain: domain, EntityName: entity, ActionSet: actions}
	}
	validity := int64(3600)
	o := emulator.Organization{
		Region:       "us-east-1",
		Organization: genesyscloud.Organization{ID: "organization", Name: "Acme US", Version: 1},
		Roles: []genesyscloud.Role{{ID: "auditing", Name: "Auditing", PermissionPolicies: genesyscloud.List[genesyscloud.PermissionPolicy]{
			policy("oauth", "client", "view"), policy("authorization", "role", "view"),
		}}},
	}
	for i := range 60 {
		role := genesyscloud.Role{ID: fmt.Sprintf("role-%d", i), Name: fmt.Sprintf("Role %d", i), Permissions: genesyscloud.List[string]{}}
		for j := range 30 {
			role.PermissionPolicies = append(role.PermissionPolicies, policy(fmt.Sprintf("domain%d", j%7), fmt.Sprintf("entity%d", j), "view", "edit"))
		}
		o.Roles = append(o.Roles, role)
	}
	for i := range size {
		client := emulator.Client{Secret: fmt.Sprintf("secret of client %d", i), OAuthClient: genesyscloud.OAuthClient{
			ID: fmt.Sprintf("3fa27c91-64de-4b0a-8c15-%012d", i), Name: fmt.Sprintf("Integration Client %d", i), State: "active",
			AuthorizedGrantType: "CLIENT-CREDENTIALS", AccessTokenValiditySeconds: &validity,
			Scope:         genesyscloud.List[string]{"analytics:export", "analytics:read", "org:read"},
			RoleDivisions: genesyscloud.List[genesyscloud.RoleDivision]{{RoleID: fmt.Sprintf("role-%d", i%60), DivisionID: "*"}},
		}}
		if i == 0 {
			client.ID, client.Name, client.Secret = "auditor", "Auditor", "secret"
			client.RoleDivisions = genesyscloud.List[genesyscloud.RoleDivision]{{RoleID: "auditing", DivisionID: "*"}}
		}
		o.Clients = append(o.Clients, client)
	}
	return o
}

// argument is a value of an argument or a block of the validation.
func (p *process) argument(name string, plain any) tftypes.Value {
	p.t.Helper()
	of, ok := p.schemas.ResourceSchemas[validationType].ValueType().(tftypes.Object)
	if !ok {
		p.t.Fatal("a validation is no object")
	}
	return ValueOf(of.AttributeTypes[name], plain)
}

// clientsBlock is a block `clients` with the fields given.
func (p *process) clientsBlock(fields map[string]any) tftypes.Value {
	return p.argument("clients", fields)
}

// startFleet serves an organization with a fleet, and a process that audits it.
func startFleet(t *testing.T, size int, change func(*emulator.Organization), faults ...emulator.Fault) (*process, *emulator.Emulator) {
	t.Helper()
	organization := fleetOrganization(size)
	if change != nil {
		change(&organization)
	}
	platform, err := NewEmulator(emulator.State{Organizations: []emulator.Organization{organization}})
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range faults {
		platform.AddFault(fault)
	}
	server := httptest.NewServer(platform)
	t.Cleanup(server.Close)
	return startProcess(t, fixedClock, topLevelConfig("us-east-1", server.URL, "auditor")), platform
}

// withFaultyClients takes the scope org:read from 13 clients, lets the tokens of two live too long, and disables one.
func withFaultyClients(o *emulator.Organization) {
	long := int64(86400)
	for i := range o.Clients {
		switch {
		case i >= 10 && i < 23:
			o.Clients[i].Scope = genesyscloud.List[string]{fmt.Sprintf("scope%d", i)}
		case i == 30 || i == 31:
			o.Clients[i].AccessTokenValiditySeconds = &long
		case i == 35:
			o.Clients[i].State = "disabled"
		}
	}
}

func TestFleetInEveryForm(t *testing.T) {
	t.Parallel()
	p, _ := startFleet(t, 40, withFaultyClients)
	config := func(enforcement string) object {
		return object{
			"clients":         p.clientsBlock(map[string]any{"exclude": []string{"Auditor"}, "at_least": 39}),
			"required_scopes": set("org:read"), "max_token_validity_seconds": number(3600), "enforcement": str(enforcement),
		}
	}
	fromData, problems := p.readDataSource(config("enforce"))
	if len(problems) > 0 {
		t.Fatalf("the data source fails: %s", described(problems))
	}
	plan, problems := p.planCreate(config("warn"))
	if len(problems) > 0 {
		t.Fatalf("the resource does not only warn: %s", described(problems))
	}
	fromResource, _ := p.create(config("warn"), plan)
	fromEphemeral, problems := p.open(config("warn"))
	if len(problems) > 0 {
		t.Fatalf("the ephemeral resource does not only warn: %s", described(problems))
	}
	for _, name := range []string{"compliant", "verdict", "findings", "audited"} {
		if !fromResource[name].Equal(fromData[name]) || !fromEphemeral[name].Equal(fromData[name]) {
			t.Errorf("%s is %s in the data source, %s in the resource and %s in the ephemeral one",
				name, fromData[name], fromResource[name], fromEphemeral[name])
		}
	}
	if id := textOf(t, fromData["id"]); id != "organization/*" || !fromResource["id"].Equal(fromData["id"]) {
		t.Errorf("the id is %s in the data source and %s in the resource", id, fromResource["id"])
	}
	var audited map[string]tftypes.Value
	var clients []tftypes.Value
	if err := fromData["audited"].As(&audited); err != nil {
		t.Fatal(err)
	}
	if err := audited["clients"].As(&clients); err != nil {
		t.Fatal(err)
	}
	verdicts := make(map[string]int)
	for _, element := range clients {
		var client map[string]tftypes.Value
		if err := element.As(&client); err != nil {
			t.Fatal(err)
		}
		verdicts[textOf(t, client["verdict"])]++
		for _, name := range []string{"scopes", "roles", "decided_checks", "passed_checks"} {
			if !client[name].IsNull() {
				t.Errorf("%s of client %s is not null", name, client["id"])
			}
		}
	}
	if len(clients) != 39 || verdicts["compliant"] != 23 || verdicts["noncompliant"] != 16 {
		t.Errorf("%d clients: %v", len(clients), verdicts)
	}
	_, planProblems := p.planCreate(config("enforce"))
	_, openProblems := p.open(config("enforce"))
	if len(planProblems) != 1 || planProblems[0].Summary != "Acme US: 16 of 39 OAuth clients do not meet the requirements" {
		t.Errorf("the error is %s", described(planProblems))
	} else if diff := cmp.Diff(wantFleetDetail, planProblems[0].Detail[:strings.LastIndex(planProblems[0].Detail, ", 127.0.0.1")]); diff != "" {
		t.Errorf("the detail (-want +got):\n%s", diff)
	}
	if described(planProblems) != described(openProblems) {
		t.Errorf("the resource says\n%s\nand the ephemeral resource\n%s", described(planProblems), described(openProblems))
	}
	alone, platform := startFleet(t, 40, withFaultyClients)
	alone.planCreate(config("enforce"))
	paths := make(map[string]int)
	for _, request := range platform.Requests() {
		if paths[request.Path]++; paths[request.Path] > 1 {
			t.Errorf("%d requests for %s, for 39 clients", paths[request.Path], request.Path)
		}
	}
	if paths["/api/v2/oauth/clients"] == 0 || len(paths) > 10 {
		t.Errorf("the requests are %v", paths)
	}
}

const wantFleetDetail = `3 of 6 checks failed.

OAuth clients: 23 compliant, 16 noncompliant.

client_state     The client is disabled: it gets no tokens, and those
                 already issued are invalid.
                 Client "Integration Client 35".
                 Set the client to active under Admin > Integrations >
                 OAuth, or use another one.
scope            org:read is missing.
                 Clients "Integration Client 10", "Integration Client 11",
                 "Integration Client 12", "Integration Client 13",
                 "Integration Client 14", "Integration Client 15",
                 "Integration Client 16", "Integration Client 17",
                 "Integration Client 18", "Integration Client 19" and 3
                 more.
                 Correct the name if it is mistyped. Otherwise, add it under
                 Admin > Integrations > OAuth, then issue a new token:
                 tokens already issued keep their scopes.
token_validity   The client's tokens live for 86400 seconds; at most 3600
                 are allowed.
                 Clients "Integration Client 30", "Integration Client 31".
                 Shorten the token duration of the client under Admin >
                 Integrations > OAuth.

Worth knowing:
scope_unknown    The platform's scope list does not contain org:read.
                 Clients "Integration Client 10", "Integration Client 11",
                 "Integration Client 12", "Integration Client 13",
                 "Integration Client 14", "Integration Client 15",
                 "Integration Client 16", "Integration Client 17",
                 "Integration Client 18", "Integration Client 19" and 3
                 more.
                 Correct the name, unless the scope is known to exist.

Organization organization`

// What is wrong with the list of the clients never passes, and nor does too short a list.
func TestNoFaultOfTheClientListPasses(t *testing.T) {
	t.Parallel()
	const path = "/api/v2/oauth/clients"
	for name, test := range map[string]struct {
		fault   emulator.Fault
		atLeast int
		want    string
	}{
		"forbidden":             {emulator.Fault{Path: path, Status: 403}, 0, "oauth:client:view"},
		"broken":                {emulator.Fault{Path: path, Status: 500}, 0, "500"},
		"cut off":               {emulator.Fault{Path: path, Kind: emulator.FaultTruncate}, 0, path},
		"not whole":             {emulator.Fault{Path: path, Body: `{"total":2,"entities":[]}`}, 0, "total"},
		"empty":                 {emulator.Fault{Path: path, Body: `{"total":0,"entities":[]}`}, 1, "No OAuth client"},
		"fewer than there were": {emulator.Fault{}, 7, "6 OAuth clients match the clients block; at_least is 7"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var faults []emulator.Fault
			if test.fault.Path != "" {
				faults = append(faults, test.fault)
			}
			p, _ := startFleet(t, 6, nil, faults...)
			config := object{"clients": p.clientsBlock(map[string]any{"at_least": test.atLeast}), "required_scopes": set("org:read")}
			data, _ := p.readDataSource(config)
			if verdict := textOf(t, data["verdict"]); verdict == "compliant" {
				t.Errorf("the data source is %s", verdict)
			}
			_, planProblems := p.planCreate(config)
			if !strings.Contains(strings.Join(strings.Fields(described(planProblems)), " "), test.want) {
				t.Errorf("the resource says %q, not %q", described(planProblems), test.want)
			}
			if _, problems := p.open(config); len(problems) == 0 {
				t.Error("the ephemeral resource passes")
			}
		})
	}
}

// While a condition of the block is unknown, nothing is decided, and the plan goes through.
func TestFleetOfUnknownConditions(t *testing.T) {
	t.Parallel()
	p, _ := startFleet(t, 6, nil)
	config := object{"clients": p.clientsBlock(map[string]any{"name_regex": tftypes.UnknownValue}), "required_scopes": set("org:read")}
	plan, problems := p.planCreate(config)
	if len(problems) > 0 {
		t.Fatalf("the plan fails: %s", described(problems))
	}
	if verdict := plan.attributes["verdict"]; verdict.IsKnown() {
		t.Errorf("the verdict is %s", verdict)
	}
}

// What the framework and we do with 10,000 clients, from the call of Terraform to the answer.
func BenchmarkFleet(b *testing.B) {
	platform, err := NewEmulator(emulator.State{Organizations: []emulator.Organization{fleetOrganization(fleetSize)}})
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(platform)
	defer server.Close()
	p := startProcess(b, fixedClock, topLevelConfig("us-east-1", server.URL, "auditor"))
	config := object{
		"clients": p.clientsBlock(nil), "required_scopes": set("org:read"), "forbidden_permissions": set("authorization:grant:add"),
		"max_token_validity_seconds": number(3600),
	}
	plan, _ := p.planCreate(config)
	state, _ := p.create(config, plan)
	schema := p.schemas.ResourceSchemas[validationType]
	encoded := p.encode(schema, state)
	b.Run("data source", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			p.readDataSource(config)
		}
	})
	b.Run("refresh", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := p.server.ReadResource(b.Context(), &tfprotov6.ReadResourceRequest{TypeName: validationType, CurrentState: encoded}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("plan again", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := p.server.PlanResourceChange(b.Context(), &tfprotov6.PlanResourceChangeRequest{
				TypeName: validationType, PriorState: encoded, ProposedNewState: encoded, Config: p.encode(schema, config),
			}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("ephemeral resource", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			p.open(config)
		}
	})
}
