package emulator

import (
	"net/http"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

// queries are the POST requests that change nothing: the platform documents them as queries, whose body says what is asked for.
var queries = map[string]bool{
	"POST /api/v2/audits/query":                                  true,
	"POST /api/v2/audits/query/realtime":                         true,
	"POST /api/v2/audits/query/realtime/related":                 true,
	"POST /api/v2/authorization/policies/{policyId}/simulate":    true,
	"POST /api/v2/license/infer/permissions":                     true,
	"POST /api/v2/oauth/clients/{clientId}/usage/query":          true,
	"POST /api/v2/usage/client/{clientId}/aggregates/query/jobs": true,
}

// Reads says whether a request changes nothing on the platform: it is a GET, the sign-in, or a documented query.
func (r Request) Reads() bool {
	if r.Method == http.MethodGet || r.Method == http.MethodPost && r.Path == "/oauth/token" {
		return true
	}
	entry, known := catalog.Find(r.Method, r.Path)
	return known && queries[entry.Endpoint()]
}

// WithObserver has every request shown to a function as soon as it is answered, whatever is reset later. Requests that are answered at
// once are shown at once.
func WithObserver(observe func(Request)) Option { return func(e *Emulator) { e.observe = observe } }
