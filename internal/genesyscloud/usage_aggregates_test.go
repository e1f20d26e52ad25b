package genesyscloud

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	aggregates    = "GET /api/v2/usage/client/c1/aggregates/query/jobs/j1"
	jobStarted    = `{"id": "j1", "resultsUri": "https://elsewhere.example.com/results"}`
	usageQueryDay = "2026-11-26T14:30:00+02:00"
)

// succeeded is a page of a complete query, with the cursor to the next one if there is any.
func succeeded(after string, rows ...string) string {
	next := ""
	if after != "" {
		next = fmt.Sprintf(`, "nextUri": "https://elsewhere.example.com/x?pageSize=1&after=%s"`, after)
	}
	return `{"queryStatus": "Succeeded", "entities": [` + strings.Join(rows, ",") + `]` + next + `}`
}

func aggregated(method, path string, requests int) string {
	return fmt.Sprintf(`{"httpMethod": %q, "templateUri": %q, "requestCount": %[3]d, "status200": %[3]d}`, method, path, requests)
}

// aggregatesPlatform answers the start of the query, and its results with the bodies in turn.
func aggregatesPlatform(t *testing.T, bodies ...string) *platform {
	t.Helper()
	var handlers []http.HandlerFunc
	for _, body := range bodies {
		handlers = append(handlers, answer(body))
	}
	return newPlatform(t, map[string]http.HandlerFunc{usageJobs: answer(jobStarted), aggregates: sequence(handlers...)})
}

func TestUsageOfTheSecondGeneration(t *testing.T) {
	t.Parallel()
	p := aggregatesPlatform(t, `{"queryStatus": "Queued"}`, `{"queryStatus": "Running", "entities": []}`,
		succeeded("a%20b", aggregated("GET", "/api/v2/users", 3)),
		succeeded("", `{"date": "2026-11-20", "platform": "purecloud-builtin", "httpMethod": "POST", "templateUri": "/api/v2/users",
			"requestCount": 15, "status200": 1, "status300": 2, "status400": 3, "status429": 2, "status500": 4, "organizationId": "o1"}`))
	var body string
	start := p.routes[usageJobs]
	p.routes[usageJobs] = func(w http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		body = string(data)
		start(w, r)
	}
	now, err := time.Parse(time.RFC3339, usageQueryDay)
	if err != nil {
		t.Fatal(err)
	}
	got, err := usageAt(90)(t.Context(), p.client(func(c *Config) { c.Now = func() time.Time { return now } }))
	if err != nil {
		t.Fatal(err)
	}
	want := []UsageRow{
		{HTTPMethod: "GET", TemplateURI: "/api/v2/users", Requests: 3, Status200: 3},
		{HTTPMethod: "POST", TemplateURI: "/api/v2/users", Requests: 15, Status200: 1, Status300: 2, Status400: 3, Status429: 2, Status500: 4},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// Ninety whole days, today excluded: the platform allows no more.
	wantBody := `{"interval":"2026-08-28T00:00:00.000Z/2026-11-25T23:59:59.999Z","granularity":"Day","groupBy":["TemplateUri","HttpMethod"]}`
	if body != wantBody {
		t.Errorf("body %s, want %s", body, wantBody)
	}
	sent := []string{aggregates + "?pageSize=1000 token-1", aggregates + "?pageSize=1000 token-1", aggregates + "?pageSize=1000 token-1",
		aggregates + "?after=a+b&pageSize=1000 token-1"}
	if diff := cmp.Diff(sent, p.requests("GET")); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestUsageOfTheSecondGenerationThatIsNoEvidence(t *testing.T) {
	t.Parallel()
	good := aggregated("GET", "/api/v2/users", 3)
	for _, test := range []struct {
		name, says string
		bodies     []string
	}{
		{"failed", "the platform's query failed (queryStatus Failed): Too much.", []string{`{"queryStatus": "Failed", "errorBody": {"message": "Too much."}}`}},
		{"cancelled", "the platform's query was cancelled", []string{`{"queryStatus": "Cancelled"}`}},
		{"state of the older service", `the queryStatus "Complete" is not one`, []string{`{"queryStatus": "Complete", "entities": []}`}},
		{"no state", "the field queryStatus is missing", []string{`{"entities": []}`}},
		{"no rows", "the field entities is missing", []string{`{"queryStatus": "Succeeded"}`}},
		{"count of the older service", "the field requestCount is missing",
			[]string{succeeded("", `{"httpMethod": "GET", "templateUri": "/api/v2/users", "requests": 3}`)}},
		{"null for a number", "the field status200 is null",
			[]string{succeeded("", `{"httpMethod": "GET", "templateUri": "/api/v2/users", "requestCount": 3, "status200": null}`)}},
		{"negative", "the field requestCount is -1, which cannot be",
			[]string{succeeded("", `{"httpMethod": "GET", "templateUri": "/api/v2/users", "requestCount": -1}`)}},
		{"more than all", "the field status500 is 5 where the row counts 3 requests",
			[]string{succeeded("", `{"httpMethod": "GET", "templateUri": "/api/v2/users", "requestCount": 3, "status500": 5}`)}},
		{"next page without a cursor", "the field nextUri holds no cursor",
			[]string{`{"queryStatus": "Succeeded", "entities": [], "nextUri": "/api/v2/usage"}`}},
		{"same page again", "page 2 repeats the one before", []string{succeeded("a", good), succeeded("", good)}},
		{"same cursor again", "page 3 repeats a cursor", []string{succeeded("a", good), succeeded("b"), succeeded("a", good)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			rows, err := usageAt(7)(t.Context(), aggregatesPlatform(t, test.bodies...).client())
			if rows != nil {
				t.Errorf("rows %v", rows)
			}
			contains(t, as[*AnswerError](t, err).Error(), aggregates, test.says)
		})
	}
}

// The start of a query may be answered with 202, as of one that runs by itself. Its results may not.
func TestStartOfAUsageQueryMayBeAccepted(t *testing.T) {
	t.Parallel()
	accepted := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusAccepted)
			fmt.Fprint(w, body)
		}
	}
	done := succeeded("", aggregated("GET", "/api/v2/users", 3))
	p := newPlatform(t, map[string]http.HandlerFunc{usageJobs: accepted(jobStarted), aggregates: answer(done)})
	if rows, err := usageAt(7)(t.Context(), p.client()); err != nil || len(rows) != 1 {
		t.Errorf("rows %v, %v", rows, err)
	}
	p = newPlatform(t, map[string]http.HandlerFunc{usageJobs: accepted(jobStarted), aggregates: accepted(done)})
	rows, err := usageAt(7)(t.Context(), p.client())
	if rows != nil {
		t.Errorf("rows %v", rows)
	}
	contains(t, as[*AnswerError](t, err).Error(), aggregates, "status 202 where 200 is expected")
}

