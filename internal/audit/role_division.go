package audit

import (
	"fmt"
	"maps"
	"slices"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

var roleDivisionRule = rule{
	Description: Description{
		ID: CheckRoleDivision, Title: "The roles are granted in exactly the given divisions", Failed: "Roles granted in other divisions",
		Stage: StageDivision, Severity: 7.0,
		Cause: "A role is granted in more, fewer or other divisions than role_divisions says. A grant in all divisions differs from a grant in " +
			"each division: it also covers divisions that are created later.",
		Remedy: "Grant the role in exactly the divisions of role_divisions, or change role_divisions if the grant is intended.",
	},
	asks:  []Argument{ArgRoleDivisions},
	judge: judgeRoleDivision,
}

// judgeRoleDivision judges whether each role of role_divisions is granted in exactly its divisions.
func judgeRoleDivision(v *view) (o opinion) {
	if len(v.req.RoleDivisions) == 0 {
		return o
	}
	o.applies = true
	h, from := v.holder(), origin{argument: ArgRoleDivisions}
	if !o.knows(h, from) {
		return o
	}
	d := &divisionDemand{state: read}
	if v.namesDivisions(h) {
		d.names, d.state = consult(&o.wants, divisionsSource, v.facts)
	}
	switch d.state {
	case notRead:
		o.open = true
		return o
	case unreadable:
		o.report(gapIn(divisionsSource, v.facts, from))
	case read:
	}
	for _, name := range slices.Sorted(maps.Keys(v.req.RoleDivisions)) {
		if d.state == unreadable && len(toLookUp(v.req.RoleDivisions[name].Names, h.granted(name))) > 0 {
			continue
		}
		o.judgePlaces(name, v.req.RoleDivisions[name], h, d)
	}
	return o
}

// isPlaced tells whether role_divisions says where a role is granted.
func (v *view) isPlaced(role *access.Role, h *holder) bool {
	for name := range v.req.RoleDivisions {
		if h.roles.Means(name, role) {
			return true
		}
	}
	return false
}

// namesDivisions tells whether a division has to be looked up.
func (v *view) namesDivisions(h *holder) bool {
	for role, demanded := range v.req.RoleDivisions {
		if len(toLookUp(demanded.Names, h.granted(role))) > 0 {
			return true
		}
	}
	return false
}

// toLookUp are the divisions of which it takes the organization's divisions to know the ids. The id of a division in which the role is granted
// needs no lookup.
func toLookUp(names []string, granted access.Grants) []string {
	known := granted.Divisions()
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name == access.Wildcard || slices.Contains(known, name) })
}

// judgePlaces judges where one role is granted. Of several roles of the name each must be granted as demanded; if only some are, the intended
// role is ambiguous.
func (o *opinion) judgePlaces(name string, demanded DivisionSet, h *holder, d *divisionDemand) {
	granted := h.granted(name)
	ids, problems := d.resolve(demanded.Names, granted)
	if slices.Contains(granted.Divisions(), "") {
		o.report(Finding{
			Status: Unknown, Subject: name, Argument: ArgRoleDivisions,
			Message:     fmt.Sprintf("The platform does not show in which division the role %q is granted.", name),
			Remediation: "Look at the grant under " + h.place + ".",
		})
		return
	}
	bearers := []string{name}
	if named := h.roles.Named(name); h.roles.ByID(name) == nil && len(named) > 1 {
		bearers = named
	}
	var differing, waiting int
	for _, bearer := range bearers {
		has := h.granted(bearer).Divisions()
		isMissing := len(problems) > 0 || slices.ContainsFunc(ids, func(id string) bool { return !slices.Contains(has, id) })
		isExtra := slices.ContainsFunc(has, func(id string) bool { return !slices.Contains(ids, id) })
		switch {
		case isMissing, isExtra && !demanded.Incomplete:
			differing++
		case isExtra: // a division that is not known yet can be the one
			waiting++
		}
	}
	switch {
	case differing == len(bearers):
		o.report(o.misplacedRole(name, ids, problems, granted, h, d))
	case differing > 0:
		o.report(Finding{
			Status: Unknown, Subject: name, Argument: ArgRoleDivisions,
			Message: fmt.Sprintf("%d roles are named %q, and not all of them are granted as role_divisions says: %s. The intended role is ambiguous.",
				len(bearers), name, text.List(text.Sorted(bearers))),
			Remediation: fmt.Sprintf("Use the id of the intended role in role_divisions, or rename the others under %s.", rolesAdmin),
		})
	case waiting > 0:
		o.open = true
	}
}

// resolve finds the ids of divisions, and says which there are not.
func (d *divisionDemand) resolve(names []string, granted access.Grants) (ids, problems []string) {
	unresolved := toLookUp(names, granted)
	for _, name := range text.Sorted(names) {
		if !slices.Contains(unresolved, name) {
			ids = append(ids, name)
			continue
		}
		if found := d.names.find(name); len(found) == 1 {
			ids = append(ids, found[0])
		} else {
			problems = append(problems, d.noSuchDivision(name, found, d.names, origin{}).Message)
		}
	}
	return text.Sorted(ids), problems
}

// misplacedRole is a role that is granted in other divisions than it should be.
func (o *opinion) misplacedRole(name string, ids, problems []string, granted access.Grants, h *holder, d *divisionDemand) Finding {
	finding := Finding{
		Status: Fail, Subject: name, Argument: ArgRoleDivisions,
		Remediation: fmt.Sprintf("Grant the role to the %s in exactly the divisions of role_divisions under %s, or change role_divisions.", h.noun, h.place),
	}
	demanded := d.list(ids)
	if demanded == "" {
		demanded = "no division that exists"
	}
	if len(granted) > 0 {
		finding.Message = fmt.Sprintf("The role %q is granted in %s; role_divisions requires %s.", name, d.of(granted), demanded)
	} else {
		missing := o.missingRole(need{options: []string{name}, origin: origin{argument: ArgRoleDivisions}}, h)
		finding.Message = text.Sentences(missing.Message, "role_divisions requires "+demanded+".")
	}
	finding.Message = text.Sentences(append([]string{finding.Message}, problems...)...)
	return finding
}
