package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

var scopeRule = rule{
	Description: Description{
		ID: CheckScope, Title: "The client has the needed scopes", Failed: "Missing scopes",
		Stage: StageScope, Severity: 5.5,
		Cause: "The client lacks a needed scope. A client of another organization needs the scope in its authorization here too, and consent " +
			"that was given before a scope was added does not include it. A scope covers its :readonly form; no other scope covers another.",
		Remedy: "Add the scope under " + oauthAdmin + ", renew the consent if the client belongs to another organization, then issue a new token: " +
			"tokens already issued keep their scopes.",
	},
	asks:  []Argument{ArgRequiredScopes, ArgEndpoints, ArgNotificationTopics},
	judge: judgeScope,
}

var scopeExcessRule = rule{
	Description: Description{
		ID: CheckScopeExcess, Title: "No scope beyond the required ones", Failed: "Scopes beyond what is allowed",
		Stage: StageScope, Excess: true, Severity: 7.0,
		Cause:  "The client has a scope that is neither required nor among allowed_scopes.",
		Remedy: "Remove the scope under " + oauthAdmin + ", or add it to required_scopes or allowed_scopes if it is intended.",
	},
	asks:  []Argument{ArgAllowedScopes},
	judge: judgeScopeExcess,
}

var scopeForbiddenRule = rule{
	Description: Description{
		ID: CheckScopeForbidden, Title: "No forbidden scope", Failed: "Forbidden scopes",
		Stage: StageScope, Excess: true, Severity: 8.5,
		Cause:  "The client has a scope of forbidden_scopes.",
		Remedy: "Remove the scope under " + oauthAdmin + ".",
	},
	asks:  []Argument{ArgForbiddenScopes},
	judge: judgeScopeForbidden,
}

var scopeUnknownRule = rule{
	Description: Description{
		ID: CheckScopeUnknown, Title: "The scopes exist on the platform", Failed: "Scopes that the platform does not know",
		Stage: StageScope, OnlyWarns: true, Severity: 2.0,
		Cause:  "A required or forbidden scope is not in the platform's list of scopes and may be misspelled. This check only warns.",
		Remedy: "Correct the name in required_scopes or forbidden_scopes; the finding suggests the nearest names.",
	},
	asks:  []Argument{ArgRequiredScopes, ArgForbiddenScopes, ArgEndpoints},
	judge: judgeScopeUnknown,
}

const issueNewToken = "then issue a new token: tokens already issued keep their scopes."

// heldScopes are scopes that a client has.
type heldScopes struct {
	names []string
	known bool
}

func (h heldScopes) cover(required string) bool {
	return slices.ContainsFunc(h.names, func(name string) bool { return access.CoversScope(name, required) })
}

func (h heldScopes) String() string {
	if len(h.names) == 0 {
		return "no scopes"
	}
	return text.List(text.Sorted(h.names))
}

// scopes are the client's own scopes, or those consented to here for a client of another organization. A CLIENT-CREDENTIALS client may have none.
// For any other client, a missing list means that the scopes are not known.
func (c *auditedClient) scopes() heldScopes {
	names, shown := c.Scopes, c.ScopesShown
	if c.authorization != nil {
		names, shown = c.authorization.Scopes, c.authorization.Scopes != nil
	}
	return heldScopes{names: names, known: shown || c.kind == access.OfClient && !c.lacks(onScopes)}
}

// ownScopes are the scopes of the client itself.
func (c *auditedClient) ownScopes() heldScopes {
	return heldScopes{names: c.Scopes, known: c.ScopesShown}
}

// scopeNeeds are the scopes that tokens of the client must have.
type scopeNeeds struct {
	certain      needs
	ofUserGrants needs // needed if the grant, which is not known, turns out to be a user's
	undocumented needs // endpoints whose scopes the catalog does not know
}

