package provider

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// defaultEndpoints are what a validation without `endpoints` demands.
var defaultEndpoints = []string{"GET /api/v2/analytics/events"}

// validationArguments are the arguments that the forms of the validation share.
type validationArguments struct {
	Organization            types.String `tfsdk:"organization"`
	ClientID                types.String `tfsdk:"client_id"`
	ClientName              types.String `tfsdk:"client_name"`
	UserID                  types.String `tfsdk:"user_id"`
	Endpoints               types.Set    `tfsdk:"endpoints"`
	RequiredScopes          types.Set    `tfsdk:"required_scopes"`
	RequiredRoles           types.Set    `tfsdk:"required_roles"`
	RequiredPermissions     types.Set    `tfsdk:"required_permissions"`
	Divisions               types.Set    `tfsdk:"divisions"`
	AllowedScopes           types.Set    `tfsdk:"allowed_scopes"`
	AllowedRoles            types.Set    `tfsdk:"allowed_roles"`
	ForbiddenScopes         types.Set    `tfsdk:"forbidden_scopes"`
	ForbiddenRoles          types.Set    `tfsdk:"forbidden_roles"`
	ForbiddenPermissions    types.Set    `tfsdk:"forbidden_permissions"`
	AllowedGrantTypes       types.Set    `tfsdk:"allowed_grant_types"`
	MaxTokenValiditySeconds types.Int64  `tfsdk:"max_token_validity_seconds"`
	ApplicationRegion       types.String `tfsdk:"application_region"`
	AllowCrossRegion        types.Bool   `tfsdk:"allow_cross_region"`
	AllowedRegions          types.Set    `tfsdk:"allowed_regions"`
	EgressAddresses         types.Set    `tfsdk:"egress_addresses"`
	AcceptConditionalGrants types.Bool   `tfsdk:"accept_conditional_grants"`
	Enforcement             types.String `tfsdk:"enforcement"`
	Waivers                 types.Map    `tfsdk:"waivers"`
}

type waiverModel struct {
	Reason  types.String `tfsdk:"reason"`
	Owner   types.String `tfsdk:"owner"`
	Expires types.String `tfsdk:"expires"`
}

var waiverModelType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"reason":  types.StringType,
	"owner":   types.StringType,
	"expires": types.StringType,
}}

// validationResults are the results that the forms of the validation share.
type validationResults struct {
	Compliant          types.Bool   `tfsdk:"compliant"`
	Verdict            types.String `tfsdk:"verdict"`
	Findings           types.List   `tfsdk:"findings"`
	OrganizationID     types.String `tfsdk:"organization_id"`
	OrganizationName   types.String `tfsdk:"organization_name"`
	Region             types.String `tfsdk:"region"`
	ResolvedClientID   types.String `tfsdk:"resolved_client_id"`
	ResolvedClientName types.String `tfsdk:"resolved_client_name"`
	GrantType          types.String `tfsdk:"grant_type"`
	GrantedScopes      types.Set    `tfsdk:"granted_scopes"`
	GrantedRoles       types.Set    `tfsdk:"granted_roles"`
	Checks             types.Int64  `tfsdk:"checks"`
	PassedChecks       types.Set    `tfsdk:"passed_checks"`
}

// validationModel is a validation with an id: the resource and the data source.
type validationModel struct {
	validationArguments
	validationResults
	ID types.String `tfsdk:"id"`
}

type findingModel struct {
	Check       types.String `tfsdk:"check"`
	Status      types.String `tfsdk:"status"`
	Subject     types.String `tfsdk:"subject"`
	Message     types.String `tfsdk:"message"`
	Remediation types.String `tfsdk:"remediation"`
	Waived      types.Bool   `tfsdk:"waived"`
}

var findingType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"check":       types.StringType,
	"status":      types.StringType,
	"subject":     types.StringType,
	"message":     types.StringType,
	"remediation": types.StringType,
	"waived":      types.BoolType,
}}

// outcome is one evaluation of a validation, ready to be shown.
type outcome struct {
	audit.Result
	arguments    validationArguments
	requirement  audit.Requirement
	organization *organization
	enforcement  enforcement
	// enforcementInBlock is true when the provider block, rather than the environment, sets the ceiling.
	enforcementInBlock bool
}

// client is the client that was audited; zero when it was not found.
func (o outcome) client() audit.AuditedClient {
	if len(o.Clients) == 0 {
		return audit.AuditedClient{}
	}
	return o.Clients[0]
}

// evaluate is the one engine behind every form. known is false, without an error, when nothing can be judged before apply: the
// organization, its credentials or the enforcement are not known yet.
func (d *providerData) evaluate(ctx context.Context, arguments validationArguments) (result outcome, known bool, diags diag.Diagnostics) {
	return d.evaluateBy(ctx, arguments, (*organization).judge)
}

