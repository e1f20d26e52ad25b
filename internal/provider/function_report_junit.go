package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/report"
)

func newReportJUnitFunction(version string) func() function.Function {
	return func() function.Function {
		return &reportFunction{
			name:    "report_junit",
			summary: "Validations as JUnit XML, for the test reports of a pipeline",
			description: "Reports validations as JUnit XML, which GitLab, Jenkins and Azure DevOps show as tests: a test suite for each validation, a test " +
				"case for each check, and for a validation of many clients those of each client.",
			version: version,
			write:   report.JUnit,
		}
	}
}
