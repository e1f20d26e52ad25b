package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// Waivable tells whether a waiver can accept a failure of the check. It cannot for the check client: without the client no other check is made, so
// a pass would have no evidence.
func Waivable(check Check) bool { return check != CheckClient }

// WaiverKeys are the keys of the waivers that can accept a finding, in the order in which they are tried: the one of its very subject,
// and the one of its whole check.
func WaiverKeys(check Check, subject string) []string {
	return []string{string(check) + "/" + subject, string(check)}
}

func (f Finding) isWaivable() bool { return f.Status == Fail && Waivable(f.Check) }

// waive accepts failures. It never accepts missing evidence. While waivers are deferred, a failure that they could accept is not final, so it
// leaves its check open instead.
func (s *sheet) waive(req Requirement, now time.Time) {
	if req.isDeferred(ArgWaivers) {
		s.findings = slices.DeleteFunc(s.findings, func(finding Finding) bool {
			if finding.isWaivable() {
				s.open |= setOf(finding.Check)
			}
			return finding.isWaivable()
		})
		return
	}
	if len(req.Waivers) == 0 {
		return
	}
	for i := range s.findings {
		if s.findings[i].isWaivable() {
			s.findings[i].waive(req.Waivers, now)
		}
	}
}

// waive accepts a failure if one of the waivers that can accept it still counts.
func (f *Finding) waive(waivers map[string]Waiver, now time.Time) {
	parts := []string{f.Message}
	for _, key := range WaiverKeys(f.Check, f.Subject) {
		waiver, ok := waivers[key]
		switch {
		case !ok || f.Waived:
		case waiver.counts(now):
			f.Waived, f.Waiver = true, waiver.String()
		default:
			parts = append(parts, fmt.Sprintf("The waiver %q expired on %s.", key, waiver.Expires.UTC().Format(time.DateOnly)))
		}
	}
	if !f.Waived {
		f.Message = text.Sentences(parts...)
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

// warnOfUnusedWaivers warns once of all waivers that match no failure, those aside whose check is not decided yet.
func (s *sheet) warnOfUnusedWaivers(req Requirement) {
	if req.isDeferred(ArgWaivers) {
		return
	}
	used := make(map[string]bool)
	var matching []string // the keys that would accept what fails, and that no waiver has
	for _, finding := range s.findings {
		if finding.isWaivable() {
			keys := WaiverKeys(finding.Check, finding.Subject)
			if _, taken := req.Waivers[keys[0]]; !taken {
				matching = append(matching, keys[0])
			}
			for _, key := range keys {
				used[key] = true
			}
		}
	}
	var unused []string
	for key := range req.Waivers {
		if !used[key] && !(s.open | s.leftOut).has(checkOfWaiver(key)) {
			unused = append(unused, key)
		}
	}
	if len(unused) > 0 {
		s.findings = append(s.findings, unusedWaivers(unused, matching))
	}
}

func checkOfWaiver(key string) Check {
	id, _, _ := strings.Cut(key, "/")
	return Check(id)
}

// mostUnusedNamed is how many unused waivers the warning names.
const mostUnusedNamed = 10

// unusedWaivers is the warning of waivers that accept nothing. It stands at the most decisive of their checks.
func unusedWaivers(keys, matching []string) Finding {
	slices.SortFunc(keys, func(a, b string) int {
		return cmp.Or(cmp.Compare(position(checkOfWaiver(a)), position(checkOfWaiver(b))), cmp.Compare(a, b))
	})
	named, more := keys, ""
	if left := len(keys) - mostUnusedNamed; left > 0 {
		named, more = keys[:mostUnusedNamed], fmt.Sprintf(" and %d more", left)
	}
	message := fmt.Sprintf("The %s %s%s %s not used: no failure matches %s.", text.Plural(len(keys), "waiver", "waivers"), text.Quoted(named), more,
		text.Plural(len(keys), "is", "are"), text.Plural(len(keys), "it", "them"))
	remediation := fmt.Sprintf("Remove %s from waivers.", text.Plural(len(keys), "it", "them"))
	var nearest []string
	for _, key := range named {
		nearest = append(nearest, text.Nearest(key, matching, text.MostSuggestions)...)
	}
	if len(nearest) > 0 {
		message = text.Sentences(message, text.DidYouMean(text.Sorted(nearest)))
		remediation = fmt.Sprintf("Correct the %s, or remove %s from waivers.", text.Plural(len(keys), "key", "keys"), text.Plural(len(keys), "it", "them"))
	}
	return Finding{
		Check: checkOfWaiver(keys[0]), Status: Warn, Subject: string(ArgWaivers), Message: message, Remediation: remediation, Argument: ArgWaivers,
	}
}
