package provider_test

import (
	"bytes"
	"context"
	"sync"
	"testing"
	"time"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
)

// Ctrl-C ends a plan that waits for the platform. The provider ends its requests at once; the bound leaves the CLI, on a busy machine, time
// to end itself.
func TestInterruptEndsAHungRequest(t *testing.T) {
	t.Parallel()
	const bound = 10 * time.Second // of a request that may take 300
	for name, block := range map[string]string{
		"resource":    validation(dashboardArguments),
		"data source": "data \"genesysaudit_access_validation\" \"this\" {\n" + dashboardArguments + "\n}\n",
		"ephemeral":   ephemeralGate(dashboardArguments),
	} {
		for _, path := range []string{tokenPath, rolesPath} {
			t.Run(name+", "+path, func(t *testing.T) {
				t.Parallel()
				if name == "ephemeral" {
					needsEphemeralResources(t)
				}
				p := startPlatform(t)
				arrived, over := make(chan struct{}), make(chan struct{})
				t.Cleanup(func() { close(over) })
				var once sync.Once
				p.AddFault(emulator.Fault{Path: path, Mutate: func(body []byte) []byte {
					once.Do(func() { close(arrived) })
					<-over
					return body
				}})
				c := newCLI(t, "main.tf", requiredProviders+p.topLevel("request_timeout = 300")+block)

				ctx, interrupt := context.WithCancel(t.Context())
				defer interrupt()
				var interrupted time.Time
				go func() {
					<-arrived
					interrupted = time.Now()
					interrupt()
				}()
				var output bytes.Buffer
				code, err := c.Run(ctx, &output, &output, "plan", "-no-color")
				took := time.Since(interrupted)
				if err != nil || code != 1 {
					t.Fatalf("exit code %d, %v\n%s", code, err, output.String())
				}
				t.Logf("it ended %d ms after the interrupt", took.Milliseconds())
				if took > bound {
					t.Errorf("it ended %s after the interrupt", took)
				}
				assertShows(t, folded(output.String()), "Validation interrupted")
				assertHides(t, output.String(), "demo-secret")
			})
		}
	}
}
