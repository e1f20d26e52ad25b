package provider_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var terraformBlock = regexp.MustCompile("(?ms)^```terraform\n(.*?)^```$")

// A fragment of a validation is fenced as hcl: its arguments.
var argumentsBlock = regexp.MustCompile("(?ms)^```hcl\n(.*?)^```$")

// documented are the README and the templates of docs/, by their path.
func documented(t *testing.T) map[string]string {
	t.Helper()
	pages := make(map[string]string)
	for _, pattern := range []string{"README.md", "templates/*.tmpl", "templates/*/*.md", "templates/*/*.tmpl"} {
		paths, err := filepath.Glob(filepath.Join(moduleDir, pattern))
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, path := range paths {
			name, err := filepath.Rel(moduleDir, path)
			if err != nil {
				t.Fatal(err)
			}
			pages[filepath.ToSlash(name)] = readExample(t, path)
		}
	}
	return pages
}

// Every configuration in the documentation is planned as it stands there, alone, but for the examples, which have a test of their own.
func TestBlocksPlan(t *testing.T) {
	t.Parallel()
	blocks := 0
	for path, content := range documented(t) {
		switch path {
		case "templates/guides/shrink-a-client.md", "templates/guides/adopt-the-gate.md":
			continue // its configurations follow from one another: TestShrinkGuide and TestAdoptTheGateGuide go through them
		}
		if path == plannedGuide { // its resources are another provider's: TestPlannedGuide puts others of their shapes in their place
			content = terraformBlock.ReplaceAllString(content, "")
		}
		for i, match := range terraformBlock.FindAllStringSubmatch(content, -1) {
			blocks++
			if thinned(fmt.Sprint(path, i), 3, 0) {
				continue
			}
			t.Run(fmt.Sprintf("%s/%d", path, i+1), func(t *testing.T) {
				t.Parallel()
				planGuideBlock(t, match[1])
			})
		}
		for i, match := range argumentsBlock.FindAllStringSubmatch(content, -1) {
			blocks++
			t.Run(fmt.Sprintf("%s/arguments %d", path, i+1), func(t *testing.T) {
				t.Parallel()
				planGuideBlock(t, validation(`client_name = "Compliance Dashboard"`, `max_token_validity_seconds = 86400`, match[1]))
			})
		}
	}
	if blocks < 20 {
		t.Errorf("found only %d blocks", blocks)
	}
}

// A block that configures the provider is meant to be copied as a whole: without the provider's source the CLI looks for another one.
func TestProviderBlocksNameTheSource(t *testing.T) {
	t.Parallel()
	for path, content := range documented(t) {
		for _, match := range terraformBlock.FindAllStringSubmatch(content, -1) {
			if strings.Contains(match[1], "provider \"genesysaudit\" {") && !strings.Contains(match[1], `source = "genesysaudit/genesysaudit"`) {
				t.Errorf("%s: the block has no source:\n%s", path, match[1])
			}
		}
	}
}

func planGuideBlock(t *testing.T, block string) {
	t.Helper()
	if strings.Contains(block, "\nephemeral ") || strings.HasPrefix(block, "ephemeral ") {
		needsEphemeralResources(t)
	}
	if strings.Contains(block, "identity = {") {
		needsIdentity(t)
	}
	versions := requiredProviders
	if strings.Contains(block, "required_providers") {
		versions = ""
	}
	plan := []string{"plan", "-no-color", "-input=false"}
	switch {
	case strings.HasPrefix(block, "list "):
		needsListResources(t)
		main := versions
		if strings.Contains(block, "organization =") { // which the provider block of the guide knows
			main += acmeEMEA
		}
		c := newExample(t, "main.tf", main)
		c.write("clients.tfquery.hcl", block)
		c.run(0, "query", "-no-color")
		return
	case strings.HasPrefix(block, "import "):
		plan = append(plan, "-generate-config-out=generated.tf")
	}
	newExample(t, "main.tf", block, "versions.tf", versions).run(0, plan...)
}

// acmeEMEA is the organization that the guides name, at an address that newExample gives.
const acmeEMEA = `
variable "base_url" {}

provider "genesysaudit" {
  organizations = {
    acme_emea = {
      aws_region         = "eu-west-1"
      oauthclient_id     = "b7e352a9-1d6c-4f84-93ea-48c0d7f1562b"
      oauthclient_secret = "demo-secret-acme-emea-auditor"
      api_url            = "${var.base_url}/eu-west-1"
      login_url          = "${var.base_url}/eu-west-1"
    }
  }
}
`

