package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// The clients, users and roles below are added to Acme US beside the scenario's own.
const (
	exporterID   = "00000000-0000-4000-8000-0000000000c1" // CLIENT-CREDENTIALS, with the role "Exporter"
	desktopID    = "00000000-0000-4000-8000-0000000000c2" // CODE
	vendorID     = "00000000-0000-4000-8000-0000000000c3" // of another organization
	userID       = "00000000-0000-4000-8000-0000000000d1"
	exporterRole = "00000000-0000-4000-8000-0000000000e1"
	queuesRole   = "00000000-0000-4000-8000-0000000000e2"
	salesID      = "00000000-0000-4000-8000-0000000000f1"
)

type list = genesyscloud.List[string]

// accessState is Acme US with clients of every kind.
func accessState(state *emulator.State) {
	o := organization(state, "Acme US")
	o.Divisions = append(o.Divisions, genesyscloud.Division{ID: salesID, Name: "Sales", Description: "Sales"})
	o.Permissions = []genesyscloud.PermissionCollection{
		permissions("routing", "queue", true, "view", "edit"),
		permissions("oauth", "client", false, "view", "authorize"),
		{ID: "authorization", Domain: "authorization", PermissionMap: map[string]genesyscloud.List[genesyscloud.PermissionMapEntry]{
			"role":  {{Domain: "authorization", EntityType: "role", Action: "view"}},
			"grant": {{Domain: "authorization", EntityType: "grant", Action: "view"}}, "policy": {{Domain: "authorization", EntityType: "policy", Action: "view"}},
		}},
		permissions("telephony", "plugin", false, "all"),
		permissions("directory", "organization", false, "admin"),
		permissions("recording", "recording", true, "view"),
	}
	condition := []byte(`{"variableName":"Conversation.queues","operator":"EQ","operands":[{"type":"SCALAR","value":"q"}]}`)
	o.Roles = append(o.Roles,
		genesyscloud.Role{ID: exporterRole, Name: "Exporter", PermissionPolicies: genesyscloud.List[genesyscloud.PermissionPolicy]{
			{Domain: "routing", EntityName: "queue", ActionSet: list{"*"}},
			{Domain: "recording", EntityName: "recording", ActionSet: list{"view"}, AllowConditions: true, ResourceConditionNode: condition},
			{Domain: "journey", EntityName: "*", ActionSet: list{"*"}},
		}},
		genesyscloud.Role{ID: queuesRole, Name: "Queues", PermissionPolicies: genesyscloud.List[genesyscloud.PermissionPolicy]{
			{Domain: "routing", EntityName: "queue", ActionSet: list{"view"}},
		}},
	)
	o.Clients = append(o.Clients,
		emulator.Client{OAuthClient: genesyscloud.OAuthClient{
			ID: exporterID, Name: "Exporter", AuthorizedGrantType: "CLIENT-CREDENTIALS", State: "active",
			RoleDivisions: genesyscloud.List[genesyscloud.RoleDivision]{{RoleID: exporterRole, DivisionID: salesID}},
		}},
		emulator.Client{OAuthClient: genesyscloud.OAuthClient{
			ID: desktopID, Name: "Desktop", AuthorizedGrantType: "CODE", State: "active", Scope: list{"routing"},
		}},
	)
	o.Users = append(o.Users, emulator.User{ID: userID, Name: "Desktop Service", Grants: []genesyscloud.AuthGrant{
		{Role: genesyscloud.SubjectRole{ID: queuesRole}, Division: genesyscloud.Division{ID: "*"}},
	}})
	o.Authorizations = append(o.Authorizations, genesyscloud.OAuthAuthorization{
		Client: genesyscloud.OAuthClient{ID: vendorID, Name: "Vendor App", AuthorizedGrantType: "CODE", State: "active",
			Scope: list{"routing", "recordings"}},
		Scope: list{"routing"}, State: "Authorized",
	})
	o.AuthenticationSettings = &genesyscloud.AuthenticationSettings{IPAddressAllowlist: list{"203.0.113.0/24", "198.51.100.7"}}
	for i := range o.Roles {
		if o.Roles[i].Name == "Access Auditor" {
			o.Roles[i].PermissionPolicies = append(o.Roles[i].PermissionPolicies,
				genesyscloud.PermissionPolicy{Domain: "directory", EntityName: "organization", ActionSet: list{"admin"}})
		}
	}
}

