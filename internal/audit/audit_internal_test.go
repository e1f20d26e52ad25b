package audit

import "testing"

// A check that is open and has nothing to say of it must not pass either.
func TestOpenCheckNeverPasses(t *testing.T) {
	t.Parallel()
	s := sheet{applies: setOf(CheckScope) | setOf(CheckRole)}
	if got := s.verdict(Requirement{}); got != Compliant {
		t.Errorf("decided: verdict %s, want compliant", got)
	}
	s.open = setOf(CheckRole)
	if got := s.verdict(Requirement{}); got != Undetermined {
		t.Errorf("one is open: verdict %s, want undetermined", got)
	}
}

// What is not known now is not made known by an argument that is.
func TestUnknownBesideADeferredArgument(t *testing.T) {
	t.Parallel()
	s := sheet{applies: setOf(CheckScope) | setOf(CheckRole), findings: []Finding{{Check: CheckRole, Status: Unknown}}}
	for _, req := range []Requirement{{}, {Deferred: map[Argument]bool{ArgRequiredScopes: true}}} {
		if got := s.verdict(req); got != Undetermined {
			t.Errorf("deferred %v: verdict %s, want undetermined", req.Deferred, got)
		}
	}
}
