package genesyscloud

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// DenialKind says why the platform refused a request, as far as the body of its answer tells.
type DenialKind string

const (
	DenialMissingPermissions        DenialKind = "missing_permissions"         // the caller's roles lack a permission
	DenialMissingDivision           DenialKind = "missing_division"            // they lack it in the division of the request
	DenialMissingTrustorPermissions DenialKind = "missing_trustor_permissions" // they lack one in the trustor organization
	DenialNotAuthorized             DenialKind = "not_authorized"              // 403 that names nothing
	DenialAccessDenied              DenialKind = "access_denied"               // the events endpoint's 403, which names nothing either
	DenialMissingToken              DenialKind = "missing_token"               // no bearer token was sent
	DenialInvalidToken              DenialKind = "invalid_token"               // a token that is not, or no longer, valid here
	DenialExpiredToken              DenialKind = "expired_token"               // a token whose time is over
	DenialIPNotAllowed              DenialKind = "ip_not_allowed"              // the caller's address is outside the IP allowlist
	DenialRateLimited               DenialKind = "rate_limited"                // too many requests, or too many sign-ins
	DenialInvalidClient             DenialKind = "invalid_client"              // sign-in refused: wrong credentials, or wrong region
	DenialUserContextRequired       DenialKind = "user_context_required"       // client credentials where a user is needed
	DenialUnknown                   DenialKind = "unknown"                     // the body does not tell
)

// How many of the permissions that a denial names are needed.
const (
	MatchAny = "any" // one is enough
	MatchAll = "all" // each of them
)

// Denial is what the body of a refusal says.
type Denial struct {
	Kind        DenialKind
	Permissions []string // domain:entity:action or a legacy flat name, sorted; those that the body names, which need not be all
	Match       string   // MatchAny, MatchAll, or empty where the body does not say
	Divisions   []string // ids, sorted
	Message     string   // one line, never empty: the platform's own words, or what is wrong with the body
	RequestID   string   // by which the platform's support can trace the request; empty when the body has none
	Remediation string   // what to do, never empty
}

// maxDenial is the size in bytes above which a body is not looked at: the platform's are some hundred bytes long.
const maxDenial = 64 << 10

// denialForm is one of the platform's refusals: the code by which it is known, and how its message begins, for bodies that come without
// their code. Codes and messages are those that the API definition declares for every operation (401, 403), the normalized 429 bodies
// of 2021-11-10 and the ones before, and the refusal that integrations report of the events endpoint, which never has a code.
type denialForm struct {
	kind    DenialKind
	code    string
	opening string // empty: the wording is not known
	match   string
}

const (
	anyOpening = "Unable to perform the requested action. You must have at least one of the following permissions assigned:"
	allOpening = "Unable to perform the requested action. You are missing the following permission(s):"
	inDivision = "in at least one of the following division(s):"

	// tooManySignIns is the code with which the token endpoint answers 400 where others answer 429 ("rate limit exceeded; ..."), and
	// any other request that it does not understand.
	tooManySignIns = "invalid_request"
)

var denialForms = []denialForm{
	{kind: DenialMissingPermissions, code: "missing.any.permissions", opening: anyOpening, match: MatchAny},
	{kind: DenialMissingPermissions, code: "missing.permissions", opening: allOpening, match: MatchAll},
	{kind: DenialMissingDivision, code: "missing.division.permission"},
	{kind: DenialMissingTrustorPermissions, code: "missing.trustor.permissions"},
	{kind: DenialNotAuthorized, code: "not.authorized", opening: "You are not authorized to perform the requested action."},
	{kind: DenialAccessDenied, opening: "Access denied. The client does not have permission to access this resource."},
	{kind: DenialMissingToken, code: "authentication.required", opening: "No authentication bearer token specified in authorization header."},
	{kind: DenialInvalidToken, code: "bad.credentials", opening: "Invalid login credentials."},
	{kind: DenialExpiredToken, code: "credentials.expired", opening: "The supplied credentials are expired and cannot be used."},
	{kind: DenialIPNotAllowed, code: "ip.not.authorized"},
	{kind: DenialRateLimited, code: "too.many.requests.retry.after", opening: "Rate limit exceeded the maximum. Retry the request in"},
	{kind: DenialRateLimited, code: "too.many.requests", opening: "Rate limit exceeded the maximum ["},
	{kind: DenialRateLimited, code: tooManySignIns},
	{kind: DenialInvalidClient, code: "invalid_client"},
	{kind: DenialUserContextRequired, code: "not.a.user", opening: "This request requires a user context."},
}

// denialBody is a body with the further errors that it may hold, and the ids that some gateways copy from the headers.
type denialBody struct {
	ErrorBody
	CorrelationID string       `json:"ININ-Correlation-Id"`
	GatewayID     string       `json:"x-genesys-cloud-request-id"`
	Errors        []denialBody `json:"errors"`
}

