package genesyscloud

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestPagesAreFollowed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		pages []string
		want  []string
	}{
		{"no entities", []string{noDivisions}, nil},
		{"no entities on one page", []string{`{"entities": [], "pageNumber": 1, "pageCount": 1, "total": 0}`}, nil},
		{"one page", []string{oneDivision}, []string{"d1"}},
		{"three pages", []string{
			`{"entities": [{"id": "a"}, {"id": "b"}], "pageNumber": 1, "pageCount": 3, "total": 5, "nextUri": "/api/v2/x"}`,
			`{"entities": [{"id": "c"}, {"id": "d"}], "pageNumber": 2, "pageCount": 3, "total": 5, "nextUri": "/api/v2/x"}`,
			`{"entities": [{"id": "e"}], "pageNumber": 3, "pageCount": 3, "total": 5}`,
		}, []string{"a", "b", "c", "d", "e"}},
		{"total only", []string{
			`{"entities": [{"id": "a"}], "total": 2}`,
			`{"entities": [{"id": "b"}], "total": 2}`,
		}, []string{"a", "b"}},
		{"null where the platform leaves out", []string{
			`{"entities": [{"id": "a", "name": null}], "pageNumber": null, "pageCount": null, "nextUri": null, "total": 1}`,
		}, []string{"a"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, map[string]http.HandlerFunc{divisionsPath: pages(test.pages...)})
			got, err := divisionIDs(t.Context(), p.client())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("ids (-want +got):\n%s", diff)
			}
			if sent := len(p.requests("GET")); sent != len(test.pages) {
				t.Errorf("%d requests for %d pages", sent, len(test.pages))
			}
		})
	}
}

func TestPagesThatCannotBeTrusted(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		pages []string
		says  string
	}{
		{"entities absent", []string{`{"pageNumber": 1, "pageCount": 1, "total": 0}`}, "page 1: it has no entities"},
		{"entities null", []string{`{"entities": null, "total": 0}`}, "null where a list is expected"},
		{"null entity", []string{`{"entities": [null], "total": 1}`}, "null as element 0"},
		{"entity without id", []string{`{"entities": [{"id": "a"}, {"name": "b"}], "total": 2}`}, "page 1: entity 2: the field id is missing"},
		{"entity with null id", []string{`{"entities": [{"id": null}], "total": 1}`}, "the field id is missing"},
		{"entity that is no object", []string{`{"entities": ["a"], "total": 1}`}, "entity 1: a value is a JSON string"},
		{"no total", []string{`{"entities": [{"id": "a"}], "pageNumber": 1, "pageCount": 1}`}, "no total"},
		{"negative total", []string{`{"entities": [], "total": -1}`}, "a total of -1 cannot be"},
		{"huge total", []string{`{"entities": [{"id": "a"}], "total": 9223372036854775807}`}, "cannot be"},
		{"total too low", []string{`{"entities": [{"id": "a"}, {"id": "b"}], "pageNumber": 1, "pageCount": 1, "total": 1}`},
			"2 entities came where the list has 1"},
		{"total too high", []string{`{"entities": [{"id": "a"}], "pageNumber": 1, "pageCount": 1, "total": 2}`},
			"1 entities came where the list has 2"},
		{"total zero", []string{`{"entities": [{"id": "a"}], "pageNumber": 1, "pageCount": 1, "total": 0}`},
			"1 entities came where the list has 0"},
		{"negative page count", []string{`{"entities": [{"id": "a"}], "pageNumber": 1, "pageCount": -1, "total": 1}`}, "a page count of -1 cannot be"},
		{"total of the page", []string{
			`{"entities": [{"id": "a"}], "pageNumber": 1, "pageCount": 2, "total": 1}`,
		}, "more pages follow although all 1 entities"},
		{"next page after the total", []string{
			`{"entities": [{"id": "a"}], "pageNumber": 1, "pageCount": 1, "total": 1, "nextUri": "/api/v2/x?pageNumber=2"}`,
		}, "more pages follow although all 1 entities"},
		{"total changes", []string{
			`{"entities": [{"id": "a"}], "total": 3}`, `{"entities": [{"id": "b"}], "total": 2}`,
		}, "page 2: the total changed from 3 to 2"},
		{"total grows", []string{
			`{"entities": [{"id": "a"}], "total": 2}`, `{"entities": [{"id": "b"}], "total": 3}`,
		}, "page 2: the total changed from 2 to 3"},
		{"page count too low", []string{
			`{"entities": [{"id": "a"}], "pageCount": 2, "total": 3}`, `{"entities": [{"id": "b"}], "pageCount": 2, "total": 3}`,
		}, "page 2: 2 entities came where the list has 3"},
		{"first page again", []string{
			`{"entities": [{"id": "a"}, {"id": "b"}], "pageCount": 2, "total": 4}`,
			`{"entities": [{"id": "a"}, {"id": "b"}], "pageCount": 2, "total": 4}`,
		}, "page 2: it repeats what came before"},
		{"one entity again", []string{
			`{"entities": [{"id": "a"}, {"id": "b"}], "pageCount": 2, "total": 4}`,
			`{"entities": [{"id": "b"}, {"id": "c"}], "pageCount": 2, "total": 4}`,
		}, "page 2: twice in the list: b"},
		{"twice on a page", []string{`{"entities": [{"id": "a"}, {"id": "a"}], "total": 2}`}, "page 1: twice in the list: a"},
		{"wrong page number", []string{
			`{"entities": [{"id": "a"}], "pageNumber": 1, "total": 2}`, `{"entities": [{"id": "b"}], "pageNumber": 1, "total": 2}`,
		}, "page 2: it says that it is page 1"},
		{"empty page", []string{
			`{"entities": [{"id": "a"}], "total": 2}`, `{"entities": [], "total": 2}`,
		}, "page 2: it is empty although only 1 of 2 entities came"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, map[string]http.HandlerFunc{divisionsPath: pages(test.pages...)})
			divisions, err := p.client().Divisions(t.Context())
			if got := as[*AnswerError](t, err); got.Request() != divisionsPath || divisions != nil {
				t.Errorf("divisions %v, error %+v", divisions, got)
			}
			contains(t, err.Error(), test.says)
		})
	}
}

