package audit_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

var noon = time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)

// The clients of the organization that most tests look at.
const (
	dashboard = "Compliance Dashboard" // CLIENT-CREDENTIALS
	userApp   = "User App"             // CODE
)

func dashboardClient() audit.Client {
	return audit.Client{
		ID: "c-dashboard", Name: dashboard, State: "active", GrantType: "CLIENT-CREDENTIALS", TokenValiditySeconds: new(int64(86400)),
		Scopes: []string{"analytics:read", "org:read"}, ScopesShown: true,
		Grants:      []audit.Grant{{RoleID: "r-read", DivisionID: "*"}, {RoleID: "r-limited", DivisionID: "d-sales"}},
		GrantsShown: true,
	}
}

func userClient() audit.Client {
	return audit.Client{
		ID: "c-user", Name: userApp, State: "active", GrantType: "CODE", TokenValiditySeconds: new(int64(3600)),
		Scopes: []string{"analytics", "users:readonly"}, ScopesShown: true,
	}
}

func clients(edit ...func(dashboard, user *audit.Client)) *audit.Clients {
	d, u := dashboardClient(), userClient()
	for _, change := range edit {
		change(&d, &u)
	}
	return audit.NewClients([]audit.Client{
		d, u,
		{ID: "auditor", Name: "Access Auditor", State: "active", GrantType: "CLIENT-CREDENTIALS", ScopesShown: true, GrantsShown: true},
		{ID: "c-twin-2", Name: "Twin", State: "active", GrantType: "CLIENT-CREDENTIALS"},
		{ID: "c-twin-1", Name: "Twin", State: "active", GrantType: "CLIENT-CREDENTIALS"},
	})
}

func authorizations(edit ...func(*audit.Authorization)) *audit.Authorizations {
	partner := audit.Authorization{
		Client: audit.Client{
			ID: "c-partner", Name: "Partner App", GrantType: "CODE", Scopes: []string{"analytics", "quality"}, ScopesShown: true,
		},
		Scopes: []string{"analytics"}, State: "Authorized",
	}
	for _, change := range edit {
		change(&partner)
	}
	return audit.NewAuthorizations([]audit.Authorization{
		partner,
		{Client: audit.Client{ID: "c-service", Name: "Partner Service", GrantType: "CLIENT-CREDENTIALS"}, State: "Authorized"},
	})
}

func policy(domain, entity string, actions ...string) access.Policy {
	return access.Policy{Domain: domain, Entity: entity, Actions: actions}
}

func roleList() []access.Role {
	recordings := policy("recording", "recording", "view")
	recordings.Conditional = true
	return []access.Role{
		{
			ID: "r-read", Name: "Analytics - Read", PoliciesShown: true,
			Policies: []access.Policy{policy("analytics", "conversationDetail", "view")},
		},
		{ID: "r-export", Name: "Analytics - Export", PoliciesShown: true, Policies: []access.Policy{policy("analytics", "dataExport", "*")}},
		{ID: "r-limited", Name: "Limited", PoliciesShown: true, Policies: []access.Policy{recordings, policy("routing", "queue", "view")}},
		{ID: "r-wild", Name: "Wild", PoliciesShown: true, Policies: []access.Policy{policy("quality", "*", "*"), policy("routing", "queue", "*")}},
		{ID: "r-admin", Name: "Old Admin", PoliciesShown: true, FlatPermissions: []string{"admin"}},
		{ID: "r-hidden", Name: "Hidden"},
	}
}

func permissionList() []audit.Permission {
	return []audit.Permission{
		{Name: "analytics:conversationDetail:view", DivisionAware: true},
		{Name: "analytics:dataExport:view"},
		{Name: "recording:recording:view", DivisionAware: true},
		{Name: "routing:queue:view", DivisionAware: true},
		{Name: "routing:queue:edit", DivisionAware: true},
		{Name: "routing:skill:manage"},
		{Name: "quality:evaluation:view"},
		{Name: "oauth:client:view"}, {Name: "oauth:client:delete"}, {Name: "recording:queue:view"}, {Name: "routing:skill:view"},
	}
}

func user(edit ...func(*audit.Subject)) audit.Subject {
	subject := audit.Subject{ID: "u-1", Name: "Service", Grants: []audit.SubjectGrant{
		{
			Role: access.Role{
				ID: "r-read", Name: "Analytics - Read", PoliciesShown: true,
				Policies: []access.Policy{policy("analytics", "conversationDetail", "view")},
			},
			Division: audit.Division{ID: "d-home", Name: "Home"},
		},
	}}
	for _, change := range edit {
		change(&subject)
	}
	return subject
}

// everything is all the evidence of an organization in which everything can be read.
func everything() audit.Facts {
	return audit.Facts{
		Region:      "eu-west-1",
		OwnClientID: "auditor",
		Token: audit.Read(audit.Token{
			Organization: audit.Organization{ID: "o-1", Name: "Acme"}, HomeOrganization: audit.Organization{ID: "o-1", Name: "Acme"},
			ClientID: "auditor",
		}),
		Organization:   audit.Read(audit.Organization{ID: "o-1", Name: "Acme"}),
		Clients:        audit.Read(clients()),
		Authorizations: audit.Read(authorizations()),
		Roles:          audit.Read(access.NewRoles(roleList())),
		Divisions: audit.Read(audit.NewDivisions([]audit.Division{
			{ID: "d-home", Name: "Home"}, {ID: "d-sales", Name: "Sales"}, {ID: "d-support", Name: "Support"},
			{ID: "d-twin-1", Name: "Twin"}, {ID: "d-twin-2", Name: "Twin"},
		})),
		Permissions: audit.Read(audit.NewPermissions(permissionList())),
		Scopes: audit.Read(audit.NewScopes([]string{
			"analytics", "analytics:readonly", "analytics:read", "analytics:export", "org:read", "users", "users:readonly",
		})),
		Policies:     audit.Read([]audit.AccessPolicy{}),
		Topics:       audit.Read([]audit.Topic{}),
		Account:      audit.Read(audit.Account{Exists: true, State: "active"}),
		User:         audit.Read(user()),
		Settings:     audit.Read(audit.Settings{IPAllowlist: []string{"203.0.113.0/24", "198.51.100.7", "2001:db8::/32"}}),
		MediaRegions: audit.Read(audit.MediaRegions{Home: "eu-west-1"}),
	}
}

