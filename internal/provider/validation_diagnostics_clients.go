package provider

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// displayed is a finding as a diagnostic shows it. In a validation of many clients it stands for all clients that have the finding.
type displayed struct {
	audit.Finding
	clients []string // labels; none in a validation of one client, and for what is about no client
}

// mostClients is how many clients an entry names before it only counts the rest.
const mostClients = 10

// entries are the findings in their order, those of many clients grouped by check and subject.
func (o outcome) entries() []displayed {
	entries := make([]displayed, 0, len(o.Findings))
	if !o.arguments.isFleet() {
		for _, finding := range o.Findings {
			entries = append(entries, displayed{Finding: finding})
		}
		return entries
	}
	type key struct {
		check   audit.Check
		status  audit.Status
		subject string
		waiver  string
		about   bool // about a client
	}
	places := make(map[key]int)
	label := o.clientLabels()
	for _, finding := range o.Findings {
		k := key{finding.Check, finding.Status, finding.Subject, finding.Waiver, finding.ClientID != ""}
		if k.about && (k.subject == finding.ClientName || k.subject == finding.ClientID) {
			k.subject = finding.Message // the subject is the client itself
		}
		i, known := places[k]
		if !known {
			i = len(entries)
			places[k] = i
			entries = append(entries, displayed{Finding: finding})
		} else {
			entries[i].join(finding)
		}
		if k.about {
			entries[i].clients = append(entries[i].clients, label(finding))
		}
	}
	return entries
}

// join takes over what is true of another client's finding too.
func (e *displayed) join(other audit.Finding) {
	if e.Message != other.Message {
		e.Message = commonStart(e.Message, other.Message)
	}
	if e.Message == "" {
		e.Message = audit.Describe(e.Check).Failed + ": " + e.Subject + "."
	}
	if e.Remediation != other.Remediation {
		e.Remediation = audit.Describe(e.Check).Remedy
	}
	if e.Trace != other.Trace {
		e.Trace = ""
	}
	if e.Argument != other.Argument {
		e.Argument = ""
	}
}

// commonStart is what two messages say alike, up to the end of a sentence or of a clause; empty when they begin differently.
func commonStart(a, b string) string {
	same := 0
	for same < len(a) && same < len(b) && a[same] == b[same] {
		same++
	}
	for _, end := range []string{". ", "; "} {
		if i := strings.LastIndex(a[:same], end); i >= 0 {
			return a[:i] + "."
		}
	}
	if strings.HasPrefix(b, strings.TrimSuffix(a, ".")) && strings.HasSuffix(a, ".") { // what was common before
		return a
	}
	return ""
}

// clientsLine names the clients of an entry.
func (e displayed) clientsLine() string {
	if len(e.clients) == 0 {
		return ""
	}
	named, more := e.clients, ""
	if rest := len(named) - mostClients; rest > 0 {
		named, more = named[:mostClients], fmt.Sprintf(" and %d more", rest)
	}
	return text.Plural(len(e.clients), "Client ", "Clients ") + strings.Join(named, ", ") + more + "."
}

// clientLabels labels the clients of findings: by name, and by name and id where several clients have the name.
func (o outcome) clientLabels() func(audit.Finding) string {
	bearers := make(map[string]int, len(o.Clients))
	for _, client := range o.Clients {
		bearers[client.Name]++
	}
	return func(finding audit.Finding) string {
		switch {
		case finding.ClientName == "":
			return finding.ClientID
		case bearers[finding.ClientName] > 1:
			return fmt.Sprintf("%q (%s)", finding.ClientName, finding.ClientID)
		default:
			return strconv.Quote(finding.ClientName)
		}
	}
}

// fleetCause says what is wrong with many clients.
func (o outcome) fleetCause() string {
	total := len(o.Clients)
	ofAll := func(verdict audit.Verdict, one, many string) string {
		count := o.clientsWith(verdict)
		return fmt.Sprintf("%d of %d OAuth %s %s", count, total, text.Plural(total, "client", "clients"), text.Plural(count, one, many))
	}
	switch {
	case slices.ContainsFunc(o.Findings, func(f audit.Finding) bool { return f.Check == audit.CheckClient && f.Status == audit.Fail }):
		if total == 0 {
			return "no OAuth client matches the clients block"
		}
		return fmt.Sprintf("only %d OAuth %s the clients block", total, text.Plural(total, "client matches", "clients match"))
	case o.Verdict == audit.Noncompliant && total > 0:
		return ofAll(audit.Noncompliant, "does not meet the requirements", "do not meet the requirements")
	case o.Verdict == audit.Noncompliant:
		return "the OAuth clients do not meet the requirements"
	case o.Verdict == audit.Undetermined && total > 0:
		return ofAll(audit.Undetermined, "could not be audited completely", "could not be audited completely")
	case o.Verdict == audit.Undetermined:
		return "the OAuth clients could not be audited"
	default:
		return fmt.Sprintf("%d OAuth %s, with a warning", total, text.Plural(total, "client passes", "clients pass"))
	}
}

func (o outcome) clientsWith(verdict audit.Verdict) int {
	count := 0
	for _, client := range o.Clients {
		if client.Verdict == verdict {
			count++
		}
	}
	return count
}

// fleetTally counts the clients by verdict.
func (o outcome) fleetTally() string {
	var parts []string
	for _, part := range []struct {
		verdict audit.Verdict
		label   string
	}{
		{audit.Compliant, "compliant"}, {audit.Noncompliant, "noncompliant"}, {audit.Undetermined, "undetermined"}, {audit.Deferred, "decided at apply"},
	} {
		if count := o.clientsWith(part.verdict); count > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", count, part.label))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "OAuth clients: " + strings.Join(parts, ", ") + "."
}
