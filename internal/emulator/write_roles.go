package emulator

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

func init() {
	register(map[string]route{
		"POST /api/v2/authorization/roles":            {nil, (*exchange).createRole},
		"PUT /api/v2/authorization/roles/{roleId}":    {nil, (*exchange).updateRole},
		"PATCH /api/v2/authorization/roles/{roleId}":  {nil, (*exchange).patchRole},
		"DELETE /api/v2/authorization/roles/{roleId}": {nil, (*exchange).deleteRole},
	})
}

// roleBody is the platform's DomainOrganizationRole as it is written. What only the platform sets is accepted and ignored.
type roleBody struct {
	Name               string                          `json:"name"`
	Description        string                          `json:"description"`
	DefaultRoleID      string                          `json:"defaultRoleId"`
	Permissions        []string                        `json:"permissions"`
	PermissionPolicies []genesyscloud.PermissionPolicy `json:"permissionPolicies"`
	RoleNeedsUpdate    *bool                           `json:"roleNeedsUpdate"`

	ID                     json.RawMessage `json:"id"`
	UnusedPermissions      json.RawMessage `json:"unusedPermissions"`
	UserCount              json.RawMessage `json:"userCount"`
	BaseLicense            json.RawMessage `json:"baseLicense"`
	AddonLicenses          json.RawMessage `json:"addonLicenses"`
	DateLicenseLastUpdated json.RawMessage `json:"dateLicenseLastUpdated"`
	Default                json.RawMessage `json:"default"`
	Base                   json.RawMessage `json:"base"`
	SelfURI                json.RawMessage `json:"selfUri"`
}

func (x *exchange) createRole() answer {
	var body roleBody
	if denied := x.readBody(&body); denied != nil {
		return x.deny(denied)
	}
	role := genesyscloud.Role{ID: newUUID()}
	denied := x.write(func(d *draft) *denial {
		if denied := d.fillRole(&role, body); denied != nil {
			return denied
		}
		d.Roles = append(d.Roles, role)
		d.markRole(role.ID, body.RoleNeedsUpdate)
		d.record(auditRole, actionCreate, roleRef(&role), nil, d.roleProperties(&role))
		return nil
	})
	return x.finishWrite(denied, func() any { return x.showRole(*x.organization.roles[role.ID]) })
}

func (x *exchange) updateRole() answer {
	var body roleBody
	if denied := x.readBody(&body); denied != nil {
		return x.deny(denied)
	}
	return x.editRole(func(d *draft, role *genesyscloud.Role) *denial {
		if denied := d.fillRole(role, body); denied != nil {
			return denied
		}
		d.markRole(role.ID, body.RoleNeedsUpdate)
		return nil
	})
}

// patchRole changes the one field that the platform patches.
func (x *exchange) patchRole() answer {
	var body roleBody
	if denied := x.readBody(&body); denied != nil {
		return x.deny(denied)
	}
	return x.editRole(func(d *draft, role *genesyscloud.Role) *denial {
		if body.RoleNeedsUpdate == nil {
			return required("roleNeedsUpdate", "")
		}
		d.markRole(role.ID, body.RoleNeedsUpdate)
		return nil
	})
}

func (x *exchange) editRole(edit func(*draft, *genesyscloud.Role) *denial) answer {
	denied := x.write(func(d *draft) *denial {
		role := d.role(x.params["roleId"])
		if role == nil {
			return missing()
		}
		before := d.roleProperties(role)
		if denied := edit(d, role); denied != nil {
			return denied
		}
		d.record(auditRole, actionUpdate, roleRef(role), before, d.roleProperties(role))
		return nil
	})
	return x.finishWrite(denied, func() any { return x.showRole(*x.organization.roles[x.params["roleId"]]) })
}

// deleteRole deletes a role and its grants.
func (x *exchange) deleteRole() answer {
	return x.finishEmpty(x.write(func(d *draft) *denial {
		role := d.role(x.params["roleId"])
		if role == nil {
			return missing()
		}
		no := false
		d.record(auditRole, actionDelete, roleRef(role), d.roleProperties(role), nil)
		d.markRole(role.ID, &no)
		d.revoke(func(pair genesyscloud.RoleDivision) bool { return pair.RoleID == x.params["roleId"] })
		d.Roles = slices.DeleteFunc(d.Roles, func(r genesyscloud.Role) bool { return r.ID == x.params["roleId"] })
		return nil
	}))
}

// fillRole checks what is sent of a role and takes it over. As on the platform a permission need not exist.
func (d *draft) fillRole(role *genesyscloud.Role, body roleBody) *denial {
	if denied := required("name", body.Name); denied != nil {
		return denied
	}
	namesake := find(d.Roles, func(r *genesyscloud.Role) bool { return r.ID != role.ID && strings.EqualFold(r.Name, body.Name) })
	if namesake != nil {
		return conflict("A role with the name [%s] already exists.", body.Name)
	}
	for _, policy := range body.PermissionPolicies {
		for _, field := range []struct{ name, value string }{
			{"domain", policy.Domain}, {"entityName", policy.EntityName}, {"actionSet", strings.Join(policy.ActionSet, "")},
		} {
			if denied := required("permissionPolicies."+field.name, field.value); denied != nil {
				return denied
			}
		}
		if _, err := condition(policy); err != nil {
			return refused("bad.request", "%s.", err)
		}
	}
	role.Name, role.Description = body.Name, body.Description
	role.DefaultRoleID = cmp.Or(body.DefaultRoleID, role.DefaultRoleID)
	role.Permissions, role.PermissionPolicies = body.Permissions, body.PermissionPolicies
	return nil
}

// markRole notes whether a role needs an update; nil leaves it as it is.
func (d *draft) markRole(id string, needsUpdate *bool) {
	if needsUpdate == nil {
		return
	}
	d.RolesNeedingUpdate = slices.DeleteFunc(d.RolesNeedingUpdate, func(marked string) bool { return marked == id })
	if *needsUpdate {
		d.RolesNeedingUpdate = append(d.RolesNeedingUpdate, id)
	}
}

func roleRef(r *genesyscloud.Role) EntityRef { return EntityRef{ID: r.ID, Name: r.Name} }

func (d *draft) roleProperties(r *genesyscloud.Role) properties {
	out := properties{
		"name":               values(r.Name),
		"description":        values(r.Description),
		"permissions":        r.Permissions,
		"permissionPolicies": each(r.PermissionPolicies, auditedPolicy),
	}
	if slices.Contains(d.RolesNeedingUpdate, r.ID) {
		out["roleNeedsUpdate"] = values("true")
	}
	return out
}

// auditedPolicy is a policy of a role as the audit trail shows it: routing:queue:[add, view], and the condition after it.
func auditedPolicy(p genesyscloud.PermissionPolicy) string {
	text := p.Domain + ":" + p.EntityName + ":" + bracketed(p.ActionSet)
	if restriction, err := condition(p); err == nil && restriction != nil {
		text += " " + string(restriction)
	}
	return text
}
