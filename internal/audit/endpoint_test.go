package audit_test

import (
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

func TestEndpointConditions(t *testing.T) {
	t.Parallel()
	const queues, edit, conversations = "routing:queue:view", "routing:queue:edit", "analytics:conversationDetail:view"
	endpoint := func(kind catalog.ConditionKind, permissions ...string) audit.Endpoint {
		return audit.Endpoint{Written: "POST /x", Entry: catalog.Entry{
			Method: "POST", Path: "/x", ScopesMatch: catalog.None, PermissionsMatch: catalog.None,
			Conditions: []catalog.Condition{{Kind: kind, Permissions: permissions, Text: "So it is."}},
		}}
	}
	variants := func(permissions ...string) audit.Endpoint {
		e := endpoint(catalog.ByVariant)
		for i, name := range permissions {
			e.Variants = append(e.Variants, catalog.Variant{
				Name: []string{"one", "two"}[i], When: "kind is " + []string{"ONE", "TWO"}[i], Permissions: []string{name}, PermissionsMatch: catalog.All,
			})
		}
		return e
	}
	unpublished := variants(queues, queues)
	unpublished.Variants[1] = catalog.Variant{Name: "two", When: "kind is TWO", PermissionsMatch: catalog.Unknown}
	own := endpoint(catalog.Own)
	own.Permissions, own.PermissionsMatch = []string{edit}, catalog.All
	ofPath := func(user string) audit.Endpoint {
		e := own
		e.Path, e.Written = "/users/{userId}/x", "POST /users/"+user+"/x"
		return e
	}
	itself, othersUser, anyUser := ofPath("U-1"), ofPath("u-2"), ofPath("{id}")
	othersVariant := own
	othersVariant.Written, othersVariant.Variant = "POST /x#other", "other"
	unpublishedVariant := othersVariant
	unpublishedVariant.Permissions, unpublishedVariant.PermissionsMatch = nil, catalog.Unknown
	everywhere := endpoint(catalog.AllDivisions)
	everywhere.Permissions, everywhere.PermissionsMatch = []string{queues}, catalog.Any

	of := func(e audit.Endpoint) audit.Requirement {
		return audit.Requirement{ClientName: dashboard, Endpoints: []audit.Endpoint{e}, Divisions: []string{"Sales"}, IgnoreAccessPolicies: true}
	}
	ofUser := func(e audit.Endpoint) audit.Requirement {
		return audit.Requirement{
			ClientName: userApp, UserID: "u-1", AllowedGrantTypes: []string{"CODE"}, Endpoints: []audit.Endpoint{e}, Divisions: []string{"Home"},
			IgnoreAccessPolicies: true,
		}
	}
	withTopics := of(endpoint(catalog.Topics))
	withTopics.NotificationTopics = []string{"v2.x"}
	denied := of(variants(conversations, queues))
	denied.IgnoreAccessPolicies = false
	mayBeDenied := of(endpoint(catalog.MayNeed, queues))
	mayBeDenied.IgnoreAccessPolicies = false
	withMore := endpoint(catalog.MayNeed, queues)
	withMore.Permissions, withMore.PermissionsMatch = []string{conversations}, catalog.All
	apart := of(withMore)
	apart.Divisions = nil
	gone := []string{"unknown endpoint/" + rolesGap}
	missingEdit := []string{`fail permission/routing:queue:edit: routing:queue:edit is granted by no role of the client. ` +
		`The client has "Analytics - Read", "Limited". Role "Wild" would grant it.`}
	runVerdicts(t, []verdictCase{
		{
			name: "every variant is permitted", req: of(variants(queues, conversations)), verdict: audit.Compliant,
			decided: []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType, audit.CheckPermissionDivision, audit.CheckEndpoint},
		},
		{
			name: "one variant is permitted", req: of(variants(queues, edit)), verdict: audit.Undetermined,
			want: []string{"unknown endpoint/POST /x: The request decides which permissions the endpoint needs, and not all of them are granted: " +
				"routing:queue:edit when kind is TWO."},
		},
		{
			name: "no variant is permitted", req: of(variants("quality:evaluation:view", edit)), verdict: audit.Noncompliant,
			want: []string{"fail endpoint/POST /x: The request decides which permissions the endpoint needs, and none of its variants is permitted: " +
				"quality:evaluation:view when kind is ONE, routing:queue:edit when kind is TWO."},
		},
		{
			name: "a variant is not published", req: of(unpublished), verdict: audit.Undetermined,
			want: []string{"unknown endpoint/POST /x: The request decides which permissions the endpoint needs, and not all of them are granted: " +
				"a permission that is not published when kind is TWO."},
		},
		{name: "variants, roles unreadable", req: of(variants(queues, edit)), facts: unreadableRoles, verdict: audit.Undetermined, want: gone},
		{
			name: "a variant's permission is denied by a policy", req: denied, verdict: audit.Undetermined,
			facts: func(f *audit.Facts) {
				f.Policies = audit.Read([]audit.AccessPolicy{{
					Name: "Night", Target: conversations, SubjectType: "ALL", Effect: "DENY", Active: new(true), AppliesToClients: new(true),
				}})
			},
			want: []string{"unknown access_policy/" + conversations + `: The access policy "Night" denies ` + conversations + " to the client. " +
				"Whether the call needs it depends on the request."},
		},
		{name: "may need what is granted", req: of(endpoint(catalog.MayNeed, queues)), verdict: audit.Compliant},
		{
			name: "may need what is not granted", req: of(endpoint(catalog.MayNeed, edit)), verdict: audit.Undetermined,
			want: []string{"unknown endpoint/POST /x: So it is."},
		},
		{
			name: "may need what a policy denies", req: mayBeDenied, verdict: audit.Undetermined, facts: func(f *audit.Facts) {
				f.Policies = audit.Read([]audit.AccessPolicy{{
					Name: "Night", Target: queues, SubjectType: "ALL", Effect: "DENY", Active: new(true), AppliesToClients: new(true),
				}})
			},
			want: []string{"unknown access_policy/" + queues + `: The access policy "Night" denies ` + queues + " to the client. " +
				"Whether the call needs it depends on the request."},
		},
		{
			name: "may need together what is granted apart", req: apart, verdict: audit.Undetermined, facts: grants(
				audit.Grant{RoleID: "r-read", DivisionID: "d-home"}, audit.Grant{RoleID: "r-limited", DivisionID: "d-sales"}),
			want: []string{
				"warn permission_division/" + conversations + ": " + conversations + " is granted only in division d-home: answers leave out the objects of " +
					"other divisions.",
				"unknown endpoint/POST /x: So it is.",
			},
		},
		{
			name: "may need together what is granted in one division", req: apart, verdict: audit.Compliant, facts: grants(
				audit.Grant{RoleID: "r-read", DivisionID: "*"}, audit.Grant{RoleID: "r-limited", DivisionID: "d-sales"}),
		},
		{
			name: "poorer without what is not granted", req: of(endpoint(catalog.Partial, edit)), verdict: audit.Compliant,
			want: []string{"warn endpoint/POST /x: So it is."},
		},
		{name: "not poorer", req: of(endpoint(catalog.Partial, queues)), verdict: audit.Compliant},
		{
			name: "poorer, roles unreadable", req: of(endpoint(catalog.Partial, queues)), facts: unreadableRoles, verdict: audit.Undetermined, want: gone,
		},
		{name: "own objects, to a client without a user", req: of(own), verdict: audit.Noncompliant, want: missingEdit},
		{name: "own objects, to a user", req: ofUser(own), verdict: audit.Compliant, want: []string{"warn endpoint/POST /x: So it is."}},
		{
			name: "another user's objects, to a user", req: ofUser(othersUser), verdict: audit.Noncompliant,
			want: []string{`fail permission/routing:queue:edit: routing:queue:edit is granted by no role of the user. The user has "Analytics - Read". ` +
				`Role "Wild" would grant it.`},
		},
		{
			name: "the user's objects by its id, to the user", req: ofUser(itself), verdict: audit.Compliant,
			want: []string{"warn endpoint/POST /users/U-1/x: So it is."},
		},
		{
			name: "the calling user's objects, to a user", req: ofUser(ofPath("me")), verdict: audit.Compliant,
			want: []string{"warn endpoint/POST /users/me/x: So it is."},
		},
		{
			name: "a user's objects, to a user", req: ofUser(anyUser), verdict: audit.Compliant,
			want: []string{"warn endpoint/POST /users/{id}/x: So it is."},
		},
		{
			name: "the variant of other users' objects, to a user", req: ofUser(othersVariant), verdict: audit.Noncompliant,
			want: []string{`fail permission/routing:queue:edit: routing:queue:edit is granted by no role of the user. The user has "Analytics - Read". ` +
				`Role "Wild" would grant it.`},
		},
		{
			name: "the variant of other users' objects, which is not published, to a user", req: ofUser(unpublishedVariant), verdict: audit.Undetermined,
			want: []string{"unknown permission/POST /x#other: The permissions that POST /x#other needs are not documented."},
		},
		{name: "own jobs", req: of(endpoint(catalog.OwnJob)), verdict: audit.Compliant, want: []string{"warn endpoint/POST /x: So it is."}},
		{
			name: "the same user, to a client without one", req: of(endpoint(catalog.SameUser)), verdict: audit.Noncompliant,
			want: []string{"fail endpoint/POST /x: So it is."},
		},
		{name: "the same user, to a user", req: ofUser(endpoint(catalog.SameUser)), verdict: audit.Compliant, want: []string{"warn endpoint/POST /x: So it is."}},
		{
			name: "undecidable", req: of(endpoint(catalog.Undecidable)), verdict: audit.Undetermined,
			want: []string{"unknown endpoint/POST /x: Whether the endpoint can be called cannot be decided from permissions. So it is."},
		},
		{
			name: "a novel condition", req: of(endpoint("luck")), verdict: audit.Undetermined,
			want: []string{"unknown endpoint/POST /x: The endpoint has a condition that this version of the provider does not know. So it is."},
		},
		{
			name: "topics, none named", req: of(endpoint(catalog.Topics)), verdict: audit.Undetermined,
			want: []string{"unknown endpoint/POST /x: So it is."},
		},
		{
			name: "topics, named", req: withTopics, verdict: audit.Compliant, facts: func(f *audit.Facts) {
				f.Topics = audit.Read([]audit.Topic{{Name: "v2.x", Permissions: []string{queues}, Details: []audit.TopicDetail{}}})
			},
		},
		{
			name: "all divisions", req: of(everywhere), verdict: audit.Compliant,
			facts: grants(audit.Grant{RoleID: "r-limited", DivisionID: "*"}),
		},
		{
			name: "all divisions, granted in one", req: of(everywhere), verdict: audit.Noncompliant,
			want: []string{`fail permission_division/routing:queue:view: routing:queue:view is granted by role "Limited", but only in "Sales"; ` +
				"it is required in all divisions."},
		},
	})
}

// A client without a role passes for no endpoint of the catalog that needs a permission, whatever its conditions are.
func TestNoRoleNoEndpoint(t *testing.T) {
	t.Parallel()
	facts := everything()
	grants()(&facts)
	for _, entry := range catalog.Entries() {
		candidates := []string{entry.Endpoint()}
		for _, variant := range entry.Variants {
			candidates = append(candidates, entry.Endpoint()+"#"+variant.Name)
		}
		for _, written := range candidates {
			found, err := catalog.Lookup(written)
			if err != nil {
				t.Fatalf("%s: %v", written, err)
			}
			req := audit.Requirement{ClientName: dashboard, Endpoints: []audit.Endpoint{{Written: written, Entry: found}}}
			result, _ := judge(t, req, facts)
			needs := len(found.Permissions) > 0 || len(found.Roles) > 0 || found.PermissionsMatch == catalog.Unknown
			if needs && result.Verdict == audit.Compliant {
				t.Errorf("%s is called callable: %v", written, lines(result))
			}
		}
	}
}