func permissions(domain, entity string, divisionAware bool, actions ...string) genesyscloud.PermissionCollection {
	entries := make(genesyscloud.List[genesyscloud.PermissionMapEntry], len(actions))
	for i, action := range actions {
		entries[i] = genesyscloud.PermissionMapEntry{Domain: domain, EntityType: entity, Action: action, DivisionAware: divisionAware}
	}
	return genesyscloud.PermissionCollection{
		ID: domain + entity, Name: domain, Domain: domain,
		PermissionMap: map[string]genesyscloud.List[genesyscloud.PermissionMapEntry]{entity: entries},
	}
}

// Every check that a validation can make, through Terraform and over HTTP: the verdict, and its first finding as "status check/subject".
func TestAccessVerdicts(t *testing.T) {
	t.Parallel()
	const (
		exporter = `client_name = "Exporter"`
		desktop  = `client_name = "Desktop"`
		asUser   = `user_id = "` + userID + `"`
		codeIsOK = `allowed_grant_types = ["CODE"]`
		queues   = `endpoints = ["GET /api/v2/routing/queues"]`
	)
	tests := map[string]struct {
		arguments []string
		verdict   string
		finding   string // empty: there is none
		says      string // part of the finding's message
	}{
		"permission granted by a wildcard": {
			[]string{exporter, queues}, "compliant", "warn permission_division/routing:queue:view", "granted only in division",
		},
		"permission in its division": {[]string{exporter, queues, `divisions = ["Sales"]`}, "compliant", "", ""},
		"permission in another division": {
			[]string{exporter, queues, `divisions = ["Home"]`},
			"noncompliant", "fail permission_division/routing:queue:view", `"Exporter"`,
		},
		"permission in all divisions": {
			[]string{exporter, queues, `divisions = ["*"]`},
			"noncompliant", "fail permission_division/routing:queue:view", `"Exporter"`,
		},
		"division that does not exist": {
			[]string{exporter, queues, `divisions = ["Sale"]`},
			"noncompliant", "fail permission_division/Sale", `Did you mean "Sales"?`,
		},
		"permission that no role grants": {
			[]string{exporter, `endpoints = ["GET /api/v2/oauth/clients"]`},
			"noncompliant", "fail permission/oauth:client:view", `"Access Auditor"`,
		},
		"permission under a condition": {
			[]string{exporter, `required_permissions = ["recording:recording:view"]`},
			"undetermined", "unknown permission_conditional/recording:recording:view", "only under a condition",
		},
		"permission under an accepted condition": {
			[]string{exporter, `required_permissions = ["recording:recording:view"]`, `accept_conditional_grants = true`, `divisions = ["Sales"]`},
			"compliant", "", "",
		},
		"permission of a product that is not enabled": {
			[]string{exporter, `required_permissions = ["journey:actionmap:view"]`},
			"noncompliant", "fail permission_unavailable/journey:actionmap:view", "does not exist in the organization",
		},
		"forbidden permission": {
			[]string{exporter, `forbidden_permissions = ["routing:*:delete"]`},
			"noncompliant", "fail permission_forbidden/routing:*:delete", "routing:queue:*",
		},
		"forbidden permission that is not granted": {
			[]string{exporter, `forbidden_permissions = ["oauth:*:*"]`}, "compliant", "", "",
		},
		"user's rights and client's scopes": {[]string{desktop, asUser, codeIsOK, queues}, "compliant", "", ""},
		"user's rights without the scope": {
			[]string{desktop, asUser, codeIsOK, `endpoints = ["GET /api/v2/users"]`},
			"noncompliant", "fail scope/users:readonly", "routing",
		},
		"user not named": {
			[]string{desktop, codeIsOK, queues},
			"undetermined", "unknown permission/Desktop", "user_id",
		},
		"client of another organization": {
			[]string{`client_name = "Vendor App"`, asUser, codeIsOK, queues}, "compliant", "", "",
		},
		"scope added after the consent": {
			[]string{`client_name = "Vendor App"`, codeIsOK, `required_scopes = ["recordings:readonly"]`},
			"noncompliant", "fail scope/recordings:readonly", "the consent was given before the scope was added",
		},
		"address inside the allowlist": {
			[]string{exporter, `egress_addresses = ["203.0.113.64/26", "198.51.100.7"]`}, "compliant", "", "",
		},
		"address outside the allowlist": {
			[]string{exporter, `egress_addresses = ["203.0.113.7", "192.0.2.1"]`},
			"noncompliant", "fail network/192.0.2.1", "198.51.100.7, 203.0.113.0/24",
		},
		"region not allowed": {
			[]string{exporter, `allowed_regions = ["eu-west-1", "eu-central-1"]`, `allow_cross_region = true`},
			"noncompliant", "fail region/us-east-1", "eu-central-1, eu-west-1",
		},
		"waived": {
			[]string{exporter, `required_roles = ["Queues"]`,
				`waivers = { "role/Queues" = { reason = "Granted next week", owner = "platform", expires = "2026-03-02" } }`},
			"compliant", "fail role/Queues", `"Queues" is not granted`,
		},
		"waiver expired yesterday": {
			[]string{exporter, `required_roles = ["Queues"]`, `waivers = { role = { reason = "r", expires = "2026-03-01" } }`},
			"noncompliant", "fail role/Queues", `The waiver "role" expired on 2026-03-01.`,
		},
		"waiver of another subject": {
			[]string{exporter, `required_roles = ["Queues"]`, `waivers = { "role/Exporter" = { reason = "r", expires = "2030-01-01" } }`},
			"noncompliant", "fail role/Queues", `"Queues" is not granted`,
		},
		"waiver not used": {
			[]string{exporter, `required_roles = ["Exporter"]`, `waivers = { role = { reason = "r", expires = "2030-01-01" } }`},
			"compliant", "warn role/waivers", `The waiver "role" is not used`,
		},
	}
	// One run of the CLI has them all.
	p := startPlatform(t, accessState)
	config := p.topLevel()
	var checks []statecheck.StateCheck
	for name, test := range tests {
		label := strings.NewReplacer(" ", "_", "'", "").Replace(name)
		config += fmt.Sprintf("\ndata \"genesysaudit_access_validation\" %q {\n  %s\n}\n", label, strings.Join(test.arguments, "\n  "))
		expect := func(path tfjsonpath.Path, want knownvalue.Check) {
			checks = append(checks, statecheck.ExpectKnownValue("data.genesysaudit_access_validation."+label, path, want))
		}
		expect(tfjsonpath.New("verdict"), knownvalue.StringExact(test.verdict))
		expect(tfjsonpath.New("compliant"), knownvalue.Bool(test.verdict == "compliant"))
		if test.finding == "" {
			expect(tfjsonpath.New("findings"), knownvalue.ListSizeExact(0))
			continue
		}
		status, rest, _ := strings.Cut(test.finding, " ")
		check, subject, _ := strings.Cut(rest, "/")
		first := tfjsonpath.New("findings").AtSliceIndex(0)
		expect(first.AtMapKey("status"), knownvalue.StringExact(status))
		expect(first.AtMapKey("check"), knownvalue.StringExact(check))
		expect(first.AtMapKey("subject"), knownvalue.StringExact(subject))
		expect(first.AtMapKey("message"), knownvalue.StringRegexp(says(test.says)))
		expect(first.AtMapKey("waived"), knownvalue.Bool(name == "waived"))
	}
	inProcess(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps:                    []resource.TestStep{{Config: config, ConfigStateChecks: checks}},
	})
}

// A token that was issued before a scope was added lacks it, whatever the client has now.
func TestTokenOlderThanItsScopes(t *testing.T) {
	t.Parallel()
	p := startPlatform(t, func(s *emulator.State) {
		c := client(organization(s, "Acme US"), "Access Auditor")
		c.Scope = append(c.Scope, "analytics:read", "analytics:export")
	})
	token, err := p.IssueToken(auditorUS, []string{"analytics:read"})
	if err != nil {
		t.Fatal(err)
	}
	block := fmt.Sprintf(`
provider "genesysaudit" {
  aws_region   = "us-east-1"
  access_token = %[1]q
  api_url      = "%[2]s/us-east-1"
}
`, token, p.url)
	inProcess(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{
				Config:      block + validation(`required_scopes = ["analytics:export"]`),
				PlanOnly:    true,
				ExpectError: says(`The provider's own token lacks analytics:export, which the client has: the token was issued before the change.`),
			},
			{
				// A new token has it.
				Config: p.topLevel() + validation(`required_scopes = ["analytics:export"]`),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(gate, tfjsonpath.New("compliant"), knownvalue.Bool(true)),
				},
			},
		},
	})
}
