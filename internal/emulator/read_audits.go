package emulator

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

func init() {
	const audits = "/api/v2/audits/query"
	register(map[string]route{
		"GET " + audits + "/servicemapping":          {nil, (*exchange).auditServices},
		"GET " + audits + "/realtime/servicemapping": {nil, (*exchange).auditServices},
		"POST " + audits + "/realtime":               {[]string{"expand"}, (*exchange).auditsRealtime},
		"POST " + audits + "/realtime/related":       {nil, (*exchange).auditsRelated},
		"POST " + audits:                             {nil, (*exchange).startAuditQuery},
		"GET " + audits + "/{transactionId}":         {nil, (*exchange).auditQueryState},
		"GET " + audits + "/{transactionId}/results": {[]string{"cursor", "pageSize", "expand", "allowRedirect"}, (*exchange).auditQueryResults},
	})
}

// The platform's limits of audit queries.
const (
	realtimeReach = 14 * 24 * time.Hour
	queryLength   = 30 * 24 * time.Hour
	queryReach    = 365 * 24 * time.Hour

	maxAuditPage = 500
)

// auditQuery is the body of a query. The two paging fields are those of the realtime one.
type auditQuery struct {
	Interval    string        `json:"interval"` // start/end, ISO 8601
	ServiceName string        `json:"serviceName"`
	Filters     []auditFilter `json:"filters"`
	Sort        []auditSort   `json:"sort"`
	PageNumber  *int          `json:"pageNumber"`
	PageSize    *int          `json:"pageSize"`
}

type auditFilter struct {
	Property string `json:"property"`
	Value    string `json:"value"`
}

type auditSort struct {
	Name      string `json:"name"`
	SortOrder string `json:"sortOrder"`
}

// asyncAuditQuery is a query that runs by itself and answers with what was stored when it began.
type asyncAuditQuery struct {
	organization string
	query        auditQuery
	started      string
	events       []AuditEvent
	polls        int
}

type auditServiceAnswer struct {
	Name     string              `json:"name"`
	Entities []auditEntityAnswer `json:"entities"`
}

type auditEntityAnswer struct {
	Name    string   `json:"name"`
	Actions []string `json:"actions"`
}

func (x *exchange) auditServices() answer {
	services := []auditServiceAnswer{}
	names := x.organization.auditNames()
	for _, service := range slices.Sorted(maps.Keys(names)) {
		entities := []auditEntityAnswer{}
		for _, entity := range slices.Sorted(maps.Keys(names[service])) {
			entities = append(entities, auditEntityAnswer{entity, names[service][entity]})
		}
		services = append(services, auditServiceAnswer{service, entities})
	}
	return x.ok(map[string][]auditServiceAnswer{"services": services})
}

// auditPage is the answer of the realtime query, which has no URIs.
type auditPage struct {
	Entities   []auditAnswer `json:"entities"`
	PageSize   int           `json:"pageSize"`
	PageNumber int           `json:"pageNumber"`
	Total      int           `json:"total"`
	PageCount  int           `json:"pageCount"`
}

func (x *exchange) auditsRealtime() answer {
	query, events, denied := x.readAuditQuery(func(from, _, now time.Time) *denial {
		if from.Before(now.Add(-realtimeReach)) {
			return refused("bad.request", "The interval must not start more than 14 days ago.")
		}
		return nil
	})
	if denied != nil {
		return x.deny(denied)
	}
	size, number := defaultPageSize, 1
	if query.PageSize != nil {
		size = *query.PageSize
	}
	if query.PageNumber != nil {
		number = *query.PageNumber
	}
	if size < 1 || size > maxAuditPage {
		return x.invalidValue(strconv.Itoa(size), "pageSize", "1 to "+strconv.Itoa(maxAuditPage))
	}
	if number < 1 {
		return x.invalidValue(strconv.Itoa(number), "pageNumber", "1 or greater")
	}
	from := min((number-1)*size, len(events))
	shown, denied := x.showAudits(events[from:min(from+size, len(events))])
	if denied != nil {
		return x.deny(denied)
	}
	return x.ok(auditPage{shown, size, number, len(events), (len(events) + size - 1) / size})
}

