package genesyscloud

import (
	"context"
	"errors"
	"sync"
	"time"
)

// errBudgetUsed is the cause of a context that ended because the budget did.
var errBudgetUsed = errors.New("time budget used up")

// budget is the time that all requests of a client may take together. Its clock runs only while at least one of them is in flight:
// what Terraform does between two reads is not the platform's fault.
type budget struct {
	total time.Duration

	mu     sync.Mutex
	used   time.Duration // of the periods that are over
	active int           // requests in flight
	since  time.Time     // start of the period that is running while active > 0
}

// begin starts a request: its context ends with the cause errBudgetUsed when the budget does. The function returned ends it.
func (b *budget) begin(ctx context.Context) (context.Context, context.CancelFunc) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if b.active == 0 {
		b.since = now
	}
	b.active++
	remaining := b.total - b.used - now.Sub(b.since)
	ctx, cancel := context.WithTimeoutCause(ctx, remaining, errBudgetUsed)
	return ctx, func() {
		cancel()
		b.end()
	}
}

// restart gives back all the time.
func (b *budget) restart() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.used, b.since = 0, time.Now()
}

func (b *budget) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.active--
	if b.active == 0 {
		b.used += time.Since(b.since)
	}
}
