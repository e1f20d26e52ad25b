package provider

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/auditor"
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
			"its scopes, its roles with their divisions and permissions, and its grant type. Nothing else is allowed.",
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
	baseline, diags := l.data.baseline(ctx, organization, client, clients.world)
	result.Diagnostics.Append(diags...)
	if !result.Diagnostics.HasError() {
		result.Diagnostics.Append(write(ctx, result.Resource, baseline.attributes())...)
	}
	return result
}

// listedClients are the OAuth clients of an organization, by name and id.
type listedClients struct {
	all   []genesyscloud.OAuthClient
	named map[string]int // how many clients bear a name
	world grantedWorld
}

// grantedWorld is what the grants of the clients refer to.
type grantedWorld struct {
	roles     *access.Roles
	existing  []string            // the permissions that exist in the organization
	roleNames map[string]string   // by id, those that say without doubt which role is meant
	divisions map[string]string   // names by id, likewise
	given     map[string][]string // by the id of a role: the existing permissions that it grants
	limited   map[string][]string // those that it grants only under a condition
}

// readClients reads the clients of an organization and, if they are wanted and there is a client that has roles of its own, what the grants of
// the roles refer to.
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
	world, problem := org.readGrantedWorld(ctx)
	if problem != nil {
		return listedClients{}, append(diags, problem)
	}
	clients.world = world
	return clients, diags
}

func (o *organization) readGrantedWorld(ctx context.Context) (grantedWorld, diag.Diagnostic) {
	roles, err := o.client.Roles(ctx)
	if err != nil {
		return grantedWorld{}, readError("read the roles", o, err)
	}
	divisions, err := o.client.Divisions(ctx)
	if err != nil {
		return grantedWorld{}, readError("read the divisions", o, err)
	}
	collections, err := o.client.Permissions(ctx)
	if err != nil {
		return grantedWorld{}, readError("read the permissions that exist in the organization", o, err)
	}
	w := grantedWorld{
		roles:     auditor.RoleFacts(roles),
		roleNames: distinctNames(roles, func(r genesyscloud.Role) (string, string) { return r.ID, r.Name }),
		divisions: distinctNames(divisions, func(d genesyscloud.Division) (string, string) { return d.ID, d.Name }),
		given:     make(map[string][]string),
		limited:   make(map[string][]string),
	}
	for _, collection := range collections {
		for _, entries := range collection.PermissionMap {
			for _, entry := range entries {
				name := access.Permission{Domain: entry.Domain, Entity: entry.EntityType, Action: entry.Action}.String()
				if permissionProblem(name, false) == "" {
					w.existing = append(w.existing, name)
				}
			}
		}
	}
	w.existing = sortedSet(w.existing)
	return w, nil
}

// hasOwnRoles tells whether the roles of the client itself decide what it may do. With any other grant it is a user's that do.
func hasOwnRoles(client genesyscloud.OAuthClient) bool {
	return client.AuthorizedGrantType == clientCredentials
}

// distinctNames are the names, by id, that one thing alone bears and that are no id.
func distinctNames[T any](things []T, idAndName func(T) (id, name string)) map[string]string {
	bearers := make(map[string]int, len(things))
	for _, thing := range things {
		id, name := idAndName(thing)
		bearers[name]++
		bearers[id]++
	}
	names := make(map[string]string, len(things))
	for _, thing := range things {
		if id, name := idAndName(thing); bearers[name] == 1 && strings.TrimSpace(name) != "" && name != access.Wildcard {
			names[id] = name
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

// cutOff warns of a limit that leaves clients out. Terraform itself does not, and the baseline would miss these clients.
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
	ctx context.Context, organization types.String, client genesyscloud.OAuthClient, world grantedWorld,
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
		maps.Copy(arguments, world.grantsOf(client))
	}
	outcome, diags := d.evaluate(ctx, arguments)
	if diags.HasError() {
		return validation{}, diags
	}
	return validation{arguments, outcome.results()}, diags
}

// grantsOf are the arguments that demand exactly the roles that a client has, in their divisions, and what the roles permit: at most the patterns
// as they are granted, and at least each existing permission for which they stand, since required_permissions takes no wildcard. Grants of
// roles that do not exist any more are left out: nothing can be demanded of them, and the plan says so until they are removed.
func (w grantedWorld) grantsOf(client genesyscloud.OAuthClient) arguments {
	var names, allowed, required, limited []string
	divisions := make(map[string][]string)
	for _, grant := range client.RoleDivisions {
		role := w.roles.ByID(grant.RoleID)
		if role == nil {
			continue
		}
		name := cmp.Or(w.roleNames[role.ID], role.ID)
		names = append(names, name)
		if grant.DivisionID != "" {
			divisions[name] = append(divisions[name], cmp.Or(w.divisions[grant.DivisionID], grant.DivisionID))
		}
		for _, pattern := range role.Patterns() {
			if grantProblem(pattern, true) == "" {
				allowed = append(allowed, pattern)
			}
		}
		given, onlyLimited := w.permits(role)
		required, limited = append(required, given...), append(limited, onlyLimited...)
	}
	places := make(map[string]attr.Value, len(divisions))
	for name, of := range divisions {
		places[name] = textSet(sortedSet(of))
	}
	a := arguments{
		"required_roles":      textSet(sortedSet(names)),
		"allowed_roles":       textSet(nil),
		"allowed_permissions": textSet(sortedSet(allowed)),
	}
	if len(places) > 0 {
		a["role_divisions"] = types.MapValueMust(textSetType, places)
	}
	free := slices.Clone(required)
	if required = sortedSet(append(required, limited...)); len(required) > 0 {
		a["required_permissions"] = textSet(required)
		// What is granted is codified, not what policies take away from it.
		a["ignore_access_policies"] = types.BoolValue(true)
	}
	if slices.ContainsFunc(limited, func(name string) bool { return !slices.Contains(free, name) }) {
		a["accept_conditional_grants"] = types.BoolValue(true)
	}
	return a
}

// permits are the existing permissions that a role grants, and those that it grants only under a condition.
func (w grantedWorld) permits(role *access.Role) (given, limited []string) {
	if _, done := w.given[role.ID]; !done {
		w.given[role.ID] = nil
		for _, name := range w.existing {
			switch plain, conditional := role.Grants(name); {
			case plain:
				w.given[role.ID] = append(w.given[role.ID], name)
			case conditional:
				w.limited[role.ID] = append(w.limited[role.ID], name)
			}
		}
	}
	return w.given[role.ID], w.limited[role.ID]
}

func sortedSet(texts []string) []string { return slices.Compact(slices.Sorted(slices.Values(texts))) }
