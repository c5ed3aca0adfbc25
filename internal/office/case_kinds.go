package office

import (
	"bujiao/internal/casework"
)

// What the tables of all kinds name. A test holds it against the tables, both
// ways.
var (
	caseFacts   map[string]caseFact
	caseEffects map[string]caseEffect
	// casePapers are fields of papers that a kind fills otherwise than all do, by
	// kind and field.
	casePapers map[string]map[string]sheetField
	// caseSheets say of which months a paper of a kind speaks; nil: there is nothing
	// to say, and it is not issued.
	caseSheets map[string]func(s *caseStep, paper string) []casework.Month
)

// init fills them: an effect may open a case, which has effects of its own.
func init() {
	caseFacts = joined(
		assessmentFacts,
		cardFacts,
		complaintFacts,
		deferralFacts,
		enforcementFacts,
		makeupFacts,
		makeupPersonFacts,
		registrationFacts,
		residentFacts,
		restorationFacts,
		transferFacts,
	)
	caseEffects = joined(
		assessmentEffects,
		cardEffects,
		complaintEffects,
		deferralEffects,
		enforcementEffects,
		makeupEffects,
		makeupPersonEffects,
		registrationEffects,
		residentEffects,
		restorationEffects,
		transferEffects,
	)
	caseSheets = map[string]func(*caseStep, string) []casework.Month{
		"makeup":        makeupSheet,
		"makeup_person": makeupSheet,
		"resident":      residentSheet,
	}
	casePapers = map[string]map[string]sheetField{
		"assessment":    assessmentPapers,
		"card":          cardPapers,
		"complaint":     complaintPapers,
		"deferral":      deferralPapers,
		"makeup":        makeupPapers,
		"makeup_person": makeupPapers,
		"enforcement":   enforcementPapers,
		"registration":  registrationPapers,
		"resident":      residentPapers,
		"transfer":      transferPapers,
	}
}

// joined puts what kinds bring into one map. A name that two of them bring is a
// slip of a programmer, found when the program starts.
func joined[F any](kinds ...map[string]F) map[string]F {
	out := map[string]F{}
	for _, k := range kinds {
		for name, f := range k {
			if _, twice := out[name]; twice {
				panic("office: two kinds of cases bring " + name)
			}
			out[name] = f
		}
	}
	return out
}
