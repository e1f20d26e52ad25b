// Package denial reads why Genesys Cloud refused a request: from the body of a 401, 403 or 429 answer, or from what the platform's SDKs
// and the official Terraform provider print of one.
package denial

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// Kind says why the platform refused a request, as far as the body of its answer tells.
type Kind string

const (
	MissingPermissions        Kind = "missing_permissions"         // the caller's roles lack a permission
	MissingDivision           Kind = "missing_division"            // they lack it in the division of the request
	MissingTrustorPermissions Kind = "missing_trustor_permissions" // they lack one in the trustor organization
	NotAuthorized             Kind = "not_authorized"              // 403 that names nothing
	AccessDenied              Kind = "access_denied"               // the events endpoint's 403, which names nothing either
	MissingToken              Kind = "missing_token"               // no bearer token was sent
	InvalidToken              Kind = "invalid_token"               // a token that is not, or no longer, valid here
	ExpiredToken              Kind = "expired_token"               // an expired token
	IPNotAllowed              Kind = "ip_not_allowed"              // the caller's address is outside the IP allowlist
	RateLimited               Kind = "rate_limited"                // too many requests, or too many sign-ins
	InvalidClient             Kind = "invalid_client"              // sign-in refused: wrong credentials, or wrong region
	UserContextRequired       Kind = "user_context_required"       // client credentials where a user is needed
	Unknown                   Kind = "unknown"                     // the body does not tell
)

// How many of the permissions that a denial names are needed.
const (
	MatchAny = "any" // one is enough
	MatchAll = "all" // each of them
)

// Denial is what the body of a refusal says.
type Denial struct {
	Kind        Kind
	Permissions []string // domain:entity:action or a legacy flat name, sorted; those that the body names, which need not be all
	Match       string   // MatchAny, MatchAll, or empty where the body does not say
	Divisions   []string // ids, sorted
	Message     string   // one line, never empty: the platform's own words, or what is wrong with the body
	RequestID   string   // by which the platform's support can trace the request; empty when the body has none
	Remediation string   // what to do, never empty
}

// The most characters of a message and of an id.
const (
	maxText = 1000
	maxID   = 200
)

// maxBody is the size in bytes above which a body is not looked at: the platform's are some hundred bytes long.
const maxBody = 64 << 10

