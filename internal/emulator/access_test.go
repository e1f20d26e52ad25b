package emulator_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

const (
	anyOf      = "Unable to perform the requested action. You must have at least one of the following permissions assigned: "
	missing    = "Unable to perform the requested action. You are missing the following permission(s): "
	inDivision = " in at least one of the following division(s): "
	unnamed    = "You are not authorized to perform the requested action."
)

// granting is a state of one organization with the permissions that the tests are about, whose client "caller" has one role.
func granting(role genesyscloud.Role, divisions ...string) emulator.State {
	role.ID, role.Name = "role", "Role"
	var caller emulator.Client
	caller.ID, caller.Name, caller.AuthorizedGrantType = "caller", "Caller", "CLIENT-CREDENTIALS"
	for _, division := range divisions {
		caller.RoleDivisions = append(caller.RoleDivisions, genesyscloud.RoleDivision{RoleID: "role", DivisionID: division})
	}
	type entries = genesyscloud.List[genesyscloud.PermissionMapEntry]
	collection := func(domain string, entities map[string]entries) genesyscloud.PermissionCollection {
		return genesyscloud.PermissionCollection{Domain: domain, PermissionMap: entities}
	}
	return emulator.State{AnswerUnmodelled: true, Organizations: []emulator.Organization{{
		Region:       "us-east-1",
		Organization: genesyscloud.Organization{ID: "org", Name: "Org"},
		Clients:      []emulator.Client{caller},
		Roles:        []genesyscloud.Role{role},
		Divisions:    []genesyscloud.Division{{ID: "home", Name: "Home", HomeDivision: true}, {ID: "sales", Name: "Sales"}},
		Permissions: []genesyscloud.PermissionCollection{
			collection("oauth", map[string]entries{"client": {viewing("oauth", "client", false)}}),
			collection("routing", map[string]entries{
				"queue":                 {viewing("routing", "queue", true)},
				"callRoute":             {viewing("routing", "callRoute", true)},
				"identityResolutionIvr": {viewing("routing", "identityResolutionIvr", false)},
			}),
		},
	}}}
}

func role(policies ...genesyscloud.PermissionPolicy) genesyscloud.Role {
	return genesyscloud.Role{PermissionPolicies: policies}
}

