package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	mostOfName    = 80  // characters of a name
	mostOfMessage = 800 // characters of a message, a remedy or the reason of a waiver
	mostNamed     = 10  // names in a list, before the rest is counted
)

func sortedNames[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// first are the names that are shown of a list, and how many more there are.
func first(names []string) (shown []string, more int) {
	if len(names) <= mostNamed {
		return names, 0
	}
	return names[:mostNamed], len(names) - mostNamed
}

// singleSpaced is a text on one line.
func singleSpaced(text string) string { return strings.Join(strings.Fields(text), " ") }

func cutOff(text string, room int) string {
	if len(text) <= room {
		return text
	}
	runes := []rune(text)
	if len(runes) <= room {
		return text
	}
	return fmt.Sprintf("%s … (%d more characters)", strings.TrimRight(string(runes[:room]), " "), len(runes)-room)
}
