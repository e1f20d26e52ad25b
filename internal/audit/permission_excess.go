package audit

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

var permissionExcessRule = rule{
	Description: Description{
		ID: CheckPermissionExcess, Title: "No permission beyond the allowed ones", Failed: "Permissions beyond what is allowed",
		Stage: StagePermission, Excess: true, Severity: 7.0,
		Cause: "A granted role has a permission that no pattern of allowed_permissions covers, even if only under a condition. A granted wildcard must be " +
			"covered as a whole, since it also grants permissions that the platform adds later.",
		Remedy: "Remove the permission from the role, remove the role, or add the permission to allowed_permissions if it is intended.",
	},
	asks:  []Argument{ArgAllowedPermissions},
	judge: judgePermissionExcess,
}

// judgePermissionExcess judges whether a role grants anything beyond the allowed permissions, even if only under a condition.
func judgePermissionExcess(v *view) (o opinion) {
	if v.req.AllowedPermissions == nil {
		return o
	}
	o.applies = true
	h := v.holder()
	if !o.knows(h, origin{argument: ArgAllowedPermissions}) {
		return o
	}
	bound := access.NewBound(v.req.AllowedPermissions)
	excess, unclear := h.all().Beyond(bound)
	for _, label := range text.Sorted(append(unclear, h.gone.Labels()...)) { // of a role that is not listed the legacy permissions are not known
		o.report(Finding{
			Status: Unknown, Subject: label,
			Message:     fmt.Sprintf("The platform does not show what the role %q permits. Whether all of it is allowed is unknown.", label),
			Remediation: fmt.Sprintf("Look at the role under %s. If the role no longer exists, remove it from the %s under %s.", rolesAdmin, h.noun, h.place),
			Argument:    ArgAllowedPermissions,
		})
	}
	hidden, _ := h.listed.Beyond(bound)
	hidden = slices.DeleteFunc(hidden, func(e access.Excess) bool {
		return slices.ContainsFunc(excess, func(shown access.Excess) bool { return access.Covers(shown.Granted, e.Granted) })
	})
	if len(excess)+len(hidden) == 0 {
		return o
	}
	if v.req.isDeferred(ArgAllowedPermissions) { // a pattern that is not known yet can cover it
		o.open = true
		return o
	}
	existing, state := consult(&o.wants, permissionsSource, v.facts)
	if state == notRead { // for the counterexamples
		o.open = true
		return o
	}
	for _, e := range excess {
		o.report(extraPermission(e, bound, existing, h))
	}
	for _, e := range hidden {
		finding := extraPermission(e, bound, existing, h)
		finding.Status = Unknown
		finding.Message += " The platform's answer about the user does not show the permission, so whether it is granted is unknown."
		o.report(finding)
	}
	return o
}

// extraPermission is a granted permission that is not allowed. The permissions that exist are nil when they could not be read.
func extraPermission(e access.Excess, bound access.Bound, existing *Permissions, h *holder) Finding {
	grants := text.Plural(len(e.Roles), "grants", "grant")
	message := fmt.Sprintf("%s is not among allowed_permissions, and %s %s it.", e.Granted, roleList(e.Roles), grants)
	switch {
	case access.IsFlat(e.Granted):
		message += " It is a legacy permission without a domain: allowed_permissions must list its exact name."
	case !access.HasWildcard(e.Granted):
		if existing != nil && !existing.exists(e.Granted) {
			message += " The organization does not have the permission: it takes effect when its product is enabled."
		}
	case existing == nil:
		message += " The permissions that it covers in this organization could not be read."
	default:
		message = fmt.Sprintf("No pattern of allowed_permissions covers all of %s, which %s %s", e.Granted, roleList(e.Roles), grants)
		if name := bound.Counterexample(e.Granted, existing.all.All()); name != "" {
			message += ": " + name + " is not allowed."
		} else {
			message += ": every permission that it covers today is allowed, but it also grants permissions that the platform adds later."
		}
	}
	return Finding{
		Status: Fail, Subject: e.Granted, Message: message,
		Remediation: fmt.Sprintf("Remove the role from the %s under %s, or the permission from the role under %s, or add %s to allowed_permissions.",
			h.noun, h.place, rolesAdmin, strconv.Quote(e.Granted)),
		Argument: ArgAllowedPermissions,
	}
}
