package provider

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// The permissions that the documentation asks of the auditing client.
const (
	clientView      = "oauth:client:view"
	clientAuthorize = "oauth:client:authorize"
	usageView       = "usage:client:view"
	roleView        = "authorization:role:view"
	grantView       = "authorization:grant:view"
	organizationAll = "directory:organization:admin"
	telephonyAll    = "telephony:plugin:all"
	trustorView     = "authorization:orgTrustor:view"
	trusteeView     = "authorization:orgTrustee:view"
	policyView      = "authorization:policy:view"
	auditView       = "audits:audit:view"
)

var documentedPermissions = []string{clientView, clientAuthorize, usageView, roleView, grantView, organizationAll, telephonyAll, trustorView,
	trusteeView, policyView, auditView}

// The clients and the user of the audited organization.
const (
	auditingClient = "auditor"
	targetClient   = "target" // CLIENT-CREDENTIALS, with a role in the division Home
	desktopClient  = "desktop"
	vendorClient   = "vendor" // of another organization, authorized here
	desktopUser    = "desktop-user"
)

// documentedRead is a row of the table of permissions in the provider's documentation.
type documentedRead struct {
	shown       string // the row's first cell
	endpoints   []string
	permissions []string // any one is enough; none: no permission
	when        string
	read        func(context.Context, *genesyscloud.Client) error
}

// everything is when the provider reads who signed in.
const everything = "every validation and data source"

// readFor tells whether the row documents the read for a data source.
func readFor(when, typeName string) bool {
	return when == everything || strings.Contains(when, "`"+typeName+"`")
}

// is fits a read to the table, which asks only whether it succeeds.
func is[T any](read func(*genesyscloud.Client, context.Context) (T, error)) func(context.Context, *genesyscloud.Client) error {
	return func(ctx context.Context, c *genesyscloud.Client) error {
		_, err := read(c, ctx)
		return err
	}
}

