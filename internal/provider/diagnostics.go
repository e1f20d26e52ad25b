package provider

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/mitchellh/go-wordwrap"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

// This file is the one place where a verdict or an error becomes a diagnostic.

const (
	// textWidth is the width of a detail: an 80-column terminal less the rule that Terraform draws, and some air.
	textWidth = 76
	// columnGap stands between the check ids and the text beside them.
	columnGap = 3

	unreadableYet     = "The organization cannot be read yet: the provider's configuration for it is known only at apply."
	readLater         = "Read it when the configuration is known: add depends_on."
	unjudgedReason    = "Nothing was evaluated: the provider's enforcement is off."
	enableEnforcement = `Set enforcement to "enforce" or "warn" in the provider block, or in ` + envEnforcement + " where the block does not set it."
)

// notEvaluated is the warning of a validation under enforcement off.
func notEvaluated(arguments validationArguments) diag.Diagnostic {
	client := "The provider's own client"
	if name := arguments.clientLabel(); name != "" {
		client = name
	}
	return diag.NewWarningDiagnostic("Access validation is off",
		wrap(fmt.Sprintf("%s was not audited: the provider's enforcement is off, so nothing is read and nothing passes. %s", client, enableEnforcement)))
}

// diagnostics are what the outcome has to say at plan: an error for a verdict that fails the plan, a warning for one that only warns
// and for findings worth knowing, nothing otherwise.
func (o outcome) diagnostics() diag.Diagnostics {
	switch {
	case o.Verdict == audit.Noncompliant || o.Verdict == audit.Undetermined:
		if o.enforcement == enforce {
			return diag.Diagnostics{o.at(diag.NewErrorDiagnostic(o.summary(), o.detail()))}
		}
		return diag.Diagnostics{o.at(diag.NewWarningDiagnostic(o.summary(), o.detail()))}
	case slices.ContainsFunc(o.Findings, func(f audit.Finding) bool { return f.Status == audit.Warn }):
		return diag.Diagnostics{diag.NewWarningDiagnostic(o.summary(), o.detail())}
	default:
		return nil
	}
}

// deferred tells whether part of the verdict has to wait for apply.
func (o outcome) deferred() bool {
	return o.Verdict == audit.Deferred || len(o.requirement.Deferred) > 0
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
	if blamed == "" || (blamed == audit.ArgEndpoints && o.arguments.Endpoints.IsNull()) {
		return d
	}
	return diag.WithPath(path.Root(string(blamed)), d)
}

// decisive are the findings that the verdict rests on.
func (o outcome) decisive() []audit.Finding {
	return slices.DeleteFunc(slices.Clone(o.Findings), func(f audit.Finding) bool { return f.Waived || f.Status == audit.Warn })
}

func (o outcome) summary() string {
	client, where := o.clientLabel(), o.organizationLabel()
	switch o.Verdict {
	case audit.Noncompliant:
		if blocked := o.blockedEndpoints(); len(blocked) > 0 {
			return fmt.Sprintf("%s cannot call %s in %s", client, endpointList(blocked), where)
		}
		return fmt.Sprintf("%s does not meet its requirements in %s", client, where)
	case audit.Undetermined:
		return fmt.Sprintf("%s could not be audited in %s", client, where)
	default:
		return fmt.Sprintf("%s passes in %s, with a warning", client, where)
	}
}

func (o outcome) clientLabel() string {
	if name := o.client().Name; name != "" {
		return fmt.Sprintf("%q", name)
	}
	if label := o.arguments.clientLabel(); label != "" {
		return label
	}
	return "The provider's own client"
}

func (a validationArguments) clientLabel() string {
	switch {
	case a.ClientName.IsUnknown() || a.ClientID.IsUnknown():
		return "A client that is known only at apply"
	case a.ClientName.ValueString() != "":
		return fmt.Sprintf("%q", a.ClientName.ValueString())
	case a.ClientID.ValueString() != "":
		return "Client " + a.ClientID.ValueString()
	default:
		return ""
	}
}

func (o outcome) organizationLabel() string {
	if o.Result.Organization.Name != "" {
		return o.Result.Organization.Name
	}
	return o.organization.label()
}

