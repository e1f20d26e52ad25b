package audit_test

import (
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"net/netip"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

// The oracle is a second judge, written from the public contract and not from the first one: it expands wildcards, scopes, divisions and
// address ranges to all that they stand for, and decides by looking for what is needed among that. It is slow and knows no messages.

// claim is a finding that the contract demands: of which check, with which status, about what. Where the contract leaves open which of
// several things that is, any of the subjects will do; without subjects, any at all.
type claim struct {
	check    audit.Check
	status   audit.Status
	subjects []string
	optional bool // it may be left out: another claim says as much
}

func (c claim) covers(finding audit.Finding) bool {
	return c.check == finding.Check && c.status == finding.Status && (c.subjects == nil || slices.Contains(c.subjects, finding.Subject))
}

// opinion is what the oracle has to say of a trial, waivers aside.
type opinion struct {
	claims   []claim
	examined map[audit.Check]bool // the checks that apply; those on required permissions are not told apart
	noClient bool                 // there is no client to look at, or it is not known which
}

type oracle struct {
	*trial
	opinion
	client  *audit.Client
	consent *audit.Authorization  // nil: the organization's own client
	anyOf   map[string][][]string // by topic: lists of permissions of which one may be enough, or not
}

func (o *oracle) examine(check audit.Check) { o.examined[check] = true }

func (o *oracle) claim(check audit.Check, status audit.Status, subjects ...string) {
	o.examine(check)
	o.claims = append(o.claims, claim{check: check, status: status, subjects: subjects})
}

// consult is the oracle's opinion of a trial.
func consult(tr *trial) opinion {
	o := &oracle{trial: tr, opinion: opinion{examined: map[audit.Check]bool{}}, anyOf: map[string][][]string{}}
	o.judgeRegion()
	o.judgeNetwork()
	if o.noClient = !o.findClient(); o.noClient {
		return o.opinion
	}
	o.judgeClient()
	o.judgeScopes()
	o.judgeRights()
	return o.opinion
}

func (o *oracle) judgeRegion() {
	req := o.req
	elsewhereIsFine := req.ApplicationRegion == "" || req.AllowCrossRegion
	if req.ApplicationRegion == "" && req.AllowedRegions == nil {
		return
	}
	o.examine(audit.CheckRegion)
	if elsewhereIsFine && req.AllowedRegions == nil {
		return
	}
	region := o.region
	switch {
	case region == "" && !o.gone[audit.SourceMediaRegions]:
		region = o.home
	case o.gone[audit.SourceToken] && o.gone[audit.SourceOrganization]:
		region = "" // no host of the region took a token
	}
	if region == "" {
		o.claim(audit.CheckRegion, audit.Unknown)
		return
	}
	if !elsewhereIsFine && region != req.ApplicationRegion {
		o.claim(audit.CheckRegion, audit.Fail, req.ApplicationRegion)
	}
	if req.AllowedRegions != nil && !slices.Contains(req.AllowedRegions, region) {
		o.claim(audit.CheckRegion, audit.Fail, region)
	}
}

// judgeNetwork looks for every single address of the application in the organization's allowlist.
func (o *oracle) judgeNetwork() {
	if len(o.req.EgressAddresses) == 0 {
		return
	}
	o.examine(audit.CheckNetwork)
	public := 0
	for _, egress := range o.req.EgressAddresses {
		if isPublic(egress) {
			public++
		} else {
			o.claim(audit.CheckNetwork, audit.Fail, egress.String(), egress.Addr().String())
		}
	}
	if public == 0 {
		return
	}
	if o.gone[audit.SourceSettings] || o.allowlist == nil {
		o.claim(audit.CheckNetwork, audit.Unknown)
		return
	}
	if len(o.allowlist) == 0 {
		return
	}
	allowed, illegible := map[netip.Addr]bool{}, false
	for _, entry := range o.allowlist {
		addresses := addressesOf(strings.TrimSpace(entry))
		illegible = illegible || addresses == nil
		for _, address := range addresses {
			allowed[address] = true
		}
	}
	for _, egress := range o.req.EgressAddresses {
		if !isPublic(egress) {
			continue
		}
		outside := slices.ContainsFunc(addressesOf(egress.String()), func(address netip.Addr) bool { return !allowed[address] })
		switch {
		case outside && illegible:
			o.claim(audit.CheckNetwork, audit.Unknown)
		case outside:
			o.claim(audit.CheckNetwork, audit.Fail, egress.String(), egress.Addr().String())
		}
	}
}

// isPublic tells whether every address can be the source of a packet on the internet.
func isPublic(egress netip.Prefix) bool {
	return !slices.ContainsFunc(addressesOf(egress.String()), func(a netip.Addr) bool {
		return !a.Is4() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified()
	})
}

// addressesOf are the addresses that an address or a CIDR stands for, IPv4 ones as such; nil when it is neither.
func addressesOf(text string) (all []netip.Addr) {
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		address, err := netip.ParseAddr(text)
		if err != nil || address.Zone() != "" {
			return nil
		}
		prefix = netip.PrefixFrom(address, address.BitLen())
	}
	for address := prefix.Masked().Addr(); prefix.Contains(address); address = address.Next() {
		all = append(all, address.Unmap())
	}
	return all
}

// findClient looks for the client that is meant, among the organization's own and then among those of others that have an authorization.
func (o *oracle) findClient() bool {
	o.examine(audit.CheckClient)
	organizationKnown := !o.gone[audit.SourceToken] && o.token.Organization.ID != "" ||
		!o.gone[audit.SourceOrganization] && o.organizationID != ""
	id, name := o.req.ClientID, ""
	if id == "" {
		name = o.req.ClientName
	}
	if id+name == "" {
		id = o.ownClientID
	}
	if id+name == "" && !o.gone[audit.SourceToken] {
		id = o.token.ClientID
	}
	if !organizationKnown || id+name == "" || o.gone[audit.SourceClients] {
		o.claim(audit.CheckClient, audit.Unknown)
		return false
	}
	meant := func(c *audit.Client) bool { return c.ID == id || name != "" && c.Name == name }
	found := 0
	for i := range o.clients {
		if meant(&o.clients[i]) {
			o.client = &o.clients[i]
			found++
		}
	}
	if found == 0 && o.gone[audit.SourceAuthorizations] {
		o.claim(audit.CheckClient, audit.Unknown)
		return false
	}
	for i := range o.authorizations {
		if o.client == nil || o.consent != nil { // an own client of the name is the one that is meant
			if meant(&o.authorizations[i].Client) {
				o.client, o.consent = &o.authorizations[i].Client, &o.authorizations[i]
				found++
			}
		}
	}
	if found != 1 {
		o.claim(audit.CheckClient, audit.Fail, id+name)
	}
	return found == 1
}

func (o *oracle) borrowsUser() bool {
	return slices.Contains([]string{"CODE", "TOKEN", "SAML2-BEARER", "PASSWORD"}, o.client.GrantType)
}

func (o *oracle) isServer() bool { return o.client.GrantType == "CLIENT-CREDENTIALS" }

// judgeClient judges what stands on the client itself and on its authorization.
func (o *oracle) judgeClient() {
	c := o.client
	o.judgeState()
	if o.consent != nil {
		o.examine(audit.CheckAuthorization)
		switch {
		case o.consent.Pending, slices.Contains([]string{"Requested", "Revoked", "Unauthorized"}, o.consent.State):
			o.claim(audit.CheckAuthorization, audit.Fail, c.Name)
		case o.consent.State != "Authorized":
			o.claim(audit.CheckAuthorization, audit.Unknown, c.Name)
		}
	}
	o.examine(audit.CheckGrantType)
	switch allowed := o.req.AllowedGrantTypes; {
	case !o.isServer() && !o.borrowsUser():
		o.claim(audit.CheckGrantType, audit.Unknown)
	case allowed != nil && !slices.Contains(allowed, c.GrantType):
		o.claim(audit.CheckGrantType, audit.Fail, c.GrantType)
	case allowed == nil && o.borrowsUser():
		o.claim(audit.CheckGrantType, audit.Warn, c.GrantType)
	}
	if c.GrantType == "TOKEN" {
		o.claim(audit.CheckGrantType, audit.Warn, c.GrantType)
	}
	o.judgeUser()
	for _, endpoint := range o.req.Endpoints {
		if o.isServer() && conditions(endpoint)[catalog.UserOnly] != nil || o.borrowsUser() && conditions(endpoint)[catalog.ClientCredentialsOnly] != nil {
			o.claim(audit.CheckGrantType, audit.Fail, endpoint.Written)
		}
	}
	if most := o.req.MaxTokenValiditySeconds; most != nil {
		o.examine(audit.CheckTokenValidity)
		switch {
		case c.TokenValiditySeconds == nil || *c.TokenValiditySeconds <= 0:
			o.claim(audit.CheckTokenValidity, audit.Unknown, c.Name)
		case *c.TokenValiditySeconds > *most:
			o.claim(audit.CheckTokenValidity, audit.Fail, c.Name)
		}
	}
}

