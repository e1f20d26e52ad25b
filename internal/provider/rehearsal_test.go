package provider_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/provider"
)

// withOperator adds an OAuth client by which a test changes Acme US over the platform's API.
func withOperator(state *emulator.State) {
	org := organization(state, "Acme US")
	operator := emulator.Client{OAuthClient: genesyscloud.OAuthClient{
		ID: provider.OperatorClient, Name: "Operator", AuthorizedGrantType: "CLIENT-CREDENTIALS",
		RoleDivisions: []genesyscloud.RoleDivision{{RoleID: masterAdminUS, DivisionID: "*"}},
	}}
	org.Clients = append(org.Clients, operator)
}

// operate calls the platform's API as the operator and returns the id of what it answers.
func (p *platform) operate(method, path, body string) string {
	p.t.Helper()
	token, err := p.IssueToken(provider.OperatorClient, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(p.t.Context(), method, p.url+"/api/v2"+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode >= 300 {
		p.t.Fatalf("%s %s: %d %s %v", method, path, answer.StatusCode, data, err)
	}
	var entity genesyscloud.NamedEntity
	if len(bytes.TrimSpace(data)) > 0 {
		if err := json.Unmarshal(data, &entity); err != nil {
			p.t.Fatal(err)
		}
	}
	return entity.ID
}

// Somebody creates a role and a client over the API, and the gate judges them; then the client gets a role too many, and loses it.
func TestGateOverWhatIsWritten(t *testing.T) {
	t.Parallel()
	p := startPlatform(t, withOperator)
	role := p.operate("POST", "/authorization/roles", `{"name":"Queue Reader","permissionPolicies":[
		{"domain":"routing","entityName":"queue","actionSet":["view"]}]}`)
	p.operate("POST", "/authorization/subjects/"+provider.OperatorClient+"/divisions/*/roles/"+role+"?subjectType=PC_OAUTH_CLIENT", "")
	client := p.operate("POST", "/oauth/clients", fmt.Sprintf(`{"name":"Wallboard","authorizedGrantType":"CLIENT-CREDENTIALS",
		"roleDivisions":[{"roleId":%q,"divisionId":"*"}]}`, role))
	c := newCLI(t, "main.tf", requiredProviders+p.topLevel()+fmt.Sprintf(`
resource "genesysaudit_access_validation" "this" {
  client_id     = %q
  endpoints     = ["GET /api/v2/routing/queues"]
  allowed_roles = ["Queue Reader"]
}
`, client))
	c.run(0, "plan", "-no-color")

	grant := "/authorization/subjects/" + client + "/divisions/*/roles/" + supervisorUS
	p.operate("POST", grant+"?subjectType=PC_OAUTH_CLIENT", "")
	if output := c.run(1, "plan", "-no-color"); !strings.Contains(output, "Supervisor") {
		t.Errorf("the plan does not name the role: %s", output)
	}
	p.operate("DELETE", grant, "")
	c.run(0, "plan", "-no-color")

	p.operate("PUT", "/authorization/roles/"+role, `{"name":"Queue Reader","permissionPolicies":[
		{"domain":"routing","entityName":"queue","actionSet":["add"]}]}`)
	if output := c.run(1, "plan", "-no-color"); !strings.Contains(output, "routing:queue:view") {
		t.Errorf("the plan does not name the permission: %s", output)
	}
}
