package provider_test

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

// repository is where the files of the default branch are shown. Pages that a registry shows link there, since it has docs/ alone.
const repository = "https://github.com/genesysaudit/terraform-provider-genesysaudit/blob/main/"

// page is what there is to follow, and to lead to, in a file of Markdown.
type page struct {
	links   []string
	anchors map[string]bool // headings, as GitHub and the registries name them, and anchors in HTML
}

var anchorTag = regexp.MustCompile(`<a id="([^"]+)">`)

func readPage(t *testing.T, path string) page {
	t.Helper()
	source := []byte(readExample(t, path))
	p := page{anchors: make(map[string]bool)}
	for _, match := range anchorTag.FindAllSubmatch(source, -1) {
		p.anchors[string(match[1])] = true
	}
	markdown := goldmark.New(goldmark.WithExtensions(extension.GFM))
	err := ast.Walk(markdown.Parser().Parse(text.NewReader(source)), func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := node.(type) {
		case *ast.Link:
			if entering {
				p.links = append(p.links, string(n.Destination))
			}
		case *ast.Heading:
			if entering {
				p.anchors[slug(string(n.Lines().Value(source)))] = true
			}
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// slug is the anchor of a heading. goldmark's own, unlike GitHub's, has no underscores.
func slug(title string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return unicode.ToLower(r)
		default:
			return -1
		}
	}, title)
}

// Every link of the documentation leads to a file that is there, and to a heading in it. A page below docs/ does not leave docs/ by a
// relative link: a registry shows it without the rest.
func TestLinks(t *testing.T) {
	t.Parallel()
	var paths []string
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md"} {
		found, err := filepath.Glob(filepath.Join(moduleDir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	pages := make(map[string]page, len(paths))
	links := 0
	for _, path := range paths {
		pages[path] = readPage(t, path)
		links += len(pages[path].links)
	}
	if links < 80 {
		t.Errorf("only %d links were found in %d pages", links, len(pages))
	}
	docs := filepath.Join(moduleDir, "docs") + string(filepath.Separator)
	for path, from := range pages {
		for _, target := range from.links {
			relative, inRepository := strings.CutPrefix(target, repository)
			u, err := url.Parse(relative)
			if err != nil || u.Host != "" || u.Scheme != "" { // another site's
				if err != nil {
					t.Errorf("%s: %v", path, err)
				}
				continue
			}
			file := path
			switch {
			case inRepository:
				file = filepath.Join(moduleDir, filepath.FromSlash(u.Path))
			case u.Path != "":
				file = filepath.Join(filepath.Dir(path), filepath.FromSlash(u.Path))
			}
			if _, err := os.Stat(file); err != nil {
				t.Errorf("%s: %s leads to no file", path, target)
			}
			if to, ok := pages[file]; u.Fragment != "" && (!ok || !to.anchors[u.Fragment]) {
				t.Errorf("%s: %s leads to no heading", path, target)
			}
			if strings.HasPrefix(path, docs) && !inRepository && !strings.HasPrefix(file, docs) {
				t.Errorf("%s: %s leaves docs/", path, target)
			}
		}
	}
}
