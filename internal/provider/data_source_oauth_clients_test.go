package provider_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

const oauthClients = "data.genesysaudit_oauth_clients.this"

func clientsOf(filters ...string) string {
	return fmt.Sprintf("\ndata \"genesysaudit_oauth_clients\" \"this\" {\n  %s\n}\n", strings.Join(filters, "\n  "))
}

// withUserClients adds clients with user-context grants, which have no roles.
func withUserClients(s *emulator.State) {
	type list = genesyscloud.List[string]
	seconds := int64(7200)
	o := organization(s, "Acme US")
	o.Clients = append(o.Clients,
		emulator.Client{Secret: "demo-secret-wallboard", OAuthClient: genesyscloud.OAuthClient{
			ID: "00000000-0000-4000-8000-000000000002", Name: "Wallboard", AuthorizedGrantType: "CODE", State: "inactive",
			Description: "Shows queues.", AccessTokenValiditySeconds: &seconds, DateToDelete: "2026-04-01T00:00:00Z",
			CreatedBy: &genesyscloud.NamedEntity{ID: "ada"}, ModifiedBy: &genesyscloud.NamedEntity{ID: "grace"},
			RegisteredRedirectURIs: list{"https://wallboard.acme.example/callback"}, Scope: list{"analytics:readonly", "routing"},
		}},
		emulator.Client{Secret: "demo-secret-wallboard-old", OAuthClient: genesyscloud.OAuthClient{
			ID: "00000000-0000-4000-8000-000000000001", Name: "Wallboard", AuthorizedGrantType: "SAML2BEARER", State: "disabled",
			Scope: list{"analytics"},
		}},
	)
}

func TestOAuthClientsDataSource(t *testing.T) {
	t.Parallel()
	p := startPlatform(t, withUserClients)
	role := func(roleID, roleName, divisionID string, divisionName knownvalue.Check) knownvalue.Check {
		return knownvalue.ObjectExact(map[string]knownvalue.Check{
			"role_id":       knownvalue.StringExact(roleID),
			"role_name":     knownvalue.StringExact(roleName),
			"division_id":   knownvalue.StringExact(divisionID),
			"division_name": divisionName,
		})
	}
	inProcess(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config: p.topLevel() + clientsOf(),
			ConfigStateChecks: stateChecks(oauthClients, map[string]knownvalue.Check{"clients": knownvalue.ListExact([]knownvalue.Check{
				knownvalue.ObjectExact(map[string]knownvalue.Check{
					"id":                            knownvalue.StringExact(auditorUS),
					"name":                          knownvalue.StringExact("Access Auditor"),
					"description":                   knownvalue.StringExact("Signs in for terraform plan. Read only."),
					"state":                         knownvalue.StringExact("active"),
					"grant_type":                    knownvalue.StringExact("CLIENT-CREDENTIALS"),
					"scopes":                        textSet(),
					"redirect_uris":                 textSet(),
					"access_token_validity_seconds": knownvalue.Int64Exact(3600),
					"date_created":                  knownvalue.StringExact("2025-11-20T08:30:00Z"),
					"date_modified":                 knownvalue.StringExact("2025-11-20T08:30:00Z"),
					"created_by":                    knownvalue.Null(),
					"modified_by":                   knownvalue.Null(),
					"date_to_delete":                knownvalue.Null(),
					"roles": knownvalue.ListExact([]knownvalue.Check{
						role("1a7c1e04-4b2d-4e6f-8a14-5c9d7e31f104", "Access Auditor", "*", knownvalue.Null()),
					}),
				}),
				knownvalue.ObjectExact(map[string]knownvalue.Check{
					"id":                            knownvalue.StringExact(dashboardUS),
					"name":                          knownvalue.StringExact("Compliance Dashboard"),
					"description":                   knownvalue.StringExact("Reads analytics events for the compliance dashboard."),
					"state":                         knownvalue.StringExact("active"),
					"grant_type":                    knownvalue.StringExact("CLIENT-CREDENTIALS"),
					"scopes":                        textSet("analytics:export", "analytics:read", "org:read"),
					"redirect_uris":                 textSet(),
					"access_token_validity_seconds": knownvalue.Int64Exact(86400),
					"date_created":                  knownvalue.StringExact("2025-03-03T09:14:21Z"),
					"date_modified":                 knownvalue.StringExact("2025-11-17T15:02:48Z"),
					"created_by":                    knownvalue.Null(),
					"modified_by":                   knownvalue.Null(),
					"date_to_delete":                knownvalue.Null(),
					"roles": knownvalue.ListExact([]knownvalue.Check{
						role("1a7c1e03-4b2d-4e6f-8a13-5c9d7e31f103", "Analytics - Export", "*", knownvalue.Null()),
						role("1a7c1e02-4b2d-4e6f-8a12-5c9d7e31f102", "Analytics - Read", "*", knownvalue.Null()),
						role("1a7c1e01-4b2d-4e6f-8a11-5c9d7e31f101", "employee", "1d4f8b21-6c3e-4a7d-9b11-2e8f6a15c101",
							knownvalue.StringExact("Home")),
					}),
				}),
				knownvalue.ObjectPartial(map[string]knownvalue.Check{
					"id":         knownvalue.StringExact("00000000-0000-4000-8000-000000000001"),
					"name":       knownvalue.StringExact("Wallboard"),
					"grant_type": knownvalue.StringExact("SAML2-BEARER"),
					"state":      knownvalue.StringExact("disabled"),
				}),
				knownvalue.ObjectExact(map[string]knownvalue.Check{
					"id":                            knownvalue.StringExact("00000000-0000-4000-8000-000000000002"),
					"name":                          knownvalue.StringExact("Wallboard"),
					"description":                   knownvalue.StringExact("Shows queues."),
					"state":                         knownvalue.StringExact("inactive"),
					"grant_type":                    knownvalue.StringExact("CODE"),
					"scopes":                        textSet("analytics:readonly", "routing"),
					"redirect_uris":                 textSet("https://wallboard.acme.example/callback"),
					"access_token_validity_seconds": knownvalue.Int64Exact(7200),
					"date_created":                  knownvalue.Null(),
					"date_modified":                 knownvalue.Null(),
					"created_by":                    knownvalue.StringExact("ada"),
					"modified_by":                   knownvalue.StringExact("grace"),
					"date_to_delete":                knownvalue.StringExact("2026-04-01T00:00:00Z"),
					"roles":                         knownvalue.ListExact(nil),
				}),
			})}),
		}},
	})
}

