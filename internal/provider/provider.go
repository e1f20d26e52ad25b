// Package provider is the Terraform face of the auditor: schemas, models, plan behaviour and diagnostics. It is the only room that
// knows Terraform; what the platform says comes from genesyscloud, what it means from audit.
package provider

import (
	"context"
	"net/http"
	"os"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/auditor"
)

var (
	_ provider.Provider                       = (*auditProvider)(nil)
	_ provider.ProviderWithEphemeralResources = (*auditProvider)(nil)
	_ provider.ProviderWithFunctions          = (*auditProvider)(nil)
	_ provider.ProviderWithListResources      = (*auditProvider)(nil)
	_ provider.ProviderWithValidateConfig     = (*auditProvider)(nil)
)

// Environment variables that stand in for attributes of the provider block. The four GENESYSCLOUD_ names are the official Genesys
// Cloud provider's, so a pipeline that already runs it needs no new secrets.
const (
	envRegion         = "GENESYSCLOUD_REGION"
	envClientID       = "GENESYSCLOUD_OAUTHCLIENT_ID"
	envClientSecret   = "GENESYSCLOUD_OAUTHCLIENT_SECRET"
	envAccessToken    = "GENESYSCLOUD_ACCESS_TOKEN"
	envAPIURL         = "GENESYSAUDIT_API_URL"
	envLoginURL       = "GENESYSAUDIT_LOGIN_URL"
	envEnforcement    = "GENESYSAUDIT_ENFORCEMENT"
	envRequestTimeout = "GENESYSAUDIT_REQUEST_TIMEOUT"
)

// Seconds that reading one organization's evidence may take.
const (
	defaultRequestTimeout = 60
	minRequestTimeout     = 1
	maxRequestTimeout     = 3600
)

// openTofu is the version that OpenTofu tells every provider, whatever its own is. One release of Terraform has it too.
const openTofu = "1.13.0"

// Option changes how the provider meets the world outside; tests use it.
type Option func(*auditProvider)

// WithTransport replaces the HTTP transport below the platform client.
func WithTransport(transport http.RoundTripper) Option {
	return func(p *auditProvider) { p.transport = transport }
}

// WithClock replaces the clock that decides whether a waiver has expired, and which days of the audit trail are read.
func WithClock(now func() time.Time) Option {
	return func(p *auditProvider) { p.now = now }
}

// New makes the constructor that a provider server wants. version is the release, shown in the User-Agent.
func New(version string, options ...Option) func() provider.Provider {
	return func() provider.Provider {
		p := &auditProvider{version: version, now: time.Now, getenv: os.Getenv}
		for _, option := range options {
			option(p)
		}
		return p
	}
}

type auditProvider struct {
	version   string
	transport http.RoundTripper
	now       func() time.Time
	getenv    func(string) string
}

type providerModel struct {
	AWSRegion         types.String `tfsdk:"aws_region"`
	OAuthClientID     types.String `tfsdk:"oauthclient_id"`
	OAuthClientSecret types.String `tfsdk:"oauthclient_secret"`
	AccessToken       types.String `tfsdk:"access_token"`
	OrganizationID    types.String `tfsdk:"organization_id"`
	APIURL            types.String `tfsdk:"api_url"`
	LoginURL          types.String `tfsdk:"login_url"`
	Enforcement       types.String `tfsdk:"enforcement"`
	RequestTimeout    types.Int64  `tfsdk:"request_timeout"`
	Organizations     types.Map    `tfsdk:"organizations"`
}

// organizationModel is one entry of organizations, and the same attributes at the top level.
type organizationModel struct {
	AWSRegion         types.String `tfsdk:"aws_region"`
	OAuthClientID     types.String `tfsdk:"oauthclient_id"`
	OAuthClientSecret types.String `tfsdk:"oauthclient_secret"`
	AccessToken       types.String `tfsdk:"access_token"`
	OrganizationID    types.String `tfsdk:"organization_id"`
	APIURL            types.String `tfsdk:"api_url"`
	LoginURL          types.String `tfsdk:"login_url"`
}

// organizationModel is the top-level organization.
func (m providerModel) organizationModel() organizationModel {
	return organizationModel{
		AWSRegion:         m.AWSRegion,
		OAuthClientID:     m.OAuthClientID,
		OAuthClientSecret: m.OAuthClientSecret,
		AccessToken:       m.AccessToken,
		OrganizationID:    m.OrganizationID,
		APIURL:            m.APIURL,
		LoginURL:          m.LoginURL,
	}
}

func (p *auditProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "genesysaudit"
	resp.Version = p.version
}

