package genesyscloud

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// readCase is a method of the client: what it sends, the permission of its endpoint, and a good answer.
type readCase struct {
	name       string
	read       func(context.Context, *Client) (any, error)
	request    string // without the query
	query      string
	permission string
	good       string
}

var reads = []readCase{
	{"OAuthClients", func(ctx context.Context, c *Client) (any, error) { return c.OAuthClients(ctx) },
		"GET /api/v2/oauth/clients", "", "oauth:client:view",
		`{"entities": [{"id": "c1", "name": "One", "authorizedGrantType": "CLIENT-CREDENTIALS"}], "total": 1}`},
	{"OAuthScopes", func(ctx context.Context, c *Client) (any, error) { return c.OAuthScopes(ctx) },
		"GET /api/v2/oauth/scopes", "", "", `{"entities": [{"id": "analytics"}], "total": 1}`},
	{"OAuthAuthorizations", func(ctx context.Context, c *Client) (any, error) { return c.OAuthAuthorizations(ctx) },
		"GET /api/v2/oauth/authorizations", "", "oauth:client:authorize",
		`{"entities": [{"client": {"id": "c1"}, "state": "Authorized", "pending": false}], "total": 1}`},
	{"Roles", func(ctx context.Context, c *Client) (any, error) { return c.Roles(ctx) },
		"GET /api/v2/authorization/roles", "?pageNumber=1&pageSize=100&userCount=false", "authorization:role:view",
		`{"entities": [{"id": "r1", "name": "One"}], "pageNumber": 1, "pageCount": 1, "total": 1}`},
	{"Role", func(ctx context.Context, c *Client) (any, error) { return c.Role(ctx, "r1") },
		"GET /api/v2/authorization/roles/r1", "", "authorization:role:view", `{"id": "r1", "name": "One", "userCount": 3}`},
	{"Divisions", func(ctx context.Context, c *Client) (any, error) { return c.Divisions(ctx) },
		"GET /api/v2/authorization/divisions", "?pageNumber=1&pageSize=100", "", oneDivision},
	{"Permissions", func(ctx context.Context, c *Client) (any, error) { return c.Permissions(ctx) },
		"GET /api/v2/authorization/permissions", "?pageNumber=1&pageSize=100", "",
		`{"entities": [{"domain": "analytics", "permissionMap": {}}], "pageNumber": 1, "pageCount": 1, "total": 1}`},
	{"Subject", func(ctx context.Context, c *Client) (any, error) { return c.Subject(ctx, "s1") },
		"GET /api/v2/authorization/subjects/s1", "", "authorization:grant:view", `{"id": "s1", "grants": []}`},
	{"Token", func(ctx context.Context, c *Client) (any, error) { return c.Token(ctx) },
		"GET /api/v2/tokens/me", "", "", `{"organization": {"id": "o1"}}`},
	{"TokenTimeout", func(ctx context.Context, c *Client) (any, error) { return c.TokenTimeout(ctx) },
		"GET /api/v2/tokens/timeout", "", "", `{"idleTokenTimeoutSeconds": 300, "enableIdleTokenTimeout": true}`},
	{"Organization", func(ctx context.Context, c *Client) (any, error) { return c.Organization(ctx) },
		"GET /api/v2/organizations/me", "", "", `{"id": "o1", "version": 1}`},
	{"AuthenticationSettings", func(ctx context.Context, c *Client) (any, error) { return c.AuthenticationSettings(ctx) },
		"GET /api/v2/organizations/authentication/settings", "", "directory:organization:admin", `{"ipAddressAllowlist": []}`},
	{"MediaRegions", func(ctx context.Context, c *Client) (any, error) { return c.MediaRegions(ctx) },
		"GET /api/v2/telephony/mediaregions", "", "telephony:plugin:all", `{"awsHomeRegion": "eu-west-1"}`},
	{"Trustors", func(ctx context.Context, c *Client) (any, error) { return c.Trustors(ctx) },
		"GET /api/v2/orgauthorization/trustors", "?pageNumber=1&pageSize=100", "authorization:orgTrustor:view",
		`{"entities": [{"id": "o1", "enabled": true}], "pageNumber": 1, "pageCount": 1, "total": 1}`},
	{"Trustees", func(ctx context.Context, c *Client) (any, error) { return c.Trustees(ctx) },
		"GET /api/v2/orgauthorization/trustees", "?pageNumber=1&pageSize=100", "authorization:orgTrustee:view",
		`{"entities": [{"id": "o1", "enabled": true}], "pageNumber": 1, "pageCount": 1, "total": 1}`},
	{"AccessPolicies", func(ctx context.Context, c *Client) (any, error) { return c.AccessPolicies(ctx) },
		"GET /api/v2/authorization/policies", "?pageSize=100", "authorization:policy:view", `{"entities": [{"id": "p1"}]}`},
	{"User", func(ctx context.Context, c *Client) (any, error) { return c.User(ctx, "u1") },
		"GET /api/v2/users/u1", "", "", `{"id": "u1", "state": "active"}`},
	{"Group", func(ctx context.Context, c *Client) (any, error) { return c.Group(ctx, "g1") },
		"GET /api/v2/groups/g1", "", "", `{"id": "g1", "rolesEnabled": true}`},
	{"NotificationTopics", func(ctx context.Context, c *Client) (any, error) { return c.NotificationTopics(ctx) },
		"GET /api/v2/notifications/availabletopics",
		"?expand=visibility&expand=enforced&expand=requiresPermissions&expand=permissionDetails", "", `{"entities": [{"id": "v2.users.{id}.presence"}]}`},
	{"AuditServices", func(ctx context.Context, c *Client) (any, error) { return c.AuditServices(ctx) },
		"GET /api/v2/audits/query/realtime/servicemapping", "", "audits:audit:view", `{"services": []}`},
	{"Audits", func(ctx context.Context, c *Client) (any, error) { return c.Audits(ctx, auditsOfADay) },
		"POST /api/v2/audits/query/realtime", "?expand=user", "audits:audit:view", `{"entities": [], "pageNumber": 1, "pageCount": 0, "total": 0}`},
}

