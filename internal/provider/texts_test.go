package provider_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var updateTexts = flag.Bool("update-texts", false, "write the catalogue of texts anew")

// The catalogue holds every text that a user may read in a diagnostic or a finding, as the source has it. A change of one shows in review
// beside its neighbours, so that they keep one voice: go test ./internal/provider -run TestTexts -update-texts
func TestTexts(t *testing.T) {
	t.Parallel()
	const golden = "testdata/texts.golden"
	var catalogue strings.Builder
	count := 0
	for _, folder := range []string{"audit", "genesyscloud", "provider", "report"} {
		paths, err := filepath.Glob(filepath.Join("..", folder, "*.go"))
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %v", folder, err)
		}
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			texts := textsOf(t, path)
			if len(texts) == 0 {
				continue
			}
			fmt.Fprintf(&catalogue, "== %s/%s\n", folder, filepath.Base(path))
			for _, text := range texts {
				fmt.Fprintf(&catalogue, "%s\n", strings.ReplaceAll(text, "\n", "\\n"))
				count++
				if filepath.Base(path) != "denial.go" { // which quotes the platform
					assertVoice(t, path, text)
				}
			}
		}
	}
	if count < 150 {
		t.Errorf("only %d texts were found", count)
	}
	if *updateTexts {
		if err := os.WriteFile(golden, []byte(catalogue.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), catalogue.String()); diff != "" {
		t.Errorf("the texts differ from %s (-want +got):\n%s", golden, diff)
	}
}

// assertVoice holds a text to how this provider speaks: plainly, without excuses or exclamations, in single spaces.
func assertVoice(t *testing.T, path, text string) {
	t.Helper()
	lower := strings.ToLower(text)
	for _, unwanted := range []string{"please ", "sorry", "oops", "unfortunately", "failed to ", "unable to", "an error occurred", "invalid input", "!"} {
		if strings.Contains(lower, unwanted) && !strings.Contains(text, "`") {
			t.Errorf("%s: %q in %q", path, unwanted, text)
		}
	}
	if strings.Contains(text, "  ") && !strings.Contains(text, "\n") { // lines may be indented
		t.Errorf("%s: two spaces in %q", path, text)
	}
}

// textsOf are the texts of a file: strings of several words, concatenated as they are in the source, without those that only describe
// the schema, which have their place in docs/.
func textsOf(t *testing.T, path string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	visit := func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && slices.Contains([]string{"MarkdownDescription", "Description", "Summary", "description", "summary"}, key.Name) {
				return false
			}
		case *ast.Field:
			return false // tags
		case *ast.BinaryExpr:
			if text, ok := literal(n); ok {
				texts = append(texts, text)
				return false
			}
		case *ast.BasicLit:
			if text, ok := literal(n); ok {
				texts = append(texts, text)
			}
		}
		return true
	}
	ast.Inspect(file, visit)
	return slices.DeleteFunc(texts, func(text string) bool {
		words := strings.Fields(text)
		return len(words) < 3 || strings.HasPrefix(text, "<") || strings.Contains(text, "svg")
	})
}

// literal is the text of a literal, or of several that are concatenated; what is not a literal in between is shown as a gap.
func literal(expression ast.Expr) (text string, ok bool) {
	switch e := expression.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		left, leftOK := literal(e.X)
		right, rightOK := literal(e.Y)
		if e.Op != token.ADD || !leftOK && !rightOK {
			return "", false
		}
		if !leftOK {
			left = "…"
		}
		if !rightOK {
			right = "…"
		}
		return left + right, true
	default:
		return "", false
	}
}
