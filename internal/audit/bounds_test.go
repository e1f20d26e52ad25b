package audit_test

import (
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

func roles(edit ...access.Role) func(*audit.Facts) {
	return func(f *audit.Facts) { f.Roles = audit.Read(access.NewRoles(append(roleList(), edit...))) }
}

// both changes the facts in two ways.
func both(first, second func(*audit.Facts)) func(*audit.Facts) {
	return func(f *audit.Facts) {
		first(f)
		second(f)
	}
}

// only grants the dashboard one role, which permits what is given.
func only(role access.Role) func(*audit.Facts) {
	role.ID, role.Name = "r-only", "Only"
	return both(roles(role), grants(audit.Grant{RoleID: "r-only", DivisionID: "*"}))
}

func shown(policies ...access.Policy) access.Role {
	return access.Role{PoliciesShown: true, Policies: policies}
}

func TestPermissionExcess(t *testing.T) {
	t.Parallel()
	allow := func(patterns ...string) audit.Requirement {
		return audit.Requirement{ClientName: dashboard, AllowedPermissions: patterns}
	}
	later := func(req audit.Requirement) audit.Requirement {
		req.Deferred = deferred(audit.ArgAllowedPermissions)
		return req
	}
	ofUser := allow("*:*:*")
	ofUser.ClientName, ofUser.UserID, ofUser.AllowedGrantTypes = userApp, "u-1", []string{"CODE"}
	ofNobody := ofUser
	ofNobody.UserID = ""
	nothingOfUser := ofUser
	nothingOfUser.AllowedPermissions = []string{}
	conditional := policy("routing", "queue", "edit")
	conditional.Conditional = true
	decided := []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType, audit.CheckPermissionExcess}
	const exact = "analytics:conversationDetail:view"

	runVerdicts(t, []verdictCase{
		{name: "as it is granted", req: allow(exact, "recording:recording:view", "routing:queue:view"), verdict: audit.Compliant, decided: decided},
		{name: "wider than granted", req: allow("analytics:*:view", "recording:*:*", "*:queue:*"), verdict: audit.Compliant, decided: decided},
		{name: "everything", req: allow("*:*:*"), verdict: audit.Compliant, decided: decided},
		{
			name: "nothing, and a condition does not make it less", req: allow([]string{}...), verdict: audit.Noncompliant, facts: only(shown(conditional)),
			want: []string{`fail permission_excess/routing:queue:edit: routing:queue:edit is not among allowed_permissions, and role "Only" grants it.`},
		},
		{
			name: "one permission too many", req: allow(exact, "routing:queue:view"), verdict: audit.Noncompliant, decided: decided,
			want: []string{`fail permission_excess/recording:recording:view: recording:recording:view is not among allowed_permissions, and role "Limited" grants it.`},
		},
		{
			name: "two roles grant it", req: allow(exact, "recording:recording:view"), verdict: audit.Noncompliant,
			facts: both(roles(access.Role{ID: "r-2", Name: "Second", PoliciesShown: true, Policies: []access.Policy{policy("routing", "queue", "view")}}),
				grants(audit.Grant{RoleID: "r-2"}, audit.Grant{RoleID: "r-limited"})),
			want: []string{`fail permission_excess/routing:queue:view: routing:queue:view is not among allowed_permissions, and roles "Limited", "Second" grant it.`},
		},
		{
			name: "case tells permissions apart", req: allow("Routing:queue:edit"), verdict: audit.Noncompliant, facts: only(shown(policy("routing", "queue", "edit"))),
			want: []string{`fail permission_excess/routing:queue:edit: routing:queue:edit is not among allowed_permissions, and role "Only" grants it.`},
		},
		{
			name: "a wildcard with a counterexample", req: allow("routing:queue:view"), verdict: audit.Noncompliant, facts: only(shown(policy("routing", "queue", "*"))),
			want: []string{`fail permission_excess/routing:queue:*: No pattern of allowed_permissions covers all of routing:queue:*, which role "Only" grants: ` +
				"routing:queue:edit is not allowed."},
		},
		{
			name: "a wildcard that is covered one by one, today", req: allow("routing:queue:view", "routing:queue:edit"), verdict: audit.Noncompliant,
			facts: only(shown(policy("routing", "queue", "*"))),
			want:  []string{`fail permission_excess/routing:queue:*: No pattern of allowed_permissions covers all of routing:queue:*, which role "Only" grants: every permission that it covers today is allowed, but it also grants permissions that the platform adds later.`},
		},
		{
			name: "what exists cannot be read", req: allow("routing:queue:view"), verdict: audit.Noncompliant,
			facts: both(only(shown(policy("routing", "queue", "*"))), func(f *audit.Facts) {
				f.Permissions = audit.Unreadable[*audit.Permissions](gap(""))
			}),
			want: []string{`fail permission_excess/routing:queue:*: routing:queue:* is not among allowed_permissions, and role "Only" grants it. ` +
				"The permissions that it covers in this organization could not be read."},
		},
		{
			name: "a permission that the organization does not have", req: allow("routing:queue:view"), verdict: audit.Noncompliant,
			facts: only(shown(policy("outbound", "campaign", "edit"))),
			want: []string{`fail permission_excess/outbound:campaign:edit: outbound:campaign:edit is not among allowed_permissions, and role "Only" grants it. ` +
				"The organization does not have the permission: it takes effect when its product is enabled."},
		},
		{
			name: "a legacy permission", req: allow("*:*:*"), verdict: audit.Noncompliant, facts: grants(audit.Grant{RoleID: "r-admin"}),
			want: []string{`fail permission_excess/admin: admin is not among allowed_permissions, and role "Old Admin" grants it. ` +
				"It is a legacy permission without a domain: allowed_permissions must list its exact name."},
		},
		{name: "a legacy permission by its name", req: allow("admin"), verdict: audit.Compliant, facts: grants(audit.Grant{RoleID: "r-admin"})},
		{
			name: "a role that is not shown", req: allow("*:*:*"), verdict: audit.Undetermined, facts: grants(audit.Grant{RoleID: "r-hidden"}),
			want: []string{`unknown permission_excess/Hidden: The platform does not show what the role "Hidden" permits. Whether all of it is allowed is unknown.`},
		},
		{
			name: "a role that does not exist any more", req: allow("*:*:*"), verdict: audit.Undetermined, facts: grants(audit.Grant{RoleID: "r-gone"}),
			want: []string{`unknown permission_excess/r-gone: The platform does not show what the role "r-gone" permits. Whether all of it is allowed is unknown.`},
		},
		{
			name: "roles that cannot be read", req: allow("*:*:*"), verdict: audit.Undetermined, facts: unreadableRoles,
			want: []string{"unknown permission_excess/" + rolesGap},
		},
		{name: "a user's", req: ofUser, verdict: audit.Compliant},
		{
			name: "a user's, which the answer about the user does not show", req: nothingOfUser, verdict: audit.Undetermined,
			facts: func(f *audit.Facts) {
				f.User = audit.Read(user(func(s *audit.Subject) { s.Grants[0].Role.Policies = []access.Policy{} }))
			},
			want: []string{"unknown permission_excess/" + exact + ": " + exact + ` is not among allowed_permissions, and role "Analytics - Read" grants it. ` +
				"The platform's answer about the user does not show the permission, so whether it is granted is unknown."},
		},
		{
			name: "a user's, and it is not said whose", req: ofNobody, verdict: audit.Undetermined,
			want: []string{`unknown permission_excess/User App: A client with the grant type CODE acts with a user's rights, and user_id is not set.`},
		},
		{name: "known later", req: later(allow("routing:queue:view")), verdict: audit.Deferred},
		{name: "known later, and all is covered already", req: later(allow("*:*:*")), verdict: audit.Deferred},
		{
			name: "known later, and a role is not shown whatever comes", req: later(allow("*:*:*")), verdict: audit.Undetermined, facts: grants(audit.Grant{RoleID: "r-hidden"}),
			want: []string{`unknown permission_excess/Hidden: The platform does not show what the role "Hidden" permits. Whether all of it is allowed is unknown.`},
		},
	})
}

