package emulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// The whole answers, byte for byte: what they lack counts as much as what they have.
func TestBodies(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, rich())
	admin, narrow := issued(t, e, "admin"), issued(t, e, "narrow", "users:readonly")
	web := issuedToAda(t, e, "web", "user-basic-info", "authorization")
	for _, test := range []struct{ path, token, want string }{
		{"/oauth/clients/web", admin, `{"id":"web","name":"Web","accessTokenValiditySeconds":86400,"authorizedGrantType":"CODE","state":"active",
			"selfUri":"/api/v2/oauth/clients/web","registeredRedirectUri":["https://app.example.com/callback"],
			"scope":["routing","authorization:readonly"],"roleDivisions":[]}`},
		{"/oauth/clients/narrow", admin, `{"id":"narrow","name":"Narrow","accessTokenValiditySeconds":86400,
			"authorizedGrantType":"CLIENT-CREDENTIALS","state":"active","selfUri":"/api/v2/oauth/clients/narrow","registeredRedirectUri":[],
			"scope":["users:readonly"],"roleDivisions":[{"roleId":"queues","divisionId":"home"}]}`},
		{"/oauth/authorizations", admin, `{"total":1,"entities":[{"pending":false,"state":"Authorized",
			"selfUri":"/api/v2/oauth/authorizations/vendor",
			"client":{"id":"vendor","name":"Vendor","accessTokenValiditySeconds":86400,"authorizedGrantType":"CODE","state":"active",
			"selfUri":"/api/v2/oauth/clients/vendor","registeredRedirectUri":[],"scope":[],"roleDivisions":[]},
			"scope":["routing:readonly"],"roles":[]}],"selfUri":"/api/v2/oauth/authorizations"}`},
		{"/tokens/me", admin, `{"organization":{"id":"org-1","name":"First"},"homeOrganization":{"id":"org-1","name":"First"},
			"OAuthClient":{"id":"admin","name":"Admin","authorizedGrantType":"CLIENT-CREDENTIALS",
			"roleDivisions":[{"roleId":"everything","divisionId":"*"}],"state":"active","organization":{"id":"org-1","name":"First"}}}`},
		{"/tokens/me", narrow, `{"organization":{"id":"org-1","name":"First"},"homeOrganization":{"id":"org-1","name":"First"},
			"authorizedScope":["users:readonly"],"OAuthClient":{"id":"narrow","name":"Narrow","authorizedGrantType":"CLIENT-CREDENTIALS",
			"scope":["users:readonly"],"roleDivisions":[{"roleId":"queues","divisionId":"home"}],"state":"active",
			"organization":{"id":"org-1","name":"First"}}}`},
		{"/organizations/me", admin, `{"id":"org-1","name":"First","defaultCountryCode":"US","defaultLanguage":"en-us",
			"thirdPartyOrgName":"first",
			"version":3,"state":"active","productPlatform":"GenesysCloud","selfUri":"/api/v2/organizations/org-1"}`},
		{"/organizations/authentication/settings", admin, `{"multifactorAuthenticationRequired":false,"domainAllowlistEnabled":true,
			"domainAllowlist":["example.com"],"ipAddressAllowlist":["192.0.2.0/24","198.51.100.7"]}`},
		{"/organizations/ipaddressauthentication", admin, `{"networkWhitelist":["192.0.2.0/24","198.51.100.7"]}`},
		{"/organizations/whitelist", admin, `{"domainWhitelist":["example.com"],"enableWhitelist":true}`},
		{"/telephony/mediaregions", admin,
			`{"awsHomeRegion":"us-east-1","awsCoreRegions":["us-east-1","us-west-2"],"awsSatelliteRegions":["eu-west-1"]}`},
		{"/authorization/roles/queues", admin, `{"id":"queues","name":"Queues","default":false,"base":false,
			"selfUri":"/api/v2/authorization/roles/queues","permissions":[],"permissionPolicies":[
			{"domain":"routing","entityName":"queue","actionSet":["view"],"allowConditions":false},
			{"domain":"recording","entityName":"recording","actionSet":["view"],"allowConditions":true,
			"resourceConditionNode":{"variableName":"Conversation.queues","operator":"IN","operands":[{"type":"QUEUE",
				"value":"q1"}]}}],"userCount":1}`},
		{"/authorization/roles/export?userCount=false", admin, `{"id":"export","name":"Analytics - Export","default":false,"base":false,
			"selfUri":"/api/v2/authorization/roles/export","permissions":[],"permissionPolicies":[]}`},
		{"/authorization/subjects/ada", admin, `{"id":"ada","name":"Ada","version":1,"selfUri":"/api/v2/authorization/subjects/ada","grants":[
			{"subjectId":"ada","division":{"id":"sales","name":"Sales","description":"",
				"homeDivision":false,"selfUri":"/api/v2/authorization/divisions/sales"},
			"role":{"id":"queues","name":"Queues","default":false,"selfUri":"/api/v2/authorization/roles/queues",
			"policies":[{"actions":["view"],"domain":"routing","entityName":"queue"},
			{"actions":["view"],"condition":"{\"variableName\":\"Conversation.queues\",\"operator\":\"IN\",\"operands\":[{\"type\":\"QUEUE\",
				\"value\":\"q1\"}]}",
			"domain":"recording","entityName":"recording"}]}},
			{"subjectId":"ada","division":{"id":"*","description":"","homeDivision":false,"selfUri":"/api/v2/authorization/divisions/*"},
			"role":{"id":"everything","name":"Everything","default":false,"selfUri":"/api/v2/authorization/roles/everything",
			"policies":[{"actions":["*"],"domain":"*","entityName":"*"}]}}]}`},
		{"/authorization/subjects/web", admin,
			`{"id":"web","name":"Web","version":1,"selfUri":"/api/v2/authorization/subjects/web","grants":[]}`},
		{"/authorization/divisions/home", admin, `{"id":"home","name":"Home","description":"","homeDivision":true,
			"selfUri":"/api/v2/authorization/divisions/home"}`},
		{"/authorization/products", admin,
			`{"entities":[{"id":"collaboratePro"},{"id":"engage3"}],"pageSize":2,"pageNumber":1,"total":2,"pageCount":1}`},
		{"/orgauthorization/trustees", admin, `{"entities":[{"id":"org-9","enabled":true,"usesDefaultRole":false,"hasFullAccess":false,
			"dateExpired":"2027-01-01T00:00:00Z","selfUri":"/api/v2/orgauthorization/trustees/org-9"}],"pageSize":25,"pageNumber":1,"total":1,
			"firstUri":"/api/v2/orgauthorization/trustees?pageNumber=1&pageSize=25",
				"lastUri":"/api/v2/orgauthorization/trustees?pageNumber=1&pageSize=25",
			"selfUri":"/api/v2/orgauthorization/trustees?pageNumber=1&pageSize=25","pageCount":1}`},
		{"/tokens/timeout", web, `{"idleTokenTimeoutSeconds":28800,"enableIdleTokenTimeout":false}`},
		{"/routing/queues", admin, `{}`},
	} {
		want := strings.NewReplacer("\n", "", "\t", "").Replace(test.want)
		answer := get(t, base+"/api/v2"+test.path, test.token)
		if answer.status != http.StatusOK || answer.body != want {
			t.Errorf("%s: %d\n%s\nwant\n%s", test.path, answer.status, answer.body, want)
		}
		if got := answer.header.Get("Content-Type"); got != "application/json" {
			t.Errorf("%s: Content-Type %q", test.path, got)
		}
	}
}

