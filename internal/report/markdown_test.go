package report_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	tables "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/report"
)

func TestMarkdown(t *testing.T) {
	t.Parallel()
	const want = "❌ **Noncompliant.** 5 validations: 2 compliant, 1 noncompliant, 2 undetermined. 2 failures are waived.\n" +
		"\n" +
		"| Validation | Organization | Client | Verdict | `client` | `scope` | `scope_unknown` | `permission` | `region` | Passed |\n" +
		"| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n" +
		"| `acme_emea` | Acme EMEA | Compliance Dashboard | ❌ noncompliant | ✅ pass | ❌ fail | ⚠️ warn | ❔ unknown | ☑️ waived | 3 of 6 |\n" +
		"| `acme_apac` | – | – | ❔ undetermined | ❔ unknown | – | – | – | – | 0 of 1 |\n" +
		"| `nothing` | Acme US | – | ❔ undetermined | – | – | – | – | – | 0 of 0 |\n" +
		"| `acme_us` | Acme US | Compliance Dashboard | ✅ compliant | ✅ pass | ✅ pass | – | – | – | 4 of 4 |\n" +
		"| `waived` | Acme US | Compliance Dashboard | ✅ compliant | ✅ pass | – | – | – | ☑️ waived | 1 of 2 |\n" +
		"\n" +
		"### ❌ `acme_emea`\n" +
		"\n" +
		"Audited: organization Acme EMEA (`5f2c0000-0000-4000-8000-000000000001`), region `eu-west-1`, client Compliance Dashboard " +
		"(`9b1d6f48-3e07-4a92-a5cb-7d80f4126e59`), grant type `CLIENT-CREDENTIALS`.\n" +
		"\n" +
		"- ❌ fail `scope`: `analytics:export` is missing; the client has `analytics:read`, `org:read`.\\\n" +
		"  **Remedy:** Add it under Admin &gt; Integrations &gt; OAuth, then issue a new token: tokens already issued keep their scopes.\n" +
		"- ❔ unknown `permission`: The roles could not be read: 403.\\\n" +
		"  **Remedy:** Grant `authorization:role:view` to the auditing client.\n" +
		"- ⚠️ warn `scope_unknown`: \"`analytic:read`\" is not in the platform's list of scopes.\\\n" +
		"  **Remedy:** Correct the name.\n" +
		"- ☑️ waived `region`: The organization is in `eu-west-1`, the application in `us-east-1`.\\\n" +
		"  **Waiver:** The application moves to `eu-west-1` with release `7.2`. Owner: integration-team. Expires: `2026-12-31`.\\\n" +
		"  **Remedy:** Run the application in `eu-west-1`.\n" +
		"\n" +
		"### ❔ `acme_apac`\n" +
		"\n" +
		"Neither the organization nor the client is known.\n" +
		"\n" +
		"- ❔ unknown `client`: The clients could not be read: sign-in refused.\\\n" +
		"  **Remedy:** Correct the secret.\n" +
		"\n" +
		"### ❔ `nothing`\n" +
		"\n" +
		"Audited: organization Acme US.\n" +
		"\n" +
		"- ❔ unknown: Nothing failed, but too little was decided to show that the client has the access it needs.\\\n" +
		"  **Remedy:** Give the validation something to check, and plan again. What was not decided never passes.\n" +
		"\n" +
		"### ✅ `waived`\n" +
		"\n" +
		"Audited: organization Acme US (`1c8e4a7f-2b5d-4f39-9e61-7a3d5c08b214`), region `us-east-1`, client Compliance Dashboard " +
		"(`3fa27c91-64de-4b0a-8c15-e9d2704b6a38`), grant type `CLIENT-CREDENTIALS`.\n" +
		"\n" +
		"- ☑️ waived `region`: The organization is in `us-east-1`, the application in `eu-west-1`.\\\n" +
		"  **Remedy:** Run the application in `us-east-1`.\n" +
		"\n" +
		"[The checks, their causes and remedies](https://registry.terraform.io/providers/genesysaudit/genesysaudit/latest/docs/guides/checks)\n"
	got, err := report.Markdown(everyKind())
	if diff := cmp.Diff(want, made(t, got, err)); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

func TestMarkdownVerdict(t *testing.T) {
	t.Parallel()
	for want, validations := range map[string][]report.Validation{
		"✅ **Compliant.** 1 validation: 1 compliant, 0 noncompliant, 0 undetermined.":                          {compliant()},
		"✅ **Compliant.** 2 validations: 2 compliant, 0 noncompliant, 0 undetermined. 1 failure is waived.":    {waivedOnly(), compliant()},
		"❔ **Undetermined.** 2 validations: 1 compliant, 0 noncompliant, 1 undetermined.":                      {compliant(), undetermined()},
		"❔ **Undetermined.** 1 validation: 0 compliant, 0 noncompliant, 1 undetermined.":                       {unexplained()},
		"❌ **Noncompliant.** 3 validations: 1 compliant, 1 noncompliant, 1 undetermined. 1 failure is waived.": {undetermined(), noncompliant(), compliant()},
	} {
		got, err := report.Markdown(validations)
		if line, _, _ := strings.Cut(made(t, got, err), "\n"); line != want {
			t.Errorf("the verdict is %q, want %q", line, want)
		}
	}
}

// seen is what a reader of GitHub-flavoured Markdown sees of a report.
type seen struct {
	table    [][]string // the text of the cells, with code in backticks
	lines    []string   // the text of headings, paragraphs and list items
	elements map[string]int
}

func read(t *testing.T, markdown string) seen {
	t.Helper()
	source := []byte(markdown)
	document := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote)).Parser().Parse(text.NewReader(source))
	s := seen{elements: make(map[string]int)}
	err := ast.Walk(document, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		s.elements[n.Kind().String()]++
		switch n.Kind() {
		case tables.KindTableHeader, tables.KindTableRow:
			var cells []string
			for cell := n.FirstChild(); cell != nil; cell = cell.NextSibling() {
				cells = append(cells, inline(cell, source))
			}
			s.table = append(s.table, cells)
		case ast.KindHeading, ast.KindParagraph, ast.KindTextBlock:
			s.lines = append(s.lines, inline(n, source))
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func inline(n ast.Node, source []byte) string {
	var b strings.Builder
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		switch c := child.(type) {
		case *ast.Text:
			written := string(c.Value(source))
			if n.Kind() != ast.KindCodeSpan { // where an entity is no text
				written = strings.NewReplacer("&gt;", ">", "&amp;", "&", "&#124;", "|").Replace(written)
			}
			b.WriteString(written)
			if c.HardLineBreak() {
				b.WriteByte('\n')
			}
		case *ast.String:
			b.Write(c.Value)
		case *ast.CodeSpan:
			b.WriteString("`" + inline(c, source) + "`")
		default:
			b.WriteString(inline(c, source))
		}
	}
	return b.String()
}

// What a hostileTexts name can try. Each is a name of the validation, the organization and the client, and a message and a remedy.
var hostileTexts = map[string]string{
	"pipe":               "a|b",
	"escaped pipe":       `a\|b`,
	"backslashes":        `a\\|b\`,
	"pipes alone":        "|||",
	"backtick":           "a`b",
	"backticks":          "``` a `` b `",
	"code and pipe":      "`a|b`",
	"newline":            "a\n\n| x | y |\n|---|---|\n# heading",
	"carriage return":    "a\r\nb\rc",
	"list":               "- a\n- b",
	"html":               "<img src=x onerror=alert(1)>",
	"closing html":       "</code></td></table><script>alert(1)</script>",
	"comment":            "a <!-- b",
	"entity":             "&lt;script&gt; &#124; &amp;",
	"mention":            "@octocat and (@org/team), \"@all\"",
	"link":               "[a](https://evil.example)",
	"reference":          "[a]: https://evil.example",
	"footnote":           "[^1]",
	"image":              "![a](https://evil.example/a.png)",
	"bare link":          "https://evil.example",
	"bare link in words": "see http://evil.example, or (www.evil.example).",
	"mail":               "a@evil.example",
	"angle link":         "<https://evil.example>",
	"emphasis":           "**a** _b_ ~~c~~ *d",
	"heading":            "# a",
	"quote":              "> a",
	"fence":              "```\na\n```",
	"rule":               "---",
	"task":               "[x] a",
	"math":               "$a$ $$b$$",
	"signs":              "& = / > &amp; == //",
	"underline":          "a\n=\n===\n&",
}

func TestMarkdownHostileNames(t *testing.T) {
	t.Parallel()
	calm, err := report.Markdown([]report.Validation{noncompliant()})
	want := read(t, made(t, calm, err))
	// Code spans are what hostileTexts names may add; breaking a name into them must leave everything else as it is.
	delete(want.elements, "CodeSpan")
	delete(want.elements, "Text")
	for name, text := range hostileTexts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := noncompliant()
			v.Name, v.OrganizationName, v.ClientName, v.Region, v.GrantType, v.ClientID = text, text, text, text, text, text
			v.Waivers["region"] = report.Waiver{Reason: text, Owner: text, Expires: text}
			for i := range v.Findings {
				v.Findings[i].Message, v.Findings[i].Remediation = text, text
			}
			markdown, err := report.Markdown([]report.Validation{v})
			got := read(t, made(t, markdown, err))
			delete(got.elements, "CodeSpan")
			delete(got.elements, "Text")
			if diff := cmp.Diff(want.elements, got.elements); diff != "" {
				t.Errorf("elements (-want +got):\n%s\n%s", diff, markdown)
			}
			plain := strings.Join(strings.Fields(text), " ")
			for i, cell := range got.table[1][:3] {
				if unquoted(cell) != unquoted(plain) {
					t.Errorf("cell %d reads %q, want %q", i, cell, plain)
				}
			}
			if heading := "❌ " + plain; unquoted(got.lines[1]) != unquoted(heading) {
				t.Errorf("the heading reads %q, want %q", got.lines[1], heading)
			}
			if item := "❌ fail scope: " + plain + "\nRemedy: " + plain; unquoted(got.lines[3]) != unquoted(item) {
				t.Errorf("the finding reads %q, want %q", got.lines[3], item)
			}
		})
	}
}

