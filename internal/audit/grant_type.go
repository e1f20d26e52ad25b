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
		Cause: "The client signs in with a grant type that is not among the allowed ones, or that an endpoint refuses. A user-context grant " +
			"borrows the rights of a user, and ends with them; an integration between servers should not. The platform retires the implicit grant.",
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
		report(Unknown, fmt.Sprintf("The grant type %q is not one that the platform documents.", grantType),
			"Look at the client under "+oauthAdmin+"; a grant type that is not known never passes.")
	case slices.Contains(v.req.AllowedGrantTypes, grantType):
	case v.req.isDeferred(ArgAllowedGrantTypes):
		o.open = true
	case v.req.AllowedGrantTypes != nil:
		report(Fail, fmt.Sprintf("The grant type %s is not allowed; allowed: %s.", grantType,
			cmp.Or(text.List(text.Sorted(v.req.AllowedGrantTypes)), "none")),
			"Use a client of an allowed grant type, or add "+grantType+" to allowed_grant_types.")
	case v.client.kind == access.OfUser && grantType != implicit:
		report(Warn, "The grant type "+grantType+" borrows a user's rights; a server-to-server integration should have rights of its own.",
			"Use a CLIENT-CREDENTIALS client, or name "+grantType+" in allowed_grant_types to say that it is meant.")
	}
	if grantType == implicit {
		report(Warn, "The platform retires the implicit grant (TOKEN).",
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
		finding.Message = text.Sentences(endpoint.Written+" is about the calling user, and a CLIENT-CREDENTIALS client acts for none.", condition.Text)
		o.report(finding)
	}
	if condition, ok := endpoint.Condition(catalog.ClientCredentialsOnly); ok && kind == access.OfUser {
		finding.Message = text.Sentences(endpoint.Written+" takes a CLIENT-CREDENTIALS client.", condition.Text)
		finding.Remediation = "Leave the endpoint out, or call it through a CLIENT-CREDENTIALS client."
		o.report(finding)
	}
}
