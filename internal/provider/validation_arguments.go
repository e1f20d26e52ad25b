package provider

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/objectvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// An argument of the validation is declared once, in validationArguments. The schemas of the three forms, the reader of a configuration and
// the headings of the documentation come from that list.

// argument is one argument of the validation.
type argument struct {
	attribute
	// group is the heading under which the documentation shows the argument.
	group string
	// demands tells whether a value demands something of the client; nil for an argument that never does. The value is known.
	demands func(attr.Value) bool
	// read fills in the argument's field of the requirement; nil for an argument that is no part of it.
	read func(*requirementReader, attr.Value)
}

// The headings of the documentation, in order.
const (
	groupWhom      = "Whom"
	groupWork      = "What must work"
	groupNotThere  = "What must not be there"
	groupWhere     = "Where"
	groupWhatIf    = "What if"
	groupException = "Exceptions and behaviour"
)

var (
	names       = []validator.String{isNotBlank}
	scopeNames  = []validator.String{isScope}
	notEmptySet = []validator.List{isNotEmpty{}}
)

// validationArguments are the arguments of every form, in the order of the documentation.
var validationArguments = []argument{
	{
		group: groupWhom,
		attribute: attribute{name: "organization", kind: textKind, texts: names,
			description: "Key of the organization in the provider's `organizations`. Default: the organization of the provider block itself."},
	},
	{
		group: groupWhom,
		attribute: attribute{name: "client_id", kind: textKind,
			texts: []validator.String{isNotBlank, stringvalidator.ConflictsWith(path.MatchRoot("client_name"))},
			description: "Id of the OAuth client to audit. Default: the client that the provider itself signed in as. Conflicts with " +
				"`client_name`."},
		read: readText(func(q *audit.Requirement) *string { return &q.ClientID }),
	},
	{
		group: groupWhom,
		attribute: attribute{name: "client_name", kind: textKind, texts: names,
			description: "Exact name of the OAuth client to audit. A name that several clients have fails the check `client`."},
		read: readText(func(q *audit.Requirement) *string { return &q.ClientName }),
	},
	{
		group: groupWhom,
		attribute: attribute{name: "user_id", kind: textKind, texts: names,
			description: "Id of the user whose roles count, for a client with a user-context grant (any grant but CLIENT-CREDENTIALS)."},
		read: readText(func(q *audit.Requirement) *string { return &q.UserID }),
	},
	{
		group: groupWhom,
		attribute: attribute{name: "clients", kind: blockKind, fields: clientsFields,
			objects: []validator.Object{objectvalidator.ConflictsWith(path.MatchRoot("client_id"), path.MatchRoot("client_name"))},
			description: "Audits many OAuth clients instead of one: every client of the organization that meets all conditions of the block. An " +
				"empty block means every client. Conflicts with `client_id` and `client_name`."},
		read: readClientFilter,
	},
	{
		group: groupWork, demands: notEmpty,
		attribute: attribute{name: "endpoints", kind: textSetKind, texts: []validator.String{isEndpoint},
			description: "Endpoints that the client must be able to call, as `METHOD /path`. The path is a template (`GET " +
				"/api/v2/users/{userId}/roles`) or concrete."},
		read: readEndpoints,
	},
	{
		group: groupWork, demands: notEmpty,
		attribute: attribute{name: "notification_topics", kind: textSetKind, texts: []validator.String{isTopic},
			description: "Notification topics that the client must be able to subscribe to (`v2.users.{id}.presence`, or with a concrete id)."},
		read: readTexts(func(q *audit.Requirement) *[]string { return &q.NotificationTopics }),
	},
	{
		group: groupWork, demands: notEmpty,
		attribute: attribute{name: "required_scopes", kind: textSetKind, texts: scopeNames,
			description: "OAuth scopes that the client must have, in addition to those that the endpoints need."},
		read: readTexts(func(q *audit.Requirement) *[]string { return &q.RequiredScopes }),
	},
	{
		group: groupWork, demands: notEmpty,
		attribute: attribute{name: "required_roles", kind: textSetKind, texts: names,
			description: "Roles, by name or id, that must be granted, in addition to those that the endpoints need."},
		read: readTexts(func(q *audit.Requirement) *[]string { return &q.RequiredRoles }),
	},
	{
		group: groupWork, demands: notEmpty,
		attribute: attribute{name: "required_permissions", kind: textSetKind, texts: []validator.String{isPermission},
			description: "Permissions, `domain:entity:action`, that must be granted, in addition to those that the endpoints need. A grant may " +
				"use `*`; this list may not."},
		read: readTexts(func(q *audit.Requirement) *[]string { return &q.RequiredPermissions }),
	},
	{
		group: groupWork,
		attribute: attribute{name: "divisions", kind: textSetKind, texts: names, sets: notEmptySet,
			description: "Divisions in which every required permission must hold: names, ids, or `*` for all divisions. Default: any division is " +
				"enough."},
		read: readTexts(func(q *audit.Requirement) *[]string { return &q.Divisions }),
	},
	{
		group: groupWork,
		attribute: attribute{name: "accept_conditional_grants", kind: flagKind,
			description: "Whether to count permissions that a role grants only under a condition. Default: `false`."},
		read: readFlag(func(q *audit.Requirement) *bool { return &q.AcceptConditionalGrants }),
	},
	{
		group: groupNotThere, demands: always,
		attribute: attribute{name: "allowed_scopes", kind: textSetKind, texts: scopeNames,
			description: "OAuth scopes that the client may have in addition to those that are required here or by the endpoints. `[]` allows no " +
				"other scope. Default: any."},
		read: readTexts(func(q *audit.Requirement) *[]string { return &q.AllowedScopes }),
	},
	{
		group: groupNotThere, demands: always,
		attribute: attribute{name: "allowed_roles", kind: textSetKind, texts: names,
			description: "Roles, by name or id, that may be granted in addition to those that are required here or by the endpoints. `[]` allows " +
				"no other role. Default: any."},
		read: readTexts(func(q *audit.Requirement) *[]string { return &q.AllowedRoles }),
	},
	{
		group: groupNotThere, demands: always,
		attribute: attribute{name: "allowed_permissions", kind: textSetKind, texts: []validator.String{isAllowedPermission},
			description: "All permissions that may be granted, by any role: `domain:entity:action`, with `*` allowed in each segment, and legacy " +
				"permissions such as `admin`. A granted `*` must be covered as a whole. `[]` allows no permission. Default: any."},
		read: readTexts(func(q *audit.Requirement) *[]string { return &q.AllowedPermissions }),
	},
	{
		group: groupNotThere, demands: notEmpty,
		attribute: attribute{name: "forbidden_scopes", kind: textSetKind, texts: scopeNames,
			description: "OAuth scopes that the client must not have."},
		read: readTexts(func(q *audit.Requirement) *[]string { return &q.ForbiddenScopes }),
	},
	{
		group: groupNotThere, demands: notEmpty,
		attribute: attribute{name: "forbidden_roles", kind: textSetKind, texts: names,
			description: "Roles, by name or id, that must not be granted."},
		read: readTexts(func(q *audit.Requirement) *[]string { return &q.ForbiddenRoles }),
	},
	{
		group: groupNotThere, demands: notEmpty,
		attribute: attribute{name: "forbidden_permissions", kind: textSetKind, texts: []validator.String{isPermissionPattern},
			description: "Permissions that must not be granted. A pattern may use `*` in each segment. It matches every granted permission that " +
				"it overlaps."},
		read: readTexts(func(q *audit.Requirement) *[]string { return &q.ForbiddenPermissions }),
	},
	{
		group: groupNotThere, demands: notEmpty,
		attribute: attribute{name: "role_divisions", kind: textSetMapKind,
			maps: []validator.Map{
				eachKey{isNotBlank}, mapvalidator.NoNullValues(),
				mapvalidator.ValueListsAre(isNotEmpty{}, eachOf(names)),
			},
			description: "For each role, by name or id, exactly the divisions in which it is granted: names, ids, or `*` for a grant in all divisions. " +
				"A role in more, fewer or other divisions fails."},
		read: readRoleDivisions,
	},
	{
		group: groupNotThere, demands: always,
		attribute: attribute{name: "allowed_grant_types", kind: textSetKind, texts: []validator.String{isGrantType}, sets: notEmptySet,
			description: "Grant types that the client may have, such as `[\"CLIENT-CREDENTIALS\"]`. Default: any, with a warning for a " +
				"user-context grant."},
		read: readGrantTypes,
	},
	{
		group: groupNotThere, demands: always,
		attribute: attribute{name: "max_token_validity_seconds", kind: numberKind, numbers: []validator.Int64{int64validator.AtLeast(1)},
			description: "Longest lifetime that the client's tokens may have, in seconds. Default: no limit."},
		read: readTokenValidity,
	},
	{
		group: groupWhere, demands: always,
		attribute: attribute{name: "application_region", kind: textKind, texts: []validator.String{isRegion},
			description: "Region in which the application runs. It must be the organization's region, unless `allow_cross_region` is set."},
		read: readApplicationRegion,
	},
	{
		group: groupWhere,
		attribute: attribute{name: "allow_cross_region", kind: flagKind,
			description: "Records that the organization permits cross-region calls (Admin > Security > API settings). The platform's API does " +
				"not show that setting. Default: `false`."},
		read: readFlag(func(q *audit.Requirement) *bool { return &q.AllowCrossRegion }),
	},
	{
		group: groupWhere, demands: always,
		attribute: attribute{name: "allowed_regions", kind: textSetKind, texts: []validator.String{isRegion}, sets: notEmptySet,
			description: "Regions in which the organization may be, for data residency. Default: any."},
		read: readAllowedRegions,
	},
	{
		group: groupWhere, demands: notEmpty,
		attribute: attribute{name: "egress_addresses", kind: textSetKind, texts: []validator.String{isPublicPrefix},
			description: "Public IPv4 addresses or CIDRs from which the application calls. If the organization has an IP allowlist, each must be " +
				"inside it."},
		read: readEgressAddresses,
	},
	{
		group: groupWhatIf,
		attribute: attribute{name: "planned", kind: blockKind, fields: plannedFields,
			objects: []validator.Object{objectvalidator.ConflictsWith(path.MatchRoot("clients"))},
			description: "Judges the client as it will be after a change, before the change is made. The values of the block replace those of " +
				"the platform, and the rest is read. The client and its roles need not exist yet. Conflicts with `clients`."},
		read: readPlanned,
	},
	{
		group: groupException,
		attribute: attribute{name: "ignore_access_policies", kind: flagKind,
			description: "Records that the organization does not use attribute-based access control. Its access policies are then not read. " +
				"Default: `false`."},
		read: readFlag(func(q *audit.Requirement) *bool { return &q.IgnoreAccessPolicies }),
	},
	{
		group: groupException,
		attribute: attribute{name: "waivers", kind: objectMapKind,
			maps: []validator.Map{eachKey{isWaiverKey}, mapvalidator.NoNullValues()},
			description: "Accepted exceptions, by check id (`region`) or check id and subject (`role_forbidden/Master Admin`). A waiver accepts " +
				"a failure. It accepts neither evidence that could not be read nor a client that was not found. An expired waiver no longer " +
				"counts, and an unused one causes a warning.",
			fields: waiverFields},
		read: readWaivers,
	},
	{
		group: groupException,
		attribute: attribute{name: "enforcement", kind: textKind, texts: []validator.String{oneOf(validationEnforcements)},
			description: "`enforce` (default) fails the plan for every verdict but compliant; `warn` only warns. The provider's `enforcement` is " +
				"the ceiling."},
	},
}

