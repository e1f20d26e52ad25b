package audit_test

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

// trial is one case put to the judge and to the oracle: a requirement, and an organization as plain lists.
type trial struct {
	req audit.Requirement

	region, ownClientID string
	organizationID      string // as organizations/me shows it
	token               audit.Token
	clients             []audit.Client
	authorizations      []audit.Authorization
	roles               []access.Role
	divisions           []audit.Division
	permissions         []audit.Permission
	scopes              []string
	account             audit.Account
	policies            []audit.AccessPolicy
	topics              []audit.Topic
	user                audit.Subject
	allowlist           []string // nil: not shown
	home                string
	gone                map[audit.Source]bool // evidence that cannot be read
}

// everyFact is all the evidence of the trial's organization.
func (tr *trial) everyFact() audit.Facts {
	return audit.Facts{
		Region: tr.region, OwnClientID: tr.ownClientID,
		Token:          shownOrGone(tr, audit.SourceToken, tr.token),
		Organization:   shownOrGone(tr, audit.SourceOrganization, audit.Organization{ID: tr.organizationID}),
		Clients:        shownOrGone(tr, audit.SourceClients, audit.NewClients(tr.clients)),
		Authorizations: shownOrGone(tr, audit.SourceAuthorizations, audit.NewAuthorizations(tr.authorizations)),
		Roles:          shownOrGone(tr, audit.SourceRoles, access.NewRoles(tr.roles)),
		Divisions:      shownOrGone(tr, audit.SourceDivisions, audit.NewDivisions(tr.divisions)),
		Permissions:    shownOrGone(tr, audit.SourcePermissions, audit.NewPermissions(tr.permissions)),
		Scopes:         shownOrGone(tr, audit.SourceScopes, audit.NewScopes(tr.scopes)),
		Policies:       shownOrGone(tr, audit.SourcePolicies, tr.policies),
		Topics:         shownOrGone(tr, audit.SourceTopics, tr.topics),
		Account:        shownOrGone(tr, audit.SourceAccount, tr.account),
		User:           shownOrGone(tr, audit.SourceUser, tr.user),
		Settings:       shownOrGone(tr, audit.SourceSettings, audit.Settings{IPAllowlist: tr.allowlist}),
		MediaRegions:   shownOrGone(tr, audit.SourceMediaRegions, audit.MediaRegions{Home: tr.home}),
	}
}

func shownOrGone[T any](tr *trial, source audit.Source, value T) audit.Evidence[T] {
	if tr.gone[source] {
		return audit.Unreadable[T](audit.Gap{Reason: "403"})
	}
	return audit.Read(value)
}

// The small world that trials live in. Every combination of the segments is a permission that a role can name; which of them exist is
// drawn for each organization.
var (
	worldDomains  = []string{"analytics", "routing"}
	worldEntities = []string{"queue", "skill"}
	worldActions  = []string{"view", "edit", "delete"}
	worldFlat     = []string{"admin", "archivist"}
	worldScopes   = []string{"a", "a:readonly", "b", "b:readonly", "c", "mistyped"} // the platform lists all but the last
	worldRegions  = []string{"us-east-1", "eu-west-1", "ap-southeast-2"}
	worldUniverse = everyPermission(worldDomains, worldEntities)

	// trialDay is the day on which trials are held, and trialTime a time of that day.
	trialDay  = time.Date(2026, time.June, 15, 0, 0, 0, 0, time.UTC)
	trialTime = trialDay.Add(17 * time.Hour)
)

func everyPermission(domains, entities []string) (all [][3]string) {
	for _, domain := range domains {
		for _, entity := range entities {
			for _, action := range worldActions {
				all = append(all, [3]string{domain, entity, action})
			}
		}
	}
	return all
}

func named(permission [3]string) string { return strings.Join(permission[:], ":") }

// dice draws a trial.
type dice struct{ *rand.Rand }

func (d dice) oneIn(n int) bool { return d.IntN(n) == 0 }

func pick[T any](d dice, from ...T) T { return from[d.IntN(len(from))] }

// few are up to most different elements; nil for none.
func few[T any](d dice, from []T, most int) []T {
	count := d.IntN(min(most, len(from)) + 1)
	if count == 0 {
		return nil
	}
	var drawn []T
	for _, i := range d.Perm(len(from))[:count] {
		drawn = append(drawn, from[i])
	}
	return drawn
}

