// Package migrations holds the schema as numbered SQL files: common ones, and
// under the same numbering those of one engine for its triggers. A file is
// never edited once released.
package migrations

import (
	"embed"
	"fmt"
	"io/fs"
	"testing/fstest"
)

//go:embed common/*.sql sqlite/*.sql postgres/*.sql
var files embed.FS

// For gives the files of an engine ("sqlite" or "postgres"), common ones among
// them, in one folder.
func For(engine string) (fs.FS, error) {
	out := fstest.MapFS{}
	for _, dir := range []string{"common", engine} {
		list, err := fs.ReadDir(files, dir)
		if err != nil {
			return nil, fmt.Errorf("migrations of %s: %w", engine, err)
		}
		for _, f := range list {
			data, err := files.ReadFile(dir + "/" + f.Name())
			if err != nil {
				return nil, err
			}
			out[f.Name()] = &fstest.MapFile{Data: data, Mode: 0o444}
		}
	}
	return out, nil
}
