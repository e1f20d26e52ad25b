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
	if err := run(t.Context(), &out); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, want := range []string{
		"Acme EMEA: GET /api/v2/analytics/events: 403 Forbidden\n  Access denied. The client does not have permission to access this resource.",
		"Exit code 1.",
		"Exit code 0.",
		"Acme EMEA: GET /api/v2/analytics/events: 200 OK",
		"Done. Every step went as told.",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the demo does not show %q:\n%s", want, out.String())
		}
	}
}
