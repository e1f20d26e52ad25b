package genesyscloud

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"github.com/hashicorp/terraform-plugin-log/tflog"
)

const (
	correlationHeader = "ININ-Correlation-Id"
	requestIDHeader   = "x-genesys-cloud-request-id"
)

// call is one request with all its tries. As an http.RoundTripper it makes one try.
type call struct {
	*connection
	method, path string // without host, gateway prefix and query
	host         string
	permission   string
	paced        bool // counts against the token's rate limit
	starts       bool // 202 is a good answer
	limit        int  // of a good answer's size, in bytes
	started      time.Time
	tries        int
	exhausted    bool   // another try might have helped, but the organization's retry budget was exhausted
	last         string // what the last try ended in, for the error when time runs out
	unanswered   bool   // the last try ended without an answer: the connection failed
	held         bool   // the last try was not sent: the platform's rate limit allowed it too late
}

func (c *connection) newCall(method, path, host string) *call {
	return &call{connection: c, method: method, path: path, host: host, limit: smallAnswer, started: time.Now()}
}

// do sends the request, with retries, and returns the last answer, read whole. No redirect is followed, since a token must never reach
// another host than its own.
func (c *call) do(req *http.Request) (*http.Response, error) {
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.userAgent)
	retryable, err := retryablehttp.FromRequest(req)
	if err != nil {
		return nil, err
	}
	sender := retryablehttp.Client{
		HTTPClient:   &http.Client{Transport: c, CheckRedirect: refuseRedirect},
		RetryWaitMin: c.retryWaitMin,
		RetryWaitMax: c.retryWaitMax,
		RetryMax:     maxTries - 1,
		CheckRetry:   c.checkRetry,
		Backoff:      backoff,
		ErrorHandler: lastAnswer,
	}
	return sender.Do(retryable)
}

func refuseRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// lastAnswer hands on the answer of the last try, which says more than that the tries are used up.
func lastAnswer(resp *http.Response, err error, _ int) (*http.Response, error) {
	if err != nil {
		if resp != nil {
			resp.Body.Close()
		}
		return nil, err
	}
	return resp, nil
}

// RoundTrip implements http.RoundTripper: it makes one try, held back by the pace, logged, its answer read whole.
func (c *call) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := c.hold(req.Context()); err != nil {
		return nil, err
	}
	c.tries++
	started := time.Now()
	resp, err := c.transport.RoundTrip(req)
	if err == nil {
		if c.paced {
			c.pace.heed(resp)
		}
		keepRedirectHost(resp)
		err = c.readBody(req.Context(), resp)
	}
	c.log(req.Context(), resp, err, time.Since(started))
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
func (c *call) hold(ctx context.Context) error {
	if c.paced {
		if err := c.pace.wait(ctx); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (c *call) log(ctx context.Context, resp *http.Response, err error, duration time.Duration) {
	fields := map[string]any{
		"method": c.method, "path": c.path, "try": c.tries, "duration_ms": duration.Milliseconds(),
	}
	if c.name != "" {
		fields["organization"] = c.name
	}
	if resp != nil {
		fields["status"] = resp.StatusCode
		fields["correlation_id"] = c.redact.clean(resp.Header.Get(correlationHeader), maxID)
		fields["request_id"] = c.redact.clean(resp.Header.Get(requestIDHeader), maxID)
	}
	if err != nil {
		fields["error"] = c.redact.clean(err.Error(), maxText)
	}
	tflog.Debug(ctx, "Genesys Cloud request", fields)
}

// checkRetry decides whether another try may help: after a failed connection, an answer that broke off, and the statuses that the
// platform documents as passing, but not when it asks to wait longer than there is time, and not when the retry budget is exhausted.
func (c *call) checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		var (
			paced *paceError
			cut   *cutError
		)
		c.last, c.held = c.redact.clean(innermost(err).Error(), maxText), errors.As(err, &paced)
		c.unanswered = !c.held && !errors.As(err, &cut)
		return mayHeal(err, c.tries) && c.takeRetry(), nil
	}
	if !c.isPassing(resp) {
		if resp.StatusCode == http.StatusOK {
			c.retries.restore(c.tries)
		}
		return false, nil
	}
	c.last, c.held, c.unanswered = c.summary(resp), false, false
	if wait, ok := retryAfter(resp.Header); ok { // the platform's own wish costs no retry
		deadline, bounded := ctx.Deadline()
		return !bounded || time.Until(deadline) > wait, nil
	}
	return c.takeRetry(), nil
}

// takeRetry takes a retry from those that all requests of the organization share.
func (c *call) takeRetry() bool {
	if c.tries >= maxTries {
		return false
	}
	c.exhausted = !c.retries.take()
	return !c.exhausted
}

func (c *call) elapsed() time.Duration { return time.Since(c.started) }
