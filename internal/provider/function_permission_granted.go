package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
)

var _ function.Function = (*permissionGrantedFunction)(nil)

type permissionGrantedFunction struct{}

func newPermissionGrantedFunction() function.Function { return &permissionGrantedFunction{} }

func (*permissionGrantedFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "permission_granted"
}

func (*permissionGrantedFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Whether a list of grants covers a permission",
		MarkdownDescription: "Tells whether one of the granted permissions covers the required one. A `*` in a grant stands for every value of " +
			"its segment. Names are compared exactly, case included. Text that is not a permission is an error.",
		Parameters: []function.Parameter{
			function.ListParameter{
				Name:        "granted",
				ElementType: types.StringType,
				MarkdownDescription: "The grants: `domain:entity:action`, `*` allowed for a whole segment, or a legacy flat name such as `admin`, " +
					"which covers only itself.",
			},
			function.StringParameter{
				Name:                "required",
				MarkdownDescription: "The permission: `domain:entity:action` without `*`, or a legacy flat name.",
			},
		},
		Return: function.BoolReturn{},
	}
}

func (*permissionGrantedFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var (
		granted  []types.String
		required string
	)
	resp.Error = req.Arguments.Get(ctx, &granted, &required)
	if resp.Error != nil {
		return
	}
	grants := make([]string, len(granted))
	for i, grant := range granted {
		if grant.IsNull() {
			resp.Error = argumentError(0, fmt.Sprintf("element %d is null", i))
			return
		}
		grants[i] = grant.ValueString()
		if problem := grantProblem(grants[i], true); problem != "" {
			resp.Error = argumentError(0, fmt.Sprintf("element %d: %s", i, problem))
			return
		}
	}
	if problem := grantProblem(required, false); problem != "" {
		resp.Error = argumentError(1, problem)
		return
	}
	covered := slices.ContainsFunc(grants, func(grant string) bool { return access.Covers(grant, required) })
	resp.Error = resp.Result.Set(ctx, covered)
}

// grantProblem is empty for a permission and for a legacy flat name, which is one word.
func grantProblem(text string, wildcards bool) string {
	notInWord := func(r rune) bool {
		return !strings.ContainsRune("_-.", r) && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}
	if text != "" && !strings.ContainsFunc(text, notInWord) {
		return ""
	}
	return permissionProblem(text, wildcards)
}
