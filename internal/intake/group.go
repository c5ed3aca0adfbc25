package intake

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"strconv"

	"bujiao/internal/fault"
	"bujiao/internal/record"
)

// Source is where a Grouping takes rows from; a Reader is one.
type Source interface {
	Name() string
	Next() (row record.Row, rejects []Reject, raw []string, err error)
}

var _ Source = (*Reader)(nil)

// Sourced is a row and the place of its file among the sources.
type Sourced struct {
	record.Row
	File int
}

// GroupOptions are the limits and the reject outlet of a grouping.
type GroupOptions struct {
	// Dir is the parent of the temporary files, "" the system's place for them.
	Dir string
	// ChunkBytes is the memory used for sorting; zero means 32 MiB.
	ChunkBytes int
	// FanIn is how many temporary files are merged at once; zero means 64.
	FanIn int
	// PersonRows is the most rows one person may have; zero means 200,000.
	PersonRows int
	// Rejected is told of every row that is not passed on, with all its
	// problems and the fields of the file, which are valid during the call: of
	// rows that are wrong in themselves while Group reads, of rows that
	// contradict others or are held back while NextPerson runs. Required. An
	// error of it ends the grouping.
	Rejected func(file int, raw []string, rejects []Reject) error
}

func (o *GroupOptions) fill() error {
	for _, d := range []struct {
		v   *int
		def int
	}{{&o.ChunkBytes, 32 << 20}, {&o.FanIn, 64}, {&o.PersonRows, 200_000}} {
		if *d.v == 0 {
			*d.v = d.def
		}
	}
	// Offsets within a chunk are 32 bits wide.
	if o.Rejected == nil || o.ChunkBytes < 0 || o.ChunkBytes > 1<<30 || o.FanIn < 2 || o.PersonRows < 1 {
		return fmt.Errorf("group rows: options out of range")
	}
	return nil
}

// Grouping hands out the rows of all sources person by person, persons in the
// order of their bytes, the rows of a person in the order of files and lines.
type Grouping struct {
	opt   GroupOptions
	names []string
	sort  sorter
	from  cursor
	ahead []byte // the entry that was read and not used
	dec   decoder
	check checker
	cur   personRows
}

// personRows are the rows of one person with their text.
type personRows struct {
	rows []Sourced
	raws []byte
	ends []int   // of the text of each row in raws
	bad  *Reject // place of a row that was rejected while reading
}

// maxPersonBytes bounds the text of one person's rows; more counts as too many rows.
const maxPersonBytes = 64 << 20

const (
	flagRow = iota
	flagRejected
)

// Group reads all sources to their end, sorting by way of temporary files, and
// returns the persons. The caller must Close the result. ctx ends the reading.
func Group(ctx context.Context, sources []Source, opt GroupOptions) (_ *Grouping, err error) {
	if err := opt.fill(); err != nil {
		return nil, err
	}
	g := &Grouping{opt: opt, sort: sorter{tmp: opt.Dir, limit: opt.ChunkBytes, fanIn: opt.FanIn}}
	defer func() {
		if err != nil {
			g.sort.close()
		}
	}()
	for i, s := range sources {
		g.names = append(g.names, s.Name())
		if err := g.readAll(ctx, i, s); err != nil {
			return nil, err
		}
	}
	if g.from, err = g.sort.sorted(); err != nil {
		return nil, err
	}
	if err := g.advance(); err != nil {
		return nil, err
	}
	g.check.names = g.names
	return g, nil
}

func (g *Grouping) readAll(ctx context.Context, file int, s Source) error {
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		row, rejects, raw, err := s.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if len(rejects) > 0 {
			if err := g.opt.Rejected(file, raw, rejects); err != nil {
				return err
			}
			if row.Person == "" {
				continue
			}
		}
		err = g.sort.add(func(b []byte) []byte { return appendEntry(b, file, &row, len(rejects) > 0, raw) })
		if err != nil {
			return err
		}
	}
}

// appendEntry appends a row as it is sorted. Of a rejected row only the place
// is kept: it tells that the person is to be held back.
func appendEntry(b []byte, file int, row *record.Row, rejected bool, raw []string) []byte {
	b = appendText(b, row.Person)
	b = binary.AppendUvarint(b, uint64(file))
	b = binary.AppendUvarint(b, uint64(row.Line))
	if rejected {
		return append(b, flagRejected)
	}
	b = appendRow(append(b, flagRow), row)
	for _, f := range raw {
		b = appendText(b, f)
	}
	return b
}

