package genesyscloud

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// endless is a handler whose answer does not end.
func endless(w http.ResponseWriter, _ *http.Request) {
	chunk := []byte(strings.Repeat(" ", 1<<20))
	w.Header().Set("Content-Type", "application/json")
	for range 1 << 10 {
		if _, err := w.Write(chunk); err != nil {
			return // the client hung up
		}
	}
}

func TestAnswerIsBounded(t *testing.T) {
	t.Parallel()
	const clients = "GET /api/v2/oauth/clients"
	p := newPlatform(t, map[string]http.HandlerFunc{divisionsPath: endless, clients: endless})
	c := p.client(withToken)
	_, err := c.Divisions(t.Context())
	contains(t, as[*AnswerError](t, err).Error(), divisionsPath, "larger than 16777216 bytes")
	_, err = c.OAuthClients(t.Context())
	contains(t, as[*AnswerError](t, err).Error(), clients, "larger than 67108864 bytes")
	if sent := len(p.requests("GET")); sent != 2 {
		t.Errorf("%d requests", sent)
	}
	if len(large) != 0 {
		t.Error("an answer that was refused still keeps others from being read")
	}
}

func TestErrorAndTokenAnswersAreBounded(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, map[string]http.HandlerFunc{divisionsPath: func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusForbidden)
		endless(w, r)
	}})
	_, err := p.client(withToken).Divisions(t.Context())
	if got := as[*APIError](t, err); got.Status != 403 || !got.NotPlatform {
		t.Errorf("error %+v", got)
	}
	p = newPlatform(t, map[string]http.HandlerFunc{"POST /oauth/token": endless})
	_, err = p.client().Divisions(t.Context())
	contains(t, as[*AnswerError](t, err).Error(), "POST /oauth/token", "larger than 1048576 bytes")
}

// lots repeats an element in a list.
func lots(element string, times int) string {
	return strings.Repeat(element+",", times-1) + element
}

func TestWhatNoEntityHas(t *testing.T) {
	t.Parallel()
	client := func(more string) string {
		return listed(`{"id": "c", "name": "n", "authorizedGrantType": "CODE"` + more + `}`)
	}
	var fields strings.Builder
	for i := range 10_001 {
		fmt.Fprintf(&fields, `, "f%d": 1`, i)
	}
	for _, test := range []struct{ name, read, body, says string }{
		{"scopes", "OAuthClients", client(`, "scope": [` + lots(`"a"`, 10_001) + `]`), "a list in it has more than 10000 elements"},
		{"grants", "OAuthClients", client(`, "roleDivisions": [` + lots(`{}`, 10_001) + `]`), "a list in it has more than 10000 elements"},
		{"redirect URIs", "OAuthClients", client(`, "registeredRedirectUri": [` + lots(`""`, 10_001) + `]`), "a list in it has more than"},
		{"unread list", "OAuthClients", client(`, "other": [[` + lots(`1`, 10_001) + `]]`), "a list in it has more than 10000 elements"},
		{"policies", "Role", `{"id": "r1", "name": "n", "permissionPolicies": [` + lots(`{}`, 10_001) + `]}`, "more than 10000 elements"},
		{"grants of a user", "Subject", `{"id": "s1", "grants": [` + lots(`{}`, 10_001) + `]}`, "more than 10000 elements"},
		{"fields", "OAuthClients", client(fields.String()), "an object in it has more than 10000 fields"},
		{"entities", "OAuthClients", `{"entities": [` + lots(`{}`, 100_001) + `]}`, "it has more than 100000 entities"},
		{"text", "OAuthClients", client(`, "description": "` + strings.Repeat("x", 64<<10) + `"`), "a text in it is longer than 65536 bytes"},
		{"depth", "OAuthClients", client(`, "other": ` + strings.Repeat("[", 101) + strings.Repeat("]", 101)), "nested more than 100 deep"},
		{"weight", "OAuthClients", `{"entities": [` + lots(`{"a": [`+lots(`{}`, 10_000)+`]}`, 200) + `]}`, "it holds more than any real answer"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := decoded(t, test.read, test.body)
			contains(t, as[*AnswerError](t, err).Error(), test.says)
		})
	}
	t.Run("as many as may be", func(t *testing.T) {
		t.Parallel()
		if _, err := decoded(t, "OAuthClients", client(`, "scope": [`+lots(`"a"`, 10_000)+`]`)); err != nil {
			t.Error(err)
		}
	})
}

