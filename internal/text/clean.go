package text

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Clean returns text from elsewhere without the characters that change how the rest is shown, in NFC. Line breaks, tabs and the line and
// paragraph separators become spaces; all other control and format characters are dropped. So no text can begin a line of its own, move
// the cursor, hide a part of itself or turn around what follows.
func Clean(s string) string {
	if isPlain(s) {
		return s
	}
	return norm.NFC.String(strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\v' || r == '\f' || r == '\r' || r == '\u0085' || unicode.In(r, unicode.Zl, unicode.Zp):
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf):
			return -1
		}
		return r
	}, s))
}

// isPlain holds for printable ASCII, which Clean leaves alone.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// OneLine returns text from elsewhere, cleaned, with single spaces between its words, and cut after limit characters.
func OneLine(s string, limit int) string {
	runes := []rune(strings.Join(strings.Fields(Clean(s)), " "))
	if len(runes) <= limit {
		return string(runes)
	}
	return string(runes[:limit]) + "..."
}
