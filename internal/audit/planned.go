package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// A planned change is laid over the facts before the rules see them: what the plan gives stands in place of what the platform says. The rules judge
// the result as they judge any facts. A field is missing if the plan leaves it out and the platform has no value to read. A field is deferred if
// Terraform does not know its value yet. The checks that rest on a missing or deferred field are not decided, whatever the rules return.

// Planned is a change that is judged before it is made.
type Planned struct {
	Client *PlannedClient // nil: the client stays as it is
	Roles  []PlannedRole
}

// PlannedClient is the client as it will be. A nil field is not given.
type PlannedClient struct {
	Name, GrantType, State *string
	TokenValiditySeconds   *int64
	Scopes                 []string
	Roles                  []PlannedGrant
	// Deferred are the fields whose value, or some of whose elements, Terraform does not know yet. What is known of lists stands above.
	Deferred []PlannedField
}

// PlannedGrant is a role granted in a division, each by its name or id; the division may be access.Wildcard.
type PlannedGrant struct{ Role, Division string }

// PlannedRole is a role as it will be, by its name. A nil list is not given.
type PlannedRole struct {
	Name         string
	NameDeferred bool     // Terraform does not know the name yet
	Permissions  []string // legacy flat names
	Policies     []access.Policy
	Deferred     bool // Terraform does not know all of the permissions or policies yet
}

// PlannedField is a field of PlannedClient.
type PlannedField string

// The fields of PlannedClient, as a configuration names them.
const (
	PlannedName          PlannedField = "name"
	PlannedGrantType     PlannedField = "grant_type"
	PlannedScopes        PlannedField = "scopes"
	PlannedState         PlannedField = "state"
	PlannedTokenValidity PlannedField = "token_validity_seconds"
	PlannedRoles         PlannedField = "roles"
)

// basis is a set of what a check of a client rests on and a plan can change.
type basis uint

const (
	onIdentity basis = 1 << iota // which client it is
	onGrantType
	onState
	onTokenValidity
	onScopes
	onRoles       // which roles are granted to the client, and where
	onRoleNames   // which roles there are
	onPermissions // what the roles permit

	onEverything = onPermissions<<1 - 1
)

// plannedFields are the fields of a client that checks rest on.
var plannedFields = []struct {
	name  PlannedField
	basis basis
	noun  string
	given func(*PlannedClient) bool
}{
	{PlannedGrantType, onGrantType, "grant type", func(p *PlannedClient) bool { return p.GrantType != nil }},
	{PlannedScopes, onScopes, "scopes", func(p *PlannedClient) bool { return p.Scopes != nil }},
	{PlannedState, onState, "state", func(p *PlannedClient) bool { return p.State != nil }},
	{PlannedTokenValidity, onTokenValidity, "token duration", func(p *PlannedClient) bool { return p.TokenValiditySeconds != nil }},
	{PlannedRoles, onRoles, "roles", func(p *PlannedClient) bool { return p.Roles != nil }},
}

// basisOf is what each check of a client rests on. A check that is not listed rests on everything.
var basisOf = map[Check]basis{
	CheckClientState:           onState,
	CheckUser:                  onGrantType,
	CheckAuthorization:         onIdentity,
	CheckGrantType:             onGrantType,
	CheckScope:                 onScopes | onGrantType,
	CheckScopeExcess:           onScopes | onGrantType,
	CheckScopeForbidden:        onScopes | onGrantType,
	CheckScopeUnknown:          0, // it only warns of names
	CheckTokenScope:            onScopes | onGrantType | onIdentity,
	CheckTokenValidity:         onTokenValidity,
	CheckRole:                  onRoles | onGrantType | onRoleNames,
	CheckRoleExcess:            onRoles | onGrantType | onRoleNames,
	CheckRoleForbidden:         onRoles | onGrantType | onRoleNames,
	CheckRoleDivision:          onRoles | onGrantType | onRoleNames,
	CheckPermission:            onRoles | onGrantType | onRoleNames | onPermissions,
	CheckPermissionUnavailable: onRoles | onGrantType | onRoleNames | onPermissions,
	CheckPermissionDivision:    onRoles | onGrantType | onRoleNames | onPermissions,
	CheckPermissionConditional: onRoles | onGrantType | onRoleNames | onPermissions,
	CheckPermissionExcess:      onRoles | onGrantType | onRoleNames | onPermissions,
	CheckPermissionForbidden:   onRoles | onGrantType | onRoleNames | onPermissions,
	CheckEndpoint:              onRoles | onGrantType | onRoleNames | onPermissions,
	CheckAccessPolicy:          onRoles | onGrantType | onRoleNames | onPermissions | onIdentity,
}

