package audit_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

func TestClientFilter(t *testing.T) {
	t.Parallel()
	const twins = "Twin"
	everyName := []string{"Access Auditor", dashboard, twins, twins, userApp}
	tests := map[string]struct {
		filter audit.ClientFilter
		edit   func(dashboard, user *audit.Client)
		want   []string
		fails  string // the finding of the check client
	}{
		"every client":  {want: everyName},
		"by name":       {filter: audit.ClientFilter{Name: regexp.MustCompile("App$|^Comp")}, want: []string{dashboard, userApp}},
		"by grant type": {filter: audit.ClientFilter{GrantTypes: []string{"CODE"}}, want: []string{userApp}},
		"by state": {
			filter: audit.ClientFilter{States: []string{"disabled"}},
			edit:   func(d, _ *audit.Client) { d.State = "disabled" },
			want:   []string{dashboard},
		},
		"all conditions together": {
			filter: audit.ClientFilter{Name: regexp.MustCompile("App"), GrantTypes: []string{"CLIENT-CREDENTIALS"}},
			want:   nil,
		},
		"without some, by name and by id": {
			filter: audit.ClientFilter{Exclude: []string{twins, "c-user", "Nobody"}},
			want:   []string{"Access Auditor", dashboard},
		},
		"a state that is not shown may be the one": {
			filter: audit.ClientFilter{States: []string{"disabled"}},
			edit:   func(d, u *audit.Client) { d.State, u.State = "", "sleeping" },
			want:   []string{dashboard, userApp},
		},
		"a grant type that is not documented may be the one": {
			filter: audit.ClientFilter{GrantTypes: []string{"CODE"}},
			edit:   func(d, _ *audit.Client) { d.GrantType = "DEVICE" },
			want:   []string{dashboard, userApp},
		},
		"a name that is not shown may be the one": {
			filter: audit.ClientFilter{Name: regexp.MustCompile("^User App$"), Exclude: []string{""}},
			edit:   func(d, _ *audit.Client) { d.Name = "" },
			want:   []string{"", userApp},
		},
		"too few": {
			filter: audit.ClientFilter{GrantTypes: []string{"CODE"}, AtLeast: 2},
			want:   []string{userApp},
			fails:  "1 OAuth client matches the clients block; at_least is 2.",
		},
		"none": {
			filter: audit.ClientFilter{GrantTypes: []string{"TOKEN"}, AtLeast: 1},
			fails:  "No OAuth client of the organization matches the clients block; at_least is 1.",
		},
		"just enough": {filter: audit.ClientFilter{AtLeast: 5}, want: everyName},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			facts := everything()
			if test.edit != nil {
				facts.Clients = audit.Read(clients(test.edit))
			}
			result, _ := judge(t, audit.Requirement{Clients: &test.filter, RequiredScopes: []string{"org:read"}}, facts)
			var got []string
			for _, client := range result.Clients {
				got = append(got, client.Name)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("clients (-want +got):\n%s", diff)
			}
			fails := ""
			for _, finding := range result.Findings {
				if finding.Check == audit.CheckClient {
					fails += finding.Message
				}
			}
			if fails != test.fails || (fails != "") != slices.Contains(result.Failed, audit.CheckClient) {
				t.Errorf("the check client says %q, want %q", fails, test.fails)
			}
		})
	}
}

// No client passes while the list of clients cannot be read or the conditions are not known.
func TestFleetWithoutEvidence(t *testing.T) {
	t.Parallel()
	runVerdicts(t, []verdictCase{
		{
			name: "the list cannot be read", verdict: audit.Undetermined,
			req:   audit.Requirement{Clients: &audit.ClientFilter{}, RequiredScopes: []string{"org:read"}},
			facts: func(f *audit.Facts) { f.Clients = audit.Unreadable[*audit.Clients](gap("oauth:client:view")) },
			want: []string{"unknown client/GET /api/v2/some/evidence: The OAuth clients could not be read: 403 missing.any.permissions. " +
				"The auditing client lacks oauth:client:view."},
		},
		{
			name: "the list is empty", verdict: audit.Noncompliant,
			req:   audit.Requirement{Clients: &audit.ClientFilter{AtLeast: 1}, RequiredScopes: []string{"org:read"}},
			facts: func(f *audit.Facts) { f.Clients = audit.Read(audit.NewClients(nil)) },
			want:  []string{"fail client/clients: No OAuth client of the organization matches the clients block; at_least is 1."},
		},
		{
			name: "the conditions are known only at apply", verdict: audit.Deferred,
			req: audit.Requirement{Clients: &audit.ClientFilter{}, RequiredScopes: []string{"org:read"}, Deferred: deferred(audit.ArgClients)},
		},
		{
			name: "nothing is demanded of nobody", verdict: audit.Compliant,
			req: audit.Requirement{Clients: &audit.ClientFilter{GrantTypes: []string{"TOKEN"}}, RequiredScopes: []string{"org:read"}},
		},
	})
}

