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

func allVisible(texts []string) []string {
	shown := make([]string, len(texts))
	for i, text := range texts {
		shown[i] = visible(text)
	}
	return shown
}

// shorten leaves out the middle of a text that is wider than room, measured in characters of a monospaced font: names of permissions
// and scopes tell most at their ends.
func shorten(text string, room int) string {
	runes := []rune(text)
	if width(runes) <= room {
		return text
	}
	const ellipsis = "…"
	tail := room / 3
	end := len(runes)
	for used := 0; end > 0 && used+runeWidth(runes[end-1]) <= tail; end-- {
		used += runeWidth(runes[end-1])
	}
	left, start := room-1-width(runes[end:]), 0
	for start < end && runeWidth(runes[start]) <= left {
		left -= runeWidth(runes[start])
		start++
	}
	return strings.TrimSpace(string(runes[:start])) + ellipsis + strings.TrimSpace(string(runes[end:]))
}

func width(runes []rune) int {
	total := 0
	for _, r := range runes {
		total += runeWidth(r)
	}
	return total
}

// runeWidth is how many places a character takes, rather too many than too few. Other scripts come from other fonts, whose widths are
// not known here; what is wider still is cut off at the edge.
func runeWidth(r rune) int {
	const emoji, firstPhrase, lastPhrase = 0x1F000, 0xFDF0, 0xFDFF // a phrase is a whole Arabic one in a single character
	switch {
	case r < utf8.RuneSelf || r == '…':
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic):
		return 1
	case r >= emoji:
		return 3
	case firstPhrase <= r && r <= lastPhrase:
		return 12
	default:
		return 2
	}
}
