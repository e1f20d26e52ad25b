package emulator_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestControlRequests(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, rich())
	compact := func(body string) string { return strings.Join(strings.Fields(body), "") }
	if got := get(t, base+"/emulator/requests", "").body; compact(got) != `{"count":0,"requests":[],"violations":[]}` {
		t.Errorf("at first: %s", got)
	}
	get(t, base+"/us-east-1/api/v2/tokens/me?x=y", issued(t, e, "admin"))
	want := `{"count":1,"requests":[{"method":"GET","path":"/api/v2/tokens/me","query":"x=","status":400,"region":"us-east-1",` +
		`"client_id":"admin"}],` +
		`"violations":["GET/api/v2/tokens/me:unknownqueryparameterx"]}`
	if got := get(t, base+"/emulator/requests", "").body; compact(got) != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := send(t, http.MethodDelete, base+"/emulator/requests", "", ""); got.status != http.StatusNoContent {
		t.Errorf("DELETE: %d", got.status)
	}
	if got := len(e.Requests()) + len(e.Violations()); got != 0 {
		t.Errorf("%d left after DELETE", got)
	}
}

func TestControlState(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, scenario(t))
	shown := get(t, base+"/emulator/state", "")
	if strings.Contains(shown.body, "demo-secret") {
		t.Error("the state shows a secret")
	}
	changed := strings.Replace(shown.body, `"cross_region_permitted": false`, `"cross_region_permitted": true`, 1)
	if changed == shown.body {
		t.Fatalf("nothing to change in %s", shown.body)
	}
	if got := control(t, http.MethodPut, base+"/emulator/state", changed); got.status != http.StatusNoContent {
		t.Fatalf("PUT: %d %s", got.status, got.body)
	}
	want := scenario(t)
	want.Organizations[0].CrossRegionPermitted = true
	if diff := cmp.Diff(marshal(t, want), marshal(t, e.State())); diff != "" {
		t.Error(diff)
	}

	// A state with its secrets is taken as it is.
	want.Organizations[0].Clients[0].Secret = "another"
	if got := control(t, http.MethodPut, base+"/emulator/state", marshal(t, want)); got.status != http.StatusNoContent {
		t.Fatalf("PUT: %d %s", got.status, got.body)
	}
	for text, why := range map[string]string{
		`{"organizations": [{"regions": ""}]}`:                              "unknown field \"organizations[0].regions\"",
		`{"organizations": [{"region": "x", "organization": {"id": "o"}}]}`: "unknown region \"x\"",
		`{"organizations": [`:                                               "unexpected end of JSON input",
	} {
		got := control(t, http.MethodPut, base+"/emulator/state", text)
		if got.status != http.StatusBadRequest || !strings.Contains(got.body, why) {
			t.Errorf("PUT %s: %d %s", text, got.status, got.body)
		}
	}
	if diff := cmp.Diff(marshal(t, want), marshal(t, e.State())); diff != "" {
		t.Error(diff)
	}
	if got := len(e.Requests()); got != 0 {
		t.Errorf("%d control requests are in the request log", got)
	}
}

func marshal(t *testing.T, value any) string {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestControlFaults(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, rich())
	token := issued(t, e, "admin")
	post := func(fault string) int {
		t.Helper()
		return control(t, http.MethodPost, base+"/emulator/faults", fault).status
	}
	if got := post(`{"path": "/api/v2/tokens/timeout", "status": 503, "times": 1}`); got != http.StatusNoContent {
		t.Errorf("POST: %d", got)
	}
	if got := post(`{"kind": "html"}`); got != http.StatusNoContent {
		t.Errorf("POST: %d", got)
	}
	for _, wrong := range []string{`{"kind": "mutate"}`, `{"kind": "nothing"}`, `{"state": 500}`, `{`} {
		if got := post(wrong); got != http.StatusBadRequest {
			t.Errorf("POST %s: %d", wrong, got)
		}
	}
	if got := get(t, base+timeoutPath, token).status; got != http.StatusServiceUnavailable {
		t.Errorf("with the first fault: %d", got)
	}
	if got := get(t, base+timeoutPath, token).header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("with the second fault: %s", got)
	}
	if got := send(t, http.MethodDelete, base+"/emulator/faults", "", "").status; got != http.StatusNoContent {
		t.Errorf("DELETE: %d", got)
	}
	if got := get(t, base+timeoutPath, token).body; got != timeoutBody {
		t.Errorf("without faults: %s", got)
	}
}

// control sends a request to the control plane.
func control(t *testing.T, method, url, body string, header ...string) response {
	t.Helper()
	return send(t, method, url, "", body, append([]string{"Content-Type", "application/json"}, header...)...)
}

// A page in a browser of this machine can send simple requests to any address, and must change nothing here.
func TestControlRefusesBrowsers(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, rich())
	fault := `{"status": 500}`
	for _, test := range []struct {
		header []string
		status int
	}{
		{nil, 204},
		{[]string{"Content-Type", "application/json; charset=utf-8"}, 204},
		{[]string{"Content-Type", "text/plain"}, 415},
		{[]string{"Content-Type", formEncoded}, 415},
		{[]string{"Content-Type", ""}, 415},
		{[]string{"Origin", base}, 204},
		{[]string{"Origin", "https://evil.example"}, 403},
		{[]string{"Origin", "null"}, 403},
	} {
		e.ClearFaults()
		answer := control(t, http.MethodPost, base+"/emulator/faults", fault, test.header...)
		added := len(e.FaultsApplied())
		if answer.status != test.status || (added == 1) != (test.status == 204) {
			t.Errorf("%v: %d %s, %d faults", test.header, answer.status, answer.body, added)
		}
	}
	if got := get(t, base+"/emulator/state", "", "Origin", "https://evil.example"); got.status != 403 || strings.Contains(got.body, "Admin") {
		t.Errorf("the state is shown to another origin: %d", got.status)
	}
}
