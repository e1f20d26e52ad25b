package report_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/report"
)

// What contradicts itself is reported in no format, least of all as passing.
func TestInconsistentValidationsAreRefused(t *testing.T) {
	t.Parallel()
	finding := func(check, status string, waived bool) report.Finding {
		return report.Finding{Check: check, Status: status, Subject: "x", Message: "It is wrong.", Remediation: "Mend it.", Waived: waived}
	}
	tests := map[string]struct {
		change func(*report.Validation)
		want   string
	}{
		"failure": {
			func(v *report.Validation) { v.Findings = []report.Finding{finding("network", "fail", false)} },
			`validation "acme_us": it is compliant, but a finding of the check network has the status fail`,
		},
		"unknown": {
			func(v *report.Validation) { v.Findings = []report.Finding{finding("network", "unknown", false)} },
			`validation "acme_us": it is compliant, but a finding of the check network has the status unknown`,
		},
		"waived unknown": {
			func(v *report.Validation) { v.Findings = []report.Finding{finding("network", "unknown", true)} },
			`validation "acme_us": it is compliant, but a finding of the check network has the status unknown`,
		},
		"waived client": {
			func(v *report.Validation) {
				v.Checks, v.PassedChecks = 1, nil
				v.Findings = []report.Finding{finding("client", "fail", true)}
			},
			`validation "acme_us": it is compliant, but a finding of the check client has the status fail`,
		},
		"failure behind a warning": {
			func(v *report.Validation) {
				v.Findings = []report.Finding{finding("network", "warn", false), finding("network", "fail", false)}
			},
			`validation "acme_us": it is compliant, but a finding of the check network has the status fail`,
		},
		"other status": {
			func(v *report.Validation) { v.Findings = []report.Finding{finding("network", "FAIL", true)} },
			`validation "acme_us": a finding of the check network has the status "FAIL", which is none of fail, unknown and warn`,
		},
		"other check": {
			func(v *report.Validation) { v.Findings = []report.Finding{finding("weather", "warn", false)} },
			`validation "acme_us": a finding is of the check "weather", which is none`,
		},
		"other passed check": {
			func(v *report.Validation) { v.PassedChecks = []string{"client", "weather", "scope", "role"} },
			`validation "acme_us": "weather" among its passed checks is no check`,
		},
		"no checks": {
			func(v *report.Validation) { v.Checks, v.PassedChecks = 0, nil },
			`validation "acme_us": it is compliant, but no check was decided`,
		},
		"negative checks": {
			func(v *report.Validation) { v.Checks, v.PassedChecks = -1, nil },
			`validation "acme_us": it is compliant, but no check was decided`,
		},
		"checks without names": {
			func(v *report.Validation) { v.PassedChecks = nil },
			`validation "acme_us": it decided 4 checks, but its passed checks and its findings tell of 0`,
		},
		"more names than checks": {
			func(v *report.Validation) { v.Checks = 3 },
			`validation "acme_us": it decided 3 checks, but its passed checks and its findings tell of 4`,
		},
		"verdict noncompliant": {
			func(v *report.Validation) { v.Verdict = "noncompliant" },
			`validation "acme_us": compliant is true, but the verdict is noncompliant`,
		},
		"compliant is false": {
			func(v *report.Validation) { v.Compliant = false },
			`validation "acme_us": compliant is false, but the verdict is compliant`,
		},
		"no verdict": {
			func(v *report.Validation) { v.Verdict = "" },
			`validation "acme_us": the verdict "" is none of compliant, noncompliant and undetermined`,
		},
		"verdict deferred": {
			func(v *report.Validation) { v.Verdict = "deferred" },
			`validation "acme_us": the verdict "deferred" is none of compliant, noncompliant and undetermined`,
		},
		"noncompliant without a failure": {
			func(v *report.Validation) { v.Compliant, v.Verdict = false, "noncompliant" },
			`validation "acme_us": the verdict is noncompliant, but no check failed`,
		},
		"undetermined with a failure": {
			func(v *report.Validation) {
				v.Compliant, v.Verdict = false, "undetermined"
				v.Findings = []report.Finding{finding("network", "fail", false)}
			},
			`validation "acme_us": the verdict is undetermined, but the check network failed`,
		},
		"passed and failed": {
			func(v *report.Validation) {
				v.Compliant, v.Verdict = false, "noncompliant"
				v.Findings = []report.Finding{finding("scope", "fail", false)}
			},
			`validation "acme_us": the check scope passed, but a finding of it has the status fail`,
		},
		"passed and unknown": {
			func(v *report.Validation) {
				v.Compliant, v.Verdict = false, "undetermined"
				v.Findings = []report.Finding{finding("scope", "unknown", false)}
			},
			`validation "acme_us": the check scope passed, but a finding of it has the status unknown`,
		},
		"no name": {
			func(v *report.Validation) { v.Name = "" },
			`validation "": its name is empty`,
		},
		"the name of another": {
			func(v *report.Validation) { v.Name = "acme_emea" },
			`validation "acme_emea": several validations have this name`,
		},
	}
	for name, test := range tests {
		for format, write := range formats {
			t.Run(name+"/"+format, func(t *testing.T) {
				t.Parallel()
				v := compliant()
				test.change(&v)
				text, err := write([]report.Validation{noncompliant(), v, undetermined()})
				if err == nil || err.Error() != test.want {
					t.Errorf("error %v\nwant  %s", err, test.want)
				}
				if text != "" {
					t.Errorf("there is a report beside the error:\n%s", text)
				}
			})
		}
	}
}

