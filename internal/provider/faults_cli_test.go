package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
)

// What a person sees on a bad day. Every other fault is in the matrix, without a CLI.
func TestFaultsInTheCLI(t *testing.T) {
	t.Parallel()
	const undetermined = `Acme US: "Compliance Dashboard" could not be audited completely`
	for _, test := range []struct {
		name  string
		fault emulator.Fault
		want  []string
	}{
		{"403 on roles", emulator.Fault{Path: rolesPath, Status: 403}, []string{
			undetermined, "GET /api/v2/authorization/roles answered 403 Forbidden",
			"Grant authorization:role:view to the auditing client",
		}},
		{"HTML from a proxy", emulator.Fault{Path: rolesPath, Kind: emulator.FaultHTML}, []string{
			undetermined, "the answer to GET /api/v2/authorization/roles cannot be used: it is not JSON but text/html: a proxy or gateway may " +
				"have answered in place of the platform.", "Check what is between this machine and the platform",
		}},
		{"dropped connection", emulator.Fault{Path: clientsPath, Kind: emulator.FaultDrop}, []string{
			"Acme US: GET /api/v2/oauth/clients failed", "GET /api/v2/oauth/clients was not answered in time: reading this organization may take " +
				"2 s in all (request_timeout). The last try:", "Check that this machine reaches 127.0.0.1:",
		}},
		{"hung sign-in", emulator.Fault{Path: tokenPath, Kind: emulator.FaultHang}, []string{
			"Default organization: sign-in failed", "POST /oauth/token was not answered in time",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := startPlatform(t)
			p.AddFault(test.fault)
			c := newCLI(t, "main.tf", requiredProviders+p.topLevel("request_timeout = 2")+validation(dashboardArguments))
			output := c.run(1, "plan", "-no-color")
			for _, want := range test.want {
				assertShows(t, output, want)
			}
			assertHides(t, output, "demo-secret")
		})
	}
}

// A ready-made token that is refused is refused whatever is read with it: it is said once, and what to do about it.
func TestRefusedAccessToken(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	block := fmt.Sprintf("provider \"genesysaudit\" {\n  access_token = \"stale-token\"\n  aws_region = \"us-east-1\"\n  api_url = \"%s/us-east-1\"\n}\n", p.url)
	output := saidAtPlan(t, block+validation(dashboardArguments))
	const remedy = "Issue a new access token. Alternatively, remove access_token from the provider block, or GENESYSCLOUD_ACCESS_TOKEN from the environment, " +
		"so that the provider signs in with oauthclient_id"
	if got := strings.Count(output, remedy); got != 1 {
		t.Errorf("the remedy is shown %d times, want once:\n%s", got, output)
	}
	assertHides(t, output, "stale-token")
}
