package cases_test

import (
	"maps"

	"bujiao/internal/evidence"
	"bujiao/internal/office"
)

func init() {
	maps.Copy(verbs, map[string]func(*play, []string){"hand": (*play).hand})
}

// hand hands in a paper of a person, which the clerk accepts with the original
// in view; of what an employer wrote, with it and the months: "hand id_document
// li", "hand payroll_ledger li of=acme from=2023-10 to=2023-12".
func (p *play) hand(w []string) {
	in := evidence.NewPiece{Person: p.id(w[1]), Kind: w[0]}
	if f, _ := p.fields(w[2:]); len(f) > 0 {
		in.Employer, in.From, in.To = p.id(f["of"]), p.month(f["from"]), p.month(f["to"])
	}
	piece, err := p.HandIn(p.Context(), p.key(p.as("clerk")), in)
	p.must(err)
	_, err = p.DecidePiece(p.Context(), p.key(p.as("clerk")), piece.ID, office.PieceDecision{Accept: true, OriginalSeen: true})
	p.must(err)
}
