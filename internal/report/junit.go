package report

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

// The part of JUnit XML that a report needs. encoding/xml escapes the texts, and replaces the characters that XML cannot hold.
type (
	junitSuites struct {
		XMLName  xml.Name `xml:"testsuites"`
		Name     string   `xml:"name,attr"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Errors   int      `xml:"errors,attr"`
		Skipped  int      `xml:"skipped,attr"`
		Suites   []junitSuite
	}
	junitSuite struct {
		XMLName    xml.Name        `xml:"testsuite"`
		Name       string          `xml:"name,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		ID         int             `xml:"id,attr"`
		Time       string          `xml:"time,attr"`
		Timestamp  string          `xml:"timestamp,attr,omitempty"`
		Properties []junitProperty `xml:"properties>property,omitempty"`
		Cases      []junitCase
		Output     string `xml:"system-out,omitempty"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		XMLName   xml.Name      `xml:"testcase"`
		Name      string        `xml:"name,attr"`
		Classname string        `xml:"classname,attr"`
		Time      string        `xml:"time,attr"`
		Failure   *junitOutcome `xml:"failure"`
		Error     *junitOutcome `xml:"error"`
		Skipped   *junitOutcome `xml:"skipped"`
		Output    string        `xml:"system-out,omitempty"`
	}
	junitOutcome struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

// noTime fills the attribute that a test suite must have: how long a validation took says nothing about access, and would make equal
// results differ.
const noTime = "0"

// JUnit reports validations as test suites and their checks as test cases, for a fleet those of each client. A check that was waived is
// skipped, one that could not be decided is an error. Every validation that is not compliant has at least one failure or error.
func JUnit(validations []Validation, options Options) (string, error) {
	d, err := prepare(validations, options)
	if err != nil {
		return "", err
	}
	suites := junitSuites{Name: cmp.Or(singleSpaced(options.Title), "genesysaudit")}
	for _, v := range d.Validations {
		suite := v.suite(d.Waivers)
		if v.Clean() && len(d.Validations) > mostUnfolded { // what passes is a name
			suite = junitSuite{Name: v.Name, Cases: []junitCase{{Name: verdictID, Classname: v.Name, Time: noTime}}}
		}
		suites.add(suite, options)
	}
	if len(d.Validations) == 0 {
		suites.add(junitSuite{Name: "genesysaudit", Cases: []junitCase{verdictCase("genesysaudit", nothingGiven)}}, options)
	}
	text, err := xml.MarshalIndent(suites, "", "  ")
	if err != nil {
		return "", fmt.Errorf("writing JUnit XML: %w", err)
	}
	return xml.Header + string(text) + "\n", nil
}

func (s *junitSuites) add(suite junitSuite, options Options) {
	suite.ID, suite.Time, suite.Tests = len(s.Suites), noTime, len(suite.Cases)
	if !options.AsOf.IsZero() {
		suite.Timestamp = options.AsOf.UTC().Format("2006-01-02T15:04:05")
	}
	for _, c := range suite.Cases {
		switch {
		case c.Failure != nil:
			suite.Failures++
		case c.Error != nil:
			suite.Errors++
		case c.Skipped != nil:
			suite.Skipped++
		}
	}
	s.Tests += suite.Tests
	s.Failures += suite.Failures
	s.Errors += suite.Errors
	s.Skipped += suite.Skipped
	s.Suites = append(s.Suites, suite)
}

func (a *assessed) suite(shared map[string]Waiver) junitSuite {
	suite := junitSuite{Name: a.Name, Properties: a.properties()}
	if !a.Fleet() {
		suite.Cases, suite.Output = a.cases(a.Name, a.Findings, a.Client().Passed, shared)
	} else {
		byClient := make(map[string][]audit.Finding)
		for _, f := range a.Findings {
			byClient[f.ClientID] = append(byClient[f.ClientID], f)
		}
		suite.Cases, suite.Output = a.cases(a.Name, byClient[""], nil, shared)
		for _, c := range a.Clients {
			class := a.Name + "." + cmp.Or(c.Name, c.ID)
			cases, output := a.cases(class, byClient[c.ID], nil, shared)
			suite.Output += output
			switch {
			case len(cases) > 0:
			case c.Verdict == audit.Compliant:
				cases = []junitCase{{Name: verdictID, Classname: class, Time: noTime}}
			default:
				cases = []junitCase{verdictCase(class, "The client is "+string(c.Verdict)+".")}
			}
			suite.Cases = append(suite.Cases, cases...)
		}
	}
	// A suite without test cases looks like a pass, and warnings alone decide nothing.
	if a.unexplained() || len(suite.Cases) == 0 {
		suite.Cases = append(suite.Cases, verdictCase(a.Name, verdictCause+"\n"+verdictRemedy))
	}
	return suite
}

func (v Validation) properties() []junitProperty {
	var list []junitProperty
	client := v.Client()
	all := []junitProperty{
		{"verdict", string(v.Verdict)},
		{"organization_id", v.OrganizationID}, {"organization_name", v.OrganizationName}, {"region", v.Region}, {"api_host", v.APIHost},
		{"client_id", client.ID}, {"client_name", client.Name}, {"grant_type", client.GrantType},
	}
	for _, a := range v.Arguments {
		all = append(all, junitProperty{a.Name, strings.Join(a.Values, ", ")})
	}
	for _, property := range all {
		if property.Value != "" {
			list = append(list, property)
		}
	}
	return list
}

// cases are the cases of the checks with these findings, which are in order, and of those that passed. aside are the warnings about checks
// that have no case.
func (v Validation) cases(class string, findings []audit.Finding, passed []audit.Check, shared map[string]Waiver) (cases []junitCase, aside string) {
	byCheck := make(map[audit.Check][]audit.Finding)
	for _, f := range findings {
		byCheck[f.Check] = append(byCheck[f.Check], f)
	}
	for _, check := range checkOrder {
		found := byCheck[check]
		if !slices.Contains(passed, check) && (len(found) == 0 || outcomeOf(found[0]) == warned) {
			aside += v.lines(found, shared)
			continue
		}
		c := junitCase{Name: string(check), Classname: class, Time: noTime}
		// A case has one outcome, that of the first finding. What else there is to say of the check goes with it as output.
		same := 0
		for same < len(found) && outcomeOf(found[same]) == outcomeOf(found[0]) && outcomeOf(found[0]) != warned {
			same++
		}
		if same > 0 {
			o := v.outcome(found[:same], shared)
			switch outcomeOf(found[0]) {
			case failed:
				c.Failure = o
			case unknown:
				c.Error = o
			default:
				o.Message, o.Type = "Waived: "+o.Message, ""
				c.Skipped = o
			}
		}
		c.Output = v.lines(found[same:], shared)
		cases = append(cases, c)
	}
	return cases, aside
}

// verdictCase is the case of a validation or a client that came to no verdict, or of a report without validations.
func verdictCase(class, text string) junitCase {
	message, _, _ := strings.Cut(text, "\n")
	return junitCase{Name: verdictID, Classname: class, Time: noTime, Error: &junitOutcome{message, unknown.String(), text}}
}

// outcome is an outcome of a case with its findings, of which there is at least one.
func (v Validation) outcome(findings []audit.Finding, shared map[string]Waiver) *junitOutcome {
	message, _ := said(findings[0])
	message = title(findings[0].Check, outcomeOf(findings[0])) + ": " + message
	if accepted := v.acceptance(findings[0], shared); accepted != "" {
		message += " Waiver: " + accepted
	}
	if more := len(findings) - 1; more > 0 {
		message += fmt.Sprintf(" And %d more.", more)
	}
	return &junitOutcome{message, outcomeOf(findings[0]).String(), v.lines(findings, shared)}
}

// lines are the findings as text, each with its waiver and its remedy below it.
func (v Validation) lines(findings []audit.Finding, shared map[string]Waiver) string {
	var b strings.Builder
	for _, f := range findings {
		message, remedy := said(f)
		fmt.Fprintf(&b, "%s: %s\n", outcomeOf(f), message)
		if accepted := v.acceptance(f, shared); accepted != "" {
			fmt.Fprintf(&b, "Waiver: %s\n", accepted)
		}
		b.WriteString(remedy + "\n")
	}
	return b.String()
}
