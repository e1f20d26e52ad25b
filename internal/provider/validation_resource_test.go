package provider_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

const gate = "genesysaudit_access_validation.this"

// validation is the resource with the arguments given.
func validation(arguments ...string) string {
	return fmt.Sprintf("\nresource \"genesysaudit_access_validation\" \"this\" {\n  %s\n}\n", strings.Join(arguments, "\n  "))
}

// dashboardArguments are what the scenario demands of the dashboard.
const dashboardArguments = `client_name        = "Compliance Dashboard"
  endpoints          = ["GET /api/v2/analytics/events"]
  required_scopes    = ["analytics:read", "analytics:export", "org:read"]
  application_region = "us-east-1"`

// says matches a diagnostic that holds the text, however the CLI breaks its lines.
func says(text string) *regexp.Regexp {
	words := strings.Fields(text)
	for i, word := range words {
		words[i] = regexp.QuoteMeta(word)
	}
	return regexp.MustCompile(strings.Join(words, `[\s│]+`))
}

func TestValidationResourcePasses(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	// The block enforces it, so that the verdict of the plan holds at apply whatever the environment says then.
	c := newCLI(t, "main.tf", requiredProviders+p.topLevel(`enforcement = "enforce"`)+validation(dashboardArguments))
	c.run(0, "plan", "-no-color", "-out=saved")
	c.assertPlan("saved",
		plancheck.ExpectResourceAction(gate, plancheck.ResourceActionCreate),
		plancheck.ExpectKnownValue(gate, tfjsonpath.New("compliant"), knownvalue.Bool(true)),
		plancheck.ExpectKnownValue(gate, tfjsonpath.New("verdict"), knownvalue.StringExact("compliant")),
		plancheck.ExpectUnknownValue(gate, tfjsonpath.New("findings")),
		plancheck.ExpectUnknownValue(gate, tfjsonpath.New("audited")),
		plancheck.ExpectUnknownValue(gate, tfjsonpath.New("id")),
	)
	c.run(0, "apply", "-no-color", "saved")
	c.assertState(
		statecheck.ExpectKnownValue(gate, tfjsonpath.New("id"), knownvalue.StringExact(organizationUS+"/"+dashboardUS)),
		statecheck.ExpectKnownValue(gate, tfjsonpath.New("compliant"), knownvalue.Bool(true)),
		statecheck.ExpectKnownValue(gate, tfjsonpath.New("verdict"), knownvalue.StringExact("compliant")),
		statecheck.ExpectKnownValue(gate, tfjsonpath.New("findings"), knownvalue.ListSizeExact(0)),
		statecheck.ExpectKnownValue(gate, tfjsonpath.New("audited"), knownvalue.ObjectExact(map[string]knownvalue.Check{
			"organization_id":   knownvalue.StringExact(organizationUS),
			"organization_name": knownvalue.StringExact("Acme US"),
			"region":            knownvalue.StringExact("us-east-1"),
			"api_host":          knownvalue.StringExact(strings.TrimPrefix(p.url, "http://")),
			"clients": knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{
				"id":             knownvalue.StringExact(dashboardUS),
				"name":           knownvalue.StringExact(dashboardName),
				"grant_type":     knownvalue.StringExact("CLIENT-CREDENTIALS"),
				"verdict":        knownvalue.StringExact("compliant"),
				"scopes":         texts("analytics:export", "analytics:read", "org:read"),
				"roles":          texts("Analytics - Export", "Analytics - Read", "employee"),
				"decided_checks": texts("client", "client_state", "grant_type", "scope", "scope_unknown", "role", "region"),
				"passed_checks":  texts("client", "client_state", "grant_type", "scope", "scope_unknown", "role", "region"),
			})}),
		})),
	)
}

