package genesyscloud

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// readSubjects reads so many subjects at once and returns the errors.
func readSubjects(t *testing.T, c *Client, from, count int) []error {
	t.Helper()
	failed := make([]error, count)
	var group sync.WaitGroup
	for i := range count {
		group.Go(func() { _, failed[i] = c.Subject(t.Context(), "s"+strconv.Itoa(from+i)) })
	}
	group.Wait()
	return failed
}

// A platform that is down gets the first try of each read and twenty retries altogether, not seven of each.
func TestDeadPlatformIsNotHammered(t *testing.T) {
	t.Parallel()
	for name, dead := range map[string]roundTripper{
		"503": func(*http.Request) (*http.Response, error) {
			return response(503, `{"code": "service.unavailable"}`), nil
		},
		"no connection": func(*http.Request) (*http.Response, error) {
			return nil, fmt.Errorf("connection refused")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var sent atomic.Int64
				c := offline(t, func(r *http.Request) (*http.Response, error) {
					sent.Add(1)
					return dead(r)
				})
				for i, err := range readSubjects(t, c, 0, 20) {
					is[RequestError](t, err)
					contains(t, err.Error(), "GET /api/v2/authorization/subjects/s"+strconv.Itoa(i))
				}
				if sent.Load() != 40 {
					t.Errorf("a dead platform got %d requests for 20 reads, want 40", sent.Load())
				}
				t.Logf("a dead platform got %d requests for 20 reads", sent.Load())

				started := time.Now()
				_, err := c.Subject(t.Context(), "one more")
				contains(t, err.Error(), "Not tried again: the retry budget for this organization is exhausted.")
				if sent.Load() != 41 || time.Since(started) != 0 {
					t.Errorf("one more read took %d requests and %s", sent.Load()-40, time.Since(started))
				}
			})
		})
	}
}

// What the platform asks to be repeated is no load on it.
func TestRetryAfterIsNoRetryOfOurs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		tries := map[string]int{}
		c := offline(t, func(r *http.Request) (*http.Response, error) {
			mu.Lock()
			defer mu.Unlock()
			if tries[r.URL.Path]++; tries[r.URL.Path] <= 3 {
				return response(429, `{}`, "Retry-After", "1"), nil
			}
			return subjectAnswer(r), nil
		})
		for _, err := range readSubjects(t, c, 0, 20) {
			if err != nil {
				t.Error(err)
			}
		}
	})
}

func TestGoodAnswersGiveRetriesBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		failures := map[string]int{}
		c := offline(t, func(r *http.Request) (*http.Response, error) {
			mu.Lock()
			defer mu.Unlock()
			if left := failures[r.URL.Path]; left > 0 {
				failures[r.URL.Path]--
				return response(503, `{}`), nil
			}
			return subjectAnswer(r), nil
		}, func(c *Config) { c.Timeout = time.Hour })
		fails := func(id string, times int) {
			mu.Lock()
			defer mu.Unlock()
			failures["/api/v2/authorization/subjects/"+id] = times
		}
		tries := func(id string) int {
			_, err := c.Subject(t.Context(), id)
			if err == nil {
				return 0
			}
			return as[*APIError](t, err).Tries
		}
		for i := range 100 { // each gives back the one retry that it took
			id := "healed" + strconv.Itoa(i)
			fails(id, 1)
			if got := tries(id); got != 0 {
				t.Fatalf("%s failed after %d tries", id, got)
			}
		}
		for i, want := range []int{8, 8, 7, 1} { // seven retries, seven, the six that are left, none
			id := "dead" + strconv.Itoa(i)
			fails(id, 1000)
			if got := tries(id); got != want {
				t.Errorf("%s was given up after %d tries, want %d", id, got, want)
			}
		}
		for i := range 10 { // ten good answers give back two retries
			if got := tries("good" + strconv.Itoa(i)); got != 0 {
				t.Fatalf("failed after %d tries", got)
			}
		}
		fails("last", 1000)
		if got := tries("last"); got != 3 {
			t.Errorf("given up after %d tries, want 3", got)
		}
	})
}
