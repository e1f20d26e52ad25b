// The bench command measures the provider under a real CLI, against an emulator on loopback, and prints the figures as Markdown. It has three
// tables:
//
//   - plans: what validations cost in requests and in time, beside the same configuration with the enforcement off and beside as many instances
//     of terraform_data. The variants take turns, so that a machine that is busy is busy for all of them.
//   - growth: how the CPU time, the memory and the requests grow with the organization and with the configuration.
//   - hostile: how much memory and time answers take that were made to hurt.
//
// Too many requests, growth beyond n log n, and a hostile answer that takes more than it may end the command with exit code 1.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
)

func main() {
	table := flag.String("table", "plans", "what to measure: plans, growth, hostile")
	rounds := flag.Int("rounds", 3, "plans: how often each variant is run")
	large := flag.Bool("large", true, "plans: measure 5,000 validations too")
	peers := flag.String("peers", "", "plans: a mirror with hashicorp/random and hashicorp/time, as terraform providers mirror makes it, to measure beside ours")
	only := flag.String("only", "", "growth, hostile: a regular expression that the rows match")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	var err error
	switch *table {
	case "plans":
		err = errors.Join(measurePlans(ctx, os.Stdout, sizes(*large), *rounds, *peers), measureStart(ctx, os.Stdout))
	case "growth":
		err = measureGrowth(ctx, os.Stdout, *only)
	case "hostile":
		err = measureHostile(ctx, os.Stdout, *only)
	default:
		err = fmt.Errorf("there is no table %q", *table)
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}
