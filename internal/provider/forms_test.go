package provider

import (
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
)

var formsCases = sized(300, 40)

// The forms differ in when they are evaluated and in what they stop, never in what they find.
func TestFormsAgree(t *testing.T) {
	t.Parallel()
	drawn := newDice(t)
	endpoints := servedEndpoints()
	verdicts := make(map[string]int)
	checks := make(map[string]int)
	for number := range formsCases {
		c := drawn.generated(t, number, endpoints)
		p := c.start(t)
		gate := maps.Clone(c.arguments)
		gate["enforcement"] = str("enforce")
		shown := maps.Clone(c.arguments)
		shown["enforcement"] = str("warn")

		fromData, problems := p.readDataSource(shown)
		if len(problems) > 0 {
			t.Fatalf("case %d: the data source fails: %s", number, described(problems))
		}
		plan, problems := p.planCreate(shown)
		if len(problems) > 0 {
			t.Fatalf("case %d: the resource does not only warn: %s", number, described(problems))
		}
		fromResource, problems := p.create(shown, plan)
		if len(problems) > 0 {
			t.Fatalf("case %d: the resource does not only warn at apply: %s", number, described(problems))
		}
		fromEphemeral, problems := p.open(shown)
		if len(problems) > 0 {
			t.Fatalf("case %d: the ephemeral resource does not only warn: %s", number, described(problems))
		}
		for name, want := range fromData {
			if got := fromResource[name]; !got.Equal(want) {
				t.Errorf("case %d: %s is %s in the resource and %s in the data source", number, name, got, want)
			}
			if got, ok := fromEphemeral[name]; name != "id" && (!ok || !got.Equal(want)) {
				t.Errorf("case %d: %s is %s in the ephemeral resource and %s in the data source", number, name, got, want)
			}
		}

		verdict := textOf(t, fromData["verdict"])
		// A process of its own for each, since what keeps an organization from being read is told in full once.
		_, planProblems := c.start(t).planCreate(gate)
		_, openProblems := c.start(t).open(gate)
		if withoutIDs(described(planProblems)) != withoutIDs(described(openProblems)) {
			t.Errorf("case %d: the resource says\n%s\nand the ephemeral resource\n%s", number, described(planProblems), described(openProblems))
		}
		if passes := len(planProblems) == 0; passes != (verdict == "compliant") {
			t.Errorf("case %d: passes is %t with the verdict %s", number, passes, verdict)
		}
		verdicts[verdict]++
		for _, check := range findingsOf(t, fromData) {
			checks[check]++
		}
		c.stop(t)
		if t.Failed() {
			t.Fatalf("the configuration was %v", c.arguments)
		}
	}
	t.Logf("%d cases: %v, findings %v", formsCases, verdicts, checks)
	if !isFullSize() { // too few cases for each verdict and check to occur
		return
	}
	for _, verdict := range []string{"compliant", "noncompliant", "undetermined"} {
		if verdicts[verdict] < formsCases/40 {
			t.Errorf("%d of %d cases are %s: too few to tell much", verdicts[verdict], formsCases, verdict)
		}
	}
	for _, check := range []string{"client_state", "grant_type", "permission", "permission_excess", "permission_forbidden", "permission_unavailable", "region",
		"role", "role_division", "role_excess", "role_forbidden", "scope", "scope_unknown", "token_validity"} {
		if checks[check] == 0 {
			t.Errorf("no case has a finding of %s", check)
		}
	}
}

// newDice draws with a random seed that the log names; GENESYSAUDIT_TEST_SEED replays it.
func newDice(t *testing.T) dice {
	t.Helper()
	seed := rand.Uint64()
	if text := os.Getenv("GENESYSAUDIT_TEST_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("replay with GENESYSAUDIT_TEST_SEED=%d", seed)
	return dice{rand.New(rand.NewPCG(seed, 0))}
}

// generatedCase is a scene with the arguments of a validation of its client.
type generatedCase struct {
	scene     scene
	arguments object
	platform  *emulator.Emulator
	server    *httptest.Server
}

func (d dice) generated(t *testing.T, number int, endpoints []catalog.Entry) *generatedCase {
	t.Helper()
	s := d.scene(number, endpoints)
	platform, err := NewEmulator(emulator.State{Organizations: []emulator.Organization{s.organization}})
	if err != nil {
		t.Fatal(err)
	}
	if d.chance(15) { // the auditor may not read everything
		platform.AddFault(emulator.Fault{Status: http.StatusForbidden, Path: pick(d,
			"/api/v2/authorization/roles", "/api/v2/authorization/permissions", "/api/v2/oauth/clients", "/api/v2/tokens/me")})
	}
	c := &generatedCase{scene: s, arguments: d.arguments(s), platform: platform, server: httptest.NewServer(platform)}
	t.Cleanup(c.server.Close)
	return c
}

// start is a new process of the provider, signed in as the scene's auditor.
func (c *generatedCase) start(t *testing.T) *process {
	t.Helper()
	organization := c.scene.organization
	return startProcess(t, fixedClock, topLevelConfig(organization.Region, c.server.URL, organization.Clients[0].ID))
}

func (c *generatedCase) stop(t *testing.T) {
	t.Helper()
	c.server.Close()
	if violations := c.platform.Violations(); len(violations) > 0 {
		t.Fatalf("the platform would refuse: %v", violations)
	}
}

func fixedClock() time.Time { return time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC) }

