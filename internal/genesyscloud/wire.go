package genesyscloud

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// The platform's answers, as far as this provider reads them. Field names and types: official SDK models
// (purecloud-platform-client-v2 262.0.0). The platform adds fields without notice, so unknown fields are accepted; unknown enum
// values are kept as they came.

// List is a JSON array that refuses null, in its own place and as an element. A nil List means that the field was absent. That differs from an
// empty list, which shows that there are no elements.
type List[T any] []T

// UnmarshalJSON implements json.Unmarshaler.
func (l *List[T]) UnmarshalJSON(data []byte) error {
	if !bytes.Contains(data, []byte("null")) {
		out := []T{}
		if err := json.Unmarshal(data, &out); err != nil {
			return err
		}
		*l = out
		return nil
	}
	var raw []json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	if raw == nil {
		return errors.New("null where a list is expected")
	}
	out := make(List[T], len(raw))
	for i, element := range raw {
		if bytes.Equal(element, []byte("null")) {
			return fmt.Errorf("null as element %d of a list", i)
		}
		if err := json.Unmarshal(element, &out[i]); err != nil {
			return err
		}
	}
	*l = out
	return nil
}

// NamedEntity is an id with a name.
type NamedEntity struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
}

// OAuthClient is one entity of GET /api/v2/oauth/clients. The platform's `secret` is left out on purpose: it is never read.
type OAuthClient struct {
	ID                         string             `json:"id,omitempty"`
	Name                       string             `json:"name"`
	Description                string             `json:"description,omitempty"`
	AccessTokenValiditySeconds *int64             `json:"accessTokenValiditySeconds,omitempty"` // seconds
	RegisteredRedirectURIs     List[string]       `json:"registeredRedirectUri,omitempty"`
	DateCreated                string             `json:"dateCreated,omitempty"`  // ISO 8601
	DateModified               string             `json:"dateModified,omitempty"` // ISO 8601
	CreatedBy                  *NamedEntity       `json:"createdBy,omitempty"`    // a user or an OAuth client
	ModifiedBy                 *NamedEntity       `json:"modifiedBy,omitempty"`   // a user or an OAuth client
	AuthorizedGrantType        string             `json:"authorizedGrantType"`
	Scope                      List[string]       `json:"scope,omitempty"`
	RoleDivisions              List[RoleDivision] `json:"roleDivisions,omitempty"`
	State                      string             `json:"state,omitempty"`
	DateToDelete               string             `json:"dateToDelete,omitempty"`
	SelfURI                    string             `json:"selfUri,omitempty"`
	Organization               *NamedEntity       `json:"organization,omitempty"` // only inside TokenInfo
}

// RoleDivision is a role granted to an OAuth client in a division; division id "*" means all divisions.
type RoleDivision struct {
	RoleID     string `json:"roleId"`
	DivisionID string `json:"divisionId"`
}

// OAuthScope is one entity of GET /api/v2/oauth/scopes.
type OAuthScope struct {
	ID          string `json:"id,omitempty"`
	Description string `json:"description,omitempty"`
	SelfURI     string `json:"selfUri,omitempty"`
}

// OAuthAuthorization is one entity of GET /api/v2/oauth/authorizations: a client of another organization, authorized here.
type OAuthAuthorization struct {
	Client       OAuthClient  `json:"client"`
	Scope        List[string] `json:"scope,omitempty"`
	Roles        List[string] `json:"roles,omitempty"`
	DateCreated  string       `json:"dateCreated,omitempty"`
	DateModified string       `json:"dateModified,omitempty"`
	Pending      bool         `json:"pending"`
	State        string       `json:"state,omitempty"` // Unauthorized, Requested, Authorized, Revoked
	SelfURI      string       `json:"selfUri,omitempty"`
}

// TokenInfo is the answer of GET /api/v2/tokens/me. The JSON key of OAuthClient really is in PascalCase.
type TokenInfo struct {
	Organization     NamedEntity  `json:"organization"`
	HomeOrganization NamedEntity  `json:"homeOrganization"`
	AuthorizedScope  List[string] `json:"authorizedScope,omitempty"`
	OAuthClient      *OAuthClient `json:"OAuthClient,omitempty"`
}

