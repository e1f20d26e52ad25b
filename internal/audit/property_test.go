package audit_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

// world is an organization as a property draws it: plain lists, from which the facts are made.
type world struct {
	region      string
	ownClientID string
	token       audit.Token
	client      audit.Client
	foreign     bool // the client belongs to another organization
	consent     []string
	consentIs   string // state of the authorization
	roles       []access.Role
	divisions   []audit.Division
	permissions []audit.Permission
	scopes      []string
	account     audit.Account
	policies    []audit.AccessPolicy
	userGrants  []audit.SubjectGrant
	allowlist   []string
	home        string
	unreadable  map[audit.Source]bool
}

func (w world) facts() audit.Facts {
	var own []audit.Client
	var consents []audit.Authorization
	if w.foreign {
		consents = []audit.Authorization{{Client: w.client, Scopes: w.consent, State: w.consentIs}}
	} else {
		own = []audit.Client{w.client}
	}
	unreadable := func(source audit.Source) (audit.Gap, bool) {
		return audit.Gap{Reason: "unreadable " + string(source)}, w.unreadable[source]
	}
	return audit.Facts{
		Region: w.region, OwnClientID: w.ownClientID,
		Token:          evidence(w.token, unreadable, audit.SourceToken),
		Organization:   evidence(audit.Organization{ID: "o-1"}, unreadable, audit.SourceOrganization),
		Clients:        evidence(audit.NewClients(own), unreadable, audit.SourceClients),
		Authorizations: evidence(audit.NewAuthorizations(consents), unreadable, audit.SourceAuthorizations),
		Roles:          evidence(access.NewRoles(w.roles), unreadable, audit.SourceRoles),
		Divisions:      evidence(audit.NewDivisions(w.divisions), unreadable, audit.SourceDivisions),
		Permissions:    evidence(audit.NewPermissions(w.permissions), unreadable, audit.SourcePermissions),
		Scopes:         evidence(audit.NewScopes(w.scopes), unreadable, audit.SourceScopes),
		Policies:       evidence(w.policies, unreadable, audit.SourcePolicies),
		Topics:         evidence([]audit.Topic{}, unreadable, audit.SourceTopics),
		Account:        evidence(w.account, unreadable, audit.SourceAccount),
		User:           evidence(audit.Subject{ID: "u-1", Grants: w.userGrants}, unreadable, audit.SourceUser),
		Settings:       evidence(audit.Settings{IPAllowlist: w.allowlist}, unreadable, audit.SourceSettings),
		MediaRegions:   evidence(audit.MediaRegions{Home: w.home}, unreadable, audit.SourceMediaRegions),
	}
}

func evidence[T any](value T, gapOf func(audit.Source) (audit.Gap, bool), source audit.Source) audit.Evidence[T] {
	if gap, unreadable := gapOf(source); unreadable {
		return audit.Unreadable[T](gap)
	}
	return audit.Read(value)
}

var (
	regions         = []string{"us-east-1", "eu-west-1", "ap-southeast-2"}
	scopeNames      = []string{"a", "a:readonly", "b", "b:readonly", "c"}
	roleNames       = []string{"one", "two", "three", "r-one", "r-two", "r-gone"}
	permissionNames = []string{"a:b:view", "a:b:edit", "c:d:view", "x:y:z"}
	divisionNames   = []string{"*", "home", "sales", "d-sales", "nowhere"}
	allSources      = []audit.Source{
		audit.SourceToken, audit.SourceOrganization, audit.SourceClients, audit.SourceAuthorizations, audit.SourceRoles, audit.SourceDivisions,
		audit.SourcePermissions, audit.SourcePolicies, audit.SourceScopes, audit.SourceAccount, audit.SourceUser, audit.SourceSettings,
		audit.SourceMediaRegions,
	}
)

func someOf(t *rapid.T, label string, from []string, most int) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(from), 0, most, rapid.ID[string]).Draw(t, label)
}

// often is true three times out of four.
func often(t *rapid.T, label string) bool { return rapid.IntRange(0, 3).Draw(t, label) > 0 }

func seldom(t *rapid.T, label string) bool { return !often(t, label) }

