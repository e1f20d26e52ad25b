package genesyscloud

import "context"

var divisionsNoun = noun[Division]{
	endpoint: endpoint{path: "/api/v2/authorization/divisions"},
	identify: func(division *Division) (string, error) { return division.ID, requireText("id", division.ID) },
}

// Divisions reads every division of the organization: GET /api/v2/authorization/divisions, no permission.
func (c *Client) Divisions(ctx context.Context) ([]Division, error) {
	return c.divisions.get(ctx, func(ctx context.Context) ([]Division, error) {
		return readPages(ctx, c, divisionsNoun, nil)
	})
}
