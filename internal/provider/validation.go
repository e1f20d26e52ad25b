package provider

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/serve"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// standing is how far an evaluation got.
type standing int

const (
	// notKnown: the organization, its credentials or the enforcement are known only at apply.
	notKnown standing = iota
	// off: the provider's enforcement is off, and nothing was read.
	off
	// judged: there is a verdict.
	judged
)

// outcome is one evaluation of a validation, ready to be shown. What follows standing is set when it is judged.
type outcome struct {
	standing  standing
	arguments arguments
	audit.Result
	requirement  audit.Requirement
	organization *organization
	enforcement  enforcement
	// enforcementInBlock is true when the provider block, rather than the environment, sets the ceiling.
	enforcementInBlock bool
	explained          *toldOnce
}

// evaluate is the one engine behind every form. Its diagnostics are about what keeps it from judging, never about the verdict.
func (d *providerData) evaluate(ctx context.Context, arguments arguments) (outcome, diag.Diagnostics) {
	return d.evaluateBy(ctx, arguments, (*organization).judge)
}

// open is evaluate for an ephemeral resource.
func (d *providerData) open(ctx context.Context, arguments arguments) (outcome, diag.Diagnostics) {
	return d.evaluateBy(ctx, arguments, (*organization).judgeOpened)
}

// confirm is evaluate in Create and Update, for which ModifyPlan has just evaluated the same.
func (d *providerData) confirm(ctx context.Context, arguments arguments) (outcome, diag.Diagnostics) {
	return d.evaluateBy(ctx, arguments, (*organization).confirm)
}

func (d *providerData) evaluateBy(ctx context.Context, arguments arguments,
	judge func(*organization, context.Context, audit.Requirement, time.Time) (audit.Result, error),
) (outcome, diag.Diagnostics) {
	if d.enforcement == enforcementOff {
		return outcome{standing: off, arguments: arguments}, nil
	}
	requirement, diags := arguments.requirement()
	if diags.HasError() {
		return outcome{}, diags
	}
	org, ok, orgDiags := d.organization(arguments.organization())
	diags.Append(d.explained.passOn(arguments, orgDiags)...)
	if !ok || d.enforcementUnknown || arguments.text("enforcement").IsUnknown() {
		return outcome{arguments: arguments}, diags
	}
	result, err := judge(org, ctx, requirement, d.now())
	if err != nil {
		return outcome{arguments: arguments}, append(diags, d.explained.passOn(arguments, diag.Diagnostics{org.judgeError(err)})...)
	}
	diags.Append(d.sameOrganization(org)...)
	return outcome{
		standing:           judged,
		arguments:          arguments,
		Result:             result,
		requirement:        requirement,
		organization:       org,
		enforcement:        arguments.enforcement().under(d.enforcement),
		enforcementInBlock: d.enforcementInBlock,
		explained:          &d.explained,
	}, diags
}

// client is the one client that was audited; zero when it was not found, and in a validation of many.
func (o outcome) client() audit.AuditedClient {
	if len(o.Clients) == 0 || o.arguments.isFleet() {
		return audit.AuditedClient{}
	}
	return o.Clients[0]
}

// settled tells whether there is a verdict and nothing left that only apply can know.
func (o outcome) settled() bool {
	return o.standing == judged && o.Verdict != audit.Deferred && len(o.requirement.Deferred) == 0
}

// stays tells whether the plan can show the verdict. Terraform requires at apply each value that was planned, so the verdict must not change until
// then. That holds if the configuration itself enforces it, since any other verdict is then an error at apply. An enforcement that the environment
// sets, or could set, may be lower at apply.
func (o outcome) stays() bool {
	return o.settled() && o.enforcement == enforce && o.enforcementInBlock
}

// decision is the verdict as attributes, without the results that it rests on.
func (o outcome) decision() (compliant types.Bool, verdict types.String) {
	if o.standing != judged {
		return types.BoolValue(false), types.StringValue(string(audit.Undetermined))
	}
	return types.BoolValue(o.Verdict == audit.Compliant), types.StringValue(string(o.Verdict))
}

