// Package catalog knows which OAuth scopes and permissions each endpoint of the Genesys Cloud Platform API wants.
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
	IntegrationReport Source = "integration report"
)

// Entry is what one endpoint wants of its caller.
type Entry struct {
	Method string // GET
	Path   string // template: /api/v2/users/{userId}/roles

	Scopes      []string
	ScopesMatch Match // Any (published), All (integration report), None (needs no scope), Unknown (newer than the definition that lists scopes)

	Permissions      []string // domain:entity:action, or a legacy flat name
	PermissionsMatch Match

	Roles  []string // role names, all wanted; only known from an integration report
	Source Source
}

// Endpoint is "METHOD /path" with the template path.
func (e Entry) Endpoint() string { return e.Method + " " + e.Path }