// form is one of the platform's refusals: the code by which it is known, and how its message begins, for bodies that come without
// their code. Codes and messages are those that the API definition declares for every operation (401, 403), the normalized 429 bodies
// of 2021-11-10 and the ones before, and the refusal that integrations report of the events endpoint, which never has a code.
type form struct {
	kind    Kind
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

var forms = []form{
	{kind: MissingPermissions, code: "missing.any.permissions", opening: anyOpening, match: MatchAny},
	{kind: MissingPermissions, code: "missing.permissions", opening: allOpening, match: MatchAll},
	{kind: MissingDivision, code: "missing.division.permission"},
	{kind: MissingTrustorPermissions, code: "missing.trustor.permissions"},
	{kind: NotAuthorized, code: "not.authorized", opening: "You are not authorized to perform the requested action."},
	{kind: AccessDenied, opening: "Access denied. The client does not have permission to access this resource."},
	{kind: MissingToken, code: "authentication.required", opening: "No authentication bearer token specified in authorization header."},
	{kind: InvalidToken, code: "bad.credentials", opening: "Invalid login credentials."},
	{kind: ExpiredToken, code: "credentials.expired", opening: "The supplied credentials are expired and cannot be used."},
	{kind: IPNotAllowed, code: "ip.not.authorized"},
	{kind: RateLimited, code: "too.many.requests.retry.after", opening: "Rate limit exceeded the maximum. Retry the request in"},
	{kind: RateLimited, code: "too.many.requests", opening: "Rate limit exceeded the maximum ["},
	{kind: RateLimited, code: tooManySignIns},
	{kind: InvalidClient, code: "invalid_client"},
	{kind: UserContextRequired, code: "not.a.user", opening: "This request requires a user context."},
}

// Parse says what the body of a 401, 403 or 429 answer means, and what to do about it; also the body of a sign-in that was refused
// and of a call that needs a user. It reads what SDKs and the official Terraform provider print of such an answer too. A text that it does
// not know is Unknown, whatever it resembles. Any text is accepted.
func Parse(text string) Denial {
	bodies, fault := read(text)
	if fault != "" {
		return unknown(fault+", so the reason for the refusal is unknown.", "")
	}
	var refusals []Denial
	for i := range bodies {
		if refusal, ok := bodies[i].refusal(0); ok {
			refusals = append(refusals, refusal)
		}
	}
	switch {
	case len(refusals) == 0:
		message := cmp.Or(bodies[0].said(0), "The body is not one of the platform's known refusals, so the reason for the refusal is unknown.")
		return unknown(message, bodies[0].requestID())
	case slices.ContainsFunc(refusals, func(d Denial) bool { return d.Kind != refusals[0].Kind }):
		return unknown("The text holds refusals of several kinds, so the reason for the refusal is unknown.", "")
	}
	return refusals[0]
}

func unknown(message, requestID string) Denial {
	return Denial{
		Kind:      Unknown,
		Message:   shown(message, maxText),
		RequestID: requestID,
		Remediation: "The body does not say why the request was refused. Look at the status of the answer, and give its ININ-Correlation-Id" +
			" header to Genesys Cloud support.",
	}
}

// refusal is what the body says itself, else what the first says that is known of those that it holds.
func (b *body) refusal(depth int) (Denial, bool) {
	if f, ok := b.form(); ok {
		return b.denial(f), true
	}
	for _, inner := range b.inner(depth) {
		if refusal, ok := inner.refusal(depth + 1); ok {
			refusal.RequestID = cmp.Or(refusal.RequestID, b.requestID())
			return refusal, true
		}
	}
	return Denial{}, false
}

// said is the message of the body, else the first of those that it holds.
func (b *body) said(depth int) string {
	message := b.text()
	for _, inner := range b.inner(depth) {
		message = cmp.Or(message, inner.said(depth+1))
	}
	return message
}

// form finds the form of a body by its code. Only a body without a code is recognized by its message, since the same words with an unknown code may
// mean something else.
func (b *body) form() (form, bool) {
	code, text := cmp.Or(b.Code, b.errorCode()), b.text()
	i := slices.IndexFunc(forms, func(f form) bool {
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
		return form{}, false
	}
	return forms[i], true
}

// text is the message, whole and on one line.
func (b *body) text() string {
	message := cmp.Or(b.Message, b.ErrorDescription, b.Description)
	return shown(message, len(message))
}

func (b *body) denial(f form) Denial {
	text := b.text()
	d := Denial{Kind: f.kind, Match: f.match, Message: shown(text, maxText), RequestID: b.requestID()}
	if d.Message == "" {
		d.Message = "The body has no message, only the code " + f.code + "."
	}
	if d.Kind == MissingPermissions || d.Kind == MissingDivision {
		d.readNeeds(text)
	}
	d.Remediation = d.remedy(f.code, text)
	return d
}

var requestIDForm = regexp.MustCompile(`^[\w.-]+$`)

func (b *body) requestID() string {
	for _, id := range []string{b.ContextID, b.CorrelationID, b.GatewayID, b.PrintedID} {
		if len(id) <= maxID && requestIDForm.MatchString(id) {
			return id
		}
	}
	return ""
}

var userInfo = regexp.MustCompile(`://[^\s"]*@`)

// shown makes text from elsewhere fit to be shown: one line without control characters and without the credentials of a URL.
func shown(message string, limit int) string {
	return text.OneLine(userInfo.ReplaceAllString(text.Clean(message), "://***@"), limit)
}

// readNeeds reads the permissions and divisions that a message names:
//
//	... the following permissions assigned: [domain:entity:action, ...] in at least one of the following division(s): [id, ...]
//	... the following permission(s): [domain:entity:action:<division id>, ...]
func (d *Denial) readNeeds(text string) {
	list, rest := "", ""
	for _, form := range []struct{ match, opening string }{{MatchAny, anyOpening}, {MatchAll, allOpening}} {
		if tail, ok := strings.CutPrefix(text, form.opening); ok {
			list, rest = bracketed(tail)
			d.Match = cmp.Or(d.Match, form.match)
		}
	}
	for item := range strings.SplitSeq(list, ",") {
		d.addNeed(strings.TrimSpace(item))
	}
	if _, tail, ok := strings.Cut(rest, inDivision); ok {
		d.Kind = MissingDivision
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
		d.Kind = MissingDivision
		d.Permissions = append(d.Permissions, strings.Join(segments[:full], ":"))
		d.Divisions = append(d.Divisions, segments[full])
	}
}

// bracketed takes the "[...]" that a text begins with. A list without an end may have lost its last name, so it is not used.
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
	whatToCheck = "The body does not say what is missing. Check that the caller has the roles and permissions that the endpoint needs," +
		" that the client and its consent in this organization have the scopes, that the token was issued after they were given, and" +
		" that the organization is in the application's region or permits cross-region calls."
	newToken = " Get a new token from the login host of the organization's region."
)

// remedies are what to do about the denials that need nothing of their message.
var remedies = map[Kind]string{
	MissingTrustorPermissions: "Have an administrator of the trustor organization grant the caller a role with the permission that the" +
		" endpoint needs; the body does not name it.",
	NotAuthorized: whatToCheck,
	AccessDenied:  whatToCheck,
	MissingToken:  "Send the header \"Authorization: Bearer <token>\"." + newToken,
	InvalidToken: "The token was revoked, has expired, or belongs to an organization in another region; the body does not say which." +
		newToken,
	ExpiredToken: "The token has expired." + newToken,
	IPNotAllowed: "Call from an address that the organization allows, or add the caller's address to the IP allowlist in the" +
		" organization settings under Admin > Account Settings > Organization Settings.",
	InvalidClient: "Either the client id or secret is wrong, or they are right and belong to an organization in another region than" +
		" the login host's.",
	UserContextRequired: "Call the endpoint with a user's token, for example with the CODE grant. A CLIENT-CREDENTIALS client has no user," +
		" whatever its roles.",
}

// remedy says what to do about a denial with this code and message.
func (d *Denial) remedy(code, text string) string {
	switch d.Kind {
	case MissingPermissions:
		return "Give the caller a role with " + d.needs() + "." + whoCalls + notTheWholeTruth
	case MissingDivision:
		return "Give the caller a role with " + d.needs() + " in " + d.places() + "." + whoCalls + notTheWholeTruth
	case RateLimited:
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

// few lists names; of a long list, only the first few.
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
