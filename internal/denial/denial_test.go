package denial_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/denial"
)

const (
	contextID = "7f0c0c4e-6f5f-4a86-9b2e-0a7d3c5e1b11"
	division  = "c7a1d9b2-52e6-4b0f-9a33-1f6d8e0b4c75"

	needAny = "Unable to perform the requested action. You must have at least one of the following permissions assigned: "
	needAll = "Unable to perform the requested action. You are missing the following permission(s): "
)

// refusal is a platform error with what its real ones carry.
func refusal(status, code, message string) string {
	return `{"message":"` + message + `","code":"` + code + `","status":` + status + `,"contextId":"` + contextID +
		`","details":[],"errors":[]}`
}

// What every body that the platform is known to answer means.
func TestParse(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body string
		want denial.Denial // without its remediation
	}{
		"any of one permission": {
			refusal("403", "missing.any.permissions", needAny+"[journey:actionmap:view]"),
			denial.Denial{
				Kind: "missing_permissions", Permissions: []string{"journey:actionmap:view"}, Match: "any",
				Message: needAny + "[journey:actionmap:view]", RequestID: contextID,
			},
		},
		"any of several permissions": {
			refusal("403", "missing.any.permissions", needAny+"[processautomation:trigger:view, admin, processautomation:trigger:edit, admin]"),
			denial.Denial{
				Kind: "missing_permissions", Match: "any",
				Permissions: []string{"admin", "processautomation:trigger:edit", "processautomation:trigger:view"},
				Message:     needAny + "[processautomation:trigger:view, admin, processautomation:trigger:edit, admin]", RequestID: contextID,
			},
		},
		"all permissions": {
			refusal("403", "missing.permissions", needAll+"[authorization:grant:add, authorization:division:add]"),
			denial.Denial{
				Kind: "missing_permissions", Permissions: []string{"authorization:division:add", "authorization:grant:add"}, Match: "all",
				Message: needAll + "[authorization:grant:add, authorization:division:add]", RequestID: contextID,
			},
		},
		"any in a division": {
			refusal("403", "missing.any.permissions", needAny+"[routing:queue:view] in at least one of the following division(s): ["+division+"]"),
			denial.Denial{
				Kind: "missing_division", Permissions: []string{"routing:queue:view"}, Match: "any", Divisions: []string{division},
				Message:   needAny + "[routing:queue:view] in at least one of the following division(s): [" + division + "]",
				RequestID: contextID,
			},
		},
		"no permission named, in divisions": {
			refusal("403", "missing.any.permissions", needAny+"[] in at least one of the following division(s): [b-2, a-1, b-2]"),
			denial.Denial{
				Kind: "missing_division", Match: "any", Divisions: []string{"a-1", "b-2"},
				Message: needAny + "[] in at least one of the following division(s): [b-2, a-1, b-2]", RequestID: contextID,
			},
		},
		"all in a division": {
			refusal("403", "missing.permissions", needAll+"[routing:queue:edit:"+division+", routing:queue:add:"+division+"]"),
			denial.Denial{
				Kind: "missing_division", Permissions: []string{"routing:queue:add", "routing:queue:edit"}, Match: "all",
				Divisions: []string{division}, Message: needAll + "[routing:queue:edit:" + division + ", routing:queue:add:" + division + "]",
				RequestID: contextID,
			},
		},
		"division, code of its own": {
			`{"code":"missing.division.permission","status":403,"message":"` + needAll + `[a:b:c:d-1]"}`,
			denial.Denial{
				Kind: "missing_division", Permissions: []string{"a:b:c"}, Match: "all", Divisions: []string{"d-1"}, Message: needAll + "[a:b:c:d-1]",
			},
		},
		"any without a code": {
			`{"message":"` + needAny + `[a:b:c]","status":403}`,
			denial.Denial{Kind: "missing_permissions", Permissions: []string{"a:b:c"}, Match: "any", Message: needAny + "[a:b:c]"},
		},
		"all without a code": {
			`{"message":"` + needAll + `[a:b:c, d:e:f]"}`,
			denial.Denial{Kind: "missing_permissions", Permissions: []string{"a:b:c", "d:e:f"}, Match: "all", Message: needAll + "[a:b:c, d:e:f]"},
		},
		"the code decides over the message": {
			`{"message":"` + needAll + `[a:b:c, d:e:f]","code":"missing.any.permissions"}`,
			denial.Denial{Kind: "missing_permissions", Permissions: []string{"a:b:c", "d:e:f"}, Match: "any", Message: needAll + "[a:b:c, d:e:f]"},
		},
		"code without a message": {
			`{"code":"missing.permissions"}`,
			denial.Denial{Kind: "missing_permissions", Match: "all", Message: "The body has no message, only the code missing.permissions."},
		},
		"list that does not end": {
			refusal("403", "missing.any.permissions", needAny+"[a:b:c, d:e"),
			denial.Denial{Kind: "missing_permissions", Match: "any", Message: needAny + "[a:b:c, d:e", RequestID: contextID},
		},
		"what is no permission in the list": {
			refusal("403", "missing.any.permissions", needAny+"[a:b:c, d:e, :f:, g:h:i:j:k, l m:n:o, <p>]"),
			denial.Denial{
				Kind: "missing_permissions", Permissions: []string{"a:b:c"}, Match: "any",
				Message: needAny + "[a:b:c, d:e, :f:, g:h:i:j:k, l m:n:o, <p>]", RequestID: contextID,
			},
		},
		"trustor": {
			refusal("403", "missing.trustor.permissions", "Missing required permission(s)"),
			denial.Denial{Kind: "missing_trustor_permissions", Message: "Missing required permission(s)", RequestID: contextID},
		},
		"not authorized": {
			refusal("403", "not.authorized", "You are not authorized to perform the requested action."),
			denial.Denial{Kind: "not_authorized", Message: "You are not authorized to perform the requested action.", RequestID: contextID},
		},
		"events endpoint": {
			`{"error_description":"Access denied. The client does not have permission to access this resource."}`,
			denial.Denial{Kind: "access_denied", Message: "Access denied. The client does not have permission to access this resource."},
		},
		"no token": {
			refusal("401", "authentication.required", "No authentication bearer token specified in authorization header."),
			denial.Denial{Kind: "missing_token", Message: "No authentication bearer token specified in authorization header.", RequestID: contextID},
		},
		"wrong token": {
			`{"message":"Invalid login credentials.","code":"bad.credentials","status":401}`,
			denial.Denial{Kind: "invalid_token", Message: "Invalid login credentials."},
		},
		"expired token": {
			refusal("401", "credentials.expired", "The supplied credentials are expired and cannot be used."),
			denial.Denial{Kind: "expired_token", Message: "The supplied credentials are expired and cannot be used.", RequestID: contextID},
		},
		"address": {
			refusal("401", "ip.not.authorized", "The IP address [192.0.2.1] is not authorized."),
			denial.Denial{Kind: "ip_not_allowed", Message: "The IP address [192.0.2.1] is not authorized.", RequestID: contextID},
		},
		"too many requests": {
			refusal("429", "too.many.requests.retry.after", "Rate limit exceeded the maximum. Retry the request in [42] seconds"),
			denial.Denial{
				Kind: "rate_limited", Message: "Rate limit exceeded the maximum. Retry the request in [42] seconds", RequestID: contextID,
			},
		},
		"too many requests, before 2021": {
			`{"code":"too.many.requests","status":429,"message":"Rate limit exceeded the maximum [300] requests within [60] seconds"}`,
			denial.Denial{Kind: "rate_limited", Message: "Rate limit exceeded the maximum [300] requests within [60] seconds"},
		},
		"too many sign-ins": {
			`{"error":"invalid_request","description":"rate limit exceeded; x","error_description":"rate limit exceeded; x"}`,
			denial.Denial{Kind: "rate_limited", Message: "rate limit exceeded; x"},
		},
		"sign-in refused": {
			`{"error":"invalid_client","description":"authentication failed","error_description":"authentication failed"}`,
			denial.Denial{Kind: "invalid_client", Message: "authentication failed"},
		},
		"user needed": {
			refusal("400", "not.a.user", "This request requires a user context. Client credentials cannot be used for requests to this resource."),
			denial.Denial{
				Kind: "user_context_required", RequestID: contextID,
				Message: "This request requires a user context. Client credentials cannot be used for requests to this resource.",
			},
		},
		"further error": {
			`{"message":"Several.","code":"bad.request","contextId":"outer","errors":[{"code":"not.found"},{"errors":[` +
				`{"code":"missing.permissions","message":"` + needAll + `[a:b:c]"}]},{"code":"not.authorized"}]}`,
			denial.Denial{
				Kind: "missing_permissions", Permissions: []string{"a:b:c"}, Match: "all", Message: needAll + "[a:b:c]", RequestID: "outer",
			},
		},
		"further error with an id of its own": {
			`{"contextId":"outer","errors":[{"code":"not.authorized","message":"No.","contextId":"inner"}]}`,
			denial.Denial{Kind: "not_authorized", Message: "No.", RequestID: "inner"},
		},
		"fields of other types": {
			`{"code":"not.authorized","message":"No.","status":"403","messageParams":[1],"details":7,"contextId":{},"errors":"none"}`,
			denial.Denial{Kind: "not_authorized", Message: "No."},
		},
		"id copied from the header": {
			`{"code":"not.authorized","message":"No.","contextId":"not an id","ININ-Correlation-Id":"4d8e1a52"}`,
			denial.Denial{Kind: "not_authorized", Message: "No.", RequestID: "4d8e1a52"},
		},
		"other id copied from the header": {
			`{"code":"not.authorized","message":"No.","x-genesys-cloud-request-id":"4d8e1a53"}`,
			denial.Denial{Kind: "not_authorized", Message: "No.", RequestID: "4d8e1a53"},
		},
		"white space and control characters": {
			" {\"code\":\"not.authorized\",\"message\":\" No\\n\\u001b[31m way.\\u202e\\u0000 \"}\n",
			denial.Denial{Kind: "not_authorized", Message: "No [31m way."},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := denial.Parse(test.body)
			if got.Remediation == "" {
				t.Error("no remediation")
			}
			got.Remediation = ""
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

const printedID = "c5fad4cb-d540-4913-be4a-761b3dec1281"

// What SDKs and the official Terraform provider make of a body.
func TestParsePrinted(t *testing.T) {
	t.Parallel()
	actionMaps := denial.Denial{
		Kind: "missing_permissions", Permissions: []string{"journey:actionmap:view"}, Match: "any",
		Message: needAny + "[journey:actionmap:view]", RequestID: printedID,
	}
	withoutID := actionMaps
	withoutID.RequestID = ""
	inDivision := denial.Denial{
		Kind: "missing_division", Permissions: []string{"routing:queue:view"}, Match: "any", Divisions: []string{division},
		Message: needAny + "[routing:queue:view] in at least one of the following division(s): [" + division + "]", RequestID: printedID,
	}
	line := "API Error: 403 - " + needAny + "[journey:actionmap:view] (" + printedID + ")"
	body := `{"message":"` + needAny + `[journey:actionmap:view]","code":"missing.any.permissions","status":403,"contextId":"` + printedID + `"}`
	tests := map[string]struct {
		text string
		want denial.Denial // without its remediation
	}{
		"line of the Go SDK":          {line, actionMaps},
		"line without an id":          {"API Error: 403 - " + needAny + "[journey:actionmap:view] ()", withoutID},
		"line with words before":      {"Error: failed to get page of journey action maps error: " + line + "\n", actionMaps},
		"line with words after":       {line + "\nTo continue exporting other resources in spite of this error, set ...", actionMaps},
		"line of a divided endpoint":  {"API Error: 403 - " + inDivision.Message + " (" + printedID + ")", inDivision},
		"line broken by the terminal": {strings.ReplaceAll(line, " ", "\n"), actionMaps},
		"diagnostic of the CLI": {
			"╷\n│ Error: Failed to get page of journey action maps\n│ \n│   with genesyscloud_tf_export.export,\n│   on main.tf line 41\n│ \n" +
				"│ {\"resourceName\":\"genesyscloud_journey_action_map\",\"method\":\"GET\",\"path\":\"/api/v2/journey/actionmaps\",\"statusCode\":403,\n" +
				"│ \"errorMessage\":\"API\n│ Error: 403 - Unable to perform the requested action. You must have at least one of the following permissions\n" +
				"│ assigned: [journey:actionmap:view]\n│ (" + printedID + ")\",\"correlationId\":\"" + printedID + "\"}\n╵\n",
			actionMaps,
		},
		"wrapped JSON of the official provider": {
			`{"resourceName":"genesyscloud_journey_action_map","method":"GET","path":"/api/v2/journey/actionmaps","statusCode":403,` +
				`"errorMessage":"` + line + `","correlationId":"` + printedID + `"}`,
			actionMaps,
		},
		"wrapped message": {
			`{"statusCode":403,"errorMessage":"` + needAny + `[journey:actionmap:view]","correlationId":"` + printedID + `"}`, actionMaps,
		},
		"answer of the Go SDK": {
			`{"hasbody":true,"rawbody":"e30=","error":` + body + `,"errorMessage":"` + line + `","statusCode":403,"status":"403 Forbidden",` +
				`"correlationId":"` + printedID + `"}`,
			actionMaps,
		},
		"error of the JavaScript SDK": {
			`{"status":403,"statusText":"Forbidden","headers":{"inin-correlation-id":"` + printedID + `"},"body":` + body + `,"error":{}}`, actionMaps,
		},
		"body in a JSON text": {`{"status":403,"body":` + strconv.Quote(body) + `}`, actionMaps},
		"exception of the Python SDK": {
			"(403)\nReason: Forbidden\nHTTP response headers: {'Content-Type': 'application/json'}\nHTTP response body: " + body + "\n", actionMaps,
		},
		"the same body twice": {"Error calling GetJourneyActionmaps: " + body + " " + body, actionMaps},
		"refused sign-in of the Go SDK": {
			"Auth Error: 400 - invalid_client (authentication failed)",
			denial.Denial{Kind: "invalid_client", Message: "authentication failed"},
		},
		"too many sign-ins of the Go SDK": {
			"Auth Error: 400 - invalid_request (rate limit exceeded; try again)",
			denial.Denial{Kind: "rate_limited", Message: "rate limit exceeded; try again"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := denial.Parse(test.text)
			if got.Remediation == "" || strings.Contains(got.Remediation+got.Message, "proxy") {
				t.Errorf("remediation %q", got.Remediation)
			}
			got.Remediation = ""
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Only a page is blamed on a proxy.
func TestParseBlamesAProxyForAPageOnly(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"<html>403</html>":                       true,
		" \n<!DOCTYPE html>":                     true,
		"403 Forbidden":                          false,
		"API Error: 403 - Something else. (abc)": false,
		`{"errorMessage":"No."}`:                 false,
		"Error: Failed to create role X":         false,
	} {
		if got := strings.Contains(denial.Parse(text).Message, "proxy"); got != want {
			t.Errorf("%q: a proxy is named: %t", text, got)
		}
	}
}

// Without its code a body is known by the words that the platform publishes for it, and by nothing less.
func TestParseWithoutCode(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]denial.Kind{
		"You are not authorized to perform the requested action.":                     "not_authorized",
		"No authentication bearer token specified in authorization header.":           "missing_token",
		"Invalid login credentials.":                                                  "invalid_token",
		"The supplied credentials are expired and cannot be used.":                    "expired_token",
		"Rate limit exceeded the maximum. Retry the request in [42] seconds":          "rate_limited",
		"Rate limit exceeded the maximum [300] requests within [60] seconds":          "rate_limited",
		"This request requires a user context. Client credentials cannot be used ...": "user_context_required",
		"Access denied. The client does not have permission to access this resource.": "access_denied",
		"Sorry. You are not authorized to perform the requested action.":              "unknown",
		"Access denied.":                                  "unknown",
		"authentication failed":                           "unknown",
		"rate limit exceeded; x":                          "unknown",
		"Missing required permission(s)":                  "unknown",
		"The IP address [192.0.2.1] is not authorized.":   "unknown",
		"Unable to perform the requested action. [a:b:c]": "unknown",
	} {
		if got := denial.Parse(`{"message":"` + message + `"}`); got.Kind != want {
			t.Errorf("%q is %q, want %q", message, got.Kind, want)
		}
	}
}

// What is not known is not guessed, whatever it resembles.
func TestParseUnknown(t *testing.T) {
	t.Parallel()
	const (
		page = "The body is a page instead of JSON, which a proxy or gateway may have sent in place of the platform, so the" +
			" reason for the refusal is unknown."
		notJSON = "The text holds neither a whole JSON body nor the line in which an SDK prints one, so the reason for the refusal" +
			" is unknown."
		several  = "The text holds refusals of several kinds, so the reason for the refusal is unknown."
		tooLarge = "The body is larger than 65536 bytes, which no refusal of the platform is, so the reason for the refusal is unknown."
		notKnown = "The body is not one of the platform's known refusals, so the reason for the refusal is unknown."
		empty    = "The body is empty, so the reason for the refusal is unknown."
	)
	tests := map[string]struct{ body, message, requestID string }{
		"empty":       {"", empty, ""},
		"blank":       {" \n\t", empty, ""},
		"HTML":        {"<html><body>403 Forbidden: missing.permissions</body></html>", page, ""},
		"text":        {needAny + "[a:b:c]", notJSON, ""},
		"cut off":     {`{"code":"missing.permissions","message":"` + needAll + `[a:b:c]`, notJSON, ""},
		"two bodies":  {`{"code":"not.authorized"}{"code":"bad.credentials"}`, several, ""},
		"empty frame": {"╷\n│\n╵\n", empty, ""},
		"error line of another kind": {
			"API Error: 409 - The role exists already. (" + contextID + ")", "The role exists already.", contextID,
		},
		"words of the official provider alone": {"Error: Failed to create role X: timeout", notJSON, ""},
		"wrapped, of another kind": {
			`{"resourceName":"genesyscloud_flow","statusCode":500,"errorMessage":"Oh no.","correlationId":"` + contextID + `"}`, "Oh no.", contextID,
		},
		"too large":       {`{"code":"not.authorized","message":"` + strings.Repeat("x", 64<<10) + `"}`, tooLarge, ""},
		"nested too deep": {strings.Repeat(`{"errors":[`, 5000) + strings.Repeat(`]}`, 5000), notKnown, ""},
		"null":            {"null", notKnown, ""},
		"number":          {"403", notKnown, ""},
		"string":          {`"missing.permissions"`, notKnown, ""},
		"list":            {`[{"code":"not.authorized"}]`, notKnown, ""},
		"object":          {`{}`, notKnown, ""},
		"status alone":    {`{"status":403}`, notKnown, ""},
		"id alone":        {`{"contextId":"` + contextID + `"}`, notKnown, contextID},
		"another code":    {refusal("403", "architect.flow.locked", "The flow is locked."), "The flow is locked.", contextID},
		"known words, code of another error": {
			refusal("500", "internal.server.error", needAll+"[a:b:c]"), needAll + "[a:b:c]", contextID,
		},
		"code in other case":            {`{"code":"Missing.Permissions","message":"No."}`, "No.", ""},
		"token endpoint, other request": {`{"error":"invalid_request","error_description":"grant_type is missing"}`, "grant_type is missing", ""},
		"token endpoint, other error":   {`{"error":"unauthorized_client","error_description":"no"}`, "no", ""},
		"long message": {
			`{"message":"` + strings.Repeat("é", 2000) + `"}`, strings.Repeat("é", 1000) + "...", "",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := denial.Denial{
				Kind: "unknown", Message: test.message, RequestID: test.requestID,
				Remediation: "The body does not say why the request was refused. Look at the status of the answer, and give its" +
					" ININ-Correlation-Id header to Genesys Cloud support.",
			}
			if diff := cmp.Diff(want, denial.Parse(test.body)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRemediation(t *testing.T) {
	t.Parallel()
	const (
		caller = " The caller is the OAuth client itself for CLIENT-CREDENTIALS (Admin > Integrations > OAuth > Roles), and the signed-in" +
			" user for every other grant. A change takes up to five minutes. The platform's list may be incomplete or name a wrong" +
			" permission: compare it with what is documented for the endpoint. A permission of a product that the organization does not" +
			" have cannot be granted."
		check = "The body does not say what is missing. Check that the caller has the roles and permissions that the endpoint needs, that" +
			" the client and its consent in this organization have the scopes, that the token was issued after they were given, and that" +
			" the organization is in the application's region or permits cross-region calls."
		pace = " before the next request, then send fewer of them. The limit counts the requests of one token."
	)
	const newToken = "Get a new token from the login host of the organization's region."
	for body, want := range map[string]string{
		refusal("403", "missing.any.permissions", needAny+"[a:b:c]"): "Give the caller a role with a:b:c." + caller,
		refusal("403", "missing.any.permissions", needAny+"[a:b:c, d:e:f]"): "Give the caller a role with at least one of a:b:c, d:e:f." +
			caller,
		refusal("403", "missing.permissions", needAll+"[a:b:c, d:e:f]"): "Give the caller a role with all of a:b:c, d:e:f." + caller,
		refusal("403", "missing.permissions", needAll+"[a:b:1, a:b:2, a:b:3, a:b:4, a:b:5, a:b:6, a:b:7]"): "Give the caller a role with" +
			" all of a:b:1, a:b:2, a:b:3, a:b:4, a:b:5 and 2 more." + caller,
		refusal("403", "missing.permissions", "No."): "Give the caller a role with the permission that is documented for the endpoint" +
			" (the body names none)." + caller,
		refusal("403", "missing.permissions", needAll+"[a:b:c:d-1]"): "Give the caller a role with a:b:c in division d-1." + caller,
		refusal("403", "missing.permissions", needAll+"[a:b:c:d-2, a:b:c:d-1]"): "Give the caller a role with a:b:c in the divisions" +
			" d-1, d-2." + caller,
		refusal("403", "missing.any.permissions", needAny+"[a:b:c] in at least one of the following division(s): [d-1, d-2]"): "Give the" +
			" caller a role with a:b:c in at least one of the divisions d-1, d-2." + caller,
		refusal("403", "missing.division.permission", "No."): "Give the caller a role with the permission that is documented for the" +
			" endpoint (the body names none) in the division that the request is about (the body names none)." + caller,
		refusal("403", "missing.trustor.permissions", "Missing required permission(s)"): "Have an administrator of the trustor" +
			" organization grant the caller a role with the permission that the endpoint needs; the body does not name it.",
		refusal("403", "not.authorized", "No."): check,
		`{"error_description":"Access denied. The client does not have permission to access this resource."}`: check,
		refusal("401", "authentication.required", "No."): `Send the header "Authorization: Bearer <token>". ` +
			newToken,
		refusal("401", "bad.credentials", "No."): "The token was revoked, has expired, or belongs to an organization in another region; the" +
			" body does not say which. " + newToken,
		refusal("401", "credentials.expired", "No."): "The token has expired. " + newToken,
		refusal("401", "ip.not.authorized", "No."): "Call from an address that the organization allows, or add the caller's address to the" +
			" IP allowlist in the organization settings under Admin > Account Settings > Organization Settings.",
		refusal("429", "too.many.requests.retry.after", "Rate limit exceeded the maximum. Retry the request in [42] seconds"): "Wait 42" +
			" seconds" + pace,
		refusal("429", "too.many.requests", "Rate limit exceeded the maximum [300] requests within [60] seconds"): "At most 300 requests" +
			" within 60 seconds are allowed: wait" + pace,
		refusal("429", "too.many.requests.retry.after", "Retry the request in [99999999999999999999] seconds"): "Wait as long as the" +
			" Retry-After header of the answer says" + pace,
		`{"error":"invalid_request","error_description":"rate limit exceeded; x"}`: "Wait a minute before the next sign-in, and use a token" +
			" for its whole life instead of signing in for each call.",
		`{"error":"invalid_client","error_description":"authentication failed"}`: "Either the client id or secret is wrong, or they are" +
			" right and belong to an organization in another region than the login host's.",
		refusal("400", "not.a.user", "No."): "Call the endpoint with a user's token, for example with the CODE grant. A" +
			" CLIENT-CREDENTIALS client has no user, whatever its roles.",
	} {
		if diff := cmp.Diff(want, denial.Parse(body).Remediation); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
}
