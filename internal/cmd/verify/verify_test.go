package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

const (
	root   = "../../../"
	id     = "c0ffee00-1111-4222-8333-444455556666"
	secret = "Verify-Secret-91"
)

// platform is an organization that has something for every read, over more than one page of roles, and is as the provider assumes.
func platform(t *testing.T) (*emulator.Emulator, map[string]string) {
	t.Helper()
	active := true
	org := emulator.Organization{
		Region:       "eu-west-1",
		Organization: genesyscloud.Organization{ID: "organization-id-77", Name: "Organization Name 77", Version: 1},
		Divisions: []genesyscloud.Division{{ID: "division-id-77", Name: "Division Name 77", HomeDivision: true},
			{ID: "division-id-78", Name: "Division Name 78"}},
		Roles: []genesyscloud.Role{{ID: "role-id-77", Name: "Role Name 77", PermissionPolicies: []genesyscloud.PermissionPolicy{
			{Domain: "*", EntityName: "*", ActionSet: []string{"*"}}, {Domain: "routing", EntityName: "queue", ActionSet: []string{"view"}},
		}}},
		Clients: []emulator.Client{{Secret: secret, OAuthClient: genesyscloud.OAuthClient{
			ID: id, Name: "Client Name 77", AuthorizedGrantType: "CLIENT-CREDENTIALS", State: "active", Scope: []string{"routing"},
			RoleDivisions: []genesyscloud.RoleDivision{{RoleID: "role-id-77", DivisionID: "*"}, {RoleID: "role-id-78", DivisionID: "division-id-78"}},
		}, Usage: []emulator.UsageRow{{UsageRow: genesyscloud.UsageRow{HTTPMethod: "GET", TemplateURI: "/api/v2/routing/queues", Requests: 1,
			Status200: 1}, DaysAgo: 3}}}},
		Policies: []emulator.AccessPolicy{{ID: "policy-id-77", Name: "Policy Name 77", TargetResource: "routing:queue:view",
			Subject: emulator.PolicySubject{Type: "ALL"}, Effect: "DENY", Active: &active, ApplyToClients: &active}},
	}
	for i := 78; i < 78+120; i++ {
		org.Roles = append(org.Roles, genesyscloud.Role{ID: fmt.Sprintf("role-id-%d", i), Name: fmt.Sprintf("Role Name %d", i)})
	}
	e, err := emulator.New(emulator.State{Organizations: []emulator.Organization{org}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(e)
	t.Cleanup(func() {
		server.Close()
		for _, request := range e.Requests() {
			if !request.Reads() {
				t.Errorf("%s %s is no read", request.Method, request.Path)
			}
		}
	})
	return e, map[string]string{
		"GENESYSCLOUD_OAUTHCLIENT_ID": id, "GENESYSCLOUD_OAUTHCLIENT_SECRET": secret,
		"GENESYSCLOUD_REGION": "eu-west-1", "GENESYSAUDIT_API_URL": server.URL, "GENESYSAUDIT_LOGIN_URL": server.URL,
	}
}

// verified runs the command. Whatever it finds, it shows no name, id or secret.
func verified(t *testing.T, environment map[string]string) (code int, report string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), []string{"-pause", "1ms", "-models", root + "internal/emulator/testdata/models.schema.json"},
		func(name string) string { return environment[name] }, &stdout, &stderr)
	for _, private := range []string{id, secret, "id-7", "Name 7", "Name 8", "organization-id", "127.0.0.1", "Basic "} {
		if strings.Contains(stdout.String()+stderr.String(), private) {
			t.Errorf("the report shows %q:\n%s%s", private, stdout.String(), stderr.String())
		}
	}
	return code, stdout.String() + stderr.String()
}

func TestEverythingAsAssumed(t *testing.T) {
	t.Parallel()
	_, environment := platform(t)
	code, report := verified(t, environment)
	if code != 0 {
		t.Errorf("exit code %d:\n%s", code, report)
	}
	for _, want := range []string{
		"| `GET /api/v2/authorization/roles` | as assumed | pages: 2, entities: 121 |",
		"| `GET /api/v2/authorization/policies` | as assumed | pages: 1, entities: 1 |",
		"| `GET /api/v2/usage/client/{clientId}/aggregates/query/jobs/{jobId}` | as assumed | pages: 1, entities: 1 |",
		"| every access policy says whether it is active and whether it applies to clients | as assumed |  |",
	} {
		if !strings.Contains(report, want) {
			t.Errorf("lacks %s:\n%s", want, report)
		}
	}
	if strings.Contains(report, "nothing to see") || strings.Contains(report, "undecided") || strings.Contains(report, "deviates") {
		t.Errorf("something was not looked at:\n%s", report)
	}
}

