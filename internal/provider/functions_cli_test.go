package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// One plan and one apply of the CLI call every function that is no report: with values that are known, and with values that only the apply
// knows.
func TestFunctionsInTheCLI(t *testing.T) {
	t.Parallel()
	c := newCLI(t, "main.tf", requiredProviders+`
resource "terraform_data" "later" {
  input = { endpoint = "GET /api/v2/users", body = "{}", permission = "a:b:view" }
}

locals { escalating = provider::genesysaudit::escalating_permissions() }

output "requirements" { value = provider::genesysaudit::endpoint_requirements("POST /api/v2/recording/jobs#sensitive") }
output "unpublished" { value = provider::genesysaudit::endpoint_requirements("GET /api/v2/fax/{faxId}/status").permissions == null }
output "requirements_later" { value = provider::genesysaudit::endpoint_requirements(terraform_data.later.output.endpoint).match }

output "denial" {
  value = provider::genesysaudit::explain_denial(<<-JSON
    `+deniedQueue+`
  JSON
  )
}
output "no_denial" { value = provider::genesysaudit::explain_denial("<html>403</html>") }
output "denial_later" { value = provider::genesysaudit::explain_denial(terraform_data.later.output.body).kind }

output "granted" { value = provider::genesysaudit::permission_granted(["a:*:view"], "a:b:view") }
output "not_granted" { value = provider::genesysaudit::permission_granted(["a:*:view"], "a:b:edit") }
# A permission that is not known yet leaves the answer open, also beside one that covers.
output "granted_later" { value = provider::genesysaudit::permission_granted(["a:*:view", terraform_data.later.output.permission], "a:b:view") }

output "escalating" { value = local.escalating }
output "administrator" {
  value = [for permission in local.escalating : permission if provider::genesysaudit::permission_granted(["authorization:grant:*"], permission)]
}
`)
	c.run(0, "plan", "-no-color", "-out=saved")
	c.assertPlan("saved", plancheck.ExpectUnknownOutputValue("requirements_later"), plancheck.ExpectUnknownOutputValue("denial_later"),
		plancheck.ExpectUnknownOutputValue("granted_later"))
	c.run(0, "apply", "-no-color", "saved")
	c.assertState(
		statecheck.ExpectKnownOutputValue("requirements", knownvalue.ObjectExact(map[string]knownvalue.Check{
			"method":      knownvalue.StringExact("POST"),
			"path":        knownvalue.StringExact("/api/v2/recording/jobs"),
			"scopes":      texts("recordings"),
			"permissions": texts("recording:job:add", "recording:recording:viewSensitiveData"),
			"match":       knownvalue.StringExact("all"),
			"roles":       texts(),
			"variants": knownvalue.ListExact([]knownvalue.Check{
				knownvalue.ObjectExact(map[string]knownvalue.Check{
					"name":        knownvalue.StringExact("base"),
					"when":        knownvalue.StringExact("the body does not ask for sensitive recordings"),
					"permissions": texts("recording:job:add"),
					"match":       knownvalue.StringExact("all"),
				}),
				knownvalue.ObjectExact(map[string]knownvalue.Check{
					"name":        knownvalue.StringExact("sensitive"),
					"when":        knownvalue.StringExact("the body asks for sensitive recordings"),
					"permissions": texts("recording:job:add", "recording:recording:viewSensitiveData"),
					"match":       knownvalue.StringExact("all"),
				}),
			}),
			"conditions": knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{
				"kind": knownvalue.StringExact("variant"),
				"description": knownvalue.StringExact("Whether the job includes sensitive recordings decides. It can do so only if the " +
					"organization has redaction on; otherwise the platform refuses the job."),
				"permissions": texts(),
				"scopes":      texts(),
				"source":      knownvalue.StringExact("RecordingApi.md"),
			})}),
			"source": knownvalue.StringExact("published definition"),
		})),
		statecheck.ExpectKnownOutputValue("unpublished", knownvalue.Bool(true)),
		statecheck.ExpectKnownOutputValue("requirements_later", knownvalue.StringExact("none")),
		statecheck.ExpectKnownOutputValue("denial", knownvalue.ObjectExact(map[string]knownvalue.Check{
			"kind": knownvalue.StringExact("missing_division"),
			"permissions": knownvalue.ListExact([]knownvalue.Check{
				knownvalue.StringExact("routing:queue:add"), knownvalue.StringExact("routing:queue:edit"),
			}),
			"match":     knownvalue.StringExact("all"),
			"divisions": knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact("d-1")}),
			"message": knownvalue.StringExact("Unable to perform the requested action. You are missing the following permission(s): " +
				"[routing:queue:edit:d-1, routing:queue:add:d-1]"),
			"request_id":  knownvalue.StringExact("7f0c0c4e"),
			"remediation": knownvalue.StringExact(grantQueue),
		})),
		statecheck.ExpectKnownOutputValue("no_denial", knownvalue.ObjectPartial(map[string]knownvalue.Check{
			"kind":        knownvalue.StringExact("unknown"),
			"permissions": texts(),
			"remediation": knownvalue.StringExact(unknownRemedy),
		})),
		statecheck.ExpectKnownOutputValue("denial_later", knownvalue.StringExact("unknown")),
		statecheck.ExpectKnownOutputValue("granted", knownvalue.Bool(true)),
		statecheck.ExpectKnownOutputValue("not_granted", knownvalue.Bool(false)),
		statecheck.ExpectKnownOutputValue("granted_later", knownvalue.Bool(true)),
		statecheck.ExpectKnownOutputValue("escalating", texts(
			"authorization:grant:add", "authorization:orgTrustee:add", "authorization:orgTrustee:edit", "authorization:orgTrusteeGroup:add",
			"authorization:orgTrusteeGroup:edit", "authorization:orgTrusteeUser:add", "authorization:orgTrusteeUser:edit",
			"authorization:policy:add", "authorization:policy:delete", "authorization:policy:edit", "authorization:role:edit",
			"authorization:settings:edit", "directory:group:edit", "directory:organization:admin", "directory:user:edit",
			"directory:user:setPassword", "mfa:verifier:delete", "mfa:verifier:edit", "oauth:client:add", "oauth:client:edit",
			"sso:provider:add", "sso:provider:edit",
		)),
		statecheck.ExpectKnownOutputValue("administrator", texts("authorization:grant:add")),
	)
}

