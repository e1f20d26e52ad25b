package provider

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

// This file is the one place where an outcome becomes a diagnostic.

const (
	// mostOfCheck is how many findings of a check a diagnostic shows before it only counts the rest.
	mostOfCheck = 10
	// mostLines is how many lines the findings of a diagnostic may take. With the headline, the lines that Terraform adds and the last lines
	// of the detail, a diagnostic has at most a hundred.
	mostLines = 80
	// mostLinesOfFinding keeps an answer of the platform that is very long from filling the diagnostic.
	mostLinesOfFinding = 16

	unreadableYet     = "The organization cannot be read yet: the provider's configuration for it is known only at apply."
	readLater         = "Read it when the configuration is known: add depends_on."
	unjudgedReason    = "Nothing was evaluated: the provider's enforcement is off."
	enableEnforcement = `Set enforcement to "enforce" or "warn" in the provider block, or set ` + envEnforcement + " if the block does not set it."
)

// notEvaluated is the warning of a validation under enforcement off.
func notEvaluated(arguments arguments) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Access validation is off",
		wrap(fmt.Sprintf("%s: the provider's enforcement is off, so nothing was read and there is no verdict. %s",
			capitalized(arguments.notAudited()), enableEnforcement)))
}

// diagnostics are what the outcome has to say at plan: an error for a verdict that fails the plan, a warning for one that only warns
// and for findings worth knowing, nothing otherwise.
func (o outcome) diagnostics() diag.Diagnostics {
	switch o.standing {
	case off:
		return diag.Diagnostics{notEvaluated(o.arguments)}
	case notKnown:
		return nil
	case judged:
	}
	switch {
	case o.refused():
		return diag.Diagnostics{o.violation()}
	case slices.ContainsFunc(o.Findings, isWarning):
		return diag.Diagnostics{diag.NewWarningDiagnostic(o.headline(), o.detail())}
	default:
		return nil
	}
}

// refused tells whether the verdict fails the plan, unless the validation only warns.
func (o outcome) refused() bool {
	return o.Verdict == audit.Noncompliant || o.Verdict == audit.Undetermined
}

func (o outcome) violation() diag.Diagnostic {
	severity := diag.SeverityError
	if o.enforcement != enforce {
		severity = diag.SeverityWarning
	}
	trouble := o.trouble()
	if trouble == nil {
		return o.at(newDiagnostic(severity, o.headline(), o.detail()))
	}
	if !o.explained.first(o.organization.label() + " " + trouble.Subject + " " + trouble.Remediation) {
		return referral(severity, o.organizationLabel(), o.arguments)
	}
	what := trouble.Subject
	if what == "POST /oauth/token" {
		what = "sign-in"
	}
	return newDiagnostic(severity, fmt.Sprintf("%s: %s failed", o.organizationLabel(), what),
		wrap(spaced(trouble.Message, trouble.Trace), trouble.Remediation, o.place()))
}

// trouble is the finding of an organization that cannot be read at all, for a single reason.
func (o outcome) trouble() *audit.Finding {
	decisive := o.decisive()
	if o.Verdict != audit.Undetermined || len(decisive) == 0 || decisive[0].Check != audit.CheckClient || decisive[0].Subject == "" {
		return nil
	}
	first := decisive[0]
	if slices.ContainsFunc(decisive, func(f audit.Finding) bool { return f.Subject != first.Subject }) {
		return nil
	}
	return &first
}

// toldOnce remembers which errors this process has shown in full. An error of one organization concerns all of its validations.
type toldOnce struct {
	mu   sync.Mutex
	seen map[string]bool
}

// first tells whether something is told for the first time.
func (t *toldOnce) first(what string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.seen[what] {
		return false
	}
	if t.seen == nil {
		t.seen = make(map[string]bool)
	}
	t.seen[what] = true
	return true
}

// passOn passes on the errors of an organization that cannot be used, and refers to them where they were told before. Errors at an argument of
// the validation are its own.
func (t *toldOnce) passOn(arguments arguments, diags diag.Diagnostics) diag.Diagnostics {
	var told diag.Diagnostics
	for _, d := range diags {
		if _, own := d.(diag.DiagnosticWithPath); own || d.Severity() != diag.SeverityError || t.first(d.Summary()+" "+d.Detail()) {
			told = append(told, d)
		}
	}
	if diags.HasError() && !told.HasError() {
		told = append(told, referral(diag.SeverityError, labelOf(arguments.organization().ValueString()), arguments))
	}
	return told
}

