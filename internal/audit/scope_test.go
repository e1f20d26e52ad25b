package audit_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

const userGrantWarning = "warn grant_type/CODE: The grant type CODE acts with a user's rights; a server-to-server integration should have its own."

// readAnalytics wants either of two scopes, and no permission.
func readAnalytics() audit.Endpoint {
	return published("/api/v2/analytics/things", []string{"analytics", "analytics:readonly"}, catalog.Any, nil, catalog.None)
}

func readUsers() audit.Endpoint {
	return published("/api/v2/users", []string{"users:readonly", "users"}, catalog.Any, nil, catalog.None)
}

func TestScope(t *testing.T) {
	t.Parallel()
	allowCode := []string{"CODE"}
	scopes := func(names []string, shown bool) func(*audit.Facts) {
		return func(f *audit.Facts) {
			f.Clients = audit.Read(clients(func(dashboard, user *audit.Client) {
				dashboard.Scopes, dashboard.ScopesShown = names, shown
				user.Scopes, user.ScopesShown = names, shown
			}))
		}
	}
	runVerdicts(t, []verdictCase{
		{
			name: "there", verdict: audit.Compliant,
			req: audit.Requirement{ClientName: dashboard, RequiredScopes: []string{"org:read"}},
			decided: []audit.Check{
				audit.CheckClient, audit.CheckClientState, audit.CheckGrantType, audit.CheckScope, audit.CheckScopeUnknown,
			},
		},
		{
			name: "missing", verdict: audit.Noncompliant,
			req:  audit.Requirement{ClientName: dashboard, RequiredScopes: []string{"org:read", "analytics:export"}},
			want: []string{"fail scope/analytics:export: analytics:export is missing; the client has analytics:read, org:read. The platform ignores the scopes of CLIENT-CREDENTIALS clients; required_scopes requires this one."},
		},
		{
			name: "missing from six", verdict: audit.Noncompliant,
			facts: scopes([]string{"f", "e", "d", "c", "b", "a"}, true),
			req:   audit.Requirement{ClientName: dashboard, RequiredScopes: []string{"org:read"}},
			want:  []string{"fail scope/org:read: org:read is missing; the client has a, b, c, d, e, f. The platform ignores the scopes of CLIENT-CREDENTIALS clients; required_scopes requires this one."},
		},
		{
			name: "missing from many", verdict: audit.Noncompliant,
			facts: scopes([]string{"h", "g", "f", "e", "d", "c", "b", "a"}, true),
			req:   audit.Requirement{ClientName: dashboard, RequiredScopes: []string{"org:read"}},
			want:  []string{"fail scope/org:read: org:read is missing; the client has a, b, c, d, e, f and 2 more. The platform ignores the scopes of CLIENT-CREDENTIALS clients; required_scopes requires this one."},
		},
		{
			name: "x covers x:readonly", verdict: audit.Compliant,
			req: audit.Requirement{ClientName: userApp, AllowedGrantTypes: allowCode, RequiredScopes: []string{"analytics:readonly"}},
		},
		{
			name: "x:readonly does not cover x", verdict: audit.Noncompliant,
			req:  audit.Requirement{ClientName: userApp, AllowedGrantTypes: allowCode, RequiredScopes: []string{"users"}},
			want: []string{"fail scope/users: users is missing; the client has analytics, users:readonly. Calls that need it fail where the organization enforces scopes."},
		},
		{
			name: "x covers nothing else", verdict: audit.Noncompliant,
			req:  audit.Requirement{ClientName: userApp, AllowedGrantTypes: allowCode, RequiredScopes: []string{"analytics:read"}},
			want: []string{"fail scope/analytics:read: analytics:read is missing; the client has analytics, users:readonly. Calls that need it fail where the organization enforces scopes."},
		},
		{
			name: "no list, client credentials: no scopes", verdict: audit.Noncompliant, facts: scopes(nil, false),
			req:  audit.Requirement{ClientName: dashboard, RequiredScopes: []string{"org:read"}},
			want: []string{"fail scope/org:read: org:read is missing; the client has no scopes. The platform ignores the scopes of CLIENT-CREDENTIALS clients; required_scopes requires this one."},
		},
		{
			name: "no list, user context: not known", verdict: audit.Undetermined, facts: scopes(nil, false),
			req:     audit.Requirement{ClientName: userApp, AllowedGrantTypes: allowCode, RequiredScopes: []string{"org:read"}},
			want:    []string{"unknown scope/User App: The platform does not show the client's scopes."},
			decided: []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType, audit.CheckScopeUnknown},
		},
		{
			name: "published endpoint, client credentials: scopes do not count", verdict: audit.Compliant,
			req:     audit.Requirement{ClientName: dashboard, Endpoints: []audit.Endpoint{readAnalytics()}},
			decided: []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType},
		},
		{
			name: "published endpoint, user context", verdict: audit.Compliant,
			req:     audit.Requirement{ClientName: userApp, AllowedGrantTypes: allowCode, Endpoints: []audit.Endpoint{readAnalytics(), readUsers()}},
			decided: []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType, audit.CheckScope},
		},
		{
			name: "any list not met: the least scope is advised", verdict: audit.Noncompliant, facts: scopes([]string{"quality"}, true),
			req:  audit.Requirement{ClientName: userApp, AllowedGrantTypes: allowCode, Endpoints: []audit.Endpoint{readAnalytics()}},
			want: []string{"fail scope/analytics:readonly: analytics:readonly is missing (analytics would also be enough); the client has quality. Calls that need it fail where the organization enforces scopes."},
		},
		{
			name: "any list not met, and its advice is required anyway", verdict: audit.Noncompliant, facts: scopes([]string{"quality"}, true),
			req: audit.Requirement{
				ClientName: userApp, AllowedGrantTypes: allowCode, Endpoints: []audit.Endpoint{readAnalytics()},
				RequiredScopes: []string{"analytics:readonly"},
			},
			want: []string{"fail scope/analytics:readonly: analytics:readonly is missing; the client has quality. Calls that need it fail where the organization enforces scopes."},
		},
		{
			name: "undocumented, user context", verdict: audit.Undetermined,
			req: audit.Requirement{ClientName: userApp, AllowedGrantTypes: allowCode, Endpoints: []audit.Endpoint{
				published("/api/v2/new", nil, catalog.Unknown, nil, catalog.None),
			}},
			want: []string{"unknown scope/GET /api/v2/new: The scopes that GET /api/v2/new needs are not documented: " +
				"the endpoint is newer than the definition that lists scopes."},
		},
		{
			name: "undocumented, client credentials", verdict: audit.Compliant,
			req: audit.Requirement{ClientName: dashboard, Endpoints: []audit.Endpoint{
				published("/api/v2/new", nil, catalog.Unknown, nil, catalog.None),
			}},
		},
		{
			name: "an entry that says nothing", verdict: audit.Undetermined,
			req: audit.Requirement{ClientName: userApp, AllowedGrantTypes: allowCode, Endpoints: []audit.Endpoint{{Written: "GET /x"}}},
			want: []string{
				"unknown scope/GET /x: The scopes that GET /x needs are not documented: the endpoint is newer than the definition that lists scopes.",
				"unknown permission/GET /x: The permissions that GET /x needs are not documented.",
			},
		},
		{
			name: "integration report, every grant", verdict: audit.Noncompliant,
			req: audit.Requirement{ClientName: userApp, AllowedGrantTypes: allowCode, UserID: "u-1", Endpoints: []audit.Endpoint{events()}},
			want: []string{
				"fail scope/analytics:export: analytics:export is missing; the client has analytics, users:readonly. Calls that need it fail where the organization enforces scopes.",
				`fail role/Analytics - Export: "Analytics - Export" is not granted. The user has "Analytics - Read".`,
			},
		},
		{
			name: "unknown grant type: what only a user's grant needs is not known", verdict: audit.Noncompliant,
			facts: func(f *audit.Facts) {
				f.Clients = audit.Read(clients(func(_, user *audit.Client) { user.GrantType, user.Scopes = "DEVICE", []string{"quality"} }))
			},
			req: audit.Requirement{ClientName: userApp, RequiredScopes: []string{"org:read"}, Endpoints: []audit.Endpoint{readAnalytics()}},
			want: []string{
				`unknown grant_type/DEVICE: The platform does not document the grant type "DEVICE".`,
				"fail scope/org:read: org:read is missing; the client has quality.",
				`unknown scope/analytics:readonly: analytics:readonly is missing (analytics would also be enough). ` +
					`Whether the client needs it is unknown: the platform does not document the grant type "DEVICE".`,
			},
		},
		{
			name: "another organization's client: the consent counts", verdict: audit.Noncompliant,
			req: audit.Requirement{ClientID: "c-partner", AllowedGrantTypes: allowCode, RequiredScopes: []string{"analytics", "quality", "users"}},
			want: []string{
				"fail scope/quality: quality is missing from the consent given here, which has analytics. The client itself has it: the consent was given before the scope was added. Calls that need it fail where the organization enforces scopes.",
				"fail scope/users: users is missing from the consent given here, which has analytics. The client itself lacks it too. Calls that need it fail where the organization enforces scopes.",
			},
		},
		{
			name: "another organization's client: what the client itself has is advised", verdict: audit.Noncompliant,
			req: audit.Requirement{ClientID: "c-partner", AllowedGrantTypes: allowCode, Endpoints: []audit.Endpoint{
				published("/api/v2/x", []string{"users:readonly", "quality"}, catalog.Any, nil, catalog.None),
			}},
			want: []string{"fail scope/quality: quality is missing (users:readonly would also be enough) from the consent given here, which has analytics. The client itself has it: the consent was given before the scope was added. Calls that need it fail where the organization enforces scopes."},
		},
		{
			name: "another organization's client: the consent shows no scopes", verdict: audit.Undetermined,
			facts: func(f *audit.Facts) {
				f.Authorizations = audit.Read(authorizations(func(a *audit.Authorization) { a.Scopes = nil }))
			},
			req:  audit.Requirement{ClientID: "c-partner", AllowedGrantTypes: allowCode, RequiredScopes: []string{"analytics"}},
			want: []string{"unknown scope/Partner App: The platform does not show the client's scopes."},
		},
		{
			name: "more scopes to come", verdict: audit.Deferred,
			req:     audit.Requirement{ClientName: dashboard, RequiredScopes: []string{"org:read"}, Deferred: deferred(audit.ArgRequiredScopes)},
			decided: []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType},
		},
		{
			name: "more scopes to come, one is missing already", verdict: audit.Noncompliant,
			req: audit.Requirement{ClientName: dashboard, RequiredScopes: []string{"users"}, Deferred: deferred(audit.ArgRequiredScopes)},
			decided: []audit.Check{
				audit.CheckClient, audit.CheckClientState, audit.CheckGrantType, audit.CheckScope,
			},
			want: []string{"fail scope/users: users is missing; the client has analytics:read, org:read. The platform ignores the scopes of CLIENT-CREDENTIALS clients; required_scopes requires this one."},
		},
	})
}