// over lays the planned roles over the facts, for the roles of the organization and for those of the user.
func (p *Planned) over(facts Facts) Facts {
	if p == nil || facts.Roles.state != read {
		return facts
	}
	var changed []access.Role
	for _, planned := range p.Roles {
		if planned.NameDeferred {
			continue
		}
		for _, role := range planned.over(facts.Roles.value) {
			if i := slices.IndexFunc(changed, func(c access.Role) bool { return c.ID == role.ID }); i >= 0 {
				changed[i] = unclear(role) // planned twice: by its name and by its id
			} else {
				changed = append(changed, role)
			}
		}
	}
	if len(changed) == 0 {
		return facts
	}
	facts.Roles = Read(facts.Roles.value.With(changed))
	if facts.User.state == read {
		user := facts.User.value
		user.Grants = slices.Clone(user.Grants)
		for i := range user.Grants {
			role := &user.Grants[i].Role
			if at := slices.IndexFunc(changed, func(c access.Role) bool { return c.ID == role.ID }); at >= 0 {
				role.Policies, role.PoliciesShown = changed[at].Policies, changed[at].PoliciesShown
			}
		}
		facts.User = Read(user)
	}
	return facts
}

// over is the role as it will be: the one of its name or id changed, or a new one. If several roles have the name, the intended one is ambiguous, so
// the permissions of each of them are not known. The same holds for a role whose name is spelled differently: the planned role may be that role,
// renamed.
func (p PlannedRole) over(roles *access.Roles) (changed []access.Role) {
	role := access.Role{ID: "planned:" + p.Name, Name: p.Name, FlatNotShown: true}
	switch bearers := roles.Named(p.Name); {
	case roles.ByID(p.Name) != nil:
		role = *roles.ByID(p.Name)
	case len(bearers) == 1:
		role = *roles.ByID(bearers[0])
	case len(bearers) > 1:
		for _, id := range bearers {
			changed = append(changed, unclear(*roles.ByID(id)))
		}
		return changed
	default:
		for _, id := range roles.Spelled(p.Name) {
			changed = append(changed, unclear(*roles.ByID(id)))
		}
	}
	if p.Deferred { // its current permissions are ignored
		role.FlatPermissions, role.Policies, role.PoliciesShown = nil, nil, true
	}
	if p.Permissions != nil {
		role.FlatPermissions, role.FlatNotShown = p.Permissions, false
	}
	if p.Policies != nil {
		role.Policies, role.PoliciesShown = p.Policies, true
	}
	return append(changed, role)
}

// unclear is a role whose permissions are not known.
func unclear(role access.Role) access.Role {
	return access.Role{ID: role.ID, Name: role.Name, FlatNotShown: true}
}

// plan is what a planned change says of an audited client.
type plan struct {
	isNew bool // the client does not exist yet
	// given and deferred are as in PlannedClient and PlannedRole. missing is what is neither given nor there to be read.
	given, missing, deferred basis

	grants []PlannedGrant // nil: not given
}

// plannedClient is the planned client, or nil.
func (r *Requirement) plannedClient() *PlannedClient {
	if r.Planned == nil {
		return nil
	}
	return r.Planned.Client
}

// isClientDeferred tells whether it is not known yet which client is audited, though it is not the provider's own.
func (r *Requirement) isClientDeferred() bool {
	client := r.plannedClient()
	return r.isDeferred(ArgClientID, ArgClientName, ArgClients) ||
		r.ClientID == "" && r.ClientName == "" && client != nil && slices.Contains(client.Deferred, PlannedName)
}

// makes tells whether a client that the organization does not have is planned. Only the planned name shows that: an existing client has an id, and
// client_name alone may be misspelled.
func (r *Requirement) makes(wanted criterion) bool {
	client := r.plannedClient()
	return client != nil && client.Name != nil && wanted.name != "" && *client.Name == wanted.name
}

// mayMake tells whether such a client may turn out to be planned.
func (r *Requirement) mayMake(wanted criterion) bool {
	client := r.plannedClient()
	return client != nil && wanted.name != "" && slices.Contains(client.Deferred, PlannedName)
}

// asPlanned is a client of the organization as it will be. Without a current client it is a new one, or one that is not known yet.
func (v *view) asPlanned(current *Client, authorization *Authorization) *auditedClient {
	if v.req.Planned == nil {
		return newAuditedClient(current, authorization)
	}
	p := &plan{}
	client := Client{}
	if current != nil {
		client = *current
	}
	if change := v.req.plannedClient(); change != nil {
		change.over(&client)
		p.grants = change.Roles
		if p.grants == nil && slices.Contains(change.Deferred, PlannedRoles) {
			p.grants = []PlannedGrant{}
		}
		p.isNew = current == nil && !v.req.isClientDeferred()
		for _, field := range plannedFields {
			switch {
			case slices.Contains(change.Deferred, field.name):
				p.deferred |= field.basis
			case field.given(change):
				p.given |= field.basis
			case p.isNew:
				p.missing |= field.basis
			case current == nil:
				p.deferred |= field.basis
			}
		}
		if v.req.isClientDeferred() {
			p.deferred |= onIdentity
		}
	}
	for _, role := range v.req.Planned.Roles {
		switch {
		case role.NameDeferred:
			p.deferred |= onRoleNames
		case role.Deferred:
			p.deferred |= onPermissions
		}
	}
	audited := newAuditedClient(&client, authorization)
	audited.plan = p
	return audited
}

