package sqlstore

import (
	"bytes"
	"context"
	mrand "math/rand/v2"
	"sync"

	"bujiao/internal/fault"
)

// lanes are the lanes of this process: each is with one transaction at a time.
// A process knows from its last commit how a lane stands and writes it without
// reading it. Another process may use the same lane; then the database refuses,
// the transaction runs again after reading the lane, and the lane goes to the
// bottom, so that processes part their lanes between them.
type lanes struct {
	tokens chan struct{} // one for each lane that is taken
	mu     sync.Mutex
	free   []*lane // the last is taken next: few lanes stay busy
}

type lane struct {
	num   int64
	known map[string]laneState // by area
}

// laneState is a row of a lane as this process wrote it.
type laneState struct {
	seq  int64
	sums Sums
	mac  []byte
}

func newLanes(n int) *lanes {
	l := &lanes{tokens: make(chan struct{}, n)}
	for i := range n {
		l.free = append(l.free, &lane{num: int64(i), known: map[string]laneState{}})
	}
	mrand.Shuffle(n, func(i, j int) { l.free[i], l.free[j] = l.free[j], l.free[i] })
	return l
}

func (l *lanes) take(ctx context.Context) (*lane, error) {
	select {
	case l.tokens <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	last := len(l.free) - 1
	n := l.free[last]
	l.free = l.free[:last]
	return n, nil
}

func (l *lanes) give(n *lane, bottom bool) {
	l.mu.Lock()
	if l.free = append(l.free, n); bottom {
		copy(l.free[1:], l.free)
		l.free[0] = n
	}
	l.mu.Unlock()
	<-l.tokens
}

// commit sends what is buffered, adds to a lane and commits, all in one round
// trip where the engine can and the lane is known. If unknown, it may have been
// committed in spite of the error.
func (t *Tx) commit(ctx context.Context) (unknown bool, err error) {
	if t.fault != nil {
		return false, t.fault
	}
	if t.sums.empty() {
		if t.begin != "" {
			return false, nil // nothing was read or written
		}
		return false, t.send(ctx, Stmt{SQL: "COMMIT"})
	}
	l, err := t.db.lanes.take(ctx)
	if err != nil {
		return false, err
	}
	stale := false
	defer func() { t.db.lanes.give(l, stale) }()
	old, ok := l.known[t.area]
	if !ok {
		if old, err = t.readLane(ctx, l.num); err != nil {
			return false, err
		}
	}
	stmt, now, err := t.laneStmt(l.num, old)
	if err != nil {
		return false, err
	}
	if err = t.send(ctx, stmt, Stmt{SQL: "COMMIT"}); err == nil {
		l.known[t.area] = now
		t.learn(ctx)
		return false, nil
	}
	delete(l.known, t.area)
	c := t.db.Dialect.Classify(err)
	stale = c.Meaning == LaneStale
	return c.Meaning == Lost || (c.Meaning == Other && ctx.Err() != nil), err
}

// readLane reads and locks a lane; one that is not there yet has no MAC.
func (t *Tx) readLane(ctx context.Context, num int64) (s laneState, err error) {
	s.sums = NewSums()
	err = t.send(ctx, Stmt{
		SQL:  t.db.Dialect.Rebind("SELECT " + tabLane.names + " FROM lane WHERE area = ? AND lane = ?" + t.db.Dialect.ForUpdate(false)),
		Args: []any{t.area, num},
		Read: func(v []any) error {
			_, mac, err := t.seal(tabLane, v[:len(tabLane.Cols)])
			if err != nil {
				return err
			}
			if !bytes.Equal(mac, v[len(tabLane.Cols)].([]byte)) {
				return fault.New(fault.Internal, "store.tampered", fault.Args{"table": tabLane.Name, "row": tabLane.Ref(v)})
			}
			s.seq, s.mac = v[2].(int64), mac
			s.sums, err = ParseSums(v[3].([]byte))
			return err
		},
	})
	return s, err
}

// laneStmt writes the lane with what this transaction adds. If the lane is no
// longer as it was, no seq is written, which the column refuses.
func (t *Tx) laneStmt(num int64, old laneState) (Stmt, laneState, error) {
	now := laneState{seq: old.seq + 1, sums: NewSums()}
	now.sums.Plus(old.sums)
	now.sums.Plus(t.sums)
	row, mac, err := t.seal(tabLane, []any{t.area, num, now.seq, now.sums.bytes()})
	now.mac = mac
	switch {
	case err != nil:
		return Stmt{}, now, err
	case old.mac == nil:
		return Stmt{SQL: t.db.insertSQL(tabLane, 1), Args: row}, now, nil
	}
	return Stmt{SQL: t.db.Dialect.Rebind("UPDATE lane SET seq = CASE WHEN mac = ? THEN seq + 1 END, sums = ?, mac = ? WHERE area = ? AND lane = ?"),
		Args: []any{old.mac, row[3], mac, t.area, num}}, now, nil
}
