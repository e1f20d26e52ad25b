package genesyscloud

import (
	"context"
	"sync"
)

// once is a value that is loaded when it is first asked for, and kept, the error as well as the value. Callers that ask while the value is being
// loaded wait for the same load. The load does not end with the caller that started it. It is cancelled when no caller waits any more, and then
// nothing is kept, so that the cancellation of one caller never becomes the error of another.
type once[T any] struct {
	mu      sync.Mutex
	current *load[T] // nil: not asked for yet, or abandoned
}

type load[T any] struct {
	done    chan struct{} // closed when value and err stand
	value   T
	err     error
	waiters int // guarded by once.mu
	cancel  context.CancelFunc
}

// get returns the value, or the context's error as soon as the context is done.
func (o *once[T]) get(ctx context.Context, read func(context.Context) (T, error)) (T, error) {
	var none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	l := o.join(ctx, read)
	select {
	case <-l.done:
		return l.value, l.err
	case <-ctx.Done():
		o.leave(l)
		return none, ctx.Err()
	}
}

func (o *once[T]) join(ctx context.Context, read func(context.Context) (T, error)) *load[T] {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.current == nil {
		detached, cancel := context.WithCancel(context.WithoutCancel(ctx))
		l := &load[T]{done: make(chan struct{}), cancel: cancel}
		o.current = l
		go func() {
			defer cancel()
			defer close(l.done)
			l.value, l.err = read(detached)
		}()
	}
	o.current.waiters++
	return o.current
}

func (o *once[T]) leave(l *load[T]) {
	o.mu.Lock()
	defer o.mu.Unlock()
	l.waiters--
	if l.waiters > 0 || l.finished() {
		return
	}
	l.cancel()
	if o.current == l {
		o.current = nil
	}
}

// loaded returns the value if it has been loaded without an error.
func (o *once[T]) loaded() (T, bool) {
	o.mu.Lock()
	l := o.current
	o.mu.Unlock()
	if l == nil || !l.finished() || l.err != nil {
		var none T
		return none, false
	}
	return l.value, true
}

// keyed is a once for every id.
type keyed[T any] struct {
	mu    sync.Mutex
	cells map[string]*once[T]
}

func (k *keyed[T]) cell(id string) *once[T] {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.cells == nil {
		k.cells = map[string]*once[T]{}
	}
	if k.cells[id] == nil {
		k.cells[id] = &once[T]{}
	}
	return k.cells[id]
}

func (l *load[T]) finished() bool {
	select {
	case <-l.done:
		return true
	default:
		return false
	}
}
