package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

const (
	grantClientCredentials = "CLIENT-CREDENTIALS"
	oauthAdmin             = "Admin > Integrations > OAuth"
	authorizedAppsAdmin    = "Admin > Integrations > Authorized Applications"
)

// grantKind says whose rights count: the client's own roles, or a user's roles and the scopes of the client.
type grantKind int

const (
	grantNotKnown grantKind = iota
	grantOfClient
	grantOfUser
)

func kindOf(grantType string) grantKind {
	switch grantType {
	case grantClientCredentials:
		return grantOfClient
	case "CODE", "TOKEN", "SAML2-BEARER", "PASSWORD":
		return grantOfUser
	default:
		return grantNotKnown
	}
}

// auditedClient is the client that the validation is about.
type auditedClient struct {
	*Client
	authorization *Authorization // nil: the organization's own client
	kind          grantKind
}

func (c *auditedClient) label() string { return cmp.Or(c.Name, c.ID) }

// criterion is what the client is looked up by: an id, or a name.
type criterion struct {
	id, name string
	argument Argument // empty: the provider's own client
}

func (c criterion) subject() string { return cmp.Or(c.id, c.name) }

// String is the criterion as it ends a sentence.
func (c criterion) String() string {
	if c.id != "" {
		return "with the id " + c.id
	}
	return fmt.Sprintf("named %q", c.name)
}

// findClient finds the client to audit. Nil means that there is none to look at: it does not exist, or it is not known yet.
func (e *evaluation) findClient() *auditedClient {
	e.apply(CheckClient)
	identified := e.identifyOrganization()
	if e.isDeferred(ArgClientID, ArgClientName) {
		e.open |= setOf(CheckClient)
		return nil
	}
	clients, state := consult(e, SourceClients, e.facts.Clients)
	wanted, known := e.clientCriterion()
	switch {
	case state == unreadable:
		e.reportGap(CheckClient, SourceClients, e.facts.Clients.gap, origin{wanted.argument, e.allEndpoints()})
		return nil
	case state == notRead || !identified || !known:
		e.open |= setOf(CheckClient)
		return nil
	}
	return e.lookUp(clients, wanted)
}

// identifyOrganization reads which organization this is: what is judged must be known to be the organization that was meant.
func (e *evaluation) identifyOrganization() bool {
	token, state := consult(e, SourceToken, e.facts.Token)
	switch {
	case state == read && token.Organization.ID != "":
		e.organization = token.Organization
		return true
	case state == notRead:
		return false
	}
	tokenState := state
	organization, state := consult(e, SourceOrganization, e.facts.Organization)
	e.organization = organization
	switch {
	case state == unreadable:
		if tokenState == unreadable { // why the organization was read at all, and often what used up the time for it
			e.reportGap(CheckClient, SourceToken, e.facts.Token.gap, origin{endpoints: e.allEndpoints()})
		}
		e.reportGap(CheckClient, SourceOrganization, e.facts.Organization.gap, origin{endpoints: e.allEndpoints()})
	case state == read && organization.ID == "":
		e.reportClient(Unknown, "GET /api/v2/organizations/me", "",
			"Neither the token nor the organization's own answer shows which organization this is.",
			"Plan again; an answer without an id never passes.")
	}
	return state == read && organization.ID != ""
}

// clientCriterion is what the client is looked up by; an id wins over a name.
func (e *evaluation) clientCriterion() (wanted criterion, known bool) {
	switch {
	case e.req.ClientID != "":
		return criterion{id: e.req.ClientID, argument: ArgClientID}, true
	case e.req.ClientName != "":
		return criterion{name: e.req.ClientName, argument: ArgClientName}, true
	case e.facts.OwnClientID != "":
		return criterion{id: e.facts.OwnClientID}, true
	}
	token, state := consult(e, SourceToken, e.facts.Token)
	switch {
	case state == unreadable:
		e.reportGap(CheckClient, SourceToken, e.facts.Token.gap, origin{endpoints: e.allEndpoints()})
	case state == read && token.ClientID == "":
		e.reportClient(Unknown, "GET /api/v2/tokens/me", "",
			"The provider's own token does not show which OAuth client it belongs to.", "Set client_id or client_name.")
	}
	return criterion{id: token.ClientID}, token.ClientID != ""
}

