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

var _ datasource.DataSourceWithConfigure = (*authorizationsDataSource)(nil)

func newAuthorizationsDataSource() datasource.DataSource { return &authorizationsDataSource{} }

type authorizationsDataSource struct{ dataSourceBase }

type authorizationsModel struct {
	ofOrganization
	Authorizations []authorizationModel `tfsdk:"authorizations"`
}

type authorizationModel struct {
	ClientID     types.String `tfsdk:"client_id"`
	ClientName   types.String `tfsdk:"client_name"`
	GrantType    types.String `tfsdk:"grant_type"`
	Scopes       types.List   `tfsdk:"scopes"`
	Roles        types.List   `tfsdk:"roles"`
	State        types.String `tfsdk:"state"`
	Pending      types.Bool   `tfsdk:"pending"`
	DateCreated  types.String `tfsdk:"date_created"`
	DateModified types.String `tfsdk:"date_modified"`
}

func (d *authorizationsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_authorizations"
}

func (d *authorizationsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The OAuth clients of other organizations that are authorized in an organization or wait for an authorization, " +
			"with the scopes of the consent.",
		Attributes: map[string]schema.Attribute{
			"organization": organizationArgument(),
			"authorizations": computedList("The authorizations, by name and id of the client; empty when there are none.",
				map[string]schema.Attribute{
					"client_id":   computedText("Id of the client."),
					"client_name": computedText("Name of the client."),
					"grant_type":  computedText("Grant type of the client, such as `CODE` or `TOKEN`."),
					"scopes": computedTextList("OAuth scopes of the consent. The client may have more by now. Null when the " +
						"platform does not show them."),
					"roles": computedTextList("Roles that the authorization is restricted to, as the platform shows them; null when it does not " +
						"show them."),
					"state":         computedText("`Unauthorized`, `Requested`, `Authorized` or `Revoked`."),
					"pending":       computedFlag("Whether the authorization still waits for an administrator."),
					"date_created":  computedText("When the authorization was created (ISO 8601)."),
					"date_modified": computedText("When the authorization was last modified (ISO 8601)."),
				}),
		},
	}
}

func (d *authorizationsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	readDataSource(ctx, d.data, req, resp, readAuthorizations)
}

func readAuthorizations(ctx context.Context, org openOrganization, state authorizationsModel) (authorizationsModel, diag.Diagnostics) {
	found, err := org.client.OAuthAuthorizations(ctx)
	if err != nil {
		return state, diag.Diagnostics{readError("read the authorizations", org.organization, err)}
	}
	state.Authorizations = authorizationModels(found)
	return state, nil
}

func authorizationModels(authorizations []genesyscloud.OAuthAuthorization) []authorizationModel {
	models := make([]authorizationModel, len(authorizations))
	for i, authorization := range authorizations {
		models[i] = authorizationModel{
			ClientID:     types.StringValue(authorization.Client.ID),
			ClientName:   textOrNull(authorization.Client.Name),
			GrantType:    textOrNull(authorization.Client.AuthorizedGrantType),
			Scopes:       textSetOrNull(authorization.Scope),
			Roles:        textSetOrNull(authorization.Roles),
			State:        textOrNull(authorization.State),
			Pending:      types.BoolValue(authorization.Pending),
			DateCreated:  textOrNull(authorization.DateCreated),
			DateModified: textOrNull(authorization.DateModified),
		}
	}
	slices.SortFunc(models, func(a, b authorizationModel) int {
		return cmp.Or(
			cmp.Compare(a.ClientName.ValueString(), b.ClientName.ValueString()),
			cmp.Compare(a.ClientID.ValueString(), b.ClientID.ValueString()),
		)
	})
	return models
}
