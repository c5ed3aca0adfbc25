package office_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"bujiao/internal/access"
	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/lang"
	"bujiao/internal/law"
	"bujiao/internal/office"
	"bujiao/internal/registry"
	"bujiao/internal/store"
	"bujiao/internal/store/postgres"
	"bujiao/internal/store/postgres/pgtest"
	"bujiao/internal/store/sqlstore"
	"bujiao/internal/store/storetest"
	"bujiao/packs"
)

const (
	benchLines    = 20_000 // BUJIAO_BENCH_LINES sets another number
	benchEmployer = 2_000  // employees of each employer
	copyRows      = 20_000 // of one COPY of the comparison
	wantShare     = 0.5    // of bare COPY
)

// imported are the tables that an import writes.
var imported = []string{"declaration", "declaration_line", "charge", "notice", "posting", "entry", "audit", "lane"}

// BenchmarkImport takes a file of declarations of many employers (reading,
// checks against the roster, prices, bills, journal, notices, MACs) and then
// copies the very rows that it wrote into an empty database of the same schema
// by COPY alone. It prints the share and the memory of the import.
func BenchmarkImport(b *testing.B) {
	lines := benchLines
	if s := os.Getenv("BUJIAO_BENCH_LINES"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			b.Fatal(err)
		}
		lines = n
	}
	for range b.N {
		o, address := benchOffice(b, lines)
		q := office.Request{Actor: access.Self, Area: storetest.Area}
		heap, stop := watchHeap()
		start := time.Now()
		file := newSheetSource(lines)
		got, err := o.ImportDeclarations(b.Context(), q, office.ImportFile{Name: "bench.csv", Data: file, Size: -1, Month: calendar.NewMonth(2025, 3), Mend: io.Discard})
		took := time.Since(start)
		stop()
		if err != nil || got.Rows != lines || got.Held != 0 {
			b.Fatalf("import: %+v, %v", got, err)
		}
		bare, rows := bareCopy(b, address)
		share := bare.Seconds() / took.Seconds()
		fmt.Printf("import of %d lines (%d rows): %.2f s, bare COPY of the same rows %.2f s, share %.2f (want %.2f), %.0f lines/s, heap at most %d MB\n",
			lines, rows, took.Seconds(), bare.Seconds(), share, wantShare, float64(lines)/took.Seconds(), *heap>>20)
		b.ReportMetric(share, "share-of-copy")
		if share < wantShare {
			b.Errorf("share %.2f is below %.2f", share, wantShare)
		}
	}
	b.ReportMetric(0, "ns/op")
}