func TestScopeExcess(t *testing.T) {
	t.Parallel()
	req := func(edit func(*audit.Requirement)) audit.Requirement {
		r := audit.Requirement{ClientName: dashboard, AllowedScopes: []string{}}
		edit(&r)
		return r
	}
	undocumented := published("/api/v2/new", nil, catalog.Unknown, nil, catalog.None)
	runVerdicts(t, []verdictCase{
		{
			name: "just what is required", verdict: audit.Compliant,
			req: req(func(r *audit.Requirement) { r.RequiredScopes = []string{"org:read", "analytics:read"} }),
			decided: []audit.Check{
				audit.CheckClient, audit.CheckClientState, audit.CheckGrantType, audit.CheckScope, audit.CheckScopeExcess, audit.CheckScopeUnknown,
			},
		},
		{
			name: "more", verdict: audit.Noncompliant,
			req: req(func(r *audit.Requirement) { r.RequiredScopes = []string{"org:read"} }),
			want: []string{
				"fail scope_excess/analytics:read: analytics:read is neither required nor among allowed_scopes.",
			},
		},
		{
			name: "members of an endpoint's list", verdict: audit.Compliant,
			req: audit.Requirement{
				ClientName: userApp, AllowedGrantTypes: []string{"CODE"}, AllowedScopes: []string{},
				Endpoints: []audit.Endpoint{readAnalytics(), readUsers()},
			},
		},
		{
			name: "x where only x:readonly is listed", verdict: audit.Noncompliant,
			req: audit.Requirement{
				ClientName: userApp, AllowedGrantTypes: []string{"CODE"}, AllowedScopes: []string{},
				RequiredScopes: []string{"analytics:readonly", "users:readonly"},
			},
			want: []string{"fail scope_excess/analytics: analytics is neither required nor among allowed_scopes."},
		},
		{
			name: "more, and an endpoint that needs none", verdict: audit.Noncompliant,
			req: req(func(r *audit.Requirement) {
				r.RequiredScopes, r.Endpoints = []string{"org:read"}, needing(catalog.None)
			}),
			want: []string{
				"fail scope_excess/analytics:read: analytics:read is neither required nor among allowed_scopes.",
			},
		},
		{
			name: "an endpoint's list is empty", verdict: audit.Undetermined,
			req: req(func(r *audit.Requirement) {
				r.RequiredScopes = []string{"org:read"}
				r.Endpoints = []audit.Endpoint{published("/api/v2/new", nil, catalog.Any, nil, catalog.None)}
			}),
			want: []string{"unknown scope_excess/analytics:read: Whether analytics:read is required is unknown: " +
				"the scopes of an endpoint are not documented."},
		},
		{
			name: "an endpoint's scopes are not documented", verdict: audit.Undetermined,
			req: req(func(r *audit.Requirement) {
				r.RequiredScopes, r.Endpoints = []string{"org:read"}, []audit.Endpoint{undocumented}
			}),
			want: []string{"unknown scope_excess/analytics:read: Whether analytics:read is required is unknown: " +
				"the scopes of an endpoint are not documented."},
		},
		{
			name: "scopes not shown", verdict: audit.Undetermined,
			facts: func(f *audit.Facts) {
				f.Clients = audit.Read(clients(func(_, user *audit.Client) { user.ScopesShown = false }))
			},
			req:  audit.Requirement{ClientName: userApp, AllowedGrantTypes: []string{"CODE"}, AllowedScopes: []string{}},
			want: []string{"unknown scope_excess/User App: The platform does not show the client's scopes."},
		},
		{
			name: "not known yet", verdict: audit.Deferred,
			req: req(func(r *audit.Requirement) {
				r.AllowedScopes, r.Deferred = nil, deferred(audit.ArgAllowedScopes)
			}),
			decided: []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType},
		},
		{
			name: "more endpoints to come", verdict: audit.Deferred,
			req:     req(func(r *audit.Requirement) { r.Deferred = deferred(audit.ArgEndpoints) }),
			decided: []audit.Check{audit.CheckClient, audit.CheckClientState},
		},
		{
			name: "more endpoints to come, but nothing in excess", verdict: audit.Deferred,
			req: req(func(r *audit.Requirement) {
				r.RequiredScopes, r.Deferred = []string{"org:read", "analytics:read"}, deferred(audit.ArgEndpoints)
			}),
			decided: []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckScopeExcess},
		},
	})
}

