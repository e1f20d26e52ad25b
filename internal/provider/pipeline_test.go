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
	change func(func(*emulator.State)) func()
	env    []string
}

func newPipeline(t *testing.T, opa string) pipeline {
	t.Helper()
	const folder = "pipelines/policy"
	p := startPlatform(t)
	source := filepath.Join(moduleDir, "examples", folder)
	c := newCLI(t, append(exampleFiles(t, folder),
		"pipeline.sh", readExample(t, filepath.Join(source, "pipeline.sh")),
		"policy/gate.rego", readExample(t, filepath.Join(source, "policy", "gate.rego")),
		"policy/clients.json", readExample(t, filepath.Join(source, "policy", "clients.json")))...)
	path, err := workspace.FindCLI()
	if err != nil {
		t.Fatal(err)
	}
	env := slices.DeleteFunc(os.Environ(), func(variable string) bool { return strings.HasPrefix(variable, "TF_") })
	return pipeline{cli: c, change: p.change, env: append(env,
		"TERRAFORM="+path, "OPA="+opa, "TF_CLI_CONFIG_FILE="+filepath.Join(c.Dir, "cli.tfrc"),
		"CHECKPOINT_DISABLE=1", "GENESYSCLOUD_REGION=us-east-1", "GENESYSCLOUD_OAUTHCLIENT_ID="+auditorUS,
		"GENESYSCLOUD_OAUTHCLIENT_SECRET=demo-secret-acme-us-auditor", "GENESYSAUDIT_API_URL="+p.url+"/us-east-1",
		"GENESYSAUDIT_LOGIN_URL="+p.url+"/us-east-1",
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

func switchOff(config string) string {
	return strings.Replace(config, `  enforcement = "enforce"`, `  enforcement = "off"`, 1)
}

// The pipeline applies what the policy permits and nothing else: a verdict that is not compliant, one that the plan does not know, and a
// gate that is missing, weakened or left out of the plan are all denied.
func TestPipeline(t *testing.T) {
	t.Parallel()
	opa := os.Getenv("OPA")
	if opa == "" {
		t.Skipf("%s needs Open Policy Agent, named by the variable OPA: run make policy, which builds it", t.Name())
	}
	const absent = `no access validation of \"Compliance Dashboard\" in the provider's own organization demands GET /api/v2/analytics/events`
	tests := map[string]struct {
		// applied is true when the pipeline has applied once, before the change.
		applied  bool
		change   func(*emulator.State)
		edit     func(config string) string
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
		"noncompliant, the gate only warns": {
			change: withoutExportScope, env: []string{"TF_VAR_enforcement=warn"}, wantCode: 1,
			want: "genesysaudit_access_validation.dashboard: the verdict is noncompliant",
		},
		"switched off": {
			edit: switchOff, wantCode: 1,
			want: `provider \"genesysaudit\": the enforcement must be \"enforce\" or \"warn\"`,
		},
		"switched off after an apply": {
			applied: true, change: withoutExportScope, edit: switchOff, wantCode: 1,
			want: `provider \"genesysaudit\": the enforcement must be \"enforce\" or \"warn\"`,
		},
		"switched off by the environment, after an apply": {
			applied: true, change: withoutExportScope, env: []string{"GENESYSAUDIT_ENFORCEMENT=off"}, wantCode: 1,
			want: "analytics:export is missing",
		},
		"verdict known only after apply": {
			edit: func(config string) string {
				return strings.Replace(config, `"us-east-1"`, "terraform_data.region.output", 1) +
					"\nresource \"terraform_data\" \"region\" {\n  input = \"us-east-1\"\n}\n"
			},
			wantCode: 1, want: "genesysaudit_access_validation.dashboard: the verdict is not known",
		},
		"no gate": {
			edit: func(config string) string {
				before, rest, _ := strings.Cut(config, `resource "genesysaudit_access_validation"`)
				_, after, _ := strings.Cut(rest, "\n}\n")
				return strings.Replace(before+after, "genesysaudit_access_validation.dashboard", "", 1)
			},
			wantCode: 1, want: absent,
		},
		"gate of another client": {
			edit:     func(config string) string { return strings.Replace(config, dashboardName, "Access Auditor", 1) },
			env:      []string{"TF_VAR_enforcement=warn"},
			wantCode: 1, want: absent,
		},
		"gate that demands less": {
			edit: func(config string) string {
				return strings.Replace(config, `["GET /api/v2/analytics/events"]`, "[]", 1)
			},
			wantCode: 1, want: absent,
		},
		"gate left out by a target": {
			edit:     func(config string) string { return config + "\nresource \"terraform_data\" \"other\" {}\n" },
			env:      []string{"TF_CLI_ARGS_plan=-target=terraform_data.other"},
			wantCode: 1, want: absent,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPipeline(t, opa)
			if test.applied {
				p.release(0)
			}
			applied := p.released()
			if test.change != nil {
				p.change(test.change)()
			}
			if test.edit != nil {
				config := readExample(t, filepath.Join(p.Dir, "main.tf"))
				edited := test.edit(config)
				if edited == config {
					t.Fatal("the configuration was not edited")
				}
				p.write("main.tf", edited)
			}
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