// Each deviation of the platform is reported, by itself and with exit code 1.
func TestDeviations(t *testing.T) {
	t.Parallel()
	replace := func(old, with string) func(string) string {
		return func(body string) string { return strings.Replace(body, old, with, 1) }
	}
	const assumption = "assumption"
	for _, test := range []struct {
		name, path string
		change     func(string) string
		read, want string // the row of the report, and what it says
	}{
		{"a new field", "/oauth/clients", replace(`"state":`, `"allowedIps":[],"state":`), "`GET /api/v2/oauth/clients`",
			"`OAuthClientEntityListing.entities[]` has a field that the model lacks: `allowedIps` (array) (1 times)"},
		{"a field of another type", "/oauth/clients", replace(`"accessTokenValiditySeconds":86400`, `"accessTokenValiditySeconds":"a day"`),
			"`GET /api/v2/oauth/clients`", "`OAuthClientEntityListing.entities[].accessTokenValiditySeconds` is of the type string, not number"},
		{"a new value", "/oauth/clients", replace(`"CLIENT-CREDENTIALS"`, `"DEVICE-CODE"`), "`GET /api/v2/oauth/clients`",
			"`OAuthClientEntityListing.entities[].authorizedGrantType` has the value `DEVICE-CODE`, which is not one of CODE"},
		{"a value that somebody chose", "/oauth/clients", replace(`"CLIENT-CREDENTIALS"`, `"Client Name 77"`), "`GET /api/v2/oauth/clients`",
			"has the value (not shown)"},
		{"a required field is gone", "/authorization/policies", replace(`"effect":"DENY",`, ``), "`GET /api/v2/authorization/policies`",
			"`AuthorizationPolicyEntityListing.entities[].effect` is not there"},
		{"a new kind of subject of policies", "/authorization/policies", replace(`"ALL"`, `"ROLE"`), "`GET /api/v2/authorization/policies`",
			"has the value `ROLE`"},
		{"a new field of topics", "/notifications/availabletopics", replace(`"id":`, `"scopes":[],"id":`),
			"`GET /api/v2/notifications/availabletopics`", "has a field that the model lacks: `scopes` (array)"},
		{"a secret in a list", "/oauth/clients", replace(`"state":`, `"secret":"Verify-Secret-91","state":`), "`GET /api/v2/oauth/clients`",
			"the answer has a field `secret`"},
		{"a name twice", "/oauth/clients", replace(`"state":`, `"State":"inactive","state":`), "`GET /api/v2/oauth/clients`",
			"an object has a name twice"},
		{"no JSON", "/oauth/scopes", func(string) string { return "<html>" }, "`GET /api/v2/oauth/scopes`", "the answer is no JSON object"},

		{"a second page of clients", "/oauth/clients", replace(`"pageCount":1`, `"pageCount":1,"nextUri":"/api/v2/oauth/clients?x"`), assumption,
			"`oauth/clients` is one page, with every client | **deviates** | there is a `nextUri`"},
		{"more clients than are shown", "/oauth/clients", replace(`"total":1`, `"total":2`), assumption,
			"`oauth/clients` is one page, with every client | **deviates** | `total` is 2 of 1 entities"},
		{"a client without state", "/oauth/clients", replace(`"state":"active",`, ``), assumption,
			"every client has an id, a name, a grant type and a state | **deviates** | a client has no `state` (1 times)"},
		{"names in two spellings", "/authorization/divisions", replace(`"Division Name 78"`, `"division  name 77"`), assumption,
			"no two divisions have the same name, or names that differ only in case or white space | **deviates** | a name occurs in another spelling"},
		{"a name of two roles", "/authorization/roles", replace(`"Role Name 90"`, `"Role Name 91"`), assumption,
			"no two roles have the same name, or names that differ only in case or white space | **deviates** | a name occurs twice (1 times)"},
		{"a page that repeats", "/authorization/roles", replace(`"role-id-90"`, `"role-id-91"`), assumption,
			"the pages of roles show nothing twice and leave nothing out | **deviates** | an id occurs twice (1 times)"},
		{"a token without scopes", "/tokens/me", replace(`"authorizedScope":["routing"],`, ``), assumption,
			"a client credentials token shows the scopes of its client | **deviates** | the token shows 0 scopes, the client has 1"},
		{"another organization", "/organizations/me", replace(`"organization-id-77"`, `"organization-id-78"`), assumption,
			"the token and `organizations/me` name the same organization | **deviates** | the ids differ"},
		{"a grant that the list lacks", "/oauth/clients", replace(`,{"roleId":"role-id-78","divisionId":"division-id-78"}`, ``), assumption,
			"the grants of a client credentials client are its `roleDivisions` | **deviates** | 1 pairs in the list, 2 grants of the subject"},
		{"a division that nobody knows", "/authorization/divisions", replace(`"id":"division-id-78"`, `"id":"division-id-79"`), assumption,
			"a grant of a client is in all divisions or in one that exists | **deviates** | a grant is in a division that the list does not have"},
		{"a permission that does not exist", "/authorization/roles", replace(`"entityName":"queue"`, `"entityName":"line"`), assumption,
			"every permission that a role names without a wildcard exists | **deviates** | a role names a permission that does not exist (1 times)"},
		{"a policy that does not say whom it binds", "/authorization/policies", replace(`,"applyToClients":true`, ``), assumption,
			"every access policy says whether it is active and whether it applies to clients | **deviates** | a policy has no `applyToClients`"},
		{"a topic that says nothing", "/notifications/availabletopics", replace(`"requiresPermissions"`, `"description":"","transports"`), assumption,
			"every topic says which permissions it requires | **deviates** | a topic has no `requiresPermissions`"},
		{"another error", "/oauth/clients/" + nobody, replace(`"not.found"`, `"no.such.client"`), assumption,
			"a client that does not exist answers 404 `not.found` | **deviates** | status 404, `no.such.client`"},
		{"client credentials with a user", "/users/me", replace(`"not.a.user"`, `"bad.request"`), assumption,
			"`users/me` answers 400 `not.a.user` to client credentials | **deviates** | status 400, `bad.request`"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e, environment := platform(t)
			changed := false
			e.AddFault(emulator.Fault{Path: "/api/v2" + test.path, Kind: emulator.FaultMutate, Mutate: func(body []byte) []byte {
				out := test.change(string(body))
				changed = changed || out != string(body)
				return []byte(out)
			}})
			code, report := verified(t, environment)
			if !changed {
				t.Fatal("the fault changed nothing")
			}
			row := ""
			for line := range strings.Lines(report) {
				if strings.Contains(line, test.want) {
					row = line
				}
			}
			if code != 1 || row == "" || test.read != assumption && !strings.HasPrefix(row, "| "+test.read+" | **deviates** |") {
				t.Errorf("exit code %d, no row with %s:\n%s", code, test.want, report)
			}
		})
	}
}

