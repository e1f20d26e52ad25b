package provider_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
)

// fleet is 20 organizations in one configuration, of which most have a bad day.
type fleet struct {
	answering, slow, failing, silent, stuck *platform
	closed                                  string // the URL of a port that nobody listens on
}

const (
	// fleetTimeout is what one organization may take, in seconds.
	fleetTimeout = 2
	// fleetPatience is what organizations that do not answer take when one waits for the other: six of them use all of their time.
	fleetPatience = 6 * fleetTimeout * time.Second
)

// members are the names of the organizations, by what is the matter with them.
var members = map[string][]string{
	"compliant":    {"compliant_1", "compliant_2", "compliant_3", "compliant_4", "compliant_5", "compliant_6"},
	"slow":         {"slow_1"}, // but answers in time
	"noncompliant": {"noncompliant_1", "noncompliant_2", "noncompliant_3"},
	"unreachable":  {"unreachable_1", "unreachable_2"},
	"refused":      {"refused_1", "refused_2"},
	"failing":      {"failing_1", "failing_2"},
	"silent":       {"silent_1", "silent_2"}, // at sign-in
	"stuck":        {"stuck_1", "stuck_2"},   // after it
}

// fleetErrors are the summaries of what the plan refuses, by organization: one error for each.
var fleetErrors = map[string]string{
	"noncompliant_1": `noncompliant_1: "Compliance Dashboard" cannot call GET /api/v2/analytics/events`,
	"noncompliant_2": `noncompliant_2: "Compliance Dashboard" cannot call GET /api/v2/analytics/events`,
	"noncompliant_3": `noncompliant_3: "Compliance Dashboard" cannot call GET /api/v2/analytics/events`,
	"unreachable_1":  `Organization "unreachable_1": sign-in failed`,
	"unreachable_2":  `Organization "unreachable_2": sign-in failed`,
	"refused_1":      `Organization "refused_1": sign-in failed`,
	"refused_2":      `Organization "refused_2": sign-in failed`,
	"failing_1":      `failing_1: "Compliance Dashboard" could not be audited completely`,
	"failing_2":      `failing_2: "Compliance Dashboard" could not be audited completely`,
	"silent_1":       `Organization "silent_1": sign-in failed`,
	"silent_2":       `Organization "silent_2": sign-in failed`,
	"stuck_1":        `stuck_1: "Compliance Dashboard" could not be audited completely`,
	"stuck_2":        `stuck_2: "Compliance Dashboard" could not be audited completely`,
}

// fleetReasons are in the detail of the error of each organization, by what is the matter with it.
var fleetReasons = map[string]string{
	"noncompliant": `"Analytics - Export" is not granted`,
	"unreachable":  `connection refused`,
	"refused":      `Either the client id or secret is wrong`,
	"failing":      `GET /api/v2/authorization/roles answered 500`,
	"silent":       `reading this organization may take 2 s in all (request_timeout)`,
	"stuck":        `reading this organization may take 2 s in all (request_timeout)`,
}

