package emulator

import (
	"maps"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// peoplePermissions is the platform's audit service of clients, roles and grants.
const peoplePermissions = "PeoplePermissions"

// The audit entity types of what can be written. The platform publishes Role and OAuthClient; how it calls the other two is not published.
const (
	auditClient   = "OAuthClient"
	auditRole     = "Role"
	auditDivision = "Division"
	auditPolicy   = "AuthorizationPolicy"
)

// The audit actions of what can be written.
const (
	actionCreate       = "Create"
	actionUpdate       = "Update"
	actionDelete       = "Delete"
	actionMemberAdd    = "MemberAdd"
	actionMemberRemove = "MemberRemove"
)

// The level and the status of an event that names none.
const (
	auditLevel  = "USER"
	auditStatus = "SUCCESS"
)

// AuditEvent is an entry of the audit trail, in the form of the platform's AuditLogMessage. A state may bring its own; every write through
// the API adds more.
type AuditEvent struct {
	ID              string           `json:"id"`
	UserHomeOrgID   string           `json:"userHomeOrgId,omitempty"`
	User            *EntityRef       `json:"user,omitempty"`
	Client          *EntityRef       `json:"client,omitempty"`
	RemoteIP        []string         `json:"remoteIp,omitempty"`
	ServiceName     string           `json:"serviceName"`
	Level           string           `json:"level,omitempty"`
	EventDate       string           `json:"eventDate"` // ISO 8601
	Action          string           `json:"action"`
	Entity          EntityRef        `json:"entity"`
	EntityType      string           `json:"entityType"`
	Status          string           `json:"status,omitempty"`
	TransactionID   string           `json:"transactionId,omitempty"` // the emulator's own: served as initiatingAction
	PropertyChanges []PropertyChange `json:"propertyChanges,omitempty"`
}

// EntityRef refers to an entity of the platform.
type EntityRef struct {
	ID      string `json:"id"`
	Name    string `json:"name,omitempty"`
	SelfURI string `json:"selfUri,omitempty"`
}

// PropertyChange is what a write changed of a property.
type PropertyChange struct {
	Property  string   `json:"property"`
	OldValues []string `json:"oldValues"`
	NewValues []string `json:"newValues"`
}

// properties are what the audit trail shows of an entity: never a secret.
type properties map[string][]string

// record adds to the audit trail that the caller changed an entity.
func (d *draft) record(entityType, action string, entity EntityRef, before, after properties) {
	d.recordChanges(entityType, action, entity, changesOf(before, after))
}

func (d *draft) recordChanges(entityType, action string, entity EntityRef, changes []PropertyChange) {
	x := d.x
	event := AuditEvent{
		ID: newUUID(), UserHomeOrgID: d.Organization.Organization.ID, Client: &EntityRef{ID: x.client.ID}, RemoteIP: []string{x.remoteIP()},
		ServiceName: peoplePermissions, Level: auditLevel, EventDate: d.now, Action: action, Entity: entity, EntityType: entityType, Status: auditStatus,
		TransactionID: d.transaction, PropertyChanges: changes,
	}
	if x.user != nil {
		event.User = &EntityRef{ID: x.user.ID}
	}
	d.events = append(d.events, event)
}

// caller is who calls: the user of a user-context token, else the OAuth client.
func (x *exchange) caller() *genesyscloud.NamedEntity {
	if x.user != nil {
		return &genesyscloud.NamedEntity{ID: x.user.ID}
	}
	return &genesyscloud.NamedEntity{ID: x.client.ID}
}

// remoteIP is the address of the caller.
func (x *exchange) remoteIP() string {
	if source := x.request.Header.Get(headerSourceIP); source != "" {
		return source
	}
	host, _, err := net.SplitHostPort(x.request.RemoteAddr)
	if err != nil {
		return x.request.RemoteAddr
	}
	return host
}

// changesOf compares an entity before and after a write; nil stands for an entity that is not there.
func changesOf(before, after properties) []PropertyChange {
	names := properties{}
	maps.Copy(names, before)
	maps.Copy(names, after)
	changes := []PropertyChange{}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if !slices.Equal(before[name], after[name]) {
			changes = append(changes, PropertyChange{name, full(before[name]), full(after[name])})
		}
	}
	return changes
}

// values are the values of a property; an empty text is none.
func values(texts ...string) []string {
	return slices.DeleteFunc(texts, func(text string) bool { return text == "" })
}

// checkAudits checks the audit trail that a state brings.
func (o *organization) checkAudits(check *checker) {
	index(check, "audit event", o.state.Audits, func(a *AuditEvent) string { return a.ID })
	for _, event := range o.state.Audits {
		_, err := time.Parse(time.RFC3339, event.EventDate)
		check.that(err == nil, "audit event %q: eventDate %q is no ISO 8601 date and time", event.ID, event.EventDate)
		check.that(event.ServiceName != "" && event.EntityType != "" && event.Action != "",
			"audit event %q names no serviceName, entityType or action", event.ID)
	}
}

// auditNames are the services, entity types and actions that exist: those of the writes, and those of the state's own events.
func (o *organization) auditNames() map[string]map[string][]string {
	names := map[string]map[string][]string{peoplePermissions: {
		auditClient:   {actionCreate, actionDelete, actionUpdate},
		auditRole:     {actionCreate, actionDelete, "LicenseUpdate", actionMemberAdd, actionMemberRemove, "MemberUpdate", actionUpdate},
		auditDivision: {actionCreate, actionDelete, actionUpdate},
		auditPolicy:   {actionCreate, actionDelete, actionUpdate},
	}}
	for _, event := range o.state.Audits {
		if names[event.ServiceName] == nil {
			names[event.ServiceName] = map[string][]string{}
		}
		actions := names[event.ServiceName][event.EntityType]
		if !slices.Contains(actions, event.Action) {
			actions = append(actions, event.Action)
			slices.Sort(actions)
			names[event.ServiceName][event.EntityType] = actions
		}
	}
	return names
}

func joined(list []string) string { return strings.Join(list, ", ") }