// unquoted leaves out backticks, of the name or around it, and spaces, which code spans take off their edges.
func unquoted(text string) string { return strings.NewReplacer("`", "", " ", "").Replace(text) }

// What GitHub makes something of beyond Markdown may stand in code only.
func TestMarkdownKeepsGitHubFromLinking(t *testing.T) {
	t.Parallel()
	for _, word := range []string{
		"@octocat", "#1", "octo/repo#1", "GH-1", "gh-12", "9b1d6f4", "deadbeef", "9b1d6f48-3e07-4a92-a5cb-7d80f4126e59", ":tada:", "telephony:phone:view",
		"routing:email:manage", "https://evil.example", "www.evil.example", "a@evil.example", "[x](y)", "<b>", "&amp;", "a_b_c", "*a*", "a|b", "$a$",
	} {
		v := noncompliant()
		v.Findings[0].Message = "See " + word + ", (" + word + ") and \"" + word + "\"."
		markdown, err := report.Markdown([]report.Validation{v})
		line := read(t, made(t, markdown, err)).lines[3]
		parts := strings.Split(line, "`")
		for i := 0; i < len(parts); i += 2 { // outside of code
			if bare := strings.Trim(word, ":"); strings.Contains(parts[i], bare) {
				t.Errorf("%s stands in the text of %q", word, line)
			}
		}
		if got := strings.Count(strings.ReplaceAll(line, "`", ""), word); got != 3 {
			t.Errorf("%s is there %d times in %q, want 3", word, got, line)
		}
	}
}

