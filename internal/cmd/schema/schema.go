package main

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The JSON form of schemas: https://developer.hashicorp.com/terraform/cli/commands/providers/schema
type (
	schemas struct {
		FormatVersion string                    `json:"format_version"`
		Providers     map[string]providerSchema `json:"provider_schemas"`
	}

	providerSchema struct {
		Provider           schema              `json:"provider"`
		Resources          map[string]schema   `json:"resource_schemas,omitempty"`
		DataSources        map[string]schema   `json:"data_source_schemas,omitempty"`
		EphemeralResources map[string]schema   `json:"ephemeral_resource_schemas,omitempty"`
		ListResources      map[string]schema   `json:"list_resource_schemas,omitempty"`
		Functions          map[string]function `json:"functions,omitempty"`
	}

	schema struct {
		Version int64  `json:"version"`
		Block   *block `json:"block"`
	}

	block struct {
		Attributes      map[string]attribute   `json:"attributes,omitempty"`
		Blocks          map[string]nestedBlock `json:"block_types,omitempty"`
		Description     string                 `json:"description,omitempty"`
		DescriptionKind string                 `json:"description_kind"`
		Deprecated      bool                   `json:"deprecated,omitempty"`
	}

	nestedBlock struct {
		Nesting string `json:"nesting_mode"`
		Block   *block `json:"block"`
		Min     int64  `json:"min_items,omitempty"`
		Max     int64  `json:"max_items,omitempty"`
	}

	attribute struct {
		Type            any         `json:"type,omitempty"`
		NestedType      *nestedType `json:"nested_type,omitempty"`
		Description     string      `json:"description,omitempty"`
		DescriptionKind string      `json:"description_kind"`
		Deprecated      bool        `json:"deprecated,omitempty"`
		Required        bool        `json:"required,omitempty"`
		Optional        bool        `json:"optional,omitempty"`
		Computed        bool        `json:"computed,omitempty"`
		Sensitive       bool        `json:"sensitive,omitempty"`
		WriteOnly       bool        `json:"write_only,omitempty"`
	}

	nestedType struct {
		Attributes map[string]attribute `json:"attributes"`
		Nesting    string               `json:"nesting_mode"`
	}

	function struct {
		Description        string      `json:"description,omitempty"`
		Summary            string      `json:"summary,omitempty"`
		DeprecationMessage string      `json:"deprecation_message,omitempty"`
		Return             any         `json:"return_type"`
		Parameters         []parameter `json:"parameters,omitempty"`
		Variadic           *parameter  `json:"variadic_parameter,omitempty"`
	}

	parameter struct {
		Name        string `json:"name"`
		Description string `json:"description,omitempty"`
		Nullable    bool   `json:"is_nullable,omitempty"`
		Type        any    `json:"type"`
	}
)

// providerName is the address under which tfplugindocs looks for the provider, whatever its namespace in a registry.
const providerName = "registry.terraform.io/hashicorp/genesysaudit"

func schemasOf(response *tfprotov6.GetProviderSchemaResponse) schemas {
	return schemas{
		FormatVersion: "1.0",
		Providers: map[string]providerSchema{
			providerName: {
				Provider:           schemaOf(response.Provider),
				Resources:          each(response.ResourceSchemas, schemaOf),
				DataSources:        each(response.DataSourceSchemas, schemaOf),
				EphemeralResources: each(response.EphemeralResourceSchemas, schemaOf),
				ListResources:      each(response.ListResourceSchemas, schemaOf),
				Functions:          each(response.Functions, functionOf),
			},
		},
	}
}

func each[From, To any](from map[string]From, convert func(From) To) map[string]To {
	to := map[string]To{}
	for name, value := range from {
		to[name] = convert(value)
	}
	return to
}

func schemaOf(s *tfprotov6.Schema) schema { return schema{Version: s.Version, Block: blockOf(s.Block)} }

