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

const verdict = "data.genesysaudit_access_validation.this"

func verdictOf(arguments ...string) string {
	return fmt.Sprintf("\ndata \"genesysaudit_access_validation\" \"this\" {\n  %s\n}\n", strings.Join(arguments, "\n  "))
}

func TestValidationDataSourceNeverFailsBecauseOfAVerdict(t *testing.T) {
	t.Parallel()
	finding := func(check, status, message, remediation string) knownvalue.Check { // of the texts a part: TestViolationTexts has them whole
		return knownvalue.ObjectPartial(map[string]knownvalue.Check{
			"check":       knownvalue.StringExact(check),
			"status":      knownvalue.StringExact(status),
			"message":     knownvalue.StringRegexp(says(message)),
			"remediation": knownvalue.StringRegexp(says(remediation)),
			"waived":      knownvalue.Bool(false),
			"client_id":   knownvalue.StringExact(dashboardEMEA),
			"client_name": knownvalue.StringExact(dashboardName),
		})
	}
	p := startPlatform(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{
				Config: p.allOrganizations() + verdictOf(`organization = "acme_us"`, dashboardArguments),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(verdict, tfjsonpath.New("compliant"), knownvalue.Bool(true)),
					statecheck.ExpectKnownValue(verdict, tfjsonpath.New("id"), knownvalue.StringExact(organizationUS+"/"+dashboardUS)),
				},
			},
			{
				Config: p.allOrganizations() + verdictOf(`organization = "acme_emea"`, `allow_cross_region = true`, dashboardArguments),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(verdict, tfjsonpath.New("compliant"), knownvalue.Bool(false)),
					statecheck.ExpectKnownValue(verdict, tfjsonpath.New("verdict"), knownvalue.StringExact("noncompliant")),
					statecheck.ExpectKnownValue(verdict, tfjsonpath.New("audited").AtMapKey("clients").AtSliceIndex(0),
						knownvalue.ObjectPartial(map[string]knownvalue.Check{
							"decided_checks": texts("client", "client_state", "grant_type", "scope", "scope_unknown", "role", "region"),
							"passed_checks":  texts("client", "client_state", "grant_type", "scope_unknown", "region"),
						})),
					statecheck.ExpectKnownValue(verdict, tfjsonpath.New("findings"), knownvalue.ListExact([]knownvalue.Check{
						finding("scope", "fail", "analytics:export", "issue a new token"),
						finding("role", "fail", `"Analytics - Export"`, "Grant it"),
					})),
				},
			},
		},
	})
}

// Evidence that cannot be read is neither a pass nor an error of the data source.
func TestValidationDataSourceUndetermined(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault emulator.Fault
		check string
		want  string
	}{
		"roles forbidden": {
			emulator.Fault{Path: "/api/v2/authorization/roles", Status: 403}, "role", "authorization:role:view",
		},
		"sign-in refused": {
			emulator.Fault{Method: "POST", Path: "/oauth/token", Status: 400,
				Body: `{"error":"invalid_client","description":"authentication failed","error_description":"authentication failed"}`},
			"client", "authentication failed",
		},
		"clients cut off": {
			emulator.Fault{Path: "/api/v2/oauth/clients", Status: 200, Body: `{"entities":[{"id":"`, ContentType: "application/json"},
			"client", "GET /api/v2/oauth/clients",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startPlatform(t)
			p.AddFault(test.fault)
			inProcess(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				Steps: []resource.TestStep{{
					Config: p.topLevel() + verdictOf(dashboardArguments),
					ConfigStateChecks: []statecheck.StateCheck{
						statecheck.ExpectKnownValue(verdict, tfjsonpath.New("compliant"), knownvalue.Bool(false)),
						statecheck.ExpectKnownValue(verdict, tfjsonpath.New("verdict"), knownvalue.StringExact("undetermined")),
						statecheck.ExpectKnownValue(verdict, tfjsonpath.New("findings").AtSliceIndex(0).AtMapKey("check"), knownvalue.StringExact(test.check)),
						statecheck.ExpectKnownValue(verdict, tfjsonpath.New("findings").AtSliceIndex(0).AtMapKey("status"), knownvalue.StringExact("unknown")),
						statecheck.ExpectKnownValue(verdict, tfjsonpath.New("findings").AtSliceIndex(0).AtMapKey("message"),
							knownvalue.StringRegexp(says(test.want))),
					},
				}},
			})
		})
	}
}

