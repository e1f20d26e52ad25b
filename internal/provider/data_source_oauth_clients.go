package provider

import (
	"cmp"
	"context"
	"regexp"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/serve"
)

var _ datasource.DataSourceWithConfigure = (*oauthClientsDataSource)(nil)

func newOAuthClientsDataSource() datasource.DataSource { return &oauthClientsDataSource{} }

type oauthClientsDataSource struct{ dataSourceBase }

type oauthClientsModel struct {
	ofOrganization
	NameRegex types.String `tfsdk:"name_regex"`
	GrantType types.String `tfsdk:"grant_type"`
	State     types.String `tfsdk:"state"`
	Scope     types.String `tfsdk:"scope"`
	Clients   types.List   `tfsdk:"clients"`
}

// The types of a client and of a role of it.
var (
	clientType     = objectOf(oauthClientAttributes())
	clientRoleType = objectOf(clientRoleAttributes)
)

const invalidRegex = "Invalid regular expression"

var isRegex = textValidator{
	description: "must be a regular expression (RE2)",
	summary:     invalidRegex,
	problem: func(text string) string {
		if _, err := regexp.Compile(text); err != nil {
			return sentence(err.Error())
		}
		return ""
	},
}

// clientStates are the states of an OAuth client on the platform.
var clientStates = []string{"active", "disabled", "inactive"}

func (d *oauthClientsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_oauth_clients"
}

func (d *oauthClientsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	filter := func(description string, validators ...validator.String) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, MarkdownDescription: description, Validators: validators}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The OAuth clients of an organization, with the roles granted to them. Lists the clients that match all filters. " +
			"Their secrets are never read.",
		Attributes: map[string]schema.Attribute{
			"organization": organizationArgument(),
			"name_regex": filter("Regular expression ([RE2](https://github.com/google/re2/wiki/Syntax)) for the name. It matches anywhere in the "+
				"name, unless it is anchored with `^` and `$`.", isNotBlank, isRegex),
			"grant_type": filter("Grant type of the clients: `CLIENT-CREDENTIALS`, `CODE`, `PASSWORD`, `SAML2-BEARER` or `TOKEN`.", isGrantType),
			"state":      filter("State of the clients: `active`, `disabled` or `inactive`.", oneOf(clientStates)),
			"scope": filter("Exact OAuth scope that the clients have. `analytics` matches neither a client with `analytics:readonly` nor one "+
				"whose scopes the platform does not show.", isNotBlank),
			"clients": computedList("The clients, by name and id; empty when no client matches.", oauthClientAttributes()),
		},
	}
}

func (d *oauthClientsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	readDataSource(ctx, d.data, req, resp, readOAuthClients)
}

func readOAuthClients(ctx context.Context, org openOrganization, state oauthClientsModel) (oauthClientsModel, diag.Diagnostics) {
	meets, diags := state.filter()
	if diags.HasError() {
		return state, diags
	}
	all, err := org.client.OAuthClients(ctx)
	if err != nil {
		return state, diag.Diagnostics{readError("read the OAuth clients", org.organization, err)}
	}
	clients := make([]genesyscloud.OAuthClient, 0, len(all))
	for _, client := range all {
		if meets(client) {
			clients = append(clients, client)
		}
	}
	slices.SortFunc(clients, func(a, b genesyscloud.OAuthClient) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	directory, diags := readRoleDirectory(ctx, org, clients...)
	if diags.HasError() {
		return state, diags
	}
	encoded, err := encodeList(len(clients), func(i int) attr.Value { return oauthClientState(clients[i], directory).value() })
	if err != nil || !serve.SetLargeResult(ctx, "clients", encoded) {
		diags.AddError("The OAuth clients cannot be encoded", "This is a fault of the provider. Report it.")
	}
	state.Clients = types.ListNull(clientType)
	return state, diags
}

// value is what the framework would make of the fields by reflection.
func (f oauthClientFields) value() attr.Value {
	roles := types.ListNull(clientRoleType)
	if f.Roles != nil {
		values := make([]attr.Value, len(f.Roles))
		for i, role := range f.Roles {
			values[i] = types.ObjectValueMust(clientRoleType.AttrTypes, map[string]attr.Value{
				"role_id": role.RoleID, "role_name": role.RoleName, "division_id": role.DivisionID, "division_name": role.DivisionName,
			})
		}
		roles = types.ListValueMust(clientRoleType, values)
	}
	return types.ObjectValueMust(clientType.AttrTypes, map[string]attr.Value{
		"id": f.ID, "name": f.Name, "description": f.Description, "state": f.State, "grant_type": f.GrantType,
		"scopes": f.Scopes, "redirect_uris": f.RedirectURIs, "access_token_validity_seconds": f.AccessTokenValiditySeconds,
		"date_created": f.DateCreated, "date_modified": f.DateModified, "created_by": f.CreatedBy, "modified_by": f.ModifiedBy,
		"date_to_delete": f.DateToDelete, "roles": roles,
	})
}

// filter tells which clients meet every filter that the configuration has.
func (m oauthClientsModel) filter() (meets func(genesyscloud.OAuthClient) bool, diags diag.Diagnostics) {
	name, err := regexp.Compile(m.NameRegex.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("name_regex"), invalidRegex, sentence(err.Error()))
	}
	equals := func(wanted types.String, got string) bool { return wanted.IsNull() || wanted.ValueString() == got }
	grantType := m.GrantType
	if !grantType.IsNull() {
		grantType = types.StringValue(currentGrantType(grantType.ValueString()))
	}
	return func(client genesyscloud.OAuthClient) bool {
		return name.MatchString(client.Name) &&
			equals(grantType, client.AuthorizedGrantType) &&
			equals(m.State, client.State) &&
			(m.Scope.IsNull() || slices.Contains(client.Scope, m.Scope.ValueString()))
	}, diags
}