// advance reads the next entry into ahead, nil at the end.
func (g *Grouping) advance() error {
	entry, err := g.from.next()
	g.ahead = entry
	if err == io.EOF {
		return nil
	}
	return err
}

// NextPerson returns the next person whose rows are all good, with the rows,
// which the caller may keep; io.EOF at the end. Persons with any other row are
// reported to Rejected and passed over.
func (g *Grouping) NextPerson() (person string, rows []Sourced, err error) {
	for {
		if g.ahead == nil {
			return "", nil, io.EOF
		}
		person = string(personOf(g.ahead))
		whole, err := g.collect(person)
		if err != nil {
			return "", nil, err
		}
		if !whole {
			continue
		}
		found := g.check.contradictions(g.cur.rows)
		if found == nil && g.cur.bad == nil {
			if len(g.cur.rows) > 0 {
				return person, g.cur.rows, nil
			}
			continue
		}
		if err := g.hold(found); err != nil {
			return "", nil, err
		}
	}
}

// collect takes the entries of a person into cur. Where they are too many it
// reports them all and returns false: the rows beyond the limit are never held
// in memory.
func (g *Grouping) collect(person string) (whole bool, err error) {
	p := &g.cur
	*p = personRows{raws: p.raws[:0], ends: p.ends[:0]}
	over := false
	for g.ahead != nil && string(personOf(g.ahead)) == person {
		if err := g.take(person); err != nil {
			return false, err
		}
		if len(p.rows) > g.opt.PersonRows || len(p.raws) > maxPersonBytes || over && len(p.rows) > 0 {
			over = true
			if err := g.rejectAll(); err != nil {
				return false, err
			}
		}
		if err := g.advance(); err != nil {
			return false, err
		}
	}
	return !over, nil
}

// take adds the entry that is ahead to cur.
func (g *Grouping) take(person string) error {
	p := &g.cur
	g.dec.b, g.dec.failed = g.ahead, false
	g.dec.bytes() // the person
	file, line, flag := int(g.dec.uvarint()), int(g.dec.uvarint()), g.dec.byte()
	if g.dec.failed || file < 0 || file >= len(g.names) {
		return errCodec
	}
	if flag == flagRejected {
		if p.bad == nil {
			p.bad = &Reject{File: g.names[file], Row: line}
		}
		return nil
	}
	row, err := g.dec.row()
	if err != nil {
		return err
	}
	row.Person, row.Line = person, line
	p.rows = append(p.rows, Sourced{Row: row, File: file})
	p.raws = append(p.raws, g.dec.b...)
	p.ends = append(p.ends, len(p.raws))
	return nil
}

func (g *Grouping) rejectAll() error {
	p := &g.cur
	args := fault.Args{"max": strconv.Itoa(g.opt.PersonRows)}
	for i := range p.rows {
		if err := g.reject(i, []Reject{g.at(i, "", invalid("intake.too_many_rows", args))}); err != nil {
			return err
		}
	}
	p.rows, p.raws, p.ends = p.rows[:0], p.raws[:0], p.ends[:0]
	return nil
}

// hold reports all rows of a person: those with problems of their own with
// these, the others as held back because of one of them.
func (g *Grouping) hold(found map[int][]Reject) error {
	cause := g.cur.bad
	for i := range g.cur.rows {
		if cause == nil && len(found[i]) > 0 {
			cause = &found[i][0]
		}
	}
	args := fault.Args{"row": strconv.Itoa(cause.Row), "file": cause.File}
	for i := range g.cur.rows {
		rejects := found[i]
		if len(rejects) == 0 {
			rejects = []Reject{g.at(i, "", invalid("intake.held", args))}
		}
		if err := g.reject(i, rejects); err != nil {
			return err
		}
	}
	return nil
}

func (g *Grouping) at(i int, column string, reason *fault.Error) Reject {
	r := &g.cur.rows[i]
	return Reject{File: g.names[r.File], Row: r.Line, Column: column, Reason: reason}
}

func (g *Grouping) reject(i int, rejects []Reject) error {
	p, from := &g.cur, 0
	if i > 0 {
		from = p.ends[i-1]
	}
	d := decoder{b: p.raws[from:p.ends[i]]}
	var raw []string
	for len(d.b) > 0 {
		raw = append(raw, string(d.bytes()))
	}
	if d.failed {
		return errCodec
	}
	return g.opt.Rejected(p.rows[i].File, raw, rejects)
}

// Close removes the temporary files. It does not close the sources.
func (g *Grouping) Close() error {
	g.ahead = nil
	return g.sort.close()
}
