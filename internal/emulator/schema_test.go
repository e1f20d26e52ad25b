package emulator_test

import (
	"bytes"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
)

// models compiles the schemas of the platform's models.
func models(t *testing.T) *jsonschema.Compiler {
	t.Helper()
	file, err := os.ReadFile("testdata/models.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("models.json", document); err != nil {
		t.Fatal(err)
	}
	return compiler
}

func validate(t *testing.T, compiler *jsonschema.Compiler, model, body string) error {
	t.Helper()
	schema, err := compiler.Compile("models.json#/$defs/" + model)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatalf("body %q: %v", body, err)
	}
	return schema.Validate(value)
}

// reads are the endpoints that are answered from the state, and the platform's model of each answer. Two answers have no model.
func reads(client, role, subject, division, authorized string) map[string]string {
	return map[string]string{
		"/oauth/clients":                              "OAuthClientEntityListing",
		"/oauth/clients/" + client:                    "OAuthClient",
		"/oauth/clients/" + client + "/usage/summary": "UsageExecutionResult",
		"/oauth/scopes":                               "OAuthScopeListing",
		"/oauth/scopes/routing":                       "OAuthScope",
		"/oauth/authorizations":                       "OAuthAuthorizationListing",
		"/oauth/authorizations/" + authorized:         "OAuthAuthorization",
		"/tokens/me":                                  "TokenInfo",
		"/tokens/timeout":                             "",
		"/organizations/me":                           "Organization",
		"/organizations/authentication/settings":      "OrgAuthSettings",
		"/organizations/ipaddressauthentication":      "IpAddressAuthentication",
		"/organizations/whitelist":                    "OrgWhitelistSettings",
		"/organizations/embeddedintegration":          "EmbeddedIntegration",
		"/telephony/mediaregions":                     "MediaRegions",
		"/authorization/roles":                        "OrganizationRoleEntityListing",
		"/authorization/roles/" + role:                "DomainOrganizationRole",
		"/authorization/subjects/" + subject:          "AuthzSubject",
		"/authorization/subjects/" + client:           "AuthzSubject",
		"/authorization/divisions":                    "AuthzDivisionEntityListing",
		"/authorization/divisions/home":               "AuthzDivision",
		"/authorization/divisions/" + division:        "AuthzDivision",
		"/authorization/permissions":                  "PermissionCollectionEntityListing",
		"/authorization/products":                     "OrganizationProductEntityListing",
		"/orgauthorization/trustors":                  "TrustorEntityListing",
		"/orgauthorization/trustees":                  "TrustEntityListing",
	}
}

func TestReadsAreThePlatformsModels(t *testing.T) {
	t.Parallel()
	compiler := models(t)
	e, base := newEmulator(t, rich())
	for name, token := range map[string]string{
		"client credentials": issued(t, e, "admin"),
		"user": issuedToAda(t, e, "web", "oauth", "authorization", "organization", "organization-authorization", "telephony",
			"user-basic-info"),
	} {
		for path, model := range reads("web", "queues", "ada", "sales", "vendor") {
			answer := get(t, base+"/api/v2"+path, token)
			if answer.status != http.StatusOK {
				t.Errorf("%s: %s: %d %s", name, path, answer.status, answer.body)
				continue
			}
			if strings.Contains(answer.body, "secret") {
				t.Errorf("%s: %s shows a secret: %s", name, path, answer.body)
			}
			if model == "" {
				continue
			}
			if err := validate(t, compiler, model, answer.body); err != nil {
				t.Errorf("%s: %s: %v\n%s", name, path, err, answer.body)
			}
		}
	}
	if got := e.Violations(); len(got) > 0 {
		t.Errorf("violations: %q", got)
	}
}

