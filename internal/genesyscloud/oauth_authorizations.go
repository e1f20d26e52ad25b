package genesyscloud

import "context"

var oauthAuthorizationsNoun = noun[OAuthAuthorization]{
	endpoint: endpoint{"/api/v2/oauth/authorizations", "oauth:client:authorize"},
	fields:   notNull("pending"),
	identify: func(authorization *OAuthAuthorization) (string, error) {
		client := &authorization.Client
		client.AuthorizedGrantType = currentGrantType(client.AuthorizedGrantType)
		if err := requireNames("scope", authorization.Scope); err != nil {
			return "", err
		}
		return client.ID, requireText("client.id", client.ID)
	},
}

// OAuthAuthorizations reads the consents given to clients of other organizations: GET /api/v2/oauth/authorizations, permission
// oauth:client:authorize.
func (c *Client) OAuthAuthorizations(ctx context.Context) ([]OAuthAuthorization, error) {
	return c.oauthAuthorizations.get(ctx, func(ctx context.Context) ([]OAuthAuthorization, error) {
		return readList(ctx, c, oauthAuthorizationsNoun)
	})
}
