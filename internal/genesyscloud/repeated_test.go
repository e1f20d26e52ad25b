package genesyscloud

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

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
		name, found := repeatedName([]byte(text))
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
			if _, found := repeatedName(fmt.Appendf(nil, `{%s: 1, %q: 2}`, quoted, field)); found != (taken == 1) {
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

func BenchmarkRepeatedName(b *testing.B) {
	policy := `{"domain": "routing", "entityName": "queue", "actionSet": ["view", "edit"], "allowConditions": false},`
	role := `{"id": "r", "name": "Role", "permissionPolicies": [` + strings.Repeat(policy, 1000) + `{}]},`
	text := []byte(`{"entities": [` + strings.Repeat(role, 50) + `{}], "total": 51}`)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, found := repeatedName(text); found {
			b.Fatal("found")
		}
	}
}
