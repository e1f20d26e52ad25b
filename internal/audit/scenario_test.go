package audit_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

// acme is one of the organizations of the compliance dashboard.
func acme(region string, scopes []string, grants []audit.Grant) audit.Facts {
	return audit.Facts{
		Region:      region,
		OwnClientID: "auditor",
		Token:       audit.Read(audit.Token{Organization: audit.Organization{ID: "5f2c", Name: "Acme"}, ClientID: "auditor"}),
		Clients: audit.Read(audit.NewClients([]audit.Client{{
			ID: "9b1d", Name: dashboard, State: "active", GrantType: "CLIENT-CREDENTIALS",
			Scopes: scopes, ScopesShown: true, Grants: grants, GrantsShown: true,
		}})),
		Roles: audit.Read(access.NewRoles([]access.Role{
			{ID: "r-1", Name: "Analytics - Export", PoliciesShown: true}, {ID: "r-2", Name: "employee", PoliciesShown: true},
		})),
		Scopes: audit.Read(audit.NewScopes([]string{"analytics:read", "analytics:export", "org:read"})),
	}
}

func dashboardRequirement() audit.Requirement {
	return audit.Requirement{
		ClientName:        dashboard,
		Endpoints:         []audit.Endpoint{events()},
		RequiredScopes:    []string{"analytics:read", "analytics:export", "org:read"},
		ApplicationRegion: "us-east-1",
	}
}

func TestScenario(t *testing.T) {
	t.Parallel()
	all := []string{"analytics:read", "analytics:export", "org:read"}
	granted := []audit.Grant{{RoleID: "r-1", DivisionID: "*"}}
	sevenChecks := []audit.Check{
		audit.CheckClient, audit.CheckClientState, audit.CheckGrantType, audit.CheckScope, audit.CheckScopeUnknown, audit.CheckRole,
		audit.CheckRegion,
	}
	blocked := []string{"GET /api/v2/analytics/events"}
	crossRegion := dashboardRequirement()
	crossRegion.AllowCrossRegion = true

	tests := []struct {
		name  string
		req   audit.Requirement
		facts audit.Facts
		want  audit.Result
		reads [][]audit.Source
	}{
		{
			name:  "Acme US has everything",
			req:   dashboardRequirement(),
			facts: acme("us-east-1", all, granted),
			want: audit.Result{
				Verdict: audit.Compliant, Decided: sevenChecks,
				Organization: audit.Organization{ID: "5f2c", Name: "Acme"}, Region: "us-east-1",
				Clients: []audit.AuditedClient{{
					ID: "9b1d", Name: dashboard, GrantType: "CLIENT-CREDENTIALS", Verdict: audit.Compliant,
					Scopes: []string{"analytics:export", "analytics:read", "org:read"}, Roles: []string{"Analytics - Export"},
					Decided: sevenChecks, Passed: sevenChecks,
				}},
			},
			reads: [][]audit.Source{{audit.SourceToken, audit.SourceClients}, {audit.SourceRoles}},
		},
		{
			name:  "Acme EMEA lacks the scope and the role",
			req:   crossRegion,
			facts: acme("eu-west-1", []string{"analytics:read", "org:read"}, nil),
			want: audit.Result{
				Verdict: audit.Noncompliant, Decided: sevenChecks, Failed: []audit.Check{audit.CheckScope, audit.CheckRole},
				Findings: []audit.Finding{
					{
						ClientID: "9b1d", ClientName: dashboard,
						Check: audit.CheckScope, Status: audit.Fail, Subject: "analytics:export",
						Message: "analytics:export is missing; the client has analytics:read, org:read. " +
							"The platform ignores the scopes of CLIENT-CREDENTIALS clients; required_scopes requires this one.",
						Remediation: "Add it under Admin > Integrations > OAuth, then issue a new token: " +
							"tokens already issued keep their scopes.",
						Argument: audit.ArgRequiredScopes, Endpoints: blocked,
					},
					{
						ClientID: "9b1d", ClientName: dashboard,
						Check: audit.CheckRole, Status: audit.Fail, Subject: "Analytics - Export",
						Message:     `"Analytics - Export" is not granted.`,
						Remediation: "Grant it to the client under Admin > Integrations > OAuth > Roles.",
						Argument:    audit.ArgEndpoints, Endpoints: blocked,
					},
				},
				Organization: audit.Organization{ID: "5f2c", Name: "Acme"}, Region: "eu-west-1",
				Clients: []audit.AuditedClient{{
					ID: "9b1d", Name: dashboard, GrantType: "CLIENT-CREDENTIALS", Verdict: audit.Noncompliant,
					Scopes: []string{"analytics:read", "org:read"}, Roles: []string{},
					Decided: sevenChecks, Passed: without(sevenChecks, audit.CheckScope, audit.CheckRole),
				}},
			},
			reads: [][]audit.Source{{audit.SourceToken, audit.SourceClients}, {audit.SourceRoles, audit.SourceScopes}},
		},
		{
			name:  "Acme APAC is in another region",
			req:   dashboardRequirement(),
			facts: acme("ap-southeast-2", all, granted),
			want: audit.Result{
				Verdict: audit.Noncompliant, Decided: sevenChecks, Failed: []audit.Check{audit.CheckRegion},
				Findings: []audit.Finding{{
					Check: audit.CheckRegion, Status: audit.Fail, Subject: "us-east-1",
					Message: "The organization is in ap-southeast-2, the application runs in us-east-1, " +
						"and cross-region calls are not recorded as permitted.",
					Remediation: "Run the application in ap-southeast-2, or permit cross-region calls under Admin > Security > API settings " +
						"and then set allow_cross_region = true.",
					Argument: audit.ArgApplicationRegion, Endpoints: blocked,
				}},
				Organization: audit.Organization{ID: "5f2c", Name: "Acme"}, Region: "ap-southeast-2",
				Clients: []audit.AuditedClient{{
					ID: "9b1d", Name: dashboard, GrantType: "CLIENT-CREDENTIALS", Verdict: audit.Noncompliant,
					Scopes: []string{"analytics:export", "analytics:read", "org:read"}, Roles: []string{"Analytics - Export"},
					Decided: sevenChecks, Passed: without(sevenChecks, audit.CheckRegion),
				}},
			},
			reads: [][]audit.Source{{audit.SourceToken, audit.SourceClients}, {audit.SourceRoles}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, reads := judge(t, test.req, test.facts)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.reads, reads); diff != "" {
				t.Errorf("reads (-want +got):\n%s", diff)
			}
		})
	}
}

func without(checks []audit.Check, less ...audit.Check) []audit.Check {
	return slices.DeleteFunc(slices.Clone(checks), func(check audit.Check) bool { return slices.Contains(less, check) })
}