// ParseDenial says what the body of a 401, 403 or 429 answer means, and what to do about it; also the body of a sign-in that was refused
// and of a call that needs a user. A body that it does not know is DenialUnknown, whatever it resembles. Any text is accepted.
func ParseDenial(body string) Denial {
	answer, fault := readDenial(body)
	if fault != "" {
		return unknownDenial(fault+": it cannot tell why the request was refused.", "")
	}
	if refusal, ok := answer.refusal(); ok {
		return refusal
	}
	message := answer.text()
	if message == "" {
		message = "The body is not one of the platform's known refusals: it cannot tell why the request was refused."
	}
	return unknownDenial(message, answer.requestID())
}

func unknownDenial(message, requestID string) Denial {
	return Denial{
		Kind:      DenialUnknown,
		Message:   shown(message, maxText),
		RequestID: requestID,
		Remediation: "The body cannot tell why the request was refused. Look at the status of the answer, and give its " + correlationHeader +
			" header to Genesys Cloud support.",
	}
}

// readDenial reads a body, or says why there is nothing to read. A field of another type than expected is as good as none.
func readDenial(body string) (answer denialBody, fault string) {
	switch {
	case strings.TrimSpace(body) == "":
		return answer, "The body is empty"
	case len(body) > maxDenial:
		return answer, fmt.Sprintf("The body is larger than %d bytes, which no refusal of the platform is", maxDenial)
	}
	var mistyped *json.UnmarshalTypeError
	if err := json.Unmarshal([]byte(body), &answer); err != nil && !errors.As(err, &mistyped) {
		return denialBody{}, "The body is not JSON, and a proxy or gateway may have given it in the platform's place"
	}
	return answer, ""
}

// refusal is what the body says itself, else what the first of its further errors says that is known.
func (b *denialBody) refusal() (Denial, bool) {
	if form, ok := b.form(); ok {
		return b.denial(form), true
	}
	for i := range b.Errors {
		if refusal, ok := b.Errors[i].refusal(); ok {
			refusal.RequestID = firstOf(refusal.RequestID, b.requestID())
			return refusal, true
		}
	}
	return Denial{}, false
}

// form finds the form of a body by its code. Only a body without a code is known by its message: with a code that is not known the same
// words may mean something else.
func (b *denialBody) form() (denialForm, bool) {
	code, text := firstOf(b.Code, b.Error), b.text()
	i := slices.IndexFunc(denialForms, func(f denialForm) bool {
		switch code {
		case "":
			return f.opening != "" && strings.HasPrefix(text, f.opening)
		case tooManySignIns:
			return f.code == code && strings.HasPrefix(strings.ToLower(text), "rate limit exceeded")
		default:
			return f.code == code
		}
	})
	if i < 0 {
		return denialForm{}, false
	}
	return denialForms[i], true
}

// text is the message, whole and on one line.
func (b *denialBody) text() string {
	message := firstOf(b.Message, b.ErrorDescription, b.Description)
	return shown(message, len(message))
}

func (b *denialBody) denial(form denialForm) Denial {
	text := b.text()
	d := Denial{Kind: form.kind, Match: form.match, Message: shown(text, maxText), RequestID: b.requestID()}
	if d.Message == "" {
		d.Message = "The body has no message, only the code " + form.code + "."
	}
	if d.Kind == DenialMissingPermissions || d.Kind == DenialMissingDivision {
		d.readNeeds(text)
	}
	d.Remediation = d.remedy(form.code, text)
	return d
}

var requestIDForm = regexp.MustCompile(`^[\w.-]+$`)

func (b *denialBody) requestID() string {
	for _, id := range []string{b.ContextID, b.CorrelationID, b.GatewayID} {
		if len(id) <= maxID && requestIDForm.MatchString(id) {
			return id
		}
	}
	return ""
}

// shown makes foreign text fit to be shown: one line without control characters, at most limit characters long.
func shown(text string, limit int) string { return (&redactor{}).clean(text, limit) }

// readNeeds reads the permissions and divisions that a message names:
//
//	... the following permissions assigned: [domain:entity:action, ...] in at least one of the following division(s): [id, ...]
//	... the following permission(s): [domain:entity:action:<division id>, ...]
func (d *Denial) readNeeds(text string) {
	list, rest := "", ""
	for _, form := range []struct{ match, opening string }{{MatchAny, anyOpening}, {MatchAll, allOpening}} {
		if tail, ok := strings.CutPrefix(text, form.opening); ok {
			list, rest = bracketed(tail)
			d.Match = firstOf(d.Match, form.match)
		}
	}
	for item := range strings.SplitSeq(list, ",") {
		d.addNeed(strings.TrimSpace(item))
	}
	if _, tail, ok := strings.Cut(rest, inDivision); ok {
		d.Kind = DenialMissingDivision
		divisions, _ := bracketed(tail)
		for id := range strings.SplitSeq(divisions, ",") {
			if id = strings.TrimSpace(id); isPermissionSegment(id) {
				d.Divisions = append(d.Divisions, id)
			}
		}
	}
	d.Permissions = sortedSet(d.Permissions)
	d.Divisions = sortedSet(d.Divisions)
}

