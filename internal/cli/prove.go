package cli

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"bujiao/internal/fault"
	"bujiao/internal/proof"
	"bujiao/internal/receipt"
	"bujiao/internal/seal"
)

func newProve(a *app) *cobra.Command {
	return a.bookCommand("prove", a.prove, flag{name: "area"}, flag{name: "roots"})
}

// maxRoots bounds a file of kept roots: some hundred thousand of them.
const maxRoots = 64 << 20

// prove recomputes the books and names every difference.
func (a *app) prove(ctx context.Context, x *args, d *desk) error {
	p := proof.Prover{DB: d.DB, Laws: d.Laws}
	var err error
	if p.Keys, err = receipt.NewKeyStore(d.Home).Keyring(); err != nil {
		return keyFault(err)
	}
	if name := x.text("roots"); name != "" {
		data, err := a.readInput(name, maxRoots)
		if err != nil {
			return err
		}
		if p.Roots, err = seal.ParseRoots(bytes.NewReader(data)); err != nil {
			return err
		}
	}
	var areas []string
	if x.given("area") {
		areas = []string{x.text("area")}
		there, err := d.DB.AllAreas(ctx)
		if err != nil {
			return err
		}
		for _, s := range p.Roots {
			there = append(there, s.Area) // an area whose roots were kept may be gone
		}
		if err := known(areas[0], there); err != nil {
			return err
		}
	}
	report, err := p.Prove(ctx, areas...)
	if err != nil {
		return err
	}
	if !report.Sound() {
		a.exit(exitInvalid)
	}
	return a.show(report, func(p *page) { p.proved(report, x.given("roots")) })
}

// known refuses an area that is not in the books, and names those that are.
func known(area string, there []string) error {
	if slices.Contains(there, area) {
		return nil
	}
	return fault.New(fault.NotFound, "cli.unknown_area", fault.Args{"areas": strings.Join(there, ", ")})
}

func (p *page) proved(r *proof.Report, roots bool) {
	facts := fault.Args{"areas": strconv.Itoa(len(r.Areas)), "rows": strconv.FormatInt(r.Rows, 10), "months": strconv.FormatInt(r.Months, 10),
		"seals": strconv.FormatInt(r.Seals, 10), "n": strconv.FormatInt(int64(len(r.Differences))+r.More, 10)}
	if r.Sound() {
		p.say("cli.prove.sound", facts)
		if !roots {
			p.say("cli.prove.no_roots", nil)
		}
		return
	}
	p.say("cli.prove.differs", facts)
	var head []string
	for _, c := range []string{"kind", "area", "table", "row", "person", "scheme", "month", "recorded", "computed"} {
		head = append(head, p.a.text("cli.prove.head."+c, nil))
	}
	var rows [][]string
	for _, d := range r.Differences {
		rows = append(rows, []string{p.a.text("cli.prove.kind."+d.Kind, nil), d.Area, d.Table, p.rowOf(d), d.Person, d.Scheme, d.Month, d.Recorded, d.Computed})
	}
	p.table("lllllllll", head, rows)
}

// rowOf names the row of a difference, or says in words what is known of rows
// whose keys the lanes do not tell.
func (p *page) rowOf(d proof.Difference) string {
	hash, hashed := strings.CutPrefix(d.Row, "#")
	counted := d.Kind == proof.Missing || d.Kind == proof.Added || d.Kind == proof.Old
	if !counted || (d.Row != "" && !hashed) {
		return d.Row
	}
	key := "cli.prove.rows." + d.Kind
	if hashed {
		key = "cli.prove.row." + d.Kind
	}
	return p.a.text(key, fault.Args{"n": strconv.FormatInt(max(d.Rows, -d.Rows), 10), "table": d.Table, "hash": hash})
}