func startFleet(t *testing.T) fleet {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := fleet{
		answering: startMembers(t, slices.Concat(members["compliant"], members["noncompliant"], members["refused"])...),
		slow:      startMembers(t, members["slow"]...),
		failing:   startMembers(t, members["failing"]...),
		silent:    startMembers(t, members["silent"]...),
		stuck:     startMembers(t, members["stuck"]...),
		closed:    "http://" + listener.Addr().String(),
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	f.failing.AddFault(emulator.Fault{Path: "/api/v2/authorization/roles", Status: 500})
	f.slow.AddFault(emulator.Fault{Path: "/api/v2/tokens/me", Kind: emulator.FaultDrip, Interval: time.Millisecond})
	f.silent.AddFault(emulator.Fault{Path: "/oauth/token", Kind: emulator.FaultHang})
	f.stuck.AddFault(emulator.Fault{Path: "/api/v2/authorization/roles", Kind: emulator.FaultHang})
	return f
}

// startMembers serves organizations with these names, each like Acme US; what is the matter with a noncompliant one is in its state.
func startMembers(t *testing.T, names ...string) *platform {
	t.Helper()
	return startPlatform(t, func(state *emulator.State) {
		state.Organizations = nil
		for _, name := range names {
			model, err := emulator.Load(filepath.Join(scenarioDir, "emulator-state.json"))
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(name, "noncompliant") {
				withoutRole("Analytics - Export")(&model)
			}
			o := organization(&model, "Acme US")
			o.Users = nil
			o.Organization.ID, o.Organization.Name = "id-of-"+name, name
			for i := range o.Clients {
				o.Clients[i].ID = strings.ToLower(strings.ReplaceAll(o.Clients[i].Name, " ", "-")) + "-of-" + name
			}
			state.Organizations = append(state.Organizations, *o)
		}
	})
}

func (f fleet) names() []string {
	return slices.Sorted(func(yield func(string) bool) {
		for _, names := range members {
			for _, name := range names {
				if !yield(name) {
					return
				}
			}
		}
	})
}

// provider is a provider block with all of the organizations.
func (f fleet) provider() string {
	urls := map[string]string{
		"compliant": f.answering.url, "noncompliant": f.answering.url, "refused": f.answering.url, "slow": f.slow.url,
		"unreachable": f.closed, "failing": f.failing.url, "silent": f.silent.url, "stuck": f.stuck.url,
	}
	var block strings.Builder
	fmt.Fprintf(&block, "provider \"genesysaudit\" {\n  enforcement = \"enforce\"\n  request_timeout = %d\n  organizations = {\n", fleetTimeout)
	for _, name := range f.names() {
		kind, _, _ := strings.Cut(name, "_")
		secret := "demo-secret-acme-us-auditor"
		if kind == "refused" {
			secret = "wrong"
		}
		fmt.Fprintf(&block, `    %[1]s = {
      aws_region         = "us-east-1"
      oauthclient_id     = "access-auditor-of-%[1]s"
      oauthclient_secret = %[2]q
      api_url            = "%[3]s/us-east-1"
      login_url          = "%[3]s/us-east-1"
    }
`, name, secret, urls[kind])
	}
	return block.String() + "  }\n}\n"
}

// each is a validation of every organization, of the form given.
func (f fleet) each(block string) string {
	return fmt.Sprintf(`
%s "genesysaudit_access_validation" "each" {
  for_each     = toset(["%s"])
  organization = each.key
  %s
}
`, block, strings.Join(f.names(), `", "`), dashboardArguments)
}

// message is an error or a warning of the CLI.
type message struct {
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail"`
}

// diagnose runs a command that writes its diagnostics as JSON, and returns them and how long it took.
func (c cli) diagnose(wantCode int, arguments ...string) ([]message, time.Duration) {
	c.t.Helper()
	started := time.Now()
	code, output, err := c.Output(c.t.Context(), arguments...)
	elapsed := time.Since(started)
	if err != nil || code != wantCode {
		c.t.Fatalf("%s: exit code %d, want %d, %v\n%s", strings.Join(arguments, " "), code, wantCode, err, output)
	}
	var diagnostics []message
	for line := range strings.Lines(output) {
		var event struct {
			Diagnostic *message `json:"diagnostic"`
		}
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			c.t.Fatalf("%v: %s", err, line)
		}
		if event.Diagnostic != nil {
			diagnostics = append(diagnostics, *event.Diagnostic)
		}
	}
	return diagnostics, elapsed
}