func documentedReads() []documentedRead {
	const (
		usage  = "/api/v2/usage/client/{clientId}/aggregates/query/jobs"
		audits = "/api/v2/audits/query/realtime"
	)
	one := func(path string, permission, when string, read func(context.Context, *genesyscloud.Client) error) documentedRead {
		row := documentedRead{shown: "`GET " + path + "`", endpoints: []string{"GET " + path}, when: when, read: read}
		if permission != "" {
			row.permissions = []string{permission}
		}
		return row
	}
	return []documentedRead{
		one("/api/v2/tokens/me", "", everything, is((*genesyscloud.Client).Token)),
		one("/api/v2/oauth/clients", clientView,
			"every validation, `genesysaudit_changes`, `genesysaudit_client_usage`, `genesysaudit_oauth_client`, `genesysaudit_oauth_clients`",
			is((*genesyscloud.Client).OAuthClients)),
		one("/api/v2/authorization/roles", roleView, "checks of roles and permissions, `genesysaudit_changes`, `genesysaudit_client_usage`, "+
			"`genesysaudit_oauth_client`, `genesysaudit_oauth_clients`, `genesysaudit_role`", is((*genesyscloud.Client).Roles)),
		one("/api/v2/authorization/roles/{roleId}", roleView, "`genesysaudit_role`",
			func(ctx context.Context, c *genesyscloud.Client) error {
				_, err := c.Role(ctx, "target-role")
				return err
			}),
		{"`POST " + usage + "`, `GET .../jobs/{jobId}`", []string{"POST " + usage, "GET " + usage + "/{jobId}"}, []string{usageView},
			"`genesysaudit_client_usage`",
			func(ctx context.Context, c *genesyscloud.Client) error {
				_, err := c.OAuthClientUsage(ctx, targetClient, 7)
				return err
			}},
		{"`GET " + audits + "/servicemapping`, `POST " + audits + "`", []string{"GET " + audits + "/servicemapping", "POST " + audits},
			[]string{auditView}, "`genesysaudit_changes`",
			func(ctx context.Context, c *genesyscloud.Client) error {
				services, err := c.AuditServices(ctx)
				if err != nil {
					return err
				}
				_, err = c.Audits(ctx, genesyscloud.AuditQuery{
					From: fixedClock().AddDate(0, 0, -1), To: fixedClock(), Service: services[0].Name, EntityType: "Role"})
				return err
			}},
		one("/api/v2/oauth/scopes", "", "a scope is named that the client does not have", is((*genesyscloud.Client).OAuthScopes)),
		one("/api/v2/authorization/divisions", "", "`divisions` names one, `genesysaudit_oauth_client`, `genesysaudit_oauth_clients`",
			is((*genesyscloud.Client).Divisions)),
		one("/api/v2/authorization/permissions", "", "checks of permissions", is((*genesyscloud.Client).Permissions)),
		one("/api/v2/oauth/authorizations", clientAuthorize,
			"the client is not one of the organization's own, `genesysaudit_authorizations`", is((*genesyscloud.Client).OAuthAuthorizations)),
		one("/api/v2/authorization/subjects/{subjectId}", grantView, "`user_id`",
			func(ctx context.Context, c *genesyscloud.Client) error {
				_, err := c.Subject(ctx, desktopUser)
				return err
			}),
		one("/api/v2/users/{userId}", "", "`user_id`", func(ctx context.Context, c *genesyscloud.Client) error {
			_, err := c.User(ctx, desktopUser)
			return err
		}),
		one("/api/v2/authorization/policies", policyView, "checks of permissions, unless `ignore_access_policies`, `genesysaudit_access_policies`",
			is((*genesyscloud.Client).AccessPolicies)),
		one("/api/v2/notifications/availabletopics", "", "`notification_topics`", is((*genesyscloud.Client).NotificationTopics)),
		one("/api/v2/organizations/authentication/settings", organizationAll, "`egress_addresses`, `genesysaudit_organization`",
			is((*genesyscloud.Client).AuthenticationSettings)),
		one("/api/v2/telephony/mediaregions", telephonyAll, "a check of the region where `api_url` or `login_url` names other hosts than the region's own, `genesysaudit_organization`",
			is((*genesyscloud.Client).MediaRegions)),
		one("/api/v2/orgauthorization/trustors", trustorView, "`genesysaudit_trusts`", is((*genesyscloud.Client).Trustors)),
		one("/api/v2/orgauthorization/trustees", trusteeView, "`genesysaudit_trusts`", is((*genesyscloud.Client).Trustees)),
		one("/api/v2/organizations/me", "", "`genesysaudit_organization`",
			is((*genesyscloud.Client).Organization)),
		one("/api/v2/tokens/timeout", "", "`genesysaudit_organization`", is((*genesyscloud.Client).TokenTimeout)),
	}
}

