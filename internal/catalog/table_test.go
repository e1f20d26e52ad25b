package catalog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

const smallTable = `# Two endpoints.
#
# The end.
/api/v2/things	GET	things,things:readonly	any	thing:thing:list,thing:thing:view
/api/v2/things	POST	?	all	thing:thing:add
/api/v2/things/{thingId}	DELETE	-	none	-
/api/v2/things/{thingId}	GET	things	unknown	-
`

var smallEntries = []catalog.Entry{
	{
		Method: "GET", Path: "/api/v2/things", Scopes: []string{"things", "things:readonly"}, ScopesMatch: catalog.Any,
		Permissions: []string{"thing:thing:list", "thing:thing:view"}, PermissionsMatch: catalog.Any, Source: catalog.Published,
	},
	{
		Method: "POST", Path: "/api/v2/things", ScopesMatch: catalog.Unknown,
		Permissions: []string{"thing:thing:add"}, PermissionsMatch: catalog.All, Source: catalog.Published,
	},
	{
		Method: "DELETE", Path: "/api/v2/things/{thingId}", ScopesMatch: catalog.None,
		PermissionsMatch: catalog.None, Source: catalog.Published,
	},
	{
		Method: "GET", Path: "/api/v2/things/{thingId}", Scopes: []string{"things"}, ScopesMatch: catalog.Any,
		PermissionsMatch: catalog.Unknown, Source: catalog.Published,
	},
}

func TestParseTable(t *testing.T) {
	t.Parallel()
	got, err := catalog.ParseTable(smallTable)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(smallEntries, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFormatTable(t *testing.T) {
	t.Parallel()
	shuffled := []catalog.Entry{smallEntries[2], smallEntries[0], smallEntries[3], smallEntries[1]}
	got, err := catalog.FormatTable("Two endpoints.\n\nThe end.", shuffled)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(smallTable, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseTableRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		want string
	}{
		"empty line":              {"\n", "line 1: 1 columns instead of 5"},
		"column missing":          {"/api/v2/a\tGET\t-\tnone\n", "line 1: 4 columns instead of 5"},
		"column too many":         {"/api/v2/a\tGET\t-\tnone\t-\t-\n", "line 1: 6 columns instead of 5"},
		"carriage return":         {"/api/v2/a\tGET\t-\tnone\t-\r\n", `line 1: GET /api/v2/a: permissions: no name: "-\r"`},
		"small method":            {"/api/v2/a\tget\t-\tnone\t-\n", `line 1: "get /api/v2/a" should be written "GET /api/v2/a"`},
		"slash at the end":        {"/api/v2/a/\tGET\t-\tnone\t-\n", `line 1: "GET /api/v2/a/" should be written "GET /api/v2/a"`},
		"path without a slash":    {"api/v2/a\tGET\t-\tnone\t-\n", `line 1: "GET api/v2/a" is not of the form METHOD /path: the path must begin with "/" and follow the method after one space, without a host`},
		"path of another API":     {"/api/v1/a\tGET\t-\tnone\t-\n", `line 1: path "/api/v1/a" does not begin with /api/v2/`},
		"scopes left empty":       {"/api/v2/a\tGET\t\tnone\t-\n", `line 1: GET /api/v2/a: scopes: no name: ""`},
		"scope with a space":      {"/api/v2/a\tGET\ta, b\tnone\t-\n", `line 1: GET /api/v2/a: scopes: no name: " b"`},
		"scopes unsorted":         {"/api/v2/a\tGET\tb,a\tnone\t-\n", "line 1: GET /api/v2/a: scopes: not sorted, or one of them there twice"},
		"scope there twice":       {"/api/v2/a\tGET\ta,a\tnone\t-\n", "line 1: GET /api/v2/a: scopes: not sorted, or one of them there twice"},
		"permissions not known":   {"/api/v2/a\tGET\t-\tany\t?\n", `line 1: GET /api/v2/a: permissions: no name: "?"`},
		"permission with a *":     {"/api/v2/a\tGET\t-\tany\ta:*:b\n", `line 1: GET /api/v2/a: permissions: no name: "a:*:b"`},
		"no such match":           {"/api/v2/a\tGET\t-\tsome\ta:b:c\n", `line 1: GET /api/v2/a: permissions: no such match: "some"`},
		"any of none":             {"/api/v2/a\tGET\t-\tany\t-\n", `line 1: GET /api/v2/a: permissions: match "any" without any`},
		"all of none":             {"/api/v2/a\tGET\t-\tall\t-\n", `line 1: GET /api/v2/a: permissions: match "all" without any`},
		"none of some":            {"/api/v2/a\tGET\t-\tnone\ta:b:c\n", `line 1: GET /api/v2/a: permissions: match "none" with a:b:c`},
		"unknown of some":         {"/api/v2/a\tGET\t-\tunknown\ta:b:c\n", `line 1: GET /api/v2/a: permissions: match "unknown" with a:b:c`},
		"endpoint there twice":    {"# x\n/api/v2/a\tGET\t-\tnone\t-\n/api/v2/a\tGET\t-\tnone\t-\n", "line 3: GET /api/v2/a is out of order, or there twice"},
		"endpoint out of order":   {"/api/v2/b\tGET\t-\tnone\t-\n/api/v2/a\tGET\t-\tnone\t-\n", "line 2: GET /api/v2/a is out of order, or there twice"},
		"methods out of order":    {"/api/v2/a\tPOST\t-\tnone\t-\n/api/v2/a\tGET\t-\tnone\t-\n", "line 2: GET /api/v2/a is out of order, or there twice"},
		"path with a query":       {"/api/v2/a?b\tGET\t-\tnone\t-\n", `line 1: "GET /api/v2/a?b" is not of the form METHOD /path: it must be without a query string`},
		"path with half a braces": {"/api/v2/{a\tGET\t-\tnone\t-\n", `line 1: "GET /api/v2/{a" is not of the form METHOD /path: a parameter of the path must be a whole segment, such as {userId}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			entries, err := catalog.ParseTable(test.text)
			if err == nil || err.Error() != test.want || entries != nil {
				t.Errorf("got %v, %v; want %s", entries, err, test.want)
			}
		})
	}
}

func TestFormatTableRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*catalog.Entry){
		"a role":                    func(e *catalog.Entry) { e.Roles = []string{"Admin"} },
		"all of the scopes":         func(e *catalog.Entry) { e.ScopesMatch = catalog.All },
		"any of no scopes":          func(e *catalog.Entry) { e.Scopes = nil },
		"scopes that are not known": func(e *catalog.Entry) { e.ScopesMatch = catalog.Unknown },
		"no scopes match":           func(e *catalog.Entry) { e.ScopesMatch = "" },
		"any of no permissions":     func(e *catalog.Entry) { e.Permissions = nil },
		"a tab in a scope":          func(e *catalog.Entry) { e.Scopes = []string{"a\tb"} },
		"a comma in a permission":   func(e *catalog.Entry) { e.Permissions = []string{"a,b"} },
		"unsorted permissions":      func(e *catalog.Entry) { e.Permissions = []string{"b", "a"} },
		"another source":            func(e *catalog.Entry) { e.Source = catalog.IntegrationReport },
		"another API":               func(e *catalog.Entry) { e.Path = "/api/v3/things" },
	}
	for name, spoil := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			entry := smallEntries[0]
			spoil(&entry)
			if text, err := catalog.FormatTable("", []catalog.Entry{entry}); err == nil {
				t.Errorf("written as:\n%s", text)
			}
		})
	}
}