// What cannot be read is no evidence for anything.
func TestUnreadableIsUndecided(t *testing.T) {
	t.Parallel()
	e, environment := platform(t)
	e.AddFault(emulator.Fault{Path: "/api/v2/oauth/clients", Status: 403})
	e.AddFault(emulator.Fault{Path: "/api/v2/authorization/policies", Status: 501})
	code, report := verified(t, environment)
	if code != 2 {
		t.Errorf("exit code %d", code)
	}
	for _, want := range []string{
		"| `GET /api/v2/oauth/clients` | undecided | not.authorized |",
		"| `GET /api/v2/authorization/policies` | undecided | not.implemented |",
		"| `oauth/clients` is one page, with every client | undecided | could not be read: not.authorized |",
	} {
		if !strings.Contains(report, want) {
			t.Errorf("lacks %s:\n%s", want, report)
		}
	}
}

// A platform that is busy is asked again.
func TestBusyPlatform(t *testing.T) {
	t.Parallel()
	e, environment := platform(t)
	e.AddFault(emulator.Fault{Path: "/api/v2/oauth/clients", Status: 429, Times: 2, Header: map[string][]string{"Retry-After": {"0"}}})
	if code, report := verified(t, environment); code != 0 {
		t.Errorf("exit code %d:\n%s", code, report)
	}
}

func TestNothingToVerify(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(map[string]string){
		"the sign-in answers status 400": func(e map[string]string) { e["GENESYSCLOUD_OAUTHCLIENT_SECRET"] = "wrong" },
		"set GENESYSCLOUD_OAUTHCLIENT_ID and GENESYSCLOUD_OAUTHCLIENT_SECRET, or GENESYSCLOUD_ACCESS_TOKEN": func(e map[string]string) {
			delete(e, "GENESYSCLOUD_OAUTHCLIENT_ID")
		},
		"GENESYSCLOUD_REGION names no region": func(e map[string]string) { e["GENESYSCLOUD_REGION"] = "mars" },
		"the platform did not answer":         func(e map[string]string) { e["GENESYSAUDIT_LOGIN_URL"] = "http://localhost:1" },
	} {
		_, environment := platform(t)
		change(environment)
		if code, output := verified(t, environment); code != 3 || !strings.Contains(output, name) {
			t.Errorf("%s: exit code %d, %q", name, code, output)
		}
	}
}

func TestRepeatedNames(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`{"a":1,"b":{"a":2},"c":[{"a":1},{"a":2}]}`: false,
		`{"a":1,"a":2}`:         true,
		`{"x":[{"a":1,"A":2}]}`: true,
		`{"a":"b","b":"a"}`:     false,
		`["a","a"]`:             false,
		`{"a":{},"b":[],"a":1}`: true,
	} {
		if !json.Valid([]byte(text)) || repeatedNames([]byte(text)) != want {
			t.Errorf("%s: %t", text, !want)
		}
	}
}
