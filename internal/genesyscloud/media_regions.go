package genesyscloud

import "context"

var mediaRegionsNoun = noun[MediaRegions]{
	endpoint: endpoint{"/api/v2/telephony/mediaregions", "telephony:plugin:all"},
	identify: func(regions *MediaRegions) (string, error) {
		return regions.Home, requireText("awsHomeRegion", regions.Home)
	},
}

// MediaRegions reads where the organization's media is handled: GET /api/v2/telephony/mediaregions, permission telephony:plugin:all.
func (c *Client) MediaRegions(ctx context.Context) (MediaRegions, error) {
	return c.mediaRegions.get(ctx, func(ctx context.Context) (MediaRegions, error) {
		return readOne(ctx, c, mediaRegionsNoun)
	})
}