func TestClientCredentialsAccess(t *testing.T) {
	t.Parallel()
	const (
		anyEndpoint     = "GET /api/v2/oauth/clients/caller/usage/summary"
		allEndpoint     = "GET /api/v2/architect/ivrs/1/identityresolution"
		awareEndpoint   = "GET /api/v2/routing/queues/1"
		flatEndpoint    = "GET /api/v2/contentmanagement/documents/1"
		freeEndpoint    = "GET /api/v2/authorization/products"
		unknownEndpoint = "GET /api/v2/userrecordings/1/transcoding"

		noneOfAny = anyOf + "[oauth:client:view, usage:client:view]"
		noQueue   = missing + "[routing:queue:view]"
	)
	for _, test := range []struct {
		name      string
		role      genesyscloud.Role
		divisions []string // in which the role is granted
		endpoint  string
		division  string // asked for
		message   string // of the 403; empty when access is granted
	}{
		{"nothing granted, any", role(), nil, anyEndpoint, "", noneOfAny},
		{"nothing granted, all", role(), nil, allEndpoint, "", missing + "[routing:callRoute:view, routing:identityResolutionIvr:view]"},
		{"role not granted", role(policy("oauth", "client", "view")), nil, anyEndpoint, "", noneOfAny},
		{"one of any", role(policy("oauth", "client", "view")), []string{"home"}, anyEndpoint, "", ""},
		{"one of all", role(policy("routing", "callRoute", "view")), []string{"home"}, allEndpoint, "",
			missing + "[routing:identityResolutionIvr:view]"},
		{"all of all", role(policy("routing", "callRoute", "view"), policy("routing", "identityResolutionIvr", "view")), []string{"home"},
			allEndpoint, "", ""},
		{"among other actions", role(policy("oauth", "client", "edit", "view")), []string{"home"}, anyEndpoint, "", ""},
		{"in the second policy", role(policy("x", "y", "z"), policy("oauth", "client", "view")), []string{"home"}, anyEndpoint, "", ""},
		{"any action", role(policy("oauth", "client", "*")), []string{"home"}, anyEndpoint, "", ""},
		{"any entity", role(policy("oauth", "*", "view")), []string{"home"}, anyEndpoint, "", ""},
		{"any domain", role(policy("*", "client", "view")), []string{"home"}, anyEndpoint, "", ""},
		{"everything", role(policy("*", "*", "*")), []string{"home"}, allEndpoint, "", ""},
		{"no actions", role(policy("oauth", "client")), []string{"home"}, anyEndpoint, "", noneOfAny},
		{"no entity", role(policy("oauth", "", "*")), []string{"home"}, anyEndpoint, "", noneOfAny},
		{"another action", role(policy("oauth", "client", "edit")), []string{"home"}, anyEndpoint, "", noneOfAny},
		{"another entity", role(policy("oauth", "clients", "view")), []string{"home"}, anyEndpoint, "", noneOfAny},
		{"another domain", role(policy("oauth2", "client", "view")), []string{"home"}, anyEndpoint, "", noneOfAny},
		{"the beginning of the action", role(policy("oauth", "client", "v*")), []string{"home"}, anyEndpoint, "", noneOfAny},
		{"another case", role(policy("oauth", "client", "View")), []string{"home"}, anyEndpoint, "", noneOfAny},
		{"under a condition", role(conditional(policy("oauth", "client", "view"))), []string{"home"}, anyEndpoint, "", noneOfAny},
		{"under a condition and without", role(conditional(policy("oauth", "client", "view")), policy("oauth", "client", "view")),
			[]string{"home"}, anyEndpoint, "", ""},
		{"a null condition is none", role(nullCondition(policy("oauth", "client", "view"))), []string{"home"}, anyEndpoint, "", ""},
		{"in the flat list only", genesyscloud.Role{Permissions: []string{"oauth:client:view"}}, []string{"home"}, anyEndpoint, "", noneOfAny},
		{"does not exist here", role(policy("usage", "client", "view")), []string{"home"}, anyEndpoint, "", noneOfAny},

		{"aware, any division", role(policy("routing", "queue", "view")), []string{"sales"}, awareEndpoint, "", ""},
		{"aware, nowhere", role(), []string{"sales"}, awareEndpoint, "", noQueue},
		{"aware, in the division", role(policy("routing", "queue", "view")), []string{"sales"}, awareEndpoint, "sales", ""},
		{"aware, in one of two", role(policy("routing", "queue", "view")), []string{"home", "sales"}, awareEndpoint, "sales", ""},
		{"aware, in all", role(policy("routing", "queue", "view")), []string{"*"}, awareEndpoint, "sales", ""},
		{"aware, in another", role(policy("routing", "queue", "view")), []string{"home"}, awareEndpoint, "sales",
			missing + "[routing:queue:view:sales]"},
		{"aware, all wanted", role(policy("routing", "queue", "view")), []string{"home", "sales"}, awareEndpoint, "*",
			missing + "[routing:queue:view:*]"},
		{"aware, all granted", role(policy("routing", "queue", "view")), []string{"*"}, awareEndpoint, "*", ""},
		{"one aware, one not", role(policy("routing", "*", "view")), []string{"home"}, allEndpoint, "sales",
			missing + "[routing:callRoute:view:sales]"},
		{"unaware, in another", role(policy("oauth", "client", "view")), []string{"home"}, anyEndpoint, "sales", ""},
		{"unaware, all wanted", role(policy("oauth", "client", "view")), []string{"home"}, anyEndpoint, "*", ""},
		{"any, in a division", role(), nil, anyEndpoint, "sales", noneOfAny + inDivision + "[sales]"},

		{"flat", genesyscloud.Role{Permissions: []string{"content_management_user"}}, []string{"home"}, flatEndpoint, "", ""},
		{"flat, in its division", genesyscloud.Role{Permissions: []string{"content_management_user"}}, []string{"home"}, flatEndpoint,
			"home", ""},
		{"flat, in all divisions", genesyscloud.Role{Permissions: []string{"content_management_user"}}, []string{"*"}, flatEndpoint,
			"sales", ""},
		{"flat, in another division", genesyscloud.Role{Permissions: []string{"content_management_user"}}, []string{"home"}, flatEndpoint,
			"sales", anyOf + "[content_management_user]" + inDivision + "[sales]"},
		{"flat, another", genesyscloud.Role{Permissions: []string{"admin"}}, []string{"home"}, flatEndpoint, "",
			anyOf + "[content_management_user]"},
		{"flat, not by policies", role(policy("*", "*", "*")), []string{"*"}, flatEndpoint, "", anyOf + "[content_management_user]"},

		{"needs none", role(), nil, freeEndpoint, "", ""},
		{"unknown", role(policy("*", "*", "*")), []string{"*"}, unknownEndpoint, "", unnamed},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e, base := newEmulator(t, granting(test.role, test.divisions...))
			checkAccess(t, base, issued(t, e, "caller"), test.endpoint, test.division, test.message)
		})
	}
}

