package provider

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

var _ list.ListResourceWithConfigure = (*validationList)(nil)

func newValidationList() list.ListResource { return &validationList{} }

// validationList lists the OAuth clients of an organization, each with the validation that what it has today passes.
type validationList struct{ resourceBase }

type validationListModel struct {
	Organization types.String `tfsdk:"organization"`
}

func (l *validationList) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_access_validation"
}

func (l *validationList) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse,
) {
	organization := organizationArgument()
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the OAuth clients of an organization, each as a validation that demands exactly what the client has today: " +
			"its scopes, its roles and its grant type, and nothing beyond them.",
		Attributes: map[string]schema.Attribute{
			"organization": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: organization.MarkdownDescription,
				Validators:          []validator.String{isNotBlank},
			},
		},
	}
}

func (l *validationList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config validationListModel
	diags := req.Config.Get(ctx, &config)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	clients, diags := l.data.readClients(ctx, config.Organization, req.IncludeResource)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		for i, client := range clients.upTo(req.Limit) {
			result := l.result(ctx, req, config.Organization, clients, client)
			if i == 0 {
				result.Diagnostics.Append(clients.cutOff(req.Limit)...)
			}
			if !push(result) {
				return
			}
		}
	}
}

// result is one client. An error in its diagnostics reaches Terraform because the result is pushed.
func (l *validationList) result(
	ctx context.Context, req list.ListRequest, organization types.String, clients listedClients, client genesyscloud.OAuthClient,
) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = clients.displayName(client)
	result.Diagnostics.Append(result.Identity.Set(ctx, validationIdentity{
		Organization: organization,
		ClientID:     types.StringValue(client.ID),
	})...)
	if !req.IncludeResource {
		return result
	}
	baseline, diags := l.data.baseline(ctx, organization, client, clients.roleNames)
	result.Diagnostics.Append(diags...)
	if !result.Diagnostics.HasError() {
		result.Diagnostics.Append(write(ctx, result.Resource, baseline.attributes())...)
	}
	return result
}

// listedClients are the OAuth clients of an organization, by name and id.
type listedClients struct {
	all       []genesyscloud.OAuthClient
	named     map[string]int    // how many clients bear a name
	roleNames map[string]string // by id, those that say without doubt which role is meant
}

// readClients reads the clients of an organization and, if they are wanted and there is a client that has roles of its own, the names of
// the roles.
func (d *providerData) readClients(ctx context.Context, key types.String, withRoles bool) (listedClients, diag.Diagnostics) {
	org, diags := d.openOrganization(key)
	if diags.HasError() {
		return listedClients{}, diags
	}
	all, err := org.client.OAuthClients(ctx)
	if err != nil {
		return listedClients{}, append(diags, readError("read the OAuth clients", org, err))
	}
	clients := listedClients{all: slices.Clone(all), named: make(map[string]int, len(all))}
	slices.SortFunc(clients.all, func(a, b genesyscloud.OAuthClient) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	for _, client := range all {
		clients.named[client.Name]++
	}
	if !withRoles || !slices.ContainsFunc(all, hasOwnRoles) {
		return clients, diags
	}
	roles, err := org.client.Roles(ctx)
	if err != nil {
		return listedClients{}, append(diags, readError("read the roles", org, err))
	}
	clients.roleNames = distinctRoleNames(roles)
	return clients, diags
}

// hasOwnRoles tells whether the roles of the client itself decide what it may do. With any other grant it is a user's that do.
func hasOwnRoles(client genesyscloud.OAuthClient) bool {
	return client.AuthorizedGrantType == clientCredentials
}

// distinctRoleNames are the names, by role id, that one role alone bears.
func distinctRoleNames(roles []genesyscloud.Role) map[string]string {
	bearers := make(map[string]int, len(roles))
	for _, role := range roles {
		bearers[role.Name]++
	}
	names := make(map[string]string, len(roles))
	for _, role := range roles {
		if bearers[role.Name] == 1 && strings.TrimSpace(role.Name) != "" {
			names[role.ID] = role.Name
		}
	}
	return names
}

// upTo are the first clients, at most limit of them; all without a limit.
func (c listedClients) upTo(limit int64) []genesyscloud.OAuthClient {
	if limit <= 0 || int64(len(c.all)) <= limit {
		return c.all
	}
	return c.all[:limit]
}

// cutOff warns of a limit that leaves clients out: Terraform itself says nothing, and what is left out is not under control.
func (c listedClients) cutOff(limit int64) diag.Diagnostics {
	shown := len(c.upTo(limit))
	if shown == len(c.all) {
		return nil
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic("Not every OAuth client is listed",
		fmt.Sprintf("%d of the organization's %d OAuth clients are listed. Set limit in the list block to %d or more.",
			shown, len(c.all), len(c.all)))}
}

func (c listedClients) displayName(client genesyscloud.OAuthClient) string {
	if c.named[client.Name] > 1 {
		return fmt.Sprintf("%s (%s)", client.Name, client.ID)
	}
	return client.Name
}

// find returns the client with an id.
func (c listedClients) find(id string) (genesyscloud.OAuthClient, bool) {
	i := slices.IndexFunc(c.all, func(client genesyscloud.OAuthClient) bool { return client.ID == id })
	if i < 0 {
		return genesyscloud.OAuthClient{}, false
	}
	return c.all[i], true
}

// baseline is the validation that demands exactly what a client has today, with its verdict. A client that is active passes it as long
// as nothing is added to it or taken from it. The roles of a user-context grant are the user's, whom the client does not tell, so nothing
// is demanded of them.
func (d *providerData) baseline(
	ctx context.Context, organization types.String, client genesyscloud.OAuthClient, roleNames map[string]string,
) (validation, diag.Diagnostics) {
	arguments := noArguments()
	arguments["organization"] = organization
	arguments["client_id"] = types.StringValue(client.ID)
	arguments["required_scopes"] = textSet(sortedSet(client.Scope))
	arguments["allowed_scopes"] = textSet(nil)
	// A grant type that the platform does not document cannot be written in a configuration; the check of it never passes.
	if slices.Contains(grantTypes, client.AuthorizedGrantType) {
		arguments["allowed_grant_types"] = textSet([]string{client.AuthorizedGrantType})
	}
	if hasOwnRoles(client) {
		arguments["required_roles"] = textSet(grantedRoles(client, roleNames))
		arguments["allowed_roles"] = textSet(nil)
	}
	outcome, diags := d.evaluate(ctx, arguments)
	if diags.HasError() {
		return validation{}, diags
	}
	return validation{arguments, outcome.results()}, diags
}

// grantedRoles are the roles of a client, each once, by name, or by id where the name does not say which role it is.
func grantedRoles(client genesyscloud.OAuthClient, roleNames map[string]string) []string {
	roles := make([]string, len(client.RoleDivisions))
	for i, grant := range client.RoleDivisions {
		roles[i] = cmp.Or(roleNames[grant.RoleID], grant.RoleID)
	}
	return sortedSet(roles)
}

func sortedSet(texts []string) []string { return slices.Compact(slices.Sorted(slices.Values(texts))) }
