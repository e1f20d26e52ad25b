package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
)

var (
	_ datasource.DataSourceWithConfigure      = (*validationDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*validationDataSource)(nil)
)

func newValidationDataSource() datasource.DataSource { return &validationDataSource{} }

// validationDataSource is the verdict without the gate.
type validationDataSource struct{ dataSourceBase }

func (d *validationDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_access_validation"
}

func (d *validationDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the verdict of an access validation. It never fails because of the verdict, whatever `enforcement` says. Use it for " +
			"`check` blocks, postconditions and reports.",
		Attributes: dataSourceAttributes(identifiedAttributes()),
		Blocks:     dataSourceBlocks(validationAttributes()),
	}
}

// ValidateConfig judges the arguments together.
func (d *validationDataSource) ValidateConfig(
	ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse,
) {
	config, diags := attributesOf(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(argumentsOf(config).validate()...)
	}
}

// Read has the verdict at plan, as far as the provider's configuration is known there: a data source cannot leave its results to apply
// while its own arguments are known.
func (d *validationDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	config, diags := attributesOf(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	outcome, diags := d.data.evaluate(ctx, argumentsOf(config))
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if outcome.standing == off {
		resp.Diagnostics.Append(notEvaluated(outcome.arguments))
	}
	resp.Diagnostics.Append(write(ctx, &resp.State, validation{outcome.arguments, outcome.results()}.attributes())...)
}
