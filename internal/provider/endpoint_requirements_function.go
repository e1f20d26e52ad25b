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
	Method      types.String `tfsdk:"method"`
	Path        types.String `tfsdk:"path"`
	Scopes      types.List   `tfsdk:"scopes"`
	Permissions types.List   `tfsdk:"permissions"`
	Match       types.String `tfsdk:"match"`
	Roles       types.List   `tfsdk:"roles"`
	Source      types.String `tfsdk:"source"`
}

func (*endpointRequirementsFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "endpoint_requirements"
}

func (*endpointRequirementsFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "What a Genesys Cloud endpoint wants of its caller",
		MarkdownDescription: "Returns the OAuth scopes, permissions and roles that an endpoint of the Genesys Cloud Platform API wants of its " +
			"caller, from the provider's own catalog: no network is needed. An endpoint that is not in the catalog is an error, which " +
			"names the nearest ones.",
		Parameters: []function.Parameter{function.StringParameter{
			Name: "endpoint",
			MarkdownDescription: "The endpoint, `METHOD /path`. The path is a template (`/api/v2/users/{userId}/roles`) or a concrete one " +
				"(`/api/v2/users/123/roles`).",
		}},
		Return: function.ObjectReturn{AttributeTypes: map[string]attr.Type{
			"method":      types.StringType,
			"path":        types.StringType,
			"scopes":      types.ListType{ElemType: types.StringType},
			"permissions": types.ListType{ElemType: types.StringType},
			"match":       types.StringType,
			"roles":       types.ListType{ElemType: types.StringType},
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
		Source:      types.StringValue(string(entry.Source)),
	})
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
