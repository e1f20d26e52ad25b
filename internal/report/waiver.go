package report

import (
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// acceptance says why a failure is accepted, who answers for it and until when. It is empty for a finding that is not waived, and where no
// waiver for it is known.
//
// The waiver of the subject counts first and, once that has expired, the one of the whole check. A report does not know the day, so it names
// the second too where it lives longer.
func (v Validation) acceptance(f audit.Finding, shared map[string]Waiver) string {
	if !excused(f) {
		return ""
	}
	var told []string
	last := ""
	for _, key := range audit.WaiverKeys(f.Check, f.Subject) {
		waiver, own := v.Waivers[key]
		if !own {
			waiver = shared[key]
		}
		waiver.Expires = singleSpaced(waiver.Expires)
		if said := waiver.String(); said != "" && (len(told) == 0 || waiver.Expires > last) {
			told, last = append(told, said), waiver.Expires
		}
	}
	return strings.Join(told, " Then: ")
}

// String is the reason, the owner and the last day in sentences. Long ones are cut: one waiver may accept a thousand findings.
func (w Waiver) String() string {
	var sentences []string
	for _, part := range []struct {
		about, text string
		room        int
	}{{"", w.Reason, mostOfMessage}, {"Owner: ", w.Owner, mostOfName}, {"Expires: ", w.Expires, mostOfName}} {
		if said := cutOff(singleSpaced(part.text), part.room); said != "" {
			sentences = append(sentences, text.Ended(part.about+said))
		}
	}
	return text.Sentences(sentences...)
}
