package emulator_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	type org = emulator.Organization
	for _, test := range []struct {
		name   string
		change func(first, second *org)
		want   string
	}{
		{"organization without id", func(_, o *org) { o.Organization.ID = "" }, `organization "": an organization has no id`},
		{"organization without name", func(o, _ *org) { o.Organization.Name = "" }, `organization "org-1": has no name`},
		{"organization twice", func(_, o *org) { o.Organization.ID = "org-1" }, `organization "org-1": the id occurs twice`},
		{"region", func(o, _ *org) { o.Region = "eu-west1" }, `organization "org-1": unknown region "eu-west1"`},
		{"no region", func(o, _ *org) { o.Region = "" }, `organization "org-1": unknown region ""`},
		{"client without id", func(o, _ *org) { o.Clients[0].ID = "" }, `organization "org-1": one client has no id`},
		{"client without name", func(o, _ *org) { o.Clients[0].Name = "" }, `organization "org-1": client "admin" has no name`},
		{"client twice", func(o, _ *org) { o.Clients[0].ID = "web" }, `organization "org-1": client "web": the id occurs twice`},
		{"client in two organizations", func(_, o *org) { o.Clients[0].ID = "web" },
			`organization "org-2": client "web": the id occurs in two organizations`},
		{"grant type", func(o, _ *org) { o.Clients[0].AuthorizedGrantType = "client_credentials" },
			`organization "org-1": client "admin": unknown authorizedGrantType "client_credentials"`},
		{"client state", func(o, _ *org) { o.Clients[0].State = "Active" }, `organization "org-1": client "admin": unknown state "Active"`},
		{"application region", func(o, _ *org) { o.Clients[0].ApplicationRegion = "mars" },
			`organization "org-1": client "admin": unknown application_region "mars"`},
		{"validity", func(o, _ *org) { *o.Clients[0].AccessTokenValiditySeconds = 0 },
			`organization "org-1": client "admin": accessTokenValiditySeconds must be positive`},
		{"client's role", func(o, _ *org) { o.Clients[0].RoleDivisions[0].RoleID = "x" },
			`organization "org-1": client "admin": grant of role "x", which does not exist here`},
		{"client's division", func(o, _ *org) { o.Clients[0].RoleDivisions[0].DivisionID = "x" },
			`organization "org-1": client "admin": grant in division "x", which does not exist here`},
		{"role without id", func(o, _ *org) { o.Roles[2].ID = "" }, `organization "org-1": one role has no id`},
		{"role without name", func(o, _ *org) { o.Roles[2].Name = "" }, `organization "org-1": role "export" has no name`},
		{"role twice", func(o, _ *org) { o.Roles[2].ID = "queues" }, `organization "org-1": role "queues": the id occurs twice`},
		{"policy without domain", func(o, _ *org) { o.Roles[1].PermissionPolicies[0].Domain = "" },
			`organization "org-1": role "queues" has a policy without domain`},
		{"empty condition", func(o, _ *org) { o.Roles[1].PermissionPolicies[0].ResourceConditionNode = json.RawMessage("{}") },
			`organization "org-1": role "queues", policy of domain "routing": resourceConditionNode has neither variableName nor terms`},
		{"no condition", func(o, _ *org) { o.Roles[1].PermissionPolicies[0].ResourceConditionNode = json.RawMessage(`"x"`) },
			`organization "org-1": role "queues", policy of domain "routing": resourceConditionNode is not a condition`},
		{"division twice", func(o, _ *org) { o.Divisions[1].ID = "support" }, `organization "org-1": division "support": the id occurs twice`},
		{"division for all", func(o, _ *org) { o.Divisions[2].ID = "*" },
			`organization "org-1": division "*" stands for all divisions and cannot be one`},
		{"two homes", func(o, _ *org) { o.Divisions[2].HomeDivision = true }, `organization "org-1": 2 home divisions`},
		{"user's role", func(o, _ *org) { o.Users[0].Grants[0].Role.ID = "x" },
			`organization "org-1": user "ada": grant of role "x", which does not exist here`},
		{"user's division", func(o, _ *org) { o.Users[0].Grants[0].Division.ID = "" },
			`organization "org-1": user "ada": grant in division "", which does not exist here`},
		{"user is a client", func(o, _ *org) { o.Users[0].ID = "web" }, `organization "org-1": user "web": the id is also an OAuth client's`},
		{"user in two organizations", func(_, o *org) { o.Users = []emulator.User{{ID: "ada"}} },
			`organization "org-2": user "ada": the id occurs in two organizations`},
		{"authorization without client", func(o, _ *org) { o.Authorizations[0].Client.ID = "" },
			`organization "org-1": one authorization of client has no id`},
		{"authorization of an own client", func(o, _ *org) { o.Authorizations[0].Client.ID = "web" },
			`organization "org-1": authorization of client "web", which is the organization's own`},
		{"authorization state", func(o, _ *org) { o.Authorizations[0].State = "Approved" },
			`organization "org-1": authorization of client "vendor": unknown state "Approved"`},
		{"authorized client's name", func(o, _ *org) { o.Authorizations[0].Client.Name = "" },
			`organization "org-1": authorization of client "vendor": the client has no name`},
		{"authorized client's grant type", func(o, _ *org) { o.Authorizations[0].Client.AuthorizedGrantType = "" },
			`organization "org-1": authorization of client "vendor": unknown authorizedGrantType ""`},
		{"scope twice", func(o, _ *org) { o.Scopes = []genesyscloud.OAuthScope{{ID: "a"}, {ID: "a"}} },
			`organization "org-1": scope "a": the id occurs twice`},
		{"permission elsewhere", func(o, _ *org) { o.Permissions = permissions("routing", viewing("routing", "skill", true)) },
			`organization "org-1": permission "routing:skill:view" stands below domain "routing", entity "queue"`},
		{"permission twice", func(o, _ *org) {
			o.Permissions = permissions("routing", viewing("routing", "queue", true), viewing("routing", "queue", false))
		}, `organization "org-1": permission "routing:queue:view" occurs twice`},
		{"user state", func(o, _ *org) { o.Users[0].State = "gone" }, `organization "org-1": user "ada": unknown state "gone"`},
		{"user's own division", func(o, _ *org) { o.Users[0].Division = &emulator.Reference{ID: "x"} },
			`organization "org-1": user "ada": its division does not exist here`},
		{"group's member", func(o, _ *org) {
			o.Groups = []emulator.Group{{ID: "g", Name: "G", Members: []emulator.Reference{{ID: "web"}}}}
		}, `organization "org-1": group "g": member "web" is no user`},
		{"group's role", func(o, _ *org) {
			o.Groups = []emulator.Group{{ID: "g", Name: "G", Grants: []genesyscloud.AuthGrant{grantOf("x", "home")}}}
		}, `organization "org-1": group "g": grant of role "x", which does not exist here`},
		{"group is a user", func(o, _ *org) { o.Groups = []emulator.Group{{ID: "ada", Name: "G"}} },
			`organization "org-1": group "ada": the id is also a client's or a user's`},
		{"deleted role", func(o, _ *org) { o.DeletedRoles = []string{"queues"} },
			`organization "org-1": deleted_roles: role "queues" exists`},
		{"policy's target", func(o, _ *org) {
			o.Policies = []emulator.AccessPolicy{{ID: "p", TargetResource: "oauth:*", Effect: "DENY", Subject: emulator.PolicySubject{Type: "ALL"}}}
		}, `organization "org-1": access policy "p": targetResource "oauth:*" is not domain:entity:action`},
		{"policy's subject", func(o, _ *org) {
			o.Policies = []emulator.AccessPolicy{{ID: "p", TargetResource: "a:b:c", Effect: "DENY", Subject: emulator.PolicySubject{Type: "USER"}}}
		}, `organization "org-1": access policy "p" has no subject id`},
		{"topic twice", func(o, _ *org) { o.Topics = []emulator.Topic{{ID: "t"}, {ID: "t"}} },
			`organization "org-1": topic "t": the id occurs twice`},
		{"allowlist", func(o, _ *org) { o.AuthenticationSettings.IPAddressAllowlist = []string{"10.0.0.0/33"} },
			`organization "org-1": ipAddressAllowlist: "10.0.0.0/33" is neither an address nor a CIDR`},
		{"trustor twice", func(o, _ *org) { o.Trustors = append(o.Trustors, o.Trustors[0]) },
			`organization "org-1": trustor "org-8": the id occurs twice`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			state := rich()
			test.change(&state.Organizations[0], &state.Organizations[1])
			_, err := emulator.New(state)
			if err == nil {
				t.Fatal("no error")
			}
			text := strings.TrimPrefix(err.Error(), "emulator state: ")
			if first, _, _ := strings.Cut(text, "\n"); first != test.want && !strings.Contains(text, "\n"+test.want) {
				t.Errorf("error %q, want %q", err, test.want)
			}
			if strings.Contains(err.Error(), "secret-") {
				t.Errorf("the error shows a secret: %v", err)
			}
		})
	}
}

