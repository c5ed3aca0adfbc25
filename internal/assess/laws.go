package assess

import (
	"slices"

	"bujiao/internal/calendar"
	"bujiao/internal/law"
)

// Laws opens the books that one answer needs, each once, and keeps their
// readers for the receipt.
type Laws struct {
	open    func(area string) (*law.Book, error)
	asOf    calendar.Date
	knownAt calendar.Date
	readers map[string]*law.Reader
}

// NewLaws returns the laws of one answer over a source of books, such as
// (*law.Library).Book.
func NewLaws(open func(area string) (*law.Book, error)) *Laws {
	return &Laws{open: open, readers: map[string]*law.Reader{}}
}

// at fixes the days of the question before the first book is opened.
func (l *Laws) at(asOf, knownAt calendar.Date) { l.asOf, l.knownAt = asOf, knownAt }

// Reader returns the one reader of an area.
func (l *Laws) Reader(area string) (*law.Reader, error) {
	if r := l.readers[area]; r != nil {
		return r, nil
	}
	b, err := l.open(area)
	if err != nil {
		return nil, err
	}
	r := b.Read(l.knownAt, l.knownAt < l.asOf)
	l.readers[area] = r
	return r, nil
}

// Used lists the areas whose law was read.
func (l *Laws) Used() []string {
	var out []string
	for a := range l.readers {
		out = append(out, a)
	}
	slices.Sort(out)
	return out
}

// office holds one desk an area; all write into the same notes.
type office struct {
	laws  *Laws
	text  string
	words Say
	door  door
	desks map[string]*desk
	notes notes
}

func (o *office) desk(area string) (*desk, error) {
	if d := o.desks[area]; d != nil {
		return d, nil
	}
	r, err := o.laws.Reader(area)
	if err != nil {
		return nil, err
	}
	d := &desk{law: r, text: o.text, words: o.words, door: o.door, notes: &o.notes}
	o.desks[area] = d
	return d, nil
}
