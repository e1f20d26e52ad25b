package emulator_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

func grantOf(role, division string) genesyscloud.AuthGrant {
	return genesyscloud.AuthGrant{Division: genesyscloud.Division{ID: division}, Role: genesyscloud.SubjectRole{ID: role}}
}

// peopled is rich with more users, groups, access policies and topics. "crew" gives Ada and Ben the role "queues"; "guests" has the role
// "everything" and gives it to nobody, since its roles are not enabled.
func peopled() emulator.State {
	state := rich()
	org := &state.Organizations[0]
	org.Users[0].Email = "ada@example.com"
	org.Users = append(org.Users,
		emulator.User{ID: "ben", Name: "Ben", Division: &emulator.Reference{ID: "sales"}},
		emulator.User{ID: "cleo", Name: "Cleo", State: "inactive", Grants: []genesyscloud.AuthGrant{grantOf("everything", "*")}},
		emulator.User{ID: "dora", Name: "Dora", State: "deleted"})
	org.Groups = []emulator.Group{
		{ID: "crew", Name: "Crew", RolesEnabled: true, Members: []emulator.Reference{{ID: "ada"}, {ID: "ben"}},
			Grants: []genesyscloud.AuthGrant{grantOf("queues", "sales")}},
		{ID: "guests", Name: "Guests", Members: []emulator.Reference{{ID: "ben"}},
			Grants: []genesyscloud.AuthGrant{grantOf("everything", "*")}},
	}
	active := true
	org.Policies = []emulator.AccessPolicy{
		{ID: "p1", Name: "No queues", TargetResource: "routing:queue:view", Effect: "DENY", Active: &active,
			Subject: emulator.PolicySubject{Type: "ALL"}},
		{ID: "p2", TargetResource: "routing:queue:view", Effect: "ALLOW", Subject: emulator.PolicySubject{Type: "USER", ID: "ada"},
			Condition:        json.RawMessage(`{"and":[{"attribute":"hour","operator":"LT","value":"{{late}}"}]}`),
			PresetAttributes: map[string]emulator.PolicyAttribute{"late": {Type: "TIME", Value: "18:00"}}},
		{ID: "p3", TargetResource: "oauth:client:view", Effect: "DENY", Subject: emulator.PolicySubject{Type: "CLIENT", ID: "web"}},
	}
	org.Topics = []emulator.Topic{
		{ID: "v2.users.{id}.presence", Description: "Presence", RequiresPermissions: []string{}, PermissionDetails: []emulator.TopicCondition{
			{Type: "requiresDivisionPermissions", Permissions: []string{"directory:user:view"}, AllowsCurrentUser: true}}},
		{ID: "v2.flows.{id}"},
		{ID: "v2.preview", RequiresPermissions: []string{}, Visibility: "Preview"},
	}
	return state
}

// The further reads and the platform's model of each answer.
func TestFurtherReadsAreThePlatformsModels(t *testing.T) {
	t.Parallel()
	compiler := models(t)
	e, base := newEmulator(t, peopled())
	token := issued(t, e, "admin")
	for path, model := range map[string]string{
		"/users":                   "UserEntityListing",
		"/users/ben?expand=groups": "User",
		"/users/ada/roles":         "UserAuthorization",
		"/groups":                  "GroupEntityListing",
		"/groups/crew":             "Group",
		"/groups/crew/members?sortOrder=descending":                                 "UserEntityListing",
		"/authorization/divisions?objectCount=true":                                 "AuthzDivisionEntityListing",
		"/authorization/divisions/limit":                                            "DivisionLimit",
		"/authorization/divisions/query?pageSize=2":                                 "AuthzDivisionCursorListing",
		"/authorization/divisions/sales/grants":                                     "AuthzDivisionGrantEntityListing",
		"/authorization/divisionspermitted/paged/me?permission=routing:queue:view":  "DivsPermittedEntityListing",
		"/authorization/divisionspermitted/paged/ben?permission=routing:queue:view": "DivsPermittedEntityListing",
		"/authorization/roles?expand=unusedPermissions":                             "OrganizationRoleEntityListing",
		"/authorization/roles/queues/subjectgrants":                                 "SubjectDivisionGrantsEntityListing",
		"/authorization/roles/settings":                                             "RoleSettings",
		"/authorization/settings":                                                   "AuthorizationSettings",
		"/authorization/subjects/crew":                                              "AuthzSubject",
		"/authorization/policies":                                                   "AuthorizationPolicyEntityListing",
		"/authorization/policies/p2":                                                "AuthorizationPolicy",
		"/authorization/policies/p2/attributes":                                     "PolicyAttributeSet",
		"/authorization/policies/subject/ada":                                       "AuthorizationPolicyEntityListing",
		"/authorization/policies/targets":                                           "TargetAttributes",
		"/authorization/policies/targets/routing:queue:view":                        "AuthorizationPolicyEntityListing",
		"/authorization/policies/targets/routing:queue:view/subject/all":            "AuthorizationPolicy",
		"/notifications/availabletopics?expand=description,enforced,visibility,transports,publicApiTemplateUriPaths,requiresPermissions," +
			"permissionDetails,topicParameters,schema": "AvailableTopicEntityListing",
		"/notifications/channels": "ChannelEntityListing",
	} {
		answer := get(t, base+"/api/v2"+path, token)
		if answer.status != http.StatusOK {
			t.Errorf("%s: %d %s", path, answer.status, answer.body)
			continue
		}
		if err := validate(t, compiler, model, answer.body); err != nil {
			t.Errorf("%s: %v\n%s", path, err, answer.body)
		}
	}
	if got := e.Violations(); len(got) > 0 {
		t.Errorf("violations: %q", got)
	}
}

