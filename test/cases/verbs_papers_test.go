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
// in view: "hand id_document li".
func (p *play) hand(w []string) {
	piece, err := p.HandIn(p.Context(), p.key(p.as("clerk")), evidence.NewPiece{Person: p.id(w[1]), Kind: w[0]})
	p.must(err)
	_, err = p.DecidePiece(p.Context(), p.key(p.as("clerk")), piece.ID, office.PieceDecision{Accept: true, OriginalSeen: true})
	p.must(err)
}
