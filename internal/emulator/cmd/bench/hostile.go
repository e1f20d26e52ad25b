package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
)

// What hostile answers may take: memory of a provider process, time above request_timeout, and time after Ctrl-C.
const (
	mostMemory     = 400 << 20
	requestTimeout = 5 * time.Second
	mostTime       = requestTimeout + 2*time.Second
	mostInterrupt  = time.Second
)

// attack is an answer that is made to hurt. It is given to every request that it is on, in the place of the emulator's.
type attack struct {
	name          string
	on            []string // paths; nil: all but the sign-in
	answer        http.HandlerFunc
	organizations int // that answer like this at the same time; 0 stands for one
}

const (
	clientsPath     = "/api/v2/oauth/clients"
	rolesPath       = "/api/v2/authorization/roles"
	divisionsPath   = "/api/v2/authorization/divisions"
	permissionsPath = "/api/v2/authorization/permissions"
	topicsPath      = "/api/v2/notifications/availabletopics"
	policiesPath    = "/api/v2/authorization/policies"
)

// lists are what a validation reads side by side once it has the clients.
var lists = []string{rolesPath, divisionsPath, permissionsPath, topicsPath, policiesPath}

func attacks() []attack {
	bomb := compressed(func(w io.Writer) {
		chunk := bytes.Repeat([]byte("x"), 1<<20)
		_, _ = io.WriteString(w, `{"entities":[{"id":"`)
		for range 1 << 10 {
			_, _ = w.Write(chunk)
		}
		_, _ = io.WriteString(w, `"}],"total":1}`)
	})
	// fill repeats an element until an answer has about so many bytes.
	fill := func(element string, size int) string {
		return strings.Repeat(element+",", size/(len(element)+1)) + element
	}
	const page = 15 << 20
	object := func(field int) string {
		var text strings.Builder
		text.WriteString("{")
		for i := range 9_999 {
			fmt.Fprintf(&text, `"f%d_%d":1,`, field, i)
		}
		return text.String() + `"z":1}`
	}
	var objects strings.Builder
	for i := 0; objects.Len() < page; i++ {
		objects.WriteString(object(i) + ",")
	}
	return []attack{
		{name: "1 GB, compressed, on each request", answer: bomb},
		{name: "1 GB, compressed, on the clients", on: []string{clientsPath}, answer: bomb},
		{name: "1 GB, compressed, on five lists", on: lists, answer: bomb},
		{name: "pages of 15 MB, compressed: roles of empty policies", on: lists, answer: pages(`"permissionPolicies":[`+fill(`{}`, 29_000)+`]`, page)},
		{name: "pages of 15 MB, compressed: empty lists", on: lists, answer: pages(`"a":[`+fill(`[]`, 29_000)+`]`, page)},
		{name: "pages of 15 MB, compressed: empty texts", on: lists, answer: pages(`"a":[`+fill(`""`, 29_000)+`]`, page)},
		{name: "pages of 15 MB, compressed: texts to be cleaned", on: lists, answer: pages(`"a":[`+fill(`"x\u200b\u202e"`, 100_000)+`]`, page)},
		{name: "roles without end, of 10 organizations", on: []string{rolesPath}, organizations: 10,
			answer: pages(`"permissionPolicies":[`+fill(`{"domain":"d","entityName":"e","actionSet":["v"]}`, 50_000)+`]`, 5<<20)},
		{name: "clients of 60 MB: empty scopes", on: []string{clientsPath}, answer: pages(`"authorizedGrantType":"CODE","scope":[`+fill(`""`, 29_000)+`]`, 60<<20)},
		{name: "clients of 60 MB: small ones", on: []string{clientsPath}, answer: pages(`"authorizedGrantType":"CODE"`, 60<<20)},
		{name: "one object of 24 MB", on: []string{clientsPath}, answer: text(`{"entities":[{"id":"a","b":{` + strings.TrimPrefix(fields(24<<20), "{") + `}],"total":1}`)},
		{name: "objects of 10,000 fields", on: lists, answer: text(`{"entities":[{"id":"a","b":[` + objects.String() + `{}]}],"total":1}`)},
		{name: "lists in lists, 15 MB", on: lists, answer: text(strings.Repeat("[", page))},
		{name: "one text of 15 MB, escaped", on: lists, answer: text(`{"entities":[{"id":"` + strings.Repeat(`\u202e`, page/6) + `"}],"total":1}`)},
		{name: "white space of 15 MB", on: lists, answer: text(`{"entities":[],"total":0}` + strings.Repeat(" ", page))},
		{name: "a number of 15 MB", on: lists, answer: text(`{"entities":[],"total":` + strings.Repeat("9", page) + `}`)},
		{name: "pages without end", on: lists, answer: endless},
		{name: "errors of 1 MB", on: lists, answer: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, `{"message":"`+strings.Repeat(`\n::error file=x::\u202e`, 40_000)+`","code":"missing.any.permissions"}`)
		}},
		{name: "one byte a second", answer: func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			for wait(r, time.Second) {
				_, _ = io.WriteString(w, " ")
				_ = http.NewResponseController(w).Flush()
			}
		}},
		{name: "no answer", answer: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }},
		{name: "early hints without end", answer: func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				w.Header().Set("Link", strings.Repeat("x", 1000))
				w.WriteHeader(http.StatusEarlyHints)
			}
		}},
		{name: "a header of 9 MB", on: lists, answer: func(w http.ResponseWriter, _ *http.Request) {
			for i := range 9_000 {
				w.Header().Set("X-"+strconv.Itoa(i), strings.Repeat("x", 1000))
			}
			text(`{"entities":[],"total":0}`)(w, nil)
		}},
		{name: "429, again in 2 s", answer: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "2")
			w.WriteHeader(http.StatusTooManyRequests)
		}},
		{name: "503 without end", answer: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }},
		{name: "sign-in of 1 GB, compressed", on: []string{"/oauth/token"}, answer: bomb},
		{name: "sign-in of one byte a second", on: []string{"/oauth/token"}, answer: func(w http.ResponseWriter, r *http.Request) {
			for wait(r, time.Second) {
				_, _ = io.WriteString(w, " ")
				_ = http.NewResponseController(w).Flush()
			}
		}},
	}
}

