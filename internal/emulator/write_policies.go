package emulator

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
)

// The platform evaluates the condition of a policy in simulate and checks it in validate. The grammar of conditions is not published, so
// both answer 501 where they would have to understand one.
func init() {
	queryValues["skipLockoutCheck"] = []string{"true", "false"}
	const targets = "/api/v2/authorization/policies/targets/{targetName}"
	lockout := []string{"skipLockoutCheck"}
	register(map[string]route{
		"POST " + targets: {lockout, (*exchange).createPolicy},
		"PUT " + targets:  {lockout, (*exchange).putPolicy},
		"PUT /api/v2/authorization/policies/{policyId}": {lockout, (*exchange).updatePolicy},
		"DELETE " + targets + "/subject/{subjectId}":    {nil, (*exchange).deletePolicy},
		"POST " + targets + "/validate":                 {nil, (*exchange).validatePolicy},
	})
}

// The values of a policy's fields.
var (
	policyEffects  = []string{"ALLOW", "DENY"}
	policySubjects = []string{"ALL", "USER", "CLIENT", "GROUP", "TEAM"}
)

// policyBody is the platform's AuthorizationPolicy as it is written. What only the platform sets is accepted and ignored.
type policyBody struct {
	Name             string                     `json:"name"`
	Description      string                     `json:"description"`
	TargetResource   string                     `json:"targetResource"`
	Subject          *PolicySubject             `json:"subject"`
	Effect           string                     `json:"effect"`
	Condition        json.RawMessage            `json:"condition"`
	PresetAttributes map[string]PolicyAttribute `json:"presetAttributes"`
	Active           *bool                      `json:"active"`
	ApplyToClients   *bool                      `json:"applyToClients"`

	ID           json.RawMessage `json:"id"`
	DateModified json.RawMessage `json:"dateModified"`
	SelfURI      json.RawMessage `json:"selfUri"`
}

func (x *exchange) createPolicy() answer { return x.storePolicy(false) }

func (x *exchange) putPolicy() answer { return x.storePolicy(true) }

// storePolicy writes the policy of a target and a subject, which together are its key.
func (x *exchange) storePolicy(replaces bool) answer {
	var body policyBody
	if denied := x.readBody(&body); denied != nil {
		return x.deny(denied)
	}
	var id string
	denied := x.write(func(d *draft) *denial {
		policy := AccessPolicy{TargetResource: x.params["targetName"]}
		if denied := d.fillPolicy(&policy, body); denied != nil {
			return denied
		}
		present := find(d.Policies, policy.sameKey)
		switch {
		case present == nil:
			policy.ID = newUUID()
			d.Policies = append(d.Policies, policy)
			d.record(auditPolicy, actionCreate, policy.ref(), nil, policy.properties())
		case !replaces:
			return conflict("The target [%s] already has a policy for the subject [%s].", policy.TargetResource, policy.Subject.ID)
		default:
			policy.ID = present.ID
			d.record(auditPolicy, actionUpdate, policy.ref(), present.properties(), policy.properties())
			*present = policy
		}
		id = policy.ID
		return nil
	})
	return x.finishWrite(denied, func() any { return x.storedPolicy(id) })
}

func (x *exchange) updatePolicy() answer {
	var body policyBody
	if denied := x.readBody(&body); denied != nil {
		return x.deny(denied)
	}
	denied := x.write(func(d *draft) *denial {
		present := find(d.Policies, func(p *AccessPolicy) bool { return p.ID == x.params["policyId"] })
		if present == nil {
			return missing()
		}
		policy := AccessPolicy{ID: present.ID, TargetResource: present.TargetResource}
		if denied := d.fillPolicy(&policy, body); denied != nil {
			return denied
		}
		other := func(p *AccessPolicy) bool { return p.ID != policy.ID && policy.sameKey(p) }
		if find(d.Policies, other) != nil {
			return conflict("The target [%s] already has a policy for the subject [%s].", policy.TargetResource, policy.Subject.ID)
		}
		d.record(auditPolicy, actionUpdate, policy.ref(), present.properties(), policy.properties())
		*present = policy
		return nil
	})
	return x.finishWrite(denied, func() any { return x.storedPolicy(x.params["policyId"]) })
}

func (x *exchange) deletePolicy() answer {
	return x.finishEmpty(x.write(func(d *draft) *denial {
		meant := func(p AccessPolicy) bool {
			return p.TargetResource == x.params["targetName"] && showAccessPolicy(p).Subject.ID == x.params["subjectId"]
		}
		at := slices.IndexFunc(d.Policies, meant)
		if at < 0 {
			return missing()
		}
		d.record(auditPolicy, actionDelete, d.Policies[at].ref(), d.Policies[at].properties(), nil)
		d.Policies = slices.Delete(d.Policies, at, at+1)
		return nil
	}))
}

