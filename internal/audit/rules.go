package audit

// rule is one row of the table: what a check is, and how it is judged.
type rule struct {
	Description
	reach reach
	// asks are the arguments that need the check. While one of them is not fully known, the check is open.
	asks []Argument
	// judge returns the opinion of the check on a view. It changes nothing and does not depend on other checks.
	judge func(*view) opinion
}

// reach says what a check is about.
type reach int

const (
	ofClient       reach = iota
	ofOrganization       // judged once, whichever clients are audited
)

// Description is what a check is, for reports and documentation. Title is a few words; Cause and Remedy are whole sentences.
type Description struct {
	ID     Check
	Title  string // what is expected
	Failed string // what is wrong when it fails, also a few words
	Cause  string // when it fails, and what the platform then does
	Remedy string // what to do about it
	// Severity is the security severity of SARIF as GitHub ranks it: 7.0 and more is high, 4.0 and more medium, less low. A check is high if
	// it fails for a client that has more than it should have, or for data that may leave its region; medium if it fails for calls that fail.
	Severity float64
	// Stage is where on the way of a call the check looks.
	Stage Stage
	// Excess is true if a failure means that something is there which must not be there, false if it means that something is missing.
	Excess bool
	// OnlyWarns is true if the check never fails.
	OnlyWarns bool
}

// Stage is one stage of the way of a call: an application calls from an address into the region of an organization, as a client, with a token
// of some grant; the client has scopes and roles, the roles grant permissions, the permissions hold in divisions, and policies may deny the call.
type Stage string

// The stages of a call.
const (
	StageApplication Stage = "application"
	StageRegion      Stage = "region"
	StageClient      Stage = "client"
	StageToken       Stage = "token"
	StageScope       Stage = "scope"
	StageRole        Stage = "role"
	StagePermission  Stage = "permission"
	StageDivision    Stage = "division"
	StagePolicy      Stage = "policy"
	StageCall        Stage = "call"
)

// Stages are the stages in the order of a call.
func Stages() []Stage {
	return []Stage{
		StageApplication, StageRegion, StageClient, StageToken, StageScope, StageRole, StagePermission, StageDivision, StagePolicy, StageCall,
	}
}

// Check is the id of a check. The order of the table is the order of the findings, most decisive first.
type Check string

// The checks, as defined in the public contract.
const (
	CheckClient                Check = "client"
	CheckClientState           Check = "client_state"
	CheckUser                  Check = "user"
	CheckAuthorization         Check = "authorization"
	CheckGrantType             Check = "grant_type"
	CheckScope                 Check = "scope"
	CheckScopeExcess           Check = "scope_excess"
	CheckScopeForbidden        Check = "scope_forbidden"
	CheckScopeUnknown          Check = "scope_unknown"
	CheckRole                  Check = "role"
	CheckRoleExcess            Check = "role_excess"
	CheckRoleForbidden         Check = "role_forbidden"
	CheckRoleDivision          Check = "role_division"
	CheckPermission            Check = "permission"
	CheckPermissionUnavailable Check = "permission_unavailable"
	CheckPermissionDivision    Check = "permission_division"
	CheckPermissionConditional Check = "permission_conditional"
	CheckPermissionExcess      Check = "permission_excess"
	CheckPermissionForbidden   Check = "permission_forbidden"
	CheckEndpoint              Check = "endpoint"
	CheckAccessPolicy          Check = "access_policy"
	CheckRegion                Check = "region"
	CheckNetwork               Check = "network"
	CheckTokenScope            Check = "token_scope"
	CheckTokenValidity         Check = "token_validity"
)

// rules is the table of the checks. It is filled when the package is initialized, since the rows refer to functions that refer to the table.
var rules []rule

func init() {
	rules = []rule{
		clientRule, clientStateRule, userRule, authorizationRule, grantTypeRule,
		scopeRule, scopeExcessRule, scopeForbiddenRule, scopeUnknownRule,
		roleRule, roleExcessRule, roleForbiddenRule, roleDivisionRule,
		permissionRule, permissionUnavailableRule, permissionDivisionRule, permissionConditionalRule,
		permissionExcessRule, permissionForbiddenRule,
		endpointRule, accessPolicyRule,
		regionRule, networkRule, tokenScopeRule, tokenValidityRule,
	}
	for i := range rules {
		positions[rules[i].ID] = i
	}
}

// positions are the places of the checks in the order of the findings.
var positions = make(map[Check]int)

// Checks are the ids of all checks, in the order of the findings.
func Checks() []Check {
	ids := make([]Check, len(rules))
	for i := range rules {
		ids[i] = rules[i].ID
	}
	return ids
}

// IsCheck tells whether id is the id of a check.
func IsCheck(id string) bool { return position(Check(id)) < len(rules) }

// Describe returns the description of a check, and the zero value for what is none.
func Describe(check Check) Description {
	if i := position(check); i < len(rules) {
		return rules[i].Description
	}
	return Description{}
}

// position is the place of a check in the order of the findings; what is no check comes last.
func position(check Check) int {
	if i, ok := positions[check]; ok {
		return i
	}
	return len(rules)
}

// checkSet is a set of checks, one bit for each in their order.
type checkSet uint64

func setOf(check Check) checkSet { return 1 << position(check) }

func (s checkSet) has(check Check) bool { return s&setOf(check) != 0 }

// inOrder are the checks of the set, in order.
func (s checkSet) inOrder() []Check {
	var members []Check
	for i := range rules {
		if s&(1<<i) != 0 {
			members = append(members, rules[i].ID)
		}
	}
	return members
}
