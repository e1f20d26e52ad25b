package genesyscloud

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestSignInRequest(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, id, secret, basic string }{
		{"plain", "auditor", "s3cret", "Basic YXVkaXRvcjpzM2NyZXQ="},
		{"not URL-encoded", "auditor", "a+b/c=%&", "Basic YXVkaXRvcjphK2IvYz0lJg=="},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got map[string]string
			p := newPlatform(t, map[string]http.HandlerFunc{
				"POST /prefix/oauth/token": func(w http.ResponseWriter, r *http.Request) {
					body, _ := io.ReadAll(r.Body)
					got = map[string]string{"authorization": r.Header.Get("Authorization"), "type": r.Header.Get("Content-Type"),
						"agent": r.Header.Get("User-Agent"), "body": string(body)}
					answer(`{"access_token": "t", "token_type": "bearer", "expires_in": 86400}`)(w, r)
				},
				divisionsPath: answer(noDivisions),
			})
			c := p.client(func(c *Config) {
				c.LoginURL = c.LoginURL.JoinPath("prefix")
				c.ClientID, c.ClientSecret, c.UserAgent = test.id, test.secret, "agent/1.0"
			})
			if _, err := c.Divisions(t.Context()); err != nil {
				t.Fatal(err)
			}
			want := map[string]string{"authorization": test.basic, "type": "application/x-www-form-urlencoded", "agent": "agent/1.0",
				"body": "grant_type=client_credentials"}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSignInIsSharedByConcurrentFirstUsers(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, map[string]http.HandlerFunc{})
	for i := range 50 {
		p.routes[fmt.Sprintf("GET /api/v2/authorization/subjects/s%d", i)] = answer(fmt.Sprintf(`{"id": "s%d", "grants": []}`, i))
	}
	c := p.client()
	var group sync.WaitGroup
	for i := range 50 {
		group.Go(func() {
			if _, err := c.Subject(t.Context(), fmt.Sprintf("s%d", i)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if diff := cmp.Diff([]string{"POST /oauth/token auditor:secret"}, p.requests("POST")); diff != "" {
		t.Errorf("sign-ins (-want +got):\n%s", diff)
	}
	if got := len(p.requests("GET")); got != 50 {
		t.Errorf("%d reads", got)
	}
}

func TestTokenIsReusedUntilShortlyBeforeItsEnd(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		token string
		after time.Duration
		want  int // sign-ins
	}{
		{"more than a minute left", `{"access_token": "t", "expires_in": 300}`, 239 * time.Second, 1},
		{"a minute left", `{"access_token": "t", "expires_in": 300}`, 240 * time.Second, 2},
		{"no end told", `{"access_token": "t"}`, 1000 * time.Hour, 1},
		{"a day", `{"access_token": "t", "expires_in": 86400}`, 23 * time.Hour, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var signIns int
				c := offline(t, func(r *http.Request) (*http.Response, error) {
					if r.Method == http.MethodPost {
						signIns++
						return response(http.StatusOK, test.token), nil
					}
					return subjectAnswer(r), nil
				}, func(c *Config) { c.AccessToken, c.ClientID, c.ClientSecret = "", testID, testSecret })
				for _, id := range []string{"a", "b"} {
					if _, err := c.Subject(t.Context(), id); err != nil {
						t.Fatal(err)
					}
					wait(test.after)
				}
				if signIns != test.want {
					t.Errorf("%d sign-ins, want %d", signIns, test.want)
				}
			})
		})
	}
}

