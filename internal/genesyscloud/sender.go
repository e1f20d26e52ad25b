package genesyscloud

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"github.com/hashicorp/terraform-plugin-log/tflog"
)

const (
	maxTries = 8
	// maxCutAnswers is how often an answer may break off before the request fails: a dropped connection heals, a broken gateway does not.
	maxCutAnswers = 3
	// maxAnswer bounds the memory that an answer may take, in bytes. The largest organizations' pages are far below.
	maxAnswer = 64 << 20

	correlationHeader = "ININ-Correlation-Id"
	requestIDHeader   = "x-genesys-cloud-request-id"
)

// newSender makes what sends every request, the sign-in too: retries around single tries around the transport. No redirect is followed,
// since a token must never reach another host than its own.
func (c *connection) newSender(config Config) *retryablehttp.Client {
	return &retryablehttp.Client{
		HTTPClient: &http.Client{
			Transport: &transport{
				next: config.Transport, pace: &pace{}, redact: c.redact, organization: config.Name, maxAnswer: maxAnswer,
			},
			CheckRedirect: refuseRedirect,
		},
		RetryWaitMin: config.RetryWaitMin,
		RetryWaitMax: config.RetryWaitMax,
		RetryMax:     maxTries - 1,
		CheckRetry:   c.checkRetry,
		Backoff:      backoff,
		ErrorHandler: lastAnswer,
	}
}

func refuseRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// lastAnswer hands on the answer of the last try, which says more than that the tries are used up.
func lastAnswer(resp *http.Response, err error, _ int) (*http.Response, error) {
	if err != nil {
		return nil, err
	}
	return resp, nil
}

// transport makes one try: held back by the pace, logged, its answer read whole.
type transport struct {
	next         http.RoundTripper
	pace         *pace
	redact       *redactor
	organization string
	maxAnswer    int64
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	call := callOf(req.Context())
	if err := t.hold(req.Context(), call); err != nil {
		return nil, err
	}
	call.tries++
	started := time.Now()
	resp, err := t.next.RoundTrip(req)
	if err == nil {
		if call.paced {
			t.pace.heed(resp)
		}
		keepRedirectHost(resp)
		err = t.readBody(resp)
	}
	t.log(req.Context(), call, resp, err, time.Since(started))
	if err != nil {
		return nil, err
	}
	return resp, nil
}

// keepRedirectHost leaves no more of a redirect than the host for the message: the rest may hold credentials, and net/http would quote
// it whole if it could not parse it.
func keepRedirectHost(resp *http.Response) {
	if resp.StatusCode/100 != 3 {
		return
	}
	location, err := url.Parse(resp.Header.Get("Location"))
	resp.Header.Del("Location")
	if err == nil && location.Hostname() != "" {
		resp.Header.Set("Location", "https://"+location.Host)
	}
}

// hold waits for the pace and keeps a request from being sent when its time is over already.
func (t *transport) hold(ctx context.Context, call *call) error {
	if call.paced {
		if err := t.pace.wait(ctx); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// cutError says that an answer broke off.
type cutError struct{ read int }

func (e *cutError) Error() string { return fmt.Sprintf("it broke off after %d bytes", e.read) }

// oversizeError says that an answer was larger than any good one.
type oversizeError struct{ limit int64 }

func (e *oversizeError) Error() string { return fmt.Sprintf("it is larger than %d bytes", e.limit) }

// body is an answer's body, read whole.
type body struct {
	*bytes.Reader
	data []byte
}

// Close implements io.Closer.
func (body) Close() error { return nil }

func bodyOf(resp *http.Response) []byte {
	if b, ok := resp.Body.(body); ok {
		return b.data
	}
	return nil
}

func (t *transport) readBody(resp *http.Response) error {
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, t.maxAnswer+1))
	if int64(len(data)) > t.maxAnswer {
		return &oversizeError{t.maxAnswer}
	}
	if err != nil {
		return &cutError{len(data)}
	}
	resp.Body = body{bytes.NewReader(data), data}
	return nil
}

