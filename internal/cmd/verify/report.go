package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// result is what became of a read or an assumption.
type result string

const (
	asAssumed result = "as assumed"
	deviates  result = "**deviates**"
	undecided result = "undecided"
	unseen    result = "nothing to see"
)

type line struct {
	what   string
	result result
	why    string
}

// report is what is known of the platform in the end.
type report struct {
	reads, assumptions []line
}

func (r *report) exitCode() int {
	lines := slices.Concat(r.reads, r.assumptions)
	has := func(wanted result) bool {
		return slices.ContainsFunc(lines, func(l line) bool { return l.result == wanted })
	}
	switch {
	case has(deviates):
		return exitDeviation
	case has(undecided):
		return exitIncomplete
	}
	return exitAsAssumed
}

func (r *report) markdown() string {
	var out strings.Builder
	out.WriteString("# Genesys Cloud against the provider's models and assumptions\n\nThis report holds no names, ids or secrets.\n")
	for _, part := range []struct {
		title, column string
		lines         []line
	}{{"Reads", "Read", r.reads}, {"Assumptions", "Assumption", r.assumptions}} {
		fmt.Fprintf(&out, "\n## %s\n\n| %s | Result | Evidence |\n|---|---|---|\n", part.title, part.column)
		for _, l := range part.lines {
			fmt.Fprintf(&out, "| %s | %s | %s |\n", l.what, l.result, l.why)
		}
	}
	return out.String()
}

// text lists deviations, the same in every run.
func (d deviations) text() string {
	var parts []string
	for _, what := range slices.Sorted(maps.Keys(d)) {
		parts = append(parts, fmt.Sprintf("%s (%d times)", what, d[what]))
	}
	return strings.Join(parts, "; ")
}