func drawTrial(d dice) *trial {
	tr := &trial{
		region:         pick(d, worldRegions[0], worldRegions[1], worldRegions[1], ""),
		home:           pick(d, worldRegions[0], worldRegions[1], worldRegions[2], ""),
		ownClientID:    pick(d, "auditor", "auditor", "c-1", ""),
		organizationID: pick(d, "o-1", "o-1", "o-1", ""),
		scopes:         worldScopes[:len(worldScopes)-1],
		divisions:      []audit.Division{{ID: "d-home", Name: "Home"}, {ID: "d-sales", Name: "Sales"}, {ID: "d-labs", Name: "Labs"}},
		gone:           map[audit.Source]bool{},
	}
	if d.oneIn(8) {
		tr.divisions = append(tr.divisions, audit.Division{ID: "d-sales-2", Name: "Sales"})
	}
	for _, p := range worldUniverse {
		if !d.oneIn(8) {
			tr.permissions = append(tr.permissions, audit.Permission{Name: named(p), DivisionAware: !d.oneIn(3)})
		}
	}
	d.drawRoles(tr)
	if d.oneIn(8) {
		d.misspell(tr)
	}
	d.drawClients(tr)
	d.drawUser(tr)
	d.drawToken(tr)
	d.drawAllowlist(tr)
	d.drawGaps(tr)
	d.drawAccessPolicies(tr)
	d.drawTopics(tr)
	d.drawRequirement(tr)
	if !d.oneIn(3) {
		d.relax(tr)
	}
	d.aimPolicies(tr)
	return tr
}

// relax takes most of the faults out of a trial and most of what is asked, so that passes are not rare.
func (d dice) relax(tr *trial) {
	if c := &tr.clients[len(tr.clients)-1]; !d.oneIn(8) {
		c.State, c.DateToDelete, c.ScopesShown, c.GrantsShown = "active", "", true, true
	}
	req := &tr.req
	if len(req.Endpoints) > 0 && d.oneIn(2) {
		req.Endpoints = req.Endpoints[:1]
	}
	for i := range req.Endpoints {
		if !d.oneIn(3) {
			req.Endpoints[i].PermissionsMatch, req.Endpoints[i].Permissions = catalog.None, nil
		}
	}
	for _, list := range []*[]string{&req.RequiredScopes, &req.RequiredRoles, &req.RequiredPermissions, &req.AllowedRegions, &req.AllowedGrantTypes,
		&req.AllowedScopes, &req.AllowedRoles} {
		if !d.oneIn(4) {
			*list = nil
		}
	}
	if !d.oneIn(4) {
		req.AllowCrossRegion = true
	}
}

// misspelled is a name as nobody expects the platform to write it.
func (d dice) misspelled(name string) string {
	return pick(d, strings.ToUpper(name), " "+name, name+"\u00a0", name[:1]+"*", name+":"+name, name)
}

// misspell spells something in the roles in a way that is a surprise, or gives two of them one name.
func (d dice) misspell(tr *trial) {
	for range 1 + d.IntN(3) {
		role := &tr.roles[d.IntN(len(tr.roles))]
		if len(role.Policies) == 0 || d.oneIn(2) {
			role.Name = pick(d, "Reader", "Writer", "reader", "WRITER ", " Keeper", "r-1", "r-2")
			continue
		}
		policy := &role.Policies[d.IntN(len(role.Policies))]
		switch i := d.IntN(2 + len(policy.Actions)); i {
		case 0:
			policy.Domain = d.misspelled(pick(d, worldDomains...))
		case 1:
			policy.Entity = d.misspelled(pick(d, worldEntities...))
		default:
			policy.Actions[i-2] = d.misspelled(pick(d, worldActions...))
		}
	}
}

func (d dice) drawGaps(tr *trial) {
	if !d.oneIn(4) {
		return
	}
	for range 1 + d.IntN(2) {
		tr.gone[pick(d, audit.SourceToken, audit.SourceOrganization, audit.SourceClients, audit.SourceAuthorizations, audit.SourceRoles,
			audit.SourceDivisions, audit.SourcePermissions, audit.SourceScopes, audit.SourceAccount, audit.SourceUser, audit.SourceSettings, audit.SourcePolicies,
			audit.SourceTopics,
			audit.SourceMediaRegions)] = true
	}
}

