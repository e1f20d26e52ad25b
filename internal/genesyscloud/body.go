package genesyscloud

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
)

// How large an answer may be, in bytes.
const (
	// smallAnswer bounds a token and an error, which are some hundred bytes.
	smallAnswer = 1 << 20
	// pageAnswer bounds a page and a single entity. A page of a hundred roles, each with every permission, has a third of it.
	pageAnswer = 16 << 20
	// listAnswer bounds a list that the platform gives whole: 70,000 OAuth clients.
	listAnswer = 64 << 20
)

// large is taken by the one answer of this process that may be larger than smallAnswer, from the time it has grown so large until it has
// been decoded. Without it the answers that are read side by side would add up.
var large = make(chan struct{}, 1)

// cutError says that an answer broke off.
type cutError struct{ read int }

func (e *cutError) Error() string { return fmt.Sprintf("it broke off after %d bytes", e.read) }

// oversizeError says that an answer was larger than any good one.
type oversizeError struct{ limit int }

func (e *oversizeError) Error() string { return fmt.Sprintf("it is larger than %d bytes", e.limit) }

// body is an answer's body, read whole.
type body struct {
	*bytes.Reader
	data    []byte
	release func() // lets the next large answer be read
}

// Close implements io.Closer.
func (b body) Close() error {
	b.release()
	return nil
}

func bodyOf(resp *http.Response) []byte {
	if b, ok := resp.Body.(body); ok {
		return b.data
	}
	return nil
}

// readBody reads an answer whole. A good one that is larger than it may be is an error, of another one the beginning is kept.
func (c *call) readBody(ctx context.Context, resp *http.Response) error {
	defer resp.Body.Close()
	limit, good := smallAnswer, resp.StatusCode == http.StatusOK
	if good {
		limit = c.limit
	}
	data, err := readUpTo(resp.Body, nil, min(smallAnswer, limit))
	release := func() {}
	if len(data) > smallAnswer && limit > smallAnswer {
		if release, err = takeLarge(ctx); err == nil {
			data, err = readUpTo(resp.Body, data, limit)
		}
	}
	switch {
	case len(data) > limit && good:
		err = &oversizeError{limit}
	case len(data) > limit:
		data = data[:limit]
	}
	if err != nil {
		release()
		return err
	}
	resp.Body = body{bytes.NewReader(data), data, release}
	return nil
}

// readUpTo reads on until the end, or until one byte more has been read than the limit.
func readUpTo(from io.Reader, data []byte, limit int) ([]byte, error) {
	for len(data) <= limit {
		if len(data) == cap(data) {
			data = append(make([]byte, 0, min(max(2*cap(data), 4096), limit+1)), data...)
		}
		n, err := from.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case err == io.EOF:
			return data, nil
		case err != nil:
			return data, &cutError{len(data)}
		}
	}
	return data, nil
}

// takeLarge waits until this answer may be large. The function returned lets the next one.
func takeLarge(ctx context.Context) (release func(), err error) {
	select {
	case large <- struct{}{}:
		return sync.OnceFunc(func() { <-large }), nil
	case <-ctx.Done():
		return func() {}, ctx.Err()
	}
}
