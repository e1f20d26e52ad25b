package emulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// holding is rich, where Ada and the client "narrow" have one role that grants the permissions, in one division or in all. The client
// "web" has every scope that the tests need.
func holding(division string, permissions ...string) emulator.State {
	state := rich()
	org := &state.Organizations[0]
	own := genesyscloud.Role{ID: "own", Name: "Own"}
	for _, permission := range permissions {
		parts := strings.Split(permission, ":")
		if len(parts) == 1 {
			own.Permissions = append(own.Permissions, permission)
			continue
		}
		own.PermissionPolicies = append(own.PermissionPolicies, policy(parts[0], parts[1], parts[2]))
	}
	org.Roles = append(org.Roles, own)
	org.Users[0].Grants = []genesyscloud.AuthGrant{grantOf("own", division)}
	org.Clients[1].RoleDivisions = []genesyscloud.RoleDivision{{RoleID: "own", DivisionID: division}}
	return state
}

func TestConditions(t *testing.T) {
	t.Parallel()
	const (
		own, variant = "X-Emulator-Own", "X-Emulator-Variant"

		protection = "PUT /api/v2/recordings/deletionprotection"
		campaign   = "POST /api/v2/outbound/messagingcampaigns/1/start"
		object     = "POST /api/v2/authorization/divisions/sales/objects/"
		annotation = "POST /api/v2/conversations/1/recordings/1/annotations"
		planning   = "POST /api/v2/workforcemanagement/businessunits/1/planninggroups"
		coaching   = "GET /api/v2/coaching/appointments/1"
		presence   = "PATCH /api/v2/users/ada/presences/purecloud"
		notice     = "PATCH /api/v2/coaching/notifications/1"
		job        = "GET /api/v2/workforcemanagement/adherence/explanations/jobs/1"
		agentless  = "POST /api/v2/conversations/messages/agentless"
		call       = "POST /api/v2/conversations/calls"
	)
	all := []string{"outbound:messagingCampaign:start", "outbound:emailCampaign:start", "outbound:whatsAppCampaign:start"}
	for _, test := range []struct {
		name     string
		caller   string // narrow, a client with client credentials, or ada
		division string
		holds    []string
		call     string
		body     string
		header   []string
		status   int
	}{
		{"the query decides, absent", "narrow", "*", []string{"recording:deletionProtection:apply"}, protection, "", nil, 200},
		{"the query decides, false", "narrow", "*", []string{"recording:deletionProtection:apply"}, protection + "?protect=false", "", nil, 403},
		{"the query decides, granted", "narrow", "*", []string{"recording:deletionProtection:revoke"}, protection + "?protect=false", "", nil, 200},
		{"every variant is asked for", "narrow", "*", []string{"recording:deletionProtection:apply"}, protection, "", []string{variant, "*"}, 403},
		{"the path decides", "narrow", "*", []string{"architect:flow:edit"}, object + "FLOW", "", nil, 200},
		{"the path decides, another", "narrow", "*", []string{"architect:flow:edit"}, object + "CAMPAIGN", "", nil, 403},
		{"the path decides, not published", "narrow", "*", []string{"architect:flow:edit"}, object + "SCRIPT", "", nil, 403},
		{"the body decides, no queue", "narrow", "*", []string{"wfm:planningGroup:add"}, planning, `{"routePaths":[]}`, nil, 200},
		{"the body decides, a queue", "narrow", "*", []string{"wfm:planningGroup:add"}, planning, `{"routePaths":[{"queue":{"id":"1"}}]}`, nil, 403},
		{"the body would decide", "narrow", "*", []string{"wfm:planningGroup:add"}, planning, "", nil, 403},
		{"the stored campaign decides", "narrow", "*", all[:1], campaign, "{}", nil, 403},
		{"the stored campaign decides, all granted", "narrow", "*", all, campaign, "{}", nil, 200},
		{"the header says which", "narrow", "*", all[:1], campaign, "{}", []string{variant, "sms"}, 200},
		{"the header says another", "narrow", "*", all[:1], campaign, "{}", []string{variant, "email"}, 403},
		{"an unknown variant", "narrow", "*", all, campaign, "{}", []string{variant, "fax"}, 400},
		{"may need more", "narrow", "*", []string{"recording:annotation:add"}, annotation, "{}", []string{variant, "create"}, 403},
		{"may need more, granted", "narrow", "*", []string{"recording:annotation:add", "recording:recording:view"}, annotation, "{}",
			[]string{variant, "create"}, 200},

		{"another's object", "ada", "*", nil, coaching, "", nil, 403},
		{"another's object, granted", "ada", "*", []string{"coaching:appointment:view"}, coaching, "", nil, 200},
		{"an own object", "ada", "*", nil, coaching, "", []string{own, "true"}, 200},
		{"a client has no own objects", "narrow", "*", nil, coaching, "", []string{own, "true"}, 403},
		{"the path names the caller", "ada", "*", nil, presence, "", nil, 200},
		{"the path means the caller", "ada", "*", nil, strings.Replace(presence, "ada", "me", 1), "", nil, 200},
		{"the path names another", "ada", "*", nil, strings.Replace(presence, "ada", "ben", 1), "", nil, 403},
		{"the path names another, whatever the header says", "ada", "*", nil, strings.Replace(presence, "ada", "ben", 1), "", []string{own, "true"}, 403},
		{"the path names nobody", "ada", "*", nil, strings.Replace(presence, "ada", "{userId}", 1), "", []string{own, "true"}, 200},
		{"the variant of other users' objects", "ada", "*", nil, presence, "", []string{variant, "other-user"}, 403},
		{"a client has no presence", "narrow", "*", nil, presence, "", nil, 403},
		{"same user", "ada", "*", nil, notice, "", nil, 200},
		{"same user, another's", "ada", "*", nil, notice, "", []string{own, "false"}, 403},
		{"same user, a client", "narrow", "*", nil, notice, "", nil, 403},
		{"an own job", "narrow", "*", []string{"wfm:adherenceExplanation:view"}, job, "", nil, 200},
		{"another's job", "narrow", "*", []string{"wfm:adherenceExplanation:view"}, job, "", []string{own, "false"}, 403},
		{"neither own nor not", "narrow", "*", nil, job, "", []string{own, "perhaps"}, 400},

		{"client credentials only", "narrow", "*", []string{"conversation:message:create"}, agentless, "", nil, 200},
		{"client credentials only, a user", "ada", "*", []string{"conversation:message:create"}, agentless, "", nil, 403},
		{"never client credentials", "narrow", "*", []string{"conversation:conference:add"}, call, "", nil, 400},
		{"never client credentials, a user", "ada", "*", []string{"conversation:conference:add"}, call, "", nil, 200},
		{"undecidable", "narrow", "*", []string{"architect:flow:unlock"}, "POST /api/v2/flows/actions/unlock", "", nil, 403},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e, base := newEmulator(t, holding(test.division, test.holds...))
			token := issued(t, e, "narrow", "messaging")
			if test.caller == "ada" {
				token = issuedToAda(t, e, "web", "coaching", "presence", "messaging", "conversations")
			}
			method, path, _ := strings.Cut(test.call, " ")
			if answer := send(t, method, base+path, token, test.body, test.header...); answer.status != test.status {
				t.Errorf("%d %s, want %d", answer.status, answer.body, test.status)
			}
		})
	}
}

