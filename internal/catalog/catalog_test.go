package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

// Requirements of a few endpoints, read off the platform's documentation: one of every kind that the tables know.
func TestEntries(t *testing.T) {
	t.Parallel()
	want := []catalog.Entry{
		{
			Method: "GET", Path: "/api/v2/users/me",
			Scopes: []string{"user-basic-info"}, ScopesMatch: catalog.Any,
			PermissionsMatch: catalog.None, Source: catalog.Published,
		},
		{
			Method: "GET", Path: "/api/v2/users/{userId}",
			Scopes: []string{"users", "users:readonly"}, ScopesMatch: catalog.Any,
			PermissionsMatch: catalog.None, Source: catalog.Published,
		},
		{
			Method: "POST", Path: "/api/v2/users",
			Scopes: []string{"users"}, ScopesMatch: catalog.Any,
			Permissions: []string{"directory:user:add"}, PermissionsMatch: catalog.Any, Source: catalog.Published,
		},
		{ // a legacy flat permission beside others
			Method: "DELETE", Path: "/api/v2/users/{userId}",
			Scopes: []string{"users"}, ScopesMatch: catalog.Any,
			Permissions:      []string{"admin", "directory:organization:admin", "directory:user:delete"},
			PermissionsMatch: catalog.Any, Source: catalog.Published,
		},
		{ // a legacy flat permission alone
			Method: "GET", Path: "/api/v2/contentmanagement/documents/{documentId}",
			Scopes: []string{"content-management", "content-management:readonly"}, ScopesMatch: catalog.Any,
			Permissions: []string{"content_management_user"}, PermissionsMatch: catalog.Any, Source: catalog.Published,
		},
		{ // permissions enforced but not named
			Method: "GET", Path: "/api/v2/userrecordings/{recordingId}/transcoding",
			Scopes: []string{"user-recordings", "user-recordings:readonly"}, ScopesMatch: catalog.Any,
			PermissionsMatch: catalog.Unknown, Source: catalog.Published,
		},
		{ // newer than the definition that lists the scopes
			Method: "POST", Path: "/api/v2/businessrules/decisiontables",
			ScopesMatch:      catalog.Unknown,
			Permissions:      []string{"businessrules:businessRulesSchema:view", "businessrules:decisionTable:add", "routing:queue:view"},
			PermissionsMatch: catalog.All, Source: catalog.Published,
		},
		{ // every permission of the list
			Method: "POST", Path: "/api/v2/authorization/divisions",
			Scopes: []string{"authorization"}, ScopesMatch: catalog.Any,
			Permissions: []string{"authorization:division:add", "authorization:grant:add"}, PermissionsMatch: catalog.All,
			Source: catalog.Published,
		},
		{ // a scope that exists for reading only
			Method: "POST", Path: "/api/v2/audits/query/realtime",
			Scopes: []string{"audits:readonly"}, ScopesMatch: catalog.Any,
			Permissions: []string{"audits:audit:view"}, PermissionsMatch: catalog.All, Source: catalog.Published,
		},
		{ // nothing at all
			Method: "GET", Path: "/api/v2/timezones",
			ScopesMatch: catalog.None, PermissionsMatch: catalog.None, Source: catalog.Published,
		},
		{
			Method: "HEAD", Path: "/api/v2/tokens/me",
			Scopes: []string{"user-basic-info"}, ScopesMatch: catalog.Any,
			PermissionsMatch: catalog.None, Source: catalog.Published,
		},
		{
			Method: "POST", Path: "/api/v2/analytics/conversations/details/query",
			Scopes: []string{"analytics", "analytics:readonly"}, ScopesMatch: catalog.Any,
			Permissions:      []string{"analytics:agentConversationDetail:view", "analytics:conversationDetail:view"},
			PermissionsMatch: catalog.Any, Source: catalog.Published,
		},
		{ // in the SDK only
			Method: "GET", Path: "/api/v2/fax/{faxId}/status",
			ScopesMatch: catalog.Unknown, PermissionsMatch: catalog.Unknown, Source: catalog.SDK,
		},
		{
			Method: "GET", Path: "/api/v2/analytics/events",
			Scopes: []string{"analytics:export"}, ScopesMatch: catalog.All,
			PermissionsMatch: catalog.None, Roles: []string{"Analytics - Export"}, Source: catalog.IntegrationReport,
		},
	}
	for _, entry := range want {
		t.Run(entry.Endpoint(), func(t *testing.T) {
			t.Parallel()
			got, err := catalog.Lookup(entry.Endpoint())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(entry, got, cmpopts.IgnoreFields(catalog.Entry{}, "Conditions", "Variants")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// The numbers of the documentation that the table was made from.
func TestEntriesCount(t *testing.T) {
	t.Parallel()
	got := map[string]int{}
	for _, entry := range catalog.Entries() {
		got["source: "+string(entry.Source)]++
		got["permissions: "+string(entry.PermissionsMatch)]++
		got["scopes: "+string(entry.ScopesMatch)]++
		for _, permission := range entry.Permissions {
			if !strings.Contains(permission, ":") {
				got["flat: "+permission]++
			}
		}
	}
	want := map[string]int{
		"source: published definition":  3280,
		"source: official SDK":          35,
		"source: integration report":    1,
		"permissions: any":              2070,
		"permissions: all":              851,
		"permissions: none":             358 + 1,
		"permissions: unknown":          1 + 35,
		"scopes: any":                   3280 - 691 - 36,
		"scopes: none":                  36,
		"scopes: unknown":               691 + 35,
		"scopes: all":                   1,
		"flat: admin":                   3,
		"flat: content_management_user": 5,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEntriesAreSortedAndFound(t *testing.T) {
	t.Parallel()
	entries := catalog.Entries()
	for i, entry := range entries {
		if i > 0 && entries[i-1].Path+" "+entries[i-1].Method >= entry.Path+" "+entry.Method {
			t.Errorf("%s comes after %s", entry.Endpoint(), entries[i-1].Endpoint())
		}
		got, err := catalog.Lookup(entry.Endpoint())
		if err != nil || got.Endpoint() != entry.Endpoint() {
			t.Errorf("Lookup(%q) = %q, %v", entry.Endpoint(), got.Endpoint(), err)
		}
	}
}

func TestPermissions(t *testing.T) {
	t.Parallel()
	permissions := catalog.Permissions()
	if !slices.IsSorted(permissions) || len(slices.Compact(slices.Clone(permissions))) != len(permissions) {
		t.Error("not sorted, or a permission there twice")
	}
	for _, want := range []string{"admin", "analytics:conversationDetail:view", "authorization:role:view", "content_management_user"} {
		if !slices.Contains(permissions, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if slices.Contains(permissions, "") || slices.Contains(permissions, "-") {
		t.Error("what marks an empty list became a permission")
	}
}

func TestPermissionDomains(t *testing.T) {
	t.Parallel()
	domains := catalog.PermissionDomains()
	if !slices.IsSorted(domains) || len(slices.Compact(slices.Clone(domains))) != len(domains) {
		t.Error("not sorted, or a domain there twice")
	}
	for _, want := range []string{"analytics", "authorization", "directory", "oauth", "routing"} {
		if !slices.Contains(domains, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if slices.Contains(domains, "admin") {
		t.Error("a flat permission has no domain")
	}
}

func BenchmarkLookup(b *testing.B) {
	for _, endpoint := range []string{
		"GET /api/v2/users/123/roles",
		"GET /api/v2/users/somebody/roles",
		"GET /api/v2/users/me",
		"PATCH /api/v2/users/{userId}#extension",
		"get /api/v2/recordings/1/deletionprotection/nowhere/",
		"GET /api/v2/analytics/events",
	} {
		b.Run(strings.ReplaceAll(endpoint, "/", "_"), func(b *testing.B) {
			for b.Loop() {
				_, _ = catalog.Lookup(endpoint)
			}
		})
	}
}

func BenchmarkNearest(b *testing.B) {
	for _, endpoint := range []string{
		"GET /api/v2/usres/123/roles",
		"GET /api/v2/analytics/conversation/detail/qurey",
		"POST /api/v2/routing/queues/123/members/456/wrapup/codes",
		"qqzzxxvv",
	} {
		b.Run(strings.ReplaceAll(endpoint, "/", "_"), func(b *testing.B) {
			for b.Loop() {
				catalog.Nearest(endpoint, 3)
			}
		})
	}
}
