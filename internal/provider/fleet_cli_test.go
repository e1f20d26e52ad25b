package provider_test

import (
	"encoding/json"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
)

// fleetRule holds every client to a rule that one of them breaks. ENFORCEMENT in it is for one more argument.
const fleetRule = `
import {
  to = genesysaudit_access_validation.every
  id = "*"
}

resource "genesysaudit_access_validation" "every" {
  forbidden_scopes           = ["gdpr", "users"]
  max_token_validity_seconds = 86400
  waivers                    = jsondecode(file("waivers.json"))
  ENFORCEMENT

  clients {}
}

locals {
  validations = { every = genesysaudit_access_validation.every }
}

output "waivers" {
  value = provider::genesysaudit::waive(genesysaudit_access_validation.every, { reason = "Older than the rule.", expires = "2099-12-31" })
}

output "reports" {
  value = {
    markdown = provider::genesysaudit::report_markdown(local.validations)
    junit    = provider::genesysaudit::report_junit(local.validations)
    sarif    = provider::genesysaudit::report_sarif(local.validations)
    html     = provider::genesysaudit::report_html(local.validations)
  }
}
`

// A rule for every client, from its import on: what fails today is accepted, what is new fails, and every report shows one validation with its
// clients.
func TestFleetFromImportToReport(t *testing.T) {
	t.Parallel()
	p := startPlatform(t, withRoundsman, withScope("Acme US", "gdpr"))
	main := requiredProviders + p.topLevel() + fleetRule
	c := newCLI(t, "waivers.json", "{}", "main.tf", replaced(t, main, "ENFORCEMENT", `enforcement = "warn"`))
	outputs := func() (waivers map[string]any, reports map[string]string) {
		t.Helper()
		code, output, err := c.Output(t.Context(), "output", "-json")
		if err != nil || code != 0 {
			t.Fatalf("output: exit code %d, %v\n%s", code, err, output)
		}
		var values struct {
			Waivers struct{ Value map[string]any }
			Reports struct{ Value map[string]string }
		}
		if err := json.Unmarshal([]byte(output), &values); err != nil {
			t.Fatal(err)
		}
		return values.Waivers.Value, values.Reports.Value
	}

	assertShows(t, c.run(0, "apply", "-no-color", "-auto-approve"), "1 imported, 0 added, 1 changed, 0 destroyed.")
	waivers, failing := outputs()
	assertShows(t, folded(failing["markdown"]), "| `every` | ❌ noncompliant | Acme US | 3 clients | ❌ `scope_forbidden`, 2 of 3 clients compliant |")
	if _, ok := waivers["scope_forbidden/gdpr"]; !ok || len(waivers) != 1 {
		t.Fatalf("the waivers are %v", waivers)
	}
	accepted, err := json.Marshal(waivers)
	if err != nil {
		t.Fatal(err)
	}
	c.write("waivers.json", string(accepted))
	c.write("main.tf", replaced(t, main, "ENFORCEMENT", ""))
	c.run(0, "apply", "-no-color", "-auto-approve")
	c.run(0, "plan", "-no-color", "-detailed-exitcode")
	_, reports := outputs()
	for name, wants := range map[string][]string{
		"markdown": {
			"✅ **Compliant.** 1 validation: 1 compliant, 0 noncompliant, 0 undetermined. 1 failure is waived.",
			"| `every` | ✅ compliant | Acme US | 3 clients | ☑️ `scope_forbidden`, 3 of 3 clients compliant |",
			`1 client: Compliance Dashboard.\ **Waiver:** Older than the rule.`,
		},
		"junit": {
			`<testcase name="verdict" classname="every.Access Auditor" time="0"></testcase>`,
			`<testcase name="scope_forbidden" classname="every.Compliance Dashboard" time="0"> <skipped`,
			`<testcase name="verdict" classname="every.Roundsman" time="0"></testcase>`,
		},
		"sarif": {`"ruleId": "scope_forbidden"`, dashboardName, `"kind": "external"`},
		"html":  {"3 of 3 clients compliant", "<summary>Compliant clients: 3</summary><p>Access Auditor, Compliance Dashboard, Roundsman</p>"},
	} {
		for _, want := range wants {
			assertShows(t, folded(reports[name]), want)
		}
	}

	// The waiver accepts no other failure, and none of another client that it does not name...
	p.change(ofRoundsman(func(c *emulator.Client) { c.Scope = append(c.Scope, "gdpr", "users") }))()
	assertShowsAll(t, c.run(1, "plan", "-no-color"), "Acme US: 1 of 3 OAuth clients does not meet the requirements",
		`scope_forbidden The client has users, which is forbidden. Client "Roundsman".`)
}