func drawPolicies(t *rapid.T, label string) []access.Policy {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) access.Policy {
		return access.Policy{
			Domain:      rapid.SampledFrom([]string{"a", "a", "c", "*"}).Draw(t, "domain"),
			Entity:      rapid.SampledFrom([]string{"b", "d", "*"}).Draw(t, "entity"),
			Actions:     rapid.SliceOfN(rapid.SampledFrom([]string{"view", "edit", "*"}), 0, 2).Draw(t, "actions"),
			Conditional: seldom(t, "conditional"),
		}
	}), 0, 3).Draw(t, label)
}

func drawRoles(t *rapid.T) []access.Role {
	roles := []access.Role{{ID: "r-one", Name: "one"}, {ID: "r-two", Name: "two"}, {ID: "r-three", Name: "three"}}
	for i := range roles {
		roles[i].PoliciesShown = often(t, "policies shown")
		roles[i].Policies = drawPolicies(t, "policies")
		if seldom(t, "flat") {
			roles[i].FlatPermissions = []string{"admin"}
		}
	}
	return roles
}

func drawGrants(t *rapid.T) []audit.Grant {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) audit.Grant {
		return audit.Grant{
			RoleID:     rapid.SampledFrom([]string{"r-one", "r-one", "r-two", "r-two", "r-three", "r-gone"}).Draw(t, "role"),
			DivisionID: rapid.SampledFrom([]string{"*", "*", "d-home", "d-sales"}).Draw(t, "division"),
		}
	}), 0, 4).Draw(t, "grants")
}

func userGrants(t *rapid.T, roles []access.Role) []audit.SubjectGrant {
	var grants []audit.SubjectGrant
	for _, g := range drawGrants(t) {
		shown := access.Role{ID: g.RoleID}
		if i := slices.IndexFunc(roles, func(r access.Role) bool { return r.ID == g.RoleID }); i >= 0 {
			shown = roles[i]
			shown.FlatPermissions = nil
		}
		if seldom(t, "nameless") {
			shown.Name = ""
		}
		grants = append(grants, audit.SubjectGrant{Role: shown, Division: audit.Division{ID: g.DivisionID}})
	}
	return grants
}

func drawWorld(t *rapid.T) world {
	w := world{
		region:      rapid.SampledFrom(append(regions[:2:2], "")).Draw(t, "region"),
		ownClientID: rapid.SampledFrom([]string{"auditor", "auditor", "c-1", ""}).Draw(t, "own client"),
		token: audit.Token{
			Organization:     audit.Organization{ID: rapid.SampledFrom([]string{"o-1", "o-1", ""}).Draw(t, "token's organization")},
			ClientID:         rapid.SampledFrom([]string{"auditor", "auditor", "c-1", ""}).Draw(t, "token's client"),
			AuthorizedScopes: someOf(t, "token's scopes", scopeNames, 4),
		},
		client: audit.Client{
			ID: "c-1", Name: "client", State: rapid.SampledFrom([]string{"active", "active", "active", "disabled", "", "paused"}).Draw(t, "state"),
			GrantType: rapid.SampledFrom([]string{"CLIENT-CREDENTIALS", "CLIENT-CREDENTIALS", "CODE", "CODE", "DEVICE"}).Draw(t, "grant type"),
			Scopes:    someOf(t, "scopes", scopeNames, 5), ScopesShown: often(t, "scopes shown"),
			Grants: drawGrants(t), GrantsShown: often(t, "grants shown"),
		},
		foreign:     seldom(t, "foreign"),
		account:     audit.Account{Exists: often(t, "user exists"), State: rapid.SampledFrom([]string{"active", "active", "active", "inactive", ""}).Draw(t, "user is")},
		consent:     someOf(t, "consent", scopeNames, 5),
		consentIs:   rapid.SampledFrom([]string{"Authorized", "Authorized", "Revoked", "?"}).Draw(t, "consent is"),
		roles:       drawRoles(t),
		divisions:   []audit.Division{{ID: "d-home", Name: "home"}, {ID: "d-sales", Name: "sales"}},
		scopes:      scopeNames,
		allowlist:   someOf(t, "allowlist", []string{"203.0.113.0/24", "198.51.100.0/24", "illegible"}, 2),
		home:        rapid.SampledFrom(append(regions[:2:2], "")).Draw(t, "home"),
		permissions: []audit.Permission{{Name: "a:b:view", DivisionAware: true}, {Name: "a:b:edit"}, {Name: "c:d:view", DivisionAware: true}},
		unreadable:  map[audit.Source]bool{},
	}
	if !w.client.ScopesShown {
		w.client.Scopes = nil
	}
	if !w.client.GrantsShown {
		w.client.Grants = nil
	}
	if often(t, "validity shown") {
		w.client.TokenValiditySeconds = new(int64(3600))
	}
	w.userGrants = userGrants(t, w.roles)
	if seldom(t, "gaps") {
		for _, source := range rapid.SliceOfNDistinct(rapid.SampledFrom(allSources), 0, 2, rapid.ID[audit.Source]).Draw(t, "unreadable") {
			w.unreadable[source] = true
		}
	}
	return w
}

