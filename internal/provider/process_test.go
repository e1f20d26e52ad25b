package provider

import (
	"context"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/serve"
)

const validationType = "genesysaudit_access_validation"

// process is a provider as Terraform runs it: configured once, called over the protocol, with nothing left of an earlier process.
type process struct {
	t       testing.TB
	server  tfprotov6.ProviderServer
	schemas *tfprotov6.GetProviderSchemaResponse
}

// object are the attributes of a configuration, a plan or a state; what is absent is null.
type object map[string]tftypes.Value

func startProcess(t testing.TB, clock func() time.Time, config object) *process {
	t.Helper()
	return startProcessWith(t, clock, config, os.Getenv)
}

// startProcessWith starts a process with an environment of its own.
func startProcessWith(t testing.TB, clock func() time.Time, config object, getenv func(string) string) *process {
	t.Helper()
	server := serve.Server(New("test", WithClock(clock), func(p *auditProvider) { p.getenv = getenv })())
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t, server, schemas}
	configured, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: p.encode(schemas.Provider, config)})
	if err != nil {
		t.Fatal(err)
	}
	if len(configured.Diagnostics) > 0 {
		t.Fatalf("configure: %s", described(configured.Diagnostics))
	}
	return p
}

// topLevelConfig signs in to an organization of an emulator with the secret "secret".
func topLevelConfig(region, baseURL, clientID string) object {
	return object{"aws_region": str(region), "api_url": str(baseURL), "login_url": str(baseURL),
		"oauthclient_id": str(clientID), "oauthclient_secret": str("secret")}
}

func str(value string) tftypes.Value { return tftypes.NewValue(tftypes.String, value) }
func flag(value bool) tftypes.Value  { return tftypes.NewValue(tftypes.Bool, value) }
func number(value int) tftypes.Value { return tftypes.NewValue(tftypes.Number, value) }

func set(values ...string) tftypes.Value {
	distinct := slices.Compact(slices.Sorted(slices.Values(values)))
	elements := make([]tftypes.Value, len(distinct))
	for i, value := range distinct {
		elements[i] = str(value)
	}
	return tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, elements)
}

func (p *process) encode(schema *tfprotov6.Schema, attributes object) *tfprotov6.DynamicValue {
	p.t.Helper()
	objectType, ok := schema.ValueType().(tftypes.Object)
	if !ok {
		p.t.Fatalf("%T is no object", schema.ValueType())
	}
	values := make(map[string]tftypes.Value, len(objectType.AttributeTypes))
	for name, attributeType := range objectType.AttributeTypes {
		values[name] = tftypes.NewValue(attributeType, nil)
	}
	for name, value := range attributes {
		if _, ok := values[name]; !ok {
			p.t.Fatalf("no attribute %s", name)
		}
		values[name] = value
	}
	return p.dynamic(objectType, tftypes.NewValue(objectType, values))
}

func (p *process) dynamic(of tftypes.Type, value tftypes.Value) *tfprotov6.DynamicValue {
	p.t.Helper()
	encoded, err := tfprotov6.NewDynamicValue(of, value)
	if err != nil {
		p.t.Fatal(err)
	}
	return &encoded
}

// decode is nil for a null object.
func (p *process) decode(schema *tfprotov6.Schema, encoded *tfprotov6.DynamicValue) object {
	p.t.Helper()
	if encoded == nil {
		return nil
	}
	value, err := encoded.Unmarshal(schema.ValueType())
	if err != nil {
		p.t.Fatal(err)
	}
	var attributes map[string]tftypes.Value
	if err := value.As(&attributes); err != nil {
		p.t.Fatal(err)
	}
	return attributes
}

// unknowns are the attributes of a type that a configuration cannot set, as core proposes them for a new resource.
func unknowns(schema *tfprotov6.Schema) object {
	results := object{}
	for _, attribute := range schema.Block.Attributes {
		if attribute.Computed {
			attributeType := attribute.Type
			if attribute.NestedType != nil {
				attributeType = attribute.NestedType.ValueType()
			}
			results[attribute.Name] = tftypes.NewValue(attributeType, tftypes.UnknownValue)
		}
	}
	return results
}

// planned is a resource between its plan and its apply.
type planned struct {
	attributes object
	response   *tfprotov6.PlanResourceChangeResponse
}

// planCreate plans a new validation; it has no plan if there is an error.
func (p *process) planCreate(config object) (planned, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	schema := p.schemas.ResourceSchemas[validationType]
	proposed := unknowns(schema)
	maps.Copy(proposed, config)
	response, err := p.server.PlanResourceChange(p.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName:         validationType,
		PriorState:       p.dynamic(schema.ValueType(), tftypes.NewValue(schema.ValueType(), nil)),
		ProposedNewState: p.encode(schema, proposed),
		Config:           p.encode(schema, config),
	})
	if err != nil {
		p.t.Fatal(err)
	}
	if problems := errorsIn(response.Diagnostics); len(problems) > 0 {
		return planned{}, problems
	}
	return planned{p.decode(schema, response.PlannedState), response}, nil
}

// create applies a plan that this process, too, made: Terraform plans again at apply.
func (p *process) create(config object, plan planned) (object, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	schema := p.schemas.ResourceSchemas[validationType]
	response, err := p.server.ApplyResourceChange(p.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName:        validationType,
		PriorState:      p.dynamic(schema.ValueType(), tftypes.NewValue(schema.ValueType(), nil)),
		PlannedState:    plan.response.PlannedState,
		PlannedPrivate:  plan.response.PlannedPrivate,
		PlannedIdentity: plan.response.PlannedIdentity,
		Config:          p.encode(schema, config),
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return p.decode(schema, response.NewState), errorsIn(response.Diagnostics)
}

func (p *process) readDataSource(config object) (object, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	schema := p.schemas.DataSourceSchemas[validationType]
	response, err := p.server.ReadDataSource(p.t.Context(), &tfprotov6.ReadDataSourceRequest{
		TypeName: validationType, Config: p.encode(schema, config)})
	if err != nil {
		p.t.Fatal(err)
	}
	return p.decode(schema, response.State), errorsIn(response.Diagnostics)
}

func (p *process) open(config object) (object, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	schema := p.schemas.EphemeralResourceSchemas[validationType]
	response, err := p.server.OpenEphemeralResource(context.WithoutCancel(p.t.Context()), &tfprotov6.OpenEphemeralResourceRequest{
		TypeName: validationType, Config: p.encode(schema, config)})
	if err != nil {
		p.t.Fatal(err)
	}
	problems := errorsIn(response.Diagnostics)
	if len(problems) > 0 {
		return nil, problems
	}
	return p.decode(schema, response.Result), nil
}

func errorsIn(diagnostics []*tfprotov6.Diagnostic) []*tfprotov6.Diagnostic {
	return slices.DeleteFunc(slices.Clone(diagnostics), func(d *tfprotov6.Diagnostic) bool {
		return d.Severity != tfprotov6.DiagnosticSeverityError
	})
}

func described(diagnostics []*tfprotov6.Diagnostic) string {
	var all string
	for _, d := range diagnostics {
		all += d.Severity.String() + ": " + d.Summary + ": " + d.Detail + "\n"
	}
	return all
}