// Where a state says nothing, the platform's defaults stand.
func TestDefaults(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, granting(role(policy("*", "*", "*")), "*"))
	update(t, e, func(s *emulator.State) { s.Organizations[0].Permissions = nil })
	token := issued(t, e, "caller")
	if got := get(t, base+"/api/v2/telephony/mediaregions", token).body; got !=
		`{"awsHomeRegion":"us-east-1","awsCoreRegions":["us-east-1"],"awsSatelliteRegions":[]}` {
		t.Errorf("media regions %s", got)
	}
	if got := get(t, base+"/api/v2/organizations/authentication/settings", token).body; got !=
		`{"multifactorAuthenticationRequired":false,"domainAllowlistEnabled":false,"domainAllowlist":[],"ipAddressAllowlist":[]}` {
		t.Errorf("settings %s", got)
	}
	if got := get(t, base+"/api/v2/oauth/scopes", token).field(t, "total"); got != 124.0 {
		t.Errorf("%v scopes, want the 124 of the platform", got)
	}
	for _, id := range []string{"analytics", "analytics:readonly", "user-basic-info", "audits:readonly"} {
		if got := get(t, base+"/api/v2/oauth/scopes/"+id, token); got.status != http.StatusOK || got.field(t, "id") != id {
			t.Errorf("scope %s: %d %s", id, got.status, got.body)
		}
	}
	for _, id := range []string{"audits", "user-basic-info:readonly", "analytics:export"} {
		if got := get(t, base+"/api/v2/oauth/scopes/"+id, token); got.status != http.StatusNotFound {
			t.Errorf("scope %s: %d %s", id, got.status, got.body)
		}
	}
	queues := get(t, base+"/api/v2/authorization/permissions?queryType=permission&query=routing:queue:view,oauth:client:view", token).body
	for _, want := range []string{
		`{"domain":"routing","entityType":"queue","action":"view","allowsConditions":false,"divisionAware":true}`,
		`{"domain":"oauth","entityType":"client","action":"view","allowsConditions":false,"divisionAware":false}`,
	} {
		if !strings.Contains(queues, want) {
			t.Errorf("permissions %s lack %s", queues, want)
		}
	}
}

