package provider_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func assertShows(t *testing.T, output, want string) {
	t.Helper()
	if !strings.Contains(output, folded(want)) {
		t.Errorf("the CLI does not show %q:\n%s", want, output)
	}
}

func assertHides(t *testing.T, output, secret string) {
	t.Helper()
	if strings.Contains(output, secret) {
		t.Errorf("the CLI shows %q:\n%s", secret, output)
	}
}

// Credentials come from the official provider's variables; the state and the plan hold none of them.
func TestSecretsStayOut(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	c := newCLI(t, "main.tf", requiredProviders+"provider \"genesysaudit\" {}\n"+validation(dashboardArguments)+`
data "genesysaudit_oauth_client" "dashboard" {
  name = "Compliance Dashboard"
}
`)
	signIn(c.Workspace, p.url)
	logFile := filepath.Join(c.Dir, "trace.log")
	c.Setenv("TF_LOG", "TRACE")
	c.Setenv("TF_LOG_PATH", logFile)
	output := c.run(0, "plan", "-no-color", "-out=saved")
	output += c.run(0, "show", "-json", "saved")
	output += c.run(0, "apply", "-no-color", "saved")
	output += c.run(0, "show", "-json")
	log, err := os.ReadFile(logFile)
	if err != nil {
		t.Fatal(err)
	}
	assertShows(t, folded(string(log)), "/api/v2/oauth/clients")
	for _, secret := range []string{"demo-secret-acme-us-auditor", "demo-secret-acme-us-dashboard"} {
		assertHides(t, output+string(log), secret)
	}
}

// A wrong secret and a wrong region look alike to the platform; the right region is what decides here.
func TestRegionIsThePlatforms(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	block := strings.ReplaceAll(p.topLevel(), "us-east-1", "eu-west-1")
	assertShows(t, saidAtPlan(t, block+validation(dashboardArguments)), "sign-in refused")
}
