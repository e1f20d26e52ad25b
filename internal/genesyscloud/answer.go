package genesyscloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// The most characters of foreign text in a message.
const (
	maxText = 1000
	maxID   = 200
)

const notJSON = "is not JSON%s: a proxy or gateway may have given it in the platform's place"

// checkStatus turns every answer but 200 into an error.
func (c *connection) checkStatus(call *call, resp *http.Response, token *accessToken) error {
	switch {
	case resp.StatusCode == http.StatusOK:
		return nil
	case resp.StatusCode < http.StatusMultipleChoices:
		return c.unusable(call.method, call.path, "status %d where 200 is expected", resp.StatusCode)
	}
	apiErr := c.apiError(call, resp)
	if resp.StatusCode == http.StatusUnauthorized && apiErr.Hint == "" {
		apiErr.Hint, apiErr.ReadyToken = token.refusedHint(), token.fixed
	}
	return apiErr
}

func (c *connection) apiError(call *call, resp *http.Response) *APIError {
	answer, hint := c.errorBody(resp)
	wait, _ := retryAfter(resp.Header)
	apiErr := &APIError{
		Organization:  c.name,
		Method:        call.method,
		Path:          call.path,
		Status:        resp.StatusCode,
		Code:          c.redact.clean(firstOf(answer.Code, answer.Error), maxID),
		Message:       c.redact.clean(firstOf(answer.Message, answer.ErrorDescription, answer.Description), maxText),
		CorrelationID: c.redact.clean(resp.Header.Get(correlationHeader), maxID),
		RequestID:     c.redact.clean(resp.Header.Get(requestIDHeader), maxID),
		ContextID:     c.redact.clean(answer.ContextID, maxID),
		Hint:          hint,
		Foreign:       hint != "",
		Denied:        call.denied,
		Tries:         call.tries,
		Elapsed:       call.elapsed(),
		RetryAfter:    wait,
	}
	if resp.StatusCode == http.StatusForbidden {
		apiErr.Permission = call.permission
	}
	return apiErr
}

// errorBody reads the body of an error answer as far as it is the platform's, and says so when it is not.
func (c *connection) errorBody(resp *http.Response) (answer ErrorBody, hint string) {
	if resp.StatusCode/100 == 3 {
		return answer, c.redirectHint(resp)
	}
	if !isJSON(resp) {
		return answer, "The answer " + c.notJSON(resp) + "."
	}
	if json.Unmarshal(bodyOf(resp), &answer) != nil {
		return ErrorBody{}, "The answer " + fmt.Sprintf(notJSON, "") + "."
	}
	return answer, ""
}

func (c *connection) redirectHint(resp *http.Response) string {
	target := "another address"
	if u, err := url.Parse(resp.Header.Get("Location")); err == nil && u.Hostname() != "" {
		target = fmt.Sprintf("%q", c.redact.clean(u.Hostname(), maxID))
	}
	return fmt.Sprintf("It redirects to %s, which is never followed.", target)
}

// summary says in short what an error answer says, for the error when time runs out.
func (c *connection) summary(resp *http.Response) string {
	answer, _ := c.errorBody(resp)
	return statusLine(resp.StatusCode, c.redact.clean(firstOf(answer.Code, answer.Error), maxID)) +
		detail(c.redact.clean(firstOf(answer.Message, answer.ErrorDescription, answer.Description), maxText))
}

func isJSON(resp *http.Response) bool {
	media, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")) // empty on an error, but for one in the parameters
	return media == "application/json" || strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json")
}

func (c *connection) notJSON(resp *http.Response) string {
	media, _, _ := strings.Cut(resp.Header.Get("Content-Type"), ";")
	if media = c.redact.clean(media, maxID); media != "" {
		media = " but " + media
	}
	return fmt.Sprintf(notJSON, media)
}

// checkJSON refuses a good answer that is not JSON by its own account, or is no text, or says two things of one field.
func (c *connection) checkJSON(call *call, resp *http.Response) error {
	switch {
	case !isJSON(resp):
		return &AnswerError{Organization: c.name, Method: call.method, Path: call.path, Reason: "it " + c.notJSON(resp), Foreign: true}
	case len(bodyOf(resp)) == 0:
		return c.unusable(call.method, call.path, "it is empty")
	case !utf8.Valid(bodyOf(resp)):
		return c.unusable(call.method, call.path, "it is not valid UTF-8")
	}
	if name, found := repeatedName(bodyOf(resp)); found {
		return c.unusable(call.method, call.path, "an object in it has the field %s twice; case does not tell fields apart",
			c.redact.clean(name, maxID))
	}
	return nil
}

// failure turns what went wrong below into an error of this package.
func (c *connection) failure(ctx context.Context, call *call, host string, err error) error {
	var (
		cut      *cutError
		oversize *oversizeError
		paced    *paceError
	)
	switch {
	case errors.As(err, &oversize):
		return c.unusable(call.method, call.path, "%s", oversize)
	case errors.Is(context.Cause(ctx), errBudgetUsed):
		return c.outOfTime(call, host)
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &paced):
		return c.outOfTime(call, host)
	case errors.As(err, &cut):
		return c.unusable(call.method, call.path, "%s", cut)
	}
	return &TransportError{
		Organization: c.name,
		Method:       call.method,
		Path:         call.path,
		Host:         host,
		Reason:       c.redact.clean(innermost(err).Error(), maxText),
		Denied:       call.denied,
		Tries:        call.tries,
		Elapsed:      call.elapsed(),
	}
}

func (c *connection) outOfTime(call *call, host string) error {
	late := &DeadlineError{
		Organization: c.name, Method: call.method, Path: call.path, Budget: c.budget.total, Last: call.last, RateLimited: call.held,
	}
	if call.unanswered {
		late.Unanswered = host
	}
	return late
}

func (c *connection) unusable(method, path, format string, args ...any) error {
	return &AnswerError{Organization: c.name, Method: method, Path: path, Reason: fmt.Sprintf(format, args...)}
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
		return fmt.Sprintf("%s is a JSON %s where %s is expected", firstOf(kind.Field, "a value"), found, kind.Type)
	}
	return err.Error()
}

func firstOf(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}
