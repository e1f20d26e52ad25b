package provider

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

var _ datasource.DataSourceWithConfigure = (*accessPoliciesDataSource)(nil)

func newAccessPoliciesDataSource() datasource.DataSource { return &accessPoliciesDataSource{} }

type accessPoliciesDataSource struct{ dataSourceBase }

type accessPoliciesModel struct {
	ofOrganization
	Policies []accessPolicyModel `tfsdk:"policies"`
}

type accessPolicyModel struct {
	ID               types.String `tfsdk:"id"`
	Name             types.String `tfsdk:"name"`
	Description      types.String `tfsdk:"description"`
	Target           types.String `tfsdk:"target"`
	SubjectType      types.String `tfsdk:"subject_type"`
	SubjectID        types.String `tfsdk:"subject_id"`
	Effect           types.String `tfsdk:"effect"`
	Active           types.Bool   `tfsdk:"active"`
	AppliesToClients types.Bool   `tfsdk:"applies_to_clients"`
	Conditional      types.Bool   `tfsdk:"conditional"`
	DateModified     types.String `tfsdk:"date_modified"`
}

func (d *accessPoliciesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_access_policies"
}

func (d *accessPoliciesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The access policies of an organization (attribute-based access control). An access policy narrows what roles grant.",
		Attributes: map[string]schema.Attribute{
			"organization": organizationArgument(),
			"policies": computedList("The access policies, by target and subject; empty when there are none. A field that the platform does not "+
				"show is null.",
				map[string]schema.Attribute{
					"id":           computedText("Id of the policy."),
					"name":         computedText("Name of the policy."),
					"description":  computedText("Description of the policy."),
					"target":       computedText("Permission that the policy narrows, `domain:entity:action`."),
					"subject_type": computedText("Kind of subject: `ALL`, `USER`, `CLIENT`, `GROUP` or `TEAM`."),
					"subject_id":   computedText("Id of the subject; `all` for `ALL`."),
					"effect":       computedText("`ALLOW` or `DENY`."),
					"active":       computedFlag("Whether the platform enforces the policy. An inactive policy is only stored."),
					"applies_to_clients": computedFlag("Whether the policy binds OAuth clients as well. A policy with `false` binds users " +
						"alone."),
					"conditional":   computedFlag("Whether the policy decides only under a condition. The condition itself is not shown."),
					"date_modified": computedText("When the policy was last modified (ISO 8601)."),
				}),
		},
	}
}

func (d *accessPoliciesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	readDataSource(ctx, d.data, req, resp, readAccessPolicies)
}

func readAccessPolicies(ctx context.Context, org openOrganization, state accessPoliciesModel) (accessPoliciesModel, diag.Diagnostics) {
	found, err := org.client.AccessPolicies(ctx)
	if err != nil {
		return state, diag.Diagnostics{readError("read the access policies", org.organization, err)}
	}
	state.Policies = accessPolicyModels(found)
	return state, nil
}

func accessPolicyModels(policies []genesyscloud.AccessPolicy) []accessPolicyModel {
	models := make([]accessPolicyModel, len(policies))
	for i, policy := range policies {
		models[i] = accessPolicyModel{
			ID:               types.StringValue(policy.ID),
			Name:             textOrNull(policy.Name),
			Description:      textOrNull(policy.Description),
			Target:           textOrNull(policy.TargetResource),
			SubjectType:      textOrNull(policy.Subject.Type),
			SubjectID:        textOrNull(policy.Subject.ID),
			Effect:           textOrNull(policy.Effect),
			Active:           types.BoolPointerValue(policy.Active),
			AppliesToClients: types.BoolPointerValue(policy.ApplyToClients),
			Conditional:      types.BoolValue(policy.Conditional()),
			DateModified:     textOrNull(policy.DateModified),
		}
	}
	slices.SortFunc(models, func(a, b accessPolicyModel) int {
		return cmp.Or(
			cmp.Compare(a.Target.ValueString(), b.Target.ValueString()),
			cmp.Compare(a.SubjectType.ValueString(), b.SubjectType.ValueString()),
			cmp.Compare(a.SubjectID.ValueString(), b.SubjectID.ValueString()),
			cmp.Compare(a.ID.ValueString(), b.ID.ValueString()),
		)
	})
	return models
}
