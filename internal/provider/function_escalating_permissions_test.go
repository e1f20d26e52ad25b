package provider_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

func TestEscalatingPermissionsInTheCLI(t *testing.T) {
	t.Parallel()
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config: `
locals { escalating = provider::genesysaudit::escalating_permissions() }
output "all" { value = local.escalating }
output "administrator" {
  value = [for permission in local.escalating : permission if provider::genesysaudit::permission_granted(["authorization:grant:*"], permission)]
}`,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("all", texts(
					"authorization:grant:add", "authorization:orgTrustee:add", "authorization:orgTrustee:edit", "authorization:orgTrusteeGroup:add",
					"authorization:orgTrusteeGroup:edit", "authorization:orgTrusteeUser:add", "authorization:orgTrusteeUser:edit",
					"authorization:policy:add", "authorization:policy:delete", "authorization:policy:edit", "authorization:role:edit",
					"authorization:settings:edit", "directory:group:edit", "directory:organization:admin", "directory:user:edit",
					"directory:user:setPassword", "mfa:verifier:delete", "mfa:verifier:edit", "oauth:client:add", "oauth:client:edit",
					"sso:provider:add", "sso:provider:edit",
				)),
				statecheck.ExpectKnownOutputValue("administrator", knownvalue.ListExact([]knownvalue.Check{
					knownvalue.StringExact("authorization:grant:add"),
				})),
			},
		}},
	})
}

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
