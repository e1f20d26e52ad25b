package audit_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

func grants(edit ...audit.Grant) func(*audit.Facts) {
	return func(f *audit.Facts) {
		f.Clients = audit.Read(clients(func(dashboard, _ *audit.Client) { dashboard.Grants = edit }))
	}
}

func unreadableRoles(f *audit.Facts) {
	f.Roles = audit.Unreadable[*access.Roles](gap("authorization:role:view"))
}

const rolesGap = "GET /api/v2/some/evidence: The roles could not be read: 403 missing.any.permissions. " +
	"The auditing client lacks authorization:role:view."

func TestRole(t *testing.T) {
	t.Parallel()
	req := func(roles ...string) audit.Requirement {
		return audit.Requirement{ClientName: dashboard, RequiredRoles: roles}
	}
	ofUser := func(roles ...string) audit.Requirement {
		return audit.Requirement{ClientName: userApp, AllowedGrantTypes: []string{"CODE"}, UserID: "u-1", RequiredRoles: roles}
	}
	withoutUser := ofUser("Analytics - Read")
	withoutUser.UserID = ""
	laterUser := withoutUser
	laterUser.Deferred = deferred(audit.ArgUserID)
	moreToCome := req("Analytics - Read")
	moreToCome.Deferred = deferred(audit.ArgRequiredRoles)
	missingAlready := req("Wild")
	missingAlready.Deferred = deferred(audit.ArgRequiredRoles)
	decided := []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType, audit.CheckRole}
	twoLimited := func(f *audit.Facts) {
		f.Roles = audit.Read(access.NewRoles(append(roleList(), access.Role{ID: "r-limited-2", Name: "Limited", PoliciesShown: true})))
	}

	runVerdicts(t, []verdictCase{
		{name: "by name", req: req("Analytics - Read", "Limited"), verdict: audit.Compliant, decided: decided},
		{name: "by id", req: req("r-read"), verdict: audit.Compliant},
		{
			name: "exists, not granted", req: req("Analytics - Export"), verdict: audit.Noncompliant, decided: decided,
			want: []string{`fail role/Analytics - Export: "Analytics - Export" is not granted. The client has "Analytics - Read", "Limited".`},
		},
		{
			name: "exists by id, not granted", req: req("r-export"), facts: grants(), verdict: audit.Noncompliant,
			want: []string{`fail role/r-export: "r-export" is not granted.`},
		},
		{
			name: "two roles bear the name, and the granted one is named by its id", req: req("Limited", "r-limited"), facts: twoLimited,
			verdict: audit.Compliant,
		},
		{
			name: "two roles bear the name, and the other one is named by its id", req: req("Limited", "r-limited-2"), facts: twoLimited,
			verdict: audit.Noncompliant,
			want: []string{
				`fail role/r-limited-2: "r-limited-2" is not granted. The client has "Analytics - Read", "Limited".`,
				`unknown role/Limited: 2 roles are named "Limited", and the client does not have all of them: r-limited, r-limited-2. ` +
					"The intended role is ambiguous.",
			},
		},
		{
			name: "two roles bear the name, and one of them is granted", req: req("Limited"), facts: twoLimited,
			verdict: audit.Undetermined,
			want: []string{`unknown role/Limited: 2 roles are named "Limited", and the client does not have all of them: r-limited, r-limited-2. ` +
				"The intended role is ambiguous."},
		},
		{name: "two roles bear the name, and both are granted", req: req("Limited"), verdict: audit.Compliant, facts: func(f *audit.Facts) {
			twoLimited(f)
			grants(audit.Grant{RoleID: "r-limited"}, audit.Grant{RoleID: "r-limited-2"})(f)
		}},
		{name: "two roles bear another name", req: req("Analytics - Read"), facts: twoLimited, verdict: audit.Compliant},
		{
			name: "does not exist", req: req("Analytics Export"), verdict: audit.Noncompliant,
			want: []string{`fail role/Analytics Export: "Analytics Export" is not granted. The organization has no role of this name or id. ` +
				`Did you mean "Analytics - Export"?`},
		},
		{
			name: "another role is called like the id", req: req("r-export"), verdict: audit.Noncompliant,
			facts: func(f *audit.Facts) {
				f.Roles = audit.Read(access.NewRoles(append(roleList(), access.Role{ID: "r-mimic", Name: "r-export", PoliciesShown: true})))
				grants(audit.Grant{RoleID: "r-mimic"})(f)
			},
			want: []string{`fail role/r-export: "r-export" is not granted. The client has "r-export".`},
		},
		{
			name: "the beginning of a name is no name", req: req("Limite", "r-rea"), verdict: audit.Noncompliant,
			want: []string{
				`fail role/Limite: "Limite" is not granted. The organization has no role of this name or id. Did you mean "Limited"?`,
				`fail role/r-rea: "r-rea" is not granted. The organization has no role of this name or id.`,
			},
		},
		{
			name: "does not exist, nothing near", req: req("zzzzzzzzzz"), verdict: audit.Noncompliant,
			want: []string{`fail role/zzzzzzzzzz: "zzzzzzzzzz" is not granted. The organization has no role of this name or id.`},
		},
		{
			name: "a granted role does not exist any more: it is not the required one", req: req("Analytics - Export", "Analytics - Read"),
			verdict: audit.Noncompliant,
			facts:   grants(audit.Grant{RoleID: "r-read"}, audit.Grant{RoleID: "r-unlisted"}),
			want:    []string{`fail role/Analytics - Export: "Analytics - Export" is not granted. The client has "Analytics - Read". Grants of deleted roles have no effect: r-unlisted.`},
			decided: []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType, audit.CheckRole},
		},
		{
			name: "a granted role is not listed: it is not one required by id", req: req("r-export"), verdict: audit.Noncompliant,
			facts: grants(audit.Grant{RoleID: "r-unlisted"}),
			want:  []string{`fail role/r-export: "r-export" is not granted. Grants of deleted roles have no effect: r-unlisted.`},
		},
		{
			name: "a granted role does not exist any more: required by id", req: req("r-unlisted"), verdict: audit.Noncompliant,
			facts: grants(audit.Grant{RoleID: "r-unlisted"}),
			want: []string{`fail role/r-unlisted: "r-unlisted" is granted to the client, but the role no longer exists: ` +
				"the grant has no effect."},
		},
		{
			name: "roles unreadable", req: req("Analytics - Read", "Wild"), facts: unreadableRoles, verdict: audit.Undetermined,
			want:    []string{"unknown role/" + rolesGap},
			decided: []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType},
		},
		{
			name: "grants not shown", req: req("Analytics - Read"), verdict: audit.Undetermined,
			facts: func(f *audit.Facts) {
				f.Clients = audit.Read(clients(func(dashboard, _ *audit.Client) { dashboard.GrantsShown = false }))
			},
			want: []string{"unknown role/Compliance Dashboard: The platform does not show the client's roles."},
		},
		{
			name: "another organization's service", verdict: audit.Undetermined,
			req: audit.Requirement{ClientID: "c-service", RequiredRoles: []string{"Wild"}},
			want: []string{"unknown role/Partner Service: The client belongs to another organization, and only that organization shows the roles of a " +
				"CLIENT-CREDENTIALS client."},
		},
		{
			name: "unknown grant type", req: audit.Requirement{ClientName: userApp, RequiredRoles: []string{"Wild"}}, verdict: audit.Undetermined,
			facts: func(f *audit.Facts) {
				f.Clients = audit.Read(clients(func(_, user *audit.Client) { user.GrantType = "DEVICE" }))
			},
			want: []string{
				`unknown grant_type/DEVICE: The platform does not document the grant type "DEVICE".`,
				`unknown role/User App: Whether the client's or a user's roles count is unknown: the platform does not document the grant type "DEVICE".`,
			},
		},
		{name: "of the user", req: ofUser("Analytics - Read"), verdict: audit.Compliant},
		{
			name: "another organization's app, of the user here", verdict: audit.Compliant,
			req: audit.Requirement{
				ClientID: "c-partner", AllowedGrantTypes: []string{"CODE"}, UserID: "u-1", RequiredRoles: []string{"Analytics - Read"},
			},
		},
		{
			name: "not of the user", req: ofUser("Analytics - Reed"), verdict: audit.Noncompliant,
			want: []string{`fail role/Analytics - Reed: "Analytics - Reed" is not granted. The organization has no role of this name or id. ` +
				`Did you mean "Analytics - Read"?`},
		},
		{
			name: "not of the user, role list unreadable", req: ofUser("Limited"), facts: unreadableRoles, verdict: audit.Undetermined,
			want: []string{"unknown role/" + rolesGap},
		},
		{
			name: "the user's grant does not name its role", req: ofUser("Analytics - Read"), verdict: audit.Compliant,
			facts: func(f *audit.Facts) {
				f.User = audit.Read(user(func(s *audit.Subject) { s.Grants[0].Role.Name = "" }))
			},
		},
		{
			name: "the user's grant does not name its role, role list unreadable", req: ofUser("Analytics - Read"), verdict: audit.Undetermined,
			facts: func(f *audit.Facts) {
				f.User = audit.Read(user(func(s *audit.Subject) { s.Grants[0].Role.Name = "" }))
				unreadableRoles(f)
			},
			want: []string{"unknown role/" + rolesGap},
		},
		{
			name: "the user's grant shows neither name nor id", req: audit.Requirement{
				ClientName: userApp, AllowedGrantTypes: []string{"CODE"}, UserID: "u-1", ForbiddenRoles: []string{"Wild"},
			},
			facts: func(f *audit.Facts) {
				f.User = audit.Read(user(func(s *audit.Subject) { s.Grants[0].Role = access.Role{} }))
			},
			verdict: audit.Undetermined,
			want:    []string{"unknown role_forbidden/(not shown): The role (not shown) is granted, but the list of roles does not contain it. Whether it is forbidden is unknown."},
		},
		{
			name: "user unreadable", req: ofUser("Analytics - Read"), verdict: audit.Undetermined,
			facts: func(f *audit.Facts) { f.User = audit.Unreadable[audit.Subject](gap("authorization:grant:view")) },
			want: []string{"unknown role/GET /api/v2/some/evidence: The user's roles could not be read: 403 missing.any.permissions. " +
				"The auditing client lacks authorization:grant:view."},
		},
		{
			name: "whose roles is not said", req: withoutUser, verdict: audit.Undetermined,
			want: []string{"unknown role/User App: A client with the grant type CODE acts with a user's rights, and user_id is not set."},
		},
		{
			name: "whose roles is not known yet", req: laterUser, verdict: audit.Deferred,
			decided: []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType},
		},
		{
			name: "more to come", req: moreToCome, verdict: audit.Deferred,
			decided: []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType},
		},
		{
			name: "more to come, one is missing already", req: missingAlready, verdict: audit.Noncompliant, decided: decided,
			want: []string{`fail role/Wild: "Wild" is not granted. The client has "Analytics - Read", "Limited".`},
		},
	})
}