// auditedPlatform is an organization that has something to show for every read, with an auditing client that has just these permissions.
func auditedPlatform(t *testing.T, permissions ...string) (*emulator.Emulator, string) {
	t.Helper()
	type (
		list   = genesyscloud.List[string]
		grants = genesyscloud.List[genesyscloud.RoleDivision]
	)
	auditing := genesyscloud.Role{ID: "auditing-role", Name: "Auditing", PermissionPolicies: genesyscloud.List[genesyscloud.PermissionPolicy]{}}
	for _, permission := range permissions {
		segments := strings.Split(permission, ":")
		auditing.PermissionPolicies = append(auditing.PermissionPolicies,
			genesyscloud.PermissionPolicy{Domain: segments[0], EntityName: segments[1], ActionSet: list{segments[2]}})
	}
	platform, err := NewEmulator(emulator.State{Organizations: []emulator.Organization{{
		Region:       "us-east-1",
		Organization: genesyscloud.Organization{ID: "organization", Name: "Acme", Version: 1},
		Divisions:    []genesyscloud.Division{{ID: "home", Name: "Home", HomeDivision: true}},
		Roles: []genesyscloud.Role{auditing, {ID: "target-role", Name: "Queues", PermissionPolicies: genesyscloud.List[genesyscloud.PermissionPolicy]{
			{Domain: "routing", EntityName: "queue", ActionSet: list{"view"}},
		}}},
		Clients: []emulator.Client{
			{Secret: "secret", OAuthClient: genesyscloud.OAuthClient{ID: auditingClient, Name: "Auditor",
				AuthorizedGrantType: "CLIENT-CREDENTIALS", State: "active", RoleDivisions: grants{{RoleID: "auditing-role", DivisionID: "*"}}}},
			{OAuthClient: genesyscloud.OAuthClient{ID: targetClient, Name: "Target", AuthorizedGrantType: "CLIENT-CREDENTIALS", State: "active",
				Scope: list{"routing"}, RoleDivisions: grants{{RoleID: "target-role", DivisionID: "*"}}},
				Usage: []emulator.UsageRow{{UsageRow: genesyscloud.UsageRow{
					HTTPMethod: "GET", TemplateURI: "/api/v2/routing/queues", Requests: 1, Status200: 1}}}},
			{OAuthClient: genesyscloud.OAuthClient{ID: desktopClient, Name: "Desktop", AuthorizedGrantType: "CODE", State: "active",
				Scope: list{"routing"}}},
		},
		Users: []emulator.User{{ID: desktopUser, Name: "Desktop Service", Grants: []genesyscloud.AuthGrant{
			{Role: genesyscloud.SubjectRole{ID: "target-role"}, Division: genesyscloud.Division{ID: "*"}}}}},
		Authorizations: []genesyscloud.OAuthAuthorization{{State: "Authorized", Scope: list{"routing"}, Client: genesyscloud.OAuthClient{
			ID: vendorClient, Name: "Vendor", AuthorizedGrantType: "CODE", State: "active", Scope: list{"routing"}}}},
		Trustors:               []genesyscloud.Trustor{{ID: "trustor", Enabled: true}},
		Trustees:               []genesyscloud.Trustee{{ID: "trustee", Enabled: true}},
		AuthenticationSettings: &genesyscloud.AuthenticationSettings{IPAddressAllowlist: list{"203.0.113.0/24"}},
		Topics: []emulator.Topic{{ID: "v2.routing.queues.{id}", RequiresPermissions: list{"routing:queue:view"},
			PermissionDetails: []emulator.TopicCondition{{Type: "requiresPermissions", Permissions: list{"routing:queue:view"}}}}},
		Policies: []emulator.AccessPolicy{{ID: "policy", TargetResource: "recording:recording:view", Effect: "ALLOW", Subject: emulator.PolicySubject{Type: "ALL"}}},
		Audits: []emulator.AuditEvent{{ID: "granted", ServiceName: "PeoplePermissions", EntityType: "Role", Action: "MemberAdd",
			EventDate: "2026-03-01T08:00:00Z", Entity: emulator.EntityRef{ID: "target-role", Name: "target--target-role--organization"}}},
	}}}, emulator.WithClock(fixedClock))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(platform)
	t.Cleanup(func() {
		server.Close()
		for _, violation := range platform.Violations() {
			t.Errorf("the platform would refuse: %s", violation)
		}
		for _, request := range platform.Requests() {
			if !request.Reads() {
				t.Errorf("%s %s writes", request.Method, request.Path)
			}
		}
	})
	return platform, server.URL
}

func without(list []string, taken ...string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(taken, s) })
}

// endpointsRead are the endpoints that were requested, as the catalog writes them, each once. The sign-in is none.
func endpointsRead(t *testing.T, platform *emulator.Emulator) []string {
	t.Helper()
	var read []string
	for _, request := range platform.Requests() {
		if request.Path == "/oauth/token" {
			continue
		}
		entry, known := catalog.Find(request.Method, request.Path)
		if !known {
			t.Errorf("%s %s is in no documentation", request.Method, request.Path)
		}
		read = append(read, entry.Endpoint())
	}
	slices.Sort(read)
	return slices.Compact(read)
}

