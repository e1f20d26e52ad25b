// Package usage compares what a client called with what it may do. It is pure.
package usage

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// Call is how often a client called an endpoint.
type Call struct {
	Method, Path string // the path is a template: /api/v2/users/{userId}
	Counts
}

// Counts are numbers of requests, by what came of them. The platform counts client errors without telling a 403 from a 404.
type Counts struct {
	Requests     int64
	Succeeded    int64 // 2xx and 3xx
	ClientErrors int64 // 4xx
	RateLimited  int64 // 429, counted in ClientErrors too
	ServerErrors int64 // 5xx
}

func (c Counts) plus(other Counts) Counts {
	return Counts{
		Requests:     c.Requests + other.Requests,
		Succeeded:    c.Succeeded + other.Succeeded,
		ClientErrors: c.ClientErrors + other.ClientErrors,
		RateLimited:  c.RateLimited + other.RateLimited,
		ServerErrors: c.ServerErrors + other.ServerErrors,
	}
}

// Client is a client as far as its usage depends on it.
type Client struct {
	GrantType string
	Scopes    []string // nil: not shown
	RoleIDs   []string // of the granted roles; nil: not shown
}

// CalledEndpoint is an endpoint that a client called.
type CalledEndpoint struct {
	Endpoint  string // "METHOD /path", with the catalog's template where the catalog has it
	InCatalog bool
	Counts
}

// Usage is the used and the unused part of what a client may do. All lists are sorted. A list of unused things is nil if the needs of a called
// endpoint are not known, and Doubts then says why; for a user-context grant it is nil without a doubt.
type Usage struct {
	Endpoints        []CalledEndpoint
	UnknownEndpoints []string // called, and not in the catalog

	// UsedPermissions are needed by endpoints that answered at least once with success. Of a list of which one is enough, they are those that the
	// client has, or all of them if it has none or its permissions are not known.
	UsedPermissions []string
	// UnusedPermissions and UnusedRoles are granted, under a condition or not, and no called endpoint needs them, whatever it answered: without the
	// permission, a 404 would become a 403. They are nil for a user-context grant too, where a user's permissions count.
	UnusedPermissions []string
	UnusedRoles       []string

	UsedScopes   []string // needed by an endpoint that answered at least once with success; nil: scopes are not shown
	UnusedScopes []string // needed by no called endpoint

	Doubts []string // sentences
}

// usageJoin is a Usage while it is being made.
type usageJoin struct {
	called  []usedEndpoint
	unknown []string
	doubts  []string
}

type usedEndpoint struct {
	CalledEndpoint
	entry catalog.Entry // zero where the catalog has none
}

// Join compares what a client called with what each endpoint needs according to the catalog, and with what the client may do. The roles are the
// organization's. They are ignored for a client whose own roles do not count.
func Join(calls []Call, client Client, roles *access.Roles) Usage {
	j := &usageJoin{called: mergeCalls(calls)}
	for _, endpoint := range j.called {
		if !endpoint.InCatalog && endpoint.Requests > 0 {
			j.unknown = append(j.unknown, endpoint.Endpoint)
		}
	}
	if len(j.unknown) > 0 {
		j.doubt("The catalog does not contain %s, so what %s is unknown.", text.List(j.unknown), text.Plural(len(j.unknown), "the endpoint needs", "the endpoints need"))
	}
	usage := Usage{UnknownEndpoints: text.Sorted(j.unknown)}
	for _, endpoint := range j.called {
		usage.Endpoints = append(usage.Endpoints, endpoint.CalledEndpoint)
	}
	j.joinPermissions(&usage, client, roles)
	j.joinScopes(&usage, client)
	usage.Doubts = j.doubts
	return usage
}

func (j *usageJoin) doubt(format string, args ...any) {
	j.doubts = append(j.doubts, fmt.Sprintf(format, args...))
}

