package genesyscloud

import (
	"context"
	"fmt"
)

// permissionDomain is a PermissionCollection as it comes. Whether a permission is divided by divisions is read as a pointer: absent
// must not become "holds everywhere".
type permissionDomain struct {
	PermissionCollection
	PermissionMap map[string]List[permissionEntry] `json:"permissionMap"`
}

type permissionEntry struct {
	PermissionMapEntry
	DivisionAware *bool `json:"divisionAware"`
}

var permissionsNoun = noun[permissionDomain]{
	endpoint: endpoint{path: "/api/v2/authorization/permissions"},
	fields:   notNull("permissionMap"),
	identify: identifyPermissionDomain,
}

// Permissions reads every permission that exists in the organization, by domain: GET /api/v2/authorization/permissions, no permission.
// A permission of which the platform does not say whether it is division-aware counts as such, which is the narrower reading.
func (c *Client) Permissions(ctx context.Context) ([]PermissionCollection, error) {
	return c.permissions.get(ctx, func(ctx context.Context) ([]PermissionCollection, error) {
		domains, err := readPages(ctx, c, permissionsNoun, nil)
		if err != nil {
			return nil, err
		}
		collections := make([]PermissionCollection, len(domains))
		for i, domain := range domains {
			collections[i] = domain.collection()
		}
		return collections, nil
	})
}

func identifyPermissionDomain(domain *permissionDomain) (string, error) {
	if err := requireText("domain", domain.Domain); err != nil {
		return "", err
	}
	for entity, entries := range domain.PermissionMap {
		for _, entry := range entries {
			if err := requireText("domain", entry.Domain, "entityType", entry.EntityType, "action", entry.Action); err != nil {
				return "", fmt.Errorf("permissionMap of %s, %s: %w", domain.Domain, entity, err)
			}
		}
	}
	return domain.Domain, nil
}

func (d permissionDomain) collection() PermissionCollection {
	collection := d.PermissionCollection
	collection.PermissionMap = make(map[string]List[PermissionMapEntry], len(d.PermissionMap))
	for entity, entries := range d.PermissionMap {
		out := make(List[PermissionMapEntry], len(entries))
		for i, entry := range entries {
			out[i] = entry.PermissionMapEntry
			out[i].DivisionAware = entry.DivisionAware == nil || *entry.DivisionAware
		}
		collection.PermissionMap[entity] = out
	}
	return collection
}