// Each read of the documented table with no more than its permission, and with every other one instead.
func TestEachReadNeedsItsPermission(t *testing.T) {
	t.Parallel()
	reading := func(t *testing.T, permissions []string, row documentedRead) error {
		t.Helper()
		platform, address := auditedPlatform(t, permissions...)
		base, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		client, err := genesyscloud.New(genesyscloud.Config{APIURL: base, LoginURL: base, ClientID: auditingClient, ClientSecret: "secret"})
		if err != nil {
			t.Fatal(err)
		}
		failure := row.read(t.Context(), client)
		for _, endpoint := range endpointsRead(t, platform) {
			if !slices.Contains(row.endpoints, endpoint) {
				t.Errorf("it read %s as well", endpoint)
			}
		}
		return failure
	}
	for _, row := range documentedReads() {
		t.Run(row.endpoints[0], func(t *testing.T) {
			t.Parallel()
			if len(row.permissions) == 0 {
				if err := reading(t, nil, row); err != nil {
					t.Errorf("without any permission: %v", err)
				}
				return
			}
			for _, permission := range row.permissions {
				if err := reading(t, []string{permission}, row); err != nil {
					t.Errorf("with %s alone: %v", permission, err)
				}
			}
			err := reading(t, without(documentedPermissions, row.permissions...), row)
			var refused *genesyscloud.APIError
			if !errors.As(err, &refused) || refused.Status != http.StatusForbidden {
				t.Fatalf("with every other permission: %v", err)
			}
			if want := strings.Join(row.permissions, " or "); refused.Permission != want {
				t.Errorf("the refusal names %q, want %q", refused.Permission, want)
			}
		})
	}
}

// The permissions that are documented are those that the platform's published definition names.
func TestDocumentedPermissionsAreThePublishedOnes(t *testing.T) {
	t.Parallel()
	for _, row := range documentedReads() {
		for _, endpoint := range row.endpoints {
			entry, err := catalog.Lookup(endpoint)
			if err != nil {
				t.Error(err)
				continue
			}
			if diff := cmp.Diff(row.permissions, entry.Permissions, cmp.Transformer("set", sortedSet)); diff != "" {
				t.Errorf("%s (-documented +published):\n%s", endpoint, diff)
			}
			if alternatives := entry.PermissionsMatch; len(row.permissions) > 1 && alternatives != catalog.Any {
				t.Errorf("%s wants %s of its permissions", endpoint, alternatives)
			}
		}
	}
}

// privilegeCase is something that the provider does, and what its auditing client has to be permitted for it.
type privilegeCase struct {
	typeName    string
	arguments   object
	permissions []string
	optional    bool // what is not permitted is null, with a warning
	list        bool
}

