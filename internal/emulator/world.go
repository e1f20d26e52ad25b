package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// allDivisions is the division id of a grant that holds in every division.
const allDivisions = "*"

// The grant types of the platform, and the two spellings that it used until 2021.
var grantTypes = []string{"CODE", "TOKEN", "SAML2-BEARER", "PASSWORD", clientCredentials, "CLIENT_CREDENTIALS", "SAML2BEARER"}

// The states of an OAuth client; a state file may leave it out, which means active.
var clientStates = []string{"", "active", "disabled", "inactive"}

// The states of a user or a group; a state file may leave it out, which means active.
var entityStates = []string{"", "active", "inactive", "deleted"}

const clientCredentials = "CLIENT-CREDENTIALS"

// isClientCredentials tells the one grant type without a user.
func isClientCredentials(grantType string) bool {
	return grantType == clientCredentials || grantType == "CLIENT_CREDENTIALS"
}

// world is a checked state with its indexes. It never changes: a new state is a new world.
type world struct {
	state         State
	organizations []*organization
	clients       map[string]*organization // the owner of each OAuth client
	users         map[string]*organization
}

// organization is one organization of a world, its defaults filled in.
type organization struct {
	state *Organization

	clients        map[string]*Client
	users          map[string]*User
	groups         map[string]*Group
	groupsOf       map[string][]*Group // by user id
	topics         []Topic
	holdersOf      map[string]int64 // users by role id
	roles          map[string]*genesyscloud.Role
	divisions      map[string]*genesyscloud.Division
	authorizations map[string]*genesyscloud.OAuthAuthorization // by client id
	permissions    []genesyscloud.PermissionCollection
	divisionAware  map[string]bool // every permission that exists here
	scopes         []genesyscloud.OAuthScope
	settings       genesyscloud.AuthenticationSettings
	allowlist      []netip.Prefix
}

// newWorld copies and checks a state. Its error names every fault and no secret.
func newWorld(state State) (*world, error) {
	own, err := state.clone()
	if err != nil {
		return nil, fmt.Errorf("emulator state: %w", err)
	}
	w := &world{state: own, clients: map[string]*organization{}, users: map[string]*organization{}}
	check := &checker{}
	for i := range own.Organizations {
		w.add(&own.Organizations[i], check)
	}
	if len(check.faults) > 0 {
		return nil, fmt.Errorf("emulator state: %w", errors.Join(check.faults...))
	}
	return w, nil
}

func (w *world) add(from *Organization, check *checker) {
	check.place = fmt.Sprintf("organization %q", from.Organization.ID)
	check.that(from.Organization.ID != "", "an organization has no id")
	check.that(from.Organization.Name != "", "has no name")
	check.that(isRegion(from.Region), "unknown region %q", from.Region)
	for _, other := range w.organizations {
		check.that(other.state.Organization.ID != from.Organization.ID, "the id occurs twice")
	}
	org := newOrganization(from, check)
	for _, id := range slices.Sorted(maps.Keys(org.clients)) {
		check.that(w.clients[id] == nil, "client %q: the id occurs in two organizations", id)
		w.clients[id] = org
	}
	for _, id := range slices.Sorted(maps.Keys(org.users)) {
		check.that(w.users[id] == nil, "user %q: the id occurs in two organizations", id)
		w.users[id] = org
	}
	w.organizations = append(w.organizations, org)
}

func newOrganization(from *Organization, check *checker) *organization {
	org := &organization{
		state:          from,
		clients:        index(check, "client", from.Clients, func(c *Client) string { return c.ID }),
		users:          index(check, "user", from.Users, func(u *User) string { return u.ID }),
		groups:         index(check, "group", from.Groups, func(g *Group) string { return g.ID }),
		groupsOf:       map[string][]*Group{},
		topics:         from.Topics,
		holdersOf:      map[string]int64{},
		roles:          index(check, "role", from.Roles, func(r *genesyscloud.Role) string { return r.ID }),
		divisions:      index(check, "division", from.Divisions, func(d *genesyscloud.Division) string { return d.ID }),
		authorizations: index(check, "authorization of client", from.Authorizations, authorizedClient),
		permissions:    from.Permissions,
		divisionAware:  map[string]bool{},
		scopes:         from.Scopes,
	}
	index(check, "scope", from.Scopes, func(s *genesyscloud.OAuthScope) string { return s.ID })
	index(check, "permission domain", from.Permissions, func(p *genesyscloud.PermissionCollection) string { return p.Domain })
	index(check, "access policy", from.Policies, func(p *AccessPolicy) string { return p.ID })
	index(check, "topic", from.Topics, func(t *Topic) string { return t.ID })
	index(check, "trustor", from.Trustors, func(t *genesyscloud.Trustor) string { return t.ID })
	index(check, "trustee", from.Trustees, func(t *genesyscloud.Trustee) string { return t.ID })
	if org.permissions == nil {
		org.permissions = publishedPermissions()
	}
	if org.scopes == nil {
		org.scopes = publishedScopes()
	}
	if org.topics == nil {
		org.topics = publishedTopics()
	}
	if from.AuthenticationSettings != nil {
		org.settings = *from.AuthenticationSettings
	}
	org.checkDivisions(check)
	org.checkRoles(check)
	org.checkClients(check)
	org.checkUsers(check)
	org.checkGroups(check)
	org.checkPolicies(check)
	org.checkAuthorizations(check)
	org.addPermissions(check)
	org.addAllowlist(check)
	org.checkAudits(check)
	org.countHolders()
	return org
}

