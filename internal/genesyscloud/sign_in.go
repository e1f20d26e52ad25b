package genesyscloud

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// expiryMargin is how long before its end a token is renewed, as the official SDK does it.
const expiryMargin = 60 * time.Second

// accessToken is a token in use.
type accessToken struct {
	value  string
	fixed  bool      // from the configuration
	expiry time.Time // zero: not told
	// refused says that the platform refused it although it had just been renewed, so renewing is no remedy.
	refused atomic.Bool
}

func (t *accessToken) renewable() bool { return !t.fixed && !t.refused.Load() }

func (t *accessToken) expired() bool {
	return !t.expiry.IsZero() && time.Until(t.expiry) <= expiryMargin
}

func (t *accessToken) refusedHint() string {
	if t.fixed {
		return "The access token is refused: it has expired, was revoked, or belongs to an organization in another region." +
			" A ready-made access token is not renewed."
	}
	return "A token that had just been issued is refused too."
}

// tokenSource gives the token that the client's requests carry. All of them share one, and share the sign-in that gets it; a sign-in
// that failed is not tried again.
type tokenSource struct {
	fixed *accessToken // from the configuration, nil: sign in
	fetch func(context.Context) (*accessToken, error)

	mu      sync.Mutex
	current *once[*accessToken]
}

func (c *connection) newTokenSource(config Config) tokenSource {
	if config.AccessToken != "" {
		return tokenSource{fixed: &accessToken{value: config.AccessToken, fixed: true}}
	}
	s := &signIn{client: c, loginHost: config.LoginURL.Host}
	s.credentials = clientcredentials.Config{
		ClientID:     config.ClientID,
		ClientSecret: config.ClientSecret,
		TokenURL:     strings.TrimRight(config.LoginURL.String(), "/") + tokenPath,
		AuthStyle:    oauth2.AuthStyleInHeader,
	}
	s.http = &http.Client{Transport: s, CheckRedirect: refuseRedirect}
	return tokenSource{fetch: s.token, current: &once[*accessToken]{}}
}

// token returns a token that has not expired.
func (s *tokenSource) token(ctx context.Context) (*accessToken, error) {
	if s.fixed != nil {
		return s.fixed, nil
	}
	return s.cell((*accessToken).expired).get(ctx, s.fetch)
}

// renew returns another token than the stale one: a new one, or the one that a concurrent request has already got.
func (s *tokenSource) renew(ctx context.Context, stale *accessToken) (*accessToken, error) {
	return s.cell(func(t *accessToken) bool { return t == stale }).get(ctx, s.fetch)
}

// cell returns where the token is kept, emptied if the token there is of no use.
func (s *tokenSource) cell(useless func(*accessToken) bool) *once[*accessToken] {
	s.mu.Lock()
	defer s.mu.Unlock()
	if token, ok := s.current.loaded(); ok && useless(token) {
		s.current = &once[*accessToken]{}
	}
	return s.current
}

// signIn gets tokens from the login host for the client's credentials.
type signIn struct {
	client      *connection
	loginHost   string
	credentials clientcredentials.Config
	http        *http.Client // sends through signIn itself
}

func (s *signIn) token(ctx context.Context) (*accessToken, error) {
	call := &call{method: http.MethodPost, path: tokenPath, started: time.Now()}
	ctx, end := s.client.budget.begin(withCall(ctx, call))
	defer end()
	token, err := s.credentials.Token(context.WithValue(ctx, oauth2.HTTPClient, s.http))
	if err != nil {
		return nil, s.failure(ctx, call, err)
	}
	if !isHeaderSafe(token.AccessToken) {
		return nil, s.client.unusable(call.method, call.path, "its access_token holds characters that no token has")
	}
	s.client.redact.hide(token.AccessToken)
	return &accessToken{value: token.AccessToken, expiry: token.Expiry}, nil
}

// RoundTrip implements http.RoundTripper: it sends a token request as the platform wants it, with the retries and limits of every other
// request, and lets only JSON pass as a token. The platform takes id and secret as they are, where x/oauth2 URL-encodes them first.
func (s *signIn) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	req = req.Clone(ctx)
	req.SetBasicAuth(s.credentials.ClientID, s.credentials.ClientSecret)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", s.client.userAgent)
	retryable, err := retryablehttp.FromRequest(req)
	if err != nil {
		return nil, err
	}
	resp, err := s.client.sender.Do(retryable)
	if err != nil || resp.StatusCode >= http.StatusMultipleChoices {
		return resp, err
	}
	call := callOf(ctx)
	if resp.StatusCode != http.StatusOK { // x/oauth2 would take any 2xx
		return nil, s.client.unusable(call.method, call.path, "status %d where 200 is expected", resp.StatusCode)
	}
	if err := s.client.checkJSON(call, resp); err != nil {
		return nil, err
	}
	var answer json.RawMessage
	if err := json.Unmarshal(bodyOf(resp), &answer); err != nil {
		return nil, s.client.unusable(call.method, call.path, "%s", describeJSON(err))
	}
	return resp, nil
}

func (s *signIn) failure(ctx context.Context, call *call, err error) error {
	var (
		refused *oauth2.RetrieveError
		answer  *AnswerError
		sent    *url.Error
	)
	switch {
	case errors.As(err, &refused):
		return s.refusal(call, refused.Response)
	case errors.As(err, &answer):
		return answer
	case errors.As(err, &sent):
		return s.client.failure(ctx, call, s.loginHost, err)
	}
	return s.client.unusable(call.method, call.path, "it holds no access token")
}

func (s *signIn) refusal(call *call, resp *http.Response) error {
	c := s.client
	answer, hint := c.errorBody(resp)
	wait, _ := retryAfter(resp.Header)
	return &SignInError{
		Organization: c.name,
		LoginHost:    s.loginHost,
		Status:       resp.StatusCode,
		Code:         c.redact.clean(firstOf(answer.Error, answer.Code), maxID),
		Description:  c.redact.clean(firstOf(answer.ErrorDescription, answer.Description, answer.Message), maxText),
		RequestIDs: requestIDs(c.redact.clean(resp.Header.Get(correlationHeader), maxID),
			c.redact.clean(resp.Header.Get(requestIDHeader), maxID), c.redact.clean(answer.ContextID, maxID)),
		Hint:       hint,
		Foreign:    hint != "",
		Denied:     call.denied,
		Tries:      call.tries,
		Elapsed:    call.elapsed(),
		RetryAfter: wait,
	}
}