// mergeCalls adds up the calls of each endpoint.
func mergeCalls(calls []Call) []usedEndpoint {
	byName := make(map[string]*usedEndpoint)
	for _, call := range calls {
		name := strings.ToUpper(call.Method) + " " + call.Path
		entry, found := catalog.Find(strings.ToUpper(call.Method), call.Path)
		// A literal segment is not the value of a parameter: /users/export is an unknown endpoint and not /users/{userId}.
		if found = found && sameTemplate(call.Path, entry.Path); found {
			name = entry.Endpoint()
		} else {
			entry = catalog.Entry{}
		}
		if byName[name] == nil {
			byName[name] = &usedEndpoint{CalledEndpoint: CalledEndpoint{Endpoint: name, InCatalog: found}, entry: entry}
		}
		byName[name].Counts = byName[name].plus(call.Counts)
	}
	merged := make([]usedEndpoint, 0, len(byName))
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		merged = append(merged, *byName[name])
	}
	slices.SortStableFunc(merged, func(a, b usedEndpoint) int { return cmp.Compare(a.pathOf(), b.pathOf()) })
	return merged
}

// sameTemplate tells whether two templates differ in nothing but the names of their parameters.
func sameTemplate(a, b string) bool {
	return slices.EqualFunc(strings.Split(strings.TrimSuffix(a, "/"), "/"), strings.Split(b, "/"), func(a, b string) bool {
		return a == b || isParameter(a) && isParameter(b)
	})
}

func isParameter(segment string) bool {
	return strings.HasPrefix(segment, "{") && strings.HasSuffix(segment, "}")
}

func (e usedEndpoint) pathOf() string {
	_, path, _ := strings.Cut(e.Endpoint, " ")
	return path
}

// entries are the catalog's, of the endpoints that were called.
func (j *usageJoin) entries(counts func(Counts) bool) []catalog.Entry {
	var entries []catalog.Entry
	for _, endpoint := range j.called {
		if endpoint.InCatalog && counts(endpoint.Counts) {
			entries = append(entries, endpoint.entry)
		}
	}
	return entries
}

func wasCalled(c Counts) bool { return c.Requests > 0 }

func hasSucceeded(c Counts) bool { return c.Succeeded > 0 }

func (j *usageJoin) joinPermissions(usage *Usage, client Client, roles *access.Roles) {
	var undocumented, topics []string
	for _, entry := range j.entries(wasCalled) {
		_, subscribes := entry.Condition(catalog.Topics)
		switch {
		case entry.PermissionsMatch == catalog.Unknown:
			undocumented = append(undocumented, entry.Endpoint())
		case subscribes:
			topics = append(topics, entry.Endpoint())
		}
	}
	if len(undocumented) > 0 {
		j.doubt("The permissions that %s %s are not documented.", text.List(undocumented), text.Plural(len(undocumented), "needs", "need"))
	}
	if len(topics) > 0 {
		j.doubt("%s %s to topics, and each topic needs permissions of its own, which the catalog does not list.", text.List(topics),
			text.Plural(len(topics), "subscribes", "subscribe"))
	}
	certain := len(j.unknown)+len(undocumented)+len(topics) == 0
	held, known := j.grantsOf(client, roles)
	usage.UsedPermissions = text.Sorted(j.usedPermissions(held, known))
	if certain && known {
		usage.UnusedPermissions, usage.UnusedRoles = j.unusedGrants(held)
	}
}

// heldRole is a role that the client has, and what it grants, flattened.
type heldRole struct {
	*access.Role
	grants []string
}

// grantsOf are the client's roles, if they count and all of their permissions are known.
func (j *usageJoin) grantsOf(client Client, roles *access.Roles) (held []heldRole, known bool) {
	switch kind := access.KindOf(client.GrantType); {
	case kind == access.OfUser:
		return nil, false
	case kind == access.KindNotKnown:
		j.doubt("Whether the client's or a user's roles count is unknown: the platform does not document the grant type %q.", client.GrantType)
		return nil, false
	case client.RoleIDs == nil:
		j.doubt("The platform does not show the client's roles.")
		return nil, false
	}
	var hidden []string
	for _, id := range text.Sorted(client.RoleIDs) {
		var granted *access.Role
		if roles != nil {
			granted = roles.ByID(id)
		}
		switch {
		case granted == nil:
			hidden = append(hidden, id)
		case !granted.ShowsPolicies():
			hidden = append(hidden, granted.Label())
		default:
			held = append(held, heldRole{Role: granted, grants: granted.Flattened()})
		}
	}
	if hidden = text.Sorted(hidden); len(hidden) > 0 {
		j.doubt("The platform does not show what the %s %s %s.", text.Plural(len(hidden), "role", "roles"), text.Quoted(hidden),
			text.Plural(len(hidden), "permits", "permit"))
		return nil, false
	}
	return held, true
}

