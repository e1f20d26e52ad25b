package emulator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

// every asks for all variants of an endpoint at once.
const every = "*"

// checkGrantType refuses a client credentials token where a user is needed, and a user's where none may be.
func (x *exchange) checkGrantType() *denial {
	if _, userOnly := x.entry.Condition(catalog.UserOnly); userOnly && x.user == nil {
		return &denial{http.StatusBadRequest, "not.a.user",
			"This request requires a user context. Client credentials cannot be used for requests to this resource."}
	}
	condition, ok := x.entry.Condition(catalog.ClientCredentialsOnly)
	if !ok {
		return nil
	}
	lacking := func(scope string) bool { return !x.hasScope(scope) }
	if x.user != nil || slices.ContainsFunc(condition.Scopes, lacking) {
		notAuthorized := statusError(http.StatusForbidden)
		return &notAuthorized
	}
	return nil
}

// checkNeeds holds the caller's permissions against what this call needs: the endpoint's list, or that of each variant that the call may be, and
// the conditions around it. If the needs of the call are not published, the call is refused.
func (x *exchange) checkNeeds(division string) *denial {
	notAuthorized := statusError(http.StatusForbidden)
	own, denied := x.isOwn()
	if denied != nil {
		return denied
	}
	has := func(kind catalog.ConditionKind) bool { _, ok := x.entry.Condition(kind); return ok }
	variant := x.request.Header.Get(headerVariant)
	switch {
	case has(catalog.Undecidable),
		has(catalog.SameUser) && (x.user == nil || !own),
		has(catalog.OwnJob) && !own:
		return &notAuthorized
	case has(catalog.Own) && x.user != nil && own && (variant == "" || variant == every):
		return nil // a variant that is named is about other objects
	case has(catalog.AllDivisions):
		division = allDivisions
	}
	variants, denied := x.variants()
	if denied != nil {
		return denied
	}
	for _, variant := range variants {
		if denied := x.checkPermissions(variant.PermissionsMatch, variant.Permissions, division); denied != nil {
			return denied
		}
	}
	if condition, ok := x.entry.Condition(catalog.MayNeed); ok {
		return x.checkPermissions(catalog.Any, condition.Permissions, division)
	}
	return nil
}

// isOwn says whether what the request is about is the caller's own, as the request's header says. Without it, a job or a message is,
// and an object that others work on is not. A path that names a user says it whatever the header says.
func (x *exchange) isOwn() (bool, *denial) {
	_, shared := x.entry.Condition(catalog.Own)
	named := x.params["userId"]
	switch header := x.request.Header.Get(headerOwn); {
	case header != "" && header != "true" && header != "false":
	case shared && named != "" && !strings.HasPrefix(named, "{"):
		return x.user != nil && (named == x.user.ID || named == "me"), nil
	case header == "":
		return !shared, nil
	default:
		return header == "true", nil
	}
	x.violate("neither true nor false in " + headerOwn)
	return false, &denial{http.StatusBadRequest, "bad.request", headerOwn + " is true or false."}
}

// variants are the kinds of call that the request may be. An endpoint without variants is the one kind itself.
func (x *exchange) variants() ([]catalog.Variant, *denial) {
	if len(x.entry.Variants) == 0 {
		return []catalog.Variant{{Permissions: x.entry.Permissions, PermissionsMatch: x.entry.PermissionsMatch}}, nil
	}
	name := x.request.Header.Get(headerVariant)
	if name == "" {
		name = x.variantOfRequest()
	}
	if name == every {
		return x.entry.Variants, nil
	}
	for _, variant := range x.entry.Variants {
		if variant.Name == name {
			return []catalog.Variant{variant}, nil
		}
	}
	x.violate("unknown variant in " + headerVariant)
	return nil, &denial{http.StatusBadRequest, "bad.request", "Unknown variant in " + headerVariant + "."}
}

// objectVariants are the variants of moving an object into a division, by the type of the object.
var objectVariants = map[string]string{
	"USER": "user", "FLOW": "flow", "CAMPAIGN": "campaign", "CONTACTLIST": "contact-list", "DNCLIST": "dnc-list",
	"MESSAGINGCAMPAIGN": "messaging-campaign",
}

