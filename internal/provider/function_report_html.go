package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/report"
)

func newReportHTMLFunction(version string) func() function.Function {
	return func() function.Function {
		return &reportFunction{
			name:    "report_html",
			summary: "Validations as a page, for people",
			description: "Reports validations as one HTML page that needs nothing else: what to do, which check of which validation failed, and for each validation the " +
				"way of a call from the application to the endpoint, with the place where it breaks. The page has no script and asks nothing of the network.",
			version: version,
			write:   report.HTML,
		}
	}
}
