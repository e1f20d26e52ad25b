// Package report turns the results of validations into reports for people and for pipelines: Markdown, SARIF, JUnit and HTML. It is pure:
// equal validations give byte-identical reports, whatever the order they come in.
package report

import (
	"cmp"
	"slices"
)

// Validation is what one validation says, as its results in Terraform do. A text is empty, and a slice nil, where it is not known.
type Validation struct {
	Name      string // what the user calls it; unique in a report
	Compliant bool
	Verdict   string // compliant, noncompliant or undetermined
	Findings  []Finding
	Waivers   map[string]Waiver // the accepted exceptions, by audit.WaiverKeys

	OrganizationID   string
	OrganizationName string
	Region           string // the key of an AWS region, such as eu-west-1
	ClientID         string
	ClientName       string
	GrantType        string
	GrantedScopes    []string
	GrantedRoles     []string

	Checks       int64    // how many were decided
	PassedChecks []string // ids
}

// Finding is one thing that is wrong, not known, or worth knowing.
type Finding struct {
	Check       string // id
	Status      string // fail, unknown or warn
	Subject     string // what it is about: a scope, a role, a permission, an endpoint; may be empty
	Message     string
	Remediation string
	Waived      bool
}

// Waiver is an accepted exception.
type Waiver struct {
	Reason  string
	Owner   string // who answers for it; may be empty
	Expires string // the last day, YYYY-MM-DD in UTC, on which it counts
}

// sorted are the validations by name.
func sorted(validations []Validation) []Validation {
	return slices.SortedFunc(slices.Values(validations), func(a, b Validation) int { return cmp.Compare(a.Name, b.Name) })
}
