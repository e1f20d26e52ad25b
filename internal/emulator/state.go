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
}

// Organization is one organization and what it stores.
type Organization struct {
	Region         string                            `json:"region"` // AWS region key, eu-west-1
	Organization   genesyscloud.Organization         `json:"organization"`
	Clients        []Client                          `json:"clients"`
	Roles          []genesyscloud.Role               `json:"roles"`
	Divisions      []genesyscloud.Division           `json:"divisions"`
	Users          []User                            `json:"users"`
	Authorizations []genesyscloud.OAuthAuthorization `json:"authorizations"` // clients of other organizations authorized here

	// Permissions is what GET /api/v2/authorization/permissions answers and what a role can grant at all; nil means every permission
	// that the endpoint catalog names.
	Permissions []genesyscloud.PermissionCollection `json:"permissions"`

	Trustors               []genesyscloud.Trustor               `json:"trustors"`
	Trustees               []genesyscloud.Trustee               `json:"trustees"`
	AuthenticationSettings *genesyscloud.AuthenticationSettings `json:"authentication_settings"` // nil: nothing is restricted
	MediaRegions           *genesyscloud.MediaRegions           `json:"media_regions"`           // nil: home and only core region is Region
	Scopes                 []genesyscloud.OAuthScope            `json:"scopes"`                  // nil: the scopes that the platform publishes

	// ScopeEnforcement is the organization's setting "Enforce Scopes": a client of another organization works only while it is
	// authorized here.
	ScopeEnforcement bool `json:"scope_enforcement"`
	// CrossRegionPermitted says that applications in other regions may read analytics.
	CrossRegionPermitted bool `json:"cross_region_permitted"`
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

// User is a user and its role grants. Of a grant only the ids of role and division count: the rest is the organization's to say.
type User struct {
	ID     string                   `json:"id"`
	Name   string                   `json:"name"`
	Grants []genesyscloud.AuthGrant `json:"grants"`
}

// userJSON is what a state file may say of a user: grants as the platform shows them on a subject, or in the short form that it uses
// on OAuth clients.
type userJSON struct {
	ID     string      `json:"id"`
	Name   string      `json:"name"`
	Grants []grantJSON `json:"grants"`
}

type grantJSON struct {
	genesyscloud.AuthGrant
	RoleID     string `json:"roleId"`
	DivisionID string `json:"divisionId"`
}

// UnmarshalJSON implements json.Unmarshaler.
func (u *User) UnmarshalJSON(data []byte) error {
	var read userJSON
	if err := json.Unmarshal(data, &read); err != nil {
		return err
	}
	*u = User{ID: read.ID, Name: read.Name}
	for _, grant := range read.Grants {
		if grant.RoleID != "" {
			grant.Role.ID = grant.RoleID
		}
		if grant.DivisionID != "" {
			grant.Division.ID = grant.DivisionID
		}
		u.Grants = append(u.Grants, grant.AuthGrant)
	}
	return nil
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
