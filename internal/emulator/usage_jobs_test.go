package emulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
)

// noon is a Thursday.
func noon() time.Time { return time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC) }

const usageJobs = "/api/v2/usage/client/narrow/aggregates/query/jobs"

// usageJob begins a job and returns the path of its results.
func usageJob(t *testing.T, base, token, query string) string {
	t.Helper()
	answer := send(t, http.MethodPost, base+usageJobs, token, query)
	path, _ := answer.field(t, "resultsUri").(string)
	if err := validate(t, models(t), "ClientUsageQueryResponse", answer.body); err != nil || answer.status != http.StatusAccepted || path == "" {
		t.Fatalf("%d %s %v", answer.status, answer.body, err)
	}
	return path
}

func TestUsageJobs(t *testing.T) {
	t.Parallel()
	compiler := models(t)
	e, base := newEmulator(t, withUsage(
		called("GET", "/api/v2/users", 1, 1), called("POST", "/api/v2/users", 2, 2), called("GET", "/api/v2/users", 4, 3),
		called("GET", "/api/v2/users", 8, 26), called("GET", "/api/v2/users", 16, 200),
	), emulator.WithClock(noon))
	token := issued(t, e, "admin")
	const november = `"interval":"2026-11-01/2026-11-30"`
	for query, want := range map[string]string{
		`{` + november + `}`: "2026-11-01 7",
		`{"interval":"2026-11-24T00:00:00Z/2026-11-25T00:00:00Z"}`:                                  "2026-11-24 3",
		`{` + november + `,"groupBy":["HttpMethod"]}`:                                               "2026-11-01 GET 5, 2026-11-01 POST 2",
		`{` + november + `,"groupBy":["TemplateUri","HttpMethod"],"httpMethods":["POST"]}`:          "2026-11-01 POST /api/v2/users 2",
		`{` + november + `,"granularity":"Day","sortBy":[{"fieldName":"date","order":"Desc"}]}`:     "2026-11-25 1, 2026-11-24 2, 2026-11-23 4",
		`{"interval":"2026-10-01/2026-11-30","granularity":"Week"}`:                                 "2026-10-26 8, 2026-11-23 7",
		`{"interval":"2026-10-01/2026-11-30","granularity":"Month"}`:                                "2026-10-01 8, 2026-11-01 7",
		`{` + november + `,"templateUris":["/api/v2/groups"]}`:                                      "",
		`{` + november + `,"metrics":["Status200"],"groupBy":["HttpMethod"],"httpMethods":["GET"]}`: "2026-11-01 GET 0",
	} {
		results := usageJob(t, base, token, query)
		if got := get(t, base+results, token); got.field(t, "queryStatus") != "Running" {
			t.Errorf("at first: %s", got.body)
		}
		answer := get(t, base+results, token)
		if err := validate(t, compiler, "ClientPublicApiUsageResultsResponse", answer.body); err != nil || answer.field(t, "queryStatus") != "Succeeded" {
			t.Errorf("%s: %v", answer.body, err)
		}
		if diff := cmp.Diff(want, strings.Join(usageRows(t, answer), ", ")); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
	}
	for _, query := range []string{
		``, `{}`, `{"interval":"2026-11-30/2026-11-01"}`, `{"interval":"2026-08-01/2026-11-01"}`, `{"interval":"2025-10-01/2025-10-02"}`,
		`{` + november + `,"granularity":"Hour"}`, `{` + november + `,"groupBy":["OAuthClientId"]}`, `{` + november + `,"metrics":["requests"]}`,
	} {
		if got := send(t, http.MethodPost, base+usageJobs, token, query); got.status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", query, got.status, got.body)
		}
	}
}

// usageRows are the rows of an answer, each as its date, what it is grouped by and the number of requests.
func usageRows(t *testing.T, answer response) (rows []string) {
	t.Helper()
	var read struct {
		Entities []struct {
			Date                    time.Time
			HTTPMethod, TemplateURI string
			RequestCount            int
		}
	}
	if err := json.Unmarshal([]byte(answer.body), &read); err != nil {
		t.Fatal(err)
	}
	for _, row := range read.Entities {
		fields := []string{row.Date.Format(time.DateOnly), row.HTTPMethod, row.TemplateURI, fmt.Sprint(row.RequestCount)}
		rows = append(rows, strings.Join(strings.Fields(strings.Join(fields, " ")), " "))
	}
	return rows
}

func TestUsageJobsArePaged(t *testing.T) {
	t.Parallel()
	var rows []emulator.UsageRow
	for i := range 5 {
		rows = append(rows, called("GET", fmt.Sprintf("/api/v2/%d", i), 1, 1))
	}
	e, base := newEmulator(t, withUsage(rows...), emulator.WithClock(noon))
	token := issued(t, e, "admin")
	next := usageJob(t, base, token, `{"interval":"2026-11-01/2026-11-30","groupBy":["TemplateUri"]}`)
	get(t, base+next, token)
	seen := 0
	for next += "?pageSize=2"; next != ""; {
		answer := get(t, base+next, token)
		seen += len(usageRows(t, answer))
		next, _ = answer.field(t, "nextUri").(string)
	}
	if seen != 5 {
		t.Errorf("%d rows, want 5", seen)
	}
	for path, status := range map[string]int{
		usageJobs + "/nothing": 404, "/api/v2/usage/client/web/aggregates/query/jobs": 404,
	} {
		if got := get(t, base+path, token); got.status != status {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
}

// The old API's query of an interval, grouped as the emulator keeps its rows; every other grouping is refused.
func TestUsageQuery(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, withUsage(called("GET", "/api/v2/users", 4, 1), called("POST", "/api/v2/users", 5, 8)), emulator.WithClock(noon))
	token := issued(t, e, "admin")
	const path = "/api/v2/oauth/clients/narrow/usage/query"
	answer := send(t, http.MethodPost, base+path, token, `{"interval":"2026-11-20/2026-11-26","groupBy":["TemplateUri","HttpMethod"]}`)
	results, _ := answer.field(t, "resultsUri").(string)
	get(t, base+results, token)
	if got := get(t, base+results, token).body; !strings.Contains(got, `"requests":4`) || strings.Contains(got, `"requests":5`) {
		t.Errorf("%s", got)
	}
	for body, status := range map[string]int{
		`{}`: 400, `{"interval":"2026-11-20/2026-11-26"}`: 501, `{"interval":"2026-11-20/2026-11-26","groupBy":["OAuthClientId"]}`: 501,
	} {
		if got := send(t, http.MethodPost, base+path, token, body); got.status != status {
			t.Errorf("%s: %d %s", body, got.status, got.body)
		}
	}
}
