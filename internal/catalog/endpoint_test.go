package catalog_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

func TestNormalize(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		endpoint string
		want     string
	}{
		"as it is":               {"GET /api/v2/users", "GET /api/v2/users"},
		"method in small":        {"get /api/v2/users", "GET /api/v2/users"},
		"method in mixed case":   {"Patch /api/v2/users/123", "PATCH /api/v2/users/123"},
		"slash at the end":       {"GET /api/v2/users/", "GET /api/v2/users"},
		"template":               {"GET /api/v2/users/{userId}", "GET /api/v2/users/{userId}"},
		"case of the path stays": {"GET /api/v2/Users", "GET /api/v2/Users"},
		"escaped segment":        {"GET /api/v2/users/a%20b", "GET /api/v2/users/a%20b"},
		"punctuation":            {"GET /api/v2/users/a@b.c,d:e;f", "GET /api/v2/users/a@b.c,d:e;f"},
		"variant":                {"post /api/v2/users/#a-b", "POST /api/v2/users#a-b"},
		"not in the catalog":     {"BREW /coffee", "BREW /coffee"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := catalog.Normalize(test.endpoint)
			if err != nil || got != test.want {
				t.Errorf("Normalize(%q) = %q, %v; want %q", test.endpoint, got, err, test.want)
			}
		})
	}
}

func TestNormalizeRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		endpoint string
		reason   string
	}{
		"empty":                  {"", "the path is missing"},
		"only a method":          {"GET", "the path is missing"},
		"only a path":            {"/api/v2/users", "the method is missing"},
		"method only in space":   {" /api/v2/users", "a method such as GET must come first, followed by one space"},
		"method with a digit":    {"G3T /api/v2/users", "a method such as GET must come first, followed by one space"},
		"method after the path":  {"/api/v2/users GET", "a method such as GET must come first, followed by one space"},
		"two spaces":             {"GET  /api/v2/users", `the path must begin with "/" and follow the method after one space, without a host`},
		"tab":                    {"GET\t/api/v2/users", "the path is missing"},
		"host":                   {"GET https://api.mypurecloud.com/api/v2/users", `the path must begin with "/" and follow the method after one space, without a host`},
		"space at the end":       {"GET /api/v2/users ", "the path contains a space or a control character"},
		"space in the path":      {"GET /api/v2/us ers", "the path contains a space or a control character"},
		"line break":             {"GET /api/v2/users\n", "the path contains a space or a control character"},
		"control character":      {"GET /api/v2/\x00", "the path contains a space or a control character"},
		"not UTF-8":              {"GET /api/v2/\xff", "the path is not valid UTF-8"},
		"query string":           {"GET /api/v2/users?pageSize=100", "it must be without a query string"},
		"escaped word":           {"GET /api/v2/users/%6De", `write the segment "%6De" of the path without escapes and parameters`},
		"escaped separator":      {"GET /api/v2/users/me%2Fpresences", `write the segment "me%2Fpresences" of the path without escapes and parameters`},
		"escaped dots":           {"GET /api/v2/users/%2E%2E", `write the segment "%2E%2E" of the path without escapes and parameters`},
		"word with a parameter":  {"GET /api/v2/users/me;x", `write the segment "me;x" of the path without escapes and parameters`},
		"variant without a name": {"GET /api/v2/users#", `what follows "#" must be the name of a variant, of small letters and hyphens`},
		"variant in capitals":    {"GET /api/v2/users#Top", `what follows "#" must be the name of a variant, of small letters and hyphens`},
		"two variants":           {"GET /api/v2/users#a#b", `what follows "#" must be the name of a variant, of small letters and hyphens`},
		"no segment":             {"GET /", "the path is empty"},
		"empty segment":          {"GET /api//v2/users", "a segment of the path is empty"},
		"two slashes at the end": {"GET /api/v2/users//", "a segment of the path is empty"},
		"dot":                    {"GET /api/v2/./users", `the path contains "." or ".." as a segment`},
		"two dots":               {"GET /api/v2/users/..", `the path contains "." or ".." as a segment`},
		"parameter not closed":   {"GET /api/v2/users/{userId", "a parameter of the path must be a whole segment, such as {userId}"},
		"parameter in a segment": {"GET /api/v2/users/x{userId}", "a parameter of the path must be a whole segment, such as {userId}"},
		"parameter without name": {"GET /api/v2/users/{}", "a parameter of the path must be a whole segment, such as {userId}"},
		"parameter in parameter": {"GET /api/v2/users/{{userId}}", "a parameter of the path must be a whole segment, such as {userId}"},
		"lone brace":             {"GET /api/v2/users/{", "a parameter of the path must be a whole segment, such as {userId}"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := catalog.Normalize(test.endpoint)
			var form *catalog.FormError
			if !errors.As(err, &form) {
				t.Fatalf("Normalize(%q) = %q, %v; want a FormError", test.endpoint, got, err)
			}
			want := catalog.FormError{Endpoint: test.endpoint, Reason: test.reason}
			if diff := cmp.Diff(want, *form); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if entry, err := catalog.Lookup(test.endpoint); !errors.As(err, &form) {
				t.Errorf("Lookup found %s, %v", entry.Endpoint(), err)
			}
		})
	}
}

