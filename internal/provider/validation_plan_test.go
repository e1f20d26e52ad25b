package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
)

// Terraform holds a provider to each value that it planned. Whatever changes on the platform or in the enforcement between a saved plan and its
// apply, the apply succeeds or fails by the verdict, and no diagnostic ever speaks of a bug in the provider.
func TestSavedPlansHold(t *testing.T) {
	t.Parallel()
	const (
		waived     = `waivers = { scope_forbidden = { reason = "Agreed.", expires = "2099-12-31" } }`
		enforced   = `enforcement = "enforce"`
		unforbid   = `forbidden_scopes = ["users"]`
		violations = "analytics:export is missing"
	)
	users := withScope("Acme US", "users")
	nothing := func(*emulator.State) {}
	tests := map[string]struct {
		block, validation string
		start             func(*emulator.State)
		atPlan, atApply   string // GENESYSAUDIT_ENFORCEMENT
		change            func(*emulator.State)
		exit              int
		says, verdict     string
	}{
		"a waived failure appears":              {enforced, unforbid + "\n" + waived, nothing, "", "", users, 0, "", "compliant"},
		"a waived failure appears, by default":  {"", unforbid + "\n" + waived, nothing, "", "", users, 0, "", "compliant"},
		"a warning goes away":                   {enforced, unforbid + "\n" + waived, nothing, "", "", users, 0, "", "compliant"},
		"a warning appears":                     {enforced, unforbid + "\n" + waived, users, "", "", dropScope("users"), 0, "not used", "compliant"},
		"a scope comes":                         {enforced, "", nothing, "", "", users, 0, "", "compliant"},
		"a scope comes under warn":              {"", "", nothing, "warn", "warn", users, 0, "", "compliant"},
		"a needed scope goes":                   {enforced, "", nothing, "", "", withoutExportScope, 1, violations, ""},
		"a needed scope goes under warn":        {"", "", nothing, "warn", "warn", withoutExportScope, 0, violations, "noncompliant"},
		"a needed scope comes under warn":       {"", "", withoutExportScope, "warn", "warn", withScope("Acme US", "analytics:export"), 0, "", "compliant"},
		"the client gets another id":            {enforced, "", nothing, "", "", anotherID, 0, "", "compliant"},
		"the organization gets another name":    {enforced, "", nothing, "", "", renamed, 0, "", "compliant"},
		"warn only at apply":                    {"", "", nothing, "", "warn", nothing, 0, "", "compliant"},
		"warn only at apply, which violates":    {"", "", nothing, "", "warn", withoutExportScope, 0, violations, "noncompliant"},
		"off only at apply":                     {"", "", nothing, "", "off", nothing, 0, "Access validation is off", "undetermined"},
		"off only at plan":                      {"", "", nothing, "off", "", nothing, 0, "", "compliant"},
		"off only at plan, and a violation":     {"", "", withoutExportScope, "off", "", nothing, 1, violations, ""},
		"off, then warn":                        {"", "", withoutExportScope, "off", "warn", nothing, 0, violations, "noncompliant"},
		"warn, then off":                        {"", "", withoutExportScope, "warn", "off", nothing, 0, "", "undetermined"},
		"the block enforces, whatever the rest": {enforced, "", nothing, "", "off", withoutExportScope, 1, violations, ""},
	}
	for name, test := range tests {
		if thinned(name, 4, 1) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startPlatform(t, test.start)
			c := newCLI(t, "main.tf", requiredProviders+p.topLevel(test.block)+validation(dashboardArguments, test.validation))
			c.Setenv("GENESYSAUDIT_ENFORCEMENT", test.atPlan)
			c.run(0, "plan", "-no-color", "-out=saved")
			p.change(test.change)()
			c.Setenv("GENESYSAUDIT_ENFORCEMENT", test.atApply)
			output := c.run(test.exit, "apply", "-no-color", "saved")
			if strings.Contains(output, "bug in the provider") || strings.Contains(output, "inconsistent") {
				t.Errorf("the apply speaks of a bug:\n%s", output)
			}
			assertShows(t, output, test.says)
			if test.verdict == "" {
				return
			}
			if got := c.stored().Values["verdict"]; got != test.verdict {
				t.Errorf("the verdict in state is %v, want %s", got, test.verdict)
			}
			// Afterwards there is nothing to do, whatever the verdict.
			c.Setenv("GENESYSAUDIT_ENFORCEMENT", map[bool]string{true: test.atApply, false: "warn"}[test.atApply != ""])
			assertShows(t, c.run(0, "plan", "-no-color", "-detailed-exitcode"), "No changes")
		})
	}
}