func drawEndpoints(t *rapid.T) []audit.Endpoint {
	matches := []catalog.Match{catalog.Any, catalog.Any, catalog.All, catalog.None, catalog.None, catalog.Unknown}
	count := rapid.IntRange(0, 2).Draw(t, "endpoints")
	var endpoints []audit.Endpoint
	for i := range count {
		endpoint := published(fmt.Sprintf("/%d", i),
			someOf(t, "endpoint's scopes", scopeNames, 2), rapid.SampledFrom(matches).Draw(t, "scopes match"),
			someOf(t, "endpoint's permissions", append(permissionNames[:3:3], "admin"), 3), rapid.SampledFrom(matches).Draw(t, "permissions match"))
		if seldom(t, "report") {
			endpoint.Source, endpoint.Roles = catalog.IntegrationReport, someOf(t, "endpoint's roles", roleNames, 1)
		}
		endpoints = append(endpoints, endpoint)
	}
	return endpoints
}

// drawNeeds draws a requirement that only asks for access: nothing in it forbids or limits what the client has.
func drawNeeds(t *rapid.T) audit.Requirement {
	req := audit.Requirement{
		ClientID:                rapid.SampledFrom([]string{"c-1", "c-1", "c-1", "", "c-none"}).Draw(t, "client_id"),
		UserID:                  rapid.SampledFrom([]string{"u-1", "u-1", ""}).Draw(t, "user_id"),
		Endpoints:               drawEndpoints(t),
		RequiredScopes:          someOf(t, "required_scopes", scopeNames, 2),
		RequiredRoles:           someOf(t, "required_roles", roleNames, 1),
		RequiredPermissions:     someOf(t, "required_permissions", permissionNames, 2),
		AcceptConditionalGrants: rapid.Bool().Draw(t, "accept_conditional_grants"),
	}
	if seldom(t, "with divisions") {
		req.Divisions = someOf(t, "divisions", divisionNames, 2)
	}
	return req
}

// drawRequirement draws a requirement of any kind.
func drawRequirement(t *rapid.T) audit.Requirement {
	req := drawNeeds(t)
	if often(t, "plain") {
		return req
	}
	if seldom(t, "with allowed scopes") {
		req.AllowedScopes = append([]string{}, someOf(t, "allowed_scopes", scopeNames, 3)...)
	}
	if seldom(t, "with allowed roles") {
		req.AllowedRoles = append([]string{}, someOf(t, "allowed_roles", roleNames, 3)...)
	}
	if seldom(t, "with allowed permissions") {
		req.AllowedPermissions = append([]string{}, someOf(t, "allowed_permissions", []string{"a:*:*", "a:b:view", "*:*:view", "admin"}, 3)...)
	}
	for _, role := range someOf(t, "role_divisions", roleNames, 1) {
		req.RoleDivisions = map[string]audit.DivisionSet{role: {Names: someOf(t, "divisions of "+role, divisionNames, 2)}}
	}
	req.ForbiddenScopes = someOf(t, "forbidden_scopes", scopeNames, 1)
	req.ForbiddenRoles = someOf(t, "forbidden_roles", roleNames, 1)
	req.ForbiddenPermissions = someOf(t, "forbidden_permissions", []string{"a:*:edit", "*:*:*", "x:y:z"}, 1)
	if seldom(t, "with grant types") {
		req.AllowedGrantTypes = someOf(t, "allowed_grant_types", []string{"CODE", "CLIENT-CREDENTIALS"}, 2)
	}
	if seldom(t, "with validity") {
		req.MaxTokenValiditySeconds = new(rapid.SampledFrom([]int64{60, 7200}).Draw(t, "max_token_validity_seconds"))
	}
	if seldom(t, "with region") {
		req.ApplicationRegion = rapid.SampledFrom(regions).Draw(t, "application_region")
		req.AllowCrossRegion = rapid.Bool().Draw(t, "allow_cross_region")
	}
	if seldom(t, "with residency") {
		req.AllowedRegions = someOf(t, "allowed_regions", regions, 2)
	}
	if seldom(t, "with egress") {
		req.EgressAddresses = prefixes(someOf(t, "egress_addresses", []string{"203.0.113.1/32", "192.0.2.0/24"}, 2)...)
	}
	keys := []string{"scope", "scope/a", "role/one", "permission", "permission/a:b:view", "permission_division", "region", "client", "network"}
	for _, key := range someOf(t, "waivers", keys, 3) {
		if req.Waivers == nil {
			req.Waivers = make(map[string]audit.Waiver)
		}
		expires := rapid.SampledFrom([]string{"2030-01-01", "2020-01-01"}).Draw(t, "expires")
		req.Waivers[key] = audit.Waiver{Reason: "agreed", Expires: day(expires)}
	}
	return req
}

