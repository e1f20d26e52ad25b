package emulator_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

const scenarioFile = "../../examples/scenarios/compliance-dashboard/emulator-state.json"

func scenario(t *testing.T) emulator.State {
	t.Helper()
	state, err := emulator.Load(scenarioFile)
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// newEmulator returns an emulator and the base URL at which it is served.
func newEmulator(t *testing.T, state emulator.State, options ...emulator.Option) (*emulator.Emulator, string) {
	t.Helper()
	e, err := emulator.New(state, options...)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	return e, server.URL
}

type response struct {
	status int
	header http.Header
	body   string
}

// field returns a field of a JSON object body.
func (r response) field(t *testing.T, name string) any {
	t.Helper()
	object := map[string]any{}
	if err := json.Unmarshal([]byte(r.body), &object); err != nil {
		t.Fatalf("body %q: %v", r.body, err)
	}
	return object[name]
}

// send makes a request that must be answered in full; header is name, value, name, value...
func send(t *testing.T, method, url, token, body string, header ...string) response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response{answer.StatusCode, answer.Header, string(data)}
}

func get(t *testing.T, url, token string, header ...string) response {
	t.Helper()
	return send(t, http.MethodGet, url, token, "", header...)
}

// signIn posts client credentials the way clients of the platform do.
func signIn(t *testing.T, baseURL, id, secret string) response {
	t.Helper()
	return send(t, http.MethodPost, baseURL+"/oauth/token", "", "grant_type=client_credentials",
		"Authorization", basic(id, secret), "Content-Type", formEncoded)
}

func basic(id, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret))
}

func signedIn(t *testing.T, baseURL, id, secret string) string {
	t.Helper()
	answer := signIn(t, baseURL, id, secret)
	token, ok := answer.field(t, "access_token").(string)
	if answer.status != http.StatusOK || !ok {
		t.Fatalf("sign-in answered %d %s", answer.status, answer.body)
	}
	return token
}

func issued(t *testing.T, e *emulator.Emulator, client string, scopes ...string) string {
	t.Helper()
	token, err := e.IssueToken(client, scopes)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func issuedToAda(t *testing.T, e *emulator.Emulator, client string, scopes ...string) string {
	t.Helper()
	token, err := e.IssueUserToken(client, "ada", scopes)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func update(t *testing.T, e *emulator.Emulator, change func(*emulator.State)) {
	t.Helper()
	if err := e.Update(change); err != nil {
		t.Fatal(err)
	}
}

func policy(domain, entity string, actions ...string) genesyscloud.PermissionPolicy {
	return genesyscloud.PermissionPolicy{Domain: domain, EntityName: entity, ActionSet: actions}
}

func conditional(p genesyscloud.PermissionPolicy) genesyscloud.PermissionPolicy {
	p.AllowConditions = true
	p.ResourceConditionNode = json.RawMessage(
		`{"variableName":"Conversation.queues","operator":"IN","operands":[{"type":"QUEUE","value":"q1"}]}`)
	return p
}

// viewing is the permission domain:entity:view.
func viewing(domain, entity string, divisionAware bool) genesyscloud.PermissionMapEntry {
	return genesyscloud.PermissionMapEntry{Domain: domain, EntityType: entity, Action: "view", DivisionAware: divisionAware}
}

// rich is a state with something of everything, in two organizations. The organization "org-1" is in us-east-1, "org-2" in eu-west-1.
func rich() emulator.State {
	validity := int64(600)
	first := emulator.Organization{
		Region:       "us-east-1",
		Organization: genesyscloud.Organization{ID: "org-1", Name: "First", ThirdPartyOrgName: "first", Version: 3},
		Clients: []emulator.Client{
			{Secret: "secret-admin", OAuthClient: genesyscloud.OAuthClient{
				ID: "admin", Name: "Admin", AuthorizedGrantType: "CLIENT-CREDENTIALS", State: "active", AccessTokenValiditySeconds: &validity,
				RoleDivisions: []genesyscloud.RoleDivision{{RoleID: "everything", DivisionID: "*"}},
			}},
			{Secret: "secret-narrow", OAuthClient: genesyscloud.OAuthClient{
				ID: "narrow", Name: "Narrow", AuthorizedGrantType: "CLIENT-CREDENTIALS", State: "active", Scope: []string{"users:readonly"},
				RoleDivisions: []genesyscloud.RoleDivision{{RoleID: "queues", DivisionID: "home"}},
			}},
			{Secret: "secret-web", OAuthClient: genesyscloud.OAuthClient{
				ID: "web", Name: "Web", AuthorizedGrantType: "CODE", State: "active", Scope: []string{"routing", "authorization:readonly"},
				RegisteredRedirectURIs: []string{"https://app.example.com/callback"},
			}},
		},
		Roles: []genesyscloud.Role{
			{ID: "everything", Name: "Everything", PermissionPolicies: []genesyscloud.PermissionPolicy{policy("*", "*", "*")},
				Permissions: []string{"admin"}},
			{ID: "queues", Name: "Queues", PermissionPolicies: []genesyscloud.PermissionPolicy{
				policy("routing", "queue", "view"), conditional(policy("recording", "recording", "view")),
			}},
			{ID: "export", Name: "Analytics - Export"},
		},
		Divisions: []genesyscloud.Division{{ID: "home", Name: "Home", HomeDivision: true}, {ID: "sales", Name: "Sales"}, {ID: "support",
			Name: "Support"}},
		Users: []emulator.User{{ID: "ada", Name: "Ada", Grants: []genesyscloud.AuthGrant{
			{Division: genesyscloud.Division{ID: "sales"}, Role: genesyscloud.SubjectRole{ID: "queues"}},
			{Division: genesyscloud.Division{ID: "*"}, Role: genesyscloud.SubjectRole{ID: "everything"}},
		}}},
		Authorizations: []genesyscloud.OAuthAuthorization{{
			Client: genesyscloud.OAuthClient{ID: "vendor", Name: "Vendor", AuthorizedGrantType: "CODE", State: "active"},
			Scope:  []string{"routing:readonly"}, State: "Authorized",
		}},
		Trustors: []genesyscloud.Trustor{{ID: "org-8", Enabled: true, Organization: &genesyscloud.Organization{ID: "org-8", Name: "Eighth"}}},
		Trustees: []genesyscloud.Trustee{{ID: "org-9", Enabled: true, DateExpired: "2027-01-01T00:00:00Z"}},
		AuthenticationSettings: &genesyscloud.AuthenticationSettings{
			DomainAllowlistEnabled: true, DomainAllowlist: []string{"example.com"}, IPAddressAllowlist: []string{"192.0.2.0/24", "198.51.100.7"},
		},
		MediaRegions: &genesyscloud.MediaRegions{Home: "us-east-1", Core: []string{"us-east-1", "us-west-2"}, Satellite: []string{"eu-west-1"}},
	}
	second := emulator.Organization{
		Region:       "eu-west-1",
		Organization: genesyscloud.Organization{ID: "org-2", Name: "Second"},
		Clients: []emulator.Client{{Secret: "secret-second", OAuthClient: genesyscloud.OAuthClient{
			ID: "second", Name: "Second", AuthorizedGrantType: "CLIENT-CREDENTIALS",
		}}},
	}
	return emulator.State{Organizations: []emulator.Organization{first, second}, AnswerUnmodelled: true}
}

// form encodes form parameters: name, value, name, value...
func form(pairs ...string) string {
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return values.Encode()
}