var auditsOfADay = AuditQuery{
	From: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC),
	Service: "PeoplePermissions", EntityType: "OAuthClient", EntityID: "c1",
}

func TestEveryReadIsSentOnce(t *testing.T) {
	t.Parallel()
	routes := map[string]http.HandlerFunc{}
	want := []string{"POST /oauth/token auditor:secret"}
	for _, r := range reads {
		routes[r.request] = answer(r.good)
		want = append(want, r.request+r.query+" token-1")
	}
	p := newPlatform(t, routes)
	c := p.client()
	var group sync.WaitGroup
	for _, r := range reads {
		for range 10 {
			group.Go(func() {
				if _, err := r.read(t.Context(), c); err != nil {
					t.Errorf("%s: %v", r.name, err)
				}
			})
		}
	}
	group.Wait()
	got := p.requests("")
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestEveryReadKeepsItsRefusal(t *testing.T) {
	t.Parallel()
	for _, r := range reads {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, map[string]http.HandlerFunc{r.request: failing(403, `{"code": "missing.any.permissions"}`)})
			c := p.client()
			for range 3 {
				_, err := r.read(t.Context(), c)
				if got := as[*APIError](t, err); got.Permission != r.permission || got.Request() != r.request {
					t.Errorf("error %+v", got)
				}
			}
			if sent := len(p.requests(r.request)); sent != 1 {
				t.Errorf("%d requests for three reads", sent)
			}
		})
	}
}

func TestNoReadTakesAnEmptyObject(t *testing.T) {
	t.Parallel()
	for _, r := range reads {
		for _, body := range []string{`{}`, `null`} {
			t.Run(r.name+" "+body, func(t *testing.T) {
				t.Parallel()
				p := newPlatform(t, map[string]http.HandlerFunc{r.request: answer(body)})
				_, err := r.read(t.Context(), p.client())
				if got := as[*AnswerError](t, err).Request(); got != r.request {
					t.Errorf("Request() = %q", got)
				}
			})
		}
	}
}

