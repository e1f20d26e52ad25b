package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/catalog"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator/workspace"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

// mostExponent is the exponent above which a growth is no n log n: between 1,000 and 10,000, n log n grows with the exponent 1.12. Below
// enoughCPU the start of the process hides the growth.
const (
	mostExponent = 1.2
	enoughCPU    = 500 * time.Millisecond
)

// elementCPU is how much CPU time of the provider an element of an argument may take.
const elementCPU = 200 * time.Microsecond

// mostLines is how many lines a plan with one error may print.
const mostLines = 100

// axis is something that grows.
type axis struct {
	name  string
	sizes []int
	at    func(n int) scenario
	// elements: what grows is an argument, whose elements may each take elementCPU above a plan with one of them.
	elements bool
}

// scenario is one size of an axis.
type scenario struct {
	organizations []emulator.Organization
	blocks        string // beside the provider's
	enforcement   string
	code          int // the exit code of the plan
	// keyed: the organization has a key in the provider's organizations, though it is the only one.
	keyed bool
	// instances: the plan is the second one, of so many instances of the resource.
	instances int
}

func axes() []axis {
	clientCounts := []int{100, 1_000, 10_000, 30_000}
	list := []axis{
		{name: "clients: `genesysaudit_oauth_clients`", sizes: clientCounts, at: func(n int) scenario {
			return scenario{organizations: organizations(1, shape{clients: n}), blocks: "data \"genesysaudit_oauth_clients\" \"this\" {\n}\n"}
		}},
		{name: "clients: `clients {}`, ephemeral", sizes: clientCounts, at: func(n int) scenario {
			return scenario{organizations: organizations(1, shape{clients: n}), blocks: block(ephemeralForm, allClients)}
		}},
		{name: "clients: `clients {}`, ephemeral, all fail", sizes: clientCounts, at: func(n int) scenario {
			return scenario{organizations: organizations(1, shape{clients: n}), code: 1,
				blocks: block(ephemeralForm, allClients+"  required_roles = [\"Role 7\"]\n  forbidden_scopes = [\"org:read\"]\n")}
		}},
		{name: "clients: `clients {}`, resource, second plan", sizes: clientCounts, at: func(n int) scenario {
			return scenario{organizations: organizations(1, shape{clients: n}), blocks: block(resourceForm, allClients), instances: 1}
		}},
		{name: "clients: validation of one", sizes: clientCounts, at: func(n int) scenario {
			return scenario{organizations: organizations(1, shape{clients: n}), blocks: block(dataSourceForm, oneClient)}
		}},
		{name: "roles of 50 policies: validation of one client", sizes: []int{100, 1_000, 5_000}, at: func(n int) scenario {
			return scenario{organizations: organizations(1, shape{clients: 100, roles: n, policies: 50}), blocks: block(dataSourceForm, oneClient)}
		}},
		{name: "grants of each of 200 clients: `clients {}`", sizes: []int{5, 50, 500}, at: func(n int) scenario {
			return scenario{organizations: organizations(1, shape{clients: 200, roles: 500, grants: n}),
				blocks: block(dataSourceForm, allClients+"  allowed_permissions = "+listOf(20, func(i int) string { return fmt.Sprintf("domain%d:*:*", i) })+"\n")}
		}},
		{name: "permissions of the organization: validation of one client", sizes: []int{1_000, 10_000, 50_000}, at: func(n int) scenario {
			return scenario{organizations: organizations(1, shape{clients: 100, catalogue: n}), blocks: block(dataSourceForm, oneClient)}
		}},
		{name: "endpoints of one validation", sizes: []int{1, 100, 1_000, 3_000}, elements: true, at: func(n int) scenario {
			return scenario{organizations: organizations(1, shape{clients: 100}),
				blocks: block(dataSourceForm, "  client_name = \"Client 1\"\n  endpoints = "+list(endpoints(n))+"\n")}
		}},
	}
	const many = "  count = %d\n  client_name = \"Client ${count.index %% 100}\"\n  required_scopes = [\"analytics:read\"]\n" +
		"  allowed_regions = [\"" + region + "\"]\n  forbidden_roles = [\"Role ${count.index %% 100 + 50}\"]\n"
	for _, f := range []form{resourceForm, dataSourceForm, ephemeralForm} {
		list = append(list, axis{name: "validations: " + f.noun(), sizes: []int{100, 1_000, 5_000}, at: func(n int) scenario {
			return scenario{organizations: organizations(1, shape{clients: 100}), blocks: block(f, fmt.Sprintf(many, n))}
		}})
	}
	list = append(list, axis{name: "validations: resource, second plan", sizes: []int{100, 1_000, 5_000}, at: func(n int) scenario {
		return scenario{organizations: organizations(1, shape{clients: 100}), blocks: block(resourceForm, fmt.Sprintf(many, n)), instances: n}
	}}, axis{name: "organizations with 10 validations each", sizes: []int{1, 10, 100}, at: func(n int) scenario {
		return scenario{organizations: organizations(n, shape{clients: 100}), keyed: true, blocks: block(dataSourceForm,
			fmt.Sprintf("  organization = \"o${floor(count.index / 10)}\"\n"+many, 10*n))}
	}})
	return append(list, argumentAxes()...)
}

