package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

const issueNewToken = "then issue a new token: tokens already issued keep their scopes."

// heldScopes are the scopes that tokens of the client get.
type heldScopes struct {
	names []string
	known bool
}

func (h heldScopes) cover(required string) bool {
	return slices.ContainsFunc(h.names, func(name string) bool { return CoversScope(name, required) })
}

// scopes are the client's own scopes, or those consented to here for a client of another organization. A CLIENT-CREDENTIALS client
// may have none to show; for any other one a missing list shows nothing.
func (c *auditedClient) scopes() heldScopes {
	names, shown := c.Scopes, c.ScopesShown
	if c.authorization != nil {
		names, shown = c.authorization.Scopes, c.authorization.Scopes != nil
	}
	return heldScopes{names: names, known: shown || c.kind == grantOfClient}
}

// scopeNeeds are the scopes that tokens of the client must have.
type scopeNeeds struct {
	certain      needs
	ofUserGrants needs // needed if the grant, which is not known, turns out to be a user's
	undocumented needs // endpoints whose scopes the catalog does not know
}

// neededScopes collects the scopes needed. The platform ignores scopes for CLIENT-CREDENTIALS, so what a published endpoint wants
// counts for user-context grants only; required_scopes and integration reports state an expectation of their own, for every grant.
func (e *evaluation) neededScopes() *scopeNeeds {
	n := &scopeNeeds{}
	n.certain.addEach(e.req.RequiredScopes, origin{argument: ArgRequiredScopes})
	for _, endpoint := range e.req.Endpoints {
		into := &n.certain
		if endpoint.Source != catalog.IntegrationReport {
			switch e.client.kind {
			case grantOfClient:
				continue
			case grantNotKnown:
				into = &n.ofUserGrants
			}
		}
		from := endpoint.origin()
		switch {
		case endpoint.ScopesMatch == catalog.None:
		case endpoint.ScopesMatch == catalog.All && len(endpoint.Scopes) > 0:
			into.addEach(endpoint.Scopes, from)
		case endpoint.ScopesMatch == catalog.Any && len(endpoint.Scopes) > 0:
			into.addAny(endpoint.Scopes, from)
		default:
			n.undocumented.addEach([]string{endpoint.Written}, from)
		}
	}
	n.certain, n.ofUserGrants, n.undocumented = n.certain.merged(), n.ofUserGrants.merged(), n.undocumented.merged()
	return n
}

// all are the needs of which it is known what they are.
func (n *scopeNeeds) all() needs { return slices.Concat(n.certain, n.ofUserGrants) }

func (e Endpoint) origin() origin {
	return origin{argument: ArgEndpoints, endpoints: []string{e.Written}}
}

// checkScope checks that the client has every scope that is needed.
func (e *evaluation) checkScope(needed *scopeNeeds) {
	e.leaveOpenIf(CheckScope, ArgRequiredScopes, ArgEndpoints)
	for _, endpoint := range needed.undocumented {
		e.reportUndocumentedScopes(endpoint)
	}
	all := needed.all()
	if len(all) == 0 {
		return
	}
	e.apply(CheckScope)
	held := e.client.scopes()
	if !held.known {
		e.reportScopesNotShown(CheckScope, all.origin())
		return
	}
	missing := e.missingScopes(needed.certain, held)
	for _, lack := range missing {
		e.reportMissingScope(lack, held)
	}
	for _, lack := range e.missingScopes(needed.ofUserGrants, held) {
		if !missing.has(lack.name) {
			e.reportScopeOfUnknownGrant(lack)
		}
	}
}

func (e *evaluation) missingScopes(list needs, held heldScopes) lacks {
	var missing lacks
	for _, need := range list {
		if !slices.ContainsFunc(need.options, held.cover) {
			missing.add(e.nearestScope(need.options), need)
		}
	}
	return missing
}

// nearestScope is the option to advise: one that the client itself has, when only the consent lacks it, else one that allows the
// least.
func (e *evaluation) nearestScope(options []string) string {
	if e.client.authorization != nil {
		own := heldScopes{names: e.client.Scopes}
		if i := slices.IndexFunc(options, own.cover); i >= 0 {
			return options[i]
		}
	}
	if i := slices.IndexFunc(options, func(option string) bool { return strings.HasSuffix(option, readOnly) }); i >= 0 {
		return options[i]
	}
	return options[0]
}

