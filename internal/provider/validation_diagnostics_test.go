package provider_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// diagnostic is what the CLI says of a diagnostic in its JSON output.
type diagnostic struct {
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail"`
	Snippet  struct {
		Code string `json:"code"`
	} `json:"snippet"`
}

// diagnostics plans and returns the diagnostics.
func (c cli) diagnostics(arguments ...string) []diagnostic {
	c.t.Helper()
	_, output, err := c.Output(c.t.Context(), append([]string{"plan", "-json"}, arguments...)...)
	if err != nil {
		c.t.Fatal(err)
	}
	var found []diagnostic
	for line := range strings.Lines(output) {
		var message struct {
			Type       string     `json:"type"`
			Diagnostic diagnostic `json:"diagnostic"`
		}
		if err := json.Unmarshal([]byte(line), &message); err != nil {
			c.t.Fatalf("%v: %s", err, line)
		}
		if message.Type == "diagnostic" {
			found = append(found, message.Diagnostic)
		}
	}
	return found
}

// What the documentation shows of a violation.
const (
	shownSummary = `Acme EMEA: "Compliance Dashboard" cannot call GET /api/v2/analytics/events`
	shownDetail  = `2 of 7 checks failed.

scope   analytics:export is missing; the client has analytics:read,
        org:read. The platform ignores the scopes of CLIENT-CREDENTIALS
        clients; required_scopes requires this one.
        Add it under Admin > Integrations > OAuth, then issue a new token:
        tokens already issued keep their scopes.
role    "Analytics - Export" is not granted. The client has
        "Analytics - Read", "employee".
        Grant it to the client under Admin > Integrations > OAuth > Roles.

Organization 5f2c9d13-8a46-4e7b-b0d5-c61f2e94a873, region eu-west-1, client
9b1d6f48-3e07-4a92-a5cb-7d80f4126e59, api.mypurecloud.ie.
To continue anyway, set GENESYSAUDIT_ENFORCEMENT=warn.`
)

var shownError = regexp.MustCompile("(?ms)^```text\nError: ([^\n]*)\n\n(.*?)\n```$")

// The violation that the documentation shows first is what the CLI shows, which TestViolationTexts holds to the same texts. The other guides
// have violations of their own.
func TestDocumentedViolations(t *testing.T) {
	t.Parallel()
	found := 0
	for path, content := range documented(t) {
		for _, match := range shownError.FindAllStringSubmatch(content, -1) {
			if match[1] != shownSummary {
				continue
			}
			found++
			if diff := cmp.Diff([]string{shownSummary, shownDetail}, match[1:]); diff != "" {
				t.Errorf("%s (-CLI +page):\n%s", path, diff)
			}
		}
	}
	if found != 2 {
		t.Errorf("%d pages show a violation, want 2", found)
	}
}

