package auditor

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

const (
	// patience is how old the first reading may become if the CLI does not tell a plan from an apply, counted from its last request. Each further
	// reading may become twice as old as the one before it, so that a plan of any length makes few of them.
	patience = 2 * time.Second
	// eager is how many readings of a silent run an ephemeral evaluation shares only with those that run side by side with it.
	eager = 8
	// burst is how many requests readings may make before they wait for one another, and perSecond how many follow. Together they stay
	// below the 300 requests in a minute that the platform allows, whatever the requests of one reading. While a reading waits, all that
	// the run evaluates side by side gather for it.
	burst     = 100
	perSecond = 3
	// gather is how long a reading that follows another one waits for the evaluations that arrive together: a CLI starts several side by
	// side, each a few milliseconds after the one before.
	gather = 40 * time.Millisecond
	// mostLooksAgain is how often such a run looks again at a verdict that older evidence refused.
	mostLooksAgain = 2
)

// Run is one run of the provider's process, which is that of a plan or of an apply.
type Run struct {
	applying atomic.Bool
	// Silent says that the CLI may not tell the provider whether it plans or applies.
	Silent bool
}

// Apply notes that the run is an apply, in which resources change.
func (r *Run) Apply() { r.applying.Store(true) }

// accepts returns the rule by which an evaluation that began at a time accepts evidence.
func (r *Run) accepts(since time.Time) func(*reading) bool {
	if r.applying.Load() {
		return beganAfter(since)
	}
	return func(evidence *reading) bool {
		doublings := evidence.number
		if r.Silent {
			doublings = max(0, doublings-eager)
		}
		return since.Sub(evidence.lastRead()) < patience<<min(doublings, 16)
	}
}

// acceptsOpened is accepts for an ephemeral resource: nothing confirms its verdict in an apply.
func (r *Run) acceptsOpened(since time.Time) func(*reading) bool {
	accept := r.accepts(since)
	if !r.Silent {
		return accept
	}
	return func(evidence *reading) bool {
		return accept(evidence) && (evidence.number >= eager || beganAfter(since)(evidence))
	}
}

// beganAfter accepts evidence that began to be read at a time, or later.
func beganAfter(since time.Time) func(*reading) bool {
	return func(evidence *reading) bool { return !evidence.began.Before(since) }
}

// reading is the organization as it was read from one moment on. Each source is read when it is first wanted.
type reading struct {
	ready    chan struct{} // closed when the reading begins
	began    time.Time
	number   int
	client   *genesyscloud.Client
	members  int  // evaluations that use it or wait for it; guarded by Organization.mu
	gathered bool // has waited for more evaluations; guarded by Organization.mu

	mu    sync.Mutex
	read  time.Time // when something was read last
	facts audit.Facts
	users map[string]*userFacts
}

// userFacts are the facts that differ from user to user, and how each of them is copied.
type userFacts struct {
	facts audit.Facts
	copy  []func(to, from *audit.Facts)
}

// join returns the latest reading, if the evaluation accepts it. Otherwise it waits for the next one, which begins when the latest one is
// done and serves all that wait for it: so evaluations that run side by side share what is read, and none uses what is older than itself.
func (o *Organization) join(ctx context.Context, accept func(*reading) bool) (*reading, error) {
	r := o.enter(accept)
	select {
	case <-r.ready:
		return r, nil
	case <-ctx.Done():
		o.leave(r)
		return nil, ctx.Err()
	}
}

func (o *Organization) enter(accept func(*reading) bool) *reading {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.current != nil && accept(o.current) {
		o.current.members++
		return o.current
	}
	if o.next == nil {
		o.next = &reading{ready: make(chan struct{}), users: make(map[string]*userFacts)}
	}
	r := o.next
	r.members++
	o.begin()
	return r
}

// begin lets the next reading begin, if it is wanted and nobody uses the current one any more: the first at once, those that follow when the
// evaluations that arrive together have arrived, and it is their turn.
func (o *Organization) begin() {
	r := o.next
	if r == nil || o.waiting || o.current != nil && o.current.members > 0 {
		return
	}
	wait := o.pace.wait(time.Now(), o.config.Client.Sent())
	if o.current != nil && !r.gathered {
		wait = max(wait, gather)
	}
	if wait > 0 {
		o.waiting = true
		time.AfterFunc(wait, func() {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.waiting = false
			if o.next != nil {
				o.next.gathered = true
			}
			o.begin()
		})
		return
	}
	r.began, r.number, r.client, r.facts = time.Now(), o.readings, o.config.Client, o.kept
	if r.number > 0 {
		r.client = r.client.Fresh()
	}
	o.current, o.next = r, nil
	o.readings++
	close(r.ready)
}

// pace says when the next reading may begin: a bucket that each request takes from, and that fills up again with time.
type pace struct {
	debt float64 // requests
	at   time.Time
	sent int
}

// wait returns how long the next reading has to wait, given how many requests have been sent so far.
func (p *pace) wait(now time.Time, sent int) time.Duration {
	p.debt = max(0, p.debt-perSecond*now.Sub(p.at).Seconds()) + float64(sent-p.sent)
	p.at, p.sent = now, sent
	return time.Duration((p.debt - burst) / perSecond * float64(time.Second))
}

// leave ends an evaluation's use of a reading, or its wait for it.
func (o *Organization) leave(r *reading) {
	o.mu.Lock()
	defer o.mu.Unlock()
	r.members--
	switch {
	case r.members > 0:
	case r == o.next:
		o.next = nil
	case r == o.current:
		o.begin()
	}
}

// keep puts a fact where every later reading starts.
func (o *Organization) keep(put func(*audit.Facts)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	put(&o.kept)
}

// lookAgain tells whether a refused verdict may be looked at again.
func (o *Organization) lookAgain() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.again++
	return o.again <= mostLooksAgain
}

// lastRead is when something was read last, or when the reading began.
func (r *reading) lastRead() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.read.IsZero() {
		return r.began
	}
	return r.read
}

// snapshot is what has been read so far, for a validation that names this user.
func (r *reading) snapshot(userID string) audit.Facts {
	r.mu.Lock()
	defer r.mu.Unlock()
	facts := r.facts
	if user := r.users[userID]; user != nil {
		for _, take := range user.copy {
			take(&facts, &user.facts)
		}
	}
	return facts
}

func (r *reading) put(put func(*audit.Facts)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.read = time.Now()
	put(&r.facts)
}

func (r *reading) putUser(userID string, put func(*audit.Facts), take func(to, from *audit.Facts)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.users[userID] == nil {
		r.users[userID] = &userFacts{}
	}
	r.read = time.Now()
	put(&r.users[userID].facts)
	r.users[userID].copy = append(r.users[userID].copy, take)
}
