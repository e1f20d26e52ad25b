package emulator

import (
	"crypto/rand"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// defaultValidity is the lifetime of a token whose client names none.
const defaultValidity = 86_400 * time.Second

// rateWindow is the time in which the platform counts the requests of a token.
const rateWindow = time.Minute

// token is what stands behind an access token. It belongs to a client and an organization by their ids, so that it outlives a change
// of the state.
type token struct {
	organizationID string
	clientID       string
	userID         string   // empty for client credentials
	scopes         []string // at issue
	expires        time.Time

	windowStart time.Time
	count       int // requests since windowStart
}

// IssueToken returns a token of a CLIENT-CREDENTIALS client as one issued earlier, with exactly these scopes.
func (e *Emulator) IssueToken(clientID string, scopes []string) (string, error) {
	w := e.present()
	org := w.clients[clientID]
	if org == nil {
		return "", fmt.Errorf("issue token: no client %q", clientID)
	}
	client := org.clients[clientID]
	if !isClientCredentials(client.AuthorizedGrantType) {
		return "", fmt.Errorf("issue token: client %q is of grant type %s, whose tokens belong to a user", clientID, client.AuthorizedGrantType)
	}
	return e.issue(org, &client.OAuthClient, "", scopes), nil
}

// IssueUserToken returns a token that a user's sign-in through a client of another grant type than CLIENT-CREDENTIALS gave, with
// exactly these scopes. The organization is the user's; the client may be another organization's, or be known only from an
// authorization in the user's organization.
func (e *Emulator) IssueUserToken(clientID, userID string, scopes []string) (string, error) {
	w := e.present()
	org := w.users[userID]
	if org == nil {
		return "", fmt.Errorf("issue user token: no user %q", userID)
	}
	client := w.clientIn(org, clientID)
	if client == nil {
		return "", fmt.Errorf("issue user token: no client %q, and no authorization of it in organization %q",
			clientID, org.state.Organization.ID)
	}
	if isClientCredentials(client.AuthorizedGrantType) {
		return "", fmt.Errorf("issue user token: client %q is of grant type %s, whose tokens belong to no user",
			clientID, client.AuthorizedGrantType)
	}
	return e.issue(org, &client.OAuthClient, userID, scopes), nil
}

// Tokens returns every access token that was issued and not revoked, so that a test can look for them where none may be.
func (e *Emulator) Tokens() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Sorted(maps.Keys(e.tokens))
}

// clientIn returns a client as it is known to an organization: from whoever owns it, or from its authorization there.
func (w *world) clientIn(org *organization, id string) *Client {
	if owner := w.clients[id]; owner != nil {
		return owner.clients[id]
	}
	if authorization := org.authorizations[id]; authorization != nil {
		return &Client{OAuthClient: authorization.Client}
	}
	return nil
}

func (e *Emulator) issue(org *organization, client *genesyscloud.OAuthClient, userID string, scopes []string) string {
	value := rand.Text() + rand.Text()
	now := e.now()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.tokens[value] = &token{
		organizationID: org.state.Organization.ID,
		clientID:       client.ID,
		userID:         userID,
		scopes:         slices.Clone(scopes),
		expires:        now.Add(validity(client)),
		windowStart:    now,
	}
	return value
}

func validity(client *genesyscloud.OAuthClient) time.Duration {
	if client.AccessTokenValiditySeconds == nil {
		return defaultValidity
	}
	return time.Duration(*client.AccessTokenValiditySeconds) * time.Second
}

// tokenAnswer is the token endpoint's answer to a sign-in.
type tokenAnswer struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int64  `json:"expires_in"` // seconds
}

// tokenRefusal is the token endpoint's form of an error.
type tokenRefusal struct {
	Error            string `json:"error"`
	Description      string `json:"description"`
	ErrorDescription string `json:"error_description"`
}

