package emulator_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
)

const (
	invalidClient = `{"error":"invalid_client","description":"authentication failed","error_description":"authentication failed"}`
	formEncoded   = "application/x-www-form-urlencoded"
)

func TestSignIn(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, rich())
	answer := signIn(t, base, "admin", "secret-admin")
	if answer.status != http.StatusOK {
		t.Fatalf("status %d: %s", answer.status, answer.body)
	}
	if got := answer.field(t, "token_type"); got != "bearer" {
		t.Errorf("token_type %v", got)
	}
	if got := answer.field(t, "expires_in"); got != 600.0 {
		t.Errorf("expires_in %v, want the client's 600", got)
	}
	if got := signIn(t, base, "narrow", "secret-narrow").field(t, "expires_in"); got != 86400.0 {
		t.Errorf("expires_in %v, want the default 86400", got)
	}
	token, _ := answer.field(t, "access_token").(string)
	if got := get(t, base+"/api/v2/tokens/me", token); got.status != http.StatusOK {
		t.Errorf("the token is refused: %d %s", got.status, got.body)
	}
	want := emulator.Request{Method: "POST", Path: "/oauth/token", Status: 200, Region: "us-east-1", ClientID: "admin"}
	if got := e.Requests()[0]; got != want {
		t.Errorf("request %+v, want %+v", got, want)
	}
}

func TestSignInForms(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, rich())
	update(t, e, func(s *emulator.State) {
		s.Organizations[0].Clients[1].Secret = "a+b/c="
		s.Organizations[1].Clients[0].State = "disabled"
		s.Organizations[0].Clients = append(s.Organizations[0].Clients, secretless(), inactive())
	})
	for _, test := range []struct {
		name, path, authorization, body string
		status                          int
		code                            string
	}{
		{"form", "", "", form("grant_type", "client_credentials", "client_id", "admin", "client_secret", "secret-admin"), 200, ""},
		{"basic", "", basic("admin", "secret-admin"), form("grant_type", "client_credentials"), 200, ""},
		{"basic as it is", "", basic("narrow", "a+b/c="), form("grant_type", "client_credentials"), 200, ""},
		{"basic, URL-encoded", "", basic("narrow", "a%2Bb%2Fc%3D"), form("grant_type", "client_credentials"), 200, ""},
		{"own region", "/us-east-1", basic("admin", "secret-admin"), form("grant_type", "client_credentials"), 200, ""},
		{"other region", "/eu-west-1", basic("admin", "secret-admin"), form("grant_type", "client_credentials"), 400, "invalid_client"},
		{"region without organizations", "/ap-south-1", basic("admin", "secret-admin"), form("grant_type", "client_credentials"), 400,
			"invalid_client"},
		{"wrong secret", "", basic("admin", "nonsense"), form("grant_type", "client_credentials"), 400, "invalid_client"},
		{"unknown client", "", basic("nobody", "secret-admin"), form("grant_type", "client_credentials"), 400, "invalid_client"},
		{"no credentials", "", "", form("grant_type", "client_credentials"), 400, "invalid_client"},
		{"disabled client", "", basic("second", "secret-second"), form("grant_type", "client_credentials"), 400, "invalid_client"},
		{"inactive client", "", basic("inactive", "secret-inactive"), form("grant_type", "client_credentials"), 400, "invalid_client"},
		{"client without a secret", "", basic("secretless", ""), form("grant_type", "client_credentials"), 400, "invalid_client"},
		{"client of another grant type", "", basic("web", "secret-web"), form("grant_type", "client_credentials"), 400, "unauthorized_client"},
		{"other grant", "", basic("admin", "secret-admin"), form("grant_type", "password"), 400, "unsupported_grant_type"},
		{"no grant", "", basic("admin", "secret-admin"), "", 400, "unsupported_grant_type"},
		{"malformed body", "", basic("admin", "secret-admin"), "grant_type=%zz", 400, "invalid_request"},
	} {
		header := []string{"Content-Type", formEncoded}
		if test.authorization != "" {
			header = append(header, "Authorization", test.authorization)
		}
		answer := send(t, http.MethodPost, base+test.path+"/oauth/token", "", test.body, header...)
		code, _ := answer.field(t, "error").(string)
		if answer.status != test.status || code != test.code {
			t.Errorf("%s: %d %s", test.name, answer.status, answer.body)
		}
		if test.code == "invalid_client" && answer.body != invalidClient {
			t.Errorf("%s: body %s, want %s", test.name, answer.body, invalidClient)
		}
	}
	if got := send(t, http.MethodGet, base+"/oauth/token", "", ""); got.status != http.StatusMethodNotAllowed {
		t.Errorf("GET: status %d", got.status)
	}
}

