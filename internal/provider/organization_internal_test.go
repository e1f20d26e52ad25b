package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
)

// A ready access token wins over a configured client, and only the platform tells whose it is.
func TestOwnClientIsTheTokensOwner(t *testing.T) {
	t.Parallel()
	for token, want := range map[string]string{"": "configured", "ready": ""} {
		o := newOrganization("", organizationSettings{clientID: "configured", token: token}, path.Empty(), clientOptions{})
		if got := o.facts.OwnClientID; got != want {
			t.Errorf("with the token %q its own client is %q, want %q", token, got, want)
		}
	}
}
