package report_test

import (
	"slices"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/report"
)

// acmeUS is compliant, acmeEMEA lacks a scope and a role, acmeAPAC could not be read wholly, and acmeSandbox has a division and a
// waived region amiss.
func acmeUS() report.Validation {
	return report.Validation{
		Name: "acme_us", Compliant: true, Verdict: "compliant",
		OrganizationID: "0d2b5a1e-77f0-4a5e-9d4c-6a0f6a6d2a11", OrganizationName: "Acme US", Region: "us-east-1",
		ClientID: "9b1d7c3e-52f1-4f0b-8a3d-000000000001", ClientName: "Compliance Dashboard", GrantType: "CLIENT-CREDENTIALS",
		GrantedScopes: []string{"analytics:export", "analytics:read", "org:read"}, GrantedRoles: []string{"Analytics - Export", "employee"},
		Checks: 7, PassedChecks: []string{"client", "client_state", "grant_type", "scope", "scope_unknown", "role", "region"},
	}
}

func acmeEMEA() report.Validation {
	return report.Validation{
		Name: "acme_emea", Verdict: "noncompliant",
		OrganizationID: "5f2c8e0a-1c6b-4a63-b1de-2f2f9a1f3c22", OrganizationName: "Acme EMEA", Region: "eu-west-1",
		ClientID: "9b1d7c3e-52f1-4f0b-8a3d-000000000002", ClientName: "Compliance Dashboard", GrantType: "CLIENT-CREDENTIALS",
		GrantedScopes: []string{"org:read", "analytics:read"}, GrantedRoles: []string{"employee"},
		Checks: 8, PassedChecks: []string{"client", "client_state", "grant_type", "scope_unknown", "region"},
		Findings: []report.Finding{
			{
				Check: "scope", Status: "fail", Subject: "analytics:export",
				Message:     "analytics:export is missing; the client has analytics:read, org:read.",
				Remediation: "Add it under Admin > Integrations > OAuth, then issue a new token: tokens already issued keep their scopes.",
			},
			{
				Check: "role", Status: "fail", Subject: "Analytics - Export",
				Message:     `"Analytics - Export" is not granted. The client has "employee".`,
				Remediation: "Grant it to the client under Admin > Integrations > OAuth > Roles.",
			},
			{
				Check: "permission", Status: "fail", Subject: "analytics:conversationAggregate:view",
				Message: `analytics:conversationAggregate:view is granted by no role of the client. The client has "employee". ` +
					`Role "Analytics - View" would give it.`,
				Remediation: "Grant that role to the client under Admin > Integrations > OAuth > Roles.",
			},
		},
	}
}

func acmeAPAC() report.Validation {
	return report.Validation{
		Name: "acme_apac", Verdict: "undetermined",
		OrganizationID: "8c41e0b7-3f0e-41aa-93ab-5b1c5ad5de33", Region: "ap-southeast-2",
		ClientID: "9b1d7c3e-52f1-4f0b-8a3d-000000000003", ClientName: "Compliance Dashboard", GrantType: "CODE",
		GrantedScopes: []string{},
		Checks:        3, PassedChecks: []string{"client", "client_state", "region"},
		Findings: []report.Finding{
			{
				Check: "grant_type", Status: "warn", Subject: "CODE",
				Message:     "CODE borrows a user's rights; a server-to-server integration should have rights of its own.",
				Remediation: "Use a CLIENT-CREDENTIALS client, or name CODE in allowed_grant_types to say that it is meant.",
			},
			{
				Check: "role", Status: "unknown", Subject: "GET /api/v2/authorization/roles",
				Message:     "The roles could not be read: the platform answered 403. The auditing client lacks authorization:role:view.",
				Remediation: "Grant authorization:role:view to the auditing client under Admin > Integrations > OAuth > Roles.",
			},
		},
	}
}

func acmeSandbox() report.Validation {
	return report.Validation{
		Name: "acme_sandbox", Verdict: "noncompliant",
		OrganizationID: "b7d0c7b2-9f7a-4ab4-8f1a-64a1b32d4c44", OrganizationName: "Acme Sandbox", Region: "eu-central-1",
		ClientID: "9b1d7c3e-52f1-4f0b-8a3d-000000000004", ClientName: "Compliance Dashboard", GrantType: "CLIENT-CREDENTIALS",
		GrantedScopes: []string{"analytics:export", "analytics:read", "org:read", "quality", "routing", "users"},
		GrantedRoles:  []string{"Analytics - Export", "Analytics - View", "Master Admin", "employee", "supervisor"},
		Checks:        10,
		PassedChecks:  []string{"client", "client_state", "grant_type", "scope", "role", "permission", "permission_unavailable"},
		Findings: []report.Finding{
			{
				Check: "role_forbidden", Status: "fail", Subject: "Master Admin",
				Message:     `"Master Admin" is granted, and it is forbidden.`,
				Remediation: "Remove it from the client under Admin > Integrations > OAuth > Roles.",
			},
			{
				Check: "permission_division", Status: "fail", Subject: "analytics:conversationDetail:view",
				Message: `analytics:conversationDetail:view is granted by role "Analytics - View", but only in "Home"; ` +
					`it is required in "Sales EMEA".`,
				Remediation: "Grant the role to the client in the required divisions too, under Admin > Integrations > OAuth > Roles.",
			},
			{
				Check: "permission_conditional", Status: "unknown", Subject: "quality:evaluation:view",
				Message:     `quality:evaluation:view is granted by role "supervisor" only under a condition.`,
				Remediation: "Grant a role that permits it without a condition.",
			},
			{
				Check: "region", Status: "fail", Subject: "us-east-1", Waived: true,
				Message: "The organization is in eu-central-1, the application runs in us-east-1, and cross-region calls are not " +
					"recorded as permitted.",
				Remediation: "Run the application in eu-central-1.",
			},
		},
		Waivers: map[string]report.Waiver{
			"region": {Reason: "The sandbox has no data of customers.", Owner: "integration-team", Expires: "2026-12-31"},
		},
	}
}

func acme() []report.Validation {
	return []report.Validation{acmeUS(), acmeEMEA(), acmeAPAC(), acmeSandbox()}
}

// with is a copy of a validation, changed.
func with(v report.Validation, change func(*report.Validation)) report.Validation {
	v.Findings = slices.Clone(v.Findings)
	v.PassedChecks = slices.Clone(v.PassedChecks)
	change(&v)
	return v
}

func render(t testing.TB, validations ...report.Validation) string {
	t.Helper()
	html, err := report.HTML(validations)
	if err != nil {
		t.Fatal(err)
	}
	return html
}