// assertOneErrorEach holds the errors to exactly one for each organization that has one, with its reason.
func assertOneErrorEach(t *testing.T, diagnostics []message) {
	t.Helper()
	want := slices.Sorted(maps.Values(fleetErrors))
	got := make([]string, 0, len(diagnostics))
	for _, d := range diagnostics {
		got = append(got, d.Summary)
		if d.Severity != "error" {
			t.Errorf("a %s: %s", d.Severity, d.Summary)
		}
		for name, summary := range fleetErrors {
			kind, _, _ := strings.Cut(name, "_")
			if d.Summary == summary {
				assertShows(t, folded(d.Detail), fleetReasons[kind])
			}
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

func assertNoWaitingInTurn(t *testing.T, elapsed time.Duration) {
	t.Helper()
	t.Logf("the plan of 20 organizations took %s", elapsed.Round(time.Millisecond))
	if elapsed >= fleetPatience {
		t.Errorf("the plan took %s: organizations that do not answer were waited for one after the other, %s in all", elapsed, fleetPatience)
	}
}

// verdictsIn are the verdicts of a saved plan by organization, those of the resources or the data sources that were read.
func (c cli) verdictsIn(plan string) map[string]string {
	c.t.Helper()
	code, output, err := c.Output(c.t.Context(), "show", "-json", plan)
	if err != nil || code != 0 {
		c.t.Fatalf("show: exit code %d, %v\n%s", code, err, output)
	}
	type module struct {
		Resources []struct {
			Index  string `json:"index"`
			Values struct {
				Verdict string `json:"verdict"`
			} `json:"values"`
		} `json:"resources"`
	}
	var shown struct {
		Planned struct {
			Root module `json:"root_module"`
		} `json:"planned_values"`
		Prior struct {
			Values struct {
				Root module `json:"root_module"`
			} `json:"values"`
		} `json:"prior_state"`
	}
	if err := json.Unmarshal([]byte(output), &shown); err != nil {
		c.t.Fatal(err)
	}
	verdicts := make(map[string]string)
	for _, resource := range slices.Concat(shown.Prior.Values.Root.Resources, shown.Planned.Root.Resources) {
		verdicts[resource.Index] = resource.Values.Verdict
	}
	return verdicts
}

// What is the matter with one organization of a run is said once, by name, and keeps no other from being judged or waiting.
func TestTwentyOrganizations(t *testing.T) {
	t.Parallel()
	if got := len(fleet{}.names()); got != 20 {
		t.Fatalf("%d organizations, want 20", got)
	}
	compliant := map[string]string{
		"compliant_1": "compliant", "compliant_2": "compliant", "compliant_3": "compliant", "compliant_4": "compliant",
		"compliant_5": "compliant", "compliant_6": "compliant", "slow_1": "compliant",
	}
	t.Run("resource", func(t *testing.T) {
		t.Parallel()
		f := startFleet(t)
		c := newCLI(t, "main.tf", requiredProviders+f.provider()+f.each("resource"))
		diagnostics, elapsed := c.diagnose(1, "plan", "-json", "-out=saved")
		assertOneErrorEach(t, diagnostics)
		assertNoWaitingInTurn(t, elapsed)
		if diff := cmp.Diff(compliant, c.verdictsIn("saved")); diff != "" {
			t.Errorf("planned verdicts (-want +got):\n%s", diff)
		}
	})
	t.Run("ephemeral resource", func(t *testing.T) {
		t.Parallel()
		needsEphemeralResources(t)
		f := startFleet(t)
		c := newCLI(t, "main.tf", requiredProviders+f.provider()+f.each("ephemeral"))
		diagnostics, elapsed := c.diagnose(1, "plan", "-json")
		assertOneErrorEach(t, diagnostics)
		assertNoWaitingInTurn(t, elapsed)
	})
	t.Run("data source", func(t *testing.T) {
		t.Parallel()
		f := startFleet(t)
		c := newCLI(t, "main.tf", requiredProviders+f.provider()+f.each("data"))
		diagnostics, elapsed := c.diagnose(0, "plan", "-json", "-out=saved")
		if len(diagnostics) > 0 {
			t.Errorf("the data source says %v", diagnostics)
		}
		assertNoWaitingInTurn(t, elapsed)
		want := maps.Clone(compliant)
		maps.Copy(want, map[string]string{
			"noncompliant_1": "noncompliant", "noncompliant_2": "noncompliant", "noncompliant_3": "noncompliant",
			"unreachable_1": "undetermined", "unreachable_2": "undetermined", "refused_1": "undetermined", "refused_2": "undetermined",
			"failing_1": "undetermined", "failing_2": "undetermined", "silent_1": "undetermined", "silent_2": "undetermined",
			"stuck_1": "undetermined", "stuck_2": "undetermined",
		})
		if diff := cmp.Diff(want, c.verdictsIn("saved")); diff != "" {
			t.Errorf("verdicts (-want +got):\n%s", diff)
		}
	})
}
