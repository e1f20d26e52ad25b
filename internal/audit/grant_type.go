package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
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

// usersOwn is the part of the API that is about the calling user. To client credentials, which have none, it answers 400 not.a.user
// whatever their roles (the API definition's text on these operations).
const usersOwn = "/api/v2/users/me"

// refusedBy reports an endpoint that refuses the kind of grant.
func (o *opinion) refusedBy(kind access.Kind, endpoint Endpoint) {
	if kind == access.OfClient && endpoint.isUsersOwn() {
		o.report(Finding{
			Status: Fail, Subject: endpoint.Written,
			Message:     endpoint.Written + " is about the calling user, and a CLIENT-CREDENTIALS client acts for none.",
			Remediation: "Leave the endpoint out, or call it through a client with a user-context grant.",
			Argument:    ArgEndpoints, Endpoints: []string{endpoint.Written},
		})
	}
}

// isUsersOwn tells whether the endpoint is about the calling user, by its template or by the path as it was written.
func (e Endpoint) isUsersOwn() bool {
	_, written, _ := strings.Cut(e.Written, " ")
	return slices.ContainsFunc([]string{e.Path, written}, func(path string) bool {
		return path == usersOwn || strings.HasPrefix(path, usersOwn+"/") || strings.HasPrefix(path, usersOwn+"#")
	})
}
