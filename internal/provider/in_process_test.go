package provider_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/provider"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/serve"
)

// inProcess runs the steps of a test over the plugin protocol, without the CLI, which takes a hundredth of the time. Each step starts with a
// new provider and without state. A configuration has only literal values, and no nested blocks. Tests of what the CLI itself shows, keeps or
// refuses run the CLI. TestInProcessIsWhatTheCLIKeeps holds the two to the same values, and at full size the CLI runs all of these steps.
func inProcess(t *testing.T, test resource.TestCase) {
	t.Helper()
	if provider.FullSize() {
		resource.Test(t, test)
		return
	}
	for i, step := range test.Steps {
		if step.PreConfig != nil {
			step.PreConfig()
		}
		diagnostics, state := evaluated(t, test.ProtoV6ProviderFactories["genesysaudit"], step.Config, step.PlanOnly)
		switch {
		case step.ExpectError != nil && !step.ExpectError.MatchString(diagnostics):
			t.Errorf("step %d: no error matches %s in:\n%s", i+1, step.ExpectError, diagnostics)
		case step.ExpectError == nil && strings.Contains(diagnostics, "Error: "):
			t.Errorf("step %d: %s", i+1, diagnostics)
		case step.ExpectError == nil:
			for _, check := range step.ConfigStateChecks {
				var answer statecheck.CheckStateResponse
				check.CheckState(t.Context(), statecheck.CheckStateRequest{State: state}, &answer)
				if answer.Error != nil {
					t.Errorf("step %d: %v", i+1, answer.Error)
				}
			}
		}
		step.PreConfig, step.Config, step.PlanOnly, step.ExpectError, step.ConfigStateChecks = nil, "", false, nil, nil
		if !reflect.DeepEqual(step, resource.TestStep{}) {
			t.Fatalf("step %d asks for what only the CLI does: %+v", i+1, step)
		}
	}
}

// evaluated plans and applies a configuration. It returns the diagnostics as the CLI writes them, and what would be in state.
func evaluated(t *testing.T, newServer func() (tfprotov6.ProviderServer, error), config string, planOnly bool) (string, *tfjson.State) {
	t.Helper()
	run, blocks := startInProcess(t, newServer, config)
	root := &tfjson.StateModule{}
	for _, block := range blocks {
		if block.Type == "import" { // of what the configuration has in full
			continue
		}
		if len(block.Labels) != 2 {
			t.Fatalf("a block %s %v is not known here", block.Type, block.Labels)
		}
		address, values := strings.Join(block.Labels, "."), map[string]any(nil)
		switch block.Type {
		case "data":
			address, values = "data."+address, run.read(block)
		case "resource":
			values = run.create(block, planOnly)
		default:
			t.Fatalf("a block %s is not known here", block.Type)
		}
		root.Resources = append(root.Resources, &tfjson.StateResource{Address: address, AttributeValues: values})
	}
	state := &tfjson.State{Values: &tfjson.StateValues{RootModule: root}}
	run.assertNoLeak(root)
	return run.said.String(), state
}

// saidAtPlan is what a plan says, white space folded.
func saidAtPlan(t *testing.T, config string) string {
	t.Helper()
	said, _ := evaluated(t, factories["genesysaudit"], config, true)
	return folded(said)
}

// importInProcess imports a validation by its id, and returns the diagnostics as the CLI writes them.
func importInProcess(t *testing.T, config, id string) string {
	t.Helper()
	run, _ := startInProcess(t, factories["genesysaudit"], config)
	answer, err := run.server.ImportResourceState(run.ctx, &tfprotov6.ImportResourceStateRequest{TypeName: validationOf, ID: id})
	run.ok(answer.Diagnostics, err)
	run.assertNoLeak(nil)
	return run.said.String()
}

// inProcessRun is a provider that evaluates a configuration.
type inProcessRun struct {
	t       *testing.T
	ctx     context.Context
	log     *bytes.Buffer
	server  tfprotov6.ProviderServer
	schemas *tfprotov6.GetProviderSchemaResponse
	said    strings.Builder
}