// neededScopes collects the scopes needed. The platform ignores scopes for CLIENT-CREDENTIALS, so what a published endpoint wants
// counts for user-context grants only; required_scopes and integration reports state an expectation of their own, for every grant.
func (v *view) neededScopes() *scopeNeeds {
	return once(&v.ofScopes, func() *scopeNeeds {
		n := &scopeNeeds{}
		n.certain.addEach(v.req.RequiredScopes, origin{argument: ArgRequiredScopes})
		for _, endpoint := range v.req.Endpoints {
			if condition, ok := endpoint.Condition(catalog.ClientCredentialsOnly); ok && v.client.kind == access.OfClient {
				n.certain.addEach(condition.Scopes, endpoint.origin())
			}
			into := &n.certain
			if endpoint.Source != catalog.IntegrationReport {
				switch v.client.kind {
				case access.OfClient:
					continue
				case access.KindNotKnown:
					into = &n.ofUserGrants
				case access.OfUser:
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
		n.addSubscription(v)
		n.certain, n.ofUserGrants, n.undocumented = n.certain.merged(), n.ofUserGrants.merged(), n.undocumented.merged()
		return n
	})
}

// addSubscription adds the scopes of the endpoint that subscribes to notification topics, which a validation of topics need not name.
func (n *scopeNeeds) addSubscription(v *view) {
	if len(v.req.NotificationTopics) == 0 {
		return
	}
	from := origin{argument: ArgNotificationTopics, endpoints: v.subscriptions()}
	switch v.client.kind {
	case access.OfClient:
	case access.OfUser:
		n.certain.addEach(subscriptionScopes(), from)
	case access.KindNotKnown:
		n.ofUserGrants.addEach(subscriptionScopes(), from)
	}
}

func subscriptionScopes() []string {
	entry, _ := catalog.Lookup(subscription)
	return entry.Scopes
}

// all are the needs of which it is known what they are.
func (n *scopeNeeds) all() needs { return slices.Concat(n.certain, n.ofUserGrants) }

// judgeScope judges whether the client has every scope that is needed.
func judgeScope(v *view) (o opinion) {
	needed := v.neededScopes()
	for _, endpoint := range needed.undocumented {
		o.report(undocumentedScopes(endpoint))
	}
	all := needed.all()
	if len(all) == 0 {
		return o
	}
	o.applies = true
	held := v.client.scopes()
	if !held.known {
		o.report(scopesNotShown(v.client, all.origin()))
		return o
	}
	missing, unclear := v.client.missingScopes(needed.certain)
	for _, lack := range missing.list {
		o.report(missingScope(v, lack))
	}
	maybe, maybeUnclear := v.client.missingScopes(needed.ofUserGrants)
	for _, lack := range maybe.list {
		if !missing.has(lack.name) {
			o.report(scopeOfUnknownGrant(v.client, lack))
		}
	}
	if unclear = append(unclear, maybeUnclear...); len(unclear) > 0 {
		from := unclear.origin()
		o.report(Finding{
			Status: Unknown, Subject: v.client.label(), Argument: from.argument, Endpoints: from.endpoints,
			Message: "The client belongs to another organization, and the platform does not show which scopes the client itself has. A call needs " +
				"the scope in the client and in the consent given here.",
			Remediation: "Look at the client in the organization that owns it.",
		})
	}
	return o
}

// missingScopes are the needs that are not met, and those of which only the consent is known: the client belongs to another organization,
// which keeps its scopes to itself.
func (c *auditedClient) missingScopes(list needs) (missing lacks, unclear needs) {
	held, itself := c.scopes(), c.ownScopes()
	for _, need := range list {
		external := c.authorization != nil
		switch {
		case !slices.ContainsFunc(need.options, held.cover):
			missing.add(c.nearestScope(need.options), need)
		case external && !itself.known:
			unclear = append(unclear, need)
		case external && !slices.ContainsFunc(need.options, func(option string) bool { return held.cover(option) && itself.cover(option) }):
			missing.add(c.nearestScope(need.options), need)
		}
	}
	return missing, unclear
}

// nearestScope is the option to advise: one that the client or the consent already has, else one that allows the least.
func (c *auditedClient) nearestScope(options []string) string {
	candidates := []func(string) bool{func(option string) bool { return strings.HasSuffix(option, access.ReadOnly) }}
	if c.authorization != nil {
		candidates = []func(string) bool{c.ownScopes().cover, c.scopes().cover, candidates[0]}
	}
	for _, isNear := range candidates {
		if i := slices.IndexFunc(options, isNear); i >= 0 {
			return options[i]
		}
	}
	return options[0]
}

// isNeededByClients tells whether an endpoint needs a scope of CLIENT-CREDENTIALS clients too.
func (v *view) isNeededByClients(scope string) bool {
	return slices.ContainsFunc(v.req.Endpoints, func(endpoint Endpoint) bool {
		condition, ok := endpoint.Condition(catalog.ClientCredentialsOnly)
		return ok && slices.Contains(condition.Scopes, scope)
	})
}

// requiresScope tells whether required_scopes names a scope.
func (v *view) requiresScope(name string) bool {
	required := once(&v.requiredScopes, func() *map[string]bool {
		required := make(map[string]bool, len(v.req.RequiredScopes))
		for _, scope := range v.req.RequiredScopes {
			required[scope] = true
		}
		return &required
	})
	return (*required)[name]
}

func missingScope(v *view, missing lack) Finding {
	c, held := v.client, v.client.scopes()
	finding := Finding{
		Status: Fail, Subject: missing.name,
		Message:     fmt.Sprintf("%s is missing%s; the client has %s.", missing.name, orAlternatives(missing), held),
		Remediation: "Add it under " + oauthAdmin + ", " + issueNewToken,
		Argument:    missing.origin.argument,
		Endpoints:   missing.origin.endpoints,
	}
	// The check scope_unknown always reads the list for these names. For others, the finding must not depend on what another validation has read.
	named := v.requiresScope(missing.name)
	if scopes := v.facts.Scopes; named && scopes.state == read && !scopes.value.lists(missing.name) {
		finding.Remediation = "Correct the name if it is mistyped. Otherwise, add it under " + oauthAdmin + ", " + issueNewToken
	}
	if c.authorization != nil {
		finding.Message, finding.Remediation = c.describeExternal(missing)
	}
	switch c.kind {
	case access.OfClient:
		reason := "The platform ignores the scopes of CLIENT-CREDENTIALS clients; the integration report on the endpoint requires this one."
		switch {
		case v.isNeededByClients(missing.name):
			reason = ""
		case named:
			reason = "The platform ignores the scopes of CLIENT-CREDENTIALS clients; required_scopes requires this one."
		}
		finding.Message = text.Sentences(finding.Message, reason)
	case access.OfUser:
		finding.Message = text.Sentences(finding.Message, "Calls that need it fail where the organization enforces scopes.")
	case access.KindNotKnown:
	}
	return finding
}

// describeExternal says where a scope of another organization's client is missing.
func (c *auditedClient) describeExternal(missing lack) (message, remediation string) {
	held, itself := c.scopes(), c.ownScopes()
	if held.cover(missing.name) {
		return fmt.Sprintf("%s is missing%s from the client itself, which has %s. A call needs the scope in the client and in the consent given here.",
				missing.name, orAlternatives(missing), itself),
			"Have the organization that owns the client add it under " + oauthAdmin + ", " + issueNewToken
	}
	message = fmt.Sprintf("%s is missing%s from the consent given here, which has %s.", missing.name, orAlternatives(missing), held)
	switch {
	case itself.cover(missing.name):
		message += " The client itself has it: the consent was given before the scope was added."
	case itself.known:
		message += " The client itself lacks it too."
	}
	return message, "Have an administrator authorize the client again under " + authorizedAppsAdmin + ", " + issueNewToken
}

func scopeOfUnknownGrant(c *auditedClient, missing lack) Finding {
	return Finding{
		Status: Unknown, Subject: missing.name,
		Message: fmt.Sprintf("%s is missing%s. Whether the client needs it is unknown: the platform does not document the grant type %q.",
			missing.name, orAlternatives(missing), c.GrantType),
		Remediation: "Look at the client under " + oauthAdmin + ".",
		Argument:    missing.origin.argument,
		Endpoints:   missing.origin.endpoints,
	}
}

func undocumentedScopes(endpoint need) Finding {
	return Finding{
		Status: Unknown, Subject: endpoint.options[0],
		Message: "The scopes that " + endpoint.options[0] + " needs are not documented: the endpoint is newer than the definition that lists scopes.",
		Remediation: "List the scopes in required_scopes instead of the endpoint, or use a CLIENT-CREDENTIALS client, whose scopes the " +
			"platform ignores.",
		Argument:  endpoint.origin.argument,
		Endpoints: endpoint.origin.endpoints,
	}
}

func scopesNotShown(c *auditedClient, from origin) Finding {
	return Finding{
		Status: Unknown, Subject: c.label(),
		Message:     "The platform does not show the client's scopes.",
		Remediation: "Look at the client under " + oauthAdmin + ".",
		Argument:    from.argument,
		Endpoints:   from.endpoints,
	}
}

func orAlternatives(missing lack) string {
	if len(missing.alternatives) == 0 {
		return ""
	}
	return fmt.Sprintf(" (%s would also be enough)", text.List(missing.alternatives))
}

// judgeScopeExcess judges whether the client has a scope beyond what is required or allowed. What an endpoint lists counts as required,
// each member of an "any" list too, whatever the grant.
func judgeScopeExcess(v *view) (o opinion) {
	if v.req.AllowedScopes == nil {
		return o
	}
	o.applies = true
	held := v.client.scopes()
	if !held.known {
		o.report(scopesNotShown(v.client, origin{argument: ArgAllowedScopes}))
		return o
	}
	accepted, complete := v.acceptedScopes()
	for _, name := range text.Sorted(held.names) {
		switch {
		case accepted[name]:
		case v.req.isDeferred(ArgAllowedScopes, ArgRequiredScopes, ArgEndpoints):
			o.open = true
		default:
			o.report(extraScope(name, complete))
		}
	}
	return o
}

// acceptedScopes are the scopes that count as required or allowed. The list is not complete when an endpoint's scopes are not known.
func (v *view) acceptedScopes() (accepted map[string]bool, complete bool) {
	accepted, complete = make(map[string]bool), true
	for _, name := range slices.Concat(v.req.RequiredScopes, v.req.AllowedScopes) {
		accepted[name] = true
	}
	if len(v.req.NotificationTopics) > 0 {
		for _, name := range subscriptionScopes() {
			accepted[name] = true
		}
	}
	for _, endpoint := range v.req.Endpoints {
		for _, name := range endpoint.Scopes {
			accepted[name] = true
		}
		if endpoint.ScopesMatch != catalog.None && len(endpoint.Scopes) == 0 || endpoint.ScopesMatch == catalog.Unknown {
			complete = false
		}
	}
	return accepted, complete
}

func extraScope(name string, complete bool) Finding {
	finding := Finding{
		Status: Fail, Subject: name,
		Message:     name + " is neither required nor among allowed_scopes.",
		Remediation: "Remove it under " + oauthAdmin + ", or add it to required_scopes or allowed_scopes.",
		Argument:    ArgAllowedScopes,
	}
	if !complete {
		finding.Status = Unknown
		finding.Message = "Whether " + name + " is required is unknown: the scopes of an endpoint are not documented."
	}
	return finding
}

// judgeScopeForbidden judges whether the client has a forbidden scope. x:readonly is forbidden to a client with x too, since x covers it.
func judgeScopeForbidden(v *view) (o opinion) {
	if len(v.req.ForbiddenScopes) == 0 {
		return o
	}
	o.applies = true
	held := v.client.scopes()
	if !held.known {
		o.report(scopesNotShown(v.client, origin{argument: ArgForbiddenScopes}))
		return o
	}
	loose := held.loose()
	for _, forbidden := range text.Sorted(v.req.ForbiddenScopes) {
		if message := held.offence(forbidden, loose); message != "" {
			o.report(Finding{
				Status: Fail, Subject: forbidden, Message: message,
				Remediation: "Remove it under " + oauthAdmin + ", " + issueNewToken,
				Argument:    ArgForbiddenScopes,
			})
		}
	}
	return o
}

// loose are the scopes by the loose forms of what they cover.
func (h heldScopes) loose() map[string]string {
	loose := make(map[string]string, 2*len(h.names))
	for _, name := range text.Sorted(h.names) {
		for _, covered := range []string{name, strings.TrimSpace(name) + access.ReadOnly} {
			if form := text.Loose(covered); loose[form] == "" {
				loose[form] = name
			}
		}
	}
	return loose
}

// offence says which of the scopes gives what is forbidden; nothing when none does.
func (h heldScopes) offence(forbidden string, loose map[string]string) string {
	if slices.Contains(h.names, forbidden) {
		return "The client has " + forbidden + ", which is forbidden."
	}
	base := strings.TrimSuffix(forbidden, access.ReadOnly)
	if base != forbidden && slices.Contains(h.names, base) {
		return "The client has " + base + ", which covers the forbidden " + forbidden + "."
	}
	if name := loose[text.Loose(forbidden)]; name != "" {
		return fmt.Sprintf("The client has %q, and %q is forbidden: the names differ only in case, white space or the form of characters.", name, forbidden)
	}
	return ""
}

// judgeScopeUnknown warns of scopes that the platform does not list: most likely typing errors. A scope that the client has exists.
func judgeScopeUnknown(v *view) (o opinion) {
	var named needs
	named.addEach(v.req.RequiredScopes, origin{argument: ArgRequiredScopes})
	named.addEach(v.req.ForbiddenScopes, origin{argument: ArgForbiddenScopes})
	for _, endpoint := range v.req.Endpoints {
		if endpoint.Source == catalog.IntegrationReport {
			named.addEach(endpoint.Scopes, endpoint.origin())
		}
	}
	if len(named) == 0 {
		return o
	}
	o.applies = true
	held := v.client.scopes().names
	doubtful := slices.DeleteFunc(named, func(n need) bool {
		return slices.Contains(v.client.Scopes, n.options[0]) || slices.Contains(held, n.options[0])
	}).merged()
	if len(doubtful) == 0 {
		return o
	}
	platform, state := consult(&o.wants, scopesSource, v.facts)
	switch state {
	case notRead:
		o.open = true
	case unreadable:
		o.report(gapIn(scopesSource, v.facts, doubtful.origin()))
	case read:
		for _, need := range doubtful {
			if !platform.lists(need.options[0]) {
				o.report(o.unlistedScope(platform, need))
			}
		}
	}
	return o
}

func (o *opinion) unlistedScope(platform *Scopes, named need) Finding {
	name := named.options[0]
	finding := Finding{
		Status: Warn, Subject: name,
		Message:     text.Sentences("The platform's scope list does not contain "+name+".", o.suggest(platform.names.Nearest, name)),
		Remediation: "Correct the name, unless the scope is known to exist.",
		Argument:    named.origin.argument,
		Endpoints:   named.origin.endpoints,
	}
	if named.origin.argument == ArgEndpoints { // the name comes from the catalog
		finding.Message = "The platform's scope list does not contain " + name + ", which an integration report says the endpoint needs."
		finding.Remediation = "Grant the scope if the organization offers it under " + oauthAdmin + "."
	}
	return finding
}
