package provider

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/auditor"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

type clientOptions struct {
	timeout   time.Duration
	transport http.RoundTripper
	userAgent string
	run       *auditor.Run
}

// organization is one Genesys Cloud organization as the provider block configures it.
type organization struct {
	key      string // in the provider's organizations; empty for the top-level one
	settings organizationSettings
	options  clientOptions

	openOnce  sync.Once
	openDiags diag.Diagnostics
	client    *genesyscloud.Client
	auditor   *auditor.Organization
}

func newOrganization(key string, settings organizationSettings, options clientOptions) *organization {
	return &organization{key: key, settings: settings, options: options}
}

// open makes the platform client, once, when the first thing needs it. Nothing is sent yet.
func (o *organization) open() diag.Diagnostics {
	o.openOnce.Do(func() {
		o.client, o.openDiags = o.newClient()
		if o.openDiags.HasError() {
			return
		}
		o.auditor = auditor.New(auditor.Config{
			Client:         o.client,
			Region:         o.settings.ownRegion(),
			OwnClientID:    o.settings.signedInAs(),
			OrganizationID: o.settings.organizationID,
			Run:            o.options.run,
		})
	})
	return o.openDiags
}

func (o *organization) newClient() (*genesyscloud.Client, diag.Diagnostics) {
	var diags diag.Diagnostics
	for _, gap := range o.settings.gaps() {
		diags.Append(gap.diagnostic(o.key))
	}
	if diags.HasError() {
		return nil, diags
	}
	client, err := genesyscloud.New(genesyscloud.Config{
		Name:         o.key,
		APIURL:       o.settings.hostURL(o.settings.apiURL, genesyscloud.Region.APIURL),
		LoginURL:     o.settings.hostURL(o.settings.loginURL, genesyscloud.Region.LoginURL),
		ClientID:     o.settings.clientID,
		ClientSecret: o.settings.clientSecret,
		AccessToken:  o.settings.token,
		Timeout:      o.options.timeout,
		UserAgent:    o.options.userAgent,
		Transport:    o.options.transport,
	})
	if err != nil {
		where := "its entry in `organizations`"
		if o.key == "" {
			where = "the provider block, or the environment variable that stands in for it"
		}
		diags.AddError(fmt.Sprintf("Cannot use %s", o.label()), wrap(sentence(err.Error()), "Correct it in "+where+"."))
	}
	return client, diags
}

// ownRegion is the key of the region whose own hosts are used; empty where the configuration names other hosts.
func (s organizationSettings) ownRegion() string {
	for own, configured := range map[string]*url.URL{s.region.APIURL(): s.apiURL, s.region.LoginURL(): s.loginURL} {
		if configured != nil && configured.String() != own {
			return ""
		}
	}
	return s.region.Key
}

// hostURL is the configured address, else the region's, else nil: with a ready access token no login host is needed.
func (s organizationSettings) hostURL(configured *url.URL, ofRegion func(genesyscloud.Region) string) *url.URL {
	if configured != nil || s.region == (genesyscloud.Region{}) {
		return configured
	}
	address, err := genesyscloud.ParseBaseURL(ofRegion(s.region))
	if err != nil { // the region table holds no such host
		return nil
	}
	return address
}

// label names the organization in a message while its own name is not known.
func (o *organization) label() string {
	if o.key == "" {
		return "the default organization"
	}
	return fmt.Sprintf("organization %q", o.key)
}

// judge evaluates a requirement by evidence that is as fresh as the run needs it. The error is the context's, or says that this is not the
// organization that is meant; whatever else goes wrong is evidence that could not be read, and so part of the result.
func (o *organization) judge(ctx context.Context, requirement audit.Requirement, now time.Time) (audit.Result, error) {
	return o.auditor.Judge(ctx, requirement, now)
}

// judgeOpened is judge for an ephemeral resource.
func (o *organization) judgeOpened(ctx context.Context, requirement audit.Requirement, now time.Time) (audit.Result, error) {
	return o.auditor.JudgeOpened(ctx, requirement, now)
}

// confirm evaluates a requirement in Create or Update, for which ModifyPlan has just judged it.
func (o *organization) confirm(ctx context.Context, requirement audit.Requirement, now time.Time) (audit.Result, error) {
	return o.auditor.Confirm(ctx, requirement, now)
}

// judgeError is the diagnostic of an evaluation that came to no verdict.
func (o *organization) judgeError(err error) diag.Diagnostic {
	var identity *auditor.IdentityError
	if errors.As(err, &identity) {
		return diag.NewErrorDiagnostic(identity.Summary, wrap(fmt.Sprintf("In %s, %s", o.label(), identity.Detail)))
	}
	return diag.NewErrorDiagnostic("Validation interrupted",
		fmt.Sprintf("Reading %s was interrupted before a verdict was reached: %s.", o.label(), err))
}

// ownClientID is the id of the client that the provider itself signs in as.
func (o *organization) ownClientID(ctx context.Context, client *genesyscloud.Client) (string, diag.Diagnostics) {
	if id := o.settings.signedInAs(); id != "" {
		return id, nil
	}
	info, err := client.Token(ctx)
	if err != nil {
		return "", diag.Diagnostics{readError("read the token", o, err)}
	}
	if info.OAuthClient == nil {
		return "", diag.Diagnostics{diag.NewErrorDiagnostic("The provider's own client is unknown",
			wrap("The platform does not show which OAuth client the access token was issued to.", "Set client_id or client_name."))}
	}
	return info.OAuthClient.ID, nil
}
