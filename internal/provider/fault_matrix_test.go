package provider_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/provider"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/serve"
)

// The fault matrix: everything that a validation reads, times everything that can be wrong with an answer, times the three forms. It runs
// over the plugin protocol and over HTTP, in a time of its own.

const (
	matrixURL     = "http://127.0.0.1:1" // nothing is dialled
	matrixSecret  = "matrix-canary-secret"
	matrixTimeout = 60 * time.Second
	validationOf  = "genesysaudit_access_validation"

	tokenPath         = "/oauth/token"
	ownTokenPath      = "/api/v2/tokens/me"
	organizationPath  = "/api/v2/organizations/me"
	mediaPath         = "/api/v2/telephony/mediaregions"
	scopesPath        = "/api/v2/oauth/scopes"
	authorizationPath = "/api/v2/oauth/authorizations"
	settingsPath      = "/api/v2/organizations/authentication/settings"
	divisionsPath     = "/api/v2/authorization/divisions"
	permissionsPath   = "/api/v2/authorization/permissions"
	topicsPath        = "/api/v2/notifications/availabletopics"
	userPath          = "/api/v2/users/robot"
	subjectPath       = "/api/v2/authorization/subjects/robot"
)

// scene is a validation that passes as long as everything can be read.
type scene struct {
	name      string
	arguments map[string]any // as provider.ValueOf takes them
	// reads are what it asks the platform for, each path once.
	reads []string
}

// Between them the scenes read everything that a validation can read. For each kind of client there is one that needs access, which a
// missing piece of evidence must not grant, and one that only forbids, where nothing at all would look like a pass.
var scenes = []scene{
	{
		name: "own client, needs",
		arguments: map[string]any{
			"endpoints": []string{"GET /api/v2/oauth/clients"}, "notification_topics": []string{"v2.clients.{id}"}, "divisions": []string{"Sales"},
			"required_scopes": []string{"analytics:read"}, "required_roles": []string{"Auditing"}, "allowed_scopes": []string{"org:read"},
			"forbidden_scopes": []string{"users"}, "allowed_grant_types": []string{"CLIENT-CREDENTIALS"}, "max_token_validity_seconds": 3600,
			"application_region": "us-east-1", "egress_addresses": []string{"203.0.113.7"},
		},
		reads: []string{divisionsPath, permissionsPath, policiesPath, rolesPath, topicsPath, clientsPath, scopesPath, settingsPath, mediaPath,
			ownTokenPath, tokenPath},
	},
	{
		name: "another client, forbids",
		arguments: map[string]any{
			"client_name": "Service", "allowed_regions": []string{"us-east-1"},
			"forbidden_scopes": []string{"users"}, "forbidden_roles": []string{"Master Admin"}, "forbidden_permissions": []string{"recording:*:*"},
			"allowed_grant_types": []string{"CLIENT-CREDENTIALS"}, "max_token_validity_seconds": 3600, "egress_addresses": []string{"203.0.113.7"},
			"allowed_permissions": []string{"oauth:*:view", "content_management_user"}, "role_divisions": map[string]any{"Desk": []string{"Home"}},
		},
		reads: []string{divisionsPath, permissionsPath, rolesPath, clientsPath, scopesPath, settingsPath, mediaPath, ownTokenPath, tokenPath},
	},
	{
		name: "every client, needs",
		arguments: map[string]any{
			"clients": map[string]any{"at_least": 2}, "ignore_access_policies": true, "required_permissions": []string{"oauth:client:view"},
			"required_scopes": []string{"analytics:read"}, "forbidden_roles": []string{"Master Admin"}, "max_token_validity_seconds": 3600,
		},
		reads: []string{permissionsPath, rolesPath, clientsPath, ownTokenPath, tokenPath},
	},
	{
		name: "planned client, needs",
		arguments: map[string]any{
			"client_name": "Service", "ignore_access_policies": true, "divisions": []string{"Sales"}, "required_roles": []string{"Auditing"},
			"required_permissions": []string{"oauth:client:view"}, "required_scopes": []string{"analytics:read"}, "max_token_validity_seconds": 3600,
			"planned": map[string]any{
				"client": map[string]any{"roles": []any{map[string]any{"role": "Auditing", "division": "Sales"}}},
				"role": []any{map[string]any{"name": "Auditing", "permission_policies": []any{map[string]any{
					"domain": "oauth", "entity_name": "client", "action_set": []string{"view"}, "conditions": []any{}}}}},
			},
		},
		reads: []string{divisionsPath, permissionsPath, rolesPath, clientsPath, ownTokenPath, tokenPath},
	},
	{
		name: "authorized client and its user, needs",
		arguments: map[string]any{
			"client_id": "vendor", "ignore_access_policies": true, "user_id": "robot", "divisions": []string{"Sales"},
			"endpoints": []string{"GET /api/v2/oauth/clients", "GET /api/v2/contentmanagement/documents/{documentId}"}, "required_roles": []string{"Desk"},
			"allowed_grant_types": []string{"CODE"}, "application_region": "us-east-1", "forbidden_scopes": []string{"users"},
		},
		reads: []string{divisionsPath, permissionsPath, rolesPath, subjectPath, authorizationPath, clientsPath, scopesPath, mediaPath, ownTokenPath,
			userPath, tokenPath},
	},
	{
		name: "authorized client and its user, forbids",
		arguments: map[string]any{
			"client_name": "Vendor", "user_id": "robot", "allowed_grant_types": []string{"CODE"},
			"forbidden_scopes": []string{"users"}, "forbidden_roles": []string{"Master Admin"}, "forbidden_permissions": []string{"recording:*:*"},
			"allowed_roles": []string{}, "required_roles": []string{"Desk"},
		},
		reads: []string{permissionsPath, rolesPath, subjectPath, authorizationPath, clientsPath, scopesPath, ownTokenPath, userPath, tokenPath},
	},
}

func sceneNamed(t *testing.T, name string) scene {
	t.Helper()
	i := slices.IndexFunc(scenes, func(s scene) bool { return s.name == name })
	if i < 0 {
		t.Fatalf("no scene %q", name)
	}
	return scenes[i]
}

