package genesyscloud

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func raw(contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = []string{contentType}
		_, _ = io.WriteString(w, body)
	}
}

func TestAnswerCannotBeUsed(t *testing.T) {
	t.Parallel()
	const json = "application/json"
	for _, test := range []struct {
		name    string
		handler http.HandlerFunc
		says    string
		tries   int
	}{
		{"empty", raw(json, ""), "empty", 1},
		{"HTML", raw("text/html; charset=utf-8", "<html>canary</html>"), "not JSON but text/html: a proxy or gateway", 1},
		{"JSON by another name", raw("text/plain", oneDivision), "not JSON but text/plain", 1},
		{"JSON without a name", raw("", oneDivision), "not JSON", 1},
		{"broken content type", raw("application/;json", oneDivision), "not JSON", 1},
		{"cut JSON", raw(json, `{"entities": [{"id": "canary"`), "not valid JSON (at byte ", 1},
		{"trailing garbage", raw(json, oneDivision+"canary"), "not valid JSON", 1},
		{"two answers", raw(json, oneDivision+oneDivision), "not valid JSON", 1},
		{"not UTF-8", raw(json, "{\"entities\": [{\"id\": \"\xffcanary\"}], \"total\": 1}"), "not valid UTF-8", 1},
		{"null", raw(json, "null"), "no entities", 1},
		{"list", raw(json, `["canary"]`), "is a JSON array", 1},
		{"string", raw(json, `"canary"`), "is a JSON string", 1},
		{"number for a list", raw(json, `{"entities": 4711, "total": 1}`), "is a JSON number", 1},
		{"string for a number", raw(json, `{"entities": [], "total": "canary"}`), "total is a JSON string where int64 is expected", 1},
		{"fraction for a number", raw(json, `{"entities": [], "total": 47.11}`), "total is a JSON number", 1},
		{"number for a string", raw(json, `{"entities": [{"id": 4711}], "total": 1}`),
			"entity 1: id is a JSON number where string is expected", 1},
		{"broken off", cut, "broke off after 14 bytes", 3},
		{"broken compression", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			raw(json, "canary canary canary")(w, r)
		}, "broke off after 0 bytes", 3},
		{"accepted", failing(202, oneDivision), "status 202", 1},
		{"no content", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, "status 204", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, map[string]http.HandlerFunc{divisionsPath: test.handler})
			divisions, err := p.client(withToken, func(c *Config) { c.Name = "emea" }).Divisions(t.Context())
			got := as[*AnswerError](t, err)
			if got.Request() != divisionsPath || got.Organization != "emea" || divisions != nil {
				t.Errorf("divisions %v, error %+v", divisions, got)
			}
			contains(t, err.Error(), `the answer to GET /api/v2/authorization/divisions cannot be used: `, test.says)
			lacks(t, err.Error(), "canary", "47")
			if sent := len(p.requests("GET")); sent != test.tries {
				t.Errorf("%d requests, want %d", sent, test.tries)
			}
		})
	}
}

func TestAnswerMayBeCompressed(t *testing.T) {
	t.Parallel()
	var compressed bytes.Buffer
	writer := gzip.NewWriter(&compressed)
	_, _ = io.WriteString(writer, oneDivision)
	_ = writer.Close()
	p := newPlatform(t, map[string]http.HandlerFunc{divisionsPath: func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		raw("application/vnd.platform+json", compressed.String())(w, r)
	}})
	if got, err := divisionIDs(t.Context(), p.client()); err != nil || !cmp.Equal(got, []string{"d1"}) {
		t.Errorf("divisions %v, %v", got, err)
	}
}

func TestErrorAnswer(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		handler http.HandlerFunc
		want    APIError
		text    string
	}{
		{
			name: "missing permission",
			handler: func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("ININ-Correlation-Id", "corr-1")
				w.Header().Set("x-genesys-cloud-request-id", "req-1")
				failing(403, `{"message": "You are missing the following permission(s): [x:y:z]", "code": "missing.permissions", "status": 403,
					"contextId": "ctx-1", "details": [], "errors": []}`)(w, r)
			},
			want: APIError{Status: 403, Code: "missing.permissions", Message: "You are missing the following permission(s): [x:y:z]",
				CorrelationID: "corr-1", RequestID: "req-1", ContextID: "ctx-1", Permission: "authorization:role:view", Tries: 1},
			text: "GET /api/v2/authorization/roles answered 403 Forbidden, missing.permissions: You are missing the following permission(s): " +
				"[x:y:z]. The permission documented for this read is authorization:role:view. " +
				"(ININ-Correlation-Id corr-1, x-genesys-cloud-request-id req-1, contextId ctx-1)",
		},
		{
			name:    "description only",
			handler: failing(403, `{"error_description": "Access denied."}`),
			want:    APIError{Status: 403, Message: "Access denied.", Permission: "authorization:role:view", Tries: 1},
			text: "GET /api/v2/authorization/roles answered 403 Forbidden: Access denied. The permission documented for this read is " +
				"authorization:role:view.",
		},
		{
			name:    "no permission on other statuses",
			handler: failing(404, `{"code": "not.found", "message": "The requested resource was not found."}`),
			want:    APIError{Status: 404, Code: "not.found", Message: "The requested resource was not found.", Tries: 1},
			text:    "GET /api/v2/authorization/roles answered 404 Not Found, not.found: The requested resource was not found.",
		},
		{
			name: "page of a proxy",
			handler: func(w http.ResponseWriter, _ *http.Request) {
				http.Error(w, "<html>canary</html>", http.StatusForbidden)
			},
			want: APIError{Status: 403, Permission: "authorization:role:view", Tries: 1, NotPlatform: true,
				Hint: "The answer is not JSON but text/plain: a proxy or gateway may have answered in place of the platform."},
			text: "GET /api/v2/authorization/roles answered 403 Forbidden. The permission documented for this read is authorization:role:view. " +
				"The answer is not JSON but text/plain: a proxy or gateway may have answered in place of the platform.",
		},
		{
			name:    "broken JSON",
			handler: failing(500, `{"message": "canary`),
			want: APIError{Status: 500, Tries: 1, NotPlatform: true,
				Hint: "The answer is not JSON: a proxy or gateway may have answered in place of the platform."},
			text: "GET /api/v2/authorization/roles answered 500 Internal Server Error. " +
				"The answer is not JSON: a proxy or gateway may have answered in place of the platform.",
		},
		{
			name:    "hostile text",
			handler: failing(400, `{"code": "a\nb", "message": "one\u001b[31m\r\n\ttwo \u202ethree"}`),
			want:    APIError{Status: 400, Code: "a b", Message: "one[31m two three", Tries: 1},
			text:    "GET /api/v2/authorization/roles answered 400 Bad Request, a b: one[31m two three.",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, map[string]http.HandlerFunc{"GET /api/v2/authorization/roles": test.handler})
			_, err := p.client().Roles(t.Context())
			test.want.Method, test.want.Path = "GET", "/api/v2/authorization/roles"
			if diff := cmp.Diff(&test.want, as[*APIError](t, err), cmpopts.IgnoreFields(APIError{}, "Elapsed")); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.text, err.Error()); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}

func TestErrorAnswerIsBounded(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, map[string]http.HandlerFunc{
		divisionsPath: failing(400, `{"message": "`+strings.Repeat("ä", 100_000)+`"}`),
	})
	_, err := p.client().Divisions(t.Context())
	if got, want := as[*APIError](t, err).Message, strings.Repeat("ä", 1000)+"..."; got != want {
		t.Errorf("message of %d bytes, want %d", len(got), len(want))
	}
}
