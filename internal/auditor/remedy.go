package auditor

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// GapOf says in the audit's terms why something could not be read.
func GapOf(err error) audit.Gap {
	gap := audit.Gap{Reason: err.Error(), Remediation: remedyOf(err)}
	var failed genesyscloud.RequestError
	if errors.As(err, &failed) {
		gap.Request, gap.Reason = failed.Request(), failed.Cause()
		if trace := failed.Trace(); trace != "" {
			gap.Trace = text.Sentence(trace)
		}
	}
	var api *genesyscloud.APIError
	if errors.As(err, &api) {
		switch {
		case api.Status == http.StatusForbidden && !api.NotPlatform:
			gap.Permission = api.Permission
		case api.ReadyToken: // the token is refused, whatever was to be read with it, so one error is enough
			gap.Request = "access_token"
		}
	}
	return gap
}

// remedyOf says what to do about a request that failed.
func remedyOf(err error) string {
	var (
		signIn      *genesyscloud.SignInError
		api         *genesyscloud.APIError
		answer      *genesyscloud.AnswerError
		unreachable *genesyscloud.TransportError
		late        *genesyscloud.DeadlineError
	)
	switch {
	case errors.As(err, &signIn):
		return signInRemedy(signIn)
	case errors.As(err, &api):
		return apiRemedy(api)
	case errors.As(err, &unreachable) && (unreachable.ProxyStatus != 0 || unreachable.Untrusted): // the error says what to do
		return "Then plan again."
	case errors.As(err, &unreachable):
		return unreachableRemedy(unreachable.Host)
	case errors.As(err, &late) && late.Unanswered != "":
		return unreachableRemedy(late.Unanswered)
	case errors.As(err, &late):
		return "Plan again. If the error persists, raise request_timeout in the provider block, or GENESYSAUDIT_REQUEST_TIMEOUT."
	case errors.As(err, &answer) && answer.NotPlatform:
		return intermediaryRemedy
	}
	return "Plan again. If the error persists, set TF_LOG_PROVIDER=DEBUG, which logs the ids of each request, and give them to Genesys Cloud support."
}

const (
	intermediaryRemedy = "Check what is between this machine and the platform: the proxy in HTTPS_PROXY and NO_PROXY, or the gateway in " +
		"api_url and login_url."
	waitRemedy = "Plan again later. If the error persists, find out what else uses the same token or OAuth client, or raise request_timeout in the provider " +
		"block, or GENESYSAUDIT_REQUEST_TIMEOUT."
	supportRemedy = "Plan again. If the error persists, give the request and its ids to Genesys Cloud support."
)

func unreachableRemedy(host string) string {
	return fmt.Sprintf("Check that this machine reaches %s: the region or the URLs in the provider block, the name server, the firewall, and the "+
		"proxy in HTTPS_PROXY and NO_PROXY.", host)
}

func signInRemedy(e *genesyscloud.SignInError) string {
	switch {
	case e.NotPlatform:
		return intermediaryRemedy
	case e.RetryAfter > 0 || e.Status == http.StatusTooManyRequests:
		return waitRemedy
	case e.Status >= http.StatusInternalServerError:
		return supportRemedy
	}
	if e.Organization != "" { // no variable stands in for its attributes
		return fmt.Sprintf("Check oauthclient_id, oauthclient_secret and aws_region of organizations[%q] in the provider block.", e.Organization)
	}
	return "Check oauthclient_id, oauthclient_secret and aws_region in the provider block, or the environment variables that stand in for them."
}

func apiRemedy(e *genesyscloud.APIError) string {
	switch {
	case e.NotPlatform:
		return intermediaryRemedy
	case e.Code == "ip.not.authorized":
		return "Run from an address that the organization allows, or add this machine's address to its IP allowlist under Admin > Account Settings > " +
			"Organization Settings."
	case e.ReadyToken:
		where := "access_token from the provider block, or GENESYSCLOUD_ACCESS_TOKEN from the environment"
		if e.Organization != "" {
			where = fmt.Sprintf("access_token from organizations[%q]", e.Organization)
		}
		return "Issue a new access token. Alternatively, remove " + where + ", so that the provider signs in with oauthclient_id and oauthclient_secret."
	case e.Status == http.StatusUnauthorized:
		return "Check that api_url and login_url, where they are set, belong to the same region, then plan again. If the error persists, give the request and " +
			"its ids to Genesys Cloud support."
	case e.Status == http.StatusForbidden && e.Permission != "":
		return fmt.Sprintf("Grant %s to the auditing client (a role under Admin > Integrations > OAuth > Roles), then plan again.", e.Permission)
	case e.Status == http.StatusNotFound && strings.HasPrefix(e.Path, "/api/v2/authorization/subjects/"):
		return "Correct user_id: the organization has no user with this id."
	case e.Status == http.StatusTooManyRequests:
		return waitRemedy
	}
	return supportRemedy
}