func (e *evaluation) reportMissingScope(missing lack, held heldScopes) {
	finding := Finding{
		Check: CheckScope, Status: Fail, Subject: missing.name,
		Message:     fmt.Sprintf("%s is missing%s; the client has %s.", missing.name, orAlternatives(missing), scopeList(held)),
		Remediation: "Add it under " + oauthAdmin + ", " + issueNewToken,
		Argument:    missing.origin.argument,
		Endpoints:   missing.origin.endpoints,
	}
	// Only of these is the list always read, by checkScopeUnknown: what a finding says must not depend on what another validation read.
	named := slices.Contains(e.req.RequiredScopes, missing.name)
	if scopes := e.facts.Scopes; named && scopes.state == read && !scopes.value.lists(missing.name) {
		finding.Remediation = "Correct the name if it is mistyped. Else add it under " + oauthAdmin + ", " + issueNewToken
	}
	if e.client.authorization != nil {
		finding.Message = fmt.Sprintf("%s is missing%s from the consent given here, which has %s.",
			missing.name, orAlternatives(missing), scopeList(held))
		if (heldScopes{names: e.client.Scopes}).cover(missing.name) {
			finding.Message += " The client itself has it: the consent predates the change."
		}
		finding.Remediation = "Have an administrator authorize the client again under " + authorizedAppsAdmin + ", " + issueNewToken
	}
	e.report(finding)
}

func (e *evaluation) reportScopeOfUnknownGrant(missing lack) {
	e.report(Finding{
		Check: CheckScope, Status: Unknown, Subject: missing.name,
		Message: fmt.Sprintf("%s is missing%s; whether it is needed depends on the grant type %q, which the platform does not document.",
			missing.name, orAlternatives(missing), e.client.GrantType),
		Remediation: "Look at the client under " + oauthAdmin + ".",
		Argument:    missing.origin.argument,
		Endpoints:   missing.origin.endpoints,
	})
}

func (e *evaluation) reportUndocumentedScopes(endpoint need) {
	e.report(Finding{
		Check: CheckScope, Status: Unknown, Subject: endpoint.options[0],
		Message: "The scopes that " + endpoint.options[0] + " needs are not documented: it is newer than the definition that lists them.",
		Remediation: "Name the scopes in required_scopes instead of the endpoint, or use a CLIENT-CREDENTIALS client, for which scopes do " +
			"not count.",
		Argument:  endpoint.origin.argument,
		Endpoints: endpoint.origin.endpoints,
	})
}

func (e *evaluation) reportScopesNotShown(check Check, from origin) {
	e.report(Finding{
		Check: check, Status: Unknown, Subject: e.client.label(),
		Message:     "The platform does not show the client's scopes.",
		Remediation: "Look at the client under " + oauthAdmin + "; what is not shown never passes.",
		Argument:    from.argument,
		Endpoints:   from.endpoints,
	})
}

func orAlternatives(missing lack) string {
	if len(missing.alternatives) == 0 {
		return ""
	}
	return fmt.Sprintf(" (%s would do as well)", list(missing.alternatives))
}

func scopeList(held heldScopes) string {
	if len(held.names) == 0 {
		return "no scopes"
	}
	return list(sorted(held.names))
}

// checkScopeExcess checks that the client has no scope beyond what is required. What an endpoint lists counts as required,
// each member of an "any" list too, whatever the grant.
func (e *evaluation) checkScopeExcess() {
	e.leaveOpenIf(CheckScopeExcess, ArgAllowedScopes)
	if e.req.AllowedScopes == nil {
		return
	}
	e.apply(CheckScopeExcess)
	held := e.client.scopes()
	if !held.known {
		e.reportScopesNotShown(CheckScopeExcess, origin{argument: ArgAllowedScopes})
		return
	}
	accepted, complete := e.acceptedScopes()
	for _, name := range sorted(held.names) {
		if !accepted[name] {
			e.reportExtraScope(name, complete)
		}
	}
}

// acceptedScopes are the scopes that count as required. The list is not complete when an endpoint's scopes are not known.
func (e *evaluation) acceptedScopes() (accepted map[string]bool, complete bool) {
	accepted, complete = make(map[string]bool), true
	for _, name := range slices.Concat(e.req.RequiredScopes, e.req.AllowedScopes) {
		accepted[name] = true
	}
	for _, endpoint := range e.req.Endpoints {
		for _, name := range endpoint.Scopes {
			accepted[name] = true
		}
		if endpoint.ScopesMatch != catalog.None && len(endpoint.Scopes) == 0 || endpoint.ScopesMatch == catalog.Unknown {
			complete = false
		}
	}
	return accepted, complete
}

