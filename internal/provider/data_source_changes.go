package provider

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

var _ datasource.DataSourceWithConfigure = (*changesDataSource)(nil)

func newChangesDataSource() datasource.DataSource { return &changesDataSource{} }

type changesDataSource struct{ dataSourceBase }

const (
	defaultChangesDays = 7
	// maxChangesDays is how far back the platform answers at once.
	maxChangesDays = 14
	// maxChanges is how many changes are shown: they are kept in state.
	maxChanges = 1000
)

// The types of entities in the audit trail, as the platform's own mapping names them.
const (
	auditedClient = "OAuthClient"
	auditedRole   = "Role"
)

type changesModel struct {
	ofOrganization
	ClientID  types.String  `tfsdk:"client_id"`
	RoleID    types.String  `tfsdk:"role_id"`
	Days      types.Int64   `tfsdk:"days"`
	Since     types.String  `tfsdk:"since"`
	Truncated types.Bool    `tfsdk:"truncated"`
	Changes   []changeModel `tfsdk:"changes"`
}

type changeModel struct {
	ID              types.String          `tfsdk:"id"`
	Time            types.String          `tfsdk:"time"`
	ActorType       types.String          `tfsdk:"actor_type"`
	ActorID         types.String          `tfsdk:"actor_id"`
	ActorName       types.String          `tfsdk:"actor_name"`
	ThroughClientID types.String          `tfsdk:"through_client_id"`
	Action          types.String          `tfsdk:"action"`
	Status          types.String          `tfsdk:"status"`
	EntityType      types.String          `tfsdk:"entity_type"`
	EntityID        types.String          `tfsdk:"entity_id"`
	EntityName      types.String          `tfsdk:"entity_name"`
	RemoteAddresses types.List            `tfsdk:"remote_addresses"`
	PropertyChanges []propertyChangeModel `tfsdk:"property_changes"`
	EntityChanges   []entityChangeModel   `tfsdk:"entity_changes"`
}

type propertyChangeModel struct {
	Property  types.String `tfsdk:"property"`
	OldValues types.List   `tfsdk:"old_values"`
	NewValues types.List   `tfsdk:"new_values"`
}

type entityChangeModel struct {
	EntityType types.String `tfsdk:"entity_type"`
	EntityID   types.String `tfsdk:"entity_id"`
	EntityName types.String `tfsdk:"entity_name"`
	OldValues  types.List   `tfsdk:"old_values"`
	NewValues  types.List   `tfsdk:"new_values"`
}

func (d *changesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_changes"
}

func (d *changesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	values := func(attributes map[string]schema.Attribute) map[string]schema.Attribute {
		attributes["old_values"] = computedTextList("Values before the change. Secrets are masked.")
		attributes["new_values"] = computedTextList("Values after the change. Secrets are masked.")
		return attributes
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Who changed an OAuth client or a role, and when, from the platform's audit trail.",
		Attributes: map[string]schema.Attribute{
			"organization": organizationArgument(),
			"client_id": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Id of the OAuth client. The changes are those of the client itself, and the roles that were granted to it " +
					"or removed from it. Exactly one of `client_id` and `role_id` is required.",
				Validators: []validator.String{
					isNotBlank, stringvalidator.ExactlyOneOf(path.MatchRoot("client_id"), path.MatchRoot("role_id")),
				},
			},
			"role_id": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Id of the role. The changes are those of the role itself, and its grants to users, groups and clients that " +
					"were added or removed.",
				Validators: []validator.String{isNotBlank},
			},
			"days": schema.Int64Attribute{
				Optional: true, Computed: true,
				MarkdownDescription: fmt.Sprintf("Number of days to read, today included (UTC). Default: %d; at most %d, which is how far back "+
					"the platform answers.", defaultChangesDays, maxChangesDays),
				Validators: []validator.Int64{int64validator.Between(1, maxChangesDays)},
			},
			"since": computedText("The time from which the audit trail was read (ISO 8601)."),
			"truncated": computedFlag(fmt.Sprintf("Whether older changes are left out, because more than %d were found. A warning says so.",
				maxChanges)),
			"changes": computedList("The changes, the newest first; empty when there are none.", map[string]schema.Attribute{
				"id":         computedText("Id of the event in the audit trail."),
				"time":       computedText("When the event happened (ISO 8601)."),
				"actor_type": computedText("Who did it: `user` or `client`; null when the platform shows neither."),
				"actor_id":   computedText("Id of the user or of the OAuth client that did it."),
				"actor_name": computedText("Name of the actor; null when the platform does not show it."),
				"through_client_id": computedText("Id of the OAuth client through which a user did it; null when the platform does not show it, and " +
					"for `client`."),
				"action":           computedText("What was done, such as `Create`, `Update`, `Delete`, `MemberAdd` or `MemberRemove`."),
				"status":           computedText("Outcome: `SUCCESS`, `FAILURE` or `WARNING`. An event with `FAILURE` changed nothing."),
				"entity_type":      computedText("`OAuthClient`, or `Role` for a change of a role and for a grant."),
				"entity_id":        computedText("Id of the entity."),
				"entity_name":      computedText("Name of the entity. For a grant it is `<subject id>--<role id>--<organization id>`."),
				"remote_addresses": computedTextList("Addresses that the request came from; null when the platform does not show them."),
				"property_changes": computedList("Properties of the entity that changed. The platform may leave them out.",
					values(map[string]schema.Attribute{"property": computedText("Name of the property.")})),
				"entity_changes": computedList("Properties of other entities that changed.", values(map[string]schema.Attribute{
					"entity_type": computedText("Type of the other entity."),
					"entity_id":   computedText("Id of the other entity."),
					"entity_name": computedText("Name of the other entity."),
				})),
			}),
		},
	}
}

