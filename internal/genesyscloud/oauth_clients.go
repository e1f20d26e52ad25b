package genesyscloud

import "context"

var oauthClientsNoun = noun[OAuthClient]{
	endpoint: endpoint{"/api/v2/oauth/clients", "oauth:client:view"},
	identify: identifyOAuthClient,
}

// OAuthClients reads every OAuth client of the organization: GET /api/v2/oauth/clients, permission oauth:client:view. The list has the
// envelope of a paged one but takes no paging parameters, so it is one page or it is an error. Old spellings of the grant type are
// mapped to today's.
func (c *Client) OAuthClients(ctx context.Context) ([]OAuthClient, error) {
	return c.oauthClients.get(ctx, func(ctx context.Context) ([]OAuthClient, error) {
		return readList(ctx, c, oauthClientsNoun)
	})
}

func identifyOAuthClient(client *OAuthClient) (string, error) {
	client.AuthorizedGrantType = currentGrantType(client.AuthorizedGrantType)
	if err := requireText("id", client.ID, "name", client.Name, "authorizedGrantType", client.AuthorizedGrantType); err != nil {
		return "", err
	}
	if err := requireNames("scope", client.Scope); err != nil {
		return "", err
	}
	for _, grant := range client.RoleDivisions {
		if err := requireText("roleDivisions.roleId", grant.RoleID, "roleDivisions.divisionId", grant.DivisionID); err != nil {
			return "", err
		}
	}
	return client.ID, nil
}

// currentGrantType maps the spellings from before 2021-11-25. Values that are not known are kept.
func currentGrantType(grantType string) string {
	switch grantType {
	case "CLIENT_CREDENTIALS":
		return "CLIENT-CREDENTIALS"
	case "SAML2BEARER":
		return "SAML2-BEARER"
	}
	return grantType
}
