package provider_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// What one validation reads is the table in BENCHMARKS.md: a change that makes it read more, or less, has to say so there.
func TestRequestsOfOneValidation(t *testing.T) {
	t.Parallel()
	const userID = "00000000-0000-4000-8000-0000000000b1"
	withUser := func(s *emulator.State) {
		o := organization(s, "Acme US")
		for i := range o.Roles {
			if o.Roles[i].Name == "Access Auditor" {
				o.Roles[i].PermissionPolicies = append(o.Roles[i].PermissionPolicies, genesyscloud.PermissionPolicy{
					Domain: "directory", EntityName: "organization", ActionSet: genesyscloud.List[string]{"admin"}})
			}
		}
		o.Topics = []emulator.Topic{{ID: "v2.oauth.clients", RequiresPermissions: []string{"oauth:client:view"},
			PermissionDetails: []emulator.TopicCondition{{Type: "requiresPermissions", Permissions: []string{"oauth:client:view"}}}}}
		o.Users = append(o.Users, emulator.User{ID: userID, Name: "Dashboard Service", Grants: []genesyscloud.AuthGrant{
			{Role: genesyscloud.SubjectRole{ID: "1a7c1e03-4b2d-4e6f-8a13-5c9d7e31f103"}, Division: genesyscloud.Division{ID: "*"}},
		}})
		o.Clients = append(o.Clients, emulator.Client{OAuthClient: genesyscloud.OAuthClient{
			ID: "00000000-0000-4000-8000-0000000000b2", Name: "Agent Desktop", AuthorizedGrantType: "CODE", State: "active",
			Scope: genesyscloud.List[string]{"analytics:export"},
		}})
	}
	schemas := providerSchemas(t)
	schema := schemas.ResourceSchemas[validationOf]
	with := func(base map[string]any, more map[string]any) map[string]any {
		all := maps.Clone(base)
		maps.Copy(all, more)
		return all
	}
	dashboard := map[string]any{"client_name": dashboardName, "application_region": "us-east-1", "endpoints": []string{"GET /api/v2/analytics/events"},
		"required_scopes": []string{"analytics:read", "analytics:export", "org:read"}}
	published := map[string]any{"client_name": "Access Auditor", "endpoints": []string{"GET /api/v2/oauth/clients"}}
	var rows []string
	for _, test := range []struct {
		name      string
		arguments map[string]any
		passes    bool
	}{
		{"`GET /api/v2/analytics/events`", map[string]any{"client_name": dashboardName, "endpoints": []string{"GET /api/v2/analytics/events"}}, true},
		{"the scenario: scopes, a role, the region", with(dashboard, map[string]any{"required_roles": []string{"Analytics - Export"}}), true},
		{"a scope that the client lacks", map[string]any{"client_name": "Access Auditor", "required_scopes": []string{"analytics:export"}}, false},
		{"scopes alone", map[string]any{"client_name": dashboardName, "required_scopes": []string{"org:read"}}, true},
		{"a published endpoint", published, true},
		{"the same in a division, by name", with(published, map[string]any{"divisions": []string{"Home"}}), true},
		{"the same, without access policies", with(published, map[string]any{"ignore_access_policies": true}), true},
		{"a notification topic", map[string]any{"client_name": "Access Auditor", "notification_topics": []string{"v2.oauth.clients"}}, true},
		{"the provider's own client", map[string]any{"required_roles": []string{"Access Auditor"}}, true},
		{"a user-context grant", map[string]any{"client_name": "Agent Desktop", "user_id": userID, "allowed_grant_types": []string{"CODE"},
			"required_roles": []string{"Analytics - Export"}}, true},
		{"a client that does not exist", map[string]any{"client_name": "Nobody", "required_scopes": []string{"org:read"}}, false},
		{"an address, by a network that has no allowlist", with(dashboard, map[string]any{"egress_addresses": []string{"203.0.113.7"}}), true},
		{"all that can be read of one client, at once", with(dashboard, map[string]any{"endpoints": []string{"GET /api/v2/oauth/clients"},
			"divisions": []string{"Home"}, "forbidden_scopes": []string{"users"}, "egress_addresses": []string{"203.0.113.7"},
			"notification_topics": []string{"v2.oauth.clients"}}), false},
	} {
		p := startPlatform(t, withUser)
		server, err := factories["genesysaudit"]()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: objectOf(t, schemas.Provider, map[string]string{
			"aws_region": "us-east-1", "api_url": p.url + "/us-east-1", "login_url": p.url + "/us-east-1",
			"oauthclient_id": auditorUS, "oauthclient_secret": "demo-secret-acme-us-auditor"})}); err != nil {
			t.Fatal(err)
		}
		diagnostics, _ := rawPlanOf(t.Context(), t, "resource", server, newValidationConfig(t, schema, test.arguments))
		if passes := len(diagnostics) == 0; passes != test.passes {
			t.Errorf("%s: that it passes is %t: %v", test.name, passes, diagnostics)
		}
		var reads []string
		for _, path := range p.paths() {
			if path != tokenPath {
				reads = append(reads, "`"+strings.TrimPrefix(strings.ReplaceAll(path, userID, "{id}"), "/api/v2/")+"`")
			}
		}
		slices.Sort(reads)
		rows = append(rows, fmt.Sprintf("| %s | %d | %s |", test.name, len(p.Requests()), strings.Join(reads, ", ")))
	}
	design, err := os.ReadFile(filepath.Join(moduleDir, "BENCHMARKS.md"))
	if err != nil {
		t.Fatal(err)
	}
	if table := strings.Join(rows, "\n"); !strings.Contains(string(design), table) {
		t.Errorf("BENCHMARKS.md does not have this table:\n%s", table)
	}
}
