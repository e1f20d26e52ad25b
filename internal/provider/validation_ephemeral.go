package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
)

var _ ephemeral.EphemeralResourceWithConfigure = (*validationEphemeral)(nil)

func newValidationEphemeral() ephemeral.EphemeralResource { return &validationEphemeral{} }

// validationEphemeral is the gate that keeps nothing: Terraform opens it at every plan and again at apply, also of a saved plan without
// changes.
type validationEphemeral struct{ base }

// validationEphemeralModel is a validation without an id: what is kept nowhere needs none.
type validationEphemeralModel struct {
	validationArguments
	validationResults
}

func (e *validationEphemeral) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	resp.Diagnostics.Append(e.configure(req.ProviderData)...)
}

func (e *validationEphemeral) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_access_validation"
}

func (e *validationEphemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Fails the plan when an OAuth client of a Genesys Cloud organization could not call what it must call, with the " +
			"reason and the remedy. It is evaluated at every plan and again at apply, also of a saved plan without changes, and keeps nothing in " +
			"state. What depends on it with `depends_on` is neither planned nor created while it fails.",
		Attributes: ephemeralAttributes(validationAttributes()),
	}
}

// Open is the gate. Terraform calls it only when the configuration is wholly known.
func (e *validationEphemeral) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var config validationEphemeralModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	results, diags := e.results(ctx, config.validationArguments)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.validationResults = results
	resp.Diagnostics.Append(resp.Result.Set(ctx, config)...)
}

func (e *validationEphemeral) results(ctx context.Context, arguments validationArguments) (validationResults, diag.Diagnostics) {
	if e.data.enforcement == enforcementOff {
		results, diags := unjudgedResults(ctx, unjudgedReason, enableEnforcement)
		return results, append(diags, notEvaluated(arguments))
	}
	outcome, known, diags := e.data.open(ctx, arguments)
	if diags.HasError() {
		return validationResults{}, diags
	}
	if !known {
		// The provider's own configuration is known only at apply, where Terraform opens this again.
		results, unjudged := unjudgedResults(ctx, unreadableYet, readLater)
		return results, append(diags, unjudged...)
	}
	diags.Append(outcome.diagnostics()...)
	if diags.HasError() {
		return validationResults{}, diags
	}
	results, resultDiags := outcome.results(ctx)
	return results, append(diags, resultDiags...)
}
