package report_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/report"
)

// row is the row of a validation in the overview, by its name.
func row(t *testing.T, html, name string) string {
	t.Helper()
	for _, line := range strings.Split(html, "\n") {
		if strings.HasPrefix(line, `<tr><th scope="row">`) && strings.Contains(line, ">"+name+"</a>") {
			return line
		}
	}
	t.Fatalf("no row of %s", name)
	return ""
}

var cells = regexp.MustCompile(`<td class="([a-z]+)">(?:<a href="#([^"]+)">)?([a-z /]+)(?:</a>)?</td>`)

// marks are the cells of a row: the word, and where it leads.
func marks(row string) []string {
	var list []string
	for _, match := range cells.FindAllStringSubmatch(row, -1) {
		list = append(list, strings.TrimSpace(match[3]+" "+match[2]))
	}
	return list
}

func TestHTMLOverview(t *testing.T) {
	t.Parallel()
	html := render(t, acme()...)
	const no = "n/a"
	// The order of the checks: client, client_state, authorization, grant_type, scope, scope_excess, scope_forbidden, scope_unknown,
	// role, role_excess, role_forbidden, permission, permission_unavailable, permission_division, permission_conditional,
	// permission_forbidden, region, network, token_scope, token_validity.
	want := map[string][]string{
		"acme_emea": {
			"pass", "pass", no, "pass", "fail v1-scope", no, no, "pass", "fail v1-role", no, no,
			"fail v1-permission", no, no, no, no, "pass", no, no, no,
		},
		"acme_sandbox": {
			"pass", "pass", no, "pass", "pass", no, no, no, "pass", no, "fail v2-role_forbidden",
			"pass", "pass", "fail v2-permission_division", "unknown v2-permission_conditional", no, "waived v2-region", no, no, no,
		},
		"acme_apac": {
			"pass", "pass", no, "warn v3-grant_type", no, no, no, no, "unknown v3-role", no, no,
			no, no, no, no, no, "pass", no, no, no,
		},
		"acme_us": {
			"pass", "pass", no, "pass", "pass", no, no, "pass", "pass", no, no,
			no, no, no, no, no, "pass", no, no, no,
		},
	}
	for name, wanted := range want {
		if diff := cmp.Diff(wanted, marks(row(t, html, name))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	var titles []string
	for _, match := range regexp.MustCompile(`<th scope="col"><span>([^<]+)</span></th>`).FindAllStringSubmatch(html, -1) {
		titles = append(titles, match[1])
	}
	if diff := cmp.Diff([]string{
		"The OAuth client exists", "The OAuth client is active", "The organization has authorized the client", "The grant type is allowed",
		"The needed scopes are there", "No scope beyond the required ones", "No forbidden scope", "The scopes exist on the platform",
		"The needed roles are granted", "No role beyond the required ones", "No forbidden role",
		"The needed permissions are granted", "The permissions exist in the organization", "The permissions hold in the divisions",
		"The permissions hold without a condition", "No forbidden permission",
		"The region fits", "The addresses are allowed", "The token has the client&#39;s scopes", "Tokens expire soon enough",
	}, titles); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
}

func TestHTMLHeadline(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		validations []report.Validation
		want        string
		tally       string
	}{
		"none":           {nil, "Nothing was validated", "0 0 0"},
		"one passes":     {[]report.Validation{acmeUS()}, "The validation is compliant", "0 0 1"},
		"one fails":      {[]report.Validation{acmeEMEA()}, "The validation is noncompliant", "1 0 0"},
		"all fail":       {[]report.Validation{acmeEMEA(), acmeSandbox()}, "All 2 validations are noncompliant", "2 0 0"},
		"one of several": {[]report.Validation{acmeUS(), acmeAPAC()}, "1 of 2 validations is undetermined", "0 1 1"},
		"two of several": {acme(), "2 of 4 validations are noncompliant", "2 1 1"},
	}
	counts := regexp.MustCompile(`<li class="([a-z ]+)"><b>(\d+)</b> [a-z]+</li>`)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			html := render(t, test.validations...)
			if !strings.Contains(html, "<h1>"+test.want+"</h1>") || !strings.Contains(html, "<title>"+test.want+" – genesysaudit</title>") {
				t.Errorf("the headline is not %q", test.want)
			}
			var tally []string
			for _, match := range counts.FindAllStringSubmatch(html, -1) {
				tally = append(tally, match[2])
			}
			if got := strings.Join(tally, " "); got != test.tally {
				t.Errorf("tally %q, want %q", got, test.tally)
			}
		})
	}
}

