package genesyscloud

import "context"

var tokenNoun = noun[TokenInfo]{
	endpoint: endpoint{path: "/api/v2/tokens/me"},
	identify: identifyToken,
}

// Token reads what the platform says of the token in use: GET /api/v2/tokens/me, no permission.
func (c *Client) Token(ctx context.Context) (TokenInfo, error) {
	return c.token.get(ctx, func(ctx context.Context) (TokenInfo, error) {
		return readOne(ctx, c, tokenNoun)
	})
}

func identifyToken(token *TokenInfo) (string, error) {
	if client := token.OAuthClient; client != nil {
		client.AuthorizedGrantType = currentGrantType(client.AuthorizedGrantType)
		if err := requireText("OAuthClient.id", client.ID); err != nil {
			return "", err
		}
	}
	return token.Organization.ID, requireText("organization.id", token.Organization.ID)
}
