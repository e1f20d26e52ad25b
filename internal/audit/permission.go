package audit

import (
	"fmt"
	"slices"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// permissionFamily are the checks that look at required permissions. They are the steps of one ladder: the permission exists, a role
// grants it, in every required division, without a condition. The first step that fails is the finding; later ones are not reached.
var permissionFamily = []Check{
	CheckPermission, CheckPermissionUnavailable, CheckPermissionDivision, CheckPermissionConditional,
}

// checkGrants checks everything that is about roles and permissions.
func (e *evaluation) checkGrants() {
	roles := e.neededRoles()
	permissions := e.neededPermissions()
	e.leaveOpenIf(CheckRole, ArgRequiredRoles, ArgEndpoints)
	e.leaveOpenIf(CheckRoleExcess, ArgAllowedRoles)
	e.leaveOpenIf(CheckRoleForbidden, ArgForbiddenRoles)
	e.leaveOpenIf(CheckPermissionForbidden, ArgForbiddenPermissions)
	e.leavePermissionsOpen()
	e.reportUndocumentedPermissions(permissions)

	bounded := e.req.AllowedRoles != nil
	ofRoles := len(roles) > 0 || bounded || len(e.req.ForbiddenRoles) > 0
	if !ofRoles && len(permissions.required) == 0 && len(e.req.ForbiddenPermissions) == 0 {
		return
	}
	h := e.readHolder(ofRoles, permissions.anyFlat())
	if len(roles) > 0 {
		e.checkRole(roles, h)
	}
	if bounded {
		e.checkRoleExcess(roles, h)
	}
	if len(e.req.ForbiddenRoles) > 0 {
		e.checkRoleForbidden(h)
	}
	if len(permissions.required) > 0 {
		e.checkPermissions(permissions, h)
	}
	if len(e.req.ForbiddenPermissions) > 0 {
		e.checkPermissionForbidden(h)
	}
}

// permissionNeeds are the permissions that the holder must have.
type permissionNeeds struct {
	required     needs
	undocumented needs // endpoints whose permissions the documentation does not name
}

// anyFlat and anyStructured tell whether there are legacy flat names among the permissions, and whether there are others.
func (n *permissionNeeds) anyFlat() bool { return n.anyOption(isFlat) }

func (n *permissionNeeds) anyStructured() bool {
	return n.anyOption(func(name string) bool { return !isFlat(name) })
}

func (n *permissionNeeds) anyOption(is func(string) bool) bool {
	return slices.ContainsFunc(n.required, func(need need) bool { return slices.ContainsFunc(need.options, is) })
}

// neededPermissions collects the permissions needed, for every grant: required_permissions and those of the endpoints.
func (e *evaluation) neededPermissions() *permissionNeeds {
	n := &permissionNeeds{}
	n.required.addEach(e.req.RequiredPermissions, origin{argument: ArgRequiredPermissions})
	for _, endpoint := range e.req.Endpoints {
		from := endpoint.origin()
		switch {
		case endpoint.PermissionsMatch == catalog.None:
		case endpoint.PermissionsMatch == catalog.All && len(endpoint.Permissions) > 0:
			n.required.addEach(endpoint.Permissions, from)
		case endpoint.PermissionsMatch == catalog.Any && len(endpoint.Permissions) > 0:
			n.required.addAny(endpoint.Permissions, from)
		default:
			n.undocumented.addEach([]string{endpoint.Written}, from)
		}
	}
	n.required, n.undocumented = n.required.merged(), n.undocumented.merged()
	return n
}

// leavePermissionsOpen leaves open what deferred arguments can still add to the permission checks.
func (e *evaluation) leavePermissionsOpen() {
	for _, check := range permissionFamily {
		e.leaveOpenIf(check, ArgRequiredPermissions, ArgEndpoints)
	}
	e.leaveOpenIf(CheckPermissionDivision, ArgDivisions)
	e.leaveOpenIf(CheckPermissionConditional, ArgDivisions, ArgAcceptConditionalGrants)
}

func (e *evaluation) reportUndocumentedPermissions(needed *permissionNeeds) {
	for _, endpoint := range needed.undocumented {
		e.report(Finding{
			Check: CheckPermission, Status: Unknown, Subject: endpoint.options[0],
			Message:     "The permissions that " + endpoint.options[0] + " needs are not documented.",
			Remediation: "Find out which they are, and name them in required_permissions instead of the endpoint.",
			Argument:    endpoint.origin.argument,
			Endpoints:   endpoint.origin.endpoints,
		})
	}
}

// permissionCheck is what the permissions are judged by.
type permissionCheck struct {
	holder    *holder
	catalogue *Permissions // what exists in the organization; nil when that could not be read or is not needed
	blind     bool         // what exists could not be read
	divisions []string     // ids of the required divisions that are known, "*" among them if required
	names     *Divisions   // nil when no division had to be looked up
	accept    bool         // conditional grants count
	deferred  bool         // whether they count is not known yet
}

// checkPermissions checks that every required permission exists and is granted, where it is required and without a condition.
func (e *evaluation) checkPermissions(needed *permissionNeeds, h *holder) {
	if h.state == unreadable || h.state == notRead && e.isHolderDeferred() {
		e.isKnown(h, needed.required.origin(), permissionFamily...)
		return
	}
	check := &permissionCheck{
		holder: h, accept: e.req.AcceptConditionalGrants, deferred: e.isDeferred(ArgAcceptConditionalGrants),
	}
	complete := e.readPermissions(check, needed)
	complete = e.readDivisions(check, needed) && complete
	if !complete || h.state == notRead {
		e.open |= setOf(permissionFamily...)
		return
	}
	for _, stopped := range e.unmetPermissions(check, needed) {
		e.reportPermission(check, stopped)
	}
}

// isHolderDeferred tells whether the roles that count wait for an argument rather than for evidence.
func (e *evaluation) isHolderDeferred() bool {
	return e.client.kind == grantOfUser && e.isDeferred(ArgUserID)
}

// readPermissions reads which permissions exist. The platform accepts grants of permissions that do not, and wildcards cover
// products that are not licensed, so that a grant alone proves nothing. Flat names are not in that list.
func (e *evaluation) readPermissions(check *permissionCheck, needed *permissionNeeds) (complete bool) {
	if !needed.anyStructured() {
		return true
	}
	catalogue, state := consult(e, SourcePermissions, e.facts.Permissions)
	switch state {
	case read:
		check.catalogue = catalogue
	case unreadable:
		check.blind = true
		e.reportGap(CheckPermissionUnavailable, SourcePermissions, e.facts.Permissions.gap, needed.required.origin())
	}
	return state != notRead
}

// readDivisions finds the ids of the required divisions.
func (e *evaluation) readDivisions(check *permissionCheck, needed *permissionNeeds) (complete bool) {
	var toFind []string
	for _, name := range sorted(e.req.Divisions) {
		if name == wildcard {
			check.divisions = append(check.divisions, wildcard)
		} else {
			toFind = append(toFind, name)
		}
	}
	if len(toFind) == 0 {
		return true
	}
	from := origin{argument: ArgDivisions, endpoints: needed.required.origin().endpoints}
	divisions, state := consult(e, SourceDivisions, e.facts.Divisions)
	switch state {
	case unreadable:
		e.reportGap(CheckPermissionDivision, SourceDivisions, e.facts.Divisions.gap, from)
	case read:
		check.names = divisions
		for _, name := range toFind {
			found := divisions.find(name)
			if len(found) != 1 {
				e.reportDivision(name, found, divisions, from)
				continue
			}
			check.divisions = append(check.divisions, found[0])
		}
	}
	return state != notRead
}

// reportDivision reports a required division that does not exist, or a name that several divisions bear.
func (e *evaluation) reportDivision(name string, found []string, divisions *Divisions, from origin) {
	finding := Finding{
		Check: CheckPermissionDivision, Status: Fail, Subject: name,
		Message: sentences(fmt.Sprintf("The organization has no division %q that the auditing client can see.", name),
			text.DidYouMean(divisions.names.nearest(name))),
		Remediation: "Correct the name in divisions.",
		Argument:    from.argument,
		Endpoints:   from.endpoints,
	}
	if len(found) > 1 {
		finding.Message = fmt.Sprintf("%d divisions are named %q: %s.", len(found), name, list(sorted(found)))
		finding.Remediation = "Name the one that is meant by its id."
	}
	e.report(finding)
}

// coverage is who grants a permission, and where.
type coverage struct {
	plain, conditional []grant
	unclear            []string // granted roles of which it is not known whether they grant the permission
}

func (h *holder) coverage(name string) coverage {
	var c coverage
	for _, g := range h.grants {
		plain, conditional := g.role.grants(name)
		if plain {
			c.plain = append(c.plain, g)
			continue
		}
		if conditional {
			c.conditional = append(c.conditional, g)
		}
		if !g.role.shows(name) {
			c.unclear = append(c.unclear, g.role.label())
		}
	}
	return c
}

func (c coverage) any() bool { return len(c.plain)+len(c.conditional) > 0 }

func inDivision(grants []grant, division string) bool {
	return slices.ContainsFunc(grants, func(g grant) bool { return g.division == wildcard || g.division == division })
}

// rung is where on the ladder a permission stopped; the lower the value, the nearer it is to being granted.
type rung int

const (
	passed rung = iota
	waiting
	onlyConditional
	divisionUnclear
	grantUnclear
	outsideDivision
	notGranted
	unavailable
)

// judgement is how far one permission got.
type judgement struct {
	name      string
	rung      rung
	coverage  coverage
	divisions []string // the required divisions that it does not hold in
	lack      lack
}

// judge takes one permission up the ladder.
func (c *permissionCheck) judge(name string) judgement {
	j := judgement{name: name, coverage: c.holder.coverage(name)}
	flat := isFlat(name)
	switch {
	case !flat && !c.blind && !c.catalogue.exists(name):
		j.rung = unavailable
	case j.coverage.any():
		j.rung = c.judgeGranted(&j, flat)
	case len(j.coverage.unclear) > 0:
		j.rung = grantUnclear
	default:
		j.rung = notGranted
	}
	return j
}

// judgeGranted judges where, and under which condition, a permission holds. One that is not division-aware holds everywhere. Of a
// flat one the platform does not say, so it is taken to hold where it is granted.
func (c *permissionCheck) judgeGranted(j *judgement, flat bool) rung {
	everywhere := !flat && !c.blind && !c.catalogue.divisionAware[j.name]
	unconditional := len(j.coverage.plain) > 0
	if !everywhere {
		for _, division := range c.divisions {
			switch {
			case inDivision(j.coverage.plain, division):
			case inDivision(j.coverage.conditional, division):
				unconditional = false
			default:
				j.divisions = append(j.divisions, division)
			}
		}
	}
	switch {
	case len(j.divisions) > 0 && (len(j.coverage.unclear) > 0 || c.blind && !flat):
		return divisionUnclear
	case len(j.divisions) > 0:
		return outsideDivision
	case unconditional || c.accept && !c.deferred:
		return passed
	case c.deferred:
		return waiting
	default:
		return onlyConditional
	}
}

// unmetPermissions judges all needs: of several options the one that got furthest stands for the need. What is returned has one
// entry for each permission.
func (e *evaluation) unmetPermissions(check *permissionCheck, needed *permissionNeeds) []judgement {
	var (
		unmet    lacks
		judged   = make(map[string]judgement)
		judgedOf = func(name string) judgement {
			if j, ok := judged[name]; ok {
				return j
			}
			judged[name] = check.judge(name)
			return judged[name]
		}
	)
	for _, need := range needed.required {
		best := judgedOf(need.options[0])
		for _, option := range need.options[1:] {
			if j := judgedOf(option); j.rung < best.rung {
				best = j
			}
		}
		e.climb(check, best)
		if best.rung > waiting {
			unmet.add(best.name, need)
		}
	}
	stopped := make([]judgement, len(unmet))
	for i, lack := range unmet {
		stopped[i] = judged[lack.name]
		stopped[i].lack = lack
	}
	return stopped
}

// climb notes the checks that a permission reached, and those that it leaves open.
func (e *evaluation) climb(check *permissionCheck, j judgement) {
	if !isFlat(j.name) && !check.blind {
		e.apply(CheckPermissionUnavailable)
	}
	if j.rung == unavailable {
		return
	}
	e.apply(CheckPermission)
	switch j.rung {
	case notGranted:
		return
	case grantUnclear:
		e.open |= setOf(permissionFamily...)
		return
	}
	if len(e.req.Divisions) > 0 {
		e.apply(CheckPermissionDivision)
	}
	switch j.rung {
	case outsideDivision:
		return
	case divisionUnclear:
		e.open |= setOf(CheckPermissionConditional)
		return
	}
	if !check.accept {
		e.apply(CheckPermissionConditional)
	}
}
