package provider

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	ephemeral "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	resource "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// The forms of the validation share one schema. The framework has a schema type for each form, so the schema is written once, as plain
// descriptions, and built into each type below.

// attributeKind is the type of an attribute.
type attributeKind int

const (
	textKind attributeKind = iota
	flagKind
	numberKind
	textSetKind
	objectListKind
	objectMapKind
)

// attribute describes one attribute of the validation: an argument, optional unless it is required, or a computed result.
type attribute struct {
	name               string
	kind               attributeKind
	description        string
	required, computed bool
	texts              []validator.String // of a text, or of each element of a set of texts
	sets               []validator.Set
	numbers            []validator.Int64
	maps               []validator.Map
	fields             []attribute // of the objects of a list or map
}

func (a attribute) optional() bool { return !a.required && !a.computed }

func (a attribute) setValidators() []validator.Set {
	if a.computed {
		return nil
	}
	return append([]validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(a.texts...)}, a.sets...)
}

// validationAttributes are the arguments and results of every form.
func validationAttributes() []attribute {
	return slices.Concat(validationArgumentList(), validationResultList())
}

// identifiedAttributes are those and an id, for the forms that are kept in state.
func identifiedAttributes() []attribute {
	return append(validationAttributes(), attribute{
		name: "id", kind: textKind, computed: true, description: "`<organization id>/<client id>`."})
}

var notEmptySet = []validator.Set{setvalidator.SizeAtLeast(1)}

func validationArgumentList() []attribute {
	names := []validator.String{isNotBlank}
	return []attribute{
		{name: "organization", kind: textKind, texts: names,
			description: "Name of the organization in the provider's `organizations`. Unset: the one that the provider block itself signs in to."},
		{name: "client_id", kind: textKind,
			texts: []validator.String{isNotBlank, stringvalidator.ConflictsWith(path.MatchRoot("client_name"))},
			description: "Id of the OAuth client to audit. Without `client_id` and `client_name` it is the client that the provider itself signed " +
				"in as."},
		{name: "client_name", kind: textKind, texts: names,
			description: "Exact name of the OAuth client to audit. A name that several clients bear fails the check `client`."},
		{name: "user_id", kind: textKind, texts: names,
			description: "Id of the user whose roles count, for a client with a user-context grant (any grant but CLIENT-CREDENTIALS)."},
		{name: "endpoints", kind: textSetKind, texts: []validator.String{isEndpoint},
			description: "What must be callable, each `METHOD /path`: a template (`GET /api/v2/users/{userId}/roles`) or a concrete path. " +
				"Default: `[\"GET /api/v2/analytics/events\"]`; `[]` demands none."},
		{name: "required_scopes", kind: textSetKind, texts: names,
			description: "OAuth scopes that the client must have, beside what the endpoints need."},
		{name: "required_roles", kind: textSetKind, texts: names,
			description: "Roles, by name or id, that must be granted, beside what the endpoints need."},
		{name: "required_permissions", kind: textSetKind, texts: []validator.String{isPermission},
			description: "Permissions, `domain:entity:action`, that must be granted, beside what the endpoints need. A grant may use `*`, this list " +
				"may not."},
		{name: "divisions", kind: textSetKind, texts: names, sets: notEmptySet,
			description: "Divisions, by name or id, or `*` for all divisions, in each of which every required permission must hold. Unset: any " +
				"division will do."},
		{name: "allowed_scopes", kind: textSetKind, texts: names,
			description: "OAuth scopes that the client may have beside those that are required here or by the endpoints. `[]` allows no other " +
				"scope. Unset: any."},
		{name: "allowed_roles", kind: textSetKind, texts: names,
			description: "Roles, by name or id, that may be granted beside those that are required here or by the endpoints. `[]` allows no other " +
				"role. Unset: any."},
		{name: "forbidden_scopes", kind: textSetKind, texts: names, description: "OAuth scopes that the client must not have."},
		{name: "forbidden_roles", kind: textSetKind, texts: names, description: "Roles, by name or id, that must not be granted."},
		{name: "forbidden_permissions", kind: textSetKind, texts: []validator.String{isPermissionPattern},
			description: "Permissions that must not be granted. A pattern may use `*` in each place and is hit by every grant that overlaps it."},
		{name: "allowed_grant_types", kind: textSetKind, texts: []validator.String{isGrantType}, sets: notEmptySet,
			description: "Grant types that the client may have, such as `[\"CLIENT-CREDENTIALS\"]`. Unset: a user-context grant only warns."},
		{name: "max_token_validity_seconds", kind: numberKind, numbers: []validator.Int64{int64validator.AtLeast(1)},
			description: "Upper bound, in seconds, for the lifetime of the client's tokens."},
		{name: "application_region", kind: textKind, texts: []validator.String{isRegion},
			description: "Region in which the application runs. It must be the organization's region unless `allow_cross_region` is set."},
		{name: "allow_cross_region", kind: flagKind,
			description: "Records that the organization has permitted cross-region calls (Admin > Security > API settings), which the platform's " +
				"API cannot show."},
		{name: "allowed_regions", kind: textSetKind, texts: []validator.String{isRegion}, sets: notEmptySet,
			description: "Regions of which the organization's must be one, for data residency."},
		{name: "egress_addresses", kind: textSetKind, texts: []validator.String{isPrefix},
			description: "IP addresses or CIDRs from which the application calls. Each must lie inside the organization's IP allowlist when it " +
				"has one."},
		{name: "accept_conditional_grants", kind: flagKind,
			description: "Whether permissions count that a role grants only under a condition."},
		{name: "enforcement", kind: textKind, texts: []validator.String{oneOf(validationEnforcements)},
			description: "`enforce` (default): a verdict other than compliant fails the plan. `warn`: it warns. The provider's `enforcement` is the " +
				"ceiling."},
		{name: "waivers", kind: objectMapKind,
			maps: []validator.Map{mapvalidator.KeysAre(isWaiverKey), mapvalidator.NoNullValues()},
			description: "Accepted exceptions, by check id (`region`) or check id and subject (`role_forbidden/Master Admin`). A waiver accepts a " +
				"failure; it cannot vouch for what could not be read, nor for a client that was not found. An expired one no longer counts, an " +
				"unused one warns.",
			fields: []attribute{
				{name: "reason", kind: textKind, required: true, texts: names, description: "Why the failure is accepted."},
				{name: "owner", kind: textKind, description: "Who answers for it."},
				{name: "expires", kind: textKind, required: true, texts: []validator.String{isDate},
					description: "The last day, `YYYY-MM-DD` in UTC, on which the waiver counts."},
			}},
	}
}

