package audit

import "fmt"

// checkPermissionForbidden checks that no role grants anything that a forbidden pattern matches, be it under a condition.
func (e *evaluation) checkPermissionForbidden(h *holder) {
	e.apply(CheckPermissionForbidden)
	if !e.isKnown(h, origin{argument: ArgForbiddenPermissions}, CheckPermissionForbidden) {
		return
	}
	var missed bool
	for _, pattern := range sorted(e.req.ForbiddenPermissions) {
		p, ok := splitPermission(pattern)
		if !ok {
			e.reportMalformedPattern(pattern)
			continue
		}
		permissions, roles := h.overlapping(p)
		if len(permissions) == 0 {
			missed = true
			continue
		}
		e.report(Finding{
			Check: CheckPermissionForbidden, Status: Fail, Subject: pattern,
			Message: fmt.Sprintf("%s is forbidden, but %s %s %s.", pattern, roleList(roles), plural(len(roles), "grants", "grant"),
				list(permissions)),
			Remediation: fmt.Sprintf("Remove the role from the %s under %s, or the permission from the role under %s.",
				h.noun, h.place, rolesAdmin),
			Argument: ArgForbiddenPermissions,
		})
	}
	if missed {
		e.reportUnclearRoles(h)
	}
}

// reportMalformedPattern reports a pattern that no permission can match: it would forbid nothing.
func (e *evaluation) reportMalformedPattern(pattern string) {
	e.report(Finding{
		Check: CheckPermissionForbidden, Status: Unknown, Subject: pattern,
		Message:     fmt.Sprintf("%q is not of the form domain:entity:action, so what it forbids is not known.", pattern),
		Remediation: "Correct it in forbidden_permissions.",
		Argument:    ArgForbiddenPermissions,
	})
}

// overlapping are the granted permissions that a pattern hits, and the roles that grant them; both sorted.
func (h *holder) overlapping(p permission) (permissions, roles []string) {
	for _, g := range h.grants {
		before := len(permissions)
		for policy := range g.role.policiesOn(p.domain) {
			if !segmentsOverlap(p.domain, policy.Domain) || !segmentsOverlap(p.entity, policy.Entity) {
				continue
			}
			for _, action := range policy.Actions {
				if segmentsOverlap(p.action, action) {
					permissions = append(permissions, policy.Domain+":"+policy.Entity+":"+action)
				}
			}
		}
		if len(permissions) > before {
			roles = append(roles, g.role.label())
		}
	}
	return sorted(permissions), sorted(roles)
}

// reportUnclearRoles reports the granted roles of which it is not known what they permit: it may be forbidden.
func (e *evaluation) reportUnclearRoles(h *holder) {
	for _, r := range h.distinctRoles() {
		if r.showsPolicies() {
			continue
		}
		e.report(Finding{
			Check: CheckPermissionForbidden, Status: Unknown, Subject: r.label(),
			Message:     fmt.Sprintf("The platform does not show what the role %q permits: whether any of it is forbidden is not known.", r.label()),
			Remediation: "Look at the role under " + rolesAdmin + "; what is not shown never passes.",
			Argument:    ArgForbiddenPermissions,
		})
	}
}
