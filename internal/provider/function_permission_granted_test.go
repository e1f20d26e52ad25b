package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestPermissionGranted(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		granted  types.List
		required string
		want     bool
	}{
		"nothing granted":           {stringList(), "a:b:c", false},
		"itself":                    {stringList("a:b:c"), "a:b:c", true},
		"the last one":              {stringList("a:b:d", "admin", "a:b:c"), "a:b:c", true},
		"every action":              {stringList("a:b:*"), "a:b:c", true},
		"every entity":              {stringList("a:*:c"), "a:b:c", true},
		"everything":                {stringList("*:*:*"), "a:b:c", true},
		"another action":            {stringList("a:b:d"), "a:b:c", false},
		"another domain":            {stringList("x:*:*"), "a:b:c", false},
		"other case":                {stringList("A:b:c"), "a:b:c", false},
		"legacy":                    {stringList("a:b:c", "admin"), "admin", true},
		"another legacy":            {stringList("group_creation"), "admin", false},
		"legacy by everything":      {stringList("*:*:*"), "admin", false},
		"legacy grants only itself": {stringList("admin"), "a:b:c", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := callFunction(t, "permission_granted", test.granted, types.StringValue(test.required))
			assertValue(t, got, err, types.BoolValue(test.want))
		})
	}
}

func TestPermissionGrantedRefuses(t *testing.T) {
	t.Parallel()
	withNull := types.ListValueMust(types.StringType, append(stringList("a:b:c").Elements(), types.StringNull()))
	tests := map[string]struct {
		granted  types.List
		required string
		argument int64
		want     string
	}{
		"null grant":      {withNull, "a:b:c", 0, "element 1 is null"},
		"two segments":    {stringList("a:b:c", "a:b"), "a:b:c", 0, `element 1: "a:b" is not of the form domain:entity:action`},
		"division suffix": {stringList("a:b:c:d"), "a:b:c", 0, `element 0: "a:b:c:d" is not of the form domain:entity:action`},
		"empty grant":     {stringList(""), "a:b:c", 0, `element 0: "" is not of the form domain:entity:action`},
		"lone wildcard":   {stringList("*"), "a:b:c", 0, `element 0: "*" is not of the form domain:entity:action`},
		"wildcard in a word": {
			stringList("a:b*:c"), "a:b:c", 0, `element 0: "a:b*:c" has a wildcard inside a segment; it can only stand for a whole one`,
		},
		"space in a legacy name":  {stringList("two words"), "a:b:c", 0, `element 0: "two words" is not of the form domain:entity:action`},
		"a covering grant before": {stringList("*:*:*", ":"), "a:b:c", 0, `element 1: ":" is not of the form domain:entity:action`},
		"empty permission":        {stringList("*:*:*"), "", 1, `"" is not of the form domain:entity:action`},
		"wildcard required":       {stringList("*:*:*"), "a:b:*", 1, `"a:b:*" has a wildcard, which is not allowed here`},
		"near miss": {
			stringList(), "authorization:role:view:all", 1,
			`"authorization:role:view:all" is not of the form domain:entity:action (did you mean "authorization:role:view"?)`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := callFunction(t, "permission_granted", test.granted, types.StringValue(test.required))
			assertArgumentError(t, err, test.argument, test.want)
		})
	}
}
