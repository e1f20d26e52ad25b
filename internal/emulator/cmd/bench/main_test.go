package main

import (
	"bytes"
	"fmt"
	"regexp"
	"testing"
	"time"
)

// The requests do not depend on the number of validations, and the table shows them.
func TestRequestsDoNotGrow(t *testing.T) {
	t.Chdir("../../../..")
	var out bytes.Buffer
	err := measurePlans(t.Context(), &out, []size{
		{name: "one", perEach: 1}, {name: "two organizations of ten", organizations: 2, perEach: 10},
	}, 1, "")
	if err != nil {
		t.Fatal(err)
	}
	got := regexp.MustCompile(`(?m)^\| (.*?) \| (\d+) \|`).FindAllStringSubmatch(out.String(), -1)
	want := [][2]string{{"one", "5"}, {"two organizations of ten", "10"}}
	if len(got) != len(want) {
		t.Fatalf("%d rows, want %d:\n%s", len(got), len(want), out.String())
	}
	for i := range want {
		if got[i][1] != want[i][0] || got[i][2] != want[i][1] {
			t.Errorf("row %q, want %q", got[i], want[i])
		}
	}
}

// A process whose program has spaces and brackets in its name.
func TestProcessFiguresAreRead(t *testing.T) {
	t.Parallel()
	const stat = "4711 (a (b) c) S 1 4711 4711 0 -1 4194560 100 200 3 4 150 25 900 800 20 0 9 0 12345 1000000 2000"
	if got := cpuOf(stat); got != 1750*time.Millisecond {
		t.Errorf("CPU %s", got)
	}
	if got := memoryOf("Name:\tx\nVmPeak:\t  999999 kB\nVmHWM:\t   2048 kB\nVmRSS:\t 1024 kB\n"); got != 2<<20 {
		t.Errorf("memory %d", got)
	}
	if cpuOf("4711 (x)") != 0 || memoryOf("Name:\tx\n") != 0 {
		t.Error("figures of what shows none")
	}
}

// A second plan of more instances than were applied has no changes, and a row for each size.
func TestGrowthIsMeasured(t *testing.T) {
	t.Chdir("../../../..")
	b, err := newBench(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	b.mostApplied = 2
	var out bytes.Buffer
	problem, err := b.grow(t.Context(), &out, axis{name: "second plan", sizes: []int{1, 5}, at: func(n int) scenario {
		return scenario{organizations: organizations(1, shape{clients: 2}), instances: n,
			blocks: block(resourceForm, fmt.Sprintf("  count = %d\n  client_name = \"Client ${count.index %% 2}\"\n  required_scopes = [\"org:read\"]\n", n))}
	}})
	if problem != nil || err != nil {
		t.Fatal(problem, err)
	}
	if rows := regexp.MustCompile(`(?m)^\| second plan \| (1|5) \| \d \|`).FindAllString(out.String(), -1); len(rows) != 2 {
		t.Errorf("rows:\n%s", out.String())
	}
}
