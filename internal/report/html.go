package report

import (
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

//go:embed html.gohtml
var pageText string

//go:embed html.css
var pageStyle string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// HTML returns a report as one page that needs nothing beside itself: no script, and no request to anywhere. It is an error if a
// validation contradicts itself.
func HTML(validations []Validation) (string, error) {
	ordered, err := prepare(validations)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	if err := pageTemplate.Execute(&b, newPage(ordered)); err != nil {
		return "", fmt.Errorf("rendering the report: %w", err)
	}
	return b.String(), nil
}

// page is what the template shows. Every text in it is visible.
type page struct {
	Policy      string // of the content: allows this page's style and nothing else
	Style       template.CSS
	Headline    string
	Class       string // of the verdict over all
	Tally       []count
	Waived      string // how many failures are; empty when none
	Nothing     string // what is shown without validations
	Columns     []column
	Sections    []article
	Explanation []audit.Description
}

// count is how many validations have a verdict.
type count struct {
	Class, Word string
	Count       int
}

// column is a check in the overview.
type column struct{ Check, Title string }

// article is one validation: its row of the overview, and what is told of it below.
type article struct {
	ID, Name, ShortName, Whose, Class, Verdict string
	Cells                                      []cell
	Facts                                      []fact
	Groups                                     []group
	Drawing                                    drawing
}

// cell is what a validation says of a check.
type cell struct {
	Class, Word, Target string
	Idle                bool // the check does not apply
}

type fact struct {
	Label, Text string   // empty: not known
	Names       []string // instead of Text, if not nil
	Code        string   // an id
}

// group are the findings of one check.
type group struct {
	ID, Check, Title, Class string
	Findings                []findingView
}

type findingView struct {
	Class, Word, Subject, Message, Waiver, Remediation string
}

func newPage(validations []Validation) page {
	hash := sha256.Sum256([]byte(pageStyle))
	p := page{
		Policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) +
			"'; base-uri 'none'; form-action 'none'",
		Style:   template.CSS(pageStyle),
		Columns: columns(),
		Waived:  tellOfWaived(validations),
		Nothing: nothingGiven,
	}
	for _, check := range audit.Checks() {
		p.Explanation = append(p.Explanation, audit.Describe(check))
	}
	for i, v := range byVerdict(validations) {
		p.Sections = append(p.Sections, newArticle(v, "v"+strconv.Itoa(i+1), p.Columns))
	}
	p.summarize()
	return p
}

var verdicts = []audit.Verdict{audit.Noncompliant, audit.Undetermined, audit.Compliant}

// byVerdict are the validations that need attention first, each kind by name.
func byVerdict(validations []Validation) []Validation {
	list := slices.Clone(validations)
	slices.SortStableFunc(list, func(a, b Validation) int {
		return cmp.Compare(slices.Index(verdicts, audit.Verdict(a.Verdict)), slices.Index(verdicts, audit.Verdict(b.Verdict)))
	})
	return list
}

// summarize counts the verdicts and says the most decisive thing about them.
func (p *page) summarize() {
	total := len(p.Sections)
	for _, verdict := range verdicts {
		t := count{Class: string(verdict), Word: string(verdict)}
		for _, s := range p.Sections {
			if s.Verdict == t.Word {
				t.Count++
			}
		}
		p.Tally = append(p.Tally, t)
	}
	for _, t := range p.Tally {
		if t.Count == 0 {
			continue
		}
		p.Class = t.Class
		switch {
		case total == 1:
			p.Headline = "The validation is " + t.Word
		case t.Count == total:
			p.Headline = fmt.Sprintf("All %d validations are %s", total, t.Word)
		case t.Count == 1:
			p.Headline = fmt.Sprintf("1 of %d validations is %s", total, t.Word)
		default:
			p.Headline = fmt.Sprintf("%d of %d validations are %s", t.Count, total, t.Word)
		}
		return
	}
	p.Class, p.Headline = string(audit.Undetermined), "Nothing was validated"
}

// columns are all checks in their order.
func columns() []column {
	var list []column
	for _, check := range audit.Checks() {
		list = append(list, column{string(check), audit.Describe(check).Title})
	}
	return list
}

