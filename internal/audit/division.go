package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

var permissionDivisionRule = rule{
	Description: Description{
		ID: CheckPermissionDivision, Title: "The permissions hold in the divisions", Failed: "Permissions missing in a division",
		Stage: StageDivision, Severity: 5.5,
		Cause: "A needed permission or an endpoint's role is granted, but not in every division of divisions; or one of those divisions does not " +
			"exist; or the permissions that an endpoint needs together are granted in different divisions. The platform denies access to the objects " +
			"of other divisions or leaves them out.",
		Remedy: "Grant the role in the missing division as well, or in all divisions.",
	},
	asks:  []Argument{ArgRequiredPermissions, ArgEndpoints, ArgNotificationTopics, ArgDivisions},
	judge: judgePermissionDivision,
}

// divisionDemand are the divisions in which permissions must hold.
type divisionDemand struct {
	opinion
	state evidenceState
	ids   []string   // of those that are known, access.Wildcard among them if required; sorted
	names *Divisions // nil when no division had to be looked up
}

// demandedDivisions finds the ids of the divisions in which permissions must hold. A division that is not there fails whatever else is asked.
func (v *view) demandedDivisions() *divisionDemand {
	return once(&v.ofDivision, func() *divisionDemand {
		d := &divisionDemand{state: read}
		var toFind []string
		for _, name := range text.Sorted(v.req.Divisions) {
			if name == access.Wildcard {
				d.ids = append(d.ids, name)
			} else {
				toFind = append(toFind, name)
			}
		}
		if len(toFind) == 0 {
			return d
		}
		d.applies = true
		divisions, state := consult(&d.wants, divisionsSource, v.facts)
		d.state = state
		from := origin{argument: ArgDivisions, endpoints: v.allEndpoints()}
		switch state {
		case notRead:
			d.open = true
		case unreadable:
			d.report(gapIn(divisionsSource, v.facts, from))
		case read:
			d.names = divisions
			for _, name := range toFind {
				found := divisions.find(name)
				if len(found) != 1 {
					d.report(d.noSuchDivision(name, found, divisions, from))
					continue
				}
				d.ids = append(d.ids, found[0])
			}
			d.ids = text.Sorted(d.ids)
		}
		return d
	})
}

// noSuchDivision is a required division that does not exist, or a name that several divisions bear.
func (o *opinion) noSuchDivision(name string, found []string, divisions *Divisions, from origin) Finding {
	finding := Finding{
		Status: Fail, Subject: name,
		Message: text.Sentences(fmt.Sprintf("The organization has no division %q that the auditing client can see.", name),
			o.suggest(divisions.names.Nearest, name)),
		Remediation: "Correct the name in divisions.",
		Argument:    from.argument,
		Endpoints:   from.endpoints,
	}
	if len(found) > 1 {
		finding.Message = fmt.Sprintf("%d divisions are named %q: %s.", len(found), name, text.List(text.Sorted(found)))
		finding.Remediation = "Use the id of the intended division."
	}
	return finding
}

// label is the name of a division, or its id where the name is not known.
func (d *divisionDemand) label(id, name string) string {
	if id == access.Wildcard {
		return "all divisions"
	}
	if name == "" && d.names != nil {
		name = d.names.byID[id].Name
	}
	if name != "" {
		return strconv.Quote(name)
	}
	return "division " + cmp.Or(id, "(not shown)")
}

// of lists where grants hold.
func (d *divisionDemand) of(grants access.Grants) string {
	var labels []string
	for _, g := range grants {
		labels = append(labels, d.label(g.Division, g.DivisionName))
	}
	return text.List(text.Sorted(labels))
}

func (d *divisionDemand) list(ids []string) string {
	var labels []string
	for _, id := range ids {
		labels = append(labels, d.label(id, ""))
	}
	return text.List(text.Sorted(labels))
}

