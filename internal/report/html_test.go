package report_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/report"
)

func render(t testing.TB, validations ...report.Validation) string {
	t.Helper()
	html, err := report.HTML(validations, report.Options{})
	return made(t, html, err)
}

// acme are the five kinds and a fleet.
func acme() []report.Validation { return append(everyKind(), fleet()) }

// row is the row of a validation in the matrix, by its name.
func row(t *testing.T, html, name string) string {
	t.Helper()
	for _, line := range strings.Split(html, "\n") {
		if strings.HasPrefix(line, `<tr><th scope="row"><a `) && strings.Contains(line, ">"+name+"</a><small>") {
			return line
		}
	}
	t.Fatalf("no row of %s", name)
	return ""
}

var cells = regexp.MustCompile(`<td class="([a-z]+)">(?:<a href="#([^"]+)">)?([a-z]+)(?:</a>)?</td>`)

// marks are the cells of a row: the word, and where it leads.
func marks(row string) []string {
	var list []string
	for _, match := range cells.FindAllStringSubmatch(row, -1) {
		list = append(list, strings.TrimSpace(match[3]+" "+match[2]))
	}
	return list
}

func TestHTMLMatrix(t *testing.T) {
	t.Parallel()
	html := render(t, acme()...)
	var columns []string
	for _, match := range regexp.MustCompile(`<th scope="col"><span>([^<]+)</span></th>`).FindAllStringSubmatch(html, -1) {
		columns = append(columns, match[1])
	}
	if diff := cmp.Diff([]string{
		"client", "client state", "scope", "scope unknown", "role", "permission", "region", "token validity",
	}, columns); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	for name, wanted := range map[string][]string{
		"acme_emea": {"pass", "pass", "fail v1-scope", "warn v1-scope_unknown", "none", "unknown v1-permission", "waived v1-region", "none"},
		"fleet":     {"none", "none", "fail v2-scope", "none", "none", "none", "none", "fail v2-token_validity"},
		"acme_apac": {"unknown v3-client", "none", "none", "none", "none", "none", "none", "none"},
		"nothing":   {"none", "none", "none", "none", "none", "none", "none", "none"},
		"waived":    {"pass", "none", "none", "none", "none", "none", "waived v5-region", "none"},
		"acme_us":   {"pass", "pass", "pass", "none", "pass", "none", "none", "none"},
	} {
		if diff := cmp.Diff(wanted, marks(row(t, html, name))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if want := `<td class="verdict noncompliant"><b>noncompliant</b><small>scope, permission</small></td>`; !strings.Contains(row(t, html, "acme_emea"), want) {
		t.Errorf("the checks that fail do not stand under the verdict: %s", row(t, html, "acme_emea"))
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
		"one passes":     {[]report.Validation{compliant()}, "The validation is compliant", "0 0 1"},
		"one fails":      {[]report.Validation{noncompliant()}, "The validation is noncompliant", "1 0 0"},
		"all fail":       {[]report.Validation{noncompliant(), fleet()}, "All 2 validations are noncompliant", "2 0 0"},
		"one of several": {[]report.Validation{compliant(), undetermined()}, "1 of 2 validations is undetermined", "0 1 1"},
		"two of several": {acme(), "2 of 6 validations are noncompliant", "2 2 2"},
	}
	counts := regexp.MustCompile(`<li class="([a-z ]+)"><b>(\d+)</b> [a-z]+</li>`)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			html := render(t, test.validations...)
			title := "<title>" + test.want + " – Genesys Cloud access validation</title>"
			if !strings.Contains(html, "<h1>"+test.want+"</h1>") || !strings.Contains(html, title) {
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

// texts are the texts of a part of a page, without its tags.
func texts(html, from, to string) string {
	_, part, _ := strings.Cut(html, from)
	part, _, _ = strings.Cut(part, to)
	return strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(part, " ")), " ")
}

// One refused sign-in is one thing to do, however many validations and checks it leaves undecided.
func TestHTMLBeginsWithWhatToDo(t *testing.T) {
	t.Parallel()
	var validations []report.Validation
	for i := range 3 {
		v := undetermined()
		v.Name, v.OrganizationName = fmt.Sprintf("apac_%d", i), "Acme APAC"
		role := v.Findings[0]
		role.Check, role.Subject = "role", "POST /oauth/token"
		v.Findings = append(v.Findings, role)
		validations = append(validations, v)
	}
	html := render(t, append(validations, fleet(), compliant())...)
	const want = "What to do " +
		"fail Missing scopes Add it. users Acme US Exporter, Wallboard " +
		"fail Tokens valid for too long Tokens live for two days. Lower it. 172800 Acme US Exporter " +
		"unknown Could not be decided: client, role 3 validations The clients could not be read: sign-in refused. Correct the secret. POST /oauth/token Acme APAC apac_0, apac_1, apac_2"
	if got := texts(html, `<section id="actions">`, "</section>"); got != want {
		t.Errorf("what to do is\n%s\nwant\n%s", got, want)
	}
	if strings.Index(html, `id="actions"`) > strings.Index(html, `id="overview"`) {
		t.Error("the matrix comes before what to do")
	}
	if strings.Contains(render(t, compliant()), "What to do") {
		t.Error("there is something to do although all is compliant")
	}
}

// The way of a call has its stations in order, and what is wrong stands where its check looks.
func TestHTMLWay(t *testing.T) {
	t.Parallel()
	v := noncompliant()
	v.Arguments = []report.Argument{
		{Name: "endpoints", Values: []string{"GET /api/v2/users"}}, {Name: "application_region", Values: []string{"us-east-1"}},
		{Name: "egress_addresses", Values: []string{"203.0.113.7/32"}}, {Name: "divisions", Values: []string{"Home"}},
		{Name: "required_permissions", Values: []string{"routing:queue:view"}},
	}
	html := render(t, v)
	var stations []string
	for _, match := range regexp.MustCompile(`(?s)<li class="([a-z]+)"><b><i class="cell [a-z]+"></i>(.*?)</li>`).FindAllStringSubmatch(html, -1) {
		stations = append(stations, match[1]+" "+texts(match[2], "", "\x00"))
	}
	if diff := cmp.Diff([]string{
		"none Application us-east-1 203.0.113.7/32",
		"waived Region eu-west-1 Acme EMEA api.mypurecloud.ie",
		"pass OAuth client Compliance Dashboard",
		"none Grant and token CLIENT-CREDENTIALS",
		"fail Scopes analytics:export missing analytic:read analytics:read org:read",
		"none Roles not checked",
		"unknown Permissions GET /api/v2/authorization/roles routing:queue:view",
		"none Divisions Home",
		"none Access policies not checked",
		"none Call GET /api/v2/users",
	}, stations); diff != "" {
		t.Errorf("stations (-want +got):\n%s", diff)
	}
	for _, want := range []string{
		"<figcaption>Fails at: scopes. Could not be decided: permissions.</figcaption>",
		`<dt>API host</dt><dd><code>api.mypurecloud.ie</code></dd>`,
		`<dt>endpoints</dt><dd><code>GET /api/v2/users</code> </dd>`,
		`<dt>OAuth client</dt><dd>Compliance Dashboard <code>` + clientEMEA + `</code></dd>`,
		`<p><b>Waiver</b> The application moves to eu-west-1 with release 7.2. Owner: integration-team. Expires: 2026-12-31.</p>`,
		`<p class="remedy"><b>Remedy</b> Grant authorization:role:view to the auditing client.</p>`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the page does not show %s", want)
		}
	}
}

// A validation that was not evaluated shows no pass anywhere.
func TestHTMLOfNothingKnown(t *testing.T) {
	t.Parallel()
	html := render(t, unexplained())
	_, section, _ := strings.Cut(html, `<section class="validation`)
	for _, absent := range []string{`class="pass"`, "cell pass", "badge compliant", "Nothing stands in the way"} {
		if strings.Contains(section, absent) {
			t.Errorf("the section has %s", absent)
		}
	}
	if !strings.Contains(html, `<p class="finding unknown">Nothing failed, but too little was decided`) {
		t.Error("the page does not say why there is no verdict")
	}
}

// Compliant validations are folded, the others are not.
func TestHTMLFolds(t *testing.T) {
	t.Parallel()
	html := render(t, compliant(), noncompliant(), waivedOnly(), undetermined())
	for name, want := range map[string]string{
		"acme_us": "<details>", "acme_emea": "<details open>", "waived": "<details open>", "acme_apac": "<details open>",
	} {
		if !strings.Contains(html, want+"\n<summary><h2>"+name+"</h2>") {
			t.Errorf("%s is not in %s", name, want)
		}
	}
}

// A fleet is one validation with its clients.
func TestHTMLFleet(t *testing.T) {
	t.Parallel()
	html := render(t, fleet())
	const want = "Client Verdict Checks Exporter noncompliant scope, token validity Wallboard noncompliant scope"
	if got := texts(html, `<table class="fleet">`, "</table>"); got != want {
		t.Errorf("the clients are %q, want %q", got, want)
	}
	for _, want := range []string{"<p>2 of 3 clients: Exporter, Wallboard</p>", "<summary>Compliant clients: 1</summary><p>Importer</p>"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page does not show %s", want)
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

// hostileValidation has a text in every place that can have one.
func hostileValidation(text string) report.Validation {
	v := hostileTo(noncompliant(), text)
	for i := range v.Findings {
		v.Findings[i].Subject = text
	}
	v.Waivers["region/"+text] = report.Waiver{Reason: text, Owner: text, Expires: text}
	v.OrganizationID, v.Clients[0].ID = text, text
	v.Clients[0].Scopes, v.Clients[0].Roles = []string{text, text + "2"}, []string{text, text + "2"}
	v.Arguments = []report.Argument{{Name: "endpoints", Values: []string{text, text + "2"}}}
	return v
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
	want := `<p>&lt;/title&gt;&lt;/style&gt;&lt;/script&gt;&lt;script&gt;document.title=&#34;taken&#34;&lt;/script&gt;` +
		`&lt;img src=x onerror=alert(1)&gt;&#34; onload=&#34;alert(2)&#34; x=&#39;&amp;#x3c;b&amp;#x3e;{{.Policy}}` + "`" +
		`--&gt;]]&gt;[U&#43;202E]export[U&#43;2066][U&#43;200B][U&#43;0000][U&#43;0007]`
	if !strings.Contains(page, want) {
		t.Errorf("the page does not show %s", want)
	}
}

// A page stays usable however many validations there are: what passes is a name, and what is left out is counted.
func TestHTMLSize(t *testing.T) {
	t.Parallel()
	passing := func(n int) []report.Validation {
		var list []report.Validation
		for i := range n {
			v := compliant()
			v.Name = fmt.Sprintf("passes_%04d", i)
			list = append(list, v)
		}
		return list
	}
	large := fleet()
	for i := range 10_000 {
		large.Clients = append(large.Clients, audit.AuditedClient{ID: fmt.Sprint(i), Name: fmt.Sprintf("Integration %d", i), Verdict: "noncompliant"})
	}
	for name, test := range map[string]struct {
		validations []report.Validation
		most        int
		wants       []string
	}{
		"5,000 pass, one fails": {append(passing(5000), noncompliant()), 500_000,
			[]string{"1 of 5001 validations is noncompliant", "<summary>Compliant validations: 5000</summary>", "passes_4999 <small>4 of 4 checks passed"}},
		"5,000 fail": {manyFailures(5000, 1), 2_500_000, []string{
			"All 5000 validations are noncompliant", "4000 further validations have no row", "4800 of these validations have no section",
			`Missing scopes <small>5000 validations</small>`}},
		"1,000 findings":    {manyFailures(1, 1000), 1_000_000, []string{"analytics:scope0999"}},
		"a fleet of 10,003": {[]report.Validation{large}, 500_000, []string{"9502 further clients are not compliant"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			html := render(t, test.validations...)
			if len(html) > test.most {
				t.Errorf("%d bytes, more than %d", len(html), test.most)
			}
			for _, want := range test.wants {
				if !strings.Contains(html, want) {
					t.Errorf("the page does not say %q", want)
				}
			}
		})
	}
}

func BenchmarkHTML(b *testing.B) {
	for _, validations := range []int{1, 1000} {
		list := manyFailures(validations, 1)
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
