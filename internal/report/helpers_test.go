package report_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/report"
)

const (
	organizationUS = "1c8e4a7f-2b5d-4f39-9e61-7a3d5c08b214"
	clientUS       = "3fa27c91-64de-4b0a-8c15-e9d2704b6a38"
	clientEMEA     = "9b1d6f48-3e07-4a92-a5cb-7d80f4126e59"
	dashboard      = "Compliance Dashboard"
)

// formats are the reports by name.
var formats = map[string]func([]report.Validation, report.Options) (string, error){
	"markdown": report.Markdown, "sarif": report.SARIF, "junit": report.JUnit, "html": report.HTML,
}

// compliant is a validation that passed.
func compliant() report.Validation {
	decided := []audit.Check{"client", "client_state", "scope", "role"}
	return report.Validation{
		Name: "acme_us", Compliant: true, Verdict: "compliant",
		OrganizationID: organizationUS, OrganizationName: "Acme US", Region: "us-east-1", APIHost: "api.mypurecloud.com",
		Clients: []audit.AuditedClient{{
			ID: clientUS, Name: dashboard, GrantType: "CLIENT-CREDENTIALS", Verdict: "compliant",
			Scopes: []string{"analytics:export", "analytics:read"}, Roles: []string{"Analytics - Export"}, Decided: decided, Passed: decided,
		}},
		Arguments: []report.Argument{
			{Name: "endpoints", Values: []string{"GET /api/v2/analytics/events"}}, {Name: "required_scopes", Values: []string{"analytics:export"}},
		},
	}
}

// noncompliant is a validation with a finding of every kind.
func noncompliant() report.Validation {
	v := report.Validation{
		Name: "acme_emea", Verdict: "noncompliant",
		OrganizationID: "5f2c0000-0000-4000-8000-000000000001", OrganizationName: "Acme EMEA", Region: "eu-west-1", APIHost: "api.mypurecloud.ie",
		Clients: []audit.AuditedClient{{
			ID: clientEMEA, Name: dashboard, GrantType: "CLIENT-CREDENTIALS", Verdict: "noncompliant",
			Scopes: []string{"analytics:read", "org:read"}, Decided: []audit.Check{"client", "client_state", "scope", "scope_unknown", "region"},
			Passed: []audit.Check{"client", "client_state", "scope_unknown"},
		}},
		Findings: []audit.Finding{
			{Check: "scope", Status: "fail", Subject: "analytics:export", Message: "analytics:export is missing; the client has analytics:read, org:read.",
				Remediation: "Add it under Admin > Integrations > OAuth, then issue a new token: tokens already issued keep their scopes."},
			{Check: "scope_unknown", Status: "warn", Subject: "analytic:read", Message: `"analytic:read" is not in the platform's list of scopes.`,
				Remediation: "Correct the name."},
			{Check: "permission", Status: "unknown", Subject: "GET /api/v2/authorization/roles", Message: "The roles could not be read: 403.",
				Remediation: "Grant authorization:role:view to the auditing client."},
			{Check: "region", Status: "fail", Subject: "eu-west-1", Message: "The organization is in eu-west-1, the application in us-east-1.",
				Remediation: "Run the application in eu-west-1.", Waived: true},
		},
		Waivers: map[string]report.Waiver{
			"region": {Reason: "The application moves to eu-west-1 with release 7.2.", Owner: "integration-team", Expires: "2026-12-31"},
		},
	}
	for i := range v.Findings[:3] { // the region is the organization's
		v.Findings[i].ClientID, v.Findings[i].ClientName = clientEMEA, dashboard
	}
	return v
}

// undetermined is a validation that could not even find its client.
func undetermined() report.Validation {
	return report.Validation{
		Name: "acme_apac", Verdict: "undetermined",
		Findings: []audit.Finding{{
			Check: "client", Status: "unknown", Subject: "POST /oauth/token", Message: "The clients could not be read: sign-in refused.",
			Remediation: "Correct the secret.",
		}},
	}
}

// waivedOnly is a validation that is compliant because its only failure is waived, nobody knows why.
func waivedOnly() report.Validation {
	v := compliant()
	v.Name = "waived"
	v.Clients[0].Decided, v.Clients[0].Passed = []audit.Check{"client", "region"}, []audit.Check{"client"}
	v.Findings = []audit.Finding{{
		Check: "region", Status: "fail", Subject: "us-east-1", Message: "The organization is in us-east-1, the application in eu-west-1.",
		Remediation: "Run the application in us-east-1.", Waived: true,
	}}
	return v
}

// unexplained is a validation that came to no verdict, and has no finding that says why: enforcement was off.
func unexplained() report.Validation {
	return report.Validation{Name: "nothing", Verdict: "undetermined", OrganizationName: "Acme US"}
}

// fleet is a validation of three clients, of which one lacks a scope and one has a token that lives too long.
func fleet() report.Validation {
	return report.Validation{
		Name: "fleet", Verdict: "noncompliant", OrganizationID: organizationUS, OrganizationName: "Acme US",
		Clients: []audit.AuditedClient{
			{ID: "c3", Name: "Wallboard", GrantType: "CODE", Verdict: "noncompliant"},
			{ID: "c1", Name: "Exporter", GrantType: "CLIENT-CREDENTIALS", Verdict: "noncompliant"},
			{ID: "c2", Name: "Importer", GrantType: "CLIENT-CREDENTIALS", Verdict: "compliant"},
		},
		Findings: []audit.Finding{
			{Check: "scope", Status: "fail", Subject: "users", Message: "users is missing; the client has org.", Remediation: "Add it.",
				ClientID: "c3", ClientName: "Wallboard"},
			{Check: "scope", Status: "fail", Subject: "users", Message: "users is missing; the client has none.", Remediation: "Add it.",
				ClientID: "c1", ClientName: "Exporter"},
			{Check: "token_validity", Status: "fail", Subject: "172800", Message: "Tokens live for two days.", Remediation: "Lower it.",
				ClientID: "c1", ClientName: "Exporter"},
		},
	}
}

func everyKind() []report.Validation {
	return []report.Validation{undetermined(), noncompliant(), compliant(), unexplained(), waivedOnly()}
}

var fullOptions = report.Options{
	Title: "Nightly audit", AsOf: time.Date(2026, 11, 26, 15, 30, 0, 0, time.FixedZone("CET", 3600)), Version: "1.2.3",
}

// reordered is a copy in another order, lists inside included.
func reordered(validations []report.Validation, seed uint64) []report.Validation {
	random := rand.New(rand.NewPCG(seed, 1))
	out := slices.Clone(validations)
	shuffle(random, out)
	for i := range out {
		out[i].Findings, out[i].Clients = slices.Clone(out[i].Findings), slices.Clone(out[i].Clients)
		shuffle(random, out[i].Findings)
		shuffle(random, out[i].Clients)
		for j := range out[i].Clients {
			c := &out[i].Clients[j]
			c.Scopes, c.Roles, c.Passed, c.Decided = slices.Clone(c.Scopes), slices.Clone(c.Roles), slices.Clone(c.Passed), slices.Clone(c.Decided)
			shuffle(random, c.Scopes)
			shuffle(random, c.Roles)
			shuffle(random, c.Passed)
			shuffle(random, c.Decided)
		}
	}
	return out
}

func shuffle[T any](random *rand.Rand, list []T) {
	random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
}

// made is a report that must be made.
func made(t testing.TB, text string, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return text
}
