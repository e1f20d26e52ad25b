package genesyscloud

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// absent is the answer of a platform that has only the older usage endpoints.
var absent = failing(http.StatusNotFound, `{"code": "not.found"}`)

const (
	usageJobs    = "POST /api/v2/usage/client/c1/aggregates/query/jobs"
	usageSummary = "GET /api/v2/oauth/clients/c1/usage/summary"
	usageResults = "GET /api/v2/oauth/clients/c1/usage/query/results/x1"
	usageRunsOn  = `{"queryStatus": "Running"}`
	usageStarted = `{"executionId": "x1", "resultsUri": "https://elsewhere.example.com/results"}`
)

// usageDone is a complete page of rows, with the cursor to the next one if there is any.
func usageDone(after string, rows ...string) string {
	return fmt.Sprintf(`{"queryStatus": "Complete", "results": [%s], "cursors": {"before": "", "after": %q}}`, strings.Join(rows, ","), after)
}

// usageOf is a row of successful requests.
func usageOf(method, path string, requests int) string {
	return fmt.Sprintf(`{"httpMethod": %q, "templateUri": %q, "requests": %[3]d, "status200": %[3]d}`, method, path, requests)
}

// usagePlatform answers the summary, and the results with the bodies in turn.
func usagePlatform(t *testing.T, bodies ...string) *platform {
	t.Helper()
	var handlers []http.HandlerFunc
	for _, body := range bodies {
		handlers = append(handlers, answer(body))
	}
	return newPlatform(t, map[string]http.HandlerFunc{usageJobs: absent, usageSummary: answer(usageStarted), usageResults: sequence(handlers...)})
}

func usageAt(days int64) func(context.Context, *Client) ([]UsageRow, error) {
	return func(ctx context.Context, c *Client) ([]UsageRow, error) { return c.OAuthClientUsage(ctx, "c1", days) }
}

