package provider_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	frameworkprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/types"

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
		variants            []attr.Value
		conditions          []attr.Value
	}
	variant := func(name, when string, permissions types.List, match string) attr.Value {
		return types.ObjectValueMust(variantType.AttrTypes, map[string]attr.Value{
			"name": types.StringValue(name), "when": types.StringValue(when), "permissions": permissions, "match": types.StringValue(match),
		})
	}
	condition := func(kind, description string, permissions, scopes types.List, source string) attr.Value {
		return types.ObjectValueMust(conditionType.AttrTypes, map[string]attr.Value{
			"kind": types.StringValue(kind), "description": types.StringValue(description), "permissions": permissions, "scopes": scopes,
			"source": types.StringValue(source),
		})
	}
	userVariants := []attr.Value{
		variant("base", "no extension or similar guarded field changes",
			stringList("admin", "directory:organization:admin", "directory:user:edit"), "any"),
		variant("extension", "an extension or similar guarded field changes", stringList("directory:user:edit", "telephony:extension:assign"), "all"),
	}
	userConditions := []attr.Value{condition("variant", "The changed fields decide. telephony:extension:assign counts in the division of the user. "+
		"The administrators' permissions may stand in for directory:user:edit.", stringList(), stringList(), "UsersApi.md")}
	tests := map[string]requirements{
		"GET /api/v2/analytics/events": {
			"GET", "/api/v2/analytics/events", stringList("analytics:export"), stringList(), "none", stringList("Analytics - Export"),
			"integration report", nil, nil,
		},
		"post /api/v2/analytics/conversations/details/query/": {
			"POST", "/api/v2/analytics/conversations/details/query", stringList("analytics", "analytics:readonly"),
			stringList("analytics:agentConversationDetail:view", "analytics:conversationDetail:view"), "any", stringList(),
			"published definition", nil, nil,
		},
		"POST /api/v2/authorization/divisions": {
			"POST", "/api/v2/authorization/divisions", stringList("authorization"),
			stringList("authorization:division:add", "authorization:grant:add"), "all", stringList(), "published definition", nil, nil,
		},
		"GET /api/v2/users": {
			"GET", "/api/v2/users", stringList("users", "users:readonly"), stringList(), "none", stringList(), "published definition", nil, nil,
		},
		"GET /api/v2/timezones": {
			"GET", "/api/v2/timezones", stringList(), stringList(), "none", stringList(), "published definition", nil, nil,
		},
		"DELETE /api/v2/users/0f3a9c": { // a concrete path, and a legacy flat permission
			"DELETE", "/api/v2/users/{userId}", stringList("users"),
			stringList("admin", "directory:organization:admin", "directory:user:delete"), "any", stringList(), "published definition", nil, nil,
		},
		"GET /api/v2/fax/{faxId}/status": { // neither permissions nor scopes are known
			"GET", "/api/v2/fax/{faxId}/status", notKnown, notKnown, "unknown", stringList(), "official SDK", nil, nil,
		},
		"GET /api/v2/users/query": { // scopes that are not known, and a condition
			"GET", "/api/v2/users/query", notKnown, stringList("directory:user:view"), "any", stringList(), "published definition", nil,
			[]attr.Value{condition("all_divisions", "The query cannot be limited to a division, so the permission is needed in all divisions.",
				stringList(), stringList(), "UsersApi.md")},
		},
		"POST /api/v2/conversations/messages/agentless": { // a condition with a scope
			"POST", "/api/v2/conversations/messages/agentless", stringList("conversations"), stringList("conversation:message:create"), "all",
			stringList(), "published definition", nil,
			[]attr.Value{condition("client_credentials_only",
				"The endpoint accepts only tokens of CLIENT-CREDENTIALS clients with the scope messaging.", stringList(), stringList("messaging"),
				"ConversationsApi.md")},
		},
		"GET /api/v2/flows/instances/jobs/{jobId}": { // a condition with a permission
			"GET", "/api/v2/flows/instances/jobs/{jobId}", stringList("architect", "architect:readonly"),
			stringList("architect:flowInstance:view"), "any", stringList(), "published definition", nil,
			[]attr.Value{condition("partial", "Executions that the caller may not view are marked as failed.",
				stringList("architect:flowInstance:view"), stringList(), "ArchitectApi.md; model ExecutionDataEntity")},
		},
		"PATCH /api/v2/users/{userId}": {
			"PATCH", "/api/v2/users/{userId}", stringList("users"), stringList("admin", "directory:organization:admin", "directory:user:edit"),
			"any", stringList(), "published definition", userVariants, userConditions,
		},
		"PATCH /api/v2/users/0f3a9c#extension": { // the permissions of a variant
			"PATCH", "/api/v2/users/{userId}", stringList("users"), stringList("directory:user:edit", "telephony:extension:assign"), "all",
			stringList(), "published definition", userVariants, userConditions,
		},
		"POST /api/v2/authorization/divisions/17/objects/{objectType}#other": { // a variant whose permissions are not published
			"POST", "/api/v2/authorization/divisions/{divisionId}/objects/{objectType}", stringList("authorization"), notKnown, "unknown",
			stringList(), "published definition",
			[]attr.Value{
				variant("user", "objectType is USER", stringList("directory:user:edit"), "all"),
				variant("flow", "objectType is FLOW", stringList("architect:flow:edit"), "all"),
				variant("campaign", "objectType is CAMPAIGN", stringList("outbound:campaign:edit"), "all"),
				variant("contact-list", "objectType is CONTACTLIST", stringList("outbound:contactList:edit"), "all"),
				variant("dnc-list", "objectType is DNCLIST", stringList("outbound:dncList:edit"), "all"),
				variant("messaging-campaign", "objectType is MESSAGINGCAMPAIGN", stringList("outbound:messagingCampaign:edit"), "all"),
				variant("other", "objectType is another one", notKnown, "unknown"),
			},
			[]attr.Value{condition("variant", "The type of the object decides: moving it needs the permission to edit objects of that type.",
				stringList(), stringList(),
				"AuthorizationApi.md; vendor announcement 2025-11 (USER), help article on access control (others)")},
		},
	}
	for endpoint, want := range tests {
		t.Run(endpoint, func(t *testing.T) {
			t.Parallel()
			got, err := callFunction(t, "endpoint_requirements", types.StringValue(endpoint))
			assertValue(t, got, err, types.ObjectValueMust(requirementsType, map[string]attr.Value{
				"method":      types.StringValue(want.method),
				"path":        types.StringValue(want.path),
				"scopes":      want.scopes,
				"permissions": want.permissions,
				"match":       types.StringValue(want.match),
				"roles":       want.roles,
				"variants":    types.ListValueMust(variantType, want.variants),
				"conditions":  types.ListValueMust(conditionType, want.conditions),
				"source":      types.StringValue(want.source),
			}))
		})
	}
}