func TestScopeForbidden(t *testing.T) {
	t.Parallel()
	req := func(names ...string) audit.Requirement {
		return audit.Requirement{ClientName: userApp, AllowedGrantTypes: []string{"CODE"}, ForbiddenScopes: names}
	}
	more := req("org:read")
	more.Deferred = deferred(audit.ArgForbiddenScopes)
	runVerdicts(t, []verdictCase{
		{name: "not there", req: req("users", "org:read"), verdict: audit.Compliant},
		{
			name: "there", req: req("analytics"), verdict: audit.Noncompliant,
			want: []string{"fail scope_forbidden/analytics: The client has analytics, which is forbidden."},
		},
		{
			name: "covered", req: req("analytics:readonly"), verdict: audit.Noncompliant,
			want: []string{"fail scope_forbidden/analytics:readonly: The client has analytics, which covers the forbidden analytics:readonly."},
		},
		{
			name: "there, in another spelling", req: req("users", "analytics:readonly"), verdict: audit.Noncompliant,
			facts: func(f *audit.Facts) {
				f.Clients = audit.Read(clients(func(_, user *audit.Client) { user.Scopes = []string{"Users ", "ANALYTICS"} }))
			},
			want: []string{
				`fail scope_forbidden/analytics:readonly: The client has "ANALYTICS", and "analytics:readonly" is forbidden: ` +
					"the names differ only in case, white space or the form of characters.",
				`fail scope_forbidden/users: The client has "Users ", and "users" is forbidden: the names differ only in case, white space or the form of characters.`,
			},
		},
		{
			name: "required, and there in another spelling", verdict: audit.Noncompliant,
			req: audit.Requirement{ClientName: userApp, AllowedGrantTypes: []string{"CODE"}, RequiredScopes: []string{"users:readonly"}},
			facts: func(f *audit.Facts) {
				f.Clients = audit.Read(clients(func(_, user *audit.Client) { user.Scopes = []string{"Users", "users:readonly "} }))
			},
			want: []string{"fail scope/users:readonly: users:readonly is missing; the client has Users, users:readonly . Calls that need it fail where the organization enforces scopes."},
		},
		{
			name: "not shown", req: req("users"), verdict: audit.Undetermined,
			facts: func(f *audit.Facts) {
				f.Clients = audit.Read(clients(func(_, user *audit.Client) { user.ScopesShown = false }))
			},
			want: []string{"unknown scope_forbidden/User App: The platform does not show the client's scopes."},
		},
		{
			name: "more to come", req: more, verdict: audit.Deferred,
			decided: []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType},
		},
	})
}

