package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// State is everything that the emulator knows of its organizations. Its entities have the platform's own JSON form.
type State struct {
	Organizations []Organization `json:"organizations"`

	// AnswerUnmodelled answers every endpoint of the catalog that the emulator does not model with 200 and an empty object where the
	// caller is granted access, for tests of access alone. Without it the answer is 501: an empty object reads as "there are none".
	AnswerUnmodelled bool `json:"answer_unmodelled,omitempty"`

	// WriteLagMS is how many milliseconds pass until requests see what a write through the API changed. A change of the state itself is
	// seen at once.
	WriteLagMS int64 `json:"write_lag_ms,omitempty"`
}

// Organization is one organization and what it stores.
type Organization struct {
	Region         string                            `json:"region"` // AWS region key, eu-west-1
	Organization   genesyscloud.Organization         `json:"organization"`
	Clients        []Client                          `json:"clients"`
	Roles          []genesyscloud.Role               `json:"roles"`
	Divisions      []genesyscloud.Division           `json:"divisions"`
	Users          []User                            `json:"users"`
	Groups         []Group                           `json:"groups,omitempty"`
	Authorizations []genesyscloud.OAuthAuthorization `json:"authorizations"` // clients of other organizations authorized here

	// Permissions is what GET /api/v2/authorization/permissions answers and what a role can grant at all; nil means every permission
	// that the endpoint catalog names.
	Permissions []genesyscloud.PermissionCollection `json:"permissions"`

	// DeletedRoles are the ids of roles that are gone while grants of them are left. Such a grant gives nothing.
	DeletedRoles []string `json:"deleted_roles,omitempty"`

	Policies []AccessPolicy `json:"policies,omitempty"`
	// Topics are the notification topics; nil means those whose permissions a public source names.
	Topics []Topic `json:"topics,omitempty"`

	Trustors               []genesyscloud.Trustor               `json:"trustors"`
	Trustees               []genesyscloud.Trustee               `json:"trustees"`
	AuthenticationSettings *genesyscloud.AuthenticationSettings `json:"authentication_settings"` // nil: nothing is restricted
	MediaRegions           *genesyscloud.MediaRegions           `json:"media_regions"`           // nil: home and only core region is Region
	Scopes                 []genesyscloud.OAuthScope            `json:"scopes"`                  // nil: the scopes that the platform publishes

	// ScopeEnforcement is the organization's setting "Enforce Scopes": a client of another organization works only while it is
	// authorized here.
	ScopeEnforcement bool `json:"scope_enforcement"`
	// AccessControlByAttributes is the setting "Enable Attribute Based Access Control": without it access policies are stored and not
	// enforced.
	AccessControlByAttributes bool `json:"access_control_by_attributes,omitempty"`
	// CrossRegionPermitted says that applications in other regions may read analytics.
	CrossRegionPermitted bool `json:"cross_region_permitted"`

	RolesNeedingUpdate []string     `json:"roles_needing_update,omitempty"` // ids of roles whose roleNeedsUpdate is true
	Audits             []AuditEvent `json:"audits,omitempty"`               // the audit trail, oldest first
}

// Client is an OAuth client with what the platform knows of it and never shows.
type Client struct {
	genesyscloud.OAuthClient

	Secret string `json:"secret"`
	// ApplicationRegion is where the client's application runs. It is the emulator's own and never served; empty means in the
	// region of the organization.
	ApplicationRegion string `json:"application_region,omitempty"`
	// Usage is what the client called, as the usage summary shows it.
	Usage []UsageRow `json:"usage,omitempty"`
}

// UsageRow is how often a client called an endpoint, and how long ago.
type UsageRow struct {
	genesyscloud.UsageRow

	// DaysAgo is the emulator's own and never served: a summary of fewer days leaves the row out.
	DaysAgo int64 `json:"days_ago,omitempty"`
}

// User is a user and the roles that are granted to it directly. Of a grant only the ids of role and division count: the rest is the
// organization's to say.
type User struct {
	ID       string                   `json:"id"`
	Name     string                   `json:"name"`
	Email    string                   `json:"email,omitempty"`
	State    string                   `json:"state,omitempty"`    // active (also when empty), inactive, deleted
	Division *Reference               `json:"division,omitempty"` // nil: the home division
	Grants   []genesyscloud.AuthGrant `json:"grants"`
}

// Group is a group of users. Its roles count for its members while it is active and RolesEnabled.
type Group struct {
	ID           string                   `json:"id"`
	Name         string                   `json:"name"`
	Description  string                   `json:"description,omitempty"`
	Type         string                   `json:"type,omitempty"`       // official (also when empty), social
	Visibility   string                   `json:"visibility,omitempty"` // public (also when empty), owners, members
	State        string                   `json:"state,omitempty"`      // active (also when empty), inactive, deleted
	RolesEnabled bool                     `json:"rolesEnabled"`
	Members      []Reference              `json:"members"` // users
	Grants       []genesyscloud.AuthGrant `json:"grants"`
}

// Reference names an entity by its id.
type Reference struct {
	ID string `json:"id"`
}

