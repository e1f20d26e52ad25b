package emulator_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
)

const timeoutPath = "/api/v2/tokens/timeout"

const timeoutBody = `{"idleTokenTimeoutSeconds":28800,"enableIdleTokenTimeout":false}`

// attempt makes a request on a connection of its own, so that no retry of Go's transport hides a dropped one.
func attempt(ctx context.Context, t *testing.T, url, token string) (*http.Response, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	return (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
}

func TestFaultAnswers(t *testing.T) {
	t.Parallel()
	const busy = "Service Unavailable - The server is currently unavailable (because it is overloaded or down for maintenance)."
	for _, test := range []struct {
		name     string
		fault    emulator.Fault
		status   int
		body     string // CONTEXT stands for the answer's ININ-Correlation-Id
		header   string
		value    string
		manyMore bool // the body only begins like that
	}{
		{"status", emulator.Fault{Status: 503}, 503,
			`{"message":"` + busy + `","code":"service.unavailable","status":503,"contextId":"CONTEXT","details":[],"errors":[]}`,
			"Content-Type", "application/json", false},
		{"nothing said", emulator.Fault{}, 500,
			`{"message":"The server encountered an unexpected condition which prevented it from fulfilling the request.",` +
				`"code":"internal.server.error","status":500,"contextId":"CONTEXT","details":[],"errors":[]}`, "", "", false},
		{"429", emulator.Fault{Status: 429}, 429,
			`{"message":"Rate limit exceeded the maximum [300] requests within [60] seconds","code":"too.many.requests",` +
				`"status":429,"contextId":"CONTEXT","details":[],"errors":[]}`, "Retry-After", "", false},
		{"429 with Retry-After", emulator.Fault{Status: 429, Header: http.Header{"Retry-After": {"7"}}}, 429,
			`{"message":"Rate limit exceeded the maximum. Retry the request in [7] seconds","code":"too.many.requests.retry.after",` +
				`"status":429,"contextId":"CONTEXT","details":[],"errors":[]}`, "Retry-After", "7", false},
		{"body", emulator.Fault{Body: `{"cut":`}, 200, `{"cut":`, "Content-Type", "application/json", false},
		{"body, status and type", emulator.Fault{Status: 400, Body: "x", ContentType: "text/plain"}, 400, "x", "Content-Type", "text/plain",
			false},
		{"mutation", emulator.Fault{Mutate: func(b []byte) []byte { return bytes.Replace(b, []byte("false"), []byte("null"), 1) }}, 200,
			`{"idleTokenTimeoutSeconds":28800,"enableIdleTokenTimeout":null}`, "", "", false},
		{"empty", emulator.Fault{Kind: emulator.FaultEmpty}, 200, "", "Content-Type", "application/json", false},
		{"HTML", emulator.Fault{Kind: emulator.FaultHTML}, 200, "<!DOCTYPE html>", "Content-Type", "text/html; charset=utf-8", true},
		{"HTML with status", emulator.Fault{Kind: emulator.FaultHTML, Status: 502}, 502, "<!DOCTYPE html>", "Content-Type",
			"text/html; charset=utf-8", true},
		{"redirect", emulator.Fault{Kind: emulator.FaultRedirect, Location: "http://192.0.2.1/"}, 302, "", "Location", "http://192.0.2.1/",
			false},
		{"redirect with status", emulator.Fault{Kind: emulator.FaultRedirect, Location: "/x", Status: 307}, 307, "", "Location", "/x", false},
		{"drip", emulator.Fault{Kind: emulator.FaultDrip, Interval: time.Microsecond}, 200, timeoutBody, "", "", false},
		{"huge", emulator.Fault{Kind: emulator.FaultHuge, Bytes: 1 << 20}, 200, `{"filler":"xxxx`, "", "", true},
		{"header", emulator.Fault{Kind: emulator.FaultEmpty, Header: http.Header{"x-proxy": {"yes"}}}, 200, "", "X-Proxy", "yes", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e, base := newEmulator(t, rich())
			e.AddFault(test.fault)
			got := get(t, base+timeoutPath, issued(t, e, "admin"))
			want := strings.ReplaceAll(test.body, "CONTEXT", got.header.Get("ININ-Correlation-Id"))
			if got.status != test.status || !strings.HasPrefix(got.body, want) || (!test.manyMore && got.body != want) {
				t.Errorf("%d %.200s, want %d %s", got.status, got.body, test.status, want)
			}
			if test.header != "" && got.header.Get(test.header) != test.value {
				t.Errorf("%s: %q, want %q", test.header, got.header.Get(test.header), test.value)
			}
			if requests := e.Requests(); requests[0].Status != test.status {
				t.Errorf("the request log says %d", requests[0].Status)
			}
			if test.fault.Kind == emulator.FaultHuge && len(got.body) < 1<<20 {
				t.Errorf("%d bytes are not huge", len(got.body))
			}
		})
	}
}

