package genesyscloud

import (
	"context"
	"encoding/json"
	"errors"
)

var authenticationSettingsNoun = noun[AuthenticationSettings]{
	endpoint: endpoint{"/api/v2/organizations/authentication/settings", "directory:organization:admin"},
	fields: func(fields map[string]json.RawMessage) error {
		return errors.Join(someOf("multifactorAuthenticationRequired", "domainAllowlistEnabled", "domainAllowlist", "ipAddressAllowlist")(fields),
			notNull("multifactorAuthenticationRequired")(fields), notNull("domainAllowlistEnabled")(fields))
	},
	identify: func(*AuthenticationSettings) (string, error) { return "", nil },
}

// AuthenticationSettings reads how users and clients may sign in: GET /api/v2/organizations/authentication/settings, permission
// directory:organization:admin. A nil list was not in the answer, which is not the same as an empty one.
func (c *Client) AuthenticationSettings(ctx context.Context) (AuthenticationSettings, error) {
	return c.authenticationSettings.get(ctx, func(ctx context.Context) (AuthenticationSettings, error) {
		return readOne(ctx, c, authenticationSettingsNoun)
	})
}
