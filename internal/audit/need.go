package audit

import (
	"cmp"
	"slices"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// origin says where a need comes from.
type origin struct {
	argument  Argument
	endpoints []string // as written, sorted
}

// and joins the origins of one thing that is needed twice. The argument that names it is to blame; endpoints are blamed only for
// what no other argument names, and no argument is when two do.
func (o origin) and(other origin) origin {
	joined := origin{endpoints: union(o.endpoints, other.endpoints)}
	switch {
	case o.argument == other.argument, other.argument == ArgEndpoints:
		joined.argument = o.argument
	case o.argument == ArgEndpoints:
		joined.argument = other.argument
	}
	return joined
}

// union is the sorted union of two sorted lists; it changes neither.
func union(a, b []string) []string {
	switch {
	case len(a) == 0:
		return b
	case len(b) == 0:
		return a
	}
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat(a, b))))
}

func (e Endpoint) origin() origin {
	return origin{argument: ArgEndpoints, endpoints: []string{e.Written}}
}

// need is a scope, role or permission that is needed, or several of which one is enough.
type need struct {
	options []string // sorted
	origin  origin
	// everywhere: a permission must hold in all divisions.
	everywhere bool
	// inDivision is the notification topic that needs a permission in the division of its object; empty: none does.
	inDivision string
}

func (n need) rank() int {
	if n.everywhere {
		return 1
	}
	return 0
}

// needs are collected as they come and then merged.
type needs []need

func (n *needs) addEach(names []string, from origin) {
	for i := range names {
		*n = append(*n, need{options: names[i : i+1 : i+1], origin: from})
	}
}

func (n *needs) addAny(options []string, from origin) {
	*n = append(*n, need{options: text.Sorted(options), origin: from})
}

// merged are the needs without repetition, sorted: what is asked for twice is one need with both origins.
func (n needs) merged() needs {
	slices.SortFunc(n, func(a, b need) int {
		return cmp.Or(slices.Compare(a.options, b.options), cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.inDivision, b.inDivision))
	})
	var distinct needs
	for _, next := range n {
		if last := len(distinct) - 1; last >= 0 && slices.Equal(distinct[last].options, next.options) && distinct[last].rank() == next.rank() &&
			distinct[last].inDivision == next.inDivision {
			distinct[last].origin = distinct[last].origin.and(next.origin)
			continue
		}
		distinct = append(distinct, next)
	}
	return distinct
}

// origin joins the origins of all needs.
func (n needs) origin() (joined origin) {
	for i, next := range n {
		if i == 0 {
			joined = next.origin
		} else {
			joined = joined.and(next.origin)
		}
	}
	return joined
}

// lack is an unmet need, told by its nearest option.
type lack struct {
	name         string
	alternatives []string // the options beside name; nil when nothing else would do
	origin       origin
}

// lacks are the unmet needs, one for each name.
type lacks struct {
	list []lack
	at   map[string]int // in the list, by name
}

func (l *lacks) add(name string, unmet need) {
	alternatives := slices.DeleteFunc(slices.Clone(unmet.options), func(option string) bool { return option == name })
	if i, known := l.at[name]; known {
		lack := &l.list[i]
		if !slices.Equal(lack.alternatives, alternatives) {
			lack.alternatives = nil
		}
		lack.origin = lack.origin.and(unmet.origin)
		return
	}
	if l.at == nil {
		l.at = make(map[string]int)
	}
	l.at[name] = len(l.list)
	l.list = append(l.list, lack{name: name, alternatives: alternatives, origin: unmet.origin})
}

func (l lacks) has(name string) bool {
	_, known := l.at[name]
	return known
}
