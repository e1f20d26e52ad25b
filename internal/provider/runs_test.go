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

// The gate holds in the runs of the real CLI: a plan that refreshes and one that does not, an apply of a plan that has become wrong, a
// destroy.
func TestGateInEveryRun(t *testing.T) {
	t.Parallel()
	const refused = `"Analytics - Export" is not granted`
	start := func(t *testing.T) (*platform, cli) {
		t.Helper()
		p := startPlatform(t)
		return p, newCLI(t, "main.tf", requiredProviders+p.topLevel()+validation(dashboardArguments))
	}
	applied := func(t *testing.T) (*platform, cli) {
		t.Helper()
		p, c := start(t)
		c.run(0, "apply", "-no-color", "-auto-approve")
		return p, c
	}
	breakIt := withoutRole("Analytics - Export")

	t.Run("plan after a change", func(t *testing.T) {
		t.Parallel()
		p, c := applied(t)
		p.change(breakIt)()
		output := c.run(1, "plan", "-no-color")
		assertShows(t, output, refused)
		assertShows(t, output, "To destroy while this fails: -refresh=false, or GENESYSAUDIT_ENFORCEMENT=warn.")
	})
	t.Run("plan without refresh", func(t *testing.T) {
		t.Parallel()
		p, c := applied(t)
		p.change(breakIt)()
		assertShows(t, c.run(1, "plan", "-no-color", "-refresh=false"), refused)
	})
	t.Run("plan without refresh of unchanged verdict", func(t *testing.T) {
		t.Parallel()
		p, c := applied(t)
		p.change(withScope("Acme US", "users"))()
		assertShows(t, c.run(0, "plan", "-no-color", "-refresh=false", "-detailed-exitcode"), "No changes")
	})
	t.Run("refresh only", func(t *testing.T) {
		t.Parallel()
		p, c := applied(t)
		p.change(breakIt)()
		assertShows(t, c.run(0, "plan", "-no-color", "-refresh-only"), `~ compliant = true -> false`)
	})
	t.Run("saved plan gone wrong", func(t *testing.T) {
		t.Parallel()
		p, c := start(t)
		c.run(0, "plan", "-no-color", "-out=saved")
		p.change(breakIt)()
		assertShows(t, c.run(1, "apply", "-no-color", "saved"), refused)
		assertShows(t, c.run(0, "state", "list"), "")
	})
	t.Run("saved plan, change that does not matter", func(t *testing.T) {
		t.Parallel()
		p, c := start(t)
		c.run(0, "plan", "-no-color", "-out=saved")
		p.change(withScope("Acme US", "users"))()
		assertShows(t, c.run(0, "apply", "-no-color", "saved"), "1 added")
	})
	t.Run("destroy of a passing validation", func(t *testing.T) {
		t.Parallel()
		_, c := applied(t)
		assertShows(t, c.run(0, "destroy", "-no-color", "-auto-approve"), "1 destroyed")
	})
	t.Run("destroy while it fails", func(t *testing.T) {
		t.Parallel()
		p, c := applied(t)
		p.change(breakIt)()
		assertShows(t, c.run(1, "destroy", "-no-color", "-auto-approve"), refused)
		assertShows(t, c.run(0, "destroy", "-no-color", "-auto-approve", "-refresh=false"), "1 destroyed")
	})
	t.Run("destroy with enforcement warn", func(t *testing.T) {
		t.Parallel()
		p, c := applied(t)
		p.change(breakIt)()
		c.Setenv("GENESYSAUDIT_ENFORCEMENT", "warn")
		assertShows(t, c.run(0, "destroy", "-no-color", "-auto-approve"), "1 destroyed")
	})
	t.Run("taint never", func(t *testing.T) {
		t.Parallel()
		p, c := start(t)
		c.write("main.tf", requiredProviders+p.topLevel()+"resource \"terraform_data\" \"id\" {\n  input = \""+auditorUS+"\"\n}\n"+
			validation(`client_id = terraform_data.id.output`))
		c.run(1, "apply", "-no-color", "-auto-approve")
		output := c.run(0, "state", "list")
		if strings.Contains(output, "genesysaudit_access_validation") {
			t.Errorf("a failed apply left the validation in state: %s", output)
		}
	})
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
	c.Setenv("GENESYSCLOUD_REGION", "us-east-1")
	c.Setenv("GENESYSCLOUD_OAUTHCLIENT_ID", auditorUS)
	c.Setenv("GENESYSCLOUD_OAUTHCLIENT_SECRET", "demo-secret-acme-us-auditor")
	c.Setenv("GENESYSAUDIT_API_URL", p.url+"/us-east-1")
	c.Setenv("GENESYSAUDIT_LOGIN_URL", p.url+"/us-east-1")
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
	c := newCLI(t, "main.tf", requiredProviders+block+validation(dashboardArguments))
	assertShows(t, c.run(1, "plan", "-no-color"), "Sign-in refused")
}
