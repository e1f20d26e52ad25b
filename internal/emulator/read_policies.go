package emulator

import "cmp"

func init() {
	cursor := []string{"after", "pageSize"}
	register(map[string]route{
		"GET /api/v2/authorization/policies":                                          {cursor, (*exchange).policies},
		"GET /api/v2/authorization/policies/subject/{subjectId}":                      {cursor, (*exchange).subjectPolicies},
		"GET /api/v2/authorization/policies/targets":                                  {nil, (*exchange).policyTargets},
		"GET /api/v2/authorization/policies/targets/{targetName}":                     {cursor, (*exchange).targetPolicies},
		"GET /api/v2/authorization/policies/targets/{targetName}/subject/{subjectId}": {nil, (*exchange).targetSubjectPolicy},
		"GET /api/v2/authorization/policies/{policyId}":                               {nil, (*exchange).policy},
		"GET /api/v2/authorization/policies/{policyId}/attributes":                    {nil, (*exchange).policyAttributes},
	})
}

// allSubjects is the subject id of a policy for everybody.
const allSubjects = "all"

func showAccessPolicy(policy AccessPolicy) AccessPolicy {
	if policy.Subject.Type == "ALL" {
		policy.Subject.ID = allSubjects
	}
	policy.SelfURI = cmp.Or(policy.SelfURI, "/api/v2/authorization/policies/"+policy.ID)
	return policy
}

// foundPolicies are those for which matches holds, in the platform's form.
func (x *exchange) foundPolicies(matches func(AccessPolicy) bool) []AccessPolicy {
	found := []AccessPolicy{}
	for _, policy := range x.organization.state.Policies {
		if shown := showAccessPolicy(policy); matches(shown) {
			found = append(found, shown)
		}
	}
	return found
}

func (x *exchange) policyPage(matches func(AccessPolicy) bool) answer {
	return cursorPage(x, x.foundPolicies(matches), func(p AccessPolicy) string { return p.ID })
}

func (x *exchange) policies() answer {
	return x.policyPage(func(AccessPolicy) bool { return true })
}

func (x *exchange) subjectPolicies() answer {
	return x.policyPage(func(p AccessPolicy) bool { return p.Subject.ID == x.params["subjectId"] })
}

func (x *exchange) targetPolicies() answer {
	return x.policyPage(func(p AccessPolicy) bool { return p.TargetResource == x.params["targetName"] })
}

func (x *exchange) firstPolicy(matches func(AccessPolicy) bool) answer {
	found := x.foundPolicies(matches)
	if len(found) == 0 {
		return x.notFound()
	}
	return x.ok(found[0])
}

func (x *exchange) targetSubjectPolicy() answer {
	return x.firstPolicy(func(p AccessPolicy) bool {
		return p.TargetResource == x.params["targetName"] && p.Subject.ID == x.params["subjectId"]
	})
}

func (x *exchange) policy() answer {
	return x.firstPolicy(func(p AccessPolicy) bool { return p.ID == x.params["policyId"] })
}

type targetsAnswer struct {
	BaseAttributes   []policyAttributeAnswer `json:"baseAttributes"`
	TargetAttributes map[string]targetAnswer `json:"targetAttributes"`
}

type targetAnswer struct {
	Description      string                  `json:"description"`
	PolicyAttributes []policyAttributeAnswer `json:"policyAttributes"`
}

type policyAttributeAnswer struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// policyTargets lists the targets of the organization's policies. Which attributes the platform knows for a target is not published:
// those that the policies preset are shown.
func (x *exchange) policyTargets() answer {
	out := targetsAnswer{[]policyAttributeAnswer{}, map[string]targetAnswer{}}
	for _, policy := range x.organization.state.Policies {
		target := out.TargetAttributes[policy.TargetResource]
		target.PolicyAttributes = full(target.PolicyAttributes)
		target.PolicyAttributes = append(target.PolicyAttributes, policy.attributes()...)
		out.TargetAttributes[policy.TargetResource] = target
	}
	return x.ok(out)
}

// attributes are those that the policy presets, by name.
func (p AccessPolicy) attributes() []policyAttributeAnswer {
	return each(sortedKeys(p.PresetAttributes), func(name string) policyAttributeAnswer {
		return policyAttributeAnswer{name, p.PresetAttributes[name].Type}
	})
}

type policyAttributesAnswer struct {
	ID               string                     `json:"id"`
	Name             string                     `json:"name,omitempty"`
	PolicyAttributes []policyAttributeAnswer    `json:"policyAttributes"`
	PresetAttributes map[string]PolicyAttribute `json:"presetAttributes"`
	SelfURI          string                     `json:"selfUri"`
}

func (x *exchange) policyAttributes() answer {
	for _, p := range x.organization.state.Policies {
		if p.ID == x.params["policyId"] {
			return x.ok(policyAttributesAnswer{p.ID, p.Name, p.attributes(), p.PresetAttributes, x.path})
		}
	}
	return x.notFound()
}
