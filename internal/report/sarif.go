package report

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

const (
	// DefaultFile is the configuration file that alerts attach to: a provider is not told in which one a validation is written.
	DefaultFile = "main.tf"

	// maxResults is how many results GitHub keeps of a run.
	maxResults = 5000
)

// FileError refuses the path of a configuration file.
type FileError struct{ File, Problem string }

func (e *FileError) Error() string { return fmt.Sprintf("%q %s", e.File, e.Problem) }

// SARIF reports the findings of validations as SARIF 2.1.0, in the subset that GitHub code scanning reads. A *FileError says why alerts
// cannot attach to the file of the options.
func SARIF(validations []Validation, options Options) (string, error) {
	uri, err := repositoryURI(cmp.Or(options.File, DefaultFile))
	if err != nil {
		return "", err
	}
	d, err := prepare(validations, options)
	if err != nil {
		return "", err
	}
	kept, leftOut := worst(alertsOf(d))
	run := sarifRun{
		Tool: sarifTool{Driver: sarifDriver{
			Name: "genesysaudit", Version: options.Version, InformationURI: registryPage, Rules: sarifRules(),
		}},
		Invocations: []sarifInvocation{{ExecutionSuccessful: true, Notifications: leftOut}},
		Results:     make([]sarifResult, 0, len(kept)),
	}
	if !options.AsOf.IsZero() {
		run.Invocations[0].EndTimeUTC = options.AsOf.UTC().Format(time.RFC3339)
	}
	if title := singleSpaced(options.Title); title != "" {
		run.AutomationDetails = &sarifAutomation{Description: sarifText{Text: title}}
	}
	for _, a := range kept {
		run.Results = append(run.Results, a.result(uri))
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err = encoder.Encode(sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}})
	if err != nil {
		return "", fmt.Errorf("writing SARIF: %w", err)
	}
	return b.String(), nil
}

// repositoryURI is a path below the root of the repository as a relative reference. GitHub attaches no alert to anything else.
func repositoryURI(file string) (string, error) {
	clean := path.Clean(file)
	switch {
	case strings.TrimSpace(file) == "":
		return "", &FileError{file, "names no file"}
	case strings.ContainsRune(file, '\\'):
		return "", &FileError{file, "has a backslash; the path is written with slashes"}
	case strings.ContainsRune(file, ':'):
		return "", &FileError{file, "has a colon; it must be a path below the root of the repository, such as main.tf"}
	case path.IsAbs(file) || clean == ".." || strings.HasPrefix(clean, "../"):
		return "", &FileError{file, "is not below the root of the repository; give a relative path, such as main.tf"}
	case strings.HasSuffix(file, "/") || clean == ".":
		return "", &FileError{file, "is a folder; alerts attach to a file"}
	}
	return (&url.URL{Path: clean}).EscapedPath(), nil
}

// alert is what becomes one result.
type alert struct {
	validation *assessed // nil for a report without validations
	check      audit.Check
	subject    string
	outcome    outcome
	message    string
	accepted   string // why a failure is accepted, who answers for it and until when; empty where that is not known
	clientID   string
	client     string
	occurrence int // counts alerts that only their text tells apart
}

func alertsOf(d *digest) []alert {
	var alerts []alert
	if len(d.Validations) == 0 {
		alerts = append(alerts, alert{check: verdictID, outcome: unknown, message: nothingGiven})
	}
	for _, v := range d.Validations {
		if v.unexplained() {
			alerts = append(alerts, alert{validation: v, check: verdictID, outcome: unknown, message: verdictCause + " " + verdictRemedy})
		}
		type about struct {
			check           audit.Check
			subject, client string
		}
		seen := make(map[about]int)
		for _, f := range v.Findings {
			message, remedy := said(f)
			a := alert{
				validation: v, check: f.Check, subject: f.Subject, outcome: outcomeOf(f), message: text.Ended(message) + " " + remedy,
				accepted: v.acceptance(f, d.Waivers), clientID: cmp.Or(f.ClientID, v.Client().ID),
				client: cmp.Or(f.ClientName, f.ClientID, v.Client().Name, v.Client().ID),
			}
			it := about{f.Check, f.Subject, a.clientID}
			a.occurrence = seen[it]
			seen[it]++
			alerts = append(alerts, a)
		}
	}
	return alerts
}

// What a SARIF report says of all warnings.
const (
	warningID     = "warning"
	warningTitle  = "Warnings"
	warningCause  = "The finding does not affect the verdict. An example is an unused waiver."
	warningRemedy = "The message says what to do."
)

