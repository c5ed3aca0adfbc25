package casework

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/law"
)

// Procedure is a table with the terms that an area's packs count for it on a
// day: what a case is pinned to.
type Procedure struct {
	Table *Table               `json:"table"`
	Terms map[string]*law.Duty `json:"terms"` // by name of the duty; one that the packs do not have is not there
	// Policy is the digest of the packs that the terms come from.
	Policy law.Policy `json:"policy"`

	digest string
}

// Resolve makes the procedure of a kind for cases opened on a day.
func Resolve(t *Table, r *law.Reader, on calendar.Date) (*Procedure, error) {
	p := &Procedure{Table: t, Terms: map[string]*law.Duty{}, Policy: r.Policy()}
	for _, name := range t.Duties() {
		if d, _ := r.Duty(name, "", on); d != nil {
			p.Terms[name] = d
		}
	}
	text, err := p.Text()
	if err != nil {
		return nil, err
	}
	p.digest = digestOf(text)
	return p, nil
}

// Digest names the procedure.
func (p *Procedure) Digest() string { return p.digest }

// Text is the procedure as it is kept.
func (p *Procedure) Text() (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(p); err != nil {
		return "", fmt.Errorf("procedure %s: %w", p.Table.Kind, err)
	}
	return b.String(), nil
}

func digestOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// ReadProcedure reads what was kept. A text that does not have the digest is an
// error: somebody changed the law of old cases.
func ReadProcedure(text, digest string) (*Procedure, error) {
	if digestOf(text) != digest {
		return nil, fault.New(fault.Invalid, "casework.procedure_changed", fault.Args{"digest": digest})
	}
	p := &Procedure{digest: digest}
	if err := json.Unmarshal([]byte(text), p); err != nil || p.Table == nil {
		return nil, fault.Wrap(fault.Invalid, "casework.procedure_changed", fault.Args{"digest": digest}, err)
	}
	if err := p.Table.prepare(); err != nil {
		return nil, fault.Wrap(fault.Invalid, "casework.procedure_changed", fault.Args{"digest": digest}, err)
	}
	return p, nil
}

// Pin keeps a procedure, once.
func (p *Procedure) Pin(ctx context.Context, tx Store) error {
	_, err := tx.Procedure(ctx, p.digest)
	if !errors.Is(err, books.ErrNotFound) {
		return err
	}
	text, err := p.Text()
	if err != nil {
		return err
	}
	tx.AddProcedure(ctx, p.digest, p.Table.Kind, text)
	return nil
}

// term counts the clock of a state that a case enters on a day. Zero is an end
// that is not known: the working days of its year are not published.
func (p *Procedure) term(s *State, facts Values, on calendar.Date, w *calendar.Workdays) (ends calendar.Date, then string, err error) {
	c := p.Table.Clock(s)
	if c == nil {
		return 0, "", nil
	}
	if c.Until != "" {
		ends, err = dayOf(facts, c.Until, s)
		return ends, c.Then, err
	}
	from := on
	if c.Since != "" {
		if from, err = dayOf(facts, c.Since, s); err != nil {
			return 0, "", err
		}
	}
	d := p.Terms[c.duty(facts)]
	if d == nil {
		return 0, "", fault.New(fault.Missing, "casework.no_term", fault.Args{"duty": c.duty(facts), "state": s.ID})
	}
	ends, err = calendar.KnownEnd(d.Ends(w, from))
	return ends, c.Then, err
}

// Booked is the day by which what was done in the term of a case is in the books;
// what follows from the end of the term comes after it.
func (p *Procedure) Booked(c Case, w *calendar.Workdays) (calendar.Date, error) {
	clock := p.Table.Clock(p.Table.State(c.State))
	if clock == nil || clock.After == "" {
		return c.EndsOn, nil
	}
	d := p.Terms[clock.After]
	if d == nil {
		return 0, fault.New(fault.Missing, "casework.no_term", fault.Args{"duty": clock.After, "state": c.State})
	}
	return calendar.KnownEnd(d.Ends(w, c.EndsOn))
}

func dayOf(facts Values, name string, s *State) (calendar.Date, error) {
	if facts[name] == "" {
		return 0, fault.New(fault.Missing, "casework.no_day", fault.Args{"fact": name, "state": s.ID})
	}
	return calendar.ParseDate(facts[name])
}

// resume counts what was left of a term anew from a day, in the days of its
// duty; a term that was until a day stays so.
func (p *Procedure) resume(s *State, facts Values, left int, on calendar.Date, w *calendar.Workdays) (calendar.Date, string, error) {
	c := p.Table.Clock(s)
	if c == nil || c.Until != "" {
		return p.term(s, facts, on, w)
	}
	d := p.Terms[c.duty(facts)]
	if d == nil || left < 0 {
		return p.term(s, facts, on, w)
	}
	if left == 0 {
		return on, c.Then, nil
	}
	ends, err := w.AddWorkdays(on, left)
	if d.Counted != "working" { // what is left of months is counted in days; the last one rolls (R-CAL-01)
		_, ends, err = w.AddDays(on, left)
	}
	ends, err = calendar.KnownEnd(ends, err)
	return ends, c.Then, err
}

// left counts the days of a term that are left on a day; -1 if its end is not
// known, so that it begins anew.
func (p *Procedure) left(c Case, on calendar.Date, w *calendar.Workdays) int {
	if c.EndsOn == 0 {
		return -1
	}
	if c.EndsOn <= on {
		return 0
	}
	s := p.Table.State(c.State)
	if k := p.Table.Clock(s); k != nil && p.Terms[k.duty(c.Facts)] != nil && p.Terms[k.duty(c.Facts)].Counted == "working" {
		n := 0
		for d := on + 1; d <= c.EndsOn; d++ {
			if is, err := w.Worked(d); err == nil && is {
				n++
			}
		}
		return n
	}
	return int(c.EndsOn - on)
}