var clientsFields = []attribute{
	{name: "name_regex", kind: textKind, texts: []validator.String{isNotBlank, isRegex},
		description: "Regular expression ([RE2](https://github.com/google/re2/wiki/Syntax)) for the name. It matches anywhere in the name, " +
			"unless it is anchored with `^` and `$`."},
	{name: "grant_types", kind: textSetKind, texts: []validator.String{isGrantType}, sets: notEmptySet,
		description: "Grant types of the clients: `CLIENT-CREDENTIALS`, `CODE`, `PASSWORD`, `SAML2-BEARER` or `TOKEN`."},
	{name: "states", kind: textSetKind, texts: []validator.String{oneOf(clientStates)}, sets: notEmptySet,
		description: "States of the clients: `active`, `disabled` or `inactive`."},
	{name: "exclude", kind: textSetKind, texts: names, description: "Ids or exact names of clients to leave out."},
	{name: "at_least", kind: numberKind, numbers: []validator.Int64{int64validator.AtLeast(1)},
		description: "Least number of clients that must match. With fewer, the check `client` fails. Default: 1."},
}

var waiverFields = []attribute{
	{name: "reason", kind: textKind, required: true, texts: names, description: "Why the failure is accepted."},
	{name: "owner", kind: textKind, description: "Who is responsible for the waiver."},
	{name: "expires", kind: textKind, required: true, texts: []validator.String{isDate},
		description: "The last day, `YYYY-MM-DD` in UTC, on which the waiver counts."},
}