// allClients and oneClient are the arguments of a validation that each client meets, and of one with a finding of every kind that searches the
// organization.
const (
	allClients = "  clients {\n    exclude = [\"Auditor\"]\n  }\n  allowed_grant_types = [\"CLIENT-CREDENTIALS\"]\n" +
		"  required_scopes = [\"analytics:read\"]\n  forbidden_permissions = [\"nothing:*:*\"]\n"
	oneClient = "  client_name = \"Client 1\"\n  required_scopes = [\"analytics:raed\"]\n  required_roles = [\"Roll 77\"]\n" +
		"  required_permissions = [\"domain0:entity0:view\", \"domain1:entity1:veiw\"]\n  forbidden_permissions = [\"*:*:delete\"]\n" +
		"  forbidden_roles = [\"Rolle 78\"]\n  allowed_roles = []\n  allowed_permissions = [\"domain0:*:*\", \"domain1:*:*\"]\n  divisions = [\"Sales\"]\n" +
		"  endpoints = [\"GET /api/v2/users\"]\n"
)

// argumentAxes are the arguments that may have many elements: while nothing is evaluated, where all of it holds, and where each element makes
// a finding.
func argumentAxes() (list []axis) {
	counts := []int{1, 1_000, 10_000}
	few := organizations(1, shape{clients: 2})
	with := func(name, enforcement, argument string, of []emulator.Organization, element func(i int) string) {
		list = append(list, axis{name: name + ": " + argument, sizes: counts, elements: true, at: func(n int) scenario {
			value := listOf(n, element)
			if argument == "role_divisions" {
				value = "{ for name in " + value + " : name => [\"*\"] }"
			}
			return scenario{organizations: of, enforcement: enforcement,
				blocks: block(dataSourceForm, fmt.Sprintf("  client_name = \"Client 1\"\n  %s = %s\n", argument, value))}
		}})
	}
	numbered := func(format string) func(int) string { return func(i int) string { return fmt.Sprintf(format, i) } }
	permission := numbered("domain%[1]d:entity%[1]d:view")
	address := func(i int) string { return fmt.Sprintf("%d.%d.%d.7", 11+i/50_000, i/200%250, i%200) }
	elements := map[string]func(int) string{
		"required_scopes": numbered("scope%d:read"), "allowed_scopes": numbered("scope%d:read"), "forbidden_scopes": numbered("scope%d:read"),
		"required_roles": numbered("Desk %d"), "allowed_roles": numbered("Desk %d"), "forbidden_roles": numbered("Desk %d"),
		"required_permissions": permission, "allowed_permissions": permission, "forbidden_permissions": permission,
		"role_divisions": numbered("Desk %d"), "egress_addresses": address,
	}
	for _, argument := range []string{"required_scopes", "required_roles", "required_permissions", "allowed_permissions", "forbidden_permissions",
		"role_divisions", "egress_addresses"} {
		with("argument, off", "off", argument, few, elements[argument])
	}
	for _, argument := range []string{"allowed_scopes", "forbidden_scopes", "allowed_roles", "forbidden_roles", "allowed_permissions",
		"forbidden_permissions", "egress_addresses"} {
		with("argument", "", argument, few, elements[argument])
	}
	for _, argument := range []string{"required_scopes", "required_roles", "required_permissions", "role_divisions"} {
		with("findings", "", argument, few, elements[argument])
	}
	failing := func(name string, at func(n int) scenario) {
		list = append(list, axis{name: "error: " + name, sizes: counts, elements: true, at: func(n int) scenario {
			s := at(n)
			s.code = 1
			return s
		}})
	}
	for _, argument := range []string{"required_scopes", "required_roles", "required_permissions"} {
		failing(argument, func(n int) scenario {
			return scenario{organizations: few, blocks: block(resourceForm,
				"  client_name = \"Client 1\"\n  "+argument+" = "+listOf(n, elements[argument])+"\n")}
		})
	}
	failing("scopes of the client beyond allowed_scopes", func(n int) scenario {
		of := organizations(1, shape{clients: 2})
		client := &of[0].Clients[1]
		client.Scope = nil
		for i := range n {
			client.Scope = append(client.Scope, elements["required_scopes"](i))
		}
		return scenario{organizations: of, blocks: block(resourceForm, "  client_name = \"Client 0\"\n  allowed_scopes = []\n")}
	})
	return list
}