// judgeUser judges the user that is named, if that matters.
func (o *oracle) judgeUser() {
	switch {
	case o.req.UserID == "":
	case o.isServer():
		o.claim(audit.CheckUser, audit.Warn, o.req.UserID)
	case !o.borrowsUser():
	case o.gone[audit.SourceAccount]:
		o.claim(audit.CheckUser, audit.Unknown)
	case !o.account.Exists, slices.Contains([]string{"inactive", "deleted"}, o.account.State):
		o.claim(audit.CheckUser, audit.Fail, o.req.UserID)
	case o.account.State != "active":
		o.claim(audit.CheckUser, audit.Unknown, o.req.UserID)
	default:
		o.examine(audit.CheckUser)
	}
}

func (o *oracle) judgeState() {
	c := o.client
	if o.consent != nil && c.State == "" && c.DateToDelete == "" {
		return // another organization's business
	}
	o.examine(audit.CheckClientState)
	switch {
	case c.State == "disabled", c.State == "inactive", c.DateToDelete != "":
		o.claim(audit.CheckClientState, audit.Fail, c.Name)
	case c.State != "active":
		o.claim(audit.CheckClientState, audit.Unknown, c.Name)
	}
}

// scopeSet is everything that a list of scopes stands for: x stands for x:readonly too.
func scopeSet(names []string) map[string]bool {
	set := map[string]bool{}
	for _, name := range names {
		set[name], set[name+":readonly"] = true, true
	}
	return set
}

// scopeNeed is one scope that is needed, or several of which one is enough.
type scopeNeed struct {
	options []string
	certain bool // false: needed only if the grant type, which is not known, is one of a user's
}

func (n scopeNeed) metBy(set map[string]bool) bool {
	return slices.ContainsFunc(n.options, func(option string) bool { return set[option] })
}

// scopeNeeds are the scopes needed, and the endpoints of which it is not known what they need.
func (o *oracle) scopeNeeds() (list []scopeNeed, unclear []string) {
	for _, name := range o.req.RequiredScopes {
		list = append(list, scopeNeed{[]string{name}, true})
	}
	if o.req.NotificationTopics != nil && !o.isServer() {
		list = append(list, scopeNeed{[]string{"notifications"}, o.borrowsUser()})
	}
	for _, endpoint := range o.req.Endpoints {
		if c := conditions(endpoint)[catalog.ClientCredentialsOnly]; c != nil && o.isServer() {
			for _, name := range c.Scopes {
				list = append(list, scopeNeed{[]string{name}, true})
			}
		}
		published := endpoint.Source == catalog.Published
		if published && o.isServer() {
			continue // the platform ignores scopes here
		}
		certain := !published || o.borrowsUser()
		switch endpoint.ScopesMatch {
		case catalog.All:
			for _, name := range endpoint.Scopes {
				list = append(list, scopeNeed{[]string{name}, certain})
			}
		case catalog.Any:
			list = append(list, scopeNeed{endpoint.Scopes, certain})
		case catalog.Unknown:
			unclear = append(unclear, endpoint.Written)
		}
	}
	return list, unclear
}

func (o *oracle) judgeScopes() {
	names, shown := o.client.Scopes, o.client.ScopesShown
	if o.consent != nil {
		names, shown = o.consent.Scopes, o.consent.Scopes != nil
	}
	shown = shown || o.isServer()
	has := scopeSet(names)
	list, unclear := o.scopeNeeds()
	if len(list) > 0 {
		o.examine(audit.CheckScope)
	}
	for _, endpoint := range unclear {
		o.claim(audit.CheckScope, audit.Unknown, endpoint)
	}
	both := has // a call of another organization's client takes both
	if o.consent != nil {
		both = map[string]bool{}
		for name := range scopeSet(o.client.Scopes) {
			both[name] = has[name]
		}
	}
	for _, need := range list {
		switch {
		case !shown:
			o.claim(audit.CheckScope, audit.Unknown, o.client.Name)
		case need.metBy(has) && o.consent != nil && !o.client.ScopesShown:
			o.claim(audit.CheckScope, audit.Unknown, o.client.Name)
		case need.metBy(both):
		case need.certain:
			o.claim(audit.CheckScope, audit.Fail, need.options...)
		default: // that the scope is missing may have been said already, of one that is needed for certain
			said := slices.ContainsFunc(list, func(other scopeNeed) bool {
				return other.certain && !other.metBy(both) && overlap(other.options, need.options)
			})
			o.claims = append(o.claims, claim{audit.CheckScope, audit.Unknown, need.options, said})
		}
	}
	o.judgeScopeLimits(names, shown, has)
	o.judgeScopeNames(names)
	o.judgeToken(list, shown, has)
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(name string) bool { return slices.Contains(b, name) })
}

func (o *oracle) judgeScopeLimits(names []string, shown bool, has map[string]bool) {
	if o.req.AllowedScopes != nil {
		o.examine(audit.CheckScopeExcess)
		required, complete := slices.Concat(o.req.RequiredScopes, o.req.AllowedScopes), true
		if o.req.NotificationTopics != nil {
			required = append(required, "notifications")
		}
		for _, endpoint := range o.req.Endpoints {
			required = append(required, endpoint.Scopes...)
			complete = complete && endpoint.ScopesMatch != catalog.Unknown
		}
		for _, name := range names {
			switch {
			case !shown || slices.Contains(required, name):
			case complete:
				o.claim(audit.CheckScopeExcess, audit.Fail, name)
			default:
				o.claim(audit.CheckScopeExcess, audit.Unknown, name)
			}
		}
		if !shown {
			o.claim(audit.CheckScopeExcess, audit.Unknown)
		}
	}
	for _, name := range o.req.ForbiddenScopes {
		o.examine(audit.CheckScopeForbidden)
		switch {
		case !shown:
			o.claim(audit.CheckScopeForbidden, audit.Unknown)
		case has[name], scopeSet(plainly(names...))[plainly(name)[0]]:
			o.claim(audit.CheckScopeForbidden, audit.Fail, name)
		}
	}
}

// judgeScopeNames looks for the scopes that someone wrote down in the platform's list, unless the client shows that they exist.
func (o *oracle) judgeScopeNames(held []string) {
	written := slices.Concat(o.req.RequiredScopes, o.req.ForbiddenScopes)
	for _, endpoint := range o.req.Endpoints {
		if endpoint.Source == catalog.IntegrationReport {
			written = append(written, endpoint.Scopes...)
		}
	}
	if len(written) > 0 {
		o.examine(audit.CheckScopeUnknown)
	}
	for _, name := range written {
		switch {
		case slices.Contains(held, name), slices.Contains(o.client.Scopes, name):
		case o.gone[audit.SourceScopes]:
			o.claim(audit.CheckScopeUnknown, audit.Unknown)
		case !slices.Contains(o.scopes, name):
			o.claim(audit.CheckScopeUnknown, audit.Warn, name)
		}
	}
}

// judgeToken compares the provider's own token, where it is the client's, with what the client has by now.
func (o *oracle) judgeToken(list []scopeNeed, shown bool, has map[string]bool) {
	token := o.token
	if o.gone[audit.SourceToken] {
		token = audit.Token{}
	}
	owners := slices.DeleteFunc([]string{token.ClientID, o.ownClientID}, func(id string) bool { return id == "" })
	mine := slices.Contains(plainly(owners...), plainly(o.client.ID)[0])
	if len(list) == 0 || !mine && len(owners) > 0 {
		return
	}
	if o.gone[audit.SourceToken] {
		o.claim(audit.CheckTokenScope, audit.Unknown)
		return
	}
	if o.isServer() && len(token.AuthorizedScopes) == 0 || !shown {
		return // what the client has is not shown: the check on its scopes says so
	}
	if mine {
		o.examine(audit.CheckTokenScope)
	}
	issued := scopeSet(token.AuthorizedScopes)
	for _, need := range list {
		if !need.metBy(has) || need.metBy(issued) {
			continue
		}
		if mine && (o.isServer() || o.borrowsUser()) {
			o.claim(audit.CheckTokenScope, audit.Fail, need.options...)
		} else {
			o.claim(audit.CheckTokenScope, audit.Unknown, need.options...)
		}
	}
}

// holding is a role that the subject has somewhere.
type holding struct {
	access.Role
	place string
	gone  bool            // the organization does not have the role any more
	list  []access.Policy // of a user: what the role permits as the organization lists it
	free  map[string]bool // of a user: what the role itself shows that it gives without a condition; nil: what is shown here is all there is
}

// hides tells whether more than what is shown may be in the role.
func (h holding) hides(permission string) bool {
	return strings.Contains(permission, ":") && (!h.PoliciesShown || slices.ContainsFunc(slices.Concat(h.Policies, h.list), func(p access.Policy) bool {
		return p.Actions == nil || slices.ContainsFunc(append([]string{p.Domain, p.Entity}, p.Actions...), func(segment string) bool {
			return !legible.MatchString(segment)
		})
	}))
}