func TestRoleExcess(t *testing.T) {
	t.Parallel()
	req := func(deferredArguments []audit.Argument, roles ...string) audit.Requirement {
		return audit.Requirement{ClientName: dashboard, AllowedRoles: []string{}, RequiredRoles: roles, Deferred: deferred(deferredArguments...)}
	}
	notYet := req([]audit.Argument{audit.ArgAllowedRoles})
	notYet.AllowedRoles = nil
	runVerdicts(t, []verdictCase{
		{
			name: "just what is required, by name and id", req: req(nil, "Analytics - Read", "r-limited"), verdict: audit.Compliant,
			decided: []audit.Check{
				audit.CheckClient, audit.CheckClientState, audit.CheckGrantType, audit.CheckRole, audit.CheckRoleExcess,
			},
		},
		{
			name: "another role is called like the required one's id", req: req(nil, "r-export"), verdict: audit.Noncompliant,
			facts: func(f *audit.Facts) {
				f.Roles = audit.Read(access.NewRoles(append(roleList(), access.Role{ID: "r-mimic", Name: "r-export", PoliciesShown: true})))
				grants(audit.Grant{RoleID: "r-export"}, audit.Grant{RoleID: "r-mimic"})(f)
			},
			want: []string{`fail role_excess/r-export: "r-export" is neither required nor among allowed_roles.`},
		},
		{
			name: "what an endpoint needs counts as required", verdict: audit.Compliant,
			facts: func(f *audit.Facts) {
				f.Clients = audit.Read(clients(func(dashboard, _ *audit.Client) {
					dashboard.Scopes = []string{"analytics:export"}
					dashboard.Grants = []audit.Grant{{RoleID: "r-export", DivisionID: "*"}}
				}))
			},
			req: audit.Requirement{ClientName: dashboard, AllowedRoles: []string{}, Endpoints: []audit.Endpoint{events()}},
		},
		{
			name: "more", req: req(nil, "Analytics - Read"), verdict: audit.Noncompliant,
			want: []string{`fail role_excess/Limited: "Limited" is neither required nor among allowed_roles.`},
		},
		{
			name: "the same role twice is one", req: req(nil), verdict: audit.Noncompliant,
			facts: grants(audit.Grant{RoleID: "r-wild", DivisionID: "d-home"}, audit.Grant{RoleID: "r-wild", DivisionID: "d-sales"}),
			want:  []string{`fail role_excess/Wild: "Wild" is neither required nor among allowed_roles.`},
		},
		{
			name: "a granted role is not listed", req: req(nil), verdict: audit.Undetermined, facts: grants(audit.Grant{RoleID: "r-unlisted"}),
			want: []string{"unknown role_excess/r-unlisted: The role r-unlisted is granted, but the list of roles does not contain it. Whether it is required is unknown."},
		},
		{
			name: "a granted role does not exist any more, and is required by id", req: req(nil, "r-unlisted"), verdict: audit.Noncompliant,
			facts: grants(audit.Grant{RoleID: "r-unlisted"}),
			want: []string{`fail role/r-unlisted: "r-unlisted" is granted to the client, but the role no longer exists: ` +
				"the grant has no effect."},
		},
		{
			name: "roles unreadable", req: req(nil), facts: unreadableRoles, verdict: audit.Undetermined,
			want: []string{"unknown role_excess/" + rolesGap},
		},
		{
			name: "more required roles to come", req: req([]audit.Argument{audit.ArgRequiredRoles}), verdict: audit.Deferred,
			decided: []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType},
		},
		{
			name: "not known yet", req: notYet, verdict: audit.Deferred,
			decided: []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType},
		},
	})
}