func measureGrowth(ctx context.Context, out io.Writer, only string) error {
	return measureRows(ctx, out, only, "one run each",
		"| What grows | n | Requests | Wall, s | CPU of the CLI, s | CPU of the provider, s | Memory, MB | Exponent of the CLI | Exponent of the provider |",
		axes(), func(a axis) string { return a.name }, (*bench).grow)
}

// grow measures an axis. The problem is what grows too fast.
func (b *bench) grow(ctx context.Context, out io.Writer, a axis) (problem, err error) {
	var first, before usage
	for i, n := range a.sizes {
		used, requests, err := b.at(ctx, a.at(n))
		if err != nil {
			return nil, err
		}
		cli, provider := "", ""
		if i > 0 {
			cli, provider = "-", "-"
			grown := math.Log(float64(n) / float64(a.sizes[i-1]))
			if used.cli >= enoughCPU {
				cli = fmt.Sprintf("%.2f", math.Log(float64(used.cli)/float64(before.cli))/grown)
			}
			if used.provider >= enoughCPU {
				exponent := math.Log(float64(used.provider)/float64(max(before.provider, time.Millisecond))) / grown
				provider = fmt.Sprintf("%.2f", exponent)
				if i == len(a.sizes)-1 && exponent > mostExponent {
					problem = errors.Join(problem, fmt.Errorf("%s: the CPU time of the provider grows with the exponent %.2f", a.name, exponent))
				}
			}
		}
		if i == 0 {
			first = used
		}
		if lines := strings.Count(used.output, "\n"); used.code != 0 && lines > mostLines {
			problem = errors.Join(problem, fmt.Errorf("%s: an error of %d lines", a.name, lines))
		}
		if above := used.provider - first.provider; a.elements && above > max(time.Duration(n)*elementCPU, lookEvery*5) {
			problem = errors.Join(problem, fmt.Errorf("%s: %d elements take %s of CPU more than one", a.name, n, above))
		}
		fmt.Fprintf(out, "| %s | %d | %d | %s | %s | %s | %d | %s | %s |\n", a.name, n, requests, seconds(used.wall), seconds(used.cli),
			seconds(used.provider), used.memory>>20, cli, provider)
		before = used
	}
	return problem, nil
}

// at plans one size.
func (b *bench) at(ctx context.Context, s scenario) (used usage, requests int, err error) {
	if err := b.emulator.Replace(emulator.State{Organizations: s.organizations}); err != nil {
		return used, 0, err
	}
	w, err := b.workspace(ctx, b.provider(len(s.organizations), s.keyed, s.enforcement)+s.blocks)
	if err != nil {
		return used, 0, err
	}
	defer os.RemoveAll(w.Dir)
	if s.instances > 0 {
		if err := b.apply(ctx, w, s); err != nil {
			return used, 0, err
		}
	}
	b.emulator.ResetRequests()
	used, err = b.run(ctx, w, "plan", "-no-color", "-input=false")
	if err == nil && used.code != s.code {
		err = fmt.Errorf("exit code %d, want %d\n%.2000s", used.code, s.code, used.output)
	}
	if err == nil && s.instances > 0 && !strings.Contains(used.output, "No changes.") {
		err = fmt.Errorf("a second plan with changes\n%.2000s", used.output)
	}
	return used, len(b.emulator.Requests()), err
}

