package audit_test

import (
	"strings"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

const (
	viewConversations = "analytics:conversationDetail:view"
	viewRecordings    = "recording:recording:view"
	viewQueues        = "routing:queue:view"
	editQueues        = "routing:queue:edit"
	manageSkills      = "routing:skill:manage"
)

func needing(match catalog.Match, permissions ...string) []audit.Endpoint {
	return []audit.Endpoint{published("/api/v2/thing", nil, catalog.None, permissions, match)}
}

func TestPermission(t *testing.T) {
	t.Parallel()
	req := func(permissions ...string) audit.Requirement {
		return audit.Requirement{ClientName: dashboard, IgnoreAccessPolicies: true, RequiredPermissions: permissions}
	}
	endpoint := func(match catalog.Match, permissions ...string) audit.Requirement {
		return audit.Requirement{ClientName: dashboard, IgnoreAccessPolicies: true, Endpoints: needing(match, permissions...)}
	}
	ofUser := func(permissions ...string) audit.Requirement {
		return audit.Requirement{ClientName: userApp, AllowedGrantTypes: []string{"CODE"}, UserID: "u-1", IgnoreAccessPolicies: true, RequiredPermissions: permissions}
	}
	later := func(r audit.Requirement, arguments ...audit.Argument) audit.Requirement {
		r.Deferred = deferred(arguments...)
		return r
	}
	base := []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType}
	toTheTop := append(base[:3:3], audit.CheckPermission, audit.CheckPermissionUnavailable, audit.CheckPermissionConditional)
	const (
		roles   = `The client has "Analytics - Read", "Limited".`
		missing = "fail permission/routing:queue:edit: routing:queue:edit is granted by no role of the client. " + roles +
			` Role "Wild" would grant it.`
	)
	withoutUser := ofUser(viewConversations)
	withoutUser.UserID = ""

	runVerdicts(t, []verdictCase{
		{
			name: "granted", req: req(viewConversations), verdict: audit.Compliant,
			decided: toTheTop,
		},
		{
			name: "granted in one division only", req: req(viewConversations, viewQueues), verdict: audit.Compliant, want: []string{onlySales(viewQueues)},
			decided: append(base[:3:3], audit.CheckPermission, audit.CheckPermissionUnavailable, audit.CheckPermissionDivision,
				audit.CheckPermissionConditional),
		},
		{
			name: "granted by a wildcard", req: req("quality:evaluation:view", editQueues), verdict: audit.Compliant,
			facts: grants(audit.Grant{RoleID: "r-wild", DivisionID: "*"}),
		},
		{
			name: "not granted, a role would grant it", req: req(editQueues), verdict: audit.Noncompliant, want: []string{missing},
			decided: append(base[:3:3], audit.CheckPermission, audit.CheckPermissionUnavailable),
		},
		{
			name: "not granted, many roles would grant it: those that permit least", req: req("routing:skill:manage"), verdict: audit.Noncompliant,
			facts: func(f *audit.Facts) {
				grants()(f)
				var roles []access.Role
				for _, name := range []string{"D", "C", "B", "A"} {
					roles = append(roles, access.Role{
						ID: "r-" + name, Name: name, PoliciesShown: true, Policies: []access.Policy{policy("routing", "skill", "*")},
					})
				}
				roles[2].Policies = append(roles[2].Policies, policy("oauth", "client", "view"))
				roles[3].Policies = []access.Policy{policy("*", "*", "*")}
				f.Roles = audit.Read(access.NewRoles(roles))
			},
			want: []string{`fail permission/routing:skill:manage: routing:skill:manage is granted by no role of the client. ` +
				`Roles "C", "D", "B" would grant it; the first grants the least.`},
		},
		{
			name: "not granted, no role would grant it", req: req(manageSkills), verdict: audit.Noncompliant, facts: grants(),
			want: []string{"fail permission/routing:skill:manage: routing:skill:manage is granted by no role of the client. " +
				"No role that the auditing client can see grants it."},
		},
		{
			name: "every one of an all list", req: endpoint(catalog.All, viewConversations, editQueues, manageSkills), verdict: audit.Noncompliant,
			want: []string{
				missing,
				"fail permission/routing:skill:manage: routing:skill:manage is granted by no role of the client. " + roles +
					" No role that the auditing client can see grants it.",
			},
		},
		{name: "one of an any list", req: endpoint(catalog.Any, manageSkills, viewConversations), verdict: audit.Compliant, decided: toTheTop},
		{
			name: "none of an any list: one finding", req: endpoint(catalog.Any, manageSkills, editQueues), verdict: audit.Noncompliant,
			want: []string{missing + " routing:skill:manage would also be enough for GET /api/v2/thing."},
		},
		{name: "none needed", req: endpoint(catalog.None), verdict: audit.Compliant, decided: base},
		{
			name: "not documented", req: endpoint(catalog.Unknown), verdict: audit.Undetermined, decided: base,
			want: []string{"unknown permission/GET /api/v2/thing: The permissions that GET /api/v2/thing needs are not documented."},
		},
		{
			name: "an empty list is not documented", req: endpoint(catalog.All), verdict: audit.Undetermined,
			want: []string{"unknown permission/GET /api/v2/thing: The permissions that GET /api/v2/thing needs are not documented."},
		},
		{
			name: "a role's policies are not shown", req: req(viewConversations, editQueues), verdict: audit.Undetermined, decided: base,
			facts: grants(audit.Grant{RoleID: "r-read", DivisionID: "*"}, audit.Grant{RoleID: "r-hidden", DivisionID: "*"}),
			want:  []string{`unknown permission/routing:queue:edit: Whether routing:queue:edit is granted is unknown: the platform does not show what the client's role "Hidden" permits.`},
		},
		{
			name: "a granted role does not exist any more", req: req(editQueues), verdict: audit.Noncompliant,
			facts: grants(audit.Grant{RoleID: "r-x"}, audit.Grant{RoleID: "r-y"}),
			want: []string{`fail permission/routing:queue:edit: routing:queue:edit is granted by no role of the client. ` +
				`Grants of deleted roles have no effect: r-x, r-y. Role "Wild" would grant it.`},
		},
		{
			name: "a policy without its actions shows nothing", req: req(editQueues), verdict: audit.Undetermined, facts: func(f *audit.Facts) {
				grants(audit.Grant{RoleID: "r-odd", DivisionID: "*"})(f)
				f.Roles = audit.Read(access.NewRoles([]access.Role{
					{ID: "r-odd", Name: "Odd", PoliciesShown: true, Policies: []access.Policy{policy("routing", "queue")}},
				}))
			},
			want: []string{`unknown permission/routing:queue:edit: Whether routing:queue:edit is granted is unknown: the platform does not show what the client's role "Odd" permits.`},
		},
		{
			name: "roles unreadable", req: req(viewConversations), facts: unreadableRoles, verdict: audit.Undetermined,
			want: []string{"unknown permission/" + rolesGap}, decided: base,
		},
		{
			name: "legacy flat name", req: endpoint(catalog.All, "admin"), verdict: audit.Compliant,
			facts: grants(audit.Grant{RoleID: "r-admin", DivisionID: "*"}),
		},
		{
			name: "legacy flat name not granted", req: endpoint(catalog.All, "admin"), verdict: audit.Noncompliant,
			facts: grants(audit.Grant{RoleID: "r-wild", DivisionID: "*"}),
			want: []string{`fail permission/admin: admin is granted by no role of the client. The client has "Wild". ` +
				`Role "Old Admin" would grant it.`},
			decided: append(base[:3:3], audit.CheckPermission),
		},
		{
			name: "of the user", req: ofUser(viewConversations), verdict: audit.Compliant,
			want: []string{"warn permission_division/analytics:conversationDetail:view: analytics:conversationDetail:view is granted only in " +
				`"Home": answers leave out the objects of other divisions.`},
		},
		{
			name: "not of the user", req: ofUser(editQueues), verdict: audit.Noncompliant,
			want: []string{`fail permission/routing:queue:edit: routing:queue:edit is granted by no role of the user. The user has "Analytics - Read". Role "Wild" would grant it.`},
		},
		{
			name: "the user's policies are not shown", req: ofUser(editQueues), verdict: audit.Undetermined,
			facts: func(f *audit.Facts) {
				f.User = audit.Read(user(func(s *audit.Subject) { s.Grants[0].Role.PoliciesShown = false }))
			},
			want: []string{`unknown permission/routing:queue:edit: Whether routing:queue:edit is granted is unknown: the platform does not show what the user's role "Analytics - Read" permits.`},
		},
		{
			name: "legacy flat name of the user, from the role list", verdict: audit.Compliant,
			req: audit.Requirement{
				ClientName: userApp, AllowedGrantTypes: []string{"CODE"}, UserID: "u-1", IgnoreAccessPolicies: true, Endpoints: needing(catalog.All, "admin"),
			},
			facts: func(f *audit.Facts) {
				f.User = audit.Read(user(func(s *audit.Subject) { s.Grants[0].Role = access.Role{ID: "r-admin", Name: "Old Admin"} }))
			},
		},
		{
			name: "legacy flat name of the user, role list unreadable", verdict: audit.Undetermined, facts: unreadableRoles,
			req: audit.Requirement{
				ClientName: userApp, AllowedGrantTypes: []string{"CODE"}, UserID: "u-1", IgnoreAccessPolicies: true, Endpoints: needing(catalog.All, "admin"),
			},
			want: []string{"unknown permission/" + rolesGap},
		},
		{
			name: "whose permissions is not said", req: withoutUser, verdict: audit.Undetermined,
			want: []string{"unknown permission/User App: A client with the grant type CODE acts with a user's rights, and user_id is not set."},
		},
		{name: "whose permissions is not known yet", req: later(withoutUser, audit.ArgUserID), verdict: audit.Deferred, decided: base},
		{name: "more to come", req: later(req(viewConversations), audit.ArgRequiredPermissions), verdict: audit.Deferred, decided: base},
		{
			name: "more to come, one is missing already", req: later(req(editQueues), audit.ArgEndpoints), verdict: audit.Noncompliant,
			want: []string{missing}, decided: append(base[:2:2], audit.CheckPermission),
		},
	})
}