func TestFormErrorText(t *testing.T) {
	t.Parallel()
	_, err := catalog.Normalize("/api/v2/users")
	const want = `"/api/v2/users" is not of the form METHOD /path: the method is missing`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestLookup(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		endpoint string
		want     string // empty: not found
	}{
		"template":                           {"GET /api/v2/users/{userId}", "GET /api/v2/users/{userId}"},
		"template, other parameter":          {"GET /api/v2/users/{id}", "GET /api/v2/users/{userId}"},
		"concrete":                           {"GET /api/v2/users/123", "GET /api/v2/users/{userId}"},
		"concrete, parameter of other name":  {"GET /api/v2/users/123/roles", "GET /api/v2/users/{subjectId}/roles"},
		"parameter named by the method":      {"GET /api/v2/chats/users/1/messages/2", "GET /api/v2/chats/users/{userId}/messages/{messageIds}"},
		"the same path with another method":  {"PATCH /api/v2/chats/users/1/messages/2", "PATCH /api/v2/chats/users/{userId}/messages/{messageId}"},
		"small method":                       {"get /api/v2/users/123", "GET /api/v2/users/{userId}"},
		"slash at the end":                   {"GET /api/v2/users/", "GET /api/v2/users"},
		"literal before parameter":           {"GET /api/v2/users/me", "GET /api/v2/users/me"},
		"parameter is never a literal":       {"GET /api/v2/{domain}/me", ""},
		"parameter fits only parameter":      {"GET /api/v2/users/{me}", "GET /api/v2/users/{userId}"},
		"integration report":                 {"GET /api/v2/analytics/events", "GET /api/v2/analytics/events"},
		"integration report, other method":   {"POST /api/v2/analytics/events", ""},
		"path in capitals":                   {"GET /API/V2/USERS", ""},
		"unknown path":                       {"GET /api/v2/nothing", ""},
		"unknown method":                     {"BREW /api/v2/users", ""},
		"method that the path does not have": {"DELETE /api/v2/users", ""},
		"inner node":                         {"GET /api/v2", ""},
		"longer than any":                    {"GET /api/v2/users/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15", ""},
		"query string":                       {"GET /api/v2/users?pageSize=1", ""},
		"no method":                          {"/api/v2/users", ""},
		"empty":                              {"", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			entry, err := catalog.Lookup(test.endpoint)
			if (err == nil) != (test.want != "") || err == nil && entry.Endpoint() != test.want {
				t.Errorf("Lookup(%q) = %q, %v; want %q", test.endpoint, entry.Endpoint(), err, test.want)
			}
		})
	}
}

