package provider

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// settings are the organizations of a configuration after the environment has been taken into account.
type settings struct {
	topLevel      organizationSettings
	organizations map[string]organizationSettings
	secrets       secrets
}

// organizationSettings is one organization's configuration.
type organizationSettings struct {
	region                        genesyscloud.Region // zero when only addresses are configured
	clientID, clientSecret, token string
	organizationID                string
	apiURL, loginURL              *url.URL
	credentialsInBlock            bool // so that those of the environment are not read
	unknown                       bool // Terraform does not know some value yet
	unknownAttributes             map[string]bool
}

// signedInAs is the id of the client that signs in; empty with a ready access token, whose client only the platform tells.
func (s organizationSettings) signedInAs() string {
	if s.token != "" {
		return ""
	}
	return s.clientID
}

// readSettings reads the provider block and the environment. A wrong value is an error, at the attribute of the block that holds it.
func (p *auditProvider) readSettings(ctx context.Context, config providerModel) (settings, diag.Diagnostics) {
	var diags diag.Diagnostics
	read := settings{organizations: make(map[string]organizationSettings), secrets: p.environmentSecrets()}
	topLevel := config.organizationModel()
	entries, entryDiags := entriesOf(ctx, config.Organizations)
	diags.Append(entryDiags...)
	for _, model := range append([]organizationModel{topLevel}, valuesOf(entries)...) {
		read.secrets = append(read.secrets, model.OAuthClientSecret.ValueString(), model.AccessToken.ValueString())
	}

	r := settingsReader{model: topLevel, getenv: p.getenv, secrets: read.secrets}
	read.topLevel = r.read()
	diags.Append(r.diags...)
	for _, key := range sortedKeys(entries) {
		model := entries[key]
		if model == nil { // not known yet
			read.organizations[key] = organizationSettings{unknown: true}
			continue
		}
		r := settingsReader{key: key, model: *model, getenv: noEnvironment, secrets: read.secrets}
		read.organizations[key] = r.read()
		diags.Append(r.diags...)
	}
	return read, diags
}

func noEnvironment(string) string { return "" }

// entriesOf are the entries of `organizations`, nil for one that is not known yet. A null entry is an error.
func entriesOf(ctx context.Context, organizations types.Map) (map[string]*organizationModel, diag.Diagnostics) {
	var diags diag.Diagnostics
	entries := make(map[string]*organizationModel, len(organizations.Elements()))
	for key, element := range organizations.Elements() {
		switch object, ok := element.(basetypes.ObjectValue); {
		case element.IsUnknown():
			entries[key] = nil
		case !ok || element.IsNull():
			diags.AddError(fmt.Sprintf("Organization %q is null", key),
				wrap(fmt.Sprintf("organizations[%q] has no value. Set the organization's attributes, or remove the key.", key)))
		default:
			var model organizationModel
			diags.Append(object.As(ctx, &model, basetypes.ObjectAsOptions{})...)
			entries[key] = &model
		}
	}
	return entries, diags
}

func valuesOf(entries map[string]*organizationModel) []organizationModel {
	var models []organizationModel
	for _, model := range entries {
		if model != nil {
			models = append(models, *model)
		}
	}
	return models
}

// settingsReader reads one organization's attributes.
type settingsReader struct {
	key     string // in `organizations`; empty for the top-level organization
	model   organizationModel
	getenv  func(string) string
	secrets secrets

	settings        organizationSettings
	fromEnvironment map[string]bool
	diags           diag.Diagnostics
}

func (r *settingsReader) read() organizationSettings {
	r.settings.unknownAttributes = make(map[string]bool)
	r.fromEnvironment = make(map[string]bool)
	// Credentials are one unit: halves of two pairs would fail to sign in, or sign in as the wrong client.
	credentials := r.getenv
	for _, value := range []types.String{r.model.OAuthClientID, r.model.OAuthClientSecret, r.model.AccessToken} {
		if !value.IsNull() {
			credentials, r.settings.credentialsInBlock = noEnvironment, true
		}
	}
	r.settings.clientID = r.text("oauthclient_id", r.model.OAuthClientID, credentials(envClientID))
	r.settings.clientSecret = r.text("oauthclient_secret", r.model.OAuthClientSecret, credentials(envClientSecret))
	r.settings.token = r.text("access_token", r.model.AccessToken, credentials(envAccessToken))
	r.settings.organizationID = r.text("organization_id", r.model.OrganizationID, "")
	r.settings.region = r.region(r.text("aws_region", r.model.AWSRegion, r.getenv(envRegion)))
	r.settings.apiURL = r.baseURL("api_url", envAPIURL, r.model.APIURL)
	r.settings.loginURL = r.baseURL("login_url", envLoginURL, r.model.LoginURL)
	r.guardCredentials()
	return r.settings
}

