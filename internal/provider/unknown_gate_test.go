package provider_test

import (
	"context"
	"maps"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/provider"
)

// providerConfig is the provider block of the matrix with some other values in it.
func providerConfig(t *testing.T, other map[string]any) *tfprotov6.DynamicValue {
	t.Helper()
	schema := providerSchemas(t).Provider
	of, ok := schema.ValueType().(tftypes.Object)
	if !ok {
		t.Fatalf("%T is no object", schema.ValueType())
	}
	block := map[string]any{
		"api_url": matrixURL, "login_url": matrixURL, "oauthclient_id": "auditor", "oauthclient_secret": matrixSecret,
		"enforcement": "enforce"}
	maps.Copy(block, other)
	values := map[string]tftypes.Value{}
	for name, attribute := range of.AttributeTypes {
		values[name] = tftypes.NewValue(attribute, block[name])
	}
	config, err := tfprotov6.NewDynamicValue(of, tftypes.NewValue(of, values))
	if err != nil {
		t.Fatal(err)
	}
	return &config
}

// certainty is what a form says for certain: that there is an error, or that the verdict is compliant.
func certainty(t *testing.T, config validationConfig, diagnostics []*tfprotov6.Diagnostic, state *tfprotov6.DynamicValue) (failed, compliant bool) {
	t.Helper()
	for _, diagnostic := range diagnostics {
		if diagnostic.Severity == tfprotov6.DiagnosticSeverityError {
			return true, false
		}
	}
	value, err := state.Unmarshal(config.of)
	if err != nil {
		t.Fatal(err)
	}
	attributes := map[string]tftypes.Value{}
	if err := value.As(&attributes); err != nil {
		t.Fatal(err)
	}
	return false, attributes["verdict"].Equal(tftypes.NewValue(tftypes.String, "compliant")) ||
		attributes["compliant"].Equal(tftypes.NewValue(tftypes.Bool, true))
}

// Whatever is not known, in the provider block or in the validation, and whoever calls with it: nothing passes for certain. A refresh, which
// knows only the state, keeps no earlier pass when the provider block is not known, or is not complete.
func TestNothingUnknownPasses(t *testing.T) {
	t.Parallel()
	s := scenes[0]
	arguments := maps.Clone(s.arguments)
	waiver := tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"reason": tftypes.String, "owner": tftypes.String, "expires": tftypes.String}}
	waivers := func(change string) map[string]tftypes.Value {
		fields := map[string]tftypes.Value{
			"reason": tftypes.NewValue(tftypes.String, "agreed"), "owner": tftypes.NewValue(tftypes.String, nil),
			"expires": tftypes.NewValue(tftypes.String, "2030-01-01"),
		}
		if change != "" {
			fields[change] = tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
		}
		return map[string]tftypes.Value{"grant_type": tftypes.NewValue(waiver, fields)}
	}
	type unknown struct {
		name                string
		block, of           map[string]any
		blockOnly, complete bool
	}
	cases := []unknown{{name: "nothing", complete: true}, {name: "no secret", block: map[string]any{"oauthclient_secret": nil}, blockOnly: true}}
	for _, name := range []string{
		"aws_region", "oauthclient_id", "oauthclient_secret", "access_token", "api_url", "login_url", "enforcement", "request_timeout",
	} {
		cases = append(cases, unknown{name: "provider: " + name, block: map[string]any{name: tftypes.UnknownValue}, blockOnly: true})
	}
	cases = append(cases, unknown{name: "provider: organizations", block: map[string]any{"organizations": tftypes.UnknownValue},
		of: map[string]any{"organization": "acme"}})
	for _, attribute := range providerSchemas(t).DataSourceSchemas[validationOf].Block.Attributes {
		if attribute.Optional {
			cases = append(cases, unknown{name: attribute.Name, of: map[string]any{attribute.Name: tftypes.UnknownValue}})
		}
	}
	for _, field := range []string{"reason", "owner", "expires"} {
		cases = append(cases, unknown{name: "waivers: " + field, of: map[string]any{"waivers": waivers(field)}})
	}
	e, err := provider.NewEmulator(matrixState(0))
	if err != nil {
		t.Fatal(err)
	}
	run := func(t *testing.T, block *tfprotov6.DynamicValue, ask func(ctx context.Context, server tfprotov6.ProviderServer)) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			transport, stop := e.Pipe()
			defer stop()
			server, err := providerserver.NewProtocol6WithError(provider.New("test", provider.WithTransport(transport))())()
			if err != nil {
				t.Fatal(err)
			}
			configured, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: block})
			if err != nil || len(configured.Diagnostics) > 0 {
				t.Fatalf("%v %v", err, configured)
			}
			ask(t.Context(), server)
		})
	}
	for _, c := range cases {
		all := maps.Clone(arguments)
		maps.Copy(all, c.of)
		block := providerConfig(t, c.block)
		for form := range planOf {
			config := newFormConfig(t, form, all)
			run(t, block, func(ctx context.Context, server tfprotov6.ProviderServer) {
				diagnostics, state := rawPlanOf(ctx, t, form, server, config)
				failed, compliant := certainty(t, config, diagnostics, state)
				if compliant != c.complete {
					t.Errorf("%s unknown, %s: it passes for certain: %t", c.name, form, compliant)
				}
				if c.name == "no secret" && !failed {
					t.Errorf("%s, %s: there is no error", c.name, form)
				}
			})
		}
		if !c.blockOnly && !c.complete {
			continue
		}
		config := newFormConfig(t, "resource", arguments)
		var applied *tfprotov6.ApplyResourceChangeResponse
		run(t, providerConfig(t, nil), func(ctx context.Context, server tfprotov6.ProviderServer) {
			_, planned := rawPlanOf(ctx, t, "resource", server, config)
			var err error
			if applied, err = server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
				TypeName: validationOf, Config: &config.config, PlannedState: planned, PriorState: &config.nothing}); err != nil {
				t.Fatal(err)
			}
		})
		run(t, block, func(ctx context.Context, server tfprotov6.ProviderServer) {
			answer, err := server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
				TypeName: validationOf, CurrentState: applied.NewState, CurrentIdentity: applied.NewIdentity})
			if err != nil {
				t.Fatal(err)
			}
			failed, compliant := certainty(t, config, answer.Diagnostics, answer.NewState)
			if failed || compliant != c.complete {
				t.Errorf("%s unknown, refresh: it fails: %t, the verdict in state is compliant: %t", c.name, failed, compliant)
			}
		})
	}
	if len(cases) < 35 || !slices.ContainsFunc(cases, func(c unknown) bool { return c.name == "waivers" }) {
		t.Errorf("%d cases are too few", len(cases))
	}
}
