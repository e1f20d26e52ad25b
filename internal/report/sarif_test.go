package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/report"
)

// What a reader of SARIF makes of a report.
type (
	sarif struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool struct {
			Driver struct {
				Name    string      `json:"name"`
				Version string      `json:"version"`
				Rules   []sarifRule `json:"rules"`
			} `json:"driver"`
		} `json:"tool"`
		Invocations []struct {
			ExecutionSuccessful bool `json:"executionSuccessful"`
			Notifications       []struct {
				Level   string    `json:"level"`
				Message sarifText `json:"message"`
			} `json:"toolExecutionNotifications"`
		} `json:"invocations"`
		Results []sarifResult `json:"results"`
	}
	sarifText struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown"`
	}
	sarifRule struct {
		ID               string    `json:"id"`
		ShortDescription sarifText `json:"shortDescription"`
		FullDescription  sarifText `json:"fullDescription"`
		Help             sarifText `json:"help"`
		HelpURI          string    `json:"helpUri"`
		Properties       struct {
			SecuritySeverity string   `json:"security-severity"`
			Tags             []string `json:"tags"`
		} `json:"properties"`
	}
	sarifResult struct {
		RuleID    string    `json:"ruleId"`
		RuleIndex int       `json:"ruleIndex"`
		Level     string    `json:"level"`
		Message   sarifText `json:"message"`
		Locations []struct {
			PhysicalLocation struct {
				ArtifactLocation struct {
					URI string `json:"uri"`
				} `json:"artifactLocation"`
				Region map[string]int `json:"region"`
			} `json:"physicalLocation"`
			LogicalLocations []map[string]string `json:"logicalLocations"`
		} `json:"locations"`
		PartialFingerprints map[string]string   `json:"partialFingerprints"`
		Suppressions        []map[string]string `json:"suppressions"`
	}
)

func readSARIF(t *testing.T, file string, validations ...report.Validation) sarifRun {
	t.Helper()
	text, err := report.SARIF(validations, report.Options{File: file, Version: "1.2.3"})
	var read sarif
	if err := json.Unmarshal([]byte(made(t, text, err)), &read); err != nil {
		t.Fatal(err)
	}
	if len(read.Runs) != 1 {
		t.Fatalf("%d runs", len(read.Runs))
	}
	return read.Runs[0]
}

// assertPublishedSchema validates a report against the schema that OASIS publishes, unchanged:
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json
func assertPublishedSchema(t *testing.T, text string) {
	t.Helper()
	file, err := os.ReadFile("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("sarif.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(value); err != nil {
		t.Errorf("%v", err)
	}
}

func TestSARIFFitsThePublishedSchema(t *testing.T) {
	t.Parallel()
	hostile := noncompliant()
	hostile.Name, hostile.Findings[0].Message = "\x00\xff\u2028\"</script>", "\x00\xff{0} [a](b)"
	hostile.Waivers["region"] = report.Waiver{Reason: "\x00\xff{0} [a](b)", Owner: "\u202e", Expires: "\""}
	for name, validations := range map[string][]report.Validation{
		"none": nil, "compliant": {compliant()}, "every kind": everyKind(), "fleet": {fleet()}, "hostile": {hostile}, "too many": manyFailures(1, 5001),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := report.SARIF(validations, report.Options{})
			assertPublishedSchema(t, made(t, text, err))
		})
	}
}

