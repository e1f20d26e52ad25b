package audit

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

func (e *evaluation) neededRoles() needs {
	var n needs
	n.addEach(e.req.RequiredRoles, origin{argument: ArgRequiredRoles})
	for _, endpoint := range e.req.Endpoints {
		n.addEach(endpoint.Roles, endpoint.origin())
	}
	return n.merged()
}

// checkRole checks that every required role is granted.
func (e *evaluation) checkRole(needed needs, h *holder) {
	e.apply(CheckRole)
	if !e.isKnown(h, needed.origin(), CheckRole) {
		return
	}
	for _, need := range needed {
		e.reportAmbiguousRole(need, h)
	}
	missing := slices.DeleteFunc(slices.Clone(needed), func(n need) bool { return h.has(n.options[0]) })
	if len(missing) == 0 {
		return
	}
	roles := h.roles
	if roles == nil { // a user's roles: the list tells a role that is not granted from one that does not exist
		var state evidenceState
		roles, state = consult(e, SourceRoles, e.facts.Roles)
		switch state {
		case notRead:
			e.open |= setOf(CheckRole)
			return
		case unreadable:
			e.reportGap(CheckRole, SourceRoles, e.facts.Roles.gap, missing.origin())
		}
	}
	for _, need := range missing {
		e.reportMissingRole(need, h, roles)
	}
}

// reportAmbiguousRole reports a required role whose name several roles bear, when not all of them are granted: which of them was meant
// cannot be told. For a user's roles the organization's list, which alone shows that, is not read.
func (e *evaluation) reportAmbiguousRole(required need, h *holder) {
	name := required.options[0]
	if !h.ofClient || !h.has(name) || h.roles.byID[name] != nil {
		return
	}
	bearers := h.roles.byName[name]
	if !slices.ContainsFunc(bearers, func(id string) bool { return !h.has(id) }) {
		return
	}
	e.report(Finding{
		Check: CheckRole, Status: Unknown, Subject: name,
		Message: fmt.Sprintf("%d roles are named %q, and the %s does not have all of them: %s. Which one is meant cannot be told.",
			len(bearers), name, h.noun, list(sorted(bearers))),
		Remediation: fmt.Sprintf("Name the one that is meant by its id in required_roles, or rename the others under %s.", rolesAdmin),
		Argument:    required.origin.argument,
		Endpoints:   required.origin.endpoints,
	})
}

// reportMissingRole reports a required role that is not among the granted ones; roles is nil when the list could not be read.
func (e *evaluation) reportMissingRole(missing need, h *holder, roles *Roles) {
	name := missing.options[0]
	finding := Finding{
		Check: CheckRole, Status: Fail, Subject: name,
		Message:     sentences(strconv.Quote(name)+" is not granted.", h.describeRoles()),
		Remediation: fmt.Sprintf("Grant it to the %s under %s.", h.noun, h.place),
		Argument:    missing.origin.argument,
		Endpoints:   missing.origin.endpoints,
	}
	switch {
	case len(h.unnamed()) > 0 && (roles == nil || roles.byID[name] == nil):
		finding.Status = Unknown
		finding.Message = fmt.Sprintf("Whether %q is granted is not known: the %s has roles that the role list does not name: %s.",
			name, h.noun, list(h.unnamed()))
		finding.Remediation = "Let the auditing client see all roles of the organization, or look at the roles under " + h.place + "."
	case roles != nil && !roles.exists(name):
		finding.Message = sentences(strconv.Quote(name)+" is not granted.", "The organization has no role of this name or id.",
			text.DidYouMean(roles.names.nearest(name)))
		finding.Remediation = fmt.Sprintf("Correct the name, or create the role under %s and grant it to the %s under %s.",
			rolesAdmin, h.noun, h.place)
	}
	e.report(finding)
}

// describeRoles says what the holder has; nothing when it has no role at all.
func (h *holder) describeRoles() string {
	names := h.roleNames()
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf("The %s has %s.", h.noun, quotedList(names))
}

