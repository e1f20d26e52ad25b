package provider_test

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
)

const (
	policiesOf   = "\ndata \"genesysaudit_access_policies\" \"this\" {}\n"
	policiesPath = "/api/v2/authorization/policies"
)

func withPolicies(s *emulator.State) {
	yes, no := true, false
	organization(s, "Acme US").Policies = []emulator.AccessPolicy{
		{ID: "p3", TargetResource: "routing:queue:view", Subject: emulator.PolicySubject{Type: "CLIENT", ID: dashboardUS}, Effect: "DENY",
			Active: &yes, ApplyToClients: &yes},
		{ID: "p1", Name: "Office hours", Description: "From nine to five.", TargetResource: "recording:recording:view",
			Subject: emulator.PolicySubject{Type: "ALL"}, Effect: "ALLOW", Active: &yes, ApplyToClients: &no,
			Condition: []byte(`{"all":[]}`), DateModified: "2026-02-01T08:00:00Z"},
		{ID: "p2", TargetResource: "recording:recording:view", Subject: emulator.PolicySubject{Type: "GROUP", ID: "g1"}, Effect: "DENY"},
	}
}

func policy(fields map[string]knownvalue.Check) knownvalue.Check {
	all := map[string]knownvalue.Check{}
	for _, name := range []string{"id", "name", "description", "target", "subject_type", "subject_id", "effect", "active",
		"applies_to_clients", "date_modified"} {
		all[name] = knownvalue.Null()
	}
	all["conditional"] = knownvalue.Bool(false)
	for name, check := range fields {
		all[name] = check
	}
	return knownvalue.ObjectExact(all)
}

func TestAccessPoliciesDataSource(t *testing.T) {
	t.Parallel()
	const address = "data.genesysaudit_access_policies.this"
	exactly := knownvalue.StringExact
	p := startPlatform(t, withPolicies)
	shows := func(policies ...knownvalue.Check) resource.TestStep {
		return resource.TestStep{
			Config:            p.topLevel() + policiesOf,
			ConfigStateChecks: stateChecks(address, map[string]knownvalue.Check{"policies": knownvalue.ListExact(policies)}),
		}
	}
	answering := func(step resource.TestStep, body string) resource.TestStep {
		step.PreConfig = func() {
			p.ClearFaults()
			p.AddFault(emulator.Fault{Path: policiesPath, Status: http.StatusOK, Body: body})
		}
		return step
	}
	none := shows()
	none.PreConfig = p.change(func(s *emulator.State) { organization(s, "Acme US").Policies = nil })
	inProcess(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			shows(
				policy(map[string]knownvalue.Check{
					"id": exactly("p1"), "name": exactly("Office hours"), "description": exactly("From nine to five."),
					"target": exactly("recording:recording:view"), "subject_type": exactly("ALL"), "subject_id": exactly("all"),
					"effect": exactly("ALLOW"), "active": knownvalue.Bool(true), "applies_to_clients": knownvalue.Bool(false),
					"conditional": knownvalue.Bool(true), "date_modified": exactly("2026-02-01T08:00:00Z"),
				}),
				policy(map[string]knownvalue.Check{
					"id": exactly("p2"), "target": exactly("recording:recording:view"), "subject_type": exactly("GROUP"),
					"subject_id": exactly("g1"), "effect": exactly("DENY"),
				}),
				policy(map[string]knownvalue.Check{
					"id": exactly("p3"), "target": exactly("routing:queue:view"), "subject_type": exactly("CLIENT"),
					"subject_id": exactly(dashboardUS), "effect": exactly("DENY"), "active": knownvalue.Bool(true),
					"applies_to_clients": knownvalue.Bool(true),
				}),
			),
			none,
			// A value that is not documented is shown as it is, and what is not shown is no value. By the platform, null is not active.
			answering(shows(
				policy(map[string]knownvalue.Check{"id": exactly("p4")}),
				policy(map[string]knownvalue.Check{"id": exactly("p5"), "target": exactly("a:b:c"), "effect": exactly("MAYBE"),
					"subject_type": exactly("PLANET"), "active": knownvalue.Bool(false)}),
			), `{"entities":[{"id":"p5","targetResource":"a:b:c","effect":"MAYBE","subject":{"type":"PLANET"},"active":null,"condition":{}},
				{"id":"p4"}]}`),
		},
	})
}

func TestAccessPoliciesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	answers := func(body string) emulator.Fault {
		return emulator.Fault{Path: policiesPath, Status: http.StatusOK, Body: body}
	}
	for name, test := range map[string]struct {
		fault emulator.Fault
		want  string
	}{
		"refused": {emulator.Fault{Path: policiesPath, Status: http.StatusForbidden},
			"Grant authorization:policy:view to the auditing client"},
		"cut off":        {emulator.Fault{Path: policiesPath, Kind: emulator.FaultTruncate}, "it broke off after"},
		"no entities":    {answers(`{}`), "it has no entities"},
		"no id":          {answers(`{"entities":[{"effect":"DENY"}]}`), "the field id is missing"},
		"wrong type":     {answers(`{"entities":[{"id":"p1","active":"yes"}]}`), "is a JSON string where bool is expected"},
		"twice":          {answers(`{"entities":[{"id":"p1"},{"id":"p1"}]}`), "twice in the list: p1"},
		"list of a page": {emulator.Fault{Path: policiesPath, Kind: emulator.FaultHTML}, "is not JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startPlatform(t, withPolicies)
			p.AddFault(test.fault)
			inProcess(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				Steps: []resource.TestStep{{
					Config:      p.topLevel("request_timeout = 3") + policiesOf,
					ExpectError: failsWith("Cannot read the access policies of the default organization", test.want),
				}},
			})
		})
	}
}