// open is evaluate for an ephemeral resource.
func (d *providerData) open(ctx context.Context, arguments validationArguments) (result outcome, known bool, diags diag.Diagnostics) {
	return d.evaluateBy(ctx, arguments, (*organization).judgeOpened)
}

// confirm is evaluate in Create and Update, for which ModifyPlan has just evaluated the same.
func (d *providerData) confirm(ctx context.Context, arguments validationArguments) (result outcome, known bool, diags diag.Diagnostics) {
	return d.evaluateBy(ctx, arguments, (*organization).confirm)
}

func (d *providerData) evaluateBy(ctx context.Context, arguments validationArguments,
	judge func(*organization, context.Context, audit.Requirement, time.Time) (audit.Result, error),
) (result outcome, known bool, diags diag.Diagnostics) {
	requirement, diags := arguments.requirement(ctx)
	if diags.HasError() {
		return outcome{}, false, diags
	}
	org, ok, orgDiags := d.organization(arguments.Organization)
	diags.Append(orgDiags...)
	if !ok || d.enforcementUnknown || arguments.Enforcement.IsUnknown() {
		return outcome{}, false, diags
	}
	judged, err := judge(org, ctx, requirement, d.now())
	if err != nil {
		return outcome{}, false, append(diags, org.judgeError(err))
	}
	diags.Append(d.sameOrganization(org)...)
	return outcome{
		Result:             judged,
		arguments:          arguments,
		requirement:        requirement,
		organization:       org,
		enforcement:        arguments.enforcement().under(d.enforcement),
		enforcementInBlock: d.enforcementInBlock,
	}, true, diags
}

func (a validationArguments) enforcement() enforcement {
	if a.Enforcement.IsNull() {
		return enforce
	}
	return enforcement(a.Enforcement.ValueString())
}

// requirement turns the arguments into what the audit is asked. What Terraform does not know yet is left out and named as deferred.
func (a validationArguments) requirement(ctx context.Context) (audit.Requirement, diag.Diagnostics) {
	r := requirementReader{ctx: ctx, deferred: make(map[audit.Argument]bool)}
	requirement := audit.Requirement{
		ClientID:                r.text(audit.ArgClientID, a.ClientID),
		ClientName:              r.text(audit.ArgClientName, a.ClientName),
		UserID:                  r.text(audit.ArgUserID, a.UserID),
		Endpoints:               r.endpoints(a.Endpoints),
		RequiredScopes:          r.texts(audit.ArgRequiredScopes, a.RequiredScopes),
		RequiredRoles:           r.texts(audit.ArgRequiredRoles, a.RequiredRoles),
		RequiredPermissions:     r.texts(audit.ArgRequiredPermissions, a.RequiredPermissions),
		Divisions:               r.texts(audit.ArgDivisions, a.Divisions),
		AllowedScopes:           r.texts(audit.ArgAllowedScopes, a.AllowedScopes),
		AllowedRoles:            r.texts(audit.ArgAllowedRoles, a.AllowedRoles),
		ForbiddenScopes:         r.texts(audit.ArgForbiddenScopes, a.ForbiddenScopes),
		ForbiddenRoles:          r.texts(audit.ArgForbiddenRoles, a.ForbiddenRoles),
		ForbiddenPermissions:    r.texts(audit.ArgForbiddenPermissions, a.ForbiddenPermissions),
		AllowedGrantTypes:       r.grantTypes(a.AllowedGrantTypes),
		MaxTokenValiditySeconds: r.number(audit.ArgMaxTokenValiditySeconds, a.MaxTokenValiditySeconds),
		ApplicationRegion:       r.region(audit.ArgApplicationRegion, a.ApplicationRegion),
		AllowCrossRegion:        r.flag(audit.ArgAllowCrossRegion, a.AllowCrossRegion),
		AllowedRegions:          r.regions(a.AllowedRegions),
		EgressAddresses:         r.prefixes(a.EgressAddresses),
		AcceptConditionalGrants: r.flag(audit.ArgAcceptConditionalGrants, a.AcceptConditionalGrants),
		Waivers:                 r.waivers(a.Waivers),
		Deferred:                r.deferred,
	}
	return requirement, r.diags
}

// requirementReader reads arguments one by one, remembering which are not known yet and what went wrong.
type requirementReader struct {
	ctx      context.Context
	deferred map[audit.Argument]bool
	diags    diag.Diagnostics
}

func (r *requirementReader) text(name audit.Argument, value types.String) string {
	if value.IsUnknown() {
		r.deferred[name] = true
	}
	return value.ValueString()
}

func (r *requirementReader) flag(name audit.Argument, value types.Bool) bool {
	if value.IsUnknown() {
		r.deferred[name] = true
	}
	return value.ValueBool()
}

