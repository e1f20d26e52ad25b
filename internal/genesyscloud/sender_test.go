package genesyscloud

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestWhichAnswersAreRetried(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]int{
		400: 1, 403: 1, 404: 1, 408: 1, 409: 1, 415: 1, 500: 1, 501: 1, 505: 1,
		429: 8, 502: 8, 503: 8, 504: 8,
	} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, map[string]http.HandlerFunc{divisionsPath: failing(status, `{"code": "some.code", "message": "Some words."}`)})
			_, err := p.client(withToken).Divisions(t.Context())
			got := as[*APIError](t, err)
			if got.Status != status || got.Code != "some.code" || got.Message != "Some words." || got.Tries != want {
				t.Errorf("error %+v, want status %d after %d tries", got, status, want)
			}
			if sent := len(p.requests("GET")); sent != want {
				t.Errorf("%d requests, want %d", sent, want)
			}
		})
	}
}

func TestTokenRateLimitIsTheTokenEndpointsOnly(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, map[string]http.HandlerFunc{
		divisionsPath: failing(400, `{"error": "invalid_request", "error_description": "rate limit exceeded;"}`),
	})
	_, err := p.client(withToken).Divisions(t.Context())
	if got := as[*APIError](t, err); got.Status != 400 || got.Tries != 1 {
		t.Errorf("error %+v", got)
	}
}

func TestPassingFaultsAreSurvived(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]http.HandlerFunc{
		"429":                             failing(429, `{"code": "too.many.requests.retry.after"}`),
		"429 with Retry-After":            retryLater(429, "0"),
		"502 from a proxy":                func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "<html>", http.StatusBadGateway) },
		"503":                             failing(503, ``),
		"504":                             failing(504, `{}`),
		"connection closed at once":       drop,
		"connection closed in the middle": cut,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, map[string]http.HandlerFunc{divisionsPath: sequence(fault, fault, answer(oneDivision))})
			got, err := divisionIDs(t.Context(), p.client())
			if err != nil || !cmp.Equal(got, []string{"d1"}) {
				t.Errorf("divisions %v, %v", got, err)
			}
		})
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		header string
		want   time.Duration
	}{
		"seconds":          {"42", 42 * time.Second},
		"date":             {time.Date(2000, 1, 1, 0, 0, 17, 0, time.UTC).Format(http.TimeFormat), 17 * time.Second},
		"date in the past": {"Fri, 31 Dec 1999 23:59:59 GMT", 0},
		"zero":             {"0", 0},
	} {
		for _, status := range []int{429, 502, 503, 504} {
			t.Run(fmt.Sprintf("%s, %d", name, status), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { // in which it is the first second of the year 2000
					var tries int
					c := offline(t, func(r *http.Request) (*http.Response, error) {
						if tries++; tries == 1 {
							return response(status, `{}`, "Retry-After", test.header), nil
						}
						return subjectAnswer(r), nil
					})
					started := time.Now()
					if _, err := c.Subject(t.Context(), "a"); err != nil {
						t.Fatal(err)
					}
					if elapsed := time.Since(started); elapsed != test.want {
						t.Errorf("waited %s, want %s", elapsed, test.want)
					}
				})
			})
		}
	}
}

func TestRetryAfterLongerThanThereIsTime(t *testing.T) {
	t.Parallel()
	for _, header := range []string{"61", "9223372036854775807", "Sat, 01 Jan 2000 01:00:00 GMT"} {
		t.Run(header, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := offline(t, func(*http.Request) (*http.Response, error) {
					return response(429, `{"code": "too.many.requests.retry.after"}`, "Retry-After", header), nil
				})
				started := time.Now()
				_, err := c.Roles(t.Context())
				if got := as[*APIError](t, err); got.Status != 429 || got.RetryAfter <= time.Minute {
					t.Errorf("error %+v", got)
				}
				contains(t, err.Error(), "GET /api/v2/authorization/roles", "429 Too Many Requests", "It asks to wait ", "before the next try")
				if elapsed := time.Since(started); elapsed != 0 {
					t.Errorf("it waited %s in vain", elapsed)
				}
			})
		})
	}
}

