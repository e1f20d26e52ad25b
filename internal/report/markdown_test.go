package report_test

import (
	"fmt"
	"html"
	"os"
	"regexp"
	"slices"
	"strconv"
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
	want, err := os.ReadFile("testdata/report.md") // as it should be, written by hand
	if err != nil {
		t.Fatal(err)
	}
	got, err := report.Markdown(append(everyKind(), fleet()), fullOptions)
	if diff := cmp.Diff(string(want), made(t, got, err)); diff != "" {
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
		got, err := report.Markdown(validations, report.Options{})
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

// codeTags are the only tags that a text may become: a code span cannot hold a pipe in a table.
var codeTags = []string{"<code>", "</code>"}

func read(t *testing.T, markdown string) seen {
	t.Helper()
	source := []byte(markdown)
	document := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote)).Parser().Parse(text.NewReader(source))
	s := seen{elements: make(map[string]int)}
	err := ast.Walk(document, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		if raw, ok := n.(*ast.RawHTML); !ok || !slices.Contains(codeTags, string(raw.Segments.Value(source))) {
			s.elements[n.Kind().String()]++
		}
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
				written = html.UnescapeString(written)
			}
			b.WriteString(written)
			if c.HardLineBreak() {
				b.WriteByte('\n')
			}
		case *ast.String:
			b.Write(c.Value)
		case *ast.RawHTML:
			b.WriteString("`")
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
	"numbered list":      "1. a\n2) b",
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
	calm, err := report.Markdown([]report.Validation{hostileTo(noncompliant(), "calm")}, report.Options{})
	want := read(t, made(t, calm, err))
	// Code spans are what hostileTexts names may add; breaking a name into them must leave everything else as it is.
	delete(want.elements, "CodeSpan")
	delete(want.elements, "Text")
	for name, text := range hostileTexts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := hostileTo(noncompliant(), text)
			markdown, err := report.Markdown([]report.Validation{v}, report.Options{})
			got := read(t, made(t, markdown, err))
			delete(got.elements, "CodeSpan")
			delete(got.elements, "Text")
			if diff := cmp.Diff(want.elements, got.elements); diff != "" {
				t.Errorf("elements (-want +got):\n%s\n%s", diff, markdown)
			}
			plain := strings.Join(strings.Fields(text), " ")
			for _, i := range []int{0, 2, 3} {
				if cell := got.table[1][i]; unquoted(cell) != unquoted(plain) {
					t.Errorf("cell %d reads %q, want %q", i, cell, plain)
				}
			}
			for _, line := range []string{"❌ " + plain, "❌ fail scope: " + plain, "❌ Missing scopes. " + plain + "\n" + plain} {
				if !slices.ContainsFunc(got.lines, func(l string) bool { return unquoted(l) == unquoted(line) }) {
					t.Errorf("no line reads %q:\n%s", line, markdown)
				}
			}
		})
	}
}

// hostileTo is a validation with a text in every place that can have one. The subject stays, since a text that names it leaves it out.
func hostileTo(v report.Validation, text string) report.Validation {
	v.Name, v.OrganizationName, v.Region, v.APIHost = text, text, text, text
	v.Clients[0].Name, v.Clients[0].GrantType = text, text
	v.Waivers["region"] = report.Waiver{Reason: text, Owner: text, Expires: text}
	for i := range v.Findings {
		v.Findings[i].Subject, v.Findings[i].ClientName = "", text
		v.Findings[i].Message, v.Findings[i].Remediation = text, text
	}
	v.Findings[3].ClientName = ""
	return v
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
		markdown, err := report.Markdown([]report.Validation{v}, report.Options{})
		lines := read(t, made(t, markdown, err)).lines
		at := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "❌ fail `scope`") })
		if at < 0 {
			t.Fatalf("no finding in\n%s", markdown)
		}
		line := lines[at]
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
		"Müller's Geschäft – 東京":                          "Müller's Geschäft – 東京",
		"2 of 7 checks (60 seconds); really?":             "2 of 7 checks (60 seconds); really?",
		"Grant it under Admin > People.":                  "Grant it under Admin &gt; People.",
		"People & Permissions > Roles / All":              "People &amp; Permissions &gt; Roles / All",
		"Set allow_cross_region = true.":                  "Set `allow_cross_region` = true.",
		"GET /api/v2/users/{userId}/roles: 403":           "`GET /api/v2/users/{userId}/roles`: 403",
		`Role "CXone [EU] - Export" (GET /api/v2/users).`: "Role \"`CXone [EU] - Export`\" (`GET /api/v2/users`).",
		"a|b and x-GET /c|d":                              "<code>a&#124;b</code> and x-GET <code>&#47;c&#124;d</code>",
		`say "x" or "`:                                    `say "x" or "`,
		"a\u202eb \u200bc\x00d":                           "`a\uFFFDb` `\uFFFDc\uFFFDd`",
	} {
		v := noncompliant()
		v.Findings[0].Message = text
		markdown, err := report.Markdown([]report.Validation{v}, report.Options{})
		if line := "- ❌ fail `scope` `analytics:export`: " + want + "\n"; !strings.Contains(made(t, markdown, err), line) {
			t.Errorf("%q is not written as %q:\n%s", text, want, markdown)
		}
	}
}

// limit leaves the rest of the 65,536 characters of a comment to what is put around the report.
const limit = 65_000

