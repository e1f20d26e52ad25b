// Command verify compares a real organization's answers with the models and assumptions of this provider. It reads with GET requests, the sign-in,
// and POST requests that the platform documents as queries, and prints a report without names, ids and secrets, to be attached to an issue.
//
// It takes the provider's environment variables: GENESYSCLOUD_OAUTHCLIENT_ID and GENESYSCLOUD_OAUTHCLIENT_SECRET, or
// GENESYSCLOUD_ACCESS_TOKEN; GENESYSCLOUD_REGION, or GENESYSAUDIT_API_URL and GENESYSAUDIT_LOGIN_URL.
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
	"time"
)

// The exit codes.
const (
	exitAsAssumed  = 0
	exitDeviation  = 1
	exitIncomplete = 2 // not everything could be read
	exitNoAnswer   = 3 // nothing could be read
)

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	cancel()
	os.Exit(code)
}

func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("verify", flag.ContinueOnError)
	flags.SetOutput(stderr)
	models := flags.String("models", "internal/emulator/testdata/models.schema.json", "JSON schema `file` of the platform's models")
	pause := flags.Duration("pause", time.Second, "how long to wait before asking again for a result that is not there yet")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return exitAsAssumed
		}
		return exitNoAnswer
	}
	report, err := verify(ctx, getenv, *models, *pause)
	if err != nil {
		fmt.Fprintln(stderr, "verify:", err)
		return exitNoAnswer
	}
	if _, err := io.WriteString(stdout, report.markdown()); err != nil {
		fmt.Fprintln(stderr, "verify:", err)
		return exitNoAnswer
	}
	return report.exitCode()
}

// verify reads the organization and judges what it answers.
func verify(ctx context.Context, getenv func(string) string, models string, pause time.Duration) (*report, error) {
	known, err := loadModels(models)
	if err != nil {
		return nil, err
	}
	r, err := newReader(ctx, getenv)
	if err != nil {
		return nil, err
	}
	r.pause = pause
	v := &verification{reader: r, models: known, report: &report{}}
	v.run(ctx)
	return v.report, nil
}
