package sqlstore

import (
	"encoding/binary"
	"fmt"
	"math/bits"
)

// A lane counts what was written: for every table how many rows there are and
// the sum (modulo 2^128) of their MACs. Each transaction adds to one lane, so
// writers do not wait for each other; all lanes of an area together must agree
// with the tables. A row that is added, removed or put back straight in the
// database breaks the sum, and nobody without the key can make it right again.

// tally is the change of one table.
type tally struct {
	count  int64
	hi, lo uint64
}

func (t *tally) add(mac []byte) {
	var c uint64
	t.lo, c = bits.Add64(t.lo, binary.BigEndian.Uint64(mac[8:]), 0)
	t.hi, _ = bits.Add64(t.hi, binary.BigEndian.Uint64(mac[:8]), c)
	t.count++
}

func (t *tally) sub(mac []byte) {
	var c uint64
	t.lo, c = bits.Sub64(t.lo, binary.BigEndian.Uint64(mac[8:]), 0)
	t.hi, _ = bits.Sub64(t.hi, binary.BigEndian.Uint64(mac[:8]), c)
	t.count--
}

func (t *tally) plus(u tally) {
	var c uint64
	t.lo, c = bits.Add64(t.lo, u.lo, 0)
	t.hi, _ = bits.Add64(t.hi, u.hi, c)
	t.count += u.count
}

const tallySize = 24

// Sums are the tallies by Num of table.
type Sums []tally

func newSums() Sums { return make(Sums, len(tables)) }

// Add counts a row with its MAC.
func (s Sums) Add(t *Table, mac []byte) { s[t.Num].add(mac) }

// Plus adds other sums.
func (s Sums) Plus(o Sums) {
	for i := range o {
		s[i].plus(o[i])
	}
}

// Count is the number of rows of a table.
func (s Sums) Count(t *Table) int64 { return s[t.Num].count }

// Same reports whether both have the same rows of a table.
func (s Sums) Same(o Sums, t *Table) bool { return s[t.Num] == o[t.Num] }

func (s Sums) empty() bool {
	for _, t := range s {
		if t != (tally{}) {
			return false
		}
	}
	return true
}

func (s Sums) bytes() []byte {
	out := make([]byte, 0, len(s)*tallySize)
	for _, t := range s {
		out = binary.BigEndian.AppendUint64(out, uint64(t.count))
		out = binary.BigEndian.AppendUint64(out, t.hi)
		out = binary.BigEndian.AppendUint64(out, t.lo)
	}
	return out
}

// ParseSums reads the sums of a lane; tables that came later count as empty.
func ParseSums(b []byte) (Sums, error) {
	if len(b)%tallySize != 0 || len(b)/tallySize > len(tables) {
		return nil, fmt.Errorf("sums of a lane have %d bytes", len(b))
	}
	s := newSums()
	for i := 0; i*tallySize < len(b); i++ {
		p := b[i*tallySize:]
		s[i] = tally{int64(binary.BigEndian.Uint64(p)), binary.BigEndian.Uint64(p[8:]), binary.BigEndian.Uint64(p[16:])}
	}
	return s, nil
}

// NewSums is the sum of nothing.
func NewSums() Sums { return newSums() }
