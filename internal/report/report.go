// Package report turns the results of validations into reports for people and for pipelines: Markdown, SARIF, JUnit and HTML. It is pure:
// equal validations give byte-identical reports, in whatever order they are given.
package report

import (
	"time"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

// Validation is what one validation says, as its arguments and results in Terraform do. A text is empty, and a slice nil, where it is not
// known.
type Validation struct {
	Name      string // the user's name for it; unique in a report
	Compliant bool
	Verdict   audit.Verdict // Undetermined also where nothing was evaluated
	Findings  []audit.Finding
	Clients   []audit.AuditedClient

	OrganizationID   string
	OrganizationName string
	Region           string // the key of an AWS region, such as eu-west-1
	APIHost          string

	Arguments []Argument        // that demand something, in the order of the documentation
	Waivers   map[string]Waiver // the accepted exceptions, by audit.WaiverKeys
}

// Argument is an argument of a validation as it was written.
type Argument struct {
	Name   string
	Values []string // one for what is no list
}

// Waiver is an accepted exception.
type Waiver struct {
	Reason  string
	Owner   string // who answers for it; may be empty
	Expires string // the last day, YYYY-MM-DD in UTC, on which it counts
}

// Options are what the caller adds to a report.
type Options struct {
	Title   string
	AsOf    time.Time         // when the validations were evaluated; zero: not told
	File    string            // the configuration file that SARIF alerts attach to; empty: DefaultFile
	Waivers map[string]Waiver // explain what a validation marks as waived and its own waivers do not explain; they accept nothing
	Version string            // of the provider
}

const (
	defaultTitle = "Genesys Cloud access validation"
	registryPage = "https://registry.terraform.io/providers/genesysaudit/genesysaudit/latest/docs"
	checksPage   = registryPage + "/guides/checks"
)
