package provider

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

type clientOptions struct {
	timeout   time.Duration
	transport http.RoundTripper
	userAgent string
}

// organization is one Genesys Cloud organization as the provider block configures it, with what has been read of it in this process.
type organization struct {
	key      string // in the provider's organizations; empty for the top-level one
	at       path.Path
	settings organizationSettings
	options  clientOptions
	region   genesyscloud.Region // zero when only an API address is configured

	openOnce  sync.Once
	openDiags diag.Diagnostics
	client    *genesyscloud.Client

	mu    sync.Mutex
	facts audit.Facts // all but User, which differs from validation to validation
	users map[string]audit.Evidence[audit.Subject]
}

func newOrganization(key string, settings organizationSettings, at path.Path, options clientOptions) *organization {
	o := &organization{
		key:      key,
		at:       at,
		settings: settings,
		options:  options,
		users:    make(map[string]audit.Evidence[audit.Subject]),
	}
	o.region, _ = genesyscloud.LookupRegion(settings.region)
	o.facts.Region = o.region.Key
	if settings.token == "" {
		o.facts.OwnClientID = settings.clientID
	}
	return o
}

// open makes the platform client, once, when the first thing needs it. Nothing is sent yet.
func (o *organization) open() diag.Diagnostics {
	o.openOnce.Do(func() { o.client, o.openDiags = o.newClient() })
	return o.openDiags
}

func (o *organization) newClient() (*genesyscloud.Client, diag.Diagnostics) {
	var diags diag.Diagnostics
	for _, gap := range o.settings.gaps() {
		variable := gap.variable
		if o.key != "" {
			variable = ""
		}
		diags.AddError(gap.summary(o.key), gap.detail(variable))
	}
	apiURL, err := o.baseURL(o.settings.apiURL, genesyscloud.Region.APIURL)
	if err != nil {
		diags.AddError("Invalid api_url", sentence(err.Error()))
	}
	loginURL, err := o.baseURL(o.settings.loginURL, genesyscloud.Region.LoginURL)
	if err != nil {
		diags.AddError("Invalid login_url", sentence(err.Error()))
	}
	if diags.HasError() {
		return nil, diags
	}
	client, err := genesyscloud.New(genesyscloud.Config{
		Name:         o.key,
		APIURL:       apiURL,
		LoginURL:     loginURL,
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

// baseURL is the configured address, else the region's, else nil: with a ready access token no login host is needed.
func (o *organization) baseURL(configured string, ofRegion func(genesyscloud.Region) string) (*url.URL, error) {
	if configured == "" {
		if o.region == (genesyscloud.Region{}) {
			return nil, nil
		}
		configured = ofRegion(o.region)
	}
	return genesyscloud.ParseBaseURL(configured)
}

// label names the organization in a message while its own name is not known.
func (o *organization) label() string {
	if o.key == "" {
		return "the provider block's own organization"
	}
	return fmt.Sprintf("organization %q", o.key)
}

// ownClientID is the id of the client that the provider itself signs in as.
func (o *organization) ownClientID(ctx context.Context) (string, diag.Diagnostics) {
	if o.settings.token == "" {
		return o.settings.clientID, nil
	}
	info, err := o.client.Token(ctx)
	if err != nil {
		return "", diag.Diagnostics{readError("read the token", o, err)}
	}
	if info.OAuthClient == nil {
		return "", diag.Diagnostics{diag.NewErrorDiagnostic("The provider's own client is not known",
			wrap("The platform does not show which OAuth client the access token was issued to.", "Name the client with client_id or client_name."))}
	}
	return info.OAuthClient.ID, nil
}

// judge evaluates a requirement: it reads what the audit wants, just that, until the audit wants nothing more. The error is the
// context's; whatever else goes wrong is evidence that could not be read, and so part of the result.
func (o *organization) judge(ctx context.Context, requirement audit.Requirement, now time.Time) (audit.Result, error) {
	for {
		result := audit.Evaluate(requirement, o.snapshot(requirement.UserID), now)
		if len(result.Wants) == 0 {
			return result, nil
		}
		if err := o.read(ctx, result.Wants, requirement.UserID); err != nil {
			return audit.Result{}, err
		}
	}
}

func (o *organization) snapshot(userID string) audit.Facts {
	o.mu.Lock()
	defer o.mu.Unlock()
	facts := o.facts
	facts.User = o.users[userID]
	return facts
}

// read reads the wanted evidence side by side. The platform client reads each collection once however many validations ask.
func (o *organization) read(ctx context.Context, wants []audit.Source, userID string) error {
	var wg sync.WaitGroup
	for _, source := range wants {
		wg.Go(func() { o.readSource(ctx, source, userID) })
	}
	wg.Wait()
	return ctx.Err()
}

func (o *organization) readSource(ctx context.Context, source audit.Source, userID string) {
	c := o.client
	switch source {
	case audit.SourceToken:
		load(ctx, o, &o.facts.Token, c.Token, tokenFacts)
	case audit.SourceOrganization:
		load(ctx, o, &o.facts.Organization, c.Organization, organizationFacts)
	case audit.SourceClients:
		load(ctx, o, &o.facts.Clients, c.OAuthClients, clientFacts)
	case audit.SourceAuthorizations:
		load(ctx, o, &o.facts.Authorizations, c.OAuthAuthorizations, authorizationFacts)
	case audit.SourceRoles:
		load(ctx, o, &o.facts.Roles, c.Roles, roleFacts)
	case audit.SourceDivisions:
		load(ctx, o, &o.facts.Divisions, c.Divisions, divisionFacts)
	case audit.SourcePermissions:
		load(ctx, o, &o.facts.Permissions, c.Permissions, permissionFacts)
	case audit.SourceScopes:
		load(ctx, o, &o.facts.Scopes, c.OAuthScopes, scopeFacts)
	case audit.SourceSettings:
		load(ctx, o, &o.facts.Settings, c.AuthenticationSettings, settingsFacts)
	case audit.SourceMediaRegions:
		load(ctx, o, &o.facts.MediaRegions, c.MediaRegions, mediaRegionFacts)
	case audit.SourceUser:
		o.readUser(ctx, userID)
	default:
		o.mu.Lock()
		defer o.mu.Unlock()
		o.facts.Miss(source, audit.Gap{Reason: "this version of the provider does not read it"})
	}
}

func (o *organization) readUser(ctx context.Context, userID string) {
	var evidence audit.Evidence[audit.Subject]
	load(ctx, o, &evidence, func(ctx context.Context) (genesyscloud.Subject, error) {
		return o.client.Subject(ctx, userID)
	}, subjectFacts)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.users[userID] = evidence
}

// load reads one piece of evidence and keeps it, or the reason why it could not be read. A cancelled context is no reason: it says
// nothing about the platform.
func load[W, F any](ctx context.Context, o *organization, into *audit.Evidence[F], read func(context.Context) (W, error), convert func(W) F) {
	value, err := read(ctx)
	if ctx.Err() != nil {
		return
	}
	var evidence audit.Evidence[F]
	if err != nil {
		evidence = audit.Unreadable[F](gapOf(err))
	} else {
		evidence = audit.Read(convert(value))
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	*into = evidence
}
