package provider

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/usage"
)

// The platform's answers as the audit's facts. Pure, one function for each answer.

func tokenFacts(info genesyscloud.TokenInfo) audit.Token {
	token := audit.Token{
		Organization:     audit.Organization(info.Organization),
		HomeOrganization: audit.Organization(info.HomeOrganization),
		AuthorizedScopes: info.AuthorizedScope,
	}
	if info.OAuthClient != nil {
		token.ClientID = info.OAuthClient.ID
	}
	return token
}

func organizationFacts(org genesyscloud.Organization) audit.Organization {
	return audit.Organization{ID: org.ID, Name: org.Name}
}

func clientFacts(clients []genesyscloud.OAuthClient) *audit.Clients {
	facts := make([]audit.Client, len(clients))
	for i, client := range clients {
		facts[i] = oauthClientFacts(client)
	}
	return audit.NewClients(facts)
}

func oauthClientFacts(client genesyscloud.OAuthClient) audit.Client {
	grants := make([]audit.Grant, len(client.RoleDivisions))
	for i, grant := range client.RoleDivisions {
		grants[i] = audit.Grant(grant)
	}
	return audit.Client{
		ID:                   client.ID,
		Name:                 client.Name,
		State:                client.State,
		GrantType:            client.AuthorizedGrantType,
		DateToDelete:         client.DateToDelete,
		TokenValiditySeconds: client.AccessTokenValiditySeconds,
		Scopes:               client.Scope,
		ScopesShown:          client.Scope != nil,
		Grants:               grants,
		GrantsShown:          client.RoleDivisions != nil,
	}
}

func authorizationFacts(authorizations []genesyscloud.OAuthAuthorization) *audit.Authorizations {
	facts := make([]audit.Authorization, len(authorizations))
	for i, authorization := range authorizations {
		facts[i] = audit.Authorization{
			Client:  oauthClientFacts(authorization.Client),
			Scopes:  authorization.Scope,
			State:   authorization.State,
			Pending: authorization.Pending,
		}
	}
	return audit.NewAuthorizations(facts)
}

func roleFacts(roles []genesyscloud.Role) *access.Roles {
	facts := make([]access.Role, len(roles))
	for i, role := range roles {
		facts[i] = access.Role{
			ID:              role.ID,
			Name:            role.Name,
			FlatPermissions: role.Permissions,
			Policies:        rolePolicies(role.PermissionPolicies),
			PoliciesShown:   role.PermissionPolicies != nil,
		}
	}
	return access.NewRoles(facts)
}

func rolePolicies(policies []genesyscloud.PermissionPolicy) []access.Policy {
	facts := make([]access.Policy, len(policies))
	for i, policy := range policies {
		facts[i] = access.Policy{
			Domain:      policy.Domain,
			Entity:      policy.EntityName,
			Actions:     policy.ActionSet,
			Conditional: conditional(policy),
		}
	}
	return facts
}

