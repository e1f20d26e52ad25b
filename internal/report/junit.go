package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

// noTime fills the attribute that a test suite must have: how long a validation took says nothing about access, and would make equal
// results differ.
const noTime = "0"

// JUnit reports validations as test suites and their checks as test cases. A check that was waived is skipped, one that could not be
// decided is an error. Every validation that is not compliant has at least one case that is a failure or an error.
func JUnit(validations []Validation) (string, error) {
	ordered, err := prepare(validations)
	if err != nil {
		return "", err
	}
	suites := junit.Testsuites{Name: "genesysaudit"}
	for i, v := range ordered {
		suites.AddSuite(v.suite(i))
	}
	if len(ordered) == 0 {
		suite := junit.Testsuite{Name: "genesysaudit", Time: noTime}
		suite.AddTestcase(verdictCase("genesysaudit", nothingGiven))
		suites.AddSuite(suite)
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	if err := suites.WriteXML(&b); err != nil {
		return "", fmt.Errorf("writing JUnit XML: %w", err)
	}
	return b.String(), nil
}

func (v Validation) suite(id int) junit.Testsuite {
	suite := junit.Testsuite{Name: xmlText(v.Name), ID: id, Time: noTime}
	for _, property := range []junit.Property{
		{Name: "verdict", Value: v.Verdict},
		{Name: "organization_id", Value: v.OrganizationID},
		{Name: "organization_name", Value: v.OrganizationName},
		{Name: "region", Value: v.Region},
		{Name: "client_id", Value: v.ClientID},
		{Name: "client_name", Value: v.ClientName},
		{Name: "grant_type", Value: v.GrantType},
	} {
		if property.Value != "" {
			suite.AddProperty(property.Name, xmlText(property.Value))
		}
	}
	var aside []Finding // warnings about checks that have no case
	for _, check := range checkOrder {
		findings := v.of(string(check))
		if v.standing(string(check)) == undecided {
			aside = append(aside, findings...)
			continue
		}
		suite.AddTestcase(v.testcase(check, findings))
	}
	// Warnings alone decide nothing, and an empty suite looks like a pass.
	if v.unexplained() || len(suite.Testcases) == 0 {
		suite.AddTestcase(verdictCase(v.Name, verdictCause+"\n"+verdictRemedy))
	}
	suite.SystemOut = v.output(aside)
	return suite
}

func (v Validation) testcase(check audit.Check, findings []Finding) junit.Testcase {
	title := string(check) + ": " + audit.Describe(check).Title
	testcase := junit.Testcase{Name: title, Classname: xmlText(v.Name), Time: noTime}
	weighing := func(w weight) []Finding {
		return slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool { return f.weight() != w })
	}
	// A case has one outcome. What else there is to say of the check goes with it as output.
	var rest []Finding
	switch v.standing(string(check)) {
	case failing:
		testcase.Failure = v.result("fail", weighing(weighsFail))
		rest = slices.Concat(weighing(weighsUnknown), weighing(weighsWaived), weighing(weighsWarn))
	case open:
		testcase.Error = v.result("unknown", weighing(weighsUnknown))
		rest = slices.Concat(weighing(weighsWaived), weighing(weighsWarn))
	case waived:
		testcase.Skipped = v.result("", weighing(weighsWaived))
		testcase.Skipped.Message = "Waived: " + testcase.Skipped.Message
		rest = weighing(weighsWarn)
	case passing, undecided:
		rest = weighing(weighsWarn)
	}
	testcase.SystemOut = v.output(rest)
	return testcase
}

// verdictCase is the case of a validation that came to no verdict, or of a report without validations.
func verdictCase(classname, text string) junit.Testcase {
	message, _, _ := strings.Cut(text, "\n")
	return junit.Testcase{
		Name: verdictID + ": " + verdictTitle, Classname: xmlText(classname), Time: noTime,
		Error: &junit.Result{Message: message, Type: "unknown", Data: text},
	}
}

// result is an outcome of a case with its findings, of which there is at least one.
func (v Validation) result(kind string, findings []Finding) *junit.Result {
	message, _ := findings[0].said()
	if acceptance := v.acceptance(findings[0]); acceptance != "" {
		message += " Waiver: " + acceptance
	}
	if more := len(findings) - 1; more > 0 {
		message += fmt.Sprintf(" And %d more.", more)
	}
	return &junit.Result{Message: xmlText(message), Type: kind, Data: v.lines(findings)}
}

func (v Validation) output(findings []Finding) *junit.Output {
	if len(findings) == 0 {
		return nil
	}
	return &junit.Output{Data: v.lines(findings)}
}

// lines are the findings as text, each with its waiver and its remedy below it.
func (v Validation) lines(findings []Finding) string {
	var b strings.Builder
	for _, f := range findings {
		message, remedy := f.said()
		fmt.Fprintf(&b, "%s: %s\n", wordOf(f), message)
		if acceptance := v.acceptance(f); acceptance != "" {
			fmt.Fprintf(&b, "Waiver: %s\n", acceptance)
		}
		b.WriteString(remedy + "\n")
	}
	return xmlText(b.String())
}

// wordOf is the status of a finding, or that it is waived.
func wordOf(f Finding) string {
	if f.excused() {
		return "waived"
	}
	return f.Status
}

// xmlText is text without the characters that XML 1.0 has no way to write, not even escaped: one of them would make the whole file
// unreadable. The library escapes attributes, but writes CDATA as it is.
func xmlText(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r == '\r',
			r >= 0x20 && r <= 0xD7FF, r >= 0xE000 && r <= 0xFFFD, r >= 0x10000 && r <= 0x10FFFF:
			return r
		default:
			return utf8.RuneError
		}
	}, text)
}