// variantOfRequest is the variant where the documentation says what in the request decides. Where an object that the platform stores
// decides, or nothing of the request is there to tell, it is every variant.
func (x *exchange) variantOfRequest() string {
	switch x.entry.Endpoint() {
	case "POST /api/v2/authorization/divisions/{divisionId}/objects/{objectType}":
		if name, ok := objectVariants[x.params["objectType"]]; ok {
			return name
		}
		return "other"
	case "PUT /api/v2/recordings/deletionprotection":
		return choose(x.query.Get("protect") == "false", "revoke", "protect")
	case "POST /api/v2/workforcemanagement/agents/me/adherence/historical/jobs":
		conformance, schedule := slices.Contains(x.list("expand"), "conformance"), slices.Contains(x.list("expand"), "scheduledActivities")
		return choose(conformance, choose(schedule, "conformance-schedule", "conformance"), choose(schedule, "schedule", "base"))
	}
	if !json.Valid(x.body) {
		return every
	}
	body := bytes.ToLower(x.body)
	mentions := func(word string) bool { return bytes.Contains(body, []byte(word)) }
	switch x.entry.Endpoint() {
	case "POST /api/v2/recording/jobs":
		return choose(mentions("sensitive"), "sensitive", "base")
	case "PATCH /api/v2/users/{userId}":
		return choose(mentions("extension") || mentions("addresses"), "extension", "base")
	case "POST /api/v2/coaching/appointments/{appointmentId}/annotations":
		return choose(mentions(`"private"`), "private", "public")
	case "POST /api/v2/workforcemanagement/businessunits/{businessUnitId}/planninggroups",
		"PATCH /api/v2/workforcemanagement/businessunits/{businessUnitId}/planninggroups/{planningGroupId}":
		return choose(mentions("queue"), "with-queues", "base")
	}
	return every
}

func choose(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

// checkTopic says whether the caller may subscribe to a topic, and which permissions it lacks. A topic with unpublished needs is refused.
func (x *exchange) checkTopic(topic Topic, name string) (allowed bool, missing []string) {
	if topic.Enforced != nil && !*topic.Enforced {
		return true, nil
	}
	conditions := topic.conditions()
	if conditions == nil {
		return false, nil
	}
	met := 0
	for _, condition := range conditions {
		lacking, ok := x.meets(condition, topic.ID, name)
		if ok {
			met++
		}
		missing = append(missing, lacking...)
	}
	allowed = met == len(conditions) || topic.RequiresAnyValidator && met > 0
	return allowed, missing
}

// conditions are the details of a topic and what its flags say beside them; nil where it says nothing of permissions.
func (t Topic) conditions() []TopicCondition {
	out := slices.Clone(t.PermissionDetails)
	detailed := func(match func(TopicCondition) bool) bool { return slices.ContainsFunc(t.PermissionDetails, match) }
	rest := slices.DeleteFunc(slices.Clone(t.RequiresPermissions), func(permission string) bool {
		return detailed(func(c TopicCondition) bool { return slices.Contains(c.Permissions, permission) })
	})
	if len(rest) > 0 || t.RequiresPermissions != nil && t.PermissionDetails == nil {
		out = append(out, TopicCondition{
			Type: choose(t.RequiresDivisionPermissions, "requiresDivisionPermissions", "requiresPermissions"), Permissions: rest,
			AllowsCurrentUser: t.RequiresCurrentUserOrPermission,
		})
	}
	if t.RequiresCurrentUser && !detailed(func(c TopicCondition) bool { return c.Type == "requiresCurrentUser" }) {
		out = append(out, TopicCondition{Type: "requiresCurrentUser"})
	}
	return out
}

// meets holds the caller against one condition. Where two permissions stand together, nothing says that one is enough.
func (x *exchange) meets(condition TopicCondition, template, name string) (missing []string, ok bool) {
	if condition.Enforced != nil && !*condition.Enforced {
		return nil, true
	}
	user := userOfTopic(template, name)
	current := x.user != nil && x.user.ID == user
	if current && condition.AllowsCurrentUser {
		return nil, true
	}
	division := ""
	switch condition.Type {
	case "requiresCurrentUser":
		return nil, current
	case "requiresUserBeConversationParticipant": // which a user is, unless the request says otherwise
		return nil, x.user != nil && x.request.Header.Get(headerOwn) != "false"
	case "requiresPermissions", "requiresAnyDivisionPermissions", "requiresDivisionPermissions":
		if condition.Permissions == nil { // nobody has said which
			return nil, false
		}
	default: // nobody has documented it
		return nil, false
	}
	if condition.Type == "requiresDivisionPermissions" {
		division = x.request.Header.Get(headerDivision)
		if of := x.organization.users[user]; of != nil && division == "" {
			if home := x.organization.divisionOf(of); home != nil {
				division = home.ID
			}
		}
	}
	for _, permission := range condition.Permissions {
		if !x.organization.permits(x.grants(), permission, division) || !x.passesPolicies(permission) {
			missing = append(missing, permission)
		}
	}
	return missing, len(missing) == 0
}

// userOfTopic is the user that a topic is about: what stands where the template has the user's id.
func userOfTopic(template, name string) string {
	of, ok := strings.CutPrefix(template, "v2.users.{id}.")
	user, suffixed := strings.CutSuffix(strings.TrimPrefix(name, "v2.users."), "."+of)
	if !ok || !suffixed {
		return ""
	}
	return user
}