func TestWhatListsHold(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, peopled())
	token := issued(t, e, "admin")
	for _, test := range []struct{ path, want string }{
		{"/users", "ada ben"},
		{"/users?state=any&sortOrder=descending", "dora cleo ben ada"},
		{"/users?state=inactive", "cleo"},
		{"/users?id=ben,ada&pageSize=1", "ada"},
		{"/groups", "crew guests"},
		{"/groups?id=guests", "guests"},
		{"/groups/crew/members", "ada ben"},
		{"/authorization/roles/queues/subjectgrants", "ada crew narrow"},
		{"/authorization/divisionspermitted/paged/narrow?permission=routing:queue:view", "home"},
		{"/authorization/divisionspermitted/paged/ada?permission=routing:queue:view&pageSize=2", "home sales"},
		{"/authorization/policies", "p1 p2 p3"},
		{"/authorization/policies?pageSize=2", "p1 p2"},
		{"/authorization/policies?pageSize=2&after=p2", "p3"},
		{"/authorization/policies?after=p3", ""},
		{"/authorization/policies/targets/routing:queue:view", "p1 p2"},
		{"/authorization/policies/subject/ada", "p2"},
		{"/authorization/policies/subject/all", "p1"},
		{"/authorization/roles?nextPage=2&pageSize=2", "export"},
		{"/notifications/availabletopics", "v2.users.{id}.presence v2.flows.{id} v2.preview"},
		{"/notifications/availabletopics?includePreview=false", "v2.users.{id}.presence v2.flows.{id}"},
	} {
		if got := getPage(t, base+"/api/v2"+test.path, token).ids(); got != test.want {
			t.Errorf("%s: %q, want %q", test.path, got, test.want)
		}
	}
	// The URIs lead through all pages of both kinds, and a list by cursor shows no total.
	for _, first := range []string{"/authorization/policies?pageSize=1", "/authorization/roles?pageSize=1&nextPage=1"} {
		var seen []string
		for next := "/api/v2" + first; next != ""; {
			p := getPage(t, base+next, token)
			seen, next = append(seen, p.ids()), p.NextURI
		}
		if len(seen) != 3 {
			t.Errorf("%s led to %q", first, seen)
		}
	}
	if body := get(t, base+"/api/v2/authorization/policies", token).body; strings.Contains(body, "total") {
		t.Errorf("a list of policies has no total: %s", body)
	}
	if got := get(t, base+"/api/v2/authorization/roles?id="+strings.Repeat("x,", 100)+"y", token); got.field(t, "code") != "max.role.ids" {
		t.Errorf("101 ids: %d %s", got.status, got.body)
	}
	if got := get(t, base+"/api/v2/authorization/divisionspermitted/paged/ada?permission=routing:queue:view", token); got.field(t, "allDivsPermitted") != true {
		t.Errorf("Ada has everything everywhere: %s", got.body)
	}
}

// A topic of which a state says nothing shows no permissions, which is something else than none.
func TestTopicsShowWhatIsKnown(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, peopled())
	body := get(t, base+"/api/v2/notifications/availabletopics?expand=requiresPermissions", issued(t, e, "admin")).body
	for text, wanted := range map[string]bool{
		`"id":"v2.flows.{id}","requiresAnyValidator":false,"requiresCurrentUser":false`: true,
		`"id":"v2.preview","requiresAnyValidator":false`:                                true,
		`"requiresPermissions":[]`:                                                      true,
		"description":                                                                   false,
		"permissionDetails":                                                             false,
	} {
		if strings.Contains(body, text) != wanted {
			t.Errorf("%s: %t, want %t: %s", text, !wanted, wanted, body)
		}
	}
	if got := strings.Count(body, `"requiresPermissions":`); got != 2 {
		t.Errorf("%d topics show permissions, want 2: %s", got, body)
	}
}

