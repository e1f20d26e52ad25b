package provider_test

import (
	"context"
	"flag"
	"fmt"
	"hash/fnv"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator/workspace"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/provider"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/serve"
)

const (
	moduleDir   = "../.."
	scenarioDir = moduleDir + "/examples/scenarios/compliance-dashboard"

	dashboardName  = "Compliance Dashboard"
	dashboardUS    = "3fa27c91-64de-4b0a-8c15-e9d2704b6a38"
	dashboardEMEA  = "9b1d6f48-3e07-4a92-a5cb-7d80f4126e59"
	auditorUS      = "a4d10e62-97b3-4c58-b2f7-051ce8369d4b"
	organizationUS = "1c8e4a7f-2b5d-4f39-9e61-7a3d5c08b214"
)

// buildDir holds the provider that the tests with a CLI of their own run.
var buildDir string

func TestMain(m *testing.M) {
	// Credentials and settings of the person who runs the tests must not reach them; the seed of the tests themselves must.
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if name == "GENESYSAUDIT_TEST_SEED" || name == "GENESYSAUDIT_TEST_FULL" {
			continue
		}
		if strings.HasPrefix(name, "GENESYSCLOUD_") || strings.HasPrefix(name, "GENESYSAUDIT_") {
			os.Unsetenv(name)
		}
	}
	// The CLIs and providers that the tests start are short-lived: collecting their garbage is a quarter of their time.
	os.Setenv("GOGC", "800")
	debug.SetGCPercent(400)
	// Tests with a CLI wait for processes and for the platform. With twice as many tests as processors at a time no processor waits with them.
	flag.Parse()
	if parallel := flag.Lookup("test.parallel"); parallel.Value.String() == parallel.DefValue {
		_ = parallel.Value.Set(strconv.Itoa(2 * runtime.GOMAXPROCS(0)))
	}
	code := func() int {
		var err error
		if buildDir, err = os.MkdirTemp("", "genesysaudit-test-"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(buildDir)
		return max(m.Run(), provider.WritesOfThisRun.Report(os.Stderr))
	}()
	os.Exit(code)
}

// thinned tells whether a case of a generated test is left out: unless at full size, one of count is tried, the same in every run. share is
// which one, from 0 on.
func thinned(name string, count, share int) bool {
	hash := fnv.New32a()
	hash.Write([]byte(name))
	return !provider.FullSize() && int(hash.Sum32()%uint32(count)) != share
}

// now is the clock of every test.
func now() time.Time { return time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC) }

var factories = map[string]func() (tfprotov6.ProviderServer, error){
	"genesysaudit": func() (tfprotov6.ProviderServer, error) {
		return serve.Server(provider.New("test", provider.WithClock(now))()), nil
	},
}

// platform is an emulator that a test runs against.
type platform struct {
	*emulator.Emulator
	t   *testing.T
	url string
}

// startPlatform serves the scenario's organizations, changed as the test wants.
func startPlatform(t *testing.T, changes ...func(*emulator.State)) *platform {
	t.Helper()
	return startPlatformWith(t, nil, changes...)
}

