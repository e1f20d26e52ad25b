package provider_test

import (
	"fmt"
	"strings"
	"testing"
)

// ephemeralGate is the ephemeral form with the arguments given, and a resource that depends on it.
func ephemeralGate(arguments ...string) string {
	return fmt.Sprintf(`
ephemeral "genesysaudit_access_validation" "this" {
  %s
}

resource "terraform_data" "release" {
  input      = "1"
  depends_on = [ephemeral.genesysaudit_access_validation.this]
}
`, strings.Join(arguments, "\n  "))
}

// What the ephemeral form leaves behind, and how the enforcement tempers it; when it is evaluated is in the table of runs.
func TestEphemeralGate(t *testing.T) {
	t.Parallel()
	needsEphemeralResources(t)
	const refused = `Acme US: "Compliance Dashboard" cannot call GET /api/v2/analytics/events`
	start := func(t *testing.T, arguments ...string) (*platform, cli) {
		t.Helper()
		p := startPlatform(t)
		return p, newCLI(t, "main.tf", requiredProviders+p.topLevel()+ephemeralGate(append(arguments, dashboardArguments)...))
	}
	breakIt := withoutExportScope

	t.Run("passes and keeps nothing", func(t *testing.T) {
		t.Parallel()
		_, c := start(t)
		c.run(0, "apply", "-no-color", "-auto-approve")
		assertHides(t, c.run(0, "show", "-json"), "verdict")
		c.run(0, "plan", "-no-color", "-detailed-exitcode")
	})
	t.Run("warns", func(t *testing.T) {
		t.Parallel()
		p, c := start(t, `enforcement = "warn"`)
		p.change(breakIt)()
		output := c.run(0, "plan", "-no-color")
		assertShows(t, output, "Warning: "+refused)
		assertShows(t, output, "Plan: 1 to add")
	})
	t.Run("is off", func(t *testing.T) {
		t.Parallel()
		p, c := start(t)
		c.Setenv("GENESYSAUDIT_ENFORCEMENT", "off")
		assertShows(t, c.run(0, "plan", "-no-color"), `"Compliance Dashboard" was not audited: the provider's enforcement is off`)
		if len(p.Requests()) > 0 {
			t.Errorf("enforcement is off, yet the platform was asked for %v", p.paths())
		}
	})
}