// matrixState is an organization with everything that the scenes need. With more than a page of it, the lists that come in pages have two;
// what a scene needs is on the first one, so that it would pass if the second one were lost.
func matrixState(more int) emulator.State {
	validity, yes, no := int64(3600), true, false
	org := emulator.Organization{
		Region:       "us-east-1",
		Organization: genesyscloud.Organization{ID: "matrix", Name: "Matrix", Version: 1},
		Clients: []emulator.Client{
			{Secret: matrixSecret, OAuthClient: genesyscloud.OAuthClient{
				ID: "auditor", Name: "Auditor", AuthorizedGrantType: "CLIENT-CREDENTIALS", State: "active", AccessTokenValiditySeconds: &validity,
				Scope: []string{"analytics:read"}, RoleDivisions: []genesyscloud.RoleDivision{{RoleID: "auditing", DivisionID: "sales"}},
			}},
			{OAuthClient: genesyscloud.OAuthClient{
				ID: "service", Name: "Service", AuthorizedGrantType: "CLIENT-CREDENTIALS", State: "active", AccessTokenValiditySeconds: &validity,
				Scope: []string{"analytics:read"}, RoleDivisions: []genesyscloud.RoleDivision{{RoleID: "desk", DivisionID: "home"}},
			}},
		},
		Roles: []genesyscloud.Role{
			{ID: "auditing", Name: "Auditing", PermissionPolicies: []genesyscloud.PermissionPolicy{
				{Domain: "oauth", EntityName: "client", ActionSet: []string{"view", "authorize"}},
				{Domain: "authorization", EntityName: "role", ActionSet: []string{"view"}},
				{Domain: "authorization", EntityName: "grant", ActionSet: []string{"view"}},
				{Domain: "directory", EntityName: "organization", ActionSet: []string{"admin"}},
				{Domain: "telephony", EntityName: "plugin", ActionSet: []string{"all"}},
				{Domain: "authorization", EntityName: "policy", ActionSet: []string{"view"}},
			}},
			{ID: "desk", Name: "Desk", Permissions: []string{"content_management_user"},
				PermissionPolicies: []genesyscloud.PermissionPolicy{{Domain: "oauth", EntityName: "client", ActionSet: []string{"view"}}}},
			{ID: "admin", Name: "Master Admin", PermissionPolicies: []genesyscloud.PermissionPolicy{
				{Domain: "*", EntityName: "*", ActionSet: []string{"*"}}}},
		},
		Divisions: []genesyscloud.Division{{ID: "home", Name: "Home", HomeDivision: true}, {ID: "sales", Name: "Sales"}},
		Users: []emulator.User{{ID: "robot", Name: "Robot", Grants: []genesyscloud.AuthGrant{
			{Division: genesyscloud.Division{ID: "sales"}, Role: genesyscloud.SubjectRole{ID: "desk"}},
		}}},
		Authorizations: []genesyscloud.OAuthAuthorization{{
			Client: genesyscloud.OAuthClient{ID: "vendor", Name: "Vendor", AuthorizedGrantType: "CODE", State: "active",
				Scope: []string{"oauth:readonly", "content-management:readonly"}},
			Scope: []string{"oauth:readonly", "content-management:readonly"}, State: "Authorized",
		}},
		AuthenticationSettings: &genesyscloud.AuthenticationSettings{IPAddressAllowlist: []string{"203.0.113.0/24"}},
		Scopes:                 []genesyscloud.OAuthScope{{ID: "analytics:read"}, {ID: "oauth:readonly"}, {ID: "users"}},
		// On what the scenes need: a policy on another client than theirs, and one on all that is not active.
		Policies: []emulator.AccessPolicy{
			{ID: "policy", Name: "Policy", TargetResource: "oauth:client:view", Effect: "DENY",
				Subject: emulator.PolicySubject{Type: "CLIENT", ID: "service"}, Active: &yes, ApplyToClients: &yes},
			{ID: "inactive", Name: "Inactive", TargetResource: "oauth:client:view", Effect: "DENY",
				Subject: emulator.PolicySubject{Type: "ALL", ID: "all"}, Active: &no, ApplyToClients: &yes},
		},
		Topics: []emulator.Topic{{ID: "v2.clients.{id}", RequiresPermissions: []string{"oauth:client:view"},
			PermissionDetails: []emulator.TopicCondition{{Type: "requiresPermissions", Permissions: []string{"oauth:client:view"}}}}},
	}
	for _, permission := range []string{
		"oauth:client:view", "oauth:client:authorize", "authorization:role:view", "authorization:grant:view", "directory:organization:admin",
		"telephony:plugin:all", "recording:recording:view", "authorization:policy:view",
	} {
		addPermission(&org, permission)
	}
	for i := range more {
		org.Roles = append(org.Roles, genesyscloud.Role{ID: fmt.Sprintf("role-%03d", i), Name: fmt.Sprintf("Role %03d", i)})
		org.Divisions = append(org.Divisions, genesyscloud.Division{ID: fmt.Sprintf("division-%03d", i), Name: fmt.Sprintf("Division %03d", i)})
		addPermission(&org, fmt.Sprintf("product%03d:thing:view", i))
	}
	return emulator.State{Organizations: []emulator.Organization{org}}
}

// addPermission lets a permission exist, one that holds only in the divisions of its grants.
func addPermission(org *emulator.Organization, permission string) {
	segments := strings.Split(permission, ":")
	domain, entity := segments[0], segments[1]
	i := slices.IndexFunc(org.Permissions, func(c genesyscloud.PermissionCollection) bool { return c.Domain == domain })
	if i < 0 {
		i = len(org.Permissions)
		org.Permissions = append(org.Permissions, genesyscloud.PermissionCollection{
			ID: domain, Name: domain, Domain: domain, PermissionMap: map[string]genesyscloud.List[genesyscloud.PermissionMapEntry]{}})
	}
	entries := org.Permissions[i].PermissionMap
	entries[entity] = append(entries[entity], genesyscloud.PermissionMapEntry{
		Domain: domain, EntityType: entity, Action: segments[2], DivisionAware: true})
}

// matrixFault is one thing that is wrong with the answers to a request.
type matrixFault struct {
	name string
	emulator.Fault
}

// A 429 is for the token, whatever the request that got it: those beside it are held back too, and may be the ones that are named.
const (
	tooLate  = "429, Retry-After beyond the deadline"
	heldBack = "The platform's rate limit allows no further request before then."
)

// costly faults take seconds of computing, and how an answer is read does not depend on the form: one form has them.
var costly = []string{"100 MB", "100 MB, compressed", "pages never end, total high"}

// wireFaults are wrong with an answer whatever the request: with each of them nothing has been read.
func wireFaults() []matrixFault {
	elsewhere := "http://192.0.2.1/login?token=elsewhere"
	faults := []matrixFault{
		{"429 without Retry-After", emulator.Fault{Status: 429}},
		{"429, Retry-After in seconds", emulator.Fault{Status: 429, Header: http.Header{"Retry-After": {"2"}}}},
		{"429, Retry-After as a date", emulator.Fault{Status: 429, Header: http.Header{"Retry-After": {"Sat, 01 Jan 2000 00:00:05 GMT"}}}},
		{tooLate, emulator.Fault{Status: 429, Header: http.Header{"Retry-After": {"3600"}}}},
		{"429, Retry-After nonsense", emulator.Fault{Status: 429, Header: http.Header{"Retry-After": {"soon"}}}},
		{"rate limit of the token endpoint", emulator.Fault{Status: 400, Body: emulator.TokenRateLimited}},
		{"error that quotes the secret", emulator.Fault{Status: 400, Body: `{"error":"` + matrixSecret + `","message":"Basic ` + matrixBasic +
			` is wrong","error_description":"` + matrixSecret + `"}`}},
		{"dropped before the header", emulator.Fault{Kind: emulator.FaultDrop}},
		{"dropped after the header", emulator.Fault{Kind: emulator.FaultDropBody}},
		{"broken off", emulator.Fault{Kind: emulator.FaultTruncate}},
		{"no answer", emulator.Fault{Kind: emulator.FaultHang}},
		{"slow drip", emulator.Fault{Kind: emulator.FaultDrip, Interval: 2 * time.Second}},
		{"no body", emulator.Fault{Kind: emulator.FaultEmpty}},
		{"204", emulator.Fault{Kind: emulator.FaultEmpty, Status: 204}},
		{"206 with everything", emulator.Fault{Status: 206, Mutate: same}},
		{"HTML of a proxy", emulator.Fault{Kind: emulator.FaultHTML}},
		{"HTML of a proxy, as JSON", emulator.Fault{Kind: emulator.FaultHTML, ContentType: "application/json"}},
		{"502 in HTML", emulator.Fault{Kind: emulator.FaultHTML, Status: 502}},
		{"403 in HTML", emulator.Fault{Kind: emulator.FaultHTML, Status: 403}},
		{"another content type", emulator.Fault{Mutate: same, ContentType: "text/plain"}},
		{"compressed by its own account", emulator.Fault{Mutate: same, Header: http.Header{"Content-Encoding": {"gzip"}}}},
		{"redirect to another host", emulator.Fault{Kind: emulator.FaultRedirect, Location: elsewhere}},
		{"temporary redirect to another host", emulator.Fault{Kind: emulator.FaultRedirect, Location: elsewhere, Status: 307}},
		{"permanent redirect to another host", emulator.Fault{Kind: emulator.FaultRedirect, Location: elsewhere, Status: 308}},
		{"100 MB", emulator.Fault{Kind: emulator.FaultHuge, Bytes: 100 << 20}},
		{"100 MB, compressed", emulator.Fault{Mutate: func([]byte) []byte { return bomb() }, Header: http.Header{"Content-Encoding": {"gzip"}}}},
		{"a list of 10,001", emulator.Fault{Mutate: filled("[" + strings.Repeat("1,", 10_000) + "1]")}},
		{"an object of 10,001 fields", emulator.Fault{Mutate: filled("{" + numberedFields(10_001) + "}")}},
		{"a text of 64 KB", emulator.Fault{Mutate: filled(`"` + strings.Repeat("x", 64<<10) + `"`)}},
		{"lists in lists", emulator.Fault{Mutate: filled(strings.Repeat("[", 101) + strings.Repeat("]", 101))}},
		{"cut JSON", emulator.Fault{Mutate: func(b []byte) []byte { return b[:len(b)/2] }}},
		{"JSON with a tail", emulator.Fault{Mutate: func(b []byte) []byte { return append(slices.Clone(b), "{}"...) }}},
		{"a byte order mark first", emulator.Fault{Mutate: func(b []byte) []byte { return append([]byte("\ufeff"), b...) }}},
		{"a field twice", emulator.Fault{Mutate: func(b []byte) []byte { return repeatField(b, strings.Clone) }}},
		{"a field twice, in capitals", emulator.Fault{Mutate: func(b []byte) []byte { return repeatField(b, strings.ToUpper) }}},
		{"no UTF-8", emulator.Fault{Mutate: func(b []byte) []byte { return bytes.Replace(b, []byte(`"`), []byte("\"\xff"), 1) }}},
		{"{}", emulator.Fault{Status: 200, Body: `{}`}},
		{"[]", emulator.Fault{Status: 200, Body: `[]`}},
		{"null", emulator.Fault{Status: 200, Body: `null`}},
		{"text", emulator.Fault{Status: 200, Body: `"ok"`}},
		{"error with status 200", emulator.Fault{Status: 200, Body: `{"message":"Unable","code":"missing.any.permissions","status":403}`}},
	}
	for _, status := range []int{400, 401, 403, 404, 408, 409, 500, 501, 502, 503, 504} {
		faults = append(faults, matrixFault{fmt.Sprint(status), emulator.Fault{Status: status}})
	}
	return faults
}

