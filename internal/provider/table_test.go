package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
)

// form is one of the three forms of the validation, used as a gate.
type form string

const (
	resourceForm   form = "resource"
	ephemeralForm  form = "ephemeral resource"
	dataSourceForm form = "data source" // the gate is then a condition on its verdict
)

var forms = []form{resourceForm, ephemeralForm, dataSourceForm}

// What the platform is asked during a run: the sorted paths, those of the API below /api/v2/. Each provider process that evaluates the
// validation signs in once.
const (
	nothing = ""
	inPart  = "/oauth/token telephony/mediaregions tokens/me"
	once    = "authorization/roles oauth/clients /oauth/token telephony/mediaregions tokens/me"
	again   = "authorization/roles authorization/roles oauth/clients oauth/clients /oauth/token telephony/mediaregions tokens/me" // a refusal is looked at anew
	// An import writes down what the client has, as its baseline.
	baseline      = "authorization/divisions authorization/permissions authorization/roles oauth/clients /oauth/token tokens/me"
	baselineAgain = "authorization/divisions authorization/permissions authorization/roles authorization/roles oauth/clients oauth/clients " +
		"/oauth/token telephony/mediaregions tokens/me"
	twice = "authorization/roles authorization/roles oauth/clients oauth/clients /oauth/token /oauth/token telephony/mediaregions telephony/mediaregions tokens/me tokens/me"
)

// want is what a run is held to.
type want struct {
	exit     int
	requests string
	// release is the input of the gated resource in state after the run, empty while it does not exist.
	release string
	// says is shown by the run; unless given, a run that is stopped shows the gate's reason.
	says string
	// openTofu is what OpenTofu does where it differs.
	openTofu *want
}

// command is a command that only prepares a run.
type command struct {
	exit      int
	arguments string
}

// row is a kind of run. The gate stands before terraform_data.release.
type row struct {
	group, name string
	// applied is true when gate and release exist already, false when nothing does.
	applied bool
	// config is the configuration where it is not the usual one; after an apply, the configuration that it is changed to.
	config func(form) string
	files  func(form) map[string]string
	// startsNoncompliant: the client lacks the role from the start. demandsMore: config demands more than the client has. change is made after
	// before and ahead of the run.
	startsNoncompliant bool
	demandsMore        bool
	before             []command
	change             platformChange
	env                map[string]string
	// run is the command; ADDRESS in it is the gate's.
	run string
	// aside is true when the release does not depend on the gate.
	aside bool
	// product is the only one that has this kind of run; empty for both.
	product string
	// forms without an expectation have no such run.
	want map[form]want
}

// platformChange is a change of the organization between the preparation and the run.
type platformChange string

const (
	roleRemoved         platformChange = "a required role is removed from the client"
	roleAdded           platformChange = "the required role is added to the client"
	unrelatedScopeAdded platformChange = "a scope that no check is about is added to the client"
)

var platformChanges = map[platformChange]func(*emulator.State){
	roleRemoved:         withoutRole("Analytics - Export"),
	roleAdded:           withRole("Acme US", "Analytics - Export"),
	unrelatedScopeAdded: withScope("Acme US", "users:readonly"),
}

var savedPlan = []command{{0, "plan -out=saved"}}

// refusals are the words with which each form stops a run.
var refusals = map[form]string{
	resourceForm:   `"Analytics - Export" is not granted`,
	ephemeralForm:  `"Analytics - Export" is not granted`,
	dataSourceForm: `The dashboard may not be released.`,
}

// address is the gate's.
func (f form) address() string {
	switch f {
	case ephemeralForm:
		return "ephemeral." + gate
	case dataSourceForm:
		return "data." + gate
	default:
		return gate
	}
}

// wayPast is how a gate that is in the way says to get past it.
const wayPast = "To continue anyway, set GENESYSAUDIT_ENFORCEMENT=warn."

const gateProvider = requiredProviders + "\nprovider \"genesysaudit\" {}\n"

// gateBlock is the gate, with more in its block.
func gateBlock(f form, more ...string) string {
	kind := map[form]string{resourceForm: "resource", ephemeralForm: "ephemeral", dataSourceForm: "data"}[f]
	lines := append([]string{dashboardArguments}, more...)
	return fmt.Sprintf("\n%s \"genesysaudit_access_validation\" \"this\" {\n  %s\n}\n", kind, strings.Join(lines, "\n  "))
}

