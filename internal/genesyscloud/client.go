// Package genesyscloud reads the configuration of a Genesys Cloud organization through the Platform API. It only reads: the requests
// it sends are GET, the POST that signs it in, and the POST of the platform's queries of the audit trail and of usage, which change nothing.
package genesyscloud

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-cleanhttp"
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
	// Now tells the time. Nil: time.Now.
	Now func() time.Time
	// RetryWaitMin and RetryWaitMax bound the wait before a retry, unless the platform says how long to wait. Zero: 0.5 s and 10 s.
	RetryWaitMin, RetryWaitMax time.Duration
}

// Client reads one organization. Every collection is read when it is first asked for and at most once, the error as well as the
// answer; all methods may be called concurrently. The slices returned are shared: callers must not change them.
type Client struct {
	*connection
	weight atomic.Int64 // of all answers

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
	accessPolicies         once[[]AccessPolicy]
	notificationTopics     once[[]NotificationTopic]
	auditServices          once[[]AuditService]

	rolesByID keyed[Role]
	subjects  keyed[Subject]
	users     keyed[User]
	groups    keyed[Group]
	usage     keyed[[]UsageRow]   // by days and client
	audits    keyed[[]AuditEvent] // by query
}

// New makes a client. It does not use the network: the client signs in when it is first asked for something.
func New(config Config) (*Client, error) {
	if err := config.check(); err != nil {
		return nil, err
	}
	config.setDefaults()
	c := &connection{
		name:         config.Name,
		apiURL:       config.APIURL,
		userAgent:    config.UserAgent,
		transport:    config.Transport,
		now:          config.Now,
		unheardProxy: unheardProxy(),
		retryWaitMin: config.RetryWaitMin,
		retryWaitMax: config.RetryWaitMax,
		budget:       budget{total: config.Timeout},
		redact:       &redactor{},
	}
	if config.AccessToken == "" {
		c.signedInAs = config.ClientID
	}
	c.redact.refuse(config.secrets()...)
	c.redact.hide(proxySecrets()...)
	c.tokens = c.newTokenSource(config)
	return &Client{connection: c}, nil
}

// Fresh returns a client of the same organization that has read nothing yet: whatever it is asked for, it reads anew, and the time that
// the organization's evidence may take begins anew. It shares the connection: the token is reused, and the requests count against the
// same rate limit and retries. Both clients may be used concurrently, and each keeps what it reads.
func (c *Client) Fresh() *Client {
	c.budget.restart()
	return &Client{connection: c.connection}
}

// Sent is how many requests all clients of the organization have sent so far, sign-ins aside.
func (c *Client) Sent() int { return c.pace.count() }

// Secrets lists what must never appear in a log, longest first: the configured secrets in the forms of secretForms, the
// same for the pair that signs in, for the tokens received so far and for the credentials of a proxy.
func (c *Client) Secrets() []string { return c.redact.known() }

// maxValue is the most characters that Masked leaves of a text.
const maxValue = 10_000

// Masked returns a text of the platform's with what resembles a secret masked, as one line, cut where it is longer than any that
// somebody reads.
func (c *Client) Masked(text string) string { return c.redact.clean(text, maxValue) }

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

// checkCredential finds the line break that a file or a pipeline variable leaves at the end of a credential. The platform would only answer
// "authentication failed".
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
	if c.Now == nil {
		c.Now = time.Now
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
	return secrets
}

func newTransport() *http.Transport {
	transport := cleanhttp.DefaultPooledTransport()
	transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	transport.Proxy = proxyFor
	transport.OnProxyConnectResponse = checkProxyAnswer
	return transport
}
