package report_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/report"
)

// What contradicts itself is reported in no format, least of all as passing.
func TestInconsistentValidationsAreRefused(t *testing.T) {
	t.Parallel()
	finding := func(check audit.Check, status audit.Status, waived bool) audit.Finding {
		return audit.Finding{Check: check, Status: status, Subject: "x", Message: "It is wrong.", Remediation: "Mend it.", Waived: waived}
	}
	tests := map[string]struct {
		change func(*report.Validation)
		want   string
	}{
		"failure": {
			func(v *report.Validation) { v.Findings = []audit.Finding{finding("network", "fail", false)} },
			`validation "acme_us": it is compliant, but a finding of the check network has the status fail`,
		},
		"unknown": {
			func(v *report.Validation) { v.Findings = []audit.Finding{finding("network", "unknown", false)} },
			`validation "acme_us": it is compliant, but a finding of the check network has the status unknown`,
		},
		"waived unknown": {
			func(v *report.Validation) { v.Findings = []audit.Finding{finding("network", "unknown", true)} },
			`validation "acme_us": it is compliant, but a finding of the check network has the status unknown`,
		},
		"waived client": {
			func(v *report.Validation) {
				v.Clients[0].Passed = nil
				v.Findings = []audit.Finding{finding("client", "fail", true)}
			},
			`validation "acme_us": it is compliant, but a finding of the check client has the status fail`,
		},
		"failure behind a warning": {
			func(v *report.Validation) {
				v.Findings = []audit.Finding{finding("network", "warn", false), finding("network", "fail", false)}
			},
			`validation "acme_us": it is compliant, but a finding of the check network has the status fail`,
		},
		"other status": {
			func(v *report.Validation) { v.Findings = []audit.Finding{finding("network", "FAIL", true)} },
			`validation "acme_us": a finding of the check network has the status "FAIL", which is not fail, unknown or warn`,
		},
		"other check": {
			func(v *report.Validation) { v.Findings = []audit.Finding{finding("weather", "warn", false)} },
			`validation "acme_us": a finding is of the unknown check "weather"`,
		},
		"other passed check": {
			func(v *report.Validation) { v.Clients[0].Passed = []audit.Check{"client", "weather", "scope", "role"} },
			`validation "acme_us": "weather" among its passed checks is not a check`,
		},
		"nothing decided": {
			func(v *report.Validation) { v.Clients[0].Decided, v.Clients[0].Passed = []audit.Check{}, nil },
			`validation "acme_us": it is compliant, but no check was decided`,
		},
		"no client": {
			func(v *report.Validation) { v.Clients = nil },
			`validation "acme_us": it is compliant, but no client was audited`,
		},
		"passed but not decided": {
			func(v *report.Validation) { v.Clients[0].Decided = []audit.Check{"client", "client_state", "role"} },
			`validation "acme_us": the check scope passed, but was not decided`,
		},
		"a client that is not compliant": {
			func(v *report.Validation) { v.Clients[0].Verdict = "undetermined" },
			`validation "acme_us": it is compliant, but the client "Compliance Dashboard" is undetermined`,
		},
		"a client without a verdict": {
			func(v *report.Validation) { v.Clients[0].Verdict = "" },
			`validation "acme_us": the verdict "" of the client "Compliance Dashboard" is not compliant, noncompliant or undetermined`,
		},
		"a client of a fleet that is compliant in spite of a finding": {
			func(v *report.Validation) { *v = fleet(); v.Name, v.Clients[0].Verdict = "acme_us", "compliant" },
			`validation "acme_us": the client "Wallboard" is compliant, but a finding of it has the status fail`,
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
			`validation "acme_us": the verdict "" is not compliant, noncompliant or undetermined`,
		},
		"verdict deferred": {
			func(v *report.Validation) { v.Verdict = "deferred" },
			`validation "acme_us": the verdict "deferred" is not compliant, noncompliant or undetermined`,
		},
		"noncompliant without a failure": {
			func(v *report.Validation) { v.Compliant, v.Verdict = false, "noncompliant" },
			`validation "acme_us": the verdict is noncompliant, but no check failed`,
		},
		"undetermined with a failure": {
			func(v *report.Validation) {
				v.Compliant, v.Verdict = false, "undetermined"
				v.Findings = []audit.Finding{finding("network", "fail", false)}
			},
			`validation "acme_us": the verdict is undetermined, but the check network failed`,
		},
		"passed and failed": {
			func(v *report.Validation) {
				v.Compliant, v.Verdict = false, "noncompliant"
				v.Findings = []audit.Finding{finding("scope", "fail", false)}
			},
			`validation "acme_us": the check scope passed, but a finding of it has the status fail`,
		},
		"passed and unknown": {
			func(v *report.Validation) {
				v.Compliant, v.Verdict = false, "undetermined"
				v.Findings = []audit.Finding{finding("scope", "unknown", false)}
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
				text, err := write([]report.Validation{noncompliant(), v, undetermined()}, report.Options{})
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
	first.Name, first.Clients = "first", nil
	second.Name, second.Verdict = "second", "good"
	const want = `validation "first": it is compliant, but no client was audited
validation "second": the verdict "good" is not compliant, noncompliant or undetermined`
	for format, write := range formats {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			if _, err := write([]report.Validation{second, compliant(), first}, report.Options{}); err == nil || err.Error() != want {
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
		twins.Findings = append(twins.Findings, audit.Finding{Check: "scope", Status: "fail", Subject: "analytics:export", Message: text})
	}
	validations := append(everyKind(), twins, fleet())
	for format, write := range formats {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			text, err := write(validations, fullOptions)
			want := made(t, text, err)
			for seed := range uint64(50) {
				given := reordered(validations, seed)
				before := reordered(validations, seed)
				text, err := write(given, fullOptions)
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
	const said = "No validations were given: nothing was checked."
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
				text, err := write(validations, report.Options{})
				if got := made(t, text, err); !strings.Contains(got, want[format]) {
					t.Errorf("%q does not say %q", got, want[format])
				}
			}
		})
	}
}

// A validation that came to no verdict without a finding, as with enforcement off, is told of with its remedy, in every format.
func TestNoVerdictIsExplained(t *testing.T) {
	t.Parallel()
	const cause = "too little was decided for a verdict, or nothing was evaluated."
	for format, write := range formats {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			times := func(v report.Validation) int {
				text, err := write([]report.Validation{v, compliant()}, report.Options{})
				return strings.Count(made(t, text, err), cause)
			}
			// SARIF has it in its rules, whatever is reported.
			if with, without := times(unexplained()), times(undetermined()); with <= without {
				t.Errorf("%q is said %d times, and %d times of a validation that has a finding", cause, with, without)
			}
		})
	}
}