// userView is the permission directory:user:view, which counts by division.
func userView() genesyscloud.PermissionCollection {
	return genesyscloud.PermissionCollection{Domain: "directory", PermissionMap: map[string]genesyscloud.List[genesyscloud.PermissionMapEntry]{
		"user": {viewing("directory", "user", true)},
	}}
}

func TestAllDivisions(t *testing.T) {
	t.Parallel()
	for division, message := range map[string]string{"*": "", "sales": anyOf + "[directory:user:view]" + inDivision + "[*]"} {
		state := holding(division, "directory:user:view")
		state.Organizations[0].Permissions = []genesyscloud.PermissionCollection{userView()}
		e, base := newEmulator(t, state)
		checkAccess(t, base, issued(t, e, "narrow"), "GET /api/v2/users/query", "", message)
	}
}

func TestAccessPolicies(t *testing.T) {
	t.Parallel()
	on, off := true, false
	type (
		policy  = emulator.AccessPolicy
		subject = emulator.PolicySubject
	)
	everybody := subject{Type: "ALL"}
	const condition = `{"and":[]}`
	for _, test := range []struct {
		name     string
		policies []policy
		client   bool // whether the client "narrow" is let through
		user     bool // whether Ada is
	}{
		{"none", nil, true, true},
		{"a pattern as target", []policy{{TargetResource: "routing:*:view", Subject: everybody, Effect: "ALLOW", Active: &on,
			ApplyToClients: &on}}, false, false},
		{"a pattern beside it", []policy{{TargetResource: "routing:*:edit", Subject: everybody, Effect: "DENY", Active: &on,
			ApplyToClients: &on}}, true, true},
		{"of another permission", []policy{{TargetResource: "oauth:client:view", Subject: everybody, Effect: "DENY", Active: &on,
			ApplyToClients: &on}}, true, true},
		{"DENY for all", []policy{{Subject: everybody, Effect: "DENY", Active: &on, ApplyToClients: &off}}, true, false},
		{"clients or not is not said", []policy{{Subject: everybody, Effect: "DENY", Active: &on}}, false, false},
		{"DENY for all and clients", []policy{{Subject: everybody, Effect: "DENY", Active: &on, ApplyToClients: &on}}, false, false},
		{"not active", []policy{{Subject: everybody, Effect: "DENY", Active: &off, ApplyToClients: &on}}, true, true},
		{"active or not is not said", []policy{{Subject: everybody, Effect: "DENY", ApplyToClients: &on}}, true, true},
		{"DENY for the user", []policy{{Subject: subject{"USER", "ada"}, Effect: "DENY", Active: &on, ApplyToClients: &off}}, true, false},
		{"DENY for another user", []policy{{Subject: subject{"USER", "ben"}, Effect: "DENY", Active: &on, ApplyToClients: &off}}, true, true},
		{"DENY for another user, clients or not is not said", []policy{{Subject: subject{"USER", "ben"}, Effect: "DENY", Active: &on}}, true, true},
		{"a pattern as target, DENY for another user", []policy{{TargetResource: "routing:*:view", Subject: subject{"USER", "ben"}, Effect: "DENY",
			Active: &on, ApplyToClients: &on}}, true, true},
		{"ALLOW for another user, clients or not is not said", []policy{{Subject: subject{"USER", "ben"}, Effect: "ALLOW", Active: &on}}, false, false},
		{"DENY for the client", []policy{{Subject: subject{"CLIENT", "narrow"}, Effect: "DENY", Active: &on}}, false, true},
		{"DENY for the user's client", []policy{{Subject: subject{"CLIENT", "web"}, Effect: "DENY", Active: &on}}, true, false},
		{"DENY for a group", []policy{{Subject: subject{"GROUP", "crew"}, Effect: "DENY", Active: &on, ApplyToClients: &off}}, true, false},
		{"DENY for a group and clients", []policy{{Subject: subject{"GROUP", "guests"}, Effect: "DENY", Active: &on, ApplyToClients: &on}},
			false, true},
		{"DENY for another group", []policy{{Subject: subject{"GROUP", "guests"}, Effect: "DENY", Active: &on, ApplyToClients: &off}}, true, true},
		{"DENY for a team", []policy{{Subject: subject{"TEAM", "t"}, Effect: "DENY", Active: &on, ApplyToClients: &off}}, true, false},
		{"an unknown subject", []policy{{Subject: subject{"ROBOT", "r"}, Effect: "ALLOW", Active: &on, ApplyToClients: &off}}, false, false},
		{"an unknown effect", []policy{{Subject: everybody, Effect: "AUDIT", Active: &on, ApplyToClients: &on}}, false, false},
		{"a condition", []policy{{Subject: everybody, Effect: "ALLOW", Active: &on, ApplyToClients: &on, Condition: []byte(condition)}}, false,
			false},
		{"a null condition is none", []policy{{Subject: everybody, Effect: "ALLOW", Active: &on, ApplyToClients: &on,
			Condition: []byte("null")}}, true, true},
		{"ALLOW for all", []policy{{Subject: everybody, Effect: "ALLOW", Active: &on, ApplyToClients: &on}}, true, true},
		{"ALLOW for another user", []policy{{Subject: subject{"USER", "ben"}, Effect: "ALLOW", Active: &on, ApplyToClients: &on}}, false, false},
		{"ALLOW for another user only", []policy{{Subject: subject{"USER", "ben"}, Effect: "ALLOW", Active: &on, ApplyToClients: &off}}, true, false},
		{"DENY beats ALLOW", []policy{
			{Subject: everybody, Effect: "ALLOW", Active: &on, ApplyToClients: &on},
			{Subject: everybody, Effect: "DENY", Active: &on, ApplyToClients: &on}}, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			state := holding("*", "routing:queue:view")
			org := &state.Organizations[0]
			org.Users = append(org.Users, emulator.User{ID: "ben", Name: "Ben"})
			org.Groups = []emulator.Group{
				{ID: "crew", Name: "Crew", Members: []emulator.Reference{{ID: "ada"}}}, {ID: "guests", Name: "Guests"},
			}
			org.AccessControlByAttributes = true
			for i, p := range test.policies {
				p.ID = string(rune('a' + i))
				if p.TargetResource == "" {
					p.TargetResource = "routing:queue:view"
				}
				org.Policies = append(org.Policies, p)
			}
			e, base := newEmulator(t, state)
			message := map[bool]string{true: "", false: unnamed}
			const queue = "GET /api/v2/routing/queues/1"
			client, user := issued(t, e, "narrow"), issuedToAda(t, e, "web", "routing")
			checkAccess(t, base, client, queue, "", message[test.client])
			checkAccess(t, base, user, queue, "", message[test.user])
			update(t, e, func(s *emulator.State) { s.Organizations[0].AccessControlByAttributes = false })
			checkAccess(t, base, client, queue, "", "")
			checkAccess(t, base, user, queue, "", "")
		})
	}
}

