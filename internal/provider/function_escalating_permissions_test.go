package provider_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

// The page has each permission with each of its ways, and no others.
func TestEscalatingPermissionsPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../templates/functions/escalating_permissions.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	var want, got strings.Builder
	for _, escalation := range catalog.Escalations() {
		for _, way := range escalation.Ways {
			fmt.Fprintf(&want, "| `%s` | %s | `%s` |\n", escalation.Permission, way.How, way.Endpoint)
		}
	}
	for line := range strings.Lines(string(page)) {
		if strings.HasPrefix(line, "| `") {
			got.WriteString(line)
		}
	}
	if diff := cmp.Diff(want.String(), got.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