// text is the value of an attribute, or that of its environment variable where the block does not set it.
func (r *settingsReader) text(attribute string, value types.String, variable string) string {
	switch {
	case value.IsUnknown():
		r.settings.unknown = true
		r.settings.unknownAttributes[attribute] = true
		return ""
	case value.IsNull():
		r.fromEnvironment[attribute] = variable != ""
		return variable
	case strings.TrimSpace(value.ValueString()) == "":
		r.invalid(attribute, "", "Blank value", "The value is blank. Set a value, or remove the attribute.", true)
	}
	return value.ValueString()
}

func (r *settingsReader) region(name string) genesyscloud.Region {
	region, ok := genesyscloud.LookupRegion(name)
	if !ok && strings.TrimSpace(name) != "" {
		problem := unquoted("a Genesys Cloud region") + " Give a region key such as eu-west-1, or its domain such as mypurecloud.ie."
		if r.mayQuote(name) {
			problem = regionProblem(name)
		}
		r.invalid("aws_region", envRegion, "Unknown region", problem, r.mayQuote(name))
	}
	return region
}

func (r *settingsReader) baseURL(attribute, variable string, value types.String) *url.URL {
	address := r.text(attribute, value, r.getenv(variable))
	if strings.TrimSpace(address) == "" {
		return nil
	}
	parsed, err := genesyscloud.ParseBaseURL(address) // its errors do not contain the address
	if err != nil {
		r.invalid(attribute, variable, "Invalid URL", sentence(err.Error()), plainAddress.MatchString(address) && !r.secrets.hold(address))
		return nil
	}
	return parsed
}

// invalid reports a wrong value. Terraform prints the lines of the argument that the path of a diagnostic leads to. All of `organizations`
// would be printed for one entry, and with it the secrets there; so an entry's diagnostic has no path, and neither has that of a value
// which may be a secret.
func (r *settingsReader) invalid(attribute, variable, summary, problem string, quotable bool) {
	switch {
	case r.fromEnvironment[attribute]:
		r.diags.AddError("Invalid "+variable, wrap(problem))
	case r.key != "":
		r.diags.AddError(summary, wrap(fmt.Sprintf("organizations[%q].%s: %s", r.key, attribute, problem)))
	case !quotable:
		r.diags.AddError(summary, wrap(attribute+": "+problem))
	default:
		r.diags.AddAttributeError(path.Root(attribute), summary, wrap(problem))
	}
}

// guardCredentials refuses to send the credentials of the environment to a host that only the block names. Otherwise, the author of the
// configuration could get them.
func (r *settingsReader) guardCredentials() {
	if !r.fromEnvironment["oauthclient_secret"] && !r.fromEnvironment["access_token"] {
		return
	}
	for _, host := range []struct {
		attribute, variable string
		value               types.String
		used                *url.URL
	}{
		{"api_url", envAPIURL, r.model.APIURL, r.settings.apiURL},
		{"login_url", envLoginURL, r.model.LoginURL, r.settings.loginURL},
	} {
		if host.value.IsNull() || host.used == nil {
			continue
		}
		allowed, err := genesyscloud.ParseBaseURL(r.getenv(host.variable))
		if err == nil && allowed.Scheme == host.used.Scheme && strings.EqualFold(allowed.Host, host.used.Host) {
			continue
		}
		r.diags.AddAttributeError(path.Root(host.attribute), "Credentials of the environment are not sent to this host",
			wrap(fmt.Sprintf("The credentials come from the environment, and only the provider block names the host %s. The provider sends such "+
				"credentials only to the region's hosts and to hosts that the environment names.", host.used.Host),
				fmt.Sprintf("To allow the host, set %s to the same URL, or set the credentials in the provider block.", host.variable)))
	}
}

// secrets are the values that no message may quote.
type secrets []string

func (p *auditProvider) environmentSecrets() secrets {
	return secrets{p.getenv(envClientSecret), p.getenv(envAccessToken)}
}

// hold tells whether a value is one of the secrets, or contains one.
func (s secrets) hold(value string) bool {
	return slices.ContainsFunc(s, func(secret string) bool {
		secret = strings.TrimSpace(secret)
		return secret != "" && strings.Contains(value, secret)
	})
}

// plainAddress matches a URL whose line may be printed: it has no user name, password, query or fragment, not even behind an escape or in place of
// the port.
var plainAddress = regexp.MustCompile(`^([a-z]+://)?[A-Za-z0-9._-]+(:[0-9]*)?(/[A-Za-z0-9._/-]*)?$`)

