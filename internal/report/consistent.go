package report

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

// consistent returns an error that names every validation that contradicts itself, and how. A report on it could show a pass that
// nothing bears out, so none is made.
func consistent(validations []Validation) error {
	var problems []error
	byName := sorted(validations)
	for i, v := range byName {
		problem := v.contradiction()
		if i > 0 && byName[i-1].Name == v.Name {
			problem = "another validation has the same name"
		}
		if problem != "" {
			problems = append(problems, fmt.Errorf("validation %q: %s", v.Name, problem))
		}
	}
	return errors.Join(problems...)
}

// contradiction says how a validation contradicts itself; it is empty if it does not.
func (v Validation) contradiction() string {
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
		return "it says that it is compliant, but no check was decided"
	}
	failed := ""
	for _, f := range v.Findings {
		switch audit.Status(f.Status) {
		case audit.Fail, audit.Unknown:
		case audit.Warn:
			continue
		default:
			return fmt.Sprintf("the status %q of its %s is none of fail, unknown and warn", f.Status, f.describe())
		}
		if v.Compliant && !f.accepted() {
			return fmt.Sprintf("it says that it is compliant, but its %s has the status %s", f.describe(), f.Status)
		}
		if slices.Contains(v.PassedChecks, f.Check) {
			return fmt.Sprintf("it says that the check %s passed, but its %s has the status %s", f.Check, f.describe(), f.Status)
		}
		if f.Status == string(audit.Fail) && !f.accepted() {
			failed = f.describe()
		}
	}
	switch {
	case verdict == audit.Noncompliant && failed == "":
		return "the verdict is noncompliant, but nothing failed"
	case verdict == audit.Undetermined && failed != "":
		return fmt.Sprintf("the verdict is undetermined, but its %s failed", failed)
	}
	return ""
}

// accepted tells whether a waiver accepts the finding. It can only accept a failure, and not one of every check.
func (f Finding) accepted() bool {
	return f.Waived && f.Status == string(audit.Fail) && audit.Waivable(audit.Check(f.Check))
}

// describe names the finding: `finding scope "analytics:export"`.
func (f Finding) describe() string {
	if f.Subject == "" {
		return strings.TrimSpace("finding " + f.Check)
	}
	return "finding " + f.Check + " " + strconv.Quote(f.Subject)
}
