// Command genesyscloud-emulator serves an emulated Genesys Cloud on loopback. It prints its base URL, one line, and serves until it is
// stopped by SIGINT or SIGTERM.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
)

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	cancel()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		os.Exit(2) // the flag package has said why
	case err != nil:
		fmt.Fprintln(os.Stderr, "genesyscloud-emulator:", err)
		os.Exit(1)
	}
}

// errUsage is returned for arguments that the flag package has refused and explained.
var errUsage = errors.New("wrong arguments")

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("genesyscloud-emulator", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		_, _ = fmt.Fprint(stderr, "Serves an emulated Genesys Cloud on loopback until it is stopped.\n\n"+
			"  genesyscloud-emulator -state FILE [-listen HOST:PORT]\n\n")
		flags.PrintDefaults()
	}
	listen := flags.String("listen", "127.0.0.1:0", "loopback `address` to listen on; port 0 takes any free one")
	path := flags.String("state", "", "JSON `file` with the organizations to serve (required)")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return errUsage
	}
	if *path == "" || flags.NArg() > 0 {
		flags.Usage()
		return errUsage
	}
	return serve(ctx, *listen, *path, stdout)
}

func serve(ctx context.Context, listen, path string, stdout io.Writer) error {
	state, err := emulator.Load(path)
	if err != nil {
		return err
	}
	e, err := emulator.New(state)
	if err != nil {
		return err
	}
	baseURL, stop, err := emulator.Start(ctx, listen, e)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(stdout, baseURL); err != nil {
		return errors.Join(err, stop()) // whoever started it would never learn where it listens
	}
	<-ctx.Done()
	return stop()
}