// apply makes the state of the second plan. Instances beyond mostApplied are copies: to apply thousands takes the CLI minutes.
func (b *bench) apply(ctx context.Context, w *workspace.Workspace, s scenario) error {
	most := b.mostApplied
	arguments := []string{"apply", "-no-color", "-input=false", "-auto-approve"}
	if s.instances > most {
		for i := range most {
			arguments = append(arguments, fmt.Sprintf("-target=genesysaudit_access_validation.this[%d]", i))
		}
	}
	if _, err := b.succeed(ctx, w, arguments...); err != nil || s.instances <= most {
		return err
	}
	path := filepath.Join(w.Dir, "terraform.tfstate")
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var state map[string]any
	if err := json.Unmarshal(data, &state); err != nil {
		return err
	}
	resources, _ := state["resources"].([]any)
	resource, _ := resources[0].(map[string]any)
	instances, _ := resource["instances"].([]any)
	for i := most; i < s.instances; i++ {
		instance, _ := instances[i%most].(map[string]any)
		copied := make(map[string]any, len(instance))
		for name, value := range instance {
			copied[name] = value
		}
		copied["index_key"] = i
		instances = append(instances, copied)
	}
	resource["instances"] = instances
	if data, err = json.Marshal(state); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o600)
}

// provider is the configuration of the provider: one organization is the block's own unless it has a key, several have keys.
func (b *bench) provider(organizations int, keyed bool, enforcement string) string {
	const head = "terraform {\n  required_providers {\n    genesysaudit = {\n      source = \"genesysaudit/genesysaudit\"\n    }\n  }\n}\n" +
		"provider \"genesysaudit\" {\n"
	credentials := func(i int) string {
		return fmt.Sprintf("  aws_region = %q\n  oauthclient_id = \"auditor-%d\"\n  oauthclient_secret = \"secret-of-the-auditor\"\n  api_url = %q\n  login_url = %q\n",
			region, i, b.server.URL, b.server.URL)
	}
	if organizations == 1 && !keyed {
		// Where the block enforces, a plan shows the verdict, which a second plan compares.
		return head + credentials(0) + fmt.Sprintf("  enforcement = %q\n}\n", cmp.Or(enforcement, "enforce"))
	}
	var text strings.Builder
	text.WriteString(head + "  organizations = {\n")
	for i := range organizations {
		fmt.Fprintf(&text, "  o%d = {\n%s  }\n", i, credentials(i))
	}
	return text.String() + "  }\n}\n"
}

// noun is what the documentation calls the form.
func (f form) noun() string {
	switch f {
	case dataSourceForm:
		return "data source"
	case ephemeralForm:
		return "ephemeral"
	}
	return "resource"
}

// block is a validation.
func block(f form, arguments string) string {
	return fmt.Sprintf("%s \"genesysaudit_access_validation\" \"this\" {\n%s}\n", f, arguments)
}

func list(texts []string) string {
	var text strings.Builder
	text.WriteString("[\n")
	for _, element := range texts {
		fmt.Fprintf(&text, "    %q,\n", element)
	}
	return text.String() + "  ]"
}

func listOf(n int, element func(i int) string) string {
	texts := make([]string, n)
	for i := range texts {
		texts[i] = element(i)
	}
	return list(texts)
}

// endpoints are the first n of the catalog; all of it where it has fewer.
func endpoints(n int) []string {
	entries := catalog.Entries()
	texts := make([]string, min(n, len(entries)))
	for i := range texts {
		texts[i] = entries[i].Endpoint()
	}
	return texts
}

// shape is what an organization has: beside the auditor so many clients with so many grants each, so many roles of so many policies, and so
// many permissions. Zero is 60 roles of 30 policies, one grant, and the permissions of the catalog.
type shape struct{ clients, grants, roles, policies, catalogue int }

func organizations(n int, s shape) []emulator.Organization {
	list := make([]emulator.Organization, n)
	for i := range list {
		list[i] = s.organization(i)
	}
	return list
}

// permissionsOf is how many permissions, in fifty entities of four actions, a domain of a catalogue has.
const permissionsOf = 200

var actions = []string{"add", "delete", "edit", "view"}

