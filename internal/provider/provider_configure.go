package provider

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// providerData is what the data sources and resources share: the organizations, and the ceiling for every validation.
type providerData struct {
	topLevel      *organization
	organizations map[string]*organization
	// organizationsUnknown is true while Terraform does not know the map of organizations yet.
	organizationsUnknown bool

	enforcement        enforcement
	enforcementUnknown bool
	// enforcementInBlock is true when the provider block sets enforcement, which the environment variable then cannot change.
	enforcementInBlock bool

	now func() time.Time
}

// configure turns the provider block and the environment into organizations. It makes no network call: an organization is signed in
// to when the first thing needs it.
func (p *auditProvider) configure(ctx context.Context, config providerModel) (*providerData, diag.Diagnostics) {
	var diags diag.Diagnostics
	data := &providerData{organizations: make(map[string]*organization), now: p.now}

	data.enforcementInBlock = !config.Enforcement.IsNull()
	data.enforcementUnknown = config.Enforcement.IsUnknown()
	data.enforcement = p.enforcement(config.Enforcement, &diags)
	timeout, timeoutUnknown := p.requestTimeout(config.RequestTimeout, &diags)

	open := func(key string, settings organizationSettings, at path.Path) *organization {
		settings.unknown = settings.unknown || timeoutUnknown
		return newOrganization(key, settings, at, clientOptions{
			timeout:   timeout,
			transport: p.transport,
			userAgent: "terraform-provider-genesysaudit/" + p.version,
		})
	}

	topLevel := resolveSettings(organizationModel{
		AWSRegion:         config.AWSRegion,
		OAuthClientID:     config.OAuthClientID,
		OAuthClientSecret: config.OAuthClientSecret,
		AccessToken:       config.AccessToken,
		APIURL:            config.APIURL,
		LoginURL:          config.LoginURL,
	}, p.getenv)
	diags.Append(topLevel.validateEnvironment()...)
	data.topLevel = open("", topLevel, path.Empty())

	if config.Organizations.IsUnknown() {
		data.organizationsUnknown = true
		return data, diags
	}
	organizations := make(map[string]organizationModel)
	diags.Append(config.Organizations.ElementsAs(ctx, &organizations, false)...)
	for name, model := range organizations {
		at := path.Root("organizations").AtMapKey(name)
		data.organizations[name] = open(name, resolveSettings(model, noEnvironment), at)
	}
	return data, diags
}

func (p *auditProvider) enforcement(value types.String, diags *diag.Diagnostics) enforcement {
	name := value.ValueString()
	if value.IsNull() {
		name = p.getenv(envEnforcement)
	}
	if name == "" {
		return enforce
	}
	if !slices.Contains(enforcements, name) {
		diags.AddError("Invalid "+envEnforcement,
			wrap(notOneOf(name, "an enforcement level", enforcements)))
	}
	return enforcement(name)
}

func (p *auditProvider) requestTimeout(value types.Int64, diags *diag.Diagnostics) (timeout time.Duration, unknown bool) {
	seconds := int64(defaultRequestTimeout)
	switch text := p.getenv(envRequestTimeout); {
	case value.IsUnknown():
		return 0, true
	case !value.IsNull():
		seconds = value.ValueInt64()
	case text != "":
		parsed, err := strconv.ParseInt(text, 10, 64)
		if err != nil || parsed < minRequestTimeout || parsed > maxRequestTimeout {
			diags.AddError("Invalid "+envRequestTimeout,
				fmt.Sprintf("%q is not a number of seconds between %d and %d.", text, minRequestTimeout, maxRequestTimeout))
			return 0, false
		}
		seconds = parsed
	}
	return time.Duration(seconds) * time.Second, false
}

// organization finds the organization that an `organization` argument names. ok is false, without an error, when Terraform does not
// know it yet.
func (d *providerData) organization(key types.String) (org *organization, ok bool, diags diag.Diagnostics) {
	switch {
	case key.IsUnknown():
		return nil, false, diags
	case key.IsNull():
		org = d.topLevel
	case d.organizationsUnknown:
		return nil, false, diags
	default:
		org = d.organizations[key.ValueString()]
	}
	if org == nil {
		diags.AddAttributeError(path.Root("organization"), "Unknown organization", d.unknownOrganization(key.ValueString()))
		return nil, false, diags
	}
	if org.settings.unknown {
		return nil, false, diags
	}
	diags.Append(org.open()...)
	return org, !diags.HasError(), diags
}

// openOrganization is organization for a data source, which cannot leave anything to apply while its own arguments are known.
func (d *providerData) openOrganization(key types.String) (*organization, diag.Diagnostics) {
	org, ok, diags := d.organization(key)
	if !ok && !diags.HasError() {
		diags.AddError("Organization not known yet", "The provider's configuration for this organization is known only at apply. Add depends_on "+
			"to the data source, so that it is read when the configuration is known.")
	}
	return org, diags
}

func (d *providerData) unknownOrganization(key string) string {
	if len(d.organizations) == 0 {
		return fmt.Sprintf("The provider block has no organization %q: its `organizations` is empty.\n\n"+
			"Add the organization there, or leave `organization` out to use the provider block's own credentials.", key)
	}
	names := sortedKeys(d.organizations)
	hint := text.DidYouMean(text.Nearest(key, names, 2))
	return strings.TrimSpace(fmt.Sprintf("The provider block has no organization %q. It has %s. %s", key, quotedList(names), hint))
}

