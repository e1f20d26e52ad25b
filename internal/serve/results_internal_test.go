package serve

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// answering is a framework that shows the states that it is asked about, and answers with a state of its own.
type answering struct {
	frameworkServer
	answer tfprotov6.DynamicValue
	now    results // what the provider sets
	fails  bool
	asked  []*tfprotov6.DynamicValue
}

// sets lets the provider set its results, and says what went wrong.
func (a *answering) sets(ctx context.Context) []*tfprotov6.Diagnostic {
	for name, value := range a.now {
		if !SetLargeResult(ctx, name, value) {
			panic("no server takes the result")
		}
	}
	if a.fails {
		return []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError, Summary: "It fails"}}
	}
	return nil
}

func (a *answering) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	a.asked = []*tfprotov6.DynamicValue{req.CurrentState}
	return &tfprotov6.ReadResourceResponse{NewState: &a.answer, Diagnostics: a.sets(ctx)}, nil
}

func (a *answering) PlanResourceChange(
	_ context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	a.asked = []*tfprotov6.DynamicValue{req.PriorState, req.ProposedNewState}
	return &tfprotov6.PlanResourceChangeResponse{PlannedState: &a.answer}, nil
}

func (a *answering) ApplyResourceChange(
	ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	a.asked = []*tfprotov6.DynamicValue{req.PriorState, req.PlannedState}
	return &tfprotov6.ApplyResourceChangeResponse{NewState: &a.answer, Diagnostics: a.sets(ctx)}, nil
}

var (
	clientsAudited = tftypes.List{ElementType: tftypes.Object{AttributeTypes: map[string]tftypes.Type{"name": tftypes.String}}}
	stateType      = tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"verdict": tftypes.String, "audited": clientsAudited, "findings": tftypes.List{ElementType: tftypes.String},
	}}
)

// state has a verdict, the names of the clients that were audited, and findings. One that is nil is null, and one that is unknown unknown.
func state(t *testing.T, verdict string, audited, findings any) tfprotov6.DynamicValue {
	t.Helper()
	if names, ok := audited.([]string); ok {
		clients := make([]tftypes.Value, len(names))
		for i, name := range names {
			clients[i] = tftypes.NewValue(clientsAudited.ElementType, map[string]tftypes.Value{"name": tftypes.NewValue(tftypes.String, name)})
		}
		audited = clients
	}
	if texts, ok := findings.([]string); ok {
		values := make([]tftypes.Value, len(texts))
		for i, text := range texts {
			values[i] = tftypes.NewValue(tftypes.String, text)
		}
		findings = values
	}
	encoded, err := tfprotov6.NewDynamicValue(stateType, tftypes.NewValue(stateType, map[string]tftypes.Value{
		"verdict":  tftypes.NewValue(tftypes.String, verdict),
		"audited":  tftypes.NewValue(clientsAudited, audited),
		"findings": tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, findings),
	}))
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

func shown(t *testing.T, states ...*tfprotov6.DynamicValue) []string {
	t.Helper()
	texts := make([]string, len(states))
	for i, state := range states {
		value, err := state.Unmarshal(stateType)
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = value.String()
	}
	return texts
}

