package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var (
	_ resource.ResourceWithConfigure      = (*validationResource)(nil)
	_ resource.ResourceWithIdentity       = (*validationResource)(nil)
	_ resource.ResourceWithImportState    = (*validationResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*validationResource)(nil)
	_ resource.ResourceWithValidateConfig = (*validationResource)(nil)
)

func newValidationResource() resource.Resource { return &validationResource{} }

// validationResource is the gate with its evidence in state.
type validationResource struct{ resourceBase }

// validationIdentity says which client of which organization a validation is about.
type validationIdentity struct {
	Organization types.String `tfsdk:"organization"`
	ClientID     types.String `tfsdk:"client_id"`
}

func (r *validationResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_access_validation"
	// A name may refer to another client later, and the client of a validation may be changed.
	resp.ResourceBehavior.MutableIdentity = true
}

func (r *validationResource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"organization": identityschema.StringAttribute{
			OptionalForImport: true,
			Description: "Key of the organization in the provider's `organizations`. Default: the organization of the provider block " +
				"itself.",
		},
		"client_id": identityschema.StringAttribute{
			RequiredForImport: true,
			Description:       "Id of the OAuth client, or `*` for a validation of many clients (`clients`).",
		},
	}}
}

func (r *validationResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Fails the plan if an OAuth client of a Genesys Cloud organization does not have the access that it needs, with the " +
			"reason and the remedy, and keeps the verdict and its evidence in state. It is evaluated at every plan, also with " +
			"`-refresh=false`, and again at apply if it has changes. It only reads from the platform. Destroying it does nothing.",
		Attributes: resourceAttributes(identifiedAttributes()),
		Blocks:     resourceBlocks(validationAttributes()),
	}
}

// ValidateConfig judges the arguments together.
func (r *validationResource) ValidateConfig(
	ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse,
) {
	config, diags := attributesOf(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(argumentsOf(config).validate()...)
	}
}

// ModifyPlan is the gate: Terraform calls it at every plan, whether or not it refreshes, and again at apply for an instance with
// changes.
func (r *validationResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() { // destroy: there is nothing to gate
		return
	}
	// No argument is computed, so that the plan has the arguments of the configuration.
	config, diags := attributesOf(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	arguments := argumentsOf(config)
	outcome, diags := r.data.evaluate(ctx, arguments)
	resp.Diagnostics.Append(diags...)
	if diags.HasError() {
		return
	}
	resp.Diagnostics.Append(outcome.diagnostics()...)
	if resp.Diagnostics.HasError() {
		return
	}
	if outcome.standing == off || outcome.settled() {
		unchanged, diags := isUnchanged(ctx, req, outcome.results())
		resp.Diagnostics.Append(diags...)
		if unchanged || diags.HasError() {
			return
		}
	}
	// Terraform holds a provider to each value that it plans, and plans again at apply. So a plan says what no apply can change.
	planned := unknownResults()
	if outcome.stays() {
		results := outcome.results()
		planned.compliant, planned.verdict = results.compliant, results.verdict
	}
	resp.Diagnostics.Append(write(ctx, &resp.Plan, validation{arguments, planned}.attributes())...)
}

// isUnchanged tells whether the arguments and the verdict are those in state. The evidence in state may be older than what was just read,
// where Terraform did not refresh: that alone is no change to plan.
func isUnchanged(ctx context.Context, req resource.ModifyPlanRequest, current results) (bool, diag.Diagnostics) {
	if req.State.Raw.IsNull() || !req.Plan.Raw.Equal(req.State.Raw) {
		return false, nil
	}
	state, diags := attributesOf(ctx, req.State)
	return !diags.HasError() && current.verdict.Equal(state["verdict"]) && current.compliant.Equal(state["compliant"]), diags
}

func (r *validationResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, diags := attributesOf(ctx, req.Plan)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	// Without a state in the response an error leaves nothing behind, and so nothing tainted.
	decided, diags := r.decide(ctx, argumentsOf(plan))
	resp.Diagnostics.Append(diags...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(write(ctx, &resp.State, decided.attributes())...)
		resp.Diagnostics.Append(resp.Identity.Set(ctx, decided.identity(types.StringValue(noClient)))...)
	}
}

func (r *validationResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, diags := attributesOf(ctx, req.Plan)
	resp.Diagnostics.Append(diags...)
	state, diags := attributesOf(ctx, req.State)
	resp.Diagnostics.Append(diags...)
	// The identity stays if it is still about the same client, and the client was not looked up, or is not found any more.
	prior := validationIdentity{ClientID: types.StringValue(noClient)}
	if argumentsOf(plan).sameClient(argumentsOf(state)) && req.Identity != nil && !req.Identity.Raw.IsFullyNull() {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &prior)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	decided, diags := r.decide(ctx, argumentsOf(plan))
	resp.Diagnostics.Append(diags...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(write(ctx, &resp.State, decided.attributes())...)
		resp.Diagnostics.Append(resp.Identity.Set(ctx, decided.identity(prior.ClientID))...)
	}
}

// decide judges at apply, when everything is known. Terraform called ModifyPlan just before; the verdict is decided again, since a verdict of the
// plan is not enough at apply.
func (r *validationResource) decide(ctx context.Context, arguments arguments) (validation, diag.Diagnostics) {
	outcome, diags := r.data.confirm(ctx, arguments)
	if outcome.standing == notKnown && !diags.HasError() {
		diags.AddError("Validation not decided", "A value that the validation needs is still unknown at apply. This is a bug in the provider: "+
			"report it to its maintainers.")
	}
	// ModifyPlan has shown the warnings already.
	diags.Append(outcome.diagnostics().Errors()...)
	if diags.HasError() {
		return validation{}, diags
	}
	return validation{arguments, outcome.results()}, diags
}

// Read refreshes the verdict and its evidence. It never fails, neither on a violation nor on missing evidence. The plan that follows fails instead,
// with the arguments of the configuration rather than those of the state.
func (r *validationResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, diags := attributesOf(ctx, req.State)
	resp.Diagnostics.Append(diags...)
	// A client that is not found any more leaves the identity as it was.
	prior := validationIdentity{ClientID: types.StringValue(noClient)}
	if !req.Identity.Raw.IsFullyNull() {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &prior)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	arguments := argumentsOf(state)
	results, known := r.refreshed(ctx, arguments)
	if !known {
		resp.Diagnostics.Append(resp.Identity.Set(ctx, validation{arguments: arguments}.identity(prior.ClientID))...)
		return
	}
	refreshed := validation{arguments, results}
	resp.Diagnostics.Append(write(ctx, &resp.State, refreshed.attributes())...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, refreshed.identity(prior.ClientID))...)
}