// addNeed adds one item of a list of permissions. What is no permission is left out.
func (d *Denial) addNeed(item string) {
	segments := strings.Split(item, ":")
	if slices.ContainsFunc(segments, func(segment string) bool { return !isPermissionSegment(segment) }) {
		return
	}
	const legacy, full, withDivision = 1, 3, 4
	switch len(segments) {
	case legacy, full:
		d.Permissions = append(d.Permissions, item)
	case withDivision:
		d.Kind = DenialMissingDivision
		d.Permissions = append(d.Permissions, strings.Join(segments[:full], ":"))
		d.Divisions = append(d.Divisions, segments[full])
	}
}

// bracketed takes the "[...]" that a text begins with. A list that does not end may have lost its last name, so it is none.
func bracketed(text string) (list, rest string) {
	inner, ok := strings.CutPrefix(strings.TrimSpace(text), "[")
	if !ok {
		return "", text
	}
	list, rest, ok = strings.Cut(inner, "]")
	if !ok {
		return "", text
	}
	return list, rest
}

var permissionSegment = regexp.MustCompile(`^(?:\*|[\w.-]+)$`)

func isPermissionSegment(text string) bool {
	return len(text) <= maxID && permissionSegment.MatchString(text)
}

func sortedSet(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

const (
	whoCalls = " The caller is the OAuth client itself for CLIENT-CREDENTIALS (Admin > Integrations > OAuth > Roles), and the signed-in" +
		" user for every other grant. A change takes up to five minutes."
	notTheWholeTruth = " The platform's list may be incomplete or name a wrong permission: compare it with what is documented for the" +
		" endpoint. A permission of a product that the organization does not have cannot be granted."
	whatToCheck = "The body does not say what is missing. Check that the caller has the roles and permissions that the endpoint wants," +
		" that the client and its consent in this organization have the scopes, that the token was issued after they were given, and" +
		" that the organization is in the application's region or permits cross-region calls."
	newToken = " Get a new token from the login host of the organization's region."
)

// remedies are what to do about the denials that need nothing of their message.
var remedies = map[DenialKind]string{
	DenialMissingTrustorPermissions: "Have an administrator of the trustor organization grant the caller a role with the permission that the" +
		" endpoint wants; the body does not name it.",
	DenialNotAuthorized: whatToCheck,
	DenialAccessDenied:  whatToCheck,
	DenialMissingToken:  "Send the header \"Authorization: Bearer <token>\"." + newToken,
	DenialInvalidToken: "The token was revoked, has expired, or belongs to an organization in another region; the body does not say which." +
		newToken,
	DenialExpiredToken: "The token's time is over." + newToken,
	DenialIPNotAllowed: "Call from an address that the organization allows, or add the caller's address to the IP allowlist in the" +
		" organization settings under Admin > Account Settings > Organization Settings.",
	DenialInvalidClient: "Either the client id or secret is wrong, or they are right and belong to an organization in another region than" +
		" the login host's.",
	DenialUserContextRequired: "Call it with a token of a user (the CODE grant, for example): CLIENT-CREDENTIALS has no user, whatever its" +
		" roles.",
}

// remedy says what to do about a denial with this code and message.
func (d *Denial) remedy(code, text string) string {
	switch d.Kind {
	case DenialMissingPermissions:
		return "Give the caller a role with " + d.needs() + "." + whoCalls + notTheWholeTruth
	case DenialMissingDivision:
		return "Give the caller a role with " + d.needs() + " in " + d.places() + "." + whoCalls + notTheWholeTruth
	case DenialRateLimited:
		return rateRemedy(code, text)
	default:
		return remedies[d.Kind]
	}
}

func (d *Denial) needs() string {
	switch {
	case len(d.Permissions) == 0:
		return "the permission that is documented for the endpoint (the body names none)"
	case len(d.Permissions) == 1:
		return d.Permissions[0]
	case d.Match == MatchAny:
		return "at least one of " + few(d.Permissions)
	default:
		return "all of " + few(d.Permissions)
	}
}

func (d *Denial) places() string {
	switch {
	case len(d.Divisions) == 0:
		return "the division that the request is about (the body names none)"
	case len(d.Divisions) == 1:
		return "division " + d.Divisions[0]
	case d.Match == MatchAny:
		return "at least one of the divisions " + few(d.Divisions)
	default:
		return "the divisions " + few(d.Divisions)
	}
}

// few lists names, of a long list only the first.
func few(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

var (
	retryIn   = regexp.MustCompile(`Retry the request in \[(\d{1,6})\] seconds`)
	rateLimit = regexp.MustCompile(`maximum \[(\d{1,6})\] requests within \[(\d{1,6})\] seconds`)
)

func rateRemedy(code, text string) string {
	if code == tooManySignIns {
		return "Wait a minute before the next sign-in, and use a token for its whole life instead of signing in for each call."
	}
	wait := "Wait as long as the Retry-After header of the answer says"
	if found := retryIn.FindStringSubmatch(text); found != nil {
		wait = "Wait " + found[1] + " seconds"
	} else if found := rateLimit.FindStringSubmatch(text); found != nil {
		wait = fmt.Sprintf("At most %s requests within %s seconds are allowed: wait", found[1], found[2])
	}
	return wait + " before the next request, then send fewer of them. The limit counts the requests of one token."
}
