package genesyscloud

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// The platform's default limit for a client-credentials token (client.credentials.token.rate.per.minute).
const (
	paceRequests = 300
	paceWindow   = time.Minute
)

// pace holds requests back so that the platform need not refuse them: never more than paceRequests in any paceWindow, and none while
// the platform's own headers say that the token's share is used up or that it is to be left alone.
type pace struct {
	mu     sync.Mutex
	slots  [paceRequests]time.Time // when the last requests were let go, as a ring
	next   int
	sent   int
	resume time.Time // no request before
}

// paceError says that the next request could not be sent before the context's deadline.
type paceError struct{ wait time.Duration }

func (e *paceError) Error() string {
	return fmt.Sprintf("the platform's rate limit allows no further request for %s", readable(e.wait))
}

// wait returns when the next request may be sent, or with the context's error, or at once when that would be after its deadline.
func (p *pace) wait(ctx context.Context) error {
	wait := p.reserve(time.Now())
	if wait <= 0 {
		return nil
	}
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= wait {
		return &paceError{wait}
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// count is how many requests asked to be sent.
func (p *pace) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sent
}

func (p *pace) reserve(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := now
	if oldest := p.slots[p.next]; !oldest.IsZero() {
		at = later(at, oldest.Add(paceWindow))
	}
	at = later(at, p.resume)
	p.slots[p.next] = at
	p.sent++
	p.next = (p.next + 1) % paceRequests
	return at.Sub(now)
}

// heed reads what an answer says of the rate limit: requests counted in this period, allowed in it, and seconds until the next one;
// or, refused already, the time to wait.
func (p *pace) heed(resp *http.Response) {
	var hold time.Duration
	if resp.StatusCode == http.StatusTooManyRequests {
		hold, _ = retryAfter(resp.Header)
	}
	count, okCount := headerNumber(resp.Header, "inin-ratelimit-count")
	allowed, okAllowed := headerNumber(resp.Header, "inin-ratelimit-allowed")
	reset, okReset := headerNumber(resp.Header, "inin-ratelimit-reset")
	if okCount && okAllowed && okReset && count >= allowed {
		hold = max(hold, seconds(reset))
	}
	if hold <= 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.resume = later(p.resume, time.Now().Add(hold))
}

func headerNumber(h http.Header, name string) (int64, bool) {
	number, err := strconv.ParseInt(h.Get(name), 10, 64)
	return number, err == nil && number >= 0
}

// seconds is n seconds, bounded so that no answer can make it overflow.
func seconds(n int64) time.Duration {
	const most = int64(24 * time.Hour / time.Second)
	return time.Duration(min(n, most)) * time.Second
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
