package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// A mistyped argument is an error, whichever it is, in the validation and in its blocks: an argument that the CLI drops without a word would
// demand nothing.
func TestMistypedArgumentsAreErrors(t *testing.T) {
	t.Parallel()
	var config strings.Builder
	config.WriteString(requiredProviders)
	var want []string
	write := func(name, before, line, after string) {
		fmt.Fprintf(&config, "resource %q \"m%d_%s\" {\n  required_scopes = [\"org:read\"]\n%s%s\n%s}\n", validationOf, len(want), name, before, line, after)
	}
	var mistype func(block *tfprotov6.SchemaBlock, before, after string)
	mistype = func(block *tfprotov6.SchemaBlock, before, after string) {
		for _, attribute := range block.Attributes {
			if attribute.Computed {
				continue
			}
			if attribute.Required && before == "" {
				t.Errorf("%s is required, and the contract has no required argument", attribute.Name)
			}
			name := attribute.Name[:1] + attribute.Name // each argument with its first letter twice
			write(name, before, name+" = null", after)
			want = append(want, fmt.Sprintf("An argument named %q is not expected here.", name))
		}
		for _, nested := range block.BlockTypes {
			name := nested.TypeName[:1] + nested.TypeName
			write(name, before, name+" {}", after)
			want = append(want, fmt.Sprintf("Blocks of type %q are not expected here.", name))
			mistype(nested.Block, before+nested.TypeName+" {\n", "}\n"+after)
		}
	}
	mistype(providerSchemas(t).ResourceSchemas[validationOf].Block, "", "")
	for _, known := range []string{`"rrequired_scopes"`, `"cclients"`, `"nname_regex"`} {
		if !slices.ContainsFunc(want, func(message string) bool { return strings.Contains(message, known) }) {
			t.Errorf("the schema has only the arguments of %q", want)
		}
	}
	output := newCLI(t, "main.tf", config.String()).run(1, "validate", "-no-color")
	for _, message := range want {
		assertShows(t, output, message)
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
const demandsNothing = `clients {
    name_regex  = "."
    grant_types = ["CODE"]
    states      = ["active"]
    exclude     = ["Compliance Dashboard"]
    at_least    = 2
  }
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
			// One run of the CLI validates all that demand nothing, another one all that demand something.
			blocks := func(arguments ...string) string {
				kind := map[string]string{"resource": "resource", "ephemeral resource": "ephemeral", "data source": "data"}[string(form)]
				config := requiredProviders + "\nvariable \"roles\" {\n  type = set(string)\n}\n"
				for i, of := range arguments {
					config += fmt.Sprintf("\n%s \"genesysaudit_access_validation\" \"case_%d\" {\n  %s\n}\n", kind, i, of)
				}
				return config
			}
			nothing := []string{demandsNothing, "", `client_name = "Compliance Dashboard"`, "clients {}"}
			c := newCLI(t, "main.tf", blocks(nothing...))
			if got := strings.Count(c.run(1, "validate", "-no-color"), refused); got != len(nothing) {
				t.Errorf("%d of %d validations are refused", got, len(nothing))
			}
			c.write("main.tf", blocks(
				`endpoints = ["GET /api/v2/users"]`, `required_scopes = ["users"]`, `required_roles = ["employee"]`,
				`required_permissions = ["oauth:client:view"]`, `notification_topics = ["v2.users.{id}.presence"]`, `allowed_scopes = []`, `allowed_roles = []`,
				`allowed_permissions = []`, `role_divisions = { employee = ["*"] }`, `forbidden_scopes = ["users"]`,
				`forbidden_roles = ["employee"]`, `forbidden_permissions = ["*:*:delete"]`, `allowed_grant_types = ["CODE"]`,
				`max_token_validity_seconds = 60`, `application_region = "us-east-1"`, `allowed_regions = ["us-east-1"]`,
				`egress_addresses = ["8.8.8.8"]`, "required_roles = var.roles"))
			c.run(0, "validate", "-no-color")
		})
	}
}
