// Package text formats messages: lists, sentences, quotations, and suggestions for a misspelled name.
package text

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/agext/levenshtein"
)

// Nearest returns the candidates that resemble the name, at most `most`, best first, equally good ones in alphabetical order. Case, punctuation and
// the order of words hardly count: "analytics:exports" is near "analytics:export", "Export Analytics" is near "Analytics - Export". A name that
// resembles no candidate gets none. The name itself and repeated candidates are left out. For many names in the same candidates see Candidates.
func Nearest(name string, candidates []string, most int) []string {
	return NewCandidates(candidates).Nearest(name, most)
}

// Candidates are names in which near misses are looked up. They keep what a comparison needs of each, so that many lookups in many names
// cost little. They may be used concurrently.
type Candidates struct {
	names    []string // sorted, without repetitions
	forms    []form
	byLength map[int][]int    // indexes of the forms by the number of letters
	byWord   map[string][]int // by each of their words
	byRarest map[string][]int // by the word that the fewest names have
}

// NewCandidates makes candidates of the names.
func NewCandidates(names []string) *Candidates {
	c := &Candidates{
		names:    slices.Compact(slices.Sorted(slices.Values(names))),
		byLength: map[int][]int{}, byWord: map[string][]int{}, byRarest: map[string][]int{},
	}
	c.forms = make([]form, len(c.names))
	for i, name := range c.names {
		c.forms[i] = formOf(name)
		c.byLength[len(c.forms[i].letters)] = append(c.byLength[len(c.forms[i].letters)], i)
		for _, word := range slices.Compact(slices.Sorted(slices.Values(c.forms[i].words))) {
			c.byWord[word] = append(c.byWord[word], i)
		}
	}
	for i, f := range c.forms {
		if len(f.words) > 0 {
			rarest := c.rarest(f.words)
			c.byRarest[rarest] = append(c.byRarest[rarest], i)
		}
	}
	return c
}

func (c *Candidates) rarest(words []string) string {
	return slices.MinFunc(words, func(a, b string) int { return cmp.Compare(len(c.byWord[a]), len(c.byWord[b])) })
}

// Nearest returns what the function Nearest does.
func (c *Candidates) Nearest(name string, most int) []string {
	wanted := formOf(name)
	if len(wanted.letters) == 0 || most <= 0 {
		return nil
	}
	best := ranking{most: most}
	// The lengths nearest to the name's come first, so that the others are soon too far away to be looked at.
	for apart := range mostEdits + 1 {
		for _, length := range slices.Compact([]int{len(wanted.letters) - apart, len(wanted.letters) + apart}) {
			limit := editLimit(len(wanted.letters), length)
			if apart > limit {
				continue
			}
			for _, i := range c.byLength[length] {
				if cost, near := wanted.editCost(&c.forms[i], limit, best.mostEdits()); near && c.names[i] != name {
					best.add(c.names[i], cost)
				}
			}
		}
	}
	for _, i := range c.sharingWords(&wanted) {
		if apart, near := wanted.wordsApart(&c.forms[i]); near && c.names[i] != name {
			best.add(c.names[i], letterCost*(mostEdits+apart)+reorderCost)
		}
	}
	return best.names()
}

// sharingWords returns the candidates of which wordsApart may hold: they have all of the name's words, or none but these.
func (c *Candidates) sharingWords(wanted *form) []int {
	found := slices.Clone(c.byWord[c.rarest(wanted.words)])
	for _, word := range slices.Compact(slices.Sorted(slices.Values(wanted.words))) {
		found = append(found, c.byRarest[word]...)
	}
	return found
}

// ranking keeps the best of the candidates that are near.
type ranking struct {
	most int
	best []match // sorted, at most `most`
}

// mostEdits is the number of edits beyond which a candidate would not be among the best.
func (r *ranking) mostEdits() int {
	if len(r.best) < r.most {
		return mostEdits
	}
	return r.best[r.most-1].cost / letterCost
}

func (r *ranking) add(name string, cost int) {
	if i := slices.IndexFunc(r.best, func(m match) bool { return m.name == name }); i >= 0 {
		if r.best[i].cost <= cost {
			return
		}
		r.best = slices.Delete(r.best, i, i+1)
	}
	added := match{name, cost}
	i, _ := slices.BinarySearchFunc(r.best, added, func(a, b match) int {
		return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.name, b.name))
	})
	if i == r.most {
		return
	}
	r.best = slices.Insert(r.best, i, added)
	r.best = r.best[:min(len(r.best), r.most)]
}

func (r *ranking) names() []string {
	var names []string
	for _, m := range r.best {
		names = append(names, m.name)
	}
	return names
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
	words     []string
	letters   []rune // the words joined
	reordered []rune // the words in alphabetical order, joined; nil if this is their order
	counts    [32]uint16
}

func formOf(name string) form {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	f := form{words: words, letters: []rune(strings.Join(words, ""))}
	if !slices.IsSorted(words) {
		f.reordered = []rune(strings.Join(slices.Sorted(slices.Values(words)), ""))
	}
	for _, letter := range f.letters {
		f.counts[uint32(letter)%uint32(len(f.counts))]++
	}
	return f
}

// An edited letter costs 2, so that of names with as many edits those with their words in the order written come first. Names
// that only lack words come after all others.
const (
	letterCost  = 2
	reorderCost = 1
	mostEdits   = 6
)

// inOrder returns the letters of the words in alphabetical order.
func (f *form) inOrder() []rune {
	if f.reordered == nil {
		return f.letters
	}
	return f.reordered
}

// editCost says how far the candidate is from f by its letters, if that is near enough: at most limit of them differ, and not surely more
// than most.
func (f *form) editCost(candidate *form, limit, most int) (cost int, near bool) {
	if leastEdits(f, candidate) > min(limit, most) {
		return 0, false
	}
	if edits := distance(f.letters, candidate.letters); edits <= limit {
		return letterCost * edits, true
	}
	if f.reordered == nil && candidate.reordered == nil {
		return 0, false
	}
	if edits := distance(f.inOrder(), candidate.inOrder()); edits <= limit {
		return letterCost*edits + reorderCost, true
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
func leastEdits(a, b *form) int {
	var more, fewer int
	for i := range a.counts {
		difference := int(a.counts[i]) - int(b.counts[i])
		more += max(difference, 0)
		fewer += max(-difference, 0)
	}
	return max(more, fewer)
}

// distance is the number of letters to insert, delete or replace. The library's own cut-off is not used, since with one it
// calls some names near that are not ("qqzzxxvv" and "supervisor" with at most 2: 2).
func distance(a, b []rune) int {
	edits, _, _ := levenshtein.Calculate(a, b, 0, 1, 1, 1)
	return edits
}

// wordsApart is the number of words that one of the names lacks of the other when it has no word of its own. A name may have
// half of the candidate's words ("Analytics" of "Analytics - Export"); a candidate must have more than half of the name's, since
// the words that it lacks were meant.
func (f *form) wordsApart(candidate *form) (apart int, near bool) {
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
