package audit

import (
	"fmt"
	"slices"
	"strings"
)

// ownership says whether the provider's own token belongs to the audited client.
type ownership int

const (
	notOwn ownership = iota
	own
	ownershipNotKnown
)

func (e *evaluation) tokenOwnership(token Token) ownership {
	// An id may be configured in another case than the platform shows it in.
	switch {
	case strings.EqualFold(token.ClientID, e.client.ID) || strings.EqualFold(e.facts.OwnClientID, e.client.ID):
		return own
	case token.ClientID == "" && e.facts.OwnClientID == "":
		return ownershipNotKnown
	default:
		return notOwn
	}
}

// checkTokenScope checks that the provider's own token, where it is the audited client's, has the needed scopes that the client now
// has: tokens keep the scopes they were issued with. What the client itself lacks is for the check scope to say.
func (e *evaluation) checkTokenScope(needed *scopeNeeds) {
	e.leaveOpenIf(CheckTokenScope, ArgRequiredScopes, ArgEndpoints)
	list := needed.all()
	if len(list) == 0 {
		return
	}
	token, state := consult(e, SourceToken, e.facts.Token) // has been consulted before: it identifies the organization
	owner := e.tokenOwnership(token)
	if owner == notOwn {
		return
	}
	if state != read {
		e.reportGap(CheckTokenScope, SourceToken, e.facts.Token.gap, origin{list.origin().argument, e.allEndpoints()})
		return
	}
	// A CLIENT-CREDENTIALS token need not list any scopes; then there is nothing to compare.
	if e.client.kind == grantOfClient && len(token.AuthorizedScopes) == 0 {
		return
	}
	if !e.client.scopes().known {
		e.open |= setOf(CheckTokenScope)
		return
	}
	stale := e.staleScopes(list, token)
	if owner == own {
		e.apply(CheckTokenScope)
	}
	for _, lack := range stale {
		e.reportStaleScope(lack, owner)
	}
}

// staleScopes are the needed scopes that the client has and the token has not.
func (e *evaluation) staleScopes(list needs, token Token) lacks {
	held, issued := e.client.scopes(), heldScopes{names: token.AuthorizedScopes}
	var stale lacks
	for _, need := range list {
		has := slices.IndexFunc(need.options, held.cover)
		if has >= 0 && !slices.ContainsFunc(need.options, issued.cover) {
			stale.add(need.options[has], need)
		}
	}
	return stale
}

func (e *evaluation) reportStaleScope(stale lack, owner ownership) {
	finding := Finding{
		Check: CheckTokenScope, Status: Fail, Subject: stale.name,
		Message:     fmt.Sprintf("The provider's own token lacks %s, which the client has: the token was issued before the change.", stale.name),
		Remediation: "Issue a new token: tokens already issued keep their scopes.",
		Argument:    stale.origin.argument,
		Endpoints:   e.allEndpoints(), // a token that has to be renewed serves none of them
	}
	if owner == ownershipNotKnown || e.client.kind == grantNotKnown {
		finding.Status = Unknown
		finding.Message = fmt.Sprintf("The provider's own token lacks %s, which the client has; whether that matters is not known, "+
			"since the platform does not show whose token it is or how the client signs in.", stale.name)
	}
	e.report(finding)
}

// checkTokenValidity checks that tokens do not live too long.
func (e *evaluation) checkTokenValidity() {
	e.leaveOpenIf(CheckTokenValidity, ArgMaxTokenValiditySeconds)
	if e.req.MaxTokenValiditySeconds == nil || e.isDeferred(ArgMaxTokenValiditySeconds) {
		return
	}
	e.apply(CheckTokenValidity)
	most, validity := *e.req.MaxTokenValiditySeconds, e.client.TokenValiditySeconds
	finding := Finding{
		Check: CheckTokenValidity, Status: Fail, Subject: e.client.label(),
		Remediation: "Shorten the token duration of the client under " + oauthAdmin + ".",
		Argument:    ArgMaxTokenValiditySeconds,
	}
	switch {
	case validity == nil:
		finding.Status = Unknown
		finding.Message = "The platform does not show how long the client's tokens live."
		finding.Remediation = "Look at the client under " + oauthAdmin + "; what is not shown never passes."
	case *validity <= 0:
		finding.Status = Unknown
		finding.Message = fmt.Sprintf("The platform says that the client's tokens live for %d seconds, which cannot be.", *validity)
		finding.Remediation = "Look at the client under " + oauthAdmin + "; what is not known never passes."
	case *validity > most:
		finding.Message = fmt.Sprintf("The client's tokens live for %d seconds; at most %d are allowed.", *validity, most)
	default:
		return
	}
	e.report(finding)
}
