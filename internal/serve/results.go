package serve

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/vmihailenco/msgpack/v5"
)

// The framework and terraform-plugin-go build, copy, compare and encode the values of a state one by one, several times in each request, with a
// path for each. A plan of a validation of 10,000 clients took 26 s of CPU and 470 MB that way. So large results go around the framework.
//
// Those of this run are put where the framework's answer has null. Those of an earlier run are taken out of each state that the framework gets,
// and put back where its answer has null for all of them: the provider left them alone.

// KeptResults are the large results that a resource keeps in state, and that are taken out of its earlier state. The provider never leaves all of
// them null.
var KeptResults = []string{"audited", "findings"}

// results are results by name, encoded in MessagePack as the plugin protocol wants them.
type results map[string]msgpack.RawMessage

type resultsKey struct{}

// SetLargeResult sets a result of the request of this context, encoded in MessagePack as the plugin protocol wants it. The provider leaves it null in
// the state that it gives the framework. It is false where no server of this package answers: the provider then has to give it to the framework.
func SetLargeResult(ctx context.Context, attribute string, value []byte) bool {
	now, ok := ctx.Value(resultsKey{}).(results)
	if ok {
		now[attribute] = value
	}
	return ok
}

// forgetting answers a request as forget does, and returns the results that the provider set.
func forgetting[Request, Response any](
	ctx context.Context, req Request, answer func(context.Context, Request) (Response, error),
) (Response, results, error) {
	now := make(results)
	resp, err := forget(context.WithValue(ctx, resultsKey{}, now), req, answer)
	return resp, now, err
}

// UpgradeResourceState implements tfprotov6.ProviderServer.
func (s forgetful) UpgradeResourceState(
	ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest,
) (*tfprotov6.UpgradeResourceStateResponse, error) {
	lean := *req
	var taken results
	lean.RawState, taken = s.takeRaw(ctx, req.TypeName, req.RawState)
	resp, err := forget(ctx, &lean, s.frameworkServer.UpgradeResourceState)
	if resp != nil {
		resp.UpgradedState = taken.putInto(resp.UpgradedState)
	}
	return resp, err
}

// ReadResource implements tfprotov6.ProviderServer.
func (s forgetful) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	lean := *req
	var before results
	lean.CurrentState, before = take(req.CurrentState)
	resp, now, err := forgetting(ctx, &lean, s.frameworkServer.ReadResource)
	if resp != nil {
		resp.NewState = now.or(before, resp.Diagnostics).putInto(resp.NewState)
	}
	return resp, err
}

// PlanResourceChange implements tfprotov6.ProviderServer.
func (s forgetful) PlanResourceChange(
	ctx context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	lean := *req
	var before, proposed results
	lean.PriorState, before = take(req.PriorState)
	lean.ProposedNewState, proposed = take(req.ProposedNewState)
	if proposed != nil && !proposed.equal(before) { // as for a new validation
		return forget(ctx, req, s.frameworkServer.PlanResourceChange)
	}
	resp, err := forget(ctx, &lean, s.frameworkServer.PlanResourceChange)
	if resp != nil {
		resp.PlannedState = before.putInto(resp.PlannedState)
	}
	return resp, err
}

// ApplyResourceChange implements tfprotov6.ProviderServer.
func (s forgetful) ApplyResourceChange(
	ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	lean := *req
	var before results
	lean.PriorState, before = take(req.PriorState)
	resp, now, err := forgetting(ctx, &lean, s.frameworkServer.ApplyResourceChange)
	if resp != nil {
		resp.NewState = now.or(before, resp.Diagnostics).putInto(resp.NewState)
	}
	return resp, err
}

// ReadDataSource implements tfprotov6.ProviderServer.
func (s forgetful) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	resp, now, err := forgetting(ctx, req, s.frameworkServer.ReadDataSource)
	if resp != nil {
		resp.State = now.putInto(resp.State)
	}
	return resp, err
}

// OpenEphemeralResource implements tfprotov6.ProviderServer.
func (s forgetful) OpenEphemeralResource(
	ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest,
) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	resp, now, err := forgetting(ctx, req, s.frameworkServer.OpenEphemeralResource)
	if resp != nil {
		resp.Result = now.putInto(resp.Result)
	}
	return resp, err
}

// or are these results if there are any, else those before. Beside an error they do not belong to the state that the framework gives.
func (r results) or(before results, diagnostics []*tfprotov6.Diagnostic) results {
	failed := slices.ContainsFunc(diagnostics, func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError })
	if len(r) == 0 || failed {
		return before
	}
	return r
}

