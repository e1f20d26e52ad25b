package provider_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
)

const tokenOf = `
data "genesysaudit_token" "this" {}
`

func TestTokenDataSource(t *testing.T) {
	t.Parallel()
	const address = "data.genesysaudit_token.this"
	auditor := map[string]knownvalue.Check{
		"organization_id":          knownvalue.StringExact(organizationUS),
		"organization_name":        knownvalue.StringExact("Acme US"),
		"home_organization_id":     knownvalue.StringExact(organizationUS),
		"home_organization_name":   knownvalue.StringExact("Acme US"),
		"authorized_scopes":        knownvalue.Null(),
		"client_id":                knownvalue.StringExact(auditorUS),
		"client_name":              knownvalue.StringExact("Access Auditor"),
		"grant_type":               knownvalue.StringExact("CLIENT-CREDENTIALS"),
		"client_organization_id":   knownvalue.StringExact(organizationUS),
		"client_organization_name": knownvalue.StringExact("Acme US"),
	}
	tests := map[string]struct {
		change func(*emulator.State)
		answer string // instead of the platform's
		block  string // more of the provider block
		want   map[string]knownvalue.Check
	}{
		"of the auditor": {want: auditor},
		"scopes": {
			change: func(s *emulator.State) {
				client(organization(s, "Acme US"), "Access Auditor").Scope = []string{"oauth:readonly", "authorization:readonly"}
			},
			want: map[string]knownvalue.Check{"authorized_scopes": textSet("authorization:readonly", "oauth:readonly")},
		},
		"empty list of scopes": {
			answer: `{"organization":{"id":"o","name":"Acme"},"homeOrganization":{"id":"o","name":"Acme"},"authorizedScope":[]}`,
			want:   map[string]knownvalue.Check{"authorized_scopes": knownvalue.Null()},
		},
		"trusted user": {
			block: `access_token = "a-users-token"`,
			answer: `{"organization":{"id":"acting","name":"Acme"},"homeOrganization":{"id":"home","name":"Partner"},` +
				`"authorizedScope":["users"],"OAuthClient":{"id":"c","name":"Admin UI","authorizedGrantType":"SAML2BEARER",` +
				`"organization":{"id":"purecloud-builtin"}}}`,
			want: map[string]knownvalue.Check{
				"organization_id":          knownvalue.StringExact("acting"),
				"organization_name":        knownvalue.StringExact("Acme"),
				"home_organization_id":     knownvalue.StringExact("home"),
				"home_organization_name":   knownvalue.StringExact("Partner"),
				"authorized_scopes":        textSet("users"),
				"client_id":                knownvalue.StringExact("c"),
				"client_name":              knownvalue.StringExact("Admin UI"),
				"grant_type":               knownvalue.StringExact("SAML2-BEARER"),
				"client_organization_id":   knownvalue.StringExact("purecloud-builtin"),
				"client_organization_name": knownvalue.Null(),
			},
		},
		"client not shown": {
			answer: `{"organization":{"id":"acting"}}`,
			want: map[string]knownvalue.Check{
				"organization_id":          knownvalue.StringExact("acting"),
				"organization_name":        knownvalue.Null(),
				"home_organization_id":     knownvalue.Null(),
				"home_organization_name":   knownvalue.Null(),
				"authorized_scopes":        knownvalue.Null(),
				"client_id":                knownvalue.Null(),
				"client_name":              knownvalue.Null(),
				"grant_type":               knownvalue.Null(),
				"client_organization_id":   knownvalue.Null(),
				"client_organization_name": knownvalue.Null(),
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startPlatform(t)
			if test.change != nil {
				p.change(test.change)()
			}
			if test.answer != "" {
				p.AddFault(emulator.Fault{Path: "/api/v2/tokens/me", Body: test.answer})
			}
			inProcess(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				Steps:                    []resource.TestStep{{Config: p.topLevel(test.block) + tokenOf, ConfigStateChecks: stateChecks(address, test.want)}},
			})
		})
	}
}

func TestTokenDataSourceErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault emulator.Fault
		want  string
	}{
		"broken":    {emulator.Fault{Path: "/api/v2/tokens/me", Status: 500}, "GET /api/v2/tokens/me answered 500 Internal Server Error"},
		"forbidden": {emulator.Fault{Path: "/api/v2/tokens/me", Status: 403}, "GET /api/v2/tokens/me answered 403 Forbidden"},
		"sign-in refused": {
			emulator.Fault{Path: "/oauth/token", Status: 400, Body: `{"error":"invalid_client","error_description":"authentication failed"}`},
			"Sign-in refused",
		},
		"no organization": {emulator.Fault{Path: "/api/v2/tokens/me", Body: `{}`}, "the field organization.id is missing"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startPlatform(t)
			p.AddFault(test.fault)
			inProcess(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				Steps: []resource.TestStep{{
					Config:      p.topLevel() + tokenOf,
					ExpectError: failsWith("Cannot read the token of the default organization", test.want),
				}},
			})
		})
	}
}

// Of a ready token, which the configuration holds, nothing reaches the plan or the state.
func TestTokenDataSourceNeverShowsTheToken(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	token := p.signIn(auditorUS, "demo-secret-acme-us-auditor")
	c := newCLI(t, "main.tf", requiredProviders+fmt.Sprintf(`
variable "token" {
  type      = string
  sensitive = true
}

provider "genesysaudit" {
  access_token = var.token
  api_url      = "%s/us-east-1"
}
`, p.url)+tokenOf)
	c.Setenv("TF_VAR_token", token)
	output := c.run(0, "apply", "-no-color", "-auto-approve")
	output += c.run(0, "show", "-json")
	assertShows(t, output, `"client_id":"`+auditorUS+`"`)
	assertHides(t, output, token)
}

// signIn is the platform's token for a client.
func (p *platform) signIn(id, secret string) string {
	p.t.Helper()
	body := strings.NewReader("grant_type=client_credentials")
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.url+"/oauth/token", body)
	if err != nil {
		p.t.Fatal(err)
	}
	req.SetBasicAuth(id, secret)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		p.t.Fatal(err)
	}
	if answer.AccessToken == "" {
		p.t.Fatalf("the platform gave no token: %s", resp.Status)
	}
	return answer.AccessToken
}
