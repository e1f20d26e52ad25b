// Command licenses writes the licenses of what is linked into the provider, for the archives of a release: the Go standard library and every
// module, on every system that a release is built for. It fails if a module has no license file.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// systems are those of .goreleaser.yml. The architecture makes no difference to the modules.
var systems = []string{"darwin", "freebsd", "linux", "windows"}

// licenseFile matches the files that a license requires to be passed on.
var licenseFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents)([.-].*)?$`)

func main() {
	output := flag.String("output", "", "the file to write")
	flag.Parse()
	if err := run(context.Background(), *output); err != nil {
		fmt.Fprintln(os.Stderr, "licenses:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, output string) error {
	if output == "" {
		return errors.New("-output is required")
	}
	modules, err := linked(ctx)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	for _, m := range modules {
		if err := m.write(&text); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(filepath.Dir(output), 0o755); err != nil {
		return err
	}
	return os.WriteFile(output, text.Bytes(), 0o644)
}

// module is a module, or the standard library, and where its files are.
type module struct{ name, dir string }

// linked returns the standard library and the modules that the provider is built from, sorted by name.
func linked(ctx context.Context) ([]module, error) {
	goroot, err := output(ctx, nil, "env", "GOROOT", "GOVERSION")
	if err != nil {
		return nil, err
	}
	values := strings.Split(strings.TrimSpace(goroot), "\n")
	if len(values) != 2 {
		return nil, fmt.Errorf("go env answered %q", goroot)
	}
	modules := []module{{"Go standard library " + strings.TrimPrefix(values[1], "go"), values[0]}}
	for _, system := range systems {
		list, err := output(ctx, []string{"GOOS=" + system, "CGO_ENABLED=0"},
			"list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}{{end}}", ".")
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(list) {
			if name, dir, found := strings.Cut(strings.TrimSpace(line), "\t"); found {
				modules = append(modules, module{name, dir})
			}
		}
	}
	slices.SortFunc(modules, func(a, b module) int { return strings.Compare(a.name, b.name) })
	return slices.Compact(modules), nil
}

func output(ctx context.Context, env []string, arguments ...string) (string, error) {
	command := exec.CommandContext(ctx, "go", arguments...)
	command.Env = append(os.Environ(), env...)
	command.Stderr = os.Stderr
	content, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w", arguments[0], err)
	}
	return string(content), nil
}

// write writes the module's name and its license files.
func (m module) write(w io.Writer) error {
	entries, err := os.ReadDir(m.dir)
	if err != nil {
		return err
	}
	found := false
	for _, entry := range entries {
		if !entry.Type().IsRegular() || !licenseFile.MatchString(entry.Name()) || strings.HasSuffix(entry.Name(), ".go") {
			continue
		}
		content, err := os.ReadFile(filepath.Join(m.dir, entry.Name()))
		if err != nil {
			return err
		}
		if len(bytes.TrimSpace(content)) == 0 {
			continue
		}
		found = true
		fmt.Fprintf(w, "==== %s: %s\n\n%s\n\n", m.name, entry.Name(), bytes.TrimSpace(content))
	}
	if !found {
		return fmt.Errorf("%s has no license file", m.name)
	}
	return nil
}