// The CLI shows the errors of functions, with the parameter that each is about. One plan has them all.
func TestFunctionErrorsInTheCLI(t *testing.T) {
	t.Parallel()
	c := newCLI(t, "main.tf", requiredProviders+handmade+`
output "endpoint_null" { value = provider::genesysaudit::endpoint_requirements(null) }
output "endpoint_unknown" { value = provider::genesysaudit::endpoint_requirements("GET /api/v2/analytics/event") }
output "endpoint_mistyped" { value = provider::genesysaudit::endpoint_requirements("GET /api/v2/users/serach") }
output "granted_null" { value = provider::genesysaudit::permission_granted(["a:b:view", null], "a:b:view") }
output "required_wrong" { value = provider::genesysaudit::permission_granted(["a:b:view"], "a:view") }
output "report_gone" { value = provider::genesysaudit::report_markdown({ gone = null, good = local.good }) }
output "report_null" { value = provider::genesysaudit::report_markdown(null) }
output "report_contradicts" { value = provider::genesysaudit::report_junit({ bad = merge(local.bad, { compliant = true, verdict = "compliant" }) }) }
output "option_mistyped" { value = provider::genesysaudit::report_html(local.validations, { tittle = "x" }) }
output "option_wrong" { value = provider::genesysaudit::report_sarif(local.validations, { file = "/main.tf" }) }
output "options_twice" { value = provider::genesysaudit::report_sarif(local.validations, {}, {}) }
`)
	assertShowsAll(t, c.run(1, "plan", "-no-color"),
		`Invalid value for "endpoint" parameter: argument must not be null.`,
		`(did you mean "GET /api/v2/analytics/events"?).`,
		`(did you mean "GET /api/v2/users/search"?).`,
		`Invalid value for "granted" parameter: element 1 is null.`,
		`Invalid value for "required" parameter: "a:view" is not of the form domain:entity:action.`,
		`Invalid value for "validations" parameter: validation "gone": it is null or not a validation.`,
		`Invalid value for "validations" parameter: argument must not be null.`,
		`Invalid value for "validations" parameter: validation "bad": it is compliant, but a finding of the check scope has the status fail.`,
		`Invalid value for "options" parameter: there is no option "tittle" (did you mean "title"?).`,
		`Invalid value for "options" parameter: file: "/main.tf" is not below the root of the repository; give a relative path, such as main.tf.`,
		`Invalid value for "options" parameter: there can be only one options object.`,
	)
}