// Title, time and version are in every report that has a place for them, and the time is in UTC.
func TestOptions(t *testing.T) {
	t.Parallel()
	for format, wants := range map[string][]string{
		"markdown": {"## Nightly audit\n", "As of 2026-11-26 14:30 UTC · genesysaudit 1.2.3\n"},
		"html":     {"<p class=\"kind\">Nightly audit</p>", "As of 2026-11-26 14:30 UTC · genesysaudit 1.2.3</p>"},
		"junit":    {`<testsuites name="Nightly audit"`, `timestamp="2026-11-26T14:30:00"`},
		"sarif":    {`"text": "Nightly audit"`, `"endTimeUtc": "2026-11-26T14:30:00Z"`, `"version": "1.2.3"`},
	} {
		text, err := formats[format]([]report.Validation{compliant()}, fullOptions)
		text = made(t, text, err)
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not say %q", format, want)
			}
		}
	}
}

// The clients that a fleet's findings are about are named in every format.
func TestClientsAreNamed(t *testing.T) {
	t.Parallel()
	for format, write := range formats {
		text, err := write([]report.Validation{fleet()}, report.Options{})
		text = made(t, text, err)
		for _, name := range []string{"Wallboard", "Exporter"} {
			if !strings.Contains(text, name) {
				t.Errorf("%s does not name %s", format, name)
			}
		}
	}
}
