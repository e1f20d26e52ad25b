package auditor

import (
	"encoding/json"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
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

// RoleFacts are the roles as the audit knows them.
func RoleFacts(roles []genesyscloud.Role) *access.Roles {
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
			Conditional: Conditional(policy),
		}
	}
	return facts
}

// Conditional tells whether a policy permits under a condition only, or for named resources only. An empty condition object counts as no condition.
// Any other value counts as a condition, since a condition that is not understood must not widen a grant.
func Conditional(policy genesyscloud.PermissionPolicy) bool {
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

// mediaRegionFacts keeps the home region as a region key. An unknown region is kept unchanged, so it never equals a region of a configuration.
func mediaRegionFacts(regions genesyscloud.MediaRegions) audit.MediaRegions {
	if region, ok := genesyscloud.LookupRegion(regions.Home); ok {
		return audit.MediaRegions{Home: region.Key}
	}
	return audit.MediaRegions{Home: regions.Home}
}

// accountFacts are a user's; a user that is not there has none.
func accountFacts(user *genesyscloud.User) audit.Account {
	if user == nil {
		return audit.Account{}
	}
	return audit.Account{Exists: true, State: user.State}
}

func policyFacts(policies []genesyscloud.AccessPolicy) []audit.AccessPolicy {
	facts := make([]audit.AccessPolicy, len(policies))
	for i, policy := range policies {
		facts[i] = audit.AccessPolicy{
			ID:               policy.ID,
			Name:             policy.Name,
			Target:           policy.TargetResource,
			SubjectType:      policy.Subject.Type,
			SubjectID:        policy.Subject.ID,
			Effect:           policy.Effect,
			Active:           policy.Active,
			AppliesToClients: policy.ApplyToClients,
			Conditional:      policy.Conditional(),
		}
	}
	return facts
}

func topicFacts(topics []genesyscloud.NotificationTopic) []audit.Topic {
	isSet := func(flag *bool) bool { return flag != nil && *flag }
	facts := make([]audit.Topic, len(topics))
	for i, topic := range topics {
		facts[i] = audit.Topic{
			Name:        topic.ID,
			Permissions: topic.RequiresPermissions,
			AnyIsEnough: isSet(topic.RequiresAnyValidator),
			CurrentUser: isSet(topic.RequiresCurrentUser),

			DivisionPermissions:     isSet(topic.RequiresDivisionPermissions),
			CurrentUserOrPermission: isSet(topic.RequiresCurrentUserOrPermission),
			Enforced:                topic.Enforced,
		}
		if topic.PermissionDetails != nil { // shown, if only to say that there are none
			facts[i].Details = make([]audit.TopicDetail, 0, len(topic.PermissionDetails))
		}
		for _, detail := range topic.PermissionDetails {
			facts[i].Details = append(facts[i].Details, audit.TopicDetail{
				Type: detail.Type, Permissions: detail.Permissions, AllowsCurrentUser: isSet(detail.AllowsCurrentUser), Enforced: detail.Enforced,
			})
		}
	}
	return facts
}
