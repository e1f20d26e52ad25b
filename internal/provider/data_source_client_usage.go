package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/auditor"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/usage"
)

var _ datasource.DataSourceWithConfigure = (*clientUsageDataSource)(nil)

func newClientUsageDataSource() datasource.DataSource { return &clientUsageDataSource{} }

type clientUsageDataSource struct{ dataSourceBase }

const (
	defaultUsageDays = 7
	// maxUsageDays is the longest interval of one query of the platform.
	maxUsageDays = 90
)

type clientUsageModel struct {
	ofOrganization
	ClientID          types.String        `tfsdk:"client_id"`
	ClientName        types.String        `tfsdk:"client_name"`
	Days              types.Int64         `tfsdk:"days"`
	GrantType         types.String        `tfsdk:"grant_type"`
	Endpoints         []usedEndpointModel `tfsdk:"endpoints"`
	UnknownEndpoints  types.List          `tfsdk:"unknown_endpoints"`
	UsedPermissions   types.List          `tfsdk:"used_permissions"`
	UnusedPermissions types.List          `tfsdk:"unused_permissions"`
	UnusedRoles       types.List          `tfsdk:"unused_roles"`
	UsedScopes        types.List          `tfsdk:"used_scopes"`
	UnusedScopes      types.List          `tfsdk:"unused_scopes"`
}

type usedEndpointModel struct {
	Endpoint     types.String `tfsdk:"endpoint"`
	Requests     types.Int64  `tfsdk:"requests"`
	Succeeded    types.Int64  `tfsdk:"succeeded"`
	ClientErrors types.Int64  `tfsdk:"client_errors"`
	RateLimited  types.Int64  `tfsdk:"rate_limited"`
	ServerErrors types.Int64  `tfsdk:"server_errors"`
	InCatalog    types.Bool   `tfsdk:"in_catalog"`
}

func (d *clientUsageDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_client_usage"
}

func (d *clientUsageDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "What an OAuth client called in the last days, compared with the catalog of what each endpoint needs: which " +
			"of the client's permissions, roles and scopes it uses, and which it does not use.",
		Attributes: map[string]schema.Attribute{
			"organization": organizationArgument(),
			"client_id": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Id of the client. Default: the client that the provider itself signed in as.",
				Validators:          []validator.String{isNotBlank, stringvalidator.ConflictsWith(path.MatchRoot("client_name"))},
			},
			"client_name": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Exact name of the client. A name that several clients have is an error.",
				Validators:          []validator.String{isNotBlank},
			},
			"days": schema.Int64Attribute{
				Optional: true, Computed: true,
				MarkdownDescription: fmt.Sprintf("Number of whole days (UTC) to read, up to yesterday. Default: %d; at most %d, the longest "+
					"interval of the platform.", defaultUsageDays, maxUsageDays),
				Validators: []validator.Int64{int64validator.Between(1, maxUsageDays)},
			},
			"grant_type": computedText("Grant type of the client, such as `CLIENT-CREDENTIALS` or `CODE`."),
			"endpoints": computedList("Endpoints that the client called, by path and method.", map[string]schema.Attribute{
				"endpoint":  computedText("`METHOD /path`, the path a template, such as `GET /api/v2/users/{userId}`."),
				"requests":  computedNumber("Number of requests."),
				"succeeded": computedNumber("Number of requests that were answered with success (2xx or 3xx)."),
				"client_errors": computedNumber("Number of requests that were answered with a client error (4xx). The platform does not say how many " +
					"of them were refusals (403)."),
				"rate_limited":  computedNumber("Number of requests that were refused by a rate limit (429); `client_errors` counts them too."),
				"server_errors": computedNumber("Number of requests that were answered with a server error (5xx)."),
				"in_catalog":    computedFlag("Whether the catalog has the endpoint."),
			}),
			"unknown_endpoints": computedTextList("Endpoints that the client called and the catalog does not have, sorted. If there are any, " +
				"the `unused_` lists are null."),
			"used_permissions": computedTextList("Permissions that the successfully called endpoints need, sorted. Of an endpoint that needs one " +
				"of several permissions, the list has those that the client has, or all of them if the client has none, if its permissions are " +
				"not known, or if they are a user's."),
			"unused_permissions": computedTextList("Granted permissions that no called endpoint needs, whatever the response, sorted. Each is " +
				"shown as granted, with `*`; permissions that are granted only under a condition are included. A grant with `*` counts as used " +
				"if any permission that it covers is used. Null if the permissions of a called endpoint are incomplete, with a warning, and for " +
				"a user-context grant."),
			"unused_roles": computedTextList("Names of the client's roles without a used permission, sorted. Null if `unused_permissions` is null."),
			"used_scopes": computedTextList("OAuth scopes of the client that the successfully called endpoints need, " +
				"sorted. Null if the platform shows no scopes, as it may for CLIENT-CREDENTIALS."),
			"unused_scopes": computedTextList("OAuth scopes of the client that no called endpoint needs, whatever the response, sorted. " +
				"Null if `used_scopes` is null, or if the scopes of a called endpoint are incomplete, with a warning."),
		},
	}
}

func (d *clientUsageDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	readDataSource(ctx, d.data, req, resp, readClientUsage)
}

