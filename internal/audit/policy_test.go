package audit_test

import (
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

func TestAccessPolicy(t *testing.T) {
	t.Parallel()
	const conversations = "analytics:conversationDetail:view"
	deny := func(edits ...func(*audit.AccessPolicy)) func(*audit.Facts) {
		policy := audit.AccessPolicy{
			ID: "p-1", Name: "Night", Target: conversations, SubjectType: "ALL", SubjectID: "all", Effect: "DENY", Active: new(true),
			AppliesToClients: new(true),
		}
		for _, edit := range edits {
			edit(&policy)
		}
		return func(f *audit.Facts) { f.Policies = audit.Read([]audit.AccessPolicy{policy}) }
	}
	of := func(subjectType, id string) func(*audit.AccessPolicy) {
		return func(p *audit.AccessPolicy) { p.SubjectType, p.SubjectID = subjectType, id }
	}
	required := audit.Requirement{ClientName: dashboard, RequiredPermissions: []string{conversations}}
	ofUser := audit.Requirement{
		ClientName: userApp, UserID: "u-1", AllowedGrantTypes: []string{"CODE"}, RequiredPermissions: []string{conversations}, Divisions: []string{"Home"},
	}
	ignored := required
	ignored.IgnoreAccessPolicies = true
	ignoredLater := required
	ignoredLater.Deferred = deferred(audit.ArgIgnoreAccessPolicies)
	flat := audit.Requirement{ClientName: dashboard, Endpoints: []audit.Endpoint{published("/flat", nil, "none", []string{"admin"}, "all")}}

	denied := []string{`fail access_policy/` + conversations + `: The access policy "Night" denies ` + conversations + ` to the client.`}
	deniedUser := []string{`fail access_policy/` + conversations + `: The access policy "Night" denies ` + conversations + ` to the user.`}
	doubt := func(reason string) []string {
		return []string{`unknown access_policy/` + conversations + `: The access policy "Night" may deny ` + conversations + `: ` + reason + `.`}
	}
	const takesOne = "once a permission has policies, one of them must allow the call, and whether this one does cannot be determined"
	runVerdicts(t, []verdictCase{
		{name: "no policy", req: required, verdict: audit.Compliant},
		{name: "denied to all", req: required, facts: deny(), verdict: audit.Noncompliant, want: denied},
		{name: "denied to the client", req: required, facts: deny(of("CLIENT", "c-dashboard")), verdict: audit.Noncompliant, want: denied},
		{name: "denied to another client", req: required, facts: deny(of("CLIENT", "c-user")), verdict: audit.Compliant},
		{name: "denied to a user", req: required, facts: deny(of("USER", "u-1")), verdict: audit.Compliant},
		{
			name: "denied to a group", req: required, facts: deny(of("GROUP", "g-1")), verdict: audit.Undetermined,
			want: doubt("whether the client belongs to its group or team is unknown"),
		},
		{
			name: "denied to an undocumented subject", req: required, facts: deny(of("ROLE", "r-1")), verdict: audit.Undetermined,
			want: doubt(`whether its subject "ROLE" is the client is unknown`),
		},
		{
			name: "the id of the subject is not shown", req: required, facts: deny(of("CLIENT", "")), verdict: audit.Undetermined,
			want: doubt(`whether its subject "CLIENT" is the client is unknown`),
		},
		{name: "another permission", req: required, facts: deny(func(p *audit.AccessPolicy) { p.Target = "routing:queue:view" }), verdict: audit.Compliant},
		{
			name: "the target is not shown", req: required, facts: deny(func(p *audit.AccessPolicy) { p.Target = "" }), verdict: audit.Undetermined,
			want: doubt("the platform does not show which permission it targets"),
		},
		{
			name: "the target is a pattern", req: required, facts: deny(func(p *audit.AccessPolicy) { p.Target = "analytics:*:*" }), verdict: audit.Undetermined,
			want: doubt(`the documentation does not say whether its target "analytics:*:*" includes the permission`),
		},
		{name: "not active", req: required, facts: deny(func(p *audit.AccessPolicy) { p.Active = new(false) }), verdict: audit.Compliant},
		{
			name: "active or not is not shown", req: required, facts: deny(func(p *audit.AccessPolicy) { p.Active = nil }), verdict: audit.Undetermined,
			want: doubt("the platform does not show whether it is active"),
		},
		{name: "does not bind clients", req: required, facts: deny(func(p *audit.AccessPolicy) { p.AppliesToClients = new(false) }), verdict: audit.Compliant},
		{
			name: "binds clients or not is not shown", req: required, facts: deny(func(p *audit.AccessPolicy) { p.AppliesToClients = nil }),
			verdict: audit.Undetermined, want: doubt("whether it applies to OAuth clients is unknown"),
		},
		{
			name: "names the client, but does not bind clients", verdict: audit.Undetermined, req: required,
			facts: deny(of("CLIENT", "c-dashboard"), func(p *audit.AccessPolicy) { p.AppliesToClients = new(false) }),
			want:  doubt("whether it applies to OAuth clients is unknown"),
		},
		{
			name: "under a condition", req: required, facts: deny(func(p *audit.AccessPolicy) { p.Conditional = true }), verdict: audit.Undetermined,
			want: doubt("whether a call meets its condition cannot be determined"),
		},
		{
			name: "allowed to others", req: required, verdict: audit.Undetermined, want: doubt(takesOne),
			facts: deny(of("USER", "u-9"), func(p *audit.AccessPolicy) { p.Effect = "ALLOW" }),
		},
		{
			name: "allowed to the client", req: required, verdict: audit.Undetermined, want: doubt(takesOne),
			facts: deny(of("CLIENT", "c-dashboard"), func(p *audit.AccessPolicy) { p.Effect = "ALLOW" }),
		},
		{
			name: "an undocumented effect", req: required, facts: deny(func(p *audit.AccessPolicy) { p.Effect = "AUDIT" }), verdict: audit.Undetermined,
			want: doubt(`its effect "AUDIT" is not documented`),
		},
		{name: "denied to the user", req: ofUser, facts: deny(of("USER", "u-1")), verdict: audit.Noncompliant, want: deniedUser},
		{name: "denied to another user", req: ofUser, facts: deny(of("USER", "u-2")), verdict: audit.Compliant},
		{
			name: "denied to the client of the user", req: ofUser, facts: deny(of("CLIENT", "c-user")), verdict: audit.Undetermined,
			want: doubt(`whether its subject "CLIENT" is the user is unknown`),
		},
		{name: "ignored", req: ignored, facts: deny(), verdict: audit.Compliant},
		{
			name: "ignored or not is not known yet", req: ignoredLater, facts: deny(), verdict: audit.Deferred,
			decided: []audit.Check{
				audit.CheckClient, audit.CheckClientState, audit.CheckGrantType, audit.CheckPermission, audit.CheckPermissionUnavailable,
				audit.CheckPermissionConditional,
			},
		},
		{name: "a flat permission has no policies", verdict: audit.Compliant, req: flat, facts: func(f *audit.Facts) {
			deny()(f)
			grants(audit.Grant{RoleID: "r-admin", DivisionID: "*"})(f)
		}},
		{
			name: "unreadable", req: required, verdict: audit.Undetermined,
			facts: func(f *audit.Facts) {
				f.Policies = audit.Unreadable[[]audit.AccessPolicy](gap("authorization:policy:view"))
			},
			want: []string{"unknown access_policy/GET /api/v2/some/evidence: The access policies could not be read: 403 missing.any.permissions. " +
				"The auditing client lacks authorization:policy:view."},
		},
		{
			name: "of an any list the other one is granted and open", verdict: audit.Compliant, facts: deny(),
			req: audit.Requirement{ClientName: dashboard, Divisions: []string{"Sales"}, Endpoints: []audit.Endpoint{
				published("/any", nil, "none", []string{conversations, "routing:queue:view"}, "any"),
			}},
		},
		{
			name: "of an any list the other one is granted under a condition", verdict: audit.Noncompliant, facts: deny(), want: denied,
			req: audit.Requirement{ClientName: dashboard, Endpoints: []audit.Endpoint{
				published("/any", nil, "none", []string{conversations, "recording:recording:view"}, "any")}},
		},
		{
			name: "of an any list the other one is granted in another division", verdict: audit.Noncompliant, facts: deny(), want: denied,
			req: audit.Requirement{ClientName: dashboard, Divisions: []string{"Home"}, Endpoints: []audit.Endpoint{
				published("/any", nil, "none", []string{conversations, "routing:queue:view"}, "any")}},
		},
		{
			name: "of an any list the other one is granted under a condition that is accepted", verdict: audit.Compliant, facts: deny(),
			req: audit.Requirement{ClientName: dashboard, AcceptConditionalGrants: true, Divisions: []string{"Sales"}, Endpoints: []audit.Endpoint{
				published("/any", nil, "none", []string{conversations, "recording:recording:view"}, "any")}},
		},
		{
			name: "of an any list the other one is not granted", verdict: audit.Noncompliant, facts: deny(), want: denied,
			req: audit.Requirement{ClientName: dashboard, Endpoints: []audit.Endpoint{
				published("/any", nil, "none", []string{conversations, "routing:queue:edit"}, "any"),
			}},
		},
	})
}

func TestUser(t *testing.T) {
	t.Parallel()
	ofUser := audit.Requirement{ClientName: userApp, UserID: "u-1", AllowedGrantTypes: []string{"CODE"}}
	notAUser := ofUser
	notAUser.UserID = "c-dashboard"
	ofClient := audit.Requirement{ClientName: dashboard, UserID: "u-1"}
	is := func(account audit.Account) func(*audit.Facts) {
		return func(f *audit.Facts) { f.Account = audit.Read(account) }
	}
	runVerdicts(t, []verdictCase{
		{
			name: "active", req: ofUser, verdict: audit.Compliant,
			decided: []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckUser, audit.CheckGrantType},
		},
		{
			name: "inactive", req: ofUser, facts: is(audit.Account{Exists: true, State: "inactive"}), verdict: audit.Noncompliant,
			want: []string{"fail user/u-1: The user is inactive and cannot sign in."},
		},
		{
			name: "deleted", req: ofUser, facts: is(audit.Account{Exists: true, State: "deleted"}), verdict: audit.Noncompliant,
			want: []string{"fail user/u-1: The user is deleted and cannot sign in."},
		},
		{
			name: "not found", req: ofUser, facts: is(audit.Account{}), verdict: audit.Noncompliant,
			want: []string{"fail user/u-1: The organization has no user with the id u-1."},
		},
		{
			name: "an OAuth client's id", req: notAUser, facts: is(audit.Account{}), verdict: audit.Noncompliant,
			want: []string{"fail user/c-dashboard: The organization has no user with the id c-dashboard. It is the id of an OAuth client."},
		},
		{
			name: "state not shown", req: ofUser, facts: is(audit.Account{Exists: true}), verdict: audit.Undetermined,
			want: []string{"unknown user/u-1: The platform does not show whether the user is active."},
		},
		{
			name: "novel state", req: ofUser, facts: is(audit.Account{Exists: true, State: "on leave"}), verdict: audit.Undetermined,
			want: []string{`unknown user/u-1: The platform does not document the user state "on leave".`},
		},
		{
			name: "unreadable", req: ofUser, verdict: audit.Undetermined,
			facts: func(f *audit.Facts) { f.Account = audit.Unreadable[audit.Account](audit.Gap{Reason: "500"}) },
			want:  []string{"unknown user/GET /api/v2/users/{userId}: The user could not be read: 500."},
		},
		{
			name: "without effect", req: ofClient, verdict: audit.Compliant,
			want: []string{"warn user/u-1: user_id has no effect: a CLIENT-CREDENTIALS client acts with its own roles."},
		},
		{
			name: "a condition that the subject does not show", verdict: audit.Undetermined,
			req: audit.Requirement{
				ClientName: userApp, UserID: "u-1", AllowedGrantTypes: []string{"CODE"}, RequiredPermissions: []string{"recording:recording:view"},
				IgnoreAccessPolicies: true,
			},
			facts: func(f *audit.Facts) {
				f.User = audit.Read(user(func(s *audit.Subject) {
					s.Grants[0].Role = roleList()[2]
					s.Grants[0].Role.Policies[0].Conditional = false
					s.Grants[0].Division.ID = "*"
				}))
			},
			want: []string{`unknown permission_conditional/recording:recording:view: recording:recording:view is granted by role "Limited" only under a condition.`},
		},
	})
}

