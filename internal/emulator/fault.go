package emulator

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// TokenRateLimited is the body with which the token endpoint refuses, with status 400, too many sign-ins.
const TokenRateLimited = `{"error":"invalid_request","description":"rate limit exceeded; try again later",` +
	`"error_description":"rate limit exceeded; try again later"}`

// FaultKind is what a fault does.
type FaultKind string

const (
	// FaultStatus answers with Status (or else 200) and Body; without Body with the platform's error body for Status (or else 500). A
	// 429 whose Header has a Retry-After carries the body that names it. It is the kind of a fault that names none.
	FaultStatus FaultKind = ""
	// FaultMutate answers what Mutate makes of the real body.
	FaultMutate FaultKind = "mutate"
	// FaultTruncate announces the whole real body, sends its first half and closes the connection.
	FaultTruncate FaultKind = "truncate"
	// FaultDrop closes the connection without an answer. Go's HTTP client repeats a GET by itself when that happens to a reused
	// connection.
	FaultDrop FaultKind = "drop"
	// FaultDropBody sends the header and closes the connection.
	FaultDropBody FaultKind = "drop_body"
	// FaultEmpty answers with the real header and no body.
	FaultEmpty FaultKind = "empty"
	// FaultHTML answers with an HTML page, as a proxy in between would.
	FaultHTML FaultKind = "html"
	// FaultRedirect answers with a redirect to Location, 302 without Status.
	FaultRedirect FaultKind = "redirect"
	// FaultHang answers nothing until the client goes away.
	FaultHang FaultKind = "hang"
	// FaultDrip sends the real body byte by byte, one every Interval or else every 10 milliseconds.
	FaultDrip FaultKind = "drip"
	// FaultHuge answers with a JSON body of at least Bytes bytes, or else 1 GiB.
	FaultHuge FaultKind = "huge"
	// FaultRepeatPage answers every page of a list with the entities of the first one, under the number or the cursor that was asked for.
	FaultRepeatPage FaultKind = "repeat_page"
	// FaultEndless answers every page of a list, however high its number, with as many new entities as the first page has, and says
	// that another page follows. The list's total is Total, or else grows with each page. A list that is paged by a cursor has none.
	FaultEndless FaultKind = "endless"
)

// kinds are all kinds of faults.
var kinds = []FaultKind{
	FaultStatus, FaultMutate, FaultTruncate, FaultDrop, FaultDropBody, FaultEmpty, FaultHTML, FaultRedirect, FaultHang, FaultDrip, FaultHuge,
	FaultRepeatPage, FaultEndless,
}

// Fault is something that goes wrong with the requests that it matches. The first active fault that matches a request applies.
type Fault struct {
	Method string            `json:"method"` // "" for all
	Path   string            `json:"path"`   // without region prefix, exact or with {parameters}; "" for all, "/oauth/token" included
	Region string            `json:"region"` // of the base URL or else of the organization; "" for all
	Query  map[string]string `json:"query"`  // parameters that the request has, {"pageNumber": "2"}

	Skip  int `json:"skip"`  // matching requests that pass first
	Times int `json:"times"` // matching requests that then fail; 0 for all

	Kind        FaultKind     `json:"kind"`
	Status      int           `json:"status"`       // of the answer, whatever the kind; 0 leaves it
	Header      http.Header   `json:"header"`       // added to the answer's, whatever the kind
	ContentType string        `json:"content_type"` // instead of the answer's, whatever the kind
	Body        string        `json:"body"`
	Location    string        `json:"location"`
	Interval    time.Duration `json:"interval"` // nanoseconds in JSON
	Bytes       int64         `json:"bytes"`
	Total       int           `json:"total"`

	Mutate func(body []byte) []byte `json:"-"`
}

// activeFault is a fault and how often it has matched, and applied.
type activeFault struct {
	Fault
	seen, applied int
}

// AddFault adds a fault after those that are there.
func (e *Emulator) AddFault(f Fault) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.faults = append(e.faults, &activeFault{Fault: f})
}

// ClearFaults removes all faults.
func (e *Emulator) ClearFaults() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.faults = nil
}