func blockOf(b *tfprotov6.SchemaBlock) *block {
	nested := map[string]nestedBlock{}
	for _, n := range b.BlockTypes {
		nested[n.TypeName] = nestedBlock{Nesting: blockNesting[n.Nesting], Block: blockOf(n.Block), Min: n.MinItems, Max: n.MaxItems}
	}
	return &block{
		Attributes:      attributesOf(b.Attributes),
		Blocks:          nested,
		Description:     b.Description,
		DescriptionKind: descriptionKind(b.DescriptionKind),
		Deprecated:      b.Deprecated,
	}
}

func attributesOf(from []*tfprotov6.SchemaAttribute) map[string]attribute {
	to := map[string]attribute{}
	for _, a := range from {
		converted := attribute{
			Description: a.Description, DescriptionKind: descriptionKind(a.DescriptionKind), Deprecated: a.Deprecated,
			Required: a.Required, Optional: a.Optional, Computed: a.Computed, Sensitive: a.Sensitive, WriteOnly: a.WriteOnly,
		}
		if a.NestedType == nil {
			converted.Type = typeOf(a.Type)
		} else {
			converted.NestedType = &nestedType{attributesOf(a.NestedType.Attributes), objectNesting[a.NestedType.Nesting]}
		}
		to[a.Name] = converted
	}
	return to
}

func functionOf(f *tfprotov6.Function) function {
	converted := function{
		Description: f.Description, Summary: f.Summary, DeprecationMessage: f.DeprecationMessage, Return: typeOf(f.Return.Type),
	}
	for _, p := range f.Parameters {
		converted.Parameters = append(converted.Parameters, parameterOf(p))
	}
	if f.VariadicParameter != nil {
		variadic := parameterOf(f.VariadicParameter)
		converted.Variadic = &variadic
	}
	return converted
}

func parameterOf(p *tfprotov6.FunctionParameter) parameter {
	return parameter{Name: p.Name, Description: p.Description, Nullable: p.AllowNullValue, Type: typeOf(p.Type)}
}

func descriptionKind(kind tfprotov6.StringKind) string {
	if kind == tfprotov6.StringKindMarkdown {
		return "markdown"
	}
	return "plain"
}

var blockNesting = map[tfprotov6.SchemaNestedBlockNestingMode]string{
	tfprotov6.SchemaNestedBlockNestingModeSingle: "single",
	tfprotov6.SchemaNestedBlockNestingModeList:   "list",
	tfprotov6.SchemaNestedBlockNestingModeSet:    "set",
	tfprotov6.SchemaNestedBlockNestingModeMap:    "map",
	tfprotov6.SchemaNestedBlockNestingModeGroup:  "group",
}

var objectNesting = map[tfprotov6.SchemaObjectNestingMode]string{
	tfprotov6.SchemaObjectNestingModeSingle: "single",
	tfprotov6.SchemaObjectNestingModeList:   "list",
	tfprotov6.SchemaObjectNestingModeSet:    "set",
	tfprotov6.SchemaObjectNestingModeMap:    "map",
}

// typeOf returns the JSON form of a type: "string", ["list", "string"], ["object", {"name": "string"}].
func typeOf(t tftypes.Type) any {
	switch t := t.(type) {
	case tftypes.List:
		return []any{"list", typeOf(t.ElementType)}
	case tftypes.Set:
		return []any{"set", typeOf(t.ElementType)}
	case tftypes.Map:
		return []any{"map", typeOf(t.ElementType)}
	case tftypes.Object:
		return []any{"object", each(t.AttributeTypes, typeOf)}
	case tftypes.Tuple:
		elements := []any{}
		for _, element := range t.ElementTypes {
			elements = append(elements, typeOf(element))
		}
		return []any{"tuple", elements}
	}
	switch {
	case t.Is(tftypes.String):
		return "string"
	case t.Is(tftypes.Number):
		return "number"
	case t.Is(tftypes.Bool):
		return "bool"
	case t.Is(tftypes.DynamicPseudoType):
		return "dynamic"
	default:
		panic(fmt.Sprintf("no JSON form of type %s", t))
	}
}
