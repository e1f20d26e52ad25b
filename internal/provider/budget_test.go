package provider_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// What one validation reads, measured with the real CLI, is the table in DESIGN.md: a change that makes it read more, or less, has to
// say so there.
func TestRequestsOfOneValidation(t *testing.T) {
	t.Parallel()
	const everything = "all that can be read of one client, at once"
	const userID = "00000000-0000-4000-8000-0000000000b1"
	withUser := func(s *emulator.State) {
		o := organization(s, "Acme US")
		for i := range o.Roles {
			if o.Roles[i].Name == "Access Auditor" {
				o.Roles[i].PermissionPolicies = append(o.Roles[i].PermissionPolicies, genesyscloud.PermissionPolicy{
					Domain: "directory", EntityName: "organization", ActionSet: genesyscloud.List[string]{"admin"}})
			}
		}
		o.Users = append(o.Users, emulator.User{ID: userID, Name: "Dashboard Service", Grants: []genesyscloud.AuthGrant{
			{Role: genesyscloud.SubjectRole{ID: "1a7c1e03-4b2d-4e6f-8a13-5c9d7e31f103"}, Division: genesyscloud.Division{ID: "*"}},
		}})
		o.Clients = append(o.Clients, emulator.Client{OAuthClient: genesyscloud.OAuthClient{
			ID: "00000000-0000-4000-8000-0000000000b2", Name: "Agent Desktop", AuthorizedGrantType: "CODE", State: "active",
			Scope: genesyscloud.List[string]{"analytics:export"},
		}})
	}
	tests := []struct {
		name      string
		arguments []string
		wantCode  int
	}{
		{"the default endpoint", []string{`client_name = "Compliance Dashboard"`}, 0},
		{"the scenario: scopes, a role, the region", []string{dashboardArguments, `required_roles = ["Analytics - Export"]`}, 0},
		{"a scope that the client lacks", []string{`client_name = "Access Auditor"`}, 1},
		{"scopes alone", []string{`client_name = "Compliance Dashboard"`, `required_scopes = ["org:read"]`}, 0},
		{"a published endpoint", []string{`client_name = "Access Auditor"`, `endpoints = ["GET /api/v2/oauth/clients"]`}, 0},
		{"the same in a division, by name", []string{`client_name = "Access Auditor"`, `endpoints = ["GET /api/v2/oauth/clients"]`,
			`divisions = ["Home"]`}, 0},
		{"the provider's own client", []string{`required_roles = ["Access Auditor"]`}, 0},
		{"a user-context grant", []string{`client_name = "Agent Desktop"`, `user_id = "` + userID + `"`}, 0},
		{"a client that does not exist", []string{`client_name = "Nobody"`}, 1},
		{"an address, by a network that has no allowlist", []string{dashboardArguments, `egress_addresses = ["203.0.113.7"]`}, 0},
		{everything, []string{dashboardArguments, `endpoints = ["GET /api/v2/oauth/clients"]`, `divisions = ["Home"]`,
			`forbidden_scopes = ["users"]`, `egress_addresses = ["203.0.113.7"]`}, 1},
	}
	limits := map[string]int{everything: 8}
	rows := make([]string, len(tests))
	for i, test := range tests {
		p := startPlatform(t, withUser)
		newCLI(t, "main.tf", requiredProviders+p.topLevel()+validation(test.arguments...)).run(test.wantCode, "plan", "-no-color")
		var reads []string
		for _, path := range p.paths() {
			if path != "/oauth/token" {
				reads = append(reads, "`"+strings.TrimPrefix(strings.ReplaceAll(path, userID, "{id}"), "/api/v2/")+"`")
			}
		}
		slices.Sort(reads)
		rows[i] = fmt.Sprintf("| %s | %d | %s |", test.name, len(p.Requests()), strings.Join(reads, ", "))
		if got, most := len(p.Requests()), cmp.Or(limits[test.name], 6); got > most {
			t.Errorf("%s: %d requests, at most %d are allowed: %v", test.name, got, most, p.paths())
		}
	}
	design, err := os.ReadFile(filepath.Join(moduleDir, "DESIGN.md"))
	if err != nil {
		t.Fatal(err)
	}
	if table := strings.Join(rows, "\n"); !strings.Contains(string(design), table) {
		t.Errorf("DESIGN.md does not have this table:\n%s", table)
	}
}
