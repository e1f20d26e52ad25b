// Package catalog knows which OAuth scopes and permissions each endpoint of the Genesys Cloud Platform API needs, and under which
// conditions a caller who has them can still be refused.
//
// The facts come from four tables:
//
//   - endpoints.tsv: the published definition of the API. The command in ./generate makes it (make catalog).
//   - sdk.tsv: operations of the official SDKs that the definition lacks. Kept by hand, in the format of endpoints.tsv; a row stops
//     counting as soon as endpoints.tsv has the endpoint.
//   - conditions.json: what the list of permissions does not say, from the documentation of the official SDKs and announcements of
//     the vendor. Kept by hand; each condition names its source.
//   - reports.go: endpoints that are called in the field but are not published. Kept by hand.
package catalog

// Match says how many of a list are needed.
type Match string

const (
	Any     Match = "any"     // one of the list is enough
	All     Match = "all"     // every one of the list is needed
	None    Match = "none"    // documented as needing none
	Unknown Match = "unknown" // documented as enforced elsewhere, cannot be decided
)

// Source says where an entry comes from.
type Source string

const (
	Published         Source = "published definition"
	SDK               Source = "official SDK" // newer than the definition; neither permissions nor scopes are known
	IntegrationReport Source = "integration report"
)

// Entry is what one endpoint needs of its caller.
type Entry struct {
	Method string // GET
	Path   string // template: /api/v2/users/{userId}/roles

	Scopes      []string
	ScopesMatch Match // Any (published), All (integration report), None (needs no scope), Unknown (newer than the definition that lists scopes)

	Permissions      []string // domain:entity:action, or a legacy flat name
	PermissionsMatch Match

	Roles  []string // role names, all wanted; only known from an integration report
	Source Source

	// Conditions are what the list of permissions does not say.
	Conditions []Condition
	// Variants are the kinds of call that need different permissions. Permissions is then the published list, which mixes them.
	Variants []Variant
	// Variant is the name of the variant that was looked up, or empty. Permissions and PermissionsMatch are then the variant's.
	Variant string
}

// Endpoint is "METHOD /path" with the template path, and "#variant" if a variant was looked up.
func (e Entry) Endpoint() string {
	if e.Variant != "" {
		return e.Method + " " + e.Path + variantMark + e.Variant
	}
	return e.Method + " " + e.Path
}

// Condition returns the entry's condition of the kind.
func (e Entry) Condition(kind ConditionKind) (Condition, bool) {
	for _, condition := range e.Conditions {
		if condition.Kind == kind {
			return condition, true
		}
	}
	return Condition{}, false
}