// lookUp finds the client among the organization's own clients, or else among the clients of other organizations authorized here.
func (e *evaluation) lookUp(clients *Clients, wanted criterion) *auditedClient {
	if own := clients.find(wanted); len(own) > 0 {
		if !e.isUnique(wanted, own) {
			return nil
		}
		return &auditedClient{Client: own[0], kind: kindOf(own[0].GrantType)}
	}
	authorizations, state := consult(e, SourceAuthorizations, e.facts.Authorizations)
	switch state {
	case notRead:
		e.open |= setOf(CheckClient)
		return nil
	case unreadable:
		e.reportUnreadableAuthorizations(clients, wanted)
		return nil
	}
	found := authorizations.find(wanted)
	if len(found) == 0 {
		e.reportMissingClient(clients, authorizations, wanted)
		return nil
	}
	foreign := make([]*Client, len(found))
	for i, authorization := range found {
		foreign[i] = &authorization.Client
	}
	if !e.isUnique(wanted, foreign) {
		return nil
	}
	return &auditedClient{Client: foreign[0], authorization: found[0], kind: kindOf(foreign[0].GrantType)}
}

func (c *Clients) find(wanted criterion) []*Client {
	if wanted.name != "" {
		return c.byName[wanted.name]
	}
	if client, ok := c.byID[wanted.id]; ok {
		return []*Client{client}
	}
	return nil
}

func (a *Authorizations) find(wanted criterion) []*Authorization {
	if wanted.name != "" {
		return a.byName[wanted.name]
	}
	if authorization, ok := a.byID[wanted.id]; ok {
		return []*Authorization{authorization}
	}
	return nil
}

// isUnique reports a name that several clients bear: which of them was meant cannot be told.
func (e *evaluation) isUnique(wanted criterion, found []*Client) bool {
	if len(found) == 1 {
		return true
	}
	ids := make([]string, len(found))
	for i, client := range found {
		ids[i] = client.ID
	}
	e.report(Finding{ // one of them may well be able to call the endpoints
		Check: CheckClient, Status: Fail, Subject: wanted.subject(), Argument: wanted.argument,
		Message:     fmt.Sprintf("%d OAuth clients are named %q: %s.", len(found), wanted.name, list(sorted(ids))),
		Remediation: "Name the one that is meant by client_id instead of client_name.",
	})
	return false
}

func (e *evaluation) reportClient(status Status, subject string, argument Argument, message, remediation string) {
	e.report(Finding{
		Check: CheckClient, Status: status, Subject: subject, Message: message, Remediation: remediation,
		Argument: argument, Endpoints: e.allEndpoints(),
	})
}

// reportUnreadableAuthorizations says what is known all the same: that the organization itself has no such client, and what may have been
// meant. A mistyped name is more frequent than a client of another organization.
func (e *evaluation) reportUnreadableAuthorizations(clients *Clients, wanted criterion) {
	finding := gapFinding(CheckClient, SourceAuthorizations, e.facts.Authorizations.gap, origin{wanted.argument, e.allEndpoints()})
	if wanted.argument != "" {
		finding.Message = sentences(fmt.Sprintf("The organization has no OAuth client of its own %s.", wanted), clientHint(clients, NewAuthorizations(nil), wanted),
			finding.Message)
		finding.Remediation = fmt.Sprintf("Correct %s. If the client is another organization's: %s", wanted.argument, finding.Remediation)
	}
	e.report(finding)
}