// What a plan knows as unchanged is what the state has, to the byte, and what the provider writes is what it wrote.
func TestResultsOfAnEarlierRun(t *testing.T) {
	t.Parallel()
	unknown := tftypes.UnknownValue
	nothing, err := tfprotov6.NewDynamicValue(stateType, tftypes.NewValue(stateType, nil))
	if err != nil {
		t.Fatal(err)
	}
	var (
		before  = state(t, "compliant", []string{"a", "b"}, []string{})
		lean    = state(t, "compliant", nil, nil)
		later   = state(t, "noncompliant", []string{"c"}, []string{"x"})
		undone  = state(t, "undetermined", nil, []string{"x"})
		changed = state(t, "compliant", unknown, unknown)
		empty   = state(t, "undetermined", nil, []string{"y"})
	)
	read := func(s tfprotov6.ProviderServer, current, _ *tfprotov6.DynamicValue) (*tfprotov6.DynamicValue, error) {
		resp, err := s.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{CurrentState: current})
		return resp.NewState, err
	}
	plan := func(s tfprotov6.ProviderServer, prior, proposed *tfprotov6.DynamicValue) (*tfprotov6.DynamicValue, error) {
		resp, err := s.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{PriorState: prior, ProposedNewState: proposed})
		return resp.PlannedState, err
	}
	apply := func(s tfprotov6.ProviderServer, prior, planned *tfprotov6.DynamicValue) (*tfprotov6.DynamicValue, error) {
		resp, err := s.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{PriorState: prior, PlannedState: planned})
		return resp.NewState, err
	}
	type states = []tfprotov6.DynamicValue
	set := func(of tfprotov6.DynamicValue) results {
		_, found := take(&of)
		return found
	}
	for name, test := range map[string]struct {
		call                func(s tfprotov6.ProviderServer, first, second *tfprotov6.DynamicValue) (*tfprotov6.DynamicValue, error)
		first, second       tfprotov6.DynamicValue
		asked               states
		answer, wantsAnswer tfprotov6.DynamicValue
		now                 results
		fails               bool
	}{
		"a refresh that leaves the state alone": {call: read, first: before, asked: states{lean}, answer: lean, wantsAnswer: before},
		"a refresh with new results":            {call: read, first: before, asked: states{lean}, answer: later, wantsAnswer: later},
		"a refresh that could not judge":        {call: read, first: before, asked: states{lean}, answer: undone, wantsAnswer: undone},
		"a refresh of what was not judged": {
			call: read, first: empty, asked: states{state(t, "undetermined", nil, nil)}, answer: state(t, "undetermined", nil, nil), wantsAnswer: empty,
		},
		"a refresh of what is gone":      {call: read, first: before, asked: states{lean}, answer: nothing, wantsAnswer: nothing},
		"a plan without changes":         {call: plan, first: before, second: before, asked: states{lean, lean}, answer: lean, wantsAnswer: before},
		"a plan with changes":            {call: plan, first: before, second: before, asked: states{lean, lean}, answer: changed, wantsAnswer: changed},
		"the plan of a new validation":   {call: plan, first: nothing, second: changed, asked: states{nothing, changed}, answer: changed, wantsAnswer: changed},
		"the plan of a destroy":          {call: plan, first: before, second: nothing, asked: states{lean, nothing}, answer: nothing, wantsAnswer: nothing},
		"a plan with other results":      {call: plan, first: before, second: later, asked: states{before, later}, answer: later, wantsAnswer: later},
		"an apply that fails":            {call: apply, first: before, second: changed, asked: states{lean, changed}, answer: lean, wantsAnswer: before},
		"an apply of a changed argument": {call: apply, first: before, second: changed, asked: states{lean, changed}, answer: later, wantsAnswer: later},
		"a refresh that sets new results": {
			call: read, first: before, asked: states{lean}, now: set(later), answer: state(t, "noncompliant", nil, nil), wantsAnswer: later,
		},
		"an apply that sets results": {
			call: apply, first: nothing, second: changed, asked: states{nothing, changed}, now: set(later), answer: state(t, "noncompliant", nil, nil),
			wantsAnswer: later,
		},
		"an apply that sets results and fails": {
			call: apply, first: before, second: changed, asked: states{lean, changed}, now: set(later), fails: true, answer: lean, wantsAnswer: before,
		},
		"an apply that creates": {call: apply, first: nothing, second: changed, asked: states{nothing, changed}, answer: later, wantsAnswer: later},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			framework := &answering{answer: test.answer, now: test.now, fails: test.fails}
			got, err := test.call(newForgetful(framework), &test.first, &test.second)
			if err != nil {
				t.Fatal(err)
			}
			var wants []*tfprotov6.DynamicValue
			for i := range test.asked {
				wants = append(wants, &test.asked[i])
			}
			if diff := cmp.Diff(shown(t, wants...), shown(t, framework.asked...)); diff != "" {
				t.Errorf("the framework is asked about (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.wantsAnswer.MsgPack, got.MsgPack); diff != "" {
				t.Errorf("the answer is %s, want %s", shown(t, got), shown(t, &test.wantsAnswer))
			}
		})
	}
}