// What an endpoint needs together holds in one division; of what it needs one of, each division takes one.
func TestDivisionsOfLists(t *testing.T) {
	t.Parallel()
	const queues, conversations = "routing:queue:view", "analytics:conversationDetail:view"
	needs := func(match string, divisions ...string) audit.Requirement {
		endpoint := published("/list", nil, "none", []string{conversations, queues}, "all")
		if match == "any" {
			endpoint = published("/list", nil, "none", []string{conversations, queues}, "any")
		}
		return audit.Requirement{ClientName: dashboard, Endpoints: []audit.Endpoint{endpoint}, Divisions: divisions, IgnoreAccessPolicies: true}
	}
	in := func(read, limited string) func(*audit.Facts) {
		return grants(audit.Grant{RoleID: "r-read", DivisionID: read}, audit.Grant{RoleID: "r-limited", DivisionID: limited})
	}
	only := func(permission, division string) string {
		return "warn permission_division/" + permission + ": " + permission + " is granted only in " + division + ": answers leave out the objects of other divisions."
	}
	events := audit.Requirement{ClientName: dashboard, Endpoints: []audit.Endpoint{events()}, Divisions: []string{"Home"}}
	withScope := func(facts func(*audit.Facts), role audit.Grant) func(*audit.Facts) {
		return func(f *audit.Facts) {
			facts(f)
			f.Clients = audit.Read(clients(func(d, _ *audit.Client) {
				d.Scopes, d.Grants = []string{"analytics:export"}, []audit.Grant{role}
			}))
		}
	}
	inBoth := audit.Requirement{ClientName: dashboard, Endpoints: events.Endpoints, Divisions: []string{"Home", "Sales"}}
	named := func(id string) audit.Requirement {
		req := inBoth
		req.RequiredRoles = []string{id}
		return req
	}
	notKnownYet := inBoth
	notKnownYet.Deferred = deferred(audit.ArgRequiredRoles)
	namesakes := func(of ...audit.Grant) func(*audit.Facts) {
		return func(f *audit.Facts) {
			f.Roles = audit.Read(access.NewRoles(append(roleList(), access.Role{ID: "r-export-2", Name: "Analytics - Export", PoliciesShown: true})))
			f.Clients = audit.Read(clients(func(d, _ *audit.Client) { d.Scopes, d.Grants = []string{"analytics:export"}, of }))
		}
	}
	runVerdicts(t, []verdictCase{
		{
			name: "all, apart", req: needs("all"), facts: in("d-home", "d-sales"), verdict: audit.Noncompliant,
			want: []string{
				"fail permission_division/GET /list: The permissions must hold together in one division, but are granted in different ones: " +
					conversations + " in division d-home, " + queues + " in division d-sales.",
				only(conversations, "division d-home"), only(queues, "division d-sales"),
			},
		},
		{
			name: "all, together", req: needs("all"), facts: in("d-sales", "d-sales"), verdict: audit.Compliant,
			want: []string{only(conversations, "division d-sales"), only(queues, "division d-sales")},
		},
		{name: "all, together in the required one", req: needs("all", "Sales"), facts: in("*", "d-sales"), verdict: audit.Compliant},
		{
			name: "all, not in the required one", req: needs("all", "Home"), facts: in("*", "d-sales"), verdict: audit.Noncompliant,
			want: []string{`fail permission_division/` + queues + `: ` + queues + ` is granted by role "Limited", but only in "Sales"; it is required in "Home".`},
		},
		{name: "any, each division has another one", req: needs("any", "Home", "Sales"), facts: in("d-home", "d-sales"), verdict: audit.Compliant},
		{
			name: "any, a division has none", req: needs("any", "Home", "Sales", "Support"), facts: in("d-home", "d-sales"), verdict: audit.Noncompliant,
			want: []string{`fail permission_division/` + conversations + `: ` + conversations + ` is granted by role "Analytics - Read", but only in "Home"; ` +
				`it is required in "Support". ` + queues + ` would also be enough for GET /list.`},
		},
		{
			name: "a division that is not there, and nothing else asked", verdict: audit.Noncompliant,
			req:  audit.Requirement{ClientName: dashboard, RequiredScopes: []string{"org:read"}, Divisions: []string{"Salse"}},
			want: []string{`fail permission_division/Salse: The organization has no division "Salse" that the auditing client can see. Did you mean "Sales"?`},
		},
		{
			name: "an endpoint's role in the division", req: events, verdict: audit.Compliant,
			facts: withScope(func(*audit.Facts) {}, audit.Grant{RoleID: "r-export", DivisionID: "d-home"}),
		},
		{
			name: "an endpoint's role in another division", req: events, verdict: audit.Noncompliant,
			facts: withScope(func(*audit.Facts) {}, audit.Grant{RoleID: "r-export", DivisionID: "d-sales"}),
			want:  []string{`fail permission_division/Analytics - Export: The role "Analytics - Export" is granted, but only in "Sales"; it is required in "Home".`},
		},
		{
			name: "two roles of an endpoint's name, one in each division", req: inBoth, verdict: audit.Noncompliant,
			facts: namesakes(audit.Grant{RoleID: "r-export", DivisionID: "d-home"}, audit.Grant{RoleID: "r-export-2", DivisionID: "d-sales"}),
			want: []string{`fail permission_division/Analytics - Export: Several roles are named "Analytics - Export", and the intended one is not granted in each of ` +
				`"Home", "Sales".`},
		},
		{
			name: "two roles of an endpoint's name, one of them in both divisions", req: inBoth, verdict: audit.Undetermined,
			facts: namesakes(audit.Grant{RoleID: "r-export", DivisionID: "*"}, audit.Grant{RoleID: "r-export-2", DivisionID: "d-sales"}),
			want: []string{`unknown permission_division/Analytics - Export: Several roles are named "Analytics - Export", and not all of them are granted in each of ` +
				`"Home", "Sales". The intended role is ambiguous.`},
		},
		{
			name: "two roles of an endpoint's name, and the one in both divisions is named by its id", req: named("r-export"), verdict: audit.Compliant,
			facts: namesakes(audit.Grant{RoleID: "r-export", DivisionID: "*"}, audit.Grant{RoleID: "r-export-2", DivisionID: "d-sales"}),
		},
		{
			name: "two roles of an endpoint's name, and the other one is named by its id", req: named("r-export-2"), verdict: audit.Noncompliant,
			facts: namesakes(audit.Grant{RoleID: "r-export", DivisionID: "*"}, audit.Grant{RoleID: "r-export-2", DivisionID: "d-sales"}),
			want: []string{`fail permission_division/Analytics - Export: Several roles are named "Analytics - Export", and the intended one is not granted in each of ` +
				`"Home", "Sales".`},
		},
		{
			name: "two roles of an endpoint's name, and which one is meant is not known yet", req: notKnownYet, verdict: audit.Deferred,
			facts: namesakes(audit.Grant{RoleID: "r-export", DivisionID: "*"}, audit.Grant{RoleID: "r-export-2", DivisionID: "d-sales"}),
		},
		{
			name: "two roles of an endpoint's name, each in both divisions", req: inBoth, verdict: audit.Compliant,
			facts: namesakes(audit.Grant{RoleID: "r-export", DivisionID: "*"}, audit.Grant{RoleID: "r-export-2", DivisionID: "d-home"},
				audit.Grant{RoleID: "r-export-2", DivisionID: "d-sales"}),
		},
		{
			name: "an endpoint's role in one division, and none is required", verdict: audit.Compliant,
			req:   audit.Requirement{ClientName: dashboard, Endpoints: events.Endpoints},
			facts: withScope(func(*audit.Facts) {}, audit.Grant{RoleID: "r-export", DivisionID: "d-sales"}),
			want: []string{`warn permission_division/Analytics - Export: The role "Analytics - Export" is granted only in division d-sales: ` +
				"answers leave out the objects of other divisions."},
		},
	})
}

