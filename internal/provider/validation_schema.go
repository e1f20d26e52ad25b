package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	ephemeral "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
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
	textSetKind // a set to Terraform, and a list to the framework: serve.Server
	textSetMapKind
	textListKind
	anyListKind // a list of objects of which only their number counts
	objectKind
	objectListKind
	objectMapKind
	blockKind     // a block that may stand once; an object, null when the block is absent
	blockListKind // a block that may be repeated; a list of objects, empty when there is none
)

// isBlock tells whether a configuration writes the kind as a block. The CLI reports a name that it does not know in a block, and drops it
// silently in an object.
func (k attributeKind) isBlock() bool { return k == blockKind || k == blockListKind }

// attribute describes one attribute of the validation: an argument, optional unless it is required, or a computed result.
type attribute struct {
	name               string
	kind               attributeKind
	description        string
	required, computed bool
	texts              []validator.String // of a text, or of each element of a set of texts
	sets               []validator.List   // of a set
	numbers            []validator.Int64
	maps               []validator.Map
	objects            []validator.Object // of a block that may stand once
	lists              []validator.List   // of a block that may be repeated
	fields             []attribute        // of an object, of the objects of a list or map, or of a block, which may have blocks of its own
}

func (a attribute) optional() bool { return !a.required && !a.computed }

func (a attribute) setValidators() []validator.List {
	if a.computed {
		return nil
	}
	return append([]validator.List{eachOf(a.texts)}, a.sets...)
}

// validationAttributes are the arguments and results of every form.
func validationAttributes() []attribute {
	attributes := make([]attribute, len(validationArguments), len(validationArguments)+len(validationResults))
	for i, a := range validationArguments {
		attributes[i] = a.attribute
	}
	return append(attributes, validationResults...)
}

// identifiedAttributes are those and an id, for the forms that are kept in state.
func identifiedAttributes() []attribute {
	return append(validationAttributes(), attribute{
		name: "id", kind: textKind, computed: true, description: "`<organization id>/<client id>`, or `<organization id>/*` for many clients."})
}

// validationResults are the results of every form.
var validationResults = computed([]attribute{
	{name: "compliant", kind: flagKind, description: "Whether every check that applies was decided and none failed, waivers aside."},
	{name: "verdict", kind: textKind, description: "`compliant`, `noncompliant`, or `undetermined` when evidence could not be read."},
	findingsResult,
	auditedResult,
})

var findingsResult = attribute{
	name: "findings", kind: objectListKind, description: "The findings: failures, checks that could not be decided, and warnings, most decisive " +
		"first.",
	fields: computed([]attribute{
		{name: "check", kind: textKind, description: "Id of the check."},
		{name: "status", kind: textKind, description: "`fail`, `unknown` or `warn`."},
		{name: "subject", kind: textKind, description: "What the finding is about: a scope, a role, a permission, a region."},
		{name: "message", kind: textKind, description: "What is wrong."},
		{name: "remediation", kind: textKind, description: "What to do about it."},
		{name: "waived", kind: flagKind, description: "Whether a waiver accepts it."},
		{name: "client_id", kind: textKind, description: "Id of the client that the finding is about; null when the finding is about no client " +
			"that was found."},
		{name: "client_name", kind: textKind, description: "Name of that client."},
	}),
}

var auditedResult = attribute{
	name: "audited", kind: objectKind, description: "What was audited; null when nothing was evaluated.",
	fields: computed([]attribute{
		{name: "organization_id", kind: textKind, description: "Id of the organization."},
		{name: "organization_name", kind: textKind, description: "Name of the organization."},
		{name: "region", kind: textKind, description: "Region of the organization."},
		{name: "api_host", kind: textKind, description: "Host of the API that was read."},
		{name: "clients", kind: objectListKind, description: "The OAuth clients that were found and audited, sorted by name. With `clients`, " +
			"these are all matching clients, and their `scopes`, `roles`, `decided_checks` and `passed_checks` are null.",
			fields: computed([]attribute{
				{name: "id", kind: textKind, description: "Id of the client."},
				{name: "name", kind: textKind, description: "Name of the client."},
				{name: "grant_type", kind: textKind, description: "Grant type of the client."},
				{name: "verdict", kind: textKind, description: "The verdict on the client."},
				{name: "scopes", kind: textListKind, description: "Scopes that the client has, sorted; null when not known."},
				{name: "roles", kind: textListKind, description: "Names of the roles that are granted, sorted; null when no check needed them."},
				{name: "decided_checks", kind: textListKind, description: "Ids of the checks that apply and were decided."},
				{name: "passed_checks", kind: textListKind, description: "Ids of the decided checks that passed. A check with a waived failure " +
					"is not among them."},
			})},
	}),
}