func TestHTMLSection(t *testing.T) {
	t.Parallel()
	html := render(t, acme()...)
	for _, want := range []string{
		`<h2 id="v1-name">acme_emea</h2><b class="badge noncompliant">noncompliant</b>`,
		`<dt>Organization</dt><dd>Acme EMEA <code>5f2c8e0a-1c6b-4a63-b1de-2f2f9a1f3c22</code></dd>`,
		`<dt>Region</dt><dd><code>eu-west-1</code></dd>`,
		`<dt>Client</dt><dd>Compliance Dashboard <code>9b1d7c3e-52f1-4f0b-8a3d-000000000002</code></dd>`,
		`<dt>Grant type</dt><dd><code>CLIENT-CREDENTIALS</code></dd>`,
		`<dt>Checks decided</dt><dd>8</dd>`,
		`<dt>Scopes</dt><dd><code>analytics:read</code> <code>org:read</code> </dd>`,
		`<dt>Roles</dt><dd><code>employee</code> </dd>`,
		`<section class="group" id="v1-scope">`,
		`<div class="finding fail"><p><b class="badge fail">fail</b> <code>analytics:export</code></p>`,
		`<p class="message">analytics:export is missing; the client has analytics:read, org:read.</p>`,
		`<p class="remedy"><b>Remedy</b> Add it under Admin &gt; Integrations &gt; OAuth, then issue a new token: tokens already issued keep ` +
			`their scopes.</p>`,
		`<div class="finding waived"><p><b class="badge waived">waived</b> <code>us-east-1</code></p>`,
		`<p class="accepted">1 failure is waived.</p>`,
		`<p class="remedy"><b>Waiver</b> The sandbox has no data of customers. Owner: integration-team. Expires: 2026-12-31.</p>`,
		// What is not known is told from what is not there.
		`<dt>Organization</dt><dd><code>8c41e0b7-3f0e-41aa-93ab-5b1c5ad5de33</code></dd>`,
		`<dt>Scopes</dt><dd>none</dd>`,
		`<dt>Roles</dt><dd><em>not known</em></dd>`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the page does not show %s", want)
		}
	}
	if without := render(t, acmeUS(), acmeEMEA()); strings.Contains(without, " waived.</p>") {
		t.Error("the page tells of waived failures, and there are none")
	}
}

// What a validation does not know of itself is never shown as a pass.
func TestHTMLOfNothingKnown(t *testing.T) {
	t.Parallel()
	html := render(t, report.Validation{Name: "off", Verdict: "undetermined"})
	for _, mark := range marks(row(t, html, "off")) {
		if mark != "not known" {
			t.Errorf("a cell says %q", mark)
		}
	}
	if got := strings.Count(html, "<dd><em>not known</em></dd>"); got != 6 {
		t.Errorf("%d facts are not known, want 6", got)
	}
	for _, want := range []string{
		`<section class="group" id="v1-verdict">`,
		`<p class="message">Nothing failed, but too little was decided to show that the client has the access it needs.</p>`,
		`<p class="remedy"><b>Remedy</b> Give the validation something to check, and plan again. What was not decided never passes.</p>`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the page does not show %s", want)
		}
	}
	for _, absent := range []string{`class="node held"`, `href="#tick"`, "badge compliant"} {
		if strings.Contains(html, absent) {
			t.Errorf("the page has %s", absent)
		}
	}
}

