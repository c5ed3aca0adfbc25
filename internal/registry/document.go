package registry

import (
	"regexp"
	"slices"
	"strings"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/identity"
	"bujiao/internal/insurance"
	"bujiao/internal/law"
)

// The kinds of documents (R-ID-04). A citizen number of 15 digits is the same
// document as that of 18.
const (
	Citizen     = "citizen"     // 公民身份号码
	HKMTPermit  = "hkmt_permit" // 港澳台居民居住证: a number of the same form, from 81, 82 or 83
	Passport    = "passport"    // 护照, with the country that issued it
	ForeignCard = "foreign_pr"  // 外国人永久居留身份证
)

// Kinds lists the kinds of documents.
var Kinds = []string{Citizen, HKMTPermit, Passport, ForeignCard}

// Document names a person.
type Document struct {
	Kind   string `json:"kind,omitempty"` // empty: citizen
	Number string `json:"number"`
	Nation string `json:"nation,omitempty"` // of a passport: three capitals (GB/T 2659)
}

// Index is the keyed hash of the vault.
type Index func(kind, value string) string

// Holder is what a document says of whoever holds it: birth and sex are in a
// citizen number and its like, and absent elsewhere.
type Holder struct {
	Document // in the one form in which it is looked up
	Birth    calendar.Date
	Sex      insurance.Sex
}

var (
	passportForm    = regexp.MustCompile(`^[A-Z0-9]{5,20}$`)
	nationForm      = regexp.MustCompile(`^[A-Z]{3}$`)
	foreignCardForm = regexp.MustCompile(`^([A-Z]{3}[0-9]{12}|9[0-9]{16}[0-9X])$`)
)

// Read checks a document as of a day. A wrong one is a fault that tells
// nothing of the number.
func (d Document) Read(asOf calendar.Date) (Holder, error) {
	if d.Kind == "" {
		d.Kind = Citizen
	}
	h := Holder{Document: Document{Kind: d.Kind, Number: identity.Canonical(d.Number)}}
	switch d.Kind {
	case Citizen, HKMTPermit:
		var err error
		if h.Birth, h.Sex, err = identity.Citizen(h.Number, asOf); err != nil {
			return Holder{}, err
		}
		permit := slices.Contains([]string{"81", "82", "83"}, h.Number[:2])
		if d.Kind == HKMTPermit && !permit {
			return Holder{}, fault.New(fault.Invalid, "registry.not_hkmt", nil)
		}
		if permit {
			h.Kind = HKMTPermit
		}
	case Passport:
		h.Nation = strings.ToUpper(strings.TrimSpace(d.Nation))
		if !passportForm.MatchString(h.Number) {
			return Holder{}, fault.New(fault.Invalid, "registry.bad_passport", nil)
		}
		if !nationForm.MatchString(h.Nation) {
			return Holder{}, fault.New(fault.Invalid, "registry.no_nation", nil)
		}
	case ForeignCard:
		if !foreignCardForm.MatchString(h.Number) {
			return Holder{}, fault.New(fault.Invalid, "registry.bad_foreign_card", nil)
		}
	default:
		return Holder{}, fault.New(fault.Invalid, "registry.unknown_document", fault.Args{"kinds": strings.Join(Kinds, ", ")})
	}
	return h, nil
}

// Hash is the keyed hash under which the document is found, however it is
// written. Numbers of the form of a citizen number share one kind: they never
// clash.
func (d Document) Hash(ix Index) string {
	number := identity.Canonical(d.Number)
	switch d.Kind {
	case "", Citizen, HKMTPermit:
		return ix(Citizen, number)
	case Passport:
		return ix(Passport, strings.ToUpper(strings.TrimSpace(d.Nation))+"|"+number)
	}
	return ix(d.Kind, number)
}

// Population is whose duty to insure began on a day of its own (R-REG-08):
// that of foreigners and of people from Hong Kong, Macao and Taiwan, by the
// document under which they were registered. Empty: of everybody else.
func Population(kind string) string {
	switch kind {
	case HKMTPermit:
		return law.HKMT
	case Passport, ForeignCard:
		return law.Foreigner
	}
	return ""
}