// rare counts how often a property really applied: most of what is drawn is no pass to begin with.
type rare struct{ times int }

// check draws until the property has applied often enough to mean something. One that never does fails its test.
func (r *rare) check(t *testing.T, property func(*rapid.T)) {
	t.Helper()
	const enough, most = 10, 100
	for range most {
		rapid.Check(t, property)
		if r.times >= enough {
			return
		}
	}
	t.Errorf("the property applied only %d times", r.times)
}

func (r *rare) demand(t *testing.T) {
	t.Helper()
	if r.times == 0 {
		t.Error("the property never applied")
	}
}

// More scopes and more roles never turn a pass into anything else, unless something is forbidden or exclusive. Seen the other way
// round: taking away a scope or a role never makes a pass.
func TestMoreAccessKeepsThePass(t *testing.T) {
	t.Parallel()
	var applied rare
	applied.check(t, func(t *rapid.T) {
		less, req := drawWorld(t), drawNeeds(t)
		less.client.State, less.consentIs = "active", "Authorized"
		less.client.ScopesShown, less.client.GrantsShown = true, true
		if before, _ := judge(t, req, less.facts()); before.Verdict != audit.Compliant {
			return
		}
		applied.times++
		more := less
		more.client.Grants = slices.Concat(less.client.Grants, drawGrants(t))
		more.userGrants = slices.Concat(less.userGrants, userGrants(t, less.roles))
		// A token that was issued before would lack the new scopes, and so would a consent.
		added := someOf(t, "added scopes", scopeNames, 3)
		more.client.Scopes = slices.Concat(less.client.Scopes, added)
		more.consent = slices.Concat(less.consent, added)
		if len(less.token.AuthorizedScopes) > 0 { // a token that lists no scopes need not list the new ones
			more.token.AuthorizedScopes = slices.Concat(less.token.AuthorizedScopes, added)
		}
		if after, _ := judge(t, req, more.facts()); after.Verdict != audit.Compliant {
			t.Fatalf("more access makes it %s: %v", after.Verdict, lines(after))
		}
	})
}

// Evidence that was wanted and turns out to be unreadable never leaves a pass.
func TestUnreadableEvidenceNeverPasses(t *testing.T) {
	t.Parallel()
	var applied rare
	applied.check(t, func(t *rapid.T) {
		w, req := drawWorld(t), drawRequirement(t)
		before, rounds := judge(t, req, w.facts())
		if before.Verdict == audit.Compliant {
			applied.times++
		}
		for _, source := range slices.Concat(rounds...) {
			blind := w
			blind.unreadable = maps.Clone(w.unreadable)
			blind.unreadable[source] = true
			if source == audit.SourceToken { // what the token does not tell, the organization's own answer does
				blind.unreadable[audit.SourceOrganization] = true
			}
			if after, _ := judge(t, req, blind.facts()); after.Verdict == audit.Compliant {
				t.Fatalf("%s without %s: %v", after.Verdict, source, lines(after))
			}
		}
	})
}

