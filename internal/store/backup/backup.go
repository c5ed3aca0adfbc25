// Package backup writes all books into one file and reads them back into an
// empty store, of the same engine or another.
//
// A backup is made while the office works: it is read in one transaction that
// sees one state (on one server; an engine that spreads areas over machines is
// backed up machine by machine with its own means). The file, compressed by gzip, is
//
//	"bujiao backup 1\n"
//	header: length (uvarint), JSON, MAC (16 bytes)
//	for each table: 'T' number (uvarint), then 'R' row for each row, then 'E' count (uvarint)
//	'Z', SHA-256 of all that went before (32 bytes), MAC of it (16 bytes)
//
// A row is its values in the order of the header's columns ('s' or 'b' with
// length and bytes, 'i' with eight bytes, '-' for null) and its MAC. Numbers are
// big-endian. The keys are not in it: personal data stays encrypted, and without
// the vault it was made with a backup is refused, as is one that was changed, cut
// short, or of another schema. Restore takes an empty store only, checks every
// MAC and the lanes, and commits all or nothing.
package backup

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"

	"bujiao/internal/books"
	"bujiao/internal/fault"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/vault"
)

const (
	magic      = "bujiao backup 1\n"
	headerMAC  = "bujiao backup header\x00"
	trailerMAC = "bujiao backup\x00"
)

// header says what is in the file.
type header struct {
	Schema int64         `json:"schema"`
	Engine string        `json:"engine"` // that it was read from; for people
	Made   string        `json:"made_at"`
	Tables []headerTable `json:"tables"`
}

type headerTable struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
}

func tables() []headerTable {
	var out []headerTable
	for _, t := range sqlstore.Tables() {
		out = append(out, headerTable{t.Name, t.ColumnNames()})
	}
	return out
}

// Summary says what a backup holds.
type Summary struct {
	Schema int64  `json:"schema"`
	Engine string `json:"engine"` // that it was made from
	Made   string `json:"made_at"`
	Rows   int64  `json:"rows"`
	Digest string `json:"digest"` // SHA-256 of the content
}

// Write writes a backup of all books. The schema is the program's: whoever
// opened the store has checked it.
func Write(ctx context.Context, db *sqlstore.DB, out io.Writer) (Summary, error) {
	_, schema, err := sqlstore.Version(ctx, db.Dialect.Name(), db.Writer)
	if err != nil {
		return Summary{}, err
	}
	h := header{Schema: schema, Engine: db.Dialect.Name(), Made: books.InstantOf(db.Now()).String(), Tables: tables()}
	zip, err := gzip.NewWriterLevel(out, gzip.BestSpeed)
	if err != nil {
		return Summary{}, err
	}
	w := &writer{sum: sha256.New(), vault: db.Vault}
	w.out = bufio.NewWriterSize(io.MultiWriter(zip, w.sum), 1<<16)
	if err := w.header(h); err != nil {
		return Summary{}, err
	}
	conn, err := db.Reader.Conn(ctx)
	if err != nil {
		return Summary{}, err
	}
	defer conn.Close()
	if err := db.Dialect.Batch(ctx, conn, []sqlstore.Stmt{{SQL: db.Dialect.Begin(true)}}); err != nil {
		return Summary{}, err
	}
	for _, t := range sqlstore.Tables() {
		count := int64(0)
		w.byte('T').uvarint(uint64(t.Num))
		err := db.Dialect.Batch(ctx, conn, []sqlstore.Stmt{{SQL: "SELECT " + t.Names() + " FROM " + t.Name, Read: func(row []any) error {
			count++
			return w.row(t, row)
		}}})
		if err != nil {
			_, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
			return Summary{}, fmt.Errorf("back up %s: %w", t.Name, err)
		}
		w.rows += count
		w.byte('E').uvarint(uint64(count))
	}
	if _, err := conn.ExecContext(ctx, "COMMIT"); err != nil {
		return Summary{}, err
	}
	digest, err := w.trailer(zip)
	if err != nil {
		return Summary{}, err
	}
	return Summary{Schema: h.Schema, Engine: h.Engine, Made: h.Made, Rows: w.rows, Digest: hex.EncodeToString(digest)}, zip.Close()
}

