package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
)

var tokenScopeRule = rule{
	Description: Description{
		ID: CheckTokenScope, Title: "The token has the client's scopes", Failed: "Token issued before a scope was added",
		Stage: StageToken, Severity: 5.0,
		Cause:  "The token in use was issued before a needed scope was added to the client: tokens already issued keep their scopes.",
		Remedy: "Issue a new token, and restart every application that still uses the old one.",
	},
	asks:  []Argument{ArgRequiredScopes, ArgEndpoints},
	judge: judgeTokenScope,
}

var tokenValidityRule = rule{
	Description: Description{
		ID: CheckTokenValidity, Title: "Tokens expire soon enough", Failed: "Tokens valid for too long",
		Stage: StageToken, Severity: 6.0,
		Cause:  "Tokens of the client are valid for longer than max_token_validity_seconds.",
		Remedy: "Lower the token duration of the client under " + oauthAdmin + ".",
	},
	asks:  []Argument{ArgMaxTokenValiditySeconds},
	judge: judgeTokenValidity,
}

// ownership says whether the provider's own token belongs to the audited client.
type ownership int

const (
	notOwn ownership = iota
	own
	ownershipNotKnown
)

func (v *view) tokenOwnership(token Token) ownership {
	// The case of a configured id may differ from the platform's.
	switch {
	case v.client.isNew():
		return notOwn
	case strings.EqualFold(token.ClientID, v.client.ID) || strings.EqualFold(v.facts.OwnClientID, v.client.ID):
		return own
	case token.ClientID == "" && v.facts.OwnClientID == "":
		return ownershipNotKnown
	default:
		return notOwn
	}
}

// judgeTokenScope judges whether the provider's own token, where it is the audited client's, has the needed scopes that the client now has: tokens
// keep the scopes they were issued with. The check scope reports what the client itself lacks.
func judgeTokenScope(v *view) (o opinion) {
	needed := v.neededScopes().all()
	if len(needed) == 0 {
		return o
	}
	token, state := consult(&o.wants, tokenSource, v.facts)
	owner := v.tokenOwnership(token)
	switch {
	case owner == notOwn:
		return o
	case state == notRead:
		o.open = true
		return o
	case state == unreadable:
		o.report(gapIn(tokenSource, v.facts, origin{needed.origin().argument, v.allEndpoints()}))
		return o
	}
	// A CLIENT-CREDENTIALS token need not list any scopes; then there is nothing to compare.
	if v.client.kind == access.OfClient && len(token.AuthorizedScopes) == 0 {
		return o
	}
	held := v.client.scopes()
	if !held.known {
		o.open = true
		return o
	}
	o.applies = owner == own
	issued := heldScopes{names: token.AuthorizedScopes}
	var stale lacks
	for _, need := range needed {
		has := slices.IndexFunc(need.options, held.cover)
		if has >= 0 && !slices.ContainsFunc(need.options, issued.cover) {
			stale.add(need.options[has], need)
		}
	}
	for _, lack := range stale.list {
		o.report(staleScope(v, lack, owner))
	}
	return o
}

func staleScope(v *view, stale lack, owner ownership) Finding {
	finding := Finding{
		Status: Fail, Subject: stale.name,
		Message:     fmt.Sprintf("The provider's own token lacks %s, which the client has: the token was issued before the change.", stale.name),
		Remediation: "Issue a new token: tokens already issued keep their scopes.",
		Argument:    stale.origin.argument,
		Endpoints:   v.allEndpoints(), // a token that has to be renewed serves none of them
	}
	if owner == ownershipNotKnown || v.client.kind == access.KindNotKnown {
		finding.Status = Unknown
		finding.Message = fmt.Sprintf("The provider's own token lacks %s, which the client has. Whether that matters is unknown: "+
			"the platform does not show whose token it is or how the client signs in.", stale.name)
	}
	return finding
}

// judgeTokenValidity judges whether tokens live too long.
func judgeTokenValidity(v *view) (o opinion) {
	if v.req.MaxTokenValiditySeconds == nil || v.req.isDeferred(ArgMaxTokenValiditySeconds) {
		return o
	}
	o.applies = true
	most, validity := *v.req.MaxTokenValiditySeconds, v.client.TokenValiditySeconds
	finding := Finding{
		Status: Fail, Subject: v.client.label(),
		Remediation: "Shorten the token duration of the client under " + oauthAdmin + ".",
		Argument:    ArgMaxTokenValiditySeconds,
	}
	switch {
	case validity == nil:
		finding.Status = Unknown
		finding.Message = "The platform does not show how long the client's tokens live."
		finding.Remediation = "Look at the client under " + oauthAdmin + "."
	case *validity <= 0:
		finding.Status = Unknown
		finding.Message = fmt.Sprintf("The platform says that the client's tokens live for %d seconds, which is impossible.", *validity)
		finding.Remediation = "Look at the client under " + oauthAdmin + "."
	case *validity > most:
		finding.Message = fmt.Sprintf("The client's tokens live for %d seconds; at most %d are allowed.", *validity, most)
	default:
		return o
	}
	o.report(finding)
	return o
}