// rule is the rule of an alert. GitHub takes the severity from the rule and not from the result, so a warning, which does not count against
// the verdict, must not be of the rule of a check that does.
func (a alert) rule() audit.Check {
	if a.outcome == warned && !audit.Describe(a.check).OnlyWarns {
		return warningID
	}
	return a.check
}

// worst are the alerts that GitHub would keep, in their order, the most severe ones if there are more; then with a notification that says
// what is left out.
func worst(alerts []alert) ([]alert, []sarifNotification) {
	if len(alerts) <= maxResults {
		return alerts, nil
	}
	bySeverity := make([]int, len(alerts))
	for i := range bySeverity {
		bySeverity[i] = i
	}
	slices.SortStableFunc(bySeverity, func(a, b int) int {
		return cmp.Or(
			cmp.Compare(alerts[a].outcome, alerts[b].outcome),
			cmp.Compare(severity(alerts[b].rule()), severity(alerts[a].rule())),
		)
	})
	var left [len(outcomeWords)]int
	for _, i := range bySeverity[maxResults:] {
		left[alerts[i].outcome]++
	}
	keep := bySeverity[:maxResults]
	slices.Sort(keep)
	kept := make([]alert, len(keep))
	for n, i := range keep {
		kept[n] = alerts[i]
	}
	return kept, []sarifNotification{{
		Level: "error",
		Message: sarifText{Text: fmt.Sprintf("There are %d results, more than the %d that are kept. The most severe are reported. Left out: %s.",
			len(alerts), maxResults, countsOf(left))},
	}}
}

// countsOf puts counts by outcome into words, without the zeros.
func countsOf(counts [len(outcomeWords)]int) string {
	var parts []string
	for o, word := range outcomeWords {
		if counts[o] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[o], word))
		}
	}
	return strings.Join(parts, ", ")
}

func (a alert) result(uri string) sarifResult {
	level := "error"
	if a.outcome == warned {
		level = "warning"
	}
	result := sarifResult{
		RuleID:    string(a.rule()),
		RuleIndex: slices.Index(ruleOrder, a.rule()),
		Level:     level,
		Message:   sarifText{Text: a.text()},
		Locations: []sarifLocation{{PhysicalLocation: sarifPhysicalLocation{
			ArtifactLocation: sarifArtifactLocation{URI: uri},
			Region:           sarifRegion{StartLine: 1, StartColumn: 1, EndLine: 1, EndColumn: 1},
		}}},
		PartialFingerprints: map[string]string{"primaryLocationLineHash": a.fingerprint()},
		// The standard wants suppressions on every result of a run or on none; and a waiver added later must not change other results.
		Suppressions: []sarifSuppression{},
	}
	if v := a.validation; v != nil {
		result.Locations[0].LogicalLocations = []sarifLogicalLocation{{Name: v.Name, Kind: "resource"}}
	}
	if a.outcome == waived {
		result.Suppressions = []sarifSuppression{{
			Kind: "external", Status: "accepted",
			Justification: withoutLinks(cmp.Or(a.accepted, "The validation's waivers accept this failure.")),
		}}
	}
	return result
}

// text is the message of a result: which validation, of what, and what the finding says.
func (a alert) text() string {
	if a.validation == nil {
		return a.message
	}
	var of []string
	for _, name := range []string{a.validation.Organization(), a.client} {
		if name != "" {
			of = append(of, strconv.Quote(name))
		}
	}
	text := "Validation " + strconv.Quote(a.validation.Name)
	if len(of) > 0 {
		text += " (" + strings.Join(of, ", ") + ")"
	}
	switch {
	case a.outcome == unknown:
		text += ", undetermined"
	case a.outcome == waived:
		text += ", waived"
	case a.rule() == warningID:
		text += ", a warning of the check " + string(a.check)
	}
	text += ": " + a.message
	if a.accepted != "" {
		text += " Waiver: " + a.accepted
	}
	return withoutLinks(text)
}

// withoutLinks is a text in which a viewer finds no link: it makes one of [text](target), also in plain text.
func withoutLinks(text string) string { return strings.ReplaceAll(text, "](", "] (") }

// fingerprint tells an alert from every other one, from run to run: by what it is about, not by how it is said or in which order.
func (a alert) fingerprint() string {
	about := []string{"", "", a.clientID, string(a.check), a.subject}
	if v := a.validation; v != nil {
		about[0], about[1] = v.Name, v.OrganizationID
	}
	hash := sha256.New()
	for _, text := range about {
		fmt.Fprintf(hash, "%d:%s", len(text), text) // the length keeps neighbours apart; a hash takes every write
	}
	return hex.EncodeToString(hash.Sum(nil)) + ":" + strconv.Itoa(a.occurrence+1)
}

