package catalog

import (
	"maps"
	"slices"
	"strings"
)

// Escalation is a permission with which a caller can raise its own rights or those of others.
type Escalation struct {
	Permission string // domain:entity:action
	Ways       []EscalationWay
}

// EscalationWay is an operation that the permission opens, and what a caller does with it.
type EscalationWay struct {
	Endpoint string // "METHOD /path" with the template path
	How      string // a sentence
}

// escalationWays are the operations of the API that change who may do what: grants, roles, groups that pass on roles, OAuth clients,
// trusts between organizations, identity providers, users' credentials, and access policies. Read on 2026-11-26 from the operations and
// models of platform-client-sdk-javascript 262.0.0.
//
// Left out: operations that only take rights away, POST /api/v2/authorization/roles, since a new role is granted to nobody, and those of
// SCIM for users, whose permissions are here by other operations.
func escalationWays() []EscalationWay {
	const (
		grants        = "Grants roles to any user, group or OAuth client."
		users         = "Grants a role to any user."
		roles         = "Adds permissions to a role that is granted already."
		trusts        = "Lets users of another organization act in this one."
		trustRoles    = "Changes the roles that users of another organization have in this one."
		trustors      = "Lets a user of this organization act in an organization that trusts it."
		signIn        = "Lets an identity provider of the caller's choice sign users in."
		secondFactor  = "Replaces or removes a user's second factor."
		policies      = "Replaces an access policy that refuses the caller."
		groupsOfRoles = "Makes users members of a group, which passes its roles on to them."
	)
	return []EscalationWay{
		{"POST /api/v2/authorization/roles/{roleId}", grants},
		{"POST /api/v2/authorization/subjects/{subjectId}/bulkadd", grants},
		{"POST /api/v2/authorization/subjects/{subjectId}/divisions/{divisionId}/roles/{roleId}", grants},
		{"PUT /api/v2/authorization/roles/{roleId}/users/add", users},
		{"PUT /api/v2/users/{subjectId}/roles", users},

		{"PATCH /api/v2/authorization/roles/{roleId}", roles},
		{"PUT /api/v2/authorization/roles/{roleId}", roles},
		{"PUT /api/v2/authorization/roles/default", roles},
		{"POST /api/v2/authorization/roles/default", "Gives default roles back the permissions that were taken from them."},
		{"PUT /api/v2/authorization/roles/settings", "Turns off the check of divisions when roles are granted."},

		{"PUT /api/v2/groups/{groupId}", "Makes a group pass its roles on to its members."},
		{"PUT /api/v2/groups/{groupId}/dynamicsettings", groupsOfRoles},
		{"PATCH /api/v2/scim/v2/groups/{groupId}", groupsOfRoles},
		{"PUT /api/v2/scim/v2/groups/{groupId}", groupsOfRoles},

		{"POST /api/v2/oauth/clients", "Creates an OAuth client that has the caller's roles and keeps them when the caller loses them."},
		{"PUT /api/v2/oauth/clients/{clientId}", "Gives an OAuth client scopes, redirect URIs and the caller's roles, and makes it active again."},
		{"POST /api/v2/oauth/clients/{clientId}/secret", "Issues a new secret of any OAuth client, with which the caller acts as that client."},

		{"POST /api/v2/orgauthorization/pairings", "Prepares a trust with which users of this organization act in another one."},
		{"POST /api/v2/orgauthorization/trustees", trusts},
		{"POST /api/v2/orgauthorization/trustees/care", trusts},
		{"POST /api/v2/orgauthorization/trustees/default", trusts},
		{"PUT /api/v2/orgauthorization/trustees/{trusteeOrgId}", "Enables or extends the trust in another organization."},
		{"POST /api/v2/orgauthorization/trustees/{trusteeOrgId}/groups", trusts},
		{"PUT /api/v2/orgauthorization/trustees/{trusteeOrgId}/groups/{trusteeGroupId}/roledivisions", trustRoles},
		{"PUT /api/v2/orgauthorization/trustees/{trusteeOrgId}/groups/{trusteeGroupId}/roles", trustRoles},
		{"POST /api/v2/orgauthorization/trustees/{trusteeOrgId}/users", trusts},
		{"PUT /api/v2/orgauthorization/trustees/{trusteeOrgId}/users/{trusteeUserId}/roledivisions", trustRoles},
		{"PUT /api/v2/orgauthorization/trustees/{trusteeOrgId}/users/{trusteeUserId}/roles", trustRoles},
		{"PUT /api/v2/orgauthorization/trustors/{trustorOrgId}/clonedusers/{trusteeUserId}", trustors},
		{"PUT /api/v2/orgauthorization/trustors/{trustorOrgId}/groups/{trustorGroupId}", trustors},
		{"PUT /api/v2/orgauthorization/trustors/{trustorOrgId}/users/{trusteeUserId}", trustors},

		{"POST /api/v2/identityproviders", signIn},
		{"PUT /api/v2/identityproviders/generic", signIn},
		{"PUT /api/v2/identityproviders/{providerId}", signIn},

		{"PATCH /api/v2/users/{userId}", "Changes the name and the email address with which a user signs in, and the groups of the user."},
		{"POST /api/v2/users/{userId}/password", "Sets the password of any user, with which the caller signs in as that user."},
		{"DELETE /api/v2/users/{userId}/verifiers/{verifierId}", secondFactor},
		{"PUT /api/v2/users/{userId}/verifiers/{verifierId}", secondFactor},

		{"DELETE /api/v2/authorization/policies/targets/{targetName}/subject/{subjectId}", "Removes an access policy that refuses the caller."},
		{"PUT /api/v2/authorization/policies/targets/{targetName}", policies},
		{"PUT /api/v2/authorization/policies/{policyId}", policies},
	}
}

// Escalations returns every permission with which a caller can raise its own rights or those of others, sorted, with each operation that
// needs it. An operation that needs several permissions counts for each of them. Legacy flat names ("admin") are left out: a pattern of
// forbidden permissions cannot name them.
func Escalations() []Escalation {
	ways := map[string][]EscalationWay{}
	for _, way := range escalationWays() {
		method, path, _ := strings.Cut(way.Endpoint, " ")
		entry, _ := Find(method, path) // a test holds that each of them is there
		for _, permission := range entry.Permissions {
			if strings.Contains(permission, ":") {
				ways[permission] = append(ways[permission], way)
			}
		}
	}
	var escalations []Escalation
	for _, permission := range slices.Sorted(maps.Keys(ways)) {
		escalations = append(escalations, Escalation{Permission: permission, Ways: ways[permission]})
	}
	return escalations
}
