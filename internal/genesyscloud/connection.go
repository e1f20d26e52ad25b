package genesyscloud

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// connection sends the requests of one organization. All clients of the organization share it, and with it the sign-in, the rate
// limit, the retries and the time that the organization's evidence may take.
type connection struct {
	name                       string
	apiURL                     *url.URL
	userAgent                  string
	signedInAs                 string // the id of the client that signs in, empty with a ready-made token
	transport                  http.RoundTripper
	retryWaitMin, retryWaitMax time.Duration
	budget                     budget
	retries                    quota
	pace                       pace
	redact                     *redactor
	tokens                     tokenSource
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
	ctx, end := c.budget.begin(ctx)
	defer end()
	call := c.newCall(http.MethodGet, e.path, c.apiURL.Host)
	call.permission, call.paced = e.permission, true
	req, err := http.NewRequestWithContext(ctx, call.method, c.urlOf(e.path, query), nil)
	if err != nil {
		return nil, call.failure(ctx, err)
	}
	req.Header.Set("Authorization", "Bearer "+token.value)
	resp, err := call.do(req)
	if err != nil {
		return nil, call.failure(ctx, err)
	}
	defer resp.Body.Close()
	if err := call.checkStatus(resp, token); err != nil {
		return nil, err
	}
	return bodyOf(resp), call.checkJSON(resp)
}

// urlOf puts an escaped path below the API's base URL. The path is not cleaned: it is sent as it is written.
func (c *connection) urlOf(path string, query url.Values) string {
	address := strings.TrimRight(c.apiURL.String(), "/") + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	return address
}

func (c *connection) unusable(method, path, format string, args ...any) error {
	return &AnswerError{Organization: c.name, Method: method, Path: path, Reason: fmt.Sprintf(format, args...)}
}