var matrixBasic = base64.StdEncoding.EncodeToString([]byte("auditor:" + matrixSecret))

func same(body []byte) []byte { return body }

// bomb is 100 MB of JSON in 100 KB.
var bomb = sync.OnceValue(func() []byte {
	var wire bytes.Buffer
	writer := gzip.NewWriter(&wire)
	_, _ = writer.Write([]byte(`{"filler":"`))
	for range 100 {
		_, _ = writer.Write(bytes.Repeat([]byte("x"), 1<<20))
	}
	_, _ = writer.Write([]byte(`"}`))
	_ = writer.Close()
	return wire.Bytes()
})

// filled adds a field to the answer's object, which leaves what it says as true as it was.
func filled(value string) func([]byte) []byte {
	return func(body []byte) []byte { return slices.Concat([]byte(`{"filler":`+value+`,`), body[1:]) }
}

func numberedFields(n int) string {
	fields := make([]string, n)
	for i := range fields {
		fields[i] = fmt.Sprintf(`"f%d":1`, i)
	}
	return strings.Join(fields, ",")
}

// repeatField has the first field of the answer's object twice: what the decoder takes, the last one, is true.
func repeatField(body []byte, spell func(string) string) []byte {
	_, rest, _ := strings.Cut(string(body), `"`)
	name, _, _ := strings.Cut(rest, `"`)
	return slices.Concat([]byte(`{"`+spell(name)+`":null,`), body[1:])
}

// envelope makes a change of what a list says of itself.
func envelope(change func(page map[string]any)) func([]byte) []byte {
	return func(body []byte) []byte {
		page := map[string]any{}
		if json.Unmarshal(body, &page) != nil {
			return body
		}
		change(page)
		return encoded(page)
	}
}

// listFaults are wrong with a list, be it in pages or whole.
func listFaults() []matrixFault {
	// again adds the first entity once more, with the total that goes with it; the copy differs in what it says.
	again := func(differ func(entity map[string]any)) func([]byte) []byte {
		return envelope(func(page map[string]any) {
			entities, _ := page["entities"].([]any)
			total, isNumber := page["total"].(float64)
			first, isObject := entities[0].(map[string]any)
			if !isNumber || !isObject {
				return
			}
			copied := maps.Clone(first)
			differ(copied)
			page["entities"], page["total"] = append(entities, copied), total+1
		})
	}
	return []matrixFault{
		{"an entity twice", emulator.Fault{Mutate: again(func(map[string]any) {})}},
		{"an entity twice, under another name", emulator.Fault{Mutate: again(func(e map[string]any) { e["name"] = "Another" })}},
		{"an entity of the total is not there", emulator.Fault{Mutate: envelope(func(page map[string]any) {
			if entities, ok := page["entities"].([]any); ok {
				page["entities"] = entities[:len(entities)-1]
			}
		})}},
		{"another page follows", emulator.Fault{Mutate: envelope(func(page map[string]any) { page["nextUri"] = "/api/v2/next" })}},
	}
}

// pageFaults are wrong with a list that comes in pages.
func pageFaults() []matrixFault {
	second := map[string]string{"pageNumber": "2"}
	total := func(by float64) func([]byte) []byte {
		return envelope(func(page map[string]any) {
			if total, ok := page["total"].(float64); ok {
				page["total"] = total + by
			}
		})
	}
	return []matrixFault{
		{"pages repeat", emulator.Fault{Kind: emulator.FaultRepeatPage}},
		{"pages never end", emulator.Fault{Kind: emulator.FaultEndless}},
		{"pages never end, total high", emulator.Fault{Kind: emulator.FaultEndless, Total: 50_000}},
		{"second page 403", emulator.Fault{Query: second, Status: 403}},
		{"second page 500", emulator.Fault{Query: second, Status: 500}},
		{"second page 404", emulator.Fault{Query: second, Status: 404}},
		{"second page dropped", emulator.Fault{Query: second, Kind: emulator.FaultDrop}},
		{"second page broken off", emulator.Fault{Query: second, Kind: emulator.FaultTruncate}},
		{"second page {}", emulator.Fault{Query: second, Status: 200, Body: `{}`}},
		{"second page HTML", emulator.Fault{Query: second, Kind: emulator.FaultHTML}},
		{"second page empty", emulator.Fault{Query: second, Mutate: envelope(func(page map[string]any) { page["entities"] = []any{} })}},
		{"second page without entities", emulator.Fault{Query: second, Mutate: envelope(func(page map[string]any) { delete(page, "entities") })}},
		{"second page with a lower total", emulator.Fault{Query: second, Mutate: total(-1)}},
		{"second page with a higher total", emulator.Fault{Query: second, Mutate: total(1)}},
		{"total high by one", emulator.Fault{Mutate: total(1)}},
		{"total low by one", emulator.Fault{Mutate: total(-1)}},
		{"total that ends after the first page", emulator.Fault{Mutate: envelope(func(page map[string]any) { page["total"] = 100 })}},
		{"total zero", emulator.Fault{Mutate: envelope(func(page map[string]any) { page["total"] = 0 })}},
		{"one page by its count", emulator.Fault{Mutate: envelope(func(page map[string]any) { page["pageCount"] = 1 })}},
	}
}

// edit is a change of every value in one place of a JSON text.
type edit struct{ place, what string }

func (e edit) String() string { return e.place + " " + e.what }

const absent = "absent"

// unread are the fields that no validation looks at, by the end of their place: each is described nowhere in a verdict, or is of an entity
// that no scene needs. Any text, number or list in them leaves the answer as true as it was.
var unread = []string{
	"selfUri", "firstUri", "lastUri", "pageSize", "description", "dateCreated", "dateModified", "registeredRedirectUri", "version",
	"default", "base", "homeDivision", "grantMadeAt", "subjectId", "label", "allowConditions", "allowsConditions",
	"multifactorAuthenticationRequired", "domainAllowlistEnabled", "domainAllowlist", "awsCoreRegions", "awsSatelliteRegions",
	"defaultCountryCode", "defaultLanguage", "productPlatform", "OAuthClient.state",
	"visibility", "entities[].enforced", "requiresDivisionPermissions", "requiresCurrentUserOrPermission", "allowsCurrentUser",
	"permissionMap.grant", "permissionMap.organization", "permissionMap.policy", "permissionMap.plugin", "permissionMap.recording", "permissionMap.role",
	"OAuthClient.authorizedGrantType", "OAuthClient.name", "OAuthClient.roleDivisions", "OAuthClient.scope",
	"entities[].client.roleDivisions", "entities[].roles",
	"entities[].client.accessTokenValiditySeconds",
}

func isUnread(place string) bool {
	return slices.ContainsFunc(unread, func(name string) bool { return place == name || strings.HasSuffix(place, "."+name) })
}

// edits are the changes that can be made to the answer: in every place null, nothing, a value of another type, and one of the same type
// that nobody knows.
func edits(t *testing.T, body []byte) []edit {
	t.Helper()
	var document any
	if err := json.Unmarshal(body, &document); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	found := map[edit]bool{}
	var visit func(place string, value any)
	visit = func(place string, value any) {
		if isUnread(place) {
			return
		}
		if place != "" {
			for what := range replacements(value) {
				found[edit{place, what}] = true
			}
			if !strings.HasSuffix(place, "[]") {
				found[edit{place, absent}] = true
			}
		}
		switch value := value.(type) {
		case map[string]any:
			for name, field := range value {
				visit(strings.TrimPrefix(place+"."+name, "."), field)
			}
		case []any:
			for _, element := range value {
				visit(place+"[]", element)
			}
		}
	}
	visit("", document)
	return slices.SortedFunc(maps.Keys(found), func(a, b edit) int { return strings.Compare(a.String(), b.String()) })
}