func TestTopics(t *testing.T) {
	t.Parallel()
	off := false
	type (
		topic  = emulator.Topic
		detail = emulator.TopicCondition
	)
	view := []string{"directory:user:view"}
	details := func(d ...detail) topic { return topic{ID: "v2.users.{id}.presence", PermissionDetails: d} }
	both := []detail{{Type: "requiresCurrentUser"}, {Type: "requiresPermissions", Permissions: []string{"nothing:at:all"}}}
	for _, test := range []struct {
		name   string
		topic  topic
		holds  []string // in the division of Ben
		client bool     // whether a client may hear of Ben
		own    bool     // whether Ada may hear of herself
	}{
		{"nothing is known", topic{}, view, false, false},
		{"nothing needed", topic{RequiresPermissions: []string{}}, nil, true, true},
		{"a permission", topic{RequiresPermissions: view}, view, true, true},
		{"a permission that is not granted", topic{RequiresPermissions: view}, nil, false, false},
		{"two permissions", topic{RequiresPermissions: append(view, "routing:queue:view")}, view, false, false},
		{"not enforced", topic{RequiresPermissions: view, Enforced: &off}, nil, true, true},
		{"the current user or a permission", topic{RequiresPermissions: view, RequiresCurrentUserOrPermission: true}, nil, false, true},
		{"the current user", topic{RequiresCurrentUser: true}, nil, false, true},
		{"in the division of the user", topic{RequiresPermissions: view, RequiresDivisionPermissions: true}, view, true, false},
		{"details: the current user", details(detail{Type: "requiresCurrentUser"}), nil, false, true},
		{"details: a permission", details(detail{Type: "requiresPermissions", Permissions: view}), view, true, true},
		{"details: in the division", details(detail{Type: "requiresDivisionPermissions", Permissions: view}), view, true, false},
		{"details: in the division, or oneself", details(detail{Type: "requiresDivisionPermissions", Permissions: view, AllowsCurrentUser: true}),
			nil, false, true},
		{"details: in any division", details(detail{Type: "requiresAnyDivisionPermissions", Permissions: view}), view, true, true},
		{"details: a participant", details(detail{Type: "requiresUserBeConversationParticipant"}), view, false, true},
		{"details and another permission", topic{RequiresPermissions: view, PermissionDetails: []detail{{Type: "requiresCurrentUser"}}}, nil,
			false, false},
		{"details: undocumented", details(detail{Type: "requiresLuck"}), view, false, false},
		{"details: not enforced", details(detail{Type: "requiresLuck", Enforced: &off}), nil, true, true},
		{"details: both", details(both...), nil, false, false},
		{"details: one of both", topic{PermissionDetails: both, RequiresAnyValidator: true}, nil, false, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			state := holding("sales", test.holds...)
			org := &state.Organizations[0]
			org.Users = append(org.Users, emulator.User{ID: "ben", Name: "Ben", Division: &emulator.Reference{ID: "sales"}})
			test.topic.ID = "v2.users.{id}.presence"
			org.Topics = []topic{test.topic}
			org.Permissions = append(permissions("routing", viewing("routing", "queue", true)), userView())
			e, base := newEmulator(t, state)
			checkSubscription(t, base, issued(t, e, "narrow"), "v2.users.ben.presence", test.client)
			checkSubscription(t, base, issuedToAda(t, e, "web", "notifications"), "v2.users.ada.presence", test.own)
		})
	}
}

