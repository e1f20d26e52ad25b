package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/report"
)

// reportedType is a validation as the functions that report take it: its results, and the waivers that accept what fails. Terraform drops the
// other attributes, so that every form of the validation fits.
var reportedType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"compliant":            types.BoolType,
	"verdict":              types.StringType,
	"findings":             types.ListType{ElemType: findingType},
	"organization_id":      types.StringType,
	"organization_name":    types.StringType,
	"region":               types.StringType,
	"resolved_client_id":   types.StringType,
	"resolved_client_name": types.StringType,
	"grant_type":           types.StringType,
	"granted_scopes":       types.SetType{ElemType: types.StringType},
	"granted_roles":        types.SetType{ElemType: types.StringType},
	"checks":               types.Int64Type,
	"passed_checks":        types.SetType{ElemType: types.StringType},
	"waivers":              types.MapType{ElemType: waiverModelType},
}}

// reportedModel is a validation as the functions that report take it.
type reportedModel struct {
	validationResults
	Waivers types.Map `tfsdk:"waivers"`
}

// validationsParameter is the first parameter of every function that reports.
func validationsParameter() function.Parameter {
	return function.MapParameter{
		Name:        "validations",
		ElementType: reportedType,
		MarkdownDescription: "Validations by name: the instances of a `genesysaudit_access_validation` with `for_each`, or a map of single ones. " +
			"Resources, data sources and ephemeral resources fit alike.",
	}
}

// plainReport is a function that reports in a form that needs nothing but the validations.
type plainReport struct {
	name, summary, description string
	write                      func([]report.Validation) (string, error)
}

var _ function.Function = (*plainReport)(nil)

func (f *plainReport) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = f.name
}

func (f *plainReport) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary:             f.summary,
		MarkdownDescription: f.description + onReports,
		Parameters:          []function.Parameter{validationsParameter()},
		Return:              function.StringReturn{},
	}
}

func (f *plainReport) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var given map[string]types.Object
	resp.Error = req.Arguments.Get(ctx, &given)
	if resp.Error != nil {
		return
	}
	validations, problem := reported(ctx, given)
	if problem != nil {
		resp.Error = problem
		return
	}
	text, err := f.write(validations)
	if err != nil {
		resp.Error = argumentError(0, err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, text)
}

// onReports is what the description of every function that reports says.
const onReports = " Equal validations give a byte-identical report. What is not compliant never looks like a pass, and a validation that contradicts " +
	"itself is an error."

// reported are the validations as the report knows them, in no order. A validation that is not there, or does not say how it went, is an
// error: a report without it would look better than things are.
func reported(ctx context.Context, given map[string]types.Object) ([]report.Validation, *function.FuncError) {
	validations := make([]report.Validation, 0, len(given))
	for _, name := range sortedKeys(given) {
		validation, problem := reportedValidation(ctx, name, given[name])
		if problem != "" {
			return nil, argumentError(0, fmt.Sprintf("validation %q: %s", name, problem))
		}
		validations = append(validations, validation)
	}
	return validations, nil
}

func reportedValidation(ctx context.Context, name string, object types.Object) (validation report.Validation, problem string) {
	if object.IsNull() {
		return report.Validation{}, "it is null"
	}
	var results reportedModel
	if diags := object.As(ctx, &results, basetypes.ObjectAsOptions{}); diags.HasError() {
		return report.Validation{}, diags.Errors()[0].Detail()
	}
	for _, needed := range []struct {
		name  string
		value attr.Value
	}{
		{"compliant", results.Compliant}, {"verdict", results.Verdict}, {"findings", results.Findings}, {"checks", results.Checks},
	} {
		if needed.value.IsNull() {
			return report.Validation{}, needed.name + " is null"
		}
	}
	validation = report.Validation{
		Name:             name,
		Compliant:        results.Compliant.ValueBool(),
		Verdict:          results.Verdict.ValueString(),
		OrganizationID:   results.OrganizationID.ValueString(),
		OrganizationName: results.OrganizationName.ValueString(),
		Region:           results.Region.ValueString(),
		ClientID:         results.ResolvedClientID.ValueString(),
		ClientName:       results.ResolvedClientName.ValueString(),
		GrantType:        results.GrantType.ValueString(),
		Checks:           results.Checks.ValueInt64(),
	}
	for _, list := range []struct {
		name  string
		value types.Set
		texts *[]string
	}{
		{"granted_scopes", results.GrantedScopes, &validation.GrantedScopes},
		{"granted_roles", results.GrantedRoles, &validation.GrantedRoles},
		{"passed_checks", results.PassedChecks, &validation.PassedChecks},
	} {
		if diags := list.value.ElementsAs(ctx, list.texts, false); diags.HasError() {
			return report.Validation{}, list.name + " has a null element"
		}
	}
	if validation.Waivers, problem = reportedWaivers(ctx, results.Waivers); problem != "" {
		return report.Validation{}, problem
	}
	var findings []*findingModel
	if diags := results.Findings.ElementsAs(ctx, &findings, false); diags.HasError() {
		return report.Validation{}, diags.Errors()[0].Detail()
	}
	for i, finding := range findings {
		if finding == nil {
			return report.Validation{}, fmt.Sprintf("finding %d is null", i)
		}
		validation.Findings = append(validation.Findings, report.Finding{
			Check:       finding.Check.ValueString(),
			Status:      finding.Status.ValueString(),
			Subject:     finding.Subject.ValueString(),
			Message:     finding.Message.ValueString(),
			Remediation: finding.Remediation.ValueString(),
			Waived:      finding.Waived.ValueBool(),
		})
	}
	return validation, ""
}

// reportedWaivers are the waivers as the report knows them. Without one for it a waived finding is shown as waived all the same: the verdict
// rests on the finding.
func reportedWaivers(ctx context.Context, value types.Map) (waivers map[string]report.Waiver, problem string) {
	var models map[string]*waiverModel
	if diags := value.ElementsAs(ctx, &models, false); diags.HasError() {
		return nil, diags.Errors()[0].Detail()
	}
	waivers = make(map[string]report.Waiver, len(models))
	for key, model := range models {
		if model != nil {
			waivers[key] = report.Waiver{Reason: model.Reason.ValueString(), Owner: model.Owner.ValueString(), Expires: model.Expires.ValueString()}
		}
	}
	return waivers, ""
}
