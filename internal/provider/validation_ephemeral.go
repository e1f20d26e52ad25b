package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
)

var (
	_ ephemeral.EphemeralResourceWithConfigure      = (*validationEphemeral)(nil)
	_ ephemeral.EphemeralResourceWithValidateConfig = (*validationEphemeral)(nil)
)

func newValidationEphemeral() ephemeral.EphemeralResource { return &validationEphemeral{} }

// validationEphemeral is the gate that keeps nothing: Terraform opens it at every plan and again at apply, also of a saved plan without
// changes.
type validationEphemeral struct{ base }

func (e *validationEphemeral) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	resp.Diagnostics.Append(e.configure(req.ProviderData)...)
}

func (e *validationEphemeral) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_access_validation"
}

func (e *validationEphemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Fails the plan if an OAuth client of a Genesys Cloud organization does not have the access that it needs, with the " +
			"reason and the remedy. It is evaluated at every plan and again at apply, even of a saved plan without changes, and keeps nothing in " +
			"state. While it fails, Terraform neither plans nor creates the resources that depend on it.",
		Attributes: ephemeralAttributes(validationAttributes()),
		Blocks:     ephemeralBlocks(validationAttributes()),
	}
}

// ValidateConfig judges the arguments together.
func (e *validationEphemeral) ValidateConfig(
	ctx context.Context, req ephemeral.ValidateConfigRequest, resp *ephemeral.ValidateConfigResponse,
) {
	config, diags := attributesOf(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(argumentsOf(config).validate()...)
	}
}

// Open is the gate. Terraform calls it only when the configuration is wholly known. The provider's own configuration may be known only at
// apply, where Terraform opens this again.
func (e *validationEphemeral) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	config, diags := attributesOf(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	outcome, diags := e.data.open(ctx, argumentsOf(config))
	resp.Diagnostics.Append(diags...)
	if diags.HasError() {
		return
	}
	resp.Diagnostics.Append(outcome.diagnostics()...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(write(ctx, &resp.Result, validation{outcome.arguments, outcome.results()}.ephemeral())...)
	}
}
