package emulator

import (
	"cmp"
	"maps"
	"slices"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// The forms in which stored entities are served. They are the wire types, with the lists that the platform shows even when they are
// empty, and without what it never shows.

// each maps a list; the result is never nil, so that an empty list is served as one.
func each[A, B any](in []A, convert func(A) B) []B {
	out := make([]B, len(in))
	for i := range in {
		out[i] = convert(in[i])
	}
	return out
}

func sortedKeys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }

// full returns the list itself, or an empty list for none.
func full[T any](list []T) []T { return append([]T{}, list...) }

type clientAnswer struct {
	genesyscloud.OAuthClient
	RegisteredRedirectURIs []string                    `json:"registeredRedirectUri"`
	Scope                  []string                    `json:"scope"`
	RoleDivisions          []genesyscloud.RoleDivision `json:"roleDivisions"`
}

func showClient(c genesyscloud.OAuthClient) clientAnswer {
	seconds := int64(validity(&c).Seconds())
	c.AccessTokenValiditySeconds = &seconds
	c.State = cmp.Or(c.State, "active")
	c.SelfURI = cmp.Or(c.SelfURI, "/api/v2/oauth/clients/"+c.ID)
	c.Organization = nil
	return clientAnswer{c, full(c.RegisteredRedirectURIs), full(c.Scope), full(c.RoleDivisions)}
}

func showScope(s genesyscloud.OAuthScope) genesyscloud.OAuthScope {
	s.Description = cmp.Or(s.Description, s.ID)
	s.SelfURI = cmp.Or(s.SelfURI, "/api/v2/oauth/scopes/"+s.ID)
	return s
}

type authorizationAnswer struct {
	genesyscloud.OAuthAuthorization
	Client clientAnswer `json:"client"`
	Scope  []string     `json:"scope"`
	Roles  []string     `json:"roles"`
}

func showAuthorization(a genesyscloud.OAuthAuthorization) authorizationAnswer {
	a.SelfURI = cmp.Or(a.SelfURI, "/api/v2/oauth/authorizations/"+a.Client.ID)
	return authorizationAnswer{a, showClient(a.Client), full(a.Scope), full(a.Roles)}
}

// showToken is the answer of tokens/me. A client credentials token shows its scopes only when it has any.
func (x *exchange) showToken() genesyscloud.TokenInfo {
	client := x.client.OAuthClient
	client.State = cmp.Or(client.State, "active")
	client.AccessTokenValiditySeconds, client.Description, client.RegisteredRedirectURIs, client.SelfURI = nil, "", nil, ""
	if owner := x.world.clients[client.ID]; owner != nil {
		client.Organization = named(owner)
	}
	own := *named(x.organization)
	return genesyscloud.TokenInfo{Organization: own, HomeOrganization: own, AuthorizedScope: x.scopes(), OAuthClient: &client}
}

func named(o *organization) *genesyscloud.NamedEntity {
	return &genesyscloud.NamedEntity{ID: o.state.Organization.ID, Name: o.state.Organization.Name}
}

func showOrganization(o genesyscloud.Organization) genesyscloud.Organization {
	o.DefaultCountry = cmp.Or(o.DefaultCountry, "US")
	o.DefaultLanguage = cmp.Or(o.DefaultLanguage, "en-us")
	o.State = cmp.Or(o.State, "active")
	o.ProductPlatform = cmp.Or(o.ProductPlatform, "GenesysCloud")
	o.Version = max(o.Version, 1)
	o.SelfURI = cmp.Or(o.SelfURI, "/api/v2/organizations/"+o.ID)
	return o
}

type settingsAnswer struct {
	genesyscloud.AuthenticationSettings
	DomainAllowlist    []string `json:"domainAllowlist"`
	IPAddressAllowlist []string `json:"ipAddressAllowlist"`
}

func showSettings(s genesyscloud.AuthenticationSettings) settingsAnswer {
	return settingsAnswer{s, full(s.DomainAllowlist), full(s.IPAddressAllowlist)}
}

type mediaRegionsAnswer struct {
	Home      string   `json:"awsHomeRegion"`
	Core      []string `json:"awsCoreRegions"`
	Satellite []string `json:"awsSatelliteRegions"`
}

func showMediaRegions(o *Organization) mediaRegionsAnswer {
	if o.MediaRegions == nil {
		return mediaRegionsAnswer{o.Region, []string{o.Region}, []string{}}
	}
	return mediaRegionsAnswer{o.MediaRegions.Home, full(o.MediaRegions.Core), full(o.MediaRegions.Satellite)}
}

type roleAnswer struct {
	genesyscloud.Role
	Permissions        []string                        `json:"permissions"`
	PermissionPolicies []genesyscloud.PermissionPolicy `json:"permissionPolicies"`
	UserCount          *int64                          `json:"userCount,omitempty"`
	RoleNeedsUpdate    bool                            `json:"roleNeedsUpdate,omitempty"`
}

