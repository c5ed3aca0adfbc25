package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"bujiao/internal/books"
	"bujiao/internal/calendar"
	"bujiao/internal/office"
	"bujiao/internal/store"
)

// tickedSetting is the last day for which an area got its ticks.
const tickedSetting = "ticked_on"

// Begin begins the office date: each area that has not got the ticks of a day
// up to it gets them, also those of days on which no server ran.
func (w *Worker) Begin(ctx context.Context) error {
	if err := w.Clock.Begin(ctx, w.Office.Store); err != nil && !lostRace(err) {
		return fmt.Errorf("begin the day: %w", err)
	}
	today := w.Clock.Today()
	areas, err := w.Office.Store.Areas(ctx)
	if err != nil {
		return err
	}
	for _, area := range areas {
		if area == office.Head || w.ticked(area) >= today {
			continue
		}
		day, err := w.tick(ctx, area, today)
		if lostRace(err) {
			continue // another server was first
		}
		if err != nil {
			return fmt.Errorf("ticks of %s: %w", area, err)
		}
		w.mu.Lock()
		w.days[area] = day
		w.mu.Unlock()
	}
	return nil
}

func (w *Worker) ticked(area string) calendar.Date {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.days[area]
}

func lostRace(err error) bool {
	return errors.Is(err, books.ErrStale) || books.Taken(err, "setting")
}

// tick enqueues the ticks of an area up to a day and notes the day in the same
// transaction, so that of two servers one does it.
func (w *Worker) tick(ctx context.Context, area string, today calendar.Date) (ticked calendar.Date, err error) {
	err = w.update(ctx, area, func(tx store.Tx) error {
		was, err := tx.Setting(ctx, tickedSetting)
		if err != nil {
			return err
		}
		first := today // a new area has missed nothing
		if was != "" {
			last, err := calendar.ParseDate(was)
			if err != nil {
				return fmt.Errorf("setting %s: %w", tickedSetting, err)
			}
			first = last + 1
		}
		ticked = max(today, first-1)
		if first > today {
			return nil
		}
		at := tx.At() - books.Instant(time.Second.Microseconds()) // due now, a microsecond apart, so that they run in order
		for day := first; day <= today; day++ {
			for _, t := range w.Ticks {
				if t.On != nil && !t.On(day) {
					continue
				}
				if _, err := tx.Enqueue(ctx, t.Kind, day.String(), day.String(), at); err != nil {
					return err
				}
				at++
			}
		}
		return tx.SetSetting(ctx, tickedSetting, was, today.String())
	})
	return ticked, err
}
