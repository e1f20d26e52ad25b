package audit

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

const (
	oauthAdmin          = "Admin > Integrations > OAuth"
	authorizedAppsAdmin = "Admin > Integrations > Authorized Applications"
)

var clientRule = rule{
	reach: ofOrganization,
	Description: Description{
		ID: CheckClient, Title: "The OAuth client exists", Failed: "OAuth client not found",
		Stage: StageClient, Severity: 6.5,
		Cause: "The organization has neither an OAuth client with this id or name nor an authorization for one of another organization, or " +
			"several clients have the name.",
		Remedy: "Correct the id or name, set organization to the organization that has the client, have the client of another organization " +
			"authorized under " + authorizedAppsAdmin + ", or create the client under " + oauthAdmin + ". If several clients have the name, set " +
			"client_id instead.",
	},
	asks:  []Argument{ArgClientID, ArgClientName, ArgClients},
	judge: func(v *view) opinion { return v.selected().opinion },
}

// auditedClient is a client that the validation is about.
type auditedClient struct {
	*Client
	authorization *Authorization // nil: the organization's own client
	kind          access.Kind
	plan          *plan // nil: nothing is planned
}

func newAuditedClient(client *Client, authorization *Authorization) *auditedClient {
	return &auditedClient{Client: client, authorization: authorization, kind: access.KindOf(client.GrantType)}
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

// identity is the organization that the facts are about. It must be known before anything is judged.
type identity struct {
	opinion
	organization Organization
	accepted     bool // the organization's hosts accepted the provider's token
}

func (v *view) identity() *identity {
	return once(&v.known, func() *identity {
		id := &identity{}
		token, tokenState := consult(&id.wants, tokenSource, v.facts)
		id.accepted = tokenState == read
		switch {
		case tokenState == read && token.Organization.ID != "":
			id.organization = token.Organization
			return id
		case tokenState == notRead:
			return id
		}
		from := origin{endpoints: v.allEndpoints()}
		organization, state := consult(&id.wants, organizationSource, v.facts)
		id.organization = organization
		id.accepted = id.accepted || state == read
		switch {
		case state == unreadable:
			if tokenState == unreadable { // why the organization was read at all, and often what used up the time for it
				id.report(gapIn(tokenSource, v.facts, from))
			}
			id.report(gapIn(organizationSource, v.facts, from))
		case state == read && organization.ID == "":
			id.report(Finding{
				Status: Unknown, Subject: "GET /api/v2/organizations/me", Endpoints: from.endpoints,
				Message:     "Neither the token nor GET /api/v2/organizations/me shows which organization this is.",
				Remediation: "Plan again.",
			})
		}
		return id
	})
}

// selection are the clients that are judged, and what is to be said of how they were found.
type selection struct {
	opinion
	clients []*auditedClient
}

func (v *view) selected() *selection {
	return once(&v.selection, func() *selection {
		id := v.identity()
		s := &selection{opinion: id.opinion}
		s.applies = true
		if v.req.isClientDeferred() {
			s.open = true
			if v.req.plannedClient() != nil && id.organization.ID != "" {
				s.clients = []*auditedClient{v.asPlanned(nil, nil)}
			}
			return s
		}
		clients, state := consult(&s.wants, clientsSource, v.facts)
		wanted, known := criterion{argument: ArgClients}, true
		if v.req.Clients == nil {
			wanted, known = s.criterion(v)
		}
		switch {
		case state == unreadable:
			s.report(gapIn(clientsSource, v.facts, origin{wanted.argument, v.allEndpoints()}))
		case state == notRead || id.organization.ID == "" || !known:
			s.open = true
		case v.req.Clients != nil:
			s.selectAll(clients, *v.req.Clients)
		default:
			s.lookUp(v, clients, wanted)
		}
		return s
	})
}

// selectAll selects the clients that the filter matches.
func (s *selection) selectAll(clients *Clients, filter ClientFilter) {
	for _, client := range clients.byID {
		if filter.matches(client) {
			s.clients = append(s.clients, newAuditedClient(client, nil))
		}
	}
	slices.SortFunc(s.clients, func(a, b *auditedClient) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	count := int64(len(s.clients))
	if count >= filter.AtLeast {
		return
	}
	matching := fmt.Sprintf("%d OAuth %s", count, text.Plural(len(s.clients), "client matches", "clients match"))
	if count == 0 {
		matching = "No OAuth client of the organization matches"
	}
	s.report(Finding{
		Status: Fail, Subject: string(ArgClients), Argument: ArgClients,
		Message:     fmt.Sprintf("%s the clients block; at_least is %d.", matching, filter.AtLeast),
		Remediation: "Correct the conditions of the block, set organization to the organization that has the clients, or lower at_least.",
	})
}

// matches tells whether a client meets all conditions. A client whose name, state or grant type is not shown or not documented matches too, since
// it may meet them.
func (f ClientFilter) matches(c *Client) bool {
	status, _ := stateProblem(c.State)
	return (f.Name == nil || c.Name == "" || f.Name.MatchString(c.Name)) &&
		(f.GrantTypes == nil || access.KindOf(c.GrantType) == access.KindNotKnown || slices.Contains(f.GrantTypes, c.GrantType)) &&
		(f.States == nil || status == Unknown || slices.Contains(f.States, c.State)) &&
		!slices.Contains(f.Exclude, c.ID) && (c.Name == "" || !slices.Contains(f.Exclude, c.Name))
}

// criterion is what the client is looked up by; an id wins over a name.
func (s *selection) criterion(v *view) (wanted criterion, known bool) {
	switch {
	case v.req.ClientID != "":
		return criterion{id: v.req.ClientID, argument: ArgClientID}, true
	case v.req.ClientName != "":
		return criterion{name: v.req.ClientName, argument: ArgClientName}, true
	case v.req.plannedClient() != nil && v.req.Planned.Client.Name != nil:
		return criterion{name: *v.req.Planned.Client.Name, argument: ArgPlanned}, true
	case v.facts.OwnClientID != "":
		return criterion{id: v.facts.OwnClientID}, true
	}
	from := origin{endpoints: v.allEndpoints()}
	token, state := consult(&s.wants, tokenSource, v.facts)
	switch {
	case state == unreadable:
		s.report(gapIn(tokenSource, v.facts, from))
	case state == read && token.ClientID == "":
		s.report(Finding{
			Status: Unknown, Subject: "GET /api/v2/tokens/me", Endpoints: from.endpoints,
			Message:     "The provider's own token does not show which OAuth client it belongs to.",
			Remediation: "Set client_id or client_name.",
		})
	}
	return criterion{id: token.ClientID}, token.ClientID != ""
}

// lookUp finds the client among the organization's own clients, or else among the clients of other organizations authorized here.
func (s *selection) lookUp(v *view, clients *Clients, wanted criterion) {
	if own := clients.find(wanted); len(own) > 0 {
		if s.isUnique(wanted, own) {
			s.clients = []*auditedClient{v.asPlanned(own[0], nil)}
		}
		return
	}
	switch {
	case v.req.makes(wanted):
		s.clients = []*auditedClient{v.asPlanned(nil, nil)}
		return
	case v.req.mayMake(wanted):
		s.open = true
		return
	}
	authorizations, state := consult(&s.wants, authorizationsSource, v.facts)
	switch state {
	case notRead:
		s.open = true
		return
	case unreadable:
		s.reportUnreadableAuthorizations(v, clients, wanted)
		return
	}
	found := authorizations.find(wanted)
	if len(found) == 0 {
		s.reportMissing(v, clients, authorizations, wanted)
		return
	}
	external := make([]*Client, len(found))
	for i, authorization := range found {
		external[i] = &authorization.Client
	}
	switch {
	case !s.isUnique(wanted, external):
	case v.req.plannedClient() != nil:
		s.reportExternal(v, wanted)
	default:
		s.clients = []*auditedClient{v.asPlanned(external[0], found[0])}
	}
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

// isUnique tells whether exactly one client has the name. Otherwise it reports that the client is ambiguous.
func (s *selection) isUnique(wanted criterion, found []*Client) bool {
	if len(found) == 1 {
		return true
	}
	bearers := make([]string, len(found))
	for i, client := range found {
		state := cmp.Or(client.State, "state not shown")
		if client.DateToDelete != "" {
			state += ", scheduled for deletion on " + client.DateToDelete
		}
		bearers[i] = fmt.Sprintf("%s (%s)", client.ID, state)
	}
	s.report(Finding{ // one of them may well be able to call the endpoints
		Status: Fail, Subject: wanted.subject(), Argument: wanted.argument, Ambiguous: true,
		Message:     fmt.Sprintf("%d OAuth clients are named %q: %s.", len(found), wanted.name, text.List(text.Sorted(bearers))),
		Remediation: "Set client_id to the id of the intended client instead of client_name.",
	})
	return false
}

// reportUnreadableAuthorizations reports that the organization itself has no such client, with suggestions. A misspelled name is more likely than a
// client of another organization.
func (s *selection) reportUnreadableAuthorizations(v *view, clients *Clients, wanted criterion) {
	finding := gapIn(authorizationsSource, v.facts, origin{wanted.argument, v.allEndpoints()})
	if wanted.argument != "" {
		finding.Message = text.Sentences(fmt.Sprintf("The organization has no OAuth client of its own %s.", wanted),
			clientHint(clients, NewAuthorizations(nil), wanted), finding.Message)
		finding.Remediation = fmt.Sprintf("Correct %s. If the client belongs to another organization: %s", wanted.argument, finding.Remediation)
	}
	s.report(finding)
}

func (s *selection) reportMissing(v *view, clients *Clients, authorizations *Authorizations, wanted criterion) {
	message := fmt.Sprintf("The organization has no OAuth client %s, and no authorization for one.", wanted)
	var remediation string
	switch wanted.argument {
	case ArgClientID:
		remediation = "If the client belongs to another organization, have an administrator authorize it under " + authorizedAppsAdmin +
			". Otherwise correct client_id, set organization to the organization that has the client, or create the client under " + oauthAdmin + "."
	case ArgClientName:
		remediation = "Correct client_name, set organization to the organization that has the client, or create the client under " + oauthAdmin +
			". If it belongs to another organization, have an administrator authorize it under " + authorizedAppsAdmin + "."
	default:
		message = fmt.Sprintf("The provider's own client %s is neither an OAuth client of the organization nor authorized in it.", wanted.id)
		remediation = "Set client_id or client_name, or check that the provider signs in to the intended organization."
	}
	s.report(Finding{
		Status: Fail, Subject: wanted.subject(), Argument: wanted.argument, Endpoints: v.allEndpoints(),
		Message: text.Sentences(message, clientHint(clients, authorizations, wanted)), Remediation: remediation,
	})
}

// clientHint says what may have been meant by an id or a name that no client has.
func clientHint(clients *Clients, authorizations *Authorizations, wanted criterion) string {
	if wanted.id != "" {
		if len(clients.byName[wanted.id])+len(authorizations.byName[wanted.id]) > 0 {
			return "It is the name of a client: use client_name."
		}
		ids := slices.Concat(slices.Sorted(maps.Keys(clients.byID)), slices.Sorted(maps.Keys(authorizations.byID)))
		return caseHint(ids, wanted.id)
	}
	if clients.byID[wanted.name] != nil || authorizations.byID[wanted.name] != nil {
		return "It is the id of a client: use client_id."
	}
	names := slices.Concat(clients.names.Nearest(wanted.name), authorizations.names.Nearest(wanted.name))
	return cmp.Or(caseHint(names, wanted.name), text.DidYouMean(firstDistinct(names, text.MostSuggestions)))
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
