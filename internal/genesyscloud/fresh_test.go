package genesyscloud

import (
	"net/http"
	"testing"
)

// A fresh client reads anew what the first one has read, with the token that the first one has.
func TestFreshClientReadsAnew(t *testing.T) {
	t.Parallel()
	const noDivisions = `{"entities": [], "total": 0, "pageNumber": 1, "pageCount": 0}`
	p := newPlatform(t, map[string]http.HandlerFunc{"GET /api/v2/authorization/divisions": answer(noDivisions)})
	first := p.client()
	for _, client := range []*Client{first, first, first.Fresh()} {
		if _, err := client.Divisions(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := p.requests("GET"); len(got) != 2 {
		t.Errorf("%d readings, want one for each client: %q", len(got), got)
	}
	if got := p.requests("POST"); len(got) != 1 {
		t.Errorf("%d sign-ins, want 1: %q", len(got), got)
	}
}
