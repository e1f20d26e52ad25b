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

// Loose returns the form in which names are compared where no trick of the spelling may tell them apart: in compatibility form, in one
// case, with single spaces between the words, and without the characters that are not shown.
func Loose(s string) string {
	if !isPlain(s) {
		s = norm.NFKC.String(strings.Map(shown, norm.NFKC.String(Clean(s))))
	}
	s = strings.ToLower(s)
	if strings.Contains(s, "  ") || strings.HasPrefix(s, " ") || strings.HasSuffix(s, " ") {
		s = strings.Join(strings.Fields(s), " ")
	}
	return s
}

// shown drops the characters that are not shown, takes every white space for a space, and a letter for the first of those that only case
// tells apart: the Greek sigma has three.
func shown(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point):
		return -1
	}
	for {
		next := unicode.SimpleFold(r)
		if next <= r {
			return next
		}
		r = next
	}
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