// referral is the one line of a validation that could not be judged for a reason that another diagnostic tells in full. Its path is empty, so that
// the CLI shows neither an address nor a line of source with it: hundreds of them would hide the full error.
func referral(severity diag.Severity, organization string, arguments arguments) diag.Diagnostic {
	return diag.WithPath(path.Empty(), newDiagnostic(severity,
		fmt.Sprintf("%s: %s, as another diagnostic explains", organization, arguments.notAudited()), ""))
}

func newDiagnostic(severity diag.Severity, summary, detail string) diag.Diagnostic {
	summary = shortSummary(summary)
	if severity == diag.SeverityWarning {
		return diag.NewWarningDiagnostic(summary, detail)
	}
	return diag.NewErrorDiagnostic(summary, detail)
}

// at points the diagnostic at the argument that all decisive findings blame, if they blame just one.
func (o outcome) at(d diag.Diagnostic) diag.Diagnostic {
	var blamed audit.Argument
	for i, finding := range o.decisive() {
		if i > 0 && finding.Argument != blamed {
			return d
		}
		blamed = finding.Argument
	}
	if blamed == "" {
		return d
	}
	return o.arguments.at(string(blamed), d)
}

// decisive are the findings that the verdict rests on.
func (o outcome) decisive() []audit.Finding {
	return slices.DeleteFunc(slices.Clone(o.Findings), func(f audit.Finding) bool { return f.Waived || isWarning(f) })
}

func isWarning(f audit.Finding) bool { return f.Status == audit.Warn }

// headline says what is wrong. The organization comes first, since it differs between the validations of a configuration.
func (o outcome) headline() string {
	return shortSummary(o.organizationLabel() + ": " + o.cause())
}

func (o outcome) cause() string {
	if o.arguments.isFleet() {
		return o.fleetCause()
	}
	client := o.clientLabel()
	if o.requirement.Planned != nil {
		if cause := o.plannedCause(client); cause != "" {
			return cause
		}
	}
	switch o.Verdict {
	case audit.Noncompliant:
		if missing := o.missingClient(); missing != "" {
			return missing
		}
		if blocked := o.blockedEndpoints(); len(blocked) > 0 {
			return fmt.Sprintf("%s cannot call %s", client, endpointList(blocked))
		}
		return client + " does not meet the requirements"
	case audit.Undetermined:
		if len(o.Decided) > 0 {
			return client + " could not be audited completely"
		}
		return client + " could not be audited"
	case audit.Compliant, audit.Deferred:
	}
	return client + " passes, with a warning"
}

// plannedCause is what would be wrong after the planned change. It is empty if the change makes no difference.
func (o outcome) plannedCause(client string) string {
	switch {
	case o.Verdict == audit.Undetermined || o.missingClient() != "":
		return ""
	case o.Verdict != audit.Noncompliant:
		return client + " would pass after the planned change, with a warning"
	}
	if blocked := o.blockedEndpoints(); len(blocked) > 0 {
		return fmt.Sprintf("%s would be unable to call %s after the planned change", client, endpointList(blocked))
	}
	return client + " would not meet the requirements after the planned change"
}

// missingClient says that the client was not found, if it was not.
func (o outcome) missingClient() string {
	i := slices.IndexFunc(o.Findings, func(f audit.Finding) bool { return f.Check == audit.CheckClient && f.Status == audit.Fail })
	switch {
	case i < 0:
		return ""
	case o.Findings[i].Ambiguous:
		return fmt.Sprintf("several OAuth clients are named %q", o.Findings[i].Subject)
	case o.Findings[i].Subject == o.requirement.ClientName:
		return fmt.Sprintf("there is no OAuth client %q", o.Findings[i].Subject)
	default:
		return "there is no OAuth client with the id " + o.Findings[i].Subject
	}
}

// clientLabel is the client as it stands in the middle of a sentence.
func (o outcome) clientLabel() string {
	if name := o.client().Name; name != "" {
		return fmt.Sprintf("%q", name)
	}
	return o.arguments.clientLabel()
}