func validationResultList() []attribute {
	return computed([]attribute{
		{name: "compliant", kind: flagKind, description: "Whether every check that applies was decided and none failed, waivers aside."},
		{name: "verdict", kind: textKind, description: "`compliant`, `noncompliant`, or `undetermined` when evidence could not be read."},
		{name: "findings", kind: objectListKind, description: "What is wrong, not known, or worth knowing, most decisive first.",
			fields: computed([]attribute{
				{name: "check", kind: textKind, description: "Id of the check."},
				{name: "status", kind: textKind, description: "`fail`, `unknown` or `warn`."},
				{name: "subject", kind: textKind, description: "What the finding is about: a scope, a role, a permission, a region."},
				{name: "message", kind: textKind, description: "What is wrong."},
				{name: "remediation", kind: textKind, description: "What to do about it."},
				{name: "waived", kind: flagKind, description: "Whether a waiver accepts it."},
			})},
		{name: "organization_id", kind: textKind, description: "Id of the organization."},
		{name: "organization_name", kind: textKind, description: "Name of the organization."},
		{name: "region", kind: textKind, description: "Region of the organization."},
		{name: "resolved_client_id", kind: textKind, description: "Id of the audited client."},
		{name: "resolved_client_name", kind: textKind, description: "Name of the audited client."},
		{name: "grant_type", kind: textKind, description: "Grant type of the audited client."},
		{name: "granted_scopes", kind: textSetKind, description: "Scopes that the client has."},
		{name: "granted_roles", kind: textSetKind, description: "Names of the roles that are granted; null when no check needed them."},
		{name: "checks", kind: numberKind, description: "Number of checks that were decided."},
		{name: "passed_checks", kind: textSetKind, description: "Ids of the checks that were decided and passed. A check with a waived " +
			"failure is not among them."},
	})
}

