package audit

import (
	"fmt"
	"slices"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// The four checks on needed permissions are the steps of one ladder: the permission exists, a role grants it, in every required division,
// without a condition. The first step that fails is the finding; later ones are not reached.

var permissionRule = rule{
	Description: Description{
		ID: CheckPermission, Title: "The needed permissions are granted", Failed: "Missing permissions",
		Stage: StagePermission, Severity: 5.5,
		Cause:  "No granted role has a permission that an endpoint needs or that is required. The platform answers 403.",
		Remedy: "Add the permission to a granted role, or grant a role that has it.",
	},
	asks: []Argument{ArgRequiredPermissions, ArgEndpoints, ArgNotificationTopics},
	judge: func(v *view) (o opinion) {
		for _, endpoint := range v.neededPermissions().undocumented {
			o.report(Finding{
				Status: Unknown, Subject: endpoint.options[0],
				Message:     "The permissions that " + endpoint.options[0] + " needs are not documented.",
				Remediation: "Find out which permissions it needs, and list them in required_permissions instead of the endpoint.",
				Argument:    endpoint.origin.argument,
				Endpoints:   endpoint.origin.endpoints,
			})
		}
		o.judgeStep(v, CheckPermission)
		return o
	},
}

var permissionUnavailableRule = rule{
	Description: Description{
		ID: CheckPermissionUnavailable, Title: "The permissions exist in the organization", Failed: "Permissions that the organization does not have",
		Stage: StagePermission, Severity: 5.5,
		Cause:  "A needed permission does not exist in this organization, usually because its product is not enabled. It cannot be granted.",
		Remedy: "Enable the product that includes the permission, or do without the endpoint in this organization.",
	},
	asks: []Argument{ArgRequiredPermissions, ArgEndpoints, ArgNotificationTopics},
	judge: func(v *view) (o opinion) {
		o.judgeStep(v, CheckPermissionUnavailable)
		return o
	},
}

var permissionConditionalRule = rule{
	Description: Description{
		ID: CheckPermissionConditional, Title: "The permissions hold without a condition", Failed: "Permissions granted only under a condition",
		Stage: StagePermission, Severity: 5.0,
		Cause:  "A needed permission is granted only under a condition of the role, and whether a call meets it cannot be determined in advance.",
		Remedy: "Grant a role that has the permission without a condition, or set accept_conditional_grants = true.",
	},
	asks: []Argument{ArgRequiredPermissions, ArgEndpoints, ArgNotificationTopics, ArgDivisions, ArgAcceptConditionalGrants},
	judge: func(v *view) (o opinion) {
		o.judgeStep(v, CheckPermissionConditional)
		return o
	},
}

var permissionForbiddenRule = rule{
	Description: Description{
		ID: CheckPermissionForbidden, Title: "No forbidden permission", Failed: "Forbidden permissions",
		Stage: StagePermission, Excess: true, Severity: 8.5,
		Cause:  "A granted role has a permission that a pattern of forbidden_permissions covers.",
		Remedy: "Remove the permission from the role, or remove the role.",
	},
	asks:  []Argument{ArgForbiddenPermissions},
	judge: judgePermissionForbidden,
}

// permissionNeeds are the permissions that the holder must have.
type permissionNeeds struct {
	required     needs
	together     needs    // lists of permissions that an endpoint needs together; each one is in required as well
	undocumented needs    // endpoints whose permissions the documentation does not name
	open         needs    // the request decides which of these lists is needed; the check endpoint judges them
	extra        []string // further permissions that the check endpoint asks for
	wants        sourceSet
}

// neededPermissions collects the permissions needed, for every grant: required_permissions and those of the endpoints.
func (v *view) neededPermissions() *permissionNeeds {
	return once(&v.ofPermissions, v.collectPermissions)
}

func (v *view) collectPermissions() *permissionNeeds {
	n := &permissionNeeds{}
	n.required.addEach(v.req.RequiredPermissions, origin{argument: ArgRequiredPermissions})
	for _, endpoint := range v.req.Endpoints {
		from := endpoint.origin()
		_, everywhere := endpoint.Condition(catalog.AllDivisions)
		before := len(n.required)
		for _, condition := range endpoint.Conditions {
			n.extra = append(n.extra, condition.Permissions...)
			if condition.Kind == catalog.MayNeed { // a policy may deny what the call may need
				n.open.addEach(condition.Permissions, from)
			}
		}
		switch {
		case endpoint.isOpen(), v.isOwn(endpoint):
			for _, list := range endpoint.lists() {
				n.extra = append(n.extra, list.Permissions...)
				if v.isOwn(endpoint) { // own objects need none of them
					continue
				}
				if list.PermissionsMatch == catalog.Any && len(list.Permissions) > 0 {
					n.open.addAny(list.Permissions, from)
				} else {
					n.open.addEach(list.Permissions, from)
				}
			}
		case endpoint.PermissionsMatch == catalog.None:
		case endpoint.PermissionsMatch == catalog.All && len(endpoint.Permissions) > 0:
			n.required.addEach(endpoint.Permissions, from)
			if len(endpoint.Permissions) > 1 {
				n.together.addAny(endpoint.Permissions, from)
			}
		case endpoint.PermissionsMatch == catalog.Any && len(endpoint.Permissions) > 0:
			n.required.addAny(endpoint.Permissions, from)
		default:
			n.undocumented.addEach([]string{endpoint.Written}, from)
		}
		for i := before; i < len(n.required); i++ {
			n.required[i].everywhere = everywhere
		}
	}
	topics := v.demandedTopics()
	n.required = append(n.required, topics.needs...)
	for _, list := range topics.anyOf {
		n.extra = append(n.extra, list.permissions...)
		n.open.addEach(list.permissions, origin{argument: ArgNotificationTopics, endpoints: v.subscriptions()})
	}
	n.wants = topics.wants
	n.required, n.undocumented = n.required.merged(), n.undocumented.merged()
	return n
}

// anyStructured tells whether there are permissions that are no legacy flat names.
func (n *permissionNeeds) anyStructured() bool {
	isStructured := func(name string) bool { return !access.IsFlat(name) }
	return slices.ContainsFunc(n.extra, isStructured) ||
		slices.ContainsFunc(n.required, func(need need) bool { return slices.ContainsFunc(need.options, isStructured) })
}

// rights are what needed permissions are judged by, and how far each got.
type rights struct {
	needed    *permissionNeeds
	holder    *holder
	divisions *divisionDemand
	catalogue *Permissions // what exists in the organization; nil when that could not be read or is not needed
	blind     bool         // what exists could not be read
	accept    bool         // conditional grants count
	deferred  bool         // whether they count is not known yet
	coverages map[string]access.Coverage
	complete  bool // all that the rungs depend on is known

	steps map[Check]*opinion
}

// judgeStep takes over what the ladder has to say on one step.
func (o *opinion) judgeStep(v *view, step Check) {
	said := v.climbed().steps[step]
	o.applies, o.open, o.wants = o.applies || said.applies, o.open || said.open, o.wants|said.wants
	o.findings = append(o.findings, said.findings...)
}

func (v *view) climbed() *rights { return once(&v.rights, v.climb) }

// climb takes every needed permission up the ladder.
func (v *view) climb() *rights {
	r := &rights{
		needed: v.neededPermissions(), accept: v.req.AcceptConditionalGrants, deferred: v.req.isDeferred(ArgAcceptConditionalGrants),
		coverages: make(map[string]access.Coverage),
		steps: map[Check]*opinion{
			CheckPermission: {}, CheckPermissionUnavailable: {}, CheckPermissionDivision: {}, CheckPermissionConditional: {},
		},
	}
	first := r.steps[CheckPermission]
	if first.wants = r.needed.wants; len(r.needed.required)+len(r.needed.extra) == 0 {
		first.open = first.wants != 0
		r.divisions, r.complete = v.demandedDivisions(), !first.open
		return r
	}
	r.holder, r.divisions = v.holder(), v.demandedDivisions()
	if len(r.needed.required) == 0 && r.holder.state == unreadable { // the check endpoint says so
		return r
	}
	if r.holder.state == unreadable || r.holder.state == notRead && r.holder.wants == 0 {
		first.knows(r.holder, r.needed.required.origin())
		r.leaveOpen(CheckPermission, CheckPermissionUnavailable, CheckPermissionDivision, CheckPermissionConditional)
		return r
	}
	first.wants |= r.holder.wants | r.divisions.wants
	if r.needed.anyStructured() {
		r.readCatalogue(v)
	}
	if first.wants|r.steps[CheckPermissionUnavailable].wants != 0 {
		r.leaveOpen(CheckPermission, CheckPermissionUnavailable, CheckPermissionDivision, CheckPermissionConditional)
		return r
	}
	r.complete = true
	r.judgeNeeds(v)
	if len(v.req.Divisions) == 0 && !v.req.isDeferred(ArgDivisions) {
		for _, need := range r.needed.together {
			r.judgeTogether(need)
		}
	}
	return r
}

// wants is the evidence that is missing for the ladder.
func (r *rights) wants() (set sourceSet) {
	for _, step := range r.steps {
		set |= step.wants
	}
	return set
}

func (r *rights) leaveOpen(checks ...Check) {
	for _, check := range checks {
		r.steps[check].open = true
	}
}

// readCatalogue reads which permissions exist. The platform accepts grants of permissions that do not, and wildcards cover products that are
// not licensed, so that a grant alone proves nothing. Flat names are not in that list.
func (r *rights) readCatalogue(v *view) {
	step := r.steps[CheckPermissionUnavailable]
	catalogue, state := consult(&step.wants, permissionsSource, v.facts)
	switch state {
	case read:
		r.catalogue = catalogue
	case unreadable:
		r.blind = true
		step.report(gapIn(permissionsSource, v.facts, r.needed.required.origin()))
	case notRead:
	}
}

func (r *rights) coverage(name string) access.Coverage {
	c, ok := r.coverages[name]
	if !ok {
		c = r.holder.grants.Coverage(name)
		r.coverages[name] = c
	}
	return c
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

// anywhere is no division in particular.
const anywhere = ""

// rungOf is how far one permission gets in one division, or anywhere. A permission that is not division-aware holds everywhere. Of a flat
// one the platform does not say, so it is taken to hold where it is granted.
func (r *rights) rungOf(name, division string) rung {
	flat := access.IsFlat(name)
	if !flat && !r.blind && !r.catalogue.exists(name) {
		return unavailable
	}
	c := r.coverage(name)
	holds := func(grants access.Grants) bool {
		if division == anywhere || !r.isDivisionAware(name) {
			return len(grants) > 0
		}
		return grants.In(division)
	}
	switch {
	case holds(c.Plain), holds(c.Conditional) && r.accept && !r.deferred:
		return passed
	case holds(c.Conditional) && r.deferred:
		return waiting
	case holds(c.Conditional):
		return onlyConditional
	case !c.Any() && len(c.Unclear) > 0:
		return grantUnclear
	case !c.Any():
		return notGranted
	case len(c.Unclear) > 0 || r.blind && !flat:
		return divisionUnclear
	default:
		return outsideDivision
	}
}

// isDivisionAware tells whether it matters in which division a permission is granted, as far as is known.
func (r *rights) isDivisionAware(name string) bool {
	return access.IsFlat(name) || r.blind || r.catalogue.divisionAware[name]
}

// judgement is how far a need got: of several options the one that got furthest stands for it.
type judgement struct {
	name      string
	rung      rung
	divisions []string // in which no option got further

	everywhere bool // the need asks for all divisions
}

// divisionsOf are the divisions in which a need must be met.
func (r *rights) divisionsOf(need need) []string {
	switch {
	case need.everywhere:
		return text.Sorted(append(slices.Clone(r.divisions.ids), access.Wildcard))
	case len(r.divisions.ids) == 0:
		return []string{anywhere}
	default:
		return r.divisions.ids
	}
}

// judge takes a need up the ladder, in every required division. Of several options each division needs one, not the same one.
func (r *rights) judge(need need) judgement {
	options, divisions := need.options, r.divisionsOf(need)
	var worst judgement
	for i, division := range divisions {
		best := judgement{name: options[0], rung: r.rungOf(options[0], division), divisions: []string{division}}
		for _, option := range options[1:] {
			if rung := r.rungOf(option, division); rung < best.rung {
				best.name, best.rung = option, rung
			}
		}
		switch {
		case i == 0 || best.rung > worst.rung:
			worst = best
		case best.rung == worst.rung:
			worst.divisions = append(worst.divisions, division)
		}
	}
	worst.everywhere = need.everywhere
	return worst
}

// rungOfList is how far a list of permissions gets, of which one or all are needed.
func (r *rights) rungOfList(permissions []string, match catalog.Match) rung {
	switch {
	case match == catalog.None:
		return passed
	case match == catalog.Any && len(permissions) > 0:
		return r.judge(need{options: text.Sorted(permissions)}).rung
	case match != catalog.All || len(permissions) == 0:
		return grantUnclear
	}
	worst := passed
	for _, name := range permissions {
		worst = max(worst, r.judge(need{options: []string{name}}).rung)
	}
	if worst <= onlyConditional && len(r.divisions.ids) == 0 {
		together, _ := r.together(permissions)
		worst = max(worst, together)
	}
	return worst
}

// judgeNeeds judges all needs and reports those that are not met: each permission once for each rung on which it stopped.
func (r *rights) judgeNeeds(v *view) {
	var unmet [unavailable + 1]lacks
	var stopped [unavailable + 1]map[string]judgement
	for _, need := range r.needed.required {
		j := r.judge(need)
		r.reached(v, j)
		if j.rung <= waiting {
			if len(v.req.Divisions) == 0 && !v.req.isDeferred(ArgDivisions) {
				r.warnOfDivisions(v, j, need)
			}
			continue
		}
		if stopped[j.rung] == nil {
			stopped[j.rung] = make(map[string]judgement)
		}
		j.divisions = text.Sorted(append(j.divisions, stopped[j.rung][j.name].divisions...))
		stopped[j.rung][j.name] = j
		unmet[j.rung].add(j.name, need)
	}
	for rung, lacks := range unmet {
		for _, lack := range lacks.list {
			r.report(stopped[rung][lack.name], lack)
		}
	}
}

// warnOfDivisions warns of a need that is met in some divisions only, while no division is required. It does not where role_divisions says in
// which divisions the roles are meant to be granted.
func (r *rights) warnOfDivisions(v *view, j judgement, need need) {
	if need.everywhere || v.req.isDeferred(ArgRoleDivisions) {
		return
	}
	isPlaced := func(option string) bool {
		c := r.coverage(option)
		return !slices.ContainsFunc(slices.Concat(c.Plain, c.Conditional), func(g access.Grant) bool { return !v.isPlaced(g.Role, r.holder) })
	}
	if !slices.ContainsFunc(need.options, func(option string) bool { return !isPlaced(option) }) {
		return
	}
	everywhere := func(option string) bool {
		return r.rungOf(option, anywhere) <= waiting && (access.IsFlat(option) || r.rungOf(option, access.Wildcard) <= onlyConditional)
	}
	if r.blind || slices.ContainsFunc(need.options, everywhere) {
		return
	}
	c := r.coverage(j.name)
	if need.inDivision != "" {
		r.steps[CheckPermissionDivision].report(Finding{
			Status: Unknown, Subject: j.name, Argument: need.origin.argument, Endpoints: need.origin.endpoints,
			Message: fmt.Sprintf("%s is granted only in %s, and the topic %s needs it in the division of its object.", j.name,
				r.divisions.of(slices.Concat(c.Plain, c.Conditional)), need.inDivision),
			Remediation: "Set divisions to the divisions of the objects, or grant the role in all divisions.",
		})
		return
	}
	r.steps[CheckPermissionDivision].report(leavesOut(j.name,
		fmt.Sprintf("%s is granted only in %s", j.name, r.divisions.of(slices.Concat(c.Plain, c.Conditional))), need.origin))
}

// reached notes the steps that a need reached, and those that it leaves open.
func (r *rights) reached(v *view, j judgement) {
	if !access.IsFlat(j.name) && !r.blind {
		r.steps[CheckPermissionUnavailable].applies = true
	}
	if j.rung == unavailable {
		return
	}
	r.steps[CheckPermission].applies = true
	switch j.rung {
	case notGranted:
		return
	case grantUnclear:
		r.leaveOpen(CheckPermission, CheckPermissionUnavailable, CheckPermissionDivision, CheckPermissionConditional)
		return
	}
	if len(v.req.Divisions) > 0 || j.everywhere {
		r.steps[CheckPermissionDivision].applies = true
	}
	switch j.rung {
	case outsideDivision:
		return
	case divisionUnclear:
		r.leaveOpen(CheckPermissionConditional)
		return
	}
	if !r.accept {
		r.steps[CheckPermissionConditional].applies = true
	}
}

// judgeTogether judges whether there is a division in which all permissions of a list hold: a call is about the objects of one.
func (r *rights) judgeTogether(list need) {
	best, bestPlace := r.together(list.options)
	apart := slices.MaxFunc(list.options, func(a, b string) int { return int(r.rungOf(a, anywhere)) - int(r.rungOf(b, anywhere)) })
	switch {
	case r.rungOf(apart, anywhere) > onlyConditional || best <= waiting: // each is reported for itself, or all is well
	case best == onlyConditional:
		for _, name := range list.options {
			if r.rungOf(name, bestPlace) == onlyConditional && r.rungOf(name, anywhere) < onlyConditional {
				r.report(judgement{name: name, rung: onlyConditional, divisions: []string{bestPlace}}, lack{name: name, origin: list.origin})
			}
		}
	default:
		r.steps[CheckPermissionDivision].report(r.nowhereTogether(list, best))
	}
}

// together is how far a list gets in the division where it gets furthest as a whole.
func (r *rights) together(names []string) (best rung, bestPlace string) {
	best = unavailable
	for _, place := range r.places(names) {
		worst := passed
		for _, name := range names {
			worst = max(worst, r.rungOf(name, place))
		}
		if worst < best {
			best, bestPlace = worst, place
		}
	}
	return best, bestPlace
}

// places are the divisions in which one of the permissions is granted where it matters; anywhere if it matters for none.
func (r *rights) places(names []string) []string {
	places := []string{}
	for _, name := range names {
		if r.isDivisionAware(name) {
			c := r.coverage(name)
			for _, grant := range slices.Concat(c.Plain, c.Conditional) {
				places = append(places, grant.Division)
			}
		}
	}
	if len(places) == 0 {
		return []string{anywhere}
	}
	return text.Sorted(places)
}

func (r *rights) nowhereTogether(list need, best rung) Finding {
	var parts []string
	for _, name := range list.options {
		c := r.coverage(name)
		parts = append(parts, fmt.Sprintf("%s in %s", name, r.divisions.of(slices.Concat(c.Plain, c.Conditional))))
	}
	finding := Finding{
		Status: Fail, Subject: list.origin.endpoints[0], Argument: list.origin.argument, Endpoints: list.origin.endpoints,
		Message:     fmt.Sprintf("The permissions must hold together in one division, but are granted in different ones: %s.", text.List(parts)),
		Remediation: fmt.Sprintf("Grant them to the %s in the same division, or in all divisions, under %s.", r.holder.noun, r.holder.place),
	}
	if best == divisionUnclear {
		finding.Status = Unknown
		finding.Message += " Whether one division has all of them is unknown."
	}
	return finding
}

// report reports a permission that did not get to the top of the ladder.
func (r *rights) report(j judgement, unmet lack) {
	c, h := r.coverage(j.name), r.holder
	finding := Finding{Subject: j.name, Status: Fail, Argument: unmet.origin.argument, Endpoints: unmet.origin.endpoints}
	var step Check
	switch j.rung {
	case passed, waiting:
		return
	case unavailable:
		step = CheckPermissionUnavailable
		finding.Message, finding.Remediation = r.describeUnavailable(j.name, unmet.origin)
	case notGranted:
		step = CheckPermission
		finding.Message, finding.Remediation = r.describeMissing(j.name)
	case grantUnclear:
		step, finding.Status = CheckPermission, Unknown
		finding.Message = fmt.Sprintf("Whether %s is granted is unknown: the platform does not show what the %s's %s %s %s.", j.name,
			h.noun, text.Plural(len(c.Unclear), "role", "roles"), text.Quoted(text.Sorted(c.Unclear)),
			text.Plural(len(c.Unclear), "permits", "permit"))
		finding.Remediation = "Look at the role under " + rolesAdmin + "."
	case outsideDivision, divisionUnclear:
		step = CheckPermissionDivision
		finding.Message, finding.Remediation = r.describeDivision(j)
		if j.rung == divisionUnclear {
			finding.Status = Unknown
		}
	case onlyConditional:
		step, finding.Status = CheckPermissionConditional, Unknown
		finding.Message = fmt.Sprintf("%s is granted by %s only under a condition.", j.name, roleList(c.Conditional.Labels()))
		finding.Remediation = "Grant a role that permits it without a condition, or set accept_conditional_grants = true if the integration's " +
			"calls are certain to meet the condition."
	}
	if others := r.obtainable(unmet.alternatives); len(others) > 0 {
		finding.Message = text.Sentences(finding.Message,
			fmt.Sprintf("%s would also be enough for %s.", text.List(others), text.List(finding.Endpoints)))
	}
	r.steps[step].report(finding)
}

// obtainable are the permissions that exist in the organization.
func (r *rights) obtainable(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return !access.IsFlat(name) && !r.blind && !r.catalogue.exists(name)
	})
}

