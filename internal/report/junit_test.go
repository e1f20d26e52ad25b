package report_test

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/report"
)

// What a reader of JUnit XML makes of a report.
type (
	suites struct {
		XMLName  xml.Name `xml:"testsuites"`
		Name     string   `xml:"name,attr"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Errors   int      `xml:"errors,attr"`
		Skipped  int      `xml:"skipped,attr"`
		Suites   []suite  `xml:"testsuite"`
	}
	suite struct {
		Name       string     `xml:"name,attr"`
		Tests      int        `xml:"tests,attr"`
		Failures   int        `xml:"failures,attr"`
		Errors     int        `xml:"errors,attr"`
		Skipped    int        `xml:"skipped,attr"`
		Properties []property `xml:"properties>property"`
		Cases      []testcase `xml:"testcase"`
		Out        string     `xml:"system-out"`
	}
	property struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	testcase struct {
		Class   string   `xml:"classname,attr"`
		Name    string   `xml:"name,attr"`
		Failure *outcome `xml:"failure"`
		Error   *outcome `xml:"error"`
		Skipped *outcome `xml:"skipped"`
		Out     string   `xml:"system-out"`
	}
	outcome struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

func readJUnit(t *testing.T, validations ...report.Validation) suites {
	t.Helper()
	text, err := report.JUnit(validations)
	var read suites
	if err := xml.Unmarshal([]byte(made(t, text, err)), &read); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	read.XMLName = xml.Name{}
	return read
}

func TestJUnit(t *testing.T) {
	t.Parallel()
	want := suites{
		Name: "genesysaudit", Tests: 14, Failures: 1, Errors: 3, Skipped: 2,
		Suites: []suite{
			{
				Name: "acme_apac", Tests: 1, Errors: 1, Properties: []property{{"verdict", "undetermined"}},
				Cases: []testcase{{Class: "acme_apac", Name: "client: The OAuth client exists", Error: &outcome{
					"The clients could not be read: sign-in refused.",
					"unknown: The clients could not be read: sign-in refused.\nCorrect the secret.\n",
				}}},
			},
			{
				Name: "acme_emea", Tests: 6, Failures: 1, Errors: 1, Skipped: 1,
				Properties: []property{
					{"verdict", "noncompliant"},
					{"organization_id", "5f2c0000-0000-4000-8000-000000000001"}, {"organization_name", "Acme EMEA"}, {"region", "eu-west-1"},
					{"client_id", "9b1d6f48-3e07-4a92-a5cb-7d80f4126e59"}, {"client_name", "Compliance Dashboard"}, {"grant_type", "CLIENT-CREDENTIALS"},
				},
				Cases: []testcase{
					{Class: "acme_emea", Name: "client: The OAuth client exists"},
					{Class: "acme_emea", Name: "client_state: The OAuth client is active"},
					{Class: "acme_emea", Name: "scope: The needed scopes are there", Failure: &outcome{
						"analytics:export is missing; the client has analytics:read, org:read.",
						"fail: analytics:export is missing; the client has analytics:read, org:read.\n" +
							"Add it under Admin > Integrations > OAuth, then issue a new token: tokens already issued keep their scopes.\n",
					}},
					{
						Class: "acme_emea", Name: "scope_unknown: The scopes exist on the platform",
						Out: "warn: \"analytic:read\" is not in the platform's list of scopes.\nCorrect the name.\n",
					},
					{Class: "acme_emea", Name: "permission: The needed permissions are granted", Error: &outcome{
						"The roles could not be read: 403.",
						"unknown: The roles could not be read: 403.\nGrant authorization:role:view to the auditing client.\n",
					}},
					{Class: "acme_emea", Name: "region: The region fits", Skipped: &outcome{
						"Waived: The organization is in eu-west-1, the application in us-east-1. Waiver: The application moves to eu-west-1 with " +
							"release 7.2. Owner: integration-team. Expires: 2026-12-31.",
						"waived: The organization is in eu-west-1, the application in us-east-1.\nWaiver: The application moves to eu-west-1 with " +
							"release 7.2. Owner: integration-team. Expires: 2026-12-31.\nRun the application in eu-west-1.\n",
					}},
				},
			},
			{
				Name: "acme_us", Tests: 4,
				Properties: []property{
					{"verdict", "compliant"},
					{"organization_id", "1c8e4a7f-2b5d-4f39-9e61-7a3d5c08b214"}, {"organization_name", "Acme US"}, {"region", "us-east-1"},
					{"client_id", "3fa27c91-64de-4b0a-8c15-e9d2704b6a38"}, {"client_name", "Compliance Dashboard"}, {"grant_type", "CLIENT-CREDENTIALS"},
				},
				Cases: []testcase{
					{Class: "acme_us", Name: "client: The OAuth client exists"},
					{Class: "acme_us", Name: "client_state: The OAuth client is active"},
					{Class: "acme_us", Name: "scope: The needed scopes are there"},
					{Class: "acme_us", Name: "role: The needed roles are granted"},
				},
			},
			{
				Name: "nothing", Tests: 1, Errors: 1, Properties: []property{{"verdict", "undetermined"}, {"organization_name", "Acme US"}},
				Cases: []testcase{{Class: "nothing", Name: "verdict: The validation comes to a verdict", Error: &outcome{
					"Nothing failed, but too little was decided to show that the client has the access it needs.",
					"Nothing failed, but too little was decided to show that the client has the access it needs.\n" +
						"Give the validation something to check, and plan again. What was not decided never passes.",
				}}},
			},
			{
				Name: "waived", Tests: 2, Skipped: 1,
				Properties: []property{
					{"verdict", "compliant"},
					{"organization_id", "1c8e4a7f-2b5d-4f39-9e61-7a3d5c08b214"}, {"organization_name", "Acme US"}, {"region", "us-east-1"},
					{"client_id", "3fa27c91-64de-4b0a-8c15-e9d2704b6a38"}, {"client_name", "Compliance Dashboard"}, {"grant_type", "CLIENT-CREDENTIALS"},
				},
				Cases: []testcase{
					{Class: "waived", Name: "client: The OAuth client exists"},
					{Class: "waived", Name: "region: The region fits", Skipped: &outcome{
						"Waived: The organization is in us-east-1, the application in eu-west-1.",
						"waived: The organization is in us-east-1, the application in eu-west-1.\nRun the application in us-east-1.\n",
					}},
				},
			},
		},
	}
	if diff := cmp.Diff(want, readJUnit(t, everyKind()...)); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

// A case has one outcome, the worst, and loses nothing of the rest.
func TestJUnitChecksWithSeveralFindings(t *testing.T) {
	t.Parallel()
	finding := func(status, message string, waived bool) report.Finding {
		return report.Finding{Check: "scope", Status: status, Subject: message, Message: message, Remediation: "Mend " + message, Waived: waived}
	}
	fail1, fail2 := finding("fail", "F1.", false), finding("fail", "F2.", false)
	unknown, warn, waived := finding("unknown", "U.", false), finding("warn", "W.", false), finding("fail", "V.", true)
	const rest = "unknown: U.\nMend U.\nwaived: V.\nMend V.\nwarn: W.\nMend W.\n"
	tests := map[string]struct {
		verdict  string
		checks   int64
		findings []report.Finding
		want     testcase
	}{
		"failed": {"noncompliant", 1, []report.Finding{warn, waived, unknown, fail2, fail1}, testcase{
			Failure: &outcome{"F1. And 1 more.", "fail: F1.\nMend F1.\nfail: F2.\nMend F2.\n"}, Out: rest,
		}},
		"unknown": {"undetermined", 1, []report.Finding{warn, waived, unknown}, testcase{
			Error: &outcome{"U.", "unknown: U.\nMend U.\n"}, Out: "waived: V.\nMend V.\nwarn: W.\nMend W.\n",
		}},
		"waived": {"compliant", 1, []report.Finding{warn, waived}, testcase{
			Skipped: &outcome{"Waived: V.", "waived: V.\nMend V.\n"}, Out: "warn: W.\nMend W.\n",
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.want.Class, test.want.Name = "it", "scope: The needed scopes are there"
			got := readJUnit(t, report.Validation{
				Name: "it", Compliant: test.verdict == "compliant", Verdict: test.verdict, Checks: test.checks, Findings: test.findings,
			})
			if diff := cmp.Diff([]testcase{test.want}, got.Suites[0].Cases); diff != "" {
				t.Errorf("cases (-want +got):\n%s", diff)
			}
		})
	}
}

// A warning about a check that did not apply, as of an unused waiver, is no case that passed.
func TestJUnitWarningWithoutACase(t *testing.T) {
	t.Parallel()
	v := compliant()
	v.Findings = []report.Finding{{Check: "region", Status: "warn", Subject: "region", Message: "The waiver is not used.", Remediation: "Remove it."}}
	got := readJUnit(t, v).Suites[0]
	if got.Out != "warn: The waiver is not used.\nRemove it.\n" || got.Tests != 4 {
		t.Errorf("%d cases, and the suite says %q", got.Tests, got.Out)
	}
	v = unexplained()
	v.Findings = []report.Finding{{Check: "region", Status: "warn", Message: "The waiver is not used."}}
	if got := readJUnit(t, v).Suites[0]; got.Tests != 1 || got.Errors != 1 {
		t.Errorf("%d cases and %d errors, want one error", got.Tests, got.Errors)
	}
}

// Neither markup nor characters that XML cannot hold break the file, and the rest of the text stays as it is.
func TestJUnitHostileTexts(t *testing.T) {
	t.Parallel()
	v := noncompliant()
	const hostile = "a\x00b\x1bc\uFFFEd]]>e</testcase><x y=\"&amp;\">\xff\u2028 f\ng"
	const want = "a\uFFFDb\uFFFDc\uFFFDd]]>e</testcase><x y=\"&amp;\">\uFFFD\u2028 f\ng"
	v.Name, v.OrganizationName = hostile, hostile
	v.Findings[0].Message, v.Findings[0].Remediation = hostile, hostile
	got := readJUnit(t, v).Suites[0]
	if got.Name != want || got.Cases[0].Class != want || got.Properties[2].Value != want {
		t.Errorf("suite %q, class %q, organization %q, want %q", got.Name, got.Cases[0].Class, got.Properties[2].Value, want)
	}
	if diff := cmp.Diff(&outcome{want, "fail: " + want + "\n" + want + "\n"}, got.Cases[2].Failure); diff != "" {
		t.Errorf("failure (-want +got):\n%s", diff)
	}
}

func TestJUnitHasNoTimes(t *testing.T) {
	t.Parallel()
	text, err := report.JUnit(everyKind())
	text = made(t, text, err)
	if strings.Contains(text, "timestamp") || strings.Contains(strings.ReplaceAll(text, ` time="0"`, ""), "time=") {
		t.Errorf("there is a time in it:\n%s", text)
	}
}
