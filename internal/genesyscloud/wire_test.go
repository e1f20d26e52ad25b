package genesyscloud

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestList(t *testing.T) {
	t.Parallel()
	type holder struct {
		List List[string] `json:"list"`
	}
	for _, test := range []struct {
		body string
		want List[string]
		ok   bool
	}{
		{`{}`, nil, true},
		{`{"list": []}`, List[string]{}, true},
		{`{"list": ["a", "", "b"]}`, List[string]{"a", "", "b"}, true},
		{`{"list": null}`, nil, false},
		{`{"list": ["a", null]}`, nil, false},
		{`{"list": ["a", 1]}`, nil, false},
		{`{"list": {}}`, nil, false},
		{`{"list": "a"}`, nil, false},
	} {
		var got holder
		err := json.Unmarshal([]byte(test.body), &got)
		if (err == nil) != test.ok {
			t.Errorf("%s: error %v", test.body, err)
		}
		if diff := cmp.Diff(test.want, got.List); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.body, diff)
		}
	}
}
