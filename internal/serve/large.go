package serve

import (
	"bytes"
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/vmihailenco/msgpack/v5"
)

// largeResult is a result of a data source that does not go through the framework.
type largeResult struct {
	attribute string
	value     []byte // in MessagePack
}

type largeResultKey struct{}

// SetLargeResult sets an attribute of the state that the data source of this context reads, encoded in MessagePack as the plugin protocol wants it.
// The attribute is null in what the data source gives the framework. The framework and terraform-plugin-go build, copy, compare and encode each
// value of a state one by one, with a path for each: 10,000 OAuth clients took 6 s of CPU time and 300 MB. There is one such result for each
// request. It is false where no server of this package answers.
func SetLargeResult(ctx context.Context, attribute string, value []byte) bool {
	result, ok := ctx.Value(largeResultKey{}).(*largeResult)
	if ok {
		*result = largeResult{attribute, value}
	}
	return ok
}

// ReadDataSource implements tfprotov6.ProviderServer.
func (s forgetful) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	result := &largeResult{}
	resp, err := forget(context.WithValue(ctx, largeResultKey{}, result), req, s.frameworkServer.ReadDataSource)
	if err != nil || resp == nil || resp.State == nil || result.value == nil {
		return resp, err
	}
	resp.State, err = result.putInto(resp.State)
	return resp, err
}

// putInto returns the state with the result.
func (r *largeResult) putInto(state *tfprotov6.DynamicValue) (*tfprotov6.DynamicValue, error) {
	decoder := msgpack.NewDecoder(bytes.NewReader(state.MsgPack))
	size, err := decoder.DecodeMapLen()
	if err != nil || size < 0 { // null, as beside an error
		return state, err
	}
	whole := bytes.NewBuffer(make([]byte, 0, len(state.MsgPack)+len(r.value)))
	encoder := msgpack.NewEncoder(whole)
	if err := encoder.EncodeMapLen(size); err != nil {
		return nil, err
	}
	for range size {
		name, err := decoder.DecodeString()
		if err != nil {
			return nil, err
		}
		value, err := decoder.DecodeRaw()
		if err != nil {
			return nil, err
		}
		if name == r.attribute {
			value = r.value
		}
		if err := encoder.EncodeString(name); err != nil {
			return nil, err
		}
		if err := encoder.Encode(value); err != nil {
			return nil, err
		}
	}
	return &tfprotov6.DynamicValue{MsgPack: whole.Bytes()}, nil
}
