package provider_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// The second half of the fault matrix: everything else that the provider reads. What shows evidence instead of judging it must show what
// there is, or say what it could not read; what decides later must not keep an earlier pass.

const (
	rolePath      = "/api/v2/authorization/roles/desk"
	timeoutPath   = "/api/v2/tokens/timeout"
	trustorsPath  = "/api/v2/orgauthorization/trustors"
	trusteesPath  = "/api/v2/orgauthorization/trustees"
	startPath     = "/api/v2/usage/client/service/aggregates/query/jobs"
	resultsPath   = startPath + "/{jobId}"
	resultsPrefix = startPath + "/"
)

// reading is something that the provider reads without being asked for a verdict at plan.
type reading struct {
	name  string
	show  func(ctx context.Context, t *testing.T, server tfprotov6.ProviderServer, schemas *tfprotov6.GetProviderSchemaResponse) judged
	reads []string
	// blocks are read for a part of the answer that stays null, with a warning, when the auditor lacks the permission for it.
	blocks []string
	// verdict tells that what cannot be read makes the verdict undetermined, and no error.
	verdict bool
}

var readings = []reading{
	{name: "authorizations", show: dataSource("genesysaudit_authorizations", nil), reads: []string{authorizationPath, tokenPath}},
	{name: "client", show: dataSource("genesysaudit_oauth_client", map[string]string{"id": "service"}),
		reads: []string{divisionsPath, rolesPath, clientsPath, tokenPath}},
	{name: "clients", show: dataSource("genesysaudit_oauth_clients", nil), reads: []string{divisionsPath, rolesPath, clientsPath, tokenPath}},
	{name: "organization", show: dataSource("genesysaudit_organization", nil),
		reads:  []string{settingsPath, organizationPath, mediaPath, timeoutPath, tokenPath},
		blocks: []string{settingsPath, mediaPath}},
	{name: "role", show: dataSource("genesysaudit_role", map[string]string{"name": "Desk"}), reads: []string{rolesPath, rolePath, tokenPath}},
	{name: "token", show: dataSource("genesysaudit_token", nil), reads: []string{ownTokenPath, tokenPath}},
	{name: "trusts", show: dataSource("genesysaudit_trusts", nil), reads: []string{trusteesPath, trustorsPath, tokenPath},
		blocks: []string{trusteesPath, trustorsPath}},
	{name: "usage", show: dataSource("genesysaudit_client_usage", map[string]string{"client_id": "service"}),
		reads: []string{rolesPath, clientsPath, startPath, resultsPath, tokenPath}},
	{name: "policies", show: dataSource("genesysaudit_access_policies", nil), reads: []string{policiesPath, tokenPath}},
	{name: "changes", show: dataSource("genesysaudit_changes", map[string]string{"role_id": "desk"}),
		reads: []string{realtimePath, mappingPath, tokenPath}},
	{name: "import", show: imported, reads: []string{divisionsPath, permissionsPath, rolesPath, clientsPath, ownTokenPath, tokenPath}, verdict: true},
	{name: "list", show: queried, reads: []string{divisionsPath, permissionsPath, rolesPath, clientsPath, ownTokenPath, tokenPath}, verdict: true},
}

func dataSource(typeName string, arguments map[string]string) func(
	context.Context, *testing.T, tfprotov6.ProviderServer, *tfprotov6.GetProviderSchemaResponse) judged {
	return func(ctx context.Context, t *testing.T, server tfprotov6.ProviderServer, schemas *tfprotov6.GetProviderSchemaResponse) judged {
		t.Helper()
		schema := schemas.DataSourceSchemas[typeName]
		answer, err := server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: objectOf(t, schema, arguments)})
		if err != nil {
			t.Fatal(err)
		}
		return shownFrom(t, answer.Diagnostics, schema, answer.State)
	}
}

func imported(ctx context.Context, t *testing.T, server tfprotov6.ProviderServer, schemas *tfprotov6.GetProviderSchemaResponse) judged {
	t.Helper()
	answer, err := server.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: validationOf, ID: "service"})
	if err != nil {
		t.Fatal(err)
	}
	var states []*tfprotov6.DynamicValue
	for _, resource := range answer.ImportedResources {
		states = append(states, resource.State)
	}
	return shownFrom(t, answer.Diagnostics, schemas.ResourceSchemas[validationOf], states...)
}

