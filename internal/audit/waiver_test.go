package audit_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

func day(text string) time.Time {
	date, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return date
}

func TestWaivers(t *testing.T) {
	t.Parallel()
	valid := audit.Waiver{Reason: "agreed until autumn", Owner: "security", Expires: day("2026-06-15")} // noon of this day is now
	expired := audit.Waiver{Reason: "agreed until summer", Expires: day("2026-06-14")}
	missing := func(waivers map[string]audit.Waiver, later ...audit.Argument) audit.Requirement {
		return audit.Requirement{
			ClientName: dashboard, RequiredScopes: []string{"users", "analytics"}, Waivers: waivers, Deferred: deferred(later...),
		}
	}
	const (
		analytics = "fail scope/analytics: analytics is missing; the client has analytics:read, org:read. " +
			"The platform ignores the scopes of CLIENT-CREDENTIALS clients; required_scopes requires this one."
		users = "fail scope/users: users is missing; the client has analytics:read, org:read. " +
			"The platform ignores the scopes of CLIENT-CREDENTIALS clients; required_scopes requires this one."
		waived = " [waived: agreed until autumn (owner: security)]"
	)
	unused := func(check, key string) string {
		return "warn " + check + `/waivers: The waiver "` + key + `" is not used: no failure matches it.`
	}
	runVerdicts(t, []verdictCase{
		{
			name: "of one subject", req: missing(map[string]audit.Waiver{"scope/users": valid}), verdict: audit.Noncompliant,
			want: []string{analytics, users + waived},
		},
		{
			name: "of a check", req: missing(map[string]audit.Waiver{"scope": valid}), verdict: audit.Compliant,
			want: []string{analytics + waived, users + waived},
			decided: []audit.Check{
				audit.CheckClient, audit.CheckClientState, audit.CheckGrantType, audit.CheckScope, audit.CheckScopeUnknown,
			},
		},
		{
			name: "the narrow one is preferred", verdict: audit.Compliant,
			req:  missing(map[string]audit.Waiver{"scope": valid, "scope/users": {Reason: "narrow", Expires: day("2027-01-01")}}),
			want: []string{analytics + waived, users + " [waived: narrow]"},
		},
		{
			name: "of a subject of which something is not known either", verdict: audit.Undetermined,
			req: audit.Requirement{
				ClientName: dashboard, RequiredPermissions: []string{viewQueues}, Divisions: []string{"Support", viewQueues},
				Waivers: map[string]audit.Waiver{"permission_division/" + viewQueues: valid},
			},
			facts: grants(audit.Grant{RoleID: "r-limited", DivisionID: "d-sales"}, audit.Grant{RoleID: "r-hidden", DivisionID: "*"}),
			want: []string{
				`fail permission_division/routing:queue:view: The organization has no division "routing:queue:view" that the auditing client ` +
					"can see." + waived,
				`unknown permission_division/routing:queue:view: routing:queue:view is granted by role "Limited", but only in "Sales"; it is ` +
					`required in "Support". The platform does not show what role "Hidden" permits.`,
			},
		},
		{
			name: "expired", req: missing(map[string]audit.Waiver{"scope/users": expired, "scope/analytics": valid}), verdict: audit.Noncompliant,
			want: []string{analytics + waived, users + ` The waiver "scope/users" expired on 2026-06-14.`},
		},
		{
			name: "without a date", req: missing(map[string]audit.Waiver{"scope": {Reason: "for ever"}}), verdict: audit.Noncompliant,
			want: []string{
				analytics + ` The waiver "scope" expired on 0001-01-01.`,
				users + ` The waiver "scope" expired on 0001-01-01.`,
			},
		},
		{
			name: "the narrow one has expired, the broad one has not", verdict: audit.Compliant,
			req:  missing(map[string]audit.Waiver{"scope/users": expired, "scope": valid}),
			want: []string{analytics + waived, users + waived},
		},
		{
			name: "unused", verdict: audit.Compliant,
			req: audit.Requirement{ClientName: dashboard, RequiredScopes: []string{"org:read"}, Waivers: map[string]audit.Waiver{
				"scope/users": valid, "role": expired, "network": valid, "no_check": valid,
			}},
			want: []string{
				`warn scope/waivers: The waivers "scope/users", "role", "network", "no_check" are not used: no failure matches them.`,
			},
			decided: []audit.Check{
				audit.CheckClient, audit.CheckClientState, audit.CheckGrantType, audit.CheckScope, audit.CheckScopeUnknown,
			},
		},
		{
			name: "no failure but a gap: not accepted, not called unused", verdict: audit.Undetermined, facts: unreadableRoles,
			req: audit.Requirement{
				ClientName: dashboard, RequiredRoles: []string{"Wild"}, Waivers: map[string]audit.Waiver{"role": valid, "role/Wild": valid},
			},
			want: []string{"unknown role/" + rolesGap},
		},
		{
			name: "a warning cannot be waived", verdict: audit.Compliant,
			req: audit.Requirement{ClientName: userApp, Waivers: map[string]audit.Waiver{"grant_type/CODE": valid}},
			want: []string{
				userGrantWarning, unused("grant_type", "grant_type/CODE"),
			},
		},
		{
			name: "a missing client: without it nothing is examined", verdict: audit.Noncompliant,
			req: audit.Requirement{
				ClientID: "c-none", RequiredScopes: []string{"a"}, Waivers: map[string]audit.Waiver{"client/c-none": valid, "scope/a": valid},
			},
			want: []string{
				"fail client/c-none: The organization has no OAuth client with the id c-none, and no authorization for one.",
				unused("client", "client/c-none"),
			},
			decided: []audit.Check{audit.CheckClient},
		},
		{
			name: "waivers not known yet: no failure is final", req: missing(nil, audit.ArgWaivers), verdict: audit.Deferred,
			decided: []audit.Check{audit.CheckClient, audit.CheckClientState, audit.CheckGrantType, audit.CheckScopeUnknown},
		},
		{
			name:  "waivers not known yet: a gap is",
			req:   audit.Requirement{ClientName: dashboard, RequiredRoles: []string{"Wild"}, Deferred: deferred(audit.ArgWaivers)},
			facts: unreadableRoles, verdict: audit.Undetermined, want: []string{"unknown role/" + rolesGap},
		},
		{
			name: "there is no telling yet whether its check applies: not called unused", verdict: audit.Deferred,
			req: audit.Requirement{
				ClientName: dashboard, Waivers: map[string]audit.Waiver{"scope_excess": valid, "role_excess": valid, "region": valid},
				Deferred: deferred(audit.ArgAllowedScopes, audit.ArgAllowedRoles, audit.ArgAllowedRegions),
			},
		},
		{
			name: "the client is not known yet: not called unused", verdict: audit.Deferred,
			req: audit.Requirement{
				Waivers: map[string]audit.Waiver{"client": valid, "scope/users": valid}, Deferred: deferred(audit.ArgClientID),
			},
		},
		{
			name: "its check waits for a value: not called unused", verdict: audit.Deferred,
			req: audit.Requirement{
				ClientName: dashboard, RequiredScopes: []string{"org:read"}, Deferred: deferred(audit.ArgRequiredScopes),
				Waivers: map[string]audit.Waiver{"scope/users": valid},
			},
		},
	})
}