// withhold makes some arguments unknown, wholly or in part: what is left is what Terraform knows at plan.
func withhold(t *rapid.T, whole audit.Requirement) audit.Requirement {
	known := whole
	known.Deferred = make(map[audit.Argument]bool)
	hide := func(argument audit.Argument) bool {
		if seldom(t, "hide "+string(argument)) {
			known.Deferred[argument] = true
		}
		return known.Deferred[argument]
	}
	part := func(argument audit.Argument, elements []string) []string {
		if !hide(argument) || seldom(t, "all of it") {
			if known.Deferred[argument] {
				return nil
			}
			return elements
		}
		return slices.DeleteFunc(slices.Clone(elements), func(string) bool { return rapid.Bool().Draw(t, "element") })
	}
	if hide(audit.ArgClientID) && often(t, "keep client_id") {
		delete(known.Deferred, audit.ArgClientID)
	} else if known.Deferred[audit.ArgClientID] {
		known.ClientID = ""
	}
	if hide(audit.ArgUserID) {
		known.UserID = ""
	}
	if hide(audit.ArgEndpoints) {
		known.Endpoints = slices.DeleteFunc(slices.Clone(whole.Endpoints), func(audit.Endpoint) bool { return rapid.Bool().Draw(t, "endpoint") })
	}
	known.RequiredScopes = part(audit.ArgRequiredScopes, whole.RequiredScopes)
	known.RequiredRoles = part(audit.ArgRequiredRoles, whole.RequiredRoles)
	known.RequiredPermissions = part(audit.ArgRequiredPermissions, whole.RequiredPermissions)
	known.Divisions = part(audit.ArgDivisions, whole.Divisions)
	known.ForbiddenScopes = part(audit.ArgForbiddenScopes, whole.ForbiddenScopes)
	known.ForbiddenRoles = part(audit.ArgForbiddenRoles, whole.ForbiddenRoles)
	known.ForbiddenPermissions = part(audit.ArgForbiddenPermissions, whole.ForbiddenPermissions)
	known.AllowedGrantTypes = part(audit.ArgAllowedGrantTypes, whole.AllowedGrantTypes)
	known.AllowedRegions = part(audit.ArgAllowedRegions, whole.AllowedRegions)
	known.AllowedScopes = part(audit.ArgAllowedScopes, whole.AllowedScopes)
	known.AllowedRoles = part(audit.ArgAllowedRoles, whole.AllowedRoles)
	known.AllowedPermissions = part(audit.ArgAllowedPermissions, whole.AllowedPermissions)
	known.RoleDivisions = maps.Clone(whole.RoleDivisions)
	for role, demanded := range whole.RoleDivisions {
		if names := part(audit.ArgRoleDivisions, demanded.Names); known.Deferred[audit.ArgRoleDivisions] {
			known.RoleDivisions[role] = audit.DivisionSet{Names: names, Incomplete: true}
		}
	}
	known.AllowCrossRegion = whole.AllowCrossRegion && !hide(audit.ArgAllowCrossRegion)
	known.AcceptConditionalGrants = whole.AcceptConditionalGrants && !hide(audit.ArgAcceptConditionalGrants)
	if hide(audit.ArgMaxTokenValiditySeconds) {
		known.MaxTokenValiditySeconds = nil
	}
	if hide(audit.ArgApplicationRegion) {
		known.ApplicationRegion = ""
	}
	if hide(audit.ArgEgressAddresses) {
		known.EgressAddresses = known.EgressAddresses[:len(known.EgressAddresses)/2]
	}
	if hide(audit.ArgWaivers) {
		known.Waivers = nil
	}
	return known
}

