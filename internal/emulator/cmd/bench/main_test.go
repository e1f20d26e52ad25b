package main

import (
	"bytes"
	"regexp"
	"testing"
)

// The requests do not depend on the number of validations, and the table shows them.
func TestRequestsDoNotGrow(t *testing.T) {
	t.Chdir("../../../..")
	var out bytes.Buffer
	err := run(t.Context(), &out, []size{
		{name: "one", perEach: 1}, {name: "ten", perEach: 10}, {name: "ten data sources", form: dataSourceForm, perEach: 10},
		{name: "two organizations", organizations: 2, perEach: 3},
	}, 1, "")
	if err != nil {
		t.Fatal(err)
	}
	got := regexp.MustCompile(`(?m)^\| (.*?) \| (\d+) \|`).FindAllStringSubmatch(out.String(), -1)
	want := [][2]string{{"one", "5"}, {"ten", "5"}, {"ten data sources", "5"}, {"two organizations", "10"}}
	if len(got) != len(want) {
		t.Fatalf("%d rows, want %d:\n%s", len(got), len(want), out.String())
	}
	for i := range want {
		if got[i][1] != want[i][0] || got[i][2] != want[i][1] {
			t.Errorf("row %q, want %q", got[i], want[i])
		}
	}
}
