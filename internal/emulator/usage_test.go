package emulator_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// called is a usage row of successful requests.
func called(method, path string, requests, daysAgo int64) emulator.UsageRow {
	return emulator.UsageRow{
		UsageRow: genesyscloud.UsageRow{HTTPMethod: method, TemplateURI: path, Requests: requests, Status200: requests}, DaysAgo: daysAgo,
	}
}

func withUsage(rows ...emulator.UsageRow) emulator.State {
	state := rich()
	state.Organizations[0].Clients[1].Usage = rows
	return state
}

// summary begins a query for the usage of a client and returns the path of its results.
func summary(t *testing.T, base, token, query string) string {
	t.Helper()
	answer := get(t, base+"/api/v2/oauth/clients/narrow/usage/summary"+query, token)
	path, _ := answer.field(t, "resultsUri").(string)
	id, _ := answer.field(t, "executionId").(string)
	if answer.status != http.StatusOK || id == "" || path != "/api/v2/oauth/clients/narrow/usage/query/results/"+id {
		t.Fatalf("%d %s", answer.status, answer.body)
	}
	return path
}

func TestUsageRunsBeforeItIsComplete(t *testing.T) {
	t.Parallel()
	compiler := models(t)
	e, base := newEmulator(t, withUsage(called("GET", "/api/v2/users", 4, 0), called("POST", "/api/v2/users", 5, 8)))
	admin := issued(t, e, "admin")
	const today = `{"clientId":"narrow","templateUri":"/api/v2/users","httpMethod":"GET","status200":4,"status300":0,"status400":0,` +
		`"status500":0,"status429":0,"requests":4}`
	earlier := strings.NewReplacer(`"GET"`, `"POST"`, ":4", ":5").Replace(today)
	for query, rows := range map[string]string{"": today, "?days=7": today, "?days=8": today + "," + earlier} {
		results := summary(t, base, admin, query)
		var bodies []string
		for range 3 {
			answer := get(t, base+results, admin)
			if err := validate(t, compiler, "ApiUsageQueryResult", answer.body); err != nil {
				t.Error(err)
			}
			bodies = append(bodies, answer.body)
		}
		complete := `{"results":[` + rows + `],"queryStatus":"Complete"}`
		if diff := cmp.Diff([]string{`{"queryStatus":"Running"}`, complete, complete}, bodies); diff != "" {
			t.Errorf("%q (-want +got):\n%s", query, diff)
		}
	}
	if got := e.Violations(); len(got) > 0 {
		t.Errorf("violations: %q", got)
	}
}

func TestUsagePages(t *testing.T) {
	t.Parallel()
	var rows []emulator.UsageRow
	for i := range int64(101) {
		rows = append(rows, called("GET", fmt.Sprintf("/api/v2/things/%d", i), 1, 0))
	}
	e, base := newEmulator(t, withUsage(rows...))
	admin := issued(t, e, "admin")
	results := summary(t, base, admin, "")
	get(t, base+results, admin)
	var got []string
	for _, query := range []string{"", "?after=50", "?after=100"} {
		answer := get(t, base+results+query, admin)
		list, _ := answer.field(t, "results").([]any)
		got = append(got, fmt.Sprint(len(list), answer.field(t, "cursors")))
	}
	if diff := cmp.Diff([]string{"50 map[after:50]", "50 map[after:100]", "1 <nil>"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, query := range []string{"?after=101", "?after=0", "?after=x"} {
		if answer := get(t, base+results+query, admin); answer.status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", query, answer.status, answer.body)
		}
	}
}

func TestUsageIsGuarded(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, withUsage())
	admin, narrow := issued(t, e, "admin"), issued(t, e, "narrow")
	results := summary(t, base, admin, "")
	const clients = "/api/v2/oauth/clients/"
	for _, test := range []struct {
		path, token string
		status      int
		says        string
	}{
		{clients + "narrow/usage/summary", narrow, 403, "[oauth:client:view, usage:client:view]"},
		{results, narrow, 403, "[oauth:client:view, usage:client:view]"},
		{clients + "nobody/usage/summary", admin, 404, "not.found"},
		{strings.Replace(results, "narrow", "web", 1), admin, 404, "not.found"},
		{clients + "narrow/usage/query/results/nothing", admin, 404, "not.found"},
		{clients + "narrow/usage/summary?days=0", admin, 400, "Value [0] is not valid for field type [days]"},
		{clients + "narrow/usage/summary?days=week", admin, 400, "Value [week] is not valid"},
	} {
		answer := get(t, base+test.path, test.token)
		if answer.status != test.status || !strings.Contains(answer.body, test.says) {
			t.Errorf("%s: %d %s, want %d and %q", test.path, answer.status, answer.body, test.status, test.says)
		}
	}
	update(t, e, func(s *emulator.State) {
		s.Organizations[0].Roles[1].PermissionPolicies = append(s.Organizations[0].Roles[1].PermissionPolicies, policy("usage", "client", "view"))
	})
	if answer := get(t, base+clients+"web/usage/summary", narrow); answer.status != http.StatusOK {
		t.Errorf("usage:client:view alone: %d %s", answer.status, answer.body)
	}
}

func TestUsageOfAStateIsChecked(t *testing.T) {
	t.Parallel()
	for says, row := range map[string]emulator.UsageRow{
		`client "narrow": usage row 0 names no httpMethod or no templateUri`: called("", "/api/v2/users", 1, 0),
		`client "narrow": usage row 0 has a negative number`:                 called("GET", "/api/v2/users", 1, -1),
	} {
		if _, err := emulator.New(withUsage(row)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want %q", err, says)
		}
	}
}
