package report

import "github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"

// place is where on the way of a call a check looks.
type place int

const (
	atApplication place = iota
	atOrganization
	atClient
	atToken
	atScopes
	atRoles
	atPermissions
	atDivisions
	atPolicies
	atCall
)

// row is what the reports say of a check beside its description.
type row struct {
	failed   string  // what is wrong when it fails
	severity float64 // as GitHub ranks it: 7.0 and more is high, 4.0 and more medium, less is low
	place    place
}

// The severity is high for what gives a client more than it should have, or lets data leave its region, and medium for what only makes its
// calls fail.
var rows = map[audit.Check]row{
	"client":                 {"OAuth client not found", 6.5, atClient},
	"client_state":           {"OAuth client not active", 6.5, atClient},
	"user":                   {"User not found or not active", 6.5, atClient},
	"authorization":          {"Client not authorized by the organization", 6.5, atClient},
	"grant_type":             {"Grant type not allowed", 6.0, atToken},
	"scope":                  {"Missing scopes", 5.5, atScopes},
	"scope_excess":           {"Scopes beyond what is allowed", 7.0, atScopes},
	"scope_forbidden":        {"Forbidden scopes", 8.5, atScopes},
	"scope_unknown":          {"Scopes that the platform does not know", 2.0, atScopes},
	"role":                   {"Missing roles", 5.5, atRoles},
	"role_excess":            {"Roles beyond what is allowed", 7.0, atRoles},
	"role_forbidden":         {"Forbidden roles", 8.5, atRoles},
	"role_division":          {"Roles granted in other divisions", 7.0, atDivisions},
	"permission":             {"Missing permissions", 5.5, atPermissions},
	"permission_unavailable": {"Permissions that the organization does not have", 5.5, atPermissions},
	"permission_division":    {"Permissions missing in a division", 5.5, atDivisions},
	"permission_conditional": {"Permissions granted only under a condition", 5.0, atPermissions},
	"permission_excess":      {"Permissions beyond what is allowed", 7.0, atPermissions},
	"permission_forbidden":   {"Forbidden permissions", 8.5, atPermissions},
	"endpoint":               {"Endpoints that cannot be called as intended", 5.5, atCall},
	"access_policy":          {"Access policies that deny the call", 5.5, atPolicies},
	"region":                 {"Organization in another region", 7.5, atOrganization},
	"network":                {"Addresses outside the allowlist", 5.0, atApplication},
	"token_scope":            {"Token issued before a scope was added", 5.0, atToken},
	"token_validity":         {"Tokens valid for too long", 6.0, atToken},
}