// legible is a segment of which it is known what it stands for.
var legible = regexp.MustCompile(`^(\*|[^*:\s\pZ]+)$`)

// plainly are names without what may or may not tell them apart.
func plainly(names ...string) (plain []string) {
	for _, name := range names {
		plain = append(plain, strings.ToLower(strings.TrimSpace(name)))
	}
	return plain
}

// plainly is the role with such names in its policies, and as its own. What is still not legible then is not shown.
func (h holding) plainly() holding {
	h.Name, h.ID = plainly(h.Name)[0], plainly(h.ID)[0]
	h.Policies = slices.Clone(h.Policies)
	for i, p := range h.Policies {
		segments := plainly(append([]string{p.Domain, p.Entity}, p.Actions...)...)
		for j, segment := range segments {
			if !legible.MatchString(segment) {
				segments[j] = ""
			}
		}
		h.Policies[i] = access.Policy{Domain: segments[0], Entity: segments[1], Actions: segments[2:], Conditional: p.Conditional}
	}
	return h
}

// right is one permission in one division, even if only under a condition.
type right struct {
	permission, place string
	conditional       bool
}

// asListed is the role as the organization lists it, which may permit more than what is shown of a user.
func (h holding) asListed() holding {
	h.Policies = h.list
	return h
}

// imaginable are all permissions that a role can give, with those of a domain, an entity or an action that is not shown, whose name is
// empty: only a wildcard stands for it.
var imaginable = func() (all [][3]string) {
	for _, p := range everyPermission(append([]string{""}, worldDomains...), append([]string{""}, worldEntities...)) {
		all = append(all, p, [3]string{p[0], p[1], ""})
	}
	return all
}()

// rights are all that the role gives.
func (h holding) rights() (all []right) {
	for _, policy := range h.Policies {
		for _, p := range imaginable {
			if !stands(policy.Domain, p[0]) || !stands(policy.Entity, p[1]) {
				continue
			}
			for _, action := range policy.Actions {
				if stands(action, p[2]) {
					all = append(all, right{named(p), h.place, policy.Conditional || h.free != nil && !h.free[named(p)]})
				}
			}
		}
	}
	for _, name := range h.FlatPermissions {
		all = append(all, right{name, h.place, false})
	}
	return all
}

// judgeRights judges everything about roles and permissions.
func (o *oracle) judgeRights() {
	var needs []demand
	var together [][]string
	var written, ofEndpoints []string
	for _, name := range o.req.RequiredPermissions {
		needs = append(needs, demand{options: []string{name}})
	}
	for _, endpoint := range o.req.Endpoints {
		ofEndpoints = append(ofEndpoints, endpoint.Roles...)
		inAll := conditions(endpoint)[catalog.AllDivisions] != nil
		switch match := endpoint.PermissionsMatch; {
		case o.isUndecided(endpoint):
		case match == catalog.Any:
			needs = append(needs, demand{options: endpoint.Permissions, inAll: inAll})
		case match == catalog.All:
			for _, name := range endpoint.Permissions {
				needs = append(needs, demand{options: []string{name}, inAll: inAll})
			}
			together, written = append(together, endpoint.Permissions), append(written, endpoint.Written)
		case match == catalog.Unknown:
			o.claim(audit.CheckPermission, audit.Unknown, endpoint.Written)
		}
	}
	needs = append(needs, o.needsOfTopics()...)
	roles := slices.Concat(o.req.RequiredRoles, ofEndpoints)
	var asked []audit.Check
	for check, is := range map[audit.Check]bool{
		audit.CheckRole: len(roles) > 0, audit.CheckRoleExcess: o.req.AllowedRoles != nil, audit.CheckRoleForbidden: len(o.req.ForbiddenRoles) > 0,
		audit.CheckPermission: len(needs) > 0, audit.CheckPermissionForbidden: len(o.req.ForbiddenPermissions) > 0,
		audit.CheckPermissionExcess: o.req.AllowedPermissions != nil, audit.CheckRoleDivision: len(o.req.RoleDivisions) > 0,
	} {
		if is {
			asked = append(asked, check)
			o.examine(check)
		}
	}
	places := o.placesRequired()
	holdings, known := o.holdings()
	if !known {
		for _, check := range asked {
			o.claim(check, audit.Unknown)
		}
		o.judgeConditions(nil, nil)
		return
	}
	there := slices.DeleteFunc(slices.Clone(holdings), func(h holding) bool { return h.gone })
	o.judgeRoles(roles, there)
	o.judgePlacesOfRoles(ofEndpoints, there, places)
	o.judgeRoleLimits(roles, holdings)
	o.judgePermissions(needs, together, written, there, places)
	o.judgePolicies(needs, o.grades(there), places)
	o.judgeConditions(o.grades(there), places)
	o.judgeForbiddenPermissions(holdings)
	o.judgeAllowedPermissions(holdings)
	o.judgeRoleDivisions(there)
}

// holdings are the roles of the subject: the client itself, or the user that it acts for.
func (o *oracle) holdings() (list []holding, known bool) {
	listed := map[string]access.Role{}
	for _, role := range o.roles {
		listed[role.ID] = role
	}
	switch {
	case o.gone[audit.SourceRoles]:
		return nil, false
	case o.isServer():
		if o.consent != nil || !o.client.GrantsShown {
			return nil, false
		}
		for _, grant := range o.client.Grants {
			role, ok := listed[grant.RoleID]
			role.ID = grant.RoleID
			list = append(list, holding{Role: role, place: grant.DivisionID, gone: !ok})
		}
		return list, true
	case !o.borrowsUser() || o.req.UserID == "" || o.gone[audit.SourceUser]:
		return nil, false
	}
	for _, grant := range o.user.Grants {
		shown := grant.Role
		role, ok := listed[shown.ID]
		free := map[string]bool{}
		for _, r := range (holding{Role: role}).rights() {
			free[r.permission] = free[r.permission] || !r.conditional
		}
		shown.FlatPermissions = role.FlatPermissions
		if role.Name != "" {
			shown.Name = role.Name
		}
		list = append(list, holding{Role: shown, place: grant.Division.ID, gone: !ok, free: free, list: role.Policies})
	}
	return list, true
}

func (o *oracle) judgeRoles(roles []string, holdings []holding) {
	for _, role := range roles {
		switch {
		case !o.isHeld(holdings, role):
			o.claim(audit.CheckRole, audit.Fail, role)
		case o.isAmbiguous(role, holdings):
			o.claim(audit.CheckRole, audit.Unknown, role)
		}
	}
}

// judgePlacesOfRoles looks for the roles that endpoints need in every required division.
func (o *oracle) judgePlacesOfRoles(roles []string, holdings []holding, places []string) {
	for _, role := range roles {
		if !o.isHeld(holdings, role) {
			continue
		}
		in := func(place string) bool {
			return o.isHeld(slices.DeleteFunc(slices.Clone(holdings), func(h holding) bool { return h.place != place && h.place != everywhere }), role)
		}
		least, most := o.reachOfNamesakes(role, holdings, places)
		switch {
		case slices.ContainsFunc(places, func(place string) bool { return !in(place) }), most < len(places):
			o.claim(audit.CheckPermissionDivision, audit.Fail, role)
		case least < len(places):
			o.claim(audit.CheckPermissionDivision, audit.Unknown, role)
		case len(o.req.Divisions) == 0 && !in(everywhere):
			o.claim(audit.CheckPermissionDivision, audit.Warn, role)
		}
	}
}

// reachOfNamesakes is in how many of the places the held roles of a name are held: the one that reaches least, and the one that reaches most. Those
// that are required by their ids are meant, if there are any.
func (o *oracle) reachOfNamesakes(name string, holdings []holding, places []string) (least, most int) {
	reach, meant := map[string]int{}, map[string]int{}
	for _, h := range holdings {
		if h.ID != name && (o.isRoleID(name) || h.Name != name) {
			continue
		}
		count := 0
		for _, place := range places {
			if slices.ContainsFunc(holdings, func(other holding) bool {
				return other.ID == h.ID && (other.place == place || other.place == everywhere)
			}) {
				count++
			}
		}
		reach[h.ID] = count
		if slices.Contains(o.req.RequiredRoles, h.ID) {
			meant[h.ID] = count
		}
	}
	if len(meant) > 0 {
		reach = meant
	}
	counts := slices.Collect(maps.Values(reach))
	return slices.Min(counts), slices.Max(counts)
}

// isAmbiguous tells whether the organization has a role of that name which is not held, while the requirement names none that is held by id.
func (o *oracle) isAmbiguous(name string, holdings []holding) bool {
	var isHeld, isNot, isNamed bool
	for _, r := range o.roles {
		if r.Name == name {
			held := isAmong(holdings, r.ID) && slices.ContainsFunc(holdings, func(h holding) bool { return h.ID == r.ID })
			isHeld, isNot, isNamed = isHeld || held, isNot || !held, isNamed || held && slices.Contains(o.req.RequiredRoles, r.ID)
		}
	}
	return !o.isRoleID(name) && isHeld && isNot && !isNamed
}

