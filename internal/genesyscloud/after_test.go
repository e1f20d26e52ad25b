package genesyscloud

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const policiesPath = "GET /api/v2/authorization/policies"

// policies is a page of access policies with the ids p<from> to p<to - 1>, and what else the envelope has.
func policies(from, to int, more string) string {
	var entities []string
	for i := from; i < to; i++ {
		entities = append(entities, fmt.Sprintf(`{"id": "p%d"}`, i))
	}
	return `{"entities": [` + strings.Join(entities, ",") + `]` + more + `}`
}

func TestPoliciesAreReadUntilAShortPage(t *testing.T) {
	t.Parallel()
	const next = `, "nextUri": "/api/v2/authorization/policies?after=x"`
	for _, test := range []struct {
		name  string
		pages []string
		want  int
		after []string // of the requests but the first
	}{
		{"none", []string{policies(0, 0, "")}, 0, nil},
		{"one short page", []string{policies(0, 3, "")}, 3, nil},
		{"full page, then a short one", []string{policies(0, 100, next), policies(100, 101, "")}, 101, []string{"p99"}},
		{"full page without a next one by its own account", []string{policies(0, 100, ""), policies(100, 100, "")}, 100, []string{"p99"}},
		{"short pages that say that more follow", []string{policies(0, 25, next), policies(25, 30, "")}, 30, []string{"p24"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var handlers []http.HandlerFunc
			for _, page := range test.pages {
				handlers = append(handlers, answer(page))
			}
			p := newPlatform(t, map[string]http.HandlerFunc{policiesPath: sequence(handlers...)})
			got, err := p.client(withToken).AccessPolicies(t.Context())
			if err != nil || len(got) != test.want {
				t.Errorf("%d policies, %v, want %d", len(got), err, test.want)
			}
			want := []string{policiesPath + "?pageSize=100 fixed-token"}
			for _, id := range test.after {
				want = append(want, policiesPath+"?after="+id+"&pageSize=100 fixed-token")
			}
			if diff := cmp.Diff(want, p.requests("GET")); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPoliciesThatAreNoEvidence(t *testing.T) {
	t.Parallel()
	const next = `, "nextUri": "/next"`
	for _, test := range []struct {
		name, says string
		pages      []string
	}{
		{"cursor ignored", "page 2: it repeats what came before", []string{policies(0, 100, next), policies(0, 100, next)}},
		{"pages that overlap", "page 2: twice in the list: p99", []string{policies(0, 100, next), policies(99, 120, "")}},
		{"empty page before the end", "page 2: it is empty although it says that more pages follow",
			[]string{policies(0, 100, next), policies(0, 0, next)}},
		{"more than asked for", "it has 101 entities where 100 were asked for", []string{policies(0, 101, "")}},
		{"no entities", "page 2: it has no entities", []string{policies(0, 100, next), `{}`}},
		{"null entities", "null where a list is expected", []string{`{"entities": null}`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var handlers []http.HandlerFunc
			for _, page := range test.pages {
				handlers = append(handlers, answer(page))
			}
			p := newPlatform(t, map[string]http.HandlerFunc{policiesPath: sequence(handlers...)})
			got, err := p.client(withToken).AccessPolicies(t.Context())
			if got != nil {
				t.Errorf("policies %v", got)
			}
			contains(t, as[*AnswerError](t, err).Error(), policiesPath, test.says)
		})
	}
	t.Run("failed page", func(t *testing.T) {
		t.Parallel()
		p := newPlatform(t, map[string]http.HandlerFunc{policiesPath: sequence(answer(policies(0, 100, next)), failing(500, `{}`))})
		if got, err := p.client(withToken).AccessPolicies(t.Context()); got != nil || err == nil {
			t.Errorf("policies %v, %v", got, err)
		}
	})
	t.Run("list that never ends", func(t *testing.T) {
		t.Parallel()
		number := 0
		c := offline(t, func(*http.Request) (*http.Response, error) {
			number++
			return response(200, policies(number*100, number*100+100, next)), nil
		}, func(c *Config) { c.Timeout = time.Hour })
		unpaced(t, c)
		_, err := c.AccessPolicies(t.Context())
		contains(t, as[*AnswerError](t, err).Error(), "does not end after 500 pages")
		if number != 500 {
			t.Errorf("%d requests", number)
		}
	})
}
