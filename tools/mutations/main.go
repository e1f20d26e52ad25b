// Command mutations weakens the provider in one place at a time and runs the tests of the room that should notice. A mutation that no
// test notices survives, and the command fails.
//
// It reads mutations.txt beside it. Each mutation is a paragraph:
//
//	# what the mutation breaks, as one line
//	file internal/audit/scope.go
//	- the text to replace, to the letter; it stands exactly once in the file
//	+ what stands there instead
//	test ./internal/audit -run TestScope
//
// Lines with - or + may repeat. The arguments after the package are those of go test. The files themselves stay as they are: go
// reads the changed one through its -overlay flag.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// mutation is one weakening of the code, and the tests that must notice it.
type mutation struct {
	line     int
	title    string
	file     string
	old, new string
	test     []string // the package, then further arguments of go test
}

// outcome is what the tests made of a mutation.
type outcome string

const (
	caught   outcome = "caught"
	survived outcome = "SURVIVED"
	broken   outcome = "BROKEN" // the mutation does not apply or does not compile, so it proves nothing
)

func main() {
	list := flag.String("list", "tools/mutations/mutations.txt", "the file with the mutations")
	only := flag.String("only", "", "apply only mutations whose title or file matches this regular expression")
	flag.Parse()
	if err := run(*list, *only); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(list, only string) error {
	filter, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(list)
	if err != nil {
		return err
	}
	mutations, err := parse(string(data))
	if err != nil {
		return fmt.Errorf("%s: %w", list, err)
	}
	counts := map[outcome]int{}
	for _, m := range mutations {
		if !filter.MatchString(m.title) && !filter.MatchString(m.file) {
			continue
		}
		started := time.Now()
		result, detail := m.try()
		counts[result]++
		fmt.Printf("%-8s %5.1fs  %s (%s)\n", result, time.Since(started).Seconds(), m.title, m.file)
		if result != caught {
			fmt.Printf("         %s:%d: %s\n", list, m.line, detail)
		}
	}
	fmt.Printf("%d caught, %d survived, %d broken\n", counts[caught], counts[survived], counts[broken])
	if counts[survived]+counts[broken] > 0 || counts[caught] == 0 {
		return errors.New("not every mutation is caught")
	}
	return nil
}

// parse reads the paragraphs of a list.
func parse(text string) ([]mutation, error) {
	var (
		all     []mutation
		current *mutation
	)
	for i, line := range strings.Split(text, "\n") {
		key, rest, _ := strings.Cut(line, " ")
		switch {
		case strings.TrimSpace(line) == "":
			current = nil
			continue
		case current == nil:
			if key != "#" {
				return nil, fmt.Errorf("line %d: a mutation begins with a line that starts with #", i+1)
			}
			all = append(all, mutation{line: i + 1, title: rest})
			current = &all[len(all)-1]
			continue
		}
		switch key {
		case "file":
			current.file = rest
		case "-":
			current.old += rest + "\n"
		case "+":
			current.new += rest + "\n"
		case "test":
			current.test = strings.Fields(rest)
		default:
			return nil, fmt.Errorf("line %d: %q is not one of file, -, +, test", i+1, key)
		}
	}
	for _, m := range all {
		if m.title == "" || m.file == "" || m.old == "" || len(m.test) == 0 {
			return nil, fmt.Errorf("line %d: a mutation needs a title, a file, text to replace and a test", m.line)
		}
	}
	return all, nil
}

// try runs the tests over the mutated file.
func (m mutation) try() (outcome, string) {
	dir, err := os.MkdirTemp("", "mutation")
	if err != nil {
		return broken, err.Error()
	}
	defer os.RemoveAll(dir)
	overlay, err := m.write(dir)
	if err != nil {
		return broken, err.Error()
	}
	// A mutation that does not compile would fail every test, and look caught.
	// go vet would compile everything once more, and what it finds may well be what the mutation is about. A small binary links faster.
	out, err := goTest(overlay, m.test...).CombinedOutput()
	switch {
	case err == nil && bytes.Contains(out, []byte("no tests to run")):
		return broken, "no test ran"
	case err == nil:
		return survived, "no test failed"
	case bytes.Contains(out, []byte("[build failed]")):
		return broken, "the mutated code does not compile:\n" + string(out)
	case !bytes.Contains(out, []byte("--- FAIL")) && !bytes.Contains(out, []byte("panic:")):
		return broken, "go test failed, but no test did:\n" + string(out)
	}
	return caught, ""
}

// write puts the mutated file and the overlay that names it into a directory.
func (m mutation) write(dir string) (overlay string, err error) {
	original, err := os.ReadFile(m.file)
	if err != nil {
		return "", err
	}
	switch n := strings.Count(string(original), m.old); n {
	case 1:
	case 0:
		return "", errors.New("the text to replace is not in the file")
	default:
		return "", fmt.Errorf("the text to replace stands %d times in the file", n)
	}
	mutated := filepath.Join(dir, filepath.Base(m.file))
	if err := os.WriteFile(mutated, []byte(strings.Replace(string(original), m.old, m.new, 1)), 0o600); err != nil {
		return "", err
	}
	file, err := filepath.Abs(m.file)
	if err != nil {
		return "", err
	}
	content, err := json.Marshal(map[string]map[string]string{"Replace": {file: mutated}})
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, content, 0o600)
}

// goTest is go test over an overlay. The overlay stands in the environment, so that a test that builds the provider for the CLI builds the
// mutated one.
func goTest(overlay string, args ...string) *exec.Cmd {
	command := exec.Command("go", append([]string{"test", "-vet=off", "-ldflags=-s -w"}, args...)...)
	command.Env = append(os.Environ(), "GOFLAGS="+strings.TrimSpace(os.Getenv("GOFLAGS")+" -overlay="+overlay))
	return command
}