func (e *evaluation) reportExtraScope(name string, complete bool) {
	if e.isDeferred(ArgAllowedScopes, ArgRequiredScopes, ArgEndpoints) {
		e.open |= setOf(CheckScopeExcess)
		return
	}
	finding := Finding{
		Check: CheckScopeExcess, Status: Fail, Subject: name,
		Message:     name + " is neither required nor among allowed_scopes.",
		Remediation: "Remove it under " + oauthAdmin + ", or add it to required_scopes or allowed_scopes.",
		Argument:    ArgAllowedScopes,
	}
	if !complete {
		finding.Status = Unknown
		finding.Message = name + " is not known to be required: an endpoint's scopes are not documented."
	}
	e.report(finding)
}

// checkScopeForbidden checks that the client has no forbidden scope. x:readonly is forbidden to a client with x too, since x covers it.
func (e *evaluation) checkScopeForbidden() {
	e.leaveOpenIf(CheckScopeForbidden, ArgForbiddenScopes)
	if len(e.req.ForbiddenScopes) == 0 {
		return
	}
	e.apply(CheckScopeForbidden)
	held := e.client.scopes()
	if !held.known {
		e.reportScopesNotShown(CheckScopeForbidden, origin{argument: ArgForbiddenScopes})
		return
	}
	for _, forbidden := range sorted(e.req.ForbiddenScopes) {
		if message := held.offence(forbidden); message != "" {
			e.report(Finding{
				Check: CheckScopeForbidden, Status: Fail, Subject: forbidden, Message: message,
				Remediation: "Remove it under " + oauthAdmin + ", " + issueNewToken,
				Argument:    ArgForbiddenScopes,
			})
		}
	}
}

// offence says which of the scopes gives what is forbidden; nothing when none does.
func (h heldScopes) offence(forbidden string) string {
	if slices.Contains(h.names, forbidden) {
		return "The client has " + forbidden + ", which is forbidden."
	}
	base := strings.TrimSuffix(forbidden, readOnly)
	if base != forbidden && slices.Contains(h.names, base) {
		return "The client has " + base + ", which covers the forbidden " + forbidden + "."
	}
	for _, name := range sorted(h.names) {
		if spelledLike(name, forbidden) || spelledLike(strings.TrimSpace(name)+readOnly, forbidden) {
			return fmt.Sprintf("The client has %q, and %q is forbidden: no more than case or white space tells them apart.", name, forbidden)
		}
	}
	return ""
}

// checkScopeUnknown warns of scopes that the platform does not list: most likely typing errors. A scope that the client has exists.
func (e *evaluation) checkScopeUnknown() {
	e.leaveOpenIf(CheckScopeUnknown, ArgRequiredScopes, ArgForbiddenScopes, ArgEndpoints)
	var named needs
	named.addEach(e.req.RequiredScopes, origin{argument: ArgRequiredScopes})
	named.addEach(e.req.ForbiddenScopes, origin{argument: ArgForbiddenScopes})
	for _, endpoint := range e.req.Endpoints {
		if endpoint.Source == catalog.IntegrationReport {
			named.addEach(endpoint.Scopes, endpoint.origin())
		}
	}
	if len(named) == 0 {
		return
	}
	e.apply(CheckScopeUnknown)
	held := e.client.scopes().names
	doubtful := slices.DeleteFunc(named, func(n need) bool {
		return slices.Contains(e.client.Scopes, n.options[0]) || slices.Contains(held, n.options[0])
	}).merged()
	if len(doubtful) == 0 {
		return
	}
	platform, state := consult(e, SourceScopes, e.facts.Scopes)
	switch state {
	case notRead:
		e.open |= setOf(CheckScopeUnknown)
	case unreadable:
		e.reportGap(CheckScopeUnknown, SourceScopes, e.facts.Scopes.gap, doubtful.origin())
	case read:
		for _, need := range doubtful {
			e.warnOfUnknownScope(platform, need)
		}
	}
}

func (e *evaluation) warnOfUnknownScope(platform *Scopes, named need) {
	name := named.options[0]
	if platform.lists(name) {
		return
	}
	e.report(Finding{
		Check: CheckScopeUnknown, Status: Warn, Subject: name,
		Message:     sentences("The platform's scope list does not contain "+name+".", text.DidYouMean(platform.names.nearest(name))),
		Remediation: "Correct the name, unless the scope is known to exist.",
		Argument:    named.origin.argument,
		Endpoints:   named.origin.endpoints,
	})
}
