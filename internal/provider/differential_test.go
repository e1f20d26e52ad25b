package provider

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/auditor"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

const (
	differentialCases = 3000
	differentialQuick = 400
	differentialBatch = 200 // organizations of one emulator
	wholeOrganization = "*"
	homeDivision      = "home"
	eventsEndpoint    = "GET /api/v2/analytics/events"
	subscribeEndpoint = "POST /api/v2/notifications/channels/{channelId}/subscriptions"
)

// undocumented are the facts that nobody has published, where a call may succeed and the verdict is undetermined all the same: what the
// finding says of each.
var undocumented = map[string]*regexp.Regexp{
	"which call meets an ALLOW policy":           regexp.MustCompile(`^access_policy: .* one of them must allow the call`),
	"whether a policy is active":                 regexp.MustCompile(`^access_policy: .* does not show whether it is active`),
	"who is in a group or team":                  regexp.MustCompile(`^access_policy: .* belongs to its group or team is unknown`),
	"a permission that may be needed on top":     regexp.MustCompile(`^endpoint: .* is needed as well\.|^access_policy: .* depends on the request\.`),
	"which condition of a topic is met":          regexp.MustCompile(`^endpoint: .* needs one of several conditions to be met`),
	"what a topic needs, in part":                regexp.MustCompile(`^endpoint: .* does not show which permissions the topic`),
	"which division the object of a topic is in": regexp.MustCompile(`^permission_division: .* needs it in the division of its object`),
}

// policyOnSeveral is that one of these facts, of a policy on one of several permissions of which one is enough.
const policyOnSeveral = "which of several permissions policies leave"

// A validation says compliant if and only if the platform answers the call with success, with a fresh token of the client: the whole way
// over HTTP, held against the emulator's own enforcement, which shares no code with the judgement. An undetermined verdict on a call that
// succeeds must rest on a fact that is written down as undocumented.
func TestVerdictIsWhatThePlatformDoes(t *testing.T) {
	t.Parallel()
	cases := differentialQuick
	if isFullSize() {
		cases = differentialCases
	}
	drawn := newDice(t)
	endpoints := servedEndpoints()
	granted, causes, statuses, doubts, kinds := 0, make(map[string]int), make(map[int]int), make(map[string]int), make(map[string]int)
	for first := 0; first < cases; first += differentialBatch {
		scenes := make([]scene, differentialBatch)
		state := emulator.State{AnswerUnmodelled: true}
		for i := range scenes {
			scenes[i] = drawn.scene(first+i, endpoints)
			state.Organizations = append(state.Organizations, scenes[i].organization)
		}
		var calling atomic.Bool
		platform, err := newCalledEmulator(state, &calling)
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(platform)
		for i, s := range scenes {
			baseURL := server.URL + pick(drawn, "", "/"+s.organization.Region)
			calling.Store(true)
			status := s.call(t, platform, baseURL)
			calling.Store(false)
			statuses[status]++
			judged := s.judge(t, baseURL)
			succeeds, compliant := status/100 == 2, judged.Verdict == "compliant"
			doubt, documented := doubtOf(s, judged)
			switch {
			case succeeds == compliant:
			case succeeds && judged.Verdict == "undetermined" && documented:
				doubts[doubt]++
			default:
				t.Errorf("case %d: the platform answers %d, the verdict is %s; findings %+v; asked for %s, topics %v, division %q, of: %s",
					first+i, status, judged.Verdict, judged.Findings, s.allWritten(), s.topics, s.division, s.json(t))
			}
			if compliant {
				granted++
			}
			for _, kind := range s.kinds() {
				kinds[fmt.Sprintf("%s %t", kind, succeeds)]++
			}
			for _, finding := range judged.Findings {
				if finding.Status != "warn" {
					causes[string(finding.Check)+" "+string(finding.Status)]++
				}
			}
		}
		server.Close()
		if violations := platform.Violations(); len(violations) > 0 {
			t.Fatalf("the platform would refuse: %v", violations)
		}
	}
	t.Logf("%d cases, %d granted, denied for: %v; the platform's answers: %v; let through, and undetermined for: %v; of: %v",
		cases, granted, causes, statuses, doubts, kinds)
	if granted < cases/4 || granted > cases*3/4 {
		t.Errorf("%d of %d cases are granted: too few or too many to tell much", granted, cases)
	}
	if !isFullSize() {
		return // too few cases for each cause to occur
	}
	for _, cause := range []string{
		"client_state fail", "authorization fail", "scope fail", "scope unknown", "role fail", "permission fail", "permission_division fail",
		"permission_division unknown", "permission_conditional unknown", "permission_unavailable fail", "permission unknown", "region fail",
		"grant_type fail", "endpoint fail", "endpoint unknown", "access_policy fail", "access_policy unknown", "user fail",
	} {
		if causes[cause] == 0 {
			t.Errorf("no case was denied for %s: %v", cause, slices.Sorted(maps.Keys(causes)))
		}
	}
	for _, status := range []int{noToken, http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden} {
		if statuses[status] == 0 {
			t.Errorf("the platform never answered %d: %v", status, statuses)
		}
	}
	for doubt := range undocumented {
		if doubts[doubt] == 0 {
			t.Errorf("no case was let through and undetermined for %q, so that it does not belong to the list", doubt)
		}
	}
	for _, kind := range []string{"variant", "any variant", "topics", "policies", "divisions", "user", "external client", "two endpoints", "block clients"} {
		for _, succeeds := range []bool{true, false} {
			if kinds[fmt.Sprintf("%s %t", kind, succeeds)] < 10 {
				t.Errorf("fewer than 10 cases of %s where the call succeeds: %t", kind, succeeds)
			}
		}
	}
}

