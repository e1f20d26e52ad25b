package provider_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
)

// waiverObject is a waiver, changed. A change to nil takes a field away.
func waiverObject(changes map[string]attr.Value) attr.Value {
	members := map[string]attr.Value{
		"reason": types.StringValue("Older than the gate."), "owner": types.StringValue("platform team"), "expires": types.StringValue("2026-12-31"),
	}
	for name, value := range changes {
		if members[name] = value; value == nil {
			delete(members, name)
		}
	}
	return object(members)
}

// waive calls the function and shows each waiver as one text.
func waive(t *testing.T, validation, waiver attr.Value) (map[string]string, string) {
	t.Helper()
	got, problem := callFunction(t, "waive", types.DynamicValue(validation), types.DynamicValue(waiver))
	if problem != nil {
		return nil, problem.Text
	}
	waivers, ok := got.(types.Map)
	if !ok {
		t.Fatalf("%T is no map", got)
	}
	shown := make(map[string]string)
	for key, element := range waivers.Elements() {
		fields := element.(types.Object).Attributes() //nolint:forcetypeassert // by the type of the result
		var parts []string
		for _, name := range []string{"reason", "owner", "expires"} {
			parts = append(parts, strings.Trim(fields[name].String(), `"`))
		}
		shown[key] = strings.Join(parts, " | ")
	}
	return shown, ""
}

func failing(check, subject string, changes map[string]attr.Value) attr.Value {
	members := map[string]attr.Value{"check": types.StringValue(check), "subject": types.StringValue(subject)}
	for name, value := range changes {
		members[name] = value
	}
	return findingObject(members)
}

func failingValidation(changes map[string]attr.Value, findings ...attr.Value) attr.Value {
	members := map[string]attr.Value{"compliant": types.BoolValue(false), "verdict": types.StringValue("noncompliant"), "findings": tuple(findings...)}
	for name, value := range changes {
		members[name] = value
	}
	return validationObject(members)
}

func TestWaive(t *testing.T) {
	t.Parallel()
	const now = "Older than the gate. | platform team | 2026-12-31"
	status := func(status string) map[string]attr.Value {
		return map[string]attr.Value{"status": types.StringValue(status)}
	}
	waived := map[string]attr.Value{"waived": types.BoolValue(true)}
	waivers := func(key string) map[string]attr.Value {
		return map[string]attr.Value{"waivers": object(map[string]attr.Value{
			key: waiverObject(map[string]attr.Value{"reason": types.StringValue("Agreed."), "owner": types.StringNull(), "expires": types.StringValue("2026-06-30")}),
		})}
	}
	tests := map[string]struct {
		validation attr.Value
		want       map[string]string
	}{
		"nothing fails": {validationObject(nil), map[string]string{}},
		"each failure by its subject": {
			failingValidation(nil, failing("scope", "org:read", nil), failing("scope", "users", nil), failing("permission_excess", "*:*:*", nil)),
			map[string]string{"scope/org:read": now, "scope/users": now, "permission_excess/*:*:*": now},
		},
		"two clients with one failure": {
			failingValidation(nil, failing("scope", "users", map[string]attr.Value{"client_id": types.StringValue("a")}), failing("scope", "users", nil)),
			map[string]string{"scope/users": now},
		},
		"what could not be decided, and what is only worth knowing": {
			failingValidation(nil, failing("role", "employee", status("unknown")), failing("scope_unknown", "x", status("warn")), failing("region", "eu-west-1", nil)),
			map[string]string{"region/eu-west-1": now},
		},
		"a client that is not there": {failingValidation(nil, failing("client", "Dashboard", nil)), map[string]string{}},
		"a failure that is waived keeps its waiver": {
			failingValidation(waivers("scope/users"), failing("scope", "users", waived), failing("scope", "org:read", nil)),
			map[string]string{"scope/users": "Agreed. | <null> | 2026-06-30", "scope/org:read": now},
		},
		"a waiver of a whole check becomes one of the subject": {
			failingValidation(waivers("scope"), failing("scope", "users", waived)), map[string]string{"scope/users": "Agreed. | <null> | 2026-06-30"},
		},
		"a waiver that has expired begins anew": {
			failingValidation(waivers("scope/users"), failing("scope", "users", nil)), map[string]string{"scope/users": now},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, problem := waive(t, test.validation, waiverObject(nil))
			if diff := cmp.Diff(test.want, got); diff != "" || problem != "" {
				t.Errorf("%s (-want +got):\n%s", problem, diff)
			}
		})
	}
	got, problem := waive(t, failingValidation(nil, failing("scope", "users", nil)), waiverObject(map[string]attr.Value{"owner": nil}))
	if diff := cmp.Diff(map[string]string{"scope/users": "Older than the gate. | <null> | 2026-12-31"}, got); diff != "" || problem != "" {
		t.Errorf("without an owner: %s (-want +got):\n%s", problem, diff)
	}
}

