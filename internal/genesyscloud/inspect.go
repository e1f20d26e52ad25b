package genesyscloud

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// The limits of an answer, all far above any real one, so that no answer takes more memory or time than a large organization's would.
const (
	// maxEntities bounds the entities of one answer.
	maxEntities = 100_000
	// maxElements bounds every other list, and the names of an object: the scopes of a client, the policies of a role, the grants of a user.
	maxElements = 10_000
	// maxLength bounds a text, in bytes as it is written.
	maxLength = 64 << 10
	// maxNesting bounds how deep lists and objects stand in one another.
	maxNesting = 100
	// maxCollection and maxOrganization bound the weight of a collection, and of all that a client reads of an organization.
	maxCollection   = 192 << 20
	maxOrganization = 256 << 20
)

// The weight of an answer estimates the memory, in bytes, that it takes when it is decoded. A text weighs its length too.
const (
	objectWeight = 128
	arrayWeight  = 64
	valueWeight  = 16
)

// document is an answer that has been inspected.
type document struct {
	text   []byte
	weight int64
	// envelope is the text of a list without its entities, and entities are theirs.
	envelope []byte
	entities [][]byte
}

// repeatedNameError says that an object has a name twice.
type repeatedNameError struct{ name string }

func (e *repeatedNameError) Error() string {
	return fmt.Sprintf("an object in it has the field %s twice; case does not tell fields apart", e.name)
}

// errSecretRepeated says that an answer holds what only this client may know.
var errSecretRepeated = errors.New("it repeats a configured secret or the access token")

// inspect walks an answer before it is decoded. It refuses what is not valid JSON, an object that has a name twice, what is larger than any
// real answer, and what repeats a secret. It cleans all texts (text.Clean).
func inspect(ctx context.Context, data []byte, secrets *redactor) (document, error) {
	if !utf8.Valid(data) {
		return document{}, errors.New("it is not valid UTF-8")
	}
	if !json.Valid(data) {
		var none json.RawMessage
		return document{}, unmarshal(data, &none)
	}
	if secrets.repeated(data) {
		return document{}, errSecretRepeated
	}
	w := walk{data: data, secrets: secrets, folded: map[string]string{}}
	if err := w.run(ctx); err != nil || w.cleaned == nil {
		return w.document(), err
	}
	// The entities are found in the cleaned text.
	w = walk{data: append(w.cleaned, data[w.copied:]...), secrets: secrets, folded: w.folded}
	err := w.run(ctx)
	return w.document(), err
}

// walk is one walk over a valid JSON text.
type walk struct {
	data    []byte
	secrets *redactor
	weight  int64

	frames []frame // of the open lists and objects; those beyond depth are kept for their memory
	depth  int
	folded map[string]string // names in the form in which they are compared, by the literal

	cleaned []byte // the text up to copied, cleaned; nil: nothing had to be
	copied  int

	name        string // the name last seen, folded
	first, last int    // where the list of entities begins and ends, behind "[" and at "]"
	start       int    // where the entity begins that is being walked over
	entities    [][]byte
}

// frame is an open list or object.
type frame struct {
	isList   bool
	entities bool // it is the list of the answer's entities
	elements int
	few      []string // the names of an object, while they are few
	many     map[string]bool
}

// fewNames is how many names are compared one by one. An object with more names gets a map. The map is not reused, since clearing it costs as much
// as it once held.
const fewNames = 16

// checkEvery is how many bytes are walked over before the context is looked at.
const checkEvery = 1 << 20

func (w *walk) run(ctx context.Context) error {
	check := 0
	for i := 0; i < len(w.data); i++ {
		if i >= check {
			if err := ctx.Err(); err != nil {
				return err
			}
			check = i + checkEvery
		}
		var err error
		switch c := w.data[i]; c {
		case '{', '[':
			err = w.open(i, c == '[')
		case '}', ']':
			w.close(i)
		case ',':
			err = w.next(i)
		case '"':
			i, err = w.string(i)
		case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 't', 'f', 'n':
			w.weight += valueWeight
			for i+1 < len(w.data) && !isStructure(w.data[i+1]) {
				i++
			}
		}
		if err != nil {
			return err
		}
		if w.weight > maxCollection {
			return errors.New("it holds more than any real answer")
		}
	}
	return nil
}

func isStructure(c byte) bool { return c == ',' || c == ']' || c == '}' }

