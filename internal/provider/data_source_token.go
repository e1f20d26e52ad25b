package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

var _ datasource.DataSourceWithConfigure = (*tokenDataSource)(nil)

func newTokenDataSource() datasource.DataSource { return &tokenDataSource{} }

type tokenDataSource struct{ dataSourceBase }

type tokenModel struct {
	ofOrganization
	OrganizationID         types.String `tfsdk:"organization_id"`
	OrganizationName       types.String `tfsdk:"organization_name"`
	HomeOrganizationID     types.String `tfsdk:"home_organization_id"`
	HomeOrganizationName   types.String `tfsdk:"home_organization_name"`
	AuthorizedScopes       types.List   `tfsdk:"authorized_scopes"`
	ClientID               types.String `tfsdk:"client_id"`
	ClientName             types.String `tfsdk:"client_name"`
	GrantType              types.String `tfsdk:"grant_type"`
	ClientOrganizationID   types.String `tfsdk:"client_organization_id"`
	ClientOrganizationName types.String `tfsdk:"client_organization_name"`
}

func (d *tokenDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_token"
}

func (d *tokenDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The token that the provider itself uses: the organization in which it acts, its scopes, and the OAuth client " +
			"that it was issued to. Never the token itself.",
		Attributes: map[string]schema.Attribute{
			"organization":      organizationArgument(),
			"organization_id":   computedText("Id of the organization in which the token acts."),
			"organization_name": computedText("Name of the organization in which the token acts."),
			"home_organization_id": computedText("Id of the token's home organization. It is another one when a user of a trusted organization " +
				"acts here."),
			"home_organization_name": computedText("Name of the token's home organization."),
			"authorized_scopes": computedTextList("OAuth scopes that the token was issued with; null when the platform lists none, as it may " +
				"for CLIENT-CREDENTIALS, where the roles decide."),
			"client_id": computedText("Id of the OAuth client that the token was issued to. If the platform does not show the client, it is " +
				"null, and so are `client_name`, `grant_type` and the client's organization."),
			"client_name": computedText("Name of that client."),
			"grant_type":  computedText("Grant type of that client, such as `CLIENT-CREDENTIALS` or `CODE`."),
			"client_organization_id": computedText("Id of the organization that owns that client; `purecloud-builtin` for a client of the " +
				"platform itself."),
			"client_organization_name": computedText("Name of the organization that owns that client."),
		},
	}
}

func (d *tokenDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	readAnyOrganization(ctx, d.data, req, resp, readToken)
}

func readToken(ctx context.Context, org openOrganization, config tokenModel) (tokenModel, diag.Diagnostics) {
	info, err := org.client.Token(ctx)
	if err != nil {
		return config, diag.Diagnostics{readError("read the token", org.organization, err)}
	}
	return tokenState(config.ofOrganization, info), nil
}

func tokenState(organization ofOrganization, info genesyscloud.TokenInfo) tokenModel {
	state := tokenModel{
		ofOrganization:       organization,
		OrganizationID:       textOrNull(info.Organization.ID),
		OrganizationName:     textOrNull(info.Organization.Name),
		HomeOrganizationID:   textOrNull(info.HomeOrganization.ID),
		HomeOrganizationName: textOrNull(info.HomeOrganization.Name),
		AuthorizedScopes:     types.ListNull(types.StringType),
	}
	if len(info.AuthorizedScope) > 0 {
		state.AuthorizedScopes = textSet(info.AuthorizedScope)
	}
	if client := info.OAuthClient; client != nil {
		state.ClientID = textOrNull(client.ID)
		state.ClientName = textOrNull(client.Name)
		state.GrantType = textOrNull(client.AuthorizedGrantType)
		if owner := client.Organization; owner != nil {
			state.ClientOrganizationID = textOrNull(owner.ID)
			state.ClientOrganizationName = textOrNull(owner.Name)
		}
	}
	return state
}
