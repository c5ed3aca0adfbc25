package office

import (
	"maps"
)

// caseFacts and caseEffects are what the tables of all kinds name. A test holds
// them against the tables, both ways.
var (
	caseFacts   = joined(deferralFacts)
	caseEffects = joined(deferralEffects)
)

// casePapers are fields of papers that a kind fills otherwise than all do, by
// kind and field.
var casePapers = map[string]map[string]sheetField{
	"deferral": deferralPapers,
}

func joined[F any](kinds ...map[string]F) map[string]F {
	out := map[string]F{}
	for _, k := range kinds {
		maps.Copy(out, k)
	}
	return out
}