// Every link leads to a place on the page, and no place has the name of another.
func TestHTMLLinks(t *testing.T) {
	t.Parallel()
	html := render(t, acme()...)
	ids := make(map[string]int)
	for _, match := range regexp.MustCompile(`\sid="([^"]*)"`).FindAllStringSubmatch(html, -1) {
		ids[match[1]]++
	}
	for id, times := range ids {
		if times != 1 {
			t.Errorf("%d elements have the id %s", times, id)
		}
	}
	references := regexp.MustCompile(`\s(?:href="#|aria-labelledby="|aria-describedby=")([^"]*)"`).FindAllStringSubmatch(html, -1)
	if len(references) < 20 {
		t.Fatalf("%d references", len(references))
	}
	for _, match := range references {
		if ids[match[1]] == 0 {
			t.Errorf("nothing has the id %s", match[1])
		}
	}
}

func TestHTMLNeedsNothingBesideItself(t *testing.T) {
	t.Parallel()
	html := render(t, acme()...)
	for _, match := range regexp.MustCompile(`(?i)\s(src|srcset|href|action|data|poster|ping|style|on\w+)\s*=\s*("[^"]*"|\S+)`).
		FindAllStringSubmatch(html, -1) {
		if !strings.EqualFold(match[1], "href") || !strings.HasPrefix(match[2], `"#`) {
			t.Errorf("the page has the attribute %s", match[0])
		}
	}
	for _, absent := range []string{
		"<script", "<link", "<img", "<iframe", "<object", "<base", "<form", "url(", "@import", "http://", "https://",
	} {
		if strings.Contains(strings.ToLower(html), absent) {
			t.Errorf("the page has %s", absent)
		}
	}
	policy := `<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-`
	if !strings.Contains(html, policy) {
		t.Errorf("the page has no %s", policy)
	}
}

// hostileText is a text of everything that may not get out of a page's texts.
const hostileText = `</title></style></script><script>document.title="taken"</script><img src=x onerror=alert(1)>` +
	`" onload="alert(2)" x='&#x3c;b&#x3e;{{.Policy}}` + "`" + `-->]]>` + "\u202eexport\u2066\u200b\u0000\u0007\u2028\xff"

// hostileValidation has it in every text that is free.
func hostileValidation(text string) report.Validation {
	return report.Validation{
		Name: text, Verdict: "noncompliant", OrganizationID: text, OrganizationName: text, Region: text, ClientID: text, ClientName: text,
		GrantType: text, GrantedScopes: []string{text, text + "2"}, GrantedRoles: []string{text, text + "2"}, Checks: 5,
		PassedChecks: []string{"client"},
		Findings: []report.Finding{
			{Check: "scope", Status: "fail", Subject: text, Message: text, Remediation: text},
			{Check: "role", Status: "fail", Subject: "role " + text, Message: text, Remediation: text},
			{Check: "permission", Status: "unknown", Subject: "permission " + text, Message: text, Remediation: text},
			{Check: "permission_division", Status: "fail", Subject: "division " + text, Message: text, Remediation: text},
			{Check: "region", Status: "fail", Subject: text, Message: text, Remediation: text, Waived: true},
		},
		Waivers: map[string]report.Waiver{"region": {Reason: text, Owner: text, Expires: text}},
	}
}

var tags = regexp.MustCompile(`</?[a-zA-Z!][^<>]*>?`)

// elements are the names of the tags of a page and of their attributes, in order.
func elements(html string) []string {
	var list []string
	attribute := regexp.MustCompile(`\s([^\s=>"]+)="[^"]*"`)
	for _, tag := range tags.FindAllString(html, -1) {
		name := strings.Fields(strings.Trim(tag, "<>"))[0]
		for _, match := range attribute.FindAllStringSubmatch(tag, -1) {
			name += " " + match[1]
		}
		list = append(list, name)
	}
	return list
}