// signIn answers POST /oauth/token.
func (x *exchange) signIn() answer {
	if x.request.Method != http.MethodPost {
		x.violate("the token endpoint takes POST only")
		return x.fail(http.StatusMethodNotAllowed, "method.not.allowed", "The token endpoint takes POST only.")
	}
	if err := x.request.ParseForm(); err != nil {
		return x.refuse("invalid_request", "malformed request")
	}
	id, secret, encoded := x.request.BasicAuth()
	if !encoded {
		id, secret = x.request.PostForm.Get("client_id"), x.request.PostForm.Get("client_secret")
	}
	org := x.world.clients[id]
	if org == nil || (x.region != "" && org.state.Region != x.region) {
		return x.refuse("invalid_client", "authentication failed")
	}
	client := org.clients[id]
	x.organization, x.client = org, client
	if !secretMatches(client.Secret, secret) || (client.State != "" && client.State != "active") {
		return x.refuse("invalid_client", "authentication failed")
	}
	if x.request.PostForm.Get("grant_type") != "client_credentials" {
		return x.refuse("unsupported_grant_type", "unsupported grant type")
	}
	if !isClientCredentials(client.AuthorizedGrantType) {
		return x.refuse("unauthorized_client", "the client is not authorized for this grant type")
	}
	return x.ok(tokenAnswer{
		AccessToken: x.emulator.issue(org, &client.OAuthClient, "", client.Scope),
		TokenType:   "bearer",
		ExpiresIn:   int64(validity(&client.OAuthClient) / time.Second),
	})
}

// secretMatches accepts the secret as it is and in the encoding that RFC 6749, section 2.3.1 wants inside Basic authentication.
func secretMatches(secret, given string) bool {
	if secret == "" {
		return false // the client can do everything but sign in
	}
	decoded, err := url.QueryUnescape(given)
	return given == secret || (err == nil && decoded == secret)
}

// refuse is the token endpoint's error: always status 400, whatever the reason.
func (x *exchange) refuse(code, description string) answer {
	return x.json(http.StatusBadRequest, tokenRefusal{Error: code, Description: description, ErrorDescription: description})
}

// authenticate finds the caller behind the bearer token.
func (x *exchange) authenticate() *denial {
	value, found := strings.CutPrefix(x.request.Header.Get("Authorization"), "Bearer ")
	if !found || value == "" {
		return &denial{http.StatusUnauthorized, "authentication.required", "No authentication bearer token specified in authorization header."}
	}
	bad := &denial{http.StatusUnauthorized, "bad.credentials", "Invalid login credentials."}
	x.token = x.emulator.token(value)
	if x.token == nil {
		return bad
	}
	org := x.world.organization(x.token.organizationID)
	if org == nil || (x.region != "" && org.state.Region != x.region) {
		return bad
	}
	client := x.world.clientIn(org, x.token.clientID)
	if client == nil || client.State == "disabled" {
		return bad
	}
	x.organization, x.client, x.user = org, client, org.users[x.token.userID]
	if x.token.userID != "" && (x.user == nil || !isActive(x.user.State)) {
		return bad
	}
	if !x.emulator.now().Before(x.token.expires) {
		return &denial{http.StatusUnauthorized, "credentials.expired", "The supplied credentials are expired and cannot be used."}
	}
	return nil
}

func (e *Emulator) token(value string) *token {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.tokens[value]
}

func (w *world) organization(id string) *organization {
	for _, org := range w.organizations {
		if org.state.Organization.ID == id {
			return org
		}
	}
	return nil
}

// rate is what the inin-ratelimit headers say.
type rate struct {
	count   int
	allowed int
	reset   int // seconds
}

// spend counts a request of the token.
func (e *Emulator) spend(t *token) rate {
	now := e.now()
	e.mu.Lock()
	defer e.mu.Unlock()
	if now.Sub(t.windowStart) >= rateWindow {
		t.windowStart, t.count = now, 0
	}
	t.count++
	left := rateWindow - now.Sub(t.windowStart)
	return rate{count: t.count, allowed: e.perMinute, reset: int((left + time.Second - 1) / time.Second)}
}