func TestValidationDataSourceEnforcementOff(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	inProcess(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config: p.topLevel(`enforcement = "off"`) + verdictOf(dashboardArguments),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(verdict, tfjsonpath.New("compliant"), knownvalue.Bool(false)),
				statecheck.ExpectKnownValue(verdict, tfjsonpath.New("verdict"), knownvalue.StringExact("undetermined")),
				statecheck.ExpectKnownValue(verdict, tfjsonpath.New("audited"), knownvalue.Null()),
			},
		}},
	})
	if len(p.Requests()) > 0 {
		t.Errorf("enforcement is off, yet the platform was asked for %v", p.paths())
	}
}

func TestOAuthClientDataSource(t *testing.T) {
	t.Parallel()
	const address = "data.genesysaudit_oauth_client.this"
	p := startPlatform(t)
	byName := p.topLevel() + `
data "genesysaudit_oauth_client" "this" {
  name = "Access Auditor"
}
`
	checks := []statecheck.StateCheck{
		statecheck.ExpectKnownValue(address, tfjsonpath.New("id"), knownvalue.StringExact(auditorUS)),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("name"), knownvalue.StringExact("Access Auditor")),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("description"), knownvalue.StringExact("Signs in for terraform plan. Read only.")),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("state"), knownvalue.StringExact("active")),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("grant_type"), knownvalue.StringExact("CLIENT-CREDENTIALS")),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("access_token_validity_seconds"), knownvalue.Int64Exact(3600)),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("date_created"), knownvalue.StringExact("2025-11-20T08:30:00Z")),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("date_to_delete"), knownvalue.Null()),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("roles"), knownvalue.ListExact([]knownvalue.Check{
			knownvalue.ObjectExact(map[string]knownvalue.Check{
				"role_id":       knownvalue.StringExact("1a7c1e04-4b2d-4e6f-8a14-5c9d7e31f104"),
				"role_name":     knownvalue.StringExact("Access Auditor"),
				"division_id":   knownvalue.StringExact("*"),
				"division_name": knownvalue.Null(),
			}),
		})),
	}
	inProcess(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{Config: byName, ConfigStateChecks: checks},
			{
				Config: p.topLevel() + fmt.Sprintf(`
data "genesysaudit_oauth_client" "this" {
  id = %q
}
`, auditorUS),
				ConfigStateChecks: checks,
			},
			{
				Config: p.topLevel() + `
data "genesysaudit_oauth_client" "this" {
  name = "Acces Auditor"
}
`,
				ExpectError: says(`No OAuth client of the default organization has the name "Acces Auditor". Did you mean "Access Auditor"?`),
			},
			{
				PreConfig: p.change(func(s *emulator.State) {
					o := organization(s, "Acme US")
					twin := *client(o, "Access Auditor")
					twin.ID = "00000000-0000-4000-8000-000000000003"
					o.Clients = append(o.Clients, twin)
				}),
				Config:      byName,
				ExpectError: says(`2 clients are named "Access Auditor": 00000000-0000-4000-8000-000000000003, ` + auditorUS),
			},
		},
	})
}

