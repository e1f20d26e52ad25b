package genesyscloud

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

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
	s := signIn{connection: c, host: config.LoginURL.Host, credentials: clientcredentials.Config{
		ClientID:     config.ClientID,
		ClientSecret: config.ClientSecret,
		TokenURL:     strings.TrimRight(config.LoginURL.String(), "/") + tokenPath,
		AuthStyle:    oauth2.AuthStyleInHeader,
	}}
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
	*connection
	host        string
	credentials clientcredentials.Config
}

// token signs in: x/oauth2 makes the request and reads the token, tokenRequest sends it and judges the answer.
func (s signIn) token(ctx context.Context) (*accessToken, error) {
	ctx, end := s.budget.begin(ctx)
	defer end()
	request := &tokenRequest{s.newCall(http.MethodPost, tokenPath, s.host), s.credentials}
	token, err := s.credentials.Token(context.WithValue(ctx, oauth2.HTTPClient, &http.Client{Transport: request}))
	var (
		judged RequestError
		unsent *url.Error
	)
	switch {
	case errors.As(err, &judged):
		return nil, judged
	case errors.As(err, &unsent):
		return nil, request.failure(ctx, err)
	case err != nil:
		return nil, request.unusable("it holds no access token")
	case !isHeaderSafe(token.AccessToken):
		return nil, request.unusable("its access_token holds characters that no token has")
	}
	s.redact.refuse(token.AccessToken)
	return &accessToken{value: token.AccessToken, expiry: token.Expiry}, nil
}

// tokenRequest is the request for a token.
type tokenRequest struct {
	*call
	credentials clientcredentials.Config
}

// RoundTrip implements http.RoundTripper. The platform takes id and secret as they are, where x/oauth2 URL-encodes them first; and
// x/oauth2 would take any 2xx, and a form, for an answer.
func (r *tokenRequest) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.SetBasicAuth(r.credentials.ClientID, r.credentials.ClientSecret)
	resp, err := r.do(req)
	switch {
	case err != nil:
		return nil, err
	case resp.StatusCode >= http.StatusMultipleChoices:
		return nil, r.refusal(resp)
	case resp.StatusCode != http.StatusOK:
		return nil, r.unusable("status %d where 200 is expected", resp.StatusCode)
	}
	if _, err := r.inspect(req.Context(), resp); err != nil { //nolint:contextcheck // it is that of the sign-in, through x/oauth2
		return nil, err
	}
	var answer struct {
		Error string `json:"error"`
	}
	var mistyped *json.UnmarshalTypeError
	switch err := json.Unmarshal(bodyOf(resp), &answer); {
	case err != nil && !errors.As(err, &mistyped):
		return nil, r.unusable("%s", describeJSON(err))
	case answer.Error != "":
		return nil, r.refusal(resp)
	}
	return resp, nil
}

func (r *tokenRequest) refusal(resp *http.Response) error {
	answer, hint := r.errorBody(resp)
	wait, _ := retryAfter(resp.Header)
	return &SignInError{
		Organization: r.name,
		LoginHost:    r.host,
		Status:       resp.StatusCode,
		Code:         r.redact.clean(cmp.Or(answer.Error, answer.Code), maxID),
		Description:  r.redact.clean(cmp.Or(answer.ErrorDescription, answer.Description, answer.Message), maxText),
		RequestIDs: requestIDs(r.redact.clean(resp.Header.Get(correlationHeader), maxID),
			r.redact.clean(resp.Header.Get(requestIDHeader), maxID), r.redact.clean(answer.ContextID, maxID)),
		Hint:                 hint,
		NotPlatform:          hint != "",
		RetryBudgetExhausted: r.exhausted,
		Tries:                r.tries,
		Elapsed:              r.elapsed(),
		RetryAfter:           wait,
	}
}
