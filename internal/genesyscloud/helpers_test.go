package genesyscloud

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	testID     = "auditor"
	testSecret = "canary-5ecret"
)

// platform is a server that plays the platform: the routes given, and a sign-in that issues token-1, token-2 and so on. Any other
// request fails the test.
type platform struct {
	*httptest.Server
	t *testing.T

	mu      sync.Mutex
	routes  map[string]http.HandlerFunc // by "GET /path"
	log     []string                    // "GET /path?query token-1"
	signIns int
}

func newPlatform(t *testing.T, routes map[string]http.HandlerFunc) *platform {
	t.Helper()
	p := &platform{t: t, routes: routes}
	p.Server = httptest.NewServer(http.HandlerFunc(p.serve))
	t.Cleanup(p.Close)
	return p
}

func (p *platform) serve(w http.ResponseWriter, r *http.Request) {
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if id, secret, ok := r.BasicAuth(); ok {
		token = id + ":" + strings.ReplaceAll(secret, testSecret, "secret")
	}
	p.mu.Lock()
	p.log = append(p.log, strings.TrimSpace(r.Method+" "+r.URL.RequestURI()+" "+token))
	handler := p.routes[r.Method+" "+r.URL.EscapedPath()]
	p.mu.Unlock()
	switch {
	case handler != nil:
		handler(w, r)
	case r.Method == http.MethodPost && r.URL.Path == "/oauth/token":
		p.mu.Lock()
		p.signIns++
		number := p.signIns
		p.mu.Unlock()
		answer(fmt.Sprintf(`{"access_token": "token-%d", "token_type": "bearer", "expires_in": 86400}`, number))(w, r)
	default:
		p.t.Errorf("unexpected request: %s %s", r.Method, r.URL)
		w.WriteHeader(http.StatusNotFound)
	}
}

// requests is the log of the requests whose method and path begin with the prefix.
func (p *platform) requests(prefix string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var found []string
	for _, line := range p.log {
		if strings.HasPrefix(line, prefix) {
			found = append(found, line)
		}
	}
	return slices.Clone(found)
}

// client makes a client of the platform that signs in and hardly waits before a retry.
func (p *platform) client(change ...func(*Config)) *Client {
	p.t.Helper()
	base, err := ParseBaseURL(p.URL)
	if err != nil {
		p.t.Fatal(err)
	}
	config := Config{
		APIURL: base, LoginURL: base, ClientID: testID, ClientSecret: testSecret,
		RetryWaitMin: time.Millisecond, RetryWaitMax: time.Millisecond,
	}
	for _, c := range change {
		c(&config)
	}
	client, err := New(config)
	if err != nil {
		p.t.Fatal(err)
	}
	return client
}

func withToken(c *Config) { c.AccessToken = "fixed-token" }

// answer is a handler that answers 200 with JSON.
func answer(json string) http.HandlerFunc { return failing(http.StatusOK, json) }

// failing is a handler that answers any status with JSON.
func failing(status int, json string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=UTF-8")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, json)
	}
}

// sequence is a handler that hands each request to the next of the handlers, the last one for ever.
func sequence(handlers ...http.HandlerFunc) http.HandlerFunc {
	var mu sync.Mutex
	var next int
	return func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		handler := handlers[min(next, len(handlers)-1)]
		next++
		mu.Unlock()
		handler(w, r)
	}
}

// drop is a handler that closes the connection without an answer.
func drop(w http.ResponseWriter, _ *http.Request) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	_ = connection.Close()
}

// hang is a handler that never answers.
func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// roundTripper is a transport without a network, for tests in a time of their own.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// response is an answer of a roundTripper; header alternates names and values.
func response(status int, body string, header ...string) *http.Response {
	h := http.Header{"Content-Type": {"application/json"}}
	for pair := range slices.Chunk(header, 2) {
		h.Set(pair[0], pair[1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body))}
}

// offline makes a client without a network that has a ready-made token.
func offline(t *testing.T, transport roundTripper, change ...func(*Config)) *Client {
	t.Helper()
	config := Config{
		APIURL:      &url.URL{Scheme: "https", Host: "api.example.com"},
		LoginURL:    &url.URL{Scheme: "https", Host: "login.example.com"},
		AccessToken: "fixed-token",
		Transport:   transport,
	}
	for _, c := range change {
		c(&config)
	}
	client, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// wait lets time pass in a test that has a time of its own.
func wait(d time.Duration) { <-time.After(d) }

// hold answers after a while, or not at all when the request ends before.
func hold(r *http.Request, d time.Duration, resp *http.Response) (*http.Response, error) {
	select {
	case <-time.After(d):
		return resp, nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// as finds an error of type E or fails the test.
func as[E error](t *testing.T, err error) E {
	t.Helper()
	var found E
	if !errors.As(err, &found) {
		t.Fatalf("error %v (%T) is not a %T", err, err, found)
	}
	return found
}

// is fails the test unless there is an error of type E.
func is[E error](t *testing.T, err error) {
	t.Helper()
	_ = as[E](t, err)
}

func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q does not contain %q", text, part)
		}
	}
}

func divisionIDs(ctx context.Context, c *Client) ([]string, error) {
	divisions, err := c.Divisions(ctx)
	var ids []string
	for _, division := range divisions {
		ids = append(ids, division.ID)
	}
	return ids, err
}

const (
	divisionsPath = "GET /api/v2/authorization/divisions"
	noDivisions   = `{"entities": [], "pageNumber": 1, "pageCount": 0, "total": 0}`
	oneDivision   = `{"entities": [{"id": "d1", "name": "Home"}], "pageNumber": 1, "pageCount": 1, "total": 1}`
)

func lacks(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(text, part) {
			t.Errorf("%q contains %q", text, part)
		}
	}
}
