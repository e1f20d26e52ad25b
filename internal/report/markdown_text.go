package report

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Findings contain names that somebody else chose. GitHub interprets more than Markdown: a mention notifies people, #1 links to an issue, a commit
// id to a commit, and the middle of telephony:phone:view becomes a picture. Backslashes and entities do not prevent this, but GitHub leaves code
// spans alone. So everything but plain words goes into a code span.

// code is a text as one code span: it shows exactly the text, on one line, whatever is in it.
func code(text string) string {
	text = oneLine(text)
	switch {
	case text == "":
		return "–"
	case strings.ContainsRune(text, '|'):
		// A pipe ends the cell of a table even inside a code span, and whether a backslash keeps it from that depends on what is before it.
		return "<code>" + entities(text) + "</code>"
	default:
		return codeSpan(text)
	}
}

// entities is a text with everything that Markdown, GitHub or HTML could make something of written as an entity.
func entities(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r == ' ' || unicode.In(r, unicode.L, unicode.M, unicode.Nd) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "&#%d;", r)
		}
	}
	return b.String()
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

// prose is a text whose words stay text and whose everything else becomes code. A request, and a quoted name that is more than words, are
// one span each.
func prose(text string) string {
	text = oneLine(text)
	var b strings.Builder
	if word, rest, _ := strings.Cut(text, " "); marker.MatchString(word) {
		b.WriteString(code(word))
		text = strings.TrimSuffix(" "+rest, " ")
	}
	for {
		at := unit.FindStringSubmatchIndex(text)
		if at == nil {
			break
		}
		begin, end := at[2], at[3]
		b.WriteString(proseWords(text[:begin]))
		whole := text[begin:end]
		if name, quoted := strings.CutPrefix(whole, `"`); quoted {
			name = strings.TrimSuffix(name, `"`)
			if plain := proseWords(name); plain == name {
				b.WriteString(whole)
			} else {
				b.WriteString(`"` + code(name) + `"`)
			}
		} else {
			core := strings.TrimRight(whole, closing)
			b.WriteString(code(core) + whole[len(core):])
		}
		text = text[end:]
	}
	b.WriteString(proseWords(text))
	return b.String()
}

// marker is what would begin a list, or underline a heading, at the beginning of a line.
var marker = regexp.MustCompile(`^([-–=]|\d+[.)])$`)

// unit is what must not be broken into several spans: a name in quotation marks, or a request.
var unit = regexp.MustCompile(`(?:^|[ (])("[^"]*[^" ][^"]*"|(?:GET|POST|PUT|PATCH|DELETE|HEAD) /\S+)`)

func proseWords(text string) string {
	words := strings.Split(text, " ")
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
