package intake

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
)

const benchRows = 200_000

// benchFile is a history of rows that share nothing but area and employer
// with the one before, which is the hard case for anything that remembers.
func benchFile(rows int) []byte {
	var b bytes.Buffer
	b.WriteString("record,person,id_number,birth,sex,area,employer,payer,population,scheme,from,to,wage,base,employer_paid,person_paid,paid_on,cause,known_on,tier\n")
	schemes := insurance.SchemeNames()
	for i := range rows {
		n := i * 7919 % rows
		fmt.Fprintf(&b, "paid,P%08d,11010519491231%04d,1949-12-31,F,110000,E%05d,employee,urban_hukou,%s,20%02d-%02d,20%02d-12,%d.50,%d,%d.36,%d.07,2024-01-%02d,,2024-02-01,\n",
			n, n%10000, i/500, schemes[n%5], n%25, 1+n%12, n%25, 3000+n%9000, 3000+n%9000, 500+n%900, 240+n%700, 1+n%28)
	}
	return b.Bytes()
}

// benchCheckID costs about what a check digit costs.
func benchCheckID(s string) (calendar.Date, insurance.Sex, error) {
	sum := 0
	for i := range len(s) {
		sum += int(s[i]) << (i % 11)
	}
	d, err := calendar.NewDate(1949, 12, 31)
	if sum%11 < 0 {
		return 0, "", err
	}
	return d, insurance.Female, err
}

func readPlain(b *testing.B, file []byte) int {
	r := csv.NewReader(bytes.NewReader(file))
	r.ReuseRecord = true
	n := 0
	for {
		if _, err := r.Read(); err == io.EOF {
			return n - 1
		} else if err != nil {
			b.Fatal(err)
		}
		n++
	}
}

func readIntake(b *testing.B, file []byte) int {
	r, err := Open("bench.csv", bytes.NewReader(file), int64(len(file)), Options{CheckID: benchCheckID})
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for {
		_, rejects, _, err := r.Next()
		if err == io.EOF {
			return n
		}
		if err != nil || rejects != nil {
			b.Fatal(err, rejects)
		}
		n++
	}
}

// BenchmarkIntake compares reading a file into checked rows with encoding/csv
// merely splitting it. The ratio of rows a second must not fall below 0.5.
func BenchmarkIntake(b *testing.B) {
	file := benchFile(benchRows)
	inChinese := []byte(strings.ReplaceAll(string(file), ",employee,urban_hukou,", ",职工,城镇户籍,"))
	for _, c := range []struct {
		name string
		file []byte
	}{{"codes", file}, {"chinese", inChinese}} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.file)))
			b.ReportAllocs()
			var plain, full time.Duration
			for b.Loop() {
				t := time.Now()
				if n := readPlain(b, c.file); n != benchRows {
					b.Fatalf("encoding/csv read %d rows", n)
				}
				plain += time.Since(t)
				t = time.Now()
				if n := readIntake(b, c.file); n != benchRows {
					b.Fatalf("intake read %d rows", n)
				}
				full += time.Since(t)
			}
			rows := float64(b.N) * benchRows
			b.ReportMetric(rows/plain.Seconds(), "csv-rows/s")
			b.ReportMetric(rows/full.Seconds(), "intake-rows/s")
			b.ReportMetric(plain.Seconds()/full.Seconds(), "ratio")
		})
	}
}
