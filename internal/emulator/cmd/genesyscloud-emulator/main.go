// Command genesyscloud-emulator serves an emulated Genesys Cloud on loopback. It prints its base URL, one line, on standard output and
// everything else on standard error, and serves until it is stopped by SIGINT or SIGTERM.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
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
			"  genesyscloud-emulator -state FILE [-listen HOST:PORT] [-export CLIENT]\n\n")
		flags.PrintDefaults()
	}
	listen := flags.String("listen", "127.0.0.1:0", "loopback `address` to listen on; port 0 takes any free one")
	client := flags.String("export", "", "print the environment variables with which the provider signs in as the OAuth client of this `name`")
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
	return serve(ctx, *listen, *path, *client, stdout, stderr)
}

const warning = "This emulator is no place for real secrets: it keeps them in memory, and shows them to whoever can reach it on this machine."

func serve(ctx context.Context, listen, path, client string, stdout, stderr io.Writer) error {
	state, err := emulator.Load(path)
	if err != nil {
		return err
	}
	e, err := emulator.New(state)
	if err != nil {
		return err
	}
	if client != "" && exports(state, client, "") == "" {
		return fmt.Errorf("-export: no organization of %s has an OAuth client %q", path, client)
	}
	baseURL, stop, err := emulator.Start(ctx, listen, e)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintln(stderr, warning)
	if client != "" {
		_, _ = fmt.Fprint(stderr, "\nTo use the provider with it, export the variables of one organization:\n"+exports(state, client, baseURL))
	}
	if _, err := fmt.Fprintln(stdout, baseURL); err != nil {
		return errors.Join(err, stop()) // whoever started it would never learn where it listens
	}
	<-ctx.Done()
	return stop()
}

// exports are the lines for a shell, for each organization that has the client.
func exports(state emulator.State, client, baseURL string) string {
	var lines strings.Builder
	for _, organization := range state.Organizations {
		for _, c := range organization.Clients {
			if c.Name != client {
				continue
			}
			url := baseURL + "/" + organization.Region
			fmt.Fprintf(&lines, "\n# %s\n", organization.Organization.Name)
			for _, variable := range [][2]string{
				{"GENESYSCLOUD_REGION", organization.Region},
				{"GENESYSCLOUD_OAUTHCLIENT_ID", c.ID},
				{"GENESYSCLOUD_OAUTHCLIENT_SECRET", c.Secret},
				{"GENESYSAUDIT_LOGIN_URL", url},
				{"GENESYSAUDIT_API_URL", url},
			} {
				fmt.Fprintf(&lines, "export %s='%s'\n", variable[0], strings.ReplaceAll(variable[1], "'", `'\''`))
			}
		}
	}
	return lines.String()
}