func checkSubscription(t *testing.T, base, token, topic string, granted bool) {
	t.Helper()
	status := map[bool]int{true: 200, false: 403}[granted]
	channels := base + "/api/v2/notifications/channels"
	id, _ := send(t, http.MethodPost, channels, token, "").field(t, "id").(string)
	if got := send(t, http.MethodPost, channels+"/"+id+"/subscriptions", token, `[{"id":"`+topic+`"}]`); got.status != status {
		t.Errorf("%s: %d %s, want %d", topic, got.status, got.body, status)
	}
}

// An access policy on a topic's permission counts there too.
func TestTopicUnderAnAccessPolicy(t *testing.T) {
	t.Parallel()
	for _, on := range []bool{true, false} {
		state := holding("*", "oauth:client:view")
		org := &state.Organizations[0]
		org.Topics = []emulator.Topic{{ID: "v2.bound", RequiresPermissions: []string{"oauth:client:view"}}}
		org.AccessControlByAttributes = on
		org.Policies = []emulator.AccessPolicy{{ID: "p", TargetResource: "oauth:client:view", Effect: "DENY", Active: ptr(true),
			ApplyToClients: ptr(true), Subject: emulator.PolicySubject{Type: "ALL"}}}
		e, base := newEmulator(t, state)
		checkSubscription(t, base, issued(t, e, "narrow"), "v2.bound", !on)
	}
}

