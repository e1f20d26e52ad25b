package provider_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/provider"
)

// Terraform itself finds nothing inconsistent between a plan that does not know everything and its apply, and the forms still agree.
func TestUnknownValuesThroughTheCLI(t *testing.T) {
	t.Parallel()
	count := 12
	if provider.FullSize() {
		count = 40
	}
	seed := rand.Uint64()
	if text := os.Getenv("GENESYSAUDIT_TEST_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("replay with GENESYSAUDIT_TEST_SEED=%d", seed)
	drawn := rand.New(rand.NewPCG(seed, 1))
	values := map[string][]string{ // of each argument, as expressions
		"client_id":             {strconv.Quote(dashboardUS), strconv.Quote(dashboardUS), strconv.Quote(dashboardUS), strconv.Quote(auditorUS), `"no-such-client"`},
		"endpoints":             {`["GET /api/v2/analytics/events"]`, `["GET /api/v2/users"]`},
		"required_scopes":       {`["analytics:read"]`, `["users"]`, `["analytics:read", "users"]`},
		"allowed_scopes":        {`[]`, `["users"]`},
		"required_roles":        {`["employee"]`, `["Supervisor"]`, `["employee", "Supervisor"]`},
		"forbidden_roles":       {`["Analytics - Read"]`, `["Master Admin"]`},
		"forbidden_permissions": {`["analytics:*:*"]`, `["telephony:*:*"]`},
		"allowed_permissions":   {`["*:*:*"]`, `["analytics:*:*", "directory:user:view"]`},
		"role_divisions":        {`{ employee = ["Home"] }`, `{ employee = ["*"] }`, `{ Supervisor = ["Home", "Support"], employee = ["Home"] }`},
		"allowed_grant_types":   {`["CLIENT-CREDENTIALS"]`, `["CODE"]`},
		"allowed_regions":       {`["us-east-1"]`, `["eu-west-1"]`},
		"application_region":    {`"us-east-1"`, `"eu-west-1"`},
		"waivers":               {`{ scope = { reason = "Being mended.", expires = "2030-12-31" } }`, `{}`},
	}
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)

	p := startPlatform(t)
	config, later := &strings.Builder{}, &strings.Builder{}
	unknown := 0
	for i := range count {
		fmt.Fprintf(config, "resource \"genesysaudit_access_validation\" \"case_%d\" {\n", i)
		var arguments strings.Builder
		for _, name := range names {
			if drawn.IntN(100) < 75 && name != "client_id" && name != "allowed_grant_types" {
				continue
			}
			value := values[name][drawn.IntN(len(values[name]))]
			if drawn.IntN(100) < 30 {
				key := fmt.Sprintf("case_%d_%s", i, name)
				fmt.Fprintf(later, "    %s = %s\n", key, value)
				value = "terraform_data.later.output." + key
				unknown++
			}
			fmt.Fprintf(&arguments, "  %s = %s\n", name, value)
		}
		fmt.Fprintf(config, "%s}\ndata \"genesysaudit_access_validation\" \"case_%d\" {\n%s}\n", arguments.String(), i, arguments.String())
	}
	fmt.Fprintf(config, "resource \"terraform_data\" \"later\" {\n  input = {\n%s  }\n}\n", later)
	for _, form := range []string{"", "data."} {
		var list []string
		for i := range count {
			list = append(list, fmt.Sprintf("%sgenesysaudit_access_validation.case_%d.findings", form, i))
		}
		fmt.Fprintf(config, "output \"%sfindings\" {\n  value = [%s]\n}\n", strings.ReplaceAll(form, ".", "_"), strings.Join(list, ", "))
	}
	c := newCLI(t, "main.tf", requiredProviders+p.topLevel(`enforcement = "warn"`)+config.String())
	c.run(0, "plan", "-no-color", "-out=tfplan")
	c.run(0, "apply", "-no-color", "tfplan")
	c.run(0, "plan", "-no-color", "-detailed-exitcode")

	code, output, err := c.Output(t.Context(), "output", "-json")
	if err != nil || code != 0 {
		t.Fatalf("output: exit code %d, %v\n%s", code, err, output)
	}
	type finding struct{ Check, Status, Subject, Message, Remediation string }
	var outputs map[string]struct{ Value [][]finding }
	if err := json.Unmarshal([]byte(output), &outputs); err != nil {
		t.Fatal(err)
	}
	resources, dataSources, violated := outputs["findings"].Value, outputs["data_findings"].Value, 0
	if len(resources) != count || len(dataSources) != count {
		t.Fatalf("%d resources and %d data sources, want %d of each", len(resources), len(dataSources), count)
	}
	for i := range count {
		if !slices.Equal(resources[i], dataSources[i]) {
			t.Errorf("case %d: the resource found %v, the data source %v", i, resources[i], dataSources[i])
		}
		if len(resources[i]) > 0 {
			violated++
		}
	}
	t.Logf("%d validations with %d values that the plan did not know, %d violated", count, unknown, violated)
	if unknown < count/3 || violated < count/8 {
		t.Errorf("%d values unknown, %d of %d violated: too few or too many to tell much", unknown, violated, count)
	}
}
