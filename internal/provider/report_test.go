package provider_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

var (
	reportedFinding = types.ObjectType{AttrTypes: map[string]attr.Type{
		"check": types.StringType, "status": types.StringType, "subject": types.StringType, "message": types.StringType,
		"remediation": types.StringType, "waived": types.BoolType,
	}}
	reportedWaiver = types.ObjectType{AttrTypes: map[string]attr.Type{
		"reason": types.StringType, "owner": types.StringType, "expires": types.StringType,
	}}
	reportedValidation = types.ObjectType{AttrTypes: map[string]attr.Type{
		"compliant": types.BoolType, "verdict": types.StringType, "findings": types.ListType{ElemType: reportedFinding},
		"organization_id": types.StringType, "organization_name": types.StringType, "region": types.StringType,
		"resolved_client_id": types.StringType, "resolved_client_name": types.StringType, "grant_type": types.StringType,
		"granted_scopes": types.SetType{ElemType: types.StringType}, "granted_roles": types.SetType{ElemType: types.StringType},
		"checks": types.Int64Type, "passed_checks": types.SetType{ElemType: types.StringType},
		"waivers": types.MapType{ElemType: reportedWaiver},
	}}
)

// validationObject is a compliant validation in Acme US, changed.
func validationObject(changes map[string]attr.Value) attr.Value {
	set := func(texts ...string) types.Set {
		return types.SetValueMust(types.StringType, stringList(texts...).Elements())
	}
	values := map[string]attr.Value{
		"compliant": types.BoolValue(true), "verdict": types.StringValue("compliant"), "findings": types.ListValueMust(reportedFinding, nil),
		"organization_id": types.StringValue(organizationUS), "organization_name": types.StringValue("Acme US"),
		"region":             types.StringValue("us-east-1"),
		"resolved_client_id": types.StringValue(dashboardUS), "resolved_client_name": types.StringValue(dashboardName),
		"grant_type":     types.StringValue("CLIENT-CREDENTIALS"),
		"granted_scopes": set("org:read"), "granted_roles": types.SetNull(types.StringType),
		"checks": types.Int64Value(2), "passed_checks": set("client", "scope"), "waivers": types.MapNull(reportedWaiver),
	}
	maps.Copy(values, changes)
	return types.ObjectValueMust(reportedValidation.AttrTypes, values)
}

// noncompliantObject lacks a scope; of the rest as little is known as can be.
func noncompliantObject() attr.Value {
	null := types.StringNull()
	return validationObject(map[string]attr.Value{
		"compliant": types.BoolValue(false), "verdict": types.StringValue("noncompliant"),
		"organization_id": null, "organization_name": null, "region": null, "resolved_client_id": null, "resolved_client_name": null,
		"grant_type": null, "granted_scopes": types.SetNull(types.StringType), "granted_roles": types.SetNull(types.StringType),
		"checks": types.Int64Value(1), "passed_checks": types.SetNull(types.StringType),
		"findings": types.ListValueMust(reportedFinding, []attr.Value{findingObject(nil)}),
	})
}

func findingObject(changes map[string]attr.Value) attr.Value {
	values := map[string]attr.Value{
		"check": types.StringValue("scope"), "status": types.StringValue("fail"), "subject": types.StringValue("org:read"),
		"message": types.StringValue("org:read is missing."), "remediation": types.StringValue("Add it."), "waived": types.BoolValue(false),
	}
	maps.Copy(values, changes)
	return types.ObjectValueMust(reportedFinding.AttrTypes, values)
}

func validationMap(validations map[string]attr.Value) attr.Value {
	return types.MapValueMust(reportedValidation, validations)
}

// reports calls every function that reports with the validations given.
func reports(t *testing.T, validations attr.Value, each func(t *testing.T, text string, err *function.FuncError)) {
	t.Helper()
	for name, more := range map[string][]attr.Value{
		"report_markdown": nil,
		"report_html":     nil,
		"report_junit":    nil,
		"report_sarif":    {types.TupleValueMust(nil, nil)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := callFunction(t, name, append([]attr.Value{validations}, more...)...)
			text, ok := got.(types.String)
			if !ok {
				t.Fatalf("the result is %T", got)
			}
			each(t, text.ValueString(), err)
		})
	}
}

