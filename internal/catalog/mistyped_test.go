package catalog_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

func TestLookupRefusesMistypedWords(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		word, parameter, endpoint string
		nearest                   []string
	}{
		"GET /api/v2/users/serach":  {"serach", "{userId}", "GET /api/v2/users/serach", []string{"GET /api/v2/users/search"}},
		"get /api/v2/users/serach/": {"serach", "{userId}", "GET /api/v2/users/serach", []string{"GET /api/v2/users/search"}},
		"GET /api/v2/users/Search":  {"Search", "{userId}", "GET /api/v2/users/Search", []string{"GET /api/v2/users/search"}},
		"PATCH /api/v2/users/serach": { // a method that the right word does not have
			"serach", "{userId}", "PATCH /api/v2/users/serach", []string{"GET /api/v2/users/search", "POST /api/v2/users/search", "PATCH /api/v2/users/{userId}"},
		},
		"PATCH /api/v2/users/search": { // the right word itself, without the method
			"search", "{userId}", "PATCH /api/v2/users/search", []string{"GET /api/v2/users/search", "POST /api/v2/users/search", "PATCH /api/v2/users/{userId}"},
		},
		"GET /api/v2/users/search/roles": {
			"search", "{subjectId}", "GET /api/v2/users/search/roles", []string{"GET /api/v2/users/{subjectId}/roles"},
		},
		"PATCH /api/v2/users/0f3a/presences/purclound": {
			"purclound", "{sourceId}", "PATCH /api/v2/users/0f3a/presences/purclound", []string{"PATCH /api/v2/users/0f3a/presences/purecloud"},
		},
		"PATCH /api/v2/users/0f3a/presences/purclound#other-user": {
			"purclound", "{sourceId}", "PATCH /api/v2/users/0f3a/presences/purclound#other-user",
			[]string{"PATCH /api/v2/users/0f3a/presences/purecloud#other-user"},
		},
		"GET /api/v2/authorization/divisions/hmoe": { // two neighbours of a short word
			"hmoe", "{divisionId}", "GET /api/v2/authorization/divisions/hmoe", []string{"GET /api/v2/authorization/divisions/home"},
		},
	}
	for endpoint, test := range tests {
		t.Run(endpoint, func(t *testing.T) {
			t.Parallel()
			entry, err := catalog.Lookup(endpoint)
			var got *catalog.UnknownError
			if !errors.As(err, &got) {
				t.Fatalf("found %s, %v", entry.Endpoint(), err)
			}
			want := catalog.UnknownError{
				Reason:  `"` + test.word + `" in "` + test.endpoint + `" looks like a word of the API and not like an id. For any id, write ` + test.parameter,
				Nearest: test.nearest,
			}
			if diff := cmp.Diff(want, *got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestLookupTakesIDs(t *testing.T) {
	t.Parallel()
	for _, id := range []string{
		"9b1d0f6e-0f3a-4c9a-8a44-0d2b3c1e5f77", "123", "serach1", "s3arch", "{userId}", "{serach}", "jane@example.com", "a%20b", "me", "somebody",
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			for endpoint, want := range map[string]string{
				"GET /api/v2/users/" + id + "/roles": "GET /api/v2/users/{subjectId}/roles",
				"PATCH /api/v2/users/" + id:          "PATCH /api/v2/users/{userId}",
			} {
				entry, err := catalog.Lookup(endpoint)
				if err != nil || entry.Endpoint() != want {
					t.Errorf("Lookup(%q) = %q, %v", endpoint, entry.Endpoint(), err)
				}
			}
		})
	}
}

// Every word of the API that stands where another endpoint has a parameter, misspelled in the common ways, is an error that names
// an endpoint with the right word.
func TestLookupRefusesMisspelledSiblings(t *testing.T) {
	t.Parallel()
	methods := map[string][]string{} // by path, with every parameter written {}
	for _, entry := range catalog.Entries() {
		methods[bare(entry.Path)] = append(methods[bare(entry.Path)], entry.Method)
	}
	siblings := map[string]bool{}
	for path, own := range methods {
		segments := strings.Split(path, "/")
		for i := 3; i < len(segments); i++ {
			if segments[i] == "{}" {
				continue
			}
			parent := strings.Join(segments[:i], "/")
			other := slices.Clone(segments)
			other[i] = "{}"
			fitting := methods[strings.Join(other, "/")]
			if fitting == nil {
				continue
			}
			siblings[parent+"/"+segments[i]] = true
			tried := slices.Compact(slices.Sorted(slices.Values(slices.Concat(own, fitting))))
			if os.Getenv("GENESYSAUDIT_TEST_FULL") == "" { // one method of each path; .ci/run tries all
				tried = tried[:1]
			}
			for _, method := range tried {
				for _, misspelled := range misspellings(segments[i]) {
					written := slices.Clone(segments)
					written[i] = misspelled
					assertNearWord(t, method, written, i, segments[i])
				}
			}
		}
	}
	// Counted with a script over the source of the table.
	if want := 293; len(siblings) != want {
		t.Errorf("%d words with such a sibling, want %d", len(siblings), want)
	}
}

func bare(path string) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if strings.HasPrefix(segment, "{") {
			segments[i] = "{}"
		}
	}
	return strings.Join(segments, "/")
}

// misspellings are a word in capitals and, in turn for each of its letters: without it, with it doubled, with a wrong one in its place,
// and with the one before it in its place.
func misspellings(word string) []string {
	found := []string{strings.ToUpper(word[:1]) + word[1:], strings.ToUpper(word)}
	for i := range word {
		before, letter, after := word[:i], word[i:i+1], word[i+1:]
		switch {
		case i%4 == 0:
			found = append(found, before+letter+letter+after)
		case i%4 == 1 && len(word) > 2:
			found = append(found, before+after)
		case i%4 == 2 || i%4 == 1:
			found = append(found, before+string((word[i]-'a'+1)%26+'a')+after)
		case word[i-1] != word[i]:
			found = append(found, before[:i-1]+letter+before[i-1:]+after)
		}
	}
	return found
}

func assertNearWord(t *testing.T, method string, written []string, i int, word string) {
	t.Helper()
	for j, segment := range written {
		if segment == "{}" {
			written[j] = "17"
		}
	}
	endpoint := method + " " + strings.Join(written, "/")
	_, err := catalog.Lookup(endpoint)
	var unknown *catalog.UnknownError
	if !errors.As(err, &unknown) {
		t.Errorf("%s: %v", endpoint, err)
		return
	}
	if !slices.ContainsFunc(unknown.Nearest, func(near string) bool {
		segments := strings.Split(near, "/")
		return len(segments) > i && segments[i] == word
	}) {
		t.Errorf("%s: %q does not name %s", endpoint, unknown.Nearest, word)
	}
}
