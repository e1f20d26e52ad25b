package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/report"
)

// newReportHTMLFunction makes the constructor of a function that reports as a page which write writes.
func newReportHTMLFunction(write func([]report.Validation) (string, error)) func() function.Function {
	return func() function.Function {
		return &plainReport{
			name:    "report_html",
			summary: "Validations as a page, for people",
			description: "Reports validations as one HTML page that needs nothing else: how each client's access comes about, and what is wrong with what " +
				"to do about it.",
			write: write,
		}
	}
}