func (w *walk) open(at int, isList bool) error {
	if w.depth == maxNesting {
		return fmt.Errorf("it is nested more than %d deep", maxNesting)
	}
	if w.depth == len(w.frames) {
		w.frames = append(w.frames, frame{})
	}
	f := &w.frames[w.depth]
	w.depth++
	*f = frame{isList: isList, few: f.few[:0], entities: isList && w.depth == 2 && !w.frames[0].isList && w.name == "ENTITIES" && w.first == 0}
	if !isList {
		w.weight += objectWeight
		return nil
	}
	w.weight += arrayWeight
	f.elements = 1 // one more than there are commas. An empty list counts one too many, which is far from every limit.
	if f.entities {
		w.first, w.start = at+1, at+1
	}
	return nil
}

func (w *walk) close(at int) {
	w.depth--
	if !w.frames[w.depth].entities {
		return
	}
	if last := bytes.TrimSpace(w.data[w.start:at]); len(last) > 0 {
		w.entities = append(w.entities, last)
	}
	w.last = at
}

func (w *walk) next(at int) error {
	f := &w.frames[w.depth-1]
	if !f.isList {
		return nil // its names are counted
	}
	f.elements++
	if f.entities {
		w.entities = append(w.entities, bytes.TrimSpace(w.data[w.start:at]))
		w.start = at + 1
		if f.elements > maxEntities {
			return fmt.Errorf("it has more than %d entities", maxEntities)
		}
		return nil
	}
	if f.elements > maxElements {
		return fmt.Errorf("a list in it has more than %d elements", maxElements)
	}
	return nil
}

// string walks over the string at i and returns where it ends.
func (w *walk) string(i int) (end int, err error) {
	literal, plain := literalAt(w.data[i:])
	end = i + len(literal) - 1
	if len(literal) > maxLength {
		return end, fmt.Errorf("a text in it is longer than %d bytes", maxLength)
	}
	if !plain {
		original := unquoted(literal)
		clean := text.Clean(original)
		if w.secrets.repeated([]byte(clean)) {
			return end, errSecretRepeated
		}
		if clean != original {
			quoted, err := json.Marshal(clean)
			if err != nil {
				return end, err
			}
			w.cleaned = append(append(w.cleaned, w.data[w.copied:i]...), quoted...)
			w.copied = end + 1
			literal = quoted
		}
	}
	w.weight += valueWeight
	if !isName(w.data[end+1:]) {
		w.weight += int64(len(literal))
		return end, nil
	}
	w.name = w.fold(literal)
	if !w.frames[w.depth-1].add(w.name) {
		return end, &repeatedNameError{unquoted(literal)}
	}
	if f := &w.frames[w.depth-1]; f.elements > maxElements {
		return end, fmt.Errorf("an object in it has more than %d fields", maxElements)
	}
	return end, nil
}

// add adds the name of an object and tells whether it is new.
func (f *frame) add(name string) bool {
	f.elements++
	if f.many == nil {
		if slices.Contains(f.few, name) {
			return false
		}
		f.few = append(f.few, name)
		if len(f.few) > fewNames {
			f.many = map[string]bool{}
			for _, name := range f.few {
				f.many[name] = true
			}
		}
		return true
	}
	if f.many[name] {
		return false
	}
	f.many[name] = true
	return true
}

// fold is the form in which the name is compared. The forms of names that recur are kept.
func (w *walk) fold(literal []byte) string {
	const most, longest = 1000, 100
	if name, known := w.folded[string(literal)]; known {
		return name
	}
	name := fold(unquoted(literal))
	if len(w.folded) < most && len(literal) <= longest {
		w.folded[string(literal)] = name
	}
	return name
}

func (w *walk) document() document {
	d := document{text: w.data, weight: w.weight, envelope: w.data, entities: w.entities}
	if w.last > 0 {
		d.envelope = slices.Concat(w.data[:w.first], w.data[w.last:])
	}
	return d
}

// literalAt is the string that a valid JSON text begins with, in its quotes, and whether it is ASCII without escapes.
func literalAt(data []byte) (literal []byte, plain bool) {
	plain = true
	for i := 1; ; i++ {
		switch c := data[i]; {
		case c == '\\':
			plain = false
			i++
		case c == '"':
			return data[:i+1], plain
		case c >= utf8.RuneSelf || c == 0x7f:
			plain = false
		}
	}
}

// isName tells whether what follows a string shows that it is the name of a field.
func isName(rest []byte) bool {
	for _, c := range rest {
		switch c {
		case ' ', '\t', '\r', '\n':
		default:
			return c == ':'
		}
	}
	return false
}

func unquoted(literal []byte) (text string) {
	if json.Unmarshal(literal, &text) != nil {
		return string(literal)
	}
	return text
}

// fold is the same for all spellings of a name that encoding/json takes for one.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		for {
			next := unicode.SimpleFold(r)
			if next <= r {
				return next
			}
			r = next
		}
	}, name)
}