var (
	findingType       = objectType(findingsResult.fields)
	auditedType       = objectType(auditedResult.fields)
	auditedClientType = objectType(auditedResult.fields[len(auditedResult.fields)-1].fields)
)

// anyObject takes an object with any fields, and drops them.
var anyObject = types.ObjectType{AttrTypes: map[string]attr.Type{}}

func objectType(fields []attribute) types.ObjectType {
	attributeTypes := make(map[string]attr.Type, len(fields))
	for _, field := range fields {
		attributeTypes[field.name] = field.valueType()
	}
	return types.ObjectType{AttrTypes: attributeTypes}
}

var textSetType = types.ListType{ElemType: types.StringType}

// valueType is the type of the attribute's value.
func (a attribute) valueType() attr.Type {
	switch a.kind {
	case flagKind:
		return types.BoolType
	case numberKind:
		return types.Int64Type
	case textSetKind, textListKind:
		return types.ListType{ElemType: types.StringType}
	case textSetMapKind:
		return types.MapType{ElemType: textSetType}
	case anyListKind:
		return types.ListType{ElemType: anyObject}
	case objectKind, blockKind:
		return objectType(a.fields)
	case objectListKind, blockListKind:
		return types.ListType{ElemType: objectType(a.fields)}
	case objectMapKind:
		return types.MapType{ElemType: objectType(a.fields)}
	case textKind:
	}
	return types.StringType
}

// emptyBlock is the value of a block that stands there with nothing in it.
func emptyBlock(fields []attribute) types.Object {
	values := make(map[string]attr.Value, len(fields))
	for _, field := range fields {
		values[field.name] = field.null()
	}
	return types.ObjectValueMust(objectType(fields).AttrTypes, values)
}

// null is the value of an argument that is not given.
func (a attribute) null() attr.Value {
	switch a.kind {
	case flagKind:
		return types.BoolNull()
	case numberKind:
		return types.Int64Null()
	case textSetKind, textListKind:
		return types.ListNull(types.StringType)
	case textSetMapKind:
		return types.MapNull(textSetType)
	case anyListKind:
		return types.ListNull(anyObject)
	case objectKind, blockKind:
		return types.ObjectNull(objectType(a.fields).AttrTypes)
	case objectListKind:
		return types.ListNull(objectType(a.fields))
	case blockListKind:
		return types.ListValueMust(objectType(a.fields), nil)
	case objectMapKind:
		return types.MapNull(objectType(a.fields))
	case textKind:
	}
	return types.StringNull()
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
			attributes[a.name] = resource.ListAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, Validators: a.setValidators(),
				ElementType: types.StringType}
		case textSetMapKind:
			attributes[a.name] = resource.MapAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, Validators: a.maps, ElementType: textSetType}
		case textListKind:
			attributes[a.name] = resource.ListAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, ElementType: types.StringType}
		case anyListKind:
			attributes[a.name] = resource.ListAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, ElementType: anyObject}
		case objectKind:
			attributes[a.name] = resource.SingleNestedAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, Attributes: resourceAttributes(a.fields)}
		case objectListKind:
			attributes[a.name] = resource.ListNestedAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text,
				NestedObject: resource.NestedAttributeObject{Attributes: resourceAttributes(a.fields)}}
		case objectMapKind:
			attributes[a.name] = resource.MapNestedAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, Validators: a.maps,
				NestedObject: resource.NestedAttributeObject{Attributes: resourceAttributes(a.fields)}}
		case blockKind, blockListKind: // resourceBlocks
		}
	}
	return attributes
}

