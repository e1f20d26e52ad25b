package provider_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	frameworkprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/provider"
)

// callFunction runs a function of the provider as the framework does, with arguments that it lets through.
func callFunction(t *testing.T, name string, arguments ...attr.Value) (attr.Value, *function.FuncError) {
	t.Helper()
	ctx := context.Background()
	p, ok := provider.New("test")().(frameworkprovider.ProviderWithFunctions)
	if !ok {
		t.Fatal("the provider has no functions")
	}
	for _, constructor := range p.Functions(ctx) {
		f := constructor()
		var metadata function.MetadataResponse
		f.Metadata(ctx, function.MetadataRequest{}, &metadata)
		if metadata.Name != name {
			continue
		}
		var definition function.DefinitionResponse
		f.Definition(ctx, function.DefinitionRequest{}, &definition)
		result, err := definition.Definition.Return.NewResultData(ctx)
		if err != nil {
			t.Fatal(err)
		}
		resp := function.RunResponse{Result: result}
		f.Run(ctx, function.RunRequest{Arguments: function.NewArgumentsData(arguments)}, &resp)
		return resp.Result.Value(), resp.Error
	}
	t.Fatalf("no function %q", name)
	return nil, nil
}

// assertArgumentError holds an error of a function to its argument and its text.
func assertArgumentError(t *testing.T, err *function.FuncError, argument int64, text string) {
	t.Helper()
	if diff := cmp.Diff(function.NewArgumentFuncError(argument, text), err); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
}