// results are the outcome as attributes. All of them are known.
func (o outcome) results() results {
	switch o.standing {
	case off:
		return unjudged(unjudgedReason, enableEnforcement)
	case notKnown:
		return unjudged(unreadableYet, readLater)
	case judged:
	}
	findings := make([]attr.Value, len(o.Findings))
	for i, finding := range o.Findings {
		findings[i] = findingValue(finding)
	}
	clients := make([]attr.Value, len(o.Clients))
	for i, client := range o.Clients {
		clients[i] = types.ObjectValueMust(auditedClientType.AttrTypes, map[string]attr.Value{
			"id":             types.StringValue(client.ID),
			"name":           textOrNull(client.Name),
			"grant_type":     textOrNull(client.GrantType),
			"verdict":        types.StringValue(string(client.Verdict)),
			"scopes":         textListOrNull(client.Scopes),
			"roles":          textListOrNull(client.Roles),
			"decided_checks": o.checksOf(client.Decided),
			"passed_checks":  o.checksOf(client.Passed),
		})
	}
	client := o.client().ID
	if o.arguments.isFleet() {
		client = everyClient
	}
	compliant, verdict := o.decision()
	return results{
		id:        types.StringValue(orDash(o.Organization.ID) + "/" + orDash(client)),
		compliant: compliant,
		verdict:   verdict,
		findings:  types.ListValueMust(findingType, findings),
		audited: types.ObjectValueMust(auditedType.AttrTypes, map[string]attr.Value{
			"organization_id":   textOrNull(o.Organization.ID),
			"organization_name": textOrNull(o.Organization.Name),
			"region":            textOrNull(o.Region),
			"api_host":          textOrNull(o.organization.apiHost()),
			"clients":           types.ListValueMust(auditedClientType, clients),
		}),
		client: textOrNull(client),
	}
}

func findingValue(finding audit.Finding) attr.Value {
	return types.ObjectValueMust(findingType.AttrTypes, map[string]attr.Value{
		"check":       types.StringValue(string(finding.Check)),
		"status":      types.StringValue(string(finding.Status)),
		"subject":     types.StringValue(finding.Subject),
		"message":     types.StringValue(finding.Message),
		"remediation": types.StringValue(finding.Remediation),
		"waived":      types.BoolValue(finding.Waived),
		"client_id":   textOrNull(finding.ClientID),
		"client_name": textOrNull(finding.ClientName),
	})
}

// checksOf are the checks of a client; null in a validation of many, which keeps only the verdict of each.
func (o outcome) checksOf(checks []audit.Check) types.List {
	if o.arguments.isFleet() {
		return types.ListNull(types.StringType)
	}
	return textList(checkIDs(checks))
}

func checkIDs(checks []audit.Check) []string {
	ids := make([]string, len(checks))
	for i, check := range checks {
		ids[i] = string(check)
	}
	return ids
}

// orDash stands for an id that is not known.
func orDash(id string) string {
	if id == "" {
		return noClient
	}
	return id
}

// results are the attributes that the forms of the validation share beside the arguments.
type results struct {
	id        types.String // the ephemeral resource has none
	compliant types.Bool
	verdict   types.String
	findings  types.List
	audited   types.Object
	client    types.String // id of the audited client, null when it was not found, everyClient for many; no attribute of its own
}

// unknownResults are the results that are known only after apply.
func unknownResults() results {
	return results{
		id:        types.StringUnknown(),
		compliant: types.BoolUnknown(),
		verdict:   types.StringUnknown(),
		findings:  types.ListUnknown(findingType),
		audited:   types.ObjectUnknown(auditedType.AttrTypes),
	}
}

