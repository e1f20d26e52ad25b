package emulator

import (
	"bytes"
	"slices"
)

// passesPolicies says whether the organization's access policies let the caller use a permission that its roles give. Policies only narrow: a DENY
// that binds the caller wins, and where a target has an ALLOW, the caller needs one that binds it. A target without policies is open. An
// undocumented case (a condition, a team, a pattern as target, another effect or subject) never lets a caller through.
func (x *exchange) passesPolicies(permission string) bool {
	if !x.organization.state.AccessControlByAttributes {
		return true
	}
	wanted, allowed := false, false
	for _, policy := range x.organization.state.Policies {
		if policy.Active == nil || !*policy.Active || !policy.concerns(permission) || x.user == nil && policy.isForUsersOnly() {
			continue
		}
		binds, known := x.boundBy(policy)
		switch {
		case policy.Effect == "DENY" && known && !binds: // whatever its target means
		case !known, policy.TargetResource != permission, policy.Effect == "DENY":
			return false
		case policy.Effect == "ALLOW" && (!binds || !policy.isConditional()):
			wanted, allowed = true, allowed || binds
		default:
			return false
		}
	}
	return allowed || !wanted
}

// concerns says whether the target of the policy is the permission, or a pattern that may mean it.
func (p AccessPolicy) concerns(permission string) bool {
	domain, entity, action, ok := splitPermission(permission)
	targetDomain, targetEntity, targetAction, _ := splitPermission(p.TargetResource)
	return ok && matches(targetDomain, domain) && matches(targetEntity, entity) && matches(targetAction, action)
}

func (p AccessPolicy) isConditional() bool {
	condition := bytes.TrimSpace(p.Condition)
	return len(condition) > 0 && !bytes.Equal(condition, []byte("null"))
}

// isForUsersOnly says whether the policy leaves OAuth clients alone. Whether that holds for a policy about one client is not documented.
func (p AccessPolicy) isForUsersOnly() bool {
	return p.ApplyToClients != nil && !*p.ApplyToClients && slices.Contains([]string{"ALL", "USER", "GROUP", "TEAM"}, p.Subject.Type)
}

// boundBy says whether a policy is about the caller; known is false where nothing documents whether it is. A policy about a client binds that
// client whatever applyToClients says. Without applyToClients, it is not documented whether a policy binds clients, except that a policy about a
// user does not bind clients. Whether a client can be in a group is not documented either.
func (x *exchange) boundBy(policy AccessPolicy) (binds, known bool) {
	bindsClients := policy.ApplyToClients != nil && *policy.ApplyToClients
	switch policy.Subject.Type {
	case "ALL":
		return true, x.user != nil || bindsClients
	case "USER":
		return x.user != nil && x.user.ID == policy.Subject.ID, x.user != nil || bindsClients || policy.Effect == "DENY"
	case "CLIENT":
		return x.client.ID == policy.Subject.ID, true
	case "GROUP":
		return x.user != nil && x.isInGroup(policy.Subject.ID), x.user != nil
	}
	return false, false
}

func (x *exchange) isInGroup(id string) bool {
	return slices.ContainsFunc(x.organization.groupsOf[x.user.ID], func(g *Group) bool { return g.ID == id })
}
