package emulator

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// Start serves the emulator on a loopback address ("127.0.0.1:0" for any free port) and returns its base URL. It answers requests to
// loopback hosts only, so that no name that somebody points at this machine reaches it. It serves until stop is called or the context ends; both close what connections there are, hanging ones included. stop waits until the server has ended.
func Start(ctx context.Context, listen string, e *Emulator) (baseURL string, stop func() error, err error) {
	if err := checkLoopback(listen); err != nil {
		return "", nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", listen)
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: loopbackOnly(e), ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	detach := context.AfterFunc(ctx, func() { _ = server.Close() })
	stop = sync.OnceValue(func() error {
		detach()
		closed := server.Close()
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return closed
	})
	return "http://" + listener.Addr().String(), stop, nil
}

// loopbackOnly refuses requests whose Host is not a loopback host.
func loopbackOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		if !isLoopbackHost(strings.Trim(host, "[]")) {
			http.Error(w, "the emulator answers loopback hosts only", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isLoopbackHost(host string) bool {
	address, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && address.IsLoopback()
}

// checkLoopback refuses every address that is not certainly this machine's own: the emulator knows no real secrets and checks no peers.
func checkLoopback(listen string) error {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return fmt.Errorf("listen address: %w", err)
	}
	if !isLoopbackHost(host) {
		return fmt.Errorf("listen address %q is not a loopback address", listen)
	}
	return nil
}
