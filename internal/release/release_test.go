//go:build release

// Package release_test looks at what goreleaser made in dist/ as those do who get it: the registries, the CLI that installs it from a
// registry or from a mirror on disk, and whoever reads a bill of materials. make release-test makes dist/ first.
package release_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator/workspace"
)

const (
	moduleDir = "../.."
	distDir   = moduleDir + "/dist"
	name      = "terraform-provider-genesysaudit"
	source    = "genesysaudit/genesysaudit"
	licenses  = "THIRD_PARTY_LICENSES.txt"
	// keyVariable names the file with the public key of the signatures.
	keyVariable = "RELEASE_KEY"
)

var targets = []string{
	"darwin_amd64", "darwin_arm64",
	"freebsd_386", "freebsd_amd64", "freebsd_arm", "freebsd_arm64",
	"linux_386", "linux_amd64", "linux_arm", "linux_arm64",
	"windows_386", "windows_amd64", "windows_arm64",
}

// hosts are the registries that Terraform and OpenTofu ask when a source names none.
var hosts = []string{"registry.terraform.io", "registry.opentofu.org"}

// version is the release's, as goreleaser tells it.
func version(t *testing.T) string {
	t.Helper()
	var metadata struct{ Version string }
	if err := json.Unmarshal(read(t, "metadata.json"), &metadata); err != nil || metadata.Version == "" {
		t.Fatalf("the version is %q: %v", metadata.Version, err)
	}
	return metadata.Version
}

// read reads a file of dist/.
func read(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(distDir, file))
	if err != nil {
		t.Fatalf("%v; make release-test makes what this test looks at", err)
	}
	return content
}

// manifest is the registry manifest. It is published from where it is in the repository.
func manifest(t *testing.T) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(moduleDir, "terraform-registry-manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func archiveOf(t *testing.T, target string) string {
	t.Helper()
	return name + "_" + version(t) + "_" + target + ".zip"
}

// sums are the SHA-256 sums of the archives and of the manifest, by name.
func sums(t *testing.T) map[string]string {
	t.Helper()
	sum := func(content []byte) string {
		sum := sha256.Sum256(content)
		return hex.EncodeToString(sum[:])
	}
	wanted := map[string]string{name + "_" + version(t) + "_manifest.json": sum(manifest(t))}
	for _, target := range targets {
		wanted[archiveOf(t, target)] = sum(read(t, archiveOf(t, target)))
	}
	return wanted
}