// always is for an argument that demands something whatever its value is. An empty set of allowed things demands the most.
func always(attr.Value) bool { return true }

// notEmpty is for a set or map that demands nothing as long as it has no elements.
func notEmpty(value attr.Value) bool {
	switch collection := value.(type) {
	case types.List:
		return len(collection.Elements()) > 0
	case types.Map:
		return len(collection.Elements()) > 0
	default:
		return false
	}
}

// arguments are the arguments that a configuration, a plan or a state gives, by name.
type arguments map[string]attr.Value

// argumentsOf are the arguments among the attributes of a form.
func argumentsOf(attributes map[string]attr.Value) arguments {
	given := make(arguments, len(validationArguments))
	for _, a := range validationArguments {
		if given[a.name] = attributes[a.name]; given[a.name] == nil { // nothing is given
			given[a.name] = a.null()
		}
	}
	return given
}

// noArguments are the arguments of a validation that gives none.
func noArguments() arguments {
	given := make(arguments, len(validationArguments))
	for _, a := range validationArguments {
		given[a.name] = a.null()
	}
	return given
}

// text is an argument whose value is a string.
func (a arguments) text(name string) types.String {
	value, _ := a[name].(types.String)
	return value
}

// texts are the known elements of a set of strings.
func (a arguments) texts(name string) []string {
	set, _ := a[name].(types.List)
	var known []string
	for _, element := range set.Elements() {
		if text, ok := element.(types.String); ok && !text.IsNull() && !text.IsUnknown() {
			known = append(known, text.ValueString())
		}
	}
	slices.Sort(known)
	return known
}

