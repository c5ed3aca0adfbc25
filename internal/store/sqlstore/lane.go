package sqlstore

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/big"
	"math/bits"
)

// A lane counts what was written: for every table how many rows there are, the
// sum (modulo 2^128) of their MACs, and the sum of their MACs times the numbers
// of their keys. Each transaction adds to one lane, so writers do not wait for
// each other; all lanes of an area together must agree with the tables. A row
// that is added, removed or put back straight in the database breaks the sums,
// and nobody without the key can make them right again. The second sum tells
// which row it was, if it was one: MACs are made odd, so that one of them can
// be divided by.

// wide is a number modulo 2^128.
type wide struct{ hi, lo uint64 }

func (a wide) plus(b wide) wide {
	lo, carry := bits.Add64(a.lo, b.lo, 0)
	hi, _ := bits.Add64(a.hi, b.hi, carry)
	return wide{hi, lo}
}

func (a wide) minus(b wide) wide {
	lo, borrow := bits.Sub64(a.lo, b.lo, 0)
	hi, _ := bits.Sub64(a.hi, b.hi, borrow)
	return wide{hi, lo}
}

func (a wide) times(b wide) wide {
	hi, lo := bits.Mul64(a.lo, b.lo)
	return wide{hi + a.hi*b.lo + a.lo*b.hi, lo}
}

// over divides by an odd number.
func (a wide) over(b wide) wide {
	mod := new(big.Int).Lsh(big.NewInt(1), 128)
	q := new(big.Int).ModInverse(b.big(), mod)
	q.Mul(q, a.big()).Mod(q, mod)
	return wide{new(big.Int).Rsh(q, 64).Uint64(), new(big.Int).And(q, new(big.Int).SetUint64(^uint64(0))).Uint64()}
}

func (a wide) big() *big.Int {
	n := new(big.Int).SetUint64(a.hi)
	return n.Lsh(n, 64).Or(n, new(big.Int).SetUint64(a.lo))
}

// idSize is the length of an id in bytes; they are written in base 32.
const idSize = 15

// number is the key of a row as a number: the id in which the key ends, which
// can be read back from it, or else a hash.
func (t *Table) number(row []any) wide {
	var id [idSize + 1]byte
	if last, ok := row[t.Key-1].(string); ok && len(last) == crockford.EncodedLen(idSize) {
		if _, err := crockford.Decode(id[1:], []byte(last)); err == nil {
			return wide{binary.BigEndian.Uint64(id[:]), binary.BigEndian.Uint64(id[8:])}
		}
	}
	sum := sha256.Sum256([]byte(t.Ref(row)))
	sum[0] = 1
	return wide{binary.BigEndian.Uint64(sum[:]), binary.BigEndian.Uint64(sum[8:])}
}

// name is the id that a number stands for, or the beginning of the hash.
func (a wide) name() string {
	var b [idSize + 1]byte
	binary.BigEndian.PutUint64(b[:], a.hi)
	binary.BigEndian.PutUint64(b[8:], a.lo)
	if b[0] == 0 {
		return crockford.EncodeToString(b[1:])
	}
	return "#" + hex.EncodeToString(b[1:9])
}

// tally is what a lane knows of one table.
type tally struct {
	count     int64
	sum, keys wide
}

func macNumber(mac []byte) wide {
	return wide{binary.BigEndian.Uint64(mac), binary.BigEndian.Uint64(mac[8:]) | 1}
}

func (t *tally) add(tab *Table, row []any, mac []byte) {
	m := macNumber(mac)
	t.count++
	t.sum, t.keys = t.sum.plus(m), t.keys.plus(m.times(tab.number(row)))
}

func (t *tally) sub(tab *Table, row []any, mac []byte) {
	m := macNumber(mac)
	t.count--
	t.sum, t.keys = t.sum.minus(m), t.keys.minus(m.times(tab.number(row)))
}

const tallySize = 1 + 8 + 16 + 16

// Sums are the tallies by Num of table.
type Sums []tally

// NewSums is the sum of nothing.
func NewSums() Sums { return make(Sums, len(tables)) }

// Plus adds other sums.
func (s Sums) Plus(o Sums) {
	for i, t := range o {
		s[i].count += t.count
		s[i].sum, s[i].keys = s[i].sum.plus(t.sum), s[i].keys.plus(t.keys)
	}
}

func (s Sums) empty() bool {
	for _, t := range s {
		if t != (tally{}) {
			return false
		}
	}
	return true
}

// bytes writes the tables that have something.
func (s Sums) bytes() []byte {
	out := make([]byte, 0, len(s)*tallySize)
	for i, t := range s {
		if t == (tally{}) {
			continue
		}
		out = binary.BigEndian.AppendUint64(append(out, byte(i)), uint64(t.count))
		for _, n := range []uint64{t.sum.hi, t.sum.lo, t.keys.hi, t.keys.lo} {
			out = binary.BigEndian.AppendUint64(out, n)
		}
	}
	return out
}

// ParseSums reads the sums of a lane; tables that came later count as empty.
func ParseSums(b []byte) (Sums, error) {
	s := NewSums()
	if len(b)%tallySize != 0 {
		return nil, fmt.Errorf("sums of a lane have %d bytes", len(b))
	}
	for ; len(b) > 0; b = b[tallySize:] {
		if int(b[0]) >= len(s) {
			return nil, fmt.Errorf("a lane counts rows of table %d", b[0])
		}
		at := func(i int) uint64 { return binary.BigEndian.Uint64(b[1+8*i:]) }
		s[b[0]] = tally{int64(at(0)), wide{at(1), at(2)}, wide{at(3), at(4)}}
	}
	return s, nil
}