func TestOAuthClientsDataSourceFilters(t *testing.T) {
	t.Parallel()
	const (
		auditor      = auditorUS
		dashboard    = dashboardUS
		wallboard    = "00000000-0000-4000-8000-000000000002"
		oldWallboard = "00000000-0000-4000-8000-000000000001"
	)
	p := startPlatform(t, withUserClients)
	var steps []resource.TestStep
	for _, test := range []struct {
		filters []string
		want    []string
	}{
		{[]string{`name_regex = "^Wallb"`}, []string{oldWallboard, wallboard}},
		{[]string{`name_regex = "Dash"`}, []string{dashboard}},
		{[]string{`name_regex = "^dash"`}, nil},
		{[]string{`name_regex = "(?i)DASH"`}, []string{dashboard}},
		{[]string{`grant_type = "CLIENT-CREDENTIALS"`}, []string{auditor, dashboard}},
		{[]string{`grant_type = "CLIENT_CREDENTIALS"`}, []string{auditor, dashboard}},
		{[]string{`grant_type = "SAML2-BEARER"`}, []string{oldWallboard}},
		{[]string{`grant_type = "PASSWORD"`}, nil},
		{[]string{`state = "active"`}, []string{auditor, dashboard}},
		{[]string{`state = "inactive"`}, []string{wallboard}},
		{[]string{`state = "disabled"`}, []string{oldWallboard}},
		{[]string{`scope = "analytics"`}, []string{oldWallboard}},
		{[]string{`scope = "analytics:readonly"`}, []string{wallboard}},
		{[]string{`name_regex = "board"`, `grant_type = "CODE"`, `state = "inactive"`, `scope = "routing"`}, []string{wallboard}},
		{[]string{`name_regex = "board"`, `grant_type = "CODE"`, `state = "inactive"`, `scope = "users"`}, nil},
		{[]string{`name_regex = "board"`, `grant_type = "CODE"`, `state = "active"`}, nil},
	} {
		var clients []knownvalue.Check
		for _, id := range test.want {
			clients = append(clients, knownvalue.ObjectPartial(map[string]knownvalue.Check{"id": knownvalue.StringExact(id)}))
		}
		steps = append(steps, resource.TestStep{
			Config:            p.topLevel() + clientsOf(test.filters...),
			ConfigStateChecks: stateChecks(oauthClients, map[string]knownvalue.Check{"clients": knownvalue.ListExact(clients)}),
		})
	}
	inProcess(t, resource.TestCase{ProtoV6ProviderFactories: factories, Steps: steps})
}