// A name can add nothing to the page but its own text.
func TestHTMLEscapes(t *testing.T) {
	t.Parallel()
	page := render(t, hostileValidation(hostileText))
	if diff := cmp.Diff(elements(render(t, hostileValidation(strings.Repeat("harmless ", 20)))), elements(page)); diff != "" {
		t.Errorf("the elements of a page differ with the names in it (-harmless +hostileText):\n%s", diff)
	}
	for _, absent := range []string{"\u202e", "\u2066", "\u200b", "\u0000", "\u0007", "\u2028", "\xff", "\uFFFD"} {
		if strings.Contains(page, absent) {
			t.Errorf("the page has %q", absent)
		}
	}
	want := `<p class="message">&lt;/title&gt;&lt;/style&gt;&lt;/script&gt;&lt;script&gt;document.title=&#34;taken&#34;&lt;/script&gt;` +
		`&lt;img src=x onerror=alert(1)&gt;&#34; onload=&#34;alert(2)&#34; x=&#39;&amp;#x3c;b&amp;#x3e;{{.Policy}}` + "`" +
		`--&gt;]]&gt;[U&#43;202E]export[U&#43;2066][U&#43;200B][U&#43;0000][U&#43;0007][U&#43;2028][0xFF]</p>`
	if !strings.Contains(page, want) {
		t.Errorf("the page does not show %s", want)
	}
}

// shuffledLists is an equal validation with its lists in another order.
func shuffledLists(v report.Validation, random *rand.Rand) report.Validation {
	v.Findings, v.GrantedScopes = slices.Clone(v.Findings), slices.Clone(v.GrantedScopes)
	v.GrantedRoles, v.PassedChecks = slices.Clone(v.GrantedRoles), slices.Clone(v.PassedChecks)
	random.Shuffle(len(v.Findings), func(i, j int) { v.Findings[i], v.Findings[j] = v.Findings[j], v.Findings[i] })
	for _, list := range [][]string{v.GrantedScopes, v.GrantedRoles, v.PassedChecks} {
		random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	}
	return v
}

func TestHTMLIsTheSameInAnyOrder(t *testing.T) {
	t.Parallel()
	want := render(t, acme()...)
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		validations := acme()
		for i := range validations {
			validations[i] = shuffledLists(validations[i], random)
		}
		random.Shuffle(len(validations), func(i, j int) { validations[i], validations[j] = validations[j], validations[i] })
		if got := render(t, validations...); got != want {
			t.Fatalf("another order makes another page (-want +got):\n%s", cmp.Diff(want, got))
		}
	}
}

func TestHTMLLeavesItsInputAlone(t *testing.T) {
	t.Parallel()
	validations := acme()
	render(t, validations...)
	if diff := cmp.Diff(acme(), validations); diff != "" {
		t.Errorf("the validations changed (-before +after):\n%s", diff)
	}
}

// manyFailing are validations that fail, each with as many findings on its scopes.
func manyFailing(validations, findings int) []report.Validation {
	list := make([]report.Validation, validations)
	for i := range list {
		list[i] = with(acmeEMEA(), func(v *report.Validation) {
			v.Name = fmt.Sprintf("organization_%04d", i)
			finding := v.Findings[0]
			v.Findings, v.Checks = nil, 6
			for j := range findings {
				finding.Subject = fmt.Sprintf("analytics:export%d", j)
				v.Findings = append(v.Findings, finding)
			}
		})
	}
	return list
}

func TestHTMLSize(t *testing.T) {
	t.Parallel()
	const most = 2_000_000
	for _, validations := range []int{1, 10, 100, 200} {
		if size := len(render(t, manyFailing(validations, 1000/validations)...)); size > most {
			t.Errorf("1,000 findings of %d validations make %d bytes, more than %d", validations, size, most)
		}
	}
}

func BenchmarkHTML(b *testing.B) {
	for _, validations := range []int{1, 1000} {
		list := manyFailing(validations, 1)
		b.Run(fmt.Sprintf("%d validations", validations), func(b *testing.B) {
			b.ReportAllocs()
			var size int
			for b.Loop() {
				size = len(render(b, list...))
			}
			b.ReportMetric(float64(size), "bytes")
		})
	}
}