func (e *Emulator) nextFault(x *exchange) *Fault {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, fault := range e.faults {
		if !fault.matches(x) {
			continue
		}
		fault.seen++
		if fault.seen > fault.Skip && (fault.Times == 0 || fault.seen <= fault.Skip+fault.Times) {
			fault.applied++
			return &fault.Fault
		}
	}
	return nil
}

// FaultsApplied tells how many answers each of the faults has changed, in the order in which they were added.
func (e *Emulator) FaultsApplied() []int {
	e.mu.Lock()
	defer e.mu.Unlock()
	applied := make([]int, len(e.faults))
	for i, fault := range e.faults {
		applied[i] = fault.applied
	}
	return applied
}

func (f *Fault) matches(x *exchange) bool {
	for name, value := range f.Query {
		if x.query.Get(name) != value {
			return false
		}
	}
	return (f.Method == "" || f.Method == x.request.Method) && (f.Path == "" || pathMatches(f.Path, x.path)) &&
		(f.Region == "" || f.Region == x.shownRegion())
}

func pathMatches(template, path string) bool {
	wanted, given := strings.Split(template, "/"), strings.Split(path, "/")
	if len(wanted) != len(given) {
		return false
	}
	for i := range wanted {
		if wanted[i] != given[i] && !strings.HasPrefix(wanted[i], "{") {
			return false
		}
	}
	return true
}

// kind is the fault's kind: one that names none but mutates is a mutation.
func (f *Fault) kind() FaultKind {
	if f.Kind == FaultStatus && f.Mutate != nil {
		return FaultMutate
	}
	return f.Kind
}

// change makes the faulty answer of the real one.
func (f *Fault) change(x *exchange, a answer) answer {
	switch f.kind() {
	case FaultStatus:
		a.status, a.body = f.statusAnswer(x)
	case FaultMutate:
		a.body = f.Mutate(a.body)
	case FaultTruncate:
		a.write = truncate
	case FaultDrop:
		a.write = drop
	case FaultDropBody:
		a.write = dropBody
	case FaultEmpty:
		a.body = nil
	case FaultHTML:
		a = answer{status: http.StatusOK, header: http.Header{"Content-Type": {"text/html; charset=utf-8"}}, body: []byte(proxyPage)}
	case FaultRedirect:
		a = answer{status: http.StatusFound, header: http.Header{"Location": {f.Location}}}
	case FaultHang:
		a.write = hang
	case FaultDrip:
		a.write = f.drip
	case FaultHuge:
		a.write = f.huge
	case FaultRepeatPage:
		a.status, a.body = x.repage(a, repeatPage)
	case FaultEndless:
		a.status, a.body = x.repage(a, f.endless)
	}
	a.status = cmp.Or(f.Status, a.status)
	if f.kind() == FaultDrop || f.kind() == FaultHang {
		a.status = 0
	}
	if f.ContentType != "" {
		a.header.Set("Content-Type", f.ContentType)
	}
	for name, values := range f.Header {
		a.header[http.CanonicalHeaderKey(name)] = values
	}
	return a
}

const proxyPage = `<!DOCTYPE html><html><head><title>Proxy</title></head><body><h1>Access blocked</h1></body></html>`

func (f *Fault) statusAnswer(x *exchange) (int, []byte) {
	if f.Body != "" {
		return http.StatusOK, []byte(f.Body)
	}
	d := statusError(cmp.Or(f.Status, http.StatusInternalServerError))
	if seconds := f.Header.Get("Retry-After"); seconds != "" && d.status == http.StatusTooManyRequests {
		d = tooManyRequests(seconds)
	}
	return d.status, x.deny(&d).body
}

func truncate(w http.ResponseWriter, _ *http.Request, a answer) {
	a.sendHeader(w, len(a.body))
	_, _ = w.Write(a.body[:len(a.body)/2])
	flush(w)
	panic(http.ErrAbortHandler)
}

func drop(http.ResponseWriter, *http.Request, answer) { panic(http.ErrAbortHandler) }

func dropBody(w http.ResponseWriter, _ *http.Request, a answer) {
	a.sendHeader(w, len(a.body))
	flush(w)
	panic(http.ErrAbortHandler)
}

