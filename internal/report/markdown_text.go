package report

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What is said of a client holds names that somebody else chose. GitHub makes more of a text than Markdown does: a mention notifies
// people, #1 links to an issue, a commit id to a commit, and the middle of telephony:phone:view becomes a picture. Backslashes and
// entities do not keep it from that, but it leaves the content of code spans alone. So everything that is not plainly a word stands in one.

// code is a text as code spans: it shows exactly the text, on one line, whatever is in it.
func code(text string) string {
	text = oneLine(text)
	if text == "" {
		return "–"
	}
	// A pipe ends the cell of a table even inside code, and whether a backslash keeps it from that depends on what is before it.
	parts := strings.Split(text, "|")
	for i, part := range parts {
		if part != "" {
			parts[i] = codeSpan(part)
		}
	}
	return strings.Join(parts, "&#124;")
}

func codeSpan(text string) string {
	longest, run := 0, 0
	for _, r := range text {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	pad := ""
	if text[0] == '`' || text[len(text)-1] == '`' || text[0] == ' ' && text[len(text)-1] == ' ' && strings.Trim(text, " ") != "" {
		pad = " " // Markdown takes one off each side
	}
	return fence + pad + text + pad + fence
}

// prose is a text whose words stay text and whose everything else becomes code.
func prose(text string) string {
	words := strings.Split(oneLine(text), " ")
	for i, word := range words {
		words[i] = proseWord(word)
	}
	return strings.Join(words, " ")
}

const (
	opening = `"'(`
	closing = `"'),.;:!?`
)

func proseWord(word string) string {
	core := strings.TrimLeft(word, opening)
	before := word[:len(word)-len(core)]
	core = strings.TrimRight(core, closing)
	after := word[len(before)+len(core):]
	switch core {
	case "", "-", "–", "…", "/", "=":
	case ">":
		core = "&gt;"
	case "&":
		core = "&amp;"
	default:
		if !plainWord.MatchString(core) || linkLike.MatchString(core) {
			core = code(core)
		}
	}
	return before + core + after
}

var (
	// plainWord is a word in any script, or a number.
	plainWord = regexp.MustCompile(`^[\p{L}\p{M}\p{Nd}]+([-'’][\p{L}\p{M}\p{Nd}]+)*$`)
	// linkLike is what GitHub could take for a commit id (seven hexadecimal digits or more) or for an issue (GH-1).
	linkLike = regexp.MustCompile(`^[0-9A-Fa-f]{7,}$|-.*\d|\d.*-`)
)

// oneLine is a text with single spaces and every character replaced that is not seen, or turns around how its neighbours are read.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, string(utf8.RuneError))), " ")
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Cf) && r != '\u200C' && r != '\u200D' { // scripts need the joiners
			return utf8.RuneError
		}
		return r
	}, text)
}

// clip cuts a text that would fill the report by itself, and says so.
func clip(text string, room int) string { return cutOff(oneLine(text), room) }

func cutOff(text string, room int) string {
	runes := []rune(text)
	if len(runes) <= room {
		return text
	}
	return fmt.Sprintf("%s … (%d more characters)", strings.TrimRight(string(runes[:room]), " "), len(runes)-room)
}
