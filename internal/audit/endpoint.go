package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

var endpointRule = rule{
	Description: Description{
		ID: CheckEndpoint, Title: "The endpoints are callable", Failed: "Endpoints that cannot be called",
		Stage: StageCall, Severity: 5.5,
		Cause: "An endpoint or a notification topic needs more than its list of permissions says: the request decides what is needed, or the " +
			"platform does not show what is needed.",
		Remedy: "Name the variant that the application calls, set notification_topics, or grant the permission that the finding names.",
	},
	asks:  []Argument{ArgEndpoints, ArgNotificationTopics},
	judge: judgeEndpoint,
}

// judgeEndpoint judges what the lists of permissions do not say: the conditions of the endpoints and the notification topics.
func judgeEndpoint(v *view) opinion {
	topics := v.demandedTopics()
	o := topics.opinion
	o.findings = slices.Clone(o.findings)
	o.judgeTopicLists(v, topics)
	for _, endpoint := range v.req.Endpoints {
		for _, condition := range endpoint.Conditions {
			o.applies = true
			o.judgeCondition(v, endpoint, condition)
		}
		if endpoint.isOpen() && !v.isOwn(endpoint) {
			o.judgeVariants(v, endpoint)
		}
	}
	return o
}

// isOpen tells whether the request decides which variant is called, and the requirement does not.
func (e Endpoint) isOpen() bool { return len(e.Variants) > 0 && e.Variant == "" }

// isOwn tells whether the calls are about objects of the caller's own, for which it needs no permission. A CLIENT-CREDENTIALS client acts for no
// user, so that it has none. A variant that is named is a call about other objects, and so is a path that names another user.
func (v *view) isOwn(e Endpoint) bool {
	_, own := e.Condition(catalog.Own)
	return own && v.client.kind == access.OfUser && e.Variant == "" && !e.namesAnother(v.req.UserID)
}

// userParameter is the parameter of a path that stands for a user.
const userParameter = "{userId}"

// namesAnother tells whether the path as written names a user who is not the one with this id.
func (e Endpoint) namesAnother(userID string) bool {
	written := strings.Split(e.Written, "/")
	for i, segment := range strings.Split(e.Path, "/") {
		if segment == userParameter && i < len(written) {
			return !strings.HasPrefix(written[i], "{") && written[i] != "me" && !strings.EqualFold(written[i], userID)
		}
	}
	return false
}

// lists are the lists of permissions that the endpoint may need. The request decides which list it needs.
func (e Endpoint) lists() []catalog.Variant {
	if e.isOpen() {
		return e.Variants
	}
	return []catalog.Variant{{Permissions: e.Permissions, PermissionsMatch: e.PermissionsMatch}}
}

func (o *opinion) judgeCondition(v *view, endpoint Endpoint, condition catalog.Condition) {
	from := endpoint.origin()
	report := func(status Status, message, remediation string) {
		o.report(Finding{
			Status: status, Subject: endpoint.Written, Argument: from.argument, Endpoints: from.endpoints,
			Message: text.Sentences(message, condition.Text), Remediation: remediation,
		})
	}
	const ownAlone = "Use the endpoint for the caller's own objects only"
	switch condition.Kind {
	case catalog.Undecidable:
		report(Unknown, "Whether the endpoint can be called cannot be decided from permissions.", "Try the call. If it works, list the permissions that it needs in required_permissions instead of the endpoint.")
	case catalog.OwnJob:
		report(Warn, "", ownAlone+".")
	case catalog.SameUser:
		report(ownStatus(v.client.kind), "", ownAlone+".")
	case catalog.Topics:
		if len(v.req.NotificationTopics) == 0 && !v.req.isDeferred(ArgNotificationTopics) {
			report(Unknown, "", "Set notification_topics to the topics that the client subscribes to.")
		}
	case catalog.Own:
		if v.isOwn(endpoint) {
			if missing, known := o.missing(v, endpoint.lists(), from); known && len(missing) > 0 {
				report(Warn, "", fmt.Sprintf("%s, or grant %s.", ownAlone, describeVariants(missing)))
			}
		}
	case catalog.MayNeed, catalog.Partial:
		status, remediation := Unknown, "Grant %s, or find out whether the call needs it."
		if condition.Kind == catalog.Partial {
			status, remediation = Warn, "Grant %s if you need the whole answer."
		}
		if len(condition.Permissions) == 0 {
			report(status, "", "Compare an answer with the expected one.")
			return
		}
		list := []catalog.Variant{{Permissions: condition.Permissions, PermissionsMatch: catalog.All}}
		missing, known := o.missing(v, list, from)
		if known && len(missing) == 0 && condition.Kind == catalog.MayNeed {
			missing, known = o.missing(v, v.withFurther(endpoint, condition.Permissions), from)
		}
		if known && len(missing) > 0 {
			report(status, "", fmt.Sprintf(remediation, text.List(condition.Permissions)))
		}
	case catalog.ByVariant, catalog.ObjectDivision, catalog.AllDivisions, catalog.ClientCredentialsOnly, catalog.UserOnly:
		// judgeVariants, the checks on permissions and the check grant_type
	default:
		report(Unknown, "The endpoint has a condition that this version of the provider does not know.", "Update the provider.")
	}
}

