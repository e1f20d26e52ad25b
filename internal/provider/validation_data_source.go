package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
)

var _ datasource.DataSourceWithConfigure = (*validationDataSource)(nil)

func newValidationDataSource() datasource.DataSource { return &validationDataSource{} }

// validationDataSource is the verdict without the gate.
type validationDataSource struct{ dataSourceBase }

func (d *validationDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_access_validation"
}

func (d *validationDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The verdict of an access validation without the gate: it never fails because of the verdict, whatever `enforcement` " +
			"says. For `check` blocks, postconditions and reports.",
		Attributes: dataSourceAttributes(identifiedAttributes()),
	}
}

func (d *validationDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config validationModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	results, diags := d.results(ctx, config.validationArguments)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.validationResults, config.ID = results, results.id()
	resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
}

func (d *validationDataSource) results(ctx context.Context, arguments validationArguments) (validationResults, diag.Diagnostics) {
	if d.data.enforcement == enforcementOff {
		results, diags := unjudgedResults(ctx, unjudgedReason, enableEnforcement)
		return results, append(diags, notEvaluated(arguments))
	}
	outcome, known, diags := d.data.evaluate(ctx, arguments)
	if diags.HasError() {
		return validationResults{}, diags
	}
	if !known {
		// A data source cannot leave its results to apply while its own arguments are known.
		return unjudgedResults(ctx, unreadableYet, readLater)
	}
	return outcome.results(ctx)
}
