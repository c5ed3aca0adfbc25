package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"bujiao/internal/books"
	"bujiao/internal/fault"
	"bujiao/internal/store"
	"bujiao/internal/vault"
)

// vaultSetting is where the books keep the fingerprint of the vault they belong to.
const vaultSetting = "vault"

// fingerprint names a vault and gives nothing of it away. The keys that are
// rotated are not in it.
func fingerprint(v *vault.Vault) string { return v.Index("vault", "identity") }

// CheckVault refuses books of another vault, before anything is written with
// its keys; nil is a vault that is not made yet. New books belong to none. The
// fingerprint stands in a row that anybody could change, so where it does not
// agree the lanes are asked: whoever's MAC one of them carries, its vault it is.
func CheckVault(ctx context.Context, engine string, db *sql.DB, area string, v *vault.Vault) (found bool, err error) {
	other := fault.New(fault.Invalid, "store.other_vault", nil)
	var have any
	query := "SELECT value FROM setting WHERE area = ? AND name = ?"
	if engine == "postgres" {
		query = Dollars(query)
	}
	err = db.QueryRowContext(ctx, query, area, vaultSetting).Scan(&have)
	switch {
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return false, err
	case err == nil && v != nil && have == any(fingerprint(v)):
		return true, nil
	}
	found = err == nil
	rows, err := db.QueryContext(ctx, "SELECT "+tabLane.names+" FROM lane ORDER BY area, lane")
	if err != nil {
		return false, err
	}
	defer rows.Close()
	var row [5]any
	for rows.Next() {
		if err := rows.Scan(&row[0], &row[1], &row[2], &row[3], &row[4]); err != nil {
			return false, err
		}
		if found = true; v != nil && fits(v, tabLane, row[:]) {
			return true, nil
		}
	}
	if err := rows.Err(); err != nil || !found {
		return false, err
	}
	return true, other
}

// Own sees that the books are those of the vault; new ones are from now on.
func (d *DB) Own(ctx context.Context, area string) error {
	found, err := CheckVault(ctx, d.Dialect.Name(), d.Reader, area, d.Vault)
	if err != nil || found {
		return err
	}
	err = d.Update(ctx, area, func(tx store.Tx) error { return tx.SetSetting(ctx, vaultSetting, "", fingerprint(d.Vault)) })
	var taken *books.TakenError
	if errors.As(err, &taken) || errors.Is(err, books.ErrStale) { // another process was first
		_, err = CheckVault(ctx, d.Dialect.Name(), d.Reader, area, d.Vault)
	}
	return err
}

// Used names a table that has rows; empty if the books are new and hold nothing
// but whose they are. It reads on a connection, whatever transaction it is in.
func (d *DB) Used(ctx context.Context, conn *sql.Conn) (string, error) {
	used, lanes := "", 0
	for _, tab := range tables {
		err := d.Dialect.Batch(ctx, conn, []Stmt{{SQL: "SELECT " + tab.names + " FROM " + tab.Name + " LIMIT 2", Read: func(row []any) error {
			switch tab {
			case tabSetting:
				if vals(row).str(1) == vaultSetting {
					return nil
				}
			case tabLane:
				lanes++
				sums, err := ParseSums(vals(row).bytes(3))
				if own := err == nil && lanes == 1 && sums.Count(tabSetting) == 1; own {
					return nil
				}
			}
			used = tab.Name
			return nil
		}}})
		if err != nil || used != "" {
			return used, err
		}
	}
	return "", nil
}

// Disown takes from new books whose they are, so that a backup can be read into
// them, which says it too.
func (d *DB) Disown(ctx context.Context, conn *sql.Conn, area string) error {
	return d.Dialect.Batch(ctx, conn, []Stmt{
		{SQL: d.Dialect.Rebind("DELETE FROM setting WHERE area = ?"), Args: []any{area}},
		{SQL: d.Dialect.Rebind("DELETE FROM lane WHERE area = ?"), Args: []any{area}},
	})
}
