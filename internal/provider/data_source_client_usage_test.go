package provider_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

const (
	usageAddress     = "data.genesysaudit_client_usage.this"
	usageStartPath   = "/api/v2/usage/client/{clientId}/aggregates/query/jobs"
	usageResultsPath = "/api/v2/usage/client/{clientId}/aggregates/query/jobs/{jobId}"
	usageSummaryPath = "/api/v2/oauth/clients/{clientId}/usage/summary"
)

func usageOf(arguments ...string) string {
	return fmt.Sprintf("\ndata \"genesysaudit_client_usage\" \"this\" {\n  %s\n}\n", strings.Join(arguments, "\n  "))
}

// calledBy lets the client of Acme US have called just this, each request with success.
func calledBy(name string, endpoints ...string) func(*emulator.State) {
	return func(s *emulator.State) {
		c := client(organization(s, "Acme US"), name)
		c.Usage = nil
		for _, endpoint := range endpoints {
			method, path, _ := strings.Cut(endpoint, " ")
			c.Usage = append(c.Usage, emulator.UsageRow{
				UsageRow: genesyscloud.UsageRow{HTTPMethod: method, TemplateURI: path, Requests: 1, Status200: 1}})
		}
	}
}

func calledEndpoint(endpoint string, requests, succeeded, clientErrors, rateLimited, serverErrors int64, inCatalog bool) knownvalue.Check {
	return knownvalue.ObjectExact(map[string]knownvalue.Check{
		"endpoint":      knownvalue.StringExact(endpoint),
		"requests":      knownvalue.Int64Exact(requests),
		"succeeded":     knownvalue.Int64Exact(succeeded),
		"client_errors": knownvalue.Int64Exact(clientErrors),
		"rate_limited":  knownvalue.Int64Exact(rateLimited),
		"server_errors": knownvalue.Int64Exact(serverErrors),
		"in_catalog":    knownvalue.Bool(inCatalog),
	})
}

