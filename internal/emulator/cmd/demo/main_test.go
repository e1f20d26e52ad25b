package main

import (
	"bytes"
	"strings"
	"testing"
)

// The demo checks each of its steps itself, so that it passes is most of the test.
func TestDemo(t *testing.T) {
	t.Chdir("../../../..")
	var out bytes.Buffer
	if err := run(t.Context(), &out, false); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, want := range []string{
		"Building the provider; the first time takes a few minutes ...\n",
		"Acme EMEA  GET /api/v2/analytics/events: 403 Forbidden\n  Access denied. The client does not have permission to access this resource.\n",
		"\nError: Acme EMEA: \"Compliance Dashboard\" cannot call GET /api/v2/analytics/events\n",
		"\nError: Acme APAC: \"Compliance Dashboard\" cannot call GET /api/v2/analytics/events\n",
		"\nExit code 1.\n",
		"\nExit code 0.\n",
		"Acme EMEA  GET /api/v2/analytics/events: 200 OK\n",
		"\n3. Read what this demo planned: ",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the demo does not show %q:\n%s", want, out.String())
		}
	}
	lines := strings.Split(out.String(), "\n")
	if len(lines) > 100 {
		t.Errorf("the demo shows %d lines, at most 100 fit a first look", len(lines))
	}
	for _, line := range lines {
		if strings.Contains(line, "\x1b") {
			t.Errorf("a colour where there is no terminal: %q", line)
		}
		if len(line) > 80 && !strings.HasPrefix(line, "Error: ") {
			t.Errorf("longer than 80 columns: %q", line)
		}
	}
}

func TestColourIsForTerminals(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	d := demo{out: &out, colour: true}
	if d.heading("A"); out.String() != "\n\x1b[1m== A\x1b[0m\n\n" {
		t.Errorf("%q", out.String())
	}
	out.Reset()
	d.colour = false
	if d.heading("A"); out.String() != "\n== A\n\n" {
		t.Errorf("%q", out.String())
	}
}
