package genesyscloud

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// RequestError is implemented by every error of a request to the platform:
//
//   - *SignInError: the login host refused the credentials
//   - *APIError: the platform answered with an error status
//   - *AnswerError: the answer is not one that evidence can be taken from
//   - *TransportError: no answer
//   - *DeadlineError: no answer within the time that the organization's evidence may take
//
// Their messages name the request and not the organization. The caller that shows an error adds the organization.
//
// The end of the caller's context is the context's own error and not a RequestError.
//
// Error is the cause followed by the trace.
type RequestError interface {
	error
	// Cause is what went wrong: the same whenever the same thing goes wrong, so that it can be kept and compared.
	Cause() string
	// Trace is what differs from one time to the next: how often and how long it was tried, and the ids by which the platform's support
	// finds the request. Empty, or whole sentences.
	Trace() string
	// Request is the method and the path, without host, gateway prefix and query: "GET /api/v2/authorization/roles".
	Request() string
}

var (
	_ RequestError = (*SignInError)(nil)
	_ RequestError = (*APIError)(nil)
	_ RequestError = (*AnswerError)(nil)
	_ RequestError = (*TransportError)(nil)
	_ RequestError = (*DeadlineError)(nil)
)

const tokenPath = "/oauth/token"

// SignInError says that the login host gave no token. The platform answers 400 `invalid_client` to wrong credentials and to right ones
// in the wrong region alike.
type SignInError struct {
	Organization         string // key in the configuration, empty for the top-level one
	LoginHost            string
	Status               int
	Code                 string   // the answer's `error`: invalid_client, invalid_request
	Description          string   // the answer's `error_description`
	RequestIDs           []string // each as "header value", for the platform's support
	Hint                 string   // this client's own words, when the answer alone would mislead
	NotPlatform          bool     // the answer is not the platform's own: it redirects, or is not JSON
	RetryBudgetExhausted bool     // not tried again, since the retry budget that all requests of the organization share was exhausted
	Tries                int
	Elapsed              time.Duration // from the first try to the last
	RetryAfter           time.Duration // what the last answer asked to wait, 0 if it did not
}

// Request implements RequestError.
func (e *SignInError) Request() string { return http.MethodPost + " " + tokenPath }

func (e *SignInError) Error() string { return joined(e.Cause(), e.Trace()) }

// Trace implements RequestError.
func (e *SignInError) Trace() string {
	return joined(triesText(e.Tries, e.Elapsed, e.RetryAfter, e.RetryBudgetExhausted), idsText(e.RequestIDs))
}

// Cause implements RequestError.
func (e *SignInError) Cause() string {
	var b strings.Builder
	outcome := "refused"
	if e.Status >= http.StatusInternalServerError {
		outcome = "failed"
	}
	fmt.Fprintf(&b, "sign-in %s: %s at %s answered %s%s.", outcome, e.Request(), e.LoginHost,
		statusLine(e.Status, e.Code), detail(e.Description))
	if e.Code == "invalid_client" {
		b.WriteString(" Either the client id or secret is wrong, or they are right and belong to an organization in another region" +
			" than this login host's.")
	}
	return joined(b.String(), e.Hint)
}

// APIError is an error answer of the platform.
type APIError struct {
	Organization         string // key in the configuration, empty for the top-level one
	Method               string
	Path                 string
	Status               int
	Code                 string // missing.any.permissions; empty if the answer has none
	Message              string // the platform's own words: the answer's `message`, else its `error_description`
	CorrelationID        string // ININ-Correlation-Id header
	RequestID            string // x-genesys-cloud-request-id header
	ContextID            string // the answer's contextId
	Permission           string // on 403: the permission that the documentation names for this read, empty if it names none
	Hint                 string // this client's own words, when the answer alone would mislead
	NotPlatform          bool   // the answer is not the platform's own: it redirects, or is not JSON
	ReadyToken           bool   // on 401: the token was the ready-made one of the configuration, which cannot be renewed
	RetryBudgetExhausted bool   // not tried again, since the retry budget that all requests of the organization share was exhausted
	Tries                int
	Elapsed              time.Duration // from the first try to the last
	RetryAfter           time.Duration // what the last answer asked to wait, 0 if it did not
}

// Request implements RequestError.
func (e *APIError) Request() string { return e.Method + " " + e.Path }

// RequestIDs lists the ids that the platform's support can trace the request by, each as "name value".
func (e *APIError) RequestIDs() []string {
	return requestIDs(e.CorrelationID, e.RequestID, e.ContextID)
}

func (e *APIError) Error() string { return joined(e.Cause(), e.Trace()) }

// Trace implements RequestError.
func (e *APIError) Trace() string {
	return joined(triesText(e.Tries, e.Elapsed, e.RetryAfter, e.RetryBudgetExhausted), idsText(e.RequestIDs()))
}

// Cause implements RequestError.
func (e *APIError) Cause() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s answered %s%s.", e.Request(), statusLine(e.Status, e.Code), detail(e.Message))
	// The platform may name another permission than the documented one, or none.
	if e.Permission != "" && !strings.Contains(e.Message, e.Permission) {
		fmt.Fprintf(&b, " The permission documented for this read is %s.", e.Permission)
	}
	return joined(b.String(), e.Hint)
}

// AnswerError says that an answer cannot be evidence: it is cut off, too large, not JSON, not of the documented shape, not about the requested
// object, or a list that is not complete. It never quotes the answer.
type AnswerError struct {
	Organization string // key in the configuration, empty for the top-level one
	Method       string
	Path         string
	Reason       string
	NotPlatform  bool // it is not JSON, and so not the platform's own
}

