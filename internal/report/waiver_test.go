package report_test

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/report"
)

// justifications are what SARIF, which says it by itself, tells of the waivers of a validation's findings; "-" stands for no suppression.
func justifications(t *testing.T, v report.Validation) []string {
	t.Helper()
	var said []string
	for _, r := range readSARIF(t, "", v).Results {
		text := "-"
		for _, suppression := range r.Suppressions {
			text = suppression["justification"]
		}
		said = append(said, text)
	}
	return said
}

func TestWaiverOfAFinding(t *testing.T) {
	t.Parallel()
	waiver := func(reason, expires string) report.Waiver { return report.Waiver{Reason: reason, Expires: expires} }
	const nameless = "The validation's waivers accept this failure."
	tests := map[string]struct {
		waivers map[string]report.Waiver
		want    string // of role_forbidden/Master Admin
	}{
		"none":               {nil, nameless},
		"of another check":   {map[string]report.Waiver{"role": waiver("A", "2026-12-31"), "role_forbidden/": waiver("B", "2026-12-31")}, nameless},
		"of another subject": {map[string]report.Waiver{"role_forbidden/admin": waiver("A", "2026-12-31")}, nameless},
		"of the check":       {map[string]report.Waiver{"role_forbidden": waiver("A", "2026-12-31")}, "A. Expires: 2026-12-31."},
		"of the subject":     {map[string]report.Waiver{"role_forbidden/Master Admin": waiver("A", "2026-12-31")}, "A. Expires: 2026-12-31."},
		"of both, the narrow one lives longer": {
			map[string]report.Waiver{"role_forbidden": waiver("A", "2026-06-30"), "role_forbidden/Master Admin": waiver("B", "2026-12-31")},
			"B. Expires: 2026-12-31.",
		},
		"of both, the broad one lives longer": {
			map[string]report.Waiver{"role_forbidden": waiver("A", "2026-12-31"), "role_forbidden/Master Admin": waiver("B", "2026-06-30")},
			"B. Expires: 2026-06-30. Then: A. Expires: 2026-12-31.",
		},
		"of both, as long": {
			map[string]report.Waiver{"role_forbidden": waiver("A", "2026-12-31"), "role_forbidden/Master Admin": waiver("B", "2026-12-31")},
			"B. Expires: 2026-12-31.",
		},
		"with an owner": {
			map[string]report.Waiver{"role_forbidden": {Reason: "Is it wanted?", Owner: "J. Doe", Expires: "2026-12-31"}},
			"Is it wanted? Owner: J. Doe. Expires: 2026-12-31.",
		},
		"without a reason": {map[string]report.Waiver{"role_forbidden": {Reason: " \n", Owner: "J. Doe"}}, "Owner: J. Doe."},
		"of nothing":       {map[string]report.Waiver{"role_forbidden": {}}, nameless},
		"of many lines": {
			map[string]report.Waiver{"role_forbidden": waiver("One.\n\n  Two.\r\n", "2026-12-31")}, "One. Two. Expires: 2026-12-31.",
		},
		"without end": {
			map[string]report.Waiver{"role_forbidden": {Reason: strings.Repeat("漢", 801), Owner: strings.Repeat("o", 81), Expires: strings.Repeat("e", 82)}},
			strings.Repeat("漢", 800) + " … (1 more characters). Owner: " + strings.Repeat("o", 80) + " … (1 more characters). Expires: " +
				strings.Repeat("e", 80) + " … (2 more characters).",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := compliant()
			v.Waivers = test.waivers
			v.Findings = []audit.Finding{{Check: "role_forbidden", Status: "fail", Subject: "Master Admin", Waived: true}}
			if diff := cmp.Diff([]string{test.want}, justifications(t, v)); diff != "" {
				t.Errorf("justification (-want +got):\n%s", diff)
			}
		})
	}
}

