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

var _ datasource.DataSourceWithConfigure = (*trustsDataSource)(nil)

func newTrustsDataSource() datasource.DataSource { return &trustsDataSource{} }

type trustsDataSource struct{ dataSourceBase }

type trustsModel struct {
	ofOrganization
	Trustors []trustorModel `tfsdk:"trustors"`
	Trustees []trusteeModel `tfsdk:"trustees"`
}

type trustorModel struct {
	OrganizationID   types.String `tfsdk:"organization_id"`
	OrganizationName types.String `tfsdk:"organization_name"`
	Enabled          types.Bool   `tfsdk:"enabled"`
	DateCreated      types.String `tfsdk:"date_created"`
}

type trusteeModel struct {
	trustorModel
	DateExpired types.String `tfsdk:"date_expired"`
}

func (d *trustsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_trusts"
}

func (d *trustsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	trustee := trustAttributes()
	trustee["date_expired"] = computedText("When the trust ends (ISO 8601); null when it does not.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "The organizations whose data users of this organization may access (trustors), and those whose users may access " +
			"this one (trustees). A list that the auditing client may not read is null, with one warning that names the permission.",
		Attributes: map[string]schema.Attribute{
			"organization": organizationArgument(),
			"trustors": computedList("Organizations that trust this one, by id; empty when there are none. Needs "+
				"`authorization:orgTrustor:view`.", trustAttributes()),
			"trustees": computedList("Organizations that this one trusts, by id; empty when there are none. Needs "+
				"`authorization:orgTrustee:view`.", trustee),
		},
	}
}

// trustAttributes are those that a trustor and a trustee have in common.
func trustAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"organization_id":   computedText("Id of the other organization."),
		"organization_name": computedText("Name of the other organization; null when the platform does not show it."),
		"enabled":           computedFlag("Whether the trust is enabled."),
		"date_created":      computedText("When the trust was created (ISO 8601)."),
	}
}

func (d *trustsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	readDataSource(ctx, d.data, req, resp, readTrusts)
}

func readTrusts(ctx context.Context, org openOrganization, state trustsModel) (trustsModel, diag.Diagnostics) {
	diags := state.readTrustors(ctx, org)
	return state, append(diags, state.readTrustees(ctx, org)...)
}

func (m *trustsModel) readTrustors(ctx context.Context, org openOrganization) diag.Diagnostics {
	trustors, err := org.client.Trustors(ctx)
	if err != nil {
		return diag.Diagnostics{blockError("trustors", org.organization, err)}
	}
	m.Trustors = make([]trustorModel, len(trustors))
	for i, trustor := range trustors {
		m.Trustors[i] = trustState(trustor.ID, trustor.Organization, trustor.Enabled, trustor.DateCreated)
	}
	slices.SortFunc(m.Trustors, trustorModel.compare)
	return nil
}

func (m *trustsModel) readTrustees(ctx context.Context, org openOrganization) diag.Diagnostics {
	trustees, err := org.client.Trustees(ctx)
	if err != nil {
		return diag.Diagnostics{blockError("trustees", org.organization, err)}
	}
	m.Trustees = make([]trusteeModel, len(trustees))
	for i, trustee := range trustees {
		m.Trustees[i] = trusteeModel{
			trustorModel: trustState(trustee.ID, trustee.Organization, trustee.Enabled, trustee.DateCreated),
			DateExpired:  textOrNull(trustee.DateExpired),
		}
	}
	slices.SortFunc(m.Trustees, func(a, b trusteeModel) int { return a.compare(b.trustorModel) })
	return nil
}

func trustState(id string, organization *genesyscloud.Organization, enabled bool, created string) trustorModel {
	model := trustorModel{
		OrganizationID: types.StringValue(id),
		Enabled:        types.BoolValue(enabled),
		DateCreated:    textOrNull(created),
	}
	if organization != nil {
		model.OrganizationName = textOrNull(organization.Name)
	}
	return model
}

func (m trustorModel) compare(other trustorModel) int {
	return cmp.Compare(m.OrganizationID.ValueString(), other.OrganizationID.ValueString())
}
