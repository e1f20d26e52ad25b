package emulator

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
)

// Pipe serves the emulator without a network, over real HTTP on connections in memory. The transport reaches it whatever the host of
// the URL. Nothing in it waits for anything but its own goroutines, so that it works inside a testing/synctest bubble, where hours of
// waiting pass at once. stop closes what connections there are, hanging ones included.
func (e *Emulator) Pipe() (transport *http.Transport, stop func()) {
	listener := &pipeListener{dialled: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: e, ErrorLog: log.New(io.Discard, "", 0)}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(listener)
	}()
	transport = &http.Transport{DialContext: listener.dial}
	return transport, func() {
		transport.CloseIdleConnections()
		_ = server.Close()
		<-ended
	}
}

// pipeListener hands the server one end of a pipe for each connection that is dialled.
type pipeListener struct {
	dialled chan net.Conn
	once    sync.Once
	closed  chan struct{}
}

func (l *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case l.dialled <- far:
		return near, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept implements net.Listener.
func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case connection := <-l.dialled:
		return connection, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr implements net.Listener.
func (l *pipeListener) Addr() net.Addr { return pipeAddress{} }

type pipeAddress struct{}

// Network implements net.Addr.
func (pipeAddress) Network() string { return "pipe" }

func (pipeAddress) String() string { return "pipe" }
