package emulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// api sends a JSON body, or none, to the API.
func api(t *testing.T, base, token, method, path, body string) response {
	t.Helper()
	return send(t, method, base+"/api/v2"+path, token, body, "Content-Type", "application/json")
}

// must is api with a status that the answer must have.
func must(t *testing.T, status int, base, token, method, path, body string) response {
	t.Helper()
	answer := api(t, base, token, method, path, body)
	if answer.status != status {
		t.Fatalf("%s %s: %d %s, want %d", method, path, answer.status, answer.body, status)
	}
	return answer
}

// text is a text field of a JSON object body.
func (r response) text(t *testing.T, name string) string {
	t.Helper()
	text, _ := r.field(t, name).(string)
	return text
}

// withGroup is the state rich with a group "team" that has the member ada and the role queues in the division support.
func withGroup() emulator.State {
	state := rich()
	state.Organizations[0].Groups = []emulator.Group{{
		ID: "team", Name: "Team", RolesEnabled: true, Members: []emulator.Reference{{ID: "ada"}},
		Grants: []genesyscloud.AuthGrant{{Division: genesyscloud.Division{ID: "support"}, Role: genesyscloud.SubjectRole{ID: "queues"}}},
	}}
	return state
}

func TestClientsLife(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, rich())
	admin := issued(t, e, "admin")
	body := `{"name":"New","authorizedGrantType":"CLIENT-CREDENTIALS","scope":["routing"],"description":"d","accessTokenValiditySeconds":600,
		"roleDivisions":[{"roleId":"everything","divisionId":"home"}]%s}`

	made := must(t, 200, base, admin, "POST", "/oauth/clients", fmt.Sprintf(body, ""))
	id, secret := made.text(t, "id"), made.text(t, "secret")
	if id == "" || len(secret) < 20 || made.text(t, "state") != "active" || made.text(t, "dateCreated") == "" {
		t.Fatalf("created %s", made.body)
	}
	for _, path := range []string{"/oauth/clients/" + id, "/oauth/clients"} {
		if got := must(t, 200, base, admin, "GET", path, "").body; strings.Contains(got, "secret") || !strings.Contains(got, id) {
			t.Errorf("%s: %s", path, got)
		}
	}
	token := signedIn(t, base, id, secret)
	must(t, 200, base, token, "GET", "/authorization/roles", "")

	// A new secret replaces the old one and leaves tokens alone.
	second := must(t, 200, base, admin, "POST", "/oauth/clients/"+id+"/secret", "").text(t, "secret")
	if second == "" || second == secret {
		t.Errorf("second secret %q after %q", second, secret)
	}
	if got := signIn(t, base, id, secret); got.status != http.StatusBadRequest {
		t.Errorf("the old secret: %d %s", got.status, got.body)
	}
	signedIn(t, base, id, second)
	must(t, 200, base, token, "GET", "/authorization/roles", "")

	// PUT replaces: what is not sent gets its default.
	put := must(t, 200, base, admin, "PUT", "/oauth/clients/"+id, `{"name":"Renamed","authorizedGrantType":"CLIENT-CREDENTIALS",
		"roleDivisions":[{"roleId":"everything","divisionId":"sales"}]}`)
	want := `"name":"Renamed","accessTokenValiditySeconds":86400,`
	if !strings.Contains(put.body, want) || strings.Contains(put.body, "secret") || put.field(t, "description") != nil {
		t.Errorf("PUT: %s, want %s", put.body, want)
	}

	if got := api(t, base, admin, "DELETE", "/oauth/clients/"+id, ""); got.status != 400 || got.text(t, "code") != "cannot.delete.client" {
		t.Errorf("DELETE of an active client: %d %s", got.status, got.body)
	}
	must(t, 200, base, admin, "PUT", "/oauth/clients/"+id, fmt.Sprintf(body, `,"state":"inactive"`))
	if got := signIn(t, base, id, second); got.status != http.StatusBadRequest {
		t.Errorf("an inactive client signs in: %d", got.status)
	}
	if got := must(t, 204, base, admin, "DELETE", "/oauth/clients/"+id, ""); got.body != "" {
		t.Errorf("DELETE answers %q", got.body)
	}
	must(t, 404, base, admin, "GET", "/oauth/clients/"+id, "")
	must(t, 401, base, token, "GET", "/authorization/roles", "")
}

