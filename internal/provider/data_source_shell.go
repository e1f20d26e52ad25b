package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// ofOrganization is the argument by which a data source chooses an organization. The model of each data source embeds it.
type ofOrganization struct {
	Organization types.String `tfsdk:"organization"`
}

func (o ofOrganization) organizationKey() types.String { return o.Organization }

func organizationArgument() schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "Key of the organization in the provider's `organizations`. Default: the organization of the provider block itself.",
		Validators:          []validator.String{isNotBlank},
	}
}

// openOrganization is an organization, and the client that reads it as freshly as the run needs it.
type openOrganization struct {
	*organization
	client *genesyscloud.Client
}

// readDataSource reads what a data source shows of the organization that its configuration names.
func readDataSource[Model interface{ organizationKey() types.String }](
	ctx context.Context, data *providerData, req datasource.ReadRequest, resp *datasource.ReadResponse,
	read func(context.Context, openOrganization, Model) (Model, diag.Diagnostics),
) {
	readAnyOrganization(ctx, data, req, resp, func(ctx context.Context, org openOrganization, config Model) (Model, diag.Diagnostics) {
		if err := org.auditor.Identify(ctx, org.client); err != nil {
			return config, diag.Diagnostics{org.judgeError(err)}
		}
		if err := org.auditor.Unidentified(); err != nil && org.settings.organizationID != "" {
			return config, diag.Diagnostics{readError("read the token", org.organization, err)}
		}
		diags := data.sameOrganization(org.organization)
		state, readDiags := read(ctx, org, config)
		return state, append(diags, readDiags...)
	})
}

// readAnyOrganization is readDataSource for a data source that shows which organization this is, whether it is the one that is meant or
// not.
func readAnyOrganization[Model interface{ organizationKey() types.String }](
	ctx context.Context, data *providerData, req datasource.ReadRequest, resp *datasource.ReadResponse,
	read func(context.Context, openOrganization, Model) (Model, diag.Diagnostics),
) {
	var config Model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	org, diags := data.openOrganization(config.organizationKey())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	var state Model
	err := org.auditor.Read(ctx, func(client *genesyscloud.Client) {
		state, diags = read(ctx, openOrganization{org, client}, config)
	})
	resp.Diagnostics.Append(diags...)
	if err != nil && !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(org.judgeError(err))
	}
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	}
}
