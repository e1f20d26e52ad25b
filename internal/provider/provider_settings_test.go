package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
)

// The CLI prints the lines that a diagnostic points at. A secret that stands in the provider block must not be on them.
func TestProviderErrorsPrintNoSecret(t *testing.T) {
	t.Parallel()
	const secret = "a-literal-secret-of-43-characters-or-so-123"
	for name, test := range map[string]struct{ block, want string }{
		"an entry without a secret": {`
  oauthclient_secret = "` + secret + `"
  organizations = {
    emea = { aws_region = "eu-west-1", oauthclient_id = "id" }
  }`, `Missing oauthclient_secret of organization "emea"`},
		"a null entry": {`
  organizations = {
    emea = null
    apac = { aws_region = "ap-southeast-2", oauthclient_id = "id", oauthclient_secret = "` + secret + `" }
  }`, `Organization "emea" is null`},
		"an entry with a mistyped region": {`
  organizations = {
    emea = { aws_region = "eu-wset-1", oauthclient_id = "id", oauthclient_secret = "` + secret + `" }
  }`, `organizations["emea"].aws_region: "eu-wset-1" is not a Genesys Cloud region`},
		"a secret as the region": {`
  aws_region         = "` + secret + `"
  oauthclient_id     = "id"
  oauthclient_secret = "us-east-1"`, "aws_region: The value is not a Genesys Cloud region. It is not shown"},
		"a secret in the address": {`
  api_url = "https://id:` + secret + `@gateway.example.com"`, "must not have a user name or password"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCLI(t, "main.tf", requiredProviders+fmt.Sprintf("provider \"genesysaudit\" {%s\n}\n", test.block)+validation(dashboardArguments))
			output := c.run(1, "validate", "-no-color")
			if !strings.Contains(output, test.want) || strings.Contains(output, secret) {
				t.Errorf("%s\nwant %q and not the secret", output, test.want)
			}
		})
	}
}

// Nothing is judged of another organization than the one that is meant: the error names both, in every form.
func TestAnotherOrganizationIsAnError(t *testing.T) {
	t.Parallel()
	const meant = "7d6b3e25-f190-4c8a-8b47-25ea9c70d316"
	for form, reads := range map[string]string{
		"resource":    validation(dashboardArguments),
		"data source": "data \"genesysaudit_access_validation\" \"x\" {\n" + dashboardArguments + "\n}\n",
		"clients":     "data \"genesysaudit_oauth_clients\" \"x\" {}\n",
	} {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			p := startPlatform(t)
			assertShowsAll(t, saidAtPlan(t, p.topLevel(fmt.Sprintf("organization_id = %q", meant))+reads),
				"Error: Signed in to another organization than organization_id", meant, `"Acme US" (`+organizationUS+`)`)
		})
	}
	p := startPlatform(t)
	if said := saidAtPlan(t, p.topLevel(fmt.Sprintf("organization_id = %q", organizationUS))+validation(dashboardArguments)); said != "" {
		t.Error(said)
	}
}

// With organization_id no data source shows anything of an organization that the token does not name.
func TestAnUnreadableTokenIsNoOrganization(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	p.AddFault(emulator.Fault{Path: "/api/v2/tokens/me", Status: http.StatusInternalServerError})
	assertShows(t, saidAtPlan(t, p.topLevel(fmt.Sprintf("organization_id = %q", organizationUS))+"data \"genesysaudit_oauth_clients\" \"x\" {}\n"),
		"Error: Cannot read the token of")
}