func (p *auditProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	attributes := organizationAttributes(true)
	attributes["enforcement"] = schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "The ceiling for every validation: `enforce` (default) fails the plan, `warn` turns violations into warnings, " +
			"`off` evaluates nothing and says so in a warning. Environment variable: `" + envEnforcement + "`.",
		Validators: []validator.String{oneOf(enforcements)},
	}
	attributes["request_timeout"] = schema.Int64Attribute{
		Optional: true,
		MarkdownDescription: "Seconds that reading one organization may take, retries included. Default: 60. " +
			"Environment variable: `" + envRequestTimeout + "`.",
		Validators: []validator.Int64{int64validator.Between(minRequestTimeout, maxRequestTimeout)},
	}
	attributes["organizations"] = schema.MapNestedAttribute{
		Optional: true,
		MarkdownDescription: "Further organizations by name. A validation or data source picks one with its `organization` argument. " +
			"Environment variables do not apply here.",
		NestedObject: schema.NestedAttributeObject{Attributes: organizationAttributes(false)},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Shows in a plan why an OAuth client would get a 403 from Genesys Cloud, and stops the plan before anything " +
			"calls the endpoint. The provider only reads.",
		Attributes: attributes,
	}
}

// organizationAttributes are the attributes that say how to reach and sign in to one organization.
//
// Their values are validated by readSettings: a validator of an entry's attribute would point Terraform at the top-level argument of the
// same name.
func organizationAttributes(topLevel bool) map[string]schema.Attribute {
	describe := func(text, variable string) string {
		if topLevel {
			return text + " Environment variable: `" + variable + "`."
		}
		return text
	}
	return map[string]schema.Attribute{
		"aws_region": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: describe("Region of the organization: a region key (`eu-west-1`, any case) or its domain (`mypurecloud.ie`). "+
				"It chooses the login and API hosts.", envRegion),
		},
		"oauthclient_id": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: describe("Id of the auditing OAuth client, with the CLIENT-CREDENTIALS grant.", envClientID),
		},
		"oauthclient_secret": schema.StringAttribute{
			Optional:            true,
			Sensitive:           true,
			MarkdownDescription: describe("Secret of the auditing OAuth client.", envClientSecret),
		},
		"access_token": schema.StringAttribute{
			Optional:  true,
			Sensitive: true,
			MarkdownDescription: describe("A ready access token. It wins over id and secret. The provider does not renew it. It must act in its "+
				"client's own organization.", envAccessToken),
		},
		"organization_id": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Id of the expected organization. If the provider signs in to another one, it fails with an error that names both.",
		},
		"api_url": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: describe("Base URL of the API, for gateways. It may have a path prefix, and wins over the region's host. "+
				"`https` is required except for loopback hosts.", envAPIURL),
		},
		"login_url": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: describe("Base URL of the login host, for gateways. It may have a path prefix, and wins over the region's host. "+
				"`https` is required except for loopback hosts.", envLoginURL),
		},
	}
}

// ValidateConfig refuses wrong values, and an entry of organizations that could never sign in. Whether the top-level organization could is
// not judged here: it may be fed by environment variables, or not be used at all.
func (p *auditProvider) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	var config providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	settings, diags := p.readSettings(ctx, config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	for _, key := range sortedKeys(settings.organizations) {
		for _, gap := range settings.organizations[key].gaps() {
			resp.Diagnostics.Append(gap.diagnostic(key))
		}
	}
}

func (p *auditProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var config providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	run := auditor.Run{Silent: req.TerraformVersion == openTofu}
	if req.ClientCapabilities.DeferralAllowed { // Terraform allows it at apply, and at plan only where that is asked for
		run.Apply()
	}
	data, diags := p.configure(ctx, config, &run)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.DataSourceData = data
	resp.ResourceData = data
	resp.EphemeralResourceData = data
	resp.ListResourceData = data
}

func (p *auditProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{newValidationResource}
}

func (p *auditProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		newAccessPoliciesDataSource,
		newAuthorizationsDataSource,
		newChangesDataSource,
		newClientUsageDataSource,
		newOAuthClientDataSource,
		newOAuthClientsDataSource,
		newOrganizationDataSource,
		newRoleDataSource,
		newTokenDataSource,
		newTrustsDataSource,
		newValidationDataSource,
	}
}

func (p *auditProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{newValidationEphemeral}
}

func (p *auditProvider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{newValidationList}
}

func (p *auditProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		newEndpointRequirementsFunction,
		newEscalatingPermissionsFunction,
		newExplainDenialFunction,
		newPermissionGrantedFunction,
		newReportHTMLFunction(p.version),
		newReportJUnitFunction(p.version),
		newReportMarkdownFunction(p.version),
		newReportSARIFFunction(p.version),
		newWaiveFunction,
	}
}