func dropScope(scope string) func(*emulator.State) {
	return func(state *emulator.State) {
		c := dashboardOf(state, "Acme US")
		c.Scope = slices.DeleteFunc(slices.Clone(c.Scope), func(s string) bool { return s == scope })
	}
}

func anotherID(state *emulator.State) {
	dashboardOf(state, "Acme US").ID = "00000000-0000-4000-8000-0000000000b7"
}

func renamed(state *emulator.State) {
	organization(state, "Acme US").Organization.Name = "Acme United States"
}

// What keeps an organization from being read is told in full once. The other validations refer to it in one line.
func TestOneTroubleIsToldOnce(t *testing.T) {
	t.Parallel()
	const count = 30
	for name, form := range map[string]string{"resource": "resource", "ephemeral": "ephemeral"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if form == "ephemeral" {
				needsEphemeralResources(t)
			}
			p := startPlatform(t)
			p.AddFault(emulator.Fault{Path: "/oauth/token", Status: 400, Body: `{"error":"invalid_client","error_description":"client not found"}`})
			c := newCLI(t, "main.tf", requiredProviders+p.allOrganizations()+fmt.Sprintf(`
%s "genesysaudit_access_validation" "many" {
  count           = %d
  organization    = "acme_us"
  client_name     = "Client ${count.index}"
  endpoints       = ["GET /api/v2/analytics/events"]
  required_scopes = ["org:read"]
}
`, form, count))
			code, output, err := c.Output(t.Context(), "plan", "-no-color")
			if err != nil || code != 1 {
				t.Fatalf("exit code %d, %v", code, err)
			}
			if got := strings.Count(output, "Error: "); got != count {
				t.Errorf("%d errors, want one for each of %d validations", got, count)
			}
			if got := strings.Count(output, "client not found"); got != 1 {
				t.Errorf("the reason is told %d times, want once:\n%s", got, output)
			}
			if got := strings.Count(output, "was not audited, as another diagnostic explains"); got != count-1 {
				t.Errorf("%d validations refer to it, want %d", got, count-1)
			}
			_, errors, _ := strings.Cut(output, "Planning failed.") // the progress of each instance stands before
			if got := strings.Count(errors, "\n"); got >= 150 {
				t.Errorf("%d lines, want fewer than 150:\n%s", got, output)
			}
			assertHides(t, output, "GENESYSAUDIT_ENFORCEMENT") // the way past a verdict is no help here
		})
	}
}

// A diagnostic stays readable whatever it finds.
func TestADiagnosticHasAHundredLinesAtMost(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	var scopes, roles, permissions []string
	for i := range 40 {
		scopes = append(scopes, fmt.Sprintf("%q", fmt.Sprintf("scope-%02d", i)))
		roles = append(roles, fmt.Sprintf("%q", fmt.Sprintf("Role %02d", i)))
		permissions = append(permissions, fmt.Sprintf("%q", fmt.Sprintf("domain:entity:action%02d", i)))
	}
	list := func(name string, names []string) string { return name + " = [" + strings.Join(names, ", ") + "]" }
	c := newCLI(t, "main.tf", requiredProviders+p.topLevel()+validation(`client_name = "Compliance Dashboard"`,
		list("required_scopes", scopes), list("required_roles", roles), list("required_permissions", permissions), `allowed_grant_types = ["CODE"]`))
	got := c.diagnostics()
	if len(got) != 1 {
		t.Fatalf("%d diagnostics, want one: %v", len(got), got)
	}
	if lines := strings.Count(got[0].Detail, "\n") + 1; lines > 95 {
		t.Errorf("%d lines:\n%s", lines, got[0].Detail)
	}
	for _, check := range []string{"grant_type", "scope", "role", "permission_unavailable", "scope_unknown"} {
		if !strings.Contains(got[0].Detail, "\n"+check+" ") {
			t.Errorf("the check %s is not named:\n%s", check, got[0].Detail)
		}
	}
	assertShows(t, folded(got[0].Detail), "more: `findings` and the reports list all of them.")
	assertShows(t, folded(got[0].Detail), "Organization "+organizationUS)
}
