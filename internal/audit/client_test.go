package audit_test

import (
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

func TestClient(t *testing.T) {
	t.Parallel()
	found := []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType}
	only := []audit.Check{audit.CheckClient}
	runVerdicts(t, []verdictCase{
		{name: "by id", req: audit.Requirement{ClientID: "c-dashboard"}, verdict: audit.Compliant, decided: found},
		{name: "by name", req: audit.Requirement{ClientName: dashboard}, verdict: audit.Compliant, decided: found},
		{name: "own, by the provider's client id", verdict: audit.Compliant, decided: found},
		{
			name:  "own, by the token",
			facts: func(f *audit.Facts) { f.OwnClientID = "" }, verdict: audit.Compliant, decided: found,
		},
		{
			name: "no such id", req: audit.Requirement{ClientID: "c-none"}, verdict: audit.Noncompliant, decided: only,
			want: []string{"fail client/c-none: The organization has no OAuth client with the id c-none, and no authorization for one."},
		},
		{
			name: "id in another case", req: audit.Requirement{ClientID: "C-DASHBOARD"}, verdict: audit.Noncompliant,
			want: []string{"fail client/C-DASHBOARD: The organization has no OAuth client with the id C-DASHBOARD, and no authorization for one. " +
				`"c-dashboard" exists and differs only in case.`},
		},
		{
			name: "a name given as id", req: audit.Requirement{ClientID: userApp}, verdict: audit.Noncompliant,
			want: []string{"fail client/User App: The organization has no OAuth client with the id User App, and no authorization for one. " +
				"It is the name of a client: use client_name."},
		},
		{
			name: "name with a typing error", req: audit.Requirement{ClientName: "Complience Dashboard"}, verdict: audit.Noncompliant, decided: only,
			want: []string{`fail client/Complience Dashboard: The organization has no OAuth client named "Complience Dashboard", ` +
				`and no authorization for one. Did you mean "Compliance Dashboard"?`},
		},
		{
			name: "name in another case", req: audit.Requirement{ClientName: "compliance dashboard"}, verdict: audit.Noncompliant,
			want: []string{`fail client/compliance dashboard: The organization has no OAuth client named "compliance dashboard", ` +
				`and no authorization for one. "Compliance Dashboard" exists and differs only in case.`},
		},
		{
			name: "an id given as name", req: audit.Requirement{ClientName: "c-user"}, verdict: audit.Noncompliant,
			want: []string{`fail client/c-user: The organization has no OAuth client named "c-user", and no authorization for one. ` +
				"It is the id of a client: use client_id."},
		},
		{
			name: "near miss among the authorized clients", req: audit.Requirement{ClientName: "Partner-App"}, verdict: audit.Noncompliant,
			want: []string{`fail client/Partner-App: The organization has no OAuth client named "Partner-App", ` +
				`and no authorization for one. Did you mean "Partner App"?`},
		},
		{
			name: "many near misses", req: audit.Requirement{ClientName: "Service X"}, verdict: audit.Noncompliant,
			facts: func(f *audit.Facts) {
				f.Clients = audit.Read(audit.NewClients([]audit.Client{{ID: "1", Name: "Service A"}, {ID: "2", Name: "Service B"}}))
				f.Authorizations = audit.Read(audit.NewAuthorizations([]audit.Authorization{
					{Client: audit.Client{ID: "3", Name: "Service B"}}, {Client: audit.Client{ID: "4", Name: "Service C"}},
					{Client: audit.Client{ID: "5", Name: "Service D"}},
				}))
			},
			want: []string{`fail client/Service X: The organization has no OAuth client named "Service X", and no authorization for one. ` +
				`Did you mean "Service A", "Service B" or "Service C"?`},
		},
		{
			name: "name of two clients", req: audit.Requirement{ClientName: "Twin"}, verdict: audit.Noncompliant, decided: only,
			want: []string{`fail client/Twin: 2 OAuth clients are named "Twin": c-twin-1 (active), c-twin-2 (active).`},
		},
		{
			name: "own client is not there", verdict: audit.Noncompliant,
			facts: func(f *audit.Facts) { f.OwnClientID = "c-gone" },
			want: []string{"fail client/c-gone: The provider's own client c-gone is neither an OAuth client of the organization nor authorized " +
				"in it."},
		},
		{
			name: "own client is not shown by the token", verdict: audit.Undetermined, decided: []audit.Check{},
			facts: func(f *audit.Facts) {
				f.OwnClientID = ""
				f.Token = audit.Read(audit.Token{Organization: audit.Organization{ID: "o-1"}})
			},
			want: []string{"unknown client/GET /api/v2/tokens/me: The provider's own token does not show which OAuth client it belongs to."},
		},
		{
			name: "clients unreadable", req: audit.Requirement{ClientName: dashboard, RequiredScopes: []string{"a"}}, verdict: audit.Undetermined,
			facts:   func(f *audit.Facts) { f.Clients = audit.Unreadable[*audit.Clients](gap("oauth:client:view")) },
			decided: []audit.Check{},
			want: []string{"unknown client/GET /api/v2/some/evidence: The OAuth clients could not be read: 403 missing.any.permissions. " +
				"The auditing client lacks oauth:client:view."},
		},
		{
			name: "authorizations unreadable", req: audit.Requirement{ClientID: "c-partner"}, verdict: audit.Undetermined,
			facts: func(f *audit.Facts) {
				f.Authorizations = audit.Unreadable[*audit.Authorizations](gap("oauth:client:authorize"))
			},
			decided: []audit.Check{},
			want: []string{"unknown client/GET /api/v2/some/evidence: The organization has no OAuth client of its own with the id c-partner. " +
				"The authorizations of other organizations' clients could not be read: 403 missing.any.permissions. The auditing client lacks " +
				"oauth:client:authorize."},
		},
		{
			name: "authorizations unreadable, the name mistyped", req: audit.Requirement{ClientName: "Compliance Dashbord"}, verdict: audit.Undetermined,
			facts: func(f *audit.Facts) {
				f.Authorizations = audit.Unreadable[*audit.Authorizations](gap("oauth:client:authorize"))
			},
			decided: []audit.Check{},
			want: []string{`unknown client/GET /api/v2/some/evidence: The organization has no OAuth client of its own named "Compliance Dashbord". ` +
				`Did you mean "Compliance Dashboard"? The authorizations of other organizations' clients could not be read: 403 missing.any.permissions. ` +
				"The auditing client lacks oauth:client:authorize."},
		},
		{
			name: "token unreadable, organization read instead", req: audit.Requirement{ClientName: dashboard}, verdict: audit.Compliant,
			facts:   func(f *audit.Facts) { f.Token = audit.Unreadable[audit.Token](audit.Gap{Reason: "500"}) },
			decided: found,
		},
		{
			name: "token and organization unreadable", req: audit.Requirement{ClientName: dashboard}, verdict: audit.Undetermined,
			facts: func(f *audit.Facts) {
				f.Token = audit.Unreadable[audit.Token](audit.Gap{Reason: "500"})
				f.Organization = audit.Unreadable[audit.Organization](audit.Gap{Reason: "timeout"})
			},
			decided: []audit.Check{},
			want: []string{
				"unknown client/GET /api/v2/organizations/me: The organization could not be read: timeout.",
				"unknown client/GET /api/v2/tokens/me: The provider's own token could not be read: 500.",
			},
		},
		{
			name: "sign-in failed", req: audit.Requirement{}, verdict: audit.Undetermined,
			facts: func(f *audit.Facts) {
				signIn := audit.Gap{Request: "POST /oauth/token", Reason: "Sign-in refused."}
				f.Token = audit.Unreadable[audit.Token](signIn)
				f.Organization = audit.Unreadable[audit.Organization](signIn)
				f.Clients = audit.Unreadable[*audit.Clients](signIn)
			},
			want: []string{"unknown client/POST /oauth/token: The OAuth clients could not be read: Sign-in refused."},
		},
		{
			name: "organization without an id", req: audit.Requirement{ClientName: dashboard}, verdict: audit.Undetermined,
			facts: func(f *audit.Facts) {
				f.Token = audit.Read(audit.Token{})
				f.Organization = audit.Read(audit.Organization{Name: "Acme"})
			},
			want: []string{"unknown client/GET /api/v2/organizations/me: Neither the token nor GET /api/v2/organizations/me shows " +
				"which organization this is."},
		},
		{
			name: "client not known yet", verdict: audit.Deferred, decided: []audit.Check{},
			req: audit.Requirement{Deferred: deferred(audit.ArgClientID), RequiredScopes: []string{"nothing-has-this"}},
		},
		{
			name: "client not known yet, but the region is wrong", verdict: audit.Noncompliant, decided: []audit.Check{audit.CheckRegion},
			req: audit.Requirement{Deferred: deferred(audit.ArgClientName), AllowedRegions: []string{"us-east-1"}},
			want: []string{
				"fail region/eu-west-1: The organization is in eu-west-1, which is not an allowed region; allowed: us-east-1.",
			},
		},
		{
			name: "client missing: nothing else is said of it, but of region and network", verdict: audit.Noncompliant,
			req: audit.Requirement{
				ClientID: "c-none", RequiredScopes: []string{"a"}, RequiredRoles: []string{"b"}, RequiredPermissions: []string{"a:b:c"},
				AllowedRegions: []string{"eu-west-1"}, EgressAddresses: prefixes("192.0.2.1/32"),
			},
			decided: []audit.Check{audit.CheckClient, audit.CheckRegion, audit.CheckNetwork},
			want: []string{
				"fail client/c-none: The organization has no OAuth client with the id c-none, and no authorization for one.",
				"fail network/192.0.2.1: 192.0.2.1 is outside the organization's IP allowlist: 198.51.100.7, 2001:db8::/32, 203.0.113.0/24.",
			},
		},
	})
}

