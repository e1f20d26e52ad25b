package provider

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmihailenco/msgpack/v5"
)

// encodeList encodes a list for serve.SetLargeResult. Each element is made when it is encoded, and not kept.
func encodeList(n int, element func(i int) attr.Value) ([]byte, error) {
	var encoded bytes.Buffer
	encoder := msgpack.NewEncoder(&encoded)
	if err := encoder.EncodeArrayLen(n); err != nil {
		return nil, err
	}
	for i := range n {
		if err := encodeValue(encoder, element(i)); err != nil {
			return nil, err
		}
	}
	return encoded.Bytes(), nil
}

// encode encodes a value for serve.SetLargeResult.
func encode(value attr.Value) ([]byte, error) {
	var encoded bytes.Buffer
	err := encodeValue(msgpack.NewEncoder(&encoded), value)
	return encoded.Bytes(), err
}

// encodeValue encodes a value as the plugin protocol wants it. Results have no other types than these, and are known.
func encodeValue(encoder *msgpack.Encoder, value attr.Value) error {
	switch {
	case value.IsNull():
		return encoder.EncodeNil()
	case value.IsUnknown():
		return errors.New("an unknown value among the results")
	}
	switch value := value.(type) {
	case types.String:
		return encoder.EncodeString(value.ValueString())
	case types.Bool:
		return encoder.EncodeBool(value.ValueBool())
	case types.Int64:
		return encoder.EncodeInt(value.ValueInt64())
	case types.List:
		elements := value.Elements()
		if err := encoder.EncodeArrayLen(len(elements)); err != nil {
			return err
		}
		for _, element := range elements {
			if err := encodeValue(encoder, element); err != nil {
				return err
			}
		}
		return nil
	case types.Object:
		attributes := value.Attributes()
		if err := encoder.EncodeMapLen(len(attributes)); err != nil {
			return err
		}
		for name, attribute := range attributes {
			if err := encoder.EncodeString(name); err != nil {
				return err
			}
			if err := encodeValue(encoder, attribute); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("a %T among the results", value)
}
