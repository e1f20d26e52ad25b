package genesyscloud

import "context"

// Group is the answer of GET /api/v2/groups/{groupId}. A field that the answer does not show is empty or nil, which is not a value.
type Group struct {
	ID    string `json:"id,omitempty"`
	Name  string `json:"name,omitempty"`
	State string `json:"state,omitempty"` // active, inactive, deleted
	// RolesEnabled says whether the group can have roles, which its members then have too.
	RolesEnabled *bool `json:"rolesEnabled,omitempty"`
}

// Group reads a group: GET /api/v2/groups/{groupId}, no permission. An id that no group has is an APIError with the status 404; an answer
// about another group than the one asked for is an error.
func (c *Client) Group(ctx context.Context, id string) (Group, error) {
	if err := checkID(id); err != nil {
		return Group{}, err
	}
	return c.groups.cell(id).get(ctx, func(ctx context.Context) (Group, error) {
		return readOne(ctx, c, noun[Group]{
			endpoint: endpoint{path: "/api/v2/groups"}.of(id),
			identify: func(group *Group) (string, error) { return group.ID, requireID(group.ID, id) },
		})
	})
}
