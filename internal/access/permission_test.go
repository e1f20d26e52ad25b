package access_test

import (
	"slices"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
)

func TestCovers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		granted, required string
		want              bool
	}{
		{"a:b:c", "a:b:c", true},
		{"a:b:*", "a:b:c", true},
		{"a:*:c", "a:b:c", true},
		{"*:b:c", "a:b:c", true},
		{"*:*:*", "a:b:c", true},
		{"a:b:c", "a:b:*", false},
		{"a:b:*", "a:b:*", true},
		{"a:b:c", "a:b:d", false},
		{"a:*:*", "b:b:c", false},
		{"A:b:c", "a:b:c", false},
		{"a:b*:c", "a:bb:c", false},
		{"admin", "admin", true},
		{"*", "admin", false},
		{"*:*:*", "admin", false},
		{"a:*", "a:b:c", false},
		{"a:b:*", "a:b:c:d", false},
		{"*:*:*", "a::c", false},
	}
	for _, test := range tests {
		if got := access.Covers(test.granted, test.required); got != test.want {
			t.Errorf("Covers(%q, %q) = %t, want %t", test.granted, test.required, got, test.want)
		}
	}
}

func TestOverlaps(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pattern, granted string
		want             bool
	}{
		{"a:b:c", "a:b:c", true},
		{"a:*:c", "a:b:*", true},
		{"a:b:c", "*:*:*", true},
		{"*:*:delete", "a:b:delete", true},
		{"*:*:delete", "a:b:view", false},
		{"a:*:*", "b:*:*", false},
		{"a:*:view", "a:*:edit", false},
		{"*:*:*", "admin", false},
		{"admin", "admin", true},
		{"a:b:c", "A:b:C", true}, // whether the platform tells case apart is not documented
		{"a:b:c", "\uff41:b\u200b:C", true},
		{"a:b:c", "a:b:cd", false},
	}
	for _, test := range tests {
		if got := access.Overlaps(test.pattern, test.granted); got != test.want {
			t.Errorf("Overlaps(%q, %q) = %t, want %t", test.pattern, test.granted, got, test.want)
		}
	}
}

func TestCoversScope(t *testing.T) {
	t.Parallel()
	tests := []struct {
		granted, required string
		want              bool
	}{
		{"analytics", "analytics", true},
		{"analytics", "analytics:readonly", true},
		{"analytics:readonly", "analytics", false},
		{"analytics:readonly", "analytics:readonly", true},
		{"analytics", "analytics:read", false},
		{"analytics:read", "analytics:export", false},
		{"Analytics", "analytics", false},
		{"*", "analytics", false},
	}
	for _, test := range tests {
		if got := access.CoversScope(test.granted, test.required); got != test.want {
			t.Errorf("CoversScope(%q, %q) = %t, want %t", test.granted, test.required, got, test.want)
		}
	}
}

func TestParsePermission(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text      string
		wildcards bool
		want      string // empty: no error
	}{
		{"analytics:conversationDetail:view", false, ""},
		{"analytics:*:view", true, ""},
		{"*:*:*", true, ""},
		{"analytics:*:view", false, `"analytics:*:view" has a wildcard, which is not allowed here`},
		{"analytics:conv*:view", true, `"analytics:conv*:view" has a wildcard inside a segment; it can only stand for a whole one`},
		{"analytics:conv*:view", false, `"analytics:conv*:view" has a wildcard inside a segment; it can only stand for a whole one`},
		{"analytics:view", true, `"analytics:view" is not of the form domain:entity:action`},
		{"a:b:c:d", true, `"a:b:c:d" is not of the form domain:entity:action`},
		{"a::c", true, `"a::c" is not of the form domain:entity:action`},
		{"admin", true, `"admin" is not of the form domain:entity:action`},
		{"", true, `"" is not of the form domain:entity:action`},
		{"a:b :c", true, `"a:b :c" has white space in it`},
		{"a:b:c\n", true, `"a:b:c\n" has white space in it`},
	}
	for _, test := range tests {
		got := ""
		if err := access.ParsePermission(test.text, test.wildcards); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("ParsePermission(%q, %t): %q, want %q", test.text, test.wildcards, got, test.want)
		}
	}
}

// The index by domain must give what a search through all roles gave: the roles that permit least, a role of every domain last.
func TestThatGiveNamesTheRolesThatPermitLeast(t *testing.T) {
	t.Parallel()
	policy := func(domain, entity string) access.Policy {
		return access.Policy{Domain: domain, Entity: entity, Actions: []string{"view"}}
	}
	roles := access.NewRoles([]access.Role{
		{ID: "1", Name: "everything", PoliciesShown: true, Policies: []access.Policy{policy("*", "*"), policy("oauth", "client")}},
		{ID: "2", Name: "all views", PoliciesShown: true, Policies: []access.Policy{policy("*", "*")}},
		{ID: "3", Name: "clients and users", PoliciesShown: true, Policies: []access.Policy{policy("oauth", "client"), policy("users", "user")}},
		{ID: "4", Name: "users", PoliciesShown: true, Policies: []access.Policy{policy("users", "user")}},
		{ID: "5", Name: "flat", PoliciesShown: true, FlatPermissions: []string{"admin"}},
	})
	for name, want := range map[string][]string{
		"oauth:client:view": {"clients and users", "all views", "everything"},
		"users:user:view":   {"users", "clients and users", "all views"},
		"routing:any:view":  {"all views", "everything"},
		"oauth:client:edit": nil,
		"admin":             {"flat"},
	} {
		if got := roles.ThatGive(name); !slices.Equal(got, want) {
			t.Errorf("ThatGive(%s) = %q, want %q", name, got, want)
		}
	}
}