func (j *usageJoin) usedPermissions(held []heldRole, known bool) []string {
	var used []string
	for _, entry := range j.entries(hasSucceeded) {
		options := entry.Permissions
		if known && entry.PermissionsMatch == catalog.Any {
			ofClient := slices.DeleteFunc(slices.Clone(options), func(name string) bool { return !anyGrants(held, name) })
			if len(ofClient) > 0 {
				options = ofClient
			}
		}
		used = append(used, options...)
	}
	return used
}

func anyGrants(held []heldRole, name string) bool {
	return slices.ContainsFunc(held, func(r heldRole) bool {
		return slices.ContainsFunc(r.grants, func(granted string) bool { return access.Covers(granted, name) })
	})
}

// unusedGrants are the grants and roles that no called endpoint needs. A role that an endpoint needs by name counts as used with all that it
// grants, since it is not documented which part of the role the endpoint checks.
func (j *usageJoin) unusedGrants(held []heldRole) (permissions, roles []string) {
	wanted := make(map[string]bool)
	wantedRoles := make(map[string]bool)
	for _, entry := range j.entries(wasCalled) {
		for _, name := range entry.Permissions {
			wanted[name] = true
		}
		for _, name := range entry.Roles {
			wantedRoles[name] = true
		}
	}
	used := make(map[string]bool)
	for _, r := range held {
		for _, granted := range r.grants {
			used[granted] = used[granted] || wantedRoles[r.Name] || coversAny(granted, wanted)
		}
	}
	for _, r := range held {
		inUse := wantedRoles[r.Name]
		for _, granted := range r.grants {
			if !used[granted] {
				permissions = append(permissions, granted)
			}
			inUse = inUse || used[granted]
		}
		if !inUse {
			roles = append(roles, r.Label())
		}
	}
	return text.Sorted(permissions), text.Sorted(roles)
}

func coversAny(granted string, wanted map[string]bool) bool {
	if !strings.Contains(granted, access.Wildcard) {
		return wanted[granted]
	}
	for name := range wanted {
		if access.Covers(granted, name) {
			return true
		}
	}
	return false
}

func (j *usageJoin) joinScopes(usage *Usage, client Client) {
	var undocumented []string
	for _, entry := range j.entries(wasCalled) {
		if entry.ScopesMatch == catalog.Unknown {
			undocumented = append(undocumented, entry.Endpoint())
		}
	}
	if client.Scopes == nil {
		if access.KindOf(client.GrantType) != access.OfClient {
			j.doubt("The platform does not show the client's scopes.")
		}
		return
	}
	if len(undocumented) > 0 {
		j.doubt("The scopes that %s %s are not documented.", text.List(undocumented), text.Plural(len(undocumented), "needs", "need"))
	}
	usage.UsedScopes = scopesThat(client.Scopes, j.entries(hasSucceeded), true)
	if len(j.unknown)+len(undocumented) == 0 {
		usage.UnusedScopes = scopesThat(client.Scopes, j.entries(wasCalled), false)
	}
}

// scopesThat are the scopes that one of the entries needs, or those that no entry needs.
func scopesThat(scopes []string, entries []catalog.Entry, wanted bool) []string {
	return text.Sorted(slices.DeleteFunc(slices.Clone(scopes), func(scope string) bool {
		return wanted != slices.ContainsFunc(entries, func(entry catalog.Entry) bool {
			return slices.ContainsFunc(entry.Scopes, func(option string) bool { return access.CoversScope(scope, option) })
		})
	}))
}
