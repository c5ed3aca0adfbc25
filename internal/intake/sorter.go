package intake

import (
	"errors"
	"fmt"
	"os"
)

// sorter sorts entries by person within a fixed amount of memory: chunks are
// sorted and spilled as runs, and whenever a level holds as many runs as may
// be merged at once they become one run of the next level. So neither open
// files nor buffers grow with the input.
type sorter struct {
	tmp    string // parent directory of the runs, "" for the system's
	dir    string // of the runs, "" before the first
	limit  int    // bytes of a chunk
	fanIn  int
	chunk  chunk
	levels [][]*run // the last level holds the earliest entries
}

// maxEntry bounds an entry: the text of a row and the row made of it.
const maxEntry = 4 * maxRowBytes

// add takes an entry that appends itself to the given bytes.
func (s *sorter) add(build func([]byte) []byte) error {
	off := len(s.chunk.arena)
	s.chunk.arena = build(s.chunk.arena)
	s.chunk.added(off)
	if s.chunk.size() < s.limit {
		return nil
	}
	return s.spill()
}

func (s *sorter) spill() error {
	s.chunk.sort()
	if s.dir == "" {
		dir, err := os.MkdirTemp(s.tmp, "bujiao-intake-")
		if err != nil {
			return fmt.Errorf("sort rows: %w", err)
		}
		s.dir = dir
	}
	r, err := writeRun(s.dir, &chunkCursor{c: &s.chunk})
	if err != nil {
		return fmt.Errorf("sort rows: %w", err)
	}
	s.chunk.reset()
	return s.keep(r, 0)
}

func (s *sorter) keep(r *run, level int) error {
	if level == len(s.levels) {
		s.levels = append(s.levels, nil)
	}
	s.levels[level] = append(s.levels[level], r)
	if len(s.levels[level]) < s.fanIn {
		return nil
	}
	merged, err := s.merge(s.levels[level])
	if err != nil {
		return err
	}
	s.levels[level] = nil
	return s.keep(merged, level+1)
}

// merge makes one run of several and closes them.
func (s *sorter) merge(runs []*run) (*run, error) {
	m, err := newMerger(cursors(runs))
	if err != nil {
		return nil, fmt.Errorf("sort rows: %w", err)
	}
	out, err := writeRun(s.dir, m)
	if err != nil {
		return nil, fmt.Errorf("sort rows: %w", err)
	}
	for _, r := range runs {
		err = errors.Join(err, r.close())
	}
	if err != nil {
		return nil, errors.Join(err, out.close())
	}
	return out, nil
}

func cursors(runs []*run) []cursor {
	out := make([]cursor, len(runs))
	for i, r := range runs {
		out[i] = r
	}
	return out
}

// sorted returns all entries in order; nothing may be added any more.
func (s *sorter) sorted() (cursor, error) {
	if len(s.levels) == 0 {
		s.chunk.sort()
		return &chunkCursor{c: &s.chunk}, nil
	}
	if len(s.chunk.refs) > 0 {
		if err := s.spill(); err != nil {
			return nil, err
		}
	}
	s.chunk = chunk{} // its memory is wanted by the persons now
	var runs []*run
	for i := len(s.levels) - 1; i >= 0; i-- {
		runs = append(runs, s.levels[i]...)
	}
	s.levels = [][]*run{runs}
	for len(runs) > s.fanIn {
		// As few as will do, and the latest: they are the shortest.
		from := len(runs) - min(s.fanIn, len(runs)-s.fanIn+1)
		merged, err := s.merge(runs[from:])
		if err != nil {
			return nil, err
		}
		runs = append(runs[:from], merged)
		s.levels[0] = runs
	}
	m, err := newMerger(cursors(runs))
	if err != nil {
		return nil, fmt.Errorf("sort rows: %w", err)
	}
	return m, nil
}

// close removes the runs.
func (s *sorter) close() error {
	var err error
	for _, level := range s.levels {
		for _, r := range level {
			if e := r.close(); e != nil && !errors.Is(e, os.ErrClosed) {
				err = errors.Join(err, e)
			}
		}
	}
	s.levels = nil
	if s.dir != "" {
		err = errors.Join(err, os.RemoveAll(s.dir))
	}
	return err
}