func privilegeCases(t *testing.T) map[string]privilegeCase {
	t.Helper()
	argument := startProcess(t, fixedClock, object{"enforcement": str("off")}).argument
	noClient := tftypes.NewValue(tftypes.String, nil)
	usual := object{"client_id": str(targetClient), "enforcement": str("enforce")}
	validating := func(more object, permissions ...string) privilegeCase {
		arguments := object{}
		for _, attributes := range []object{usual, more} {
			for name, value := range attributes {
				arguments[name] = value
			}
		}
		return privilegeCase{typeName: validationType, arguments: arguments, permissions: permissions}
	}
	code := set("CODE")
	data := func(typeName string, arguments object, permissions ...string) privilegeCase {
		return privilegeCase{typeName: "genesysaudit_" + typeName, arguments: arguments, permissions: permissions}
	}
	parts := func(c privilegeCase) privilegeCase { c.optional = true; return c }
	listing := func(c privilegeCase) privilegeCase { c.list = true; return c }
	return map[string]privilegeCase{
		"validation: a scope":                   validating(object{"required_scopes": set("routing")}, clientView),
		"validation: a scope that is not there": validating(object{"forbidden_scopes": set("users")}, clientView),
		"validation: a role":                    validating(object{"required_roles": set("Queues")}, clientView, roleView),
		"validation: a permission":              validating(object{"required_permissions": set("routing:queue:view")}, clientView, roleView, policyView),
		"validation: a published endpoint":      validating(object{"endpoints": set("GET /api/v2/routing/queues")}, clientView, roleView, policyView),
		"validation: a division":                validating(object{"required_permissions": set("routing:queue:view"), "divisions": set("Home")}, clientView, roleView, policyView),
		"validation: a forbidden permission":    validating(object{"forbidden_permissions": set("oauth:*:*")}, clientView, roleView),
		"validation: the region":                validating(object{"application_region": str("us-east-1")}, clientView, telephonyAll),
		"validation: a notification topic":      validating(object{"notification_topics": set("v2.routing.queues.{id}")}, clientView, roleView, policyView),
		"validation: without access policies": validating(object{"required_permissions": set("routing:queue:view"),
			"ignore_access_policies": flag(true)}, clientView, roleView),
		"validation: the life of tokens":        validating(object{"allowed_grant_types": set("CLIENT-CREDENTIALS")}, clientView),
		"validation: an address":                validating(object{"egress_addresses": set("203.0.113.7")}, clientView, organizationAll),
		"validation: the provider's own client": validating(object{"client_id": noClient, "required_roles": set("Auditing")}, clientView, roleView),
		"validation: at most these permissions": validating(object{"allowed_permissions": set("routing:*:*")}, clientView, roleView),
		"validation: the divisions of a role": validating(object{"role_divisions": argument("role_divisions",
			map[string]any{"Queues": []string{"*"}})}, clientView, roleView),
		"validation: every client": validating(object{"client_id": noClient, "clients": argument("clients", map[string]any{"exclude": []string{"Auditor"}}),
			"required_scopes": set("routing")}, clientView),
		"validation: what every client may do": validating(object{"client_id": noClient,
			"clients":               argument("clients", map[string]any{"grant_types": []string{"CLIENT-CREDENTIALS"}}),
			"forbidden_permissions": set("telephony:plugin:delete")}, clientView, roleView),
		"validation: a client as planned": validating(object{"required_scopes": set("users"), "planned": argument("planned",
			map[string]any{"client": map[string]any{"scopes": []string{"users"}}})}, clientView),
		"validation: a new client and its role": validating(object{"client_id": noClient, "required_permissions": set("routing:queue:edit"),
			"planned": argument("planned", map[string]any{
				"client": map[string]any{"name": "Wallboard", "grant_type": "CLIENT-CREDENTIALS", "state": "active", "scopes": []string{},
					"roles": []any{map[string]any{"role": "Editing", "division": "Home"}}},
				"role": []any{map[string]any{"name": "Editing", "permissions": []string{}, "permission_policies": []any{map[string]any{
					"domain": "routing", "entity_name": "queue", "action_set": []string{"edit"}, "conditions": []any{}}}}},
			})}, clientView, roleView, policyView),
		"validation: a user": validating(object{"client_id": str(desktopClient), "user_id": str(desktopUser), "allowed_grant_types": code,
			"endpoints": set("GET /api/v2/routing/queues")}, clientView, roleView, grantView, policyView),
		"validation: a client of another organization": validating(object{"client_id": str(vendorClient), "allowed_grant_types": code,
			"required_scopes": set("routing")}, clientView, clientAuthorize),
		"validation: all at once": validating(object{"client_id": str(vendorClient), "user_id": str(desktopUser), "allowed_grant_types": code,
			"endpoints": set("GET /api/v2/routing/queues"), "required_roles": set("Queues"), "divisions": set("Home"),
			"forbidden_scopes": set("users"), "egress_addresses": set("203.0.113.7")}, clientView, clientAuthorize, roleView, grantView, organizationAll, policyView),

		"oauth_client":                    data("oauth_client", object{"id": str(targetClient)}, clientView, roleView),
		"oauth_client without roles":      data("oauth_client", object{"id": str(desktopClient)}, clientView),
		"oauth_clients":                   data("oauth_clients", object{}, clientView, roleView),
		"oauth_clients without roles":     data("oauth_clients", object{"grant_type": str("CODE")}, clientView),
		"access_policies":                 data("access_policies", object{}, policyView),
		"changes of a client":             data("changes", object{"client_id": str(targetClient)}, auditView),
		"changes of a client: none":       data("changes", object{"client_id": str(desktopClient)}, auditView, clientView),
		"changes of a role":               data("changes", object{"role_id": str("target-role")}, auditView),
		"changes of a role: none":         data("changes", object{"role_id": str("auditing-role")}, auditView, roleView),
		"client_usage":                    data("client_usage", object{"client_id": str(targetClient)}, usageView, clientView, roleView),
		"client_usage of a user's client": data("client_usage", object{"client_id": str(desktopClient)}, usageView, clientView),
		"role, by name":                   data("role", object{"name": str("Queues")}, roleView),
		"role, by id":                     data("role", object{"id": str("target-role")}, roleView),
		"token":                           data("token", object{}),
		"authorizations":                  data("authorizations", object{}, clientAuthorize),
		"organization":                    parts(data("organization", object{}, organizationAll, telephonyAll)),
		"trusts":                          parts(data("trusts", object{}, trustorView, trusteeView)),

		"list":                    listing(data("access_validation", object{}, clientView)),
		"list with its resources": listing(data("access_validation", object{"include_resource": flag(true)}, clientView, roleView)),
	}
}

