package provider

import (
	"context"
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
	differentialCases = 2400
	differentialBatch = 200 // organizations of one emulator
	wholeOrganization = "*"
	homeDivision      = "home"
	eventsEndpoint    = "GET /api/v2/analytics/events"
)

// A validation says compliant if and only if the platform answers 200 to the endpoint, with a fresh token of the client: the whole way
// over HTTP, held against the emulator's own enforcement, which shares no code with the judgement.
func TestVerdictIsWhatThePlatformDoes(t *testing.T) {
	t.Parallel()
	drawn := newDice(t)
	endpoints := servedEndpoints()
	granted, causes, statuses := 0, make(map[string]int), make(map[int]int)
	for first := 0; first < differentialCases; first += differentialBatch {
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
			compliant := judged.Verdict == "compliant"
			if compliant != (status == http.StatusOK) {
				t.Errorf("case %d: %s by %s (%s): the platform answers %d, the verdict is %s: %+v",
					first+i, s.endpoint, s.client.ID, s.client.AuthorizedGrantType, status, judged.Verdict, judged.Findings)
			}
			if compliant {
				granted++
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
	t.Logf("%d cases, %d granted, denied for: %v; the platform's answers: %v", differentialCases, granted, causes, statuses)
	if granted < differentialCases/4 || granted > differentialCases*3/4 {
		t.Errorf("%d of %d cases are granted: too few or too many to tell much", granted, differentialCases)
	}
	for _, cause := range []string{
		"client_state fail", "authorization fail", "scope fail", "scope unknown", "role fail", "permission fail", "permission_division fail",
		"permission_conditional unknown", "permission_unavailable fail", "permission unknown", "region fail", "grant_type fail",
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
	endpoint     string // as the configuration writes it
	division     string // in which the permissions must hold; empty: any
	byName       bool   // the configuration names the client instead of giving its id
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
	s := scene{endpoint: entry.Endpoint(), byName: d.chance(20)}
	if d.chance(50) {
		s.endpoint = entry.Method + " " + parameter.ReplaceAllString(entry.Path, "x1")
	}
	if len(entry.Permissions) > 0 && d.chance(25) {
		s.division = pick(d, wholeOrganization, id(homeDivision), id("sales"))
	}
	region := pick(d, "us-east-1", "eu-west-1", "ap-southeast-2")
	s.organization = emulator.Organization{
		Region:               region,
		Organization:         genesyscloud.Organization{ID: id("organization"), Name: id("Organization"), Version: 1},
		Divisions:            []genesyscloud.Division{{ID: id(homeDivision), Name: "Home"}, {ID: id("sales"), Name: "Sales"}},
		Roles:                append(d.roles(entry, id), auditorRole(id)),
		Permissions:          d.permissions(entry),
		CrossRegionPermitted: d.chance(50),
	}
	s.scopes = d.scopes(entry)
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
		return s
	}
	d.actForUser(&s, grants, id)
	return s
}

// actForUser makes the client one that acts for a user: of the organization, or of another one and authorized here.
func (d dice) actForUser(s *scene, grants []genesyscloud.RoleDivision, id func(string) string) {
	s.client.AuthorizedGrantType = pick(d, "CODE", "TOKEN", "SAML2-BEARER", "PASSWORD")
	s.userID = id("user")
	user := emulator.User{ID: s.userID, Name: "User"}
	for _, grant := range grants {
		user.Grants = append(user.Grants, genesyscloud.AuthGrant{
			Role: genesyscloud.SubjectRole{ID: grant.RoleID}, Division: genesyscloud.Division{ID: grant.DivisionID}})
	}
	s.organization.Users = []emulator.User{user}
	if d.chance(60) {
		s.organization.Clients = append(s.organization.Clients, s.client)
		return
	}
	// Another organization's client is known here by its authorization alone.
	s.client.State, s.client.ApplicationRegion, s.client.Secret = "active", "", ""
	consented := slices.Clone(s.scopes)
	if d.chance(30) && len(consented) > 0 {
		consented = consented[1:]
	}
	s.organization.ScopeEnforcement = true
	s.organization.Authorizations = []genesyscloud.OAuthAuthorization{{
		Client: s.client.OAuthClient, Scope: append(genesyscloud.List[string]{}, consented...),
		State: pick(d, "Authorized", "Authorized", "Authorized", "Requested", "Revoked"), Pending: d.chance(10),
	}}
}

// roles are drawn around what the endpoint wants: just that, more, nearly that, under a condition, or nothing of it.
func (d dice) roles(entry catalog.Entry, id func(string) string) []genesyscloud.Role {
	var roles []genesyscloud.Role
	for i := range 1 + d.IntN(3) {
		role := genesyscloud.Role{ID: id(fmt.Sprintf("role%d", i)), Name: fmt.Sprintf("Role %d", i), Permissions: genesyscloud.List[string]{}}
		for _, permission := range entry.Permissions {
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

var auditorPermissions = []string{"telephony:plugin:all", "oauth:client:view", "oauth:client:authorize", "authorization:role:view", "authorization:grant:view"}

// permissions are those that exist in the organization: the auditor's, and most of the time what the endpoint wants.
func (d dice) permissions(entry catalog.Entry) []genesyscloud.PermissionCollection {
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
	for _, permission := range entry.Permissions {
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

// noToken stands for the answer that a client without a token does not get.
const noToken = 0

// call calls the endpoint as the client does, and returns the status of the answer.
func (s scene) call(t *testing.T, platform *emulator.Emulator, baseURL string) (status int) {
	t.Helper()
	token, ok := s.token(t, platform, baseURL)
	if !ok {
		return noToken
	}
	method, endpoint, _ := strings.Cut(s.endpoint, " ")
	escaped := (&url.URL{Path: endpoint}).EscapedPath()
	request, err := http.NewRequestWithContext(t.Context(), method, baseURL+escaped, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	if s.division != "" {
		request.Header.Set("X-Emulator-Division", s.division)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode
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
	arguments["endpoints"] = textSet([]string{s.endpoint})
	arguments["allow_cross_region"] = types.BoolValue(s.organization.CrossRegionPermitted)
	if s.byName {
		arguments["client_id"], arguments["client_name"] = types.StringNull(), types.StringValue(s.client.Name)
	}
	if s.division != "" {
		arguments["divisions"] = textSet([]string{s.division})
	}
	// The platform looks at the region of an application for analytics alone.
	if strings.Contains(s.endpoint, " /api/v2/analytics/") {
		arguments["application_region"] = textOrNull(s.client.ApplicationRegion)
	}
	result, diags := data.evaluate(context.WithoutCancel(t.Context()), arguments)
	if result.standing != judged || diags.HasError() {
		t.Fatalf("no verdict: %v", diags)
	}
	return result
}
