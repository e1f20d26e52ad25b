package serve_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/provider"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/serve"
)

// The CLI must see sets where order means nothing, in all forms and in blocks, and lists where the provider gives an order.
func TestArgumentsAreSetsAndResultsLists(t *testing.T) {
	t.Parallel()
	schemas, err := serve.Server(provider.New("test")()).GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	const validation = "genesysaudit_access_validation"
	texts, set := tftypes.List{ElementType: tftypes.String}, tftypes.Set{ElementType: tftypes.String}
	for form, schema := range map[string]*tfprotov6.Schema{
		"resource": schemas.ResourceSchemas[validation], "data source": schemas.DataSourceSchemas[validation],
		"ephemeral resource": schemas.EphemeralResourceSchemas[validation],
	} {
		of, _ := schema.ValueType().(tftypes.Object)
		clients, _ := of.AttributeTypes["clients"].(tftypes.Object)
		audited, _ := of.AttributeTypes["audited"].(tftypes.Object)
		audits, _ := audited.AttributeTypes["clients"].(tftypes.List)
		client, _ := audits.ElementType.(tftypes.Object)
		for name, is := range map[string]struct{ got, want tftypes.Type }{
			"required_permissions":   {of.AttributeTypes["required_permissions"], set},
			"role_divisions":         {of.AttributeTypes["role_divisions"], tftypes.Map{ElementType: set}},
			"clients.exclude":        {clients.AttributeTypes["exclude"], set},
			"audited.clients.scopes": {client.AttributeTypes["scopes"], texts},
		} {
			if is.got == nil || !is.got.Equal(is.want) {
				t.Errorf("%s: %s is %v, want %v", form, name, is.got, is.want)
			}
		}
	}
}