// drawAccessPolicies draws few policies, since most of what they can say takes a pass away.
func (d dice) drawAccessPolicies(tr *trial) {
	if !d.oneIn(4) {
		return
	}
	flag := func() *bool { return pick(d, new(true), new(true), new(true), new(false), nil) }
	for range 1 + d.IntN(2) {
		target := named(pick(d, worldUniverse...))
		tr.policies = append(tr.policies, audit.AccessPolicy{
			ID: "p", Name: "Policy", Active: flag(), AppliesToClients: flag(), Conditional: d.oneIn(4),
			Target:      pick(d, target, target, target, target, strings.ToUpper(target), "analytics:*:view", "analytics", ""),
			SubjectType: pick(d, "ALL", "ALL", "USER", "CLIENT", "CLIENT", "GROUP", "TEAM", "ROLE", ""),
			SubjectID:   pick(d, "u-1", "c-1", "c-1", "other", ""),
			Effect:      pick(d, "DENY", "DENY", "DENY", "ALLOW", "AUDIT", ""),
		})
	}
}

// aimPolicies lets some of the policies deny what is asked for.
func (d dice) aimPolicies(tr *trial) {
	targets := slices.Clone(tr.req.RequiredPermissions)
	for _, endpoint := range tr.req.Endpoints {
		targets = append(targets, endpoint.Permissions...)
	}
	for i := range tr.policies {
		if len(targets) > 0 && d.oneIn(2) {
			tr.policies[i] = audit.AccessPolicy{
				Target: pick(d, targets...), SubjectType: "ALL", Effect: "DENY", Active: new(true), AppliesToClients: new(true), Conditional: d.oneIn(4),
			}
		}
	}
}

func (d dice) drawTopics(tr *trial) {
	for _, name := range []string{"v2.users.{id}.presence", "v2.users.{id}.calls", "v2.queues.{id}.stats"} {
		topic := audit.Topic{Name: name, Permissions: []string{}, Details: []audit.TopicDetail{}, AnyIsEnough: d.oneIn(6), CurrentUser: d.oneIn(6),
			DivisionPermissions: d.oneIn(3), CurrentUserOrPermission: d.oneIn(3), Enforced: pick(d, nil, new(true), new(true), new(true), new(false))}
		if d.oneIn(3) {
			topic.Permissions = []string{named(pick(d, worldUniverse...))}
		}
		for range d.IntN(3) {
			topic.Details = append(topic.Details, audit.TopicDetail{
				Type: pick(d, "requiresPermissions", "requiresDivisionPermissions", "requiresAnyDivisionPermissions", "requiresCurrentUser",
					"requiresUserBeConversationParticipant", "novel"),
				Permissions: d.somePermissions(), AllowsCurrentUser: d.oneIn(4), Enforced: pick(d, new(true), new(true), new(false), nil),
			})
		}
		if len(topic.Details) > 0 && d.oneIn(10) {
			topic.Details[0].Permissions = nil
		}
		if d.oneIn(10) {
			topic.Permissions = nil
		}
		if d.oneIn(10) {
			topic.Details = nil
		}
		tr.topics = append(tr.topics, topic)
	}
}

func (d dice) drawAllowlist(tr *trial) {
	if d.oneIn(15) {
		return // not shown
	}
	tr.allowlist = []string{}
	if d.oneIn(2) {
		tr.allowlist = append(tr.allowlist, few(d, []string{
			"203.0.113.0/28", "203.0.113.5", " 203.0.113.8/30 ", "203.0.113.0/31", "203.0.113.2/31", "::ffff:203.0.113.9", "2001:db8::/124",
			"2001:db8::1", "10.0.0.0/28", "192.168.0.0/23", "127.0.0.1", "fe80::1%eth0", "not an address",
		}, 3)...)
	}
	if d.oneIn(6) { // two that hold a range together
		tr.allowlist = append(tr.allowlist, "203.0.113.0/31", "203.0.113.2/31")
	}
}

func (d dice) drawRoles(tr *trial) {
	for _, role := range []access.Role{{ID: "r-1", Name: "Reader"}, {ID: "r-2", Name: "Writer"}, {ID: "r-3", Name: "Keeper"}, {ID: "r-4", Name: "Nobody"}} {
		role.PoliciesShown = !d.oneIn(20)
		if role.PoliciesShown || d.oneIn(2) {
			role.Policies = d.drawPolicies()
		}
		if d.oneIn(3) {
			role.FlatPermissions = few(d, worldFlat, 2)
		}
		tr.roles = append(tr.roles, role)
	}
}