type page struct {
	Entities []struct {
		ID, Name, Domain string
	}
	PageSize, PageNumber, Total, PageCount           int
	FirstURI, LastURI, SelfURI, NextURI, PreviousURI string
}

func getPage(t *testing.T, url, token string) page {
	t.Helper()
	answer := get(t, url, token)
	var p page
	if err := json.Unmarshal([]byte(answer.body), &p); err != nil || answer.status != http.StatusOK {
		t.Fatalf("%s: %d %s %v", url, answer.status, answer.body, err)
	}
	return p
}

func (p page) ids() string {
	var ids []string
	for _, entity := range p.Entities {
		ids = append(ids, entity.ID)
	}
	return strings.Join(ids, " ")
}

// many is rich with more roles, so that it has n.
func many(n int) emulator.State {
	state := rich()
	org := &state.Organizations[0]
	for i := len(org.Roles); i < n; i++ {
		org.Roles = append(org.Roles, genesyscloud.Role{ID: fmt.Sprintf("r%03d", i), Name: fmt.Sprintf("Role %03d", i)})
	}
	return state
}

func TestPaging(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, many(60))
	token := issued(t, e, "admin")
	const roles = "/api/v2/authorization/roles"
	uri := func(size, number int) string { return fmt.Sprintf("%s?pageNumber=%d&pageSize=%d", roles, number, size) }
	for _, test := range []struct {
		query      string
		first      string // id of the first entity
		entities   int
		pageCount  int
		next, prev string
	}{
		{"", "everything", 25, 3, uri(25, 2), ""},
		{"?pageSize=100", "everything", 60, 1, "", ""},
		{"?pageSize=25&pageNumber=2", "r025", 25, 3, uri(25, 3), uri(25, 1)},
		{"?pageSize=25&pageNumber=3", "r050", 10, 3, "", uri(25, 2)},
		{"?pageSize=60", "everything", 60, 1, "", ""},
		{"?pageSize=59", "everything", 59, 2, uri(59, 2), ""},
		{"?pageNumber=4", "", 0, 3, "", uri(25, 3)},
	} {
		p := getPage(t, base+roles+test.query, token)
		first := ""
		if len(p.Entities) > 0 {
			first = p.Entities[0].ID
		}
		if first != test.first || len(p.Entities) != test.entities || p.Total != 60 || p.PageCount != test.pageCount ||
			p.NextURI != test.next || p.PreviousURI != test.prev {
			t.Errorf("%q: %+v", test.query, p)
		}
	}
	// The URIs lead through the whole list.
	seen, next := 0, roles+"?pageSize=7"
	for next != "" {
		p := getPage(t, base+next, token)
		seen, next = seen+len(p.Entities), p.NextURI
	}
	if seen != 60 {
		t.Errorf("nextUri led to %d roles, want 60", seen)
	}
	for _, query := range []string{"pageSize=101", "pageSize=0", "pageSize=-1", "pageSize=x", "pageNumber=0", "pageNumber=x",
		"sortBy=colour", "userCount=maybe"} {
		answer := get(t, base+roles+"?"+query, token)
		if answer.status != http.StatusBadRequest || answer.field(t, "code") != "invalid.value" {
			t.Errorf("%s: %d %s", query, answer.status, answer.body)
		}
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, many(5))
	update(t, e, func(s *emulator.State) { s.Organizations[0].Roles[4].DefaultRoleID = "employee" })
	token := issued(t, e, "admin")
	for _, test := range []struct{ path, want string }{
		{"/authorization/roles?name=Queues", "queues"},
		{"/authorization/roles?name=queues", "queues"},
		{"/authorization/roles?name=role*", "r003 r004"},
		{"/authorization/roles?name=Role", ""},
		{"/authorization/roles?id=r003&id=export", "export r003"},
		{"/authorization/roles?defaultRoleId=employee", "r004"},
		{"/authorization/roles?permission=routing:queue:view", "everything queues"},
		{"/authorization/roles?permission=recording:recording:view", "everything"},
		{"/authorization/roles?sortBy=name", "export everything queues r003 r004"},
		{"/authorization/roles?sortBy=id", "everything export queues r003 r004"},
		{"/authorization/divisions", "home sales support"},
		{"/authorization/divisions?name=s*", "sales support"},
		{"/authorization/divisions?id=home", "home"},
		{"/authorization/divisions?sortBy=name&pageSize=2&pageNumber=2", "support"},
		{"/authorization/permissions?queryType=domain&query=oauth,routing", "oauth routing"},
		{"/authorization/permissions?query=oauth", "oauth"},
		{"/authorization/permissions?queryType=permission&query=oauth:client:view,nothing:at:all", "oauth"},
		{"/authorization/permissions?query=nothing", ""},
	} {
		if got := getPage(t, base+"/api/v2"+test.path, token).ids(); got != test.want {
			t.Errorf("%s: %q, want %q", test.path, got, test.want)
		}
	}
}

