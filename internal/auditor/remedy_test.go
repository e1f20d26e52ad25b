package auditor

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// What to do depends on what went wrong: advice that belongs to another fault sends a person the wrong way.
func TestRemedies(t *testing.T) {
	t.Parallel()
	const credentials, proxy = "Check oauthclient_id, oauthclient_secret and aws_region", "the proxy in HTTPS_PROXY and NO_PROXY"
	for name, test := range map[string]struct {
		err  error
		want string
		not  string
	}{
		"wrong credentials": {&genesyscloud.SignInError{Status: 400, Code: "invalid_client"},
			credentials + " in the provider block, or the environment variables", "support"},
		"wrong credentials of an entry": {&genesyscloud.SignInError{Status: 400, Code: "invalid_client", Organization: "emea"},
			credentials + ` of organizations["emea"] in the provider block.`, "environment"},
		"proxy at the sign-in": {&genesyscloud.SignInError{Status: 407, NotPlatform: true}, proxy, "oauthclient_secret"},
		"too many sign-ins":    {&genesyscloud.SignInError{Status: 400, RetryAfter: time.Minute}, "Plan again later.", "oauthclient_secret"},
		"sign-in that fails":   {&genesyscloud.SignInError{Status: 500}, "give the request and its ids to Genesys Cloud support", "oauthclient_secret"},
		"permission": {&genesyscloud.APIError{Status: 403, Permission: "oauth:client:view"},
			"Grant oauth:client:view to the auditing client", "support"},
		"refused by a proxy": {&genesyscloud.APIError{Status: 403, Permission: "oauth:client:view", NotPlatform: true}, proxy, "Grant"},
		"ready-made token": {&genesyscloud.APIError{Status: 401, ReadyToken: true},
			"Issue a new access token. Alternatively, remove access_token from the provider block, or GENESYSCLOUD_ACCESS_TOKEN from the environment,", "support"},
		"ready-made token of an entry": {&genesyscloud.APIError{Status: 401, ReadyToken: true, Organization: "emea"},
			`Alternatively, remove access_token from organizations["emea"], so that`, "GENESYSCLOUD"},
		"new token refused":    {&genesyscloud.APIError{Status: 401}, "api_url and login_url", "Issue a new access token"},
		"address":              {&genesyscloud.APIError{Status: 401, ReadyToken: true, Code: "ip.not.authorized"}, "IP allowlist", "access token"},
		"no such user":         {&genesyscloud.APIError{Status: 404, Path: "/api/v2/authorization/subjects/u-1"}, "Correct user_id", "support"},
		"no such path":         {&genesyscloud.APIError{Status: 404, Path: "/api/v2/authorization/roles"}, "Genesys Cloud support", "user_id"},
		"rate limit":           {&genesyscloud.APIError{Status: 429, RetryAfter: time.Minute}, "what else uses the same token or OAuth client", "support"},
		"unreachable":          {&genesyscloud.TransportError{Host: "api.example.com"}, "this machine reaches api.example.com", "support"},
		"a proxy that refuses": {&genesyscloud.TransportError{Host: "api.example.com", ProxyStatus: 407}, "Then plan again.", "name server"},
		"unreachable in time": {&genesyscloud.DeadlineError{Last: "connection refused", Unanswered: "api.example.com"},
			"this machine reaches api.example.com", "raise request_timeout"},
		"slow":          {&genesyscloud.DeadlineError{Last: "503 Service Unavailable"}, "raise request_timeout", "proxy"},
		"HTML":          {&genesyscloud.AnswerError{NotPlatform: true}, proxy, "support"},
		"broken answer": {&genesyscloud.AnswerError{Reason: "it is empty"}, "TF_LOG_PROVIDER=DEBUG", "proxy"},
		"another error": {errors.New("no"), "Genesys Cloud support", "proxy"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			remedy := GapOf(test.err).Remediation
			if !strings.Contains(remedy, test.want) || strings.Contains(remedy, test.not) {
				t.Errorf("%q, want %q and not %q", remedy, test.want, test.not)
			}
		})
	}
}