// watchHeap samples the heap.
func watchHeap() (most *uint64, stop func()) {
	most = new(uint64)
	done, ended := make(chan bool), make(chan bool)
	go func() {
		defer close(ended)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			*most = max(*most, m.HeapInuse)
			select {
			case <-done:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	return most, func() { close(done); <-ended }
}

func migrated(b *testing.B) string {
	address := pgtest.New(b)
	pool, err := postgres.Pool(b.Context(), address)
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	if err := sqlstore.Migrate(b.Context(), postgres.Engine, pool, 0); err != nil {
		b.Fatal(err)
	}
	return address
}

// benchOffice has employers of benchEmployer employees each.
func benchOffice(b *testing.B, lines int) (*office.Office, string) {
	b.Helper()
	laws, err := law.Open(packs.FS)
	if err != nil {
		b.Fatal(err)
	}
	clock := storetest.NewClock()
	clock.Add(time.Date(2025, 4, 15, 10, 0, 0, 0, books.China).Sub(clock.Now()))
	address := migrated(b)
	db, err := postgres.Open(b.Context(), address, sqlstore.Config{Vault: storetest.Vault(b), Now: clock.Now})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	o := &office.Office{Store: db, Vault: db.Vault, Laws: laws, Words: lang.Text}
	from := storetest.Day(b, "2020-01-01")
	for at := 0; at < lines; at += benchEmployer {
		storetest.Update(b, db, func(ctx context.Context, tx store.Tx) error {
			e := fmt.Sprintf("e%06d", at/benchEmployer)
			err := tx.NewEmployer(ctx, registry.Employer{ID: e, CreditCode: creditCode(at / benchEmployer), Name: "厂", Status: "active", InjuryClass: 1 + at/benchEmployer%8, UnitType: insurance.LargeAndOther, From: from, KnownOn: from})
			for i := at; i < min(at+benchEmployer, lines) && err == nil; i++ {
				id, number := fmt.Sprintf("p%07d", i), citizenNumber(i)
				if err = tx.NewPerson(ctx, registry.Person{ID: id, NumberHash: o.DocumentHash(registry.Document{Number: number}), NumberKind: "citizen", Number: number, Name: "张三", From: from, KnownOn: from}); err == nil {
					err = tx.AddEmployment(ctx, registry.Employment{ID: "j" + id, Person: id, Employer: e, From: from, KnownOn: from})
				}
			}
			return err
		})
	}
	for _, q := range []string{"VACUUM ANALYZE", "CHECKPOINT"} {
		if _, err := db.Writer.ExecContext(b.Context(), q); err != nil {
			b.Fatal(err)
		}
	}
	return o, address
}

func creditCode(i int) string { return fmt.Sprintf("9111%014d", i) }

// citizenNumber is the i-th number of a district, with its check character.
func citizenNumber(i int) string {
	s := fmt.Sprintf("110101%04d%02d%02d%03d", 1960+i/335664, 1+i/27972%12, 1+i/999%28, 1+i%999)
	sum := 0
	for k, w := range [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(s[k]-'0') * w
	}
	return s + string("10X98765432"[sum%11])
}

// sheetSource writes the file as it is read, so that it takes no memory.
type sheetSource struct {
	lines, at int
	buf       bytes.Buffer
}

func newSheetSource(lines int) *sheetSource {
	s := &sheetSource{lines: lines}
	s.buf.WriteString("统一社会信用代码,姓名,证件号码,工资\n")
	return s
}

func (s *sheetSource) Read(p []byte) (int, error) {
	for s.buf.Len() < len(p) && s.at < s.lines {
		fmt.Fprintf(&s.buf, "%s,张三,%s,%d.%02d\n", creditCode(s.at/benchEmployer), citizenNumber(s.at), 3000+s.at*7919%40000, s.at%100)
		s.at++
	}
	return s.buf.Read(p)
}

// bareCopy moves what the import wrote into an empty database and returns the
// time that COPY took, without that of reading.
func bareCopy(b *testing.B, from string) (took time.Duration, n int) {
	b.Helper()
	into, err := sql.Open("pgx", migrated(b))
	if err != nil {
		b.Fatal(err)
	}
	defer into.Close()
	conn, err := into.Conn(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	source, err := pgx.Connect(b.Context(), from)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = source.Close(b.Context()) }()
	for _, name := range imported {
		t := tableOf(b, name)
		rows, err := source.Query(b.Context(), "SELECT "+t.Names()+" FROM "+name)
		if err != nil {
			b.Fatal(err)
		}
		var part [][]any
		flush := func() {
			start := time.Now()
			err := conn.Raw(func(dc any) error {
				_, err := dc.(*stdlib.Conn).Conn().CopyFrom(b.Context(), pgx.Identifier{name}, t.ColumnNames(), pgx.CopyFromRows(part))
				return err
			})
			took += time.Since(start)
			if err != nil {
				b.Fatal(err)
			}
			n, part = n+len(part), part[:0]
		}
		for rows.Next() {
			v, err := rows.Values()
			if err != nil {
				b.Fatal(err)
			}
			if part = append(part, v); len(part) == copyRows {
				flush()
			}
		}
		if err := rows.Err(); err != nil {
			b.Fatal(err)
		}
		flush()
	}
	return took, n
}

func tableOf(b *testing.B, name string) *sqlstore.Table {
	for _, t := range sqlstore.Tables() {
		if t.Name == name {
			return t
		}
	}
	b.Fatal("no table " + name)
	return nil
}
