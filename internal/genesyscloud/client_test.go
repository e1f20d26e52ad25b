package genesyscloud

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
	"time"
)

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	api := &url.URL{Scheme: "https", Host: "api.example.com"}
	login := &url.URL{Scheme: "https", Host: "login.example.com"}
	for _, test := range []struct {
		name   string
		config Config
		says   string
	}{
		{"no API URL", Config{LoginURL: login, AccessToken: "canary"}, "no API URL"},
		{"API URL without TLS", Config{APIURL: &url.URL{Scheme: "http", Host: "api.example.com"}, AccessToken: "canary"}, "API URL: plain http"},
		{"no login URL", Config{APIURL: api, ClientID: "id", ClientSecret: "canary"}, "no login URL"},
		{"login URL with a password", Config{APIURL: api, LoginURL: &url.URL{Scheme: "https", Host: "h", User: url.UserPassword("u", "canary")},
			ClientID: "id", ClientSecret: "canary"}, "login URL: the URL must not have a user name"},
		{"no credentials", Config{APIURL: api, LoginURL: login}, "no client id"},
		{"no secret", Config{APIURL: api, LoginURL: login, ClientID: "id"}, "no client secret"},
		{"secret with a line break", Config{APIURL: api, LoginURL: login, ClientID: "id", ClientSecret: "canary\n"}, "the client secret holds"},
		{"id with a space", Config{APIURL: api, LoginURL: login, ClientID: " id", ClientSecret: "canary"}, "the client id holds"},
		{"token with a line break", Config{APIURL: api, AccessToken: "canary\n"}, "the access token holds"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, err := New(test.config)
			if err == nil || c != nil {
				t.Fatalf("New() = %v, %v", c, err)
			}
			contains(t, err.Error(), test.says)
			lacks(t, err.Error(), "canary")
		})
	}
}

func TestAccessTokenWins(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, map[string]http.HandlerFunc{divisionsPath: answer(noDivisions)})
	c := p.client(withToken, func(c *Config) { c.LoginURL = nil })
	if _, err := c.Divisions(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := p.requests("POST"); len(got) != 0 {
		t.Errorf("sign-ins: %v", got)
	}
}

func TestDefaultUserAgent(t *testing.T) {
	t.Parallel()
	c := offline(t, func(r *http.Request) (*http.Response, error) {
		if got := r.Header.Get("User-Agent"); got != "terraform-provider-genesysaudit" {
			t.Errorf("User-Agent %q", got)
		}
		return response(200, noDivisions), nil
	})
	if _, err := c.Divisions(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestDefaultTransport(t *testing.T) {
	t.Parallel()
	transport := newTransport()
	if got := transport.TLSClientConfig.MinVersion; got != tls.VersionTLS12 {
		t.Errorf("TLS version %x", got)
	}
	if transport.Proxy == nil {
		t.Error("no proxy from the environment")
	}
	if transport.DisableKeepAlives {
		t.Error("connections are not pooled")
	}
}

func TestReadable(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "0 ms", 20 * time.Millisecond: "20 ms", time.Second: "1 s", 1500 * time.Millisecond: "1.5 s", time.Minute: "60 s", time.Hour: "3600 s",
	} {
		if got := readable(d); got != want {
			t.Errorf("readable(%v) = %q, want %q", d, got, want)
		}
	}
}

// A host that speaks only what TLS 1.2 replaced never sees a request, and so no token.
func TestOldTLSIsRefused(t *testing.T) {
	t.Parallel()
	for version, accepted := range map[uint16]bool{tls.VersionTLS10: false, tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			t.Parallel()
			var asked atomic.Bool
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked.Store(true)
				answer(oneDivision)(w, r)
			}))
			server.TLS = &tls.Config{MinVersion: version, MaxVersion: version}
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.StartTLS()
			t.Cleanup(server.Close)
			base, err := ParseBaseURL(server.URL)
			if err != nil {
				t.Fatal(err)
			}
			transport := newTransport()
			transport.TLSClientConfig.RootCAs = x509.NewCertPool()
			transport.TLSClientConfig.RootCAs.AddCert(server.Certificate())
			c, err := New(Config{APIURL: base, AccessToken: "canary", Transport: transport,
				RetryWaitMin: time.Microsecond, RetryWaitMax: time.Microsecond})
			if err != nil {
				t.Fatal(err)
			}
			_, err = c.Divisions(t.Context())
			if accepted {
				if err != nil {
					t.Error(err)
				}
				return
			}
			contains(t, as[*TransportError](t, err).Reason, "protocol version")
			if asked.Load() {
				t.Error("the host was asked")
			}
		})
	}
}