func TestOneFailedPageFailsTheList(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, map[string]http.HandlerFunc{divisionsPath: sequence(
		answer(`{"entities": [{"id": "a"}], "pageNumber": 1, "pageCount": 3, "total": 3}`),
		failing(500, `{"code": "internal.server.error"}`),
		answer(`{"entities": [{"id": "b"}], "pageNumber": 3, "pageCount": 3, "total": 3}`),
	)})
	divisions, err := p.client().Divisions(t.Context())
	if got := as[*APIError](t, err); got.Status != 500 || divisions != nil {
		t.Errorf("divisions %v, error %+v", divisions, got)
	}
}

func TestListThatNeverEnds(t *testing.T) {
	t.Parallel()
	var number int
	c := offline(t, func(*http.Request) (*http.Response, error) {
		number++
		const page = `{"entities": [{"id": "d%[1]d"}], "pageNumber": %[1]d, "total": 50000, "nextUri": "/next"}`
		return response(200, fmt.Sprintf(page, number)), nil
	})
	unpaced(t, c)
	_, err := readPages(t.Context(), c, divisionsNoun, nil)
	contains(t, as[*AnswerError](t, err).Error(), "does not end after 500 pages")
	if number != 500 {
		t.Errorf("%d requests", number)
	}
}

// unpaced lifts the limit of 300 requests a minute.
func unpaced(t *testing.T, c *Client) {
	t.Helper()
	next := c.transport
	c.transport = roundTripper(func(r *http.Request) (*http.Response, error) {
		c.pace.mu.Lock()
		c.pace.slots = [paceRequests]time.Time{}
		c.pace.mu.Unlock()
		return next.RoundTrip(r)
	})
}

func TestEveryCompleteListIsReadWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		sizes := rapid.SliceOfN(rapid.IntRange(1, 5), 0, 8).Draw(rt, "sizes")
		var total int
		for _, size := range sizes {
			total += size
		}
		var want []string
		var bodies []string
		for number, size := range sizes {
			var entities []string
			for range size {
				id := fmt.Sprintf("id-%d", len(want))
				want = append(want, id)
				entities = append(entities, fmt.Sprintf(`{"id": %q}`, id))
			}
			bodies = append(bodies, fmt.Sprintf(`{"entities": [%s], "pageNumber": %d, "pageCount": %d, "total": %d}`,
				strings.Join(entities, ","), number+1, len(sizes), total))
		}
		if len(sizes) == 0 {
			bodies = []string{noDivisions}
		}
		c := offline(t, func(r *http.Request) (*http.Response, error) { return response(200, bodies[pageNumber(r)-1]), nil })
		got, err := divisionIDs(t.Context(), c)
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatalf("ids (-want +got):\n%s", diff)
		}
	})
}