func secretless() emulator.Client {
	var c emulator.Client
	c.ID, c.Name, c.AuthorizedGrantType, c.State = "secretless", "Secretless", "CLIENT-CREDENTIALS", "active"
	return c
}

func inactive() emulator.Client {
	c := secretless()
	c.ID, c.State, c.Secret = "inactive", "inactive", "secret-inactive"
	return c
}

func TestBearer(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	clock := now
	e, base := newEmulator(t, rich(), emulator.WithClock(func() time.Time { return clock }))
	token := issued(t, e, "admin") // valid for 600 seconds
	path := "/api/v2/organizations/me"

	for _, test := range []struct {
		name, prefix, authorization string
		code, message               string
	}{
		{"none", "", "", "authentication.required", "No authentication bearer token specified in authorization header."},
		{"basic", "", "Basic YTpi", "authentication.required", "No authentication bearer token specified in authorization header."},
		{"empty", "", "Bearer ", "authentication.required", "No authentication bearer token specified in authorization header."},
		{"unknown", "", "Bearer nonsense", "bad.credentials", "Invalid login credentials."},
		{"of another region", "/eu-west-1", "Bearer " + token, "bad.credentials", "Invalid login credentials."},
	} {
		answer := get(t, base+test.prefix+path, "", "Authorization", test.authorization)
		if answer.status != 401 || answer.field(t, "code") != test.code || answer.field(t, "message") != test.message {
			t.Errorf("%s: %d %s", test.name, answer.status, answer.body)
		}
	}
	if answer := get(t, base+"/us-east-1"+path, token); answer.status != 200 {
		t.Errorf("a good token: %d %s", answer.status, answer.body)
	}
	clock = now.Add(600*time.Second - 1)
	if answer := get(t, base+path, token); answer.status != 200 {
		t.Errorf("in its last moment: %d %s", answer.status, answer.body)
	}
	clock = now.Add(600 * time.Second)
	answer := get(t, base+path, token)
	if answer.status != 401 || answer.field(t, "code") != "credentials.expired" {
		t.Errorf("expired: %d %s", answer.status, answer.body)
	}
}

func TestTokenOfDisabledClientIsRefused(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, rich())
	token := issued(t, e, "narrow")
	for _, test := range []struct {
		state  string
		status int
	}{{"active", 200}, {"inactive", 200}, {"disabled", 401}, {"active", 200}} {
		update(t, e, func(s *emulator.State) { s.Organizations[0].Clients[1].State = test.state })
		if got := get(t, base+"/api/v2/tokens/me", token); got.status != test.status {
			t.Errorf("%s: %d %s", test.state, got.status, got.body)
		}
	}
	update(t, e, func(s *emulator.State) { s.Organizations[0].Clients = s.Organizations[0].Clients[:1] })
	if got := get(t, base+"/api/v2/tokens/me", token); got.status != 401 {
		t.Errorf("client deleted: %d %s", got.status, got.body)
	}
}

