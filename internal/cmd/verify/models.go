package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// schema is the part of JSON Schema in which the models are written.
type schema struct {
	Ref        string             `json:"$ref"`
	Type       string             `json:"type"`
	Properties map[string]*schema `json:"properties"`
	Required   []string           `json:"required"`
	Items      *schema            `json:"items"`
	Enum       []string           `json:"enum"`
}

type models map[string]*schema

func loadModels(path string) (models, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var file struct {
		Defs models `json:"$defs"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return file.Defs, nil
}

// deviations collects where answers differ from the models, each once, with how often.
type deviations map[string]int

// check holds a value against a model. It reports places in the model and words of the platform, never a value that an organization chose.
func (m models) check(found deviations, name, place string, value any) {
	m.walk(found, m[name], place, value)
}

func (m models) walk(found deviations, s *schema, place string, value any) {
	if s == nil {
		return
	}
	if name, ok := strings.CutPrefix(s.Ref, "#/$defs/"); ok {
		m.walk(found, m[name], place, value)
		return
	}
	if kind := kindOf(value); s.Type != "" && kind != s.Type {
		found[fmt.Sprintf("`%s` is of the type %s, not %s", place, kind, s.Type)]++
		return
	}
	switch value := value.(type) {
	case string:
		if len(s.Enum) > 0 && !slices.Contains(s.Enum, value) {
			found[fmt.Sprintf("`%s` has the value %s, which is not one of %s", place, word(value), strings.Join(s.Enum, ", "))]++
		}
	case []any:
		for _, element := range value {
			m.walk(found, s.Items, place+"[]", element)
		}
	case map[string]any:
		for _, name := range s.Required {
			if _, there := value[name]; !there {
				found[fmt.Sprintf("`%s.%s` is not there", place, name)]++
			}
		}
		if len(s.Properties) == 0 {
			return // an object whose fields the models do not name
		}
		for name, field := range value {
			if known := s.Properties[name]; known != nil {
				m.walk(found, known, place+"."+name, field)
			} else {
				found[fmt.Sprintf("`%s` has a field that the model lacks: %s (%s)", place, word(name), kindOf(field))]++
			}
		}
	}
}

func kindOf(value any) string {
	switch value.(type) {
	case string:
		return "string"
	case float64:
		return "number"
	case bool:
		return "boolean"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	}
	return "null"
}

// isWord tells a word of the platform's vocabulary from text that somebody chose.
func isWord(text string) bool {
	for _, c := range text {
		if (c < 'a' || 'z' < c) && (c < 'A' || 'Z' < c) && c != '.' && c != '_' && c != '-' {
			return false
		}
	}
	return text != "" && len(text) <= 40
}

// word is a text that is shown only if it can be a word of the platform.
func word(text string) string {
	if isWord(text) {
		return "`" + text + "`"
	}
	return "(not shown)"
}

// repeatedNames says whether an object in a JSON text has a name twice, also in two spellings.
func repeatedNames(text []byte) bool {
	decoder := json.NewDecoder(bytes.NewReader(text))
	var open []map[string]bool // the names of each open object; nil for a list
	wantsName := false
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) || err != nil {
			return false // what is no JSON is reported as that
		}
		switch token {
		case json.Delim('{'):
			open, wantsName = append(open, map[string]bool{}), true
			continue
		case json.Delim('['):
			open, wantsName = append(open, nil), false
			continue
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
		default:
			if name, isText := token.(string); isText && wantsName {
				names := open[len(open)-1]
				if names[strings.ToLower(name)] {
					return true
				}
				names[strings.ToLower(name)] = true
				wantsName = false
				continue
			}
		}
		wantsName = len(open) > 0 && open[len(open)-1] != nil
	}
}
