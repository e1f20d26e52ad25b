package text_test

import (
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

func TestLists(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ got, want string }{
		{text.List(nil), ""},
		{text.List([]string{"a", "b"}), "a, b"},
		{text.List([]string{"a", "b", "c", "d", "e", "f"}), "a, b, c, d, e, f"},
		{text.List([]string{"a", "b", "c", "d", "e", "f", "g", "h"}), "a, b, c, d, e, f and 2 more"},
		{text.Quoted([]string{"a b", "c"}), `"a b", "c"`},
		{text.Sentences("", "One.", "", "Two."), "One. Two."},
		{text.Ended(" no stop "), "no stop."},
		{text.Ended("stop."), "stop."},
		{text.Ended(""), ""},
		{text.Plural(1, "is", "are"), "is"},
		{text.Plural(2, "is", "are"), "are"},
		{text.Plural(0, "is", "are"), "are"},
	} {
		if test.got != test.want {
			t.Errorf("%q, want %q", test.got, test.want)
		}
	}
	names := []string{"b", "a", "b"}
	if got := text.Sorted(names); len(got) != 2 || got[0] != "a" || names[0] != "b" {
		t.Errorf("sorted: %q, from %q", got, names)
	}
	if text.Sorted(nil) == nil {
		t.Error("no names sort to nil")
	}
}
