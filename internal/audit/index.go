package audit

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// The collections of an organization, arranged for lookup. Each is made once and shared by every evaluation of the organization, at
// the same time too. What they are made from must not be changed afterwards.

// mostSuggestions is how many near misses a message offers.
const mostSuggestions = 3

// nameList is a list of names to find near misses in. It remembers what it found: the same typo is often asked for by many
// validations, and a search looks at every name.
type nameList struct {
	names []string
	found sync.Map // name -> []string
}

func (l *nameList) nearest(name string) []string {
	if found, ok := l.found.Load(name); ok {
		names, _ := found.([]string)
		return names
	}
	nearest := text.Nearest(name, l.names, mostSuggestions)
	l.found.Store(name, nearest)
	return nearest
}

// Clients are the OAuth clients that an organization owns.
type Clients struct {
	byID   map[string]*Client
	byName map[string][]*Client // names need not be unique
	names  nameList
}

// NewClients arranges the OAuth clients of an organization. Their ids are unique.
func NewClients(clients []Client) *Clients {
	index := &Clients{byID: make(map[string]*Client, len(clients)), byName: make(map[string][]*Client, len(clients))}
	for i := range clients {
		client := &clients[i]
		index.byID[client.ID] = client
		index.byName[client.Name] = append(index.byName[client.Name], client)
	}
	index.names.names = sortedKeys(index.byName)
	return index
}

// Authorizations are the consents given in an organization to clients of other organizations.
type Authorizations struct {
	byID   map[string]*Authorization
	byName map[string][]*Authorization
	names  nameList
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
	index.names.names = sortedKeys(index.byName)
	return index
}

// Roles are the roles of an organization.
type Roles struct {
	byID   map[string]*role
	byName map[string][]string // ids
	all    []*role             // the ones that permit least first
	names  nameList
	giving sync.Map // permission -> []string
}

// NewRoles arranges the roles of an organization. Their ids are unique.
func NewRoles(roles []Role) *Roles {
	index := &Roles{byID: make(map[string]*role, len(roles)), byName: make(map[string][]string, len(roles))}
	for i := range roles {
		r := &role{Role: roles[i], flatShown: true}
		r.countWildcards()
		r.index = sync.OnceValue(func() policyIndex { return indexPolicies(r.Role) })
		index.byID[r.ID] = r
		if r.Name != "" {
			index.byName[r.Name] = append(index.byName[r.Name], r.ID)
		}
		index.all = append(index.all, r)
	}
	slices.SortFunc(index.all, func(a, b *role) int {
		return cmp.Or(
			cmp.Compare(a.wholeDomains, b.wholeDomains),
			cmp.Compare(a.wholeEntities, b.wholeEntities),
			cmp.Compare(len(a.Policies), len(b.Policies)),
			cmp.Compare(a.label(), b.label()),
		)
	})
	index.names.names = sortedKeys(index.byName)
	return index
}

// exists tells whether there is a role of this name or id.
func (r *Roles) exists(nameOrID string) bool {
	return r.byID[nameOrID] != nil || len(r.byName[nameOrID]) > 0
}

// thatGive names a few roles that grant a permission without a condition, those that permit least first.
func (r *Roles) thatGive(name string) []string {
	if found, ok := r.giving.Load(name); ok {
		names, _ := found.([]string)
		return names
	}
	var names []string
	for _, candidate := range r.all {
		if len(names) == mostSuggestions {
			break
		}
		if plain, _ := candidate.grants(name); plain {
			names = append(names, candidate.label())
		}
	}
	r.giving.Store(name, names)
	return names
}

// role is a role and how much of it is known.
type role struct {
	Role
	flatShown bool               // false: its flat permissions are not known
	index     func() policyIndex // nil: the policies have not been arranged, each one has to be looked at
	// wholeDomains and wholeEntities count the policies with a wildcard there. One such policy permits more than many others.
	wholeDomains, wholeEntities int
}

func (r *role) countWildcards() {
	for _, policy := range r.Policies {
		switch {
		case policy.Domain == wildcard:
			r.wholeDomains++
		case policy.Entity == wildcard:
			r.wholeEntities++
		}
	}
}

// policyIndex arranges the policies of a role by domain: a role can have more than a thousand of them.
type policyIndex struct {
	byDomain map[string][]Policy
	shown    bool
}

func indexPolicies(r Role) policyIndex {
	index := policyIndex{byDomain: make(map[string][]Policy), shown: policiesShown(r)}
	for _, policy := range r.Policies {
		domain := domainKey(policy.Domain)
		index.byDomain[domain] = append(index.byDomain[domain], policy)
	}
	return index
}