// Organization is the answer of GET /api/v2/organizations/me.
type Organization struct {
	ID                string          `json:"id,omitempty"`
	Name              string          `json:"name,omitempty"`
	DefaultCountry    string          `json:"defaultCountryCode,omitempty"`
	DefaultLanguage   string          `json:"defaultLanguage,omitempty"`
	ThirdPartyOrgName string          `json:"thirdPartyOrgName,omitempty"`
	Domain            string          `json:"domain,omitempty"`
	Features          map[string]bool `json:"features,omitempty"`
	Version           int64           `json:"version"`
	State             string          `json:"state,omitempty"`
	ProductPlatform   string          `json:"productPlatform,omitempty"`
	SelfURI           string          `json:"selfUri,omitempty"`
}

// AuthenticationSettings is the answer of GET /api/v2/organizations/authentication/settings.
type AuthenticationSettings struct {
	MultifactorAuthenticationRequired bool         `json:"multifactorAuthenticationRequired"`
	DomainAllowlistEnabled            bool         `json:"domainAllowlistEnabled"`
	DomainAllowlist                   List[string] `json:"domainAllowlist,omitempty"`
	IPAddressAllowlist                List[string] `json:"ipAddressAllowlist,omitempty"`
}

// TokenTimeout is the answer of GET /api/v2/tokens/timeout.
type TokenTimeout struct {
	IdleTokenTimeoutSeconds int64 `json:"idleTokenTimeoutSeconds"`
	EnableIdleTokenTimeout  bool  `json:"enableIdleTokenTimeout"`
}

// MediaRegions is the answer of GET /api/v2/telephony/mediaregions: AWS region keys.
type MediaRegions struct {
	Home      string       `json:"awsHomeRegion,omitempty"`
	Core      List[string] `json:"awsCoreRegions,omitempty"`
	Satellite List[string] `json:"awsSatelliteRegions,omitempty"`
}

// Role is one entity of GET /api/v2/authorization/roles.
type Role struct {
	ID                 string                 `json:"id,omitempty"`
	Name               string                 `json:"name,omitempty"`
	Description        string                 `json:"description,omitempty"`
	DefaultRoleID      string                 `json:"defaultRoleId,omitempty"`
	Permissions        List[string]           `json:"permissions,omitempty"` // legacy flat names
	PermissionPolicies List[PermissionPolicy] `json:"permissionPolicies,omitempty"`
	UserCount          *int64                 `json:"userCount,omitempty"` // nil: not asked for
	Default            bool                   `json:"default"`
	Base               bool                   `json:"base"`
	SelfURI            string                 `json:"selfUri,omitempty"`
}

// PermissionPolicy is a policy as a role shows it.
type PermissionPolicy struct {
	Domain                string          `json:"domain,omitempty"`
	EntityName            string          `json:"entityName,omitempty"`
	PolicyName            string          `json:"policyName,omitempty"`
	PolicyDescription     string          `json:"policyDescription,omitempty"`
	ActionSet             List[string]    `json:"actionSet,omitempty"`
	NamedResources        List[string]    `json:"namedResources,omitempty"`
	AllowConditions       bool            `json:"allowConditions"`
	ResourceConditionNode json.RawMessage `json:"resourceConditionNode,omitempty"` // present and not empty: permits only under this condition
}

// Subject is the answer of GET /api/v2/authorization/subjects/{subjectId}: a user or an OAuth client and its role grants.
type Subject struct {
	ID      string          `json:"id,omitempty"`
	Name    string          `json:"name,omitempty"`
	Grants  List[AuthGrant] `json:"grants"`
	Version int64           `json:"version,omitempty"`
	SelfURI string          `json:"selfUri,omitempty"`
}

// AuthGrant is a role granted to a subject in a division.
type AuthGrant struct {
	SubjectID   string      `json:"subjectId,omitempty"`
	Division    Division    `json:"division"`
	Role        SubjectRole `json:"role"`
	GrantMadeAt string      `json:"grantMadeAt,omitempty"`
}

// SubjectRole is a role as a subject's grant shows it.
type SubjectRole struct {
	ID          string              `json:"id,omitempty"`
	Name        string              `json:"name,omitempty"`
	Description string              `json:"description,omitempty"`
	Policies    List[SubjectPolicy] `json:"policies,omitempty"`
	Default     bool                `json:"default"`
	SelfURI     string              `json:"selfUri,omitempty"`
}

