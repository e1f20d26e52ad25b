package auditor

import (
	"context"
	"errors"
	"net/http"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// source is how a source of evidence is read, and how the answer becomes a fact. The audit's own table has its name, its request and its
// permission.
type source func(ctx context.Context, o *Organization, r *reading, userID string)

// sources are all sources of evidence, by their names in the audit. What a change of the run can change is read anew for each reading; the
// rest is kept for the run.
var sources = map[audit.Source]source{
	audit.SourceToken: kept((*genesyscloud.Client).Token, tokenFacts,
		func(f *audit.Facts) *audit.Evidence[audit.Token] { return &f.Token }),
	audit.SourceOrganization: kept(organizationOfToken, organizationFacts,
		func(f *audit.Facts) *audit.Evidence[audit.Organization] { return &f.Organization }),
	audit.SourceClients: fresh((*genesyscloud.Client).OAuthClients, clientFacts,
		func(f *audit.Facts) *audit.Evidence[*audit.Clients] { return &f.Clients }),
	audit.SourceAuthorizations: fresh((*genesyscloud.Client).OAuthAuthorizations, authorizationFacts,
		func(f *audit.Facts) *audit.Evidence[*audit.Authorizations] { return &f.Authorizations }),
	audit.SourceRoles: fresh((*genesyscloud.Client).Roles, RoleFacts,
		func(f *audit.Facts) *audit.Evidence[*access.Roles] { return &f.Roles }),
	audit.SourceDivisions: fresh((*genesyscloud.Client).Divisions, divisionFacts,
		func(f *audit.Facts) *audit.Evidence[*audit.Divisions] { return &f.Divisions }),
	audit.SourcePermissions: kept((*genesyscloud.Client).Permissions, permissionFacts,
		func(f *audit.Facts) *audit.Evidence[*audit.Permissions] { return &f.Permissions }),
	audit.SourcePolicies: fresh((*genesyscloud.Client).AccessPolicies, policyFacts,
		func(f *audit.Facts) *audit.Evidence[[]audit.AccessPolicy] { return &f.Policies }),
	audit.SourceTopics: kept((*genesyscloud.Client).NotificationTopics, topicFacts,
		func(f *audit.Facts) *audit.Evidence[[]audit.Topic] { return &f.Topics }),
	audit.SourceScopes: kept((*genesyscloud.Client).OAuthScopes, scopeFacts,
		func(f *audit.Facts) *audit.Evidence[*audit.Scopes] { return &f.Scopes }),
	audit.SourceAccount: ofUser(account, accountFacts,
		func(f *audit.Facts) *audit.Evidence[audit.Account] { return &f.Account }),
	audit.SourceUser: ofUser((*genesyscloud.Client).Subject, subjectFacts,
		func(f *audit.Facts) *audit.Evidence[audit.Subject] { return &f.User }),
	audit.SourceSettings: fresh((*genesyscloud.Client).AuthenticationSettings, settingsFacts,
		func(f *audit.Facts) *audit.Evidence[audit.Settings] { return &f.Settings }),
	audit.SourceMediaRegions: kept((*genesyscloud.Client).MediaRegions, mediaRegionFacts,
		func(f *audit.Facts) *audit.Evidence[audit.MediaRegions] { return &f.MediaRegions }),
}

// fresh is a source that a change of the run can change.
func fresh[W, F any](read func(*genesyscloud.Client, context.Context) (W, error), convert func(W) F,
	field func(*audit.Facts) *audit.Evidence[F],
) source {
	return ofOrganization(read, convert, field, lasting)
}

// kept is a source that no change of the run can change: the platform's own, or bound to the token in use.
func kept[W, F any](read func(*genesyscloud.Client, context.Context) (W, error), convert func(W) F,
	field func(*audit.Facts) *audit.Evidence[F],
) source {
	return ofOrganization(read, convert, field, func(err error) bool { return err == nil || lasting(err) })
}

// ofOrganization is a source that all evaluations of an organization share. The evidence stays for the whole run if keeps accepts the
// error of its reading.
func ofOrganization[W, F any](read func(*genesyscloud.Client, context.Context) (W, error), convert func(W) F,
	field func(*audit.Facts) *audit.Evidence[F], keeps func(error) bool,
) source {
	return func(ctx context.Context, o *Organization, r *reading, _ string) {
		evidence, err := load(ctx, r, read, convert)
		if ctx.Err() != nil {
			return
		}
		r.put(func(facts *audit.Facts) { *field(facts) = evidence })
		if keeps(err) {
			o.keep(func(facts *audit.Facts) { *field(facts) = evidence })
		}
	}
}

// ofUser is a source that differs from user to user.
func ofUser[W, F any](read func(*genesyscloud.Client, context.Context, string) (W, error), convert func(W) F,
	field func(*audit.Facts) *audit.Evidence[F],
) source {
	return func(ctx context.Context, _ *Organization, r *reading, userID string) {
		evidence, _ := load(ctx, r, func(client *genesyscloud.Client, ctx context.Context) (W, error) {
			return read(client, ctx, userID)
		}, convert)
		if ctx.Err() == nil {
			r.putUser(userID, func(facts *audit.Facts) { *field(facts) = evidence }, func(to, from *audit.Facts) { *field(to) = *field(from) })
		}
	}
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

// account reads a user, nil if the platform knows none with this id.
func account(client *genesyscloud.Client, ctx context.Context, userID string) (*genesyscloud.User, error) {
	user, err := client.User(ctx, userID)
	var api *genesyscloud.APIError
	switch {
	case errors.As(err, &api) && api.Status == http.StatusNotFound && !api.NotPlatform:
		return nil, nil
	case err != nil:
		return nil, err
	}
	return &user, nil
}

// organizationOfToken is the organization's own answer. It replaces the organization of a token that does not show one. It does not replace a token
// that could not be read, since the token may then belong to any organization.
func organizationOfToken(client *genesyscloud.Client, ctx context.Context) (genesyscloud.Organization, error) {
	if _, err := client.Token(ctx); err != nil {
		return genesyscloud.Organization{}, err
	}
	return client.Organization(ctx)
}