func (r *rights) describeUnavailable(name string, from origin) (message, remediation string) {
	// Else the name comes from the catalog or the list of topics, and is not mistyped.
	written := from.argument != ArgEndpoints && from.argument != ArgNotificationTopics
	message = name + " does not exist in the organization, so it cannot be granted: the product it belongs to is not enabled."
	remediation = "Have the product enabled for the organization."
	near := ""
	if written {
		if r.catalogue.domainExists(name) {
			message = name + " does not exist in the organization, so it cannot be granted: its product is not enabled, or the name is mistyped."
		}
		near = r.steps[CheckPermissionUnavailable].suggest(r.catalogue.nearest, name)
		remediation = "Have the product enabled for the organization, or correct the name if it is mistyped."
	}
	if c := r.coverage(name); c.Any() {
		message = text.Sentences(message, fmt.Sprintf("The grant by %s has no effect.", roleList(slices.Concat(c.Plain, c.Conditional).Labels())))
	}
	return text.Sentences(message, near), remediation
}

func (r *rights) describeMissing(name string) (message, remediation string) {
	h := r.holder
	message = text.Sentences(fmt.Sprintf("%s is granted by no role of the %s.", name, h.noun), h.describe())
	giving := h.roles.ThatGive(name)
	if len(giving) == 0 {
		return text.Sentences(message, "No role that the auditing client can see grants it."),
			fmt.Sprintf("Add it to a role under %s, and grant that role to the %s under %s.", rolesAdmin, h.noun, h.place)
	}
	message = text.Sentences(message, fmt.Sprintf("%s %s would grant it%s.", text.Plural(len(giving), "Role", "Roles"), text.Quoted(giving),
		text.Plural(len(giving), "", "; the first grants the least")))
	return message, fmt.Sprintf("Grant %s to the %s under %s.", text.Plural(len(giving), "that role", "one of those roles"), h.noun, h.place)
}

