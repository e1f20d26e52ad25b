package genesyscloud

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
)

// canaries are the forms in which the credentials of the tests could leak: as they are, URL-encoded, base64-encoded.
func canaries(t *testing.T) []string {
	t.Helper()
	return []string{
		"canary/5ecret+=", "canary%2F5ecret%2B%3D", "canary%2F5ecret+=",
		base64.StdEncoding.EncodeToString([]byte("canary/5ecret+="))[:16],
		base64.StdEncoding.EncodeToString([]byte("auditor:canary/5ecret+="))[:28],
		"canary-token", "canary%2Dtoken", base64.StdEncoding.EncodeToString([]byte("canary-token"))[:16],
		"canary-body", "proxy-canary",
	}
}

// echo answers with everything that the request and the answer's own body could leak, in every place that ends in a message.
func echo(status int) roundTripper {
	return func(r *http.Request) (*http.Response, error) {
		authorization := r.Header.Get("Authorization")
		id, secret, _ := r.BasicAuth()
		text := strings.Join([]string{authorization, id + ":" + secret, secret, url.QueryEscape(secret), url.PathEscape(secret),
			base64.RawURLEncoding.EncodeToString([]byte(secret))}, " and ")
		body := fmt.Sprintf(`{"message": %q, "code": %q, "contextId": %q, "error_description": %q, "error": %q}`, text, text, text, text, text)
		return response(status, body, "ININ-Correlation-Id", text, "x-genesys-cloud-request-id", text,
			"Location", "https://"+secret+"@host/"+text), nil
	}
}

// signedIn signs in with a canary for a token and leaves everything else to the transport.
func signedIn(next roundTripper) roundTripper {
	return func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodPost {
			return response(200, `{"access_token": "canary-token", "token_type": "bearer", "expires_in": 86400}`), nil
		}
		return next(r)
	}
}

func TestNoSecretLeavesTheClient(t *testing.T) {
	t.Parallel()
	body := func(contentType, text string) roundTripper {
		return func(*http.Request) (*http.Response, error) {
			return response(200, text, "Content-Type", contentType), nil
		}
	}
	transports := map[string]roundTripper{
		"transport error": func(r *http.Request) (*http.Response, error) {
			return nil, &url.Error{Op: "proxyconnect", URL: "http://user:proxy-canary@proxy:3128",
				Err: errors.New(`cannot reach "http://user:proxy-canary@proxy:3128" for ` + r.Header.Get("Authorization"))}
		},
		"no JSON":      body("text/html", "<html>canary-body</html>"),
		"broken JSON":  body("application/json", `{"canary-body": canary-body`),
		"wrong type":   body("application/json", `{"entities": "canary-body", "access_token": ["canary-body"]}`),
		"content type": body("canary/5ecret+=; charset=canary-body", "canary-body"),
		"hostile ids":  body("application/json", `{"entities": [{"id": "canary-token"}, {"id": "canary-token"}, {"id": "x"}], "total": 3}`),
	}
	for _, status := range []int{204, 302, 400, 401, 403, 404, 429, 500, 503} {
		transports[fmt.Sprint("echo ", status)] = echo(status)
	}
	for name, transport := range transports {
		for _, stage := range []string{"sign-in", "read"} {
			t.Run(name+" at "+stage, func(t *testing.T) {
				t.Parallel()
				transport := transport
				if stage == "read" {
					transport = signedIn(transport)
				}
				c := offline(t, transport, func(c *Config) {
					c.AccessToken, c.ClientID, c.ClientSecret = "", "auditor", "canary/5ecret+="
					c.RetryWaitMin, c.RetryWaitMax = time.Microsecond, time.Microsecond
				})
				var log bytes.Buffer
				_, err := c.Divisions(tflogtest.RootLogger(t.Context(), &log))
				if err == nil || log.Len() == 0 {
					t.Fatalf("error %v, %d bytes of log", err, log.Len())
				}
				lacks(t, err.Error(), canaries(t)...)
				lacks(t, fmt.Sprintf("%+v %#v", err, err), canaries(t)...)
				lacks(t, log.String(), canaries(t)...)
			})
		}
	}
}