// What is decided while some arguments are not known holds whatever they turn out to be: plan and apply never contradict each other.
func TestDeferralIsMonotonic(t *testing.T) {
	t.Parallel()
	var failed, undetermined rare
	rapid.Check(t, func(t *rapid.T) {
		w, whole := drawWorld(t), drawRequirement(t)
		known := withhold(t, whole)
		plan, _ := judge(t, known, w.facts())
		apply, _ := judge(t, whole, w.facts())
		if len(known.Deferred) == 0 {
			return
		}
		switch plan.Verdict {
		case audit.Compliant:
			t.Fatalf("compliant with %v deferred", known.Deferred)
		case audit.Noncompliant:
			failed.times++
			if apply.Verdict != audit.Noncompliant {
				t.Fatalf("noncompliant at plan with %v, %s at apply with %v", lines(plan), apply.Verdict, lines(apply))
			}
		case audit.Undetermined:
			undetermined.times++
			if apply.Verdict == audit.Compliant {
				t.Fatalf("undetermined at plan with %v, compliant at apply", lines(plan))
			}
		}
		for _, finding := range plan.Findings {
			if finding.Status == audit.Fail && !slices.ContainsFunc(apply.Findings, func(other audit.Finding) bool {
				return other.Status == audit.Fail && other.Check == finding.Check && other.Subject == finding.Subject
			}) {
				t.Fatalf("%s/%s fails at plan, not at apply: %v", finding.Check, finding.Subject, lines(apply))
			}
		}
	})
	failed.demand(t)
	undetermined.demand(t)
}

func shuffled[T any](t *rapid.T, label string, list []T) []T {
	if len(list) == 0 {
		return list
	}
	return rapid.Permutation(list).Draw(t, label)
}

func TestOrderOfListsDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w, req := drawWorld(t), drawRequirement(t)
		want, _ := judge(t, req, w.facts())

		w.client.Scopes = shuffled(t, "scopes", w.client.Scopes)
		w.client.Grants = shuffled(t, "grants", w.client.Grants)
		w.consent = shuffled(t, "consent", w.consent)
		w.roles = shuffled(t, "roles", w.roles)
		w.divisions = shuffled(t, "divisions", w.divisions)
		w.permissions = shuffled(t, "permissions", w.permissions)
		w.scopes = shuffled(t, "platform scopes", w.scopes)
		w.userGrants = shuffled(t, "user grants", w.userGrants)
		w.allowlist = shuffled(t, "allowlist", w.allowlist)
		w.token.AuthorizedScopes = shuffled(t, "token scopes", w.token.AuthorizedScopes)
		req.Endpoints = shuffled(t, "endpoints", req.Endpoints)
		for i, endpoint := range req.Endpoints {
			req.Endpoints[i].Scopes = shuffled(t, "endpoint's scopes", endpoint.Scopes)
			req.Endpoints[i].Permissions = shuffled(t, "endpoint's permissions", endpoint.Permissions)
		}
		req.RequiredScopes = shuffled(t, "required scopes", req.RequiredScopes)
		req.RequiredPermissions = shuffled(t, "required permissions", req.RequiredPermissions)
		req.Divisions = shuffled(t, "required divisions", req.Divisions)
		req.AllowedGrantTypes = shuffled(t, "grant types", req.AllowedGrantTypes)
		req.AllowedRegions = shuffled(t, "allowed regions", req.AllowedRegions)
		req.EgressAddresses = shuffled(t, "egress", req.EgressAddresses)

		got, _ := judge(t, req, w.facts())
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("result after shuffling (-before +after):\n%s", diff)
		}
	})
}

// What every result must be, whatever comes in.
func TestResultsAreWellFormed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		req := withhold(t, drawRequirement(t))
		result, _ := judge(t, req, w.facts())
		seen := make(map[string]bool)
		for _, finding := range result.Findings {
			key := strings.Join([]string{string(finding.Check), string(finding.Status), finding.Subject}, "|")
			if seen[key] {
				t.Fatalf("%s is said twice: %v", key, lines(result))
			}
			seen[key] = true
			if finding.Subject == "" || finding.Message == "" || finding.Remediation == "" || !audit.IsCheck(string(finding.Check)) {
				t.Fatalf("incomplete finding %+v", finding)
			}
			if finding.Waived && finding.Status != audit.Fail {
				t.Fatalf("waived without being a failure: %+v", finding)
			}
			if !slices.IsSorted(finding.Endpoints) {
				t.Fatalf("endpoints not sorted: %v", finding.Endpoints)
			}
		}
		for _, check := range result.Failed {
			if !slices.Contains(result.Decided, check) {
				t.Fatalf("%s failed but is not among the decided %v", check, result.Decided)
			}
		}
		if (result.Verdict == audit.Noncompliant) != (len(result.Failed) > 0) {
			t.Fatalf("verdict %s with failed checks %v", result.Verdict, result.Failed)
		}
		if result.Verdict == audit.Compliant && len(result.Decided) == 0 {
			t.Fatalf("a pass on no checks")
		}
	})
}