// over puts what is planned in place of what the platform says. The current value of a deferred field is ignored.
func (p *PlannedClient) over(client *Client) {
	set := func(field *string, planned *string) {
		if planned != nil {
			*field = *planned
		}
	}
	set(&client.Name, p.Name)
	set(&client.GrantType, p.GrantType)
	set(&client.State, p.State)
	if p.TokenValiditySeconds != nil {
		client.TokenValiditySeconds = p.TokenValiditySeconds
	}
	if p.Scopes != nil || slices.Contains(p.Deferred, PlannedScopes) {
		client.Scopes, client.ScopesShown = p.Scopes, true
	}
	if slices.Contains(p.Deferred, PlannedGrantType) { // the rules then report what every grant type has in common
		client.GrantType = ""
	}
}

// lacks tells whether the plan of a client that does not exist yet leaves something out.
func (c *auditedClient) lacks(b basis) bool { return c.plan != nil && c.plan.missing&b != 0 }

// isNew tells whether the client does not exist yet.
func (c *auditedClient) isNew() bool { return c.plan != nil && c.plan.isNew }

// plannedHolder is the client with the roles that are planned for it, which may be roles that do not exist yet.
func (v *view) plannedHolder() *holder {
	h := &holder{noun: "client", place: clientRolesAdmin}
	h.roles, h.state = consult(&h.wants, rolesSource, v.facts)
	var divisions *Divisions
	divisionsState := read
	if slices.ContainsFunc(v.client.plan.grants, func(g PlannedGrant) bool { return g.Division != access.Wildcard }) {
		divisions, divisionsState = consult(&h.wants, divisionsSource, v.facts)
	}
	switch {
	case h.state == unreadable:
		h.gap = gapIn(rolesSource, v.facts, origin{})
		return h
	case divisionsState == unreadable:
		h.state, h.gap = unreadable, gapIn(divisionsSource, v.facts, origin{})
		return h
	case h.state == notRead || divisionsState == notRead:
		h.state = notRead
		return h
	}
	for _, planned := range v.client.plan.grants {
		grant, problem := planned.resolve(h.roles, divisions)
		if problem != nil {
			return &holder{noun: h.noun, state: unreadable, gap: *problem}
		}
		h.grants = append(h.grants, grant)
	}
	h.names = h.all().Labels()
	return h
}

// resolve finds the role and the division of a planned grant, among those that exist and those that are planned.
func (g PlannedGrant) resolve(roles *access.Roles, divisions *Divisions) (access.Grant, *Finding) {
	bearers := roles.Named(g.Role)
	if roles.ByID(g.Role) != nil {
		bearers = []string{g.Role}
	}
	if len(bearers) != 1 {
		return access.Grant{}, g.unresolved("role", g.Role, bearers, roles.Nearest(g.Role),
			"Correct the role, or plan it too: add a role block to planned with its name and permissions.")
	}
	grant := access.Grant{Role: roles.ByID(bearers[0]), Division: g.Division}
	if g.Division == access.Wildcard {
		return grant, nil
	}
	found := divisions.find(g.Division)
	if len(found) != 1 {
		return access.Grant{}, g.unresolved("division", g.Division, found, divisions.names.Nearest(g.Division),
			"Correct the division, or create it first.")
	}
	grant.Division, grant.DivisionName = found[0], divisions.byID[found[0]].Name
	return grant, nil
}

func (PlannedGrant) unresolved(noun, name string, found, nearest []string, remediation string) *Finding {
	finding := Finding{
		Subject: name, Argument: ArgPlanned, Remediation: remediation,
		Message: text.Sentences(fmt.Sprintf("A planned grant names the %s %q, which is neither planned nor in the organization.", noun, name),
			text.DidYouMean(nearest)),
	}
	if len(found) > 1 {
		finding.Message = fmt.Sprintf("A planned grant names the %s %q, and %d have that name: %s.", noun, name, len(found), text.List(text.Sorted(found)))
		finding.Remediation = "Use the id of the intended " + noun + "."
	}
	return &finding
}

// reportExternal reports that a change is planned for a client that only another organization can change.
func (s *selection) reportExternal(v *view, wanted criterion) {
	s.report(Finding{
		Status: Unknown, Subject: wanted.subject(), Argument: ArgPlanned, Endpoints: v.allEndpoints(),
		Message:     "The client belongs to another organization, and only that organization can change it, so the planned change cannot be judged here.",
		Remediation: "Remove the client block from planned, or set organization to the organization that has the client.",
	})
}

