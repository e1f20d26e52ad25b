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
	subscribes := func(_, user *audit.Client) { user.Scopes = []string{"notifications"} }
	list := func(edit func(*audit.Topic)) func(*audit.Facts) {
		t := audit.Topic{Name: topic, Permissions: []string{queues}, Details: []audit.TopicDetail{}}
		edit(&t)
		return func(f *audit.Facts) {
			f.Topics = audit.Read([]audit.Topic{{Name: "v2.other"}, t})
			f.Clients = audit.Read(clients(subscribes))
		}
	}
	as := func(*audit.Topic) {}
	detail := func(kind string, enforced *bool, permissions ...string) func(*audit.Facts) {
		return list(func(t *audit.Topic) {
			t.Permissions, t.Details = []string{}, []audit.TopicDetail{{Type: kind, Permissions: permissions, Enforced: enforced}}
		})
	}
	notGranted := []string{`fail permission/routing:queue:edit: routing:queue:edit is not granted. ` +
		`The client has "Analytics - Read", "Limited". Role "Wild" would grant it.`}
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
			name: "by a detail that does not show its permissions", req: req(topic), facts: detail("requiresPermissions", nil), verdict: audit.Undetermined,
			want: []string{"unknown endpoint/" + topic + ": The platform does not show which permissions the topic " + topic + " needs."},
		},
		{
			name: "by a detail that is not enforced and does not show its permissions", req: req(topic),
			facts: detail("requiresPermissions", new(false)), verdict: audit.Compliant,
		},
		{
			name: "one of several", req: req(topic), facts: detail("requiresAnyDivisionPermissions", nil, "routing:queue:edit", queues),
			verdict: audit.Undetermined,
			want: []string{"unknown endpoint/" + topic + ": The topic " + topic + " lists routing:queue:edit, routing:queue:view, and the " +
				"platform does not document whether one of them is enough."},
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
			name: "of the user alone, which names none", req: ofUser, verdict: audit.Undetermined,
			facts: list(func(t *audit.Topic) { t.Permissions, t.CurrentUser = []string{}, true }),
			want:  []string{"unknown endpoint/" + topic + ": Only the user of the topic " + topic + " can subscribe to it."},
		},
		{
			name: "not enforced", req: req(topic), verdict: audit.Compliant,
			facts: list(func(t *audit.Topic) { t.Permissions, t.Enforced = []string{"routing:queue:edit"}, new(false) }),
		},
		{
			name: "not enforced is not said", req: req(topic), verdict: audit.Noncompliant, want: notGranted,
			facts: list(func(t *audit.Topic) { t.Permissions, t.Enforced = []string{"routing:queue:edit"}, nil }),
		},
		{
			name: "one of several conditions, one of them beside the details", req: req(topic), verdict: audit.Undetermined,
			facts: list(func(t *audit.Topic) {
				t.AnyIsEnough, t.Details = true, []audit.TopicDetail{{Type: "requiresPermissions", Permissions: []string{"routing:queue:edit"}}}
			}),
			want: []string{"unknown endpoint/" + topic + ": The topic " + topic + " needs one of several conditions to be met. Whether a " +
				"subscription meets one of them cannot be determined."},
		},
		{
			name: "without the scope of notifications", verdict: audit.Noncompliant,
			req: audit.Requirement{ClientName: userApp, UserID: "u-1", AllowedGrantTypes: []string{"CODE"}, NotificationTopics: []string{topic},
				IgnoreAccessPolicies: true},
			facts: func(f *audit.Facts) {
				f.Topics = audit.Read([]audit.Topic{{Name: topic, Permissions: []string{}, Details: []audit.TopicDetail{}}})
			},
			want: []string{"fail scope/notifications: notifications is missing; the client has analytics, users:readonly. Calls that need it fail " +
				"where the organization enforces scopes."},
		},
		{
			name: "unreadable", req: req(topic), verdict: audit.Undetermined,
			facts: func(f *audit.Facts) { f.Topics = audit.Unreadable[[]audit.Topic](audit.Gap{Reason: "500"}) },
			want:  []string{"unknown endpoint/GET /api/v2/notifications/availabletopics: The notification topics could not be read: 500."},
		},
	})
}