// isRoleID tells whether a text is the id of a role, and so no other one's name.
func (o *oracle) isRoleID(text string) bool {
	return slices.ContainsFunc(o.roles, func(r access.Role) bool { return r.ID == text })
}

func (o *oracle) isHeld(holdings []holding, role string) bool {
	if o.isRoleID(role) {
		return slices.ContainsFunc(holdings, func(h holding) bool { return h.ID == role })
	}
	return isAmong(holdings, role)
}

func isAmong(holdings []holding, role string) bool {
	return slices.ContainsFunc(holdings, func(h holding) bool { return h.ID == role || h.Name == role })
}

func (o *oracle) judgeRoleLimits(required []string, holdings []holding) {
	for _, h := range holdings {
		accepted := slices.Concat(required, o.req.AllowedRoles)
		isAccepted := slices.Contains(accepted, h.ID) || h.Name != "" && slices.Contains(accepted, h.Name) && !o.isRoleID(h.Name)
		switch {
		case o.req.AllowedRoles == nil || isAccepted:
		case h.Name == "":
			o.claim(audit.CheckRoleExcess, audit.Unknown, h.ID)
		default:
			o.claim(audit.CheckRoleExcess, audit.Fail, h.Name)
		}
		if len(o.req.ForbiddenRoles) > 0 && h.Name == "" && !slices.Contains(o.req.ForbiddenRoles, h.ID) {
			o.claim(audit.CheckRoleForbidden, audit.Unknown, h.ID)
		}
	}
	for _, role := range o.req.ForbiddenRoles {
		if isAmong(holdings, role) || slices.ContainsFunc(holdings, func(h holding) bool { return isAmong([]holding{h.plainly()}, plainly(role)[0]) }) {
			o.claim(audit.CheckRoleForbidden, audit.Fail, role)
		}
	}
}

// everywhere is the place of a grant in all divisions.
const everywhere = "*"

// placesRequired are the divisions in which a permission must hold.
func (o *oracle) placesRequired() (places []string) {
	for _, name := range o.req.Divisions {
		if name == everywhere {
			places = append(places, everywhere)
			continue
		}
		if o.gone[audit.SourceDivisions] {
			o.claim(audit.CheckPermissionDivision, audit.Unknown)
			continue
		}
		if found := o.placesOf(name); len(found) == 1 {
			places = append(places, found...)
		} else {
			o.claim(audit.CheckPermissionDivision, audit.Fail, name)
		}
	}
	return places
}

// placesOf are the divisions of a name or an id.
func (o *oracle) placesOf(name string) (found []string) {
	for _, division := range o.divisions {
		if division.ID == name || division.Name == name {
			found = append(found, division.ID)
		}
	}
	return found
}

// grade is what is wrong with a permission in a place, the worse the higher.
type grade int

const (
	isFree grade = iota
	isConditional
	placeIsUnclear
	isUnclear
	isElsewhere
	isMissing
	isUnavailable
)

// grades tells what is wrong with a permission in a division, or in all of them taken for one (the empty place).
func (o *oracle) grades(holdings []holding) func(name, place string) grade {
	existing := map[string]audit.Permission{}
	for _, p := range o.permissions {
		existing[p.Name] = p
	}
	blind := o.gone[audit.SourcePermissions]
	var all []right
	for _, h := range holdings {
		all = append(all, h.rights()...)
	}
	return func(name, place string) grade {
		isFlat := !strings.Contains(name, ":")
		p, exists := existing[name]
		if !isFlat && !blind && !exists {
			return isUnavailable
		}
		wherever := place == "" || !isFlat && !blind && !p.DivisionAware
		var somewhere, here, freeHere bool
		for _, r := range all {
			if r.permission == name {
				in := wherever || r.place == place || r.place == everywhere
				somewhere, here, freeHere = true, here || in, freeHere || in && !r.conditional
			}
		}
		hidden := slices.ContainsFunc(holdings, func(h holding) bool {
			return h.hides(name) && !slices.Contains(h.rights(), right{name, h.place, false})
		})
		switch {
		case freeHere, here && o.req.AcceptConditionalGrants:
			return isFree
		case here:
			return isConditional
		case somewhere && (hidden || blind && !isFlat):
			return placeIsUnclear
		case somewhere:
			return isElsewhere
		case hidden:
			return isUnclear
		default:
			return isMissing
		}
	}
}

// judgePermissions grades every need in every place by the best of its options. What is worst speaks for the need.
func (o *oracle) judgePermissions(needs []demand, together [][]string, written []string, holdings []holding, places []string) {
	named := ""
	for _, need := range needs {
		named += strings.Join(need.options, "")
	}
	for _, endpoint := range o.req.Endpoints { // what may be needed has to exist, too
		for _, condition := range endpoint.Conditions {
			named += strings.Join(condition.Permissions, "")
		}
		if o.isUndecided(endpoint) {
			for _, list := range o.lists(endpoint) {
				named += strings.Join(list.Permissions, "")
			}
		}
	}
	blind := o.gone[audit.SourcePermissions]
	if blind && strings.Contains(named, ":") {
		o.claim(audit.CheckPermissionUnavailable, audit.Unknown)
	}
	grade := o.grades(holdings)
	if len(places) == 0 {
		places = []string{""}
	}
	for _, need := range needs {
		options, places := need.options, places
		if need.inAll {
			places = append([]string{everywhere}, slices.DeleteFunc(slices.Clone(places), func(place string) bool { return place == "" })...)
		}
		worst, names := isFree, []string(nil)
		for _, place := range places {
			best, of := isUnavailable+1, []string(nil)
			for _, name := range options {
				switch g := grade(name, place); {
				case g < best:
					best, of = g, []string{name}
				case g == best:
					of = append(of, name)
				}
			}
			switch {
			case best > worst || names == nil:
				worst, names = best, of
			case best == worst:
				names = append(names, of...)
			}
		}
		o.claimGrade(worst, names)
		if worst == isFree && len(o.req.Divisions) == 0 && !blind && !need.inAll && !slices.ContainsFunc(options, func(name string) bool {
			return grade(name, "") == isFree && (!strings.Contains(name, ":") || grade(name, everywhere) <= isConditional)
		}) && slices.ContainsFunc(holdings, func(h holding) bool { // one that gives it is granted wherever
			return !o.isPlaced(h) && slices.ContainsFunc(h.rights(), func(r right) bool { return slices.Contains(options, r.permission) })
		}) {
			o.claim(audit.CheckPermissionDivision, map[bool]audit.Status{true: audit.Unknown, false: audit.Warn}[need.ofObject], names...)
		}
	}
	if len(o.req.Divisions) > 0 {
		return
	}
	for i, list := range together {
		o.judgeTogether(list, written[i], grade)
	}
}

// needsOfTopics are the permissions that the topics need.
func (o *oracle) needsOfTopics() (needs []demand) {
	for _, name := range o.req.NotificationTopics {
		o.examine(audit.CheckEndpoint)
		if o.gone[audit.SourceTopics] {
			o.claim(audit.CheckEndpoint, audit.Unknown)
			continue
		}
		i := slices.IndexFunc(o.topics, func(t audit.Topic) bool {
			return regexp.MustCompile("^" + strings.ReplaceAll(t.Name, "{id}", `(7|u-1|\{id\})`) + "$").MatchString(name)
		})
		if i < 0 {
			o.claim(audit.CheckEndpoint, audit.Fail, name)
			continue
		}
		needs = append(needs, o.needsOfTopic(o.topics[i], name)...)
	}
	return needs
}