// Whoever echoes a secret writes it as its format wants: an answer that does is refused, and elsewhere it is masked.
func TestEveryFormOfASecretIsRefusedAndHidden(t *testing.T) {
	t.Parallel()
	const secret = `can"ary\<5>&'ret+/=%`
	for form, echoed := range map[string]string{
		"as it is":           secret,
		"query":              "can%22ary%5C%3C5%3E%26%27ret%2B%2F%3D%25",
		"path":               "can%22ary%5C%3C5%3E&%27ret+%2F=%25",
		"JSON":               `can\"ary\\<5>&'ret+/=%`,
		"JSON for HTML":      `can\"ary\\\u003c5\u003e\u0026'ret+/=%`,
		"HTML":               "can&#34;ary\\&lt;5&gt;&amp;&#39;ret+/=%",
		"HTML by name":       "can&quot;ary\\&lt;5&gt;&amp;&apos;ret+/=%",
		"hex":                "63616e226172795c3c353e26277265742b2f3d25",
		"HEX":                "63616E226172795C3C353E26277265742B2F3D25",
		"base64":             "Y2FuImFyeVw8NT4mJ3JldCsvPSU=",
		"base64 in between":  "QmVhcmVyIGNhbiJhcnlcPDU+JidyZXQrLz0l",
		"base64 and query":   "Y2FuImFyeVw8NT4mJ3JldCsvPSVhYg%3D%3D",
		"base64 of the pair": "YXVkaXRvcjpjYW4iYXJ5XDw1PiYncmV0Ky89JQ==",
		"in capitals":        "CAN\"ARY\\<5>&'RET+/=%",
		"in two pieces":      "can\"ary\u200b\\<5>&'ret+/=%",
	} {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			echo := quotedJSON(t, "begin "+echoed+" end")
			signingIn := func(c *Config) { c.AccessToken, c.ClientID, c.ClientSecret = "", "auditor", secret }
			c := offline(t, func(*http.Request) (*http.Response, error) {
				return response(400, `{"error_description": `+echo+`}`), nil
			}, signingIn)
			_, err := c.Divisions(t.Context())
			refused := as[*SignInError](t, err)
			if !refused.NotPlatform || refused.Description != "" {
				t.Errorf("error %+v", refused)
			}
			contains(t, err.Error(), "The answer repeats a configured secret or the access token, so nothing of it is shown.")

			for place, body := range map[string]string{
				"name":        listed(`{"id": "d1", "name": ` + echo + `}`),
				"key":         listed(`{"id": "d1", ` + echo + `: 1}`),
				"other field": `{"entities": [], "total": 0, "other": [[` + echo + `]]}`,
			} {
				c := offline(t, signedIn(func(*http.Request) (*http.Response, error) { return response(200, body), nil }), signingIn)
				divisions, err := c.Divisions(t.Context())
				if got := as[*AnswerError](t, err); got.Reason != "it repeats a configured secret or the access token" || divisions != nil {
					t.Errorf("%s: divisions %v, error %+v", place, divisions, got)
				}
			}
			if form != "in capitals" {
				if got := c.redact.clean("begin "+echoed+" end", maxText); got != "begin *** end" {
					t.Errorf("masked: %q", got)
				}
			}
		})
	}
	t.Run("token received", func(t *testing.T) {
		t.Parallel()
		c := offline(t, signedIn(func(*http.Request) (*http.Response, error) {
			return response(200, listed(`{"id": "d1", "name": "CANARY-token"}`)), nil
		}), func(c *Config) { c.AccessToken, c.ClientID, c.ClientSecret = "", testID, testSecret })
		_, err := c.Divisions(t.Context())
		contains(t, as[*AnswerError](t, err).Error(), "repeats a configured secret or the access token")
		lacks(t, strings.ToLower(err.Error()), "canary")
	})
	t.Run("the same token again", func(t *testing.T) {
		t.Parallel()
		refused := false
		c := offline(t, signedIn(func(*http.Request) (*http.Response, error) {
			if !refused {
				refused = true
				return response(401, `{"code": "bad.credentials"}`), nil
			}
			return response(200, noDivisions), nil
		}), func(c *Config) { c.AccessToken, c.ClientID, c.ClientSecret = "", testID, testSecret })
		if _, err := c.Divisions(t.Context()); err != nil {
			t.Error(err)
		}
	})
	t.Run("host of a redirect", func(t *testing.T) {
		t.Parallel()
		c := offline(t, func(*http.Request) (*http.Response, error) {
			return response(302, "", "Location", "https://canarytoken.example.com/"), nil
		}, func(c *Config) { c.AccessToken = "canarytoken" })
		_, err := c.Divisions(t.Context())
		contains(t, err.Error(), `"***.example.com"`)
		lacks(t, err.Error(), "canarytoken")
	})
}

func quotedJSON(t *testing.T, text string) string {
	t.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(quoted)
}

