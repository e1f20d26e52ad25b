package provider

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/report"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// reportFunction is a function that reports validations in one format.
type reportFunction struct {
	name, summary, description string
	version                    string // of the provider
	write                      func([]report.Validation, report.Options) (string, error)
}

var _ function.Function = (*reportFunction)(nil)

func (f *reportFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = f.name
}

// Definition declares dynamic parameters: Terraform drops an unknown name from an object of a known type without a word, so an option with a
// mistyped name would be ignored; and of a validation the report shows every argument, whatever arguments there are.
func (f *reportFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: f.summary,
		MarkdownDescription: f.description + " Equal arguments give a byte-identical report. A validation that contradicts itself is an error, and one " +
			"that was not evaluated is undetermined.",
		Parameters: []function.Parameter{function.DynamicParameter{
			Name: "validations",
			MarkdownDescription: "Validations by name: the instances of a `genesysaudit_access_validation` with `for_each`, or a map of single " +
				"validations. They may be resources, data sources or ephemeral resources.",
		}},
		VariadicParameter: function.DynamicParameter{
			Name: "options",
			MarkdownDescription: "At most one object: `title` (the heading of the report), `as_of` (time of the evaluation, RFC 3339, such as " +
				"`plantimestamp()`), `file` (SARIF: the configuration file that alerts attach to, relative to the root of the repository, default `" +
				report.DefaultFile + "`; other reports ignore it), `waivers` (a map as in the validation, which explains what a validation marks as " +
				"waived; it accepts nothing). Any other name is an error.",
		},
		Return: function.StringReturn{},
	}
}

