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
	_ resource.ResourceWithConfigure   = (*validationResource)(nil)
	_ resource.ResourceWithIdentity    = (*validationResource)(nil)
	_ resource.ResourceWithImportState = (*validationResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*validationResource)(nil)
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
	// The client that a name stands for may be another one tomorrow, and a validation may be turned to another client.
	resp.ResourceBehavior.MutableIdentity = true
}

func (r *validationResource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"organization": identityschema.StringAttribute{
			OptionalForImport: true,
			Description: "Name of the organization in the provider's `organizations`. Unset: the one that the provider block itself signs " +
				"in to.",
		},
		"client_id": identityschema.StringAttribute{
			RequiredForImport: true,
			Description:       "Id of the OAuth client.",
		},
	}}
}

func (r *validationResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Fails the plan when an OAuth client of a Genesys Cloud organization could not call what it must call, with the " +
			"reason and the remedy, and keeps the verdict and its evidence in state. It is evaluated at every plan, also with " +
			"`-refresh=false`, and again at apply when it has changes. It changes nothing on the platform, and destroying it does nothing.",
		Attributes: resourceAttributes(identifiedAttributes()),
	}
}

// ModifyPlan is the gate: Terraform calls it at every plan, whether or not it refreshes, and again at apply for an instance with
// changes.
func (r *validationResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() { // destroy: there is nothing to gate
		return
	}
	// No argument is computed, so that the plan has the arguments of the configuration.
	var config validationModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	plan := validationModel{validationArguments: config.validationArguments}
	if r.data.enforcement == enforcementOff {
		resp.Diagnostics.Append(notEvaluated(config.validationArguments))
		resp.Diagnostics.Append(planUnjudged(ctx, req, resp, plan)...)
		return
	}
	outcome, known, diags := r.data.evaluate(ctx, config.validationArguments)
	resp.Diagnostics.Append(diags...)
	if known {
		resp.Diagnostics.Append(outcome.diagnostics()...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if !known || outcome.deferred() {
		plan.validationResults, plan.ID = unknownResults(), types.StringUnknown()
		resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
		return
	}
	results, diags := outcome.results(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !req.State.Raw.IsNull() {
		var state validationModel
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		if resp.Diagnostics.HasError() {
			return
		}
		// The evidence in state may be older than what was just read, without a refresh: that alone is no change to plan.
		if state.sameVerdict(results) && req.Plan.Raw.Equal(req.State.Raw) {
			return
		}
	}
	plan.validationResults, plan.ID = results.withoutEvidence(), results.id()
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// planUnjudged plans that the verdict is not known, which nothing has looked at: the one in state may have been true once. What reads the
// plan must not take it for today's.
func planUnjudged(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, plan validationModel) diag.Diagnostics {
	results, diags := unjudgedResults(ctx, unjudgedReason, enableEnforcement)
	if diags.HasError() {
		return diags
	}
	if !req.State.Raw.IsNull() {
		var state validationModel
		diags.Append(req.State.Get(ctx, &state)...)
		if diags.HasError() || state.sameVerdict(results) && req.Plan.Raw.Equal(req.State.Raw) {
			return diags
		}
	}
	plan.validationResults, plan.ID = results, results.id()
	return append(diags, resp.Plan.Set(ctx, plan)...)
}

func (r *validationResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan validationModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	// Without a state in the response an error leaves nothing behind, and so nothing tainted.
	resp.Diagnostics.Append(r.decide(ctx, &plan)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
		resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity(noClient))...)
	}
}

func (r *validationResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state validationModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	// The identity stays if it is still about the same client, and nobody looked who that is, or it is not found any more.
	prior := validationIdentity{ClientID: noClient}
	if plan.sameClient(state.validationArguments) && req.Identity != nil && !req.Identity.Raw.IsFullyNull() {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &prior)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(r.decide(ctx, &plan)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
		resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity(prior.ClientID))...)
	}
}

// sameClient tells whether two validations name their client alike.
func (a validationArguments) sameClient(other validationArguments) bool {
	return a.Organization.Equal(other.Organization) && a.ClientID.Equal(other.ClientID) && a.ClientName.Equal(other.ClientName)
}

