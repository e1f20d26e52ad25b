package catalog_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

// Conditions of a few endpoints, read off the documentation of the SDKs: every kind once, and each way to look it up.
func TestConditions(t *testing.T) {
	t.Parallel()
	tests := map[string][]catalog.ConditionKind{
		"GET /api/v2/users":      nil,
		"GET /api/v2/users/{id}": nil,
		"PATCH /api/v2/users/9f": {catalog.ByVariant},
		"POST /api/v2/conversations/{conversationId}/recordings/{recordingId}/annotations": {catalog.ByVariant, catalog.MayNeed},
		"GET /api/v2/recording/batchrequests/{jobId}":                                      {catalog.OwnJob},
		"PUT /api/v2/recording/jobs/{jobId}":                                               {catalog.OwnJob},
		"GET /api/v2/coaching/appointments/{appointmentId}":                                {catalog.Own},
		"DELETE /api/v2/voicemail/messages/{messageId}":                                    {catalog.Own, catalog.UserOnly},
		"PATCH /api/v2/voicemail/messages/{messageId}":                                     {catalog.SameUser, catalog.UserOnly},
		"POST /api/v2/workforcemanagement/shifttrading/trades/{tradeId}/jobs":              {catalog.SameUser},
		"GET /api/v2/routing/skills":                                                       {catalog.ObjectDivision},
		"GET /api/v2/users/query":                                                          {catalog.AllDivisions},
		"POST /api/v2/notifications/channels/{channelId}/subscriptions":                    {catalog.Topics},
		"POST /api/v2/conversations/messages/agentless":                                    {catalog.ClientCredentialsOnly},
		"POST /api/v2/conversations/emails/{conversationId}/reconnect":                     {catalog.UserOnly},
		"GET /api/v2/authorization/subjects/me":                                            {catalog.UserOnly},
		"GET /api/v2/conversations/calls":                                                  {catalog.UserOnly},
		"GET /api/v2/users/me":                                                             {catalog.UserOnly},
		"POST /api/v2/users/me/password":                                                   {catalog.UserOnly},
		"PATCH /api/v2/users/me":                                                           {catalog.ByVariant, catalog.UserOnly},
		"GET /api/v2/users/me/roles":                                                       {catalog.UserOnly},
		"GET /api/v2/users/{userId}/roles":                                                 nil,
		"GET /api/v2/contentmanagement/shared/{sharedId}":                                  {catalog.Undecidable},
		"GET /api/v2/integrations/userapps":                                                {catalog.Partial},
	}
	for endpoint, want := range tests {
		t.Run(endpoint, func(t *testing.T) {
			t.Parallel()
			entry, err := catalog.Lookup(endpoint)
			if err != nil {
				t.Fatal(err)
			}
			var got []catalog.ConditionKind
			for _, condition := range entry.Conditions {
				got = append(got, condition.Kind)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// The numbers of the sources that the conditions were taken from: 138 operations whose list of permissions is not the whole truth,
// 24 that answer not.a.user, and the paths below /api/v2/users/me.
func TestConditionsCount(t *testing.T) {
	t.Parallel()
	got := map[catalog.ConditionKind]int{}
	variants := 0
	for _, entry := range catalog.Entries() {
		for _, condition := range entry.Conditions {
			got[condition.Kind]++
		}
		variants += len(entry.Variants)
	}
	const below = 8 // endpoints below /api/v2/users/me
	want := map[catalog.ConditionKind]int{
		catalog.ByVariant: 28, catalog.MayNeed: 2, catalog.Partial: 35, catalog.Own: 14, catalog.ObjectDivision: 8,
		catalog.AllDivisions: 1, catalog.Topics: 2,
		// Together the 50 operations that the permissions do not decide, one of which answers not.a.user as well.
		catalog.OwnJob: 22, catalog.SameUser: 7, catalog.ClientCredentialsOnly: 8, catalog.Undecidable: 11, catalog.UserOnly: 2 + 23 + below,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if want := 75 + 1 + 2; variants != want { // and those whose permissions are not published
		t.Errorf("%d variants, want %d", variants, want)
	}
}

func TestVariants(t *testing.T) {
	t.Parallel()
	type variant struct {
		permissions []string
		match       catalog.Match
	}
	tests := map[string]variant{
		"PATCH /api/v2/users/{userId}": {[]string{"admin", "directory:organization:admin", "directory:user:edit"}, catalog.Any},
		"PATCH /api/v2/users/{userId}#base": {
			[]string{"admin", "directory:organization:admin", "directory:user:edit"}, catalog.Any,
		},
		"patch /api/v2/users/0f3a/#extension":                                          {[]string{"directory:user:edit", "telephony:extension:assign"}, catalog.All},
		"PATCH /api/v2/users/me/presences/purecloud#other-user":                        {[]string{"presence:userPresence:edit"}, catalog.All},
		"PUT /api/v2/recordings/deletionprotection#revoke":                             {[]string{"recording:deletionProtection:revoke"}, catalog.All},
		"POST /api/v2/authorization/divisions/{divisionId}/objects/{objectType}#flow":  {[]string{"architect:flow:edit"}, catalog.All},
		"POST /api/v2/authorization/divisions/{divisionId}/objects/{objectType}#other": {nil, catalog.Unknown},
	}
	for endpoint, want := range tests {
		t.Run(endpoint, func(t *testing.T) {
			t.Parallel()
			entry, err := catalog.Lookup(endpoint)
			if err != nil {
				t.Fatal(err)
			}
			got := variant{entry.Permissions, entry.PermissionsMatch}
			if len(got.permissions) == 0 {
				got.permissions = nil
			}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(variant{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			_, name, _ := strings.Cut(endpoint, "#")
			if entry.Variant != name || !strings.HasSuffix(entry.Endpoint(), strings.TrimSuffix("#"+name, "#")) {
				t.Errorf("variant %q of %s", entry.Variant, entry.Endpoint())
			}
			again, err := catalog.Lookup(entry.Endpoint())
			if diff := cmp.Diff(entry.Variants, again.Variants); err != nil || again.Variant != entry.Variant || diff != "" {
				t.Errorf("%s: %v %s", entry.Endpoint(), err, diff)
			}
		})
	}
}

func TestVariantsThatAreNotThere(t *testing.T) {
	t.Parallel()
	tests := map[string]catalog.UnknownError{
		"PATCH /api/v2/users/12#extensoin": {
			Reason:  `"PATCH /api/v2/users/12" has no variant "extensoin"`,
			Nearest: []string{"PATCH /api/v2/users/12#extension"},
		},
		"PATCH /api/v2/users/{userId}#zzz": {
			Reason:  `"PATCH /api/v2/users/{userId}" has no variant "zzz"`,
			Nearest: []string{"PATCH /api/v2/users/{userId}#base", "PATCH /api/v2/users/{userId}#extension"},
		},
		"GET /api/v2/users#base": {
			Reason:  `"GET /api/v2/users" has no variants, so "base" is not one of them`,
			Nearest: []string{"GET /api/v2/users"},
		},
	}
	for endpoint, want := range tests {
		t.Run(endpoint, func(t *testing.T) {
			t.Parallel()
			_, err := catalog.Lookup(endpoint)
			var got *catalog.UnknownError
			if !errors.As(err, &got) {
				t.Fatalf("got %v", err)
			}
			if diff := cmp.Diff(want, *got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A published list that mixes the permissions of variants has all of them, and nothing that no variant needs.
func TestVariantsExplainThePublishedList(t *testing.T) {
	t.Parallel()
	for _, entry := range catalog.Entries() {
		known := map[string]bool{}
		for _, variant := range entry.Variants {
			for _, permission := range variant.Permissions {
				known[permission] = true
			}
		}
		if further, found := entry.Condition(catalog.MayNeed); found {
			for _, permission := range further.Permissions {
				known[permission] = true
			}
		}
		if _, found := entry.Condition(catalog.ByVariant); !found {
			continue
		}
		for _, permission := range entry.Permissions {
			if !known[permission] {
				t.Errorf("%s: no variant needs %s, the variants need %q", entry.Endpoint(), permission, slices.Sorted(maps.Keys(known)))
			}
		}
	}
}
