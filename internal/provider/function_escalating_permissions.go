package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

var _ function.Function = (*escalatingPermissionsFunction)(nil)

type escalatingPermissionsFunction struct{}

func newEscalatingPermissionsFunction() function.Function { return &escalatingPermissionsFunction{} }

func (*escalatingPermissionsFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "escalating_permissions"
}

func (*escalatingPermissionsFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Permissions that let a client raise its rights",
		MarkdownDescription: "Returns the permissions that let an OAuth client raise its own rights or those of others, sorted. Use the list for " +
			"`forbidden_permissions` of a validation. They come from the provider's own catalog, so no network is needed.",
		Return: function.ListReturn{ElementType: types.StringType},
	}
}

func (*escalatingPermissionsFunction) Run(ctx context.Context, _ function.RunRequest, resp *function.RunResponse) {
	var permissions []string
	for _, escalation := range catalog.Escalations() {
		permissions = append(permissions, escalation.Permission)
	}
	resp.Error = resp.Result.Set(ctx, permissions)
}