// policyFault is one entity of the answer of validate.
type policyFault struct {
	Message   string            `json:"message"`
	ErrorType string            `json:"errorType"`
	Arguments map[string]string `json:"arguments"`
}

// validatePolicy checks a policy and stores nothing. The names of the error types are not published: the emulator shows its error codes.
func (x *exchange) validatePolicy() answer {
	var body policyBody
	if denied := x.readBody(&body); denied != nil {
		return x.deny(denied)
	}
	if isSet(body.Condition) {
		return x.deny(x.notModelled(x.entry.Endpoint()))
	}
	faults := []policyFault{}
	d := &draft{Organization: x.organization.state, x: x}
	if denied := d.fillPolicy(&AccessPolicy{TargetResource: x.params["targetName"]}, body); denied != nil {
		faults = append(faults, policyFault{denied.message, denied.code, map[string]string{}})
	}
	return x.ok(map[string][]policyFault{"entities": faults})
}

// fillPolicy checks what is sent of a policy and takes it over. A condition is stored as it is.
func (d *draft) fillPolicy(policy *AccessPolicy, body policyBody) *denial {
	if _, exists := d.x.organization.divisionAware[policy.TargetResource]; !exists {
		return refused("bad.request", "The target [%s] is no permission of the organization.", policy.TargetResource)
	}
	if body.TargetResource != "" && body.TargetResource != policy.TargetResource {
		return refused("bad.request", "The property [targetResource] does not name the target [%s].", policy.TargetResource)
	}
	if body.Subject == nil {
		return required("subject", "")
	}
	if denied := oneOf("effect", body.Effect, policyEffects); denied != nil {
		return denied
	}
	subject := *body.Subject
	if denied := d.checkPolicySubject(&subject); denied != nil {
		return denied
	}
	if isSet(body.Condition) && !bytes.HasPrefix(bytes.TrimSpace(body.Condition), []byte("{")) {
		return refused("bad.request", "The property [condition] is no object.")
	}
	policy.Name, policy.Description, policy.Subject, policy.Effect = body.Name, body.Description, subject, body.Effect
	policy.Condition, policy.PresetAttributes = nil, body.PresetAttributes
	if isSet(body.Condition) {
		policy.Condition = body.Condition
	}
	policy.Active, policy.ApplyToClients, policy.DateModified = body.Active, body.ApplyToClients, d.now
	return nil
}

// checkPolicySubject refuses a subject that does not exist. A team is not modelled: any id may be one.
func (d *draft) checkPolicySubject(subject *PolicySubject) *denial {
	if denied := oneOf("subject.type", subject.Type, policySubjects); denied != nil {
		return denied
	}
	if subject.Type == "ALL" {
		subject.ID = allSubjects
		return nil
	}
	if denied := required("subject.id", subject.ID); denied != nil {
		return denied
	}
	types := map[string]string{"USER": subjectUser, "GROUP": subjectGroup, "CLIENT": subjectClient}
	if kind, modelled := types[subject.Type]; modelled && d.grantee(kind, subject.ID) == nil {
		return refused("bad.request", "The subject [%s] does not exist.", subject.ID)
	}
	return nil
}

// isSet tells a field with a value from one that is absent or null.
func isSet(field json.RawMessage) bool { return len(field) > 0 && !bytes.Equal(field, []byte("null")) }

func (p *AccessPolicy) sameKey(other *AccessPolicy) bool {
	return p.TargetResource == other.TargetResource && showAccessPolicy(*p).Subject == showAccessPolicy(*other).Subject
}

func (p *AccessPolicy) ref() EntityRef { return EntityRef{ID: p.ID, Name: p.Name} }

func (p *AccessPolicy) properties() properties {
	out := properties{
		"name": values(p.Name), "description": values(p.Description), "targetResource": values(p.TargetResource),
		"subject": values(p.Subject.Type + ":" + p.Subject.ID), "effect": values(p.Effect), "condition": values(string(p.Condition)),
		"active": boolean(p.Active), "applyToClients": boolean(p.ApplyToClients),
	}
	for _, name := range slices.Sorted(maps.Keys(p.PresetAttributes)) {
		attribute := p.PresetAttributes[name]
		out["presetAttributes"] = append(out["presetAttributes"], name+":"+attribute.Type+":"+attribute.Value)
	}
	return out
}

func boolean(b *bool) []string {
	if b == nil {
		return nil
	}
	return values(strconv.FormatBool(*b))
}

// storedPolicy is a policy as it is stored.
func (x *exchange) storedPolicy(id string) AccessPolicy {
	return showAccessPolicy(*find(x.organization.state.Policies, func(p *AccessPolicy) bool { return p.ID == id }))
}
