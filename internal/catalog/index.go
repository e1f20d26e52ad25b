package catalog

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:generate go run ./generate -definition https://api.mypurecloud.com/api/v2/docs/swagger -merge -out endpoints.tsv

//go:embed endpoints.tsv
var table string

//go:embed sdk.tsv
var sdkTable string

// index is all entries, sorted, and the tree of their paths.
type index struct {
	entries []Entry
	root    node
}

// load reads the tables when they are first needed. A test holds that they can be read, so no user can meet the panic.
var load = sync.OnceValue(func() *index {
	ix, err := read()
	if err != nil {
		panic(fmt.Sprintf("catalog: %v", err))
	}
	return ix
})

func read() (*index, error) {
	published, err := ParseTable(table)
	if err != nil {
		return nil, fmt.Errorf("endpoints.tsv: %w", err)
	}
	added, err := ParseTable(sdkTable)
	if err != nil {
		return nil, fmt.Errorf("sdk.tsv: %w", err)
	}
	for i := range added {
		added[i].Source = SDK
	}
	entries := mergeTables(published, mergeTables(reported(), added))
	if err := addConditions(entries, conditionsFile); err != nil {
		return nil, fmt.Errorf("conditions.json: %w", err)
	}
	ix := &index{entries: entries}
	for i := range entries {
		if belowMe(entries[i].Path) {
			entries[i] = entries[i].forCaller()
		}
		ix.root.add(&entries[i])
	}
	return ix, nil
}

// mergeTables returns the entries of two tables, which are sorted, in one. Where both have an endpoint, that of the first counts.
func mergeTables(first, second []Entry) []Entry {
	merged := make([]Entry, 0, len(first)+len(second))
	for _, entry := range second {
		at, known := slices.BinarySearchFunc(first, entry, compareEntries)
		merged = append(merged, first[:at]...)
		first = first[at:]
		if !known {
			merged = append(merged, entry)
		}
	}
	return append(merged, first...)
}

// Entries returns every entry, sorted by path, then method. The slice and the lists in it are shared: they must not be changed.
func Entries() []Entry { return load().entries }

// Find returns the entry of a request, or of a row that the platform reports: a method in capitals and a path, which is a template
// or a concrete path. Where several templates fit, the one with a literal segment wins over the one with a parameter in its place.
// It takes any word for the value of a parameter; what a user wrote goes to Lookup instead. The lists of the entry are shared:
// they must not be changed.
func Find(method, path string) (Entry, bool) {
	path = strings.TrimSuffix(path, "/")
	if !strings.HasPrefix(path, "/") || pathFault(path) != "" {
		return Entry{}, false
	}
	entry := load().root.find(method, path[1:])
	if entry == nil {
		return Entry{}, false
	}
	if belowMe(path) {
		return entry.forCaller(), true
	}
	return *entry, true
}

// Lookup returns the entry of an endpoint that a user wrote: "METHOD /path" or "METHOD /path#variant". The path is a template or a
// concrete path; "/api/v2/users/123/roles" and "/api/v2/users/{id}/roles" are both found. The method is in any case, and a slash
// may end the path. With a variant, the permissions of the entry are the variant's.
//
// The error is a *FormError or an *UnknownError. A word where an id belongs is an error if it is, or nearly is, another word of the
// API in that place: "GET /api/v2/users/serach". The lists of the entry are shared: they must not be changed.
func Lookup(endpoint string) (Entry, error) {
	written, err := parse(endpoint)
	if err != nil {
		return Entry{}, err
	}
	entry, found := Find(written.method, written.path)
	if !found {
		return Entry{}, &UnknownError{
			Reason:  fmt.Sprintf("%q is not an endpoint of the Genesys Cloud Platform API that this provider knows", endpoint),
			Nearest: Nearest(endpoint, mostNearest),
		}
	}
	if err := written.mistyped(entry); err != nil {
		return Entry{}, err
	}
	if written.variant == "" {
		return entry, nil
	}
	variant, found := entry.variant(written.variant)
	if !found {
		return Entry{}, written.noVariant(entry)
	}
	entry.Variant = variant.Name
	entry.Permissions, entry.PermissionsMatch = variant.Permissions, variant.PermissionsMatch
	return entry, nil
}

// Permissions returns the name of every permission that an endpoint needs, variants and conditions included, sorted:
// domain:entity:action, and a few legacy flat names. The slice is shared: it must not be changed.
func Permissions() []string { return permissions() }

var permissions = sync.OnceValue(func() []string {
	var names []string
	for _, entry := range Entries() {
		names = append(names, entry.Permissions...)
		for _, variant := range entry.Variants {
			names = append(names, variant.Permissions...)
		}
		for _, condition := range entry.Conditions {
			names = append(names, condition.Permissions...)
		}
	}
	slices.Sort(names)
	return slices.Clip(slices.Compact(names))
})

// PermissionDomains returns the domain of every permission that an endpoint wants, sorted; legacy flat names have none.
func PermissionDomains() []string {
	var domains []string
	for _, name := range Permissions() {
		if domain, _, found := strings.Cut(name, ":"); found {
			domains = append(domains, domain)
		}
	}
	return slices.Compact(domains)
}

// node is a place in the tree of the paths, one segment per level.
type node struct {
	literals  []edge // sorted by segment
	parameter *node  // whatever its name, which differs between the methods of some paths
	entries   []*Entry
}

type edge struct {
	segment string
	to      *node
}

func (n *node) add(entry *Entry) {
	for segment := range strings.SplitSeq(entry.Path[1:], "/") {
		n = n.child(segment)
	}
	n.entries = append(n.entries, entry)
}

// child returns the node that a segment of a template leads to, made if need be.
func (n *node) child(segment string) *node {
	if isParameter(segment) {
		if n.parameter == nil {
			n.parameter = &node{}
		}
		return n.parameter
	}
	at, found := n.search(segment)
	if !found {
		n.literals = slices.Insert(n.literals, at, edge{segment, &node{}})
	}
	return n.literals[at].to
}

func (n *node) search(segment string) (at int, found bool) {
	return slices.BinarySearchFunc(n.literals, segment, func(e edge, segment string) int { return strings.Compare(e.segment, segment) })
}

// literal returns the node that the segment itself leads to, or nil.
func (n *node) literal(segment string) *node {
	if at, found := n.search(segment); found {
		return n.literals[at].to
	}
	return nil
}

// find returns the entry of the method whose template fits the path, which is without its first slash, or nil. Of several
// templates that fit it takes the one with the first literal segment, among those that have the method.
func (n *node) find(method, path string) *Entry {
	segment, rest, more := strings.Cut(path, "/")
	for _, next := range [...]*node{n.literal(segment), n.parameter} {
		if next == nil {
			continue
		}
		var entry *Entry
		if more {
			entry = next.find(method, rest)
		} else {
			entry = next.entry(method)
		}
		if entry != nil {
			return entry
		}
	}
	return nil
}

// entry returns the entry of the method at this very node, or nil.
func (n *node) entry(method string) *Entry {
	for _, entry := range n.entries {
		if entry.Method == method {
			return entry
		}
	}
	return nil
}