func TestFaultConnections(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		kind   emulator.FaultKind
		status int // 0: no answer at all
		read   string
	}{
		{emulator.FaultDrop, 0, ""},
		{emulator.FaultDropBody, 200, ""},
		{emulator.FaultTruncate, 200, timeoutBody[:len(timeoutBody)/2]},
	} {
		t.Run(string(test.kind), func(t *testing.T) {
			t.Parallel()
			e, base := newEmulator(t, rich())
			e.AddFault(emulator.Fault{Kind: test.kind, Times: 1})
			token := issued(t, e, "admin")
			answer, err := attempt(t.Context(), t, base+timeoutPath, token)
			if test.status == 0 {
				if err == nil {
					_ = answer.Body.Close()
					t.Fatalf("answered %d", answer.StatusCode)
				}
			} else {
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = answer.Body.Close() }()
				body, err := io.ReadAll(answer.Body)
				if !errors.Is(err, io.ErrUnexpectedEOF) || answer.StatusCode != test.status || string(body) != test.read {
					t.Errorf("%d %q %v", answer.StatusCode, body, err)
				}
			}
			if got := e.Requests()[0].Status; got != test.status {
				t.Errorf("the request log says %d", got)
			}
			if got := get(t, base+timeoutPath, token); got.body != timeoutBody {
				t.Errorf("afterwards: %d %s", got.status, got.body)
			}
		})
	}
}

func TestFaultPages(t *testing.T) {
	t.Parallel()
	const (
		path    = "/api/v2/authorization/divisions?pageSize=2"
		home    = `{"description":"","homeDivision":true,"id":"home","name":"Home","selfUri":"/api/v2/authorization/divisions/home"}`
		sales   = `{"description":"","homeDivision":false,"id":"sales","name":"Sales","selfUri":"/api/v2/authorization/divisions/sales"}`
		support = `{"description":"","homeDivision":false,"id":"support","name":"Support","selfUri":"/api/v2/authorization/divisions/support"}`
	)
	shown := func(id, entity string) string { return strings.Replace(entity, `"id":"`+id+`"`, `"id":"`+id+`-7"`, 1) }
	for _, test := range []struct {
		name   string
		fault  emulator.Fault
		number string
		want   string // entities, total, pageNumber, pageCount
	}{
		{"as it is", emulator.Fault{Path: "/none"}, "2", "[" + support + "] 3 2 2"},
		{"first page", emulator.Fault{Kind: emulator.FaultRepeatPage}, "1", "[" + home + "," + sales + "] 3 1 2"},
		{"first page again", emulator.Fault{Kind: emulator.FaultRepeatPage}, "2", "[" + home + "," + sales + "] 3 2 2"},
		{"endless, first page", emulator.Fault{Kind: emulator.FaultEndless}, "1", "[" + home + "," + sales + "] 4 1 2"},
		{"endless, later page", emulator.Fault{Kind: emulator.FaultEndless}, "7",
			"[" + shown("home", home) + "," + shown("sales", sales) + "] 16 7 8"},
		{"endless with a total", emulator.Fault{Kind: emulator.FaultEndless, Total: 500}, "7",
			"[" + shown("home", home) + "," + shown("sales", sales) + "] 500 7 8"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e, base := newEmulator(t, rich())
			e.AddFault(test.fault)
			answer := get(t, base+path+"&pageNumber="+test.number, issued(t, e, "admin"))
			if got := strings.Join([]string{marshal(t, answer.field(t, "entities")), marshal(t, answer.field(t, "total")),
				marshal(t, answer.field(t, "pageNumber")), marshal(t, answer.field(t, "pageCount"))}, " "); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
			if next := answer.field(t, "nextUri"); (next == "/next?pageNumber=8") != (strings.HasPrefix(test.name, "endless") && test.number == "7") {
				t.Errorf("nextUri %v", next)
			}
			if got := get(t, base+timeoutPath, issued(t, e, "admin")); got.body != timeoutBody {
				t.Errorf("what is no list: %s", got.body)
			}
		})
	}
}

