package provider

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// textValidator refuses a text for which problem has something to say.
type textValidator struct {
	description string
	summary     string
	problem     func(text string) string
}

var _ validator.String = textValidator{}

func (v textValidator) Description(context.Context) string         { return v.description }
func (v textValidator) MarkdownDescription(context.Context) string { return v.description }

func (v textValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if problem := v.problem(req.ConfigValue.ValueString()); problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path, v.summary, wrap(placed(req.Path, problem)))
	}
}

// placed names the attribute in front of a problem that lies deeper than the CLI points: inside the objects of a map.
func placed(at path.Path, problem string) string {
	steps := at.Steps()
	if len(steps) < 3 {
		return problem
	}
	if _, isAttribute := steps[len(steps)-1].(path.PathStepAttributeName); !isAttribute {
		return problem
	}
	return at.String() + ": " + problem
}

var (
	isRegion = textValidator{
		description: "must be a Genesys Cloud region key or domain",
		summary:     "Unknown region",
		problem:     regionProblem,
	}
	isEndpoint = textValidator{
		description: `must be a Genesys Cloud endpoint, "METHOD /path"`,
		summary:     "Unknown endpoint",
		problem:     endpointProblem,
	}
	isGrantType = textValidator{
		description: "must be an OAuth grant type of Genesys Cloud",
		summary:     "Unknown grant type",
		problem: func(text string) string {
			return notOneOf(currentGrantType(text), "a grant type of Genesys Cloud", grantTypes)
		},
	}
	isPermission = textValidator{
		description: "must be a permission, domain:entity:action",
		summary:     "Invalid permission",
		problem:     func(text string) string { return permissionProblem(text, false) },
	}
	isPermissionPattern = textValidator{
		description: "must be a permission, domain:entity:action, with * allowed in each place",
		summary:     "Invalid permission pattern",
		problem:     func(text string) string { return permissionProblem(text, true) },
	}
	isPrefix = textValidator{
		description: "must be an IP address or a CIDR",
		summary:     "Invalid address",
		problem: func(text string) string {
			if _, err := parsePrefix(text); err != nil {
				return sentence(err.Error())
			}
			return ""
		},
	}
	isDate = textValidator{
		description: "must be a date, YYYY-MM-DD",
		summary:     "Invalid date",
		problem: func(text string) string {
			if _, err := parseDate(text); err != nil {
				return sentence(err.Error())
			}
			return ""
		},
	}
	isWaiverKey = textValidator{
		description: "must be a check id, or check/subject",
		summary:     "Unknown check",
		problem:     waiverKeyProblem,
	}
	isNotBlank = textValidator{
		description: "must not be empty",
		summary:     "Empty value",
		problem: func(value string) string {
			if strings.TrimSpace(value) == "" {
				return "The value is empty. Give it one, or leave the argument out if it is optional."
			}
			return ""
		},
	}
)

func oneOf(values []string) textValidator {
	return textValidator{
		description: "must be one of " + quotedList(values),
		summary:     "Invalid value",
		problem:     func(value string) string { return notOneOf(value, "one of the values here", values) },
	}
}

// notOneOf is empty if text is among the values, and else says what could have been meant.
func notOneOf(value, kind string, values []string) string {
	if slices.Contains(values, value) {
		return ""
	}
	hint := text.DidYouMean(text.Nearest(value, values, 2))
	return strings.TrimSpace(fmt.Sprintf("%q is not %s: %s. %s", value, kind, quotedList(values), hint))
}

func regionProblem(value string) string {
	if _, ok := genesyscloud.LookupRegion(value); ok {
		return ""
	}
	hint := text.DidYouMean(genesyscloud.NearestRegions(value))
	if hint == "" {
		hint = "Give a region key such as eu-west-1, or its domain such as mypurecloud.ie."
	}
	return fmt.Sprintf("%q is not a Genesys Cloud region. %s", value, hint)
}

func endpointProblem(value string) string {
	_, err := catalog.Lookup(value)
	return catalogProblem(err)
}

// catalogProblem tells an error of catalog.Lookup, and what to write instead.
func catalogProblem(err error) string {
	var unknown *catalog.UnknownError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &unknown):
		return strings.TrimSpace(unknown.Reason + ". " + text.DidYouMean(unknown.Nearest))
	default:
		return fmt.Sprintf("%s. Write the method, a space and the path, such as %q.", err, defaultEndpoints[0])
	}
}

func permissionProblem(value string, wildcards bool) string {
	err := access.ParsePermission(value, wildcards)
	if err == nil {
		return ""
	}
	hint := text.DidYouMean(text.Nearest(value, catalog.Permissions(), 3))
	return strings.TrimSpace(sentence(err.Error()) + " " + hint)
}

func waiverKeyProblem(value string) string {
	check, _, _ := strings.Cut(value, "/")
	if audit.IsCheck(check) {
		if !audit.Waivable(audit.Check(check)) {
			return fmt.Sprintf("The check %s cannot be waived: without the client there is nothing to audit. Remove the waiver.", check)
		}
		return ""
	}
	names := make([]string, 0, len(audit.Checks()))
	for _, known := range audit.Checks() {
		names = append(names, string(known))
	}
	hint := text.DidYouMean(text.Nearest(check, names, 2))
	if hint == "" {
		hint = "The checks are " + strings.Join(names, ", ") + "."
	}
	return fmt.Sprintf("%q is not the id of a check. %s", check, hint)
}

// parsePrefix reads an address or a CIDR; an address is the prefix that holds just it.
func parsePrefix(value string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(value); err == nil && address.Zone() == "" {
		address = address.Unmap()
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(value)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("%q is neither an IP address nor a CIDR such as 203.0.113.0/24", value)
	}
	if prefix != prefix.Masked() {
		return netip.Prefix{}, fmt.Errorf("%q has bits set behind its prefix length: write %s for the network, or %s for the one address",
			value, prefix.Masked(), prefix.Addr())
	}
	return prefix, nil
}

// clientCredentials is the grant type of a client with rights of its own; every other one acts with a user's.
const clientCredentials = "CLIENT-CREDENTIALS"

// grantTypes are the platform's OAuth grant types.
var grantTypes = []string{clientCredentials, "CODE", "PASSWORD", "SAML2-BEARER", "TOKEN"}

// currentGrantType is the current spelling of a grant type that the platform spelled otherwise before 2021-11-25.
func currentGrantType(text string) string {
	switch text {
	case "CLIENT_CREDENTIALS":
		return clientCredentials
	case "SAML2BEARER":
		return "SAML2-BEARER"
	default:
		return text
	}
}
