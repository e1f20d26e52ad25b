package genesyscloud

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
)

// proxyFor returns the proxy of the environment, but none for this machine, however its name is spelled.
func proxyFor(req *http.Request) (*url.URL, error) {
	if isLoopback(req.URL.Hostname()) {
		return nil, nil
	}
	return http.ProxyFromEnvironment(req)
}

// proxyError says that a proxy did not connect to the host.
type proxyError struct{ status int }

func (e *proxyError) Error() string {
	return fmt.Sprintf("the proxy answered %s to CONNECT", statusLine(e.status, ""))
}

// mayHeal holds for an answer that another try may change: the proxy is busy, or did not reach the host.
func (e *proxyError) mayHeal() bool {
	return e.status >= http.StatusInternalServerError || e.status == http.StatusRequestTimeout || e.status == http.StatusTooManyRequests
}

func checkProxyAnswer(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	return &proxyError{resp.StatusCode}
}

// unheardProxy lists the variables of the official Terraform provider's proxy that are set. This provider takes the proxy from HTTPS_PROXY.
func unheardProxy() []string {
	var set []string
	for _, name := range []string{"GENESYSCLOUD_PROXY_HOST", "GENESYSCLOUD_PROXY_PORT", "GENESYSCLOUD_PROXY_PROTOCOL"} {
		if os.Getenv(name) != "" {
			set = append(set, name)
		}
	}
	return set
}
