package provider

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/report"
)

var _ function.Function = (*waiveFunction)(nil)

// waiveFunction makes waivers of what fails today.
type waiveFunction struct{}

func newWaiveFunction() function.Function { return &waiveFunction{} }

func (*waiveFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "waive"
}

// Definition declares dynamic parameters, as the reports do: Terraform drops an unknown name from an object of a known type without a word.
func (*waiveFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "The waivers that accept exactly today's failures of a validation",
		MarkdownDescription: "Returns the `waivers` map that accepts each failure that a validation has today, by check and subject, and nothing " +
			"else. A later failure has no waiver, so it fails the plan.",
		Parameters: []function.Parameter{
			function.DynamicParameter{
				Name: "validation",
				MarkdownDescription: "A `genesysaudit_access_validation`: resource, data source or ephemeral resource. One that was not evaluated is an " +
					"error.",
			},
			function.DynamicParameter{
				Name: "waiver",
				MarkdownDescription: "An object: `reason` (required), `owner`, `expires` (required, the last day on which the waiver counts, `YYYY-MM-DD`). " +
					"Any other name is an error.",
			},
		},
		Return: function.MapReturn{ElementType: objectType(waiverFields)},
	}
}

func (*waiveFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var givenValidation, givenWaiver types.Dynamic
	if resp.Error = req.Arguments.Get(ctx, &givenValidation, &givenWaiver); resp.Error != nil {
		return
	}
	validation, err := waivedValidation(ctx, givenValidation)
	if err != nil {
		resp.Error = argumentError(0, err.Error())
		return
	}
	waiver, err := readWaiver(ctx, givenWaiver)
	if err != nil {
		resp.Error = argumentError(1, err.Error())
		return
	}
	waivers := make(map[string]attr.Value)
	for i, finding := range validation.Findings {
		accepting := waiver
		switch {
		case !audit.IsCheck(string(finding.Check)):
			resp.Error = argumentError(0, fmt.Sprintf("finding %d: %q is not a check", i, finding.Check))
			return
		case finding.Status != audit.Fail || !audit.Waivable(finding.Check):
			continue
		case finding.Waived:
			if accepting, err = waiverInForce(finding, validation.Waivers); err != nil {
				resp.Error = argumentError(0, fmt.Sprintf("finding %d: %s", i, err))
				return
			}
		}
		waivers[audit.WaiverKeys(finding.Check, finding.Subject)[0]] = types.ObjectValueMust(objectType(waiverFields).AttrTypes, map[string]attr.Value{
			"reason": types.StringValue(accepting.Reason), "owner": textOrNull(accepting.Owner), "expires": types.StringValue(accepting.Expires),
		})
	}
	resp.Error = resp.Result.Set(ctx, types.MapValueMust(objectType(waiverFields), waivers))
}

// waivedValidation is a validation that was evaluated. Without an evaluation no failure is known, and an empty map would look like a compliant
// client.
func waivedValidation(ctx context.Context, given types.Dynamic) (report.Validation, error) {
	plain, err := plainValue(ctx, given)
	if err != nil {
		return report.Validation{}, err
	}
	validation, err := reportedValidation(plain)
	if err != nil {
		return report.Validation{}, err
	}
	members, _ := plain.(map[string]any)
	if members["verdict"] == nil || members["findings"] == nil || members["audited"] == nil {
		return report.Validation{}, errors.New("the validation was not evaluated: enforcement is off, or its results are not known")
	}
	return validation, nil
}

// waiverInForce is the waiver by which a validation accepts a failure. It stays unchanged, since a failure must not be accepted for longer only
// because it is listed again.
func waiverInForce(finding audit.Finding, waivers map[string]report.Waiver) (report.Waiver, error) {
	for _, key := range audit.WaiverKeys(finding.Check, finding.Subject) {
		if waiver, ok := waivers[key]; ok {
			return waiver, nil
		}
	}
	return report.Waiver{}, fmt.Errorf("it is waived, but the validation has no waiver of %s", strconv.Quote(string(finding.Check)+"/"+finding.Subject))
}

// readWaiver reads what a waiver says.
func readWaiver(ctx context.Context, given types.Dynamic) (report.Waiver, error) {
	var waiver report.Waiver
	plain, err := plainValue(ctx, given)
	if err != nil {
		return waiver, err
	}
	members, ok := plain.(map[string]any)
	if !ok {
		return waiver, errors.New("the waiver is not an object with reason, owner and expires")
	}
	fields := map[string]any{"reason": &waiver.Reason, "owner": &waiver.Owner, "expires": &waiver.Expires}
	for _, name := range sortedKeys(members) {
		if err := knownName(name, sortedKeys(fields)); err != nil {
			return waiver, err
		}
		if err := decodePlain(name, members[name], fields[name]); err != nil {
			return waiver, err
		}
	}
	if strings.TrimSpace(waiver.Reason) == "" {
		return waiver, errors.New("reason is missing: say why the failures are accepted")
	}
	if _, err := parseDate(waiver.Expires); err != nil {
		return waiver, fmt.Errorf("expires: %w", err)
	}
	return waiver, nil
}
