package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

// The way is the picture of how a call comes to be allowed, one station after the other, from the application to the endpoint. What is
// wrong stands at the station whose check says it.

// station is one step of the way.
type station struct {
	Title   string
	Outcome outcome // the worst of its checks
	Items   []item
	More    int // items that are not shown
}

// item is one thing at a station: what is there, what was demanded, or what a finding is about.
type item struct {
	Outcome outcome // notChecked for what is only told
	Text    string
	Note    string
}

var stationTitles = map[audit.Stage]string{
	audit.StageApplication: "Application", audit.StageRegion: "Region", audit.StageClient: "OAuth client", audit.StageToken: "Grant and token",
	audit.StageScope: "Scopes", audit.StageRole: "Roles", audit.StagePermission: "Permissions", audit.StageDivision: "Divisions",
	audit.StagePolicy: "Access policies", audit.StageCall: "Call",
}

// Way returns the stations in the order of a call.
func (a *assessed) Way() []station {
	var stations []station
	for _, stage := range audit.Stages() {
		s := station{Title: stationTitles[stage], Outcome: notChecked}
		for _, check := range checkOrder {
			if audit.Describe(check).Stage == stage {
				s.Outcome = min(s.Outcome, a.Outcome(check))
			}
		}
		for _, i := range a.Issues {
			if audit.Describe(i.Check).Stage == stage {
				s.Items = append(s.Items, a.item(i))
			}
		}
		for _, text := range a.told(stage) {
			if text != "" && !slices.ContainsFunc(s.Items, func(i item) bool { return i.Text == text }) {
				s.Items = append(s.Items, item{Outcome: notChecked, Text: text})
			}
		}
		const most = 7
		if len(s.Items) > most {
			s.Items, s.More = s.Items[:most-1], len(s.Items)-most+1
		}
		stations = append(stations, s)
	}
	return stations
}

// item is what a station shows of an issue.
func (a *assessed) item(i issue) item {
	var notes []string
	switch {
	case i.Outcome != failed && i.Outcome != waived:
	case audit.Describe(i.Check).Excess:
		notes = append(notes, "must not be there")
	case slices.Contains([]audit.Check{audit.CheckScope, audit.CheckRole, audit.CheckPermission}, i.Check):
		notes = append(notes, "missing")
	}
	if a.Fleet() && len(i.Clients) > 0 {
		notes = append(notes, counted(len(i.Clients), "client"))
	}
	return item{i.Outcome, cmp.Or(i.Subject, title(i.Check, i.Outcome)), strings.Join(notes, ", ")}
}

// told is what is known of a stage beside the findings.
func (a *assessed) told(stage audit.Stage) []string {
	client := a.Client()
	switch stage {
	case audit.StageApplication:
		return slices.Concat(a.argument("application_region"), a.argument("egress_addresses"))
	case audit.StageRegion:
		return []string{a.Organization(), a.Region, a.APIHost}
	case audit.StageClient:
		return append([]string{a.Audited()}, a.argument("user_id")...)
	case audit.StageToken:
		return []string{client.GrantType}
	case audit.StageScope:
		return client.Scopes
	case audit.StageRole:
		return client.Roles
	case audit.StagePermission:
		return a.argument("required_permissions")
	case audit.StageDivision:
		return a.argument("divisions")
	case audit.StagePolicy:
		if a.argument("ignore_access_policies") != nil {
			return []string{"not read: ignore_access_policies"}
		}
		return nil
	case audit.StageCall:
		return slices.Concat(a.argument("endpoints"), a.argument("notification_topics"))
	default:
		return nil
	}
}

// argument are the values of an argument of the validation.
func (v Validation) argument(name string) []string {
	for _, a := range v.Arguments {
		if a.Name == name {
			return a.Values
		}
	}
	return nil
}

// Caption says in a sentence what the picture shows.
func (a *assessed) Caption() string {
	var broken, open []string
	for _, s := range a.Way() {
		switch s.Outcome {
		case failed:
			broken = append(broken, strings.ToLower(s.Title))
		case unknown:
			open = append(open, strings.ToLower(s.Title))
		default:
		}
	}
	var sentences []string
	if len(broken) > 0 {
		sentences = append(sentences, fmt.Sprintf("Fails at: %s.", strings.Join(broken, ", ")))
	}
	if len(open) > 0 {
		sentences = append(sentences, fmt.Sprintf("Could not be decided: %s.", strings.Join(open, ", ")))
	}
	switch {
	case len(sentences) > 0:
		return strings.Join(sentences, " ")
	case a.Verdict == audit.Compliant:
		return "Nothing that was checked blocks a call."
	default:
		return "Nothing is known about how a call gets through."
	}
}