// decide fills in the results at apply, when everything is known. Terraform called ModifyPlan just before, so this reads nothing again;
// it decides anew because the verdict of a plan is no licence to pass at apply.
func (r *validationResource) decide(ctx context.Context, plan *validationModel) diag.Diagnostics {
	results, diags := r.decided(ctx, plan.validationArguments)
	plan.validationResults, plan.ID = results, results.id()
	return diags
}

func (r *validationResource) decided(ctx context.Context, arguments validationArguments) (validationResults, diag.Diagnostics) {
	if r.data.enforcement == enforcementOff {
		return unjudgedResults(ctx, unjudgedReason, enableEnforcement)
	}
	outcome, known, diags := r.data.confirm(ctx, arguments)
	if !known {
		if !diags.HasError() {
			diags.AddError("Validation not decided", "Something that the validation needs is still unknown at apply, where everything must be "+
				"known. This is a bug in the provider: report it to its maintainers.")
		}
		return validationResults{}, diags
	}
	// ModifyPlan has shown the warnings already.
	diags.Append(outcome.diagnostics().Errors()...)
	results, resultDiags := outcome.results(ctx)
	diags.Append(resultDiags...)
	return results, diags
}

// Read refreshes the verdict and its evidence. It never fails on a violation, and not on what it cannot judge either: the plan that
// follows does, with the configuration of today rather than that of the state.
func (r *validationResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state validationModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	// A client that is not found any more leaves the identity as it was.
	prior := validationIdentity{ClientID: noClient}
	if !req.Identity.Raw.IsFullyNull() {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &prior)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(r.refresh(ctx, &state)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity(prior.ClientID))...)
}

// refresh brings the results up to date. Where nothing can be judged they say so: the verdict in state is of an earlier run, and after
// -refresh-only it would be taken for today's. What is switched off is left to the plan, which shows the verdict change.
func (r *validationResource) refresh(ctx context.Context, state *validationModel) diag.Diagnostics {
	if r.data.enforcement == enforcementOff {
		return nil
	}
	results, diags := r.refreshed(ctx, state.validationArguments)
	if ctx.Err() != nil { // an interruption says nothing about the platform
		return nil
	}
	state.validationResults, state.ID = results, results.id()
	return diags
}

func (r *validationResource) refreshed(ctx context.Context, arguments validationArguments) (validationResults, diag.Diagnostics) {
	outcome, known, diags := r.data.evaluate(ctx, arguments)
	switch {
	case diags.HasError(): // a refresh never fails; the plan that follows does
		return unjudgedResults(ctx, "Nothing was evaluated: "+sentence(diags.Errors()[0].Summary()), "Plan again, which shows what is wrong.")
	case !known:
		return unjudgedResults(ctx, unreadableYet, readLater)
	}
	return outcome.results(ctx)
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
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("client_id"), identity.ClientID)...)
	if !known || r.data.enforcement == enforcementOff {
		return
	}
	clients, diags := r.data.readClients(ctx, identity.Organization, true)
	resp.Diagnostics.Append(diags...)
	client, found := clients.find(identity.ClientID.ValueString())
	if !found {
		if !diags.HasError() {
			resp.Diagnostics.AddWarning("No OAuth client to take over from", wrap(fmt.Sprintf("The organization has no OAuth client of its own with "+
				"the id %s, so the import took over nothing but the id.", identity.ClientID.ValueString()),
				"If the client belongs to another organization and is authorized here, write its arguments yourself. Else correct the id: "+
					"the next plan fails."))
		}
		return
	}
	model, diags := r.data.baseline(ctx, identity.Organization, client, clients.roleNames)
	resp.Diagnostics.Append(diags...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
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
		diags.AddError("Invalid import", fmt.Sprintf("%s does not say which OAuth client to import. The id is the client's id for the "+
			"organization that the provider block itself signs in to, and organization/client_id for an organization of its `organizations`, "+
			"such as acme_emea/9b1d6f48-3e07-4a92-a5cb-7d80f4126e59.", given))
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

// noClient stands in an identity for a client that is not known, as it does in an id.
var noClient = types.StringValue("-")

// identity is the client that was found, else the one that the configuration names by id, else the fallback: an identity without a client
// is none to Terraform.
func (m validationModel) identity(fallback types.String) validationIdentity {
	client := m.ResolvedClientID
	if client.IsNull() {
		client = m.ClientID
	}
	if client.IsNull() {
		client = fallback
	}
	return validationIdentity{Organization: m.Organization, ClientID: client}
}

// Delete does nothing: nothing was made.
func (r *validationResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}
