package audit

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOriginAnd(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ a, b, want origin }{
		"same argument":          {origin{argument: ArgRequiredScopes}, origin{argument: ArgRequiredScopes}, origin{argument: ArgRequiredScopes}},
		"an argument beside one": {origin{argument: ArgRequiredScopes}, origin{argument: ArgForbiddenScopes}, origin{}},
		"an argument beside endpoints": {
			origin{argument: ArgRequiredScopes}, origin{ArgEndpoints, []string{"GET /a"}}, origin{ArgRequiredScopes, []string{"GET /a"}},
		},
		"two endpoints": {
			origin{ArgEndpoints, []string{"GET /b"}}, origin{ArgEndpoints, []string{"GET /a"}}, origin{ArgEndpoints, []string{"GET /a", "GET /b"}},
		},
		"the same endpoint": {
			origin{ArgEndpoints, []string{"GET /a"}}, origin{ArgEndpoints, []string{"GET /a"}}, origin{ArgEndpoints, []string{"GET /a"}},
		},
		"nothing to blame beside endpoints": {origin{}, origin{ArgEndpoints, []string{"GET /a"}}, origin{"", []string{"GET /a"}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, got := range []origin{test.a.and(test.b), test.b.and(test.a)} {
				if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(origin{})); diff != "" {
					t.Errorf("joined (-want +got):\n%s", diff)
				}
			}
		})
	}
}
