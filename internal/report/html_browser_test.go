package report_test

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/report"
)

//go:embed testdata/measure.js
var measureScript string

// measurement is what measure.js finds on one page.
type measurement struct {
	Page         string
	Width        int
	ContentWidth int
	Title        string
	Background   string
	Scripts      int
	Resources    []string
	Stations     int
	Spilt        []string
	Misplaced    []string
	Tallest      float64 // row of the matrix
	Sticky       bool
	Hidden       int
	Weakest      struct {
		Ratio float64
		Text  string
	}
	Links []followedLink
}

type followedLink struct {
	Cell, Target                     string
	Reached, Followed, Shown, Remedy bool
}

// browser is the path of a Chromium. Without one the test says aloud that the page was not looked at.
func browser(t *testing.T) string {
	t.Helper()
	names := []string{"chromium", "chromium-browser", "google-chrome", "headless_shell"}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skipf("THE PAGE WAS NOT LOOKED AT: no Chromium on the PATH (none of %s)", strings.Join(names, ", "))
	return ""
}

// visit is what a browser found on the pages, what it asked the server for, and what it wrote to its console.
type visit struct {
	pages    []measurement
	requests []string
	console  []string
}

// screens are the widths of a phone, of a tablet and of a desk.
var screens = []int{390, 820, 1280}

// look opens every page at each of the widths in a browser that reaches nothing but the test's own server.
func look(t *testing.T, pages map[string]string, widths []int, flags ...string) visit {
	t.Helper()
	path := browser(t)
	var (
		mu       sync.Mutex
		requests []string
	)
	harness := harnessOf(pages, widths)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		requests = append(requests, r.URL.Path)
		mu.Unlock()
		switch name := strings.TrimPrefix(r.URL.Path, "/"); {
		case name == "":
			fmt.Fprint(w, harness)
		case name == "measure.js":
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprint(w, measureScript)
		case pages[name] != "":
			fmt.Fprint(w, pages[name])
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()

	const patience = 2 * time.Minute
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	arguments := slices.Concat([]string{
		"--headless", "--dump-dom", "--enable-logging=stderr", "--disable-gpu", "--no-first-run", "--disable-background-networking",
		"--no-sandbox", // which a container may not have; all that is opened is the test's own
		"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
		"--user-data-dir=" + t.TempDir(),
	}, flags, []string{server.URL + "/"})
	var out, log bytes.Buffer
	cmd := exec.CommandContext(ctx, path, arguments...)
	cmd.Stdout, cmd.Stderr = &out, &log
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", path, err, log.String())
	}
	v := visit{pages: measurements(t, out.String(), log.String())}
	mu.Lock()
	defer mu.Unlock()
	v.requests = slices.Compact(slices.Sorted(slices.Values(requests)))
	for _, line := range strings.Split(log.String(), "\n") {
		if strings.Contains(line, "CONSOLE") {
			v.console = append(v.console, line)
		}
	}
	return v
}

func harnessOf(pages map[string]string, widths []int) string {
	var b strings.Builder
	b.WriteString(`<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><pre id="result"></pre>` +
		`<script src="/measure.js"></script>`)
	for name := range pages {
		for _, width := range widths {
			fmt.Fprintf(&b, `<iframe data-page="%s" src="/%s" width="%d" height="740" style="border:0"></iframe>`, name, name, width)
		}
	}
	return b.String()
}

var resultOf = regexp.MustCompile(`<pre id="result">([^<]+)</pre>`)

func measurements(t *testing.T, dom, log string) []measurement {
	t.Helper()
	match := resultOf.FindStringSubmatch(dom)
	if match == nil {
		t.Fatalf("the browser measured nothing:\n%s\n%s", dom, log)
	}
	text, err := url.PathUnescape(match[1])
	if err != nil {
		t.Fatal(err)
	}
	var result struct {
		Error string
		Pages []measurement
	}
	if err := json.Unmarshal([]byte(text), &result); err != nil {
		t.Fatal(err)
	}
	if result.Error != "" {
		t.Fatalf("measure.js: %s", result.Error)
	}
	return result.Pages
}