// The first guide works from its first line to its last: its commands are run on its configurations.
func TestFirstAuditGuide(t *testing.T) {
	t.Parallel()
	content := readExample(t, filepath.Join(moduleDir, "templates", "guides", "first-audit.md"))
	blocks := terraformBlock.FindAllStringSubmatch(content, -1)
	if len(blocks) != 2 {
		t.Fatalf("%d configurations, want the look and the gate", len(blocks))
	}
	look, gated := blocks[0][1], blocks[1][1]
	c := newExample(t, "main.tf", look)
	assertShows(t, c.run(0, "plan", "-no-color"), `verdict = "compliant"`)

	head, _, _ := strings.Cut(look, "data ")
	c.write("main.tf", head+gated)
	assertShows(t, c.run(0, "plan", "-no-color"), "1 to add")
}

var subcategory = regexp.MustCompile(`(?m)^subcategory: "[1-4]\. [A-Z][a-z]+( [a-z]+)?"$`)

// A registry lists the guides by their subcategories, whose numbers make the order.
func TestGuidesHaveAnOrder(t *testing.T) {
	t.Parallel()
	for path, content := range documented(t) {
		if strings.HasPrefix(path, "templates/guides/") && !subcategory.MatchString(content) {
			t.Errorf("%s has no subcategory", path)
		}
	}
}

var variableOf = regexp.MustCompile("(?m)^- `(\\w+)` .* Environment variable: `(\\w+)`")

// The table of variables has each one that the schema, from which the end of the page is generated, names.
func TestVariablesTable(t *testing.T) {
	t.Parallel()
	page := readExample(t, filepath.Join(moduleDir, "docs", "index.md"))
	variables := variableOf.FindAllStringSubmatch(page, -1)
	if len(variables) != 8 {
		t.Errorf("the schema names %d variables, want 8", len(variables))
	}
	for _, match := range variables {
		if row := fmt.Sprintf("| `%s` | `%s` |", match[2], match[1]); !strings.Contains(page, row) {
			t.Errorf("the table has no row %s", row)
		}
	}
}

// Each page of what reads the platform says which permissions that takes.
func TestPagesNamePermissions(t *testing.T) {
	t.Parallel()
	pages := 0
	for _, kind := range []string{"resources", "data-sources", "ephemeral-resources", "list-resources"} {
		paths, err := filepath.Glob(filepath.Join(moduleDir, "docs", kind, "*.md"))
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %v", kind, err)
		}
		for _, path := range paths {
			pages++
			if !strings.Contains(readExample(t, path), "\n## Permissions of the auditing client\n\n") {
				t.Errorf("%s does not say which permissions the auditing client needs", path)
			}
		}
	}
	if pages < 12 {
		t.Errorf("found only %d pages", pages)
	}
}

var (
	fencedBlock   = regexp.MustCompile("(?ms)^```.*?^```")
	nameInProse   = regexp.MustCompile("`([a-z]+(?:_[a-z]+)+)`")
	documentedFor = regexp.MustCompile("(?m)^(?:- `(\\w+)` \\(|\\| `(\\w+)` \\||## (\\w+)$)") // in a schema, as a field of a result, a check
)

// A name in the prose is one of the provider's: an attribute, a field, a check or a page. Terraform's own are few.
func TestNamesInProse(t *testing.T) {
	t.Parallel()
	known := map[string]bool{
		"depends_on": true, "for_each": true, "mock_provider": true, "override_module": true, "ignore_changes": true, "include_resource": true, "planned_values": true, "resource_changes": true,
		"genesyscloud_auth_role": true, "genesyscloud_oauth_client": true, // the official provider's
		"base_url": true, // a variable of the guide
		"as_of":    true, // an option of the reports
	}
	pages := map[string]string{"README.md": readExample(t, filepath.Join(moduleDir, "README.md"))}
	for _, pattern := range []string{"docs/*.md", "docs/*/*.md"} {
		paths, err := filepath.Glob(filepath.Join(moduleDir, pattern))
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, path := range paths {
			pages[path] = readExample(t, path)
			known["genesysaudit_"+strings.TrimSuffix(filepath.Base(path), ".md")] = true
			for _, match := range documentedFor.FindAllStringSubmatch(pages[path], -1) {
				known[match[1]+match[2]+match[3]] = true
			}
		}
	}
	for path, content := range pages {
		for _, match := range nameInProse.FindAllStringSubmatch(fencedBlock.ReplaceAllString(content, ""), -1) {
			if !known[match[1]] {
				t.Errorf("%s: there is no %s", path, match[1])
			}
		}
	}
}
