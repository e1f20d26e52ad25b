package provider_test

import (
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/provider"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/serve"
)

// A run of 20 organizations, of which most have a problem, in a time of its own.

// runTimeout is what one organization of the run may take, in seconds.
const runTimeout = 60

// members are the names of the organizations, by their problem.
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

// problems are the error and the verdict of the organizations, by their problem: the summary, with the name in place of %s, and a part of the
// detail.
var problems = map[string]struct{ summary, detail, verdict string }{
	"compliant": {verdict: "compliant"},
	"slow":      {verdict: "compliant"},
	"noncompliant": {`%s: "Compliance Dashboard" cannot call GET /api/v2/analytics/events`, `"Analytics - Export" is not granted`,
		"noncompliant"},
	"unreachable": {`Organization "%s": sign-in failed`, `connection refused`, "undetermined"},
	"refused":     {`Organization "%s": sign-in failed`, `Either the client id or secret is wrong`, "undetermined"},
	"failing":     {`%s: "Compliance Dashboard" could not be audited completely`, `GET /api/v2/authorization/roles answered 500`, "undetermined"},
	"silent": {`Organization "%s": sign-in failed`,
		`reading this organization may take 60 s in all (request_timeout)`, "undetermined"},
	"stuck": {`%s: "Compliance Dashboard" could not be audited completely`,
		`reading this organization may take 60 s in all (request_timeout)`, "undetermined"},
}

// kindOf is the problem of an organization.
func kindOf(name string) string {
	kind, _, _ := strings.Cut(name, "_")
	return kind
}

func memberNames() []string {
	var names []string
	for _, some := range members {
		names = append(names, some...)
	}
	slices.Sort(names)
	return names
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

// hosts has an emulator for each host. Nobody listens on any other.
type hosts map[string]http.RoundTripper

// RoundTrip implements http.RoundTripper.
func (h hosts) RoundTrip(r *http.Request) (*http.Response, error) {
	if next := h[r.URL.Host]; next != nil {
		return next.RoundTrip(r)
	}
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
}

// membersProvider is a provider block with all of the organizations, and the host of each problem.
func membersProvider() (block string, hostOf map[string]string) {
	var text strings.Builder
	hostOf = map[string]string{}
	fmt.Fprintf(&text, "provider \"genesysaudit\" {\n  enforcement = \"enforce\"\n  request_timeout = %d\n  organizations = {\n", runTimeout)
	for i, kind := range slices.Sorted(maps.Keys(members)) {
		hostOf[kind] = fmt.Sprintf("127.0.0.1:%d", i+1) // nothing is dialled
		secret := "demo-secret-acme-us-auditor"
		if kind == "refused" {
			secret = "wrong"
		}
		for _, name := range members[kind] {
			fmt.Fprintf(&text, `    %[1]s = {
      aws_region         = "us-east-1"
      oauthclient_id     = "access-auditor-of-%[1]s"
      oauthclient_secret = %[2]q
      api_url            = %[3]q
      login_url          = %[3]q
    }
`, name, secret, (&url.URL{Scheme: "http", Host: hostOf[kind], Path: "/us-east-1"}).String())
		}
	}
	return text.String() + "  }\n}\n", hostOf
}

// An organization's problem is told once, by name, and keeps no other organization from being judged, or waiting.
func TestTwentyOrganizations(t *testing.T) {
	t.Parallel()
	names := memberNames()
	if len(names) != 20 {
		t.Fatalf("%d organizations, want 20", len(names))
	}
	platforms := map[string]*platform{}
	for kind, some := range members {
		if kind != "unreachable" {
			platforms[kind] = startMembers(t, some...)
		}
	}
	platforms["failing"].AddFault(emulator.Fault{Path: rolesPath, Status: 500})
	platforms["slow"].AddFault(emulator.Fault{Path: ownTokenPath, Kind: emulator.FaultDrip, Interval: 20 * time.Millisecond})
	platforms["silent"].AddFault(emulator.Fault{Path: tokenPath, Kind: emulator.FaultHang})
	platforms["stuck"].AddFault(emulator.Fault{Path: rolesPath, Kind: emulator.FaultHang})
	block, hostOf := membersProvider()
	for _, form := range slices.Sorted(maps.Keys(planOf)) {
		configs := map[string]validationConfig{}
		for _, name := range names {
			configs[name] = newFormConfig(t, form, map[string]any{
				"organization": name, "client_name": dashboardName, "endpoints": []string{"GET /api/v2/analytics/events"},
				"required_scopes": []string{"analytics:read", "analytics:export", "org:read"}, "application_region": "us-east-1",
			})
		}
		synctest.Test(t, func(t *testing.T) {
			reached := hosts{}
			for kind, p := range platforms {
				transport, stop := p.Pipe()
				defer stop()
				reached[hostOf[kind]] = transport
			}
			run, _ := startInProcess(t, func() (tfprotov6.ProviderServer, error) {
				return serve.Server(provider.New("test", provider.WithTransport(reached))()), nil
			}, block)
			if run.said.Len() > 0 {
				t.Fatal(run.said.String())
			}
			started := time.Now()
			var group sync.WaitGroup
			for _, name := range names {
				group.Go(func() {
					diagnostics, state := rawPlanOf(run.ctx, t, form, run.server, configs[name])
					assertMember(t, form, name, configs[name], diagnostics, state)
				})
			}
			group.Wait()
			if elapsed := time.Since(started); elapsed > (runTimeout+1)*time.Second {
				t.Errorf("%s: the plan took %s: an organization waited for another one", form, elapsed)
			}
		})
	}
}

// assertMember holds what a form says of an organization to its problem.
func assertMember(t *testing.T, form, name string, config validationConfig, diagnostics []*tfprotov6.Diagnostic, state *tfprotov6.DynamicValue) {
	t.Helper()
	want := problems[kindOf(name)]
	var summaries []string
	if want.summary != "" && form != "data source" {
		summaries = []string{"ERROR " + fmt.Sprintf(want.summary, name)}
	}
	var said, details []string
	for _, diagnostic := range diagnostics {
		said = append(said, diagnostic.Severity.String()+" "+diagnostic.Summary)
		details = append(details, diagnostic.Detail)
	}
	if diff := cmp.Diff(summaries, said); diff != "" {
		t.Errorf("%s, %s (-want +got):\n%s", form, name, diff)
	}
	if len(summaries) > 0 {
		assertShows(t, folded(strings.Join(details, "\n")), want.detail)
		return
	}
	if got := judgedFrom(t, config, diagnostics, state); got.verdict != want.verdict || got.compliant != (want.verdict == "compliant") {
		t.Errorf("%s, %s: the verdict is %q, want %s: %s", form, name, got.verdict, want.verdict, got.text)
	}
}