// A token keeps the scopes of its issue, whatever becomes of the client's.
func TestTokensKeepTheirScopes(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, scenario(t))
	emea := scenario(t).Organizations[1]
	dashboard := client(t, emea, "Compliance Dashboard")
	old := signedIn(t, base+"/eu-west-1", dashboard.ID, dashboard.Secret)
	update(t, e, func(s *emulator.State) {
		c := &s.Organizations[1].Clients[0]
		c.Scope = append(c.Scope, "analytics:export")
		c.RoleDivisions = append(c.RoleDivisions, scenario(t).Organizations[0].Clients[0].RoleDivisions[0])
		c.RoleDivisions[len(c.RoleDivisions)-1].RoleID = emea.Roles[2].ID
		c.RoleDivisions[len(c.RoleDivisions)-1].DivisionID = "*"
	})
	renewed := signedIn(t, base+"/eu-west-1", dashboard.ID, dashboard.Secret)

	for _, test := range []struct {
		token  string
		scopes string
		status int
	}{
		{old, `"authorizedScope":["analytics:read","org:read"]`, 403},
		{renewed, `"authorizedScope":["analytics:read","org:read","analytics:export"]`, 200},
	} {
		if got := get(t, base+"/api/v2/tokens/me", test.token).body; !strings.Contains(got, test.scopes) {
			t.Errorf("tokens/me %s, want %s", got, test.scopes)
		}
		if got := get(t, base+"/api/v2/analytics/events", test.token); got.status != test.status {
			t.Errorf("events with %s: %d %s", test.scopes, got.status, got.body)
		}
	}
}

func TestIssueErrors(t *testing.T) {
	t.Parallel()
	e, _ := newEmulator(t, rich())
	for _, test := range []struct {
		client, user string // no user: IssueToken
		want         string
	}{
		{"nobody", "", `issue token: no client "nobody"`},
		{"vendor", "", `issue token: no client "vendor"`},
		{"web", "", `issue token: client "web" is of grant type CODE, whose tokens belong to a user`},
		{"web", "nobody", `issue user token: no user "nobody"`},
		{"nobody", "ada", `issue user token: no client "nobody", and no authorization of it in organization "org-1"`},
		{"admin", "ada", `issue user token: client "admin" is of grant type CLIENT-CREDENTIALS, whose tokens belong to no user`},
	} {
		var err error
		if test.user == "" {
			_, err = e.IssueToken(test.client, nil)
		} else {
			_, err = e.IssueUserToken(test.client, test.user, nil)
		}
		if err == nil || err.Error() != test.want {
			t.Errorf("%s, %s: %v, want %s", test.client, test.user, err, test.want)
		}
	}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	clock := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	e, base := newEmulator(t, rich(), emulator.WithRateLimit(2), emulator.WithClock(func() time.Time { return clock }))
	token, other := issued(t, e, "admin"), issued(t, e, "admin")
	me := base + "/api/v2/tokens/me"

	first := get(t, me, token)
	for name, want := range map[string]string{"inin-ratelimit-count": "1", "inin-ratelimit-allowed": "2", "inin-ratelimit-reset": "60"} {
		if got := first.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	get(t, me, token)
	clock = clock.Add(18500 * time.Millisecond)
	limited := get(t, me, token)
	if limited.status != 429 || limited.header.Get("Retry-After") != "42" {
		t.Errorf("third request: %d, Retry-After %q", limited.status, limited.header.Get("Retry-After"))
	}
	contextID, _ := limited.field(t, "contextId").(string)
	want := `{"message":"Rate limit exceeded the maximum. Retry the request in [42] seconds","code":"too.many.requests.retry.after",` +
		`"status":429,"contextId":"` + contextID + `","details":[],"errors":[]}`
	if limited.body != want || contextID == "" {
		t.Errorf("body %s, want %s", limited.body, want)
	}
	if got := get(t, me, other); got.status != 200 {
		t.Errorf("another token: %d %s", got.status, got.body)
	}
	clock = clock.Add(41500 * time.Millisecond)
	if got := get(t, me, token); got.status != 200 || got.header.Get("inin-ratelimit-count") != "1" {
		t.Errorf("in the next minute: %d %s", got.status, got.body)
	}
}

func TestWithoutRateLimitNoAnswerLooksNearIt(t *testing.T) {
	t.Parallel()
	e, base := newEmulator(t, rich())
	token := issued(t, e, "admin")
	for range 400 {
		answer := get(t, base+"/api/v2/tokens/me", token)
		if answer.status != 200 || answer.header.Get("inin-ratelimit-count") != "1" || answer.header.Get("inin-ratelimit-allowed") != "300" {
			t.Fatalf("%d %v", answer.status, answer.header)
		}
	}
}
