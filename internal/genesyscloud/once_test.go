package genesyscloud

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestOnceLoadsOnceUnderConcurrency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var cell once[int]
		var loads atomic.Int32
		var group sync.WaitGroup
		for range 50 {
			group.Go(func() {
				got, err := cell.get(t.Context(), func(context.Context) (int, error) {
					wait(time.Second)
					return int(loads.Add(1)), nil
				})
				if got != 1 || err != nil {
					t.Errorf("get() = %d, %v, want 1", got, err)
				}
			})
		}
		group.Wait()
		if loads.Load() != 1 {
			t.Errorf("%d loads", loads.Load())
		}
	})
}

func TestOnceKeepsTheError(t *testing.T) {
	t.Parallel()
	var cell once[int]
	failure := errors.New("no")
	var loads int
	for range 3 {
		_, err := cell.get(t.Context(), func(context.Context) (int, error) {
			loads++
			return 0, failure
		})
		if !errors.Is(err, failure) {
			t.Errorf("error %v", err)
		}
	}
	if loads != 1 {
		t.Errorf("%d loads", loads)
	}
	if _, ok := cell.loaded(); ok {
		t.Error("an error counts as loaded")
	}
}

func TestOnceOutlivesTheCallerThatStartedIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var cell once[string]
		var loads atomic.Int32
		read := func(ctx context.Context) (string, error) {
			loads.Add(1)
			select {
			case <-time.After(time.Minute):
				return "value", nil
			case <-ctx.Done():
				return "", ctx.Err()
			}
		}
		first, cancel := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() {
			started := time.Now()
			if _, err := cell.get(first, read); !errors.Is(err, context.Canceled) {
				t.Errorf("first caller: %v", err)
			}
			if elapsed := time.Since(started); elapsed != time.Second {
				t.Errorf("the cancelled caller waited %s", elapsed)
			}
		})
		synctest.Wait()
		group.Go(func() {
			if got, err := cell.get(t.Context(), read); got != "value" || err != nil {
				t.Errorf("second caller: %q, %v", got, err)
			}
		})
		wait(time.Second)
		cancel()
		group.Wait()
		if loads.Load() != 1 {
			t.Errorf("%d loads", loads.Load())
		}
	})
}

func TestOnceCancelsTheLoadThatNobodyWaitsFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var cell once[string]
		cancelled := make(chan struct{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := cell.get(ctx, func(ctx context.Context) (string, error) {
			<-ctx.Done()
			close(cancelled)
			return "", ctx.Err()
		})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		<-cancelled
		got, err := cell.get(t.Context(), func(context.Context) (string, error) { return "fresh", nil })
		if got != "fresh" || err != nil {
			t.Errorf("after the cancellation: %q, %v", got, err)
		}
	})
}

func TestOnceRefusesAnEndedContext(t *testing.T) {
	t.Parallel()
	var cell once[int]
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := cell.get(ctx, func(context.Context) (int, error) {
		t.Error("loaded")
		return 1, nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