// blockedEndpoints are the endpoints that cannot be called because of the failures, in the order in which they were demanded.
func (o outcome) blockedEndpoints() []string {
	var blocked []string
	for _, endpoint := range o.requirement.Endpoints {
		if slices.ContainsFunc(o.decisive(), func(f audit.Finding) bool {
			return f.Status == audit.Fail && slices.Contains(f.Endpoints, endpoint.Written)
		}) {
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

// detail is the whole story: how many checks failed, each finding with its remedy, and where all this is.
func (o outcome) detail() string {
	return strings.Join([]string{wrapAt(textWidth, o.tally()), o.findingTable(), wrapAt(textWidth, o.footer())}, "\n\n")
}

func (o outcome) tally() string {
	undecided := make(map[audit.Check]bool)
	for _, finding := range o.Findings {
		if finding.Status == audit.Unknown {
			undecided[finding.Check] = true
		}
	}
	for _, check := range o.Decided {
		delete(undecided, check)
	}
	waived := make(map[audit.Check]bool)
	for _, finding := range o.Findings {
		if finding.Waived && !slices.Contains(o.Failed, finding.Check) {
			waived[finding.Check] = true
		}
	}
	total := len(o.Decided) + len(undecided)
	noun := "checks"
	if total == 1 {
		noun = "check"
	}
	var text string
	switch unknown := len(undecided); {
	case o.Verdict == audit.Undetermined:
		text = fmt.Sprintf("%d of %d %s could not be decided. What is not decided never passes.", max(unknown, 1), total, noun)
	case o.Verdict != audit.Noncompliant && len(waived) > 0:
		text = fmt.Sprintf("%d of %d %s passed, %d waived.", total-len(waived), total, noun, len(waived))
	case o.Verdict != audit.Noncompliant:
		text = fmt.Sprintf("%d of %d %s passed.", total, total, noun)
	case unknown > 0:
		text = fmt.Sprintf("%d of %d %s failed, %d could not be decided.", len(o.Failed), total, noun, unknown)
	default:
		text = fmt.Sprintf("%d of %d %s failed.", len(o.Failed), total, noun)
	}
	if o.deferred() {
		text += " What is not known yet is decided at apply."
	}
	return text
}

func (o outcome) findingTable() string {
	width := 0
	for _, finding := range o.Findings {
		width = max(width, len(finding.Check)+columnGap)
	}
	var lines []string
	for _, finding := range o.Findings {
		text := spaced(finding.Message, finding.Trace)
		if finding.Waived {
			text += " Waived: " + strings.TrimRight(finding.Waiver, ".") + "."
		}
		label := string(finding.Check)
		for _, paragraph := range []string{text, finding.Remediation} {
			if paragraph == "" {
				continue
			}
			for line := range strings.SplitSeq(wrapAt(textWidth-width, paragraph), "\n") {
				lines = append(lines, strings.TrimRight(fmt.Sprintf("%-*s%s", width, label, line), " "))
				label = ""
			}
		}
	}
	return strings.Join(lines, "\n")
}

func (o outcome) footer() string {
	var places []string
	place := func(kind, value string) {
		if value != "" {
			places = append(places, kind+" "+value)
		}
	}
	place("organization", o.Result.Organization.ID)
	place("region", o.Region)
	place("client", o.client().ID)
	text := ""
	if len(places) > 0 {
		text = sentence(strings.Join(places, ", "))
	}
	if o.arguments.ClientID.IsNull() && o.arguments.ClientName.IsNull() && o.Verdict != audit.Compliant {
		text += " The client is the one that the provider itself signs in as: client_id or client_name would name another."
	}
	if o.enforcement == enforce && (o.Verdict == audit.Noncompliant || o.Verdict == audit.Undetermined) {
		escape := envEnforcement + "=warn"
		if o.enforcementInBlock {
			escape = `enforcement = "warn" in the provider block`
		}
		text += " To destroy while this fails: -refresh=false, or " + escape + "."
	}
	return strings.TrimSpace(text)
}

// readError is the diagnostic of a data source that could not read what it shows.
func readError(action string, o *organization, err error) diag.Diagnostic {
	gap := gapOf(err)
	return diag.NewErrorDiagnostic(fmt.Sprintf("Cannot %s of %s", action, o.label()), wrap(spaced(sentence(gap.Reason), gap.Trace), gap.Remediation))
}

// blockError is what a data source says of a block that could not be read: a warning when the auditor lacks the permission for it, and
// the block stays null; an error when anything else went wrong.
func blockError(what string, o *organization, err error) diag.Diagnostic {
	gap := gapOf(err)
	if gap.Permission == "" {
		return readError("read the "+what, o, err)
	}
	return diag.NewWarningDiagnostic(fmt.Sprintf("The %s of %s could not be read", what, o.label()), wrap(spaced(sentence(gap.Reason), gap.Trace), gap.Remediation))
}

// spaced is a text with more text after it, if there is more.
func spaced(text, more string) string { return strings.TrimRight(text+" "+more, " ") }

// wrap breaks paragraphs into lines and sets them apart.
func wrap(paragraphs ...string) string {
	for i, paragraph := range paragraphs {
		paragraphs[i] = wrapAt(textWidth, paragraph)
	}
	return strings.Join(paragraphs, "\n\n")
}

var quotedName = regexp.MustCompile(`"[^"\n]*"`)

// wrapAt breaks a text into lines of at most width columns, but never inside a quoted name: names are searched for as they are.
func wrapAt(width int, text string) string {
	const space, hardSpace = " ", "\u00a0"
	text = quotedName.ReplaceAllStringFunc(text, func(name string) string { return strings.ReplaceAll(name, space, hardSpace) })
	return strings.ReplaceAll(wordwrap.WrapString(text, uint(width)), hardSpace, space)
}