// Only a platform that does not have the second generation is asked in the old way: a refusal is a refusal.
func TestUsageFallsBackOnlyWhereTheEndpointIsAbsent(t *testing.T) {
	t.Parallel()
	page := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "<html>", status) }
	}
	for name, test := range map[string]struct {
		start http.HandlerFunc
		falls bool
	}{
		"404":              {failing(404, `{"code": "not.found"}`), true},
		"501":              {failing(501, `{"code": "not.implemented"}`), true},
		"403":              {failing(403, `{"code": "missing.any.permissions"}`), false},
		"400":              {failing(400, `{"code": "bad.request"}`), false},
		"500":              {failing(500, `{}`), false},
		"404 of a proxy":   {page(404), false},
		"unusable answer":  {answer(`{}`), false},
		"id that is a dot": {answer(`{"id": ".."}`), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, map[string]http.HandlerFunc{
				usageJobs: test.start, usageSummary: answer(usageStarted), usageResults: answer(usageDone("", usageOf("GET", "/api/v2/users", 1))),
			})
			rows, err := usageAt(7)(t.Context(), p.client())
			if fell := len(p.requests(usageSummary)) > 0; fell != test.falls || (err == nil) != test.falls || (len(rows) == 1) != test.falls {
				t.Errorf("rows %v, error %v, asked in the old way: %t", rows, err, fell)
			}
		})
	}
	t.Run("404 of the results", func(t *testing.T) {
		t.Parallel()
		p := newPlatform(t, map[string]http.HandlerFunc{usageJobs: answer(jobStarted), aggregates: failing(404, `{"code": "not.found"}`)})
		_, err := usageAt(7)(t.Context(), p.client())
		if got := as[*APIError](t, err); got.Request() != aggregates || got.Permission != "" {
			t.Errorf("error %+v", got)
		}
	})
}

func TestUsageOfTheSecondGenerationThatRunsForEver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := offline(t, func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodPost {
				return response(200, jobStarted), nil
			}
			return response(200, `{"queryStatus": "Running"}`), nil
		}, func(c *Config) { c.Timeout = 20 * time.Second })
		started := time.Now()
		_, err := usageAt(7)(t.Context(), c)
		contains(t, as[*DeadlineError](t, err).Error(), "The last try: the platform's query was still running.")
		if elapsed := time.Since(started); elapsed != 20*time.Second {
			t.Errorf("ended after %s", elapsed)
		}
	})
}
