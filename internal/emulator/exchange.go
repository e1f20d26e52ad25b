package emulator

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

// The headers of an answer by which the platform traces it.
const (
	headerCorrelationID = "ININ-Correlation-Id"
	headerRequestID     = "x-genesys-cloud-request-id"
)

// The request headers that are the emulator's own.
const (
	headerDivision = "X-Emulator-Division"
	headerOwn      = "X-Emulator-Own"
	headerVariant  = "X-Emulator-Variant"
	headerSourceIP = "X-Emulator-Source-IP"
)

// maxBodyBytes bounds the body of a request. The platform's own limit is not published.
const maxBodyBytes = 3 << 20

// platformRateLimit is the platform's limit of API requests per token and minute.
const platformRateLimit = 300

// exchange is one request to the platform and what is known of it.
type exchange struct {
	emulator      *Emulator
	world         *world
	request       *http.Request
	region        string // of the base URL, empty without
	path          string // below the base URL, escaped
	query         url.Values
	correlationID string
	violations    []string

	// Known once the caller is authenticated.
	token        *token
	organization *organization
	client       *Client
	user         *User

	entry  catalog.Entry
	params map[string]string // of the path
	body   []byte            // of the request; nil for the token endpoint
}

// answer is what goes back, before a fault and the wire.
type answer struct {
	status int
	header http.Header
	body   []byte
	write  func(http.ResponseWriter, *http.Request, answer) // nil: all of it
}

func (e *Emulator) newExchange(r *http.Request) *exchange {
	x := &exchange{emulator: e, world: e.present(), request: r, path: r.URL.EscapedPath(), query: r.URL.Query(), correlationID: newUUID()}
	first, rest, _ := strings.Cut(strings.TrimPrefix(x.path, "/"), "/")
	if isRegion(first) {
		x.region, x.path = first, "/"+rest
	}
	return x
}

// shownRegion is the region of the base URL, otherwise of the caller's organization.
func (x *exchange) shownRegion() string {
	if x.region == "" && x.organization != nil {
		return x.organization.state.Region
	}
	return x.region
}

func newUUID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// answer is the answer without faults.
func (x *exchange) answer() answer {
	if x.path == "/oauth/token" {
		return x.signIn()
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, x.request.Body, maxBodyBytes))
	if err != nil {
		return x.fail(http.StatusRequestEntityTooLarge, "request.entity.too.large",
			fmt.Sprintf("The request is over the size limit. Maximum bytes: %d", maxBodyBytes))
	}
	x.body = body
	entry, known := catalog.Find(x.request.Method, x.path)
	x.entry = entry
	x.params = pathParams(entry.Path, x.path)
	denied := x.authenticate()
	rate := rate{count: 1, allowed: platformRateLimit, reset: int(rateWindow.Seconds())}
	if x.token != nil && x.emulator.perMinute > 0 {
		rate = x.emulator.spend(x.token)
	}
	out := x.api(known, denied, rate)
	out.header.Set("inin-ratelimit-count", strconv.Itoa(rate.count))
	out.header.Set("inin-ratelimit-allowed", strconv.Itoa(rate.allowed))
	out.header.Set("inin-ratelimit-reset", strconv.Itoa(rate.reset))
	return out
}

// api is the answer to an API request: the first of the platform's refusals that applies, or what the endpoint serves.
func (x *exchange) api(known bool, denied *denial, rate rate) answer {
	switch {
	case !known:
		x.violate("unknown endpoint")
		return x.notFound()
	case denied != nil:
		return x.deny(denied)
	case rate.count > rate.allowed:
		return x.slowDown(rate.reset)
	}
	if denied := x.checkSource(); denied != nil {
		return x.deny(denied)
	}
	if !x.mayReadAnalyticsFromItsRegion() {
		return x.eventsDenied()
	}
	if x.entry.Endpoint() == eventsEndpoint {
		return x.events()
	}
	if denied := x.authorize(); denied != nil {
		return x.deny(denied)
	}
	return x.serve()
}

func (x *exchange) slowDown(seconds int) answer {
	d := tooManyRequests(strconv.Itoa(seconds))
	out := x.deny(&d)
	out.header.Set("Retry-After", strconv.Itoa(seconds))
	return out
}

// decodeBody reads the JSON body of the request.
func (x *exchange) decodeBody(target any) *denial {
	if err := json.Unmarshal(x.body, target); err != nil {
		malformed := statusError(http.StatusBadRequest)
		return &malformed
	}
	return nil
}

// pathParams reads the parameters of a path that matches the template.
func pathParams(template, path string) map[string]string {
	params := map[string]string{}
	segments := strings.Split(path, "/")
	for i, segment := range strings.Split(template, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok && i < len(segments) {
			if value, err := url.PathUnescape(segments[i]); err == nil {
				params[strings.TrimSuffix(name, "}")] = value
			}
		}
	}
	return params
}

func (x *exchange) violate(what string) {
	x.violations = append(x.violations, fmt.Sprintf("%s %s: %s", x.request.Method, x.path, what))
}

// shownQuery is the query for the request log: whatever a caller puts into a parameter that the endpoint does not have stays out.
func (x *exchange) shownQuery() string {
	known := routes[x.entry.Endpoint()].query
	shown := url.Values{}
	for name, values := range x.query {
		if slices.Contains(known, name) {
			shown[name] = values
		} else {
			shown.Set(name, "")
		}
	}
	return shown.Encode()
}

func (x *exchange) ok(body any) answer { return x.json(http.StatusOK, body) }

func (x *exchange) json(status int, body any) answer {
	var data bytes.Buffer
	encoder := json.NewEncoder(&data)
	encoder.SetEscapeHTML(false) // as the platform: its URIs carry a plain &
	if err := encoder.Encode(body); err != nil {
		panic("emulator: an answer cannot be encoded: " + err.Error()) // every answer is made of plain data
	}
	header := http.Header{}
	header.Set("Content-Type", "application/json")
	header.Set(headerCorrelationID, x.correlationID)
	return answer{status: status, header: header, body: bytes.TrimSpace(data.Bytes())}
}

// send puts the answer on the wire.
func (a answer) send(w http.ResponseWriter, r *http.Request) {
	if a.write != nil {
		a.write(w, r, a)
		return
	}
	a.sendHeader(w, len(a.body))
	_, _ = w.Write(a.body) // a client that is gone wants no answer
}

func (a answer) sendHeader(w http.ResponseWriter, length int) {
	maps.Copy(w.Header(), a.header)
	w.Header().Set("Content-Length", strconv.Itoa(length))
	w.WriteHeader(a.status)
}
