package genesyscloud

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRegions(t *testing.T) {
	t.Parallel()
	var keys []string
	for _, region := range Regions() {
		keys = append(keys, region.Key)
	}
	want := []string{
		"ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1", "dca",
		"eu-central-1", "eu-central-2", "eu-west-1", "eu-west-2", "eusc-de-east-1", "me-central-1", "mx-central-1", "sa-east-1", "tca",
		"us-east-1", "us-east-2", "us-west-2",
	}
	if diff := cmp.Diff(want, keys); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
	changed := Regions()
	changed[0].Key = "changed"
	if Regions()[0].Key != "ap-northeast-1" {
		t.Error("a caller can change the table")
	}
}

func TestLookupRegion(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, key, domain string
	}{
		{"us-east-1", "us-east-1", "mypurecloud.com"},
		{"us-east-2", "us-east-2", "use2.us-gov-pure.cloud"},
		{"us-west-2", "us-west-2", "usw2.pure.cloud"},
		{"ca-central-1", "ca-central-1", "cac1.pure.cloud"},
		{"sa-east-1", "sa-east-1", "sae1.pure.cloud"},
		{"mx-central-1", "mx-central-1", "mxc1.pure.cloud"},
		{"eu-west-1", "eu-west-1", "mypurecloud.ie"},
		{"eu-west-2", "eu-west-2", "euw2.pure.cloud"},
		{"eu-central-1", "eu-central-1", "mypurecloud.de"},
		{"eu-central-2", "eu-central-2", "euc2.pure.cloud"},
		{"eusc-de-east-1", "eusc-de-east-1", "edee1.eusc-pure.cloud"},
		{"me-central-1", "me-central-1", "mec1.pure.cloud"},
		{"ap-south-1", "ap-south-1", "aps1.pure.cloud"},
		{"ap-northeast-1", "ap-northeast-1", "mypurecloud.jp"},
		{"ap-northeast-2", "ap-northeast-2", "apne2.pure.cloud"},
		{"ap-northeast-3", "ap-northeast-3", "apne3.pure.cloud"},
		{"ap-southeast-1", "ap-southeast-1", "apse1.pure.cloud"},
		{"ap-southeast-2", "ap-southeast-2", "mypurecloud.com.au"},
		{"dca", "dca", "inindca.com"},
		{"tca", "tca", "inintca.com"},
		{"EU-West-1", "eu-west-1", "mypurecloud.ie"},
		{"MyPureCloud.IE", "eu-west-1", "mypurecloud.ie"},
		{"\teu-west-1 \n", "eu-west-1", "mypurecloud.ie"},
	} {
		got, ok := LookupRegion(test.name)
		if want := (Region{test.key, test.domain}); !ok || got != want {
			t.Errorf("LookupRegion(%q) = %v, %t, want %v", test.name, got, ok, want)
		}
	}
	for _, name := range []string{"", " ", "eu-west-3", "eu_west_1", "api.mypurecloud.ie", "mypurecloud", "https://mypurecloud.ie"} {
		if got, ok := LookupRegion(name); ok {
			t.Errorf("LookupRegion(%q) = %v, want none", name, got)
		}
	}
}

func TestRegionURLs(t *testing.T) {
	t.Parallel()
	region := Region{Key: "eu-west-1", Domain: "mypurecloud.ie"}
	if got := region.APIURL(); got != "https://api.mypurecloud.ie" {
		t.Errorf("APIURL() = %q", got)
	}
	if got := region.LoginURL(); got != "https://login.mypurecloud.ie" {
		t.Errorf("LoginURL() = %q", got)
	}
}

func TestNearestRegions(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{" EU-WST-1": "eu-west-1", "mypurecloud.i": "mypurecloud.ie", "us-gov-east-1": "us-east-2"} {
		if got := NearestRegions(name); !slices.Contains(got, want) || len(got) > 3 {
			t.Errorf("NearestRegions(%q) = %v, want at most 3 and %q among them", name, got, want)
		}
	}
	if got := NearestRegions("nowhere at all"); len(got) != 0 {
		t.Errorf("NearestRegions = %v, want none", got)
	}
}