func TestValidationResourceFailsThePlan(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change    func(*emulator.State)
		arguments string
		want      string
	}{
		"scope": {
			withoutExportScope, dashboardArguments,
			`Acme US: "Compliance Dashboard" cannot call GET /api/v2/analytics/events`,
		},
		"role": {
			withoutRole("Analytics - Export"), dashboardArguments,
			`role "Analytics - Export" is not granted`,
		},
		"missing client": {
			func(*emulator.State) {}, `client_name = "Compliance Dashbord"` + "\n" + anyDemand,
			`Did you mean "Compliance Dashboard"?`,
		},
		"disabled client": {
			func(s *emulator.State) { dashboardOf(s, "Acme US").State = "disabled" }, dashboardArguments,
			`client_state`,
		},
		"duplicated name": {
			func(s *emulator.State) {
				o := organization(s, "Acme US")
				twin := *client(o, dashboardName)
				twin.ID = "00000000-0000-4000-8000-000000000001"
				o.Clients = append(o.Clients, twin)
			}, dashboardArguments,
			`00000000-0000-4000-8000-000000000001`,
		},
		"forbidden role": {
			func(*emulator.State) {}, dashboardArguments + "\n" + `forbidden_roles = ["employee"]`,
			`role_forbidden`,
		},
		"excess scope": {
			withScope("Acme US", "users"), dashboardArguments + "\n" + `allowed_scopes = []`,
			`scope_excess`,
		},
		"excess role": {
			func(*emulator.State) {}, dashboardArguments + "\n" + `allowed_roles = []`,
			`role_excess`,
		},
		"token validity": {
			func(*emulator.State) {}, dashboardArguments + "\n" + `max_token_validity_seconds = 3600`,
			`token_validity`,
		},
		"region": {
			func(*emulator.State) {}, `client_name = "Compliance Dashboard"` + "\n" + `application_region = "eu-west-1"`,
			`the application runs in eu-west-1`,
		},
		"grant type": {
			func(*emulator.State) {}, dashboardArguments + "\n" + `allowed_grant_types = ["CODE"]`,
			`grant_type`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startPlatform(t, test.change)
			inProcess(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				Steps: []resource.TestStep{{
					Config:      p.topLevel() + validation(test.arguments),
					PlanOnly:    true,
					ExpectError: says(test.want),
				}},
			})
		})
	}
}

func TestValidationResourceEnforcement(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		provider, validation string
		wantVerdict          string // empty: the plan fails
	}{
		"enforced by default":                 {"", "", ""},
		"enforced":                            {`enforcement = "enforce"`, `enforcement = "enforce"`, ""},
		"validation warns":                    {"", `enforcement = "warn"`, "noncompliant"},
		"provider warns":                      {`enforcement = "warn"`, "", "noncompliant"},
		"provider's warn is the ceiling":      {`enforcement = "warn"`, `enforcement = "enforce"`, "noncompliant"},
		"provider is off":                     {`enforcement = "off"`, "", "undetermined"},
		"provider's off is the ceiling":       {`enforcement = "off"`, `enforcement = "enforce"`, "undetermined"},
		"provider enforces, validation warns": {`enforcement = "enforce"`, `enforcement = "warn"`, "noncompliant"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startPlatform(t, withoutExportScope)
			step := resource.TestStep{Config: p.topLevel(test.provider) + validation(dashboardArguments, test.validation)}
			if test.wantVerdict == "" {
				step.ExpectError = says(`analytics:export is missing`)
			} else {
				step.ConfigStateChecks = []statecheck.StateCheck{
					statecheck.ExpectKnownValue(gate, tfjsonpath.New("compliant"), knownvalue.Bool(false)),
					statecheck.ExpectKnownValue(gate, tfjsonpath.New("verdict"), knownvalue.StringExact(test.wantVerdict)),
				}
			}
			inProcess(t, resource.TestCase{ProtoV6ProviderFactories: factories, Steps: []resource.TestStep{step}})
			if test.wantVerdict == "undetermined" && len(p.Requests()) > 0 {
				t.Errorf("enforcement is off, yet the platform was asked for %v", p.paths())
			}
		})
	}
}

func TestValidationResourceSeveralOrganizations(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	c := newCLI(t, "main.tf", requiredProviders+p.allOrganizations()+`
variable "permitted" {
  type = set(string)
}

resource "genesysaudit_access_validation" "each" {
  for_each           = toset(["acme_us", "acme_emea", "acme_apac"])
  organization       = each.key
  client_name        = "Compliance Dashboard"
  endpoints          = ["GET /api/v2/analytics/events"]
  required_scopes    = ["analytics:read", "analytics:export", "org:read"]
  application_region = "us-east-1"
  allow_cross_region = contains(var.permitted, each.key)
}

output "verdicts" {
  value = { for name, validation in genesysaudit_access_validation.each : name => "${validation.verdict} in ${validation.audited.organization_name}" }
}
`)
	output := c.run(1, "plan", "-no-color", `-var=permitted=["acme_emea"]`)
	assertShows(t, output, `Acme EMEA: "Compliance Dashboard" cannot call GET /api/v2/analytics/events`)
	assertShows(t, output, `Acme APAC: "Compliance Dashboard" cannot call GET /api/v2/analytics/events`)
	assertHides(t, output, "Acme US:")
	if got := strings.Count(output, "Error:"); got != 2 {
		t.Errorf("the plan shows %d errors, want one for each of two organizations:\n%s", got, output)
	}

	p.change(withScope("Acme EMEA", "analytics:export"))()
	p.change(withRole("Acme EMEA", "Analytics - Export"))()
	output = c.run(0, "apply", "-no-color", "-auto-approve", `-var=permitted=["acme_emea", "acme_apac"]`)
	assertShows(t, output, `"acme_us" = "compliant in Acme US"`)
	assertShows(t, output, `"acme_emea" = "compliant in Acme EMEA"`)
	assertShows(t, output, `"acme_apac" = "compliant in Acme APAC"`)
}

