package audit

import (
	"fmt"
	"slices"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

const (
	rolesAdmin       = "Admin > People & Permissions > Roles / Permissions"
	userRolesAdmin   = peopleAdmin + ", tab Roles"
	clientRolesAdmin = oauthAdmin + " > Roles"
)

// holder is whose roles count: the client itself for CLIENT-CREDENTIALS, a user for every other grant.
type holder struct {
	noun  string // "client" or "user"
	place string // where in the administration its roles are granted

	state evidenceState
	wants sourceSet
	gap   Finding // when state is unreadable: why, with its subject and remediation

	grants access.Grants // when state is read: of the roles that exist
	listed access.Grants // of a user: the same with the roles as the organization lists them, which may permit more than the user's answer shows
	gone   access.Grants // of roles that the organization does not have any more: they grant nothing
	roles  *access.Roles // when state is read
	names  []string      // labels of all granted roles, sorted; nil when not known
}

// holder finds out whose roles count, and what they are.
func (v *view) holder() *holder {
	return once(&v.held, func() *holder {
		c := v.client
		switch {
		case c.kind == access.KindNotKnown:
			return v.unknownHolder("client",
				fmt.Sprintf("Whether the client's or a user's roles count is unknown: the platform does not document the grant type %q.", c.GrantType),
				"Look at the client under "+oauthAdmin+".", "")
		case c.kind == access.OfUser && v.req.isDeferred(ArgUserID):
			return &holder{noun: "user", state: notRead}
		case c.kind == access.OfUser && v.req.UserID == "":
			return v.unknownHolder("user", "A client with the grant type "+c.GrantType+" acts with a user's rights, and user_id is not set.",
				"Set user_id to the id of the service-account user, or use a CLIENT-CREDENTIALS client.", ArgUserID)
		case c.kind == access.OfUser:
			return v.user()
		case c.plan != nil && c.plan.grants != nil:
			return v.plannedHolder()
		case c.authorization != nil:
			return v.unknownHolder("client",
				"The client belongs to another organization, and only that organization shows the roles of a CLIENT-CREDENTIALS client.",
				"Audit it in the organization that owns it, or use a client of this organization.", "")
		case !c.GrantsShown:
			return v.unknownHolder("client", "The platform does not show the client's roles.",
				"Look at the client under "+clientRolesAdmin+".", "")
		default:
			return v.clientItself()
		}
	})
}

func (v *view) unknownHolder(noun, message, remediation string, argument Argument) *holder {
	return &holder{noun: noun, state: unreadable, gap: Finding{
		Subject: v.client.label(), Message: message, Remediation: remediation, Argument: argument,
	}}
}

// clientItself joins the grants of the client with the organization's roles. A grant of a role that is not there any more grants nothing.
func (v *view) clientItself() *holder {
	h := &holder{noun: "client", place: clientRolesAdmin}
	h.roles, h.state = consult(&h.wants, rolesSource, v.facts)
	switch h.state {
	case unreadable:
		h.gap = gapIn(rolesSource, v.facts, origin{})
		for _, g := range v.client.Grants {
			h.names = append(h.names, g.RoleID)
		}
		h.names = text.Sorted(h.names)
	case read:
		for _, g := range v.client.Grants {
			if role := h.roles.ByID(g.RoleID); role != nil {
				h.grants = append(h.grants, access.Grant{Role: role, Division: g.DivisionID})
			} else {
				h.gone = append(h.gone, access.Grant{Role: &access.Role{ID: g.RoleID}, Division: g.DivisionID})
			}
		}
		h.names = h.all().Labels()
	}
	return h
}

// user joins the grants of the user on whose behalf the client acts with the organization's roles, which show the flat permissions, the
// conditions on named resources, and whether a role still exists.
func (v *view) user() *holder {
	h := &holder{noun: "user", place: userRolesAdmin}
	subject, state := consult(&h.wants, userSource, v.facts)
	roles, rolesState := consult(&h.wants, rolesSource, v.facts)
	switch {
	case state == unreadable:
		h.state, h.gap = unreadable, gapIn(userSource, v.facts, origin{argument: ArgUserID})
		return h
	case state == read && rolesState == unreadable:
		h.state, h.gap = unreadable, gapIn(rolesSource, v.facts, origin{})
		for _, g := range subject.Grants {
			h.names = append(h.names, g.Role.Label())
		}
		h.names = text.Sorted(h.names)
		return h
	case state == notRead || rolesState == notRead:
		return h
	}
	h.state, h.roles = read, roles
	for _, g := range subject.Grants {
		if role := roles.ByID(g.Role.ID); role != nil {
			h.grants = append(h.grants, access.Grant{Role: role.ShownAs(g.Role), Division: g.Division.ID, DivisionName: g.Division.Name})
			h.listed = append(h.listed, access.Grant{Role: role, Division: g.Division.ID, DivisionName: g.Division.Name})
		} else {
			h.gone = append(h.gone, access.Grant{Role: &g.Role, Division: g.Division.ID, DivisionName: g.Division.Name})
		}
	}
	h.names = h.all().Labels()
	return h
}

// all are the grants of the roles that exist and of those that do not any more.
func (h *holder) all() access.Grants { return slices.Concat(h.grants, h.gone) }

// granted are the grants of the role that is named by a name or an id.
func (h *holder) granted(nameOrID string) (of access.Grants) {
	for _, grant := range h.grants {
		if h.roles.Means(nameOrID, grant.Role) {
			of = append(of, grant)
		}
	}
	return of
}

func (h *holder) has(nameOrID string) bool { return len(h.granted(nameOrID)) > 0 }

// describe says what the holder has; nothing when it has no role at all.
func (h *holder) describe() string {
	var has, left string
	if len(h.grants) > 0 {
		labels, more := h.grants.Labels(), ""
		if left := len(labels) - mostRolesNamed; left > 0 {
			labels, more = labels[:mostRolesNamed], fmt.Sprintf(" and %d more", left)
		}
		has = fmt.Sprintf("The %s has %s%s.", h.noun, text.Quoted(labels), more)
	}
	if len(h.gone) > 0 {
		left = fmt.Sprintf("Grants of deleted roles have no effect: %s.", text.List(h.gone.Labels()))
	}
	return text.Sentences(has, left)
}

// mostRolesNamed is how many granted roles the finding of a missing one names: every finding of the kind names them.
const mostRolesNamed = 10

// knows tells whether the holder's roles are known. If not, the check is open; if they could not be read, a finding says why.
func (o *opinion) knows(h *holder, from origin) bool {
	o.wants |= h.wants
	switch h.state {
	case read:
		return true
	case notRead:
		o.open = true
	case unreadable:
		finding := h.gap
		finding.Status, finding.Endpoints = Unknown, from.endpoints
		if finding.Argument == "" {
			finding.Argument = from.argument
		}
		o.report(finding)
	}
	return false
}

// neededRoles are the roles that required_roles and the endpoints need.
func (v *view) neededRoles() needs {
	n := v.endpointRoles()
	n.addEach(v.req.RequiredRoles, origin{argument: ArgRequiredRoles})
	return n.merged()
}

// endpointRoles are the roles that the endpoints need.
func (v *view) endpointRoles() (n needs) {
	for _, endpoint := range v.req.Endpoints {
		n.addEach(endpoint.Roles, endpoint.origin())
	}
	return slices.Clip(n)
}