// Find takes any word for the value of a parameter, as the platform's own rows and requests have it.
func TestFind(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ method, path, want string }{
		"template":                      {"GET", "/api/v2/users/{userId}", "GET /api/v2/users/{userId}"},
		"concrete":                      {"GET", "/api/v2/users/serach", "GET /api/v2/users/{userId}"},
		"slash at the end":              {"GET", "/api/v2/users/", "GET /api/v2/users"},
		"literal before parameter":      {"GET", "/api/v2/users/me", "GET /api/v2/users/me"},
		"literal that lacks the method": {"DELETE", "/api/v2/alerting/alerts/bulk", "DELETE /api/v2/alerting/alerts/{alertId}"},
		"literal that leads nowhere":    {"GET", "/api/v2/users/search/roles", "GET /api/v2/users/{subjectId}/roles"},
		"variant":                       {"PATCH", "/api/v2/users/1#extension", ""},
		"method in small":               {"get", "/api/v2/users", ""},
		"empty segment":                 {"GET", "/api/v2/users//roles", ""},
		"no path":                       {"GET", "", ""},
		"no slash":                      {"GET", "api/v2/users", ""},
		"unknown":                       {"GET", "/api/v2/nothing", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			entry, found := catalog.Find(test.method, test.path)
			if found != (test.want != "") || found && entry.Endpoint() != test.want {
				t.Errorf("Find(%q, %q) = %q, %v; want %q", test.method, test.path, entry.Endpoint(), found, test.want)
			}
		})
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		endpoint string
		most     int
		want     []string
	}{
		"another method": {"DELETE /api/v2/users", 3, []string{"GET /api/v2/users", "POST /api/v2/users"}},
		"another method, concrete": {"POST /api/v2/oauth/clients/123", 3, []string{
			"DELETE /api/v2/oauth/clients/{clientId}", "GET /api/v2/oauth/clients/{clientId}", "PUT /api/v2/oauth/clients/{clientId}",
		}},
		"another method of a reported one": {"POST /api/v2/analytics/events", 1, []string{"GET /api/v2/analytics/events"}},
		"typo in the last segment":         {"GET /api/v2/analytics/evnts", 1, []string{"GET /api/v2/analytics/events"}},
		"typo in the first segment":        {"GET /api/v2/usres", 1, []string{"GET /api/v2/users"}},
		"typo before a concrete value":     {"GET /api/v2/usres/123/roles", 1, []string{"GET /api/v2/users/{subjectId}/roles"}},
		"typo and another method": {"GET /api/v2/analytics/conversation/details/query", 1, []string{
			"POST /api/v2/analytics/conversations/details/query",
		}},
		"two typos": {"POST /api/v2/analytics/conversation/detail/query", 1, []string{
			"POST /api/v2/analytics/conversations/details/query",
		}},
		"one segment too many":         {"GET /api/v2/users/me/self", 1, []string{"GET /api/v2/users/me"}},
		"one segment missing":          {"POST /api/v2/conversations/details/query", 1, []string{"POST /api/v2/analytics/conversations/details/query"}},
		"one of many segments missing": {"POST /api/v2/analytics/details/query", 1, []string{"POST /api/v2/analytics/conversations/details/query"}},
		"capitals":                     {"GET /api/v2/Users", 1, []string{"GET /api/v2/users"}},
		"other version":                {"GET /api/v1/users", 1, []string{"GET /api/v2/users"}},
		"prefix left out":              {"GET /users", 1, []string{"GET /api/v2/users"}},
		"method left out":              {"/api/v2/users", 3, []string{"GET /api/v2/users", "POST /api/v2/users"}},
		"query string":                 {"GET /api/v2/users?pageSize=100", 1, []string{"GET /api/v2/users"}},
		"whole address":                {"GET https://api.mypurecloud.com/api/v2/users", 1, []string{"GET /api/v2/users"}},
		"spaces":                       {"  GET   /api/v2/users  ", 1, []string{"GET /api/v2/users"}},
		"nothing alike":                {"GET /api/v2/qqzzxxvv", 3, nil},
		"nothing alike, deep":          {"GET /api/v2/qqzzxxvv/users/123", 3, nil},
		"no path":                      {"GET", 3, nil},
		"only the prefix":              {"GET /api/v2", 3, nil},
		"empty":                        {"", 3, nil},
		"slashes":                      {"////", 3, nil},
		"braces":                       {"{/{}/{", 3, nil},
		"none asked for":               {"GET /api/v2/usres", 0, nil},
		"a negative number asked for":  {"GET /api/v2/usres", -1, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := catalog.Nearest(test.endpoint, test.most)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Nearest(%q) (-want +got):\n%s", test.endpoint, diff)
			}
		})
	}
}
