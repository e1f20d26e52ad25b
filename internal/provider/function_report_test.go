package provider_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// object is an object of these members.
func object(members map[string]attr.Value) types.Object {
	kinds := make(map[string]attr.Type, len(members))
	for name, member := range members {
		kinds[name] = member.Type(context.Background())
	}
	return types.ObjectValueMust(kinds, members)
}

// tuple is a tuple of these elements.
func tuple(elements ...attr.Value) types.Tuple {
	kinds := make([]attr.Type, len(elements))
	for i, element := range elements {
		kinds[i] = element.Type(context.Background())
	}
	return types.TupleValueMust(kinds, elements)
}

func reportedTexts(texts ...string) types.Set {
	return types.SetValueMust(types.StringType, stringList(texts...).Elements())
}

// clientObject is the audited client of a validation, changed.
func clientObject(changes map[string]attr.Value) attr.Value {
	members := map[string]attr.Value{
		"id": types.StringValue(dashboardUS), "name": types.StringValue(dashboardName), "grant_type": types.StringValue("CLIENT-CREDENTIALS"),
		"verdict": types.StringValue("compliant"), "scopes": reportedTexts("org:read"), "roles": types.SetNull(types.StringType),
		"decided_checks": reportedTexts("client", "scope"), "passed_checks": reportedTexts("client", "scope"),
	}
	maps.Copy(members, changes)
	return object(members)
}

func auditedObject(clients ...attr.Value) attr.Value {
	return object(map[string]attr.Value{
		"organization_id": types.StringValue(organizationUS), "organization_name": types.StringValue("Acme US"),
		"region": types.StringValue("us-east-1"), "api_host": types.StringValue("api.mypurecloud.com"), "clients": tuple(clients...),
	})
}

// validationObject is a compliant validation in Acme US, changed.
func validationObject(changes map[string]attr.Value) attr.Value {
	members := map[string]attr.Value{
		"compliant": types.BoolValue(true), "verdict": types.StringValue("compliant"), "findings": tuple(), "audited": auditedObject(clientObject(nil)),
		"id": types.StringValue("x/y"), "client_name": types.StringValue(dashboardName), "client_id": types.StringNull(),
		"endpoints": reportedTexts("GET /api/v2/users", "GET /api/v2/oauth/clients"), "allow_cross_region": types.BoolValue(false),
		"allowed_roles": reportedTexts(), "max_token_validity_seconds": types.Int64Value(86400), "waivers": types.StringNull(),
		"clients": object(map[string]attr.Value{"name_regex": types.StringValue("^CI"), "states": reportedTexts("active"), "at_least": types.Int64Null()}),
	}
	maps.Copy(members, changes)
	return object(members)
}

// noncompliantObject lacks a scope; of the rest as little is known as can be.
func noncompliantObject() attr.Value {
	return object(map[string]attr.Value{
		"compliant": types.BoolValue(false), "verdict": types.StringValue("noncompliant"), "audited": types.StringNull(),
		"findings": tuple(findingObject(nil)),
	})
}

func findingObject(changes map[string]attr.Value) attr.Value {
	members := map[string]attr.Value{
		"check": types.StringValue("scope"), "status": types.StringValue("fail"), "subject": types.StringValue("org:read"),
		"message": types.StringValue("org:read is missing."), "remediation": types.StringValue("Add it."), "waived": types.BoolValue(false),
		"client_id": types.StringNull(), "client_name": types.StringNull(),
	}
	maps.Copy(members, changes)
	return object(members)
}

// callReport calls a function that reports.
func callReport(t *testing.T, name string, validations attr.Value, options ...attr.Value) (string, *function.FuncError) {
	t.Helper()
	kinds, dynamic := make([]attr.Type, len(options)), make([]attr.Value, len(options))
	for i, option := range options {
		kinds[i], dynamic[i] = types.DynamicType, types.DynamicValue(option)
	}
	got, err := callFunction(t, name, types.DynamicValue(validations), types.TupleValueMust(kinds, dynamic))
	text, _ := got.(types.String)
	return text.ValueString(), err
}

