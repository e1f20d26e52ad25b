package audit

import "slices"

// Verdict is the outcome of a validation.
type Verdict string

const (
	// Compliant: every check that applies was decided and none failed, waived failures aside. To a client that does not exist, once
	// that is waived, no other check applies.
	Compliant Verdict = "compliant"
	// Noncompliant: at least one check failed.
	Noncompliant Verdict = "noncompliant"
	// Undetermined: nothing failed, but the evidence for at least one check could not be read.
	Undetermined Verdict = "undetermined"
	// Deferred: nothing failed and nothing was unreadable, but some arguments are not known yet.
	Deferred Verdict = "deferred"
)

// Status is the outcome of one check on one subject; what passed has no finding.
type Status string

const (
	// Fail: the check failed.
	Fail Status = "fail"
	// Unknown: the check could not be decided, for want of evidence.
	Unknown Status = "unknown"
	// Warn: worth knowing; does not count against the verdict.
	Warn Status = "warn"
)

// rank orders the findings of a check: what decides it comes before what is only worth knowing.
func (s Status) rank() int { return slices.Index([]Status{Fail, Unknown, Warn}, s) }

// Finding is one thing that is wrong, not known, or worth knowing.
type Finding struct {
	Check       Check
	Status      Status
	Subject     string // what the finding is about: a scope, a role, a permission, an endpoint, a region, an address ...
	Message     string // one or two sentences
	Remediation string // what to do, one or two sentences
	Waived      bool   // a waiver accepts this failure
	Waiver      string // the waiver's reason and owner, when Waived
	Trace       string // what differs from one reading of unreadable evidence to the next; see Gap

	ClientID   string // the client that it is about; empty when it is about none that was found
	ClientName string

	Ambiguous bool // several clients have the name that was asked for

	// Argument is the argument that asked for it, empty when none alone did. It points the diagnostic at a line.
	Argument Argument
	// Endpoints are those (as written) that cannot be called because of this finding.
	Endpoints []string
}

// Result is the outcome of one evaluation.
type Result struct {
	Verdict  Verdict
	Findings []Finding // in the order of the checks, then by status, subject and client
	// Decided are the checks that apply and were decided (passed, failed or warned), in order.
	Decided []Check
	// Failed are the checks with at least one Fail finding that is not waived, in order.
	Failed []Check
	// Wants is the evidence that is needed and has not been read yet. While it is not empty the verdict is not final.
	Wants []Source

	Organization Organization // zero when not known
	Region       string       // empty when not known
	// Clients are the clients that were found and judged, by name and id; none when the client that was meant was not found.
	Clients []AuditedClient
}

// AuditedClient is one client that was judged.
type AuditedClient struct {
	ID, Name, GrantType string
	Verdict             Verdict
	// Scopes and Roles (names, or ids where the name could not be read) are what the client, or the user for a user-context grant, holds;
	// nil when not known. Sorted.
	Scopes, Roles []string
	// Decided are the checks that apply to the client and were decided; Passed are those of them without a failure, waived or not. In order.
	Decided, Passed []Check
}
