package cli

import (
	"runtime"

	"github.com/spf13/cobra"
)

// Version is the release of the program.
const Version = "0.1.0"

// VersionAnswer says what runs.
type VersionAnswer struct {
	Version string `json:"version"`
	Go      string `json:"go"`
}

func newVersion(a *app) *cobra.Command {
	return a.command("version", func(*args) error {
		v := VersionAnswer{Version: Version, Go: runtime.Version()}
		return a.show(v, func(p *page) { p.line("bujiao " + v.Version + " (" + v.Go + ")") })
	})
}
