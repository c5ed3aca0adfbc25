package proof

import (
	"context"

	"bujiao/internal/calendar"
	"bujiao/internal/seal"
)

// seals: places follow each other, each day's root is that of its lines, is
// signed, names the root before it, and is the one that was kept.
func (a *area) seals(ctx context.Context) error {
	kept := map[calendar.Date]seal.Seal{}
	for _, s := range a.Roots {
		if s.Area == a.i.Area() {
			kept[s.Day] = s
		}
	}
	places, err := a.all(ctx, "sealed")
	if err != nil {
		return err
	}
	days, err := a.all(ctx, "seal")
	if err != nil {
		return err
	}
	var next int64
	prev := ""
	for ; days.row != nil; err = days.next(ctx) {
		if err != nil {
			return err
		}
		s := readSeal(days)
		a.report.Seals++
		root, err := a.root(ctx, places, s)
		if err != nil {
			return err
		}
		switch {
		case root != s.Root:
			days.differ(Root, s.Root, root)
		case s.First != next || s.Prev != prev:
			days.differ(Root, s.Prev, prev)
		case !s.Signed(a.Keys):
			days.differ(Root, "signature "+s.KeyID, "")
		}
		if k, ok := kept[s.Day]; ok {
			if !k.Same(s) {
				days.differ(Root, s.Root, "kept "+k.Root)
			}
			delete(kept, s.Day)
		}
		next, prev = s.First+s.Size, s.Digest()
	}
	if err != nil {
		return err
	}
	for _, k := range kept {
		a.report.add(Difference{Kind: Root, Area: a.i.Area(), Table: "seal", Row: k.Day.String(), Computed: "kept " + k.Root})
	}
	for places.row != nil {
		places.differ(Orphan, places.text("day"), "")
		if err := places.next(ctx); err != nil {
			return err
		}
	}
	return nil
}

func readSeal(w *walk) seal.Seal {
	day, _ := calendar.ParseDate(w.text("day"))
	return seal.Seal{Area: w.a.i.Area(), Day: day, First: w.int("first"), Size: w.int("size"), Root: w.text("root"), Prev: w.text("prev"), KeyID: w.text("key_id"),
		Signature: w.text("signature")}
}

// root makes the root of a day from the leaves of its places.
func (a *area) root(ctx context.Context, places *walk, s seal.Seal) (string, error) {
	tree := seal.NewTree()
	for at := s.First; places.row != nil && places.int("position") < s.First+s.Size; at++ {
		if places.int("position") != at {
			places.differ(Missing, count(places.int("position")), count(at))
			at = places.int("position")
		}
		if err := tree.Add(places.text("leaf")); err != nil {
			places.differ(Root, places.text("leaf"), "")
		}
		if err := places.next(ctx); err != nil {
			return "", err
		}
	}
	return tree.Root()
}