func TestRoleForbidden(t *testing.T) {
	t.Parallel()
	req := func(roles ...string) audit.Requirement {
		return audit.Requirement{ClientName: dashboard, ForbiddenRoles: roles}
	}
	more := req("Wild")
	more.Deferred = deferred(audit.ArgForbiddenRoles)
	runVerdicts(t, []verdictCase{
		{
			name: "not granted", req: req("Wild", "r-admin"), verdict: audit.Compliant,
			decided: []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType, audit.CheckRoleForbidden},
		},
		{
			name: "granted", req: req("Limited"), verdict: audit.Noncompliant,
			want: []string{`fail role_forbidden/Limited: "Limited" is granted, and it is forbidden.`},
		},
		{
			name: "granted, by id", req: req("r-read"), verdict: audit.Noncompliant,
			want: []string{`fail role_forbidden/r-read: "r-read" is granted, and it is forbidden.`},
		},
		{
			name: "granted, in full-width letters", req: req("\uff2cimi\u200bted"), verdict: audit.Noncompliant,
			want: []string{"fail role_forbidden/\uff2cimi\u200bted: \"Limited\" is granted, and \"\uff2cimi\\u200bted\" is forbidden: " +
				"the names differ only in case, white space or the form of characters."},
		},
		{
			name: "granted, in another spelling", req: req("limited ", "WILD", "R-Read"), verdict: audit.Noncompliant,
			want: []string{
				`fail role_forbidden/R-Read: "r-read" is granted, and "R-Read" is forbidden: the names differ only in case, white space or the form of characters.`,
				`fail role_forbidden/limited : "Limited" is granted, and "limited " is forbidden: the names differ only in case, white space or the form of characters.`,
				`warn role_forbidden/WILD: The organization has no role "WILD", so the entry has no effect. Did you mean "Wild"?`,
			},
		},
		{
			name: "a typing error forbids nothing", req: req("Old-Admins"), verdict: audit.Compliant,
			want: []string{`warn role_forbidden/Old-Admins: The organization has no role "Old-Admins", so the entry has no effect. ` +
				`Did you mean "Old Admin"?`},
		},
		{name: "a role that other organizations have", req: req("zzzzzzzzzz"), verdict: audit.Compliant},
		{
			name: "a granted role is not listed", req: req("Wild"), verdict: audit.Undetermined, facts: grants(audit.Grant{RoleID: "r-unlisted"}),
			want: []string{"unknown role_forbidden/r-unlisted: The role r-unlisted is granted, but the list of roles does not contain it. Whether it is forbidden is unknown."},
		},
		{
			name: "a granted role is not listed, and forbidden by id", req: req("r-unlisted"), verdict: audit.Noncompliant,
			facts: grants(audit.Grant{RoleID: "r-unlisted"}),
			want:  []string{`fail role_forbidden/r-unlisted: "r-unlisted" is granted, and it is forbidden.`},
		},
		{
			name: "roles unreadable", req: req("Wild"), facts: unreadableRoles, verdict: audit.Undetermined,
			want: []string{"unknown role_forbidden/" + rolesGap},
		},
		{
			name: "more to come", req: more, verdict: audit.Deferred,
			decided: []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType},
		},
	})
}

