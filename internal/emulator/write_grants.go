package emulator

import (
	"slices"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// The platform's types of a subject of grants.
const (
	subjectUser   = "PC_USER"
	subjectGroup  = "PC_GROUP"
	subjectClient = "PC_OAUTH_CLIENT"
)

func init() {
	queryValues["subjectType"] = []string{subjectUser, subjectGroup, subjectClient}
	const subject = "/api/v2/authorization/subjects/{subjectId}"
	typed := []string{"subjectType"}
	register(map[string]route{
		"POST " + subject + "/divisions/{divisionId}/roles/{roleId}":   {typed, (*exchange).addGrant},
		"DELETE " + subject + "/divisions/{divisionId}/roles/{roleId}": {nil, (*exchange).removeGrant},
		"POST " + subject + "/bulkadd":                                 {typed, (*exchange).addGrants},
		"POST " + subject + "/bulkremove":                              {nil, (*exchange).removeGrants},
		"POST " + subject + "/bulkreplace":                             {typed, (*exchange).replaceGrants},
		"POST /api/v2/authorization/roles/{roleId}":                    {typed, (*exchange).addMembers},
	})
}

// grantsBody is the platform's RoleDivisionGrants.
type grantsBody struct {
	Grants *[]genesyscloud.RoleDivision `json:"grants"`
}

// membersBody is the platform's SubjectDivisions.
type membersBody struct {
	SubjectIDs  []string `json:"subjectIds"`
	DivisionIDs []string `json:"divisionIds"`
}

func (x *exchange) addGrant() answer {
	return x.finishEmpty(x.write(func(d *draft) *denial {
		pair := x.pathPair()
		if d.role(pair.RoleID) == nil || pair.DivisionID != allDivisions && d.division(pair.DivisionID) == nil {
			return missing()
		}
		return d.grantAll(x.subjectType(), x.params["subjectId"], []genesyscloud.RoleDivision{pair})
	}))
}

func (x *exchange) removeGrant() answer {
	return x.finishEmpty(x.write(func(d *draft) *denial {
		grantee := d.grantee("", x.params["subjectId"])
		if grantee == nil || !slices.Contains(grantee.pairs(), x.pathPair()) {
			return missing()
		}
		d.take(grantee, x.pathPair())
		return nil
	}))
}

func (x *exchange) addGrants() answer {
	pairs, denied := x.readGrantsBody()
	if denied != nil {
		return x.deny(denied)
	}
	return x.finishEmpty(x.write(func(d *draft) *denial { return d.grantAll(x.subjectType(), x.params["subjectId"], pairs) }))
}

func (x *exchange) removeGrants() answer {
	pairs, denied := x.readGrantsBody()
	if denied != nil {
		return x.deny(denied)
	}
	return x.finishEmpty(x.write(func(d *draft) *denial {
		grantee := d.grantee("", x.params["subjectId"])
		if grantee == nil {
			return missing()
		}
		for _, pair := range pairs {
			d.take(grantee, pair)
		}
		return nil
	}))
}

// replaceGrants sets the direct grants of a subject. Grants that a user has from a group are the group's: they stay.
func (x *exchange) replaceGrants() answer {
	wanted, denied := x.readGrantsBody()
	if denied != nil {
		return x.deny(denied)
	}
	return x.finishEmpty(x.write(func(d *draft) *denial {
		grantee := d.grantee(x.subjectType(), x.params["subjectId"])
		if grantee == nil {
			return missing()
		}
		for _, pair := range grantee.pairs() {
			if !slices.Contains(wanted, pair) {
				d.take(grantee, pair)
			}
		}
		return d.grantAll(x.subjectType(), x.params["subjectId"], wanted)
	}))
}

// addMembers grants a role in several divisions to several subjects.
func (x *exchange) addMembers() answer {
	var body membersBody
	if denied := x.readBody(&body); denied != nil {
		return x.deny(denied)
	}
	return x.finishEmpty(x.write(func(d *draft) *denial {
		if d.role(x.params["roleId"]) == nil {
			return missing()
		}
		if len(body.SubjectIDs) == 0 {
			return required("subjectIds", "")
		}
		if len(body.DivisionIDs) == 0 {
			return required("divisionIds", "")
		}
		pairs := each(body.DivisionIDs, func(id string) genesyscloud.RoleDivision {
			return genesyscloud.RoleDivision{RoleID: x.params["roleId"], DivisionID: id}
		})
		for _, subject := range body.SubjectIDs {
			if d.grantee(x.subjectType(), subject) == nil {
				return refused("bad.request", "The subject [%s] does not exist.", subject)
			}
			if denied := d.grantAll(x.subjectType(), subject, pairs); denied != nil {
				return denied
			}
		}
		return nil
	}))
}

func (x *exchange) pathPair() genesyscloud.RoleDivision {
	return genesyscloud.RoleDivision{RoleID: x.params["roleId"], DivisionID: x.params["divisionId"]}
}

func (x *exchange) readGrantsBody() ([]genesyscloud.RoleDivision, *denial) {
	var body grantsBody
	if denied := x.readBody(&body); denied != nil {
		return nil, denied
	}
	if body.Grants == nil {
		return nil, required("grants", "")
	}
	return *body.Grants, nil
}

// subjectType is the type of the subject that a grant is made to; the platform's default is a user.
func (x *exchange) subjectType() string {
	if !x.query.Has("subjectType") {
		return subjectUser
	}
	return x.query.Get("subjectType")
}

// grantee is a subject with its direct grants, in whichever form the state has them.
type grantee struct {
	id     string
	client *genesyscloud.List[genesyscloud.RoleDivision]
	others *[]genesyscloud.AuthGrant
}

// grantee finds a subject of a type, or with "" of any.
func (d *draft) grantee(subjectType, id string) *grantee {
	is := func(wanted string) bool { return subjectType == "" || subjectType == wanted }
	if user := d.user(id); user != nil && is(subjectUser) {
		return &grantee{id: id, others: &user.Grants}
	}
	if group := find(d.Groups, func(g *Group) bool { return g.ID == id }); group != nil && is(subjectGroup) {
		return &grantee{id: id, others: &group.Grants}
	}
	if client := d.client(id); client != nil && is(subjectClient) {
		return &grantee{id: id, client: &client.RoleDivisions}
	}
	return nil
}

func (h *grantee) pairs() []genesyscloud.RoleDivision {
	if h.client != nil {
		return slices.Clone(*h.client)
	}
	return each(*h.others, pairOf)
}

func pairOf(g genesyscloud.AuthGrant) genesyscloud.RoleDivision {
	return genesyscloud.RoleDivision{RoleID: g.Role.ID, DivisionID: g.Division.ID}
}

func (h *grantee) add(pair genesyscloud.RoleDivision, at string) {
	if h.client != nil {
		*h.client = append(*h.client, pair)
		return
	}
	*h.others = append(*h.others, genesyscloud.AuthGrant{
		Role: genesyscloud.SubjectRole{ID: pair.RoleID}, Division: genesyscloud.Division{ID: pair.DivisionID}, GrantMadeAt: at,
	})
}

// remove removes the grants that are meant and returns how many they were.
func (h *grantee) remove(meant func(genesyscloud.RoleDivision) bool) int {
	before := len(h.pairs())
	if h.client != nil {
		*h.client = slices.DeleteFunc(*h.client, meant)
	} else {
		*h.others = slices.DeleteFunc(*h.others, func(g genesyscloud.AuthGrant) bool { return meant(pairOf(g)) })
	}
	return before - len(h.pairs())
}

// grantAll grants a subject what it does not have yet.
func (d *draft) grantAll(subjectType, id string, pairs []genesyscloud.RoleDivision) *denial {
	grantee := d.grantee(subjectType, id)
	if grantee == nil {
		return missing()
	}
	for _, pair := range pairs {
		if denied := d.checkPair(pair); denied != nil {
			return denied
		}
		if slices.Contains(grantee.pairs(), pair) {
			continue
		}
		grantee.add(pair, d.now)
		d.recordGrant(actionMemberAdd, id, pair.RoleID, PropertyChange{"division", []string{}, []string{pair.DivisionID}})
	}
	return nil
}

// take removes a grant from a subject, if it has it.
func (d *draft) take(h *grantee, pair genesyscloud.RoleDivision) {
	if h.remove(func(p genesyscloud.RoleDivision) bool { return p == pair }) > 0 {
		d.recordGrant(actionMemberRemove, h.id, pair.RoleID, PropertyChange{"division", []string{pair.DivisionID}, []string{}})
	}
}

// recordGrant records a change of a role's members. The platform names the subject in the name of the entity.
func (d *draft) recordGrant(action, subject, role string, change PropertyChange) {
	name := subject + "--" + role + "--" + d.Organization.Organization.ID
	d.recordChanges(auditRole, action, EntityRef{ID: role, Name: name}, []PropertyChange{change})
}

// revoke removes the grants that are meant from every subject, as part of a deletion, and returns how many they were.
func (d *draft) revoke(meant func(genesyscloud.RoleDivision) bool) int {
	count := 0
	for i := range d.Users {
		count += d.grantee(subjectUser, d.Users[i].ID).remove(meant)
	}
	for i := range d.Groups {
		count += d.grantee(subjectGroup, d.Groups[i].ID).remove(meant)
	}
	for i := range d.Clients {
		count += d.grantee(subjectClient, d.Clients[i].ID).remove(meant)
	}
	return count
}
