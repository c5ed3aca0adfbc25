package intake

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"slices"
)

// An entry is a person (length, bytes) followed by whatever belongs to it.
// Entries are sorted by person; those of one person keep the order in which
// they were added.

// cursor hands out entries in order; an entry is valid until the next call.
type cursor interface {
	next() ([]byte, error) // io.EOF at the end
}

func personOf(entry []byte) []byte {
	n, k := binary.Uvarint(entry)
	if k <= 0 || n > uint64(len(entry)-k) {
		return nil
	}
	return entry[k : k+int(n)]
}

// chunk is the part of the entries that is sorted in memory.
type chunk struct {
	arena []byte
	refs  []ref
}

// ref is an entry in the arena. key holds the first bytes of the person, so
// that most comparisons stay within the slice that is being sorted.
type ref struct {
	key      uint64
	off, len uint32
}

const refBytes = 16

func (c *chunk) size() int { return len(c.arena) + refBytes*len(c.refs) }

// added notes the entry that was appended to the arena from off on.
func (c *chunk) added(off int) {
	entry := c.arena[off:]
	var head [8]byte
	copy(head[:], personOf(entry))
	c.refs = append(c.refs, ref{binary.BigEndian.Uint64(head[:]), uint32(off), uint32(len(entry))})
}

func (c *chunk) entry(r ref) []byte { return c.arena[r.off : r.off+r.len] }

func (c *chunk) sort() {
	slices.SortFunc(c.refs, func(a, b ref) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		if d := bytes.Compare(personOf(c.entry(a)), personOf(c.entry(b))); d != 0 {
			return d
		}
		return cmp.Compare(a.off, b.off)
	})
}

func (c *chunk) reset() { c.arena, c.refs = c.arena[:0], c.refs[:0] }

// chunkCursor walks over a sorted chunk.
type chunkCursor struct {
	c *chunk
	i int
}

func (k *chunkCursor) next() ([]byte, error) {
	if k.i == len(k.c.refs) {
		return nil, io.EOF
	}
	k.i++
	return k.c.entry(k.c.refs[k.i-1]), nil
}

// run is a sorted temporary file.
type run struct {
	file *os.File
	in   *bufio.Reader
	buf  []byte
}

const runBuffer = 64 << 10

// writeRun empties the cursor into a new file of the directory. The file is
// unlinked at once where the system allows it: it holds personal data and must
// not outlive a killed process.
func writeRun(dir string, from cursor) (_ *run, err error) {
	f, err := os.CreateTemp(dir, "run-")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(f.Name()) // refused on Windows; the directory goes at Close
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	w := bufio.NewWriterSize(f, runBuffer)
	var head [binary.MaxVarintLen64]byte
	for {
		entry, err := from.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(head[:binary.PutUvarint(head[:], uint64(len(entry)))]); err != nil {
			return nil, err
		}
		if _, err := w.Write(entry); err != nil {
			return nil, err
		}
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return &run{file: f}, nil
}

func (r *run) next() ([]byte, error) {
	if r.in == nil {
		r.in = bufio.NewReaderSize(r.file, runBuffer) // not before it is read: waiting runs are many
	}
	n, err := binary.ReadUvarint(r.in)
	if err != nil {
		return nil, err // io.EOF only between entries
	}
	if n > maxEntry {
		return nil, errCodec
	}
	if uint64(cap(r.buf)) < n {
		r.buf = make([]byte, n+n/4)
	}
	r.buf = r.buf[:n]
	if _, err := io.ReadFull(r.in, r.buf); err != nil {
		return nil, fmt.Errorf("%w: %w", errCodec, io.ErrUnexpectedEOF)
	}
	return r.buf, nil
}

func (r *run) close() error { return r.file.Close() }

// merger merges sorted cursors; of equal persons the earlier cursor is first.
type merger struct {
	heads []head // a heap
	begun bool
}

type head struct {
	entry  []byte
	person []byte
	order  int
	from   cursor
}

func (h *head) advance() (err error) {
	h.entry, err = h.from.next()
	h.person = personOf(h.entry)
	return err
}

func (h *head) before(o *head) bool {
	if d := bytes.Compare(h.person, o.person); d != 0 {
		return d < 0
	}
	return h.order < o.order
}

func newMerger(from []cursor) (*merger, error) {
	m := &merger{}
	for i, c := range from {
		h := head{order: i, from: c}
		if err := h.advance(); err == io.EOF {
			continue
		} else if err != nil {
			return nil, err
		}
		m.heads = append(m.heads, h)
	}
	for i := len(m.heads)/2 - 1; i >= 0; i-- {
		m.down(i)
	}
	return m, nil
}

func (m *merger) down(i int) {
	for {
		least := i
		for c := 2*i + 1; c <= 2*i+2 && c < len(m.heads); c++ {
			if m.heads[c].before(&m.heads[least]) {
				least = c
			}
		}
		if least == i {
			return
		}
		m.heads[i], m.heads[least] = m.heads[least], m.heads[i]
		i = least
	}
}

// next advances the cursor whose entry was given last, and not before: until
// then that entry is in the caller's hands.
func (m *merger) next() ([]byte, error) {
	if m.begun {
		if err := m.heads[0].advance(); err == io.EOF {
			last := len(m.heads) - 1
			m.heads[0] = m.heads[last]
			m.heads = m.heads[:last]
		} else if err != nil {
			return nil, err
		}
		m.down(0)
	}
	m.begun = true
	if len(m.heads) == 0 {
		m.begun = false
		return nil, io.EOF
	}
	return m.heads[0].entry, nil
}