func (d *changesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	readDataSource(ctx, d.data, req, resp,
		func(ctx context.Context, org openOrganization, config changesModel) (changesModel, diag.Diagnostics) {
			return readChanges(ctx, org, config, d.data.now())
		})
}

func readChanges(ctx context.Context, org openOrganization, state changesModel, now time.Time) (changesModel, diag.Diagnostics) {
	days := int64(defaultChangesDays)
	if !state.Days.IsNull() {
		days = state.Days.ValueInt64()
	}
	trail := auditTrail{client: org.client, now: now.UTC(), days: int(days)}
	asked := state.changed()
	events, err := trail.eventsOf(ctx, asked)
	if err != nil {
		return state, diag.Diagnostics{readError("read the audit trail", org.organization, err)}
	}
	if len(events) == 0 { // a mistyped id has no events either
		if diags := state.find(ctx, org); diags.HasError() {
			return state, diags
		}
	}
	state.Days = types.Int64Value(days)
	state.Since = types.StringValue(trail.since().Format(time.RFC3339))
	state.Truncated = types.BoolValue(len(events) > maxChanges)
	var diags diag.Diagnostics
	if total := len(events); total > maxChanges {
		events = events[:maxChanges]
		diags.AddWarning(fmt.Sprintf("Older changes of %s %s are left out", asked.kind, asked.id),
			wrap(fmt.Sprintf("The audit trail of %s has %d changes since %s. The newest %d are shown.", org.label(), total,
				state.Since.ValueString(), maxChanges), "Lower days, or read all of them under Admin > Troubleshooting > Audit Viewer."))
	}
	state.Changes = make([]changeModel, len(events))
	for i, event := range events {
		state.Changes[i] = changeState(event, org.client.Masked)
	}
	return state, diags
}

// changed is the client or the role whose changes are asked for.
type changed struct{ kind, id string }

func (m changesModel) changed() changed {
	if !m.ClientID.IsNull() {
		return changed{"client", m.ClientID.ValueString()}
	}
	return changed{"role", m.RoleID.ValueString()}
}

// find returns an error if the organization does not have the client or the role.
func (m changesModel) find(ctx context.Context, org openOrganization) diag.Diagnostics {
	if !m.ClientID.IsNull() {
		clients, err := org.client.OAuthClients(ctx)
		if err != nil {
			return diag.Diagnostics{readError("read the OAuth clients", org.organization, err)}
		}
		_, diags := usageClientLookup.find(clients, m.ClientID, types.StringNull(), org.organization)
		return diags
	}
	roles, err := org.client.Roles(ctx)
	if err != nil {
		return diag.Diagnostics{readError("read the roles", org.organization, err)}
	}
	byID := roleLookup
	byID.arguments = "role_"
	_, diags := byID.find(roles, m.RoleID, types.StringNull(), org.organization)
	return diags
}

// auditTrail reads the last days of an organization's audit trail.
type auditTrail struct {
	client *genesyscloud.Client
	now    time.Time // UTC
	days   int
}

// since is the beginning of the first of the days. Today is one of them, so that it never lies before the platform's 14 days.
func (a auditTrail) since() time.Time { return a.now.Truncate(day).AddDate(0, 0, 1-a.days) }

const day = 24 * time.Hour

// eventsOf returns the events that concern the client or the role, the newest first.
func (a auditTrail) eventsOf(ctx context.Context, asked changed) ([]genesyscloud.AuditEvent, error) {
	// Grants are events of roles. Whether the id of such an event is the role's is not published, so that all events of roles are read;
	// readings of several clients and roles share them.
	events, err := a.events(ctx, auditedRole, "")
	if err == nil && asked.kind == "client" {
		var own []genesyscloud.AuditEvent
		own, err = a.events(ctx, auditedClient, asked.id)
		events = append(events, own...)
	}
	if err != nil {
		return nil, err
	}
	seen := make(map[string]bool) // an event at midnight may belong to two days
	events = slices.DeleteFunc(events, func(event genesyscloud.AuditEvent) bool {
		again := seen[event.ID]
		seen[event.ID] = true
		return again || !asked.concerns(event)
	})
	slices.SortFunc(events, func(a, b genesyscloud.AuditEvent) int {
		return cmp.Or(b.Time().Compare(a.Time()), cmp.Compare(a.ID, b.ID))
	})
	return events, nil
}