func TestScopeUnknown(t *testing.T) {
	t.Parallel()
	runVerdicts(t, []verdictCase{
		{
			name: "near misses", verdict: audit.Noncompliant,
			req: audit.Requirement{ClientName: dashboard, RequiredScopes: []string{"analytics:exports"}, ForbiddenScopes: []string{"zzzzzzzzzz"}},
			want: []string{
				"fail scope/analytics:exports: analytics:exports is missing; the client has analytics:read, org:read. " +
					"The platform ignores the scopes of CLIENT-CREDENTIALS clients; required_scopes requires this one.",
				`warn scope_unknown/analytics:exports: The platform's scope list does not contain analytics:exports. Did you mean "analytics:export"?`,
				"warn scope_unknown/zzzzzzzzzz: The platform's scope list does not contain zzzzzzzzzz.",
			},
		},
		{
			name: "the client has it, so it exists", verdict: audit.Compliant,
			facts: func(f *audit.Facts) { f.Scopes = audit.Read(audit.NewScopes(nil)) },
			req:   audit.Requirement{ClientName: dashboard, RequiredScopes: []string{"org:read"}},
		},
		{
			name: "published endpoints name what exists", verdict: audit.Compliant,
			facts: func(f *audit.Facts) { f.Scopes = audit.Read(audit.NewScopes(nil)) },
			req:   audit.Requirement{ClientName: dashboard, Endpoints: []audit.Endpoint{readAnalytics()}},
		},
		{
			name: "the list is unreadable", verdict: audit.Undetermined,
			facts: func(f *audit.Facts) {
				f.Scopes = audit.Unreadable[*audit.Scopes](audit.Gap{Reason: "The answer was cut off."})
			},
			req: audit.Requirement{ClientName: dashboard, ForbiddenScopes: []string{"users"}},
			want: []string{
				"unknown scope_unknown/GET /api/v2/oauth/scopes: The platform's scope list could not be read: The answer was cut off.",
			},
		},
	})
}