func (r *requirementReader) number(name audit.Argument, value types.Int64) *int64 {
	if value.IsUnknown() {
		r.deferred[name] = true
		return nil
	}
	return value.ValueInt64Pointer()
}

// texts are the known elements of a set, sorted; nil when the argument is not given.
func (r *requirementReader) texts(name audit.Argument, set types.Set) []string {
	if set.IsUnknown() {
		r.deferred[name] = true
	}
	if set.IsUnknown() || set.IsNull() {
		return nil
	}
	known := make([]string, 0, len(set.Elements()))
	for _, element := range set.Elements() {
		element, ok := element.(basetypes.StringValue)
		switch {
		case !ok || element.IsNull():
			r.invalid(name, "a null element is no name")
		case element.IsUnknown():
			r.deferred[name] = true
		default:
			known = append(known, element.ValueString())
		}
	}
	slices.Sort(known)
	return known
}

func (r *requirementReader) endpoints(set types.Set) []audit.Endpoint {
	written := r.texts(audit.ArgEndpoints, set)
	if set.IsNull() {
		written = defaultEndpoints
	}
	endpoints := make([]audit.Endpoint, 0, len(written))
	for _, text := range written {
		entry, err := catalog.Lookup(text)
		if err != nil {
			r.invalid(audit.ArgEndpoints, catalogProblem(err))
			continue
		}
		endpoints = append(endpoints, audit.Endpoint{Written: text, Entry: entry})
	}
	return endpoints
}

func (r *requirementReader) grantTypes(set types.Set) []string {
	texts := r.texts(audit.ArgAllowedGrantTypes, set)
	for i, text := range texts {
		texts[i] = currentGrantType(text)
	}
	return texts
}

func (r *requirementReader) region(name audit.Argument, value types.String) string {
	text := r.text(name, value)
	if text == "" {
		return ""
	}
	return r.regionKey(name, text)
}

func (r *requirementReader) regions(set types.Set) []string {
	texts := r.texts(audit.ArgAllowedRegions, set)
	for i, text := range texts {
		texts[i] = r.regionKey(audit.ArgAllowedRegions, text)
	}
	return texts
}

func (r *requirementReader) regionKey(name audit.Argument, text string) string {
	region, ok := genesyscloud.LookupRegion(text)
	if !ok {
		r.invalid(name, regionProblem(text))
	}
	return region.Key
}

func (r *requirementReader) prefixes(set types.Set) []netip.Prefix {
	texts := r.texts(audit.ArgEgressAddresses, set)
	prefixes := make([]netip.Prefix, 0, len(texts))
	for _, text := range texts {
		prefix, err := parsePrefix(text)
		if err != nil {
			r.invalid(audit.ArgEgressAddresses, sentence(err.Error()))
		}
		prefixes = append(prefixes, prefix)
	}
	return prefixes
}

func (r *requirementReader) waivers(value types.Map) map[string]audit.Waiver {
	if value.IsUnknown() {
		r.deferred[audit.ArgWaivers] = true
	}
	if value.IsUnknown() || value.IsNull() {
		return nil
	}
	waivers := make(map[string]audit.Waiver)
	for key, element := range value.Elements() {
		if element.IsUnknown() {
			r.deferred[audit.ArgWaivers] = true
			continue
		}
		var model waiverModel
		object, ok := element.(basetypes.ObjectValue)
		if !ok || object.IsNull() {
			r.invalid(audit.ArgWaivers, fmt.Sprintf("Waiver %q is null.", key))
			continue
		}
		r.diags.Append(object.As(r.ctx, &model, basetypes.ObjectAsOptions{})...)
		if model.Reason.IsUnknown() || model.Owner.IsUnknown() || model.Expires.IsUnknown() {
			r.deferred[audit.ArgWaivers] = true
			continue
		}
		expires, err := parseDate(model.Expires.ValueString())
		if err != nil {
			r.invalid(audit.ArgWaivers, sentence(err.Error()))
			continue
		}
		waivers[key] = audit.Waiver{Reason: model.Reason.ValueString(), Owner: model.Owner.ValueString(), Expires: expires}
	}
	return waivers
}

// invalid reports a value that the schema's validators would have refused, had it been known when they ran.
func (r *requirementReader) invalid(name audit.Argument, problem string) {
	r.diags.AddAttributeError(path.Root(string(name)), "Invalid "+string(name), problem)
}

