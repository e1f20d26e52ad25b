package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

func TestPageHasASectionForEachCheck(t *testing.T) {
	t.Parallel()
	var page bytes.Buffer
	if err := write(&page); err != nil {
		t.Fatal(err)
	}
	for _, check := range audit.Checks() {
		if got := strings.Count(page.String(), "\n## "+string(check)+"\n\n**"); got != 1 {
			t.Errorf("%d sections for the check %s, want 1", got, check)
		}
	}
	const role = "\n## role\n\n**The needed roles are granted.** A needed role is granted neither to the client nor, for a user-context grant, to the user. " +
		"A grant of a role that does not exist any more grants nothing.\n\n" +
		"*Remedy:* Grant the role to the client under Admin > Integrations > OAuth > Roles, or to the user under Admin > People & Permissions > People, tab Roles.\n\n## role_excess\n"
	if !strings.Contains(page.String(), role) {
		t.Errorf("the section of the check role is not as expected:\n%s", page.String())
	}
}
