package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// topicDemand is what subscribing to the notification topics takes: permissions, and what the check endpoint has to say of them.
type topicDemand struct {
	opinion
	needs needs
	// anyOf are lists of permissions of which the platform does not say whether one is enough. One of each list is in needs as well.
	anyOf []topicList
}

// topicList is a list of permissions of a topic.
type topicList struct {
	topic       string // as written
	permissions []string
}

// subscription is the endpoint that subscribes to topics.
const subscription = "POST /api/v2/notifications/channels/{channelId}/subscriptions"

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
				d.add(v, name, topics, from)
			}
		}
		return d
	})
}

// add adds what one topic needs.
func (d *topicDemand) add(v *view, name string, topics []Topic, from origin) {
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
	finding.Remediation = "Look at the topic in the answer to GET /api/v2/notifications/availabletopics?expand=permissionDetails."
	problem := func(status Status, message string) {
		finding.Status, finding.Message = status, message
		d.report(finding)
	}
	conditions := topic.conditions()
	switch {
	case topic.Enforced != nil && !*topic.Enforced:
		return
	case topic.Permissions == nil || topic.Details == nil:
		problem(Unknown, fmt.Sprintf("The platform does not show which permissions the topic %s needs.", topic.Name))
		if topic.AnyIsEnough { // what is not shown may be enough
			return
		}
	case topic.AnyIsEnough && len(conditions) > 1:
		problem(Unknown, fmt.Sprintf("The topic %s needs one of several conditions to be met. Whether a subscription meets one of them cannot be determined.", topic.Name))
		return
	}
	is := v.subscriber(topic.Name, name)
	for _, condition := range conditions {
		if condition.Enforced != nil && !*condition.Enforced || condition.AllowsCurrentUser && is == topicUser {
			continue
		}
		if condition.Permissions == nil && condition.takesPermissions() {
			problem(Unknown, fmt.Sprintf("The platform does not show which permissions the topic %s needs.", topic.Name))
			continue
		}
		switch condition.Type {
		case "requiresPermissions":
			d.needs.addEach(condition.Permissions, from)
		case "requiresDivisionPermissions":
			for _, permission := range condition.Permissions {
				d.needs = append(d.needs, need{options: []string{permission}, origin: from, inDivision: name})
			}
		case "requiresAnyDivisionPermissions":
			if len(condition.Permissions) > 0 {
				d.needs.addAny(condition.Permissions, from)
				d.anyOf = append(d.anyOf, topicList{name, condition.Permissions})
			}
		case "requiresCurrentUser":
			if status := is.status(); status != "" {
				problem(status, fmt.Sprintf("Only the user of the topic %s can subscribe to it.", topic.Name))
			}
		case "requiresUserBeConversationParticipant":
			problem(ownStatus(v.client.kind), fmt.Sprintf("Only a participant of the conversation can subscribe to the topic %s.", topic.Name))
		default:
			problem(Unknown, fmt.Sprintf("The topic %s has a condition of the type %q, which the platform does not document.", topic.Name, condition.Type))
		}
	}
}

// takesPermissions tells whether the detail is about permissions.
func (d TopicDetail) takesPermissions() bool {
	return slices.Contains([]string{"requiresPermissions", "requiresDivisionPermissions", "requiresAnyDivisionPermissions"}, d.Type)
}

// conditions are the details of a topic and what it says beside them.
func (t Topic) conditions() []TopicDetail {
	conditions := slices.Clone(t.Details)
	var rest []string
	for _, permission := range t.Permissions {
		if !slices.ContainsFunc(t.Details, func(detail TopicDetail) bool { return slices.Contains(detail.Permissions, permission) }) {
			rest = append(rest, permission)
		}
	}
	if len(rest) > 0 {
		kind := "requiresPermissions"
		if t.DivisionPermissions {
			kind = "requiresDivisionPermissions"
		}
		conditions = append(conditions, TopicDetail{Type: kind, Permissions: rest, AllowsCurrentUser: t.CurrentUserOrPermission})
	}
	ofUser := func(detail TopicDetail) bool { return detail.Type == "requiresCurrentUser" }
	if t.CurrentUser && !slices.ContainsFunc(t.Details, ofUser) {
		conditions = append(conditions, TopicDetail{Type: "requiresCurrentUser"})
	}
	return conditions
}

// subscriber is what the caller is to the user of a topic.
type subscriber int

const (
	noUser      subscriber = iota // the caller is a client
	anyUser                       // the topic as written leaves open whose it is
	topicUser                     // the caller is the user whom the topic names
	anotherUser                   // the caller is another user than the topic names
	unknownUser                   // whose the topic is, or who the caller is, is not known
)

const topicsOfUsers = "v2.users.{id}."

// subscriber compares the user whom a topic names with the user for whom the client acts.
func (v *view) subscriber(template, name string) subscriber {
	switch {
	case v.client.kind == access.OfClient:
		return noUser
	case v.client.kind != access.OfUser, !strings.HasPrefix(template, topicsOfUsers):
		return unknownUser
	}
	user := strings.Split(name, ".")[strings.Count(topicsOfUsers, ".")-1]
	switch {
	case strings.HasPrefix(user, "{"):
		return anyUser
	case v.req.UserID == "":
		return unknownUser
	case strings.EqualFold(user, v.req.UserID):
		return topicUser
	default:
		return anotherUser
	}
}

// status is what follows for a topic that only its user can subscribe to; empty if the caller is that user.
func (s subscriber) status() Status {
	switch s {
	case topicUser:
		return ""
	case anyUser:
		return Warn
	case noUser, anotherUser:
		return Fail
	default:
		return Unknown
	}
}

// judgeTopicLists judges the lists of which the platform does not say whether one permission is enough.
func (o *opinion) judgeTopicLists(v *view, d *topicDemand) {
	from := origin{argument: ArgNotificationTopics, endpoints: v.subscriptions()}
	for _, list := range d.anyOf {
		all := []catalog.Variant{{Permissions: list.permissions, PermissionsMatch: catalog.All}}
		if len(list.permissions) < 2 {
			continue
		}
		if missing, known := o.missing(v, all, from); known && len(missing) > 0 {
			o.report(Finding{
				Status: Unknown, Subject: list.topic, Argument: from.argument, Endpoints: from.endpoints,
				Message: fmt.Sprintf("The topic %s lists %s, and the platform does not document whether one of them is enough.", list.topic,
					text.List(text.Sorted(list.permissions))),
				Remediation: "Grant all of them, or try the subscription.",
			})
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
