package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// visible is text with every character spelled out that would not be seen, or that would change how its neighbours are read:
// control characters, direction overrides, zero-width spaces. A name must not look like another one. The joiners U+200C and U+200D
// stay, since scripts need them.
func visible(text string) string {
	if !strings.ContainsFunc(text, hidden) && utf8.ValidString(text) {
		return text
	}
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			b.WriteByte(' ')
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], "\uFFFD"):
			fmt.Fprintf(&b, "[0x%02X]", text[i])
		case hidden(r):
			fmt.Fprintf(&b, "[U+%04X]", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func hidden(r rune) bool {
	if ' ' <= r && r <= '~' { // nearly all there is
		return false
	}
	return r != '\u200C' && r != '\u200D' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}