// A waiver counts to the end of its last day, UTC, wherever the clock and the date are from.
func TestWaiverLastDay(t *testing.T) {
	t.Parallel()
	tokyo := time.FixedZone("Tokyo", 9*60*60)
	tests := map[string]struct {
		expires, now time.Time
		want         audit.Verdict
	}{
		"last instant":          {day("2026-06-15"), time.Date(2026, 6, 15, 23, 59, 59, 999, time.UTC), audit.Compliant},
		"first instant after":   {day("2026-06-15"), time.Date(2026, 6, 16, 0, 0, 0, 0, time.UTC), audit.Noncompliant},
		"clock in another zone": {day("2026-06-15"), time.Date(2026, 6, 16, 8, 59, 0, 0, tokyo), audit.Compliant},
		"end of a year":         {day("2026-12-31"), time.Date(2026, 12, 31, 12, 0, 0, 0, time.UTC), audit.Compliant},
		"hour of the date is moot": {
			time.Date(2026, 6, 15, 18, 0, 0, 0, time.UTC), time.Date(2026, 6, 15, 20, 0, 0, 0, time.UTC), audit.Compliant,
		},
		"date from another zone": {
			time.Date(2026, 6, 16, 1, 0, 0, 0, tokyo), time.Date(2026, 6, 16, 1, 0, 0, 0, time.UTC), audit.Noncompliant,
		},
		"long gone":                 {day("2020-01-01"), noon, audit.Noncompliant},
		"the day before is not yet": {day("2026-06-16"), noon, audit.Compliant},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req := audit.Requirement{ClientName: dashboard, RequiredScopes: []string{"users"}, Waivers: map[string]audit.Waiver{
				"scope": {Reason: "agreed", Expires: test.expires},
			}}
			if got := audit.Evaluate(req, everything(), test.now).Verdict; got != test.want {
				t.Errorf("verdict %s, want %s", got, test.want)
			}
		})
	}
}