// replacements are what can stand in the place of a value.
func replacements(value any) map[string]any {
	to := map[string]any{"null": nil}
	switch value := value.(type) {
	case string:
		to["a number"], to["an object"], to["unknown"], to["empty"] = 7, map[string]any{}, "something.else", ""
	case float64:
		to["text"], to["negative"], to["fraction"] = "7", -7, 0.5
	case bool:
		to["text"], to["a number"] = "true", 1
	case []any:
		to["an object"], to["text"], to["emptied"] = map[string]any{"a": 1}, "a", []any{}
		to["with null"], to["twice"] = append(slices.Clone(value), nil), append(slices.Clone(value), value...)
	case map[string]any:
		to["a list"], to["text"] = []any{value}, "a"
	}
	return to
}

// apply makes the change.
func (e edit) apply(body []byte) []byte {
	var document any
	if json.Unmarshal(body, &document) != nil {
		return body
	}
	return encoded(e.change("", document))
}

func (e edit) change(place string, value any) any {
	if place == e.place {
		if replacement, ok := replacements(value)[e.what]; ok {
			return replacement
		}
		return value
	}
	switch value := value.(type) {
	case map[string]any:
		for name, field := range value {
			inner := strings.TrimPrefix(place+"."+name, ".")
			if inner == e.place && e.what == absent {
				delete(value, name)
				continue
			}
			value[name] = e.change(inner, field)
		}
	case []any:
		for i, element := range value {
			value[i] = e.change(place+"[]", element)
		}
	}
	return value
}

func encoded(value any) []byte {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err) // it was decoded from JSON
	}
	return data
}

// planOf is each of the three forms of the validation, each planned as a CLI would.
var planOf = map[string]func(ctx context.Context, t *testing.T, server tfprotov6.ProviderServer, config validationConfig) judged{
	"resource": planned("resource"), "data source": planned("data source"), "ephemeral": planned("ephemeral"),
}

func planned(form string) func(context.Context, *testing.T, tfprotov6.ProviderServer, validationConfig) judged {
	return func(ctx context.Context, t *testing.T, server tfprotov6.ProviderServer, config validationConfig) judged {
		t.Helper()
		diagnostics, state := rawPlanOf(ctx, t, form, server, config)
		return judgedFrom(t, config, diagnostics, state)
	}
}

// rawPlanOf plans one form.
func rawPlanOf(
	ctx context.Context, t *testing.T, form string, server tfprotov6.ProviderServer, config validationConfig,
) (diagnostics []*tfprotov6.Diagnostic, state *tfprotov6.DynamicValue) {
	t.Helper()
	var err error
	switch form {
	case "resource":
		var answer *tfprotov6.PlanResourceChangeResponse
		if answer, err = server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
			TypeName: validationOf, Config: &config.config, ProposedNewState: &config.proposed, PriorState: &config.nothing}); err == nil {
			return answer.Diagnostics, answer.PlannedState
		}
	case "data source":
		var answer *tfprotov6.ReadDataSourceResponse
		if answer, err = server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: validationOf, Config: &config.config}); err == nil {
			return answer.Diagnostics, answer.State
		}
	default:
		var answer *tfprotov6.OpenEphemeralResourceResponse
		if answer, err = server.OpenEphemeralResource(ctx, &tfprotov6.OpenEphemeralResourceRequest{
			TypeName: validationOf, Config: &config.config}); err == nil {
			return answer.Diagnostics, answer.Result
		}
	}
	t.Fatal(err)
	return nil, nil
}

// validationConfig is a configuration of one form.
type validationConfig struct {
	of                        tftypes.Object
	config, proposed, nothing tfprotov6.DynamicValue
}

func newValidationConfig(t *testing.T, schema *tfprotov6.Schema, arguments map[string]any) validationConfig {
	t.Helper()
	of, ok := schema.ValueType().(tftypes.Object)
	if !ok {
		t.Fatalf("%T is no object", schema.ValueType())
	}
	config, proposed := map[string]tftypes.Value{}, map[string]tftypes.Value{}
	for _, attribute := range schema.Block.Attributes {
		config[attribute.Name] = provider.ValueOf(attribute.ValueType(), arguments[attribute.Name])
		proposed[attribute.Name] = config[attribute.Name]
		if attribute.Computed {
			proposed[attribute.Name] = tftypes.NewValue(attribute.ValueType(), tftypes.UnknownValue)
		}
	}
	for _, block := range schema.Block.BlockTypes { // as core sends a block that is not there
		config[block.TypeName] = provider.ValueOf(block.ValueType(), arguments[block.TypeName])
		if block.Nesting == tfprotov6.SchemaNestedBlockNestingModeList || block.Nesting == tfprotov6.SchemaNestedBlockNestingModeSet {
			config[block.TypeName] = tftypes.NewValue(block.ValueType(), []tftypes.Value{})
		}
		proposed[block.TypeName] = config[block.TypeName]
	}
	value := func(content any) tfprotov6.DynamicValue {
		dynamic, err := tfprotov6.NewDynamicValue(of, tftypes.NewValue(of, content))
		if err != nil {
			t.Fatal(err)
		}
		return dynamic
	}
	return validationConfig{of: of, config: value(config), proposed: value(proposed), nothing: value(nil)}
}

// judged is what a form says.
type judged struct {
	failed    bool // there is an error
	compliant bool
	verdict   string // empty where an error leaves none
	values    string // of a form that shows more than a verdict
	text      string // all that is shown, white space folded
}

func judgedFrom(t *testing.T, config validationConfig, diagnostics []*tfprotov6.Diagnostic, state *tfprotov6.DynamicValue) judged {
	t.Helper()
	var j judged
	var text strings.Builder
	for _, diagnostic := range diagnostics {
		j.failed = j.failed || diagnostic.Severity == tfprotov6.DiagnosticSeverityError
		fmt.Fprintf(&text, "%s %s\n", diagnostic.Summary, diagnostic.Detail)
	}
	if !j.failed {
		value, err := state.Unmarshal(config.of)
		if err != nil {
			t.Fatal(err)
		}
		attributes := map[string]tftypes.Value{}
		if err := value.As(&attributes); err != nil {
			t.Fatal(err)
		}
		if err := attributes["compliant"].As(&j.compliant); err != nil {
			t.Fatal(err)
		}
		if err := attributes["verdict"].As(&j.verdict); err != nil {
			t.Fatal(err)
		}
		text.WriteString(attributes["findings"].String())
	}
	j.text = folded(text.String())
	return j
}

// passed tells whether Terraform would go on.
func (j judged) passed() bool { return !j.failed && (j.compliant || j.verdict == "compliant") }

// witness is the transport of a case: it learns which tokens must not be shown, and to which hosts requests go.
type witness struct {
	next    http.RoundTripper
	mu      sync.Mutex
	secrets map[string]bool
	hosts   map[string]bool
}

// RoundTrip implements http.RoundTripper.
func (w *witness) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	w.hosts[r.URL.Host] = true
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		w.secrets[token] = true
	}
	w.mu.Unlock()
	return w.next.RoundTrip(r)
}

// matrixRun is an emulator, and what is asked of a provider that reads it: one form of one scene.
type matrixRun struct {
	short, long *emulator.Emulator // the lists have one page, or two
	scene       scene
	costly      bool // the costly faults too
	provider    *tfprotov6.DynamicValue
	ask         func(ctx context.Context, t *testing.T, server tfprotov6.ProviderServer) judged

	changed atomic.Bool // the fault made another answer of a good one
	applied bool        // in the last case something was wrong with an answer
}

// watched is the fault, which tells whether it changes anything.
func (m *matrixRun) watched(fault emulator.Fault) emulator.Fault {
	mutate := fault.Mutate
	m.changed.Store(mutate == nil || fault.Status != 0 || fault.ContentType != "" || fault.Header != nil)
	if mutate != nil {
		fault.Mutate = func(body []byte) []byte {
			after := mutate(slices.Clone(body))
			var document any
			if json.Unmarshal(body, &document) != nil || !bytes.Equal(after, body) && !bytes.Equal(after, encoded(document)) {
				m.changed.Store(true)
			}
			return after
		}
	}
	return fault
}

func newMatrixRun(t *testing.T, s scene, form string) *matrixRun {
	t.Helper()
	m := newMatrixRunOn(t, s, matrixState)
	m.costly = form == "ephemeral"
	config := newFormConfig(t, form, s.arguments)
	m.ask = func(ctx context.Context, t *testing.T, server tfprotov6.ProviderServer) judged {
		t.Helper()
		return planOf[form](ctx, t, server, config)
	}
	return m
}

func newFormConfig(t *testing.T, form string, arguments map[string]any) validationConfig {
	t.Helper()
	schemas := providerSchemas(t)
	schema := map[string]*tfprotov6.Schema{
		"resource": schemas.ResourceSchemas[validationOf], "data source": schemas.DataSourceSchemas[validationOf],
		"ephemeral": schemas.EphemeralResourceSchemas[validationOf],
	}[form]
	return newValidationConfig(t, schema, arguments)
}

