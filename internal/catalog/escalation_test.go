package catalog_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

// The permissions of the operations on grants, roles, groups, OAuth clients, trusts, identity providers, users' credentials and access
// policies, read off the platform's documentation.
func TestEscalations(t *testing.T) {
	t.Parallel()
	want := []string{
		"authorization:grant:add",
		"authorization:orgTrustee:add", "authorization:orgTrustee:edit",
		"authorization:orgTrusteeGroup:add", "authorization:orgTrusteeGroup:edit",
		"authorization:orgTrusteeUser:add", "authorization:orgTrusteeUser:edit",
		"authorization:policy:add", "authorization:policy:delete", "authorization:policy:edit",
		"authorization:role:edit",
		"authorization:settings:edit",
		"directory:group:edit",
		"directory:organization:admin",
		"directory:user:edit", "directory:user:setPassword",
		"mfa:verifier:delete", "mfa:verifier:edit",
		"oauth:client:add", "oauth:client:edit",
		"sso:provider:add", "sso:provider:edit",
	}
	var got []string
	for _, escalation := range catalog.Escalations() {
		got = append(got, escalation.Permission)
		if len(escalation.Ways) == 0 {
			t.Errorf("%s: no way", escalation.Permission)
		}
		for _, way := range escalation.Ways {
			entry, err := catalog.Lookup(way.Endpoint)
			if err != nil || entry.Endpoint() != way.Endpoint || entry.PermissionsMatch == catalog.Unknown {
				t.Errorf("%s: %s (%s): %v", way.Endpoint, entry.Endpoint(), entry.PermissionsMatch, err)
			}
			if entry.Method == "GET" || !strings.HasSuffix(way.How, ".") {
				t.Errorf("%s: %q", way.Endpoint, way.How)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Each operation that changes grants, roles, OAuth clients, trusts, identity providers or access policies is a way of escalation, or is
// named here as none. A new one in the table must be looked at.
func TestEscalationsMissNoOperation(t *testing.T) {
	t.Parallel()
	none := map[string]string{
		"POST /api/v2/authorization/roles":                                           "grants nothing",
		"POST /api/v2/authorization/subjects/{subjectId}/bulkremove":                 "takes away",
		"POST /api/v2/authorization/subjects/{subjectId}/bulkreplace":                "needs authorization:grant:add, and authorization:grant:delete as well",
		"PUT /api/v2/authorization/roles/{roleId}/users/remove":                      "takes away",
		"POST /api/v2/authorization/policies/targets/{targetName}":                   "a policy only takes away",
		"POST /api/v2/authorization/policies/targets/{targetName}/validate":          "changes nothing",
		"POST /api/v2/authorization/policies/{policyId}/simulate":                    "changes nothing",
		"POST /api/v2/authorization/roles/{leftRoleId}/comparedefault/{rightRoleId}": "changes nothing",
		"POST /api/v2/oauth/clients/{clientId}/usage/query":                          "changes nothing",
		"POST /api/v2/orgauthorization/trustees/audits":                              "changes nothing",
		"POST /api/v2/orgauthorization/trustor/audits":                               "changes nothing",
	}
	ways := map[string]bool{}
	for _, escalation := range catalog.Escalations() {
		for _, way := range escalation.Ways {
			ways[way.Endpoint] = true
		}
	}
	for _, entry := range catalog.Entries() {
		_, named := none[entry.Endpoint()]
		reads := entry.Method == "GET" || entry.Method == "HEAD"
		takesAway := entry.Method == "DELETE" && !strings.Contains(entry.Path, "/policies/")
		sameAsGeneric := strings.HasPrefix(entry.Path, "/api/v2/identityproviders/") && entry.Method == "PUT"
		if named || reads || takesAway || sameAsGeneric || ways[entry.Endpoint()] {
			if named && ways[entry.Endpoint()] {
				t.Errorf("%s is a way and is none", entry.Endpoint())
			}
			continue
		}
		for _, prefix := range []string{
			"/api/v2/authorization/policies", "/api/v2/authorization/roles", "/api/v2/authorization/subjects", "/api/v2/oauth/clients",
			"/api/v2/orgauthorization", "/api/v2/identityproviders",
		} {
			if strings.HasPrefix(entry.Path, prefix) {
				t.Errorf("%s changes rights and is no way of escalation", entry.Endpoint())
			}
		}
	}
}
