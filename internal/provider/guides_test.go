package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var terraformBlock = regexp.MustCompile("(?ms)^```terraform\n(.*?)^```$")

// Every configuration in a guide is planned as it stands there, alone. What is a part of one only is fenced as hcl.
func TestGuidesPlan(t *testing.T) {
	t.Parallel()
	guides, err := filepath.Glob(filepath.Join(moduleDir, "templates", "guides", "*.md*"))
	if err != nil || len(guides) < 5 {
		t.Fatalf("found the guides %v: %v", guides, err)
	}
	for _, guide := range guides {
		if filepath.Base(guide) == "shrink-a-client.md" {
			continue // its configurations follow from one another: TestShrinkGuide goes through them
		}
		content, err := os.ReadFile(guide)
		if err != nil {
			t.Fatal(err)
		}
		for i, match := range terraformBlock.FindAllStringSubmatch(string(content), -1) {
			name := fmt.Sprintf("%s/%d", strings.TrimSuffix(filepath.Base(guide), ".md"), i+1)
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				planGuideBlock(t, match[1])
			})
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