func resourceBlocks(list []attribute) map[string]resource.Block {
	blocks := make(map[string]resource.Block)
	for _, a := range list {
		if !a.kind.isBlock() {
			continue
		}
		attributes, nested := resourceAttributes(a.fields), resourceBlocks(a.fields)
		if a.kind == blockKind {
			blocks[a.name] = resource.SingleNestedBlock{
				MarkdownDescription: a.description, Validators: a.objects, Attributes: attributes, Blocks: nested}
			continue
		}
		blocks[a.name] = resource.ListNestedBlock{
			MarkdownDescription: a.description, Validators: a.lists,
			NestedObject: resource.NestedBlockObject{Attributes: attributes, Blocks: nested}}
	}
	return blocks
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
			attributes[a.name] = datasource.ListAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, Validators: a.setValidators(),
				ElementType: types.StringType}
		case textSetMapKind:
			attributes[a.name] = datasource.MapAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, Validators: a.maps, ElementType: textSetType}
		case textListKind:
			attributes[a.name] = datasource.ListAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, ElementType: types.StringType}
		case anyListKind:
			attributes[a.name] = datasource.ListAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, ElementType: anyObject}
		case objectKind:
			attributes[a.name] = datasource.SingleNestedAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, Attributes: dataSourceAttributes(a.fields)}
		case objectListKind:
			attributes[a.name] = datasource.ListNestedAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text,
				NestedObject: datasource.NestedAttributeObject{Attributes: dataSourceAttributes(a.fields)}}
		case objectMapKind:
			attributes[a.name] = datasource.MapNestedAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, Validators: a.maps,
				NestedObject: datasource.NestedAttributeObject{Attributes: dataSourceAttributes(a.fields)}}
		case blockKind, blockListKind: // dataSourceBlocks
		}
	}
	return attributes
}

func dataSourceBlocks(list []attribute) map[string]datasource.Block {
	blocks := make(map[string]datasource.Block)
	for _, a := range list {
		if !a.kind.isBlock() {
			continue
		}
		attributes, nested := dataSourceAttributes(a.fields), dataSourceBlocks(a.fields)
		if a.kind == blockKind {
			blocks[a.name] = datasource.SingleNestedBlock{
				MarkdownDescription: a.description, Validators: a.objects, Attributes: attributes, Blocks: nested}
			continue
		}
		blocks[a.name] = datasource.ListNestedBlock{
			MarkdownDescription: a.description, Validators: a.lists,
			NestedObject: datasource.NestedBlockObject{Attributes: attributes, Blocks: nested}}
	}
	return blocks
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
			attributes[a.name] = ephemeral.ListAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, Validators: a.setValidators(),
				ElementType: types.StringType}
		case textSetMapKind:
			attributes[a.name] = ephemeral.MapAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, Validators: a.maps, ElementType: textSetType}
		case textListKind:
			attributes[a.name] = ephemeral.ListAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, ElementType: types.StringType}
		case anyListKind:
			attributes[a.name] = ephemeral.ListAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, ElementType: anyObject}
		case objectKind:
			attributes[a.name] = ephemeral.SingleNestedAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, Attributes: ephemeralAttributes(a.fields)}
		case objectListKind:
			attributes[a.name] = ephemeral.ListNestedAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text,
				NestedObject: ephemeral.NestedAttributeObject{Attributes: ephemeralAttributes(a.fields)}}
		case objectMapKind:
			attributes[a.name] = ephemeral.MapNestedAttribute{
				Required: required, Optional: optional, Computed: computed, MarkdownDescription: text, Validators: a.maps,
				NestedObject: ephemeral.NestedAttributeObject{Attributes: ephemeralAttributes(a.fields)}}
		case blockKind, blockListKind: // ephemeralBlocks
		}
	}
	return attributes
}

func ephemeralBlocks(list []attribute) map[string]ephemeral.Block {
	blocks := make(map[string]ephemeral.Block)
	for _, a := range list {
		if !a.kind.isBlock() {
			continue
		}
		attributes, nested := ephemeralAttributes(a.fields), ephemeralBlocks(a.fields)
		if a.kind == blockKind {
			blocks[a.name] = ephemeral.SingleNestedBlock{
				MarkdownDescription: a.description, Validators: a.objects, Attributes: attributes, Blocks: nested}
			continue
		}
		blocks[a.name] = ephemeral.ListNestedBlock{
			MarkdownDescription: a.description, Validators: a.lists,
			NestedObject: ephemeral.NestedBlockObject{Attributes: attributes, Blocks: nested}}
	}
	return blocks
}