var (
	stringsType = types.ListType{ElemType: types.StringType}
	variantType = types.ObjectType{AttrTypes: map[string]attr.Type{
		"name": types.StringType, "when": types.StringType, "permissions": stringsType, "match": types.StringType,
	}}
	conditionType = types.ObjectType{AttrTypes: map[string]attr.Type{
		"kind": types.StringType, "description": types.StringType, "permissions": stringsType, "scopes": stringsType, "source": types.StringType,
	}}
	requirementsType = map[string]attr.Type{
		"method": types.StringType, "path": types.StringType, "scopes": stringsType, "permissions": stringsType, "match": types.StringType, "roles": stringsType,
		"variants": types.ListType{ElemType: variantType}, "conditions": types.ListType{ElemType: conditionType}, "source": types.StringType,
	}
)

func TestEndpointRequirementsRefuses(t *testing.T) {
	t.Parallel()
	got, err := callFunction(t, "endpoint_requirements", types.StringValue("GET /api/v2/analytics/event"))
	assertArgumentError(t, err, 0, `"GET /api/v2/analytics/event" is not an endpoint of the Genesys Cloud Platform API that this provider`+
		` knows (did you mean "GET /api/v2/analytics/events"?)`)
	if !got.IsUnknown() && !got.IsNull() {
		t.Errorf("a result beside the error: %s", got)
	}
	_, err = callFunction(t, "endpoint_requirements", types.StringValue("PATCH /api/v2/users/{userId}#extensoin"))
	assertArgumentError(t, err, 0, `"PATCH /api/v2/users/{userId}" has no variant "extensoin" (did you mean "PATCH /api/v2/users/{userId}#extension"?)`)
	_, err = callFunction(t, "endpoint_requirements", types.StringValue("GET /api/v2/users/serach"))
	assertArgumentError(t, err, 0, `"serach" in "GET /api/v2/users/serach" looks like a word of the API and not like an id. For any id, write`+
		` {userId} (did you mean "GET /api/v2/users/search"?)`)
	_, err = callFunction(t, "endpoint_requirements", types.StringValue("GET /nothing/like/it"))
	assertArgumentError(t, err, 0, `"GET /nothing/like/it" is not an endpoint of the Genesys Cloud Platform API that this provider knows`)
	for endpoint, reason := range map[string]string{
		"GET /api/v2/users#":          `what follows "#" must be the name of a variant, of small letters and hyphens`,
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
