package genesyscloud

import (
	"cmp"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// The most characters of foreign text in a message.
const (
	maxText = 1000
	maxID   = 200
)

const notJSON = "is not JSON%s: a proxy or gateway may have answered in place of the platform"

// checkStatus turns every answer but 200 into an error, and but 202 where a query starts.
func (c *call) checkStatus(resp *http.Response, token *accessToken) error {
	switch {
	case resp.StatusCode == http.StatusOK, resp.StatusCode == http.StatusAccepted && c.starts:
		return nil
	case resp.StatusCode < http.StatusMultipleChoices:
		return c.unusable("status %d where 200 is expected", resp.StatusCode)
	}
	apiErr := c.apiError(resp)
	if resp.StatusCode == http.StatusUnauthorized && apiErr.Hint == "" {
		apiErr.Hint, apiErr.ReadyToken = token.refusedHint(), token.fixed
	}
	return apiErr
}

func (c *call) apiError(resp *http.Response) *APIError {
	answer, hint := c.errorBody(resp)
	wait, _ := retryAfter(resp.Header)
	apiErr := &APIError{
		Organization:         c.name,
		Method:               c.method,
		Path:                 c.path,
		Status:               resp.StatusCode,
		Code:                 c.redact.clean(cmp.Or(answer.Code, answer.Error), maxID),
		Message:              c.redact.clean(cmp.Or(answer.Message, answer.ErrorDescription, answer.Description), maxText),
		CorrelationID:        c.redact.clean(resp.Header.Get(correlationHeader), maxID),
		RequestID:            c.redact.clean(resp.Header.Get(requestIDHeader), maxID),
		ContextID:            c.redact.clean(answer.ContextID, maxID),
		Hint:                 hint,
		NotPlatform:          hint != "",
		RetryBudgetExhausted: c.exhausted,
		Tries:                c.tries,
		Elapsed:              c.elapsed(),
		RetryAfter:           wait,
	}
	if resp.StatusCode == http.StatusForbidden {
		apiErr.Permission = c.permission
	}
	return apiErr
}

// errorBody reads the body of an error answer as far as it is the platform's, and says so when it is not.
func (c *call) errorBody(resp *http.Response) (answer ErrorBody, hint string) {
	if resp.StatusCode/100 == 3 {
		return answer, c.redirectHint(resp)
	}
	if !isJSON(resp) {
		return answer, "The answer " + c.notJSON(resp) + "."
	}
	if json.Unmarshal(bodyOf(resp), &answer) != nil {
		return ErrorBody{}, "The answer " + fmt.Sprintf(notJSON, "") + "."
	}
	said := strings.Join([]string{answer.Message, answer.Code, answer.ContextID, answer.Error, answer.Description, answer.ErrorDescription}, "\n")
	if c.redact.repeated(bodyOf(resp)) || c.redact.repeated([]byte(text.Clean(said))) {
		return ErrorBody{}, "The answer repeats a configured secret or the access token, so nothing of it is shown."
	}
	return answer, ""
}

func (c *call) redirectHint(resp *http.Response) string {
	target := "another address"
	if u, err := url.Parse(resp.Header.Get("Location")); err == nil && u.Hostname() != "" {
		target = fmt.Sprintf("%q", c.redact.clean(u.Hostname(), maxID))
	}
	return fmt.Sprintf("It redirects to %s, which is never followed.", target)
}

// summary says in short what an error answer says, for the error when time runs out.
func (c *call) summary(resp *http.Response) string {
	answer, _ := c.errorBody(resp)
	return statusLine(resp.StatusCode, c.redact.clean(cmp.Or(answer.Code, answer.Error), maxID)) +
		detail(c.redact.clean(cmp.Or(answer.Message, answer.ErrorDescription, answer.Description), maxText))
}

func isJSON(resp *http.Response) bool {
	media, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")) // empty on an error, but for one in the parameters
	return media == "application/json" || strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json")
}

func (c *call) notJSON(resp *http.Response) string {
	media, _, _ := strings.Cut(resp.Header.Get("Content-Type"), ";")
	if media = c.redact.clean(media, maxID); media != "" {
		media = " but " + media
	}
	return fmt.Sprintf(notJSON, media)
}

// inspect refuses a good answer that is not JSON by its own account, and what is wrong with its text.
func (c *call) inspect(ctx context.Context, resp *http.Response) (document, error) {
	switch {
	case !isJSON(resp):
		return document{}, &AnswerError{Organization: c.name, Method: c.method, Path: c.path, Reason: "it " + c.notJSON(resp), NotPlatform: true}
	case len(bodyOf(resp)) == 0:
		return document{}, c.unusable("it is empty")
	}
	secrets := c.redact
	if c.path == tokenPath { // whose answer holds a token, perhaps the same again
		secrets = &redactor{}
	}
	answer, err := inspect(ctx, bodyOf(resp), secrets)
	if err != nil && ctx.Err() != nil {
		return document{}, c.failure(ctx, ctx.Err())
	}
	if err != nil {
		return document{}, c.unusable("%s", c.redact.clean(err.Error(), maxText))
	}
	return answer, nil
}

// unusable says that the answer is no evidence.
func (c *call) unusable(format string, args ...any) error {
	return &AnswerError{Organization: c.name, Method: c.method, Path: c.path, Reason: fmt.Sprintf(format, args...)}
}

// failure turns what went wrong below into an error of this package.
func (c *call) failure(ctx context.Context, err error) error {
	var (
		cut      *cutError
		oversize *oversizeError
		paced    *paceError
		proxy    *proxyError
		unknown  x509.UnknownAuthorityError
	)
	switch {
	case errors.As(err, &oversize):
		return c.unusable("%s", oversize)
	case errors.Is(context.Cause(ctx), errBudgetUsed):
		return c.outOfTime()
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &paced):
		return c.outOfTime()
	case errors.As(err, &cut):
		return c.unusable("%s", cut)
	}
	failed := &TransportError{
		Organization:         c.name,
		Method:               c.method,
		Path:                 c.path,
		Host:                 c.host,
		Reason:               c.redact.clean(innermost(err).Error(), maxText),
		Untrusted:            errors.As(err, &unknown),
		UnheardProxy:         c.unheardProxy,
		RetryBudgetExhausted: c.exhausted,
		Tries:                c.tries,
		Elapsed:              c.elapsed(),
	}
	if errors.As(err, &proxy) {
		failed.ProxyStatus = proxy.status
	}
	return failed
}

func (c *call) outOfTime() error {
	late := &DeadlineError{
		Organization: c.name, Method: c.method, Path: c.path, Budget: c.budget.total, Last: c.last, RateLimited: c.held,
	}
	if c.unanswered {
		late.Unanswered, late.UnheardProxy = c.host, c.unheardProxy
	}
	return late
}

// innermost takes off the *url.Error wrappings, which repeat the URL.
func innermost(err error) error {
	var wrapped *url.Error
	for errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return err
}

// describeJSON says what is wrong with a JSON text without quoting it.
func describeJSON(err error) string {
	var (
		syntax *json.SyntaxError
		kind   *json.UnmarshalTypeError
	)
	switch {
	case errors.As(err, &syntax):
		return fmt.Sprintf("it is not valid JSON (at byte %d)", syntax.Offset)
	case errors.As(err, &kind):
		found, _, _ := strings.Cut(kind.Value, " ") // for numbers the literal follows
		return fmt.Sprintf("%s is a JSON %s where %s is expected", cmp.Or(kind.Field, "a value"), found, kind.Type)
	}
	return err.Error()
}