// Each client of a fleet gets the verdict, the failures and the unknowns that it gets alone.
func TestFleetIsEachClientAlone(t *testing.T) {
	t.Parallel()
	const cases = 3000
	seed, verdicts := trialSeed(t), map[audit.Verdict]int{}
	decisive := func(result audit.Result, id string) (all []string) {
		for _, f := range result.Findings {
			if f.ClientID == id && f.Status != audit.Warn {
				all = append(all, fmt.Sprint(f.Check, f.Status, f.Subject, f.Message, f.Remediation, f.Waived, f.Argument, f.Endpoints))
			}
		}
		slices.Sort(all)
		return all
	}
	for number := range uint64(cases) {
		tr := drawTrial(dice{rand.New(rand.NewPCG(seed, number))})
		facts, fleetReq := tr.everyFact(), tr.req
		fleetReq.ClientID, fleetReq.ClientName, fleetReq.Clients = "", "", &audit.ClientFilter{}
		fleet, err := evaluate(fleetReq, facts)
		if err != nil {
			t.Fatalf("case %d: %v", number, err)
		}
		worst := audit.Compliant
		for _, client := range fleet.Clients {
			alone := tr.req
			alone.ClientID, alone.ClientName = client.ID, ""
			want, err := evaluate(alone, facts)
			if err != nil {
				t.Fatalf("case %d: %v", number, err)
			}
			if client.Verdict != want.Verdict {
				t.Errorf("case %d: client %s is %s in the fleet and %s alone", number, client.ID, client.Verdict, want.Verdict)
			}
			if diff := cmp.Diff(decisive(want, client.ID), decisive(fleet, client.ID)); diff != "" {
				t.Errorf("case %d: client %s (-alone +fleet):\n%s", number, client.ID, diff)
			}
			verdicts[client.Verdict]++
			if worst == audit.Compliant || client.Verdict == audit.Noncompliant {
				worst = client.Verdict
			}
		}
		if len(fleet.Clients) > 0 && fleet.Verdict != worst {
			t.Errorf("case %d: the fleet is %s, and its clients are %s at worst", number, fleet.Verdict, worst)
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	for _, verdict := range []audit.Verdict{audit.Compliant, audit.Noncompliant, audit.Undetermined} {
		if verdicts[verdict] < cases/50 {
			t.Errorf("only %d clients are %s", verdicts[verdict], verdict)
		}
	}
}

// One iteration judges 10,000 clients, with 300 different sets of roles among them.
func BenchmarkEvaluateFleet(b *testing.B) {
	facts := largeOrganization()
	list := make([]audit.Client, 10_000)
	for i := range list {
		list[i] = dashboardClient()
		list[i].ID, list[i].Name = fmt.Sprintf("c-%d", i), fmt.Sprintf("Client %d", i)
		list[i].Grants = []audit.Grant{{RoleID: fmt.Sprintf("r-%d", i%300), DivisionID: "*"}, {RoleID: "r-read", DivisionID: "d-home"}}
		if i%10 == 0 {
			list[i].GrantType = "CODE"
		}
	}
	facts.Clients = audit.Read(audit.NewClients(list))
	req := audit.Requirement{
		Clients: &audit.ClientFilter{AtLeast: 1}, RequiredScopes: []string{"org:read"}, AllowedScopes: []string{"analytics:read"},
		ForbiddenPermissions: []string{"domain3:entity3:*", "authorization:grant:add"}, RequiredPermissions: []string{viewConversations},
		MaxTokenValiditySeconds: new(int64(3600)),
	}
	if result := audit.Evaluate(req, facts, noon); len(result.Clients) != len(list) || result.Verdict != audit.Noncompliant {
		b.Fatalf("%d clients, %s", len(result.Clients), result.Verdict)
	}
	b.ReportAllocs()
	for b.Loop() {
		audit.Evaluate(req, facts, noon)
	}
}
