// Package insurance names the schemes, payers, causes and units of Chinese
// social insurance. It holds codes only: what they cost, and when they exist,
// is law and lives in the packs.
package insurance

import (
	"fmt"
	"strings"
)

// Scheme is an insurance (险种). Its number is the code of the labour side
// (LD/T); medical codes are those of the medical side (NHSA). Zero is none.
type Scheme int16

// The schemes. A line of an answer is one of them.
const (
	Pension         Scheme = 110 // 职工基本养老保险
	Unemployment    Scheme = 210 // 失业保险
	Medical         Scheme = 310 // 职工基本医疗保险
	Injury          Scheme = 410 // 工伤保险
	Maternity       Scheme = 510 // 生育保险
	LargeMedical    Scheme = 330 // 大额医疗互助
	ResidentPension Scheme = 170 // 城乡居民基本养老保险
	ResidentMedical Scheme = 390 // 城乡居民基本医疗保险
)

// Schemes lists all schemes in the order in which answers show them.
var Schemes = []Scheme{Pension, Unemployment, Medical, Injury, Maternity, LargeMedical, ResidentPension, ResidentMedical}

// Mandatory lists the schemes of an employee (SIL 10, 23, 33, 44, 53).
// Large-medical comes along with medical where the area has it.
var Mandatory = []Scheme{Pension, Unemployment, Medical, Injury, Maternity}

var schemeNames = map[Scheme]string{
	Pension: "pension", Unemployment: "unemployment", Medical: "medical", Injury: "injury", Maternity: "maternity",
	LargeMedical: "large_medical", ResidentPension: "resident_pension", ResidentMedical: "resident_medical",
}

var schemeByName = func() map[string]Scheme {
	m := map[string]Scheme{}
	for s, n := range schemeNames {
		m[n] = s
		m[fmt.Sprint(int(s))] = s
	}
	return m
}()

func (s Scheme) String() string { return schemeNames[s] }

// ParseScheme reads a name ("pension") or a code ("110").
func ParseScheme(s string) (Scheme, error) {
	if v, ok := schemeByName[s]; ok {
		return v, nil
	}
	return 0, fmt.Errorf("unknown scheme (one of %s)", strings.Join(SchemeNames(), ", "))
}

// SchemeNames lists the names in order.
func SchemeNames() []string {
	out := make([]string, len(Schemes))
	for i, s := range Schemes {
		out[i] = s.String()
	}
	return out
}

// Index is the place of the scheme in Schemes.
func (s Scheme) Index() int {
	for i, t := range Schemes {
		if s == t {
			return i
		}
	}
	return -1
}

// MarshalText writes the name.
func (s Scheme) MarshalText() ([]byte, error) { return []byte(schemeNames[s]), nil }

// UnmarshalText reads a name or a code.
func (s *Scheme) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*s = 0
		return nil
	}
	v, err := ParseScheme(string(b))
	if err != nil {
		return err
	}
	*s = v
	return nil
}

// Payer says in which capacity somebody is insured.
type Payer string

// The payers.
const (
	Employee Payer = "employee" // 职工, insured by an employer
	Flexible Payer = "flexible" // 灵活就业人员, pays alone
	Resident Payer = "resident" // 城乡居民
)

// ParsePayer reads a payer.
func ParsePayer(s string) (Payer, error) {
	switch p := Payer(s); p {
	case Employee, Flexible, Resident:
		return p, nil
	}
	return "", fmt.Errorf("unknown payer (one of employee, flexible, resident)")
}

// UnmarshalText reads a payer.
func (p *Payer) UnmarshalText(b []byte) error {
	v, err := ParsePayer(string(b))
	*p = v
	return err
}

// Cause says why a month was not paid, or not in time.
type Cause string

// The causes of contract and rules R-BACKPAY-03, R-POST-02.
const (
	NeverRegistered Cause = "never_registered" // 未参保登记
	NotDeclared     Cause = "not_declared"     // 漏报、未申报
	UnderDeclared   Cause = "under_declared"   // 少报基数
	DeclaredUnpaid  Cause = "declared_unpaid"  // 已申报未缴
	DebitFailed     Cause = "debit_failed"     // 扣款失败
	Misplaced       Cause = "misplaced"        // 错缴、未入账
	RuleChanged     Cause = "rule_changed"     // 基数、费率事后调整
	PersonalReason  Cause = "personal_reason"  // 个人原因
	Policy          Cause = "policy"           // 政策性补缴
)

// Causes lists the causes.
var Causes = []Cause{NeverRegistered, NotDeclared, UnderDeclared, DeclaredUnpaid, DebitFailed, Misplaced, RuleChanged, PersonalReason, Policy}

// ParseCause reads a cause.
func ParseCause(s string) (Cause, error) {
	for _, c := range Causes {
		if string(c) == s {
			return c, nil
		}
	}
	names := make([]string, len(Causes))
	for i, c := range Causes {
		names[i] = string(c)
	}
	return "", fmt.Errorf("unknown cause (one of %s)", strings.Join(names, ", "))
}

// UnmarshalText reads a cause.
func (c *Cause) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*c = ""
		return nil
	}
	v, err := ParseCause(string(b))
	*c = v
	return err
}

// Sex of a person; the statutory retirement age depends on it.
type Sex string

// The sexes as they stand in a citizen number.
const (
	Male   Sex = "M"
	Female Sex = "F"
)

// ParseSex reads M, F, 男 or 女.
func ParseSex(s string) (Sex, error) {
	switch s {
	case "M", "m", "男":
		return Male, nil
	case "F", "f", "女":
		return Female, nil
	}
	return "", fmt.Errorf("unknown sex (M or F)")
}

// UnmarshalText reads a sex.
func (x *Sex) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*x = ""
		return nil
	}
	v, err := ParseSex(string(b))
	*x = v
	return err
}

// UnitType is the kind of employer that relief distinguishes.
type UnitType string

// The unit types.
const (
	MicroSmallMedium UnitType = "micro_small_medium" // 中小微企业
	LargeAndOther    UnitType = "large_and_other"    // 大型企业及其他
	Government       UnitType = "government"         // 机关事业单位
)

// ParseUnitType reads a unit type.
func ParseUnitType(s string) (UnitType, error) {
	switch u := UnitType(s); u {
	case MicroSmallMedium, LargeAndOther, Government:
		return u, nil
	}
	return "", fmt.Errorf("unknown unit type (one of micro_small_medium, large_and_other, government)")
}

// UnmarshalText reads a unit type.
func (u *UnitType) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*u = ""
		return nil
	}
	v, err := ParseUnitType(string(b))
	*u = v
	return err
}