// behindGate is what puts a resource behind the gate.
func behindGate(f form) string {
	if f != dataSourceForm {
		return "\n  depends_on = [" + f.address() + "]"
	}
	return `
  lifecycle {
    precondition {
      condition     = data.genesysaudit_access_validation.this.compliant
      error_message = "The dashboard may not be released."
    }
  }`
}

// releases are the resource behind the gate, with an input, and one that has nothing to do with the gate.
func releases(f form, input string) string {
	return fmt.Sprintf("\nresource \"terraform_data\" \"release\" {\n  input = %q%s\n}\n", input, behindGate(f)) + unrelated
}

const unrelated = "\nresource \"terraform_data\" \"unrelated\" {}\n"

// gated is the usual configuration.
func gated(f form) string { return gateProvider + gateBlock(f) + releases(f, "1") }

// nextUnrelated changes nothing but what does not depend on the gate.
func nextUnrelated(f form) string {
	return strings.Replace(gated(f), unrelated, "\nresource \"terraform_data\" \"unrelated\" {\n  input = \"2\"\n}\n", 1)
}

// ungated has nothing that depends on the gate.
func ungated(f form) string { return strings.Replace(gated(f), behindGate(f), "", 1) }

// nextRelease changes the release and nothing else.
func nextRelease(f form) string { return gateProvider + gateBlock(f) + releases(f, "2") }

// moduleGated has the release in a module that depends on the gate. A data source stops it by a postcondition of its own.
func moduleGated(f form) string {
	var condition []string
	if f == dataSourceForm {
		condition = []string{`lifecycle {
    postcondition {
      condition     = self.compliant
      error_message = "The dashboard may not be released."
    }
  }`}
	}
	return gateProvider + gateBlock(f, condition...) +
		"\nmodule \"release\" {\n  source     = \"./release\"\n  depends_on = [" + f.address() + "]\n}\n"
}

func releaseModule(form) map[string]string {
	return map[string]string{"release/main.tf": "resource \"terraform_data\" \"release\" {\n  input = \"1\"\n}\n"}
}

// moduleWithGate has the gate and the release in a module that depends on something else, which the run creates.
func moduleWithGate(f form) string {
	return gateProvider + "\nresource \"terraform_data\" \"first\" {}\n" +
		"\nmodule \"release\" {\n  source     = \"./release\"\n  depends_on = [terraform_data.first]\n}\n"
}

// gateModule is that module, for each form.
func gateModule(f form) map[string]string {
	return map[string]string{"release/main.tf": requiredProviders + gateBlock(f) + releases(f, "1")}
}

// ignoring demands one scope more than what was applied, and ignores changes of the gate's arguments.
func ignoring(f form) string {
	block := strings.Replace(gateBlock(f, "lifecycle {\n    ignore_changes = all\n  }"), `"org:read"]`, `"org:read", "users"]`, 1)
	return gateProvider + block + releases(f, "1")
}

// moduleReading has a data source in a module behind the gate, and a resource for each of its results.
func moduleReading(f form) string {
	return strings.Replace(moduleGated(f), `"./release"`, `"./reading"`, 1)
}

func readingModule(form) map[string]string {
	return map[string]string{"reading/main.tf": requiredProviders + `
data "genesysaudit_oauth_clients" "all" {}

resource "terraform_data" "each" {
  for_each = toset(data.genesysaudit_oauth_clients.all.clients[*].id)
}

resource "terraform_data" "release" {
  input = "1"
}
`}
}

// laterKnown audits a client whose id is known only at apply.
func laterKnown(f form) string {
	block := strings.Replace(gateBlock(f), `client_name        = "Compliance Dashboard"`, "client_id = terraform_data.client.output", 1)
	return gateProvider + "\nresource \"terraform_data\" \"client\" {\n  input = \"" + dashboardUS + "\"\n}\n" + block + releases(f, "1")
}

// moved has the gate under another name.
func moved(f form) string {
	renamed := strings.NewReplacer(`"genesysaudit_access_validation" "this"`, `"genesysaudit_access_validation" "that"`,
		"genesysaudit_access_validation.this", "genesysaudit_access_validation.that").Replace(gated(f))
	return renamed + "\nmoved {\n  from = genesysaudit_access_validation.this\n  to   = genesysaudit_access_validation.that\n}\n"
}

func importing(f form) string {
	return gated(f) + "\nimport {\n  to = genesysaudit_access_validation.this\n  id = \"" + dashboardUS + "\"\n}\n"
}