// Words stay words, so that a report reads well.
func TestMarkdownProse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`"Analytics - Export" is not granted. The client has "Analytics - Read", "employee".`: `"Analytics - Export" is not granted. The client has "Analytics - Read", "employee".`,
		"Müller's Geschäft – 東京":                "Müller's Geschäft – 東京",
		"2 of 7 checks (60 seconds); really?":   "2 of 7 checks (60 seconds); really?",
		"Grant it under Admin > People.":        "Grant it under Admin &gt; People.",
		"People & Permissions > Roles / All":    "People &amp; Permissions &gt; Roles / All",
		"Set allow_cross_region = true.":        "Set `allow_cross_region` = true.",
		"GET /api/v2/users/{userId}/roles: 403": "GET `/api/v2/users/{userId}/roles`: 403",
		"a\u202eb \u200bc\x00d":                 "`a\uFFFDb` `\uFFFDc\uFFFDd`",
	} {
		v := noncompliant()
		v.Findings[0].Message = text
		markdown, err := report.Markdown([]report.Validation{v})
		if line := "- ❌ fail `scope`: " + want + "\\\n"; !strings.Contains(made(t, markdown, err), line) {
			t.Errorf("%q is not written as %q:\n%s", text, want, markdown)
		}
	}
}

// limit leaves the rest of the 65,536 characters of a comment to what is put around the report.
const limit = 65_000

