package report_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/report"
)

const (
	organizationUS = "1c8e4a7f-2b5d-4f39-9e61-7a3d5c08b214"
	clientUS       = "3fa27c91-64de-4b0a-8c15-e9d2704b6a38"
)

// formats are the reports by name.
var formats = map[string]func([]report.Validation) (string, error){
	"markdown": report.Markdown,
	"sarif":    func(validations []report.Validation) (string, error) { return report.SARIF(validations, "") },
	"junit":    report.JUnit,
	"html":     report.HTML,
}

// compliant is a validation that passed.
func compliant() report.Validation {
	return report.Validation{
		Name: "acme_us", Compliant: true, Verdict: "compliant",
		OrganizationID: organizationUS, OrganizationName: "Acme US", Region: "us-east-1",
		ClientID: clientUS, ClientName: "Compliance Dashboard", GrantType: "CLIENT-CREDENTIALS",
		GrantedScopes: []string{"analytics:export", "analytics:read"}, GrantedRoles: []string{"Analytics - Export"},
		Checks: 4, PassedChecks: []string{"client", "client_state", "scope", "role"},
	}
}

// noncompliant is a validation with a finding of every kind.
func noncompliant() report.Validation {
	return report.Validation{
		Name: "acme_emea", Verdict: "noncompliant",
		OrganizationID: "5f2c0000-0000-4000-8000-000000000001", OrganizationName: "Acme EMEA", Region: "eu-west-1",
		ClientID: "9b1d6f48-3e07-4a92-a5cb-7d80f4126e59", ClientName: "Compliance Dashboard", GrantType: "CLIENT-CREDENTIALS",
		Checks: 5, PassedChecks: []string{"client", "client_state", "scope_unknown"},
		Findings: []report.Finding{
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
}

// undetermined is a validation that could not even find its client.
func undetermined() report.Validation {
	return report.Validation{
		Name: "acme_apac", Verdict: "undetermined",
		Findings: []report.Finding{{
			Check: "client", Status: "unknown", Subject: "POST /oauth/token", Message: "The clients could not be read: sign-in refused.",
			Remediation: "Correct the secret.",
		}},
	}
}

// waivedOnly is a validation that is compliant because its only failure is waived, nobody knows why.
func waivedOnly() report.Validation {
	v := compliant()
	v.Name, v.Checks, v.PassedChecks = "waived", 2, []string{"client"}
	v.Findings = []report.Finding{{
		Check: "region", Status: "fail", Subject: "us-east-1", Message: "The organization is in us-east-1, the application in eu-west-1.",
		Remediation: "Run the application in us-east-1.", Waived: true,
	}}
	return v
}

// unexplained is a validation that came to no verdict, and has no finding that says why.
func unexplained() report.Validation {
	return report.Validation{Name: "nothing", Verdict: "undetermined", OrganizationName: "Acme US"}
}

func everyKind() []report.Validation {
	return []report.Validation{undetermined(), noncompliant(), compliant(), unexplained(), waivedOnly()}
}

// reordered is a copy in another order, lists inside included.
func reordered(validations []report.Validation, seed uint64) []report.Validation {
	random := rand.New(rand.NewPCG(seed, 1))
	out := slices.Clone(validations)
	random.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	for i := range out {
		out[i].Findings = slices.Clone(out[i].Findings)
		random.Shuffle(len(out[i].Findings), func(a, b int) { f := out[i].Findings; f[a], f[b] = f[b], f[a] })
		for _, list := range []*[]string{&out[i].PassedChecks, &out[i].GrantedScopes, &out[i].GrantedRoles} {
			*list = slices.Clone(*list)
			random.Shuffle(len(*list), func(a, b int) { (*list)[a], (*list)[b] = (*list)[b], (*list)[a] })
		}
	}
	return out
}

// made is a report that must be made.
func made(t *testing.T, text string, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return text
}
