package provider_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator/workspace"
)

// pipeline is the example of a pipeline in a working directory of its own.
type pipeline struct {
	cli
	platform *platform
	env      []string
}

// The pipeline unsets what would redirect the provider, so the CLI that it calls is a script which leads the provider to the emulator, unless
// the pipeline has left a variable set.
const emulatorCLI = `#!/bin/sh
: "${GENESYSAUDIT_API_URL:=$EMULATOR}" "${GENESYSAUDIT_LOGIN_URL:=$EMULATOR}"
export GENESYSAUDIT_API_URL GENESYSAUDIT_LOGIN_URL
exec "$CLI" "$@"
`

func newPipeline(t *testing.T, opa string) pipeline {
	t.Helper()
	const folder = "pipelines/policy"
	p := startPlatform(t)
	source := filepath.Join(moduleDir, "examples", folder)
	clients := readExample(t, filepath.Join(source, "policy", "clients.json"))
	if host := os.Getenv("TF_ACC_PROVIDER_HOST"); host != "" {
		clients = replaced(t, clients, "registry.terraform.io", host)
	}
	c := newCLI(t, append(exampleFiles(t, folder),
		"cli.sh", emulatorCLI,
		"pipeline.sh", readExample(t, filepath.Join(source, "pipeline.sh")),
		"policy/gate.rego", readExample(t, filepath.Join(source, "policy", "gate.rego")),
		"policy/clients.json", clients)...)
	script := filepath.Join(c.Dir, "cli.sh")
	if err := os.Chmod(script, 0o700); err != nil {
		t.Fatal(err)
	}
	path, err := workspace.FindCLI()
	if err != nil {
		t.Fatal(err)
	}
	env := slices.DeleteFunc(os.Environ(), func(variable string) bool { return strings.HasPrefix(variable, "TF_") })
	return pipeline{cli: c, platform: p, env: append(env,
		"CLI="+path, "EMULATOR="+p.url+"/us-east-1", "TERRAFORM="+script, "OPA="+opa,
		"TF_CLI_CONFIG_FILE="+filepath.Join(c.Dir, "cli.tfrc"), "CHECKPOINT_DISABLE=1", "GENESYSCLOUD_REGION=us-east-1",
		"GENESYSCLOUD_OAUTHCLIENT_ID="+auditorUS, "GENESYSCLOUD_OAUTHCLIENT_SECRET=demo-secret-acme-us-auditor",
	)}
}

// release runs the pipeline, holds it to an exit code and returns what it printed.
func (p pipeline) release(wantCode int, env ...string) string {
	p.t.Helper()
	command := exec.CommandContext(p.t.Context(), "sh", "pipeline.sh")
	command.Dir = p.Dir
	command.Env = append(slices.Clone(p.env), env...)
	output, err := command.CombinedOutput()
	if got := command.ProcessState.ExitCode(); got != wantCode {
		p.t.Fatalf("exit code %d, want %d: %v\n%s", got, wantCode, err, output)
	}
	return folded(string(output))
}

