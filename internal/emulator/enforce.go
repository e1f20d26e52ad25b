package emulator

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// The endpoint that integrations read and the published API definition lacks, and what it wants (an integration report).
const (
	eventsEndpoint  = "GET /api/v2/analytics/events"
	eventsScope     = "analytics:export"
	eventsRole      = "Analytics - Export"
	analyticsPrefix = "/api/v2/analytics/"
)

// grant is a role that a subject has in a division.
type grant struct {
	subject  string // whom the grant was made to: a user, a client, or a group of the user
	roleID   string
	role     *genesyscloud.Role // nil: the role was deleted
	division string             // an id, or "*" for all
	made     string             // ISO 8601, empty if unknown
}

// holdsIn says whether the grant counts in a division, or, when none is given, at all.
func (g grant) holdsIn(division string) bool {
	return division == "" || g.division == allDivisions || g.division == division
}

// grants are the caller's: a client's own with client credentials, otherwise the user's.
func (x *exchange) grants() []grant {
	if x.user != nil {
		return x.organization.grantsOfUser(x.user)
	}
	return x.organization.grantsOfClient(x.client)
}

// grantsOfUser are the user's own, then those of its groups.
func (o *organization) grantsOfUser(user *User) []grant {
	out := o.grantsMadeTo(user.ID, user.Grants)
	for _, group := range o.groupsOf[user.ID] {
		if group.RolesEnabled && isActive(group.State) {
			out = append(out, o.grantsMadeTo(group.ID, group.Grants)...)
		}
	}
	return out
}

func (o *organization) grantsMadeTo(subject string, made []genesyscloud.AuthGrant) []grant {
	return each(made, func(g genesyscloud.AuthGrant) grant {
		return grant{subject, g.Role.ID, o.roles[g.Role.ID], g.Division.ID, g.GrantMadeAt}
	})
}

func (o *organization) grantsOfClient(client *Client) []grant {
	return each(client.RoleDivisions, func(g genesyscloud.RoleDivision) grant {
		return grant{client.ID, g.RoleID, o.roles[g.RoleID], g.DivisionID, ""}
	})
}

// isActive reads the state of a user or a group.
func isActive(state string) bool { return state == "" || state == "active" }

// authorize decides whether the caller may call the endpoint. With client credentials the roles decide alone; a user's token needs the
// scope as well.
func (x *exchange) authorize() *denial {
	notAuthorized := statusError(http.StatusForbidden)
	if !x.consented() {
		return &notAuthorized
	}
	if denied := x.checkGrantType(); denied != nil {
		return denied
	}
	if x.user != nil && !x.scopesSuffice() {
		return &notAuthorized
	}
	division := x.request.Header.Get(headerDivision)
	if division != "" && division != allDivisions && x.organization.divisions[division] == nil {
		x.violate("unknown division in " + headerDivision)
		return &denial{http.StatusBadRequest, "bad.request", "Unknown division in " + headerDivision + "."}
	}
	return x.checkNeeds(division)
}

// consented says whether the organization lets the client in at all: under scope enforcement a client of another organization needs an
// authorization that is given and not pending.
func (x *exchange) consented() bool {
	if !x.organization.state.ScopeEnforcement || x.organization.clients[x.client.ID] != nil {
		return true
	}
	authorization := x.organization.authorizations[x.client.ID]
	return authorization != nil && authorization.State == "Authorized" && !authorization.Pending
}

// scopes are those that the token has and, for a client of another organization, its authorization here covers.
func (x *exchange) scopes() []string {
	authorization := x.organization.authorizations[x.client.ID]
	if authorization == nil {
		return x.token.scopes
	}
	var out []string
	for _, scope := range x.token.scopes {
		if hasScope(authorization.Scope, scope) {
			out = append(out, scope)
		}
	}
	return out
}

func (x *exchange) scopesSuffice() bool {
	has := x.hasScope
	switch x.entry.ScopesMatch {
	case catalog.None:
		return true
	case catalog.Any:
		return slices.ContainsFunc(x.entry.Scopes, has)
	case catalog.All:
		return !slices.ContainsFunc(x.entry.Scopes, func(scope string) bool { return !has(scope) })
	}
	return false
}

// hasScope says whether the token has a scope and, for a client of another organization, its authorization here covers it.
func (x *exchange) hasScope(wanted string) bool {
	authorization := x.organization.authorizations[x.client.ID]
	return hasScope(x.token.scopes, wanted) && (authorization == nil || hasScope(authorization.Scope, wanted))
}

// hasScope looks for a scope, or for the read-write scope of a read-only one.
func hasScope(scopes []string, wanted string) bool {
	base, readonly := strings.CutSuffix(wanted, ":readonly")
	return slices.Contains(scopes, wanted) || readonly && slices.Contains(scopes, base)
}