// mostShown is how many elements an argument may have for a diagnostic to point at it: the CLI prints all lines of what a diagnostic points at.
const mostShown = 20

// at points a diagnostic at an argument, unless its lines would bury what the diagnostic says.
func (a arguments) at(name string, d diag.Diagnostic) diag.Diagnostic {
	elements := 0
	switch value := a[name].(type) {
	case types.List:
		elements = len(value.Elements())
	case types.Map:
		elements = len(value.Elements())
	}
	if elements > mostShown {
		return d
	}
	return diag.WithPath(path.Root(name), d)
}

func (a arguments) organization() types.String { return a.text("organization") }

func (a arguments) enforcement() enforcement {
	value := a.text("enforcement")
	if value.IsNull() {
		return enforce
	}
	return enforcement(value.ValueString())
}

// namesClient tells whether the client or the clients are named, rather than being the provider's own.
func (a arguments) namesClient() bool {
	return !a.text("client_id").IsNull() || !a.text("client_name").IsNull() || a.isFleet() || a.plannedName() != ""
}

// plannedName is the name that is planned for the client, empty if it is not given or not known yet.
func (a arguments) plannedName() string {
	planned, _ := a[string(audit.ArgPlanned)].(types.Object)
	client, _ := planned.Attributes()["client"].(types.Object)
	return arguments(client.Attributes()).text("name").ValueString()
}

// isFleet tells whether the validation is of every client that meets the block `clients`.
func (a arguments) isFleet() bool {
	clients := a["clients"]
	return clients != nil && !clients.IsNull()
}

// sameClient tells whether two validations name their client alike.
func (a arguments) sameClient(other arguments) bool {
	for _, name := range []string{"organization", "client_id", "client_name"} {
		if !a.text(name).Equal(other.text(name)) {
			return false
		}
	}
	return a["clients"].Equal(other["clients"]) && a["planned"].Equal(other["planned"])
}

// validate judges the arguments together. Each one for itself is judged by the validators of the schema.
func (a arguments) validate() diag.Diagnostics {
	var diags diag.Diagnostics
	if !a.mayDemand() {
		diags.AddError("The validation demands nothing", wrap(
			"The validation chooses a client and demands nothing of it, so it would always pass.",
			"Set `endpoints`, such as [\"GET /api/v2/analytics/events\"], or another argument that demands something, such as `required_roles` or "+
				"`allowed_scopes`."))
	}
	diags.Append(a.contradictions()...)
	diags.Append(a.requiredBeyondAllowed()...)
	diags.Append(a.plannedProblems()...)
	return diags
}

