package emulator

import (
	"net/http"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// maxRoleIDs is how many roles a request may name by id.
const maxRoleIDs = 100

func init() {
	register(map[string]route{
		"GET /api/v2/authorization/roles": {append([]string{
			"id", "name", "permission", "defaultRoleId", "sortBy", "expand", "nextPage", "previousPage", "userCount"}, paged...), (*exchange).roles},
		"GET /api/v2/authorization/roles/settings": {nil, (*exchange).roleSettings},
		"GET /api/v2/authorization/roles/{roleId}": {[]string{"userCount", "expand"}, (*exchange).role},
		"GET /api/v2/authorization/roles/{roleId}/subjectgrants": {
			append([]string{"sortBy", "expand", "nextPage", "previousPage"}, paged...), (*exchange).roleHolders},
		"GET /api/v2/authorization/settings":             {nil, (*exchange).authorizationSettings},
		"GET /api/v2/authorization/subjects/{subjectId}": {[]string{"includeDuplicates"}, (*exchange).subject},
		"GET /api/v2/authorization/subjects/me":          {[]string{"includeDuplicates"}, (*exchange).ownSubject},
	})
}

func (x *exchange) roles() answer {
	if len(x.list("id")) > maxRoleIDs {
		return x.fail(http.StatusBadRequest, "max.role.ids", "Only 100 roles can be requested at a time.")
	}
	if denied := x.checkExpand("unusedPermissions"); denied != nil {
		return x.deny(denied)
	}
	var found []genesyscloud.Role
	for _, role := range x.organization.state.Roles {
		if x.asksFor("id", role.ID) && x.asksFor("defaultRoleId", role.DefaultRoleID) && x.asksForName(role.Name) && x.asksForPermissionOf(role) {
			found = append(found, role)
		}
	}
	found = sorted(x, found, func(r genesyscloud.Role) string { return r.ID }, func(r genesyscloud.Role) string { return r.Name })
	return page(x, each(found, x.showRole))
}

func (x *exchange) role() answer {
	role := x.organization.roles[x.params["roleId"]]
	if role == nil {
		return x.notFound()
	}
	if denied := x.checkExpand("unusedPermissions"); denied != nil {
		return x.deny(denied)
	}
	return x.ok(x.showRole(*role))
}

// asksFor says whether a value is among those of a filter; without the filter every value is.
func (x *exchange) asksFor(filter, value string) bool {
	return !x.query.Has(filter) || slices.Contains(x.list(filter), value)
}

// asksForName compares names as the platform does: any case, and a trailing * stands for any ending.
func (x *exchange) asksForName(name string) bool {
	if !x.query.Has("name") {
		return true
	}
	wanted, start := strings.CutSuffix(strings.ToLower(x.query.Get("name")), "*")
	name = strings.ToLower(name)
	return name == wanted || start && strings.HasPrefix(name, wanted)
}

func (x *exchange) asksForPermissionOf(role genesyscloud.Role) bool {
	grants := []grant{{roleID: role.ID, role: &role, division: allDivisions}}
	return !x.query.Has("permission") ||
		slices.ContainsFunc(x.list("permission"), func(p string) bool { return x.organization.permits(grants, p, "") })
}

// holder is somebody to whom roles can be granted.
type holder struct {
	id, name, kind string
	grants         []grant // a user's include those of its groups
}

// holder finds a user, a group or an OAuth client.
func (o *organization) holder(id string) *holder {
	if user := o.users[id]; user != nil {
		return &holder{id, user.Name, "PC_USER", o.grantsOfUser(user)}
	}
	if group := o.groups[id]; group != nil {
		return &holder{id, group.Name, "PC_GROUP", o.grantsMadeTo(id, group.Grants)}
	}
	if client := o.clients[id]; client != nil {
		return &holder{id, client.Name, "PC_OAUTH_CLIENT", o.grantsOfClient(client)}
	}
	return nil
}

// holders are all of them, with the grants that were made to them directly.
func (o *organization) holders() []holder {
	var out []holder
	for _, user := range o.state.Users {
		out = append(out, holder{user.ID, user.Name, "PC_USER", o.grantsMadeTo(user.ID, user.Grants)})
	}
	for _, group := range o.state.Groups {
		out = append(out, holder{group.ID, group.Name, "PC_GROUP", o.grantsMadeTo(group.ID, group.Grants)})
	}
	for i := range o.state.Clients {
		client := &o.state.Clients[i]
		out = append(out, holder{client.ID, client.Name, "PC_OAUTH_CLIENT", o.grantsOfClient(client)})
	}
	return out
}

func (x *exchange) subject() answer {
	holder := x.organization.holder(x.params["subjectId"])
	if holder == nil {
		return x.notFound()
	}
	return x.ok(x.showSubject(holder.id, holder.name, holder.grants))
}

// ownSubject is the user's: the platform refuses clients here.
func (x *exchange) ownSubject() answer {
	return x.ok(x.showSubject(x.user.ID, x.user.Name, x.grants()))
}

type holderAnswer struct {
	ID        string                  `json:"id"`
	Name      string                  `json:"name"`
	Divisions []genesyscloud.Division `json:"divisions"`
	Type      string                  `json:"type"`
	SelfURI   string                  `json:"selfUri"`
}

// roleHolders lists the users, groups and OAuth clients to whom a role was granted directly.
func (x *exchange) roleHolders() answer {
	role := x.params["roleId"]
	if x.organization.roles[role] == nil {
		return x.notFound()
	}
	if denied := x.checkExpand(); denied != nil {
		return x.deny(denied)
	}
	var found []holderAnswer
	for _, holder := range x.organization.holders() {
		out := holderAnswer{holder.id, holder.name, []genesyscloud.Division{}, holder.kind, "/api/v2/authorization/subjects/" + holder.id}
		for _, g := range holder.grants {
			if g.roleID == role {
				out.Divisions = append(out.Divisions, x.organization.showGrant(g).Division)
			}
		}
		if len(out.Divisions) > 0 {
			found = append(found, out)
		}
	}
	return page(x, sorted(x, found, func(h holderAnswer) string { return h.ID }, func(h holderAnswer) string { return h.Name }))
}

// authorizationSettings says that the platform's analysis of unused permissions is off, so that no role has any to show.
func (x *exchange) authorizationSettings() answer {
	return x.ok(map[string]any{"analysisEnabled": false, "analysisDays": 0})
}

// roleSettings says that default roles stay as they are, and that the division of a grant is not held against its maker's.
func (x *exchange) roleSettings() answer {
	return x.ok(map[string]any{"backfillEnabled": false, "authorizationGrantDivisionAware": false})
}