// plainName matches a misspelled region, and hardly ever a secret.
var plainName = regexp.MustCompile(`^[A-Za-z0-9._ -]{1,32}$`)

// mayQuote tells whether a refused region may be quoted: it is no secret, and none was swapped with it.
func (r *settingsReader) mayQuote(value string) bool {
	swapped := slices.ContainsFunc([]string{r.settings.clientSecret, r.settings.token, r.settings.clientID}, func(credential string) bool {
		_, isRegion := genesyscloud.LookupRegion(credential)
		return isRegion
	})
	return !swapped && !r.secrets.hold(value) && plainName.MatchString(strings.TrimSpace(value))
}

// unquoted says that a value is wrong without the value.
func unquoted(kind string) string {
	return "The value is not " + kind + ". It is not shown, since it may be a secret."
}

// sameCredentials warns of entries of `organizations` that sign in with the same credentials.
func (s settings) sameCredentials() diag.Diagnostics {
	var diags diag.Diagnostics
	keys := sortedKeys(s.organizations)
	for i, key := range keys {
		for _, other := range keys[:i] {
			if s.organizations[key].sameCredentials(s.organizations[other]) {
				diags.AddWarning(fmt.Sprintf("Organizations %q and %q have the same credentials", other, key),
					wrap("An OAuth client signs in to its own organization only, so both are the same organization. Correct the credentials of one of "+
						"them, or remove it."))
				break
			}
		}
	}
	return diags
}

func (s organizationSettings) sameCredentials(other organizationSettings) bool {
	if s.token != "" || other.token != "" {
		return s.token == other.token
	}
	return s.clientID != "" && strings.EqualFold(s.clientID, other.clientID) && s.clientSecret == other.clientSecret
}

// settingGap is a setting without which the organization cannot be reached or signed in to.
type settingGap struct {
	attribute string
	variable  string // that could stand in for it; empty: none could
	what      string
}

// diagnostic is the error about the gap in an organization.
func (g settingGap) diagnostic(key string) diag.Diagnostic {
	if key == "" && g.variable == "" {
		return diag.NewErrorDiagnostic("Missing "+g.attribute, wrap(fmt.Sprintf("%s Set `%s` in the provider block. The environment's "+
			"credentials are not read, since the block sets some of its own.", g.what, g.attribute)))
	}
	if key != "" {
		return diag.NewErrorDiagnostic(fmt.Sprintf("Missing %s of organization %q", g.attribute, key),
			wrap(fmt.Sprintf("%s Set `%s` in organizations[%q].", g.what, g.attribute, key)))
	}
	return diag.NewErrorDiagnostic("Missing "+g.attribute,
		wrap(fmt.Sprintf("%s Set `%s` in the provider block, or the environment variable %s.", g.what, g.attribute, g.variable)))
}

// gaps names what is missing, as far as known: credentials, and hosts to send them to.
func (s organizationSettings) gaps() []settingGap {
	if s.unknown && s.unknownAttributes == nil { // nothing is known of the organization yet
		return nil
	}
	var gaps []settingGap
	have := func(attribute string, set bool) bool { return set || s.unknownAttributes[attribute] }
	id, secret := have("oauthclient_id", s.clientID != ""), have("oauthclient_secret", s.clientSecret != "")
	token, region := have("access_token", s.token != ""), have("aws_region", s.region != (genesyscloud.Region{}))
	api, login := have("api_url", s.apiURL != nil), have("login_url", s.loginURL != nil)
	idVariable, secretVariable := envClientID, envClientSecret
	if s.credentialsInBlock {
		idVariable, secretVariable = "", ""
	}
	if !token && !id {
		what := "There are no credentials to sign in with: neither an OAuth client nor an access token is configured."
		if secret {
			what = "`oauthclient_id` is required with `oauthclient_secret`."
		}
		gaps = append(gaps, settingGap{"oauthclient_id", idVariable, what})
	}
	if !token && !secret {
		what := "There is no secret to sign in with either."
		if id {
			what = "`oauthclient_secret` is required with `oauthclient_id`."
		}
		gaps = append(gaps, settingGap{"oauthclient_secret", secretVariable, what})
	}
	if !region && !api {
		gaps = append(gaps, settingGap{"aws_region", envRegion, "Without a region (or `api_url` and `login_url`) there is no host to send requests to."})
	}
	if !region && api && !login && !token {
		gaps = append(gaps, settingGap{"login_url", envLoginURL, "Without a region there is no host to sign in to."})
	}
	return gaps
}
