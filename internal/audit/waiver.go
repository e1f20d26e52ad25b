package audit

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// Waivable tells whether a waiver can accept a failure of the check. Of the check client it cannot: without the client nothing else is
// examined, and a pass would rest on nothing.
func Waivable(check Check) bool { return check != CheckClient }

// applyWaivers accepts failures. Only failures: a waiver accepts a known fault, it cannot vouch for what nobody could read. While
// waivers are deferred no failure that they could accept is final, so each one leaves its check open instead.
func (e *evaluation) applyWaivers() {
	if e.isDeferred(ArgWaivers) {
		e.deferFailures()
		return
	}
	used := make(map[string]bool, len(e.req.Waivers))
	for i := range e.findings {
		if e.findings[i].Status == Fail && Waivable(e.findings[i].Check) {
			e.waive(&e.findings[i], used)
		}
	}
	e.warnOfUnusedWaivers(used)
}

func (e *evaluation) deferFailures() {
	e.findings = slices.DeleteFunc(e.findings, func(finding Finding) bool {
		if finding.Status != Fail || !Waivable(finding.Check) {
			return false
		}
		e.open |= setOf(finding.Check)
		return true
	})
}

// WaiverKeys are the keys of the waivers that can accept a finding, in the order in which they are tried: the one of its very subject,
// and the one of its whole check.
func WaiverKeys(check Check, subject string) []string {
	return []string{string(check) + "/" + subject, string(check)}
}

// waive accepts a failure if one of the waivers that can accept it still counts.
func (e *evaluation) waive(finding *Finding, used map[string]bool) {
	parts := []string{finding.Message}
	for _, key := range WaiverKeys(finding.Check, finding.Subject) {
		waiver, ok := e.req.Waivers[key]
		if !ok {
			continue
		}
		used[key] = true
		switch {
		case finding.Waived:
		case waiver.counts(e.now):
			finding.Waived, finding.Waiver = true, waiver.String()
		default:
			parts = append(parts, fmt.Sprintf("The waiver %q expired on %s.", key, waiver.Expires.UTC().Format(time.DateOnly)))
		}
	}
	if !finding.Waived {
		finding.Message = sentences(parts...)
	}
}

// counts tells whether the waiver still counts: to the end of its last day, UTC.
func (w Waiver) counts(now time.Time) bool {
	year, month, day := w.Expires.UTC().Date()
	return now.Before(time.Date(year, month, day+1, 0, 0, 0, 0, time.UTC))
}

// String is the reason of the waiver, and its owner if it has one.
func (w Waiver) String() string {
	if w.Owner == "" {
		return w.Reason
	}
	return fmt.Sprintf("%s (owner: %s)", strings.TrimRight(w.Reason, "."), w.Owner)
}

// warnOfUnusedWaivers warns of waivers that match no failure, unless their check is not decided yet.
func (e *evaluation) warnOfUnusedWaivers(used map[string]bool) {
	var matching []string // the keys that would accept what fails
	for _, finding := range e.findings {
		if finding.Status == Fail && Waivable(finding.Check) {
			matching = append(matching, string(finding.Check)+"/"+finding.Subject)
		}
	}
	for key := range e.req.Waivers {
		id, _, _ := strings.Cut(key, "/")
		check := Check(id)
		if used[key] || (e.open | e.skipped).has(check) {
			continue
		}
		message, remediation := fmt.Sprintf("The waiver %q is not used: nothing that it could accept fails.", key), "Remove it from waivers."
		if near := text.Nearest(key, matching, mostSuggestions); len(near) > 0 {
			message, remediation = sentences(message, text.DidYouMean(near)), "Correct the key, or remove it from waivers."
		}
		e.findings = append(e.findings, Finding{
			Check: check, Status: Warn, Subject: key, Message: message, Remediation: remediation, Argument: ArgWaivers,
		})
	}
}
