package genesyscloud

import (
	"slices"
	"strings"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/text"
)

// Region is one of the platform's regions: the AWS region key and the domain below which its hosts live.
type Region struct {
	Key    string // eu-west-1
	Domain string // mypurecloud.ie
}

// regions is sorted by key. The keys are those that the official Terraform provider accepts; dca and tca are the vendor's own.
var regions = []Region{
	{"ap-northeast-1", "mypurecloud.jp"},
	{"ap-northeast-2", "apne2.pure.cloud"},
	{"ap-northeast-3", "apne3.pure.cloud"},
	{"ap-south-1", "aps1.pure.cloud"},
	{"ap-southeast-1", "apse1.pure.cloud"},
	{"ap-southeast-2", "mypurecloud.com.au"},
	{"ca-central-1", "cac1.pure.cloud"},
	{"dca", "inindca.com"},
	{"eu-central-1", "mypurecloud.de"},
	{"eu-central-2", "euc2.pure.cloud"},
	{"eu-west-1", "mypurecloud.ie"},
	{"eu-west-2", "euw2.pure.cloud"},
	{"eusc-de-east-1", "edee1.eusc-pure.cloud"},
	{"me-central-1", "mec1.pure.cloud"},
	{"mx-central-1", "mxc1.pure.cloud"},
	{"sa-east-1", "sae1.pure.cloud"},
	{"tca", "inintca.com"},
	{"us-east-1", "mypurecloud.com"},
	{"us-east-2", "use2.us-gov-pure.cloud"},
	{"us-west-2", "usw2.pure.cloud"},
}

// Regions lists every known region, sorted by key.
func Regions() []Region { return slices.Clone(regions) }

// LookupRegion finds a region by its key or its domain, in any case and with space around it.
func LookupRegion(s string) (Region, bool) {
	name := normalRegion(s)
	i := slices.IndexFunc(regions, func(r Region) bool { return r.Key == name || r.Domain == name })
	if i < 0 {
		return Region{}, false
	}
	return regions[i], true
}

func normalRegion(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// APIURL is the base URL of the region's API host: https://api.mypurecloud.ie.
func (r Region) APIURL() string { return "https://api." + r.Domain }

// LoginURL is the base URL of the region's login host: https://login.mypurecloud.ie.
func (r Region) LoginURL() string { return "https://login." + r.Domain }

// awsNames are the names that AWS has for the partition of a region whose key the platform writes in another way.
var awsNames = map[string]string{"us-gov-east-1": "us-east-2", "us-gov-west-1": "us-east-2"}

// NearestRegions lists the keys and domains that a misspelt one was probably meant to be, nearest first. A name of
// AWS's GovCloud means the platform's own region for it.
func NearestRegions(s string) []string {
	if key, ok := awsNames[normalRegion(s)]; ok {
		return []string{key}
	}
	candidates := make([]string, 0, 2*len(regions))
	for _, region := range regions {
		candidates = append(candidates, region.Key, region.Domain)
	}
	return text.Nearest(normalRegion(s), candidates, 3)
}
