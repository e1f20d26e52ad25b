package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

const trustsOf = `
data "genesysaudit_trusts" "this" {}
`

// auditorMay gives the scenario's auditor of Acme US one more permission.
func auditorMay(permission string) func(*emulator.State) {
	return func(s *emulator.State) {
		parts := strings.Split(permission, ":")
		o := organization(s, "Acme US")
		for i := range o.Roles {
			if o.Roles[i].Name == "Access Auditor" {
				o.Roles[i].PermissionPolicies = append(o.Roles[i].PermissionPolicies,
					genesyscloud.PermissionPolicy{Domain: parts[0], EntityName: parts[1], ActionSet: genesyscloud.List[string]{parts[2]}})
			}
		}
	}
}

// auditorMayNot takes all permissions of a domain from the scenario's auditor of Acme US.
func auditorMayNot(domain string) func(*emulator.State) {
	return func(s *emulator.State) {
		o := organization(s, "Acme US")
		for i := range o.Roles {
			if o.Roles[i].Name == "Access Auditor" {
				o.Roles[i].PermissionPolicies = slices.DeleteFunc(o.Roles[i].PermissionPolicies,
					func(policy genesyscloud.PermissionPolicy) bool { return policy.Domain == domain })
			}
		}
	}
}

func withTrusts(s *emulator.State) {
	partner := func(id, name string) *genesyscloud.Organization {
		return &genesyscloud.Organization{ID: id, Name: name}
	}
	o := organization(s, "Acme US")
	o.Trustors = []genesyscloud.Trustor{
		{ID: "o2", Enabled: false},
		{ID: "o1", Enabled: true, DateCreated: "2024-01-15T08:00:00Z", Organization: partner("o1", "Customer")},
	}
	o.Trustees = []genesyscloud.Trustee{
		{ID: "o4", Enabled: true, DateCreated: "2024-03-01T08:00:00Z", Organization: partner("o4", "Agency")},
		{ID: "o3", Enabled: true, DateCreated: "2024-02-01T08:00:00Z", DateExpired: "2026-12-31T00:00:00Z",
			Organization: partner("o3", "Partner")},
	}
}

func TestTrustsDataSource(t *testing.T) {
	t.Parallel()
	const address = "data.genesysaudit_trusts.this"
	trustors := knownvalue.ListExact([]knownvalue.Check{
		knownvalue.ObjectExact(map[string]knownvalue.Check{
			"organization_id":   knownvalue.StringExact("o1"),
			"organization_name": knownvalue.StringExact("Customer"),
			"enabled":           knownvalue.Bool(true),
			"date_created":      knownvalue.StringExact("2024-01-15T08:00:00Z"),
		}),
		knownvalue.ObjectExact(map[string]knownvalue.Check{
			"organization_id":   knownvalue.StringExact("o2"),
			"organization_name": knownvalue.Null(),
			"enabled":           knownvalue.Bool(false),
			"date_created":      knownvalue.Null(),
		}),
	})
	trustees := knownvalue.ListExact([]knownvalue.Check{
		knownvalue.ObjectExact(map[string]knownvalue.Check{
			"organization_id":   knownvalue.StringExact("o3"),
			"organization_name": knownvalue.StringExact("Partner"),
			"enabled":           knownvalue.Bool(true),
			"date_created":      knownvalue.StringExact("2024-02-01T08:00:00Z"),
			"date_expired":      knownvalue.StringExact("2026-12-31T00:00:00Z"),
		}),
		knownvalue.ObjectExact(map[string]knownvalue.Check{
			"organization_id":   knownvalue.StringExact("o4"),
			"organization_name": knownvalue.StringExact("Agency"),
			"enabled":           knownvalue.Bool(true),
			"date_created":      knownvalue.StringExact("2024-03-01T08:00:00Z"),
			"date_expired":      knownvalue.Null(),
		}),
	})
	p := startPlatform(t, withTrusts)
	shows := func(trustors, trustees knownvalue.Check) resource.TestStep {
		return resource.TestStep{
			Config:            p.topLevel() + trustsOf,
			ConfigStateChecks: stateChecks(address, map[string]knownvalue.Check{"trustors": trustors, "trustees": trustees}),
		}
	}
	after := func(step resource.TestStep, change func(*emulator.State)) resource.TestStep {
		step.PreConfig = p.change(change)
		return step
	}
	inProcess(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			shows(knownvalue.Null(), knownvalue.Null()),
			after(shows(knownvalue.Null(), trustees), auditorMay("authorization:orgTrustee:view")),
			after(shows(trustors, trustees), auditorMay("authorization:orgTrustor:view")),
			after(shows(knownvalue.ListExact(nil), knownvalue.ListExact(nil)), func(s *emulator.State) {
				organization(s, "Acme US").Trustors, organization(s, "Acme US").Trustees = nil, nil
			}),
			{
				// Whatever is not a missing permission is no reason to leave a list out.
				PreConfig:   func() { p.AddFault(emulator.Fault{Path: "/api/v2/orgauthorization/trustees", Status: 500}) },
				Config:      p.topLevel() + trustsOf,
				ExpectError: says(`GET /api/v2/orgauthorization/trustees answered 500 Internal Server Error`),
			},
			{
				PreConfig: func() {
					p.ClearFaults()
					p.AddFault(emulator.Fault{Path: "/api/v2/orgauthorization/trustors", Body: `{"entities":[{"id":"o1"}],"total":1}`})
				},
				Config:      p.topLevel() + trustsOf,
				ExpectError: says(`the field enabled is missing`),
			},
		},
	})
}

// Each list that the auditor may not read is one warning, which names the permission.
func TestTrustsDataSourceWarnings(t *testing.T) {
	t.Parallel()
	p := startPlatform(t, auditorMay("authorization:orgTrustor:view"))
	p.AddFault(emulator.Fault{Path: "/api/v2/orgauthorization/trustees", Status: 403, Body: deniedTrustees, Header: correlation})
	said := saidAtPlan(t, p.topLevel()+trustsOf)
	assertShowsAll(t, said, "Warning: The trustees of the default organization could not be read",
		"GET /api/v2/orgauthorization/trustees answered 403 Forbidden", "Grant authorization:orgTrustee:view to the auditing client")
	if got := strings.Count(said, "Warning: "); got != 1 {
		t.Errorf("%d warnings, want one:\n%s", got, said)
	}
}

const deniedTrustees = `{"message":"Unable to perform the requested action. You must have at least one of the following permissions ` +
	`assigned: [authorization:orgTrustee:view]","code":"missing.any.permissions","status":403}`
