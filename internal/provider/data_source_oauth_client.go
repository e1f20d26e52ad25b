package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

var _ datasource.DataSourceWithConfigure = (*oauthClientDataSource)(nil)

func newOAuthClientDataSource() datasource.DataSource { return &oauthClientDataSource{} }

type oauthClientDataSource struct{ dataSourceBase }

type oauthClientModel struct {
	ofOrganization
	oauthClientFields
	Permissions types.List `tfsdk:"permissions"`
}

// oauthClientFields are what is shown of a client, alone or in a list.
type oauthClientFields struct {
	ID                         types.String      `tfsdk:"id"`
	Name                       types.String      `tfsdk:"name"`
	Description                types.String      `tfsdk:"description"`
	State                      types.String      `tfsdk:"state"`
	GrantType                  types.String      `tfsdk:"grant_type"`
	Scopes                     types.List        `tfsdk:"scopes"`
	RedirectURIs               types.List        `tfsdk:"redirect_uris"`
	AccessTokenValiditySeconds types.Int64       `tfsdk:"access_token_validity_seconds"`
	DateCreated                types.String      `tfsdk:"date_created"`
	DateModified               types.String      `tfsdk:"date_modified"`
	CreatedBy                  types.String      `tfsdk:"created_by"`
	ModifiedBy                 types.String      `tfsdk:"modified_by"`
	DateToDelete               types.String      `tfsdk:"date_to_delete"`
	Roles                      []clientRoleModel `tfsdk:"roles"`
}

type clientRoleModel struct {
	RoleID       types.String `tfsdk:"role_id"`
	RoleName     types.String `tfsdk:"role_name"`
	DivisionID   types.String `tfsdk:"division_id"`
	DivisionName types.String `tfsdk:"division_name"`
}

func (d *oauthClientDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_oauth_client"
}

func (d *oauthClientDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := oauthClientAttributes()
	attributes["organization"] = organizationArgument()
	attributes["id"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Id of the client. Exactly one of `id` and `name` is required.",
		Validators: []validator.String{
			isNotBlank, stringvalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name")),
		},
	}
	attributes["name"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Exact name of the client. Names are not unique on the platform: a name that several clients have is an error.",
		Validators:          []validator.String{isNotBlank},
	}
	attributes["permissions"] = computedTextList("Permissions that the roles grant, `domain:entity:action` as granted (with `*`) and " +
		"legacy flat names, sorted. Permissions granted only under a condition are left out. Null when a granted role or its permissions are not shown.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "One OAuth client of an organization, with its roles and the permissions that they grant. Its " +
			"secret is never read.",
		Attributes: attributes,
	}
}

// oauthClientAttributes are those of oauthClientFields.
func oauthClientAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":          computedText("Id of the client."),
		"name":        computedText("Name of the client."),
		"description": computedText("Description of the client."),
		"state":       computedText("`active`, `disabled` or `inactive`."),
		"grant_type":  computedText("Grant type, such as `CLIENT-CREDENTIALS` or `CODE`."),
		"scopes": computedTextList("OAuth scopes of the client; null when the platform shows none, as it may for " +
			"CLIENT-CREDENTIALS."),
		"redirect_uris":                 computedTextList("Registered redirect URIs."),
		"access_token_validity_seconds": computedNumber("Lifetime of the client's tokens in seconds."),
		"date_created":                  computedText("When the client was created (ISO 8601)."),
		"date_modified":                 computedText("When the client was last modified (ISO 8601)."),
		"created_by":                    computedText("Id of the user or OAuth client that created the client; null when the platform does not show it."),
		"modified_by":                   computedText("Id of the user or OAuth client that last modified the client; null when the platform does not show it."),
		"date_to_delete":                computedText("When the platform will delete the client (ISO 8601); null when no date is set."),
		"roles": computedList("Roles granted to the client, by role and division name. Empty for a client with a user-context grant; null when "+
			"the platform does not show them.",
			clientRoleAttributes),
	}
}

var clientRoleAttributes = map[string]schema.Attribute{
	"role_id":       computedText("Id of the role."),
	"role_name":     computedText("Name of the role; null when the organization's roles do not contain it."),
	"division_id":   computedText("Id of the division; `*` means all divisions."),
	"division_name": computedText("Name of the division; null for all divisions."),
}

func (d *oauthClientDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	readDataSource(ctx, d.data, req, resp, readOAuthClient)
}

func readOAuthClient(ctx context.Context, org openOrganization, config oauthClientModel) (oauthClientModel, diag.Diagnostics) {
	clients, err := org.client.OAuthClients(ctx)
	if err != nil {
		return oauthClientModel{}, diag.Diagnostics{readError("read the OAuth clients", org.organization, err)}
	}
	client, diags := oauthClientLookup.find(clients, config.ID, config.Name, org.organization)
	if diags.HasError() {
		return oauthClientModel{}, diags
	}
	directory, diags := readRoleDirectory(ctx, org, client)
	if diags.HasError() {
		return oauthClientModel{}, diags
	}
	return oauthClientModel{
		ofOrganization:    config.ofOrganization,
		oauthClientFields: oauthClientState(client, directory),
		Permissions:       textListOrNull(directory.permissions(client)),
	}, diags
}

