package report

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

// outcome is how a check, or a finding of it, turned out. The order is that of what needs attention.
type outcome int

const (
	failed outcome = iota
	unknown
	waived
	warned
	passed
	notChecked // it does not apply, or the validation does not tell
)

var outcomeWords = [...]string{"fail", "unknown", "waived", "warn", "pass", "none"}

func (o outcome) String() string { return outcomeWords[o] }

// Open tells whether something has to be done for the validation to be compliant.
func (o outcome) Open() bool { return o <= unknown }

// digest is what all reports are made of.
type digest struct {
	Options
	Validations []*assessed // what needs attention first, then by name
	Counts      verdictCounts
	Actions     []action
}

// assessed is a validation with its findings in order.
type assessed struct {
	Validation
	ID     string // unique on a page
	Issues []issue
}

// issue is a finding, or the findings of a fleet that differ only in the client.
type issue struct {
	Check                              audit.Check
	Outcome                            outcome
	Subject, Message, Remedy, Accepted string
	Clients                            []string // names of the clients, or ids; none where it is about the organization
}

// title says what is wrong with a check, or, where that is not known or only worth knowing, which check it is.
func title(check audit.Check, o outcome) string {
	switch o {
	case unknown:
		return "Could not be decided: " + words(check)
	case warned:
		return "Worth knowing: " + words(check)
	default:
		return audit.Describe(check).Failed
	}
}

func words(check audit.Check) string { return strings.ReplaceAll(string(check), "_", " ") }

// prepare checks and orders the validations. A validation that contradicts itself is an error that names it: a report could show a pass
// without evidence. The arguments are neither changed nor kept.
func prepare(validations []Validation, options Options) (*digest, error) {
	d := &digest{Options: options}
	var problems []error
	byName := slices.SortedFunc(slices.Values(validations), func(a, b Validation) int { return cmp.Compare(a.Name, b.Name) })
	for i, v := range byName {
		problem := v.inconsistency()
		if i > 0 && byName[i-1].Name == v.Name {
			problem = "several validations have this name"
		}
		if problem != "" {
			problems = append(problems, fmt.Errorf("validation %q: %s", v.Name, problem))
			continue
		}
		v.Findings = slices.SortedFunc(slices.Values(v.Findings), compareFindings)
		v.Clients = slices.SortedFunc(slices.Values(v.Clients), func(a, b audit.AuditedClient) int {
			return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
		})
		for i := range v.Clients {
			c := &v.Clients[i]
			c.Scopes, c.Roles = slices.Sorted(slices.Values(c.Scopes)), slices.Sorted(slices.Values(c.Roles))
		}
		a := &assessed{Validation: v}
		a.Issues = a.issues(options.Waivers)
		d.Validations = append(d.Validations, a)
		d.Counts.add(v.Verdict)
	}
	slices.SortStableFunc(d.Validations, func(a, b *assessed) int { return cmp.Compare(a.attention(), b.attention()) })
	for i, v := range d.Validations {
		v.ID = fmt.Sprintf("v%d", i+1)
	}
	d.Actions = actions(d.Validations)
	return d, errors.Join(problems...)
}

// attention orders validations by verdict, the compliant ones with something to know before the others.
func (a *assessed) attention() int {
	place := 2 * slices.Index([]audit.Verdict{audit.Noncompliant, audit.Undetermined, audit.Compliant}, a.Verdict)
	if a.Clean() {
		place++
	}
	return place
}

// Clean tells whether a validation is compliant and there is nothing to know about it.
func (a *assessed) Clean() bool { return a.Compliant && len(a.Issues) == 0 }

// Fleet tells whether a validation is of many clients, of each of which only the verdict is told.
func (v Validation) Fleet() bool {
	return len(v.Clients) > 1 || len(v.Clients) == 1 && v.Clients[0].Decided == nil
}

// Client is the audited client of a validation of one client, and the zero value for any other and where it was not found.
func (v Validation) Client() audit.AuditedClient {
	if v.Fleet() || len(v.Clients) == 0 {
		return audit.AuditedClient{}
	}
	return v.Clients[0]
}

// Organization is the name of the organization, or its id.
func (v Validation) Organization() string { return cmp.Or(v.OrganizationName, v.OrganizationID) }

// Audited is the client's name or id, or how many clients there are. It is empty where no client was found.
func (v Validation) Audited() string {
	if v.Fleet() {
		return counted(len(v.Clients), "client")
	}
	return cmp.Or(v.Client().Name, v.Client().ID)
}