var reportNames = []string{"report_html", "report_junit", "report_markdown", "report_sarif"}

// A validation of any form says in every report what its results say, and what it demands.
func TestReports(t *testing.T) {
	t.Parallel()
	validations := object(map[string]attr.Value{"us": validationObject(nil), "emea": noncompliantObject()})
	for name, wants := range map[string][]string{
		"report_markdown": {
			"❌ **Noncompliant.** 2 validations: 1 compliant, 1 noncompliant, 0 undetermined.\n\ngenesysaudit test\n",
			"| `emea` | ❌ noncompliant | – | – | ❌ `scope` |", "- `us`: Acme US, Compliance Dashboard, 2 of 2 checks passed\n",
		},
		"report_junit": {
			`<testsuite name="emea" tests="1" failures="1" errors="0"`, `<property name="api_host" value="api.mypurecloud.com"></property>`,
			`<property name="endpoints" value="GET /api/v2/oauth/clients, GET /api/v2/users"></property>`,
			`<property name="clients" value="name_regex = ^CI, states = active"></property>`,
			`<property name="max_token_validity_seconds" value="86400"></property>`,
		},
		"report_sarif": {`"ruleId": "scope"`, `"uri": "main.tf"`, `"text": "Validation \"emea\": org:read is missing. Add it."`, `"version": "test"`},
		"report_html": {
			"1 of 2 validations is noncompliant", "<dt>allowed_roles</dt><dd>none</dd>", "<dt>endpoints</dt><dd><code>GET /api/v2/oauth/clients</code>",
		},
	} {
		text, err := callReport(t, name, validations)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not say %q:\n%s", name, want, text)
			}
		}
		for _, absent := range []string{"allow_cross_region", "client_name\""} {
			if name == "report_html" && strings.Contains(text, absent) {
				t.Errorf("%s says %s, which demands nothing", name, absent)
			}
		}
	}
}

// What was not evaluated, as with enforcement off, is undetermined in every report.
func TestReportsOfNothingEvaluated(t *testing.T) {
	t.Parallel()
	null := types.StringNull()
	undetermined := object(map[string]attr.Value{"compliant": types.BoolValue(false), "verdict": types.StringValue("undetermined"), "findings": null, "audited": null})
	for _, validation := range []attr.Value{
		object(map[string]attr.Value{"compliant": null, "verdict": null, "findings": null, "audited": null}), undetermined,
	} {
		off := object(map[string]attr.Value{"off": validation})
		for name, want := range map[string]string{
			"report_markdown": "❔ **Undetermined.** 1 validation: 0 compliant, 0 noncompliant, 1 undetermined.", "report_html": "The validation is undetermined",
			"report_junit": `errors="1"`, "report_sarif": `"ruleId": "verdict"`,
		} {
			if text, err := callReport(t, name, off); err != nil || !strings.Contains(text, want) {
				t.Errorf("%s does not say %q: %v\n%s", name, want, err, text)
			}
		}
	}
}

func TestReportOptions(t *testing.T) {
	t.Parallel()
	text := types.StringValue
	waived := validationObject(map[string]attr.Value{
		"findings": tuple(findingObject(map[string]attr.Value{"waived": types.BoolValue(true)})),
		"audited":  auditedObject(clientObject(map[string]attr.Value{"passed_checks": reportedTexts("client")})),
	})
	validations := object(map[string]attr.Value{"us": waived})
	options := object(map[string]attr.Value{
		"title": text("Nightly"), "as_of": text("2026-11-26T15:30:00+01:00"), "file": text("live/gates.tf"),
		"waivers": object(map[string]attr.Value{"scope": object(map[string]attr.Value{"reason": text("Under way"), "expires": text("2026-12-31")})}),
	})
	for name, wants := range map[string][]string{
		"report_markdown": {"## Nightly\n", "As of 2026-11-26 14:30 UTC", "**Waiver:** Under way. Expires: `2026-12-31`."},
		"report_html":     {"Nightly</p>", "As of 2026-11-26 14:30 UTC", "<b>Waiver</b> Under way. Expires: 2026-12-31."},
		"report_junit":    {`name="Nightly"`, `timestamp="2026-11-26T14:30:00"`, "Waiver: Under way. Expires: 2026-12-31."},
		"report_sarif":    {`"text": "Nightly"`, `"uri": "live/gates.tf"`, `"justification": "Under way. Expires: 2026-12-31."`},
	} {
		got, err := callReport(t, name, validations, options)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range wants {
			if !strings.Contains(got, want) {
				t.Errorf("%s does not say %q:\n%s", name, want, got)
			}
		}
	}
}

