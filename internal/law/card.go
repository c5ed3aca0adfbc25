package law

import (
	"slices"

	"bujiao/internal/calendar"
)

// CardArea says that social security cards are issued in an area, and how
// (R-CARD-02, -03, -06). Where no row is in force nobody knows whether cards may
// be issued, and none is.
type CardArea struct {
	Head       `yaml:",inline"`
	Name       string   `yaml:"name" json:"name"`
	Approved   bool     `yaml:"approved" json:"approved"`               // its issuing is approved (R-CARD-03)
	Lacks      []string `yaml:"lacks,omitempty,flow" json:"lacks"`      // of the conditions, those that do not hold any more
	Channels   []string `yaml:"channels,flow" json:"channels"`          // how a card can be applied for
	Reckoned   string   `yaml:"reckoned" json:"reckoned"`               // from when its term runs: application | submission
	Generation int      `yaml:"generation,omitempty" json:"generation"` // of the cards; zero: not said
	UnitBanks  bool     `yaml:"unit_banks,omitempty" json:"unit_banks"` // who has it collected by the employer takes a bank of the employer
	Text       Text     `yaml:"text" json:"text"`
}

// CardConditions are those that an area keeps (R-CARD-02): business processes,
// management system, staff and equipment, plan, internal control, and what the
// ministry adds.
var CardConditions = []string{"processes", "system", "staff", "plan", "control", "other"}

// CardChannels are the ways on which a card is applied for.
var CardChannels = []string{"service_point", "online", "bank_point"}

// The days from which the term of a card runs.
const (
	FromApplication = "application"
	FromSubmission  = "submission" // of the signed form
)

// wrong names a field that has no meaning.
func (x *CardArea) wrong() string {
	among := func(list, of []string) bool {
		return !slices.ContainsFunc(list, func(s string) bool { return !slices.Contains(of, s) })
	}
	switch {
	case x.Name == "":
		return "name"
	case !among(x.Lacks, CardConditions):
		return "lacks"
	case len(x.Channels) == 0 || !among(x.Channels, CardChannels):
		return "channels"
	case x.Reckoned != FromApplication && x.Reckoned != FromSubmission:
		return "reckoned"
	case x.Generation < 0:
		return "generation"
	}
	return ""
}

// CardArea returns the row in force on a day; nil if none is.
func (r *Reader) CardArea(on calendar.Date) *CardArea {
	for _, x := range r.set.CardAreas {
		if x.On(on) {
			r.see(x)
			return x
		}
	}
	return nil
}
