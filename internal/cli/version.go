package cli

import (
	"runtime"

	"github.com/spf13/cobra"

	"bujiao/internal/assess"
)

// Version is the release of the program.
const Version = "0.1.0"

// VersionAnswer says what runs.
type VersionAnswer struct {
	Version string `json:"version"`
	Engine  string `json:"engine"` // of the kernel; a receipt names the one that made it
	Go      string `json:"go"`
}

func newVersion(a *app) *cobra.Command {
	return a.command("version", func(*args) error {
		v := VersionAnswer{Version: Version, Engine: assess.Engine, Go: runtime.Version()}
		return a.show(v, func(p *page) { p.line("bujiao " + v.Version + " (" + v.Engine + ", " + v.Go + ")") })
	})
}