// told is what a run of a case says: its diagnostics, and a validation's verdict with its findings.
type told struct {
	errors   []*tfprotov6.Diagnostic
	warnings []*tfprotov6.Diagnostic
	verdict  string // of a validation
	findings string
}

// run does what the case is about, in a process of its own.
func (c privilegeCase) run(t *testing.T, address string) told {
	t.Helper()
	config := topLevelConfig("us-east-1", address, auditingClient)
	p := startProcess(t, fixedClock, config)
	var all []*tfprotov6.Diagnostic
	var out told
	switch {
	case c.list:
		all = p.list(c.typeName, c.arguments)
	default:
		schema := p.schemas.DataSourceSchemas[c.typeName]
		response, err := p.server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{
			TypeName: c.typeName, Config: p.encode(schema, c.arguments)})
		if err != nil {
			t.Fatal(err)
		}
		all = response.Diagnostics
		if c.typeName == validationType {
			results := p.decode(schema, response.State)
			out.verdict, out.findings = textOf(t, results["verdict"]), results["findings"].String()
		}
	}
	out.errors = errorsIn(all)
	out.warnings = slices.DeleteFunc(all, func(d *tfprotov6.Diagnostic) bool { return d.Severity != tfprotov6.DiagnosticSeverityWarning })
	return out
}

// list lists as terraform query does, with its own argument include_resource, and returns every diagnostic.
func (p *process) list(typeName string, arguments object) []*tfprotov6.Diagnostic {
	p.t.Helper()
	server, ok := p.server.(tfprotov6.ListResourceServer)
	if !ok {
		p.t.Fatalf("%T lists nothing", p.server)
	}
	_, include := arguments["include_resource"]
	config := object{}
	for name, value := range arguments {
		if name != "include_resource" {
			config[name] = value
		}
	}
	stream, err := server.ListResource(p.t.Context(), &tfprotov6.ListResourceRequest{
		TypeName: typeName, Config: p.encode(p.schemas.ListResourceSchemas[typeName], config), IncludeResource: include, Limit: 100})
	if err != nil {
		p.t.Fatal(err)
	}
	var all []*tfprotov6.Diagnostic
	for result := range stream.Results {
		all = append(all, result.Diagnostics...)
	}
	return all
}

// The documented permissions are enough for everything that the provider does, and each of them is needed: without it the outcome is
// that this could not be read, with the permission's name.
func TestLeastPrivilege(t *testing.T) {
	t.Parallel()
	documented := map[string]string{} // endpoint -> when it is read
	for _, row := range documentedReads() {
		for _, endpoint := range row.endpoints {
			documented[endpoint] = row.when
		}
	}
	for name, c := range privilegeCases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform, address := auditedPlatform(t, c.permissions...)
			got := c.run(t, address)
			if len(got.errors)+len(got.warnings) > 0 {
				t.Errorf("with the documented permissions: %s", described(slices.Concat(got.errors, got.warnings)))
			}
			if c.typeName == validationType && !c.list && (got.verdict != "compliant" || strings.Contains(got.findings, "unknown")) {
				t.Errorf("with the documented permissions: %s, %s", got.verdict, got.findings)
			}
			for _, endpoint := range endpointsRead(t, platform) {
				when, ok := documented[endpoint]
				if !ok {
					t.Errorf("%s is read and not documented", endpoint)
				}
				if c.typeName != validationType && !readFor(when, c.typeName) {
					t.Errorf("%s is read, and documented only for: %s", endpoint, when)
				}
			}
			for _, permission := range c.permissions {
				c.runWithout(t, permission)
			}
		})
	}
}

