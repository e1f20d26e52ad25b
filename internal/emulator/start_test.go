package emulator_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
)

func TestStart(t *testing.T) {
	t.Parallel()
	e, err := emulator.New(rich())
	if err != nil {
		t.Fatal(err)
	}
	base, stop, err := emulator.Start(t.Context(), "127.0.0.1:0", e)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(base, "http://127.0.0.1:") || strings.HasSuffix(base, ":0") {
		t.Errorf("base URL %s", base)
	}
	if got := signIn(t, base, "admin", "secret-admin").status; got != http.StatusOK {
		t.Errorf("sign-in: %d", got)
	}
	// It ends although a request hangs.
	e.AddFault(emulator.Fault{Kind: emulator.FaultDrip, Interval: time.Hour})
	answer, err := attempt(t.Context(), t, base+timeoutPath, "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	for range 2 { // stopping twice does no harm
		if err := stop(); err != nil {
			t.Error(err)
		}
	}
	if body, err := io.ReadAll(answer.Body); err == nil {
		t.Errorf("the hanging request was answered: %s", body)
	}
}

// A name that somebody points at this machine is not answered, whatever is asked.
func TestStartAnswersLoopbackHostsOnly(t *testing.T) {
	t.Parallel()
	e, err := emulator.New(rich())
	if err != nil {
		t.Fatal(err)
	}
	base, stop, err := emulator.Start(t.Context(), "127.0.0.1:0", e)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stop() }()
	for host, status := range map[string]int{
		"localhost:1": 200, "LOCALHOST": 200, "127.0.0.1": 200, "127.8.8.8:80": 200, "[::1]:80": 200, "::1": 200,
		"evil.example": 421, "localhost.evil.example:80": 421, "192.0.2.1": 421, "0.0.0.0": 421, "127.0.0.1.nip.io": 421,
	} {
		for _, path := range []string{"/emulator/state", "/api/v2/tokens/timeout"} {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			request.Host = host
			request.Header.Set("Authorization", "Bearer "+issued(t, e, "admin"))
			answer, err := http.DefaultTransport.RoundTrip(request)
			if err != nil {
				t.Fatal(err)
			}
			_ = answer.Body.Close()
			if answer.StatusCode != status {
				t.Errorf("%s as %s: %d, want %d", path, host, answer.StatusCode, status)
			}
		}
	}
}

func TestStartEndsWithItsContext(t *testing.T) {
	t.Parallel()
	e, err := emulator.New(rich())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, stop, err := emulator.Start(ctx, "localhost:0", e)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestStartRefuses(t *testing.T) {
	t.Parallel()
	e, err := emulator.New(rich())
	if err != nil {
		t.Fatal(err)
	}
	for _, listen := range []string{":0", "0.0.0.0:0", "[::]:0", "192.0.2.1:0", "example.com:0", "127.0.0.1", "", "127.0.0.1:notaport"} {
		if _, stop, err := emulator.Start(t.Context(), listen, e); err == nil {
			t.Errorf("%q is accepted", listen)
			_ = stop()
		}
	}
}