// What is no object in MessagePack passes through as it is.
func TestStatesThatAreLeftAlone(t *testing.T) {
	t.Parallel()
	for name, state := range map[string]*tfprotov6.DynamicValue{
		"none": nil, "empty": {}, "JSON": {JSON: []byte(`{"findings":[]}`)}, "cut off": {MsgPack: []byte{0x81, 0xa8, 'f', 'i'}},
	} {
		if lean, taken := take(state); lean != state || taken != nil {
			t.Errorf("%s: takes %v", name, taken)
		}
		if got := (results{"findings": null}).putInto(state); got != state {
			t.Errorf("%s: puts back %v", name, got)
		}
	}
}

// A stored state goes through the framework without its results, and is whole again after it.
func TestResultsOfAStoredState(t *testing.T) {
	t.Parallel()
	schemas := &tfprotov6.GetProviderSchemaResponse{ResourceSchemas: map[string]*tfprotov6.Schema{"validation": {Block: &tfprotov6.SchemaBlock{
		Attributes: []*tfprotov6.SchemaAttribute{
			{Name: "verdict", Type: tftypes.String}, {Name: "audited", Type: clientsAudited}, {Name: "findings", Type: tftypes.List{ElementType: tftypes.String}},
		},
	}}}}
	for name, test := range map[string]struct {
		stored, asked string
		answer, want  tfprotov6.DynamicValue
	}{
		"whole": {
			`{"verdict":"compliant","audited":[{"name":"a","older":1}],"findings":[]}`, `{"audited":null,"findings":null,"verdict":"compliant"}`,
			state(t, "compliant", nil, nil), state(t, "compliant", []string{"a"}, []string{}),
		},
		"without results": {
			`{"verdict":"compliant"}`, `{"verdict":"compliant"}`, state(t, "compliant", nil, nil), state(t, "compliant", nil, nil),
		},
		"of another type": {
			`{"verdict":"compliant","findings":7}`, `{"verdict":"compliant","findings":7}`, state(t, "compliant", nil, nil), state(t, "compliant", nil, nil),
		},
		"no object": {`[]`, `[]`, state(t, "compliant", nil, nil), state(t, "compliant", nil, nil)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			framework := &storing{schemas: schemas, answer: test.answer}
			resp, err := newForgetful(framework).UpgradeResourceState(t.Context(), &tfprotov6.UpgradeResourceStateRequest{
				TypeName: "validation", RawState: &tfprotov6.RawState{JSON: []byte(test.stored)}})
			if err != nil {
				t.Fatal(err)
			}
			if framework.asked != test.asked {
				t.Errorf("the framework gets %s, want %s", framework.asked, test.asked)
			}
			if diff := cmp.Diff(shown(t, &test.want), shown(t, resp.UpgradedState)); diff != "" {
				t.Errorf("the state (-want +got):\n%s", diff)
			}
		})
	}
}

// storing is a framework that upgrades a state to one of its own.
type storing struct {
	frameworkServer
	schemas *tfprotov6.GetProviderSchemaResponse
	answer  tfprotov6.DynamicValue
	asked   string
}

func (s *storing) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return s.schemas, nil
}

func (s *storing) UpgradeResourceState(
	_ context.Context, req *tfprotov6.UpgradeResourceStateRequest,
) (*tfprotov6.UpgradeResourceStateResponse, error) {
	s.asked = string(req.RawState.JSON)
	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: &s.answer}, nil
}