func TestProxyCredentialsAreSecret(t *testing.T) {
	t.Setenv("HTTPS_PROXY", "http://user:proxy%2Dcanary one@proxy:3128")
	c := offline(t, func(*http.Request) (*http.Response, error) {
		return nil, errors.New("invalid proxy address http://user:proxy%2Dcanary one@proxy:3128 (proxy-canary one)")
	}, func(c *Config) { c.RetryWaitMin, c.RetryWaitMax = time.Microsecond, time.Microsecond })
	_, err := c.Divisions(t.Context())
	is[*TransportError](t, err)
	lacks(t, err.Error(), "canary")
	contains(t, err.Error(), "@proxy:3128")
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		change func(*Config)
		want   []string
	}{
		{"access token", func(c *Config) { c.AccessToken = "to/ken" }, []string{"dG8va2Vu", "to%2Fken", "to/ken", "746f2f6b656e", "746F2F6B656E"}},
		{"id and secret", func(c *Config) { c.AccessToken, c.ClientID, c.ClientSecret = "", "id", "se+cret" },
			[]string{"id%3Ase%2Bcret", "aWQ6c2UrY3JldA", "aWQ6c2UrY3JldA==", "c2UrY3JldA", "c2UrY3JldA==", "id:se+cret", "se%2Bcret", "se+cret",
				"69643a73652b63726574", "69643A73652B63726574", "73652b63726574", "73652B63726574"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := offline(t, nil, test.change).Secrets()
			if !slices.IsSortedFunc(got, func(a, b string) int { return len(b) - len(a) }) {
				t.Errorf("not the longest first: %q", got)
			}
			slices.Sort(got)
			slices.Sort(test.want)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	t.Run("token received", func(t *testing.T) {
		t.Parallel()
		c := offline(t, signedIn(func(*http.Request) (*http.Response, error) { return response(200, noDivisions), nil }),
			func(c *Config) { c.AccessToken, c.ClientID, c.ClientSecret = "", testID, testSecret })
		if _, err := c.Divisions(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(c.Secrets(), "canary-token") {
			t.Errorf("%q", c.Secrets())
		}
	})
}

func TestClean(t *testing.T) {
	t.Parallel()
	r := &redactor{}
	r.add("secret-1", "secret-12", "abc")
	for text, want := range map[string]string{
		"":                                 "",
		"  a \r\n\t b\x00c\u202e ":         "a bc",
		"secret\u200b-1":                   "***",
		"secret-\x001":                     "***",
		"secret-12 secret-1 secret":        "*** *** secret",
		"abc":                              "abc", // too short to be a secret
		"0123456789secret-12":              "0123456789***",
		"0123456789012345678secret-12":     "0123456789012345678*...",
		"at https://user:pw@host/x, again": "at https://***@host/...",
		strings.Repeat("ü", 20):            strings.Repeat("ü", 20),
		strings.Repeat("ü", 21):            strings.Repeat("ü", 20) + "...",
	} {
		if got := r.clean(text, 20); got != want {
			t.Errorf("clean(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestLog(t *testing.T) {
	t.Parallel()
	tries := 0
	c := offline(t, signedIn(func(*http.Request) (*http.Response, error) {
		if tries++; tries == 1 {
			return response(503, `{"message": "canary-body"}`, "ININ-Correlation-Id", "corr-1"), nil
		}
		return response(200, noDivisions, "ININ-Correlation-Id", "corr-2", "x-genesys-cloud-request-id", "req-2"), nil
	}), func(c *Config) {
		c.Name, c.AccessToken, c.ClientID, c.ClientSecret = "emea", "", testID, testSecret
		c.RetryWaitMin, c.RetryWaitMax = time.Microsecond, time.Microsecond
	})
	var log bytes.Buffer
	if _, err := c.Divisions(tflogtest.RootLogger(context.Background(), &log)); err != nil {
		t.Fatal(err)
	}
	entries, err := tflogtest.MultilineJSONDecode(&log)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if _, ok := entry["duration_ms"].(float64); !ok {
			t.Errorf("duration %v", entry["duration_ms"])
		}
		delete(entry, "duration_ms")
	}
	line := func(method, path string, try, status float64, correlation, request string) map[string]any {
		return map[string]any{"@level": "debug", "@message": "Genesys Cloud request", "@module": "provider", "organization": "emea",
			"method": method, "path": path, "try": try, "status": status, "correlation_id": correlation, "request_id": request}
	}
	want := []map[string]any{
		line("POST", "/oauth/token", 1, 200, "", ""),
		line("GET", "/api/v2/authorization/divisions", 1, 503, "corr-1", ""),
		line("GET", "/api/v2/authorization/divisions", 2, 200, "corr-2", "req-2"),
	}
	if diff := cmp.Diff(want, entries); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
}