// plannedOpinion limits an opinion on a planned client. It drops what rests on missing fields, keeps only the failures that every value of a
// deferred field would have, and says of the rest that it is about the planned change.
func (v *view) plannedOpinion(row *rule, o opinion) opinion {
	if v.client == nil || v.client.plan == nil {
		return o
	}
	p, rests := v.client.plan, v.client.restsOn(row.ID)
	if missing := p.missing & rests; missing != 0 && (o.applies || o.open || len(o.findings) > 0) {
		return v.undecidedFor(missing)
	}
	if deferred := p.deferred & rests; deferred != 0 {
		o.open = true
		o.findings = slices.DeleteFunc(slices.Clone(o.findings), func(f Finding) bool { return f.Status != Fail || !row.isCertain(deferred) })
	}
	return v.inWords(o, rests)
}

// restsOn is what a check of the client rests on.
func (c *auditedClient) restsOn(check Check) basis {
	rests, listed := basisOf[check]
	if !listed {
		rests = onEverything
	}
	if c.kind == access.OfUser { // the roles are the user's
		rests &^= onRoles
	}
	return rests
}

// isCertain tells whether a failure stays whatever the deferred values turn out to be. With a grant type that is not known the rules report
// only failures that every grant type has; a role, a permission or a scope more leaves the excess of those that are known.
func (r *rule) isCertain(deferred basis) bool {
	switch {
	case r.ID == CheckGrantType:
		return false
	case r.Excess:
		return deferred&^(onGrantType|onScopes|onRoles|onPermissions) == 0
	default:
		return deferred&^onGrantType == 0
	}
}

// undecidedFor is the opinion on a check for which the plan of a new client leaves something out.
func (v *view) undecidedFor(missing basis) opinion {
	var nouns, names []string
	for _, field := range plannedFields {
		if missing&field.basis != 0 {
			nouns, names = append(nouns, field.noun), append(names, string(field.name))
		}
	}
	var o opinion
	o.report(Finding{
		Status: Unknown, Subject: v.client.label(), Argument: ArgPlanned, Endpoints: v.allEndpoints(),
		Message:     fmt.Sprintf("The planned client does not exist yet, and the planned block leaves out its %s.", text.List(nouns)),
		Remediation: fmt.Sprintf("Set %s in the client block of planned.", text.List(names)),
	})
	return o
}

// inWords adds to each finding that rests on the planned change that it does.
func (v *view) inWords(o opinion, rests basis) opinion {
	what := v.plannedThings(rests)
	if len(what) == 0 || len(o.findings) == 0 {
		return o
	}
	o.findings = slices.Clone(o.findings)
	for i := range o.findings {
		finding := &o.findings[i]
		if v.facts.isGap(finding.Subject) {
			continue
		}
		finding.Message = text.Sentences(finding.Message, "This describes the state after the planned change ("+strings.Join(what, ", ")+").")
		if finding.Status == Fail {
			finding.Remediation = text.Sentences(finding.Remediation, "Make the change in the configuration: an apply would undo a change made elsewhere.")
		}
	}
	return o
}

// plannedThings are the planned things that stand in place of what the platform says in a check.
func (v *view) plannedThings(rests basis) (things []string) {
	p := v.client.plan
	if p.isNew {
		things = append(things, "a new OAuth client")
	} else {
		for _, field := range plannedFields {
			if p.given&rests&field.basis != 0 && (field.basis != onGrantType || rests == onGrantType) {
				things = append(things, "the client's "+field.noun)
			}
		}
	}
	if rests&onPermissions == 0 || v.held == nil {
		return things
	}
	for _, role := range v.req.Planned.Roles {
		if i := slices.IndexFunc(v.held.grants, func(g access.Grant) bool { return g.Role.Is(role.Name) }); i >= 0 {
			thing := "the role " + strconv.Quote(v.held.grants[i].Role.Label())
			if !v.held.grants[i].Role.ShowsPolicies() {
				thing += ", whose permission_policies are not planned"
			}
			things = append(things, thing)
			continue
		}
		for _, grant := range v.held.grants {
			if text.Loose(grant.Role.Name) == text.Loose(role.Name) {
				things = append(things, fmt.Sprintf("the role %q, which may be %q with a new name", role.Name, grant.Role.Name))
				break
			}
		}
	}
	return things
}

// isGap tells whether a subject is that of a finding on evidence that could not be read.
func (f *Facts) isGap(subject string) bool {
	for _, s := range sources {
		if gap, unread := s.missed(f); unread && subject == cmp.Or(gap.Request, s.info().Request) {
			return true
		}
	}
	return false
}