func permissions(domain string, entries ...genesyscloud.PermissionMapEntry) []genesyscloud.PermissionCollection {
	return []genesyscloud.PermissionCollection{{
		Domain: domain, PermissionMap: map[string]genesyscloud.List[genesyscloud.PermissionMapEntry]{"queue": entries},
	}}
}

func TestNewNamesEveryFault(t *testing.T) {
	t.Parallel()
	state := rich()
	state.Organizations[0].Clients[0].Name = ""
	state.Organizations[1].Region = "mars"
	_, err := emulator.New(state)
	want := "emulator state: organization \"org-1\": client \"admin\" has no name\norganization \"org-2\": unknown region \"mars\""
	if err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func load(t *testing.T, text string) (emulator.State, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "state.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	state, err := emulator.Load(path)
	if err != nil && !strings.Contains(err.Error(), path) {
		t.Errorf("the error does not name the file: %v", err)
	}
	return state, err
}

func TestLoad(t *testing.T) {
	t.Parallel()
	state, err := load(t, `{"organizations": [{
		"region": "eu-west-1",
		"organization": {"id": "o", "name": "O"},
		"clients": [{"id": "c", "name": "C", "authorizedGrantType": "CLIENT-CREDENTIALS", "secret": "s", "application_region": "us-east-1",
			"roleDivisions": [{"roleId": "r", "divisionId": "*"}]}],
		"roles": [{"id": "r", "name": "R", "permissionPolicies": [{"domain": "d", "resourceConditionNode": {"variableName": "v", "of": [1]}}]}],
		"divisions": [{"id": "h", "name": "Home", "homeDivision": true}],
		"users": [{"id": "u", "name": "U", "grants": [{"role": {"id": "r"}, "division": {"id": "h"}}, {"roleId": "r", "divisionId": "*"}]}],
		"groups": [{"id": "g", "name": "G", "rolesEnabled": true, "members": [{"id": "u"}], "grants": [{"roleId": "r", "divisionId": "h"}]}],
		"policies": [{"id": "p", "targetResource": "a:b:c", "subject": {"type": "ALL"}, "effect": "DENY", "condition": {"and": []},
			"active": true, "applyToClients": false}],
		"topics": [{"id": "t", "requiresPermissions": []}],
		"access_control_by_attributes": true, "scope_enforcement": true, "cross_region_permitted": true
	}]}`)
	if err != nil {
		t.Fatal(err)
	}
	want := emulator.State{Organizations: []emulator.Organization{{
		Region:       "eu-west-1",
		Organization: genesyscloud.Organization{ID: "o", Name: "O"},
		Clients: []emulator.Client{{Secret: "s", ApplicationRegion: "us-east-1", OAuthClient: genesyscloud.OAuthClient{
			ID: "c", Name: "C", AuthorizedGrantType: "CLIENT-CREDENTIALS", RoleDivisions: []genesyscloud.RoleDivision{{RoleID: "r",
				DivisionID: "*"}},
		}}},
		Roles: []genesyscloud.Role{{ID: "r", Name: "R", PermissionPolicies: []genesyscloud.PermissionPolicy{
			{Domain: "d", ResourceConditionNode: json.RawMessage(`{"variableName": "v", "of": [1]}`)},
		}}},
		Divisions: []genesyscloud.Division{{ID: "h", Name: "Home", HomeDivision: true}},
		Users: []emulator.User{{ID: "u", Name: "U", Grants: []genesyscloud.AuthGrant{
			{Role: genesyscloud.SubjectRole{ID: "r"}, Division: genesyscloud.Division{ID: "h"}},
			{Role: genesyscloud.SubjectRole{ID: "r"}, Division: genesyscloud.Division{ID: "*"}},
		}}},
		Groups: []emulator.Group{{ID: "g", Name: "G", RolesEnabled: true, Members: []emulator.Reference{{ID: "u"}},
			Grants: []genesyscloud.AuthGrant{grantOf("r", "h")}}},
		Policies: []emulator.AccessPolicy{{ID: "p", TargetResource: "a:b:c", Subject: emulator.PolicySubject{Type: "ALL"}, Effect: "DENY",
			Condition: json.RawMessage(`{"and": []}`), Active: ptr(true), ApplyToClients: ptr(false)}},
		Topics:           []emulator.Topic{{ID: "t", RequiresPermissions: []string{}}},
		ScopeEnforcement: true, AccessControlByAttributes: true, CrossRegionPermitted: true,
	}}}
	if diff := cmp.Diff(want, state); diff != "" {
		t.Error(diff)
	}
}

func ptr[T any](v T) *T { return &v }

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"unknown field", `{"organisations": []}`, `unknown field "organisations"`},
		{"in an organization", `{"organizations": [{}, {"user": []}]}`, `unknown field "organizations[1].user"`},
		{"in another case", `{"organizations": [{"Region": ""}]}`, `unknown field "organizations[0].Region"`},
		{"in a policy", `{"organizations": [{"policies": [{"applyToClient": true}]}]}`,
			`unknown field "organizations[0].policies[0].applyToClient"`},
		{"in a grant", `{"organizations": [{"users": [{"grants": [{"role": {"id": "r", "policy": []}}]}]}]}`,
			`unknown field "organizations[0].users[0].grants[0].role.policy"`},
		{"in a client", `{"organizations": [{"clients": [{"scopes": []}]}]}`, `unknown field "organizations[0].clients[0].scopes"`},
		{"cut off", `{"organizations": [`, `unexpected end of JSON input`},
		{"something after it", `{"organizations": []} {}`, `invalid character '{' after top-level value`},
		{"another type", `{"organizations": {}}`, `cannot unmarshal object`},
		{"null in a list", `{"organizations": [{"clients": [{"scope": [null]}]}]}`, `null as element 0 of a list`},
		{"empty", ``, `unexpected end of JSON input`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if _, err := load(t, test.text); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %s", err, test.want)
			}
		})
	}
	if _, err := emulator.Load(filepath.Join(t.TempDir(), "missing.json")); err == nil {
		t.Error("a missing file is no error")
	}
}

