package report

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

// prepare returns the validations by name, each with its findings in the order of the checks. What contradicts itself is an
// error that names the validation: a report could show a pass that nothing bears out. What is given is neither changed nor kept.
func prepare(validations []Validation) ([]Validation, error) {
	ordered := sorted(validations)
	var problems []error
	for i := range ordered {
		v := &ordered[i]
		problem := v.inconsistency()
		if i > 0 && ordered[i-1].Name == v.Name {
			problem = "several validations have this name"
		}
		if problem != "" {
			problems = append(problems, fmt.Errorf("validation %q: %s", v.Name, problem))
			continue
		}
		v.Findings = slices.SortedFunc(slices.Values(v.Findings), compareFindings)
		v.Waivers = tidied(v.Waivers)
	}
	return ordered, errors.Join(problems...)
}

// inconsistency says how a validation contradicts itself, or what in it is not known here; it is empty for a sound one.
func (v Validation) inconsistency() string {
	if v.Name == "" {
		return "its name is empty"
	}
	verdict := audit.Verdict(v.Verdict)
	switch verdict {
	case audit.Compliant, audit.Noncompliant, audit.Undetermined:
	default:
		return fmt.Sprintf("the verdict %q is none of compliant, noncompliant and undetermined", v.Verdict)
	}
	if v.Compliant != (verdict == audit.Compliant) {
		return fmt.Sprintf("compliant is %t, but the verdict is %s", v.Compliant, v.Verdict)
	}
	if v.Compliant && v.Checks <= 0 {
		return "it is compliant, but no check was decided"
	}
	for _, check := range v.PassedChecks {
		if !audit.IsCheck(check) {
			return fmt.Sprintf("%q among its passed checks is no check", check)
		}
	}
	decided := make(map[string]bool)
	for _, check := range v.PassedChecks {
		decided[check] = true
	}
	failed := ""
	for _, f := range v.Findings {
		if problem := v.misfit(f); problem != "" {
			return problem
		}
		if f.Status == string(audit.Fail) {
			decided[f.Check] = true
			if !f.excused() {
				failed = f.Check
			}
		}
	}
	switch {
	case verdict == audit.Noncompliant && failed == "":
		return "the verdict is noncompliant, but no check failed"
	case verdict == audit.Undetermined && failed != "":
		return fmt.Sprintf("the verdict is undetermined, but the check %s failed", failed)
	case v.Checks != int64(len(decided)):
		return fmt.Sprintf("it decided %d checks, but its passed checks and its findings tell of %d", v.Checks, len(decided))
	}
	return ""
}

// misfit says what is wrong with a finding, by itself or in this validation.
func (v Validation) misfit(f Finding) string {
	if !audit.IsCheck(f.Check) {
		return fmt.Sprintf("a finding is of the check %q, which is none", f.Check)
	}
	switch audit.Status(f.Status) {
	case audit.Fail, audit.Unknown:
	case audit.Warn:
		return ""
	default:
		return fmt.Sprintf("a finding of the check %s has the status %q, which is none of fail, unknown and warn", f.Check, f.Status)
	}
	if v.Compliant && !f.excused() {
		return fmt.Sprintf("it is compliant, but a finding of the check %s has the status %s", f.Check, f.Status)
	}
	if slices.Contains(v.PassedChecks, f.Check) {
		return fmt.Sprintf("the check %s passed, but a finding of it has the status %s", f.Check, f.Status)
	}
	return ""
}

// excused tells whether a waiver accepts the finding: only a failure, never what could not be read.
func (f Finding) excused() bool {
	return f.Waived && f.Status == string(audit.Fail) && audit.Waivable(audit.Check(f.Check))
}

// weight orders findings by how much they matter.
type weight int

const (
	weighsFail weight = iota
	weighsUnknown
	weighsWarn
	weighsWaived
)

func (f Finding) weight() weight {
	switch {
	case f.excused():
		return weighsWaived
	case f.Status == string(audit.Fail):
		return weighsFail
	case f.Status == string(audit.Unknown):
		return weighsUnknown
	default:
		return weighsWarn
	}
}

// said is what the finding says, and what to do about it. Neither is empty: what the finding leaves out, the check says.
func (f Finding) said() (message, remedy string) {
	about := audit.Describe(audit.Check(f.Check))
	return cmp.Or(strings.TrimSpace(f.Message), about.Title+": "+f.Status+"."), cmp.Or(strings.TrimSpace(f.Remediation), about.Remedy)
}

// compareFindings is a total order, so that findings come in one order whatever the order in which they were given.
func compareFindings(a, b Finding) int {
	return cmp.Or(
		compareChecks(a.Check, b.Check),
		cmp.Compare(a.Subject, b.Subject),
		cmp.Compare(a.weight(), b.weight()),
		cmp.Compare(a.Message, b.Message),
		cmp.Compare(a.Remediation, b.Remediation),
	)
}

var checkOrder = audit.Checks()

func compareChecks(a, b string) int {
	return cmp.Compare(slices.Index(checkOrder, audit.Check(a)), slices.Index(checkOrder, audit.Check(b)))
}

// standing is how a validation stands with one check.
type standing int

const (
	undecided standing = iota // it does not apply, or nothing was found out
	passing
	waived
	open
	failing
)

// standing is the worst that the findings of a check say; a check that passed may have warnings all the same.
func (v Validation) standing(check string) standing {
	worst := undecided
	if slices.Contains(v.PassedChecks, check) {
		worst = passing
	}
	for _, f := range v.Findings {
		if f.Check != check {
			continue
		}
		switch f.weight() {
		case weighsFail:
			worst = max(worst, failing)
		case weighsUnknown:
			worst = max(worst, open)
		case weighsWaived:
			worst = max(worst, waived)
		case weighsWarn:
		}
	}
	return worst
}

// of are the findings of a check.
func (v Validation) of(check string) []Finding {
	var findings []Finding
	for _, f := range v.Findings {
		if f.Check == check {
			findings = append(findings, f)
		}
	}
	return findings
}

// unexplained tells whether a validation is undetermined without a finding that says why.
func (v Validation) unexplained() bool {
	return v.Verdict == string(audit.Undetermined) &&
		!slices.ContainsFunc(v.Findings, func(f Finding) bool { return f.weight() == weighsUnknown })
}

// What a report says where no check can say it.
const (
	verdictID     = "verdict"
	verdictTitle  = "The validation comes to a verdict"
	verdictCause  = "Nothing failed, but too little was decided to show that the client has the access it needs."
	verdictRemedy = "Give the validation something to check, and plan again. What was not decided never passes."
	nothingGiven  = "No validations were given: nothing was checked, so nothing passed."
)

// verdictCounts counts validations by verdict.
type verdictCounts struct{ compliant, noncompliant, undetermined int }

func countVerdicts(validations []Validation) verdictCounts {
	var c verdictCounts
	for _, v := range validations {
		switch audit.Verdict(v.Verdict) {
		case audit.Compliant:
			c.compliant++
		case audit.Noncompliant:
			c.noncompliant++
		default:
			c.undetermined++
		}
	}
	return c
}

// verdict is that of all validations together. Without any there is nothing that could have passed.
func (c verdictCounts) verdict() audit.Verdict {
	switch {
	case c.noncompliant > 0:
		return audit.Noncompliant
	case c.undetermined > 0 || c.compliant == 0:
		return audit.Undetermined
	default:
		return audit.Compliant
	}
}
