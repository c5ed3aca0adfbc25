package main

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// TestProveNamesWhatCannotBeRead changes what the program itself must read on
// the way: prove names table and row and goes on (exit code 1).
func TestProveNamesWhatCannotBeRead(t *testing.T) {
	home := t.TempDir()
	for _, line := range [][]string{{"migrate"}, {"simulate", "--persons", "4", "--years", "1"}} {
		if out, err := program(t, home, line...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v: %s", line, err, out)
		}
	}
	db, err := sql.Open("sqlite", filepath.Join(home, "books.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	want := []string{}
	differ := []int{1, 2, 3, 6} // the orders that are on no list are two more
	for n, x := range [][2]string{
		{"UPDATE goose_db_version SET tstamp = '2001' WHERE version_id = 1", "goose_db_version"},
		{"UPDATE box SET data = x'00' WHERE id = (SELECT MIN(id) FROM box)", "changed 110000 box"},
		{"UPDATE setting SET value = 'garbage' WHERE name = 'office_date'", "changed 000000 setting office_date"},
		{"DELETE FROM open_order WHERE area = '110000'", "missing 110000 open_order 2 rows of open_order that the lanes together count and the table does not have"},
	} {
		if _, err := db.Exec(x[0]); err != nil {
			t.Fatal(err)
		}
		want = append(want, x[1])
		out, err := program(t, home, "prove", "--lang", "en").CombinedOutput()
		if exitCode(err) != 1 {
			t.Fatalf("%s: %v: %s", x[0], err, out)
		}
		flat := strings.Join(strings.Fields(string(out)), " ")
		for _, w := range append(want, fmt.Sprintf("differ in %d places", differ[n])) { // nothing else follows from it
			if !strings.Contains(flat, w) {
				t.Errorf("%s: %q is not named: %s", x[0], w, out)
			}
		}
	}
}