func TestFinalRateLimitErrorSaysHowLongItTried(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := offline(t, func(*http.Request) (*http.Response, error) {
			return response(429, `{}`, "Retry-After", "5"), nil
		})
		_, err := c.Roles(t.Context())
		contains(t, err.Error(), "Given up after 8 tries in 35 s.", "It asks to wait 5 s before the next try.")
	})
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		least := time.Duration(rapid.Int64Range(1, int64(time.Minute)).Draw(t, "least"))
		most := least + time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "more"))
		attempt := rapid.IntRange(0, 1000).Draw(t, "attempt")
		got := backoff(least, most, attempt, nil)
		if got < least/2 || got > most {
			t.Fatalf("backoff(%s, %s, %d) = %s", least, most, attempt, got)
		}
	})
	for attempt, seconds := range []int{1, 2, 4, 8, 10, 10} {
		full := time.Duration(seconds) * time.Second
		got := backoff(time.Second, 10*time.Second, attempt, nil)
		if got < full/2 || got > full {
			t.Errorf("attempt %d: %s, want between %s and %s", attempt, got, full/2, full)
		}
	}
}

func TestConnectionThatCannotWork(t *testing.T) {
	t.Parallel()
	t.Run("certificate not trusted", func(t *testing.T) {
		t.Parallel()
		server := httptest.NewUnstartedServer(answer(oneDivision))
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.StartTLS()
		t.Cleanup(server.Close)
		assertNoAnswer(t, server.URL, 1, "certificate")
	})
	t.Run("no TLS", func(t *testing.T) {
		t.Parallel()
		server := httptest.NewServer(answer(oneDivision))
		t.Cleanup(server.Close)
		assertNoAnswer(t, "https"+server.URL[len("http"):], 1, "")
	})
	t.Run("nobody listens", func(t *testing.T) {
		t.Parallel()
		var listen net.ListenConfig
		listener, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		address := listener.Addr().String()
		_ = listener.Close()
		assertNoAnswer(t, "http://"+address, 8, "connection refused")
	})
	t.Run("no such host", func(t *testing.T) {
		t.Parallel()
		c := offline(t, func(*http.Request) (*http.Response, error) {
			return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "api.example.com", IsNotFound: true}}
		})
		_, err := c.Divisions(t.Context())
		if got := as[*TransportError](t, err); got.Tries != 1 {
			t.Errorf("%d tries", got.Tries)
		}
	})
}

func assertNoAnswer(t *testing.T, address string, tries int, says string) {
	t.Helper()
	base, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(Config{APIURL: base, AccessToken: "t", RetryWaitMin: time.Millisecond, RetryWaitMax: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Divisions(t.Context())
	got := as[*TransportError](t, err)
	if got.Tries != tries || got.Host != base.Host || got.Request() != divisionsPath {
		t.Errorf("error %+v, want %d tries", got, tries)
	}
	contains(t, err.Error(), divisionsPath, base.Host, says)
}

func TestNoRedirectIsFollowed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			t.Parallel()
			elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") }))
			t.Cleanup(elsewhere.Close)
			p := newPlatform(t, map[string]http.HandlerFunc{divisionsPath: func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, elsewhere.URL+"/canary?token=canary", status)
			}})
			_, err := p.client().Divisions(t.Context())
			if got := as[*APIError](t, err); got.Status != status || got.Tries != 1 {
				t.Errorf("error %+v", got)
			}
			contains(t, err.Error(), divisionsPath, strconv.Itoa(status), `redirects to "127.0.0.1"`)
			lacks(t, err.Error(), "canary")
		})
	}
	for name, location := range map[string]string{"unreadable": "http://user:canary@ho st/%zz", "none": "", "relative": "/canary"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, map[string]http.HandlerFunc{divisionsPath: func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Location"] = []string{location}
				w.WriteHeader(302)
			}})
			_, err := p.client().Divisions(t.Context())
			if got := as[*APIError](t, err); got.Status != 302 || got.Tries != 1 {
				t.Errorf("error %+v", got)
			}
			contains(t, err.Error(), "redirects to another address")
			lacks(t, err.Error(), "canary")
		})
	}
}

