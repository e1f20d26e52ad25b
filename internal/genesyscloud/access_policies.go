package genesyscloud

import (
	"bytes"
	"context"
	"encoding/json"
)

// AccessPolicy is one entity of GET /api/v2/authorization/policies: it narrows what roles grant on one target. A field that the answer does not
// show is empty or nil, which is not a value.
type AccessPolicy struct {
	ID             string              `json:"id,omitempty"`
	Name           string              `json:"name,omitempty"`
	TargetResource string              `json:"targetResource,omitempty"` // domain:entity:action
	Subject        AccessPolicySubject `json:"subject"`
	Effect         string              `json:"effect,omitempty"`    // ALLOW, DENY
	Condition      json.RawMessage     `json:"condition,omitempty"` // opaque: its grammar is not documented
	Description    string              `json:"description,omitempty"`
	DateModified   string              `json:"dateModified,omitempty"`
	// Active is false for a policy that is stored and not enforced, which the platform also writes as null.
	Active *bool `json:"active,omitempty"`
	// ApplyToClients says whether the policy binds OAuth clients too.
	ApplyToClients *bool  `json:"applyToClients,omitempty"`
	SelfURI        string `json:"selfUri,omitempty"`
}

// AccessPolicySubject is whom an access policy is about: ALL (with the id "all"), USER, CLIENT, GROUP or TEAM.
type AccessPolicySubject struct {
	Type string `json:"type,omitempty"`
	ID   string `json:"id,omitempty"`
}

// UnmarshalJSON implements json.Unmarshaler: an `active` of null is false.
func (p *AccessPolicy) UnmarshalJSON(data []byte) error {
	type plain AccessPolicy
	wire := struct {
		*plain
		Active json.RawMessage `json:"active"`
	}{plain: (*plain)(p)}
	if err := json.Unmarshal(data, &wire); err != nil {
		return err
	}
	if wire.Active == nil {
		return nil
	}
	p.Active = new(bool)
	return json.Unmarshal(wire.Active, p.Active) // null leaves it as it is
}

// Conditional says whether the policy decides only under a condition.
func (p *AccessPolicy) Conditional() bool {
	condition := bytes.TrimSpace(p.Condition)
	return len(condition) > 0 && string(condition) != "null" && string(condition) != "{}"
}

var accessPoliciesNoun = noun[AccessPolicy]{
	endpoint: endpoint{"/api/v2/authorization/policies", "authorization:policy:view"},
	identify: func(policy *AccessPolicy) (string, error) { return policy.ID, requireText("id", policy.ID) },
}

// AccessPolicies reads every access policy of the organization: GET /api/v2/authorization/policies, permission
// authorization:policy:view.
func (c *Client) AccessPolicies(ctx context.Context) ([]AccessPolicy, error) {
	return c.accessPolicies.get(ctx, func(ctx context.Context) ([]AccessPolicy, error) {
		return readAfter(ctx, c, accessPoliciesNoun)
	})
}
