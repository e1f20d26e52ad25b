package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

const (
	// maxMarkdown is the most bytes of a report: a comment on GitHub holds 65,536 characters, some of which are left for other text.
	maxMarkdown = 65_000
	// roomForNotes is kept free for the lines that say what was left out, and for the last one.
	roomForNotes = 1000

	mostOfCell = 50 // characters of a name in the table, so that it fits GitHub's width
)

var (
	outcomeMarks = [...]string{failed: "❌", unknown: "❔", waived: "☑️", warned: "⚠️", passed: "✅", notChecked: "–"}
	verdictMarks = map[audit.Verdict]string{audit.Noncompliant: "❌", audit.Undetermined: "❔", audit.Compliant: "✅"}
)

// Markdown reports validations for a pull request comment or a job summary: the verdict, what to do, a table of what is not plainly
// compliant, its findings, and the names of the rest, folded. Text that does not fit is counted; the verdict counts everything.
func Markdown(validations []Validation, options Options) (string, error) {
	d, err := prepare(validations, options)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	if d.Title != "" {
		b.WriteString("## " + prose(clip(d.Title, mostOfName)) + "\n\n")
	}
	b.WriteString(d.verdictLine() + "\n")
	if origin := d.Origin(); origin != "" {
		b.WriteString("\n" + origin + "\n")
	}
	if len(d.Validations) == 0 {
		return b.String(), nil
	}
	clean := slices.IndexFunc(d.Validations, (*assessed).Clean)
	if clean < 0 {
		clean = len(d.Validations)
	}
	actions, table, findings := d.actionPart(), tablePart(d.Validations[:clean]), findingsPart(d.Validations[:clean])
	names := cleanPart(d.Validations[clean:])

	room := maxMarkdown - roomForNotes - b.Len()
	rest := table.size() + findings.size() + names.size()
	room -= actions.write(&b, max(room/3, room-rest))
	rest -= table.size()
	room -= table.write(&b, max(room/3, room-rest))
	room -= findings.write(&b, max(room*3/4, room-names.size()))
	names.write(&b, room)
	if findings.size() > 0 {
		b.WriteString("\n[The checks, their causes and remedies](" + checksPage + ")\n")
	}
	return b.String(), nil
}

func (d *digest) verdictLine() string {
	verdict := d.Counts.Verdict()
	line := verdictMarks[verdict] + " **" + strings.ToUpper(string(verdict[:1])) + string(verdict[1:]) + ".** "
	if len(d.Validations) == 0 {
		return line + nothingGiven
	}
	line += fmt.Sprintf("%s: %d compliant, %d noncompliant, %d undetermined.",
		counted(len(d.Validations), "validation"), d.Counts.Compliant, d.Counts.Noncompliant, d.Counts.Undetermined)
	if text := d.Waived(); text != "" {
		line += " " + text
	}
	return line
}

// part is a part of the report, which may have to be cut.
type part struct {
	head, foot string
	pieces     []string
	noun       string // what a piece is
}

func (p part) size() int {
	size := 0
	for _, piece := range p.pieces {
		size += len(piece)
	}
	if size > 0 {
		size += len(p.head) + len(p.foot)
	}
	return size
}

// write writes the pieces that fit, from the first on, counts the others, and returns how many bytes the part took.
func (p part) write(b *strings.Builder, room int) int {
	if len(p.pieces) == 0 {
		return 0
	}
	before := b.Len()
	b.WriteString(p.head)
	left := room - len(p.head) - len(p.foot)
	for i, piece := range p.pieces {
		if left -= len(piece); left < 0 {
			b.WriteString(p.foot)
			fmt.Fprintf(b, "\n**Left out to keep the report short: %s.** The verdict at the top counts everything.\n",
				counted(len(p.pieces)-i, p.noun))
			return min(b.Len()-before, room)
		}
		b.WriteString(piece)
	}
	b.WriteString(p.foot)
	return b.Len() - before
}

// actionPart is what to do.
func (d *digest) actionPart() part {
	p := part{head: "\n### What to do\n\n", noun: "remedy"}
	if len(d.Actions) > 1 {
		p.noun = "further remedie" // counted adds the s
	}
	for i, a := range d.Actions {
		number := fmt.Sprintf("%d. ", i+1)
		indent := strings.Repeat(" ", len(number))
		text := number + outcomeMarks[a.Outcome] + " **" + a.Title() + ".**"
		if a.Validations > 1 {
			text += fmt.Sprintf(" %d validations.", a.Validations)
		}
		if len(a.Lines) == 1 && a.Message != "" {
			text += " " + prose(clip(a.Message, mostOfMessage))
		}
		text += lineBreak(indent) + prose(clip(a.Remedy, mostOfMessage)) + "\n"
		lines := a.Lines[:min(len(a.Lines), mostNamed)]
		for _, l := range lines {
			text += indent + "- " + l.markdown() + "\n"
		}
		if more := len(a.Lines) - len(lines); more > 0 {
			text += fmt.Sprintf("%s- and %d more\n", indent, more)
		}
		p.pieces = append(p.pieces, text)
	}
	return p
}

