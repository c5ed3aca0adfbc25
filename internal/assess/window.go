package assess

import (
	"bujiao/internal/calendar"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
)

// WindowRequest asks on which days a fee month of a scheme is declared and paid.
type WindowRequest struct {
	Month  calendar.Month
	Scheme insurance.Scheme
	Payer  insurance.Payer
	Lang   string
}

// Window is the answer (R-DECL-08). A day that no source gives is zero; of the
// last days, Missing names why. PayBy is the day before the late fee starts
// where the late-fee rules know it; where they do not, it is the window's last
// day, and no late fee reckons from it.
type Window struct {
	First calendar.Date `json:"first"`  // of declaration
	Last  calendar.Date `json:"last"`   // of declaration
	PayBy calendar.Date `json:"pay_by"` // last day of payment
	Basis []string      `json:"basis"`
	notes
	Policy law.Policy `json:"policy"`
}

// NewWindow answers a WindowRequest.
func NewWindow(r *law.Reader, q WindowRequest) *Window {
	d := &desk{law: r, text: q.Lang, notes: &notes{}}
	out := &Window{Basis: []string{}, PayBy: d.lastDay(q.Scheme, q.Month), Policy: r.Policy()}
	row, h := r.Window(q.Month, q.Scheme, q.Payer)
	if h == nil {
		out.Basis = append(out.Basis, row.Cite())
		h = d.windowDays(out, row, q.Month)
	}
	if h != nil {
		d.miss(Missing{Scheme: q.Scheme.String(), Month: q.Month, Parameter: h.Parameter, Area: r.Area(), Ask: h.Ask})
	}
	out.notes = d.closed()
	return out
}

// windowDays fills in what the row says of the month.
func (d *desk) windowDays(out *Window, row *law.Window, m calendar.Month) *law.Hole {
	d.mark("/last", row.DoubtIn(m), row.Why())
	if row.FirstDay == 0 && row.LastDay == 0 {
		if out.Last = out.PayBy; out.Last == 0 {
			return &law.Hole{Parameter: "late_fee_rules.deadline"}
		}
		return nil
	}
	if row.Serves.Value == law.ServesUnknown {
		return &law.Hole{Parameter: "windows.serves"}
	}
	d.mark("/last", row.Serves.Status, "serves: "+row.Serves.Basis)
	if row.Serves.Value == law.ServesPreceding {
		m = m.Add(1)
	}
	y, mon := m.Civil()
	if row.FirstDay != 0 {
		out.First = m.First() + calendar.Date(min(row.FirstDay, calendar.DaysIn(y, mon))-1)
	}
	if row.LastDay == 0 {
		out.Last = out.PayBy
		return nil
	}
	out.Last = m.First() + calendar.Date(min(row.LastDay, calendar.DaysIn(y, mon))-1)
	rolled, err := d.law.Workdays().Roll(out.Last)
	if row.Roll.Value == "next_working_day" {
		if err != nil {
			out.Last = 0
			return &law.Hole{Parameter: "workdays"}
		}
		out.Last = rolled
	} else if err != nil || rolled != out.Last {
		d.mark("/last", row.Roll.Status, "roll: "+row.Roll.Basis)
	}
	if row.Pays && out.PayBy == 0 {
		out.PayBy = out.Last
		for _, x := range d.notes.Marks {
			d.mark("/pay_by", x.Status, x.Basis)
		}
	}
	return nil
}