// A waiver is told of the findings that it accepts alone: it may have expired, and it never accepts what is not known, a warning or a client
// that is not there.
func TestWaiverOfNothingElse(t *testing.T) {
	t.Parallel()
	v := noncompliant()
	v.Waivers = make(map[string]report.Waiver)
	for i := range v.Findings {
		v.Findings[i].Waived = v.Findings[i].Check != "scope"
		v.Waivers[string(v.Findings[i].Check)] = report.Waiver{Reason: "Of " + string(v.Findings[i].Check)}
	}
	v.Findings = append(v.Findings, audit.Finding{Check: "client", Status: "fail", Waived: true})
	v.Clients[0].Passed = v.Clients[0].Passed[1:]
	v.Waivers["client"] = report.Waiver{Reason: "Of client"}
	for format, write := range formats {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			text, err := write([]report.Validation{v}, report.Options{})
			text = strings.NewReplacer("`", "").Replace(made(t, text, err))
			for _, check := range []string{"client", "scope", "scope_unknown", "permission"} {
				if strings.Contains(text, "Of "+check) {
					t.Errorf("the waiver of %s is told of:\n%s", check, text)
				}
			}
			if !strings.Contains(text, "Of region.") {
				t.Errorf("the waiver of region is not told of:\n%s", text)
			}
		})
	}
}

// The waiver says in each format what a hostile text can say.
func TestWaiverIsEscaped(t *testing.T) {
	t.Parallel()
	const text = "a|b <b onclick=\"x\">c</b>\n| d ]]> &amp; @octocat\x00\u202e"
	v := noncompliant()
	v.Waivers["region"] = report.Waiver{Reason: text, Owner: text, Expires: text}
	for format, want := range map[string]string{
		"sarif": `"justification": "a|b <b onclick=\"x\">c</b> | d ]]> &amp; @octocat\u0000` + "\u202e" + `. Owner: a|b <b`,
		"html": `<b>Waiver</b> a|b &lt;b onclick=&#34;x&#34;&gt;c&lt;/b&gt; | d ]]&gt; &amp;amp; @octocat[U&#43;0000][U&#43;202E]. ` +
			`Owner: a|b &lt;b onclick`,
		"markdown": "\\\n  **Waiver:** <code>a&#124;b</code> `<b` `onclick=\"x\">c</b>` <code>&#124;</code> d `]]>` `&amp`; `@octocat\uFFFD\uFFFD`. Owner: <code>a&#124;b</code> `<b`",
		"junit": `message="Waived: Organization in another region: The organization is in eu-west-1, the application in us-east-1. Waiver: a|b &lt;b onclick=&#34;x&#34;&gt;` +
			`c&lt;/b&gt; | d ]]&gt; &amp;amp; @octocat` + "\uFFFD\u202e" + `. Owner: a|b &lt;b`,
	} {
		report, err := formats[format]([]report.Validation{v}, report.Options{})
		if report = made(t, report, err); !strings.Contains(report, want) {
			t.Errorf("%s does not say %q:\n%s", format, want, report)
		}
	}
	var read suites
	junit, err := report.JUnit([]report.Validation{v}, report.Options{})
	if err := xml.Unmarshal([]byte(made(t, junit, err)), &read); err != nil {
		t.Errorf("%v\n%s", err, junit)
	}
}

// The waivers of the options explain what the validation's own do not, and accept nothing.
func TestWaiversOfTheOptions(t *testing.T) {
	t.Parallel()
	shared := report.Options{Waivers: map[string]report.Waiver{
		"region": {Reason: "Agreed for all."}, "scope": {Reason: "Not this."}, "permission": {Reason: "Nor this."},
	}}
	text, err := report.Markdown([]report.Validation{waivedOnly(), noncompliant()}, shared)
	text = made(t, text, err)
	for _, want := range []string{"**Waiver:** Agreed for all.", "**Waiver:** The application moves", "❌ **Noncompliant.**", "1 noncompliant"} {
		if !strings.Contains(text, want) {
			t.Errorf("the report does not say %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "Not this") || strings.Contains(text, "Nor this") {
		t.Errorf("a waiver is told of what is not waived:\n%s", text)
	}
}