// released is the state, empty while nothing was applied.
func (p pipeline) released() string {
	p.t.Helper()
	content, err := os.ReadFile(filepath.Join(p.Dir, "terraform.tfstate"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		p.t.Fatal(err)
	}
	return string(content)
}

// edited replaces a part of the configuration.
func edited(old, with string) func(t *testing.T, p pipeline) {
	return func(t *testing.T, p pipeline) {
		t.Helper()
		p.write("main.tf", replaced(t, readExample(t, filepath.Join(p.Dir, "main.tf")), old, with))
	}
}

// fromAnotherRegistry takes the provider from another registry, whose mirror has the same provider under its own name.
func fromAnotherRegistry(t *testing.T, p pipeline) {
	t.Helper()
	config := readExample(t, filepath.Join(p.Dir, "cli.tfrc"))
	_, rest, _ := strings.Cut(config, `path = "`)
	mirror, _, _ := strings.Cut(rest, `"`)
	both := filepath.Join(p.Dir, "mirror")
	for from, to := range map[string]string{"registry.terraform.io": "registry.example.com", "registry.opentofu.org": "registry.opentofu.org"} {
		if err := os.CopyFS(filepath.Join(both, to), os.DirFS(filepath.Join(mirror, from))); err != nil {
			t.Fatal(err)
		}
	}
	p.write("cli.tfrc", replaced(t, config, mirror, both))
	edited(`"genesysaudit/genesysaudit"`, `"registry.example.com/genesysaudit/genesysaudit"`)(t, p)
}

// gateInModule moves the validation into a module with count.
func gateInModule(t *testing.T, p pipeline) {
	t.Helper()
	config := readExample(t, filepath.Join(p.Dir, "main.tf"))
	before, rest, _ := strings.Cut(config, `resource "genesysaudit_access_validation"`)
	block, after, _ := strings.Cut(rest, "\n}\n")
	p.write("gate/main.tf", requiredProviders+`resource "genesysaudit_access_validation"`+replaced(t, block, "var.enforcement", "null")+"\n}\n")
	p.write("main.tf", before+"module \"gate\" {\n  source = \"./gate\"\n  count  = 1\n}\n"+
		replaced(t, after, "genesysaudit_access_validation.dashboard", "module.gate"))
}

// withoutGate removes the validation.
func withoutGate(t *testing.T, p pipeline) {
	t.Helper()
	config := readExample(t, filepath.Join(p.Dir, "main.tf"))
	before, rest, _ := strings.Cut(config, `resource "genesysaudit_access_validation"`)
	_, after, _ := strings.Cut(rest, "\n}\n")
	p.write("main.tf", replaced(t, before+after, "genesysaudit_access_validation.dashboard", ""))
}

// The pipeline applies what the policy permits and nothing else. Each case makes its plan with the CLI.
func TestPipeline(t *testing.T) {
	t.Parallel()
	opa := os.Getenv("OPA")
	if opa == "" {
		t.Skipf("%s needs Open Policy Agent, named by the variable OPA: run make policy, which builds it", t.Name())
	}
	const (
		validation = "genesysaudit_access_validation.dashboard"
		absent     = `no access validation has the client_id \"` + dashboardUS + `\"`
		client     = `"` + dashboardUS + `" # Compliance Dashboard`
		block      = `resource "genesysaudit_access_validation" "dashboard" {`
		pinned     = `organization_id = "` + organizationUS + `"`
		enforced   = `enforcement     = "enforce"`
		unpinned   = `provider \"genesysaudit\": organization_id must be the constant \"` + organizationUS + `\"`
		unenforced = `provider \"genesysaudit\": enforcement must be the constant \"enforce\"`
		scopes     = `["analytics:read", "analytics:export", "org:read"]`
		unknown    = validation + ": the verdict is not known in the plan"
		planned    = "\n  planned {\n    client {\n      scopes = [\"analytics:read\", \"analytics:export\", \"org:read\"]\n    }\n  }"
		fleet      = "resource \"genesysaudit_access_validation\" \"every\" {\n  forbidden_permissions = [\"authorization:grant:add\"]\n\n" +
			"  clients {\n    exclude = [\"Access Auditor\"]\n  }\n}\n"
		rule = `,
    {
      "client_id": "*",
      "demands": { "forbidden_permissions": ["authorization:grant:add"] },
      "accepts": ["clients/exclude/Access Auditor"]
    }
  ]`
	)
	// everyClient adds a rule for every client to the policy, and validations to the configuration.
	everyClient := func(validations string) func(*testing.T, pipeline) {
		return func(t *testing.T, p pipeline) {
			t.Helper()
			edited(block, validations+"\n"+block)(t, p)
			p.write("policy/clients.json", replaced(t, readExample(t, filepath.Join(p.Dir, "policy/clients.json")), "\n  ]", rule))
		}
	}
	tests := map[string]struct {
		// applied is true when the pipeline has applied once, before the change.
		applied  bool
		change   func(*emulator.State)
		edit     func(*testing.T, pipeline)
		env      []string
		wantCode int
		want     string
	}{
		"compliant": {
			wantCode: 0, want: "Apply complete! Resources: 2 added",
		},
		"noncompliant": {
			change: withoutExportScope, wantCode: 1, want: "analytics:export is missing",
		},

		// What the plan knows.
		"the validation only warns, noncompliant": {
			change: withoutExportScope, env: []string{"TF_VAR_enforcement=warn"}, wantCode: 1, want: unknown,
		},
		"the validation only warns, compliant but changed": {
			env: []string{"TF_VAR_enforcement=warn"}, wantCode: 1, want: unknown,
		},
		"the validation only warns, noncompliant after an apply": {
			applied: true, change: withoutExportScope, env: []string{"TF_VAR_enforcement=warn"}, wantCode: 1, want: unknown,
		},
		"verdict known only after apply": {
			edit: edited(block, "resource \"terraform_data\" \"later\" {\n  input = [\"org:read\"]\n}\n\n"+block+
				"\n  allowed_scopes = terraform_data.later.output"),
			wantCode: 1, want: unknown,
		},

		// Where the verdict comes from.
		"switched off": {
			edit: edited(enforced, `enforcement = "off"`), wantCode: 1, want: unenforced,
		},
		"switched off after an apply": {
			applied: true, change: withoutExportScope, edit: edited(enforced, `enforcement = "off"`), wantCode: 1, want: unenforced,
		},
		"enforcement left to the environment": {
			edit: edited(enforced, ""), wantCode: 1, want: unenforced,
		},
		"switched off by the environment, after an apply": {
			applied: true, change: withoutExportScope, env: []string{"GENESYSAUDIT_ENFORCEMENT=off"}, wantCode: 1,
			want: "analytics:export is missing",
		},
		"no organization_id": {
			edit: edited(pinned, ""), wantCode: 1, want: unpinned,
		},
		"organization_id from a variable": {
			edit: edited(pinned, "organization_id = var.organization_id\n}\n\nvariable \"organization_id\" {\n  default = \""+organizationUS+
				"\"\n}\n\nlocals {"),
			wantCode: 1, want: unpinned,
		},
		"api_url in the block": {
			edit: func(t *testing.T, p pipeline) {
				edited(pinned, pinned+"\n  api_url = \""+p.platform.url+"/us-east-1\"")(t, p)
			},
			wantCode: 1, want: `provider \"genesysaudit\": api_url is not allowed`,
		},
		"login_url in the block": {
			edit: func(t *testing.T, p pipeline) {
				edited(pinned, pinned+"\n  login_url = \""+p.platform.url+"/us-east-1\"")(t, p)
			},
			wantCode: 1, want: `provider \"genesysaudit\": login_url is not allowed`,
		},
		"further organizations": {
			edit: edited(pinned, pinned+"\n  organizations = {\n    other = {\n      aws_region = \"eu-west-1\"\n      oauthclient_id = \"x\"\n"+
				"      oauthclient_secret = \"y\"\n    }\n  }"),
			wantCode: 1, want: `provider \"genesysaudit\": organizations is not allowed`,
		},
		"provider alias": {
			edit: func(t *testing.T, p pipeline) {
				edited(block, "provider \"genesysaudit\" {\n  alias = \"other\"\n  "+pinned+"\n  "+enforced+"\n}\n\n"+block+
					"\n  provider = genesysaudit.other")(t, p)
			},
			wantCode: 1, want: `provider \"genesysaudit.other\": only one provider block is allowed`,
		},
		"provider block in a module": {
			edit: func(t *testing.T, p pipeline) {
				p.write("other/main.tf", requiredProviders+"provider \"genesysaudit\" {\n  "+pinned+"\n  "+enforced+"\n}\n")
				edited(block, "module \"other\" {\n  source = \"./other\"\n}\n\n"+block)(t, p)
			},
			wantCode: 1, want: `provider \"module.other:genesysaudit\": only one provider block is allowed`,
		},
		"provider of another registry": {
			edit: fromAnotherRegistry, wantCode: 1,
			want: validation + ": the provider is registry.example.com/genesysaudit/genesysaudit, not ",
		},

		// The validation itself.
		"no gate": {
			edit: withoutGate, wantCode: 1, want: absent,
		},
		"gate left out by a target": {
			edit: edited(block, "resource \"terraform_data\" \"other\" {}\n\n"+block),
			env:  []string{"TF_CLI_ARGS_plan=-target=terraform_data.other"}, wantCode: 1, want: absent,
		},
		"gate destroyed": {
			applied: true, env: []string{"TF_CLI_ARGS_plan=-destroy"}, wantCode: 1, want: absent,
		},
		"gate not evaluated": {
			applied: true, env: []string{"TF_CLI_ARGS_plan=-refresh-only"}, wantCode: 1, want: absent,
		},
		"gate of another client": {
			edit: edited(client, `"`+auditorUS+`"`), env: []string{"TF_VAR_enforcement=warn"}, wantCode: 1, want: absent,
		},
		"client by name": {
			edit: edited(`client_id          = `+client, `client_name = "`+dashboardName+`"`), wantCode: 1, want: absent,
		},
		"gate that demands no endpoint": {
			edit: edited(`["GET /api/v2/analytics/events"]`, "[]"), wantCode: 1,
			want: validation + `: clients.json demands endpoints [\"GET /api/v2/analytics/events\"]`,
		},
		"gate that demands another region": {
			edit: edited(`"us-east-1"`, "null"), wantCode: 1, want: validation + `: clients.json demands application_region \"us-east-1\"`,
		},
		"waiver": {
			edit: edited(block, block+"\n  waivers = { role = { reason = \"later\", expires = \"2099-01-01\" } }"), wantCode: 1,
			want: validation + ": clients.json does not accept waivers/role",
		},
		"waiver that the policy accepts": {
			edit: func(t *testing.T, p pipeline) {
				edited(block, block+"\n  waivers = { role = { reason = \"later\", expires = \"2099-01-01\" } }")(t, p)
				p.write("policy/clients.json", replaced(t, readExample(t, filepath.Join(p.Dir, "policy/clients.json")),
					`"accepts": []`, `"accepts": ["waivers/role"]`))
			},
			wantCode: 0, want: "Apply complete! Resources: 2 added",
		},
		"conditional grants": {
			edit: edited(block, block+"\n  accept_conditional_grants = true"), wantCode: 1,
			want: validation + ": clients.json does not accept accept_conditional_grants",
		},
		"access policies ignored": {
			edit: edited(block, block+"\n  ignore_access_policies = true"), wantCode: 1,
			want: validation + ": clients.json does not accept ignore_access_policies",
		},
		"planned": {
			edit: edited(block, block+planned), wantCode: 1, want: validation + ": clients.json does not accept planned",
		},
		"planned that the policy accepts": {
			edit: func(t *testing.T, p pipeline) {
				edited(block, block+planned)(t, p)
				p.write("policy/clients.json", replaced(t, readExample(t, filepath.Join(p.Dir, "policy/clients.json")),
					`"accepts": []`, `"accepts": ["planned"]`))
			},
			wantCode: 0, want: "Apply complete! Resources: 2 added",
		},
		"planned that would not do": {
			edit: edited(block, block+replaced(t, planned, `"analytics:export", `, "")), wantCode: 1, want: "would be unable to call",
		},
		"no rule for every client": {
			edit: everyClient(""), wantCode: 1, want: `no access validation has the client_id \"*\"`,
		},
		"a rule for every client": {
			edit: everyClient(fleet), wantCode: 0, want: "Apply complete! Resources: 3 added",
		},
		"a rule for every client that demands too little": {
			edit: everyClient(replaced(t, fleet, "authorization:grant:add", "authorization:role:delete")), wantCode: 1,
			want: `.every: clients.json demands forbidden_permissions [\"authorization:grant:add\"]`,
		},
		"a rule for clients of one name": {
			edit: everyClient(replaced(t, fleet, "clients {", "clients {\n    name_regex = \"Dash\"")), wantCode: 1,
			want: ".every: clients.json does not accept clients/name_regex",
		},
		"a rule that leaves a client out": {
			edit: everyClient(replaced(t, fleet, `["Access Auditor"]`, `["Access Auditor", "Wallboard"]`)), wantCode: 1,
			want: ".every: clients.json does not accept clients/exclude/Wallboard",
		},
		"a rule whose changed conditions are ignored": {
			applied: true, edit: func(t *testing.T, p pipeline) {
				everyClient(fleet)(t, p)
				p.release(0)
				edited("    exclude = [\"Access Auditor\"]\n  }", "  }\n  lifecycle {\n    ignore_changes = [clients]\n  }")(t, p)
			},
			wantCode: 1, want: ".every: the planned clients is not the configured one",
		},
		"changes ignored": {
			applied: true, edit: func(t *testing.T, p pipeline) {
				edited(scopes, "[\"analytics:export\", \"conversations\"]\n  lifecycle {\n    ignore_changes = [required_scopes]\n  }")(t, p)
			},
			wantCode: 1, want: validation + ": the planned required_scopes is not the configured one",
		},
		"changes of all arguments ignored": {
			applied: true, edit: func(t *testing.T, p pipeline) {
				edited(block, block+"\n  allowed_grant_types = [\"CODE\"]\n  lifecycle {\n    ignore_changes = all\n  }")(t, p)
			},
			wantCode: 1, want: validation + ": the planned allowed_grant_types is not the configured one",
		},
		"argument that only the state has": {
			applied: true, edit: func(t *testing.T, p pipeline) {
				edited(`  application_region = "us-east-1"`, "  lifecycle {\n    ignore_changes = [application_region]\n  }")(t, p)
			},
			wantCode: 1, want: validation + ": the planned application_region is not the configured one",
		},
		"gate with a key": {
			edit:     edited(block, block+"\n  for_each = toset([\"a]\\\"b\"])"),
			wantCode: 0, want: "Apply complete! Resources: 2 added",
		},
		"gate in a module": {
			edit: gateInModule, wantCode: 0, want: "Apply complete! Resources: 2 added",
		},
		"changes ignored in a module": {
			applied: true, edit: func(t *testing.T, p pipeline) {
				gateInModule(t, p)
				config := readExample(t, filepath.Join(p.Dir, "gate/main.tf"))
				p.write("gate/main.tf", replaced(t, config, scopes, "[\"analytics:export\"]\n  lifecycle {\n    ignore_changes = [required_scopes]\n  }"))
				edited(`module "gate" {`, "moved {\n  from = "+validation+"\n  to = module.gate[0]."+validation+"\n}\n\nmodule \"gate\" {")(t, p)
			},
			wantCode: 1, want: "module.gate[0]." + validation + ": the planned required_scopes is not the configured one",
		},
		"no clients": {
			edit: func(_ *testing.T, p pipeline) { p.write("policy/clients.json", "{}") }, wantCode: 1,
			want: "clients.json must name the provider, the organization and at least one client",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPipeline(t, opa)
			if test.applied {
				p.release(0)
			}
			if test.change != nil {
				p.platform.change(test.change)()
			}
			if test.edit != nil {
				test.edit(t, p)
			}
			applied := p.released()
			assertShows(t, p.release(test.wantCode, test.env...), test.want)
			if test.wantCode == 0 && p.released() == applied {
				t.Error("nothing was applied")
			}
			if test.wantCode != 0 && p.released() != applied {
				t.Errorf("the state was %q, and is %q after a pipeline that failed", applied, p.released())
			}
		})
	}
}

// The environment leads the pipeline to no other platform: one that says yes to everything is not asked.
func TestPipelineUnsetsWhatRedirects(t *testing.T) {
	t.Parallel()
	opa := os.Getenv("OPA")
	if opa == "" {
		t.Skipf("%s needs Open Policy Agent, named by the variable OPA: run make policy, which builds it", t.Name())
	}
	p := newPipeline(t, opa)
	p.platform.change(withoutExportScope)()
	other := startPlatform(t)
	assertShows(t, p.release(1, "GENESYSAUDIT_API_URL="+other.url+"/us-east-1", "GENESYSAUDIT_LOGIN_URL="+other.url+"/us-east-1"),
		"analytics:export is missing")
	if paths := other.paths(); len(paths) > 0 {
		t.Errorf("the other platform was asked for %v", paths)
	}
}