func queried(ctx context.Context, t *testing.T, server tfprotov6.ProviderServer, schemas *tfprotov6.GetProviderSchemaResponse) judged {
	t.Helper()
	lister, ok := server.(tfprotov6.ListResourceServer)
	if !ok {
		t.Fatalf("%T lists nothing", server)
	}
	stream, err := lister.ListResource(ctx, &tfprotov6.ListResourceRequest{
		TypeName: validationOf, Config: objectOf(t, schemas.ListResourceSchemas[validationOf], nil), IncludeResource: true, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var diagnostics []*tfprotov6.Diagnostic
	var resources []*tfprotov6.DynamicValue
	for result := range stream.Results {
		diagnostics = append(diagnostics, result.Diagnostics...)
		if result.Resource != nil {
			resources = append(resources, result.Resource)
		}
	}
	return shownFrom(t, diagnostics, schemas.ResourceSchemas[validationOf], resources...)
}

func shownFrom(t *testing.T, diagnostics []*tfprotov6.Diagnostic, schema *tfprotov6.Schema, states ...*tfprotov6.DynamicValue) judged {
	t.Helper()
	var j judged
	for _, diagnostic := range diagnostics {
		j.failed = j.failed || diagnostic.Severity == tfprotov6.DiagnosticSeverityError
		j.text += diagnostic.Summary + " " + diagnostic.Detail + "\n"
	}
	for _, state := range states {
		value, err := state.Unmarshal(schema.ValueType())
		if err != nil {
			t.Fatal(err)
		}
		if !value.IsNull() && !j.failed {
			j.values += value.String() + "\n"
		}
	}
	j.compliant = strings.Contains(j.values, `"verdict":tftypes.String<"compliant">`)
	j.text = folded(j.text + j.values)
	return j
}

// readsState is the organization of the matrix, with what only the data sources show.
func readsState(more int) emulator.State {
	state := matrixState(more)
	org := &state.Organizations[0]
	auditing := &org.Roles[0]
	auditing.PermissionPolicies = append(auditing.PermissionPolicies,
		genesyscloud.PermissionPolicy{Domain: "authorization", EntityName: "orgTrustor", ActionSet: []string{"view"}},
		genesyscloud.PermissionPolicy{Domain: "authorization", EntityName: "orgTrustee", ActionSet: []string{"view"}})
	addPermission(org, "authorization:orgTrustor:view")
	addPermission(org, "authorization:orgTrustee:view")
	for i := range more + 2 {
		partner := &genesyscloud.Organization{ID: fmt.Sprintf("partner-%03d", i), Name: fmt.Sprintf("Partner %03d", i)}
		org.Trustors = append(org.Trustors, genesyscloud.Trustor{ID: partner.ID, Enabled: true, Organization: partner})
		org.Trustees = append(org.Trustees, genesyscloud.Trustee{ID: partner.ID, Enabled: true, Organization: partner})
	}
	auditing.PermissionPolicies = append(auditing.PermissionPolicies,
		genesyscloud.PermissionPolicy{Domain: "usage", EntityName: "client", ActionSet: []string{"view"}},
		genesyscloud.PermissionPolicy{Domain: "audits", EntityName: "audit", ActionSet: []string{"view"}})
	addPermission(org, "usage:client:view")
	addPermission(org, "audits:audit:view")
	for day := 26; day <= 31; day++ { // the clock of a case begins with the year 2000
		org.Audits = append(org.Audits, emulator.AuditEvent{
			ID: fmt.Sprint("event-", day), ServiceName: "PeoplePermissions", EntityType: "Role", Action: "Update", Status: "SUCCESS",
			EventDate: fmt.Sprintf("1999-12-%dT10:00:00Z", day), Entity: emulator.EntityRef{ID: "desk", Name: "Desk"},
			User: &emulator.EntityRef{ID: "robot"}, RemoteIP: []string{"203.0.113.7"},
			PropertyChanges: []emulator.PropertyChange{{Property: "name", OldValues: []string{"Old"}, NewValues: []string{"Desk"}}}})
	}
	org.Clients[1].Usage = []emulator.UsageRow{{UsageRow: genesyscloud.UsageRow{
		TemplateURI: "/api/v2/oauth/clients", HTTPMethod: "GET", Requests: 5, Status200: 4, Status400: 1}}}
	return state
}

// sayable are the edits that leave an answer another answer; it is shown as it is.
var sayable = []string{absent, "null", "unknown", "empty", "emptied", "negative", "twice"}

// wrongTypes are the edits that put a value of another type in the place of one.
var wrongTypes = []string{"a number", "an object", "a list", "text", "with null", "fraction"}

// Everything else that the provider reads, times everything that can be wrong with an answer: it is an error that names the request, or a
// block that is null and a warning that names it, or what is shown is what it was, because the fault is in a field that nothing shows.
func TestNoFaultIsShownAsEvidence(t *testing.T) {
	t.Parallel()
	var faults, unread atomic.Int64
	t.Cleanup(func() {
		t.Logf("%d faults, 0 passes; %d of them in fields that nothing shows", faults.Load(), unread.Load())
	})
	for _, r := range readings {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			m := newMatrixRunOn(t, scene{reads: r.reads}, readsState)
			schemas := providerSchemas(t)
			m.ask = func(ctx context.Context, t *testing.T, server tfprotov6.ProviderServer) judged {
				t.Helper()
				return r.show(ctx, t, server, schemas)
			}
			truth := map[*emulator.Emulator]string{}
			for _, e := range []*emulator.Emulator{m.long, m.short} {
				j := m.judge(t, e, "no fault")
				if truth[e] = j.values; j.failed || j.values == "" {
					t.Fatalf("without a fault it shows nothing: %s", j.text)
				}
			}
			read := templates(requested(m.short))
			if !slices.Contains(r.reads, ownTokenPath) {
				// Whose token it is, is read for everything. What is shown does not rest on it.
				read = slices.DeleteFunc(read, func(path string) bool { return path == ownTokenPath })
			}
			if diff := cmp.Diff(r.reads, read); diff != "" {
				t.Fatalf("it reads (-want +got):\n%s", diff)
			}
			for _, path := range r.reads {
				m.cases(t, path, func(e *emulator.Emulator, f matrixFault) {
					_, what, _ := strings.Cut(f.name, " ")
					if slices.Contains(sayable, what) {
						return
					}
					if path == startPath && slices.Contains([]string{"404", "501"}, f.name) {
						return // the older endpoints are read
					}
					if thinned(r.name+path+f.name, 3, 0) {
						return
					}
					request, _, _ := strings.Cut(methodOf(path)+" "+path, "{")
					j := m.judge(t, e, request+": "+f.name, m.scene.on(path, f.Fault)...)
					faults.Add(1)
					named := strings.Contains(j.text, request) || f.name == tooLate && strings.Contains(j.text, heldBack)
					switch {
					case !m.applied:
						t.Errorf("%s: %s: nothing was wrong with any answer", request, f.name)
					case j.failed && named:
					case slices.Contains(wrongTypes, what) && j.values == truth[e]:
						unread.Add(1)
					case !j.failed && named && r.verdict && !j.compliant:
					case !j.failed && named && f.Status == 403 && slices.Contains(r.blocks, path) && j.values != truth[e]:
					default:
						t.Errorf("%s: %s: it is shown as evidence, or not named: %s", request, f.name, j.text)
					}
				})
			}
		})
	}
}