// A list that is paged by a cursor repeats its first page, or never ends, as one with numbers does.
func TestFaultsOfCursors(t *testing.T) {
	t.Parallel()
	for kind, want := range map[emulator.FaultKind][]string{
		"":                       {"p1 p2", "p3", ""},
		emulator.FaultRepeatPage: {"p1 p2", "p1 p2", "p1 p2"},
		emulator.FaultEndless:    {"p1 p2", "p1-2 p2-2", "p1-3 p2-3"},
	} {
		e, base := newEmulator(t, peopled())
		if kind != "" {
			e.AddFault(emulator.Fault{Kind: kind})
		}
		after := ""
		var got []string
		for range want {
			p := getPage(t, base+"/api/v2/authorization/policies?pageSize=2"+after, issued(t, e, "admin"))
			if len(p.Entities) > 0 {
				after = "&after=" + p.Entities[len(p.Entities)-1].ID
			}
			got = append(got, p.ids())
			if kind == emulator.FaultEndless && p.NextURI != "/next?"+after[1:] {
				t.Errorf("nextUri %s", p.NextURI)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
	}
}

func TestFaultHang(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, rich())
	e.AddFault(emulator.Fault{Kind: emulator.FaultHang})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	answer, err := attempt(ctx, t, base+timeoutPath, issued(t, e, "admin"))
	if !errors.Is(err, context.DeadlineExceeded) {
		if err == nil {
			_ = answer.Body.Close()
		}
		t.Errorf("error %v", err)
	}
}

func TestFaultsMatch(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		faults []emulator.Fault
		want   []int // the statuses of the requests below, in order
	}{
		{"all", []emulator.Fault{{Status: 500}}, []int{500, 500, 500, 500, 500}},
		{"none", nil, []int{200, 200, 200, 200, 200}},
		{"method", []emulator.Fault{{Method: "POST", Status: 500}}, []int{500, 200, 200, 200, 200}},
		{"exact path", []emulator.Fault{{Path: "/oauth/token", Status: 400, Body: emulator.TokenRateLimited}}, []int{400, 200, 200, 200, 200}},
		{"template", []emulator.Fault{{Path: "/api/v2/authorization/subjects/{subjectId}", Status: 500}}, []int{200, 500, 500, 200, 200}},
		{"exact parameter", []emulator.Fault{{Path: "/api/v2/authorization/subjects/web", Status: 500}}, []int{200, 200, 500, 200, 200}},
		{"no prefix", []emulator.Fault{{Path: "/api/v2/authorization/subjects", Status: 500}}, []int{200, 200, 200, 200, 200}},
		{"region", []emulator.Fault{{Region: "us-east-1", Status: 500}}, []int{500, 500, 500, 500, 500}},
		{"other region", []emulator.Fault{{Region: "eu-west-1", Status: 500}}, []int{200, 200, 200, 200, 200}},
		{"query", []emulator.Fault{{Query: map[string]string{"pageNumber": "2"}, Status: 500}}, []int{200, 200, 200, 200, 500}},
		{"skip", []emulator.Fault{{Skip: 2, Status: 500}}, []int{200, 200, 500, 500, 500}},
		{"times", []emulator.Fault{{Times: 2, Status: 500}}, []int{500, 500, 200, 200, 200}},
		{"skip and times", []emulator.Fault{{Skip: 1, Times: 2, Status: 500}}, []int{200, 500, 500, 200, 200}},
		{"first comes first", []emulator.Fault{{Times: 1, Status: 502}, {Status: 503}}, []int{502, 503, 503, 503, 503}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e, base := newEmulator(t, rich())
			for _, fault := range test.faults {
				e.AddFault(fault)
			}
			token := issued(t, e, "admin")
			got := []int{signIn(t, base, "admin", "secret-admin").status}
			for _, path := range []string{
				"/authorization/subjects/ada", "/authorization/subjects/web", "/authorization/roles", "/authorization/roles?pageNumber=2",
			} {
				got = append(got, get(t, base+"/us-east-1/api/v2"+path, token).status)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			applied := make([]int, len(test.faults))
			for i, fault := range test.faults {
				for _, status := range test.want {
					if status == fault.Status {
						applied[i]++
					}
				}
			}
			if diff := cmp.Diff(applied, e.FaultsApplied()); diff != "" {
				t.Errorf("applied (-want +got):\n%s", diff)
			}
			e.ClearFaults()
			if got := get(t, base+timeoutPath, token).status; got != 200 {
				t.Errorf("after ClearFaults: %d", got)
			}
		})
	}
}