func TestPermissionUnavailable(t *testing.T) {
	t.Parallel()
	req := func(permissions ...string) audit.Requirement {
		return audit.Requirement{ClientName: dashboard, IgnoreAccessPolicies: true, RequiredPermissions: permissions}
	}
	const permissionsGap = "unknown permission_unavailable/GET /api/v2/some/evidence: The permissions that exist in the organization " +
		"could not be read: 403 missing.any.permissions. The auditing client lacks x:y:z."
	unreadable := func(f *audit.Facts) { f.Permissions = audit.Unreadable[*audit.Permissions](gap("x:y:z")) }
	base := []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType}
	runVerdicts(t, []verdictCase{
		{
			name: "product not enabled", req: req("gamification:profile:view"), verdict: audit.Noncompliant,
			decided: append(base[:3:3], audit.CheckPermissionUnavailable),
			want: []string{"fail permission_unavailable/gamification:profile:view: gamification:profile:view does not exist in the organization, " +
				"so it cannot be granted: the product it belongs to is not enabled."},
		},
		{
			name: "typing error", req: req("routing:queue:views"), verdict: audit.Noncompliant,
			want: []string{"fail permission_unavailable/routing:queue:views: routing:queue:views does not exist in the organization, " +
				"so it cannot be granted: its product is not enabled, or the name is mistyped. " +
				`Did you mean "routing:queue:view"?`},
		},
		{
			name: "granted by a wildcard, without effect", req: req("quality:calibration:view"), verdict: audit.Noncompliant,
			facts: grants(audit.Grant{RoleID: "r-wild", DivisionID: "*"}),
			want: []string{"fail permission_unavailable/quality:calibration:view: quality:calibration:view does not exist in the organization, " +
				`so it cannot be granted: its product is not enabled, or the name is mistyped. The grant by role "Wild" has no effect.`},
		},
		{
			name: "the other of an any list is preferred", verdict: audit.Noncompliant,
			req:  audit.Requirement{ClientName: dashboard, IgnoreAccessPolicies: true, Endpoints: needing(catalog.Any, "a:b:c", editQueues)},
			want: []string{`fail permission/routing:queue:edit: routing:queue:edit is granted by no role of the client. The client has "Analytics - Read", "Limited". Role "Wild" would grant it.`},
		},
		{
			name: "unreadable, granted", req: req(viewConversations), facts: unreadable, verdict: audit.Undetermined,
			want: []string{permissionsGap}, decided: append(base[:3:3], audit.CheckPermission, audit.CheckPermissionConditional),
		},
		{
			name: "unreadable, not granted", req: req(manageSkills), facts: unreadable, verdict: audit.Noncompliant,
			want: []string{
				`fail permission/routing:skill:manage: routing:skill:manage is granted by no role of the client. ` +
					`The client has "Analytics - Read", "Limited". No role that the auditing client can see grants it.`,
				permissionsGap,
			},
		},
		{
			name: "flat names are in no list", verdict: audit.Compliant,
			req: audit.Requirement{ClientName: dashboard, IgnoreAccessPolicies: true, Endpoints: needing(catalog.All, "admin")},
			facts: func(f *audit.Facts) {
				grants(audit.Grant{RoleID: "r-admin", DivisionID: "*"})(f)
				unreadable(f)
			},
		},
	})
}

