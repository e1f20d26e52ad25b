package audit_test

import (
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

func TestTokenScope(t *testing.T) {
	t.Parallel()
	token := func(clientID string, scopes ...string) func(*audit.Facts) {
		return func(f *audit.Facts) {
			f.OwnClientID = ""
			f.Token = audit.Read(audit.Token{
				Organization: audit.Organization{ID: "o-1", Name: "Acme"}, ClientID: clientID, AuthorizedScopes: scopes,
			})
		}
	}
	unreadable := func(own string) func(*audit.Facts) {
		return func(f *audit.Facts) {
			f.OwnClientID, f.Token = own, audit.Unreadable[audit.Token](audit.Gap{Reason: "500."})
		}
	}
	code := []string{"CODE"}
	req := func(scopes ...string) audit.Requirement {
		return audit.Requirement{ClientName: userApp, AllowedGrantTypes: code, RequiredScopes: scopes}
	}
	more := req("analytics:readonly")
	more.Deferred = deferred(audit.ArgRequiredScopes)
	base := []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType, audit.CheckScope, audit.CheckScopeUnknown}
	with := append(base[:5:5], audit.CheckTokenScope)
	const stale = "fail token_scope/analytics: The provider's own token lacks analytics, which the client has: " +
		"the token was issued before the change."
	const tokenGap = "unknown token_scope/GET /api/v2/tokens/me: The provider's own token could not be read: 500."
	runVerdicts(t, []verdictCase{
		{name: "fresh", req: req("analytics:readonly"), facts: token("c-user", "analytics"), verdict: audit.Compliant, decided: with},
		{
			name: "stale", req: req("analytics", "users:readonly"), facts: token("c-user", "users"), verdict: audit.Noncompliant,
			want: []string{stale}, decided: with,
		},
		{
			name: "stale for an any list", facts: token("c-user", "users"), verdict: audit.Noncompliant, want: []string{stale},
			req: audit.Requirement{ClientName: userApp, AllowedGrantTypes: code, Endpoints: []audit.Endpoint{readAnalytics()}},
		},
		{
			name: "what the client lacks is not the token's fault", req: req("org:read"), facts: token("c-user", "analytics"),
			verdict: audit.Noncompliant,
			want:    []string{"fail scope/org:read: org:read is missing; the client has analytics, users:readonly. Calls that need it fail where the organization enforces scopes."},
		},
		{name: "another client's token", req: req("analytics"), facts: token("auditor"), verdict: audit.Compliant, decided: base},
		{
			name: "no scopes needed", facts: token("c-user"), verdict: audit.Compliant, decided: base[:3],
			req: audit.Requirement{ClientName: userApp, AllowedGrantTypes: code},
		},
		{
			name: "client credentials, nothing listed", facts: token("c-dashboard"), verdict: audit.Compliant, decided: base,
			req: audit.Requirement{ClientName: dashboard, RequiredScopes: []string{"org:read"}},
		},
		{
			name: "client credentials, stale", facts: token("c-dashboard", "analytics:read"), verdict: audit.Noncompliant, decided: with,
			req: audit.Requirement{ClientName: dashboard, RequiredScopes: []string{"org:read"}},
			want: []string{"fail token_scope/org:read: The provider's own token lacks org:read, which the client has: " +
				"the token was issued before the change."},
		},
		{
			name: "client credentials, published endpoint: scopes do not count", facts: token("c-dashboard", "analytics:read"),
			verdict: audit.Compliant,
			req:     audit.Requirement{ClientName: dashboard, Endpoints: []audit.Endpoint{readUsers()}}, decided: base[:3],
		},
		{
			name: "unreadable, own by the configured id", req: req("analytics"), facts: unreadable("c-user"), verdict: audit.Undetermined,
			want: []string{tokenGap}, decided: base,
		},
		{
			name: "stale, its client in another case", req: req("analytics", "users:readonly"), facts: token("C-User", "users"),
			verdict: audit.Noncompliant, want: []string{stale}, decided: with,
		},
		{
			name: "stale, own by the configured id in another case", req: req("analytics"), verdict: audit.Noncompliant, want: []string{stale},
			facts: func(f *audit.Facts) {
				token("", "users")(f)
				f.OwnClientID = "C-USER"
			},
		},
		{
			name: "unreadable, of whom is not known", req: req("analytics"), facts: unreadable(""), verdict: audit.Undetermined,
			want: []string{tokenGap},
		},
		{name: "unreadable, another client's", req: req("analytics"), facts: unreadable("auditor"), verdict: audit.Compliant, decided: base},
		{
			name: "whose token is not shown, and it would matter", req: req("analytics"), facts: token("", "users"), verdict: audit.Undetermined,
			want: []string{"unknown token_scope/analytics: The provider's own token lacks analytics, which the client has. " +
				"Whether that matters is unknown: the platform does not show whose token it is or how the client signs in."},
		},
		{
			name: "whose token is not shown, and it does not matter", req: req("analytics"), facts: token("", "analytics"),
			verdict: audit.Compliant, decided: base,
		},
		{
			name: "the client's scopes are not shown", req: req("analytics"), verdict: audit.Undetermined,
			facts: func(f *audit.Facts) {
				token("c-user", "users")(f)
				f.Clients = audit.Read(clients(func(_, user *audit.Client) { user.ScopesShown = false }))
			},
			want: []string{"unknown scope/User App: The platform does not show the client's scopes."},
		},
		{
			name: "unknown grant type", facts: func(f *audit.Facts) {
				token("c-user")(f)
				f.Clients = audit.Read(clients(func(_, user *audit.Client) { user.GrantType = "DEVICE" }))
			},
			req: audit.Requirement{ClientName: userApp, Endpoints: []audit.Endpoint{
				published("/api/v2/x", []string{"users:readonly"}, catalog.All, nil, catalog.None),
			}},
			verdict: audit.Undetermined,
			want: []string{
				`unknown grant_type/DEVICE: The platform does not document the grant type "DEVICE".`,
				"unknown token_scope/users:readonly: The provider's own token lacks users:readonly, which the client has. Whether that matters is " +
					"unknown: the platform does not show whose token it is or how the client signs in.",
			},
		},
		{name: "more to come", req: more, facts: token("c-user", "analytics"), verdict: audit.Deferred, decided: base[:3]},
	})
}

