// Package plan looks ahead: when somebody may retire and what is still short
// (Retire), how long a resident waits for medical benefits and which days of a
// year are covered (Wait), and when a term ends (Term).
//
// Every age, month, window and day comes from the packs through a law.Reader.
// A parameter that is not there nulls exactly the figures that need it and is
// named in Missing; it is never guessed. A convention that no source states is
// used only with a mark. The package reads no clock and refuses, with a
// *fault.Error, requests that contradict themselves.
package plan

import (
	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
)

// Say turns a key of the catalogue and its arguments into a sentence in the
// language of the request. A nil Say leaves the key.
type Say func(key string, args fault.Args) string

// Missing and Mark are what any answer says of holes and of doubts.
type (
	Missing = law.Missing
	Mark    = law.Mark
)

// Alternative is a figure under the other reading of a disputed switch.
type Alternative struct {
	Switch  string `json:"switch"`
	Reading string `json:"reading"`
	Path    string `json:"path"`
	Amount  string `json:"amount"` // the figure, as text
}

// Reason is one sentence: key and arguments for programs, text for people.
type Reason struct {
	Key  string     `json:"key"`
	Args fault.Args `json:"args,omitempty"`
	Text string     `json:"text"`
}

// desk gathers what an answer says beside its figures.
type desk struct {
	law     *law.Reader
	say     Say
	missing []Missing
	marks   []Mark
}

// newDesk starts with lists that are empty and not nil: JSON shows [] for them.
func newDesk(r *law.Reader, say Say) *desk {
	return &desk{law: r, say: say, missing: []Missing{}, marks: []Mark{}}
}

func (d *desk) text(key string, args fault.Args) string {
	if d.say == nil {
		return key
	}
	return d.say(key, args)
}

func (d *desk) reason(key string, args fault.Args) Reason {
	return Reason{Key: key, Args: args, Text: d.text(key, args)}
}

// miss records a hole of the area once; key is the sentence that goes with it.
func (d *desk) miss(s insurance.Scheme, m calendar.Month, h law.Hole, key string) {
	x := Missing{Scheme: s.String(), Month: m, Parameter: h.Parameter, Area: d.law.Area(), Ask: h.Ask,
		Text: d.text(key, fault.Args{"parameter": h.Parameter})}
	for _, y := range d.missing {
		if x == y {
			return
		}
	}
	d.missing = append(d.missing, x)
}

func (d *desk) mark(path string, status law.Status, basis string) {
	if status == law.Verified || status == "" {
		return
	}
	m := Mark{Path: path, Status: status, Basis: basis}
	for _, x := range d.marks {
		if x == m {
			return
		}
	}
	d.marks = append(d.marks, m)
}

// rest marks a figure with the doubts of the row it rests on.
func (d *desk) rest(path string, h *law.Head) {
	d.mark(path, h.Doubt(), h.Cite())
	if d.law.Retro() && h.Published == 0 && h.From != 0 {
		d.mark(path, law.Assumed, h.ID+": published on a day not known; taken as known from its first day")
	}
}

// The days that the program knows; outside them a date is a slip of the pen,
// and arithmetic on it would leave the calendar.
const firstYear, lastYear = 1900, 2199

func dayInRange(d calendar.Date) bool {
	return d >= calendar.NewMonth(firstYear, 1).First() && d <= calendar.NewMonth(lastYear, 12).Last()
}
