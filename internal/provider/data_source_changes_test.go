package provider_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/provider"
)

const (
	changesAddress = "data.genesysaudit_changes.this"
	mappingPath    = "/api/v2/audits/query/realtime/servicemapping"
	realtimePath   = "/api/v2/audits/query/realtime"

	roleOfGrant = "00000000-0000-4000-8000-00000000000a"
	adminUser   = "00000000-0000-4000-8000-00000000000b"
)

func changesOf(arguments ...string) string {
	return fmt.Sprintf("\ndata \"genesysaudit_changes\" \"this\" {\n  %s\n}\n", strings.Join(arguments, "\n  "))
}

func changesOfClient(id string, more ...string) string {
	return changesOf(append(more, fmt.Sprintf("client_id = %q", id))...)
}

// recorded is an event of the audit trail, of the service that the emulator's own events have.
func recorded(id, date, entityType, action, entityID, entityName string) emulator.AuditEvent {
	return emulator.AuditEvent{
		ID: id, EventDate: date, ServiceName: "PeoplePermissions", EntityType: entityType, Action: action, Status: "SUCCESS",
		Entity: emulator.EntityRef{ID: entityID, Name: entityName},
	}
}

// withTrail lets Acme US have an audit trail of the days before now.
func withTrail(events ...emulator.AuditEvent) func(*emulator.State) {
	return func(s *emulator.State) { organization(s, "Acme US").Audits = events }
}

// auditedDays is a trail with changes of the dashboard's client and of a role, and of others.
func auditedDays() []emulator.AuditEvent {
	ofUser := recorded("e3", "2026-03-01T09:30:00.250Z", "OAuthClient", "Update", dashboardUS, dashboardName)
	ofUser.User, ofUser.Client = &emulator.EntityRef{ID: adminUser}, &emulator.EntityRef{ID: "admin-ui"}
	ofUser.RemoteIP = []string{"203.0.113.7"}
	ofUser.PropertyChanges = []emulator.PropertyChange{
		{Property: "scope", OldValues: []string{"analytics:export", "org:read"}, NewValues: []string{"org:read"}},
		{Property: "clientSecret", OldValues: []string{"sh0wn-by-the-trail"}, NewValues: []string{"an0ther-one"}},
	}
	grant := recorded("e2", "2026-02-27T23:00:00Z", "Role", "MemberAdd", roleOfGrant, dashboardUS+"--"+roleOfGrant+"--"+organizationUS)
	grant.Client = &emulator.EntityRef{ID: "terraform", Name: "Terraform"}
	failed := recorded("e1", "2026-02-25T00:00:00Z", "OAuthClient", "Delete", dashboardUS, dashboardName)
	failed.Status = "FAILURE"
	return []emulator.AuditEvent{
		recorded("before", "2026-02-23T23:59:59.999Z", "OAuthClient", "Create", dashboardUS, dashboardName), failed, grant,
		recorded("ofRole", "2026-02-28T08:00:00Z", "Role", "Update", roleOfGrant, "Analytics"), ofUser,
		recorded("otherClient", "2026-03-01T09:31:00Z", "OAuthClient", "Update", auditorUS, "Access Auditor"),
		recorded("otherGrant", "2026-03-01T09:32:00Z", "Role", "MemberRemove", "r2", auditorUS+"--r2--"+organizationUS),
		recorded("otherType", "2026-03-01T09:33:00Z", "Division", "Update", dashboardUS, "Not a client"),
		recorded("otherForm", "2026-03-01T09:34:00Z", "Role", "Update", "r2", dashboardUS),
	}
}

func atNow() []emulator.Option { return []emulator.Option{emulator.WithClock(now)} }

