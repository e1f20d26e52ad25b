package emulator_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
)

func TestPipe(t *testing.T) {
	t.Parallel()
	e, err := emulator.New(rich())
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) { // which fails if stop leaves a goroutine behind
		transport, stop := e.Pipe()
		defer stop()
		read := func(ctx context.Context) (string, error) {
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://anything.example"+timeoutPath, nil)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Authorization", "Bearer "+issued(t, e, "admin"))
			answer, err := transport.RoundTrip(request)
			if err != nil {
				return "", err
			}
			defer func() { _ = answer.Body.Close() }()
			body, err := io.ReadAll(answer.Body)
			return string(body), err
		}
		if body, err := read(t.Context()); body != timeoutBody || err != nil {
			t.Errorf("%s %v", body, err)
		}

		e.AddFault(emulator.Fault{Kind: emulator.FaultDrop, Times: 1})
		if body, err := read(t.Context()); body != timeoutBody || err != nil { // on a used connection, on which Go's transport tries again
			t.Errorf("after a connection was dropped: %s %v", body, err)
		}

		e.AddFault(emulator.Fault{Kind: emulator.FaultHang})
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		started := time.Now()
		if _, err := read(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(started) != time.Hour {
			t.Errorf("%v after %s", err, time.Since(started))
		}
	})
}