// A scope that the platform does not show cannot be found.
func TestOAuthClientsDataSourceScopesNotShown(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	p.AddFault(emulator.Fault{Path: "/api/v2/oauth/clients", Body: `{"entities":[{"id":"c1","name":"Bare","authorizedGrantType":"CODE"}]}`})
	inProcess(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{
				Config: p.topLevel() + clientsOf(),
				ConfigStateChecks: stateChecks(oauthClients, map[string]knownvalue.Check{"clients": knownvalue.ListExact([]knownvalue.Check{
					knownvalue.ObjectExact(map[string]knownvalue.Check{
						"id":                            knownvalue.StringExact("c1"),
						"name":                          knownvalue.StringExact("Bare"),
						"description":                   knownvalue.Null(),
						"state":                         knownvalue.Null(),
						"grant_type":                    knownvalue.StringExact("CODE"),
						"scopes":                        knownvalue.Null(),
						"redirect_uris":                 knownvalue.Null(),
						"access_token_validity_seconds": knownvalue.Null(),
						"date_created":                  knownvalue.Null(),
						"date_modified":                 knownvalue.Null(),
						"created_by":                    knownvalue.Null(),
						"modified_by":                   knownvalue.Null(),
						"date_to_delete":                knownvalue.Null(),
						"roles":                         knownvalue.ListExact(nil),
					}),
				})}),
			},
			{
				Config:            p.topLevel() + clientsOf(`scope = "users"`),
				ConfigStateChecks: stateChecks(oauthClients, map[string]knownvalue.Check{"clients": knownvalue.ListExact(nil)}),
			},
		},
	})
}

func TestOAuthClientsDataSourceListsMany(t *testing.T) {
	t.Parallel()
	p := startPlatform(t, func(s *emulator.State) {
		o := organization(s, "Acme US")
		for i := range 130 {
			o.Clients = append(o.Clients, emulator.Client{OAuthClient: genesyscloud.OAuthClient{
				ID: fmt.Sprintf("client-%03d", i), Name: fmt.Sprintf("Client %03d", 129-i), AuthorizedGrantType: "CODE",
			}})
		}
	})
	inProcess(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config: p.topLevel() + clientsOf(`grant_type = "CODE"`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(oauthClients, tfjsonpath.New("clients"), knownvalue.ListSizeExact(130)),
				statecheck.ExpectKnownValue(oauthClients, tfjsonpath.New("clients").AtSliceIndex(0).AtMapKey("id"),
					knownvalue.StringExact("client-129")),
				statecheck.ExpectKnownValue(oauthClients, tfjsonpath.New("clients").AtSliceIndex(129).AtMapKey("id"),
					knownvalue.StringExact("client-000")),
			},
		}},
	})
	if slices.Contains(p.paths(), "/api/v2/authorization/roles") {
		t.Errorf("none of the clients has roles, yet they were read: %v", p.paths())
	}
}

