package provider_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/provider"
)

// The guard sees each kind of write, also a refused one and one that the log of requests no longer has, and no read.
func TestGuardSeesWrites(t *testing.T) {
	t.Parallel()
	const auditor, admin = "auditor", provider.OperatorClient
	for _, test := range []struct {
		method, path, client string
		write                bool
	}{
		{"GET", "/api/v2/oauth/clients", auditor, false},
		{"POST", "/oauth/token", auditor, false},
		{"POST", "/api/v2/audits/query/realtime", auditor, false},
		{"POST", "/api/v2/oauth/clients/auditor/usage/query", auditor, false},
		{"POST", "/api/v2/usage/client/auditor/aggregates/query/jobs", auditor, false},
		{"POST", "/api/v2/oauth/clients", auditor, true},
		{"POST", "/api/v2/oauth/clients/auditor/secret", auditor, true},
		{"PUT", "/api/v2/authorization/roles/auditing", auditor, true},
		{"PATCH", "/api/v2/authorization/roles/auditing", auditor, true},
		{"DELETE", "/api/v2/authorization/roles/auditing", auditor, true},
		{"PUT", "/api/v2/oauth/clients", auditor, true}, // which the platform does not have
		{"POST", "/api/v2/notifications/channels", auditor, true},
		{"DELETE", "/api/v2/tokens/me", auditor, true},
		{"PUT", "/api/v2/authorization/roles/auditing", admin, false},
	} {
		var guard provider.Writes
		state := matrixState(0)
		own := *client(&state.Organizations[0], "Auditor")
		own.ID, own.Name = provider.OperatorClient, "Operator"
		state.Organizations[0].Clients = append(state.Organizations[0].Clients, own)
		e, err := emulator.New(state, emulator.WithObserver(guard.Observe))
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(e)
		t.Cleanup(server.Close)
		token, err := e.IssueToken(test.client, nil)
		if err != nil {
			t.Fatal(err)
		}
		request, err := http.NewRequestWithContext(t.Context(), test.method, server.URL+test.path, strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		answer, err := server.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		e.ResetRequests()
		var out bytes.Buffer
		if code := guard.Report(&out); (code == 1) != test.write || (out.Len() > 0) != test.write {
			t.Errorf("%s %s by %s: exit code %d, %q", test.method, test.path, test.client, code, out.String())
		}
	}
}

// A test that starts an emulator by itself would go unseen.
func TestEveryEmulatorIsGuarded(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*_test.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(file, "read_only_") && bytes.Contains(text, []byte("emulator."+"New(")) {
			t.Errorf("%s starts an emulator without NewEmulator", file)
		}
	}
}