func (l actionLine) markdown() string {
	var subjects, places []string
	for _, subject := range l.Subjects[:min(len(l.Subjects), mostNamed)] {
		subjects = append(subjects, code(clip(subject, mostOfName)))
	}
	text := strings.Join(subjects, ", ")
	if more := len(l.Subjects) - len(subjects); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	for _, h := range l.Places[:min(len(l.Places), mostNamed)] {
		names, more := first(h.Names)
		place := prose(clip(cmp.Or(h.Organization, "unknown organization"), mostOfName)) + " ("
		for i, name := range names {
			if i > 0 {
				place += ", "
			}
			place += prose(clip(name, mostOfName))
		}
		if more > 0 {
			place += fmt.Sprintf(" and %d more", more)
		}
		places = append(places, place+")")
	}
	if more := len(l.Places) - len(places); more > 0 {
		places = append(places, fmt.Sprintf("and %s more", counted(more, "organization")))
	}
	if text != "" {
		text += ": "
	}
	return text + strings.Join(places, ", ")
}

// tablePart has a row for each validation, with the checks that are not plainly passed in one column: GitHub's page is narrow.
func tablePart(validations []*assessed) part {
	p := part{
		head: "\n### Validations\n\n" + tableRow("Validation", "Verdict", "Organization", "Client", "Checks") + tableRow("---", "---", "---", "---", "---"),
		noun: "validation",
	}
	for _, v := range validations {
		var checks []string
		for _, check := range checkOrder {
			if o := v.Outcome(check); o < passed {
				checks = append(checks, outcomeMarks[o]+" "+code(string(check)))
			}
		}
		if passed := v.Passed(); passed != "" {
			checks = append(checks, passed)
		}
		p.pieces = append(p.pieces, tableRow(
			code(clip(v.Name, mostOfCell)), verdictMarks[v.Verdict]+" "+string(v.Verdict), name(v.OrganizationName, v.OrganizationID),
			v.auditedCell(), strings.Join(checks, ", ")))
	}
	return p
}

func tableRow(cells ...string) string { return "| " + strings.Join(cells, " | ") + " |\n" }

func (v Validation) auditedCell() string {
	if v.Fleet() {
		return v.Audited()
	}
	return name(v.Client().Name, v.Client().ID)
}

// name is a name, or the id of what has none that is known.
func name(name, id string) string {
	if oneLine(name) == "" {
		return code(clip(id, mostOfCell))
	}
	return prose(clip(name, mostOfCell))
}

// findingsPart is what is told of each validation that is not plainly compliant. Remedies of failures are above, under what to do.
func findingsPart(validations []*assessed) part {
	p := part{head: "\n### Findings\n", noun: "finding"}
	for _, v := range validations {
		heading := "\n#### " + verdictMarks[v.Verdict] + " " + code(clip(v.Name, mostOfName)) + "\n\n" + v.particulars() + "\n\n"
		if v.unexplained() {
			p.pieces = append(p.pieces, heading+"- "+outcomeMarks[unknown]+" "+verdictCause+"\n")
			heading = ""
		}
		for _, i := range v.Issues {
			p.pieces = append(p.pieces, heading+i.markdown(v.Fleet()))
			heading = ""
		}
	}
	return p
}

// particulars are what is known of the organization and the client.
func (v Validation) particulars() string {
	var known []string
	add := func(label, text, id string) {
		text, id = clip(text, mostOfName), clip(id, mostOfName)
		switch {
		case text != "" && id != "":
			known = append(known, label+" "+prose(text)+" ("+code(id)+")")
		case text != "":
			known = append(known, label+" "+prose(text))
		case id != "":
			known = append(known, label+" "+code(id))
		}
	}
	add("organization", v.OrganizationName, v.OrganizationID)
	add("region", "", v.Region)
	add("host", "", v.APIHost)
	if v.Fleet() {
		known = append(known, v.Audited())
	}
	add("client", v.Client().Name, v.Client().ID)
	add("grant type", "", v.Client().GrantType)
	if len(known) == 0 {
		return "Neither the organization nor the client is known."
	}
	return "Audited: " + strings.Join(known, ", ") + "."
}

func (i issue) markdown(fleet bool) string {
	text := "- " + outcomeMarks[i.Outcome] + " " + i.Outcome.String() + " " + code(string(i.Check))
	if i.Subject != "" && !strings.Contains(i.Message, i.Subject) {
		text += " " + code(clip(i.Subject, mostOfName))
	}
	text += ": " + prose(clip(cmp.Or(i.Message, title(i.Check, i.Outcome)+"."), mostOfMessage))
	if fleet && len(i.Clients) > 0 {
		shown, more := first(i.Clients)
		for n, client := range shown {
			text += map[bool]string{true: lineBreak("  ") + counted(len(i.Clients), "client") + ": ", false: ", "}[n == 0] + prose(clip(client, mostOfName))
		}
		if more > 0 {
			text += fmt.Sprintf(" and %d more", more)
		}
		text += "."
	}
	if i.Accepted != "" {
		text += lineBreak("  ") + "**Waiver:** " + prose(i.Accepted)
	}
	if !i.Outcome.Open() {
		text += lineBreak("  ") + "**Remedy:** " + prose(clip(i.Remedy, mostOfMessage))
	}
	return text + "\n"
}

// cleanPart are the names of the validations of which there is nothing else to tell.
func cleanPart(validations []*assessed) part {
	p := part{
		head: "\n<details><summary>" + verdictMarks[audit.Compliant] + " " + counted(len(validations), "compliant validation") + "</summary>\n\n",
		foot: "\n</details>\n", noun: "compliant validation",
	}
	for _, v := range validations {
		text := "- " + code(clip(v.Name, mostOfName)) + ": " + name(v.OrganizationName, v.OrganizationID) + ", " + v.auditedCell()
		if passed := v.Passed(); passed != "" {
			text += ", " + passed
		}
		p.pieces = append(p.pieces, text+"\n")
	}
	return p
}

// lineBreak is a hard one: in some places GitHub shows a plain one as a space.
func lineBreak(indent string) string { return "\\\n" + indent }
