package catalog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
)

var topics = []string{
	"v2.architect.prompts.{id}", "v2.architect.prompts.{id}.resources.{id}", "v2.audits.entitytype.{id}.entityid.{id}", "v2.flows.{id}",
	"v2.flows.outcomes", "v2.quality.evaluations", "v2.routing.queues.{id}.users", "v2.users.{id}.presence", "v2.users.{id}.routingStatus",
	"v2.users.{id}.station", "v2.users.{id}.tokens",
}

func TestCheckTopic(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"v2.users.{id}.presence":                                 "",
		"v2.users.{userId}.presence":                             "",
		"v2.users.9b1d0f6e-0f3a-4c9a-8a44-0d2b3c1e5f77.presence": "",
		"v2.made.up":                     "",
		"":                               `a topic begins with "v2."`,
		"users.{id}.presence":            `a topic begins with "v2."`,
		"v1.users.{id}.presence":         `a topic begins with "v2."`,
		"v2.users.{id}.presence ":        "a topic has neither spaces nor control characters",
		"v2.users.{id}.pres\x00ence":     "a topic has neither spaces nor control characters",
		"v2.users.{id}?presence&station": `a topic stands alone: write "v2.users.{id}.presence" and "v2.users.{id}.station", not "v2.users.{id}?presence&station"`,
		"v2/users/{id}/presence":         `a topic has segments with dots between them, without "/", "#" or "*"`,
		"v2.users.*.presence":            `a topic has segments with dots between them, without "/", "#" or "*"`,
		"v2.users..presence":             "a topic has no empty segments, and a parameter such as {id} is a whole segment",
		"v2.users.{id}.":                 "a topic has no empty segments, and a parameter such as {id} is a whole segment",
		"v2.users.{}.presence":           "a topic has no empty segments, and a parameter such as {id} is a whole segment",
		"v2.users.x{id}.presence":        "a topic has no empty segments, and a parameter such as {id} is a whole segment",
		"v2.users.{id.presence":          "a topic has no empty segments, and a parameter such as {id} is a whole segment",
	}
	for topic, want := range tests {
		t.Run(topic, func(t *testing.T) {
			t.Parallel()
			got := ""
			if err := catalog.CheckTopic(topic); err != nil {
				got = err.Error()
			}
			if got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestMatchTopic(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ topic, want string }{
		"template":                       {"v2.users.{id}.presence", "v2.users.{id}.presence"},
		"template, another name":         {"v2.users.{userId}.presence", "v2.users.{id}.presence"},
		"concrete":                       {"v2.users.9b1d0f6e-0f3a-4c9a-8a44-0d2b3c1e5f77.presence", "v2.users.{id}.presence"},
		"two ids":                        {"v2.audits.entitytype.USER.entityid.9b1d", "v2.audits.entitytype.{id}.entityid.{id}"},
		"without a parameter":            {"v2.quality.evaluations", "v2.quality.evaluations"},
		"literal before parameter":       {"v2.flows.outcomes", "v2.flows.outcomes"},
		"parameter":                      {"v2.flows.17", "v2.flows.{id}"},
		"mistyped word":                  {"v2.users.{id}.presense", ""},
		"mistyped word in an id's place": {"v2.flows.outcoms", ""},
		"other case":                     {"v2.users.{id}.routingstatus", ""},
		"shorter":                        {"v2.users.{id}", ""},
		"longer":                         {"v2.users.{id}.presence.more", ""},
		"parameter for a word":           {"v2.{id}.{id}.presence", ""},
		"empty id":                       {"v2.users..presence", ""},
		"half a parameter":               {"v2.users.{id.presence", ""},
		"empty":                          {"", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, found := catalog.MatchTopic(test.topic, topics)
			if got != test.want || found != (test.want != "") {
				t.Errorf("MatchTopic(%q) = %q, %v; want %q", test.topic, got, found, test.want)
			}
		})
	}
	if got, found := catalog.MatchTopic("v2.users.{id}.presence", nil); found {
		t.Errorf("found %q in an empty list", got)
	}
}

func TestNearestTopics(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		"v2.users.{id}.presense":       {"v2.users.{id}.presence"},
		"v2.user.0f3a-11.presence":     {"v2.users.{id}.presence"},
		"v2.users.{id}.routingstatus":  {"v2.users.{id}.routingStatus"},
		"v2.flows.outcoms":             {"v2.flows.outcomes"},
		"v2.something.of.another.kind": nil,
		"v2.qualty.evaluation":         {"v2.quality.evaluations"},
	}
	for topic, want := range tests {
		t.Run(topic, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(want, catalog.NearestTopics(topic, topics, 1)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
