// Package auditor reads what a requirement wants of an organization, and judges. It turns the platform's answers into the audit's facts, and knows
// how fresh they are. All it knows of Terraform is the difference between a plan and an apply: the evaluations of a plan share what is read, and an
// evaluation of an apply uses only what was read after it began.
package auditor

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// Config says which organization is read, and how.
type Config struct {
	Client *genesyscloud.Client
	// Region is the key of the region whose own hosts are read, empty for other hosts: the configured region is then only a claim.
	Region string
	// OwnClientID is the client that the provider signs in as, empty with a ready-made access token.
	OwnClientID string
	// OrganizationID is the organization that is meant, empty for any.
	OrganizationID string
	Run            *Run
}

// Organization is one organization, with what has been read of it in this process. All methods may be called concurrently.
type Organization struct {
	config Config

	mu       sync.Mutex
	kept     audit.Facts // the start of every reading: what does not change during a run
	current  *reading    // the latest that has begun
	next     *reading    // what evaluations wait for that must not use the current one
	waiting  bool        // for its turn, with a timer
	pace     pace
	readings int
	again    int // how often a verdict was looked at again
	planned  map[fingerprint]time.Time
	identity identity
}

// fingerprint tells requirements apart.
type fingerprint [sha256.Size]byte

// New makes an organization. It reads nothing yet.
func New(config Config) *Organization {
	return &Organization{
		config:  config,
		kept:    audit.Facts{Region: config.Region, OwnClientID: config.OwnClientID},
		planned: make(map[fingerprint]time.Time),
	}
}

// Judge evaluates a requirement by evidence that is as fresh as the run needs it. An error is the context's, or an *IdentityError;
// whatever else goes wrong is evidence that could not be read, and so part of the result.
func (o *Organization) Judge(ctx context.Context, requirement audit.Requirement, now time.Time) (audit.Result, error) {
	since := time.Now()
	return o.judgeSince(ctx, requirement, now, since, o.config.Run.accepts(since))
}

// JudgeOpened is Judge for an ephemeral resource.
func (o *Organization) JudgeOpened(ctx context.Context, requirement audit.Requirement, now time.Time) (audit.Result, error) {
	since := time.Now()
	return o.judgeSince(ctx, requirement, now, since, o.config.Run.acceptsOpened(since))
}

func (o *Organization) judgeSince(
	ctx context.Context, requirement audit.Requirement, now, since time.Time, accept func(*reading) bool,
) (audit.Result, error) {
	result, began, err := o.judge(ctx, requirement, now, accept)
	if err == nil && refuses(result.Verdict) && began.Before(since) && o.lookAgain() {
		result, began, err = o.judge(ctx, requirement, now, beganAfter(since))
	}
	if began.Before(since) {
		began = since // a confirmation must not share what is older than its plan
	}
	o.plan(requirement, began)
	return result, err
}

// Confirm evaluates a requirement at apply. Terraform has had it judged just before, for the plan of the same instance: evidence that is
// as fresh as that will do.
func (o *Organization) Confirm(ctx context.Context, requirement audit.Requirement, now time.Time) (audit.Result, error) {
	o.config.Run.Apply()
	since := o.plannedAt(requirement, time.Now())
	result, _, err := o.judge(ctx, requirement, now, beganAfter(since))
	return result, err
}

// Read gives a client that reads, or has read, the organization as freshly as the run needs it. The client must not be used after the
// function has returned.
func (o *Organization) Read(ctx context.Context, read func(*genesyscloud.Client)) error {
	r, err := o.join(ctx, o.config.Run.accepts(time.Now()))
	if err != nil {
		return err
	}
	defer o.leave(r)
	read(r.client)
	return ctx.Err()
}

// judge asks the audit what it wants, reads just that, and asks again, until the audit wants nothing more. It returns also when the
// evidence began to be read.
func (o *Organization) judge(
	ctx context.Context, requirement audit.Requirement, now time.Time, accept func(*reading) bool,
) (audit.Result, time.Time, error) {
	r, err := o.join(ctx, accept)
	if err != nil {
		return audit.Result{}, time.Time{}, err
	}
	defer o.leave(r)
	if err := o.wrongIdentity(); err != nil {
		return audit.Result{}, time.Time{}, err
	}
	var asked []audit.Source
	for {
		result := audit.Evaluate(requirement, r.snapshot(requirement.UserID), now)
		if len(result.Wants) == 0 {
			return result, r.began, nil
		}
		for _, source := range result.Wants {
			if slices.Contains(asked, source) {
				return audit.Result{}, time.Time{}, fmt.Errorf("the evidence %s is wanted although it was read; this is a bug in the provider", source)
			}
		}
		asked = append(asked, result.Wants...)
		if err := o.readAll(ctx, r, result.Wants, requirement.UserID); err != nil {
			return audit.Result{}, time.Time{}, err
		}
	}
}

// readAll reads the wanted evidence side by side. The platform client reads each collection once however many evaluations ask.
func (o *Organization) readAll(ctx context.Context, r *reading, wants []audit.Source, userID string) error {
	var wg sync.WaitGroup
	for _, source := range wants {
		read, ok := sources[source]
		if !ok {
			return fmt.Errorf("the evidence %s is wanted and nothing reads it; this is a bug in the provider", source)
		}
		wg.Go(func() { read(ctx, o, r, userID) })
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	return o.Identify(ctx, r.client)
}

// refuses tells whether a verdict stops what depends on it.
func refuses(verdict audit.Verdict) bool {
	return verdict == audit.Noncompliant || verdict == audit.Undetermined
}

// plan remembers from when the evidence must be that a confirmation of the requirement may share. Of equal plans the latest counts, since its
// evidence is new enough for the others. In an apply the first is enough: each plan was judged by a reading that began after the plan, and a
// confirmation gets the latest reading, which is never older.
func (o *Organization) plan(requirement audit.Requirement, at time.Time) {
	key, ok := fingerprintOf(requirement)
	if !ok {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	_, found := o.planned[key]
	if o.config.Run.applying.Load() && found {
		return
	}
	if at.After(o.planned[key]) {
		o.planned[key] = at
	}
}

// plannedAt is what plan has remembered, or the time given if the requirement was never judged.
func (o *Organization) plannedAt(requirement audit.Requirement, otherwise time.Time) time.Time {
	key, ok := fingerprintOf(requirement)
	o.mu.Lock()
	defer o.mu.Unlock()
	if at, found := o.planned[key]; ok && found {
		return at
	}
	return otherwise
}

func fingerprintOf(requirement audit.Requirement) (fingerprint, bool) {
	data, err := json.Marshal(requirement)
	return sha256.Sum256(data), err == nil
}
