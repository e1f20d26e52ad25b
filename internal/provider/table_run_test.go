package provider_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator/workspace"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/provider"
)

// applied are, for each form, a working directory in which the gate and the release exist, for the rows to copy.
var applied = func() map[form]func() (string, error) {
	dirs := map[form]func() (string, error){}
	for _, f := range forms {
		dirs[f] = sync.OnceValues(func() (string, error) { return applyGate(f) })
	}
	return dirs
}()

// applyGate applies the usual configuration, and returns the directory.
func applyGate(f form) (string, error) {
	source, err := initialized()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp(buildDir, "table-")
	if err != nil {
		return "", err
	}
	if err := os.CopyFS(dir, os.DirFS(source)); err != nil {
		return "", err
	}
	w, err := newWorkspace(dir)
	if err != nil {
		return "", err
	}
	state, err := emulator.Load(filepath.Join(scenarioDir, "emulator-state.json"))
	if err != nil {
		return "", err
	}
	e, err := provider.NewEmulator(state)
	if err != nil {
		return "", err
	}
	server := httptest.NewServer(e)
	defer server.Close()
	signIn(w, server.URL)
	if err := w.Write("main.tf", gated(f)); err != nil {
		return "", err
	}
	code, output, err := w.Output(context.Background(), "apply", "-auto-approve")
	if err == nil && code != 0 {
		err = fmt.Errorf("apply: exit code %d\n%s", code, output)
	}
	return dir, err
}

// signIn gives the provider its credentials by the environment, so that configurations are the same against every platform.
func signIn(w *workspace.Workspace, url string) {
	for name, value := range map[string]string{
		"GENESYSCLOUD_REGION":             "us-east-1",
		"GENESYSCLOUD_OAUTHCLIENT_ID":     auditorUS,
		"GENESYSCLOUD_OAUTHCLIENT_SECRET": "demo-secret-acme-us-auditor",
		"GENESYSAUDIT_API_URL":            url + "/us-east-1",
		"GENESYSAUDIT_LOGIN_URL":          url + "/us-east-1",
	} {
		w.Setenv(name, value)
	}
}

// The gate in every kind of run of the real CLI: the exit code, what the platform is asked, and what becomes of the resource behind the
// gate.
func TestGateInEveryRun(t *testing.T) {
	t.Parallel()
	have, err := product()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range table {
		for share, f := range forms {
			expected, ok := r.want[f]
			if !ok || len(r.want) > 1 && thinned(r.group+r.name, 5, share) { // three of five rows, each in one form
				continue
			}
			if have.Name == "OpenTofu" && expected.openTofu != nil {
				expected = *expected.openTofu
			}
			t.Run(strings.Join([]string{r.group, r.name, string(f)}, "/"), func(t *testing.T) {
				t.Parallel()
				if r.product != "" && r.product != have.Name {
					t.Skipf("%s: only %s has this run, and this is %s %s", t.Name(), r.product, have.Name, have.Version)
				}
				if f == ephemeralForm {
					needsEphemeralResources(t)
				}
				r.check(t, f, expected)
			})
		}
	}
}

func (r row) check(t *testing.T, f form, expected want) {
	t.Helper()
	p, c := r.start(t, f)
	for _, command := range r.before {
		c.run(command.exit, noColor(command.arguments)...)
	}
	if change, ok := platformChanges[r.change]; ok {
		p.change(change)()
	}
	p.ResetRequests()
	held := c.heldByGate()
	output := c.run(expected.exit, noColor(strings.ReplaceAll(r.run, "ADDRESS", f.address()))...)

	if got := strings.Join(p.asked(), " "); got != expected.requests {
		t.Errorf("the platform was asked for %q, want %q", got, expected.requests)
	}
	if got := c.release(); got != expected.release {
		t.Errorf("the release in state is %q, want %q", got, expected.release)
	}
	switch {
	case expected.says != "":
		assertShows(t, output, expected.says)
	case expected.exit != 0:
		assertShows(t, output, refusals[f])
	}
	if expected.exit == 0 {
		assertHides(t, output, "Error:")
		return
	}
	if !r.aside {
		for _, doing := range []string{" will be", " must be", ": Creating", ": Modifying", ": Destroying"} {
			assertHides(t, output, "terraform_data.release"+doing)
		}
	}
	if got := c.heldByGate(); got != held {
		t.Errorf("a run that was stopped changed the state from %s to %s", held, got)
	}
}

// start is a working directory of the row as it is before anything of it is run.
func (r row) start(t *testing.T, f form) (*platform, cli) {
	t.Helper()
	source, err := initialized()
	if r.applied {
		source, err = applied[f]()
	}
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(source)); err != nil {
		t.Fatal(err)
	}
	w, err := newWorkspace(dir)
	if err != nil {
		t.Fatal(err)
	}
	p := startPlatform(t)
	if r.startsNoncompliant {
		p.change(platformChanges[roleRemoved])()
	}
	signIn(w, p.url)
	for name, value := range r.env {
		w.Setenv(name, value)
	}
	c := cli{w, t, &printed{}}
	c.watch()
	config := gated
	if r.config != nil {
		config = r.config
	}
	c.write("main.tf", config(f))
	if r.files != nil {
		for name, content := range r.files(f) {
			c.write(name, content)
		}
	}
	return p, c
}

// noColor are the words of a command, with the argument that makes its output plain text after the first.
func noColor(arguments string) []string {
	words := strings.Fields(arguments)
	if words[0] == "get" || words[0] == "taint" {
		return words
	}
	return slices.Insert(words, 1, "-no-color")
}

// asked are the sorted paths that the platform was asked for, those of the API below /api/v2/.
func (p *platform) asked() []string {
	paths := p.paths()
	for i, path := range paths {
		paths[i] = strings.TrimPrefix(path, "/api/v2/")
	}
	slices.SortFunc(paths, func(a, b string) int { return strings.Compare(strings.TrimPrefix(a, "/"), strings.TrimPrefix(b, "/")) })
	return paths
}

// stateFile is the part of a state file that the rows look at.
type stateFile struct {
	Resources []struct {
		Mode      string            `json:"mode"`
		Type      string            `json:"type"`
		Name      string            `json:"name"`
		Instances []json.RawMessage `json:"instances"`
	} `json:"resources"`
}

// instances are the instances in state of a type and name, whatever their module.
func (c cli) instances(kind, name string) []json.RawMessage {
	c.t.Helper()
	content, err := os.ReadFile(filepath.Join(c.Dir, "terraform.tfstate"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var state stateFile
	if err == nil {
		err = json.Unmarshal(content, &state)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	for _, r := range state.Resources {
		if r.Mode == "managed" && r.Type == kind && r.Name == name {
			return r.Instances
		}
	}
	return nil
}

// release is the input of the resource behind the gate, empty while there is none in state.
func (c cli) release() string {
	c.t.Helper()
	var instance struct {
		Attributes struct {
			Input struct {
				Value string `json:"value"`
			} `json:"input"`
		} `json:"attributes"`
	}
	for _, raw := range c.instances("terraform_data", "release") {
		if err := json.Unmarshal(raw, &instance); err != nil {
			c.t.Fatal(err)
		}
	}
	return instance.Attributes.Input.Value
}

// heldByGate is what the state has of the gate and of the resource behind it.
func (c cli) heldByGate() string {
	c.t.Helper()
	held := slices.Concat(c.instances("genesysaudit_access_validation", "this"), c.instances("terraform_data", "release"))
	var text bytes.Buffer
	for _, raw := range held {
		if err := json.Compact(&text, raw); err != nil {
			c.t.Fatal(err)
		}
	}
	return text.String()
}