// checkRoleExcess checks that no role is granted beyond the required ones.
func (e *evaluation) checkRoleExcess(required needs, h *holder) {
	e.apply(CheckRoleExcess)
	if !e.isKnown(h, origin{argument: ArgAllowedRoles}, CheckRoleExcess) {
		return
	}
	for _, extra := range h.distinctRoles() {
		if slices.ContainsFunc(required, func(n need) bool { return h.means(n.options[0], extra) }) ||
			slices.ContainsFunc(e.req.AllowedRoles, func(name string) bool { return h.means(name, extra) }) {
			continue
		}
		if e.isDeferred(ArgAllowedRoles, ArgRequiredRoles, ArgEndpoints) {
			e.open |= setOf(CheckRoleExcess)
			continue
		}
		e.reportExtraRole(extra, h)
	}
}

// distinctRoles are the granted roles, each once.
func (h *holder) distinctRoles() []*role {
	var roles []*role
	for _, g := range h.grants {
		if !slices.ContainsFunc(roles, func(r *role) bool { return r.ID == g.role.ID && r.Name == g.role.Name }) {
			roles = append(roles, g.role)
		}
	}
	return roles
}

func (e *evaluation) reportExtraRole(extra *role, h *holder) {
	finding := Finding{
		Check: CheckRoleExcess, Status: Fail, Subject: extra.label(),
		Message:     fmt.Sprintf("%q is neither required nor among allowed_roles.", extra.label()),
		Remediation: fmt.Sprintf("Remove it from the %s under %s, or add it to required_roles or allowed_roles.", h.noun, h.place),
		Argument:    ArgAllowedRoles,
	}
	if extra.Name == "" {
		finding.Status = Unknown
		finding.Message = "The role " + extra.label() + " is granted, but the role list does not name it: whether it is required is not known."
	}
	e.report(finding)
}

// checkRoleForbidden checks that no forbidden role is granted.
func (e *evaluation) checkRoleForbidden(h *holder) {
	e.apply(CheckRoleForbidden)
	if !e.isKnown(h, origin{argument: ArgForbiddenRoles}, CheckRoleForbidden) {
		return
	}
	for _, name := range sorted(e.req.ForbiddenRoles) {
		if message := h.offence(name); message != "" {
			e.report(Finding{
				Check: CheckRoleForbidden, Status: Fail, Subject: name,
				Message:     message,
				Remediation: fmt.Sprintf("Remove it from the %s under %s.", h.noun, h.place),
				Argument:    ArgForbiddenRoles,
			})
			continue
		}
		e.warnOfUnknownRole(name, h)
	}
	e.reportUnnamedRoles(h)
}

// offence says which of the granted roles is the forbidden one; nothing when none is.
func (h *holder) offence(forbidden string) string {
	if slices.ContainsFunc(h.grants, func(g grant) bool { return g.role.is(forbidden) }) {
		return fmt.Sprintf("%q is granted, and it is forbidden.", forbidden)
	}
	for _, role := range h.distinctRoles() {
		for _, name := range []string{role.Name, role.ID} {
			if name != "" && spelledLike(name, forbidden) {
				return fmt.Sprintf("%q is granted, and %q is forbidden: no more than case or white space tells them apart.", name, forbidden)
			}
		}
	}
	return ""
}

// warnOfUnknownRole warns of a forbidden role that does not exist while one of nearly the same name does: a typing error there
// would forbid nothing.
func (e *evaluation) warnOfUnknownRole(name string, h *holder) {
	if h.roles == nil || h.roles.exists(name) {
		return
	}
	if nearest := h.roles.names.nearest(name); len(nearest) > 0 {
		e.report(Finding{
			Check: CheckRoleForbidden, Status: Warn, Subject: name,
			Message:     sentences(fmt.Sprintf("The organization has no role %q, so nothing is forbidden by it.", name), text.DidYouMean(nearest)),
			Remediation: "Correct the name in forbidden_roles.",
			Argument:    ArgForbiddenRoles,
		})
	}
}

// reportUnnamedRoles reports the granted roles whose names are not known: each may be one that is forbidden by name.
func (e *evaluation) reportUnnamedRoles(h *holder) {
	for _, id := range h.unnamed() {
		if slices.Contains(e.req.ForbiddenRoles, id) {
			continue
		}
		e.report(Finding{
			Check: CheckRoleForbidden, Status: Unknown, Subject: id,
			Message:     "The role " + id + " is granted, but the role list does not name it: whether it is forbidden is not known.",
			Remediation: "Let the auditing client see all roles of the organization, or remove the role.",
			Argument:    ArgForbiddenRoles,
		})
	}
}