// decoded reads one noun from an answer.
func decoded(t *testing.T, name, body string) (any, error) {
	t.Helper()
	i := slices.IndexFunc(reads, func(r readCase) bool { return r.name == name })
	c := offline(t, func(*http.Request) (*http.Response, error) { return response(200, body), nil })
	return reads[i].read(t.Context(), c)
}

// listed is an envelope around one entity.
func listed(entity string) string {
	return `{"entities": [` + entity + `], "pageNumber": 1, "pageCount": 1, "total": 1}`
}

func TestEssentialFields(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ read, body, says string }{
		{"OAuthClients", listed(`{"name": "n", "authorizedGrantType": "CODE"}`), "the field id is missing"},
		{"OAuthClients", listed(`{"id": "c", "authorizedGrantType": "CODE"}`), "the field name is missing"},
		{"OAuthClients", listed(`{"id": "c", "name": null, "authorizedGrantType": "CODE"}`), "the field name is missing"},
		{"OAuthClients", listed(`{"id": "c", "name": "n"}`), "the field authorizedGrantType is missing"},
		{"OAuthClients", listed(`{"id": "c", "name": "n", "authorizedGrantType": "CODE", "scope": null}`), "null where a list"},
		{"OAuthClients", listed(`{"id": "c", "name": "n", "authorizedGrantType": "CODE", "scope": [null]}`), "null as element 0"},
		{"OAuthClients", listed(`{"id": "c", "name": "n", "authorizedGrantType": "CODE", "roleDivisions": [{"roleId": "r"}]}`),
			"roleDivisions.divisionId is missing"},
		{"OAuthClients", listed(`{"id": "c", "name": "n", "authorizedGrantType": "CODE", "roleDivisions": [{"divisionId": "*"}]}`),
			"roleDivisions.roleId is missing"},
		{"OAuthClients", listed(`{"id": "c", "name": "n", "authorizedGrantType": "CODE", "scope": ["a", ""]}`),
			"the field scope holds an empty name"},
		{"OAuthScopes", `{"entities": [{"description": "d"}]}`, "the field id is missing"},
		{"OAuthAuthorizations", listed(`{"state": "Authorized", "pending": false}`), "the field client.id is missing"},
		{"OAuthAuthorizations", listed(`{"client": null, "state": "Authorized", "pending": false}`), "the field client.id is missing"},
		{"OAuthAuthorizations", listed(`{"client": {"id": "c"}, "state": "Authorized", "pending": null}`), "the field pending is null"},
		{"OAuthAuthorizations", listed(`{"client": {"id": "c"}, "scope": [""], "state": "Authorized", "pending": false}`),
			"the field scope holds an empty name"},
		{"AuthenticationSettings", `{"multifactorAuthenticationRequired": null, "ipAddressAllowlist": []}`,
			"the field multifactorAuthenticationRequired is null"},
		{"AuthenticationSettings", `{"domainAllowlistEnabled": null, "ipAddressAllowlist": []}`, "the field domainAllowlistEnabled is null"},
		{"Roles", listed(`{"id": "r", "name": "n", "permissions": ["admin", ""]}`), "the field permissions holds an empty name"},
		{"Roles", listed(`{"name": "n"}`), "the field id is missing"},
		{"Roles", listed(`{"id": "r"}`), "the field name is missing"},
		{"Roles", listed(`{"id": "r", "name": "n", "permissionPolicies": null}`), "null where a list"},
		{"Roles", listed(`{"id": "r", "name": "n", "permissionPolicies": [{"domain": "a", "entityName": "b"}]}`),
			"permissionPolicies.actionSet is missing"},
		{"Roles", listed(`{"id": "r", "name": "n", "permissionPolicies": [{"domain": "a", "actionSet": ["c"]}]}`),
			"permissionPolicies.entityName is missing"},
		{"Roles", listed(`{"id": "r", "name": "n", "permissionPolicies": [{"entityName": "b", "actionSet": ["c"]}]}`),
			"permissionPolicies.domain is missing"},
		{"Role", `{"id": "r2", "name": "n", "userCount": 1}`, `it is about the id "r2"`},
		{"Role", `{"id": "r1", "name": "n", "userCount": null}`, "the field userCount is null"},
		{"Role", `{"id": "r1", "userCount": 1}`, "the field name is missing"},
		{"Permissions", listed(`{"id": "p", "permissionMap": {}}`), "the field domain is missing"},
		{"Permissions", listed(`{"domain": "a", "permissionMap": null}`), "the field permissionMap is null"},
		{"Permissions", listed(`{"domain": "a", "permissionMap": {"b": null}}`), "null where a list"},
		{"Permissions", listed(`{"domain": "a", "permissionMap": {"b": [{"domain": "a", "entityType": "b"}]}}`),
			"permissionMap of a, b: the field action is missing"},
		{"Permissions", listed(`{"domain": "a", "permissionMap": {"b": [{"entityType": "b", "action": "c"}]}}`), "the field domain is missing"},
		{"Permissions", listed(`{"domain": "a", "permissionMap": {"b": [{"domain": "a", "action": "c"}]}}`), "the field entityType is missing"},
		{"Subject", `{"id": "s2", "grants": []}`, `it is about the id "s2"`},
		{"Subject", `{"grants": []}`, `it is about the id ""`},
		{"Subject", `{"id": "s1"}`, "the field grants is missing"},
		{"Subject", `{"id": "s1", "grants": null}`, "null where a list"},
		{"Subject", `{"id": "s1", "grants": [{"division": {"id": "*"}}]}`, "grants.role.id is missing"},
		{"Subject", `{"id": "s1", "grants": [{"role": {"id": "r"}}]}`, "grants.division.id is missing"},
		{"Subject", `{"id": "s1", "grants": [{"role": {"id": "r", "policies": [{"domain": "a", "entityName": "b"}]}, "division": {"id": "*"}}]}`,
			"grants.role.policies.actions is missing"},
		{"Subject", `{"id": "s1", "grants": [{"role": {"id": "r", "policies": [{"domain": "a", "actions": []}]}, "division": {"id": "*"}}]}`,
			"grants.role.policies.entityName is missing"},
		{"Token", `{"organization": {"name": "n"}}`, "organization.id is missing"},
		{"Token", `{"organization": null}`, "organization.id is missing"},
		{"Token", `{"organization": {"id": "o"}, "OAuthClient": {"name": "n"}}`, "OAuthClient.id is missing"},
		{"Token", `{"organization": {"id": "o"}, "authorizedScope": null}`, "null where a list"},
		{"Token", `{"organization": {"id": "o"}, "authorizedScope": [""]}`, "the field authorizedScope holds an empty name"},
		{"TokenTimeout", `{"enableIdleTokenTimeout": null}`, "none of the fields enableIdleTokenTimeout, idleTokenTimeoutSeconds"},
		{"Organization", `{"name": "n", "version": 1}`, "the field id is missing"},
		{"AuthenticationSettings", `{"passwordRequirements": {}}`, "none of the fields"},
		{"AuthenticationSettings", `{"domainAllowlistEnabled": false, "ipAddressAllowlist": null}`, "null where a list"},
		{"MediaRegions", `{"awsCoreRegions": ["eu-west-1"]}`, "awsHomeRegion is missing"},
		{"Trustors", listed(`{"enabled": true}`), "the field id is missing"},
		{"Trustors", listed(`{"id": "o"}`), "the field enabled is missing"},
		{"Trustees", listed(`{"id": "o", "enabled": null}`), "the field enabled is null"},
		{"Divisions", listed(`{"name": "Home"}`), "the field id is missing"},
		{"AccessPolicies", listed(`{"name": "n"}`), "the field id is missing"},
		{"AccessPolicies", listed(`{"id": "p", "active": "yes"}`), "is a JSON string where bool is expected"},
		{"User", `{"id": "u2", "state": "active"}`, `it is about the id "u2"`},
		{"Group", `{"id": "g2"}`, `it is about the id "g2"`},
		{"NotificationTopics", listed(`{"visibility": "Public"}`), "the field id is missing"},
		{"NotificationTopics", listed(`{"id": "t", "requiresPermissions": [""]}`), "the field requiresPermissions holds an empty name"},
		{"NotificationTopics", listed(`{"id": "t", "permissionDetails": [{"permissions": ["a:b:c"]}]}`), "permissionDetails.type is missing"},
		{"NotificationTopics", listed(`{"id": "t", "permissionDetails": [{"type": "requiresPermissions", "permissions": [""]}]}`),
			"the field permissionDetails.permissions holds an empty name"},
		{"NotificationTopics", listed(`{"id": "t", "permissionDetails": null}`), "null where a list"},
		{"NotificationTopics", `{"entities": [], "nextUri": "/next"}`, "more pages follow"},
		{"AuditServices", `{"services": null}`, "null where a list"},
		{"AuditServices", `{"services": [{"entities": []}]}`, "the field services.name is missing"},
		{"AuditServices", `{"services": [{"name": "s", "entities": [{}]}]}`, "the field services.entities.name is missing"},
		{"Audits", listed(`{"id": "e", "action": "Update", "entityType": "Role"}`), "the field eventDate is missing"},
		{"Audits", `{"entities": []}`, "it has no total"},
	} {
		t.Run(test.read+" "+test.says, func(t *testing.T) {
			t.Parallel()
			_, err := decoded(t, test.read, test.body)
			contains(t, as[*AnswerError](t, err).Error(), test.says)
		})
	}
}

