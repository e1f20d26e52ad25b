package provider

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// lookup finds the one entity that the `id` or the `name` of a data source says, or its arguments of the same end.
type lookup[T any] struct {
	kind     string // as it stands in a sentence: OAuth client
	plural   string // the short one: clients
	identity func(T) genesyscloud.NamedEntity
	// arguments is what the names of the two arguments begin with: client_
	arguments string
}

// find returns the entity whose id is the given one, or, without an id, whose name is exactly the given one. An entity that is not there
// and a name that several bear are errors at the argument.
func (l lookup[T]) find(entities []T, id, name types.String, org *organization) (T, diag.Diagnostics) {
	attribute, wanted := "id", id.ValueString()
	key := func(entity T) string { return l.identity(entity).ID }
	if id.IsNull() {
		attribute, wanted = "name", name.ValueString()
		key = func(entity T) string { return l.identity(entity).Name }
	}
	var found []T
	for _, entity := range entities {
		if key(entity) == wanted {
			found = append(found, entity)
		}
	}
	var none T
	var diags diag.Diagnostics
	switch len(found) {
	case 0:
		keys := make([]string, len(entities))
		for i, entity := range entities {
			keys[i] = key(entity)
		}
		hint := cmp.Or(text.DidYouMean(text.Nearest(wanted, keys, 3)), fmt.Sprintf("Correct `%s%s`, or set `organization` to the organization "+
			"that has the %s.", l.arguments, attribute, l.kind))
		diags.AddAttributeError(path.Root(l.arguments+attribute), strings.ToUpper(l.kind[:1])+l.kind[1:]+" not found",
			wrap(fmt.Sprintf("No %s of %s has the %s %q. %s", l.kind, org.label(), attribute, wanted, hint)))
		return none, diags
	case 1:
		return found[0], diags
	default:
		ids := make([]string, len(found))
		for i, entity := range found {
			ids[i] = l.identity(entity).ID
		}
		slices.Sort(ids)
		diags.AddAttributeError(path.Root(l.arguments+attribute), fmt.Sprintf("Several %ss have this name", l.kind),
			wrap(fmt.Sprintf("%d %s are named %q: %s. Set `%sid` to the intended one.", len(found), l.plural, wanted, strings.Join(ids, ", "),
				l.arguments)))
		return none, diags
	}
}
