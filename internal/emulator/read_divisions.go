package emulator

import (
	"net/http"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// divisionLimit is how many divisions an organization may have. The platform's own number is not published as a fact of the API.
const divisionLimit = 50

func init() {
	permitted := append([]string{"permission"}, paged...)
	register(map[string]route{
		"GET /api/v2/authorization/divisions": {
			append([]string{"id", "name", "sortBy", "expand", "nextPage", "previousPage", "objectCount"}, paged...), (*exchange).divisions},
		"GET /api/v2/authorization/divisions/home":                       {nil, (*exchange).homeDivision},
		"GET /api/v2/authorization/divisions/limit":                      {nil, (*exchange).divisionLimit},
		"GET /api/v2/authorization/divisions/query":                      {[]string{"before", "after", "pageSize", "id", "name"}, (*exchange).queryDivisions},
		"GET /api/v2/authorization/divisions/{divisionId}":               {[]string{"objectCount"}, (*exchange).division},
		"GET /api/v2/authorization/divisions/{divisionId}/grants":        {paged, (*exchange).divisionGrants},
		"GET /api/v2/authorization/divisionspermitted/me":                {[]string{"permission", "name"}, (*exchange).permittedDivisions},
		"GET /api/v2/authorization/divisionspermitted/paged/me":          {permitted, (*exchange).permittedDivisionPages},
		"GET /api/v2/authorization/divisionspermitted/paged/{subjectId}": {permitted, (*exchange).permittedDivisionPagesOf},
	})
}

// divisionAnswer is a division with the number of objects in it, which the platform counts only when asked.
type divisionAnswer struct {
	genesyscloud.Division
	ObjectCounts map[string]int64 `json:"objectCounts,omitempty"`
}

func (x *exchange) showDivision(division genesyscloud.Division) divisionAnswer {
	out := divisionAnswer{Division: showDivision(division)}
	if x.query.Get("objectCount") == "true" {
		out.ObjectCounts = map[string]int64{"USER": 0}
		for i := range x.organization.state.Users {
			if home := x.organization.divisionOf(&x.organization.state.Users[i]); home != nil && home.ID == division.ID {
				out.ObjectCounts["USER"]++
			}
		}
	}
	return out
}

// divisionOf is the division of a user, nil where the state has no home division.
func (o *organization) divisionOf(user *User) *genesyscloud.Division {
	if user.Division != nil {
		return o.divisions[user.Division.ID]
	}
	return o.homeDivision()
}

func (o *organization) homeDivision() *genesyscloud.Division {
	for i := range o.state.Divisions {
		if o.state.Divisions[i].HomeDivision {
			return &o.state.Divisions[i]
		}
	}
	return nil
}

func (x *exchange) foundDivisions() []genesyscloud.Division {
	var found []genesyscloud.Division
	for _, division := range x.organization.state.Divisions {
		if x.asksFor("id", division.ID) && x.asksForName(division.Name) {
			found = append(found, division)
		}
	}
	return sorted(x, found, func(d genesyscloud.Division) string { return d.ID }, func(d genesyscloud.Division) string { return d.Name })
}

func (x *exchange) divisions() answer {
	if denied := x.checkExpand(); denied != nil {
		return x.deny(denied)
	}
	return page(x, each(x.foundDivisions(), x.showDivision))
}

func (x *exchange) queryDivisions() answer {
	return cursorPage(x, each(x.foundDivisions(), x.showDivision), func(d divisionAnswer) string { return d.ID })
}

func (x *exchange) homeDivision() answer {
	home := x.organization.homeDivision()
	if home == nil {
		return x.notFound()
	}
	return x.ok(showDivision(*home))
}

func (x *exchange) divisionLimit() answer { return x.ok(divisionLimit) }

func (x *exchange) division() answer {
	division := x.organization.divisions[x.params["divisionId"]]
	if division == nil {
		return x.notFound()
	}
	return x.ok(x.showDivision(*division))
}

// divisionGrants lists who has a role in a division.
func (x *exchange) divisionGrants() answer {
	id := x.params["divisionId"]
	if x.organization.divisions[id] == nil {
		return x.notFound()
	}
	grants := []grantAnswer{}
	for _, holder := range x.organization.holders() {
		for _, g := range holder.grants {
			if g.division == id {
				grants = append(grants, x.organization.showGrant(g))
			}
		}
	}
	return pageOf(x, grants, maxGrantPageSize)
}

// permitted are the divisions in which grants give the permission that the request names. all says whether they give it everywhere.
func (x *exchange) permitted(grants []grant) (divisions []genesyscloud.Division, all bool, denied *denial) {
	permission := x.query.Get("permission")
	if permission == "" {
		return nil, false, &denial{http.StatusBadRequest, "bad.request", "The query parameter [permission] is required."}
	}
	divisions = []genesyscloud.Division{}
	for _, division := range x.organization.state.Divisions {
		if x.organization.permits(grants, permission, division.ID) && x.asksForName(division.Name) {
			divisions = append(divisions, showDivision(division))
		}
	}
	return divisions, x.organization.permits(grants, permission, allDivisions), nil
}

func (x *exchange) permittedDivisions() answer {
	divisions, _, denied := x.permitted(x.grants())
	if denied != nil {
		return x.deny(denied)
	}
	return x.ok(divisions)
}

func (x *exchange) permittedDivisionPages() answer { return x.permittedPages(x.grants()) }

func (x *exchange) permittedDivisionPagesOf() answer {
	holder := x.organization.holder(x.params["subjectId"])
	if holder == nil {
		return x.notFound()
	}
	return x.permittedPages(holder.grants)
}

func (x *exchange) permittedPages(grants []grant) answer {
	divisions, all, denied := x.permitted(grants)
	if denied != nil {
		return x.deny(denied)
	}
	listed, denied := pageListing(x, divisions, maxPageSize)
	if denied != nil {
		return x.deny(denied)
	}
	return x.ok(struct {
		listing[genesyscloud.Division]
		All bool `json:"allDivsPermitted"`
	}{listed, all})
}