func (o *oracle) needsOfTopic(topic audit.Topic, name string) (needs []demand) {
	isOff := func(enforced *bool) bool { return enforced != nil && !*enforced }
	if isOff(topic.Enforced) {
		return nil
	}
	segments := strings.Split(name, ".")
	isUsers := o.borrowsUser() && segments[1] == "users" && segments[2] != "{id}"
	isOwn := isUsers && segments[2] == o.req.UserID
	participant := func() {
		switch {
		case o.isServer():
			o.claim(audit.CheckEndpoint, audit.Fail, name)
		case o.borrowsUser():
			o.claim(audit.CheckEndpoint, audit.Warn, name)
		default:
			o.claim(audit.CheckEndpoint, audit.Unknown, name)
		}
	}
	// Each entry is one condition; all have to hold.
	var all []func()
	addNeeds := func(permissions []string, inDivision, free bool) {
		for _, permission := range permissions {
			if !free || !isOwn {
				needs = append(needs, demand{options: []string{permission}, ofObject: inDivision})
			}
		}
	}
	named := map[string]bool{}
	for _, detail := range topic.Details {
		for _, permission := range detail.Permissions {
			named[permission] = true
		}
		all = append(all, func() {
			switch {
			case isOff(detail.Enforced), detail.AllowsCurrentUser && isOwn:
			case detail.Permissions == nil && strings.HasSuffix(detail.Type, "Permissions"):
				o.claim(audit.CheckEndpoint, audit.Unknown, name)
			case detail.Type == "requiresPermissions", detail.Type == "requiresDivisionPermissions":
				addNeeds(detail.Permissions, strings.Contains(detail.Type, "Division"), detail.AllowsCurrentUser)
			case detail.Type == "requiresAnyDivisionPermissions":
				needs = append(needs, demand{options: detail.Permissions})
				o.anyOf[name] = append(o.anyOf[name], detail.Permissions)
			case detail.Type == "requiresUserBeConversationParticipant":
				participant()
			case detail.Type == "requiresCurrentUser":
				o.judgeTopicUser(name, isUsers, isOwn, participant)
			default:
				o.claim(audit.CheckEndpoint, audit.Unknown, name)
			}
		})
	}
	if beside := slices.DeleteFunc(slices.Clone(topic.Permissions), func(permission string) bool { return named[permission] }); len(beside) > 0 {
		all = append(all, func() { addNeeds(beside, topic.DivisionPermissions, topic.CurrentUserOrPermission) })
	}
	if topic.CurrentUser && !slices.ContainsFunc(topic.Details, func(d audit.TopicDetail) bool { return d.Type == "requiresCurrentUser" }) {
		all = append(all, func() { o.judgeTopicUser(name, isUsers, isOwn, participant) })
	}
	if topic.Permissions == nil || topic.Details == nil {
		o.claim(audit.CheckEndpoint, audit.Unknown, name)
		if topic.AnyIsEnough {
			return nil
		}
	} else if topic.AnyIsEnough && len(all) > 1 {
		o.claim(audit.CheckEndpoint, audit.Unknown, name)
		return nil
	}
	for _, hold := range all {
		hold()
	}
	return needs
}

// judgeTopicUser judges a topic that only its own user may have.
func (o *oracle) judgeTopicUser(name string, isUsers, isOwn bool, participant func()) {
	switch {
	case isOwn:
	case o.isServer(), strings.HasPrefix(name, "v2.users.{"):
		participant()
	case o.req.UserID == "", !isUsers:
		o.claim(audit.CheckEndpoint, audit.Unknown, name)
	default:
		o.claim(audit.CheckEndpoint, audit.Fail, name)
	}
}

// judgePolicies asks of every policy whether it can deny a permission, and whether it must, under everything that is not known of it.
func (o *oracle) judgePolicies(needs []demand, grade func(name, place string) grade, places []string) {
	if len(places) == 0 {
		places = []string{""}
	}
	certain := len(needs)
	needs = slices.Clone(needs)
	for _, lists := range o.anyOf {
		for _, name := range slices.Concat(lists...) {
			needs = append(needs, demand{options: []string{name}})
		}
	}
	for _, endpoint := range o.req.Endpoints {
		if more := conditions(endpoint)[catalog.MayNeed]; more != nil {
			for _, name := range more.Permissions {
				needs = append(needs, demand{options: []string{name}})
			}
		}
		if !o.isUndecided(endpoint) || conditions(endpoint)[catalog.Own] != nil && o.borrowsUser() && !o.isOthers(endpoint) {
			continue
		}
		for _, list := range o.lists(endpoint) {
			if list.PermissionsMatch == catalog.Any {
				needs = append(needs, demand{options: list.Permissions})
				continue
			}
			for _, name := range list.Permissions {
				needs = append(needs, demand{options: []string{name}})
			}
		}
	}
	for i := range needs {
		if needs[i].isCertain = i < certain; !strings.Contains(strings.Join(needs[i].options, ""), ":") {
			needs[i].options = nil
		}
	}
	needs = slices.DeleteFunc(needs, func(need demand) bool { return need.options == nil })
	if o.req.IgnoreAccessPolicies || len(needs) == 0 {
		return
	}
	o.examine(audit.CheckAccessPolicy)
	if o.gone[audit.SourcePolicies] {
		o.claim(audit.CheckAccessPolicy, audit.Unknown)
		return
	}
	for _, need := range needs {
		ofPlaces := places
		if need.inAll {
			ofPlaces = append([]string{everywhere}, slices.DeleteFunc(slices.Clone(places), func(place string) bool { return place == "" })...)
		}
		var fails, doubts []string
		for _, place := range ofPlaces {
			best := isUnavailable
			for _, name := range need.options {
				best = min(best, grade(name, place))
			}
			options := slices.DeleteFunc(slices.Clone(need.options), func(name string) bool { return grade(name, place) > best })
			var denied, doubtful []string
			for _, name := range options {
				can, must := false, false
				for _, policy := range o.policies {
					canDeny, mustDeny := o.denial(policy, name)
					can, must = can || canDeny, must || mustDeny
				}
				if must {
					denied = append(denied, name)
				} else if can {
					doubtful = append(doubtful, name)
				}
			}
			switch {
			case len(denied)+len(doubtful) < len(options): // one is free
			case doubtful != nil:
				doubts = append(doubts, doubtful...)
			default:
				fails = append(fails, denied...)
			}
		}
		switch {
		case fails == nil && doubts == nil:
		case fails == nil || !need.isCertain:
			o.claim(audit.CheckAccessPolicy, audit.Unknown, slices.Concat(doubts, fails)...)
		default:
			o.claim(audit.CheckAccessPolicy, audit.Fail, fails...)
		}
	}
}

// maybe is what can be and what must be.
type maybe struct{ can, must bool }

var (
	yes     = maybe{true, true}
	no      = maybe{}
	perhaps = maybe{can: true}
)

func known(flag *bool) maybe {
	if flag == nil {
		return perhaps
	}
	return maybe{*flag, *flag}
}

func (o *oracle) denial(p audit.AccessPolicy, name string) (can, must bool) {
	target := no
	switch segments := strings.Split(p.Target, ":"); {
	case len(segments) != 3: // not what the platform documents
		target = perhaps
	case p.Target == name:
		target = yes
	case strings.EqualFold(p.Target, name):
		target = perhaps
	case !strings.Contains(name, ":"):
	case covers([3]string(segments), [3]string(strings.Split(name, ":"))):
		target = perhaps
	}
	reach := known(p.AppliesToClients)
	isOfUsers := slices.Contains([]string{"ALL", "USER", "GROUP", "TEAM"}, p.SubjectType)
	if reach == no && (!o.isServer() || !isOfUsers) {
		reach = perhaps
	}
	subject := perhaps
	switch {
	case p.SubjectType == "ALL":
		subject = yes
	case p.SubjectID == "":
	case p.SubjectType == "USER" && o.isServer():
		subject = no
	case p.SubjectType == "USER" && o.borrowsUser() && o.req.UserID != "":
		subject = known(new(p.SubjectID == o.req.UserID))
	case p.SubjectType == "CLIENT" && p.SubjectID != o.client.ID:
		subject = no
	case p.SubjectType == "CLIENT" && o.isServer():
		subject = yes
	}
	effect := subject
	switch {
	case p.Effect != "DENY":
		effect = perhaps
	case p.Conditional:
		effect.must = false
	}
	can, must = true, true
	for _, m := range []maybe{target, known(p.Active), reach, effect} {
		can, must = can && m.can, must && m.must
	}
	return can, must
}

// demand is one permission that is needed, or several of which one is enough.
type demand struct {
	options   []string
	inAll     bool // it must hold in all divisions
	ofObject  bool // it must hold in the division of a topic's object
	isCertain bool
}

func conditions(endpoint audit.Endpoint) map[catalog.ConditionKind]*catalog.Condition {
	of := map[catalog.ConditionKind]*catalog.Condition{}
	for _, condition := range endpoint.Conditions {
		of[condition.Kind] = &condition
	}
	return of
}

// isUndecided tells whether the request decides what an endpoint needs.
func (o *oracle) isUndecided(endpoint audit.Endpoint) bool {
	return endpoint.Variant == "" && (endpoint.Variants != nil || conditions(endpoint)[catalog.Own] != nil && o.borrowsUser() && !o.isOthers(endpoint))
}

// isOthers tells whether the path names another user than the one whose roles count.
func (o *oracle) isOthers(endpoint audit.Endpoint) bool {
	segments := strings.Split(endpoint.Written, "/")
	return segments[1] == "users" && !slices.Contains([]string{"{id}", "me", o.req.UserID}, segments[2])
}

// lists are what an endpoint needs, by variant.
func (o *oracle) lists(endpoint audit.Endpoint) []catalog.Variant {
	if endpoint.Variant == "" && endpoint.Variants != nil {
		return endpoint.Variants
	}
	return []catalog.Variant{{Permissions: endpoint.Permissions, PermissionsMatch: endpoint.PermissionsMatch}}
}

