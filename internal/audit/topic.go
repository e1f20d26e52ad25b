package audit

import (
	"fmt"
	"slices"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// topicDemand is what subscribing to the notification topics takes: permissions, and what the check endpoint has to say of them.
type topicDemand struct {
	opinion
	needs needs
}

// demandedTopics looks up the notification topics in the organization's list, which alone says what each one needs.
func (v *view) demandedTopics() *topicDemand {
	return once(&v.ofTopics, func() *topicDemand {
		d := &topicDemand{}
		if len(v.req.NotificationTopics) == 0 {
			return d
		}
		d.applies = true
		topics, state := consult(&d.wants, topicsSource, v.facts)
		from := origin{argument: ArgNotificationTopics, endpoints: v.subscriptions()}
		switch state {
		case notRead:
			d.open = true
		case unreadable:
			d.report(gapIn(topicsSource, v.facts, from))
		case read:
			for _, name := range text.Sorted(v.req.NotificationTopics) {
				d.add(v.client.kind, name, topics, from)
			}
		}
		return d
	})
}

// add adds what one topic needs.
func (d *topicDemand) add(kind access.Kind, name string, topics []Topic, from origin) {
	finding := Finding{Status: Unknown, Subject: name, Argument: from.argument, Endpoints: from.endpoints}
	names := make([]string, len(topics))
	for i, topic := range topics {
		names[i] = topic.Name
	}
	template, found := catalog.MatchTopic(name, names)
	if !found {
		finding.Status = Fail
		finding.Message = text.Sentences(fmt.Sprintf("The organization has no notification topic %q.", name),
			text.DidYouMean(catalog.NearestTopics(name, names, text.MostSuggestions)))
		finding.Remediation = "Correct the name in notification_topics."
		d.report(finding)
		return
	}
	topic := topics[slices.Index(names, template)]
	finding.Remediation = "Look at the topic under GET /api/v2/notifications/availabletopics?expand=permissionDetails."
	problem := func(status Status, message string) {
		finding.Status, finding.Message = status, message
		d.report(finding)
	}
	switch {
	case topic.Permissions == nil || topic.Details == nil:
		problem(Unknown, fmt.Sprintf("The platform does not show which permissions the topic %s needs.", topic.Name))
	case topic.AnyIsEnough && len(topic.Details) > 1:
		problem(Unknown, fmt.Sprintf("The topic %s takes one of several conditions, and which of them a subscription meets cannot be told.", topic.Name))
		return
	}
	if topic.CurrentUser {
		problem(ownStatus(kind), fmt.Sprintf("Only the user of the topic %s can subscribe to it.", topic.Name))
	}
	d.needs.addEach(topic.Permissions, from)
	for _, detail := range topic.Details {
		if detail.Enforced != nil && !*detail.Enforced {
			continue
		}
		switch detail.Type {
		case "requiresPermissions", "requiresDivisionPermissions":
			d.needs.addEach(detail.Permissions, from)
		case "requiresAnyDivisionPermissions":
			if len(detail.Permissions) > 0 {
				d.needs.addAny(detail.Permissions, from)
			}
		case "requiresCurrentUser", "requiresUserBeConversationParticipant":
			problem(ownStatus(kind), fmt.Sprintf("Subscribing to the topic %s takes the user of the topic or a participant of the conversation.", topic.Name))
		default:
			problem(Unknown, fmt.Sprintf("The topic %s has a condition of the type %q, which the platform does not document.", topic.Name, detail.Type))
		}
	}
}

// ownStatus is the status of a call that works for the caller's own objects only. A CLIENT-CREDENTIALS client acts for no user, so that it has
// none.
func ownStatus(kind access.Kind) Status {
	switch kind {
	case access.OfClient:
		return Fail
	case access.OfUser:
		return Warn
	default:
		return Unknown
	}
}
