package genesyscloud

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAuditsArePagedInTheBody(t *testing.T) {
	t.Parallel()
	const audits = "POST /api/v2/audits/query/realtime"
	var bodies []map[string]any
	pages := []string{
		`{"entities": [{"id": "e1", "eventDate": "2026-11-24T10:00:00Z", "action": "Update", "entityType": "Role"}], "pageNumber": 1, "pageCount": 2, "total": 2}`,
		`{"entities": [{"id": "e2", "eventDate": "2026-11-24T10:00:00Z", "action": "Update", "entityType": "Role"}], "pageNumber": 2, "pageCount": 2, "total": 2}`,
	}
	p := newPlatform(t, map[string]http.HandlerFunc{audits: func(w http.ResponseWriter, r *http.Request) {
		data, err := io.ReadAll(r.Body)
		var body map[string]any
		if err != nil || json.Unmarshal(data, &body) != nil || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("body %q of the type %q", data, r.Header.Get("Content-Type"))
		}
		bodies = append(bodies, body)
		answer(pages[len(bodies)-1])(w, r)
	}})
	query := auditsOfADay
	query.From = query.From.In(time.FixedZone("", 3600))
	query.Action = "Update"
	c := p.client()
	for range 2 {
		got, err := c.Audits(t.Context(), query)
		if err != nil || len(got) != 2 || got[0].ID != "e1" || got[1].ID != "e2" {
			t.Errorf("events %+v, %v", got, err)
		}
	}
	page := func(number float64) map[string]any {
		return map[string]any{
			"interval": "2026-11-24T00:00:00.000Z/2026-11-25T00:00:00.000Z", "serviceName": "PeoplePermissions",
			"filters": []any{map[string]any{"property": "EntityType", "value": "OAuthClient"}, map[string]any{"property": "EntityId", "value": "c1"},
				map[string]any{"property": "Action", "value": "Update"}},
			"sort":       []any{map[string]any{"name": "Timestamp", "sortOrder": "ascending"}},
			"pageNumber": number, "pageSize": 100.0,
		}
	}
	if diff := cmp.Diff([]map[string]any{page(1), page(2)}, bodies); diff != "" {
		t.Errorf("bodies (-want +got):\n%s", diff)
	}
}

// An event without a time stands nowhere between the others.
func TestEventsWithoutATimeAreNoEvidence(t *testing.T) {
	t.Parallel()
	for _, date := range []string{"yesterday", "2026-11-24", ""} {
		c := offline(t, func(*http.Request) (*http.Response, error) {
			return response(200, `{"entities": [{"id": "e1", "eventDate": "`+date+`", "action": "Update", "entityType": "Role"}], "total": 1}`), nil
		})
		events, err := c.Audits(t.Context(), auditsOfADay)
		if events != nil {
			t.Errorf("%q: %v", date, events)
		}
		contains(t, as[*AnswerError](t, err).Error(), "the field eventDate")
	}
}

func TestAuditQueriesAreKeptApart(t *testing.T) {
	t.Parallel()
	number := 0
	c := offline(t, func(*http.Request) (*http.Response, error) {
		number++
		return response(200, `{"entities": [], "total": 0}`), nil
	})
	other := auditsOfADay
	other.EntityID = "c2"
	for _, query := range []AuditQuery{auditsOfADay, other, auditsOfADay, other} {
		if _, err := c.Audits(t.Context(), query); err != nil {
			t.Fatal(err)
		}
	}
	if number != 2 {
		t.Errorf("%d requests for two queries", number)
	}
}
