package serve

import (
	"cmp"
	"slices"
	"strings"
)

// logWhatIsShown matches our log level to the CLI's, unless the environment sets one. Without a level, the plugin libraries log everything, some
// hundred lines of JSON for each instance, and the CLI reads and drops them. Without TF_LOG, that was half of the time of a large plan.
//
// The framework has a level of its own. In two of its walks over a value, it adds a field to the logger for each element, and without a level it
// looks through all fields each time. An object with 10,000 clients took minutes.
func logWhatIsShown(provider string, lookup func(string) (string, bool), set func(name, value string) error) error {
	level := shownLevel(lookup)
	for _, name := range []string{"TF_LOG_SDK", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_" + strings.ToUpper(provider)} {
		if value, _ := lookup(name); value != "" {
			continue
		}
		if err := set(name, level); err != nil {
			return err
		}
	}
	return nil
}

// shownLevel is the level at which the CLI shows the logs of providers, by the rules of Terraform and OpenTofu (internal/logging): that of
// TF_LOG_PROVIDER, else that of TF_LOG, else none. An unknown level means TRACE.
func shownLevel(lookup func(string) (string, bool)) string {
	forProviders, _ := lookup("TF_LOG_PROVIDER")
	forAll, _ := lookup("TF_LOG")
	level := strings.ToUpper(cmp.Or(forProviders, forAll, "OFF"))
	if !slices.Contains([]string{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF"}, level) {
		return "TRACE"
	}
	return level
}