func assertValue(t *testing.T, got attr.Value, err *function.FuncError, want attr.Value) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if !want.Equal(got) {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func stringList(texts ...string) types.List {
	elements := make([]attr.Value, len(texts))
	for i, text := range texts {
		elements[i] = types.StringValue(text)
	}
	return types.ListValueMust(types.StringType, elements)
}

var notKnown = types.ListNull(types.StringType)

func TestEndpointRequirements(t *testing.T) {
	t.Parallel()
	type requirements struct {
		method, path        string
		scopes, permissions types.List
		match               string
		roles               types.List
		source              string
	}
	tests := map[string]requirements{
		"GET /api/v2/analytics/events": {
			"GET", "/api/v2/analytics/events", stringList("analytics:export"), stringList(), "none", stringList("Analytics - Export"),
			"integration report",
		},
		"post /api/v2/analytics/conversations/details/query/": {
			"POST", "/api/v2/analytics/conversations/details/query", stringList("analytics", "analytics:readonly"),
			stringList("analytics:agentConversationDetail:view", "analytics:conversationDetail:view"), "any", stringList(),
			"published definition",
		},
		"POST /api/v2/authorization/divisions": {
			"POST", "/api/v2/authorization/divisions", stringList("authorization"),
			stringList("authorization:division:add", "authorization:grant:add"), "all", stringList(), "published definition",
		},
		"GET /api/v2/users": {
			"GET", "/api/v2/users", stringList("users", "users:readonly"), stringList(), "none", stringList(), "published definition",
		},
		"GET /api/v2/timezones": {
			"GET", "/api/v2/timezones", stringList(), stringList(), "none", stringList(), "published definition",
		},
		"DELETE /api/v2/users/0f3a9c": { // a concrete path, and a legacy flat permission
			"DELETE", "/api/v2/users/{userId}", stringList("users"),
			stringList("admin", "directory:organization:admin", "directory:user:delete"), "any", stringList(), "published definition",
		},
		"GET /api/v2/userrecordings/{id}/transcoding": { // permissions that are enforced but not named
			"GET", "/api/v2/userrecordings/{recordingId}/transcoding", stringList("user-recordings", "user-recordings:readonly"), notKnown,
			"unknown", stringList(), "published definition",
		},
		"POST /api/v2/businessrules/decisiontables": { // scopes that are not known
			"POST", "/api/v2/businessrules/decisiontables", notKnown,
			stringList("businessrules:businessRulesSchema:view", "businessrules:decisionTable:add", "routing:queue:view"), "all", stringList(),
			"published definition",
		},
	}
	texts := types.ListType{ElemType: types.StringType}
	for endpoint, want := range tests {
		t.Run(endpoint, func(t *testing.T) {
			t.Parallel()
			got, err := callFunction(t, "endpoint_requirements", types.StringValue(endpoint))
			assertValue(t, got, err, types.ObjectValueMust(map[string]attr.Type{
				"method": types.StringType, "path": types.StringType, "scopes": texts, "permissions": texts, "match": types.StringType,
				"roles": texts, "source": types.StringType,
			}, map[string]attr.Value{
				"method":      types.StringValue(want.method),
				"path":        types.StringValue(want.path),
				"scopes":      want.scopes,
				"permissions": want.permissions,
				"match":       types.StringValue(want.match),
				"roles":       want.roles,
				"source":      types.StringValue(want.source),
			}))
		})
	}
}

func TestEndpointRequirementsRefuses(t *testing.T) {
	t.Parallel()
	got, err := callFunction(t, "endpoint_requirements", types.StringValue("GET /api/v2/analytics/event"))
	assertArgumentError(t, err, 0, `"GET /api/v2/analytics/event" is not an endpoint of the Genesys Cloud Platform API that this provider`+
		` knows (did you mean "GET /api/v2/analytics/events"?)`)
	if !got.IsUnknown() && !got.IsNull() {
		t.Errorf("a result beside the error: %s", got)
	}
	_, err = callFunction(t, "endpoint_requirements", types.StringValue("GET /nothing/like/it"))
	assertArgumentError(t, err, 0, `"GET /nothing/like/it" is not an endpoint of the Genesys Cloud Platform API that this provider knows`)
	for endpoint, reason := range map[string]string{
		"":                            "the path is missing",
		"/api/v2/users":               "the method is missing",
		"GET /api/v2/users?expand=me": "it must be without a query string",
	} {
		_, err := callFunction(t, "endpoint_requirements", types.StringValue(endpoint))
		want := `is not of the form METHOD /path: ` + reason + `. Write the method, a space and the path, such as "GET /api/v2/analytics/events"`
		if err == nil || err.FunctionArgument == nil || *err.FunctionArgument != 0 || !strings.HasSuffix(err.Text, want) {
			t.Errorf("%q: %v, want ... %s", endpoint, err, want)
		}
	}
}

func TestEndpointRequirementsInTheCLI(t *testing.T) {
	t.Parallel()
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{
				Config:      `output "this" { value = provider::genesysaudit::endpoint_requirements(null) }`,
				ExpectError: regexp.MustCompile(`cannot be null|must not be null`),
			},
			{
				Config:      `output "this" { value = provider::genesysaudit::endpoint_requirements("GET /api/v2/analytics/event") }`,
				ExpectError: says(`(did you mean "GET /api/v2/analytics/events"?).`),
			},
			{
				Config: `output "this" { value = provider::genesysaudit::endpoint_requirements("POST /api/v2/businessrules/decisiontables") }`,
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownOutputValue("this", knownvalue.ObjectExact(map[string]knownvalue.Check{
						"method": knownvalue.StringExact("POST"),
						"path":   knownvalue.StringExact("/api/v2/businessrules/decisiontables"),
						"scopes": knownvalue.Null(),
						"permissions": knownvalue.ListExact([]knownvalue.Check{
							knownvalue.StringExact("businessrules:businessRulesSchema:view"), knownvalue.StringExact("businessrules:decisionTable:add"),
							knownvalue.StringExact("routing:queue:view"),
						}),
						"match":  knownvalue.StringExact("all"),
						"roles":  knownvalue.ListExact([]knownvalue.Check{}),
						"source": knownvalue.StringExact("published definition"),
					})),
				},
			},
			{
				Config: `
resource "terraform_data" "later" { input = "GET /api/v2/users" }
output "this" { value = provider::genesysaudit::endpoint_requirements(terraform_data.later.output).match }`,
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: []plancheck.PlanCheck{plancheck.ExpectUnknownOutputValue("this")},
				},
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("this", knownvalue.StringExact("none"))},
			},
		},
	})
}