func TestEveryInconsistentValidationIsNamed(t *testing.T) {
	t.Parallel()
	first, second := compliant(), compliant()
	first.Name, first.Checks = "first", 0
	second.Name, second.Verdict = "second", "good"
	const want = `validation "first": it is compliant, but no check was decided
validation "second": the verdict "good" is none of compliant, noncompliant and undetermined`
	for format, write := range formats {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			if _, err := write([]report.Validation{second, compliant(), first}); err == nil || err.Error() != want {
				t.Errorf("error %v\nwant  %s", err, want)
			}
		})
	}
}

// The order in which validations and their lists come shows nowhere, and they are left as they were.
func TestReportsDoNotDependOnOrder(t *testing.T) {
	t.Parallel()
	twins := noncompliant() // told apart by nothing but their texts
	twins.Name = "twins"
	for _, text := range []string{"B.", "A.", "C."} {
		twins.Findings = append(twins.Findings, report.Finding{Check: "scope", Status: "fail", Subject: "analytics:export", Message: text})
	}
	validations := append(everyKind(), twins)
	for format, write := range formats {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			text, err := write(validations)
			want := made(t, text, err)
			for seed := range uint64(50) {
				given := reordered(validations, seed)
				before := reordered(validations, seed)
				text, err := write(given)
				if got := made(t, text, err); got != want {
					t.Fatalf("seed %d gives another report:\n%s\nwant\n%s", seed, got, want)
				}
				if !reflect.DeepEqual(given, before) {
					t.Fatalf("seed %d: the validations were changed", seed)
				}
			}
		})
	}
}

// A report without validations must not look like one in which all passed.
func TestNoValidationsAreNoPass(t *testing.T) {
	t.Parallel()
	const said = "No validations were given: nothing was checked, so nothing passed."
	want := map[string]string{
		"markdown": "❔ **Undetermined.** " + said + "\n",
		"sarif":    `"text": "` + said + `"`,
		"junit":    `<error message="` + said + `" type="unknown">`,
		"html":     "<p>" + said + "</p>",
	}
	for format, write := range formats {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			for _, validations := range [][]report.Validation{nil, {}} {
				text, err := write(validations)
				if got := made(t, text, err); !strings.Contains(got, want[format]) {
					t.Errorf("%q does not say %q", got, want[format])
				}
			}
		})
	}
}

// A validation that came to no verdict without a finding is told of with its remedy, in every format.
func TestNoVerdictIsExplained(t *testing.T) {
	t.Parallel()
	const remedy = "Give the validation something to check, and plan again. What was not decided never passes."
	for format, write := range formats {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			times := func(v report.Validation) int {
				text, err := write([]report.Validation{v, compliant()})
				return strings.Count(made(t, text, err), remedy)
			}
			// SARIF has it in its rules, whatever is reported.
			if with, without := times(unexplained()), times(undetermined()); with != without+1 {
				t.Errorf("%q is said %d times, and %d times of a validation that has a finding", remedy, with, without)
			}
		})
	}
}