func (r *rights) describeDivision(j judgement) (message, remediation string) {
	c := r.coverage(j.name)
	granted := slices.Concat(c.Plain, c.Conditional)
	message = fmt.Sprintf("%s is granted by %s, but only in %s; it is required in %s.", j.name, roleList(granted.Labels()),
		r.divisions.of(granted), r.divisions.list(j.divisions))
	if r.blind {
		message += " Whether the permission is division-aware could not be read."
	}
	if len(c.Unclear) > 0 {
		message += fmt.Sprintf(" The platform does not show what %s %s.", roleList(text.Sorted(c.Unclear)),
			text.Plural(len(c.Unclear), "permits", "permit"))
	}
	return message, fmt.Sprintf("Grant the role to the %s in the required divisions too, under %s.", r.holder.noun, r.holder.place)
}

// roleList is `role "A"` or `roles "A", "B"`.
func roleList(names []string) string {
	return text.Plural(len(names), "role ", "roles ") + text.Quoted(names)
}

// judgePermissionForbidden judges whether a role grants anything that a forbidden pattern matches, even if only under a condition.
func judgePermissionForbidden(v *view) (o opinion) {
	if len(v.req.ForbiddenPermissions) == 0 {
		return o
	}
	o.applies = true
	h := v.holder()
	if !o.knows(h, origin{argument: ArgForbiddenPermissions}) {
		if h.wants != 0 { // side by side with the roles
			consult(&o.wants, permissionsSource, v.facts)
		}
		return o
	}
	var missed []string
	for _, pattern := range text.Sorted(v.req.ForbiddenPermissions) {
		p, ok := access.Split(pattern)
		if !ok {
			o.report(Finding{ // no permission can match it: it would forbid nothing
				Status: Unknown, Subject: pattern,
				Message:     fmt.Sprintf("%q is not of the form domain:entity:action, so what it forbids is unknown.", pattern),
				Remediation: "Correct it in forbidden_permissions.",
				Argument:    ArgForbiddenPermissions,
			})
			continue
		}
		permissions, roles := h.all().Overlapping(p)
		if len(permissions) == 0 {
			if permissions, roles = h.listed.Overlapping(p); len(permissions) > 0 {
				o.report(Finding{
					Status: Unknown, Subject: pattern,
					Message: fmt.Sprintf("%s is forbidden, and %s %s %s. The platform's answer about the user does not show the permission, so whether "+
						"it is granted is unknown.", pattern, roleList(roles), text.Plural(len(roles), "permits", "permit"), text.List(permissions)),
					Remediation: fmt.Sprintf("Look at the role under %s, and remove the role from the user or the permission from the role.", rolesAdmin),
					Argument:    ArgForbiddenPermissions,
				})
				continue
			}
			missed = append(missed, pattern)
			continue
		}
		o.report(Finding{
			Status: Fail, Subject: pattern,
			Message: fmt.Sprintf("%s is forbidden, but %s %s %s.", pattern, roleList(roles), text.Plural(len(roles), "grants", "grant"),
				text.List(permissions)),
			Remediation: fmt.Sprintf("Remove the role from the %s under %s, or the permission from the role under %s.",
				h.noun, h.place, rolesAdmin),
			Argument: ArgForbiddenPermissions,
		})
	}
	if len(missed) == 0 {
		return o
	}
	o.warnOfUnknownPatterns(v, missed)
	for _, role := range h.all().Roles() {
		if role.ShowsPolicies() {
			continue
		}
		o.report(Finding{ // it may be forbidden
			Status: Unknown, Subject: role.Label(),
			Message:     fmt.Sprintf("The platform does not show what the role %q permits. Whether any of it is forbidden is unknown.", role.Label()),
			Remediation: "Look at the role under " + rolesAdmin + ".",
			Argument:    ArgForbiddenPermissions,
		})
	}
	return o
}

// warnOfUnknownPatterns warns of forbidden permissions that the organization does not know: a typing error would forbid nothing.
func (o *opinion) warnOfUnknownPatterns(v *view, patterns []string) {
	catalogue, state := consult(&o.wants, permissionsSource, v.facts)
	switch state {
	case notRead:
		o.open = true
	case unreadable:
		o.report(gapIn(permissionsSource, v.facts, origin{argument: ArgForbiddenPermissions}))
	case read:
		for _, pattern := range patterns {
			if catalogue.anyHit(pattern) {
				continue
			}
			o.report(Finding{
				Status: Warn, Subject: pattern, Argument: ArgForbiddenPermissions,
				Message: text.Sentences(fmt.Sprintf("The organization has no permission %s, so the entry has no effect.", pattern),
					o.suggest(catalogue.nearest, pattern)),
				Remediation: "Correct the permission in forbidden_permissions, unless its product is not enabled.",
			})
		}
	}
}
