package workspace_test

import (
	"testing"

	"github.com/hashicorp/go-version"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator/workspace"
)

func TestAtLeast(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, version string
		want          bool
	}{
		{"Terraform", "1.9.8", false},
		{"Terraform", "1.10.0", true},
		{"Terraform", "1.10.0-rc1", true},
		{"Terraform", "1.15.9", true},
		{"OpenTofu", "1.10.5", false},
		{"OpenTofu", "1.11.0", true},
	} {
		product := workspace.Product{Name: test.name, Version: version.Must(version.NewVersion(test.version))}
		if got := product.AtLeast("1.10.0", "1.11.0"); got != test.want {
			t.Errorf("%s %s: %t, want %t", test.name, test.version, got, test.want)
		}
	}
}

func TestProductOfTheInstalledCLI(t *testing.T) {
	t.Parallel()
	path, err := workspace.FindCLI()
	if err != nil {
		t.Fatal(err)
	}
	product, err := workspace.ProductOf(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if !product.AtLeast("1.8.0", "1.8.0") {
		t.Errorf("%s %s is older than what this provider works on", product.Name, product.Version)
	}
}
