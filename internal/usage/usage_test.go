package usage_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/access"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/usage"
)

// used are calls that all succeeded, refused are calls that all ended in a client error.
func used(method, path string) usage.Call {
	return usage.Call{Method: method, Path: path, Counts: usage.Counts{Requests: 2, Succeeded: 2}}
}

func refused(method, path string) usage.Call {
	return usage.Call{Method: method, Path: path, Counts: usage.Counts{Requests: 2, ClientErrors: 2}}
}

func usageRoles() *access.Roles {
	restricted := policy("recording", "recording", "view")
	restricted.Conditional = true
	return access.NewRoles([]access.Role{
		{ID: "r-queues", Name: "Queues", PoliciesShown: true, Policies: []access.Policy{policy("routing", "queue", "view", "add", "delete")}},
		{ID: "r-analytics", Name: "Analytics", PoliciesShown: true, Policies: []access.Policy{policy("analytics", "conversationDetail", "view")}},
		{ID: "r-both", Name: "Both", PoliciesShown: true, Policies: []access.Policy{
			policy("analytics", "conversationDetail", "view"), policy("analytics", "agentConversationDetail", "view")}},
		{ID: "r-wild", Name: "Wild", PoliciesShown: true, Policies: []access.Policy{policy("routing", "*", "*"), policy("quality", "*", "*")}},
		{ID: "r-users", Name: "Users", PoliciesShown: true, FlatPermissions: []string{"admin", "group_creation"}},
		{ID: "r-restricted", Name: "Restricted", PoliciesShown: true, Policies: []access.Policy{restricted}},
		{ID: "r-export", Name: "Analytics - Export", PoliciesShown: true, Policies: []access.Policy{policy("analytics", "dataExport", "view")}},
		{ID: "r-export-empty", Name: "Analytics - Export", PoliciesShown: true},
		{ID: "r-empty", Name: "Empty", PoliciesShown: true},
		{ID: "r-hidden", Name: "Hidden"},
	})
}

func usageClient(roles ...string) usage.Client {
	return usage.Client{
		GrantType: "CLIENT-CREDENTIALS", RoleIDs: append([]string{}, roles...),
		Scopes: []string{"routing", "users:readonly", "analytics:export"},
	}
}

func policy(domain, entity string, actions ...string) access.Policy {
	return access.Policy{Domain: domain, Entity: entity, Actions: actions}
}