func (f *reportFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var (
		given  types.Dynamic
		others []types.Dynamic
	)
	if resp.Error = req.Arguments.Get(ctx, &given, &others); resp.Error != nil {
		return
	}
	validations, err := reportedValidations(ctx, given)
	if err != nil {
		resp.Error = argumentError(0, err.Error())
		return
	}
	if len(others) > 1 {
		resp.Error = argumentError(2, "there can be only one options object")
		return
	}
	options := report.Options{Version: f.version}
	if len(others) == 1 {
		if err := readReportOptions(ctx, others[0], &options); err != nil {
			resp.Error = argumentError(1, err.Error())
			return
		}
	}
	text, err := f.write(validations, options)
	if fileError := (*report.FileError)(nil); errors.As(err, &fileError) {
		resp.Error = argumentError(1, "file: "+err.Error())
		return
	}
	if err != nil {
		resp.Error = argumentError(0, err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, text)
}

// plainValue is a value as encoding/json has it: nil, bool, string, json.Number, []any or map[string]any.
func plainValue(ctx context.Context, given types.Dynamic) (any, error) {
	value, err := given.ToTerraformValue(ctx)
	if err != nil {
		return nil, err
	}
	return plainTerraform(value)
}

func plainTerraform(value tftypes.Value) (any, error) {
	if value.IsNull() {
		return nil, nil
	}
	switch kind := value.Type(); {
	case kind.Is(tftypes.String):
		var text string
		err := value.As(&text)
		return text, err
	case kind.Is(tftypes.Bool):
		var flag bool
		err := value.As(&flag)
		return flag, err
	case kind.Is(tftypes.Number):
		var number big.Float
		err := value.As(&number)
		return json.Number(number.Text('f', -1)), err
	case kind.Is(tftypes.Object{}), kind.Is(tftypes.Map{}):
		var members map[string]tftypes.Value
		if err := value.As(&members); err != nil {
			return nil, err
		}
		plain := make(map[string]any, len(members))
		for name, member := range members {
			var err error
			if plain[name], err = plainTerraform(member); err != nil {
				return nil, err
			}
		}
		return plain, nil
	default:
		var elements []tftypes.Value
		if err := value.As(&elements); err != nil {
			return nil, err
		}
		plain := make([]any, len(elements))
		for i, element := range elements {
			var err error
			if plain[i], err = plainTerraform(element); err != nil {
				return nil, err
			}
		}
		return plain, nil
	}
}

// decodePlain decodes a plain value. Its errors name what does not fit.
func decodePlain(name string, plain, into any) error {
	encoded, err := json.Marshal(plain)
	if err == nil {
		err = json.Unmarshal(encoded, into)
	}
	if mismatch := (*json.UnmarshalTypeError)(nil); errors.As(err, &mismatch) {
		return fmt.Errorf("%s is not of the right type: there is a %s for %s", name, mismatch.Value, mismatch.Type)
	}
	return err
}

// reportedValidations are the validations as the report knows them. A value that is not a validation is an error, since a report without it would
// look too good.
func reportedValidations(ctx context.Context, given types.Dynamic) ([]report.Validation, error) {
	plain, err := plainValue(ctx, given)
	if err != nil {
		return nil, err
	}
	members, ok := plain.(map[string]any)
	if !ok {
		return nil, errors.New("it is not a map of validations")
	}
	validations := make([]report.Validation, 0, len(members))
	for _, name := range sortedKeys(members) {
		validation, err := reportedValidation(members[name])
		if err != nil {
			return nil, fmt.Errorf("validation %q: %w", name, err)
		}
		validation.Name = name
		validations = append(validations, validation)
	}
	return validations, nil
}

type (
	reportedResults struct {
		Compliant *bool
		Verdict   *audit.Verdict
		Findings  *[]*reportedFinding
		Audited   *reportedAudited
		Waivers   map[string]*reportedWaiver
	}
	reportedFinding struct {
		Check       audit.Check  `json:"check"`
		Status      audit.Status `json:"status"`
		Subject     string       `json:"subject"`
		Message     string       `json:"message"`
		Remediation string       `json:"remediation"`
		Waived      bool         `json:"waived"`
		ClientID    string       `json:"client_id"`
		ClientName  string       `json:"client_name"`
	}
	reportedAudited struct {
		OrganizationID   string            `json:"organization_id"`
		OrganizationName string            `json:"organization_name"`
		Region           string            `json:"region"`
		APIHost          string            `json:"api_host"`
		Clients          []*reportedClient `json:"clients"`
	}
	reportedClient struct {
		ID        string        `json:"id"`
		Name      string        `json:"name"`
		GrantType string        `json:"grant_type"`
		Verdict   audit.Verdict `json:"verdict"`
		Scopes    []string      `json:"scopes"`
		Roles     []string      `json:"roles"`
		Decided   []audit.Check `json:"decided_checks"`
		Passed    []audit.Check `json:"passed_checks"`
	}
	reportedWaiver struct {
		Reason  string `json:"reason"`
		Owner   string `json:"owner"`
		Expires string `json:"expires"`
	}
)

func reportedValidation(plain any) (report.Validation, error) {
	members, ok := plain.(map[string]any)
	if !ok {
		return report.Validation{}, errors.New("it is null or not a validation")
	}
	var results reportedResults
	for _, field := range []struct {
		name string
		into any
	}{
		{"compliant", &results.Compliant}, {"verdict", &results.Verdict}, {"findings", &results.Findings}, {"audited", &results.Audited},
	} {
		value, ok := members[field.name]
		if !ok {
			return report.Validation{}, errors.New("it is not a validation: it has no " + field.name)
		}
		if err := decodePlain(field.name, value, field.into); err != nil {
			return report.Validation{}, err
		}
	}
	if err := decodePlain("waivers", members["waivers"], &results.Waivers); err != nil {
		return report.Validation{}, err
	}
	validation := report.Validation{Verdict: audit.Undetermined, Waivers: reportedWaivers(results.Waivers), Arguments: reportedArguments(members)}
	compliant := results.Compliant != nil && *results.Compliant
	switch {
	case results.Verdict == nil && compliant:
		return report.Validation{}, errors.New("it is compliant, but verdict is null")
	case results.Verdict == nil:
		return validation, nil // not evaluated
	case results.Compliant == nil && *results.Verdict == audit.Compliant:
		return report.Validation{}, errors.New("compliant is null")
	case results.Findings == nil && compliant:
		return report.Validation{}, errors.New("findings is null")
	case results.Findings == nil:
		results.Findings = new([]*reportedFinding)
	}
	validation.Compliant, validation.Verdict = compliant, *results.Verdict
	for i, f := range *results.Findings {
		if f == nil {
			return report.Validation{}, fmt.Errorf("finding %d is null", i)
		}
		validation.Findings = append(validation.Findings, audit.Finding{
			Check: f.Check, Status: f.Status, Subject: f.Subject, Message: f.Message, Remediation: f.Remediation, Waived: f.Waived,
			ClientID: f.ClientID, ClientName: f.ClientName,
		})
	}
	if a := results.Audited; a != nil {
		validation.OrganizationID, validation.OrganizationName = a.OrganizationID, a.OrganizationName
		validation.Region, validation.APIHost = a.Region, a.APIHost
		for i, c := range a.Clients {
			if c == nil {
				return report.Validation{}, fmt.Errorf("client %d is null", i)
			}
			validation.Clients = append(validation.Clients, audit.AuditedClient(*c))
		}
	}
	return validation, nil
}

// reportedWaivers are the waivers as the report knows them. Without one for it a waived finding is shown as waived all the same: the verdict
// rests on the finding.
func reportedWaivers(given map[string]*reportedWaiver) map[string]report.Waiver {
	waivers := make(map[string]report.Waiver, len(given))
	for key, waiver := range given {
		if waiver != nil {
			waivers[key] = report.Waiver(*waiver)
		}
	}
	return waivers
}

// notDemands are the attributes of a validation that demand nothing, or that the report shows elsewhere.
var notDemands = []string{
	"id", "organization", "client_id", "client_name", "waivers", "enforcement", "compliant", "verdict", "findings", "audited",
}

// reportedArguments are the arguments that are set and demand something: what must work first, then the others.
func reportedArguments(members map[string]any) []report.Argument {
	firstOnes := []string{"clients", "endpoints", "notification_topics", "required_scopes", "required_roles", "required_permissions", "divisions"}
	names := slices.DeleteFunc(sortedKeys(members), func(name string) bool {
		return slices.Contains(notDemands, name) || slices.Contains(firstOnes, name)
	})
	var arguments []report.Argument
	for _, name := range append(firstOnes, names...) {
		if value := members[name]; value != nil && value != false {
			arguments = append(arguments, report.Argument{Name: name, Values: slices.Sorted(slices.Values(shownValues("", value)))})
		}
	}
	return arguments
}

// shownValues are the texts that show a value, each with its path inside of the argument.
func shownValues(path string, value any) []string {
	var shown []string
	switch value := value.(type) {
	case nil:
	case []any:
		for _, element := range value {
			shown = append(shown, shownValues(path, element)...)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			shown = append(shown, shownValues(strings.TrimPrefix(path+"."+name, "."), value[name])...)
		}
	default:
		text := fmt.Sprint(value)
		if path != "" {
			text = path + " = " + text
		}
		shown = append(shown, text)
	}
	return shown
}

// readReportOptions reads the options. An unknown name is an error, also in a waiver.
func readReportOptions(ctx context.Context, given types.Dynamic, options *report.Options) error {
	plain, err := plainValue(ctx, given)
	if err != nil {
		return err
	}
	members, ok := plain.(map[string]any)
	if !ok {
		return errors.New("there can be only one options object")
	}
	var (
		asOf    string
		waivers map[string]*reportedWaiver
	)
	fields := map[string]any{"title": &options.Title, "as_of": &asOf, "file": &options.File, "waivers": &waivers}
	for _, name := range sortedKeys(members) {
		if err := knownName(name, sortedKeys(fields)); err != nil {
			return err
		}
		if err := decodePlain(name, members[name], fields[name]); err != nil {
			return err
		}
	}
	if all, ok := members["waivers"].(map[string]any); ok {
		for _, key := range sortedKeys(all) {
			waiver, _ := all[key].(map[string]any)
			for _, name := range sortedKeys(waiver) {
				if err := knownName(name, []string{"expires", "owner", "reason"}); err != nil {
					return fmt.Errorf("waivers[%q]: %w", key, err)
				}
			}
		}
	}
	options.Waivers = reportedWaivers(waivers)
	if asOf != "" {
		if options.AsOf, err = time.Parse(time.RFC3339, asOf); err != nil {
			return fmt.Errorf("as_of: %q is not an RFC 3339 time, such as 2026-11-26T14:30:00Z", asOf)
		}
	}
	return nil
}

// knownName refuses a name that is not among the known ones.
func knownName(name string, known []string) error {
	if slices.Contains(known, name) {
		return nil
	}
	problem := fmt.Sprintf("there is no option %q", name)
	if near := text.Nearest(name, known, 1); len(near) > 0 {
		return errors.New(problem + ". " + text.DidYouMean(near))
	}
	return errors.New(problem + "; the options are " + strings.Join(known, ", "))
}