// domainKey is the same for all domains that spelledLike takes for one.
func domainKey(domain string) string { return strings.ToLower(strings.TrimSpace(domain)) }

func policiesShown(r Role) bool {
	return r.PoliciesShown && !slices.ContainsFunc(r.Policies, func(p Policy) bool {
		return !isSegment(p.Domain) || !isSegment(p.Entity) || p.Actions == nil ||
			slices.ContainsFunc(p.Actions, func(action string) bool { return !isSegment(action) })
	})
}

// label is the name of the role, or its id where the name is not known.
func (r *role) label() string { return cmp.Or(r.Name, r.ID, "(not shown)") }

// is tells whether the role has this name or id.
func (r *role) is(nameOrID string) bool { return r.ID == nameOrID || r.Name == nameOrID }

// shows tells whether it is known if the role grants a permission.
func (r *role) shows(name string) bool {
	if isFlat(name) {
		return r.flatShown
	}
	return r.showsPolicies()
}

// showsPolicies tells whether all that the policies of the role permit is known.
func (r *role) showsPolicies() bool {
	if r.index == nil {
		return policiesShown(r.Role)
	}
	return r.index().shown
}

// policiesOn are the policies that can concern a domain; "*" asks for all of them.
func (r *role) policiesOn(domain string) iter.Seq[Policy] {
	if r.index == nil || domain == wildcard {
		return slices.Values(r.Policies)
	}
	byDomain := r.index().byDomain
	return func(yield func(Policy) bool) {
		for _, policies := range [][]Policy{byDomain[domainKey(domain)], byDomain[wildcard]} {
			for _, policy := range policies {
				if !yield(policy) {
					return
				}
			}
		}
	}
}

// grants tells whether the role grants a permission without a condition, and whether it does under one.
func (r *role) grants(name string) (plain, conditional bool) {
	wanted, ok := splitPermission(name)
	if !ok {
		return slices.Contains(r.FlatPermissions, name), false
	}
	for policy := range r.policiesOn(wanted.domain) {
		if !policy.covers(wanted) {
			continue
		}
		if !policy.Conditional {
			return true, conditional
		}
		conditional = true
	}
	return false, conditional
}

func (p Policy) covers(wanted permission) bool {
	return segmentCovers(p.Domain, wanted.domain) && segmentCovers(p.Entity, wanted.entity) &&
		slices.ContainsFunc(p.Actions, func(action string) bool { return segmentCovers(action, wanted.action) })
}

// Divisions are the divisions of an organization.
type Divisions struct {
	byID   map[string]Division
	byName map[string][]string // ids
	names  nameList
}

// NewDivisions arranges the divisions of an organization. Their ids are unique.
func NewDivisions(divisions []Division) *Divisions {
	index := &Divisions{byID: make(map[string]Division, len(divisions)), byName: make(map[string][]string, len(divisions))}
	for _, division := range divisions {
		index.byID[division.ID] = division
		index.byName[division.Name] = append(index.byName[division.Name], division.ID)
	}
	index.names.names = sortedKeys(index.byName)
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
	all           nameList
	byDomain      map[string]*nameList
}

// NewPermissions arranges the permissions that exist in an organization. One that is listed twice is division-aware if it is so once.
func NewPermissions(permissions []Permission) *Permissions {
	index := &Permissions{divisionAware: make(map[string]bool, len(permissions)), byDomain: make(map[string]*nameList)}
	for _, p := range permissions {
		index.divisionAware[p.Name] = index.divisionAware[p.Name] || p.DivisionAware
	}
	index.all.names = sortedKeys(index.divisionAware)
	for _, name := range index.all.names {
		domain := domainOf(name)
		if index.byDomain[domain] == nil {
			index.byDomain[domain] = &nameList{}
		}
		index.byDomain[domain].names = append(index.byDomain[domain].names, name)
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

func (p *Permissions) domainExists(name string) bool { return p.byDomain[domainOf(name)] != nil }

// nearest are the near misses of a permission: in its own domain, or in all of them when there is no such domain.
func (p *Permissions) nearest(name string) []string {
	if domain := p.byDomain[domainOf(name)]; domain != nil {
		return domain.nearest(name)
	}
	return p.all.nearest(name)
}

// Scopes are the OAuth scopes that the platform lists.
type Scopes struct {
	known map[string]struct{}
	names nameList
}

// NewScopes arranges the OAuth scopes that the platform lists.
func NewScopes(names []string) *Scopes {
	index := &Scopes{known: make(map[string]struct{}, len(names))}
	for _, name := range names {
		index.known[name] = struct{}{}
	}
	index.names.names = sortedKeys(index.known)
	return index
}

func (s *Scopes) lists(name string) bool {
	_, ok := s.known[name]
	return ok
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