func TestDecoding(t *testing.T) {
	t.Parallel()
	validity := int64(86400)
	for _, test := range []struct {
		name, read, body string
		want             any
	}{
		{"client", "OAuthClients", listed(`{"id": "c", "name": "n", "authorizedGrantType": "CLIENT-CREDENTIALS", "secret": "canary",
			"accessTokenValiditySeconds": 86400, "scope": [], "roleDivisions": [{"roleId": "r", "divisionId": "*"}], "state": "asleep", "new": 1}`),
			[]OAuthClient{{ID: "c", Name: "n", AuthorizedGrantType: "CLIENT-CREDENTIALS", AccessTokenValiditySeconds: &validity,
				Scope: List[string]{}, RoleDivisions: List[RoleDivision]{{"r", "*"}}, State: "asleep"}}},
		{"old spelling of client credentials", "OAuthClients", listed(`{"id": "c", "name": "n", "authorizedGrantType": "CLIENT_CREDENTIALS"}`),
			[]OAuthClient{{ID: "c", Name: "n", AuthorizedGrantType: "CLIENT-CREDENTIALS"}}},
		{"old spelling of SAML2", "OAuthClients", listed(`{"id": "c", "name": "n", "authorizedGrantType": "SAML2BEARER"}`),
			[]OAuthClient{{ID: "c", Name: "n", AuthorizedGrantType: "SAML2-BEARER"}}},
		{"unknown grant type", "OAuthClients", listed(`{"id": "c", "name": "n", "authorizedGrantType": "DEVICE_CODE"}`),
			[]OAuthClient{{ID: "c", Name: "n", AuthorizedGrantType: "DEVICE_CODE"}}},
		{"authorization", "OAuthAuthorizations",
			listed(`{"client": {"id": "c", "authorizedGrantType": "SAML2BEARER"}, "scope": ["x"], "state": "Frozen"}`),
			[]OAuthAuthorization{{Client: OAuthClient{ID: "c", AuthorizedGrantType: "SAML2-BEARER"}, Scope: List[string]{"x"}, State: "Frozen"}}},
		{"token", "Token", `{"organization": {"id": "o", "name": "n"}, "OAuthClient": {"id": "c", "authorizedGrantType": "CLIENT_CREDENTIALS"}}`,
			TokenInfo{Organization: NamedEntity{"o", "n"}, OAuthClient: &OAuthClient{ID: "c", AuthorizedGrantType: "CLIENT-CREDENTIALS"}}},
		{"role count", "Role", `{"id": "r1", "name": "n", "userCount": 7}`, Role{ID: "r1", Name: "n", UserCount: new(int64(7))}},
		{"absent allowlist", "AuthenticationSettings", `{"domainAllowlistEnabled": true}`, AuthenticationSettings{DomainAllowlistEnabled: true}},
		{"empty allowlist", "AuthenticationSettings", `{"ipAddressAllowlist": []}`, AuthenticationSettings{IPAddressAllowlist: List[string]{}}},
		{"division-aware or not", "Permissions", listed(`{"id": "a", "domain": "a", "permissionMap": {"b": [
			{"domain": "a", "entityType": "b", "action": "yes", "divisionAware": true, "allowsConditions": true},
			{"domain": "a", "entityType": "b", "action": "no", "divisionAware": false},
			{"domain": "a", "entityType": "b", "action": "absent"},
			{"domain": "a", "entityType": "b", "action": "null", "divisionAware": null}]}}`),
			[]PermissionCollection{{ID: "a", Domain: "a", PermissionMap: map[string]List[PermissionMapEntry]{"b": {
				{Domain: "a", EntityType: "b", Action: "yes", DivisionAware: true, AllowsConditions: true},
				{Domain: "a", EntityType: "b", Action: "no"},
				{Domain: "a", EntityType: "b", Action: "absent", DivisionAware: true},
				{Domain: "a", EntityType: "b", Action: "null", DivisionAware: true},
			}}}}},
		{"policies as far as they are shown", "AccessPolicies", listed(`{"id": "p1", "name": "n", "targetResource": "a:b:c", "effect": "DENY",
			"subject": {"type": "ALL", "id": "all"}, "active": true, "applyToClients": false, "condition": {"and": []}},
			{"id": "p2", "active": null, "applyToClients": null}, {"id": "p3", "active": false}, {"id": "p4"}`),
			[]AccessPolicy{{ID: "p1", Name: "n", TargetResource: "a:b:c", Effect: "DENY", Subject: AccessPolicySubject{"ALL", "all"},
				Active: new(true), ApplyToClients: new(false), Condition: []byte(`{"and": []}`)},
				{ID: "p2", Active: new(false)}, {ID: "p3", Active: new(false)}, {ID: "p4"}}},
		{"user whose state is not shown", "User", `{"id": "u1", "name": "n"}`, User{ID: "u1", Name: "n"}},
		{"group", "Group", `{"id": "g1", "name": "n", "state": "active", "rolesEnabled": false}`,
			Group{ID: "g1", Name: "n", State: "active", RolesEnabled: new(false)}},
		{"topic that shows nothing", "NotificationTopics", listed(`{"id": "t2"}`), []NotificationTopic{{ID: "t2"}}},
		{"topic with its permissions", "NotificationTopics", listed(`{"id": "t1", "visibility": "Public", "requiresPermissions": [],
			"enforced": true, "permissionDetails": [{"type": "requiresDivisionPermissions", "permissions": ["a:b:c"], "enforced": false}]}`),
			[]NotificationTopic{{ID: "t1", Visibility: "Public", RequiresPermissions: List[string]{}, Enforced: new(true),
				PermissionDetails: List[NotificationTopicPermissions]{{Type: "requiresDivisionPermissions", Permissions: List[string]{"a:b:c"},
					Enforced: new(false)}}}}},
		{"audit services", "AuditServices", `{"services": [{"name": "s", "entities": [{"name": "Role", "actions": ["Update"]}]}]}`,
			[]AuditService{{Name: "s", Entities: List[AuditEntity]{{Name: "Role", Actions: List[string]{"Update"}}}}}},
		{"audit event", "Audits", listed(`{"id": "e", "user": {"id": "u"}, "client": {"id": ""}, "remoteIp": ["192.0.2.1"],
			"serviceName": "PeoplePermissions", "level": "USER", "eventDate": "2026-11-24T10:00:00Z", "action": "Update", "entity": {"id": "c1"},
			"entityType": "OAuthClient", "status": "SUCCESS", "propertyChanges": [{"property": "scope", "oldValues": [], "newValues": ["a"]}]}`),
			[]AuditEvent{{ID: "e", User: NamedEntity{ID: "u"}, RemoteIP: []string{"192.0.2.1"}, ServiceName: "PeoplePermissions", Level: "USER",
				EventDate: "2026-11-24T10:00:00Z", Action: "Update", Entity: NamedEntity{ID: "c1"}, EntityType: "OAuthClient", Status: "SUCCESS",
				PropertyChanges: []PropertyChange{{Property: "scope", OldValues: []string{}, NewValues: []string{"a"}}}}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := decoded(t, test.read, test.body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestConditionalPolicy(t *testing.T) {
	t.Parallel()
	for condition, want := range map[string]bool{
		"": false, "null": false, "{}": false, ` {"and": []}`: true, `{"or": [{"attribute": "a"}]}`: true, `"text"`: true, "[]": true,
	} {
		policy := AccessPolicy{Condition: []byte(condition)}
		if got := policy.Conditional(); got != want {
			t.Errorf("condition %q: %t", condition, got)
		}
	}
}

func TestTokenOfAnotherClient(t *testing.T) {
	t.Parallel()
	const path = "GET /api/v2/tokens/me"
	shows := func(id string) map[string]http.HandlerFunc {
		return map[string]http.HandlerFunc{path: answer(`{"organization": {"id": "o"}, "OAuthClient": {"id": "` + id + `"}}`)}
	}
	_, err := newPlatform(t, shows("somebody")).client().Token(t.Context())
	if got := as[*AnswerError](t, err).Request(); got != path {
		t.Errorf("Request() = %q", got)
	}
	contains(t, err.Error(), `it is about a token of the client "somebody", not of the one that signed in`)
	if _, err := newPlatform(t, shows("AUDITOR")).client().Token(t.Context()); err != nil {
		t.Errorf("the client's id in capitals: %v", err)
	}
	if _, err := newPlatform(t, shows("somebody")).client(withToken).Token(t.Context()); err != nil {
		t.Errorf("a ready-made token: %v", err)
	}
}

func TestIDsInPaths(t *testing.T) {
	t.Parallel()
	const id = "a/../b?c=%2e#d e"
	p := newPlatform(t, map[string]http.HandlerFunc{
		"GET /api/v2/authorization/subjects/a%2F..%2Fb%3Fc=%252e%23d%20e": answer(`{"id": "` + id + `", "grants": []}`),
	})
	if _, err := p.client().Subject(t.Context(), id); err != nil {
		t.Error(err)
	}
	for _, id := range []string{"", ".", ".."} {
		c := offline(t, func(*http.Request) (*http.Response, error) {
			t.Errorf("a request for the id %q", id)
			return response(200, `{}`), nil
		})
		if _, err := c.Subject(t.Context(), id); err == nil {
			t.Errorf("subject %q: no error", id)
		}
		if _, err := c.Role(t.Context(), id); err == nil {
			t.Errorf("role %q: no error", id)
		}
	}
}

func TestSubjectsAreKeptApart(t *testing.T) {
	t.Parallel()
	c := offline(t, func(r *http.Request) (*http.Response, error) { return subjectAnswer(r), nil })
	for _, id := range strings.Fields("a b a") {
		if subject, err := c.Subject(t.Context(), id); err != nil || subject.ID != id {
			t.Errorf("subject %s: %+v, %v", id, subject, err)
		}
	}
}
