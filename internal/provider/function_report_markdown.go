package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/report"
)

func newReportMarkdownFunction(version string) func() function.Function {
	return func() function.Function {
		return &reportFunction{
			name:    "report_markdown",
			summary: "Validations as Markdown, for a pull request or a job summary",
			description: "Reports validations in GitHub-flavoured Markdown: the verdict, what to do, a table, the findings, and the compliant " +
				"validations folded. The report fits into a comment on GitHub. If something does not fit, the report says how much is left out.",
			version: version,
			write:   report.Markdown,
		}
	}
}