func TestUsageIsPolledAndPagesMerge(t *testing.T) {
	t.Parallel()
	p := usagePlatform(t, usageRunsOn, usageRunsOn,
		usageDone("a b", usageOf("GET", "/api/v2/users", 3)), usageRunsOn,
		usageDone("", `{"clientId": "c1", "httpMethod": "POST", "templateUri": "/api/v2/users", "requests": 15, "status200": 1, "status300": 2,
			"status400": 3, "status429": 2, "status500": 4, "date": "2026-03-01T00:00:00Z", "organizationId": "o1"}`))
	got, err := usageAt(28)(t.Context(), p.client())
	if err != nil {
		t.Fatal(err)
	}
	want := []UsageRow{
		{HTTPMethod: "GET", TemplateURI: "/api/v2/users", Requests: 3, Status200: 3},
		{ClientID: "c1", HTTPMethod: "POST", TemplateURI: "/api/v2/users", Requests: 15, Status200: 1, Status300: 2, Status400: 3, Status429: 2,
			Status500: 4},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	sent := []string{
		usageSummary + "?days=28 token-1", usageResults + " token-1", usageResults + " token-1", usageResults + " token-1",
		usageResults + "?after=a+b token-1", usageResults + "?after=a+b token-1",
	}
	if diff := cmp.Diff(sent, p.requests("GET")); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// Rows that come while the query is still running are not all of them.
func TestUsageOfARunningQueryIsNotTaken(t *testing.T) {
	t.Parallel()
	early := `{"queryStatus": "Running", "results": [` + usageOf("GET", "/api/v2/users", 1) + `]}`
	p := usagePlatform(t, early, usageDone("", usageOf("GET", "/api/v2/users", 2), usageOf("POST", "/api/v2/groups", 3)))
	rows, err := usageAt(7)(t.Context(), p.client())
	if err != nil || len(rows) != 2 || rows[0].Requests != 2 || rows[1].Requests != 3 {
		t.Errorf("rows %+v, error %v", rows, err)
	}
}

func TestUsageIsReadOncePerPeriod(t *testing.T) {
	t.Parallel()
	p := usagePlatform(t, usageDone(""))
	c := p.client()
	for _, days := range []int64{7, 28, 7, 28} {
		if rows, err := usageAt(days)(t.Context(), c); err != nil || len(rows) != 0 || rows == nil {
			t.Errorf("%d days: rows %v, error %v", days, rows, err)
		}
	}
	if sent := len(p.requests("GET")); sent != 4 {
		t.Errorf("%d requests for two periods, want 4", sent)
	}
}

func TestUsageThatIsNoEvidence(t *testing.T) {
	t.Parallel()
	good := usageOf("GET", "/api/v2/users", 3)
	row := func(fields string) string {
		return usageDone("", good, `{"httpMethod": "GET", "templateUri": "/api/v2/users", `+fields+`}`)
	}
	for _, test := range []struct {
		name, says string
		bodies     []string
	}{
		{"failed", "the platform's query failed (queryStatus Failed)", []string{usageRunsOn, `{"queryStatus": "Failed"}`}},
		{"unknown status", `the queryStatus "Paused" is not one that the platform documents`,
			[]string{`{"queryStatus": "Paused", "results": []}`}},
		{"no status", "the field queryStatus is missing", []string{`{"results": []}`}},
		{"status of a wrong type", "queryStatus is a JSON number", []string{`{"queryStatus": 1, "results": []}`}},
		{"no results", "the field results is missing", []string{`{"queryStatus": "Complete"}`}},
		{"null results", "null where a list is expected", []string{`{"queryStatus": "Complete", "results": null}`}},
		{"null row", "null as element 0 of a list", []string{usageDone("", "null")}},
		{"cursor of a wrong type", "cursors.after is a JSON number",
			[]string{`{"queryStatus": "Complete", "results": [], "cursors": {"after": 1}}`}},
		{"second page lost", "the field results is missing", []string{usageDone("a", good), `{"queryStatus": "Complete"}`}},
		{"same page again", "page 2 repeats the one before", []string{usageDone("a", good), usageDone("", good)}},
		{"same cursor again", "page 3 repeats a cursor", []string{usageDone("a", good), usageDone("b"), usageDone("a", good)}},
		{"negative", "page 1: row 2: the field status400 is -1, which cannot be", []string{row(`"requests": 1, "status400": -1`)}},
		{"negative requests", "the field requests is -5", []string{row(`"requests": -5`)}},
		{"beyond belief", "the field requests is 9007199254740993, which cannot be", []string{row(`"requests": 9007199254740993`)}},
		{"more than all", "the field status500 is 2 where the row counts 1 requests", []string{row(`"requests": 1, "status500": 2`)}},
		{"text for a number", "status200 is a JSON string where int64 is expected", []string{row(`"requests": 1, "status200": "1"`)}},
		{"fraction", "requests is a JSON number where int64 is expected", []string{row(`"requests": 1.5`)}},
		{"null for a number", "the field status300 is null", []string{row(`"requests": 1, "status300": null`)}},
		{"no requests", "the field requests is missing", []string{row(`"status200": 1`)}},
		{"no method", "the field httpMethod is missing", []string{usageDone("", `{"templateUri": "/api/v2/users", "requests": 1}`)}},
		{"no path", "the field templateUri is missing", []string{usageDone("", `{"httpMethod": "GET", "requests": 1}`)}},
		{"a path that shows the token", "name no endpoint", []string{usageDone("", usageOf("GET", "/api/v2/token-1", 1))}},
		{"another client's", `it is about the id "c2"`, []string{row(`"requests": 1, "clientId": "c2"`)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			rows, err := usageAt(7)(t.Context(), usagePlatform(t, test.bodies...).client())
			if rows != nil {
				t.Errorf("rows %v", rows)
			}
			unusable := as[*AnswerError](t, err)
			contains(t, unusable.Error(), test.says)
			if unusable.Request() != usageResults {
				t.Errorf("Request() = %q", unusable.Request())
			}
		})
	}
}

func TestUsageOfUnusableExecution(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ body, says string }{
		{`{}`, "the field executionId is missing"},
		{`{"executionId": 5}`, "executionId is a JSON number"},
		{`{"executionId": ".."}`, "the field executionId holds no id"},
		{`{"executionId": "token-1"}`, "the field executionId holds no id"},
		{`{"executionId": "` + strings.Repeat("x", 201) + `"}`, "the field executionId holds no id"},
	} {
		t.Run(test.body[:min(len(test.body), 25)], func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, map[string]http.HandlerFunc{usageJobs: absent, usageSummary: answer(test.body)})
			_, err := usageAt(7)(t.Context(), p.client())
			contains(t, as[*AnswerError](t, err).Error(), usageSummary, test.says)
		})
	}
}

func TestUsageNeverLeavesTheHost(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, map[string]http.HandlerFunc{
		usageJobs:    absent,
		usageSummary: answer(`{"executionId": "../../x?y#z", "resultsUri": "https://elsewhere.example.com"}`),
		"GET /api/v2/oauth/clients/c1/usage/query/results/..%2F..%2Fx%3Fy%23z": answer(usageDone("")),
	})
	if _, err := usageAt(7)(t.Context(), p.client()); err != nil {
		t.Error(err)
	}
}

func TestUsagePagesThatNeverEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		results := 0
		c := offline(t, func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodPost {
				return response(501, `{"code": "not.implemented"}`), nil
			}
			if strings.HasSuffix(r.URL.Path, "/summary") {
				return response(200, usageStarted), nil
			}
			results++
			return response(200, usageDone(fmt.Sprint("cursor-", results))), nil
		}, func(c *Config) { c.Timeout = time.Hour })
		_, err := usageAt(7)(t.Context(), c)
		contains(t, as[*AnswerError](t, err).Error(), "the list does not end after 500 pages")
		if results != 500 {
			t.Errorf("%d pages were read", results)
		}
	})
}

// A query that never completes ends with the organization's time, and the waits in between grow.
func TestUsageThatRunsForEver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		started := time.Now()
		var asked []time.Duration
		c := offline(t, func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodPost {
				return response(501, `{"code": "not.implemented"}`), nil
			}
			if strings.HasSuffix(r.URL.Path, "/summary") {
				return response(200, usageStarted), nil
			}
			asked = append(asked, time.Since(started))
			return response(200, usageRunsOn), nil
		}, func(c *Config) { c.Timeout = 90 * time.Second })
		_, err := usageAt(7)(t.Context(), c)
		if elapsed := time.Since(started); elapsed != 90*time.Second {
			t.Errorf("ended after %s", elapsed)
		}
		contains(t, as[*DeadlineError](t, err).Error(), usageResults+" was not answered in time", "may take 90 s in all", "(request_timeout)",
			"The last try: the platform's query was still running.")
		if len(asked) < 12 || len(asked) > 25 {
			t.Errorf("asked %d times: %v", len(asked), asked)
		}
		least := []time.Duration{250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 5 * time.Second}
		for i := range least {
			if wait := asked[i+1] - asked[i]; wait < least[i] || wait > 2*least[i] {
				t.Errorf("wait %d was %s, want %s to %s", i+1, wait, least[i], 2*least[i])
			}
		}
	})
}

func TestUsageEndsWithItsCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := offline(t, func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodPost {
				return response(501, `{"code": "not.implemented"}`), nil
			}
			if strings.HasSuffix(r.URL.Path, "/summary") {
				return response(200, usageStarted), nil
			}
			return response(200, usageRunsOn), nil
		})
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		started := time.Now()
		if _, err := usageAt(7)(ctx, c); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		if elapsed := time.Since(started); elapsed != 3*time.Second {
			t.Errorf("ended after %s", elapsed)
		}
		synctest.Wait()
	})
}

// A token that expires while the query runs is renewed, and the query is not begun anew.
func TestUsageOutlivesItsToken(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, map[string]http.HandlerFunc{
		usageJobs:    absent,
		usageSummary: answer(usageStarted),
		usageResults: sequence(answer(usageRunsOn), failing(401, `{"code": "bad.credentials"}`), answer(usageDone(""))),
	})
	if _, err := usageAt(7)(t.Context(), p.client()); err != nil {
		t.Fatal(err)
	}
	want := []string{usageSummary + "?days=7 token-1", usageResults + " token-1", usageResults + " token-1", usageResults + " token-2"}
	if diff := cmp.Diff(want, p.requests("GET")); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestUsageRefused(t *testing.T) {
	t.Parallel()
	refusal := failing(403, `{"code": "missing.any.permissions", "message": "No."}`)
	for _, request := range []string{usageSummary, usageResults} {
		routes := map[string]http.HandlerFunc{usageJobs: absent, usageSummary: answer(usageStarted), usageResults: answer(usageDone(""))}
		routes[request] = refusal
		_, err := usageAt(7)(t.Context(), newPlatform(t, routes).client())
		refused := as[*APIError](t, err)
		if refused.Request() != request || refused.Permission != "oauth:client:view or usage:client:view" {
			t.Errorf("error %+v", refused)
		}
		contains(t, refused.Error(), "The permission documented for this read is oauth:client:view or usage:client:view.")
	}
}

func TestUsageOfNoID(t *testing.T) {
	t.Parallel()
	c := offline(t, func(*http.Request) (*http.Response, error) {
		t.Error("a request was sent")
		return response(200, `{}`), nil
	})
	for _, id := range []string{"", ".", ".."} {
		if _, err := c.OAuthClientUsage(t.Context(), id, 7); err == nil {
			t.Errorf("client %q: no error", id)
		}
	}
}