// startPlatformWith is startPlatform with options of the emulator.
func startPlatformWith(t *testing.T, options []emulator.Option, changes ...func(*emulator.State)) *platform {
	t.Helper()
	state, err := emulator.Load(filepath.Join(scenarioDir, "emulator-state.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range changes {
		change(&state)
	}
	e, err := provider.NewEmulator(state, options...)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(e)
	t.Cleanup(func() {
		server.Close()
		assertAccepted(t, e)
	})
	keepSecretsOf(t, e)
	return &platform{Emulator: e, t: t, url: server.URL}
}

// assertAccepted holds every test to asking nothing that the platform does not have.
func assertAccepted(t *testing.T, e *emulator.Emulator) {
	t.Helper()
	for _, violation := range e.Violations() {
		t.Errorf("the platform would refuse: %s", violation)
	}
}

// change changes the platform's state in the middle of a test.
func (p *platform) change(change func(*emulator.State)) func() {
	return func() {
		p.t.Helper()
		if err := p.Update(change); err != nil {
			p.t.Fatal(err)
		}
	}
}

// paths are the paths requested so far, sorted, each as often as it was requested.
func (p *platform) paths() []string {
	var paths []string
	for _, request := range p.Requests() {
		paths = append(paths, request.Path)
	}
	slices.Sort(paths)
	return paths
}

// topLevel is a provider block that signs in to Acme US as its auditor, with more arguments of the block.
func (p *platform) topLevel(more ...string) string {
	return fmt.Sprintf(`
provider "genesysaudit" {
  aws_region         = "us-east-1"
  oauthclient_id     = %q
  oauthclient_secret = "demo-secret-acme-us-auditor"
  api_url            = "%[2]s/us-east-1"
  login_url          = "%[2]s/us-east-1"
  %[3]s
}
`, auditorUS, p.url, strings.Join(more, "\n  "))
}

// allOrganizations is a provider block with the three organizations of the scenario by name.
func (p *platform) allOrganizations(more ...string) string {
	var block strings.Builder
	fmt.Fprintf(&block, "provider \"genesysaudit\" {\n  %s\n  organizations = {\n", strings.Join(more, "\n  "))
	for _, organization := range []struct{ key, region, auditor string }{
		{"acme_us", "us-east-1", auditorUS},
		{"acme_emea", "eu-west-1", "b7e352a9-1d6c-4f84-93ea-48c0d7f1562b"},
		{"acme_apac", "ap-southeast-2", "d80f4b36-5ca1-4e29-a7d8-691b3e02fc75"},
	} {
		fmt.Fprintf(&block, `    %[1]s = {
      aws_region         = %[2]q
      oauthclient_id     = %[3]q
      oauthclient_secret = "demo-secret-%[4]s-auditor"
      api_url            = "%[5]s/%[2]s"
      login_url          = "%[5]s/%[2]s"
    }
`, organization.key, organization.region, organization.auditor, strings.ReplaceAll(organization.key, "_", "-"), p.url)
	}
	block.WriteString("  }\n}\n")
	return block.String()
}

// organization finds an organization of a state by name.
func organization(state *emulator.State, name string) *emulator.Organization {
	for i := range state.Organizations {
		if state.Organizations[i].Organization.Name == name {
			return &state.Organizations[i]
		}
	}
	panic("no organization " + name)
}

// client finds a client of an organization by name.
func client(organization *emulator.Organization, name string) *emulator.Client {
	for i := range organization.Clients {
		if organization.Clients[i].Name == name {
			return &organization.Clients[i]
		}
	}
	panic("no client " + name)
}

// dashboardOf finds the scenario's client.
func dashboardOf(state *emulator.State, organizationName string) *emulator.Client {
	return client(organization(state, organizationName), dashboardName)
}

// withoutExportScope takes the scope analytics:export from the dashboard's client in Acme US.
func withoutExportScope(state *emulator.State) {
	c := dashboardOf(state, "Acme US")
	c.Scope = slices.DeleteFunc(c.Scope, func(s string) bool { return s == "analytics:export" })
}

func withScope(organizationName, scope string) func(*emulator.State) {
	return func(state *emulator.State) {
		c := dashboardOf(state, organizationName)
		c.Scope = append(c.Scope, scope)
	}
}

func withRole(organizationName, role string) func(*emulator.State) {
	return func(state *emulator.State) {
		o := organization(state, organizationName)
		c := client(o, dashboardName)
		for _, r := range o.Roles {
			if r.Name == role {
				c.RoleDivisions = append(c.RoleDivisions, genesyscloud.RoleDivision{RoleID: r.ID, DivisionID: "*"})
				return
			}
		}
		panic("no role " + role)
	}
}

// withoutRole takes a role from the dashboard's client in Acme US.
func withoutRole(role string) func(*emulator.State) {
	return func(state *emulator.State) {
		o := organization(state, "Acme US")
		c := client(o, dashboardName)
		for _, r := range o.Roles {
			if r.Name == role {
				c.RoleDivisions = slices.DeleteFunc(c.RoleDivisions, func(g genesyscloud.RoleDivision) bool { return g.RoleID == r.ID })
			}
		}
	}
}

var buildMirror = sync.OnceValues(func() (workspace.Mirror, error) {
	return workspace.BuildMirror(context.Background(), moduleDir, buildDir)
})

var product = sync.OnceValues(func() (workspace.Product, error) {
	path, err := workspace.FindCLI()
	if err != nil {
		return workspace.Product{}, err
	}
	return workspace.ProductOf(context.Background(), path)
})

// needsEphemeralResources skips a test, by name and with the reason, on a CLI that has none.
func needsEphemeralResources(t *testing.T) {
	t.Helper()
	const terraform, openTofu = "1.10.0", "1.11.0"
	have, err := product()
	if err != nil {
		t.Fatal(err)
	}
	if !have.AtLeast(terraform, openTofu) {
		t.Skipf("%s needs ephemeral resources: Terraform %s or OpenTofu %s, and this is %s %s", t.Name(), terraform, openTofu, have.Name, have.Version)
	}
}

// cli is a working directory of the real CLI with the provider as it is built.
type cli struct {
	*workspace.Workspace
	t       *testing.T
	printed *printed
}

// newCLI writes the files (name, content, name, content ...) into an initialized directory.
func newCLI(t *testing.T, files ...string) cli {
	t.Helper()
	dir := t.TempDir()
	w, err := newWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	c := cli{w, t, &printed{}}
	needsInit := false
	for i := 0; i < len(files); i += 2 {
		c.write(files[i], files[i+1])
		needsInit = needsInit || ownInit.MatchString(files[i+1])
	}
	if needsInit {
		c.run(0, "init", "-no-color", "-input=false")
	} else if source, err := initialized(); err != nil {
		t.Fatal(err)
	} else if err := os.CopyFS(dir, os.DirFS(source)); err != nil {
		t.Fatal(err)
	}
	c.watch()
	return c
}

// ownInit matches a configuration for which init does more than install the provider.
var ownInit = regexp.MustCompile(`(?m)^\s*(module|backend|cloud)\b`)

// initialized is what init leaves of a configuration that needs nothing but the provider. It is the same for every such configuration.
var initialized = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp(buildDir, "initialized-")
	if err != nil {
		return "", err
	}
	scratch := filepath.Join(dir, "scratch")
	if err := os.Mkdir(scratch, 0o700); err != nil {
		return "", err
	}
	w, err := newWorkspace(scratch)
	if err != nil {
		return "", err
	}
	if err := w.Write("main.tf", requiredProviders); err != nil {
		return "", err
	}
	code, output, err := w.Output(context.Background(), "init", "-no-color", "-input=false")
	if err == nil && code != 0 {
		err = fmt.Errorf("init: exit code %d\n%s", code, output)
	}
	if err != nil {
		return "", err
	}
	left := filepath.Join(dir, "left")
	if err := os.Mkdir(left, 0o700); err != nil {
		return "", err
	}
	for _, name := range []string{".terraform", ".terraform.lock.hcl"} {
		if err := os.Rename(filepath.Join(scratch, name), filepath.Join(left, name)); err != nil {
			return "", err
		}
	}
	return left, nil
})