// Whatever is left out is counted, and what is counted and shown is all there is.
func TestMarkdownIsCut(t *testing.T) {
	t.Parallel()
	t.Run("a thousand findings of one validation", func(t *testing.T) {
		t.Parallel()
		got := cut(t, append(manyFailures(1, 1000), compliant()))
		assertVerdict(t, got, "❌ **Noncompliant.** 2 validations: 1 compliant, 1 noncompliant, 0 undetermined.")
		shown := strings.Count(got, "- ❌ fail `scope`")
		assertHas(t, got, fmt.Sprintf("\n**Left out for the length of this report: %d findings: %d failed.** The verdict at the top counts them.\n", 1000-shown, 1000-shown))
		assertHas(t, got, "| `acme_us` |")
		if shown < 200 {
			t.Errorf("only %d findings are shown", shown)
		}
	})
	t.Run("a thousand validations that fail", func(t *testing.T) {
		t.Parallel()
		got := cut(t, append(manyFailures(1000, 1), compliant(), undetermined()))
		assertVerdict(t, got, "❌ **Noncompliant.** 1002 validations: 1 compliant, 1000 noncompliant, 1 undetermined.")
		rows := strings.Count(got, "\n| `validation_")
		assertHas(t, got, fmt.Sprintf("\n**Left out of this table for its length: %d validations: 1 compliant, %d noncompliant, 1 undetermined.**\n",
			1002-rows, 1000-rows))
		shown := strings.Count(got, "- ❌ fail `scope`")
		assertHas(t, got, fmt.Sprintf("\n**Left out for the length of this report: %d findings: %d failed, 1 undetermined.** The verdict at the top counts them.\n",
			1001-shown, 1000-shown))
		if rows < 100 || shown < 60 {
			t.Errorf("%d rows and %d findings are shown", rows, shown)
		}
	})
	t.Run("failures come before passes", func(t *testing.T) {
		t.Parallel()
		var validations []report.Validation
		for i := range 1000 {
			v := compliant()
			v.Name = fmt.Sprintf("a_%04d", i)
			validations = append(validations, v)
		}
		got := cut(t, append(validations, noncompliant(), undetermined()))
		assertVerdict(t, got, "❌ **Noncompliant.** 1002 validations: 1000 compliant, 1 noncompliant, 1 undetermined. 1 failure is waived.")
		assertHas(t, got, "| --- |\n| `acme_emea` |")
		rows := strings.Count(got, "\n| `a_")
		assertHas(t, got, fmt.Sprintf("\n**Left out of this table for its length: %d validations: %d compliant, 0 noncompliant, 0 undetermined.**\n",
			1000-rows, 1000-rows))
		// The table took what the findings left.
		assertHas(t, got, "- ❌ fail `scope`: `analytics:export` is missing")
		assertHas(t, got, "- ❔ unknown `client`")
		if strings.Contains(got, "length of this report") {
			t.Error("findings were left out, although there was room")
		}
	})
	t.Run("failures come before warnings and waived", func(t *testing.T) {
		t.Parallel()
		v := manyFailures(1, 1000)[0]
		for i := range 900 {
			v.Findings[i].Status = "warn"
		}
		for i := range 450 {
			v.Findings[i].Status, v.Findings[i].Waived = "fail", true
		}
		got := cut(t, []report.Validation{v})
		if failed := strings.Count(got, "- ❌ fail `scope`"); failed != 100 {
			t.Errorf("%d failures are shown, want 100", failed)
		}
		warned := strings.Count(got, "- ⚠️ warn `scope`")
		assertHas(t, got, fmt.Sprintf("\n**Left out for the length of this report: %d findings: %d warned of, 450 waived.** The verdict at the top counts them.\n",
			900-warned, 450-warned))
	})
	t.Run("a thousand waivers with long reasons", func(t *testing.T) {
		t.Parallel()
		v := manyFailures(1, 1000)[0]
		for i := range 999 {
			v.Findings[i].Waived = true
		}
		v.Waivers = map[string]report.Waiver{"scope": {Reason: strings.Repeat("It was agreed. ", 10_000), Owner: "security", Expires: "2026-12-31"}}
		got := cut(t, []report.Validation{v})
		waived := strings.Count(got, "- ☑️ waived `scope`")
		if failed := strings.Count(got, "- ❌ fail `scope`"); failed != 1 || waived < 40 {
			t.Errorf("%d failures and %d waived ones are shown", failed, waived)
		}
		assertHas(t, got, fmt.Sprintf("\n**Left out for the length of this report: %d findings: %d waived.** The verdict at the top counts them.\n",
			999-waived, 999-waived))
		if n := strings.Count(got, " more characters). Owner: security. Expires: `2026-12-31`."); n != waived {
			t.Errorf("%d waived findings tell of their waiver, want %d", n, waived)
		}
	})
	t.Run("texts without end", func(t *testing.T) {
		t.Parallel()
		v := noncompliant()
		long := strings.Repeat("`| ", 50_000)
		v.Name, v.OrganizationName, v.ClientName, v.OrganizationID, v.ClientID, v.Region, v.GrantType = long, long, long, long, long, long, long
		for i := range v.Findings {
			v.Findings[i].Subject, v.Findings[i].Message, v.Findings[i].Remediation = long, long, long
		}
		v.Waivers["region"] = report.Waiver{Reason: long, Owner: long, Expires: long}
		got := cut(t, []report.Validation{v})
		assertVerdict(t, got, "❌ **Noncompliant.** 1 validation: 0 compliant, 1 noncompliant, 0 undetermined. 1 failure is waived.")
		if n := strings.Count(got, "- ❌ fail `scope`"); n != 1 {
			t.Errorf("%d failures are shown", n)
		}
		assertHas(t, got, "more characters")
		if rows := read(t, got).table; len(rows) != 2 || len(rows[1]) != len(rows[0]) {
			t.Errorf("the table is %v", rows)
		}
	})
}

