package genesyscloud

import (
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func subjectAnswer(r *http.Request) *http.Response {
	id := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	return response(http.StatusOK, `{"id": "`+id+`", "grants": []}`)
}

func slowly(d time.Duration) roundTripper {
	return func(r *http.Request) (*http.Response, error) { return hold(r, d, subjectAnswer(r)) }
}

func TestBudgetEndsARequest(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		timeout time.Duration
		want    time.Duration
		says    string
	}{
		{"default", 0, 60 * time.Second, "may take 60 s in all"},
		{"configured", 1500 * time.Millisecond, 1500 * time.Millisecond, "may take 1.5 s in all"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := offline(t, slowly(time.Hour), func(c *Config) { c.Timeout = test.timeout })
				started := time.Now()
				_, err := c.Roles(t.Context())
				if elapsed := time.Since(started); elapsed != test.want {
					t.Errorf("ended after %s, want %s", elapsed, test.want)
				}
				want := &DeadlineError{Method: "GET", Path: "/api/v2/authorization/roles", Budget: test.want}
				if diff := cmp.Diff(want, as[*DeadlineError](t, err)); diff != "" {
					t.Errorf("error (-want +got):\n%s", diff)
				}
				contains(t, err.Error(), "GET /api/v2/authorization/roles", test.says)
			})
		})
	}
}

func TestBudgetCoversRetries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := offline(t, func(*http.Request) (*http.Response, error) {
			return response(503, `{"code": "service.unavailable", "message": "Service Unavailable"}`), nil
		}, func(c *Config) { c.Timeout = 3 * time.Second })
		started := time.Now()
		_, err := c.Roles(t.Context())
		if elapsed := time.Since(started); elapsed != 3*time.Second {
			t.Errorf("ended after %s", elapsed)
		}
		late := as[*DeadlineError](t, err)
		if late.Last != "503 Service Unavailable, service.unavailable: Service Unavailable" || late.Unanswered != "" {
			t.Errorf("Last = %q, Unanswered = %q", late.Last, late.Unanswered)
		}
		contains(t, err.Error(), "The last try: 503 Service Unavailable, service.unavailable: Service Unavailable.")
	})
}

func TestBudgetUsedUpByAHostThatIsNotReached(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := offline(t, func(*http.Request) (*http.Response, error) {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
		}, func(c *Config) { c.Timeout = 3 * time.Second })
		_, err := c.Roles(t.Context())
		late := as[*DeadlineError](t, err)
		if late.Last != "dial tcp: connection refused" || late.Unanswered != c.apiURL.Host {
			t.Errorf("Last = %q, Unanswered = %q", late.Last, late.Unanswered)
		}
	})
}

func TestBudgetIsOneForAllRequests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sent int
		c := offline(t, func(r *http.Request) (*http.Response, error) {
			sent++
			return slowly(25 * time.Second)(r)
		})
		for _, id := range []string{"a", "b"} {
			if _, err := c.Subject(t.Context(), id); err != nil {
				t.Fatalf("subject %s: %v", id, err)
			}
		}
		started := time.Now()
		_, err := c.Subject(t.Context(), "c")
		is[*DeadlineError](t, err)
		if elapsed := time.Since(started); elapsed != 10*time.Second {
			t.Errorf("the third request ended after %s, want the 10 s that were left", elapsed)
		}
		_, err = c.Subject(t.Context(), "d")
		is[*DeadlineError](t, err)
		if sent != 3 {
			t.Errorf("%d requests were sent, the last although no time was left", sent)
		}
	})
}

func TestBudgetRunsOnlyWhileARequestIsInFlight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := offline(t, slowly(25*time.Second))
		for _, id := range []string{"a", "b"} {
			if _, err := c.Subject(t.Context(), id); err != nil {
				t.Fatalf("subject %s: %v", id, err)
			}
			wait(time.Hour)
		}
	})
}

func TestBudgetCountsConcurrentRequestsOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := offline(t, slowly(40*time.Second))
		var group sync.WaitGroup
		for _, id := range []string{"a", "b", "c"} {
			group.Go(func() {
				if _, err := c.Subject(t.Context(), id); err != nil {
					t.Errorf("subject %s: %v", id, err)
				}
			})
		}
		group.Wait()
		started := time.Now()
		_, err := c.Subject(t.Context(), "d")
		is[*DeadlineError](t, err)
		if elapsed := time.Since(started); elapsed != 20*time.Second {
			t.Errorf("ended after %s, want the 20 s that were left", elapsed)
		}
	})
}

func TestBudgetCountsOverlappingRequestsFromTheFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := offline(t, slowly(30*time.Second))
		var group sync.WaitGroup
		for i, id := range []string{"a", "b"} {
			group.Go(func() {
				wait(time.Duration(i) * 20 * time.Second)
				if _, err := c.Subject(t.Context(), id); err != nil {
					t.Errorf("subject %s: %v", id, err)
				}
			})
		}
		group.Wait()
		started := time.Now()
		_, err := c.Subject(t.Context(), "c")
		is[*DeadlineError](t, err)
		if elapsed := time.Since(started); elapsed != 10*time.Second {
			t.Errorf("ended after %s, want the 10 s that were left", elapsed)
		}
	})
}

func TestBudgetCoversTheSignIn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := offline(t, slowly(time.Hour), func(c *Config) {
			c.AccessToken, c.ClientID, c.ClientSecret, c.Name = "", testID, testSecret, "emea"
		})
		_, err := c.Roles(t.Context())
		want := &DeadlineError{Organization: "emea", Method: "POST", Path: "/oauth/token", Budget: time.Minute}
		if diff := cmp.Diff(want, as[*DeadlineError](t, err)); diff != "" {
			t.Errorf("error (-want +got):\n%s", diff)
		}
		contains(t, err.Error(), "POST /oauth/token")
	})
}