// The endpoints for client credentials only need their scope, although such a token's scopes count nowhere else.
func TestScopeOfClientCredentialsOnly(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, holding("*", "conversation:message:create"))
	const agentless = "POST /api/v2/conversations/messages/agentless"
	checkAccess(t, base, issued(t, e, "narrow", "messaging"), agentless, "", "")
	checkAccess(t, base, issued(t, e, "narrow", "users"), agentless, "", unnamed)
}

// One refused topic refuses the whole request, unless it ignores errors.
func TestSubscriptions(t *testing.T) {
	t.Parallel()
	compiler := models(t)
	state := peopled()
	state.Organizations[0].Topics = []emulator.Topic{
		{ID: "v2.free.{id}", RequiresPermissions: []string{}}, {ID: "v2.bound", RequiresPermissions: []string{"oauth:client:view"}},
	}
	e, base := newEmulator(t, state)
	token := issued(t, e, "narrow")
	channels := base + "/api/v2/notifications/channels"
	id, _ := send(t, http.MethodPost, channels, token, "").field(t, "id").(string)
	subscriptions := channels + "/" + id + "/subscriptions"
	const free, bound, unknown = `{"id":"v2.free.1"}`, `{"id":"v2.bound"}`, `{"id":"v2.free"}`
	for _, test := range []struct {
		method, query, body string
		status              int
		states, kept        string
	}{
		{"POST", "", "[" + free + "," + bound + "]", 403, "", ""},
		{"POST", "", "[" + unknown + "]", 403, "", ""},
		{"POST", "?ignoreErrors=false", "[" + free + "," + bound + "]", 403, "", ""},
		{"POST", "?ignoreErrors=true", "[" + free + "," + bound + "," + unknown + "]", 200, "Permitted Rejected Rejected", "v2.free.1"},
		{"POST", "", `[{"id":"v2.free.2"}]`, 200, "Permitted", "v2.free.1 v2.free.2"},
		{"PUT", "", `[{"id":"v2.free.3"}]`, 200, "Permitted", "v2.free.3"},
		{"PUT", "", "[", 400, "", "v2.free.3"},
		{"DELETE", "", "", 200, "", ""},
	} {
		answer := send(t, test.method, subscriptions+test.query, token, test.body)
		var states []string
		for part := range strings.SplitSeq(answer.body, `"state":"`) {
			if state, _, found := strings.Cut(part, `"`); found && !strings.HasPrefix(part, "{") {
				states = append(states, state)
			}
		}
		kept := getPage(t, subscriptions, token).ids()
		if answer.status != test.status || strings.Join(states, " ") != test.states || kept != test.kept {
			t.Errorf("%s%s %s: %d %s; subscribed to %q", test.method, test.query, test.body, answer.status, answer.body, kept)
		}
		if test.states != "" {
			if err := validate(t, compiler, "ChannelTopicEntityListing", answer.body); err != nil {
				t.Error(err)
			}
		}
	}
	if got := get(t, subscriptions, issued(t, e, "narrow")); got.status != http.StatusNotFound {
		t.Errorf("another token's channel: %d %s", got.status, got.body)
	}
}

// What is lacking for a topic is named where errors are ignored.
func TestRejectedTopicNamesPermissions(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, holding("*")) // with the topics that a public source names
	token := issued(t, e, "narrow")
	channels := base + "/api/v2/notifications/channels"
	id, _ := send(t, http.MethodPost, channels, token, "").field(t, "id").(string)
	got := send(t, http.MethodPost, channels+"/"+id+"/subscriptions?ignoreErrors=true", token, `[{"id":"v2.architect.prompts.1"}]`)
	want := `{"entities":[{"id":"v2.architect.prompts.1","state":"Rejected","rejectionReason":"The caller lacks what the topic requires.",` +
		`"missingPermissions":["architect:userPrompt:view"],"selfUri":"/api/v2/notifications/topics/v2.architect.prompts.1"}]}`
	if diff := cmp.Diff(want, got.body); diff != "" {
		t.Error(diff)
	}
}
