package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator/workspace"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

const (
	latency = 80 * time.Millisecond
	// budget is how many requests an organization may take in a plan of up to a thousand validations. A plan that takes longer reads it
	// again now and then, and may take half as many more.
	budget = 10
	region = "us-east-1"
)

// size is how many validations of how many organizations a configuration has, and in which form.
type size struct {
	name          string
	form          form
	organizations int // 0 stands for one
	perEach       int
}

func (s size) across() int { return max(s.organizations, 1) }

// form is the keyword of the block.
type form string

const (
	resourceForm   form = "resource"
	dataSourceForm form = "data"
	ephemeralForm  form = "ephemeral"
)

// variant is what is done with a configuration.
type variant struct {
	name        string
	latency     time.Duration
	enforcement string
	plain       bool // terraform_data instead of validations
}

var variants = []variant{
	{name: "0 ms"},
	{name: "80 ms", latency: latency},
	{name: "off", enforcement: "off"},
	{name: "terraform_data", plain: true},
}

// sizes are those of BENCHMARKS.md.
func sizes(large bool) []size {
	list := []size{
		{name: "1 validation", perEach: 1}, {name: "100 validations", perEach: 100}, {name: "1,000 validations", perEach: 1000},
		{name: "1,000 data sources", form: dataSourceForm, perEach: 1000}, {name: "1,000 ephemeral ones", form: ephemeralForm, perEach: 1000},
		{name: "20 organizations × 50", organizations: 20, perEach: 50},
	}
	if large {
		list = slices.Insert(list, 3, size{name: "5,000 validations", perEach: 5000})
	}
	return list
}

func measurePlans(ctx context.Context, out io.Writer, sizes []size, rounds int, peers string) error {
	b, err := newBench(ctx)
	if err != nil {
		return err
	}
	defer b.close()
	var state emulator.State
	for i := range mostOrganizations {
		state.Organizations = append(state.Organizations, organization(i))
	}
	if err := b.emulator.Replace(state); err != nil {
		return err
	}
	product, err := workspace.ProductOf(ctx, b.cli)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s, %d rounds; seconds, median (least to most).\n\n", machine(product), rounds)
	fmt.Fprintln(out, "| `terraform plan` of | Requests | 0 ms | 80 ms | `off` | `terraform_data` | 80 ms above `off` | Memory |")
	fmt.Fprintln(out, "|---|---|---|---|---|---|---|---|")
	var problems []error
	for _, s := range sizes {
		if s.form == ephemeralForm && !product.AtLeast("1.10.0", "1.11.0") {
			fmt.Fprintf(out, "| %s | not on this version | | | | | | |\n", s.name)
			continue
		}
		row, err := b.measure(ctx, s, rounds)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "| %s | %d | %s | %s | %s | %s | %s | %d MB |\n", s.name, row.requests, row.of("0 ms"), row.of("80 ms"), row.of("off"),
			row.of("terraform_data"), seconds(row.median("80 ms")-row.median("off")), row.memory>>20)
		most := budget * s.across()
		if s.perEach > 1000 {
			most += most / 2
		}
		if row.requests > most {
			problems = append(problems, fmt.Errorf("%s: %d requests, more than %d", s.name, row.requests, most))
		}
	}
	if err := b.measurePeers(ctx, out, peers, rounds); err != nil {
		return err
	}
	fmt.Fprintln(out, "\nMemory is the largest that a provider process had resident in any of the runs.")
	return errors.Join(problems...)
}

const mostOrganizations = 20

