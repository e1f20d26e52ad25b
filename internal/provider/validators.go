package provider

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework-validators/helpers/validatordiag"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

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
		resp.Diagnostics.AddAttributeError(shownAt(req.Path), v.summary, wrap(placed(req.Path, problem)))
	}
}

// eachOf validates all elements of a set at once: a call of the framework for each costs more than the check. It shows as many problems as a
// reader corrects in one go.
type eachOf []validator.String

var _ validator.List = eachOf{}

func (v eachOf) Description(context.Context) string             { return "each element must be valid" }
func (v eachOf) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v eachOf) ValidateList(ctx context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	elements := req.ConfigValue.Elements()
	v.validate(ctx, req.Path, req.Config, elements, &resp.Diagnostics)
}

// eachKey validates all keys of a map at once.
type eachKey []validator.String

var _ validator.Map = eachKey{}

func (v eachKey) Description(context.Context) string             { return "each key must be valid" }
func (v eachKey) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v eachKey) ValidateMap(ctx context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	keys := make([]attr.Value, 0, len(req.ConfigValue.Elements()))
	for _, key := range sortedKeys(req.ConfigValue.Elements()) {
		keys = append(keys, types.StringValue(key))
	}
	eachOf(v).validate(ctx, req.Path, req.Config, keys, &resp.Diagnostics)
}

func (v eachOf) validate(ctx context.Context, at path.Path, config tfsdk.Config, texts []attr.Value, diags *diag.Diagnostics) {
	problems := v.problems(ctx, at, config, texts)
	if len(problems) == 0 {
		return
	}
	if len(texts) <= mostShown {
		for _, problem := range problems {
			diags.AddAttributeError(shownAt(at), problem.Summary(), problem.Detail())
		}
		return
	}
	// The CLI would print the lines of all texts with each problem.
	details := []string{fmt.Sprintf("In %s:", at)}
	for _, problem := range problems {
		details = append(details, problem.Detail())
	}
	diags.AddError(problems[0].Summary(), strings.Join(details, "\n\n"))
}

// problems are what is wrong with the texts, as many as a reader corrects in one go.
func (v eachOf) problems(ctx context.Context, at path.Path, config tfsdk.Config, texts []attr.Value) (found diag.Diagnostics) {
	for _, element := range texts {
		if len(found) >= mostOfCheck {
			found.AddError("There may be more",
				wrap(placed(at, "The elements after these were not checked. Correct these first, then validate again.")))
			return found
		}
		value, ok := element.(types.String)
		if !ok || value.IsNull() {
			found.AddError("Null Set Value", placed(at, "This attribute contains a null value."))
			continue
		}
		for _, text := range v {
			var problems validator.StringResponse
			text.ValidateString(ctx, validator.StringRequest{Path: at, ConfigValue: value, Config: config}, &problems)
			found = append(found, problems.Diagnostics...)
		}
	}
	return found
}

// isNotEmpty refuses a set without elements.
type isNotEmpty struct{}

var _ validator.List = isNotEmpty{}

func (isNotEmpty) Description(context.Context) string { return "set must contain at least 1 elements" }

func (v isNotEmpty) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v isNotEmpty) ValidateList(ctx context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	if set := req.ConfigValue; !set.IsNull() && !set.IsUnknown() && len(set.Elements()) == 0 {
		resp.Diagnostics.Append(validatordiag.InvalidAttributeValueDiagnostic(req.Path, v.Description(ctx), "0"))
	}
}

// shownAt is the path by which the CLI finds the line: a top-level attribute, or an attribute of a block. For a path into a map of objects,
// Terraform's core looks up the last name among the arguments of the enclosing block. It would print the line of another argument, and with it
// perhaps a secret.
func shownAt(at path.Path) path.Path {
	shown := path.Empty()
	for _, step := range at.Steps() {
		name, ok := step.(path.PathStepAttributeName)
		if !ok {
			break
		}
		shown = shown.AtName(string(name))
	}
	return shown
}

