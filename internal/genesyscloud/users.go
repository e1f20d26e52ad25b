package genesyscloud

import "context"

// User is the answer of GET /api/v2/users/{userId}. A field that the answer does not show is empty, which is not a value.
type User struct {
	ID    string `json:"id,omitempty"`
	Name  string `json:"name,omitempty"`
	State string `json:"state,omitempty"` // active, inactive, deleted
}

// User reads a user: GET /api/v2/users/{userId}, no permission. An id that no user has is an APIError with the status 404; an answer
// about another user than the one asked for is an error.
func (c *Client) User(ctx context.Context, id string) (User, error) {
	if err := checkID(id); err != nil {
		return User{}, err
	}
	return c.users.cell(id).get(ctx, func(ctx context.Context) (User, error) {
		return readOne(ctx, c, noun[User]{
			endpoint: endpoint{path: "/api/v2/users"}.of(id),
			identify: func(user *User) (string, error) { return user.ID, requireID(user.ID, id) },
		})
	})
}