func TestReportsRefuseOptions(t *testing.T) {
	t.Parallel()
	text := types.StringValue
	one := func(name string, value attr.Value) []attr.Value {
		return []attr.Value{object(map[string]attr.Value{name: value})}
	}
	for name, test := range map[string]struct {
		options  []attr.Value
		argument int64
		want     string
	}{
		"mistyped":      {one("titel", text("x")), 1, `there is no option "titel" (did you mean "title"?)`},
		"unknown":       {one("colour", text("x")), 1, `there is no option "colour"; the options are as_of, file, title, waivers`},
		"no time":       {one("as_of", text("yesterday")), 1, `as_of: "yesterday" is not an RFC 3339 time, such as 2026-11-26T14:30:00Z`},
		"no text":       {one("title", types.BoolValue(true)), 1, "title is not of the right type: there is a bool for string"},
		"no object":     {[]attr.Value{text("main.tf")}, 1, "there can be only one options object"},
		"two":           {[]attr.Value{object(nil), object(nil)}, 2, "there can be only one options object"},
		"absolute file": {one("file", text("/main.tf")), 1, `file: "/main.tf" is not below the root of the repository; give a relative path, such as main.tf`},
		"mistyped waiver": {one("waivers", object(map[string]attr.Value{"scope": object(map[string]attr.Value{"raeson": text("x")})})), 1,
			`waivers["scope"]: there is no option "raeson" (did you mean "reason"?)`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := callReport(t, "report_sarif", object(map[string]attr.Value{"us": validationObject(nil)}), test.options...)
			assertArgumentError(t, err, test.argument, test.want)
		})
	}
}

// What a validation does not say is never made up, and the error names the validation.
func TestReportsRefuseValidations(t *testing.T) {
	t.Parallel()
	null := types.StringNull()
	findings := func(elements ...attr.Value) map[string]attr.Value {
		return map[string]attr.Value{"findings": tuple(elements...)}
	}
	for name, test := range map[string]struct {
		validation attr.Value
		want       string
	}{
		"null":           {null, `validation "emea": it is null or not a validation`},
		"no validation":  {object(map[string]attr.Value{"compliant": types.BoolValue(true)}), `validation "emea": it is not a validation: it has no verdict`},
		"null compliant": {validationObject(map[string]attr.Value{"compliant": null}), `validation "emea": compliant is null`},
		"null verdict":   {validationObject(map[string]attr.Value{"verdict": null}), `validation "emea": it is compliant, but verdict is null`},
		"null findings":  {validationObject(map[string]attr.Value{"findings": null}), `validation "emea": findings is null`},
		"null audited":   {validationObject(map[string]attr.Value{"audited": null}), `validation "emea": it is compliant, but no client was audited`},
		"null client":    {validationObject(map[string]attr.Value{"audited": auditedObject(null)}), `validation "emea": client 0 is null`},
		"null passed check": {
			validationObject(map[string]attr.Value{"audited": auditedObject(clientObject(map[string]attr.Value{"passed_checks": tuple(null)}))}),
			`validation "emea": "" among its passed checks is not a check`,
		},
		"null finding": {validationObject(findings(findingObject(map[string]attr.Value{"status": types.StringValue("warn")}), null)),
			`validation "emea": finding 1 is null`},
		"null status": {validationObject(findings(findingObject(map[string]attr.Value{"status": null}))),
			`validation "emea": a finding of the check scope has the status "", which is not fail, unknown or warn`},
		"null waived": {validationObject(findings(findingObject(map[string]attr.Value{"waived": null}))),
			`validation "emea": it is compliant, but a finding of the check scope has the status fail`},
		"text for a bool": {validationObject(map[string]attr.Value{"compliant": types.StringValue("yes")}),
			`validation "emea": compliant is not of the right type: there is a string for bool`},
		"another verdict": {validationObject(map[string]attr.Value{"verdict": types.StringValue("noncompliant")}),
			`validation "emea": compliant is true, but the verdict is noncompliant`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, report := range reportNames {
				text, err := callReport(t, report, object(map[string]attr.Value{"us": validationObject(nil), "emea": test.validation}))
				assertArgumentError(t, err, 0, test.want)
				if text != "" {
					t.Errorf("there is a report beside the error: %s", text)
				}
			}
		})
	}
	_, err := callReport(t, "report_html", types.StringValue("x"))
	assertArgumentError(t, err, 0, "it is not a map of validations")
}