func (a arguments) clientLabel() string {
	name, id := a.text("client_name"), a.text("client_id")
	switch {
	case name.IsUnknown() || id.IsUnknown():
		return "an OAuth client that is known only at apply"
	case name.ValueString() != "":
		return fmt.Sprintf("%q", name.ValueString())
	case id.ValueString() != "":
		return "OAuth client " + id.ValueString()
	case a.plannedName() != "":
		return fmt.Sprintf("%q", a.plannedName())
	default:
		return "the provider's own OAuth client"
	}
}

// notAudited says that nothing was audited, in the middle of a sentence.
func (a arguments) notAudited() string {
	if a.isFleet() {
		return "the OAuth clients were not audited"
	}
	return a.clientLabel() + " was not audited"
}

func (o outcome) organizationLabel() string {
	return cmp.Or(o.Organization.Name, labelOf(o.arguments.organization().ValueString()))
}

// labelOf begins a headline as long as the organization's own name is not known.
func labelOf(key string) string {
	if key == "" {
		return "Default organization"
	}
	return fmt.Sprintf("Organization %q", key)
}

// blockedEndpoints are the endpoints that cannot be called because of the failures, in the order in which they were demanded.
func (o outcome) blockedEndpoints() []string {
	failing := make(map[string]bool)
	for _, finding := range o.decisive() {
		if finding.Status == audit.Fail {
			for _, endpoint := range finding.Endpoints {
				failing[endpoint] = true
			}
		}
	}
	var blocked []string
	for _, endpoint := range o.requirement.Endpoints {
		if failing[endpoint.Written] {
			blocked = append(blocked, endpoint.Written)
		}
	}
	return blocked
}

func endpointList(endpoints []string) string {
	switch len(endpoints) {
	case 1:
		return endpoints[0]
	case 2:
		return endpoints[0] + " and " + endpoints[1]
	default:
		return fmt.Sprintf("%s and %d more endpoints", endpoints[0], len(endpoints)-1)
	}
}

// detail says how many checks failed, lists each finding with its remedy, and names the organization and the client.
func (o outcome) detail() string {
	parts := []string{wrapAt(textWidth, o.tally())}
	if o.arguments.isFleet() {
		parts = append(parts, o.fleetTally())
	}
	parts = append(parts, o.findingTables()...)
	parts = append(parts, o.footer())
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), "\n\n")
}

func (o outcome) tally() string {
	undecided := make(map[audit.Check]bool)
	waived := make(map[audit.Check]bool)
	for _, finding := range o.Findings {
		switch {
		case finding.Status == audit.Unknown:
			undecided[finding.Check] = true
		case finding.Waived && !slices.Contains(o.Failed, finding.Check):
			waived[finding.Check] = true
		}
	}
	for _, check := range o.Decided {
		delete(undecided, check)
	}
	total := len(o.Decided) + len(undecided)
	noun := "checks"
	if total == 1 {
		noun = "check"
	}
	var text string
	switch unknown := len(undecided); {
	case o.Verdict == audit.Undetermined:
		text = fmt.Sprintf("%d of %d %s could not be decided.", max(unknown, 1), max(total, 1), noun)
	case o.Verdict != audit.Noncompliant && len(waived) > 0:
		text = fmt.Sprintf("%d of %d %s passed, %d waived.", total-len(waived), total, noun, len(waived))
	case o.Verdict != audit.Noncompliant:
		text = fmt.Sprintf("%d of %d %s passed.", total, total, noun)
	case unknown > 0:
		text = fmt.Sprintf("%d of %d %s failed, %d could not be decided.", len(o.Failed), total, noun, unknown)
	default:
		text = fmt.Sprintf("%d of %d %s failed.", len(o.Failed), total, noun)
	}
	if !o.settled() {
		text += " The rest is decided at apply, when all values are known."
	}
	return text
}

// findingTables are the failures, then what could not be decided, then, apart, what is only worth knowing. Where there is no room for as many
// findings of each check, there are fewer of each, so that no check that failed goes unnamed.
func (o outcome) findingTables() []string {
	entries := o.entries()
	for most := mostOfCheck; ; most-- {
		if tables, fit := tablesOf(entries, most); fit || most == 1 {
			return tables
		}
	}
}