// grantJSON is a grant as a state file may write it: as the platform shows it on a subject, or in the short form that it uses on OAuth
// clients.
type grantJSON struct {
	genesyscloud.AuthGrant
	RoleID     string `json:"roleId"`
	DivisionID string `json:"divisionId"`
}

func readGrants(read []grantJSON) []genesyscloud.AuthGrant {
	var out []genesyscloud.AuthGrant
	for _, grant := range read {
		if grant.RoleID != "" {
			grant.Role.ID = grant.RoleID
		}
		if grant.DivisionID != "" {
			grant.Division.ID = grant.DivisionID
		}
		out = append(out, grant.AuthGrant)
	}
	return out
}

type (
	plainUser  User
	plainGroup Group

	userJSON struct {
		plainUser
		Grants []grantJSON `json:"grants"`
	}
	groupJSON struct {
		plainGroup
		Grants []grantJSON `json:"grants"`
	}
)

// UnmarshalJSON implements json.Unmarshaler.
func (u *User) UnmarshalJSON(data []byte) error {
	var read userJSON
	if err := json.Unmarshal(data, &read); err != nil {
		return err
	}
	*u = User(read.plainUser)
	u.Grants = readGrants(read.Grants)
	return nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (g *Group) UnmarshalJSON(data []byte) error {
	var read groupJSON
	if err := json.Unmarshal(data, &read); err != nil {
		return err
	}
	*g = Group(read.plainGroup)
	g.Grants = readGrants(read.Grants)
	return nil
}

// AccessPolicy is an access policy of attribute-based access control. Nothing publishes what a condition means: it is kept as it is.
type AccessPolicy struct {
	ID             string          `json:"id"`
	Name           string          `json:"name,omitempty"`
	Description    string          `json:"description,omitempty"`
	TargetResource string          `json:"targetResource"` // domain:entity:action
	Subject        PolicySubject   `json:"subject"`
	Effect         string          `json:"effect"` // ALLOW, DENY
	Condition      json.RawMessage `json:"condition,omitempty"`
	// PresetAttributes are what the condition names, by name.
	PresetAttributes map[string]PolicyAttribute `json:"presetAttributes,omitempty"`
	Active           *bool                      `json:"active,omitempty"`         // nil: stored, not enforced
	ApplyToClients   *bool                      `json:"applyToClients,omitempty"` // nil: not said
	DateModified     string                     `json:"dateModified,omitempty"`
	SelfURI          string                     `json:"selfUri,omitempty"`
}

// PolicySubject is whom a policy is about.
type PolicySubject struct {
	Type string `json:"type"`         // ALL, USER, CLIENT, GROUP, TEAM
	ID   string `json:"id,omitempty"` // "all" for ALL
}

// PolicyAttribute is a value that a policy presets.
type PolicyAttribute struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

// Topic is a notification topic and what subscribing to it takes.
type Topic struct {
	ID                              string                    `json:"id"` // v2.users.{id}.presence
	Description                     string                    `json:"description,omitempty"`
	RequiresPermissions             genesyscloud.List[string] `json:"requiresPermissions,omitzero"` // nil: not said
	RequiresDivisionPermissions     bool                      `json:"requiresDivisionPermissions,omitempty"`
	RequiresCurrentUser             bool                      `json:"requiresCurrentUser,omitempty"`
	RequiresCurrentUserOrPermission bool                      `json:"requiresCurrentUserOrPermission,omitempty"`
	RequiresAnyValidator            bool                      `json:"requiresAnyValidator,omitempty"` // one met condition is enough
	Enforced                        *bool                     `json:"enforced,omitempty"`             // nil: enforced
	PermissionDetails               []TopicCondition          `json:"permissionDetails,omitempty"`
	Visibility                      string                    `json:"visibility,omitempty"` // Public (also when empty), Preview
	Transports                      []string                  `json:"transports,omitempty"`
	PublicAPITemplateURIPaths       []string                  `json:"publicApiTemplateUriPaths,omitempty"`
	TopicParameters                 []string                  `json:"topicParameters,omitempty"`
	Schema                          json.RawMessage           `json:"schema,omitempty"`
}

// TopicCondition is one of the conditions of a topic.
type TopicCondition struct {
	Type              string   `json:"type"`
	Permissions       []string `json:"permissions,omitempty"`       // nil: not said
	AllowsCurrentUser bool     `json:"allowsCurrentUser,omitempty"` // the topic of the user itself is free
	Enforced          *bool    `json:"enforced,omitempty"`          // nil: enforced
}

// Load reads a state file. A field that the emulator does not know is an error, as is anything after the one JSON value.
func Load(path string) (State, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return State{}, err
	}
	state, err := decodeState(bytes.NewReader(data))
	if err != nil {
		return State{}, fmt.Errorf("%s: %w", path, err)
	}
	return state, nil
}

func decodeState(r io.Reader) (State, error) {
	var state State
	return state, decodeStrict(r, &state)
}

// clone returns a copy that shares nothing with s.
func (s State) clone() (State, error) {
	data, err := json.Marshal(s)
	if err != nil {
		return State{}, err
	}
	var out State
	return out, json.Unmarshal(data, &out)
}
