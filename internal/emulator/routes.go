package emulator

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// route is an endpoint that the emulator answers from its state.
type route struct {
	// query are the parameters that the platform documents. Every other one is refused. A documented value that the emulator does not
	// act on answers 501: an answer that ignores what it was asked would be a lie.
	query []string
	serve func(*exchange) answer
}

// paged are the parameters of a paged list.
var paged = []string{"pageNumber", "pageSize"}

// routes are the endpoints with an answer of their own. Each file adds its own with register, from an init function.
var routes = map[string]route{}

func register(more map[string]route) {
	for endpoint, r := range more {
		if _, twice := routes[endpoint]; twice {
			panic("emulator: two routes for " + endpoint)
		}
		routes[endpoint] = r
	}
}

func init() {
	register(map[string]route{
		"GET /api/v2/oauth/clients":                         {nil, (*exchange).oauthClients},
		"GET /api/v2/oauth/clients/{clientId}":              {nil, (*exchange).oauthClient},
		"GET /api/v2/oauth/scopes":                          {nil, (*exchange).oauthScopes},
		"GET /api/v2/oauth/scopes/{scopeId}":                {nil, (*exchange).oauthScope},
		"GET /api/v2/oauth/authorizations":                  {nil, (*exchange).oauthAuthorizations},
		"GET /api/v2/oauth/authorizations/{clientId}":       {nil, (*exchange).oauthAuthorization},
		"HEAD /api/v2/tokens/me":                            {nil, (*exchange).tokenInfo},
		"DELETE /api/v2/tokens/me":                          {nil, (*exchange).revokeToken},
		"GET /api/v2/tokens/me":                             {[]string{"preserveIdleTTL"}, (*exchange).tokenInfo},
		"GET /api/v2/tokens/timeout":                        {nil, (*exchange).tokenTimeout},
		"GET /api/v2/organizations/me":                      {nil, (*exchange).organizationInfo},
		"GET /api/v2/organizations/authentication/settings": {nil, (*exchange).authenticationSettings},
		"GET /api/v2/organizations/ipaddressauthentication": {nil, (*exchange).ipAddressAuthentication},
		"GET /api/v2/organizations/whitelist":               {nil, (*exchange).domainWhitelist},
		"GET /api/v2/organizations/embeddedintegration":     {nil, (*exchange).domainWhitelist},
		"GET /api/v2/telephony/mediaregions":                {nil, (*exchange).mediaRegions},
		"GET /api/v2/authorization/permissions":             {append([]string{"query", "queryType"}, paged...), (*exchange).permissions},
		"GET /api/v2/authorization/products":                {nil, (*exchange).products},
		"GET /api/v2/orgauthorization/trustors":             {paged, (*exchange).trustors},
		"GET /api/v2/orgauthorization/trustees":             {paged, (*exchange).trustees},
	})
}

// queryValues are the parameters that take only certain values.
var queryValues = map[string][]string{
	"ignoreErrors":      {"true", "false"},
	"includeDuplicates": {"true", "false"},
	"includePreview":    {"true", "false"},
	"includechannels":   {"token", "oauthclient"},
	"objectCount":       {"true", "false"},
	"preserveIdleTTL":   {"true", "false"},
	"queryType":         {"domain", "permission"},
	"sortBy":            {"id", "name"},
	"sortOrder":         {"ascending", "descending"},
	"state":             {"active", "inactive", "deleted", "any"},
	"userCount":         {"true", "false"},
}

// serve answers a request that is granted.
func (x *exchange) serve() answer {
	route, stored := routes[x.entry.Endpoint()]
	if stored {
		return x.serveStored(route)
	}
	if x.world.state.AnswerUnmodelled {
		return x.ok(struct{}{})
	}
	return x.deny(x.notModelled(x.entry.Endpoint()))
}

// Models says whether the emulator answers an endpoint, "METHOD /path" with the template path, from its state.
func Models(endpoint string) bool {
	_, ok := routes[endpoint]
	return ok || endpoint == eventsEndpoint
}

func (x *exchange) serveStored(route route) answer {
	for name, values := range x.query {
		if !slices.Contains(route.query, name) {
			x.violate("unknown query parameter " + name)
			return x.fail(http.StatusBadRequest, "bad.request", "The endpoint has no query parameter ["+name+"].")
		}
		if len(values) == 1 && values[0] == "" { // as some SDKs send what is not set
			delete(x.query, name)
			continue
		}
		allowed, listed := queryValues[name]
		for _, value := range values {
			if listed && !slices.Contains(allowed, value) {
				return x.invalidValue(value, name, strings.Join(allowed, ", "))
			}
		}
	}
	return route.serve(x)
}

// list is a parameter that takes several values: repeated, or separated by commas as the official Go SDK sends them.
func (x *exchange) list(name string) []string {
	if !x.query.Has(name) {
		return nil
	}
	return strings.Split(strings.Join(x.query[name], ","), ",")
}

// checkExpand answers 501 to expansions that are not among those that the emulator makes.
func (x *exchange) checkExpand(modelled ...string) *denial {
	for _, value := range x.list("expand") {
		if !slices.Contains(modelled, value) {
			return x.notModelled("expand=" + value + " of " + x.entry.Endpoint())
		}
	}
	return nil
}

