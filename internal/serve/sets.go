package serve

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// GetProviderSchema shows the CLI every argument that is a list of texts to the framework as a set of texts. The framework and
// terraform-plugin-go compare each element of a set with each other one, several times in each request: ten thousand took minutes. A list
// they compare in order. The two are the same on the wire, and the CLI sends the elements of a set each once and always in the same order.
func (s forgetful) GetProviderSchema(
	ctx context.Context, req *tfprotov6.GetProviderSchemaRequest,
) (*tfprotov6.GetProviderSchemaResponse, error) {
	resp, err := s.frameworkServer.GetProviderSchema(ctx, req)
	if err != nil {
		return nil, err
	}
	for _, schemas := range []map[string]*tfprotov6.Schema{resp.ResourceSchemas, resp.DataSourceSchemas, resp.EphemeralResourceSchemas} {
		for _, schema := range schemas {
			showSetsOfBlock(schema.Block)
		}
	}
	return resp, nil
}

func showSetsOfBlock(block *tfprotov6.SchemaBlock) {
	showSets(block.Attributes)
	for _, nested := range block.BlockTypes {
		showSetsOfBlock(nested.Block)
	}
}

func showSets(attributes []*tfprotov6.SchemaAttribute) {
	for _, attribute := range attributes {
		if !attribute.Required && !attribute.Optional { // a result
			continue
		}
		if attribute.NestedType != nil {
			showSets(attribute.NestedType.Attributes)
			continue
		}
		attribute.Type = withSets(attribute.Type)
	}
}

func withSets(of tftypes.Type) tftypes.Type {
	switch of := of.(type) {
	case tftypes.List:
		if of.ElementType.Is(tftypes.String) {
			return tftypes.Set{ElementType: tftypes.String}
		}
	case tftypes.Map:
		return tftypes.Map{ElementType: withSets(of.ElementType)}
	}
	return of
}
