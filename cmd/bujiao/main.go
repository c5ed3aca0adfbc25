// Command bujiao answers what a missed month of Chinese social insurance
// costs, whether and how it can be made up, and proves the answer. It only
// wires the machine to package cli; everything else is decided there and below.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"bujiao/internal/cli"
	"bujiao/packs"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	env := cli.Env{Getenv: os.Getenv, Now: time.Now, Packs: packs.FS, Database: database, Context: ctx}
	os.Exit(cli.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, env))
}
