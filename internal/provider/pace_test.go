package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/provider"
)

// platformLimit is the number of requests that the platform takes of a token in a minute.
const platformLimit = 300

// A run never asks more often than the platform allows: it is never refused, it waits.
func TestRateLimitIsNeverHit(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name           string
		validations    int
		argumentsOf    func(i int) map[string]any
		wantRequests   int
		least, most    time.Duration
		requestTimeout int
	}{
		{
			name: "1,000 validations of one client", validations: 1000,
			argumentsOf: func(int) map[string]any { return scenes[0].arguments }, wantRequests: 11, most: time.Second, requestTimeout: 60,
		},
		{
			name: "200 users, each two requests", validations: 200,
			argumentsOf: func(i int) map[string]any {
				return map[string]any{"client_id": "vendor", "user_id": fmt.Sprintf("user-%d", i),
					"required_roles": []string{"Desk"}, "allowed_grant_types": []string{"CODE"}}
			},
			wantRequests: 405, least: time.Minute, most: 2 * time.Minute, requestTimeout: 180,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e, schemas := pacedPlatform(t, test.validations), providerSchemas(t)
			configs := make([]validationConfig, test.validations)
			for i := range configs {
				configs[i] = newValidationConfig(t, schemas.DataSourceSchemas[validationOf], test.argumentsOf(i))
			}
			block := pacedProvider(t, schemas.Provider, test.requestTimeout)
			synctest.Test(t, func(t *testing.T) {
				transport, stop := e.Pipe()
				defer stop()
				server, err := providerserver.NewProtocol6WithError(provider.New("test", provider.WithTransport(transport))())()
				if err != nil {
					t.Fatal(err)
				}
				if _, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: block}); err != nil {
					t.Fatal(err)
				}
				started := time.Now()
				var group sync.WaitGroup
				slots := make(chan struct{}, 10) // as many as Terraform has at once
				for _, config := range configs {
					slots <- struct{}{}
					group.Go(func() {
						defer func() { <-slots }()
						if j := planOf["data source"](t.Context(), t, server, config); !j.passed() {
							t.Errorf("it does not pass: %s", j.text)
						}
					})
				}
				group.Wait()
				elapsed := time.Since(started)
				requests := e.Requests()
				refused := slices.DeleteFunc(slices.Clone(requests), func(r emulator.Request) bool { return r.Status != 429 })
				t.Logf("%d validations: %d requests in %s, %d refused", test.validations, len(requests), elapsed, len(refused))
				if len(refused) > 0 || len(requests) != test.wantRequests {
					t.Errorf("%d requests, of which %d were refused, want %d and none", len(requests), len(refused), test.wantRequests)
				}
				if elapsed < test.least || elapsed > test.most {
					t.Errorf("it took %s, want %s to %s", elapsed, test.least, test.most)
				}
			})
		})
	}
}

// pacedPlatform refuses what is beyond the platform's limit.
func pacedPlatform(t *testing.T, users int) *emulator.Emulator {
	t.Helper()
	state := matrixState(0)
	org := &state.Organizations[0]
	for i := range users {
		org.Users = append(org.Users, emulator.User{ID: fmt.Sprintf("user-%d", i), Name: "User", Grants: []genesyscloud.AuthGrant{
			{Division: genesyscloud.Division{ID: "sales"}, Role: genesyscloud.SubjectRole{ID: "desk"}},
		}})
	}
	e, err := provider.NewEmulator(state, emulator.WithRateLimit(platformLimit))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func pacedProvider(t *testing.T, schema *tfprotov6.Schema, requestTimeout int) *tfprotov6.DynamicValue {
	t.Helper()
	of := schema.ValueType()
	value, err := objectOf(t, schema, map[string]string{
		"api_url": matrixURL, "login_url": matrixURL, "oauthclient_id": "auditor", "oauthclient_secret": matrixSecret}).Unmarshal(of)
	if err != nil {
		t.Fatal(err)
	}
	attributes := map[string]tftypes.Value{}
	if err := value.As(&attributes); err != nil {
		t.Fatal(err)
	}
	attributes["request_timeout"] = tftypes.NewValue(tftypes.Number, requestTimeout)
	dynamic, err := tfprotov6.NewDynamicValue(of, tftypes.NewValue(of, attributes))
	if err != nil {
		t.Fatal(err)
	}
	return &dynamic
}

// More requests than a minute allows do not fit into a minute. The user learns what to change.
func TestRateLimitBeyondTheDeadline(t *testing.T) {
	t.Parallel()
	const users = platformLimit / 2 // each is two requests: the user, and the user's roles
	e, schemas := pacedPlatform(t, users), providerSchemas(t)
	block := pacedProvider(t, schemas.Provider, 60)
	configs := make([]validationConfig, users)
	for i := range configs {
		configs[i] = newValidationConfig(t, schemas.DataSourceSchemas[validationOf], map[string]any{
			"client_id": "vendor", "user_id": fmt.Sprintf("user-%d", i), "required_roles": []string{"Desk"}})
	}
	synctest.Test(t, func(t *testing.T) {
		transport, stop := e.Pipe()
		defer stop()
		server, err := providerserver.NewProtocol6WithError(provider.New("test", provider.WithTransport(transport))())()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: block}); err != nil {
			t.Fatal(err)
		}
		undetermined := 0
		for _, config := range configs {
			j := planOf["data source"](t.Context(), t, server, config)
			if j.passed() {
				continue
			}
			undetermined++
			for _, want := range []string{"The platform's rate limit allows no further request before then.", "raise request_timeout in the provider block"} {
				if !strings.Contains(j.text, want) {
					t.Errorf("%q is not in: %s", want, j.text)
				}
			}
		}
		if undetermined != 2 { // the sign-in, the token's answer and two lists were read first
			t.Errorf("%d of %d validations are undetermined, want 2", undetermined, len(configs))
		}
	})
}
