package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/denial"
)

var _ function.Function = (*explainDenialFunction)(nil)

type explainDenialFunction struct{}

func newExplainDenialFunction() function.Function { return &explainDenialFunction{} }

type denialModel struct {
	Kind        types.String `tfsdk:"kind"`
	Permissions types.List   `tfsdk:"permissions"`
	Match       types.String `tfsdk:"match"`
	Divisions   types.List   `tfsdk:"divisions"`
	Message     types.String `tfsdk:"message"`
	RequestID   types.String `tfsdk:"request_id"`
	Remediation types.String `tfsdk:"remediation"`
}

func (*explainDenialFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "explain_denial"
}

func (*explainDenialFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Why Genesys Cloud refused a request",
		MarkdownDescription: "Explains the body of a 401, 403 or 429 answer of the Genesys Cloud Platform API, and of a sign-in that was " +
			"refused. It also reads what the official Terraform provider and the SDKs print: the line `API Error: 403 - ... (<correlation id>)`, " +
			"and the JSON with `errorMessage` or with the body inside. For any other text, the kind is `unknown`; the function neither guesses " +
			"nor fails.",
		Parameters: []function.Parameter{function.StringParameter{
			Name:                "body",
			MarkdownDescription: "The body of the answer as it came, or the message that shows it.",
		}},
		Return: function.ObjectReturn{AttributeTypes: map[string]attr.Type{
			"kind":        types.StringType,
			"permissions": types.ListType{ElemType: types.StringType},
			"match":       types.StringType,
			"divisions":   types.ListType{ElemType: types.StringType},
			"message":     types.StringType,
			"request_id":  types.StringType,
			"remediation": types.StringType,
		}},
	}
}

func (*explainDenialFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var body string
	resp.Error = req.Arguments.Get(ctx, &body)
	if resp.Error != nil {
		return
	}
	explained := denial.Parse(body)
	resp.Error = resp.Result.Set(ctx, denialModel{
		Kind:        types.StringValue(string(explained.Kind)),
		Permissions: textList(explained.Permissions),
		Match:       types.StringValue(explained.Match),
		Divisions:   textList(explained.Divisions),
		Message:     types.StringValue(explained.Message),
		RequestID:   types.StringValue(explained.RequestID),
		Remediation: types.StringValue(explained.Remediation),
	})
}