// judgeConditions judges what is special about the endpoints; without grades it is not known what is granted.
func (o *oracle) judgeConditions(gradeOf func(name, place string) grade, places []string) {
	if len(places) == 0 {
		places = []string{""}
	}
	listGrade := func(list catalog.Variant) grade {
		if list.PermissionsMatch == catalog.Unknown {
			return isUnclear
		}
		total := isFree
		for _, place := range places {
			best, worst := isUnavailable, isFree
			for _, name := range list.Permissions {
				best, worst = min(best, gradeOf(name, place)), max(worst, gradeOf(name, place))
			}
			if list.PermissionsMatch == catalog.Any {
				worst = best
			}
			if list.PermissionsMatch != catalog.None {
				total = max(total, worst)
			}
		}
		if list.PermissionsMatch == catalog.All && places[0] == "" && total <= isConditional {
			best := isUnavailable
			for _, place := range []string{everywhere, "d-home", "d-sales", "d-labs"} {
				worst := isFree
				for _, name := range list.Permissions {
					worst = max(worst, gradeOf(name, place))
				}
				best = min(best, worst)
			}
			total = max(total, best)
		}
		return total
	}
	for topic, lists := range o.anyOf {
		for _, list := range lists {
			switch {
			case len(list) < 2:
			case gradeOf == nil:
				o.claim(audit.CheckEndpoint, audit.Unknown)
			case listGrade(catalog.Variant{Permissions: list, PermissionsMatch: catalog.All}) > isFree:
				o.claim(audit.CheckEndpoint, audit.Unknown, topic)
			}
		}
	}
	for _, endpoint := range o.req.Endpoints {
		of := conditions(endpoint)
		say := func(status audit.Status) { o.claim(audit.CheckEndpoint, status, endpoint.Written) }
		if len(of) > 0 {
			o.examine(audit.CheckEndpoint)
		}
		if of[catalog.Undecidable] != nil || of[catalog.Topics] != nil && len(o.req.NotificationTopics) == 0 {
			say(audit.Unknown)
		}
		if of[catalog.OwnJob] != nil || of[catalog.SameUser] != nil && o.borrowsUser() || of[catalog.Partial] != nil && of[catalog.Partial].Permissions == nil {
			say(audit.Warn)
		}
		if of[catalog.SameUser] != nil && !o.borrowsUser() {
			say(map[bool]audit.Status{true: audit.Fail, false: audit.Unknown}[o.isServer()])
		}
		own := of[catalog.Own] != nil && o.borrowsUser() && endpoint.Variant == "" && !o.isOthers(endpoint)
		for kind, status := range map[catalog.ConditionKind]audit.Status{catalog.MayNeed: audit.Unknown, catalog.Partial: audit.Warn} {
			if of[kind] == nil || of[kind].Permissions == nil {
				continue
			}
			if gradeOf == nil {
				o.claim(audit.CheckEndpoint, audit.Unknown)
				continue
			}
			isShort := func(names []string) bool {
				return listGrade(catalog.Variant{Permissions: names, PermissionsMatch: catalog.All}) > isFree
			}
			if isShort(of[kind].Permissions) || kind == catalog.MayNeed && slices.ContainsFunc(o.lists(endpoint), func(list catalog.Variant) bool {
				return list.PermissionsMatch == catalog.All && listGrade(list) == isFree && isShort(slices.Concat(list.Permissions, of[kind].Permissions))
			}) {
				say(status)
			}
		}
		if !o.isUndecided(endpoint) {
			continue
		}
		names := 0
		for _, list := range o.lists(endpoint) {
			names += len(list.Permissions)
		}
		if gradeOf == nil && names > 0 {
			o.claim(audit.CheckEndpoint, audit.Unknown)
			continue
		}
		least, most := isUnavailable, isFree
		for _, list := range o.lists(endpoint) {
			least, most = min(least, listGrade(list)), max(most, listGrade(list))
		}
		switch {
		case most == isFree:
		case own:
			say(audit.Warn)
		case least >= isElsewhere:
			say(audit.Fail)
		default:
			say(audit.Unknown)
		}
	}
}

func (o *oracle) claimGrade(g grade, names []string) {
	switch g {
	case isFree:
	case isConditional:
		o.claim(audit.CheckPermissionConditional, audit.Unknown, names...)
	case placeIsUnclear:
		o.claim(audit.CheckPermissionDivision, audit.Unknown, names...)
	case isUnclear:
		o.claim(audit.CheckPermission, audit.Unknown, names...)
	case isElsewhere:
		o.claim(audit.CheckPermissionDivision, audit.Fail, names...)
	case isMissing:
		o.claim(audit.CheckPermission, audit.Fail, names...)
	case isUnavailable:
		o.claim(audit.CheckPermissionUnavailable, audit.Fail, names...)
	}
}

// judgeTogether looks for one division in which a whole list holds.
func (o *oracle) judgeTogether(list []string, endpoint string, grade func(name, place string) grade) {
	alone := isFree
	for _, name := range list {
		alone = max(alone, grade(name, ""))
	}
	if alone > isConditional {
		return // one of them fails for itself
	}
	best, conditional := isUnavailable, map[string]bool{}
	for _, place := range []string{everywhere, "d-home", "d-sales", "d-labs"} {
		worst := isFree
		for _, name := range list {
			worst = max(worst, grade(name, place))
		}
		best = min(best, worst)
		for _, name := range list {
			if worst == isConditional && grade(name, place) == isConditional {
				conditional[name] = true
			}
		}
	}
	switch best {
	case isFree:
	case isConditional:
		o.claims = append(o.claims, claim{audit.CheckPermissionConditional, audit.Unknown, slices.Collect(maps.Keys(conditional)), alone == isConditional})
	case placeIsUnclear:
		o.claim(audit.CheckPermissionDivision, audit.Unknown, endpoint)
	default:
		o.claim(audit.CheckPermissionDivision, audit.Fail, endpoint)
	}
}

// judgeForbiddenPermissions looks, for every pattern, through all permissions that it stands for.
func (o *oracle) judgeForbiddenPermissions(holdings []holding) {
	missed := false
	for _, pattern := range o.req.ForbiddenPermissions {
		segments := strings.Split(pattern, ":")
		hits := func(as func(holding) holding) bool {
			return slices.ContainsFunc(imaginable, func(p [3]string) bool {
				return covers([3]string(segments), p) &&
					slices.ContainsFunc(holdings, func(h holding) bool {
						return slices.ContainsFunc(as(h).plainly().rights(), func(r right) bool { return r.permission == named(p) })
					})
			})
		}
		hit := hits(func(h holding) holding { return h })
		exists := slices.ContainsFunc(o.permissions, func(p audit.Permission) bool {
			return covers([3]string(segments), [3]string(strings.Split(p.Name, ":")))
		})
		switch {
		case hit:
			o.claim(audit.CheckPermissionForbidden, audit.Fail, pattern)
		case hits(holding.asListed):
			o.claim(audit.CheckPermissionForbidden, audit.Unknown, pattern)
			hit = true
		case o.gone[audit.SourcePermissions]:
			o.claim(audit.CheckPermissionForbidden, audit.Unknown)
		case !exists:
			o.claim(audit.CheckPermissionForbidden, audit.Warn, pattern)
		}
		missed = missed || !hit
	}
	for _, h := range holdings {
		if missed && h.hides("any:permission:whatever") {
			o.claim(audit.CheckPermissionForbidden, audit.Unknown, h.Name, h.ID)
		}
	}
}

// patternsOf are the permissions of policies, wildcards as they are.
func patternsOf(policies []access.Policy) (patterns [][3]string) {
	for _, policy := range policies {
		for _, action := range policy.Actions {
			if legible.MatchString(policy.Domain) && legible.MatchString(policy.Entity) && legible.MatchString(action) {
				patterns = append(patterns, [3]string{policy.Domain, policy.Entity, action})
			}
		}
	}
	return patterns
}

// novel is a name that no role, pattern or list has: that of something which the platform adds later.
const novel = "novel"

// judgeAllowedPermissions looks, for everything that is granted, for a permission that it stands for and no allowed pattern does. The permissions
// are made of every name that occurs, and of one that occurs nowhere.
func (o *oracle) judgeAllowedPermissions(holdings []holding) {
	if o.req.AllowedPermissions == nil {
		return
	}
	var granted, listed, allowed [][3]string
	for _, h := range holdings {
		if h.gone || h.hides("any:permission:whatever") {
			o.claim(audit.CheckPermissionExcess, audit.Unknown, h.Name, h.ID)
		}
		granted, listed = append(granted, patternsOf(h.Policies)...), append(listed, patternsOf(h.list)...)
		for _, flat := range h.FlatPermissions {
			if !slices.Contains(o.req.AllowedPermissions, flat) {
				o.claim(audit.CheckPermissionExcess, audit.Fail, flat)
			}
		}
	}
	for _, pattern := range o.req.AllowedPermissions {
		if segments := strings.Split(pattern, ":"); len(segments) == 3 {
			allowed = append(allowed, [3]string(segments))
		}
	}
	var names [3][]string
	for i := range names {
		names[i] = []string{novel}
		for _, p := range slices.Concat(granted, listed, allowed) {
			if p[i] != everywhere && !slices.Contains(names[i], p[i]) {
				names[i] = append(names[i], p[i])
			}
		}
	}
	isBeyond := func(pattern [3]string) bool {
		for _, domain := range names[0] {
			for _, entity := range names[1] {
				for _, action := range names[2] {
					p := [3]string{domain, entity, action}
					if covers(pattern, p) && !slices.ContainsFunc(allowed, func(a [3]string) bool { return covers(a, p) }) {
						return true
					}
				}
			}
		}
		return false
	}
	for _, pattern := range granted {
		if isBeyond(pattern) {
			o.claim(audit.CheckPermissionExcess, audit.Fail, named(pattern))
		}
	}
	for _, pattern := range listed {
		if isBeyond(pattern) && !slices.ContainsFunc(granted, func(g [3]string) bool { return covers(g, pattern) }) {
			o.claim(audit.CheckPermissionExcess, audit.Unknown, named(pattern))
		}
	}
}