// startInProcess starts a provider and configures it. It returns the other blocks of the configuration, none if the provider block is wrong.
func startInProcess(t *testing.T, newServer func() (tfprotov6.ProviderServer, error), config string) (*inProcessRun, []*hclsyntax.Block) {
	t.Helper()
	file, problems := hclsyntax.ParseConfig([]byte(config), "main.tf", hcl.InitialPos)
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok || len(body.Attributes) > 0 {
		t.Fatalf("no blocks: %s", config)
	}
	server, err := newServer()
	if err != nil {
		t.Fatal(err)
	}
	log := &bytes.Buffer{}
	run := &inProcessRun{t: t, ctx: tflogtest.RootLogger(t.Context(), log), log: log, server: server}
	if run.schemas, err = server.GetProviderSchema(run.ctx, &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		t.Fatal(err)
	}
	var others []*hclsyntax.Block
	for _, block := range body.Blocks {
		if block.Type != "provider" {
			others = append(others, block)
		} else if !run.configure(block) {
			return run, nil
		}
	}
	return run, others
}

// assertNoLeak looks for secrets in what was said, logged and kept.
func (r *inProcessRun) assertNoLeak(kept any) {
	r.t.Helper()
	state, err := json.Marshal(kept)
	if err != nil {
		r.t.Fatal(err)
	}
	secrets := secretsInUse(rootName(r.t.Name()))
	for place, content := range map[string][]byte{"a diagnostic": []byte(r.said.String()), "the log": r.log.Bytes(), "the state": state} {
		for _, leak := range leaksIn(place, content, secrets) {
			r.t.Error(leak)
		}
	}
}

// ok notes what an answer says, and tells whether it has no error.
func (r *inProcessRun) ok(diagnostics []*tfprotov6.Diagnostic, err error) bool {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
	ok := true
	for _, diagnostic := range diagnostics {
		kind := "Warning"
		if diagnostic.Severity == tfprotov6.DiagnosticSeverityError {
			kind, ok = "Error", false
		}
		fmt.Fprintf(&r.said, "%s: %s\n\n%s\n\n", kind, diagnostic.Summary, diagnostic.Detail)
	}
	return ok
}

func (r *inProcessRun) configure(block *hclsyntax.Block) bool {
	r.t.Helper()
	_, config := r.encode(r.schemas.Provider, block)
	validated, err := r.server.ValidateProviderConfig(r.ctx, &tfprotov6.ValidateProviderConfigRequest{Config: config})
	if !r.ok(validated.Diagnostics, err) {
		return false
	}
	configured, err := r.server.ConfigureProvider(r.ctx, &tfprotov6.ConfigureProviderRequest{Config: config})
	return r.ok(configured.Diagnostics, err)
}

func (r *inProcessRun) read(block *hclsyntax.Block) map[string]any {
	r.t.Helper()
	name, schema := block.Labels[0], r.schemas.DataSourceSchemas[block.Labels[0]]
	_, config := r.encode(schema, block)
	validated, err := r.server.ValidateDataResourceConfig(r.ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: config})
	if !r.ok(validated.Diagnostics, err) {
		return nil
	}
	answer, err := r.server.ReadDataSource(r.ctx, &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: config})
	if !r.ok(answer.Diagnostics, err) {
		return nil
	}
	return r.decode(schema, answer.State)
}

