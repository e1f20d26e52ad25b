// Package genesyscloud reads the configuration of a Genesys Cloud organization through the Platform API. It only reads: the requests
// it sends are GET, and the POST that signs it in.
package genesyscloud

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hashicorp/go-cleanhttp"
	"github.com/hashicorp/go-retryablehttp"
)

const (
	defaultTimeout      = 60 * time.Second
	defaultRetryWaitMin = 500 * time.Millisecond
	defaultRetryWaitMax = 10 * time.Second
	defaultUserAgent    = "terraform-provider-genesysaudit"
)

// Config says which organization a Client reads, and how.
type Config struct {
	// Name is the organization's key in the configuration, empty for the top-level one. It is for messages only.
	Name string
	// APIURL and LoginURL are base URLs as ParseBaseURL returns them. LoginURL is not needed with AccessToken.
	APIURL, LoginURL *url.URL
	// ClientID and ClientSecret are those of a CLIENT-CREDENTIALS client.
	ClientID, ClientSecret string
	// AccessToken is a ready-made token. It wins over ClientID and ClientSecret and is never renewed.
	AccessToken string
	// Timeout is the time that all requests may take together, retries included, counted while one is in flight. Zero: 60 s.
	Timeout time.Duration
	// UserAgent is the header of that name.
	UserAgent string
	// Transport sends the requests. Nil: a pooled one with TLS 1.2 or later and the proxy of the environment.
	Transport http.RoundTripper
	// RetryWaitMin and RetryWaitMax bound the wait before a retry, unless the platform says how long to wait. Zero: 0.5 s and 10 s.
	RetryWaitMin, RetryWaitMax time.Duration
}

// Client reads one organization. Every collection is read when it is first asked for and at most once, the error as well as the
// answer; all methods may be called concurrently. The slices returned are shared: callers must not change them.
type Client struct {
	*connection

	oauthClients           once[[]OAuthClient]
	oauthScopes            once[[]OAuthScope]
	oauthAuthorizations    once[[]OAuthAuthorization]
	roles                  once[[]Role]
	divisions              once[[]Division]
	permissions            once[[]PermissionCollection]
	trustors               once[[]Trustor]
	trustees               once[[]Trustee]
	token                  once[TokenInfo]
	organization           once[Organization]
	authenticationSettings once[AuthenticationSettings]
	tokenTimeout           once[TokenTimeout]
	mediaRegions           once[MediaRegions]

	rolesByID keyed[Role]
	subjects  keyed[Subject]
	usage     keyed[[]UsageRow] // by days and client
}

// connection sends the requests of one organization. All clients of the organization share it, and with it the sign-in, the rate
// limit, the retries and the time that the organization's evidence may take.
type connection struct {
	name       string
	apiURL     *url.URL
	userAgent  string
	signedInAs string // the id of the client that signs in, empty with a ready-made token
	budget     budget
	retries    quota
	redact     *redactor
	sender     *retryablehttp.Client
	tokens     tokenSource
}

// New makes a client. It does not use the network: the client signs in when it is first asked for something.
func New(config Config) (*Client, error) {
	if err := config.check(); err != nil {
		return nil, err
	}
	config.setDefaults()
	c := &connection{
		name:      config.Name,
		apiURL:    config.APIURL,
		userAgent: config.UserAgent,
		budget:    budget{total: config.Timeout},
		redact:    &redactor{},
	}
	if config.AccessToken == "" {
		c.signedInAs = config.ClientID
	}
	c.redact.hide(config.secrets()...)
	c.sender = c.newSender(config)
	c.tokens = c.newTokenSource(config)
	return &Client{connection: c}, nil
}

// Fresh returns a client of the same organization that has read nothing yet: whatever it is asked for, it reads anew. It shares the
// connection: the token is reused, and the requests count against the same rate limit, retries and time. Both clients may be used
// concurrently, and each keeps what it reads.
func (c *Client) Fresh() *Client { return &Client{connection: c.connection} }

// Secrets lists what must never appear in a log, longest first: the configured secrets in the forms of secretForms, the
// same for the pair that signs in, for the tokens received so far and for the credentials of a proxy.
func (c *Client) Secrets() []string { return c.redact.known() }