func TestOAuthClientDataSourcePermissions(t *testing.T) {
	t.Parallel()
	p := startPlatform(t, func(s *emulator.State) {
		o := organization(s, "Acme US")
		o.Roles = append(o.Roles, genesyscloud.Role{
			ID: "00000000-0000-4000-8000-0000000000a1", Name: "Mixed", Permissions: genesyscloud.List[string]{"admin"},
			PermissionPolicies: genesyscloud.List[genesyscloud.PermissionPolicy]{
				{Domain: "routing", EntityName: "queue", ActionSet: genesyscloud.List[string]{"view", "edit"}},
				{Domain: "routing", EntityName: "queue", ActionSet: genesyscloud.List[string]{"view"}},
				{Domain: "analytics", EntityName: "*", ActionSet: genesyscloud.List[string]{"*"}},
				{Domain: "recording", EntityName: "recording", ActionSet: genesyscloud.List[string]{"view"},
					ResourceConditionNode: []byte(`{"variableName":"Conversation.queues","operator":"EQ"}`)},
			},
		})
		o.Clients = append(o.Clients, emulator.Client{OAuthClient: genesyscloud.OAuthClient{
			ID: "00000000-0000-4000-8000-000000000004", Name: "Mixed", AuthorizedGrantType: "CLIENT-CREDENTIALS", State: "active",
			RoleDivisions: genesyscloud.List[genesyscloud.RoleDivision]{{RoleID: "00000000-0000-4000-8000-0000000000a1", DivisionID: "*"}},
		}})
	})
	inProcess(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config: p.topLevel() + `
data "genesysaudit_oauth_client" "this" {
  name = "Mixed"
}
`,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.genesysaudit_oauth_client.this", tfjsonpath.New("permissions"), knownvalue.ListExact([]knownvalue.Check{
					knownvalue.StringExact("admin"),
					knownvalue.StringExact("analytics:*:*"),
					knownvalue.StringExact("routing:queue:edit"),
					knownvalue.StringExact("routing:queue:view"),
				})),
			},
		}},
	})
}

func TestOrganizationDataSource(t *testing.T) {
	t.Parallel()
	const address = "data.genesysaudit_organization.this"
	check := func(attribute string, want knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), want)
	}
	public := []statecheck.StateCheck{
		check("id", knownvalue.StringExact(organizationUS)),
		check("name", knownvalue.StringExact("Acme US")),
		check("state", knownvalue.StringExact("active")),
		check("product_platform", knownvalue.StringExact("GenesysCloud")),
		check("features", knownvalue.MapExact(map[string]knownvalue.Check{"contactCenter": knownvalue.Bool(true), "purecloud": knownvalue.Bool(true)})),
		check("region", knownvalue.StringExact("us-east-1")),
		check("domain", knownvalue.StringExact("mypurecloud.com")),
	}
	p := startPlatform(t, func(s *emulator.State) {
		organization(s, "Acme US").AuthenticationSettings = &genesyscloud.AuthenticationSettings{
			MultifactorAuthenticationRequired: true,
			DomainAllowlistEnabled:            true,
			DomainAllowlist:                   genesyscloud.List[string]{"acme.example"},
			IPAddressAllowlist:                genesyscloud.List[string]{"203.0.113.0/24"},
		}
	}, auditorMayNot("telephony"))
	config := p.topLevel() + `
data "genesysaudit_organization" "this" {}
`
	inProcess(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{
				// The auditor may read neither block.
				Config: config,
				ConfigStateChecks: append(public,
					check("home_region", knownvalue.Null()),
					check("core_regions", knownvalue.Null()),
					check("ip_address_allowlist", knownvalue.Null()),
					check("multifactor_authentication_required", knownvalue.Null()),
				),
			},
			{
				PreConfig: p.change(func(s *emulator.State) {
					o := organization(s, "Acme US")
					for i := range o.Roles {
						if o.Roles[i].Name == "Access Auditor" {
							o.Roles[i].PermissionPolicies = append(o.Roles[i].PermissionPolicies,
								genesyscloud.PermissionPolicy{Domain: "directory", EntityName: "organization", ActionSet: genesyscloud.List[string]{"admin"}},
								genesyscloud.PermissionPolicy{Domain: "telephony", EntityName: "plugin", ActionSet: genesyscloud.List[string]{"all"}})
						}
					}
				}),
				Config: config,
				ConfigStateChecks: append(public,
					check("home_region", knownvalue.StringExact("us-east-1")),
					check("core_regions", knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact("us-east-1")})),
					check("satellite_regions", knownvalue.SetSizeExact(0)),
					check("ip_address_allowlist", knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact("203.0.113.0/24")})),
					check("domain_allowlist_enabled", knownvalue.Bool(true)),
					check("domain_allowlist", knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact("acme.example")})),
					check("multifactor_authentication_required", knownvalue.Bool(true)),
				),
			},
			{
				// Whatever is not a missing permission is no reason to leave a block out.
				PreConfig:   func() { p.AddFault(emulator.Fault{Path: "/api/v2/telephony/mediaregions", Status: 500}) },
				Config:      config,
				ExpectError: says(`GET /api/v2/telephony/mediaregions`),
			},
		},
	})
}