// A client may be sent as it was read, and as the official Terraform provider and the SDKs send it.
func TestBodiesOfOtherTools(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, method, path, body, want string }{
		{"a client read and put back", "PUT", "/oauth/clients/web", `{"id":"web","name":"Web","authorizedGrantType":"CODE","state":"inactive",
			"registeredRedirectUri":["https://app.example.com/callback"],"scope":["routing"],"roleDivisions":[],
			"dateCreated":"2026-01-01T00:00:00.000Z","dateModified":"2026-01-01T00:00:00.000Z","createdBy":{"id":"ada","selfUri":"/x"},
			"modifiedBy":{"id":"ada"},"selfUri":"/api/v2/oauth/clients/web"}`, `"state":"inactive"`},
		{"a client of the official provider", "POST", "/oauth/clients", `{"name":"c","description":"","accessTokenValiditySeconds":600,
			"registeredRedirectUri":["https://example.com/auth"],"authorizedGrantType":"CODE","scope":["users"],
			"roleDivisions":[{"roleId":"export","divisionId":"home"}],"state":"active"}`, `"roleDivisions":[]`},
		{"a client with the deprecated list of roles", "POST", "/oauth/clients", `{"name":"c","authorizedGrantType":"CLIENT-CREDENTIALS",
			"roleIds":["everything"]}`, `"roleDivisions":[{"roleId":"everything","divisionId":"home"}]`},
		{"a role of the official provider", "POST", "/authorization/roles", `{"name":"Ops","description":"","permissions":["group_creation"],
			"permissionPolicies":[{"domain":"routing","entityName":"queue","actionSet":["add","view"],"allowConditions":true,
			"resourceConditionNode":{"conjunction":"AND","terms":[{"variableName":"Conversation.queues","operator":"EQ",
			"operands":[{"type":"QUEUE","value":"q1"}]}]}}]}`, `"actionSet":["add","view"]`},
		{"a role with what does not exist", "POST", "/authorization/roles", `{"name":"Ops","permissionPolicies":[{"domain":"new",
			"entityName":"product","actionSet":["*"]}]}`, `"domain":"new"`},
		{"a role read and put back", "PUT", "/authorization/roles/export", `{"id":"export","name":"Analytics - Export","permissions":[],
			"permissionPolicies":[],"userCount":0,"unusedPermissions":[],"default":false,"base":false,"roleNeedsUpdate":true,
			"selfUri":"/api/v2/authorization/roles/export"}`, `"roleNeedsUpdate":true`},
		{"a division of the official provider", "POST", "/authorization/divisions", `{"name":"North","description":""}`, `"name":"North"`},
		{"a division read and put back", "PUT", "/authorization/divisions/sales", `{"id":"sales","name":"Sale","description":"d",
			"homeDivision":true,"objectCounts":{},"selfUri":"/x"}`, `"name":"Sale","description":"d","homeDivision":false`},
		{"a policy of the official provider", "POST", "/authorization/policies/targets/routing:queue:view", `{"name":"p",
			"subject":{"type":"ALL"},"effect":"DENY","condition":{"and":[{"attribute":"a","operator":"EQ","value":"b"}]},
			"presetAttributes":{"a":{"type":"STRING","value":"b"}},"active":true,"applyToClients":false}`, `"subject":{"type":"ALL","id":"all"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e, base := newEmulator(t, rich())
			if got := must(t, 200, base, issued(t, e, "admin"), test.method, test.path, test.body).body; !strings.Contains(got, test.want) {
				t.Errorf("%s lacks %s", got, test.want)
			}
		})
	}
}

// What the platform refuses changes nothing.
func TestRefusedWrites(t *testing.T) {
	t.Parallel()
	client := func(fields string) string {
		return `{"name":"c","authorizedGrantType":"CLIENT-CREDENTIALS","roleDivisions":[{"roleId":"everything","divisionId":"*"}]` + fields + `}`
	}
	pair := func(role, division string) string {
		return fmt.Sprintf(`{"name":"c","authorizedGrantType":"CLIENT-CREDENTIALS","roleDivisions":[{"roleId":%q,"divisionId":%q}]}`, role, division)
	}
	policies := "/authorization/policies/targets/"
	present := withGroup()
	present.AnswerUnmodelled = false
	active := true
	present.Organizations[0].Policies = []emulator.AccessPolicy{{
		ID: "p", TargetResource: "routing:queue:view", Subject: emulator.PolicySubject{Type: "CLIENT", ID: "web"}, Effect: "DENY", Active: &active,
	}}
	for _, test := range []struct {
		name, method, path, body string
		status                   int
		code                     string
	}{
		{"no JSON", "POST", "/oauth/clients", `{"name":`, 400, "bad.request"},
		{"two values", "POST", "/authorization/divisions", `{"name":"N","description":""} {}`, 400, "bad.request"},
		{"a number for a name", "POST", "/authorization/divisions", `{"name":1,"description":""}`, 400, "bad.request"},
		{"an unknown property", "POST", "/oauth/clients", client(`,"allowedIps":[]`), 400, "invalid.property"},
		{"a property in another case", "POST", "/oauth/clients", client(`,"Scope":[]`), 400, "invalid.property"},
		{"an unknown property inside", "POST", "/authorization/roles", `{"name":"R","permissionPolicies":[{"domain":"a","entityName":"b",
			"actionSet":["c"],"entity":"b"}]}`, 400, "invalid.property"},

		{"a client without name", "POST", "/oauth/clients", `{"authorizedGrantType":"CODE"}`, 400, "bad.request"},
		{"a client without grant type", "POST", "/oauth/clients", `{"name":"c"}`, 400, "grant.type.required"},
		{"an old spelling of a grant type", "POST", "/oauth/clients", `{"name":"c","authorizedGrantType":"CLIENT_CREDENTIALS"}`, 400, "bad.grant.type"},
		{"client credentials without roles", "POST", "/oauth/clients", `{"name":"c","authorizedGrantType":"CLIENT-CREDENTIALS"}`, 400,
			"missing.client.roles"},
		{"a role that does not exist", "POST", "/oauth/clients", pair("nothing", "*"), 400, "bad.request"},
		{"a division that does not exist", "POST", "/oauth/clients", pair("everything", "nowhere"), 400, "bad.request"},
		{"a role that the caller does not have", "POST", "/oauth/clients", pair("queues", "home"), 403, "not.authorized"},
		{"a scope that does not exist", "POST", "/oauth/clients", client(`,"scope":["everything"]`), 400, "bad.request"},
		{"a state that does not exist", "POST", "/oauth/clients", client(`,"state":"deleted"`), 400, "invalid.value"},
		{"a token of four minutes", "POST", "/oauth/clients", client(`,"accessTokenValiditySeconds":299`), 400, "bad.request"},
		{"a token of 451 days", "POST", "/oauth/clients", client(`,"accessTokenValiditySeconds":38880001`), 400, "bad.request"},
		{"no date", "POST", "/oauth/clients", client(`,"dateToDelete":"tomorrow"`), 400, "invalid.date"},
		{"a client that does not exist", "PUT", "/oauth/clients/nobody", client(""), 404, "not.found"},
		{"a secret of nobody", "POST", "/oauth/clients/nobody/secret", "", 404, "not.found"},
		{"a client of another organization", "DELETE", "/oauth/clients/second", "", 404, "not.found"},
		{"an active client", "DELETE", "/oauth/clients/web", "", 400, "cannot.delete.client"},

		{"a role without name", "POST", "/authorization/roles", `{}`, 400, "bad.request"},
		{"a name that is taken", "POST", "/authorization/roles", `{"name":"QUEUES"}`, 409, "general.conflict"},
		{"another role's name", "PUT", "/authorization/roles/queues", `{"name":"Everything"}`, 409, "general.conflict"},
		{"a policy without domain", "POST", "/authorization/roles", `{"name":"R","permissionPolicies":[{"entityName":"b","actionSet":["c"]}]}`, 400,
			"bad.request"},
		{"a policy without actions", "POST", "/authorization/roles", `{"name":"R","permissionPolicies":[{"domain":"a","entityName":"b"}]}`, 400,
			"bad.request"},
		{"a condition of nothing", "POST", "/authorization/roles", `{"name":"R","permissionPolicies":[{"domain":"a","entityName":"b",
			"actionSet":["c"],"resourceConditionNode":{}}]}`, 400, "bad.request"},
		{"a patch of nothing", "PATCH", "/authorization/roles/queues", `{"name":"Other"}`, 400, "bad.request"},
		{"no such role", "DELETE", "/authorization/roles/nothing", "", 404, "not.found"},

		{"a grant of no role", "POST", "/authorization/subjects/ada/divisions/home/roles/nothing", "", 404, "not.found"},
		{"a grant in no division", "POST", "/authorization/subjects/ada/divisions/nowhere/roles/queues", "", 404, "not.found"},
		{"a grant to nobody", "POST", "/authorization/subjects/eve/divisions/home/roles/queues", "", 404, "not.found"},
		{"a grant to a client as to a user", "POST", "/authorization/subjects/web/divisions/home/roles/queues", "", 404, "not.found"},
		{"a grant to what is nothing", "POST", "/authorization/subjects/ada/divisions/home/roles/queues?subjectType=USER", "", 400, "invalid.value"},
		{"a grant that is the group's", "DELETE", "/authorization/subjects/ada/divisions/support/roles/queues", "", 404, "not.found"},
		{"one bad grant among good ones", "POST", "/authorization/subjects/ada/bulkadd", `{"grants":[{"roleId":"queues","divisionId":"home"},
			{"roleId":"nothing","divisionId":"home"}]}`, 400, "bad.request"},
		{"no grants", "POST", "/authorization/subjects/ada/bulkreplace", `{}`, 400, "bad.request"},
		{"members without division", "POST", "/authorization/roles/queues", `{"subjectIds":["ada"]}`, 400, "bad.request"},
		{"a member that does not exist", "POST", "/authorization/roles/queues", `{"subjectIds":["ada","eve"],"divisionIds":["home"]}`, 400,
			"bad.request"},
		{"members of no role", "POST", "/authorization/roles/nothing", `{"subjectIds":["ada"],"divisionIds":["home"]}`, 404, "not.found"},

		{"a division without description", "POST", "/authorization/divisions", `{"name":"N"}`, 400, "bad.request"},
		{"a division's name that is taken", "PUT", "/authorization/divisions/sales", `{"name":"support","description":""}`, 409, "general.conflict"},
		{"the home division", "DELETE", "/authorization/divisions/home?force=true", "", 400, "bad.request"},
		{"a division with grants", "DELETE", "/authorization/divisions/sales", "", 409, "general.conflict"},
		{"a division with grants, without force", "DELETE", "/authorization/divisions/support?force=false", "", 409, "general.conflict"},

		{"a second policy", "POST", policies + "routing:queue:view", `{"subject":{"type":"CLIENT","id":"web"},"effect":"ALLOW"}`, 409,
			"general.conflict"},
		{"a policy for no permission", "POST", policies + "routing:queue:paint", `{"subject":{"type":"ALL"},"effect":"DENY"}`, 400, "bad.request"},
		{"a policy for another target", "POST", policies + "routing:queue:add", `{"subject":{"type":"ALL"},"effect":"DENY",
			"targetResource":"routing:queue:view"}`, 400, "bad.request"},
		{"a policy for nobody", "POST", policies + "routing:queue:add", `{"subject":{"type":"USER","id":"eve"},"effect":"DENY"}`, 400, "bad.request"},
		{"a policy for anything", "POST", policies + "routing:queue:add", `{"subject":{"type":"ROLE","id":"queues"},"effect":"DENY"}`, 400,
			"invalid.value"},
		{"a policy without effect", "POST", policies + "routing:queue:add", `{"subject":{"type":"ALL"}}`, 400, "invalid.value"},
		{"a policy without subject", "PUT", policies + "routing:queue:add", `{"effect":"DENY"}`, 400, "bad.request"},
		{"a condition that is a text", "POST", policies + "routing:queue:add", `{"subject":{"type":"ALL"},"effect":"DENY","condition":"x"}`, 400,
			"bad.request"},
		{"no such policy", "DELETE", policies + "routing:queue:view/subject/ada", "", 404, "not.found"},
		{"no such policy id", "PUT", "/authorization/policies/q", `{"subject":{"type":"ALL"},"effect":"DENY"}`, 404, "not.found"},

		{"a simulation", "POST", "/authorization/policies/p/simulate", `{"attributeData":{}}`, 501, "not.implemented"},
		{"a condition to validate", "POST", policies + "routing:queue:view/validate", `{"subject":{"type":"ALL"},"effect":"DENY",
			"condition":{"and":[]}}`, 501, "not.implemented"},
		{"members without divisions", "PUT", "/authorization/roles/queues/users/add", `["ada"]`, 501, "not.implemented"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e, base := newEmulator(t, present)
			before := marshal(t, e.State())
			got := api(t, base, issued(t, e, "admin"), test.method, test.path, test.body)
			if got.status != test.status || got.text(t, "code") != test.code {
				t.Errorf("%d %s, want %d %s", got.status, got.body, test.status, test.code)
			}
			if diff := cmp.Diff(before, marshal(t, e.State())); diff != "" {
				t.Errorf("the state changed: %s", diff)
			}
		})
	}
}

func TestWritesNeedJSON(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, rich())
	body := `{"name":"N","description":""}`
	for _, media := range []string{"", "text/plain", formEncoded} {
		got := send(t, "POST", base+"/api/v2/authorization/divisions", issued(t, e, "admin"), body, "Content-Type", media)
		if got.status != http.StatusUnsupportedMediaType {
			t.Errorf("%q: %d %s", media, got.status, got.body)
		}
	}
	got := send(t, "POST", base+"/api/v2/authorization/divisions", issued(t, e, "admin"), body, "Content-Type", "application/json; charset=UTF-8")
	if got.status != http.StatusOK {
		t.Errorf("with charset: %d %s", got.status, got.body)
	}
}

// Each write wants the permissions that the platform documents for it, all of them where it says all, and no other.
func TestWritesNeedTheirPermissions(t *testing.T) {
	t.Parallel()
	subject := "/authorization/subjects/x"
	policy := "/authorization/policies/targets/routing:queue:view"
	for _, test := range []struct{ method, path, permissions string }{
		{"POST", "/oauth/clients", "oauth:client:add"},
		{"PUT", "/oauth/clients/x", "oauth:client:edit"},
		{"POST", "/oauth/clients/x/secret", "oauth:client:edit"},
		{"DELETE", "/oauth/clients/x", "oauth:client:delete"},
		{"POST", "/authorization/roles", "authorization:role:add"},
		{"PUT", "/authorization/roles/x", "authorization:role:edit"},
		{"PATCH", "/authorization/roles/x", "authorization:role:edit"},
		{"DELETE", "/authorization/roles/x", "authorization:role:delete"},
		{"POST", "/authorization/roles/x", "authorization:grant:add"},
		{"POST", subject + "/divisions/x/roles/x", "authorization:grant:add"},
		{"DELETE", subject + "/divisions/x/roles/x", "authorization:grant:delete"},
		{"POST", subject + "/bulkadd", "authorization:grant:add"},
		{"POST", subject + "/bulkremove", "authorization:grant:delete"},
		{"POST", subject + "/bulkreplace", "authorization:grant:add authorization:grant:delete"},
		{"POST", "/authorization/divisions", "authorization:division:add authorization:grant:add"},
		{"PUT", "/authorization/divisions/x", "authorization:division:edit"},
		{"DELETE", "/authorization/divisions/x", "authorization:division:delete"},
		{"POST", policy, "authorization:policy:add"},
		{"PUT", policy, "authorization:policy:edit"},
		{"PUT", "/authorization/policies/x", "authorization:policy:add"},
		{"DELETE", policy + "/subject/x", "authorization:policy:delete"},
		{"POST", policy + "/validate", "authorization:policy:add"},
		{"POST", "/audits/query", "audits:audit:view"},
		{"POST", "/audits/query/realtime", "audits:audit:view"},
		{"POST", "/audits/query/realtime/related", "audits:audit:view"},
		{"GET", "/audits/query/x", "audits:audit:view"},
		{"GET", "/audits/query/x/results", "audits:audit:view"},
		{"GET", "/audits/query/servicemapping", "audits:audit:view"},
		{"GET", "/audits/query/realtime/servicemapping", "audits:audit:view"},
	} {
		permissions := strings.Fields(test.permissions)
		for missing := range len(permissions) + 1 { // the last one misses nothing
			state := rich()
			org := &state.Organizations[0]
			for i, name := range permissions {
				if parts := strings.Split(name, ":"); i != missing {
					org.Roles[2].PermissionPolicies = append(org.Roles[2].PermissionPolicies, policyOf(parts))
				}
			}
			org.Clients[1].RoleDivisions = []genesyscloud.RoleDivision{{RoleID: "export", DivisionID: "*"}}
			e, base := newEmulator(t, state)
			got := api(t, base, issued(t, e, "narrow"), test.method, test.path, "{}").status
			if denied := missing < len(permissions); (got == http.StatusForbidden) != denied {
				t.Errorf("%s %s without %d of %s: %d", test.method, test.path, missing, permissions, got)
			}
		}
	}
}

func policyOf(parts []string) genesyscloud.PermissionPolicy {
	return policy(parts[0], parts[1], parts[2])
}

// Grants to a user, a group and a client, by each of the calls, take effect with the next request of a token that is there already.
func TestGrantsTakeEffectAtOnce(t *testing.T) {
	t.Parallel()
	const one = `{"grants":[{"roleId":"everything","divisionId":"*"}]}`
	type call struct{ method, path, body string }
	for _, test := range []struct {
		name        string
		subject     string
		add, remove call
	}{
		{"one to a client", "narrow", call{"POST", "/divisions/*/roles/everything?subjectType=PC_OAUTH_CLIENT", ""},
			call{"DELETE", "/divisions/*/roles/everything", ""}},
		{"many to a client", "narrow", call{"POST", "/bulkadd?subjectType=PC_OAUTH_CLIENT", one}, call{"POST", "/bulkremove", one}},
		{"a client's anew", "narrow", call{"POST", "/bulkreplace?subjectType=PC_OAUTH_CLIENT", one},
			call{"POST", "/bulkreplace?subjectType=PC_OAUTH_CLIENT", `{"grants":[]}`}},
		{"one to a user", "bob", call{"POST", "/divisions/*/roles/everything", ""}, call{"DELETE", "/divisions/*/roles/everything", ""}},
		{"many to a user", "bob", call{"POST", "/bulkadd?subjectType=PC_USER", one}, call{"POST", "/bulkremove", one}},
		{"a user's anew", "bob", call{"POST", "/bulkreplace", one}, call{"POST", "/bulkreplace", `{"grants":[]}`}},
		{"one to a user's group", "team", call{"POST", "/divisions/*/roles/everything?subjectType=PC_GROUP", ""},
			call{"DELETE", "/divisions/*/roles/everything", ""}},
		{"a group's anew", "team", call{"POST", "/bulkreplace?subjectType=PC_GROUP", one},
			call{"POST", "/bulkreplace?subjectType=PC_GROUP", `{"grants":[]}`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			state := withGroup()
			org := &state.Organizations[0]
			org.Users = append(org.Users, emulator.User{ID: "bob", Name: "Bob"})
			org.Groups[0].Members = []emulator.Reference{{ID: "bob"}}
			e, base := newEmulator(t, state)
			admin, token := issued(t, e, "admin"), issued(t, e, "narrow")
			if test.subject != "narrow" {
				var err error
				if token, err = e.IssueUserToken("web", "bob", []string{"authorization"}); err != nil {
					t.Fatal(err)
				}
			}
			subject := "/authorization/subjects/" + test.subject
			must(t, 403, base, token, "GET", "/authorization/roles", "")
			must(t, 204, base, admin, test.add.method, subject+test.add.path, test.add.body)
			must(t, 200, base, token, "GET", "/authorization/roles", "")
			must(t, 204, base, admin, test.remove.method, subject+test.remove.path, test.remove.body)
			must(t, 403, base, token, "GET", "/authorization/roles", "")
		})
	}
}

// grantsOf are the grants of a subject as the API shows them: who it was made to, role and division.
func grantsOf(t *testing.T, base, token, subject string) []string {
	t.Helper()
	answer := must(t, 200, base, token, "GET", "/authorization/subjects/"+subject+"?includeDuplicates=true", "")
	var read genesyscloud.Subject
	if err := json.Unmarshal([]byte(answer.body), &read); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, g := range read.Grants {
		out = append(out, g.SubjectID+" "+g.Role.ID+" "+g.Division.ID)
	}
	slices.Sort(out)
	return out
}

func TestGrantCalls(t *testing.T) {
	t.Parallel()
	start := []string{"ada everything *", "ada queues sales", "team queues support"}
	for _, test := range []struct {
		name, method, path, body string
		want                     []string
	}{
		{"one more", "POST", "/subjects/ada/divisions/home/roles/export", "", append([]string{"ada export home"}, start...)},
		{"one that is there", "POST", "/subjects/ada/divisions/sales/roles/queues", "", start},
		{"two, of which one is there", "POST", "/subjects/ada/bulkadd",
			`{"grants":[{"roleId":"queues","divisionId":"sales"},{"roleId":"export","divisionId":"*"}]}`, append([]string{"ada export *"}, start...)},
		{"one less", "DELETE", "/subjects/ada/divisions/sales/roles/queues", "", []string{"ada everything *", "team queues support"}},
		{"two less, of which one is not there", "POST", "/subjects/ada/bulkremove",
			`{"grants":[{"roleId":"queues","divisionId":"sales"},{"roleId":"queues","divisionId":"support"}]}`,
			[]string{"ada everything *", "team queues support"}},
		{"anew, with what the group gives", "POST", "/subjects/ada/bulkreplace", `{"grants":[{"roleId":"export","divisionId":"home"}]}`,
			[]string{"ada export home", "team queues support"}},
		{"members of a role", "POST", "/roles/export", `{"subjectIds":["ada"],"divisionIds":["home","sales"]}`,
			append([]string{"ada export home", "ada export sales"}, start...)},
		{"a group as member", "POST", "/roles/export?subjectType=PC_GROUP", `{"subjectIds":["team"],"divisionIds":["*"]}`,
			append([]string{"team export *"}, start...)},
		{"the role is deleted", "DELETE", "/roles/queues", "", []string{"ada everything *"}},
		{"the division is deleted", "DELETE", "/divisions/support?force=true", "", []string{"ada everything *", "ada queues sales"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e, base := newEmulator(t, withGroup())
			admin := issued(t, e, "admin")
			if got := api(t, base, admin, test.method, "/authorization"+test.path, test.body); got.status != http.StatusNoContent {
				t.Fatalf("%d %s", got.status, got.body)
			}
			slices.Sort(test.want)
			if diff := cmp.Diff(test.want, grantsOf(t, base, admin, "ada")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A caller can give a new client a role as soon as the caller has it.
func TestClientWithANewRole(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, rich())
	admin := issued(t, e, "admin")
	role := must(t, 200, base, admin, "POST", "/authorization/roles", `{"name":"Reader","permissionPolicies":[
		{"domain":"authorization","entityName":"role","actionSet":["view"]}]}`).text(t, "id")
	client := fmt.Sprintf(`{"name":"c","authorizedGrantType":"CLIENT-CREDENTIALS","roleDivisions":[{"roleId":%q,"divisionId":"home"}]}`, role)
	must(t, 403, base, admin, "POST", "/oauth/clients", client)
	must(t, 204, base, admin, "POST", "/authorization/subjects/admin/divisions/home/roles/"+role+"?subjectType=PC_OAUTH_CLIENT", "")
	made := must(t, 200, base, admin, "POST", "/oauth/clients", client)
	token := signedIn(t, base, made.text(t, "id"), made.text(t, "secret"))
	must(t, 200, base, token, "GET", "/authorization/roles", "")
	must(t, 403, base, token, "GET", "/oauth/clients", "")

	must(t, 200, base, admin, "PUT", "/authorization/roles/"+role, `{"name":"Reader","permissionPolicies":[
		{"domain":"oauth","entityName":"client","actionSet":["view"]}]}`)
	must(t, 403, base, token, "GET", "/authorization/roles", "")
	must(t, 200, base, token, "GET", "/oauth/clients", "")
}

func TestPoliciesLife(t *testing.T) {
	t.Parallel()
	state := rich()
	state.Organizations[0].AccessControlByAttributes = true
	e, base := newEmulator(t, state)
	admin, web := issued(t, e, "admin"), issuedToAda(t, e, "web", "oauth")
	target := "/authorization/policies/targets/oauth:client:view"
	deny := `{"name":"p","subject":{"type":"USER","id":"ada"},"effect":"DENY","active":%t}`

	must(t, 200, base, web, "GET", "/oauth/clients", "")
	id := must(t, 200, base, admin, "POST", target, fmt.Sprintf(deny, true)).text(t, "id")
	must(t, 403, base, web, "GET", "/oauth/clients", "")
	put := must(t, 200, base, admin, "PUT", target, fmt.Sprintf(deny, false))
	if put.text(t, "id") != id || put.field(t, "active") != false {
		t.Errorf("PUT of the target: %s, want %s", put.body, id)
	}
	must(t, 200, base, web, "GET", "/oauth/clients", "")
	must(t, 200, base, admin, "PUT", "/authorization/policies/"+id, fmt.Sprintf(deny, true))
	must(t, 403, base, web, "GET", "/oauth/clients", "")
	must(t, 204, base, admin, "DELETE", target+"/subject/ada", "")
	must(t, 200, base, web, "GET", "/oauth/clients", "")
	must(t, 404, base, admin, "GET", "/authorization/policies/"+id, "")

	for body, want := range map[string]string{
		fmt.Sprintf(deny, true): `{"entities":[]}`,
		`{"effect":"DENY"}`:     `{"entities":[{"message":"The property [subject] is required.","errorType":"bad.request","arguments":{}}]}`,
	} {
		if got := must(t, 200, base, admin, "POST", target+"/validate", body).body; got != want {
			t.Errorf("validate %s: %s", body, got)
		}
	}
	if got := len(e.State().Organizations[0].Policies); got != 0 {
		t.Errorf("%d policies are left", got)
	}
}

// With a lag, requests see a write later, and further writes build on it at once.
func TestWriteLag(t *testing.T) {
	t.Parallel()
	clock := &steppingClock{at: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)}
	state := rich()
	state.WriteLagMS = 10_000
	e, base := newEmulator(t, state, emulator.WithClock(clock.now))
	admin := issued(t, e, "admin")
	id := must(t, 200, base, admin, "POST", "/authorization/divisions", `{"name":"North","description":""}`).text(t, "id")
	clock.step(6 * time.Second)
	must(t, 404, base, admin, "GET", "/authorization/divisions/"+id, "")
	must(t, 409, base, admin, "POST", "/authorization/divisions", `{"name":"North","description":""}`)
	must(t, 200, base, admin, "PUT", "/authorization/divisions/"+id, `{"name":"South","description":""}`)
	clock.step(4 * time.Second)
	if got := must(t, 200, base, admin, "GET", "/authorization/divisions/"+id, "").text(t, "name"); got != "North" {
		t.Errorf("after the first lag: %s", got)
	}
	clock.step(6 * time.Second)
	if got := must(t, 200, base, admin, "GET", "/authorization/divisions/"+id, "").text(t, "name"); got != "South" {
		t.Errorf("after the second lag: %s", got)
	}
	// The control plane knows what was written, and is seen at once.
	must(t, 204, base, admin, "DELETE", "/authorization/divisions/"+id, "")
	update(t, e, func(s *emulator.State) { s.Organizations[0].Divisions[1].Name = "Sold" })
	must(t, 404, base, admin, "GET", "/authorization/divisions/"+id, "")
	if got := must(t, 200, base, admin, "GET", "/authorization/divisions/sales", "").text(t, "name"); got != "Sold" {
		t.Errorf("after the control plane: %s", got)
	}
}

type steppingClock struct {
	mu sync.Mutex
	at time.Time
}

func (c *steppingClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *steppingClock) step(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(by)
}

// Writes that come at once are all kept, while others read and the control plane changes something else.
func TestWritesAtOnce(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, rich())
	admin := issued(t, e, "admin")
	const writers = 8
	var wait sync.WaitGroup
	for i := range writers {
		wait.Go(func() {
			body := fmt.Sprintf(`{"name":"North %d","description":""}`, i)
			if got := api(t, base, admin, "POST", "/authorization/divisions", body); got.status != http.StatusOK {
				t.Errorf("%d %s", got.status, got.body)
			}
		})
		wait.Go(func() {
			if got := api(t, base, admin, "GET", "/authorization/subjects/ada", ""); got.status != http.StatusOK {
				t.Errorf("%d %s", got.status, got.body)
			}
		})
		wait.Go(func() {
			if err := e.Update(func(s *emulator.State) { s.Organizations[0].Users[0].Name += "!" }); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	org := e.State().Organizations[0]
	if len(org.Divisions) != 3+writers || len(org.Audits) != writers || org.Users[0].Name != "Ada"+strings.Repeat("!", writers) {
		t.Errorf("%d divisions, %d events, user %q", len(org.Divisions), len(org.Audits), org.Users[0].Name)
	}
}

// What writes answer has the form of the platform's models.
func TestModelsOfWrites(t *testing.T) {
	t.Parallel()
	compiler := models(t)
	e, base := newEmulator(t, rich())
	admin := issued(t, e, "admin")
	for _, test := range []struct{ model, method, path, body string }{
		{"OAuthClient", "POST", "/oauth/clients", `{"name":"c","authorizedGrantType":"CODE"}`},
		{"OAuthClient", "PUT", "/oauth/clients/web", `{"name":"c","authorizedGrantType":"TOKEN"}`},
		{"OAuthClient", "POST", "/oauth/clients/web/secret", ""},
		{"DomainOrganizationRole", "POST", "/authorization/roles", `{"name":"r","permissionPolicies":[{"domain":"a","entityName":"b",
			"actionSet":["c"]}]}`},
		{"DomainOrganizationRole", "PATCH", "/authorization/roles/queues", `{"roleNeedsUpdate":true}`},
		{"AuthzDivision", "POST", "/authorization/divisions", `{"name":"N","description":""}`},
		{"AuditRealtimeQueryResultsResponse", "POST", "/audits/query/realtime",
			fmt.Sprintf(`{"interval":"%s/%s"}`, time.Now().Add(-time.Hour).Format(time.RFC3339), time.Now().Add(time.Hour).Format(time.RFC3339))},
	} {
		body := must(t, 200, base, admin, test.method, test.path, test.body).body
		if err := validate(t, compiler, test.model, body); err != nil {
			t.Errorf("%s %s: %v\n%s", test.method, test.path, err, body)
		}
	}
}
