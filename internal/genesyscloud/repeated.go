package genesyscloud

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode"
)

// repeatedName finds a name that an object of a JSON text has twice, or in two spellings that differ in case alone. encoding/json takes
// the last of them without a word, so that {"state": "inactive", "State": "active"} would be an active client. A text that is not valid
// JSON is for the decoder to refuse.
func repeatedName(data []byte) (name string, found bool) {
	if !json.Valid(data) {
		return "", false
	}
	var (
		sets   []map[string]bool // of the names of the open objects, by depth
		depth  int
		folded = map[string]string{} // by the literal
	)
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '{', '[':
			if depth == len(sets) {
				sets = append(sets, map[string]bool{})
			}
			clear(sets[depth])
			depth++
		case '}', ']':
			depth--
		case '"':
			literal := literalAt(data[i:])
			i += len(literal) - 1
			if !isName(data[i+1:]) {
				continue
			}
			name, known := folded[string(literal)]
			if !known {
				name = fold(unquoted(literal))
				folded[string(literal)] = name
			}
			if sets[depth-1][name] {
				return unquoted(literal), true
			}
			sets[depth-1][name] = true
		}
	}
	return "", false
}

// literalAt is the string that a valid JSON text begins with, in its quotes.
func literalAt(data []byte) []byte {
	for i := 1; ; i++ {
		switch data[i] {
		case '\\':
			i++
		case '"':
			return data[:i+1]
		}
	}
}

// isName tells whether what follows a string shows that it is the name of a field.
func isName(rest []byte) bool {
	rest = bytes.TrimLeft(rest, " \t\r\n")
	return len(rest) > 0 && rest[0] == ':'
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
