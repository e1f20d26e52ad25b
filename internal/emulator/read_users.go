package emulator

import (
	"cmp"
	"slices"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

func init() {
	directory := append([]string{"id", "jabberId", "sortOrder"}, paged...)
	user := []string{"expand", "integrationPresenceSource", "userCustomAttributeSchemaIds"}
	register(map[string]route{
		"GET /api/v2/users":                    {append(append([]string{"state"}, user...), directory...), (*exchange).users},
		"GET /api/v2/users/me":                 {user, (*exchange).ownUser},
		"GET /api/v2/users/{userId}":           {append([]string{"state"}, user...), (*exchange).oneUser},
		"GET /api/v2/users/{subjectId}/roles":  {nil, (*exchange).userRoles},
		"GET /api/v2/groups":                   {directory, (*exchange).groups},
		"GET /api/v2/groups/{groupId}":         {nil, (*exchange).group},
		"GET /api/v2/groups/{groupId}/members": {append([]string{"sortOrder", "expand"}, paged...), (*exchange).groupMembers},
	})
}

type userAnswer struct {
	ID       string             `json:"id"`
	Name     string             `json:"name"`
	Division *referenceAnswer   `json:"division,omitempty"`
	Email    string             `json:"email,omitempty"`
	Username string             `json:"username,omitempty"`
	State    string             `json:"state"`
	Version  int64              `json:"version"`
	Groups   *[]referenceAnswer `json:"groups,omitempty"` // nil: not asked for
	SelfURI  string             `json:"selfUri"`
}

type referenceAnswer struct {
	ID      string `json:"id"`
	Name    string `json:"name,omitempty"`
	SelfURI string `json:"selfUri"`
}

func (x *exchange) showUser(user *User) userAnswer {
	out := userAnswer{
		ID: user.ID, Name: user.Name, Email: user.Email, Username: user.Email, State: cmp.Or(user.State, "active"), Version: 1,
		SelfURI: "/api/v2/users/" + user.ID,
	}
	if division := x.organization.divisionOf(user); division != nil {
		out.Division = &referenceAnswer{division.ID, division.Name, "/api/v2/authorization/divisions/" + division.ID}
	}
	if slices.Contains(x.list("expand"), "groups") {
		groups := each(x.organization.groupsOf[user.ID], func(g *Group) referenceAnswer {
			return referenceAnswer{g.ID, g.Name, "/api/v2/groups/" + g.ID}
		})
		out.Groups = &groups
	}
	return out
}

// asksForState compares the state of a user with the one that the request names: without a name it asks for active ones.
func (x *exchange) asksForState(state string) bool {
	wanted := cmp.Or(x.query.Get("state"), "active")
	return wanted == "any" || wanted == cmp.Or(state, "active")
}

func (x *exchange) users() answer {
	if denied := x.checkDirectoryQuery("groups"); denied != nil {
		return x.deny(denied)
	}
	var found []userAnswer
	for i := range x.organization.state.Users {
		if user := &x.organization.state.Users[i]; x.asksFor("id", user.ID) && x.asksForState(user.State) {
			found = append(found, x.showUser(user))
		}
	}
	return page(x, x.ordered(found))
}

func (x *exchange) ordered(users []userAnswer) []userAnswer {
	return inOrder(x, users, func(u userAnswer) string { return u.Name })
}

// inOrder sorts by name where the request names an order.
func inOrder[T any](x *exchange, entities []T, name func(T) string) []T {
	out := slices.Clone(entities)
	if order := x.query.Get("sortOrder"); order != "" {
		slices.SortStableFunc(out, func(a, b T) int {
			if order == "descending" {
				a, b = b, a
			}
			return cmp.Compare(name(a), name(b))
		})
	}
	return out
}

// checkDirectoryQuery refuses what the emulator cannot answer about users and groups.
func (x *exchange) checkDirectoryQuery(expand ...string) *denial {
	for _, name := range []string{"jabberId", "integrationPresenceSource", "userCustomAttributeSchemaIds"} {
		if x.query.Has(name) {
			return x.notModelled(name + " of " + x.entry.Endpoint())
		}
	}
	return x.checkExpand(expand...)
}

// oneUser shows a deleted user only to a request that asks for one.
func (x *exchange) oneUser() answer {
	user := x.organization.users[x.params["userId"]]
	if user == nil || (user.State == "deleted") != (x.query.Get("state") == "deleted") {
		return x.notFound()
	}
	if denied := x.checkDirectoryQuery("groups"); denied != nil {
		return x.deny(denied)
	}
	return x.ok(x.showUser(user))
}

func (x *exchange) ownUser() answer {
	if denied := x.checkDirectoryQuery("groups"); denied != nil {
		return x.deny(denied)
	}
	return x.ok(x.showUser(x.user))
}

type userRolesAnswer struct {
	Roles              []genesyscloud.NamedEntity      `json:"roles"`
	UnusedRoles        []genesyscloud.NamedEntity      `json:"unusedRoles"`
	Permissions        []string                        `json:"permissions"`
	PermissionPolicies []genesyscloud.PermissionPolicy `json:"permissionPolicies"`
}

// userRoles shows the roles of a user without their divisions.
func (x *exchange) userRoles() answer {
	user := x.organization.users[x.params["subjectId"]]
	if user == nil {
		return x.notFound()
	}
	out := userRolesAnswer{[]genesyscloud.NamedEntity{}, []genesyscloud.NamedEntity{}, []string{}, []genesyscloud.PermissionPolicy{}}
	seen := map[string]bool{}
	for _, g := range x.organization.grantsOfUser(user) {
		if g.role == nil || seen[g.roleID] {
			continue
		}
		seen[g.roleID] = true
		out.Roles = append(out.Roles, genesyscloud.NamedEntity{ID: g.role.ID, Name: g.role.Name})
		out.Permissions = append(out.Permissions, g.role.Permissions...)
		for _, policy := range g.role.PermissionPolicies {
			out.PermissionPolicies = append(out.PermissionPolicies, showRolePolicy(policy))
			for _, action := range policy.ActionSet {
				out.Permissions = append(out.Permissions, policy.Domain+":"+policy.EntityName+":"+action)
			}
		}
	}
	slices.Sort(out.Permissions)
	out.Permissions = slices.Compact(out.Permissions)
	return x.ok(out)
}

type groupAnswer struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Description  string `json:"description,omitempty"`
	MemberCount  int    `json:"memberCount"`
	State        string `json:"state"`
	Version      int64  `json:"version"`
	Type         string `json:"type"`
	RulesVisible bool   `json:"rulesVisible"`
	Visibility   string `json:"visibility"`
	RolesEnabled bool   `json:"rolesEnabled"`
	SelfURI      string `json:"selfUri"`
}

