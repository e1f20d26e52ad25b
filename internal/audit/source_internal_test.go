package audit

import (
	"reflect"
	"strings"
	"testing"
)

// Every field of Facts that holds evidence is a source, under the name of the field, and every source fills its own field.
func TestSourcesAreTheFieldsOfFacts(t *testing.T) {
	t.Parallel()
	fields := map[Source]bool{}
	typ := reflect.TypeFor[Facts]()
	for i := range typ.NumField() {
		if strings.HasPrefix(typ.Field(i).Type.Name(), "Evidence[") {
			fields[Source(typ.Field(i).Name)] = true
		}
	}
	for _, info := range Sources() {
		if !fields[info.Source] {
			t.Errorf("%s is no field of Facts, or a source twice", info.Source)
		}
		delete(fields, info.Source)
		if info.Noun == "" || !strings.HasPrefix(info.Request, "GET /api/v2/") {
			t.Errorf("%s is called %q and read by %q", info.Source, info.Noun, info.Request)
		}
		var facts Facts
		if !facts.Miss(info.Source, Gap{Reason: "none"}) {
			t.Errorf("%s cannot be missed", info.Source)
		}
		state := reflect.ValueOf(facts).FieldByName(string(info.Source)).FieldByName("state").Int()
		if evidenceState(state) != unreadable {
			t.Errorf("%s fills another field", info.Source)
		}
	}
	for name := range fields {
		t.Errorf("%s has no entry in the table of sources", name)
	}
	if new(Facts).Miss("Nothing", Gap{}) {
		t.Error("what is no source can be missed")
	}
}