func TestHTMLInABrowser(t *testing.T) {
	t.Parallel()
	var many []report.Validation
	for i := range 60 {
		v := compliant()
		v.Name = fmt.Sprintf("validation_with_a_long_name_that_is_not_over_soon_%02d", i)
		many = append(many, v)
	}
	pages := map[string]string{
		"acme": render(t, append(many, acme()...)...),
		"hostileText": render(t, hostileValidation(hostileText), hostileValidation(strings.Repeat("W@漢字🙂", 100)),
			hostileValidation(strings.Repeat("﷽ḉ̷̛", 50))),
		"nothing": render(t, unexplained()),
		"none":    render(t),
	}
	follows := func(targets ...string) []followedLink {
		list := []followedLink{}
		for _, target := range targets {
			cell, target, _ := strings.Cut(target, " ")
			list = append(list, followedLink{Cell: cell, Target: "#" + target, Reached: true, Followed: true, Shown: true, Remedy: true})
		}
		return list
	}
	links := map[string][]followedLink{
		"acme": follows("fail v1-scope", "unknown v1-permission", "fail v2-scope", "fail v2-token_validity", "unknown v3-client"),
		"hostileText": follows("fail v1-scope", "unknown v1-permission", "fail v2-scope", "unknown v2-permission",
			"fail v3-scope", "unknown v3-permission"),
		"nothing": follows(), "none": follows(),
	}
	titles := map[string]string{
		"acme": "2 of 66 validations are noncompliant", "hostileText": "All 3 validations are noncompliant",
		"nothing": "The validation is undetermined", "none": "Nothing was validated",
	}
	schemes := map[string]struct{ flag, background string }{
		"light": {"--blink-settings=preferredColorScheme=1", "rgb(247, 248, 248)"},
		"dark":  {"--blink-settings=preferredColorScheme=0", "rgb(17, 20, 23)"},
	}
	for name, scheme := range schemes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := look(t, pages, screens, scheme.flag)
			if diff := cmp.Diff([]string{"/", "/acme", "/hostileText", "/measure.js", "/none", "/nothing"}, v.requests); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			if len(v.console) > 0 {
				t.Errorf("console:\n%s", strings.Join(v.console, "\n"))
			}
			if len(v.pages) != len(pages)*len(screens) {
				t.Fatalf("%d pages were measured", len(v.pages))
			}
			for _, page := range v.pages {
				page.check(t, titles[page.Page]+" – Genesys Cloud access validation", scheme.background, links[page.Page])
			}
		})
	}
}

// check compares what was measured on a page with what has to be.
func (m measurement) check(t *testing.T, title, background string, links []followedLink) {
	t.Helper()
	at := fmt.Sprintf("%s at %d pixels", m.Page, m.Width)
	if m.Title != title || m.Scripts != 0 || len(m.Resources) > 0 {
		t.Errorf("%s: title %q, %d scripts, resources %v", at, m.Title, m.Scripts, m.Resources)
	}
	if m.Background != background { // a style that the policy refuses leaves it transparent
		t.Errorf("%s: background %s, want %s", at, m.Background, background)
	}
	if m.ContentWidth > m.Width {
		t.Errorf("%s: the content is %d pixels wide", at, m.ContentWidth)
	}
	if m.Page != "none" && m.Stations < 10 {
		t.Errorf("%s: the way of a call has %d stations", at, m.Stations)
	}
	if len(m.Spilt) > 0 {
		t.Errorf("%s: texts leave their stations: %q", at, m.Spilt)
	}
	if len(m.Misplaced) > 0 {
		t.Errorf("%s: cells do not stand under their headings: %q", at, m.Misplaced)
	}
	if m.Tallest >= 44 {
		t.Errorf("%s: a row of the matrix is %.1f pixels high", at, m.Tallest)
	}
	if m.Page == "acme" && !m.Sticky {
		t.Errorf("%s: the heading and the first column do not stay in view", at)
	}
	if m.Weakest.Ratio < 4.5 { // WCAG 2, level AA
		t.Errorf("%s: %q has the contrast %.2f", at, m.Weakest.Text, m.Weakest.Ratio)
	}
	if diff := cmp.Diff(links, m.Links); diff != "" {
		t.Errorf("%s: links (-want +got):\n%s", at, diff)
	}
}