// handmade are validations as the contract has them.
const handmade = `
locals {
  audited = { organization_id = "5f2c", organization_name = "Acme EMEA", region = "eu-west-1", api_host = "api.mypurecloud.ie" }
  good = {
    compliant = true, verdict = "compliant", findings = [], endpoints = ["GET /api/v2/users"]
    audited = merge(local.audited, { clients = [{ id = "9b1d", name = "Dashboard", grant_type = "CLIENT-CREDENTIALS", verdict = "compliant",
      scopes = ["users"], roles = null, decided_checks = ["client", "scope"], passed_checks = ["client", "scope"] }] })
  }
  bad = {
    compliant = false, verdict = "noncompliant"
    findings = [{ check = "scope", status = "fail", subject = "users", message = "users is missing.", remediation = "Add it.", waived = false,
      client_id = "9b1d", client_name = "Dashboard" }]
    audited = merge(local.audited, { clients = [{ id = "9b1d", name = "Dashboard", grant_type = "CLIENT-CREDENTIALS", verdict = "noncompliant",
      scopes = [], roles = null, decided_checks = ["client", "scope"], passed_checks = ["client"] }] })
  }
  validations = { good = local.good, bad = local.bad }
}
`

// A report comes out of the CLI as a pipeline reads it, of objects that differ in their attributes.
func TestReportsInTheCLI(t *testing.T) {
	t.Parallel()
	c := newCLI(t, "main.tf", requiredProviders+handmade+`
output "markdown" { value = provider::genesysaudit::report_markdown(local.validations, { title = "Nightly" }) }
output "html" { value = provider::genesysaudit::report_html(local.validations) }
output "junit" { value = provider::genesysaudit::report_junit(local.validations, { as_of = "2026-11-26T14:30:00Z" }) }
output "sarif" { value = provider::genesysaudit::report_sarif(local.validations, { file = "live/gates.tf" }) }
`)
	c.run(0, "apply", "-no-color", "-auto-approve")
	outputs := c.state().Values.Outputs
	for output, want := range map[string]string{
		"markdown": "## Nightly ❌ **Noncompliant.** 2 validations: 1 compliant, 1 noncompliant, 0 undetermined.",
		"html":     "1 of 2 validations is noncompliant",
		"junit":    `<testsuite name="bad" tests="2" failures="1" errors="0" skipped="0" id="0" time="0" timestamp="2026-11-26T14:30:00">`,
		"sarif":    `"uri": "live/gates.tf"`,
	} {
		assertShows(t, folded(fmt.Sprint(outputs[output].Value)), want)
	}
}

