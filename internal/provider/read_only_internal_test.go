package provider

import (
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
)

// The provider only reads. Every emulator of these tests reports what it was asked, and a run of the tests fails if any client wrote that
// is not an operator's.

// OperatorClient is the id of the OAuth client by which tests change the platform over its API. No provider of ours signs in as that
// client.
const OperatorClient = "operator"

// Writes are the requests of other clients that change something.
type Writes struct {
	mu   sync.Mutex
	seen []string
}

// Observe notes a request that changes something.
func (w *Writes) Observe(request emulator.Request) {
	if request.Reads() || request.ClientID == OperatorClient {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen = append(w.seen, fmt.Sprintf("%s %s by client %q", request.Method, request.Path, request.ClientID))
}

// Report prints the writes, and returns the exit code that they deserve.
func (w *Writes) Report(out io.Writer) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	slices.Sort(w.seen)
	for _, write := range slices.Compact(w.seen) {
		fmt.Fprintln(out, "FAIL: the provider only reads, but the platform got", write)
	}
	return min(len(w.seen), 1)
}

// WritesOfThisRun are those of all tests of a run.
var WritesOfThisRun Writes

// NewEmulator starts every emulator of these tests.
func NewEmulator(state emulator.State, options ...emulator.Option) (*emulator.Emulator, error) {
	return emulator.New(state, append(options, emulator.WithObserver(WritesOfThisRun.Observe))...)
}

// newCalledEmulator starts an emulator that a test calls itself, with any client. While calling is true, its requests are the test's.
func newCalledEmulator(state emulator.State, calling *atomic.Bool) (*emulator.Emulator, error) {
	return emulator.New(state, emulator.WithObserver(func(request emulator.Request) {
		if !calling.Load() {
			WritesOfThisRun.Observe(request)
		}
	}))
}

// isFullSize tells whether generated tests run at full size, as .ci/run has them. Otherwise there are fewer cases.
func isFullSize() bool { return os.Getenv("GENESYSAUDIT_TEST_FULL") != "" }

// FullSize is isFullSize for the tests outside the package.
var FullSize = isFullSize

// sized is the number of cases of a generated test.
func sized(full, usual int) int {
	if isFullSize() {
		return full
	}
	return usual
}