func (c privilegeCase) runWithout(t *testing.T, permission string) {
	t.Helper()
	_, address := auditedPlatform(t, without(documentedPermissions, permission)...)
	got := c.run(t, address)
	said := described(got.errors)
	switch {
	case c.list:
	case c.typeName == validationType:
		said = got.findings
		if got.verdict != "undetermined" {
			t.Errorf("without %s: the verdict is %s", permission, got.verdict)
		}
		c.stops(t, address, permission)
	case c.optional:
		said = described(got.warnings)
		if len(got.errors) > 0 || len(got.warnings) != 1 {
			t.Errorf("without %s: %s%s", permission, described(got.errors), described(got.warnings))
		}
	}
	assertNamesOnly(t, permission, said)
}

// stops holds the two forms that stop a plan to the same.
func (c privilegeCase) stops(t *testing.T, address, permission string) {
	t.Helper()
	config := topLevelConfig("us-east-1", address, auditingClient)
	_, planned := startProcess(t, fixedClock, config).planCreate(c.arguments)
	_, opened := startProcess(t, fixedClock, config).open(c.arguments)
	for form, problems := range map[string][]*tfprotov6.Diagnostic{"resource": planned, "ephemeral resource": opened} {
		if len(problems) != 1 {
			t.Errorf("without %s: the %s says %q", permission, form, described(problems))
			continue
		}
		assertNamesOnly(t, permission, problems[0].Detail)
	}
}

// assertNamesOnly wants one permission named of all that are documented, so that nobody grants more than is needed.
func assertNamesOnly(t *testing.T, permission, said string) {
	t.Helper()
	if !strings.Contains(said, permission) {
		t.Errorf("without %s it is not named: %s", permission, said)
	}
	for _, other := range without(documentedPermissions, permission) {
		if strings.Contains(said, other) {
			t.Errorf("without %s: %s is named too: %s", permission, other, said)
		}
	}
}

// The documentation has the table that the tests above hold the provider to, and every read in it happens in one of the cases.
func TestDocumentedTableOfPermissions(t *testing.T) {
	t.Parallel()
	table := "| What is read | Permission | When |\n|---|---|---|\n"
	for _, row := range documentedReads() {
		permission := "none"
		if len(row.permissions) > 0 {
			permission = "`" + strings.Join(row.permissions, "` or `") + "`"
		}
		table += fmt.Sprintf("| %s | %s | %s |\n", row.shown, permission, row.when)
	}
	for _, page := range []string{"templates/index.md.tmpl", "docs/index.md"} {
		content, err := os.ReadFile(filepath.Join("../..", page))
		if err != nil {
			t.Fatal(err)
		}
		// The empty line is the table's end: a row too many would stand before it.
		if !strings.Contains(string(content), table+"\n") {
			t.Errorf("%s does not have just this table:\n%s", page, table)
		}
	}
	read := map[string][]string{}
	for _, c := range privilegeCases(t) {
		platform, address := auditedPlatform(t, c.permissions...)
		c.run(t, address)
		for _, endpoint := range endpointsRead(t, platform) {
			read[endpoint] = append(read[endpoint], c.typeName)
		}
	}
	for _, row := range documentedReads() {
		for _, endpoint := range row.endpoints {
			for _, cell := range []string{"access_policies", "changes", "client_usage", "oauth_client", "oauth_clients", "role", "token", "authorizations", "organization", "trusts"} {
				typeName := "genesysaudit_" + cell
				documented := readFor(row.when, typeName)
				if documented != slices.Contains(read[endpoint], typeName) {
					t.Errorf("%s: documented for %s is %t, read by it is %t", endpoint, typeName, documented, !documented)
				}
			}
			if len(read[endpoint]) == 0 {
				t.Errorf("no case reads %s", endpoint)
			}
		}
	}
}
