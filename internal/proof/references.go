package proof

import (
	"context"

	"bujiao/internal/store/sqlstore"
)

// reference is a column that names a row of another table; of entries those
// whose ref_kind is kind.
type reference struct{ table, col, to, kind string }

// references that must lead somewhere. An empty one leads nowhere by intent.
var references = []reference{
	{"declaration_line", "declaration", "declaration", ""},
	{"declaration_line", "person", "person", ""},
	{"charge", "declaration", "declaration", ""},
	{"charge", "person", "person", ""},
	{"order_charge", "pay_order", "pay_order", ""},
	{"order_charge", "charge", "charge", ""},
	{"order_event", "pay_order", "pay_order", ""},
	{"pay_order", "notice", "notice", ""},
	{"open_order", "pay_order", "pay_order", ""},
	{"payment", "pay_order", "pay_order", ""},
	{"payment", "bank_line", "bank_line", ""},
	{"bank_line", "file", "bank_file", ""},
	{"suspense", "bank_line", "bank_line", ""},
	{"posting", "charge", "charge", ""},
	{"posting", "person", "person", ""},
	{"entry", "ref", "declaration", "declaration"},
	{"entry", "ref", "payment", "payment"},
	{"entry", "ref", "bank_line", "bank_line"},
	{"entry", "ref", "refund", "refund"},
	{"entry", "ref", "entry", "entry"},
	{"person_state", "person", "person", ""},
	{"identity", "person", "person", ""},
	{"person_merge", "loser", "person", ""},
	{"person_merge", "winner", "person", ""},
	{"employer_state", "employer", "employer", ""},
	{"employment", "person", "person", ""},
	{"employment", "employer", "employer", ""},
	{"enrolment", "person", "person", ""},
	{"arrears", "person", "person", ""},
	{"confirmation", "person", "person", ""},
	{"paper", "case_id", "casefile", ""},
	{"paper", "person", "person", ""},
	{"paper", "employer", "employer", ""},
	{"paper", "wording", "paper_wording", ""},
	{"paper", "box", "box", ""},
	{"paper_service", "paper", "paper", ""},
	{"handed_in", "case_id", "casefile", ""},
	{"handed_in", "person", "person", ""},
	{"handed_in", "employer", "employer", ""},
	{"handed_in", "upload", "upload", ""},
	{"handed_in", "replaces", "handed_in", ""},
	{"upload", "box", "box", ""},
	{"dispatch", "message", "message", ""},
	{"message", "case_id", "casefile", ""},
	{"message_read", "message", "message", ""},
	{"service_window", "office", "service_office", ""},
	{"service_hours", "office", "service_office", ""},
	{"insured_place", "employer", "employer", ""},
	{"booking", "office", "service_office", ""},
	{"booking", "service_window", "service_window", ""},
	{"booking", "person", "person", ""},
	{"booking", "case_id", "casefile", ""},
	{"booking", "employer", "employer", ""},
	{"seat", "service_window", "service_window", ""},
	{"seat", "booking", "booking", ""},
	{"casefile", "person", "person", ""},
	{"casefile", "employer", "employer", ""},
	{"casefile", "parent", "casefile", ""},
	{"card_batch", "casefile", "casefile", ""},
	{"case_month", "casefile", "casefile", ""},
	{"case_month", "person", "person", ""},
	{"fee_pause", "casefile", "casefile", ""},
	{"fee_pause", "employer", "employer", ""},
}

// references: each leads to a row that is there.
func (a *area) references(ctx context.Context) error {
	for _, r := range references {
		tab := sqlstore.TableOf(r.table)
		err := a.i.Orphans(ctx, tab, r.col, r.to, r.kind, func(v []any) error {
			a.differs(row{tab, v}, Orphan, r.to+"/"+row{tab, v}.text(r.col), "")
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