func cut(t *testing.T, validations []report.Validation) string {
	t.Helper()
	got, err := report.Markdown(validations)
	if got = made(t, got, err); len(got) > limit {
		t.Errorf("%d bytes, want at most %d", len(got), limit)
	}
	if !utf8.ValidString(got) {
		t.Error("a character is cut in two")
	}
	for seed := range uint64(3) {
		again, err := report.Markdown(reordered(validations, seed))
		if made(t, again, err) != got {
			t.Errorf("in another order another part is left out")
		}
	}
	return got
}

func assertVerdict(t *testing.T, text, want string) {
	t.Helper()
	if line, _, _ := strings.Cut(text, "\n"); line != want {
		t.Errorf("the first line is %q, want %q", line, want)
	}
}

func assertHas(t *testing.T, text, want string) {
	t.Helper()
	if !strings.Contains(text, want) {
		t.Errorf("there is no %q in\n%.600s\n...\n%s", want, text, text[max(0, len(text)-400):])
	}
}

// FuzzMarkdown holds every name to what the table and the list may be.
func FuzzMarkdown(f *testing.F) {
	for _, text := range hostileTexts {
		f.Add(text)
	}
	allowed := []string{
		"Document", "Paragraph", "Text", "Emphasis", "Table", "TableHeader", "TableRow", "TableCell", "CodeSpan", "Heading", "List", "ListItem", "TextBlock", "Link",
	}
	f.Fuzz(func(t *testing.T, text string) {
		v := noncompliant()
		v.Name, v.OrganizationName, v.ClientName = "x"+text, text, text
		v.Findings[0].Message, v.Findings[0].Remediation = text, text
		v.Waivers["region"] = report.Waiver{Reason: "x" + text, Owner: text, Expires: text}
		markdown, err := report.Markdown([]report.Validation{v})
		got := read(t, made(t, markdown, err))
		for element, n := range got.elements {
			if !slices.Contains(allowed, element) {
				t.Errorf("%d of %s in\n%s", n, element, markdown)
			}
		}
		// The four findings, a waiver and the verdict are in bold where the report itself is; nothing else is.
		if n := got.elements["Emphasis"]; n != 6 {
			t.Errorf("%d emphases in\n%s", n, markdown)
		}
		if n := got.elements["Link"]; n != 1 { // that to the guide
			t.Errorf("%d links in\n%s", n, markdown)
		}
		if len(got.table) != 2 || len(got.table[0]) != 9 || len(got.table[1]) != 9 {
			t.Errorf("the table is %q in\n%s", got.table, markdown)
		}
	})
}
