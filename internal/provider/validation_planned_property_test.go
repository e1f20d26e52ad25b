package provider

import (
	"context"
	"fmt"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/auditor"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

const plannedBatch = 100 // organizations of one emulator

// The verdict on a planned change, and each finding, is the one after the change was made, in organizations, changes and demands that are
// generated. What is made of the change on the platform is written down a second time, in the platform's own terms.
func TestPlannedVerdictIsTheOneAfterTheChange(t *testing.T) {
	t.Parallel()
	plannedCases := plannedBatch
	if isFullSize() {
		plannedCases = 20 * plannedBatch
	}
	drawn := newDice(t)
	verdicts, causes := make(map[audit.Verdict]int), make(map[string]int)
	differs, early := 0, 0
	for first := 0; first < plannedCases; first += plannedBatch {
		cases := make([]plannedCase, plannedBatch)
		var state emulator.State
		for i := range cases {
			cases[i] = drawn.plannedCase(first + i)
			state.Organizations = append(state.Organizations, cases[i].organization)
		}
		platform, err := NewEmulator(state)
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(platform)
		now, planned, partial := make([]outcome, plannedBatch), make([]outcome, plannedBatch), make([]outcome, plannedBatch)
		for i, c := range cases {
			now[i] = c.judge(t, server.URL, nil)
			planned[i] = c.judge(t, server.URL, c.planned)
			known := drawn.unknownIn(c)
			partial[i] = known.judge(t, server.URL, known.planned)
		}
		err = platform.Update(func(state *emulator.State) {
			for i, c := range cases {
				c.change(&state.Organizations[i])
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range cases {
			after := c.judge(t, server.URL, nil)
			verdicts[after.Verdict]++
			if grounds(now[i]) != grounds(after) {
				differs++
			}
			if grounds(planned[i]) != grounds(after) {
				t.Errorf("case %d: planned is\n%s\nafter the change\n%s\narguments: %v\nplanned: %v", first+i, grounds(planned[i]), grounds(after),
					c.arguments, c.planned)
			}
			if problem := exceeds(partial[i], after); problem != "" {
				t.Errorf("case %d: %s\nfor the part that is known\n%s\nafter the change\n%s\narguments: %v\nplanned: %v", first+i, problem,
					grounds(partial[i]), grounds(after), c.arguments, c.planned)
			}
			if partial[i].Verdict == audit.Noncompliant {
				early++
			}
			for _, finding := range after.Findings {
				causes[string(finding.Check)+" "+string(finding.Status)]++
			}
		}
		server.Close()
	}
	t.Logf("%d cases, of which the change matters to %d, and %d fail before everything is known: %v, %v", plannedCases, differs, early, verdicts,
		causes)
	if early < plannedCases/10 {
		t.Errorf("%d of %d cases fail before everything is known: too few", early, plannedCases)
	}
	if differs < plannedCases/3 {
		t.Errorf("the change matters to %d of %d cases only", differs, plannedCases)
	}
	if !isFullSize() { // a hundred cases need not have each cause
		return
	}
	for _, verdict := range []audit.Verdict{audit.Compliant, audit.Noncompliant, audit.Undetermined} {
		if verdicts[verdict] == 0 {
			t.Errorf("no case is %s", verdict)
		}
	}
	for _, cause := range []string{
		"client_state fail", "grant_type fail", "grant_type warn", "scope fail", "scope_excess fail", "scope_forbidden fail", "role fail",
		"role_excess fail", "role_forbidden fail", "permission fail", "permission_division fail", "permission_conditional unknown",
		"permission_forbidden fail", "permission_excess fail", "role_division fail", "token_validity fail", "access_policy fail",
	} {
		if causes[cause] == 0 {
			t.Errorf("no case has %s: %v", cause, slices.Sorted(maps.Keys(causes)))
		}
	}
}

// grounds are what a verdict rests on, in the words that must not differ.
func grounds(o outcome) string {
	lines := []string{string(o.Verdict)}
	for _, finding := range o.Findings {
		lines = append(lines, fmt.Sprintf("%s %s %s", finding.Check, finding.Status, finding.Subject))
	}
	for _, client := range o.Clients {
		lines = append(lines, fmt.Sprintf("%s %s %s %v %v %v", client.Name, client.GrantType, client.Verdict, client.Scopes, client.Roles, client.Passed))
	}
	return strings.Join(lines, "\n")
}

// exceeds says what a verdict on the known part of a change says that the whole change does not bear out.
func exceeds(partial, whole outcome) string {
	if partial.Verdict == audit.Compliant || partial.Verdict == audit.Noncompliant && whole.Verdict != audit.Noncompliant ||
		partial.Verdict == audit.Undetermined && whole.Verdict == audit.Compliant {
		return fmt.Sprintf("%s, and then %s", partial.Verdict, whole.Verdict)
	}
	for _, finding := range partial.Findings {
		if !slices.ContainsFunc(whole.Findings, func(f audit.Finding) bool {
			return f.Check == finding.Check && f.Status == finding.Status && (f.Subject == finding.Subject || finding.Subject == "")
		}) {
			return fmt.Sprintf("%s %s %s is not borne out", finding.Check, finding.Status, finding.Subject)
		}
	}
	return ""
}

// unknownIn makes some of the values of a plan unknown, and now and then which client it is, but at least one.
func (d dice) unknownIn(c plannedCase) *plannedCase {
	obscured := c
	obscured.arguments = maps.Clone(c.arguments)
	for {
		obscured.planned = d.obscure(c.planned, 0)
		for _, name := range []string{"client_id", "client_name"} {
			if !c.arguments.text(name).IsNull() && d.chance(20) {
				obscured.arguments[name] = types.StringUnknown()
			}
		}
		if requirement, _ := obscured.with(obscured.planned).requirement(); len(requirement.Deferred) > 0 {
			return &obscured
		}
	}
}

// obscure makes some of what a value is made of unknown.
func (d dice) obscure(value attr.Value, depth int) attr.Value {
	if depth > 1 && d.chance(15) {
		unknown, err := value.Type(context.Background()).ValueFromTerraform(context.Background(),
			tftypes.NewValue(value.Type(context.Background()).TerraformType(context.Background()), tftypes.UnknownValue))
		if err != nil {
			panic(err)
		}
		return unknown
	}
	switch value := value.(type) {
	case types.Object:
		if value.IsNull() || len(value.Attributes()) == 0 {
			return value
		}
		fields := make(map[string]attr.Value)
		for name, field := range value.Attributes() {
			fields[name] = field
			if !field.IsNull() {
				fields[name] = d.obscure(field, depth+1)
			}
		}
		return types.ObjectValueMust(value.AttributeTypes(context.Background()), fields)
	case types.List:
		elements := slices.Clone(value.Elements())
		for i := range elements {
			elements[i] = d.obscure(elements[i], depth+1)
		}
		return types.ListValueMust(value.ElementType(context.Background()), elements)
	default:
		return value
	}
}

// with are the arguments with a plan.
func (c *plannedCase) with(planned attr.Value) arguments {
	given := maps.Clone(c.arguments)
	if planned != nil {
		given["planned"] = planned
	}
	return given
}

// plannedCase is an organization, a demand, and a change: as a configuration plans it, and as the platform makes it.
type plannedCase struct {
	organization emulator.Organization
	arguments    arguments
	planned      attr.Value
	change       func(*emulator.Organization)
}

var plannedPermissions = []string{
	"routing:queue:view", "analytics:conversationDetail:view", "recording:recording:view", "oauth:client:delete",
}

func (d dice) plannedCase(number int) plannedCase {
	id := func(kind string) string { return fmt.Sprintf("%s-%d", kind, number) }
	existing := []string{"Reader", "Editor", "Admin"}
	org := emulator.Organization{
		Region:       "us-east-1",
		Organization: genesyscloud.Organization{ID: id("organization"), Name: id("Organization"), Version: 1},
		Divisions:    []genesyscloud.Division{{ID: id("home"), Name: "Home"}, {ID: id("sales"), Name: "Sales"}},
		Roles:        []genesyscloud.Role{auditorRole(id)},
		Clients: []emulator.Client{{Secret: "secret", OAuthClient: genesyscloud.OAuthClient{
			ID: id("auditor"), Name: "Auditor", AuthorizedGrantType: "CLIENT-CREDENTIALS", State: "active",
			RoleDivisions: genesyscloud.List[genesyscloud.RoleDivision]{{RoleID: id("auditing"), DivisionID: "*"}},
		}}},
		AccessControlByAttributes: true,
	}
	org.Roles[0].PermissionPolicies = append(org.Roles[0].PermissionPolicies, genesyscloud.PermissionPolicy{
		Domain: "authorization", EntityName: "policy", ActionSet: []string{"view"}})
	for _, name := range existing {
		org.Roles = append(org.Roles, genesyscloud.Role{ID: id(name), Name: name, Permissions: d.choice("admin"), PermissionPolicies: d.rolePolicies()})
	}
	if d.chance(30) {
		target := pick(d, plannedPermissions...)
		org.Policies = []emulator.AccessPolicy{{
			ID: id("policy"), Name: "Narrow", TargetResource: target, Effect: "DENY", Active: new(true), ApplyToClients: new(true),
			Subject: pick(d, emulator.PolicySubject{Type: "ALL", ID: "all"}, emulator.PolicySubject{Type: "CLIENT", ID: id("client")}),
		}}
	}
	user := emulator.User{ID: id("user"), Name: "User"}
	for _, grant := range d.someGrants(existing, id) {
		user.Grants = append(user.Grants, genesyscloud.AuthGrant{
			Role: genesyscloud.SubjectRole{ID: grant.RoleID}, Division: genesyscloud.Division{ID: grant.DivisionID}})
	}
	org.Users = []emulator.User{user}
	client := emulator.Client{Secret: "secret", OAuthClient: d.drawnClient(id("client"), "Client")}
	client.RoleDivisions = d.someGrants(existing, id)
	isNew := d.chance(40)
	if !isNew {
		org.Clients = append(org.Clients, client)
	}
	c := plannedCase{organization: org, arguments: noArguments()}
	roles := c.planRoles(d, id, existing)
	clientBlock, changeClient := c.planClient(d, id, isNew, append(existing, roles.added...))
	c.planned = types.ObjectValueMust(objectType(plannedFields).AttrTypes, map[string]attr.Value{
		"client": clientBlock, "role": types.ListValueMust(objectType(plannedFields[1].fields), roles.blocks),
	})
	c.change = func(org *emulator.Organization) {
		roles.change(org)
		changeClient(org)
	}
	c.demand(d, id, isNew)
	return c
}

// drawnClient is a client without roles.
func (d dice) drawnClient(id, name string) genesyscloud.OAuthClient {
	return genesyscloud.OAuthClient{
		ID: id, Name: name, State: pick(d, "active", "active", "active", "active", "active", "active", "active", "disabled"),
		AuthorizedGrantType:        pick(d, "CLIENT-CREDENTIALS", "CLIENT-CREDENTIALS", "CODE"),
		AccessTokenValiditySeconds: new(pick(d, int64(600), 3600, 86400)),
		Scope:                      d.choice("analytics", "analytics:readonly", "users", "routing"),
	}
}

func (d dice) choice(from ...string) []string {
	chosen := []string{}
	for _, text := range from {
		if d.chance(50) {
			chosen = append(chosen, text)
		}
	}
	return chosen
}

func (d dice) someGrants(roles []string, id func(string) string) []genesyscloud.RoleDivision {
	grants := []genesyscloud.RoleDivision{}
	for _, role := range roles {
		if d.chance(55) {
			grants = append(grants, genesyscloud.RoleDivision{RoleID: id(role), DivisionID: pick(d, "*", "*", id("home"), id("sales"))})
		}
	}
	return grants
}

func (d dice) rolePolicies() []genesyscloud.PermissionPolicy {
	policies := []genesyscloud.PermissionPolicy{}
	for _, permission := range plannedPermissions {
		if !d.chance(45) {
			continue
		}
		segments := strings.Split(permission, ":")
		policy := genesyscloud.PermissionPolicy{Domain: segments[0], EntityName: segments[1], ActionSet: []string{segments[2]}}
		switch d.IntN(6) {
		case 0:
			policy.ActionSet = []string{"*"}
		case 1:
			policy.EntityName = "*"
		case 2:
			policy.ResourceConditionNode = []byte(`{"variableName":"Conversation.queues","operator":"EQ"}`)
		}
		policies = append(policies, policy)
	}
	return policies
}

// plannedRoles are role blocks, and what the platform makes of them.
type plannedRoles struct {
	blocks []attr.Value
	added  []string // names of new roles
	change func(*emulator.Organization)
}

func (c *plannedCase) planRoles(d dice, id func(string) string, existing []string) plannedRoles {
	var planned plannedRoles
	changed := make(map[string]genesyscloud.Role)
	names := slices.Clone(existing)
	for _, name := range append(names, "New Reader", "New Admin") {
		if !d.chance(35) {
			continue
		}
		isNew := !slices.Contains(existing, name)
		role := genesyscloud.Role{ID: id(name), Name: name, Permissions: d.choice("admin"), PermissionPolicies: d.rolePolicies()}
		permissions, policies := types.ListNull(types.StringType), types.ListNull(objectType(plannedFields[1].fields[2].fields))
		if isNew || d.chance(70) {
			permissions = textSet(role.Permissions)
		} else {
			role.Permissions = nil
		}
		if isNew || d.chance(80) {
			var elements []attr.Value
			for _, policy := range role.PermissionPolicies {
				conditions := []attr.Value{}
				if policy.ResourceConditionNode != nil {
					conditions = append(conditions, types.ObjectValueMust(nil, nil))
				}
				elements = append(elements, types.ObjectValueMust(objectType(plannedFields[1].fields[2].fields).AttrTypes, map[string]attr.Value{
					"domain": types.StringValue(policy.Domain), "entity_name": types.StringValue(policy.EntityName),
					"action_set": textSet(policy.ActionSet), "conditions": types.ListValueMust(anyObject, conditions),
				}))
			}
			policies = types.ListValueMust(objectType(plannedFields[1].fields[2].fields), elements)
		} else {
			role.PermissionPolicies = nil
		}
		if isNew {
			planned.added = append(planned.added, name)
		}
		changed[name] = role
		planned.blocks = append(planned.blocks, types.ObjectValueMust(objectType(plannedFields[1].fields).AttrTypes, map[string]attr.Value{
			"name": types.StringValue(name), "permissions": permissions, "permission_policies": policies,
		}))
	}
	planned.change = func(org *emulator.Organization) {
		for i := range org.Roles {
			role := &org.Roles[i]
			change, ok := changed[role.Name]
			if !ok {
				continue
			}
			if change.Permissions != nil {
				role.Permissions = change.Permissions
			}
			if change.PermissionPolicies != nil {
				role.PermissionPolicies = change.PermissionPolicies
			}
		}
		for _, name := range planned.added {
			org.Roles = append(org.Roles, changed[name])
		}
	}
	return planned
}

func (c *plannedCase) planClient(d dice, id func(string) string, isNew bool, roles []string) (attr.Value, func(*emulator.Organization)) {
	blockType := objectType(plannedFields[0].fields)
	if !isNew && d.chance(25) {
		return types.ObjectNull(blockType.AttrTypes), func(*emulator.Organization) {}
	}
	after := d.drawnClient(id("made"), "Client")
	fields := map[string]attr.Value{"name": types.StringNull()}
	for _, field := range plannedFields[0].fields {
		fields[field.name] = field.null()
	}
	given := func(percent int) bool { return isNew || d.chance(percent) }
	var edits []func(*genesyscloud.OAuthClient)
	plan := func(percent int, name string, value attr.Value, edit func(*genesyscloud.OAuthClient)) {
		if given(percent) {
			fields[name] = value
			edits = append(edits, edit)
		}
	}
	plan(50, "name", types.StringValue("Client"), func(client *genesyscloud.OAuthClient) { client.Name = "Client" })
	plan(50, "grant_type", types.StringValue(after.AuthorizedGrantType),
		func(client *genesyscloud.OAuthClient) { client.AuthorizedGrantType = after.AuthorizedGrantType })
	plan(50, "state", types.StringValue(after.State), func(client *genesyscloud.OAuthClient) { client.State = after.State })
	plan(60, "scopes", textSet(after.Scope), func(client *genesyscloud.OAuthClient) { client.Scope = after.Scope })
	plan(50, "token_validity_seconds", types.Int64PointerValue(after.AccessTokenValiditySeconds),
		func(client *genesyscloud.OAuthClient) {
			client.AccessTokenValiditySeconds = after.AccessTokenValiditySeconds
		})
	grants := d.someGrants(roles, id)
	var elements []attr.Value
	for _, grant := range grants {
		role, _, _ := strings.Cut(grant.RoleID, "-")
		if d.chance(30) && !strings.HasPrefix(role, "New ") {
			role = grant.RoleID
		}
		division := grant.DivisionID
		if division != "*" && d.chance(50) {
			division = map[string]string{id("home"): "Home", id("sales"): "Sales"}[division]
		}
		elements = append(elements, types.ObjectValueMust(map[string]attr.Type{"role": types.StringType, "division": types.StringType},
			map[string]attr.Value{"role": types.StringValue(role), "division": types.StringValue(division)}))
	}
	plan(60, "roles", types.ListValueMust(types.ObjectType{AttrTypes: map[string]attr.Type{"role": types.StringType, "division": types.StringType}},
		elements), func(client *genesyscloud.OAuthClient) { client.RoleDivisions = grants })
	return types.ObjectValueMust(blockType.AttrTypes, fields), func(org *emulator.Organization) {
		if isNew {
			org.Clients = append(org.Clients, emulator.Client{OAuthClient: genesyscloud.OAuthClient{ID: id("made")}, Secret: "secret"})
		}
		made := &org.Clients[len(org.Clients)-1].OAuthClient
		for _, edit := range edits {
			edit(made)
		}
	}
}

// demand draws what is demanded, and how the client is named.
func (c *plannedCase) demand(d dice, id func(string) string, isNew bool) {
	if isNew || d.chance(50) {
		c.arguments["client_name"] = types.StringValue("Client")
	} else {
		c.arguments["client_id"] = types.StringValue(id("client"))
	}
	if d.chance(75) {
		c.arguments["user_id"] = types.StringValue(id("user"))
	}
	maybe := func(percent int, name string, value attr.Value) {
		if d.chance(percent) {
			c.arguments[name] = value
		}
	}
	maybe(30, "required_scopes", textSet(d.choice("analytics", "users")))
	maybe(15, "allowed_scopes", textSet([]string{"analytics", "analytics:readonly", "users"}))
	maybe(15, "forbidden_scopes", textSet([]string{"routing"}))
	maybe(15, "required_roles", textSet(d.choice("Reader", "New Reader")))
	maybe(15, "allowed_roles", textSet(d.choice("Reader", "Editor", "New Reader", "New Admin")))
	maybe(15, "forbidden_roles", textSet(d.choice("Admin", "New Admin")))
	maybe(30, "required_permissions", textSet(d.choice(plannedPermissions...)))
	maybe(15, "forbidden_permissions", textSet([]string{"oauth:*:delete"}))
	maybe(15, "allowed_permissions", textSet(append(d.choice("routing:queue:view", "analytics:*:*", "recording:recording:*", "*:*:*"), "admin")))
	maybe(15, "role_divisions", types.MapValueMust(textSetType, map[string]attr.Value{
		pick(d, "Reader", "New Reader"): textSet([]string{pick(d, "*", "Home", "Sales")})}))
	maybe(30, "divisions", textSet([]string{pick(d, "*", "Home", id("sales"))}))
	maybe(30, "accept_conditional_grants", types.BoolValue(true))
	maybe(50, "endpoints", textSet([]string{pick(d, "GET /api/v2/routing/queues", "GET /api/v2/analytics/conversations/{conversationId}/details")}))
	maybe(15, "allowed_grant_types", textSet([]string{"CLIENT-CREDENTIALS"}))
	maybe(15, "max_token_validity_seconds", types.Int64Value(3600))
	maybe(40, "ignore_access_policies", types.BoolValue(true))
	if c.arguments.contradictions().HasError() {
		c.arguments["forbidden_permissions"] = types.ListNull(types.StringType)
	}
	if c.arguments.requiredBeyondAllowed().HasError() {
		c.arguments["allowed_permissions"] = types.ListNull(types.StringType)
	}
	if !c.arguments.mayDemand() {
		c.arguments["required_permissions"] = textSet([]string{pick(d, plannedPermissions...)})
	}
}

func (c *plannedCase) judge(t *testing.T, baseURL string, planned attr.Value) outcome {
	t.Helper()
	address, err := genesyscloud.ParseBaseURL(baseURL)
	if err != nil {
		t.Fatal(err)
	}
	region, _ := genesyscloud.LookupRegion(c.organization.Region)
	settings := organizationSettings{
		region: region, clientID: c.organization.Clients[0].ID, clientSecret: "secret", apiURL: address, loginURL: address,
	}
	data := &providerData{
		topLevel:    newOrganization("", settings, clientOptions{timeout: time.Minute, run: &auditor.Run{}}),
		enforcement: enforce,
		now:         time.Now,
	}
	given := c.with(planned)
	if diags := given.validate(); diags.HasError() {
		t.Fatalf("the arguments are refused: %v", diags)
	}
	result, diags := data.evaluate(context.WithoutCancel(t.Context()), given)
	if result.standing != judged || diags.HasError() {
		t.Fatalf("no verdict: %v", diags)
	}
	return result
}
