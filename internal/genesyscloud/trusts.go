package genesyscloud

import "context"

var (
	trustorsNoun = noun[Trustor]{
		endpoint: endpoint{"/api/v2/orgauthorization/trustors", "authorization:orgTrustor:view"},
		fields:   required("enabled"),
		identify: func(trustor *Trustor) (string, error) { return trustor.ID, requireText("id", trustor.ID) },
	}
	trusteesNoun = noun[Trustee]{
		endpoint: endpoint{"/api/v2/orgauthorization/trustees", "authorization:orgTrustee:view"},
		fields:   required("enabled"),
		identify: func(trustee *Trustee) (string, error) { return trustee.ID, requireText("id", trustee.ID) },
	}
)

// Trustors reads the organizations that let this one in: GET /api/v2/orgauthorization/trustors, permission
// authorization:orgTrustor:view.
func (c *Client) Trustors(ctx context.Context) ([]Trustor, error) {
	return c.trustors.get(ctx, func(ctx context.Context) ([]Trustor, error) {
		return readPages(ctx, c, trustorsNoun, nil)
	})
}

// Trustees reads the organizations that this one lets in: GET /api/v2/orgauthorization/trustees, permission
// authorization:orgTrustee:view.
func (c *Client) Trustees(ctx context.Context) ([]Trustee, error) {
	return c.trustees.get(ctx, func(ctx context.Context) ([]Trustee, error) {
		return readPages(ctx, c, trusteesNoun, nil)
	})
}
