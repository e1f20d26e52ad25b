// Package serve runs a provider as a plugin process of a CLI, at no more cost than its work: it logs what the CLI would show, keeps
// nothing of a request that was answered, and hands large results to the CLI past the framework.
package serve

import (
	"os"
	"runtime/debug"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

// garbageTarget is how much garbage the process lets gather before it collects, in percent of what it uses: a plan makes much garbage and
// keeps little, so that most collections find the same few megabytes in use. GOGC overrides it.
const garbageTarget = 200

// memoryLimit is the memory, in bytes, above which the process collects garbage before it takes more: the garbage of large answers must not add
// up to what they are bounded to. What is in use may be more than this. GOMEMLIMIT overrides it.
const memoryLimit = 384 << 20

// requestDump names the folder into which terraform-plugin-go writes the configuration of every request, the provider block with its secrets
// included. No level of logging and no marking as sensitive holds it back.
const requestDump = "TF_LOG_SDK_PROTO_DATA_DIR"

// Options say how a provider is served.
type Options struct {
	Address string // the provider's full source address, such as registry.terraform.io/genesysaudit/genesysaudit
	Type    string // the last part of it, by which the environment names the provider's own logs
	Debug   bool   // wait for a CLI to attach, under a debugger
}

// Plugin serves the provider over the plugin protocol until the CLI that started the process ends it.
func Plugin(newProvider func() provider.Provider, options Options) error {
	var serveOptions []tf6server.ServeOpt
	if options.Debug {
		serveOptions = append(serveOptions, tf6server.WithManagedDebug())
	} else if err := logWhatIsShown(options.Type, os.LookupEnv, os.Setenv); err != nil {
		return err
	}
	if err := os.Unsetenv(requestDump); err != nil {
		return err
	}
	if _, set := os.LookupEnv("GOGC"); !set {
		debug.SetGCPercent(garbageTarget)
	}
	if _, set := os.LookupEnv("GOMEMLIMIT"); !set {
		debug.SetMemoryLimit(memoryLimit)
	}
	return tf6server.Serve(options.Address, func() tfprotov6.ProviderServer { return Server(newProvider()) }, serveOptions...)
}

// Server is the framework's server for a provider, which forgets each request that it has answered.
func Server(p provider.Provider) tfprotov6.ProviderServer {
	framework := providerserver.NewProtocol6(p)()
	if whole, ok := framework.(frameworkServer); ok {
		return newForgetful(whole)
	}
	return framework
}
