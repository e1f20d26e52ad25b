package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"time"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// timestamp is the platform's form of a date and time, in UTC.
const timestamp = "2006-01-02T15:04:05.000Z"

// draft is the caller's organization while a write changes it, and what the audit trail will say of the change.
type draft struct {
	*Organization
	x           *exchange
	now         string
	transaction string
	events      []AuditEvent
}

// write lets edit change the caller's organization. When edit refuses, or records no change, nothing changes. Writes take their turn, and
// each starts from what the last one left, visible or not.
func (x *exchange) write(edit func(*draft) *denial) *denial {
	e := x.emulator
	e.changing.Lock()
	defer e.changing.Unlock()
	state := e.State()
	at := slices.IndexFunc(state.Organizations, func(o Organization) bool { return o.Organization.ID == x.organization.state.Organization.ID })
	if at < 0 {
		gone := statusError(http.StatusUnauthorized)
		return &gone
	}
	d := &draft{Organization: &state.Organizations[at], x: x, now: e.now().UTC().Format(timestamp), transaction: newUUID()}
	if denied := edit(d); denied != nil {
		return denied
	}
	if len(d.events) == 0 {
		return nil
	}
	d.Audits = append(d.Audits, d.events...)
	w, err := newWorld(state)
	if err != nil {
		// The checks of a write are stricter than those of a state, so this is a fault of the emulator.
		return &denial{http.StatusInternalServerError, "internal.server.error", err.Error()}
	}
	e.publish(w, time.Duration(state.WriteLagMS)*time.Millisecond)
	x.world, x.organization = w, w.organization(d.Organization.Organization.ID)
	return nil
}

// version is a world that requests see from a certain time on.
type version struct {
	world *world
	from  time.Time
}

// publish makes a world the newest one. Requests see it after the lag.
func (e *Emulator) publish(w *world, lag time.Duration) {
	from := e.now().Add(lag)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.pending = append(e.pending, version{w, from})
	if lag <= 0 {
		e.world, e.pending = w, nil
	}
}

// newest is the world that the last write left, visible or not.
func (e *Emulator) newest() *world {
	e.mu.Lock()
	defer e.mu.Unlock()
	if n := len(e.pending); n > 0 {
		return e.pending[n-1].world
	}
	return e.world
}

// readBody reads the JSON object that a write sends. A field that the platform's model does not have is refused: if the emulator
// ignored it, a rehearsal would pass with a mistyped name.
func (x *exchange) readBody(target any) *denial {
	media, _, err := mime.ParseMediaType(x.request.Header.Get("Content-Type"))
	if err != nil || media != "application/json" {
		d := statusError(http.StatusUnsupportedMediaType)
		return &d
	}
	malformed := statusError(http.StatusBadRequest)
	decoder := json.NewDecoder(bytes.NewReader(x.body))
	if err := decoder.Decode(target); err != nil {
		return &malformed
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return &malformed
	}
	if err := refuseUnknown("", x.body, reflect.TypeOf(target).Elem()); err != nil {
		return refused("invalid.property", "The model has no such property: %s.", err)
	}
	return nil
}

// refused is a refusal with status 400.
func refused(code, format string, args ...any) *denial {
	return &denial{http.StatusBadRequest, code, fmt.Sprintf(format, args...)}
}

// required refuses a field without a value.
func required(field, value string) *denial {
	if value == "" {
		return refused("bad.request", "The property [%s] is required.", field)
	}
	return nil
}

// oneOf refuses a value that is none of the allowed ones.
func oneOf(field, value string, allowed []string) *denial {
	if slices.Contains(allowed, value) {
		return nil
	}
	return refused("invalid.value", "Value [%s] is not valid for field type [%s]. Allowable values are: %s", value, field, joined(allowed))
}

// conflict is a refusal with status 409.
func conflict(format string, args ...any) *denial {
	return &denial{http.StatusConflict, "general.conflict", fmt.Sprintf(format, args...)}
}

func missing() *denial {
	d := statusError(http.StatusNotFound)
	return &d
}

// finishWrite answers a write: what show says of the new state, or the refusal.
func (x *exchange) finishWrite(denied *denial, show func() any) answer {
	if denied != nil {
		return x.deny(denied)
	}
	return x.ok(show())
}

// finishEmpty answers a write of which the platform answers nothing.
func (x *exchange) finishEmpty(denied *denial) answer {
	if denied != nil {
		return x.deny(denied)
	}
	out := x.json(http.StatusNoContent, nil)
	out.header.Del("Content-Type")
	out.body = nil
	return out
}

// find returns the element of a list that is meant, or nil.
func find[T any](list []T, meant func(*T) bool) *T {
	for i := range list {
		if meant(&list[i]) {
			return &list[i]
		}
	}
	return nil
}

func (d *draft) client(id string) *Client {
	return find(d.Clients, func(c *Client) bool { return c.ID == id })
}

func (d *draft) user(id string) *User {
	return find(d.Users, func(u *User) bool { return u.ID == id })
}

func (d *draft) role(id string) *genesyscloud.Role {
	return find(d.Roles, func(r *genesyscloud.Role) bool { return r.ID == id })
}

func (d *draft) division(id string) *genesyscloud.Division {
	return find(d.Divisions, func(v *genesyscloud.Division) bool { return v.ID == id })
}

func (d *draft) homeDivision() string {
	if home := find(d.Divisions, func(v *genesyscloud.Division) bool { return v.HomeDivision }); home != nil {
		return home.ID
	}
	return ""
}
