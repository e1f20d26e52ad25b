package emulator_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
)

// auditNoon is the time of every test of the audit trail.
func auditNoon() time.Time { return time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) }

const aroundNoon = `"interval":"2026-03-02T11:00:00Z/2026-03-02T13:00:00Z"`

type auditPage struct {
	Entities []struct {
		ID         string
		User       *struct{ ID, Name, SelfURI string }
		Client     struct{ ID string }
		RemoteIP   []string
		Action     string
		EntityType string
		EventDate  string
		Entity     struct{ ID, Name string }
		Message    struct{ LocalizableMessageCode string }

		InitiatingAction struct{ TransactionID string }
		PropertyChanges  []emulator.PropertyChange
	}
	PageSize, PageNumber, Total, PageCount int
	Cursor                                 string
}

func auditsIn(t *testing.T, answer response) auditPage {
	t.Helper()
	var p auditPage
	if err := json.Unmarshal([]byte(answer.body), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// Every write is in the audit trail: who, what, and each property before and after.
func TestAuditTrail(t *testing.T) {
	t.Parallel()
	const name, description = `"name":"N"`, `"description":""`
	grants := "/authorization/subjects/ada"
	for _, test := range []struct {
		method, path, body string
		want               []string // entity type, action, entity, then property: old -> new
	}{
		{"POST", "/oauth/clients", `{"name":"c","authorizedGrantType":"CLIENT-CREDENTIALS","scope":["users"],
			"roleDivisions":[{"roleId":"everything","divisionId":"home"}]}`,
			[]string{"OAuthClient Create c accessTokenValiditySeconds: -> 86400; authorizedGrantType: -> CLIENT-CREDENTIALS; name: -> c; " +
				"roleDivisions: -> everything:home; scope: -> users; state: -> active"}},
		{"PUT", "/oauth/clients/web", `{"name":"Web","authorizedGrantType":"CODE","state":"disabled","scope":["routing"],
			"registeredRedirectUri":["https://app.example.com/callback"]}`,
			[]string{"OAuthClient Update Web scope: routing,authorization:readonly -> routing; state: active -> disabled"}},
		{"POST", "/oauth/clients/web/secret", "", []string{"OAuthClient Update Web secret: -> "}},
		{"DELETE", "/oauth/clients/old", "", []string{"OAuthClient Delete Old accessTokenValiditySeconds: 86400 -> ; authorizedGrantType: CODE -> ; " +
			"name: Old -> ; state: inactive -> "}},
		{"POST", "/authorization/roles", `{"name":"R","permissions":["group_creation"],"permissionPolicies":[{"domain":"routing",
			"entityName":"queue","actionSet":["add","view"]}]}`,
			[]string{"Role Create R name: -> R; permissionPolicies: -> routing:queue:[add, view]; permissions: -> group_creation"}},
		{"PUT", "/authorization/roles/export", `{"name":"Analytics - Export","description":"d"}`,
			[]string{"Role Update Analytics - Export description: -> d"}},
		{"PATCH", "/authorization/roles/export", `{"roleNeedsUpdate":true}`, []string{"Role Update Analytics - Export roleNeedsUpdate: -> true"}},
		{"DELETE", "/authorization/roles/export", "", []string{"Role Delete Analytics - Export name: Analytics - Export -> "}},
		{"POST", grants + "/divisions/home/roles/export", "", []string{"Role MemberAdd ada--export--org-1 division: -> home"}},
		{"DELETE", grants + "/divisions/sales/roles/queues", "", []string{"Role MemberRemove ada--queues--org-1 division: sales -> "}},
		{"POST", grants + "/bulkreplace", `{"grants":[{"roleId":"export","divisionId":"*"},{"roleId":"everything","divisionId":"*"}]}`,
			[]string{"Role MemberRemove ada--queues--org-1 division: sales -> ", "Role MemberAdd ada--export--org-1 division: -> *"}},
		{"POST", grants + "/divisions/sales/roles/queues", "", nil}, // it was there
		{"POST", "/authorization/divisions", "{" + name + "," + description + "}", []string{"Division Create N name: -> N"}},
		{"PUT", "/authorization/divisions/sales", "{" + name + "," + description + "}", []string{"Division Update N name: Sales -> N"}},
		{"DELETE", "/authorization/divisions/support", "", []string{"Division Delete Support name: Support -> "}},
		{"POST", "/authorization/policies/targets/oauth:client:view", `{"name":"p","subject":{"type":"ALL"},"effect":"DENY","active":true,
			"condition":{"and":[]},"presetAttributes":{"a":{"type":"STRING","value":"b"}}}`,
			[]string{`AuthorizationPolicy Create p active: -> true; condition: -> {"and":[]}; effect: -> DENY; name: -> p; ` +
				"presetAttributes: -> a:STRING:b; subject: -> ALL:all; targetResource: -> oauth:client:view"}},
		{"PUT", "/oauth/clients/web", `{"name":""}`, nil}, // it was refused
		{"GET", "/oauth/clients", "", nil},
	} {
		t.Run(test.method+test.path, func(t *testing.T) {
			t.Parallel()
			state := rich()
			old := emulator.Client{Secret: "secret-old"}
			old.ID, old.Name, old.AuthorizedGrantType, old.State = "old", "Old", "CODE", "inactive"
			state.Organizations[0].Clients = append(state.Organizations[0].Clients, old)
			e, base := newEmulator(t, state, emulator.WithClock(auditNoon))
			admin, who := issued(t, e, "admin"), "ada through web"
			token := issuedToAda(t, e, "web", "oauth", "authorization")
			if strings.Contains(test.path, "/policies/") { // whose scopes are not published: no user's token reaches them
				token, who = admin, "admin"
			}
			answer := api(t, base, token, test.method, test.path, test.body)
			trail := must(t, 200, base, admin, "POST", "/audits/query/realtime?expand=user", "{"+aroundNoon+"}")
			var got []string
			for _, event := range auditsIn(t, trail).Entities {
				var changes []string
				for _, c := range event.PropertyChanges {
					text := fmt.Sprintf("%s: %s -> %s", c.Property, strings.Join(c.OldValues, ","), strings.Join(c.NewValues, ","))
					changes = append(changes, strings.Replace(text, ":  ->", ": ->", 1))
				}
				got = append(got, event.EntityType+" "+event.Action+" "+event.Entity.Name+" "+strings.Join(changes, "; "))
				by := event.Client.ID
				if event.User != nil && event.User.Name == "Ada" {
					by = event.User.ID + " through " + by
				}
				if by != who ||
					event.EventDate != "2026-03-02T12:00:00.000Z" || len(event.RemoteIP) != 1 || event.RemoteIP[0] != "127.0.0.1" ||
					event.Message.LocalizableMessageCode != strings.ToUpper(event.EntityType+event.Action)+"_SUCCESS" {
					t.Errorf("who and when: %+v", event)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%d %s\n%s", answer.status, answer.body, diff)
			}
			for _, client := range e.State().Organizations[0].Clients {
				if strings.Contains(trail.body, client.Secret) {
					t.Errorf("the audit trail shows the secret of %s", client.Name)
				}
			}
		})
	}
}

// The events of one call belong together, and to no other call.
func TestRelatedAudits(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, rich(), emulator.WithClock(auditNoon))
	admin := issued(t, e, "admin")
	must(t, 204, base, admin, "POST", "/authorization/roles/export", `{"subjectIds":["ada"],"divisionIds":["home","sales"]}`)
	must(t, 204, base, admin, "DELETE", "/authorization/divisions/support", "")
	events := auditsIn(t, must(t, 200, base, admin, "POST", "/audits/query/realtime", "{"+aroundNoon+"}")).Entities
	if len(events) != 3 {
		t.Fatalf("%d events", len(events))
	}
	if events[0].User != nil || events[0].Client.ID != "admin" {
		t.Errorf("client credentials have no user: %+v", events[0])
	}
	for at, want := range []int{2, 2, 1} {
		related := auditsIn(t, must(t, 200, base, admin, "POST", "/audits/query/realtime/related", fmt.Sprintf(`{"auditId":%q}`, events[at].ID)))
		if len(related.Entities) != want {
			t.Errorf("event %d: %d related", at, len(related.Entities))
		}
	}
	must(t, 404, base, admin, "POST", "/audits/query/realtime/related", `{"auditId":"nothing"}`)
	must(t, 400, base, admin, "POST", "/audits/query/realtime/related", `{}`)
}

// withTrail is the state rich with 60 events: a role changes every hour, and one event of another service.
func withTrail() emulator.State {
	state := rich()
	org := &state.Organizations[0]
	for i := range 60 {
		org.Audits = append(org.Audits, emulator.AuditEvent{
			ID: fmt.Sprintf("event-%02d", i), ServiceName: "PeoplePermissions", EntityType: "Role", Action: []string{"Update", "MemberAdd"}[i%2],
			Entity: emulator.EntityRef{ID: []string{"queues", "export"}[i/30]}, User: &emulator.EntityRef{ID: "ada"}, Status: "SUCCESS",
			EventDate: auditNoon().Add(time.Duration(i-60) * time.Hour).Format(time.RFC3339),
		})
	}
	org.Audits = append(org.Audits, emulator.AuditEvent{
		ID: "group", ServiceName: "Groups", EntityType: "DirectoryGroup", Action: "Update", Client: &emulator.EntityRef{ID: "admin"},
		EventDate: "2026-02-01T00:00:00Z", Entity: emulator.EntityRef{ID: "team"},
	})
	return state
}

func TestAuditQueries(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, withTrail(), emulator.WithClock(auditNoon))
	admin := issued(t, e, "admin")
	const lastDays = `"interval":"2026-02-20T00:00:00Z/2026-03-03T00:00:00Z"`
	filter := func(pairs ...string) string {
		var filters []string
		for i := 0; i < len(pairs); i += 2 {
			filters = append(filters, fmt.Sprintf(`{"property":%q,"value":%q}`, pairs[i], pairs[i+1]))
		}
		return `,"filters":[` + strings.Join(filters, ",") + `]`
	}
	for _, test := range []struct {
		name, body   string
		total, shown int
		first        string
	}{
		{"everything", lastDays, 60, 25, "event-00"},
		{"the newest first", lastDays + `,"sort":[{"name":"Timestamp","sortOrder":"descending"}]`, 60, 25, "event-59"},
		{"the last page", lastDays + `,"pageNumber":3`, 60, 10, "event-50"},
		{"a page after the last", lastDays + `,"pageNumber":4`, 60, 0, ""},
		{"one page", lastDays + `,"pageSize":500`, 60, 60, "event-00"},
		{"one hour", `"interval":"2026-03-02T10:00:00.000Z/2026-03-02T11:00:00.000Z"`, 1, 1, "event-58"},
		{"a service", lastDays + `,"serviceName":"PeoplePermissions"`, 60, 25, "event-00"},
		{"another service", lastDays + `,"serviceName":"Groups"`, 0, 0, ""},
		{"a role", lastDays + filter("EntityType", "Role", "EntityId", "export"), 30, 25, "event-30"},
		{"an action", lastDays + filter("EntityType", "Role", "EntityId", "export", "Action", "MemberAdd"), 15, 15, "event-31"},
		{"a user", lastDays + filter("UserId", "ada"), 60, 25, "event-00"},
		{"another user", lastDays + filter("UserId", "bob"), 0, 0, ""},
		{"a client", lastDays + filter("ClientId", "admin"), 0, 0, ""},
	} {
		got := auditsIn(t, must(t, 200, base, admin, "POST", "/audits/query/realtime", "{"+test.body+"}"))
		first := ""
		if len(got.Entities) > 0 {
			first = got.Entities[0].ID
		}
		if got.Total != test.total || len(got.Entities) != test.shown || first != test.first {
			t.Errorf("%s: %d events in all, %d shown, first %q", test.name, got.Total, len(got.Entities), first)
		}
	}
	for _, test := range []struct{ name, body, code string }{
		{"no interval", `"serviceName":"Groups"`, "invalid.date"},
		{"half an interval", `"interval":"2026-03-01T00:00:00Z"`, "invalid.date"},
		{"days", `"interval":"2026-03-01/2026-03-02"`, "invalid.date"},
		{"backwards", `"interval":"2026-03-02T00:00:00Z/2026-03-01T00:00:00Z"`, "bad.request"},
		{"15 days ago", `"interval":"2026-02-15T00:00:00Z/2026-03-02T00:00:00Z"`, "bad.request"},
		{"no such service", lastDays + `,"serviceName":"peoplepermissions"`, "invalid.value"},
		{"no such property", lastDays + filter("Entity", "x"), "invalid.value"},
		{"no such entity type", lastDays + filter("EntityType", "role"), "invalid.value"},
		{"an entity type of another service", lastDays + `,"serviceName":"Groups"` + filter("EntityType", "Role"), "invalid.value"},
		{"no such action", lastDays + filter("EntityType", "Role", "Action", "Grant"), "invalid.value"},
		{"an action alone", lastDays + filter("Action", "Update"), "bad.request"},
		{"no value", lastDays + filter("EntityId", ""), "bad.request"},
		{"no such order", lastDays + `,"sort":[{"name":"Timestamp","sortOrder":"asc"}]`, "invalid.value"},
		{"no such sort", lastDays + `,"sort":[{"name":"Action","sortOrder":"ascending"}]`, "invalid.value"},
		{"too large a page", lastDays + `,"pageSize":501`, "invalid.value"},
		{"page 0", lastDays + `,"pageNumber":0`, "invalid.value"},
		{"an unknown property", lastDays + `,"expand":["user"]`, "invalid.property"},
	} {
		if got := must(t, 400, base, admin, "POST", "/audits/query/realtime", "{"+test.body+"}"); got.text(t, "code") != test.code {
			t.Errorf("%s: %s, want %s", test.name, got.body, test.code)
		}
	}
}

func TestAsynchronousAuditQuery(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, withTrail(), emulator.WithClock(auditNoon))
	admin := issued(t, e, "admin")
	started := must(t, 202, base, admin, "POST", "/audits/query", `{"interval":"2026-02-01T00:00:00Z/2026-03-03T00:00:00Z",
		"serviceName":"PeoplePermissions"}`)
	query := "/audits/query/" + started.text(t, "id")
	compiler := models(t)
	if err := validate(t, compiler, "AuditQueryExecutionStatusResponse", started.body); err != nil {
		t.Error(err)
	}
	if started.text(t, "state") != "Queued" {
		t.Errorf("at first: %s", started.body)
	}
	must(t, 400, base, admin, "GET", query+"/results", "")
	for _, want := range []string{"Running", "Succeeded", "Succeeded"} {
		if got := must(t, 200, base, admin, "GET", query, "").text(t, "state"); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	// What happens after the query began is not in it.
	must(t, 204, base, admin, "DELETE", "/authorization/divisions/support", "")
	var ids []string
	cursor := ""
	for range 3 {
		answer := must(t, 200, base, admin, "GET", query+"/results?pageSize=25&expand=user&allowRedirect=true"+cursor, "")
		if err := validate(t, compiler, "AuditQueryExecutionResultsResponse", answer.body); err != nil {
			t.Error(err)
		}
		page := auditsIn(t, answer)
		for _, event := range page.Entities {
			ids = append(ids, event.ID)
			if event.User.Name != "Ada" {
				t.Errorf("user %+v", event.User)
			}
		}
		if cursor = "&cursor=" + page.Cursor; page.Cursor == "" {
			break
		}
	}
	if len(ids) != 60 || ids[0] != "event-00" || ids[59] != "event-59" {
		t.Errorf("%d events: %s", len(ids), ids)
	}
	must(t, 400, base, admin, "GET", query+"/results?cursor=60", "")
	must(t, 400, base, admin, "GET", query+"/results?pageSize=501", "")
	must(t, 404, base, admin, "GET", "/audits/query/nothing", "")
	must(t, 404, base, admin, "GET", "/audits/query/nothing/results", "")
	for name, body := range map[string]string{
		"31 days":          `{"interval":"2026-01-01T00:00:00Z/2026-02-01T00:00:00Z"}`,
		"13 months ago":    `{"interval":"2025-02-01T00:00:00Z/2025-02-02T00:00:00Z"}`,
		"a page in a body": `{"interval":"2026-02-01T00:00:00Z/2026-02-02T00:00:00Z","pageSize":10}`,
	} {
		if got := api(t, base, admin, "POST", "/audits/query", body); got.status != 400 {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
}

func TestAuditServices(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, withTrail())
	const edited = `"actions":["Create","Delete","Update"]}`
	want := `{"services":[{"name":"Groups","entities":[{"name":"DirectoryGroup","actions":["Update"]}]},` +
		`{"name":"PeoplePermissions","entities":[{"name":"AuthorizationPolicy",` + edited + `,{"name":"Division",` + edited +
		`,{"name":"OAuthClient",` + edited +
		`,{"name":"Role","actions":["Create","Delete","LicenseUpdate","MemberAdd","MemberRemove","MemberUpdate","Update"]}]}]}`
	for _, path := range []string{"/audits/query/servicemapping", "/audits/query/realtime/servicemapping"} {
		if got := must(t, 200, base, issued(t, e, "admin"), "GET", path, "").body; got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

func TestStateWithBadAudits(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*emulator.AuditEvent){
		`audit event "event-00": the id occurs twice`:                          func(a *emulator.AuditEvent) { a.ID = "event-00" },
		`audit event "event-01": eventDate "now" is no ISO 8601 date and time`: func(a *emulator.AuditEvent) { a.EventDate = "now" },
		`audit event "event-01" names no serviceName, entityType or action`:    func(a *emulator.AuditEvent) { a.Action = "" },
	} {
		state := withTrail()
		change(&state.Organizations[0].Audits[1])
		if _, err := emulator.New(state); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