func (c *Config) check() error {
	if c.APIURL == nil {
		return errors.New("no API URL")
	}
	if err := checkBaseURL(c.APIURL); err != nil {
		return fmt.Errorf("API URL: %w", err)
	}
	if c.AccessToken != "" {
		return checkCredential("access token", c.AccessToken)
	}
	if c.LoginURL == nil {
		return errors.New("no login URL")
	}
	if err := checkBaseURL(c.LoginURL); err != nil {
		return fmt.Errorf("login URL: %w", err)
	}
	return errors.Join(checkCredential("client id", c.ClientID), checkCredential("client secret", c.ClientSecret))
}

// checkCredential finds the line break that a file or a pipeline variable leaves at a credential's end: sent, it would only ever be
// answered with "authentication failed".
func checkCredential(what, value string) error {
	if value == "" {
		return fmt.Errorf("no %s", what)
	}
	if !isHeaderSafe(value) {
		return fmt.Errorf("the %s holds a space, a line break or another character that none has", what)
	}
	return nil
}

func isHeaderSafe(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

func (c *Config) setDefaults() {
	setDefault(&c.Timeout, defaultTimeout)
	setDefault(&c.RetryWaitMin, defaultRetryWaitMin)
	setDefault(&c.RetryWaitMax, max(defaultRetryWaitMax, c.RetryWaitMin))
	setDefault(&c.UserAgent, defaultUserAgent)
	if c.Transport == nil {
		c.Transport = newTransport()
	}
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

func (c *Config) secrets() []string {
	secrets := []string{c.AccessToken, c.ClientSecret}
	if c.ClientSecret != "" {
		secrets = append(secrets, c.ClientID+":"+c.ClientSecret)
	}
	return append(secrets, proxySecrets()...)
}

func newTransport() *http.Transport {
	transport := cleanhttp.DefaultPooledTransport()
	transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	return transport
}

// endpoint is something that can be read, and the permission that the platform's documentation names for it, if any.
type endpoint struct{ path, permission string }

// of is the endpoint of one entity below that of its collection.
func (e endpoint) of(id string) endpoint {
	return endpoint{e.path + "/" + url.PathEscape(id), e.permission}
}

// checkID refuses what cannot be an id and would lead to another endpoint once a proxy has cleaned the path.
func checkID(id string) error {
	if id == "" || id == "." || id == ".." {
		return fmt.Errorf("%q is not an id", id)
	}
	return nil
}

// get reads an endpoint. A token that the platform no longer takes is renewed once.
func (c *connection) get(ctx context.Context, e endpoint, query url.Values) ([]byte, error) {
	token, err := c.tokens.token(ctx)
	if err != nil {
		return nil, err
	}
	body, err := c.send(ctx, e, query, token)
	if !isUnauthorized(err) || !token.renewable() {
		return body, err
	}
	if token, err = c.tokens.renew(ctx, token); err != nil {
		return nil, err
	}
	body, err = c.send(ctx, e, query, token)
	if isUnauthorized(err) {
		token.refused.Store(true)
	}
	return body, err
}

func isUnauthorized(err error) bool {
	var answer *APIError
	return errors.As(err, &answer) && answer.Status == http.StatusUnauthorized
}

// send sends one request with this token, with its retries, and returns the body of a good answer.
func (c *connection) send(ctx context.Context, e endpoint, query url.Values, token *accessToken) ([]byte, error) {
	call := &call{method: http.MethodGet, path: e.path, permission: e.permission, paced: true, started: time.Now()}
	ctx, end := c.budget.begin(withCall(ctx, call))
	defer end()
	req, err := retryablehttp.NewRequestWithContext(ctx, call.method, c.urlOf(e.path, query), nil)
	if err != nil {
		return nil, c.failure(ctx, call, c.apiURL.Host, err)
	}
	req.Header.Set("Authorization", "Bearer "+token.value)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.userAgent)
	resp, err := c.sender.Do(req)
	if err != nil {
		return nil, c.failure(ctx, call, c.apiURL.Host, err)
	}
	defer resp.Body.Close()
	if err := c.checkStatus(call, resp, token); err != nil {
		return nil, err
	}
	return bodyOf(resp), c.checkJSON(call, resp)
}

// urlOf puts an escaped path below the API's base URL. The path is not cleaned: it is sent as it is written.
func (c *connection) urlOf(path string, query url.Values) string {
	address := strings.TrimRight(c.apiURL.String(), "/") + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	return address
}
