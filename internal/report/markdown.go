package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

const (
	// maxMarkdown is the most bytes of a report: a comment on GitHub holds 65,536 characters, some of which are left for what is put around it.
	maxMarkdown = 65_000
	// roomForNotes is kept free for the lines that say what was left out, and for the last one.
	roomForNotes = 500

	mostOfName    = 80  // characters of a name
	mostOfMessage = 800 // characters of a message, a remedy or the reason of a waiver
)

// Markdown reports validations for a pull request comment or a job summary: the verdict, a table of validations and checks, and the
// findings. What does not fit is counted in a line of its own; the verdict counts everything.
func Markdown(validations []Validation) (string, error) {
	ordered, err := prepare(validations)
	if err != nil {
		return "", err
	}
	verdict := joined(verdictLine(countVerdicts(ordered)), tellOfWaived(ordered))
	if len(ordered) == 0 {
		return verdict + "\n", nil
	}
	// The worst come first, and are cut last.
	slices.SortStableFunc(ordered, func(a, b Validation) int { return cmp.Compare(precedence(a), precedence(b)) })
	head, rows := table(ordered)
	chapters := chaptersOf(ordered)

	room := maxMarkdown - roomForNotes - len(verdict) - len(head)
	needed := 0
	for _, c := range chapters {
		needed += c.size()
	}
	// Neither part takes room from the other beyond half of it, unless the other leaves it unused.
	shown, note := fitRows(ordered, rows, max(room/2, room-needed))
	for _, row := range shown {
		room -= len(row)
	}
	text := verdict + "\n\n" + head + strings.Join(shown, "") + note + fitChapters(chapters, room)
	if len(chapters) > 0 {
		text += "\n[The checks, their causes and remedies](" + checksPage + ")\n"
	}
	return text, nil
}

func verdictLine(c verdictCounts) string {
	words := map[audit.Verdict]string{
		audit.Compliant:    "✅ **Compliant.**",
		audit.Noncompliant: "❌ **Noncompliant.**",
		audit.Undetermined: "❔ **Undetermined.**",
	}
	total := c.compliant + c.noncompliant + c.undetermined
	if total == 0 {
		return words[c.verdict()] + " " + nothingGiven
	}
	return fmt.Sprintf("%s %s: %s.", words[c.verdict()], counted(total, "validation"), c)
}

