package genesyscloud

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestFreshClientReadsEverythingAnew(t *testing.T) {
	t.Parallel()
	routes := map[string]http.HandlerFunc{}
	for _, r := range reads {
		routes[r.request] = answer(r.good)
	}
	p := newPlatform(t, routes)
	first := p.client()
	fresh := first.Fresh()
	var group sync.WaitGroup
	for _, r := range reads {
		for _, c := range []*Client{first, fresh, first, fresh} {
			group.Go(func() {
				if _, err := r.read(t.Context(), c); err != nil {
					t.Errorf("%s: %v", r.name, err)
				}
			})
		}
	}
	group.Wait()
	for _, r := range reads {
		want := r.request + r.query + " token-1"
		if diff := cmp.Diff([]string{want, want}, p.requests(want)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", r.name, diff)
		}
	}
	if signIns := p.requests("POST /oauth/token"); len(signIns) != 1 {
		t.Errorf("sign-ins: %v", signIns)
	}
}

func TestEachClientKeepsWhatItRead(t *testing.T) {
	t.Parallel()
	var number int
	c := offline(t, func(*http.Request) (*http.Response, error) {
		number++
		return response(200, fmt.Sprintf(`{"entities": [{"id": "d%d"}], "total": 1}`, number)), nil
	})
	fresh := c.Fresh()
	for _, step := range []struct {
		client *Client
		want   string
	}{{c, "d1"}, {fresh, "d2"}, {c, "d1"}, {fresh, "d2"}, {fresh.Fresh(), "d3"}} {
		if got, err := divisionIDs(t.Context(), step.client); err != nil || !cmp.Equal(got, []string{step.want}) {
			t.Errorf("divisions %v, %v, want %s", got, err, step.want)
		}
	}
}

// A run that reads an organization many times must not end because it has read it often.
func TestEachReadingHasTheWholeTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := offline(t, slowly(25*time.Second))
		for range 5 {
			if _, err := c.Fresh().Subject(t.Context(), "a"); err != nil {
				t.Fatal(err)
			}
		}
		fresh := c.Fresh()
		for _, id := range []string{"a", "b"} {
			if _, err := fresh.Subject(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}
		started := time.Now()
		_, err := fresh.Subject(t.Context(), "c")
		is[*DeadlineError](t, err)
		if elapsed := time.Since(started); elapsed != 10*time.Second {
			t.Errorf("the third request of one reading ended after %s, want the 10 s that were left", elapsed)
		}
	})
}

func TestFreshClientsShareTheRateLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := offline(t, func(r *http.Request) (*http.Response, error) { return subjectAnswer(r), nil }, func(c *Config) { c.Timeout = time.Hour })
		started := time.Now()
		for range paceRequests + 1 {
			if _, err := c.Fresh().Subject(t.Context(), "a"); err != nil {
				t.Fatal(err)
			}
		}
		if elapsed := time.Since(started); elapsed != paceWindow {
			t.Errorf("%d requests took %s, want %s", paceRequests+1, elapsed, paceWindow)
		}
	})
}
