package provider_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every example is planned as a user would: from its folder, against organizations in which it passes.
func TestExamplesPlan(t *testing.T) {
	t.Parallel()
	variables := map[string][]string{
		"provider": {"-var=auditor_secret_emea=unused"},
		"scenarios/compliance-dashboard": {
			"-var-file=demo.tfvars", `-var=cross_region_permitted=["acme_emea","acme_apac"]`,
		},
	}
	folders := exampleFolders(t)
	if len(folders) < 5 {
		t.Fatalf("found only these examples: %v", folders)
	}
	for _, folder := range folders {
		if thinned(folder, 2, 0) {
			continue
		}
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			if strings.HasPrefix(folder, "ephemeral-resources/") {
				needsEphemeralResources(t)
			}
			if strings.HasPrefix(folder, "list-resources/") {
				needsListResources(t)
				assertShows(t, newExample(t, exampleFiles(t, folder)...).run(0, "query", "-no-color"), dashboardName)
				return
			}
			c := newExample(t, exampleFiles(t, folder)...)
			c.run(0, append([]string{"plan", "-no-color", "-input=false"}, variables[folder]...)...)
		})
	}
}

// Every example of an import is run beside the example of its resource.
func TestExamplesImport(t *testing.T) {
	t.Parallel()
	folders, err := filepath.Glob(filepath.Join(moduleDir, "examples", "resources", "*"))
	if err != nil || len(folders) == 0 {
		t.Fatalf("found no resources: %v", err)
	}
	for _, path := range folders {
		folder := "resources/" + filepath.Base(path)
		blocks, err := filepath.Glob(filepath.Join(path, importExamples))
		if err != nil || len(blocks) == 0 {
			t.Fatalf("%s has no import block: %v", folder, err)
		}
		for _, block := range blocks {
			t.Run(folder+"/"+filepath.Base(block), func(t *testing.T) {
				t.Parallel()
				if strings.Contains(block, "identity") {
					needsIdentity(t)
				}
				c := newExample(t, append(exampleFiles(t, folder), "import.tf", readExample(t, block))...)
				assertShows(t, c.run(0, "plan", "-no-color"), "1 to import")
			})
		}
		t.Run(folder+"/import.sh", func(t *testing.T) {
			t.Parallel()
			commands := 0
			for line := range strings.Lines(readExample(t, filepath.Join(path, "import.sh"))) {
				if words := strings.Fields(line); words[0] == "terraform" {
					newExample(t, exampleFiles(t, folder)...).run(0, words[1:]...)
					commands++
				}
			}
			if commands == 0 {
				t.Error("there is no command")
			}
		})
	}
}

// newExample is a working directory with the files of an example and the credentials that it leaves to the environment.
func newExample(t *testing.T, files ...string) cli {
	t.Helper()
	p := startPlatform(t, withScope("Acme EMEA", "analytics:export"), withRole("Acme EMEA", "Analytics - Export"))
	c := newCLI(t, files...)
	signIn(c.Workspace, p.url)
	c.Setenv("TF_VAR_base_url", p.url)
	c.Setenv("TF_VAR_secrets", `{"acme_us": "demo-secret-acme-us-auditor", "acme_emea": "demo-secret-acme-emea-auditor"}`)
	return c
}

// importExamples are the files, in the folder of a resource, that each hold an import block of their own for the resource of the example.
const importExamples = "import-by-*.tf"

// exampleFolders are the folders below examples that hold a configuration.
func exampleFolders(t *testing.T) []string {
	t.Helper()
	var folders []string
	root := filepath.Join(moduleDir, "examples")
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err == nil && (filepath.Ext(path) == ".tf" || strings.HasSuffix(path, ".tfquery.hcl")) {
			folder, relErr := filepath.Rel(root, filepath.Dir(path))
			if relErr != nil {
				return relErr
			}
			folders = append(folders, filepath.ToSlash(folder))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(folders)
	return slices.Compact(folders)
}

// exampleFiles are the files of an example and of its modules but for its import blocks, and the provider's source where the example leaves it to the reader.
func exampleFiles(t *testing.T, folder string) []string {
	t.Helper()
	var files []string
	source := false
	root := filepath.Join(moduleDir, "examples", folder)
	paths, err := filepath.Glob(filepath.Join(root, "*.tf*"))
	if err != nil {
		t.Fatal(err)
	}
	modules, err := filepath.Glob(filepath.Join(root, "*", "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range modules {
		name, err := filepath.Rel(root, path)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, name, readExample(t, path))
	}
	for _, path := range paths {
		if isImport, err := filepath.Match(importExamples, filepath.Base(path)); err != nil || isImport {
			continue
		}
		content := readExample(t, path)
		source = source || strings.Contains(content, "required_providers")
		files = append(files, filepath.Base(path), content)
	}
	if !source {
		files = append(files, "versions.tf", requiredProviders)
	}
	return files
}

func readExample(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
