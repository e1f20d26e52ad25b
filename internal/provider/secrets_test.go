package provider_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
)

// hostileSecret needs an escape in every format that could carry it.
const hostileSecret = `c4n"ary\<5>&'secret%2F+/=`

// echoed is what a request carries that is secret, in the forms in which a careless host could write it.
func echoed(r *http.Request) string {
	header := r.Header.Get("Authorization")
	parts := []string{header, strings.TrimPrefix(header, "Bearer "), url.QueryEscape(header), base64.StdEncoding.EncodeToString([]byte(header))}
	if id, secret, ok := r.BasicAuth(); ok {
		parts = append(parts, id+":"+secret, secret, url.QueryEscape(secret), url.PathEscape(secret), html.EscapeString(secret),
			fmt.Sprintf("%q", secret), fmt.Sprintf("%x", secret), base64.RawURLEncoding.EncodeToString([]byte(secret)))
	}
	return strings.Join(parts, " and ")
}

// echoes answers with a status and everything that was secret in the request, as JSON or as a page, and in the headers that trace it.
func echoes(status int, contentType string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		text := echoed(r)
		body := []byte("<html><body>" + text + "</body></html>")
		if contentType == "application/json" {
			body, _ = json.Marshal(map[string]string{"message": text, "code": text, "contextId": text, "error": text, "error_description": text,
				"queryStatus": text, "executionId": text, "access_token": text + "\n", "entities": text})
		}
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("ININ-Correlation-Id", text)
		w.Header().Set("x-genesys-cloud-request-id", text)
		w.WriteHeader(status)
		_, _ = w.Write(body)
	}
}

// redirects names the token, or the client's secret, wherever a redirect can.
func redirects(w http.ResponseWriter, r *http.Request) {
	_, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	host := strings.TrimRight(token, "=") + ".example.com"
	w.Header().Set("Location", "https://"+host+"/"+url.PathEscape(token)+"?token="+url.QueryEscape(token)+"#"+token)
	w.WriteHeader(http.StatusFound)
}

// breaksOff ends the connection without an answer.
func breaksOff(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// hostileCLI signs in with the hostile secret by the environment, so that no configuration holds it, to a platform that answers as it does
// but for a path.
func hostileCLI(t *testing.T, path string, instead http.HandlerFunc, config string) (*platform, cli) {
	t.Helper()
	p := startPlatform(t, func(s *emulator.State) { client(organization(s, "Acme US"), "Access Auditor").Secret = hostileSecret })
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, path) && instead != nil {
			instead(w, r)
			return
		}
		p.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	c := newCLI(t, "main.tf", requiredProviders+"provider \"genesysaudit\" {\n  request_timeout = 2\n}\n"+config)
	for name, value := range map[string]string{
		"GENESYSCLOUD_REGION": "us-east-1", "GENESYSCLOUD_OAUTHCLIENT_ID": auditorUS, "GENESYSCLOUD_OAUTHCLIENT_SECRET": hostileSecret,
		"GENESYSAUDIT_API_URL": server.URL + "/us-east-1", "GENESYSAUDIT_LOGIN_URL": server.URL + "/us-east-1",
	} {
		c.Setenv(name, value)
	}
	return p, c
}

