package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

const scenario = "../../../../examples/scenarios/compliance-dashboard/emulator-state.json"

// asCommand makes the test binary behave as the command itself.
const asCommand = "GENESYSCLOUD_EMULATOR_TEST_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func command(ctx context.Context, t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(ctx, self, args...)
	c.Env = append(os.Environ(), asCommand+"=1")
	return c
}

func TestServesUntilStopped(t *testing.T) {
	t.Parallel()
	for _, stop := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		t.Run(stop.String(), func(t *testing.T) {
			t.Parallel()
			c := command(t.Context(), t, "-listen", "127.0.0.1:0", "-state", scenario)
			var stderr bytes.Buffer
			c.Stderr = &stderr
			pipe, err := c.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			stdout := bufio.NewReader(pipe)
			line, err := stdout.ReadString('\n')
			if err != nil || !regexp.MustCompile(`^http://127\.0\.0\.1:[1-9][0-9]*\n$`).MatchString(line) {
				t.Errorf("first line %q, %v, stderr %s", line, err, &stderr)
			}
			checkServes(t, strings.TrimSpace(line))
			if err := c.Process.Signal(stop); err != nil {
				t.Error(err)
			}
			rest, err := io.ReadAll(stdout)
			if err != nil || len(rest) > 0 {
				t.Errorf("further output %q, %v", rest, err)
			}
			if err := c.Wait(); err != nil || !strings.Contains(stderr.String(), "Do not give this emulator real secrets") {
				t.Errorf("ended with %v, stderr %s", err, &stderr)
			}
		})
	}
}

// What is printed for a shell opens the emulator: the test reads the variables back and signs in with them.
func TestExports(t *testing.T) {
	t.Parallel()
	c := command(t.Context(), t, "-state", scenario, "-export", "Access Auditor", "-administrator")
	output, end, err := os.Pipe() // one for both streams: the base URL comes last
	if err != nil {
		t.Fatal(err)
	}
	c.Stdout, c.Stderr = end, end
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	_ = end.Close()
	defer func() {
		_ = c.Process.Signal(os.Interrupt)
		_ = c.Wait()
	}()
	var shown strings.Builder
	for lines := bufio.NewScanner(output); lines.Scan() && !strings.HasPrefix(lines.Text(), "http://"); {
		shown.WriteString(lines.Text() + "\n")
	}
	blocks := strings.Split(shown.String(), "\n# ")[1:]
	if len(blocks) != 3 {
		t.Fatalf("%d organizations: %s", len(blocks), &shown)
	}
	for _, block := range blocks {
		variables := map[string]string{}
		for _, found := range regexp.MustCompile(`(?m)^export (\w+)='(.*)'$`).FindAllStringSubmatch(block, -1) {
			variables[found[1]] = found[2]
		}
		for _, client := range []string{"GENESYSCLOUD_OAUTHCLIENT", "ADMINISTRATOR"} {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, variables["GENESYSAUDIT_LOGIN_URL"]+"/oauth/token",
				strings.NewReader("grant_type=client_credentials"))
			if err != nil {
				t.Fatal(err)
			}
			request.SetBasicAuth(variables[client+"_ID"], variables[client+"_SECRET"])
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			answer, err := http.DefaultTransport.RoundTrip(request)
			if err != nil {
				t.Fatal(err)
			}
			_ = answer.Body.Close()
			if answer.StatusCode != http.StatusOK || !strings.HasSuffix(variables["GENESYSAUDIT_API_URL"], variables["GENESYSCLOUD_REGION"]) {
				t.Errorf("%s: %d with %v", client, answer.StatusCode, variables)
			}
		}
	}
}

func checkServes(t *testing.T, base string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/emulator/requests", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("status %d", answer.StatusCode)
	}
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	broken := filepath.Join(t.TempDir(), "broken.json")
	state := `{"organizations": [{"region": "mars", "organization": {"id": "o", "name": "O"}}]}`
	if err := os.WriteFile(broken, []byte(state), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		args   []string
		code   int
		stderr string
	}{
		{"help", []string{"-h"}, 0, "loopback address to listen on"},
		{"no state", nil, 2, "genesyscloud-emulator -state FILE"},
		{"an argument too many", []string{"-state", scenario, "x"}, 2, "genesyscloud-emulator -state FILE"},
		{"unknown flag", []string{"-port", "1"}, 2, "flag provided but not defined: -port"},
		{"missing file", []string{"-state", "missing.json"}, 1, "missing.json"},
		{"broken state", []string{"-state", broken}, 1, `unknown region "mars"`},
		{"unknown client", []string{"-state", scenario, "-export", "Nobody"}, 1, `has an OAuth client "Nobody"`},
		{"not loopback", []string{"-state", scenario, "-listen", "0.0.0.0:0"}, 1, `listen address "0.0.0.0:0" is not a loopback address`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := command(t.Context(), t, test.args...)
			var stdout, stderr bytes.Buffer
			c.Stdout, c.Stderr = &stdout, &stderr
			err := c.Run()
			if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
				t.Fatal(err)
			}
			if c.ProcessState.ExitCode() != test.code || !strings.Contains(stderr.String(), test.stderr) || stdout.Len() > 0 {
				t.Errorf("exit code %d, stdout %q, stderr %q", c.ProcessState.ExitCode(), &stdout, &stderr)
			}
		})
	}
}