// checked has the verdict in a check block, beside a release that depends on nothing.
func checked(form) string {
	return gateProvider + `
check "dashboard" {
  data "genesysaudit_access_validation" "this" {
    ` + dashboardArguments + `
  }
  assert {
    condition     = data.genesysaudit_access_validation.this.compliant
    error_message = "The dashboard may not be released."
  }
}

resource "terraform_data" "release" {
  input = "1"
}
`
}

// table has every kind of run. The guide when-the-gate-runs shows it to readers.
var table = []row{
	{
		group: "plan", name: "`validate`", startsNoncompliant: true, run: "validate",
		want: map[form]want{
			resourceForm:   {exit: 0, requests: nothing},
			ephemeralForm:  {exit: 0, requests: nothing},
			dataSourceForm: {exit: 0, requests: nothing},
		},
	},
	{
		group: "plan", name: "`plan`, nothing created yet", startsNoncompliant: true, run: "plan",
		want: map[form]want{
			resourceForm:   {exit: 1, requests: once},
			ephemeralForm:  {exit: 1, requests: once},
			dataSourceForm: {exit: 1, requests: once},
		},
	},
	{
		group: "plan", name: "`plan` without changes", applied: true, change: roleRemoved, run: "plan",
		want: map[form]want{
			resourceForm:   {exit: 1, requests: again, release: "1"},
			ephemeralForm:  {exit: 1, requests: once, release: "1"},
			dataSourceForm: {exit: 1, requests: once, release: "1"},
		},
	},
	{
		group: "plan", name: "`plan -refresh=false`", applied: true, change: roleRemoved, run: "plan -refresh=false",
		want: map[form]want{
			resourceForm:   {exit: 1, requests: once, release: "1"},
			ephemeralForm:  {exit: 1, requests: once, release: "1"},
			dataSourceForm: {exit: 1, requests: once, release: "1"},
		},
	},
	{
		group: "plan", name: "`plan -refresh-only`", applied: true, change: roleRemoved, run: "plan -refresh-only",
		want: map[form]want{
			resourceForm:   {exit: 0, requests: once, release: "1", says: "~ compliant = true -> false"},
			ephemeralForm:  {exit: 1, requests: once, release: "1"},
			dataSourceForm: {exit: 0, requests: once, release: "1"},
		},
	},
	{
		group: "plan", name: "`plan -target` of what does not depend on the gate", startsNoncompliant: true, run: "plan -target=terraform_data.unrelated",
		want: map[form]want{
			resourceForm:   {exit: 0, requests: nothing},
			ephemeralForm:  {exit: 0, requests: nothing},
			dataSourceForm: {exit: 0, requests: nothing},
		},
	},
	{
		group: "plan", name: "`plan -target` of what depends on the gate", startsNoncompliant: true, run: "plan -target=terraform_data.release",
		want: map[form]want{
			resourceForm:   {exit: 1, requests: once},
			ephemeralForm:  {exit: 1, requests: once},
			dataSourceForm: {exit: 1, requests: once},
		},
	},
	{
		group: "plan", name: "`plan -exclude` of the gate (OpenTofu)", startsNoncompliant: true, product: "OpenTofu",
		run: "plan -exclude=ADDRESS",
		want: map[form]want{
			resourceForm:   {exit: 0, requests: nothing},
			ephemeralForm:  {exit: 0, requests: nothing},
			dataSourceForm: {exit: 0, requests: nothing},
		},
	},
	{
		group: "plan", name: "`plan`, nothing depends on the gate", startsNoncompliant: true, aside: true, config: ungated, run: "plan",
		want: map[form]want{
			resourceForm:   {exit: 1, requests: once},
			ephemeralForm:  {exit: 1, requests: once},
			dataSourceForm: {exit: 0, requests: once},
		},
	},
	{
		group: "plan", name: "`plan -replace` of what depends on the gate", applied: true, change: roleRemoved,
		run: "plan -replace=terraform_data.release",
		want: map[form]want{
			resourceForm:   {exit: 1, requests: again, release: "1"},
			ephemeralForm:  {exit: 1, requests: once, release: "1"},
			dataSourceForm: {exit: 1, requests: once, release: "1"},
		},
	},
	{
		group: "plan", name: "`plan -replace` of the gate", applied: true, change: roleRemoved, run: "plan -replace=" + gate,
		want: map[form]want{resourceForm: {exit: 1, requests: again, release: "1"}},
	},
	{
		group: "plan", name: "`plan` of a tainted gate", applied: true, before: []command{{0, "taint " + gate}}, change: roleRemoved, run: "plan",
		want: map[form]want{resourceForm: {exit: 1, requests: again, release: "1"}},
	},
	{
		group: "plan", name: "`plan` with an argument that is known only at apply", startsNoncompliant: true, config: laterKnown, run: "plan",
		want: map[form]want{
			resourceForm:   {exit: 0, requests: inPart},
			ephemeralForm:  {exit: 0, requests: nothing},
			dataSourceForm: {exit: 0, requests: nothing},
		},
	},
	{
		group: "plan", name: "`plan` under `enforcement = \"warn\"`", startsNoncompliant: true,
		env: map[string]string{"GENESYSAUDIT_ENFORCEMENT": "warn"}, run: "plan",
		want: map[form]want{
			resourceForm:   {exit: 0, requests: once, says: "Warning: Acme US: \"Compliance Dashboard\" cannot call"},
			ephemeralForm:  {exit: 0, requests: once, says: "Warning: Acme US: \"Compliance Dashboard\" cannot call"},
			dataSourceForm: {exit: 1, requests: once},
		},
	},
	{
		group: "plan", name: "`plan`, the verdict in a `check` block", startsNoncompliant: true, aside: true, config: checked, run: "plan",
		want: map[form]want{dataSourceForm: {exit: 0, requests: once, says: "Warning: Check block assertion failed"}},
	},
	{
		group: "plan", name: "`plan` with a new demand, under `ignore_changes = all`", applied: true, demandsMore: true, config: ignoring, run: "plan",
		want: map[form]want{resourceForm: {exit: 0, requests: once, release: "1", says: "No changes"}},
	},
	{
		group: "plan", name: "`plan -detailed-exitcode` after a change that concerns no check", applied: true, change: unrelatedScopeAdded,
		run: "plan -detailed-exitcode",
		want: map[form]want{
			resourceForm:   {exit: 0, requests: once, release: "1", says: "No changes"},
			ephemeralForm:  {exit: 0, requests: once, release: "1", says: "No changes"},
			dataSourceForm: {exit: 0, requests: once, release: "1", says: "No changes"},
		},
	},
	{
		group: "apply", name: "`apply` without a saved plan", startsNoncompliant: true, run: "apply -auto-approve",
		want: map[form]want{
			resourceForm:   {exit: 1, requests: once},
			ephemeralForm:  {exit: 1, requests: once},
			dataSourceForm: {exit: 1, requests: once},
		},
	},
	{
		group: "apply", name: "`apply` without a saved plan, compliant", run: "apply -auto-approve",
		want: map[form]want{
			resourceForm:   {exit: 0, requests: twice, release: "1"},
			ephemeralForm:  {exit: 0, requests: twice, release: "1"},
			dataSourceForm: {exit: 0, requests: once, release: "1"},
		},
	},
	{
		group: "apply", name: "`apply` that makes an argument known", startsNoncompliant: true, config: laterKnown, before: savedPlan, run: "apply saved",
		want: map[form]want{
			resourceForm:   {exit: 1, requests: once},
			ephemeralForm:  {exit: 1, requests: once},
			dataSourceForm: {exit: 1, requests: once},
		},
	},
	{
		group: "apply", name: "`apply` of a saved plan that creates the gate", before: savedPlan, change: roleRemoved, run: "apply saved",
		want: map[form]want{
			resourceForm:   {exit: 1, requests: once},
			ephemeralForm:  {exit: 1, requests: once},
			dataSourceForm: {exit: 0, requests: nothing, release: "1"},
		},
	},
	{
		group: "apply", name: "`apply` of a saved plan that creates the gate, after a change that concerns no check", before: savedPlan,
		change: unrelatedScopeAdded, run: "apply saved",
		want: map[form]want{
			resourceForm:   {exit: 0, requests: once, release: "1"},
			ephemeralForm:  {exit: 0, requests: once, release: "1"},
			dataSourceForm: {exit: 0, requests: nothing, release: "1"},
		},
	},
	{
		group: "apply", name: "`apply` of a saved plan that was stopped, compliant by now", startsNoncompliant: true,
		before: []command{{1, "plan -out=saved"}}, change: roleAdded, run: "apply saved",
		want: map[form]want{
			resourceForm:   {exit: 1, requests: nothing, says: "Cannot apply incomplete plan"},
			ephemeralForm:  {exit: 1, requests: nothing, says: "Cannot apply incomplete plan"},
			dataSourceForm: {exit: 1, requests: nothing, says: "Cannot apply incomplete plan"},
		},
	},
	{
		group: "apply", name: "`apply` of a saved plan that changes only what depends on the gate", applied: true, config: nextRelease,
		before: savedPlan, change: roleRemoved, run: "apply saved",
		want: map[form]want{
			resourceForm:   {exit: 0, requests: nothing, release: "2"},
			ephemeralForm:  {exit: 1, requests: once, release: "1"},
			dataSourceForm: {exit: 0, requests: nothing, release: "2"},
		},
	},
	{
		group: "apply", name: "`apply` of a saved plan that changes only what does not depend on the gate", applied: true, config: nextUnrelated,
		before: savedPlan, change: roleRemoved, run: "apply saved",
		want: map[form]want{
			resourceForm:   {exit: 0, requests: nothing, release: "1"},
			ephemeralForm:  {exit: 1, requests: once, release: "1", openTofu: &want{exit: 0, requests: nothing, release: "1"}},
			dataSourceForm: {exit: 0, requests: nothing, release: "1"},
		},
	},
	{
		group: "apply", name: "`apply` of a saved plan without changes", applied: true, before: savedPlan, change: roleRemoved, run: "apply saved",
		want: map[form]want{
			resourceForm:   {exit: 0, requests: nothing, release: "1"},
			ephemeralForm:  {exit: 1, requests: once, release: "1", openTofu: &want{exit: 0, requests: nothing, release: "1"}},
			dataSourceForm: {exit: 0, requests: nothing, release: "1"},
		},
	},
	{
		group: "apply", name: "`apply -refresh-only`", applied: true, change: roleRemoved, run: "apply -refresh-only -auto-approve",
		want: map[form]want{
			resourceForm:   {exit: 0, requests: once, release: "1"},
			ephemeralForm:  {exit: 1, requests: once, release: "1"},
			dataSourceForm: {exit: 0, requests: once, release: "1"},
		},
	},
	{
		group: "module", name: "`plan` of a module that depends on the gate", startsNoncompliant: true, config: moduleGated, files: releaseModule,
		before: []command{{0, "get"}}, run: "plan",
		want: map[form]want{
			resourceForm:   {exit: 1, requests: once},
			ephemeralForm:  {exit: 1, requests: once},
			dataSourceForm: {exit: 1, requests: once},
		},
	},
	{
		group: "module", name: "`apply` of a saved plan that creates the module", config: moduleGated, files: releaseModule,
		before: []command{{0, "get"}, {0, "plan -out=saved"}}, change: roleRemoved, run: "apply saved",
		want: map[form]want{
			resourceForm:   {exit: 1, requests: once},
			ephemeralForm:  {exit: 1, requests: once},
			dataSourceForm: {exit: 0, requests: nothing, release: "1"},
		},
	},
	{
		group: "module", name: "`plan` of a module that contains the gate, and that depends on what is created", startsNoncompliant: true, config: moduleWithGate,
		files: gateModule, before: []command{{0, "get"}}, run: "plan",
		want: map[form]want{
			resourceForm:   {exit: 1, requests: once},
			ephemeralForm:  {exit: 1, requests: once, openTofu: &want{exit: 0, requests: nothing}},
			dataSourceForm: {exit: 0, requests: nothing},
		},
	},
	{
		group: "module", name: "`plan` of a module behind the gate that uses a data source in `for_each`, compliant", aside: true, config: moduleReading,
		files: readingModule, before: []command{{0, "get"}}, run: "plan",
		want: map[form]want{
			resourceForm:   {exit: 1, requests: once, says: "Invalid for_each argument"},
			ephemeralForm:  {exit: 0, requests: "authorization/divisions " + once},
			dataSourceForm: {exit: 0, requests: "authorization/divisions " + once},
		},
	},
	{
		group: "change of address", name: "`import`", startsNoncompliant: true, run: "import " + gate + " " + dashboardUS,
		want: map[form]want{resourceForm: {exit: 0, requests: baseline}},
	},
	{
		group: "change of address", name: "`plan` with an `import` block", startsNoncompliant: true, config: importing, run: "plan",
		want: map[form]want{resourceForm: {exit: 1, requests: baselineAgain}},
	},
	{
		group: "change of address", name: "`plan` with a `moved` block", applied: true, config: moved, change: roleRemoved, run: "plan",
		want: map[form]want{resourceForm: {exit: 1, requests: again, release: "1"}},
	},
	{
		group: "change of address", name: "`apply` of a saved plan that moves the gate", applied: true, config: moved,
		before: savedPlan, change: roleRemoved, run: "apply saved",
		want: map[form]want{resourceForm: {exit: 0, requests: nothing, release: "1"}},
	},
	{
		group: "destroy", name: "`destroy`, compliant", applied: true, run: "destroy -auto-approve",
		want: map[form]want{
			resourceForm:   {exit: 0, requests: once},
			ephemeralForm:  {exit: 0, requests: once},
			dataSourceForm: {exit: 0, requests: once},
		},
	},
	{
		group: "destroy", name: "`destroy`", applied: true, change: roleRemoved, run: "destroy -auto-approve",
		want: map[form]want{
			resourceForm:   {exit: 1, requests: again, release: "1", says: wayPast},
			ephemeralForm:  {exit: 1, requests: once, release: "1", says: wayPast},
			dataSourceForm: {exit: 0, requests: once},
		},
	},
	{
		group: "destroy", name: "`destroy -refresh=false`", applied: true, change: roleRemoved, run: "destroy -auto-approve -refresh=false",
		want: map[form]want{
			resourceForm:   {exit: 0, requests: nothing},
			ephemeralForm:  {exit: 0, requests: nothing},
			dataSourceForm: {exit: 0, requests: nothing},
		},
	},
	{
		group: "destroy", name: "`destroy` under `enforcement = \"warn\"`", applied: true, change: roleRemoved,
		env: map[string]string{"GENESYSAUDIT_ENFORCEMENT": "warn"}, run: "destroy -auto-approve",
		want: map[form]want{
			resourceForm:   {exit: 0, requests: again},
			ephemeralForm:  {exit: 0, requests: once},
			dataSourceForm: {exit: 0, requests: once},
		},
	},
	{
		group: "destroy", name: "`apply` of a saved plan that destroys", applied: true, before: []command{{0, "plan -destroy -out=saved"}},
		change: roleRemoved, run: "apply saved",
		want: map[form]want{
			resourceForm:   {exit: 0, requests: nothing},
			ephemeralForm:  {exit: 0, requests: nothing},
			dataSourceForm: {exit: 0, requests: nothing},
		},
	},
}