type writer struct {
	out   *bufio.Writer
	sum   hash.Hash
	vault *vault.Vault
	rows  int64
	buf   []byte
}

func (w *writer) byte(b byte) *writer { _ = w.out.WriteByte(b); return w } // bufio keeps the error for Flush

func (w *writer) uvarint(n uint64) { _, _ = w.out.Write(binary.AppendUvarint(nil, n)) }

func (w *writer) header(h header) error {
	data, err := json.Marshal(h)
	if err != nil {
		return err
	}
	_, _ = w.out.WriteString(magic)
	w.uvarint(uint64(len(data)))
	_, _ = w.out.Write(data)
	_, err = w.out.Write(w.vault.MAC(nil, append([]byte(headerMAC), data...)))
	return err
}

func (w *writer) row(t *sqlstore.Table, row []any) error {
	b := append(w.buf[:0], 'R')
	for i, v := range row[:len(t.Cols)] {
		switch v := v.(type) {
		case string:
			b = append(binary.AppendUvarint(append(b, 's'), uint64(len(v))), v...)
		case []byte:
			b = append(binary.AppendUvarint(append(b, 'b'), uint64(len(v))), v...)
		case int64:
			b = binary.BigEndian.AppendUint64(append(b, 'i'), uint64(v))
		case nil:
			b = append(b, '-')
		default:
			return fmt.Errorf("%s.%s holds a %T", t.Name, t.Cols[i].Name, v)
		}
	}
	mac, ok := row[len(t.Cols)].([]byte)
	if !ok || len(mac) != vault.MACSize {
		return tampered(t, row)
	}
	w.buf = append(b, mac...)
	_, err := w.out.Write(w.buf)
	return err
}

func (w *writer) trailer(zip io.Writer) ([]byte, error) {
	w.byte('Z')
	if err := w.out.Flush(); err != nil {
		return nil, err
	}
	digest := w.sum.Sum(nil)
	_, err := zip.Write(w.vault.MAC(slices.Clone(digest), append([]byte(trailerMAC), digest...)))
	return digest, err
}

func tampered(t *sqlstore.Table, row []any) error {
	return fault.New(fault.Invalid, "store.tampered", fault.Args{"table": t.Name, "row": t.Ref(row)})
}

// Verify reads a whole backup and checks it as Restore does, into nothing.
func Verify(keys *vault.Vault, in io.Reader) (Summary, error) {
	r, h, err := open(keys, in)
	if err != nil {
		return Summary{}, err
	}
	l := newLoader(r, func(*sqlstore.Table, [][]any) error { return nil })
	err = l.all()
	return l.summary(h), err
}

// Restore reads a backup into an empty store. Whoever asked runs a proof next.
// Head is the area that says whose the books are (sqlstore.DB.Own).
func Restore(ctx context.Context, db *sqlstore.DB, head string, in io.Reader) (Summary, error) {
	r, h, err := open(db.Vault, in)
	if err != nil {
		return Summary{}, err
	}
	conn, err := db.Writer.Conn(ctx)
	if err != nil {
		return Summary{}, err
	}
	defer conn.Close()
	exec := func(ctx context.Context, query string) error {
		return db.Dialect.Batch(ctx, conn, []sqlstore.Stmt{{SQL: query}})
	}
	if err := exec(ctx, db.Dialect.Begin(false)); err != nil {
		return Summary{}, err
	}
	l := newLoader(r, func(t *sqlstore.Table, rows [][]any) error { return db.Dialect.Bulk(ctx, conn, t, rows) })
	err = empty(ctx, db, conn, head)
	if err == nil {
		err = l.all()
	}
	if err != nil {
		return Summary{}, errors.Join(err, exec(context.WithoutCancel(ctx), "ROLLBACK"))
	}
	return l.summary(h), exec(ctx, "COMMIT")
}

func (l *loader) summary(h header) Summary {
	return Summary{Schema: h.Schema, Engine: h.Engine, Made: h.Made, Rows: l.rows, Digest: hex.EncodeToString(l.digest)}
}