func nullCondition(p genesyscloud.PermissionPolicy) genesyscloud.PermissionPolicy {
	p.ResourceConditionNode = json.RawMessage("null")
	return p
}

// checkAccess calls an endpoint, "METHOD /path", and wants it granted, or refused with a 403 and the message.
func checkAccess(t *testing.T, base, token, endpoint, division, message string) {
	t.Helper()
	method, path, _ := strings.Cut(endpoint, " ")
	var header []string
	if division != "" {
		header = []string{"X-Emulator-Division", division}
	}
	answer := send(t, method, base+path, token, "", header...)
	if message == "" {
		if answer.status != http.StatusOK {
			t.Errorf("%s: %d %s, want access", endpoint, answer.status, answer.body)
		}
		return
	}
	code := "not.authorized"
	switch {
	case strings.HasPrefix(message, anyOf):
		code = "missing.any.permissions"
	case strings.HasPrefix(message, missing):
		code = "missing.permissions"
	}
	if answer.status != http.StatusForbidden || answer.field(t, "message") != message || answer.field(t, "code") != code {
		t.Errorf("%s: %d %s, want %s: %s", endpoint, answer.status, answer.body, code, message)
	}
}

// The scopes of a client's own token play no part.
func TestClientCredentialsIgnoreScopes(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, granting(role(policy("routing", "queue", "view")), "home"))
	checkAccess(t, base, issued(t, e, "caller"), "GET /api/v2/routing/queues/1", "", "")
	checkAccess(t, base, issued(t, e, "caller", "users:readonly"), "GET /api/v2/routing/queues/1", "", "")
	checkAccess(t, base, issued(t, e, "caller", "oauth"), "GET /api/v2/oauth/clients", "", anyOf+"[oauth:client:view]")
}

func TestUserAccess(t *testing.T) {
	t.Parallel()
	const queue = "GET /api/v2/routing/queues/1"
	for _, test := range []struct {
		name     string
		role     string // that the user has in all divisions
		scopes   []string
		endpoint string
		message  string
	}{
		{"scope and permission", "queues", []string{"routing"}, queue, ""},
		{"read-only scope", "queues", []string{"routing:readonly"}, queue, ""},
		{"among others", "queues", []string{"users", "routing:readonly"}, queue, ""},
		{"no scope", "queues", nil, queue, unnamed},
		{"another scope", "queues", []string{"routing:all", "users"}, queue, unnamed},
		{"read-only does not write", "everything", []string{"routing:readonly"}, "DELETE /api/v2/routing/queues/1", unnamed},
		{"read-write writes", "everything", []string{"routing"}, "DELETE /api/v2/routing/queues/1", ""},
		{"read-write covers read-only", "everything", []string{"audits"}, "GET /api/v2/audits/query/servicemapping", ""},
		{"scope without permission", "export", []string{"routing"}, queue, missing + "[routing:queue:view]"},
		{"permission under a condition", "queues", []string{"recordings"}, "GET /api/v2/recordings/retention/query",
			anyOf + "[recording:recording:view]"},
		{"needs no permission", "export", []string{"authorization:readonly"}, "GET /api/v2/authorization/divisions", ""},
		{"needs no permission but a scope", "everything", []string{"routing"}, "GET /api/v2/authorization/divisions", unnamed},
		{"tokens/me", "export", []string{"user-basic-info"}, "GET /api/v2/tokens/me", ""},
		{"tokens/me without its scope", "everything", []string{"oauth"}, "GET /api/v2/tokens/me", unnamed},
		{"needs neither", "export", nil, "GET /api/v2/date", ""},
		{"unknown scopes", "everything", []string{"alerting", "analytics", "routing"}, "GET /api/v2/agentic/virtualagents", unnamed},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			state := rich()
			state.Organizations[0].Users[0].Grants = []genesyscloud.AuthGrant{{
				Division: genesyscloud.Division{ID: "*"}, Role: genesyscloud.SubjectRole{ID: test.role},
			}}
			e, base := newEmulator(t, state)
			checkAccess(t, base, issuedToAda(t, e, "web", test.scopes...), test.endpoint, "", test.message)
		})
	}
}