// The platform's entities have more fields than the emulator reads.
func TestLoadAcceptsThePlatformsFields(t *testing.T) {
	t.Parallel()
	state, err := load(t, `{"organizations": [{"organization": {"id": "o", "defaultSiteId": "s"}, "clients": [
		{"id": "c", "secret": "s", "createdBy": {"id": "u"}, "roleDivisions": [{"roleId": "r", "divisionId": "*"}]}]}]}`)
	if err != nil {
		t.Fatal(err)
	}
	client := state.Organizations[0].Clients[0]
	if client.ID != "c" || client.Secret != "s" || client.RoleDivisions[0].RoleID != "r" {
		t.Errorf("read %+v", client)
	}
}

// What goes in and what comes out share nothing with the emulator.
func TestStateIsACopy(t *testing.T) {
	t.Parallel()
	in := rich()
	e, _ := newEmulator(t, in)
	in.Organizations[0].Clients[0].RoleDivisions[0].RoleID = "x"
	out := e.State()
	out.Organizations[0].Roles[0].PermissionPolicies[0].ActionSet[0] = "x"
	*out.Organizations[0].Clients[0].AccessTokenValiditySeconds = 1
	out.Organizations[0].AuthenticationSettings.DomainAllowlist[0] = "x"
	if diff := cmp.Diff(rich(), e.State()); diff != "" {
		t.Error(diff)
	}
}

