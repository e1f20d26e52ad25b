package provider

import (
	"fmt"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// What a plan of one validation costs when nothing is evaluated: the framework's work on its schema and on what a set holds.
func BenchmarkPlanWhileOff(b *testing.B) {
	for _, n := range []int{1, 1_000, 10_000} {
		b.Run("elements="+strconv.Itoa(n), func(b *testing.B) {
			p := startProcess(b, fixedClock, object{"enforcement": str("off")})
			permissions := make([]string, n)
			for i := range permissions {
				permissions[i] = fmt.Sprintf("domain%d:entity%d:view", i%50, i)
			}
			config := object{"client_id": str("client"), "required_permissions": set(permissions...)}
			b.ReportAllocs()
			for b.Loop() {
				p.planCreate(config)
			}
		})
	}
}

func BenchmarkReadOAuthClients(b *testing.B) {
	for _, n := range []int{100, 1_000, 10_000} {
		b.Run("clients="+strconv.Itoa(n), func(b *testing.B) {
			e, err := NewEmulator(emulator.State{Organizations: []emulator.Organization{organizationOf(n)}})
			if err != nil {
				b.Fatal(err)
			}
			server := httptest.NewServer(e)
			defer server.Close()
			b.ReportAllocs()
			for b.Loop() {
				p := startProcess(b, fixedClock, topLevelConfig("us-east-1", server.URL, "client-0"))
				response, err := p.server.ReadDataSource(b.Context(), &tfprotov6.ReadDataSourceRequest{
					TypeName: "genesysaudit_oauth_clients", Config: p.encode(p.schemas.DataSourceSchemas["genesysaudit_oauth_clients"], object{})})
				if err != nil || len(response.Diagnostics) > 0 {
					b.Fatal(err, described(response.Diagnostics))
				}
			}
		})
	}
}

// organizationOf has n clients, of which the first is the auditor.
func organizationOf(n int) emulator.Organization {
	o := emulator.Organization{Region: "us-east-1", Organization: genesyscloud.Organization{ID: "organization", Name: "Organization", Version: 1}}
	o.Roles = []genesyscloud.Role{{ID: "auditing", Name: "Auditing", PermissionPolicies: genesyscloud.List[genesyscloud.PermissionPolicy]{
		{Domain: "*", EntityName: "*", ActionSet: genesyscloud.List[string]{"*"}}}}}
	for i := range n {
		o.Clients = append(o.Clients, emulator.Client{Secret: "secret", OAuthClient: genesyscloud.OAuthClient{
			ID: fmt.Sprintf("client-%d", i), Name: fmt.Sprintf("Client %d", i), State: "active", AuthorizedGrantType: "CLIENT-CREDENTIALS",
			Scope:         genesyscloud.List[string]{"analytics:export", "analytics:read", "org:read"},
			RoleDivisions: genesyscloud.List[genesyscloud.RoleDivision]{{RoleID: "auditing", DivisionID: "*"}},
		}})
	}
	return o
}
