package genesyscloud

import "context"

var tokenTimeoutNoun = noun[TokenTimeout]{
	endpoint: endpoint{path: "/api/v2/tokens/timeout"},
	fields:   someOf("enableIdleTokenTimeout", "idleTokenTimeoutSeconds"),
	identify: func(*TokenTimeout) (string, error) { return "", nil },
}

// TokenTimeout reads after how much idle time a token ends: GET /api/v2/tokens/timeout, no permission.
func (c *Client) TokenTimeout(ctx context.Context) (TokenTimeout, error) {
	return c.tokenTimeout.get(ctx, func(ctx context.Context) (TokenTimeout, error) {
		return readOne(ctx, c, tokenTimeoutNoun)
	})
}
