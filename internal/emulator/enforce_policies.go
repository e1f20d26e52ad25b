package emulator

import (
	"bytes"
	"slices"
)

// passesPolicies says whether the organization's access policies let the caller use a permission that its roles give. Policies only
// narrow: a DENY that binds the caller wins, and where a target has an ALLOW, the caller needs one that binds it. A target without
// policies is open. What nobody has documented (a condition, a team, another effect or subject) never lets a caller through.
func (x *exchange) passesPolicies(permission string) bool {
	if !x.organization.state.AccessControlByAttributes {
		return true
	}
	wanted, allowed := false, false
	for _, policy := range x.organization.state.Policies {
		if policy.TargetResource != permission || policy.Active == nil || !*policy.Active {
			continue
		}
		binds, known := x.boundBy(policy)
		switch {
		case !known, policy.Effect != "ALLOW" && policy.Effect != "DENY":
			return false
		case policy.Effect == "DENY" && binds:
			return false
		case policy.Effect == "ALLOW" && binds && policy.isConditional():
			return false
		case policy.Effect == "ALLOW" && (binds || x.user != nil || policy.appliesToClients()):
			wanted, allowed = true, allowed || binds
		}
	}
	return allowed || !wanted
}

func (p AccessPolicy) isConditional() bool {
	condition := bytes.TrimSpace(p.Condition)
	return len(condition) > 0 && !bytes.Equal(condition, []byte("null"))
}

func (p AccessPolicy) appliesToClients() bool { return p.ApplyToClients != nil && *p.ApplyToClients }

// boundBy says whether a policy is about the caller; known is false where nothing documents whether it is. A policy about a client binds
// that client whatever applyToClients says: no source says whether such a policy needs it, and the emulator does not guess in the
// caller's favor.
func (x *exchange) boundBy(policy AccessPolicy) (binds, known bool) {
	switch policy.Subject.Type {
	case "ALL":
		return x.user != nil || policy.appliesToClients(), true
	case "USER":
		return x.user != nil && x.user.ID == policy.Subject.ID, true
	case "CLIENT":
		return x.client.ID == policy.Subject.ID, true
	case "GROUP":
		return x.user != nil && slices.ContainsFunc(x.organization.groupsOf[x.user.ID], func(g *Group) bool { return g.ID == policy.Subject.ID }), true
	}
	return false, false
}
