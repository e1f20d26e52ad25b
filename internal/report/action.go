package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

// action is one thing to do: all findings with the same remedy. What one organization's trouble does to many validations is one action.
type action struct {
	Outcome     outcome // the worst of its findings
	Checks      []audit.Check
	Message     string // of its findings, if all say the same
	Remedy      string
	Lines       []actionLine
	Validations int // that it concerns
}

// Title says what is wrong, or which checks could not be decided.
func (a action) Title() string {
	switch {
	case a.Checks == nil:
		return verdictTitle
	case a.Outcome == unknown:
		names := make([]string, len(a.Checks))
		for i, check := range a.Checks {
			names[i] = words(check)
		}
		return "Could not be decided: " + strings.Join(names, ", ")
	default:
		return title(a.Checks[0], a.Outcome)
	}
}

// actionLine are subjects of the findings, with the places that all of them concern.
type actionLine struct {
	Subjects []string
	Places   []hit
}

// hit is an organization with the clients that an action concerns, or the validations where no client is known.
type hit struct {
	Organization string
	Names        []string
}

// gathered is an action that is being put together.
type gathered struct {
	action
	messages, validations map[string]bool
	subjects              map[string]map[string]map[string]bool // subject, organization, name
}

// actions are what to do, the worst first, then what concerns the most validations.
func actions(validations []*assessed) []action {
	byRemedy := make(map[string]*gathered)
	for _, v := range validations {
		issues := v.Issues
		if v.unexplained() {
			issues = append([]issue{{Outcome: unknown, Message: verdictCause, Remedy: verdictRemedy}}, issues...)
		}
		for _, i := range issues {
			if !i.Outcome.Open() {
				continue
			}
			g := byRemedy[i.Remedy]
			if g == nil {
				g = &gathered{
					action:   action{Remedy: i.Remedy, Outcome: i.Outcome},
					messages: make(map[string]bool), validations: make(map[string]bool), subjects: make(map[string]map[string]map[string]bool),
				}
				byRemedy[i.Remedy] = g
			}
			g.add(v, i)
		}
	}
	list := make([]action, 0, len(byRemedy))
	for _, g := range byRemedy {
		list = append(list, g.finish())
	}
	slices.SortFunc(list, func(a, b action) int {
		return cmp.Or(
			cmp.Compare(a.Outcome, b.Outcome),
			cmp.Compare(b.Validations, a.Validations),
			slices.CompareFunc(a.Checks, b.Checks, func(a, b audit.Check) int {
				return cmp.Compare(slices.Index(checkOrder, a), slices.Index(checkOrder, b))
			}),
			strings.Compare(a.Remedy, b.Remedy),
		)
	})
	return list
}

func (g *gathered) add(v *assessed, i issue) {
	if i.Outcome < g.Outcome {
		g.Outcome, g.Checks = i.Outcome, nil // a failure says more than what is not known
	}
	g.messages[i.Message] = true
	g.validations[v.Name] = true
	if i.Check != "" && !slices.Contains(g.Checks, i.Check) {
		g.Checks = append(g.Checks, i.Check)
	}
	organizations := g.subjects[i.Subject]
	if organizations == nil {
		organizations = make(map[string]map[string]bool)
		g.subjects[i.Subject] = organizations
	}
	names := organizations[v.Organization()]
	if names == nil {
		names = make(map[string]bool)
		organizations[v.Organization()] = names
	}
	clients := i.Clients
	if len(clients) == 0 {
		clients = []string{cmp.Or(v.Client().Name, v.Client().ID, v.Name)}
	}
	for _, client := range clients {
		names[client] = true
	}
}

func (g *gathered) finish() action {
	slices.SortFunc(g.Checks, func(a, b audit.Check) int {
		return cmp.Compare(slices.Index(checkOrder, a), slices.Index(checkOrder, b))
	})
	g.Validations = len(g.validations)
	if len(g.messages) == 1 {
		g.Message = sortedNames(g.messages)[0]
	}
	for _, subject := range sortedNames(g.subjects) {
		organizations := g.subjects[subject]
		var places []hit
		for _, organization := range sortedNames(organizations) {
			places = append(places, hit{organization, sortedNames(organizations[organization])})
		}
		i := slices.IndexFunc(g.Lines, func(l actionLine) bool {
			return slices.EqualFunc(l.Places, places, func(a, b hit) bool {
				return a.Organization == b.Organization && slices.Equal(a.Names, b.Names)
			})
		})
		if i < 0 {
			i = len(g.Lines)
			g.Lines = append(g.Lines, actionLine{Places: places})
		}
		if subject != "" {
			g.Lines[i].Subjects = append(g.Lines[i].Subjects, subject)
		}
	}
	return g.action
}