var oauthClientLookup = lookup[genesyscloud.OAuthClient]{
	kind:   "OAuth client",
	plural: "clients",
	identity: func(client genesyscloud.OAuthClient) genesyscloud.NamedEntity {
		return genesyscloud.NamedEntity{ID: client.ID, Name: client.Name}
	},
}

func oauthClientState(client genesyscloud.OAuthClient, directory roleDirectory) oauthClientFields {
	return oauthClientFields{
		ID:                         types.StringValue(client.ID),
		Name:                       types.StringValue(client.Name),
		Description:                textOrNull(client.Description),
		State:                      textOrNull(client.State),
		GrantType:                  textOrNull(client.AuthorizedGrantType),
		Scopes:                     textSetOrNull(client.Scope),
		RedirectURIs:               textSetOrNull(client.RegisteredRedirectURIs),
		AccessTokenValiditySeconds: types.Int64PointerValue(client.AccessTokenValiditySeconds),
		DateCreated:                textOrNull(client.DateCreated),
		DateModified:               textOrNull(client.DateModified),
		CreatedBy:                  entityID(client.CreatedBy),
		ModifiedBy:                 entityID(client.ModifiedBy),
		DateToDelete:               textOrNull(client.DateToDelete),
		Roles:                      directory.clientRoles(client),
	}
}

// entityID is the id of an entity that an answer refers to; null when it refers to none.
func entityID(entity *genesyscloud.NamedEntity) types.String {
	if entity == nil {
		return types.StringNull()
	}
	return textOrNull(entity.ID)
}

// roleDirectory is what the role grants of OAuth clients point at.
type roleDirectory struct {
	roles         []genesyscloud.Role
	roleNames     map[string]string // by id, as divisionNames
	divisionNames map[string]string
}

// readRoleDirectory reads the organization's roles and divisions, unless none of the clients has roles.
func readRoleDirectory(ctx context.Context, org openOrganization, clients ...genesyscloud.OAuthClient) (roleDirectory, diag.Diagnostics) {
	if !slices.ContainsFunc(clients, func(c genesyscloud.OAuthClient) bool { return len(c.RoleDivisions) > 0 }) {
		return roleDirectory{}, nil
	}
	roles, err := org.client.Roles(ctx)
	if err != nil {
		return roleDirectory{}, diag.Diagnostics{readError("read the roles", org.organization, err)}
	}
	divisions, err := org.client.Divisions(ctx)
	if err != nil {
		return roleDirectory{}, diag.Diagnostics{readError("read the divisions", org.organization, err)}
	}
	directory := roleDirectory{
		roles:         roles,
		roleNames:     make(map[string]string, len(roles)),
		divisionNames: make(map[string]string, len(divisions)),
	}
	for _, role := range roles {
		directory.roleNames[role.ID] = role.Name
	}
	for _, division := range divisions {
		directory.divisionNames[division.ID] = division.Name
	}
	return directory, nil
}

// grantsShown tells whether the roles of the client are known: only a client with a user-context grant has none to show.
func grantsShown(client genesyscloud.OAuthClient) bool {
	return client.RoleDivisions != nil || client.AuthorizedGrantType != clientCredentials
}

// clientRoles are the grants with their names, by role and division; nil when the platform does not show them.
func (d roleDirectory) clientRoles(client genesyscloud.OAuthClient) []clientRoleModel {
	if !grantsShown(client) {
		return nil
	}
	models := make([]clientRoleModel, len(client.RoleDivisions))
	for i, grant := range client.RoleDivisions {
		models[i] = clientRoleModel{
			RoleID:       types.StringValue(grant.RoleID),
			RoleName:     textOrNull(d.roleNames[grant.RoleID]),
			DivisionID:   types.StringValue(grant.DivisionID),
			DivisionName: textOrNull(d.divisionNames[grant.DivisionID]),
		}
	}
	slices.SortFunc(models, func(a, b clientRoleModel) int {
		return slices.Compare(a.sortKey(), b.sortKey())
	})
	return models
}

func (m clientRoleModel) sortKey() []string {
	return []string{m.RoleName.ValueString(), m.DivisionName.ValueString(), m.RoleID.ValueString(), m.DivisionID.ValueString()}
}

// permissions are the unconditional permissions of the granted roles, flattened, sorted, each once. They are nil when they cannot be
// complete: the grants, a granted role or its policies are not shown.
func (d roleDirectory) permissions(client genesyscloud.OAuthClient) []string {
	if !grantsShown(client) {
		return nil
	}
	granted := make(map[string]bool, len(client.RoleDivisions))
	for _, grant := range client.RoleDivisions {
		granted[grant.RoleID] = true
	}
	permissions := []string{}
	for _, role := range d.roles {
		if !granted[role.ID] {
			continue
		}
		if role.PermissionPolicies == nil {
			return nil
		}
		permissions = append(permissions, unconditionalPermissions(role)...)
		delete(granted, role.ID)
	}
	if len(granted) > 0 {
		return nil
	}
	slices.Sort(permissions)
	return slices.Compact(permissions)
}