// A call of another organization's client takes the scope in the client and in the consent.
func TestScopeOfExternalClient(t *testing.T) {
	t.Parallel()
	req := func(scope string) audit.Requirement {
		return audit.Requirement{ClientID: "c-partner", RequiredScopes: []string{scope}, AllowedGrantTypes: []string{"CODE"}}
	}
	consented := func(edit func(*audit.Authorization)) func(*audit.Facts) {
		return func(f *audit.Facts) {
			f.Authorizations = audit.Read(authorizations(func(a *audit.Authorization) {
				a.Scopes = []string{"analytics", "users"}
				edit(a)
			}))
		}
	}
	as := func(*audit.Authorization) {}
	runVerdicts(t, []verdictCase{
		{name: "in both", req: req("analytics"), facts: consented(as), verdict: audit.Compliant},
		{
			name: "in the consent alone", req: req("users"), facts: consented(as), verdict: audit.Noncompliant,
			want: []string{"fail scope/users: users is missing from the client itself, which has analytics, quality. A call needs the scope in the client " +
				"and in the consent given here. Calls that need it fail where the organization enforces scopes."},
		},
		{
			name: "the client's own are not shown", verdict: audit.Undetermined, req: req("users"),
			facts: consented(func(a *audit.Authorization) { a.Client.ScopesShown, a.Client.Scopes = false, nil }),
			want: []string{"unknown scope/Partner App: The client belongs to another organization, and the platform does not show which scopes the client " +
				"itself has. A call needs the scope in the client and in the consent given here."},
		},
	})
}

// A region needs a token that its own hosts gave or accepted.
func TestRegionTakesProof(t *testing.T) {
	t.Parallel()
	req := audit.Requirement{ClientName: dashboard, AllowedRegions: []string{"eu-west-1"}}
	refused := func(f *audit.Facts) {
		f.Token = audit.Unreadable[audit.Token](audit.Gap{Request: "POST /oauth/token", Reason: "sign-in refused"})
		f.Organization = audit.Unreadable[audit.Organization](audit.Gap{Request: "POST /oauth/token", Reason: "sign-in refused"})
	}
	facts := everything()
	refused(&facts)
	result, _ := judge(t, req, facts)
	found := false
	for _, line := range lines(result) {
		found = found || line == "unknown region/POST /oauth/token: Nothing shows that the organization is in eu-west-1: no host of that region accepted a token. "+
			"The provider's own token could not be read: sign-in refused."
	}
	if !found {
		t.Errorf("the region is not said to be unproven: %q", lines(result))
	}
	for _, check := range result.Decided {
		if check == audit.CheckRegion {
			t.Error("the region is decided although the sign-in was refused")
		}
	}
}
