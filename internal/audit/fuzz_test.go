package audit_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

var permissionSeeds = []string{
	"", "admin", "*", "a:b", "a:b:c", "a:b:*", "*:*:*", "a:*b:c", "a:b:c:d", "a::c", ":::", "a:b: c", "a:b:c\n", "\xff:b:c",
}

// What is accepted has three segments without white space, a wildcard only in place of a whole one, and only where it is allowed; and
// all that is of this form is accepted.
func FuzzParsePermission(f *testing.F) {
	for _, seed := range permissionSeeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		segments := strings.Split(text, ":")
		wellFormed := len(segments) == 3
		for _, segment := range segments {
			blank := strings.ContainsFunc(segment, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
			if segment == "" || blank || segment != "*" && strings.Contains(segment, "*") {
				wellFormed = false
			}
		}
		if err := access.ParsePermission(text, true); (err == nil) != wellFormed {
			t.Fatalf("ParsePermission(%q, true): %v, well formed: %t", text, err, wellFormed)
		}
		wantExact := wellFormed && !slices.Contains(segments, "*")
		if err := access.ParsePermission(text, false); (err == nil) != wantExact {
			t.Fatalf("ParsePermission(%q, false): %v, want none: %t", text, err, wantExact)
		}
	})
}

// segmentsCover is what Covers means, segment by segment.
func segmentsCover(granted, required string) bool {
	if granted == required {
		return true
	}
	have, want := strings.Split(granted, ":"), strings.Split(required, ":")
	if len(have) != 3 || len(want) != 3 {
		return false
	}
	for i := range have {
		if have[i] == "" || want[i] == "" || have[i] != want[i] && have[i] != "*" {
			return false
		}
	}
	return true
}

// Covers agrees with the plain comparison, and nothing is covered that the grant does not overlap.
func FuzzCovers(f *testing.F) {
	for _, granted := range permissionSeeds {
		for _, required := range []string{"a:b:c", "a:b:*", "admin", ""} {
			f.Add(granted, required)
		}
	}
	f.Fuzz(func(t *testing.T, granted, required string) {
		got := access.Covers(granted, required)
		if want := segmentsCover(granted, required); got != want {
			t.Fatalf("Covers(%q, %q) = %t, want %t", granted, required, got, want)
		}
		if !access.Covers(required, required) || !access.Overlaps(required, required) {
			t.Fatalf("%q does not cover itself", required)
		}
		if got && !access.Overlaps(granted, required) {
			t.Fatalf("%q covers %q but does not overlap it", granted, required)
		}
		if access.Overlaps(granted, required) != access.Overlaps(required, granted) {
			t.Fatalf("of %q and %q one overlaps the other, but not the other the one", granted, required)
		}
	})
}

// A client with one role of one policy has a permission if, and only if, the policy covers it without a condition. Where not all of the
// role can be read, what it does not show is neither had nor lacked.
func FuzzPolicy(f *testing.F) {
	f.Add("a", "b", "c", "a:b:c", false, true)
	f.Add("a", "*", "x,*", "a:b:c", false, true)
	f.Add("*", "*", "c", "a:b:c", true, true)
	f.Add("a", "b", "c", "a:b:d", false, true)
	f.Add("a", "b", "", "a:b:c", false, true)
	f.Add("a", "b", "*", "a:b:c", false, false)
	f.Add("", "b", "*", "a:b:c", false, true)
	f.Add("a ", "b", "c", "a:b:c", false, true)
	f.Add("a", "b*", "c", "a:b:c", false, true)
	f.Add("a", "b", "b:c", "a:b:c", false, true)
	f.Fuzz(func(t *testing.T, domain, entity, actions, required string, conditional, shown bool) {
		if access.ParsePermission(required, false) != nil {
			return
		}
		policy := access.Policy{Domain: domain, Entity: entity, Actions: strings.Split(actions, ","), Conditional: conditional}
		covered := slices.ContainsFunc(policy.Actions, func(action string) bool {
			return !strings.Contains(domain+entity+action, ":") && segmentsCover(domain+":"+entity+":"+action, required)
		})
		readable := shown && !slices.ContainsFunc(append([]string{domain, entity}, policy.Actions...), func(segment string) bool {
			return segment != "*" && (segment == "" || strings.ContainsAny(segment, "*:") || strings.Join(strings.Fields(segment), "") != segment)
		})

		facts := everything()
		facts.Clients = audit.Read(clients(func(dashboard, _ *audit.Client) {
			dashboard.Grants = []audit.Grant{{RoleID: "r-one", DivisionID: "*"}}
		}))
		facts.Roles = audit.Read(access.NewRoles([]access.Role{
			{ID: "r-one", Name: "One", PoliciesShown: shown, Policies: []access.Policy{policy}},
		}))
		facts.Permissions = audit.Read(audit.NewPermissions([]audit.Permission{{Name: required}}))
		result, _ := judge(t, audit.Requirement{ClientName: dashboard, RequiredPermissions: []string{required}}, facts)

		want := audit.Noncompliant
		switch {
		case covered && !conditional:
			want = audit.Compliant
		case !readable || covered:
			want = audit.Undetermined
		}
		if result.Verdict != want {
			t.Fatalf("policy %+v, shown %t, required %q: %s, want %s\n%s", policy, shown, required, result.Verdict, want,
				strings.Join(lines(result), "\n"))
		}
	})
}