func TestClientUsageDataSource(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	details := calledEndpoint("POST /api/v2/analytics/conversations/details/query", 96, 96, 0, 0, 0, true)
	events := calledEndpoint("GET /api/v2/analytics/events", 672, 659, 9, 9, 4, true)
	week := map[string]knownvalue.Check{
		"client_id":          knownvalue.StringExact(dashboardUS),
		"client_name":        knownvalue.StringExact(dashboardName),
		"days":               knownvalue.Int64Exact(7),
		"grant_type":         knownvalue.StringExact("CLIENT-CREDENTIALS"),
		"endpoints":          knownvalue.ListExact([]knownvalue.Check{details, events}),
		"unknown_endpoints":  texts(),
		"used_permissions":   texts("analytics:conversationDetail:view"),
		"unused_permissions": texts("analytics:conversationAggregate:view", "chat:chat:access", "directory:user:view"),
		"unused_roles":       texts("employee"),
		"used_scopes":        texts("analytics:export"),
		"unused_scopes":      texts("analytics:read", "org:read"),
	}
	inProcess(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{Config: p.topLevel() + usageOf(`client_name = "Compliance Dashboard"`), ConfigStateChecks: stateChecks(usageAddress, week)},
			{Config: p.topLevel() + usageOf(fmt.Sprintf("client_id = %q", dashboardUS), `days = 7`),
				ConfigStateChecks: stateChecks(usageAddress, week)},
			{
				Config: p.topLevel() + usageOf(`client_name = "Compliance Dashboard"`, `days = 28`),
				ConfigStateChecks: stateChecks(usageAddress, map[string]knownvalue.Check{
					"days": knownvalue.Int64Exact(28),
					"endpoints": knownvalue.ListExact([]knownvalue.Check{
						details, events, calledEndpoint("GET /api/v2/users/{userId}", 31, 30, 1, 0, 0, true),
					}),
				}),
			},
			{
				// Nobody calls an API of Acme US as the auditor, but this very test.
				Config: p.topLevel() + usageOf(),
				ConfigStateChecks: stateChecks(usageAddress, map[string]knownvalue.Check{
					"client_id":        knownvalue.StringExact(auditorUS),
					"client_name":      knownvalue.StringExact("Access Auditor"),
					"endpoints":        knownvalue.ListExact(nil),
					"used_permissions": texts(),
					"unused_permissions": texts("audits:audit:view", "authorization:grant:view", "authorization:policy:view",
						"authorization:role:view", "oauth:client:authorize", "oauth:client:view", "telephony:plugin:all", "usage:client:view"),
					"unused_roles":  texts("Access Auditor"),
					"used_scopes":   texts(),
					"unused_scopes": texts(),
				}),
			},
			{
				Config: p.topLevel() + usageOf(`client_name = "Compliance Dashbord"`),
				ExpectError: failsWith("OAuth client not found",
					`has the name "Compliance Dashbord". Did you mean "Compliance Dashboard"?`),
			},
			{
				Config:      p.topLevel() + usageOf(`client_name = "Compliance Dashboard"`, fmt.Sprintf("client_id = %q", dashboardUS)),
				ExpectError: says(`Attribute "client_name" cannot be specified when "client_id" is specified`),
			},
			{Config: p.topLevel() + usageOf(`days = 0`), ExpectError: says(`Attribute days value must be between 1 and 90, got: 0`)},
			{Config: p.topLevel() + usageOf(`days = 91`), ExpectError: says(`Attribute days value must be between 1 and 90, got: 91`)},
			{
				Config:            p.topLevel() + usageOf(`client_name = "Compliance Dashboard"`, `days = 90`),
				ConfigStateChecks: stateChecks(usageAddress, map[string]knownvalue.Check{"days": knownvalue.Int64Exact(90)}),
			},
			{
				PreConfig: p.change(func(s *emulator.State) {
					o := organization(s, "Acme US")
					o.Clients = append(o.Clients, emulator.Client{OAuthClient: genesyscloud.OAuthClient{
						ID: "00000000-0000-4000-8000-0000000000c1", Name: dashboardName, AuthorizedGrantType: "CLIENT-CREDENTIALS",
					}})
				}),
				Config: p.topLevel() + usageOf(`client_name = "Compliance Dashboard"`),
				ExpectError: says(`2 clients are named "Compliance Dashboard": 00000000-0000-4000-8000-0000000000c1, ` + dashboardUS +
					". Set `client_id` to the intended one."),
			},
		},
	})
}

// The rows of all pages count.
func TestClientUsagePages(t *testing.T) {
	t.Parallel()
	p := startPlatform(t, func(s *emulator.State) {
		endpoints := []string{"GET /api/v2/brand/new"}
		for i := range 1100 {
			endpoints = append(endpoints, fmt.Sprintf("GET /api/v2/users/{userId%d}", i))
		}
		calledBy(dashboardName, append(endpoints, "GET /api/v2/routing/queues")...)(s)
	})
	inProcess(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config: p.topLevel() + usageOf(`client_name = "Compliance Dashboard"`),
			ConfigStateChecks: stateChecks(usageAddress, map[string]knownvalue.Check{
				"endpoints": knownvalue.ListExact([]knownvalue.Check{
					calledEndpoint("GET /api/v2/brand/new", 1, 1, 0, 0, 0, false),
					calledEndpoint("GET /api/v2/routing/queues", 1, 1, 0, 0, 0, true),
					calledEndpoint("GET /api/v2/users/{userId}", 1100, 1100, 0, 0, 0, true),
				}),
				"used_permissions": texts("routing:queue:view"),
			}),
		}},
	})
}