func TestClientState(t *testing.T) {
	t.Parallel()
	state := func(state, date string) func(*audit.Facts) {
		return func(f *audit.Facts) {
			f.Clients = audit.Read(clients(func(dashboard, _ *audit.Client) { dashboard.State, dashboard.DateToDelete = state, date }))
		}
	}
	req := audit.Requirement{ClientName: dashboard}
	decided := []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType}
	runVerdicts(t, []verdictCase{
		{name: "active", req: req, facts: state("active", ""), verdict: audit.Compliant, decided: decided},
		{
			name: "disabled", req: req, facts: state("disabled", ""), verdict: audit.Noncompliant, decided: decided,
			want: []string{"fail client_state/Compliance Dashboard: The client is disabled: it gets no tokens, and " +
				"those already issued are invalid."},
		},
		{
			name: "inactive", req: req, facts: state("inactive", ""), verdict: audit.Noncompliant,
			want: []string{"fail client_state/Compliance Dashboard: The client is inactive: it gets no tokens, and it will be deleted."},
		},
		{
			name: "deletion date", req: req, facts: state("active", "2026-07-01T00:00:00Z"), verdict: audit.Noncompliant,
			want: []string{"fail client_state/Compliance Dashboard: The client is scheduled for deletion on 2026-07-01T00:00:00Z."},
		},
		{
			name: "inactive with a deletion date", req: req, facts: state("inactive", "2026-07-01"), verdict: audit.Noncompliant,
			want: []string{"fail client_state/Compliance Dashboard: The client is inactive: it gets no tokens, and it will be deleted. " +
				"The client is scheduled for deletion on 2026-07-01."},
		},
		{
			name: "not shown", req: req, facts: state("", ""), verdict: audit.Undetermined,
			want:    []string{"unknown client_state/Compliance Dashboard: The platform does not show the client's state."},
			decided: []audit.Check{audit.CheckClient, audit.CheckGrantType},
		},
		{
			name: "not shown, with a deletion date", req: req, facts: state("", "2026-07-01"), verdict: audit.Noncompliant,
			want: []string{"fail client_state/Compliance Dashboard: The client is scheduled for deletion on 2026-07-01."},
		},
		{
			name: "a new value", req: req, facts: state("paused", ""), verdict: audit.Undetermined,
			want: []string{`unknown client_state/Compliance Dashboard: The platform does not document the client state "paused".`},
		},
		{
			name: "not shown for another organization's client", verdict: audit.Compliant,
			req:     audit.Requirement{ClientID: "c-partner", AllowedGrantTypes: []string{"CODE"}},
			decided: []audit.Check{audit.CheckClient, audit.CheckAuthorization, audit.CheckGrantType},
		},
		{
			name: "shown for another organization's client", verdict: audit.Noncompliant,
			req: audit.Requirement{ClientID: "c-partner", AllowedGrantTypes: []string{"CODE"}},
			facts: func(f *audit.Facts) {
				f.Authorizations = audit.Read(authorizations(func(a *audit.Authorization) { a.Client.State = "disabled" }))
			},
			want: []string{"fail client_state/Partner App: The client is disabled: it gets no tokens, and those already issued are invalid."},
		},
	})
}