// open reads the header and sees whether program and keys are those it was
// made with.
func open(keys *vault.Vault, in io.Reader) (*reader, header, error) {
	var h header
	zip, err := gzip.NewReader(in)
	if err != nil {
		return nil, h, damaged(err)
	}
	r := &reader{in: bufio.NewReaderSize(zip, 1<<16), sum: sha256.New(), vault: keys}
	if got, err := r.take(len(magic)); err != nil || string(got) != magic {
		return nil, h, fault.New(fault.Invalid, "backup.not_one", nil)
	}
	n, err := r.uvarint()
	if err != nil {
		return nil, h, err
	}
	data, err := r.take(int(min(n, maxValue)))
	if err != nil {
		return nil, h, err
	}
	data = slices.Clone(data)
	mac, err := r.take(vault.MACSize)
	if err != nil {
		return nil, h, err
	}
	if subtle.ConstantTimeCompare(mac, keys.MAC(nil, append([]byte(headerMAC), data...))) != 1 {
		return nil, h, fault.New(fault.Invalid, "backup.other_keys", nil)
	}
	if err := json.Unmarshal(data, &h); err != nil {
		return nil, h, damaged(err)
	}
	if same := slices.EqualFunc(h.Tables, tables(), func(a, b headerTable) bool { return a.Name == b.Name && slices.Equal(a.Columns, b.Columns) }); !same {
		return nil, h, fault.New(fault.Invalid, "backup.other_schema", fault.Args{"schema": fmt.Sprint(h.Schema)})
	}
	return r, h, nil
}

func damaged(cause error) error { return fault.Wrap(fault.Invalid, "backup.damaged", nil, cause) }

// reader reads and sums what it read.
type reader struct {
	in    *bufio.Reader
	sum   hash.Hash
	vault *vault.Vault
	buf   []byte
}

// maxValue bounds one value.
const maxValue = 64 << 20

// take reads n bytes, valid until the next call.
func (r *reader) take(n int) ([]byte, error) {
	if cap(r.buf) < n {
		r.buf = make([]byte, 0, n)
	}
	b := r.buf[:n]
	if _, err := io.ReadFull(r.in, b); err != nil {
		return nil, damaged(err)
	}
	r.sum.Write(b)
	return b, nil
}

func (r *reader) byte() (byte, error) {
	b, err := r.take(1)
	if err != nil {
		return 0, err
	}
	return b[0], nil
}

func (r *reader) uvarint() (n uint64, err error) {
	for shift := uint(0); shift < 64; shift += 7 {
		b, err := r.byte()
		if err != nil {
			return 0, err
		}
		n |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return n, nil
		}
	}
	return 0, damaged(errors.New("a number is too long"))
}

func (r *reader) value() (any, error) {
	kind, err := r.byte()
	if err != nil {
		return nil, err
	}
	switch kind {
	case '-':
		return nil, nil
	case 'i':
		b, err := r.take(8)
		if err != nil {
			return nil, err
		}
		return int64(binary.BigEndian.Uint64(b)), nil
	case 's', 'b':
		n, err := r.uvarint()
		if err != nil {
			return nil, err
		}
		if n > maxValue {
			return nil, damaged(errors.New("a value is too long"))
		}
		b, err := r.take(int(n))
		if err != nil {
			return nil, err
		}
		if kind == 's' {
			return string(b), nil
		}
		return bytes.Clone(b), nil
	}
	return nil, damaged(fmt.Errorf("a value of type %q", kind))
}

// trailer reads what is behind the content; it is not part of its sum.
func (r *reader) trailer(digest []byte) error {
	want := r.vault.MAC(slices.Clone(digest), append([]byte(trailerMAC), digest...))
	got, err := io.ReadAll(io.LimitReader(r.in, int64(len(want))+1))
	if err != nil {
		return damaged(err)
	}
	if subtle.ConstantTimeCompare(got, want) != 1 {
		return damaged(errors.New("digest or MAC"))
	}
	return nil
}