func TestTokenValidity(t *testing.T) {
	t.Parallel()
	req := func(most int64) audit.Requirement {
		return audit.Requirement{ClientName: dashboard, MaxTokenValiditySeconds: &most}
	}
	base := []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType}
	runVerdicts(t, []verdictCase{
		{name: "just allowed", req: req(86400), verdict: audit.Compliant, decided: append(base[:3:3], audit.CheckTokenValidity)},
		{
			name: "too long", req: req(86399), verdict: audit.Noncompliant,
			want: []string{"fail token_validity/Compliance Dashboard: The client's tokens live for 86400 seconds; at most 86399 are allowed."},
		},
		{
			name: "not shown", req: req(3600), verdict: audit.Undetermined, decided: base,
			facts: func(f *audit.Facts) {
				f.Clients = audit.Read(clients(func(dashboard, _ *audit.Client) { dashboard.TokenValiditySeconds = nil }))
			},
			want: []string{"unknown token_validity/Compliance Dashboard: The platform does not show how long the client's tokens live."},
		},
		{
			name: "no time at all", req: req(3600), verdict: audit.Undetermined, decided: base,
			facts: func(f *audit.Facts) {
				f.Clients = audit.Read(clients(func(dashboard, _ *audit.Client) { dashboard.TokenValiditySeconds = new(int64(0)) }))
			},
			want: []string{"unknown token_validity/Compliance Dashboard: " +
				"The platform says that the client's tokens live for 0 seconds, which is impossible."},
		},
		{
			name: "not known yet", verdict: audit.Deferred, decided: base,
			req: audit.Requirement{ClientName: dashboard, Deferred: deferred(audit.ArgMaxTokenValiditySeconds)},
		},
	})
}
