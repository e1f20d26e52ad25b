package audit

import (
	"fmt"
	"slices"
)

const (
	rolesAdmin       = "Admin > People & Permissions > Roles / Permissions"
	userRolesAdmin   = "Admin > People & Permissions > People, tab Roles"
	clientRolesAdmin = oauthAdmin + " > Roles"
)

// holder is whose roles count: the client itself for CLIENT-CREDENTIALS, a user for every other grant.
type holder struct {
	noun   string // "client" or "user"
	place  string // where in the administration its roles are granted
	state  evidenceState
	grants []grant // when state is read
	roles  *Roles  // the organization's roles; nil when they were not needed
	gap    Finding // when state is unreadable: why, with its subject and remediation

	ofClient bool // the client's own roles, joined with the organization's: roles is there when state is read
}

// grant is a role that the holder has in a division.
type grant struct {
	role         *role
	division     string // its id; "*": all divisions
	divisionName string // empty where the grant does not show it
}

// readHolder finds out whose roles count, and what they are. withNames and withFlat say whether names of roles and flat permissions
// are needed, which a user's grants may not show.
func (e *evaluation) readHolder(withNames, withFlat bool) *holder {
	c := e.client
	switch {
	case c.kind == grantNotKnown:
		return e.holderUnknown("client",
			fmt.Sprintf("Whose roles count depends on the grant type %q, which the platform does not document.", c.GrantType),
			"Look at the client under "+oauthAdmin+".", "")
	case c.kind == grantOfUser:
		return e.readUser(withNames, withFlat)
	case c.authorization != nil:
		return e.holderUnknown("client",
			"The client belongs to another organization, which alone shows the roles of a CLIENT-CREDENTIALS client.",
			"Audit it in the organization that owns it, or use a client of this organization.", "")
	case !c.GrantsShown:
		return e.holderUnknown("client", "The platform does not show the client's roles.",
			"Look at the client under "+clientRolesAdmin+"; what is not shown never passes.", "")
	default:
		return e.readClientRoles()
	}
}

func (e *evaluation) holderUnknown(noun, message, remediation string, argument Argument) *holder {
	return &holder{noun: noun, state: unreadable, gap: Finding{
		Subject: e.client.label(), Message: message, Remediation: remediation, Argument: argument,
	}}
}

// readClientRoles joins the grants of the client with the organization's roles. A granted role that is not listed has no known name
// and permits no known thing.
func (e *evaluation) readClientRoles() *holder {
	h := &holder{noun: "client", place: clientRolesAdmin, ofClient: true}
	roles, state := consult(e, SourceRoles, e.facts.Roles)
	h.state = state
	switch state {
	case unreadable:
		h.gap = gapFinding("", SourceRoles, e.facts.Roles.gap, origin{})
		var ids []string
		for _, g := range e.client.Grants {
			ids = append(ids, g.RoleID)
		}
		e.grantedRoles = sorted(ids)
	case read:
		h.roles = roles
		for _, g := range e.client.Grants {
			listed := roles.byID[g.RoleID]
			if listed == nil {
				listed = &role{Role: Role{ID: g.RoleID}}
			}
			h.grants = append(h.grants, grant{role: listed, division: g.DivisionID})
		}
		e.grantedRoles = h.roleNames()
	}
	return h
}

// readUser reads the roles of the user on whose behalf the client acts.
func (e *evaluation) readUser(withNames, withFlat bool) *holder {
	switch {
	case e.isDeferred(ArgUserID):
		return &holder{noun: "user", state: notRead}
	case e.req.UserID == "":
		return e.holderUnknown("user", "The grant type "+e.client.GrantType+" acts with a user's rights, and user_id does not say whose.",
			"Set user_id to the service-account user, or use a CLIENT-CREDENTIALS client.", ArgUserID)
	}
	h := &holder{noun: "user", place: userRolesAdmin}
	user, state := consult(e, SourceUser, e.facts.User)
	h.state = state
	if state == unreadable {
		h.gap = gapFinding("", SourceUser, e.facts.User.gap, origin{argument: ArgUserID})
	}
	nameless := slices.ContainsFunc(user.Grants, func(g SubjectGrant) bool { return g.Role.Name == "" })
	if withFlat && state != unreadable || withNames && nameless {
		e.readRolesOf(h)
	}
	if h.state != read {
		return h
	}
	for _, g := range user.Grants {
		h.grants = append(h.grants, grant{role: h.complete(g.Role), division: g.Division.ID, divisionName: g.Division.Name})
	}
	e.grantedRoles = h.roleNames()
	return h
}

// readRolesOf reads the organization's roles for what a user's grants do not show. Without them nothing is known for certain.
func (e *evaluation) readRolesOf(h *holder) {
	roles, state := consult(e, SourceRoles, e.facts.Roles)
	switch state {
	case read:
		h.roles = roles
	case notRead:
		h.state = notRead
	case unreadable:
		h.state = unreadable
		h.gap = gapFinding("", SourceRoles, e.facts.Roles.gap, origin{})
	}
}

// complete is a role as a user's grant shows it, with what the organization's role list adds.
func (h *holder) complete(shown Role) *role {
	r := &role{Role: shown}
	if h.roles == nil {
		return r
	}
	if listed := h.roles.byID[shown.ID]; listed != nil {
		r.FlatPermissions, r.flatShown = listed.FlatPermissions, true
		if r.Name == "" {
			r.Name = listed.Name
		}
	}
	return r
}

// roleNames are the names of the granted roles, or their ids where the name is not known; sorted.
func (h *holder) roleNames() []string {
	var names []string
	for _, g := range h.grants {
		names = append(names, g.role.label())
	}
	return sorted(names)
}

func (h *holder) has(nameOrID string) bool {
	return slices.ContainsFunc(h.grants, func(g grant) bool { return h.means(nameOrID, g.role) })
}

// means tells whether a role is the one that is required by a name or an id. What is the id of a role is no other one's name, whatever
// that one is called; a user's roles are taken as the grants show them.
func (h *holder) means(nameOrID string, r *role) bool {
	if h.ofClient && h.roles.byID[nameOrID] != nil {
		return r.ID == nameOrID
	}
	return r.is(nameOrID)
}

// unnamed are the ids of the granted roles whose names are not known; sorted. A grant need not even show the id.
func (h *holder) unnamed() []string {
	var ids []string
	for _, g := range h.grants {
		if g.role.Name == "" {
			ids = append(ids, g.role.label())
		}
	}
	return sorted(ids)
}

// isKnown tells whether the holder's roles are known. If not, the checks are left open, and the finding on the first of them says why.
func (e *evaluation) isKnown(h *holder, from origin, checks ...Check) bool {
	if h.state == read {
		return true
	}
	e.open |= setOf(checks...)
	if h.state == unreadable {
		finding := h.gap
		finding.Check, finding.Status, finding.Endpoints = checks[0], Unknown, from.endpoints
		if finding.Argument == "" {
			finding.Argument = from.argument
		}
		e.report(finding)
	}
	return false
}
