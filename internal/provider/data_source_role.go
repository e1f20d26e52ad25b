package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/auditor"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

var _ datasource.DataSourceWithConfigure = (*roleDataSource)(nil)

func newRoleDataSource() datasource.DataSource { return &roleDataSource{} }

type roleDataSource struct{ dataSourceBase }

type roleModel struct {
	ofOrganization
	ID            types.String         `tfsdk:"id"`
	Name          types.String         `tfsdk:"name"`
	Description   types.String         `tfsdk:"description"`
	DefaultRoleID types.String         `tfsdk:"default_role_id"`
	Default       types.Bool           `tfsdk:"default"`
	Base          types.Bool           `tfsdk:"base"`
	UserCount     types.Int64          `tfsdk:"user_count"`
	Permissions   types.List           `tfsdk:"permissions"`
	Conditions    []roleConditionModel `tfsdk:"conditions"`
}

type roleConditionModel struct {
	Domain         types.String `tfsdk:"domain"`
	Entity         types.String `tfsdk:"entity"`
	Actions        types.List   `tfsdk:"actions"`
	Condition      types.String `tfsdk:"condition"`
	NamedResources types.List   `tfsdk:"named_resources"`
}

func (d *roleDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_role"
}

func (d *roleDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "One role of an organization: the permissions that it grants, those that it grants only under a condition, " +
			"and how many users have it.",
		Attributes: map[string]schema.Attribute{
			"organization": organizationArgument(),
			"id": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Id of the role. Exactly one of `id` and `name` is required.",
				Validators: []validator.String{
					isNotBlank, stringvalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name")),
				},
			},
			"name": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Exact name of the role. A name that several roles have is an error.",
				Validators:          []validator.String{isNotBlank},
			},
			"description": computedText("Description of the role."),
			"default_role_id": computedText("Key of the platform's default role that this one is, such as `employee`; null for a role of the " +
				"organization's own."),
			"default":    computedFlag("Whether the role is one of the platform's default roles."),
			"base":       computedFlag("Whether the role is a base role of the platform."),
			"user_count": computedNumber("Number of users that have the role."),
			"permissions": computedTextList("Permissions that the role grants without a condition, `domain:entity:action` as granted (`*` " +
				"included) and legacy flat names, sorted; null when the platform does not show the role's policies."),
			"conditions": computedList("Policies of the role that grant only under a condition, or only for named resources, by domain and "+
				"entity; null when the platform does not show the role's policies.",
				map[string]schema.Attribute{
					"domain":  computedText("Domain of the permissions."),
					"entity":  computedText("Entity of the permissions; `*` means all of the domain."),
					"actions": computedTextList("Actions of the permissions, sorted; `*` means all of the entity."),
					"condition": computedText("The condition as JSON text, as `jsonencode` would write it; null for a policy that is limited by " +
						"its named resources alone."),
					"named_resources": computedTextList("Resources that the policy is limited to, sorted; empty when it is limited by its " +
						"condition alone."),
				}),
		},
	}
}

func (d *roleDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	readDataSource(ctx, d.data, req, resp, readRole)
}

// readRole finds the role in the organization's list, which every data source and validation shares, and then reads it alone: the list
// comes without user counts.
func readRole(ctx context.Context, org openOrganization, config roleModel) (roleModel, diag.Diagnostics) {
	roles, err := org.client.Roles(ctx)
	if err != nil {
		return config, diag.Diagnostics{readError("read the roles", org.organization, err)}
	}
	role, diags := roleLookup.find(roles, config.ID, config.Name, org.organization)
	if diags.HasError() {
		return config, diags
	}
	if role, err = org.client.Role(ctx, role.ID); err != nil {
		return config, diag.Diagnostics{readError("read the role", org.organization, err)}
	}
	return roleState(config.ofOrganization, role), diags
}

var roleLookup = lookup[genesyscloud.Role]{
	kind:   "role",
	plural: "roles",
	identity: func(role genesyscloud.Role) genesyscloud.NamedEntity {
		return genesyscloud.NamedEntity{ID: role.ID, Name: role.Name}
	},
}

func roleState(organization ofOrganization, role genesyscloud.Role) roleModel {
	state := roleModel{
		ofOrganization: organization,
		ID:             types.StringValue(role.ID),
		Name:           types.StringValue(role.Name),
		Description:    textOrNull(role.Description),
		DefaultRoleID:  textOrNull(role.DefaultRoleID),
		Default:        types.BoolValue(role.Default),
		Base:           types.BoolValue(role.Base),
		UserCount:      types.Int64PointerValue(role.UserCount),
		Permissions:    types.ListNull(types.StringType),
	}
	if role.PermissionPolicies != nil {
		permissions := unconditionalPermissions(role)
		slices.Sort(permissions)
		state.Permissions = textList(slices.Compact(permissions))
		state.Conditions = roleConditions(role.PermissionPolicies)
	}
	return state
}

// unconditionalPermissions are what a role gives without a condition: its legacy flat names, and its policies flattened.
func unconditionalPermissions(role genesyscloud.Role) []string {
	permissions := slices.Clone([]string(role.Permissions))
	for _, policy := range role.PermissionPolicies {
		if auditor.Conditional(policy) {
			continue
		}
		for _, action := range policy.ActionSet {
			permissions = append(permissions, policy.Domain+":"+policy.EntityName+":"+action)
		}
	}
	return permissions
}

// roleConditions are the policies that are conditional, by domain, entity, actions and condition.
func roleConditions(policies []genesyscloud.PermissionPolicy) []roleConditionModel {
	models := []roleConditionModel{}
	for _, policy := range policies {
		if auditor.Conditional(policy) {
			models = append(models, roleCondition(policy))
		}
	}
	slices.SortFunc(models, func(a, b roleConditionModel) int {
		return slices.Compare(a.sortKey(), b.sortKey())
	})
	return models
}

func roleCondition(policy genesyscloud.PermissionPolicy) roleConditionModel {
	model := roleConditionModel{
		Domain:         types.StringValue(policy.Domain),
		Entity:         types.StringValue(policy.EntityName),
		Actions:        textList(slices.Sorted(slices.Values(policy.ActionSet))),
		NamedResources: textList(slices.Sorted(slices.Values(policy.NamedResources))),
	}
	if node := policy.ResourceConditionNode; auditor.Conditional(genesyscloud.PermissionPolicy{ResourceConditionNode: node}) {
		model.Condition = types.StringValue(canonicalJSON(node))
	}
	return model
}

func (m roleConditionModel) sortKey() []string {
	return []string{
		m.Domain.ValueString(), m.Entity.ValueString(), m.Actions.String(), m.Condition.ValueString(), m.NamedResources.String(),
	}
}

// canonicalJSON writes a JSON value as Terraform's jsonencode does: without white space, the keys of an object sorted. What is no JSON
// is left as it is.
func canonicalJSON(data []byte) string {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return string(data)
	}
	canonical, err := json.Marshal(value)
	if err != nil {
		return string(data)
	}
	return string(canonical)
}