// doubtOf is the undocumented fact that a verdict rests on, when it rests on nothing else.
func doubtOf(s scene, judged outcome) (doubt string, documented bool) {
	for _, finding := range judged.Findings {
		if finding.Status != "unknown" {
			continue
		}
		documented = false
		if finding.Check == "access_policy" && s.anyIsEnough && len(s.organization.Policies) > 1 {
			doubt, documented = policyOnSeveral, true // the finding names one of the permissions, and one of the policies
		}
		for name, says := range undocumented {
			if says.MatchString(string(finding.Check) + ": " + finding.Message) {
				doubt, documented = name, true
			}
		}
		if !documented {
			return "", false
		}
	}
	return doubt, documented
}

// servedEndpoints are the endpoints that the emulator answers with nothing but its access decision.
func servedEndpoints() []catalog.Entry {
	return slices.DeleteFunc(slices.Clone(catalog.Entries()), func(entry catalog.Entry) bool { return emulator.Models(entry.Endpoint()) })
}

// scene is an organization with one client, and the endpoint that this client wants to call.
type scene struct {
	organization emulator.Organization
	client       emulator.Client
	userID       string // empty for CLIENT-CREDENTIALS
	scopes       []string
	wantedCall
	second      *wantedCall // nil: there is but one
	topics      []string
	anyIsEnough bool   // of its permissions
	division    string // in which the permissions must hold; empty: any
	byName      bool   // the configuration names the client instead of giving its id
	byBlock     bool   // the configuration selects the client with the block clients
}

// wantedCall is a call that the client wants to make.
type wantedCall struct {
	endpoint string // as it is called
	written  string // as the configuration writes it
	variant  string // which call it is; empty: the endpoint has but one kind of call
}

// calls are all calls that the client wants to make.
func (s scene) calls() []wantedCall {
	if s.second != nil {
		return []wantedCall{s.wantedCall, *s.second}
	}
	return []wantedCall{s.wantedCall}
}

// allWritten are the endpoints as the configuration writes them.
func (s scene) allWritten() (written []string) {
	for _, call := range s.calls() {
		written = append(written, call.written)
	}
	return written
}

