// The terraform-provider-genesysaudit command serves the provider to Terraform and OpenTofu.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/provider"
)

// version is set by the release build.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve for a debugger such as delve: print how to attach and wait")
	flag.Parse()

	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: "registry.terraform.io/genesysaudit/genesysaudit",
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
