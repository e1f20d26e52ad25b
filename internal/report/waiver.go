package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

// acceptance says why a failure is accepted, who answers for it and until when. It is empty for a finding that is not waived, and where no
// waiver for it is known.
//
// The waiver of its very subject counts first and, once that has expired, the one of its whole check. A report does not know the day, so it
// names the second too where it lives longer.
func (v Validation) acceptance(f Finding) string {
	if !f.excused() {
		return ""
	}
	var said []string
	last := ""
	for _, key := range audit.WaiverKeys(audit.Check(f.Check), f.Subject) {
		waiver := v.Waivers[key]
		if text := waiver.String(); text != "" && (len(said) == 0 || waiver.Expires > last) {
			said, last = append(said, text), waiver.Expires
		}
	}
	return strings.Join(said, " Then: ")
}

// tellOfWaived says how many failures are waived. It is empty when none is.
func tellOfWaived(validations []Validation) string {
	n := 0
	for _, v := range validations {
		for _, f := range v.Findings {
			if f.excused() {
				n++
			}
		}
	}
	switch n {
	case 0:
		return ""
	case 1:
		return "1 failure is waived."
	default:
		return fmt.Sprintf("%d failures are waived.", n)
	}
}

// joined are sentences, those that say something.
func joined(sentences ...string) string {
	return strings.Join(slices.DeleteFunc(sentences, func(s string) bool { return s == "" }), " ")
}

// String is the reason, the owner and the last day in sentences.
func (w Waiver) String() string {
	return joined(ended("", w.Reason), ended("Owner: ", w.Owner), ended("Expires: ", w.Expires))
}

// tidied are the waivers with each text on one line, and cut where it would fill a report by itself: one waiver may accept a thousand findings.
func tidied(waivers map[string]Waiver) map[string]Waiver {
	tidy := make(map[string]Waiver, len(waivers))
	for key, waiver := range waivers {
		tidy[key] = Waiver{
			Reason:  cutOff(singleSpaced(waiver.Reason), mostOfMessage),
			Owner:   cutOff(singleSpaced(waiver.Owner), mostOfName),
			Expires: cutOff(singleSpaced(waiver.Expires), mostOfName),
		}
	}
	return tidy
}

// ended is a text with what it is about before it, and with the end of a sentence. It is empty for no text.
func ended(about, text string) string {
	if text == "" {
		return ""
	}
	if last, _ := utf8.DecodeLastRuneInString(text); strings.ContainsRune(".!?…。", last) {
		return about + text
	}
	return about + text + "."
}

// singleSpaced is a text on one line.
func singleSpaced(text string) string { return strings.Join(strings.Fields(text), " ") }
