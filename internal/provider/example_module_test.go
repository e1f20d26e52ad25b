package provider_test

import (
	"path/filepath"
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