func TestReportMarkdown(t *testing.T) {
	t.Parallel()
	got, err := callFunction(t, "report_markdown", validationMap(map[string]attr.Value{
		"us": validationObject(nil), "emea": noncompliantObject(),
	}))
	assertValue(t, got, err, types.StringValue("❌ **Noncompliant.** 2 validations: 1 compliant, 1 noncompliant, 0 undetermined.\n\n"+
		"| Validation | Organization | Client | Verdict | `scope` | Passed |\n"+
		"| --- | --- | --- | --- | --- | --- |\n"+
		"| `emea` | – | – | ❌ noncompliant | ❌ fail | 0 of 1 |\n"+
		"| `us` | Acme US | Compliance Dashboard | ✅ compliant | ✅ pass | 2 of 2 |\n"+
		"\n### ❌ `emea`\n\nNeither the organization nor the client is known.\n\n"+
		"- ❌ fail `scope`: `org:read` is missing.\\\n  **Remedy:** Add it.\n"+checksLink))
}

// checksLink ends a report with findings.
const checksLink = "\n[The checks, their causes and remedies](https://registry.terraform.io/providers/genesysaudit/genesysaudit/latest/docs/guides/checks)\n"

func TestReportJUnit(t *testing.T) {
	t.Parallel()
	got, err := callFunction(t, "report_junit", validationMap(map[string]attr.Value{"emea": noncompliantObject()}))
	assertValue(t, got, err, types.StringValue(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="genesysaudit" tests="1" failures="1">
	<testsuite name="emea" tests="1" failures="1" errors="0" id="0" time="0">
		<properties>
			<property name="verdict" value="noncompliant"></property>
		</properties>
		<testcase name="scope: The needed scopes are there" classname="emea" time="0">
			<failure message="org:read is missing." type="fail"><![CDATA[fail: org:read is missing.
Add it.
]]></failure>
		</testcase>
	</testsuite>
</testsuites>
`))
}

func TestReportSARIF(t *testing.T) {
	t.Parallel()
	validations := validationMap(map[string]attr.Value{"emea": noncompliantObject()})
	for want, files := range map[string][]string{
		"main.tf":       nil,
		"live/gates.tf": {"live/gates.tf"},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			got, err := callFunction(t, "report_sarif", validations, fileTuple(files...))
			if err != nil {
				t.Fatal(err)
			}
			text, ok := got.(types.String)
			if !ok {
				t.Fatalf("the result is %T", got)
			}
			for _, part := range []string{
				`"uri": "` + want + `"`, `"ruleId": "scope"`, `"text": "Validation \"emea\": org:read is missing. Add it."`, `"name": "emea"`,
			} {
				if !strings.Contains(text.ValueString(), part) {
					t.Errorf("there is no %s in\n%s", part, text)
				}
			}
		})
	}
}

func fileTuple(files ...string) types.Tuple {
	kinds := make([]attr.Type, len(files))
	for i := range kinds {
		kinds[i] = types.StringType
	}
	return types.TupleValueMust(kinds, stringList(files...).Elements())
}

func TestReportSARIFRefusesFiles(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		files    []string
		argument int64
		want     string
	}{
		"absolute": {[]string{"/main.tf"}, 1, `"/main.tf" is not below the root of the repository; give a relative path, such as main.tf`},
		"two":      {[]string{"a.tf", "b.tf"}, 2, "there are 2 files; alerts attach to one"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := callFunction(t, "report_sarif", validationMap(map[string]attr.Value{"us": validationObject(nil)}), fileTuple(test.files...))
			assertArgumentError(t, err, test.argument, test.want)
		})
	}
}

// A waived finding goes with the waiver that accepts it, and stays waived where none is known.
func TestReportsTellOfWaivers(t *testing.T) {
	t.Parallel()
	text, null := types.StringValue, types.StringNull()
	waiver := func(reason, owner, expires types.String) attr.Value {
		return types.ObjectValueMust(reportedWaiver.AttrTypes, map[string]attr.Value{"reason": reason, "owner": owner, "expires": expires})
	}
	waivers := func(elements map[string]attr.Value) attr.Value { return types.MapValueMust(reportedWaiver, elements) }
	tests := map[string]struct {
		waivers attr.Value
		want    string
	}{
		"of the check": {
			waivers(map[string]attr.Value{"role": waiver(text("Not this."), null, null), "scope": waiver(text("Under way"), text("J. Doe"), text("2026-12-31"))}),
			"  **Waiver:** Under way. Owner: J. Doe. Expires: `2026-12-31`.\\\n",
		},
		"of the subject": {
			waivers(map[string]attr.Value{"scope/org:read": waiver(text("Under way"), null, text("2026-12-31"))}),
			"  **Waiver:** Under way. Expires: `2026-12-31`.\\\n",
		},
		"of nothing":   {waivers(map[string]attr.Value{"scope": waiver(null, null, null)}), ""},
		"null":         {types.MapNull(reportedWaiver), ""},
		"none":         {waivers(map[string]attr.Value{}), ""},
		"one is null":  {waivers(map[string]attr.Value{"scope": types.ObjectNull(reportedWaiver.AttrTypes)}), ""},
		"of another":   {waivers(map[string]attr.Value{"role": waiver(text("Not this."), null, null)}), ""},
		"of a subject": {waivers(map[string]attr.Value{"scope/users": waiver(text("Not this."), null, null)}), ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := callFunction(t, "report_markdown", validationMap(map[string]attr.Value{"us": validationObject(map[string]attr.Value{
				"findings":      types.ListValueMust(reportedFinding, []attr.Value{findingObject(map[string]attr.Value{"waived": types.BoolValue(true)})}),
				"checks":        types.Int64Value(1),
				"passed_checks": types.SetNull(types.StringType), "waivers": test.waivers,
			})}))
			assertValue(t, got, err, types.StringValue("✅ **Compliant.** 1 validation: 1 compliant, 0 noncompliant, 0 undetermined. 1 failure is waived.\n\n"+
				"| Validation | Organization | Client | Verdict | `scope` | Passed |\n"+
				"| --- | --- | --- | --- | --- | --- |\n"+
				"| `us` | Acme US | Compliance Dashboard | ✅ compliant | ☑️ waived | 0 of 1 |\n"+
				"\n### ✅ `us`\n\nAudited: organization Acme US (`"+organizationUS+"`), region `us-east-1`, client Compliance Dashboard (`"+
				dashboardUS+"`), grant type `CLIENT-CREDENTIALS`.\n\n"+
				"- ☑️ waived `scope`: `org:read` is missing.\\\n"+test.want+"  **Remedy:** Add it.\n"+checksLink))
		})
	}
}

