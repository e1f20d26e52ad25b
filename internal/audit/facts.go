package audit

import "github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"

// Facts is what has been read of one organization so far. Evaluate names in Result.Wants what it still needs; the caller reads
// just that and evaluates again, so nothing is read that no check needs, and what is never read can never let a check pass.
type Facts struct {
	// Region is the key of the region whose own login and API hosts are used. It is empty where login_url or api_url name other hosts: what the
	// provider block says of the region is then a claim, and the media home region counts.
	Region string
	// OwnClientID is the id of the client that the provider signs in with; empty with a ready-made access token, whose owner
	// only Token tells.
	OwnClientID string

	Token          Evidence[Token]           // GET /api/v2/tokens/me
	Organization   Evidence[Organization]    // GET /api/v2/organizations/me, wanted only when Token does not show it
	Clients        Evidence[*Clients]        // GET /api/v2/oauth/clients
	Authorizations Evidence[*Authorizations] // GET /api/v2/oauth/authorizations, wanted only when the client is not the organization's own
	Roles          Evidence[*access.Roles]   // GET /api/v2/authorization/roles
	Divisions      Evidence[*Divisions]      // GET /api/v2/authorization/divisions
	Permissions    Evidence[*Permissions]    // GET /api/v2/authorization/permissions
	Policies       Evidence[[]AccessPolicy]  // GET /api/v2/authorization/policies
	Topics         Evidence[[]Topic]         // GET /api/v2/notifications/availabletopics?expand=..., wanted only for notification_topics
	Scopes         Evidence[*Scopes]         // GET /api/v2/oauth/scopes
	Account        Evidence[Account]         // GET /api/v2/users/{user_id}; a 404 is an account that does not exist
	User           Evidence[Subject]         // GET /api/v2/authorization/subjects/{user_id}
	Settings       Evidence[Settings]        // GET /api/v2/organizations/authentication/settings
	MediaRegions   Evidence[MediaRegions]    // GET /api/v2/telephony/mediaregions, wanted only without Region
}

// Evidence is a value that was read, or the reason why it could not be read, or (the zero value) not read yet.
type Evidence[T any] struct {
	value T
	gap   Gap
	state evidenceState
}

type evidenceState int

const (
	notRead evidenceState = iota
	read
	unreadable
)

// Read is evidence that was read.
func Read[T any](value T) Evidence[T] { return Evidence[T]{value: value, state: read} }

// Unreadable is evidence that could not be read.
func Unreadable[T any](gap Gap) Evidence[T] { return Evidence[T]{gap: gap, state: unreadable} }

// Gap says why a piece of evidence could not be read.
type Gap struct {
	// Request is "GET /api/v2/authorization/roles", or what failed before it: "POST /oauth/token", "access_token".
	Request    string
	Reason     string // one or more sentences, the platform's own words included
	Permission string // the permission that the auditing client lacks, when that is the cause
	// Remediation says what to do about it.
	Remediation string
	// Trace is what differs from one reading to the next, such as the ids of the request; whole sentences, or empty.
	Trace string
}

// Token is what the platform says of the token in use.
type Token struct {
	Organization     Organization // where the token acts
	HomeOrganization Organization
	ClientID         string   // the OAuth client that owns the token; empty when not shown
	AuthorizedScopes []string // scopes the token was issued with; empty when the platform lists none
}

// Organization identifies an organization.
type Organization struct{ ID, Name string }

// Client is one OAuth client of the organization.
type Client struct {
	ID, Name             string
	State                string // active, disabled, inactive; other values are not known to the platform's documentation
	GrantType            string // CODE, TOKEN, SAML2-BEARER, PASSWORD, CLIENT-CREDENTIALS, legacy spellings mapped to these
	DateToDelete         string // empty: none
	TokenValiditySeconds *int64 // nil: not shown
	Scopes               []string
	ScopesShown          bool // false: the answer had no scope list
	Grants               []Grant
	GrantsShown          bool // false: the answer had no role list
}

// Grant is a role granted in a division ("*": all divisions).
type Grant struct{ RoleID, DivisionID string }

// Authorization is the consent that an administrator of this organization gave to a client of another one.
type Authorization struct {
	Client  Client
	Scopes  []string // as consented to; nil: not shown, which differs from none
	State   string   // Authorized, Requested, Revoked, Unauthorized
	Pending bool
}

// Account is the user that user_id names.
type Account struct {
	Exists bool   // false: the platform knows no such user
	State  string // active, inactive, deleted; empty when not shown
}

// AccessPolicy is an access policy of the organization, for attribute-based access control. Policies only narrow what roles grant.
type AccessPolicy struct {
	ID, Name    string
	Target      string // domain:entity:action; empty: not shown
	SubjectType string // ALL, USER, CLIENT, GROUP, TEAM; empty: not shown
	SubjectID   string // empty: not shown
	Effect      string // ALLOW, DENY; empty: not shown
	// Active is false for a policy that is stored and not enforced, with null on the wire too; nil: not shown.
	Active *bool
	// AppliesToClients says whether the policy binds OAuth clients too; nil: not shown.
	AppliesToClients *bool
	Conditional      bool // true also for a condition that cannot be read
}

// Topic is a notification topic of the organization and what subscribing to it needs.
type Topic struct {
	Name        string   // v2.users.{id}.presence
	Permissions []string // requiresPermissions: all of them; nil: not shown, which differs from none
	// Details are the permissions by kind; nil: not shown.
	Details []TopicDetail
	// AnyIsEnough: one met detail is enough (requiresAnyValidator).
	AnyIsEnough bool
	// DivisionPermissions: Permissions must hold in the division of the topic's object (requiresDivisionPermissions).
	DivisionPermissions bool
	// CurrentUser: the user of the topic must be the one who subscribes (requiresCurrentUser).
	CurrentUser bool
	// CurrentUserOrPermission: the user of the topic needs none of Permissions (requiresCurrentUserOrPermission).
	CurrentUserOrPermission bool
	Enforced                *bool // nil: not shown
}

// TopicDetail is one permission detail of a topic.
type TopicDetail struct {
	// Type is requiresPermissions, requiresDivisionPermissions, requiresAnyDivisionPermissions, requiresCurrentUser or
	// requiresUserBeConversationParticipant; empty: not shown.
	Type        string
	Permissions []string // nil: not shown, which differs from none
	// AllowsCurrentUser: the user of the topic needs none of Permissions.
	AllowsCurrentUser bool
	Enforced          *bool // nil: not shown
}

// Subject is a user and the roles granted to it, with the policies as the platform shows them on the subject.
type Subject struct {
	ID, Name string
	Grants   []SubjectGrant
}

// SubjectGrant is a role granted to a user in a division.
type SubjectGrant struct {
	Role     access.Role // flat permissions and some conditions are not shown on a subject: they come from Facts.Roles
	Division Division
}

// Division is a division of the organization.
type Division struct{ ID, Name string }

// Permission is one permission that exists in the organization.
type Permission struct {
	Name          string // domain:entity:action
	DivisionAware bool   // false: it holds in the whole organization whatever the division of the grant
}

// Settings is what the organization's authentication settings say of the network.
type Settings struct {
	IPAllowlist []string // addresses or CIDRs; empty: every address is allowed; nil: not shown
}

// MediaRegions is where the organization's media is handled; the home region is the organization's own.
type MediaRegions struct{ Home string }
