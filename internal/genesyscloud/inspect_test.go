package genesyscloud

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// repeatedName is the name that an inspection finds twice in an object.
func repeatedName(t *testing.T, text string) (name string, found bool) {
	t.Helper()
	_, err := inspect(t.Context(), []byte(text), &redactor{})
	var repeated *repeatedNameError
	if errors.As(err, &repeated) {
		return repeated.name, true
	}
	return "", false
}

func TestRepeatedName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"a": 1, "b": {"a": 2}, "c": [{"a": 3}, {"a": "a"}]}`: "",
		`["a", "a", ["a", "a"], {"a": ["a", "a"]}]`:            "",
		`{"a": "b", "b": "a"}`:                                 "",
		`{"a": {}, "b": [], "c": {"a": []}, "d": "a"}`:         "",
		`"a"`:                             "",
		`{"": 1, "a": 2}`:                 "",
		`{"a": 1, "a": 1}`:                "a",
		`{"a": 1, "A": 2}`:                "A",
		`{"scope": [], "\u017fcope": []}`: "\u017fcope", // a long s
		`{"a": 1, "\u0061": 2}`:           "a",
		`{"x": [[{"y": {"a": {}, "b": [], "a": 1}}]]}`: "a",
		`[{"a": 1}, {"b": "a", "c": null, "b": 1}]`:    "b",
		`{"a": {"b": 1}, "a": {"c": 1}}`:               "a",
		`{"": 1, "": 2}`:                               "",
		`{"a": 1, "a": `:                               "", // not valid, which the decoder says
		`{"a": 1} {"b": 1, "b": 2}`:                    "",
		strings.Repeat("[", 20_000):                    "",
	} {
		name, found := repeatedName(t, text)
		if name != want || found != (want != "" || text == `{"": 1, "": 2}`) {
			t.Errorf("%.60s: %q, %t", text, name, found)
		}
	}
}

// Whatever encoding/json takes for the same field of a struct is a repetition.
func TestRepeatedNameIsWhatTheDecoderTakesForOne(t *testing.T) {
	t.Parallel()
	for r := rune(1); r < 0x3000; r++ {
		name := "acce" + string(r) + "k"
		quoted, err := json.Marshal(name)
		if err != nil {
			t.Fatal(err)
		}
		var got struct{ Accesk, Accekk int }
		if err := json.Unmarshal(fmt.Appendf(nil, `{%s: 1}`, quoted), &got); err != nil {
			t.Fatal(err)
		}
		for field, taken := range map[string]int{"Accesk": got.Accesk, "Accekk": got.Accekk} {
			if _, found := repeatedName(t, fmt.Sprintf(`{%s: 1, %q: 2}`, quoted, field)); found != (taken == 1) {
				t.Errorf("%q and %q: %t", name, field, found)
			}
		}
	}
}

// The field that decides may come twice, in any object of any answer, and the last one would count.
func TestAnswerThatSaysTwoThings(t *testing.T) {
	t.Parallel()
	const clients, client = "GET /api/v2/oauth/clients", `"id": "c1", "name": "One", "authorizedGrantType": "CODE"`
	for name, entity := range map[string]string{
		"twice":            `{` + client + `, "state": "inactive", "state": "active"}`,
		"in another case":  `{` + client + `, "state": "inactive", "State": "active"}`,
		"deep inside":      `{` + client + `, "roleDivisions": [{"roleId": "a", "divisionId": "b", "roleId": "c"}]}`,
		"unread and twice": `{` + client + `, "other": {"a": 1, "a": 2}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, map[string]http.HandlerFunc{clients: answer(`{"entities": [` + entity + `], "total": 1}`)})
			found, err := p.client(withToken).OAuthClients(t.Context())
			if got := as[*AnswerError](t, err); got.Request() != clients || found != nil {
				t.Errorf("clients %v, error %+v", found, got)
			}
			contains(t, err.Error(), "an object in it has the field ", " twice")
		})
	}
	t.Run("token", func(t *testing.T) {
		t.Parallel()
		p := newPlatform(t, map[string]http.HandlerFunc{
			"POST /oauth/token": answer(`{"access_token": "canary-1", "token_type": "bearer", "access_token": "canary-2"}`),
		})
		_, err := p.client().Roles(t.Context())
		contains(t, as[*AnswerError](t, err).Error(), "POST /oauth/token", "the field access_token twice")
		lacks(t, err.Error(), "canary")
	})
}

func BenchmarkInspect(b *testing.B) {
	policy := `{"domain": "routing", "entityName": "queue", "actionSet": ["view", "edit"], "allowConditions": false},`
	role := `{"id": "r", "name": "Role", "permissionPolicies": [` + strings.Repeat(policy, 1000) + `{}]},`
	text := []byte(`{"entities": [` + strings.Repeat(role, 50) + `{}], "total": 51}`)
	secrets := &redactor{}
	secrets.refuse("canary-5ecret-of-forty-characters-0123456789")
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := inspect(b.Context(), text, secrets); err != nil {
			b.Fatal(err)
		}
	}
}