// inconsistency says how a validation contradicts itself; it is empty for a sound one.
func (v Validation) inconsistency() string {
	switch {
	case v.Name == "":
		return "its name is empty"
	case !slices.Contains([]audit.Verdict{audit.Compliant, audit.Noncompliant, audit.Undetermined}, v.Verdict):
		return fmt.Sprintf("the verdict %q is not compliant, noncompliant or undetermined", v.Verdict)
	case v.Compliant != (v.Verdict == audit.Compliant):
		return fmt.Sprintf("compliant is %t, but the verdict is %s", v.Compliant, v.Verdict)
	case v.Compliant && len(v.Clients) == 0:
		return "it is compliant, but no client was audited"
	}
	failure := ""
	open := make(map[clientCheck]audit.Status)
	for _, f := range v.Findings {
		if problem := misfit(f); problem != "" {
			return problem
		}
		if f.Status == audit.Warn {
			continue
		}
		open[clientCheck{"", f.Check}] = f.Status
		if !excused(f) {
			open[clientCheck{f.ClientID, ""}] = f.Status
			if v.Compliant {
				return fmt.Sprintf("it is compliant, but a finding of the check %s has the status %s", f.Check, f.Status)
			}
			if f.Status == audit.Fail {
				failure = string(f.Check)
			}
		}
	}
	switch {
	case v.Verdict == audit.Noncompliant && failure == "":
		return "the verdict is noncompliant, but no check failed"
	case v.Verdict == audit.Undetermined && failure != "":
		return fmt.Sprintf("the verdict is undetermined, but the check %s failed", failure)
	}
	for _, c := range v.Clients {
		if problem := v.contradiction(c, open); problem != "" {
			return problem
		}
	}
	return ""
}

// clientCheck is a client or a check of which something is known.
type clientCheck struct {
	client string
	check  audit.Check
}

// contradiction says how what is told of a client contradicts the validation. open are the clients with findings that count, and the checks
// with findings that are no warnings.
func (v Validation) contradiction(c audit.AuditedClient, open map[clientCheck]audit.Status) string {
	name := cmp.Or(c.Name, c.ID)
	switch c.Verdict {
	case audit.Compliant:
		if status, ok := open[clientCheck{c.ID, ""}]; ok && c.ID != "" {
			return fmt.Sprintf("the client %q is compliant, but a finding of it has the status %s", name, status)
		}
	case audit.Noncompliant, audit.Undetermined:
		if v.Compliant {
			return fmt.Sprintf("it is compliant, but the client %q is %s", name, c.Verdict)
		}
	default:
		return fmt.Sprintf("the verdict %q of the client %q is not compliant, noncompliant or undetermined", c.Verdict, name)
	}
	if v.Fleet() {
		return ""
	}
	if v.Compliant && len(c.Decided) == 0 {
		return "it is compliant, but no check was decided"
	}
	for _, check := range c.Passed {
		if !audit.IsCheck(string(check)) {
			return fmt.Sprintf("%q among its passed checks is not a check", check)
		}
		if !slices.Contains(c.Decided, check) {
			return fmt.Sprintf("the check %s passed, but was not decided", check)
		}
		if status, ok := open[clientCheck{"", check}]; ok {
			return fmt.Sprintf("the check %s passed, but a finding of it has the status %s", check, status)
		}
	}
	return ""
}

// misfit says what is wrong with a finding by itself.
func misfit(f audit.Finding) string {
	if !audit.IsCheck(string(f.Check)) {
		return fmt.Sprintf("a finding is of the unknown check %q", f.Check)
	}
	switch f.Status {
	case audit.Fail, audit.Unknown, audit.Warn:
		return ""
	default:
		return fmt.Sprintf("a finding of the check %s has the status %q, which is not fail, unknown or warn", f.Check, f.Status)
	}
}

// excused tells whether a waiver accepts the finding: only a failure, never evidence that could not be read.
func excused(f audit.Finding) bool {
	return f.Waived && f.Status == audit.Fail && audit.Waivable(f.Check)
}

func outcomeOf(f audit.Finding) outcome {
	switch {
	case excused(f):
		return waived
	case f.Status == audit.Fail:
		return failed
	case f.Status == audit.Unknown:
		return unknown
	default:
		return warned
	}
}

// said is what the finding says, and what to do about it. Neither is empty: the check says what the finding leaves out.
func said(f audit.Finding) (message, remedy string) {
	return cmp.Or(singleSpaced(f.Message), title(f.Check, outcomeOf(f))+"."), cmp.Or(singleSpaced(f.Remediation), audit.Describe(f.Check).Remedy)
}

// compareFindings is a total order, so that findings come in one order whatever the order in which they were given.
func compareFindings(a, b audit.Finding) int {
	return cmp.Or(
		cmp.Compare(outcomeOf(a), outcomeOf(b)),
		cmp.Compare(slices.Index(checkOrder, a.Check), slices.Index(checkOrder, b.Check)),
		cmp.Compare(a.Subject, b.Subject),
		cmp.Compare(a.ClientName, b.ClientName),
		cmp.Compare(a.ClientID, b.ClientID),
		cmp.Compare(a.Message, b.Message),
		cmp.Compare(a.Remediation, b.Remediation),
	)
}

var checkOrder = audit.Checks()