func TestUsersByState(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, peopled())
	token := issued(t, e, "narrow")
	for path, want := range map[string]any{
		"ada": "active", "cleo": "inactive", "dora": nil, "dora?state=deleted": "deleted", "ada?state=deleted": nil, "crew": nil, "web": nil,
	} {
		if got := get(t, base+"/api/v2/users/"+path, token); got.field(t, "state") != want || (want == nil) != (got.status == 404) {
			t.Errorf("%s: %d %s, want %v", path, got.status, got.body, want)
		}
	}
}

// holdings are the grants that a subject shows, as "whose role in division".
func holdings(t *testing.T, base, token, subject string) []string {
	t.Helper()
	var shown struct {
		Grants []struct {
			SubjectID      string
			Role, Division struct{ ID string }
		}
	}
	answer := get(t, base+"/api/v2/authorization/subjects/"+subject, token)
	if err := json.Unmarshal([]byte(answer.body), &shown); err != nil || answer.status != http.StatusOK {
		t.Fatalf("%s: %d %s", subject, answer.status, answer.body)
	}
	var out []string
	for _, g := range shown.Grants {
		out = append(out, g.SubjectID+" "+g.Role.ID+" in "+g.Division.ID)
	}
	return out
}

func TestRolesOfGroups(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, peopled())
	token := issued(t, e, "admin")
	for subject, want := range map[string][]string{
		"ada":                        {"ada queues in sales", "ada everything in *"}, // the group's grant is equal to one of her own
		"ada?includeDuplicates=true": {"ada queues in sales", "ada everything in *", "crew queues in sales"},
		"ben":                        {"crew queues in sales"}, // the guests' roles are not enabled
		"crew":                       {"crew queues in sales"},
		"guests":                     {"guests everything in *"},
	} {
		if diff := cmp.Diff(want, holdings(t, base, token, subject)); diff != "" {
			t.Errorf("%s: %s", subject, diff)
		}
	}
	if got := get(t, base+"/api/v2/authorization/roles/queues", token).field(t, "userCount"); got != 2.0 {
		t.Errorf("%v users have the role of the crew, want Ada and Ben", got)
	}
	const queue = "GET /api/v2/routing/queues/1"
	ben, err := e.IssueUserToken("web", "ben", []string{"routing", "users"})
	if err != nil {
		t.Fatal(err)
	}
	checkAccess(t, base, ben, queue, "sales", "")
	checkAccess(t, base, ben, queue, "home", missing+"[routing:queue:view:home]")
	update(t, e, func(s *emulator.State) { s.Organizations[0].Groups[0].State = "inactive" })
	checkAccess(t, base, ben, queue, "", missing+"[routing:queue:view]")
	update(t, e, func(s *emulator.State) { s.Organizations[0].Users[1].State = "inactive" })
	if got := get(t, base+"/api/v2/users/ben", ben); got.status != http.StatusUnauthorized {
		t.Errorf("the token of an inactive user: %d %s", got.status, got.body)
	}
}

func TestRevokedToken(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, rich())
	revoked, other := issued(t, e, "narrow"), issued(t, e, "narrow")
	for i, status := range []int{200, 401} {
		if got := send(t, http.MethodDelete, base+"/api/v2/tokens/me", revoked, ""); got.status != status {
			t.Errorf("%d: %d %s", i, got.status, got.body)
		}
	}
	if got := get(t, base+"/api/v2/tokens/me", other); got.status != http.StatusOK {
		t.Errorf("another token: %d %s", got.status, got.body)
	}
}

// A grant of a deleted role is still there, and gives nothing.
func TestDeletedRole(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, rich())
	update(t, e, func(s *emulator.State) {
		org := &s.Organizations[0]
		org.Roles = append(org.Roles[:1:1], org.Roles[2:]...)
		org.DeletedRoles = []string{"queues"}
	})
	checkAccess(t, base, issued(t, e, "narrow"), "GET /api/v2/routing/queues/1", "", missing+"[routing:queue:view]")
	admin := issued(t, e, "admin")
	if diff := cmp.Diff([]string{"narrow queues in home"}, holdings(t, base, admin, "narrow")); diff != "" {
		t.Error(diff)
	}
	if got := get(t, base+"/api/v2/authorization/roles/queues", admin); got.status != http.StatusNotFound {
		t.Errorf("%d %s", got.status, got.body)
	}
}