func TestUsedAndUnused(t *testing.T) {
	t.Parallel()
	const details = "/api/v2/analytics/conversations/details/query"
	ofUser := usageClient()
	ofUser.GrantType = "CODE"
	withoutScopes := ofUser
	withoutScopes.Scopes = nil
	unscoped := usageClient()
	unscoped.Scopes = nil
	novel := usageClient()
	novel.GrantType = "DEVICE"
	hidden := usageClient()
	hidden.RoleIDs = nil
	none := []string{}
	allScopes := []string{"analytics:export", "routing", "users:readonly"}

	for _, test := range []struct {
		name   string
		calls  []usage.Call
		client usage.Client
		want   usage.Usage // without Endpoints
	}{
		{
			name: "nothing called", client: usageClient("r-queues", "r-empty"),
			want: usage.Usage{
				UnknownEndpoints: none, UsedPermissions: none, UsedScopes: none,
				UnusedPermissions: []string{"routing:queue:add", "routing:queue:delete", "routing:queue:view"},
				UnusedRoles:       []string{"Empty", "Queues"},
				UnusedScopes:      allScopes,
			},
		},
		{
			name: "part of a role", calls: []usage.Call{used("GET", "/api/v2/routing/queues")}, client: usageClient("r-queues", "r-analytics"),
			want: usage.Usage{
				UnknownEndpoints: none, UsedPermissions: []string{"routing:queue:view"}, UsedScopes: []string{"routing"},
				UnusedPermissions: []string{"analytics:conversationDetail:view", "routing:queue:add", "routing:queue:delete"},
				UnusedRoles:       []string{"Analytics"},
				UnusedScopes:      []string{"analytics:export", "users:readonly"},
			},
		},
		{
			name: "only errors are neither used nor unused", calls: []usage.Call{refused("GET", "/api/v2/routing/queues")},
			client: usageClient("r-queues"),
			want: usage.Usage{
				UnknownEndpoints: none, UsedPermissions: none, UsedScopes: none,
				UnusedPermissions: []string{"routing:queue:add", "routing:queue:delete"}, UnusedRoles: none,
				UnusedScopes: []string{"analytics:export", "users:readonly"},
			},
		},
		{
			name: "a row without requests is no call", calls: []usage.Call{{Method: "GET", Path: "/api/v2/routing/queues"}},
			client: usageClient("r-queues"),
			want: usage.Usage{
				UnknownEndpoints: none, UsedPermissions: none, UsedScopes: none,
				UnusedPermissions: []string{"routing:queue:add", "routing:queue:delete", "routing:queue:view"}, UnusedRoles: []string{"Queues"},
				UnusedScopes: allScopes,
			},
		},
		{
			name: "of an any list, what the client holds", calls: []usage.Call{used("POST", details)}, client: usageClient("r-analytics"),
			want: usage.Usage{
				UnknownEndpoints: none, UsedPermissions: []string{"analytics:conversationDetail:view"}, UsedScopes: none,
				UnusedPermissions: none, UnusedRoles: none, UnusedScopes: allScopes,
			},
		},
		{
			name: "of an any list, both when it holds both", calls: []usage.Call{used("POST", details)},
			client: usageClient("r-analytics", "r-both"),
			want: usage.Usage{
				UnknownEndpoints: none, UsedScopes: none,
				UsedPermissions:   []string{"analytics:agentConversationDetail:view", "analytics:conversationDetail:view"},
				UnusedPermissions: none, UnusedRoles: none, UnusedScopes: allScopes,
			},
		},
		{
			name: "of an any list, all when it holds none today", calls: []usage.Call{used("POST", details)}, client: usageClient("r-empty"),
			want: usage.Usage{
				UnknownEndpoints: none, UsedScopes: none,
				UsedPermissions:   []string{"analytics:agentConversationDetail:view", "analytics:conversationDetail:view"},
				UnusedPermissions: none, UnusedRoles: []string{"Empty"}, UnusedScopes: allScopes,
			},
		},
		{
			name: "wildcards", calls: []usage.Call{used("GET", "/api/v2/routing/queues")}, client: usageClient("r-wild"),
			want: usage.Usage{
				UnknownEndpoints: none, UsedPermissions: []string{"routing:queue:view"}, UsedScopes: []string{"routing"},
				UnusedPermissions: []string{"quality:*:*"}, UnusedRoles: none, UnusedScopes: []string{"analytics:export", "users:readonly"},
			},
		},
		{
			name: "legacy flat names", calls: []usage.Call{used("PATCH", "/api/v2/users/{userId}")}, client: usageClient("r-users"),
			want: usage.Usage{
				UnknownEndpoints: none, UsedPermissions: []string{"admin"}, UsedScopes: none,
				UnusedPermissions: []string{"group_creation"}, UnusedRoles: none,
				UnusedScopes: allScopes,
			},
		},
		{
			name: "a conditional grant counts as held", client: usageClient("r-restricted"),
			want: usage.Usage{
				UnknownEndpoints: none, UsedPermissions: none, UsedScopes: none,
				UnusedPermissions: []string{"recording:recording:view"}, UnusedRoles: []string{"Restricted"},
				UnusedScopes: allScopes,
			},
		},
		{
			name: "a role that is wanted by name is used whole", calls: []usage.Call{used("GET", "/api/v2/analytics/events")},
			client: usageClient("r-export", "r-analytics"),
			want: usage.Usage{
				UnknownEndpoints: none, UsedPermissions: none, UsedScopes: []string{"analytics:export"},
				UnusedPermissions: []string{"analytics:conversationDetail:view"}, UnusedRoles: []string{"Analytics"},
				UnusedScopes: []string{"routing", "users:readonly"},
			},
		},
		{
			name: "a role that is wanted by name is used even when it grants nothing", calls: []usage.Call{used("GET", "/api/v2/analytics/events")},
			client: usageClient("r-export-empty"),
			want: usage.Usage{
				UnknownEndpoints: none, UsedPermissions: none, UsedScopes: []string{"analytics:export"},
				UnusedPermissions: none, UnusedRoles: none, UnusedScopes: []string{"routing", "users:readonly"},
			},
		},
		{
			name: "topics are subscribed to in two ways", calls: []usage.Call{used("POST", "/api/v2/notifications/channels/{channelId}/subscriptions")},
			client: usageClient("r-queues"),
			want: usage.Usage{
				UnknownEndpoints: none, UsedPermissions: none, UsedScopes: none, UnusedScopes: allScopes,
				Doubts: []string{"POST /api/v2/notifications/channels/{channelId}/subscriptions subscribes to topics, and each topic needs " +
					"permissions of its own, which the catalog does not list."},
			},
		},
		{
			name:   "an unknown endpoint leaves nothing unused",
			calls:  []usage.Call{used("GET", "/api/v2/routing/queues"), used("GET", "/api/v2/secret/things"), used("GET", "/api/v2/users/export")},
			client: usageClient("r-queues"),
			want: usage.Usage{
				UnknownEndpoints: []string{"GET /api/v2/secret/things", "GET /api/v2/users/export"},
				UsedPermissions:  []string{"routing:queue:view"}, UsedScopes: []string{"routing"},
				Doubts: []string{"The catalog does not contain GET /api/v2/secret/things, GET /api/v2/users/export, so what the endpoints need is unknown."},
			},
		},
		{
			name:  "undocumented permissions leave no permission unused",
			calls: []usage.Call{used("GET", "/api/v2/userrecordings/{recordingId}/transcoding")}, client: usageClient("r-queues"),
			want: usage.Usage{
				UnknownEndpoints: none, UsedPermissions: none, UsedScopes: none, UnusedScopes: allScopes,
				Doubts: []string{"The permissions that GET /api/v2/userrecordings/{recordingId}/transcoding needs are not documented."},
			},
		},
		{
			name: "undocumented scopes leave no scope unused", calls: []usage.Call{used("GET", "/api/v2/agentic/virtualagents")},
			client: usageClient("r-analytics"),
			want: usage.Usage{
				UnknownEndpoints: none, UsedPermissions: []string{"agentic:virtualAgent:view"}, UsedScopes: none,
				UnusedPermissions: []string{"analytics:conversationDetail:view"}, UnusedRoles: []string{"Analytics"},
				Doubts: []string{"The scopes that GET /api/v2/agentic/virtualagents needs are not documented."},
			},
		},
		{
			name: "topics want what no endpoint tells", calls: []usage.Call{used("PUT", "/api/v2/notifications/channels/{id}/subscriptions")},
			client: usageClient("r-queues"),
			want: usage.Usage{
				UnknownEndpoints: none, UsedPermissions: none, UsedScopes: none, UnusedScopes: allScopes,
				Doubts: []string{"PUT /api/v2/notifications/channels/{channelId}/subscriptions subscribes to topics, and each topic needs " +
					"permissions of its own, which the catalog does not list."},
			},
		},
		{
			name: "a role that does not show what it permits", calls: []usage.Call{used("POST", details)},
			client: usageClient("r-analytics", "r-hidden", "r-gone"),
			want: usage.Usage{
				UnknownEndpoints: none, UsedScopes: none, UnusedScopes: allScopes,
				UsedPermissions: []string{"analytics:agentConversationDetail:view", "analytics:conversationDetail:view"},
				Doubts:          []string{`The platform does not show what the roles "Hidden", "r-gone" permit.`},
			},
		},
		{
			name: "roles that are not shown", client: hidden,
			want: usage.Usage{
				UnknownEndpoints: none, UsedPermissions: none, UsedScopes: none, UnusedScopes: allScopes,
				Doubts: []string{"The platform does not show the client's roles."},
			},
		},
		{
			name: "a user's permissions are not the client's", calls: []usage.Call{used("GET", "/api/v2/users")}, client: ofUser,
			want: usage.Usage{
				UnknownEndpoints: none, UsedPermissions: none, UsedScopes: []string{"users:readonly"},
				UnusedScopes: []string{"analytics:export", "routing"},
			},
		},
		{
			name: "a user's scopes that are not shown", client: withoutScopes,
			want: usage.Usage{
				UnknownEndpoints: none, UsedPermissions: none, Doubts: []string{"The platform does not show the client's scopes."},
			},
		},
		{
			name: "client credentials need not show scopes", client: unscoped,
			want: usage.Usage{UnknownEndpoints: none, UsedPermissions: none, UnusedPermissions: none, UnusedRoles: none},
		},
		{
			name: "a grant type that is not known", client: novel,
			want: usage.Usage{
				UnknownEndpoints: none, UsedPermissions: none, UsedScopes: none, UnusedScopes: allScopes,
				Doubts: []string{`Whether the client's or a user's roles count is unknown: the platform does not document the grant type "DEVICE".`},
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := usage.Join(test.calls, test.client, usageRoles())
			got.Endpoints = nil
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestUsageMergesCalls(t *testing.T) {
	t.Parallel()
	got := usage.Join([]usage.Call{
		{Method: "POST", Path: "/api/v2/users", Counts: usage.Counts{Requests: 1, Succeeded: 1}},
		{Method: "get", Path: "/api/v2/users/{id}",
			Counts: usage.Counts{Requests: 9, Succeeded: 2, ClientErrors: 4, RateLimited: 1, ServerErrors: 3}},
		{Method: "GET", Path: "/api/v2/users/{userId}/",
			Counts: usage.Counts{Requests: 10, Succeeded: 3, ClientErrors: 5, RateLimited: 2, ServerErrors: 2}},
		{Method: "GET", Path: "/api/v2/users", Counts: usage.Counts{}},
		{Method: "GET", Path: "/api/v2/nowhere?x=1", Counts: usage.Counts{Requests: 1, ServerErrors: 1}},
		{Method: "GET", Path: "/api/v2/users/me/{id}/deeper", Counts: usage.Counts{Requests: 4}},
	}, usageClient(), usageRoles())
	want := []usage.CalledEndpoint{
		{Endpoint: "GET /api/v2/nowhere?x=1", Counts: usage.Counts{Requests: 1, ServerErrors: 1}},
		{Endpoint: "GET /api/v2/users", InCatalog: true},
		{Endpoint: "POST /api/v2/users", InCatalog: true, Counts: usage.Counts{Requests: 1, Succeeded: 1}},
		{Endpoint: "GET /api/v2/users/me/{id}/deeper", Counts: usage.Counts{Requests: 4}},
		{Endpoint: "GET /api/v2/users/{userId}", InCatalog: true,
			Counts: usage.Counts{Requests: 19, Succeeded: 5, ClientErrors: 9, RateLimited: 3, ServerErrors: 5}},
	}
	if diff := cmp.Diff(want, got.Endpoints); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"GET /api/v2/nowhere?x=1", "GET /api/v2/users/me/{id}/deeper"}, got.UnknownEndpoints); diff != "" {
		t.Errorf("unknown endpoints (-want +got):\n%s", diff)
	}
}

// The roles are not needed where they do not count, and their absence is never read as holding nothing.
func TestUsageWithoutRoles(t *testing.T) {
	t.Parallel()
	got := usage.Join(nil, usageClient("r-queues"), nil)
	if got.UnusedPermissions != nil || got.UnusedRoles != nil || len(got.Doubts) != 1 {
		t.Errorf("%+v", got)
	}
	ofUser := usageClient("r-queues")
	ofUser.GrantType = "TOKEN"
	got = usage.Join(nil, ofUser, nil)
	if got.UnusedPermissions != nil || got.UnusedRoles != nil || len(got.Doubts) != 0 {
		t.Errorf("%+v", got)
	}
}
