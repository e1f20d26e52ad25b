package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/report"
)

func TestReportHTML(t *testing.T) {
	t.Parallel()
	write := func(validations []report.Validation) (string, error) {
		return "<p>" + validations[0].Name + ", " + validations[0].Verdict + "</p>", nil
	}
	f := newReportHTMLFunction(write)()
	var metadata function.MetadataResponse
	f.Metadata(t.Context(), function.MetadataRequest{}, &metadata)
	if metadata.Name != "report_html" {
		t.Errorf("the name is %q", metadata.Name)
	}
	results, diags := unjudgedResults(t.Context(), "Not now.", "Later.")
	if diags.HasError() {
		t.Fatal(diags)
	}
	object, diags := types.ObjectValueFrom(t.Context(), reportedType.AttrTypes, results)
	if diags.HasError() {
		t.Fatal(diags)
	}
	given := types.MapValueMust(reportedType, map[string]attr.Value{"acme": object})
	resp := function.RunResponse{Result: function.NewResultData(types.StringUnknown())}
	f.Run(t.Context(), function.RunRequest{Arguments: function.NewArgumentsData([]attr.Value{given})}, &resp)
	if resp.Error != nil {
		t.Fatal(resp.Error)
	}
	if want := types.StringValue("<p>acme, undetermined</p>"); !want.Equal(resp.Result.Value()) {
		t.Errorf("the report is %s, want %s", resp.Result.Value(), want)
	}
}
