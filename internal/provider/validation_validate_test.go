package provider_test

import (
	"fmt"
	"strings"
	"testing"
)

// anyDemand makes a validation demand something, where the test is about something else.
const anyDemand = `required_scopes = ["org:read"]`

// Wrong values are refused by validate, without network, at the attribute that holds them.
func TestValidateRefusesWrongValues(t *testing.T) {
	t.Parallel()
	const block = "provider \"genesysaudit\" {}\n"
	tests := map[string]struct {
		config string
		want   []string
	}{
		"region of the provider": {
			"provider \"genesysaudit\" {\n  aws_region = \"eu-west1\"\n}\n" + validation(anyDemand),
			[]string{`"eu-west1" is not a Genesys Cloud region`, `"eu-west-1"`, `aws_region = "eu-west1"`},
		},
		"region of an organization": {
			"provider \"genesysaudit\" {\n  organizations = {\n    a = { aws_region = \"nowhere\", access_token = \"x\" }\n  }\n}\n" + validation(anyDemand),
			[]string{`organizations["a"].aws_region: "nowhere" is not a Genesys Cloud region`},
		},
		"plain http": {
			"provider \"genesysaudit\" {\n  api_url = \"http://api.mypurecloud.com\"\n}\n" + validation(anyDemand),
			[]string{`api_url = "http://api.mypurecloud.com"`, "https"},
		},
		"no URL": {
			"provider \"genesysaudit\" {\n  login_url = \"login.mypurecloud.com\"\n}\n" + validation(anyDemand),
			[]string{`login_url = "login.mypurecloud.com"`, "https"},
		},
		"enforcement": {
			"provider \"genesysaudit\" {\n  enforcement = \"warm\"\n}\n" + validation(anyDemand),
			[]string{`Did you mean "warn"?`},
		},
		"timeout": {
			"provider \"genesysaudit\" {\n  request_timeout = 0\n}\n" + validation(anyDemand),
			[]string{"request_timeout", "between 1 and 3600"},
		},
		"organization without credentials": {
			"provider \"genesysaudit\" {\n  organizations = {\n    acme = { aws_region = \"eu-west-1\" }\n  }\n}\n" + validation(anyDemand),
			[]string{`Missing oauthclient_id of organization "acme"`, `Missing oauthclient_secret of organization "acme"`},
		},
		"organization without region": {
			"provider \"genesysaudit\" {\n  organizations = {\n    acme = { access_token = \"x\" }\n  }\n}\n" + validation(anyDemand),
			[]string{`Missing aws_region of organization "acme"`},
		},
		"endpoint": {
			block + validation(`endpoints = ["GET /api/v2/analytics/event"]`),
			[]string{`"GET /api/v2/analytics/event" is not an endpoint`, `"GET /api/v2/analytics/events"`},
		},
		"mistyped word of an endpoint": {
			block + validation(`endpoints = ["GET /api/v2/users/serach"]`),
			[]string{`looks like a word of the API and not like an id`, `"GET /api/v2/users/search"`},
		},
		"escaped word of an endpoint": {
			block + validation(`endpoints = ["GET /api/v2/users/%6De"]`),
			[]string{`write the segment "%6De" of the path without escapes and parameters`},
		},
		"variant of an endpoint": {
			block + validation(`endpoints = ["PUT /api/v2/recordings/deletionprotection#revok"]`),
			[]string{`has no variant "revok"`, `"PUT /api/v2/recordings/deletionprotection#revoke"`},
		},
		"notification topic": {
			block + validation(`notification_topics = ["users.x.presence"]`),
			[]string{`"users.x.presence" is not a notification topic: a topic begins with "v2."`},
		},
		"form of an endpoint": {
			block + validation(`endpoints = ["/api/v2/users"]`),
			[]string{`Unknown endpoint`, `in resource "genesysaudit_access_validation" "this"`,
				`"/api/v2/users" is not of the form METHOD /path: the method is missing. Write the method`},
		},
		"grant type": {
			block + validation(`allowed_grant_types = ["CLIENT-CREDENTIAL"]`),
			[]string{`Did you mean "CLIENT-CREDENTIALS"?`},
		},
		"application region": {
			block + validation(`application_region = "us-est-1"`),
			[]string{`application_region = "us-est-1"`, `"us-east-1"`},
		},
		"allowed region": {
			block + validation(`allowed_regions = ["eu-wset-1"]`),
			[]string{`"eu-west-1"`},
		},
		"permission": {
			block + validation(`required_permissions = ["analytics:export"]`),
			[]string{`"analytics:export"`, "domain:entity:action"},
		},
		"wildcard in a required permission": {
			block + validation(`required_permissions = ["analytics:*:view"]`),
			[]string{`"analytics:*:view"`},
		},
		"address": {
			block + validation(`egress_addresses = ["203.0.113.0/33"]`),
			[]string{`"203.0.113.0/33" is neither an IP address nor a CIDR`},
		},
		"address with bits behind its prefix": {
			block + validation(`egress_addresses = ["203.0.113.7/24"]`),
			[]string{`write 203.0.113.0/24 for the network, or 203.0.113.7 for the one address`},
		},
		"grant type PKCE": {
			block + validation(`allowed_grant_types = ["PKCE"]`),
			[]string{`"PKCE" is not a grant type of Genesys Cloud`, `Write "CODE".`},
		},
		"grant type implicit": {
			block + validation(`allowed_grant_types = ["IMPLICIT"]`),
			[]string{`"IMPLICIT" is not a grant type of Genesys Cloud`, `Write "TOKEN".`},
		},
		"private address": {
			block + validation(`egress_addresses = ["10.1.2.3"]`),
			[]string{`egress_addresses = ["10.1.2.3"]`, `"10.1.2.3" is not a public address, so the platform never sees it.`},
		},
		"network that has private addresses in it": {
			block + validation(`egress_addresses = ["172.0.0.0/8"]`),
			[]string{`"172.0.0.0/8" is not a public address`},
		},
		"loopback address": {
			block + validation(`egress_addresses = ["127.0.0.1"]`),
			[]string{`"127.0.0.1" is not a public address`},
		},
		"address of version 6": {
			block + validation(`egress_addresses = ["2001:db8::1"]`),
			[]string{`"2001:db8::1" is an IPv6 address, and the platform is called over IPv4.`},
		},
		"scope written like a permission": {
			block + validation(`required_scopes = ["analytics:conversationDetail:view"]`),
			[]string{`"analytics:conversationDetail:view" is written like a permission`, "required_permissions"},
		},
		"several scopes in one string": {
			block + validation(`forbidden_scopes = ["users analytics"]`),
			[]string{`Write several scopes as several elements: "users", "analytics".`},
		},
		"scope with white space": {
			block + validation(`allowed_scopes = [" users"]`),
			[]string{`" users" contains white space or a comma, which no scope does. Write it as "users".`},
		},
		"permission written like a scope": {
			block + validation(`forbidden_permissions = ["analytics:export"]`),
			[]string{`If it is an OAuth scope, it belongs in required_scopes or forbidden_scopes.`},
		},
		"scope required and forbidden": {
			block + validation(`required_scopes = ["users"]`, `forbidden_scopes = ["Users"]`),
			[]string{"Required and forbidden", `"users" is in required_scopes, and "Users" in forbidden_scopes forbids it.`},
		},
		"role required and forbidden": {
			block + validation(`required_roles = ["employee"]`, `forbidden_roles = ["employee"]`),
			[]string{"Required and forbidden", `"employee" is in required_roles and in forbidden_roles.`},
		},
		"permission required and forbidden by a pattern": {
			block + validation(`required_permissions = ["oauth:client:view"]`, `forbidden_permissions = ["oauth:*:*"]`),
			[]string{"Required and forbidden", `"oauth:client:view" is in required_permissions, and "oauth:*:*" in forbidden_permissions forbids it.`},
		},
		"permission required and not allowed": {
			block + validation(`required_permissions = ["oauth:client:view", "users:user:view"]`, `allowed_permissions = ["oauth:client:edit", "users:*:*"]`),
			[]string{"Required and not allowed", `allowed_permissions = ["oauth:client:edit", "users:*:*"]`,
				`"oauth:client:view" is in required_permissions, and allowed_permissions does not allow it. No client can meet both demands.`},
		},
		"allowed permission written like a scope": {
			block + validation(`allowed_permissions = ["analytics:export"]`),
			[]string{`"analytics:export" is not of the form domain:entity:action`},
		},
		"wildcard inside a segment": {
			block + validation(`allowed_permissions = ["analytics:conv*:view"]`),
			[]string{`"analytics:conv*:view" has a wildcard inside a segment`},
		},
		"role without divisions": {
			block + validation(`role_divisions = { employee = [] }`),
			[]string{`role_divisions["employee"] set must contain at least 1 elements`},
		},
		"division without a name": {
			block + validation(`role_divisions = { employee = [""] }`),
			[]string{`role_divisions = { employee = [""] }`, "The value is empty"},
		},
		"divisions that are null": {
			block + validation(`role_divisions = { employee = null }`),
			[]string{`role_divisions`, "null"},
		},
		"client by id and by name": {
			block + validation(`client_id = "a"`, `client_name = "b"`),
			[]string{`client_id`, `client_name`},
		},
		"neither id nor name": {
			block + "data \"genesysaudit_oauth_client\" \"this\" {}\n",
			[]string{"one (and only one) of [id,name] is required"},
		},
		"empty name": {
			block + validation(`client_name = ""`),
			[]string{`client_name = ""`, "is empty"},
		},
		"empty list that would allow nothing": {
			block + validation(`allowed_grant_types = []`),
			[]string{"at least 1 element"},
		},
		"name_regex of clients": {
			block + validation(anyDemand, "clients {\n    name_regex = \"(\"\n  }"),
			[]string{"Invalid regular expression", "clients.name_regex: ", "missing closing )", `name_regex = "("`},
		},
		"grant type of clients": {
			block + validation(anyDemand, "clients {\n    grant_types = [\"PKCE\"]\n  }"),
			[]string{"Unknown grant type", "clients.grant_types: ", `Write "CODE".`},
		},
		"state of clients": {
			block + validation(anyDemand, "clients {\n    states = [\"activ\"]\n  }"),
			[]string{"clients.states: ", `Did you mean "active"?`},
		},
		"empty set of states": {
			block + validation(anyDemand, "clients {\n    states = []\n  }"),
			[]string{"clients.states", "at least 1 element"},
		},
		"at_least that no client meets": {
			block + validation(anyDemand, "clients {\n    at_least = 0\n  }"),
			[]string{"clients.at_least", "at least 1"},
		},
		"clients beside client_name": {
			block + validation(anyDemand, "client_name = \"a\"\n  clients {}"),
			[]string{`Attribute "client_name" cannot be specified when "clients" is specified`},
		},
		"clients beside client_id": {
			block + validation(anyDemand, "client_id = \"a\"\n  clients {}"),
			[]string{`Attribute "client_id" cannot be specified when "clients" is specified`},
		},
		"two blocks of clients": {
			block + validation(anyDemand, "clients {}\n  clients {}"),
			[]string{"Duplicate clients block"},
		},
		"waiver of no check": {
			block + validation(`waivers = { rol = { reason = "r", expires = "2030-01-01" } }`),
			[]string{`"rol" is not the id of a check`, `"role"`},
		},
		"waiver of the client": {
			block + validation(`waivers = { client = { reason = "r", expires = "2030-01-01" } }`),
			[]string{"The check client cannot be waived"},
		},
		"waiver without reason": {
			block + validation(`waivers = { role = { expires = "2030-01-01" } }`),
			[]string{`"reason" is required`},
		},
		"date of a waiver": {
			block + validation(`waivers = { role = { reason = "r", expires = "01.02.2030" } }`),
			[]string{`waivers["role"].expires: "01.02.2030" is not a date of the form YYYY-MM-DD`},
		},
		"empty reason of a waiver": {
			block + validation(`waivers = { role = { reason = "", expires = "2030-01-01" } }`),
			[]string{`waivers["role"].reason: The value is empty.`},
		},
	}
	configs := map[string]string{}
	for name, test := range tests {
		if arguments, ofBlock := strings.CutPrefix(test.config, block); ofBlock && strings.Count(arguments, thisValidation) == 1 {
			configs[name] = arguments
		}
	}
	together := validatedTogether(t, block, configs)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said, ok := together[name]
			if !ok {
				said = newCLI(t, "main.tf", requiredProviders+test.config).run(1, "validate", "-no-color")
			}
			assertShowsAll(t, said, test.want...)
		})
	}
}

