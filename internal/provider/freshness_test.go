package provider_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// changeAfter is a resource that changes the platform when it is created, some time after it was begun. It waits until the change is made.
func changeAfter(delay time.Duration, after string) string {
	return fmt.Sprintf(`
resource "terraform_data" "change" {
  input = "Compliance Dashboard"
  provisioner "local-exec" {
    command = "sleep %.2f; touch change; while ! test -e changed; do sleep 0.01; done"
  }
  depends_on = [%s]
}
`, delay.Seconds(), after)
}

// changing makes the change of changeAfter when the CLI asks for it.
func changing(t *testing.T, c cli, p *platform, change func(*emulator.State)) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			if _, err := os.Stat(filepath.Join(c.Dir, "change")); err == nil {
				p.change(change)()
				_ = os.WriteFile(filepath.Join(c.Dir, "changed"), nil, 0o600)
				return
			}
			select {
			case <-ctx.Done():
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	t.Cleanup(func() { cancel(); <-done })
}

// gateForms are the two forms of the gate, by what stands before the type's name and before a reference.
var gateForms = map[string]struct{ block, reference string }{
	"resource":  {"resource", "genesysaudit_access_validation"},
	"ephemeral": {"ephemeral", "ephemeral.genesysaudit_access_validation"},
}

func needsForm(t *testing.T, form string) {
	t.Helper()
	if form == "ephemeral" {
		needsEphemeralResources(t)
	}
}

// otherGates are evaluated one after the other while the change is made.
func otherGates(block string) string {
	return fmt.Sprintf(`
resource "terraform_data" "tick" {
  count = 12
  input = "Compliance Dashboard"
  provisioner "local-exec" {
    command = "sleep ${count.index * 0.05}"
  }
}
%s "genesysaudit_access_validation" "other" {
  count          = 12
  client_name    = terraform_data.tick[count.index].output
  required_roles = ["Analytics - Export"]
}
`, block)
}

// A gate that waits for a change must see it: what an earlier gate of the same apply has read is older than the change.
func TestGateReadsAfterTheChangeItWaitsFor(t *testing.T) {
	t.Parallel()
	for form, gate := range gateForms {
		for share, delay := range []time.Duration{20 * time.Millisecond, 3 * time.Second} {
			if thinned(form, 2, share) {
				continue
			}
			t.Run(fmt.Sprintf("%s, a change of %s", form, delay), func(t *testing.T) {
				t.Parallel()
				needsForm(t, form)
				p := startPlatform(t)
				demands := dashboardArguments + "\n  required_roles = [\"Analytics - Export\"]"
				c := newCLI(t, "main.tf", requiredProviders+p.topLevel()+fmt.Sprintf(`
%[1]s "genesysaudit_access_validation" "before" {
  %[3]s
}
%[4]s
%[1]s "genesysaudit_access_validation" "after" {
  %[3]s
  depends_on = [terraform_data.change]
}
resource "terraform_data" "guarded" {
  depends_on = [%[2]s.after]
}
`, gate.block, gate.reference, demands, changeAfter(delay, gate.reference+".before"))+otherGates(gate.block))
				changing(t, c, p, withoutRole("Analytics - Export"))
				output := c.run(1, "apply", "-no-color", "-auto-approve", "-input=false")
				if state := c.run(0, "state", "list"); !strings.Contains(state, "terraform_data.change") || strings.Contains(state, "guarded") {
					t.Errorf("state %s, want the change and not what the gate guards:\n%s", state, output)
				}
				if !strings.Contains(output, `genesysaudit_access_validation.after,`) {
					t.Errorf("no error of the gate after the change:\n%s", output)
				}
				t.Logf("%d requests", len(p.Requests()))
			})
		}
	}
}

// A client that the same apply has made is there for a gate that waits for it.
func TestGateFindsTheClientOfTheSameApply(t *testing.T) {
	t.Parallel()
	for form, gate := range gateForms {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			needsForm(t, form)
			p := startPlatform(t)
			c := newCLI(t, "main.tf", requiredProviders+p.topLevel()+fmt.Sprintf(`
%[1]s "genesysaudit_access_validation" "before" {
  %[3]s
}
%[4]s
%[1]s "genesysaudit_access_validation" "after" {
  client_name     = "New ${terraform_data.change.output}"
  endpoints       = []
  required_scopes = ["analytics:export"]
}
resource "terraform_data" "guarded" {
  depends_on = [%[2]s.after]
}
`, gate.block, gate.reference, dashboardArguments, changeAfter(0, gate.reference+".before")))
			changing(t, c, p, func(state *emulator.State) {
				made := *dashboardOf(state, "Acme US")
				made.OAuthClient = genesyscloud.OAuthClient{ID: "00000000-0000-4000-8000-0000000000c1", Name: "New " + dashboardName,
					AuthorizedGrantType: "CLIENT-CREDENTIALS", State: "active", Scope: made.Scope, RoleDivisions: made.RoleDivisions}
				o := organization(state, "Acme US")
				o.Clients = append(o.Clients, made)
			})
			c.run(0, "apply", "-no-color", "-auto-approve", "-input=false")
			if state := c.run(0, "state", "list"); !strings.Contains(state, "terraform_data.guarded") {
				t.Errorf("state %s, want what the gate guards", state)
			}
		})
	}
}
