package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/report"
)

func newReportHTMLFunction(version string) func() function.Function {
	return func() function.Function {
		return &reportFunction{
			name:    "report_html",
			summary: "Validations as an HTML page",
			description: "Reports validations as a single HTML page: what to do, which checks of which validations failed, and for each " +
				"validation the way of a call from the application to the endpoint, with the place where it breaks. The page has no scripts and " +
				"loads nothing from the network.",
			version: version,
			write:   report.HTML,
		}
	}
}
