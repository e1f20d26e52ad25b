package emulator

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

func init() {
	queryValues["force"] = []string{"true", "false"}
	register(map[string]route{
		"POST /api/v2/authorization/divisions":                {nil, (*exchange).createDivision},
		"PUT /api/v2/authorization/divisions/{divisionId}":    {nil, (*exchange).updateDivision},
		"DELETE /api/v2/authorization/divisions/{divisionId}": {[]string{"force"}, (*exchange).deleteDivision},
	})
}

// divisionBody is the platform's AuthzDivision as it is written. What only the platform sets is accepted and ignored.
type divisionBody struct {
	Name        string  `json:"name"`
	Description *string `json:"description"` // the platform's model requires it

	ID           json.RawMessage `json:"id"`
	HomeDivision json.RawMessage `json:"homeDivision"`
	ObjectCounts json.RawMessage `json:"objectCounts"`
	SelfURI      json.RawMessage `json:"selfUri"`
}

func (x *exchange) createDivision() answer {
	var body divisionBody
	if denied := x.readBody(&body); denied != nil {
		return x.deny(denied)
	}
	division := genesyscloud.Division{ID: newUUID()}
	denied := x.write(func(d *draft) *denial {
		if denied := d.fillDivision(&division, body); denied != nil {
			return denied
		}
		d.Divisions = append(d.Divisions, division)
		d.record(auditDivision, actionCreate, divisionRef(&division), nil, divisionProperties(&division))
		return nil
	})
	return x.finishWrite(denied, func() any { return x.showDivision(*x.organization.divisions[division.ID]) })
}

func (x *exchange) updateDivision() answer {
	var body divisionBody
	if denied := x.readBody(&body); denied != nil {
		return x.deny(denied)
	}
	denied := x.write(func(d *draft) *denial {
		division := d.division(x.params["divisionId"])
		if division == nil {
			return missing()
		}
		before := divisionProperties(division)
		if denied := d.fillDivision(division, body); denied != nil {
			return denied
		}
		d.record(auditDivision, actionUpdate, divisionRef(division), before, divisionProperties(division))
		return nil
	})
	return x.finishWrite(denied, func() any { return x.showDivision(*x.organization.divisions[x.params["divisionId"]]) })
}

// deleteDivision deletes a division. One that something is granted in is deleted by force only, with the grants.
func (x *exchange) deleteDivision() answer {
	return x.finishEmpty(x.write(func(d *draft) *denial {
		division := d.division(x.params["divisionId"])
		if division == nil {
			return missing()
		}
		if division.HomeDivision {
			return refused("bad.request", "The home division cannot be deleted.")
		}
		here := func(pair genesyscloud.RoleDivision) bool { return pair.DivisionID == x.params["divisionId"] }
		d.record(auditDivision, actionDelete, divisionRef(division), divisionProperties(division), nil)
		if revoked := d.revoke(here); revoked > 0 && x.query.Get("force") != "true" {
			return conflict("The division has %d grants. Delete it with force=true.", revoked)
		}
		d.Divisions = slices.DeleteFunc(d.Divisions, func(v genesyscloud.Division) bool { return v.ID == x.params["divisionId"] })
		return nil
	}))
}

func (d *draft) fillDivision(division *genesyscloud.Division, body divisionBody) *denial {
	if denied := required("name", body.Name); denied != nil {
		return denied
	}
	if body.Description == nil {
		return required("description", "")
	}
	namesake := find(d.Divisions, func(v *genesyscloud.Division) bool {
		return v.ID != division.ID && strings.EqualFold(v.Name, body.Name)
	})
	if namesake != nil {
		return conflict("A division with the name [%s] already exists.", body.Name)
	}
	division.Name, division.Description = body.Name, *body.Description
	return nil
}

func divisionRef(v *genesyscloud.Division) EntityRef { return EntityRef{ID: v.ID, Name: v.Name} }

func divisionProperties(v *genesyscloud.Division) properties {
	return properties{"name": values(v.Name), "description": values(v.Description)}
}
