package audit

// Description is what a check is about, for reports and documentation. Each text is one or more whole sentences, except the title.
type Description struct {
	Title  string // a few words
	Cause  string // when it fails, and what the platform then does
	Remedy string // what to do about it
}

// Describe returns the description of a check, and the zero value for what is none.
func Describe(check Check) Description { return descriptions[check] }

var descriptions = map[Check]Description{
	CheckClient: {
		"The OAuth client exists",
		"The organization has no OAuth client with this id or name and has authorized none of another organization, or several clients bear the name.",
		"Correct the id or name, name the organization that has the client in organization, or create the client under " + oauthAdmin + ". If several clients bear the name, give client_id instead.",
	},
	CheckClientState: {
		"The OAuth client is active",
		"The client is not active, or a date for its deletion is set: sign-in fails, or will.",
		"Activate the client or take its deletion back under " + oauthAdmin + ", or use the client that replaces it.",
	},
	CheckAuthorization: {
		"The organization has authorized the client",
		"The client belongs to another organization, and the authorization here is refused, revoked or still pending: its calls are denied.",
		"Have an administrator of this organization approve the client under " + authorizedAppsAdmin + ".",
	},
	CheckGrantType: {
		"The grant type is allowed",
		"The client signs in with a grant type that is not among the allowed ones. A user-context grant borrows the rights of a user, and ends with " +
			"them; an integration between servers should not.",
		"Create a client with an allowed grant type under " + oauthAdmin + ", or add the grant type to allowed_grant_types.",
	},
	CheckScope: {
		"The needed scopes are there",
		"A needed scope is missing from the client, or from the authorization if the client belongs to another organization: consent that was given " +
			"before a scope was added does not cover it. The base scope covers its :readonly twin; nothing else covers anything.",
		"Add the scope under " + oauthAdmin + ", renew the consent if the client belongs to another organization, then issue a new token: tokens " +
			"already issued keep their scopes.",
	},
	CheckScopeExcess: {
		"No scope beyond the required ones",
		"The client has a scope that nobody requires, although allowed_scopes is set.",
		"Remove the scope under " + oauthAdmin + ", or add it to required_scopes if it is meant.",
	},
	CheckScopeForbidden: {
		"No forbidden scope",
		"The client has a scope of forbidden_scopes.",
		"Remove the scope under " + oauthAdmin + ".",
	},
	CheckScopeUnknown: {
		"The scopes exist on the platform",
		"The platform's list of scopes does not have a scope that is required: it may be misspelt. This only warns.",
		"Correct the name in required_scopes; the finding offers the nearest ones.",
	},
	CheckRole: {
		"The needed roles are granted",
		"A needed role is granted neither to the client, nor, for a user-context grant, to the user.",
		"Grant the role to the client under " + oauthAdmin + " > Roles, or to the user under " + userRolesAdmin + ".",
	},
	CheckRoleExcess: {
		"No role beyond the required ones",
		"A role is granted that nobody requires, although allowed_roles is set.",
		"Take the role away, or add it to required_roles if it is meant.",
	},
	CheckRoleForbidden: {
		"No forbidden role",
		"A role of forbidden_roles is granted.",
		"Take the role away from the client under " + oauthAdmin + " > Roles, or from the user under " + userRolesAdmin + ".",
	},
	CheckPermission: {
		"The needed permissions are granted",
		"A permission that an endpoint needs, or that is required, is in none of the granted roles: the platform answers 403.",
		"Add the permission to a granted role, or grant a role that has it.",
	},
	CheckPermissionUnavailable: {
		"The permissions exist in the organization",
		"A needed permission does not exist in this organization, usually because its product is not enabled. It cannot be granted.",
		"Enable the product that brings the permission, or do without the endpoint in this organization.",
	},
	CheckPermissionDivision: {
		"The permissions hold in the divisions",
		"A needed permission is granted, but not in every division of divisions: objects of the others are denied or left out.",
		"Grant the role in the missing division as well, or in all divisions.",
	},
	CheckPermissionConditional: {
		"The permissions hold without a condition",
		"A needed permission is granted only under a condition of the role, and whether a call meets it cannot be told beforehand.",
		"Grant a role that has the permission without a condition, or set accept_conditional_grants.",
	},
	CheckPermissionForbidden: {
		"No forbidden permission",
		"A granted role has a permission that a pattern of forbidden_permissions covers.",
		"Remove the permission from the role, or take the role away.",
	},
	CheckRegion: {
		"The region fits",
		"The organization is in another region than the application, and cross-region calls are not recorded as permitted, or its region is not among " +
			"the allowed ones.",
		"Run the application in the organization's region, or permit cross-region calls under Admin > Security > API settings and set allow_cross_region.",
	},
	CheckNetwork: {
		"The addresses are allowed",
		"The organization has an IP allowlist, and an address from which the application calls is not inside it.",
		"Have an administrator add the address to the IP allowlist under Admin > Account Settings > Organization Settings, or correct egress_addresses.",
	},
	CheckTokenScope: {
		"The token has the client's scopes",
		"The token in use was issued before a needed scope was added to the client: tokens already issued keep their scopes.",
		"Issue a new token, and restart what still holds the old one.",
	},
	CheckTokenValidity: {
		"Tokens expire soon enough",
		"Tokens of the client are valid for longer than max_token_validity_seconds.",
		"Lower the token duration of the client under " + oauthAdmin + ".",
	},
}
