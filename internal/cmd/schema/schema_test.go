package main

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The right side is what Terraform 1.11 prints for such a provider; list resources as Terraform 1.14 prints them.
func TestSchemasOf(t *testing.T) {
	t.Parallel()
	simple := &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{
		Attributes: []*tfprotov6.SchemaAttribute{{Name: "id", Type: tftypes.String, Computed: true}},
	}}
	response := &tfprotov6.GetProviderSchemaResponse{
		Provider: &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{
			Description: "Audits <things> & more.", DescriptionKind: tfprotov6.StringKindMarkdown,
			Attributes: []*tfprotov6.SchemaAttribute{
				{Name: "secret", Type: tftypes.String, Optional: true, Sensitive: true, Description: "A secret."},
				{Name: "organizations", Optional: true, DescriptionKind: tfprotov6.StringKindMarkdown, NestedType: &tfprotov6.SchemaObject{
					Nesting: tfprotov6.SchemaObjectNestingModeMap,
					Attributes: []*tfprotov6.SchemaAttribute{
						{Name: "scopes", Type: tftypes.Set{ElementType: tftypes.String}, Required: true, WriteOnly: true},
					},
				}},
			},
			BlockTypes: []*tfprotov6.SchemaNestedBlock{{
				TypeName: "filter", Nesting: tfprotov6.SchemaNestedBlockNestingModeList, MinItems: 1, MaxItems: 2,
				Block: &tfprotov6.SchemaBlock{Deprecated: true},
			}},
		}},
		ResourceSchemas: map[string]*tfprotov6.Schema{"x_thing": {Version: 2, Block: &tfprotov6.SchemaBlock{
			Attributes: []*tfprotov6.SchemaAttribute{{Name: "old", Type: tftypes.Bool, Deprecated: true, Optional: true, Computed: true}},
		}}},
		DataSourceSchemas:        map[string]*tfprotov6.Schema{"x_thing": simple},
		EphemeralResourceSchemas: map[string]*tfprotov6.Schema{"x_thing": simple},
		ListResourceSchemas:      map[string]*tfprotov6.Schema{"x_thing": simple},
		Functions: map[string]*tfprotov6.Function{"f": {
			Summary: "Sums.", Description: "Sums up.", DeprecationMessage: "Add.",
			Parameters:        []*tfprotov6.FunctionParameter{{Name: "a", Description: "First.", AllowNullValue: true, Type: tftypes.DynamicPseudoType}},
			VariadicParameter: &tfprotov6.FunctionParameter{Name: "more", Type: tftypes.Map{ElementType: tftypes.Number}},
			Return: &tfprotov6.FunctionReturn{Type: tftypes.Object{AttributeTypes: map[string]tftypes.Type{
				"pair": tftypes.Tuple{ElementTypes: []tftypes.Type{tftypes.List{ElementType: tftypes.String}, tftypes.Bool}},
			}}},
		}},
	}
	const simpleJSON = `{"version": 0, "block": {"attributes": {"id": {"type": "string", "description_kind": "plain", "computed": true}},
		"description_kind": "plain"}}`
	const want = `{
		"format_version": "1.0",
		"provider_schemas": {"registry.terraform.io/hashicorp/genesysaudit": {
			"provider": {"version": 0, "block": {
				"attributes": {
					"secret": {"type": "string", "description": "A secret.", "description_kind": "plain", "optional": true, "sensitive": true},
					"organizations": {
						"nested_type": {
							"attributes": {
								"scopes": {"type": ["set", "string"], "description_kind": "plain", "required": true, "write_only": true}
							},
							"nesting_mode": "map"
						},
						"description_kind": "markdown", "optional": true
					}
				},
				"block_types": {"filter": {
					"nesting_mode": "list", "block": {"description_kind": "plain", "deprecated": true}, "min_items": 1, "max_items": 2
				}},
				"description": "Audits <things> & more.", "description_kind": "markdown"
			}},
			"resource_schemas": {"x_thing": {"version": 2, "block": {
				"attributes": {"old": {"type": "bool", "description_kind": "plain", "deprecated": true, "optional": true, "computed": true}},
				"description_kind": "plain"
			}}},
			"data_source_schemas": {"x_thing": ` + simpleJSON + `},
			"ephemeral_resource_schemas": {"x_thing": ` + simpleJSON + `},
			"list_resource_schemas": {"x_thing": ` + simpleJSON + `},
			"functions": {"f": {
				"description": "Sums up.", "summary": "Sums.", "deprecation_message": "Add.",
				"return_type": ["object", {"pair": ["tuple", [["list", "string"], "bool"]]}],
				"parameters": [{"name": "a", "description": "First.", "is_nullable": true, "type": "dynamic"}],
				"variadic_parameter": {"name": "more", "type": ["map", "number"]}
			}}
		}}
	}`
	text, err := json.Marshal(schemasOf(response))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(decoded(t, want), decoded(t, string(text))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func decoded(t *testing.T, text string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}
