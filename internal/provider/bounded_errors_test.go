package provider_test

import (
	"fmt"
	"strings"
	"testing"
)

// An error about an argument of hundreds of lines does not print them: what is wrong with it would be lost.
func TestErrorsAboutLongArgumentsAreShort(t *testing.T) {
	t.Parallel()
	const elements = 300
	list := func(format string) string {
		var text strings.Builder
		for i := range elements {
			fmt.Fprintf(&text, "    "+format+",\n", i)
		}
		return "[\n" + text.String() + "  ]"
	}
	var waivers strings.Builder
	for i := range elements {
		fmt.Fprintf(&waivers, "    \"nocheck%d\" = { reason = \"r\", expires = \"2099-01-01\" }\n", i)
	}
	p := startPlatform(t)
	for name, test := range map[string]struct {
		command, arguments string
		want               []string
	}{
		"wrong elements": {"validate", "  required_permissions = " + list(`"wrong%d"`),
			[]string{"In required_permissions:", `"wrong0" is not of the form`, "The elements after these were not checked."}},
		"wrong keys": {"validate", anyDemand + "\n  waivers = {\n" + waivers.String() + "  }",
			[]string{"In waivers:", `"nocheck0" is not the id of a check`, "The elements after these were not checked."}},
		"contradictions": {"validate", "  required_roles = " + list(`"Role %d"`) + "\n  forbidden_roles = " + list(`"role  %d"`),
			[]string{`"Role 0" is in required_roles, and "role  0" in forbidden_roles forbids it.`, "There are 290 more."}},
		"findings": {"plan", "  client_name = \"Compliance Dashboard\"\n  required_roles = " + list(`"Role %d"`),
			[]string{`"Role 0" is not granted.`, "and 290 more: `findings` and the reports"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCLI(t, "main.tf", requiredProviders+p.topLevel()+validation(test.arguments))
			code, output, err := c.Output(t.Context(), test.command, "-no-color")
			if code != 1 || err != nil {
				t.Errorf("exit code %d, %v", code, err)
			}
			for _, want := range test.want {
				assertShows(t, folded(output), want)
			}
			if lines := strings.Count(output, "\n"); lines > 100 {
				t.Errorf("%d lines:\n%s", lines, output)
			}
		})
	}
}