func TestUpdateIsAllOrNothing(t *testing.T) {
	t.Parallel()
	e, _ := newEmulator(t, rich())
	err := e.Update(func(s *emulator.State) {
		s.Organizations[0].Organization.Name = "Renamed"
		s.Organizations[1].Region = "mars"
	})
	if diff := cmp.Diff(rich(), e.State()); err == nil || diff != "" {
		t.Errorf("error %v, state changed: %s", err, diff)
	}
}

func TestReplace(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, rich())
	token := issued(t, e, "admin")
	if err := e.Replace(granting(role())); err != nil {
		t.Fatal(err)
	}
	if got := get(t, base+"/api/v2/tokens/me", token); got.status != http.StatusUnauthorized {
		t.Errorf("a token of a client that is gone: %d", got.status)
	}
	if err := e.Replace(rich()); err != nil {
		t.Fatal(err)
	}
	if got := get(t, base+"/api/v2/tokens/me", token); got.status != http.StatusOK {
		t.Errorf("a token of a client that is back: %d %s", got.status, got.body)
	}
}

func TestConcurrency(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, rich(), emulator.WithRateLimit(300))
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for range 10 {
				token := signedIn(t, base, "admin", "secret-admin")
				if got := get(t, base+"/api/v2/authorization/roles", token); got.status != http.StatusOK {
					t.Errorf("%d %s", got.status, got.body)
				}
				if err := e.Update(func(s *emulator.State) { s.Organizations[0].Organization.Version++ }); err != nil {
					t.Error(err)
				}
				e.AddFault(emulator.Fault{Path: "/nowhere", Skip: i})
				e.State()
				e.Requests()
				e.Violations()
				e.ClearFaults()
			}
		})
	}
	group.Wait()
	if got := e.State().Organizations[0].Organization.Version; got != 3+80 {
		t.Errorf("version %d: an update was lost", got)
	}
	if got := len(e.Requests()); got != 160 {
		t.Errorf("%d requests, want 160", got)
	}
}