// organization has 200 clients and 60 roles, and an auditor.
func organization(number int) emulator.Organization {
	id := func(kind string, i int) string { return fmt.Sprintf("%s-%d-%d", kind, number, i) }
	policy := func(domain, entity string, actions ...string) genesyscloud.PermissionPolicy {
		return genesyscloud.PermissionPolicy{Domain: domain, EntityName: entity, ActionSet: actions}
	}
	o := emulator.Organization{
		Region:       region,
		Organization: genesyscloud.Organization{ID: id("organization", 0), Name: fmt.Sprintf("Organization %d", number), Version: 1},
	}
	for i := range 60 {
		role := genesyscloud.Role{ID: id("role", i), Name: fmt.Sprintf("Role %d", i), Permissions: genesyscloud.List[string]{}}
		for j := range 30 {
			role.PermissionPolicies = append(role.PermissionPolicies, policy(fmt.Sprintf("domain%d", j%7), fmt.Sprintf("entity%d", j), "view", "edit"))
		}
		o.Roles = append(o.Roles, role)
	}
	auditing := genesyscloud.Role{ID: id("auditing", 0), Name: "Auditing", PermissionPolicies: genesyscloud.List[genesyscloud.PermissionPolicy]{
		policy("oauth", "client", "view"), policy("authorization", "role", "view"), policy("telephony", "plugin", "all"),
		policy("authorization", "policy", "view")}}
	o.Roles = append(o.Roles, auditing)
	auditor := genesyscloud.OAuthClient{ID: id("auditor", 0), Name: "Auditor", State: "active", AuthorizedGrantType: "CLIENT-CREDENTIALS",
		RoleDivisions: genesyscloud.List[genesyscloud.RoleDivision]{{RoleID: auditing.ID, DivisionID: "*"}}}
	o.Clients = append(o.Clients, emulator.Client{OAuthClient: auditor, Secret: "secret"})
	for i := range 200 {
		o.Clients = append(o.Clients, emulator.Client{OAuthClient: genesyscloud.OAuthClient{
			ID: id("client", i), Name: fmt.Sprintf("Client %d", i), State: "active", AuthorizedGrantType: "CLIENT-CREDENTIALS",
			Scope:         genesyscloud.List[string]{"analytics:export", "analytics:read", "org:read"},
			RoleDivisions: genesyscloud.List[genesyscloud.RoleDivision]{{RoleID: id("role", i%60), DivisionID: "*"}},
		}})
	}
	return o
}

// configuration has the validations of a size, all compliant, each of one of the 200 clients in turn.
func (b *bench) configuration(s size, v variant) string {
	if v.plain {
		return fmt.Sprintf("resource \"terraform_data\" \"this\" {\n  count = %d\n  input = \"client-${count.index}\"\n}\n", s.across()*s.perEach)
	}
	var text strings.Builder
	text.WriteString("terraform {\n  required_providers {\n    genesysaudit = {\n      source = \"genesysaudit/genesysaudit\"\n    }\n  }\n}\n" +
		"provider \"genesysaudit\" {\n  organizations = {\n")
	for i := range s.across() {
		fmt.Fprintf(&text, "    o%d = {\n      aws_region = %q\n      oauthclient_id = \"auditor-%d-0\"\n      oauthclient_secret = \"secret\"\n"+
			"      api_url = %q\n      login_url = %q\n    }\n", i, region, i, b.server.URL, b.server.URL)
	}
	fmt.Fprintf(&text, `  }
}
%s "genesysaudit_access_validation" "this" {
  count           = %d
  organization    = "o${floor(count.index / %d)}"
  client_id       = "client-${floor(count.index / %d)}-${count.index %% 200}"
  required_scopes = ["analytics:export", "analytics:read"]
  required_roles  = ["Role ${count.index %% 200 %% 60}"]
  allowed_regions = [%q]
}
`, cmp.Or(s.form, resourceForm), s.across()*s.perEach, s.perEach, s.perEach, region)
	return text.String()
}

// row are the times of a size, by variant, and the most requests and memory of one run.
type row struct {
	times    map[string][]time.Duration
	requests int
	memory   int64 // bytes
}

func (r row) median(variant string) time.Duration {
	sorted := slices.Sorted(slices.Values(r.times[variant]))
	return sorted[len(sorted)/2]
}

func (r row) of(variant string) string {
	times := r.times[variant]
	return fmt.Sprintf("%s (%s to %s)", seconds(r.median(variant)), seconds(slices.Min(times)), seconds(slices.Max(times)))
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 2, 64) }

