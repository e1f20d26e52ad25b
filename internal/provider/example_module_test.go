package provider_test

import (
	"path/filepath"
	"regexp"
	"testing"
)

// The tests of the example module pass, and they notice when the module lets an undecided client through.
func TestExampleModuleTests(t *testing.T) {
	t.Parallel()
	const folder, testFile = "modules/dashboard", "tests/access.tftest.hcl"
	c := newCLI(t, append(exampleFiles(t, folder), testFile, readExample(t, filepath.Join(moduleDir, "examples", folder, testFile)))...)
	assertShows(t, c.run(0, "test", "-no-color"), "Success! 3 passed, 0 failed.")

	main := readExample(t, filepath.Join(moduleDir, "examples", folder, "main.tf"))
	c.write("main.tf", replaced(t, main, "data.genesysaudit_access_validation.dashboard.compliant",
		`data.genesysaudit_access_validation.dashboard.verdict != "noncompliant"`))
	assertShows(t, c.run(1, "test", "-no-color"), `run "refuses_what_could_not_be_read"... fail`)
}

// A module with an ephemeral gate is tested as the guide says: with the real provider, its enforcement off, and no credentials.
func TestModuleWithEphemeralGate(t *testing.T) {
	t.Parallel()
	needsEphemeralResources(t)
	guide := readExample(t, filepath.Join(moduleDir, "templates", "guides", "test-your-module.md.tmpl"))
	settings := regexp.MustCompile("(?ms)^```text\n(provider .*?)^```$").FindStringSubmatch(guide)
	if settings == nil {
		t.Fatal("the guide does not configure the provider for a test")
	}
	const run = `
run "deploys" {
  command = plan
}
`
	c := newCLI(t, "main.tf", requiredProviders+gateBlock(ephemeralForm)+releases(ephemeralForm, "1"), "tests/gate.tftest.hcl", settings[1]+run)
	assertShows(t, c.run(0, "test", "-no-color"), "Success! 1 passed, 0 failed.")

	c.write("tests/gate.tftest.hcl", "mock_provider \"genesysaudit\" {}\n"+run)
	c.run(1, "test", "-no-color") // the guide says that it does not work
}