// Whatever a host answers, no secret reaches what the CLI prints, logs and stores: see watch, which every CLI here ends with.
func TestNoSecretLeavesTheProvider(t *testing.T) {
	t.Parallel()
	const signIn, read = "/oauth/token", "/api/v2/oauth/clients"
	const page, asJSON = "text/html", "application/json"
	for name, test := range map[string]struct {
		path     string
		instead  http.HandlerFunc
		wantCode int
		says     string
	}{
		"all is well":                    {read, nil, 0, "No changes."},
		"sign-in refused":                {signIn, echoes(400, asJSON), 1, "400 Bad Request"},
		"sign-in fails":                  {signIn, echoes(500, asJSON), 1, "500 Internal Server Error"},
		"sign-in with a page":            {signIn, echoes(403, page), 1, "text/html"},
		"sign-in with a page for 200":    {signIn, echoes(200, page), 1, "text/html"},
		"sign-in with a token of no use": {signIn, echoes(200, asJSON), 1, "answered 200 OK"},
		"sign-in redirected":             {signIn, redirects, 1, "never followed"},
		"sign-in breaks off":             {signIn, breaksOff, 1, signIn},
		"read refused":                   {read, echoes(403, asJSON), 1, "403 Forbidden"},
		"read unauthorized":              {read, echoes(401, asJSON), 1, "401 Unauthorized"},
		"read fails":                     {read, echoes(500, asJSON), 1, "500 Internal Server Error"},
		"read is busy":                   {read, echoes(503, asJSON), 1, read},
		"read with a page":               {read, echoes(500, page), 1, "text/html"},
		"read with a page for 200":       {read, echoes(200, page), 1, "text/html"},
		"read of something else":         {read, echoes(200, asJSON), 1, "cannot be used"},
		"read redirected":                {read, redirects, 1, "never followed"},
		"read breaks off":                {read, breaksOff, 1, read},
	} {
		if test.wantCode != 0 && thinned(name, 3, 0) { // the fault matrix looks for secrets too, without the CLI
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, c := hostileCLI(t, test.path, test.instead, "data \"genesysaudit_oauth_clients\" \"all\" {}\n"+
				"output \"report\" {\n  value = provider::genesysaudit::report_html({ it = genesysaudit_access_validation.this })\n}\n"+
				validation(dashboardArguments))
			if test.wantCode == 0 {
				c.run(0, "apply", "-no-color", "-auto-approve")
				c.run(0, "show", "-json")
			}
			assertShows(t, c.run(test.wantCode, "plan", "-no-color", "-out=saved"), test.says)
			if test.wantCode == 0 {
				c.run(0, "show", "-json", "saved")
			}
		})
	}
}

// The platform shows fields that the provider has no place for, a client's secret among them: they go nowhere. What is read is in every
// report.
func TestSecretFieldsOfAnswers(t *testing.T) {
	t.Parallel()
	const shown = "sh0wn-by-the-platform"
	keepSecret(t, shown)
	reports := ""
	for _, format := range []string{"markdown", "sarif", "junit", "html"} {
		reports += fmt.Sprintf("output %q {\n  value = provider::genesysaudit::report_%[1]s({ it = genesysaudit_access_validation.this })\n}\n", format)
	}
	p, c := hostileCLI(t, "", nil, reports+validation(dashboardArguments)+`
data "genesysaudit_oauth_clients" "all" {}
data "genesysaudit_oauth_client" "one" { name = "Compliance Dashboard" }
data "genesysaudit_organization" "this" {}
data "genesysaudit_token" "this" {}
data "genesysaudit_client_usage" "this" { client_name = "Compliance Dashboard" }
data "genesysaudit_authorizations" "this" {}
data "genesysaudit_access_policies" "this" {}
data "genesysaudit_changes" "this" { client_id = "`+dashboardUS+`" }
`)
	p.AddFault(emulator.Fault{Method: http.MethodGet, Kind: emulator.FaultMutate, Mutate: func(body []byte) []byte {
		secrets := []byte(`{"secret":"` + shown + `","access_token":"` + shown + `",`)
		return bytes.ReplaceAll(body, []byte(`{"id":`), append(secrets, `"id":`...))
	}})
	c.run(0, "plan", "-no-color", "-out=saved")
	c.run(0, "show", "-json", "saved")
	c.run(0, "apply", "-no-color", "saved")
	assertShows(t, c.run(0, "show", "-json"), `"client_name":"Access Auditor"`)
	assertShows(t, c.run(0, "output", "-json"), "Compliance Dashboard")
}

// A secret that cannot be sent is refused, and not quoted.
func TestRefusedSecretsAreNotQuoted(t *testing.T) {
	t.Parallel()
	for name, secret := range map[string]string{
		"line break": "c4nary-with-a\nbreak", "unicode": "c4näry-with-\u202eunicode", "trailing line break": "c4nary-trailing\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			keepSecret(t, secret, strings.TrimSpace(secret))
			_, c := hostileCLI(t, "", nil, validation(dashboardArguments))
			c.Setenv("GENESYSCLOUD_OAUTHCLIENT_SECRET", secret)
			assertShows(t, c.run(1, "plan", "-no-color"), "holds a space, a line break or another character that none has")
		})
	}
}