// noncompliant tells whether the organization does not comply at the moment of the run.
func (r row) noncompliant() bool {
	return (r.startsNoncompliant || r.demandsMore || r.change == roleRemoved) && r.change != roleAdded
}

// inWords is what a run does, as the guide says it.
func (r row) inWords(w want) string {
	switch {
	case w.exit != 0 && !r.noncompliant():
		return "refused by the CLI"
	case w.exit != 0:
		return "**stopped**"
	case w.requests == nothing:
		return "not evaluated"
	case w.requests == inPart:
		return "as far as known"
	case r.noncompliant():
		return "evaluated, goes on"
	default:
		return "evaluated, passes"
	}
}

// line is the row as the guide begins it: the name, and a cell for each form.
func (r row) line() string {
	cells := []string{r.name}
	for _, f := range forms {
		w, ok := r.want[f]
		cell := "-"
		if ok {
			cell = r.inWords(w)
		}
		if w.openTofu != nil {
			cell += "; OpenTofu: " + r.inWords(*w.openTofu)
		}
		cells = append(cells, cell)
	}
	return "| " + strings.Join(cells, " | ") + " |"
}

// goesOnInSpite tells whether a run goes on in an organization that does not comply.
func (r row) goesOnInSpite() bool {
	for _, w := range r.want {
		if r.noncompliant() && (w.exit == 0 || w.openTofu != nil && w.openTofu.exit == 0) {
			return true
		}
	}
	return false
}

// The guide shows the rows, all of them and no others, as they are tested here; and what to do where one of them goes on.
func TestGuideShowsEveryRun(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile(filepath.Join(moduleDir, "templates", "guides", "when-the-gate-runs.md"))
	if err != nil {
		t.Fatal(err)
	}
	var shown []string
	for line := range strings.Lines(string(guide)) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "| `") {
			shown = append(shown, line)
		}
	}
	for _, r := range table {
		i := slices.IndexFunc(shown, func(line string) bool { return strings.HasPrefix(line, r.line()) })
		if i < 0 {
			t.Errorf("the guide does not have this row:\n%s", r.line())
			continue
		}
		advice := strings.Trim(strings.TrimPrefix(shown[i], r.line()), " |")
		if r.goesOnInSpite() && advice == "" {
			t.Errorf("the guide does not say what to do here:\n%s", shown[i])
		}
		shown = slices.Delete(shown, i, i+1)
	}
	for _, line := range shown {
		t.Errorf("the guide has a row that is not tested:\n%s", line)
	}
}