// requiredBeyondAllowed are required permissions that allowed_permissions does not allow. It takes all of allowed_permissions to know.
func (a arguments) requiredBeyondAllowed() diag.Diagnostics {
	allowed := a["allowed_permissions"]
	if allowed == nil || allowed.IsNull() || !isWhollyKnown(allowed) {
		return nil
	}
	bound := access.NewBound(a.texts("allowed_permissions"))
	var found []string
	for _, name := range a.texts("required_permissions") {
		if !bound.Covers(name) {
			found = append(found, strconv.Quote(name)+" is in required_permissions, and allowed_permissions does not allow it.")
		}
	}
	if len(found) == 0 {
		return nil
	}
	return diag.Diagnostics{a.at("allowed_permissions", diag.NewErrorDiagnostic("Required and not allowed",
		wrap(append(atMost(found), "No client can meet both demands. Add each permission to allowed_permissions, or remove it from required_permissions.")...)))}
}

// isWhollyKnown tells whether a set and all of its elements are known.
func isWhollyKnown(value attr.Value) bool {
	set, ok := value.(types.List)
	return ok && !set.IsUnknown() && !slices.ContainsFunc(set.Elements(), attr.Value.IsUnknown)
}

// atMost shortens a list of sentences to as many as an error shows.
func atMost(sentences []string) []string {
	if more := len(sentences) - mostOfCheck; more > 0 {
		return append(sentences[:mostOfCheck:mostOfCheck], fmt.Sprintf("There are %d more.", more))
	}
	return sentences
}

// mayDemand tells whether the arguments demand something of the client, or may do so once Terraform knows their values.
func (a arguments) mayDemand() bool {
	return slices.ContainsFunc(validationArguments, func(declared argument) bool {
		value := a[declared.name]
		return declared.demands != nil && value != nil && !value.IsNull() && (value.IsUnknown() || declared.demands(value))
	})
}

// contradictions are demands that no client can meet together.
func (a arguments) contradictions() diag.Diagnostics {
	var diags diag.Diagnostics
	justFolded := func(required string) []string { return []string{foldedName(required)} }
	for _, kind := range []struct {
		plural string
		over   func(required string) []string // the forbidden names, folded, that hit a required one
	}{
		{"scopes", justFolded},
		{"roles", justFolded},
		{"permissions", patternsOver},
	} {
		forbidden := "forbidden_" + kind.plural
		named := make(map[string][]string)
		for _, name := range a.texts(forbidden) {
			named[foldedName(name)] = append(named[foldedName(name)], name)
		}
		var found []string
		for _, name := range a.texts("required_" + kind.plural) {
			var hits []string
			for _, folded := range kind.over(name) {
				hits = append(hits, named[folded]...)
			}
			for _, pattern := range text.Sorted(hits) {
				found = append(found, contradiction(kind.plural, name, pattern))
			}
		}
		if len(found) == 0 {
			continue
		}
		diags.Append(a.at(forbidden, diag.NewErrorDiagnostic("Required and forbidden",
			wrap(append(atMost(found), "No client can meet both demands. Remove each name from one of the two.")...))))
	}
	return diags
}

func contradiction(plural, required, forbidden string) string {
	if required == forbidden {
		return strconv.Quote(required) + " is in required_" + plural + " and in forbidden_" + plural + "."
	}
	return strconv.Quote(required) + " is in required_" + plural + ", and " + strconv.Quote(forbidden) + " in forbidden_" + plural + " forbids it."
}

// foldedName is the same for forbidden names that the audit considers equal: names that differ only in case, white space or the form of characters.
func foldedName(name string) string { return text.Loose(name) }

// patternsOver are the patterns, folded, that forbid a permission: the wildcard may stand in each place.
func patternsOver(required string) []string {
	folded := foldedName(required)
	p, ok := access.Split(folded)
	if !ok {
		return []string{folded}
	}
	var patterns []string
	for _, domain := range []string{p.Domain, access.Wildcard} {
		for _, entity := range []string{p.Entity, access.Wildcard} {
			for _, action := range []string{p.Action, access.Wildcard} {
				patterns = append(patterns, access.Permission{Domain: domain, Entity: entity, Action: action}.String())
			}
		}
	}
	return patterns
}