// issues folds the findings, which are in order. Of a fleet the findings with the same check, subject and remedy are one issue.
func (v Validation) issues(shared map[string]Waiver) []issue {
	type key struct {
		outcome                  outcome
		check                    audit.Check
		subject, message, remedy string
	}
	var list []issue
	at := make(map[key]int)
	for _, f := range v.Findings {
		message, remedy := said(f)
		k := key{outcomeOf(f), f.Check, f.Subject, message, remedy}
		if v.Fleet() {
			k.message = ""
		}
		i, known := at[k]
		if !known {
			i = len(list)
			at[k] = i
			list = append(list, issue{
				Check: f.Check, Outcome: k.outcome, Subject: f.Subject, Message: message, Remedy: remedy, Accepted: v.acceptance(f, shared),
			})
		} else if list[i].Message != message {
			list[i].Message = "" // of each client something else is told
		}
		if client := cmp.Or(f.ClientName, f.ClientID); client != "" {
			list[i].Clients = append(list[i].Clients, client)
		}
	}
	return list
}

// Outcome is the worst that is told of a check; without a finding it passed only if the validation says so.
func (a *assessed) Outcome(check audit.Check) outcome {
	worst := notChecked
	if slices.Contains(a.Client().Passed, check) {
		worst = passed
	}
	for _, i := range a.Issues {
		if i.Check == check {
			worst = min(worst, i.Outcome)
		}
	}
	return worst
}

// Failing are the checks that keep the validation from being compliant.
func (a *assessed) Failing() []audit.Check {
	return slices.DeleteFunc(slices.Clone(checkOrder), func(check audit.Check) bool { return !a.Outcome(check).Open() })
}

// Passed says how many checks passed, or how many clients of a fleet are compliant. It is empty where that is not told.
func (a *assessed) Passed() string {
	switch client := a.Client(); {
	case a.Fleet():
		return fmt.Sprintf("%d of %s compliant", len(a.CompliantClients()), counted(len(a.Clients), "client"))
	case client.Decided != nil:
		return fmt.Sprintf("%d of %s passed", len(client.Passed), counted(a.applying(), "check"))
	default:
		return ""
	}
}

// applying counts the checks that were decided or left open.
func (a *assessed) applying() int {
	n := 0
	for _, check := range checkOrder {
		if o := a.Outcome(check); o != notChecked && (o != warned || slices.Contains(a.Client().Decided, check)) {
			n++
		}
	}
	return n
}

// unexplained tells whether a validation is undetermined without a finding that says why.
func (a *assessed) unexplained() bool {
	return a.Verdict == audit.Undetermined && !slices.ContainsFunc(a.Issues, func(i issue) bool { return i.Outcome == unknown })
}

// What a report says where no check can say it.
const (
	verdictID     = "verdict"
	verdictTitle  = "Validations without a verdict"
	verdictCause  = "Nothing failed, but too little was decided for a verdict, or nothing was evaluated."
	verdictRemedy = "Plan again with the enforcement \"enforce\" or \"warn\", and give the validation something to check."
	nothingGiven  = "No validations were given: nothing was checked."
)

// verdictCounts counts validations by verdict.
type verdictCounts struct{ Noncompliant, Undetermined, Compliant int }

func (c *verdictCounts) add(verdict audit.Verdict) {
	switch verdict {
	case audit.Compliant:
		c.Compliant++
	case audit.Noncompliant:
		c.Noncompliant++
	default:
		c.Undetermined++
	}
}

// Verdict is that of all validations together. Without any there is nothing that could have passed.
func (c verdictCounts) Verdict() audit.Verdict {
	switch {
	case c.Noncompliant > 0:
		return audit.Noncompliant
	case c.Undetermined > 0 || c.Compliant == 0:
		return audit.Undetermined
	default:
		return audit.Compliant
	}
}

// Headline says the most decisive thing about all validations.
func (d *digest) Headline() string {
	verdict, total := d.Counts.Verdict(), len(d.Validations)
	n := map[audit.Verdict]int{
		audit.Noncompliant: d.Counts.Noncompliant, audit.Undetermined: d.Counts.Undetermined, audit.Compliant: d.Counts.Compliant,
	}[verdict]
	switch {
	case total == 0:
		return "Nothing was validated"
	case total == 1:
		return "The validation is " + string(verdict)
	case n == total:
		return fmt.Sprintf("All %d validations are %s", total, verdict)
	case n == 1:
		return fmt.Sprintf("1 of %d validations is %s", total, verdict)
	default:
		return fmt.Sprintf("%d of %d validations are %s", n, total, verdict)
	}
}

// Waived says how many failures are waived. It is empty when none is.
func (d *digest) Waived() string {
	n := 0
	for _, v := range d.Validations {
		for _, f := range v.Findings {
			if excused(f) {
				n++
			}
		}
	}
	switch n {
	case 0:
		return ""
	case 1:
		return "1 failure is waived."
	default:
		return fmt.Sprintf("%d failures are waived.", n)
	}
}

// Origin says when the validations were evaluated and by which provider, as far as it is known.
func (d *digest) Origin() string {
	var parts []string
	if !d.AsOf.IsZero() {
		parts = append(parts, "As of "+d.AsOf.UTC().Format("2006-01-02 15:04 UTC"))
	}
	if d.Version != "" {
		parts = append(parts, "genesysaudit "+d.Version)
	}
	return strings.Join(parts, " · ")
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