// auditsRelated answers the events of the action that an event belongs to.
func (x *exchange) auditsRelated() answer {
	var body struct {
		AuditID      string      `json:"auditId"`
		TrustorOrgID string      `json:"trustorOrgId"`
		Sort         []auditSort `json:"sort"`
	}
	if denied := x.readBody(&body); denied != nil {
		return x.deny(denied)
	}
	if denied := required("auditId", body.AuditID); denied != nil {
		return x.deny(denied)
	}
	if denied := checkAuditSort(body.Sort); denied != nil {
		return x.deny(denied)
	}
	events := x.organization.state.Audits
	meant := find(events, func(e *AuditEvent) bool { return e.ID == body.AuditID })
	if meant == nil {
		return x.notFound()
	}
	var related []AuditEvent
	for _, event := range events {
		if event.ID == meant.ID || event.TransactionID != "" && event.TransactionID == meant.TransactionID {
			related = append(related, event)
		}
	}
	shown, denied := x.showAudits(sortAudits(related, body.Sort))
	if denied != nil {
		return x.deny(denied)
	}
	return x.ok(map[string][]auditAnswer{"entities": shown})
}

// auditQueryAnswer is the state of a query that runs by itself.
type auditQueryAnswer struct {
	ID          string        `json:"id"`
	State       string        `json:"state"`
	StartDate   string        `json:"startDate"`
	Interval    string        `json:"interval"`
	ServiceName string        `json:"serviceName,omitempty"`
	Filters     []auditFilter `json:"filters"`
	Sort        []auditSort   `json:"sort"`
}

func (x *exchange) startAuditQuery() answer {
	query, events, denied := x.readAuditQuery(func(from, to, now time.Time) *denial {
		if from.Before(now.Add(-queryReach)) {
			return refused("bad.request", "The interval must not start more than 365 days ago.")
		}
		if to.Sub(from) > queryLength {
			return refused("bad.request", "The interval must not be longer than 30 days.")
		}
		return nil
	})
	if denied != nil {
		return x.deny(denied)
	}
	if query.PageNumber != nil || query.PageSize != nil {
		return x.deny(refused("invalid.property", "The results of this query have a page size and a cursor of their own."))
	}
	id := newUUID()
	running := &asyncAuditQuery{
		organization: x.organization.state.Organization.ID, query: query, started: x.emulator.now().UTC().Format(timestamp), events: events,
	}
	x.emulator.mu.Lock()
	defer x.emulator.mu.Unlock()
	x.emulator.auditQueries[id] = running
	return x.json(http.StatusAccepted, running.show(id, "Queued"))
}

func (q *asyncAuditQuery) show(id, state string) auditQueryAnswer {
	return auditQueryAnswer{id, state, q.started, q.query.Interval, q.query.ServiceName, full(q.query.Filters), full(q.query.Sort)}
}

// auditQuery finds a query of the caller's organization. The emulator is locked.
func (x *exchange) auditQuery() *asyncAuditQuery {
	query := x.emulator.auditQueries[x.params["transactionId"]]
	if query == nil || query.organization != x.organization.state.Organization.ID {
		return nil
	}
	return query
}

// auditQueryState answers that the query is running, and then that it has succeeded.
func (x *exchange) auditQueryState() answer {
	x.emulator.mu.Lock()
	defer x.emulator.mu.Unlock()
	query := x.auditQuery()
	if query == nil {
		return x.notFound()
	}
	state := "Succeeded"
	if query.polls++; query.polls <= runningPolls {
		state = "Running"
	}
	return x.ok(query.show(x.params["transactionId"], state))
}

// auditResults is a page of the results of a query that runs by itself; the last page has no cursor.
type auditResults struct {
	ID       string        `json:"id"`
	PageSize int           `json:"pageSize"`
	Cursor   string        `json:"cursor,omitempty"`
	Entities []auditAnswer `json:"entities"`
}