func (x *exchange) showRole(role genesyscloud.Role) roleAnswer {
	role.SelfURI = cmp.Or(role.SelfURI, "/api/v2/authorization/roles/"+role.ID)
	out := roleAnswer{Role: role, Permissions: full(role.Permissions), PermissionPolicies: each(role.PermissionPolicies, showRolePolicy)}
	out.RoleNeedsUpdate = slices.Contains(x.organization.state.RolesNeedingUpdate, role.ID)
	if x.query.Get("userCount") != "false" {
		count := x.organization.usersWith(role)
		out.UserCount = &count
	}
	return out
}

func showRolePolicy(p genesyscloud.PermissionPolicy) genesyscloud.PermissionPolicy {
	if restriction, err := condition(p); err != nil || restriction == nil {
		p.ResourceConditionNode = nil
	}
	return p
}

// usersWith is the number of users that have a role, through a group or not: as the state says, or else those of the state.
func (o *organization) usersWith(role genesyscloud.Role) int64 {
	if role.UserCount != nil {
		return *role.UserCount
	}
	return o.holdersOf[role.ID]
}

type subjectAnswer struct {
	genesyscloud.Subject
	Grants []grantAnswer `json:"grants"`
}

type grantAnswer struct {
	genesyscloud.AuthGrant
	Role subjectRoleAnswer `json:"role"`
}

type subjectRoleAnswer struct {
	genesyscloud.SubjectRole
	Policies []genesyscloud.SubjectPolicy `json:"policies"`
}

// showSubject is a user, a group or an OAuth client with the roles that it has. Of grants that differ only in whom they were made to,
// one is shown, unless the request asks for duplicates.
func (x *exchange) showSubject(id, name string, grants []grant) subjectAnswer {
	subject := subjectAnswer{Grants: []grantAnswer{}}
	subject.ID, subject.Name, subject.Version = id, name, 1
	subject.SelfURI = "/api/v2/authorization/subjects/" + id
	seen := map[genesyscloud.RoleDivision]bool{}
	for _, g := range grants {
		pair := genesyscloud.RoleDivision{RoleID: g.roleID, DivisionID: g.division}
		if !seen[pair] || x.query.Get("includeDuplicates") == "true" {
			subject.Grants = append(subject.Grants, x.organization.showGrant(g))
		}
		seen[pair] = true
	}
	return subject
}

// showGrant is a grant in the subject's form, whose policies have other field names than a role's.
func (o *organization) showGrant(g grant) grantAnswer {
	division := genesyscloud.Division{ID: allDivisions}
	if g.division != allDivisions {
		division = *o.divisions[g.division]
	}
	out := grantAnswer{
		AuthGrant: genesyscloud.AuthGrant{SubjectID: g.subject, Division: showDivision(division), GrantMadeAt: g.made},
		Role:      subjectRoleAnswer{Policies: []genesyscloud.SubjectPolicy{}},
	}
	out.Role.ID = g.roleID
	if role := g.role; role != nil {
		out.Role.Name, out.Role.Description, out.Role.Default = role.Name, role.Description, role.Default
		out.Role.SelfURI = "/api/v2/authorization/roles/" + role.ID
		out.Role.Policies = each(role.PermissionPolicies, showPolicy)
	}
	return out
}

func showPolicy(p genesyscloud.PermissionPolicy) genesyscloud.SubjectPolicy {
	out := genesyscloud.SubjectPolicy{Actions: p.ActionSet, Domain: p.Domain, EntityName: p.EntityName}
	if restriction, err := condition(p); err == nil {
		out.Condition = string(restriction)
	}
	return out
}

func showDivision(d genesyscloud.Division) genesyscloud.Division {
	d.SelfURI = cmp.Or(d.SelfURI, "/api/v2/authorization/divisions/"+d.ID)
	return d
}

func showPermissions(c genesyscloud.PermissionCollection) genesyscloud.PermissionCollection {
	c.ID = cmp.Or(c.ID, c.Domain)
	c.Name = cmp.Or(c.Name, c.Domain)
	c.SelfURI = cmp.Or(c.SelfURI, "/api/v2/authorization/permissions/"+c.ID)
	return c
}

func showTrustor(t genesyscloud.Trustor) genesyscloud.Trustor {
	t.SelfURI = cmp.Or(t.SelfURI, "/api/v2/orgauthorization/trustors/"+t.ID)
	return t
}

func showTrustee(t genesyscloud.Trustee) genesyscloud.Trustee {
	t.SelfURI = cmp.Or(t.SelfURI, "/api/v2/orgauthorization/trustees/"+t.ID)
	return t
}
