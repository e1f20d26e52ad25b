package auditor

import (
	"context"
	"fmt"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// builtIn is the organization of the OAuth clients that are the platform's own.
const builtIn = "purecloud-builtin"

// IdentityError says that the token in use is not the configured client's, or does not act in the intended organization. That organization is not
// judged.
type IdentityError struct {
	Summary string
	Detail  string // goes on after "In the organization, "
}

func (e *IdentityError) Error() string { return e.Summary + ": " + e.Detail }

// identity is what was found out about the token in use.
type identity struct {
	known        bool
	unread       error // why the token could not be read, nil once it is known
	organization genesyscloud.NamedEntity
	err          error
}

// Identified is the organization in which the token acts, once it is known.
func (o *Organization) Identified() (organization genesyscloud.NamedEntity, known bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.identity.organization, o.identity.known
}

// wrongIdentity is the error that Identify has found, if it has found one.
func (o *Organization) wrongIdentity() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.identity.err
}

// Identify finds out, once, whether the token belongs to the configured client and organization. The audit reports a token that could not be read,
// since it does not know the organization then.
func (o *Organization) Identify(ctx context.Context, client *genesyscloud.Client) error {
	o.mu.Lock()
	found := o.identity
	o.mu.Unlock()
	if found.known || lasting(found.unread) { // after a lasting error, reading the token anew would only wait again
		return found.err
	}
	info, err := client.Token(ctx)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		o.noteUnread(err)
		return nil
	}
	err = o.config.wrongIdentity(info)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.identity = identity{known: true, organization: genesyscloud.NamedEntity{ID: info.Organization.ID, Name: info.Organization.Name}, err: err}
	return err
}

// noteUnread notes why the token could not be read, unless another evaluation has read it in the meantime.
func (o *Organization) noteUnread(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.identity.known {
		return
	}
	o.identity.unread = err
	if lasting(err) {
		o.kept.Token = audit.Unreadable[audit.Token](GapOf(err))
	}
}

// Unidentified is the error with which the token could not be read, nil if it was read or not asked for yet.
func (o *Organization) Unidentified() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.identity.unread
}

func (c Config) wrongIdentity(info genesyscloud.TokenInfo) error {
	acting := info.Organization
	if c.OrganizationID != "" && !strings.EqualFold(c.OrganizationID, acting.ID) {
		return &IdentityError{"Signed in to another organization than organization_id",
			fmt.Sprintf("organization_id is %s, and the credentials sign in to %s. Correct the credentials and aws_region, or organization_id.",
				c.OrganizationID, named(acting.Name, acting.ID))}
	}
	if home := info.HomeOrganization; home.ID != "" && home.ID != acting.ID {
		return &IdentityError{"The access token acts in another organization than its own",
			fmt.Sprintf("the token belongs to %s and acts in %s. Use the credentials of an OAuth client of the organization that is to be audited.",
				named(home.Name, home.ID), named(acting.Name, acting.ID))}
	}
	client := info.OAuthClient
	if client == nil || client.Organization == nil || client.Organization.ID == "" {
		return nil
	}
	if owner := client.Organization; owner.ID != acting.ID && owner.ID != builtIn {
		return &IdentityError{"The access token acts in another organization than its client's",
			fmt.Sprintf("the token was issued to the OAuth client %s of %s and acts in %s. Use the credentials of an OAuth client of the organization "+
				"that is to be audited.", client.ID, named(owner.Name, owner.ID), named(acting.Name, acting.ID))}
	}
	return nil
}

func named(name, id string) string {
	if name == "" {
		return id
	}
	return fmt.Sprintf("%q (%s)", name, id)
}