func TestTextsAreCleanedWhenDecoded(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ read, body, want string }{
		"line break":       {"Roles", listed(`{"id": "r", "name": "Admin\n::error file=x::all is well"}`), "Admin ::error file=x::all is well"},
		"line separator":   {"Roles", "{\"entities\": [{\"id\": \"r\", \"name\": \"a\u2028b\"}], \"total\": 1}", "a b"},
		"escape sequence":  {"Roles", listed(`{"id": "r", "name": "\u001b[2Jx"}`), "[2Jx"},
		"right to left":    {"Roles", listed(`{"id": "r", "name": "a\u202eb"}`), "ab"},
		"decomposed":       {"Roles", listed(`{"id": "r", "name": "Re\u0301sum\u0065\u0301"}`), "R\u00e9sum\u00e9"},
		"decomposed, raw":  {"Roles", "{\"total\": 1, \"entities\": [{\"name\": \"e\u0301\", \"id\": \"r\"}]}", "\u00e9"},
		"quotes and HTML":  {"Roles", listed(`{"id": "r", "name": "\u200b\"<a>\\&\u0000"}`), `"<a>\&`},
		"surrogate alone":  {"Roles", listed(`{"id": "r", "name": "a\ud800b"}`), "a\ufffdb"},
		"nothing to clean": {"Roles", listed(`{"id": "r", "name": "日本 ✓ \u00e9"}`), "日本 ✓ é"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := decoded(t, test.read, test.body)
			roles, _ := got.([]Role)
			if err != nil || len(roles) != 1 || roles[0].Name != test.want || roles[0].ID != "r" {
				t.Errorf("%+v, %v, want the name %q", got, err, test.want)
			}
		})
	}
	t.Run("keys", func(t *testing.T) {
		t.Parallel()
		got, err := decoded(t, "Organization", `{"id": "o", "features": {"a\u202eb": true, "e\u0301": false}}`)
		organization, _ := got.(Organization)
		if err != nil || !organization.Features["ab"] || len(organization.Features) != 2 {
			t.Errorf("%+v, %v", got, err)
		}
		if _, shown := organization.Features["\u00e9"]; !shown {
			t.Errorf("%+v", got)
		}
	})
	t.Run("ids that differ in nothing that can be seen", func(t *testing.T) {
		t.Parallel()
		_, err := decoded(t, "Roles", `{"entities": [{"id": "r", "name": "a"}, {"id": "r\u200b", "name": "b"}], "total": 2}`)
		contains(t, as[*AnswerError](t, err).Error(), "twice in the list: r")
	})
	t.Run("names of fields that differ in nothing that can be seen", func(t *testing.T) {
		t.Parallel()
		_, err := decoded(t, "OAuthClients", listed(`{"id": "c", "name": "n", "authorizedGrantType": "CODE", "state": "inactive", "stat\u200be": "active"}`))
		contains(t, as[*AnswerError](t, err).Error(), "the field stat", "twice")
	})
}

// The entities that an inspection finds are those that the decoder finds, cleaned, wherever they stand.
func TestEntitiesOfAnAnswer(t *testing.T) {
	t.Parallel()
	for body, want := range map[string][]string{
		`{"entities": [], "total": 0}`:                                              nil,
		`{"entities": [ {"a": [1, 2]} , "b", null,[3] ], "total": 4}`:               {`{"a": [1, 2]}`, `"b"`, `null`, `[3]`},
		`{"total": 1, "x": {"entities": [1]}, "Entities": [2]}`:                     {"2"},
		`{"x": [{"entities": [1]}], "y": 1, "entities": ["\u0061\u200b", "[],{}"]}`: {`"a"`, `"[],{}"`},
		`{"entities": {"entities": [1]}}`:                                           nil,
		`{"total": 1}`:                                                              nil,
		`[{"entities": [1]}]`:                                                       nil,
		`["entities", [1]]`:                                                         nil,
	} {
		answer, err := inspect(t.Context(), []byte(body), &redactor{})
		var got []string
		for _, entity := range answer.entities {
			got = append(got, string(entity))
		}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", body, err, diff)
		}
		if !json.Valid(answer.envelope) || !json.Valid(answer.text) {
			t.Errorf("%s: envelope %s of %s", body, answer.envelope, answer.text)
		}
	}
}

func TestNeedles(t *testing.T) {
	t.Parallel()
	var n needles
	if n.in([]byte("anything")) {
		t.Error("found though nothing is searched for")
	}
	n.add("Secret-1234", "short", "Secret-9", "aaaaaaab")
	for text, want := range map[string]bool{
		"": false, "secret-1234": true, "SECRET-1234": true, "xxsecret-1234": true, "secret-123": false, "short": false, "secret-9x": true,
		"secsecret-9": true, "aaaaaaaaaaab": true, "aaaaaaa": false, "secret\u20111234": false, "secret-12\u017f34": false,
	} {
		if got := n.in([]byte(text)); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}