// isPlaced tells whether the requirement says where the role is granted.
func (o *oracle) isPlaced(h holding) bool {
	for name := range o.req.RoleDivisions {
		if name == h.ID || name == h.Name && !o.isRoleID(name) {
			return true
		}
	}
	return false
}

// judgeRoleDivisions looks through every division: each role that is meant must be held there if that is demanded, and only then.
func (o *oracle) judgeRoleDivisions(holdings []holding) {
	for name, demanded := range o.req.RoleDivisions {
		var meant []string
		for _, role := range o.roles {
			if role.ID == name || role.Name == name && !o.isRoleID(name) {
				meant = append(meant, role.ID)
			}
		}
		isHeld := func(id, place string) bool {
			return slices.ContainsFunc(holdings, func(h holding) bool { return h.ID == id && h.place == place })
		}
		wanted, isNowhere, isUnreadable := map[string]bool{}, false, false
		for _, division := range demanded.Names {
			isKnown := division == everywhere || slices.ContainsFunc(meant, func(id string) bool { return isHeld(id, division) })
			found := o.placesOf(division)
			switch {
			case isKnown:
				wanted[division] = true
			case o.gone[audit.SourceDivisions]:
				isUnreadable = true
			case len(found) == 1:
				wanted[found[0]] = true
			default:
				isNowhere = true
			}
		}
		if isUnreadable {
			o.claim(audit.CheckRoleDivision, audit.Unknown)
			continue
		}
		right := 0
		for _, id := range meant {
			differs := isNowhere
			for _, place := range []string{everywhere, "d-home", "d-sales", "d-labs", "d-sales-2"} {
				differs = differs || isHeld(id, place) != wanted[place]
			}
			if !differs {
				right++
			}
		}
		switch {
		case right == 0:
			o.claim(audit.CheckRoleDivision, audit.Fail, name)
		case right < len(meant):
			o.claim(audit.CheckRoleDivision, audit.Unknown, name)
		}
	}
}

// evaluate judges as the provider does: it starts with no evidence and reads what is wanted, until nothing is.
func evaluate(req audit.Requirement, all audit.Facts) (audit.Result, error) {
	known := audit.Facts{Region: all.Region, OwnClientID: all.OwnClientID}
	asked := map[audit.Source]bool{}
	for {
		result := audit.Evaluate(req, known, trialTime)
		if len(result.Wants) == 0 {
			return result, nil
		}
		for _, want := range result.Wants {
			if asked[want] {
				return result, fmt.Errorf("%s is wanted twice", want)
			}
			asked[want] = true
			share(&known, all, want)
		}
	}
}

// verdictOn is the verdict that follows from findings.
func verdictOn(findings []audit.Finding) audit.Verdict {
	verdict := audit.Compliant
	for _, finding := range findings {
		switch {
		case finding.Status == audit.Fail && !finding.Waived:
			return audit.Noncompliant
		case finding.Status == audit.Unknown:
			verdict = audit.Undetermined
		}
	}
	return verdict
}

// disagreement is what a result says against the oracle's opinion; empty when nothing. Of what a near miss alone brings up, a warning
// about a forbidden role, the contract says nothing.
func (o opinion) disagreement(result audit.Result) string {
	var wrong []string
	for _, finding := range result.Findings {
		if !slices.ContainsFunc(o.claims, func(c claim) bool { return c.covers(finding) }) &&
			(finding.Status != audit.Warn || finding.Check != audit.CheckRoleForbidden) {
			wrong = append(wrong, fmt.Sprintf("unfounded: %s %s %q", finding.Check, finding.Status, finding.Subject))
		}
	}
	for _, c := range o.claims {
		if !c.optional && !slices.ContainsFunc(result.Findings, c.covers) {
			wrong = append(wrong, fmt.Sprintf("not found: %s %s %q", c.check, c.status, c.subjects))
		}
	}
	if want := o.verdict(); result.Verdict != want {
		wrong = append(wrong, fmt.Sprintf("verdict %s, want %s", result.Verdict, want))
	}
	for _, check := range audit.Checks() {
		if strings.HasPrefix(string(check), "permission") && check != audit.CheckPermissionForbidden && check != audit.CheckPermissionExcess {
			continue
		}
		if want := o.decides(check); slices.Contains(result.Decided, check) != want {
			wrong = append(wrong, fmt.Sprintf("%s decided: %t", check, !want))
		}
	}
	return strings.Join(wrong, "\n")
}

func (o opinion) has(check audit.Check, status audit.Status) bool {
	return slices.ContainsFunc(o.claims, func(c claim) bool { return c.check == check && c.status == status })
}

// leavesOpen tells whether a check cannot be decided; what may be left out, because another claim says as much, does not.
func (o opinion) leavesOpen(check audit.Check) bool {
	return slices.ContainsFunc(o.claims, func(c claim) bool { return c.check == check && c.status == audit.Unknown && !c.optional })
}

func (o opinion) verdict() audit.Verdict {
	verdict := audit.Compliant
	for _, c := range o.claims {
		switch c.status {
		case audit.Fail:
			return audit.Noncompliant
		case audit.Unknown:
			verdict = audit.Undetermined
		}
	}
	return verdict
}

// isComplete tells whether everything could be decided.
func (o opinion) isComplete() bool {
	return !o.noClient && !slices.ContainsFunc(o.claims, func(c claim) bool { return c.status == audit.Unknown })
}

func (o opinion) decides(check audit.Check) bool {
	return o.examined[check] && (!o.has(check, audit.Unknown) || o.has(check, audit.Fail))
}

// waiverDisagreement compares a result with waivers to the one without: nothing changes but that failures are accepted, and that
// waivers which accept nothing are told.
func (o opinion) waiverDisagreement(waivers map[string]audit.Waiver, plain, waived audit.Result) string {
	var wrong []string
	used := map[string]bool{}
	type key struct {
		check   audit.Check
		status  audit.Status
		subject string
	}
	isWaived := map[key]bool{}
	for _, finding := range waived.Findings {
		isWaived[key{finding.Check, finding.Status, finding.Subject}] = finding.Waived
	}
	want := slices.Clone(plain.Findings)
	for i, finding := range want {
		for _, name := range []string{string(finding.Check), string(finding.Check) + "/" + finding.Subject} {
			waiver, ok := waivers[name]
			if !ok || finding.Status != audit.Fail || finding.Check == audit.CheckClient { // nothing is known of a client that is not there
				continue
			}
			used[name] = true
			want[i].Waived = want[i].Waived || !waiver.Expires.Before(trialDay)
		}
		got, ok := isWaived[key{finding.Check, finding.Status, finding.Subject}]
		if !ok || got != want[i].Waived {
			wrong = append(wrong, fmt.Sprintf("%s %s %q: waived %t, want %t", finding.Check, finding.Status, finding.Subject, got, want[i].Waived))
		}
	}
	if got, want := waived.Verdict, verdictOn(want); got != want {
		wrong = append(wrong, fmt.Sprintf("verdict %s with waivers, want %s", got, want))
	}
	for name := range waivers {
		check, _, _ := strings.Cut(name, "/")
		warned := slices.ContainsFunc(waived.Findings, func(f audit.Finding) bool {
			return f.Status == audit.Warn && f.Subject == "waivers" && strings.Contains(f.Message, strconv.Quote(name))
		})
		switch {
		case check == string(audit.CheckClient):
		case warned && (used[name] || o.leavesOpen(audit.Check(check))):
			wrong = append(wrong, fmt.Sprintf("waiver %q is said to be unused", name))
		case !warned && !used[name] && o.isComplete():
			wrong = append(wrong, fmt.Sprintf("waiver %q is not said to be unused", name))
		}
	}
	return strings.Join(wrong, "\n")
}

// seedVariable replays a run: the seed that it logged, a decimal number.
const seedVariable = "GENESYSAUDIT_TEST_SEED"

func trialSeed(t *testing.T) uint64 {
	t.Helper()
	seed := rand.Uint64()
	if text := os.Getenv(seedVariable); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("%s: %v", seedVariable, err)
		}
	}
	t.Logf("replay with %s=%d", seedVariable, seed)
	return seed
}

func (d dice) trialAfter(edits []edit) *trial {
	tr := drawTrial(d)
	for _, simplify := range edits {
		simplify(tr)
	}
	return tr
}