func computed(attributes []attribute) []attribute {
	for i := range attributes {
		attributes[i].computed = true
	}
	return attributes
}

func resourceAttributes(list []attribute) map[string]resource.Attribute {
	attributes := make(map[string]resource.Attribute, len(list))
	for _, a := range list {
		required, optional, computed, text := a.required, a.optional(), a.computed, a.description
		switch a.kind {
		case textKind:
			attributes[a.name] = resource.StringAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, Validators: a.texts}
		case flagKind:
			attributes[a.name] = resource.BoolAttribute{Required: required, Optional: optional, Computed: computed, MarkdownDescription: text}
		case numberKind:
			attributes[a.name] = resource.Int64Attribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, Validators: a.numbers}
		case textSetKind:
			attributes[a.name] = resource.SetAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, Validators: a.setValidators(),
				ElementType: types.StringType}
		case objectListKind:
			attributes[a.name] = resource.ListNestedAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text,
				NestedObject: resource.NestedAttributeObject{Attributes: resourceAttributes(a.fields)}}
		case objectMapKind:
			attributes[a.name] = resource.MapNestedAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, Validators: a.maps,
				NestedObject: resource.NestedAttributeObject{Attributes: resourceAttributes(a.fields)}}
		}
	}
	return attributes
}

func dataSourceAttributes(list []attribute) map[string]datasource.Attribute {
	attributes := make(map[string]datasource.Attribute, len(list))
	for _, a := range list {
		required, optional, computed, text := a.required, a.optional(), a.computed, a.description
		switch a.kind {
		case textKind:
			attributes[a.name] = datasource.StringAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, Validators: a.texts}
		case flagKind:
			attributes[a.name] = datasource.BoolAttribute{Required: required, Optional: optional, Computed: computed, MarkdownDescription: text}
		case numberKind:
			attributes[a.name] = datasource.Int64Attribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, Validators: a.numbers}
		case textSetKind:
			attributes[a.name] = datasource.SetAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, Validators: a.setValidators(),
				ElementType: types.StringType}
		case objectListKind:
			attributes[a.name] = datasource.ListNestedAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text,
				NestedObject: datasource.NestedAttributeObject{Attributes: dataSourceAttributes(a.fields)}}
		case objectMapKind:
			attributes[a.name] = datasource.MapNestedAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, Validators: a.maps,
				NestedObject: datasource.NestedAttributeObject{Attributes: dataSourceAttributes(a.fields)}}
		}
	}
	return attributes
}

func ephemeralAttributes(list []attribute) map[string]ephemeral.Attribute {
	attributes := make(map[string]ephemeral.Attribute, len(list))
	for _, a := range list {
		required, optional, computed, text := a.required, a.optional(), a.computed, a.description
		switch a.kind {
		case textKind:
			attributes[a.name] = ephemeral.StringAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, Validators: a.texts}
		case flagKind:
			attributes[a.name] = ephemeral.BoolAttribute{Required: required, Optional: optional, Computed: computed, MarkdownDescription: text}
		case numberKind:
			attributes[a.name] = ephemeral.Int64Attribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, Validators: a.numbers}
		case textSetKind:
			attributes[a.name] = ephemeral.SetAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, Validators: a.setValidators(),
				ElementType: types.StringType}
		case objectListKind:
			attributes[a.name] = ephemeral.ListNestedAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text,
				NestedObject: ephemeral.NestedAttributeObject{Attributes: ephemeralAttributes(a.fields)}}
		case objectMapKind:
			attributes[a.name] = ephemeral.MapNestedAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, Validators: a.maps,
				NestedObject: ephemeral.NestedAttributeObject{Attributes: ephemeralAttributes(a.fields)}}
		}
	}
	return attributes
}
