package genesyscloud

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// proxied is a client of https://api.example.com behind the proxy, which is asked with CONNECT.
func proxied(t *testing.T, proxy http.HandlerFunc) *Client {
	t.Helper()
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	transport := newTransport()
	transport.Proxy = http.ProxyURL(address)
	t.Cleanup(transport.CloseIdleConnections)
	return offline(t, transport.RoundTrip, func(c *Config) { c.RetryWaitMin, c.RetryWaitMax = time.Millisecond, time.Millisecond })
}

func TestProxyThatRefusesIsAskedOnce(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status int
		tries  int
		says   []string
	}{
		{407, 1, []string{"the proxy answered 407 Proxy Authentication Required to CONNECT", "user name and password in HTTPS_PROXY"}},
		{403, 1, []string{"the proxy answered 403 Forbidden to CONNECT", "Allow the host in the proxy of HTTPS_PROXY", "NO_PROXY"}},
		{404, 1, []string{"the proxy answered 404 Not Found to CONNECT"}},
		{502, 8, []string{"the proxy answered 502 Bad Gateway to CONNECT", "Given up after 8 tries"}},
		{503, 8, []string{"the proxy answered 503 Service Unavailable to CONNECT"}},
	} {
		t.Run(fmt.Sprint(test.status), func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int64
			c := proxied(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodConnect || r.Host != "api.example.com:443" {
					t.Errorf("%s %s", r.Method, r.Host)
				}
				asked.Add(1)
				w.WriteHeader(test.status)
			})
			_, err := c.Divisions(t.Context())
			got := as[*TransportError](t, err)
			if got.ProxyStatus != test.status || got.Tries != test.tries || int(asked.Load()) != test.tries {
				t.Errorf("error %+v after %d requests, want %d", got, asked.Load(), test.tries)
			}
			contains(t, err.Error(), append(test.says, divisionsPath, "api.example.com")...)
		})
	}
}

func TestProxyIsNotUsedForThisMachine(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://proxy.example.com:3128")
	for _, host := range []string{"localhost", "LOCALHOST", "Localhost:8080", "127.0.0.1", "127.1.2.3:80", "[::1]:80"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+host+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		if proxy, err := proxyFor(req); proxy != nil || err != nil {
			t.Errorf("%s: proxy %v, %v", host, proxy, err)
		}
	}
}

func TestUntrustedCertificateNamesTheRemedy(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(answer(oneDivision))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	base, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(Config{APIURL: base, AccessToken: "token"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Divisions(t.Context())
	if got := as[*TransportError](t, err); !got.Untrusted || got.Tries != 1 {
		t.Errorf("error %+v", got)
	}
	contains(t, err.Error(), "certificate signed by unknown authority", "the company's certificate authority", "SSL_CERT_FILE")
}

func TestVariablesOfTheOfficialProvidersProxyAreNotHeard(t *testing.T) {
	t.Setenv("GENESYSCLOUD_PROXY_HOST", "proxy.example.com")
	t.Setenv("GENESYSCLOUD_PROXY_PORT", "3128")
	t.Setenv("GENESYSCLOUD_PROXY_AUTH_PASSWORD", "proxy-canary")
	const says = "GENESYSCLOUD_PROXY_HOST, GENESYSCLOUD_PROXY_PORT have no effect here: the proxy is taken from HTTPS_PROXY and NO_PROXY."
	broken := func(*http.Request) (*http.Response, error) {
		return nil, fmt.Errorf("connection refused (proxy-canary)")
	}
	quickly := func(c *Config) { c.RetryWaitMin, c.RetryWaitMax = time.Millisecond, time.Millisecond }
	_, err := offline(t, broken, quickly).Divisions(t.Context())
	is[*TransportError](t, err)
	contains(t, err.Error(), says)
	lacks(t, err.Error(), "canary")

	_, err = offline(t, broken, func(c *Config) { c.Timeout = 20 * time.Millisecond }).Divisions(t.Context())
	contains(t, as[*DeadlineError](t, err).Error(), says)

	_, err = offline(t, func(*http.Request) (*http.Response, error) { return response(500, `{}`), nil }).Divisions(t.Context())
	lacks(t, as[*APIError](t, err).Error(), "GENESYSCLOUD_PROXY")

	t.Setenv("GENESYSCLOUD_PROXY_HOST", "")
	_, err = offline(t, broken, quickly).Divisions(t.Context())
	contains(t, err.Error(), strings.TrimPrefix(says, "GENESYSCLOUD_PROXY_HOST, ")[:len("GENESYSCLOUD_PROXY_PORT ")]+"has no effect here")
}
