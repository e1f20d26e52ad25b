package genesyscloud

import "context"

var oauthScopesNoun = noun[OAuthScope]{
	endpoint: endpoint{path: "/api/v2/oauth/scopes"},
	identify: func(scope *OAuthScope) (string, error) { return scope.ID, requireText("id", scope.ID) },
}

// OAuthScopes reads every scope that the platform knows: GET /api/v2/oauth/scopes, no permission.
func (c *Client) OAuthScopes(ctx context.Context) ([]OAuthScope, error) {
	return c.oauthScopes.get(ctx, func(ctx context.Context) ([]OAuthScope, error) {
		return readList(ctx, c, oauthScopesNoun)
	})
}
