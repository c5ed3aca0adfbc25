package backup_test

import (
	"bytes"
	"testing"
	"time"

	"bujiao/internal/audit"
	"bujiao/internal/store"
	"bujiao/internal/store/backup"
	"bujiao/internal/store/sqlstore"
)

// BenchmarkBackup writes and restores 50,000 lines, beside reading the same
// rows with the bare driver in the same run.
func BenchmarkBackup(b *testing.B) {
	const lines = 50_000
	for engine := range engines {
		b.Run(engine, func(b *testing.B) {
			db := open(b, engine)
			err := db.Update(b.Context(), "110000", func(tx store.Tx) error {
				for range lines {
					tx.Audit(b.Context(), audit.Line{Action: "person.read", Kind: "person", Object: "06h1889023bx1jnkeg6xnfpe", Reason: "counter"})
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
			var bare, write, restore time.Duration
			for b.Loop() {
				start := time.Now()
				readBare(b, db)
				bare += time.Since(start)
				start = time.Now()
				var file bytes.Buffer
				if _, err := backup.Write(b.Context(), db, &file); err != nil {
					b.Fatal(err)
				}
				write += time.Since(start)
				target := open(b, engine)
				start = time.Now()
				if _, err := backup.Restore(b.Context(), target, "000000", &file); err != nil {
					b.Fatal(err)
				}
				restore += time.Since(start)
			}
			n := float64(lines * b.N)
			b.ReportMetric(n/write.Seconds(), "rows/s-written")
			b.ReportMetric(n/restore.Seconds(), "rows/s-restored")
			b.ReportMetric(bare.Seconds()/write.Seconds(), "of-bare-read")
		})
	}
}

func readBare(b *testing.B, db *sqlstore.DB) {
	conn, err := db.Reader.Conn(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	err = db.Dialect.Batch(b.Context(), conn, []sqlstore.Stmt{{SQL: "SELECT " + sqlstore.TableOf("audit").Names() + " FROM audit", Read: func([]any) error { return nil }}})
	if err != nil {
		b.Fatal(err)
	}
}