// refreshed are the results of today. Where nothing can be judged they say so: the verdict in state is of an earlier run, and after
// -refresh-only it would be taken for today's. They are not known while the enforcement is off, which the plan shows, and when the run is
// interrupted, which says nothing about the platform.
func (r *validationResource) refreshed(ctx context.Context, arguments arguments) (today results, known bool) {
	outcome, diags := r.data.evaluate(ctx, arguments)
	switch {
	case outcome.standing == off || ctx.Err() != nil:
		return results{}, false
	case diags.HasError(): // a refresh never fails; the plan that follows does
		return unjudged("Nothing was evaluated: "+sentence(diags.Errors()[0].Summary()), "Plan again to see the whole error."), true
	default:
		return outcome.results(), true
	}
}

// ImportState takes up a client as it is today: the arguments become those with which it is compliant, so that a configuration that says
// the same has nothing to change. What cannot be looked up now, since the client is another organization's, or nothing is to be
// evaluated, or the provider's configuration is not known yet, leaves the arguments to the configuration.
func (r *validationResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	identity, diags := importedIdentity(ctx, req)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	_, known, diags := r.data.organization(identity.Organization)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("organization"), identity.Organization)...)
	if identity.ClientID.ValueString() == everyClient {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("clients"), emptyBlock(clientsFields))...)
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("client_id"), identity.ClientID)...)
	if !known || r.data.enforcement == enforcementOff {
		return
	}
	clients, diags := r.data.readClients(ctx, identity.Organization, true)
	resp.Diagnostics.Append(diags...)
	client, found := clients.find(identity.ClientID.ValueString())
	if !found {
		if !diags.HasError() {
			resp.Diagnostics.AddWarning("No OAuth client with this id", wrap(fmt.Sprintf("The organization has no OAuth client of its own with the "+
				"id %s, so the import stored only the id.", identity.ClientID.ValueString()),
				"If the client belongs to another organization and is authorized here, write its arguments yourself. Otherwise correct the id: "+
					"the next plan fails."))
		}
		return
	}
	taken, diags := r.data.baseline(ctx, identity.Organization, client, clients.world)
	resp.Diagnostics.Append(diags...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(write(ctx, &resp.State, taken.attributes())...)
	}
}

// importedIdentity is what an import names, by its id or by its identity.
func importedIdentity(ctx context.Context, req resource.ImportStateRequest) (validationIdentity, diag.Diagnostics) {
	var identity validationIdentity
	var diags diag.Diagnostics
	given := "id = " + fmt.Sprintf("%q", req.ID)
	if req.ID == "" && req.Identity != nil && !req.Identity.Raw.IsNull() {
		diags = req.Identity.Get(ctx, &identity)
		given = fmt.Sprintf("identity = { organization = %s, client_id = %s }", identity.Organization, identity.ClientID)
	} else if organization, client, ok := cutLast(req.ID, "/"); ok {
		identity = validationIdentity{types.StringValue(organization), types.StringValue(client)}
	} else {
		identity.ClientID = types.StringValue(req.ID)
	}
	blank := func(text types.String) bool { return strings.TrimSpace(text.ValueString()) == "" }
	if blank(identity.ClientID) || !identity.Organization.IsNull() && blank(identity.Organization) {
		diags.AddError("Invalid import", fmt.Sprintf("%s does not say which OAuth client to import. Give the client's id for the default "+
			"organization, or organization/client_id for an entry of `organizations`, such as "+
			"acme_emea/9b1d6f48-3e07-4a92-a5cb-7d80f4126e59. For a validation of many clients, write * instead of the client's id.", given))
	}
	return identity, diags
}

// cutLast cuts a text around the last separator: the name of an organization may hold one, the id of a client does not.
func cutLast(text, separator string) (before, after string, found bool) {
	i := strings.LastIndex(text, separator)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+len(separator):], true
}

const (
	// noClient stands in an identity and in an id for a client that is not known.
	noClient = "-"
	// everyClient stands there for the clients of a validation of many.
	everyClient = "*"
)

// identity is the client that was found, else the one that the configuration names by id, else the fallback: Terraform takes an identity
// without a client for none.
func (v validation) identity(fallback types.String) validationIdentity {
	client := v.client
	if v.arguments.isFleet() {
		client = types.StringValue(everyClient)
	}
	if client.IsNull() {
		client = v.arguments.text("client_id")
	}
	if client.IsNull() {
		client = fallback
	}
	return validationIdentity{Organization: v.arguments.organization(), ClientID: client}
}

// Delete does nothing: nothing was made.
func (r *validationResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}
