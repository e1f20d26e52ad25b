// Command demo shows the provider's main job against the emulator: the platform's 403, a plan that fails with the reason and the remedy, and
// the plan that passes once the organizations are repaired. It needs Go and a Terraform or OpenTofu, no account and no network, and leaves
// nothing behind. Its exit code is 0 only if every step went as expected.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"golang.org/x/oauth2/clientcredentials"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator/workspace"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

const (
	scenario       = "examples/scenarios/compliance-dashboard"
	emulatorPkg    = "github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator/cmd/genesyscloud-emulator"
	eventsPath     = "/api/v2/analytics/events"
	dashboard      = "Compliance Dashboard"
	exportScope    = "analytics:export"
	exportRole     = "Analytics - Export"
	allDivisions   = "*"
	requestTimeout = 10 * time.Second
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Stdout, isTerminal(os.Stdout))
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// isTerminal tells whether a person looks at the file.
func isTerminal(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func run(ctx context.Context, out io.Writer, terminal bool) (err error) {
	d := &demo{ctx: ctx, out: out, terminal: terminal, http: &http.Client{Timeout: requestTimeout}}
	d.colour = terminal && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	defer func() { err = errors.Join(err, d.close()) }()
	for _, step := range []func() error{d.prepare, d.start, d.showDenials, d.showFailingPlan, d.repair, d.showPassingPlan, d.showAccess} {
		if err := step(); err != nil {
			if ctx.Err() != nil {
				return errors.New("interrupted")
			}
			return err
		}
	}
	d.heading("Next")
	d.say("1. Do it yourself, with curl: docs/guides/try-without-an-account.md")
	d.say("2. Audit a real organization: docs/guides/first-audit.md")
	d.say("3. Read what this demo planned: %s/main.tf", scenario)
	return nil
}

type demo struct {
	ctx      context.Context
	out      io.Writer
	terminal bool // a line can be written over
	colour   bool
	http     *http.Client

	cli       string
	dir       string
	workspace *workspace.Workspace
	emulator  *exec.Cmd
	baseURL   string
	state     emulator.State
}

func (d *demo) say(format string, arguments ...any) { fmt.Fprintf(d.out, format+"\n", arguments...) }

func (d *demo) heading(text string) { d.say("\n%s\n", d.paint(bold, "== "+text)) }

// The colours of a terminal.
const (
	bold  = "1"
	red   = "1;31"
	green = "1;32"
)

func (d *demo) paint(colour, text string) string {
	if !d.colour {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

// during shows what is being done while it takes time: the seconds on a terminal, a line now and then elsewhere.
func (d *demo) during(what string, do func() error) error {
	begin := time.Now()
	pause := 30 * time.Second
	if d.terminal {
		pause = time.Second
	}
	d.say("%s ...", what)
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	done := make(chan error, 1)
	go func() { done <- do() }()
	for {
		select {
		case err := <-done:
			return err
		case <-ticker.C:
			line := fmt.Sprintf("%s ... %d s", what, int(time.Since(begin).Seconds()))
			if d.terminal {
				line = "\x1b[1A\r" + line // over the line before
			}
			d.say("%s", line)
		}
	}
}

// prepare builds the provider and the emulator, and a working directory with the scenario's configuration in it.
func (d *demo) prepare() error {
	var err error
	if d.cli, err = workspace.FindCLI(); err != nil {
		return err
	}
	if d.state, err = emulator.Load(filepath.Join(scenario, "emulator-state.json")); err != nil {
		return err
	}
	if d.dir, err = os.MkdirTemp("", "genesysaudit-demo-"); err != nil {
		return err
	}
	var mirror workspace.Mirror
	err = d.during("Building the provider; the first time takes a few minutes", func() (err error) {
		mirror, err = workspace.BuildMirror(d.ctx, ".", d.dir)
		return err
	})
	if err != nil {
		return err
	}
	err = d.during("Building the emulator", func() error { return workspace.GoBuild(d.ctx, ".", emulatorPkg, d.emulatorBinary()) })
	if err != nil {
		return err
	}
	work := filepath.Join(d.dir, "work")
	if err := os.CopyFS(work, os.DirFS(scenario)); err != nil {
		return err
	}
	d.workspace, err = workspace.New(d.cli, mirror, work)
	return err
}

func (d *demo) emulatorBinary() string { return filepath.Join(d.dir, "genesyscloud-emulator") }

// start starts the emulator on a free loopback port and lets the CLI install the provider.
func (d *demo) start() error {
	d.emulator = exec.CommandContext(d.ctx, d.emulatorBinary(), "-listen", "127.0.0.1:0", "-state", filepath.Join(scenario, "emulator-state.json"))
	var log bytes.Buffer
	d.emulator.Stderr = &log
	d.emulator.Cancel = func() error { return d.emulator.Process.Signal(os.Interrupt) }
	stdout, err := d.emulator.StdoutPipe()
	if err != nil {
		return err
	}
	if err := d.emulator.Start(); err != nil {
		return err
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return errors.Join(fmt.Errorf("the emulator did not say where it listens: %w", err), d.emulator.Wait(), errors.New(log.String()))
	}
	d.baseURL = strings.TrimSpace(line)
	d.say("An emulator serves three organizations at %s.", d.baseURL)
	d.workspace.Setenv("TF_VAR_base_url", d.baseURL)

	code, output, err := d.workspace.Output(d.ctx, "init", "-no-color", "-input=false")
	if err != nil {
		return err
	}
	if code != 0 {
		return fmt.Errorf("init failed with exit code %d:\n%s", code, output)
	}
	return nil
}

// showDenials calls the endpoint as the dashboard does, in every organization: sign-in always succeeds, the call does not.
func (d *demo) showDenials() error {
	d.heading("1. Without an audit: the application signs in, and its call is refused")
	want := map[string]int{"Acme US": http.StatusOK, "Acme EMEA": http.StatusForbidden, "Acme APAC": http.StatusForbidden}
	return d.callEverywhere(want)
}

func (d *demo) showAccess() error {
	d.heading("5. The call is answered")
	want := map[string]int{"Acme US": http.StatusOK, "Acme EMEA": http.StatusOK, "Acme APAC": http.StatusOK}
	return d.callEverywhere(want)
}

func (d *demo) callEverywhere(want map[string]int) error {
	for _, organization := range d.state.Organizations {
		name := organization.Organization.Name
		status, body, err := d.callEvents(organization)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		colour := green
		if status != http.StatusOK {
			colour = red
		}
		d.say("%-9s  GET %s: %s", name, eventsPath, d.paint(colour, fmt.Sprintf("%d %s", status, http.StatusText(status))))
		if status != http.StatusOK {
			d.say("  %s", body)
		}
		if status != want[name] {
			return fmt.Errorf("%s answered %d to GET %s, want %d", name, status, eventsPath, want[name])
		}
	}
	return nil
}

// callEvents signs in with the dashboard's own credentials and calls the endpoint.
func (d *demo) callEvents(organization emulator.Organization) (status int, body string, err error) {
	client, err := dashboardOf(&organization)
	if err != nil {
		return 0, "", err
	}
	base := d.baseURL + "/" + organization.Region
	credentials := clientcredentials.Config{ClientID: client.ID, ClientSecret: client.Secret, TokenURL: base + "/oauth/token"}
	request, err := http.NewRequestWithContext(d.ctx, http.MethodGet, base+eventsPath, nil)
	if err != nil {
		return 0, "", err
	}
	response, err := credentials.Client(d.ctx).Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, "", err
	}
	var denial struct {
		ErrorDescription string `json:"error_description"`
	}
	if response.StatusCode != http.StatusOK {
		err = json.Unmarshal(data, &denial)
	}
	return response.StatusCode, denial.ErrorDescription, err
}

func dashboardOf(organization *emulator.Organization) (*emulator.Client, error) {
	for i := range organization.Clients {
		if organization.Clients[i].Name == dashboard {
			return &organization.Clients[i], nil
		}
	}
	return nil, fmt.Errorf("the scenario has no client %q in %s", dashboard, organization.Organization.Name)
}

// showFailingPlan plans while two organizations would refuse the call: one error for each, none for the third.
func (d *demo) showFailingPlan() error {
	d.heading("2. With the audit: the plan fails, with the reason and the remedy")
	output, err := d.plan(1)
	if err != nil {
		return err
	}
	_, diagnostics, _ := strings.Cut(output, "\nError: ")
	d.say("%s", strings.ReplaceAll("Error: "+strings.TrimSpace(diagnostics), "Error: ", d.paint(red, "Error: ")))
	d.say("\n%s", d.paint(red, "Exit code 1."))
	return expect(output,
		`(?s)Acme EMEA: "Compliance Dashboard" cannot call GET\s+/api/v2/analytics/events.*scope +analytics:export is missing.*role +"Analytics - Export" is not granted`,
		`(?s)Acme APAC: "Compliance Dashboard" cannot call GET\s+/api/v2/analytics/events.*region +`,
	)
}

// showPassingPlan plans after the repair. Of the plan it shows only how many validations pass.
func (d *demo) showPassingPlan() error {
	d.heading("4. With the audit: the plan passes")
	output, err := d.plan(0, `-var=cross_region_permitted=["acme_emea","acme_apac"]`)
	if err != nil {
		return err
	}
	const summary = "Plan: 3 to add, 0 to change, 0 to destroy."
	if err := expect(output, regexp.QuoteMeta(summary)); err != nil {
		return err
	}
	d.say("%s One validation for each organization.\n\n%s", summary, d.paint(green, "Exit code 0."))
	return nil
}

// plan runs terraform plan and holds it to an exit code.
func (d *demo) plan(wantCode int, arguments ...string) (output string, err error) {
	arguments = append([]string{"-var-file=demo.tfvars"}, arguments...)
	shown := make([]string, len(arguments))
	for i, argument := range arguments {
		if shown[i] = argument; strings.ContainsAny(argument, `"[`) {
			shown[i] = "'" + argument + "'" // as a shell wants it
		}
	}
	d.say("$ %s plan %s\n", filepath.Base(d.cli), strings.Join(shown, " \\\n    "))
	code, output, err := d.workspace.Output(d.ctx, append([]string{"plan", "-no-color", "-input=false"}, arguments...)...)
	if err != nil {
		return "", err
	}
	if code != wantCode {
		return "", fmt.Errorf("plan ended with exit code %d, want %d:\n%s", code, wantCode, output)
	}
	return output, nil
}

// expect holds what the CLI printed against what the demo promises.
func expect(output string, patterns ...string) error {
	for _, pattern := range patterns {
		if !regexp.MustCompile(pattern).MatchString(output) {
			return fmt.Errorf("the plan did not show %s", pattern)
		}
	}
	if count := strings.Count(output, "Error: "); len(patterns) > 1 && count != len(patterns) {
		return fmt.Errorf("the plan showed %d errors, want %d", count, len(patterns))
	}
	return nil
}

// repair does what the plan said: in the emulator's state, as an administrator would in the organizations.
func (d *demo) repair() error {
	d.heading("3. An administrator repairs the two organizations")
	for i := range d.state.Organizations {
		organization := &d.state.Organizations[i]
		switch organization.Organization.Name {
		case "Acme EMEA":
			if err := grantExport(organization); err != nil {
				return err
			}
			d.say("Acme EMEA  added the scope %s and the role %q", exportScope, exportRole)
		case "Acme APAC":
			organization.CrossRegionPermitted = true
			d.say("Acme APAC  permitted cross-region calls, and recorded it in the configuration")
		}
	}
	return d.putState()
}

func grantExport(organization *emulator.Organization) error {
	client, err := dashboardOf(organization)
	if err != nil {
		return err
	}
	for _, role := range organization.Roles {
		if role.Name == exportRole {
			client.Scope = append(client.Scope, exportScope)
			client.RoleDivisions = append(client.RoleDivisions, genesyscloud.RoleDivision{RoleID: role.ID, DivisionID: allDivisions})
			return nil
		}
	}
	return fmt.Errorf("the scenario has no role %q in %s", exportRole, organization.Organization.Name)
}

func (d *demo) putState() error {
	state, err := json.Marshal(d.state)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(d.ctx, http.MethodPut, d.baseURL+"/emulator/state", bytes.NewReader(state))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := d.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("the emulator refused the new state: %s", response.Status)
	}
	return nil
}

// close stops the emulator and removes what was built.
func (d *demo) close() error {
	var errs []error
	if d.emulator != nil && d.emulator.Process != nil {
		errs = append(errs, d.emulator.Process.Signal(os.Interrupt))
		if err := d.emulator.Wait(); d.ctx.Err() == nil {
			errs = append(errs, err)
		}
	}
	if d.dir != "" {
		errs = append(errs, os.RemoveAll(d.dir))
	}
	return errors.Join(errs...)
}
