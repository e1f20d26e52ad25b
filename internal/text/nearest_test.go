package text_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

var (
	scopes  = []string{"analytics", "analytics:export", "analytics:read", "analytics:readonly", "org:read", "users", "users:readonly"}
	roles   = []string{"Admin", "Analytics - Export", "Analytics - View", "employee", "Master Admin", "Supervisor"}
	regions = []string{
		"ap-northeast-1", "ap-south-1", "ap-southeast-2", "ca-central-1", "eu-central-1", "eu-west-1", "eu-west-2",
		"sa-east-1", "us-east-1", "us-west-2",
	}
	permissions = []string{
		"analytics:conversationAggregate:view", "analytics:conversationDetail:view", "authorization:role:view",
		"authorization:role:edit", "oauth:client:view",
	}
)

func TestNearest(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		name       string
		candidates []string
		most       int
		want       []string
	}{
		"one letter too many":          {"analytics:exports", scopes, 3, []string{"analytics:export"}},
		"one letter missing":           {"analytics:exprt", scopes, 3, []string{"analytics:export"}},
		"two letters changed places":   {"anaylitcs:export", scopes, 1, []string{"analytics:export"}},
		"case":                         {"ANALYTICS:EXPORT", scopes, 1, []string{"analytics:export"}},
		"other separator":              {"analytics.read", scopes, 1, []string{"analytics:read"}},
		"separators left out":          {"Analytics Export", roles, 3, []string{"Analytics - Export"}},
		"words in another order":       {"Export Analytics", roles, 3, []string{"Analytics - Export"}},
		"another order and a typo":     {"Exprt - Analytics", roles, 3, []string{"Analytics - Export"}},
		"a word too few":               {"analytics export", []string{"Analytics - Export Data", "Export"}, 3, []string{"Analytics - Export Data"}},
		"half of the words":            {"analytics", roles, 3, []string{"Analytics - Export", "Analytics - View"}},
		"a word too many":              {"Master Admin Role", roles, 3, []string{"Master Admin"}},
		"region without a hyphen":      {"eu-west1", regions, 1, []string{"eu-west-1"}},
		"region in capitals":           {"EU_WEST_1", regions, 1, []string{"eu-west-1"}},
		"region that does not exist":   {"us-west-1", regions, 3, []string{"us-west-2", "eu-west-1", "us-east-1"}},
		"permission with a typo":       {"analytics:conversationDetails:view", permissions, 1, []string{"analytics:conversationDetail:view"}},
		"permission in snake case":     {"analytics:conversation_detail:view", permissions, 1, []string{"analytics:conversationDetail:view"}},
		"equally near: by name":        {"cat", []string{"rat", "hat", "bat"}, 3, []string{"bat", "hat", "rat"}},
		"no more than asked for":       {"cat", []string{"rat", "hat", "bat"}, 2, []string{"bat", "hat"}},
		"as written before reordered":  {"red blue", []string{"blue red", "red-blue"}, 2, []string{"red-blue", "blue red"}},
		"repeated candidates":          {"cat", []string{"bat", "bat", "bat"}, 3, []string{"bat"}},
		"the name itself is left out":  {"users", []string{"users", "Users"}, 3, []string{"Users"}},
		"garbage":                      {"qqzzxxvv", slices.Concat(scopes, roles, regions, permissions), 3, nil},
		"short garbage":                {"zz", []string{"ab", "a", "b", "cd"}, 3, nil},
		"unrelated word":               {"billing", roles, 3, nil},
		"empty":                        {"", scopes, 3, nil},
		"only punctuation":             {" - ", scopes, 3, nil},
		"candidate of punctuation":     {"users", []string{"", "-", "***"}, 3, nil},
		"no candidates":                {"users", nil, 3, nil},
		"none asked for":               {"usres", scopes, 0, nil},
		"a negative number asked for":  {"usres", scopes, -1, nil},
		"letters outside of ASCII":     {"Zurich Büro", []string{"Zürich Büro", "Wien Büro"}, 3, []string{"Zürich Büro"}},
		"not valid UTF-8 is tolerated": {"\xffusers", scopes, 1, []string{"users"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := text.Nearest(test.name, test.candidates, test.most)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Nearest(%q) (-want +got):\n%s", test.name, diff)
			}
		})
	}
}