func TestPermissionDivision(t *testing.T) {
	t.Parallel()
	req := func(divisions []string, permissions ...string) audit.Requirement {
		return audit.Requirement{ClientName: dashboard, IgnoreAccessPolicies: true, RequiredPermissions: permissions, Divisions: divisions}
	}
	later := func(r audit.Requirement, arguments ...audit.Argument) audit.Requirement {
		r.Deferred = deferred(arguments...)
		return r
	}
	base := []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType}
	toTheTop := append(base[:3:3],
		audit.CheckPermission, audit.CheckPermissionUnavailable, audit.CheckPermissionDivision, audit.CheckPermissionConditional)
	const onlySales = `fail permission_division/routing:queue:view: routing:queue:view is granted by role "Limited", ` +
		`but only in "Sales"; it is required in "Support".`
	runVerdicts(t, []verdictCase{
		{name: "by name", req: req([]string{"Sales"}, viewQueues), verdict: audit.Compliant, decided: toTheTop},
		{name: "by id", req: req([]string{"d-sales"}, viewQueues), verdict: audit.Compliant},
		{name: "granted in all divisions", req: req([]string{"Sales", "Home", "*"}, viewConversations), verdict: audit.Compliant},
		{
			name: "elsewhere", req: req([]string{"Sales", "Support"}, viewQueues), verdict: audit.Noncompliant, want: []string{onlySales},
			decided: append(base[:3:3], audit.CheckPermission, audit.CheckPermissionUnavailable, audit.CheckPermissionDivision),
		},
		{
			name: "all divisions wanted", req: req([]string{"*"}, viewQueues), verdict: audit.Noncompliant,
			want: []string{`fail permission_division/routing:queue:view: routing:queue:view is granted by role "Limited", ` +
				`but only in division d-sales; it is required in all divisions.`},
		},
		{
			name: "by several roles together", req: req([]string{"Sales", "Support"}, viewQueues), verdict: audit.Compliant,
			facts: grants(audit.Grant{RoleID: "r-limited", DivisionID: "d-sales"}, audit.Grant{RoleID: "r-wild", DivisionID: "d-support"}),
		},
		{
			name: "not division-aware: holds everywhere", req: req([]string{"Support", "*"}, "quality:evaluation:view"), verdict: audit.Compliant,
			facts: grants(audit.Grant{RoleID: "r-wild", DivisionID: "d-sales"}),
		},
		{
			name: "listed twice, once as division-aware", req: req([]string{"Support"}, viewQueues), verdict: audit.Noncompliant,
			facts: func(f *audit.Facts) {
				f.Permissions = audit.Read(audit.NewPermissions([]audit.Permission{
					{Name: viewQueues}, {Name: viewQueues, DivisionAware: true}, {Name: viewQueues}}))
			},
			want: []string{onlySales},
		},
		{
			name: "a flat name holds where it is granted", verdict: audit.Noncompliant,
			req:   audit.Requirement{ClientName: dashboard, IgnoreAccessPolicies: true, Endpoints: needing(catalog.All, "admin"), Divisions: []string{"Sales"}},
			facts: grants(audit.Grant{RoleID: "r-admin", DivisionID: "d-home"}),
			want: []string{`fail permission_division/admin: admin is granted by role "Old Admin", but only in "Home"; ` +
				`it is required in "Sales".`},
		},
		{
			name: "of the user, who shows the names of divisions", verdict: audit.Noncompliant,
			req: audit.Requirement{
				ClientName: userApp, AllowedGrantTypes: []string{"CODE"}, UserID: "u-1",
				IgnoreAccessPolicies: true, RequiredPermissions: []string{viewConversations}, Divisions: []string{"*"},
			},
			want: []string{`fail permission_division/analytics:conversationDetail:view: analytics:conversationDetail:view is granted by ` +
				`role "Analytics - Read", but only in "Home"; it is required in all divisions.`},
		},
		{
			name: "a division that does not exist", req: req([]string{"Suport"}, viewQueues), verdict: audit.Noncompliant,
			want: []string{`fail permission_division/Suport: The organization has no division "Suport" that the auditing client can see. ` +
				`Did you mean "Support"?`},
		},
		{
			name: "the name of two divisions", req: req([]string{"Twin"}, viewQueues), verdict: audit.Noncompliant,
			want: []string{`fail permission_division/Twin: 2 divisions are named "Twin": d-twin-1, d-twin-2.`},
		},
		{
			name: "divisions unreadable", req: req([]string{"Sales"}, viewQueues), verdict: audit.Undetermined,
			facts: func(f *audit.Facts) {
				f.Divisions = audit.Unreadable[*audit.Divisions](audit.Gap{Reason: "A page is missing."})
			},
			want: []string{"unknown permission_division/GET /api/v2/authorization/divisions: The divisions could not be read: " +
				"A page is missing."},
			decided: append(base[:3:3], audit.CheckPermission, audit.CheckPermissionUnavailable, audit.CheckPermissionConditional),
		},
		{
			name: "divisions unreadable, all of them wanted too", req: req([]string{"Sales", "*"}, viewQueues), verdict: audit.Noncompliant,
			facts: func(f *audit.Facts) {
				f.Divisions = audit.Unreadable[*audit.Divisions](audit.Gap{Reason: "A page is missing."})
			},
			want: []string{
				`fail permission_division/routing:queue:view: routing:queue:view is granted by role "Limited", ` +
					`but only in division d-sales; it is required in all divisions.`,
				"unknown permission_division/GET /api/v2/authorization/divisions: The divisions could not be read: A page is missing.",
			},
		},
		{
			name: "whether divisions matter is unreadable", req: req([]string{"Support"}, viewQueues), verdict: audit.Undetermined,
			facts: func(f *audit.Facts) { f.Permissions = audit.Unreadable[*audit.Permissions](audit.Gap{Reason: "500."}) },
			want: []string{
				"unknown permission_unavailable/GET /api/v2/authorization/permissions: " +
					"The permissions that exist in the organization could not be read: 500.",
				`unknown permission_division/routing:queue:view: routing:queue:view is granted by role "Limited", ` +
					`but only in "Sales"; it is required in "Support". Whether the permission is division-aware could not be read.`,
			},
		},
		{
			name: "a role whose policies are not shown may grant it there", req: req([]string{"Support"}, viewQueues), verdict: audit.Undetermined,
			facts: grants(audit.Grant{RoleID: "r-limited", DivisionID: "d-sales"}, audit.Grant{RoleID: "r-hidden", DivisionID: "d-support"}),
			want: []string{`unknown permission_division/routing:queue:view: routing:queue:view is granted by role "Limited", ` +
				`but only in "Sales"; it is required in "Support". The platform does not show what role "Hidden" permits.`},
		},
		{
			name: "nearer than a missing one of an any list", verdict: audit.Noncompliant,
			req: audit.Requirement{ClientName: dashboard, Divisions: []string{"Support"}, IgnoreAccessPolicies: true, Endpoints: needing(catalog.Any, manageSkills, viewQueues)},
			want: []string{`fail permission_division/routing:queue:view: routing:queue:view is granted by role "Limited", ` +
				`but only in "Sales"; it is required in "Support". routing:skill:manage would also be enough for GET /api/v2/thing.`},
		},
		{
			name: "not known yet", req: later(req(nil, viewQueues), audit.ArgDivisions), verdict: audit.Deferred,
			decided: append(base[:3:3], audit.CheckPermission, audit.CheckPermissionUnavailable),
		},
		{
			name: "not known yet, one is missing already", req: later(req([]string{"Support"}, viewQueues), audit.ArgDivisions),
			verdict: audit.Noncompliant, want: []string{onlySales},
		},
		{
			name: "not known yet, but not granted at all", req: later(req(nil, manageSkills), audit.ArgDivisions),
			verdict: audit.Noncompliant, facts: grants(),
			want: []string{"fail permission/routing:skill:manage: routing:skill:manage is granted by no role of the client. " +
				"No role that the auditing client can see grants it."},
		},
	})
}