// newMatrixRunOn is a run that asks nothing yet.
func newMatrixRunOn(t *testing.T, s scene, state func(more int) emulator.State) *matrixRun {
	t.Helper()
	const overOnePage = 105
	var emulators [2]*emulator.Emulator
	for i, more := range []int{0, overOnePage} {
		var err error
		if emulators[i], err = provider.NewEmulator(state(more)); err != nil {
			t.Fatal(err)
		}
	}
	return &matrixRun{
		short: emulators[0], long: emulators[1], scene: s,
		provider: objectOf(t, providerSchemas(t).Provider, map[string]string{
			"api_url": matrixURL, "login_url": matrixURL, "oauthclient_id": "auditor", "oauthclient_secret": matrixSecret, "enforcement": "enforce"}),
	}
}

func providerSchemas(t *testing.T) *tfprotov6.GetProviderSchemaResponse {
	t.Helper()
	server, err := factories["genesysaudit"]()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return schemas
}

// judge plans the validation in a provider of its own, with these faults, in a time of its own. It holds every case to what is true
// whatever the fault: no secret is shown or logged, no other host is asked, and it ends in time.
func (m *matrixRun) judge(t *testing.T, e *emulator.Emulator, name string, faults ...emulator.Fault) (j judged) {
	t.Helper()
	e.ClearFaults()
	e.ResetRequests()
	for i, fault := range faults {
		if i == 0 {
			fault = m.watched(fault)
		}
		e.AddFault(fault)
	}
	defer func() { m.applied = len(faults) > 0 && e.FaultsApplied()[0] > 0 && m.changed.Load() }()
	synctest.Test(t, func(t *testing.T) {
		transport, stop := e.Pipe()
		defer stop()
		w := &witness{next: transport, secrets: map[string]bool{matrixSecret: true, matrixBasic: true}, hosts: map[string]bool{}}
		server := serve.Server(provider.New("test", provider.WithTransport(w))())
		var log bytes.Buffer
		ctx := tflogtest.RootLogger(t.Context(), &log)
		configured, err := server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{Config: m.provider})
		if err != nil || len(configured.Diagnostics) > 0 {
			t.Fatalf("%v %v", err, configured)
		}
		started := time.Now()
		j = m.ask(ctx, t, server)
		if elapsed := time.Since(started); elapsed > matrixTimeout+time.Second {
			t.Errorf("%s: it took %s", name, elapsed)
		}
		for secret := range w.secrets {
			if strings.Contains(j.text, secret) || strings.Contains(log.String(), secret) {
				t.Errorf("%s: a secret is shown:\n%s\n%s", name, j.text, log.String())
			}
		}
		if len(w.hosts) != 1 || !w.hosts["127.0.0.1:1"] {
			t.Errorf("%s: asked %v", name, w.hosts)
		}
	})
	return j
}