func TestAuthorization(t *testing.T) {
	t.Parallel()
	state := func(state string, pending bool) func(*audit.Facts) {
		return func(f *audit.Facts) {
			f.Authorizations = audit.Read(authorizations(func(a *audit.Authorization) { a.State, a.Pending = state, pending }))
		}
	}
	const prefix = "authorization/Partner App: The client belongs to another organization, and its authorization here "
	req := audit.Requirement{ClientName: "Partner App", AllowedGrantTypes: []string{"CODE"}}
	runVerdicts(t, []verdictCase{
		{name: "authorized", req: req, facts: state("Authorized", false), verdict: audit.Compliant},
		{
			name: "pending", req: req, facts: state("Authorized", true), verdict: audit.Noncompliant,
			want: []string{"fail " + prefix + "is pending."},
		},
		{
			name: "requested", req: req, facts: state("Requested", true), verdict: audit.Noncompliant,
			want: []string{"fail " + prefix + "is requested."},
		},
		{
			name: "revoked", req: req, facts: state("Revoked", false), verdict: audit.Noncompliant,
			want: []string{"fail " + prefix + "is revoked."},
		},
		{
			name: "unauthorized", req: req, facts: state("Unauthorized", false), verdict: audit.Noncompliant,
			want: []string{"fail " + prefix + "is unauthorized."},
		},
		{
			name: "a new value", req: req, facts: state("Suspended", false), verdict: audit.Undetermined,
			want: []string{"unknown " + prefix + `has the state "Suspended", which the platform does not document.`},
		},
		{
			name: "a new value, pending", req: req, facts: state("", true), verdict: audit.Noncompliant,
			want: []string{"fail " + prefix + "is pending."},
		},
		{
			name: "the name of two of them", req: req, verdict: audit.Noncompliant,
			facts: func(f *audit.Facts) {
				twin := audit.Client{ID: "c-2", Name: "Partner App"}
				f.Authorizations = audit.Read(audit.NewAuthorizations([]audit.Authorization{
					{Client: twin}, {Client: audit.Client{ID: "c-1", Name: "Partner App"}},
				}))
			},
			want: []string{`fail client/Partner App: 2 OAuth clients are named "Partner App": c-1 (state not shown), c-2 (state not shown).`},
		},
	})
}