// hold puts a trial before both judges and counts what came out, where there is someone to count. It returns what they disagree on.
func hold(tr *trial, count func(what string)) string {
	opinion, facts, bare := consult(tr), tr.everyFact(), tr.req
	bare.Waivers = nil
	plain, err := evaluate(bare, facts)
	if err != nil {
		return err.Error()
	}
	count(string(plain.Verdict))
	for _, finding := range plain.Findings {
		count(string(finding.Check) + " " + string(finding.Status))
	}
	if disagreement := opinion.disagreement(plain); disagreement != "" || len(tr.req.Waivers) == 0 {
		return disagreement
	}
	waived, err := evaluate(tr.req, facts)
	if err != nil {
		return err.Error()
	}
	if slices.ContainsFunc(waived.Findings, func(f audit.Finding) bool { return f.Waived }) {
		count("waived")
	}
	return opinion.waiverDisagreement(tr.req.Waivers, plain, waived)
}

// describe is a disagreement on the simplest trial, made from the one of that number, on which there is one.
func describe(seed, number uint64) string {
	draw := func(edits []edit) *trial { return dice{rand.New(rand.NewPCG(seed, number))}.trialAfter(edits) }
	ignore := func(string) {}
	var edits []edit
	for _, more := range everyEdit() {
		if longer := append(edits[:len(edits):len(edits)], more); hold(draw(longer), ignore) != "" {
			edits = longer
		}
	}
	tr := draw(edits)
	return fmt.Sprintf("seed %d, case %d:\n%s\nin a world that has (+):\n%s", seed, number, hold(tr, ignore),
		cmp.Diff(trial{}, *tr, cmp.AllowUnexported(trial{}), cmpopts.EquateComparable(netip.Prefix{})))
}

// everyWorker runs work on all processors, with the numbers below count dealt out among them.
func everyWorker(count uint64, work func(numbers iter.Seq[uint64])) {
	workers := uint64(runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for first := range workers {
		wg.Go(func() {
			work(func(yield func(uint64) bool) {
				for number := first; number < count && yield(number); number += workers {
				}
			})
		})
	}
	wg.Wait()
}

// trialCount is how many trials a run holds.
func trialCount() uint64 {
	if os.Getenv("GENESYSAUDIT_TEST_FULL") != "" { // as .ci/run has it
		return 100_000
	}
	return 15_000
}

// tally counts what trials show, over all workers.
type tally struct {
	mu    sync.Mutex
	times map[string]int
	wrong []uint64 // the numbers of the trials that went wrong
}

func (c *tally) add(seen map[string]int, wrong []uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for what, times := range seen {
		c.times[what] += times
	}
	c.wrong = append(c.wrong, wrong...)
}

// neverSeen are the outcomes that no trial had, of all that a check can have.
func (c *tally) neverSeen() (never []string) {
	outcomes := []string{"compliant", "noncompliant", "undetermined", "waived", "grant_type warn", "scope_unknown warn"}
	for _, check := range audit.Checks() {
		if check != audit.CheckPermissionConditional && check != audit.CheckScopeUnknown {
			outcomes = append(outcomes, string(check)+" fail")
		}
		outcomes = append(outcomes, string(check)+" unknown")
	}
	return slices.DeleteFunc(outcomes, func(what string) bool { return c.times[what] > 0 })
}

// Two judges who share no code and see the same organizations agree on all of them.
func TestOracle(t *testing.T) {
	t.Parallel()
	const mostDescribed = 3
	count, seed, total := trialCount(), trialSeed(t), tally{times: map[string]int{}}
	everyWorker(count, func(numbers iter.Seq[uint64]) {
		seen, wrong := map[string]int{}, []uint64(nil)
		for number := range numbers {
			tr := drawTrial(dice{rand.New(rand.NewPCG(seed, number))})
			if hold(tr, func(what string) { seen[what]++ }) != "" {
				wrong = append(wrong, number)
			}
		}
		total.add(seen, wrong)
	})
	slices.Sort(total.wrong)
	for _, number := range total.wrong[:min(mostDescribed, len(total.wrong))] {
		t.Error(describe(seed, number))
	}
	if len(total.wrong) > 0 {
		t.Errorf("the judges disagree in %d of %d cases", len(total.wrong), count)
	}
	for _, what := range total.neverSeen() {
		t.Errorf("no case is %s", what)
	}
	t.Logf("%d cases: %v", count, total.times)
}

// asksOnly takes out of a trial what forbids or limits, which more access can only offend.
func (tr *trial) asksOnly() {
	tr.req.AllowedScopes, tr.req.AllowedRoles, tr.req.Waivers = nil, nil, nil
	tr.req.ForbiddenScopes, tr.req.ForbiddenRoles, tr.req.ForbiddenPermissions = nil, nil, nil
	tr.req.AllowedPermissions, tr.req.RoleDivisions = nil, nil
}

// withoutGrant is the trial without one of the roles that the client and the user have.
func (tr *trial) withoutGrant(d dice) *trial {
	less := *tr
	less.clients, less.authorizations = slices.Clone(tr.clients), slices.Clone(tr.authorizations)
	for i := range less.clients {
		less.clients[i].Grants = withoutOne(d, less.clients[i].Grants)
	}
	less.user.Grants = withoutOne(d, less.user.Grants)
	return &less
}

func withoutOne[T any](d dice, list []T) []T {
	if len(list) == 0 {
		return list
	}
	i := d.IntN(len(list))
	return slices.Concat(list[:i], list[i+1:])
}

// Where nothing is forbidden or exclusive, a grant more never takes a pass away, and a grant less never makes one. Evidence is readable
// here: the name of one role more may turn out to be unreadable, and then it is not known any more whose roles these are.
func TestGrantsAreMonotonic(t *testing.T) {
	t.Parallel()
	seed, total := trialSeed(t), tally{times: map[string]int{}}
	everyWorker(trialCount()/4, func(numbers iter.Seq[uint64]) {
		seen, wrong := map[string]int{}, []uint64(nil)
		for number := range numbers {
			d := dice{rand.New(rand.NewPCG(seed, number))}
			more := drawTrial(d)
			more.asksOnly()
			clear(more.gone)
			less := more.withoutGrant(d)
			with, err := evaluate(more.req, more.everyFact())
			if err != nil {
				wrong = append(wrong, number)
				continue
			}
			without, err := evaluate(less.req, less.everyFact())
			if err != nil || without.Verdict == audit.Compliant && with.Verdict != audit.Compliant {
				wrong = append(wrong, number)
			}
			seen[string(without.Verdict)+" to "+string(with.Verdict)]++
		}
		total.add(seen, wrong)
	})
	slices.Sort(total.wrong)
	if len(total.wrong) > 0 {
		t.Errorf("seed %d: a grant more takes the pass away in cases %v", seed, total.wrong)
	}
	for _, change := range []string{"compliant to compliant", "noncompliant to compliant", "noncompliant to noncompliant"} {
		if total.times[change] == 0 {
			t.Errorf("no case is %s", change)
		}
	}
	t.Logf("without and with a grant: %v", total.times)
}

// A forbidden pattern hits a role exactly when some permission of the universe is covered by both, for every pattern and every policy.
func TestForbiddingHitsWhatIsCovered(t *testing.T) {
	t.Parallel()
	patterns := [][3]string{}
	for _, p := range everyPermission(append([]string{everywhere}, worldDomains...), append([]string{everywhere}, worldEntities...)) {
		patterns = append(patterns, p, [3]string{p[0], p[1], everywhere})
	}
	for _, forbidden := range patterns {
		for _, granted := range patterns {
			want := slices.ContainsFunc(worldUniverse, func(p [3]string) bool { return covers(forbidden, p) && covers(granted, p) })
			for _, conditional := range []bool{false, true} {
				role := access.Role{ID: "r-1", Name: "Reader", PoliciesShown: true, Policies: []access.Policy{
					{Domain: granted[0], Entity: granted[1], Actions: []string{granted[2]}, Conditional: conditional},
				}}
				tr := trial{
					req:         audit.Requirement{ClientID: "c-1", ForbiddenPermissions: []string{named(forbidden)}},
					ownClientID: "auditor", token: audit.Token{Organization: audit.Organization{ID: "o-1"}, ClientID: "auditor"},
					roles: []access.Role{role},
					clients: []audit.Client{{
						ID: "c-1", Name: "Target", State: "active", GrantType: "CLIENT-CREDENTIALS", ScopesShown: true, GrantsShown: true,
						Grants: []audit.Grant{{RoleID: "r-1", DivisionID: "d-home"}},
					}},
				}
				result, err := evaluate(tr.req, tr.everyFact())
				if err != nil {
					t.Fatal(err)
				}
				if hit := result.Verdict == audit.Noncompliant; hit != want || !hit && result.Verdict != audit.Compliant {
					t.Errorf("%s forbidden, %s granted: %s, want a hit: %t", named(forbidden), named(granted), result.Verdict, want)
				}
			}
		}
	}
}

func covers(pattern, permission [3]string) bool {
	return stands(pattern[0], permission[0]) && stands(pattern[1], permission[1]) && stands(pattern[2], permission[2])
}