func TestRoleDivision(t *testing.T) {
	t.Parallel()
	const role = "Limited"
	in := func(divisions ...string) audit.Requirement {
		return audit.Requirement{ClientName: dashboard, RoleDivisions: map[string]audit.DivisionSet{role: {Names: divisions}}}
	}
	byID := audit.Requirement{ClientName: dashboard, RoleDivisions: map[string]audit.DivisionSet{"r-limited": {Names: []string{"d-sales"}}}}
	later := func(divisions ...string) audit.Requirement {
		req := in()
		req.RoleDivisions[role] = audit.DivisionSet{Names: divisions, Incomplete: true}
		req.Deferred = deferred(audit.ArgRoleDivisions)
		return req
	}
	granted := func(divisions ...string) func(*audit.Facts) {
		var all []audit.Grant
		for _, division := range divisions {
			all = append(all, audit.Grant{RoleID: "r-limited", DivisionID: division})
		}
		return grants(all...)
	}
	hiddenDivisions := func(f *audit.Facts) { f.Divisions = audit.Unreadable[*audit.Divisions](gap("")) }
	fails := func(message string) []string { return []string{"fail role_division/Limited: " + message} }
	decided := []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType, audit.CheckRoleDivision}
	namesake := roles(access.Role{ID: "r-limited-2", Name: role, PoliciesShown: true})

	runVerdicts(t, []verdictCase{
		{name: "by name", req: in("Sales"), verdict: audit.Compliant, decided: decided},
		{name: "by id", req: in("d-sales"), verdict: audit.Compliant, decided: decided},
		{name: "by the role's id", req: byID, verdict: audit.Compliant},
		{name: "in all divisions", req: in("*"), facts: granted("*"), verdict: audit.Compliant},
		{name: "twice in one", req: in("Sales", "d-sales"), facts: granted("d-sales", "d-sales"), verdict: audit.Compliant},
		{
			name: "widened", req: in("Sales"), facts: granted("*"), verdict: audit.Noncompliant, decided: decided,
			want: fails(`The role "Limited" is granted in all divisions; role_divisions requires "Sales".`),
		},
		{
			name: "narrowed", req: in("*"), verdict: audit.Noncompliant, want: fails(`The role "Limited" is granted in division d-sales; role_divisions requires all divisions.`),
		},
		{
			name: "all divisions beside one", req: in("Sales"), facts: granted("d-sales", "*"), verdict: audit.Noncompliant,
			want: fails(`The role "Limited" is granted in "Sales", all divisions; role_divisions requires "Sales".`),
		},
		{
			name: "added", req: in("Sales"), facts: granted("d-sales", "d-home"), verdict: audit.Noncompliant,
			want: fails(`The role "Limited" is granted in "Home", "Sales"; role_divisions requires "Sales".`),
		},
		{
			name: "removed", req: in("Sales", "Home"), verdict: audit.Noncompliant,
			want: fails(`The role "Limited" is granted in "Sales"; role_divisions requires "Home", "Sales".`),
		},
		{
			name: "not granted", req: in("Sales"), facts: granted(), verdict: audit.Noncompliant,
			want: fails(`"Limited" is not granted. role_divisions requires "Sales".`),
		},
		{
			name: "no such division", req: in("Sales", "Suport"), verdict: audit.Noncompliant,
			want: fails(`The role "Limited" is granted in "Sales"; role_divisions requires "Sales". The organization has no division "Suport" that the ` +
				`auditing client can see. Did you mean "Support"?`),
		},
		{
			name: "several divisions of the name", req: in("Twin"), facts: granted("d-twin-1"), verdict: audit.Noncompliant,
			want: fails(`The role "Limited" is granted in "Twin"; role_divisions requires no division that exists. 2 divisions are named "Twin": d-twin-1, d-twin-2.`),
		},
		{
			name: "several roles of the name, and one is granted so", req: in("Sales"), facts: namesake, verdict: audit.Undetermined,
			want: []string{`unknown role_division/Limited: 2 roles are named "Limited", and not all of them are granted as role_divisions says: r-limited, r-limited-2. ` +
				"The intended role is ambiguous."},
		},
		{
			name: "several roles of the name, and all are granted so", req: in("Sales"), verdict: audit.Compliant,
			facts: both(namesake, grants(audit.Grant{RoleID: "r-limited", DivisionID: "d-sales"}, audit.Grant{RoleID: "r-limited-2", DivisionID: "d-sales"})),
		},
		{
			name: "divisions that cannot be read", req: in("Sales"), facts: hiddenDivisions, verdict: audit.Undetermined,
			want: []string{"unknown role_division/GET /api/v2/some/evidence: The divisions could not be read: 403 missing.any.permissions."},
		},
		{name: "by id needs no divisions", req: in("d-sales"), facts: hiddenDivisions, verdict: audit.Compliant},
		{
			name: "a grant without a division", req: in("Sales"), facts: granted(""), verdict: audit.Undetermined,
			want: []string{`unknown role_division/Limited: The platform does not show in which division the role "Limited" is granted.`},
		},
		{
			name: "roles that cannot be read", req: in("Sales"), verdict: audit.Undetermined, facts: unreadableRoles,
			want: []string{"unknown role_division/" + rolesGap},
		},
		{name: "known later", req: later(), verdict: audit.Deferred},
		{name: "known later, and one is there", req: later("Sales"), verdict: audit.Deferred},
		{
			name: "known later, and one is missing already", req: later("Home"), verdict: audit.Noncompliant,
			want: fails(`The role "Limited" is granted in "Sales"; role_divisions requires "Home".`),
		},
	})
}
