package provider

import "testing"

// What a plan of one validation costs when nothing is evaluated: the framework's work on its schema.
func BenchmarkPlanWhileOff(b *testing.B) {
	p := startProcess(b, fixedClock, object{"enforcement": str("off")})
	config := object{
		"client_id": str("client"), "required_scopes": set("analytics:export", "analytics:read"),
		"required_roles": set("Analytics - Export"), "allowed_regions": set("us-east-1"),
	}
	b.ReportAllocs()
	for b.Loop() {
		p.planCreate(config)
	}
}