// The texts as a person reads them, to the letter.
func TestViolationTexts(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change    func(*emulator.State)
		fault     emulator.Fault
		provider  string
		arguments []string
		want      diagnostic
		wantCode  string // the line that the CLI shows
	}{
		"scope and role": {
			arguments: []string{`organization = "acme_emea"`, `allow_cross_region = true`, dashboardArguments},
			want: diagnostic{
				Severity: "error",
				Summary:  shownSummary,
				Detail:   shownDetail,
			},
			wantCode: `resource "genesysaudit_access_validation" "this" {`,
		},
		"one argument to blame": {
			arguments: []string{`organization = "acme_apac"`, dashboardArguments},
			want: diagnostic{
				Severity: "error",
				Summary:  `Acme APAC: "Compliance Dashboard" cannot call GET /api/v2/analytics/events`,
				Detail: `1 of 7 checks failed.

region   The organization is in ap-southeast-2, the application runs in
         us-east-1, and cross-region calls are not recorded as permitted.
         Run the application in ap-southeast-2, or permit cross-region calls
         under Admin > Security > API settings and then set
         allow_cross_region = true.

Organization 7d6b3e25-f190-4c8a-8b47-25ea9c70d316, region ap-southeast-2,
client c2581e7d-a94f-4d63-96b0-f38a5e17d024, api.mypurecloud.ie.
To continue anyway, set GENESYSAUDIT_ENFORCEMENT=warn.`,
			},
			wantCode: `application_region = "us-east-1"`,
		},
		"the provider's own client": {
			arguments: []string{`organization = "acme_us"`, `max_token_validity_seconds = 600`},
			want: diagnostic{
				Severity: "error",
				Summary:  `Acme US: "Access Auditor" does not meet the requirements`,
				Detail: `1 of 4 checks failed.

token_validity   The client's tokens live for 3600 seconds; at most 600 are
                 allowed.
                 Shorten the token duration of the client under Admin >
                 Integrations > OAuth.

The client is the provider's own. Set client_id or client_name to audit
another one.
Organization 1c8e4a7f-2b5d-4f39-9e61-7a3d5c08b214, client
a4d10e62-97b3-4c58-b2f7-051ce8369d4b, api.mypurecloud.ie.
To continue anyway, set GENESYSAUDIT_ENFORCEMENT=warn.`,
			},
		},
		"waived": {
			arguments: []string{`organization = "acme_us"`, dashboardArguments, `forbidden_roles = ["employee"]`, `waivers = {
    "role_forbidden/employee" = { reason = "Everybody has it.", owner = "platform team", expires = "2099-12-31" }
    region                    = { reason = "Not needed any more.", expires = "2099-12-31" }
  }`},
			want: diagnostic{
				Severity: "warning",
				Summary:  `Acme US: "Compliance Dashboard" passes, with a warning`,
				Detail: `7 of 8 checks passed, 1 waived.

role_forbidden   "employee" is granted, and it is forbidden. Waived:
                 Everybody has it (owner: platform team).
                 Remove it from the client under Admin > Integrations >
                 OAuth > Roles.
region           The waiver "region" is not used: no failure matches it.
                 Remove it from waivers.

Organization 1c8e4a7f-2b5d-4f39-9e61-7a3d5c08b214, region us-east-1, client
3fa27c91-64de-4b0a-8c15-e9d2704b6a38, api.mypurecloud.ie.`,
			},
		},
		"a client that is not known yet": {
			arguments: []string{`organization = "acme_us"`, `client_name = terraform_data.name.output`, `endpoints = ["GET /api/v2/analytics/events"]`, `application_region = "eu-west-1"`, `}
resource "terraform_data" "name" {
  input = "Compliance Dashboard"`},
			want: diagnostic{
				Severity: "error",
				Summary:  `Acme US: an OAuth client that is known only at apply cannot call GET /api/v2/analytics/events`,
				Detail: `1 of 1 check failed. The rest is decided at apply, when all values are
known.

region   The organization is in us-east-1, the application runs in
         eu-west-1, and cross-region calls are not recorded as permitted.
         Run the application in us-east-1, or permit cross-region calls
         under Admin > Security > API settings and then set
         allow_cross_region = true.

Organization 1c8e4a7f-2b5d-4f39-9e61-7a3d5c08b214, region us-east-1,
api.mypurecloud.ie.
To continue anyway, set GENESYSAUDIT_ENFORCEMENT=warn.`,
			},
		},
		"several clients of the name": {
			change: withClients(genesyscloud.OAuthClient{
				ID: "00000000-0000-4000-8000-0000000000a1", Name: "Compliance Dashboard", AuthorizedGrantType: "CLIENT-CREDENTIALS", State: "active",
			}),
			arguments: []string{`organization = "acme_us"`, dashboardArguments},
			want: diagnostic{
				Severity: "error",
				Summary:  `Acme US: several OAuth clients are named "Compliance Dashboard"`,
				Detail: `1 of 2 checks failed.

client   2 OAuth clients are named "Compliance Dashboard":
         00000000-0000-4000-8000-0000000000a1 (active),
         3fa27c91-64de-4b0a-8c15-e9d2704b6a38 (active).
         Set client_id to the id of the intended client instead of
         client_name.

Organization 1c8e4a7f-2b5d-4f39-9e61-7a3d5c08b214, region us-east-1,
api.mypurecloud.ie.
To continue anyway, set GENESYSAUDIT_ENFORCEMENT=warn.`,
			},
		},
		"no endpoint, enforcement in the block": {
			provider:  `enforcement = "enforce"`,
			arguments: []string{`organization = "acme_us"`, `client_name = "Access Auditor"`, `max_token_validity_seconds = 600`},
			want: diagnostic{
				Severity: "error",
				Summary:  `Acme US: "Access Auditor" does not meet the requirements`,
				Detail: `1 of 4 checks failed.

token_validity   The client's tokens live for 3600 seconds; at most 600 are
                 allowed.
                 Shorten the token duration of the client under Admin >
                 Integrations > OAuth.

Organization 1c8e4a7f-2b5d-4f39-9e61-7a3d5c08b214, client
a4d10e62-97b3-4c58-b2f7-051ce8369d4b, api.mypurecloud.ie.
To continue anyway, set enforcement = "warn" in the provider block.`,
			},
			wantCode: `max_token_validity_seconds = 600`,
		},
		"warning": {
			provider:  `enforcement = "warn"`,
			change:    func(s *emulator.State) { dashboardOf(s, "Acme US").State = "inactive" },
			arguments: []string{`organization = "acme_us"`, dashboardArguments},
			want: diagnostic{
				Severity: "warning",
				Summary:  `Acme US: "Compliance Dashboard" cannot call GET /api/v2/analytics/events`,
				Detail: `1 of 7 checks failed.

client_state   The client is inactive: it gets no tokens, and it will be
               deleted.
               Set the client to active under Admin > Integrations > OAuth,
               or use another one.

Organization 1c8e4a7f-2b5d-4f39-9e61-7a3d5c08b214, region us-east-1, client
3fa27c91-64de-4b0a-8c15-e9d2704b6a38, api.mypurecloud.ie.`,
			},
		},
		"a client that is not there": {
			arguments: []string{`organization = "acme_us"`, `client_name = "Complience Dashboard"`, `endpoints = ["GET /api/v2/analytics/events"]`},
			want: diagnostic{
				Severity: "error",
				Summary:  `Acme US: there is no OAuth client "Complience Dashboard"`,
				Detail: `1 of 1 check failed.

client   The organization has no OAuth client named "Complience Dashboard",
         and no authorization for one. Did you mean "Compliance Dashboard"?
         Correct client_name, set organization to the organization that has
         the client, or create the client under Admin > Integrations >
         OAuth. If it belongs to another organization, have an administrator
         authorize it under Admin > Integrations > Authorized Applications.

Organization 1c8e4a7f-2b5d-4f39-9e61-7a3d5c08b214, api.mypurecloud.ie.
To continue anyway, set GENESYSAUDIT_ENFORCEMENT=warn.`,
			},
			wantCode: `client_name = "Complience Dashboard"`,
		},
		"failed, not decided and worth knowing": {
			fault: emulator.Fault{Path: "/api/v2/authorization/roles", Status: 403, Body: deniedRoles, Header: correlation},
			change: func(s *emulator.State) {
				dashboardOf(s, "Acme US").State = "disabled"
				withScope("Acme US", "users")(s)
			},
			arguments: []string{`organization = "acme_us"`, dashboardArguments, `forbidden_scopes = ["users"]`, `waivers = {
    scope_forbidden = { reason = "Agreed for this year.", expires = "2099-12-31" }
  }`},
			want: diagnostic{
				Severity: "error",
				Summary:  `Acme US: "Compliance Dashboard" cannot call GET /api/v2/analytics/events`,
				Detail: `1 of 8 checks failed, 1 could not be decided.

client_state      The client is disabled: it gets no tokens, and those
                  already issued are invalid.
                  Set the client to active under Admin > Integrations >
                  OAuth, or use another one.

Not decided:
role              The roles could not be read: GET
                  /api/v2/authorization/roles answered 403 Forbidden,
                  missing.any.permissions: Unable to perform the requested
                  action. You must have at least one of the following
                  permissions assigned: [authorization:role:view].
                  (ININ-Correlation-Id 4d8e1a52-0c3b-4f6e-8a77-9e2b6c1d5f30,
                  contextId 7f0c0c4e-6f5f-4a86-9b2e-0a7d3c5e1b11).
                  Grant authorization:role:view to the auditing client (a
                  role under Admin > Integrations > OAuth > Roles), then
                  plan again.

Worth knowing:
scope_forbidden   The client has users, which is forbidden. Waived: Agreed
                  for this year.
                  Remove it under Admin > Integrations > OAuth, then issue a
                  new token: tokens already issued keep their scopes.

Organization 1c8e4a7f-2b5d-4f39-9e61-7a3d5c08b214, region us-east-1, client
3fa27c91-64de-4b0a-8c15-e9d2704b6a38, api.mypurecloud.ie.
To continue anyway, set GENESYSAUDIT_ENFORCEMENT=warn.`,
			},
		},
		"sign-in that is refused": {
			fault: emulator.Fault{Path: "/oauth/token", Status: 400, Header: correlation,
				Body: `{"error":"invalid_client","description":"authentication failed","error_description":"authentication failed"}`},
			arguments: []string{`organization = "acme_us"`, dashboardArguments},
			want: diagnostic{
				Severity: "error",
				Summary:  `Organization "acme_us": sign-in failed`,
				Detail: `The OAuth clients could not be read: sign-in refused: POST /oauth/token at
api.mypurecloud.ie answered 400 Bad Request, invalid_client: authentication
failed. Either the client id or secret is wrong, or they are right and
belong to an organization in another region than this login host's.
(ININ-Correlation-Id 4d8e1a52-0c3b-4f6e-8a77-9e2b6c1d5f30).

Check oauthclient_id, oauthclient_secret and aws_region of
organizations["acme_us"] in the provider block.

API host api.mypurecloud.ie.`,
			},
		},
		"what cannot be read": {
			fault:     emulator.Fault{Path: "/api/v2/authorization/roles", Status: 403, Body: deniedRoles, Header: correlation},
			arguments: []string{`organization = "acme_us"`, dashboardArguments},
			want: diagnostic{
				Severity: "error",
				Summary:  `Acme US: "Compliance Dashboard" could not be audited completely`,
				Detail: `1 of 7 checks could not be decided.

role   The roles could not be read: GET /api/v2/authorization/roles answered
       403 Forbidden, missing.any.permissions: Unable to perform the
       requested action. You must have at least one of the following
       permissions assigned: [authorization:role:view]. (ININ-Correlation-Id
       4d8e1a52-0c3b-4f6e-8a77-9e2b6c1d5f30, contextId
       7f0c0c4e-6f5f-4a86-9b2e-0a7d3c5e1b11).
       Grant authorization:role:view to the auditing client (a role under
       Admin > Integrations > OAuth > Roles), then plan again.

Organization 1c8e4a7f-2b5d-4f39-9e61-7a3d5c08b214, region us-east-1, client
3fa27c91-64de-4b0a-8c15-e9d2704b6a38, api.mypurecloud.ie.
To continue anyway, set GENESYSAUDIT_ENFORCEMENT=warn.`,
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startPlatform(t)
			if test.change != nil {
				p.change(test.change)()
			}
			if test.fault.Path != "" {
				p.AddFault(test.fault)
			}
			got := newCLI(t, "main.tf", requiredProviders+p.allOrganizations(test.provider)+validation(test.arguments...)).diagnostics()
			if len(got) != 1 {
				t.Fatalf("%d diagnostics, want one: %v", len(got), got)
			}
			if test.wantCode != "" && !strings.Contains(got[0].Snippet.Code, test.wantCode) {
				t.Errorf("the diagnostic points at %q, want %q", got[0].Snippet.Code, test.wantCode)
			}
			got[0].Snippet.Code = ""
			// The emulator stands in for the host of the region that the documentation shows.
			got[0].Detail = strings.ReplaceAll(got[0].Detail, strings.TrimPrefix(p.url, "http://"), "api.mypurecloud.ie")
			// Behind base URLs the region is a claim, which is not repeated. The documentation shows a region's own hosts.
			got[0].Detail = strings.Replace(got[0].Detail, "b0d5-c61f2e94a873, client", "b0d5-c61f2e94a873, region eu-west-1, client", 1)
			if diff := cmp.Diff(test.want, got[0]); diff != "" {
				t.Errorf("diagnostic (-want +got):\n%s", diff)
			}
		})
	}
}

const deniedRoles = `{"message":"Unable to perform the requested action. You must have at least one of the following permissions assigned: ` +
	`[authorization:role:view]","code":"missing.any.permissions","status":403,"contextId":"7f0c0c4e-6f5f-4a86-9b2e-0a7d3c5e1b11",` +
	`"details":[],"errors":[]}`

var correlation = map[string][]string{"Inin-Correlation-Id": {"4d8e1a52-0c3b-4f6e-8a77-9e2b6c1d5f30"}}