func TestSentence(t *testing.T) {
	t.Parallel()
	tests := []struct {
		nearest []string
		want    string
	}{
		{nil, ""},
		{[]string{}, ""},
		{[]string{"a"}, `Did you mean "a"?`},
		{[]string{"a", "b"}, `Did you mean "a" or "b"?`},
		{[]string{"a", "b", "c"}, `Did you mean "a", "b" or "c"?`},
		{[]string{`say "hi"`}, `Did you mean "say \"hi\""?`},
	}
	for _, test := range tests {
		t.Run(test.want, func(t *testing.T) {
			t.Parallel()
			if got := text.DidYouMean(test.nearest); got != test.want {
				t.Errorf("Sentence(%q) = %s, want %s", test.nearest, got, test.want)
			}
		})
	}
}

func TestNearestProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.String().Draw(t, "name")
		candidates := rapid.SliceOf(rapid.String()).Draw(t, "candidates")
		most := rapid.IntRange(0, 5).Draw(t, "most")
		shuffled := rapid.Permutation(candidates).Draw(t, "shuffled")

		got := text.Nearest(name, candidates, most)
		if len(got) > most {
			t.Fatalf("%d suggestions, asked for %d", len(got), most)
		}
		for i, suggestion := range got {
			if !slices.Contains(candidates, suggestion) {
				t.Fatalf("%q is no candidate", suggestion)
			}
			if slices.Contains(got[:i], suggestion) {
				t.Fatalf("%q is suggested twice", suggestion)
			}
		}
		if diff := cmp.Diff(got, text.Nearest(name, shuffled, most)); diff != "" {
			t.Fatalf("depends on the order of the candidates:\n%s", diff)
		}
	})
}

// nearestOf is Nearest without an index: it compares the name with each candidate.
func nearestOf(name string, candidates []string, most int) []string {
	var found []string
	for _, candidate := range candidates {
		near := text.Nearest(name, []string{candidate}, 1)
		if len(near) == 1 && !slices.Contains(found, candidate) {
			found = append(found, candidate)
		}
	}
	// Of two candidates the better one, whatever others there are.
	slices.SortFunc(found, func(a, b string) int {
		if a == b {
			return 0
		}
		if text.Nearest(name, []string{a, b}, 1)[0] == a {
			return -1
		}
		return 1
	})
	if len(found) == 0 || most <= 0 {
		return nil
	}
	return found[:min(most, len(found))]
}

func TestManyCandidatesAreAsGoodAsFew(t *testing.T) {
	t.Parallel()
	words := rapid.SampledFrom([]string{"analytics", "export", "exports", "Admin", "view", "queue", "queues", "a", "b", "ab", "détail", "-", ""})
	names := rapid.Map(rapid.SliceOfN(words, 1, 4), func(words []string) string { return strings.Join(words, ":") })
	rapid.Check(t, func(t *rapid.T) {
		name := names.Draw(t, "name")
		candidates := rapid.SliceOfN(names, 0, 40).Draw(t, "candidates")
		most := rapid.IntRange(0, 5).Draw(t, "most")
		if diff := cmp.Diff(nearestOf(name, candidates, most), text.NewCandidates(candidates).Nearest(name, most)); diff != "" {
			t.Fatalf("(-one by one +all at once):\n%s", diff)
		}
	})
}

// Names of the kind and the number that the catalog and a large organization have.
func BenchmarkNearest(b *testing.B) {
	var candidates []string
	for i := range 5000 {
		candidates = append(candidates, fmt.Sprintf("analytics:entity%dDetail:view", i))
	}
	for b.Loop() {
		text.Nearest("analytics:entity777Detials:view", candidates, 3)
	}
}

// Every one of ten thousand names looked up in ten thousand others.
func BenchmarkNearestOfMany(b *testing.B) {
	var names, candidates []string
	for i := range 10_000 {
		names = append(names, fmt.Sprintf("analytics:entity%dDetials:view", i))
		candidates = append(candidates, fmt.Sprintf("analytics:entity%dDetail:view", i))
	}
	for b.Loop() {
		index := text.NewCandidates(candidates)
		for _, name := range names {
			index.Nearest(name, 3)
		}
	}
}