// withFurther are the lists of the endpoint that are granted, with further permissions that a call may need together with them: all in one
// division, since a call is about the objects of one.
func (v *view) withFurther(endpoint Endpoint, permissions []string) (lists []catalog.Variant) {
	for _, list := range endpoint.lists() {
		if list.PermissionsMatch == catalog.All && v.climbed().rungOfList(list.Permissions, list.PermissionsMatch) <= waiting {
			lists = append(lists, catalog.Variant{Permissions: text.Sorted(slices.Concat(list.Permissions, permissions)), PermissionsMatch: catalog.All})
		}
	}
	return lists
}

// missing are the lists that are not granted. It is not known while evidence is missing, or if it cannot be read.
func (o *opinion) missing(v *view, lists []catalog.Variant, from origin) (missing []judgedVariant, known bool) {
	r := v.climbed()
	o.wants |= r.wants()
	switch {
	case !slices.ContainsFunc(lists, func(list catalog.Variant) bool { return len(list.Permissions) > 0 }): // nothing to look for
	case r.wants() != 0:
		o.open = true
		return nil, false
	case !r.complete:
		o.knows(r.holder, from)
		return nil, false
	}
	for _, list := range lists {
		if rung := r.rungOfList(list.Permissions, list.PermissionsMatch); rung == waiting {
			o.open = true
		} else if rung > waiting {
			missing = append(missing, judgedVariant{list, rung})
		}
	}
	return missing, true
}

// judgedVariant is a variant and how far its permissions got.
type judgedVariant struct {
	catalog.Variant
	rung rung
}

// judgeVariants judges an endpoint of which no variant is named: it is callable if every variant is, and it is not if none is.
func (o *opinion) judgeVariants(v *view, endpoint Endpoint) {
	from := endpoint.origin()
	missing, known := o.missing(v, endpoint.Variants, from)
	if !known || len(missing) == 0 {
		return
	}
	finding := Finding{
		Status: Unknown, Subject: endpoint.Written, Argument: from.argument, Endpoints: from.endpoints,
		Message: fmt.Sprintf("The request decides which permissions the endpoint needs, and not all of them are granted: %s.",
			describeVariants(missing)),
		Remediation: fmt.Sprintf("Grant the missing permissions, or name the variant that the application calls: %s.", endpoint.variantNames()),
	}
	isCertain := !slices.ContainsFunc(missing, func(j judgedVariant) bool { return j.rung < outsideDivision })
	if len(missing) == len(endpoint.Variants) && isCertain {
		finding.Status = Fail
		finding.Message = fmt.Sprintf("The request decides which permissions the endpoint needs, and none of its variants is permitted: %s.",
			describeVariants(missing))
		finding.Remediation = "Grant the permissions of the variant that the application calls."
	}
	o.report(finding)
}

// variantNames lists the variants of the endpoint as they can be written.
func (e Endpoint) variantNames() string {
	var written []string
	for _, variant := range e.Variants {
		written = append(written, e.Written+"#"+variant.Name)
	}
	return text.Quoted(written)
}

func describeVariants(variants []judgedVariant) string {
	var parts []string
	for _, variant := range variants {
		needed := text.List(variant.Permissions)
		switch {
		case variant.PermissionsMatch == catalog.Unknown:
			needed = "a permission that is not published"
		case variant.PermissionsMatch == catalog.Any && len(variant.Permissions) > 1:
			needed = "one of " + needed
		}
		if variant.When != "" {
			needed += " when " + variant.When
		}
		parts = append(parts, needed)
	}
	return text.List(parts)
}

// subscriptions are the endpoints that subscribe to topics, as written; sorted.
func (v *view) subscriptions() []string {
	var written []string
	for _, endpoint := range v.req.Endpoints {
		if _, subscribes := endpoint.Condition(catalog.Topics); subscribes {
			written = append(written, endpoint.Written)
		}
	}
	return text.Sorted(written)
}