// concerns tells whether an event is about the client or the role. The name of the entity of a grant says to whom which role was granted:
// <subject id>--<role id>--<organization id>.
func (c changed) concerns(event genesyscloud.AuditEvent) bool {
	subject, rest, _ := strings.Cut(event.Entity.Name, "--")
	role, _, isGrant := strings.Cut(rest, "--")
	if event.EntityType == auditedRole && isGrant && (c.kind == "client" && subject == c.id || c.kind == "role" && role == c.id) {
		return true
	}
	ofType := auditedRole
	if c.kind == "client" {
		ofType = auditedClient
	}
	return event.EntityType == ofType && event.Entity.ID == c.id
}

// events reads the events of a type of entity, or of one entity, day by day: for more at a time the platform may take longer than it
// allows itself.
func (a auditTrail) events(ctx context.Context, entityType, entityID string) ([]genesyscloud.AuditEvent, error) {
	services, err := a.servicesOf(ctx, entityType)
	if err != nil {
		return nil, err
	}
	var events []genesyscloud.AuditEvent
	for _, service := range services {
		for from := a.since(); from.Before(a.now); from = from.AddDate(0, 0, 1) {
			to := from.AddDate(0, 0, 1)
			if to.After(a.now) {
				to = a.now
			}
			found, err := a.client.Audits(ctx, genesyscloud.AuditQuery{
				From: from, To: to, Service: service, EntityType: entityType, EntityID: entityID,
			})
			if err != nil {
				return nil, err
			}
			events = append(events, found...)
		}
	}
	return events, nil
}

// servicesOf returns the services that record a type of entity.
func (a auditTrail) servicesOf(ctx context.Context, entityType string) ([]string, error) {
	services, err := a.client.AuditServices(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, service := range services {
		if slices.ContainsFunc(service.Entities, func(entity genesyscloud.AuditEntity) bool { return entity.Name == entityType }) {
			names = append(names, service.Name)
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("no service of the audit trail records the entity %s, by the platform's own list of services", entityType)
	}
	return names, nil
}

func changeState(event genesyscloud.AuditEvent, masked func(string) string) changeModel {
	shown := func(text string) types.String { return textOrNull(masked(text)) }
	model := changeModel{
		ID:              types.StringValue(masked(event.ID)),
		Time:            types.StringValue(event.Time().Format(time.RFC3339Nano)),
		Action:          shown(event.Action),
		Status:          shown(event.Status),
		EntityType:      shown(event.EntityType),
		EntityID:        shown(event.Entity.ID),
		EntityName:      shown(event.Entity.Name),
		RemoteAddresses: maskedList(event.RemoteIP, masked),
		PropertyChanges: make([]propertyChangeModel, len(event.PropertyChanges)),
		EntityChanges:   make([]entityChangeModel, len(event.EntityChanges)),
	}
	switch {
	case event.User.ID != "":
		model.ActorType, model.ActorID, model.ActorName = types.StringValue("user"), shown(event.User.ID), shown(event.User.Name)
		model.ThroughClientID = shown(event.Client.ID)
	case event.Client.ID != "":
		model.ActorType, model.ActorID, model.ActorName = types.StringValue("client"), shown(event.Client.ID), shown(event.Client.Name)
	}
	for i, change := range event.PropertyChanges {
		mask := masked
		if isSecretProperty(change.Property) {
			mask = func(string) string { return "***" }
		}
		model.PropertyChanges[i] = propertyChangeModel{
			Property:  shown(change.Property),
			OldValues: maskedList(change.OldValues, mask),
			NewValues: maskedList(change.NewValues, mask),
		}
	}
	for i, change := range event.EntityChanges {
		model.EntityChanges[i] = entityChangeModel{
			EntityType: shown(change.EntityType),
			EntityID:   shown(change.EntityID),
			EntityName: shown(change.EntityName),
			OldValues:  maskedList(change.OldValues, masked),
			NewValues:  maskedList(change.NewValues, masked),
		}
	}
	return model
}

// isSecretProperty tells whether a property holds a secret by its name, such as secret, clientSecret or accessToken.
func isSecretProperty(name string) bool {
	name = strings.ToLower(name)
	return strings.HasSuffix(name, "token") || slices.ContainsFunc([]string{"secret", "password", "credential"}, func(part string) bool {
		return strings.Contains(name, part)
	})
}

// maskedList is null for values that the platform does not show.
func maskedList(values []string, mask func(string) string) types.List {
	if values == nil {
		return types.ListNull(types.StringType)
	}
	masked := make([]string, len(values))
	for i, value := range values {
		masked[i] = mask(value)
	}
	return textList(masked)
}