func TestSignInRefused(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		answer http.HandlerFunc
		want   SignInError
		says   []string
	}{
		{
			name: "wrong credentials, or right ones in the wrong region",
			answer: func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("ININ-Correlation-Id", "corr-1")
				w.Header().Set("x-genesys-cloud-request-id", "req-1")
				failing(400, `{"error": "invalid_client", "description": "authentication failed", "error_description": "authentication failed"}`)(w, r)
			},
			want: SignInError{Status: 400, Code: "invalid_client", Description: "authentication failed", Tries: 1,
				RequestIDs: []string{"ININ-Correlation-Id corr-1", "x-genesys-cloud-request-id req-1"}},
			says: []string{"sign-in refused", "400 Bad Request, invalid_client: authentication failed.", "id or secret is wrong", "another region",
				"ININ-Correlation-Id corr-1"},
		},
		{
			name:   "rate limit that does not end",
			answer: failing(400, `{"error": "invalid_request", "error_description": "rate limit exceeded; slow down"}`),
			want:   SignInError{Status: 400, Code: "invalid_request", Description: "rate limit exceeded; slow down", Tries: 8},
			says:   []string{"rate limit exceeded", "Given up after 8 tries"},
		},
		{
			name:   "other invalid request",
			answer: failing(400, `{"error": "invalid_request", "error_description": "no grant"}`),
			want:   SignInError{Status: 400, Code: "invalid_request", Description: "no grant", Tries: 1},
		},
		{
			name:   "unauthorized",
			answer: failing(401, `{"error": "invalid_client"}`),
			want:   SignInError{Status: 401, Code: "invalid_client", Tries: 1},
		},
		{
			name:   "the platform's other form of an error",
			answer: failing(403, `{"code": "not.authorized", "message": "No.", "contextId": "ctx"}`),
			want:   SignInError{Status: 403, Code: "not.authorized", Description: "No.", Tries: 1, RequestIDs: []string{"contextId ctx"}},
		},
		{
			name:   "not available",
			answer: failing(503, `{}`),
			want:   SignInError{Status: 503, Tries: 8},
			says:   []string{"sign-in failed"},
		},
		{
			name:   "server error",
			answer: failing(500, `{}`),
			want:   SignInError{Status: 500, Tries: 1},
		},
		{
			name:   "error with status 200",
			answer: failing(200, `{"error": "invalid_client"}`),
			want:   SignInError{Status: 200, Code: "invalid_client", Tries: 1},
		},
		{
			name: "page of a proxy",
			answer: func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/html")
				w.WriteHeader(http.StatusForbidden)
				_, _ = io.WriteString(w, "<html>blocked</html>")
			},
			want: SignInError{Status: 403, Tries: 1, NotPlatform: true,
				Hint: "The answer is not JSON but text/html: a proxy or gateway may have answered in place of the platform."},
		},
		{
			name: "redirect",
			answer: func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "https://user:pw@elsewhere.example.com/x?y=z", http.StatusFound)
			},
			want: SignInError{Status: 302, Tries: 1, NotPlatform: true,
				Hint: `It redirects to "elsewhere.example.com", which is never followed.`},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, map[string]http.HandlerFunc{"POST /oauth/token": test.answer})
			c := p.client()
			_, err := c.Roles(t.Context())
			test.want.LoginHost = c.apiURL.Host
			if diff := cmp.Diff(&test.want, as[*SignInError](t, err), cmpopts.IgnoreFields(SignInError{}, "Elapsed")); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			contains(t, err.Error(), append(test.says, "POST /oauth/token at 127.0.0.1:")...)
			if _, err := c.Divisions(t.Context()); err == nil {
				t.Error("the next read succeeded")
			}
			if got := len(p.requests("POST")); got != test.want.Tries {
				t.Errorf("%d sign-ins after a second read, want %d: a refusal is final", got, test.want.Tries)
			}
		})
	}
}