// heavy is a division that weighs 13 MB in 30 KB of text.
func heavy(id int) string {
	return fmt.Sprintf(`{"id": "d%d", "a": [%s]}`, id, lots(`{"b": []}`, 10_000))
}

func TestLimitsAddUp(t *testing.T) {
	t.Parallel()
	t.Run("collection", func(t *testing.T) {
		t.Parallel()
		number := 0
		c := offline(t, func(*http.Request) (*http.Response, error) {
			number++
			return response(200, fmt.Sprintf(`{"entities": [%s], "pageNumber": %d, "total": 1000}`, lots(heavy(number), 1), number)), nil
		})
		_, err := c.Divisions(t.Context())
		contains(t, as[*AnswerError](t, err).Error(), "the list is larger than any real one")
		if number < 50 || number > 150 {
			t.Errorf("it ended after %d pages", number)
		}
	})
	t.Run("organization", func(t *testing.T) {
		t.Parallel()
		number := 0
		c := offline(t, func(r *http.Request) (*http.Response, error) {
			number++
			id := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
			return response(200, `{"id": "`+id+`", "grants": [], "a": [`+lots(`{"b": []}`, 10_000)+`]}`), nil
		})
		var err error
		for i := 0; err == nil && i < 300; i++ {
			_, err = c.Subject(t.Context(), fmt.Sprint("s", i))
		}
		contains(t, as[*AnswerError](t, err).Error(), "what was read of this organization is more than any real one has")
		if _, err := c.Fresh().Subject(t.Context(), "s0"); err != nil {
			t.Errorf("a fresh client, which has read nothing: %v", err)
		}
	})
}

// One object of very many names cost all objects that followed it the clearing of its map.
func TestRepeatedNamesAreFoundQuickly(t *testing.T) {
	t.Parallel()
	var huge strings.Builder
	for i := range 9_000 {
		fmt.Fprintf(&huge, `"f%d": 1, `, i)
	}
	body := `{"entities": [{` + huge.String() + `"z": 1}, ` + lots(`{"a": [`+lots(`{"b": 1}`, 9_000)+`]}`, 40) + `], "total": 41}`
	quickest := time.Hour
	for range 5 { // the machine may have other work to do
		started := time.Now()
		if _, err := inspect(t.Context(), []byte(body), &redactor{}); err != nil {
			t.Fatal(err)
		}
		quickest = min(quickest, time.Since(started))
	}
	if quickest > 2*time.Second {
		t.Errorf("%d bytes took %s", len(body), quickest)
	}
}

// endingContext ends after its end was asked for so many times.
type endingContext struct {
	context.Context
	mu   sync.Mutex
	left int
}

func (c *endingContext) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

func TestInspectionEndsWithItsContext(t *testing.T) {
	t.Parallel()
	data := []byte(`{"entities": ["` + strings.Repeat("x", 1<<10) + `", ` + lots(`"`+strings.Repeat("x", 1<<10)+`"`, 8<<10) + `]}`)
	for _, left := range []int{0, 1, 7} {
		ctx := &endingContext{Context: t.Context(), left: left}
		if _, err := inspect(ctx, data, &redactor{}); err != context.Canceled { //nolint:errorlint // the very error of the context
			t.Errorf("after %d looks: %v", left, err)
		}
	}
}

