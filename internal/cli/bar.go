package cli

import (
	"fmt"
	"io"
	"os"

	"github.com/schollz/progressbar/v3"

	"bujiao/internal/fault"
)

// bar shows progress on a terminal and nothing anywhere else.
type bar struct {
	b   *progressbar.ProgressBar
	err io.Writer
	on  bool
}

func (a *app) newBar(total int64, what string) *bar {
	f, ok := a.errOut.(*os.File)
	if ok {
		info, err := f.Stat()
		ok = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	x := &bar{err: a.errOut, on: ok}
	if ok {
		x.b = progressbar.NewOptions64(total, progressbar.OptionSetWriter(a.errOut), progressbar.OptionSetDescription(what),
			progressbar.OptionShowBytes(true), progressbar.OptionClearOnFinish(), progressbar.OptionUseANSICodes(true))
	}
	return x
}

// barReader counts the bytes that are read.
type barReader struct {
	*os.File
	b *progressbar.ProgressBar
}

func (r *barReader) Read(p []byte) (int, error) {
	n, err := r.File.Read(p)
	_ = r.b.Add(n) // a bar that cannot be drawn stops nothing
	return n, err
}

// reading returns the file with its bytes counted.
func (x *bar) reading(f *os.File) io.Reader {
	if !x.on {
		return f
	}
	return &barReader{f, x.b}
}

// next starts a second bar of unknown length.
func (x *bar) next(what string) {
	if x.on {
		_ = x.b.Finish()
		x.b = progressbar.NewOptions(-1, progressbar.OptionSetWriter(x.err), progressbar.OptionSetDescription(what),
			progressbar.OptionClearOnFinish(), progressbar.OptionUseANSICodes(true), progressbar.OptionSpinnerType(14))
	}
}

func (x *bar) add(n int) {
	if x.on {
		_ = x.b.Add(n)
	}
}

func (x *bar) done() {
	if x.on {
		_ = x.b.Finish()
	}
}

// warn says something beside the answer, on stderr.
func (a *app) warn(key string, args fault.Args) { fmt.Fprintln(a.errOut, a.text(key, args)) }