func (e *evaluation) reportMissingClient(clients *Clients, authorizations *Authorizations, wanted criterion) {
	var message, remediation string
	switch wanted.argument {
	case ArgClientID:
		message = fmt.Sprintf("The organization has no OAuth client %s, and no authorization for one.", wanted)
		remediation = "Correct client_id, name the organization that has the client in organization, or create the client under " + oauthAdmin + "."
	case ArgClientName:
		message = fmt.Sprintf("The organization has no OAuth client %s, and no authorization for one.", wanted)
		remediation = "Correct client_name, name the organization that has the client in organization, or create the client under " + oauthAdmin + "."
	default:
		message = fmt.Sprintf("The provider's own client %s is not an OAuth client of the organization, nor authorized in it.", wanted.id)
		remediation = "Set client_id or client_name, or check that the provider signs in to the organization that is meant."
	}
	e.reportClient(Fail, wanted.subject(), wanted.argument, sentences(message, clientHint(clients, authorizations, wanted)), remediation)
}

// clientHint says what may have been meant by an id or a name that no client has.
func clientHint(clients *Clients, authorizations *Authorizations, wanted criterion) string {
	if wanted.id != "" {
		if len(clients.byName[wanted.id])+len(authorizations.byName[wanted.id]) > 0 {
			return "It is the name of a client: use client_name."
		}
		ids := slices.Concat(sortedKeys(clients.byID), sortedKeys(authorizations.byID))
		return caseHint(ids, wanted.id)
	}
	if clients.byID[wanted.name] != nil || authorizations.byID[wanted.name] != nil {
		return "It is the id of a client: use client_id."
	}
	names := slices.Concat(clients.names.nearest(wanted.name), authorizations.names.nearest(wanted.name))
	return cmp.Or(caseHint(names, wanted.name), text.DidYouMean(firstDistinct(names, mostSuggestions)))
}

func caseHint(candidates []string, wanted string) string {
	i := slices.IndexFunc(candidates, func(candidate string) bool { return strings.EqualFold(candidate, wanted) })
	if i < 0 {
		return ""
	}
	return strconv.Quote(candidates[i]) + " exists and differs only in case."
}

// firstDistinct are the first few of the names, each once, in their order.
func firstDistinct(names []string, most int) []string {
	var distinct []string
	for _, name := range names {
		if len(distinct) < most && !slices.Contains(distinct, name) {
			distinct = append(distinct, name)
		}
	}
	return distinct
}

// checkClientState checks that the client gets tokens and will go on getting them. The platform may keep the state of another
// organization's client to itself; the authorization governs such a client.
func (e *evaluation) checkClientState() {
	c := e.client
	if c.authorization != nil && c.State == "" && c.DateToDelete == "" {
		return
	}
	e.apply(CheckClientState)
	status, message := stateProblem(c.State)
	finding := Finding{
		Check: CheckClientState, Status: status, Subject: c.label(), Message: message, Endpoints: e.allEndpoints(),
		Remediation: "Set the client to active under " + oauthAdmin + ", or use another one.",
	}
	switch {
	case c.DateToDelete != "":
		finding.Status = Fail
		due := "The client is due for deletion on " + c.DateToDelete + "."
		if status == Fail {
			finding.Message = sentences(message, due)
			break
		}
		finding.Message, finding.Endpoints = due, nil // until then it works
		finding.Remediation = "Take the deletion back under " + oauthAdmin + ", or use another client."
	case status == Unknown:
		finding.Remediation = "Look at the client under " + oauthAdmin + "; a state that is not known never passes."
	case status == "":
		return
	}
	e.report(finding)
}

func stateProblem(state string) (status Status, message string) {
	switch state {
	case "active":
		return "", ""
	case "disabled":
		return Fail, "The client is disabled: it gets no tokens, and those already issued are invalid."
	case "inactive":
		return Fail, "The client is inactive: it gets no tokens, and it will be deleted."
	case "":
		return Unknown, "The platform does not show the client's state."
	default:
		return Unknown, fmt.Sprintf("The client's state %q is not one that the platform documents.", state)
	}
}

