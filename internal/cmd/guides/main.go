// Command guides prints the guides that are made from tables of the code: guides checks, or guides regions.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
)

var pages = map[string]func(io.Writer){"checks": writeChecks, "regions": writeRegions}

func main() {
	var page func(io.Writer)
	if len(os.Args) == 2 {
		page = pages[os.Args[1]]
	}
	if page == nil {
		fmt.Fprintln(os.Stderr, "usage: guides checks|regions")
		os.Exit(2)
	}
	w := bufio.NewWriter(os.Stdout)
	page(w)
	if err := w.Flush(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

const checksOpening = `---
page_title: "The checks"
subcategory: "4. Look up"
description: |-
  Every check of an access validation: when it fails, and what to do about it.
---

# The checks

This page lists the checks of ` + "`genesysaudit_access_validation`" + `. Each finding has the id of its check. Findings come in the order of this page, with the
most decisive first.

| Status | Meaning |
|---|---|
| ` + "`fail`" + ` | The client does not meet the requirement. |
| ` + "`unknown`" + ` | The check could not be decided: evidence could not be read, or is not enough. If nothing fails, the verdict is ` + "`undetermined`" + `. |
| ` + "`warn`" + ` | A warning, which does not change the verdict. |

A [waiver](design-of-the-checks.md#waivers) accepts a ` + "`fail`" + ` of any check but ` + "`client`" + `. It never accepts an ` + "`unknown`" + `.
`

// writeChecks writes a section for each check, with the check's id as its heading, so that a finding can be looked up.
func writeChecks(w io.Writer) {
	fmt.Fprint(w, checksOpening)
	for _, check := range audit.Checks() {
		d := audit.Describe(check)
		fmt.Fprintf(w, "\n## %s\n\n*Expected:* %s.\n\n*Cause:* %s\n\n*Remedy:* %s\n", check, d.Title, d.Cause, d.Remedy)
	}
}

const regionsOpening = `---
page_title: "Regions"
subcategory: "4. Look up"
description: |-
  The Genesys Cloud regions that the provider knows, with their login and API hosts.
---

# Regions

This page lists the values of ` + "`aws_region`" + ` in the provider block, and of ` + "`application_region`" + ` and ` + "`allowed_regions`" + ` in a validation. Each of them takes a
region or its domain, in upper or lower case. The provider signs in at the login host and reads from the API host.

To find the region of an organization, look at the address at which you sign in: the domain follows ` + "`login.`" + ` or ` + "`apps.`" + `.

| Region | Domain | Login host | API host |
|---|---|---|---|
`

const regionsClosing = `
` + "`us-east-2`" + ` is the FedRAMP region. ` + "`dca`" + ` and ` + "`tca`" + ` are internal regions of the vendor.

If an organization is reached through a gateway, set ` + "`api_url`" + ` and ` + "`login_url`" + ` in the provider block. They replace the hosts of this table.
`

func writeRegions(w io.Writer) {
	fmt.Fprint(w, regionsOpening)
	for _, region := range genesyscloud.Regions() {
		fmt.Fprintf(w, "| `%s` | `%s` | `%s` | `%s` |\n", region.Key, region.Domain, region.LoginURL(), region.APIURL())
	}
	fmt.Fprint(w, regionsClosing)
}