func TestPermissionConditional(t *testing.T) {
	t.Parallel()
	req := audit.Requirement{ClientName: dashboard, IgnoreAccessPolicies: true, RequiredPermissions: []string{viewRecordings}}
	accepted := req
	accepted.AcceptConditionalGrants = true
	notYet := req
	notYet.Deferred = deferred(audit.ArgAcceptConditionalGrants)
	inSales, inSupport := accepted, accepted
	inSales.Divisions, inSupport.Divisions = []string{"Sales"}, []string{"Support"}
	base := []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType}
	withUnconditional := func(division string) func(*audit.Facts) {
		return func(f *audit.Facts) {
			grants(audit.Grant{RoleID: "r-limited", DivisionID: "*"}, audit.Grant{RoleID: "r-all", DivisionID: division})(f)
			f.Roles = audit.Read(access.NewRoles(append(roleList(), access.Role{
				ID: "r-all", Name: "All", PoliciesShown: true, Policies: []access.Policy{policy("*", "*", "*")},
			})))
		}
	}
	const onlyConditional = `unknown permission_conditional/recording:recording:view: recording:recording:view is granted by role "Limited" ` +
		"only under a condition."
	inBoth := req
	inBoth.Divisions = []string{"Sales", "Support"}
	runVerdicts(t, []verdictCase{
		{
			name: "only under a condition", req: req, verdict: audit.Undetermined, want: []string{onlyConditional},
			decided: append(base[:3:3], audit.CheckPermission, audit.CheckPermissionUnavailable),
		},
		{
			name: "accepted", req: accepted, verdict: audit.Compliant, want: []string{onlySales("recording:recording:view")},
			decided: append(base[:3:3], audit.CheckPermission, audit.CheckPermissionUnavailable, audit.CheckPermissionDivision),
		},
		{name: "accepted, in the division", req: inSales, verdict: audit.Compliant},
		{
			name: "accepted, in another division", req: inSupport, verdict: audit.Noncompliant,
			want: []string{`fail permission_division/recording:recording:view: recording:recording:view is granted by role "Limited", ` +
				`but only in "Sales"; it is required in "Support".`},
		},
		{name: "another role grants it without one", req: req, verdict: audit.Compliant, facts: withUnconditional("d-home")},
		{
			name: "another role grants it without one, in a part of the divisions", req: inBoth, verdict: audit.Undetermined,
			facts: withUnconditional("d-sales"), want: []string{onlyConditional},
		},
		{
			name: "only under a condition, in the division", req: audit.Requirement{
				ClientName: dashboard, IgnoreAccessPolicies: true, RequiredPermissions: []string{viewRecordings}, Divisions: []string{"Sales"},
			},
			verdict: audit.Undetermined, want: []string{onlyConditional},
			decided: append(base[:3:3], audit.CheckPermission, audit.CheckPermissionUnavailable, audit.CheckPermissionDivision),
		},
		{name: "another role grants it without one, in all divisions", req: inBoth, verdict: audit.Compliant, facts: withUnconditional("*")},
		{
			name: "not known yet", req: notYet, verdict: audit.Deferred, want: []string{onlySales("recording:recording:view")},
			decided: append(base[:3:3], audit.CheckPermission, audit.CheckPermissionUnavailable, audit.CheckPermissionDivision),
		},
	})
}

