package audit

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// The collections of an organization, arranged for lookup. Each is made once and shared by every evaluation of the organization, at
// the same time too. What they are made from must not be changed afterwards.

// Clients are the OAuth clients that an organization owns.
type Clients struct {
	byID   map[string]*Client
	byName map[string][]*Client // names need not be unique
	names  *text.Names
}

// NewClients arranges the OAuth clients of an organization. Their ids are unique.
func NewClients(clients []Client) *Clients {
	index := &Clients{byID: make(map[string]*Client, len(clients)), byName: make(map[string][]*Client, len(clients))}
	for i := range clients {
		client := &clients[i]
		index.byID[client.ID] = client
		index.byName[client.Name] = append(index.byName[client.Name], client)
	}
	index.names = text.NewNames(slices.Sorted(maps.Keys(index.byName)))
	return index
}

// Authorizations are the consents given in an organization to clients of other organizations.
type Authorizations struct {
	byID   map[string]*Authorization
	byName map[string][]*Authorization
	names  *text.Names
}

// NewAuthorizations arranges the authorizations of an organization. The ids of their clients are unique.
func NewAuthorizations(authorizations []Authorization) *Authorizations {
	index := &Authorizations{
		byID:   make(map[string]*Authorization, len(authorizations)),
		byName: make(map[string][]*Authorization, len(authorizations)),
	}
	for i := range authorizations {
		authorization := &authorizations[i]
		index.byID[authorization.Client.ID] = authorization
		index.byName[authorization.Client.Name] = append(index.byName[authorization.Client.Name], authorization)
	}
	index.names = text.NewNames(slices.Sorted(maps.Keys(index.byName)))
	return index
}

// Divisions are the divisions of an organization.
type Divisions struct {
	byID   map[string]Division
	byName map[string][]string // ids
	names  *text.Names
}

// NewDivisions arranges the divisions of an organization. Their ids are unique.
func NewDivisions(divisions []Division) *Divisions {
	index := &Divisions{byID: make(map[string]Division, len(divisions)), byName: make(map[string][]string, len(divisions))}
	for _, division := range divisions {
		index.byID[division.ID] = division
		index.byName[division.Name] = append(index.byName[division.Name], division.ID)
	}
	index.names = text.NewNames(slices.Sorted(maps.Keys(index.byName)))
	return index
}

// find are the ids of the divisions of this id or name.
func (d *Divisions) find(nameOrID string) []string {
	if _, ok := d.byID[nameOrID]; ok {
		return []string{nameOrID}
	}
	return d.byName[nameOrID]
}

// Permissions are the permissions that exist in an organization.
type Permissions struct {
	divisionAware map[string]bool
	all           *text.Names
	byDomain      map[string]*text.Names
	byFolded      map[string][]string // by the domain, where the spelling must not matter
	hit           sync.Map            // pattern -> bool
}

// NewPermissions arranges the permissions that exist in an organization. One that is listed twice is division-aware if it is so once.
func NewPermissions(permissions []Permission) *Permissions {
	index := &Permissions{divisionAware: make(map[string]bool, len(permissions)), byDomain: make(map[string]*text.Names),
		byFolded: make(map[string][]string)}
	for _, p := range permissions {
		index.divisionAware[p.Name] = index.divisionAware[p.Name] || p.DivisionAware
	}
	index.all = text.NewNames(slices.Sorted(maps.Keys(index.divisionAware)))
	inDomain := make(map[string][]string)
	for _, name := range index.all.All() {
		inDomain[domainOf(name)] = append(inDomain[domainOf(name)], name)
		index.byFolded[access.DomainKey(name)] = append(index.byFolded[access.DomainKey(name)], name)
	}
	for domain, names := range inDomain {
		index.byDomain[domain] = text.NewNames(names)
	}
	return index
}

func domainOf(permission string) string {
	domain, _, _ := strings.Cut(permission, ":")
	return domain
}

func (p *Permissions) exists(name string) bool {
	_, ok := p.divisionAware[name]
	return ok
}

// anyHit tells whether a permission exists that a pattern hits.
func (p *Permissions) anyHit(pattern string) bool {
	if hit, ok := p.hit.Load(pattern); ok {
		return hit == true
	}
	possible := p.all.All()
	if domainOf(pattern) != access.Wildcard {
		possible = p.byFolded[access.DomainKey(pattern)]
	}
	hit := slices.ContainsFunc(possible, func(name string) bool { return access.Overlaps(pattern, name) })
	p.hit.Store(pattern, hit)
	return hit
}

func (p *Permissions) domainExists(name string) bool { return p.byDomain[domainOf(name)] != nil }

// nearest are the near misses of a permission: in its own domain, or in all of them when there is no such domain.
func (p *Permissions) nearest(name string) []string {
	if domain := p.byDomain[domainOf(name)]; domain != nil {
		return domain.Nearest(name)
	}
	return p.all.Nearest(name)
}

// Scopes are the OAuth scopes that the platform lists.
type Scopes struct {
	known map[string]struct{}
	names *text.Names
}

// NewScopes arranges the OAuth scopes that the platform lists.
func NewScopes(names []string) *Scopes {
	index := &Scopes{known: make(map[string]struct{}, len(names))}
	for _, name := range names {
		index.known[name] = struct{}{}
	}
	index.names = text.NewNames(slices.Sorted(maps.Keys(index.known)))
	return index
}

func (s *Scopes) lists(name string) bool {
	_, ok := s.known[name]
	return ok
}
