package genesyscloud

import (
	"bytes"
	"context"
	"encoding/json"
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
	now                        func() time.Time
	unheardProxy               []string // the variables of a proxy that are set and have no effect
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

// request is a question to the platform. Only queries are sent with POST: they change nothing either.
type request struct {
	endpoint
	method string
	query  url.Values
	body   []byte // JSON, nil for GET
	starts bool   // a query that runs by itself: the platform may answer its start with 202
	limit  int    // of the answer's size, in bytes
}

func getting(e endpoint, query url.Values) request {
	return request{endpoint: e, method: http.MethodGet, query: query, limit: pageAnswer}
}

// querying is the request for a query that the platform takes in a body.
func querying(e endpoint, body any) (request, error) {
	data, err := json.Marshal(body)
	return request{endpoint: e, method: http.MethodPost, body: data, limit: pageAnswer}, err
}

// ask sends a request and hands the body of the good answer to decode. An error of decode makes the answer unusable. A token that the platform no
// longer accepts is renewed once.
func (c *Client) ask(ctx context.Context, r request, decode decoder) error {
	token, err := c.tokens.token(ctx)
	if err != nil {
		return err
	}
	err = c.askWith(ctx, token, r, decode)
	if !isUnauthorized(err) || !token.renewable() {
		return err
	}
	if token, err = c.tokens.renew(ctx, token); err != nil {
		return err
	}
	err = c.askWith(ctx, token, r, decode)
	if isUnauthorized(err) {
		token.refused.Store(true)
	}
	return err
}

type decoder func(ctx context.Context, answer document) error

func isUnauthorized(err error) bool {
	var answer *APIError
	return errors.As(err, &answer) && answer.Status == http.StatusUnauthorized
}

// askWith asks with this token, with the request's retries. Reading the answer counts against the time of the organization's evidence as
// the request does.
func (c *Client) askWith(ctx context.Context, token *accessToken, r request, decode decoder) error {
	ctx, end := c.budget.begin(ctx)
	defer end()
	call := c.newCall(r.method, r.path, c.apiURL.Host)
	call.permission, call.paced, call.starts, call.limit = r.permission, true, r.starts, r.limit
	req, err := http.NewRequestWithContext(ctx, r.method, c.urlOf(r.path, r.query), bytes.NewReader(r.body))
	if err != nil {
		return call.failure(ctx, err)
	}
	req.Header.Set("Authorization", "Bearer "+token.value)
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := call.do(req)
	if err != nil {
		return call.failure(ctx, err)
	}
	defer resp.Body.Close()
	if err := call.checkStatus(resp, token); err != nil {
		return err
	}
	answer, err := call.inspect(ctx, resp)
	if err != nil {
		return err
	}
	if c.weight.Add(answer.weight) > maxOrganization {
		return call.unusable("with it, what was read of this organization is more than any real one has")
	}
	err = decode(ctx, answer)
	switch {
	case ctx.Err() != nil:
		return call.failure(ctx, ctx.Err())
	case err != nil:
		return c.unusable(r, err)
	}
	return nil
}

// urlOf puts an escaped path below the API's base URL. The path is not cleaned: it is sent as it is written.
func (c *connection) urlOf(path string, query url.Values) string {
	address := strings.TrimRight(c.apiURL.String(), "/") + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	return address
}

// unusable says why the answer to a request is no evidence.
func (c *connection) unusable(r request, reason error) error {
	return &AnswerError{Organization: c.name, Method: r.method, Path: r.path, Reason: c.redact.clean(reason.Error(), maxText)}
}