// What a finding points at: the argument that named the scope, and the endpoints that need it.
func TestScopeOrigins(t *testing.T) {
	t.Parallel()
	both := published("/api/v2/b", []string{"users"}, catalog.Any, nil, catalog.None)
	same := published("/api/v2/a", []string{"users"}, catalog.Any, nil, catalog.None)
	tests := map[string]struct {
		required  []string
		endpoints []audit.Endpoint
		argument  audit.Argument
		blocked   []string
	}{
		"argument only": {required: []string{"users"}, argument: audit.ArgRequiredScopes},
		"endpoints only": {
			endpoints: []audit.Endpoint{both, same}, argument: audit.ArgEndpoints, blocked: []string{"GET /api/v2/a", "GET /api/v2/b"},
		},
		"argument and endpoints": {
			required: []string{"users"}, endpoints: []audit.Endpoint{both}, argument: audit.ArgRequiredScopes,
			blocked: []string{"GET /api/v2/b"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result, _ := judge(t, audit.Requirement{
				ClientName: userApp, AllowedGrantTypes: []string{"CODE"}, RequiredScopes: test.required, Endpoints: test.endpoints,
			}, everything())
			if len(result.Findings) != 1 {
				t.Fatalf("%d findings, want 1: %v", len(result.Findings), lines(result))
			}
			if got := result.Findings[0].Argument; got != test.argument {
				t.Errorf("argument %q, want %q", got, test.argument)
			}
			if diff := cmp.Diff(test.blocked, result.Findings[0].Endpoints); diff != "" {
				t.Errorf("endpoints (-want +got):\n%s", diff)
			}
		})
	}
}

// Nobody is sent to add a scope that does not exist.
func TestMistypedScopeRemediation(t *testing.T) {
	t.Parallel()
	const add = "dd it under Admin > Integrations > OAuth, then issue a new token: tokens already issued keep their scopes."
	for scope, want := range map[string]string{
		"users":     "A" + add,
		"analitics": "Correct the name if it is mistyped. Otherwise, a" + add,
	} {
		result, _ := judge(t, audit.Requirement{ClientName: dashboard, RequiredScopes: []string{scope}}, everything())
		if len(result.Findings) == 0 || result.Findings[0].Check != audit.CheckScope {
			t.Fatalf("%s: %v", scope, lines(result))
		}
		if diff := cmp.Diff(want, result.Findings[0].Remediation); diff != "" {
			t.Errorf("%s: remediation (-want +got):\n%s", scope, diff)
		}
	}
}