func wait(r *http.Request, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-r.Context().Done():
		return false
	}
}

// text is an answer with status 200.
func text(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, body)
	}
}

// compressed is an answer that is small on the wire.
func compressed(write func(io.Writer)) http.HandlerFunc {
	var wire bytes.Buffer
	writer := gzip.NewWriter(&wire)
	write(writer)
	_ = writer.Close()
	return func(w http.ResponseWriter, _ *http.Request) { writeCompressed(w, wire.Bytes()) }
}

func writeCompressed(w http.ResponseWriter, wire []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Encoding", "gzip")
	_, _ = w.Write(wire)
}

// pages are pages of a list that has 50,000 entities by its total. Each has as many new entities, with these fields beside the id, as make so many
// bytes. The list of clients, which is not paged, has one page and the total of it.
func pages(fields string, size int) http.HandlerFunc {
	var mu sync.Mutex
	made := map[string][]byte{}
	return func(w http.ResponseWriter, r *http.Request) {
		number := r.URL.Query().Get("pageNumber")
		mu.Lock()
		defer mu.Unlock()
		if made[number] == nil {
			each := len(fields) + 100
			count := max(1, min(size/each, 99_000))
			total := 50_000
			if number == "" {
				total = count
			}
			var wire bytes.Buffer
			writer, _ := gzip.NewWriterLevel(&wire, gzip.BestSpeed)
			fmt.Fprint(writer, `{"entities":[`)
			for i := range count {
				if i > 0 {
					fmt.Fprint(writer, ",")
				}
				fmt.Fprintf(writer, `{"id":"e-%s-%d","name":"n-%s-%d","domain":"d-%s-%d",%s}`, number, i, number, i, number, i, fields)
			}
			fmt.Fprintf(writer, `],"total":%d}`, total)
			_ = writer.Close()
			made[number] = wire.Bytes()
		}
		writeCompressed(w, made[number])
	}
}

// fields is an object with so many bytes of fields.
func fields(size int) string {
	var text strings.Builder
	text.WriteString("{")
	for i := 0; text.Len() < size; i++ {
		fmt.Fprintf(&text, `"field%d":1,`, i)
	}
	return text.String() + `"z":1}`
}

// endless is a page of a hundred entities, whatever the number of the page.
func endless(w http.ResponseWriter, r *http.Request) {
	number, err := strconv.Atoi(r.URL.Query().Get("pageNumber"))
	if err != nil {
		number = int(time.Now().UnixNano()) // a cursor
	}
	entities := make([]string, 100)
	for i := range entities {
		entities[i] = fmt.Sprintf(`{"id":"e-%d-%d","name":"n","domain":"d-%d-%d"}`, number, i, number, i)
	}
	text(fmt.Sprintf(`{"entities":[%s],"total":50000,"pageNumber":%d,"pageCount":500,"nextUri":"/next"}`, strings.Join(entities, ","), number))(w, r)
}

