package provider

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/mitchellh/go-wordwrap"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/auditor"
)

// This file is the one place where an error becomes a diagnostic.

const (
	// textWidth is the width of a detail: an 80-column terminal, minus the rule that Terraform draws and some space.
	textWidth = 76
	// columnGap stands between the check ids and the text beside them.
	columnGap = 3
)

// readError is the diagnostic of a data source that could not read what it shows.
func readError(action string, o *organization, err error) diag.Diagnostic {
	gap := auditor.GapOf(err)
	return diag.NewErrorDiagnostic(fmt.Sprintf("Cannot %s of %s", action, o.label()), wrap(spaced(sentence(gap.Reason), gap.Trace), gap.Remediation))
}

// blockError is what a data source says of a block that could not be read: a warning when the auditor lacks the permission for it, and
// the block stays null; an error when anything else went wrong.
func blockError(what string, o *organization, err error) diag.Diagnostic {
	gap := auditor.GapOf(err)
	if gap.Permission == "" {
		return readError("read the "+what, o, err)
	}
	return diag.NewWarningDiagnostic(fmt.Sprintf("The %s of %s could not be read", what, o.label()), wrap(spaced(sentence(gap.Reason), gap.Trace), gap.Remediation))
}

// spaced is a text with more text after it, if there is more.
func spaced(text, more string) string { return strings.TrimRight(text+" "+more, " ") }

// wrap breaks paragraphs into lines and sets them apart.
func wrap(paragraphs ...string) string {
	for i, paragraph := range paragraphs {
		paragraphs[i] = wrapAt(textWidth, paragraph)
	}
	return strings.Join(paragraphs, "\n\n")
}

var quotedName = regexp.MustCompile(`"[^"\n]*"`)

// mostOfWord is how many characters of a word, or of a quoted name, a message shows: no name on the platform has as many.
const mostOfWord = 500

// wrapAt breaks a text into lines of at most width columns, but never inside a quoted name: names are searched for as they are.
func wrapAt(width int, text string) string {
	const space, hardSpace = " ", "\u00a0"
	text = quotedName.ReplaceAllStringFunc(printable(text), func(name string) string { return strings.ReplaceAll(name, space, hardSpace) })
	text = shortened(text)
	return strings.ReplaceAll(wordwrap.WrapString(text, uint(width)), hardSpace, space)
}

// shortened cuts words that are too long to read.
func shortened(text string) string {
	length := 0
	return strings.Map(func(r rune) rune {
		length++
		switch {
		case r == ' ' || r == '\n':
			length = 0
		case length == mostOfWord:
			return '…'
		case length > mostOfWord:
			return -1
		}
		return r
	}, text)
}

// shortSummary is a summary, cut if a name of the platform makes it too long to read.
func shortSummary(text string) string {
	runes := []rune(printable(text))
	if len(runes) <= mostOfWord {
		return string(runes)
	}
	return string(runes[:mostOfWord]) + "…"
}

// printable is a text without control characters, which a terminal would obey: a name on the platform must not change the CLI's output.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
			return -1
		}
		return r
	}, text)
}

// capitalized is a text with a capital letter at its beginning.
func capitalized(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