// judgePermissionDivision judges where what is granted holds: every needed permission, the permissions that an endpoint needs together, and
// the roles that the endpoints need.
func judgePermissionDivision(v *view) (o opinion) {
	d := v.demandedDivisions()
	o = d.opinion
	o.findings = slices.Clone(o.findings)
	o.judgeStep(v, CheckPermissionDivision)
	o.judgeRolesInDivisions(v, d)
	return o
}

// judgeRolesInDivisions judges whether the roles that the endpoints need are granted in every required division. A role that is not granted
// at all is for the check role to report.
func (o *opinion) judgeRolesInDivisions(v *view, d *divisionDemand) {
	needed := v.endpointRoles().merged()
	if len(needed) == 0 {
		return
	}
	h := v.holder()
	o.wants |= h.wants
	if h.state != read || d.state == notRead {
		o.open = o.open || len(v.req.Divisions) > 0
		return
	}
	o.applies = o.applies || len(v.req.Divisions) > 0
	for _, need := range needed {
		name := need.options[0]
		granted := h.granted(name)
		missing := missingFrom(granted, d.ids)
		bearers, lacking := v.bearersIn(name, h, d.ids)
		switch {
		case len(granted) == 0:
		case len(missing) > 0, lacking == bearers:
			finding := Finding{
				Status: Fail, Subject: name, Argument: need.origin.argument, Endpoints: need.origin.endpoints,
				Message:     fmt.Sprintf("The role %q is granted, but only in %s; it is required in %s.", name, d.of(granted), d.list(missing)),
				Remediation: fmt.Sprintf("Grant the role to the %s in the required divisions too, under %s.", h.noun, h.place),
			}
			if len(missing) == 0 {
				finding.Message = fmt.Sprintf("Several roles are named %q, and the intended one is not granted in each of %s.", name, d.list(d.ids))
			}
			o.report(finding)
		case lacking > 0 && v.req.isDeferred(ArgRequiredRoles):
			o.open = true
		case lacking > 0:
			o.report(Finding{
				Status: Unknown, Subject: name, Argument: need.origin.argument, Endpoints: need.origin.endpoints,
				Message: fmt.Sprintf("Several roles are named %q, and not all of them are granted in each of %s. The intended role is ambiguous.", name,
					d.list(d.ids)),
				Remediation: fmt.Sprintf("Put the id of the intended role in required_roles, or rename the others under %s.", rolesAdmin),
			})
		case !granted.In(access.Wildcard) && len(v.req.Divisions) == 0 && !v.req.isDeferred(ArgDivisions):
			o.report(leavesOut(name, fmt.Sprintf("The role %q is granted only in %s", name, d.of(granted)), need.origin))
		}
	}
}

// bearersIn counts the granted roles of a name or an id, and those of them that are not granted in all of the divisions. Where required_roles names
// some of the granted roles by their ids, only these are meant.
func (v *view) bearersIn(name string, h *holder, divisions []string) (bearers, lacking int) {
	ids := []string{name}
	if h.roles.ByID(name) == nil {
		ids = h.roles.Named(name)
	}
	held := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !h.has(id) })
	isMeant := func(id string) bool { return slices.Contains(v.req.RequiredRoles, id) }
	if slices.ContainsFunc(held, isMeant) && !v.req.isDeferred(ArgRequiredRoles) {
		held = slices.DeleteFunc(held, func(id string) bool { return !isMeant(id) })
	}
	for _, id := range held {
		if len(missingFrom(h.granted(id), divisions)) > 0 {
			lacking++
		}
	}
	return len(held), lacking
}

// missingFrom are the divisions in which none of the grants holds.
func missingFrom(granted access.Grants, divisions []string) []string {
	return slices.DeleteFunc(slices.Clone(divisions), granted.In)
}

// leavesOut warns that an endpoint answers without the objects of other divisions.
func leavesOut(subject, granted string, from origin) Finding {
	return Finding{
		Status: Warn, Subject: subject, Argument: from.argument, Endpoints: from.endpoints,
		Message:     granted + ": answers leave out the objects of other divisions.",
		Remediation: "Set divisions to the divisions that matter, or grant the role in all divisions.",
	}
}