// kinds are what is special about a scene.
func (s scene) kinds() (kinds []string) {
	for kind, is := range map[string]bool{
		"variant": s.variant != "" && s.variant != "*", "any variant": s.variant == "*", "topics": s.topics != nil,
		"policies": s.organization.Policies != nil && s.organization.AccessControlByAttributes, "divisions": s.division != "",
		"two endpoints": s.second != nil, "block clients": s.byBlock, "user": s.userID != "", "external client": s.organization.Authorizations != nil,
	} {
		if is {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

type dice struct{ *rand.Rand }

func (d dice) chance(percent int) bool { return d.IntN(100) < percent }

func pick[T any](d dice, from ...T) T { return from[d.IntN(len(from))] }

var parameter = regexp.MustCompile(`\{[^}]*\}`)

func (d dice) scene(number int, endpoints []catalog.Entry) scene {
	entry, _ := catalog.Lookup(eventsEndpoint)
	if d.chance(85) {
		entry = pick(d, endpoints...)
	}
	switch {
	case d.chance(12): // one that lists only a read-only scope
		entry = pick(d, slices.DeleteFunc(slices.Clone(endpoints), func(e catalog.Entry) bool {
			return len(e.Scopes) != 1 || !strings.HasSuffix(e.Scopes[0], ":readonly")
		})...)
	case d.chance(12):
		entry = pick(d, slices.DeleteFunc(slices.Clone(endpoints), func(e catalog.Entry) bool { return len(e.Variants) == 0 })...)
	case d.chance(8): // on which there is more to say than a list of permissions
		entry = pick(d, slices.DeleteFunc(slices.Clone(endpoints), func(e catalog.Entry) bool { return len(e.Conditions) == 0 })...)
	case d.chance(3):
		entry = pick(d, slices.DeleteFunc(slices.Clone(endpoints), func(e catalog.Entry) bool {
			_, mayNeed := e.Condition(catalog.MayNeed)
			return !mayNeed
		})...)
	case d.chance(14):
		entry, _ = catalog.Lookup(pick(d, subscribeEndpoint, "PUT"+strings.TrimPrefix(subscribeEndpoint, "POST")))
	case d.chance(4):
		entry = pick(d, slices.DeleteFunc(slices.Clone(endpoints), func(e catalog.Entry) bool { return !ofOwnUser(e) })...)
	case d.chance(4): // what is known of few endpoints still has to occur
		entry, _ = catalog.Lookup("GET /api/v2/users/me")
	case d.chance(4):
		entry, _ = catalog.Lookup("DELETE /api/v2/users/{userId}")
	case d.chance(3): // one that wants a permission that is not named
		entry, _ = catalog.Lookup("GET /api/v2/userrecordings/{recordingId}/transcoding")
	case d.chance(4):
		entry = pick(d, slices.DeleteFunc(slices.Clone(endpoints), func(e catalog.Entry) bool {
			return len(e.Permissions) == 0 || slices.ContainsFunc(e.Permissions, func(name string) bool { return strings.Contains(name, ":") })
		})...) // legacy flat permissions
	}
	id := func(kind string) string { return fmt.Sprintf("%s-%d", kind, number) }
	s := scene{wantedCall: d.callOf(entry, id), byName: d.chance(20)}
	entries := []catalog.Entry{entry}
	_, subscribes := entry.Condition(catalog.Topics)
	if !subscribes && d.chance(12) {
		entries = append(entries, pick(d, endpoints...))
		if _, subscribes := entries[1].Condition(catalog.Topics); subscribes || entries[1].Endpoint() == entry.Endpoint() {
			entries = entries[:1]
		} else {
			s.second = new(d.callOf(entries[1], id))
		}
	}
	var wanted, scopes []string
	for _, entry := range entries {
		wanted, scopes = append(wanted, wantedBy(entry)...), append(scopes, d.scopes(entry)...)
		s.anyIsEnough = s.anyIsEnough || entry.PermissionsMatch == catalog.Any && len(entry.Permissions) > 1
	}
	slices.Sort(wanted)
	wanted = slices.Compact(wanted)
	slices.Sort(scopes)
	s.scopes = slices.Compact(append([]string{}, scopes...))
	if len(wanted)+len(entry.Roles) > 0 && d.chance(25) {
		s.division = pick(d, wholeOrganization, id(homeDivision), id("sales"))
	}
	var topics []emulator.Topic
	if subscribes {
		topics = d.topicsOf(&s, id)
		for _, topic := range topics {
			wanted = append(wanted, topic.RequiresPermissions...)
			for _, detail := range topic.PermissionDetails {
				wanted = append(wanted, detail.Permissions...)
			}
		}
		slices.Sort(wanted)
		wanted = slices.Compact(wanted)
	}
	region := pick(d, "us-east-1", "eu-west-1", "ap-southeast-2")
	s.organization = emulator.Organization{
		Region:               region,
		Organization:         genesyscloud.Organization{ID: id("organization"), Name: id("Organization"), Version: 1},
		Divisions:            []genesyscloud.Division{{ID: id(homeDivision), Name: "Home"}, {ID: id("sales"), Name: "Sales"}},
		Roles:                append(d.roles(wanted, id), auditorRole(id)),
		Permissions:          d.permissions(wanted),
		CrossRegionPermitted: d.chance(50),
		DeletedRoles:         []string{id("gone")},
		Topics:               topics,
	}
	if d.chance(30) {
		s.organization.Policies = d.policies(wanted, id)
		s.organization.AccessControlByAttributes = d.chance(85)
	}
	s.client = emulator.Client{
		OAuthClient: genesyscloud.OAuthClient{
			ID: id("client"), Name: id("Client"), AuthorizedGrantType: pick(d, "CLIENT-CREDENTIALS", "CLIENT-CREDENTIALS", "CLIENT_CREDENTIALS"),
			State: "active", Scope: s.scopes,
		},
		Secret: "secret",
	}
	if d.chance(30) {
		s.client.ApplicationRegion = pick(d, region, "us-east-1", "eu-west-1")
	}
	if d.chance(8) {
		s.client.State = "disabled"
	}
	auditor := emulator.Client{OAuthClient: genesyscloud.OAuthClient{
		ID: id("auditor"), Name: id("Auditor"), AuthorizedGrantType: "CLIENT-CREDENTIALS", State: "active",
		RoleDivisions: genesyscloud.List[genesyscloud.RoleDivision]{{RoleID: id("auditing"), DivisionID: wholeOrganization}},
	}, Secret: "secret"}
	s.organization.Clients = []emulator.Client{auditor}
	grants := d.grants(s.organization.Roles[:len(s.organization.Roles)-1], id)
	if d.chance(65) {
		s.client.RoleDivisions = grants
		if d.chance(4) { // which gets no token; the sign-in of a user, where that would show too, is not the emulator's
			s.client.State = "inactive"
		}
		s.organization.Clients = append(s.organization.Clients, s.client)
		s.byBlock = d.chance(15)
		return s
	}
	d.actForUser(&s, entry, grants, id)
	return s
}

// callOf is a call to an endpoint: of its template or of a concrete path, and of one of its variants or of any.
func (d dice) callOf(entry catalog.Entry, id func(string) string) wantedCall {
	call := wantedCall{endpoint: entry.Endpoint()}
	if ofOwnUser(entry) && d.chance(70) {
		call.endpoint = strings.Replace(call.endpoint, "{userId}", pick(d, id("user"), id("user"), id("colleague"), "me"), 1)
	}
	if d.chance(50) {
		call.endpoint = entry.Method + " " + parameter.ReplaceAllString(strings.TrimPrefix(call.endpoint, entry.Method+" "), "x1")
	}
	call.written = call.endpoint
	if len(entry.Variants) > 0 {
		call.variant = "*"
		if d.chance(70) {
			call.variant = pick(d, entry.Variants...).Name
			call.written += "#" + call.variant
		}
	}
	return call
}

// actForUser makes the client one that acts for a user: of the organization, or of another one and authorized here.
func (d dice) actForUser(s *scene, entry catalog.Entry, grants []genesyscloud.RoleDivision, id func(string) string) {
	s.client.AuthorizedGrantType = pick(d, "CODE", "TOKEN", "SAML2-BEARER", "PASSWORD")
	s.userID = id("user")
	user := emulator.User{ID: s.userID, Name: "User"}
	if d.chance(5) {
		user.State = "inactive"
	}
	for _, grant := range grants {
		user.Grants = append(user.Grants, genesyscloud.AuthGrant{
			Role: genesyscloud.SubjectRole{ID: grant.RoleID}, Division: genesyscloud.Division{ID: grant.DivisionID}})
	}
	group := emulator.Group{ID: id("group"), Name: "Group", Members: []emulator.Reference{{ID: s.userID}}}
	if d.chance(25) { // what the group has counts for its members, if it has roles at all
		cut := d.IntN(len(user.Grants) + 1)
		group.RolesEnabled, group.Grants, user.Grants = d.chance(75), user.Grants[:cut], user.Grants[cut:]
	}
	s.organization.Users = append(s.organization.Users, user)
	s.organization.Groups = []emulator.Group{group}
	if d.chance(60) {
		s.organization.Clients = append(s.organization.Clients, s.client)
		return
	}
	// Another organization's client is known here by its authorization alone.
	s.client.State, s.client.ApplicationRegion, s.client.Secret = "active", "", ""
	consented := slices.Clone(s.scopes)
	switch {
	case d.chance(30) && len(consented) > 0:
		consented = consented[1:]
	case d.chance(30): // the consent may have what the client itself lacks
		consented = d.scopes(entry)
	}
	s.organization.ScopeEnforcement = true
	s.organization.Authorizations = []genesyscloud.OAuthAuthorization{{
		Client: s.client.OAuthClient, Scope: append(genesyscloud.List[string]{}, consented...),
		State: pick(d, "Authorized", "Authorized", "Authorized", "Requested", "Revoked"), Pending: d.chance(10),
	}}
}

// ofOwnUser tells whether a user needs no permission for its own objects, and the path names the user.
func ofOwnUser(entry catalog.Entry) bool {
	_, own := entry.Condition(catalog.Own)
	return own && strings.Contains(entry.Path, "/{userId}/")
}

// wantedBy are all permissions that some call to the endpoint needs.
func wantedBy(entry catalog.Entry) []string {
	wanted := slices.Clone(entry.Permissions)
	for _, variant := range entry.Variants {
		wanted = append(wanted, variant.Permissions...)
	}
	for _, condition := range entry.Conditions {
		wanted = append(wanted, condition.Permissions...)
	}
	slices.Sort(wanted)
	return slices.Compact(wanted)
}

// topicsOf draws the topics of the organization, and of these what the client subscribes to.
func (d dice) topicsOf(s *scene, id func(string) string) []emulator.Topic {
	s.organization.Users = nil
	permissions := []string{"directory:user:view", "routing:queue:view", "conversation:transcription:view"}
	some := func() []string {
		drawn := slices.DeleteFunc(slices.Clone(permissions), func(string) bool { return d.chance(60) })
		return append([]string{}, drawn...)
	}
	type enforced = *bool
	maybe := func() enforced { return pick(d, enforced(nil), new(true), new(true), new(false)) }
	var topics []emulator.Topic
	byDivision := s.division == "" && d.chance(25) // one permission in the division of the topic's object, and nothing else
	for _, name := range []string{"v2.users.{id}.presence", "v2.routing.queues.{id}.users", "v2.conversations.{id}.transcription"} {
		if byDivision {
			topics = append(topics, emulator.Topic{ID: name, RequiresPermissions: permissions[:1], RequiresDivisionPermissions: true,
				PermissionDetails: []emulator.TopicCondition{{Type: "requiresDivisionPermissions", Permissions: permissions[:1]}}})
			continue
		}
		topic := emulator.Topic{ID: name, RequiresPermissions: some(), Enforced: pick(d, enforced(nil), enforced(nil), new(true), new(false))}
		topic.RequiresAnyValidator = d.chance(20)
		topic.RequiresCurrentUser = d.chance(10)
		topic.RequiresCurrentUserOrPermission = d.chance(20)
		topic.RequiresDivisionPermissions = s.division != "" || d.chance(50)
		kinds := []string{"requiresDivisionPermissions"}
		if s.division == "" { // the other kinds do not ask for a division
			kinds = append(kinds, "requiresPermissions", "requiresAnyDivisionPermissions", "requiresCurrentUser",
				"requiresUserBeConversationParticipant", "requiresLuck")
		}
		for range d.IntN(3) {
			detail := emulator.TopicCondition{Type: pick(d, kinds...), AllowsCurrentUser: d.chance(20), Enforced: maybe()}
			if strings.HasSuffix(detail.Type, "Permissions") && d.chance(95) { // else it does not show which
				detail.Permissions = some()
			}
			topic.PermissionDetails = append(topic.PermissionDetails, detail)
		}
		if topic.PermissionDetails == nil && d.chance(60) {
			topic.PermissionDetails = []emulator.TopicCondition{{Type: kinds[0], Permissions: some()}}
		}
		topics = append(topics, topic)
	}
	s.topics = []string{}
	for _, topic := range topics {
		if d.chance(50) {
			object := pick(d, id("user"), id("colleague"), "x1")
			s.topics = append(s.topics, strings.Replace(topic.ID, "{id}", object, 1))
		}
	}
	if len(s.topics) == 0 || d.chance(5) {
		s.topics = append(s.topics, "v2.users.x1.precence")
		// A template stands for the topics of all users, so that it takes what another user's takes.
		free := func(detail emulator.TopicCondition) bool { return detail.AllowsCurrentUser }
		if !topics[0].RequiresCurrentUserOrPermission && !slices.ContainsFunc(topics[0].PermissionDetails, free) && d.chance(60) {
			s.topics = []string{topics[0].ID}
		}
	}
	s.organization.Users = []emulator.User{{ID: id("colleague"), Name: "Colleague", Division: &emulator.Reference{ID: id("sales")}}}
	return topics
}

// policies are access policies around what is wanted. One on a permission of the auditing client would blind it, and prove nothing.
func (d dice) policies(wanted []string, id func(string) string) (policies []emulator.AccessPolicy) {
	targets := slices.DeleteFunc(slices.Clone(wanted), func(name string) bool {
		return strings.Count(name, ":") != 2 || slices.Contains(auditorPermissions, name)
	})
	if len(targets) == 0 {
		return nil
	}
	if d.chance(60) { // one thing at a time
		others := pick(d, "group", "others", "others")
		policy := emulator.AccessPolicy{
			ID: id("policy"), Name: "Policy", TargetResource: pick(d, targets...), Subject: emulator.PolicySubject{Type: "ALL", ID: "all"},
			Effect: "DENY", Active: new(true), ApplyToClients: new(true),
		}
		switch d.IntN(8) {
		case 0:
			policy.Effect = "ALLOW"
		case 1:
			policy.Active = pick(d, nil, new(false))
		case 2, 3, 4, 5:
			policy.Subject = emulator.PolicySubject{Type: "GROUP", ID: id(others)}
		case 6:
			policy.Subject = emulator.PolicySubject{Type: "CLIENT", ID: id(pick(d, "client", "auditor"))}
		}
		return []emulator.AccessPolicy{policy}
	}
	for i := range 1 + d.IntN(2) {
		policy := emulator.AccessPolicy{
			ID: id(fmt.Sprintf("policy%d", i)), Name: fmt.Sprintf("Policy %d", i), TargetResource: pick(d, targets...),
			Subject: pick(d, emulator.PolicySubject{Type: "ALL", ID: "all"}, emulator.PolicySubject{Type: "ALL", ID: "all"},
				emulator.PolicySubject{Type: "CLIENT", ID: id("client")}, emulator.PolicySubject{Type: "CLIENT", ID: id("auditor")},
				emulator.PolicySubject{Type: "USER", ID: id("user")}, emulator.PolicySubject{Type: "USER", ID: id("colleague")},
				emulator.PolicySubject{Type: "GROUP", ID: id("group")}, emulator.PolicySubject{Type: "GROUP", ID: id("others")},
				emulator.PolicySubject{Type: "TEAM", ID: id("group")}, emulator.PolicySubject{Type: "ROBOT", ID: "r"}),
			Effect: pick(d, "DENY", "DENY", "DENY", "ALLOW", "ALLOW", "AUDIT"),
			Active: pick(d, new(true), new(true), new(true), new(true), new(false), nil), ApplyToClients: pick(d, new(true), new(true), new(false), nil),
		}
		if d.chance(20) {
			policy.Condition = []byte(`{"and":[{"attribute":"a","operator":"EQ","value":"b"}]}`)
		}
		if d.chance(10) {
			domain, _, _ := strings.Cut(policy.TargetResource, ":")
			policy.TargetResource = domain + ":*:*"
		}
		policies = append(policies, policy)
	}
	return policies
}

// roles are drawn around what the endpoint wants: just that, more, nearly that, under a condition, or nothing of it.
func (d dice) roles(wanted []string, id func(string) string) []genesyscloud.Role {
	var roles []genesyscloud.Role
	for i := range 1 + d.IntN(3) {
		role := genesyscloud.Role{ID: id(fmt.Sprintf("role%d", i)), Name: fmt.Sprintf("Role %d", i), Permissions: genesyscloud.List[string]{}}
		for _, permission := range wanted {
			segments := strings.Split(permission, ":")
			if len(segments) == 1 {
				if d.chance(70) {
					role.Permissions = append(role.Permissions, permission)
				}
				continue
			}
			if d.chance(80) {
				role.PermissionPolicies = append(role.PermissionPolicies, d.policy(segments))
			}
		}
		roles = append(roles, role)
	}
	if d.chance(80) {
		roles[0].Name = "Analytics - Export"
	}
	if last := len(roles) - 1; d.chance(15) {
		roles[last].Name = roles[0].Name
	}
	return roles
}

func (d dice) policy(segments []string) genesyscloud.PermissionPolicy {
	policy := genesyscloud.PermissionPolicy{Domain: segments[0], EntityName: segments[1], ActionSet: genesyscloud.List[string]{segments[2]}}
	switch d.IntN(10) {
	case 0:
		policy.ActionSet = genesyscloud.List[string]{"*"}
	case 1:
		policy.EntityName = "*"
	case 2:
		policy.Domain, policy.EntityName, policy.ActionSet = "*", "*", genesyscloud.List[string]{"*"}
	case 3:
		policy.ActionSet = genesyscloud.List[string]{"nothing", segments[2] + "er"}
	case 4:
		policy.EntityName += "s"
	case 5:
		policy.ResourceConditionNode = []byte(`{"variableName":"Conversation.queues","operator":"EQ"}`)
		if d.chance(40) { // which the answer about a user does not show
			policy.ResourceConditionNode, policy.NamedResources = nil, genesyscloud.List[string]{"one"}
		}
	}
	return policy
}

func auditorRole(id func(string) string) genesyscloud.Role {
	role := genesyscloud.Role{ID: id("auditing"), Name: "Auditing"}
	for _, permission := range auditorPermissions {
		segments := strings.Split(permission, ":")
		role.PermissionPolicies = append(role.PermissionPolicies, genesyscloud.PermissionPolicy{
			Domain: segments[0], EntityName: segments[1], ActionSet: genesyscloud.List[string]{segments[2]}})
	}
	return role
}

var auditorPermissions = []string{"telephony:plugin:all", "oauth:client:view", "oauth:client:authorize", "authorization:role:view", "authorization:grant:view",
	"authorization:policy:view"}

// permissions are those that exist in the organization: the auditor's, and most of the time what the endpoint wants.
func (d dice) permissions(wanted []string) []genesyscloud.PermissionCollection {
	byDomain := make(map[string]map[string]genesyscloud.List[genesyscloud.PermissionMapEntry])
	add := func(permission string, divisionAware bool) {
		segments := strings.Split(permission, ":")
		if len(segments) != 3 {
			return
		}
		domain := byDomain[segments[0]]
		if domain == nil {
			domain = make(map[string]genesyscloud.List[genesyscloud.PermissionMapEntry])
			byDomain[segments[0]] = domain
		}
		domain[segments[1]] = append(domain[segments[1]], genesyscloud.PermissionMapEntry{
			Domain: segments[0], EntityType: segments[1], Action: segments[2], DivisionAware: divisionAware})
	}
	for _, permission := range auditorPermissions {
		add(permission, false)
	}
	for _, permission := range wanted {
		if !slices.Contains(auditorPermissions, permission) && d.chance(92) {
			add(permission, d.chance(70))
		}
	}
	var collections []genesyscloud.PermissionCollection
	for _, domain := range slices.Sorted(maps.Keys(byDomain)) {
		collections = append(collections, genesyscloud.PermissionCollection{ID: domain, Domain: domain, PermissionMap: byDomain[domain]})
	}
	return collections
}

// grants are of some of the roles, in one division or in all.
func (d dice) grants(roles []genesyscloud.Role, id func(string) string) []genesyscloud.RoleDivision {
	grants := []genesyscloud.RoleDivision{}
	for _, role := range roles {
		if d.chance(80) {
			grants = append(grants, genesyscloud.RoleDivision{
				RoleID: role.ID, DivisionID: pick(d, wholeOrganization, wholeOrganization, id(homeDivision), id("sales"))})
		}
	}
	if d.chance(10) { // a role that was deleted
		grants = append(grants, genesyscloud.RoleDivision{RoleID: id("gone"), DivisionID: wholeOrganization})
	}
	return grants
}

// scopes are some of what the endpoint wants, or the wider one of a read-only one, and something else.
func (d dice) scopes(entry catalog.Entry) []string {
	scopes := []string{}
	for _, scope := range entry.Scopes {
		base, readonly := strings.CutSuffix(scope, ":readonly")
		switch {
		case d.chance(30) && readonly:
			scopes = append(scopes, base)
		case d.chance(15) && !readonly:
			scopes = append(scopes, scope+":readonly") // which does not cover it
		case d.chance(75):
			scopes = append(scopes, scope)
		}
	}
	if d.chance(30) {
		scopes = append(scopes, "gdpr")
	}
	slices.Sort(scopes)
	return slices.Compact(scopes)
}

// json shows the organization of a scene.
func (s scene) json(t *testing.T) string {
	t.Helper()
	shown, err := json.Marshal(s.organization)
	if err != nil {
		t.Fatal(err)
	}
	return string(shown)
}

// noToken stands for the answer that a client without a token does not get.
const noToken = 0

// call calls the endpoints as the client does, and returns the status of the answer: the first refusal, if there is one.
func (s scene) call(t *testing.T, platform *emulator.Emulator, baseURL string) (status int) {
	t.Helper()
	token, ok := s.token(t, platform, baseURL)
	if !ok {
		return noToken
	}
	for _, call := range s.calls() {
		if status = s.make(t, call, baseURL, token); status/100 != 2 {
			break
		}
	}
	return status
}

// make makes one of the calls.
func (s scene) make(t *testing.T, call wantedCall, baseURL, token string) (status int) {
	t.Helper()
	method, path, _ := strings.Cut(call.endpoint, " ")
	body := ""
	if s.topics != nil {
		status, opened := s.send(t, http.MethodPost, baseURL, "/api/v2/notifications/channels", call.variant, token, "")
		if status/100 != 2 {
			return status
		}
		var channel struct{ ID string }
		if err := json.Unmarshal(opened, &channel); err != nil {
			t.Fatal(err)
		}
		path = parameter.ReplaceAllString(strings.Replace(path, "x1", "{channelId}", 1), channel.ID)
		var topics []map[string]string
		for _, topic := range s.topics {
			// What only its user can subscribe to is judged for the client's own.
			topics = append(topics, map[string]string{"id": parameter.ReplaceAllString(topic, cmp.Or(s.userID, "x1"))})
		}
		encoded, err := json.Marshal(topics)
		if err != nil {
			t.Fatal(err)
		}
		body = string(encoded)
	}
	status, _ = s.send(t, method, baseURL, path, call.variant, token, body)
	return status
}

func (s scene) send(t *testing.T, method, baseURL, path, variant, token, body string) (status int, answer []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, baseURL+(&url.URL{Path: path}).EscapedPath(), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("X-Emulator-Own", "true") // the client's own objects and jobs are what an endpoint is judged for
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	if s.division != "" {
		request.Header.Set("X-Emulator-Division", s.division)
	}
	if variant != "" {
		request.Header.Set("X-Emulator-Variant", variant)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if answer, err = io.ReadAll(response.Body); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, answer
}

func (s scene) token(t *testing.T, platform *emulator.Emulator, baseURL string) (value string, ok bool) {
	t.Helper()
	if s.userID != "" {
		value, err := platform.IssueUserToken(s.client.ID, s.userID, s.scopes)
		if err != nil {
			t.Fatal(err)
		}
		return value, true
	}
	credentials := clientcredentials.Config{
		ClientID: s.client.ID, ClientSecret: s.client.Secret, TokenURL: baseURL + "/oauth/token", AuthStyle: oauth2.AuthStyleInHeader}
	token, err := credentials.Token(t.Context())
	if err != nil {
		return "", false
	}
	return token.AccessToken, true
}

// judge validates the client as a configuration would.
func (s scene) judge(t *testing.T, baseURL string) outcome {
	t.Helper()
	address, err := genesyscloud.ParseBaseURL(baseURL)
	if err != nil {
		t.Fatal(err)
	}
	region, _ := genesyscloud.LookupRegion(s.organization.Region)
	settings := organizationSettings{
		region: region, clientID: s.organization.Clients[0].ID, clientSecret: "secret", apiURL: address, loginURL: address,
	}
	data := &providerData{
		topLevel:    newOrganization("", settings, clientOptions{timeout: time.Minute, run: &auditor.Run{}}),
		enforcement: enforce,
		now:         time.Now,
	}
	arguments := noArguments()
	arguments["client_id"] = types.StringValue(s.client.ID)
	arguments["user_id"] = textOrNull(s.userID)
	arguments["endpoints"] = textSet(s.allWritten())
	arguments["ignore_access_policies"] = types.BoolValue(!s.organization.AccessControlByAttributes)
	if s.topics != nil {
		arguments["notification_topics"] = textSet(s.topics)
	}
	arguments["allow_cross_region"] = types.BoolValue(s.organization.CrossRegionPermitted)
	if s.byName {
		arguments["client_id"], arguments["client_name"] = types.StringNull(), types.StringValue(s.client.Name)
	}
	if s.byBlock {
		arguments["client_id"], arguments["client_name"] = types.StringNull(), types.StringNull()
		block := emptyBlock(clientsFields).Attributes()
		block["name_regex"] = types.StringValue("^" + s.client.Name + "$")
		arguments["clients"] = types.ObjectValueMust(objectType(clientsFields).AttrTypes, block)
	}
	if s.division != "" {
		arguments["divisions"] = textSet([]string{s.division})
	}
	// The platform looks at the region of an application for analytics alone.
	if slices.ContainsFunc(s.calls(), func(c wantedCall) bool { return strings.Contains(c.endpoint, " /api/v2/analytics/") }) {
		arguments["application_region"] = textOrNull(s.client.ApplicationRegion)
	}
	result, diags := data.evaluate(context.WithoutCancel(t.Context()), arguments)
	if result.standing != judged || diags.HasError() {
		t.Fatalf("no verdict: %v", diags)
	}
	return result
}
