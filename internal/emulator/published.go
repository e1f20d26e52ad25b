package emulator

import (
	"slices"
	"strings"
	"sync"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// regions are the AWS region keys of the platform (genesyscloud/provider/provider.go of the official Terraform provider 1.84.1).
var regions = strings.Fields(`
	ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 dca eu-central-1 eu-central-2
	eu-west-1 eu-west-2 eusc-de-east-1 me-central-1 mx-central-1 sa-east-1 tca us-east-1 us-east-2 us-west-2`)

func isRegion(key string) bool { return slices.Contains(regions, key) }

// The scopes of the platform's API definition captured 2026-02-12: most exist as x and as x:readonly.
const (
	pairedScopes = `alerting analytics architect assistants authorization billing coaching content-management conversations
		data-privacy devices dialog employee-engagement employee-performance external-contacts fax gamification gdpr geolocation
		greetings groups identity-providers infrastructureascode integrations journey knowledge language-understanding learning license
		locations logcapture messaging messaging-platform oauth organization organization-authorization outbound presence
		process-automation quality recordings response-management routing scim scripts social-media speech-and-text-analytics stations
		telephony textbots usage user-recordings users voicemail web-chat webdeployments widgets workforce-management workitems`
	singleScopes = `data-extensions notifications upload user-basic-info audits:readonly search:readonly`
)

// publishedScopes is what GET /api/v2/oauth/scopes lists where a state names no scopes.
var publishedScopes = sync.OnceValue(func() []genesyscloud.OAuthScope {
	ids := strings.Fields(singleScopes)
	for _, id := range strings.Fields(pairedScopes) {
		ids = append(ids, id, id+":readonly")
	}
	slices.Sort(ids)
	scopes := make([]genesyscloud.OAuthScope, len(ids))
	for i, id := range ids {
		scopes[i] = genesyscloud.OAuthScope{ID: id}
	}
	return scopes
})

// divisionAwareDomains are the permission domains that publishedPermissions calls division aware. No published source lists the flag
// per permission: this is an approximation, and a state that depends on it names its own permissions.
var divisionAwareDomains = strings.Fields(`analytics architect coaching conversation learning outbound quality recording routing wfm`)

// publishedPermissions is every permission that the endpoint catalog names, by domain: what GET /api/v2/authorization/permissions
// lists where a state names no permissions.
var publishedPermissions = sync.OnceValue(func() []genesyscloud.PermissionCollection {
	var collections []genesyscloud.PermissionCollection
	for _, name := range catalog.Permissions() { // sorted, so that a domain's permissions stand together
		domain, entity, action, ok := splitPermission(name)
		if !ok {
			continue // a legacy flat name: it is no part of the platform's permission list
		}
		if len(collections) == 0 || collections[len(collections)-1].Domain != domain {
			collections = append(collections, genesyscloud.PermissionCollection{
				ID: domain, Name: domain, Domain: domain,
				PermissionMap: map[string]genesyscloud.List[genesyscloud.PermissionMapEntry]{},
			})
		}
		permissions := collections[len(collections)-1].PermissionMap
		permissions[entity] = append(permissions[entity], genesyscloud.PermissionMapEntry{
			Domain: domain, EntityType: entity, Action: action, DivisionAware: slices.Contains(divisionAwareDomains, domain),
		})
	}
	return collections
})

// publishedTopics are the notification topics whose permissions a public source names: the vendor's list of about 2020 and its guide on
// transcription. Where two permissions stand together, that list does not say whether both are needed.
var publishedTopics = sync.OnceValue(func() []Topic {
	return []Topic{
		{ID: "v2.analytics.queues.{id}.observations",
			RequiresPermissions: []string{"analytics:queueObservation:view", "analytics:conversationAggregate:view"}},
		{ID: "v2.analytics.users.{id}.aggregates",
			RequiresPermissions: []string{"analytics:userAggregate:view", "analytics:conversationAggregate:view"}},
		{ID: "v2.architect.dependencytracking.build", RequiresPermissions: []string{"architect:dependencyTracking:view"}},
		{ID: "v2.architect.prompts.{id}", RequiresPermissions: []string{"architect:userPrompt:view"}},
		{ID: "v2.architect.prompts.{id}.resources.{id}", RequiresPermissions: []string{"architect:userPrompt:view"}},
		{ID: "v2.conversations.{id}.transcription", RequiresPermissions: []string{"conversation:transcription:view"}},
	}
})