// What is not fully known is never called unused, and the warning says why.
func TestClientUsageInDoubt(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change            func(*emulator.State)
		mutate            func(body []byte) []byte // of the client list
		unknown           []string
		permissions       knownvalue.Check
		roles, scopes     knownvalue.Check
		warns, warnsOfAll string
	}{
		"endpoint not in the catalog": {
			change:      calledBy(dashboardName, "GET /api/v2/analytics/events", "GET /api/v2/brand/new"),
			unknown:     []string{"GET /api/v2/brand/new"},
			permissions: knownvalue.Null(), roles: knownvalue.Null(), scopes: knownvalue.Null(),
			warns:      "The catalog does not contain GET /api/v2/brand/new, so what the endpoint needs is unknown.",
			warnsOfAll: "unused_permissions, unused_roles, unused_scopes.",
		},
		"undocumented scopes": {
			change: calledBy(dashboardName, "GET /api/v2/agentic/virtualagents", "GET /api/v2/analytics/events"),
			permissions: texts("analytics:conversationAggregate:view", "analytics:conversationDetail:view",
				"chat:chat:access", "directory:user:view"),
			roles: texts("Analytics - Read", "employee"), scopes: knownvalue.Null(),
			warns:      "The scopes that GET /api/v2/agentic/virtualagents needs are not documented.",
			warnsOfAll: "unused_scopes.",
		},
		"a role that is not listed": {
			change: calledBy(dashboardName, "GET /api/v2/analytics/events"),
			mutate: func(body []byte) []byte {
				return bytes.Replace(body, []byte("1a7c1e02-4b2d-4e6f-8a12-5c9d7e31f102"), []byte("00000000-0000-4000-8000-0000000000c2"), 1)
			},
			permissions: knownvalue.Null(), roles: knownvalue.Null(), scopes: texts("analytics:read", "org:read"),
			warns:      `The platform does not show what the role "00000000-0000-4000-8000-0000000000c2" permits.`,
			warnsOfAll: "unused_permissions, unused_roles.",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startPlatform(t, test.change)
			if test.mutate != nil {
				p.AddFault(emulator.Fault{Path: "/api/v2/oauth/clients", Kind: emulator.FaultMutate, Mutate: test.mutate})
			}
			config := p.topLevel() + usageOf(`client_name = "Compliance Dashboard"`)
			inProcess(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				Steps: []resource.TestStep{{
					Config: config,
					ConfigStateChecks: stateChecks(usageAddress, map[string]knownvalue.Check{
						"unused_permissions": test.permissions, "unused_roles": test.roles, "unused_scopes": test.scopes,
						"used_scopes": texts("analytics:export"), "unknown_endpoints": texts(test.unknown...),
					}),
				}},
			})
			assertShowsAll(t, saidAtPlan(t, config), `Warning: The unused access of "Compliance Dashboard" is not fully known`, test.warns,
				"The lists that depend on this are null: "+test.warnsOfAll)
		})
	}
}

// The permissions of a user-context grant are a user's, so that none of the client's can be unused. It is no fault that needs a warning.
func TestClientUsageOfUserGrant(t *testing.T) {
	t.Parallel()
	p := startPlatform(t, func(s *emulator.State) {
		o := organization(s, "Acme US")
		o.Clients = append(o.Clients, emulator.Client{OAuthClient: genesyscloud.OAuthClient{
			ID: "00000000-0000-4000-8000-0000000000c3", Name: "Agent Desktop", AuthorizedGrantType: "CODE", State: "active",
			Scope: genesyscloud.List[string]{"routing:readonly", "users"},
		}})
		calledBy("Agent Desktop", "GET /api/v2/routing/queues")(s)
	})
	config := p.topLevel() + usageOf(`client_name = "Agent Desktop"`)
	inProcess(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config: config,
			ConfigStateChecks: stateChecks(usageAddress, map[string]knownvalue.Check{
				"grant_type":         knownvalue.StringExact("CODE"),
				"used_permissions":   texts("routing:queue:view"),
				"unused_permissions": knownvalue.Null(),
				"unused_roles":       knownvalue.Null(),
				"used_scopes":        texts("routing:readonly"),
				"unused_scopes":      texts("users"),
			}),
		}},
	})
	if said := saidAtPlan(t, config); said != "" {
		t.Error(said)
	}
}

