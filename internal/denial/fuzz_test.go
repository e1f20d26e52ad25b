package denial_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/denial"
)

// Whatever a body holds, what is said of it can be shown as it is, names nothing that the body does not name, and is never a guess.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "[a:b:c, admin]", "[a:b:c:d-1, e:f:g:*", "[] in at least one of the following division(s): [d-1,d-2] x]",
		"{}", "null", "<html>403</html>",
		`{"errors":[{"errors":[{"code":"not.authorized"}]}]}`,
		refusal("403", "missing.any.permissions", needAny+"[a:b:c, admin]"),
		refusal("403", "missing.any.permissions", needAny+"[] in at least one of the following division(s): ["+division+"]"),
		refusal("403", "missing.permissions", needAll+"[a:b:c:"+division+"]"),
		refusal("403", "missing.division.permission", ""),
		refusal("429", "too.many.requests.retry.after", "Rate limit exceeded the maximum. Retry the request in [42] seconds"),
		`{"error":"invalid_request","error_description":"rate limit exceeded; x"}`,
		`{"error_description":"Access denied. The client does not have permission to access this resource."}`,
		`{"code":"bad.credentials","message":"a\u0000b\u202ec https://user:secret@host ` + strings.Repeat("x", 2000) + `","contextId":"1"}`,
		"API Error: 403 - " + needAll + "[a:b:c] (" + contextID + ")", "Auth Error: 400 - invalid_client (no)",
		`{"errorMessage":"API Error: 401 - Invalid login credentials. ()","correlationId":"` + contextID + `"}`,
		`x {"body":{"code":"not.authorized"}} {"error":{"code":"not.a.user"}}`,
		strings.Repeat(`{"errors":[`, 100) + strings.Repeat(`]}`, 100),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		checkDenial(t, text)
		for _, opening := range []string{needAny, needAll} {
			body, err := json.Marshal(map[string]string{"message": opening + text})
			if err != nil {
				t.Fatal(err)
			}
			checkDenial(t, string(body))
		}
	})
}

func checkDenial(t *testing.T, body string) {
	t.Helper()
	kinds := []denial.Kind{
		"missing_permissions", "missing_division", "missing_trustor_permissions", "not_authorized", "access_denied", "missing_token",
		"invalid_token", "expired_token", "ip_not_allowed", "rate_limited", "invalid_client", "user_context_required", "unknown",
	}
	d := denial.Parse(body)
	checkText(t, "message", d.Message, 1003)
	checkText(t, "remediation", d.Remediation, 5000)
	switch {
	case !slices.Contains(kinds, d.Kind):
		t.Fatalf("kind %q", d.Kind)
	case len(d.RequestID) > 200 || strings.ContainsFunc(d.RequestID, unicode.IsSpace):
		t.Fatalf("request id %q", d.RequestID)
	case d.Kind != "unknown" && !strings.Contains(body, "{") && !strings.Contains(body, "Error:"):
		t.Fatalf("%q, though neither JSON nor the line of an SDK", d.Kind)
	case (d.Kind == "unknown") != strings.Contains(d.Remediation, "does not say why"):
		t.Fatalf("kind %q with the remediation %q", d.Kind, d.Remediation)
	case len(d.Permissions)+len(d.Divisions) > 0 || d.Match != "":
		checkNeeds(t, body, d)
	}
}

// checkText holds a text to one line that can be shown, of at most so many characters.
func checkText(t *testing.T, what, text string, most int) {
	t.Helper()
	unfit := func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }
	if text == "" || utf8.RuneCountInString(text) > most || strings.ContainsFunc(text, unfit) || !utf8.ValidString(text) {
		t.Fatalf("%s %q", what, text)
	}
}

// checkNeeds holds what a denial demands to what the body says: a body made of it alone demands the same.
func checkNeeds(t *testing.T, body string, d denial.Denial) {
	t.Helper()
	if d.Kind != "missing_permissions" && d.Kind != "missing_division" {
		t.Fatalf("%q with permissions %q in %q, match %q", d.Kind, d.Permissions, d.Divisions, d.Match)
	}
	for _, names := range [][]string{d.Permissions, d.Divisions} {
		if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
			t.Fatalf("not sorted, or one of them there twice: %q", names)
		}
		for _, name := range names {
			if !strings.Contains(body, `\`) && !strings.Contains(body, name) {
				t.Fatalf("%q is not in the body", name)
			}
		}
	}
	message := needAny + "[" + strings.Join(d.Permissions, ", ") + "]"
	if d.Kind == "missing_division" {
		message += " in at least one of the following division(s): [" + strings.Join(d.Divisions, ", ") + "]"
	}
	again := denial.Parse(refusal("403", "missing.any.permissions", message))
	if again.Kind != d.Kind || !slices.Equal(again.Permissions, d.Permissions) || !slices.Equal(again.Divisions, d.Divisions) {
		t.Fatalf("%+v\nagain:\n%+v", d, again)
	}
}