// A URL that may hold a password or a key is refused, and the CLI does not print its line.
func TestRefusedURLsAreNotPrinted(t *testing.T) {
	t.Parallel()
	const key = "c4nary-of-the-url"
	keepSecret(t, key)
	addresses := []string{
		"https://user:%s@example.com", "https://user%%3A%s%%40example.com", "https://user:%s", "https://example.com?key=%s", "https://example.com/a?%s",
		"https://example.com/#%s", "https://example.com:443:%s", "http://example.com/a?%s", "http://plain.example.com",
	}
	var blocks strings.Builder
	for i, address := range addresses {
		address = strings.ReplaceAll(strings.ReplaceAll(address, "%s", key), "%%", "%")
		fmt.Fprintf(&blocks, "provider \"genesysaudit\" {\n  alias = \"a%d\"\n  api_url = %q\n}\n"+
			"data \"genesysaudit_token\" \"a%[1]d\" {\n  provider = genesysaudit.a%[1]d\n}\n", i, address)
	}
	output := newCLI(t, "main.tf", requiredProviders+blocks.String()).run(1, "plan", "-no-color")
	if got := strings.Count(output, "Error: Invalid URL"); got != len(addresses) {
		t.Errorf("%d errors, want %d:\n%s", got, len(addresses), output)
	}
	assertShows(t, output, `api_url = "http://plain.example.com"`)
	assertHides(t, output, key)
}

// A proxy that says back what it was sent, in the status line which the standard library quotes.
func TestProxyCredentialsStayOut(t *testing.T) {
	t.Parallel()
	const password = "pr0xy+canary"
	keepSecret(t, password)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		connection, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer connection.Close()
		basic := strings.TrimPrefix(r.Header.Get("Proxy-Authorization"), "Basic ")
		credentials, _ := base64.StdEncoding.DecodeString(basic)
		fmt.Fprintf(connection, "HTTP/1.1 407 refused %s %s\r\nContent-Length: 0\r\n\r\n", credentials, basic)
	}))
	t.Cleanup(proxy.Close)
	_, c := hostileCLI(t, "", nil, validation(dashboardArguments))
	c.Setenv("HTTPS_PROXY", "http://user:"+password+"@"+strings.TrimPrefix(proxy.URL, "http://"))
	c.Setenv("NO_PROXY", "")
	c.Setenv("GENESYSAUDIT_API_URL", "https://api.example.invalid")
	c.Setenv("GENESYSAUDIT_LOGIN_URL", "https://login.example.invalid")
	assertShows(t, c.run(1, "plan", "-no-color"), "the proxy answered 407 Proxy Authentication Required")
}

// The plugin library would write the configuration of the provider block, with its secrets, to the folder that this variable names.
func TestRequestsAreNotWrittenToDisk(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	c := newCLI(t, "main.tf", requiredProviders+fmt.Sprintf("provider \"genesysaudit\" {\n  aws_region = \"us-east-1\"\n  oauthclient_id = %q\n"+
		"  oauthclient_secret = \"demo-secret-acme-us-auditor\"\n  api_url = %[2]q\n  login_url = %[2]q\n}\n", auditorUS, p.url+"/us-east-1")+
		validation(dashboardArguments))
	folder := t.TempDir()
	c.Setenv("TF_LOG_SDK_PROTO_DATA_DIR", folder)
	c.run(0, "plan", "-no-color")
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) > 0 {
		t.Errorf("the provider has written %d files, the first is %s", len(files), files[0].Name())
	}
}

// The search itself finds a secret in each of its forms.
func TestLeaksAreFound(t *testing.T) {
	t.Parallel()
	for _, form := range []string{
		hostileSecret,
		`c4n%22ary%5C%3C5%3E%26%27secret%252F%2B%2F%3D`,
		`c4n\"ary\\<5>&'secret%2F+/=`,
		`c4n\"ary\\\u003c5\u003e\u0026'secret%2F+/=`,
		`c4n&#34;ary\&lt;5&gt;&amp;&#39;secret%2F+/=`,
		`63346e226172795c3c353e262773656372657425324` + `62b2f3d`,
		base64.StdEncoding.EncodeToString([]byte(hostileSecret)),
		base64.StdEncoding.EncodeToString([]byte("id:" + hostileSecret)),
		base64.URLEncoding.EncodeToString([]byte("client:" + hostileSecret + ":more")),
		base64.URLEncoding.EncodeToString([]byte("client-:" + hostileSecret + ":more")),
	} {
		path := filepath.Join(t.TempDir(), "trace.log")
		if err := os.WriteFile(path, []byte("before "+form+" after"), 0o600); err != nil {
			t.Fatal(err)
		}
		found, err := leaksBelow(filepath.Dir(path), []string{"another", hostileSecret})
		if err != nil || len(found) != 1 || found[0].secret != hostileSecret {
			t.Errorf("%s: found %v, %v", form, found, err)
		}
	}
	if found := leaksIn("", []byte("c4nary secret"), []string{hostileSecret}); len(found) > 0 {
		t.Errorf("found %v", found)
	}
}