// The roles of the client itself count for nothing when a user is signed in.
func TestUserAccessIgnoresTheClientsRoles(t *testing.T) {
	t.Parallel()
	state := rich()
	state.Organizations[0].Clients[2].RoleDivisions = []genesyscloud.RoleDivision{{RoleID: "everything", DivisionID: "*"}}
	state.Organizations[0].Users[0].Grants = nil
	e, base := newEmulator(t, state)
	checkAccess(t, base, issuedToAda(t, e, "web", "routing"), "GET /api/v2/routing/queues/1", "", missing+"[routing:queue:view]")
}

func TestClientsOfOtherOrganizations(t *testing.T) {
	t.Parallel()
	const queue = "GET /api/v2/routing/queues/1"
	type authorization = genesyscloud.OAuthAuthorization
	for _, test := range []struct {
		name          string
		enforcement   bool
		authorization *authorization
		scopes        []string
		message       string
	}{
		{"authorized", true, &authorization{State: "Authorized", Scope: []string{"routing"}}, []string{"routing"}, ""},
		{"read-only consent", true, &authorization{State: "Authorized", Scope: []string{"routing:readonly"}}, []string{"routing:readonly"}, ""},
		{"consent covers the read-only scope", true, &authorization{State: "Authorized", Scope: []string{"routing"}},
			[]string{"routing:readonly"}, ""},
		{"consent without the scope", true, &authorization{State: "Authorized", Scope: []string{"users"}}, []string{"routing", "users"}, unnamed},
		{"token without the scope", true, &authorization{State: "Authorized", Scope: []string{"routing"}}, []string{"users"}, unnamed},
		{"pending", true, &authorization{State: "Authorized", Pending: true, Scope: []string{"routing"}}, []string{"routing"}, unnamed},
		{"requested", true, &authorization{State: "Requested", Scope: []string{"routing"}}, []string{"routing"}, unnamed},
		{"revoked", true, &authorization{State: "Revoked", Scope: []string{"routing"}}, []string{"routing"}, unnamed},
		{"unauthorized", true, &authorization{State: "Unauthorized", Scope: []string{"routing"}}, []string{"routing"}, unnamed},
		{"not known", true, nil, []string{"routing"}, unnamed},
		{"not known, not enforced", false, nil, []string{"routing"}, ""},
		{"revoked, not enforced", false, &authorization{State: "Revoked", Scope: []string{"routing"}}, []string{"routing"}, ""},
		{"consent without the scope, not enforced", false, &authorization{State: "Authorized", Scope: []string{"users"}},
			[]string{"routing"}, unnamed},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			foreign := genesyscloud.OAuthClient{ID: "foreign", Name: "Foreign", AuthorizedGrantType: "CODE"}
			state := rich()
			state.Organizations[0].ScopeEnforcement = test.enforcement
			state.Organizations[1].Clients = append(state.Organizations[1].Clients, emulator.Client{OAuthClient: foreign})
			if test.authorization != nil {
				given := *test.authorization
				given.Client = foreign
				state.Organizations[0].Authorizations = []authorization{given}
			}
			e, base := newEmulator(t, state)
			checkAccess(t, base, issuedToAda(t, e, "foreign", test.scopes...), queue, "", test.message)
		})
	}
}

// A client that is known from its authorization alone works too, and an organization's own client needs none.
func TestScopeEnforcement(t *testing.T) {
	t.Parallel()
	state := rich()
	state.Organizations[0].ScopeEnforcement = true
	e, base := newEmulator(t, state)
	checkAccess(t, base, issuedToAda(t, e, "vendor", "routing:readonly"), "GET /api/v2/routing/queues/1", "", "")
	checkAccess(t, base, issuedToAda(t, e, "web", "routing:readonly"), "GET /api/v2/routing/queues/1", "", "")
	checkAccess(t, base, issued(t, e, "admin"), "GET /api/v2/routing/queues/1", "", "")
}

// The events endpoint has a refusal of its own, for a client that is not let in too.
func TestScopeEnforcementOfEvents(t *testing.T) {
	t.Parallel()
	for pending, granted := range map[bool]bool{false: true, true: false} {
		state := rich()
		org := &state.Organizations[0]
		org.ScopeEnforcement = true
		org.Authorizations[0].Scope = []string{"analytics:export"}
		org.Authorizations[0].Pending = pending
		org.Users[0].Grants[0].Role.ID = "export"
		e, base := newEmulator(t, state)
		checkEvents(t, base, issuedToAda(t, e, "vendor", "analytics:export"), granted)
	}
}