// Whatever is left out is counted.
func TestMarkdownIsCut(t *testing.T) {
	t.Parallel()
	leftOut := regexp.MustCompile(`\*\*Left out to keep the report short: (\d+) ([a-z ]+)\.\*\* The verdict at the top counts everything\.`)
	left := func(got, noun string) int {
		for _, match := range leftOut.FindAllStringSubmatch(got, -1) {
			if match[2] == noun {
				n, _ := strconv.Atoi(match[1])
				return n
			}
		}
		return 0
	}
	t.Run("a thousand findings of one validation", func(t *testing.T) {
		t.Parallel()
		got := cut(t, append(manyFailures(1, 1000), compliant()))
		assertVerdict(t, got, "❌ **Noncompliant.** 2 validations: 1 compliant, 1 noncompliant, 0 undetermined.")
		shown := strings.Count(got, "- ❌ fail `scope`")
		if n := left(got, "findings"); shown+n != 1000 || shown < 300 {
			t.Errorf("%d findings are shown, and %d counted", shown, n)
		}
		assertHas(t, got, "1. ❌ **Missing scopes.**") // one remedy for all
		assertHas(t, got, "- `acme_us`")
	})
	t.Run("a thousand validations that fail", func(t *testing.T) {
		t.Parallel()
		got := cut(t, append(manyFailures(1000, 1), compliant(), undetermined()))
		assertVerdict(t, got, "❌ **Noncompliant.** 1002 validations: 1 compliant, 1000 noncompliant, 1 undetermined.")
		rows, findings := strings.Count(got, "\n| `"), strings.Count(got, "- ❌ fail `scope`")
		if n := left(got, "validations"); rows+n != 1001 || rows < 100 {
			t.Errorf("%d rows are shown, and %d counted", rows, n)
		}
		if n := left(got, "findings"); findings+n != 1001 || findings < 60 {
			t.Errorf("%d findings are shown, and %d counted", findings, n)
		}
		assertHas(t, got, "2. ❔ **Could not be decided: client.**") // what to do is complete
	})
	t.Run("five thousand that pass", func(t *testing.T) {
		t.Parallel()
		var validations []report.Validation
		for i := range 5000 {
			v := compliant()
			v.Name = fmt.Sprintf("a_%04d", i)
			validations = append(validations, v)
		}
		got := cut(t, append(validations, noncompliant(), undetermined()))
		assertVerdict(t, got, "❌ **Noncompliant.** 5002 validations: 5000 compliant, 1 noncompliant, 1 undetermined. 1 failure is waived.")
		assertHas(t, got, "| --- |\n| `acme_emea` |")
		assertHas(t, got, "- ❌ fail `scope`: `analytics:export` is missing")
		assertHas(t, got, "- ❔ unknown `client`")
		assertHas(t, got, "<summary>✅ 5000 compliant validations</summary>")
		names := strings.Count(got, "\n- `a_")
		if n := left(got, "compliant validations"); names+n != 5000 || names < 500 {
			t.Errorf("%d names are shown, and %d counted", names, n)
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
		shown := strings.Count(got, "- ☑️ waived") + strings.Count(got, "- ⚠️ warn")
		if n := left(got, "findings"); shown+n != 900 || n == 0 {
			t.Errorf("%d others are shown, and %d counted", shown, n)
		}
	})
	t.Run("a thousand remedies", func(t *testing.T) {
		t.Parallel()
		v := manyFailures(1, 1000)[0]
		for i := range v.Findings {
			v.Findings[i].Remediation = fmt.Sprintf("Remedy %d. %s", i, strings.Repeat("Do it. ", 50))
		}
		got := cut(t, []report.Validation{v})
		shown := strings.Count(got, "❌ **Missing scopes.**")
		if n := left(got, "further remedies"); shown+n != 1000 || n == 0 || shown < 30 {
			t.Errorf("%d remedies are shown, and %d counted", shown, n)
		}
	})
	t.Run("texts without end", func(t *testing.T) {
		t.Parallel()
		v := hostileTo(noncompliant(), strings.Repeat("`| ", 50_000))
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
	got, err := report.Markdown(validations, report.Options{})
	if got = made(t, got, err); len(got) > limit {
		t.Errorf("%d bytes, want at most %d", len(got), limit)
	}
	if !utf8.ValidString(got) {
		t.Error("a character is cut in two")
	}
	for seed := range uint64(3) {
		again, err := report.Markdown(reordered(validations, seed), report.Options{})
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

// FuzzMarkdown holds every name to what the table and the lists may be.
func FuzzMarkdown(f *testing.F) {
	for _, text := range hostileTexts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = "x" + text
		calm, err := report.Markdown([]report.Validation{hostileTo(noncompliant(), "x")}, report.Options{Title: "x"})
		want := read(t, made(t, calm, err))
		markdown, err := report.Markdown([]report.Validation{hostileTo(noncompliant(), text)}, report.Options{Title: text})
		got := read(t, made(t, markdown, err))
		for _, elements := range []map[string]int{want.elements, got.elements} {
			delete(elements, "CodeSpan")
			delete(elements, "Text")
		}
		if diff := cmp.Diff(want.elements, got.elements); diff != "" {
			t.Errorf("elements (-want +got):\n%s\n%s", diff, markdown)
		}
		if len(got.table) != 2 || len(got.table[1]) != 5 {
			t.Errorf("the table is %q in\n%s", got.table, markdown)
		}
	})
}