// checkAuthorization checks the consent given here to a client of another organization.
func (e *evaluation) checkAuthorization() {
	authorization := e.client.authorization
	if authorization == nil {
		return
	}
	e.apply(CheckAuthorization)
	status, message := authorizationProblem(authorization)
	if status == "" {
		return
	}
	e.report(Finding{
		Check: CheckAuthorization, Status: status, Subject: e.client.label(), Message: message,
		Remediation: "Have an administrator who holds oauth:client:authorize approve it under " + authorizedAppsAdmin + ".",
		Endpoints:   e.allEndpoints(),
	})
}

func authorizationProblem(authorization *Authorization) (status Status, message string) {
	const subject = "The client belongs to another organization, and its authorization here "
	switch authorization.State {
	case "Authorized":
		if !authorization.Pending {
			return "", ""
		}
	case "Requested", "Revoked", "Unauthorized":
		return Fail, subject + "is " + strings.ToLower(authorization.State) + "."
	default:
		if !authorization.Pending {
			return Unknown, subject + fmt.Sprintf("has the state %q, which the platform does not document.", authorization.State)
		}
	}
	return Fail, subject + "is pending."
}

// checkGrantType checks how the client signs in.
func (e *evaluation) checkGrantType() {
	e.apply(CheckGrantType)
	grantType := e.client.GrantType
	allowed := slices.Contains(e.req.AllowedGrantTypes, grantType)
	switch {
	case e.client.kind == grantNotKnown:
		e.reportGrantType(Unknown, fmt.Sprintf("The grant type %q is not one that the platform documents.", grantType),
			"Look at the client under "+oauthAdmin+"; a grant type that is not known never passes.")
	case allowed:
	case e.isDeferred(ArgAllowedGrantTypes):
		e.open |= setOf(CheckGrantType)
	case e.req.AllowedGrantTypes != nil:
		e.reportGrantType(Fail, fmt.Sprintf("The grant type %s is not allowed; allowed: %s.", grantType, cmp.Or(list(sorted(e.req.AllowedGrantTypes)), "none")),
			"Use a client of an allowed grant type, or add "+grantType+" to allowed_grant_types.")
	case e.client.kind == grantOfUser:
		e.reportGrantType(Warn, "The grant type "+grantType+" borrows a user's rights; a server-to-server integration should have rights of its own.",
			"Use a CLIENT-CREDENTIALS client, or name "+grantType+" in allowed_grant_types to say that it is meant.")
	}
}

// usersOwn is the part of the API that is about the calling user. To client credentials, which have none, it answers 400 not.a.user
// whatever their roles (the API definition's text on these operations).
const usersOwn = "/api/v2/users/me"

// checkUserContext checks that no endpoint is needed that only a user can call.
func (e *evaluation) checkUserContext() {
	if e.client.kind != grantOfClient {
		return
	}
	for _, endpoint := range e.req.Endpoints {
		if endpoint.Path != usersOwn && !strings.HasPrefix(endpoint.Path, usersOwn+"/") {
			continue
		}
		e.report(Finding{
			Check: CheckGrantType, Status: Fail, Subject: endpoint.Written,
			Message:     endpoint.Written + " is about the calling user, and a CLIENT-CREDENTIALS client acts for none.",
			Remediation: "Leave the endpoint out, or call it through a client with a user-context grant.",
			Argument:    ArgEndpoints, Endpoints: []string{endpoint.Written},
		})
	}
}

func (e *evaluation) reportGrantType(status Status, message, remediation string) {
	finding := Finding{
		Check: CheckGrantType, Status: status, Subject: cmp.Or(e.client.GrantType, e.client.label()), Message: message, Remediation: remediation,
	}
	if e.req.AllowedGrantTypes != nil {
		finding.Argument = ArgAllowedGrantTypes
	}
	if status == Unknown { // what is not allowed here may well work
		finding.Endpoints = e.allEndpoints()
	}
	e.report(finding)
}