func TestOAuthClientsAreOnePage(t *testing.T) {
	t.Parallel()
	state := rich()
	for i := range 150 {
		var c emulator.Client
		c.ID, c.Name, c.AuthorizedGrantType = fmt.Sprintf("c%03d", i), "Same name", "TOKEN"
		state.Organizations[0].Clients = append(state.Organizations[0].Clients, c)
	}
	e, base := newEmulator(t, state)
	p := getPage(t, base+"/api/v2/oauth/clients", issued(t, e, "admin"))
	if len(p.Entities) != 153 || p.Total != 153 || p.PageCount != 1 || p.PageNumber != 1 || p.NextURI != "" {
		t.Errorf("%d clients, total %d, %d pages, next %q", len(p.Entities), p.Total, p.PageCount, p.NextURI)
	}
}

func TestSubjects(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, rich())
	update(t, e, func(s *emulator.State) {
		user := &s.Organizations[0].Users[0]
		user.Grants = append(user.Grants, user.Grants[0])
	})
	token, user := issued(t, e, "admin"), issuedToAda(t, e, "web", "authorization")
	count := func(path, token string) int {
		t.Helper()
		grants, _ := get(t, base+"/api/v2/authorization/subjects/"+path, token).field(t, "grants").([]any)
		return len(grants)
	}
	if got := count("ada", token); got != 2 {
		t.Errorf("%d grants, want the 2 that differ", got)
	}
	if got := count("ada?includeDuplicates=true", token); got != 3 {
		t.Errorf("%d grants with duplicates, want 3", got)
	}
	update(t, e, func(s *emulator.State) {
		s.Organizations[0].Users[0].Grants = []genesyscloud.AuthGrant{
			{Division: genesyscloud.Division{ID: "home"}, Role: genesyscloud.SubjectRole{ID: "export"}},
		}
	})
	if body := get(t, base+"/api/v2/authorization/subjects/ada", token).body; !strings.Contains(body, `"policies":[]`) {
		t.Errorf("%s does not show that the role has no policies", body)
	}
	if got := get(t, base+"/api/v2/authorization/subjects/me", user).field(t, "id"); got != "ada" {
		t.Errorf("subjects/me: %v", got)
	}
	if got := get(t, base+"/api/v2/authorization/subjects/me", token); got.status != 400 || got.field(t, "code") != "not.a.user" {
		t.Errorf("subjects/me of a client: %d %s", got.status, got.body)
	}
	for _, path := range []string{
		"/authorization/subjects/second", "/oauth/clients/second", "/oauth/authorizations/web", "/authorization/roles/x",
		"/authorization/divisions/x",
	} {
		if got := get(t, base+"/api/v2"+path, token); got.status != http.StatusNotFound || got.field(t, "code") != "not.found" {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
}

// A path parameter is one segment, decoded.
func TestEscapedParameter(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, rich())
	update(t, e, func(s *emulator.State) { s.Organizations[0].Roles[2].ID = "a/b c" })
	if got := get(t, base+"/api/v2/authorization/roles/a%2Fb%20c", issued(t, e, "admin")); got.field(t, "name") != "Analytics - Export" {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func TestForeignClientsToken(t *testing.T) {
	t.Parallel()
	state := rich()
	state.Organizations[1].Clients = append(state.Organizations[1].Clients, emulator.Client{
		OAuthClient: genesyscloud.OAuthClient{ID: "vendor", Name: "Vendor", AuthorizedGrantType: "CODE"},
	})
	state.Organizations[0].Authorizations[0].Scope = []string{"user-basic-info"}
	e, base := newEmulator(t, state)
	want := `{"organization":{"id":"org-1","name":"First"},"homeOrganization":{"id":"org-1","name":"First"},` +
		`"authorizedScope":["user-basic-info"],"OAuthClient":{"id":"vendor","name":"Vendor","authorizedGrantType":"CODE","state":"active",` +
		`"organization":{"id":"org-2","name":"Second"}}}`
	if got := get(t, base+"/api/v2/tokens/me", issuedToAda(t, e, "vendor", "user-basic-info", "routing")); got.body != want {
		t.Errorf("%s\nwant\n%s", got.body, want)
	}
}

func TestViolations(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, rich())
	token := issued(t, e, "admin")
	for _, test := range []struct {
		method, path, token string
		status              int
		violation           string
	}{
		{"GET", "/api/v2/nothing", token, 404, "GET /api/v2/nothing: unknown endpoint"},
		{"PATCH", "/api/v2/oauth/clients", token, 404, "PATCH /api/v2/oauth/clients: unknown endpoint"},
		{"GET", "/eu-north-9/api/v2/tokens/me", token, 404, "GET /eu-north-9/api/v2/tokens/me: unknown endpoint"},
		{"GET", "/", "", 404, "GET /: unknown endpoint"},
		{"GET", "/emulator/nothing", "", 404, "GET /emulator/nothing: unknown endpoint"},
		{"GET", "/us-east-1/api/v2/oauth/clients?pageSize=100", token, 400, "GET /api/v2/oauth/clients: unknown query parameter pageSize"},
		{"GET", "/api/v2/authorization/roles?expand=unusedPermissions&nextPage=&sortBy=", token, 200, ""},
		{"GET", "/api/v2/authorization/divisions?objectCount=false&expand=&name=", token, 200, ""},
		{"POST", "/api/v2/routing/queues", token, 200, ""},
		{"HEAD", "/api/v2/tokens/me", token, 200, ""},
		{"GET", "/api/v2/routing/queues?anything=goes", token, 200, ""},
	} {
		e.ResetRequests()
		answer := send(t, test.method, base+test.path, test.token, "")
		var want []string
		if test.violation != "" {
			want = []string{test.violation}
		}
		if diff := cmp.Diff(want, e.Violations()); answer.status != test.status || diff != "" {
			t.Errorf("%s %s: %d %s %s", test.method, test.path, answer.status, answer.body, diff)
		}
	}
	if diff := cmp.Diff(rich(), e.State()); diff != "" {
		t.Errorf("the state has changed: %s", diff)
	}
}

// What the emulator does not model reads as an error, never as an empty answer, whoever asks.
func TestWhatIsNotModelledIsNotImplemented(t *testing.T) {
	t.Parallel()
	state := rich()
	state.AnswerUnmodelled = false
	e, base := newEmulator(t, state)
	token := issued(t, e, "admin")
	compiler := models(t)
	for _, endpoint := range []string{
		"GET /api/v2/routing/queues", "POST /api/v2/routing/queues", "GET /api/v2/authorization/divisions/deleted", "GET /api/v2/date",
		"POST /api/v2/license/infer/permissions", "GET /api/v2/users?expand=presence", "GET /api/v2/authorization/divisions?expand=objects",
	} {
		method, path, _ := strings.Cut(endpoint, " ")
		answer := send(t, method, base+path, token, "")
		if answer.status != http.StatusNotImplemented || answer.field(t, "code") != "not.implemented" {
			t.Errorf("%s: %d %s", endpoint, answer.status, answer.body)
		}
		if err := validate(t, compiler, "ErrorBody", answer.body); err != nil {
			t.Errorf("%s: %v", endpoint, err)
		}
	}
	if got := send(t, http.MethodPost, base+"/api/v2/routing/queues", issued(t, e, "narrow"), ""); got.status != http.StatusForbidden {
		t.Errorf("what is not modelled and not granted: %d %s", got.status, got.body)
	}
	if got := e.Violations(); len(got) > 0 {
		t.Errorf("violations: %q", got)
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, rich())
	token := signedIn(t, base+"/us-east-1", "admin", "secret-admin")
	get(t, base+"/us-east-1/api/v2/authorization/roles?pageSize=100&token=topsecret", token)
	get(t, base+"/api/v2/authorization/roles?userCount=false&pageSize=100", token)
	get(t, base+"/api/v2/routing/queues/1?name=topsecret", "nonsense")
	signIn(t, base, "nobody", "topsecret")
	want := []emulator.Request{
		{Method: "POST", Path: "/oauth/token", Status: 200, Region: "us-east-1", ClientID: "admin"},
		{Method: "GET", Path: "/api/v2/authorization/roles", Query: "pageSize=100&token=", Status: 400, Region: "us-east-1", ClientID: "admin"},
		{Method: "GET", Path: "/api/v2/authorization/roles", Query: "pageSize=100&userCount=false", Status: 200, Region: "us-east-1",
			ClientID: "admin"},
		{Method: "GET", Path: "/api/v2/routing/queues/1", Query: "name=", Status: 401},
		{Method: "POST", Path: "/oauth/token", Status: 400},
	}
	if diff := cmp.Diff(want, e.Requests()); diff != "" {
		t.Error(diff)
	}
	e.ResetRequests()
	if got := e.Requests(); len(got) != 0 {
		t.Errorf("after the reset: %v", got)
	}
}

var documentedQuery = regexp.MustCompile("(?m)^- `POST (/api/[^`]+)`")

// SECURITY.md lists the queries that the provider sends. Each must be a documented query of the platform.
func TestSecurityPolicyListsQueries(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	listed := documentedQuery.FindAllSubmatch(content, -1)
	if len(listed) == 0 {
		t.Fatal("SECURITY.md lists no query")
	}
	for _, query := range listed {
		path := strings.ReplaceAll(string(query[1]), "{clientId}", "3fa27c91-64de-4b0a-8c15-e9d2704b6a38")
		if !(emulator.Request{Method: http.MethodPost, Path: path}).Reads() {
			t.Errorf("POST %s changes something on the platform", query[1])
		}
	}
}