func TestUnpagedLists(t *testing.T) {
	t.Parallel()
	const client = `{"id": "c1", "name": "One", "authorizedGrantType": "CODE"}`
	for _, test := range []struct{ name, body, says string }{
		{"whole envelope", `{"entities": [` + client + `], "pageSize": 100, "pageNumber": 1, "pageCount": 1, "total": 1, "selfUri": "/x"}`, ""},
		{"total only", `{"entities": [` + client + `], "total": 1}`, ""},
		{"bare", `{"entities": [` + client + `]}`, ""},
		{"more by the total", `{"entities": [` + client + `], "pageNumber": 1, "pageCount": 1, "total": 2}`,
			"1 entities came where the list has 2"},
		{"fewer by the total", `{"entities": [` + client + `], "total": 0}`, "1 entities came where the list has 0"},
		{"more by the page count", `{"entities": [` + client + `], "pageNumber": 1, "pageCount": 2, "total": 1}`, "more pages follow"},
		{"negative page count", `{"entities": [` + client + `], "pageCount": -1, "total": 1}`, "a page count of -1 cannot be"},
		{"more by the next URI", `{"entities": [` + client + `], "total": 1, "nextUri": "/api/v2/oauth/clients?pageNumber=2"}`,
			"more pages follow"},
		{"another page", `{"entities": [` + client + `], "pageNumber": 2, "total": 1}`, "it says that it is page 2"},
		{"entities absent", `{"total": 0}`, "no entities"},
		{"entities null", `{"entities": null}`, "null where a list is expected"},
		{"twice", `{"entities": [` + client + `, {"id": "c2", "name": "Two", "authorizedGrantType": "CODE"}, ` + client + `], "total": 3}`,
			"twice in the list: c1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, map[string]http.HandlerFunc{"GET /api/v2/oauth/clients": answer(test.body)})
			clients, err := p.client(withToken).OAuthClients(t.Context())
			if diff := cmp.Diff([]string{"GET /api/v2/oauth/clients fixed-token"}, p.requests("")); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			if test.says == "" {
				if err != nil || len(clients) != 1 {
					t.Errorf("clients %v, %v", clients, err)
				}
				return
			}
			if got := as[*AnswerError](t, err); got.Request() != "GET /api/v2/oauth/clients" || clients != nil {
				t.Errorf("clients %v, error %+v", clients, got)
			}
			contains(t, err.Error(), test.says)
		})
	}
}

// pages is a handler that answers with the page that is asked for, and with the last one beyond it.
func pages(bodies ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		answer(bodies[min(pageNumber(r), len(bodies))-1])(w, r)
	}
}

func pageNumber(r *http.Request) int {
	number, _ := strconv.Atoi(r.URL.Query().Get("pageNumber"))
	return max(number, 1)
}

func TestPagesAreAskedForSideBySideAndKeepTheirOrder(t *testing.T) {
	t.Parallel()
	const count = 12
	answers := func(failed int) (c *Client, mostAtOnce *atomic.Int64) {
		var atOnce atomic.Int64
		mostAtOnce = &atomic.Int64{}
		return offline(t, func(r *http.Request) (*http.Response, error) {
			for now, most := atOnce.Add(1), mostAtOnce.Load(); now > most && !mostAtOnce.CompareAndSwap(most, now); most = mostAtOnce.Load() {
			}
			defer atOnce.Add(-1)
			number := pageNumber(r)
			select {
			case <-time.After(time.Duration(count-number) * time.Millisecond): // the later a page, the sooner it comes
			case <-r.Context().Done():
				return nil, r.Context().Err()
			}
			if number == failed {
				return response(403, "{}"), nil
			}
			return response(200, fmt.Sprintf(`{"entities": [{"id": "d%[1]d"}], "pageNumber": %[1]d, "pageCount": %[2]d, "total": %[2]d}`, number, count)), nil
		}), mostAtOnce
	}
	synctest.Test(t, func(t *testing.T) {
		c, mostAtOnce := answers(0)
		ids, err := divisionIDs(t.Context(), c)
		var want []string
		for number := 1; number <= count; number++ {
			want = append(want, fmt.Sprintf("d%d", number))
		}
		if diff := cmp.Diff(want, ids); err != nil || diff != "" {
			t.Errorf("error %v, ids (-want +got):\n%s", err, diff)
		}
		if most := mostAtOnce.Load(); most != pagesAtOnce {
			t.Errorf("%d pages at once, want %d", most, pagesAtOnce)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		c, _ := answers(7)
		divisions, err := c.Divisions(t.Context())
		if got := as[*APIError](t, err); got.Status != 403 || divisions != nil {
			t.Errorf("divisions %v, error %v: want the failed page to fail the list", divisions, err)
		}
	})
}
