package provider

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/auditor"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// providerData is what the data sources and resources share: the organizations, and the ceiling for every validation.
type providerData struct {
	topLevel      *organization
	organizations map[string]*organization
	// organizationsUnknown is true while Terraform does not know the map of organizations yet.
	organizationsUnknown bool

	enforcement        enforcement
	enforcementUnknown bool
	// enforcementInBlock is true when the provider block sets enforcement, which the environment variable then cannot change.
	enforcementInBlock bool

	now func() time.Time

	explained toldOnce

	mu         sync.Mutex
	identified map[string]string // organization id -> the key under which it was identified first
	told       map[string]bool   // keys of which a warning has said that they are the same organization as another
}

// configure turns the provider block and the environment into organizations. It makes no network call: an organization is signed in
// to when the first thing needs it.
func (p *auditProvider) configure(ctx context.Context, config providerModel, run *auditor.Run) (*providerData, diag.Diagnostics) {
	settings, diags := p.readSettings(ctx, config)
	data := &providerData{
		organizations:        make(map[string]*organization, len(settings.organizations)),
		organizationsUnknown: config.Organizations.IsUnknown(),
		enforcementInBlock:   !config.Enforcement.IsNull(),
		enforcementUnknown:   config.Enforcement.IsUnknown(),
		enforcement:          p.enforcement(config.Enforcement, settings.secrets, &diags),
		now:                  p.now,
	}
	timeout, timeoutUnknown := p.requestTimeout(config.RequestTimeout, settings.secrets, &diags)
	open := func(key string, settings organizationSettings) *organization {
		settings.unknown = settings.unknown || timeoutUnknown
		return newOrganization(key, settings, clientOptions{
			timeout:   timeout,
			transport: p.transport,
			userAgent: "terraform-provider-genesysaudit/" + p.version,
			run:       run,
		})
	}
	data.topLevel = open("", settings.topLevel)
	for key, entry := range settings.organizations {
		data.organizations[key] = open(key, entry)
	}
	return data, append(diags, settings.sameCredentials()...)
}

func (p *auditProvider) enforcement(value types.String, secrets secrets, diags *diag.Diagnostics) enforcement {
	name := value.ValueString()
	if value.IsNull() {
		name = p.getenv(envEnforcement)
	}
	if name == "" {
		return enforce
	}
	if !slices.Contains(enforcements, name) {
		problem := notOneOf(name, "an enforcement level", enforcements)
		if secrets.hold(name) {
			problem = unquoted("an enforcement level")
		}
		diags.AddError("Invalid "+envEnforcement, wrap(problem))
	}
	return enforcement(name)
}

func (p *auditProvider) requestTimeout(value types.Int64, secrets secrets, diags *diag.Diagnostics) (timeout time.Duration, unknown bool) {
	seconds := int64(defaultRequestTimeout)
	switch text := p.getenv(envRequestTimeout); {
	case value.IsUnknown():
		return 0, true
	case !value.IsNull():
		seconds = value.ValueInt64()
	case text != "":
		parsed, err := strconv.ParseInt(text, 10, 64)
		if err != nil || parsed < minRequestTimeout || parsed > maxRequestTimeout {
			shown := strconv.Quote(text)
			if secrets.hold(text) {
				shown = "The value"
			}
			diags.AddError("Invalid "+envRequestTimeout,
				fmt.Sprintf("%s is not a number of seconds between %d and %d.", shown, minRequestTimeout, maxRequestTimeout))
			return 0, false
		}
		seconds = parsed
	}
	return time.Duration(seconds) * time.Second, false
}

// organization finds the organization that an `organization` argument names. ok is false, without an error, when Terraform does not
// know it yet.
func (d *providerData) organization(key types.String) (org *organization, ok bool, diags diag.Diagnostics) {
	switch {
	case key.IsUnknown():
		return nil, false, diags
	case key.IsNull():
		org = d.topLevel
	case d.organizationsUnknown:
		return nil, false, diags
	default:
		org = d.organizations[key.ValueString()]
	}
	if org == nil {
		diags.AddAttributeError(path.Root("organization"), "Unknown organization", d.unknownOrganization(key.ValueString()))
		return nil, false, diags
	}
	if org.settings.unknown {
		return nil, false, diags
	}
	diags.Append(org.open()...)
	return org, !diags.HasError(), diags
}

// openOrganization is organization for a data source, which cannot leave anything to apply while its own arguments are known.
func (d *providerData) openOrganization(key types.String) (*organization, diag.Diagnostics) {
	org, ok, diags := d.organization(key)
	if !ok && !diags.HasError() {
		diags.AddError("Organization not known yet", "The provider's configuration for this organization is known only at apply. Add depends_on "+
			"to the data source, so that it is read when the configuration is known.")
	}
	return org, diags
}

// sameOrganization warns, once, when an organization turns out to be the same as another entry of `organizations`.
func (d *providerData) sameOrganization(org *organization) diag.Diagnostics {
	found, known := org.auditor.Identified()
	if !known || org.key == "" {
		return nil
	}
	return d.sameOrganizationAs(org, found.ID, found.Name)
}

func (d *providerData) sameOrganizationAs(org *organization, id, name string) diag.Diagnostics {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.identified == nil {
		d.identified, d.told = make(map[string]string), make(map[string]bool)
	}
	first, taken := d.identified[id]
	if !taken {
		d.identified[id] = org.key
		return nil
	}
	// Of the same credentials Configure has warned already.
	if first == org.key || d.told[org.key] || d.organizations[first].settings.sameCredentials(org.settings) {
		return nil
	}
	d.told[org.key] = true
	return diag.Diagnostics{diag.NewWarningDiagnostic(fmt.Sprintf("Organizations %q and %q are the same organization", min(first, org.key), max(first, org.key)),
		wrap(fmt.Sprintf("Both sign in to %s (%s). Correct the credentials of one of them in `organizations`, or remove it.", name, id)))}
}

func (d *providerData) unknownOrganization(key string) string {
	if len(d.organizations) == 0 {
		return fmt.Sprintf("The provider block has no organization %q: its `organizations` is empty.\n\n"+
			"Add the organization there, or leave `organization` out to use the provider block's own credentials.", key)
	}
	names := sortedKeys(d.organizations)
	hint := text.DidYouMean(text.Nearest(key, names, 2))
	return strings.TrimSpace(fmt.Sprintf("The provider block has no organization %q. It has %s. %s", key, quotedList(names), hint))
}

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}

func quotedList(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = strconv.Quote(name)
	}
	return strings.Join(quoted, ", ")
}

// sentence makes an error's text fit to stand in a diagnostic.
func sentence(message string) string { return text.Sentence(message) }

// enforcement says what a verdict other than compliant does to a plan.
type enforcement string

const (
	enforce        enforcement = "enforce"
	warn           enforcement = "warn"
	enforcementOff enforcement = "off"
)

// enforcements are the levels that the provider block accepts; validationEnforcements those of a single validation.
var (
	enforcements           = []string{string(enforce), string(warn), string(enforcementOff)}
	validationEnforcements = []string{string(enforce), string(warn)}
)

func (e enforcement) rank() int {
	return slices.Index([]enforcement{enforcementOff, warn, enforce}, e)
}

// under is the enforcement of a validation that asks for e below a ceiling.
func (e enforcement) under(ceiling enforcement) enforcement {
	return slices.MinFunc([]enforcement{e, ceiling}, func(a, b enforcement) int { return cmp.Compare(a.rank(), b.rank()) })
}