// Some topics are about a user, and free for that user or for nobody else.
func TestTopicsOfUsers(t *testing.T) {
	t.Parallel()
	const presence, view = "v2.users.{id}.presence", "routing:queue:listen"
	of := func(user string) string { return "v2.users." + user + ".presence" }
	as := func(user string, topics ...string) audit.Requirement {
		return audit.Requirement{
			ClientName: userApp, UserID: user, AllowedGrantTypes: []string{"CODE"}, NotificationTopics: topics, IgnoreAccessPolicies: true,
		}
	}
	facts := func(topic audit.Topic) func(*audit.Facts) {
		topic.Name = presence
		return func(f *audit.Facts) {
			f.Topics = audit.Read([]audit.Topic{topic})
			f.Clients = audit.Read(clients(func(_, user *audit.Client) { user.Scopes = []string{"notifications"} }))
		}
	}
	alone := facts(audit.Topic{Permissions: []string{}, Details: []audit.TopicDetail{}, CurrentUser: true})
	onlyUser := " endpoint/" + of("u-2") + ": Only the user of the topic " + presence + " can subscribe to it."
	free := facts(audit.Topic{Permissions: []string{view}, Details: []audit.TopicDetail{}, CurrentUserOrPermission: true})
	detail := func(kind string) func(*audit.Facts) {
		return facts(audit.Topic{Permissions: []string{view}, Details: []audit.TopicDetail{
			{Type: kind, Permissions: []string{view}, AllowsCurrentUser: kind == "requiresDivisionPermissions"}}})
	}
	runVerdicts(t, []verdictCase{
		{name: "the user alone, another", req: as("u-1", of("u-2")), facts: alone, verdict: audit.Noncompliant, want: []string{"fail" + onlyUser}},
		{
			name: "the user alone, of whom nothing is said", req: as("u-1", of("{id}")), facts: alone, verdict: audit.Compliant,
			want: []string{"warn endpoint/" + presence + ": Only the user of the topic " + presence + " can subscribe to it."},
		},
		{name: "the user alone, itself", req: as("u-1", of("U-1")), facts: alone, verdict: audit.Compliant},
		{name: "the user alone, who is not said", req: as("", of("u-2")), facts: alone, verdict: audit.Undetermined, want: []string{"unknown" + onlyUser}},
		{name: "the user or a permission, itself", req: as("u-1", of("u-1")), facts: free, verdict: audit.Compliant},
		{
			name: "the user or a permission, another", req: as("u-1", of("u-2")), facts: free, verdict: audit.Noncompliant,
			want: []string{"fail permission_unavailable/routing:queue:listen: routing:queue:listen does not exist in the organization, so it cannot be " +
				"granted: the product it belongs to is not enabled."},
		},
		{name: "a detail that lets the user in, itself", req: as("u-1", of("u-1")), facts: detail("requiresDivisionPermissions"), verdict: audit.Compliant},
		{
			name: "a detail that does not", req: as("u-1", of("u-1")), facts: detail("requiresPermissions"), verdict: audit.Noncompliant,
			want: []string{"fail permission_unavailable/routing:queue:listen: routing:queue:listen does not exist in the organization, so it cannot be " +
				"granted: the product it belongs to is not enabled."},
		},
	})
}

// A permission that counts in the division of the topic's object and is granted in one division may not be enough.
func TestTopicInDivision(t *testing.T) {
	t.Parallel()
	const topic, queues = "v2.routing.queues.7.users", "routing:queue:view"
	facts := func(topic audit.Topic, division string) func(*audit.Facts) {
		topic.Name = "v2.routing.queues.{id}.users"
		return func(f *audit.Facts) {
			f.Topics = audit.Read([]audit.Topic{topic})
			f.Clients = audit.Read(clients(func(dashboard, _ *audit.Client) {
				dashboard.Grants = []audit.Grant{{RoleID: "r-limited", DivisionID: division}}
			}))
		}
	}
	req := func(divisions ...string) audit.Requirement {
		return audit.Requirement{ClientName: dashboard, NotificationTopics: []string{topic}, Divisions: divisions, IgnoreAccessPolicies: true}
	}
	byFlag := audit.Topic{Permissions: []string{queues}, Details: []audit.TopicDetail{}, DivisionPermissions: true}
	byDetail := audit.Topic{Permissions: []string{}, Details: []audit.TopicDetail{{Type: "requiresDivisionPermissions", Permissions: []string{queues}}}}
	anywhere := audit.Topic{Permissions: []string{queues}, Details: []audit.TopicDetail{}}
	unclear := []string{`unknown permission_division/routing:queue:view: routing:queue:view is granted only in division d-sales, and the topic ` +
		topic + ` needs it in the division of its object.`}
	runVerdicts(t, []verdictCase{
		{name: "by its flag", req: req(), facts: facts(byFlag, "d-sales"), verdict: audit.Undetermined, want: unclear},
		{name: "by a detail", req: req(), facts: facts(byDetail, "d-sales"), verdict: audit.Undetermined, want: unclear},
		{name: "all divisions", req: req(), facts: facts(byFlag, "*"), verdict: audit.Compliant},
		{name: "the divisions are named", req: req("Sales"), facts: facts(byFlag, "d-sales"), verdict: audit.Compliant},
		{
			name: "any division will do", req: req(), facts: facts(anywhere, "d-sales"), verdict: audit.Compliant,
			want: []string{"warn permission_division/routing:queue:view: routing:queue:view is granted only in division d-sales: answers leave out the " +
				"objects of other divisions."},
		},
	})
}
