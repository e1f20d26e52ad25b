package provider_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

const (
	roundsman     = "Roundsman"
	roundsmanUS   = "00000000-0000-4000-8000-0000000000f0"
	employeeUS    = "1a7c1e01-4b2d-4e6f-8a11-5c9d7e31f101"
	homeUS        = "1d4f8b21-6c3e-4a7d-9b11-2e8f6a15c101"
	supportUS     = "1d4f8b22-6c3e-4a7d-9b12-2e8f6a15c102"
	otherDivision = supportUS
)

// withRoundsman adds a client whose role has everything that a role can have: a wildcard, a condition and a legacy permission; in one division.
func withRoundsman(s *emulator.State) {
	withClients(genesyscloud.OAuthClient{
		ID: roundsmanUS, Name: roundsman, AuthorizedGrantType: "CLIENT-CREDENTIALS", State: "active", Scope: genesyscloud.List[string]{},
		RoleDivisions: genesyscloud.List[genesyscloud.RoleDivision]{{RoleID: supervisorUS, DivisionID: homeUS}},
	})(s)
	roleIn(s, "Supervisor").Permissions = genesyscloud.List[string]{"group_creation"}
}

func roleIn(s *emulator.State, name string) *genesyscloud.Role {
	roles := organization(s, "Acme US").Roles
	return &roles[slices.IndexFunc(roles, func(r genesyscloud.Role) bool { return r.Name == name })]
}

// ofRole changes a role of Acme US.
func ofRole(name string, change func(*genesyscloud.Role)) func(*emulator.State) {
	return func(s *emulator.State) { change(roleIn(s, name)) }
}

// ofRoundsman changes the client Roundsman.
func ofRoundsman(change func(*emulator.Client)) func(*emulator.State) {
	return func(s *emulator.State) { change(client(organization(s, "Acme US"), roundsman)) }
}

// inDivisions grants the role Supervisor in these divisions instead of Home.
func inDivisions(divisions ...string) func(*emulator.State) {
	return ofRoundsman(func(c *emulator.Client) {
		c.RoleDivisions = nil
		for _, division := range divisions {
			c.RoleDivisions = append(c.RoleDivisions, genesyscloud.RoleDivision{RoleID: supervisorUS, DivisionID: division})
		}
	})
}

// changesOfAccess are the ways in which what a client may do can change. Each is of one client.
var changesOfAccess = []struct {
	name   string
	make   func(*emulator.State)
	client string
	want   []string
}{
	{
		"a permission is added to a role",
		ofRole("Supervisor", func(r *genesyscloud.Role) {
			r.PermissionPolicies = append(r.PermissionPolicies, genesyscloud.PermissionPolicy{
				Domain: "directory", EntityName: "user", ActionSet: genesyscloud.List[string]{"delete"},
			})
		}),
		roundsman, []string{`permission_excess directory:user:delete is not among allowed_permissions, and role "Supervisor" grants it.`},
	},
	{
		"an action is added to a role",
		ofRole("Supervisor", func(r *genesyscloud.Role) {
			r.PermissionPolicies[0].ActionSet = append(r.PermissionPolicies[0].ActionSet, "delete")
		}),
		roundsman, []string{"permission_excess routing:queue:delete is not among allowed_permissions"},
	},
	{
		"an action becomes a wildcard",
		ofRole("Supervisor", func(r *genesyscloud.Role) { r.PermissionPolicies[0].ActionSet = genesyscloud.List[string]{"*"} }),
		roundsman, []string{"permission_excess No pattern of allowed_permissions covers all of routing:queue:*"},
	},
	{
		"a role becomes *:*:*",
		ofRole("Supervisor", func(r *genesyscloud.Role) {
			r.PermissionPolicies = genesyscloud.List[genesyscloud.PermissionPolicy]{{Domain: "*", EntityName: "*", ActionSet: genesyscloud.List[string]{"*"}}}
		}),
		roundsman, []string{"permission_excess No pattern of allowed_permissions covers all of *:*:*, which role \"Supervisor\" grants:", "is not allowed."},
	},
	{
		"a legacy permission is added to a role",
		ofRole("Supervisor", func(r *genesyscloud.Role) { r.Permissions = append(r.Permissions, "admin") }),
		roundsman, []string{"permission_excess admin is not among allowed_permissions"},
	},
	{
		"a permission is removed from a role",
		ofRole("Supervisor", func(r *genesyscloud.Role) {
			r.PermissionPolicies[0].ActionSet = slices.DeleteFunc(r.PermissionPolicies[0].ActionSet, func(a string) bool { return a == "edit" })
		}),
		roundsman, []string{"permission routing:queue:edit is granted by no role of the client"},
	},
	{
		"a permission with a condition is removed from a role",
		ofRole("Supervisor", func(r *genesyscloud.Role) { r.PermissionPolicies = r.PermissionPolicies[:2] }),
		roundsman, []string{"permission recording:recording:view is granted by no role of the client"},
	},
	{
		"a wildcard is narrowed",
		ofRole("Supervisor", func(r *genesyscloud.Role) { r.PermissionPolicies[1].ActionSet = genesyscloud.List[string]{"view"} }),
		roundsman, []string{"permission quality:evaluation:", "is granted by no role of the client"},
	},
	{"a grant is widened to all divisions", inDivisions("*"), roundsman, []string{
		`role_division The role "Supervisor" is granted in all divisions; role_divisions requires "Home".`}},
	{"a division is added", inDivisions(homeUS, otherDivision), roundsman, []string{
		`role_division The role "Supervisor" is granted in "Home", "Support"; role_divisions requires "Home".`}},
	{"a division is exchanged", inDivisions(otherDivision), roundsman, []string{
		`role_division The role "Supervisor" is granted in "Support"; role_divisions requires "Home".`}},
	{
		"a grant is narrowed to one division",
		func(s *emulator.State) {
			for i, grant := range dashboardOf(s, "Acme US").RoleDivisions {
				if grant.RoleID != employeeUS {
					dashboardOf(s, "Acme US").RoleDivisions[i].DivisionID = homeUS
				}
			}
		},
		dashboardName, []string{`role_division The role "Analytics - Export" is granted in "Home"; role_divisions requires all divisions.`},
	},
	{"a role is added", withRole("Acme US", "Supervisor"), dashboardName, []string{`role_excess "Supervisor" is neither required nor among allowed_roles.`}},
	{"a role is removed", withoutRole("Analytics - Export"), dashboardName, []string{`role "Analytics - Export" is not granted`}},
	{"a scope is added", withScope("Acme US", "users"), dashboardName, []string{"scope_excess users is neither required nor among allowed_scopes."}},
	{"a scope is removed", withoutExportScope, dashboardName, []string{"analytics:export is missing"}},
	{"the grant type is changed", ofRoundsman(func(c *emulator.Client) { c.AuthorizedGrantType = "CODE" }), roundsman, []string{"grant_type The grant type CODE is not allowed"}},
}

