package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// ValueOf is plain Go as a value of a Terraform type: a text, a number, a flag, []string for texts, []any for objects, map[string]any for an object
// or a map. Fields of an object that are not given are null.
func ValueOf(of tftypes.Type, plain any) tftypes.Value {
	elements := func(list []any, element tftypes.Type) tftypes.Value {
		values := make([]tftypes.Value, len(list))
		for i := range list {
			values[i] = ValueOf(element, list[i])
		}
		return tftypes.NewValue(of, values)
	}
	switch plain := plain.(type) {
	case []string:
		list := make([]any, len(plain))
		for i, text := range plain {
			list[i] = text
		}
		return ValueOf(of, list)
	case []any:
		switch of := of.(type) {
		case tftypes.Set:
			return elements(plain, of.ElementType)
		case tftypes.List:
			return elements(plain, of.ElementType)
		}
		panic(fmt.Sprintf("%s is no list", of))
	case map[string]any:
		values := make(map[string]tftypes.Value)
		switch of := of.(type) {
		case tftypes.Map:
			for name := range plain {
				values[name] = ValueOf(of.ElementType, plain[name])
			}
		case tftypes.Object:
			for name := range plain {
				if of.AttributeTypes[name] == nil {
					panic("there is no field " + name)
				}
			}
			for name, field := range of.AttributeTypes {
				values[name] = ValueOf(field, plain[name])
			}
		default:
			panic(fmt.Sprintf("%s is no object", of))
		}
		return tftypes.NewValue(of, values)
	default:
		return tftypes.NewValue(of, plain)
	}
}