func TestSignInSurvivesTheTokenRateLimit(t *testing.T) {
	t.Parallel()
	limited := failing(400, `{"error": "invalid_request", "error_description": "Rate limit exceeded; later"}`)
	p := newPlatform(t, map[string]http.HandlerFunc{
		"POST /oauth/token": sequence(limited, limited, answer(`{"access_token": "t", "expires_in": 86400}`)),
		divisionsPath:       answer(noDivisions),
	})
	if _, err := p.client().Divisions(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := len(p.requests("POST")); got != 3 {
		t.Errorf("%d sign-ins, want 3", got)
	}
}

func TestSignInAnswerCannotBeUsed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, contentType, body, says string }{
		{"HTML", "text/html", "<html>canary</html>", "not JSON but text/html"},
		{"form", "text/plain", "access_token=canary&expires_in=300", "not JSON but text/plain"},
		{"form by its own type", "application/x-www-form-urlencoded", "access_token=canary", "not JSON but"},
		{"empty", "application/json", "", "empty"},
		{"cut JSON", "application/json", `{"access_token": "canary`, "not valid JSON"},
		{"trailing garbage", "application/json", `{"access_token": "canary"} x`, "not valid JSON"},
		{"no token", "application/json", `{"token_type": "bearer", "canary": 1}`, "no access token"},
		{"null token", "application/json", `{"access_token": null}`, "no access token"},
		{"null", "application/json", `null`, "no access token"},
		{"empty token", "application/json", `{"access_token": ""}`, "no access token"},
		{"wrong type", "application/json", `{"access_token": {"canary": 1}}`, "no access token"},
		{"list", "application/json", `["canary"]`, "no access token"},
		{"token with a line break", "application/json", `{"access_token": "canary\r\nX: y", "expires_in": 300}`, "characters that no token has"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, map[string]http.HandlerFunc{"POST /oauth/token": func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", test.contentType)
				_, _ = io.WriteString(w, test.body)
			}})
			_, err := p.client().Divisions(t.Context())
			if got := as[*AnswerError](t, err).Request(); got != "POST /oauth/token" {
				t.Errorf("Request() = %q", got)
			}
			contains(t, err.Error(), "POST /oauth/token", test.says)
			lacks(t, err.Error(), "canary")
			if got := len(p.requests("GET")); got != 0 {
				t.Errorf("%d reads without a token", got)
			}
		})
	}
}

func TestSignInAnswerWithAnotherStatus(t *testing.T) {
	t.Parallel()
	for _, status := range []int{201, 202, 206} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, map[string]http.HandlerFunc{"POST /oauth/token": failing(status, `{"access_token": "canary", "expires_in": 300}`)})
			_, err := p.client().Divisions(t.Context())
			if got := as[*AnswerError](t, err).Request(); got != "POST /oauth/token" {
				t.Errorf("Request() = %q", got)
			}
			contains(t, err.Error(), "status "+strconv.Itoa(status)+" where 200 is expected")
			lacks(t, err.Error(), "canary")
		})
	}
}

func TestRefusedTokenIsRenewedOnce(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, map[string]http.HandlerFunc{divisionsPath: onlyWith("token-2", oneDivision)})
	got, err := divisionIDs(t.Context(), p.client())
	if err != nil || !cmp.Equal(got, []string{"d1"}) {
		t.Errorf("divisions %v, %v", got, err)
	}
	want := []string{
		"POST /oauth/token auditor:secret",
		"GET /api/v2/authorization/divisions?pageNumber=1&pageSize=100 token-1",
		"POST /oauth/token auditor:secret",
		"GET /api/v2/authorization/divisions?pageNumber=1&pageSize=100 token-2",
	}
	if diff := cmp.Diff(want, p.requests("")); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestTokenRefusedInTheMiddleOfAList(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, map[string]http.HandlerFunc{divisionsPath: sequence(
		answer(`{"entities": [{"id": "d1"}], "pageNumber": 1, "pageCount": 2, "total": 2}`),
		failing(401, `{"code": "bad.credentials"}`),
		onlyWith("token-2", `{"entities": [{"id": "d2"}], "pageNumber": 2, "pageCount": 2, "total": 2}`),
	)})
	got, err := divisionIDs(t.Context(), p.client())
	if err != nil || !cmp.Equal(got, []string{"d1", "d2"}) {
		t.Errorf("divisions %v, %v", got, err)
	}
}