func (r *inProcessRun) create(block *hclsyntax.Block, planOnly bool) map[string]any {
	r.t.Helper()
	name, schema := block.Labels[0], r.schemas.ResourceSchemas[block.Labels[0]]
	proposed, config := r.encode(schema, block)
	validated, err := r.server.ValidateResourceConfig(r.ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: name, Config: config})
	if !r.ok(validated.Diagnostics, err) {
		return nil
	}
	for _, attribute := range schema.Block.Attributes {
		if attribute.Computed {
			proposed[attribute.Name] = tftypes.NewValue(attribute.ValueType(), tftypes.UnknownValue)
		}
	}
	nothing := r.dynamic(schema, nil)
	planned, err := r.server.PlanResourceChange(r.ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: name, PriorState: nothing, ProposedNewState: r.dynamic(schema, proposed), Config: config})
	if !r.ok(planned.Diagnostics, err) || planOnly {
		return nil
	}
	applied, err := r.server.ApplyResourceChange(r.ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: name, PriorState: nothing, PlannedState: planned.PlannedState, PlannedPrivate: planned.PlannedPrivate,
		PlannedIdentity: planned.PlannedIdentity, Config: config})
	if !r.ok(applied.Diagnostics, err) {
		return nil
	}
	return r.decode(schema, applied.NewState)
}

// encode is a block as core sends it: what is not written is null.
func (r *inProcessRun) encode(schema *tfprotov6.Schema, block *hclsyntax.Block) (map[string]tftypes.Value, *tfprotov6.DynamicValue) {
	r.t.Helper()
	if schema == nil || len(block.Body.Blocks) > 0 {
		r.t.Fatalf("a block %s %v like this is not known here", block.Type, block.Labels)
	}
	written := map[string]any{}
	for name, attribute := range block.Body.Attributes {
		value, problems := attribute.Expr.Value(nil)
		if problems.HasErrors() {
			r.t.Fatal(problems)
		}
		text, err := ctyjson.Marshal(value, value.Type())
		if err != nil {
			r.t.Fatal(err)
		}
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		var decoded any
		if err := decoder.Decode(&decoded); err != nil {
			r.t.Fatal(err)
		}
		written[name] = decoded
	}
	values := map[string]tftypes.Value{}
	for _, attribute := range schema.Block.Attributes {
		values[attribute.Name] = r.value(attribute.ValueType(), written[attribute.Name])
		delete(written, attribute.Name)
	}
	if len(written) > 0 {
		r.t.Fatalf("arguments that do not exist: %v", written)
	}
	for _, nested := range schema.Block.BlockTypes {
		values[nested.TypeName] = tftypes.NewValue(nested.ValueType(), nil)
		if nested.Nesting == tfprotov6.SchemaNestedBlockNestingModeList || nested.Nesting == tfprotov6.SchemaNestedBlockNestingModeSet {
			values[nested.TypeName] = tftypes.NewValue(nested.ValueType(), []tftypes.Value{})
		}
	}
	return values, r.dynamic(schema, values)
}

// value is a value of JSON as one of the type.
func (r *inProcessRun) value(of tftypes.Type, from any) tftypes.Value {
	r.t.Helper()
	var to any
	switch from := from.(type) {
	case string, bool:
		to = from
	case json.Number:
		number, _, err := big.ParseFloat(from.String(), 10, 64, big.ToNearestEven)
		if err != nil {
			r.t.Fatal(err)
		}
		to = number
	case []any:
		elements := make([]tftypes.Value, len(from))
		for i, element := range from {
			elements[i] = r.value(elementType(of), element)
		}
		to = elements
	case map[string]any:
		members := map[string]tftypes.Value{}
		object, isObject := of.(tftypes.Object)
		for name, attribute := range object.AttributeTypes {
			members[name] = r.value(attribute, from[name])
		}
		for name, member := range from {
			if !isObject {
				members[name] = r.value(elementType(of), member)
			} else if _, ok := members[name]; !ok {
				r.t.Fatalf("%s is not a member of %s", name, of)
			}
		}
		to = members
	}
	return tftypes.NewValue(of, to)
}

func elementType(of tftypes.Type) tftypes.Type {
	switch of := of.(type) {
	case tftypes.List:
		return of.ElementType
	case tftypes.Set:
		return of.ElementType
	case tftypes.Map:
		return of.ElementType
	}
	return nil
}

