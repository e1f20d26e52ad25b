package provider_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator/workspace"
)

// fence is a block of the guide: a file that the reader saves, or commands.
var fence = regexp.MustCompile("(?ms)^```(terraform|shell)\n(.*?)^```$")

// The guide works from its first line to its last: the provider is built by make build, the emulator is started as make emulator starts it,
// and the blocks after that run in one shell, in order.
func TestTryGuide(t *testing.T) {
	t.Parallel()
	content := readExample(t, filepath.Join(moduleDir, "templates", "guides", "try-without-an-account.md"))
	start, steps, found := strings.Cut(content, "\n## 2. ")
	if !found || !strings.Contains(start, "\nmake build\nmake emulator\n") {
		t.Fatal("the guide does not begin with make build and make emulator")
	}

	root := t.TempDir()
	bin := filepath.Join(root, "bin")
	cli, err := workspace.FindCLI()
	if err != nil {
		t.Fatal(err)
	}
	if output, err := exec.CommandContext(t.Context(), "make", "-C", moduleDir, "build", "BIN="+bin).CombinedOutput(); err != nil {
		t.Fatalf("make build: %v\n%s", err, output)
	}
	if err := os.Symlink(cli, filepath.Join(bin, "terraform")); err != nil {
		t.Fatal(err)
	}

	var script strings.Builder
	script.WriteString(exportsOf(t, startEmulator(t, bin), "Acme EMEA"))
	for _, block := range fence.FindAllStringSubmatch(steps, -1) {
		if block[1] == "terraform" {
			script.WriteString("cat >main.tf <<'END'\n" + block[2] + "END\n")
			continue
		}
		script.WriteString(block[2] + "echo \"ended with $?\"\n")
	}
	shell := exec.CommandContext(t.Context(), "sh")
	shell.Dir = root
	shell.Env = append(slices.DeleteFunc(os.Environ(), func(variable string) bool { return strings.HasPrefix(variable, "TF_") }), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"),
		"TMPDIR="+root, "TF_CLI_ARGS=-no-color", "CHECKPOINT_DISABLE=1")
	shell.Stdin = strings.NewReader(script.String())
	output, err := shell.CombinedOutput()
	if err != nil {
		t.Errorf("the shell: %v", err)
	}
	rest := folded(string(output))
	for _, want := range []string{
		`verdict = "noncompliant"`, "ended with 0", "ended with 0", "ended with 0", "ended with 0",
		`verdict = "compliant"`, "ended with 0",
		"Resources: 2 added", "ended with 0",
		`Error: Acme EMEA: "Compliance Dashboard" cannot call GET /api/v2/analytics/events`, "1 of 6 checks failed.",
		`role "Analytics - Export" is not granted. The client has "Analytics - Read", "employee".`, "ended with 1",
	} {
		_, after, ok := strings.Cut(rest, folded(want))
		if !ok {
			t.Fatalf("the commands do not show %q at its place:\n%s", want, output)
		}
		rest = after
	}
}

// startEmulator starts the emulator as make emulator does, on a free port, and returns what it tells the reader to export.
func startEmulator(t *testing.T, dir string) string {
	t.Helper()
	binary := filepath.Join(dir, "genesyscloud-emulator")
	const pkg = "github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator/cmd/genesyscloud-emulator"
	if err := workspace.GoBuild(t.Context(), moduleDir, pkg, binary); err != nil {
		t.Fatal(err)
	}
	const arguments = "-state examples/scenarios/compliance-dashboard/emulator-state.json -export 'Access Auditor' -administrator"
	if !strings.Contains(readExample(t, filepath.Join(moduleDir, "GNUmakefile")), arguments) {
		t.Fatalf("make emulator does not start the emulator with %s", arguments)
	}
	command := exec.CommandContext(t.Context(), binary, "-listen", "127.0.0.1:0",
		"-state", filepath.Join(scenarioDir, "emulator-state.json"), "-export", "Access Auditor", "-administrator")
	printed, err := os.Create(filepath.Join(dir, "emulator.log")) // a file: all of it is there once standard output has its line
	if err != nil {
		t.Fatal(err)
	}
	defer printed.Close()
	command.Stderr = printed
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(os.Interrupt)
		_ = command.Wait()
	})
	if _, err := bufio.NewReader(stdout).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	return readExample(t, printed.Name())
}

// exportsOf are the lines to export for an organization.
func exportsOf(t *testing.T, printed, organization string) string {
	t.Helper()
	_, lines, found := strings.Cut(printed, "\n# "+organization+"\n")
	if !found {
		t.Fatalf("the emulator shows nothing for %s:\n%s", organization, printed)
	}
	lines, _, _ = strings.Cut(lines, "\n# ")
	return lines
}
