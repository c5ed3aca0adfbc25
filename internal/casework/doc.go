// Package casework is the engine of cases (业务办理): one table a kind says which
// states there are, what may happen in them, by whom, under which guards, within
// which statutory term, and what the law behind the table demands of it.
//
// It decides and changes nothing: Take answers whether something may happen now
// and what becomes of the case; the office books it and runs the effects in the
// same transaction. A case is a fold over its events, which are never changed.
// What the law counts (terms) is pinned with the table when a case is opened,
// so that an old case goes on as it began.
//
// It refuses what the table does not name, and names every guard that does not
// hold at once. A fact that is not known is a guard that does not hold, and the
// answer names the fact. Check explores a table until no new state appears and
// says where it breaks what its own section "must" states.
package casework