// requirement turns the arguments into what the audit is asked. What Terraform does not know yet is left out and named as deferred.
func (a arguments) requirement() (audit.Requirement, diag.Diagnostics) {
	r := requirementReader{arguments: a, requirement: audit.Requirement{Deferred: make(map[audit.Argument]bool)}, problems: make(map[audit.Argument]int)}
	for _, declared := range validationArguments {
		if declared.read == nil {
			continue
		}
		r.name = audit.Argument(declared.name)
		value := a[declared.name]
		if value.IsUnknown() {
			r.deferValue()
		} else if !value.IsNull() {
			declared.read(&r, value)
		}
	}
	return r.requirement, r.diags
}

// requirementReader reads arguments one by one, remembering which are not known yet and what went wrong. Each reader below is called with a
// value that is neither null nor unknown; its elements may be.
type requirementReader struct {
	arguments   arguments
	name        audit.Argument // that is being read
	requirement audit.Requirement
	problems    map[audit.Argument]int // how many have been reported
	diags       diag.Diagnostics
}

func (r *requirementReader) deferValue() { r.requirement.Deferred[r.name] = true }

// invalid reports a value that the schema's validators would have refused, had it been known when they ran.
func (r *requirementReader) invalid(problem string) {
	if r.problems[r.name]++; r.problems[r.name] > mostOfCheck { // there are enough to correct in one go
		return
	}
	r.diags.Append(r.arguments.at(string(r.name), diag.NewErrorDiagnostic("Invalid "+string(r.name), wrap(problem))))
}

// stringOf is a value that the schema declares as a string.
func (r *requirementReader) stringOf(value attr.Value) string {
	text, ok := value.(types.String)
	if !ok {
		r.invalid("The value is not a string.")
	}
	return text.ValueString()
}

// elements are the known elements of a set, sorted.
func (r *requirementReader) elements(value attr.Value) []string {
	set, ok := value.(types.List)
	if !ok {
		r.invalid("The value is not a set.")
	}
	known := make([]string, 0, len(set.Elements()))
	for _, element := range set.Elements() {
		text, ok := element.(basetypes.StringValue)
		switch {
		case !ok || element.IsNull():
			r.invalid("One of the elements is null.")
		case element.IsUnknown():
			r.deferValue()
		default:
			known = append(known, text.ValueString())
		}
	}
	slices.Sort(known)
	return known
}

func readText(field func(*audit.Requirement) *string) func(*requirementReader, attr.Value) {
	return func(r *requirementReader, value attr.Value) { *field(&r.requirement) = r.stringOf(value) }
}

func readTexts(field func(*audit.Requirement) *[]string) func(*requirementReader, attr.Value) {
	return func(r *requirementReader, value attr.Value) { *field(&r.requirement) = r.elements(value) }
}

func readFlag(field func(*audit.Requirement) *bool) func(*requirementReader, attr.Value) {
	return func(r *requirementReader, value attr.Value) {
		flag, ok := value.(types.Bool)
		if !ok {
			r.invalid("The value is neither true nor false.")
		}
		*field(&r.requirement) = flag.ValueBool()
	}
}

func readTokenValidity(r *requirementReader, value attr.Value) {
	number, ok := value.(types.Int64)
	if !ok {
		r.invalid("The value is not a whole number.")
		return
	}
	r.requirement.MaxTokenValiditySeconds = number.ValueInt64Pointer()
}

func readEndpoints(r *requirementReader, value attr.Value) {
	for _, text := range r.elements(value) {
		entry, err := catalog.Lookup(text)
		if err != nil {
			r.invalid(catalogProblem(err))
			continue
		}
		r.requirement.Endpoints = append(r.requirement.Endpoints, audit.Endpoint{Written: text, Entry: entry})
	}
}

func readGrantTypes(r *requirementReader, value attr.Value) {
	for _, text := range r.elements(value) {
		r.requirement.AllowedGrantTypes = append(r.requirement.AllowedGrantTypes, currentGrantType(text))
	}
}

func readRoleDivisions(r *requirementReader, value attr.Value) {
	roles, ok := value.(types.Map)
	if !ok {
		r.invalid("The value is not a map.")
	}
	r.requirement.RoleDivisions = make(map[string]audit.DivisionSet)
	for role, divisions := range roles.Elements() {
		demanded := audit.DivisionSet{Incomplete: !isWhollyKnown(divisions)}
		switch {
		case divisions.IsNull():
			r.invalid("The divisions of the role " + strconv.Quote(role) + " are null.")
		case divisions.IsUnknown():
			r.deferValue()
		default:
			if demanded.Names = r.elements(divisions); len(demanded.Names) == 0 && !demanded.Incomplete {
				r.invalid("The role " + strconv.Quote(role) + " has no divisions. Forbid a role that must not be granted in forbidden_roles.")
			}
		}
		r.requirement.RoleDivisions[role] = demanded
	}
}