// results are the outcome as attributes. Every one of them is known.
func (o outcome) results(ctx context.Context) (validationResults, diag.Diagnostics) {
	findings := make([]findingModel, len(o.Findings))
	for i, finding := range o.Findings {
		findings[i] = findingModel{
			Check:       types.StringValue(string(finding.Check)),
			Status:      types.StringValue(string(finding.Status)),
			Subject:     types.StringValue(finding.Subject),
			Message:     types.StringValue(finding.Message),
			Remediation: types.StringValue(finding.Remediation),
			Waived:      types.BoolValue(finding.Waived),
		}
	}
	list, diags := types.ListValueFrom(ctx, findingType, findings)
	client := o.client()
	return validationResults{
		Compliant:          types.BoolValue(o.Verdict == audit.Compliant),
		Verdict:            types.StringValue(string(o.Verdict)),
		Findings:           list,
		OrganizationID:     textOrNull(o.Result.Organization.ID),
		OrganizationName:   textOrNull(o.Result.Organization.Name),
		Region:             textOrNull(o.Region),
		ResolvedClientID:   textOrNull(client.ID),
		ResolvedClientName: textOrNull(client.Name),
		GrantType:          textOrNull(client.GrantType),
		GrantedScopes:      textSetOrNull(client.Scopes),
		GrantedRoles:       textSetOrNull(client.Roles),
		Checks:             types.Int64Value(int64(len(o.Decided))),
		PassedChecks:       textSet(checkIDs(client.Passed)),
	}, diags
}

// id is "<organization id>/<client id>", with a dash for what is not known.
func (r validationResults) id() types.String {
	orDash := func(value types.String) string {
		if value.IsNull() {
			return "-"
		}
		return value.ValueString()
	}
	return types.StringValue(orDash(r.OrganizationID) + "/" + orDash(r.ResolvedClientID))
}

// unknownResults are the results before anything could be judged.
func unknownResults() validationResults {
	return validationResults{
		Compliant:          types.BoolUnknown(),
		Verdict:            types.StringUnknown(),
		Findings:           types.ListUnknown(findingType),
		OrganizationID:     types.StringUnknown(),
		OrganizationName:   types.StringUnknown(),
		Region:             types.StringUnknown(),
		ResolvedClientID:   types.StringUnknown(),
		ResolvedClientName: types.StringUnknown(),
		GrantType:          types.StringUnknown(),
		GrantedScopes:      types.SetUnknown(types.StringType),
		GrantedRoles:       types.SetUnknown(types.StringType),
		Checks:             types.Int64Unknown(),
		PassedChecks:       types.SetUnknown(types.StringType),
	}
}

// unjudgedResults are the results of a validation that was not evaluated, for the reason given, which is never a pass.
func unjudgedResults(ctx context.Context, reason, remediation string) (validationResults, diag.Diagnostics) {
	unjudged := outcome{Result: audit.Result{
		Verdict: audit.Undetermined,
		Findings: []audit.Finding{{
			Check:       audit.CheckClient,
			Status:      audit.Unknown,
			Message:     reason,
			Remediation: remediation,
		}},
	}}
	return unjudged.results(ctx)
}

// sameVerdict tells whether the verdict and all that it rests on by name are equal. The evidence around it (names, granted scopes and
// roles) may differ without the verdict changing.
func (r validationResults) sameVerdict(other validationResults) bool {
	return r.Compliant.Equal(other.Compliant) &&
		r.Verdict.Equal(other.Verdict) &&
		r.Findings.Equal(other.Findings) &&
		r.Checks.Equal(other.Checks) &&
		r.PassedChecks.Equal(other.PassedChecks) &&
		r.OrganizationID.Equal(other.OrganizationID) &&
		r.Region.Equal(other.Region) &&
		r.ResolvedClientID.Equal(other.ResolvedClientID) &&
		r.GrantType.Equal(other.GrantType)
}

// withoutEvidence leaves to apply what can change on the platform without the verdict changing. Terraform holds a provider to every
// value that it planned, and a scope added between plan and apply must not break an apply that is still compliant.
func (r validationResults) withoutEvidence() validationResults {
	unknown := unknownResults()
	r.OrganizationName = unknown.OrganizationName
	r.ResolvedClientName = unknown.ResolvedClientName
	r.GrantedScopes = unknown.GrantedScopes
	r.GrantedRoles = unknown.GrantedRoles
	return r
}

func textOrNull(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}

// textSetOrNull is null for a nil slice (not known) and a set, possibly empty, for any other.
func textSetOrNull(texts []string) types.Set {
	if texts == nil {
		return types.SetNull(types.StringType)
	}
	return textSet(texts)
}

func textSet(texts []string) types.Set {
	return types.SetValueMust(types.StringType, textElements(texts))
}

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

func checkIDs(checks []audit.Check) []string {
	ids := make([]string, len(checks))
	for i, check := range checks {
		ids[i] = string(check)
	}
	return ids
}

func textElements(texts []string) []attr.Value {
	elements := make([]attr.Value, len(texts))
	for i, text := range texts {
		elements[i] = types.StringValue(text)
	}
	return elements
}

// parseDate reads the last day on which a waiver counts.
func parseDate(text string) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not a date of the form YYYY-MM-DD, such as 2030-12-31", text)
	}
	return day, nil
}