// drawPolicies draws policies with wildcards in any segment, or the same ones expanded to all that they stand for.
func (d dice) drawPolicies() []access.Policy {
	var policies []access.Policy
	for range d.IntN(4) {
		policies = append(policies, access.Policy{
			Domain:      pick(d, append([]string{"*"}, worldDomains...)...),
			Entity:      pick(d, append([]string{"*"}, worldEntities...)...),
			Actions:     append([]string{}, few(d, append([]string{"*"}, worldActions...), 3)...),
			Conditional: d.oneIn(5),
		})
	}
	switch {
	case d.oneIn(3):
		return expanded(policies)
	case len(policies) > 0 && d.oneIn(40): // a policy of which something is not shown
		hidden := &policies[d.IntN(len(policies))]
		switch d.IntN(3) {
		case 0:
			hidden.Domain = ""
		case 1:
			hidden.Entity = ""
		default:
			hidden.Actions = nil
		}
	}
	return policies
}

// expanded are policies without wildcards that permit the same, as the platform writes them since it takes no wildcards any more.
func expanded(policies []access.Policy) (out []access.Policy) {
	for _, policy := range policies {
		for _, p := range worldUniverse {
			if stands(policy.Domain, p[0]) && stands(policy.Entity, p[1]) &&
				slices.ContainsFunc(policy.Actions, func(action string) bool { return stands(action, p[2]) }) {
				out = append(out, access.Policy{Domain: p[0], Entity: p[1], Actions: []string{p[2]}, Conditional: policy.Conditional})
			}
		}
	}
	return out
}

func stands(pattern, segment string) bool { return pattern == "*" || pattern == segment }

// drawGrant draws a role, seldom one that the role list does not have, and where it is granted.
func (d dice) drawGrant() audit.Grant {
	grant := audit.Grant{RoleID: pick(d, "r-1", "r-2", "r-3", "r-4"), DivisionID: pick(d, "*", "*", "d-home", "d-sales", "d-labs")}
	if d.oneIn(25) {
		grant.RoleID = "r-gone"
	}
	return grant
}

func (d dice) drawClients(tr *trial) {
	client := audit.Client{
		ID: "c-1", Name: "Target", State: "active", ScopesShown: !d.oneIn(12), GrantsShown: !d.oneIn(20),
		GrantType: pick(d, "CLIENT-CREDENTIALS", "CLIENT-CREDENTIALS", "CLIENT-CREDENTIALS", "CODE", "CODE", "TOKEN", "SAML2-BEARER", "PASSWORD"),
	}
	if d.oneIn(8) {
		client.State = pick(d, "disabled", "inactive", "", "paused")
	}
	if d.oneIn(15) {
		client.GrantType = pick(d, "DEVICE", "")
	}
	if d.oneIn(25) {
		client.DateToDelete = "2026-12-01"
	}
	if !d.oneIn(8) {
		client.TokenValiditySeconds = pick(d, new(int64(0)), new(int64(3600)), new(int64(7200)), new(int64(86400)))
	}
	if client.ScopesShown {
		client.Scopes = few(d, worldScopes, 5)
		if len(client.Scopes) > 0 && d.oneIn(8) {
			client.Scopes[0] = pick(d, "A", " a", "B:Readonly", "b ", "a:readonly\n")
		}
	}
	if client.GrantsShown {
		for range d.IntN(5) {
			client.Grants = append(client.Grants, d.drawGrant())
		}
		if len(client.Grants) > 0 && d.oneIn(10) {
			client.Grants = append(client.Grants, client.Grants[0])
		}
	}
	tr.clients = []audit.Client{{ID: "auditor", Name: "Auditor", State: "active", GrantType: "CLIENT-CREDENTIALS", ScopesShown: true, GrantsShown: true}}
	switch {
	case d.oneIn(5):
		d.drawAuthorization(tr, client)
	case !d.oneIn(30):
		tr.clients = append(tr.clients, client)
	}
	if d.oneIn(15) {
		twin := client
		twin.ID = "c-2"
		if d.oneIn(2) {
			tr.clients = append(tr.clients, twin)
		} else {
			tr.authorizations = append(tr.authorizations, audit.Authorization{Client: twin, State: "Authorized", Scopes: twin.Scopes})
		}
	}
}

