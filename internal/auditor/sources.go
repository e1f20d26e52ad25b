package auditor

import (
	"context"
	"errors"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// source is a source of evidence: how it is read, and how the answer becomes a fact.
type source struct {
	Noun       string
	Request    string
	Permission string // what the auditing client needs for it; empty: nothing
	read       func(ctx context.Context, o *Organization, r *reading, userID string)
}

// sources are all sources of evidence. What an apply can change is read anew for each reading; the rest is kept for the run.
var sources = map[audit.Source]source{
	audit.SourceToken: kept("provider's own token", "GET /api/v2/tokens/me", "",
		(*genesyscloud.Client).Token, tokenFacts, func(f *audit.Facts) *audit.Evidence[audit.Token] { return &f.Token }),
	audit.SourceOrganization: kept("organization", "GET /api/v2/organizations/me", "directory:organization:view",
		organizationOfToken, organizationFacts, func(f *audit.Facts) *audit.Evidence[audit.Organization] { return &f.Organization }),
	audit.SourceClients: fresh("OAuth clients", "GET /api/v2/oauth/clients", "oauth:client:view",
		(*genesyscloud.Client).OAuthClients, clientFacts, func(f *audit.Facts) *audit.Evidence[*audit.Clients] { return &f.Clients }),
	audit.SourceAuthorizations: fresh("authorizations of other organizations' clients", "GET /api/v2/oauth/authorizations", "oauth:client:view",
		(*genesyscloud.Client).OAuthAuthorizations, authorizationFacts,
		func(f *audit.Facts) *audit.Evidence[*audit.Authorizations] { return &f.Authorizations }),
	audit.SourceRoles: fresh("roles", "GET /api/v2/authorization/roles", "authorization:role:view",
		(*genesyscloud.Client).Roles, RoleFacts, func(f *audit.Facts) *audit.Evidence[*audit.Roles] { return &f.Roles }),
	audit.SourceDivisions: fresh("divisions", "GET /api/v2/authorization/divisions", "",
		(*genesyscloud.Client).Divisions, divisionFacts, func(f *audit.Facts) *audit.Evidence[*audit.Divisions] { return &f.Divisions }),
	audit.SourcePermissions: kept("permissions that exist in the organization", "GET /api/v2/authorization/permissions", "",
		(*genesyscloud.Client).Permissions, permissionFacts, func(f *audit.Facts) *audit.Evidence[*audit.Permissions] { return &f.Permissions }),
	audit.SourceScopes: kept("platform's scope list", "GET /api/v2/oauth/scopes", "",
		(*genesyscloud.Client).OAuthScopes, scopeFacts, func(f *audit.Facts) *audit.Evidence[*audit.Scopes] { return &f.Scopes }),
	audit.SourceSettings: fresh("organization's authentication settings", "GET /api/v2/organizations/authentication/settings", "",
		(*genesyscloud.Client).AuthenticationSettings, settingsFacts,
		func(f *audit.Facts) *audit.Evidence[audit.Settings] { return &f.Settings }),
	audit.SourceMediaRegions: kept("organization's media regions", "GET /api/v2/telephony/mediaregions", "",
		(*genesyscloud.Client).MediaRegions, mediaRegionFacts,
		func(f *audit.Facts) *audit.Evidence[audit.MediaRegions] { return &f.MediaRegions }),
	audit.SourceUser: ofUser("user's roles", "GET /api/v2/authorization/subjects/{subjectId}", "authorization:grant:view",
		(*genesyscloud.Client).Subject, subjectFacts, func(f *audit.Facts) *audit.Evidence[audit.Subject] { return &f.User }),
}

// fresh is a source that a change of the run can change.
func fresh[W, F any](noun, request, permission string, read func(*genesyscloud.Client, context.Context) (W, error), convert func(W) F,
	field func(*audit.Facts) *audit.Evidence[F],
) source {
	return source{noun, request, permission, func(ctx context.Context, o *Organization, r *reading, _ string) {
		evidence, err := load(ctx, r, read, convert)
		if ctx.Err() != nil {
			return
		}
		r.put(func(facts *audit.Facts) { *field(facts) = evidence })
		if lasting(err) {
			o.keep(func(facts *audit.Facts) { *field(facts) = evidence })
		}
	}}
}

// kept is a source that no change of the run can change: the platform's own, or bound to the token in use.
func kept[W, F any](noun, request, permission string, read func(*genesyscloud.Client, context.Context) (W, error), convert func(W) F,
	field func(*audit.Facts) *audit.Evidence[F],
) source {
	return source{noun, request, permission, func(ctx context.Context, o *Organization, r *reading, _ string) {
		evidence, err := load(ctx, r, read, convert)
		if ctx.Err() != nil {
			return
		}
		r.put(func(facts *audit.Facts) { *field(facts) = evidence })
		if err == nil || lasting(err) {
			o.keep(func(facts *audit.Facts) { *field(facts) = evidence })
		}
	}}
}

// ofUser is a source that differs from user to user.
func ofUser[W, F any](noun, request, permission string, read func(*genesyscloud.Client, context.Context, string) (W, error),
	convert func(W) F, field func(*audit.Facts) *audit.Evidence[F],
) source {
	return source{noun, request, permission, func(ctx context.Context, _ *Organization, r *reading, userID string) {
		evidence, _ := load(ctx, r, func(client *genesyscloud.Client, ctx context.Context) (W, error) {
			return read(client, ctx, userID)
		}, convert)
		if ctx.Err() == nil {
			r.putUser(userID, func(facts *audit.Facts) { *field(facts) = evidence }, func(to, from *audit.Facts) { *field(to) = *field(from) })
		}
	}}
}

// load reads one piece of evidence, or the reason why it could not be read. A cancelled context is no reason: it says nothing about the
// platform.
func load[W, F any](ctx context.Context, r *reading, read func(*genesyscloud.Client, context.Context) (W, error), convert func(W) F,
) (audit.Evidence[F], error) {
	value, err := read(r.client, ctx)
	if err != nil {
		return audit.Unreadable[F](GapOf(err)), err
	}
	return audit.Read(convert(value)), nil
}

// lasting tells whether a request failed for a reason that reading anew would only wait for again: no sign-in, no answer, no time left.
func lasting(err error) bool {
	var (
		signIn      *genesyscloud.SignInError
		unreachable *genesyscloud.TransportError
		late        *genesyscloud.DeadlineError
	)
	return errors.As(err, &signIn) || errors.As(err, &unreachable) || errors.As(err, &late)
}

// organizationOfToken is the organization's own answer. It stands in for a token that does not show its organization, not for a token
// that could not be read: whose token that is nobody knows then.
func organizationOfToken(client *genesyscloud.Client, ctx context.Context) (genesyscloud.Organization, error) {
	if _, err := client.Token(ctx); err != nil {
		return genesyscloud.Organization{}, err
	}
	return client.Organization(ctx)
}