func (b *bench) measure(ctx context.Context, s size, rounds int) (row, error) {
	r := row{times: make(map[string][]time.Duration)}
	workspaces := make(map[string]*workspace.Workspace)
	for _, v := range variants {
		w, err := b.workspace(ctx, b.configuration(s, v))
		if err != nil {
			return r, err
		}
		if v.enforcement != "" {
			w.Setenv("GENESYSAUDIT_ENFORCEMENT", v.enforcement)
		}
		workspaces[v.name] = w
	}
	for range rounds {
		for _, v := range variants {
			b.delay.Store(int64(v.latency))
			before := len(b.emulator.Requests())
			used, err := b.succeed(ctx, workspaces[v.name], "plan", "-no-color", "-input=false")
			if err != nil {
				return r, err
			}
			r.memory = max(r.memory, used.memory)
			r.times[v.name] = append(r.times[v.name], used.wall)
			requests := len(b.emulator.Requests()) - before
			if idle := v.plain || v.enforcement == "off"; idle && requests > 0 {
				return r, fmt.Errorf("%s, %s: %d requests, want none", s.name, v.name, requests)
			}
			r.requests = max(r.requests, requests)
		}
	}
	return r, nil
}

// peers are resources of other providers that do next to nothing, 1,000 of each.
var peers = []struct{ name, block string }{
	{"1,000 `random_integer` of hashicorp/random", "resource \"random_integer\" \"this\" {\n  count = 1000\n  min   = 1\n  max   = 9\n}\n"},
	{"1,000 `time_static` of hashicorp/time", "resource \"time_static\" \"this\" {\n  count = 1000\n}\n"},
}

// measurePeers adds a row for each peer, which shows what a plan of as many resources costs another provider of the same framework.
func (b *bench) measurePeers(ctx context.Context, out io.Writer, mirror string, rounds int) error {
	if mirror == "" {
		fmt.Fprintln(out, "\nNo rows of peers: -peers names no mirror with hashicorp/random and hashicorp/time.")
		return nil
	}
	for _, peer := range peers {
		dir, err := os.MkdirTemp(b.dir, "run-")
		if err != nil {
			return err
		}
		w, err := workspace.Configured(b.cli, fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror), dir)
		if err != nil {
			return err
		}
		if err := w.Write("main.tf", peer.block); err != nil {
			return err
		}
		if _, err := b.succeed(ctx, w, "init", "-no-color"); err != nil {
			return err
		}
		r := row{times: make(map[string][]time.Duration)}
		for range rounds {
			used, err := b.succeed(ctx, w, "plan", "-no-color", "-input=false")
			if err != nil {
				return err
			}
			r.times["0 ms"] = append(r.times["0 ms"], used.wall)
		}
		fmt.Fprintf(out, "| %s | | %s | | | | | |\n", peer.name, r.of("0 ms"))
	}
	return nil
}

// measureStart shows the size of the binary as it is released, and how long it takes until it serves: until it prints the address at
// which a CLI asks for the schema.
func measureStart(ctx context.Context, out io.Writer) error {
	dir, err := os.MkdirTemp("", "genesysaudit-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "released")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, output)
	}
	info, err := os.Stat(binary)
	if err != nil {
		return err
	}
	const starts = 11
	times := make([]time.Duration, starts)
	for i := range times {
		if times[i], err = timeToServe(ctx, binary); err != nil {
			return err
		}
	}
	slices.Sort(times)
	fmt.Fprintf(out, "Provider start until it serves: %d ms, median of %d (%d to %d). Binary, stripped: %.1f MB.\n",
		times[starts/2].Milliseconds(), starts, times[0].Milliseconds(), times[starts-1].Milliseconds(), float64(info.Size())/1e6)
	return nil
}

// timeToServe starts the provider as a CLI does, with the handshake of Terraform's plugin protocol.
func timeToServe(ctx context.Context, binary string) (time.Duration, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	command := exec.CommandContext(ctx, binary)
	command.Env = append(os.Environ(), "TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
		"PLUGIN_PROTOCOL_VERSIONS=6", "PLUGIN_MIN_PORT=10000", "PLUGIN_MAX_PORT=25000")
	output, err := command.StdoutPipe()
	if err != nil {
		return 0, err
	}
	started := time.Now()
	if err := command.Start(); err != nil {
		return 0, err
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	elapsed := time.Since(started)
	cancel()
	if waitErr := command.Wait(); waitErr != nil && ctx.Err() == nil {
		return 0, waitErr
	}
	if err != nil {
		return 0, err
	}
	if fields := strings.Split(line, "|"); len(fields) < 5 || fields[1] != "6" {
		return 0, fmt.Errorf("the provider printed %q, which is no handshake of protocol 6", line)
	}
	return elapsed, nil
}
