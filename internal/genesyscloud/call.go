package genesyscloud

import (
	"context"
	"time"
)

// call is one request with all its tries. It travels in the context, since the layers between share nothing else.
type call struct {
	method, path string // without host, gateway prefix and query
	permission   string
	paced        bool // counts against the token's rate limit
	started      time.Time
	tries        int
	denied       bool   // another try might have helped, but the quota of retries was used up
	last         string // what the last try ended in, for the error when time runs out
	unanswered   bool   // the last try ended without an answer: the connection failed
	held         bool   // the last try was not sent: the platform's rate limit allowed it too late
}

type callKey struct{}

func withCall(ctx context.Context, c *call) context.Context {
	return context.WithValue(ctx, callKey{}, c)
}

// callOf returns the call that a request belongs to. Every request of the client has one.
func callOf(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return &call{}
}

func (c *call) elapsed() time.Duration { return time.Since(c.started) }
