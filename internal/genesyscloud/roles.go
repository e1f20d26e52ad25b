package genesyscloud

import (
	"context"
	"net/url"
)

var rolesNoun = noun[Role]{
	endpoint: endpoint{"/api/v2/authorization/roles", "authorization:role:view"},
	identify: identifyRole,
}

// Roles reads every role of the organization: GET /api/v2/authorization/roles, permission authorization:role:view. The user counts,
// which the platform adds by default, slow the call and are not asked for: UserCount is not filled.
func (c *Client) Roles(ctx context.Context) ([]Role, error) {
	return c.roles.get(ctx, func(ctx context.Context) ([]Role, error) {
		return readPages(ctx, c, rolesNoun, url.Values{"userCount": {"false"}})
	})
}

// Role reads one role with its user count: GET /api/v2/authorization/roles/{roleId}, permission authorization:role:view. An answer
// about another role than the one asked for is an error.
func (c *Client) Role(ctx context.Context, id string) (Role, error) {
	if err := checkID(id); err != nil {
		return Role{}, err
	}
	return c.rolesByID.cell(id).get(ctx, func(ctx context.Context) (Role, error) {
		return readOne(ctx, c, roleNoun(id))
	})
}

func roleNoun(id string) noun[Role] {
	return noun[Role]{
		endpoint: rolesNoun.of(id),
		fields:   notNull("userCount"),
		identify: func(role *Role) (string, error) {
			if err := requireID(role.ID, id); err != nil {
				return "", err
			}
			return identifyRole(role)
		},
	}
}

func identifyRole(role *Role) (string, error) {
	if err := requireText("id", role.ID, "name", role.Name); err != nil {
		return "", err
	}
	if err := requireNames("permissions", role.Permissions); err != nil {
		return "", err
	}
	for _, policy := range role.PermissionPolicies {
		if err := requirePolicy("permissionPolicies", policy.Domain, policy.EntityName, "actionSet", policy.ActionSet); err != nil {
			return "", err
		}
	}
	return role.ID, nil
}