// attacked answers a request with the attack, if it is on it.
func (a *attack) attacked(w http.ResponseWriter, r *http.Request) bool {
	path := r.URL.Path
	if a.on == nil && path == "/oauth/token" || a.on != nil && !slices.Contains(a.on, path) {
		return false
	}
	a.answer(w, r)
	return true
}

func measureHostile(ctx context.Context, out io.Writer, only string) error {
	return measureRows(ctx, out, only, fmt.Sprintf("`request_timeout = %.0f`", requestTimeout.Seconds()),
		"| Answers | Requests | Time from the first request, s | CPU of the provider, s | Memory, MB | Time after Ctrl-C, s | Lines of the error |",
		attacks(), func(a attack) string { return a.name }, (*bench).attack)
}

// attack plans a validation that reads everything, once to the end and once until Ctrl-C.
func (b *bench) attack(ctx context.Context, out io.Writer, a attack) (problem, err error) {
	count := orElse(a.organizations, 1)
	if err := b.emulator.Replace(emulator.State{Organizations: organizations(count, shape{clients: 10})}); err != nil {
		return nil, err
	}
	blocks := "  client_name = \"Client 1\"\n  endpoints = [\"GET /api/v2/users\"]\n  divisions = [\"Sales\"]\n" +
		"  notification_topics = [\"v2.users.{id}.presence\"]\n  egress_addresses = [\"203.0.113.7\"]\n  forbidden_roles = [\"Role 9\"]\n"
	if count > 1 {
		blocks = fmt.Sprintf("  count = %d\n  organization = \"o${count.index}\"\n", count) + blocks
	}
	provider := strings.Replace(b.provider(count, false, ""), "provider \"genesysaudit\" {\n",
		fmt.Sprintf("provider \"genesysaudit\" {\n  request_timeout = %.0f\n", requestTimeout.Seconds()), 1)
	w, err := b.workspace(ctx, provider+block(resourceForm, blocks))
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(w.Dir)
	begun, hit := b.under(&a)
	defer b.over.Store(nil)
	b.emulator.ResetRequests()
	used, err := b.run(ctx, w, "plan", "-no-color", "-input=false")
	if err != nil {
		return nil, err
	}
	ended := time.Now()
	took := ended.Sub(<-begun)
	requests := len(b.emulator.Requests())
	if used.code != 1 {
		return nil, fmt.Errorf("exit code %d, want 1\n%.2000s", used.code, used.output)
	}
	<-hit

	begun, hit = b.under(&a)
	interrupted, interrupt := context.WithCancel(ctx)
	defer interrupt()
	var at time.Time
	go func() {
		<-hit
		<-time.After(300 * time.Millisecond) // in the middle of it
		at = time.Now()
		interrupt()
	}()
	if _, err := b.run(interrupted, w, "plan", "-no-color", "-input=false"); err != nil && ctx.Err() != nil {
		return nil, err
	}
	after := "-"
	if late := time.Since(at); interrupted.Err() != nil {
		after = seconds(late)
		if late > mostInterrupt {
			problem = errors.Join(problem, fmt.Errorf("%s: it ended %s s after Ctrl-C", a.name, after))
		}
	}
	<-begun
	fmt.Fprintf(out, "| %s | %d | %s | %s | %d | %s | %d |\n", a.name, requests, seconds(took), seconds(used.provider), used.memory>>20, after,
		strings.Count(used.output, "\n"))
	if used.memory > mostMemory {
		problem = errors.Join(problem, fmt.Errorf("%s: %d MB", a.name, used.memory>>20))
	}
	if took > mostTime {
		problem = errors.Join(problem, fmt.Errorf("%s: it took %s s", a.name, seconds(took)))
	}
	if bad := strings.IndexFunc(used.output, func(r rune) bool { return r != '\n' && (unicode.IsControl(r) || unicode.In(r, unicode.Cf)) }); bad >= 0 {
		problem = errors.Join(problem, fmt.Errorf("%s: a control character in the error", a.name))
	}
	return problem, nil
}

// under begins an attack. The channels hold the time of the first request, and are told of the first that is attacked.
func (b *bench) under(a *attack) (begun chan time.Time, hit chan struct{}) {
	begun, hit = make(chan time.Time, 1), make(chan struct{})
	first, attacked := sync.OnceFunc(func() { begun <- time.Now() }), sync.OnceFunc(func() { close(hit) })
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		first()
		watched := *a
		watched.answer = func(w http.ResponseWriter, r *http.Request) {
			attacked()
			a.answer(w, r)
		}
		if !watched.attacked(w, r) {
			b.emulator.ServeHTTP(w, r)
		}
	})
	b.over.Store(&handler)
	return begun, hit
}
