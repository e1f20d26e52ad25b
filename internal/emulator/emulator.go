// Package emulator is a stateful Genesys Cloud for tests and demonstrations: several organizations in several regions, their OAuth
// clients, users, roles, divisions and permissions, signed in to and read over HTTP as on the real platform.
//
// An Emulator is an http.Handler. "http://HOST:PORT" and "http://HOST:PORT/<region>" are both base URLs, for sign-in
// (POST /oauth/token) and for the API (/api/v2/...). Below a region only the organizations of that region exist.
//
// The endpoints that it models answer from the state with the platform's bodies, and only where the caller is granted access. Writes of
// OAuth clients, roles, grants, divisions and access policies change the state and appear in the audit trail. Every other endpoint of the
// endpoint catalog answers 501, never an empty list. What no correct caller of the platform sends (an unknown path
// or query parameter) is refused and kept, see [Emulator.Violations].
//
// Some request headers are the emulator's own, for what the platform knows and a request does not say:
//
//   - X-Emulator-Division: the division (an id, or "*" for all) in which the permissions must hold. The platform's own lists answer with
//     less instead of refusing.
//   - X-Emulator-Variant: the variant of the call, as the endpoint catalog names it, or "*" for every variant. Without it the request
//     decides where the documentation says how, and every variant is needed where it does not.
//   - X-Emulator-Own: true or false, whether the object or job of the request is the caller's own.
//   - X-Emulator-Source-IP: the address that an IP allowlist is held against.
//
// Its access decision is written independently of the provider's, so that tests can compare the two.
package emulator

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// Emulator is a Genesys Cloud. It is safe for concurrent use.
type Emulator struct {
	now       func() time.Time
	perMinute int // requests per token and minute, 0 for no limit
	observe   func(Request)

	changing sync.Mutex // held while a new world is made of the old one

	mu         sync.Mutex
	world      *world    // what requests see
	pending    []version // what they will see, oldest first
	tokens     map[string]*token
	faults     []*activeFault
	requests   []Request
	violations []string

	usageQueries map[string]*usageQuery      // by execution id
	usageJobs    map[string]*usageJob        // by job id
	auditQueries map[string]*asyncAuditQuery // by transaction id
	channels     []*channel                  // of notifications
}

// Option configures an Emulator.
type Option func(*Emulator)

// WithClock sets the clock by which tokens expire and rate limits reset. The default is time.Now.
func WithClock(now func() time.Time) Option { return func(e *Emulator) { e.now = now } }

// WithRateLimit limits the API requests of a token per minute; the platform's own limit is 300. Without it nothing is limited.
func WithRateLimit(perMinute int) Option { return func(e *Emulator) { e.perMinute = perMinute } }

// New returns an emulator of the given state. Its error names every fault of the state: repeated ids, grants of what does not exist,
// unknown regions.
func New(state State, options ...Option) (*Emulator, error) {
	w, err := newWorld(state)
	if err != nil {
		return nil, err
	}
	e := &Emulator{
		now: time.Now, world: w, tokens: map[string]*token{},
		usageQueries: map[string]*usageQuery{}, usageJobs: map[string]*usageJob{}, auditQueries: map[string]*asyncAuditQuery{},
	}
	for _, option := range options {
		option(e)
	}
	return e, nil
}

// Replace puts another state in the place of the present one. Tokens live on with the scopes and the time of their issue; those of a
// client that no longer exists are refused.
func (e *Emulator) Replace(state State) error {
	e.changing.Lock()
	defer e.changing.Unlock()
	return e.replace(state)
}

// Update changes the present state. When the result is not a valid state, nothing changes.
func (e *Emulator) Update(change func(*State)) error {
	e.changing.Lock()
	defer e.changing.Unlock()
	state := e.State()
	change(&state)
	return e.replace(state)
}

func (e *Emulator) replace(state State) error {
	w, err := newWorld(state)
	if err != nil {
		return err
	}
	e.publish(w, 0)
	return nil
}

// State returns a copy of the present state, secrets included, with the writes that requests do not see yet.
func (e *Emulator) State() State {
	state, err := e.newest().state.clone()
	if err != nil {
		panic("emulator: a checked state cannot be copied: " + err.Error()) // newWorld has copied it already
	}
	return state
}

// present is the world that requests see.
func (e *Emulator) present() *world {
	now := e.now()
	e.mu.Lock()
	defer e.mu.Unlock()
	for len(e.pending) > 0 && !now.Before(e.pending[0].from) {
		e.world, e.pending = e.pending[0].world, e.pending[1:]
	}
	return e.world
}

// Request is what is kept of a request: never a header, a body or a secret.
type Request struct {
	Method   string `json:"method"`
	Path     string `json:"path"`                // without the region prefix of the base URL
	Query    string `json:"query,omitempty"`     // a parameter that the endpoint does not have is kept by name only
	Status   int    `json:"status"`              // 0: a fault left the request without an answer
	Region   string `json:"region,omitempty"`    // of the base URL, otherwise of the organization
	ClientID string `json:"client_id,omitempty"` // the OAuth client, as far as it is known to exist
}

// Requests returns every sign-in and API request since the start or the last reset, in the order in which they were answered.
func (e *Emulator) Requests() []Request {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.requests)
}

// ResetRequests forgets the requests and violations so far.
func (e *Emulator) ResetRequests() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.requests, e.violations = nil, nil
}

// Violations returns what was asked that no correct caller of the platform asks: unknown paths and unknown query parameters.
func (e *Emulator) Violations() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.violations)
}

// ServeHTTP implements http.Handler.
func (e *Emulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if e.control(w, r) {
		return
	}
	x := e.newExchange(r)
	answer := x.answer()
	fault := e.nextFault(x)
	if fault != nil {
		answer = fault.change(x, answer)
	}
	e.record(x, answer.status)
	answer.send(w, r)
}

func (e *Emulator) record(x *exchange, status int) {
	request := Request{Method: x.request.Method, Path: x.path, Query: x.shownQuery(), Status: status, Region: x.shownRegion()}
	if x.client != nil {
		request.ClientID = x.client.ID
	}
	if e.observe != nil {
		e.observe(request)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.requests = append(e.requests, request)
	e.violations = append(e.violations, x.violations...)
}