func authorizedClient(a *genesyscloud.OAuthAuthorization) string { return a.Client.ID }

func (o *organization) checkDivisions(check *checker) {
	homes := 0
	for _, division := range o.state.Divisions {
		if division.HomeDivision {
			homes++
		}
		check.that(division.ID != allDivisions, `division "*" stands for all divisions and cannot be one`)
	}
	check.that(homes <= 1, "%d home divisions", homes)
}

func (o *organization) checkRoles(check *checker) {
	for _, id := range o.state.DeletedRoles {
		check.that(id != "" && o.roles[id] == nil, "deleted_roles: role %q exists", id)
	}
	for _, role := range o.state.Roles {
		check.that(role.Name != "", "role %q has no name", role.ID)
		for _, policy := range role.PermissionPolicies {
			check.that(policy.Domain != "", "role %q has a policy without domain", role.ID)
			_, err := condition(policy)
			check.that(err == nil, "role %q, policy of domain %q: %v", role.ID, policy.Domain, err)
		}
	}
}

func (o *organization) checkClients(check *checker) {
	for _, client := range o.state.Clients {
		check.that(client.Name != "", "client %q has no name", client.ID)
		check.that(slices.Contains(grantTypes, client.AuthorizedGrantType), "client %q: unknown authorizedGrantType %q",
			client.ID, client.AuthorizedGrantType)
		check.that(slices.Contains(clientStates, client.State), "client %q: unknown state %q", client.ID, client.State)
		check.that(client.ApplicationRegion == "" || isRegion(client.ApplicationRegion), "client %q: unknown application_region %q",
			client.ID, client.ApplicationRegion)
		validity := client.AccessTokenValiditySeconds
		check.that(validity == nil || *validity > 0, "client %q: accessTokenValiditySeconds must be positive", client.ID)
		o.checkUsage(check, client)
		for _, grant := range client.RoleDivisions {
			o.checkGrant(check, fmt.Sprintf("client %q", client.ID), grant.RoleID, grant.DivisionID)
		}
	}
}

func (o *organization) checkUsers(check *checker) {
	for _, user := range o.state.Users {
		check.that(o.clients[user.ID] == nil, "user %q: the id is also an OAuth client's", user.ID)
		check.that(slices.Contains(entityStates, user.State), "user %q: unknown state %q", user.ID, user.State)
		check.that(user.Division == nil || o.divisions[user.Division.ID] != nil, "user %q: its division does not exist here", user.ID)
		for _, grant := range user.Grants {
			o.checkGrant(check, fmt.Sprintf("user %q", user.ID), grant.Role.ID, grant.Division.ID)
		}
	}
}

func (o *organization) checkGroups(check *checker) {
	for i := range o.state.Groups {
		group := &o.state.Groups[i]
		check.that(group.Name != "", "group %q has no name", group.ID)
		check.that(o.clients[group.ID] == nil && o.users[group.ID] == nil, "group %q: the id is also a client's or a user's", group.ID)
		check.that(slices.Contains(entityStates, group.State), "group %q: unknown state %q", group.ID, group.State)
		check.that(slices.Contains([]string{"", "official", "social"}, group.Type), "group %q: unknown type %q", group.ID, group.Type)
		check.that(slices.Contains([]string{"", "public", "owners", "members"}, group.Visibility), "group %q: unknown visibility %q",
			group.ID, group.Visibility)
		for _, member := range group.Members {
			check.that(o.users[member.ID] != nil, "group %q: member %q is no user", group.ID, member.ID)
			o.groupsOf[member.ID] = append(o.groupsOf[member.ID], group)
		}
		for _, grant := range group.Grants {
			o.checkGrant(check, fmt.Sprintf("group %q", group.ID), grant.Role.ID, grant.Division.ID)
		}
	}
}

