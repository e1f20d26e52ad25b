package genesyscloud

import (
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"
)

func TestPaceNeverExceedsTheTokensShare(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sent []time.Time
		c := offline(t, func(r *http.Request) (*http.Response, error) {
			sent = append(sent, time.Now())
			return subjectAnswer(r), nil
		}, func(c *Config) { c.Timeout = time.Hour })
		started := time.Now()
		for i := range 650 {
			if _, err := c.Subject(t.Context(), "s"+strconv.Itoa(i)); err != nil {
				t.Fatal(err)
			}
		}
		for _, test := range []struct {
			request int
			at      time.Duration
		}{{0, 0}, {299, 0}, {300, time.Minute}, {599, time.Minute}, {600, 2 * time.Minute}, {649, 2 * time.Minute}} {
			if got := sent[test.request].Sub(started); got != test.at {
				t.Errorf("request %d was sent after %s, want %s", test.request, got, test.at)
			}
		}
	})
}

func TestPaceHeedsTheRateLimitHeaders(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		header []string
		want   time.Duration
	}{
		{"share left", []string{"inin-ratelimit-count", "299", "inin-ratelimit-allowed", "300", "inin-ratelimit-reset", "42"}, 0},
		{"share used up", []string{"inin-ratelimit-count", "300", "inin-ratelimit-allowed", "300", "inin-ratelimit-reset", "42"},
			42 * time.Second},
		{"incomplete", []string{"inin-ratelimit-count", "300", "inin-ratelimit-reset", "42"}, 0},
		{"nonsense", []string{"inin-ratelimit-count", "x", "inin-ratelimit-allowed", "300", "inin-ratelimit-reset", "42"}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := offline(t, func(r *http.Request) (*http.Response, error) {
					resp := subjectAnswer(r)
					for i := 0; i < len(test.header); i += 2 {
						resp.Header.Set(test.header[i], test.header[i+1])
					}
					return resp, nil
				})
				started := time.Now()
				for _, id := range []string{"a", "b"} {
					if _, err := c.Subject(t.Context(), id); err != nil {
						t.Fatal(err)
					}
				}
				if elapsed := time.Since(started); elapsed != test.want {
					t.Errorf("the second request waited %s, want %s", elapsed, test.want)
				}
			})
		})
	}
}

func TestPaceDoesNotWaitInVain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := offline(t, func(r *http.Request) (*http.Response, error) {
			resp := subjectAnswer(r)
			resp.Header.Set("inin-ratelimit-count", "300")
			resp.Header.Set("inin-ratelimit-allowed", "300")
			resp.Header.Set("inin-ratelimit-reset", "61")
			return resp, nil
		})
		if _, err := c.Subject(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		started := time.Now()
		_, err := c.Subject(t.Context(), "b")
		if got := as[*DeadlineError](t, err).Last; got != "the platform's rate limit allows no further request for 61 s" {
			t.Errorf("Last = %q", got)
		}
		if elapsed := time.Since(started); elapsed != 0 {
			t.Errorf("it waited %s for a request that could not be sent in time", elapsed)
		}
	})
}