// gates are two organizations' dashboards as a resource that only warns and as a data source.
const gates = `
locals {
  organizations = toset(["acme_us", "acme_emea"])
}

resource "genesysaudit_access_validation" "gate" {
  for_each           = local.organizations
  organization       = each.key
  client_name        = "Compliance Dashboard"
  endpoints          = ["GET /api/v2/analytics/events"]
  allow_cross_region = true
  enforcement        = "warn"
  waivers            = { role = { reason = "Under way", owner = "J. Doe", expires = "2026-12-31" } }
}

data "genesysaudit_access_validation" "verdict" {
  for_each           = local.organizations
  organization       = each.key
  client_name        = "Compliance Dashboard"
  endpoints          = ["GET /api/v2/analytics/events"]
  allow_cross_region = true
}
`

// Instances of every form go in as they are.
func TestReportsOfEveryForm(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	c := newCLI(t, "main.tf", requiredProviders+p.allOrganizations()+gates+`
output "resources" { value = provider::genesysaudit::report_markdown(genesysaudit_access_validation.gate) }
output "data_sources" { value = provider::genesysaudit::report_markdown(data.genesysaudit_access_validation.verdict) }
output "mixed" {
  value = provider::genesysaudit::report_html({
    resource = genesysaudit_access_validation.gate["acme_us"]
    data     = data.genesysaudit_access_validation.verdict["acme_emea"]
  })
}
`)
	// Some results of a resource are left to apply, all of a data source are known.
	const verdict = "❌ **Noncompliant.** 2 validations: 1 compliant, 1 noncompliant, 0 undetermined."
	plan := c.run(0, "plan", "-no-color")
	assertShows(t, plan, "+ resources = (known after apply)")
	assertShows(t, plan, "+ data_sources = <<-EOT "+verdict)
	c.run(0, "apply", "-no-color", "-auto-approve")
	outputs := c.state().Values.Outputs
	for output, want := range map[string]string{
		"resources":    verdict + " 1 failure is waived.",
		"data_sources": "| `acme_emea` | ❌ noncompliant | Acme EMEA | Compliance Dashboard | ❌ `scope`, ❌ `role`,",
		"mixed":        "1 of 2 validations is noncompliant",
	} {
		assertShows(t, folded(fmt.Sprint(outputs[output].Value)), want)
	}
}

// A report is known when all of its validations are.
func TestReportOfAnUnknownValidation(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	c := newCLI(t, "main.tf", requiredProviders+p.topLevel()+`
resource "terraform_data" "name" { input = "Compliance Dashboard" }

data "genesysaudit_access_validation" "later" {
  client_name = terraform_data.name.output
  endpoints   = ["GET /api/v2/analytics/events"]
}

output "this" { value = provider::genesysaudit::report_markdown({ later = data.genesysaudit_access_validation.later }) }
`)
	assertShows(t, c.run(0, "plan", "-no-color", "-out=saved"), "+ this = (known after apply)")
	assertShows(t, c.run(0, "apply", "-no-color", "saved"), "✅ **Compliant.** 1 validation: 1 compliant, 0 noncompliant, 0 undetermined.")
}

// An ephemeral validation makes an ephemeral report, of which a condition may ask.
func TestReportOfAnEphemeralValidation(t *testing.T) {
	t.Parallel()
	needsEphemeralResources(t)
	p := startPlatform(t)
	c := newCLI(t, "main.tf", requiredProviders+p.topLevel()+`
ephemeral "genesysaudit_access_validation" "this" {
  client_name = "Compliance Dashboard"
  endpoints   = ["GET /api/v2/analytics/events"]
  enforcement = "warn"
}

resource "terraform_data" "release" {
  lifecycle {
    precondition {
      condition     = startswith(provider::genesysaudit::report_markdown({ this = ephemeral.genesysaudit_access_validation.this }), "✅ **Compliant.** 1 ")
      error_message = "The report names something else."
    }
  }
}
`)
	c.run(0, "plan", "-no-color")
	p.change(withoutExportScope)()
	assertShows(t, c.run(1, "plan", "-no-color"), "The report names something else.")
}
