package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

var _ datasource.DataSourceWithConfigure = (*organizationDataSource)(nil)

func newOrganizationDataSource() datasource.DataSource { return &organizationDataSource{} }

type organizationDataSource struct{ dataSourceBase }

type organizationDataModel struct {
	ofOrganization
	ID              types.String `tfsdk:"id"`
	Name            types.String `tfsdk:"name"`
	State           types.String `tfsdk:"state"`
	ProductPlatform types.String `tfsdk:"product_platform"`
	Features        types.Map    `tfsdk:"features"`
	Region          types.String `tfsdk:"region"`
	Domain          types.String `tfsdk:"domain"`

	HomeRegion       types.String `tfsdk:"home_region"`
	CoreRegions      types.List   `tfsdk:"core_regions"`
	SatelliteRegions types.List   `tfsdk:"satellite_regions"`

	IPAddressAllowlist                types.List `tfsdk:"ip_address_allowlist"`
	DomainAllowlistEnabled            types.Bool `tfsdk:"domain_allowlist_enabled"`
	DomainAllowlist                   types.List `tfsdk:"domain_allowlist"`
	MultifactorAuthenticationRequired types.Bool `tfsdk:"multifactor_authentication_required"`

	TokenTimeoutSeconds types.Int64 `tfsdk:"token_timeout_seconds"`
}

func (d *organizationDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_organization"
}

func (d *organizationDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	texts := func(description string) schema.ListAttribute {
		return schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
	}
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	flag := func(description string) schema.BoolAttribute {
		return schema.BoolAttribute{Computed: true, MarkdownDescription: description}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "An organization, its regions and its network settings. Settings that the auditing client may not read are null, " +
			"with one warning that names the permission.",
		Attributes: map[string]schema.Attribute{
			"organization":     organizationArgument(),
			"id":               text("Id of the organization."),
			"name":             text("Name of the organization."),
			"state":            text("`active`, `inactive` or `deleted`."),
			"product_platform": text("Product platform, such as `GenesysCloud`."),
			"features": schema.MapAttribute{Computed: true, ElementType: types.BoolType,
				MarkdownDescription: "Features of the organization and whether each is enabled."},
			"region": text("Region key of the hosts in use; null when only `api_url` is configured."),
			"domain": text("Domain of the hosts in use; null when only `api_url` is configured."),

			"home_region":       text("Region key of the media home region. Needs `telephony:plugin:all`."),
			"core_regions":      texts("Media core regions. Needs `telephony:plugin:all`."),
			"satellite_regions": texts("Media satellite regions. Needs `telephony:plugin:all`."),

			"ip_address_allowlist": texts("Addresses and CIDRs from which the organization accepts calls; empty when it accepts all. Needs " +
				"`directory:organization:admin`."),
			"domain_allowlist_enabled": flag("Whether the domain allowlist applies. Needs `directory:organization:admin`."),
			"domain_allowlist":         texts("Domains that may embed the platform. Needs `directory:organization:admin`."),
			"multifactor_authentication_required": flag("Whether users must sign in with a second factor. Needs " +
				"`directory:organization:admin`."),

			"token_timeout_seconds": schema.Int64Attribute{Computed: true,
				MarkdownDescription: "Seconds after which an idle token expires; null when idle tokens do not expire."},
		},
	}
}

func (d *organizationDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	readDataSource(ctx, d.data, req, resp, readOrganization)
}

func readOrganization(ctx context.Context, org openOrganization, config organizationDataModel) (organizationDataModel, diag.Diagnostics) {
	found, err := org.client.Organization(ctx)
	if err != nil {
		return config, diag.Diagnostics{readError("read the name and state", org.organization, err)}
	}
	state := organizationState(config.ofOrganization, org.settings.region, found)
	diags := state.readMediaRegions(ctx, org)
	diags.Append(state.readAuthenticationSettings(ctx, org)...)
	diags.Append(state.readTokenTimeout(ctx, org)...)
	return state, diags
}

// organizationState holds what every auditor may read; the blocks that need a permission are still null.
func organizationState(key ofOrganization, region genesyscloud.Region, found genesyscloud.Organization) organizationDataModel {
	features := make(map[string]attr.Value, len(found.Features))
	for name, enabled := range found.Features {
		features[name] = types.BoolValue(enabled)
	}
	return organizationDataModel{
		ofOrganization:     key,
		ID:                 types.StringValue(found.ID),
		Name:               textOrNull(found.Name),
		State:              textOrNull(found.State),
		ProductPlatform:    textOrNull(found.ProductPlatform),
		Features:           types.MapValueMust(types.BoolType, features),
		Region:             textOrNull(region.Key),
		Domain:             textOrNull(region.Domain),
		CoreRegions:        types.ListNull(types.StringType),
		SatelliteRegions:   types.ListNull(types.StringType),
		IPAddressAllowlist: types.ListNull(types.StringType),
		DomainAllowlist:    types.ListNull(types.StringType),
	}
}

func (m *organizationDataModel) readMediaRegions(ctx context.Context, org openOrganization) diag.Diagnostics {
	regions, err := org.client.MediaRegions(ctx)
	if err != nil {
		return diag.Diagnostics{blockError("media regions", org.organization, err)}
	}
	m.HomeRegion = textOrNull(regions.Home)
	m.CoreRegions = textSetOrNull(regions.Core)
	m.SatelliteRegions = textSetOrNull(regions.Satellite)
	return nil
}

func (m *organizationDataModel) readAuthenticationSettings(ctx context.Context, org openOrganization) diag.Diagnostics {
	settings, err := org.client.AuthenticationSettings(ctx)
	if err != nil {
		return diag.Diagnostics{blockError("authentication settings", org.organization, err)}
	}
	m.IPAddressAllowlist = textSetOrNull(settings.IPAddressAllowlist)
	m.DomainAllowlistEnabled = types.BoolValue(settings.DomainAllowlistEnabled)
	m.DomainAllowlist = textSetOrNull(settings.DomainAllowlist)
	m.MultifactorAuthenticationRequired = types.BoolValue(settings.MultifactorAuthenticationRequired)
	return nil
}

func (m *organizationDataModel) readTokenTimeout(ctx context.Context, org openOrganization) diag.Diagnostics {
	timeout, err := org.client.TokenTimeout(ctx)
	if err != nil {
		return diag.Diagnostics{blockError("token timeout", org.organization, err)}
	}
	if timeout.EnableIdleTokenTimeout {
		m.TokenTimeoutSeconds = types.Int64Value(timeout.IdleTokenTimeoutSeconds)
	}
	return nil
}
