package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestChecksHasASectionForEachCheck(t *testing.T) {
	t.Parallel()
	var page bytes.Buffer
	writeChecks(&page)
	if got := strings.Count(page.String(), "\n## "); got < 20 {
		t.Errorf("%d sections, want 20 or more", got)
	}
	const role = "\n## role\n\n*Expected:* The needed roles are granted.\n\n*Cause:* A needed role is not granted to the client or, for a user-context grant, " +
		"to the user. The grant of a deleted role has no effect.\n\n" +
		"*Remedy:* Grant the role to the client under Admin > Integrations > OAuth > Roles, or to the user under Admin > People & Permissions > People, tab Roles.\n\n## role_excess\n"
	if !strings.Contains(page.String(), role) {
		t.Errorf("the section of the check role is not as expected:\n%s", page.String())
	}
}

func TestRegionsHasARowForEachRegion(t *testing.T) {
	t.Parallel()
	var page bytes.Buffer
	writeRegions(&page)
	if got := strings.Count(page.String(), "| `https://login."); got != 20 {
		t.Errorf("%d regions, want 20", got)
	}
	const row = "\n| `eu-west-1` | `mypurecloud.ie` | `https://login.mypurecloud.ie` | `https://api.mypurecloud.ie` |\n"
	if !strings.Contains(page.String(), row) {
		t.Errorf("the page does not have the row %s:\n%s", row, page.String())
	}
}
