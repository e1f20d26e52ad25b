package provider

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/auditor"
)

// entry is an organization's attributes; one that is left out is null, and "?" is not known.
type entry map[string]string

func (e entry) text(attribute string) types.String {
	switch value, given := e[attribute]; {
	case !given:
		return types.StringNull()
	case value == "?":
		return types.StringUnknown()
	default:
		return types.StringValue(value)
	}
}

var entryType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"aws_region": types.StringType, "oauthclient_id": types.StringType, "oauthclient_secret": types.StringType, "access_token": types.StringType,
	"organization_id": types.StringType, "api_url": types.StringType, "login_url": types.StringType,
}}

func (e entry) object() attr.Value {
	if e == nil {
		return types.ObjectNull(entryType.AttrTypes)
	}
	values := make(map[string]attr.Value)
	for name := range entryType.AttrTypes {
		values[name] = e.text(name)
	}
	return types.ObjectValueMust(entryType.AttrTypes, values)
}

// configured is what the provider makes of a block and an environment, and the diagnostics as "severity: summary: detail".
func configured(t *testing.T, block entry, environment map[string]string, entries map[string]entry) (*providerData, string) {
	t.Helper()
	organizations := types.MapNull(entryType)
	if entries != nil {
		elements := make(map[string]attr.Value)
		for key, e := range entries {
			elements[key] = e.object()
		}
		organizations = types.MapValueMust(entryType, elements)
	}
	p := &auditProvider{now: time.Now, getenv: func(name string) string { return environment[name] }}
	data, diags := p.configure(t.Context(), providerModel{
		AWSRegion: block.text("aws_region"), OAuthClientID: block.text("oauthclient_id"), OAuthClientSecret: block.text("oauthclient_secret"),
		AccessToken: block.text("access_token"), OrganizationID: block.text("organization_id"), APIURL: block.text("api_url"),
		LoginURL: block.text("login_url"), Organizations: organizations,
	}, &auditor.Run{})
	if !diags.HasError() {
		for _, key := range slices.Sorted(maps.Keys(data.organizations)) {
			if !data.organizations[key].settings.unknown {
				diags.Append(data.organizations[key].open()...)
			}
		}
		if !data.topLevel.settings.unknown && entries == nil {
			diags.Append(data.topLevel.open()...)
		}
	}
	var told []string
	for _, d := range diags {
		told = append(told, d.Severity().String()+": "+d.Summary()+": "+strings.Join(strings.Fields(d.Detail()), " "))
	}
	return data, strings.Join(told, "\n")
}