func TestChangesDataSource(t *testing.T) {
	t.Parallel()
	keepSecret(t, "sh0wn-by-the-trail", "an0ther-one")
	exactly := knownvalue.StringExact
	change := func(id, date, entityType, action, entityID, entityName string, more map[string]knownvalue.Check) knownvalue.Check {
		all := map[string]knownvalue.Check{
			"id": exactly(id), "time": exactly(date), "entity_type": exactly(entityType), "action": exactly(action),
			"entity_id": exactly(entityID), "entity_name": exactly(entityName), "status": exactly("SUCCESS"),
			"actor_type": knownvalue.Null(), "actor_id": knownvalue.Null(), "actor_name": knownvalue.Null(),
			"through_client_id": knownvalue.Null(), "remote_addresses": texts(), "property_changes": knownvalue.ListExact(nil),
			"entity_changes": knownvalue.ListExact(nil),
		}
		for name, check := range more {
			all[name] = check
		}
		return knownvalue.ObjectExact(all)
	}
	ofUser := change("e3", "2026-03-01T09:30:00.25Z", "OAuthClient", "Update", dashboardUS, dashboardName, map[string]knownvalue.Check{
		"actor_type": exactly("user"), "actor_id": exactly(adminUser), "actor_name": exactly("Ada Admin"),
		"through_client_id": exactly("admin-ui"), "remote_addresses": texts("203.0.113.7"),
		"property_changes": knownvalue.ListExact([]knownvalue.Check{
			knownvalue.ObjectExact(map[string]knownvalue.Check{"property": exactly("scope"),
				"old_values": texts("analytics:export", "org:read"), "new_values": texts("org:read")}),
			knownvalue.ObjectExact(map[string]knownvalue.Check{"property": exactly("clientSecret"),
				"old_values": texts("***"), "new_values": texts("***")}),
		}),
	})
	grant := change("e2", "2026-02-27T23:00:00Z", "Role", "MemberAdd", roleOfGrant, dashboardUS+"--"+roleOfGrant+"--"+organizationUS,
		map[string]knownvalue.Check{"actor_type": exactly("client"), "actor_id": exactly("terraform"), "actor_name": exactly("Terraform")})
	failed := change("e1", "2026-02-25T00:00:00Z", "OAuthClient", "Delete", dashboardUS, dashboardName,
		map[string]knownvalue.Check{"status": exactly("FAILURE")})
	ofRole := change("ofRole", "2026-02-28T08:00:00Z", "Role", "Update", roleOfGrant, "Analytics", nil)
	p := startPlatformWith(t, atNow(), withTrail(auditedDays()...), func(s *emulator.State) {
		o := organization(s, "Acme US")
		o.Users = append(o.Users, emulator.User{ID: adminUser, Name: "Ada Admin"})
	})
	shows := func(config, since string, days int64, changes ...knownvalue.Check) resource.TestStep {
		return resource.TestStep{
			Config: p.topLevel() + config,
			ConfigStateChecks: stateChecks(changesAddress, map[string]knownvalue.Check{
				"days": knownvalue.Int64Exact(days), "since": exactly(since), "truncated": knownvalue.Bool(false),
				"changes": knownvalue.ListExact(changes),
			}),
		}
	}
	before := change("before", "2026-02-23T23:59:59.999Z", "OAuthClient", "Create", dashboardUS, dashboardName, nil)
	inProcess(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			shows(changesOfClient(dashboardUS), "2026-02-24T00:00:00Z", 7, ofUser, grant, failed),
			shows(changesOfClient(dashboardUS, "days = 14"), "2026-02-17T00:00:00Z", 14, ofUser, grant, failed, before),
			shows(changesOfClient(dashboardUS, "days = 2"), "2026-03-01T00:00:00Z", 2, ofUser),
			shows(changesOfClient(dashboardUS, "days = 1"), "2026-03-02T00:00:00Z", 1),
			shows(changesOf(fmt.Sprintf("role_id = %q", roleOfGrant)), "2026-02-24T00:00:00Z", 7, ofRole, grant),
			{Config: p.topLevel() + changesOf("days = 7"), ExpectError: says("No attribute specified when one (and only one) of [client_id,role_id] is required")},
			{Config: p.topLevel() + changesOfClient("c", `role_id = "r"`), ExpectError: says("[client_id,role_id]")},
			{Config: p.topLevel() + changesOfClient("c", "days = 0"), ExpectError: says("value must be between 1 and 14, got: 0")},
			{Config: p.topLevel() + changesOfClient("c", "days = 15"), ExpectError: says("value must be between 1 and 14, got: 15")},
			shows(changesOfClient(dashboardUS, "days = 1"), "2026-03-02T00:00:00Z", 1),
		},
	})
}