func (s shape) organization(number int) emulator.Organization {
	id := func(kind, i int) string { return fmt.Sprintf("%08x-%04x-4000-8000-%012x", i, kind, number) }
	roles, policies, grants := orElse(s.roles, 60), orElse(s.policies, 30), orElse(s.grants, 1)
	o := emulator.Organization{
		Region:       region,
		Organization: genesyscloud.Organization{ID: id(1, 0), Name: fmt.Sprintf("Organization %d", number), Version: 1},
		Divisions:    []genesyscloud.Division{{ID: id(2, 0), Name: "Home", HomeDivision: true}, {ID: id(2, 1), Name: "Sales"}},
	}
	everything := genesyscloud.Role{ID: id(3, 0), Name: "Auditing", PermissionPolicies: genesyscloud.List[genesyscloud.PermissionPolicy]{
		{Domain: "*", EntityName: "*", ActionSet: genesyscloud.List[string]{"*"}}}}
	o.Roles = append(o.Roles, everything)
	for i := range roles {
		role := genesyscloud.Role{ID: id(4, i), Name: fmt.Sprintf("Role %d", i), Permissions: genesyscloud.List[string]{}}
		for j := range policies {
			role.PermissionPolicies = append(role.PermissionPolicies, genesyscloud.PermissionPolicy{
				Domain: fmt.Sprintf("domain%d", (i+j)%20), EntityName: fmt.Sprintf("entity%d", j), ActionSet: genesyscloud.List[string]{"view", "edit"}})
		}
		o.Roles = append(o.Roles, role)
	}
	o.Clients = append(o.Clients, emulator.Client{Secret: "secret-of-the-auditor", OAuthClient: genesyscloud.OAuthClient{
		ID: fmt.Sprintf("auditor-%d", number), Name: "Auditor", State: "active", AuthorizedGrantType: "CLIENT-CREDENTIALS",
		RoleDivisions: genesyscloud.List[genesyscloud.RoleDivision]{{RoleID: everything.ID, DivisionID: "*"}}}})
	validity := int64(86_400)
	for i := range s.clients {
		client := genesyscloud.OAuthClient{
			ID: id(5, i), Name: fmt.Sprintf("Client %d", i), Description: "Exports conversations every night", State: "active",
			AuthorizedGrantType: "CLIENT-CREDENTIALS", AccessTokenValiditySeconds: &validity,
			DateCreated: "2025-04-01T08:30:00.000Z", DateModified: "2026-02-11T14:05:00.000Z",
			CreatedBy: &genesyscloud.NamedEntity{ID: id(6, 1)}, ModifiedBy: &genesyscloud.NamedEntity{ID: id(6, 2)},
			Scope: genesyscloud.List[string]{"analytics:export", "analytics:read", "org:read"},
		}
		for j := range grants {
			client.RoleDivisions = append(client.RoleDivisions, genesyscloud.RoleDivision{RoleID: id(4, (i+j)%roles), DivisionID: id(2, j%2)})
		}
		o.Clients = append(o.Clients, emulator.Client{OAuthClient: client})
	}
	if s.catalogue > 0 { // beside those that the auditor needs, since nobody has a permission that does not exist
		for _, name := range []string{"authorization:division", "authorization:grant", "authorization:policy", "authorization:role", "directory:user", "oauth:client"} {
			domain, entity, _ := strings.Cut(name, ":")
			if last := len(o.Permissions) - 1; last < 0 || o.Permissions[last].Domain != domain {
				o.Permissions = append(o.Permissions, genesyscloud.PermissionCollection{ID: domain, Name: domain, Domain: domain,
					PermissionMap: map[string]genesyscloud.List[genesyscloud.PermissionMapEntry]{}})
			}
			of := o.Permissions[len(o.Permissions)-1].PermissionMap
			of[entity] = append(of[entity], genesyscloud.PermissionMapEntry{Domain: domain, EntityType: entity, Action: "view"})
		}
	}
	for i := 0; i < s.catalogue; i += permissionsOf {
		domain := genesyscloud.PermissionCollection{ID: fmt.Sprint(i), Name: fmt.Sprintf("Domain %d", i/permissionsOf),
			Domain: fmt.Sprintf("domain%d", i/permissionsOf), PermissionMap: map[string]genesyscloud.List[genesyscloud.PermissionMapEntry]{}}
		for j := range min(permissionsOf, s.catalogue-i) {
			entity := fmt.Sprintf("entity%d", j/len(actions))
			domain.PermissionMap[entity] = append(domain.PermissionMap[entity], genesyscloud.PermissionMapEntry{
				Domain: domain.Domain, EntityType: entity, Action: actions[j%len(actions)], DivisionAware: true})
		}
		o.Permissions = append(o.Permissions, domain)
	}
	return o
}

func orElse(n, otherwise int) int {
	if n > 0 {
		return n
	}
	return otherwise
}