// checkPolicies lets effects and kinds of subjects through that nobody has documented: the platform may show such, and refuses them.
func (o *organization) checkPolicies(check *checker) {
	for _, policy := range o.state.Policies {
		_, _, _, ok := splitPermission(policy.TargetResource)
		check.that(ok, "access policy %q: targetResource %q is not domain:entity:action", policy.ID, policy.TargetResource)
		check.that(policy.Subject.Type != "", "access policy %q has no subject type", policy.ID)
		check.that(policy.Subject.Type == "ALL" || policy.Subject.ID != "", "access policy %q has no subject id", policy.ID)
		check.that(policy.Effect != "", "access policy %q has no effect", policy.ID)
	}
}

func (o *organization) checkGrant(check *checker, subject, role, division string) {
	check.that(o.roles[role] != nil || slices.Contains(o.state.DeletedRoles, role), "%s: grant of role %q, which does not exist here", subject, role)
	check.that(division == allDivisions || o.divisions[division] != nil, "%s: grant in division %q, which does not exist here",
		subject, division)
}

func (o *organization) checkAuthorizations(check *checker) {
	states := []string{"Unauthorized", "Requested", "Authorized", "Revoked"}
	for _, authorization := range o.state.Authorizations {
		client := authorization.Client
		check.that(o.clients[client.ID] == nil, "authorization of client %q, which is the organization's own", client.ID)
		check.that(client.Name != "", "authorization of client %q: the client has no name", client.ID)
		check.that(slices.Contains(grantTypes, client.AuthorizedGrantType), "authorization of client %q: unknown authorizedGrantType %q",
			client.ID, client.AuthorizedGrantType)
		check.that(slices.Contains(states, authorization.State), "authorization of client %q: unknown state %q", client.ID, authorization.State)
	}
}

func (o *organization) addPermissions(check *checker) {
	for _, collection := range o.permissions {
		for _, entity := range slices.Sorted(maps.Keys(collection.PermissionMap)) {
			for _, entry := range collection.PermissionMap[entity] {
				name := strings.Join([]string{entry.Domain, entry.EntityType, entry.Action}, ":")
				check.that(entry.Domain == collection.Domain && entry.EntityType == entity && entry.Action != "",
					"permission %q stands below domain %q, entity %q", name, collection.Domain, entity)
				_, twice := o.divisionAware[name]
				check.that(!twice, "permission %q occurs twice", name)
				o.divisionAware[name] = entry.DivisionAware
			}
		}
	}
}

func (o *organization) countHolders() {
	for i := range o.state.Users {
		seen := map[string]bool{}
		for _, g := range o.grantsOfUser(&o.state.Users[i]) {
			if !seen[g.roleID] {
				o.holdersOf[g.roleID]++
			}
			seen[g.roleID] = true
		}
	}
}

func (o *organization) addAllowlist(check *checker) {
	for _, entry := range o.settings.IPAddressAllowlist {
		prefix, err := parsePrefix(entry)
		check.that(err == nil, "ipAddressAllowlist: %q is neither an address nor a CIDR", entry)
		o.allowlist = append(o.allowlist, prefix)
	}
}

func parsePrefix(s string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(s); err == nil {
		return address.Prefix(address.BitLen())
	}
	return netip.ParsePrefix(s)
}

// condition returns the condition of a policy, nil when it has none. A condition that names neither a variable nor terms is an error:
// whether it restricts anything could only be guessed.
func condition(policy genesyscloud.PermissionPolicy) (json.RawMessage, error) {
	node := bytes.TrimSpace(policy.ResourceConditionNode)
	if len(node) == 0 || bytes.Equal(node, []byte("null")) {
		return nil, nil
	}
	var read struct {
		VariableName string            `json:"variableName"`
		Terms        []json.RawMessage `json:"terms"`
	}
	if err := json.Unmarshal(node, &read); err != nil {
		return nil, errors.New("resourceConditionNode is not a condition")
	}
	if read.VariableName == "" && len(read.Terms) == 0 {
		return nil, errors.New("resourceConditionNode has neither variableName nor terms")
	}
	return node, nil
}

// splitPermission splits domain:entity:action.
func splitPermission(name string) (domain, entity, action string, ok bool) {
	parts := strings.Split(name, ":")
	if len(parts) != 3 {
		return "", "", "", false
	}
	return parts[0], parts[1], parts[2], true
}

// index maps entities by id and reports missing and repeated ids.
func index[T any](check *checker, kind string, entities []T, id func(*T) string) map[string]*T {
	out := make(map[string]*T, len(entities))
	for i := range entities {
		key := id(&entities[i])
		check.that(key != "", "one %s has no id", kind)
		check.that(out[key] == nil, "%s %q: the id occurs twice", kind, key)
		out[key] = &entities[i]
	}
	return out
}

// checker collects the faults of a state.
type checker struct {
	place  string
	faults []error
}

func (c *checker) that(holds bool, format string, args ...any) {
	if !holds {
		c.faults = append(c.faults, fmt.Errorf("%s: %s", c.place, fmt.Sprintf(format, args...)))
	}
}