// What a validation does not say is never made up, and the error names the validation.
func TestReportsRefuseValidations(t *testing.T) {
	t.Parallel()
	findings := func(elements ...attr.Value) map[string]attr.Value {
		return map[string]attr.Value{"findings": types.ListValueMust(reportedFinding, elements)}
	}
	tests := map[string]struct {
		validation attr.Value
		want       string
	}{
		"null":           {types.ObjectNull(reportedValidation.AttrTypes), `validation "emea": it is null`},
		"null compliant": {validationObject(map[string]attr.Value{"compliant": types.BoolNull()}), `validation "emea": compliant is null`},
		"null verdict":   {validationObject(map[string]attr.Value{"verdict": types.StringNull()}), `validation "emea": verdict is null`},
		"null findings": {
			validationObject(map[string]attr.Value{"findings": types.ListNull(reportedFinding)}), `validation "emea": findings is null`,
		},
		"null checks": {validationObject(map[string]attr.Value{"checks": types.Int64Null()}), `validation "emea": checks is null`},
		"null passed checks": {
			validationObject(map[string]attr.Value{"passed_checks": types.SetNull(types.StringType)}),
			`validation "emea": it decided 2 checks, but its passed checks and its findings tell of 0`,
		},
		"null passed check": {
			validationObject(map[string]attr.Value{"passed_checks": types.SetValueMust(types.StringType, []attr.Value{types.StringNull()})}),
			`validation "emea": passed_checks has a null element`,
		},
		"null finding": {
			validationObject(findings(findingObject(map[string]attr.Value{"status": types.StringValue("warn")}), types.ObjectNull(reportedFinding.AttrTypes))),
			`validation "emea": finding 1 is null`,
		},
		"null status": {
			validationObject(findings(findingObject(map[string]attr.Value{"status": types.StringNull()}))),
			`validation "emea": a finding of the check scope has the status "", which is none of fail, unknown and warn`,
		},
		"null waived": {
			validationObject(findings(findingObject(map[string]attr.Value{"waived": types.BoolNull()}))),
			`validation "emea": it is compliant, but a finding of the check scope has the status fail`,
		},
		"compliant with a failure": {
			validationObject(findings(findingObject(nil))), `validation "emea": it is compliant, but a finding of the check scope has the status fail`,
		},
		"compliant without checks": {
			validationObject(map[string]attr.Value{"checks": types.Int64Value(0)}), `validation "emea": it is compliant, but no check was decided`,
		},
		"another verdict": {
			validationObject(map[string]attr.Value{"verdict": types.StringValue("noncompliant")}),
			`validation "emea": compliant is true, but the verdict is noncompliant`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			validations := validationMap(map[string]attr.Value{"us": validationObject(nil), "emea": test.validation})
			reports(t, validations, func(t *testing.T, text string, err *function.FuncError) {
				t.Helper()
				assertArgumentError(t, err, 0, test.want)
				if text != "" {
					t.Errorf("there is a report beside the error: %s", text)
				}
			})
		})
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
  allow_cross_region = true
  enforcement        = "warn"
  waivers            = { role = { reason = "Under way", owner = "J. Doe", expires = "2026-12-31" } }
}

