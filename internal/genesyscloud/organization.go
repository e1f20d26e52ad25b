package genesyscloud

import "context"

var organizationNoun = noun[Organization]{
	endpoint: endpoint{path: "/api/v2/organizations/me"},
	identify: func(organization *Organization) (string, error) {
		return organization.ID, requireText("id", organization.ID)
	},
}

// Organization reads the organization: GET /api/v2/organizations/me, no permission.
func (c *Client) Organization(ctx context.Context) (Organization, error) {
	return c.organization.get(ctx, func(ctx context.Context) (Organization, error) {
		return readOne(ctx, c, organizationNoun)
	})
}