// unjudged are the results of a validation that was not evaluated, for the reason given. They are never a pass.
func unjudged(reason, remediation string) results {
	return results{
		id:        types.StringValue(noClient + "/" + noClient),
		compliant: types.BoolValue(false),
		verdict:   types.StringValue(string(audit.Undetermined)),
		findings: types.ListValueMust(findingType, []attr.Value{findingValue(audit.Finding{
			Check: audit.CheckClient, Status: audit.Unknown, Message: reason, Remediation: remediation,
		})}),
		audited: types.ObjectNull(auditedType.AttrTypes),
	}
}

// validation is a validation as a plan or a state has it.
type validation struct {
	arguments arguments
	results
}

// attributes are the attributes of a resource or a data source.
func (v validation) attributes() map[string]attr.Value {
	attributes := v.ephemeral()
	attributes["id"] = v.id
	return attributes
}

// ephemeral are the attributes of an ephemeral resource.
func (v validation) ephemeral() map[string]attr.Value {
	attributes := maps.Clone(map[string]attr.Value(v.arguments))
	attributes["compliant"] = v.compliant
	attributes["verdict"] = v.verdict
	attributes["findings"] = v.findings
	attributes["audited"] = v.audited
	return attributes
}

// attributesOf reads a whole configuration, plan or state: its attributes by name.
func attributesOf(ctx context.Context, from interface {
	Get(context.Context, any) diag.Diagnostics
}) (map[string]attr.Value, diag.Diagnostics) {
	var object types.Object
	diags := from.Get(ctx, &object)
	return object.Attributes(), diags
}

// write sets a whole plan, state or result, its large results around the framework where they can go.
func write(ctx context.Context, to interface {
	Set(context.Context, any) diag.Diagnostics
}, attributes map[string]attr.Value) diag.Diagnostics {
	var diags diag.Diagnostics
	attributeTypes, written := make(map[string]attr.Type, len(attributes)), maps.Clone(attributes)
	for name, value := range attributes {
		attributeTypes[name] = value.Type(ctx)
		if !slices.Contains(serve.KeptResults, name) || value.IsUnknown() {
			continue
		}
		encoded, err := encode(value)
		if err != nil {
			diags.AddError("A result cannot be encoded", fmt.Sprintf("%s: %v. This is a bug in the provider: report it to its maintainers.", name, err))
		} else if serve.SetLargeResult(ctx, name, encoded) {
			written[name] = nullOf(value)
		}
	}
	if diags.HasError() {
		return diags
	}
	object, diags := types.ObjectValue(attributeTypes, written)
	if diags.HasError() {
		return diags
	}
	return append(diags, to.Set(ctx, object)...)
}

// nullOf is null in place of a large result.
func nullOf(value attr.Value) attr.Value {
	if _, isObject := value.(types.Object); isObject {
		return types.ObjectNull(auditedType.AttrTypes)
	}
	return types.ListNull(findingType)
}

func textOrNull(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}

// textSetOrNull is null for a nil slice (not known) and a set, possibly empty, for any other.
func textSetOrNull(texts []string) types.List {
	if texts == nil {
		return types.ListNull(types.StringType)
	}
	return textSet(texts)
}

// textSet holds the texts sorted, each once. It is a list, as every set here: serve.Server says why.
func textSet(texts []string) types.List { return textList(text.Sorted(texts)) }

func textList(texts []string) types.List {
	return types.ListValueMust(types.StringType, textElements(texts))
}

// textListOrNull is null for a nil slice (not known) and a list, possibly empty, for any other.
func textListOrNull(texts []string) types.List {
	if texts == nil {
		return types.ListNull(types.StringType)
	}
	return textList(texts)
}

func textElements(texts []string) []attr.Value {
	elements := make([]attr.Value, len(texts))
	for i, text := range texts {
		elements[i] = types.StringValue(text)
	}
	return elements
}

// apiHost is the host of the API that is asked, empty while it is not known.
func (o *organization) apiHost() string {
	address := o.settings.hostURL(o.settings.apiURL, genesyscloud.Region.APIURL)
	if address == nil {
		return ""
	}
	return address.Host
}
