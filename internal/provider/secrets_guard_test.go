package provider_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
)

// This file looks for secrets in all that the tests leave behind: every run of the CLI writes its trace, and what it printed, logged and
// stored is searched for the secrets and tokens that the test's platforms know. So is what a provider in the process of the tests says, logs
// and keeps.

// keptSecrets are where the secrets of a test are found, by the name of the test without its subtests.
var keptSecrets = struct {
	sync.Mutex
	platforms map[string][]*emulator.Emulator
	more      map[string][]string
}{platforms: map[string][]*emulator.Emulator{}, more: map[string][]string{}}

func rootName(test string) string {
	name, _, _ := strings.Cut(test, "/")
	return name
}

// keepSecretsOf has what the platform knows looked for, in the end, in what this test leaves behind.
func keepSecretsOf(t *testing.T, e *emulator.Emulator) {
	t.Helper()
	secrets := clientSecrets(e) // a test may take the client away later
	keptSecrets.Lock()
	defer keptSecrets.Unlock()
	root := rootName(t.Name())
	keptSecrets.platforms[root] = append(keptSecrets.platforms[root], e)
	keptSecrets.more[root] = append(keptSecrets.more[root], secrets...)
	t.Cleanup(func() {
		// A URL ends in the logs of every host on the way.
		inUse := secretsInUse(root)
		for _, request := range e.Requests() {
			for _, leak := range leaksIn("a request", []byte(request.Path+"?"+request.Query), inUse) {
				t.Error(leak)
			}
		}
		// The platform is asked no more. Its secrets stay, for what other parts of the test leave behind.
		last := append(clientSecrets(e), e.Tokens()...)
		keptSecrets.Lock()
		defer keptSecrets.Unlock()
		keptSecrets.more[root] = append(keptSecrets.more[root], last...)
		keptSecrets.platforms[root] = slices.DeleteFunc(keptSecrets.platforms[root], func(other *emulator.Emulator) bool { return other == e })
	})
}

// keepSecret has a secret looked for that no platform knows.
func keepSecret(t *testing.T, secrets ...string) {
	t.Helper()
	keptSecrets.Lock()
	defer keptSecrets.Unlock()
	root := rootName(t.Name())
	keptSecrets.more[root] = append(keptSecrets.more[root], secrets...)
}

func clientSecrets(e *emulator.Emulator) []string {
	var secrets []string
	for _, organization := range e.State().Organizations {
		for _, client := range organization.Clients {
			if client.Secret != "" {
				secrets = append(secrets, client.Secret)
			}
		}
	}
	return secrets
}

// secretsInUse are the secrets of a test so far, each once.
func secretsInUse(root string) []string {
	keptSecrets.Lock()
	defer keptSecrets.Unlock()
	secrets := slices.Clone(keptSecrets.more[root])
	for _, e := range keptSecrets.platforms[root] {
		secrets = append(append(secrets, clientSecrets(e)...), e.Tokens()...)
	}
	slices.Sort(secrets)
	return slices.Compact(secrets)
}

// leakForms are the texts that betray a secret: as it is, and as JSON, Go, HTML, a URL, hexadecimal digits and base64 write it.
func leakForms(secret string) []string {
	forms := []string{secret, url.QueryEscape(secret), url.PathEscape(secret), html.EscapeString(secret), hex.EncodeToString([]byte(secret)),
		strings.ToUpper(hex.EncodeToString([]byte(secret))), strings.Trim(strconv.Quote(secret), `"`), strings.Trim(strconv.QuoteToASCII(secret), `"`)}
	for _, escapeHTML := range []bool{true, false} {
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(escapeHTML)
		if err := encoder.Encode(secret); err == nil {
			forms = append(forms, strings.Trim(strings.TrimSuffix(text.String(), "\n"), `"`))
		}
	}
	// Inside a longer text, as in the Basic header's "id:secret", base64 writes a secret in one of three ways, depending on how many bytes
	// stand before it. The characters that its neighbours share with it are left out.
	for before := range 3 {
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			encoded := encoding.EncodeToString(append(make([]byte, before), secret...))
			whole := encoded[(before*8+5)/6 : (before+len(secret))*8/6]
			forms = append(forms, whole, url.QueryEscape(whole))
		}
	}
	slices.Sort(forms)
	return slices.DeleteFunc(slices.Compact(forms), func(form string) bool { return len(form) < 6 })
}

