package genesyscloud

import (
	"context"
	"fmt"
	"strings"
)

// Token reads what the platform says of the token in use: GET /api/v2/tokens/me, no permission. An answer about the token of another
// client than the one that signed in is an error: a gateway that keeps answers may give one caller those of another.
func (c *Client) Token(ctx context.Context) (TokenInfo, error) {
	return c.token.get(ctx, func(ctx context.Context) (TokenInfo, error) {
		return readOne(ctx, c, tokenNoun(c.signedInAs))
	})
}

// tokenNoun is the token of a client, or of any when the client is not known.
func tokenNoun(clientID string) noun[TokenInfo] {
	return noun[TokenInfo]{
		endpoint: endpoint{path: "/api/v2/tokens/me"},
		identify: func(token *TokenInfo) (string, error) {
			if client := token.OAuthClient; client != nil {
				client.AuthorizedGrantType = currentGrantType(client.AuthorizedGrantType)
				if err := requireText("OAuthClient.id", client.ID); err != nil {
					return "", err
				}
				if clientID != "" && !strings.EqualFold(client.ID, clientID) {
					return "", fmt.Errorf("it is about a token of the client %q, not of the one that signed in", client.ID)
				}
			}
			if err := requireNames("authorizedScope", token.AuthorizedScope); err != nil {
				return "", err
			}
			return token.Organization.ID, requireText("organization.id", token.Organization.ID)
		},
	}
}