func TestTokenRefusedForGood(t *testing.T) {
	t.Parallel()
	refused := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ININ-Correlation-Id", "corr-1")
		failing(401, `{"message": "Invalid login credentials.", "code": "bad.credentials", "status": 401}`)(w, r)
	}
	p := newPlatform(t, map[string]http.HandlerFunc{divisionsPath: refused, "GET /api/v2/authorization/roles": refused})
	c := p.client()
	_, err := c.Divisions(t.Context())
	want := &APIError{Method: "GET", Path: "/api/v2/authorization/divisions", Status: 401, Code: "bad.credentials",
		Message: "Invalid login credentials.", CorrelationID: "corr-1", Hint: "A token that had just been issued is refused too.", Tries: 1}
	if diff := cmp.Diff(want, as[*APIError](t, err), cmpopts.IgnoreFields(APIError{}, "Elapsed")); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
	if _, err = c.Roles(t.Context()); as[*APIError](t, err).Status != 401 {
		t.Errorf("roles: %v", err)
	}
	log := []string{
		"POST /oauth/token auditor:secret",
		"GET /api/v2/authorization/divisions?pageNumber=1&pageSize=100 token-1",
		"POST /oauth/token auditor:secret",
		"GET /api/v2/authorization/divisions?pageNumber=1&pageSize=100 token-2",
		"GET /api/v2/authorization/roles?pageNumber=1&pageSize=100&userCount=false token-2",
	}
	if diff := cmp.Diff(log, p.requests("")); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestReadyMadeTokenIsNotRenewed(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, map[string]http.HandlerFunc{divisionsPath: failing(401, `{"code": "bad.credentials"}`)})
	_, err := p.client(withToken).Divisions(t.Context())
	if got := as[*APIError](t, err); got.Status != 401 {
		t.Errorf("status %d", got.Status)
	}
	contains(t, err.Error(), "A ready-made access token is not renewed.")
	want := []string{"GET /api/v2/authorization/divisions?pageNumber=1&pageSize=100 fixed-token"}
	if diff := cmp.Diff(want, p.requests("")); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestConcurrentRefusalsOfATokenRenewItOnce(t *testing.T) {
	t.Parallel()
	const readers = 20
	var arrived sync.WaitGroup // all readers come with the first token before any is refused
	arrived.Add(readers)
	p := newPlatform(t, map[string]http.HandlerFunc{})
	for i := range readers {
		good := onlyWith("token-2", fmt.Sprintf(`{"id": "s%d", "grants": []}`, i))
		p.routes[fmt.Sprintf("GET /api/v2/authorization/subjects/s%d", i)] = func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") == "Bearer token-1" {
				arrived.Done()
				arrived.Wait()
			}
			good(w, r)
		}
	}
	c := p.client()
	var group sync.WaitGroup
	for i := range readers {
		group.Go(func() {
			if _, err := c.Subject(t.Context(), fmt.Sprintf("s%d", i)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if got := len(p.requests("POST")); got != 2 {
		t.Errorf("%d sign-ins, want 2", got)
	}
	if got := len(p.requests("GET")); got != 2*readers {
		t.Errorf("%d reads, want %d", got, 2*readers)
	}
}

func TestRenewalRefused(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, map[string]http.HandlerFunc{
		"POST /oauth/token": sequence(answer(`{"access_token": "token-1", "expires_in": 86400}`), failing(400, `{"error": "invalid_client"}`)),
		divisionsPath:       failing(401, `{}`),
	})
	_, err := p.client().Divisions(t.Context())
	if got := as[*SignInError](t, err); got.Code != "invalid_client" {
		t.Errorf("error %v", err)
	}
}

// onlyWith is a handler that answers requests with this token and refuses all others.
func onlyWith(token, json string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+token {
			failing(401, `{"message": "Invalid login credentials.", "code": "bad.credentials", "status": 401}`)(w, r)
			return
		}
		answer(json)(w, r)
	}
}