func (r *inProcessRun) dynamic(schema *tfprotov6.Schema, attributes map[string]tftypes.Value) *tfprotov6.DynamicValue {
	r.t.Helper()
	value := tftypes.NewValue(schema.ValueType(), nil)
	if attributes != nil {
		value = tftypes.NewValue(schema.ValueType(), attributes)
	}
	encoded, err := tfprotov6.NewDynamicValue(schema.ValueType(), value)
	if err != nil {
		r.t.Fatal(err)
	}
	return &encoded
}

func (r *inProcessRun) decode(schema *tfprotov6.Schema, encoded *tfprotov6.DynamicValue) map[string]any {
	r.t.Helper()
	value, err := encoded.Unmarshal(schema.ValueType())
	if err != nil {
		r.t.Fatal(err)
	}
	attributes, ok := r.shown(value).(map[string]any)
	if !ok {
		r.t.Fatalf("%s is no object", value)
	}
	return attributes
}

// shown is a value as the CLI shows it in JSON.
func (r *inProcessRun) shown(value tftypes.Value) any {
	r.t.Helper()
	if !value.IsKnown() {
		r.t.Fatal("a value is not known after the apply")
	}
	if value.IsNull() {
		return nil
	}
	var (
		text    string
		yes     bool
		number  big.Float
		list    []tftypes.Value
		members map[string]tftypes.Value
	)
	switch {
	case value.As(&text) == nil:
		return text
	case value.As(&yes) == nil:
		return yes
	case value.As(&number) == nil:
		return json.Number(number.Text('f', -1))
	case value.As(&list) == nil:
		elements := make([]any, len(list))
		for i, element := range list {
			elements[i] = r.shown(element)
		}
		return elements
	case value.As(&members) == nil:
		shown := map[string]any{}
		for name, member := range members {
			shown[name] = r.shown(member)
		}
		return shown
	}
	r.t.Fatalf("%s has no type", value)
	return nil
}

// What inProcess finds in state is what the CLI keeps there. The configuration has every data source, and the resource.
func TestInProcessIsWhatTheCLIKeeps(t *testing.T) {
	t.Parallel()
	p := startPlatform(t, withTrusts, auditorMay("authorization:orgTrustee:view"), auditorMay("authorization:orgTrustor:view"),
		auditorMay("directory:organization:admin"))
	arguments := replaced(t, dashboardArguments, `"analytics:read", "analytics:export"`, `"analytics:export", "analytics:read"`) // as sets are kept
	config := p.topLevel() + validation(arguments) + verdictOf(arguments, `forbidden_roles = ["employee"]`) +
		roleOf(`name = "Supervisor"`) + usageOf(`client_name = "Compliance Dashboard"`) + changesOfClient(dashboardUS) + clientsOf() +
		tokenOf + trustsOf + authorizationsOf + policiesOf + `
data "genesysaudit_oauth_client" "this" { name = "Compliance Dashboard" }
data "genesysaudit_organization" "this" {}
`
	for name := range providerSchemas(t).DataSourceSchemas {
		if !strings.Contains(config, fmt.Sprintf("data %q", name)) {
			t.Errorf("the configuration has no %s", name)
		}
	}
	said, inProcess := evaluated(t, func() (tfprotov6.ProviderServer, error) { // with the clock of the machine, which the CLI's provider has
		return serve.Server(provider.New("test")()), nil
	}, config, false)
	c := newCLI(t, "main.tf", requiredProviders+config)
	if output := c.run(0, "apply", "-no-color", "-auto-approve"); said != "" || strings.Contains(output, "Warning:") {
		t.Errorf("warned in process: %q, by the CLI:\n%s", said, output)
	}
	kept := map[string]map[string]any{}
	for _, resource := range c.state().Values.RootModule.Resources {
		kept[resource.Address] = resource.AttributeValues
	}
	for _, resource := range inProcess.Values.RootModule.Resources {
		if diff := cmp.Diff(kept[resource.Address], resource.AttributeValues); diff != "" {
			t.Errorf("%s (-CLI +in process):\n%s", resource.Address, diff)
		}
	}
	c.run(0, "plan", "-no-color", "-detailed-exitcode")
}