// The provider block and the environment, and what is refused of them.
func TestSettings(t *testing.T) {
	t.Parallel()
	pair := entry{"aws_region": "us-east-1", "oauthclient_id": "id", "oauthclient_secret": "a-secret"}
	with := func(e entry, more entry) entry {
		e = maps.Clone(e)
		maps.Copy(e, more)
		return e
	}
	environment := map[string]string{envRegion: "us-east-1", envClientID: "environment-id", envClientSecret: "environment-secret"}
	and := func(more map[string]string) map[string]string {
		e := maps.Clone(environment)
		maps.Copy(e, more)
		return e
	}
	for name, test := range map[string]struct {
		block       entry
		environment map[string]string
		entries     map[string]entry
		want        string // in the diagnostics; empty: there are none
		not         string
		signsInAs   string
	}{
		"a pair in the block":                         {block: pair, signsInAs: "id"},
		"a pair in the environment":                   {environment: environment, signsInAs: "environment-id"},
		"a pair in the block beats the environment's": {block: pair, environment: environment, signsInAs: "id"},
		"a token in the environment is no part of the block's pair": {block: pair, environment: map[string]string{envAccessToken: "token"},
			signsInAs: "id"},
		"half a pair in the block is not completed from the environment": {block: entry{"oauthclient_id": "id"}, environment: environment,
			want: "Missing oauthclient_secret: `oauthclient_secret` is required with `oauthclient_id`", not: envClientSecret},
		"a token in the block is alone": {block: entry{"access_token": "token"}, environment: environment},
		"an unknown secret in the block is not completed either": {block: entry{"oauthclient_id": "id", "oauthclient_secret": "?"},
			environment: environment, signsInAs: "id"},
		"nothing at all": {want: "Missing oauthclient_id: There are no credentials"},

		"the environment's credentials and the block's host": {block: entry{"api_url": "https://gateway.example.com"}, environment: environment,
			want: "To allow the host, set GENESYSAUDIT_API_URL to the same URL", not: "environment-secret"},
		"the environment's token and the block's login host": {block: entry{"login_url": "https://gateway.example.com"},
			environment: map[string]string{envRegion: "us-east-1", envAccessToken: "token"}, want: "set GENESYSAUDIT_LOGIN_URL"},
		"a host that the environment names too": {block: entry{"api_url": "https://gateway.example.com/us"},
			environment: and(map[string]string{envAPIURL: "https://Gateway.example.com"}), signsInAs: "environment-id"},
		"another host than the environment names": {block: entry{"api_url": "https://gateway.example.com"},
			environment: and(map[string]string{envAPIURL: "https://gateway.example.org"}), want: "only the provider block names the host gateway.example.com"},
		"the environment's host over https, the block's over http": {block: entry{"api_url": "http://localhost"},
			environment: and(map[string]string{envAPIURL: "https://localhost"}), want: "only the provider block names the host localhost"},
		"the block's credentials and the block's host": {block: with(pair, entry{"api_url": "https://gateway.example.com"}),
			environment: environment, signsInAs: "id"},

		"a mistyped region":       {block: with(pair, entry{"aws_region": "us-esat-1"}), want: `"us-esat-1" is not a Genesys Cloud region. Did you mean "us-east-1"`},
		"the government's region": {environment: and(map[string]string{envRegion: "us-gov-east-1"}), want: `Did you mean "us-east-2"?`},
		"a secret and the region swapped": {environment: map[string]string{envRegion: "short-secret", envClientID: "id", envClientSecret: "us-east-1"},
			want: "Invalid GENESYSCLOUD_REGION: The value is not a Genesys Cloud region. It is not shown", not: "short-secret"},
		"the secret in both": {environment: and(map[string]string{envRegion: "environment-secret"}), want: "It is not shown", not: "environment-secret"},
		"a long secret as the region": {block: with(pair, entry{"aws_region": "Zm9yZXZlci1hbmQtZXZlci1hbmQtZXZlci1hbmQtZXZlcg"}),
			want: "It is not shown", not: "Zm9y"},
		"another entry's secret as the region": {block: with(pair, entry{"aws_region": "b-secret"}),
			entries: map[string]entry{"b": with(pair, entry{"oauthclient_secret": "b-secret"})}, want: "It is not shown", not: "b-secret"},
		"the secret as the enforcement": {environment: and(map[string]string{envEnforcement: "environment-secret"}),
			want: "Invalid GENESYSAUDIT_ENFORCEMENT", not: "environment-secret"},
		"the secret as the timeout": {environment: and(map[string]string{envRequestTimeout: "environment-secret"}),
			want: "Invalid GENESYSAUDIT_REQUEST_TIMEOUT", not: "environment-secret"},
		"a blank secret":        {block: with(pair, entry{"oauthclient_secret": " "}), want: "Blank value"},
		"a URL with a password": {block: with(pair, entry{"api_url": "https://user:hidden@example.com"}), want: "user name or password", not: "hidden"},

		"an entry":                      {entries: map[string]entry{"a": pair}},
		"a null entry":                  {entries: map[string]entry{"a": pair, "b": nil}, want: `Organization "b" is null: organizations["b"] has no value`},
		"an entry without a secret":     {entries: map[string]entry{"b": {"aws_region": "us-east-1", "oauthclient_id": "id"}}, environment: environment, want: `Missing oauthclient_secret of organization "b"`, not: "environment"},
		"a mistyped region of an entry": {entries: map[string]entry{"b": with(pair, entry{"aws_region": "us-esat-1"})}, want: `organizations["b"].aws_region: "us-esat-1" is not`},
		"two entries with one pair": {entries: map[string]entry{"b": pair, "a": with(pair, entry{"aws_region": "eu-west-1"})},
			want: `Warning: Organizations "a" and "b" have the same credentials`},
		"two entries with one token": {entries: map[string]entry{"a": {"aws_region": "us-east-1", "access_token": "t"},
			"b": {"aws_region": "us-east-1", "access_token": "t"}}, want: `Warning: Organizations "a" and "b" have the same credentials`, not: "Error"},
		"two entries with two pairs": {entries: map[string]entry{"a": pair, "b": with(pair, entry{"oauthclient_id": "other"})}},
		"two entries that are not known": {entries: map[string]entry{"a": with(pair, entry{"oauthclient_id": "?"}),
			"b": with(pair, entry{"oauthclient_id": "?"})}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, told := configured(t, test.block, test.environment, test.entries)
			switch {
			case test.want == "" && told != "":
				t.Errorf("%s", told)
			case !strings.Contains(told, test.want), test.not != "" && strings.Contains(told, test.not):
				t.Errorf("%s\nwant %q and not %q", told, test.want, test.not)
			}
			if got := data.topLevel.settings.signedInAs(); test.want == "" && got != test.signsInAs {
				t.Errorf("it signs in as %q, want %q", got, test.signsInAs)
			}
		})
	}
}