// assertExact makes every change of access, one at a time: each fails the plan of the client that differs and of no other, and once it is undone the
// plan has no changes. The CLI plans at full size after each change, else after a few of them.
func (c cli) assertExact(p *platform, baseline string) {
	c.t.Helper()
	before, err := json.Marshal(p.State())
	if err != nil {
		c.t.Fatal(err)
	}
	c.run(0, "plan", "-no-color", "-detailed-exitcode")
	for _, change := range changesOfAccess {
		p.change(change.make)()
		output := saidAtPlan(c.t, p.topLevel()+baseline)
		if !thinned(change.name, 6, 0) {
			output = c.run(1, "plan", "-no-color")
		}
		for _, want := range change.want {
			if !strings.Contains(output, folded(want)) {
				c.t.Errorf("%s: the plan does not show %q:\n%s", change.name, want, output)
			}
		}
		if got := strings.Count(output, "Error:"); got != 1 || !strings.Contains(output, fmt.Sprintf("%q", change.client)) {
			c.t.Errorf("%s: %d errors, want one, of %s:\n%s", change.name, got, change.client, output)
		}
		p.change(func(s *emulator.State) {
			*s = emulator.State{}
			if err := json.Unmarshal(before, s); err != nil {
				c.t.Fatal(err)
			}
		})()
	}
	c.run(0, "plan", "-no-color", "-detailed-exitcode")
}

// What an import writes is as exact as what a query writes.
func TestImportWritesAnExactBaseline(t *testing.T) {
	t.Parallel()
	p := startPlatform(t, withRoundsman)
	var blocks strings.Builder
	for name, id := range map[string]string{"auditor": auditorUS, "dashboard": dashboardUS, "roundsman": roundsmanUS} {
		fmt.Fprintf(&blocks, "import {\n  to = genesysaudit_access_validation.%s\n  id = %q\n}\n", name, id)
	}
	c := newCLI(t, "main.tf", requiredProviders+p.topLevel()+blocks.String())
	assertShows(t, c.run(0, "plan", "-no-color", "-generate-config-out=baseline.tf"), "Plan: 3 to import, 0 to add, 0 to change, 0 to destroy.")
	baseline, err := os.ReadFile(filepath.Join(c.Dir, "baseline.tf"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`allowed_permissions = ["group_creation", "quality:evaluation:*", "recording:recording:view", "routing:queue:edit", "routing:queue:view"]`,
		`role_divisions = { Supervisor = ["Home"] }`, `accept_conditional_grants = true`, `ignore_access_policies = true`,
		`allowed_scopes = []`, `allowed_roles = []`, `required_roles = ["Supervisor"]`, `allowed_grant_types = ["CLIENT-CREDENTIALS"]`,
	} {
		assertShows(t, folded(string(baseline)), want)
	}
	output := c.run(0, "apply", "-no-color", "-auto-approve")
	assertShows(t, output, "3 imported, 0 added, 0 changed, 0 destroyed.")
	assertHides(t, output, "Warning:")
	c.assertExact(p, string(baseline))
}

// The guide shows the violation as the CLI shows it.
func TestCodifyGuideShowsTheViolation(t *testing.T) {
	t.Parallel()
	guide := readExample(t, filepath.Join(moduleDir, "templates", "guides", "codify-oauth-clients.md"))
	_, shown, _ := strings.Cut(guide, "```text\nError: ")
	shown, _, ok := strings.Cut(shown, "```")
	if !ok {
		t.Fatal("the guide shows no error")
	}
	p := startPlatform(t)
	c := newCLI(t, "main.tf", requiredProviders+p.topLevel()+validation(dashboardBaseline))
	c.run(0, "plan", "-no-color")
	p.change(ofRole("Analytics - Read", func(r *genesyscloud.Role) {
		r.PermissionPolicies = genesyscloud.List[genesyscloud.PermissionPolicy]{{Domain: "*", EntityName: "*", ActionSet: genesyscloud.List[string]{"*"}}}
	}))()
	output := c.run(1, "plan", "-no-color")
	for part := range strings.SplitSeq(shown, "\n\n") {
		assertShows(t, output, part)
	}
}
