package report_test

import (
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/report"
)

func TestContradictions(t *testing.T) {
	t.Parallel()
	finding := func(check, status string, waived bool) func(*report.Validation) {
		return func(v *report.Validation) {
			v.Findings = append(v.Findings, report.Finding{Check: check, Status: status, Subject: "x", Message: "It is so.", Waived: waived})
		}
	}
	tests := map[string]struct {
		validation report.Validation
		change     func(*report.Validation)
		want       string
	}{
		"a failure": {acmeUS(), finding("network", "fail", false),
			`validation "acme_us": it says that it is compliant, but its finding network "x" has the status fail`},
		"unread evidence": {acmeUS(), finding("network", "unknown", false),
			`validation "acme_us": it says that it is compliant, but its finding network "x" has the status unknown`},
		"a waiver for unread evidence": {acmeUS(), finding("network", "unknown", true),
			`validation "acme_us": it says that it is compliant, but its finding network "x" has the status unknown`},
		"a waiver for a missing client": {acmeUS(), finding("client", "fail", true),
			`validation "acme_us": it says that it is compliant, but its finding client "x" has the status fail`},
		"a waived failure": {acmeUS(), finding("network", "fail", true), ""},
		"a warning":        {acmeUS(), finding("scope", "warn", false), ""},
		"an unknown status": {acmeUS(), finding("network", "Fail", false),
			`validation "acme_us": the status "Fail" of its finding network "x" is none of fail, unknown and warn`},
		"a check that passed and failed": {acmeEMEA(), finding("client", "fail", false),
			`validation "acme_emea": it says that the check client passed, but its finding client "x" has the status fail`},
		"a check that passed and was waived": {acmeUS(), finding("region", "fail", true),
			`validation "acme_us": it says that the check region passed, but its finding region "x" has the status fail`},
		"no check": {acmeUS(), func(v *report.Validation) { v.Checks = 0 },
			`validation "acme_us": it says that it is compliant, but no check was decided`},
		"fewer than no checks": {acmeUS(), func(v *report.Validation) { v.Checks = -1 },
			`validation "acme_us": it says that it is compliant, but no check was decided`},
		"compliant by the flag alone": {acmeEMEA(), func(v *report.Validation) { v.Compliant = true },
			`validation "acme_emea": compliant is true, but the verdict is noncompliant`},
		"compliant by the verdict alone": {acmeUS(), func(v *report.Validation) { v.Compliant = false },
			`validation "acme_us": compliant is false, but the verdict is compliant`},
		"another verdict": {acmeUS(), func(v *report.Validation) { v.Verdict = "deferred" },
			`validation "acme_us": the verdict "deferred" is none of compliant, noncompliant and undetermined`},
		"no verdict": {report.Validation{Name: "acme_us"}, func(*report.Validation) {},
			`validation "acme_us": the verdict "" is none of compliant, noncompliant and undetermined`},
		"noncompliant for no reason": {acmeEMEA(), func(v *report.Validation) { v.Findings = nil },
			`validation "acme_emea": the verdict is noncompliant, but nothing failed`},
		"undetermined with a failure": {acmeAPAC(), finding("network", "fail", false),
			`validation "acme_apac": the verdict is undetermined, but its finding network "x" failed`},
		"undetermined without a check": {acmeAPAC(), func(v *report.Validation) { v.Checks = 0 }, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			html, err := report.HTML([]report.Validation{acmeSandbox(), with(test.validation, test.change)})
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("error %q, want %q", got, test.want)
			}
			if err != nil && html != "" {
				t.Error("there is a page in spite of the error")
			}
		})
	}
}

func TestContradictionsAreAllNamed(t *testing.T) {
	t.Parallel()
	broken := with(acmeUS(), func(v *report.Validation) { v.Checks = 0 })
	_, err := report.HTML([]report.Validation{broken, acmeEMEA(), acmeEMEA(), with(broken, func(v *report.Validation) { v.Name = "a" })})
	want := `validation "a": it says that it is compliant, but no check was decided` + "\n" +
		`validation "acme_emea": another validation has the same name` + "\n" +
		`validation "acme_us": it says that it is compliant, but no check was decided`
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}
