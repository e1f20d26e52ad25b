// Package access is the algebra of permissions: patterns, roles, the grants of roles in divisions, and what they give. Every package that needs to
// know whether something is granted asks this one. The package is pure.
package access

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// Wildcard stands for every value of its segment of a permission. As a division it stands for all divisions.
const Wildcard = "*"

// Permission is a permission name taken apart.
type Permission struct{ Domain, Entity, Action string }

func (p Permission) String() string { return p.Domain + ":" + p.Entity + ":" + p.Action }

// Split takes "domain:entity:action" apart. It is not ok for anything else, such as a legacy flat name.
func Split(name string) (p Permission, ok bool) {
	domain, rest, _ := strings.Cut(name, ":")
	entity, action, _ := strings.Cut(rest, ":")
	if domain == "" || entity == "" || action == "" || strings.Contains(action, ":") {
		return Permission{}, false
	}
	return Permission{Domain: domain, Entity: entity, Action: action}, true
}

// IsFlat tells a legacy flat permission ("admin") from domain:entity:action.
func IsFlat(name string) bool { return !strings.Contains(name, ":") }

func segmentCovers(granted, required string) bool { return granted == required || granted == Wildcard }

// segmentsOverlap looks at what is forbidden, where a surprise in the spelling must not pass.
func segmentsOverlap(a, b string) bool { return a == Wildcard || b == Wildcard || SpelledLike(a, b) }

// SpelledLike tells whether two names differ only in case, white space, the form of their characters and invisible characters (text.Loose). The
// platform does not document whether such names are distinct. So a forbidden name also forbids the other spellings, and a required name must match
// exactly.
func SpelledLike(a, b string) bool {
	return a == b || text.Loose(a) == text.Loose(b)
}

// Covers tells whether a granted permission covers a required one. Each is domain:entity:action or a legacy flat name; "*" as a
// segment of the granted one stands for every value of that segment. Names are compared exactly, case included.
func Covers(granted, required string) bool {
	if granted == required {
		return true
	}
	g, grantedOK := Split(granted)
	r, requiredOK := Split(required)
	return grantedOK && requiredOK &&
		segmentCovers(g.Domain, r.Domain) && segmentCovers(g.Entity, r.Entity) && segmentCovers(g.Action, r.Action)
}

// Overlaps tells whether some permission is matched by both the pattern and the granted permission; "*" as a segment stands for
// every value in either of them. Names that differ only in case count as the same.
func Overlaps(pattern, granted string) bool {
	if pattern == granted {
		return true
	}
	p, patternOK := Split(pattern)
	g, grantedOK := Split(granted)
	return patternOK && grantedOK &&
		segmentsOverlap(p.Domain, g.Domain) && segmentsOverlap(p.Entity, g.Entity) && segmentsOverlap(p.Action, g.Action)
}

// ParsePermission tells what is wrong with a permission that should be of the form domain:entity:action; nil when nothing is. With
// wildcards a segment may be "*".
func ParsePermission(s string, wildcards bool) error {
	p, ok := Split(s)
	if !ok {
		return fmt.Errorf("%q is not of the form domain:entity:action", s)
	}
	for _, segment := range []string{p.Domain, p.Entity, p.Action} {
		switch {
		case segment == Wildcard && !wildcards:
			return fmt.Errorf("%q has a wildcard, which is not allowed here", s)
		case segment != Wildcard && strings.Contains(segment, Wildcard):
			return fmt.Errorf("%q has a wildcard inside a segment; it can only stand for a whole one", s)
		case strings.ContainsFunc(segment, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }):
			return fmt.Errorf("%q has white space in it", s)
		}
	}
	return nil
}

// isSegment tells whether a text can be a segment of a grant: a name, or a wildcard for all names. The platform does not document a wildcard inside
// a name, such as "record*".
func isSegment(s string) bool {
	return s == Wildcard || s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r == '*' || r == ':' || unicode.IsSpace(r) })
}

// ReadOnly is the suffix of the scope that allows reading only: "analytics:readonly" beside "analytics".
const ReadOnly = ":readonly"

// CoversScope tells whether a granted OAuth scope covers a required one: x covers x and x:readonly, and no other scope covers another.
func CoversScope(granted, required string) bool {
	return granted == required || granted+ReadOnly == required
}
