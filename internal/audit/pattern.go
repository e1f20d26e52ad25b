package audit

import (
	"fmt"
	"strings"
	"unicode"
)

// wildcard stands for every value of its segment of a permission.
const wildcard = "*"

// permission is a permission name taken apart.
type permission struct{ domain, entity, action string }

// splitPermission takes "domain:entity:action" apart. It is not ok for anything else, such as a legacy flat name.
func splitPermission(name string) (p permission, ok bool) {
	domain, rest, _ := strings.Cut(name, ":")
	entity, action, _ := strings.Cut(rest, ":")
	if domain == "" || entity == "" || action == "" || strings.Contains(action, ":") {
		return permission{}, false
	}
	return permission{domain: domain, entity: entity, action: action}, true
}

// isFlat tells a legacy flat permission ("admin") from domain:entity:action.
func isFlat(name string) bool { return !strings.Contains(name, ":") }

func segmentCovers(granted, required string) bool { return granted == required || granted == wildcard }

// segmentsOverlap looks at what is forbidden, where a surprise in the spelling must not pass.
func segmentsOverlap(a, b string) bool { return a == wildcard || b == wildcard || spelledLike(a, b) }

// spelledLike tells whether two names are the same but for case and for white space around them. Whether the platform tells them apart is
// not documented, so what is forbidden under the one is forbidden under the other; what is required has to be there as it is written.
func spelledLike(a, b string) bool {
	return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b))
}

// Covers tells whether a granted permission covers a required one. Each is domain:entity:action or a legacy flat name; "*" as a
// segment of the granted one stands for every value of that segment. Names are compared exactly, case included.
func Covers(granted, required string) bool {
	if granted == required {
		return true
	}
	g, grantedOK := splitPermission(granted)
	r, requiredOK := splitPermission(required)
	return grantedOK && requiredOK &&
		segmentCovers(g.domain, r.domain) && segmentCovers(g.entity, r.entity) && segmentCovers(g.action, r.action)
}

// Overlaps tells whether some permission is matched by both the pattern and the granted permission; "*" as a segment stands for
// every value in either of them. Names that differ only in case count as the same.
func Overlaps(pattern, granted string) bool {
	if pattern == granted {
		return true
	}
	p, patternOK := splitPermission(pattern)
	g, grantedOK := splitPermission(granted)
	return patternOK && grantedOK &&
		segmentsOverlap(p.domain, g.domain) && segmentsOverlap(p.entity, g.entity) && segmentsOverlap(p.action, g.action)
}

// ParsePermission tells what is wrong with a permission that should be of the form domain:entity:action; nil when nothing is. With
// wildcards a segment may be "*".
func ParsePermission(s string, wildcards bool) error {
	p, ok := splitPermission(s)
	if !ok {
		return fmt.Errorf("%q is not of the form domain:entity:action", s)
	}
	for _, segment := range []string{p.domain, p.entity, p.action} {
		switch {
		case segment == wildcard && !wildcards:
			return fmt.Errorf("%q has a wildcard, which is not allowed here", s)
		case segment != wildcard && strings.Contains(segment, wildcard):
			return fmt.Errorf("%q has a wildcard inside a segment; it can only stand for a whole one", s)
		case strings.ContainsFunc(segment, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }):
			return fmt.Errorf("%q has white space in it", s)
		}
	}
	return nil
}

// isSegment tells whether a text can be a segment of a grant: a name, or a wildcard for all of them. What "record*" permits, nobody says.
func isSegment(s string) bool {
	return s == wildcard || s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r == '*' || r == ':' || unicode.IsSpace(r) })
}

// readOnly is the suffix of the scope that allows reading only: "analytics:readonly" beside "analytics".
const readOnly = ":readonly"

// CoversScope tells whether a granted OAuth scope covers a required one: x covers x and x:readonly, and nothing else covers anything.
func CoversScope(granted, required string) bool {
	return granted == required || granted+readOnly == required
}