func (r results) equal(other results) bool {
	return maps.EqualFunc(r, other, func(a, b msgpack.RawMessage) bool { return bytes.Equal(a, b) })
}

var null = []byte{0xc0} // in MessagePack

// take takes the results out of a state. One that is null or cannot be read is left as it is: the framework says what is wrong.
func take(state *tfprotov6.DynamicValue) (lean *tfprotov6.DynamicValue, taken results) {
	attributes, ok := decodeObject(state)
	if !ok {
		return state, nil
	}
	taken = make(results)
	for i, a := range attributes {
		if slices.Contains(KeptResults, a.name) {
			taken[a.name], attributes[i].value = a.value, null
		}
	}
	return encodeObject(attributes), taken
}

// putInto puts the results into a state that has null for all of them.
func (r results) putInto(state *tfprotov6.DynamicValue) *tfprotov6.DynamicValue {
	if len(r) == 0 {
		return state
	}
	attributes, ok := decodeObject(state)
	if !ok {
		return state
	}
	for i, a := range attributes {
		value, given := r[a.name]
		if !given {
			continue
		}
		if !bytes.Equal(a.value, null) {
			return state
		}
		attributes[i].value = value
	}
	return encodeObject(attributes)
}

// takeRaw takes the results out of a state as the CLI stores it. One that cannot be read is left as it is.
func (s forgetful) takeRaw(ctx context.Context, typeName string, raw *tfprotov6.RawState) (lean *tfprotov6.RawState, taken results) {
	var attributes map[string]json.RawMessage
	if raw == nil || json.Unmarshal(raw.JSON, &attributes) != nil {
		return raw, nil
	}
	taken = make(results)
	for name, of := range s.resultTypes(ctx, typeName) {
		stored, ok := attributes[name]
		if !ok {
			continue
		}
		one := tfprotov6.RawState{JSON: stored}
		value, err := one.UnmarshalWithOpts(of, tfprotov6.UnmarshalOpts{ValueFromJSONOpts: tftypes.ValueFromJSONOpts{IgnoreUndefinedAttributes: true}})
		if err != nil {
			return raw, nil
		}
		encoded, err := tfprotov6.NewDynamicValue(of, value)
		if err != nil {
			return raw, nil
		}
		taken[name], attributes[name] = encoded.MsgPack, json.RawMessage("null")
	}
	without, err := json.Marshal(attributes)
	if len(taken) == 0 || err != nil {
		return raw, nil
	}
	return &tfprotov6.RawState{JSON: without}, taken
}

// resultTypes are the types of the results of a type of resource.
func (s forgetful) resultTypes(ctx context.Context, typeName string) map[string]tftypes.Type {
	resp, err := s.schemas(ctx)
	if err != nil || resp.ResourceSchemas[typeName] == nil {
		return nil
	}
	found := make(map[string]tftypes.Type)
	for _, attribute := range resp.ResourceSchemas[typeName].Block.Attributes {
		if slices.Contains(KeptResults, attribute.Name) {
			found[attribute.Name] = attribute.ValueType()
		}
	}
	return found
}

// encodedAttribute is an attribute of an object, as it was encoded.
type encodedAttribute struct {
	name  string
	value msgpack.RawMessage
}

// decodeObject decodes no more of an object than the names of its attributes.
func decodeObject(object *tfprotov6.DynamicValue) (attributes []encodedAttribute, ok bool) {
	if object == nil || object.JSON != nil {
		return nil, false
	}
	decoder := msgpack.NewDecoder(bytes.NewReader(object.MsgPack))
	size, err := decoder.DecodeMapLen()
	if err != nil || size < 0 {
		return nil, false
	}
	for range size {
		name, err := decoder.DecodeString()
		if err != nil {
			return nil, false
		}
		value, err := decoder.DecodeRaw()
		if err != nil {
			return nil, false
		}
		attributes = append(attributes, encodedAttribute{name, value})
	}
	return attributes, true
}

func encodeObject(attributes []encodedAttribute) *tfprotov6.DynamicValue {
	var encoded bytes.Buffer
	encoder := msgpack.NewEncoder(&encoded)
	_ = encoder.EncodeMapLen(len(attributes)) // a buffer takes everything
	for _, a := range attributes {
		_ = encoder.EncodeString(a.name)
		_ = a.value.EncodeMsgpack(encoder)
	}
	return &tfprotov6.DynamicValue{MsgPack: encoded.Bytes()}
}