const thisValidation = `"genesysaudit_access_validation" "this"`

// validatedTogether validates configurations with one validation each in one run of the CLI, and returns the errors of each.
func validatedTogether(t *testing.T, block string, configs map[string]string) map[string]string {
	t.Helper()
	all := requiredProviders + block
	labels := map[string]string{}
	for name, config := range configs {
		labels[name] = fmt.Sprintf("case_%d", len(labels)+1)
		all += strings.Replace(config, thisValidation, fmt.Sprintf(`"genesysaudit_access_validation" %q`, labels[name]), 1)
	}
	_, output, err := newCLI(t, "main.tf", all).Output(t.Context(), "validate", "-no-color")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	for name, label := range labels {
		for _, diagnostic := range strings.Split(output, "\nError: ") { // each names its validation
			if strings.Contains(diagnostic, "genesysaudit_access_validation."+label+",") ||
				strings.Contains(diagnostic, fmt.Sprintf(`"genesysaudit_access_validation" %q`, label)) {
				said[name] += diagnostic
			}
		}
		said[name] = folded(strings.ReplaceAll(said[name], fmt.Sprintf("%q", label), `"this"`))
	}
	return said
}

// What is missing is named with its attribute and its variable, when the first thing needs it.
func TestMissingCredentials(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		block string
		want  []string
	}{
		"nothing": {
			`provider "genesysaudit" {}`,
			[]string{"oauthclient_id", "GENESYSCLOUD_OAUTHCLIENT_ID", "oauthclient_secret", "GENESYSCLOUD_OAUTHCLIENT_SECRET", "aws_region",
				"GENESYSCLOUD_REGION"},
		},
		"id without secret": {
			`provider "genesysaudit" {
  aws_region     = "eu-west-1"
  oauthclient_id = "a"
}`,
			[]string{"Missing oauthclient_secret", "The environment's credentials are not read"},
		},
		"API address without login address": {
			`provider "genesysaudit" {
  api_url            = "https://gateway.acme.example/api"
  oauthclient_id     = "a"
  oauthclient_secret = "b"
}`,
			[]string{"Missing login_url", "GENESYSAUDIT_LOGIN_URL"},
		},
		"secret with a line break": {
			`provider "genesysaudit" {
  aws_region         = "eu-west-1"
  oauthclient_id     = "a"
  oauthclient_secret = "b\n"
}`,
			[]string{"The client secret holds a space, a line break", "Correct it in the provider block, or the environment variable"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assertShowsAll(t, saidAtPlan(t, test.block+validation(anyDemand)), append(test.want, "Error: ")...)
		})
	}
}

