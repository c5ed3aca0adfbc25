package receipt

// compare names every leaf where body and hashes disagree.
func (c *check) compare(blame side) {
	order, verdict := c.explain()
	for _, p := range order {
		if blame == hashesChanged {
			c.hashProblem(p)
			continue
		}
		what, ok := verdict[p]
		if !ok {
			continue
		}
		c.valueProblem(what, p)
		if blame == eitherChanged {
			c.hashProblem(p)
		}
	}
}

// explain lists the pointers of all leaves that disagree, in order, and turns
// them into the changes that a person made. A value that became an object is
// one changed value, not a removed one and several added ones; a member put
// into an empty object is one added value, though the leaf of the empty object
// is gone. What is explained by another pointer has no verdict.
func (c *check) explain() (order []string, verdict map[string]What) {
	verdict = map[string]What{}
	own, stored := c.own, c.r.hashes
	for len(own) > 0 || len(stored) > 0 {
		d := -1
		switch {
		case len(own) == 0:
			d = 1
		case len(stored) > 0:
			d = compareUTF16(own[0].pointer, stored[0].pointer)
		}
		switch {
		case d < 0:
			order, verdict[own[0].pointer] = append(order, own[0].pointer), AddedValue
		case d > 0:
			order, verdict[stored[0].pointer] = append(order, stored[0].pointer), RemovedValue
		case own[0].value != stored[0].value:
			order, verdict[own[0].pointer] = append(order, own[0].pointer), ChangedValue
		}
		if d <= 0 {
			own = own[1:]
		}
		if d >= 0 {
			stored = stored[1:]
		}
	}
	c.join(order, verdict, AddedValue, c.r.hashes)
	c.join(order, verdict, RemovedValue, c.own)
	return order, verdict
}

// join explains leaves of one verdict by an ancestor that is a leaf on the
// other side (others): if that one was an empty object or array, the ancestor
// is explained by the leaf, else the leaf by the ancestor, which changed.
func (c *check) join(order []string, verdict map[string]What, what What, others []entry) {
	for _, p := range order {
		if verdict[p] != what {
			continue
		}
		for q := range lineage(p) {
			hash, ok := find(others, q)
			if q == p || !ok {
				continue
			}
			if c.isEmpty(q, hash) {
				delete(verdict, q)
			} else {
				delete(verdict, p)
				verdict[q] = ChangedValue
			}
			break
		}
	}
}

// isEmpty reports whether a hash is that of an empty object or array.
func (c *check) isEmpty(pointer, hash string) bool {
	salt, ok := c.leafSalt(pointer)
	return ok && (leafHash(salt, pointer, "{}") == hash || leafHash(salt, pointer, "[]") == hash)
}

func (c *check) hashProblem(pointer string) {
	c.report(ChangedHash, "/hashes"+string(appendToken(nil, pointer)), "/body"+pointer)
}

// valueProblem reports a value that does not fit its hash; in a redacted
// receipt its salt, or the hash in its marker, may be what changed.
func (c *check) valueProblem(what What, pointer string) {
	switch {
	case what == ChangedValue && c.markers[pointer]:
		c.report(what, "/body"+pointer+"/hash", "")
	case what == ChangedValue && c.saltsOff:
		c.saltProblem(pointer)
	default:
		c.report(what, "/body"+pointer, "")
	}
}

func (c *check) saltProblem(pointer string) {
	c.saltNamed = true
	c.report(ChangedSalt, "/salts"+string(appendToken(nil, pointer)), "/body"+pointer)
}

// leftoverSalts reports salts of a redacted receipt that belong to no value
// shown, and a check sum that fits no salts though every salt fits its value.
func (c *check) leftoverSalts() {
	for _, e := range c.r.salts {
		_, sealed := find(c.r.hashes, e.pointer)
		_, shown := find(c.own, e.pointer)
		switch {
		case c.markers[e.pointer] && !c.saltsOff: // the marker was put in by hand
			c.report(ChangedValue, "/body"+e.pointer, "")
		case c.markers[e.pointer], !sealed && !shown:
			c.saltProblem(e.pointer)
		}
	}
	if c.saltsOff && !c.saltNamed {
		c.report(ChangedSalt, "/salts_hash", "")
	}
}
