package catalog

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The table is plain text, so that a review shows which endpoint changed. Lines that begin with "#" say where it comes from; each
// other line is one endpoint in five columns, separated by tabs and sorted by path, then method:
//
//	path  method  scopes  match  permissions
//
// Scopes is a list with commas of which any one is enough. Match is the Match of the permissions, a list with commas too.
const (
	columns     = 5
	noneListed  = "-" // an empty list: none needed
	notKnown    = "?" // scopes that the sources of the table do not tell
	listDivider = ","
)

// ParseTable reads a table. It is strict, since the provider trusts the table.
func ParseTable(text string) ([]Entry, error) {
	entries := make([]Entry, 0, strings.Count(text, "\n"))
	lists := listReader{}
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		entry, err := lists.entry(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		if last := len(entries) - 1; last >= 0 && compareEntries(entries[last], entry) >= 0 {
			return nil, fmt.Errorf("line %d: %s is out of order, or there twice", number, entry.Endpoint())
		}
		entries = append(entries, entry)
	}
	return entries, nil
}

// FormatTable writes the entries as a table, headed by the comment, one "#" line for each line of it. It is an error when the
// table cannot express an entry: roles, scopes of which every one is needed, a match that contradicts its list.
func FormatTable(comment string, entries []Entry) (string, error) {
	entries = slices.SortedFunc(slices.Values(entries), compareEntries)
	var b strings.Builder
	for line := range strings.Lines(comment) {
		b.WriteString(strings.TrimRight("# "+line, " \n") + "\n")
	}
	for _, e := range entries {
		scopes := formatList(e.Scopes)
		if e.ScopesMatch == Unknown {
			scopes = notKnown
		}
		row := []string{e.Path, e.Method, scopes, string(e.PermissionsMatch), formatList(e.Permissions)}
		b.WriteString(strings.Join(row, "\t") + "\n")
	}
	parsed, err := ParseTable(b.String())
	if err != nil {
		return "", err
	}
	for i, e := range entries {
		lost := len(e.Roles) > 0 || e.Source != Published || e.ScopesMatch != parsed[i].ScopesMatch ||
			!slices.Equal(e.Scopes, parsed[i].Scopes) || !slices.Equal(e.Permissions, parsed[i].Permissions)
		if lost {
			return "", fmt.Errorf("%s: cannot be expressed in a table", e.Endpoint())
		}
	}
	return b.String(), nil
}

func formatList(names []string) string {
	if len(names) == 0 {
		return noneListed
	}
	return strings.Join(names, listDivider)
}

func compareEntries(a, b Entry) int {
	return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Method, b.Method))
}

// listReader reads rows and keeps the lists that it has read: thousands of endpoints share a few hundred lists.
type listReader map[string][]string

func (r listReader) entry(line string) (Entry, error) {
	row := strings.Split(line, "\t")
	if len(row) != columns {
		return Entry{}, fmt.Errorf("%d columns instead of %d", len(row), columns)
	}
	e := Entry{Path: row[0], Method: row[1], PermissionsMatch: Match(row[3]), Source: Published}
	if normal, err := Normalize(e.Endpoint()); err != nil {
		return Entry{}, err
	} else if normal != e.Endpoint() {
		return Entry{}, fmt.Errorf("%q should be written %q", e.Endpoint(), normal)
	}
	if !strings.HasPrefix(e.Path, pathPrefix) {
		return Entry{}, fmt.Errorf("path %q does not begin with %s", e.Path, pathPrefix)
	}
	if err := r.scopes(&e, row[2]); err != nil {
		return Entry{}, fmt.Errorf("%s: scopes: %w", e.Endpoint(), err)
	}
	if err := r.permissions(&e, row[4]); err != nil {
		return Entry{}, fmt.Errorf("%s: permissions: %w", e.Endpoint(), err)
	}
	return e, nil
}

func (r listReader) scopes(e *Entry, field string) (err error) {
	if field == notKnown {
		e.ScopesMatch = Unknown
		return nil
	}
	e.Scopes, err = r.list(field)
	e.ScopesMatch = Any
	if len(e.Scopes) == 0 {
		e.ScopesMatch = None
	}
	return err
}

func (r listReader) permissions(e *Entry, field string) (err error) {
	e.Permissions, err = r.list(field)
	switch {
	case err != nil:
		return err
	case e.PermissionsMatch == Any || e.PermissionsMatch == All:
		if len(e.Permissions) == 0 {
			return fmt.Errorf("match %q without any", e.PermissionsMatch)
		}
	case e.PermissionsMatch == None || e.PermissionsMatch == Unknown:
		if len(e.Permissions) > 0 {
			return fmt.Errorf("match %q with %s", e.PermissionsMatch, field)
		}
	default:
		return fmt.Errorf("no such match: %q", e.PermissionsMatch)
	}
	return nil
}

func (r listReader) list(field string) ([]string, error) {
	if field == noneListed {
		return nil, nil
	}
	if names, seen := r[field]; seen {
		return names, nil
	}
	names := strings.Split(field, listDivider)
	if err := checkNames(names); err != nil {
		return nil, err
	}
	r[field] = names
	return names, nil
}

// checkNames holds a list of scopes or permissions to what a list of the catalog is: names, sorted, none of them there twice.
func checkNames(names []string) error {
	for i, name := range names {
		if name == "" || name == notKnown || strings.ContainsFunc(name, notInName) {
			return fmt.Errorf("no name: %q", name)
		}
		if i > 0 && names[i-1] >= name {
			return errors.New("not sorted, or one of them there twice")
		}
	}
	return nil
}

// notInName holds for what no scope and no permission of the platform contains; wildcards are for roles, not for requirements.
func notInName(r rune) bool {
	letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	digit := '0' <= r && r <= '9'
	return !letter && !digit && !strings.ContainsRune(":_-.", r)
}
