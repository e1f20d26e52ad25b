package access

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// Role is a role of an organization and what it permits.
type Role struct {
	ID, Name        string
	FlatPermissions []string // legacy flat names such as "admin"
	FlatNotShown    bool     // its flat permissions are not known
	Policies        []Policy
	PoliciesShown   bool // false: the answer did not show the policies, so what the role permits is not known

	arranged func() arrangement // nil: the policies are not arranged
}

// Policy permits actions on an entity of a domain; "*" is allowed in each place.
type Policy struct {
	Domain, Entity string
	Actions        []string // nil: not shown, so what the policy permits is not known
	Conditional    bool     // permits only under a condition
}

// covers tells whether the policy permits all that a permission stands for.
func (p Policy) covers(wanted Permission) bool {
	return segmentCovers(p.Domain, wanted.Domain) && segmentCovers(p.Entity, wanted.Entity) &&
		slices.ContainsFunc(p.Actions, func(action string) bool { return segmentCovers(action, wanted.Action) })
}

// arrangement arranges the policies of a role by domain: a role can have more than a thousand of them.
type arrangement struct {
	byDomain map[string][]Policy
	shown    bool
}

func (r *Role) arrange() arrangement {
	a := arrangement{byDomain: make(map[string][]Policy), shown: r.policiesShown()}
	for _, policy := range r.Policies {
		domain := domainKey(policy.Domain)
		a.byDomain[domain] = append(a.byDomain[domain], policy)
	}
	return a
}

// domainKey is the same for all domains that SpelledLike considers the same.
func domainKey(domain string) string { return text.Loose(domain) }

// DomainKey is the same for all permissions whose domains are spelled alike.
func DomainKey(permission string) string {
	domain, _, _ := strings.Cut(permission, ":")
	return domainKey(domain)
}

func (r *Role) policiesShown() bool {
	return r.PoliciesShown && !slices.ContainsFunc(r.Policies, func(p Policy) bool {
		return !isSegment(p.Domain) || !isSegment(p.Entity) || p.Actions == nil ||
			slices.ContainsFunc(p.Actions, func(action string) bool { return !isSegment(action) })
	})
}

// Label returns the name of the role, or its id where the name is not known.
func (r *Role) Label() string { return cmp.Or(r.Name, r.ID, "(not shown)") }

// Is tells whether the role has this name or id.
func (r *Role) Is(nameOrID string) bool { return r.ID == nameOrID || r.Name == nameOrID }

// Shows tells whether it is known if the role grants a permission.
func (r *Role) Shows(name string) bool {
	if IsFlat(name) {
		return !r.FlatNotShown
	}
	return r.ShowsPolicies()
}

// ShowsPolicies tells whether all that the policies of the role permit is known.
func (r *Role) ShowsPolicies() bool {
	if r.arranged == nil {
		return r.policiesShown()
	}
	return r.arranged().shown
}

// policiesOn are the policies that can concern a domain; "*" asks for all of them.
func (r *Role) policiesOn(domain string) iter.Seq[Policy] {
	if r.arranged == nil || domain == Wildcard {
		return slices.Values(r.Policies)
	}
	byDomain := r.arranged().byDomain
	return func(yield func(Policy) bool) {
		for _, policies := range [][]Policy{byDomain[domainKey(domain)], byDomain[Wildcard]} {
			for _, policy := range policies {
				if !yield(policy) {
					return
				}
			}
		}
	}
}

