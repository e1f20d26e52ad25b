package catalog

// ConditionKind says what a condition is about. The comment of each kind says what follows for a caller.
type ConditionKind string

const (
	// ByVariant: the request or the object decides which variant applies, see Entry.Variants. Text says what decides.
	ByVariant ConditionKind = "variant"
	// MayNeed: one of Permissions may be needed on top of what the variant lists. The documentation does not say.
	MayNeed ConditionKind = "may_need"
	// Partial: the call succeeds, but its answer is poorer for each of Permissions that is not granted. Without Permissions the
	// documentation does not name the permission. Permissions of the published list count for each division, object or kind.
	Partial ConditionKind = "partial"
	// Own: the caller's own objects need no permission. Other objects need the published list or, if the entry has variants, what
	// the variant lists. A CLIENT-CREDENTIALS token has no user, so nothing is its own.
	Own ConditionKind = "own"
	// OwnJob: only the user or client that started the job can use the endpoint, whatever is granted.
	OwnJob ConditionKind = "own_job"
	// SameUser: only the user whom the object belongs to can use the endpoint, whatever is granted. A CLIENT-CREDENTIALS token has
	// no user.
	SameUser ConditionKind = "same_user"
	// ObjectDivision: the permission counts in the division of each object.
	ObjectDivision ConditionKind = "object_division"
	// AllDivisions: the permission must be granted in all divisions ("*").
	AllDivisions ConditionKind = "all_divisions"
	// Topics: each notification topic of the request has permissions of its own.
	Topics ConditionKind = "topics"
	// ClientCredentialsOnly: other grants are refused. Scopes are needed as well.
	ClientCredentialsOnly ConditionKind = "client_credentials_only"
	// UserOnly: the endpoint answers 400 not.a.user to a CLIENT-CREDENTIALS token.
	UserOnly ConditionKind = "user_only"
	// Undecidable: what decides cannot be read through the API.
	Undecidable ConditionKind = "undecidable"
)

// Condition is a fact about an endpoint that its list of permissions does not say.
type Condition struct {
	Kind        ConditionKind
	Permissions []string // MayNeed, Partial: sorted
	Scopes      []string // ClientCredentialsOnly: all needed
	Text        string   // sentences for the user
	Source      string   // where the fact comes from
}

// Variant is one kind of call to an endpoint: "METHOD /path#name".
type Variant struct {
	Name             string
	When             string   // the call that is meant, to be read after "when": "objectType is USER"
	Permissions      []string // the complete list: it replaces the one of the endpoint
	PermissionsMatch Match    // Any, All, or Unknown: enforced, but not published
}
