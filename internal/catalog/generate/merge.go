package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

// mergeInto returns the source with what only the table at path knows. Its comment then tells both origins, newest first.
func mergeInto(path string, newer source) (source, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return source{}, err
	}
	older, err := catalog.ParseTable(string(text))
	if err != nil {
		return source{}, fmt.Errorf("%s: %w", path, err)
	}
	merged := source{
		comment: strings.TrimSuffix(newer.comment, "\n") + "\nMerged into a table that was made as follows.\n" + comment(string(text)),
		entries: merge(older, newer.entries),
	}
	return merged, nil
}

// merge returns the newer entries, with the older ones that they lack and with what only the older ones know.
func merge(older, newer []catalog.Entry) []catalog.Entry {
	byEndpoint := map[string]catalog.Entry{}
	for _, entry := range older {
		byEndpoint[entry.Endpoint()] = entry
	}
	var merged []catalog.Entry
	for _, entry := range newer {
		old, known := byEndpoint[entry.Endpoint()]
		if known && entry.ScopesMatch == catalog.Unknown {
			entry.ScopesMatch, entry.Scopes = old.ScopesMatch, old.Scopes
		}
		if known && entry.PermissionsMatch == catalog.Unknown {
			entry.PermissionsMatch, entry.Permissions = old.PermissionsMatch, old.Permissions
		}
		delete(byEndpoint, entry.Endpoint())
		merged = append(merged, entry)
	}
	for _, entry := range byEndpoint {
		merged = append(merged, entry)
	}
	return merged
}

// comment returns the comment of a table without the heading that every table has.
func comment(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		line, isComment := strings.CutPrefix(line, "#")
		if !isComment {
			break
		}
		b.WriteString(strings.TrimPrefix(line, " "))
	}
	return strings.TrimPrefix(b.String(), heading)
}