// Grants tells whether the role grants a permission without a condition, and whether it does under one.
func (r *Role) Grants(name string) (plain, conditional bool) {
	wanted, ok := Split(name)
	if !ok {
		return slices.Contains(r.FlatPermissions, name), false
	}
	for policy := range r.policiesOn(wanted.Domain) {
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

// Flattened returns all that the role grants, under a condition or not, sorted.
func (r *Role) Flattened() []string {
	names := slices.Clone(r.FlatPermissions)
	for _, policy := range r.Policies {
		for _, action := range policy.Actions {
			names = append(names, Permission{policy.Domain, policy.Entity, action}.String())
		}
	}
	return text.Sorted(names)
}

// ShownAs returns the role as a subject's grant shows it, with the flat permissions and the conditions that only the role itself shows: a
// subject's answer leaves out the conditions on named resources.
func (r *Role) ShownAs(shown Role) *Role {
	merged := &Role{
		ID: shown.ID, Name: cmp.Or(r.Name, shown.Name), FlatPermissions: r.FlatPermissions, FlatNotShown: r.FlatNotShown,
		PoliciesShown: shown.PoliciesShown && r.ShowsPolicies(),
	}
	for _, policy := range shown.Policies {
		free, limited := policy, policy
		free.Actions, limited.Actions, limited.Conditional = nil, nil, true
		for _, action := range policy.Actions {
			plain, _ := r.Grants(Permission{policy.Domain, policy.Entity, action}.String())
			if plain && !policy.Conditional {
				free.Actions = append(free.Actions, action)
			} else {
				limited.Actions = append(limited.Actions, action)
			}
		}
		if policy.Actions == nil {
			merged.Policies = append(merged.Policies, policy)
		}
		for _, part := range []Policy{free, limited} {
			if part.Actions != nil {
				merged.Policies = append(merged.Policies, part)
			}
		}
	}
	return merged
}

// breadth counts the policies with a wildcard as their domain, and those with one as their entity. One such policy permits more than many
// others.
func (r *Role) breadth() (domains, entities int) {
	for _, policy := range r.Policies {
		switch {
		case policy.Domain == Wildcard:
			domains++
		case policy.Entity == Wildcard:
			entities++
		}
	}
	return domains, entities
}

// Roles are the roles of an organization, arranged for lookup. They are made once and shared by every evaluation of the organization, at the
// same time too. The roles that they are made from must not be changed afterwards.
type Roles struct {
	byID   map[string]*Role
	byName map[string][]string // ids
	all    []*Role             // the ones that permit least first
	names  *text.Names
	ranked func() rankedRoles
	giving sync.Map // permission -> []string
}

// NewRoles arranges the roles of an organization. Their ids are unique.
func NewRoles(roles []Role) *Roles {
	index := &Roles{byID: make(map[string]*Role, len(roles)), byName: make(map[string][]string, len(roles))}
	type ranked struct {
		*Role
		domains, entities int
	}
	var ranking []ranked
	for i := range roles {
		r := roles[i]
		r.arranged = sync.OnceValue(r.arrange)
		index.byID[r.ID] = &r
		if r.Name != "" {
			index.byName[r.Name] = append(index.byName[r.Name], r.ID)
		}
		domains, entities := r.breadth()
		ranking = append(ranking, ranked{&r, domains, entities})
	}
	slices.SortFunc(ranking, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.domains, b.domains), cmp.Compare(a.entities, b.entities), cmp.Compare(len(a.Policies), len(b.Policies)),
			cmp.Compare(a.Label(), b.Label()))
	})
	for _, r := range ranking {
		index.all = append(index.all, r.Role)
	}
	index.names = text.NewNames(slices.Sorted(maps.Keys(index.byName)))
	index.ranked = sync.OnceValue(index.rank)
	return index
}

// With returns the roles with some of them changed or added, by their ids. Both share the roles that stay.
func (r *Roles) With(changed []Role) *Roles {
	roles := slices.Clone(changed)
	for _, role := range r.all {
		if !slices.ContainsFunc(changed, func(c Role) bool { return c.ID == role.ID }) {
			roles = append(roles, *role)
		}
	}
	return NewRoles(roles)
}

// rankedRoles are the roles by the domains of their policies, those that permit least first. Roles without a domain in common with a permission
// cannot grant it.
type rankedRoles map[string][]*Role

func (r *Roles) rank() rankedRoles {
	ranked := make(rankedRoles)
	for _, role := range r.all {
		domains := role.arranged().byDomain
		if _, ok := domains[Wildcard]; ok {
			ranked[Wildcard] = append(ranked[Wildcard], role)
			continue
		}
		for domain := range domains {
			ranked[domain] = append(ranked[domain], role)
		}
	}
	return ranked
}

// concerning are the roles that can grant a permission, those that permit least first: a role with a wildcard for a domain permits more than
// one without.
func (r *Roles) concerning(name string) []*Role {
	if IsFlat(name) {
		return r.all
	}
	ranked := r.ranked()
	return slices.Concat(ranked[DomainKey(name)], ranked[Wildcard])
}

// ByID returns the role of an id, or nil.
func (r *Roles) ByID(id string) *Role { return r.byID[id] }

// Named returns the ids of the roles of a name.
func (r *Roles) Named(name string) []string { return r.byName[name] }

// Spelled returns the roles whose names differ from a name in their spelling only, as in case.
func (r *Roles) Spelled(name string) (ids []string) {
	for _, role := range r.all {
		if role.Name != name && text.Loose(role.Name) == text.Loose(name) {
			ids = append(ids, role.ID)
		}
	}
	return ids
}

// Exists tells whether there is a role of this name or id.
func (r *Roles) Exists(nameOrID string) bool {
	return r.byID[nameOrID] != nil || len(r.byName[nameOrID]) > 0
}

// Nearest returns the near misses of a role's name.
func (r *Roles) Nearest(name string) []string { return r.names.Nearest(name) }

// Means tells whether a name or an id refers to the role. The id of a role is never taken for another role's name.
func (r *Roles) Means(nameOrID string, role *Role) bool {
	if r.byID[nameOrID] != nil {
		return role.ID == nameOrID
	}
	return role.Is(nameOrID)
}

// ThatGive names a few roles that grant a permission without a condition, those that permit least first.
func (r *Roles) ThatGive(name string) []string {
	if found, ok := r.giving.Load(name); ok {
		names, _ := found.([]string)
		return names
	}
	var names []string
	for _, candidate := range r.concerning(name) {
		if len(names) == text.MostSuggestions {
			break
		}
		if plain, _ := candidate.Grants(name); plain {
			names = append(names, candidate.Label())
		}
	}
	r.giving.Store(name, names)
	return names
}
