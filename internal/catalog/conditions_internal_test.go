package catalog

import (
	"strings"
	"testing"
)

// A document that is not wholly understood gives no endpoint a condition that it does not have, nor loses one.
func TestAddConditionsRefuses(t *testing.T) {
	t.Parallel()
	const (
		text    = `"text": "A fact.", "source": "a page"`
		variant = `{"name": "a", "when": "x", "match": "any", "permissions": ["a:b:c"]}`
		other   = `{"name": "b", "when": "y", "match": "unknown"}`
	)
	endpoint := func(rest string) string { return `{"endpoints": [{"endpoint": "GET /api/v2/things", ` + rest + `}]}` }
	condition := func(fields string) string { return endpoint(`"conditions": [{` + fields + `}]`) }
	variants := func(list string) string {
		return endpoint(`"conditions": [{"kind": "variant", ` + text + `}], "variants": [` + list + `]`)
	}
	tests := map[string]struct{ document, want string }{
		"not JSON":                {"<html>", "invalid character '<' looking for beginning of value"},
		"cut off":                 {`{"endpoints": [`, "unexpected EOF"},
		"something afterwards":    {condition(`"kind": "own", `+text) + " {}", "something comes after the document"},
		"unknown field":           {condition(`"kind": "own", "note": "x", ` + text), `json: unknown field "note"`},
		"unknown endpoint":        {`{"endpoints": [{"endpoint": "GET /api/v2/nothing", "conditions": []}]}`, "GET /api/v2/nothing: no such endpoint"},
		"no endpoint":             {`{"endpoints": [{}]}`, ": no such endpoint"},
		"no conditions":           {endpoint(`"conditions": []`), "no conditions"},
		"unknown kind":            {condition(`"kind": "owned", ` + text), `condition "owned": no such kind`},
		"condition there twice":   {endpoint(`"conditions": [{"kind": "own", ` + text + `}, {"kind": "own", ` + text + `}]`), `condition "own": there twice`},
		"no text":                 {condition(`"kind": "own", "source": "a page"`), `condition "own": text must be sentences`},
		"no sentence":             {condition(`"kind": "own", "text": "a fact", "source": "a page"`), `condition "own": text must be sentences`},
		"no source":               {condition(`"kind": "own", "text": "A fact."`), `condition "own": no source`},
		"scopes":                  {condition(`"kind": "own", "scopes": ["a"], ` + text), `condition "own": scopes belong to client_credentials_only, and to nothing else`},
		"scopes missing":          {condition(`"kind": "client_credentials_only", ` + text), `condition "client_credentials_only": scopes belong to client_credentials_only, and to nothing else`},
		"permissions":             {condition(`"kind": "own", "permissions": ["a:b:c"], ` + text), `condition "own": it has no permissions`},
		"permissions missing":     {condition(`"kind": "may_need", ` + text), `condition "may_need": no permissions`},
		"permissions unsorted":    {condition(`"kind": "partial", "permissions": ["b:b:b", "a:a:a"], ` + text), `condition "partial": not sorted, or one of them there twice`},
		"permission with a *":     {condition(`"kind": "partial", "permissions": ["a:*:b"], ` + text), `condition "partial": no name: "a:*:b"`},
		"one variant":             {variants(variant), `condition "variant" with fewer than two variants`},
		"variant there twice":     {variants(variant + ", " + variant), `variant "a": there twice`},
		"variants of no kind":     {endpoint(`"conditions": [{"kind": "topics", ` + text + `}], "variants": [` + variant + "," + other + `]`), `variants without the condition "variant" or "own"`},
		"variant without a name":  {variants(`{"when": "x", "match": "unknown"}, ` + other), `variant "": a name has only small letters and hyphens`},
		"variant in capitals":     {variants(`{"name": "A", "when": "x", "match": "unknown"}, ` + other), `variant "A": a name has only small letters and hyphens`},
		"variant without a case":  {variants(`{"name": "a", "match": "unknown"}, ` + other), `variant "a": it does not say when`},
		"variant of no match":     {variants(`{"name": "a", "when": "x"}, ` + other), `variant "a": no such match: ""`},
		"variant that needs none": {variants(`{"name": "a", "when": "x", "match": "none"}, ` + other), `variant "a": no such match: "none"`},
		"variant of any of none":  {variants(`{"name": "a", "when": "x", "match": "any"}, ` + other), `variant "a": match "any" with 0 permissions`},
		"variant of unknown some": {variants(`{"name": "a", "when": "x", "match": "unknown", "permissions": ["a:b:c"]}, ` + other), `variant "a": match "unknown" with 1 permissions`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := addConditions([]Entry{{Method: "GET", Path: "/api/v2/things"}}, test.document)
			if err == nil || strings.TrimPrefix(err.Error(), "GET /api/v2/things: ") != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
	twice := `{"endpoints": [{"endpoint": "GET /api/v2/things", "conditions": [{"kind": "own", ` + text + `}]}, ` +
		`{"endpoint": "GET /api/v2/things", "conditions": [{"kind": "topics", ` + text + `}]}]}`
	if err := addConditions([]Entry{{Method: "GET", Path: "/api/v2/things"}}, twice); err == nil || err.Error() != "GET /api/v2/things: there twice" {
		t.Errorf("endpoint there twice: got %v", err)
	}
	entries := []Entry{{Method: "GET", Path: "/api/v2/things"}}
	if err := addConditions(entries, variants(variant+", "+other)); err != nil || len(entries[0].Variants) != 2 {
		t.Errorf("a document without faults: got %v, %v", err, entries)
	}
}

// What the SDK has and the published definition has too is the published definition's.
func TestMergeTables(t *testing.T) {
	t.Parallel()
	row := func(path string, source Source) Entry { return Entry{Method: "GET", Path: path, Source: source} }
	first := []Entry{row("/b", Published), row("/d", Published)}
	second := []Entry{row("/a", SDK), row("/b", SDK), row("/c", SDK), row("/e", SDK)}
	var got []string
	for _, entry := range mergeTables(first, second) {
		got = append(got, entry.Path+" "+string(entry.Source))
	}
	want := "/a official SDK, /b published definition, /c official SDK, /d published definition, /e official SDK"
	if strings.Join(got, ", ") != want {
		t.Errorf("got %s", strings.Join(got, ", "))
	}
	if merged := mergeTables(nil, nil); len(merged) != 0 {
		t.Errorf("got %v", merged)
	}
}
