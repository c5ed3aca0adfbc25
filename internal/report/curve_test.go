package report

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bujiao/internal/assess"
	"bujiao/internal/money"
)

func points(t *testing.T, list ...string) []assess.Point {
	t.Helper()
	var out []assess.Point
	for _, x := range list {
		f := strings.Fields(x)
		p := assess.Point{Day: day(t, f[0])}
		if f[1] != "-" {
			p.LateFee = yuanOf(t, f[1])
		}
		if f[2] != "-" {
			p.Total = yuanOf(t, f[2])
		}
		out = append(out, p)
	}
	return out
}

var waiting = []string{"2024-03-15 7881.47 18150.47", "2024-04-15 8040.64 18309.64", "2024-06-15 8353.83 18622.83", "2025-03-15 9755.56 20024.56", "2026-03-15 11629.65 21898.65", "2027-03-15 13503.75 23772.75"}

func TestCurve(t *testing.T) {
	c := zh.curve(points(t, waiting...))
	if c == nil {
		t.Fatal("no curve")
	}
	if len(c.Marks) != 6 || len(c.Rows) != 6 {
		t.Fatalf("%d marks, %d rows", len(c.Marks), len(c.Rows))
	}
	first, last := c.Marks[0], c.Marks[5]
	if first.X != curveLeft || last.X != curveRight {
		t.Errorf("the ends stand at %d and %d", first.X, last.X)
	}
	if first.TotalLabel != "18,150.47" || first.FeeLabel != "7,881.47" || first.Day != "2024-03" || last.TotalLabel != "23,772.75" {
		t.Errorf("labels of the ends: %+v %+v", first, last)
	}
	for i := 1; i < len(c.Marks); i++ {
		a, b := c.Marks[i-1], c.Marks[i]
		if b.X <= a.X || b.TotalY > a.TotalY || b.FeeY > a.FeeY {
			t.Errorf("mark %d does not follow: %+v %+v", i, a, b)
		}
	}
	if c.Desc != "2024-03-15 付清共 18,150.47，2027-03-15 付清共 23,772.75。" || c.Flat {
		t.Errorf("in words: %q, flat %v", c.Desc, c.Flat)
	}
	if strings.Count(c.Total, ",") != 6 || strings.Count(c.Fee, ",") != 6 {
		t.Errorf("points: %q %q", c.Total, c.Fee)
	}
}

func TestCurveStaysOnThePaper(t *testing.T) {
	c := zh.curve(points(t, waiting...))
	for _, m := range c.Marks {
		for _, y := range []int{m.TotalY, m.FeeY} {
			if y < curveTop || y > curveBottom {
				t.Errorf("a mark at %d", y)
			}
		}
		if m.FeeLabel != "" && (m.FeeLabelY < curveTop || m.FeeLabelY > curveBottom) {
			t.Errorf("a label at %d", m.FeeLabelY)
		}
	}
	for _, x := range c.Ticks {
		if x.Y < curveTop || x.Y > curveBottom {
			t.Errorf("a tick at %d", x.Y)
		}
	}
	if c.Ticks[0].Label != "0" || c.Ticks[0].Y != curveBottom {
		t.Errorf("the axis starts at %+v, not at nothing", c.Ticks[0])
	}
}

func TestLabelsDoNotMeet(t *testing.T) {
	c := zh.curve(points(t, waiting...))
	last := -labelGap
	for _, m := range c.Marks {
		if m.TotalLabel == "" {
			continue
		}
		if m.X-last < labelGap {
			t.Errorf("labels at %d and %d", last, m.X)
		}
		last = m.X
	}
	if c.Marks[1].TotalLabel != "" {
		t.Error("a month from the first day there is no room for a label")
	}
}

func TestFeeOfNothingIsLabelledAboveTheAxis(t *testing.T) {
	c := zh.curve(points(t, "2024-03-15 0.00 100.00", "2025-03-15 0.00 100.00"))
	if !c.Flat {
		t.Error("the amount stays, but the curve is not flat")
	}
	for _, m := range c.Marks {
		if m.FeeLabelY >= curveBottom {
			t.Errorf("the label stands on the days: %d", m.FeeLabelY)
		}
	}
}

func TestNoCurve(t *testing.T) {
	for name, list := range map[string][]assess.Point{
		"no points":             nil,
		"one point":             points(t, "2024-03-15 1.00 2.00"),
		"one known point":       points(t, "2024-03-15 1.00 2.00", "2025-03-15 - -"),
		"nothing to pay":        points(t, "2024-03-15 0.00 0.00", "2025-03-15 0.00 0.00"),
		"the same day twice":    points(t, "2024-03-15 1.00 2.00", "2024-03-15 1.00 2.00"),
		"a sum past all reason": {{Day: day(t, "2024-03-15"), Total: yuanOf(t, "1.00"), LateFee: yuanOf(t, "1.00")}, {Day: day(t, "2025-03-15"), Total: fen(1 << 50), LateFee: fen(1)}},
	} {
		if c := zh.curve(list); c != nil {
			t.Errorf("%s: %+v", name, c)
		}
	}
	if c := zh.waiting(&answer{Waiting: points(t, waiting...)}); c != nil {
		t.Error("a curve for a person who has no line")
	}
}

func TestUnknownPointsAreSaid(t *testing.T) {
	c := zh.curve(points(t, "2024-03-15 1.00 2.00", "2024-06-15 - -", "2025-03-15 2.00 3.00"))
	if d := cmp.Diff(curveRow{"2024-06-15", "未知", "未知"}, c.Rows[1]); d != "" {
		t.Error(d)
	}
	if len(c.Marks) != 2 {
		t.Errorf("%d marks, want those of the known days", len(c.Marks))
	}
}

func TestNiceStep(t *testing.T) {
	for top, want := range map[money.Fen]money.Fen{1: 100, 500: 100, 501: 200, 1_000: 200, 2_377_275: 500_000, 2_500_001: 1_000_000, money.MaxFen: 200_000_000_000_000} {
		got := niceStep(top)
		if got != want {
			t.Errorf("niceStep(%d) = %d, want %d", top, got, want)
		}
		if steps := (top + got - 1) / got; steps > 5 {
			t.Errorf("%d steps for %s", steps, strconv.FormatInt(int64(top), 10))
		}
	}
}