// severity is the security severity of a rule.
func severity(rule audit.Check) float64 {
	switch rule {
	case verdictID:
		return audit.Describe(audit.CheckClient).Severity
	case warningID:
		return audit.Describe(audit.CheckScopeUnknown).Severity
	default:
		return audit.Describe(rule).Severity
	}
}

// ruleOrder are the ids of the rules: the checks in order, then what no check says.
var ruleOrder = append(audit.Checks(), verdictID, warningID)

func sarifRules() []sarifRule {
	rules := make([]sarifRule, 0, len(ruleOrder))
	for _, check := range checkOrder {
		about := audit.Describe(check)
		rules = append(rules, newSARIFRule(check, about.Failed, about.Cause, about.Remedy))
	}
	return append(rules,
		newSARIFRule(verdictID, verdictTitle, verdictCause, verdictRemedy),
		newSARIFRule(warningID, warningTitle, warningCause, warningRemedy),
	)
}

func newSARIFRule(id audit.Check, title, cause, remedy string) sarifRule {
	level := "error"
	if audit.Describe(id).OnlyWarns || id == warningID {
		level = "warning"
	}
	page := checksPage
	if audit.IsCheck(string(id)) {
		page += "#" + string(id)
	}
	return sarifRule{
		ID:               string(id),
		ShortDescription: sarifText{Text: title}, // the title of an alert
		FullDescription:  sarifText{Text: cause},
		Help: sarifText{
			Text:     remedy,
			Markdown: "**Cause:** " + prose(cause) + "\n\n**Remedy:** " + prose(remedy) + "\n\n[The checks, their causes and remedies](" + page + ")",
		},
		HelpURI:              page,
		DefaultConfiguration: sarifConfiguration{Level: level},
		Properties: sarifRuleProperties{
			SecuritySeverity: strconv.FormatFloat(severity(id), 'f', 1, 64), Precision: "very-high", Tags: []string{"genesys-cloud", "security"},
		},
	}
}

// The part of the SARIF 2.1.0 object model that a report needs.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool              sarifTool         `json:"tool"`
		AutomationDetails *sarifAutomation  `json:"automationDetails,omitempty"`
		Invocations       []sarifInvocation `json:"invocations"`
		Results           []sarifResult     `json:"results"`
	}
	sarifAutomation struct {
		Description sarifText `json:"description"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version,omitempty"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID                   string              `json:"id"`
		ShortDescription     sarifText           `json:"shortDescription"`
		FullDescription      sarifText           `json:"fullDescription"`
		Help                 sarifText           `json:"help"`
		HelpURI              string              `json:"helpUri"`
		DefaultConfiguration sarifConfiguration  `json:"defaultConfiguration"`
		Properties           sarifRuleProperties `json:"properties"`
	}
	sarifConfiguration struct {
		Level string `json:"level"`
	}
	sarifRuleProperties struct {
		SecuritySeverity string   `json:"security-severity"`
		Precision        string   `json:"precision"`
		Tags             []string `json:"tags"`
	}
	sarifText struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifInvocation struct {
		ExecutionSuccessful bool                `json:"executionSuccessful"`
		EndTimeUTC          string              `json:"endTimeUtc,omitempty"`
		Notifications       []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level   string    `json:"level"`
		Message sarifText `json:"message"`
	}
	sarifResult struct {
		RuleID              string             `json:"ruleId"`
		RuleIndex           int                `json:"ruleIndex"`
		Level               string             `json:"level"`
		Message             sarifText          `json:"message"`
		Locations           []sarifLocation    `json:"locations"`
		PartialFingerprints map[string]string  `json:"partialFingerprints"`
		Suppressions        []sarifSuppression `json:"suppressions"`
	}
	sarifLocation struct {
		PhysicalLocation sarifPhysicalLocation  `json:"physicalLocation"`
		LogicalLocations []sarifLogicalLocation `json:"logicalLocations,omitempty"`
	}
	sarifPhysicalLocation struct {
		ArtifactLocation sarifArtifactLocation `json:"artifactLocation"`
		Region           sarifRegion           `json:"region"`
	}
	sarifArtifactLocation struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"`
	}
	sarifLogicalLocation struct {
		Name string `json:"name"`
		Kind string `json:"kind"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Status        string `json:"status"`
		Justification string `json:"justification"`
	}
)