func (x *exchange) notModelled(what string) *denial {
	return &denial{http.StatusNotImplemented, "not.implemented", "The emulator does not model " + what + "."}
}

func (x *exchange) revokeToken() answer {
	x.emulator.mu.Lock()
	defer x.emulator.mu.Unlock()
	maps.DeleteFunc(x.emulator.tokens, func(_ string, t *token) bool { return t == x.token })
	return x.ok(struct{}{})
}

func (x *exchange) oauthClients() answer {
	// The platform shows the form of a paged list here and takes no paging parameters: it is one page.
	entities := each(x.organization.state.Clients, func(c Client) clientAnswer { return showClient(c.OAuthClient) })
	size := max(len(entities), defaultPageSize)
	return x.ok(listing[clientAnswer]{
		Entities: entities, PageSize: size, PageNumber: 1, Total: len(entities), PageCount: 1, FirstURI: x.path, LastURI: x.path, SelfURI: x.path,
	})
}

func (x *exchange) oauthClient() answer {
	client := x.organization.clients[x.params["clientId"]]
	if client == nil {
		return x.notFound()
	}
	return x.ok(showClient(client.OAuthClient))
}

// unpaged is the platform's form of a list that has no pages.
type unpaged[T any] struct {
	Total    int    `json:"total"`
	Entities []T    `json:"entities"`
	SelfURI  string `json:"selfUri"`
}

func (x *exchange) oauthScopes() answer {
	scopes := each(x.organization.scopes, showScope)
	return x.ok(unpaged[genesyscloud.OAuthScope]{len(scopes), scopes, x.path})
}

func (x *exchange) oauthScope() answer {
	for _, scope := range x.organization.scopes {
		if scope.ID == x.params["scopeId"] {
			return x.ok(showScope(scope))
		}
	}
	return x.notFound()
}

func (x *exchange) oauthAuthorizations() answer {
	authorizations := each(x.organization.state.Authorizations, showAuthorization)
	return x.ok(unpaged[authorizationAnswer]{len(authorizations), authorizations, x.path})
}

func (x *exchange) oauthAuthorization() answer {
	authorization := x.organization.authorizations[x.params["clientId"]]
	if authorization == nil {
		return x.notFound()
	}
	return x.ok(showAuthorization(*authorization))
}

func (x *exchange) tokenInfo() answer { return x.ok(x.showToken()) }

func (x *exchange) tokenTimeout() answer {
	return x.ok(genesyscloud.TokenTimeout{IdleTokenTimeoutSeconds: 28_800, EnableIdleTokenTimeout: false})
}

func (x *exchange) organizationInfo() answer {
	return x.ok(showOrganization(x.organization.state.Organization))
}

func (x *exchange) authenticationSettings() answer {
	return x.ok(showSettings(x.organization.settings))
}

func (x *exchange) ipAddressAuthentication() answer {
	return x.ok(map[string][]string{"networkWhitelist": full(x.organization.settings.IPAddressAllowlist)})
}

func (x *exchange) domainWhitelist() answer {
	settings := x.organization.settings
	return x.ok(map[string]any{"enableWhitelist": settings.DomainAllowlistEnabled, "domainWhitelist": full(settings.DomainAllowlist)})
}

func (x *exchange) mediaRegions() answer { return x.ok(showMediaRegions(x.organization.state)) }

func (x *exchange) permissions() answer {
	found := x.organization.permissions
	if x.query.Has("query") {
		found = filterPermissions(found, x.query.Get("queryType"), strings.Split(x.query.Get("query"), ","))
	}
	return page(x, each(found, showPermissions))
}

// filterPermissions keeps the domains that are asked for, or with the query type "permission" the single permissions.
func filterPermissions(collections []genesyscloud.PermissionCollection, queryType string, wanted []string) (
	found []genesyscloud.PermissionCollection,
) {
	for _, collection := range collections {
		if queryType != "permission" {
			if slices.Contains(wanted, collection.Domain) {
				found = append(found, collection)
			}
			continue
		}
		kept := map[string]genesyscloud.List[genesyscloud.PermissionMapEntry]{}
		for entity, entries := range collection.PermissionMap {
			for _, entry := range entries {
				if slices.Contains(wanted, entry.Domain+":"+entry.EntityType+":"+entry.Action) {
					kept[entity] = append(kept[entity], entry)
				}
			}
		}
		if len(kept) > 0 {
			collection.PermissionMap = kept
			found = append(found, collection)
		}
	}
	return found
}

func (x *exchange) products() answer {
	products := []genesyscloud.NamedEntity{{ID: "collaboratePro"}, {ID: "engage3"}}
	return x.ok(listing[genesyscloud.NamedEntity]{
		Entities: products, PageSize: len(products), PageNumber: 1, Total: len(products), PageCount: 1,
	})
}

func (x *exchange) trustors() answer {
	return page(x, each(x.organization.state.Trustors, showTrustor))
}

func (x *exchange) trustees() answer {
	return page(x, each(x.organization.state.Trustees, showTrustee))
}
