// Command schema prints the schemas of the provider in the form of "terraform providers schema -json", for tfplugindocs. It asks
// the provider itself: a CLI shows only what it knows, Terraform before 1.14 and OpenTofu no list resources, and the generated
// documentation must not depend on which CLI is installed.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/provider"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/serve"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "schema:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) error {
	response, err := serve.Server(provider.New("dev")()).GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return err
	}
	for _, d := range response.Diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return fmt.Errorf("%s: %s", d.Summary, d.Detail)
		}
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(schemasOf(response))
}
