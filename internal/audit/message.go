package audit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// mostListed is how many names a message lists before it only counts the rest.
const mostListed = 6

// list is "a, b, c", cut short with "and 4 more".
func list(names []string) string {
	if len(names) <= mostListed {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:mostListed], ", "), len(names)-mostListed)
}

// quotedList is a list of names that may hold spaces.
func quotedList(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = strconv.Quote(name)
	}
	return list(quoted)
}

// sorted is a sorted copy without repetition; never nil.
func sorted(names []string) []string {
	out := slices.Clone(names)
	slices.Sort(out)
	if out = slices.Compact(out); out == nil {
		return []string{}
	}
	return out
}

// sentences joins sentences, leaving out empty ones.
func sentences(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), " ")
}

// ended is text with a full stop, unless it ends with a mark of its own.
func ended(text string) string {
	text = strings.TrimSpace(text)
	if text == "" || strings.ContainsAny(text[len(text)-1:], ".!?") {
		return text
	}
	return text + "."
}

// plural is the singular or the plural form, as the number wants it.
func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