// conditional tells whether a policy permits under a condition only, or for named resources only. An empty condition object counts as
// none; anything else that stands there counts as one, since a condition that is not understood must not widen a grant.
func conditional(policy genesyscloud.PermissionPolicy) bool {
	if len(policy.NamedResources) > 0 {
		return true
	}
	node := policy.ResourceConditionNode
	if len(node) == 0 {
		return false
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(node, &fields); err != nil {
		return true
	}
	return len(fields) > 0
}

func subjectFacts(subject genesyscloud.Subject) audit.Subject {
	grants := make([]audit.SubjectGrant, len(subject.Grants))
	for i, grant := range subject.Grants {
		grants[i] = audit.SubjectGrant{
			Role: access.Role{
				ID:            grant.Role.ID,
				Name:          grant.Role.Name,
				Policies:      subjectPolicies(grant.Role.Policies),
				PoliciesShown: grant.Role.Policies != nil,
			},
			Division: audit.Division{ID: grant.Division.ID, Name: grant.Division.Name},
		}
	}
	return audit.Subject{ID: subject.ID, Name: subject.Name, Grants: grants}
}

func subjectPolicies(policies []genesyscloud.SubjectPolicy) []access.Policy {
	facts := make([]access.Policy, len(policies))
	for i, policy := range policies {
		facts[i] = access.Policy{
			Domain:      policy.Domain,
			Entity:      policy.EntityName,
			Actions:     policy.Actions,
			Conditional: policy.Condition != "",
		}
	}
	return facts
}

func divisionFacts(divisions []genesyscloud.Division) *audit.Divisions {
	facts := make([]audit.Division, len(divisions))
	for i, division := range divisions {
		facts[i] = audit.Division{ID: division.ID, Name: division.Name}
	}
	return audit.NewDivisions(facts)
}

func permissionFacts(collections []genesyscloud.PermissionCollection) *audit.Permissions {
	var facts []audit.Permission
	for _, collection := range collections {
		for _, entries := range collection.PermissionMap {
			for _, entry := range entries {
				facts = append(facts, audit.Permission{
					Name:          entry.Domain + ":" + entry.EntityType + ":" + entry.Action,
					DivisionAware: entry.DivisionAware,
				})
			}
		}
	}
	return audit.NewPermissions(facts)
}

func scopeFacts(scopes []genesyscloud.OAuthScope) *audit.Scopes {
	names := make([]string, len(scopes))
	for i, scope := range scopes {
		names[i] = scope.ID
	}
	return audit.NewScopes(names)
}

func settingsFacts(settings genesyscloud.AuthenticationSettings) audit.Settings {
	return audit.Settings{IPAllowlist: settings.IPAddressAllowlist}
}

// mediaRegionFacts keeps the home region as a region key; one that the region table does not know is kept as it came, and so equals
// none that a configuration can name.
func mediaRegionFacts(regions genesyscloud.MediaRegions) audit.MediaRegions {
	if region, ok := genesyscloud.LookupRegion(regions.Home); ok {
		return audit.MediaRegions{Home: region.Key}
	}
	return audit.MediaRegions{Home: regions.Home}
}

// usageClient is a client as far as its usage depends on it.
func usageClient(client genesyscloud.OAuthClient) usage.Client {
	c := usage.Client{GrantType: client.AuthorizedGrantType, Scopes: client.Scope}
	if client.RoleDivisions != nil {
		c.RoleIDs = []string{}
	}
	for _, grant := range client.RoleDivisions {
		c.RoleIDs = append(c.RoleIDs, grant.RoleID)
	}
	return c
}

func usageCalls(rows []genesyscloud.UsageRow) []usage.Call {
	calls := make([]usage.Call, len(rows))
	for i, row := range rows {
		calls[i] = usage.Call{Method: row.HTTPMethod, Path: row.TemplateURI, Counts: usage.Counts{
			Requests:     row.Requests,
			Succeeded:    row.Status200 + row.Status300,
			ClientErrors: row.Status400,
			RateLimited:  row.Status429,
			ServerErrors: row.Status500,
		}}
	}
	return calls
}

// gapOf says in the audit's terms why something could not be read.
func gapOf(err error) audit.Gap {
	gap := audit.Gap{Reason: err.Error(), Remediation: remedyOf(err)}
	var failed genesyscloud.RequestError
	if errors.As(err, &failed) {
		gap.Request, gap.Reason = failed.Request(), failed.Cause()
		if trace := failed.Trace(); trace != "" {
			gap.Trace = sentence(trace)
		}
	}
	var api *genesyscloud.APIError
	if errors.As(err, &api) {
		switch {
		case api.Status == http.StatusForbidden && !api.NotPlatform:
			gap.Permission = api.Permission
		case api.ReadyToken: // what is refused is the token, whatever was to be read with it: that is to be said once
			gap.Request = "access_token"
		}
	}
	return gap
}

// remedyOf says what to do about a request that failed.
func remedyOf(err error) string {
	var (
		signIn      *genesyscloud.SignInError
		api         *genesyscloud.APIError
		answer      *genesyscloud.AnswerError
		unreachable *genesyscloud.TransportError
		late        *genesyscloud.DeadlineError
	)
	switch {
	case errors.As(err, &signIn):
		return signInRemedy(signIn)
	case errors.As(err, &api):
		return apiRemedy(api)
	case errors.As(err, &unreachable):
		return unreachableRemedy(unreachable.Host)
	case errors.As(err, &late) && late.Unanswered != "":
		return unreachableRemedy(late.Unanswered)
	case errors.As(err, &late):
		return "Plan again; if it stays, raise request_timeout in the provider block, or " + envRequestTimeout + "."
	case errors.As(err, &answer) && answer.NotPlatform:
		return intermediaryRemedy
	}
	return "Plan again; if it stays, set TF_LOG_PROVIDER=DEBUG, which logs the ids of each request, and give them to Genesys Cloud support."
}

const (
	intermediaryRemedy = "Look at what stands between this machine and the platform: the proxy in HTTPS_PROXY and NO_PROXY, or the gateway in " +
		"api_url and login_url."
	waitRemedy = "Plan again later. If it stays, find out what else uses the same token or OAuth client, or raise request_timeout in the provider " +
		"block, or " + envRequestTimeout + "."
	supportRemedy = "Plan again; if it stays, give the request and its ids to Genesys Cloud support."
)

func unreachableRemedy(host string) string {
	return fmt.Sprintf("Check that this machine reaches %s: the region or the URLs in the provider block, the name server, the firewall, and the "+
		"proxy in HTTPS_PROXY and NO_PROXY.", host)
}

func signInRemedy(e *genesyscloud.SignInError) string {
	switch {
	case e.NotPlatform:
		return intermediaryRemedy
	case e.RetryAfter > 0 || e.Status == http.StatusTooManyRequests:
		return waitRemedy
	case e.Status >= http.StatusInternalServerError:
		return supportRemedy
	}
	if e.Organization != "" { // no variable stands in for its attributes
		return fmt.Sprintf("Check oauthclient_id, oauthclient_secret and aws_region of organizations[%q] in the provider block.", e.Organization)
	}
	return "Check oauthclient_id, oauthclient_secret and aws_region in the provider block, or the environment variables that stand in for them."
}

func apiRemedy(e *genesyscloud.APIError) string {
	switch {
	case e.NotPlatform:
		return intermediaryRemedy
	case e.Code == "ip.not.authorized":
		return "Run from an address that the organization allows, or add this machine's address to its IP allowlist under Admin > Account Settings > " +
			"Organization Settings."
	case e.ReadyToken:
		where := "access_token, in the provider block or in " + envAccessToken
		if e.Organization != "" {
			where = fmt.Sprintf("access_token of organizations[%q]", e.Organization)
		}
		return "Issue a new access token. Or leave out " + where + ", which wins over oauthclient_id and oauthclient_secret, and sign in with these."
	case e.Status == http.StatusUnauthorized:
		return "Check that api_url and login_url, where they are set, belong to the same region, then plan again; if it stays, give the request and " +
			"its ids to Genesys Cloud support."
	case e.Status == http.StatusForbidden && e.Permission != "":
		return fmt.Sprintf("Grant %s to the auditing client (a role under Admin > Integrations > OAuth > Roles), then plan again.", e.Permission)
	case e.Status == http.StatusNotFound && strings.HasPrefix(e.Path, "/api/v2/authorization/subjects/"):
		return "Correct user_id: the organization has no user with this id."
	case e.Status == http.StatusTooManyRequests:
		return waitRemedy
	}
	return supportRemedy
}
