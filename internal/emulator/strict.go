package emulator

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// decodeStrict decodes the one JSON value of r. A field that the emulator's own objects (State, Organization, Fault) have no place for
// is an error, since it is a typo. The entities inside are the platform's, which have more fields than the emulator reads and get new
// ones without notice: what it does not read there is left out.
func decodeStrict(r io.Reader, target any) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := refuseUnknown("", data, reflect.TypeOf(target).Elem()); err != nil {
		return err
	}
	return json.Unmarshal(data, target)
}

func refuseUnknown(path string, data []byte, t reflect.Type) error {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(data, &object); err != nil {
		return err
	}
	known := jsonFields(t)
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if !slices.Contains(known, name) {
			return fmt.Errorf("unknown field %q", path+name)
		}
	}
	if t != reflect.TypeFor[State]() {
		return nil
	}
	var organizations []json.RawMessage
	if err := json.Unmarshal(object["organizations"], &organizations); err != nil && object["organizations"] != nil {
		return err
	}
	for i, organization := range organizations {
		if err := refuseUnknown(fmt.Sprintf("organizations[%d].", i), organization, reflect.TypeFor[Organization]()); err != nil {
			return err
		}
	}
	return nil
}

// jsonFields are the JSON names of the fields of a struct.
func jsonFields(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		if name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); name != "" && name != "-" {
			names = append(names, name)
		}
	}
	return names
}