func readApplicationRegion(r *requirementReader, value attr.Value) {
	r.requirement.ApplicationRegion = r.regionKey(r.stringOf(value))
}

func readAllowedRegions(r *requirementReader, value attr.Value) {
	for _, text := range r.elements(value) {
		r.requirement.AllowedRegions = append(r.requirement.AllowedRegions, r.regionKey(text))
	}
}

func (r *requirementReader) regionKey(text string) string {
	region, ok := genesyscloud.LookupRegion(text)
	if !ok {
		r.invalid(regionProblem(text))
	}
	return region.Key
}

func readEgressAddresses(r *requirementReader, value attr.Value) {
	r.requirement.EgressAddresses = make([]netip.Prefix, 0)
	for _, text := range r.elements(value) {
		prefix, err := parsePublicPrefix(text)
		if err != nil {
			r.invalid(sentence(err.Error()))
			continue
		}
		r.requirement.EgressAddresses = append(r.requirement.EgressAddresses, prefix)
	}
}

// fields are the attributes of a block. They are not known, and the block is deferred, while one of them is unknown.
func (r *requirementReader) fields(value attr.Value) (fields arguments, known bool) {
	object, ok := value.(types.Object)
	if !ok {
		r.invalid("The value is not a block.")
		return nil, false
	}
	fields = object.Attributes()
	for _, field := range fields {
		if field.IsUnknown() {
			r.deferValue()
			return nil, false
		}
	}
	return fields, true
}

// readClientFilter reads the block `clients`. While one of its values is unknown, the clients are not known.
func readClientFilter(r *requirementReader, value attr.Value) {
	filter := &audit.ClientFilter{AtLeast: 1}
	r.requirement.Clients = filter
	fields, known := r.fields(value)
	if !known {
		return
	}
	if pattern := fields.text("name_regex"); !pattern.IsNull() {
		name, err := regexp.Compile(pattern.ValueString())
		if err != nil {
			r.invalid("name_regex: " + sentence(err.Error()))
		}
		filter.Name = name
	}
	if grantTypes := fields["grant_types"]; !grantTypes.IsNull() {
		for _, grantType := range r.elements(grantTypes) {
			filter.GrantTypes = append(filter.GrantTypes, currentGrantType(grantType))
		}
	}
	if states := fields["states"]; !states.IsNull() {
		filter.States = r.elements(states)
	}
	if exclude := fields["exclude"]; !exclude.IsNull() {
		filter.Exclude = r.elements(exclude)
	}
	if atLeast, ok := fields["at_least"].(types.Int64); ok && !atLeast.IsNull() {
		filter.AtLeast = atLeast.ValueInt64()
	}
}

func readWaivers(r *requirementReader, value attr.Value) {
	objects, ok := value.(types.Map)
	if !ok {
		r.invalid("The value is not a map.")
	}
	r.requirement.Waivers = make(map[string]audit.Waiver)
	for key, element := range objects.Elements() {
		object, ok := element.(types.Object)
		if !ok || object.IsNull() {
			r.invalid("The waiver " + strconv.Quote(key) + " is null.")
			continue
		}
		fields := arguments(object.Attributes())
		reason, owner, expires := fields.text("reason"), fields.text("owner"), fields.text("expires")
		if object.IsUnknown() || reason.IsUnknown() || owner.IsUnknown() || expires.IsUnknown() {
			r.deferValue()
			continue
		}
		day, err := parseDate(expires.ValueString())
		if err != nil {
			r.invalid("The waiver " + strconv.Quote(key) + ": " + err.Error() + ".")
			continue
		}
		r.requirement.Waivers[key] = audit.Waiver{Reason: reason.ValueString(), Owner: owner.ValueString(), Expires: day}
	}
}

// parseDate reads the last day on which a waiver counts.
func parseDate(text string) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not a date of the form YYYY-MM-DD, such as 2030-12-31", text)
	}
	return day, nil
}