// The number of requests does not grow with the number of validations.
func TestValidationResourceReadsEachCollectionOnce(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	newCLI(t, "main.tf", requiredProviders+p.topLevel()+`
resource "genesysaudit_access_validation" "many" {
  count           = 30
  client_name     = "Compliance Dashboard"
  endpoints       = ["GET /api/v2/analytics/events"]
  required_scopes = ["analytics:export"]
}
`).run(0, "plan", "-no-color")
	want := "/api/v2/authorization/roles /api/v2/oauth/clients /api/v2/tokens/me /oauth/token"
	if got := strings.Join(slices.Compact(p.paths()), " "); got != want {
		t.Errorf("30 validations read %s, want %s", got, want)
	}
	if got := len(p.paths()); got > 8 { // a slow machine may read a collection again, after two seconds
		t.Errorf("%d requests for 30 validations: %v", got, p.paths())
	}
}

func TestValidationResourceAuditsItsOwnClient(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config: p.topLevel() + validation(`required_roles = ["Access Auditor"]`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(gate, tfjsonpath.New("audited").AtMapKey("clients").AtSliceIndex(0).AtMapKey("name"), knownvalue.StringExact("Access Auditor")),
				statecheck.ExpectKnownValue(gate, tfjsonpath.New("compliant"), knownvalue.Bool(true)),
			},
		}},
	})
}

// A user-context grant passes with a warning, and is refused where only CLIENT-CREDENTIALS is allowed.
func TestValidationResourceUserContextGrant(t *testing.T) {
	t.Parallel()
	p := startPlatform(t, func(s *emulator.State) {
		o := organization(s, "Acme US")
		o.Clients = append(o.Clients, emulator.Client{OAuthClient: genesyscloud.OAuthClient{
			ID: "00000000-0000-4000-8000-000000000002", Name: "Agent Desktop", AuthorizedGrantType: "CODE", State: "active",
			Scope: genesyscloud.List[string]{"users"},
		}})
	})
	arguments := []string{`client_name = "Agent Desktop"`, `required_scopes = ["users:readonly"]`}
	inProcess(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{
				Config: p.topLevel() + validation(arguments...),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(gate, tfjsonpath.New("compliant"), knownvalue.Bool(true)),
					statecheck.ExpectKnownValue(gate, tfjsonpath.New("findings").AtSliceIndex(0).AtMapKey("check"), knownvalue.StringExact("grant_type")),
					statecheck.ExpectKnownValue(gate, tfjsonpath.New("findings").AtSliceIndex(0).AtMapKey("status"), knownvalue.StringExact("warn")),
				},
			},
			{
				Config:      p.topLevel() + validation(append(arguments, `allowed_grant_types = ["CLIENT-CREDENTIALS"]`)...),
				PlanOnly:    true,
				ExpectError: says(`grant_type`),
			},
		},
	})
}

// Switched off, nothing is evaluated, and a verdict of an earlier run does not stand for today's.
func TestEnforcementOffKeepsNoOldVerdict(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	c := newCLI(t, "main.tf", requiredProviders+p.topLevel()+validation(dashboardArguments))
	c.run(0, "apply", "-no-color", "-auto-approve")
	p.change(withoutExportScope)()
	before := len(p.Requests())

	c.Setenv("GENESYSAUDIT_ENFORCEMENT", "off")
	assertShows(t, c.run(0, "plan", "-no-color"), `verdict = "compliant" -> (known after apply)`)
	c.run(0, "apply", "-no-color", "-auto-approve")
	c.run(0, "plan", "-no-color", "-detailed-exitcode")
	if got := c.stored().Values["verdict"]; got != "undetermined" {
		t.Errorf("the verdict in state is %v, want undetermined", got)
	}
	if len(p.Requests()) != before {
		t.Errorf("enforcement is off, yet the platform was asked for %v", p.paths())
	}

	c.Setenv("GENESYSAUDIT_ENFORCEMENT", "enforce")
	assertShows(t, c.run(1, "plan", "-no-color"), "analytics:export is missing")
	p.change(withScope("Acme US", "analytics:export"))()
	c.run(0, "apply", "-no-color", "-auto-approve")
	if got := c.stored().Values["verdict"]; got != "compliant" {
		t.Errorf("the verdict in state is %v, want compliant", got)
	}
}
