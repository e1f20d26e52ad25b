package catalog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// mostNearest is how many near misses an error names.
const mostNearest = 3

// UnknownError says that the catalog does not have an endpoint, or not the variant of it.
type UnknownError struct {
	Reason  string
	Nearest []string // what was probably meant, best first
}

func (e *UnknownError) Error() string { return e.Reason }

// noVariant is the error for a variant that the entry does not have.
func (w written) noVariant(entry Entry) error {
	endpoint := w.method + " " + w.path
	if len(entry.Variants) == 0 {
		return &UnknownError{
			Reason:  fmt.Sprintf("%q has no variants, so %q is not one of them", endpoint, w.variant),
			Nearest: []string{endpoint},
		}
	}
	var names []string
	for _, variant := range entry.Variants {
		names = append(names, variant.Name)
	}
	near := text.Nearest(w.variant, names, mostNearest)
	if len(near) == 0 {
		near = names
	}
	for i, name := range near {
		near[i] = written{w.method, w.path, name}.String()
	}
	return &UnknownError{Reason: fmt.Sprintf("%q has no variant %q", endpoint, w.variant), Nearest: near}
}

// mistyped returns an *UnknownError if the path fits the entry only because a word of the API, as it is or mistyped, stands where
// the template has a parameter.
func (w written) mistyped(entry Entry) error {
	if w.path == entry.Path {
		return nil
	}
	given, template := strings.Split(w.path, "/"), strings.Split(entry.Path, "/")
	n := &load().root
	for i := 1; i < len(template); i++ {
		if isParameter(template[i]) && w.isWord(given, i) {
			if words := n.wordsLike(given[i]); len(words) > 0 {
				return w.wrongWord(given, i, template[i], words)
			}
		}
		if isParameter(template[i]) {
			n = n.parameter
		} else {
			n = n.literal(template[i])
		}
	}
	return nil
}

// isWord reports whether the segment can only be a word. The ids of the platform have digits in them. "/api/v2/users/me" is the
// calling user, whatever follows.
func (w written) isWord(given []string, i int) bool {
	if isParameter(given[i]) || strings.Join(given[:i+1], "/") == callerPath {
		return false
	}
	return onlyLetters(given[i])
}

// onlyLetters reports whether a segment has nothing but letters and hyphens, so that it is not an id.
func onlyLetters(segment string) bool {
	return !strings.ContainsFunc(segment, func(r rune) bool { return notInMethod(r) && r != '-' && r != '_' })
}

// wordsLike returns the literal segments that may follow n and that the word is or nearly is, nearest first.
func (n *node) wordsLike(word string) []string {
	if n.literal(word) != nil {
		return []string{word}
	}
	return alike(word, n.segments())
}

// alike returns the words of the list that the word nearly is, nearest first.
func alike(word string, list []string) []string {
	words := text.Nearest(word, list, spellings)
	for _, candidate := range list {
		if oneSlip(strings.ToLower(word), strings.ToLower(candidate)) && !slices.Contains(words, candidate) {
			words = append(words, candidate)
		}
	}
	return words
}

// oneSlip reports whether two words differ by one letter too many, too few or wrong, or by two neighbours that changed places. It
// catches short words, of which text.Nearest asks more.
func oneSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	same := 0
	for same < len(a) && a[same] == b[same] {
		same++
	}
	a, b = a[same:], b[same:]
	switch len(b) - len(a) {
	case 0:
		swapped := len(a) > 1 && a[0] == b[1] && a[1] == b[0] && a[2:] == b[2:]
		return len(a) == 0 || a[1:] == b[1:] || swapped
	case 1:
		return a == b[1:]
	default:
		return false
	}
}

// wrongWord is the error for a word in the place of a parameter. It names the endpoints that have one of the words there instead.
func (w written) wrongWord(given []string, i int, parameter string, words []string) error {
	var nearest []string
	for _, word := range words {
		path := strings.Join(slices.Concat(given[:i], []string{word}, given[i+1:]), "/")
		corrected := written{method: w.method, path: path, variant: w.variant}
		entry, found := Find(corrected.method, corrected.path)
		if found && word != given[i] && corrected.mistyped(entry) == nil {
			nearest = append(nearest, corrected.String())
		}
	}
	if len(nearest) == 0 {
		path := strings.Join(slices.Concat(given[:i], words[:1], given[i+1:]), "/")
		nearest = Nearest(w.method+" "+path, mostNearest)
	}
	return &UnknownError{
		Reason: fmt.Sprintf("%q in %q looks like a word of the API and not like an id. For any id, write %s",
			given[i], w.String(), parameter),
		Nearest: nearest[:min(len(nearest), mostNearest)],
	}
}