func TestUnusedWaiverFinding(t *testing.T) {
	t.Parallel()
	req := audit.Requirement{ClientName: dashboard, Waivers: map[string]audit.Waiver{"region/us-east-1": {Reason: "r", Expires: noon}}}
	result, _ := judge(t, req, everything())
	want := []audit.Finding{{
		Check: audit.CheckRegion, Status: audit.Warn, Subject: "waivers",
		Message:     `The waiver "region/us-east-1" is not used: no failure matches it.`,
		Remediation: "Remove it from waivers.", Argument: audit.ArgWaivers,
	}}
	if diff := cmp.Diff(want, result.Findings); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// However many waivers are not used, they are one warning.
func TestUnusedWaiversAreOneWarning(t *testing.T) {
	t.Parallel()
	req := audit.Requirement{ClientName: dashboard, ForbiddenRoles: []string{"Limited"}, Waivers: map[string]audit.Waiver{
		"role_forbidden/Limited": {Reason: "r", Expires: noon}, "region": {Reason: "r", Expires: noon},
		"scope/b": {Reason: "r", Expires: noon}, "scope/a": {Reason: "r", Expires: noon},
	}}
	result, _ := judge(t, req, everything())
	want := []string{
		`warn scope/waivers: The waivers "scope/a", "scope/b", "region" are not used: no failure matches them.`,
		`fail role_forbidden/Limited: "Limited" is granted, and it is forbidden. [waived: r]`,
	}
	if diff := cmp.Diff(want, lines(result)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	for i := range 20 {
		req.Waivers[fmt.Sprintf("network/203.0.113.%02d", i)] = audit.Waiver{Reason: "r", Expires: noon}
	}
	result, _ = judge(t, req, everything())
	if message := result.Findings[0].Message; len(result.Findings) != 2 || !strings.Contains(message, "and 13 more are not used") {
		t.Errorf("%d findings, the first says %q", len(result.Findings), message)
	}
}

// A key with a slip in it is more likely meant for what fails than for nothing.
func TestMistypedWaiver(t *testing.T) {
	t.Parallel()
	req := audit.Requirement{ClientName: dashboard, ForbiddenRoles: []string{"Limited"}, Waivers: map[string]audit.Waiver{
		"role_forbidden/limited": {Reason: "r", Expires: noon},
	}}
	result, _ := judge(t, req, everything())
	want := []string{
		`fail role_forbidden/Limited: "Limited" is granted, and it is forbidden.`,
		`warn role_forbidden/waivers: The waiver "role_forbidden/limited" is not used: no failure matches it. ` +
			`Did you mean "role_forbidden/Limited"?`,
	}
	if diff := cmp.Diff(want, lines(result)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if got := result.Findings[1].Remediation; got != "Correct the key, or remove it from waivers." {
		t.Errorf("remediation: %q", got)
	}
}