// Nothing is needed that nothing uses: a provider block without credentials of its own is in order while all validations name an
// organization.
func TestTopLevelCredentialsAreNotNeededByOrganizations(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	if said := saidAtPlan(t, p.allOrganizations()+validation(`organization = "acme_us"`, dashboardArguments)); said != "" {
		t.Error(said)
	}
}

func TestUnknownOrganization(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	c := newCLI(t, "main.tf", requiredProviders+p.allOrganizations()+validation(`organization = "acme_eu"`, anyDemand))
	output := c.run(1, "plan", "-no-color")
	assertShows(t, output, `The provider block has no organization "acme_eu". It has "acme_apac", "acme_emea", "acme_us".`)
	assertShows(t, output, `organization = "acme_eu"`)
}

func TestRefusedSignIn(t *testing.T) {
	t.Parallel()
	p := startPlatform(t)
	block := `
provider "genesysaudit" {
  aws_region         = "us-east-1"
  oauthclient_id     = "a4d10e62-97b3-4c58-b2f7-051ce8369d4b"
  oauthclient_secret = "canary-wrong-secret"
  api_url            = "` + p.url + `/us-east-1"
  login_url          = "` + p.url + `/us-east-1"
}
`
	said := saidAtPlan(t, block+validation(dashboardArguments))
	assertShowsAll(t, said, `Error: Default organization: sign-in failed`, "The OAuth clients could not be read: sign-in refused",
		"Either the client id or secret is wrong, or they are right and belong to an organization in another region",
		"Check oauthclient_id, oauthclient_secret and aws_region")
	assertHides(t, said, "canary-wrong-secret")
}