// arguments are drawn so that each passes about as often as it fails.
func (d dice) arguments(s scene) object {
	arguments := object{"endpoints": set(s.endpoint), "ignore_access_policies": flag(true), "allow_cross_region": flag(d.chance(50))}
	if s.byName {
		arguments["client_name"] = str(s.client.Name)
	} else {
		arguments["client_id"] = str(s.client.ID)
	}
	if s.userID != "" && d.chance(60) {
		arguments["user_id"] = str(s.userID)
	}
	if s.division != "" {
		arguments["divisions"] = set(s.division)
	}
	optional := map[string]func() tftypes.Value{
		"required_scopes": func() tftypes.Value {
			return set(d.some(append(s.scopes, "analytics:export", "analytics:exprot")...)...)
		},
		"allowed_scopes":       func() tftypes.Value { return set(d.few("analytics:export", "users:readonly")...) },
		"forbidden_scopes":     func() tftypes.Value { return set(pick(d, append(s.scopes, "gdpr")...)) },
		"required_roles":       func() tftypes.Value { return set(d.some("Role 0", "Role 1", "Analytics - Export")...) },
		"allowed_roles":        func() tftypes.Value { return set(d.few("Role 0", "Role 1", "Role 2")...) },
		"forbidden_roles":      func() tftypes.Value { return set(pick(d, "Role 0", "Role 1", "Role 2")) },
		"required_permissions": func() tftypes.Value { return set(d.some("oauth:client:view", "authorization:role:view")...) },
		"forbidden_permissions": func() tftypes.Value {
			return set(pick(d, "*:*:nothing", "authorization:*:*", "telephony:*:*", "*:*:view"))
		},
		"allowed_permissions": func() tftypes.Value {
			return set(d.few("*:*:*", "authorization:*:*", "oauth:client:view", "*:*:view", "admin")...)
		},
		"role_divisions": func() tftypes.Value {
			divisions := tftypes.Set{ElementType: tftypes.String}
			return tftypes.NewValue(tftypes.Map{ElementType: divisions}, map[string]tftypes.Value{pick(d, "Role 0", "Role 1"): set(d.some("*", "Home", "Sales")...)})
		},
		"allowed_grant_types": func() tftypes.Value {
			return set(d.some("CLIENT-CREDENTIALS", "CODE", "TOKEN", "SAML2-BEARER", "PASSWORD")...)
		},
		"max_token_validity_seconds": func() tftypes.Value { return number(pick(d, 300, 86400)) },
		"application_region":         func() tftypes.Value { return str(pick(d, s.organization.Region, "eu-west-1")) },
		"allowed_regions":            func() tftypes.Value { return set(s.organization.Region, pick(d, "us-east-1", "eu-west-1")) },
		"accept_conditional_grants":  func() tftypes.Value { return flag(d.chance(70)) },
		"waivers": func() tftypes.Value {
			return waiversOf(pick(d, "scope", "role", "permission", "region", "grant_type"), pick(d, "2026-12-31", "2026-03-01"))
		},
	}
	for _, name := range slices.Sorted(maps.Keys(optional)) {
		if d.chance(20) {
			arguments[name] = optional[name]()
		}
	}
	if value, ok := arguments["max_token_validity_seconds"]; ok && value.Equal(number(300)) && d.chance(20) {
		delete(arguments, "max_token_validity_seconds")
	}
	return arguments
}

var requestIDs = regexp.MustCompile(`\((ININ-Correlation-Id|contextId)[^)]*\)`)

// withoutIDs is a text without the ids of requests, which differ from one reading to the next.
func withoutIDs(text string) string { return requestIDs.ReplaceAllString(text, "()") }

// some are about half of the texts, at least one.
func (d dice) some(from ...string) []string {
	chosen := []string{pick(d, from...)}
	for _, text := range from {
		if d.chance(40) {
			chosen = append(chosen, text)
		}
	}
	return chosen
}

// few are some of the texts, or none.
func (d dice) few(from ...string) []string {
	if d.chance(40) {
		return nil
	}
	return d.some(from...)
}

var waiverObject = tftypes.Object{AttributeTypes: map[string]tftypes.Type{
	"reason": tftypes.String, "owner": tftypes.String, "expires": tftypes.String}}

func waiversOf(check, expires string) tftypes.Value {
	return tftypes.NewValue(tftypes.Map{ElementType: waiverObject}, map[string]tftypes.Value{
		check: tftypes.NewValue(waiverObject, map[string]tftypes.Value{
			"reason": str("Being mended."), "owner": tftypes.NewValue(tftypes.String, nil), "expires": str(expires)}),
	})
}

func textOf(t *testing.T, value tftypes.Value) string {
	t.Helper()
	var text string
	if err := value.As(&text); err != nil {
		t.Fatal(err)
	}
	return text
}

// findingsOf are the checks of a validation's findings.
func findingsOf(t *testing.T, results object) []string {
	t.Helper()
	var findings []tftypes.Value
	if err := results["findings"].As(&findings); err != nil {
		t.Fatal(err)
	}
	checks := make([]string, len(findings))
	for i, finding := range findings {
		var attributes map[string]tftypes.Value
		if err := finding.As(&attributes); err != nil {
			t.Fatal(err)
		}
		checks[i] = textOf(t, attributes["check"])
	}
	return checks
}