// On paper nothing can be scrolled to: all that the page shows fits the width of a sheet, A4 or Letter, that has margins.
func TestHTMLOnPaper(t *testing.T) {
	t.Parallel()
	const paper = 700
	style := strings.NewReplacer("http-equiv", "name", "@media print {", "@media all {") // the policy would refuse another style
	v := look(t, map[string]string{"acme": style.Replace(render(t, acme()...))}, []int{paper}, "--blink-settings=preferredColorScheme=1")
	if len(v.pages) != 1 {
		t.Fatalf("%d pages were measured, want 1", len(v.pages))
	}
	page := v.pages[0]
	if page.ContentWidth > paper || len(page.Misplaced) > 0 || len(page.Spilt) > 0 {
		t.Errorf("the content is %d of %d pixels wide; misplaced %q, spilt %q", page.ContentWidth, paper, page.Misplaced, page.Spilt)
	}
	if page.Hidden > 0 {
		t.Errorf("%d cells hide what leaves their text, and with it, on paper, their sign", page.Hidden)
	}
}

// What the tests above rely on: a page that breaks its policy shows on the console, and one that reaches out is seen to.
func TestBrowserSeesWhatIsWrong(t *testing.T) {
	t.Parallel()
	good := render(t, noncompliant())
	v := look(t, map[string]string{
		"refused": strings.Replace(good, "</main>",
			`<img src="/leak"><p style="color:red">x</p><script>document.title="taken"</script></main>`, 1),
		"free": strings.NewReplacer(
			"http-equiv", "name",
			"</main>", `<img src="/free.png"><img src="https://example.com/x.png"><nobr style="color:#999;background:#fff">`+
				strings.Repeat("pale", 400)+`</nobr></main>`,
			">org:read</span>", ` style="white-space:nowrap">`+strings.Repeat("org:read", 20)+"</span>",
			`id="v1-permission"`, "",
			`<td class="pass">`, `<td class="pass" style="display:inline-block">`,
			`<tr><th scope="row">`, `<tr style="height:60px"><th scope="row">`,
		).Replace(good),
	}, screens)
	if !slices.Contains(v.requests, "/free.png") || slices.Contains(v.requests, "/leak") {
		t.Errorf("requests %v", v.requests)
	}
	for _, want := range []string{"img-src", "style-src", "script-src"} {
		if !slices.ContainsFunc(v.console, func(line string) bool { return strings.Contains(line, "/refused") && strings.Contains(line, want) }) {
			t.Errorf("the console does not tell of %s:\n%s", want, strings.Join(v.console, "\n"))
		}
	}
	for _, page := range v.pages {
		if page.Page != "free" {
			continue
		}
		if page.ContentWidth <= page.Width || len(page.Resources) != 2 {
			t.Errorf("the content is %d of %d pixels wide, resources %v", page.ContentWidth, page.Width, page.Resources)
		}
		if page.Weakest.Ratio > 3 || !strings.HasPrefix(page.Weakest.Text, "palepale") {
			t.Errorf("the weakest contrast is %.2f, of %q", page.Weakest.Ratio, page.Weakest.Text)
		}
		if diff := cmp.Diff([]string{strings.Repeat("org:read", 20)}, page.Spilt); diff != "" {
			t.Errorf("texts that leave their stations (-want +got):\n%s", diff)
		}
		if page.Tallest < 60 {
			t.Errorf("the tallest row has %.1f pixels", page.Tallest)
		}
		if len(page.Misplaced) < 2 {
			t.Errorf("cells that do not stand under their headings: %q", page.Misplaced)
		}
		if len(page.Links) != 2 || !page.Links[0].Shown || page.Links[1].Shown {
			t.Errorf("links %+v", page.Links)
		}
	}
}