func (d dice) drawAuthorization(tr *trial, client audit.Client) {
	consent := audit.Authorization{Client: client, State: "Authorized", Pending: d.oneIn(12), Scopes: few(d, worldScopes, 5)}
	if d.oneIn(4) {
		consent.State = pick(d, "Requested", "Revoked", "Unauthorized", "Paused", "")
	}
	if consent.Scopes == nil && d.oneIn(2) {
		consent.Scopes = []string{}
	}
	if d.oneIn(3) {
		consent.Client.State = ""
	}
	tr.authorizations = []audit.Authorization{consent}
}

func (d dice) drawUser(tr *trial) {
	tr.account = audit.Account{Exists: !d.oneIn(15), State: "active"}
	if d.oneIn(8) {
		tr.account.State = pick(d, "inactive", "deleted", "", "on leave")
	}
	tr.user = audit.Subject{ID: "u-1"}
	for range d.IntN(5) {
		grant := d.drawGrant()
		shown := access.Role{ID: grant.RoleID, Name: "Gone", PoliciesShown: true}
		if i := slices.IndexFunc(tr.roles, func(r access.Role) bool { return r.ID == grant.RoleID }); i >= 0 {
			shown = tr.roles[i]
			shown.FlatPermissions = nil
			switch {
			case d.oneIn(6): // conditions on named resources are not shown
				shown.Policies = slices.Clone(shown.Policies)
				for i := range shown.Policies {
					shown.Policies[i].Conditional = false
				}
			case len(shown.Policies) > 0 && d.oneIn(10): // nor may be whole policies
				shown.Policies = shown.Policies[1:]
			}
		}
		if d.oneIn(12) {
			shown.Name = ""
		}
		tr.user.Grants = append(tr.user.Grants, audit.SubjectGrant{Role: shown, Division: audit.Division{ID: grant.DivisionID}})
	}
}

func (d dice) drawToken(tr *trial) {
	tr.token = audit.Token{Organization: audit.Organization{ID: "o-1"}, ClientID: tr.ownClientID}
	if d.oneIn(6) {
		tr.token.ClientID = pick(d, "auditor", "c-1", "")
	}
	if d.oneIn(12) {
		tr.token.Organization.ID = ""
	}
	if d.oneIn(12) {
		tr.token.ClientID = strings.ToUpper(tr.token.ClientID)
	}
	tr.token.AuthorizedScopes = few(d, worldScopes, 4)
	if last := tr.clients[len(tr.clients)-1]; d.oneIn(2) {
		tr.token.AuthorizedScopes = last.Scopes
	}
}

func (d dice) drawRequirement(tr *trial) {
	req := &tr.req
	switch d.IntN(12) {
	case 0:
		req.ClientID, req.ClientName = pick(d, "", "c-none"), pick(d, "", "Target", "None")
	case 1, 2, 3:
		req.ClientName = "Target"
	case 4: // the provider's own
	default:
		req.ClientID = "c-1"
	}
	if !d.oneIn(8) {
		req.UserID = "u-1"
	}
	for i := range d.IntN(3) {
		req.Endpoints = append(req.Endpoints, d.drawEndpoint(string(rune('1'+i))))
	}
	if d.oneIn(2) {
		req.RequiredScopes = few(d, worldScopes, 2)
	}
	if d.oneIn(2) {
		req.RequiredRoles = few(d, []string{"Reader", "Writer", "r-1", "r-2", "r-gone", "Gone", "Reeder"}, 2)
	}
	if d.oneIn(2) {
		req.RequiredPermissions = few(d, d.somePermissions(), 2)
	}
	if d.oneIn(3) {
		req.Divisions = few(d, []string{"*", "Home", "Sales", "d-home", "d-labs", "Nowhere"}, 2)
	}
	req.AcceptConditionalGrants, req.IgnoreAccessPolicies = d.oneIn(3), d.oneIn(4)
	if d.oneIn(8) {
		req.NotificationTopics = few(d, []string{"v2.users.{id}.presence", "v2.users.7.presence", "v2.users.u-1.presence", "v2.users.{id}.calls", "v2.queues.7.stats", "v2.users"}, 2)
	}
	d.drawLimits(req)
	d.drawBounds(tr)
	d.drawPlaces(req)
	d.drawWaivers(req)
}

func (d dice) somePermissions() (names []string) {
	for range 3 {
		names = append(names, named(pick(d, worldUniverse...)))
	}
	return slices.Compact(slices.Sorted(slices.Values(names)))
}