// organizationSettings is one organization's configuration after the environment has been taken into account.
type organizationSettings struct {
	region                        string
	clientID, clientSecret, token string
	apiURL, loginURL              string
	fromEnvironment               map[string]bool // attribute name -> its value came from the environment
	unknown                       bool            // Terraform does not know some value yet
	unknownAttributes             map[string]bool
}

func noEnvironment(string) string { return "" }

func resolveSettings(model organizationModel, getenv func(string) string) organizationSettings {
	settings := organizationSettings{fromEnvironment: make(map[string]bool), unknownAttributes: make(map[string]bool)}
	resolve := func(attribute string, value types.String, variable string) string {
		if value.IsUnknown() {
			settings.unknown = true
			settings.unknownAttributes[attribute] = true
			return ""
		}
		if value.IsNull() {
			fromEnvironment := getenv(variable)
			settings.fromEnvironment[attribute] = fromEnvironment != ""
			return fromEnvironment
		}
		return value.ValueString()
	}
	settings.region = resolve("aws_region", model.AWSRegion, envRegion)
	settings.clientID = resolve("oauthclient_id", model.OAuthClientID, envClientID)
	settings.clientSecret = resolve("oauthclient_secret", model.OAuthClientSecret, envClientSecret)
	settings.token = resolve("access_token", model.AccessToken, envAccessToken)
	settings.apiURL = resolve("api_url", model.APIURL, envAPIURL)
	settings.loginURL = resolve("login_url", model.LoginURL, envLoginURL)
	return settings
}

// validateEnvironment judges the values that came from environment variables, which the schema's validators never see.
func (s organizationSettings) validateEnvironment() diag.Diagnostics {
	var diags diag.Diagnostics
	if s.fromEnvironment["aws_region"] {
		if problem := regionProblem(s.region); problem != "" {
			diags.AddError("Invalid "+envRegion, problem)
		}
	}
	for attribute, variable := range map[string]string{"api_url": envAPIURL, "login_url": envLoginURL} {
		value := map[string]string{"api_url": s.apiURL, "login_url": s.loginURL}[attribute]
		if s.fromEnvironment[attribute] {
			if _, err := genesyscloud.ParseBaseURL(value); err != nil {
				diags.AddError("Invalid "+variable, sentence(err.Error()))
			}
		}
	}
	return diags
}

// settingGap is a setting without which the organization cannot be reached or signed in to.
type settingGap struct {
	attribute string
	variable  string
	what      string
}

func (g settingGap) summary(organization string) string {
	if organization == "" {
		return "Missing " + g.attribute
	}
	return fmt.Sprintf("Missing %s of organization %q", g.attribute, organization)
}

func (g settingGap) detail(variable string) string {
	if variable == "" {
		return fmt.Sprintf("%s Set `%s`.", g.what, g.attribute)
	}
	return fmt.Sprintf("%s Set `%s` in the provider block, or the environment variable %s.", g.what, g.attribute, variable)
}

// gaps names what is missing, as far as known: credentials, and hosts to send them to.
func (s organizationSettings) gaps() []settingGap {
	var gaps []settingGap
	have := func(attribute, value string) bool { return value != "" || s.unknownAttributes[attribute] }
	token, region := have("access_token", s.token), have("aws_region", s.region)
	if !token && !have("oauthclient_id", s.clientID) {
		gaps = append(gaps, settingGap{"oauthclient_id", envClientID,
			"There are no credentials to sign in with: neither an OAuth client nor an access token is configured."})
	}
	if !token && !have("oauthclient_secret", s.clientSecret) {
		what := "There is no secret to sign in with: an OAuth client's id is of no use without it."
		if !have("oauthclient_id", s.clientID) {
			what = "There is no secret to sign in with either."
		}
		gaps = append(gaps, settingGap{"oauthclient_secret", envClientSecret, what})
	}
	if !region && !have("api_url", s.apiURL) {
		gaps = append(gaps, settingGap{"aws_region", envRegion, "Without a region (or `api_url` and `login_url`) there is no host to ask."})
	}
	if !region && have("api_url", s.apiURL) && !have("login_url", s.loginURL) && !token {
		gaps = append(gaps, settingGap{"login_url", envLoginURL, "Without a region there is no host to sign in at."})
	}
	return gaps
}

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}

func quotedList(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = strconv.Quote(name)
	}
	return strings.Join(quoted, ", ")
}

// sentence makes an error's text fit to stand in a diagnostic.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	text = strings.ToUpper(text[:1]) + text[1:]
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}

// enforcement says what a verdict other than compliant does to a plan.
type enforcement string

const (
	enforce        enforcement = "enforce"
	warn           enforcement = "warn"
	enforcementOff enforcement = "off"
)

// enforcements are the levels that the provider block accepts; validationEnforcements those of a single validation.
var (
	enforcements           = []string{string(enforce), string(warn), string(enforcementOff)}
	validationEnforcements = []string{string(enforce), string(warn)}
)

func (e enforcement) rank() int {
	return slices.Index([]enforcement{enforcementOff, warn, enforce}, e)
}

// under is the enforcement of a validation that asks for e below a ceiling.
func (e enforcement) under(ceiling enforcement) enforcement {
	return slices.MinFunc([]enforcement{e, ceiling}, func(a, b enforcement) int { return cmp.Compare(a.rank(), b.rank()) })
}
