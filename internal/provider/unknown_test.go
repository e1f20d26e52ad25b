package provider

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

var splitCases = sized(400, 150)

// Whatever is not known at plan, and whatever changes on the platform or in the enforcement before the apply: what is known is decided at plan,
// apply decides the rest, and the two never contradict each other. The plan and the apply are two processes, as they are in Terraform, and are
// held to what Terraform's core demands of a provider.
func TestPlanAndApplyNeverContradict(t *testing.T) {
	t.Parallel()
	drawn := newDice(t)
	endpoints := servedEndpoints()
	seen := make(map[string]int)
	for number := range splitCases {
		s := drawn.split(t, number, endpoints)
		s.run(t, seen)
		s.stop(t)
		if t.Failed() {
			t.Fatalf("case %d: the configuration was %v, of which the plan knew %v; enforcement %s, in the block: %t, in the environment %q, then %q; "+
				"changed in between: %t", number, s.arguments, s.atPlan, s.enforcement, s.inBlock, s.ceilings[0], s.ceilings[1], s.change != nil)
		}
	}
	t.Logf("%d cases: %v", splitCases, seen)
	for what, least := range map[string]int{
		"all known at plan":                      splitCases / 10,
		"plan fails with something unknown":      splitCases / 20,
		"plan fails as a known scope is missing": sized(1, 0), // these are rare
		"left to apply":                          splitCases / 10,
		"left to apply, which fails":             splitCases / 20,
		"left to apply, which passes":            splitCases / 50,
		"applied as planned":                     sized(1, 0),
		"applied as planned after a change":      sized(1, 0),
		"applied with a violation as a warning":  splitCases / 20,
		"enforcement lowered before the apply":   splitCases / 40,
	} {
		if seen[what] < least {
			t.Errorf("%s: %d cases, want at least %d", what, seen[what], least)
		}
	}
}

// split is a generated case of which the plan knows a part.
type split struct {
	*generatedCase
	enforcement string
	// inBlock says that the provider block sets the ceiling, to enforce. Otherwise ceilings are what the environment says at plan and apply.
	inBlock  bool
	ceilings [2]string
	atPlan   object // the arguments, some of them unknown
	unknown  []string
	change   func(*emulator.State) // on the platform between plan and apply; nil for none
}

func (d dice) split(t *testing.T, number int, endpoints []catalog.Entry) split {
	t.Helper()
	s := split{generatedCase: d.generated(t, number, endpoints), enforcement: pick(d, "enforce", "enforce", "enforce", "warn"), inBlock: d.chance(50)}
	if !s.inBlock {
		s.ceilings = [2]string{pick(d, "", "", "", "warn", "off"), pick(d, "", "warn", "off")}
	}
	if d.chance(40) { // one that passes more often
		s.arguments = object{"client_id": str(s.scene.client.ID), "allowed_regions": set(s.scene.organization.Region)}
	}
	s.arguments["enforcement"] = str(s.enforcement)
	if d.chance(40) {
		s.arguments["required_scopes"] = set(pick(d, "analytics:export", "users:readonly", "gdpr"))
	}
	s.atPlan = maps.Clone(s.arguments)
	likely := pick(d, 0, 15, 15, 40)
	for _, name := range slices.Sorted(maps.Keys(s.arguments)) {
		if d.chance(likely) {
			s.unknown = append(s.unknown, name)
			s.atPlan[name] = d.lessKnown(s.arguments[name])
		}
	}
	if d.chance(60) {
		s.change = pick(d,
			func(state *emulator.State) { addScope(state, s.scene.client.ID, "gdpr") },
			func(state *emulator.State) { addScope(state, s.scene.client.ID, "analytics:export") },
			func(state *emulator.State) { state.Organizations[0].Organization.Name += " renamed" },
			func(state *emulator.State) { takeScope(state, s.scene.client.ID) },
			func(state *emulator.State) { takeRoles(state, s.scene.client.ID) },
			func(state *emulator.State) { disable(state, s.scene.client.ID) },
			func(state *emulator.State) { takeClient(state, s.scene.client.ID) },
		)
	}
	return s
}

func disable(state *emulator.State, clientID string) {
	clients := state.Organizations[0].Clients
	for i := range clients {
		if clients[i].ID == clientID {
			clients[i].State = "disabled"
		}
	}
}

func takeClient(state *emulator.State, clientID string) {
	org := &state.Organizations[0]
	org.Clients = slices.DeleteFunc(slices.Clone(org.Clients), func(c emulator.Client) bool { return c.ID == clientID })
}

func addScope(state *emulator.State, clientID, scope string) {
	clients := state.Organizations[0].Clients
	for i := range clients {
		if clients[i].ID == clientID {
			clients[i].Scope = append(slices.Clone(clients[i].Scope), scope)
		}
	}
}

// takeScope takes all but one of a client's scopes.
func takeScope(state *emulator.State, clientID string) {
	clients := state.Organizations[0].Clients
	for i := range clients {
		if clients[i].ID == clientID && len(clients[i].Scope) > 0 {
			clients[i].Scope = slices.Clone(clients[i].Scope[:1])
		}
	}
}

func takeRoles(state *emulator.State, clientID string) {
	clients := state.Organizations[0].Clients
	for i := range clients {
		if clients[i].ID == clientID {
			clients[i].RoleDivisions = genesyscloud.List[genesyscloud.RoleDivision]{}
		}
	}
}

// process starts the process of a plan (0) or of an apply (1).
func (s split) process(t *testing.T, walk int) *process {
	t.Helper()
	organization := s.scene.organization
	config := topLevelConfig(organization.Region, s.server.URL, organization.Clients[0].ID)
	if s.inBlock {
		config["enforcement"] = str("enforce")
	}
	return startProcessWith(t, fixedClock, config, func(name string) string {
		if name == envEnforcement {
			return s.ceilings[walk]
		}
		return ""
	})
}