// checkPermissions refuses a caller whose roles lack what is needed, in any division or in the given one, or whom an access policy keeps
// from using it.
func (x *exchange) checkPermissions(match catalog.Match, permissions []string, division string) *denial {
	grants := x.grants()
	var missing []string
	usable := 0
	for _, permission := range permissions {
		switch {
		case !x.organization.permits(grants, permission, division):
			missing = append(missing, permission)
		case x.passesPolicies(permission):
			usable++
		}
	}
	notAuthorized := statusError(http.StatusForbidden)
	switch {
	case match == catalog.All && len(missing) == 0 && division == "" && !x.organization.permitsTogether(grants, permissions):
		return missingAll(permissions, division)
	case match == catalog.None, match == catalog.Any && usable > 0, match == catalog.All && usable == len(permissions):
		return nil
	case match == catalog.Any && len(missing) == len(permissions):
		return missingAny(permissions, division)
	case match == catalog.All && len(missing) > 0:
		return missingAll(missing, division)
	}
	return &notAuthorized // a policy, or a need that nobody has published
}

// permitsTogether says whether there is a division in which the grants give all of the permissions: an object is in one division only.
func (o *organization) permitsTogether(grants []grant, permissions []string) bool {
	return slices.ContainsFunc(grants, func(g grant) bool {
		return !slices.ContainsFunc(permissions, func(permission string) bool { return !o.permits(grants, permission, g.division) })
	})
}

func missingAny(permissions []string, division string) *denial {
	message := "Unable to perform the requested action. You must have at least one of the following permissions assigned: " +
		bracketed(permissions)
	if division != "" {
		message += " in at least one of the following division(s): " + bracketed([]string{division})
	}
	return &denial{http.StatusForbidden, "missing.any.permissions", message}
}

func missingAll(missing []string, division string) *denial {
	if division != "" {
		for i, permission := range missing {
			missing[i] = permission + ":" + division
		}
	}
	return &denial{http.StatusForbidden, "missing.permissions",
		"Unable to perform the requested action. You are missing the following permission(s): " + bracketed(missing)}
}

func bracketed(list []string) string { return "[" + strings.Join(list, ", ") + "]" }

// permits says whether one of the grants gives a permission, in a division when one is given. What does not exist in the organization
// is given by nothing, and a policy with a condition gives nothing. A legacy flat permission is in no list of the platform that would
// say whether it is division-aware; it is taken to be.
func (o *organization) permits(grants []grant, permission, division string) bool {
	domain, entity, action, ok := splitPermission(permission)
	if !ok {
		return slices.ContainsFunc(grants, func(g grant) bool {
			return g.role != nil && slices.Contains(g.role.Permissions, permission) && g.holdsIn(division)
		})
	}
	divisionAware, exists := o.divisionAware[permission]
	if !exists {
		return false
	}
	for _, g := range grants {
		if g.role == nil || divisionAware && !g.holdsIn(division) {
			continue
		}
		for _, policy := range g.role.PermissionPolicies {
			restricted, err := condition(policy)
			if err == nil && restricted == nil && len(policy.NamedResources) == 0 && matches(policy.Domain, domain) && matches(policy.EntityName, entity) &&
				slices.ContainsFunc(policy.ActionSet, func(granted string) bool { return matches(granted, action) }) {
				return true
			}
		}
	}
	return false
}

func matches(granted, wanted string) bool { return granted == "*" || granted == wanted }

// checkSource holds the caller's address against the organization's allowlist.
func (x *exchange) checkSource() *denial {
	source := x.request.Header.Get(headerSourceIP)
	if source == "" || len(x.organization.allowlist) == 0 {
		return nil
	}
	address, err := netip.ParseAddr(source)
	if err == nil && slices.ContainsFunc(x.organization.allowlist, func(p netip.Prefix) bool { return p.Contains(address) }) {
		return nil
	}
	return &denial{http.StatusUnauthorized, "ip.not.authorized", fmt.Sprintf("The IP address [%s] is not authorized.", source)}
}

// mayReadAnalyticsFromItsRegion says no to an application in another region than the organization, unless that is permitted.
func (x *exchange) mayReadAnalyticsFromItsRegion() bool {
	from, org := x.client.ApplicationRegion, x.organization.state
	return !strings.HasPrefix(x.path, analyticsPrefix) || org.CrossRegionPermitted || from == "" || from == org.Region
}

// events answers the events endpoint: it wants the scope of every token, and a role by its name, in the given division if there is one.
func (x *exchange) events() answer {
	if !x.consented() || !slices.Contains(x.scopes(), eventsScope) || !x.hasRoleNamed(eventsRole, x.request.Header.Get(headerDivision)) {
		return x.eventsDenied()
	}
	return x.ok(listing[struct{}]{Entities: []struct{}{}, PageSize: defaultPageSize, PageNumber: 1})
}

// hasRoleNamed says whether the caller has a role of a name. If several roles have the name, it is not documented which one counts, so the caller
// needs all of them.
func (x *exchange) hasRoleNamed(name, division string) bool {
	bearers, held := 0, 0
	for id, role := range x.organization.roles {
		if role.Name != name {
			continue
		}
		bearers++
		if slices.ContainsFunc(x.grants(), func(g grant) bool { return g.roleID == id && g.holdsIn(division) }) {
			held++
		}
	}
	return bearers > 0 && held == bearers
}

// eventsDenied is the refusal that integrations report: not the platform's usual error body, and traced by a further header.
func (x *exchange) eventsDenied() answer {
	out := x.json(http.StatusForbidden, struct {
		ErrorDescription string `json:"error_description"`
	}{"Access denied. The client does not have permission to access this resource."})
	out.header.Set(headerRequestID, newUUID())
	return out
}