// placed names the attribute in front of a problem that lies deeper than the CLI points: inside a block or the objects of a map.
func placed(at path.Path, problem string) string {
	inner := 0 // the length of the path to the innermost attribute
	for i, step := range at.Steps() {
		if _, isAttribute := step.(path.PathStepAttributeName); isAttribute {
			inner = i + 1
		}
	}
	if inner < 2 {
		return problem
	}
	for range len(at.Steps()) - inner {
		at = at.ParentPath()
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
	isTopic = textValidator{
		description: "must be a notification topic, such as v2.users.{id}.presence",
		summary:     "Invalid notification topic",
		problem: func(text string) string {
			if err := catalog.CheckTopic(text); err != nil {
				return fmt.Sprintf("%q is not a notification topic: %s.", text, err)
			}
			return ""
		},
	}
	isGrantType = textValidator{
		description: "must be an OAuth grant type of Genesys Cloud",
		summary:     "Unknown grant type",
		problem: func(text string) string {
			return grantTypeProblem(text)
		},
	}
	isPermission = textValidator{
		description: "must be a permission, domain:entity:action",
		summary:     "Invalid permission",
		problem:     func(text string) string { return permissionArgumentProblem(text, false) },
	}
	isPermissionPattern = textValidator{
		description: "must be a permission, domain:entity:action, with * allowed in each place",
		summary:     "Invalid permission pattern",
		problem:     func(text string) string { return permissionArgumentProblem(text, true) },
	}
	isAllowedPermission = textValidator{
		description: "must be a permission, domain:entity:action, with * allowed in each place, or a legacy permission such as admin",
		summary:     "Invalid permission pattern",
		problem:     func(text string) string { return grantProblem(text, true) },
	}
	isScope = textValidator{
		description: "must be an OAuth scope, such as analytics:readonly",
		summary:     "Invalid scope",
		problem:     scopeProblem,
	}
	isPublicPrefix = textValidator{
		description: "must be a public IPv4 address or a CIDR of them",
		summary:     "Invalid address",
		problem: func(text string) string {
			if _, err := parsePublicPrefix(text); err != nil {
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
				return "The value is empty. Set a value, or remove the argument if it is optional."
			}
			return ""
		},
	}
)

func oneOf(values []string) textValidator {
	return textValidator{
		description: "must be one of " + quotedList(values),
		summary:     "Invalid value",
		problem:     func(value string) string { return notOneOf(value, "an allowed value", values) },
	}
}

// notOneOf is empty if text is among the values, and else says what could have been meant.
func notOneOf(value, kind string, values []string) string {
	if slices.Contains(values, value) {
		return ""
	}
	hint := text.DidYouMean(text.Nearest(value, values, 2))
	return strings.TrimSpace(fmt.Sprintf("%q is not %s. Use one of %s. %s", value, kind, quotedList(values), hint))
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
		return fmt.Sprintf("%s. Write the method, a space and the path, such as %q.", err, "GET /api/v2/analytics/events")
	}
}

func permissionProblem(value string, wildcards bool) string {
	err := access.ParsePermission(value, wildcards)
	if err == nil {
		return ""
	}
	return strings.TrimSpace(sentence(err.Error()) + " " + text.DidYouMean(text.Nearest(value, catalog.Permissions(), 3)))
}

// permissionArgumentProblem is permissionProblem, with what is meant by a permission that is written like a scope.
func permissionArgumentProblem(value string, wildcards bool) string {
	problem := permissionProblem(value, wildcards)
	if problem != "" && strings.Count(value, ":") == 1 {
		problem += " If it is an OAuth scope, it belongs in required_scopes or forbidden_scopes."
	}
	return problem
}

// scopeProblem refuses what cannot be a scope. Whether the platform has the scope is decided by the platform's own list.
func scopeProblem(value string) string {
	switch {
	case strings.TrimSpace(value) == "":
		return "The value is empty. Write the name of a scope."
	case strings.ContainsFunc(value, unicode.IsSpace) || strings.Contains(value, ","):
		names := strings.FieldsFunc(value, func(r rune) bool { return unicode.IsSpace(r) || r == ',' })
		if len(names) < 2 {
			return fmt.Sprintf("%q contains white space or a comma, which no scope does. Write it as %s.", value, quotedList(names))
		}
		return fmt.Sprintf("%q contains white space or a comma, which no scope does. Write several scopes as several elements: %s.", value, quotedList(names))
	case strings.Count(value, ":") > 1:
		return fmt.Sprintf("%q is written like a permission, domain:entity:action. A scope is written like analytics:readonly. A permission belongs in "+
			"required_permissions or forbidden_permissions.", value)
	}
	return ""
}

func grantTypeProblem(value string) string {
	switch strings.ToUpper(value) {
	case "PKCE":
		return fmt.Sprintf("%q is not a grant type of Genesys Cloud: PKCE is an extension of the authorization code grant. Write \"CODE\".", value)
	case "IMPLICIT":
		return fmt.Sprintf("%q is not a grant type of Genesys Cloud, which calls the implicit grant TOKEN. Write \"TOKEN\".", value)
	}
	return notOneOf(currentGrantType(value), "a grant type of Genesys Cloud", grantTypes)
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
		return netip.Prefix{}, fmt.Errorf("%q has bits set after its prefix length: write %s for the network, or %s for the one address",
			value, prefix.Masked(), prefix.Addr())
	}
	return prefix, nil
}

// parsePublicPrefix reads an address or a CIDR that can be the source of a call to the platform, which is reached over public IPv4 only.
func parsePublicPrefix(value string) (netip.Prefix, error) {
	prefix, err := parsePrefix(value)
	switch address := prefix.Addr(); {
	case err != nil:
		return netip.Prefix{}, err
	case !address.Is4():
		return netip.Prefix{}, fmt.Errorf("%q is an IPv6 address, and the platform is called over IPv4. Give the public IPv4 address of the application", value)
	case slices.ContainsFunc(notPublic, prefix.Overlaps):
		return netip.Prefix{}, fmt.Errorf("%q is not a public address, so the platform never sees it. Give the public address behind which the "+
			"application calls, such as that of the NAT gateway or proxy", value)
	}
	return prefix, nil
}

// notPublic are the IPv4 networks that no packet on the Internet comes from: https://www.iana.org/assignments/iana-ipv4-special-registry
var notPublic = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("10.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("127.0.0.0/8"),
	netip.MustParsePrefix("169.254.0.0/16"),
	netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("224.0.0.0/3"),
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
