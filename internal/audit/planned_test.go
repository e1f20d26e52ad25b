package audit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

func plannedExporter() *audit.Planned {
	return &audit.Planned{
		Client: &audit.PlannedClient{
			Name: new("Exporter"), GrantType: new("CLIENT-CREDENTIALS"), State: new("active"), TokenValiditySeconds: new(int64(3600)),
			Scopes: []string{"analytics:read"},
			Roles:  []audit.PlannedGrant{{Role: "New Export", Division: "Sales"}, {Role: "r-read", Division: "*"}},
		},
		Roles: []audit.PlannedRole{
			{Name: "New Export", Permissions: []string{}, Policies: []access.Policy{policy("routing", "queue", "view")}},
		},
	}
}

func plannedDemands() audit.Requirement {
	return audit.Requirement{
		RequiredScopes: []string{"analytics:read"}, AllowedScopes: []string{}, ForbiddenScopes: []string{"users"},
		RequiredRoles: []string{"New Export", "Analytics - Read"}, AllowedRoles: []string{}, ForbiddenRoles: []string{"Old Admin"},
		RequiredPermissions: []string{"routing:queue:view"}, Divisions: []string{"d-sales"},
		AllowedPermissions:      []string{"routing:queue:*", "analytics:conversationDetail:view"},
		ForbiddenPermissions:    []string{"oauth:*:*"},
		RoleDivisions:           map[string]audit.DivisionSet{"New Export": {Names: []string{"Sales"}}},
		AllowedGrantTypes:       []string{"CLIENT-CREDENTIALS"},
		MaxTokenValiditySeconds: new(int64(3600)),
	}
}

// A client and a role that do not exist yet are judged as they are planned. Whatever the plan leaves out leaves the checks that need it
// undecided, those alone, and none of them passes.
func TestPlanOfWhatDoesNotExistYet(t *testing.T) {
	t.Parallel()
	var (
		ofScopes      = []audit.Check{"scope", "scope_excess", "scope_forbidden"}
		ofRoles       = []audit.Check{"role", "role_excess", "role_forbidden", "role_division"}
		ofPermissions = []audit.Check{"permission", "permission_excess", "permission_forbidden"}
	)
	for _, test := range []struct {
		name      string
		edit      func(*audit.Planned)
		undecided []audit.Check
	}{
		{name: "all is given", edit: func(*audit.Planned) {}},
		{name: "no grant type", edit: func(p *audit.Planned) { p.Client.GrantType = nil },
			undecided: slices.Concat([]audit.Check{"grant_type"}, ofScopes, ofRoles, ofPermissions)},
		{name: "no state", edit: func(p *audit.Planned) { p.Client.State = nil }, undecided: []audit.Check{"client_state"}},
		{name: "no token lifetime", edit: func(p *audit.Planned) { p.Client.TokenValiditySeconds = nil }, undecided: []audit.Check{"token_validity"}},
		{name: "no scopes", edit: func(p *audit.Planned) { p.Client.Scopes = nil }, undecided: ofScopes},
		{name: "no roles", edit: func(p *audit.Planned) { p.Client.Roles = nil }, undecided: slices.Concat(ofRoles, ofPermissions)},
		{name: "a role without policies", edit: func(p *audit.Planned) { p.Roles[0].Policies = nil }, undecided: ofPermissions},
		{name: "a role without legacy permissions", edit: func(p *audit.Planned) { p.Roles[0].Permissions = nil },
			undecided: []audit.Check{"permission_excess"}},
		{name: "a role that is not planned", edit: func(p *audit.Planned) { p.Roles = nil }, undecided: slices.Concat(ofRoles, ofPermissions)},
		{name: "a division that is not there", edit: func(p *audit.Planned) { p.Client.Roles[0].Division = "Slaes" },
			undecided: slices.Concat(ofRoles, ofPermissions)},
		{name: "a division of which there are two", edit: func(p *audit.Planned) { p.Client.Roles[0].Division = "Twin" },
			undecided: slices.Concat(ofRoles, ofPermissions)},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			req := plannedDemands()
			req.Planned = plannedExporter()
			test.edit(req.Planned)
			result, rounds := judge(t, req, everything())
			if slices.ContainsFunc(rounds, func(wants []audit.Source) bool { return slices.Contains(wants, audit.SourceAuthorizations) }) {
				t.Error("the authorizations of other organizations' clients were read for a client of this one")
			}
			var undecided []audit.Check
			for _, finding := range result.Findings {
				switch {
				case finding.Status == audit.Fail:
					t.Errorf("%s fails: %s", finding.Check, finding.Message)
				case finding.Status == audit.Unknown && !slices.Contains(undecided, finding.Check):
					undecided = append(undecided, finding.Check)
				}
			}
			// What a permission stops at is one of the steps of its ladder.
			want := slices.Clone(test.undecided)
			slices.SortFunc(want, func(a, b audit.Check) int { return strings.Compare(string(a), string(b)) })
			slices.SortFunc(undecided, func(a, b audit.Check) int { return strings.Compare(string(a), string(b)) })
			undecided = slices.DeleteFunc(undecided, func(c audit.Check) bool {
				return slices.Contains([]audit.Check{"permission_unavailable", "permission_division", "permission_conditional", "endpoint", "access_policy", "token_scope"}, c)
			})
			if diff := cmp.Diff(want, undecided); diff != "" {
				t.Errorf("undecided (-want +got):\n%s\n%+v", diff, result.Findings)
			}
			for _, check := range test.undecided {
				if slices.Contains(result.Clients[0].Passed, check) {
					t.Errorf("%s passes", check)
				}
			}
			if compliant := result.Verdict == audit.Compliant; compliant != (len(test.undecided) == 0) {
				t.Errorf("the verdict is %s", result.Verdict)
			}
		})
	}
}