// Nothing changed is shown only of a client or role that is there; one that was deleted has events.
func TestChangesOfNobody(t *testing.T) {
	t.Parallel()
	const gone = "00000000-0000-4000-8000-0000000000d1"
	p := startPlatformWith(t, atNow(), withTrail(recorded("e1", "2026-03-01T09:30:00Z", "OAuthClient", "Delete", gone, "Gone")))
	inProcess(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{
				Config: p.topLevel() + changesOfClient(gone),
				ConfigStateChecks: stateChecks(changesAddress, map[string]knownvalue.Check{
					"changes": knownvalue.ListSizeExact(1),
				}),
			},
			{
				Config:      p.topLevel() + changesOfClient(strings.Replace(dashboardUS, "3f", "f3", 1)),
				ExpectError: failsWith("OAuth client not found", fmt.Sprintf("Did you mean %q?", dashboardUS)),
			},
			{
				Config:      p.topLevel() + changesOf(`role_id = "nothing"`),
				ExpectError: failsWith("Role not found", "Correct `role_id`, or set `organization` to the organization that has"),
			},
		},
	})
}

// Who did what over the API is shown with the names that the platform itself gives.
func TestChangesOfARehearsal(t *testing.T) {
	t.Parallel()
	p := startPlatform(t, withOperator)
	p.operate("POST", "/authorization/subjects/"+dashboardUS+"/divisions/*/roles/"+supervisorUS+"?subjectType=PC_OAUTH_CLIENT", "")
	c := newCLI(t, "main.tf", requiredProviders+p.topLevel()+changesOfClient(dashboardUS)+`
output "who" {
  value = [for change in data.genesysaudit_changes.this.changes : "${change.actor_id} ${change.action} ${change.entity_id}"]
}
`)
	assertShows(t, c.run(0, "plan", "-no-color"), provider.OperatorClient+" MemberAdd "+supervisorUS)
}

// What is left out is said: by the attribute, and in a warning.
func TestChangesThatAreTooMany(t *testing.T) {
	t.Parallel()
	var events []emulator.AuditEvent
	for i := range 1001 {
		date := time.Date(2026, 3, 2, 11, 0, 0, 0, time.UTC).Add(-time.Duration(i) * time.Second).Format(time.RFC3339)
		events = append(events, recorded(fmt.Sprintf("e%04d", i), date, "OAuthClient", "Update", dashboardUS, dashboardName))
	}
	slices.Reverse(events)
	p := startPlatformWith(t, atNow(), withTrail(events...))
	truncated := func(yes bool, first, last string) resource.TestStep {
		id := func(i int, want string) statecheck.StateCheck {
			return statecheck.ExpectKnownValue(changesAddress, tfjsonpath.New("changes").AtSliceIndex(i).AtMapKey("id"), knownvalue.StringExact(want))
		}
		return resource.TestStep{
			Config: p.topLevel() + changesOfClient(dashboardUS, "days = 1"),
			ConfigStateChecks: append(stateChecks(changesAddress, map[string]knownvalue.Check{
				"truncated": knownvalue.Bool(yes), "changes": knownvalue.ListSizeExact(1000),
			}), id(0, first), id(999, last)),
		}
	}
	whole := truncated(false, "e0001", "e1000")
	whole.PreConfig = p.change(withTrail(events[:1000]...))
	inProcess(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps:                    []resource.TestStep{truncated(true, "e0000", "e0999"), whole},
	})
}

func TestChangesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	answers := func(path, body string) emulator.Fault {
		return emulator.Fault{Path: path, Status: http.StatusOK, Body: body}
	}
	const cannot = "Cannot read the audit trail of the default organization"
	const event = `"id": "e1", "action": "Update", "entityType": "OAuthClient"`
	page := func(event string) emulator.Fault {
		return answers(realtimePath, `{"entities": [{`+event+`}], "pageNumber": 1, "pageCount": 1, "total": 1}`)
	}
	for name, test := range map[string]struct {
		fault         emulator.Fault
		summary, want string
	}{
		"services refused": {emulator.Fault{Path: mappingPath, Status: 403}, cannot, "Grant audits:audit:view to the auditing client"},
		"events refused":   {emulator.Fault{Path: realtimePath, Status: 403}, cannot, "Grant audits:audit:view to the auditing client"},
		"services cut off": {emulator.Fault{Path: mappingPath, Kind: emulator.FaultTruncate}, cannot, "it broke off after"},
		"events cut off":   {emulator.Fault{Path: realtimePath, Kind: emulator.FaultTruncate}, cannot, "it broke off after"},
		"no services":      {answers(mappingPath, `{}`), cannot, "the field services is missing"},
		"no service for roles": {answers(mappingPath, `{"services": [{"name": "PeoplePermissions", "entities": [{"name": "OAuthClient"}]}]}`), cannot,
			"No service of the audit trail records the entity Role"},
		"no service for clients": {answers(mappingPath, `{"services": [{"name": "PeoplePermissions", "entities": [{"name": "Role"}, {"name": "OauthClient"}]}]}`),
			cannot, "No service of the audit trail records the entity OAuthClient"},
		"no entities":    {answers(realtimePath, `{"total": 0}`), cannot, "it has no entities"},
		"no total":       {answers(realtimePath, `{"entities": []}`), cannot, "it has no total"},
		"too few":        {answers(realtimePath, `{"entities": [], "pageNumber": 1, "pageCount": 1, "total": 3}`), cannot, "by its total"},
		"no time":        {page(event), cannot, "the field eventDate is missing"},
		"no real time":   {page(event + `, "eventDate": "today"`), cannot, "the field eventDate holds no time"},
		"wrong type":     {page(event + `, "eventDate": "2026-03-01T00:00:00Z", "remoteIp": "203.0.113.7"`), cannot, "remoteIp is a JSON string"},
		"clients unread": {emulator.Fault{Path: "/api/v2/oauth/clients", Status: 403}, "Cannot read the OAuth clients of", "Grant oauth:client:view"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startPlatformWith(t, atNow())
			p.AddFault(test.fault)
			inProcess(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				Steps: []resource.TestStep{{
					Config:      p.topLevel("request_timeout = 3") + changesOfClient(dashboardUS),
					ExpectError: failsWith(test.summary, test.want),
				}},
			})
		})
	}
}

// A value that is one of the configured secrets is in no state.
func TestChangesHideConfiguredSecrets(t *testing.T) {
	t.Parallel()
	event := recorded("e1", time.Now().UTC().Format(time.RFC3339), "OAuthClient", "Update", auditorUS, "Access Auditor")
	event.PropertyChanges = []emulator.PropertyChange{
		{Property: "description", OldValues: []string{"demo-secret-acme-us-auditor"}, NewValues: []string{"none"}},
	}
	p := startPlatform(t, withTrail(event))
	c := newCLI(t, "main.tf", requiredProviders+p.topLevel()+changesOfClient(auditorUS, "days = 2")+`
output "changes" {
  value = data.genesysaudit_changes.this.changes
}
`)
	code, output, err := c.Output(t.Context(), "apply", "-no-color", "-auto-approve")
	if err != nil {
		t.Fatal(err)
	}
	if code == 0 {
		output = c.run(0, "output", "-json")
		assertShows(t, output, "***")
	}
	assertHides(t, output, "demo-secret")
}

// The audit trail is asked for a day at a time, and several data sources share what they read of the days before today.
func TestRequestsOfChanges(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	p.change(withTrail(
		recorded("e1", time.Now().UTC().AddDate(0, 0, -1).Format(time.RFC3339), "OAuthClient", "Update", dashboardUS, dashboardName),
		recorded("e2", time.Now().UTC().AddDate(0, 0, -1).Format(time.RFC3339), "OAuthClient", "Update", auditorUS, "Access Auditor"),
	))()
	newCLI(t, "main.tf", requiredProviders+p.topLevel()+changesOfClient(dashboardUS, "days = 3")+fmt.Sprintf(`
data "genesysaudit_changes" "that" {
  client_id = %q
  days      = 3
}
`, auditorUS)).run(0, "plan", "-no-color")
	count := map[string]int{}
	for _, request := range p.Requests() {
		count[request.Method+" "+request.Path]++
	}
	// Of each client three days. Of roles two days for both and today, until now, for each, unless the two are asked in one millisecond.
	if got := count["POST "+realtimePath]; got != 3+3+2+2 && got != 3+3+2+1 {
		t.Errorf("%d requests for days of the audit trail", got)
	}
	delete(count, "POST "+realtimePath)
	want := map[string]int{"POST /oauth/token": 1, "GET /api/v2/tokens/me": 1, "GET " + mappingPath: 1}
	if diff := cmp.Diff(want, count); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}