// Two entries that turn out to be the same organization are told once, in the order of their keys.
func TestSameOrganizationIsToldOnce(t *testing.T) {
	t.Parallel()
	data := &providerData{organizations: make(map[string]*organization)}
	for _, key := range []string{"b", "a"} {
		data.organizations[key] = &organization{key: key, settings: organizationSettings{clientID: key}}
	}
	told := 0
	for range 3 {
		for _, key := range []string{"b", "a"} {
			for _, d := range data.sameOrganizationAs(data.organizations[key], "id-of-acme", "Acme") {
				told++
				if want := `Organizations "a" and "b" are the same organization`; d.Summary() != want {
					t.Errorf("%q, want %q", d.Summary(), want)
				}
			}
		}
	}
	if told != 1 {
		t.Errorf("told %d times, want once", told)
	}
	if diags := data.sameOrganizationAs(&organization{key: "c"}, "another-id", "Umbrella"); len(diags) != 0 {
		t.Errorf("another organization: %v", diags)
	}
}

// The block's region is evidence only where the region's own hosts are asked; with another login or API host it is a claim.
func TestOwnRegion(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		block, environment entry
		want               string
	}{
		"the region alone":               {block: entry{"aws_region": "eu-west-1"}, want: "eu-west-1"},
		"the region by its domain":       {block: entry{"aws_region": "mypurecloud.ie"}, want: "eu-west-1"},
		"the region's own hosts":         {block: entry{"aws_region": "eu-west-1", "api_url": "https://api.mypurecloud.ie", "login_url": "https://login.mypurecloud.ie"}, want: "eu-west-1"},
		"its own API host, with a slash": {block: entry{"aws_region": "eu-west-1", "api_url": "https://api.mypurecloud.ie/"}, want: "eu-west-1"},
		"another API host":               {block: entry{"aws_region": "eu-west-1", "api_url": "https://gateway.example.com"}},
		"another login host":             {block: entry{"aws_region": "eu-west-1", "login_url": "https://gateway.example.com"}},
		"another region's API host":      {block: entry{"aws_region": "eu-west-1", "api_url": "https://api.mypurecloud.com"}},
		"a path below its own host":      {block: entry{"aws_region": "eu-west-1", "api_url": "https://api.mypurecloud.ie/gateway"}},
		"another host by the environment": {environment: entry{"GENESYSCLOUD_REGION": "eu-west-1",
			"GENESYSAUDIT_API_URL": "https://gateway.example.com"}},
		"an API host alone": {block: entry{"api_url": "https://api.mypurecloud.ie"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, problems := configured(t, test.block, test.environment, nil)
			if data == nil {
				t.Fatal(problems)
			}
			if got := data.topLevel.settings.ownRegion(); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}