func TestClientUsageThatCannotBeRead(t *testing.T) {
	t.Parallel()
	refusal := func(path string) emulator.Fault { return emulator.Fault{Path: path, Status: http.StatusForbidden} }
	results := func(body string) emulator.Fault {
		return emulator.Fault{Path: usageResultsPath, Status: 200, Body: body}
	}
	row := func(fields string) emulator.Fault {
		return results(`{"queryStatus": "Succeeded", "entities": [{"httpMethod": "GET", "templateUri": "/api/v2/users", ` + fields + `}]}`)
	}
	const cannot = `Cannot read the usage of "Compliance Dashboard", a client of the default organization`
	tests := map[string]struct {
		fault           emulator.Fault
		summary, detail string
	}{
		"clients refused": {refusal("/api/v2/oauth/clients"), "Cannot read the OAuth clients of",
			"Grant oauth:client:view to the auditing client"},
		"roles refused": {refusal("/api/v2/authorization/roles"), "Cannot read the roles of",
			"Grant authorization:role:view to the auditing client"},
		"query refused":   {refusal(usageStartPath), cannot, "Grant usage:client:view to the auditing client"},
		"results refused": {refusal(usageResultsPath), cannot, "Grant usage:client:view to the auditing client"},
		"days refused": {emulator.Fault{Path: usageStartPath, Status: http.StatusBadRequest}, cannot,
			"The request could not be understood by the server"},
		"cut off":        {emulator.Fault{Path: usageResultsPath, Kind: emulator.FaultTruncate}, cannot, "it broke off after"},
		"failed":         {results(`{"queryStatus": "Failed"}`), cannot, "the platform's query failed (queryStatus Failed)"},
		"cancelled":      {results(`{"queryStatus": "Cancelled"}`), cannot, "the platform's query was cancelled"},
		"unknown status": {results(`{"queryStatus": "Lost"}`), cannot, `the queryStatus "Lost" is not one that the platform documents`},
		"queued":         {results(`{"queryStatus": "Queued"}`), cannot, "The last try: the platform's query was still running."},
		"running":        {results(`{"queryStatus": "Running"}`), cannot, "The last try: the platform's query was still running."},
		"no results":     {results(`{"queryStatus": "Succeeded"}`), cannot, "the field entities is missing"},
		"same cursor": {results(`{"queryStatus": "Succeeded", "entities": [], "nextUri": "/x?after=x"}`), cannot,
			"page 2 repeats a cursor"},
		"wrong type": {row(`"requestCount": "many"`), cannot, "requestCount is a JSON string"},
		"negative":   {row(`"requestCount": 1, "status200": -1`), cannot, "the field status200 is -1"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startPlatform(t)
			p.AddFault(test.fault)
			inProcess(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				Steps: []resource.TestStep{{
					Config:      p.topLevel("request_timeout = 3") + usageOf(`client_name = "Compliance Dashboard"`),
					ExpectError: failsWith(test.summary, test.detail),
				}},
			})
		})
	}
}

// The older endpoints are read where the platform does not have the new ones, and only there.
func TestClientUsageOfTheOlderEndpoints(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusNotFound, http.StatusNotImplemented} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			p := startPlatform(t)
			p.AddFault(emulator.Fault{Path: usageStartPath, Status: status})
			inProcess(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				Steps: []resource.TestStep{
					{
						Config: p.topLevel() + usageOf(`client_name = "Compliance Dashboard"`),
						ConfigStateChecks: stateChecks(usageAddress, map[string]knownvalue.Check{
							"unused_permissions": texts("analytics:conversationAggregate:view", "chat:chat:access", "directory:user:view"),
						}),
					},
					{
						PreConfig:   func() { p.AddFault(emulator.Fault{Path: usageSummaryPath, Status: http.StatusForbidden}) },
						Config:      p.topLevel() + usageOf(`client_name = "Compliance Dashboard"`),
						ExpectError: says("Grant oauth:client:view or usage:client:view to the auditing client"),
					},
				},
			})
		})
	}
}

