package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

const (
	unknownRemedy = "The body does not say why the request was refused. Look at the status of the answer, and give its ININ-Correlation-Id" +
		" header to Genesys Cloud support."
	deniedQueue = `{"code":"missing.permissions","status":403,"contextId":"7f0c0c4e","message":"Unable to perform the requested action. ` +
		`You are missing the following permission(s): [routing:queue:edit:d-1, routing:queue:add:d-1]"}`
	grantQueue = "Give the caller a role with all of routing:queue:add, routing:queue:edit in division d-1. The caller is the OAuth client" +
		" itself for CLIENT-CREDENTIALS (Admin > Integrations > OAuth > Roles), and the signed-in user for every other grant. A change takes" +
		" up to five minutes. The platform's list may be incomplete or name a wrong permission: compare it with what is documented for the" +
		" endpoint. A permission of a product that the organization does not have cannot be granted."
)

func TestExplainDenial(t *testing.T) {
	t.Parallel()
	type denial struct {
		kind                            string
		permissions                     types.List
		match                           string
		divisions                       types.List
		message, requestID, remediation string
	}
	tests := map[string]struct {
		body string
		want denial
	}{
		"permissions in a division": {
			deniedQueue,
			denial{
				"missing_division", stringList("routing:queue:add", "routing:queue:edit"), "all", stringList("d-1"),
				"Unable to perform the requested action. You are missing the following permission(s): [routing:queue:edit:d-1, routing:queue:add:d-1]",
				"7f0c0c4e", grantQueue,
			},
		},
		"nothing named": {
			`{"error":"invalid_client","description":"authentication failed","error_description":"authentication failed"}`,
			denial{
				"invalid_client", stringList(), "", stringList(), "authentication failed", "",
				"Either the client id or secret is wrong, or they are right and belong to an organization in another region than the login host's.",
			},
		},
		"empty": {
			"", denial{
				"unknown", stringList(), "", stringList(), "The body is empty, so the reason for the refusal is unknown.", "", unknownRemedy,
			},
		},
		"huge": {
			strings.Repeat("<p>secret</p>", 100_000), denial{
				"unknown", stringList(), "", stringList(),
				"The body is larger than 65536 bytes, which no refusal of the platform is, so the reason for the refusal is unknown.", "",
				unknownRemedy,
			},
		},
	}
	texts := types.ListType{ElemType: types.StringType}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := callFunction(t, "explain_denial", types.StringValue(test.body))
			assertValue(t, got, err, types.ObjectValueMust(map[string]attr.Type{
				"kind": types.StringType, "permissions": texts, "match": types.StringType, "divisions": texts, "message": types.StringType,
				"request_id": types.StringType, "remediation": types.StringType,
			}, map[string]attr.Value{
				"kind":        types.StringValue(test.want.kind),
				"permissions": test.want.permissions,
				"match":       types.StringValue(test.want.match),
				"divisions":   test.want.divisions,
				"message":     types.StringValue(test.want.message),
				"request_id":  types.StringValue(test.want.requestID),
				"remediation": types.StringValue(test.want.remediation),
			}))
		})
	}
}
