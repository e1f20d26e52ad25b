package audit

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

var roleRule = rule{
	Description: Description{
		ID: CheckRole, Title: "The needed roles are granted", Failed: "Missing roles",
		Stage: StageRole, Severity: 5.5,
		Cause:  "A needed role is not granted to the client or, for a user-context grant, to the user. The grant of a deleted role has no effect.",
		Remedy: "Grant the role to the client under " + clientRolesAdmin + ", or to the user under " + userRolesAdmin + ".",
	},
	asks:  []Argument{ArgRequiredRoles, ArgEndpoints},
	judge: judgeRole,
}

var roleExcessRule = rule{
	Description: Description{
		ID: CheckRoleExcess, Title: "No role beyond the required ones", Failed: "Roles beyond what is allowed",
		Stage: StageRole, Excess: true, Severity: 7.0,
		Cause:  "A role is granted that is neither required nor among allowed_roles.",
		Remedy: "Remove the role, or add it to required_roles or allowed_roles if it is intended.",
	},
	asks:  []Argument{ArgAllowedRoles},
	judge: judgeRoleExcess,
}

var roleForbiddenRule = rule{
	Description: Description{
		ID: CheckRoleForbidden, Title: "No forbidden role", Failed: "Forbidden roles",
		Stage: StageRole, Excess: true, Severity: 8.5,
		Cause:  "A role of forbidden_roles is granted.",
		Remedy: "Remove the role from the client under " + clientRolesAdmin + ", or from the user under " + userRolesAdmin + ".",
	},
	asks:  []Argument{ArgForbiddenRoles},
	judge: judgeRoleForbidden,
}

// judgeRole judges whether every needed role is granted.
func judgeRole(v *view) (o opinion) {
	needed := v.neededRoles()
	if len(needed) == 0 {
		return o
	}
	o.applies = true
	h := v.holder()
	if !o.knows(h, needed.origin()) {
		return o
	}
	for _, need := range needed {
		name := need.options[0]
		switch bearers := h.roles.Named(name); {
		case !h.has(name):
			o.report(o.missingRole(need, h))
		case h.roles.ByID(name) == nil && v.isAmbiguous(bearers, h):
			o.report(ambiguousRole(need, bearers, h))
		}
	}
	return o
}

// isAmbiguous tells whether one of several roles of a name is not granted, so that the intended role is ambiguous, unless required_roles says
// by an id that a granted one is meant.
func (v *view) isAmbiguous(bearers []string, h *holder) bool {
	return slices.ContainsFunc(bearers, func(id string) bool { return !h.has(id) }) &&
		!slices.ContainsFunc(bearers, func(id string) bool { return h.has(id) && slices.Contains(v.req.RequiredRoles, id) }) &&
		!v.req.isDeferred(ArgRequiredRoles)
}

func ambiguousRole(required need, bearers []string, h *holder) Finding {
	return Finding{
		Status: Unknown, Subject: required.options[0],
		Message: fmt.Sprintf("%d roles are named %q, and the %s does not have all of them: %s. The intended role is ambiguous.",
			len(bearers), required.options[0], h.noun, text.List(text.Sorted(bearers))),
		Remediation: fmt.Sprintf("Put the id of the intended role in required_roles, or rename the others under %s.", rolesAdmin),
		Argument:    required.origin.argument,
		Endpoints:   required.origin.endpoints,
	}
}

// missingRole is a needed role that is not among the granted ones.
func (o *opinion) missingRole(missing need, h *holder) Finding {
	name := missing.options[0]
	finding := Finding{
		Status: Fail, Subject: name,
		Message:     text.Sentences(strconv.Quote(name)+" is not granted.", h.describe()),
		Remediation: fmt.Sprintf("Grant it to the %s under %s.", h.noun, h.place),
		Argument:    missing.origin.argument,
		Endpoints:   missing.origin.endpoints,
	}
	if h.roles.Exists(name) {
		return finding
	}
	correct := "Correct the name, or create"
	if missing.origin.argument == ArgEndpoints { // the name comes from the catalog
		correct = "Create"
	}
	finding.Message = text.Sentences(strconv.Quote(name)+" is not granted.", "The organization has no role of this name or id.",
		o.suggest(h.roles.Nearest, name))
	if slices.ContainsFunc(h.gone, func(g access.Grant) bool { return g.Role.Is(name) }) {
		finding.Message = fmt.Sprintf("%q is granted to the %s, but the role no longer exists: the grant has no effect.", name, h.noun)
	}
	finding.Remediation = fmt.Sprintf("%s the role under %s and grant it to the %s under %s.", correct, rolesAdmin, h.noun, h.place)
	return finding
}