// With a ready access token only the token tells whose it is.
func TestClientUsageOfOwnToken(t *testing.T) {
	t.Parallel()
	p := startPlatform(t, calledBy("Access Auditor", "GET /api/v2/oauth/clients"))
	token, err := p.IssueToken(auditorUS, nil)
	if err != nil {
		t.Fatal(err)
	}
	block := fmt.Sprintf("\nprovider \"genesysaudit\" {\n  access_token = %q\n  api_url      = \"%s/us-east-1\"\n}\n", token, p.url)
	inProcess(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{
				Config: block + usageOf(),
				ConfigStateChecks: stateChecks(usageAddress, map[string]knownvalue.Check{
					"client_id":        knownvalue.StringExact(auditorUS),
					"used_permissions": texts("oauth:client:view"),
				}),
			},
			{
				PreConfig: func() {
					p.AddFault(emulator.Fault{Path: "/api/v2/tokens/me", Status: 200, Body: `{"organization": {"id": "o", "name": "O"}}`})
				},
				Config:      block + usageOf(),
				ExpectError: failsWith("The provider's own client is unknown", "Set client_id or client_name."),
			},
		},
	})
}

// What the usage of a client costs stands in BENCHMARKS.md.
func TestRequestsOfClientUsage(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	if said := saidAtPlan(t, p.topLevel()+usageOf(`client_name = "Compliance Dashboard"`)); said != "" {
		t.Error(said)
	}
	var got []string
	for _, request := range p.Requests() {
		path, job, _ := strings.Cut(request.Path, "/jobs/")
		if job != "" {
			path += "/jobs/{jobId}"
		}
		got = append(got, strings.ReplaceAll(strings.TrimSuffix(path+"?"+request.Query, "?"), dashboardUS, "{id}"))
	}
	want := []string{
		"/oauth/token", "/api/v2/tokens/me", "/api/v2/oauth/clients", "/api/v2/authorization/roles?pageNumber=1&pageSize=100&userCount=false",
		"/api/v2/usage/client/{id}/aggregates/query/jobs", "/api/v2/usage/client/{id}/aggregates/query/jobs/{jobId}?pageSize=1000",
		"/api/v2/usage/client/{id}/aggregates/query/jobs/{jobId}?pageSize=1000",
	}
	if !slices.Equal(got, want) {
		t.Errorf("requests:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// The guide works as it is written: it shows what is unused, fails the plan while it is granted, and passes once it is taken away.
func TestShrinkGuide(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile(filepath.Join(moduleDir, "templates", "guides", "shrink-a-client.md"))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for _, part := range strings.Split(string(guide), "```terraform\n")[1:] {
		block, _, _ := strings.Cut(part, "```")
		blocks = append(blocks, block)
	}
	if len(blocks) != 4 {
		t.Fatalf("%d blocks of Terraform in the guide", len(blocks))
	}
	p := startPlatform(t)
	c := newCLI(t, "main.tf", blocks[0])
	signIn(c.Workspace, p.url)
	output := c.run(0, "apply", "-no-color", "-auto-approve")
	_, shown, _ := strings.Cut(string(guide), "```text\n")
	shown, _, _ = strings.Cut(shown, "```")
	for line := range strings.Lines(shown) {
		assertShows(t, output, line)
	}
	c.write("keep.tf", blocks[1]+blocks[2]+blocks[3])
	output = c.run(1, "plan", "-no-color")
	assertShows(t, output, `Acme US: "Compliance Dashboard" does not meet the requirements`)
	for _, extra := range []string{"role_excess", "employee", "analytics:read", "org:read"} {
		assertShows(t, output, extra)
	}
	p.change(withoutRole("employee"))()
	p.change(func(s *emulator.State) {
		dashboardOf(s, "Acme US").Scope = genesyscloud.List[string]{"analytics:export"}
	})()
	output = c.run(0, "apply", "-no-color", "-auto-approve")
	assertShows(t, output, "1 added, 0 changed, 0 destroyed")
	assertHides(t, output, "The dashboard does not use")
	assertShows(t, output, `"Access Auditor (`+auditorUS+`)" = tolist([ "Access Auditor", ])`)
}
