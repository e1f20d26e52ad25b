package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/report"
)

func newReportMarkdownFunction() function.Function {
	return &plainReport{
		name:    "report_markdown",
		summary: "Validations as Markdown, for a pull request or a job summary",
		description: "Reports validations in GitHub-flavoured Markdown: the verdict in one line, a table of validations and checks, and what is " +
			"wrong with what to do about it. The report fits a comment on GitHub; findings that do not fit are counted, the least severe first.",
		write: report.Markdown,
	}
}
