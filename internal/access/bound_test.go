package access_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
)

// everyTriple is every permission that can be made of names.
func everyTriple(names ...string) (all []string) {
	for _, domain := range names {
		for _, entity := range names {
			for _, action := range names {
				all = append(all, strings.Join([]string{domain, entity, action}, ":"))
			}
		}
	}
	return all
}

// stands tells, segment by segment, whether a pattern stands for a permission.
func stands(pattern, permission string) bool {
	p, q := strings.Split(pattern, ":"), strings.Split(permission, ":")
	return !slices.ContainsFunc([]int{0, 1, 2}, func(i int) bool { return p[i] != "*" && p[i] != q[i] })
}

// A bound covers what is granted exactly when each permission that the grant stands for is covered by one of the bound's members: for every two
// members and every grant. The name "new" is in no member: it is what the platform adds later.
func TestBoundCoversTheWhole(t *testing.T) {
	t.Parallel()
	concrete, members := everyTriple("a", "b", "new"), everyTriple("a", "b", "*")
	var today []string
	for _, permission := range concrete {
		if !strings.Contains(permission, "new") {
			today = append(today, permission)
		}
	}
	for _, first := range members {
		for _, second := range members {
			bound := access.NewBound([]string{first, second})
			for _, granted := range members {
				isLoose := func(permission string) bool {
					return stands(granted, permission) && !stands(first, permission) && !stands(second, permission)
				}
				isBeyond := slices.ContainsFunc(concrete, isLoose)
				if bound.Covers(granted) == isBeyond {
					t.Fatalf("allowed %s and %s, granted %s: covered %t", first, second, granted, !isBeyond)
				}
				if !isBeyond {
					continue
				}
				example := bound.Counterexample(granted, today)
				if slices.ContainsFunc(today, isLoose) != (example != "") || example != "" && !isLoose(example) {
					t.Fatalf("allowed %s and %s, granted %s: the counterexample is %q", first, second, granted, example)
				}
			}
		}
	}
}

func TestBeyond(t *testing.T) {
	t.Parallel()
	policies := func(domain, entity string, actions ...string) []access.Policy {
		return []access.Policy{{Domain: domain, Entity: entity, Actions: actions, Conditional: true}}
	}
	reader := &access.Role{ID: "1", Name: "Reader", PoliciesShown: true, Policies: policies("a", "b", "view", "edit"), FlatPermissions: []string{"admin", "group_creation"}}
	writer := &access.Role{ID: "2", Name: "Writer", PoliciesShown: true, Policies: policies("a", "*", "edit")}
	odd := &access.Role{ID: "3", Name: "Odd", PoliciesShown: true, Policies: policies("a", "b*", "edit", "delete")}
	hidden := &access.Role{ID: "4"}
	all := access.Grants{{Role: writer, Division: "*"}, {Role: reader, Division: "x"}, {Role: reader, Division: "y"}, {Role: odd}, {Role: hidden}}
	excess, unclear := all.Beyond(access.NewBound([]string{"a:b:view", "admin"}))
	want := []access.Excess{
		{Granted: "a:*:edit", Roles: []string{"Writer"}}, {Granted: "a:b:edit", Roles: []string{"Reader"}},
		{Granted: "group_creation", Roles: []string{"Reader"}},
	}
	if diff := cmp.Diff(want, excess); diff != "" {
		t.Errorf("beyond the bound (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"4", "Odd"}, unclear); diff != "" {
		t.Errorf("unclear (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"", "*", "x", "y"}, all.Divisions()); diff != "" {
		t.Errorf("divisions (-want +got):\n%s", diff)
	}
}