func TestUserContextEndpoints(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, rich())
	answer := get(t, base+"/api/v2/users/me", issued(t, e, "admin"))
	want := "This request requires a user context. Client credentials cannot be used for requests to this resource."
	if answer.status != http.StatusBadRequest || answer.field(t, "code") != "not.a.user" || answer.field(t, "message") != want {
		t.Errorf("%d %s", answer.status, answer.body)
	}
	checkAccess(t, base, issuedToAda(t, e, "web", "user-basic-info"), "GET /api/v2/users/me", "", "")
}

func TestSourceAddress(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, rich()) // allows 192.0.2.0/24 and 198.51.100.7
	token, second := issued(t, e, "admin"), issued(t, e, "second")
	for _, test := range []struct {
		token, source string
		status        int
	}{
		{token, "192.0.2.1", 200},
		{token, "192.0.2.255", 200},
		{token, "198.51.100.7", 200},
		{token, "198.51.100.8", 401},
		{token, "2001:db8::1", 401},
		{token, "nonsense", 401},
		{token, "", 200},
		{second, "203.0.113.1", 200}, // its organization has no allowlist
	} {
		answer := get(t, base+"/api/v2/tokens/me", test.token, "X-Emulator-Source-IP", test.source)
		if answer.status != test.status {
			t.Errorf("%q: %d %s", test.source, answer.status, answer.body)
		}
		if test.status == 401 && answer.field(t, "code") != "ip.not.authorized" {
			t.Errorf("%q: %s", test.source, answer.body)
		}
	}
}

func TestUnknownDivisionIsAViolation(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, rich())
	answer := get(t, base+"/api/v2/routing/queues/1", issued(t, e, "admin"), "X-Emulator-Division", "nowhere")
	want := []string{"GET /api/v2/routing/queues/1: unknown division in X-Emulator-Division"}
	if diff := cmp.Diff(want, e.Violations()); answer.status != 400 || diff != "" {
		t.Errorf("%d %s %s", answer.status, answer.body, diff)
	}
}

// Every endpoint of the catalog that the emulator does not model is granted to whom it is granted and refused to whom it is not.
func TestEveryEndpointIsServed(t *testing.T) {
	t.Parallel()
	state := rich()
	state.Organizations[0].Roles[0].Permissions = []string{"admin", "content_management_user"}
	e, err := emulator.New(state)
	if err != nil {
		t.Fatal(err)
	}
	granted, refused := issued(t, e, "admin", "messaging", "social"), issued(t, e, "second")
	call := func(entry catalog.Entry, token string) *httptest.ResponseRecorder {
		path := strings.NewReplacer("{", "", "}", "").Replace(entry.Path)
		request := httptest.NewRequestWithContext(t.Context(), entry.Method, path, nil)
		request.Header.Set("Authorization", "Bearer "+token)
		recorder := httptest.NewRecorder()
		e.ServeHTTP(recorder, request)
		return recorder
	}
	empty := 0
	for _, entry := range catalog.Entries() {
		if emulator.Models(entry.Endpoint()) {
			continue
		}
		has := func(kind catalog.ConditionKind) bool { _, ok := entry.Condition(kind); return ok }
		answer := call(entry, granted)
		status, want := answer.Code, 200
		switch {
		case has(catalog.UserOnly):
			want = 400
		case entry.PermissionsMatch == catalog.Unknown, has(catalog.Undecidable), has(catalog.SameUser),
			slices.ContainsFunc(entry.Variants, func(v catalog.Variant) bool { return v.PermissionsMatch == catalog.Unknown }):
			want = 403
		}
		if status != want {
			t.Errorf("%s, granted: %d %s, want %d", entry.Endpoint(), status, answer.Body, want)
		}
		if answer.Body.String() == "{}" {
			empty++
		}

		needed := entry.PermissionsMatch == catalog.Any || entry.PermissionsMatch == catalog.All
		status = call(entry, refused).Code
		if forbidden := status == 403; needed && !forbidden && want != 400 {
			t.Errorf("%s, not granted: %d, want 403", entry.Endpoint(), status)
		}
	}
	if empty < 3000 {
		t.Errorf("%d endpoints answered an empty object", empty)
	}
}