func TestFiles(t *testing.T) {
	t.Parallel()
	prefix := name + "_" + version(t)
	// These are goreleaser's own and are not published.
	want := []string{"artifacts.json", "config.yaml", "metadata.json", prefix + "_SHA256SUMS", prefix + "_SHA256SUMS.sig"}
	for _, target := range targets {
		bill := prefix + "_" + target + ".cdx.json"
		want = append(want, archiveOf(t, target), bill, bill+".sig")
	}
	slices.Sort(want)
	entries, err := os.ReadDir(distDir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, entry := range entries {
		if entry.Type().IsRegular() {
			got = append(got, entry.Name())
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files of the release (-want +got):\n%s", diff)
	}
}

// The Terraform registry refuses a release whose sums leave out an archive or the manifest, or name anything else.
func TestChecksums(t *testing.T) {
	t.Parallel()
	got := map[string]string{}
	for line := range strings.Lines(string(read(t, name+"_"+version(t)+"_SHA256SUMS"))) {
		sum, file, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if !ok {
			t.Fatalf("no line of a checksum file: %q", line)
		}
		got[file] = sum
	}
	if diff := cmp.Diff(sums(t), got); diff != "" {
		t.Errorf("SHA256SUMS (-want +got):\n%s", diff)
	}
}

func TestManifest(t *testing.T) {
	t.Parallel()
	var got any
	if err := json.Unmarshal(manifest(t), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"version": 1.0, "metadata": map[string]any{"protocol_versions": []any{"6.0"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("registry manifest (-want +got):\n%s", diff)
	}
}

// binaryOf is the provider in an archive of the release, and the mode that it is unpacked with.
func binaryOf(t *testing.T, target string) (content []byte, mode fs.FileMode) {
	t.Helper()
	archive, err := zip.OpenReader(filepath.Join(distDir, archiveOf(t, target)))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	binary := name + "_v" + version(t)
	if strings.HasPrefix(target, "windows_") {
		binary += ".exe"
	}
	var names []string
	for _, file := range archive.File {
		names = append(names, file.Name)
	}
	slices.Sort(names)
	if diff := cmp.Diff([]string{"LICENSE", licenses, binary}, names); diff != "" {
		t.Fatalf("files in the archive (-want +got):\n%s", diff)
	}
	file, err := archive.Open(binary)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if content, err = io.ReadAll(file); err != nil {
		t.Fatal(err)
	}
	return content, info.Mode()
}

func TestBinaries(t *testing.T) {
	t.Parallel()
	folder, err := filepath.Abs(moduleDir)
	if err != nil {
		t.Fatal(err)
	}
	output, err := exec.CommandContext(t.Context(), "go", "env", "GOMODCACHE", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	folders := append(strings.Fields(string(output)), folder)
	for _, target := range targets {
		t.Run(target, func(t *testing.T) {
			t.Parallel()
			content, mode := binaryOf(t, target)
			if mode != 0o755 {
				t.Errorf("mode %v, want -rwxr-xr-x", mode)
			}
			info, err := buildinfo.Read(bytes.NewReader(content))
			if err != nil {
				t.Fatal(err)
			}
			settings := map[string]string{}
			for _, setting := range info.Settings {
				settings[setting.Key] = setting.Value
			}
			goos, goarch, _ := strings.Cut(target, "_")
			for key, want := range map[string]string{"GOOS": goos, "GOARCH": goarch, "CGO_ENABLED": "0", "-trimpath": "true"} {
				if settings[key] != want {
					t.Errorf("%s is %q, want %q", key, settings[key], want)
				}
			}
			// Where it was built is nobody's business, and would make each build another one.
			for _, folder := range folders {
				if bytes.Contains(content, []byte(folder+"/")) {
					t.Errorf("the binary contains the path %s", folder)
				}
			}
		})
	}
}

// Each bill of materials names what the binary beside it is made of: every module in its version, and Go itself.
func TestBillsOfMaterials(t *testing.T) {
	t.Parallel()
	type component struct{ Name, Version, Purl string }
	for _, target := range targets {
		t.Run(target, func(t *testing.T) {
			t.Parallel()
			content, _ := binaryOf(t, target)
			info, err := buildinfo.Read(bytes.NewReader(content))
			if err != nil {
				t.Fatal(err)
			}
			want := []string{"std@" + strings.TrimPrefix(info.GoVersion, "go")}
			for _, module := range info.Deps {
				want = append(want, module.Path+"@"+module.Version)
			}
			var bill struct {
				BomFormat    string
				SpecVersion  string
				SerialNumber string
				Metadata     struct {
					Timestamp string
					Component component
				}
				Components []component
			}
			if err := json.Unmarshal(read(t, name+"_"+version(t)+"_"+target+".cdx.json"), &bill); err != nil {
				t.Fatal(err)
			}
			if bill.BomFormat != "CycloneDX" || bill.SpecVersion != "1.6" {
				t.Errorf("form %q %q, want CycloneDX 1.6", bill.BomFormat, bill.SpecVersion)
			}
			if bill.SerialNumber != "" || bill.Metadata.Timestamp != "" {
				t.Errorf("serial number %q and time %q would make each bill another one", bill.SerialNumber, bill.Metadata.Timestamp)
			}
			subject := component{Name: info.Main.Path, Version: "v" + version(t), Purl: bill.Metadata.Component.Purl}
			if diff := cmp.Diff(subject, bill.Metadata.Component); diff != "" {
				t.Errorf("subject (-want +got):\n%s", diff)
			}
			var got []string
			for _, c := range bill.Components {
				if !strings.HasPrefix(c.Purl, "pkg:golang/") {
					t.Errorf("%s has the package URL %q", c.Name, c.Purl)
				}
				got = append(got, c.Name+"@"+strings.TrimPrefix(c.Version, "go"))
			}
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("components (-want +got):\n%s", diff)
			}
		})
	}
}

// Each archive has the licenses of what the binary in it is made of.
func TestLicenses(t *testing.T) {
	t.Parallel()
	for _, target := range targets {
		t.Run(target, func(t *testing.T) {
			t.Parallel()
			content, _ := binaryOf(t, target)
			info, err := buildinfo.Read(bytes.NewReader(content))
			if err != nil {
				t.Fatal(err)
			}
			archive, err := zip.OpenReader(filepath.Join(distDir, archiveOf(t, target)))
			if err != nil {
				t.Fatal(err)
			}
			defer archive.Close()
			file, err := archive.Open(licenses)
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			text, err := io.ReadAll(file)
			if err != nil {
				t.Fatal(err)
			}
			want := []string{"Go standard library " + strings.TrimPrefix(info.GoVersion, "go")}
			for _, module := range info.Deps {
				want = append(want, module.Path+" "+module.Version)
			}
			for _, name := range want {
				if !bytes.Contains(text, []byte("==== "+name+": ")) {
					t.Errorf("the license of %s is missing", name)
				}
			}
		})
	}
}

// serveRegistry serves the release as a registry does that has ingested it, with the signatures and the key, and returns its URL.
func serveRegistry(t *testing.T) string {
	t.Helper()
	key, err := os.ReadFile(os.Getenv(keyVariable))
	if err != nil {
		t.Fatalf("the variable %s has to name the file with the public key: %v", keyVariable, err)
	}
	var published struct {
		Metadata struct {
			Protocols []string `json:"protocol_versions"`
		}
	}
	if err := json.Unmarshal(manifest(t), &published); err != nil {
		t.Fatal(err)
	}
	var platforms []map[string]string
	for _, target := range targets {
		goos, goarch, _ := strings.Cut(target, "_")
		platforms = append(platforms, map[string]string{"os": goos, "arch": goarch})
	}
	number := version(t)
	sums := sums(t)
	answer := func(w http.ResponseWriter, body any) {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(body); err != nil {
			t.Error(err)
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/providers/"+source+"/versions", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"versions": []any{
			map[string]any{"version": number, "protocols": published.Metadata.Protocols, "platforms": platforms},
		}})
	})
	mux.HandleFunc("GET /v1/providers/"+source+"/"+number+"/download/{os}/{arch}", func(w http.ResponseWriter, r *http.Request) {
		archive := name + "_" + number + "_" + r.PathValue("os") + "_" + r.PathValue("arch") + ".zip"
		answer(w, map[string]any{
			"protocols": published.Metadata.Protocols, "os": r.PathValue("os"), "arch": r.PathValue("arch"),
			"filename": archive, "download_url": "/files/" + archive, "shasum": sums[archive],
			"shasums_url":           "/files/" + name + "_" + number + "_SHA256SUMS",
			"shasums_signature_url": "/files/" + name + "_" + number + "_SHA256SUMS.sig",
			"signing_keys":          map[string]any{"gpg_public_keys": []any{map[string]string{"ascii_armor": string(key)}}},
		})
	})
	mux.Handle("GET /files/", http.StripPrefix("/files/", http.FileServer(http.Dir(distDir))))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// packedMirror is a mirror on disk as its user fills it: with the archives as they are published.
func packedMirror(t *testing.T) string {
	t.Helper()
	mirror := t.TempDir()
	for _, host := range hosts {
		folder := filepath.Join(mirror, host, source)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		for _, target := range targets {
			archive := archiveOf(t, target)
			if err := os.WriteFile(filepath.Join(folder, archive), read(t, archive), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return mirror
}

// user is a working directory of the CLI, and what the provider in it called itself towards the platform.
type user struct {
	*workspace.Workspace
	t      *testing.T
	mu     *sync.Mutex
	agents map[string]bool
}

func newUser(t *testing.T, configuration string) user {
	t.Helper()
	path, err := workspace.FindCLI()
	if err != nil {
		t.Fatal(err)
	}
	w, err := workspace.Configured(path, configuration, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	u := user{Workspace: w, t: t, mu: &sync.Mutex{}, agents: map[string]bool{}}
	state, err := emulator.Load(filepath.Join(moduleDir, "examples/scenarios/compliance-dashboard/emulator-state.json"))
	if err != nil {
		t.Fatal(err)
	}
	platform, err := emulator.New(state)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		u.mu.Lock()
		u.agents[r.UserAgent()] = true
		u.mu.Unlock()
		platform.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		server.Close()
		for _, request := range platform.Requests() {
			if !request.Reads() {
				t.Errorf("the provider only reads, but the platform got %s %s", request.Method, request.Path)
			}
		}
	})
	u.Setenv("GENESYSCLOUD_REGION", "us-east-1")
	u.Setenv("GENESYSCLOUD_OAUTHCLIENT_ID", "a4d10e62-97b3-4c58-b2f7-051ce8369d4b")
	u.Setenv("GENESYSCLOUD_OAUTHCLIENT_SECRET", "demo-secret-acme-us-auditor")
	u.Setenv("GENESYSAUDIT_API_URL", server.URL+"/us-east-1")
	u.Setenv("GENESYSAUDIT_LOGIN_URL", server.URL+"/us-east-1")
	if err := u.Write("main.tf", fmt.Sprintf(`
terraform {
  required_providers {
    genesysaudit = {
      source  = %q
      version = "= %s" # a dry run's version is a pre-release, which is chosen by no other constraint
    }
  }
}

data "genesysaudit_organization" "this" {}

output "organization" {
  value = data.genesysaudit_organization.this.name
}
`, source, version(t))); err != nil {
		t.Fatal(err)
	}
	return u
}

func (u user) run(arguments ...string) string {
	u.t.Helper()
	code, output, err := u.Output(u.t.Context(), arguments...)
	if err != nil {
		u.t.Fatal(err)
	}
	if code != 0 {
		u.t.Fatalf("%s: exit code %d\n%s", strings.Join(arguments, " "), code, output)
	}
	return output
}

// plan plans, and holds the provider to be the release.
func (u user) plan() {
	u.t.Helper()
	if output := u.run("plan", "-no-color", "-input=false"); !strings.Contains(output, `organization = "Acme US"`) {
		u.t.Errorf("the plan does not show the organization:\n%s", output)
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if want := map[string]bool{name + "/" + version(u.t): true}; !cmp.Equal(want, u.agents) {
		u.t.Errorf("User-Agent %v, want %v", u.agents, want)
	}
}

var hash = regexp.MustCompile(`"((?:h1|zh):[^"]+)"`)

// locked are the hashes of the lock file.
func (u user) locked() []string {
	u.t.Helper()
	content, err := os.ReadFile(filepath.Join(u.Dir, ".terraform.lock.hcl"))
	if err != nil {
		u.t.Fatal(err)
	}
	var hashes []string
	for _, found := range hash.FindAllStringSubmatch(string(content), -1) {
		hashes = append(hashes, found[1])
	}
	slices.Sort(hashes)
	return hashes
}

// A registry's user gets the archive that the signed sums name, and a lock file that knows the archives of all platforms. A mirror's user
// gets the same files.
func TestInstall(t *testing.T) {
	t.Parallel()
	url := serveRegistry(t)
	var registry strings.Builder
	for _, host := range hosts {
		fmt.Fprintf(&registry, "host %q {\n  services = {\n    \"providers.v1\" = %q\n  }\n}\n", host, url+"/v1/providers/")
	}
	fromRegistry := newUser(t, registry.String())
	if output := fromRegistry.run("init", "-no-color", "-input=false"); !regexp.MustCompile(`\((self-)?signed, key ID`).MatchString(output) {
		t.Errorf("the CLI did not check the signature:\n%s", output)
	}
	fromRegistry.plan()
	hashes := fromRegistry.locked()
	var want []string
	for _, sum := range sums(t) {
		want = append(want, "zh:"+sum)
	}
	slices.Sort(want)
	if len(hashes) == 0 || !strings.HasPrefix(hashes[0], "h1:") {
		t.Fatalf("no h1 hash in the lock file: %v", hashes)
	}
	h1 := hashes[:1]
	if diff := cmp.Diff(want, hashes[1:]); diff != "" {
		t.Errorf("further hashes in the lock file (-want +got):\n%s", diff)
	}

	mirror := packedMirror(t)
	fromMirror := newUser(t, fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror))
	fromMirror.run("init", "-no-color", "-input=false")
	fromMirror.plan()
	if diff := cmp.Diff(h1, fromMirror.locked()); diff != "" {
		t.Errorf("hashes in the lock file, from a mirror (-want, as from the registry, +got):\n%s", diff)
	}

	// A team on several platforms locks them all from the mirror.
	arguments := []string{"providers", "lock", "-fs-mirror=" + mirror}
	for _, target := range targets {
		arguments = append(arguments, "-platform="+target)
	}
	fromMirror.run(arguments...)
	if got := len(fromMirror.locked()); got != len(targets) {
		t.Errorf("the lock file has %d hashes, want one for each of the %d platforms: %v", got, len(targets), fromMirror.locked())
	}
}