// gap is evidence that the auditing client lacks the permission for.
func gap(permission string) audit.Gap {
	return audit.Gap{
		Request: "GET /api/v2/some/evidence", Reason: "403 missing.any.permissions", Permission: permission,
		Remediation: "Grant " + permission + ".",
	}
}

// share copies the evidence of one source.
func share(into *audit.Facts, from audit.Facts, source audit.Source) {
	switch source {
	case audit.SourceToken:
		into.Token = from.Token
	case audit.SourceOrganization:
		into.Organization = from.Organization
	case audit.SourceClients:
		into.Clients = from.Clients
	case audit.SourceAuthorizations:
		into.Authorizations = from.Authorizations
	case audit.SourceRoles:
		into.Roles = from.Roles
	case audit.SourceDivisions:
		into.Divisions = from.Divisions
	case audit.SourcePermissions:
		into.Permissions = from.Permissions
	case audit.SourceScopes:
		into.Scopes = from.Scopes
	case audit.SourcePolicies:
		into.Policies = from.Policies
	case audit.SourceTopics:
		into.Topics = from.Topics
	case audit.SourceAccount:
		into.Account = from.Account
	case audit.SourceUser:
		into.User = from.User
	case audit.SourceSettings:
		into.Settings = from.Settings
	case audit.SourceMediaRegions:
		into.MediaRegions = from.MediaRegions
	}
}

// fataler is what testing.T and rapid.T have in common.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// judge plays the caller: it shows the evaluation only what it wants, round by round. It also holds that evidence which was not wanted
// makes no difference.
func judge(t fataler, req audit.Requirement, all audit.Facts) (result audit.Result, rounds [][]audit.Source) {
	t.Helper()
	known := audit.Facts{Region: all.Region, OwnClientID: all.OwnClientID}
	for {
		result = audit.Evaluate(req, known, noon)
		if len(result.Wants) == 0 {
			break
		}
		if result.Verdict == audit.Compliant {
			t.Fatalf("compliant while %v is wanted", result.Wants)
		}
		for _, want := range result.Wants {
			if slices.Contains(slices.Concat(rounds...), want) {
				t.Fatalf("%s is wanted a second time, after %v", want, rounds)
			}
			share(&known, all, want)
		}
		rounds = append(rounds, result.Wants)
	}
	if diff := cmp.Diff(audit.Evaluate(req, all, noon), result); diff != "" {
		t.Fatalf("evidence that was not wanted changes the result (-all +wanted):\n%s", diff)
	}
	return result, rounds
}

// lines are the findings as "status check/subject: message".
func lines(result audit.Result) []string {
	var lines []string
	for _, finding := range result.Findings {
		line := fmt.Sprintf("%s %s/%s: %s", finding.Status, finding.Check, finding.Subject, finding.Message)
		if finding.Waived {
			line += " [waived: " + finding.Waiver + "]"
		}
		lines = append(lines, line)
	}
	return lines
}

// verdictCase is one row of the tables: a requirement, what is changed in the facts, and all that comes out.
type verdictCase struct {
	name    string
	req     audit.Requirement
	facts   func(*audit.Facts)
	verdict audit.Verdict
	want    []string
	decided []audit.Check // nil: not compared
}

func runVerdicts(t *testing.T, cases []verdictCase) {
	t.Helper()
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			facts := everything()
			if test.facts != nil {
				test.facts(&facts)
			}
			result, _ := judge(t, test.req, facts)
			if result.Verdict != test.verdict {
				t.Errorf("verdict %s, want %s", result.Verdict, test.verdict)
			}
			if diff := cmp.Diff(test.want, lines(result)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if test.decided != nil {
				if diff := cmp.Diff(test.decided, result.Decided, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("decided (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func deferred(arguments ...audit.Argument) map[audit.Argument]bool {
	set := make(map[audit.Argument]bool)
	for _, argument := range arguments {
		set[argument] = true
	}
	return set
}

// events is the endpoint of the integration report.
func events() audit.Endpoint {
	return audit.Endpoint{Written: "GET /api/v2/analytics/events", Entry: catalog.Entry{
		Method: "GET", Path: "/api/v2/analytics/events",
		Scopes: []string{"analytics:export"}, ScopesMatch: catalog.All,
		PermissionsMatch: catalog.None,
		Roles:            []string{"Analytics - Export"},
		Source:           catalog.IntegrationReport,
	}}
}

// published is an endpoint of the published definition.
func published(path string, scopes []string, scopesMatch catalog.Match, permissions []string, match catalog.Match) audit.Endpoint {
	return audit.Endpoint{Written: "GET " + path, Entry: catalog.Entry{
		Method: "GET", Path: path, Scopes: scopes, ScopesMatch: scopesMatch,
		Permissions: permissions, PermissionsMatch: match, Source: catalog.Published,
	}}
}