// A role that exists may be planned by its name or its id. If it is planned twice, or if its name is spelled differently, what it will permit is
// not known: neither the permissions of today nor the planned ones make a check pass.
func TestWhichRoleIsPlanned(t *testing.T) {
	t.Parallel()
	gives, takes := []access.Policy{policy("analytics", "conversationDetail", "view")}, []access.Policy{}
	for _, test := range []struct {
		name    string
		roles   []audit.PlannedRole
		verdict audit.Verdict
	}{
		{"none", nil, audit.Compliant},
		{"by its name", []audit.PlannedRole{{Name: "Analytics - Read", Policies: takes}}, audit.Noncompliant},
		{"by its id", []audit.PlannedRole{{Name: "r-read", Policies: takes}}, audit.Noncompliant},
		{"by its id, with the permission", []audit.PlannedRole{{Name: "r-read", Policies: gives}}, audit.Compliant},
		{"by both, first without the permission", []audit.PlannedRole{{Name: "r-read", Policies: takes}, {Name: "Analytics - Read", Policies: gives}},
			audit.Undetermined},
		{"by both, then without the permission", []audit.PlannedRole{{Name: "Analytics - Read", Policies: gives}, {Name: "r-read", Policies: takes}},
			audit.Undetermined},
		{"in another case", []audit.PlannedRole{{Name: "analytics - read", Policies: takes}}, audit.Undetermined},
		{"another role", []audit.PlannedRole{{Name: "New Read", Policies: takes}}, audit.Compliant},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			req := audit.Requirement{ClientID: "c-dashboard", RequiredPermissions: []string{"analytics:conversationDetail:view"},
				AcceptConditionalGrants: true, Planned: &audit.Planned{
					Client: &audit.PlannedClient{Roles: []audit.PlannedGrant{{Role: "r-read", Division: "*"}}}, Roles: test.roles}}
			result, _ := judge(t, req, everything())
			if result.Verdict != test.verdict {
				t.Errorf("the verdict is %s, want %s: %+v", result.Verdict, test.verdict, result.Findings)
			}
			if test.name == "in another case" && !strings.Contains(result.Findings[0].Message, `the role "analytics - read", which may be "Analytics - Read" with a new name`) {
				t.Errorf("the finding does not name both roles: %s", result.Findings[0].Message)
			}
		})
	}
}

// Only a client whose name is planned may be missing: an id names what exists, and client_name alone may be mistyped. What another organization
// owns is not changed here.
func TestPlannedClientIsFound(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, clientID, clientName, planned string
		verdict                             audit.Verdict
	}{
		{name: "by its planned name", planned: "Exporter", verdict: audit.Compliant},
		{name: "by both names", clientName: "Exporter", planned: "Exporter", verdict: audit.Compliant},
		{name: "by a name that is not planned", clientName: "Exporter", verdict: audit.Noncompliant},
		{name: "by an id that does not exist", clientID: "c-none", planned: "Exporter", verdict: audit.Noncompliant},
		{name: "an existing one by its planned name", planned: dashboard, verdict: audit.Compliant},
		{name: "an existing one that is renamed", clientID: "c-dashboard", planned: "Exporter", verdict: audit.Compliant},
		{name: "of several of the name", planned: "Twin", verdict: audit.Noncompliant},
		{name: "another organization's", clientID: "c-partner", verdict: audit.Undetermined},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			req := plannedDemands()
			req.Planned = plannedExporter()
			req.ClientID, req.ClientName = test.clientID, test.clientName
			if req.Planned.Client.Name = nil; test.planned != "" {
				req.Planned.Client.Name = &test.planned
			}
			result, _ := judge(t, req, everything())
			if result.Verdict != test.verdict {
				t.Errorf("the verdict is %s, want %s: %+v", result.Verdict, test.verdict, result.Findings)
			}
		})
	}
}

// Findings that rest on the plan say so, and those that do not, do not.
func TestWordsOfAPlan(t *testing.T) {
	t.Parallel()
	req := audit.Requirement{ClientID: "c-dashboard", RequiredScopes: []string{"users"}, MaxTokenValiditySeconds: new(int64(60))}
	req.Planned = &audit.Planned{Client: &audit.PlannedClient{Scopes: []string{"analytics:read"}}}
	result, _ := judge(t, req, everything())
	words := make(map[audit.Check]string)
	for _, finding := range result.Findings {
		words[finding.Check] = finding.Message
	}
	if !strings.Contains(words[audit.CheckScope], "This describes the state after the planned change (the client's scopes).") {
		t.Errorf("the missing scope is not said to be planned: %s", words[audit.CheckScope])
	}
	if message := words[audit.CheckTokenValidity]; message == "" || strings.Contains(message, "planned") {
		t.Errorf("the token's lifetime, which is not planned: %q", message)
	}
	facts := everything()
	facts.Roles = audit.Unreadable[*access.Roles](gap("authorization:role:view"))
	req = audit.Requirement{ClientID: "c-dashboard", RequiredRoles: []string{"Limited"}}
	req.Planned = &audit.Planned{Client: &audit.PlannedClient{Roles: []audit.PlannedGrant{{Role: "Limited", Division: "*"}}}}
	result, _ = judge(t, req, facts)
	if result.Verdict != audit.Undetermined || strings.Contains(result.Findings[0].Message, "planned") {
		t.Errorf("roles that cannot be read: %s %+v", result.Verdict, result.Findings)
	}
}