func (t *transport) log(ctx context.Context, call *call, resp *http.Response, err error, duration time.Duration) {
	fields := map[string]any{
		"method": call.method, "path": call.path, "try": call.tries, "duration_ms": duration.Milliseconds(),
	}
	if t.organization != "" {
		fields["organization"] = t.organization
	}
	if resp != nil {
		fields["status"] = resp.StatusCode
		fields["correlation_id"] = t.redact.clean(resp.Header.Get(correlationHeader), maxID)
		fields["request_id"] = t.redact.clean(resp.Header.Get(requestIDHeader), maxID)
	}
	if err != nil {
		fields["error"] = t.redact.clean(err.Error(), maxText)
	}
	tflog.Debug(ctx, "Genesys Cloud request", fields)
}

// checkRetry decides whether another try may help: after a failed connection, an answer that broke off, and the statuses that the
// platform documents as passing, but not when it asks to wait longer than there is time, and not when too much has failed already.
func (c *connection) checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	call := callOf(ctx)
	if err != nil {
		var (
			paced *paceError
			cut   *cutError
		)
		call.last, call.held = c.redact.clean(innermost(err).Error(), maxText), errors.As(err, &paced)
		call.unanswered = !call.held && !errors.As(err, &cut)
		return mayHeal(err, call.tries) && c.mayRetry(call), nil
	}
	if !isPassing(resp, call) {
		if resp.StatusCode == http.StatusOK {
			c.retries.restore(call.tries)
		}
		return false, nil
	}
	call.last, call.held, call.unanswered = c.summary(resp), false, false
	if wait, ok := retryAfter(resp.Header); ok { // the platform's own wish costs no retry
		deadline, bounded := ctx.Deadline()
		return !bounded || time.Until(deadline) > wait, nil
	}
	return c.mayRetry(call), nil
}

// mayRetry takes a retry from those that all requests share.
func (c *connection) mayRetry(call *call) bool {
	if call.tries >= maxTries {
		return false
	}
	call.denied = !c.retries.take()
	return !call.denied
}

func isPassing(resp *http.Response, call *call) bool {
	switch resp.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	case http.StatusBadRequest:
		return call.path == tokenPath && isTokenRateLimit(bodyOf(resp))
	}
	return false
}

// isTokenRateLimit recognizes the token endpoint's way to say 429: 400 invalid_request, "rate limit exceeded; ..." (the official
// Terraform provider matches it).
func isTokenRateLimit(data []byte) bool {
	var answer ErrorBody
	if json.Unmarshal(data, &answer) != nil {
		return false
	}
	text := strings.ToLower(answer.ErrorDescription + " " + answer.Description)
	return answer.Error == "invalid_request" && strings.Contains(text, "rate limit exceeded")
}

// mayHeal tells a connection that failed from one that cannot work: a name that does not exist, a certificate that is not trusted, a
// host that does not speak TLS, an answer that is too large.
func mayHeal(err error, tries int) bool {
	var (
		cut         *cutError
		oversize    *oversizeError
		paced       *paceError
		certificate *tls.CertificateVerificationError
		noTLS       tls.RecordHeaderError
		name        *net.DNSError
	)
	switch {
	case errors.As(err, &cut):
		return tries < maxCutAnswers
	case errors.As(err, &oversize), errors.As(err, &paced), errors.As(err, &certificate):
		return false
	case errors.As(err, &noTLS), errors.Is(err, http.ErrSchemeMismatch):
		return false
	case errors.As(err, &name):
		return !name.IsNotFound
	}
	return true
}

// backoff is how long to wait before the next try: what the platform asks for, else an exponential wait of which the second half is
// random, so that many providers do not come back at once.
func backoff(least, most time.Duration, attempt int, resp *http.Response) time.Duration {
	if resp != nil {
		if wait, ok := retryAfter(resp.Header); ok {
			return wait
		}
	}
	wait := min(least<<min(attempt, maxTries), most)
	return wait/2 + rand.N(wait/2+1)
}

// retryAfter reads the Retry-After header, in seconds or as a date.
func retryAfter(h http.Header) (time.Duration, bool) {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if value == "" {
		return 0, false
	}
	if n, err := strconv.ParseInt(value, 10, 64); err == nil {
		return seconds(n), n >= 0
	}
	if date, err := http.ParseTime(value); err == nil {
		return max(0, time.Until(date)), true
	}
	return 0, false
}