func TestGrantType(t *testing.T) {
	t.Parallel()
	grantType := func(value string) func(*audit.Facts) {
		return func(f *audit.Facts) {
			f.Clients = audit.Read(clients(func(_, user *audit.Client) { user.GrantType = value }))
		}
	}
	aboutTheUser := audit.Endpoint{Written: "GET /api/v2/users/me", Entry: catalog.Entry{
		Method: "GET", Path: "/api/v2/users/me", ScopesMatch: catalog.None, PermissionsMatch: catalog.None,
		Conditions: []catalog.Condition{{Kind: catalog.UserOnly, Text: "It answers 400 not.a.user."}}}}
	clientsAlone := audit.Endpoint{Written: "POST /x", Entry: catalog.Entry{ScopesMatch: catalog.None, PermissionsMatch: catalog.None,
		Conditions: []catalog.Condition{{Kind: catalog.ClientCredentialsOnly, Scopes: []string{"users"}, Text: "Other grants are refused."}}}}
	runVerdicts(t, []verdictCase{
		{name: "client credentials", req: audit.Requirement{ClientName: dashboard}, verdict: audit.Compliant},
		{
			name: "endpoint about the calling user", verdict: audit.Noncompliant,
			req: audit.Requirement{ClientName: dashboard, Endpoints: []audit.Endpoint{aboutTheUser}},
			want: []string{"fail grant_type/GET /api/v2/users/me: GET /api/v2/users/me needs a user context, which a CLIENT-CREDENTIALS client " +
				"does not have. It answers 400 not.a.user."},
		},
		{
			name: "endpoint for client credentials alone, to a user", verdict: audit.Noncompliant,
			req:  audit.Requirement{ClientName: userApp, AllowedGrantTypes: []string{"CODE"}, Endpoints: []audit.Endpoint{clientsAlone}},
			want: []string{"fail grant_type/POST /x: POST /x accepts only CLIENT-CREDENTIALS clients. Other grants are refused."},
		},
		{
			name: "endpoint for client credentials alone, which takes a scope", verdict: audit.Noncompliant,
			req:  audit.Requirement{ClientName: dashboard, Endpoints: []audit.Endpoint{clientsAlone}},
			want: []string{"fail scope/users: users is missing; the client has analytics:read, org:read."},
		},
		{
			name: "the implicit grant", verdict: audit.Compliant, facts: grantType("TOKEN"),
			req:  audit.Requirement{ClientName: userApp, AllowedGrantTypes: []string{"TOKEN"}},
			want: []string{"warn grant_type/TOKEN: The platform is retiring the implicit grant (TOKEN)."},
		},
		{
			name: "endpoint about the calling user, who is there", verdict: audit.Compliant,
			req: audit.Requirement{ClientName: userApp, AllowedGrantTypes: []string{"CODE"}, Endpoints: []audit.Endpoint{aboutTheUser}},
		},
		{
			name: "user context only warns", req: audit.Requirement{ClientName: userApp}, verdict: audit.Compliant,
			decided: []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType},
			want: []string{"warn grant_type/CODE: The grant type CODE acts with a user's rights; " +
				"a server-to-server integration should have its own."},
		},
		{
			name: "allowed", verdict: audit.Compliant,
			req: audit.Requirement{ClientName: userApp, AllowedGrantTypes: []string{"CODE", "TOKEN"}},
		},
		{
			name: "not allowed", verdict: audit.Noncompliant,
			req:  audit.Requirement{ClientName: userApp, AllowedGrantTypes: []string{"SAML2-BEARER", "CLIENT-CREDENTIALS"}},
			want: []string{"fail grant_type/CODE: The grant type CODE is not allowed; allowed: CLIENT-CREDENTIALS, SAML2-BEARER."},
		},
		{
			name: "none allowed", verdict: audit.Noncompliant,
			req:  audit.Requirement{ClientName: dashboard, AllowedGrantTypes: []string{}},
			want: []string{"fail grant_type/CLIENT-CREDENTIALS: The grant type CLIENT-CREDENTIALS is not allowed; allowed: none."},
		},
		{
			name: "a new value", req: audit.Requirement{ClientName: userApp}, facts: grantType("DEVICE"), verdict: audit.Undetermined,
			want: []string{`unknown grant_type/DEVICE: The platform does not document the grant type "DEVICE".`},
		},
		{
			name: "not shown", req: audit.Requirement{ClientName: userApp}, facts: grantType(""), verdict: audit.Undetermined,
			want: []string{`unknown grant_type/User App: The platform does not document the grant type "".`},
		},
		{
			name: "a new value, allowed by name", facts: grantType("DEVICE"), verdict: audit.Undetermined,
			req:  audit.Requirement{ClientName: userApp, AllowedGrantTypes: []string{"DEVICE"}},
			want: []string{`unknown grant_type/DEVICE: The platform does not document the grant type "DEVICE".`},
		},
		{
			name: "allowed whatever else will be", verdict: audit.Deferred,
			req: audit.Requirement{
				ClientName: userApp, AllowedGrantTypes: []string{"CODE"}, Deferred: deferred(audit.ArgAllowedGrantTypes),
			},
			decided: []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType},
		},
		{
			name: "may still be allowed", verdict: audit.Deferred,
			req: audit.Requirement{
				ClientName: userApp, AllowedGrantTypes: []string{"TOKEN"}, Deferred: deferred(audit.ArgAllowedGrantTypes),
			},
			decided: []audit.Check{audit.CheckClient, audit.CheckClientState},
		},
		{
			name: "nothing of the list is known", verdict: audit.Deferred,
			req:     audit.Requirement{ClientName: dashboard, Deferred: deferred(audit.ArgAllowedGrantTypes)},
			decided: []audit.Check{audit.CheckClient, audit.CheckClientState},
		},
	})
}