// newWorkspace is a directory of the CLI with the provider as it is built.
func newWorkspace(dir string) (*workspace.Workspace, error) {
	mirror, err := buildMirror()
	if err != nil {
		return nil, err
	}
	path, err := workspace.FindCLI()
	if err != nil {
		return nil, err
	}
	return workspace.New(path, mirror, dir)
}

// assertPlan holds a saved plan to checks.
func (c cli) assertPlan(file string, checks ...plancheck.PlanCheck) {
	c.t.Helper()
	var plan tfjson.Plan
	if err := plan.UnmarshalJSON(c.shown(file)); err != nil {
		c.t.Fatal(err)
	}
	for _, check := range checks {
		var answer plancheck.CheckPlanResponse
		check.CheckPlan(c.t.Context(), plancheck.CheckPlanRequest{Plan: &plan}, &answer)
		if answer.Error != nil {
			c.t.Error(answer.Error)
		}
	}
}

// assertState holds the state to checks.
func (c cli) assertState(checks ...statecheck.StateCheck) {
	c.t.Helper()
	state := c.state()
	for _, check := range checks {
		var answer statecheck.CheckStateResponse
		check.CheckState(c.t.Context(), statecheck.CheckStateRequest{State: state}, &answer)
		if answer.Error != nil {
			c.t.Error(answer.Error)
		}
	}
}

func (c cli) state() *tfjson.State {
	c.t.Helper()
	var state tfjson.State
	state.UseJSONNumber(true)
	if err := state.UnmarshalJSON(c.shown()); err != nil {
		c.t.Fatal(err)
	}
	return &state
}

// shown is the state, or a saved plan, in JSON.
func (c cli) shown(file ...string) []byte {
	c.t.Helper()
	code, output, err := c.Output(c.t.Context(), append([]string{"show", "-json"}, file...)...)
	if err != nil || code != 0 {
		c.t.Fatalf("show: exit code %d, %v\n%s", code, err, output)
	}
	return []byte(output)
}

func (c cli) write(name, content string) {
	c.t.Helper()
	if err := c.Write(name, content); err != nil {
		c.t.Fatal(err)
	}
}

// run runs the CLI, holds it to an exit code and returns what it printed, with white space folded so that line breaks do not count.
func (c cli) run(wantCode int, arguments ...string) string {
	c.t.Helper()
	code, output, err := c.Output(c.t.Context(), arguments...)
	if err != nil {
		c.t.Fatal(err)
	}
	if code != wantCode {
		c.t.Fatalf("%s: exit code %d, want %d\n%s", strings.Join(arguments, " "), code, wantCode, output)
	}
	return folded(output)
}

// folded is a text with every run of white space, and of the rule that the CLI draws beside a diagnostic, as one space.
func folded(text string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(text)), " ")
}

const requiredProviders = `
terraform {
  required_providers {
    genesysaudit = {
      source = "genesysaudit/genesysaudit"
    }
  }
}
`

// replaced is a text with a part of it replaced, which must be there.
func replaced(t *testing.T, text, old, with string) string {
	t.Helper()
	if !strings.Contains(text, old) {
		t.Fatalf("there is no %q in\n%s", old, text)
	}
	return strings.Replace(text, old, with, 1)
}