// auditQueryResults answers the results themselves, also where the platform may redirect to a download.
func (x *exchange) auditQueryResults() answer {
	x.emulator.mu.Lock()
	defer x.emulator.mu.Unlock()
	query := x.auditQuery()
	if query == nil {
		return x.notFound()
	}
	if query.polls <= runningPolls {
		return x.deny(refused("bad.request", "The query has not succeeded yet."))
	}
	size, err := queryInt(x, "pageSize", defaultPageSize, maxAuditPage)
	if err != nil {
		return x.invalidValue(x.query.Get("pageSize"), "pageSize", "1 to "+strconv.Itoa(maxAuditPage))
	}
	from := 0
	if x.query.Has("cursor") {
		if from, err = strconv.Atoi(x.query.Get("cursor")); err != nil || from < 1 || from >= len(query.events) {
			return x.deny(refused("bad.request", "The cursor is not valid."))
		}
	}
	to := min(from+size, len(query.events))
	shown, denied := x.showAudits(query.events[from:to])
	if denied != nil {
		return x.deny(denied)
	}
	out := auditResults{ID: x.params["transactionId"], PageSize: size, Entities: shown}
	if to < len(query.events) {
		out.Cursor = strconv.Itoa(to)
	}
	return x.ok(out)
}

// readAuditQuery reads a query, checks it and finds its events.
func (x *exchange) readAuditQuery(checkReach func(from, to, now time.Time) *denial) (auditQuery, []AuditEvent, *denial) {
	var query auditQuery
	if denied := x.readBody(&query); denied != nil {
		return query, nil, denied
	}
	from, to, denied := parseInterval(query.Interval)
	if denied == nil {
		denied = checkReach(from, to, x.emulator.now())
	}
	if denied == nil {
		denied = x.checkAuditQuery(query)
	}
	if denied != nil {
		return query, nil, denied
	}
	var events []AuditEvent
	for _, event := range x.organization.state.Audits {
		if at := event.time(); !at.Before(from) && at.Before(to) && query.asksFor(event) {
			events = append(events, event)
		}
	}
	return query, sortAudits(events, query.Sort), nil
}

// checkAuditQuery refuses names that do not exist, since an empty answer would hide a misspelled name.
func (x *exchange) checkAuditQuery(query auditQuery) *denial {
	names := x.organization.auditNames()
	entities, actions := map[string]bool{}, map[string]bool{}
	for service, types := range names {
		if query.ServiceName != "" && query.ServiceName != service {
			continue
		}
		for entity, does := range types {
			entities[entity] = true
			for _, action := range does {
				actions[action] = true
			}
		}
	}
	if query.ServiceName != "" {
		if denied := oneOf("serviceName", query.ServiceName, slices.Sorted(maps.Keys(names))); denied != nil {
			return denied
		}
	}
	known := map[string][]string{
		"UserId": nil, "TrusteeOrganizationId": nil, "ClientId": nil, "EntityId": nil,
		"EntityType": slices.Sorted(maps.Keys(entities)), "Action": slices.Sorted(maps.Keys(actions)),
	}
	asked := map[string]bool{}
	for _, filter := range query.Filters {
		if denied := oneOf("property", filter.Property, slices.Sorted(maps.Keys(known))); denied != nil {
			return denied
		}
		if denied := required("value", filter.Value); denied != nil {
			return denied
		}
		if allowed := known[filter.Property]; allowed != nil {
			if denied := oneOf(filter.Property, filter.Value, allowed); denied != nil {
				return denied
			}
		}
		asked[filter.Property] = true
	}
	if asked["Action"] && !asked["EntityType"] {
		return refused("bad.request", "IllegalQueryException: a filter of Action needs a filter of EntityType.")
	}
	return checkAuditSort(query.Sort)
}

func checkAuditSort(sort []auditSort) *denial {
	for _, by := range sort {
		if denied := oneOf("name", by.Name, []string{"Timestamp"}); denied != nil {
			return denied
		}
		if denied := oneOf("sortOrder", by.SortOrder, []string{"ascending", "descending"}); denied != nil {
			return denied
		}
	}
	return nil
}

// asksFor says whether an event is of the service, and meets every filter.
func (q auditQuery) asksFor(event AuditEvent) bool {
	if q.ServiceName != "" && q.ServiceName != event.ServiceName {
		return false
	}
	has := map[string]string{
		"Action": event.Action, "EntityType": event.EntityType, "EntityId": event.Entity.ID, "TrusteeOrganizationId": event.UserHomeOrgID,
	}
	if event.User != nil {
		has["UserId"] = event.User.ID
	}
	if event.Client != nil {
		has["ClientId"] = event.Client.ID
	}
	return !slices.ContainsFunc(q.Filters, func(f auditFilter) bool { return has[f.Property] != f.Value })
}