// judgeRoleExcess judges whether a role is granted beyond the required and the allowed ones.
func judgeRoleExcess(v *view) (o opinion) {
	if v.req.AllowedRoles == nil {
		return o
	}
	o.applies = true
	h := v.holder()
	if !o.knows(h, origin{argument: ArgAllowedRoles}) {
		return o
	}
	accepted := slices.Clone(v.req.AllowedRoles)
	for _, need := range v.neededRoles() {
		accepted = append(accepted, need.options[0])
	}
	for _, role := range h.all().Roles() {
		switch {
		case slices.ContainsFunc(accepted, func(name string) bool { return h.roles.Means(name, role) }):
		case v.req.isDeferred(ArgAllowedRoles, ArgRequiredRoles, ArgEndpoints):
			o.open = true
		case role.Name == "":
			o.report(extraRole(role, Unknown, "The role "+role.Label()+" is granted, but the list of roles does not contain it. Whether it is required "+
				"is unknown.", h))
		default:
			o.report(extraRole(role, Fail, fmt.Sprintf("%q is neither required nor among allowed_roles.", role.Name), h))
		}
	}
	return o
}

func extraRole(role *access.Role, status Status, message string, h *holder) Finding {
	return Finding{
		Status: status, Subject: role.Label(), Message: message,
		Remediation: fmt.Sprintf("Remove it from the %s under %s, or add it to required_roles or allowed_roles.", h.noun, h.place),
		Argument:    ArgAllowedRoles,
	}
}

// judgeRoleForbidden judges whether a forbidden role is granted.
func judgeRoleForbidden(v *view) (o opinion) {
	if len(v.req.ForbiddenRoles) == 0 {
		return o
	}
	o.applies = true
	h := v.holder()
	if !o.knows(h, origin{argument: ArgForbiddenRoles}) {
		return o
	}
	granted := h.all().Roles()
	spellings := spellingsOf(granted)
	var unknown []string
	for _, name := range text.Sorted(v.req.ForbiddenRoles) {
		if message := spellings.offence(name); message != "" {
			o.report(Finding{
				Status: Fail, Subject: name, Message: message,
				Remediation: fmt.Sprintf("Remove it from the %s under %s.", h.noun, h.place),
				Argument:    ArgForbiddenRoles,
			})
		} else if !h.roles.Exists(name) {
			unknown = append(unknown, name)
		}
	}
	o.warnOfUnknownRoles(h, unknown)
	for _, role := range granted {
		if role.Name != "" || slices.Contains(v.req.ForbiddenRoles, role.ID) {
			continue
		}
		o.report(Finding{ // it may be one that is forbidden by name
			Status: Unknown, Subject: role.Label(),
			Message:     "The role " + role.Label() + " is granted, but the list of roles does not contain it. Whether it is forbidden is unknown.",
			Remediation: "Let the auditing client see all roles of the organization, or remove the role.",
			Argument:    ArgForbiddenRoles,
		})
	}
	return o
}

// mostLookups is how many forbidden roles that the organization does not have are compared with those that it has.
const mostLookups = 500

// warnOfUnknownRoles warns of forbidden roles that the organization does not have, but nearly: a typing error would forbid nothing.
func (o *opinion) warnOfUnknownRoles(h *holder, names []string) {
	for _, name := range names[:min(len(names), mostLookups)] {
		if nearest := h.roles.Nearest(name); len(nearest) > 0 {
			o.report(Finding{
				Status: Warn, Subject: name,
				Message:     text.Sentences(fmt.Sprintf("The organization has no role %q, so the entry has no effect.", name), text.DidYouMean(nearest)),
				Remediation: "Correct the name in forbidden_roles.",
				Argument:    ArgForbiddenRoles,
			})
		}
	}
	if left := len(names) - mostLookups; left > 0 {
		o.report(Finding{
			Status: Warn, Subject: string(ArgForbiddenRoles),
			Message: fmt.Sprintf("%d names of forbidden_roles are not roles of the organization. %d of them were not compared with its roles to find "+
				"typing errors.", len(names), left),
			Remediation: "Remove the roles that the organization does not have from forbidden_roles.",
			Argument:    ArgForbiddenRoles,
		})
	}
}

// spellings are the names and ids of roles.
type spellings struct {
	exact map[string]bool
	loose map[string]string // the name or id by its loose form
}

func spellingsOf(roles []*access.Role) spellings {
	s := spellings{exact: make(map[string]bool, 2*len(roles)), loose: make(map[string]string, 2*len(roles))}
	for _, role := range roles {
		for _, name := range []string{role.Name, role.ID} {
			if name == "" {
				continue
			}
			s.exact[name] = true
			if loose := text.Loose(name); s.loose[loose] == "" {
				s.loose[loose] = name
			}
		}
	}
	return s
}

// offence says which of the roles is the forbidden one; nothing when none is.
func (s spellings) offence(forbidden string) string {
	if s.exact[forbidden] {
		return fmt.Sprintf("%q is granted, and it is forbidden.", forbidden)
	}
	if name := s.loose[text.Loose(forbidden)]; name != "" {
		return fmt.Sprintf("%q is granted, and %q is forbidden: the names differ only in case, white space or the form of characters.", name, forbidden)
	}
	return ""
}