func TestScenarioReadsAreThePlatformsModels(t *testing.T) {
	t.Parallel()
	compiler := models(t)
	state := scenario(t)
	// What the auditor's role does not give, and the empty list of authorizations.
	refused := map[string]int{
		"/organizations/authentication/settings": http.StatusForbidden,
		"/organizations/ipaddressauthentication": http.StatusForbidden,
		"/orgauthorization/trustors":             http.StatusForbidden,
		"/orgauthorization/trustees":             http.StatusForbidden,
		"/oauth/authorizations/vendor":           http.StatusNotFound,
	}
	_, base := newEmulator(t, state)
	for _, org := range state.Organizations {
		auditor := client(t, org, "Access Auditor")
		token := signedIn(t, base+"/"+org.Region, auditor.ID, auditor.Secret)
		for path, model := range reads(org.Clients[0].ID, org.Roles[4].ID, org.Users[0].ID, org.Divisions[1].ID, "vendor") {
			answer := get(t, base+"/"+org.Region+"/api/v2"+path, token)
			want, expected := refused[path]
			if expected {
				model = "ErrorBody"
			} else {
				want = http.StatusOK
			}
			if answer.status != want {
				t.Errorf("%s: %s: status %d, want %d: %s", org.Region, path, answer.status, want, answer.body)
			}
			if model == "" {
				continue
			}
			if err := validate(t, compiler, model, answer.body); err != nil {
				t.Errorf("%s: %s: %v\n%s", org.Region, path, err, answer.body)
			}
		}
	}
}

func client(t *testing.T, org emulator.Organization, name string) emulator.Client {
	t.Helper()
	for _, c := range org.Clients {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("no client %q", name)
	return emulator.Client{}
}

func TestErrorsAreThePlatformsModel(t *testing.T) {
	t.Parallel()
	compiler := models(t)
	e, base := newEmulator(t, rich(), emulator.WithRateLimit(8))
	narrow := issued(t, e, "narrow")
	for i := range 12 {
		e.AddFault(emulator.Fault{Path: "/api/v2/tokens/me", Status: 400 + i, Times: 1})
	}
	for _, test := range []struct {
		path, token string
		header      []string
		status      int
	}{
		{"/api/v2/authorization/roles", "", nil, 401},
		{"/api/v2/authorization/roles", "nonsense", nil, 401},
		{"/api/v2/authorization/roles", narrow, nil, 403},
		{"/api/v2/authorization/divisions?pageSize=500", narrow, nil, 400},
		{"/api/v2/authorization/divisions?colour=red", narrow, nil, 400},
		{"/api/v2/authorization/divisions/nowhere", narrow, nil, 404},
		{"/api/v2/nothing", narrow, nil, 404},
		{"/api/v2/users/me", narrow, nil, 400},
		{"/api/v2/analytics/events", narrow, nil, 403},
		{"/api/v2/authorization/divisions", narrow, []string{"X-Emulator-Source-IP", "203.0.113.1"}, 401},
		{"/api/v2/authorization/divisions", narrow, nil, 429},
		{"/api/v2/tokens/me", narrow, nil, 400},
		{"/api/v2/tokens/me", narrow, nil, 401},
	} {
		answer := get(t, base+test.path, test.token, test.header...)
		if answer.status != test.status {
			t.Errorf("%s: status %d, want %d: %s", test.path, answer.status, test.status, answer.body)
		}
		if err := validate(t, compiler, "ErrorBody", answer.body); err != nil {
			t.Errorf("%s: %v\n%s", test.path, err, answer.body)
		}
		if answer.header.Get("ININ-Correlation-Id") == "" {
			t.Errorf("%s: no ININ-Correlation-Id", test.path)
		}
	}
}

// The test above is worth nothing unless the validator refuses what is wrong.
func TestModelsRefuseBrokenBodies(t *testing.T) {
	t.Parallel()
	compiler := models(t)
	e, base := newEmulator(t, rich())
	token := issued(t, e, "admin")
	for _, test := range []struct{ path, model, old, broken string }{
		{"/organizations/me", "Organization", `"version":3,`, ``},
		{"/authorization/divisions/home", "AuthzDivision", `"description":"",`, ``},
		{"/authorization/divisions", "AuthzDivisionEntityListing", `"pageCount":1`, `"pageCount":"1"`},
		{"/oauth/clients/web", "OAuthClient", `"CODE"`, `"DEVICE"`},
		{"/oauth/clients", "OAuthClientEntityListing", `"scope":[]`, `"scope":null`},
		{"/authorization/roles/queues", "DomainOrganizationRole", `"operator":"IN"`, `"operator":"LIKE"`},
		{"/orgauthorization/trustees", "TrustEntityListing", `"enabled":true,`, ``},
	} {
		body := get(t, base+"/api/v2"+test.path, token).body
		broken := strings.Replace(body, test.old, test.broken, 1)
		if broken == body {
			t.Errorf("%s: nothing to break in %s", test.path, body)
		} else if err := validate(t, compiler, test.model, broken); err == nil {
			t.Errorf("%s: %s accepts %s", test.path, test.model, broken)
		}
	}
}
