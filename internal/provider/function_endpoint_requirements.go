package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

var _ function.Function = (*endpointRequirementsFunction)(nil)

type endpointRequirementsFunction struct{}

func newEndpointRequirementsFunction() function.Function { return &endpointRequirementsFunction{} }

type endpointRequirementsModel struct {
	Method      types.String             `tfsdk:"method"`
	Path        types.String             `tfsdk:"path"`
	Scopes      types.List               `tfsdk:"scopes"`
	Permissions types.List               `tfsdk:"permissions"`
	Match       types.String             `tfsdk:"match"`
	Roles       types.List               `tfsdk:"roles"`
	Variants    []endpointVariantModel   `tfsdk:"variants"`
	Conditions  []endpointConditionModel `tfsdk:"conditions"`
	Source      types.String             `tfsdk:"source"`
}

type endpointVariantModel struct {
	Name        types.String `tfsdk:"name"`
	When        types.String `tfsdk:"when"`
	Permissions types.List   `tfsdk:"permissions"`
	Match       types.String `tfsdk:"match"`
}

type endpointConditionModel struct {
	Kind        types.String `tfsdk:"kind"`
	Description types.String `tfsdk:"description"`
	Permissions types.List   `tfsdk:"permissions"`
	Scopes      types.List   `tfsdk:"scopes"`
	Source      types.String `tfsdk:"source"`
}

var textListType = types.ListType{ElemType: types.StringType}

var endpointVariantType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"name":        types.StringType,
	"when":        types.StringType,
	"permissions": textListType,
	"match":       types.StringType,
}}

var endpointConditionType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"kind":        types.StringType,
	"description": types.StringType,
	"permissions": textListType,
	"scopes":      textListType,
	"source":      types.StringType,
}}

func (*endpointRequirementsFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "endpoint_requirements"
}

func (*endpointRequirementsFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Requirements of a Genesys Cloud endpoint",
		MarkdownDescription: "Returns the OAuth scopes, permissions and roles that an endpoint of the Genesys Cloud Platform API requires of its " +
			"caller, and the conditions under which they are not enough. The values come from the provider's own catalog, so no network is " +
			"needed. An endpoint or a variant that is not in the catalog is an error, which names the nearest ones.",
		Parameters: []function.Parameter{function.StringParameter{
			Name: "endpoint",
			MarkdownDescription: "The endpoint, `METHOD /path`. The path is a template (`/api/v2/users/{userId}/roles`) or a concrete one " +
				"(`/api/v2/users/123/roles`). `METHOD /path#variant` asks for one variant: `PATCH /api/v2/users/{userId}#extension`.",
		}},
		Return: function.ObjectReturn{AttributeTypes: map[string]attr.Type{
			"method":      types.StringType,
			"path":        types.StringType,
			"scopes":      textListType,
			"permissions": textListType,
			"match":       types.StringType,
			"roles":       textListType,
			"variants":    types.ListType{ElemType: endpointVariantType},
			"conditions":  types.ListType{ElemType: endpointConditionType},
			"source":      types.StringType,
		}},
	}
}

func (*endpointRequirementsFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var endpoint string
	resp.Error = req.Arguments.Get(ctx, &endpoint)
	if resp.Error != nil {
		return
	}
	entry, err := catalog.Lookup(endpoint)
	if err != nil {
		resp.Error = argumentError(0, catalogProblem(err))
		return
	}
	resp.Error = resp.Result.Set(ctx, endpointRequirementsModel{
		Method:      types.StringValue(entry.Method),
		Path:        types.StringValue(entry.Path),
		Scopes:      knownList(entry.Scopes, entry.ScopesMatch),
		Permissions: knownList(entry.Permissions, entry.PermissionsMatch),
		Match:       types.StringValue(string(entry.PermissionsMatch)),
		Roles:       textList(entry.Roles),
		Variants:    endpointVariants(entry.Variants),
		Conditions:  endpointConditions(entry.Conditions),
		Source:      types.StringValue(string(entry.Source)),
	})
}

func endpointVariants(variants []catalog.Variant) []endpointVariantModel {
	models := make([]endpointVariantModel, len(variants)) // never nil, which would be null
	for i, v := range variants {
		models[i] = endpointVariantModel{
			Name:        types.StringValue(v.Name),
			When:        types.StringValue(v.When),
			Permissions: knownList(v.Permissions, v.PermissionsMatch),
			Match:       types.StringValue(string(v.PermissionsMatch)),
		}
	}
	return models
}

func endpointConditions(conditions []catalog.Condition) []endpointConditionModel {
	models := make([]endpointConditionModel, len(conditions))
	for i, c := range conditions {
		models[i] = endpointConditionModel{
			Kind:        types.StringValue(string(c.Kind)),
			Description: types.StringValue(c.Text),
			Permissions: textList(c.Permissions),
			Scopes:      textList(c.Scopes),
			Source:      types.StringValue(c.Source),
		}
	}
	return models
}

// knownList is null for what the catalog does not know, which is something else than needing none.
func knownList(names []string, match catalog.Match) types.List {
	if match == catalog.Unknown {
		return types.ListNull(types.StringType)
	}
	return textList(names)
}

// argumentError is the error of a function about one of its arguments, counted from 0. The CLI sets the full stop, after a question too:
// the question is put in parentheses.
func argumentError(argument int64, problem string) *function.FuncError {
	if before, question, ok := strings.Cut(problem, ". Did you mean "); ok {
		problem = before + " (did you mean " + question + ")"
	}
	return function.NewArgumentFuncError(argument, strings.TrimSuffix(problem, "."))
}