// tablesOf shows at most so many findings of a check, and tells whether there is room for them.
func tablesOf(entries []displayed, most int) (tables []string, fit bool) {
	width := 0
	for _, finding := range entries {
		width = max(width, len(finding.Check)+columnGap)
	}
	room := mostLines
	fit = true
	for _, part := range []struct {
		heading string
		holds   func(displayed) bool
	}{
		{"", func(e displayed) bool { return e.Status == audit.Fail && !e.Waived }},
		{"Not decided:", func(e displayed) bool { return e.Status == audit.Unknown }},
		{"Worth knowing:", func(e displayed) bool { return e.Waived || isWarning(e.Finding) }},
	} {
		ofPart := slices.DeleteFunc(slices.Clone(entries), func(e displayed) bool { return !part.holds(e) })
		if len(ofPart) == 0 {
			continue
		}
		lines, all := findingLines(ofPart, width, most, &room)
		fit = fit && all
		if part.heading != "" && len(tables) > 0 {
			lines = append([]string{part.heading}, lines...)
		}
		tables = append(tables, strings.Join(lines, "\n"))
	}
	return tables, fit
}

// findingLines are findings in two columns, the check and the text, for as long as there is room.
func findingLines(findings []displayed, width, most int, room *int) (lines []string, fit bool) {
	shown := 0
	for len(findings) > 0 {
		ofCheck := slices.IndexFunc(findings, func(e displayed) bool { return e.Check != findings[0].Check })
		if ofCheck < 0 {
			ofCheck = len(findings)
		}
		label := string(findings[0].Check)
		for i, finding := range findings[:ofCheck] {
			if i == most {
				lines = append(lines, moreLine("", width, ofCheck-i))
				*room--
				break
			}
			block := findingBlock(finding, label, width)
			if shown > 0 && len(block) > *room {
				return append(lines, moreLine("", width, len(findings)-i)), false
			}
			lines = append(lines, block...)
			*room -= len(block)
			label = ""
			shown++
		}
		findings = findings[ofCheck:]
	}
	return lines, true
}

func moreLine(label string, width, count int) string {
	return fmt.Sprintf("%-*sand %d more: `findings` and the reports list all of them.", width, label, count)
}

// findingBlock is one finding, beside the check: its message, its clients in a validation of many, and its remedy. The name of the check stands
// beside its first finding only.
func findingBlock(finding displayed, label string, width int) []string {
	text := spaced(finding.Message, finding.Trace)
	if finding.Waived {
		text += " Waived: " + strings.TrimRight(finding.Waiver, ".") + "."
	}
	var block []string
	for _, paragraph := range []string{text, finding.clientsLine(), finding.Remediation} {
		if paragraph == "" {
			continue
		}
		wrapped := strings.Split(wrapAt(textWidth-width, paragraph), "\n")
		if len(wrapped) > mostLinesOfFinding {
			wrapped = append(wrapped[:mostLinesOfFinding-1], "...")
		}
		for _, line := range wrapped {
			block = append(block, strings.TrimRight(fmt.Sprintf("%-*s%s", width, label, line), " "))
			label = ""
		}
	}
	return block
}

// footer names the organization, the client and the host, and says how to continue despite the failure.
func (o outcome) footer() string {
	var lines []string
	if !o.arguments.namesClient() && o.Verdict != audit.Compliant {
		lines = append(lines, "The client is the provider's own. Set client_id or client_name to audit another one.")
	}
	lines = append(lines, o.place())
	if o.enforcement == enforce && o.refused() {
		way := envEnforcement + "=warn"
		if o.enforcementInBlock {
			way = `enforcement = "warn" in the provider block`
		}
		lines = append(lines, "To continue anyway, set "+way+".")
	}
	for i, line := range lines {
		lines[i] = wrapAt(textWidth, line)
	}
	return strings.Join(slices.DeleteFunc(lines, func(line string) bool { return line == "" }), "\n")
}

// place is the organization, the region, the client and the host, as far as they are known.
func (o outcome) place() string {
	var places []string
	place := func(kind, value string) {
		if value != "" {
			places = append(places, kind+value)
		}
	}
	place("organization ", o.Organization.ID)
	place("region ", o.Region)
	if !o.arguments.isFleet() {
		place("client ", o.client().ID)
	}
	host := o.organization.apiHost()
	switch {
	case host == "" && len(places) == 0:
		return ""
	case len(places) == 0:
		return "API host " + host + "."
	}
	place("", host)
	return capitalized(strings.Join(places, ", ")) + "."
}
