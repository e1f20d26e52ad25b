package audit_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

// Which sources are asked for, in which rounds.
func TestWants(t *testing.T) {
	t.Parallel()
	const (
		token, organization                   = audit.SourceToken, audit.SourceOrganization
		clients, authorizations               = audit.SourceClients, audit.SourceAuthorizations
		roles, divisions, permissions, scopes = audit.SourceRoles, audit.SourceDivisions, audit.SourcePermissions, audit.SourceScopes
		user, settings, media                 = audit.SourceUser, audit.SourceSettings, audit.SourceMediaRegions
		account                               = audit.SourceAccount
	)
	type rounds = [][]audit.Source
	code := []string{"CODE"}
	first := []audit.Source{token, clients}
	tests := []struct {
		name  string
		req   audit.Requirement
		facts func(*audit.Facts)
		want  rounds
	}{
		{name: "nothing required", req: audit.Requirement{ClientName: dashboard}, want: rounds{first}},
		{name: "client by id", req: audit.Requirement{ClientID: "c-dashboard"}, want: rounds{first}},
		{name: "own client by token", facts: func(f *audit.Facts) { f.OwnClientID = "" }, want: rounds{first}},
		{
			name: "token unreadable", req: audit.Requirement{ClientName: dashboard}, want: rounds{first, {organization}},
			facts: func(f *audit.Facts) { f.Token = audit.Unreadable[audit.Token](audit.Gap{Reason: "500."}) },
		},
		{
			name: "token without its organization", req: audit.Requirement{ClientName: dashboard}, want: rounds{first, {organization}},
			facts: func(f *audit.Facts) { f.Token = audit.Read(audit.Token{ClientID: "auditor"}) },
		},
		{
			name: "no such client", req: audit.Requirement{ClientID: "c-none", RequiredRoles: []string{"Wild"}},
			want: rounds{first, {authorizations}},
		},
		{
			name: "another organization's client", want: rounds{first, {authorizations}, {roles, account, user}},
			req: audit.Requirement{ClientID: "c-partner", UserID: "u-1", RequiredRoles: []string{"Analytics - Read"}},
		},
		{name: "several clients of the name", req: audit.Requirement{ClientName: "Twin", RequiredRoles: []string{"Wild"}}, want: rounds{first}},
		{name: "client not known yet", req: audit.Requirement{Deferred: deferred(audit.ArgClientName)}, want: rounds{{token}}},
		{
			name: "scopes that the client has", req: audit.Requirement{ClientName: dashboard, RequiredScopes: []string{"org:read"}},
			want: rounds{first},
		},
		{
			name: "a scope that the client lacks", req: audit.Requirement{ClientName: dashboard, RequiredScopes: []string{"users"}},
			want: rounds{first, {scopes}},
		},
		{
			name: "a forbidden scope that the client lacks", want: rounds{first, {scopes}},
			req: audit.Requirement{ClientName: dashboard, ForbiddenScopes: []string{"users"}},
		},
		{
			name: "a published endpoint's scopes are known to exist", want: rounds{first},
			req: audit.Requirement{ClientName: userApp, Endpoints: []audit.Endpoint{readAnalytics()}},
		},
		{name: "allowed scopes", req: audit.Requirement{ClientName: dashboard, AllowedScopes: []string{}}, want: rounds{first}},
		{name: "role", req: audit.Requirement{ClientName: dashboard, RequiredRoles: []string{"Wild"}}, want: rounds{first, {roles}}},
		{name: "allowed roles", req: audit.Requirement{ClientName: dashboard, AllowedRoles: []string{}}, want: rounds{first, {roles}}},
		{
			name: "allowed roles not known yet", req: audit.Requirement{ClientName: dashboard, Deferred: deferred(audit.ArgAllowedRoles)},
			want: rounds{first},
		},
		{name: "forbidden role", req: audit.Requirement{ClientName: dashboard, ForbiddenRoles: []string{"Wild"}}, want: rounds{first, {roles}}},
		{
			name: "forbidden permission", req: audit.Requirement{ClientName: dashboard, ForbiddenPermissions: []string{"a:*:*"}},
			want: rounds{first, {roles, permissions}},
		},
		{
			name: "permission", req: audit.Requirement{ClientName: dashboard, IgnoreAccessPolicies: true, RequiredPermissions: []string{viewQueues}},
			want: rounds{first, {roles, permissions}},
		},
		{
			name: "permission in all divisions", want: rounds{first, {roles, permissions}},
			req: audit.Requirement{ClientName: dashboard, IgnoreAccessPolicies: true, RequiredPermissions: []string{viewQueues}, Divisions: []string{"*"}},
		},
		{
			name: "permission in a division", want: rounds{first, {roles, divisions, permissions}},
			req: audit.Requirement{ClientName: dashboard, IgnoreAccessPolicies: true, RequiredPermissions: []string{viewQueues}, Divisions: []string{"Sales"}},
		},
		{
			name: "divisions without a permission", req: audit.Requirement{ClientName: dashboard, Divisions: []string{"Sales"}},
			want: rounds{first, {divisions}},
		},
		{
			name: "flat permission", req: audit.Requirement{ClientName: dashboard, IgnoreAccessPolicies: true, Endpoints: needing(catalog.All, "admin")},
			want: rounds{first, {roles}},
		},
		{
			name: "undocumented permission", req: audit.Requirement{ClientName: dashboard, IgnoreAccessPolicies: true, Endpoints: needing(catalog.Unknown)},
			want: rounds{first},
		},
		{
			name: "user's role",
			req:  audit.Requirement{ClientName: userApp, AllowedGrantTypes: code, UserID: "u-1", RequiredRoles: []string{"r-read"}},
			want: rounds{first, {roles, account, user}},
		},
		{
			name: "user's missing role: near misses", want: rounds{first, {roles, account, user}},
			req: audit.Requirement{ClientName: userApp, UserID: "u-1", RequiredRoles: []string{"Wild"}},
		},
		{
			name: "user's permission", want: rounds{first, {roles, permissions, account, user}},
			req: audit.Requirement{ClientName: userApp, UserID: "u-1", IgnoreAccessPolicies: true, RequiredPermissions: []string{viewQueues}},
		},
		{
			name: "user's flat permission", want: rounds{first, {roles, account, user}},
			req: audit.Requirement{ClientName: userApp, UserID: "u-1", IgnoreAccessPolicies: true, Endpoints: needing(catalog.All, "admin")},
		},
		{
			name: "user not named",
			req:  audit.Requirement{ClientName: userApp, RequiredRoles: []string{"Wild"}, IgnoreAccessPolicies: true, RequiredPermissions: []string{viewQueues}},
			want: rounds{first},
		},
		{
			name: "user not known yet", want: rounds{first},
			req: audit.Requirement{ClientName: userApp, IgnoreAccessPolicies: true, RequiredPermissions: []string{viewQueues}, Deferred: deferred(audit.ArgUserID)},
		},
		{
			name: "user of no consequence", req: audit.Requirement{ClientName: dashboard, UserID: "u-1", RequiredRoles: []string{"r-read"}},
			want: rounds{first, {roles}},
		},
		{
			name: "another organization's service", req: audit.Requirement{ClientID: "c-service", IgnoreAccessPolicies: true, RequiredPermissions: []string{viewQueues}},
			want: rounds{first, {authorizations}},
		},
		{name: "region configured", req: audit.Requirement{ClientName: dashboard, ApplicationRegion: "eu-west-1"}, want: rounds{first}},
		{
			name: "region not configured", req: audit.Requirement{ClientName: dashboard, ApplicationRegion: "eu-west-1"},
			facts: func(f *audit.Facts) { f.Region = "" }, want: rounds{{token, clients, media}},
		},
		{
			name: "region not configured, any will do", want: rounds{first},
			req:   audit.Requirement{ClientName: dashboard, ApplicationRegion: "eu-west-1", AllowCrossRegion: true},
			facts: func(f *audit.Facts) { f.Region = "" },
		},
		{
			name: "network", req: audit.Requirement{ClientName: dashboard, EgressAddresses: prefixes("203.0.113.1/32")},
			want: rounds{{token, clients, settings}},
		},
		{
			name: "all at once", facts: func(f *audit.Facts) { f.Region = "" },
			req: audit.Requirement{
				ClientName: dashboard, Endpoints: []audit.Endpoint{events()}, IgnoreAccessPolicies: true, RequiredPermissions: []string{viewQueues}, Divisions: []string{"Sales"},
				AllowedRegions: []string{"eu-west-1"}, EgressAddresses: prefixes("203.0.113.1/32"),
			},
			want: rounds{{token, clients, settings, media}, {roles, divisions, permissions, scopes}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			facts := everything()
			if test.facts != nil {
				test.facts(&facts)
			}
			_, got := judge(t, test.req, facts)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("wants (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNothingReadNeverPasses(t *testing.T) {
	t.Parallel()
	result := audit.Evaluate(audit.Requirement{}, audit.Facts{}, noon)
	want := audit.Result{Verdict: audit.Undetermined, Wants: []audit.Source{audit.SourceToken, audit.SourceClients}}
	if diff := cmp.Diff(want, result); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
}

// Any deferred argument keeps the verdict from being compliant, even where it happens not to matter.
func TestDeferredIsNeverCompliant(t *testing.T) {
	t.Parallel()
	for _, argument := range []audit.Argument{
		audit.ArgClientID, audit.ArgClientName, audit.ArgUserID, audit.ArgEndpoints, audit.ArgRequiredScopes, audit.ArgRequiredRoles,
		audit.ArgRequiredPermissions, audit.ArgDivisions, audit.ArgAllowedScopes, audit.ArgAllowedRoles, audit.ArgForbiddenScopes,
		audit.ArgForbiddenRoles, audit.ArgForbiddenPermissions, audit.ArgAllowedGrantTypes, audit.ArgMaxTokenValiditySeconds,
		audit.ArgApplicationRegion, audit.ArgAllowCrossRegion, audit.ArgAllowedRegions, audit.ArgEgressAddresses,
		audit.ArgAcceptConditionalGrants, audit.ArgWaivers, audit.ArgAllowedPermissions, audit.ArgRoleDivisions,
	} {
		t.Run(string(argument), func(t *testing.T) {
			t.Parallel()
			result, _ := judge(t, audit.Requirement{Deferred: deferred(argument)}, everything())
			if result.Verdict != audit.Deferred || len(result.Findings) > 0 {
				t.Errorf("verdict %s with %v, want deferred with no findings", result.Verdict, lines(result))
			}
		})
	}
	result, _ := judge(t, audit.Requirement{Deferred: map[audit.Argument]bool{audit.ArgWaivers: false}}, everything())
	if result.Verdict != audit.Compliant {
		t.Errorf("an argument noted as not deferred: verdict %s, want compliant", result.Verdict)
	}
}

// A gap names what is missing, once, whatever the platform's own words are.
func TestGapMessage(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		gap                  audit.Gap
		message, remediation string
	}{
		"everything said": {
			audit.Gap{Request: "GET /x", Reason: "It is down", Permission: "a:b:c", Remediation: "Wait."},
			"The OAuth clients could not be read: It is down. The auditing client lacks a:b:c.", "Wait.",
		},
		"permission already named": {
			audit.Gap{Reason: "You are missing the following permission(s): [a:b:c]", Permission: "a:b:c"},
			"The OAuth clients could not be read: You are missing the following permission(s): [a:b:c].",
			"Grant a:b:c to the auditing client under Admin > Integrations > OAuth > Roles.",
		},
		"a mark of its own": {
			audit.Gap{Reason: "Gone? ", Remediation: "Look."}, "The OAuth clients could not be read: Gone?", "Look.",
		},
		"nothing said": {audit.Gap{}, "The OAuth clients could not be read.", "Plan again."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			facts := everything()
			facts.Clients = audit.Unreadable[*audit.Clients](test.gap)
			result, _ := judge(t, audit.Requirement{}, facts)
			if len(result.Findings) != 1 {
				t.Fatalf("%d findings, want 1", len(result.Findings))
			}
			if got := result.Findings[0].Message; got != test.message {
				t.Errorf("message %q, want %q", got, test.message)
			}
			if got := result.Findings[0].Remediation; got != test.remediation {
				t.Errorf("remediation %q, want %q", got, test.remediation)
			}
		})
	}
}

// Findings come in the order of the checks, whatever the order of the lists they stem from.
func TestOrder(t *testing.T) {
	t.Parallel()
	req := audit.Requirement{
		ClientName: dashboard, RequiredScopes: []string{"z", "b"}, RequiredRoles: []string{"Wild", "Old Admin"},
		AllowedRegions:  []string{"us-east-1"},
		ForbiddenScopes: []string{"org:read"}, AllowedGrantTypes: []string{"CODE"},
	}
	result, _ := judge(t, req, everything())
	var got []string
	for _, line := range lines(result) {
		subject, _, _ := strings.Cut(line, ": ")
		got = append(got, subject)
	}
	want := []string{
		"fail grant_type/CLIENT-CREDENTIALS", "fail scope/b", "fail scope/z", "fail scope_forbidden/org:read", "warn scope_unknown/b",
		"warn scope_unknown/z", "fail role/Old Admin", "fail role/Wild", "fail region/eu-west-1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

// One organization's evidence is shared by many evaluations at the same time.
func TestConcurrentEvaluations(t *testing.T) {
	t.Parallel()
	facts := everything()
	req := audit.Requirement{
		ClientName: dashboard, RequiredScopes: []string{"analytics:exports"}, RequiredRoles: []string{"Analytics Export"},
		IgnoreAccessPolicies: true, RequiredPermissions: []string{editQueues, "routing:queue:views"}, ForbiddenPermissions: []string{"*:*:view"},
	}
	want := audit.Evaluate(req, everything(), noon)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for range 50 {
				if diff := cmp.Diff(want, audit.Evaluate(req, facts, noon)); diff != "" {
					t.Errorf("result (-want +got):\n%s", diff)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestChecks(t *testing.T) {
	t.Parallel()
	want := []audit.Check{
		"client", "client_state", "user", "authorization", "grant_type", "scope", "scope_excess", "scope_forbidden", "scope_unknown",
		"role", "role_excess", "role_forbidden", "role_division", "permission", "permission_unavailable", "permission_division",
		"permission_conditional", "permission_excess", "permission_forbidden", "endpoint", "access_policy", "region", "network", "token_scope", "token_validity",
	}
	if diff := cmp.Diff(want, audit.Checks()); diff != "" {
		t.Errorf("checks (-want +got):\n%s", diff)
	}
	for _, check := range want {
		if !audit.IsCheck(string(check)) {
			t.Errorf("%s is said to be no check", check)
		}
	}
	for _, other := range []string{"", "Scope", "scope/users", "scopes"} {
		if audit.IsCheck(other) {
			t.Errorf("%q is said to be a check", other)
		}
	}
}

// The endpoints that a finding blocks: all of them where the client or the way to the organization is at fault, those that need the
// missing thing where one is missing, none where something is too much, not allowed, not yet so, or where it is not told which client is meant.
func TestBlockedEndpoints(t *testing.T) {
	t.Parallel()
	analytics, users := readAnalytics(), readUsers()
	both := []string{"GET /api/v2/analytics/things", "GET /api/v2/users"}
	ofUser := func(edit func(*audit.Requirement)) audit.Requirement {
		req := audit.Requirement{ClientName: userApp, UserID: "u-1", Endpoints: []audit.Endpoint{users, analytics}}
		edit(&req)
		return req
	}
	client := func(edit func(user *audit.Client)) func(*audit.Facts) {
		return func(f *audit.Facts) { f.Clients = audit.Read(clients(func(_, user *audit.Client) { edit(user) })) }
	}
	tests := []struct {
		check audit.Check
		req   audit.Requirement
		facts func(*audit.Facts)
		want  []string
	}{
		{check: audit.CheckClient, req: ofUser(func(r *audit.Requirement) { r.ClientName = "zzzz" }), want: both},
		{check: audit.CheckClient, req: ofUser(func(r *audit.Requirement) { r.ClientName = "Twin" })},
		{
			check: audit.CheckClientState, req: ofUser(func(*audit.Requirement) {}),
			facts: client(func(user *audit.Client) { user.DateToDelete = "2026-12-01T00:00:00Z" }),
		},
		{
			check: audit.CheckClientState, req: ofUser(func(*audit.Requirement) {}),
			facts: client(func(user *audit.Client) { user.State, user.DateToDelete = "inactive", "2026-12-01T00:00:00Z" }), want: both,
		},
		{
			check: audit.CheckClientState, req: ofUser(func(*audit.Requirement) {}),
			facts: client(func(user *audit.Client) { user.State = "disabled" }), want: both,
		},
		{
			check: audit.CheckAuthorization, req: ofUser(func(r *audit.Requirement) { r.ClientName = "Partner App" }), want: both,
			facts: func(f *audit.Facts) {
				f.Authorizations = audit.Read(authorizations(func(a *audit.Authorization) { a.Pending = true }))
			},
		},
		{check: audit.CheckGrantType, req: ofUser(func(r *audit.Requirement) { r.AllowedGrantTypes = []string{"TOKEN"} })},
		{
			check: audit.CheckScope, req: ofUser(func(*audit.Requirement) {}), want: both[:1],
			facts: client(func(user *audit.Client) { user.Scopes = []string{"users"} }),
		},
		{
			check: audit.CheckScopeExcess,
			req:   audit.Requirement{ClientName: dashboard, AllowedScopes: []string{}, Endpoints: []audit.Endpoint{users}},
		},
		{check: audit.CheckScopeForbidden, req: ofUser(func(r *audit.Requirement) { r.ForbiddenScopes = []string{"analytics"} })},
		{
			check: audit.CheckRole, want: []string{"GET /api/v2/analytics/events"},
			req: ofUser(func(r *audit.Requirement) { r.Endpoints = append(r.Endpoints, events()) }),
		},
		{check: audit.CheckRoleExcess, req: ofUser(func(r *audit.Requirement) { r.AllowedRoles = []string{} })},
		{
			check: audit.CheckPermission, want: []string{"GET /api/v2/thing"},
			req: ofUser(func(r *audit.Requirement) { r.Endpoints = append(r.Endpoints, needing(catalog.All, editQueues)...) }),
		},
		{check: audit.CheckRegion, req: ofUser(func(r *audit.Requirement) { r.ApplicationRegion = "us-east-1" }), want: both},
		{check: audit.CheckRegion, req: ofUser(func(r *audit.Requirement) { r.AllowedRegions = []string{"us-east-1"} })},
		{check: audit.CheckNetwork, req: ofUser(func(r *audit.Requirement) { r.EgressAddresses = prefixes("192.0.2.1/32") }), want: both},
		{
			check: audit.CheckTokenScope, req: ofUser(func(*audit.Requirement) {}), want: both,
			facts: func(f *audit.Facts) {
				f.OwnClientID = "c-user"
				f.Token = audit.Read(audit.Token{Organization: audit.Organization{ID: "o-1"}, AuthorizedScopes: []string{"users"}})
			},
		},
		{check: audit.CheckTokenValidity, req: ofUser(func(r *audit.Requirement) { r.MaxTokenValiditySeconds = new(int64(60)) })},
	}
	for i, test := range tests {
		t.Run(fmt.Sprintf("%d %s", i, test.check), func(t *testing.T) {
			t.Parallel()
			facts := everything()
			if test.facts != nil {
				test.facts(&facts)
			}
			result, _ := judge(t, test.req, facts)
			for _, finding := range result.Findings {
				if finding.Check == test.check && finding.Status == audit.Fail {
					if diff := cmp.Diff(test.want, finding.Endpoints); diff != "" {
						t.Errorf("endpoints (-want +got):\n%s", diff)
					}
					return
				}
			}
			t.Errorf("no failure of %s: %v", test.check, lines(result))
		})
	}
}

// What waits for evidence is not counted as decided, and what depends on it is not asked for before its time.
func TestRounds(t *testing.T) {
	t.Parallel()
	all := everything()
	all.Region = ""
	req := audit.Requirement{
		ClientName: dashboard, Endpoints: []audit.Endpoint{events()}, IgnoreAccessPolicies: true, RequiredPermissions: []string{viewQueues}, Divisions: []string{"Sales"},
		ForbiddenRoles: []string{"Wild"}, ForbiddenPermissions: []string{"oauth:*:*"},
		AllowedRegions: []string{"eu-west-1"}, EgressAddresses: prefixes("203.0.113.1/32"),
	}
	steps := []struct {
		name    string
		sources []audit.Source // read so far, beside those of the steps before
		wants   []audit.Source
		decided []audit.Check
		failed  []audit.Check
	}{
		{
			name:  "nothing",
			wants: []audit.Source{audit.SourceToken, audit.SourceClients, audit.SourceSettings, audit.SourceMediaRegions},
		},
		{
			name: "the clients, but not which organization it is", sources: []audit.Source{audit.SourceClients, audit.SourceSettings},
			wants:   []audit.Source{audit.SourceToken, audit.SourceMediaRegions},
			decided: []audit.Check{audit.CheckNetwork},
		},
		{
			name: "the client", sources: []audit.Source{audit.SourceToken, audit.SourceMediaRegions},
			wants: []audit.Source{audit.SourceRoles, audit.SourceDivisions, audit.SourcePermissions, audit.SourceScopes},
			decided: []audit.Check{
				audit.CheckClient, audit.CheckClientState, audit.CheckGrantType, audit.CheckScope, audit.CheckRegion, audit.CheckNetwork,
			},
			failed: []audit.Check{audit.CheckScope},
		},
		{
			name: "its roles, but not what exists", sources: []audit.Source{audit.SourceRoles},
			wants: []audit.Source{audit.SourceDivisions, audit.SourcePermissions, audit.SourceScopes},
			decided: []audit.Check{
				audit.CheckClient, audit.CheckClientState, audit.CheckGrantType, audit.CheckScope, audit.CheckRole, audit.CheckRoleForbidden,
				audit.CheckRegion, audit.CheckNetwork,
			},
			failed: []audit.Check{audit.CheckScope, audit.CheckRole},
		},
		{
			name: "everything", sources: []audit.Source{audit.SourceDivisions, audit.SourcePermissions, audit.SourceScopes},
			decided: []audit.Check{
				audit.CheckClient, audit.CheckClientState, audit.CheckGrantType, audit.CheckScope, audit.CheckScopeUnknown,
				audit.CheckRole, audit.CheckRoleForbidden, audit.CheckPermission, audit.CheckPermissionUnavailable,
				audit.CheckPermissionDivision, audit.CheckPermissionConditional, audit.CheckPermissionForbidden,
				audit.CheckRegion, audit.CheckNetwork,
			},
			failed: []audit.Check{audit.CheckScope, audit.CheckRole},
		},
	}
	known := audit.Facts{OwnClientID: all.OwnClientID}
	for _, step := range steps {
		for _, source := range step.sources {
			share(&known, all, source)
		}
		got := audit.Evaluate(req, known, noon)
		if diff := cmp.Diff(step.wants, got.Wants); diff != "" {
			t.Errorf("%s: wants (-want +got):\n%s", step.name, diff)
		}
		if diff := cmp.Diff(step.decided, got.Decided); diff != "" {
			t.Errorf("%s: decided (-want +got):\n%s", step.name, diff)
		}
		if diff := cmp.Diff(step.failed, got.Failed); diff != "" {
			t.Errorf("%s: failed (-want +got):\n%s", step.name, diff)
		}
	}
}

// What a finding tells to do, and which argument it blames.
func TestRemediationAndArgument(t *testing.T) {
	t.Parallel()
	state := func(state string) func(*audit.Facts) {
		return func(f *audit.Facts) {
			f.Clients = audit.Read(clients(func(dashboard, _ *audit.Client) { dashboard.State = state }))
		}
	}
	tests := []struct {
		name        string
		req         audit.Requirement
		facts       func(*audit.Facts)
		argument    audit.Argument
		remediation string
	}{
		{
			name: "no such name", req: audit.Requirement{ClientName: "zzzz"}, argument: audit.ArgClientName,
			remediation: "Correct client_name, set organization to the organization that has the client, or create the client under " +
				"Admin > Integrations > OAuth. If it belongs to another organization, have an administrator authorize it under " +
				"Admin > Integrations > Authorized Applications.",
		},
		{
			name: "no such id", req: audit.Requirement{ClientID: "zzzz"}, argument: audit.ArgClientID,
			remediation: "If the client belongs to another organization, have an administrator authorize it under " +
				"Admin > Integrations > Authorized Applications. Otherwise correct client_id, set organization to the organization that has the " +
				"client, or create the client under Admin > Integrations > OAuth.",
		},
		{
			name: "no such name, authorizations unreadable", req: audit.Requirement{ClientName: "zzzz"}, argument: audit.ArgClientName,
			facts: func(f *audit.Facts) {
				f.Authorizations = audit.Unreadable[*audit.Authorizations](gap("oauth:client:authorize"))
			},
			remediation: "Correct client_name. If the client belongs to another organization: Grant oauth:client:authorize.",
		},
		{
			name: "several clients", req: audit.Requirement{ClientName: "Twin"}, argument: audit.ArgClientName,
			remediation: "Set client_id to the id of the intended client instead of client_name.",
		},
		{
			name: "disabled", req: audit.Requirement{ClientName: dashboard}, facts: state("disabled"),
			remediation: "Set the client to active under Admin > Integrations > OAuth, or use another one.",
		},
		{
			name: "due for deletion", req: audit.Requirement{ClientName: dashboard},
			facts: func(f *audit.Facts) {
				f.Clients = audit.Read(clients(func(dashboard, _ *audit.Client) { dashboard.DateToDelete = "2026-12-01T00:00:00Z" }))
			},
			remediation: "Cancel the deletion under Admin > Integrations > OAuth, or use another client.",
		},
		{
			name: "state not known", req: audit.Requirement{ClientName: dashboard}, facts: state("paused"),
			remediation: "Look at the client under Admin > Integrations > OAuth.",
		},
		{
			name: "an endpoint's role that the organization does not have", argument: audit.ArgEndpoints,
			req: audit.Requirement{ClientName: dashboard, Endpoints: []audit.Endpoint{{Written: "GET /x", Entry: catalog.Entry{
				Method: "GET", Path: "/x", ScopesMatch: catalog.None, PermissionsMatch: catalog.None, Roles: []string{"Nowhere"}}}}},
			remediation: "Create the role under Admin > People & Permissions > Roles / Permissions and grant it to the client under " +
				"Admin > Integrations > OAuth > Roles.",
		},
		{
			name: "a required role that the organization does not have", argument: audit.ArgRequiredRoles,
			req: audit.Requirement{ClientName: dashboard, RequiredRoles: []string{"Nowhere"}},
			remediation: "Correct the name, or create the role under Admin > People & Permissions > Roles / Permissions and grant it to the client under " +
				"Admin > Integrations > OAuth > Roles.",
		},
		{
			name: "grant type", req: audit.Requirement{ClientName: userApp, AllowedGrantTypes: []string{"TOKEN"}},
			argument: audit.ArgAllowedGrantTypes, remediation: "Use a client of an allowed grant type, or add CODE to allowed_grant_types.",
		},
		{
			name: "grant type warning", req: audit.Requirement{ClientName: userApp},
			remediation: "Use a CLIENT-CREDENTIALS client, or name CODE in allowed_grant_types if it is intended.",
		},
		{
			name:     "consent too old",
			req:      audit.Requirement{ClientID: "c-partner", AllowedGrantTypes: []string{"CODE"}, RequiredScopes: []string{"quality"}},
			facts:    func(f *audit.Facts) { f.Scopes = audit.Read(audit.NewScopes([]string{"quality"})) },
			argument: audit.ArgRequiredScopes,
			remediation: "Have an administrator authorize the client again under Admin > Integrations > Authorized Applications, " +
				"then issue a new token: tokens already issued keep their scopes.",
		},
		{
			name: "role of the user", argument: audit.ArgRequiredRoles,
			req:         audit.Requirement{ClientName: userApp, AllowedGrantTypes: []string{"CODE"}, UserID: "u-1", RequiredRoles: []string{"Wild"}},
			remediation: "Grant it to the user under Admin > People & Permissions > People, tab Roles.",
		},
		{
			name: "role does not exist", req: audit.Requirement{ClientName: dashboard, RequiredRoles: []string{"zzzzzzzz"}},
			argument: audit.ArgRequiredRoles,
			remediation: "Correct the name, or create the role under Admin > People & Permissions > Roles / Permissions " +
				"and grant it to the client under Admin > Integrations > OAuth > Roles.",
		},
		{
			name: "whose roles", req: audit.Requirement{ClientName: userApp, AllowedGrantTypes: []string{"CODE"}, RequiredRoles: []string{"Wild"}},
			argument:    audit.ArgUserID,
			remediation: "Set user_id to the id of the service-account user, or use a CLIENT-CREDENTIALS client.",
		},
		{
			name: "permission that a role would give", req: audit.Requirement{ClientName: dashboard, IgnoreAccessPolicies: true, RequiredPermissions: []string{editQueues}},
			argument:    audit.ArgRequiredPermissions,
			remediation: "Grant that role to the client under Admin > Integrations > OAuth > Roles.",
		},
		{
			name: "permission that no role would give", req: audit.Requirement{ClientName: dashboard, IgnoreAccessPolicies: true, RequiredPermissions: []string{manageSkills}},
			argument: audit.ArgRequiredPermissions,
			remediation: "Add it to a role under Admin > People & Permissions > Roles / Permissions, " +
				"and grant that role to the client under Admin > Integrations > OAuth > Roles.",
		},
		{
			name:     "division that does not exist",
			req:      audit.Requirement{ClientName: dashboard, IgnoreAccessPolicies: true, RequiredPermissions: []string{viewQueues}, Divisions: []string{"zzzz"}},
			argument: audit.ArgDivisions, remediation: "Correct the name in divisions.",
		},
		{
			name: "condition", req: audit.Requirement{ClientName: dashboard, IgnoreAccessPolicies: true, RequiredPermissions: []string{viewRecordings}},
			argument: audit.ArgRequiredPermissions,
			remediation: "Grant a role that permits it without a condition, or set accept_conditional_grants = true " +
				"if the integration's calls are certain to meet the condition.",
		},
		{
			name: "residency", req: audit.Requirement{ClientName: dashboard, AllowedRegions: []string{"us-east-1"}},
			argument:    audit.ArgAllowedRegions,
			remediation: "Use an organization in an allowed region, or add eu-west-1 to allowed_regions.",
		},
		{
			name: "region unreadable, for both arguments", argument: "", remediation: "Grant telephony:plugin:all. Alternatively, connect to the region's own hosts, without login_url and api_url.",
			req: audit.Requirement{ClientName: dashboard, ApplicationRegion: "us-east-1", AllowedRegions: []string{"us-east-1"}},
			facts: func(f *audit.Facts) {
				f.Region, f.MediaRegions = "", audit.Unreadable[audit.MediaRegions](gap("telephony:plugin:all"))
			},
		},
		{
			name: "roles unreadable", argument: audit.ArgRequiredRoles, remediation: "Grant authorization:role:view.",
			req: audit.Requirement{ClientName: dashboard, RequiredRoles: []string{"Wild"}}, facts: unreadableRoles,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			facts := everything()
			if test.facts != nil {
				test.facts(&facts)
			}
			result, _ := judge(t, test.req, facts)
			if len(result.Findings) != 1 {
				t.Fatalf("%d findings, want 1: %v", len(result.Findings), lines(result))
			}
			if got := result.Findings[0].Argument; got != test.argument {
				t.Errorf("argument %q, want %q", got, test.argument)
			}
			if diff := cmp.Diff(test.remediation, result.Findings[0].Remediation); diff != "" {
				t.Errorf("remediation (-want +got):\n%s", diff)
			}
		})
	}
}

// An entry of the table of sources has no purpose if no check reads it.
func TestEverySourceIsRead(t *testing.T) {
	t.Parallel()
	unread := map[audit.Source]bool{}
	for _, info := range audit.Sources() {
		unread[info.Source] = true
	}
	const trials = 3000
	for number := range uint64(trials) {
		tr := drawTrial(dice{rand.New(rand.NewPCG(1, number))})
		_, rounds := judge(t, tr.req, tr.everyFact())
		for _, source := range slices.Concat(rounds...) {
			delete(unread, source)
		}
	}
	for source := range unread {
		t.Errorf("nothing reads %s", source)
	}
}