// sortAudits orders events by time. The platform's order without a sort is not published; here it is ascending.
func sortAudits(events []AuditEvent, sort []auditSort) []AuditEvent {
	out := slices.Clone(events)
	descending := len(sort) > 0 && sort[0].SortOrder == "descending"
	slices.SortStableFunc(out, func(a, b AuditEvent) int {
		if descending {
			a, b = b, a
		}
		return a.time().Compare(b.time())
	})
	return out
}

// time is when the event happened; a checked state has no event without.
func (a AuditEvent) time() time.Time {
	at, _ := time.Parse(time.RFC3339, a.EventDate)
	return at
}

// parseInterval reads "start/end".
func parseInterval(interval string) (from, to time.Time, denied *denial) {
	invalid := refused("invalid.date", "Dates must be specified as ISO-8601 strings. For example: yyyy-MM-ddTHH:mm:ss.SSSZ")
	start, end, two := strings.Cut(interval, "/")
	from, err := time.Parse(time.RFC3339, start)
	if !two || err != nil {
		return from, to, invalid
	}
	if to, err = time.Parse(time.RFC3339, end); err != nil {
		return from, to, invalid
	}
	if !from.Before(to) {
		return from, to, refused("bad.request", "The interval ends before it starts.")
	}
	return from, to, nil
}

// auditAnswer is an event as the platform shows it.
type auditAnswer struct {
	ID                   string           `json:"id"`
	UserHomeOrgID        string           `json:"userHomeOrgId"`
	User                 *EntityRef       `json:"user,omitempty"`
	Client               EntityRef        `json:"client"`
	RemoteIP             []string         `json:"remoteIp"`
	ServiceName          string           `json:"serviceName"`
	Level                string           `json:"level"`
	EventDate            string           `json:"eventDate"`
	Message              auditMessage     `json:"message"`
	Action               string           `json:"action"`
	Entity               EntityRef        `json:"entity"`
	EntityType           string           `json:"entityType"`
	Status               string           `json:"status"`
	Application          string           `json:"application"`
	InitiatingAction     initiatingAction `json:"initiatingAction"`
	TransactionInitiator bool             `json:"transactionInitiator"`
	PropertyChanges      []PropertyChange `json:"propertyChanges"`
	Context              struct{}         `json:"context"`
	EntityChanges        []struct{}       `json:"entityChanges"`
}

type auditMessage struct {
	Code string `json:"localizableMessageCode"`
}

type initiatingAction struct {
	TransactionID string `json:"transactionId,omitempty"`
}

// showAudits shows events, with the users' names where the request asks for them.
func (x *exchange) showAudits(events []AuditEvent) ([]auditAnswer, *denial) {
	if denied := x.checkExpand("user"); denied != nil {
		return nil, denied
	}
	return each(events, x.showAudit), nil
}

func (x *exchange) showAudit(event AuditEvent) auditAnswer {
	out := auditAnswer{
		ID: event.ID, UserHomeOrgID: event.UserHomeOrgID, RemoteIP: full(event.RemoteIP), ServiceName: event.ServiceName,
		Level: cmp.Or(event.Level, auditLevel), EventDate: event.EventDate, Action: event.Action, Entity: event.Entity,
		EntityType: event.EntityType, Status: cmp.Or(event.Status, auditStatus),
		PropertyChanges: full(event.PropertyChanges), EntityChanges: []struct{}{}, TransactionInitiator: true,
		InitiatingAction: initiatingAction{event.TransactionID},
	}
	out.Message.Code = strings.ToUpper(event.EntityType+event.Action) + "_" + out.Status
	if event.Client != nil {
		out.Client = *event.Client
	}
	if event.User != nil {
		user := EntityRef{ID: event.User.ID, SelfURI: "/api/v2/users/" + event.User.ID}
		if known := x.organization.users[user.ID]; known != nil && x.query.Has("expand") {
			user.Name = known.Name
		}
		out.User = &user
	}
	return out
}