func TestSARIFResults(t *testing.T) {
	t.Parallel()
	type result struct {
		Rule, Level, Text, Validation string
		Suppressions                  []map[string]string
	}
	none := []map[string]string{}
	accepted := func(justification string) []map[string]string {
		return []map[string]string{{"kind": "external", "status": "accepted", "justification": justification}}
	}
	want := []result{
		{"scope", "error", `Validation "acme_emea" ("Acme EMEA", "Compliance Dashboard"): analytics:export is missing; the client has analytics:read, ` +
			`org:read. Add it under Admin > Integrations > OAuth, then issue a new token: tokens already issued keep their scopes.`, "acme_emea", none},
		{"permission", "error", `Validation "acme_emea" ("Acme EMEA", "Compliance Dashboard"), undetermined: The roles could not be read: 403. ` +
			`Grant authorization:role:view to the auditing client.`, "acme_emea", none},
		{"region", "error", `Validation "acme_emea" ("Acme EMEA", "Compliance Dashboard"), waived: The organization is in eu-west-1, the application in ` +
			`us-east-1. Run the application in eu-west-1. Waiver: The application moves to eu-west-1 with release 7.2. Owner: integration-team. ` +
			`Expires: 2026-12-31.`, "acme_emea",
			accepted("The application moves to eu-west-1 with release 7.2. Owner: integration-team. Expires: 2026-12-31.")},
		{"scope_unknown", "warning", `Validation "acme_emea" ("Acme EMEA", "Compliance Dashboard"): "analytic:read" is not in the platform's list of ` +
			`scopes. Correct the name.`, "acme_emea", none},
		{"client", "error", `Validation "acme_apac", undetermined: The clients could not be read: sign-in refused. Correct the secret.`, "acme_apac", none},
		{"verdict", "error", `Validation "nothing" ("Acme US"), undetermined: Nothing failed, but too little was decided for a verdict, or nothing ` +
			`was evaluated. Plan again with the enforcement "enforce" or "warn", and give the validation something to check.`, "nothing", none},
		{"region", "error", `Validation "waived" ("Acme US", "Compliance Dashboard"), waived: The organization is in us-east-1, the application in ` +
			`eu-west-1. Run the application in us-east-1.`, "waived", accepted("The validation's waivers accept this failure.")},
	}
	run := readSARIF(t, "", everyKind()...)
	var got []result
	for _, r := range run.Results {
		if id := run.Tool.Driver.Rules[r.RuleIndex].ID; id != r.RuleID {
			t.Errorf("the index of %s is that of %s", r.RuleID, id)
		}
		got = append(got, result{r.RuleID, r.Level, r.Message.Text, r.Locations[0].LogicalLocations[0]["name"], r.Suppressions})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
}

// The rules by which GitHub accepts a file, and makes alerts of it: sarif-support.md of github/docs.
func TestSARIFKeepsTheRulesOfGitHub(t *testing.T) {
	t.Parallel()
	text, err := report.SARIF(everyKind(), fullOptions)
	text = made(t, text, err)
	var document sarif
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	if document.Schema != "https://json.schemastore.org/sarif-2.1.0.json" || document.Version != "2.1.0" {
		t.Errorf("schema %q, version %q", document.Schema, document.Version)
	}
	if strings.Contains(text, `: ""`) || strings.Contains(text, `null`) {
		t.Error("there is an empty string or a null")
	}
	driver := document.Runs[0].Tool.Driver
	if driver.Name != "genesysaudit" || driver.Version != "1.2.3" {
		t.Errorf("tool %q %q", driver.Name, driver.Version)
	}
	for _, rule := range driver.Rules {
		for part, text := range map[string]string{
			"shortDescription": rule.ShortDescription.Text, "fullDescription": rule.FullDescription.Text,
			"help": rule.Help.Text, "help in Markdown": rule.Help.Markdown,
		} {
			if text == "" || len(text) > 1024 {
				t.Errorf("the %s of %s has %d characters", part, rule.ID, len(text))
			}
		}
		if len(rule.Properties.Tags) > 20 || !strings.Contains(strings.Join(rule.Properties.Tags, " "), "security") {
			t.Errorf("the tags of %s: %v", rule.ID, rule.Properties.Tags)
		}
	}
	fingerprints := make(map[string]string)
	for _, r := range document.Runs[0].Results {
		where := r.Locations[0].PhysicalLocation
		if len(r.Locations) != 1 || where.ArtifactLocation.URI != "main.tf" {
			t.Errorf("%s is at %+v", r.RuleID, r.Locations)
		}
		if diff := cmp.Diff(map[string]int{"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1}, where.Region); diff != "" {
			t.Errorf("region (-want +got):\n%s", diff)
		}
		hash := r.PartialFingerprints["primaryLocationLineHash"]
		if other, taken := fingerprints[hash]; taken || len(hash) != 66 {
			t.Errorf("the fingerprint %q of %q, also of %q", hash, r.Message.Text, other)
		}
		fingerprints[hash] = r.Message.Text
	}
}

// Alerts refer to rules by id, and GitHub ranks them by severity: neither may change by accident.
func TestSARIFRules(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"client": "6.5", "client_state": "6.5", "authorization": "6.5", "grant_type": "6.0",
		"scope": "5.5", "scope_excess": "7.0", "scope_forbidden": "8.5", "scope_unknown": "2.0",
		"role": "5.5", "role_excess": "7.0", "role_forbidden": "8.5",
		"permission": "5.5", "permission_unavailable": "5.5", "permission_division": "5.5", "permission_conditional": "5.0", "permission_forbidden": "8.5",
		"region": "7.5", "network": "5.0", "token_scope": "5.0", "token_validity": "6.0", "verdict": "6.5", "warning": "2.0",
	}
	var got sarifRule
	rules := readSARIF(t, "").Tool.Driver.Rules
	for _, rule := range rules {
		if severity := want[rule.ID]; severity != "" && severity != rule.Properties.SecuritySeverity {
			t.Errorf("%s has the severity %s, want %s", rule.ID, rule.Properties.SecuritySeverity, severity)
		}
		delete(want, rule.ID)
		if rule.ID == "scope_excess" {
			got = rule
		}
	}
	if len(want) > 0 {
		t.Errorf("there are no rules for %v", want)
	}
	scope := sarifRule{
		ID:               "scope_excess",
		ShortDescription: sarifText{Text: "Scopes beyond what is allowed"},
		FullDescription:  sarifText{Text: "The client has a scope that is neither required nor among allowed_scopes."},
		Help: sarifText{
			Text: "Remove the scope under Admin > Integrations > OAuth, or add it to required_scopes or allowed_scopes if it is intended.",
			Markdown: "**Cause:** The client has a scope that is neither required nor among `allowed_scopes`.\n\n" +
				"**Remedy:** Remove the scope under Admin &gt; Integrations &gt; OAuth, or add it to `required_scopes` or `allowed_scopes` if it is intended.\n\n" +
				"[The checks, their causes and remedies](https://registry.terraform.io/providers/genesysaudit/genesysaudit/latest/docs/guides/checks#scope_excess)",
		},
		HelpURI: "https://registry.terraform.io/providers/genesysaudit/genesysaudit/latest/docs/guides/checks#scope_excess",
	}
	scope.Properties.SecuritySeverity, scope.Properties.Tags = "7.0", []string{"genesys-cloud", "security"}
	if diff := cmp.Diff(scope, got); diff != "" {
		t.Errorf("rule (-want +got):\n%s", diff)
	}
}

// The rules lead to where they are told of.
func TestSARIFRulesLeadToTheGuide(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../docs/guides/checks.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range readSARIF(t, "").Tool.Driver.Rules {
		page, anchor, _ := strings.Cut(rule.HelpURI, "#")
		if page != "https://registry.terraform.io/providers/genesysaudit/genesysaudit/latest/docs/guides/checks" {
			t.Errorf("%s leads to %s", rule.ID, rule.HelpURI)
		}
		if general := rule.ID == "verdict" || rule.ID == "warning"; general != (anchor == "") || !general && !strings.Contains(string(guide), "\n## "+anchor+"\n") {
			t.Errorf("%s leads to %q, which the guide has not", rule.ID, anchor)
		}
	}
}

// GitHub ranks an alert by its rule alone. So what does not count against the verdict is of no rule that does.
func TestSARIFWarnings(t *testing.T) {
	t.Parallel()
	v := compliant()
	v.Findings = []audit.Finding{
		{Check: "scope_unknown", Status: "warn", Subject: "org:raed", Message: "It is not on the list.", Remediation: "Correct it."},
		{Check: "role_forbidden", Status: "warn", Subject: "role_forbidden", Message: "The waiver is not used.", Remediation: "Remove it."},
	}
	var got []string
	run := readSARIF(t, "", v)
	for _, r := range run.Results {
		got = append(got, r.RuleID+" "+run.Tool.Driver.Rules[r.RuleIndex].ID+" "+r.Level+": "+r.Message.Text)
	}
	if diff := cmp.Diff([]string{
		`scope_unknown scope_unknown warning: Validation "acme_us" ("Acme US", "Compliance Dashboard"): It is not on the list. Correct it.`,
		`warning warning warning: Validation "acme_us" ("Acme US", "Compliance Dashboard"), a warning of the check role_forbidden: The waiver is not used. ` +
			`Remove it.`,
	}, got); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
	// Warnings of two checks about the same are two alerts.
	v.Findings[0] = v.Findings[1]
	v.Findings[0].Check = "region"
	if prints := fingerprintsOf(t, v); prints[0] == prints[1] {
		t.Errorf("both warnings have the fingerprint %s", prints[0])
	}
}

func TestSARIFWithoutFindings(t *testing.T) {
	t.Parallel()
	text, err := report.SARIF([]report.Validation{compliant()}, report.Options{})
	if !strings.Contains(made(t, text, err), `"results": []`) {
		t.Error("the results are left out; GitHub wants them, also when there are none")
	}
}

func fingerprintsOf(t *testing.T, v report.Validation) []string {
	t.Helper()
	var prints []string
	for _, r := range readSARIF(t, "", v).Results {
		prints = append(prints, r.PartialFingerprints["primaryLocationLineHash"])
	}
	return prints
}

// An alert is the same one as long as it is about the same thing. The first fingerprint is written out: alerts that were dismissed would
// come back if it changed.
func TestSARIFFingerprints(t *testing.T) {
	t.Parallel()
	scope := func(change func(*report.Validation)) string {
		v := noncompliant()
		change(&v)
		for _, r := range readSARIF(t, "", v).Results {
			if strings.HasPrefix(r.RuleID, "scope") && r.Level == "error" {
				return r.PartialFingerprints["primaryLocationLineHash"]
			}
		}
		t.Fatal("no result of a scope")
		return ""
	}
	const want = "76892fcaf4ae897f01ffbe868aa7528da85f33ba6ca8727e7ac120352776e1ce:1"
	for name, change := range map[string]func(*report.Validation){
		"as it is": func(*report.Validation) {},
		"other words": func(v *report.Validation) {
			v.Findings[0].Message, v.Findings[0].Remediation = "It is gone.", "Bring it back."
			v.OrganizationName, v.Findings[0].ClientName, v.Region = "Acme", "Dashboard", "eu-west-2"
		},
		"other findings beside it": func(v *report.Validation) { v.Findings = v.Findings[:1] },
		"not decided":              func(v *report.Validation) { v.Findings[0].Status, v.Findings[3].Waived = "unknown", false },
	} {
		if got := scope(change); got != want {
			t.Errorf("%s: the fingerprint is %s", name, got)
		}
	}
	for name, change := range map[string]func(*report.Validation){
		"validation":   func(v *report.Validation) { v.Name = "acme" },
		"organization": func(v *report.Validation) { v.OrganizationID = organizationUS },
		"client":       func(v *report.Validation) { v.Findings[0].ClientID = clientUS },
		"subject":      func(v *report.Validation) { v.Findings[0].Subject = "analytics:read" },
		"check":        func(v *report.Validation) { v.Findings[0].Check = "scope_forbidden" },
		"shifted text": func(v *report.Validation) {
			v.OrganizationID, v.Findings[0].ClientID = v.OrganizationID+clientEMEA[:1], clientEMEA[1:]
		},
	} {
		if got := scope(change); got == want {
			t.Errorf("another %s has the same fingerprint", name)
		}
	}
	// The same is said twice of one subject.
	v := noncompliant()
	v.Findings = append(v.Findings, v.Findings[0])
	if prints := fingerprintsOf(t, v); prints[0] != want || prints[1] != strings.TrimSuffix(want, "1")+"2" {
		t.Errorf("the fingerprints of one subject are %v", prints[:2])
	}
}

// manyFailures are validations, each with findings that fail, on consecutive subjects.
func manyFailures(validations, findings int) []report.Validation {
	out := make([]report.Validation, validations)
	for i := range out {
		v := noncompliant()
		v.Name, v.Findings = fmt.Sprintf("validation_%04d", i), nil
		for j := range findings {
			subject := fmt.Sprintf("analytics:scope%04d", j)
			v.Findings = append(v.Findings, audit.Finding{
				Check: "scope", Status: "fail", Subject: subject, Message: subject + " is missing; the client has analytics:read, org:read.",
				Remediation: "Add it under Admin > Integrations > OAuth, then issue a new token: tokens already issued keep their scopes.",
			})
		}
		out[i] = v
	}
	return out
}

// Of more results than GitHub keeps the worst are reported, and that others are left out is said.
func TestSARIFLimit(t *testing.T) {
	t.Parallel()
	if run := readSARIF(t, "", manyFailures(5, 1000)...); len(run.Results) != 5000 || run.Invocations[0].Notifications != nil {
		t.Errorf("%d results and the notifications %+v", len(run.Results), run.Invocations[0].Notifications)
	}
	// 4,000 failures, 500 undetermined, 600 warnings and 300 waived, the least first.
	validations := manyFailures(5, 1080)
	n := 0
	validations[0].Verdict = "undetermined" // nothing in it fails that is not waived
	for i := range validations {
		for j := range validations[i].Findings {
			switch f := &validations[i].Findings[j]; {
			case n < 300:
				f.Waived = true
			case n < 900:
				f.Status = "warn"
			case n < 1400:
				f.Status = "unknown"
			}
			n++
		}
	}
	run := readSARIF(t, "", validations...)
	kinds := make(map[string]int)
	for _, r := range run.Results {
		switch {
		case len(r.Suppressions) > 0:
			kinds["waived"]++
		case strings.Contains(r.Message.Text, ", undetermined:"):
			kinds["undetermined"]++
		default:
			kinds[r.Level]++
		}
	}
	if diff := cmp.Diff(map[string]int{"error": 4000, "undetermined": 500, "waived": 300, "warning": 200}, kinds); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	notes := run.Invocations[0].Notifications
	const want = "There are 5400 results, more than the 5000 that are kept. The most severe are reported. Left out: 400 warn."
	if len(notes) != 1 || notes[0].Level != "error" || notes[0].Message.Text != want {
		t.Errorf("notifications %+v", notes)
	}
}

// Among failures the more severe rules are kept.
func TestSARIFLimitKeepsSevereRules(t *testing.T) {
	t.Parallel()
	validations := manyFailures(1, 5000)
	validations[0].Findings = append(validations[0].Findings, audit.Finding{Check: "role_forbidden", Status: "fail", Subject: "Master Admin"})
	results := readSARIF(t, "", validations...).Results
	if last := results[len(results)-1]; len(results) != 5000 || last.RuleID != "role_forbidden" {
		t.Errorf("%d results, the last of %s", len(results), last.RuleID)
	}
}

func TestSARIFFile(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"":                         "main.tf",
		"gates.tf":                 "gates.tf",
		"./infra/../gates/main.tf": "gates/main.tf",
		"live/my org/100%/é#?.tf":  "live/my%20org/100%25/%C3%A9%23%3F.tf",
		"modules/access/..main.tf": "modules/access/..main.tf",
		"live//prod/main.tf.json":  "live/prod/main.tf.json",
	} {
		run := readSARIF(t, file, noncompliant())
		if got := run.Results[0].Locations[0].PhysicalLocation.ArtifactLocation.URI; got != want {
			t.Errorf("%q becomes %q, want %q", file, got, want)
		}
	}
	for file, want := range map[string]string{
		" ":                    `" " names no file`,
		"/etc/main.tf":         `"/etc/main.tf" is not below the root of the repository; give a relative path, such as main.tf`,
		"..":                   `".." is not below the root of the repository; give a relative path, such as main.tf`,
		"live/../../main.tf":   `"live/../../main.tf" is not below the root of the repository; give a relative path, such as main.tf`,
		`live\main.tf`:         `"live\\main.tf" has a backslash; the path is written with slashes`,
		"https://host/main.tf": `"https://host/main.tf" has a colon; it must be a path below the root of the repository, such as main.tf`,
		"C:/live/main.tf":      `"C:/live/main.tf" has a colon; it must be a path below the root of the repository, such as main.tf`,
		"live/":                `"live/" is a folder; alerts attach to a file`,
		".":                    `"." is a folder; alerts attach to a file`,
	} {
		_, err := report.SARIF([]report.Validation{noncompliant()}, report.Options{File: file})
		var fileError *report.FileError
		if !errors.As(err, &fileError) || err.Error() != want {
			t.Errorf("%s: error %v\nwant %s", strconv.Quote(file), err, want)
		}
	}
}

// A viewer of SARIF makes links of what looks like one.
func TestSARIFMessageHasNoLinks(t *testing.T) {
	t.Parallel()
	v := noncompliant()
	v.Findings[0].ClientName, v.Findings[0].Message = "[Fix](https://evil.example)", "See [here](1)."
	v.Waivers["region"] = report.Waiver{Reason: "See [there](https://evil.example)."}
	results := readSARIF(t, "", v).Results
	for _, text := range []string{results[0].Message.Text, results[2].Message.Text, results[2].Suppressions[0]["justification"]} {
		if !strings.Contains(text, "] (") || strings.Contains(text, "](") {
			t.Errorf("there is a link, or not its text, in %q", text)
		}
	}
}