// Request implements RequestError.
func (e *AnswerError) Request() string { return e.Method + " " + e.Path }

func (e *AnswerError) Error() string { return joined(e.Cause(), e.Trace()) }

// Trace implements RequestError.
func (e *AnswerError) Trace() string { return "" }

// Cause implements RequestError.
func (e *AnswerError) Cause() string {
	return fmt.Sprintf("the answer to %s cannot be used: %s.",
		e.Request(), strings.TrimRight(e.Reason, "."))
}

// TransportError says that no answer came: name resolution, connection, TLS, proxy.
type TransportError struct {
	Organization         string // key in the configuration, empty for the top-level one
	Method               string
	Path                 string
	Host                 string
	Reason               string   // of the last try
	ProxyStatus          int      // what a proxy answered instead of connecting, 0 if none did
	Untrusted            bool     // the authority that signed the certificate is not known to this machine
	UnheardProxy         []string // the variables of the official provider's proxy that are set and have no effect here
	RetryBudgetExhausted bool     // not tried again, since the retry budget that all requests of the organization share was exhausted
	Tries                int
	Elapsed              time.Duration // from the first try to the last
}

// Request implements RequestError.
func (e *TransportError) Request() string { return e.Method + " " + e.Path }

func (e *TransportError) Error() string { return joined(e.Cause(), e.Trace()) }

// Trace implements RequestError.
func (e *TransportError) Trace() string {
	return triesText(e.Tries, e.Elapsed, 0, e.RetryBudgetExhausted)
}

// Cause implements RequestError.
func (e *TransportError) Cause() string {
	cause := fmt.Sprintf("%s got no answer from %s%s.", e.Request(), e.Host, detail(e.Reason))
	switch {
	case e.ProxyStatus == http.StatusProxyAuthRequired:
		cause += " Put the proxy's user name and password in HTTPS_PROXY, or exempt the host in NO_PROXY."
	case e.ProxyStatus != 0:
		cause += " Allow the host in the proxy of HTTPS_PROXY, or exempt it in NO_PROXY."
	case e.Untrusted:
		cause += " If a company proxy or firewall inspects TLS connections, this machine must trust the company's certificate authority:" +
			" add its certificate to the system's, or set SSL_CERT_FILE to a PEM file that contains it."
	}
	return joined(cause, unheardText(e.UnheardProxy))
}

func unheardText(variables []string) string {
	if len(variables) == 0 {
		return ""
	}
	verb := "has"
	if len(variables) > 1 {
		verb = "have"
	}
	return fmt.Sprintf("%s %s no effect here: the proxy is taken from HTTPS_PROXY and NO_PROXY.", strings.Join(variables, ", "), verb)
}

// DeadlineError says that reading the organization took longer than its time limit.
type DeadlineError struct {
	Organization string // key in the configuration, empty for the top-level one
	Method       string
	Path         string
	Budget       time.Duration
	Last         string   // what the last try ended in, empty if there was none
	RateLimited  bool     // it was held back by the platform's rate limit
	Unanswered   string   // the host that gave no answer to the last try, empty if it gave one
	UnheardProxy []string // as in TransportError, where Unanswered is not empty
}

// Request implements RequestError.
func (e *DeadlineError) Request() string { return e.Method + " " + e.Path }

func (e *DeadlineError) Error() string { return joined(e.Cause(), e.Trace()) }

// Trace implements RequestError.
func (e *DeadlineError) Trace() string {
	if e.Last == "" {
		return ""
	}
	return fmt.Sprintf("The last try: %s.", strings.TrimRight(e.Last, "."))
}

// Cause implements RequestError.
func (e *DeadlineError) Cause() string {
	cause := fmt.Sprintf("%s was not answered in time: reading this organization may take %s in all (request_timeout).",
		e.Request(), readable(e.Budget))
	if e.RateLimited {
		cause += " The platform's rate limit allows no further request before then."
	}
	return joined(cause, unheardText(e.UnheardProxy))
}

// statusLine is "403 Forbidden, missing.any.permissions".
func statusLine(status int, code string) string {
	line := strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
	if code != "" {
		line += ", " + code
	}
	return line
}

func detail(text string) string {
	if text == "" {
		return ""
	}
	return ": " + strings.TrimRight(text, ".")
}

// joined are the sentences that there are, in one paragraph.
func joined(sentences ...string) string {
	return strings.Join(slices.DeleteFunc(sentences, func(s string) bool { return s == "" }), " ")
}

func triesText(tries int, elapsed, retryAfter time.Duration, exhausted bool) string {
	var given, wait, spent string
	if exhausted {
		spent = "Not tried again: the retry budget for this organization is exhausted."
	}
	if tries > 1 {
		given = fmt.Sprintf("Given up after %d tries in %s.", tries, readable(elapsed))
	}
	if retryAfter > 0 {
		wait = fmt.Sprintf("It asks to wait %s before the next try.", readable(retryAfter))
	}
	return joined(spent, given, wait)
}

func idsText(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return "(" + strings.Join(ids, ", ") + ")"
}

func requestIDs(correlation, request, context string) []string {
	var ids []string
	for _, id := range []struct{ name, value string }{
		{correlationHeader, correlation}, {requestIDHeader, request}, {"contextId", context},
	} {
		if id.value != "" {
			ids = append(ids, id.name+" "+id.value)
		}
	}
	return ids
}

// readable is a duration as a person says it: "60 s", "1.5 s", "20 ms".
func readable(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", d.Seconds()), ".0") + " s"
}