// leak is a secret where none may be.
type leak struct{ place, secret, form, around string }

func (l leak) String() string {
	return fmt.Sprintf("%s holds the secret %q in the form %q: ...%s...", l.place, l.secret, l.form, l.around)
}

// leaksIn looks for secrets in a content; each is reported once.
func leaksIn(place string, content []byte, secrets []string) []leak {
	var found []leak
	for _, secret := range secrets {
		for _, form := range leakForms(secret) {
			if at := bytes.Index(content, []byte(form)); at >= 0 {
				around := content[max(0, at-200):min(len(content), at+len(form)+200)]
				found = append(found, leak{place, secret, form, strings.ToValidUTF8(string(around), "?")})
				break
			}
		}
	}
	return found
}

// leaksInFile looks into a file, and into the parts of a saved plan, which is a zip archive.
func leaksInFile(path string, secrets []string) ([]leak, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	found := leaksIn(path, content, secrets)
	if !bytes.HasPrefix(content, []byte("PK\x03\x04")) {
		return found, nil
	}
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, err
	}
	for _, member := range archive.File {
		// A plan has a copy of the configuration, in which most tests write their secrets.
		if strings.HasPrefix(member.Name, "tfconfig/") {
			continue
		}
		reader, err := member.Open()
		if err != nil {
			return nil, err
		}
		part, err := io.ReadAll(reader)
		if err := errorsOf(err, reader.Close()); err != nil {
			return nil, err
		}
		found = append(found, leaksIn(path+"#"+member.Name, part, secrets)...)
	}
	return found, nil
}

func errorsOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// leaksBelow looks into all files of a directory but the configuration itself, and the provider.
func leaksBelow(dir string, secrets []string) ([]leak, error) {
	var found []leak
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == "providers":
			return fs.SkipDir
		case !entry.Type().IsRegular(), slices.Contains([]string{".tf", ".tfvars", ".hcl", ".tfrc"}, filepath.Ext(path)):
			return nil
		}
		more, err := leaksInFile(path, secrets)
		found = append(found, more...)
		return err
	})
	return found, err
}

// printed is what a CLI has printed so far.
type printed struct{ bytes.Buffer }

// Output is the workspace's, and keeps what is printed.
func (c cli) Output(ctx context.Context, arguments ...string) (int, string, error) {
	code, output, err := c.Workspace.Output(ctx, arguments...)
	c.printed.WriteString(withoutConfiguration(output))
	return code, output, err
}

// withoutConfiguration is a saved plan as JSON without its copy of the configuration, which Terraform shows with all that is written in it.
// Anything else is as it was.
func withoutConfiguration(output string) string {
	var plan map[string]json.RawMessage
	if json.Unmarshal([]byte(output), &plan) != nil || plan["configuration"] == nil {
		return output
	}
	delete(plan, "configuration")
	rest, err := json.Marshal(plan)
	if err != nil {
		return output
	}
	return string(rest)
}

// watch has the CLI write its trace, and looks for secrets in it and in all that the CLI leaves behind when the test ends.
func (c cli) watch() {
	logs := c.t.TempDir()
	c.Setenv("TF_LOG", "TRACE")
	c.Setenv("TF_LOG_PATH", filepath.Join(logs, "trace.log"))
	c.t.Cleanup(func() {
		for _, leak := range c.leaks(logs) {
			c.t.Error(leak)
		}
	})
}

func (c cli) leaks(logs string) []leak {
	c.t.Helper()
	secrets := secretsInUse(rootName(c.t.Name()))
	found := leaksIn("the output", c.printed.Bytes(), secrets)
	for _, dir := range []string{logs, c.Dir} {
		more, err := leaksBelow(dir, secrets)
		if err != nil {
			c.t.Error(err)
		}
		found = append(found, more...)
	}
	return found
}
