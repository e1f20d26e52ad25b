package emulator_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

const eventsDenied = `{"error_description":"Access denied. The client does not have permission to access this resource."}`

func checkEvents(t *testing.T, base, token string, granted bool) {
	t.Helper()
	checkAnalytics(t, base+"/api/v2/analytics/events", token, granted)
}

func checkAnalytics(t *testing.T, url, token string, granted bool) {
	t.Helper()
	answer := get(t, url, token)
	if granted {
		if answer.status != http.StatusOK {
			t.Errorf("%s: %d %s, want access", url, answer.status, answer.body)
		}
		return
	}
	if answer.status != http.StatusForbidden || answer.body != eventsDenied {
		t.Errorf("%s: %d %s, want 403 %s", url, answer.status, answer.body, eventsDenied)
	}
	for _, name := range []string{"ININ-Correlation-Id", "x-genesys-cloud-request-id"} {
		if answer.header.Get(name) == "" {
			t.Errorf("%s: no %s", url, name)
		}
	}
}

// The scenario is what the demonstration promises: sign-in succeeds everywhere, the read in one organization only.
func TestScenario(t *testing.T) {
	t.Parallel()
	state := scenario(t)
	_, base := newEmulator(t, state)
	want := map[string]bool{"Acme US": true, "Acme EMEA": false, "Acme APAC": false}
	for _, org := range state.Organizations {
		dashboard := client(t, org, "Compliance Dashboard")
		token := signedIn(t, base+"/"+org.Region, dashboard.ID, dashboard.Secret)
		granted, known := want[org.Organization.Name]
		if !known {
			t.Errorf("organization %q", org.Organization.Name)
		}
		checkEvents(t, base+"/"+org.Region, token, granted)
		delete(want, org.Organization.Name)
	}
	if len(want) > 0 {
		t.Errorf("the scenario lacks %v", want)
	}
}

func TestScenarioEventsBody(t *testing.T) {
	t.Parallel()
	state := scenario(t)
	e, base := newEmulator(t, state)
	answer := get(t, base+"/api/v2/analytics/events", issued(t, e, state.Organizations[0].Clients[0].ID, "analytics:export"))
	want := `{"entities":[],"pageSize":25,"pageNumber":1,"total":0,"pageCount":0}`
	if answer.status != http.StatusOK || answer.body != want {
		t.Errorf("%d %s, want %s", answer.status, answer.body, want)
	}
}

// What the demonstration repairs is what is wrong, and nothing else is.
func TestScenarioRepairs(t *testing.T) {
	t.Parallel()
	state := scenario(t)
	emea, apac := state.Organizations[1], state.Organizations[2]
	e, base := newEmulator(t, state)
	addScope := func(s *emulator.State) {
		c := &s.Organizations[1].Clients[0]
		c.Scope = append(c.Scope, "analytics:export")
	}
	grantRole := func(s *emulator.State) {
		c := &s.Organizations[1].Clients[0]
		c.RoleDivisions = append(c.RoleDivisions, genesyscloud.RoleDivision{RoleID: emea.Roles[2].ID, DivisionID: "*"})
	}
	read := func(org emulator.Organization, granted bool) {
		t.Helper()
		dashboard := client(t, org, "Compliance Dashboard")
		checkEvents(t, base, signedIn(t, base, dashboard.ID, dashboard.Secret), granted)
	}
	update(t, e, addScope)
	read(emea, false)
	update(t, e, grantRole)
	read(emea, true)
	read(apac, false)
	update(t, e, func(s *emulator.State) { s.Organizations[2].CrossRegionPermitted = true })
	read(apac, true)
}

func TestEvents(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		scopes  []string
		role    string
		granted bool
	}{
		{[]string{"analytics:export"}, "export", true},
		{[]string{"analytics:read", "analytics:export", "org:read"}, "export", true},
		{[]string{"analytics:read"}, "export", false},
		{[]string{"analytics"}, "export", false},
		{[]string{"analytics:export:readonly"}, "export", false},
		{nil, "export", false},
		{[]string{"analytics:export"}, "queues", false},
		{[]string{"analytics:export"}, "everything", false}, // the role is wanted by its name
	} {
		t.Run(fmt.Sprint(test.scopes, test.role), func(t *testing.T) {
			t.Parallel()
			state := rich()
			state.Organizations[0].Clients[1].RoleDivisions = []genesyscloud.RoleDivision{{RoleID: test.role, DivisionID: "home"}}
			state.Organizations[0].Users[0].Grants = []genesyscloud.AuthGrant{{
				Division: genesyscloud.Division{ID: "home"}, Role: genesyscloud.SubjectRole{ID: test.role},
			}}
			e, base := newEmulator(t, state)
			checkEvents(t, base, issued(t, e, "narrow", test.scopes...), test.granted)
			checkEvents(t, base, issuedToAda(t, e, "web", test.scopes...), test.granted)
		})
	}
}

func TestCrossRegion(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		application string
		permitted   bool
		granted     bool
	}{
		{"", false, true},
		{"us-east-1", false, true},
		{"eu-west-1", false, false},
		{"eu-west-1", true, true},
	} {
		t.Run(fmt.Sprint(test.application, test.permitted), func(t *testing.T) {
			t.Parallel()
			state := rich()
			state.Organizations[0].CrossRegionPermitted = test.permitted
			state.Organizations[0].Clients[0].ApplicationRegion = test.application
			e, base := newEmulator(t, state)
			token := issued(t, e, "admin")
			checkAnalytics(t, base+"/api/v2/analytics/reporting/exports", token, test.granted)
			if answer := get(t, base+"/api/v2/routing/queues", token); answer.status != http.StatusOK {
				t.Errorf("outside of analytics: %d %s", answer.status, answer.body)
			}
		})
	}
}
