package report

import (
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

//go:embed html.gohtml
var pageText string

//go:embed html.css
var pageStyle string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"say":      visible,
	"brief":    func(text string) string { return cutOff(visible(text), mostOfName) },
	"message":  func(text string) string { return cutOff(visible(text), mostOfMessage) },
	"first":    func(names []string) []string { shown, _ := first(names); return shown },
	"more":     func(names []string) int { _, more := first(names); return more },
	"words":    words,
	"describe": audit.Describe,
}).Parse(pageText))

// The limits keep a page usable with thousands of validations: a compliant validation is only a name and a count.
const (
	mostUnfolded = 200  // validations of which the compliant ones have a row and a section each
	mostRows     = 1000 // of the matrix
	mostSections = 200
	mostActions  = 50
	mostClients  = 500 // rows of a fleet
)

// HTML returns a report as one page that needs nothing beside itself: no script, and no request to anywhere. It is an error if a
// validation contradicts itself.
func HTML(validations []Validation, options Options) (string, error) {
	d, err := prepare(validations, options)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	if err := pageTemplate.Execute(&b, newPage(d)); err != nil {
		return "", fmt.Errorf("rendering the report: %w", err)
	}
	return b.String(), nil
}

// page is what the template shows.
type page struct {
	*digest
	Heading    string
	Policy     string // of the content: allows this page's style and nothing else
	Style      template.CSS
	Nothing    string // what is shown without validations
	Columns    []audit.Check
	Rows       []*assessed
	Sections   []*assessed
	Brief      []*assessed // compliant validations that are only named
	Unexplored int         // validations with findings that have no section
	Unlisted   int         // validations that have no row either
	Hidden     int         // actions that are not shown
}

func newPage(d *digest) page {
	hash := sha256.Sum256([]byte(pageStyle))
	p := page{
		digest:  d,
		Heading: cmp.Or(singleSpaced(d.Title), defaultTitle),
		Policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) +
			"'; base-uri 'none'; form-action 'none'",
		Style:   template.CSS(pageStyle),
		Nothing: nothingGiven,
		Rows:    d.Validations,
	}
	if len(d.Validations) > mostUnfolded {
		if clean := slices.IndexFunc(d.Validations, (*assessed).Clean); clean >= 0 {
			p.Rows, p.Brief = d.Validations[:clean], d.Validations[clean:]
		}
	}
	p.Sections = p.Rows[:min(len(p.Rows), mostSections)]
	p.Unexplored = len(p.Rows) - len(p.Sections)
	p.Unlisted = max(0, len(p.Rows)-mostRows)
	p.Rows = p.Rows[:len(p.Rows)-p.Unlisted]
	p.Hidden = max(0, len(d.Actions)-mostActions)
	for _, check := range checkOrder {
		if slices.ContainsFunc(p.Rows, func(v *assessed) bool { return v.Outcome(check) != notChecked }) {
			p.Columns = append(p.Columns, check)
		}
	}
	return p
}

// ShownActions are the actions that the page shows.
func (p page) ShownActions() []action { return p.Actions[:min(len(p.Actions), mostActions)] }

// Explained are the checks that the page mentions.
func (p page) Explained() []audit.Check { return p.Columns }

// Unexplained says why there is no verdict, where no finding does. It is empty otherwise.
func (a *assessed) Unexplained() string {
	if a.unexplained() {
		return verdictCause + " " + verdictRemedy
	}
	return ""
}

// Has tells whether a finding of the check is on the page, so that a cell can lead to it.
func (a *assessed) Has(check audit.Check) bool {
	return slices.ContainsFunc(a.Issues, func(i issue) bool { return i.Check == check })
}

// Groups are the issues by check, those of one check together.
func (a *assessed) Groups() []group {
	var list []group
	for _, i := range a.Issues {
		at := slices.IndexFunc(list, func(g group) bool { return g.Check == i.Check })
		if at < 0 {
			at = len(list)
			list = append(list, group{Check: i.Check, Outcome: i.Outcome})
		}
		list[at].Issues = append(list[at].Issues, i)
	}
	return list
}

// group are the issues of one check.
type group struct {
	Check   audit.Check
	Outcome outcome // the worst
	Issues  []issue
}

// Title says what is wrong.
func (g group) Title() string { return title(g.Check, g.Outcome) }

// member is a client of a fleet, with the checks that keep it from being compliant.
type member struct {
	audit.AuditedClient
	Failing []audit.Check
}

// Members are the clients of a fleet that are not compliant, as many as the page shows.
func (a *assessed) Members() []member {
	failing := make(map[string][]audit.Check)
	for _, f := range a.Findings { // in order of the outcome, then of the check
		if outcomeOf(f).Open() && !slices.Contains(failing[f.ClientID], f.Check) {
			failing[f.ClientID] = append(failing[f.ClientID], f.Check)
		}
	}
	var list []member
	for _, verdict := range []audit.Verdict{audit.Noncompliant, audit.Undetermined} {
		for _, c := range a.Clients {
			if c.Verdict == verdict && len(list) < mostClients {
				list = append(list, member{c, failing[c.ID]})
			}
		}
	}
	return list
}

// CompliantClients are the names of the clients of a fleet that are compliant.
func (a *assessed) CompliantClients() []string {
	var names []string
	for _, c := range a.Clients {
		if c.Verdict == audit.Compliant {
			names = append(names, cmp.Or(c.Name, c.ID))
		}
	}
	return names
}

// UnlistedClients counts the clients of a fleet that are neither compliant nor shown.
func (a *assessed) UnlistedClients() int {
	return len(a.Clients) - len(a.CompliantClients()) - len(a.Members())
}