// String names all three counts, so that none is looked for in vain.
func (c verdictCounts) String() string {
	return fmt.Sprintf("%d compliant, %d noncompliant, %d undetermined", c.compliant, c.noncompliant, c.undetermined)
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// precedence is the place of a validation among the others by its verdict.
func precedence(v Validation) int {
	return slices.Index([]audit.Verdict{audit.Noncompliant, audit.Undetermined, audit.Compliant}, audit.Verdict(v.Verdict))
}

// table is the head of the table and its rows: the checks that have something to say have a column each, the others are counted.
func table(validations []Validation) (head string, rows []string) {
	var columns []string
	for _, check := range checkOrder {
		if slices.ContainsFunc(validations, func(v Validation) bool { return len(v.of(string(check))) > 0 }) {
			columns = append(columns, string(check))
		}
	}
	cells := []string{"Validation", "Organization", "Client", "Verdict"}
	for _, check := range columns {
		cells = append(cells, code(check))
	}
	cells = append(cells, "Passed")
	head = row(cells) + row(slices.Repeat([]string{"---"}, len(cells)))
	for _, v := range validations {
		cells := []string{
			code(clip(v.Name, mostOfName)),
			name(v.OrganizationName, v.OrganizationID),
			name(v.ClientName, v.ClientID),
			verdictMark(v) + " " + v.Verdict,
		}
		for _, check := range columns {
			cells = append(cells, v.cell(check))
		}
		rows = append(rows, row(append(cells, fmt.Sprintf("%d of %d", len(v.PassedChecks), v.applying()))))
	}
	return head, rows
}

func row(cells []string) string { return "| " + strings.Join(cells, " | ") + " |\n" }

// name is a name, or the id of what has none that is known.
func name(name, id string) string {
	if oneLine(name) == "" {
		return code(clip(id, mostOfName))
	}
	return prose(clip(name, mostOfName))
}

func verdictMark(v Validation) string {
	switch audit.Verdict(v.Verdict) {
	case audit.Compliant:
		return "✅"
	case audit.Noncompliant:
		return "❌"
	default:
		return "❔"
	}
}

// applying counts the checks that were decided or left open.
func (v Validation) applying() int {
	n := 0
	for _, check := range checkOrder {
		if v.standing(string(check)) != undecided {
			n++
		}
	}
	return n
}

func (v Validation) cell(check string) string {
	warned := slices.ContainsFunc(v.of(check), func(f Finding) bool { return f.weight() == weighsWarn })
	switch v.standing(check) {
	case failing:
		return marks[weighsFail]
	case open:
		return marks[weighsUnknown]
	case waived:
		return marks[weighsWaived]
	default:
		if warned {
			return marks[weighsWarn]
		}
		if v.standing(check) == passing {
			return "✅ pass"
		}
		return "–"
	}
}

var marks = map[weight]string{
	weighsFail:    "❌ fail",
	weighsUnknown: "❔ unknown",
	weighsWarn:    "⚠️ warn",
	weighsWaived:  "☑️ waived",
}

// fitRows are the rows that fit, and a note about the others.
func fitRows(validations []Validation, rows []string, room int) (shown []string, note string) {
	for i, row := range rows {
		if room -= len(row); room < 0 {
			left := countVerdicts(validations[i:])
			return rows[:i], fmt.Sprintf("\n**Left out of this table for its length: %s: %s.**\n", counted(len(rows)-i, "validation"), left)
		}
	}
	return rows, ""
}

// chapter is what is said of one validation below the table.
type chapter struct {
	heading string
	entries []entry
}

type entry struct {
	text   string
	weight weight
}

func (c chapter) size() int {
	size := len(c.heading)
	for _, e := range c.entries {
		size += len(e.text)
	}
	return size
}

// chaptersOf are the chapters of the validations that are not compliant, and of those that pass with something to be known.
func chaptersOf(validations []Validation) []chapter {
	var chapters []chapter
	for _, v := range validations {
		c := chapter{heading: "\n### " + verdictMark(v) + " " + code(clip(v.Name, mostOfName)) + "\n\n" + v.particulars() + "\n\n"}
		if v.unexplained() {
			c.entries = append(c.entries, entry{text: "- " + marks[weighsUnknown] + ": " + verdictCause + remedyLine(verdictRemedy), weight: weighsUnknown})
		}
		findings := slices.Clone(v.Findings)
		slices.SortStableFunc(findings, func(a, b Finding) int { return cmp.Compare(a.weight(), b.weight()) })
		for _, f := range findings {
			c.entries = append(c.entries, entry{text: v.item(f), weight: f.weight()})
		}
		if len(c.entries) > 0 {
			chapters = append(chapters, c)
		}
	}
	return chapters
}

// particulars are what is known of the organization and the client, as a line.
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
	add("client", v.ClientName, v.ClientID)
	add("grant type", "", v.GrantType)
	if len(known) == 0 {
		return "Neither the organization nor the client is known."
	}
	return "Audited: " + strings.Join(known, ", ") + "."
}

func (v Validation) item(f Finding) string {
	message, remedy := f.said()
	text := "- " + marks[f.weight()] + " " + code(f.Check) + ": " + prose(clip(message, mostOfMessage))
	if acceptance := v.acceptance(f); acceptance != "" {
		text += lineBreak + "**Waiver:** " + prose(acceptance)
	}
	return text + remedyLine(clip(remedy, mostOfMessage))
}

// lineBreak is a hard one: in some places GitHub shows a plain one as a space.
const lineBreak = "\\\n  "

func remedyLine(remedy string) string { return lineBreak + "**Remedy:** " + prose(remedy) + "\n" }

// fitChapters are the chapters, or as much of them as fits with a note about the rest.
func fitChapters(chapters []chapter, room int) string {
	var b strings.Builder
	var left [weighsWaived + 1]int
	full, cut := false, 0
	for _, c := range chapters {
		began := false
		for _, e := range c.entries {
			size := len(e.text)
			if !began {
				size += len(c.heading)
			}
			// From the first that does not fit none is shown, lest a shorter one of less weight come before it.
			if full = full || size > room; full {
				left[e.weight]++
				cut++
				continue
			}
			if !began {
				b.WriteString(c.heading)
				began = true
			}
			b.WriteString(e.text)
			room -= size
		}
	}
	if cut > 0 {
		fmt.Fprintf(&b, "\n**Left out for the length of this report: %s: %s.** The verdict at the top counts them.\n", counted(cut, "finding"), countsOf(left))
	}
	return b.String()
}
