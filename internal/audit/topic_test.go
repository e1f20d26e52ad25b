package audit_test

import (
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

func TestNotificationTopics(t *testing.T) {
	t.Parallel()
	const topic, concrete, queues = "v2.routing.queues.{id}.users", "v2.routing.queues.7.users", "routing:queue:view"
	req := func(names ...string) audit.Requirement {
		return audit.Requirement{ClientName: dashboard, NotificationTopics: names, Divisions: []string{"Sales"}, IgnoreAccessPolicies: true}
	}
	ofUser := audit.Requirement{ClientName: userApp, UserID: "u-1", AllowedGrantTypes: []string{"CODE"}, NotificationTopics: []string{topic}}
	list := func(edit func(*audit.Topic)) func(*audit.Facts) {
		t := audit.Topic{Name: topic, Permissions: []string{queues}, Details: []audit.TopicDetail{}}
		edit(&t)
		return func(f *audit.Facts) { f.Topics = audit.Read([]audit.Topic{{Name: "v2.other"}, t}) }
	}
	as := func(*audit.Topic) {}
	detail := func(kind string, enforced *bool, permissions ...string) func(*audit.Facts) {
		return list(func(t *audit.Topic) {
			t.Permissions, t.Details = []string{}, []audit.TopicDetail{{Type: kind, Permissions: permissions, Enforced: enforced}}
		})
	}
	notGranted := []string{`fail permission/routing:queue:edit: routing:queue:edit is granted by no role of the client. ` +
		`The client has "Analytics - Read", "Limited". Role "Wild" would give it.`}
	runVerdicts(t, []verdictCase{
		{name: "granted", req: req(topic), facts: list(as), verdict: audit.Compliant},
		{name: "with a concrete id", req: req(concrete), facts: list(as), verdict: audit.Compliant},
		{
			name: "not granted", req: req(topic), verdict: audit.Noncompliant, want: notGranted,
			facts: list(func(t *audit.Topic) { t.Permissions = []string{"routing:queue:edit"} }),
		},
		{
			name: "no such topic", req: req("v2.routing.queues.{id}.user"), facts: list(as), verdict: audit.Noncompliant,
			want: []string{`fail endpoint/v2.routing.queues.{id}.user: The organization has no notification topic "v2.routing.queues.{id}.user". ` +
				`Did you mean "v2.routing.queues.{id}.users"?`},
		},
		{
			name: "its permissions are not shown", req: req(topic), verdict: audit.Undetermined,
			facts: list(func(t *audit.Topic) { t.Permissions = nil }),
			want:  []string{"unknown endpoint/" + topic + ": The platform does not show which permissions the topic " + topic + " needs."},
		},
		{
			name: "its details are not shown", req: req(topic), verdict: audit.Undetermined,
			facts: list(func(t *audit.Topic) { t.Details = nil }),
			want:  []string{"unknown endpoint/" + topic + ": The platform does not show which permissions the topic " + topic + " needs."},
		},
		{
			name: "by a detail", req: req(topic), facts: detail("requiresDivisionPermissions", nil, "routing:queue:edit"), verdict: audit.Noncompliant,
			want: notGranted,
		},
		{
			name: "by a detail that is not enforced", req: req(topic), facts: detail("requiresDivisionPermissions", new(false), "routing:queue:edit"),
			verdict: audit.Compliant,
		},
		{
			name: "one of several", req: req(topic), facts: detail("requiresAnyDivisionPermissions", nil, "routing:queue:edit", queues),
			verdict: audit.Compliant,
		},
		{
			name: "a novel detail", req: req(topic), facts: detail("requiresLuck", nil), verdict: audit.Undetermined,
			want: []string{"unknown endpoint/" + topic + ": The topic " + topic + ` has a condition of the type "requiresLuck", which the platform does not document.`},
		},
		{
			name: "of the user alone, to a client without one", req: req(topic), verdict: audit.Noncompliant,
			facts: list(func(t *audit.Topic) { t.Permissions, t.CurrentUser = []string{}, true }),
			want:  []string{"fail endpoint/" + topic + ": Only the user of the topic " + topic + " can subscribe to it."},
		},
		{
			name: "of the user alone, to a user", req: ofUser, verdict: audit.Compliant,
			facts: list(func(t *audit.Topic) { t.Permissions, t.CurrentUser = []string{}, true }),
			want:  []string{"warn endpoint/" + topic + ": Only the user of the topic " + topic + " can subscribe to it."},
		},
		{
			name: "unreadable", req: req(topic), verdict: audit.Undetermined,
			facts: func(f *audit.Facts) { f.Topics = audit.Unreadable[[]audit.Topic](audit.Gap{Reason: "500"}) },
			want:  []string{"unknown endpoint/GET /api/v2/notifications/availabletopics: The notification topics could not be read: 500."},
		},
	})
}