func TestDecodingEndsWithItsContext(t *testing.T) {
	t.Parallel()
	l := newListing(divisionsNoun)
	ctx := &endingContext{Context: t.Context(), left: 2}
	entities := [][]byte{[]byte(`{"id": "a"}`), []byte(`{"id": "b"}`), []byte(`{"id": "c"}`)}
	if err := l.addEntities(ctx, entities); err != context.Canceled || len(l.entities) != 2 { //nolint:errorlint // the very error of the context
		t.Errorf("%d entities, %v", len(l.entities), err)
	}
}

func TestDecodingCountsAgainstTheTime(t *testing.T) {
	t.Parallel()
	body := `{"entities": [` + lots(`{"id": "d", "a": [`+lots(`"`+strings.Repeat("x", 100)+`"`, 1000)+`]}`, 100) + `], "total": 100}`
	c := offline(t, func(*http.Request) (*http.Response, error) { return response(200, body), nil }, func(c *Config) { c.Timeout = time.Millisecond })
	_, err := c.Divisions(t.Context())
	is[*DeadlineError](t, err)
}

// compressed is a handler whose answer is small on the wire: a client with the field, whose value repeats a piece of 50 MB and more.
func compressed(t *testing.T, field, opening, piece, closing string) http.HandlerFunc {
	t.Helper()
	var wire bytes.Buffer
	writer := gzip.NewWriter(&wire)
	piece = strings.Repeat(piece, 1+1<<20/len(piece))
	_, _ = io.WriteString(writer, `{"entities": [{"id": "a", "authorizedGrantType": "CODE", "`+field+`": `+opening)
	for range 50 {
		_, _ = io.WriteString(writer, piece)
	}
	_, _ = io.WriteString(writer, closing+`}], "total": 1}`)
	_ = writer.Close()
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(wire.Bytes())
	}
}

// Whatever an answer holds, and if all collections are read at once, it takes no more memory than 400 MB less the provider's own.
func TestHostileAnswersTakeLittleMemory(t *testing.T) { //nolint:paralleltest // it measures the memory of the process
	for name, bomb := range map[string]http.HandlerFunc{ //nolint:paralleltest // as above
		"empty texts":         compressed(t, "scope", "[", `"", `, `""]`),
		"lists of empty":      compressed(t, "other", "[[", lots(`{}`, 9_990)+"], [", `]]`),
		"texts to be cleaned": compressed(t, "other", "[[", lots(`"`+strings.Repeat("x\\u200b", 9_000)+`"`, 9)+"], [", `]]`),
		"one text":            compressed(t, "name", `"`, "x", `"`),
	} {
		t.Run(name, func(t *testing.T) {
			routes := map[string]http.HandlerFunc{}
			hostile := slices.DeleteFunc(slices.Clone(reads), func(r readCase) bool {
				return !slices.Contains([]string{"OAuthClients", "NotificationTopics", "Roles", "Subject"}, r.name)
			})
			for _, r := range hostile {
				routes[r.request] = bomb
			}
			c := newPlatform(t, routes).client()
			most := peakMemory(func() {
				var group sync.WaitGroup
				for _, r := range hostile {
					group.Go(func() { _, _ = r.read(t.Context(), c) })
				}
				group.Wait()
			})
			t.Logf("at most %d MB", most>>20)
			if most > 350<<20 {
				t.Errorf("at most %d MB", most>>20)
			}
		})
	}
}

// peakMemory is the most memory in use, in bytes, while something is done.
func peakMemory(do func()) uint64 {
	runtime.GC()
	stop, peak := make(chan struct{}), make(chan uint64)
	go func() {
		var stats runtime.MemStats
		var most uint64
		for {
			runtime.ReadMemStats(&stats)
			most = max(most, stats.HeapInuse+stats.StackInuse)
			select {
			case <-stop:
				peak <- most
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	do()
	close(stop)
	return <-peak
}