func readClientUsage(ctx context.Context, org openOrganization, config clientUsageModel) (clientUsageModel, diag.Diagnostics) {
	client, diags := findUsageClient(ctx, org, config)
	if diags.HasError() {
		return clientUsageModel{}, diags
	}
	var roles *access.Roles
	if client.AuthorizedGrantType == clientCredentials && len(client.RoleDivisions) > 0 {
		list, err := org.client.Roles(ctx)
		if err != nil {
			return clientUsageModel{}, diag.Diagnostics{readError("read the roles", org.organization, err)}
		}
		roles = auditor.RoleFacts(list)
	}
	days := int64(defaultUsageDays)
	if !config.Days.IsNull() {
		days = config.Days.ValueInt64()
	}
	rows, err := org.client.OAuthClientUsage(ctx, client.ID, days)
	if err != nil {
		return clientUsageModel{}, diag.Diagnostics{readError(fmt.Sprintf("read the usage of %q, a client", client.Name), org.organization, err)}
	}
	used := usage.Join(usageCalls(rows), usageClient(client), roles)
	if len(used.Doubts) > 0 {
		diags.Append(usageDoubts(client.Name, used))
	}
	return clientUsageState(config.ofOrganization, client, days, used), diags
}

var usageClientLookup = lookup[genesyscloud.OAuthClient]{
	kind: oauthClientLookup.kind, plural: oauthClientLookup.plural, identity: oauthClientLookup.identity, arguments: "client_",
}

// findUsageClient finds the client that the arguments name, or the provider's own.
func findUsageClient(ctx context.Context, org openOrganization, config clientUsageModel) (genesyscloud.OAuthClient, diag.Diagnostics) {
	id := config.ClientID
	if id.IsNull() && config.ClientName.IsNull() {
		own, diags := org.ownClientID(ctx, org.client)
		if diags.HasError() {
			return genesyscloud.OAuthClient{}, diags
		}
		id = types.StringValue(own)
	}
	clients, err := org.client.OAuthClients(ctx)
	if err != nil {
		return genesyscloud.OAuthClient{}, diag.Diagnostics{readError("read the OAuth clients", org.organization, err)}
	}
	return usageClientLookup.find(clients, id, config.ClientName, org.organization)
}

func clientUsageState(organization ofOrganization, client genesyscloud.OAuthClient, days int64, used usage.Usage) clientUsageModel {
	endpoints := make([]usedEndpointModel, len(used.Endpoints))
	for i, endpoint := range used.Endpoints {
		endpoints[i] = usedEndpointModel{
			Endpoint:     types.StringValue(endpoint.Endpoint),
			Requests:     types.Int64Value(endpoint.Requests),
			Succeeded:    types.Int64Value(endpoint.Succeeded),
			ClientErrors: types.Int64Value(endpoint.ClientErrors),
			RateLimited:  types.Int64Value(endpoint.RateLimited),
			ServerErrors: types.Int64Value(endpoint.ServerErrors),
			InCatalog:    types.BoolValue(endpoint.InCatalog),
		}
	}
	return clientUsageModel{
		ofOrganization:    organization,
		ClientID:          types.StringValue(client.ID),
		ClientName:        types.StringValue(client.Name),
		Days:              types.Int64Value(days),
		GrantType:         textOrNull(client.AuthorizedGrantType),
		Endpoints:         endpoints,
		UnknownEndpoints:  textList(used.UnknownEndpoints),
		UsedPermissions:   textListOrNull(used.UsedPermissions),
		UnusedPermissions: textListOrNull(used.UnusedPermissions),
		UnusedRoles:       textListOrNull(used.UnusedRoles),
		UsedScopes:        textListOrNull(used.UsedScopes),
		UnusedScopes:      textListOrNull(used.UnusedScopes),
	}
}

// usageDoubts is the warning that says why something is not called unused.
func usageDoubts(client string, used usage.Usage) diag.Diagnostic {
	var open []string
	if used.UnusedPermissions == nil {
		open = append(open, "unused_permissions", "unused_roles")
	}
	if used.UnusedScopes == nil {
		open = append(open, "unused_scopes")
	}
	return diag.NewWarningDiagnostic(fmt.Sprintf("The unused access of %q is not fully known", client),
		wrap(strings.Join(used.Doubts, " "), "The lists that depend on this are null: "+strings.Join(open, ", ")+". Find out what is missing before you "+
			"remove anything from the client."))
}

// usageClient is a client as far as its usage depends on it.
func usageClient(client genesyscloud.OAuthClient) usage.Client {
	c := usage.Client{GrantType: client.AuthorizedGrantType, Scopes: client.Scope}
	if client.RoleDivisions != nil {
		c.RoleIDs = []string{}
	}
	for _, grant := range client.RoleDivisions {
		c.RoleIDs = append(c.RoleIDs, grant.RoleID)
	}
	return c
}

func usageCalls(rows []genesyscloud.UsageRow) []usage.Call {
	calls := make([]usage.Call, len(rows))
	for i, row := range rows {
		calls[i] = usage.Call{Method: row.HTTPMethod, Path: row.TemplateURI, Counts: usage.Counts{
			Requests:     row.Requests,
			Succeeded:    row.Status200 + row.Status300,
			ClientErrors: row.Status400,
			RateLimited:  row.Status429,
			ServerErrors: row.Status500,
		}}
	}
	return calls
}