func TestPermissionForbidden(t *testing.T) {
	t.Parallel()
	req := func(patterns ...string) audit.Requirement {
		return audit.Requirement{ClientName: dashboard, ForbiddenPermissions: patterns}
	}
	more := req("oauth:*:*")
	more.Deferred = deferred(audit.ArgForbiddenPermissions)
	hidden := grants(audit.Grant{RoleID: "r-limited", DivisionID: "*"}, audit.Grant{RoleID: "r-hidden", DivisionID: "*"})
	const unclear = `unknown permission_forbidden/Hidden: The platform does not show what the role "Hidden" permits. ` +
		"Whether any of it is forbidden is unknown."
	unclearRead := strings.ReplaceAll(unclear, "Hidden", "Analytics - Read")
	withPolicies := func(policies ...access.Policy) func(*audit.Facts) {
		return func(f *audit.Facts) {
			list := roleList()
			list[0].Policies = policies
			f.Roles = audit.Read(access.NewRoles(list))
			grants(audit.Grant{RoleID: "r-read", DivisionID: "*"})(f)
		}
	}
	runVerdicts(t, []verdictCase{
		{
			name: "not granted", req: req("oauth:*:*", "routing:queue:edit", "routing:skill:view", "recording:queue:*", "*:*:delete"),
			verdict: audit.Compliant,
			decided: []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType, audit.CheckPermissionForbidden},
		},
		{
			name: "granted", req: req("routing:queue:view"), verdict: audit.Noncompliant,
			want: []string{`fail permission_forbidden/routing:queue:view: routing:queue:view is forbidden, but role ` +
				`"Limited" grants routing:queue:view.`},
		},
		{
			name: "the organization does not know it", req: req("oauth:client:veiw", "zzz:*:*"), verdict: audit.Compliant,
			want: []string{
				`warn permission_forbidden/oauth:client:veiw: The organization has no permission oauth:client:veiw, so the entry has no effect. ` +
					`Did you mean "oauth:client:view"?`,
				"warn permission_forbidden/zzz:*:*: The organization has no permission zzz:*:*, so the entry has no effect.",
			},
		},
		{
			name: "whether the organization knows it is unreadable", req: req("oauth:client:view"), verdict: audit.Undetermined,
			facts: func(f *audit.Facts) { f.Permissions = audit.Unreadable[*audit.Permissions](audit.Gap{Reason: "500"}) },
			want: []string{"unknown permission_forbidden/GET /api/v2/authorization/permissions: " +
				"The permissions that exist in the organization could not be read: 500."},
		},
		{
			name: "granted under a condition", req: req("recording:recording:*"), verdict: audit.Noncompliant,
			want: []string{`fail permission_forbidden/recording:recording:*: recording:recording:* is forbidden, ` +
				`but role "Limited" grants recording:recording:view.`},
		},
		{
			name: "several at once", req: req("*:*:view"), verdict: audit.Noncompliant,
			want: []string{`fail permission_forbidden/*:*:view: *:*:view is forbidden, but roles "Analytics - Read", "Limited" grant ` +
				"analytics:conversationDetail:view, recording:recording:view, routing:queue:view."},
		},
		{
			name: "a wildcard grant overlaps", req: req("quality:evaluation:delete"), verdict: audit.Noncompliant,
			facts: grants(audit.Grant{RoleID: "r-wild", DivisionID: "*"}),
			want: []string{`fail permission_forbidden/quality:evaluation:delete: quality:evaluation:delete is ` +
				`forbidden, but role "Wild" grants quality:*:*.`},
		},
		{
			name: "a pattern that matches nothing", req: req("oauth:*"), verdict: audit.Undetermined,
			want: []string{`unknown permission_forbidden/oauth:*: "oauth:*" is not of the form domain:entity:action, ` +
				`so what it forbids is unknown.`},
		},
		{name: "a role's policies are not shown", req: req("oauth:*:*"), facts: hidden, verdict: audit.Undetermined, want: []string{unclear}},
		{
			name: "a role's policies are not shown, but the pattern hits anyway", req: req("routing:queue:*"), facts: hidden,
			verdict: audit.Noncompliant,
			want: []string{`fail permission_forbidden/routing:queue:*: routing:queue:* is forbidden, ` +
				`but role "Limited" grants routing:queue:view.`},
		},
		{
			name: "granted, in another spelling", req: req("oauth:client:*", "*:Role:View"), verdict: audit.Noncompliant,
			facts: withPolicies(policy("OAuth", "client ", "View"), policy("authorization", "role", "view")),
			want: []string{
				`fail permission_forbidden/*:Role:View: *:Role:View is forbidden, but role "Analytics - Read" grants authorization:role:view.`,
				`fail permission_forbidden/oauth:client:*: oauth:client:* is forbidden, but role "Analytics - Read" grants OAuth:client :View.`,
			},
		},
		{
			name: "a wildcard inside a domain", req: req("oauth:*:*"), facts: withPolicies(policy("o*", "client", "view")),
			verdict: audit.Undetermined, want: []string{unclearRead},
		},
		{
			name: "a wildcard inside an entity", req: req("oauth:client:*"), facts: withPolicies(policy("oauth", "cl*", "view")),
			verdict: audit.Undetermined, want: []string{unclearRead},
		},
		{
			name: "a wildcard inside an action", req: req("oauth:client:view"), facts: withPolicies(policy("oauth", "client", "edit", "v*")),
			verdict: audit.Undetermined, want: []string{unclearRead},
		},
		{
			name: "white space inside a segment", req: req("oauth:client:*"), facts: withPolicies(policy("oauth", "cli ent", "view")),
			verdict: audit.Undetermined, want: []string{unclearRead},
		},
		{
			name: "another role of the same name does not show its policies", req: req("oauth:*:*"), verdict: audit.Undetermined,
			facts: func(f *audit.Facts) {
				f.Roles = audit.Read(access.NewRoles(append(roleList(), access.Role{ID: "r-read-2", Name: "Analytics - Read"})))
				grants(audit.Grant{RoleID: "r-read", DivisionID: "*"}, audit.Grant{RoleID: "r-read-2", DivisionID: "*"})(f)
			},
			want: []string{unclearRead},
		},
		{
			name: "a whole permission in one segment", req: req("oauth:client:view"), facts: withPolicies(policy("oauth", "*", "client:view")),
			verdict: audit.Undetermined, want: []string{unclearRead},
		},
		{
			name: "required, of a role with a wildcard inside a segment", verdict: audit.Undetermined,
			req: audit.Requirement{ClientName: dashboard, IgnoreAccessPolicies: true, RequiredPermissions: []string{"routing:queue:edit", "routing:queue:view"}},
			facts: func(f *audit.Facts) {
				withPolicies(policy("routing", "queue", "e*"))(f)
				f.Clients = audit.Read(clients())
			},
			want: []string{`unknown permission/routing:queue:edit: Whether routing:queue:edit is granted is unknown: the platform does not show what the client's role "Analytics - Read" permits.`, onlySales("routing:queue:view")},
		},
		{
			name: "roles unreadable", req: req("oauth:*:*"), facts: unreadableRoles, verdict: audit.Undetermined,
			want: []string{"unknown permission_forbidden/" + rolesGap},
		},
		{
			name: "of the user", verdict: audit.Noncompliant,
			req: audit.Requirement{
				ClientName: userApp, AllowedGrantTypes: []string{"CODE"}, UserID: "u-1", ForbiddenPermissions: []string{"analytics:*:*"},
			},
			want: []string{`fail permission_forbidden/analytics:*:*: analytics:*:* is forbidden, ` +
				`but role "Analytics - Read" grants analytics:conversationDetail:view.`},
		},
		{
			name: "of a user's role, which the answer about the user does not show", verdict: audit.Undetermined,
			req: audit.Requirement{
				ClientName: userApp, AllowedGrantTypes: []string{"CODE"}, UserID: "u-1", ForbiddenPermissions: []string{"analytics:*:*"},
			},
			facts: func(f *audit.Facts) {
				f.User = audit.Read(user(func(s *audit.Subject) { s.Grants[0].Role.Policies = []access.Policy{} }))
			},
			want: []string{`unknown permission_forbidden/analytics:*:*: analytics:*:* is forbidden, and role "Analytics - Read" permits ` +
				"analytics:conversationDetail:view. The platform's answer about the user does not show the permission, so whether it is granted is unknown."},
		},
		{
			name: "of a user that is not named", verdict: audit.Undetermined,
			req: audit.Requirement{ClientName: userApp, AllowedGrantTypes: []string{"CODE"}, ForbiddenPermissions: []string{"analytics:*:*"}},
			want: []string{
				"unknown permission_forbidden/User App: A client with the grant type CODE acts with a user's rights, and user_id is not set.",
			},
		},
		{
			name: "more to come", req: more, verdict: audit.Deferred,
			decided: []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType},
		},
	})
}

// onlySales is the warning of a permission that holds in one division while none is required.
func onlySales(permission string) string {
	return "warn permission_division/" + permission + ": " + permission + " is granted only in division d-sales: " +
		"answers leave out the objects of other divisions."
}
