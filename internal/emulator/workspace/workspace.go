// Package workspace runs a real Terraform or OpenTofu against a freshly built provider, for the demo and the tests. The CLI finds the
// provider in a mirror on disk, as a user's would who installs it without a registry.
package workspace

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/go-version"
)

const (
	providerPackage = "github.com/genesysaudit/terraform-provider-genesysaudit"
	providerVersion = "0.1.0"
)

// hosts are the registries that Terraform and OpenTofu ask when a source names none.
var hosts = []string{"registry.terraform.io", "registry.opentofu.org"}

// ErrNoCLI says that neither Terraform nor OpenTofu was found.
var ErrNoCLI = errors.New("neither terraform nor tofu is on the PATH: install Terraform 1.8 or later, or OpenTofu 1.8 or later, " +
	"or name the CLI in TF_ACC_TERRAFORM_PATH")

// FindCLI is the path of the CLI: TF_ACC_TERRAFORM_PATH, else terraform, else tofu on the PATH.
func FindCLI() (string, error) {
	candidates := []string{"terraform", "tofu"}
	if chosen := os.Getenv("TF_ACC_TERRAFORM_PATH"); chosen != "" {
		candidates = []string{chosen}
	}
	for _, candidate := range candidates {
		if path, err := exec.LookPath(candidate); err == nil {
			return filepath.Abs(path)
		}
	}
	return "", ErrNoCLI
}

// Product is a CLI and its version.
type Product struct {
	Name    string // Terraform or OpenTofu
	Version *version.Version
}

var productForm = regexp.MustCompile(`(?m)^(Terraform|OpenTofu) v(\S+)`)

// ProductOf asks a CLI what it is.
func ProductOf(ctx context.Context, cli string) (Product, error) {
	command := exec.CommandContext(ctx, cli, "version")
	command.Env = append(cleanEnvironment(os.Environ()), "CHECKPOINT_DISABLE=1")
	output, err := command.Output()
	if err != nil {
		return Product{}, fmt.Errorf("%s version: %w", cli, err)
	}
	found := productForm.FindStringSubmatch(string(output))
	if found == nil {
		return Product{}, fmt.Errorf("%s is neither Terraform nor OpenTofu: %s", cli, output)
	}
	number, err := version.NewVersion(found[2])
	return Product{Name: found[1], Version: number}, err
}

// AtLeast tells whether the product is at least the version of its kind. A pre-release counts as the release that it leads to.
func (p Product) AtLeast(terraform, openTofu string) bool {
	least := terraform
	if p.Name == "OpenTofu" {
		least = openTofu
	}
	return p.Version.Core().GreaterThanOrEqual(version.Must(version.NewVersion(least)))
}

// Mirror is a provider mirror on disk that holds one build of this provider.
type Mirror struct{ dir string }

// BuildMirror builds the provider of the module at moduleDir into a mirror below dir.
func BuildMirror(ctx context.Context, moduleDir, dir string) (Mirror, error) {
	name := "terraform-provider-genesysaudit_v" + providerVersion
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	binary := filepath.Join(dir, name)
	if err := GoBuild(ctx, moduleDir, providerPackage, binary); err != nil {
		return Mirror{}, err
	}
	mirror := Mirror{dir: filepath.Join(dir, "mirror")}
	for _, host := range hosts {
		target := filepath.Join(mirror.dir, host, "genesysaudit", "genesysaudit", providerVersion, runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(target, 0o755); err != nil {
			return Mirror{}, err
		}
		if err := os.Link(binary, filepath.Join(target, name)); err != nil {
			return Mirror{}, err
		}
	}
	return mirror, nil
}

// GoBuild builds a package of the module at moduleDir into the file output.
func GoBuild(ctx context.Context, moduleDir, pkg, output string) error {
	command := exec.CommandContext(ctx, "go", "build", "-o", output, pkg)
	command.Dir = moduleDir
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", pkg, err, out)
	}
	return nil
}

// Workspace is a working directory of the CLI.
type Workspace struct {
	Dir string
	cli string
	env []string
}

// New prepares dir as a working directory that takes this provider from the mirror and every other one from nowhere.
func New(cli string, mirror Mirror, dir string) (*Workspace, error) {
	return Configured(cli, fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror.dir), dir)
}

// Configured prepares dir as a working directory of a CLI that has the configuration, and nothing of what the machine configures.
func Configured(cli, configuration, dir string) (*Workspace, error) {
	config := filepath.Join(dir, "cli.tfrc")
	if err := os.WriteFile(config, []byte("disable_checkpoint = true\n"+configuration), 0o600); err != nil {
		return nil, err
	}
	return &Workspace{
		Dir: dir,
		cli: cli,
		env: append(cleanEnvironment(os.Environ()), "TF_CLI_CONFIG_FILE="+config, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1"),
	}, nil
}

// cleanEnvironment leaves out what would change the outcome of a run: settings of the CLI, and credentials for real organizations.
func cleanEnvironment(environment []string) []string {
	return slices.DeleteFunc(slices.Clone(environment), func(variable string) bool {
		return slices.ContainsFunc([]string{"TF_", "GENESYSCLOUD_", "GENESYSAUDIT_"}, func(prefix string) bool {
			return strings.HasPrefix(variable, prefix)
		})
	})
}

// Setenv sets a variable for the commands that follow.
func (w *Workspace) Setenv(name, value string) { w.env = append(w.env, name+"="+value) }

// Write puts a file into the working directory, or into a folder below it.
func (w *Workspace) Write(name, content string) error {
	path := filepath.Join(w.Dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(content), 0o600)
}

// patience is how long a CLI that was interrupted may take to end before it is killed.
const patience = 30 * time.Second

// Command is the CLI with arguments, not started yet. When the context ends, it is interrupted as by Ctrl-C: killed, it would leave its
// providers behind.
func (w *Workspace) Command(ctx context.Context, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, w.cli, arguments...)
	command.Dir = w.Dir
	command.Env = w.env
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = patience
	return command
}

// Run runs the CLI with arguments and returns its exit code. An error means that it could not be run at all.
func (w *Workspace) Run(ctx context.Context, stdout, stderr io.Writer, arguments ...string) (exitCode int, err error) {
	command := w.Command(ctx, arguments...)
	command.Stdout = stdout
	command.Stderr = stderr
	err = command.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() >= 0 {
		return exit.ExitCode(), nil
	}
	return 0, err
}

// Output runs the CLI with arguments and returns its exit code and what it printed, both streams together.
func (w *Workspace) Output(ctx context.Context, arguments ...string) (exitCode int, output string, err error) {
	var buffer bytes.Buffer
	exitCode, err = w.Run(ctx, &buffer, &buffer, arguments...)
	return exitCode, buffer.String(), err
}
