package genesyscloud

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

const (
	mask = "***"
	// leastSecret is the length of the shortest text that is taken for a secret: to mask every "a" would hide all of a message and
	// nothing that an attacker could not guess.
	leastSecret = 4
)

// redactor takes secrets out of text that comes from elsewhere: answers, headers, transport errors.
type redactor struct {
	mu       sync.RWMutex
	secrets  []string // longest first, so that a part never hides the whole
	replacer *strings.Replacer
	inBase64 []string       // what base64 makes of a secret inside a longer text
	encoded  *regexp.Regexp // a base64 text with one of these in it
	repeats  needles        // what no answer may hold
}

// hide makes the redactor know these secrets in every form in which they may turn up.
func (r *redactor) hide(secrets ...string) {
	for _, secret := range secrets {
		r.add(secretForms(secret)...)
		r.addEncoded(secret)
	}
}

// refuse hides these secrets, and makes an answer that repeats one of them unusable.
func (r *redactor) refuse(secrets ...string) {
	r.hide(secrets...)
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, secret := range secrets {
		r.repeats.add(secretForms(secret)...)
		r.repeats.add(base64Parts(secret)...)
	}
}

// repeated tells whether a text repeats a secret that makes an answer unusable, in any case.
func (r *redactor) repeated(text []byte) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.repeats.in(text)
}

// add makes the redactor know these secrets in the form given only.
func (r *redactor) add(secrets ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, secret := range secrets {
		if len(secret) >= leastSecret && !slices.Contains(r.secrets, secret) {
			r.secrets = append(r.secrets, secret)
		}
	}
	slices.SortFunc(r.secrets, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	pairs := make([]string, 0, 2*len(r.secrets))
	for _, secret := range r.secrets {
		pairs = append(pairs, secret, mask)
	}
	r.replacer = strings.NewReplacer(pairs...)
}

// leastInBase64 is the length of the shortest text that is taken for a part of a base64 text with a secret in it.
const leastInBase64 = 8

// base64Text is a character of base64, also as a URL escapes it.
const base64Text = `[A-Za-z0-9+/_=-]|%2B|%2F|%3D`

// base64Parts lists what base64 makes of a secret inside a longer text that is encoded as a whole, such as a header. Base64 writes it in one
// of three ways, depending on how many bytes stand before it, and its first and last characters are shared with its neighbours.
func base64Parts(secret string) []string {
	var parts []string
	for before := range 3 {
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			encoded := encoding.EncodeToString(append(make([]byte, before), secret...))
			start, end := (before*8+5)/6, (before+len(secret))*8/6
			if end-start < leastInBase64 {
				continue
			}
			parts = append(parts, encoded[start:end], url.QueryEscape(encoded[start:end]))
		}
	}
	return parts
}

// addEncoded makes the redactor know a secret inside a longer text that is base64-encoded as a whole.
func (r *redactor) addEncoded(secret string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inBase64 = append(r.inBase64, base64Parts(secret)...)
	slices.Sort(r.inBase64)
	r.inBase64 = slices.Compact(r.inBase64)
	if len(r.inBase64) == 0 {
		return
	}
	alternatives := make([]string, len(r.inBase64))
	for i, part := range r.inBase64 {
		alternatives[i] = regexp.QuoteMeta(part)
	}
	r.encoded = regexp.MustCompile(`(?:` + base64Text + `)*(?:` + strings.Join(alternatives, "|") + `)(?:` + base64Text + `)*`)
}

// hasEncoded is quicker than the expression, which hardly ever matches.
func (r *redactor) hasEncoded(text string) bool {
	return slices.ContainsFunc(r.inBase64, func(part string) bool { return strings.Contains(text, part) })
}

func (r *redactor) known() []string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.Clone(r.secrets)
}

// userInfo is the user information of a URL inside a text.
var userInfo = regexp.MustCompile(`://[^\s"]*@`)

// clean makes text from elsewhere fit for a message: one line without control and format characters, without secrets, at most limit
// characters long. The secrets go before the text is cut, so that no piece of one is left at its end.
func (r *redactor) clean(s string, limit int) string {
	s = userInfo.ReplaceAllString(text.Clean(s), "://"+mask+"@")
	r.mu.RLock()
	if r.replacer != nil {
		s = r.replacer.Replace(s)
	}
	if r.hasEncoded(s) {
		s = r.encoded.ReplaceAllString(s, mask)
	}
	r.mu.RUnlock()
	return text.OneLine(s, limit)
}

// secretForms lists the forms in which a secret may turn up: as it is, and as URLs, JSON, HTML, base64 and hexadecimal digits write it. The
// forms without padding cover those with it.
func secretForms(secret string) []string {
	if secret == "" {
		return nil
	}
	quoted, _ := json.Marshal(secret) // text always has a JSON form
	inJSON := strings.Trim(string(quoted), `"`)
	inHTML, inHex := html.EscapeString(secret), hex.EncodeToString([]byte(secret))
	return []string{secret, url.QueryEscape(secret), url.PathEscape(secret),
		// Not every writer of JSON escapes what HTML reserves, and not every writer of HTML numbers its quotes.
		inJSON, strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(inJSON),
		inHTML, strings.NewReplacer("&#34;", "&quot;", "&#39;", "&apos;").Replace(inHTML), inHex, strings.ToUpper(inHex),
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.RawStdEncoding.EncodeToString([]byte(secret)),
		base64.URLEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret))}
}

// proxySecrets lists the credentials in the proxy variables, which the standard library's errors may quote.
func proxySecrets() []string {
	found := []string{os.Getenv("GENESYSCLOUD_PROXY_AUTH_PASSWORD")}
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
		proxy := os.Getenv(name)
		at := strings.LastIndex(proxy, "@")
		if at < 0 {
			continue
		}
		_, credentials, ok := strings.Cut(proxy[:at], "://")
		if !ok {
			credentials = proxy[:at]
		}
		_, password, _ := strings.Cut(credentials, ":")
		found = append(found, credentials, password)
		// The proxy is sent the credentials without their escapes, and may send them back.
		if plain, err := url.PathUnescape(credentials); err == nil {
			found = append(found, plain)
		}
		if plain, err := url.PathUnescape(password); err == nil {
			found = append(found, plain)
		}
	}
	return found
}