data "genesysaudit_access_validation" "verdict" {
  for_each           = local.organizations
  organization       = each.key
  client_name        = "Compliance Dashboard"
  allow_cross_region = true
}
`

// Instances of every form go in as they are, and a report comes out as a pipeline reads it.
func TestReportsInTheCLI(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	c := newCLI(t, "main.tf", requiredProviders+p.allOrganizations()+gates+`
output "resources" { value = provider::genesysaudit::report_markdown(genesysaudit_access_validation.gate) }
output "resources_html" { value = provider::genesysaudit::report_html(genesysaudit_access_validation.gate) }
output "resources_junit" { value = provider::genesysaudit::report_junit(genesysaudit_access_validation.gate) }
output "resources_sarif" { value = provider::genesysaudit::report_sarif(genesysaudit_access_validation.gate) }
output "data_sources" { value = provider::genesysaudit::report_markdown(data.genesysaudit_access_validation.verdict) }
output "mixed" {
  value = provider::genesysaudit::report_markdown({
    resource = genesysaudit_access_validation.gate["acme_us"]
    data     = data.genesysaudit_access_validation.verdict["acme_emea"]
  })
}
output "html" { value = provider::genesysaudit::report_html(data.genesysaudit_access_validation.verdict) }
output "junit" { value = provider::genesysaudit::report_junit(data.genesysaudit_access_validation.verdict) }
output "sarif" { value = provider::genesysaudit::report_sarif(data.genesysaudit_access_validation.verdict, "live/gates.tf") }
`)
	// Some results of a resource are left to apply, all of a data source are known.
	const verdict = "❌ **Noncompliant.** 2 validations: 1 compliant, 1 noncompliant, 0 undetermined."
	plan := c.run(0, "plan", "-no-color", "-out=saved")
	assertShows(t, plan, "+ resources = (known after apply)")
	assertShows(t, plan, "+ data_sources = <<-EOT "+verdict)
	var saved struct {
		PlannedValues struct {
			Outputs map[string]struct{ Value string }
		} `json:"planned_values"`
	}
	if err := json.Unmarshal([]byte(c.run(0, "show", "-json", "saved")), &saved); err != nil {
		t.Fatal(err)
	}
	if value := saved.PlannedValues.Outputs["data_sources"].Value; !strings.HasPrefix(value, verdict+"\n") {
		t.Errorf("the saved plan has the report %q", value)
	}
	c.run(0, "apply", "-no-color", "-auto-approve")
	for output, wants := range map[string][]string{
		"resources": {
			verdict + " 1 failure is waived. | Validation | Organization | Client | Verdict | `scope` | `role` | Passed |",
			"| `acme_emea` | Acme EMEA | Compliance Dashboard | ❌ noncompliant | ❌ fail | ☑️ waived | 4 of 6 | " +
				"| `acme_us` | Acme US | Compliance Dashboard | ✅ compliant | ✅ pass | ⚠️ warn | 6 of 6 |",
			"**Waiver:** Under way. Owner: J. Doe. Expires: `2026-12-31`.",
		},
		"resources_html":  {"<b>Waiver</b> Under way. Owner: J. Doe. Expires: 2026-12-31.</p>"},
		"resources_junit": {" Waiver: Under way. Owner: J. Doe. Expires: 2026-12-31.\"><![CDATA[waived: "},
		"resources_sarif": {`"justification": "Under way. Owner: J. Doe. Expires: 2026-12-31."`},
		"data_sources": {
			"| `acme_emea` | Acme EMEA | Compliance Dashboard | ❌ noncompliant | ❌ fail | ❌ fail | 4 of 6 | " +
				"| `acme_us` | Acme US | Compliance Dashboard | ✅ compliant | ✅ pass | ✅ pass | 6 of 6 |",
		},
		"mixed": {"| `data` | Acme EMEA | Compliance Dashboard | ❌ noncompliant |", "| `resource` | Acme US | Compliance Dashboard | ✅ compliant |"},
		"junit": {`<testsuites name="genesysaudit" tests="12" failures="2"> <testsuite name="acme_emea" tests="6" failures="2" errors="0" id="0" time="0">`},
		"html":  {"<!doctype html>", "1 of 2 validations is noncompliant", "Acme EMEA", "The needed scopes are there"},
		"sarif": {`"ruleId": "scope"`, `"uri": "live/gates.tf"`, `"name": "acme_emea"`},
	} {
		report := c.run(0, "output", "-raw", output)
		for _, want := range wants {
			assertShows(t, report, want)
		}
	}
}

func TestReportsInTheCLIRefuse(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	for call, want := range map[string]string{
		`report_markdown({ gone = null, us = data.genesysaudit_access_validation.verdict["acme_us"] })`: `Invalid value for "validations" parameter: ` +
			`validation "gone": it is null.`,
		`report_markdown(null)`: `Invalid value for "validations" parameter: argument must not be null.`,
		`report_junit({ us = merge(data.genesysaudit_access_validation.verdict["acme_emea"], { compliant = true, verdict = "compliant" }) })`: `Invalid ` +
			`value for "validations" parameter: validation "us": it is compliant, but a finding of the check scope has the status fail.`,
		`report_markdown({ us = { compliant = true, verdict = "compliant" } })`: `attributes "checks", "findings",`,
		`report_markdown({ us = { for k, v in data.genesysaudit_access_validation.verdict["acme_us"] : k => v if k != "waivers" } })`: `attribute ` +
			`"waivers" is required`,
		`report_sarif(data.genesysaudit_access_validation.verdict, "/main.tf")`: `Invalid value for "file" parameter: "/main.tf" is not below the root of ` +
			`the repository; give a relative path, such as main.tf.`,
		`report_sarif(data.genesysaudit_access_validation.verdict, "a.tf", "b.tf")`: `Invalid value for "file" parameter: there are 2 files; alerts ` +
			`attach to one.`,
	} {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			c := newCLI(t, "main.tf", requiredProviders+p.allOrganizations()+gates+"\noutput \"this\" { value = provider::genesysaudit::"+call+" }\n")
			assertShows(t, c.run(1, "plan", "-no-color"), want)
		})
	}
}

// A report is known when all of its validations are.
func TestReportOfAnUnknownValidation(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config: p.topLevel() + `
resource "terraform_data" "name" { input = "Compliance Dashboard" }

data "genesysaudit_access_validation" "later" { client_name = terraform_data.name.output }

output "this" { value = split("\n", provider::genesysaudit::report_markdown({ later = data.genesysaudit_access_validation.later }))[0] }`,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectUnknownOutputValue("this")}},
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("this", knownvalue.StringExact("✅ **Compliant.** 1 validation: 1 compliant, 0 noncompliant, 0 undetermined.")),
			},
		}},
	})
}

// An ephemeral validation makes an ephemeral report, of which a condition may ask.
func TestReportOfAnEphemeralValidation(t *testing.T) {
	t.Parallel()
	needsEphemeralResources(t)
	p := startPlatform(t)
	c := newCLI(t, "main.tf", requiredProviders+p.topLevel()+`
ephemeral "genesysaudit_access_validation" "this" {
  client_name = "Compliance Dashboard"
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