func showGroup(group *Group) groupAnswer {
	return groupAnswer{
		ID: group.ID, Name: group.Name, Description: group.Description, MemberCount: len(group.Members), State: cmp.Or(group.State, "active"),
		Version: 1, Type: cmp.Or(group.Type, "official"), RulesVisible: true, Visibility: cmp.Or(group.Visibility, "public"),
		RolesEnabled: group.RolesEnabled, SelfURI: "/api/v2/groups/" + group.ID,
	}
}

func (x *exchange) groups() answer {
	if denied := x.checkDirectoryQuery(); denied != nil {
		return x.deny(denied)
	}
	var found []groupAnswer
	for i := range x.organization.state.Groups {
		if group := &x.organization.state.Groups[i]; x.asksFor("id", group.ID) && group.State != "deleted" {
			found = append(found, showGroup(group))
		}
	}
	return page(x, inOrder(x, found, func(g groupAnswer) string { return g.Name }))
}

func (x *exchange) group() answer {
	group := x.organization.groups[x.params["groupId"]]
	if group == nil || group.State == "deleted" {
		return x.notFound()
	}
	return x.ok(showGroup(group))
}

func (x *exchange) groupMembers() answer {
	group := x.organization.groups[x.params["groupId"]]
	if group == nil || group.State == "deleted" {
		return x.notFound()
	}
	if denied := x.checkExpand("groups"); denied != nil {
		return x.deny(denied)
	}
	var members []userAnswer
	for _, member := range group.Members {
		members = append(members, x.showUser(x.organization.users[member.ID]))
	}
	return page(x, x.ordered(members))
}
