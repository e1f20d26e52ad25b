package catalog_test

import (
	"strings"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

var seeds = []string{
	"", "GET", "GET /", "/api/v2/users", "GET /api/v2/users", "get /api/v2/users/123/roles/", "GET /api/v2/users/{}", "GET /{/}/{{",
	"patch /api/v2/users/1#extension", "GET /api/v2/users/serach", "GET https://api.mypurecloud.com/api/v2/users?x=1#y", "http", "GET /api", "GET /api/v2", "GET /v2", "\xff /\xff", "GET //api/v2/usres",
	"POST /api/v2/analytics/conversation/detail/qurey", "GET /api/v2/users/" + strings.Repeat("a/", 500),
}

// What is found fits what was looked up: the method, and segment by segment the path.
func FuzzLookup(f *testing.F) {
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, endpoint string) {
		normal, err := catalog.Normalize(endpoint)
		entry, lookupErr := catalog.Lookup(endpoint)
		if lookupErr != nil {
			return
		}
		if err != nil {
			t.Fatalf("found %s, but Normalize says: %v", entry.Endpoint(), err)
		}
		method, path, _ := strings.Cut(normal, " ")
		path, variant, _ := strings.Cut(path, "#")
		if variant != entry.Variant {
			t.Fatalf("%q found %s", endpoint, entry.Endpoint())
		}
		given, template := strings.Split(path, "/"), strings.Split(entry.Path, "/")
		if method != entry.Method || len(given) != len(template) {
			t.Fatalf("%q found %s", endpoint, entry.Endpoint())
		}
		for i, segment := range template {
			if !strings.HasPrefix(segment, "{") && segment != given[i] {
				t.Fatalf("%q found %s", endpoint, entry.Endpoint())
			}
		}
	})
}

// Whatever is written, near misses are endpoints of the catalog, none of them twice, no more than asked for.
func FuzzNearest(f *testing.F) {
	for _, seed := range seeds {
		f.Add(seed, 3)
	}
	f.Fuzz(func(t *testing.T, endpoint string, most int) {
		nearest := catalog.Nearest(endpoint, most)
		if len(nearest) > max(most, 0) {
			t.Fatalf("%d, asked for %d", len(nearest), most)
		}
		seen := map[string]bool{}
		for _, name := range nearest {
			entry, err := catalog.Lookup(name)
			if err != nil || entry.Endpoint() != name || seen[name] {
				t.Fatalf("%q: not in the catalog, or there twice", name)
			}
			seen[name] = true
		}
	})
}

// What a table says survives being written and read again.
func FuzzParseTable(f *testing.F) {
	for _, seed := range []string{
		"", "# comment\n", "/api/v2/users\tGET\t-\tnone\t-\n", "/api/v2/users\tGET\t?\tunknown\t-\n",
		"/api/v2/users\tGET\tusers,users:readonly\tany\tadmin,directory:user:view\n/api/v2/users\tPOST\tusers\tall\tdirectory:user:add\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		entries, err := catalog.ParseTable(text)
		if err != nil {
			return
		}
		written, err := catalog.FormatTable("", entries)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := withoutComments(written), withoutComments(text); got != want {
			t.Fatalf("got:\n%s\nwant:\n%s", got, want)
		}
	})
}

func withoutComments(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "#") {
			b.WriteString(strings.TrimSuffix(line, "\n") + "\n")
		}
	}
	return b.String()
}
