package report_test

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
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
	text, err := report.JUnit(validations, report.Options{})
	var read suites
	if err := xml.Unmarshal([]byte(made(t, text, err)), &read); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	read.XMLName = xml.Name{}
	return read
}

// A check is a case, the worst validation comes first, and what is waived or not known is neither a pass nor a failure.
func TestJUnit(t *testing.T) {
	t.Parallel()
	us := []property{
		{"verdict", "compliant"}, {"organization_id", organizationUS}, {"organization_name", "Acme US"}, {"region", "us-east-1"},
		{"api_host", "api.mypurecloud.com"}, {"client_id", clientUS}, {"client_name", dashboard}, {"grant_type", "CLIENT-CREDENTIALS"},
		{"endpoints", "GET /api/v2/analytics/events"}, {"required_scopes", "analytics:export"},
	}
	want := suites{
		Name: "genesysaudit", Tests: 14, Failures: 1, Errors: 3, Skipped: 2,
		Suites: []suite{
			{
				Name: "acme_emea", Tests: 6, Failures: 1, Errors: 1, Skipped: 1,
				Properties: []property{
					{"verdict", "noncompliant"},
					{"organization_id", "5f2c0000-0000-4000-8000-000000000001"}, {"organization_name", "Acme EMEA"}, {"region", "eu-west-1"},
					{"api_host", "api.mypurecloud.ie"}, {"client_id", clientEMEA}, {"client_name", dashboard}, {"grant_type", "CLIENT-CREDENTIALS"},
				},
				Cases: []testcase{
					{Class: "acme_emea", Name: "client"},
					{Class: "acme_emea", Name: "client_state"},
					{Class: "acme_emea", Name: "scope", Failure: &outcome{
						"Missing scopes: analytics:export is missing; the client has analytics:read, org:read.",
						"fail: analytics:export is missing; the client has analytics:read, org:read.\n" +
							"Add it under Admin > Integrations > OAuth, then issue a new token: tokens already issued keep their scopes.\n",
					}},
					{
						Class: "acme_emea", Name: "scope_unknown",
						Out: "warn: \"analytic:read\" is not in the platform's list of scopes.\nCorrect the name.\n",
					},
					{Class: "acme_emea", Name: "permission", Error: &outcome{
						"Could not be decided: permission: The roles could not be read: 403.",
						"unknown: The roles could not be read: 403.\nGrant authorization:role:view to the auditing client.\n",
					}},
					{Class: "acme_emea", Name: "region", Skipped: &outcome{
						"Waived: Organization in another region: The organization is in eu-west-1, the application in us-east-1. Waiver: The application " +
							"moves to eu-west-1 with release 7.2. Owner: integration-team. Expires: 2026-12-31.",
						"waived: The organization is in eu-west-1, the application in us-east-1.\nWaiver: The application moves to eu-west-1 with " +
							"release 7.2. Owner: integration-team. Expires: 2026-12-31.\nRun the application in eu-west-1.\n",
					}},
				},
			},
			{
				Name: "acme_apac", Tests: 1, Errors: 1, Properties: []property{{"verdict", "undetermined"}},
				Cases: []testcase{{Class: "acme_apac", Name: "client", Error: &outcome{
					"Could not be decided: client: The clients could not be read: sign-in refused.",
					"unknown: The clients could not be read: sign-in refused.\nCorrect the secret.\n",
				}}},
			},
			{
				Name: "nothing", Tests: 1, Errors: 1, Properties: []property{{"verdict", "undetermined"}, {"organization_name", "Acme US"}},
				Cases: []testcase{{Class: "nothing", Name: "verdict", Error: &outcome{
					"Nothing failed, but too little was decided for a verdict, or nothing was evaluated.",
					"Nothing failed, but too little was decided for a verdict, or nothing was evaluated.\n" +
						"Plan again with the enforcement \"enforce\" or \"warn\", and give the validation something to check.",
				}}},
			},
			{
				Name: "waived", Tests: 2, Skipped: 1, Properties: us,
				Cases: []testcase{
					{Class: "waived", Name: "client"},
					{Class: "waived", Name: "region", Skipped: &outcome{
						"Waived: Organization in another region: The organization is in us-east-1, the application in eu-west-1.",
						"waived: The organization is in us-east-1, the application in eu-west-1.\nRun the application in us-east-1.\n",
					}},
				},
			},
			{
				Name: "acme_us", Tests: 4, Properties: us,
				Cases: []testcase{
					{Class: "acme_us", Name: "client"}, {Class: "acme_us", Name: "client_state"},
					{Class: "acme_us", Name: "scope"}, {Class: "acme_us", Name: "role"},
				},
			},
		},
	}
	if diff := cmp.Diff(want, readJUnit(t, everyKind()...)); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

// Of a fleet each client has cases of its own: those of its findings, or one that it passed.
func TestJUnitFleet(t *testing.T) {
	t.Parallel()
	got := readJUnit(t, fleet()).Suites[0]
	var cases []string
	for _, c := range got.Cases {
		result := "pass"
		if c.Failure != nil {
			result = c.Failure.Message
		}
		cases = append(cases, c.Class+" "+c.Name+" "+result)
	}
	if diff := cmp.Diff([]string{
		"fleet.Exporter scope Missing scopes: users is missing; the client has none.",
		"fleet.Exporter token_validity Tokens valid for too long: Tokens live for two days.",
		"fleet.Importer verdict pass",
		"fleet.Wallboard scope Missing scopes: users is missing; the client has org.",
	}, cases); diff != "" || got.Failures != 3 {
		t.Errorf("%d failures, cases (-want +got):\n%s", got.Failures, diff)
	}
	// What fails for the organization fails once, and no client of it passes.
	v := fleet()
	v.Findings = []audit.Finding{{Check: "region", Status: "fail", Message: "It is elsewhere."}}
	v.Clients[2].Verdict = "noncompliant"
	if got := readJUnit(t, v).Suites[0]; got.Failures != 1 || got.Errors != 3 || got.Tests != 4 {
		t.Errorf("%d failures and %d errors of %d cases", got.Failures, got.Errors, got.Tests)
	}
}

// A case has one outcome, the worst, and loses nothing of the rest.
func TestJUnitChecksWithSeveralFindings(t *testing.T) {
	t.Parallel()
	finding := func(status audit.Status, message string, waived bool) audit.Finding {
		return audit.Finding{Check: "scope", Status: status, Subject: message, Message: message, Remediation: "Mend " + message, Waived: waived}
	}
	fail1, fail2 := finding("fail", "F1.", false), finding("fail", "F2.", false)
	unknown, warn, waived := finding("unknown", "U.", false), finding("warn", "W.", false), finding("fail", "V.", true)
	const rest = "unknown: U.\nMend U.\nwaived: V.\nMend V.\nwarn: W.\nMend W.\n"
	tests := map[string]struct {
		verdict  audit.Verdict
		findings []audit.Finding
		want     testcase
	}{
		"failed": {"noncompliant", []audit.Finding{warn, waived, unknown, fail2, fail1}, testcase{
			Failure: &outcome{"Missing scopes: F1. And 1 more.", "fail: F1.\nMend F1.\nfail: F2.\nMend F2.\n"}, Out: rest,
		}},
		"unknown": {"undetermined", []audit.Finding{warn, waived, unknown}, testcase{
			Error: &outcome{"Could not be decided: scope: U.", "unknown: U.\nMend U.\n"}, Out: "waived: V.\nMend V.\nwarn: W.\nMend W.\n",
		}},
		"waived": {"compliant", []audit.Finding{warn, waived}, testcase{
			Skipped: &outcome{"Waived: Missing scopes: V.", "waived: V.\nMend V.\n"}, Out: "warn: W.\nMend W.\n",
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.want.Class, test.want.Name = "it", "scope"
			got := readJUnit(t, report.Validation{
				Name: "it", Compliant: test.verdict == "compliant", Verdict: test.verdict, Findings: test.findings,
				Clients: []audit.AuditedClient{{ID: clientUS, Verdict: test.verdict, Decided: []audit.Check{"scope"}}},
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
	v.Findings = []audit.Finding{{Check: "region", Status: "warn", Subject: "region", Message: "The waiver is not used.", Remediation: "Remove it."}}
	got := readJUnit(t, v).Suites[0]
	if got.Out != "warn: The waiver is not used.\nRemove it.\n" || got.Tests != 4 {
		t.Errorf("%d cases, and the suite says %q", got.Tests, got.Out)
	}
	v = unexplained()
	v.Findings = []audit.Finding{{Check: "region", Status: "warn", Message: "The waiver is not used."}}
	if got := readJUnit(t, v).Suites[0]; got.Tests != 1 || got.Errors != 1 {
		t.Errorf("%d cases and %d errors, want one error", got.Tests, got.Errors)
	}
}

// Neither markup nor characters that XML cannot hold break the file, and the rest of the text stays as it is.
func TestJUnitHostileTexts(t *testing.T) {
	t.Parallel()
	v := noncompliant()
	const hostile = "a\x00b\x1bc\uFFFEd]]>e</testcase><x y=\"&amp;\">\xff\u2028 f\ng"
	const flat = "a\uFFFDb\uFFFDc\uFFFDd]]>e</testcase><x y=\"&amp;\">\uFFFD f g" // messages are on one line
	const want = "a\uFFFDb\uFFFDc\uFFFDd]]>e</testcase><x y=\"&amp;\">\uFFFD\u2028 f\ng"
	v.Name, v.OrganizationName = hostile, hostile
	v.Findings[0].Message, v.Findings[0].Remediation = hostile, hostile
	got := readJUnit(t, v).Suites[0]
	if got.Name != want || got.Cases[0].Class != want || got.Properties[2].Value != want {
		t.Errorf("suite %q, class %q, organization %q, want %q", got.Name, got.Cases[0].Class, got.Properties[2].Value, want)
	}
	if diff := cmp.Diff(&outcome{"Missing scopes: " + flat, "fail: " + flat + "\n" + flat + "\n"}, got.Cases[2].Failure); diff != "" {
		t.Errorf("failure (-want +got):\n%s", diff)
	}
}

func TestJUnitHasNoTimes(t *testing.T) {
	t.Parallel()
	text, err := report.JUnit(everyKind(), report.Options{})
	text = made(t, text, err)
	if strings.Contains(text, "timestamp") || strings.Contains(strings.ReplaceAll(text, ` time="0"`, ""), "time=") {
		t.Errorf("there is a time in it:\n%s", text)
	}
}
