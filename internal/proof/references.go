package proof

import "context"

// reference is a column that names a row of another table. Order are the
// columns, with an index, in which both can be read side by side: the column
// itself and what makes it unique.
type reference struct {
	table, col string
	to         string
	order      []string
	kind       string // only rows whose ref_kind is this
}

// references that must lead somewhere. An empty one leads nowhere by intent.
var references = []reference{
	{"declaration_line", "declaration", "declaration", []string{"declaration", "person"}, ""},
	{"declaration_line", "person", "person", []string{"person", "declaration"}, ""},
	{"charge", "declaration", "declaration", []string{"declaration", "id"}, ""},
	{"charge", "person", "person", []string{"person", "id"}, ""},
	{"order_charge", "pay_order", "pay_order", []string{"pay_order", "charge"}, ""},
	{"order_charge", "charge", "charge", []string{"charge", "pay_order"}, ""},
	{"order_event", "pay_order", "pay_order", []string{"pay_order", "id"}, ""},
	{"pay_order", "notice", "notice", []string{"notice", "id"}, ""},
	{"payment", "pay_order", "pay_order", []string{"pay_order", "id"}, ""},
	{"payment", "bank_line", "bank_line", []string{"bank_line", "id"}, ""},
	{"bank_line", "file", "bank_file", []string{"file", "seq"}, ""},
	{"suspense", "bank_line", "bank_line", []string{"bank_line"}, ""},
	{"posting", "charge", "charge", []string{"charge", "entry", "seq"}, ""},
	{"entry", "ref", "declaration", []string{"ref_kind", "ref", "id"}, "declaration"},
	{"entry", "ref", "payment", []string{"ref_kind", "ref", "id"}, "payment"},
	{"entry", "ref", "bank_line", []string{"ref_kind", "ref", "id"}, "bank_line"},
	{"entry", "ref", "refund", []string{"ref_kind", "ref", "id"}, "refund"},
	{"entry", "ref", "entry", []string{"ref_kind", "ref", "id"}, "entry"},
	{"person_state", "person", "person", []string{"person", "id"}, ""},
	{"identity", "person", "person", []string{"person", "hash"}, ""},
	{"person_merge", "loser", "person", []string{"loser", "id"}, ""},
	{"person_merge", "winner", "person", []string{"winner", "id"}, ""},
	{"employer_state", "employer", "employer", []string{"employer", "id"}, ""},
	{"employment", "person", "person", []string{"person", "id"}, ""},
	{"employment", "employer", "employer", []string{"employer", "id"}, ""},
	{"enrolment", "person", "person", []string{"person", "id"}, ""},
	{"arrears", "person", "person", []string{"person", "id"}, ""},
	{"confirmation", "person", "person", []string{"person", "id"}, ""},
}

// references: each leads to a row that is there.
func (a *area) references(ctx context.Context) error {
	for _, r := range references {
		if err := a.reference(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

func (a *area) reference(ctx context.Context, r reference) error {
	where, args := r.col+" > ''", []any(nil)
	if r.kind != "" {
		where, args = "ref_kind = ?", []any{r.kind}
	}
	from, err := a.by(ctx, r.table, where, args, r.order...)
	if err != nil {
		return err
	}
	to, err := a.by(ctx, r.to, "", nil, "id")
	if err != nil {
		return err
	}
	for from.row != nil {
		key := from.text(r.col)
		for to.row != nil && to.text("id") < key {
			if err := to.next(ctx); err != nil {
				return err
			}
		}
		if to.row == nil || to.text("id") != key {
			from.differ(Orphan, r.to+"/"+key, "")
		}
		if err := from.next(ctx); err != nil {
			return err
		}
	}
	return nil
}
