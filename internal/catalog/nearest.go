package catalog

import (
	"cmp"
	"slices"
	"strings"
)

// Costs of an endpoint that is not quite the one looked for. Parameters cost less than a mistyped segment, and that costs less
// than a segment too many or too few.
const (
	valueCost    = 1  // a concrete value stands where the template has a parameter
	wordCost     = 16 // a word stands there, which may as well be a mistyped literal
	mistypedCost = 64 // and one more for each nearer spelling
	lengthCost   = 96 // one segment too many or too few
	methodCost   = 32 // another method, where the path is another one too
	highestCost  = 2*mistypedCost + lengthCost
	spellings    = 3 // spellings considered for one segment
)

// Nearest returns at most `most` endpoints of the catalog, "METHOD /path", that were probably meant, best first: those with the
// same path and another method, then those whose path is nearly the same. It takes any text, of the form of an endpoint or not,
// and returns none for what resembles nothing.
func Nearest(endpoint string, most int) []string {
	method, segments := salvage(endpoint)
	s := nearSearch{costs: map[*node]int{}}
	s.walk(load().root.literal("api").literal("v2"), segments, 0, false)

	limit := highestCost
	for _, cost := range s.costs {
		if cost < mistypedCost {
			limit = lengthCost - 1 // the path exists: longer and shorter ones were not meant
		}
	}
	var found []candidate
	for n, cost := range s.costs {
		if cost <= limit {
			found = append(found, candidates(n, method, cost)...)
		}
	}
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.cost, b.cost), compareEntries(*a.entry, *b.entry))
	})

	var nearest []string
	for _, c := range found[:max(0, min(most, len(found)))] {
		nearest = append(nearest, c.entry.Endpoint())
	}
	return nearest
}

type candidate struct {
	entry *Entry
	cost  int
}

// candidates are the entries of one path. Another method is only worth offering where the path has no entry for the one given,
// or none was given.
func candidates(n *node, method string, cost int) []candidate {
	if entry := n.entry(method); entry != nil {
		return []candidate{{entry, cost}}
	}
	if cost >= mistypedCost {
		cost += methodCost
	}
	var found []candidate
	for _, entry := range n.entries {
		found = append(found, candidate{entry, cost})
	}
	return found
}

// salvage takes from any text what may be meant for the method and for the path, the latter in segments after /api/v2.
func salvage(endpoint string) (method string, segments []string) {
	head, path, found := strings.Cut(endpoint, "/")
	if scheme := strings.LastIndex(head, "http"); found && scheme >= 0 { // a whole address: "GET https://host/path"
		head = head[:scheme]
		_, path, _ = strings.Cut(strings.TrimPrefix(path, "/"), "/")
	}
	if end := strings.IndexAny(path, "?#"); end >= 0 {
		path = path[:end]
	}
	segments = strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == ' ' })
	if len(segments) > 0 && strings.EqualFold(segments[0], "api") {
		segments = segments[1:]
	}
	if len(segments) > 0 && isVersion(segments[0]) {
		segments = segments[1:]
	}
	return strings.ToUpper(strings.TrimSpace(head)), segments
}

// isVersion holds for "v2", and for any other version that might have been written instead.
func isVersion(segment string) bool {
	return len(segment) == 2 && (segment[0] == 'v' || segment[0] == 'V') && '0' <= segment[1] && segment[1] <= '9'
}

// nearSearch collects the nodes whose path is near the one looked for, with the lowest cost of each.
type nearSearch struct {
	costs map[*node]int
}

// walk goes on from n with the segments that are left. Of the whole path at most one segment may be left out or put in.
func (s nearSearch) walk(n *node, segments []string, cost int, lengthChanged bool) {
	if n == nil || cost > highestCost {
		return
	}
	if len(segments) == 0 {
		if known, seen := s.costs[n]; len(n.entries) > 0 && (!seen || cost < known) {
			s.costs[n] = cost
		}
		return
	}
	segment, rest := segments[0], segments[1:]
	s.walkSegment(n, segment, rest, cost, lengthChanged)
	if lengthChanged {
		return
	}
	if len(n.entries) > 0 { // the segment is one too many: never so of the first, without which nothing is alike
		s.walk(n, rest, cost+lengthCost, true)
	}
	for _, e := range n.literals { // a segment before this one is missing
		s.walk(e.to.literal(segment), rest, cost+lengthCost, true)
	}
	if n.parameter != nil {
		s.walk(n.parameter.literal(segment), rest, cost+lengthCost, true)
	}
}

// walkSegment goes on to where the segment leads: as it is, as a parameter, or spelt otherwise.
func (s nearSearch) walkSegment(n *node, segment string, rest []string, cost int, lengthChanged bool) {
	if isParameter(segment) {
		s.walk(n.parameter, rest, cost, lengthChanged)
		return
	}
	s.walk(n.literal(segment), rest, cost, lengthChanged)
	near := alike(segment, n.segments())
	for i, word := range near {
		s.walk(n.literal(word), rest, cost+mistypedCost+i, lengthChanged)
	}
	switch { // what a segment costs as the value of a parameter
	case !onlyLetters(segment):
		cost += valueCost
	case n.literal(segment) == nil && len(near) > 0:
		cost += mistypedCost + len(near)
	default:
		cost += wordCost
	}
	s.walk(n.parameter, rest, cost, lengthChanged)
}

// segments are the literal segments that may follow n.
func (n *node) segments() []string {
	segments := make([]string, 0, len(n.literals))
	for _, e := range n.literals {
		segments = append(segments, e.segment)
	}
	return segments
}
