package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/report"
)

func newReportJUnitFunction() function.Function {
	return &plainReport{
		name:    "report_junit",
		summary: "Validations as JUnit XML, for the test reports of a pipeline",
		description: "Reports validations as JUnit XML, which GitLab, Jenkins and Azure DevOps show as tests: a test suite for each validation, a test " +
			"case for each check.",
		write: report.JUnit,
	}
}