// requested are the paths that an emulator was asked for, each once.
func requested(e *emulator.Emulator) []string {
	var paths []string
	for _, request := range e.Requests() {
		paths = append(paths, request.Path)
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

func methodOf(path string) string {
	if slices.Contains([]string{tokenPath, startPath, realtimePath}, path) {
		return http.MethodPost
	}
	return http.MethodGet
}

// on puts a fault on a path.
func (s scene) on(path string, fault emulator.Fault) []emulator.Fault {
	fault.Path = path
	return []emulator.Fault{fault}
}

// paged are the lists that come in pages.
var paged = []string{rolesPath, divisionsPath, permissionsPath, trustorsPath, trusteesPath}

// cases calls back with every fault of a request: those on the wire, the changes of what the answer says, and those of lists with pages.
func (m *matrixRun) cases(t *testing.T, path string, try func(e *emulator.Emulator, f matrixFault)) {
	t.Helper()
	var body []byte
	m.judge(t, m.short, "recording "+path, m.scene.on(path, emulator.Fault{Mutate: func(b []byte) []byte {
		body = slices.Clone(b)
		return b
	}})...)
	for _, fault := range wireFaults() {
		if m.costly || !slices.Contains(costly, fault.name) {
			try(m.short, fault)
		}
	}
	for _, e := range edits(t, body) {
		try(m.short, matrixFault{e.String(), emulator.Fault{Mutate: e.apply}})
	}
	if bytes.Contains(body, []byte(`"entities"`)) && bytes.Contains(body, []byte(`"total"`)) {
		for _, fault := range listFaults() {
			try(m.short, fault)
		}
	}
	if slices.Contains(paged, path) {
		for _, fault := range pageFaults() {
			if m.costly || !slices.Contains(costly, fault.name) {
				try(m.long, fault)
			}
		}
	}
}

// allowance is a change of an answer that leaves it an answer: what it then says is judged. Everything else has to end in a verdict that
// names the request.
type allowance struct {
	path, scenes string // the request, and a part of the names of the scenes
	places       string // separated by spaces
	whats        string // separated by bars
	finding      string // what the verdict then names instead of the request; empty: it passes
	why          string
}

const (
	ofClients = "client, " // the scenes of the organization's own clients
	ofUsers   = "authorized client"
	policies  = "entities[].permissionPolicies[].actionSet[] entities[].permissionPolicies[].domain entities[].permissionPolicies[].entityName"
)

var allowances = []allowance{
	{path: rolesPath, scenes: "planned client", places: "entities[].name", whats: "unknown", why: "the planned role is then a new one"},
	{path: rolesPath, scenes: "planned client", places: "entities[].permissionPolicies", whats: "absent|emptied", why: "they are planned"},
	{path: rolesPath, scenes: "planned client", places: "entities[].permissionPolicies[].actionSet", whats: "emptied", why: "they are planned"},
	{path: rolesPath, scenes: "planned client", places: "entities[].permissionPolicies[].actionSet[]", whats: "empty", why: "they are planned"},
	{path: rolesPath, scenes: "planned client", places: policies, whats: "unknown", why: "they are planned"},
	{path: clientsPath, scenes: "planned client", places: "entities[].name", whats: "unknown", finding: `named "Service"`, why: "another client"},
	{path: clientsPath, scenes: "planned client", places: "entities[].roleDivisions", whats: "absent|emptied", why: "they are planned"},
	{path: clientsPath, scenes: "planned client", places: "entities[].roleDivisions[].roleId entities[].roleDivisions[].divisionId",
		whats: "unknown", why: "they are planned"},
	{path: clientsPath, scenes: "planned client", places: "entities[].scope", whats: "absent|emptied", finding: "analytics:read is missing",
		why: "a CLIENT-CREDENTIALS client may have no scopes to show"},
	{path: clientsPath, scenes: "planned client", places: "entities[].scope[]", whats: "unknown", finding: "something.else", why: "another scope"},
	{path: ownTokenPath, scenes: "planned client", places: "authorizedScope[]", whats: "unknown", why: "another client's token"},

	{path: rolesPath, scenes: "every client", places: "entities[].name", whats: "unknown", why: "not the forbidden one"},
	{path: rolesPath, scenes: "every client", places: "entities[].permissionPolicies entities[].permissionPolicies[].actionSet",
		whats: "emptied", finding: "oauth:client:view", why: "it permits nothing"},
	{path: rolesPath, scenes: "every client", places: policies, whats: "unknown", finding: "oauth:client:view", why: "it permits something else"},
	{path: rolesPath, scenes: "every client, needs", places: "entities[].permissionPolicies", whats: "absent", finding: "permission",
		why: "of a role without it nothing is known, of the others it is"},
	{path: rolesPath, scenes: "every client, needs", places: "entities[].permissionPolicies[].actionSet[]", whats: "empty", finding: "permission",
		why: "of a role without it nothing is known, of the others it is"},
	{path: clientsPath, scenes: "every client", places: "entities[].name", whats: "unknown", why: "all are audited, whatever their names"},
	{path: clientsPath, scenes: "every client", places: "entities[].roleDivisions", whats: "emptied", finding: "oauth:client:view", why: "no roles"},
	{path: clientsPath, scenes: "every client", places: "entities[].roleDivisions[].divisionId", whats: "unknown", why: "no division required"},
	{path: clientsPath, scenes: "every client", places: "entities[].scope", whats: "absent|emptied", finding: "analytics:read is missing",
		why: "a CLIENT-CREDENTIALS client may have no scopes to show"},
	{path: clientsPath, scenes: "every client", places: "entities[].scope[]", whats: "unknown", finding: "analytics:read is missing",
		why: "another scope"},
	{path: ownTokenPath, scenes: "every client", places: "authorizedScope[]", whats: "unknown", finding: "token_scope",
		why: "the provider's own client is one of them"},

	{path: divisionsPath, scenes: "another client", places: "entities[].name", whats: "absent|null|empty|unknown", finding: `"Home"`,
		why: "another division"},
	{path: rolesPath, places: "pageCount pageNumber", whats: "absent|null", why: "the total shows that nothing is missing"},
	{path: divisionsPath, places: "pageCount pageNumber", whats: "absent|null", why: "the total shows that nothing is missing"},
	{path: permissionsPath, places: "pageCount pageNumber", whats: "absent|null", why: "the total shows that nothing is missing"},
	{path: clientsPath, places: "total pageCount pageNumber", whats: "absent|null", why: "the list comes whole and has no pages"},
	{path: scopesPath, places: "total", whats: "absent|null", why: "the list comes whole and has no pages"},
	{path: authorizationPath, places: "total", whats: "absent|null", why: "the list comes whole and has no pages"},

	{path: tokenPath, places: "expires_in", whats: "absent|null|negative|text", why: "what is read with the token shows whether it holds"},
	{path: tokenPath, places: "token_type", whats: "absent|null|empty|unknown", why: "what is read with the token shows whether it holds"},
	{path: tokenPath, places: "access_token", whats: "unknown", finding: "GET /api/v2/oauth/clients answered 401", why: "the platform judges it"},

	{path: ownTokenPath, places: "OAuthClient", whats: "absent|null", why: "who signed in is known without it"},
	{path: ownTokenPath, places: "authorizedScope", whats: "absent|emptied", why: "a CLIENT-CREDENTIALS token may list no scopes"},
	{path: ownTokenPath, places: "authorizedScope", whats: "twice", why: "it says the same"},
	{path: ownTokenPath, places: "authorizedScope[]", whats: "unknown", scenes: "own client", finding: "token_scope", why: "another scope"},
	{path: ownTokenPath, places: "authorizedScope[]", whats: "unknown", scenes: "forbids", why: "another client's token"},
	{path: ownTokenPath, places: "authorizedScope[]", whats: "unknown", scenes: ofUsers, why: "another client's token"},
	{path: ownTokenPath, places: "organization.id", whats: "unknown", finding: anotherOrganization, why: "the token acts elsewhere"},
	{path: ownTokenPath, places: "homeOrganization.id", whats: "unknown", finding: anotherOrganization, why: "the token acts elsewhere"},
	{path: ownTokenPath, places: "homeOrganization homeOrganization.id", whats: "absent|null|empty", why: "the client's organization is known"},
	{path: ownTokenPath, places: "OAuthClient.organization.id", whats: "unknown", finding: anotherOrganization, why: "the token acts elsewhere"},
	{path: ownTokenPath, places: "OAuthClient.organization OAuthClient.organization.id", whats: "absent|null|empty",
		why: "the home organization is known"},
	{path: ownTokenPath, places: "homeOrganization.name OAuthClient.organization.name", whats: "absent|null|empty|unknown", why: "it is for the message only"},
	{path: ownTokenPath, places: "organization.name", whats: "absent|null|empty|unknown", why: "it is for the message only"},
	{path: mediaPath, places: "awsHomeRegion", whats: "unknown", finding: "something.else", why: "that is then the region"},

	{path: clientsPath, scenes: "another client", places: "entities[].name", whats: "unknown", finding: `named "Service"`, why: "another client"},
	{path: clientsPath, scenes: "own client", places: "entities[].name", whats: "unknown", why: "it is looked up by id"},
	{path: clientsPath, scenes: ofClients, places: "entities[].accessTokenValiditySeconds", whats: "absent|null|negative",
		finding: "token_validity", why: "of a client without it nothing is known of its tokens, of the others it is"},
	{path: clientsPath, scenes: ofClients, places: "entities[].authorizedGrantType", whats: "unknown", finding: "grant_type",
		why: "the platform may have new ones"},
	{path: clientsPath, scenes: ofClients, places: "entities[].state", whats: "absent|null|empty|unknown", finding: "client_state",
		why: "the platform may have new ones"},
	{path: clientsPath, scenes: ofClients, places: "entities[].roleDivisions", whats: "absent", finding: "does not show the client's roles",
		why: "clients with a user-context grant have none"},
	{path: clientsPath, scenes: "own client", places: "entities[].roleDivisions", whats: "emptied", finding: "is not granted", why: "no roles"},
	{path: clientsPath, scenes: "another client", places: "entities[].roleDivisions", whats: "emptied", finding: "role_division",
		why: "not the role of role_divisions"},
	{path: clientsPath, scenes: ofClients, places: "entities[].roleDivisions", whats: "twice", why: "it says the same"},
	{path: clientsPath, scenes: ofClients, places: "entities[].roleDivisions[].roleId", whats: "unknown", finding: "something.else",
		why: "a role that the list does not name"},
	{path: clientsPath, scenes: "own client", places: "entities[].roleDivisions[].divisionId", whats: "unknown", finding: "permission_division",
		why: "another division"},
	{path: clientsPath, scenes: "another client", places: "entities[].roleDivisions[].divisionId", whats: "unknown", finding: "role_division",
		why: "another division"},
	{path: clientsPath, scenes: "own client", places: "entities[].scope", whats: "absent|emptied", finding: "analytics:read is missing",
		why: "a CLIENT-CREDENTIALS client may have no scopes to show"},
	{path: clientsPath, scenes: "another client", places: "entities[].scope", whats: "absent|emptied",
		why: "a CLIENT-CREDENTIALS client may have no scopes to show"},
	{path: clientsPath, scenes: ofClients, places: "entities[].scope", whats: "twice", why: "it says the same"},
	{path: clientsPath, scenes: "own client", places: "entities[].scope[]", whats: "unknown", finding: "something.else", why: "another scope"},
	{path: clientsPath, scenes: "another client", places: "entities[].scope[]", whats: "unknown", why: "not the forbidden one"},
	{path: clientsPath, scenes: ofUsers, places: "entities[].accessTokenValiditySeconds", whats: "absent|null|negative", why: anotherClient},
	{path: clientsPath, scenes: ofUsers, places: "entities[].authorizedGrantType entities[].name entities[].scope[]", whats: "unknown",
		why: anotherClient},
	{path: clientsPath, scenes: ofUsers, places: "entities[].roleDivisions[].divisionId entities[].roleDivisions[].roleId", whats: "unknown",
		why: anotherClient},
	{path: clientsPath, scenes: ofUsers, places: "entities[].roleDivisions entities[].scope", whats: "absent|emptied|twice", why: anotherClient},
	{path: clientsPath, scenes: ofUsers, places: "entities[].state", whats: "absent|null|empty|unknown", why: anotherClient},

	{path: authorizationPath, scenes: "user, needs", places: "entities[].client.id", whats: "unknown", finding: "no OAuth client with the id vendor",
		why: "another client"},
	{path: authorizationPath, scenes: "user, forbids", places: "entities[].client.id", whats: "unknown", why: "it is looked up by name"},
	{path: authorizationPath, scenes: "user, needs", places: "entities[].client.name", whats: "absent|null|empty|unknown",
		why: "it is looked up by id"},
	{path: authorizationPath, scenes: "user, forbids", places: "entities[].client.name", whats: "absent|null|empty|unknown",
		finding: `no OAuth client named "Vendor"`, why: "another client"},
	{path: authorizationPath, scenes: "user, needs", places: "entities[].client.scope", whats: "absent|emptied", finding: "scope",
		why: "the client's own scopes count too"},
	{path: authorizationPath, scenes: "user, needs", places: "entities[].client.scope[]", whats: "empty|unknown", finding: "from the client itself",
		why: "another scope"},
	{path: authorizationPath, scenes: "user, forbids", places: "entities[].client.scope", whats: "absent|emptied",
		why: "what is authorized here has no forbidden scope"},
	{path: authorizationPath, scenes: "user, forbids", places: "entities[].client.scope[]", whats: "empty|unknown",
		why: "what is authorized here has no forbidden scope"},
	{path: authorizationPath, places: "entities[].client.scope", whats: "twice", why: "it says the same"},
	{path: authorizationPath, places: "entities[].client.state", whats: "absent|null|empty", why: "that is its owner's to know"},
	{path: authorizationPath, places: "entities[].client.state", whats: "unknown", finding: "client_state", why: "the platform may have new ones"},
	{path: authorizationPath, places: "entities[].client.authorizedGrantType", whats: "absent|null|empty|unknown", finding: "grant_type",
		why: "the platform may have new ones"},
	{path: authorizationPath, places: "entities[].pending", whats: "absent", why: "the platform leaves out what is false"},
	{path: authorizationPath, places: "entities[].state", whats: "absent|null|empty|unknown", finding: "authorization here has the state",
		why: "the platform may have new ones"},
	{path: authorizationPath, places: "entities[].scope", whats: "absent", finding: "does not show the client's scopes", why: "it may show none"},
	{path: authorizationPath, scenes: "user, needs", places: "entities[].scope", whats: "emptied", finding: "which has no scopes",
		why: "no scopes"},
	{path: authorizationPath, scenes: "user, forbids", places: "entities[].scope", whats: "emptied", why: "no scopes, none forbidden"},
	{path: authorizationPath, places: "entities[].scope", whats: "twice", why: "it says the same"},
	{path: authorizationPath, scenes: "user, needs", places: "entities[].scope[]", whats: "unknown", finding: "something.else",
		why: "another scope"},
	{path: authorizationPath, scenes: "user, forbids", places: "entities[].scope[]", whats: "unknown", why: "not the forbidden one"},

	{path: rolesPath, scenes: "own client", places: "entities[].name", whats: "unknown", finding: "is not granted", why: "another role"},
	{path: rolesPath, scenes: "another client", places: "entities[].name", whats: "unknown", finding: "role_division",
		why: "not the role of role_divisions"},
	{path: rolesPath, scenes: "own client", places: "entities[].permissionPolicies entities[].permissionPolicies[].actionSet", whats: "emptied",
		finding: "oauth:client:view", why: "it permits nothing"},
	{path: rolesPath, scenes: "another client", places: "entities[].permissionPolicies entities[].permissionPolicies[].actionSet",
		whats: "emptied", why: "it permits nothing, and nothing forbidden"},
	{path: rolesPath, scenes: ofClients, places: "entities[].permissionPolicies", whats: "absent", finding: "does not show what the",
		why: "of a role without it nothing is known, of the others it is"},
	{path: rolesPath, places: "entities[].permissionPolicies entities[].permissionPolicies[].actionSet entities[].permissions", whats: "twice",
		why: "it says the same"},
	{path: rolesPath, scenes: ofClients, places: "entities[].permissionPolicies[].actionSet[]", whats: "empty",
		finding: "does not show what the", why: "of a role without it nothing is known, of the others it is"},
	{path: rolesPath, scenes: "own client", finding: "oauth:client:view", whats: "unknown", why: "it permits something else",
		places: "entities[].permissionPolicies[].actionSet[] entities[].permissionPolicies[].domain entities[].permissionPolicies[].entityName"},
	{path: rolesPath, scenes: "another client", whats: "unknown", why: "another entity, of which allowed_permissions allows the view",
		places: "entities[].permissionPolicies[].entityName"},
	{path: rolesPath, scenes: "another client", whats: "unknown", finding: "permission_excess", why: "it permits what is not allowed",
		places: "entities[].permissionPolicies[].actionSet[] entities[].permissionPolicies[].domain"},
	{path: rolesPath, scenes: "another client", places: "entities[].permissions[]", whats: "unknown", finding: "permission_excess",
		why: "a flat permission that is not allowed"},
	{path: rolesPath, scenes: ofClients, places: "entities[].permissions", whats: "absent|emptied", why: "no flat permission is in question"},
	{path: rolesPath, scenes: ofClients, places: "entities[].permissions[]", whats: "unknown", why: "no flat permission is in question"},
	{path: rolesPath, scenes: "user, needs", places: "entities[].permissions", whats: "absent|emptied", finding: "content_management_user",
		why: "no flat permissions"},
	{path: rolesPath, scenes: "user, needs", places: "entities[].permissions[]", whats: "unknown", finding: "content_management_user",
		why: "another flat permission"},
	{path: rolesPath, scenes: "user, forbids", places: "entities[].permissions", whats: "absent|emptied", why: "no flat permission is in question"},
	{path: rolesPath, scenes: "user, forbids", places: "entities[].permissions[]", whats: "unknown", why: "no flat permission is in question"},
	{path: rolesPath, scenes: ofUsers, places: "entities[].name", whats: "unknown", finding: "is not granted", why: "another role"},
	{path: rolesPath, scenes: "user, needs", places: "entities[].permissionPolicies", whats: "absent", finding: "oauth:client:view",
		why: "whether the user's policy has a condition is not known"},
	{path: rolesPath, scenes: "user, needs", places: "entities[].permissionPolicies entities[].permissionPolicies[].actionSet", whats: "emptied",
		finding: "oauth:client:view", why: "whether the user's policy has a condition is not known"},
	{path: rolesPath, scenes: "user, needs", places: "entities[].permissionPolicies[].actionSet[]", whats: "empty", finding: "oauth:client:view",
		why: "whether the user's policy has a condition is not known"},
	{path: rolesPath, scenes: "user, needs", whats: "unknown", finding: "oauth:client:view", places: "" +
		"entities[].permissionPolicies[].actionSet[] entities[].permissionPolicies[].domain entities[].permissionPolicies[].entityName",
		why: "whether the user's policy has a condition is not known"},
	{path: rolesPath, scenes: "user, forbids", places: "entities[].permissionPolicies", whats: "absent", finding: "does not show what the",
		why: "it may show none"},
	{path: rolesPath, scenes: "user, forbids", places: "entities[].permissionPolicies[].actionSet[]", whats: "empty",
		finding: "does not show what the", why: "it may not show all"},
	{path: rolesPath, scenes: "user, forbids", places: "entities[].permissionPolicies entities[].permissionPolicies[].actionSet", whats: "emptied",
		why: "the user's grants show them"},
	{path: rolesPath, scenes: "user, forbids", whats: "unknown", why: "the user's grants show them", places: "" +
		"entities[].permissionPolicies[].actionSet[] entities[].permissionPolicies[].domain entities[].permissionPolicies[].entityName"},

	{path: divisionsPath, places: "entities[].name", whats: "absent|null|empty|unknown", finding: "Sales", why: "another division"},
	{path: permissionsPath, places: "entities[].id entities[].name", whats: "absent|null|empty|unknown", why: "the domain tells"},
	{path: permissionsPath, scenes: "needs", places: "entities[].permissionMap entities[].permissionMap.client", whats: "absent|emptied",
		finding: "does not exist in the organization", why: "a product that is not enabled"},
	{path: permissionsPath, scenes: "forbids", places: "entities[].permissionMap entities[].permissionMap.client", whats: "absent|emptied",
		why: "what is granted is forbidden whether it exists or not"},
	{path: permissionsPath, places: "entities[].permissionMap.client", whats: "twice", why: "it says the same"},
	{path: permissionsPath, places: "entities[].permissionMap.client[].divisionAware", whats: "absent|null",
		why: "it is taken for the narrower: one that holds only in the divisions of its grants"},
	{path: permissionsPath, scenes: "needs", whats: "unknown", finding: "does not exist in the organization", why: "another permission", places: "" +
		"entities[].permissionMap.client[].action entities[].permissionMap.client[].domain entities[].permissionMap.client[].entityType"},
	{path: permissionsPath, scenes: "forbids", whats: "unknown", why: "not the forbidden one", places: "" +
		"entities[].permissionMap.client[].action entities[].permissionMap.client[].domain entities[].permissionMap.client[].entityType"},

	{path: policiesPath, places: "entities", whats: "emptied", why: "no policies"},
	{path: policiesPath, places: "entities[].name", whats: "absent|null|empty|unknown", why: "it is for the message only"},
	{path: policiesPath, places: "entities[].active", whats: "null", why: "the platform's way to say that a policy is not enforced"},
	{path: policiesPath, places: "entities[].active", whats: "absent", finding: "does not show whether it is active", why: "it may be"},
	{path: policiesPath, places: "entities[].targetResource", whats: "absent|null|empty|unknown", why: "one is another client's, one inactive"},
	{path: policiesPath, places: "entities[].applyToClients", whats: "absent|null", why: "one is another client's, one inactive"},
	{path: policiesPath, places: "entities[].effect", whats: "absent|null|empty|unknown", finding: "access_policy", why: "not documented"},
	{path: policiesPath, places: "entities[].subject.id", whats: "absent|null|empty", finding: "access_policy", why: "whose it is is not shown"},
	{path: policiesPath, places: "entities[].subject.id", whats: "unknown", why: "another client"},
	{path: policiesPath, places: "entities[].subject entities[].subject.type", whats: "absent|null|empty|unknown", finding: "access_policy",
		why: "whose it is is not shown"},

	{path: userPath, places: "404", finding: "The organization has no user", why: "no such user"},
	{path: userPath, places: "state", whats: "unknown", finding: "something.else", why: "the platform may have new ones"},
	{path: userPath, places: "state", whats: "absent|null|empty", finding: "does not show whether the user is active", why: "it may be another"},
	{path: userPath, places: "name", whats: "absent|null|empty|unknown", why: "it is for the message only"},
	{path: userPath, places: "division division.id division.name", whats: "absent|null|empty|unknown|an object|a number|a list|text",
		why: "nobody looks at it"},

	{path: topicsPath, places: "entities", whats: "emptied", finding: "has no notification topic", why: "no such topic"},
	{path: topicsPath, places: "entities[].id", whats: "unknown", finding: "has no notification topic", why: "another topic"},
	{path: topicsPath, places: "entities[].requiresPermissions[] entities[].permissionDetails[].permissions[]", whats: "unknown",
		finding: "something.else", why: "another permission"},
	{path: topicsPath, places: "entities[].requiresAnyValidator entities[].requiresCurrentUser", whats: "absent|null", why: "the conditions tell"},
	{path: topicsPath, places: "entities[].requiresPermissions entities[].permissionDetails entities[].permissionDetails[].permissions",
		whats: "emptied|twice", why: "both lists name the permission"},
	{path: topicsPath, places: "entities[].permissionDetails[].permissions", whats: "absent",
		finding: "does not show which permissions the topic", why: "the answer is readable and leaves out what the topic needs"},
	{path: topicsPath, places: "entities[].permissionDetails[].enforced", whats: "absent|null", why: "it is taken for enforced"},

	{path: settingsPath, places: "ipAddressAllowlist", whats: "emptied", why: "every address is allowed"},
	{path: settingsPath, places: "ipAddressAllowlist", whats: "twice", why: "it says the same"},
	{path: settingsPath, places: "ipAddressAllowlist", whats: "absent", finding: "shows no IP allowlist", why: "other settings are there"},
	{path: settingsPath, places: "ipAddressAllowlist[]", whats: "empty|unknown", finding: "neither an address nor a CIDR",
		why: "the others can be read"},

	{path: subjectPath, places: "name", whats: "absent|null|empty|unknown", why: "it is for the message only"},
	{path: subjectPath, places: "grants", whats: "emptied", finding: "is not granted", why: "no roles"},
	{path: subjectPath, places: "grants grants[].role.policies grants[].role.policies[].actions", whats: "twice", why: "it says the same"},
	{path: subjectPath, scenes: "user, needs", places: "grants[].division.id", whats: "unknown", finding: "permission_division",
		why: "another division"},
	{path: subjectPath, scenes: "user, forbids", places: "grants[].division.id", whats: "unknown", why: "no division required"},
	{path: subjectPath, places: "grants[].division.name", whats: "absent|null|empty|unknown", why: "the division is told by its id"},
	{path: subjectPath, scenes: "user, needs", places: "grants[].role.id", whats: "unknown", finding: "content_management_user",
		why: "a role that the list does not name"},
	{path: subjectPath, scenes: "user, forbids", places: "grants[].role.id", whats: "unknown", finding: "Grants of deleted roles have no effect",
		why: "a role that the list does not name"},
	{path: subjectPath, places: "grants[].role.name", whats: "absent|null|empty|unknown", why: "the role list names it"},
	{path: subjectPath, places: "grants[].role.policies", whats: "absent", finding: "does not show what the", why: "it may show none"},
	{path: subjectPath, places: "grants[].role.policies[].actions[]", whats: "empty", finding: "does not show what the",
		why: "it may not show all"},
	{path: subjectPath, scenes: "user, needs", places: "grants[].role.policies grants[].role.policies[].actions", whats: "emptied",
		finding: "oauth:client:view", why: "it permits nothing"},
	{path: subjectPath, scenes: "user, forbids", places: "grants[].role.policies grants[].role.policies[].actions", whats: "emptied",
		why: "it permits nothing, and nothing forbidden"},
	{path: subjectPath, scenes: "user, needs", finding: "oauth:client:view", whats: "unknown", why: "it permits something else",
		places: "grants[].role.policies[].actions[] grants[].role.policies[].domain grants[].role.policies[].entityName"},
	{path: subjectPath, scenes: "user, forbids", whats: "unknown", why: "it permits something else, and nothing forbidden",
		places: "grants[].role.policies[].actions[] grants[].role.policies[].domain grants[].role.policies[].entityName"},
}

// anotherOrganization is an error of every form: nothing of that organization is judged.
const anotherOrganization = "acts in another organization"

const anotherClient = "the client is another organization's"

// allowanceOf finds the allowance for a change, nil when there is none.
func allowanceOf(s scene, path, name string) *allowance {
	place, what, _ := strings.Cut(name, " ")
	i := slices.IndexFunc(allowances, func(a allowance) bool {
		return a.path == path && strings.Contains(s.name, a.scenes) && slices.Contains(strings.Fields(a.places), place) &&
			slices.Contains(strings.Split(a.whats, "|"), what)
	})
	if i < 0 {
		return nil
	}
	return &allowances[i]
}

// nonsense changes every field that no validation looks at.
func nonsense(body []byte) []byte {
	var document any
	if json.Unmarshal(body, &document) != nil {
		return body
	}
	var change func(place string, value any, here bool) any
	change = func(place string, value any, here bool) any {
		here = here || isUnread(place)
		switch value := value.(type) {
		case map[string]any:
			for name, field := range value {
				value[name] = change(strings.TrimPrefix(place+"."+name, "."), field, here)
			}
			return value
		case []any:
			if here {
				return []any{}
			}
			for i, element := range value {
				value[i] = change(place+"[]", element, here)
			}
			return value
		case string:
			if here {
				return "something.else"
			}
		case float64:
			if here {
				return 7
			}
		case bool:
			return value != here
		}
		return value
	}
	return encoded(change("", document, false))
}

func TestNoFaultPasses(t *testing.T) {
	t.Parallel()
	var runs, faults, passes, truths, idle atomic.Int64
	var used sync.Map
	t.Cleanup(func() {
		t.Logf("%d faults, %d passes; %d changes after which an answer is as good as before; in %d cases nothing was wrong",
			faults.Load(), passes.Load(), truths.Load(), idle.Load())
		if t.Failed() || !provider.FullSize() || int(runs.Load()) < len(scenes)*len(planOf) { // not all of them were asked for
			return
		}
		for i := range allowances {
			if _, ok := used.Load(&allowances[i]); !ok {
				t.Errorf("no case needs the allowance %+v", allowances[i])
			}
		}
	})
	for _, s := range scenes {
		for share, form := range slices.Sorted(maps.Keys(planOf)) {
			t.Run(s.name+", "+form, func(t *testing.T) {
				t.Parallel()
				defer runs.Add(1)
				m := newMatrixRun(t, s, form)
				for _, e := range []*emulator.Emulator{m.short, m.long} {
					if j := m.judge(t, e, "no fault"); !j.passed() {
						t.Fatalf("without a fault it does not pass: %s", j.text)
					}
					if diff := cmp.Diff(s.reads, requested(e)); diff != "" {
						t.Fatalf("it reads (-want +got):\n%s", diff)
					}
				}
				for _, path := range s.reads {
					request := methodOf(path) + " " + path
					if j := m.judge(t, m.short, request, s.on(path, emulator.Fault{Mutate: nonsense})...); !j.passed() {
						t.Errorf("%s: somebody looks at a field that nobody looks at: %s", request, j.text)
					}
					m.cases(t, path, func(e *emulator.Emulator, f matrixFault) {
						name := request + ": " + f.name
						// How an answer is read does not depend on the form. At full size each case is tried in all of them, else an eighth of the cases in
						// one of them, and a few of the costly ones.
						if slices.Contains(costly, f.name) && thinned(s.name+name, 8, 0) || !slices.Contains(costly, f.name) && thinned(name, 8*len(planOf), share) {
							return
						}
						j := m.judge(t, e, name, s.on(path, f.Fault)...)
						if !m.applied { // such a case shows nothing
							idle.Add(1)
							t.Errorf("%s: nothing was wrong with any answer", name)
						}
						allowed := allowanceOf(s, path, f.name)
						if allowed != nil {
							used.Store(allowed, true)
						}
						wants := request
						switch {
						case allowed != nil && allowed.finding == "":
							truths.Add(1)
							if !j.passed() {
								t.Errorf("%s: it does not pass: %s", name, j.text)
							}
							return
						case allowed != nil:
							wants = allowed.finding
						}
						faults.Add(1)
						if j.passed() {
							passes.Add(1)
							t.Errorf("%s: it passes", name)
						}
						if !strings.Contains(j.text, wants) && (f.name != tooLate || !strings.Contains(j.text, heldBack)) {
							t.Errorf("%s: %q is not in: %s", name, wants, j.text)
						}
						if wants != anotherOrganization && j.failed == (form == "data source") {
							t.Errorf("%s: that there is an error is %t", name, j.failed)
						}
					})
				}
			})
		}
	}
}
