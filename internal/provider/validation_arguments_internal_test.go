package provider

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

// The page of the validation presents each argument under its heading, and links each check to its section.
func TestDocumentedArguments(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../templates/resources/access_validation.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]string{}
	for _, section := range strings.Split(string(page), "\n### ")[1:] {
		heading, text, _ := strings.Cut(section, "\n")
		text, _, _ = strings.Cut(text, "\n## ")
		sections[heading] = text
	}
	for _, a := range validationArguments {
		item := regexp.MustCompile("(?m)^- [^.]*`" + a.name + "`[^.]* (is|are|chooses|counts|records|accept|must)")
		if !item.MatchString(sections[a.group]) {
			t.Errorf("the page does not present %s under the heading %q", a.name, a.group)
		}
	}
	for _, check := range audit.Checks() {
		if row := "| [`" + string(check) + "`](../guides/checks.md#" + string(check) + ") | "; !strings.Contains(string(page), row) {
			t.Errorf("the page does not link to the check: %s", row)
		}
	}
}