// level is the enforcement that holds at plan (0) or apply (1).
func (s split) level(walk int) string {
	if ceiling := s.ceilings[walk]; ceiling == "off" || ceiling == "warn" {
		return ceiling
	}
	return s.enforcement
}

// lessKnown is a value of which nothing is known, or, of a set, one element is not.
func (d dice) lessKnown(value tftypes.Value) tftypes.Value {
	if value.Type().Is(tftypes.Set{}) && d.chance(50) {
		var elements []tftypes.Value
		if err := value.As(&elements); err == nil && len(elements) > 0 {
			elements = slices.Clone(elements) // As shares the elements of the value
			elements[d.IntN(len(elements))] = tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
			return tftypes.NewValue(value.Type(), elements)
		}
	}
	return tftypes.NewValue(value.Type(), tftypes.UnknownValue)
}

func (s split) run(t *testing.T, seen map[string]int) {
	t.Helper()
	before := s.verdict(t)
	plan, problems := s.process(t, 0).planCreate(s.atPlan)
	if len(s.unknown) == 0 {
		seen["all known at plan"]++
	}
	scopeMissing := s.knownScopeIsMissing(t)
	if len(problems) > 0 {
		if before == "compliant" || s.level(0) != "enforce" {
			t.Errorf("the plan fails, and the verdict is %s: %s", before, described(problems))
		}
		if len(s.unknown) > 0 {
			seen["plan fails with something unknown"]++
		}
		if scopeMissing && len(s.unknown) > 0 {
			seen["plan fails as a known scope is missing"]++
		}
		return
	}
	if scopeMissing && s.level(0) == "enforce" {
		t.Errorf("a known scope is missing, and the plan passes")
	}
	compliant := plan.attributes["compliant"]
	if compliant.IsKnown() && before != "compliant" {
		t.Errorf("planned as compliant, and the verdict is %s", before)
	}
	if known := s.inBlock && s.enforcement == "enforce" && len(s.unknown) == 0; compliant.IsKnown() != known || plan.attributes["verdict"].IsKnown() != known {
		t.Errorf("the plan knows the verdict: %t, want %t", compliant.IsKnown(), known)
	}
	if !compliant.IsKnown() {
		seen["left to apply"]++
	}
	if s.change != nil {
		if err := s.platform.Update(s.change); err != nil {
			t.Fatal(err)
		}
	}
	after := s.verdict(t)
	applying := s.process(t, 1)
	again, problems := applying.planCreate(s.arguments)
	if failed := len(problems) > 0; failed != (s.level(1) == "enforce" && after != "compliant") {
		t.Errorf("fails at apply: %t, and the verdict is %s: %s", failed, after, described(problems))
	}
	if len(problems) > 0 {
		if !compliant.IsKnown() {
			seen["left to apply, which fails"]++
		}
		return
	}
	assertKept(t, "planned again at apply", plan.attributes, again.attributes)
	state, problems := applying.create(s.arguments, again)
	if len(problems) > 0 {
		t.Errorf("the apply fails: %s", described(problems))
		return
	}
	assertKept(t, "applied", again.attributes, state)
	for name, value := range state {
		if !value.IsFullyKnown() {
			t.Errorf("%s is not known after the apply", name)
		}
	}
	want := after
	if s.level(1) == "off" {
		want = "undetermined"
	}
	if got := textOf(t, state["verdict"]); got != want {
		t.Errorf("the verdict in state is %s, want %s", got, want)
	}
	if s.level(0) == "enforce" && s.level(1) != "enforce" {
		seen["enforcement lowered before the apply"]++
	}
	switch {
	case after != "compliant":
		seen["applied with a violation as a warning"]++
	case !compliant.IsKnown():
		seen["left to apply, which passes"]++
	case s.change != nil:
		seen["applied as planned after a change"]++
	default:
		seen["applied as planned"]++
	}
}

// verdict is what the data source says with everything known.
func (s split) verdict(t *testing.T) string {
	t.Helper()
	results, problems := s.start(t).readDataSource(s.arguments)
	if len(problems) > 0 {
		t.Fatalf("the data source fails: %s", described(problems))
	}
	return textOf(t, results["verdict"])
}

// knownScopeIsMissing tells whether the plan knows of a required scope that the client of the organization lacks: reason enough to fail,
// whatever else is not known.
func (s split) knownScopeIsMissing(t *testing.T) bool {
	t.Helper()
	required, asked := s.atPlan["required_scopes"]
	// A client that the organization does not have is judged by its consent, not by its scopes.
	own := slices.ContainsFunc(s.scene.organization.Clients, func(c emulator.Client) bool { return c.ID == s.scene.client.ID })
	if _, waived := s.arguments["waivers"]; !asked || !own || waived || !required.IsFullyKnown() ||
		slices.ContainsFunc(s.unknown, func(name string) bool { return strings.HasPrefix(name, "client_") || name == "enforcement" }) {
		return false
	}
	var scopes []tftypes.Value
	if err := required.As(&scopes); err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(scopes, func(scope tftypes.Value) bool {
		name := textOf(t, scope)
		base, _ := strings.CutSuffix(name, ":readonly")
		return !slices.Contains(s.scene.scopes, name) && !slices.Contains(s.scene.scopes, base)
	})
}

// assertKept holds a step to the step before it as Terraform's core does: what was known then is the same now.
func assertKept(t *testing.T, step string, promised, got object) {
	t.Helper()
	for name, want := range promised {
		if want.IsFullyKnown() && !want.Equal(got[name]) {
			t.Errorf("%s: %s is %s and was %s: Terraform would call that inconsistent", step, name, got[name], want)
		}
	}
}
