package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

const authorizationsOf = `
data "genesysaudit_authorizations" "this" {}
`

func TestAuthorizationsDataSource(t *testing.T) {
	t.Parallel()
	const address = "data.genesysaudit_authorizations.this"
	type list = genesyscloud.List[string]
	foreign := func(id, name, grantType string) genesyscloud.OAuthClient {
		return genesyscloud.OAuthClient{ID: id, Name: name, AuthorizedGrantType: grantType, Scope: list{"users", "analytics"}}
	}
	p := startPlatform(t)
	inProcess(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{
				Config:            p.topLevel() + authorizationsOf,
				ConfigStateChecks: stateChecks(address, map[string]knownvalue.Check{"authorizations": knownvalue.ListExact(nil)}),
			},
			{
				PreConfig: p.change(func(s *emulator.State) {
					organization(s, "Acme US").Authorizations = []genesyscloud.OAuthAuthorization{
						{Client: foreign("c3", "Wallboard", "TOKEN"), State: "Revoked"},
						{Client: foreign("c2", "Recorder", "CODE"), State: "Requested", Pending: true, Scope: list{"recordings"}},
						{Client: foreign("c1", "Recorder", "SAML2BEARER"), State: "Authorized", Scope: list{"users", "analytics:readonly"},
							Roles: list{"employee"}, DateCreated: "2025-05-02T10:00:00Z", DateModified: "2025-06-02T10:00:00Z"},
					}
				}),
				Config: p.topLevel() + authorizationsOf,
				ConfigStateChecks: stateChecks(address, map[string]knownvalue.Check{
					"authorizations": knownvalue.ListExact([]knownvalue.Check{
						knownvalue.ObjectExact(map[string]knownvalue.Check{
							"client_id":     knownvalue.StringExact("c1"),
							"client_name":   knownvalue.StringExact("Recorder"),
							"grant_type":    knownvalue.StringExact("SAML2-BEARER"),
							"scopes":        textSet("analytics:readonly", "users"),
							"roles":         textSet("employee"),
							"state":         knownvalue.StringExact("Authorized"),
							"pending":       knownvalue.Bool(false),
							"date_created":  knownvalue.StringExact("2025-05-02T10:00:00Z"),
							"date_modified": knownvalue.StringExact("2025-06-02T10:00:00Z"),
						}),
						knownvalue.ObjectExact(map[string]knownvalue.Check{
							"client_id":     knownvalue.StringExact("c2"),
							"client_name":   knownvalue.StringExact("Recorder"),
							"grant_type":    knownvalue.StringExact("CODE"),
							"scopes":        textSet("recordings"),
							"roles":         textSet(),
							"state":         knownvalue.StringExact("Requested"),
							"pending":       knownvalue.Bool(true),
							"date_created":  knownvalue.Null(),
							"date_modified": knownvalue.Null(),
						}),
						knownvalue.ObjectExact(map[string]knownvalue.Check{
							"client_id":     knownvalue.StringExact("c3"),
							"client_name":   knownvalue.StringExact("Wallboard"),
							"grant_type":    knownvalue.StringExact("TOKEN"),
							"scopes":        textSet(),
							"roles":         textSet(),
							"state":         knownvalue.StringExact("Revoked"),
							"pending":       knownvalue.Bool(false),
							"date_created":  knownvalue.Null(),
							"date_modified": knownvalue.Null(),
						}),
					}),
				}),
			},
			{
				// What the platform does not show is null, and a state that nobody knows yet is shown as it came.
				PreConfig: func() {
					p.AddFault(emulator.Fault{Path: "/api/v2/oauth/authorizations", Body: `{"entities":[{"client":{"id":"c9"},"state":"Paused"}]}`})
				},
				Config: p.topLevel() + authorizationsOf,
				ConfigStateChecks: stateChecks(address, map[string]knownvalue.Check{
					"authorizations": knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{
						"client_id":     knownvalue.StringExact("c9"),
						"client_name":   knownvalue.Null(),
						"grant_type":    knownvalue.Null(),
						"scopes":        knownvalue.Null(),
						"roles":         knownvalue.Null(),
						"state":         knownvalue.StringExact("Paused"),
						"pending":       knownvalue.Bool(false),
						"date_created":  knownvalue.Null(),
						"date_modified": knownvalue.Null(),
					})}),
				}),
			},
		},
	})
}

func TestAuthorizationsDataSourceErrors(t *testing.T) {
	t.Parallel()
	const path = "/api/v2/oauth/authorizations"
	tests := map[string]struct {
		fault emulator.Fault
		want  string
	}{
		"forbidden":     {emulator.Fault{Path: path, Status: 403}, `Grant oauth:client:authorize to the auditing client`},
		"broken":        {emulator.Fault{Path: path, Status: 500}, `GET /api/v2/oauth/authorizations answered 500 Internal Server Error`},
		"cut off":       {emulator.Fault{Path: path, Kind: emulator.FaultTruncate}, `GET /api/v2/oauth/authorizations`},
		"not whole":     {emulator.Fault{Path: path, Body: `{"total":2,"entities":[{"client":{"id":"c1"}}]}`}, `the list has 2 by its total`},
		"pending unset": {emulator.Fault{Path: path, Body: `{"entities":[{"client":{"id":"c1"},"pending":null}]}`}, `the field pending is null`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startPlatform(t)
			p.AddFault(test.fault)
			inProcess(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				Steps: []resource.TestStep{{
					Config:      p.topLevel() + authorizationsOf,
					ExpectError: failsWith("Cannot read the authorizations of the default organization", test.want),
				}},
			})
		})
	}
}
