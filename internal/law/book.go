package law

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"bujiao/internal/calendar"
)

// Book is the law of one area. Its rows are reached through a Reader only.
type Book struct {
	Area   string
	Policy Policy
	pack   *Pack
	set    *Set // what is applied, the area's own rows first
	shown  *Set // everything, for showing
	days   *calendar.Workdays

	mu    sync.Mutex
	known map[calendar.Date]*Set // views of set, by day of knowledge
}

// maxViews bounds the kept views: a sweep asks for one day, a test for many.
const maxViews = 64

// knownOn is the set without the rows that nobody knew on the day. The views
// are kept, since every person of a sweep asks for the same day.
func (b *Book) knownOn(day calendar.Date) *Set {
	if day == 0 {
		return b.set
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if v := b.known[day]; v != nil {
		return v
	}
	v := &Set{Pack: b.set.Pack}
	into := v.lists()
	for i, l := range b.set.lists() {
		l.each(func(r Row) {
			if r.head().Known(day) {
				into[i].add(r)
			}
		})
	}
	if b.known == nil || len(b.known) >= maxViews {
		b.known = map[calendar.Date]*Set{}
	}
	b.known[day] = v
	return v
}

// Policy pins the packs behind an answer.
type Policy struct {
	Pack   string `json:"pack"`
	Digest string `json:"digest"`
}

func newBook(area string, chain []*level) (*Book, error) {
	own := chain[0].set
	adopted := map[string]bool{}
	for _, id := range own.Pack.Adopt {
		adopted[id] = false
	}
	b := &Book{Area: area, pack: own.Pack, set: &Set{Pack: own.Pack}, shown: &Set{Pack: own.Pack}}
	apply, show := b.set.lists(), b.shown.lists()
	var names, digests []string
	for depth, lv := range chain {
		names = append(names, lv.set.Pack.Code)
		digests = append(digests, lv.digest)
		for i, l := range lv.set.lists() {
			l.each(func(r Row) {
				h := r.head()
				show[i].add(r)
				if _, ok := adopted[h.ID]; ok && depth > 0 {
					adopted[h.ID] = true
				} else if depth > 0 && l.priced {
					return
				}
				if h.Shown == "" {
					apply[i].add(r)
				}
			})
		}
	}
	for i := range apply {
		apply[i].sort()
		show[i].sort()
	}
	for id, found := range adopted {
		if !found {
			return nil, packFault(own.Pack.File, 0, "adopted row "+id+" is not in a pack above")
		}
	}
	sum := sha256.Sum256([]byte(strings.Join(digests, "\n")))
	b.Policy = Policy{Pack: "cn-" + strings.Join(names, "+"), Digest: hex.EncodeToString(sum[:])}
	return b, b.makeDays()
}

func (b *Book) makeDays() error {
	b.days = calendar.NewWorkdays()
	for _, y := range b.set.Workdays {
		if err := b.days.AddYear(y.Year, y.Rest, y.Worked); err != nil {
			return packFault(y.File, y.Line, err.Error())
		}
	}
	return nil
}

// FromEmbedded makes the Book that a receipt carries: exactly the rows that
// were read when it was made.
func FromEmbedded(area string, policy Policy, rows []Embedded) (*Book, error) {
	b := &Book{Area: area, Policy: policy, set: &Set{}, shown: &Set{}}
	lists := map[string]list{}
	for _, l := range b.set.lists() {
		lists[l.kind] = l
	}
	for _, e := range rows {
		if e.Kind == "pack" {
			p := new(Pack)
			if err := json.Unmarshal(e.Row, p); err != nil {
				return nil, fmt.Errorf("embedded pack card: %w", err)
			}
			b.pack, b.set.Pack = p, p
			continue
		}
		l, ok := lists[e.Kind]
		if !ok {
			return nil, fmt.Errorf("embedded row of unknown kind")
		}
		r := l.blank()
		if err := json.Unmarshal(e.Row, r); err != nil {
			return nil, fmt.Errorf("embedded row of kind %s: %w", e.Kind, err)
		}
		for _, expr := range conditionsOf(r) {
			if err := CheckCondition(expr); err != nil {
				return nil, fmt.Errorf("embedded condition: %w", err)
			}
		}
		l.add(r)
	}
	for _, l := range b.set.lists() {
		l.sort()
	}
	if b.pack == nil {
		b.pack = &Pack{Code: area}
	}
	return b, b.makeDays()
}
