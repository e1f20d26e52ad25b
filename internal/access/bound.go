package access

import (
	"cmp"
	"slices"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// Bound is the most that a subject may be granted: permissions, "*" allowed for a whole segment, and legacy flat names.
//
// A pattern lies within a bound if one member of the bound covers it. A set of members covers no more than its members do one by one, since a
// wildcard also stands for permissions that do not exist yet.
type Bound struct {
	members map[Permission]struct{}
	flat    map[string]struct{}
}

// NewBound returns the bound that has these members.
func NewBound(members []string) Bound {
	b := Bound{members: make(map[Permission]struct{}, len(members)), flat: make(map[string]struct{})}
	for _, member := range members {
		if p, ok := Split(member); ok {
			b.members[p] = struct{}{}
		} else {
			b.flat[member] = struct{}{}
		}
	}
	return b
}

// Covers tells whether a granted permission lies within the bound as a whole, wildcards included. Names are compared exactly, as Covers does.
func (b Bound) Covers(granted string) bool {
	p, ok := Split(granted)
	if !ok {
		_, ok = b.flat[granted]
		return ok
	}
	for _, domain := range []string{p.Domain, Wildcard} {
		for _, entity := range []string{p.Entity, Wildcard} {
			for _, action := range []string{p.Action, Wildcard} {
				if _, ok := b.members[Permission{domain, entity, action}]; ok {
					return true
				}
			}
		}
	}
	return false
}

// Counterexample returns a concrete permission that a grant beyond the bound gives and the bound does not cover: the grant itself if it has no
// wildcard, else the first of the existing permissions. It returns nothing for a wildcard that goes beyond the bound only with permissions
// that do not exist yet.
func (b Bound) Counterexample(granted string, existing []string) string {
	if !HasWildcard(granted) {
		return granted
	}
	for _, name := range existing {
		if Covers(granted, name) && !b.Covers(name) {
			return name
		}
	}
	return ""
}

// HasWildcard tells whether a permission has a segment that stands for every value.
func HasWildcard(permission string) bool {
	p, ok := Split(permission)
	return ok && (p.Domain == Wildcard || p.Entity == Wildcard || p.Action == Wildcard)
}

// Excess is a granted permission, wildcards as they are granted, and the labels of the roles that grant it, sorted.
type Excess struct {
	Granted string
	Roles   []string
}

// Beyond returns what the grants give beyond a bound, even if only under a condition, sorted; and the labels of the roles whose permissions are not
// known, also sorted.
func (g Grants) Beyond(b Bound) (excess []Excess, unclear []string) {
	roles, seen := make(map[string][]string), make(map[*Role]bool)
	for _, grant := range g {
		role := grant.Role
		if seen[role] {
			continue
		}
		seen[role] = true
		if !role.ShowsPolicies() || role.FlatNotShown {
			unclear = append(unclear, role.Label())
		}
		for _, granted := range role.Patterns() {
			if !b.Covers(granted) {
				roles[granted] = append(roles[granted], role.Label())
			}
		}
	}
	for granted, labels := range roles {
		excess = append(excess, Excess{Granted: granted, Roles: text.Sorted(labels)})
	}
	slices.SortFunc(excess, func(a, b Excess) int { return cmp.Compare(a.Granted, b.Granted) })
	return excess, text.Sorted(unclear)
}

// Patterns returns what the role grants, wildcards as they are granted, even if only under a condition; sorted. It leaves out what cannot be a
// permission; ShowsPolicies tells whether there is any.
func (r *Role) Patterns() []string {
	names := slices.Clone(r.FlatPermissions)
	for _, policy := range r.Policies {
		if !isSegment(policy.Domain) || !isSegment(policy.Entity) {
			continue
		}
		for _, action := range policy.Actions {
			if isSegment(action) {
				names = append(names, Permission{policy.Domain, policy.Entity, action}.String())
			}
		}
	}
	return text.Sorted(names)
}

// Divisions returns the divisions in which the grants are, each once, sorted. Wildcard is one of them where a grant is in all divisions.
func (g Grants) Divisions() []string {
	divisions := make([]string, len(g))
	for i, grant := range g {
		divisions[i] = grant.Division
	}
	return text.Sorted(divisions)
}
