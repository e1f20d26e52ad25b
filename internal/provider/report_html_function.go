package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/report"
)

func newReportHTMLFunction() function.Function {
	return &plainReport{
		name:    "report_html",
		summary: "Validations as a page, for people",
		description: "Reports validations as one HTML page that needs nothing else: what is wrong in which organization, what to do about it, and a " +
			"picture of how each client's access comes about and where it breaks. The page has no script and asks nothing of the network.",
		write: report.HTML,
	}
}
