package denial

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// body is the body of a refusal, or what an SDK or the official Terraform provider makes of one.
type body struct {
	Message          string          `json:"message"`
	Code             string          `json:"code"`
	ContextID        string          `json:"contextId"`
	Error            json.RawMessage `json:"error"` // of the token endpoint: a code; of the Go and JavaScript SDKs: the body
	Description      string          `json:"description"`
	ErrorDescription string          `json:"error_description"`
	Errors           []body          `json:"errors"`

	// The ids that some gateways copy from the headers.
	CorrelationID string `json:"ININ-Correlation-Id"`
	GatewayID     string `json:"x-genesys-cloud-request-id"`

	Body         json.RawMessage `json:"body"`         // of the JavaScript SDK: the body
	ErrorMessage string          `json:"errorMessage"` // of the Go SDK and the official Terraform provider: the error's line
	PrintedID    string          `json:"correlationId"`
}

// maxDepth is how deep the bodies of a text are looked for in one another.
const maxDepth = 10

// inner lists the bodies that this one holds.
func (b *body) inner(depth int) []body {
	if depth >= maxDepth {
		return nil
	}
	var found []body
	if line, ok := readLine(shown(b.ErrorMessage, maxBody)); ok {
		found = append(found, line)
	} else if b.ErrorMessage != "" {
		found = append(found, body{Message: b.ErrorMessage})
	}
	for _, raw := range []json.RawMessage{b.Body, b.Error} {
		if inner, ok := readObject(raw); ok {
			found = append(found, inner)
		}
	}
	return append(found, b.Errors...)
}

// errorCode is the code in the token endpoint's form of an error.
func (b *body) errorCode() string {
	var code string
	if json.Unmarshal(b.Error, &code) != nil {
		return ""
	}
	return code
}

// read finds the bodies in a text, at least one of them, or says why there is nothing to read.
func read(printed string) (bodies []body, fault string) {
	printed = unboxed(printed)
	switch {
	case strings.TrimSpace(printed) == "":
		return nil, "The body is empty"
	case len(printed) > maxBody:
		return nil, fmt.Sprintf("The body is larger than %d bytes, which no refusal of the platform is", maxBody)
	}
	var whole body
	var mistyped *json.UnmarshalTypeError // a field of an unexpected type counts as absent
	if err := json.Unmarshal([]byte(printed), &whole); err == nil || errors.As(err, &mistyped) {
		return []body{whole}, ""
	}
	if strings.HasPrefix(strings.TrimSpace(printed), "<") {
		return nil, "The body is a page instead of JSON, which a proxy or gateway may have sent in place of the platform"
	}
	if line, ok := readLine(shown(printed, maxBody)); ok {
		return []body{line}, ""
	}
	if bodies = readObjects(printed); len(bodies) > 0 {
		return bodies, ""
	}
	return nil, "The text holds neither a whole JSON body nor the line in which an SDK prints one"
}

// box is what the Terraform CLI draws at the left of a diagnostic.
var box = regexp.MustCompile(`(?m)^[ \t]*[│╷╵|][ \t]?|\x1b\[[0-9;]*m`)

// unboxed takes a text out of the frame that the CLI draws around it. A line that the CLI broke goes on after a space, as it did before.
func unboxed(printed string) string {
	plain := box.ReplaceAllString(printed, "")
	if plain == printed {
		return printed
	}
	return strings.ReplaceAll(plain, "\n", " ")
}

// The lines in which the Go SDK, and with it the CLI and the official Terraform provider, print a refusal: status, message and correlation
// id; of a sign-in status, code and description.
var (
	apiError  = regexp.MustCompile(`API Error: \d{3} - (.*?) ?\(([\w.-]{8,}|)\)`)
	authError = regexp.MustCompile(`Auth Error: \d{3} - (\w+) \((.*?)\)`)
)

// readLine reads such a line out of a text without line breaks.
func readLine(printed string) (body, bool) {
	if found := apiError.FindStringSubmatch(printed); found != nil {
		return body{Message: found[1], PrintedID: found[2]}, true
	}
	if found := authError.FindStringSubmatch(printed); found != nil {
		code, err := json.Marshal(found[1])
		return body{Error: code, ErrorDescription: found[2]}, err == nil
	}
	return body{}, false
}

// maxObjects is how many JSON objects of a text are looked at.
const maxObjects = 20

// readObjects reads the JSON objects that stand in a text, as some SDKs print the body behind words of their own.
func readObjects(printed string) []body {
	var found []body
	for range maxObjects {
		start := strings.IndexByte(printed, '{')
		if start < 0 {
			break
		}
		printed = printed[start:]
		var raw json.RawMessage
		decoder := json.NewDecoder(strings.NewReader(printed))
		if decoder.Decode(&raw) != nil {
			printed = printed[1:]
			continue
		}
		printed = printed[decoder.InputOffset():]
		if object, ok := readObject(raw); ok {
			found = append(found, object)
		}
	}
	return found
}

// readObject reads a JSON object, also one that stands in a JSON string.
func readObject(raw json.RawMessage) (body, bool) {
	var quoted string
	if json.Unmarshal(raw, &quoted) == nil {
		raw = json.RawMessage(quoted)
	}
	var object body
	var mistyped *json.UnmarshalTypeError
	if err := json.Unmarshal(raw, &object); err != nil && !errors.As(err, &mistyped) || len(raw) == 0 || raw[0] != '{' {
		return body{}, false
	}
	return object, true
}