func (d dice) drawLimits(req *audit.Requirement) {
	if !d.oneIn(3) {
		return
	}
	if d.oneIn(4) {
		req.AllowedScopes = append([]string{}, few(d, worldScopes, 4)...)
	}
	if d.oneIn(4) {
		req.AllowedRoles = append([]string{}, few(d, []string{"Reader", "Writer", "Keeper", "r-1", "r-2", "r-gone", "Gone"}, 4)...)
	}
	if d.oneIn(3) {
		req.ForbiddenScopes = few(d, worldScopes, 2)
	}
	if d.oneIn(3) {
		req.ForbiddenRoles = few(d, []string{"Writer", "Keeper", "r-4", "R-1", "r-gone", "Gone", "Writter"}, 2)
	}
	for range d.IntN(3) {
		req.ForbiddenPermissions = append(req.ForbiddenPermissions, strings.Join([]string{
			pick(d, append([]string{"*"}, worldDomains...)...), pick(d, append([]string{"*"}, worldEntities...)...),
			pick(d, append([]string{"*"}, worldActions...)...),
		}, ":"))
	}
	if d.oneIn(3) {
		req.AllowedGrantTypes = append([]string{}, few(d, []string{"CLIENT-CREDENTIALS", "CODE", "TOKEN"}, 3)...)
	}
	if d.oneIn(3) {
		req.MaxTokenValiditySeconds = pick(d, new(int64(3600)), new(int64(7200)), new(int64(100000)))
	}
}

// drawBounds draws what may be granted at most, and where, often with what is granted as it is.
func (d dice) drawBounds(tr *trial) {
	req, client := &tr.req, tr.clients[len(tr.clients)-1]
	if d.oneIn(6) {
		req.AllowedPermissions = append([]string{}, few(d, worldFlat, 2)...)
		for range d.IntN(4) {
			req.AllowedPermissions = append(req.AllowedPermissions, strings.Join([]string{
				pick(d, append([]string{"*"}, worldDomains...)...), pick(d, append([]string{"*"}, worldEntities...)...),
				pick(d, append([]string{"*"}, worldActions...)...),
			}, ":"))
		}
		for _, role := range tr.roles {
			if !d.oneIn(3) {
				req.AllowedPermissions = append(req.AllowedPermissions, role.Flattened()...)
			}
		}
		if len(req.AllowedPermissions) > 0 && d.oneIn(3) {
			req.AllowedPermissions = withoutOne(d, req.AllowedPermissions)
		}
	}
	if !d.oneIn(6) {
		return
	}
	req.RoleDivisions = make(map[string]audit.DivisionSet)
	for _, role := range few(d, []string{"Reader", "Writer", "Keeper", "r-1", "r-2", "r-gone", "Gone", "Reeder", "r-3", "r-4"}, 2) {
		divisions := few(d, []string{"*", "Home", "Sales", "d-home", "d-labs", "Labs", "Nowhere"}, 2)
		if !d.oneIn(3) {
			divisions = nil
			for _, grant := range client.Grants {
				if slices.ContainsFunc(tr.roles, func(r access.Role) bool { return r.ID == grant.RoleID && (r.ID == role || r.Name == role) }) {
					divisions = append(divisions, grant.DivisionID)
				}
			}
		}
		if len(divisions) > 0 {
			req.RoleDivisions[role] = audit.DivisionSet{Names: divisions}
		}
	}
}

func (d dice) drawPlaces(req *audit.Requirement) {
	if d.oneIn(3) {
		req.ApplicationRegion, req.AllowCrossRegion = pick(d, worldRegions...), d.oneIn(3)
	}
	if d.oneIn(6) {
		req.AllowedRegions = append([]string{}, few(d, worldRegions, 3)...)
	}
	if d.oneIn(4) {
		for _, text := range few(d, []string{
			"203.0.113.5/32", "203.0.113.8/31", "203.0.113.0/30", "203.0.113.9/32", "198.51.100.7/32", "2001:db8::1/128", "2001:db8::4/127",
			"::ffff:203.0.113.5/128", "10.0.0.1/32", "192.168.1.0/30", "172.31.255.254/31", "127.0.0.1/32", "169.254.0.0/30",
		}, 2) {
			req.EgressAddresses = append(req.EgressAddresses, netip.MustParsePrefix(text))
		}
	}
}

