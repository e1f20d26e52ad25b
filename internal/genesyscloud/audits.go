package genesyscloud

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"
)

// auditsPermission is what the documentation names for every call of the audit trail.
const auditsPermission = "audits:audit:view"

// AuditService is a service of the audit trail with the entities that it records and the actions on each.
type AuditService struct {
	Name     string            `json:"name,omitempty"`
	Entities List[AuditEntity] `json:"entities,omitempty"`
}

// AuditEntity is a type of entity with the actions on it that a service records.
type AuditEntity struct {
	Name    string       `json:"name,omitempty"`
	Actions List[string] `json:"actions,omitempty"`
}

// auditServices is the answer of GET /api/v2/audits/query/realtime/servicemapping.
type auditServices struct {
	Services List[AuditService] `json:"services"`
}

var auditServicesNoun = noun[auditServices]{
	endpoint: endpoint{"/api/v2/audits/query/realtime/servicemapping", auditsPermission},
	fields:   required("services"),
	identify: func(mapping *auditServices) (string, error) {
		for _, service := range mapping.Services {
			if err := requireText("services.name", service.Name); err != nil {
				return "", err
			}
			for _, entity := range service.Entities {
				if err := requireText("services.entities.name", entity.Name); err != nil {
					return "", err
				}
			}
		}
		return "", nil
	},
}

// AuditServices reads which services, entities and actions the audit trail of the last 14 days can be asked for:
// GET /api/v2/audits/query/realtime/servicemapping, permission audits:audit:view. The names are not fixed: a query takes them from here.
func (c *Client) AuditServices(ctx context.Context) ([]AuditService, error) {
	return c.auditServices.get(ctx, func(ctx context.Context) ([]AuditService, error) {
		mapping, err := readOne(ctx, c, auditServicesNoun)
		return mapping.Services, err
	})
}

// AuditQuery says which events of the audit trail are wanted. The platform keeps 14 days for this query; it answers one day in time, and
// more of them perhaps not. EntityID and Action may be empty; an action needs an entity type.
type AuditQuery struct {
	From, To   time.Time
	Service    string // the names are those of AuditServices, and case matters
	EntityType string
	EntityID   string
	Action     string
}

// AuditEvent is one entity of POST /api/v2/audits/query/realtime.
type AuditEvent struct {
	ID              string                 `json:"id,omitempty"`
	User            NamedEntity            `json:"user"`   // who did it, empty for a client
	Client          NamedEntity            `json:"client"` // through which OAuth client
	RemoteIP        values[string]         `json:"remoteIp,omitempty"`
	ServiceName     string                 `json:"serviceName,omitempty"`
	Level           string                 `json:"level,omitempty"`     // USER, SYSTEM, GENESYS_INTERNAL
	EventDate       string                 `json:"eventDate,omitempty"` // ISO 8601
	Action          string                 `json:"action,omitempty"`
	Entity          NamedEntity            `json:"entity"`
	EntityType      string                 `json:"entityType,omitempty"`
	Status          string                 `json:"status,omitempty"` // SUCCESS, FAILURE, WARNING
	Application     string                 `json:"application,omitempty"`
	PropertyChanges values[PropertyChange] `json:"propertyChanges,omitempty"` // may be empty for a change all the same
	EntityChanges   values[EntityChange]   `json:"entityChanges,omitempty"`
}

// Time is when the event happened, in UTC.
func (e *AuditEvent) Time() time.Time {
	at, err := time.Parse(time.RFC3339, e.EventDate)
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}

// PropertyChange is what an event did to a property of its entity.
type PropertyChange struct {
	Property  string         `json:"property,omitempty"`
	OldValues values[string] `json:"oldValues,omitempty"`
	NewValues values[string] `json:"newValues,omitempty"`
}

// values is a list of an event that the platform may leave out or write as null. Null as an element is refused, as by List.
type values[T any] []T

// UnmarshalJSON implements json.Unmarshaler.
func (v *values[T]) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	var list List[T]
	err := list.UnmarshalJSON(data)
	*v = values[T](list)
	return err
}

// EntityChange is what an event did to another entity.
type EntityChange struct {
	EntityID   string         `json:"entityId,omitempty"`
	EntityName string         `json:"entityName,omitempty"`
	EntityType string         `json:"entityType,omitempty"`
	OldValues  values[string] `json:"oldValues,omitempty"`
	NewValues  values[string] `json:"newValues,omitempty"`
}

// auditRequest is the body of POST /api/v2/audits/query/realtime, whose paging sits in the body.
type auditRequest struct {
	Interval    string        `json:"interval"`
	ServiceName string        `json:"serviceName,omitempty"`
	Filters     []auditFilter `json:"filters,omitempty"`
	Sort        []auditSort   `json:"sort"`
	PageNumber  int64         `json:"pageNumber"`
	PageSize    int64         `json:"pageSize"`
}

type auditFilter struct {
	Property string `json:"property"`
	Value    string `json:"value"`
}

type auditSort struct {
	Name      string `json:"name"`
	SortOrder string `json:"sortOrder"`
}

var auditsNoun = noun[AuditEvent]{
	endpoint: endpoint{"/api/v2/audits/query/realtime", auditsPermission},
	identify: func(event *AuditEvent) (string, error) {
		err := requireText("id", event.ID, "eventDate", event.EventDate, "action", event.Action, "entityType", event.EntityType)
		if err == nil && event.Time().IsZero() {
			err = errors.New("the field eventDate holds no time")
		}
		return event.ID, err
	},
}

// Audits reads the events of the audit trail that a query asks for, the oldest first: POST /api/v2/audits/query/realtime, which changes
// nothing, permission audits:audit:view.
func (c *Client) Audits(ctx context.Context, query AuditQuery) ([]AuditEvent, error) {
	return c.audits.cell(query.key()).get(ctx, func(ctx context.Context) ([]AuditEvent, error) {
		return readNumbered(ctx, c, auditsNoun, func(number int64) (request, error) {
			body := query.body()
			body.PageNumber = number
			r, err := querying(auditsNoun.endpoint, body)
			r.query = url.Values{"expand": {"user"}} // their names
			return r, err
		})
	})
}

func (q AuditQuery) body() auditRequest {
	body := auditRequest{
		Interval:    instant(q.From) + "/" + instant(q.To),
		ServiceName: q.Service,
		Sort:        []auditSort{{"Timestamp", "ascending"}},
		PageSize:    pageSize,
	}
	for _, filter := range []auditFilter{{"EntityType", q.EntityType}, {"EntityId", q.EntityID}, {"Action", q.Action}} {
		if filter.Value != "" {
			body.Filters = append(body.Filters, filter)
		}
	}
	return body
}

func (q AuditQuery) key() string {
	return strings.Join([]string{instant(q.From), instant(q.To), q.Service, q.EntityType, q.EntityID, q.Action}, "\n")
}

// instant is a time as the platform writes it.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