// SubjectPolicy is a policy as a subject's grant shows it: other field names than PermissionPolicy's, and the condition is a string.
type SubjectPolicy struct {
	Actions    List[string] `json:"actions,omitempty"`
	Condition  string       `json:"condition,omitempty"`
	Domain     string       `json:"domain,omitempty"`
	EntityName string       `json:"entityName,omitempty"`
}

// Division is one entity of GET /api/v2/authorization/divisions. Inside a grant the all-divisions one has the id "*" and no name.
type Division struct {
	ID           string `json:"id,omitempty"`
	Name         string `json:"name,omitempty"`
	Description  string `json:"description"`
	HomeDivision bool   `json:"homeDivision"`
	SelfURI      string `json:"selfUri,omitempty"`
}

// PermissionCollection is one entity of GET /api/v2/authorization/permissions: the permissions of one domain by entity.
type PermissionCollection struct {
	ID            string                              `json:"id,omitempty"`
	Name          string                              `json:"name,omitempty"`
	Domain        string                              `json:"domain,omitempty"`
	PermissionMap map[string]List[PermissionMapEntry] `json:"permissionMap,omitempty"`
	SelfURI       string                              `json:"selfUri,omitempty"`
}

// PermissionMapEntry is one permission that exists in the organization.
type PermissionMapEntry struct {
	Domain           string `json:"domain,omitempty"`
	EntityType       string `json:"entityType,omitempty"`
	Action           string `json:"action,omitempty"`
	Label            string `json:"label,omitempty"`
	AllowsConditions bool   `json:"allowsConditions"`
	DivisionAware    bool   `json:"divisionAware"`
}

// Trustor is one entity of GET /api/v2/orgauthorization/trustors: an organization that lets this one in. ID is the organization's id.
type Trustor struct {
	ID           string        `json:"id,omitempty"`
	Enabled      bool          `json:"enabled"`
	DateCreated  string        `json:"dateCreated,omitempty"`
	Organization *Organization `json:"organization,omitempty"`
	SelfURI      string        `json:"selfUri,omitempty"`
}

// Trustee is one entity of GET /api/v2/orgauthorization/trustees: an organization that this one lets in.
type Trustee struct {
	ID              string        `json:"id,omitempty"`
	Enabled         bool          `json:"enabled"`
	UsesDefaultRole bool          `json:"usesDefaultRole"`
	HasFullAccess   bool          `json:"hasFullAccess"`
	DateCreated     string        `json:"dateCreated,omitempty"`
	DateExpired     string        `json:"dateExpired,omitempty"`
	Organization    *Organization `json:"organization,omitempty"`
	SelfURI         string        `json:"selfUri,omitempty"`
}

// UsageExecution is the answer of GET /api/v2/oauth/clients/{clientId}/usage/summary: a query that the platform has begun.
type UsageExecution struct {
	ExecutionID string `json:"executionId,omitempty"`
	ResultsURI  string `json:"resultsUri,omitempty"`
}

// UsageRow is one row of GET /api/v2/oauth/clients/{clientId}/usage/query/results/{executionId}: how often a client called an endpoint,
// and how often the answer had a status of each class.
type UsageRow struct {
	ClientID    string `json:"clientId,omitempty"`
	TemplateURI string `json:"templateUri"` // /api/v2/users/{userId}
	HTTPMethod  string `json:"httpMethod"`
	Status200   int64  `json:"status200"`
	Status300   int64  `json:"status300"`
	Status400   int64  `json:"status400"`
	Status500   int64  `json:"status500"`
	Status429   int64  `json:"status429"` // counted in Status400 too
	Requests    int64  `json:"requests"`
}

// ErrorBody is the body of an error answer. All fields are optional.
type ErrorBody struct {
	Message           string            `json:"message,omitempty"`
	Code              string            `json:"code,omitempty"`
	Status            int               `json:"status,omitempty"`
	MessageWithParams string            `json:"messageWithParams,omitempty"`
	MessageParams     map[string]string `json:"messageParams,omitempty"`
	ContextID         string            `json:"contextId,omitempty"`
	// ErrorDescription is the form of the token endpoint and of the events endpoint's 403.
	Error            string `json:"error,omitempty"`
	Description      string `json:"description,omitempty"`
	ErrorDescription string `json:"error_description,omitempty"`
}
