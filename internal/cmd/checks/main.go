// Command checks prints the guide to the checks, from their descriptions.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/audit"
)

func main() {
	if err := write(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

const opening = `---
page_title: "The checks, their causes and remedies"
description: |-
  Every check of an access validation: when it fails, and what to do about it.
---

# The checks, their causes and remedies

A finding bears the id of its check, in the order of this page: the most decisive comes first. Its status is ` + "`fail`" + `, ` + "`unknown`" + ` if the evidence could
not be read or does not tell, or ` + "`warn`" + `. All but ` + "`client`" + ` can be [waived](design-of-the-checks.md#waivers); an ` + "`unknown`" + ` cannot.
`

// write writes the page: a section for each check, under its id, so that a finding can be looked up by it.
func write(to io.Writer) error {
	w := bufio.NewWriter(to)
	fmt.Fprint(w, opening)
	for _, check := range audit.Checks() {
		d := audit.Describe(check)
		fmt.Fprintf(w, "\n## %s\n\n**%s.** %s\n\n*Remedy:* %s\n", check, d.Title, d.Cause, d.Remedy)
	}
	return w.Flush()
}