func newArticle(v Validation, id string, columns []column) article {
	c := chainOf(v)
	s := article{
		ID: id, Name: cmp.Or(visible(v.Name), "(unnamed)"), Class: v.Verdict, Verdict: v.Verdict,
		Facts: facts(v), Drawing: c.draw(),
	}
	const shortName, shortWhose = 60, 44
	s.ShortName = shorten(s.Name, shortName)
	organization := cmp.Or(v.OrganizationName, v.OrganizationID, "organization not known")
	client := cmp.Or(v.ClientName, v.ClientID, "client not known")
	s.Whose = shorten(visible(organization), shortWhose) + " · " + shorten(visible(client), shortWhose)
	if v.unexplained() {
		s.Groups = append(s.Groups, group{
			ID: id + "-" + verdictID, Check: verdictID, Title: verdictTitle, Class: says[saysUnknown].class,
			Findings: []findingView{{Class: says[saysUnknown].class, Word: says[saysUnknown].word, Message: verdictCause, Remediation: verdictRemedy}},
		})
	}
	for _, column := range columns {
		// The most decisive first.
		findings := slices.SortedStableFunc(slices.Values(v.of(column.Check)), func(a, b Finding) int { return cmp.Compare(rank(a), rank(b)) })
		target := id + "-" + column.Check
		s.Cells = append(s.Cells, newCell(v, column, findings, target))
		if len(findings) > 0 {
			s.Groups = append(s.Groups, newGroup(v, column, findings, target))
		}
	}
	return s
}

// What a cell, or a finding, can say; the most decisive first.
const (
	saysFail = iota
	saysUnknown
	saysWaived
	saysWarn
	saysPass
	saysNothing
	saysNotKnown
)

// says are the classes and words of what a cell can say.
var says = [...]struct{ class, word string }{
	saysFail:     {"fail", "fail"},
	saysUnknown:  {"unknown", "unknown"},
	saysWaived:   {"waived", "waived"},
	saysWarn:     {"warn", "warn"},
	saysPass:     {"pass", "pass"},
	saysNothing:  {"na", "n/a"},
	saysNotKnown: {"na", "not known"},
}

func rank(f Finding) int {
	switch f.weight() {
	case weighsFail:
		return saysFail
	case weighsUnknown:
		return saysUnknown
	case weighsWaived:
		return saysWaived
	default:
		return saysWarn
	}
}

// newCell shows the most decisive of the findings on a check. Without any it passed only if the validation says so.
func newCell(v Validation, column column, findings []Finding, target string) cell {
	said := saysNothing
	switch {
	case len(findings) > 0:
		said = rank(findings[0])
	case slices.Contains(v.PassedChecks, column.Check):
		said = saysPass
	case v.PassedChecks == nil:
		said = saysNotKnown
	}
	c := cell{Class: says[said].class, Word: says[said].word, Idle: said == saysNothing}
	if len(findings) > 0 {
		c.Target = target
	}
	return c
}

func newGroup(v Validation, column column, findings []Finding, target string) group {
	g := group{ID: target, Check: visible(column.Check), Title: column.Title, Class: says[rank(findings[0])].class}
	for _, f := range findings {
		said := says[rank(f)]
		g.Findings = append(g.Findings, findingView{
			Class: said.class, Word: said.word,
			Subject: visible(f.Subject), Message: visible(f.Message), Waiver: visible(v.acceptance(f)), Remediation: visible(f.Remediation),
		})
	}
	return g
}

func facts(v Validation) []fact {
	list := []fact{
		{Label: "Organization", Text: visible(v.OrganizationName), Code: visible(v.OrganizationID)},
		{Label: "Region", Code: visible(v.Region)},
		{Label: "Client", Text: visible(v.ClientName), Code: visible(v.ClientID)},
		{Label: "Grant type", Code: visible(v.GrantType)},
		{Label: "Checks decided", Text: strconv.FormatInt(v.Checks, 10)},
		{Label: "Scopes"},
		{Label: "Roles"},
	}
	for i, names := range [][]string{v.GrantedScopes, v.GrantedRoles} {
		f := &list[len(list)-2+i]
		if names != nil && len(names) == 0 {
			f.Text = "none"
		}
		f.Names = allVisible(distinct(names))
	}
	return list
}
