// The terraform-provider-genesysaudit command serves the provider to Terraform and OpenTofu.
package main

import (
	"flag"
	"log"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/provider"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/serve"
)

// version is set by the release build.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve for a debugger such as delve: print how to attach and wait")
	flag.Parse()

	err := serve.Plugin(provider.New(version), serve.Options{
		Address: "registry.terraform.io/genesysaudit/genesysaudit",
		Type:    "genesysaudit",
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
