package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// reportPermission reports a permission that did not get to the top of the ladder.
func (e *evaluation) reportPermission(check *permissionCheck, j judgement) {
	finding := Finding{
		Subject: j.name, Status: Fail, Argument: j.lack.origin.argument, Endpoints: j.lack.origin.endpoints,
	}
	switch j.rung {
	case unavailable:
		finding.Check = CheckPermissionUnavailable
		finding.Message, finding.Remediation = check.describeUnavailable(j)
	case notGranted:
		finding.Check = CheckPermission
		finding.Message, finding.Remediation = check.describeMissing(j)
	case grantUnclear:
		finding.Check, finding.Status = CheckPermission, Unknown
		finding.Message = fmt.Sprintf("Whether %s is granted is not known: the platform does not show what the %s's %s %s %s.", j.name,
			check.holder.noun, plural(len(j.coverage.unclear), "role", "roles"), quotedList(sorted(j.coverage.unclear)),
			plural(len(j.coverage.unclear), "permits", "permit"))
		finding.Remediation = "Look at the role under " + rolesAdmin + "; what is not shown never passes."
	case outsideDivision, divisionUnclear:
		finding.Check = CheckPermissionDivision
		finding.Message, finding.Remediation = check.describeDivision(j)
		if j.rung == divisionUnclear {
			finding.Status = Unknown
		}
	case onlyConditional:
		finding.Check, finding.Status = CheckPermissionConditional, Unknown
		finding.Message = fmt.Sprintf("%s is granted by %s only under a condition.", j.name, roleList(rolesOf(j.coverage.conditional)))
		finding.Remediation = "Grant a role that permits it without a condition, or set accept_conditional_grants = true once it is certain " +
			"that the condition lets the integration through."
	}
	if len(j.lack.alternatives) > 0 {
		finding.Message = sentences(finding.Message,
			fmt.Sprintf("Instead of it %s would do for %s.", list(j.lack.alternatives), list(finding.Endpoints)))
	}
	e.report(finding)
}

func (c *permissionCheck) describeUnavailable(j judgement) (message, remediation string) {
	message = j.name + " does not exist in the organization, so it cannot be granted: the product it belongs to is not enabled."
	if c.catalogue.domainExists(j.name) {
		message = j.name + " does not exist in the organization, so it cannot be granted: its product is not enabled, or the name is mistyped."
	}
	if j.coverage.any() {
		message = sentences(message, fmt.Sprintf("The grant by %s has no effect.", roleList(rolesOf(j.coverage.plain, j.coverage.conditional))))
	}
	return sentences(message, text.DidYouMean(c.catalogue.nearest(j.name))),
		"Have the product enabled for the organization, or correct the name if it is mistyped."
}

func (c *permissionCheck) describeMissing(j judgement) (message, remediation string) {
	h := c.holder
	message = sentences(fmt.Sprintf("%s is granted by no role of the %s.", j.name, h.noun), h.describeRoles())
	remediation = fmt.Sprintf("Add it to a role under %s, and grant that role to the %s under %s.", rolesAdmin, h.noun, h.place)
	if h.roles == nil {
		return message, remediation
	}
	giving := h.roles.thatGive(j.name)
	if len(giving) == 0 {
		return sentences(message, "No role that the auditing client can see permits it."), remediation
	}
	message = sentences(message, fmt.Sprintf("%s %s would give it%s.", plural(len(giving), "Role", "Roles"), quotedList(giving),
		plural(len(giving), "", "; the first permits least")))
	return message, fmt.Sprintf("Grant %s to the %s under %s.", plural(len(giving), "that role", "one of those roles"), h.noun, h.place)
}

func (c *permissionCheck) describeDivision(j judgement) (message, remediation string) {
	granted := slices.Concat(j.coverage.plain, j.coverage.conditional)
	var divisions []string
	for _, g := range granted {
		divisions = append(divisions, c.divisionLabel(g.division, g.divisionName))
	}
	var required []string
	for _, division := range j.divisions {
		required = append(required, c.divisionLabel(division, ""))
	}
	message = fmt.Sprintf("%s is granted by %s, but only in %s; it is required in %s.", j.name, roleList(rolesOf(granted)),
		list(sorted(divisions)), list(sorted(required)))
	if c.blind {
		message += " Whether divisions matter to it could not be read."
	}
	if len(j.coverage.unclear) > 0 {
		message += fmt.Sprintf(" The platform does not show what %s %s.", roleList(sorted(j.coverage.unclear)),
			plural(len(j.coverage.unclear), "permits", "permit"))
	}
	return message, fmt.Sprintf("Grant the role to the %s in the required divisions too, under %s.", c.holder.noun, c.holder.place)
}

// divisionLabel is the name of a division, or its id where the name is not known.
func (c *permissionCheck) divisionLabel(id, name string) string {
	if id == wildcard {
		return "all divisions"
	}
	if name == "" && c.names != nil {
		name = c.names.byID[id].Name
	}
	if name != "" {
		return strconv.Quote(name)
	}
	return "division " + cmp.Or(id, "(not shown)")
}

func rolesOf(grants ...[]grant) []string {
	var names []string
	for _, g := range slices.Concat(grants...) {
		names = append(names, g.role.label())
	}
	return sorted(names)
}

// roleList is `role "A"` or `roles "A", "B"`.
func roleList(names []string) string {
	return plural(len(names), "role ", "roles ") + quotedList(names)
}
