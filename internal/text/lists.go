package text

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// mostListed is the number of names that List lists before it counts the rest.
const mostListed = 6

// List returns "a, b, c", cut short with "and 4 more".
func List(names []string) string {
	if len(names) <= mostListed {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:mostListed], ", "), len(names)-mostListed)
}

// Quoted returns a List of names that may contain spaces.
func Quoted(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = strconv.Quote(name)
	}
	return List(quoted)
}

// Sorted returns a sorted copy without repetitions; never nil.
func Sorted(names []string) []string {
	out := slices.Clone(names)
	slices.Sort(out)
	if out = slices.Compact(out); out == nil {
		return []string{}
	}
	return out
}

// Sentences joins sentences and leaves out empty ones.
func Sentences(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), " ")
}

// Ended returns the text with a full stop, unless it ends with a mark of its own.
func Ended(text string) string {
	text = strings.TrimSpace(text)
	if text == "" || strings.ContainsAny(text[len(text)-1:], ".!?") {
		return text
	}
	return text + "."
}

// Plural returns the singular or the plural form, as the number requires.
func Plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
