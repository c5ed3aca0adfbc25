// Package migrations holds the schema as numbered SQL files: common ones, and
// under the same numbering those of one engine for its triggers. A file is
// never edited once released.
package migrations

import (
	"cmp"
	"embed"
	"errors"
	"io/fs"
	"path"
	"slices"
)

//go:embed common/*.sql sqlite/*.sql postgres/*.sql
var files embed.FS

// For gives the files of an engine ("sqlite" or "postgres"), common ones among
// them, in one folder.
func For(engine string) (fs.FS, error) {
	if _, err := fs.Stat(files, engine); err != nil {
		return nil, err
	}
	return folders{"common", engine}, nil
}

// folders shows the files of several folders as one. A name stands in one of
// them only, since numbers do.
type folders []string

var _ fs.ReadDirFS = folders(nil)

// Open opens a file of the first folder that has it.
func (f folders) Open(name string) (fs.File, error) {
	if fs.ValidPath(name) {
		for _, dir := range f {
			file, err := files.Open(path.Join(dir, name))
			if !errors.Is(err, fs.ErrNotExist) {
				return file, err
			}
		}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// ReadDir lists all files by name; there are no folders below.
func (f folders) ReadDir(name string) ([]fs.DirEntry, error) {
	if name != "." {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrNotExist}
	}
	var out []fs.DirEntry
	for _, dir := range f {
		list, err := files.ReadDir(dir)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	slices.SortFunc(out, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return out, nil
}
