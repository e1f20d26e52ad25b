package audit

import (
	"slices"
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
		for _, title := range []string{d.Title, d.Failed} {
			if other, taken := titles[title]; title == "" || taken {
				t.Errorf("%s and %s have one title, %q", check, other, title)
			}
			titles[title] = check
		}
		if !slices.Contains(Stages(), d.Stage) {
			t.Errorf("%s looks at the stage %q, which is none", check, d.Stage)
		}
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