func TestOAuthClientsDataSourceErrors(t *testing.T) {
	t.Parallel()
	const (
		clients   = "/api/v2/oauth/clients"
		roles     = "/api/v2/authorization/roles"
		divisions = "/api/v2/authorization/divisions"
	)
	tests := map[string]struct {
		fault  emulator.Fault
		what   string
		detail string
	}{
		"clients forbidden":  {emulator.Fault{Path: clients, Status: 403}, "OAuth clients", "Grant oauth:client:view to the auditing client"},
		"clients broken":     {emulator.Fault{Path: clients, Status: 500}, "OAuth clients", "GET " + clients + " answered 500"},
		"more pages to come": {emulator.Fault{Path: clients, Body: `{"entities":[],"pageCount":2}`}, "OAuth clients", "more pages follow"},
		"roles forbidden":    {emulator.Fault{Path: roles, Status: 403}, "roles", "Grant authorization:role:view to the auditing client"},
		"roles broken":       {emulator.Fault{Path: roles, Status: 500}, "roles", "GET " + roles + " answered 500"},
		"divisions broken":   {emulator.Fault{Path: divisions, Status: 500}, "divisions", "GET " + divisions + " answered 500"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startPlatform(t)
			p.AddFault(test.fault)
			inProcess(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				Steps: []resource.TestStep{{
					Config:      p.topLevel() + clientsOf(),
					ExpectError: failsWith("Cannot read the "+test.what+" of the default organization", test.detail),
				}},
			})
		})
	}
}

// Wrong filters are refused by validate, without network, at the attribute that holds them.
func TestOAuthClientsDataSourceRefusesWrongFilters(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		filter string
		want   []string
	}{
		"regex": {`name_regex = "dash("`, []string{
			`Invalid regular expression`, `name_regex = "dash("`, "Error parsing regexp: missing closing ): `dash(`."}},
		"empty regex": {`name_regex = ""`, []string{`name_regex = ""`, `is empty`}},
		"grant type":  {`grant_type = "CLIENT-CREDENTIAL"`, []string{`grant_type = "CLIENT-CREDENTIAL"`, `Did you mean "CLIENT-CREDENTIALS"?`}},
		"state":       {`state = "actve"`, []string{`state = "actve"`, `Did you mean "active"`}},
		"empty scope": {`scope = ""`, []string{`scope = ""`, `is empty`}},
	}
	config := requiredProviders + "provider \"genesysaudit\" {}\n"
	for name, test := range tests {
		config += strings.Replace(clientsOf(test.filter), `"this"`, fmt.Sprintf("%q", strings.ReplaceAll(name, " ", "_")), 1)
	}
	output := newCLI(t, "main.tf", config).run(1, "validate", "-no-color")
	for _, test := range tests {
		assertShowsAll(t, output, test.want...)
	}
}

// A filter that comes from another resource is judged, and the clients are read, once it is known.
func TestOAuthClientsDataSourceUnknownFilter(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	c := newCLI(t, "main.tf", requiredProviders+p.topLevel()+`
variable "pattern" {
  type    = string
  default = "Dash"
}

resource "terraform_data" "pattern" {
  input = var.pattern
}
`+clientsOf(`name_regex = terraform_data.pattern.output`)+`
output "names" {
  value = data.genesysaudit_oauth_clients.this.clients[*].name
}
`)
	assertShows(t, c.run(0, "plan", "-no-color"), "data.genesysaudit_oauth_clients.this will be read during apply")
	assertShows(t, c.run(1, "apply", "-no-color", "-auto-approve", "-var=pattern=("), "Invalid regular expression")
	assertShows(t, c.run(0, "apply", "-no-color", "-auto-approve"), `"Compliance Dashboard",`)
}

// Should the platform show secrets, which it did of old, they would still not reach the state.
func TestOAuthClientsDataSourceHasNoSecrets(t *testing.T) {
	t.Parallel()
	p := startPlatform(t, withUserClients)
	p.AddFault(emulator.Fault{Path: "/api/v2/oauth/clients", Mutate: func(body []byte) []byte {
		return bytes.ReplaceAll(body, []byte(`"name":`), []byte(`"secret":"demo-secret-served","name":`))
	}})
	c := newCLI(t, "main.tf", requiredProviders+p.topLevel()+clientsOf())
	output := c.run(0, "apply", "-no-color", "-auto-approve")
	state := c.run(0, "show", "-json")
	assertShows(t, state, `"name":"Wallboard"`)
	for _, organization := range p.State().Organizations {
		for _, client := range organization.Clients {
			assertHides(t, output+state, client.Secret)
		}
	}
	assertHides(t, output+state, "demo-secret")
}
