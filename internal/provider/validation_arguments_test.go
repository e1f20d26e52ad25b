package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// A mistyped argument is an error, whichever it is: an argument that the CLI drops without a word would demand nothing.
func TestMistypedArgumentsAreErrors(t *testing.T) {
	t.Parallel()
	schema := providerSchemas(t).ResourceSchemas[validationOf]
	var config strings.Builder
	config.WriteString(requiredProviders)
	var mistyped []string
	for _, attribute := range schema.Block.Attributes {
		if attribute.Computed {
			continue
		}
		if attribute.Required {
			t.Errorf("%s is required, and the contract has no required argument", attribute.Name)
		}
		name := attribute.Name[:1] + attribute.Name // each argument with its first letter twice
		mistyped = append(mistyped, name)
		fmt.Fprintf(&config, "resource %[1]q %[2]q {\n  required_scopes = [\"org:read\"]\n  %[2]s = null\n}\n", validationOf, name)
	}
	if len(mistyped) < 20 || !slices.Contains(mistyped, "rrequired_scopes") {
		t.Fatalf("the schema has only the arguments %v", mistyped)
	}
	if len(schema.Block.BlockTypes) > 0 {
		t.Errorf("the schema has blocks, whose arguments this test does not mistype yet: %v", schema.Block.BlockTypes)
	}
	output := newCLI(t, "main.tf", config.String()).run(1, "validate", "-no-color")
	for _, name := range mistyped {
		assertShows(t, output, fmt.Sprintf("An argument named %q is not expected here.", name))
	}
}

// No argument that demands something stands inside an object: there the CLI drops what it does not know.
func TestNoDemandInsideAnObject(t *testing.T) {
	t.Parallel()
	for _, attribute := range providerSchemas(t).ResourceSchemas[validationOf].Block.Attributes {
		if attribute.NestedType != nil && !attribute.Computed && attribute.Name != "waivers" {
			t.Errorf("%s is an argument with arguments inside", attribute.Name)
		}
	}
}

// demandsNothing are arguments that only choose, limit or temper.
const demandsNothing = `client_name = "Compliance Dashboard"
  user_id                   = "u"
  divisions                 = ["*"]
  accept_conditional_grants = true
  allow_cross_region        = true
  enforcement               = "warn"
  ignore_access_policies    = true
  waivers                   = { region = { reason = "r", expires = "2030-01-01" } }
  endpoints                 = []
  required_scopes           = []
  forbidden_roles           = []
  role_divisions            = {}
  egress_addresses          = []`

// A validation that demands nothing would pass whatever the client may do.
func TestValidationMustDemandSomething(t *testing.T) {
	t.Parallel()
	const refused = "The validation demands nothing"
	for _, form := range forms {
		t.Run(string(form), func(t *testing.T) {
			t.Parallel()
			if form == ephemeralForm {
				needsEphemeralResources(t)
			}
			block := func(arguments string) string {
				kind := map[string]string{"resource": "resource", "ephemeral resource": "ephemeral", "data source": "data"}[string(form)]
				return fmt.Sprintf("%s\n%s \"genesysaudit_access_validation\" \"this\" {\n  %s\n}\n", requiredProviders, kind, arguments)
			}
			c := newCLI(t, "main.tf", block(demandsNothing))
			assertShows(t, c.run(1, "validate", "-no-color"), refused)
			c.write("main.tf", block(""))
			assertShows(t, c.run(1, "validate", "-no-color"), refused)
			for _, demand := range []string{
				`endpoints = ["GET /api/v2/users"]`, `required_scopes = ["users"]`, `required_roles = ["employee"]`,
				`required_permissions = ["oauth:client:view"]`, `notification_topics = ["v2.users.{id}.presence"]`, `allowed_scopes = []`, `allowed_roles = []`,
				`allowed_permissions = []`, `role_divisions = { employee = ["*"] }`, `forbidden_scopes = ["users"]`,
				`forbidden_roles = ["employee"]`, `forbidden_permissions = ["*:*:delete"]`, `allowed_grant_types = ["CODE"]`,
				`max_token_validity_seconds = 60`, `application_region = "us-east-1"`, `allowed_regions = ["us-east-1"]`,
				`egress_addresses = ["8.8.8.8"]`, "required_roles = var.roles\n}\nvariable \"roles\" {\n  type = set(string)",
			} {
				c.write("main.tf", block(demand))
				c.run(0, "validate", "-no-color")
			}
		})
	}
}
