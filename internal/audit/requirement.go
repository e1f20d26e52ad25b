package audit

import (
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"time"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

// Argument is the name of a validation argument, as written in a configuration.
type Argument string

// The arguments of a validation that a finding can blame or that can still be unknown.
const (
	ArgClientID                Argument = "client_id"
	ArgClientName              Argument = "client_name"
	ArgClients                 Argument = "clients"
	ArgUserID                  Argument = "user_id"
	ArgEndpoints               Argument = "endpoints"
	ArgRequiredScopes          Argument = "required_scopes"
	ArgRequiredRoles           Argument = "required_roles"
	ArgRequiredPermissions     Argument = "required_permissions"
	ArgDivisions               Argument = "divisions"
	ArgAllowedScopes           Argument = "allowed_scopes"
	ArgAllowedRoles            Argument = "allowed_roles"
	ArgAllowedPermissions      Argument = "allowed_permissions"
	ArgForbiddenScopes         Argument = "forbidden_scopes"
	ArgForbiddenRoles          Argument = "forbidden_roles"
	ArgForbiddenPermissions    Argument = "forbidden_permissions"
	ArgRoleDivisions           Argument = "role_divisions"
	ArgAllowedGrantTypes       Argument = "allowed_grant_types"
	ArgMaxTokenValiditySeconds Argument = "max_token_validity_seconds"
	ArgApplicationRegion       Argument = "application_region"
	ArgAllowCrossRegion        Argument = "allow_cross_region"
	ArgAllowedRegions          Argument = "allowed_regions"
	ArgEgressAddresses         Argument = "egress_addresses"
	ArgAcceptConditionalGrants Argument = "accept_conditional_grants"
	ArgNotificationTopics      Argument = "notification_topics"
	ArgIgnoreAccessPolicies    Argument = "ignore_access_policies"
	ArgPlanned                 Argument = "planned"
	ArgWaivers                 Argument = "waivers"
)

// Requirement is what one validation demands of one OAuth client in one organization. A nil or zero field demands nothing.
// It has been validated: endpoints are in the catalog, regions are keys of the region table, grant types are the platform's.
type Requirement struct {
	// ClientID and ClientName name the client, an id wins over a name; both empty means the client that the provider itself signed
	// in as.
	ClientID, ClientName string
	// Clients makes the validation one of every client of the organization that it matches, each judged for itself; nil: of one client.
	Clients *ClientFilter
	// UserID is the user whose roles count for a client with a user-context grant; empty when not given.
	UserID string

	Endpoints           []Endpoint
	NotificationTopics  []string // templates, or with concrete ids
	RequiredScopes      []string
	RequiredRoles       []string // names or ids
	RequiredPermissions []string // domain:entity:action, no wildcard
	Divisions           []string // names, ids or "*" (all divisions); nil: any division will do

	// AllowedScopes and AllowedRoles (names or ids) are what may be there beside what is required; nil: anything, empty: nothing.
	AllowedScopes, AllowedRoles []string
	// AllowedPermissions is all that may be granted: domain:entity:action, "*" per segment allowed, or a legacy flat name; nil: anything.
	AllowedPermissions      []string
	ForbiddenScopes         []string
	ForbiddenRoles          []string               // names or ids
	ForbiddenPermissions    []string               // domain:entity:action, "*" per segment allowed
	RoleDivisions           map[string]DivisionSet // by the role's name or id: exactly the divisions in which it is granted
	AllowedGrantTypes       []string               // nil: not given
	MaxTokenValiditySeconds *int64

	ApplicationRegion string // region key; empty: not given
	AllowCrossRegion  bool
	AllowedRegions    []string // region keys; nil: not given
	EgressAddresses   []netip.Prefix

	AcceptConditionalGrants bool
	// IgnoreAccessPolicies records that the organization does not use attribute-based access control: its access policies are not read.
	IgnoreAccessPolicies bool
	// Planned is a change that is judged before it is made; nil: the organization is judged as it is.
	Planned *Planned
	// Waivers is keyed by check id or "check/subject".
	Waivers map[string]Waiver

	// Deferred holds the arguments whose value, or some of whose elements, Terraform does not know yet. What is known of them
	// stands in the fields above. A check whose outcome could still change with them is deferred, never passed.
	Deferred map[Argument]bool
}

// ClientFilter matches OAuth clients of the organization that meet all of its conditions.
type ClientFilter struct {
	Name       *regexp.Regexp // nil: any name
	GrantTypes []string       // nil: any
	States     []string       // nil: any
	Exclude    []string       // ids or names
	AtLeast    int64          // fewer matches fail the check client
}

// Endpoint is one endpoint that must be callable: as the user wrote it, and what the catalog knows of it.
type Endpoint struct {
	Written string // "GET /api/v2/users/123/roles"
	catalog.Entry
}

// DivisionSet is a set of divisions.
type DivisionSet struct {
	Names      []string // names, ids or "*" (all divisions)
	Incomplete bool     // further elements are not known yet
}

// Waiver is an accepted exception. It stops counting at the first instant of the day after Expires.
type Waiver struct {
	Reason  string
	Owner   string
	Expires time.Time // the last day (UTC) on which the waiver counts
}

// isDeferred tells whether one of the arguments is not wholly known yet.
func (r Requirement) isDeferred(arguments ...Argument) bool {
	return slices.ContainsFunc(arguments, func(argument Argument) bool { return r.Deferred[argument] })
}

func (r Requirement) anythingDeferred() bool {
	return slices.Contains(slices.Collect(maps.Values(r.Deferred)), true)
}