func (d dice) drawWaivers(req *audit.Requirement) {
	if !d.oneIn(4) {
		return
	}
	req.Waivers = make(map[string]audit.Waiver)
	for range 1 + d.IntN(3) {
		check := string(pick(d, audit.Checks()...))
		subject := pick(d, "", "", "/a", "/Reader", "/Target", "/analytics:queue:view", "/eu-west-1", "/203.0.113.5")
		lastDay := pick(d, trialDay, trialDay, trialDay.AddDate(4, 0, 0), trialDay.AddDate(0, 0, -1))
		req.Waivers[check+subject] = audit.Waiver{Reason: "agreed", Expires: lastDay}
	}
}

func (d dice) drawEndpoint(name string) audit.Endpoint {
	endpoint := audit.Endpoint{Written: "GET /" + name, Entry: catalog.Entry{Source: catalog.Published}}
	if d.oneIn(6) {
		endpoint.Written, endpoint.Path = "GET /users/"+pick(d, "u-1", "7", "{id}", "me")+"/"+name, "/users/{userId}/"+name
	}
	endpoint.Scopes = append(few(d, worldScopes[:5], 2), pick(d, worldScopes[:5]...))
	endpoint.ScopesMatch = pick(d, catalog.Any, catalog.Any, catalog.Any, catalog.None, catalog.Unknown)
	if d.oneIn(5) {
		endpoint.Source, endpoint.ScopesMatch = catalog.IntegrationReport, pick(d, catalog.All, catalog.All, catalog.Any, catalog.Unknown)
		endpoint.Roles = few(d, []string{"Reader", "Writer"}, 1)
	}
	if endpoint.ScopesMatch == catalog.None || endpoint.ScopesMatch == catalog.Unknown {
		endpoint.Scopes = nil
	}
	endpoint.PermissionsMatch = pick(d, catalog.Any, catalog.Any, catalog.All, catalog.None)
	if d.oneIn(15) {
		endpoint.PermissionsMatch = catalog.Unknown
	}
	if endpoint.PermissionsMatch == catalog.Any || endpoint.PermissionsMatch == catalog.All {
		endpoint.Permissions = d.somePermissions()
		if d.oneIn(8) {
			endpoint.Permissions = append(endpoint.Permissions[:d.IntN(len(endpoint.Permissions))], pick(d, worldFlat...))
		}
	}
	if d.oneIn(3) {
		d.drawConditions(&endpoint)
	}
	return endpoint
}

func (d dice) drawConditions(endpoint *audit.Endpoint) {
	for _, kind := range few(d, []catalog.ConditionKind{
		catalog.ByVariant, catalog.MayNeed, catalog.Partial, catalog.Own, catalog.OwnJob, catalog.SameUser, catalog.ObjectDivision,
		catalog.AllDivisions, catalog.Topics, catalog.ClientCredentialsOnly, catalog.UserOnly, catalog.Undecidable,
	}, 2) {
		if _, again := endpoint.Condition(kind); again {
			continue
		}
		condition := catalog.Condition{Kind: kind, Text: "Text."}
		switch kind {
		case catalog.MayNeed:
			condition.Permissions = d.somePermissions()
		case catalog.Partial:
			condition.Permissions = few(d, d.somePermissions(), 2)
		case catalog.ClientCredentialsOnly:
			condition.Scopes = []string{pick(d, worldScopes[:5]...)}
		case catalog.ByVariant:
			for _, name := range []string{"one", "two"} {
				variant := catalog.Variant{Name: name, When: "it is " + name, Permissions: d.somePermissions(), PermissionsMatch: pick(d, catalog.Any, catalog.All)}
				if d.oneIn(8) {
					variant.Permissions, variant.PermissionsMatch = nil, catalog.Unknown
				}
				endpoint.Variants = append(endpoint.Variants, variant)
			}
			if d.oneIn(3) {
				chosen := endpoint.Variants[0]
				endpoint.Variant, endpoint.Permissions, endpoint.PermissionsMatch = chosen.Name, chosen.Permissions, chosen.PermissionsMatch
			}
		}
		endpoint.Conditions = append(endpoint.Conditions, condition)
	}
}

// edit makes a trial simpler.
type edit func(*trial)

func clearing[T any](field func(*trial) *T) edit {
	return func(tr *trial) {
		var zero T
		*field(tr) = zero
	}
}