// templates are paths with parameters in the places of the ids that differ from run to run.
func templates(paths []string) []string {
	for i, path := range paths {
		if strings.HasPrefix(path, resultsPrefix) {
			paths[i] = resultsPath
		}
	}
	return slices.Compact(paths)
}

// What was compliant is judged anew when it is refreshed, and when it is applied: a fault that only then appears is no pass.
func TestNoFaultKeepsAPass(t *testing.T) {
	t.Parallel()
	var faults atomic.Int64
	t.Cleanup(func() { t.Logf("%d faults, 0 passes", faults.Load()) })
	for _, s := range scenes {
		for _, form := range []string{"refresh", "apply"} {
			t.Run(s.name+", "+form, func(t *testing.T) {
				t.Parallel()
				m := newMatrixRunOn(t, s, matrixState)
				config := newFormConfig(t, "resource", s.arguments)
				identity := &tfprotov6.ResourceIdentityData{}
				var planned, applied *tfprotov6.DynamicValue
				m.ask = func(ctx context.Context, t *testing.T, server tfprotov6.ProviderServer) judged {
					t.Helper()
					plan, err := server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
						TypeName: validationOf, Config: &config.config, ProposedNewState: &config.proposed, PriorState: &config.nothing})
					if err != nil {
						t.Fatal(err)
					}
					planned = plan.PlannedState
					answer, err := server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
						TypeName: validationOf, Config: &config.config, PlannedState: planned, PriorState: &config.nothing})
					if err != nil {
						t.Fatal(err)
					}
					applied, identity = answer.NewState, answer.NewIdentity
					return judgedFrom(t, config, answer.Diagnostics, applied)
				}
				if j := m.judge(t, m.short, "no fault"); !j.passed() {
					t.Fatalf("without a fault it does not pass: %s", j.text)
				}
				m.ask = func(ctx context.Context, t *testing.T, server tfprotov6.ProviderServer) judged {
					t.Helper()
					if form == "refresh" {
						answer, err := server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
							TypeName: validationOf, CurrentState: applied, CurrentIdentity: identity})
						if err != nil {
							t.Fatal(err)
						}
						return judgedFrom(t, config, answer.Diagnostics, answer.NewState)
					}
					answer, err := server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
						TypeName: validationOf, Config: &config.config, PlannedState: planned, PriorState: &config.nothing})
					if err != nil {
						t.Fatal(err)
					}
					return judgedFrom(t, config, answer.Diagnostics, answer.NewState)
				}
				if j := m.judge(t, m.short, "no fault"); !j.passed() {
					t.Fatalf("without a fault it does not pass: %s", j.text)
				}
				for _, path := range s.reads {
					request := methodOf(path) + " " + path
					for _, f := range wireFaults() {
						if slices.Contains(costly, f.name) || thinned(s.name+form+path+f.name, 8, 0) {
							continue
						}
						j := m.judge(t, m.short, request+": "+f.name, s.on(path, f.Fault)...)
						faults.Add(1)
						named := strings.Contains(j.text, request) || f.name == tooLate && strings.Contains(j.text, heldBack) ||
							path == userPath && f.name == "404" // which says that there is no such user
						if j.passed() || !m.applied || !named || j.failed != (form == "apply") {
							t.Errorf("%s: %s: passed %t, applied %t, failed %t: %s", request, f.name, j.passed(), m.applied, j.failed, j.text)
						}
					}
				}
			})
		}
	}
}
