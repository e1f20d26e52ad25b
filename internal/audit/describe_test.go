package audit

import (
	"strings"
	"testing"
)

func TestEveryCheckIsDescribed(t *testing.T) {
	t.Parallel()
	titles := make(map[string]Check)
	for _, check := range Checks() {
		d := Describe(check)
		if d.Title == "" || strings.HasSuffix(d.Title, ".") {
			t.Errorf("%s has the title %q", check, d.Title)
		}
		if other, taken := titles[d.Title]; taken {
			t.Errorf("%s and %s have one title, %q", check, other, d.Title)
		}
		titles[d.Title] = check
		if d.ID != check || d.Severity <= 0 || d.Severity > 10 {
			t.Errorf("%s has the id %q and the severity %v", check, d.ID, d.Severity)
		}
		for _, text := range []string{d.Cause, d.Remedy} {
			if !strings.HasSuffix(text, ".") || strings.Contains(text, "  ") {
				t.Errorf("%s: %q is no sentence", check, text)
			}
		}
	}
	if d := Describe("no_check"); d.ID != "" {
		t.Errorf("what is no check is described as %+v", d)
	}
}