func TestWaiveRefuses(t *testing.T) {
	t.Parallel()
	fails := failingValidation(nil, failing("scope", "users", nil))
	waiver := func(name string, value attr.Value) attr.Value {
		return waiverObject(map[string]attr.Value{name: value})
	}
	null := map[string]attr.Value{"compliant": types.BoolNull(), "verdict": types.StringNull(), "findings": types.StringNull(), "audited": types.StringNull()}
	tests := map[string]struct {
		validation, waiver attr.Value
		want               string
	}{
		"no validation":   {object(map[string]attr.Value{"a": types.StringValue("b")}), waiverObject(nil), "it is not a validation: it has no compliant"},
		"not evaluated":   {validationObject(null), waiverObject(nil), "the validation was not evaluated"},
		"enforcement off": {failingValidation(map[string]attr.Value{"audited": types.StringNull()}), waiverObject(nil), "the validation was not evaluated"},
		"no check":        {failingValidation(nil, failing("scopes", "users", nil)), waiverObject(nil), `finding 0: "scopes" is not a check`},
		"waived by nothing": {
			failingValidation(nil, failing("scope", "users", map[string]attr.Value{"waived": types.BoolValue(true)})), waiverObject(nil),
			`finding 0: it is waived, but the validation has no waiver of "scope/users"`,
		},
		"no object":    {fails, types.StringValue("because"), "the waiver is not an object"},
		"mistyped":     {fails, waiver("expirse", types.StringValue("2026-12-31")), `there is no option "expirse" (did you mean "expires"?)`},
		"no reason":    {fails, waiver("reason", nil), "reason is missing"},
		"blank reason": {fails, waiver("reason", types.StringValue(" ")), "reason is missing"},
		"no date":      {fails, waiver("expires", nil), `expires: "" is not a date of the form YYYY-MM-DD`},
		"other date":   {fails, waiver("expires", types.StringValue("31.12.2026")), `expires: "31.12.2026" is not a date of the form YYYY-MM-DD`},
		"other type":   {fails, waiver("reason", types.BoolValue(true)), "reason is not of the right type"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, problem := waive(t, test.validation, test.waiver); !strings.Contains(problem, test.want) {
				t.Errorf("%v, %q, want the error %q", got, problem, test.want)
			}
		})
	}
}

// The guide to adopting the gate works from its first line to its last: what fails today is accepted, and everything new fails.
func TestAdoptTheGateGuide(t *testing.T) {
	t.Parallel()
	blocks := terraformBlock.FindAllStringSubmatch(readExample(t, filepath.Join(moduleDir, "templates", "guides", "adopt-the-gate.md")), -1)
	if len(blocks) != 2 {
		t.Fatalf("%d configurations, want the look and the gate", len(blocks))
	}
	look, gate := blocks[0][1], blocks[1][1]
	p := startPlatform(t, withoutExportScope, withRole("Acme US", "Master Admin"))
	signedIn := func(config string) string { return replaced(t, config, "provider \"genesysaudit\" {}", p.topLevel()) }
	c := newCLI(t, "main.tf", signedIn(look))
	c.write("waivers.json", "{}")
	c.run(0, "apply", "-no-color", "-auto-approve")
	accept := func() map[string]map[string]any {
		t.Helper()
		code, output, err := c.Output(t.Context(), "output", "-json", "waivers")
		if err != nil || code != 0 {
			t.Fatalf("output: exit code %d, %v\n%s", code, err, output)
		}
		var waivers map[string]map[string]any
		if err := json.Unmarshal([]byte(output), &waivers); err != nil {
			t.Fatal(err)
		}
		c.write("waivers.json", output)
		return waivers
	}
	first := accept()
	for _, key := range []string{"scope/analytics:export", "role_forbidden/Master Admin"} {
		if first[key]["owner"] != "platform team" {
			t.Errorf("no waiver of %s with its owner: %v", key, first)
		}
	}
	if len(first) != 3 || first["permission_forbidden/oauth:*:*"] == nil {
		t.Errorf("%d waivers, want those of the three failures: %v", len(first), first)
	}

	c.write("main.tf", signedIn(gate))
	c.run(0, "apply", "-no-color", "-auto-approve")
	c.run(0, "plan", "-no-color", "-detailed-exitcode")
	p.change(withScope("Acme US", "gdpr"))()
	output := c.run(1, "plan", "-no-color")
	assertShows(t, output, "1 of 9 checks failed.")
	assertShows(t, output, "scope_forbidden The client has gdpr, which is forbidden.")

	p.change(func(s *emulator.State) { // what failed is repaired: its waivers are no longer used
		withoutRole("Master Admin")(s)
		c := dashboardOf(s, "Acme US")
		c.Scope = append(c.Scope[:0:0], "analytics:export", "analytics:read", "org:read")
	})()
	output = c.run(0, "plan", "-no-color")
	assertShows(t, output, `The waivers "scope/analytics:export", "role_forbidden/Master Admin", "permission_forbidden/oauth:*:*" are not used`)
	if got := strings.Count(output, "Warning:"); got != 1 {
		t.Errorf("%d warnings, want one:\n%s", got, output)
	}
}