func TestCancellationEndsARequestAtOnce(t *testing.T) {
	t.Parallel()
	t.Run("while the platform is silent", func(t *testing.T) {
		t.Parallel()
		arrived := make(chan struct{})
		p := newPlatform(t, map[string]http.HandlerFunc{
			divisionsPath: sequence(func(w http.ResponseWriter, r *http.Request) {
				close(arrived)
				hang(w, r)
			}, answer(oneDivision)),
		})
		c := p.client()
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			<-arrived
			cancel()
		}()
		_, err := c.Divisions(ctx)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		if got, err := divisionIDs(t.Context(), c); err != nil || !cmp.Equal(got, []string{"d1"}) {
			t.Errorf("after the cancellation: %v, %v", got, err)
		}
	})
	t.Run("while waiting for a retry", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			c := offline(t, func(*http.Request) (*http.Response, error) { return response(503, `{}`, "Retry-After", "50"), nil })
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			started := time.Now()
			_, err := c.Divisions(ctx)
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error %v", err)
			}
			if elapsed := time.Since(started); elapsed != time.Second {
				t.Errorf("ended after %s", elapsed)
			}
		})
	})
	t.Run("while signing in", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			var posts int
			c := offline(t, func(r *http.Request) (*http.Response, error) {
				if r.Method == http.MethodPost {
					if posts++; posts == 1 {
						return hold(r, time.Hour, nil)
					}
					return response(200, `{"access_token": "t"}`), nil
				}
				return response(200, oneDivision), nil
			}, func(c *Config) { c.AccessToken, c.ClientID, c.ClientSecret = "", testID, testSecret })
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if _, err := c.Divisions(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error %v", err)
			}
			synctest.Wait() // until the sign-in has ended, too
			if _, err := c.Divisions(t.Context()); err != nil {
				t.Errorf("after the cancellation: %v", err)
			}
		})
	})
}

func TestRequestHeaders(t *testing.T) {
	t.Parallel()
	var got http.Header
	p := newPlatform(t, map[string]http.HandlerFunc{
		"GET /gate%20way/api/v2/authorization/divisions": func(w http.ResponseWriter, r *http.Request) {
			got = r.Header.Clone()
			answer(noDivisions)(w, r)
		},
	})
	c := p.client(withToken, func(c *Config) {
		c.UserAgent = "agent/1.0"
		c.APIURL = c.APIURL.JoinPath("gate way")
	})
	if _, err := c.Divisions(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := http.Header{"Authorization": {"Bearer fixed-token"}, "Accept": {"application/json"}, "User-Agent": {"agent/1.0"},
		"Accept-Encoding": {"gzip"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
}

func retryLater(status int, after string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", after)
		failing(status, `{}`)(w, r)
	}
}

// cut is a handler whose answer is shorter than it said.
func cut(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", "1000")
	_, _ = io.WriteString(w, `{"entities": [`)
}

// Whatever is being read, and whatever the platform does meanwhile, a cancelled caller does not wait.
func TestCancellationEndsEveryRead(t *testing.T) {
	t.Parallel()
	for name, platform := range map[string]roundTripper{
		"no answer": slowly(time.Hour),
		"answer drips": func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: dripping{r.Context()}}, nil
		},
		"waiting to retry": func(*http.Request) (*http.Response, error) { return response(503, `{}`, "Retry-After", "50"), nil },
		"held back": func(r *http.Request) (*http.Response, error) {
			return response(200, `{"entities": [], "total": 1}`, "inin-ratelimit-count", "300", "inin-ratelimit-allowed", "300",
				"inin-ratelimit-reset", "50"), nil
		},
		"signing in": nil,
	} {
		for _, r := range reads {
			t.Run(name+", "+r.name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					next, change := platform, func(*Config) {}
					if next == nil {
						next, change = slowly(time.Hour), func(c *Config) { c.AccessToken, c.ClientID, c.ClientSecret = "", testID, testSecret }
					}
					c := offline(t, next, change)
					if name == "held back" { // by what another read was told
						_, err := c.Divisions(t.Context())
						is[*AnswerError](t, err)
						if r.name == "Divisions" {
							return // has been read
						}
					}
					ctx, cancel := context.WithCancel(t.Context())
					time.AfterFunc(time.Second, cancel)
					started := time.Now()
					_, err := r.read(ctx, c)
					if !errors.Is(err, context.Canceled) || time.Since(started) != time.Second {
						t.Errorf("%v after %s, want the cancellation after 1 s", err, time.Since(started))
					}
				})
			})
		}
	}
}

// dripping is a body of which the next byte never comes.
type dripping struct{ ctx context.Context }

func (d dripping) Read([]byte) (int, error) {
	<-d.ctx.Done()
	return 0, d.ctx.Err()
}

func (dripping) Close() error { return nil }
