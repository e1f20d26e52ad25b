package audit

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

var grantTypeRule = rule{
	Description: Description{
		ID: CheckGrantType, Title: "The grant type is allowed", Failed: "Grant type not allowed",
		Stage: StageToken, Severity: 6.0,
		Cause: "The client signs in with a grant type that is not allowed or that an endpoint refuses. The check warns of a user-context grant, " +
			"since it acts with a user's rights and a server-to-server integration should have its own. It also warns of the implicit grant, " +
			"which the platform is retiring.",
		Remedy: "Create a client with an allowed grant type under " + oauthAdmin + ", or add the grant type to allowed_grant_types.",
	},
	asks:  []Argument{ArgEndpoints},
	judge: judgeGrantType,
}

// judgeGrantType judges how the client signs in: by what is allowed, and by what the endpoints take.
func judgeGrantType(v *view) (o opinion) {
	o.applies = true
	grantType := v.client.GrantType
	report := func(status Status, message, remediation string) {
		finding := Finding{
			Status: status, Subject: cmp.Or(grantType, v.client.label()), Message: message, Remediation: remediation,
		}
		if v.req.AllowedGrantTypes != nil {
			finding.Argument = ArgAllowedGrantTypes
		}
		if status == Unknown { // what is not allowed here may well work
			finding.Endpoints = v.allEndpoints()
		}
		o.report(finding)
	}
	switch {
	case v.client.kind == access.KindNotKnown:
		report(Unknown, fmt.Sprintf("The platform does not document the grant type %q.", grantType),
			"Look at the client under "+oauthAdmin+".")
	case slices.Contains(v.req.AllowedGrantTypes, grantType):
	case v.req.isDeferred(ArgAllowedGrantTypes):
		o.open = true
	case v.req.AllowedGrantTypes != nil:
		report(Fail, fmt.Sprintf("The grant type %s is not allowed; allowed: %s.", grantType,
			cmp.Or(text.List(text.Sorted(v.req.AllowedGrantTypes)), "none")),
			"Use a client of an allowed grant type, or add "+grantType+" to allowed_grant_types.")
	case v.client.kind == access.OfUser && grantType != implicit:
		report(Warn, "The grant type "+grantType+" acts with a user's rights; a server-to-server integration should have its own.",
			"Use a CLIENT-CREDENTIALS client, or name "+grantType+" in allowed_grant_types if it is intended.")
	}
	if grantType == implicit {
		report(Warn, "The platform is retiring the implicit grant (TOKEN).",
			"Use a client with the grant type CODE and PKCE, or a CLIENT-CREDENTIALS client.")
	}
	for _, endpoint := range v.req.Endpoints {
		o.refusedBy(v.client.kind, endpoint)
	}
	return o
}

// implicit is the grant type of the OAuth 2.0 implicit grant.
const implicit = "TOKEN"

// refusedBy reports an endpoint that refuses the kind of grant.
func (o *opinion) refusedBy(kind access.Kind, endpoint Endpoint) {
	finding := Finding{
		Status: Fail, Subject: endpoint.Written, Argument: ArgEndpoints, Endpoints: []string{endpoint.Written},
		Remediation: "Leave the endpoint out, or call it through a client with a user-context grant.",
	}
	if condition, ok := endpoint.Condition(catalog.UserOnly); ok && kind == access.OfClient {
		finding.Message = text.Sentences(endpoint.Written+" needs a user context, which a CLIENT-CREDENTIALS client does not have.", condition.Text)
		o.report(finding)
	}
	if condition, ok := endpoint.Condition(catalog.ClientCredentialsOnly); ok && kind == access.OfUser {
		finding.Message = text.Sentences(endpoint.Written+" accepts only CLIENT-CREDENTIALS clients.", condition.Text)
		finding.Remediation = "Leave the endpoint out, or call it through a CLIENT-CREDENTIALS client."
		o.report(finding)
	}
}
