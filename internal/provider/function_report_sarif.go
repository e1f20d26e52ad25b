package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/report"
)

func newReportSARIFFunction(version string) func() function.Function {
	return func() function.Function {
		return &reportFunction{
			name:    "report_sarif",
			summary: "Validations as SARIF, for code scanning",
			description: "Reports the findings of validations as SARIF 2.1.0, which code scanning on GitHub shows as alerts: a rule for each check, " +
				"a result for each finding.",
			version: version,
			write:   report.SARIF,
		}
	}
}
