package emulator

import (
	"fmt"
	"net/http"
)

// errorAnswer is the platform's ErrorBody, with the lists that its real answers carry even when they are empty.
type errorAnswer struct {
	Message   string     `json:"message"`
	Code      string     `json:"code"`
	Status    int        `json:"status"`
	ContextID string     `json:"contextId"`
	Details   []struct{} `json:"details"`
	Errors    []struct{} `json:"errors"`
}

// denial is why a request is refused.
type denial struct {
	status  int
	code    string
	message string
}

func (x *exchange) deny(d *denial) answer { return x.fail(d.status, d.code, d.message) }

func (x *exchange) fail(status int, code, message string) answer {
	return x.json(status, errorAnswer{
		Message: message, Code: code, Status: status, ContextID: x.correlationID, Details: []struct{}{}, Errors: []struct{}{},
	})
}

func (x *exchange) notFound() answer {
	d := statusError(http.StatusNotFound)
	return x.deny(&d)
}

func (x *exchange) invalidValue(value, field, allowable string) answer {
	return x.deny(invalidValue(value, field, allowable))
}

func invalidValue(value, field, allowable string) *denial {
	return &denial{http.StatusBadRequest, "invalid.value",
		fmt.Sprintf("Value [%s] is not valid for field type [%s]. Allowable values are: %s", value, field, allowable)}
}

func tooManyRequests(seconds string) denial {
	return denial{http.StatusTooManyRequests, "too.many.requests.retry.after",
		fmt.Sprintf("Rate limit exceeded the maximum. Retry the request in [%s] seconds", seconds)}
}

// statusErrors are the platform's error for a status, for faults that name nothing else. The texts are those that the API definition
// declares for every operation.
var statusErrors = map[int]denial{
	http.StatusBadRequest:   {400, "bad.request", "The request could not be understood by the server due to malformed syntax."},
	http.StatusUnauthorized: {401, "bad.credentials", "Invalid login credentials."},
	http.StatusForbidden:    {403, "not.authorized", "You are not authorized to perform the requested action."},
	http.StatusNotFound:     {404, "not.found", "The requested resource was not found."},
	http.StatusUnsupportedMediaType: {415, "unsupported.media.type",
		"Unsupported Media Type - Unsupported or incorrect media type, such as an incorrect Content-Type value in the header."},
	http.StatusTooManyRequests: {429, "too.many.requests", "Rate limit exceeded the maximum [300] requests within [60] seconds"},
	http.StatusNotImplemented:  {501, "not.implemented", "Feature toggle is not enabled"},
	http.StatusServiceUnavailable: {503, "service.unavailable",
		"Service Unavailable - The server is currently unavailable (because it is overloaded or down for maintenance)."},
	http.StatusGatewayTimeout: {504, "request.timeout", "The request timed out."},
}

// statusError is the platform's error for any status.
func statusError(status int) denial {
	if known, ok := statusErrors[status]; ok {
		return known
	}
	return denial{status, "internal.server.error",
		"The server encountered an unexpected condition which prevented it from fulfilling the request."}
}
