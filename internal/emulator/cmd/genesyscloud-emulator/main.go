// Command genesyscloud-emulator serves an emulated Genesys Cloud on loopback. It prints its base URL, one line, on standard output and
// everything else on standard error, and serves until it is stopped by SIGINT or SIGTERM.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/emulator"
	"github.com/genesysaudit/terraform-provider-genesysaudit/internal/genesyscloud"
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
			"  genesyscloud-emulator -state FILE [-listen HOST:PORT] [-export CLIENT [-administrator]]\n\n")
		flags.PrintDefaults()
	}
	listen := flags.String("listen", "127.0.0.1:0", "loopback `address` to listen on; port 0 takes any free one")
	client := flags.String("export", "", "print the environment variables with which the provider signs in as the OAuth client of this `name`")
	administrator := flags.Bool("administrator", false, "add an OAuth client to each organization that has every role, and print its credentials with -export")
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
	state, err := emulator.Load(*path)
	if err != nil {
		return err
	}
	if *administrator {
		addAdministrators(&state)
	}
	if *client != "" && exports(state, *client, "") == "" {
		return fmt.Errorf("-export: no organization of %s has an OAuth client %q", *path, *client)
	}
	return serve(ctx, *listen, state, *client, stdout, stderr)
}

const warning = "This emulator is no place for real secrets: everybody who can reach it on this machine can read them."

// administratorName is the OAuth client by which a user changes the emulated organizations over the platform's API.
const administratorName = "Administrator"

// addAdministrators gives each organization an OAuth client that has every role in all divisions: on the platform, a caller can give a
// client only the roles that the caller has.
func addAdministrators(state *emulator.State) {
	for i := range state.Organizations {
		organization := &state.Organizations[i]
		administrator := emulator.Client{Secret: rand.Text(), OAuthClient: genesyscloud.OAuthClient{
			ID:                  fmt.Sprintf("00000000-0000-4000-8000-%012x", i+1),
			Name:                administratorName,
			AuthorizedGrantType: "CLIENT-CREDENTIALS",
			State:               "active",
		}}
		for _, role := range organization.Roles {
			administrator.RoleDivisions = append(administrator.RoleDivisions, genesyscloud.RoleDivision{RoleID: role.ID, DivisionID: "*"})
		}
		organization.Clients = append(organization.Clients, administrator)
	}
}

func serve(ctx context.Context, listen string, state emulator.State, client string, stdout, stderr io.Writer) error {
	e, err := emulator.New(state)
	if err != nil {
		return err
	}
	baseURL, stop, err := emulator.Start(ctx, listen, e)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintln(stderr, warning)
	if client != "" {
		_, _ = fmt.Fprint(stderr, "\nTo use the provider with this emulator, export the variables of one organization:\n"+exports(state, client, baseURL))
	}
	if _, err := fmt.Fprintln(stdout, baseURL); err != nil {
		return errors.Join(err, stop()) // its starter would never learn its address
	}
	<-ctx.Done()
	return stop()
}

// exports are the lines for a shell, for each organization that has the client.
func exports(state emulator.State, client, baseURL string) string {
	var lines strings.Builder
	for _, organization := range state.Organizations {
		auditor, ok := clientOf(organization, client)
		if !ok {
			continue
		}
		url := baseURL + "/" + organization.Region
		variables := [][2]string{
			{"GENESYSCLOUD_REGION", organization.Region},
			{"GENESYSCLOUD_OAUTHCLIENT_ID", auditor.ID},
			{"GENESYSCLOUD_OAUTHCLIENT_SECRET", auditor.Secret},
			{"GENESYSAUDIT_LOGIN_URL", url},
			{"GENESYSAUDIT_API_URL", url},
		}
		if administrator, ok := clientOf(organization, administratorName); ok {
			variables = append(variables, [][2]string{
				{"ADMINISTRATOR_ID", administrator.ID},
				{"ADMINISTRATOR_SECRET", administrator.Secret},
			}...)
		}
		fmt.Fprintf(&lines, "\n# %s\n", organization.Organization.Name)
		for _, variable := range variables {
			fmt.Fprintf(&lines, "export %s='%s'\n", variable[0], strings.ReplaceAll(variable[1], "'", `'\''`))
		}
	}
	return lines.String()
}

func clientOf(organization emulator.Organization, name string) (emulator.Client, bool) {
	for _, client := range organization.Clients {
		if client.Name == name {
			return client, true
		}
	}
	return emulator.Client{}, false
}