// dropping are the edits that take one element each out of a list.
func dropping[T any](list func(*trial) *[]T) (edits []edit) {
	const most = 12
	for i := most - 1; i >= 0; i-- {
		edits = append(edits, func(tr *trial) {
			if from := list(tr); i < len(*from) {
				*from = slices.Concat((*from)[:i], (*from)[i+1:])
			}
		})
	}
	return edits
}

// everyEdit are the ways to make a trial simpler, the most drastic ones first.
func everyEdit() []edit {
	edits := []edit{
		clearing(func(tr *trial) *map[string]audit.Waiver { return &tr.req.Waivers }),
		clearing(func(tr *trial) *map[audit.Source]bool { return &tr.gone }),
		clearing(func(tr *trial) *[]audit.Endpoint { return &tr.req.Endpoints }),
		clearing(func(tr *trial) *[]string { return &tr.req.AllowedScopes }),
		clearing(func(tr *trial) *[]string { return &tr.req.AllowedRoles }),
		clearing(func(tr *trial) *[]string { return &tr.req.AllowedPermissions }),
		clearing(func(tr *trial) *map[string]audit.DivisionSet { return &tr.req.RoleDivisions }),
		clearing(func(tr *trial) *[]string { return &tr.req.AllowedGrantTypes }),
		clearing(func(tr *trial) **int64 { return &tr.req.MaxTokenValiditySeconds }),
		clearing(func(tr *trial) *string { return &tr.req.ApplicationRegion }),
		clearing(func(tr *trial) *[]string { return &tr.req.AllowedRegions }),
		clearing(func(tr *trial) *bool { return &tr.req.AcceptConditionalGrants }),
		clearing(func(tr *trial) *[]audit.AccessPolicy { return &tr.policies }),
		clearing(func(tr *trial) *[]string { return &tr.req.NotificationTopics }),
		clearing(func(tr *trial) *[]string { return &tr.token.AuthorizedScopes }),
	}
	for _, list := range []func(*trial) *[]string{
		func(tr *trial) *[]string { return &tr.req.RequiredScopes },
		func(tr *trial) *[]string { return &tr.req.RequiredRoles },
		func(tr *trial) *[]string { return &tr.req.RequiredPermissions },
		func(tr *trial) *[]string { return &tr.req.Divisions },
		func(tr *trial) *[]string { return &tr.req.ForbiddenScopes },
		func(tr *trial) *[]string { return &tr.req.AllowedScopes },
		func(tr *trial) *[]string { return &tr.req.AllowedRoles },
		func(tr *trial) *[]string { return &tr.req.AllowedPermissions },
		func(tr *trial) *[]string { return &tr.req.ForbiddenRoles },
		func(tr *trial) *[]string { return &tr.req.ForbiddenPermissions },
		func(tr *trial) *[]string { return &tr.scopes },
		func(tr *trial) *[]string { return &tr.allowlist },
	} {
		edits = append(edits, dropping(list)...)
	}
	for i := range 2 {
		edits = append(edits, func(tr *trial) {
			if i < len(tr.req.Endpoints) {
				tr.req.Endpoints[i].Permissions, tr.req.Endpoints[i].PermissionsMatch = nil, catalog.None
			}
		})
	}
	edits = append(edits, dropping(func(tr *trial) *[]netip.Prefix { return &tr.req.EgressAddresses })...)
	edits = append(edits, dropping(func(tr *trial) *[]audit.Endpoint { return &tr.req.Endpoints })...)
	edits = append(edits, dropping(func(tr *trial) *[]audit.Client { return &tr.clients })...)
	edits = append(edits, dropping(func(tr *trial) *[]audit.Authorization { return &tr.authorizations })...)
	edits = append(edits, dropping(func(tr *trial) *[]audit.SubjectGrant { return &tr.user.Grants })...)
	edits = append(edits, dropping(func(tr *trial) *[]audit.Grant {
		if len(tr.clients) == 0 {
			return new([]audit.Grant)
		}
		return &tr.clients[len(tr.clients)-1].Grants
	})...)
	edits = append(edits, dropping(func(tr *trial) *[]access.Role { return &tr.roles })...)
	edits = append(edits, dropping(func(tr *trial) *[]audit.Division { return &tr.divisions })...)
	return append(edits, dropping(func(tr *trial) *[]audit.Permission { return &tr.permissions })...)
}