// Thousands of forbidden roles that the organization does not have are not all compared with those that it has, and a warning says so.
func TestManyUnknownForbiddenRoles(t *testing.T) {
	t.Parallel()
	names := []string{"zz Limitted"} // behind all others
	for i := range 600 {
		names = append(names, fmt.Sprintf("qqqqqqqq %d", i))
	}
	run := verdictCase{
		name: "many", req: audit.Requirement{ClientName: dashboard, ForbiddenRoles: names}, verdict: audit.Compliant,
		want: []string{"warn role_forbidden/forbidden_roles: 601 names of forbidden_roles are not roles of the organization. 101 of them were not compared " +
			"with its roles to find typing errors."},
	}
	runVerdicts(t, []verdictCase{run})
}

func TestGrantedRoles(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		req   audit.Requirement
		facts func(*audit.Facts)
		want  []string
	}{
		"names": {
			req: audit.Requirement{ClientName: dashboard, RequiredRoles: []string{"Wild"}}, want: []string{"Analytics - Read", "Limited"},
		},
		"not asked for": {req: audit.Requirement{ClientName: dashboard, RequiredScopes: []string{"org:read"}}},
		"ids": {
			req: audit.Requirement{ClientName: dashboard, RequiredRoles: []string{"Wild"}}, facts: unreadableRoles,
			want: []string{"r-limited", "r-read"},
		},
		"none": {req: audit.Requirement{ClientName: dashboard, AllowedRoles: []string{}}, facts: grants(), want: []string{}},
		"an unlisted one": {
			req: audit.Requirement{ClientName: dashboard, RequiredRoles: []string{"r-x"}}, facts: grants(audit.Grant{RoleID: "r-x"}),
			want: []string{"r-x"},
		},
		"of the user": {
			req: audit.Requirement{ClientName: userApp, UserID: "u-1", RequiredRoles: []string{"r-read"}}, want: []string{"Analytics - Read"},
		},
		"of a nobody yet":  {req: audit.Requirement{ClientName: userApp, RequiredRoles: []string{"r-read"}}},
		"client not found": {req: audit.Requirement{ClientName: "?", RequiredRoles: []string{"r-read"}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			facts := everything()
			if test.facts != nil {
				test.facts(&facts)
			}
			result, _ := judge(t, test.req, facts)
			var got []string
			for _, client := range result.Clients {
				got = client.Roles
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("granted roles (-want +got):\n%s", diff)
			}
		})
	}
}
