package audit_test

import (
	"fmt"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

// largeOrganization has 5,000 clients, 1,000 roles of 200 policies, and 4,000 permissions.
func largeOrganization() audit.Facts {
	facts := everything()
	list := []audit.Client{dashboardClient()}
	list[0].Scopes = []string{"analytics:read", "analytics:export", "org:read"}
	list[0].Grants = []audit.Grant{
		{RoleID: "r-export", DivisionID: "*"}, {RoleID: "r-read", DivisionID: "*"}, {RoleID: "r-7", DivisionID: "d-home"},
	}
	for i := range 5000 {
		list = append(list, audit.Client{ID: fmt.Sprintf("c-%d", i), Name: fmt.Sprintf("Client %d", i), State: "active", GrantType: "CODE"})
	}
	roles := roleList()
	for i := range 1000 {
		role := access.Role{ID: fmt.Sprintf("r-%d", i), Name: fmt.Sprintf("Role %d", i), PoliciesShown: true}
		for j := range 200 {
			role.Policies = append(role.Policies, policy(fmt.Sprintf("domain%d", j%40), fmt.Sprintf("entity%d", j), "view", "edit"))
		}
		roles = append(roles, role)
	}
	permissions := permissionList()
	for i := range 4000 {
		permissions = append(permissions, audit.Permission{Name: fmt.Sprintf("domain%d:entity%d:view", i%40, i), DivisionAware: true})
	}
	facts.Clients = audit.Read(audit.NewClients(list))
	facts.Roles = audit.Read(access.NewRoles(roles))
	facts.Permissions = audit.Read(audit.NewPermissions(permissions))
	return facts
}

func benchmarkEvaluate(b *testing.B, req audit.Requirement, verdict audit.Verdict) {
	b.Helper()
	facts := largeOrganization()
	if result := audit.Evaluate(req, facts, noon); result.Verdict != verdict {
		b.Fatalf("verdict %s, want %s: %v", result.Verdict, verdict, lines(result))
	}
	b.ReportAllocs()
	for b.Loop() {
		for range 10_000 {
			audit.Evaluate(req, facts, noon)
		}
	}
}

// Each iteration evaluates 10,000 requirements.
func BenchmarkEvaluate(b *testing.B) {
	passing := dashboardRequirement()
	passing.ApplicationRegion = "eu-west-1"
	b.Run("scenario", func(b *testing.B) { benchmarkEvaluate(b, passing, audit.Compliant) })

	withPermissions := passing
	withPermissions.RequiredPermissions = []string{viewConversations, "domain3:entity3:view", "domain4:entity44:view"}
	b.Run("permissions", func(b *testing.B) { benchmarkEvaluate(b, withPermissions, audit.Compliant) })

	failing := withPermissions
	failing.RequiredScopes = []string{"analytics:exports", "quality"}
	failing.RequiredRoles = []string{"Analytics Export"}
	failing.RequiredPermissions = []string{"domain5:entity3:view", "domain5:entity5:vieu"}
	b.Run("failing", func(b *testing.B) { benchmarkEvaluate(b, failing, audit.Noncompliant) })
}

func BenchmarkNewRoles(b *testing.B) {
	var roles []access.Role
	for i := range 1000 {
		role := access.Role{ID: fmt.Sprintf("r-%d", i), Name: fmt.Sprintf("Role %d", i), PoliciesShown: true}
		for j := range 200 {
			role.Policies = append(role.Policies, policy("domain", fmt.Sprintf("entity%d", j), "view"))
		}
		roles = append(roles, role)
	}
	b.ReportAllocs()
	for b.Loop() {
		access.NewRoles(roles)
	}
}
