package access

import (
	"slices"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// ClientCredentials is the grant type of a client that acts with roles of its own.
const ClientCredentials = "CLIENT-CREDENTIALS"

// Kind says whose rights count: the client's own roles, or the roles of a user and the scopes of the client.
type Kind int

// The kinds of grant types.
const (
	KindNotKnown Kind = iota
	OfClient
	OfUser
)

// KindOf returns the kind of a grant type.
func KindOf(grantType string) Kind {
	switch grantType {
	case ClientCredentials:
		return OfClient
	case "CODE", "TOKEN", "SAML2-BEARER", "PASSWORD":
		return OfUser
	default:
		return KindNotKnown
	}
}

// Grant is a role that a subject has in a division.
type Grant struct {
	Role         *Role
	Division     string // its id, or Wildcard
	DivisionName string // empty where the answer does not show it
}

// Grants are the grants of a subject.
type Grants []Grant

// Coverage says which grants give a permission.
type Coverage struct {
	Plain, Conditional Grants
	Unclear            []string // labels of the granted roles that may grant the permission
}

// Any tells whether the permission is granted at all, even if only under a condition.
func (c Coverage) Any() bool { return len(c.Plain)+len(c.Conditional) > 0 }

// Coverage looks for a permission in the grants.
func (g Grants) Coverage(name string) Coverage {
	var c Coverage
	for _, grant := range g {
		plain, conditional := grant.Role.Grants(name)
		if plain {
			c.Plain = append(c.Plain, grant)
			continue
		}
		if conditional {
			c.Conditional = append(c.Conditional, grant)
		}
		if !grant.Role.Shows(name) {
			c.Unclear = append(c.Unclear, grant.Role.Label())
		}
	}
	return c
}

// In tells whether one of the grants holds in a division.
func (g Grants) In(division string) bool {
	return slices.ContainsFunc(g, func(grant Grant) bool { return grant.Division == Wildcard || grant.Division == division })
}

// Roles returns the granted roles, each once.
func (g Grants) Roles() []*Role {
	type identity struct{ id, name string }
	var roles []*Role
	seen := make(map[identity]bool, len(g))
	for _, grant := range g {
		if is := (identity{grant.Role.ID, grant.Role.Name}); !seen[is] {
			seen[is] = true
			roles = append(roles, grant.Role)
		}
	}
	return roles
}

// Labels returns the labels of the granted roles, sorted.
func (g Grants) Labels() []string {
	labels := make([]string, len(g))
	for i, grant := range g {
		labels[i] = grant.Role.Label()
	}
	return text.Sorted(labels)
}

// Overlapping returns the granted permissions that a pattern hits, even if only under a condition, and the labels of the roles that grant them;
// both sorted.
func (g Grants) Overlapping(pattern Permission) (permissions, roles []string) {
	for _, grant := range g {
		before := len(permissions)
		for policy := range grant.Role.policiesOn(pattern.Domain) {
			if !segmentsOverlap(pattern.Domain, policy.Domain) || !segmentsOverlap(pattern.Entity, policy.Entity) {
				continue
			}
			for _, action := range policy.Actions {
				if segmentsOverlap(pattern.Action, action) {
					permissions = append(permissions, Permission{policy.Domain, policy.Entity, action}.String())
				}
			}
		}
		if len(permissions) > before {
			roles = append(roles, grant.Role.Label())
		}
	}
	return text.Sorted(permissions), text.Sorted(roles)
}
