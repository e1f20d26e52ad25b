package genesyscloud

import (
	"encoding/json"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// A region is found by its key and its domain, in any case and with space around it, and by nothing else.
func FuzzLookupRegion(f *testing.F) {
	for _, seed := range []string{"", "eu-west-1", " EU-WEST-1\n", "MyPureCloud.ie", "api.mypurecloud.ie", "eu_west_1", "dca", "us-gov"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		region, found := LookupRegion(name)
		if found && !slices.Contains(Regions(), region) {
			t.Fatalf("%q found %v, which is no region", name, region)
		}
		if strings.ContainsFunc(name, func(r rune) bool { return r > unicode.MaxASCII }) {
			return // letters of other alphabets that fold to ASCII
		}
		trimmed := strings.TrimSpace(name)
		for _, known := range Regions() {
			if named := strings.EqualFold(trimmed, known.Key) || strings.EqualFold(trimmed, known.Domain); named != (found && region == known) {
				t.Fatalf("%q found %v, %t; it names %v: %t", name, region, found, known, named)
			}
		}
	})
}

// A base URL that is accepted is safe to send credentials to, and survives being written and read again.
func FuzzParseBaseURL(f *testing.F) {
	for _, seed := range []string{
		"", "https://api.mypurecloud.ie/", "http://127.0.0.1:80/eu-west-1//", "http://[::1]:8080", "https://[fe80::1%25eth0]/",
		"http://example.com",
		"https://user:canary-5ecret@host", "https://host/a%2Fb/%2F/", "https://host?x", "https://host#", "host:443", "https://host:0",
		"https://host/a b", "http://LOCALHOST", "http://[::ffff:127.0.0.1]", "https:///", "//host",
		"https://[::%25\xf2]", "https://[a%25b]", "https://h\u00f4te", "https://[::1%25]",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, err := ParseBaseURL(text)
		if err != nil {
			checkNoPassword(t, text, err)
			return
		}
		if u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || u.Host == "" || strings.HasSuffix(u.Path, "/") {
			t.Fatalf("%q is accepted as %q", text, u)
		}
		address, _ := netip.ParseAddr(u.Hostname())
		loopback := strings.EqualFold(u.Hostname(), "localhost") || address.Unmap().IsLoopback()
		if u.Scheme != "https" && (u.Scheme != "http" || !loopback) {
			t.Fatalf("%q is accepted with the scheme %q", text, u.Scheme)
		}
		again, err := ParseBaseURL(u.String())
		if err != nil {
			t.Fatalf("%q is accepted as %q, which is not: %v", text, u, err)
		}
		if again.String() != u.String() {
			t.Fatalf("%q is %q, and that is %q", text, u, again)
		}
	})
}

// checkNoPassword holds an error to not repeating the password of a URL.
func checkNoPassword(t *testing.T, text string, err error) {
	t.Helper()
	u, parseErr := url.Parse(strings.TrimSpace(text))
	if parseErr != nil || u.User == nil {
		return
	}
	password, _ := u.User.Password()
	if len(password) >= 8 && !strings.Contains("the URL must not have a user name or password", password) &&
		strings.Contains(err.Error(), password) {
		t.Fatalf("the error %q repeats the password", err)
	}
}

// The quick search for a repeated name finds what a walk through the tokens finds, and nothing in what is not JSON.
func FuzzRepeatedName(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"a": 1, "A": 2}`, `{"a": {"b": [{"c": 1, "c": 2}]}}`, `[{"a": "a"}, {"a": "\"a\": {"}]`, `{"\u0061": 1, "a": 2}`,
		`{"\\": 1, "\\\"": 2}`, `{"\ud800": 1, "\udfff": 2}`, `{"\u212a": 1, "K": 2}`, `"a"`, `{"a": 1} {"a": 1}`, `{"a" : {"a"	:
			[]}, "a": 1}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, given string) {
		_, found := repeatedName(t, given)
		known := utf8.ValidString(given) && json.Valid([]byte(given)) && strings.Count(given, "[")+strings.Count(given, "{") < maxNesting
		if want := known && anyRepeated(json.NewDecoder(strings.NewReader(given))); known && found != want || found && !known {
			t.Fatalf("%q: %t, want %t", given, found, want)
		}
	})
}

// anyRepeated walks through one value.
func anyRepeated(decoder *json.Decoder) (found bool) {
	opening, err := decoder.Token()
	if err != nil {
		return false
	}
	seen := map[string]bool{}
	for opening == json.Delim('{') || opening == json.Delim('[') {
		if !decoder.More() {
			_, _ = decoder.Token()
			return found
		}
		if opening == json.Delim('{') {
			token, _ := decoder.Token()
			name, _ := token.(string)
			name = text.Clean(name)
			for other := range seen {
				found = found || strings.EqualFold(name, other)
			}
			seen[name] = true
		}
		found = anyRepeated(decoder) || found
	}
	return found
}
