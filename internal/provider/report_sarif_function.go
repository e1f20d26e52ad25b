package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/report"
)

var _ function.Function = (*reportSARIFFunction)(nil)

type reportSARIFFunction struct{}

func newReportSARIFFunction() function.Function { return &reportSARIFFunction{} }

func (*reportSARIFFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "report_sarif"
}

func (*reportSARIFFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Validations as SARIF, for code scanning",
		MarkdownDescription: "Reports the findings of validations as SARIF 2.1.0, which code scanning on GitHub shows as alerts: a rule for each check, " +
			"a result for each finding." + onReports,
		Parameters: []function.Parameter{validationsParameter()},
		VariadicParameter: function.StringParameter{
			Name: "file",
			MarkdownDescription: "The configuration file that the alerts attach to, relative to the root of the repository, at most one. " +
				"Default: `" + report.DefaultFile + "`.",
		},
		Return: function.StringReturn{},
	}
}

func (*reportSARIFFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var (
		given map[string]types.Object
		files []string
	)
	resp.Error = req.Arguments.Get(ctx, &given, &files)
	if resp.Error != nil {
		return
	}
	file := report.DefaultFile
	switch len(files) {
	case 0:
	case 1:
		file = files[0]
	default:
		resp.Error = argumentError(2, fmt.Sprintf("there are %d files; alerts attach to one", len(files)))
		return
	}
	validations, problem := reported(ctx, given)
	if problem != nil {
		resp.Error = problem
		return
	}
	text, err := report.SARIF(validations, file)
	if fileError := (*report.FileError)(nil); errors.As(err, &fileError) {
		resp.Error = argumentError(1, err.Error())
		return
	}
	if err != nil {
		resp.Error = argumentError(0, err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, text)
}