func hang(_ http.ResponseWriter, r *http.Request, _ answer) {
	_, _ = io.Copy(io.Discard, r.Body) // the server notices that a client is gone only once its request is read
	<-r.Context().Done()
	panic(http.ErrAbortHandler)
}

func (f *Fault) drip(w http.ResponseWriter, r *http.Request, a answer) {
	a.sendHeader(w, len(a.body))
	tick := time.NewTicker(cmp.Or(f.Interval, 10*time.Millisecond))
	defer tick.Stop()
	for i := range a.body {
		_, _ = w.Write(a.body[i : i+1])
		flush(w)
		select {
		case <-tick.C:
		case <-r.Context().Done():
			panic(http.ErrAbortHandler)
		}
	}
}

func (f *Fault) huge(w http.ResponseWriter, _ *http.Request, a answer) {
	maps.Copy(w.Header(), a.header)
	w.WriteHeader(a.status)
	chunk := bytes.Repeat([]byte("x"), 64<<10)
	_, _ = io.WriteString(w, `{"filler":"`)
	for left := cmp.Or(f.Bytes, 1<<30); left > 0; left -= int64(len(chunk)) {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
	_, _ = io.WriteString(w, `"}`)
}

// repage changes the page of a list; what is no list stays as it is. change is given the page as it would be, the entities of the first
// page, and the number of the page.
func (x *exchange) repage(a answer, change func(page map[string]any, first []map[string]any, number int)) (status int, body []byte) {
	first := *x
	first.query = maps.Clone(x.query)
	number, err := x.cursorNumber(), error(nil)
	isCursor := number > 0
	if isCursor {
		first.query.Del("after")
	} else if number, err = queryInt(x, "pageNumber", 1, 1<<30); err == nil {
		first.query.Set("pageNumber", "1")
	}
	var list struct {
		Entities []map[string]any `json:"entities"`
	}
	var page map[string]any
	if err != nil || json.Unmarshal(a.body, &page) != nil || page["entities"] == nil && (!isCursor || a.status != http.StatusBadRequest) {
		return a.status, a.body
	}
	start := first.serve().body
	if page["entities"] == nil { // a cursor that an endless list has made up: only the first page can be had
		page = nil
		_ = json.Unmarshal(start, &page)
	}
	if json.Unmarshal(start, &list) != nil || list.Entities == nil {
		return a.status, a.body
	}
	change(page, list.Entities, number)
	return http.StatusOK, x.ok(page).body
}

// cursorNumber is the number of the page of a list that is paged by a cursor, 0 for other lists. A page that an endless list has made up
// carries its number at the end of the ids.
func (x *exchange) cursorNumber() int {
	switch {
	case !slices.Contains(routes[x.entry.Endpoint()].query, "after"):
		return 0
	case !x.query.Has("after"):
		return 1
	}
	after := x.query.Get("after")
	if number, err := strconv.Atoi(after[strings.LastIndex(after, "-")+1:]); err == nil && number > 0 {
		return number + 1
	}
	return 2
}

func repeatPage(page map[string]any, first []map[string]any, _ int) { page["entities"] = first }

func (f *Fault) endless(page map[string]any, first []map[string]any, number int) {
	last := strconv.Itoa(number)
	for _, entity := range first {
		for _, key := range []string{"id", "domain"} {
			if name, ok := entity[key].(string); ok && number > 1 {
				entity[key] = fmt.Sprintf("%s-%d", name, number)
			}
		}
		if id, ok := entity["id"].(string); ok {
			last = id
		}
	}
	page["entities"] = first
	if _, numbered := page["pageNumber"]; !numbered {
		page["nextUri"] = "/next?" + url.Values{"after": {last}}.Encode()
		return
	}
	page["total"] = cmp.Or(f.Total, (number+1)*len(first))
	page["pageCount"] = number + 1
	page["nextUri"] = fmt.Sprintf("/next?pageNumber=%d", number+1)
}

func flush(w http.ResponseWriter) {
	if err := http.NewResponseController(w).Flush(); err != nil {
		panic(http.ErrAbortHandler)
	}
}
