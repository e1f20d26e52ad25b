// Package text says things: lists, sentences, quotations, and the names that a mistyped one was probably meant to be.
package text

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/agext/levenshtein"
)

// Nearest returns at most `most` of the candidates that name was probably meant to be, best first, equally good ones in
// alphabetical order. Case, punctuation and the order of words hardly count: "analytics:exports" is near "analytics:export",
// "Export Analytics" is near "Analytics - Export". A name that resembles no candidate gets none. The name itself and repeated
// candidates are left out.
func Nearest(name string, candidates []string, most int) []string {
	wanted := formOf(name)
	if len(wanted.letters) == 0 || most <= 0 {
		return nil
	}
	var found []match
	for _, candidate := range candidates {
		if candidate == name {
			continue
		}
		if cost, near := wanted.cost(formOf(candidate)); near {
			found = append(found, match{candidate, cost})
		}
	}
	slices.SortFunc(found, func(a, b match) int {
		return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.name, b.name))
	})
	found = slices.Compact(found)

	var nearest []string
	for _, m := range found[:min(most, len(found))] {
		nearest = append(nearest, m.name)
	}
	return nearest
}

// DidYouMean asks whether one of the near misses was meant: `Did you mean "a", "b" or "c"?`. It is empty when there are none.
func DidYouMean(nearest []string) string {
	if len(nearest) == 0 {
		return ""
	}
	var quoted []string
	for _, name := range nearest {
		quoted = append(quoted, strconv.Quote(name))
	}
	last := len(quoted) - 1
	if last == 0 {
		return "Did you mean " + quoted[0] + "?"
	}
	return "Did you mean " + strings.Join(quoted[:last], ", ") + " or " + quoted[last] + "?"
}

type match struct {
	name string
	cost int
}

// form is a name as it is compared: without case, and without punctuation.
type form struct {
	words   []string
	letters []rune // the words joined
	counts  [32]int
}

func formOf(name string) form {
	return joined(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }))
}

func joined(words []string) form {
	f := form{words: words, letters: []rune(strings.Join(words, ""))}
	for _, letter := range f.letters {
		f.counts[uint32(letter)%uint32(len(f.counts))]++
	}
	return f
}

// reordered is the form with its words in alphabetical order.
func (f form) reordered() form { return joined(slices.Sorted(slices.Values(f.words))) }

// An edited letter costs 2, so that of names with as many edits those with their words in the order written come first. Names
// that only lack words come after all others.
const (
	letterCost  = 2
	reorderCost = 1
	mostEdits   = 6
)

// cost says how far the candidate is from f, and whether that is near enough to be worth a suggestion.
func (f form) cost(candidate form) (cost int, near bool) {
	limit := editLimit(len(f.letters), len(candidate.letters))
	if leastEdits(f, candidate) <= limit {
		if edits := distance(f, candidate); edits <= limit {
			return letterCost * edits, true
		}
		if edits := distance(f.reordered(), candidate.reordered()); edits <= limit {
			return letterCost*edits + reorderCost, true
		}
	}
	if apart, near := f.wordsApart(candidate); near {
		return letterCost*(mostEdits+apart) + reorderCost, true
	}
	return 0, false
}

// editLimit is how many letters may differ: about a fifth of the longer name, so that short names need to be nearly right. Two
// letters are let pass as soon as a pair that changed places leaves enough of the name standing.
func editLimit(a, b int) int {
	longest := max(a, b)
	switch {
	case longest < 3:
		return 0
	case longest < 5:
		return 1
	default:
		return max(2, min(longest/5, mostEdits))
	}
}

// leastEdits is a lower bound of the distance of two names, in whatever order their letters are. It is what makes thousands of
// candidates cheap: few of them need the distance itself.
func leastEdits(a, b form) int {
	var more, fewer int
	for i := range a.counts {
		difference := a.counts[i] - b.counts[i]
		more += max(difference, 0)
		fewer += max(-difference, 0)
	}
	return max(more, fewer)
}

// distance is the number of letters to insert, delete or replace. The library's own cut-off is not used, since with one it
// calls some names near that are not ("qqzzxxvv" and "supervisor" with at most 2: 2).
func distance(a, b form) int {
	edits, _, _ := levenshtein.Calculate(a.letters, b.letters, 0, 1, 1, 1)
	return edits
}

// wordsApart is the number of words that one of the names lacks of the other when it has no word of its own. A name may have
// half of the candidate's words ("Analytics" of "Analytics - Export"); a candidate must have more than half of the name's, since
// the words that it lacks were meant.
func (f form) wordsApart(candidate form) (apart int, near bool) {
	apart = len(candidate.words) - len(f.words)
	if len(candidate.words) == 0 {
		return 0, false
	}
	if apart >= 0 {
		return apart, apart <= len(f.words) && containsAll(candidate.words, f.words)
	}
	return -apart, -apart < len(candidate.words) && containsAll(f.words, candidate.words)
}

func containsAll(words, wanted []string) bool {
	return !slices.ContainsFunc(wanted, func(word string) bool { return !slices.Contains(words, word) })
}
